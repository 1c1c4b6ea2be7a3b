"""The check that nothing outlives a test does find what does."""

from __future__ import annotations

import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.leaks import Standing, settle


def test_a_running_thread_a_timer_and_a_window_are_found(qapp: QApplication) -> None:
    before = Standing()
    assert before.left_behind() == []
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, name="forgotten")
    thread.start()
    timer = QTimer()
    timer.start(60_000)
    window = QWidget()
    window.setWindowTitle("Forgotten")
    assert before.left_behind() == ["thread forgotten", "widget QWidget 'Forgotten'", "timer of NoneType"]
    gate.set()
    thread.join()
    timer.stop()
    window.deleteLater()
    del window
    settle(qapp)
    assert before.left_behind() == []
