"""Whether two registrations are of one place, where neither a number nor a street says so."""

from __future__ import annotations

import pytest

from discharge.exchange.register.places import is_at
from discharge.model.setting_record import SettingDetails


def registered(name: str, postcode: str = "RM9 6LH") -> SettingDetails:
    return SettingDetails(name=name, type="care_home", postcode=postcode)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Elm Lodge", "ELM LODGE CARE HOME", True),
        ("The Elm Lodge", "Elm Lodge Nursing Home", True),
        ("Elm Lodge Residential Home Ltd.", "Elm-Lodge", True),
        ("The Care Home", "the care home", True),
        ("The Care Home", "Elm Lodge Care Home", False),
        ("The Care Home", "The Nursing Home", False),
        ("Elm Lodge", "Elm House", False),
        ("Elm Lodge", "Willow Court", False),
    ],
)
def test_a_name_is_the_same_without_the_words_that_say_what_a_home_is(
    one: str, other: str, same: bool
) -> None:
    assert is_at(registered(one), registered(other)) is same
    assert is_at(registered(other), registered(one)) is same
    assert not is_at(registered(one), registered(other, "RM9 6XX")), "another postcode is another place"
