"""The rows of a file that can't be taken, in a file of their own: mended there, it is imported again."""

from __future__ import annotations

from pathlib import Path

from discharge.exchange.csv_writing import csv_text
from discharge.exchange.report import ImportReport
from discharge.exchange.table_file import SAID, Columns, TableFile


def rejects_csv(source: Path | bytes, columns: Columns, report: ImportReport) -> str:
    """The rejected and held-up rows as CSV text: where each stands in the file, what is wrong with which
    field and how it is mended, then its cells as they are; safe to open in a spreadsheet.

    A row that couldn't be told apart into cells has none. Names of the columns are those that are expected.
    """
    wrong = {row.row: row for row in report.rows if row.is_fault}
    file = TableFile(source, columns)
    names = file.columns_there
    rows: list[tuple[str, ...]] = []
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
        rows.append((*said, *(row.cells.get(name, "") for name in names)))
    return csv_text((*SAID, *names), rows)
