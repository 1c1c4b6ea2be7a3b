"""A CSV file is read rightly or refused with the reason, and no line of it is lost."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.exchange.csv_reading import LARGEST_FILE, LONGEST_LINE
from discharge.exchange.table_file import LONGEST_FIELD, Columns, Row, TableFile, name_key
from discharge.model.errors import BrokenFile, UserError
from tests.over import over

COLUMNS = Columns(
    noun="list of homes",
    required=("Home ID", "Name", "Beds"),
    optional=("Town", "Note"),
    also={"Location ID": "Home ID"},
    ignored=("guess",),
    ignored_because="an estimate is not a fact",
)
PLAIN = "Home ID,Name,Beds\n1,Oak Lodge,12\n2,Elm House,7\n"


def read(source: bytes | str | Path) -> tuple[TableFile, list[Row]]:
    file = TableFile(source.encode() if isinstance(source, str) else source, COLUMNS)
    return file, list(file.rows())


def names(rows: list[Row]) -> list[str]:
    return [row.cells.get("Name", "?") for row in rows]


def refusal(source: bytes | str | Path) -> str:
    with pytest.raises(BrokenFile) as refused:
        read(source)
    assert all(fault.mend for fault in refused.value.faults)
    return str(refused.value)


@over("foot", ["Total,2,", "Total: 2", "Grand total", "Total patients,2", "End of report", "Page 1 of 1,,"])
def test_what_stands_at_the_foot_of_a_list_is_nobodys_row_and_is_quoted(foot: str) -> None:
    file, rows = read(f"{PLAIN}{foot}\n")
    assert names(rows) == ["Oak Lodge", "Elm House"]
    assert [note for note in file.notes if "the foot of the list" in note and "row 4" in note]


@over("row", ["Total Care,Total Care Home,3", "3,Total,4", "3,Elm", "Tot,1", "Count Dracula,1"])
def test_a_row_that_only_looks_like_a_foot_is_read_or_told(row: str) -> None:
    _, rows = read(f"{PLAIN}{row}\n")
    assert len(rows) == 3


@over("delimiter", [",", ";", "\t", "|"])
@over("ending", ["\n", "\r\n", "\r"])
def test_any_usual_delimiter_and_line_end_is_read(delimiter: str, ending: str) -> None:
    text = PLAIN.replace(",", delimiter).replace("\n", ending)
    file, rows = read(text)
    assert (file.delimiter, names(rows)) == (delimiter, ["Oak Lodge", "Elm House"])
    assert [(row.row, row.line) for row in rows] == [(2, 2), (3, 3)]


@over(
    "encoding, found",
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_any_usual_encoding_is_read_rightly(encoding: str, found: str) -> None:
    file, rows = read("Home ID,Name,Beds\n1,Café Zoë – £9,12\n".encode(encoding))
    assert (file.encoding, names(rows)) == (found, ["Café Zoë – £9"])
    assert any("Windows-1252" in note for note in file.notes) == (found == "cp1252")


def test_utf_16_is_read_in_either_byte_order() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert names(read(mark + PLAIN.encode(encoding))[1]) == ["Oak Lodge", "Elm House"]


@over(
    "content, words",
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "none of the columns"),
        (b"\n \r\n", "is empty"),
        (PLAIN.encode("utf-16-le"), "without a byte order mark"),
        (b"\xff\xfe\x00\x00" + PLAIN.encode("utf-32-le"), "UTF-32"),
        (b"\xff\xfe" + PLAIN.encode("utf-16-le") + b"x", "says that it is UTF-16"),
        (b"\xef\xbb\xbf" + PLAIN.encode() + b"3,Caf\xe9,1\n", "says that it is UTF-8"),
        ("Home ID,Name,Beds\n1,Café,2\n".encode() + b"2,Caf\xe9,1\n", "line 3 (byte E9)"),
        (b"Home ID,Name,Beds\n1,Caf\x81,2\n", "neither UTF-8 nor Windows-1252 text (line 2, byte 81)"),
        (b"PK\x03\x04rest", "can't be unpacked"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"%PDF-1.4", "a PDF"),
        (b"\x1f\x8brest", "compressed"),
        (b"colour,shape\nred,round\n", "none of the columns of a list of homes; it begins: colour, shape"),
        (b"just a letter to the ward\n" * 40, "none of the columns"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_the_reason(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_every_missing_column_is_named_with_the_nearest_one() -> None:
    said = refusal("Home ID,Nmae,Town\n1,Oak Lodge,Barking\n")
    assert "the column Name is missing; if it is 'Nmae', give it this name; else add it" in said
    assert "the column Beds is missing; add it" in said


def test_a_column_that_stands_twice_is_refused_by_its_places() -> None:
    assert "two columns are called Name (columns 2 and 4)" in refusal("Home ID,Name,Beds,NAME\n1,a,2,b\n")


def test_two_names_of_one_column_are_refused_too() -> None:
    assert "two columns are called Home ID" in refusal("Home ID,Location ID,Name,Beds\n1,1,a,2\n")


def test_columns_are_known_whatever_their_case_and_punctuation() -> None:
    _, rows = read("HOME_ID, beds ,name (note; only one is shown)\n1,12,Oak Lodge\n")
    assert rows[0].cells == {"Home ID": "1", "Beds": "12", "Name": "Oak Lodge"}


def test_two_hundred_columns_are_fine_and_the_extra_ones_named_once() -> None:
    extra = [f"x{at}" for at in range(197)]
    header = ",".join(["Home ID", "Name", "Beds", *extra])
    file, rows = read(f"{header}\n1,Oak Lodge,12,{',' * 196}\n2,Elm House,7,{',' * 196}\n")
    assert names(rows) == ["Oak Lodge", "Elm House"]
    assert [note for note in file.notes if "x0" in note] == [f"197 columns not used: {', '.join(extra)}."]


def test_columns_ignored_on_purpose_are_said_with_the_reason() -> None:
    file, _ = read("Home ID,Name,Beds,guess\n1,Oak Lodge,12,9\n")
    assert file.notes == ["1 column not used: an estimate is not a fact."]


def test_a_header_alone_has_no_rows() -> None:
    assert read("Home ID,Name,Beds")[1] == []


def test_lines_above_the_header_are_passed_over_and_said() -> None:
    file, rows = read(f"Directory of homes\n\nMade on 1 March\n{PLAIN}")
    assert [(row.row, row.line) for row in rows] == [(5, 5), (6, 6)]
    assert "The names of the columns stand in line 4" in file.notes[0]


def test_excels_own_delimiter_line_is_no_row_of_the_sheet() -> None:
    file, rows = read("sep=;\r\nHome ID;Name;Beds\r\n1;Oak, Ash;12\r\n")
    assert (file.delimiter, names(rows)) == (";", ["Oak, Ash"])
    assert [(row.row, row.line) for row in rows] == [(2, 3)]


def test_quoted_line_breaks_keep_sheet_rows_and_text_lines_apart() -> None:
    _, rows = read('Home ID,Name,Beds\n1,"Oak\r\nLodge, ""The Oak""",12\n2,Elm House,7\n')
    assert names(rows) == ['Oak Lodge, "The Oak"', "Elm House"]
    assert [(row.row, row.line) for row in rows] == [(2, 2), (3, 4)]


