"""Areas that scroll what is too high for them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea


def scroll_down(area: QScrollArea, name: str, *, takes_focus: bool = False) -> None:
    """The area scrolls up and down alone: what is in it is as wide as it is. No frame; a name to be heard."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if takes_focus else Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)


__all__ = ["scroll_down"]
