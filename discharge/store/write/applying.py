"""How entries come into the tables: a register of what each kind does, and two ways to write a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line

Body = Mapping[str, Any]
Apply = Callable[[Connection, Line, Body], None]
Register = dict[Kind, Apply]


def into(register: Register) -> Callable[..., Callable[[Apply], Apply]]:
    """Makes the decorator that enters a function into a register, for the kinds of entry it is given."""

    def on(*kinds: Kind) -> Callable[[Apply], Apply]:
        def enter(function: Apply) -> Apply:
            for kind in kinds:
                register[kind] = function
            return function

        return enter

    return on


def insert(connection: Connection, table: str, row: Mapping[str, Any], *, replace: bool = False) -> None:
    """Writes a new row; with `replace` in the place of the one with its key."""
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    verb = "INSERT OR REPLACE" if replace else "INSERT"
    connection.execute(f'{verb} INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values()))


def update(connection: Connection, table: str, key: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    """Changes the columns of `row` in the rows that the key finds."""
    sets = ", ".join(f'"{name}" = ?' for name in row)
    where = " AND ".join(f'"{name}" = ?' for name in key)
    connection.execute(f'UPDATE "{table}" SET {sets} WHERE {where}', (*row.values(), *key.values()))
