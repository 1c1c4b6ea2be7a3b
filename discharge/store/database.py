"""Opening a store: the one place, with its pragmas, its guards and `writing()`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from discharge.model.errors import UserError
from discharge.store import backup, journal, migrations, tables
from discharge.store.connection import connect
from discharge.store.faults import DamagedStore, files_said_plainly, is_damage, said_plainly
from discharge.store.migrations import APPLICATION_ID

_HEADER = b"SQLite format 3\x00"


class Store:
    """An open store: its connection and its file. Made by `open_store` alone."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.db = Database(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction for everything inside: all of it is on disk afterwards, or nothing.

        It holds the only right to write from its first moment (BEGIN IMMEDIATE), so what is read inside
        is what is written upon. Raises `UserError` for a locked, full, read-only or damaged store.
        """
        with said_plainly(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One unchanging view for everything read inside, whatever other windows write meanwhile.

        Inside another view or a transaction it is that one.
        """
        if self.connection.in_transaction:
            yield self.connection
            return
        with said_plainly(self.path):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                self._undo()

    def _undo(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the file; the write-ahead log is folded into it where no other window needs it."""
        self.db.close()


def open_store(path: Path, *, now: datetime) -> Store:
    """The store at `path`, made where there is none; THE one place where a store is opened.

    Raises `UserError`: a folder that can't be written, a file
    that is no store, a store of a newer version (both versions named), a locked one; `DamagedStore` where
    the file is damaged: it is moved aside, never deleted, and the sentence says where and what next.
    """
    path = path.expanduser().absolute()
    with files_said_plainly(path):
        is_new = not path.exists() or path.stat().st_size == 0
        if is_new and path.exists() and backup.backups_of(path):
            raise _moved_aside(path, now, f"{path.name} is empty, though there are backups of it.")
        if not is_new:
            _refuse_what_is_no_store(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with said_plainly(path):
            connection = connect(path)
        try:
            return _prepared(path, connection, now=now)
        except BaseException:
            connection.close()
            raise
    except DamagedStore as damage:
        raise _moved_aside(path, now, damage.sentence) from damage


def _prepared(path: Path, connection: sqlite3.Connection, *, now: datetime) -> Store:
    store = Store(path, connection)
    with said_plainly(path):
        connection.execute("PRAGMA synchronous = FULL")
        _refuse_damage(connection, path)
        migrations.refuse_newer(connection, path)
        migrations.migrate(store.db, path, now=now)
        connection.execute("PRAGMA journal_mode = WAL")
        with store.reading():
            behind = journal.head(connection).seq - tables.applied(connection)
        if behind < 0:
            raise DamagedStore(f"{path.name} is damaged: its journal has lost its last entries.")
        if behind:
            with store.writing():
                tables.rebuild(connection)
    return store


def _refuse_what_is_no_store(path: Path) -> None:
    """Another kind of file is left alone: it isn't ours to move."""
    if path.is_dir():
        raise UserError(f"{path} is a folder, not a hub.", "Choose the hub's file in it.")
    with path.open("rb") as file:
        head = file.read(100)
    ours = head[:16] == _HEADER and int.from_bytes(head[68:72], "big") == APPLICATION_ID
    if ours:
        return
    known = backup.backups_of(path)
    mend = (
        f"If it is the hub and its beginning is damaged, restore the backup of {known[0].shown_time}."
        if known
        else "Choose the hub's own file, or another name for a new hub."
    )
    raise UserError(f"{path.name} is not a Discharge Desk hub.", mend)


def _refuse_damage(connection: sqlite3.Connection, path: Path) -> None:
    try:
        rows = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise DamagedStore(f"{path.name} is damaged.") from error
        raise
    if rows != [("ok",)]:
        raise DamagedStore(f"{path.name} is damaged.")


def _moved_aside(path: Path, now: datetime, what: str) -> DamagedStore:
    aside = backup.move_aside(path, now=now)
    known = backup.backups_of(path)
    mend = (
        f"Restore the backup of {known[0].shown_time}: it holds everything up to then."
        if known
        else "There is no backup beside it: keep that file, it may be mended."
    )
    return DamagedStore(what, f"It was moved to {aside}. {mend}", aside)


__all__ = ["APPLICATION_ID", "Store", "open_store"]
