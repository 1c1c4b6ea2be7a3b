"""The Situation: asked of the hub, and written as a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TextIO

from discharge.actions.desk import Desk
from discharge.actions.door import add_door_arguments, desk_at_door
from discharge.actions.whole_files import save
from discharge.exchange.csv_writing import csv_text
from discharge.exchange.workbook_writing import SheetOut, workbook
from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.model.shown.situation import Situation
from discharge.reports.situation import situation_of
from discharge.reports.situation_return import COLUMNS
from discharge.reports.situation_sheets import (
    LONG,
    header_of,
    heading,
    long_rows,
    notes_of,
    return_notes,
    rows_of,
)
from discharge.store.ask.queries import Queries
from discharge.store.ask.situation_past import ReadBack

RETURN_SHEET = "Daily discharge return"


def situation(queries: Queries) -> Situation:
    """The figures of today."""
    return replace(situation_of(queries.situation()), mark=queries.mark())


def situation_on(
    desk: Desk, on: date, *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Situation:
    """The figures of a day gone by; the desk is held for moments alone. `UserError` where the record doesn't
    reach it. `progress` is told of the entries read, and may raise to stop it.
    """
    record, there = ReadBack(on), desk.ask(lambda queries: queries.head())
    while desk.ask(lambda queries: queries.read_back(record)):
        progress(record.entries, there)
    progress(there, there)
    # what a hospital is called isn't of a day: described later, it was no other then
    facts = replace(record.facts(), hospitals=desk.ask(lambda queries: queries.hub()).hospitals)
    return replace(situation_of(facts), mark=desk.ask(lambda queries: queries.mark()))


def situation_csv(found: Situation) -> bytes:
    """Every figure of the page as a row."""
    return csv_text(LONG, long_rows(found)).encode("utf-8-sig")


def return_csv(found: Situation) -> bytes:
    """The daily discharge return in the columns of the published files."""
    return csv_text(COLUMNS, [row.cells for row in found.daily_return]).encode("utf-8-sig")


def situation_xlsx(found: Situation) -> bytes:
    """A sheet for each table of the page, and the daily discharge return."""
    top = (heading(found), found.hub)
    sheets = [
        SheetOut(
            table.title,
            header_of(table),
            rows_of(table),
            about=(*top, table.remark) if table.remark else top,
            strong=frozenset(at for at, row in enumerate(table.rows) if row.strong),
        )
        for table in found.tables
    ]
    lacks = return_notes(found)
    sheets.append(SheetOut(RETURN_SHEET, COLUMNS, _return_rows(found), about=(*top, *lacks) if lacks else ()))
    sheets.append(
        SheetOut("Notes", ("What to know of these figures",), [(note,) for note in notes_of(found)], top)
    )
    return workbook(sheets, made_at=found.at, title=heading(found))


def _return_rows(found: Situation) -> list[Sequence[str | int]]:
    return [(*row.cells[:-1], "-" if row.value is None else row.value) for row in found.daily_return]


def write_situation(found: Situation, path: Path, *, only_return: bool = False) -> None:
    """Writes the file whole or not at all, as its name ends: `.xlsx` or `.csv`. `UserError` for another
    ending, and where it can't be written.
    """
    ending = path.suffix.lower()
    if ending == ".xlsx" and not only_return:
        save(path, situation_xlsx(found))
    elif ending == ".csv":
        save(path, return_csv(found) if only_return else situation_csv(found))
    else:
        kinds = ".csv" if only_return else ".xlsx or .csv"
        raise UserError(f"{path.name} doesn't end in {kinds}.", f"Name a file that ends in {kinds}.")


def add_situation_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge situation`, for `run_situation`."""
    parser.add_argument("hub", type=Path, metavar="HUB", help="the hub's file")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="an .xlsx or .csv file")
    parser.add_argument(
        "--day", type=_day, metavar="YYYY-MM-DD", help="a day gone by, at its end; else as the hub is now"
    )
    parser.add_argument(
        "--return",
        dest="only_return",
        action="store_true",
        help="only the daily discharge return, in the columns of the published files (.csv)",
    )
    add_door_arguments(parser)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day as 2020-11-16") from None


def run_situation(args: argparse.Namespace, *, out: TextIO | None = None) -> int:
    """`discharge situation`: 0 written; `UserError` where the hub can't be read or the file not written."""
    if not args.hub.exists():
        raise UserError(f"There is no hub at {args.hub}.", "Check the path.")
    with desk_at_door(args.hub, args) as (desk, _who):
        today = args.day is None or args.day == london_date(desk.now())
        found = desk.ask(situation) if today else situation_on(desk, args.day)
    write_situation(found, args.out, only_return=args.only_return)
    said = out or sys.stdout
    said.write(f"{heading(found)}: {args.out}.\n")
    said.writelines(f"{note}\n" for note in return_notes(found))
    return 0
