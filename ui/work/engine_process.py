"""The engine's process: takes one job at a time, answers with progress and its result.

No Qt here, and nothing heavy before the first job: this module is imported in the spawned process.
"""

from __future__ import annotations

import contextlib
import importlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from ui.work.faults import as_told

PROGRESS_SECONDS = 0.05
"""No two messages of progress are nearer than this."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far a job is: `done` of `total` (0: unknown), and what it is at in words."""

    done: int
    total: int
    words: str = ""


class Throttle:
    """Passes messages of progress on, at most one each 50 ms, and always the last."""

    def __init__(self, tell: Callable[[Told], None]) -> None:
        self._tell = tell
        self._last = 0.0

    def __call__(self, done: int, total: int, words: str = "") -> None:
        """Says how far it is."""
        now = time.monotonic()
        if now - self._last >= PROGRESS_SECONDS or (total and done >= total):
            self._last = now
            self._tell(Told(done, total, words))


def serve(connection: Connection, preload: tuple[str, ...]) -> None:
    """Does jobs until told to stop (None) or the other end is gone.

    A job is (callable, args, wants_progress); with progress the callable gets `progress=`, a function
    (done, total, words). Answers are ("ready",), ("progress", Told), ("result", value), ("error", fault).
    """
    # Ctrl+C in a terminal is the window's business
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in preload:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # whoever started it may have been ended meanwhile
    _answer(connection, ("ready",))
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        if job is None:
            return
        _answer(connection, _do(connection, *job))


def _do(connection: Connection, work: Callable[..., Any], args: tuple[Any, ...], progress: bool) -> Any:
    try:
        if progress:
            told = Throttle(lambda message: connection.send(("progress", message)))
            return ("result", work(*args, progress=told))
        return ("result", work(*args))
    except Exception as error:  # noqa: BLE001 - whatever it was, the window has to hear of it
        return ("error", as_told(error))


def _answer(connection: Connection, answer: Any) -> None:
    try:
        connection.send(answer)
    except (BrokenPipeError, OSError):
        return
    except Exception as error:  # noqa: BLE001 - a result that can't be sent is a fault to be told
        connection.send(("error", as_told(error)))
