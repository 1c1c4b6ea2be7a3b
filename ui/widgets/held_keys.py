"""What is typed over a window while a dialog for it is still being made."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

_TYPED = {QEvent.Type.KeyPress, QEvent.Type.KeyRelease}
_CLICKED = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
}


class HeldKeys(QObject):
    """Keeps what is typed over a window from it, until a dialog is open, and then gives it to that; a click
    goes nowhere, as it would with the dialog open. It ends with the dialog, should that never open."""

    def __init__(self, window: QWidget, dialog: QDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._typed: list[QKeyEvent] = []
        self._watched = window.windowHandle()
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def give(self) -> None:
        """The dialog is open: what was typed goes to it, in order."""
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        for each in self._typed:
            QCoreApplication.postEvent(self._dialog.windowHandle(), each)
        self._typed.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride:
            # so that it comes as a key, and not as a command of the page
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and kind in _TYPED:
            self._typed.append(event.clone())
            return True
        return kind in _CLICKED


__all__ = ["HeldKeys"]
