"""Whatever goes out as a table is safe to open in a spreadsheet program; one place sees to it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

import discharge
import ui
from discharge.exchange.csv_writing import FORMULA, as_text_cell, csv_text, from_text_cell
from discharge.exchange.homes_sheet.homes import SheetHome
from discharge.exchange.homes_sheet.writing import write_sheet
from discharge.exchange.rejects import rejects_csv
from discharge.exchange.report import ImportReport, Outcome, Remark, RowOutcome
from discharge.exchange.table_file import Columns
from discharge.model.setting import Beds, Unit
from discharge.model.setting_record import SettingDetails

EVIL = [f"{sign}cmd|' /C calc'!A0" for sign in FORMULA]
PLACE = "csv_writing.py"


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


def report() -> str:
    rows = tuple(
        RowOutcome(at, at, Outcome.REJECTED, (Remark(text, text, text),), about=text)
        for at, text in enumerate(EVIL, 2)
    )
    return ImportReport("list", "list.csv", rows).as_csv()


def rejects() -> str:
    columns = Columns("list", ("name",), ("notes",))
    content = csv_text(("name", "notes"), [("Ada", "x")]).replace("Ada,x", "=1+1,@SUM(A1)").encode()
    row = RowOutcome(2, 2, Outcome.REJECTED, (Remark("name", "=1", "-1"),))
    return rejects_csv(content, columns, ImportReport("list", "list.csv", (row,)))


def sheet() -> str:
    homes = [
        SheetHome(
            f"S-{at}",
            SettingDetails(name=f"{text.strip()} House", type="care_home", notes=text.strip()),
            (Unit(id="=1+1", isolation="none", beds=(Beds(
                id="@SUM", category="general_residential", room="single", sex="any", free=()),)),),
        )
        for at, text in enumerate(EVIL)
    ]  # fmt: skip
    return write_sheet(homes, today=date(2026, 11, 16)).decode("utf-8-sig")


@pytest.mark.parametrize("export", [report, rejects, sheet])
def test_no_cell_of_an_export_is_a_formula(export: object) -> None:
    assert callable(export)
    found = cells(export())
    assert len(found) > 10
    assert not [cell for cell in found if cell.startswith(FORMULA)]
    assert any("'=" in cell for cell in found)


@pytest.mark.parametrize("text", [*EVIL, "'", "''", "'=", "plain", "", "'tis"])
def test_what_was_guarded_comes_back_as_it_was(text: str) -> None:
    assert from_text_cell(as_text_cell(text)) == text


def test_a_number_stays_a_number() -> None:
    assert csv_text(("row", "by"), [(-2, "-2")]) == "row,by\r\n-2,'-2\r\n"


def test_there_is_one_place_where_tables_are_written() -> None:
    elsewhere = [
        path.name
        for package in (discharge, ui)
        for path in Path(package.__path__[0]).rglob("*.py")
        if path.name != PLACE and ("csv.writer" in (text := path.read_text("utf-8")) or "DictWriter" in text)
    ]
    assert elsewhere == []
