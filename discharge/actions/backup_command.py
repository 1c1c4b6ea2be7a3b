"""`discharge backup | restore | verify-backup`: checked copies of a hub, and the way back to one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from discharge.actions.desk import Desk, backups_beside, restore
from discharge.actions.door import add_door_arguments, desk_at_door, unlocked_at_door
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import RECOVERY
from discharge.model.shown.record import RECORD_GROUPS, group_of
from discharge.rules.may import MAY
from discharge.store.file.preview import DamagedBackup, Held, Preview, held_in, looked_through, roles_known
from discharge.store.file.ring import lent
from discharge.store.file.second_folder import Reached
from discharge.words.counts import count_words
from discharge.words.days import day_and_time

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

NEWEST = "newest"
OWN_KEYS = (
    "See that the key file beside it is its own: a copy lies in the folder of its backups. If it is, come in "
    "by the recovery sheet, which may always do this"
)
SAID = 12
"""So many lines say what would be gone, by kind and by whom."""


def add_backup_arguments(parser: argparse.ArgumentParser) -> None:
    """What `backup` is asked."""
    parser.add_argument("hub", type=Path, metavar="HUB")
    add_door_arguments(parser)


def add_restore_arguments(parser: argparse.ArgumentParser) -> None:
    """What `restore` is asked."""
    parser.add_argument("hub", type=Path, metavar="HUB")
    parser.add_argument(
        "backup",
        metavar="BACKUP",
        help="a file, the name of one beside the hub, or `newest`",
    )
    parser.add_argument(
        "--look", action="store_true", help="only say what it holds and what would be gone; change nothing"
    )
    add_door_arguments(parser)


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """What `verify-backup` is asked."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--of", type=Path, metavar="HUB", help="the hub that it is of, whose keys open it where it is sealed"
    )
    add_door_arguments(parser)


def run_backup(options: argparse.Namespace) -> int:
    """Makes a wholly checked copy, and brings it to the second folder; 1 where that wasn't reached.

    `NotAllowed` where whoever came in to a sealed hub is no administrator of it, as for the other two.
    """
    hub: Path = options.hub
    if not hub.is_file():
        raise UserError(f"There is no hub {hub.name}.", "See where it lies.")
    with desk_at_door(hub, options) as (desk, user):
        if user is not None and MAY["restore"].of(user.roles) is None:
            raise _no_administrator()
        _tell(f"Backed up to {desk.back_up().path}.")
        sent = desk.send_to_second_folder()
    if sent is not None:
        _tell(reached_words(sent))
    return 1 if sent is not None and sent.why else 0


