"""A choice between a few views: one is on, Tab stops once, arrows go between."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui.theme.theme import Theme
from ui.widgets.segments import Segments

CHOICES = (("table", "Table", "view-table"), ("board", "Board", ""), ("timeline", "Timeline", ""))


def test_one_is_on_and_only_that_one_is_a_tab_stop(theme: Theme, qtbot: Any) -> None:
    segments = Segments(CHOICES, theme=theme, name="Show as")
    qtbot.addWidget(segments)
    segments.show_choice("board")
    assert [each.isChecked() for each in segments.buttons()] == [False, True, False]
    stops = [bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus) for each in segments.buttons()]
    assert stops == [False, True, False]
    assert [each.accessibleName() for each in segments.buttons()] == [
        "Show as: Table", "Show as: Board", "Show as: Timeline",
    ]  # fmt: skip


def test_a_press_says_which_and_showing_a_choice_tells_nobody(theme: Theme, qtbot: Any) -> None:
    segments = Segments(CHOICES, theme=theme, name="Show as")
    qtbot.addWidget(segments)
    said: list[str] = []
    segments.chosen.connect(said.append)
    segments.show_choice("timeline")
    segments.button("board").click()
    assert said == ["board"]


def test_arrows_go_to_the_next_and_take_it(theme: Theme, qtbot: Any) -> None:
    segments = Segments(CHOICES, theme=theme, name="Show as")
    qtbot.addWidget(segments)
    with qtbot.waitActive(segments):
        segments.show()
    said: list[str] = []
    segments.chosen.connect(said.append)
    segments.button("table").setFocus()
    qtbot.keyClick(segments.button("table"), Qt.Key.Key_Right)
    assert QApplication.focusWidget() is segments.button("board")
    assert said == ["board"]
    qtbot.keyClick(segments.button("board"), Qt.Key.Key_Left)
    qtbot.keyClick(segments.button("table"), Qt.Key.Key_Up)
    assert said == ["board", "table", "timeline"]
    assert segments.button("timeline").isChecked()


def test_a_click_leaves_the_focus_where_it_is(theme: Theme, qtbot: Any) -> None:
    segments = Segments(CHOICES, theme=theme, name="Show as")
    qtbot.addWidget(segments)
    with qtbot.waitActive(segments):
        segments.show()
    segments.button("table").setFocus()
    qtbot.mouseClick(segments.button("timeline"), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is segments.button("table")
