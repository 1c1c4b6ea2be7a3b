"""A file of the register, opened as the form that it is by what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from discharge.exchange.csv_reading import OpenedFile, Progress
from discharge.exchange.register.api import is_api, read_locations
from discharge.exchange.register.days import DayOrder
from discharge.exchange.register.forms import API, FILTERS, FORMS, Form
from discharge.exchange.register.kept import KeptRegister, KeptRows
from discharge.exchange.table_file import Row, TableFile, name_key


class RegisterFile:
    """A register opened for reading: its form, and its rows as the care directory with filters has them.

    `BrokenFile` says why it can't be read. `notes` and `days` are complete once `rows` has run to its end.
    """

    def __init__(
        self,
        source: Path | bytes,
        *,
        month_first: bool | None = None,
        progress: Progress | None = None,
        kept: KeptRegister | None = None,
    ) -> None:
        """`kept` has the file's rows where it was read before, and gets them where it is read to the end."""
        self.days = DayOrder(month_first)
        self._source, self._progress = source, progress
        self._kept = kept
        self.name = source.name if isinstance(source, Path) else ""
        if kept is not None and kept.rows is not None:
            self._table: TableFile | None = None
            self.form, self.notes = kept.rows.form, list(kept.rows.notes)
            return
        self.form = API if is_api(source) else form_of(source)
        self._table = None if self.form is API else TableFile(source, self.form.columns, progress=progress)
        self.notes = [] if self._table is None else self._table.notes
        if self.form is not FILTERS:
            self.notes.insert(0, f"Read as the CQC's {self.form.words}.")

    def rows(self) -> Iterator[Row]:
        """Every row; its days stand as they are written, to be read with `days` at the end."""
        for row in self._rows():
            for column in self.form.days:
                if text := row.cells.get(column, ""):
                    self.days.see(text, row.row)
            yield self.form.row(row)

    def _rows(self) -> Iterator[Row]:
        """The rows as they stand in the file, or as they are kept."""
        if self._kept is not None and self._kept.rows is not None:
            yield from self._kept.rows.rows
            return
        found = read_locations(self._source, self._progress) if self._table is None else self._table.rows()
        if self._kept is None:
            yield from found
            return
        rows = []
        for row in found:
            rows.append(row)
            yield row
        self._kept.rows = KeptRows(self.form, list(self.notes), rows)


def form_of(source: Path | bytes) -> Form:
    """The form whose columns the file names most of; the care directory with filters where it names none."""
    best: tuple[float, int] = (0.0, 0)
    form = FILTERS
    for _, records in OpenedFile(source).tops():
        for record in records:
            keys = {name_key(cell) for cell in record.cells if cell.strip()}
            for each in FORMS:
                known = each.columns.known()
                named = {known[key] for key in keys if key in known}
                share = len(named & {*each.columns.required}) / len(each.columns.required)
                if (share, len(named)) > best:
                    best, form = (share, len(named)), each
        if best[0] == 1 and not form.dual:
            # the list of dual registrations may stand before the directory in one workbook
            break
    return form
