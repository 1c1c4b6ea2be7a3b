"""A file as records, whatever its encoding, delimiter and quotes are: CSV, or a workbook's sheets.

Streams: the file is gone through twice, once to find its encoding, once for its rows; neither holds it whole.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from discharge.exchange.workbooks import Workbook
from discharge.model.errors import BrokenFile, Fault, UserError
from discharge.words.counts import count_words

Progress = Callable[[int, int], None]
"""Called with (bytes done, bytes in all), some times a second; it stops the reading by raising."""

LARGEST_FILE = 300_000_000
LONGEST_LINE = 1_000_000
LONGEST_RECORD = 200
"""Lines: a quote that is still open after so many was never meant to be one."""

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 20
_CHUNK = 1 << 16
_ROWS_A_CALL = 100

_NOT_CSV = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or one with a password"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"{\\rtf", "a Word text (.rtf)"),
)
CHANGED = ("has changed while it was read", "wait until it is written, and choose it again")
"""What is said, and the mend, of a file that was written to meanwhile."""
_AS_CSV_UTF8 = "open it in the spreadsheet program and save it as 'CSV UTF-8'"


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
        self.size = size_of(source)
        self._stamp = stamp_of(source)
        self.book: Workbook | None = None
        """The workbook that the file is; None where it is text."""
        self.encoding = ""
        with open_source(source) as raw:
            if raw.read(4) == b"PK\x03\x04":
                self.book = Workbook(source, progress=progress)
        if self.book is None:
            self.encoding = self._find_encoding()

    def tops(self) -> Iterator[tuple[str, list[Record]]]:
        """The first records of each way to read it: by each delimiter, or of each sheet."""
        if self.book is not None:
            for top in self.book.tops(_HEADER_WITHIN):
                yield top[0].sheet, [Record(row.row, row.row, row.cells) for row in top]
            return
        for delimiter in _DELIMITERS:
            with open_source(self._source) as raw, _text_of(raw, self.encoding) as text:
                yield delimiter, list(itertools.islice(_records(_Lines(text), delimiter), _HEADER_WITHIN))

    def records(
        self, way: str, fits: Callable[[Sequence[str], Sequence[str]], bool] | None = None
    ) -> Iterator[Record]:
        """Every record, read the one `way`; `BrokenFile` where the file was written to meanwhile."""
        try:
            yield from self._records(way, fits or _any_record)
        except UnicodeDecodeError:
            refuse(*CHANGED)
        except BrokenFile:
            if stamp_of(self._source) != self._stamp:
                refuse(*CHANGED)
            raise
        if stamp_of(self._source) != self._stamp:
            refuse(*CHANGED)

    def _records(self, way: str, fits: Callable[[Sequence[str], Sequence[str]], bool]) -> Iterator[Record]:
        if self.book is not None:
            hidden = 0
            for row in self.book.rows(way):
                hidden += row.hidden
                yield Record(row.row, row.row, row.cells)
            if hidden:
                self.notes.append(f"{count_words(hidden, 'row')} hidden in the workbook, and read too.")
            return
        with open_source(self._source) as raw, _text_of(raw, self.encoding) as text:
            for at, record in enumerate(_records(_Lines(text), way, fits)):
                if at % _ROWS_A_CALL == 0 and self._progress is not None:
                    self._progress(min(raw.tell(), self.size), self.size)
                yield record
            if self._progress is not None:
                self._progress(self.size, self.size)

    def _find_encoding(self) -> str:
        with open_source(self._source) as raw:
            head = raw.read(_CHUNK)
            if not head.strip(b"\0 \t\r\n"):
                refuse("is empty", f"choose the {self.noun} file again")
            for magic, what in _NOT_CSV:
                if head.startswith(magic):
                    refuse(f"is {what}, not a CSV file", _AS_CSV_UTF8)
            by_mark = _encoding_by_mark(head)
            if by_mark is None and head.count(0) > len(head) // 4:
                refuse("is UTF-16 text without a byte order mark, or no text at all", _AS_CSV_UTF8)
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
                self._progress(0, self.size)

    def _check_whole(self, raw: BinaryIO, encoding: str) -> None:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        line = 1
        try:
            for chunk in self._chunks(raw):
                line += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeError:
            refuse(
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
            refuse(
                f"mixes two encodings: most of it is UTF-8, line {odd_line} (byte {odd_byte:02X}) isn't",
                _AS_CSV_UTF8,
            )
        if undefined:
            refuse(
                f"is neither UTF-8 nor Windows-1252 text (line {odd_line}, byte {odd_byte:02X})",
                _AS_CSV_UTF8,
            )
        self.notes.append(
            "The file isn't UTF-8; it was read as Windows-1252, as Excel writes it. Look at the accents."
        )
        return "cp1252"


def refuse(what: str, mend: str) -> NoReturn:
    """Refuses the file as a whole: `BrokenFile`."""
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
        refuse(f"is {size // 1_000_000} MB large", "split it; no list of a hub comes near that size")
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
        refuse("is UTF-32 text", _AS_CSV_UTF8)
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
class Record:
    """What stands between two ends of line that aren't quoted: its cells, or what is wrong with it."""

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
) -> Iterator[Record]:
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
        yield Record(row, start, cells, fault)


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
