"""The record as it will be seen once what was done here is shared: a copy of the store, for while the server
can't be reached. It is only looked at; what counts is in the store, and this is made anew from there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from discharge.store.driver import Connection
from discharge.store.file import private
from discharge.store.file.connection import connect
from discharge.store.file.faults import said_plainly
from discharge.store.file.views import one_view, undo, view_aside

_WINDOWS = os.name == "nt"


class Apart:
    """A copy of a store, beside it and sealed as it is. `holds`: what was done on it, by its numbers."""

    def __init__(self, source: Connection, store: Path) -> None:
        self._store = store
        self.path = _path_of(store)
        self.holds: tuple[int, ...] = ()
        with said_plainly(store):
            remove_left(store)
            private.make_file(self.path)
            self.connection = connect(self.path, of=store)
            source.backup(self.connection)
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = OFF")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction for everything inside."""
        with said_plainly(self._store):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                undo(self.connection)
                raise

    def reading(self) -> AbstractContextManager[Connection]:
        """One unchanging view; inside another or a transaction it is that one."""
        return one_view(self.connection, of=self._store)

    def reading_aside(self) -> AbstractContextManager[Connection]:
        """One unchanging view by a connection of its own."""
        return view_aside(self.path, of=self._store)

    def close(self) -> None:
        """Removes the copy."""
        self.connection.close()
        _remove(self.path)


def _path_of(store: Path) -> Path:
    number = 1
    while (found := store.with_name(f"{store.name}.apart-{os.getpid()}-{number}")).exists():
        number += 1
    return found


def remove_left(store: Path) -> None:
    """Removes copies that programs left which were stopped."""
    for path in store.parent.glob(f"{store.name}.apart-*-*"):
        pid = path.name.removeprefix(f"{store.name}.apart-").partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)):
            _remove(path)


def _remove(path: Path) -> None:
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    """Whether there is such a process. On Windows a file that is open isn't removed anyhow."""
    if _WINDOWS:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


__all__ = ["Apart", "remove_left"]
