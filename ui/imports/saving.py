"""What an import leaves in files: the report, the rows to be mended, the forms to fill in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.frame.services import Services

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.exchange.report import ImportReport

SAVED = "CSV files (*.csv);;All files (*)"

Write = Callable[["Desk"], None]
"""Writes a file, in the store's thread."""


def ask_where_to_save(parent: QWidget, title: str, proposed: str) -> Path | None:
    """The file that the user chooses to write; None where they think better of it."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposed, SAVED)
    return Path(chosen) if chosen else None


def report_into(path: Path, report: ImportReport) -> Write:
    """Writes every row with its outcome."""

    def write(_desk: Desk) -> None:
        from discharge.actions.files_out import write_report

        write_report(report, path)

    return write


def rejects_into(path: Path, source: Path, kind: str, report: ImportReport) -> Write:
    """Writes the rows that can't be taken, each after its reason and mend."""

    def write(desk: Desk) -> None:
        from discharge.actions.file_kinds import FileKind
        from discharge.actions.files_out import write_rejects

        write_rejects(desk, source, FileKind(kind), report, path)

    return write


def template_into(path: Path) -> Write:
    """Writes the template of a list of patients."""

    def write(_desk: Desk) -> None:
        from discharge.actions.whole_files import save
        from discharge.paths import resources

        save(path, (resources() / "templates" / "patients.csv").read_bytes())

    return write


def ask_and_save_sheet(
    parent: QWidget, services: Services, *, then: Callable[[Path], object] | None = None
) -> None:
    """Asks for the file, and writes the homes sheet into it, filled with what the hub knows."""
    path = ask_where_to_save(parent, "Save the homes sheet", "homes.csv")
    if path is not None:
        save_sheet(path, services, then=then)


def save_sheet(path: Path, services: Services, *, then: Callable[[Path], object] | None = None) -> None:
    """Writes the homes sheet into this file."""

    def write(desk: Desk) -> None:
        from discharge.actions.files_out import homes_sheet, write_homes_sheet

        write_homes_sheet(desk.ask(homes_sheet), path)

    def saved(_nothing: None) -> None:
        services.say(f"The homes sheet is in {path.name}.")
        if then is not None:
            then(path)

    services.use(write, saved)
