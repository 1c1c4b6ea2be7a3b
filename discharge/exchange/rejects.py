"""The rows of a file that can't be taken, in a file of their own: mended there, it is imported again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from discharge.exchange.csv_reading import Columns, TableFile
from discharge.exchange.report import ImportReport, as_text_cell

SAID = ("rejected row", "rejected field", "rejected reason", "rejected mend")
"""The columns before the file's own; a later import doesn't read them."""


def rejects_csv(source: Path | bytes, columns: Columns, report: ImportReport) -> str:
    """The rejected and held-up rows as CSV text: where each stands in the file, what is wrong with which
    field and how it is mended, then its cells as they are; safe to open in a spreadsheet.

    A row that couldn't be told apart into cells has none. Names of the columns are those that are expected.
    """
    wrong = {row.row: row for row in report.rows if row.is_fault}
    file = TableFile(source, columns)
    names = file.columns_there
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*SAID, *names])
    for row in file.rows():
        if row.row not in wrong:
            continue
        remarks = wrong[row.row].remarks
        said = (
            str(row.row),
            "; ".join(dict.fromkeys(each.field for each in remarks if each.field)),
            "; ".join(each.reason for each in remarks),
            "; ".join(each.mend for each in remarks if each.mend),
        )
        cells = (row.cells.get(name, "") for name in names)
        writer.writerow([as_text_cell(cell) for cell in (*said, *cells)])
    return text.getvalue()
