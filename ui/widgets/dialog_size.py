"""How large a dialog opens: as it would like to be, as far as the screen goes."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

MARGIN = 80
"""So much of the screen stays free beside and above a dialog, in pixels."""


def room_on_screen(dialog: QWidget) -> QSize:
    """How large a dialog may be on its screen, in pixels."""
    return dialog.screen().availableGeometry().size() - QSize(MARGIN, MARGIN)


def columns_on_screen(dialog: QWidget, columns: int, least: int) -> int:
    """So many columns, or fewer where the screen isn't wide enough for each to have this least width in
    pixels; one at least."""
    return max(1, min(columns, room_on_screen(dialog).width() // least))


def resize_on_screen(dialog: QWidget, width: int, height: int) -> None:
    """Makes it this large, in pixels, or as large as its screen has room for."""
    dialog.resize(QSize(width, height).boundedTo(room_on_screen(dialog)))
