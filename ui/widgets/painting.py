"""When a widget is painted that takes long to fill."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget


class Filling(QObject):
    """Keeps what a widget shows on the screen while it is filled anew: to fill it and to paint it in one turn
    of the event loop is more than a key should wait for."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._parts: deque[Callable[[], object]] = deque()
        self._next = QTimer(widget, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Nothing is painted before the next turn, nor before all that is done `then`."""
        self._widget.setUpdatesEnabled(False)
        self._next.start()

    def then(self, part: Callable[[], object]) -> None:
        """Does this in a turn of its own, before anything is painted."""
        self._parts.append(part)
        self.begin()

    def _go_on(self) -> None:
        if self._parts:
            self._next.start()
            self._parts.popleft()()
        else:
            self._widget.setUpdatesEnabled(True)
