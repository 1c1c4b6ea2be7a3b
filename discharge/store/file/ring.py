"""The keys of the hubs that this process may open: lent while a desk has one open, or while it is mended.

A hub's key opens its file, and what is kept of it: its backups, what was moved aside, what is being put
together. Files of a hub that is on no ring are plain.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked


@dataclass(slots=True)
class _Lent:
    """A hub's data keys by generation, the one in use, and how many have them."""

    keys: dict[int, bytes]
    in_use: int
    holders: int = 0


_ring: dict[Path, _Lent] = {}
_lock = threading.Lock()


def lend(store: Path, keys: Mapping[int, bytes], *, in_use: int) -> None:
    """From now on this process opens the store's files with these keys, until `give_back`."""
    with _lock:
        lent = _ring.setdefault(store, _Lent({}, in_use))
        lent.keys.update(keys)
        lent.in_use = max(lent.in_use, in_use)
        lent.holders += 1


def give_back(store: Path) -> None:
    """One holder fewer: with the last of them the keys are forgotten."""
    with _lock:
        if (lent := _ring.get(store)) is not None:
            lent.holders -= 1
            if lent.holders <= 0:
                del _ring[store]


@contextmanager
def lent(store: Path, unlocked: Unlocked | None) -> Iterator[None]:
    """The keys of an opened slot for what is done inside; without one, as it was."""
    if unlocked is None:
        yield
        return
    lend(store, unlocked.data_keys, in_use=unlocked.generation)
    try:
        yield
    finally:
        give_back(store)


def use(store: Path, generation: int) -> None:
    """The store is sealed by the key of this generation: what is made of it from now on is too."""
    with _lock:
        _ring[store].in_use = generation


def keys_of(path: Path) -> tuple[tuple[int, bytes], ...]:
    """The keys that may open the file, by their generation: the one in use first, then from the newest on.

    None where the file belongs to no hub on the ring.
    """
    with _lock:
        lent = next((lent for store, lent in _ring.items() if _belongs(path, store)), None)
        if lent is None:
            return ()
        order = sorted(lent.keys, key=lambda one: (one != lent.in_use, -one))
        return tuple((one, lent.keys[one]) for one in order)


def _belongs(path: Path, store: Path) -> bool:
    """Whether it is the store's file, or one of those that are kept of it."""
    if path.parent == store.parent:
        return path.name == store.name or path.name.startswith(f"{store.name}.")
    return path.parent == store.with_name(f"{store.name} backups")


__all__ = ["give_back", "keys_of", "lend", "lent", "use"]
