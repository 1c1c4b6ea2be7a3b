"""A table as people really send them: its header found, its columns known by any of their names, row by row,
no row lost.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from discharge.exchange.csv_reading import OpenedFile, Progress, Record, refuse
from discharge.exchange.csv_writing import FORMULA
from discharge.exchange.report import Remark
from discharge.model.errors import BrokenFile, Fault
from discharge.words.counts import count_words, listing

LONGEST_FIELD = 20_000
_SMALL = 5_000_000
"""Bytes of a workbook that is gone through twice without anybody's noticing."""
NARROW = 4
"""With fewer columns a line of prose has as many commas as a row."""
_BLANKS = re.compile("[ \t\r\n]+")
SAID = ("rejected row", "rejected field", "rejected reason", "rejected mend")
"""What a file of rejects says before the columns of the file it came from; nobody has to be told of it."""


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


def _foot_of(record: Record) -> str:
    """The words at the foot of a list; empty for a row. Whatever says more than a few cells is a row."""
    said = [cell.strip() for cell in record.cells if cell.strip()]
    if not 0 < len(said) <= _FOOT_CELLS:
        return ""
    label = said[0].rstrip(" .")
    ways = (label, label.partition(":")[0].strip(), re.sub(r"\s+\d[\d,.]*$", "", label))
    return " ".join(said) if any(_FOOT.fullmatch(way) for way in ways) else ""


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
        blank = beside = again = nameless = 0
        without_name = [at for at, name in enumerate(self._header) if not name]
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
            nameless += any(record.cells[at].strip() for at in without_name if at < len(record.cells))
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
        if nameless:
            where = "under no column's name"
            self.notes.append(f"{count_words(nameless, 'row')} with cells {where}, which were not used.")

    def _squared(self, record: Record) -> bool:
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

    def _row(self, record: Record) -> Row:
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
        """The delimiter, the line and the names of the header: the first record that names the most.

        Of a workbook's sheets the first that has all, and one that nobody sees only where no other has any.
        """
        known = self.columns.known()
        best: tuple[int, str, int, list[str]] = (0, ",", 1, [])
        first: list[str] = []
        others: list[str] = []
        for way, records in self._file.tops():
            if self._has_all(best[3]) or (best[0] and way in self._hidden_sheets):
                others += [way] if self._is_a_list_too(records) else []
                continue
            for record in records:
                if not first:
                    first = [cell.strip() for cell in record.cells if cell.strip()]
                named = len({known[key] for cell in record.cells if (key := name_key(cell)) in known})
                if named > best[0]:
                    best = (named, way, record.line, [cell.strip() for cell in record.cells])
            if self._has_all(best[3]) and self._goes_on_for_long:
                break
        named, delimiter, line, header = best
        if named == 0:
            refuse(
                f"has none of the columns of a {self.columns.noun}{how_it_begins(first)}",
                f"the first line names the columns: {', '.join(self.columns.required)}",
            )
        if self._is_book:
            hidden = ", which is hidden in the workbook" if delimiter in self._hidden_sheets else ""
            self.notes.append(f"Read from the sheet {delimiter!r}{hidden}.")
        if others:
            self.notes.append(
                f"Not read, though the columns are there too: {listing(list(map(repr, others)))}. "
                "Save each such sheet as a file of its own."
            )
        if line > 1:
            self.notes.append(
                f"The names of the columns stand in line {line}; the lines above were passed over."
            )
        return delimiter, line, header

    @property
    def _hidden_sheets(self) -> frozenset[str]:
        return self._file.book.hidden if self._file.book is not None else frozenset()

    @property
    def _goes_on_for_long(self) -> bool:
        """Whether what follows a sheet isn't looked at: to come to it, all of the sheet would be read."""
        book = self._file.book
        return book is not None and book.is_ods and self._file.size > _SMALL

    def _is_a_list_too(self, records: Sequence[Record]) -> bool:
        """Whether the first records of a sheet name all columns that are needed, with rows below."""
        return self._is_book and any(self._has_all(record.cells) for record in records[:-1])

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


def _is_a_rule(record: Record) -> bool:
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


def _faulty(record: Record, *faults: Remark) -> Row:
    return Row(record.row, record.line, {}, faults=faults)
