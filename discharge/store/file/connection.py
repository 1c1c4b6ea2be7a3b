"""The one place where SQLite opens a file: the store itself, its backups, what is restored."""

from __future__ import annotations

from pathlib import Path

from discharge.store import driver
from discharge.store.driver import Connection

BUSY_MILLISECONDS = 5_000
"""How long a writer waits for another window before it says that the store is locked."""


def connect(path: Path, *, read_only: bool = False) -> Connection:
    """A connection to the file, made where there is none; every transaction is begun and ended by hand.

    A key for encryption belongs here, and nowhere else.
    """
    target = f"{path.absolute().as_uri()}?mode=ro" if read_only else str(path)
    connection = driver.connect(
        target,
        uri=read_only,
        timeout=BUSY_MILLISECONDS / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection
