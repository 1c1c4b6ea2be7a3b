"""Tables as they arrive when something went wrong on the way, made of the good rows of any kind of file."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.exchange.workbook_files import Cell, ods, xlsx

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """Three good rows of a kind of file; columns by what they hold."""

    columns: tuple[str, ...]
    required: str
    id: str
    text: str
    number: str
    rows: tuple[Row, ...]

    def cells(self, *rows: Row) -> list[list[str]]:
        return [[row.get(name, "") for name in self.columns] for row in rows]

    def csv(self, *rows: Row, columns: Sequence[str] | None = None, **how: str) -> str:
        return written([columns or self.columns, *self.cells(*(rows or self.rows))], **how)

    def but(self, column: str, value: str) -> tuple[Row, ...]:
        """The rows, the first with another value in a column."""
        return ({**self.rows[0], column: value}, *self.rows[1:])

    def sheet(self, *rows: Row) -> list[list[Cell]]:
        """The same for a workbook, its whole numbers as numbers."""
        found: list[list[Cell]] = [[*self.columns]]
        for row in rows or self.rows:
            found.append([_typed(row.get(name, "")) for name in self.columns])
        return found


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def _typed(text: str) -> Cell:
    if text.isdigit() and len(text) < 6:
        return int(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


REFUSED, TOLD = "refused", "told"
"""The file as a whole with a sentence; or its first row, of which something is said, or which isn't taken."""

Expected = str | tuple[int, int]
"""Or so many rows in all, and so many of them right."""


@dataclass(frozen=True)
class Damage:
    name: str
    made: Callable[[Table], bytes]
    expected: Expected


def _at(place: str) -> Callable[[Table], str]:
    return lambda table: getattr(table, place)


def _cell(name: str, place: str, value: str | Callable[[str], str], expected: Expected) -> Damage:
    def made(table: Table) -> bytes:
        column = _at(place)(table)
        old = table.rows[0].get(column, "")
        return table.csv(*table.but(column, value(old) if callable(value) else value)).encode()

    return Damage(name, made, expected)


def _text(name: str, made: Callable[[Table], str], expected: Expected) -> Damage:
    return Damage(name, lambda table: made(table).encode(), expected)


def _bytes(name: str, content: bytes) -> Damage:
    return Damage(name, lambda _table: content, REFUSED)


def _zip(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("list.csv", content)
    return held.getvalue()


def _mixed_ends(table: Table) -> str:
    first, second, third, fourth = table.csv().splitlines()
    return f"{first}\n{second}\r\n{third}\r{fourth}"


def _unclosed(table: Table) -> str:
    """The first row's text opens a quote that nobody closes."""
    lines = table.csv().splitlines()
    text = table.rows[0][table.text]
    lines[1] = lines[1].replace(text, f'"{text}', 1)
    return "\r\n".join(lines) + "\r\n"


def _with_formula(table: Table) -> bytes:
    """A workbook in which each number came of a formula."""
    book = io.BytesIO(xlsx(*table.sheet()))
    held = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if "worksheets" in name:
                content = content.replace(b'"><v>', b'"><f>SUM(A1:A9)</f><v>')
            new.writestr(name, content)
    return held.getvalue()


def _cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def _all(t: Table) -> list[list[str]]:
    """Header and rows."""
    return [[*t.columns], *t.cells(*t.rows)]


def _with_others(t: Table) -> str:
    return written([["colour", *row, "shape"] for row in _all(t)])


def _header_twice(t: Table) -> str:
    first = t.csv().split("\r\n")[0]
    return t.csv().replace("\r\n", f"\r\n{first}\r\n", 1)


def _without(t: Table) -> str:
    at = t.columns.index(t.required)
    return written([[*row[:at], *row[at + 1 :]] for row in _all(t)])


def _id_twice(t: Table) -> str:
    at = t.columns.index(t.id)
    return written([[*row, row[at]] for row in _all(t)])


def _totals(t: Table) -> str:
    return written([*_all(t), ["Total", *[""] * (len(t.columns) - 2), "99"]])


def _blanks(t: Table) -> str:
    empty = "," * (len(t.columns) - 1)
    return t.csv().replace("\r\n", f"\r\n\r\n{empty}\r\n", 2)


def _stray_comma(t: Table) -> str:
    text = t.rows[0][t.text]
    return t.csv().replace(text, f"{text}, late", 1)


def _all_quoted(t: Table) -> str:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in _all(t))


