"""Checking the journal: the chain of seals, the kept files, and in a signed record each entry's signature."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from discharge.model.mark import Mark
from discharge.store.driver import Connection
from discharge.store.journal import (
    COLUMNS,
    NAMES,
    START,
    Erased,
    Kind,
    files_named,
    head,
    is_sealed,
    read_file,
    reading_anything,
    signature_column,
)
from discharge.store.personal import as_meant
from discharge.store.signed import CARRIED, OF_PEOPLE, Signatures, is_theirs


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
        signatures = known_until(connection, since)
        rows = connection.execute(
            f"SELECT {COLUMNS}, hash, {signature_column(connection)} FROM journal WHERE seq > ? ORDER BY seq",
            (since,),
        )
        for *columns, stored, signature in rows:
            seq = columns[0]
            if seq != expected:
                return Checked(count, expected, f"Entry {expected:,} is missing from the journal.")
            if columns[-1] != prev or not is_sealed(columns, stored):
                return Checked(count, seq, f"Entry {seq:,} is not as it was written.")
            if fault := signatures.fault(dict(zip(NAMES, columns, strict=True)), stored, signature):
                return Checked(count, seq, f"Entry {seq:,} {fault}.")
            expected, prev, count = seq + 1, stored, count + 1
            if progress is not None and count % 200 == 0:
                progress(count, there)
    if signed and count and not signatures.begun:
        return Checked(count, 1, "This hub's entries are signed, and those of the file have no signatures.")
    broken = None if since else _broken_file(connection)
    if broken is not None:
        return Checked(
            count, broken, f"A file that entry {broken:,} names is missing or not as it was written."
        )
    said = "as they were written, and signed" if signatures.begun else "as they were written"
    return Checked(count, None, f"All {count:,} entries are {said}.")


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a record holds what a mark says of it, in a sentence."""

    is_there: bool
    sentence: str


def held_against(connection: Connection, mark: Mark) -> Held:
    """Whether the record still has the entry that was noted elsewhere: on paper, in a second place."""
    if not mark.seq:
        row = connection.execute(
            "SELECT seq FROM journal WHERE substr(hash, 1, ?) = ?", (len(mark.seal), mark.seal)
        ).fetchone()
        if row is None:
            return Held(False, "No entry of the record has the seal that was noted.")
        return Held(True, f"Entry {row[0]:,} is the one whose seal was noted.")
    last = head(connection)
    if last.seq < mark.seq:
        gone = f"Entry {mark.seq:,} was noted and is gone: the record ends with entry {last.seq:,}."
        return Held(False, f"{gone}{_whose(connection, mark)}")
    row = connection.execute("SELECT hash FROM journal WHERE seq = ?", (mark.seq,)).fetchone()
    if row is None or not str(row[0]).startswith(mark.seal):
        another = f"Entry {mark.seq:,} isn't the one that was noted: another stands in its place."
        return Held(False, f"{another}{_whose(connection, mark)}")
    return Held(True, f"Entry {mark.seq:,} is the one that was noted, and so is every entry before it.")


def _whose(connection: Connection, mark: Mark) -> str:
    """Whether what was noted is signed with a key of this record; empty where it isn't signed."""
    if not mark.signature:
        return ""
    bodies = connection.execute("SELECT body FROM journal WHERE kind = ?", (Kind.KEY_SET.value,))
    known = {str(json.loads(body).get("key")) for (body,) in bodies}
    if any(is_theirs(mark.seal, mark.signature, key) for key in known):
        return " What was noted is signed with a key of this record."
    return " What was noted is signed with no key of this record: it is another hub's, or this was replaced."


def known_until(connection: Connection, since: int) -> Signatures:
    """What entries up to that number say of people, keys and what was sent; they aren't checked."""
    signatures, kinds = Signatures(partial=since > 0), sorted({*OF_PEOPLE, Kind.PLACEMENT_SENT})
    signatures.plain = partial(as_meant, connection)
    if since:
        marks, answers = ", ".join("?" * len(kinds)), ", ".join("?" * len(CARRIED))
        where = f"kind IN ({marks}) OR (kind IN ({answers}) AND instr(body, '\"answer\":'))"
        for row in connection.execute(
            f"SELECT {COLUMNS} FROM journal WHERE seq <= ? AND ({where}) ORDER BY seq",
            (since, *kinds, *CARRIED),
        ):
            signatures.knowing(dict(zip(NAMES, row, strict=True)))
    return signatures


def _broken_file(connection: Connection) -> int | None:
    for name, seq in files_named(connection).items():
        try:
            sound = hashlib.sha256(read_file(connection, name)).hexdigest() == name
        except Erased:
            sound = True
        except (KeyError, TypeError, ValueError, zlib.error):
            sound = False
        if not sound:
            return seq
    return None


__all__ = ["CheckProgress", "Checked", "Held", "held_against", "known_until", "verify_chain"]
