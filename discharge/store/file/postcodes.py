"""The postcodes that a user brought, beside the hubs of a folder: a file of their own, no part of a record.

It is only read, and never held open: what a record takes from it is written into the record. A newer edition
comes whole in its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from discharge import in_place
from discharge.model.errors import UserError
from discharge.model.postcodes import Edition, Postcode, Whereabouts
from discharge.store import driver
from discharge.store.driver import Connection
from discharge.store.file.connection import connect
from discharge.store.file.faults import as_user_error, files_said_plainly, said_plainly

APPLICATION_ID = 0x44445043
"""`DDPC` in the file's header."""
VERSION = 1
FILE = "postcodes.sqlite"
_ENOUGH_TIME = -20_000
"""SQLite's cache while it is written, in KB, as a negative number says."""

Row = tuple[str, int, int, str | None, int | None]
"""Postcode without its blank, millionths of a degree north and east, authority's code, month it ended."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file is: its edition, and how many postcodes it has."""

    edition: Edition
    postcodes: int
    ended: int


class Postcodes:
    """The file beside a hub, there or not. A look-up opens it; `close` when all that was wanted is known.

    Damage is no reason for anything else to stop: `trouble` says what is wrong, and nothing is found.
    """

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(FILE)
        self.trouble = ""
        """What is wrong with the file, in a sentence with its mend; empty where nothing is."""
        self.homes: Mapping[str, Sequence[tuple[str, float, float]]] | None = None
        """The hub's own homes by outward code, as they stood when first asked for; forgotten on `close`."""
        self._connection: Connection | None = None
        self._kept: Kept | None = None
        self._codes: dict[int, str] = {}
        self._areas: frozenset[str] = frozenset()

    def about(self) -> Kept | None:
        """What the file is; None where there is none, or none that can be read."""
        return self._kept if self._opened() else None

    def find(self, postcode: Postcode, *, name_of: Callable[[str], str | None]) -> Whereabouts | None:
        """Where the postcode is; None where the file doesn't know it. `name_of` names an authority's code."""
        if not self._opened():
            return None
        assert self._connection is not None
        assert self._kept is not None
        try:
            row = self._connection.execute(
                "SELECT latitude, longitude, authority, ended FROM postcodes WHERE postcode = ?",
                (postcode.key,),
            ).fetchone()
        except driver.Error as error:
            self._is_in_trouble(error)
            return None
        if row is None:
            return None
        latitude, longitude, authority, ended = row
        code = self._codes.get(authority)
        return Whereabouts(
            "postcode",
            latitude / 1e6,
            longitude / 1e6,
            self._kept.edition.words,
            authority=None if code is None else name_of(code),
            ended=None if ended is None else date(ended // 100, ended % 100, 1),
        )

    def covers(self, postcode: Postcode) -> bool:
        """Whether the file has other postcodes of its area, so that one that isn't in it is none."""
        return self._opened() and postcode.area in self._areas

    def close(self) -> None:
        """Lets go of the file, so that a newer one can come in its place."""
        self.homes = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> bool:
        if self._connection is not None:
            return True
        if not self.path.exists():
            self.trouble = ""
            return False
        try:
            self._connection = connect(self.path, read_only=True)
            self._read_about(self._connection)
        except (driver.Error, ValueError, LookupError, TypeError) as error:
            self._is_in_trouble(error)
            return False
        self.trouble = ""
        return True

    def _read_about(self, connection: Connection) -> None:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise ValueError("not our file")
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            raise ValueError("another version")
        about = dict(connection.execute("SELECT key, value FROM about"))
        day = date.fromisoformat(about["day"]) if about["day"] else None
        edition = Edition(about["source"], day, about["licence"], about["file"])
        self._kept = Kept(edition, int(about["postcodes"]), int(about["ended"]))
        self._codes = dict(connection.execute("SELECT id, code FROM authorities"))
        self._areas = frozenset(about["areas"].split())

    def _is_in_trouble(self, error: Exception) -> None:
        self.close()
        said = as_user_error(error, self.path) if isinstance(error, driver.Error) else None
        if said is not None and "damaged" not in said.sentence:
            self.trouble = f"{said.sentence} Until then places come from homes nearby."
            return
        self.trouble = (
            f"{FILE} beside the hub is damaged, or not a file of postcodes. Import the download again: it "
            "comes in its place."
        )


def beside(store: Path) -> Postcodes:
    """The postcodes beside a hub's file."""
    return Postcodes(store)


def keep(
    store: Path,
    batches: Iterable[list[Row]],
    *,
    edition: Callable[[], Edition],
    allowed: Callable[[Edition], None],
) -> Kept:
    """Makes the file beside a hub of these rows; whole, or as it was before.

    `edition` is asked once all is read, and `allowed` refuses it by raising. Of a postcode that comes twice
    the one in use counts.
    """
    path = store.with_name(FILE)
    fresh = path.with_name(f"{FILE}.{os.getpid()}.new")
    with files_said_plainly(path.parent):
        for left in path.parent.glob(f"{FILE}.*.new*"):
            left.unlink(missing_ok=True)
    try:
        with said_plainly(fresh):
            connection = connect(fresh)
            try:
                _write(connection, batches, edition, allowed)
            finally:
                connection.close()
        with files_said_plainly(path.parent):
            _to_disk(fresh)
            try:
                in_place.put(fresh, path)
            except PermissionError:
                raise UserError(
                    f"{FILE} is being read by another window.", "Try again in a moment. Nothing was changed."
                ) from None
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    kept = Postcodes(store)
    try:
        found = kept.about()
    finally:
        kept.close()
    if found is None:
        raise UserError(kept.trouble or f"{FILE} couldn't be written.", "Import the download again.")
    return found


def _write(
    connection: Connection,
    batches: Iterable[list[Row]],
    edition: Callable[[], Edition],
    allowed: Callable[[Edition], None],
) -> None:
    for pragma in (
        f"application_id = {APPLICATION_ID}",
        f"user_version = {VERSION}",
        # the file counts once it is whole: nothing in it needs to be undone
        "journal_mode = OFF",
        "synchronous = OFF",
        f"cache_size = {_ENOUGH_TIME}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")
    connection.execute("CREATE TABLE authorities (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT")
    connection.execute(
        "CREATE TABLE postcodes (postcode TEXT PRIMARY KEY, latitude INTEGER NOT NULL,"
        " longitude INTEGER NOT NULL, authority INTEGER, ended INTEGER) STRICT, WITHOUT ROWID"
    )
    connection.execute("BEGIN")
    numbers: dict[str | None, int | None] = {None: None}
    for rows in batches:
        for row in rows:
            if row[3] not in numbers:
                numbers[row[3]] = len(numbers)
        connection.executemany(
            "INSERT INTO postcodes VALUES (?, ?, ?, ?, ?) ON CONFLICT (postcode) DO UPDATE SET"
            " latitude = excluded.latitude, longitude = excluded.longitude, authority = excluded.authority,"
            " ended = excluded.ended WHERE excluded.ended IS NULL",
            [(key, north, east, numbers[code], ended) for key, north, east, code, ended in rows],
        )
    connection.executemany(
        "INSERT INTO authorities VALUES (?, ?)",
        [(number, code) for code, number in numbers.items() if number is not None],
    )
    what = edition()
    allowed(what)
    connection.executemany("INSERT INTO about VALUES (?, ?)", _about(connection, what).items())
    connection.execute("COMMIT")


def _about(connection: Connection, edition: Edition) -> dict[str, str]:
    count, ended = connection.execute("SELECT count(*), count(ended) FROM postcodes").fetchone()
    areas = connection.execute(
        "SELECT DISTINCT CASE WHEN substr(postcode, 2, 1) BETWEEN '0' AND '9' THEN substr(postcode, 1, 1)"
        " ELSE substr(postcode, 1, 2) END FROM postcodes"
    ).fetchall()
    return {
        "source": edition.source,
        "day": edition.day.isoformat() if edition.day is not None else "",
        "licence": edition.licence,
        "file": edition.file,
        "postcodes": str(count),
        "ended": str(ended),
        "areas": " ".join(sorted(area for (area,) in areas)),
    }


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
