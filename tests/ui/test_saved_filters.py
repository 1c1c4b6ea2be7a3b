"""Filters under a name, on the Patients page: saved, put in force, remembered, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QMenu

from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import Hub, Stand, sits
from ui.frame.save_filter import SaveFilterForm
from ui.frame.saved_filters import SavedFilter, SavedFilters
from ui.frame.services import Undo
from ui.patients.page import PatientsPage

PAGE = PatientsPage

At = Callable[..., Stand]


@pytest.fixture
def at(hub: Hub, make_services: MakeServices, qtbot: Any) -> At:
    """A window of the test's own: what it remembers is what the tests are about."""
    return sits(PAGE, hub, make_services, qtbot)


def page_of(desk: Stand) -> PatientsPage:
    assert isinstance(desk.page, PatientsPage)
    return desk.page


def names(desk: Stand) -> list[str]:
    return [row.name for row in page_of(desk).model.shown()]


def entries(page: PatientsPage) -> dict[str, Any]:
    """The menu's entries by their words, as somebody who opens it finds them."""
    menu = page.saved_filters.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if action.text()}


def save(desk: Stand, name: str) -> None:
    page = page_of(desk)
    assert page.why_no_filter() == ""
    page.save_filter()
    desk.settle()
    form = desk.form(SaveFilterForm)
    form.name.set_value(name)
    form.ask_to_save()
    desk.settle()


@pytest.mark.whole
def test_chips_and_a_search_are_saved_under_a_name_and_come_back_together(at: At) -> None:
    desk = at()
    page = page_of(desk)
    assert page.why_no_filter() != ""
    assert not entries(page)["Save these filters…"].isEnabled()
    page.chips.set_on(["infection/isolating"])
    page.look_for("ben")
    assert names(desk) == ["Ben Okoro"]
    save(desk, "Ben's  ward")
    assert page.saved_filters.text() == "Ben's ward"
    page.show_all()
    assert len(names(desk)) > 1
    assert (page.saved_filters.text(), page.saved_filters.accessibleName()) == ("Saved", "Saved filters")
    heard: list[str] = []
    page.services.searched.connect(heard.append)
    entries(page)["Ben's ward"].trigger()
    assert (names(desk), heard, page.chips.on()) == (["Ben Okoro"], ["ben"], ["infection/isolating"])
    assert page.table.hasFocus() or not page.isActiveWindow()


@pytest.mark.whole
def test_the_form_says_what_it_saves_and_what_it_would_replace(at: At) -> None:
    desk = at()
    page = page_of(desk)
    page.chips.set_on(["pathway/P2", "standing/waiting"])
    page.look_for("oak")
    save(desk, "Mine")
    page.chips.set_on(["pathway/P1"])
    page.look_for("")
    page.save_filter()
    desk.settle()
    form = desk.form(SaveFilterForm)
    form.name.set_value("mine")
    assert "replaced" in form._state.text()
    form.ask_to_save()
    assert [(each.name, each.chips, each.search) for each in page.saved_filters.saved()] == [
        ("mine", ("pathway/P1",), "")
    ]


@pytest.mark.whole
def test_saved_filters_are_remembered_for_the_next_window(at: At, make_services: Any, hub: Hub) -> None:
    desk = at()
    page = page_of(desk)
    page.chips.set_on(["infection/blocked"])
    save(desk, "Who is stuck")
    # the name at once, the chips that are on when the window goes
    assert "Who is stuck" in str(page.services.settings.value("patients/saved_filters"))
    page.remember()
    again = page_of(at())
    assert [each.name for each in again.saved_filters.saved()] == ["Who is stuck"]
    # the chips that were on are on again, so that the filter is the one in force
    assert again.saved_filters.text() == "Who is stuck"


def test_one_that_is_deleted_can_be_brought_back(at: At) -> None:
    desk = at()
    page = page_of(desk)
    page.chips.set_on(["infection/blocked"])
    save(desk, "Who is stuck")
    said: list[tuple[str, Undo | None]] = []
    page.services.offered.connect(lambda words, undo: said.append((words, undo)))
    less = entries(page)["Delete"].menu()
    less.actions()[0].trigger()
    assert page.saved_filters.saved() == []
    undo = said[-1][1]
    assert undo is not None
    assert undo.call is not None
    undo.call()
    assert [each.name for each in page.saved_filters.saved()] == ["Who is stuck"]


def test_what_is_remembered_and_makes_no_sense_is_passed_over(theme: Any, qtbot: Any) -> None:
    button = SavedFilters(theme=theme)
    qtbot.addWidget(button)
    for text in ("", "no", "[1]", '[["a"]]', "{}"):
        button.recall(text)
        assert button.saved() == []
    button.put(SavedFilter("A", ("x/y",), "oak"))
    text = button.remember()
    button.recall("")
    button.recall(text)
    assert button.saved() == [SavedFilter("A", ("x/y",))]


def test_what_a_saved_filter_searches_for_is_never_kept_on_the_computer(theme: Any, qtbot: Any) -> None:
    button = SavedFilters(theme=theme)
    qtbot.addWidget(button)
    button.put(SavedFilter("A", ("x/y",), "ada ashdown"))
    button.put(SavedFilter("B", (), "ada ashdown"))
    assert [each.search for each in button.saved()] == ["ada ashdown", "ada ashdown"]
    assert "ashdown" not in button.remember()
    button.recall('[["old", ["x/y"], "ada ashdown"]]')
    assert button.saved() == [SavedFilter("old", ("x/y",))]


@pytest.mark.whole
def test_the_columns_can_be_chosen_without_the_mouse(at: At) -> None:
    page = page_of(at())
    page.choose_columns()
    menu = next(each for each in page.table.findChildren(QMenu) if each.isVisible())
    ward = next(action for action in menu.actions() if action.text().startswith("Ward"))
    before = ward.isChecked()
    ward.trigger()
    at_column = next(n for n, column in enumerate(page.model.columns) if column.key == "ward")
    assert (at_column in page.table.kept_columns()) != before
    menu.close()
