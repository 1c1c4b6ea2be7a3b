"""Work for the engine's process: in a module of its own, as that process imports all that comes with it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from discharge.model.errors import UserError


def double(number: int) -> tuple[int, int]:
    """Twice the number, and in which process."""
    return number * 2, os.getpid()


def slow(number: int, progress: Callable[..., None]) -> int:
    """The number, after a long while."""
    for n in range(1_000):
        progress(n, 1_000, "counting")
        time.sleep(0.01)
    return number


def endless(*_args: Any, progress: Callable[..., None]) -> None:
    """Work that never ends by itself."""
    while True:
        progress(1, 2, "Endless")
        time.sleep(0.01)


def refuse_it() -> None:
    """A fault of the user's world."""
    raise UserError("The case is broken.", "Mend it.")


def break_down() -> None:
    """A fault of ours."""
    raise RuntimeError("Ada Ashdown")


def die() -> None:
    """The process ends in the middle."""
    os._exit(3)


def loaded(names: tuple[str, ...]) -> list[str]:
    """Those of the modules that are there already."""
    return [name for name in names if name in sys.modules]
