"""All that a hub's file holds, to be taken out: the journal as it was written, the tables, the files."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from discharge.store import journal
from discharge.store.ask.view import View
from discharge.store.write.tables import SHAPES

Record = dict[str, Any]
"""A row: its columns by name; what is kept as JSON is plain data."""

JOURNAL = (*(name.strip() for name in journal.LINE_COLUMNS.split(",")), "prev_hash", "hash", "signature")
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
    "journal": frozenset({"given", "body"}),
}
"""The columns of each table that are kept as JSON."""


def columns() -> dict[str, tuple[str, ...]]:
    """The columns of every table that follows from the journal, and of the journal itself."""
    return {**{name: tuple(shape) for name, (shape, _) in SHAPES.items()}, "journal": JOURNAL}


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
        asked, order = (", ".join(f'"{name}"' for name in each) for each in (names, key))
        plain = HOLDS_JSON.get(table, frozenset())
        for row in self._view.connection.execute(f'SELECT {asked} FROM "{table}" ORDER BY {order}'):
            yield {
                name: json.loads(value) if name in plain and value else value
                for name, value in zip(names, row, strict=True)
            }

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every kept file by its SHA-256: cases, plans, rule sets and papers, byte for byte."""
        for name, content in self._view.connection.execute(
            "SELECT sha256, content FROM files ORDER BY sha256"
        ):
            yield name, zlib.decompress(content)


__all__ = ["HOLDS_JSON", "JOURNAL", "Everything", "Record", "columns"]
