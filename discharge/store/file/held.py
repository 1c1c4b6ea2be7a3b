"""Who has a hub open: a lock beside it that every desk shares, and that restoring or mending it holds alone.

The lock is an empty SQLite file, so it is the same on every system and goes with a program that is killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from discharge.store import driver
from discharge.store.driver import Connection, name_of
from discharge.store.file import private
from discharge.store.file.connection import BUSY_MILLISECONDS
from discharge.store.file.faults import StoreLocked, as_user_error, files_said_plainly, said_plainly

ALONE_MILLISECONDS = 1_000
"""How long restoring waits for other windows to be closed."""


class Hold:
    """The lock as one desk holds it, until it is let go."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def let_go(self) -> None:
        """Gives the lock back."""
        self._connection.close()


def lock_of(store: Path) -> Path:
    """The lock beside the store."""
    return store.with_name(f"{store.name}.lock")


def share(store: Path) -> Hold:
    """Holds the store together with other desks; `StoreLocked` while it is being restored or mended."""
    connection = _connected(store, BUSY_MILLISECONDS)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master").fetchall()
    except driver.OperationalError as error:
        connection.close()
        if _is_busy(error):
            raise StoreLocked(
                f"{store.name} is being restored or mended in another window.",
                "Nothing was changed. Try again in a moment.",
            ) from None
        raise as_user_error(error, store) or error from None
    except BaseException:
        connection.close()
        raise
    return Hold(connection)


@contextmanager
def alone(store: Path, *, milliseconds: int = ALONE_MILLISECONDS) -> Iterator[None]:
    """Holds the store for what is done inside, so that no desk has it open or opens it meanwhile.

    `StoreLocked` where another window has it open.
    """
    connection = _connected(store, milliseconds)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except driver.OperationalError as error:
            if _is_busy(error):
                raise StoreLocked(
                    f"{store.name} is open in another window or program.",
                    "Nothing was changed. Close it there, then try again.",
                ) from None
            raise as_user_error(error, store) or error from None
        yield
    finally:
        connection.close()


def _connected(store: Path, milliseconds: int) -> Connection:
    lock = lock_of(store)
    with said_plainly(store):
        with files_said_plainly(lock):
            if not lock.exists():
                private.make_file(lock)
        return driver.connect(
            lock, timeout=milliseconds / 1000, isolation_level=None, check_same_thread=False
        )


def _is_busy(error: driver.Error) -> bool:
    return name_of(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
