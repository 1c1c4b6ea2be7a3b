"""What covers the window while one hub is closed and another opened."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.layouts import in_column
from ui.widgets.text import label


class Curtain(QFrame):
    """Words in the middle of what it covers; it needs no theme of its own, as that of either hub may go."""

    def __init__(self, words: str, more: str, *, covers: bool = False, parent: QWidget) -> None:
        """`covers`: it lies over all of its parent."""
        super().__init__(parent)
        self.setProperty("kind", "surface")
        self.setAutoFillBackground(True)
        self.setAccessibleName(words)
        self.setAccessibleDescription(more)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = in_column(self, gap=8)
        column.addStretch(1)
        for said, kind in ((words, "title"), (more, "muted")):
            shown = label(said, kind, wrap=True)
            shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(shown)
        column.addStretch(1)
        if covers:
            parent.installEventFilter(self)
            self.setGeometry(parent.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)


__all__ = ["Curtain"]
