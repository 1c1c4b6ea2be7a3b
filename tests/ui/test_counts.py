"""Counts open what they count: beside a page's title, on Today, at the foot of the window."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from ui.theme.theme import Theme
from ui.widgets.counts import CountsLine, Pressable
from ui.widgets.search import Choice, FilterChips


def test_a_count_is_opened_by_the_mouse_and_by_keys_and_words_alone_are_not(theme: Theme, qtbot: Any) -> None:
    line = CountsLine(theme=theme)
    qtbot.addWidget(line)
    line.resize(400, 24)
    opened: list[str] = []
    line.show_counts(
        "12 waiting · optimal · 3 blocked",
        lambda part: None if part == "optimal" else lambda: opened.append(part),
    )
    line.show()
    assert line.parts() == ["12 waiting", "3 blocked"]
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(line, key)
    assert opened == ["12 waiting", "3 blocked"]
    assert line.accessibleDescription().startswith("Enter shows: 12 waiting")
    places = line._places()
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=places[1].center().toPoint())
    assert opened == ["12 waiting", "3 blocked"]
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=places[2].center().toPoint())
    assert opened == ["12 waiting", "3 blocked", "3 blocked"]
    line.grab()
    line.show_counts("optimal")
    assert line.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert not line.open_part("optimal")


def test_a_figure_is_pressed_as_a_whole_where_it_opens_something(theme: Theme, qtbot: Any) -> None:
    figure = Pressable(theme=theme)
    qtbot.addWidget(figure)
    figure.resize(80, 40)
    pressed: list[bool] = []
    figure.clicked.connect(lambda _on: pressed.append(True))
    qtbot.mouseClick(figure, Qt.MouseButton.LeftButton)
    assert pressed == []
    figure.set_opens(True)
    qtbot.mouseClick(figure, Qt.MouseButton.LeftButton)
    qtbot.keyClick(figure, Qt.Key.Key_Return)
    assert pressed == [True, True]
    assert QAccessible.queryAccessibleInterface(figure).role() is QAccessible.Role.Button


def test_a_filter_that_only_a_count_puts_on_is_there_while_it_is_on(theme: Theme, qtbot: Any) -> None:
    always = Choice("free", "Free", lambda _row: True)
    counted = Choice("awaits", "Awaits", lambda row: row == 1, passing=True)
    chips = FilterChips([("can", [always, counted])], theme=theme)
    qtbot.addWidget(chips)
    chips.resize(400, 60)
    chips.show()
    free, awaits = chips._chips["can", "free"], chips._chips["can", "awaits"]
    assert (free.isVisible(), awaits.isVisible()) == (True, False)
    chips.set_on(["can/awaits"])
    assert awaits.isVisible()
    assert [admits(1) for admits in chips.predicates().values()] == [True]
    qtbot.mouseClick(awaits, Qt.MouseButton.LeftButton)
    assert not awaits.isVisible()
    assert chips.on() == []


def test_chips_stand_anew_once_for_all_their_counts_and_not_for_the_same_ones(
    theme: Theme, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = [Choice(name, name.title(), lambda _row: True) for name in ("free", "full", "closed")]
    chips = FilterChips([("can", choices)], theme=theme)
    qtbot.addWidget(chips)
    fitted: list[None] = []
    monkeypatch.setattr(chips, "fit", lambda: fitted.append(None))
    chips.set_counts("can", {"free": 1, "full": 2_000})
    assert [chips._chips["can", key].text() for key in ("free", "full", "closed")] == [
        "Free  1",
        "Full  2,000",
        "Closed",
    ]
    chips.set_counts("can", {"free": 1})
    assert len(fitted) == 1
