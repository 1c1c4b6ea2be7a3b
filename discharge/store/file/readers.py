"""Who read about whom, beside the store of a sealed hub and sealed with its key: no part of the record.

One line an hour for each person and reader, kept for two years. It holds ids and the readers' names; nothing
follows from it, and no trouble with it stops anybody.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from discharge.keys.places import is_sealed
from discharge.store import driver
from discharge.store.driver import Connection
from discharge.store.file import private
from discharge.store.file.connection import connect

log = logging.getLogger(__name__)

KEPT = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Reading:
    """In an hour somebody read about the person: first and last time in it."""

    user: str
    user_name: str
    first: datetime
    last: datetime


class Readers:
    """The file beside a store; opened when it is first needed, and `close` closes it."""

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(f"{store.name}.readers")
        self._store = store
        self._connection: Connection | None = None

    def note(self, *, patient: str, user: str, name: str, at: datetime) -> None:
        """Somebody looks at a person's record. In a hub that isn't sealed nothing is kept."""
        if is_sealed(self._store):
            private.make_file(self.path)
            sql = (
                "INSERT INTO readings (patient, user, hour, name, first, last) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET last = excluded.last"
            )
            self._done(sql, patient, user, f"{at:%Y-%m-%dT%H}", name, at.isoformat(), at.isoformat())

    def note_all(self, patients: Collection[str], *, user: str, name: str, at: datetime) -> None:
        """Somebody takes a list of people away with them: each of them was read."""
        if not is_sealed(self._store) or not patients:
            return
        private.make_file(self.path)
        self._done("BEGIN IMMEDIATE")
        for patient in patients:
            self.note(patient=patient, user=user, name=name, at=at)
        self._done("COMMIT")

    def of(self, patient: str) -> tuple[Reading, ...]:
        """Who read about a person, the last first."""
        sql = "SELECT user, name, first, last FROM readings WHERE patient = ? ORDER BY last DESC, user"
        return tuple(
            Reading(user, name, datetime.fromisoformat(first), datetime.fromisoformat(last))
            for user, name, first, last in self._done(sql, patient)
        )

    def thin(self, *, now: datetime) -> None:
        """Forgets what is older than two years."""
        self._done("DELETE FROM readings WHERE hour < ?", f"{now - KEPT:%Y-%m-%dT%H}")

    def close(self) -> None:
        """Closes the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _done(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Does it in the file, where there is one; trouble is logged, and nothing is found then."""
        try:
            if not self.path.exists():
                return []
            return self._opened().execute(sql, values).fetchall()
        except (driver.Error, OSError) as error:
            log.warning("who reads can't be kept: %s", type(error).__name__)
            self.close()
            return []

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self.path)
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS readings (patient TEXT, user TEXT, hour TEXT, name TEXT,"
                " first TEXT, last TEXT, PRIMARY KEY (patient, user, hour)) STRICT, WITHOUT ROWID"
            )
        return self._connection


__all__ = ["KEPT", "Readers", "Reading"]
