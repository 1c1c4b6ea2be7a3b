"""The Situation saved as a file: where to is asked, written it is in the store's thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.shown.situation import Situation
from discharge.reports.situation_sheets import return_notes
from ui.frame.services import Services

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

ALL = "Workbooks (*.xlsx);;CSV files (*.csv)"
ONLY_CSV = "CSV files (*.csv)"


def ask_and_save(
    parent: QWidget, services: Services, situation: Situation, *, only_return: bool = False
) -> None:
    """Asks for the file, and writes the figures that are shown into it."""
    what = "Daily discharge return" if only_return else "Situation"
    ending = ".csv" if only_return else ".xlsx"
    proposed = str(Path.home() / f"{what} {situation.day.isoformat()}{ending}")
    kinds = ONLY_CSV if only_return else ALL
    chosen, kind = QFileDialog.getSaveFileName(parent, f"Save the {what.lower()}", proposed, kinds)
    if chosen:
        path = Path(chosen)
        if path.suffix.lower() not in (".csv", ".xlsx"):
            path = path.with_name(f"{path.name}{'.csv' if 'csv' in kind else ending}")
        save(path, services, situation, only_return=only_return)


def save(path: Path, services: Services, situation: Situation, *, only_return: bool = False) -> None:
    """Writes them, whole or not at all."""

    def write(_desk: Desk) -> None:
        from discharge.actions.situation import write_situation

        write_situation(situation, path, only_return=only_return)

    lacks, said = return_notes(situation), f"Saved: {path.name}."
    if lacks:
        some = f"{len(lacks):,} hospitals of it aren't described whole: enter that on Preferences, Hospitals."
        said = f"{said} {lacks[0] if len(lacks) == 1 else f'Daily discharge return: {some}'}"
    services.use(write, lambda _none: services.say(said), words=f"Writing {path.name}")
