"""A picture of the window, taken once it shows all there is to show."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from ui.application import Application

QUIET_MS = 250
"""So long nothing must have been under way."""
LONGEST_MS = 120_000


class WhenQuiet(QObject):
    """Calls once, when no job has been under way for a quarter of a second."""

    def __init__(self, busy: Callable[[], bool], then: Callable[[], None], *, parent: QObject) -> None:
        super().__init__(parent)
        self._busy = busy
        self._then = then
        self._quiet = 0
        self._waited = 0
        self._clock = QTimer(self, interval=50)
        self._clock.timeout.connect(self._look)
        self._clock.start()

    def _look(self) -> None:
        self._waited += 50
        self._quiet = 0 if self._busy() else self._quiet + 50
        if self._quiet >= QUIET_MS or self._waited >= LONGEST_MS:
            self._clock.stop()
            self._then()
            self.deleteLater()


def take_picture(application: Application, path: Path, *, select: str = "") -> None:
    """Signs in as the first person where nobody was named, waits, saves the window as PNG, ends."""
    window = application.window

    def grab() -> None:
        saved = window.grab().save(str(path))
        if not saved:
            sys.stderr.write(f"{path} can't be written.\n")
        application.stop(0 if saved else 1)

    def choose() -> None:
        page = window.page
        if select and page is not None:
            page.want(select)
        WhenQuiet(lambda: application.jobs.busy, grab, parent=application)

    def sign_in() -> None:
        if window.services.user is None:
            window.sign_in_first()
        WhenQuiet(lambda: application.jobs.busy, choose, parent=application)

    # a picture of a crash is no picture
    application.services.bug.connect(lambda _bug: application.stop(1))
    application.opened.connect(lambda: WhenQuiet(lambda: application.jobs.busy, sign_in, parent=application))
    # what stands before a hub that isn't open is a picture too
    application.entrance.asked.connect(lambda: QTimer.singleShot(QUIET_MS, application, grab))
    application.jobs.not_opened.connect(lambda _error: QTimer.singleShot(QUIET_MS, application, grab))
