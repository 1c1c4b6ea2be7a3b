"""Panes: side by side, one below the other, or sharing a place; what was folded away stays so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.panes import Arranged, Panes, arrange, bring_forward


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [
        (900, 500, Arranged(1)),
        (700, 500, Arranged(2)),
        (500, 500, Arranged(3)),
        (500, 900, Arranged(2, upright=True)),
    ],
)
def test_panes_stand_as_there_is_room(width: int, height: int, found: Arranged) -> None:
    assert arrange([200, 300, 300], width=width, height=height, high=300) == found


@pytest.fixture
def panes(theme: Theme, qtbot: Any) -> Iterator[Panes]:
    made = Panes([("a", "A", 200), ("b", "B", 300), ("c", "C", 300)], theme=theme, first="b")
    for _ in range(3):
        made.addWidget(QWidget())
    holder = QWidget()
    column = in_column(holder)
    column.addWidget(made.switch)
    column.addWidget(made, 1)
    holder.resize(1000, 400)
    qtbot.addWidget(holder)
    holder.show()
    QApplication.processEvents()
    yield made
    holder.close()


def make_wide(panes: Panes, width: int) -> None:
    holder = panes.parentWidget()
    assert holder is not None
    holder.resize(width, 400)


def opened(panes: Panes) -> list[str]:
    QApplication.processEvents()
    return [key for key in "abc" if panes.is_open(key)]


def test_what_shares_a_place_comes_back_when_there_is_room_again(panes: Panes) -> None:
    assert opened(panes) == ["a", "b", "c"]
    make_wide(panes, 640)
    assert opened(panes) == ["b", "c"]
    panes.switch.button("a").click()
    assert opened(panes) == ["a", "c"]
    make_wide(panes, 400)
    assert opened(panes) == ["a"]
    inner = QWidget(panes.widget(2))
    bring_forward(inner)
    assert opened(panes) == ["c"]
    make_wide(panes, 1000)
    assert opened(panes) == ["a", "b", "c"]
    assert panes.orientation() is Qt.Orientation.Horizontal
    assert panes.switch.isHidden()


def test_where_all_are_seen_what_has_the_focus_changes_nothing_for_later(panes: Panes) -> None:
    bring_forward(QWidget(panes.widget(0)))
    make_wide(panes, 640)
    assert opened(panes) == ["b", "c"]


def test_what_was_folded_away_stays_so(panes: Panes) -> None:
    panes.setSizes([300, 700, 0])
    make_wide(panes, 400)
    panes.show_pane("c")
    assert opened(panes) == ["c"], "alone it is seen"
    make_wide(panes, 1000)
    assert opened(panes) == ["a", "b"]


def test_a_pane_that_is_not_there_is_not_on_the_switch(panes: Panes) -> None:
    make_wide(panes, 400)
    panes.set_there("c", False)
    assert panes.switch.button("c").isHidden()
    panes.show_pane("c")
    assert opened(panes) == ["b"]


@pytest.mark.parametrize("narrow", [640, 400])
def test_side_by_side_again_they_are_as_wide_as_they_were(panes: Panes, narrow: int) -> None:
    panes.setSizes([220, 440, 320])
    QApplication.processEvents()
    before = panes.sizes()
    make_wide(panes, narrow)
    panes.switch.button("a").click()
    QApplication.processEvents()
    make_wide(panes, 1000)
    QApplication.processEvents()
    assert panes.sizes() == pytest.approx(before, abs=2)
