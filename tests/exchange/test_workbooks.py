"""XLSX and ODS are read as the CSV file that a person would have saved of them, row by row."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest

from discharge.exchange.cells import Cells
from discharge.exchange.table_file import Columns, Row, TableFile
from discharge.exchange.workbooks import Workbook
from discharge.model.errors import BrokenFile
from tests.beside import FOLDER
from tests.exchange.workbook_files import Cell, ods, xlsx

SAMPLES = FOLDER / "data/formats/samples"
COLUMNS = Columns("list of homes", required=("Home ID", "Name"), optional=("Beds", "Since", "Open"))
HEADER = ("Home ID", "Name", "Beds", "Since", "Open")
ROWS: tuple[Sequence[Cell], ...] = (
    HEADER,
    ("1", "Oak & Lodge", 12, date(2020, 11, 16), True),
    (9990001006.0, "Elm\u200b House", 1.5, datetime(2020, 11, 16, 8, 30), False),  # noqa: DTZ001 - a cell has no zone
    ("3", None, "#N/A", time(8, 30), "n"),
)
READ = [
    ["1", "Oak & Lodge", "12", "2020-11-16", "TRUE"],
    ["9990001006", "Elm\u200b House", "1.5", "2020-11-16T08:30:00", "FALSE"],
    ["3", "", "#N/A", "08:30:00", "n"],
]
WRITERS = pytest.mark.parametrize("write", [xlsx, ods])


def read(content: bytes) -> tuple[TableFile, list[Row]]:
    file = TableFile(content, COLUMNS)
    return file, list(file.rows())


def refusal(content: bytes) -> str:
    with pytest.raises(BrokenFile) as caught:
        read(content)
    return str(caught.value.faults[0])


@WRITERS
def test_a_cell_of_any_type_is_the_text_that_one_would_type(write: Callable[..., bytes]) -> None:
    _, rows = read(write(*ROWS))
    assert [list(row.cells.values()) for row in rows] == READ
    assert [row.row for row in rows] == [2, 3, 4]


@WRITERS
def test_the_names_of_the_columns_are_found_under_lines_of_a_title(write: Callable[..., bytes]) -> None:
    file, rows = read(write(("Homes of the borough",), (), ("As at", date(2020, 11, 16)), *ROWS))
    assert [row.row for row in rows] == [5, 6, 7]
    assert any("line 4" in note for note in file.notes)


def test_the_sheet_is_the_one_that_names_the_columns() -> None:
    file, rows = read(xlsx(*ROWS, sheet="Homes", before=[("README", [("What this is",)]), ("Empty", [])]))
    assert len(rows) == 3
    assert file.notes[0] == "Read from the sheet 'Homes'."


def test_a_sheet_that_nobody_sees_is_read_only_where_no_other_has_the_columns_and_that_is_said() -> None:
    old = ("Old", [HEADER, ("9", "Long gone")])
    file, rows = read(xlsx(*ROWS, sheet="Now", before=[old], unseen=("Old",)))
    assert len(rows) == 3
    assert file.notes[0] == "Read from the sheet 'Now'."
    file, rows = read(xlsx(*ROWS, sheet="Old", unseen=("Old",)))
    assert len(rows) == 3
    assert file.notes[0] == "Read from the sheet 'Old', which is hidden in the workbook."


def test_other_sheets_with_a_list_are_not_read_and_that_is_said() -> None:
    wards: list[tuple[str, Sequence[Sequence[Cell]]]] = [("Ward A", ROWS), ("Lists", [("Home ID", "Name")])]
    file, _ = read(xlsx(*ROWS, sheet="Ward B", before=wards))
    assert "Not read, though the columns are there too: 'Ward B'." in " ".join(file.notes)


def test_rows_hidden_by_a_filter_are_read_and_said() -> None:
    file, rows = read(xlsx(*ROWS, hidden=(3,)))
    assert len(rows) == 3
    assert "1 row hidden in the workbook, and read too." in file.notes


def test_notes_beside_the_table_cost_no_row_and_are_said() -> None:
    file, rows = read(xlsx(HEADER, ("1", "Oak", 2, None, None, "ring first")))
    assert rows[0].faults == ()
    assert any("beside the table" in note for note in file.notes)


def test_days_counted_from_1904_are_right_and_a_bare_number_is_no_day() -> None:
    _, rows = read(xlsx(HEADER, ("1", "Oak", 2, date(2020, 11, 16)), ("2", "Elm", 2, 42689), from_1904=True))
    typed, bare = (Cells(row) for row in rows)
    assert typed.day("Since") == date(2020, 11, 16)
    assert bare.day("Since") is None
    assert "counts from 1904" in bare.faults[0].reason


SHEET = "xl/worksheets/sheet1.xml"


def with_cells(*cells: str) -> bytes:
    """A home of which the cells after its name are as they stand here."""
    more = f"</c>{''.join(cells)}</row></sheetData>".encode()
    return rezipped(
        xlsx(HEADER, ("1", "Oak")), SHEET, lambda xml: xml.replace(b"</c></row></sheetData>", more, 1)
    )


@pytest.mark.parametrize(
    ("cell", "beds", "fault"),
    [
        ('<c r="C2"><f>A2+11</f><v>12</v></c>', 12, ""),
        ('<c r="C2" t="str"><f>IF(A2=1,"","x")</f><v></v></c>', None, ""),
        ('<c r="C2"><f>A2+11</f></c>', None, "holds #CALC!"),
        ('<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', None, "holds #DIV/0!"),
        ('<c r="C2" t="e"><v>#FIELD!</v></c>', None, "holds #FIELD!"),
        ('<c r="C2" t="e"><v>#GETTING_DATA</v></c>', None, "holds #GETTING_DATA"),
        ('<c r="C2" t="str"><v>Err:502</v></c>', None, "holds Err:502"),
        ('<c r="C2" s="1"/>', None, ""),
    ],
)
def test_a_formula_that_wasnt_worked_out_is_an_error_and_no_empty_cell(
    cell: str, beds: int | None, fault: str
) -> None:
    cells = Cells(read(with_cells(cell))[1][0])
    assert cells.whole("Beds") == beds
    assert fault in " ".join(each.reason for each in cells.faults)
    assert bool(cells.faults) == bool(fault)


@pytest.mark.parametrize(("style", "said"), [("1", "2020-11-16"), ("2", "2020-11-16T00:00:00")])
def test_midnight_is_a_time_of_day_where_the_cell_shows_one(style: str, said: str) -> None:
    _, rows = read(with_cells(f'<c r="D2" s="{style}"><v>44151</v></c>'))
    assert rows[0].cells["Since"] == said


@pytest.mark.parametrize(
    "cells",
    [
        ('<c r="D2"><v>1</v></c>', '<c r="C2"><v>2</v></c>'),
        ('<c r="C2"><v>1</v></c>', '<c r="C2"><v>2</v></c>'),
        ('<c r="?2"><v>1</v></c>',),
    ],
)
def test_a_cell_that_stands_nowhere_or_before_another_is_damage_and_never_a_cell_of_the_next_column(
    cells: tuple[str, ...],
) -> None:
    assert "damaged" in refusal(with_cells(*cells))


def test_of_a_cell_longer_than_any_no_more_is_held_than_shows_that_it_is() -> None:
    long = f'<c r="C2" t="inlineStr"><is><t>{"x" * 3_000_000}</t></is></c>'
    (row,) = read(with_cells(long))[1]
    assert "characters long" in str(row.faults[0])
    (whole,) = (each for each in Workbook(with_cells(long)).rows("Sheet1") if each.row == 2)
    assert len(whole.cells[2]) < 200_000


def test_cells_beyond_the_last_column_are_left_alone() -> None:
    wide = with_cells('<c r="ZZZ2"><v>1</v></c>', *["<c><v>1</v></c>"] * 3)
    assert len(read(wide)[1]) == 1


def test_a_file_with_a_million_rows_of_filler_is_read_at_once() -> None:
    assert len(read(ods(*ROWS))[1]) == 3


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda content: content[:-400], "can't be unpacked"),
        (lambda content: scratched(content, b"sheet1.xml"), "damaged"),
        (lambda content: rezipped(content, "xl/worksheets/sheet1.xml", lambda xml: xml[:-60]), "damaged"),
        (
            lambda content: rezipped(
                content, "xl/worksheets/sheet1.xml", lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml
            ),
            "declarations",
        ),
        (lambda content: rezipped(content, "xl/workbook.xml", None), "no workbook"),
        (lambda content: rezipped(content, "[Content_Types].xml", None), "a zip file, and no workbook"),
        (lambda content: rezipped(content, "xl/sharedStrings.xml", None), "damaged"),
    ],
)
def test_a_damaged_workbook_is_refused_with_the_reason(damage: Callable[[bytes], bytes], words: str) -> None:
    assert words in refusal(damage(xlsx(*ROWS)))


def scratched(content: bytes, part: bytes) -> bytes:
    at = content.index(part) + len(part) + 30
    return content[:at] + b"\0" * 20 + content[at + 20 :]


def rezipped(content: bytes, part: str, change: Callable[[bytes], bytes] | None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(held, "w") as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
            elif change is not None:
                after.writestr(name, change(before.read(name)))
    return held.getvalue()


@pytest.mark.beside("data/formats/samples")
@pytest.mark.parametrize("name", ["HSCA_Active_Locations", "Latest_ratings", "Deactivated_Locations"])
def test_another_reader_finds_the_same_in_the_registers_files(name: str) -> None:
    """`python-calamine` reads the same cells, of a workbook of the register's own make."""
    calamine = pytest.importorskip("python_calamine")
    path = SAMPLES / f"01_October_2026_{name}.ods"
    other = calamine.CalamineWorkbook.from_path(path)
    for top in Workbook(path).tops(20):
        sheet = other.get_sheet_by_name(top[0].sheet).to_python(skip_empty_area=False)
        assert [trimmed(map(said, sheet[row.row - 1])) for row in top] == [trimmed(row.cells) for row in top]


