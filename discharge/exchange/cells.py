"""What stands in the cells of a row: dates, times, numbers and words, as British people type them.

A slashed date is day/month/year and never guessed otherwise. Nothing is evaluated: text stays text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import TypeVar

from pydantic import ValidationError

from discharge.exchange.csv_reading import Row
from discharge.exchange.report import Remark
from discharge.model.base import LARGEST
from discharge.model.time import FIRST_YEAR, LAST_YEAR
from discharge.model.typed import seen
from discharge.words.counts import listing

T = TypeVar("T")

LONGEST_TEXT = 500

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_UK_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_CLOCK = re.compile(
    r"(?P<day>[^T ]+)[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r" ?(?P<zone>Z|UTC|GMT|BST|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d+(\.0+)?")
_DECIMAL = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_DAY_MEND = "write it as 2020-11-16 or 16/11/2020"
_TIME_MEND = "write it as 2020-11-16T08:30+00:00 or 16/11/2020 08:30"

_YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def word(text: str) -> str:
    """A word of a fixed vocabulary as it is compared: `Requires Improvement` is `requires_improvement`."""
    return "_".join(re.findall(r"[a-z0-9]+", text.casefold()))


class Cells:
    """Reads the cells of one row; what can't be read lands in `faults`, what was read otherwise in `remarks`.

    Every reader gives None for an empty cell, and for one that it couldn't read after adding to
    `faults`. The cells of columns in `private` are never quoted in a remark.
    """

    def __init__(self, row: Row, *, private: frozenset[str] = frozenset()) -> None:
        self.row = row
        self.faults: list[Remark] = list(row.faults)
        self.remarks: list[Remark] = list(row.remarks)
        self.ambiguous_days: list[str] = []
        """Columns with a date whose day and month could be changed round, such as 03/04/2020."""
        self.month_first_days: list[str] = []
        """Columns with a date that only makes sense as month/day/year."""
        self.without_offset: list[str] = []
        """Columns with a time that was read on its column's clock."""
        self._private = private
        self._seen: dict[str, str] = {}
        self._refused: set[str] = set()

    def raw(self, name: str) -> str:
        """The cell as one sees it, trimmed; empty where the file hasn't the column.

        Marks that can't be seen are taken out with a remark; a control character, or one that turns the
        order of writing round, is a fault.
        """
        if name in self._seen:
            return self._seen[name]
        found = seen(self.row.cells.get(name, ""))
        self._seen[name] = found.text
        if found.remark:
            self.remark(name, found.remark, "compare it with the notes")
        if found.refused:
            self._refused.add(name)
            self.fault(name, found.refused, "type it again")
        return found.text

    def fault(self, name: str, reason: str, mend: str) -> None:
        """The row can't be taken."""
        self.faults.append(Remark(name, reason, mend))

    def remark(self, name: str, reason: str, mend: str = "") -> None:
        """The row is taken, and this is to be said about it."""
        self.remarks.append(Remark(name, reason, mend))

    def forgive(self, *names: str) -> None:
        """Faults in these columns leave the cell empty instead of costing the row; the remark says so."""
        for fault in [fault for fault in self.faults if fault.field in names]:
            self.faults.remove(fault)
            self.remark(fault.field, f"{fault.reason}; left empty", fault.mend)

    def refuse(self, error: ValidationError) -> None:
        """A fault for each value that the model of the row's content refuses."""
        for detail in error.errors(include_url=False, include_input=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            self.fault(name, detail["msg"][:1].lower() + detail["msg"][1:], "check the row")

    def shown(self, name: str) -> str:
        """The cell for a remark: quoted, shortened, or `the value` where it is private."""
        if name in self._private:
            return "the value"
        text = self.raw(name)
        return f"'{text if len(text) <= 40 else text[:37] + '...'}'"

    def needed(self, name: str, value: T | None) -> T | None:
        """`value`; a fault where the cell is empty."""
        if value is None and not self.raw(name):
            self.fault(name, "is empty", "fill it in")
        return value

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str | None:
        """Plain text of at most `longest` characters, whatever it begins with."""
        text = self.raw(name)
        if len(text) > longest:
            self.fault(name, f"is {len(text):,} characters long", f"shorten it to {longest}")
            return None
        return None if name in self._refused else text or None

    def texts(self, name: str, *, of: Callable[[str], str] = str.strip) -> tuple[str, ...]:
        """A list parted by semicolons, in its order, each once."""
        text = self.text(name, longest=5_000) or ""
        return tuple(dict.fromkeys(found for part in text.split(";") if (found := of(part))))

    def one_of(self, name: str, words: Mapping[str, T]) -> T | None:
        """What the word stands for; `words` has its keys as `word` makes them."""
        text = self.raw(name)
        if not text:
            return None
        if word(text) in words:
            return words[word(text)]
        known = list(dict.fromkeys(str(meaning) for meaning in words.values()))
        self.fault(name, f"{self.shown(name)} is not known", f"use {listing(known, 'or', most=len(known))}")
        return None

    def yes(self, name: str) -> bool | None:
        """Yes or no."""
        text = self.raw(name)
        if not text:
            return None
        if word(text) not in _YES:
            self.fault(name, f"{self.shown(name)} is neither yes nor no", "write yes or no")
        return _YES.get(word(text))

    def whole(self, name: str, *, least: int = 0, most: int = LARGEST) -> int | None:
        """A whole number, limits included; `1,200` and `12.0` are whole numbers."""
        text = self.raw(name)
        if not text:
            return None
        if len(text) > 20 or not text.isascii() or not _WHOLE.fullmatch(text):
            self.fault(name, f"{self.shown(name)} is not a whole number", "write it in digits")
            return None
        number = int(text.replace(",", "").partition(".")[0])
        if not least <= number <= most:
            self.fault(
                name,
                f"{self.shown(name)} is not between {least:,} and {most:,}",
                "check it and write it again",
            )
            return None
        return number

    def decimal(self, name: str, *, least: float, most: float) -> float | None:
        """A number with or without a fraction, limits included; a pound sign may stand before it."""
        text = self.raw(name).removeprefix("£").strip()
        if not text:
            return None
        plain = len(text) <= 40 and text.isascii() and _DECIMAL.fullmatch(text)
        if not plain or not any(character.isdigit() for character in text):
            self.fault(name, f"{self.shown(name)} is not a number", "write it in digits, with a point")
            return None
        number = float(text.replace(",", ""))
        if not math.isfinite(number) or not least <= number <= most:
            self.fault(
                name,
                f"{self.shown(name)} is not between {least:g} and {most:g}",
                "check it and write it again",
            )
            return None
        return number

    def postcode(self, name: str) -> str | None:
        """A UK postcode as it is written, `RM9 6LH`; one that isn't is left empty with a remark."""
        text = self.raw(name).upper()
        found = _POSTCODE.fullmatch(text)
        if text and found is None:
            self.remark(name, f"{self.shown(name)} is not a postcode; left empty", "check it")
        return f"{found[1]} {found[2]}" if found else None

    def day(self, name: str) -> date | None:
        """A date: 2020-11-16 or 16/11/2020, never month before day."""
        text = self.raw(name)
        if not text:
            return None
        midnight = re.fullmatch(r"(\S+)[T ]00:00(:00(\.0+)?)?", text)
        return self._day(name, midnight[1] if midnight else text)

    def _day(self, name: str, text: str) -> date | None:
        iso, uk = _ISO_DAY.fullmatch(text), _UK_DAY.fullmatch(text)
        if not text.isascii() or not (iso or uk):
            if _SHORT_YEAR.fullmatch(text):
                self.fault(name, f"{self.shown(name)} has a year of two digits", "write the year in full")
            elif text.isascii() and re.fullmatch(r"\d{5}(\.\d+)?", text):
                self.fault(
                    name,
                    f"{self.shown(name)} is a spreadsheet's own number for a date",
                    "format the column as a date and save again",
                )
            else:
                self.fault(name, f"{self.shown(name)} is not a date", _DAY_MEND)
            return None
        if iso:
            year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
        else:
            assert uk is not None
            day, month, year = int(uk[1]), int(uk[2]), int(uk[3])
        try:
            found = date(year, month, day)
        except ValueError:
            if uk and 1 <= day <= 12 < month <= 31:
                self.month_first_days.append(name)
                self.fault(name, f"{self.shown(name)} has the month before the day", _DAY_MEND)
            else:
                self.fault(name, f"{self.shown(name)} is not a day of the calendar", _DAY_MEND)
            return None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.fault(
                name, f"{self.shown(name)} is not between {FIRST_YEAR} and {LAST_YEAR}", "check the year"
            )
            return None
        if uk and day <= 12 and day != month:
            self.ambiguous_days.append(name)
        return found

    def instant(self, name: str, *, clock: tzinfo) -> datetime | None:
        """An instant in UTC; a time without an offset is read on the `clock` that the column is kept in.

        An hour that the clock showed twice or never is a fault (T1).
        """
        text = self.raw(name)
        if not text:
            return None
        parts = _CLOCK.fullmatch(text)
        if parts is None or not text.isascii():
            if _ISO_DAY.fullmatch(text) or _UK_DAY.fullmatch(text):
                self.fault(name, f"{self.shown(name)} has no time of day", _TIME_MEND)
            else:
                self.fault(name, f"{self.shown(name)} is not a date with a time", _TIME_MEND)
            return None
        day = self._day(name, parts["day"])
        if day is None:
            return None
        try:
            found = datetime(
                day.year,
                day.month,
                day.day,
                int(parts["hour"]),
                int(parts["minute"]),
                int(parts["second"] or 0),
                tzinfo=clock if parts["zone"] is None else _zone(parts["zone"]),
            )
        except ValueError:
            self.fault(name, f"{self.shown(name)} has no such time of day", _TIME_MEND)
            return None
        early, late = found.replace(fold=0).utcoffset(), found.replace(fold=1).utcoffset()
        if early != late:
            self.fault(
                name,
                f"{self.shown(name)} falls in the hour when the clocks change",
                "add the offset: +01:00 for summer time, +00:00 for winter time",
            )
            return None
        if parts["zone"] is None:
            self.without_offset.append(name)
        return found.astimezone(UTC)


def month_first(rows: Iterable[Cells]) -> int | None:
    """The first row with a date that only makes sense as month/day/year."""
    return next((cells.row.row for cells in rows if cells.month_first_days), None)


def two_ways(telling: int) -> tuple[str, str]:
    """Reason and mend for a slashed date of a file in which row `telling` has the month first."""
    return (
        f"could be read in two ways, and row {telling} has the month before the day",
        "write every date of the file as 2020-11-16",
    )


def _zone(name: str) -> tzinfo:
    named = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "BST": "+01:00"}.get(name.upper(), name)
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{named}").tzinfo
    assert zone is not None
    return zone
