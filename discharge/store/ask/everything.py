"""All that a hub's file holds, to be taken out: the journal as it was written, the tables, the files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from discharge.store import journal, personal
from discharge.store.ask.view import View
from discharge.store.write.tables import SHAPES

Record = dict[str, Any]
"""A row: its columns by name; what is kept as JSON is plain data."""

JOURNAL = (*journal.NAMES_READ, "prev_hash", "hash", "signature", "opened")
"""The columns of an entry, its seal the last."""

HOLDS_JSON: Mapping[str, frozenset[str]] = {
    "hub": frozenset({"settings"}),
    "users": frozenset({"roles"}),
    "patients": frozenset({"details", "facts"}),
    "observations": frozenset({"body", "given"}),
    "attestations": frozenset({"given"}),
    "settings": frozenset({"accepts", "details", "figures", "doubts", "bed_doubts"}),
    "kept_beds": frozenset({"given"}),
    "units": frozenset({"needs_met", "designated_given"}),
    "beds": frozenset({"contract"}),
    "returns": frozenset({"report", "given"}),
    "calls": frozenset({"given", "answers"}),
    "plans": frozenset({"placed"}),
    "kept": frozenset({"placement"}),
    "placements": frozenset({"points", "because", "conditions"}),
    "stays": frozenset({"organisms", "accepted_given", "transport"}),
    "happenings": frozenset({"facts", "against"}),
    "reviews": frozenset({"body", "given"}),
    "assessments": frozenset({"body"}),
    "tasks": frozenset({"transport", "given"}),
    "news": frozenset({"given"}),
    "journal": frozenset({"given", "body", "opened"}),
}
"""The columns of each table that are kept as JSON."""


def columns() -> dict[str, tuple[str, ...]]:
    """The columns of every table that follows from the journal, and of the journal itself."""
    return {**{name: tuple(shape) for name, (shape, _) in SHAPES.items()}, "journal": JOURNAL}


_ASKED = {"opened": f"CASE WHEN instr(body, '{personal.SEALED}') THEN plain(body) END"}
"""Columns that are worked out: what a sealed body says."""


class Everything:
    """All that is on record, read row by row; lives as long as the view that it is asked of."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.columns = columns()

    def count(self, table: str) -> int:
        """How many rows there are."""
        return int(self._view.value(f'SELECT COUNT(*) FROM "{table}"'))

    def records(self, table: str) -> Iterator[Record]:
        """Every row of a table in order of its key, one at a time."""
        names = self.columns[table]
        key = SHAPES[table][1] if table in SHAPES else ("seq",)
        asked, order = (", ".join(_ASKED.get(name, f'"{name}"') for name in each) for each in (names, key))
        plain = HOLDS_JSON.get(table, frozenset())
        for row in self._view.connection.execute(f'SELECT {asked} FROM "{table}" ORDER BY {order}'):
            yield {
                name: json.loads(value) if name in plain and value else value
                for name, value in zip(names, row, strict=True)
            }

    def files(self) -> Iterator[tuple[str, bytes | None]]:
        """Every kept file by its SHA-256: cases, plans, rule sets and papers, byte for byte.

        None for one that named somebody who was erased.
        """
        for (name,) in self._view.connection.execute("SELECT sha256 FROM files ORDER BY sha256"):
            try:
                yield name, journal.read_file(self._view.connection, name)
            except journal.Erased:
                yield name, None


__all__ = ["HOLDS_JSON", "JOURNAL", "Everything", "Record", "columns"]
