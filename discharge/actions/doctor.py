"""`discharge doctor`: a whole look at a hub, and the ways to mend it. It never prints what a hub holds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from discharge.actions.backup_command import NEWEST, chosen_backup, put_back, refuse_others
from discharge.actions.desk import Desk, asides_beside, repaired, system_clock
from discharge.actions.door import add_door_arguments, unlocked_at_door
from discharge.model.mark import Mark
from discharge.store.file import witness
from discharge.store.file.database import Look, look_at
from discharge.words.marks import read_mark

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked


def add_doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """What the doctor is asked."""
    parser.add_argument("hub", type=Path, metavar="HUB")
    add_door_arguments(parser)
    parser.add_argument("--back-up", action="store_true", help="also make a checked backup")
    parser.add_argument(
        "--witness",
        nargs="+",
        metavar="MARK",
        help="hold the record against what a printed return says of it (entry and seal), or against the file "
        "of a witness in a second place",
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--repair",
        action="store_true",
        help="put the hub together anew, from its record and its backups; the old file is kept",
    )
    ways.add_argument(
        "--restore",
        nargs="?",
        const=NEWEST,
        metavar="BACKUP",
        help="put a backup in the hub's place (the newest, where none is named); the old file is kept",
    )
    ways.add_argument(
        "--accept-older", action="store_true", help="go on with a copy that lacks entries known to be written"
    )


def run_doctor(options: argparse.Namespace) -> int:
    """Looks at the hub and mends what was asked for, in a sealed hub for administrators alone; 0 where it is
    sound then, 1 where not."""
    hub: Path = options.hub
    unlocked = unlocked_at_door(hub, options)
    if options.back_up:
        refuse_others(hub, unlocked)
    if options.restore is not None:
        put_back(hub, chosen_backup(hub, options.restore), unlocked)
    if options.accept_older:
        refuse_others(hub, unlocked)
        Desk.open(hub, accept_older=True, unlocked=unlocked).close()
        _tell("The hub goes on from this copy.")
    if options.repair:
        refuse_others(hub, unlocked)
        _repair(hub, unlocked)
    look = look_at(hub, now=system_clock(), unlocked=unlocked, mark=_noted(options.witness))
    for sentence in _said(look):
        _tell(sentence)
    for aside in asides_beside(hub):
        _tell(f"Kept beside it, moved aside earlier: {aside.name}.")
    if look.is_sound and options.back_up:
        with Desk.open(hub, unlocked=unlocked) as desk:
            _tell(f"Backed up to {desk.back_up().path}.")
    return 0 if look.is_sound else 1


def _noted(typed: list[str] | None) -> Mark | None:
    """What the record is held against: a file of a witness, or what was typed from a paper."""
    if typed is None:
        return None
    text = " ".join(typed)
    seen = witness.read(Path(text))
    if seen is None:
        return read_mark(text)
    return Mark(seen.head.seq, seen.head.hash, signature=seen.signature)


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _said(look: Look) -> list[str]:
    said = [*look.found.sentences, *([look.older] if look.older else [])]
    said += [look.noted.sentence] if look.noted is not None else []
    if look.is_sound:
        return [*said, "The file, its indexes and its tables are sound."]
    if look.can_be_opened:
        return [*said, "What follows from the record is made anew when the hub is opened, or by --repair."]
    if look.noted is not None and not look.noted.is_there and look.found.is_sound and not look.older:
        return [*said, "Put a backup in its place that has it: --restore."]
    ways = "Mend it with --repair, or put a backup in its place with --restore."
    return [*said, f"{ways} To go on with this copy: --accept-older." if look.older else ways]


def _repair(hub: Path, unlocked: Unlocked | None) -> None:
    if hub.is_file() and hub.stat().st_size:
        look = look_at(hub, now=system_clock(), unlocked=unlocked)
        if look.is_sound:
            _tell("There is nothing to mend.")
            return
        if look.can_be_opened and not look.found.damage:
            with Desk.open(hub, unlocked=unlocked) as desk:
                _tell("\n".join(desk.remarks))
            return
    _tell(repaired(hub, unlocked=unlocked).sentence)