def test_empty_rows_are_passed_over_counted_and_keep_their_numbers() -> None:
    file, rows = read("Home ID,Name,Beds\n\n1,Oak Lodge,12\n,,\n , ,\n2,Elm House,7\n\n")
    assert [row.row for row in rows] == [3, 6]
    assert file.notes == ["4 empty rows passed over."]


@over(
    "line, reason",
    [
        ("1,Oak", "cut short"),
        ("1,Oak,12,Barking,a,note,with,commas", "8 cells where the header has 5"),
        ('1,"Oak" Lodge,12,,', "quote in the middle"),
        ('1,"Oak,12,,', "doesn't close"),
        ("1,O\0ak,12,,", "lost when the file was saved"),
        ("1,O�k,12,,", "lost when the file was saved"),
        (f"1,{'x' * (LONGEST_FIELD + 1)},12,,", "characters long"),
        (f"1,{'x' * 200_000},12,,", "too long"),
        (f"1,{'x' * (LONGEST_LINE + 10)},12,,", "characters long"),
    ],
    called=lambda line, reason: f"{line[:20]}: {reason}",
)
def test_a_row_that_cannot_be_read_costs_itself_alone(line: str, reason: str) -> None:
    _, rows = read(f"Home ID,Name,Beds,Town,Note\n{line}\n2,Elm House,7,,\n3,Ash,1,,\n")
    assert names(rows) == ["?", "Elm House", "Ash"]
    assert [row.line for row in rows] == [2, 3, 4]
    assert reason in rows[0].faults[0].reason
    assert rows[0].faults[0].mend
    assert not rows[0].cells


@over(
    "lines",
    [
        ('1,Oak Lodge,12,Hull,"near', "2,Elm House,7,Hull,", '3,Ash Court,9,Hull,x"'),
        ('1,Oak Lodge,12,Hull,"near', "2,Elm House,7,Hull,", "3,Ash Court,9,Hull,", '4,Fir,1,Hull,"'),
        ('1,Oak Lodge,12,"Hull,', '2,Elm House,7,Hull",'),
    ],
)
def test_rows_between_two_quotes_left_open_are_not_swallowed(lines: tuple[str, ...]) -> None:
    _, rows = read("Home ID,Name,Beds,Town,Note\n" + "\n".join(lines) + "\n9,Last,1,,\n")
    assert len(rows) == len(lines) + 1
    assert "doesn't close" in rows[0].faults[0].reason
    assert names(rows)[1:3] == (["Elm House", "Ash Court"] if len(lines) > 2 else ["Elm House", "Last"])


