"""Reading a table as people really send them, CSV or a workbook: any usual encoding and delimiter, row by
row, no row lost.

Streams: the file is gone through twice, once to find its encoding, once for its rows; neither holds it whole.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NoReturn

from discharge.exchange.csv_writing import FORMULA
from discharge.exchange.report import Remark
from discharge.exchange.workbooks import Workbook
from discharge.model.errors import BrokenFile, Fault, UserError
from discharge.words.counts import count_words, listing

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all), some times a second; it stops the reading by raising."""

LARGEST_FILE = 300_000_000
LONGEST_LINE = 1_000_000
LONGEST_FIELD = 20_000
LONGEST_RECORD = 200
"""Lines: a quote that is still open after so many was never meant to be one."""
NARROW = 4
"""With fewer columns a line of prose has as many commas as a row."""

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 20
_BLANKS = re.compile("[ \t\r\n]+")
_CHUNK = 1 << 16
_ROWS_A_CALL = 100

_NOT_CSV = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or one with a password"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"{\\rtf", "a Word text (.rtf)"),
)
SAID = ("rejected row", "rejected field", "rejected reason", "rejected mend")
"""What a file of rejects says before the columns of the file it came from; nobody has to be told of it."""
CHANGED = ("has changed while it was read", "wait until it is written, and choose it again")
"""What is said, and the mend, of a file that was written to meanwhile."""
_AS_CSV_UTF8 = "open it in the spreadsheet program and save it as 'CSV UTF-8'"


