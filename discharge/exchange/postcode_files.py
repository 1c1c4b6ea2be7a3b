"""A download of postcodes: Code-Point Open, National Statistics Postcode Lookup or ONS Postcode Directory.

As a zip as it is offered, unpacked as a folder, or one CSV of it. Read in a stream: two million rows are
never held at once.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from discharge.exchange.grid import latitude_longitude
from discharge.exchange.table_file import name_key
from discharge.model.errors import BrokenFile, Fault
from discharge.model.london import london_date
from discharge.model.postcodes import Edition
from discharge.rules.authorities import authority
from discharge.words.counts import count_words

BATCH = 5_000
"""Rows at a time: few enough for a processor's cache, and to stop soon when asked to."""
LARGEST = 4_000_000_000
"""Bytes of one table: the largest published is a third of that."""

Stored = tuple[str, int, int, str | None, int | None]
"""A postcode without its blank, latitude and longitude in millionths of a degree, the authority's code, and
the month (`yyyymm`) in which it ended, None while it is in use."""
Progress = Callable[[int, int], None]
"""Called with bytes read, and all there are; it stops the reading by raising."""

_CODE_POINT = "Code-Point Open"
_SOURCES = {"NSPL": "National Statistics Postcode Lookup", "ONSPD": "ONS Postcode Directory"}
_WHOLE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_AREA_FILE = re.compile(r"[a-z]{1,2}\.csv", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:(NSPL|ONSPD)(?:\d\d)?|(National[ _-]Statistics[ _-]Postcode[ _-]Lookup)"
    r"|(ONS[ _-]Postcode[ _-]Directory))"
    r"(?:[ _-](?:UK|Online|latest))*[ _-]\(?([A-Z]{3})[A-Z]*[ _-](\d{4})",
    re.IGNORECASE,
)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NO_COUNTY = ("", "E99999999")
_NORTHERN_IRELAND = "BT"
_MEND = "choose the download of Code-Point Open, NSPL or ONSPD as it came: the zip, or its CSV"

_COLUMNS = {
    "postcode": r"pcds|postcodeegif|postcode|pcd8|pcd2|postcode8char|pcd7|pcd|postcode7char",
    "ended": r"doterm|dateoftermination",
    "begun": r"dointr|dateofintroduction",
    "county": r"(?:os)?cty|cty(\d\d)cd|countycode(\d{4})?",
    "district": r"(?:os)?laua|lad(\d\d)cd|localauthority(?:district)?code(\d{4})?",
    "east": r"(?:os)?east1m|nationalgridreferenceeasting|eastings?",
    "north": r"(?:os)?nrth1m|north1m|nationalgridreferencenorthing|northings?",
    "latitude": r"lat|latitude",
    "longitude": r"long|longitude",
}
"""By what each column goes, as `name_key` writes it; the year in a name moves, and the latest counts."""


@dataclass(slots=True)
class Counted:
    """What became of the rows: read = taken + without a place + of Northern Ireland + not understood."""

    read: int = 0
    taken: int = 0
    ended: int = 0
    """Among those taken: in use no more."""
    without_place: int = 0
    northern_ireland: int = 0
    """Left out: their licence is another."""
    faults: list[str] = field(default_factory=list)
    """The first of the rows that aren't understood, each in words."""
    not_understood: int = 0

    def sentences(self) -> Iterator[str]:
        """What is to be said of it."""
        ended = f", {self.ended:,} of them in use no more" if self.ended else ""
        yield f"{count_words(self.read, 'row')} read: {count_words(self.taken, 'postcode')} taken{ended}."
        if self.without_place:
            yield f"{count_words(self.without_place, 'postcode')} left out: the file has no place for them."
        if self.northern_ireland:
            yield (
                f"{count_words(self.northern_ireland, 'postcode')} of Northern Ireland left out: "
                "they aren't under the Open Government Licence."
            )
        if self.not_understood:
            first = "; ".join(self.faults)
            yield f"{count_words(self.not_understood, 'row')} not understood, left out: {first}."


