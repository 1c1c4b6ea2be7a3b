"""The one place where SQLite opens a file: the store itself, its backups, what is restored.

Whether a file is plain or sealed, and by which key, is said by the ring: see `ring`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from discharge.store import driver, personal
from discharge.store.driver import Connection, Heard, name_of
from discharge.store.file import ring

BUSY_MILLISECONDS = 5_000
"""How long a writer waits for another window before it says that the store is locked."""

_CACHE = -64_000
"""SQLite's cache of a sealed store, in KB (so says the sign): a page that is in it isn't opened anew."""


def connect(path: Path, *, read_only: bool = False, of: Path | None = None) -> Heard:
    """A connection to the file, made where there is none; every transaction is begun and ended by hand.

    `of`: the store whose keys open it, where its place doesn't say so. A file that none of the keys opens
    can't be read: what is asked of it says that it is damaged.
    """
    keys = ring.keys_of(of or path)
    if read_only and _was_cut_short(path):
        _roll_back(path, [key for _, key in keys] or [None])
    if not keys:
        return open_with(None, path, read_only=read_only)
    for _, key in keys:
        connection = open_with(key, path, read_only=read_only)
        if can_be_read(connection):
            return connection
        connection.close()
    return open_with(keys[0][1], path, read_only=read_only)


def open_with(key: bytes | None, path: Path, *, read_only: bool = False) -> Heard:
    """A connection to the file with this key; without one, to a plain file."""
    target = f"{path.absolute().as_uri()}?mode=ro" if read_only else str(path)
    connection: Heard = driver.connect(
        target,
        factory=Heard,
        uri=read_only,
        timeout=BUSY_MILLISECONDS / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    if key is not None:
        connection.execute(f'PRAGMA key = "{spelt(key)}"')
    personal.attach(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection


def write_ahead(connection: Connection) -> None:
    """Has the file keep a log ahead of it (WAL). Where several programs open a new file at once SQLite
    lets them wait for all but this: whoever comes second tries again, as long as it waits for all else."""
    ends = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except driver.OperationalError as error:
            if not name_of(error).startswith("SQLITE_BUSY") or time.monotonic() > ends:
                raise
            time.sleep(0.01)
        else:
            return


def spelt(key: bytes) -> str:
    """A data key as SQLCipher reads it: itself, and no passphrase to make one of."""
    return f"x'{key.hex()}'"


def can_be_read(connection: Connection) -> bool:
    """Whether the file's first page was read with the key that was given, whatever is with the others."""
    try:
        connection.execute("PRAGMA schema_version").fetchone()
        connection.execute(f"PRAGMA cache_size = {_CACHE}")
    except driver.DatabaseError as error:
        return name_of(error) == "SQLITE_CORRUPT"
    return True


def _was_cut_short(path: Path) -> bool:
    """Whether a transaction was, before the file had its log: when it was made, or had just been restored."""
    journal = path.with_name(f"{path.name}-journal")
    return journal.exists() and journal.stat().st_size > 0


def _roll_back(path: Path, keys: Iterable[bytes | None]) -> None:
    """Undoes it, as whoever only reads can't."""
    for key in keys:
        with closing(open_with(key, path)) as connection:
            if can_be_read(connection):
                return


__all__ = ["BUSY_MILLISECONDS", "can_be_read", "connect", "open_with", "spelt", "write_ahead"]
