"""Every XLSX file that goes out is made here: text is text, whatever it begins with, and never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

Cell = str | int | float | None
WIDEST = 60
"""A column is as wide as its longest text, up to so many characters."""


@dataclass(frozen=True, slots=True)
class SheetOut:
    """A sheet of a workbook: its name (31 characters at most), lines over the table, header and rows."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    about: Sequence[str] = ()
    strong: frozenset[int] = frozenset()
    """The rows that are sums."""


def workbook(sheets: Iterable[SheetOut], *, made_at: datetime, title: str) -> bytes:
    """The workbook's bytes, the same for the same sheets. Its own clock is `made_at`."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    made = Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    bold, plain = made.add_format({"bold": True}), made.add_format()
    for each in sheets:
        sheet = made.add_worksheet(each.name)
        for at, line in enumerate(each.about):
            sheet.write_string(at, 0, line, bold if at == 0 else plain)
        top = len(each.about) + bool(each.about)
        for column, word in enumerate(each.header):
            sheet.write_string(top, column, word, bold)
        for at, row in enumerate(each.rows):
            form = bold if at in each.strong else plain
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(top + 1 + at, column, cell, form)
                elif cell is not None:
                    sheet.write_number(top + 1 + at, column, cell, form)
        for column in range(len(each.header)):
            texts = (each.header[column], *(str(row[column]) for row in each.rows))
            sheet.set_column(column, column, min(WIDEST, max(map(len, texts))) + 1)
        sheet.freeze_panes(top + 1, 0)
    made.close()
    return content.getvalue()