@dataclass(frozen=True, slots=True)
class _Table:
    """One CSV of the download: its name, its size, how to open it."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


class PostcodeSource:
    """A download of postcodes, opened; `BrokenFile` says why it can't be read as one."""

    def __init__(self, path: Path, *, progress: Progress | None = None) -> None:
        self.path = path
        self.counted = Counted()
        self._progress = progress
        self._done = 0
        self._newest = 0
        self._saved: date | None = None
        self._said: date | None = None
        with _said_plainly():
            self._tables = self._find_tables()
            self._code_point = bool(self._tables) and _is_code_point(_top(self._tables[0]))
        if not self._tables:
            _refuse("has no table of postcodes", _MEND)
        self._source = _CODE_POINT if self._code_point else self._named_source()

    @property
    def edition(self) -> Edition:
        """What it is, as its name and its notes say; what they leave open is known once all is read: the
        newest month in it, else the day on which it was saved."""
        day = self._said
        if day is None and self._newest:
            day = date(self._newest // 100, self._newest % 100, 1)
        return Edition(self._source, day or self._saved, self._licence(day or self._saved), self.path.name)

    @property
    def says_when(self) -> bool:
        """Whether its edition is known before it is read."""
        return self._said is not None

    def how_dated(self) -> Iterator[str]:
        """What is to be said of its edition where neither its name nor its notes say of when it is; once all
        is read."""
        if self._said is not None:
            return
        day = self.edition.day
        if day is None:
            return
        by = "of its newest postcode" if self._newest else "on which it was saved"
        yield (
            "Neither the file's name nor its notes say of when it is: taken as of "
            f"{day:%B %Y}, the month {by}."
        )

    def batches(self) -> Iterator[list[Stored]]:
        """All postcodes that have a place, some at a time; counted in `counted`."""
        total = sum(table.size for table in self._tables)
        for table in self._tables:
            with _said_plainly(table.name), table.open() as raw:
                reader = csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""))
                made = self._code_points(reader) if self._code_point else self._looked_up(reader, table)
                for batch in made:
                    yield batch
                    if self._progress is not None:
                        self._progress(min(self._done + raw.tell(), total), total)
            self._done += table.size
        if not self.counted.taken:
            said = f": {'; '.join(self.counted.faults)}" if self.counted.faults else ""
            _refuse(f"has no postcode with a place{said}", _MEND)

    # ------------------------------------------------------------ what it is

    def _find_tables(self) -> list[_Table]:
        path = self.path
        if path.is_dir():
            files = sorted(each for each in path.rglob("*") if each.is_file())
            names = [each.relative_to(path).as_posix() for each in files]
            sizes = [each.stat().st_size for each in files]
            opens: Sequence[Callable[[], BinaryIO]] = [_opener(each) for each in files]
            self._look_at_notes(dict(zip(names, opens, strict=True)))
            self._saved = _day_of(path)
        elif zipfile.is_zipfile(path):
            archive = zipfile.ZipFile(path)
            members = [each for each in archive.infolist() if not each.is_dir()]
            if any(each.flag_bits & 1 for each in members):
                _refuse("is a zip with a password", "unpack it, and choose its folder or its CSV")
            names, sizes = [each.filename for each in members], [each.file_size for each in members]
            opens = [_member_opener(path, name) for name in names]
            self._look_at_notes(dict(zip(names, opens, strict=True)))
            self._saved = max((date(*each.date_time[:3]) for each in members), default=None)
            archive.close()
        else:
            beside = _area_files(path)
            files = beside or [path]
            names, sizes = [each.name for each in files], [each.stat().st_size for each in files]
            opens = [_opener(each) for each in files]
            self._saved = _day_of(path)
            if beside:
                self._look_at_notes({each.name: _opener(each) for each in _notes_near(path)})
        tables = [_Table(*each) for each in zip(names, sizes, opens, strict=True) if _is_table(each[0])]
        for table in tables:
            self._said = self._said or _month_in(table.name)
        self._said = self._said or _month_in(path.name)
        return _whole_or_parts([each for each in tables if _has_postcodes(each)])

    def _look_at_notes(self, files: dict[str, Callable[[], BinaryIO]]) -> None:
        """Code-Point Open says in its `metadata.txt` of when it is."""
        for name, opened in files.items():
            if name.lower().endswith("metadata.txt"):
                with opened() as raw:
                    text = raw.read(100_000).decode("utf-8", "replace")
                found = re.search(r"COPYRIGHT DATE:?\s*(\d{4})(\d\d)(\d\d)", text, re.IGNORECASE)
                if found:
                    self._said = date(*map(int, found.groups()))

    def _named_source(self) -> str:
        named = next((found for table in self._tables if (found := _NAMED.search(table.name))), None)
        named = named or _NAMED.search(self.path.name)
        if named is not None:
            return _SOURCES[(named[1] or ("NSPL" if named[2] else "ONSPD")).upper()]
        keys = {name_key(cell) for cell in _top(self._tables[0])}
        of_the_directory = {"oslaua", "oscty", "osward", "streg", "parish", "localauthoritydistrictcode2025"}
        return _SOURCES["ONSPD" if keys & of_the_directory else "NSPL"]

    def _licence(self, day: date | None) -> str:
        year = f" {day.year}" if day is not None else ""
        royal = f"Contains Royal Mail data © Royal Mail copyright and database right{year}."
        survey = f"Contains OS data © Crown copyright and database right{year}."
        ours = (
            f"Contains National Statistics data © Crown copyright and database right{year}."
            if self._code_point
            else "Source: Office for National Statistics."
        )
        return f"{survey} {royal} {ours} Open Government Licence v3.0."

    # -------------------------------------------------------------- its rows

    def _code_points(self, reader: Iterator[list[str]]) -> Iterator[list[Stored]]:
        """Rows of Code-Point Open: no header, metres, live postcodes alone."""
        while rows := list(islice(reader, BATCH)):
            keys: list[str] = []
            codes: list[str | None] = []
            east: list[int] = []
            north: list[int] = []
            for row in rows:
                try:
                    text, quality, easting, northing, county, district = _CODE_POINT_CELLS(row)
                    key, metres = text.replace(" ", ""), (int(easting), int(northing))
                    if _WHOLE.fullmatch(key) is None:
                        raise ValueError
                except (ValueError, IndexError):
                    self._not_understood(row)
                    continue
                if quality == "90" or not all(metres):
                    self.counted.without_place += 1
                    continue
                keys.append(key)
                codes.append(_authority_code(county, district))
                east.append(metres[0])
                north.append(metres[1])
            self.counted.read += len(rows)
            self.counted.taken += len(keys)
            yield list(zip(keys, *_millionths(east, north), codes, [None] * len(keys), strict=True))

    def _looked_up(self, reader: Iterator[list[str]], table: _Table) -> Iterator[list[Stored]]:
        """Rows of the two files of the Office for National Statistics: a header, degrees, ended ones too."""
        places = _places(next(reader, []))
        if places is None:
            _refuse("has a table without the columns of a postcode's place", _MEND, table.name)
        read = _row_reader(places)
        counted = self.counted
        while rows := list(islice(reader, BATCH)):
            found: list[Stored] = []
            for row in rows:
                try:
                    one, begun = read(row)
                except (ValueError, IndexError, OverflowError):
                    self._not_understood(row)
                    continue
                if begun > self._newest:
                    self._newest = begun
                if one is None:
                    counted.without_place += 1
                elif one[0].startswith(_NORTHERN_IRELAND):
                    counted.northern_ireland += 1
                else:
                    counted.ended += one[4] is not None
                    found.append(one)
            counted.read += len(rows)
            counted.taken += len(found)
            yield found

    def _not_understood(self, row: Sequence[str]) -> None:
        self.counted.not_understood += 1
        if len(self.counted.faults) < 3:
            begins = ", ".join(row)[:40]
            self.counted.faults.append(f"{begins!r}")


