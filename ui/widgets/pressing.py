"""Enter presses the button that has the focus, as Space does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BESIDE = Qt.KeyboardModifier.KeypadModifier


def press_in_focus(holder: QWidget, event: QKeyEvent) -> bool:
    """Presses the button of this window that has the focus, where the key is Enter alone; whether it was."""
    button = holder.focusWidget()
    alone = event.key() in _ENTER and not event.modifiers() & ~_BESIDE
    if not alone or not isinstance(button, (QPushButton, QToolButton)) or not button.isEnabled():
        return False
    if button.menu() is not None:
        button.showMenu()
    else:
        button.click()
    return True
