"""Backups beside the store: made from a sound store alone, checked wholly, thinned with age, restored."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from discharge import in_place
from discharge.keys import places
from discharge.keys.places import is_sealed
from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.store import driver, journal
from discharge.store.driver import Connection
from discharge.store.file import drafts, held, private, ring, soundness, witness
from discharge.store.file.connection import can_be_read, connect
from discharge.store.file.faults import DamagedStore, files_said_plainly, is_damage, said_plainly
from discharge.store.file.witness import Witness
from discharge.store.journal import Head
from discharge.words.days import day_and_time

_NAME = re.compile(r"(?P<when>\d{8}-\d{6})(-(?P<why>[a-z0-9-]+))?\.backup")
_BESIDE = ("", "-wal", "-shm", "-journal")

HOURLY, DAILY, MONTHLY = timedelta(days=1), timedelta(days=31), timedelta(days=366)
"""Up to which age one copy an hour is kept, then one a day, then one a month; of older ones, one a year."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the store as it was; `why` is empty for an ordinary one."""

    path: Path
    made_at: datetime
    why: str

    @property
    def shown_time(self) -> str:
        """`Mon 16 Nov 2020 08:00`, by the clocks in London."""
        return day_and_time(self.made_at, year=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """A head that a store is known to have had, and when its entry was recorded."""

    head: Head
    at: str


def folder_of(store: Path) -> Path:
    """The folder beside the store that holds its backups."""
    return store.with_name(f"{store.name} backups")


def backups_of(store: Path) -> tuple[Backup, ...]:
    """The store's backups, newest first."""
    return backups_in(folder_of(store))


def backups_in(folder: Path) -> tuple[Backup, ...]:
    """The backups in a folder, newest first."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if name := _NAME.fullmatch(path.name):
            made = datetime.strptime(name["when"], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
            found.append(Backup(path, made, name["why"] or ""))
    return tuple(sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True))


def asides_of(store: Path) -> tuple[Path, ...]:
    """What was moved aside of the store, newest first; without what SQLite keeps beside each."""
    known = re.compile(re.escape(store.name) + r"\.aside-\d{8}-\d{6}(-\d+)?")
    there = store.parent.iterdir() if store.parent.is_dir() else ()
    return tuple(sorted((path for path in there if known.fullmatch(path.name)), reverse=True))


def remove_aside(store: Path, aside: Path) -> None:
    """Removes what was moved aside, for good. Whoever calls this has asked first."""
    if aside not in asides_of(store):
        raise UserError(f"{aside.name} was not moved aside from {store.name}.", "Choose one of the list.")
    with files_said_plainly(aside):
        for suffix in _BESIDE:
            aside.with_name(aside.name + suffix).unlink(missing_ok=True)


def remains_of(store: Path) -> tuple[Path, ...]:
    """What is left beside a store whose own file is gone: its backups, its witness, what was moved aside."""
    if store.exists():
        return ()
    found = [folder_of(store), drafts.folder_of(store), witness.beside(store), places.beside(store)]
    found += [store.with_name(f"{store.name}{suffix}") for suffix in (*_BESIDE, ".restoring") if suffix]
    found += [aside.with_name(aside.name + suffix) for aside in asides_of(store) for suffix in _BESIDE]
    return tuple(path for path in found if path.exists())


def set_remains_aside(store: Path, *, now: datetime) -> Path:
    """Moves what is left of a store whose file is gone into a folder of its own, and gives that; nothing is
    deleted."""
    stamp, number = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}", 1
    folder = store.with_name(f"{store.name}.left-{stamp}")
    while folder.exists():
        number += 1
        folder = store.with_name(f"{store.name}.left-{stamp}-{number}")
    with files_said_plainly(store):
        private.make_folder(folder)
        for path in remains_of(store):
            path.replace(folder / path.name)
    return folder


def files_of(store: Path) -> tuple[Path, ...]:
    """The store's file and folders, and all that is kept of it: what is for its owner's eyes alone."""
    folders = [folder for folder in (folder_of(store), drafts.folder_of(store)) if folder.is_dir()]
    beside = (store, *asides_of(store))
    return (
        *(path.with_name(path.name + suffix) for path in beside for suffix in _BESIDE),
        witness.beside(store),
        places.beside(store),
        *folders,
        *(path for folder in folders for path in folder.iterdir()),
    )


def back_up(
    connection: Connection, store: Path, *, now: datetime, why: str = "", wholly: bool = True
) -> Backup:
    """A checked copy of the open store; the check is made on the copy, and keeps nobody from working.

    `DamagedStore` where the store itself isn't sound, so that a good backup is never followed, and thinned
    away, by bad ones; `soundness.TablesChanged` where its tables don't follow from its journal (looked at
    where `wholly`); `UserError` where the folder can't be written or the disk is full.
    """
    folder = folder_of(store)
    name = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}{f'-{why}' if why else ''}.backup"
    target, part = folder / name, folder / f"{name}.part"
    with files_said_plainly(folder), said_plainly(target):
        private.make_folder(folder)
        part.unlink(missing_ok=True)
        private.make_file(part)
        try:
            with closing(connect(part)) as copy:
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                soundness.refuse_unsound(copy, store.name, tables_too=wholly, signed=is_sealed(store))
                seen = witness.of(copy)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            _keep_keys(store, target)
            in_place.put(part, target)
        finally:
            part.unlink(missing_ok=True)
    witness.note(witness.in_backups(folder), seen)
    return Backup(target, now.astimezone(UTC).replace(microsecond=0), why)


def _keep_keys(store: Path, target: Path) -> None:
    """The key file as it is now goes with a backup, which nobody could open without; and beside them all."""
    source = places.beside(store)
    if not source.exists():
        return
    content = source.read_bytes()
    for path in (places.with_backup(target), places.with_backups(store)):
        if not path.exists() or path.read_bytes() != content:
            private.write_whole(path, content)


def thin(store: Path, *, now: datetime) -> tuple[Path, ...]:
    """Removes old copies beside the store, see `thin_folder`."""
    return thin_folder(folder_of(store), now=now)


def thin_folder(folder: Path, *, now: datetime) -> tuple[Path, ...]:
    """Removes old copies: of a day one an hour is kept, of a month one a day, of a year one a month, then one
    a year; of each the newest.

    The newest of all stays, and so do copies made before a migration. Gives the paths removed.
    """
    _remove_halves(folder, now=now)
    removed = too_many(backups_in(folder), now=now)
    for path in removed:
        with files_said_plainly(path):
            path.unlink(missing_ok=True)
            places.with_backup(path).unlink(missing_ok=True)
    return removed


def too_many(copies: Iterable[Backup], *, now: datetime) -> tuple[Path, ...]:
    """Which of these copies, newest first, thinning removes; nothing is done to them."""
    removed = []
    kept: set[tuple[str, object]] = set()
    for one in copies:
        if one.why:
            continue
        age, day = now - one.made_at, london_date(one.made_at)
        if age <= HOURLY:
            slot: tuple[str, object] = ("hour", f"{one.made_at:%Y%m%d%H}")
        elif age <= DAILY:
            slot = ("day", day)
        elif age <= MONTHLY:
            slot = ("month", (day.year, day.month))
        else:
            slot = ("year", day.year)
        if slot in kept:
            removed.append(one.path)
        kept.add(slot)
    return tuple(removed)


def _remove_halves(folder: Path, *, now: datetime) -> None:
    """Removes what a kill left half written: nobody writes for a day at one copy."""
    for part in folder.glob("*.backup.part") if folder.is_dir() else ():
        with suppress(OSError):
            if now.timestamp() - part.stat().st_mtime > HOURLY.total_seconds():
                part.unlink(missing_ok=True)


def restore(store: Path, copy: Path, *, now: datetime) -> Path | None:
    """Puts the backup `copy` in the store's place; the store that stood there is moved aside.

    Nobody may have the store open, and nobody can open it meanwhile: `StoreLocked` where a window has it.
    Gives where the old one went; None where there was none. Raises `DamagedStore` for a backup that isn't
    sound: then nothing was changed.
    """
    with files_said_plainly(copy), said_plainly(copy):
        if not copy.is_file():
            raise UserError(f"There is no backup {copy.name}.", "Choose one of the list.")
        with held.alone(store):
            part = store.with_name(f"{store.name}.restoring")
            part.unlink(missing_ok=True)
            private.make_file(part)
            with closing(connect(copy, read_only=True, of=store)) as source:
                _refuse_another_hubs(source, copy, store)
                soundness.refuse_unsound(source, copy.name, tables_too=False, signed=is_sealed(store))
                with closing(connect(part)) as target:
                    source.backup(target)
            return put_in_place(store, part, now=now)


def _refuse_another_hubs(source: Connection, copy: Path, store: Path) -> None:
    if ring.keys_of(store) and not can_be_read(source):
        raise UserError(
            f"This hub's keys don't open {copy.name}: it is another hub's, isn't sealed, or its beginning is "
            "damaged.",
            "Choose another backup. Nothing was changed.",
        )
    first, known = first_seal(source), _first_known(store, without=copy)
    if first is not None and known is not None and first != known:
        raise UserError(
            f"{copy.name} is a backup of another hub.", "Choose one of this hub's. Nothing was changed."
        )


def first_seal(connection: Connection) -> str | None:
    """The seal of a record's first entry, by which one hub is told from another; None where there is none."""
    try:
        row = connection.execute("SELECT hash FROM journal WHERE seq = 1").fetchone()
    except driver.Error:
        return None
    return None if row is None else str(row[0])


