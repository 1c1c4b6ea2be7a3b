"""The command Save as a spreadsheet: the table in front as it is shown, as a workbook or CSV."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from discharge.exchange.workbook_writing import Cell
from discharge.model.london import LONDON
from discharge.model.shown.patients import PatientRow
from discharge.words.days import day_and_time, day_words
from ui.frame.page import Page
from ui.frame.print_commands import PLACES, page_sheet
from ui.frame.window import Window
from ui.models.table import Column

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

KINDS = "Workbooks (*.xlsx);;CSV files (*.csv)"
IDENTIFIES = "Contains patient-identifiable information: keep it safe, delete it when it is done with."
NAMES_PEOPLE = "It names people: keep it safe, and delete it when it is done with."


def ask_and_save(window: Window) -> None:
    """Asks where to and as what, and saves."""
    page = window.page
    assert page is not None  # the command isn't enabled without one
    proposed = str(Path.home() / f"{page.title} {window.services.today().isoformat()}.xlsx")
    chosen, kind = QFileDialog.getSaveFileName(window, "Save as a spreadsheet", proposed, KINDS)
    if chosen:
        path = Path(chosen)
        if path.suffix.lower() not in (".csv", ".xlsx"):
            path = path.with_name(f"{path.name}{'.csv' if 'csv' in kind else '.xlsx'}")
        save_table(window, path)


def save_table(window: Window, path: Path) -> None:
    """Saves the table in front: its columns, order and filter; the file is there whole, or not at all. In a
    sealed hub everybody whom it names has been read by whoever saves it.
    """
    page, place = window.page, window.services
    table = page.printed_table() if page is not None else None
    assert page is not None
    assert table is not None  # the command isn't enabled without one
    sheet = page_sheet(page, table, hub=window.hub_title, deed="saved")
    columns = [table.rows.columns[at] for at in table.kept_columns()]
    shown, user, now = table.rows.shown(), place.user, place.now()
    about = (*sheet.about, IDENTIFIES) if sheet.identifies else sheet.about

    def write(desk: Desk) -> None:
        from discharge.actions.table_out import TableOut, write_table

        rows = [[cell_of(column, row) for column in columns] for row in shown]
        write_table(TableOut(sheet.title, about, sheet.columns, rows), path, made_at=now)
        people = people_of(page, shown)
        if people and user is not None:
            desk.note_readings(people, by=user)

    def written(_none: None) -> None:
        said = f"Saved: {path.name}."
        place.say(f"{said} {NAMES_PEOPLE}" if sheet.identifies else said)

    place.use_aside(write, written, words=f"Writing {path.name}")


def people_of(page: Page, rows: list[Any]) -> list[str]:
    """Whom these rows are about, each once; nobody on a page of places."""
    if page.name in PLACES:
        return []
    found = (row.id if isinstance(row, PatientRow) else getattr(row, "patient", None) for row in rows)
    return list(dict.fromkeys(each for each in found if each and isinstance(each, str)))


def cell_of(column: Column[Any], row: Any) -> Cell:
    """What stands in a cell, in words; a number as a number, a day as 2020-11-16, so that they sort."""
    words = column.words(row)
    if column.sort is None or not words:
        return words
    value = column.sort(row)
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        is_it = words in (day_and_time(value), day_and_time(value, year=True))
        return f"{local:%Y-%m-%d %H:%M}" if is_it else words
    if isinstance(value, date):
        day = f"{value.day} {day_words(value).split()[-1]}"
        said = {day, f"{day} {value.year}", day_words(value), day_words(value, year=True)}
        return value.isoformat() if words in said else words
    if isinstance(value, int | float) and not isinstance(value, bool):
        said = {f"{value:,}", str(value), f"{value:,.1f}", f"{value:,.0f}"}
        return value if words in said else words
    return words
