"""What stands before a test, and what of it wasn't there: threads, processes, windows, running timers."""

from __future__ import annotations

import gc
import multiprocessing
import threading

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget

ENDS_BY_ITSELF = "away"
"""Threads of this name do a short piece of work (`ui.work.away`)."""
LONGEST_SECONDS = 20
"""So long one is waited for on a busy machine."""


class Standing:
    """What there is at the moment it is made, or was told that all may stay."""

    def __init__(self) -> None:
        self.let_stay()

    def let_stay(self) -> None:
        """What is there now is for several tests."""
        self._threads = set(threading.enumerate())
        self._processes = set(multiprocessing.active_children())
        self._windows = {id(widget) for widget in QApplication.topLevelWidgets()}
        self._timers = {id(timer) for timer in _running_timers()}

    def _belongs(self, window: QWidget | None) -> bool:
        """Whether a window stood before, or is a menu or a bubble of one that did."""
        while window is not None:
            if id(window) in self._windows:
                return True
            parent = window.parentWidget()
            window = parent.window() if parent is not None else None
        return False

    def left_behind(self) -> list[str]:
        """What is there now and wasn't then, each in a few words."""
        threads = [each for each in threading.enumerate() if each not in self._threads]
        for each in threads:
            # what a passphrase comes to ends by itself, also where nobody asks for it any more
            each.join(LONGEST_SECONDS if each.name == ENDS_BY_ITSELF else 0)
        left = [f"thread {each.name}" for each in threads if each.is_alive()]
        left += [
            f"process {each.name}"
            for each in multiprocessing.active_children()
            if each not in self._processes
        ]
        left += [
            f"widget {_name(each)}" for each in QApplication.topLevelWidgets() if not self._belongs(each)
        ]
        left += [
            f"timer of {_name(each.parent())}"
            for each in _running_timers()
            if id(each) not in self._timers and not self._belongs(_window_of(each))
        ]
        return left


def settle(application: QApplication) -> None:
    """Let everything that is on its way out go."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        application.processEvents()
    # what only that held which goes now is on its way out too
    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        application.processEvents()


def _running_timers() -> list[QTimer]:
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, QTimer) and shiboken6.isValid(each) and each.isActive()
    ]


def _window_of(timer: QTimer) -> QWidget | None:
    parent = timer.parent()
    return parent.window() if isinstance(parent, QWidget) else None


def _name(thing: object) -> str:
    if isinstance(thing, QWidget):
        said = thing.accessibleName() or thing.windowTitle() or thing.objectName()
        return f"{type(thing).__name__} {said!r}"
    return type(thing).__name__
