"""The SQLite that stores are kept with: SQLCipher's, which seals a file that is given a key.

The one place that names it. Without a key a file is plain, as any SQLite's. Its errors are its own and not
those of Python's `sqlite3`; for whoever checks types they are the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite3 import (
        Connection,
        Cursor,
        DatabaseError,
        Error,
        IntegrityError,
        OperationalError,
        connect,
    )  # fmt: skip
else:
    import sqlcipher3
    from sqlcipher3 import dbapi2
    from sqlcipher3.dbapi2 import (
        Connection,
        Cursor,
        DatabaseError,
        Error,
        IntegrityError,
        OperationalError,
        connect,
    )  # fmt: skip

    # sqlite-utils works with what it finds by this name, else with Python's own, whose errors are others
    sys.modules["pysqlite3"] = sqlcipher3
    sys.modules["pysqlite3.dbapi2"] = dbapi2

    # for the whole process: what it can't open it would tell on the error stream, in words of its own
    with closing(connect(":memory:")) as _quiet:
        _quiet.execute("PRAGMA cipher_log_level = NONE")

from sqlite_utils import Database


class Heard(Connection):
    """A connection whose statements somebody hears before they are done."""

    hears: Callable[[str], None] | None = None
    """Is told each statement; what it raises keeps the statement from being done."""

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """As any connection does it."""
        if self.hears is not None:
            self.hears(sql)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Cursor:
        """As any connection does it."""
        if self.hears is not None:
            self.hears(sql)
        return super().executemany(sql, parameters)


def name_of(error: Error) -> str:
    """What SQLite calls the error, `SQLITE_BUSY`; empty where it wasn't SQLite that raised it."""
    return getattr(error, "sqlite_errorname", None) or ""


__all__ = [
    "Connection", "Cursor", "Database", "DatabaseError", "Error", "Heard", "IntegrityError",
    "OperationalError", "connect", "name_of",
]  # fmt: skip
