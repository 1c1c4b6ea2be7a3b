"""Short work in a thread of its own: whoever asked may be gone before the answer is there."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject

from ui.work.away import Away

WRECKS = """
import random, sys, time
from PySide6.QtCore import QCoreApplication, QObject
import shiboken6
from ui.work.away import Away

def wait(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass

application, lots = QCoreApplication([]), random.Random(7)
sys.setswitchinterval(1e-5)
for _ in range(3_000):
    asks = QObject()
    away, told = Away(asks), []
    away.run(lambda: away.told(told.append)(wait(0.0006 * lots.random())), told.append)
    wait(0.0008 * lots.random())
    shiboken6.delete(asks)
    application.processEvents()
"""


@pytest.mark.whole
def test_who_asked_is_deleted_at_any_instant_and_the_program_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRECKS], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_a_thread_tells_is_said_in_the_windows_thread_as_long_as_somebody_asks(qtbot: Any) -> None:
    asks, here = QObject(), threading.current_thread()
    away, told = Away(asks), []

    def tell(words: str) -> None:
        told.append((words, threading.current_thread() is here))

    away.run(lambda: away.told(tell)("half"), lambda _answer: tell("all"))
    qtbot.waitUntil(lambda: told == [("half", True), ("all", True)])
    go_on = threading.Event()
    away.run(lambda: (go_on.wait(30), away.told(tell)("late")), lambda _answer: tell("too late"))
    thread = away._thread
    assert thread is not None
    shiboken6.delete(asks)
    go_on.set()
    thread.join(30)
    qtbot.wait(20)
    assert len(told) == 2