def test_what_stands_under_no_columns_name_costs_no_row_and_is_said() -> None:
    file, rows = read("Home ID,Name,,Beds,\n1,Oak Lodge,POSITIVE,12,\n2,Elm House,,7,ring first\n3,Ash,,1,\n")
    assert names(rows) == ["Oak Lodge", "Elm House", "Ash"]
    assert file.notes == ["2 rows with cells under no column's name, which were not used."]


def test_a_note_over_several_lines_with_commas_is_still_one_note() -> None:
    note = "Ring first, then come.\nTea, cake, and a cat,\nin the garden"
    _, rows = read(f'Home ID,Name,Beds,Town,Note\n1,Oak,12,Hull,"{note}"\n2,Elm,7,,\n')
    assert names(rows) == ["Oak", "Elm"]
    assert rows[0].cells["Note"].startswith("Ring first, then come. Tea, cake")


def test_a_row_that_ends_before_optional_columns_is_taken_and_said() -> None:
    _, rows = read("Home ID,Name,Beds,Town,Note\n1,Oak Lodge,12\n")
    assert rows[0].cells == {"Home ID": "1", "Name": "Oak Lodge", "Beds": "12", "Town": "", "Note": ""}
    assert "2 cells taken as empty" in rows[0].remarks[0].reason


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    assert names(read("Home ID,Name,Beds\n1,Oak Lodge,12,,,\n")[1]) == ["Oak Lodge"]


@pytest.mark.whole
def test_progress_reaches_the_end_and_cancel_stops_at_once() -> None:
    content = ("Home ID,Name,Beds\n" + "1,Oak Lodge,12\n" * 5_000).encode()
    seen: list[tuple[int, int]] = []
    file = TableFile(content, COLUMNS, progress=lambda done, total: seen.append((done, total)))
    assert len(list(file.rows())) == 5_000
    assert seen[-1] == (len(content), len(content))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    class StopHereError(Exception):
        pass

    calls = 0

    def stop(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 10:
            raise StopHereError

    read_so_far = 0
    rows = TableFile(content, COLUMNS, progress=stop).rows()
    with contextlib.suppress(StopHereError):
        for _ in rows:
            read_so_far += 1
    assert 0 < read_so_far < 5_000


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    with pytest.raises(FileNotFoundError) as missing:
        gone.stat()
    with pytest.raises(UserError, match=rf"gone\.csv can't be opened: {str(missing.value.strerror).lower()}"):
        TableFile(gone, COLUMNS)
    with pytest.raises(UserError, match="is a folder"):
        TableFile(tmp_path, COLUMNS)


def test_a_file_of_absurd_size_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert "300 MB large" in refusal(huge)


def test_a_file_on_disk_reads_as_its_bytes_do(tmp_path: Path) -> None:
    (tmp_path / "homes.csv").write_bytes(PLAIN.encode())
    assert read(tmp_path / "homes.csv")[1] == read(PLAIN)[1]


CELL = st.text(st.sampled_from('aé=", ;\n\r\t'), max_size=6)


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=12), delimiter=st.sampled_from(",;\t"))
@pytest.mark.whole
def test_whatever_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([("Home ID", "Name", "Beds"), *rows])
    _, found = read(text.getvalue())
    wanted = [[" ".join(cell.split()) for cell in row] for row in rows]
    assert [list(row.cells.values()) for row in found] == [row for row in wanted if any(row)]


@given(lines=st.lists(st.text(st.sampled_from('1a",'), max_size=8), max_size=12))
def test_no_line_of_a_broken_file_is_lost(lines: list[str]) -> None:
    """Every line with anything on it belongs to the row that starts on it or to a quoted text above."""
    text = "Home ID,Name,Beds\n" + "".join(f"{line}\n" for line in lines)
    _, rows = read(text)
    starts = [row.line for row in rows]
    assert starts == sorted(set(starts))
    for at, line in enumerate(lines, 2):
        if at in starts or not line.strip('",'):
            continue
        above = [row for row in rows if row.line < at]
        assert above, f"line {at} is lost"
        assert any(line.strip('",')[:1] in cell for cell in above[-1].cells.values()), f"line {at} is lost"


def test_names_are_compared_without_case_space_and_punctuation() -> None:
    assert name_key("Care home?") == name_key("care_HOME") == "carehome"
