"""What tests of pages with a table and a detail share."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from tests.ui.planning_hub import Stand
from ui.frame.table_page import TablePage


def table_page(desk: Stand) -> TablePage[Any]:
    """The page, whatever its rows are."""
    assert isinstance(desk.page, TablePage)
    return desk.page


def pick(desk: Stand, name: str) -> str:
    """Make the row of that name current; its id."""
    page = table_page(desk)
    row = next(row for row in page.model.rows() if row.name == name)
    assert page.pick(row.id)
    desk.settle()
    return str(row.id)


def detail_words(desk: Stand) -> str:
    """Everything that the detail says."""
    pane = table_page(desk).detail
    return "\n".join(each.text() for each in pane.findChildren(QLabel) if each.isVisibleTo(pane))


def link(desk: Stand, name: str) -> QPushButton:
    """The small button of that name in the detail."""
    there = table_page(desk).detail.findChildren(QPushButton)
    found = [each for each in there if each.accessibleName() == name]
    assert len(found) == 1, [each.accessibleName() for each in there]
    return found[0]


def assert_worked_by_keys_alone(desk: Any, table: Any, qtbot: Any) -> None:
    """The arrows go through the rows, Enter shows the detail, Tab leaves the table."""
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home)
    first = table.currentIndex().row()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert (first, table.currentIndex().row()) == (0, 1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page.detail_shown() is True
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()
