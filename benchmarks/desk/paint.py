"""When a window is painted first and when its page can be used, by the clock that the caller started.

    python -m benchmarks.desk.paint empty                      an empty window of PySide6
    python -m benchmarks.desk.paint stay                       the same, but it stays
    python -m benchmarks.desk.paint first SPARE ARGUMENTS      our program with these arguments
    python -m benchmarks.desk.paint usable SPARE ARGUMENTS     the same, until its page shows what it holds

SPARE is a folder for what the program remembers. Prints the instant in seconds since the epoch.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

if TYPE_CHECKING:
    from ui.frame.window import Window

LOOK_MS = 2
LOOKS = 3
"""So often on end nothing must be under way before a page counts as usable."""


def tell_and_end(instant: float | None = None) -> None:
    """Print the instant (default: now) and end at once, whatever still runs."""
    print(json.dumps({"instant": instant or time.time()}), flush=True)
    os._exit(0)


class FirstPaint(QObject):
    """Calls once, when all that the first round of painting paints is painted."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._then: Callable[[], None] | None = then
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._then is not None:
            QTimer.singleShot(0, self._then)
            self._then = None
        return False


def empty(*, stays: bool) -> None:
    """An empty main window of the size that ours has."""
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1440, 860)
    if not stays:
        FirstPaint(window, tell_and_end)
    window.show()
    application.exec()


def ours(spare: Path, arguments: list[str], *, usable: bool) -> None:
    """Our program as people start it, but that it remembers nothing and ends by itself."""
    from discharge import paths
    from ui.__main__ import main
    from ui.frame.window import Window

    appear = Window.appear

    def watched(window: Window) -> None:
        if usable:
            _WhenUsable(window)
        else:
            # it covers the window, which Qt doesn't paint then
            FirstPaint(window.centralWidget() or window, tell_and_end)
        Window.appear = appear  # type: ignore[method-assign]
        appear(window)

    paths.user_config = lambda: spare
    paths.user_logs = lambda: spare
    Window.appear = watched  # type: ignore[method-assign, assignment]
    main(arguments)


class _WhenUsable(QObject):
    """Looks whether a page is in front and nothing is under way any more."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._quiet = 0
        self._since = 0.0
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()

    def _look(self) -> None:
        if self._window.at_gate:
            # a plain hub of that size offers to be sealed: it stays as it is
            self._window.come_in("U-0001")
        # a page comes to the front only after its hub is open and somebody is at the desk
        if self._window.page is None or self._window.services.jobs.busy:
            self._quiet = 0
            return
        if self._quiet == 0:
            self._since = time.time()
        self._quiet += 1
        if self._quiet == LOOKS:
            # painted by now, as painting comes before timers; the instant is that of the first look
            tell_and_end(self._since)


if __name__ == "__main__":
    if sys.argv[1] in ("empty", "stay"):
        empty(stays=sys.argv[1] == "stay")
    else:
        ours(Path(sys.argv[2]), sys.argv[3:], usable=sys.argv[1] == "usable")
