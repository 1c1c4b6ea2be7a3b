"""How long nobody has touched the keys or the mouse, whichever of the program's windows is in front.

It listens to the windows of the system alone, of which there are a few: to listen to every widget would make
each event of the program dearer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

FEWEST, MOST, USUAL = 1, 60, 10
"""Minutes until the window locks by itself."""
KEPT = "window/lock_minutes"
_TOUCHED = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletMove,
    }
)


def minutes_of(kept: object, *, hub: int = USUAL) -> int:
    """The minutes of the hub, or the fewer that were chosen at this desk; nonsense chooses none."""
    try:
        number = int(str(kept))
    except ValueError:
        return hub
    return min(number, hub) if FEWEST <= number <= MOST else hub


class Idle(QObject):
    """`over` once nobody has touched anything for so many minutes; `asked` where the key that locks was
    pressed in a window that no command of the main one reaches.

    `pace` gives the seconds since some fixed moment. A computer that slept may stand still in one clock and
    jump in another: whichever says that more time has gone by is right.
    """

    over = Signal()
    asked = Signal()

    def __init__(
        self,
        parent: QObject,
        *,
        minutes: int = USUAL,
        pace: tuple[Callable[[], float], ...] = (time.monotonic, time.time),
    ) -> None:
        super().__init__(parent)
        self._paces = pace
        self._minutes = minutes
        self._since = [now() for now in pace]
        self._on = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._listen_to)
            self._listen_to(QGuiApplication.focusWindow())
            # of keys that an input method takes no window hears: what they compose moves the cursor
            QGuiApplication.inputMethod().cursorRectangleChanged.connect(self._composed)

    @property
    def minutes(self) -> int:
        """How many minutes it waits."""
        return self._minutes

    def set_minutes(self, minutes: int) -> None:
        """Waits for so many minutes from now on."""
        self._minutes = minutes
        if self._on:
            self.start()

    def start(self) -> None:
        """Begins to count, from now."""
        self._on = True
        self._touch()
        self._timer.start(self._minutes * 60_000)

    def stop(self) -> None:
        """Counts no more."""
        self._on = False
        self._timer.stop()

    def untouched(self) -> float:
        """The seconds since anybody touched anything, while it counts."""
        return max(now() - since for now, since in zip(self._paces, self._since, strict=True))

    def left(self) -> float:
        """The seconds until it is over."""
        return self._minutes * 60 - self.untouched()

    def _touch(self) -> None:
        self._since = [now() for now in self._paces]

    def _composed(self) -> None:
        """The cursor moved in a field; whoever comes back after the time is over is asked who they are."""
        if self._on and self.left() > 0:
            self._touch()

    def _look(self) -> None:
        left = self.left()
        if left <= 0:
            self.stop()
            self.over.emit()
        else:
            self._timer.start(int(left * 1000) + 1)

    def _listen_to(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._on or event.type() not in _TOUCHED:
            return False
        if self.left() <= 0:
            # the computer slept: whoever wakes it is asked who they are first
            self._look()
            return True
        self._touch()
        if isinstance(event, QKeyEvent) and _locks(event):
            self.asked.emit()
            return True
        return False


def _locks(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier


__all__ = ["FEWEST", "KEPT", "MOST", "USUAL", "Idle", "minutes_of"]
