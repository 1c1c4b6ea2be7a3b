"""Work on very many objects of which none becomes garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Lets the garbage collector rest meanwhile: it would look through a whole country's homes again and
    again. What nothing refers to is freed all the same."""
    rested = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if rested:
            gc.enable()
