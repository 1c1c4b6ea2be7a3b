"""The table of reason codes, and ages and distances worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.model.birth import age_on
from discharge.rules.eligibility import REASONS
from discharge.rules.places import Places
from discharge.rules.rule_set import rules_of
from tests.builders import case, home

PER_SETTING = {
    "closed",
    "outbreak",
    "capacity_unknown",
    "no_free_bed",
    "wrong_category",
    "need_unmet",
    "organism_not_accepted",
    "cannot_isolate",
    "not_designated",
    "shared_room",
    "sex",
    "age",
    "too_far",
    "fee",
    "excluded",
    "setting_type",
}


def test_every_code_that_stands_against_a_setting_has_a_rule_and_a_sentence() -> None:
    assert set(REASONS) == PER_SETTING | {"no_slot"}
    for code, reason in REASONS.items():
        assert reason.rule[0] in "NR", code
        assert len(reason.text.split()) >= 2, code
        assert not reason.text.endswith("."), "the sentence goes on"


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1955, 11, 16), date(2020, 11, 15), 64),
        (date(1955, 11, 16), date(2020, 11, 16), 65),
        (date(1956, 2, 29), date(2021, 2, 28), 64),
        (date(1956, 2, 29), date(2021, 3, 1), 65),
        (date(1956, 2, 29), date(2020, 2, 29), 64),
        (date(2020, 11, 16), date(2020, 11, 16), 0),
    ],
)
def test_age_is_in_full_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        ((0.0, 0.0), (0.0, 1.0), 111.195),  # a degree of a great circle: 6371 * pi / 180
        ((51.5, 0.0), (52.5, 0.0), 111.195),
        ((0.0, 0.0), (0.0, 180.0), 20015.087),  # half way round: 6371 * pi
        ((60.0, 0.0), (60.0, 180.0), 6671.696),  # over the pole: 60 degrees
        ((51.5, -0.1), (51.5, -0.1), 0.0),
    ],
)
def test_distance_is_the_great_circle_on_a_sphere_of_6371_km(
    here: tuple[float, float], there: tuple[float, float], km: float
) -> None:
    hub = case(settings=[home(latitude=there[0], longitude=there[1])])
    found = Places(hub, rules_of(hub)).kilometres(*here)
    assert found[0] == pytest.approx(km, abs=0.001)
