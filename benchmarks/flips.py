"""Bits of a hub's file turned at random: each has to be found, or be harmless, or be mended; nothing fails.

python -m benchmarks.flips [HUB] [NUMBER]
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from benchmarks.timing import tell
from discharge.actions.desk import Desk, repaired, restore
from discharge.keys import places
from discharge.keys.slots import Unlocked
from discharge.model.errors import UserError
from discharge.store.ask.queries import Queries
from discharge.store.file import backup, ring, witness
from discharge.store.file.connection import connect
from discharge.store.file.database import look_at
from discharge.store.write import tables

FLIPS = 500
NOW = datetime(2020, 11, 17, 12, tzinfo=UTC)
Content = dict[str, Any]


class Outcome(StrEnum):
    """What became of a turned bit. The last two must not be."""

    HARMLESS = "harmless: all that is on record is the same"
    MENDED = "found, and mended on opening"
    REPAIRED = "found, and put together from the record"
    RESTORED = "found; the backup was restored"
    SILENT = "NOT FOUND"
    FAILED = "A TRACEBACK"


def content_of(path: Path, unlocked: Unlocked | None = None) -> Content:
    """Everything on record, and the tables that follow from it."""
    with ring.lent(path, unlocked), closing(connect(path)) as connection:
        return {
            "journal": connection.execute("SELECT * FROM journal ORDER BY seq").fetchall(),
            "files": connection.execute("SELECT * FROM files ORDER BY sha256").fetchall(),
            **tables.content(connection),
        }


def ask_everything(queries: Queries) -> None:
    """What the pages ask when they are opened."""
    queries.status()
    queries.people()
    queries.patients()
    queries.settings()
    queries.approvals()
    queries.moves()
    queries.plans()
    queries.today_lines()
    queries.journal(limit=10_000)


def outcome(hub: Path, right: Content, unlocked: Unlocked | None = None) -> Outcome:
    """What becomes of a hub whose file was changed; it is mended on the way, if it can be."""
    try:
        found = not look_at(hub, now=NOW, unlocked=unlocked).is_sound
    except UserError:
        found = True
    try:
        with Desk.open(hub, clock=lambda: NOW, unlocked=unlocked) as desk:
            desk.ask(ask_everything)
            found = found or bool(desk.remarks)
        same = content_of(hub, unlocked) == right
        if same:
            return Outcome.MENDED if found else Outcome.HARMLESS
        return Outcome.SILENT
    except UserError:
        pass
    try:
        repaired(hub, clock=lambda: NOW, unlocked=unlocked)
        way = Outcome.REPAIRED
    except UserError:
        restore(hub, backup.backups_of(hub)[0].path, clock=lambda: NOW, unlocked=unlocked)
        way = Outcome.RESTORED
    with Desk.open(hub, clock=lambda: NOW, unlocked=unlocked) as desk:
        desk.ask(ask_everything)
    return way if content_of(hub, unlocked) == right else Outcome.SILENT


def flipped(
    hub: Path, *, number: int, seed: int, unlocked: Unlocked | None = None
) -> Iterator[tuple[int, Outcome, str]]:
    """Turns so many bits of the closed hub, each in a copy of its own; gives the bit, what became of it, and
    where it failed, if it did. Half of the copies have no witness beside them."""
    with Desk.open(hub, clock=lambda: NOW, unlocked=unlocked) as desk:
        desk.ask(ask_everything)
        desk.back_up()
    right, whole = content_of(hub, unlocked), hub.read_bytes()
    chance = random.Random(seed)
    for at in range(number):
        bit = chance.randrange(8 * len(whole))
        with tempfile.TemporaryDirectory(prefix="flip-") as folder:
            copy = Path(folder) / hub.name
            shutil.copytree(backup.folder_of(hub), backup.folder_of(copy))
            if unlocked is not None:
                shutil.copyfile(places.beside(hub), places.beside(copy))
            if at % 2:
                shutil.copyfile(witness.beside(hub), witness.beside(copy))
            turned = bytearray(whole)
            turned[bit // 8] ^= 1 << bit % 8
            copy.write_bytes(turned)
            try:
                yield bit, outcome(copy, right, unlocked), ""
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                from discharge.model.errors import frames_of

                yield bit, Outcome.FAILED, frames_of(error)


def counted(
    hub: Path, *, number: int, seed: int = 2020, unlocked: Unlocked | None = None
) -> tuple[Counter[Outcome], list[str]]:
    """How many of each outcome, and what was wrong with those that must not be."""
    found: Counter[Outcome] = Counter()
    wrong = []
    for bit, came, where in flipped(hub, number=number, seed=seed, unlocked=unlocked):
        found[came] += 1
        if came in (Outcome.SILENT, Outcome.FAILED):
            wrong.append(f"bit {bit}: {came} {where}")
    return found, wrong


def main(arguments: list[str]) -> None:
    """Turns bits of the hub that is named, or of the demo hub, and tells what became of them."""
    with tempfile.TemporaryDirectory(prefix="flips-") as folder:
        hub = Path(folder) / "Demo.hub"
        if arguments:
            shutil.copyfile(arguments[0], hub)
        else:
            from discharge.actions.demo import make_demo

            make_demo(hub)
        number = int(arguments[1]) if len(arguments) > 1 else FLIPS
        found, wrong = counted(hub, number=number)
        sealed, wrong_too = _of_a_sealed_hub(Path(folder) / "sealed" / "Sealed.hub", number)
        tell(
            {
                "outcomes": {str(key): found[key] for key in Outcome},
                "sealed": {str(key): sealed[key] for key in Outcome},
                "wrong": [*wrong, *wrong_too],
            }
        )


def _of_a_sealed_hub(hub: Path, number: int) -> tuple[Counter[Outcome], list[str]]:
    """In a sealed hub no bit is harmless: each is told."""
    from benchmarks.sealed_kills import found_sealed

    hub.parent.mkdir()
    unlocked = found_sealed(hub)
    found, wrong = counted(hub, number=number, unlocked=unlocked)
    return found, [
        *wrong,
        *([f"{found[Outcome.HARMLESS]} bits weren't told"] if found[Outcome.HARMLESS] else []),
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
