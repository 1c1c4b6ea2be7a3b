"""The menu of a table's columns: which are shown, and by keys what a mouse drags: their place and width."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from ui.widgets.table import TableView

STEP = 24
"""Pixels at 100 % by which a column becomes wider or narrower."""


def column_menu(table: TableView, *, step: int) -> QMenu:
    """The menu for this table as it stands now; `step` is how many pixels wider is. It goes when closed."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    shown = table.shown_columns()
    for at, column in enumerate(table.rows.columns):
        has_no_room = table.is_set_aside(at)
        action = menu.addAction(f"{column.title} (no room now)" if has_no_room else column.title)
        action.setCheckable(True)
        action.setChecked(at in shown)
        # the last column that is shown stays
        action.setEnabled(at not in shown or len(shown) > 1)
        action.toggled.connect(partial(table.ask_for, at))
    menu.addSeparator()
    places = menu.addMenu("Place and width")
    for place, at in enumerate(shown):
        one = places.addMenu(table.rows.columns[at].title)
        left = one.addAction("Move left", partial(table.move_column, at, -1))
        left.setEnabled(place > 0)
        right = one.addAction("Move right", partial(table.move_column, at, 1))
        right.setEnabled(place < len(shown) - 1)
        one.addAction("Wider", partial(table.widen_column, at, step))
        one.addAction("Narrower", partial(table.widen_column, at, -step))
    menu.addAction("Widths as they were", table.forget_widths)
    return menu
