"""Files that are put whole in the place of another, and read, while other windows do the same.

On Windows a file can't be replaced while anybody has it open, be it another window or what looks for viruses,
nor opened in the instant in which it is replaced. Both pass: each is tried again for half a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep
from typing import TypeVar

_WINDOWS = os.name == "nt"
PAUSES = (0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.1, 0.14, 0.14)
"""Seconds to wait, each after one refusal."""

Result = TypeVar("Result")


def put(finished: Path, place: Path) -> None:
    """Puts a finished file, or folder, in its place; `OSError` where it can't be."""
    _patiently(partial(finished.replace, place))


def content_of(path: Path) -> bytes:
    """What the file holds; `OSError` where it can't be read."""
    return _patiently(path.read_bytes)


def _patiently(act: Callable[[], Result]) -> Result:
    for pause in PAUSES if _WINDOWS else ():
        try:
            return act()
        except PermissionError:
            sleep(pause)
    return act()


__all__ = ["content_of", "put"]
