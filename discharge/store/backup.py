"""Backups beside the store: made from a sound store alone, checked, thinned with age, restored."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from discharge.model.errors import UserError
from discharge.model.time import LONDON, said
from discharge.store import journal
from discharge.store.connection import connect
from discharge.store.faults import DamagedStore, files_said_plainly, is_damage, said_plainly

_NAME = re.compile(r"(?P<when>\d{8}-\d{6})(-(?P<why>[a-z0-9-]+))?\.backup")

KEEP_ALL_HOURS = 24
KEEP_DAILY_DAYS = 14
KEEP_WEEKLY_DAYS = 84


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the store as it was; `why` is empty for an ordinary one."""

    path: Path
    made_at: datetime
    why: str

    @property
    def shown_time(self) -> str:
        """`Mon 16 Nov 2020 08:00`, by the clocks in London."""
        at = self.made_at.astimezone(LONDON)
        return f"{said(at)} {at:%Y %H:%M}"


def folder_of(store: Path) -> Path:
    """The folder beside the store that holds its backups."""
    return store.with_name(f"{store.name} backups")


def backups_of(store: Path) -> tuple[Backup, ...]:
    """The store's backups, newest first."""
    found = []
    folder = folder_of(store)
    for path in folder.iterdir() if folder.is_dir() else ():
        if name := _NAME.fullmatch(path.name):
            made = datetime.strptime(name["when"], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
            found.append(Backup(path, made, name["why"] or ""))
    return tuple(sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True))


def back_up(connection: sqlite3.Connection, store: Path, *, now: datetime, why: str = "") -> Backup:
    """A checked copy of the open store.

    `DamagedStore` where the store itself isn't sound, so that a good backup is never followed, and thinned
    away, by bad ones; `UserError` where the folder can't be written or the disk is full.
    """
    _sound(connection, store)
    folder = folder_of(store)
    name = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}{f'-{why}' if why else ''}.backup"
    target, part = folder / name, folder / f"{name}.part"
    with files_said_plainly(folder), said_plainly(target):
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(connect(part)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            _sound(copy, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    return Backup(target, now.astimezone(UTC).replace(microsecond=0), why)


def thin(store: Path, *, now: datetime) -> tuple[Path, ...]:
    """Removes old copies: all of a day are kept, then one a day, one a week, one a month.

    Copies made before a migration stay. Gives the paths removed.
    """
    removed = []
    kept: set[tuple[str, object]] = set()
    for one in backups_of(store):
        age = now - one.made_at
        day = one.made_at.astimezone(LONDON).date()
        if one.why or age <= timedelta(hours=KEEP_ALL_HOURS):
            continue
        if age <= timedelta(days=KEEP_DAILY_DAYS):
            slot: tuple[str, object] = ("day", day)
        elif age <= timedelta(days=KEEP_WEEKLY_DAYS):
            slot = ("week", day.isocalendar()[:2])
        else:
            slot = ("month", (day.year, day.month))
        if slot in kept:
            with files_said_plainly(one.path):
                one.path.unlink(missing_ok=True)
            removed.append(one.path)
        kept.add(slot)
    return tuple(removed)


def restore(store: Path, copy: Path, *, now: datetime) -> Path | None:
    """Puts the backup `copy` in the store's place; the store that stood there is moved aside.

    No window may have the store open. Gives where the old one went; None where there was none. Raises
    `DamagedStore` for a backup that isn't sound: then nothing was changed.
    """
    with files_said_plainly(copy), said_plainly(copy):
        if not copy.is_file():
            raise UserError(f"There is no backup {copy.name}.", "Choose one of the list.")
        part = store.with_name(f"{store.name}.restoring")
        part.unlink(missing_ok=True)
        with closing(connect(copy, read_only=True)) as source:
            _sound(source, copy)
            with closing(connect(part)) as target:
                source.backup(target)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        aside = move_aside(store, now=now) if store.exists() else None
        part.replace(store)
    return aside


def move_aside(store: Path, *, now: datetime) -> Path:
    """Moves the store's file, and what SQLite keeps beside it, out of the way; gives the new path."""
    stamp = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    aside = store.with_name(f"{store.name}.aside-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = store.with_name(f"{store.name}.aside-{stamp}-{number}")
    with files_said_plainly(store):
        for suffix in ("", "-wal", "-shm"):
            part = store.with_name(store.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
    return aside


def _sound(connection: sqlite3.Connection, path: Path) -> None:
    try:
        rows = connection.execute("PRAGMA integrity_check(1)").fetchall()
        checked = journal.verify_chain(connection) if rows == [("ok",)] else None
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise DamagedStore(f"{path.name} is damaged.", "Choose another backup.") from error
        raise
    if checked is None:
        raise DamagedStore(f"{path.name} is damaged.", "Choose another backup.")
    if not checked.is_intact:
        raise DamagedStore(f"{path.name}: {checked.sentence}", "Choose an earlier backup.")
