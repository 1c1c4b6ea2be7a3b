"""What stands in the cells of a row: dates, times, numbers and words, as British people type them.

A slashed date is day/month/year and never guessed otherwise. Nothing is evaluated: text stays text.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import TypeVar

from pydantic import ValidationError

from discharge.exchange.report import Remark
from discharge.exchange.table_file import Row
from discharge.model.base import LARGEST
from discharge.model.london import LONDON, london_date
from discharge.model.time import FIRST_YEAR, LAST_YEAR
from discharge.model.typed import seen
from discharge.words.counts import listing
from discharge.words.days import day_words
from discharge.words.written import WrittenDay, read_day, read_short_year, split_time

T = TypeVar("T")

LONGEST_TEXT = 500

_WHOLE = re.compile(r"[+-]?\d{1,3}(,\d{3})+|[+-]?\d+(\.0+)?")
_DECIMAL = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?")
_BY_THE_WEEK = re.compile(r" ?(?:p\.?/?w\.?|(?:per|a|/) ?(?:week|wk)|weekly)$", re.IGNORECASE)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_DAY_MEND = "write it as 2020-11-16 or 16/11/2020"
_TIME_MEND = "write it as 2020-11-16T08:30+00:00 or 16/11/2020 08:30"

_NO_DAY = {
    "not a date": ("is not a date", _DAY_MEND),
    "short year": ("has a year of two digits", "write the year in full"),
    "month first": ("has the month before the day", _DAY_MEND),
    "no such day": ("is not a day of the calendar", _DAY_MEND),
    "weekday": ("falls on another day of the week", "compare it, and mend the date or the weekday"),
}
_YES = {
    "yes": True, "y": True, "true": True, "t": True, "1": True, "1_0": True, "-1": True, "-1_0": True,
    "no": False, "n": False, "false": False, "f": False, "0": False, "0_0": False,
}  # fmt: skip
_TICKED = frozenset("✓✔☑")
_ERROR = re.compile(
    r"#(?:n/a|name\?|getting_data|(?:ref|value|div/0|null|num|spill|calc|field|blocked|connect|external|unknown"
    r"|busy|python)!)|err:\d{3}",
    re.IGNORECASE,
)
"""What stands in a spreadsheet's cell whose formula came to nothing, Excel's and LibreOffice's."""
_BELOW_NOTHING = re.compile(r"[-\u2212]\s*\d")
_NOTHING = frozenset(("-", "--", "---", "–", "—", "n/a", "nan", "nat", "null", "<null>", "(null)"))
"""What stands in a cell that is meant to be empty, by hand or by a program that had nothing to write: it says
nothing, neither yes nor no nor negative."""
_TOO_WIDE = re.compile("#{3,}")
"""What a spreadsheet shows of a value that is too wide for its column."""


@functools.lru_cache(maxsize=4_096)
def word(text: str) -> str:
    """A word of a fixed vocabulary as it is compared: `Requires Improvement` is `requires_improvement`.

    A question mark stays: whoever writes `neg?` doesn't say that it is negative. So does the minus of a
    number, which is another code without it.
    """
    minus = "-" if _BELOW_NOTHING.match(text) else ""
    return minus + "_".join(re.findall(r"[a-z0-9]+|\?", text.casefold()))


