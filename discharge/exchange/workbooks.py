"""Reading a spreadsheet's own file, XLSX or ODS, row by row: no sheet is ever held whole.

Every cell is given as the text that a person would have typed for it, so that it is read by the same readers
as a cell of a CSV file: a date as 2020-11-16, a time as 08:30:00, a truth as TRUE, a whole number without its
fraction, an error as Excel shows it (`#N/A`). What a formula came to is read, never the formula; where the
file doesn't say what it came to, that is an error too.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from discharge.model.errors import BrokenFile, Fault

Progress = Callable[[int, int], None]

LARGEST_UNPACKED = 3_000_000_000
"""Bytes of a part: the register's ratings, the largest file of the field, unpack to a third of it."""
LARGEST_TEXTS = 200_000_000
"""Bytes of the texts that an XLSX keeps apart from its cells: they alone are held."""
LARGEST_PART = 50_000_000
"""Bytes of a part that says where the others are, or how they look."""
LONGEST_CELL = 40_000
"""Characters: a spreadsheet program keeps fewer in a cell. Of more only these are held."""
NOT_WORKED_OUT = "#CALC!"
"""What stands for a formula whose value the file hasn't."""
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576

_CHUNK = 1 << 16
_SAVE_AGAIN = "open it in the spreadsheet program and save it as a workbook (.xlsx) or as 'CSV UTF-8'"
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The numbers of Excel's own formats of dates and times."""
_DAY_AND_CLOCK = 22
_NOT_OF_A_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_NO_PASSWORD = "save it without one, and choose it again"
_LETTERS = re.compile("[A-Za-z]{1,3}")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DAMAGE = (
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet: its number as the spreadsheet shows it, its cells up to the last that is filled."""

    sheet: str
    row: int
    cells: list[str]
    hidden: bool = False


class Workbook:
    """A workbook opened for reading: the rows of its sheets.

    Opening it raises `BrokenFile` where it is no workbook that can be read; so does reading on.
    """

    def __init__(self, source: Path | bytes, *, progress: Progress | None = None) -> None:
        self._source = source
        self._progress = progress
        self.counts_from_1904 = False
        """Whether the workbook counts its days from 1904: then a bare number for a day can't be told."""
        self._parts: dict[str, str] = {}
        self.hidden: frozenset[str] = frozenset()
        """The sheets that nobody sees who opens it."""
        self._texts_part = self._styles_part = ""
        self._texts: list[str] | None = None
        self._date_styles: dict[int, bool] = {}
        with self._unpacked() as archive:
            names = set(archive.namelist())
            for info in archive.infolist():
                if info.flag_bits & 1:
                    _refuse("is protected with a password", _NO_PASSWORD)
                if info.file_size > LARGEST_UNPACKED:
                    _refuse("unpacks to far more than any list of a hub", "choose another file")
            self.is_ods = "content.xml" in names and "[Content_Types].xml" not in names
            if self.is_ods:
                manifest = "META-INF/manifest.xml"
                if manifest in names and b"encryption-data" in _small_part(archive, manifest):
                    _refuse("is protected with a password", _NO_PASSWORD)
            elif "[Content_Types].xml" in names:
                self._open_xlsx(archive)
            else:
                _refuse("is a zip file, and no workbook", "unpack it, and choose the file inside it")

    def rows(self, sheet: str) -> Iterator[SheetRow]:
        """The rows of a sheet that have something in them, in order."""
        if self.is_ods:
            return (row for row in self._rows_of_ods() if row.sheet == sheet)
        return self._rows_of_xlsx(sheet)

    def tops(self, most: int) -> Iterator[list[SheetRow]]:
        """The first rows of each sheet that has any, at most so many; no more is read than is asked for."""
        if not self.is_ods:
            for name in self._parts:
                if top := list(itertools.islice(self._rows_of_xlsx(name), most)):
                    yield top
            return
        for _, rows in itertools.groupby(self._rows_of_ods(), key=lambda row: row.sheet):
            yield list(itertools.islice(rows, most))

    def _unpacked(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(
                io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source
            )
        except (zipfile.BadZipFile, OSError):
            _refuse("is cut off or damaged: it can't be unpacked", "get the file again")

    def _rows_in(self, part: str, handler: _Rows) -> Iterator[SheetRow]:
        """The rows that a handler makes of a part, as they come."""
        with self._unpacked() as archive:
            try:
                size = archive.getinfo(part).file_size
                with archive.open(part) as stream:
                    for done in _parsed(handler, stream):
                        if self._progress is not None:
                            self._progress(min(done, size), size)
                        rows, handler.rows = handler.rows, []
                        yield from rows
            except _DAMAGE:
                _refuse("is cut off or damaged: not all of it can be read", _SAVE_AGAIN)

    def _open_xlsx(self, archive: zipfile.ZipFile) -> None:
        book = _Book()
        try:
            start = _relations(archive, "")
            name = next(part for kind, part in start.values() if kind == "officeDocument")
            relations = _relations(archive, name)
            _read_part(archive, name, book)
        except (*_DAMAGE, StopIteration):
            _refuse("is cut off or damaged, or no workbook", _SAVE_AGAIN)
        self.counts_from_1904 = book.counts_from_1904
        self.hidden = frozenset(book.hidden)
        for sheet, key in sorted(book.sheets, key=lambda named: named[0] in self.hidden):
            kind, part = relations.get(key, ("", ""))
            if kind == "worksheet":
                self._parts[sheet] = part
        self._texts_part = next((part for kind, part in relations.values() if kind == "sharedStrings"), "")
        self._styles_part = next((part for kind, part in relations.values() if kind == "styles"), "")

    def _rows_of_xlsx(self, sheet: str) -> Iterator[SheetRow]:
        if self._texts is None:
            texts, styles = _Texts(), _Styles()
            with self._unpacked() as archive:
                try:
                    if self._texts_part:
                        _read_part(archive, self._texts_part, texts, most=LARGEST_TEXTS)
                    if self._styles_part:
                        _read_part(archive, self._styles_part, styles)
                except _DAMAGE:
                    _refuse("is cut off or damaged: not all of it can be read", _SAVE_AGAIN)
            self._texts, self._date_styles = texts.found, styles.dates()
        handler = _XlsxRows(sheet, self._texts, self._date_styles, from_1904=self.counts_from_1904)
        return self._rows_in(self._parts[sheet], handler)

    def _rows_of_ods(self) -> Iterator[SheetRow]:
        return self._rows_in("content.xml", _OdsRows())


def _refuse(what: str, mend: str) -> NoReturn:
    raise BrokenFile([Fault("(file)", what, mend)])


# XML as a stream


class _Part:
    """What is told of the elements of a part, by their names without prefix."""

    def start(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """What stands in it."""


class _Rows(_Part):
    """A part with rows: those that are whole wait in `rows`."""

    def __init__(self) -> None:
        self.rows: list[SheetRow] = []


def _parsed(handler: _Part, stream: IO[bytes]) -> Iterator[int]:
    """Tells the handler of a stream, some of it at a time; gives how many bytes are done."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    plain: dict[str, str] = {}

    def local(name: str) -> str:
        found = plain.get(name)
        if found is None:
            found = plain[name] = name.rpartition(":")[2]
        return found

    def start(name: str, given: dict[str, str]) -> None:
        handler.start(local(name), given)

    def end(name: str) -> None:
        handler.end(local(name))

    def refuse(*_declared: object) -> None:
        _refuse("has declarations that no spreadsheet program writes", _SAVE_AGAIN)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refuse
    done = 0
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        done += len(chunk)
        yield done
    parser.Parse(b"", True)
    yield done


def _small_part(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part that can't be large; `BrokenFile` where it is."""
    _refuse_large(archive, part, LARGEST_PART)
    return archive.read(part)


def _refuse_large(archive: zipfile.ZipFile, part: str, most: int) -> None:
    if archive.getinfo(part).file_size > most:
        _refuse("holds far more text than any list of a hub", "split it")


def _read_part(archive: zipfile.ZipFile, part: str, handler: _Part, *, most: int = LARGEST_PART) -> None:
    _refuse_large(archive, part, most)
    with archive.open(part) as stream:
        for _ in _parsed(handler, stream):
            pass


def _given(given: dict[str, str], name: str) -> str:
    """An attribute by its name without prefix."""
    return next((value for key, value in given.items() if key.rpartition(":")[2] == name), "")


# XLSX


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: kind and part by its key."""
    folder, name = posixpath.split(part)
    found = _Relations()
    _read_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), found)
    return {
        key: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        for key, kind, target in found.found
    }


class _Relations(_Part):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External":
            self.found.append((given["Id"], given["Type"].rpartition("/")[2], given["Target"]))


class _Book(_Part):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.hidden: list[str] = []
        self.counts_from_1904 = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((given.get("name", ""), _given(given, "id")))
            if given.get("state", "visible") != "visible":
                self.hidden.append(given.get("name", ""))
        elif name == "workbookPr":
            self.counts_from_1904 = given.get("date1904") in ("1", "true")


class _Texts(_Part):
    """The texts that cells refer to by their number; how to pronounce them is left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._now: list[str] = []
        self._reads = False
        self._aside = False

    def start(self, name: str, given: dict[str, str]) -> None:
        del given
        if name == "t":
            self._reads = not self._aside
        elif name == "rPh":
            self._aside = True

    def text(self, text: str) -> None:
        if self._reads:
            self._now.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._reads = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self.found.append(_unescaped("".join(self._now)))
            self._now = []


class _Styles(_Part):
    """Which styles of cells show a number as a date or a time."""

    def __init__(self) -> None:
        self._own: dict[int, str] = {}
        self._cells: list[int] = []
        self._in_cells = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            self._own[int(given["numFmtId"])] = given.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._cells.append(int(given.get("numFmtId", 0)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def dates(self) -> dict[int, bool]:
        """The styles of dates and times, each with whether it shows a day and the time of day."""
        return {at: self._shows_both(each) for at, each in enumerate(self._cells) if self._is_date(each)}

    def _is_date(self, format_: int) -> bool:
        if format_ not in self._own:
            return format_ in _DATE_FORMATS
        plain = self._plain(format_)
        return plain.casefold() != "general" and bool(re.search("[dmyhs]", plain, re.IGNORECASE))

    def _shows_both(self, format_: int) -> bool:
        if format_ not in self._own:
            return format_ == _DAY_AND_CLOCK
        plain = self._plain(format_).casefold()
        return "h" in plain and ("d" in plain or "y" in plain)

    def _plain(self, format_: int) -> str:
        return _NOT_OF_A_FORMAT.sub("", self._own[format_]).partition(";")[0]


class _XlsxRows(_Rows):
    def __init__(self, sheet: str, texts: list[str], dates: dict[int, bool], *, from_1904: bool) -> None:
        super().__init__()
        self._sheet, self._texts, self._dates, self._from_1904 = sheet, texts, dates, from_1904
        self._row, self._column = 0, -1
        self._cells: list[str] = []
        self._kind, self._style = "", ""
        self._reads = self._hidden = self._aside = False
        self._is_formula = self._has_value = False
        self._now: list[str] = []
        self._length = 0
        self._columns: dict[str, int] = {}

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            place = given.get("r")
            self._column = self._column + 1 if place is None else self._column_of(place)
            self._kind, self._style = given.get("t", "n"), given.get("s", "")
            self._now, self._length = [], 0
            self._is_formula = self._has_value = False
        elif name in ("v", "t"):
            self._reads = self._has_value = not self._aside
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._aside = True
        elif name == "row":
            self._row = int(given.get("r", self._row + 1))
            self._hidden = given.get("hidden") in ("1", "true")
            self._cells, self._column = [], -1

    def text(self, text: str) -> None:
        if self._reads and self._length <= LONGEST_CELL:
            self._now.append(text[: LONGEST_CELL + 1])
            self._length += len(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._reads = False
        elif name == "rPh":
            self._aside = False
        elif name == "c":
            self._put()
        elif name == "row" and self._cells:
            self.rows.append(SheetRow(self._sheet, self._row, self._cells, self._hidden))

    def _put(self) -> None:
        """Puts a cell where it says that it stands: beside the last one, or further on."""
        text = self._said("".join(self._now)) if self._now else ""
        if self._is_formula and not self._has_value:
            text = NOT_WORKED_OUT
        if not text or self._column >= MOST_COLUMNS:
            return
        if self._column < len(self._cells):
            raise ValueError("a cell stands before the one before it")
        self._cells.extend([""] * (self._column - len(self._cells)))
        self._cells.append(text)

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if letters not in self._columns:
            if not _LETTERS.fullmatch(letters):
                raise ValueError("a cell stands nowhere")
            number = 0
            for letter in letters.upper():
                number = number * 26 + ord(letter) - 64
            self._columns[letters] = number - 1
        return self._columns[letters]

    def _said(self, value: str) -> str:
        if self._kind == "s":
            at = int(value) if value.strip().isdigit() else -1
            return self._texts[at] if 0 <= at < len(self._texts) else "#REF!"
        if self._kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if self._kind == "n":
            return self._number(value.strip())
        return _unescaped(value) if self._kind in ("str", "inlineStr") else value

    def _number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if self._style.isdecimal() and (style := int(self._style)) in self._dates:
            clock = self._dates[style]
            return _moment(number, from_1904=self._from_1904, shows_clock=clock) or _plain(number)
        return _plain(number)


def _unescaped(text: str) -> str:
    """Excel writes a character that XML can't hold as `_x000D_`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _plain(number: float) -> str:
    """A number as one types it: the whole ones without a fraction."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _moment(serial: float, *, from_1904: bool, shows_clock: bool) -> str:
    """The day, the time or both that a spreadsheet's number stands for; empty where it stands for none.

    Midnight is a time of day where the cell shows one.
    """
    seconds = round(serial * 86_400)
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    if not 0 <= serial < 2_958_466:
        return ""
    if days == 0 and not from_1904:
        return clock
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30 if days > 60 else 31)
    if days == 60 and not from_1904:
        return "1900-02-29"
    day = (first + timedelta(days=days)).isoformat()
    return f"{day}T{clock}" if rest or shows_clock else day


# ODS


class _OdsRows(_Rows):
    def __init__(self) -> None:
        super().__init__()
        self._sheet, self._row = "", 0
        self._cells: list[str] = []
        self._column = 0
        self._repeats = self._rows = 1
        self._hidden = False
        self._aside = 0
        self._in_cell = False
        self._value: str | None = None
        self._lines: list[str] = []
        self._length = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        if name in ("annotation", "shapes", "tracked-changes"):
            self._aside += 1
        elif self._aside:
            return
        elif name == "table":
            self._sheet, self._row = given.get("table:name", ""), 0
        elif name == "table-row":
            self._rows = int(given.get("table:number-rows-repeated", 1))
            self._hidden = given.get("table:visibility", "visible") != "visible"
            self._cells, self._column = [], 0
        elif name in ("table-cell", "covered-table-cell"):
            self._in_cell = True
            self._repeats = int(given.get("table:number-columns-repeated", 1))
            self._value, self._lines, self._length = _of_type(given), [], 0
        elif self._in_cell:
            if name == "p" and self._length <= LONGEST_CELL:
                self._length += 1
                self._lines.append("")
            elif name == "s":
                self.text(" " * min(int(given.get("text:c", 1)), 100))
            elif name in ("tab", "line-break"):
                self.text(" ")

    def text(self, text: str) -> None:
        if self._in_cell and not self._aside and self._lines and self._length <= LONGEST_CELL:
            self._lines[-1] += text[: LONGEST_CELL + 1]
            self._length += len(text) + 1

    def end(self, name: str) -> None:
        if name in ("annotation", "shapes", "tracked-changes"):
            self._aside -= 1
        elif self._aside:
            return
        elif name in ("table-cell", "covered-table-cell"):
            self._in_cell = False
            text = self._value if self._value is not None else "\n".join(self._lines)
            if text.strip() and self._column < MOST_COLUMNS:
                self._cells.extend([""] * (self._column - len(self._cells)))
                self._cells.extend([text] * min(self._repeats, MOST_COLUMNS - self._column))
            self._column += self._repeats
        elif name == "table-row":
            if self._cells:
                for at in range(min(self._rows, MOST_ROWS - self._row)):
                    row = SheetRow(self._sheet, self._row + at + 1, self._cells, self._hidden)
                    self.rows.append(row)
            self._row += self._rows


def _of_type(given: dict[str, str]) -> str | None:
    """What a cell of a type holds; None where its text says it."""
    if given.get("calcext:value-type") == "error":
        return None
    kind = given.get("office:value-type", "")
    if not kind and "table:formula" in given:
        return NOT_WORKED_OUT
    if kind in ("float", "percentage", "currency"):
        try:
            return _plain(float(given["office:value"]))
        except (KeyError, ValueError):
            return None
    if kind == "date":
        return given.get("office:date-value")
    if kind == "boolean":
        return given.get("office:boolean-value", "").upper()
    if kind == "time" and (found := _DURATION.fullmatch(given.get("office:time-value", ""))):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return f"{hours:02}:{minutes:02}:{seconds:02}"
    return None
