"""Waiting until a window has come to rest: by what it is doing, not by the clock."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from ui.jobs import Jobs

PAUSE = 150
"""The longest pause that is waited for, in milliseconds; what is put off for longer goes on by itself."""


def come_to_rest(qtbot: Any, jobs: Jobs, widget: QWidget, *, timeout: int = 30_000) -> None:
    """Wait until no job is under way, none is about to be, and all that was told has been heard."""
    quiet = 0

    def at_rest() -> bool:
        nonlocal quiet
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        quiet = 0 if jobs.busy or _is_pausing(widget.window()) else quiet + 1
        return quiet > 2

    qtbot.waitUntil(at_rest, timeout=timeout)


def _is_pausing(window: QWidget) -> bool:
    """Whether something in the window waits a moment before it begins."""
    return any(
        timer.isActive() and timer.isSingleShot() and timer.interval() <= PAUSE
        for timer in window.findChildren(QTimer)
    )
