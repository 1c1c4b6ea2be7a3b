"""What a desk of a shared hub knows beside the record: where the server is, the keys of what lies there, and
what was done here, shared or not yet.

It stands in the desk's own store and goes nowhere: tables of this file follow from no entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from discharge.store.driver import Connection

KEPT_ANEW = ("address", "hub", "door_key", "desk")
"""What is known of a shared hub, whatever the record says."""


class State(StrEnum):
    """What became of something that was done at this desk."""

    WAITING = "waiting"
    """Done while the server couldn't be reached: not yet shared."""
    SHARED = "shared"
    RETURNED = "returned"
    """A decision that no longer fitted: back with its author."""
    FLAGGED = "flagged"
    """A fact of the world that no longer fitted: on record, for a person to look at."""
    SET_ASIDE = "set_aside"
    """Returned, and its author has seen it."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something done at this desk. `content`: its intents as JSON; `entries`: the ids of its entries, and
    `bodies` what they were when it was tried here, both by their order."""

    number: int
    by: str
    by_name: str
    at: str
    content: str
    entries: tuple[str, ...]
    tried: tuple[tuple[str, Mapping[str, Any]], ...]
    state: State
    why: str = ""
    mend: str = ""

    @property
    def happened_at(self) -> datetime:
        """When it was done."""
        return datetime.fromisoformat(self.at)


def of(connection: Connection, name: str) -> str:
    """What is known of the shared hub under this name; empty where nothing is."""
    row = connection.execute("SELECT value FROM shared WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def is_shared(connection: Connection) -> bool:
    """Whether this store is one desk's of a hub that lies on a server."""
    return bool(of(connection, "address"))


def note(connection: Connection, **values: str) -> None:
    """Keeps what is known of the shared hub. Within a transaction."""
    connection.executemany(
        "INSERT INTO shared (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        list(values.items()),
    )


def forget(connection: Connection) -> None:
    """From now on the store is a hub of its own. Within a transaction."""
    for table in ("shared", "shared_keys", "done_here"):
        connection.execute(f"DELETE FROM {table}")


def keys(connection: Connection) -> dict[int, bytes]:
    """The keys of what lies on the server, by generation."""
    rows = connection.execute("SELECT generation, key FROM shared_keys ORDER BY generation")
    return {int(generation): bytes(key) for generation, key in rows}


def keep_keys(connection: Connection, found: Mapping[int, bytes]) -> None:
    """Keeps these keys beside those there are. Within a transaction."""
    connection.executemany(
        "INSERT INTO shared_keys (generation, key) VALUES (?, ?) ON CONFLICT (generation) DO NOTHING",
        list(found.items()),
    )


_READ = "number, by, by_name, at, content, entries, tried, state, why, mend"


def done(connection: Connection, *states: State) -> list[Done]:
    """What was done here and is in one of these states, in the order of doing."""
    marks = ", ".join("?" * len(states))
    rows = connection.execute(
        f"SELECT {_READ} FROM done_here WHERE state IN ({marks}) ORDER BY number",
        [state.value for state in states],
    )
    return [_done(row) for row in rows]


def waiting(connection: Connection) -> tuple[int, ...]:
    """The numbers of what waits to be shared, in the order of doing."""
    rows = connection.execute(
        "SELECT number FROM done_here WHERE state = ? ORDER BY number", (State.WAITING.value,)
    )
    return tuple(int(row[0]) for row in rows)


def _done(row: Sequence[Any]) -> Done:
    number, by, by_name, at, content, entries, tried, state, why, mend = row
    return Done(
        number, by, by_name, at, content, tuple(json.loads(entries)),
        tuple((kind, body) for kind, body in json.loads(tried)), State(state), why, mend,
    )  # fmt: skip


def add(
    connection: Connection,
    *,
    by: str,
    by_name: str,
    at: str,
    content: str,
    entries: Iterable[str],
    tried: Iterable[tuple[str, Mapping[str, Any]]],
    state: State,
) -> int:
    """Keeps something done here; its number. Within a transaction."""
    cursor = connection.execute(
        "INSERT INTO done_here (by, by_name, at, content, entries, tried, state, why, mend)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, '', '')",
        (by, by_name, at, content, json.dumps(list(entries)), json.dumps(list(tried)), state.value),
    )
    return int(cursor.lastrowid or 0)


def put(connection: Connection, one: Done) -> None:
    """Keeps something done here as another store of this desk had it. Within a transaction."""
    connection.execute(
        "INSERT INTO done_here (number, by, by_name, at, content, entries, tried, state, why, mend)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.number, one.by, one.by_name, one.at, one.content, json.dumps(list(one.entries)),
            json.dumps(list(one.tried)), one.state.value, one.why, one.mend,
        ),
    )  # fmt: skip


def settle(connection: Connection, number: int, state: State, *, why: str = "", mend: str = "") -> None:
    """Says what became of it. Within a transaction."""
    connection.execute(
        "UPDATE done_here SET state = ?, why = ?, mend = ? WHERE number = ?",
        (state.value, why, mend, number),
    )


def rewrite(connection: Connection, one: Done) -> None:
    """Keeps what waits in other words: what it is about has other numbers by now. Within a transaction."""
    connection.execute(
        "UPDATE done_here SET content = ?, entries = ?, tried = ? WHERE number = ?",
        (one.content, json.dumps(list(one.entries)), json.dumps(list(one.tried)), one.number),
    )


def renames(connection: Connection) -> dict[str, str]:
    """The ids in what waits that are others on record."""
    found: dict[str, str] = json.loads(of(connection, "renames") or "{}")
    return found


def keep_renames(connection: Connection, names: Mapping[str, str]) -> None:
    """Keeps them in the place of those there are. Within a transaction."""
    note(connection, renames=json.dumps(dict(names)))


def thin(connection: Connection, *, before: str) -> None:
    """Forgets what was shared before that time. Within a transaction."""
    connection.execute("DELETE FROM done_here WHERE state = ? AND at < ?", (State.SHARED.value, before))


__all__ = [
    "Done", "State", "add", "done", "forget", "is_shared", "keep_keys", "keep_renames", "keys", "note", "of",
    "renames", "rewrite", "settle", "thin", "waiting",
]  # fmt: skip
