"""The pane beside a table: what is in it is reached by Tab, one after the other, before the pane is left."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tests.ui.rest import until
from ui.theme.status import waiting
from ui.theme.theme import Theme
from ui.widgets.detail import DetailPane


def test_tab_goes_through_the_pane_before_it_leaves_it(look: Theme, qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    pane = DetailPane(theme=look, name="The thing")
    after = QLineEdit()
    column.addWidget(pane)
    column.addWidget(after)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    # made after everything else, as the buttons of a row that was just chosen are
    one, other = QPushButton("One"), QPushButton("Other")
    pane.begin("A thing")
    pane.add(one)
    pane.add(other)
    pane.end()
    pane.take_focus()
    seen = []
    for _ in range(3):
        focused = window.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        seen.append(window.focusWidget())
    assert seen == [one, other, after]


LINES = [f"Line {number} of a part that is longer than what is seen" for number in range(40)]


@pytest.fixture
def pane(look: Theme, qtbot: Any) -> DetailPane:
    made = DetailPane(theme=look, name="The thing")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def fill(pane: DetailPane, title: str, *, subtitle: str = "", about: str = "") -> None:
    pane.begin(title, subtitle=subtitle, about=about)
    pane.section("First")
    pane.end(*(partial(_part, pane, f"{title}: {name}") for name in ("second", "third")))


def _part(pane: DetailPane, name: str) -> None:
    pane.section(name)
    pane.lines(LINES)


def said(pane: DetailPane) -> list[str]:
    return [each.text() for each in pane.findChildren(QLabel) if each.text() not in LINES]


def all_of(pane: DetailPane, title: str) -> bool:
    return f"{title}: third" in said(pane)


def test_what_is_looked_at_first_is_there_at_once_and_the_rest_a_part_a_turn(pane: DetailPane) -> None:
    fill(pane, "Ada Shah")
    assert "First" in said(pane)
    assert "Ada Shah: second" not in said(pane)
    pane._go_on()
    assert "Ada Shah: second" in said(pane)
    assert not all_of(pane, "Ada Shah")
    until(lambda: all_of(pane, "Ada Shah"))


def test_of_a_row_that_was_left_before_all_of_it_was_there_nothing_comes_after(pane: DetailPane) -> None:
    fill(pane, "Ada Shah")
    fill(pane, "Ben Ode")
    until(lambda: all_of(pane, "Ben Ode"))
    assert not [words for words in said(pane) if words.startswith("Ada Shah")]
    fill(pane, "Cal Poe")
    pane.nothing()
    pane._go_on()
    assert "Cal Poe: second" not in said(pane)


def test_what_is_filled_anew_stays_where_it_was_scrolled_to_and_another_begins_at_its_top(
    pane: DetailPane,
) -> None:
    scroll = pane.findChild(QScrollArea)
    assert scroll is not None
    bar = scroll.verticalScrollBar()
    fill(pane, "Ada Shah")
    until(lambda: all_of(pane, "Ada Shah") and bar.maximum() > 600)
    bar.setValue(600)
    fill(pane, "Ada Shah")
    until(lambda: all_of(pane, "Ada Shah") and bar.maximum() > 600)
    assert bar.value() == 600
    fill(pane, "Ben Ode")
    assert bar.value() == 0


def test_of_two_people_of_one_name_the_other_is_another_and_who_is_shown_stays_so_when_something_is_said(
    pane: DetailPane,
) -> None:
    scroll = pane.findChild(QScrollArea)
    assert scroll is not None
    bar = scroll.verticalScrollBar()
    fill(pane, "Ada Shah", subtitle="born 3 May 1931", about="P-0001")
    until(lambda: all_of(pane, "Ada Shah") and bar.maximum() > 600)
    bar.setValue(600)
    fill(pane, "Ada Shah", subtitle="born 3 May 1931 · gone home", about="P-0001")
    until(lambda: all_of(pane, "Ada Shah") and bar.maximum() > 600)
    assert bar.value() == 600
    fill(pane, "Ada Shah", subtitle="born 9 June 1944", about="P-0002")
    assert bar.value() == 0


def test_where_nothing_names_what_is_shown_the_line_below_the_title_tells_it_apart(pane: DetailPane) -> None:
    scroll = pane.findChild(QScrollArea)
    assert scroll is not None
    bar = scroll.verticalScrollBar()
    fill(pane, "Ada Shah", subtitle="Entry 12")
    until(lambda: all_of(pane, "Ada Shah") and bar.maximum() > 600)
    bar.setValue(600)
    fill(pane, "Ada Shah", subtitle="Entry 13")
    assert bar.value() == 0


def test_a_screen_reader_meets_the_pane_once_by_whom_it_is_about_and_how_that_stands(
    pane: DetailPane,
) -> None:
    assert not pane.accessibleName(), "what it stands in is no more to meet"
    pane.begin("Ada Shah", waiting("Isolating"))
    scroll = pane.findChild(QScrollArea)
    assert scroll is not None
    assert scroll.accessibleName() == "The thing: Ada Shah, Isolating"
    pane.nothing()
    assert scroll.accessibleName() == "The thing"


def test_no_part_is_painted_before_it_stands_in_its_place(pane: DetailPane) -> None:
    fill(pane, "Ben Ode")
    lay_out()
    assert pane._body.updatesEnabled(), "what is looked at first is seen before the rest is there"
    while not all_of(pane, "Ben Ode"):
        pane._go_on()
        assert not pane._body.updatesEnabled()
        assert overlapping(pane._body), "it isn't laid out yet"
    lay_out()
    pane._go_on()
    assert pane._body.updatesEnabled()
    assert overlapping(pane._body) == []


def lay_out() -> None:
    """Without what a timer of no time does: on Windows Qt posts that as an event too."""
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


def overlapping(body: QWidget) -> list[tuple[QWidget, QWidget]]:
    there = [each for each in body.children() if isinstance(each, QWidget) and each.isVisible()]
    return [
        (one, other)
        for at, one in enumerate(there)
        for other in there[at + 1 :]
        if one.geometry().intersects(other.geometry())
    ]
