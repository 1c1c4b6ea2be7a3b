"""Files out: the homes sheet, what an import came to, and the rows that it could not take."""

from __future__ import annotations

from pathlib import Path

from discharge.actions.desk import Desk
from discharge.actions.file_kinds import FileKind, columns_of
from discharge.actions.known_to_hub import known_sheet
from discharge.actions.whole_files import save
from discharge.exchange.homes_sheet.writing import write_sheet
from discharge.exchange.register.api import is_api
from discharge.exchange.register.opened import form_of
from discharge.exchange.rejects import rejects_csv
from discharge.exchange.report import (
    ImportReport,
)
from discharge.model.errors import UserError
from discharge.store.ask.queries import Queries


def homes_sheet(queries: Queries) -> bytes:
    """The homes sheet of this hub, by name, filled with what it knows."""
    known = known_sheet(queries)
    return write_sheet(known.homes, today=known.today)


def write_homes_sheet(content: bytes, path: Path) -> None:
    """Writes the sheet as a file; `UserError` where it can't be written."""
    save(path, content)


def write_report(report: ImportReport, path: Path) -> None:
    """Writes the report as a CSV file; `UserError` where it can't be written."""
    save(path, report.as_csv().encode("utf-8-sig"))


def write_rejects(desk: Desk, source: Path | bytes, kind: FileKind, report: ImportReport, path: Path) -> None:
    """Writes the rows that can't be taken, as they stand in the file, each after its reason and mend: mended
    there, it is imported again. Its titles are those of the file, or what somebody said that they mean.
    `UserError` of a file that is no table."""
    if kind is FileKind.FHIR:
        raise UserError(
            "A FHIR file is mended where it was made.", "Save the report: it has each row with its mend."
        )
    if kind is FileKind.CQC and is_api(source):
        raise UserError(
            "The API's locations are mended where they were got.", "Save the report: it has each row."
        )
    columns = form_of(source).columns if kind is FileKind.CQC else columns_of(desk, kind, source)
    save(path, rejects_csv(source, columns, report).encode("utf-8-sig"))
