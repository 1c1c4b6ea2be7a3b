"""Who is ringing which home just now, beside the store: so that two people don't ring the same one.

No part of the record: it is forgotten after a while, and nothing follows from it. It names homes and people
of the hub, nobody on the list. Whoever takes one holds the right to write to the store meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from discharge.store.file import beside
from discharge.store.file.drafts import folder_of
from discharge.store.file.faults import files_said_plainly

KEPT = timedelta(minutes=15)
_FILE = "round.in-hand"


@dataclass(frozen=True, slots=True)
class InHand:
    """A home that somebody has in hand."""

    setting: str
    by: str
    """The user's id."""
    name: str
    at: datetime


def in_hand(store: Path, *, now: datetime) -> dict[str, InHand]:
    """What is in hand, by setting; what is older than a while, or can't be read, isn't."""
    try:
        told = json.loads(beside.read(store, folder_of(store) / _FILE))
        found = (
            InHand(one["setting"], one["by"], one["name"], datetime.fromisoformat(one["at"])) for one in told
        )
        return {one.setting: one for one in found if now - KEPT < one.at <= now + KEPT}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def take(store: Path, setting: str | None, *, by: str, name: str, now: datetime) -> Mapping[str, InHand]:
    """Takes this home in hand, in place of the one that this user had; None: none any more.

    A home that somebody else has in hand stays theirs. Gives back all that is in hand.
    """
    found = {key: one for key, one in in_hand(store, now=now).items() if one.by != by}
    if setting is not None and setting not in found:
        found[setting] = InHand(setting, by, name, now)
    _write(store, found)
    return found


def _write(store: Path, found: Mapping[str, InHand]) -> None:
    folder = folder_of(store)
    with files_said_plainly(folder):
        if not found:
            (folder / _FILE).unlink(missing_ok=True)
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        told = [
            {"setting": one.setting, "by": one.by, "name": one.name, "at": one.at.isoformat()}
            for one in found.values()
        ]
        beside.write(store, folder / _FILE, json.dumps(told).encode())


__all__ = ["KEPT", "InHand", "in_hand", "take"]
