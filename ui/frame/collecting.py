"""Python's collector of cycles, in the main thread alone and a moment at a time.

In whichever thread it runs it holds up all others, for up to half a second once England's homes are in
memory, and a widget or timer that it ends in another thread than its own may end the program. Nearly
everything is freed by counting references anyway.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from ui.frame.lock import Lock

LOOK_MS = 500
FEW, MANY = 2_000, 25_000
"""Of less than a few new objects nothing is looked for; more than many would hold up a key."""
LEFT = 300_000
"""So many that were left alone are looked through once nobody touches anything."""
AWAY_S = 60.0
LOCKED_MS = 5_000
"""So long after the window was locked everything is looked through: whoever locks it may be back at once."""


class Collecting(QObject):
    """From `start` to `stop` nothing is collected but here.

    What was made lately is looked through now and then. Once it is many it is left alone, until the window is
    locked, or nobody has touched it for a while: that takes up to a second in a hub of all England's homes.
    """

    def __init__(self, lock: Lock, *, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = lock
        self._lately = self._left = 0
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._locked = QTimer(self, singleShot=True, interval=LOCKED_MS)
        self._locked.timeout.connect(self._look_through)
        lock.turned.connect(self._turned)

    def start(self) -> None:
        """What is there stays."""
        gc.disable()
        gc.freeze()
        self._clock.start()

    def stop(self) -> None:
        """It runs by itself again."""
        self._clock.stop()
        self._locked.stop()
        gc.enable()

    def _look(self) -> None:
        if self._left > LEFT and self._lock.idle.untouched() > AWAY_S:
            self._look_through()
            return
        # not what there is: that would hand out what another thread has half made
        made = gc.get_count()[0]
        if made < FEW:
            return
        self._lately += made
        if self._lately > MANY:
            gc.freeze()
            self._left, self._lately = self._left + self._lately, 0
        else:
            gc.collect()

    def _turned(self) -> None:
        if self._lock.is_on:
            self._locked.start()
        else:
            self._locked.stop()

    def _look_through(self) -> None:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._left = self._lately = 0
