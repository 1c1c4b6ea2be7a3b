"""Whether the days of a file have the day or the month first: by what stands in it, and never by guessing."""

from __future__ import annotations

import re
from datetime import date

from discharge.model.errors import BrokenFile, Fault
from discharge.words.written import read_day

_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?")


_AS_AT = re.compile(r"(\d{1,2})[ _-]([A-Za-z]{3,9})[ _-](\d{4})")


def as_at(file: str) -> date | None:
    """The day that a register is of, by its file's name: `01_October_2026_HSCA_Active_Locations.ods`."""
    found = _AS_AT.search(file)
    day = read_day(f"{found[1]} {found[2]} {found[3]}") if found is not None else ""
    return None if isinstance(day, str) else day.day


class UnclearDays(BrokenFile):
    """Nothing in the file proves which comes first, and it matters: somebody has to say."""

    def __init__(self, example: str) -> None:
        super().__init__(
            [
                Fault(
                    "(file)",
                    f"has days such as {example}, and none shows which comes first, the day or the month",
                    "say which comes first",
                )
            ]
        )
        self.example = example

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.example,))


class DayOrder:
    """What the days of a file prove, one after the other: the first number above 12 is a day."""

    def __init__(self, month_first: bool | None = None) -> None:
        self._said = month_first
        self._day_first = self._month_first = ""
        self._row_of: dict[str, int] = {}

    def see(self, text: str, row: int) -> None:
        """One more of the file's days."""
        if self._day_first and self._month_first:
            return
        found = _SLASHED.fullmatch(text)
        if found is None:
            return
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second and not self._day_first:
            self._day_first = text
            self._row_of[text] = row
        elif second > 12 >= first and not self._month_first:
            self._month_first = text
            self._row_of[text] = row

    @property
    def is_month_first(self) -> bool | None:
        """None where nothing proves it and nobody has said. `BrokenFile` where the file has both orders."""
        if self._day_first and self._month_first:
            one, other = self._day_first, self._month_first
            raise BrokenFile(
                [
                    Fault(
                        "(file)",
                        f"has the day first in row {self._row_of[one]} ({one}) and the month first in row "
                        f"{self._row_of[other]} ({other})",
                        "write every day of the file as 2026-10-01",
                    )
                ]
            )
        if self._day_first or self._month_first:
            return bool(self._month_first)
        return self._said

    def day(self, text: str) -> str:
        """The day as 2026-10-01, whatever the file's order; as it stands where it is none.

        `UnclearDays` where it could be two days, and nothing proves which.
        """
        found = _SLASHED.fullmatch(text)
        if found is None:
            return text
        first, second, year = int(found[1]), int(found[2]), found[3]
        month_first = self.is_month_first
        if month_first is None and first != second and first <= 12 and second <= 12:
            raise UnclearDays(text)
        month, day = (first, second) if month_first else (second, first)
        iso = f"{year}-{month:02}-{day:02}"
        return iso if not isinstance(read_day(iso), str) else text