class UnknownColumns(BrokenFile):
    """A column that has to be there isn't, by any name that is known."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a kind of file is expected to have: its noun, the columns it must have, those it may have.

    `also` gives other names of a column as `{other: expected}`; `ignored` are columns left alone for
    the one reason `ignored_because`. Names are compared without regard to case, spaces and punctuation.
    """

    noun: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    ignored_because: str = ""
    most_named: int | None = None
    """So many of the other columns, which aren't used, are named in a note; None: all of them."""

    def known(self) -> dict[str, str]:
        """Every accepted name, as compared, with the expected name that it stands for."""
        names = {name_key(name): name for name in (*self.required, *self.optional)}
        return names | {name_key(other): name for other, name in self.also.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file.

    `row` is its number as a spreadsheet shows it, `line` the line of the file where it starts, as a
    text editor shows it: they differ after line breaks inside quotes. `cells` has every expected
    column that the file has, on one line and trimmed. `faults` says why the row can't be read; then
    `cells` is empty. `remarks` says what was read otherwise than it stood.
    """

    row: int
    line: int
    cells: Mapping[str, str]
    faults: tuple[Remark, ...] = ()
    remarks: tuple[Remark, ...] = ()
    from_1904: bool = False
    """Whether its file counts days from 1904, so that a bare number for a day can't be told."""


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """A column's name as it is compared: `Care home?` and `care_home` are one, and a `(note ...)` is cut."""
    plain = name.casefold().partition("(note")[0]
    return "".join(character for character in plain if character.isalnum())


_FOOT = re.compile(
    r"(?:grand |sub)?totals?(?: (?:number|count|rows|patients|homes|records|beds)\b.*)?"
    r"|count|number of (?:rows|patients|records)|end of (?:list|report|file|export)|page \d+ of \d+"
    r"|(?:report )?(?:printed|generated|exported|run)(?: (?:on|at|by)\b.*)?",
    re.IGNORECASE,
)
_FOOT_CELLS = 2
"""So few cells that say something has the foot of a list: a name for it, and a number or a day."""


def _foot_of(record: _Record) -> str:
    """The words at the foot of a list; empty for a row. Whatever says more than a few cells is a row."""
    said = [cell.strip() for cell in record.cells if cell.strip()]
    if not 0 < len(said) <= _FOOT_CELLS:
        return ""
    label = said[0].rstrip(" .")
    ways = (label, label.partition(":")[0].strip(), re.sub(r"\s+\d[\d,.]*$", "", label))
    return " ".join(said) if any(_FOOT.fullmatch(way) for way in ways) else ""


class OpenedFile:
    """A file that holds a table: what it is written in, and the records in it, whatever they mean.

    `BrokenFile` says why it can't be read at all. `notes` are sentences about the file as a whole.
    """

    def __init__(self, source: Path | bytes, *, noun: str = "list", progress: Progress | None = None) -> None:
        self.notes: list[str] = []
        self.name = source.name if isinstance(source, Path) else ""
        """The file's name; empty where bytes were given."""
        self.noun = noun
        self._source = source
        self._progress = progress
        self._size = size_of(source)
        self._stamp = stamp_of(source)
        self.book: Workbook | None = None
        """The workbook that the file is; None where it is text."""
        self.encoding = ""
        with open_source(source) as raw:
            if raw.read(4) == b"PK\x03\x04":
                self.book = Workbook(source, progress=progress)
        if self.book is None:
            self.encoding = self._find_encoding()

    def tops(self) -> Iterator[tuple[str, list[_Record]]]:
        """The first records of each way to read it: by each delimiter, or of each sheet."""
        if self.book is not None:
            for top in self.book.tops(_HEADER_WITHIN):
                yield top[0].sheet, [_Record(row.row, row.row, row.cells) for row in top]
            return
        for delimiter in _DELIMITERS:
            with open_source(self._source) as raw, _text_of(raw, self.encoding) as text:
                yield delimiter, list(itertools.islice(_records(_Lines(text), delimiter), _HEADER_WITHIN))

    def records(
        self, way: str, fits: Callable[[Sequence[str], Sequence[str]], bool] | None = None
    ) -> Iterator[_Record]:
        """Every record, read the one `way`; `BrokenFile` where the file was written to meanwhile."""
        try:
            yield from self._records(way, fits or _any_record)
        except UnicodeDecodeError:
            _refuse(*CHANGED)
        except BrokenFile:
            if stamp_of(self._source) != self._stamp:
                _refuse(*CHANGED)
            raise
        if stamp_of(self._source) != self._stamp:
            _refuse(*CHANGED)

    def _records(self, way: str, fits: Callable[[Sequence[str], Sequence[str]], bool]) -> Iterator[_Record]:
        if self.book is not None:
            hidden = 0
            for row in self.book.rows(way):
                hidden += row.hidden
                yield _Record(row.row, row.row, row.cells)
            if hidden:
                self.notes.append(f"{count_words(hidden, 'row')} hidden in the workbook, and read too.")
            return
        with open_source(self._source) as raw, _text_of(raw, self.encoding) as text:
            for at, record in enumerate(_records(_Lines(text), way, fits)):
                if at % _ROWS_A_CALL == 0 and self._progress is not None:
                    self._progress(min(raw.tell(), self._size), self._size)
                yield record
            if self._progress is not None:
                self._progress(self._size, self._size)

    def _find_encoding(self) -> str:
        with open_source(self._source) as raw:
            head = raw.read(_CHUNK)
            if not head.strip(b"\0 \t\r\n"):
                _refuse("is empty", f"choose the {self.noun} file again")
            for magic, what in _NOT_CSV:
                if head.startswith(magic):
                    _refuse(f"is {what}, not a CSV file", _AS_CSV_UTF8)
            by_mark = _encoding_by_mark(head)
            if by_mark is None and head.count(0) > len(head) // 4:
                _refuse("is UTF-16 text without a byte order mark, or no text at all", _AS_CSV_UTF8)
            raw.seek(0)
            if by_mark is not None:
                self._check_whole(raw, by_mark)
                return by_mark
            return self._utf8_or_windows(raw)

    def _chunks(self, raw: BinaryIO) -> Iterator[bytes]:
        done = 0
        while chunk := raw.read(_CHUNK):
            done += len(chunk)
            yield chunk
            if self._progress is not None:
                self._progress(0, self._size)

    def _check_whole(self, raw: BinaryIO, encoding: str) -> None:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        line = 1
        try:
            for chunk in self._chunks(raw):
                line += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeError:
            _refuse(
                f"says that it is {encoding.upper().removesuffix('-SIG')}, and isn't from line {line} on "
                "or soon after",
                _AS_CSV_UTF8,
            )

    def _utf8_or_windows(self, raw: BinaryIO) -> str:
        """UTF-8 where all of it is; Windows-1252 where nothing of it can be UTF-8; else refused."""
        escaping = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        windows = codecs.getincrementaldecoder("cp1252")("strict")
        line, accented, odd_line, odd_byte, undefined = 1, False, 0, 0, 0
        chunks = self._chunks(raw)
        chunk: bytes | None = b""
        while chunk is not None:
            chunk = next(chunks, None)
            text = escaping.decode(chunk or b"", final=chunk is None)
            if not text.isascii():
                for at, character in enumerate(text):
                    if "\udc80" <= character <= "\udcff":
                        if not odd_line:
                            odd_line = line + text.count("\n", 0, at)
                            odd_byte = ord(character) - 0xDC00
                    elif character > "\x7f":
                        accented = True
            if chunk and not undefined:
                try:
                    windows.decode(chunk)
                except UnicodeDecodeError:
                    undefined = line
            line += text.count("\n")
        if not odd_line:
            return "utf-8"
        if accented:
            _refuse(
                f"mixes two encodings: most of it is UTF-8, line {odd_line} (byte {odd_byte:02X}) isn't",
                _AS_CSV_UTF8,
            )
        if undefined:
            _refuse(
                f"is neither UTF-8 nor Windows-1252 text (line {odd_line}, byte {odd_byte:02X})",
                _AS_CSV_UTF8,
            )
        self.notes.append(
            "The file isn't UTF-8; it was read as Windows-1252, as Excel writes it. Look at the accents."
        )
        return "cp1252"


class TableFile:
    """A file opened for reading as what it is expected to be: what it is written in, and its rows.

    Opening it reads as far as the header; `BrokenFile` says why it can't be read at all, one fault a
    reason. `notes` are sentences about the file as a whole, complete once `rows` has run to its end.
    """

    def __init__(self, source: Path | bytes, columns: Columns, *, progress: Progress | None = None) -> None:
        self.columns = columns
        self._file = OpenedFile(source, noun=columns.noun, progress=progress)
        self.notes = self._file.notes
        self.name = self._file.name
        """The file's name; empty where bytes were given."""
        self.encoding = self._file.encoding
        self._is_book = self._file.book is not None
        self._from_1904 = self._file.book is not None and self._file.book.counts_from_1904
        self.delimiter, self._header_line, self._header = self._find_header()
        self._places = self._place_columns()

    @property
    def columns_there(self) -> tuple[str, ...]:
        """The expected columns that the file has, in its order."""
        return tuple(sorted(self._places, key=self._places.__getitem__))

    def rows(self) -> Iterator[Row]:
        """Every row under the header, in the file's order; wholly empty ones, or of dashes alone, are counted
        in a note, and so is the header where it comes again, as at the head of a page; what stands at the
        foot of a list, such as "Total 25", is quoted there."""
        blank = beside = again = 0
        feet: list[str] = []
        for record in self._file.records(self.delimiter, self._fits):
            if record.line <= self._header_line:
                continue
            if not record.fault and (not any(cell.strip() for cell in record.cells) or _is_a_rule(record)):
                blank += 1
                continue
            if not record.fault and [cell.strip() for cell in record.cells] == self._header:
                again += 1
                continue
            if len(self._header) > _FOOT_CELLS and (foot := _foot_of(record)):
                feet.append(f"{foot!r} in row {record.row:,}")
                continue
            if self._is_book:
                beside += self._squared(record)
            yield self._row(record)
        if blank:
            self.notes.append(f"{count_words(blank, 'empty row')} passed over.")
        if again:
            self.notes.append(f"{count_words(again, 'row')} of the columns' names again passed over.")
        if feet:
            self.notes.append(f"Read as the foot of the list, and as nobody's row: {listing(feet, most=5)}.")
        if beside:
            self.notes.append(
                f"{count_words(beside, 'row')} with cells beside the table, which were not used."
            )

    def _squared(self, record: _Record) -> bool:
        """Makes a row of a sheet as wide as the header; whether there was more beside it."""
        width = len(self._header)
        more = any(cell.strip() for cell in record.cells[width:])
        record.cells[:] = [*record.cells[:width], *[""] * (width - len(record.cells))]
        return more

    def _too_long(self, cells: Sequence[str]) -> bool:
        return any(cell.strip() for cell in cells[len(self._header) :])

    def _too_short(self, cells: Sequence[str]) -> bool:
        return any(self._places[name] >= len(cells) for name in self.columns.required)

    def _fits(self, cells: Sequence[str], lines: Sequence[str]) -> bool:
        """Whether a record over several lines is likely one: else its quote was never meant to go on."""
        return not self._too_long(cells) and not self._too_short(cells) and not self._swallows_rows(lines)

    def _swallows_rows(self, lines: Sequence[str]) -> bool:
        """Whether lines inside one quoted text look like rows of their own: two quotes that were each left
        open make one text of all the rows in between.
        """
        if len(self._header) < NARROW:
            return False
        first, *inner, last = lines
        return any(map(self._is_like_a_row, inner)) or all(map(self._is_like_a_row, (first, last)))

    def _is_like_a_row(self, line: str) -> bool:
        """As many cells as the header, and something in each that is required."""
        cells = line.split(self.delimiter)
        needed = [self._places[name] for name in self.columns.required]
        return len(cells) == len(self._header) and all(cells[at].strip(' "') for at in needed)

    def _row(self, record: _Record) -> Row:
        if record.fault:
            return _faulty(record, Remark("", *record.fault))
        cells = record.cells
        width = len(self._header)
        if self._too_long(cells):
            return _faulty(
                record,
                Remark(
                    "",
                    f"has {len(cells)} cells where the header has {width}",
                    "a text with a comma in it has to stand in quotes; save the file again from the "
                    "spreadsheet program",
                ),
            )
        values: dict[str, str] = {}
        faults: list[Remark] = []
        beyond: list[str] = []
        for name, place in self._places.items():
            if place >= len(cells):
                beyond.append(name)
                continue
            cell = cells[place]
            if cell:
                faults += _unreadable_in(name, cell)
                cell = _as_typed(_BLANKS.sub(" ", cell).strip(" "))
            values[name] = cell
        if self._too_short(cells):
            faults.append(
                Remark(
                    "",
                    f"is cut short: it has {count_words(len(cells), 'cell')} where the header has {width}",
                    "save the file again from the spreadsheet program",
                )
            )
        if faults:
            return _faulty(record, *faults)
        remarks: tuple[Remark, ...] = ()
        if beyond:
            values |= dict.fromkeys(beyond, "")
            remarks = (
                Remark(
                    beyond[0],
                    f"the row ends before this column; {count_words(len(beyond), 'cell')} taken as empty",
                    "check that nothing is cut off",
                ),
            )
        return Row(record.row, record.line, values, remarks=remarks, from_1904=self._from_1904)

    def _find_header(self) -> tuple[str, int, list[str]]:
        """The delimiter, the line and the names of the header: the first record that names the most."""
        known = self.columns.known()
        best: tuple[int, str, int, list[str]] = (0, ",", 1, [])
        first: list[str] = []
        for way, records in self._file.tops():
            for record in records:
                if not first:
                    first = [cell.strip() for cell in record.cells if cell.strip()]
                named = len({known[key] for cell in record.cells if (key := name_key(cell)) in known})
                if named > best[0]:
                    best = (named, way, record.line, [cell.strip() for cell in record.cells])
            if self._is_book and self._has_all(best[3]):
                break
        named, delimiter, line, header = best
        if named == 0:
            _refuse(
                f"has none of the columns of a {self.columns.noun}{how_it_begins(first)}",
                f"the first line names the columns: {', '.join(self.columns.required)}",
            )
        if self._is_book:
            self.notes.append(f"Read from the sheet {delimiter!r}.")
        if line > 1:
            self.notes.append(
                f"The names of the columns stand in line {line}; the lines above were passed over."
            )
        return delimiter, line, header

    def _has_all(self, header: Sequence[str]) -> bool:
        keys = {name_key(name) for name in header}
        return all(name_key(name) in keys for name in self.columns.required)

    def _place_columns(self) -> dict[str, int]:
        known = self.columns.known()
        places: dict[str, int] = {}
        faults: list[Fault] = []
        others: list[str] = []
        where = f"{'row' if self._is_book else 'line'} {self._header_line}"
        for at, name in enumerate(self._header):
            expected = known.get(name_key(name))
            if expected is None:
                others.append(name)
            elif expected in places:
                faults.append(
                    Fault(
                        where,
                        f"two columns are called {expected} (columns {places[expected] + 1} and {at + 1})",
                        "take one of them out",
                    )
                )
            else:
                places[expected] = at
        for name in self.columns.required:
            if name not in places:
                faults.append(Fault(where, f"the column {name} is missing", _nearest(name, others)))
        if faults:
            is_unknown = any(name not in places for name in self.columns.required)
            raise UnknownColumns(faults) if is_unknown else BrokenFile(faults)
        ignored = {name_key(name) for name in self.columns.ignored}
        extra = [name for name in others if name and name_key(name) not in ignored and name not in SAID]
        left_out = [name for name in others if name and name_key(name) in ignored]
        if left_out:
            self.notes.append(
                f"{count_words(len(left_out), 'column')} not used: {self.columns.ignored_because}."
            )
        if extra:
            named = extra[: self.columns.most_named]
            rest = f" and {len(extra) - len(named)} more" if len(named) < len(extra) else ""
            self.notes.append(f"{count_words(len(extra), 'column')} not used: {', '.join(named)}{rest}.")
        return places


def _is_a_rule(record: _Record) -> bool:
    """Whether a record is a line drawn below others: dashes in each of its many cells, and nobody's row."""
    return len(record.cells) >= NARROW and all(
        cell.strip() and not cell.strip(" -–—=_") for cell in record.cells
    )


_OF_A_ROW = re.compile(r"\d{4}|\d[/.:-]\d|@")


def how_it_begins(first: Sequence[str]) -> str:
    """The first cells of a file that isn't known, for a sentence: what looks like somebody's row rather than
    the names of columns isn't quoted."""
    if any(_OF_A_ROW.search(cell) for cell in first):
        return "; its first line looks like a row, and not like the names of columns"
    return f"; it begins: {', '.join(first[:5])[:120]}" if first else ""


def _as_typed(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _unreadable_in(name: str, cell: str) -> Iterator[Remark]:
    if len(cell) > LONGEST_FIELD:
        yield Remark(name, f"is {len(cell):,} characters long", "shorten it")
    elif "\0" in cell or "\ufffd" in cell:
        yield Remark(
            name,
            "holds a character that was lost when the file was saved",
            "export the file afresh as 'CSV UTF-8'",
        )


def _nearest(name: str, others: Sequence[str]) -> str:
    by_key = {name_key(other): other for other in others if other}
    close = difflib.get_close_matches(name_key(name), list(by_key), n=1, cutoff=0.6)
    return f"if it is {by_key[close[0]]!r}, give it this name; else add it" if close else "add it"


def _faulty(record: _Record, *faults: Remark) -> Row:
    return Row(record.row, record.line, {}, faults=faults)


def _refuse(what: str, mend: str) -> NoReturn:
    raise BrokenFile([Fault("(file)", what, mend)])


def size_of(source: Path | bytes) -> int:
    """Bytes of a file; `UserError` where it can't be read, `BrokenFile` where it is far too large."""
    if isinstance(source, bytes):
        return len(source)
    try:
        size = source.stat().st_size
    except OSError as error:
        raise _unreadable(source, error) from None
    if source.is_dir():
        raise UserError(f"{source.name} is a folder.", "Choose the CSV file inside it.")
    if size > LARGEST_FILE:
        _refuse(f"is {size // 1_000_000} MB large", "split it; no list of a hub comes near that size")
    return size


def stamp_of(source: Path | bytes) -> tuple[int, int]:
    """What tells whether a file was written to: its size, and when it was."""
    if isinstance(source, bytes):
        return (len(source), 0)
    try:
        found = source.stat()
    except OSError as error:
        raise _unreadable(source, error) from None
    return found.st_size, found.st_mtime_ns


def open_source(source: Path | bytes) -> BinaryIO:
    """The file, or the bytes, to be read; `UserError` where it can't be opened."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    try:
        return source.open("rb")
    except OSError as error:
        raise _unreadable(source, error) from None


def _unreadable(source: Path, error: OSError) -> UserError:
    why = error.strerror or "it can't be read"
    return UserError(
        f"{source.name} can't be opened: {why.lower()}.",
        "Check that the file is there and that no other program holds it open.",
    )


def _encoding_by_mark(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        _refuse("is UTF-32 text", _AS_CSV_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return None


def _text_of(raw: BinaryIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")


class _Lines:
    """The lines of a text with their ends; `line` is the number of the last one given."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self.line = 0

    def next(self) -> str | None:
        if self._waiting:
            self.line += 1
            return self._waiting.popleft()
        found = self._text.readline(LONGEST_LINE)
        if not found:
            return None
        self.line += 1
        if len(found) >= LONGEST_LINE and not found.endswith(("\n", "\r")):
            while (more := self._text.readline(LONGEST_LINE)) and not more.endswith(("\n", "\r")):
                pass
        return found

    def push_back(self, lines: Sequence[str]) -> None:
        self._waiting.extendleft(reversed(lines))
        self.line -= len(lines)


@dataclass(frozen=True, slots=True)
class _Record:
    row: int
    line: int
    cells: list[str]
    fault: tuple[str, str] | None = None


class _OneRecord:
    """Feeds the csv module the lines of one record and keeps them."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines
        self.taken: list[str] = []

    def __iter__(self) -> _OneRecord:
        return self

    def __next__(self) -> str:
        found = self._lines.next() if len(self.taken) < LONGEST_RECORD else None
        if found is None:
            raise StopIteration
        self.taken.append(found)
        return found


def _any_record(_cells: Sequence[str], _lines: Sequence[str]) -> bool:
    return True


def _records(
    lines: _Lines, delimiter: str, fits: Callable[[Sequence[str], Sequence[str]], bool] = _any_record
) -> Iterator[_Record]:
    """Every record. One that can't be read costs its first line alone: the next starts on the line after.

    A record over several lines that doesn't `fits` counts as one that can't be read, unless it is blank.
    """
    row = 0
    feed = _OneRecord(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        start = lines.line + 1
        feed.taken = []
        fault: tuple[str, str] | None = None
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            if not feed.taken:
                return
        except csv.Error as error:
            fault = _broken_quotes(str(error), len(feed.taken))
        if (
            len(feed.taken) > 1
            and not fault
            and any(cell.strip() for cell in cells)
            and not fits(cells, feed.taken)
        ):
            fault = _broken_quotes("", len(feed.taken))
        if feed.taken and len(feed.taken[0]) >= LONGEST_LINE:
            fault = (f"is more than {LONGEST_LINE:,} characters long", "take the row out or shorten it")
        if fault and len(feed.taken) > 1:
            lines.push_back(feed.taken[1:])
        if start == 1 and not fault and _names_its_delimiter(feed.taken[0]):
            continue
        row += 1
        yield _Record(row, start, cells, fault)


def _names_its_delimiter(line: str) -> bool:
    """Excel's own first line `sep=;`, which it doesn't show as a row."""
    return line.strip().lower()[:4] == "sep=" and len(line.strip()) <= 5


def _broken_quotes(error: str, lines: int) -> tuple[str, str]:
    if "field limit" in error:
        return (
            "has a cell far too long to be one",
            "a quote was opened and not closed; close it or take it out",
        )
    if lines > 1 or "end of data" in error:
        return "opens a quote and doesn't close it", "close the quote, or take it out"
    return "has a quote in the middle of a quoted text", 'write a quote inside a text twice ("")'
