"""Views of a store that don't change while they are looked at, whatever others write meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from discharge.store.driver import Connection
from discharge.store.file.connection import connect
from discharge.store.file.faults import said_plainly


@contextmanager
def one_view(connection: Connection, *, of: Path) -> Iterator[Connection]:
    """One view for everything read inside; inside another view or a transaction it is that one. `of`: the
    store that is named where it can't be read."""
    if connection.in_transaction:
        yield connection
        return
    with said_plainly(of):
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            undo(connection)


@contextmanager
def view_aside(path: Path, *, of: Path) -> Iterator[Connection]:
    """One view of the file by a connection of its own, which nobody waits for. `of`: the store whose key
    opens it."""
    with said_plainly(of), closing(connect(path, read_only=True, of=of)) as connection:
        connection.execute("BEGIN")
        yield connection


def undo(connection: Connection) -> None:
    """Ends what is under way, and undoes it; nothing where nothing is."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


__all__ = ["one_view", "undo", "view_aside"]