def _shouted(t: Table) -> str:
    return t.csv(columns=[f"  {name.upper()}\xa0" for name in t.columns])


def _web_page(t: Table) -> bytes:
    cell = f"<table><tr><td>{t.columns[0]}</td></tr></table>"
    return f"<!DOCTYPE html><html><body>{cell}</body></html>".encode()


def _second_sheet(t: Table) -> bytes:
    return xlsx(*t.sheet(), before=[("About", [["Read me"], ["twice"]])])


DAMAGES = (
    _text("as it is", lambda t: t.csv(), (3, 3)),
    _text("cut off in the last row", lambda t: t.csv()[: t.csv().rindex(t.rows[2][t.id]) + 3], (3, 2)),
    _text("a quote opened and not closed", _unclosed, (3, 2)),
    Damage("UTF-16 with its mark", lambda t: t.csv().encode("utf-16"), (3, 3)),
    Damage("UTF-16 without its mark", lambda t: t.csv().encode("utf-16-le"), REFUSED),
    Damage("UTF-32", lambda t: t.csv().encode("utf-32"), REFUSED),
    Damage("Windows' accents", lambda t: t.csv(*t.but(t.text, "Caf\xe9 House")).encode("cp1252"), (3, 3)),
    Damage(
        "two encodings",
        lambda t: t.csv(*t.but(t.text, "Zo\xeb")).encode() + "Ren\xe9".encode("cp1252"),
        REFUSED,
    ),
    _cell("a NUL in a cell", "text", lambda old: f"{old[:2]}\0{old[2:]}", (3, 2)),
    _bytes("nothing but NULs", bytes(5000)),
    Damage("a mark", lambda t: b"\xef\xbb\xbf" + t.csv().encode(), (3, 3)),
    Damage("a mark twice", lambda t: b"\xef\xbb\xbf" * 2 + t.csv().encode(), (3, 3)),
    _text("the header twice", _header_twice, (4, 3)),
    _text("no header", lambda t: written(t.cells(*t.rows)), REFUSED),
    _text("columns in another order", lambda t: written([[*reversed(row)] for row in _all(t)]), (3, 3)),
    _text("a column missing", _without, REFUSED),
    _text("a column twice", _id_twice, REFUSED),
    _text("columns that nobody knows", _with_others, (3, 3)),
    _text("names of columns in capitals, with odd blanks", _shouted, (3, 3)),
    _bytes("empty", b""),
    _bytes("blank lines alone", b"\r\n \r\n\t\r\n"),
    _text("the header alone", lambda t: written([t.columns]), (0, 0)),
    _text("blank rows between", _blanks, (7, 3)),
    _text("a row of totals at the end", _totals, (3, 3)),
    _text("a source named at the end", lambda t: t.csv() + "Source: the regulator\r\n", (4, 3)),
    _text("a title above the header", lambda t: "Monthly list\r\n\r\nAs at 1 October\r\n" + t.csv(), (3, 3)),
    _text("mixed ends of lines", _mixed_ends, (3, 3)),
    _text("semicolons", lambda t: t.csv(delimiter=";"), (3, 3)),
    _text("semicolons, said so", lambda t: "sep=;\r\n" + t.csv(delimiter=";"), (3, 3)),
    _text("tabs", lambda t: t.csv(delimiter="\t"), (3, 3)),
    _text("bars", lambda t: t.csv(delimiter="|"), (3, 3)),
    _text("no end of the last line", lambda t: t.csv().rstrip(), (3, 3)),
    _text("the end that DOS wrote", lambda t: t.csv() + "\x1a", (4, 3)),
    _text("empty cells far to the right", lambda t: t.csv().replace("\r\n", ",,,,,\r\n"), (3, 3)),
    _text("a comma without quotes", _stray_comma, (3, 2)),
    _text("every cell in quotes", _all_quoted, (3, 3)),
    _cell("a line broken in a cell", "text", lambda old: f"{old}\n(late)", (3, 3)),
    _cell("a cell that is very long", "text", "x" * 30_000, (3, 2)),
    _cell("a cell that has no end", "text", "x" * 1_500_000, (3, 2)),
    _cell("a control character", "text", lambda old: f"{old}\x07", (3, 2)),
    _cell("writing turned round", "text", lambda old: f"{old}\u202e", (3, 2)),
    _cell("a mark that nobody sees", "id", lambda old: f"\u200b{old}", (3, 3)),
    _cell("blanks that don't break", "id", lambda old: f"\xa0{old}\xa0", (3, 3)),
    _cell("a lost character", "text", lambda old: f"{old}\ufffd", (3, 2)),
    _text("a row twice", lambda t: t.csv(*t.rows, t.rows[0]), (4, 3)),
    _cell("a negative number", "number", "-3", TOLD),
    _cell("a fraction", "number", "2.5", TOLD),
    _cell("a per cent", "number", "50%", TOLD),
    _cell("n/a", "number", "n/a", TOLD),
    _cell("a dash", "number", "-", TOLD),
    _cell("a number in words", "number", "two", TOLD),
    _cell("a number far too large", "number", "99,999,999", TOLD),
    _cell("a spreadsheet's error", "number", "#N/A", TOLD),
    _cell("a column too narrow", "number", "####", TOLD),
    _cell("a formula", "number", "=1+1", TOLD),
    _cell("a whole number with its nought", "number", lambda old: f"{old}.0", (3, 3)),
    _cell("an id as a power of ten", "id", "1.13E+08", (3, 2)),
    _cell("an id that is a formula", "id", '=HYPERLINK("x")', (3, 2)),
    Damage("a workbook", lambda t: xlsx(*t.sheet()), (3, 3)),
    Damage("a workbook of LibreOffice", lambda t: ods(*t.sheet()), (3, 3)),
    Damage("a workbook that counts from 1904", lambda t: xlsx(*t.sheet(), from_1904=True), (3, 3)),
    Damage("a workbook of formulas", _with_formula, (3, 3)),
    Damage("a merged title above", lambda t: xlsx(["Monthly list"], [], *t.sheet()), (3, 3)),
    Damage("another sheet first", _second_sheet, (3, 3)),
    Damage("an error in a workbook", lambda t: xlsx(*t.sheet(*t.but(t.number, "#N/A"))), TOLD),
    Damage("a workbook cut off", lambda t: _cut(xlsx(*t.sheet()), 0.6), REFUSED),
    Damage("a workbook without rows", lambda _t: xlsx([]), REFUSED),
    _bytes("the header of a zip, then noise", b"PK\x03\x04" + bytes(range(256)) * 8),
    Damage("zipped", lambda t: _zip(t.csv().encode()), REFUSED),
    Damage("gzipped", lambda t: gzip.compress(t.csv().encode()), REFUSED),
    _bytes("an old .xls, or a password", OLE),
    Damage("a web page", _web_page, REFUSED),
    _bytes("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
    _bytes("a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20),
    _bytes("a PDF", b"%PDF-1.7\n" + bytes(range(256))),
    _bytes("a letter", b"Dear all,\r\n\r\nplease find the list attached.\r\n\r\nKind regards\r\n"),
)  # fmt: skip