def run_restore(options: argparse.Namespace) -> int:
    """Says what the backup holds and what would be gone, then puts it in the hub's place."""
    hub: Path = options.hub
    chosen, unlocked = chosen_backup(hub, options.backup), unlocked_at_door(hub, options)
    refuse_others(hub, unlocked, besides=(chosen,))
    for sentence in told(hub, chosen, unlocked):
        _tell(sentence)
    if not options.look:
        put_back(hub, chosen, unlocked)
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Looks at a backup wholly; 0 where it is sound, 1 where not."""
    of: Path | None = None if options.of is None else options.of.expanduser().absolute()
    unlocked = None if of is None else unlocked_at_door(of, options)
    if of is not None:
        refuse_others(of, unlocked, besides=(options.file,))
    try:
        with lent(of or options.file, unlocked):
            held, found = looked_through(options.file, of=of)
    except DamagedBackup as error:
        _tell(str(error))
        return 1
    for sentence in (*(held_words(held) if held is not None else ()), *found.sentences):
        _tell(sentence)
    if found.is_sound:
        _tell("It is sound: the hub can go back to it.")
    return 0 if found.is_sound else 1


def chosen_backup(hub: Path, named: str) -> Path:
    """The backup that is meant: the newest, one beside the hub by its name, or any file."""
    known = backups_beside(hub)
    if known and named == NEWEST:
        return known[0].path
    beside = next((one.path for one in known if one.path.name == Path(named).name), None)
    if Path(named).is_file():
        return Path(named)
    if beside is None:
        there = ", ".join(one.path.name for one in known) or "none"
        raise UserError(f"There is no such backup of {hub.name}.", f"There is: {there}.")
    return beside


def put_back(hub: Path, chosen: Path, unlocked: Unlocked | None) -> None:
    """Puts the backup in the hub's place, and says where the file that stood there is.

    `NotAllowed` where whoever came in to a sealed hub is no administrator of it: see `refuse_others`.
    """
    refuse_others(hub, unlocked, besides=(chosen,))
    aside = restore(hub, chosen, unlocked=unlocked)
    kept = f" The file that stood there is kept as {aside.name}." if aside is not None else ""
    _tell(f"The hub is as it was when {chosen.name} was made.{kept}")


def refuse_others(hub: Path, unlocked: Unlocked | None, *, besides: Sequence[Path] = ()) -> None:
    """`NotAllowed` where whoever came in to a sealed hub may not mend it, or put a backup in its place.

    Who is an administrator is read from the hub's record as it can be read, from its newest copy, or from
    `besides`. Where nothing tells anybody's roles, the recovery sheet alone may, which always may: so nobody
    is let through by damage, and no hub is locked up by it. A plain hub knows nobody.
    """
    if unlocked is None or unlocked.holder == RECOVERY:
        return
    store = hub.expanduser().absolute()
    with lent(store, unlocked):
        roles = roles_known(store, unlocked.holder, besides=besides)
    if roles is None:
        nobodys = NotAllowed(
            f"Nothing that these keys can read of {store.name} or its copies says who is an administrator.",
            f"{OWN_KEYS}.",
            "A4",
        )
        nobodys.command = f"{OWN_KEYS}: --as {RECOVERY}."
        raise nobodys
    if MAY["restore"].of(roles) is None:
        raise _no_administrator()


def _no_administrator() -> NotAllowed:
    return NotAllowed("Only an administrator can do this.", "Ask one of them.", "A4")


def told(hub: Path, chosen: Path, unlocked: Unlocked | None) -> list[str]:
    """What the backup holds, and what would be gone; only the first where the hub can't be opened."""
    store = hub.expanduser().absolute()
    if store.is_file():
        with suppress(UserError), Desk.open(store, unlocked=unlocked) as desk:
            found = desk.preview_backup(chosen)
            return [*held_words(found.held), *lost_words(found)]
    with lent(store, unlocked):
        said = held_words(held_in(chosen, of=store))
    return [*said, "What would be gone can't be told, as the hub can't be opened."]


def held_words(held: Held) -> list[str]:
    """What a backup holds, in sentences."""
    last = "" if held.last_at is None else f", the last of {day_and_time(held.last_at, year=True)}"
    said = [f"It holds {count_words(held.entries, 'entry', 'entries')}{last}."]
    if held.waiting is not None and held.placements is not None:
        waiting = count_words(held.waiting, "person waits", "people wait")
        said.append(f"In it {waiting}, and {count_words(held.placements, 'placement')} are under way.")
    return said


def lost_words(found: Preview) -> list[str]:
    """What would be gone, by kind and by whom."""
    if not found.lost:
        return ["Nothing that was recorded would be gone."]
    groups: dict[tuple[str, str], int] = {}
    for each in found.lost:
        key = (RECORD_GROUPS[group_of(each.kind)][0], each.by)
        groups[key] = groups.get(key, 0) + each.entries
    ordered = sorted(groups.items(), key=lambda item: (-item[1], item[0]))
    said = [f"{name}, by {by}: {count}." for (name, by), count in ordered[:SAID]]
    if len(ordered) > SAID:
        said.append(f"And {sum(count for _, count in ordered[SAID:])} more.")
    entries = count_words(found.entries_lost, "entry", "entries")
    return [f"{entries} recorded since would no longer be in the hub:", *said]


def reached_words(reached: Reached) -> str:
    """How the second folder stands, in a sentence."""
    if not reached.why:
        return f"The second folder {reached.folder} has it too."
    last = "never" if reached.at is None else f"last {day_and_time(reached.at, year=True)}"
    said = f"The second folder {reached.folder} was not reached: {reached.why}."
    return f"{said} Reached {last}; it is tried again."


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


__all__ = [
    "NEWEST", "add_backup_arguments", "add_restore_arguments", "add_verify_arguments", "chosen_backup",
    "held_words", "lost_words", "put_back", "reached_words", "refuse_others", "run_backup",
    "run_restore", "run_verify", "told",
]  # fmt: skip
