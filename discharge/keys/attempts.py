"""Failed sign-ins: each makes the next wait longer, and is put on record by whoever comes in next.

Beside the store, as nobody is in it yet: who tried, how often, when. It holds no name and no passphrase.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from discharge import in_place

FREE = 3
"""So many slips cost nothing."""
LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Failed:
    """What one holder's slot was tried with in vain since it was last opened."""

    times: int
    last: datetime


def beside(store: Path) -> Path:
    """Where they are kept."""
    return store.with_name(f"{store.name}.attempts")


def read(store: Path) -> dict[str, Failed]:
    """The failures by holder; none where the file can't be read."""
    try:
        found = json.loads(in_place.content_of(beside(store)))
        return {
            str(holder): Failed(int(one["times"]), datetime.fromisoformat(one["last"]))
            for holder, one in found.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def wait(store: Path, holder: str, *, now: datetime) -> timedelta:
    """How long the next try of this holder has to wait still: nothing for three slips, then 2, 4, 8 seconds,
    up to a quarter of an hour. A clock that was put back makes nobody wait longer than that.
    """
    failed = read(store).get(holder)
    if failed is None or failed.times < FREE:
        return timedelta(0)
    pause = min(timedelta(seconds=2.0 ** min(failed.times - FREE + 1, 20)), LONGEST)
    return max(timedelta(0), min(failed.last + pause - now, pause))


def note(store: Path, holder: str, *, now: datetime) -> Failed:
    """One more failure."""
    known = read(store)
    failed = Failed(known[holder].times + 1 if holder in known else 1, now)
    _write(store, {**known, holder: failed})
    return failed


def clear(store: Path, holder: str) -> None:
    """The holder came in: what failed before has been put on record."""
    known = read(store)
    if known.pop(holder, None) is not None:
        _write(store, known)


def _write(store: Path, failed: dict[str, Failed]) -> None:
    content = {who: {"times": one.times, "last": one.last.isoformat()} for who, one in failed.items()}
    path = beside(store)
    part = path.with_name(f"{path.name}.{os.getpid()}.new")
    with suppress(OSError):
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(json.dumps(content).encode())
        in_place.put(part, path)


__all__ = ["Failed", "beside", "clear", "note", "read", "wait"]
