"""Whether the tables follow from the journal: a sum over each table's rows, kept with the head it is of.

Each row counts by its digest, and a table's sum is that of its rows in any order: so each write of ours
brings the sums up to date by what it changed (triggers of this connection alone tell which rows), and
whatever is written behind our back leaves tables that no longer come to their sums. That is the cheap
comparison, made when a hub is opened. The whole one makes the tables anew in memory, entry by entry.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from discharge.store import driver, journal
from discharge.store.driver import Connection, Cursor, Database, Heard
from discharge.store.journal import Head
from discharge.store.write import tables
from discharge.words.counts import count_words

_KEY = "tables_follow"
_BITS = 128
_MASK = (1 << _BITS) - 1

Sums = dict[str, int]
_FOLLOWED = tables.SHAPES | tables.BESIDE

_ONLY_READS = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "CREATE TEMP TRIGGER")
"""How statements begin that write into no table."""
_WRITES_INTO = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE(?! OR )|DELETE FROM) "?(\w+)"?(?![\w".])')
"""A statement as the program writes it, and its table; what is written otherwise isn't understood."""


def _of_row(values: Iterable[Any]) -> int:
    text = repr(tuple(values)).encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(text, digest_size=_BITS // 8).digest())


def _rows(connection: Connection, table: str) -> Cursor:
    columns = ", ".join(f'"{column}"' for column in _FOLLOWED[table][0])
    return connection.execute(f'SELECT {columns} FROM "{table}" NOT INDEXED')


def sums(connection: Connection) -> Sums:
    """The sums of the tables as they are; whatever stands in them, no decoding fails."""
    found: Sums = {}
    digest, number = hashlib.blake2b, int.from_bytes
    with journal.reading_anything(connection):
        for table in _FOLLOWED:
            total = 0
            for row in _rows(connection, table):
                # `_of_row`, written out: it is called for every row of a hub each time it is opened
                total += number(
                    digest(repr(row).encode("utf-8", "backslashreplace"), digest_size=16).digest(), "big"
                )
            found[table] = total & _MASK
    return found


def kept(connection: Connection) -> Sums | None:
    """The sums that belong to the journal's head; None where none were kept for it."""
    row = connection.execute("SELECT value FROM store WHERE key = ?", (_KEY,)).fetchone()
    try:
        found = json.loads(row[0]) if row else {}
        head = Head(int(found["seq"]), str(found["hash"]))
        totals = {str(table): int(total, 16) for table, total in found["sums"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return totals if head == journal.head(connection) and totals.keys() == _FOLLOWED.keys() else None


def keep(connection: Connection, totals: Mapping[str, int]) -> None:
    """Keeps the sums with the journal's head; inside the transaction that brought them about."""
    head = journal.head(connection)
    said = {"seq": head.seq, "hash": head.hash, "sums": {table: f"{totals[table]:x}" for table in totals}}
    connection.execute("INSERT OR REPLACE INTO store (key, value) VALUES (?, ?)", (_KEY, json.dumps(said)))


def make_anew(connection: Connection) -> None:
    """Drops the tables, makes them anew from the journal, and keeps their sums; inside one transaction."""
    tables.create(Database(connection))
    tables.rebuild(connection)
    keep(connection, sums(connection))


def forget(connection: Connection) -> None:
    """The sums aren't known: the next opening compares wholly."""
    connection.execute("DELETE FROM store WHERE key = ?", (_KEY,))


class Following:
    """Follows what this connection writes into the tables, and by how much their sums change.

    Triggers of its own (TEMP): in the file they would count for whoever else opens it, and could be dropped.
    A table's are made before it is first written to: all together they are some ninety, and most windows
    write into a few tables.
    """

    def __init__(self, connection: Heard) -> None:
        self._connection = connection
        self._changed: Counter[str] = Counter()
        self._told: set[str] = set()
        connection.create_function("desk_row_came", -1, self._came)
        connection.create_function("desk_row_went", -1, self._went)
        self._told_before: frozenset[str] = frozenset()

    def __enter__(self) -> None:
        """A transaction is about to begin: nothing has changed yet."""
        self._changed.clear()
        self._told_before = frozenset(self._told)
        self._connection.hears = self._hear

    def __exit__(self, failed: object, *_: object) -> None:
        """It is over; where it failed the triggers are gone that were made inside."""
        self._connection.hears = None
        if failed is not None:
            self._told = set(self._told_before)

    def _hear(self, statement: str) -> None:
        if (said := statement.lstrip()).startswith(_ONLY_READS):
            return
        found = _WRITES_INTO.match(said)
        # of what isn't understood any table may be written to
        for table in _FOLLOWED if found is None else (found[1],):
            if table in _FOLLOWED and table not in self._told:
                self._told.add(table)
                self._have_it_told(table)

    def _have_it_told(self, table: str) -> None:
        columns = _FOLLOWED[table][0]
        new, old = (", ".join(f'{side}."{column}"' for column in columns) for side in ("NEW", "OLD"))
        came, went = f"SELECT desk_row_came('{table}', {new})", f"SELECT desk_row_went('{table}', {old})"
        for event, does in (
            ("INSERT", f"{came};"),
            ("DELETE", f"{went};"),
            ("UPDATE", f"{went}; {came};"),
        ):
            self._connection.execute(
                f'CREATE TEMP TRIGGER IF NOT EXISTS "follow {table} {event}"'
                f' AFTER {event} ON main."{table}" BEGIN {does} END'
            )

    def _came(self, table: str, *row: Any) -> None:
        self._changed[table] += _of_row(row)

    def _went(self, table: str, *row: Any) -> None:
        self._changed[table] -= _of_row(row)

    @property
    def has_changed(self) -> bool:
        """Whether any row came or went since the transaction began."""
        return bool(self._changed)

    def changed(self, before: Sums) -> Sums:
        """The sums after what was written in the transaction."""
        return {table: (total + self._changed[table]) & _MASK for table, total in before.items()}


@functools.cache
def _empty() -> Connection:
    """The tables without a row, in memory; made once a process, and only copied from."""
    memory = driver.connect(":memory:", isolation_level=None, check_same_thread=False)
    memory.execute("CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT)")
    tables.create(Database(memory))
    return memory


@contextmanager
def made_anew(connection: Connection) -> Iterator[Connection]:
    """The tables made of the connection's journal, in memory: the store itself isn't touched or locked."""
    with closing(driver.connect(":memory:", isolation_level=None)) as memory:
        _empty().backup(memory)
        memory.execute("BEGIN")
        tables.apply(memory, journal.read(connection))
        memory.execute("COMMIT")
        yield memory


@dataclass(frozen=True, slots=True)
class Difference:
    """A table that doesn't follow from the journal, and in how many of its rows."""

    table: str
    rows: int

    @property
    def words(self) -> str:
        """`1 row of the test results and symptoms`."""
        name = _WORDS.get(self.table, self.table)
        return f"{count_words(self.rows, 'row')} of {name}"


def differences(connection: Connection) -> tuple[Difference, ...]:
    """The tables held against the journal, wholly: those that don't follow from it.

    What is kept beside them is held against its own sums. Inside `Store.reading()`, on a journal that is as
    it was written.
    """
    with made_anew(connection) as right:
        wanted, found, left = sums(right), sums(connection), kept(connection)
        # sums first: rows are held against each other only where a table's sum is wrong
        wrong = [
            Difference(table, _rows_apart(right, connection, table))
            for table in tables.SHAPES
            if wanted[table] != found[table]
        ]
        beside = [table for table in tables.BESIDE if left is not None and left[table] != found[table]]
        return (*wrong, *(Difference(table, _rows_in(connection, table)) for table in beside))


def _rows_in(connection: Connection, table: str) -> int:
    return int(connection.execute(f'SELECT COUNT(*) FROM "{table}" NOT INDEXED').fetchone()[0])


def _rows_apart(right: Connection, wrong: Connection, table: str) -> int:
    """How many rows are missing, too many or changed; a changed one counts once."""
    with journal.reading_anything(wrong):
        wanted = Counter(_of_row(row) for row in _rows(right, table))
        found = Counter(_of_row(row) for row in _rows(wrong, table))
    return max((wanted - found).total(), (found - wanted).total())


def differences_words(found: Iterable[Difference]) -> str:
    """The tables that don't follow, in a sentence that says nothing of what is in them."""
    return "; ".join(one.words for one in found)


_WORDS = {
    "hub": "the hub's settings",
    "users": "the hub's people and their roles",
    "patients": "the people listed",
    "observations": "test results and symptoms",
    "attestations": "what was attested",
    "exclusions": "settings left out for somebody",
    "declines": "refusals by homes",
    "settings": "the settings",
    "units": "units",
    "beds": "beds",
    "free": "free beds",
    "returns": "capacity returns",
    "calls": "calls",
    "actions": "what is agreed with homes",
    "outbreak_reviews": "reviews of outbreaks",
    "aid": "mutual aid",
    "plans": "plans",
    "kept": "kept proposals",
    "placements": "placements",
    "stays": "stays",
    "outbreaks": "outbreaks",
    "watched": "what speaks against placements",
}
