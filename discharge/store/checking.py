"""Checking the journal: the chain of seals, the kept files, and in a signed record each entry's signature."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from discharge.store.driver import Connection
from discharge.store.journal import (
    COLUMNS,
    START,
    files_named,
    head,
    is_sealed,
    read_file,
    reading_anything,
)
from discharge.store.signed import OF_PEOPLE, Signatures


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking the journal found; `broken_at` is the first entry that isn't as it was written."""

    entries: int
    broken_at: int | None
    sentence: str

    @property
    def is_intact(self) -> bool:
        """Every entry and every kept file is as it was written."""
        return self.broken_at is None


CheckProgress = Callable[[int, int], None]


def verify_chain(
    connection: Connection, *, progress: CheckProgress | None = None, since: int = 0, signed: bool = False
) -> Checked:
    """Recomputes every seal and every kept file's hash, and asks of a signed record's entries what
    `Signatures` does; says where the journal first isn't as written.

    `signed`: the record is known to have signatures. `progress` is called with the entries read and those
    there are; it stops the check by raising. With `since` the entries after that number alone, and no file.
    No value of an entry is ever said.
    """
    there = head(connection).seq if progress is not None else 0
    with reading_anything(connection):
        expected, prev, count = since + 1, START, 0
        if since:
            before = connection.execute("SELECT hash FROM journal WHERE seq = ?", (since,)).fetchone()
            if before is None:
                return Checked(0, since, f"Entry {since} is missing from the journal.")
            prev = before[0]
        signatures = _known_until(connection, since)
        rows = connection.execute(
            f"SELECT {COLUMNS}, hash, {_signature(connection)} FROM journal WHERE seq > ? ORDER BY seq",
            (since,),
        )
        for *columns, stored, signature in rows:
            seq = columns[0]
            if seq != expected:
                return Checked(count, expected, f"Entry {expected:,} is missing from the journal.")
            if columns[-1] != prev or not is_sealed(columns, stored):
                return Checked(count, seq, f"Entry {seq:,} is not as it was written.")
            if fault := signatures.fault(dict(zip(_NAMES, columns, strict=True)), stored, signature):
                return Checked(count, seq, f"Entry {seq:,} {fault}.")
            expected, prev, count = seq + 1, stored, count + 1
            if progress is not None and count % 200 == 0:
                progress(count, there)
    if signed and not signatures.begun:
        return Checked(count, 1, "This hub's entries are signed, and those of the file have no signatures.")
    broken = None if since else _broken_file(connection)
    if broken is not None:
        return Checked(
            count, broken, f"A file that entry {broken:,} names is missing or not as it was written."
        )
    said = "as they were written, and signed" if signatures.begun else "as they were written"
    return Checked(count, None, f"All {count:,} entries are {said}.")


_NAMES = tuple(name.strip() for name in COLUMNS.split(","))


def _known_until(connection: Connection, since: int) -> Signatures:
    """What entries up to that number say of people and keys; they aren't checked."""
    signatures, kinds = Signatures(), sorted(OF_PEOPLE)
    if since:
        marks = ", ".join("?" * len(kinds))
        for row in connection.execute(
            f"SELECT {COLUMNS} FROM journal WHERE kind IN ({marks}) AND seq <= ? ORDER BY seq",
            (*kinds, since),
        ):
            signatures.knowing(dict(zip(_NAMES, row, strict=True)))
    return signatures


def _signature(connection: Connection) -> str:
    """The column of signatures; a store of before there were any has none."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(journal)")}
    return "signature" if "signature" in columns else "NULL"


def _broken_file(connection: Connection) -> int | None:
    for name, seq in files_named(connection).items():
        try:
            sound = hashlib.sha256(read_file(connection, name)).hexdigest() == name
        except (KeyError, TypeError, zlib.error):
            sound = False
        if not sound:
            return seq
    return None


__all__ = ["CheckProgress", "Checked", "verify_chain"]