@WRITERS
def test_another_reader_finds_the_same_but_the_errors(write: Callable[..., bytes]) -> None:
    calamine = pytest.importorskip("python_calamine")
    content = write(*ROWS)
    sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    found = [trimmed(map(said, row)) for row in sheet.to_python(skip_empty_area=False)]
    assert found[1:3] == READ[:2]
    assert found[3] in (["3", "", "", "08:30:00", "n"], READ[2])


def said(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def trimmed(cells: Iterable[str]) -> list[str]:
    found: list[str] = list(cells)
    while found and not found[-1]:
        found.pop()
    return found


@pytest.mark.whole
def test_a_large_sheet_is_never_held_whole(tmp_path: Path) -> None:
    """Rows are let go as they are read: ten times the rows take hardly more memory (measured by itself)."""
    few, many = (most_held(tmp_path / f"{rows}.xlsx", rows) for rows in (1_000, 10_000))
    assert many - few < 10_000, "kilobytes"


def most_held(path: Path, rows: int) -> int:
    path.write_bytes(xlsx(HEADER, *((str(at % 50), "Oak Lodge", at, "x", "y") for at in range(rows))))
    code = (
        "import resource, sys, pathlib\n"
        "from discharge.exchange.workbooks import Workbook\n"
        "n = sum(1 for row in Workbook(pathlib.Path(sys.argv[1])).rows('Sheet1'))\n"
        "print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    counted, held = map(int, done.stdout.split())
    assert counted == rows + 1
    return held