def _first_known(store: Path, *, without: Path) -> str | None:
    """Which hub this is: by its file, or else by the newest of its backups that can be read."""
    copies = [one.path for one in backups_of(store) if one.path != without]
    for path in (store, *copies):
        if not path.is_file() or not path.stat().st_size:
            continue
        with suppress(driver.Error), closing(connect(path, read_only=True, of=store)) as connection:
            if (found := first_seal(connection)) is not None:
                return found
    return None


def put_in_place(store: Path, part: Path, *, now: datetime) -> Path | None:
    """Puts a finished file in the store's place and the old one aside; gives where that went.

    While the store is held alone. What was seen of the store and isn't in the new file is left behind.
    """
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    with closing(connect(part, read_only=True)) as new:
        seen = witness.of(new)
        lacking = not_in(new, store, every_backup=True)
    there = any(store.with_name(store.name + suffix).exists() for suffix in _BESIDE)
    aside = move_aside(store, now=now) if there else None
    in_place.put(part, store)
    leave_behind(store, [one.head for one in lacking], seen=seen)
    return aside


def drop_new(store: Path) -> None:
    """Removes a store that was begun where nothing was, with all that lies beside it; nobody has it open."""
    for suffix in (*_BESIDE, ".lock"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    for path in remains_of(store):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def drop_part(part: Path) -> None:
    """Removes a store that was being made, and what lies beside it."""
    for suffix in (*_BESIDE, ".lock", ".witness", ".keys"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def move_aside(store: Path, *, now: datetime) -> Path:
    """Moves the store's file, and what SQLite keeps beside it, out of the way; gives the new path.

    While the store is held alone.
    """
    stamp = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    aside = store.with_name(f"{store.name}.aside-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = store.with_name(f"{store.name}.aside-{stamp}-{number}")
    with files_said_plainly(store):
        for suffix in _BESIDE:
            part = store.with_name(store.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
        private.close_to_others(aside.with_name(aside.name + suffix) for suffix in _BESIDE)
    return aside


# --- how far the record is known to go -----------------------------------------------------------


def last_seen(store: Path) -> Witness | None:
    """The witness beside the store or in its backups that has seen most of it."""
    found = [one for one in map(witness.read, _witnesses(store)) if one is not None]
    return max(found, key=lambda one: one.head.seq, default=None)


def not_in(connection: Connection, store: Path, *, every_backup: bool = False) -> tuple[Seen, ...]:
    """The heads that are known of the store, from its witnesses and newest backup, and aren't in this one."""
    left = given_up(store)
    seen = [Seen(one.head, one.at) for one in map(witness.read, _witnesses(store)) if one is not None]
    known = backups_of(store)
    seen += [head for one in (known if every_backup else known[:1]) if (head := head_of(one.path))]
    return tuple(one for one in seen if one.head not in left and not _holds(connection, one.head))


def given_up(store: Path) -> frozenset[Head]:
    """The heads that were left behind knowingly: by restoring an earlier backup, for instance."""
    found = [one for one in map(witness.read, _witnesses(store)) if one is not None]
    return frozenset(head for one in found for head in one.left_behind)


def leave_behind(store: Path, heads: Iterable[Head], *, seen: Witness) -> None:
    """From now on the store goes on from what was `seen`, and these later ones don't speak against it."""
    for path in _witnesses(store):
        if path.parent.is_dir():
            known = witness.read(path) or seen
            left = tuple(dict.fromkeys((*known.left_behind, *heads)))
            witness.write(path, replace(seen, left="", left_behind=left))


def _witnesses(store: Path) -> tuple[Path, Path]:
    return witness.beside(store), witness.in_backups(folder_of(store))


def _holds(connection: Connection, head: Head) -> bool:
    if head.seq == 0:
        return True
    row = connection.execute("SELECT hash FROM journal WHERE seq = ?", (head.seq,)).fetchone()
    return row is not None and row[0] == head.hash


def head_of(copy: Path) -> Seen | None:
    """The last entry of a backup; None where it can't be read."""
    try:
        with closing(connect(copy, read_only=True)) as connection:
            head = journal.head(connection)
            return Seen(head, journal.recorded_at(connection, head.seq) or "")
    except driver.Error:
        return None


__all__ = [
    "Backup",
    "DamagedStore",
    "Seen",
    "asides_of",
    "back_up",
    "backups_in",
    "backups_of",
    "drop_new",
    "drop_part",
    "files_of",
    "first_seal",
    "folder_of",
    "given_up",
    "head_of",
    "is_damage",
    "last_seen",
    "leave_behind",
    "move_aside",
    "not_in",
    "put_in_place",
    "remove_aside",
    "restore",
    "thin",
    "thin_folder",
    "too_many",
]
