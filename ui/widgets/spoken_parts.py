"""What a screen reader meets inside a picture that is painted: a button for each thing drawn in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

SOON_MS = 100
"""So long a picture is at rest before what is drawn in it is said anew."""


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """A thing that is drawn: what it is, more of it, and its place in the picture."""

    key: str
    name: str
    place: QRect
    more: str = ""


class _Unseen(QAbstractButton):
    """Stands where something is painted; no eye and no mouse meets it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def stand_for(self, part: SpokenPart) -> None:
        """Is this from now on."""
        self.key = part.key
        self.setAccessibleName(part.name)
        self.setAccessibleDescription(part.more)
        self.setGeometry(part.place)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is seen is the picture."""


class SpokenParts(QTimer):
    """Keeps the children of a picture's surface as what is drawn in it. Where nobody listens none is made.

    `pressed` carries the key of what a screen reader pressed.
    """

    pressed = Signal(str)

    def __init__(self, surface: QWidget, drawn: Callable[[], Iterable[SpokenPart]]) -> None:
        super().__init__(surface, singleShot=True, interval=SOON_MS)
        self._surface = surface
        self._drawn = drawn
        self._buttons: list[_Unseen] = []
        self.timeout.connect(self._make)

    def review(self) -> None:
        """Something else is drawn, or stands elsewhere."""
        if QAccessible.isActive():
            self.start()

    def _make(self) -> None:
        drawn = list(self._drawn())
        while len(self._buttons) > len(drawn):
            gone = self._buttons.pop()
            gone.setParent(None)
            gone.deleteLater()
        while len(self._buttons) < len(drawn):
            self._buttons.append(self._another())
        for button, part in zip(self._buttons, drawn, strict=True):
            button.stand_for(part)

    def _another(self) -> _Unseen:
        button = _Unseen(self._surface)
        button.clicked.connect(lambda: self.pressed.emit(button.key))
        return button


__all__ = ["SpokenPart", "SpokenParts"]
