"""The field for a local authority: the list is offered, and what isn't on it is said."""

from __future__ import annotations

from typing import Any

from ui.theme.theme import Theme
from ui.widgets.authority import AuthorityField, AuthorityOffers


def test_another_spelling_is_taken_as_the_name_on_the_list(look: Theme, qtbot: Any) -> None:
    field = AuthorityField(theme=look)
    qtbot.addWidget(field)
    assert "St Helens" in field.suggestions()
    field.set_value("St. Helens MBC")
    assert field.value() == "St Helens"
    assert field.below() == "Taken as St Helens."


def test_a_name_off_the_list_stands_and_is_told_its_nearest(look: Theme, qtbot: Any) -> None:
    field = AuthorityField(theme=look)
    qtbot.addWidget(field)
    field.set_value("Haverring")
    assert field.value() == "Haverring"
    assert "the nearest is Havering" in field.below()


def test_an_authority_without_a_home_of_the_hub_is_said(look: Theme, qtbot: Any) -> None:
    field = AuthorityField(theme=look)
    qtbot.addWidget(field)
    field.offer(AuthorityOffers(["Northmarsh"], here=["Havering"]))
    assert "Northmarsh" in field.suggestions()
    field.set_value("Kent")
    assert field.below() == "No home of the hub is in Kent."
    field.set_value("London Borough of Havering")
    assert field.below() == "Taken as Havering."


def test_an_authority_that_the_hub_has_among_its_own_is_no_slip_though_the_list_lacks_it(
    look: Theme, qtbot: Any
) -> None:
    field = AuthorityField(theme=look)
    qtbot.addWidget(field)
    field.offer(AuthorityOffers(["Northmarsh"], own=["Northmarsh"]))
    field.set_value("northmarsh")
    assert not field.below()
    field.set_value("Northmash")
    assert "no local authority of the list" in field.below()
