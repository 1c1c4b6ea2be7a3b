"""Which of Qt's classes were made in another thread than the main one: that ends the program with a fault of
memory now and then (see `ui.work.importing`)."""

from __future__ import annotations

import threading

from ui import overrides

MADE_ELSEWHERE: list[str] = []


def watch_classes() -> None:
    """Has errors of overrides be heeded, as the program does, and keeps what is made elsewhere from now."""
    usual = overrides._heed_all

    def heed_and_look(made: type, /, **settings: object) -> None:
        usual(made, **settings)
        if threading.current_thread() is not threading.main_thread():
            MADE_ELSEWHERE.append(f"{made.__module__}.{made.__qualname__}")

    overrides._heed_all = heed_and_look
    overrides.heed_errors()
