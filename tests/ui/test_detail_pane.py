"""The pane beside a table: what is in it is reached by Tab, one after the other, before the pane is left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

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