_CODE_POINT_CELLS = itemgetter(0, 1, 2, 3, 7, 8)


def is_postcode_file(path: Path) -> bool:
    """Whether the file, zip or folder holds a table of postcodes; by its first rows, without reading it."""
    try:
        PostcodeSource(path)
    except BrokenFile:
        return False
    return True


def _row_reader(places: dict[str, int]) -> Callable[[Sequence[str]], tuple[Stored | None, int]]:
    """What reads one row: the postcode as it is stored (None: it has no place), the newest month in it."""
    nothing = -1
    at = [places.get(name, nothing) for name in ("postcode", "ended", "begun", "county", "district")]
    in_degrees = "latitude" in places and "longitude" in places
    where = ("latitude", "longitude") if in_degrees else ("east", "north")
    first, second = (places[name] for name in where)

    def read(row: Sequence[str]) -> tuple[Stored | None, int]:
        key, ended, begun, county, district = (row[each] if each >= 0 else "" for each in at)
        key = key.replace(" ", "")
        if _WHOLE.fullmatch(key) is None:
            key = key.upper()
            if _WHOLE.fullmatch(key) is None:
                raise ValueError
        month = int(ended) if ended else 0
        newest = max(month, int(begun) if begun else 0)
        one, other = row[first], row[second]
        if not one or not other:
            return None, newest
        if in_degrees:
            latitude, longitude = round(float(one) * 1e6), round(float(other) * 1e6)
        elif not int(one) or not int(other):
            return None, newest
        else:
            (latitude,), (longitude,) = _millionths([int(one)], [int(other)])
        if not (49_000_000 < latitude < 62_000_000 and -9_000_000 < longitude < 3_000_000):
            return None, newest
        return (key, latitude, longitude, _authority_code(county, district), month or None), newest

    return read


def _millionths(east: Sequence[int], north: Sequence[int]) -> tuple[list[int], list[int]]:
    if not east:
        return [], []
    latitude, longitude = latitude_longitude(east, north)
    return (latitude * 1e6).round().astype(int).tolist(), (longitude * 1e6).round().astype(int).tolist()


