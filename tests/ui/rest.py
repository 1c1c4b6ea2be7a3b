"""Waiting until a window has come to rest: by what it is doing, not by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.examples import WHOLE
from ui.application import Application
from ui.work.jobs import Jobs

PAUSE = 150
"""The longest pause that is cut short, in milliseconds; what is put off for longer goes on by itself."""
QUIET_LOOKS = 3
AT_HAND: set[Callable[[], None]] = set()
"""The work that is done in this process in place of the engine's, and hasn't begun."""


def come_to_rest(qtbot: Any, jobs: Jobs, widget: QWidget, *, timeout: int = 30_000) -> None:
    """Wait until no job is under way, none is about to be, and all that was told has been heard.

    What it looks like on the way there isn't painted: it is when it has come to rest, the whole window. That
    alone is for the whole suite: any other paints what a test takes a picture of.
    """
    window = widget.window()
    window.setUpdatesEnabled(WHOLE)
    if _is_quiet(jobs) and not _hurried(window):
        _is_quiet(jobs)  # what that let happen is laid out
        return
    ends = time.monotonic() + timeout / 1000
    window.setUpdatesEnabled(False)
    while not _is_quiet(jobs) or _hurried(window):
        assert time.monotonic() < ends, "the window doesn't come to rest"
        qtbot.wait(1)
    window.setUpdatesEnabled(WHOLE)
    _is_quiet(jobs)


def _is_quiet(jobs: Jobs) -> bool:
    """Whether no job is under way, and none comes of what is on its way to the window."""
    for _ in range(QUIET_LOOKS):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if jobs.busy or AT_HAND:
            return False
    return True


def _hurried(window: QWidget) -> bool:
    """Whether something in the window waits a moment before it begins; it need wait no longer."""
    pausing = [
        timer
        for timer in window.findChildren(QTimer)
        if timer.isActive() and timer.isSingleShot() and timer.interval() <= PAUSE
    ]
    for timer in pausing:
        if timer.interval() > 0:
            timer.setInterval(0)
    return bool(pausing)


def until(true: Callable[[], bool], *, timeout: int = 30_000) -> None:
    """Let the window work until this is true."""
    ends = time.monotonic() + timeout / 1000
    while not true():
        assert time.monotonic() < ends, "it never comes true"
        loop = QEventLoop()  # other threads of Python work on while it runs, which they don't in QTest.qWait
        QTimer.singleShot(1, loop.quit)
        loop.exec()


class Patience:
    """What a stand for several tests waits with, as a `qtbot` is of one test alone."""

    def wait(self, milliseconds: int) -> None:
        """Let the window work for a moment."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def addWidget(self, widget: QWidget) -> None:
        """Whoever made it lets it go."""


def let_go(application: Application) -> None:
    """Close a window and let everything of it go, before anything else is dressed or made."""
    application.window.close()
    application.close()
    application.retire()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
