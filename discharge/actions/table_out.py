"""A table of the window as a file: as it is shown, for a spreadsheet, and never a formula in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from discharge.actions.whole_files import save
from discharge.exchange.csv_writing import csv_text
from discharge.exchange.workbook_writing import Cell, SheetOut, workbook
from discharge.model.errors import UserError

MOST_ROWS = 1_000_000
"""A sheet of a workbook has room for a few more."""
NOT_IN_A_NAME = frozenset("[]:*?/\\'")


@dataclass(frozen=True, slots=True)
class TableOut:
    """What goes into the file: `about` are the lines that say whose it is and what is left out."""

    title: str
    about: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def write_table(table: TableOut, path: Path, *, made_at: datetime) -> None:
    """Writes the table, whole or not at all: as CSV its titles and rows alone, as a workbook (`.xlsx`) what
    it is above them too. `UserError` where it can't be written.
    """
    if path.suffix.lower() == ".csv":
        save(path, csv_text(table.columns, table.rows).encode("utf-8-sig"))
        return
    if len(table.rows) > MOST_ROWS:
        raise UserError(
            f"A workbook has no room for {len(table.rows):,} rows.", "Put a filter on, or save as CSV."
        )
    name = "".join(" " if each in NOT_IN_A_NAME else each for each in table.title)[:31].strip() or "Table"
    sheet = SheetOut(name, table.columns, table.rows, about=(table.title, *table.about))
    save(path, workbook([sheet], made_at=made_at, title=table.title))