class Cells:
    """Reads the cells of one row; what can't be read lands in `faults`, what was read otherwise in `remarks`.

    Every reader gives None for an empty cell, and for one that it couldn't read after adding to
    `faults`. The cells of columns in `private` are never quoted in a remark.
    """

    def __init__(
        self,
        row: Row,
        *,
        private: frozenset[str] = frozenset(),
        today: date | None = None,
        dashes: bool = False,
    ) -> None:
        """`today`: a year of two digits is read where one year near it makes sense; None: it never is.
        `dashes`: a dash, or `n/a`, is as if nothing stood there.
        """
        self.row = row
        self._dashes = dashes
        self._today = today
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
        cell = self.row.cells.get(name, "")
        if not cell:
            return ""
        found = seen(cell)
        if self._dashes and found.text.casefold() in _NOTHING:
            self._seen[name] = ""
            return ""
        self._seen[name] = found.text
        if found.remark:
            self.remark(name, found.remark, "compare it with the notes")
        if found.refused:
            self._refused.add(name)
            self.fault(name, found.refused, "type it again")
        elif found.text[:1] in "#Ee" and (_ERROR.fullmatch(found.text) or _TOO_WIDE.fullmatch(found.text)):
            self._refused.add(name)
            self._seen[name] = ""
            self.fault(
                name,
                f"holds {found.text}, a spreadsheet's error and no value",
                "mend the formula, widen the column, or type the value",
            )
            return ""
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
        if text in _TICKED:
            return True
        said = _YES.get(word(text))
        if said is None:
            self.fault(name, f"{self.shown(name)} is neither yes nor no", "write yes or no")
        return said

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
        """A number with or without a fraction, limits included; a pound sign may stand before it, and
        after it that it is by the week."""
        text = _BY_THE_WEEK.sub("", self.raw(name)).removeprefix("£").strip()
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
        """A date in any form of `words.written`; a time of day beside it is left out with a remark."""
        text = self.raw(name)
        if not text:
            return None
        found = split_time(text)
        if found is None:
            return self._day(name, text)
        if found.zone:
            at = self.instant(name, clock=LONDON)
            return None if at is None else london_date(at)
        day = self._day(name, found.day)
        clock = (found.hour, found.minute, found.second)
        if day is not None and clock >= (24, 0, 0):
            self.fault(name, f"{self.shown(name)} has no such time of day", _TIME_MEND)
            return None
        if day is not None and clock != (0, 0, 0):
            self.remark(name, "has a time of day, and only the day is kept")
        return day

    def _day(self, name: str, text: str) -> date | None:
        found = read_day(text)
        if found == "short year" and self._today is not None:
            found = read_short_year(text, today=self._today, born=name == "born")
        if isinstance(found, str):
            if found == "month first":
                self.month_first_days.append(name)
            reason, mend = _NO_DAY[found]
            self.fault(name, f"{self.shown(name)} {reason}", mend)
            return None
        if found.from_number and self.row.from_1904:
            self.fault(
                name,
                f"{self.shown(name)} is a number for a date in a workbook that counts from 1904",
                "format the column as a date and save again",
            )
            return None
        if not FIRST_YEAR <= found.day.year <= LAST_YEAR:
            self.fault(
                name, f"{self.shown(name)} is not between {FIRST_YEAR} and {LAST_YEAR}", "check the year"
            )
            return None
        if found.two_ways:
            self.ambiguous_days.append(name)
        if found.from_number:
            meant = "a date" if name in self._private else day_words(found.day)
            self.remark(name, f"{self.shown(name)} is a spreadsheet's own number for {meant}", "compare it")
        return found.day

    def instant(self, name: str, *, clock: tzinfo) -> datetime | None:
        """An instant in UTC; a time without an offset is read on the `clock` that the column is kept in.

        An hour that the clock showed twice or never is a fault (T1).
        """
        text = self.raw(name)
        if not text:
            return None
        parts = split_time(text)
        if parts is None:
            if isinstance(read_day(text), WrittenDay) or read_day(text) == "short year":
                self.fault(name, f"{self.shown(name)} has no time of day", _TIME_MEND)
            else:
                self.fault(name, f"{self.shown(name)} is not a date with a time", _TIME_MEND)
            return None
        day = self._day(name, parts.day)
        if day is None:
            return None
        try:
            found = datetime(
                day.year,
                day.month,
                day.day,
                parts.hour,
                parts.minute,
                parts.second,
                tzinfo=_zone(parts.zone) if parts.zone else clock,
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
        if not parts.zone:
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
