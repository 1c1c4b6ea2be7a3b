"""Every CSV file that goes out is made here: no spreadsheet program takes a cell of it for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a cell begins that a spreadsheet program may take for a formula."""
_GUARDED = ("''", *(f"'{each}" for each in FORMULA))
"""How a value begins that has had an apostrophe put before it."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows under their header as CSV text; numbers stay numbers, every text is safe to open."""
    text = io.StringIO()
    write_csv(text, header, rows)
    return text.getvalue()


def write_csv(into: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes the same, row by row as they come; how many rows there were."""
    writer, count = csv.writer(into), 0
    writer.writerow(header)
    for row in rows:
        count += 1
        writer.writerow([as_text_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return count


def as_text_cell(value: str) -> str:
    """The value such that no spreadsheet takes it for a formula: an apostrophe stands before it.

    A dash alone is none, and in a published file means that nothing was submitted: it stays as it is.
    """
    if value == "-":
        return value
    return f"'{value}" if value.startswith(FORMULA) or value.startswith(_GUARDED) else value


def from_text_cell(value: str) -> str:
    """The value that `as_text_cell` made this of."""
    return value[1:] if value.startswith(_GUARDED) else value