_CODES: dict[tuple[str, str], str | None] = {}


def _authority_code(county: str, district: str) -> str | None:
    """The code of the authority with the duty of adult social care: the county's where there is one."""
    try:
        return _CODES[county, district]
    except KeyError:
        found = authority(district if county in _NO_COUNTY else county) if county or district else None
        code = found.code if found is not None and found.until is None else None
        _CODES[county, district] = code
        return code


def _places(header: Sequence[str]) -> dict[str, int] | None:
    """Where the columns are; None where the postcode or its place has none."""
    found: dict[str, int] = {}
    keys = [name_key(cell.removeprefix("\ufeff")) for cell in header]
    for name, pattern in _COLUMNS.items():
        order = pattern.split("|")
        best: tuple[int, int] | None = None
        for at, key in enumerate(keys):
            match = re.fullmatch(pattern, key)
            if match is None:
                continue
            year = next((int(each) % 100 for each in match.groups() if each), -1)
            rank = (year, -next(n for n, each in enumerate(order) if re.fullmatch(each, key)))
            if best is None or rank > best:
                best, found[name] = rank, at
    where = {"latitude", "longitude"} <= found.keys() or {"east", "north"} <= found.keys()
    return found if "postcode" in found and where else None


# ------------------------------------------------------------------ the tables of a download


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _member_opener(path: Path, name: str) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        with zipfile.ZipFile(path) as archive:
            # the member keeps the file open until it is closed itself
            return cast("BinaryIO", archive.open(name))

    return opened


def _is_table(name: str) -> bool:
    *folders, file = name.lower().split("/")
    beside = any(each.startswith(("doc", "user guide")) for each in folders)
    return file.endswith(".csv") and not beside


def _area_files(path: Path) -> list[Path]:
    """Where the file is one area of Code-Point Open as it was unpacked: the files of all areas beside it."""
    if not _AREA_FILE.fullmatch(path.name):
        return []
    return sorted(each for each in path.parent.iterdir() if _AREA_FILE.fullmatch(each.name))


def _notes_near(path: Path) -> Iterator[Path]:
    for folder in (path.parent, *list(path.parents)[1:3]):
        for name in ("metadata.txt", "Doc/metadata.txt", "Docs/metadata.txt"):
            if (folder / name).is_file():
                yield folder / name


def _whole_or_parts(tables: list[_Table]) -> list[_Table]:
    """The one file of all where there is one, else its parts: the directories come as both."""
    parts = [each for each in tables if "multi_csv" in each.name.lower()]
    whole = [each for each in tables if each not in parts]
    if parts and whole:
        return [max(whole, key=lambda each: each.size)]
    return tables


def _top(table: _Table) -> list[str]:
    """The cells of its first row."""
    with table.open() as raw:
        head = raw.read(20_000)
    text = head.decode("utf-8-sig", "replace")
    return next(csv.reader([text.split("\n", 1)[0].rstrip("\r")]), [])


def _is_code_point(cells: Sequence[str]) -> bool:
    return (
        len(cells) == 10
        and _WHOLE.fullmatch(cells[0].replace(" ", "")) is not None
        and all(each.strip().isdigit() for each in cells[1:4])
    )


def _has_postcodes(table: _Table) -> bool:
    if table.size > LARGEST:
        _refuse(f"would be {table.size / 1e9:.0f} GB unpacked", _MEND, table.name)
    cells = _top(table)
    return _is_code_point(cells) or _places(cells) is not None


def _month_in(name: str) -> date | None:
    found = _NAMED.search(name)
    if found is None or found[4].upper() not in _MONTHS:
        return None
    return date(int(found[5]), _MONTHS.index(found[4].upper()) + 1, 1)


def _day_of(path: Path) -> date:
    return london_date(datetime.fromtimestamp(path.stat().st_mtime, UTC))


@contextmanager
def _said_plainly(table: str = "") -> Iterator[None]:
    """What is wrong with the file itself, as a fault and its mend."""
    again = "download it again: it may not have come whole"
    try:
        yield
    except OSError as error:
        _refuse(f"can't be read: {(error.strerror or 'unknown reason').lower()}", "choose the file again")
    except (zipfile.BadZipFile, EOFError, zlib.error):
        _refuse("is a damaged zip", again, table)
    except NotImplementedError:
        _refuse("is a zip packed in an unusual way", "unpack it, and choose its folder or its CSV")
    except UnicodeDecodeError:
        _refuse("isn't UTF-8 text", again, table)
    except csv.Error:
        _refuse("has a quote that never ends", again, table)


def _refuse(what: str, mend: str, where: str = "") -> NoReturn:
    raise BrokenFile([Fault(where or "(file)", what, mend)])
