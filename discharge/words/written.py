"""Dates and times as people type them, and as wards, their systems and Excel write them: read here alone.

Read: 16/11/2020 and its like with . - or blanks, 2020-11-16, 2020/11/16, 16 Nov 2020, 16-NOV-2020, Monday
16th November 2020, Nov 16, 2020, 20201116, 16112020, a spreadsheet's own number of a day; with 08:30, 8.30,
0830, 08:30:00, 8:30 am before or after it. A year of two digits where one year alone makes sense of it: the
one near today, of a birth the one that was. Not read: a month before the day in digits.

What could mean two days means none, and why not is said: nobody watches a file. Whoever types in a field
sees at once, spelt out, what was read, so there what isn't written is completed: `typed_day` takes "16/11",
"tomorrow" and "mon" as well, `typed_time` "6" and "5pm".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from discharge.model.time import FIRST_YEAR, LAST_YEAR
from discharge.words.days import MONTHS

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = r"(?:(?P<weekday>mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]? +)?"
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_UK = re.compile(rf"{_WEEKDAY}(\d{{1,2}})(?: ?([/.-]) ?| )(\d{{1,2}})(?: ?[/.-] ?| )(\d{{4}})", re.IGNORECASE)
_NAMED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ ./-]*([a-z]{{3,9}})[.,]?[ ./-]*(\d{{4}})", re.IGNORECASE
)
_NAMED_FIRST = re.compile(
    rf"{_WEEKDAY}([a-z]{{3,9}})[. -]+(\d{{1,2}})(?:st|nd|rd|th)?,?[ -]+(\d{{4}})", re.IGNORECASE
)
_SHORT_YEAR = re.compile(
    rf"(?P<before>{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)? ?[/. -] ?"
    r"(?P<month>\d{1,2}|[a-z]{3,9}),? ?[/. -] ?)'?(?P<year>\d{2})",
    re.IGNORECASE,
)
NEAR = timedelta(400)
"""How far from today a day may lie whose year has two digits."""
OLDEST_BORN = 115
"""Years; a birth is no longer ago."""
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050
"""18 May 1927 to 31 December 2099."""

_ZONE = r"(?: ?(?P<zone>Z|UTC|GMT|BST|[+-]\d{2}:?\d{2}))?"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"|(?P<hours>\d{2})(?P<minutes>\d{2}))"
    r"(?: ?(?:hrs?|hours))?(?: ?(?P<half>[ap])\.?m\.?)?"
)
_DAY_FIRST = re.compile(rf"(?P<day>.+?)(?:T|,? +at +|, ?| +- +| +){_CLOCK}{_ZONE}", re.IGNORECASE)
_CLOCK_FIRST = re.compile(rf"{_CLOCK}(?: +on +|,? +){_ZONE}(?P<day>\S.*)", re.IGNORECASE)
_RUN_TOGETHER = re.compile(
    r"(?P<day>\d{8})T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?:\.\d{1,6})?(?P<zone>Z|[+-]\d{4})?"
)
_CLOCK_ALONE = re.compile(_CLOCK, re.ASCII | re.IGNORECASE)
_THREE_DIGITS = re.compile(r"\d{3}(?!\d)", re.ASCII)
_HOUR_ALONE = re.compile(r"(\d{1,2})[:.h]?((?: *[ap]m)?)", re.ASCII)
_NEAR = {"today": 0, "t": 0, "tomorrow": 1, "tom": 1, "yesterday": -1, "y": -1}
_STEP = re.compile(r"([+-]) ?(\d{1,3}) ?(d|day|days|w|week|weeks)?", re.ASCII)
_WEEKDAY_BEFORE = re.compile(_WEEKDAY)

DayFault = Literal["not a date", "short year", "month first", "no such day", "weekday"]


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as it was written: `two_ways` where day and month, both in digits, could be changed round."""

    day: date
    two_ways: bool = False
    from_number: bool = False
    """A spreadsheet's own number stood there."""


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time of day beside a day; `zone` is empty where none is written."""

    day: str
    hour: int
    minute: int
    second: int
    zone: str


def read_day(text: str) -> WrittenDay | DayFault:
    """The day that a text means, or why it means none for certain."""
    if not text.isascii():
        return "not a date"
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _UK.fullmatch(text):
        day, month, year = int(found[2]), int(found[4]), int(found[5])
        if 1 <= day <= 12 < month <= 31:
            return "month first"
        read = _day(year, month, day, two_ways=day <= 12 and day != month)
        return _on_its_weekday(read, found["weekday"], settles=True)
    for pattern, at_day, at_month in ((_NAMED, 2, 3), (_NAMED_FIRST, 3, 2)):
        if (found := pattern.fullmatch(text)) and (named := _month(found[at_month])):
            return _on_its_weekday(_day(int(found[4]), named, int(found[at_day])), found["weekday"])
    if re.fullmatch(r"\d{8}", text):
        ways = (
            _day(int(text[:4]), int(text[4:6]), int(text[6:])),
            _day(int(text[4:]), int(text[2:4]), int(text[:2])),
        )
        sensible = [way for way in ways if isinstance(way, WrittenDay) and 1850 <= way.day.year <= 2150]
        return sensible[0] if len(sensible) == 1 else "not a date"
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
        return WrittenDay(date(1899, 12, 30) + timedelta(days=int(float(text))), from_number=True)
    return "short year" if _SHORT_YEAR.fullmatch(text) else "not a date"


def read_short_year(text: str, *, today: date, born: bool = False) -> WrittenDay | DayFault:
    """The day that a text with a year of two digits means, where one alone makes sense: near `today`, or of
    a birth in the past. "short year" where two do, or none."""
    found = _SHORT_YEAR.fullmatch(text)
    if found is None:
        return read_day(text)
    ways = [read_day(f"{found['before']}{century}{found['year']}") for century in (19, 20)]
    fit = [way for way in ways if isinstance(way, WrittenDay) and _makes_sense(way.day, today, born=born)]
    if "-" in text:
        turned = read_day(f"20{found['day']:0>2}-{found['month']}-{found['year']}")
        if isinstance(turned, WrittenDay) and _makes_sense(turned.day, today, born=born):
            fit.append(turned)  # 20-11-21 may have its year first
    if not fit:
        return next((way for way in ways if isinstance(way, str)), "short year")
    return fit[0] if len(fit) == 1 and fit[0] in ways else "short year"


def _makes_sense(day: date, today: date, *, born: bool) -> bool:
    return 0 <= today.year - day.year <= OLDEST_BORN and day <= today if born else abs(day - today) <= NEAR


def split_time(text: str) -> WrittenTime | None:
    """Day and time of day apart; None where there is no time in the text, or none that there is."""
    if not text.isascii():
        return None
    if _SERIAL.fullmatch(text):
        whole, _, fraction = text.partition(".")
        seconds = round(float(f"0.{fraction or 0}") * 86_400)
        if not fraction or seconds >= 86_400:
            return None
        return WrittenTime(whole, seconds // 3600, seconds // 60 % 60, seconds % 60, "")
    if found := _RUN_TOGETHER.fullmatch(text):
        second = int(found["second"] or 0)
        return WrittenTime(
            found["day"], int(found["hour"]), int(found["minute"]), second, found["zone"] or ""
        )
    for pattern in (_DAY_FIRST, _CLOCK_FIRST):
        found = pattern.fullmatch(text)
        if found is None or not _is_like_a_day(found["day"]):
            continue
        hour = _hour(int(found["hour"] or found["hours"]), found["half"])
        minute = int(found["minute"] or found["minutes"])
        return WrittenTime(found["day"], hour, minute, int(found["second"] or 0), found["zone"] or "")
    return None


def typed_day(text: str, *, today: date) -> date | None:
    """The day that somebody means who types and sees what was read at once, spelt out; None where it is none,
    or of a year in which nothing is recorded.

    Beside what `read_day` reads: "today", "tomorrow", "yesterday", "+1", "-3", "+2w", "mon" (the next one), a
    day without a year (the one nearest today), a year of two digits (the latest not more than ten years
    ahead). A weekday before a date is left aside, and a number alone is no spreadsheet's day.
    """
    found = _typed_day(text, today=today)
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _typed_day(text: str, *, today: date) -> date | None:
    said = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if said in _NEAR:
        return today + timedelta(days=_NEAR[said])
    if step := _STEP.fullmatch(said):
        days = int(step[2]) * (7 if (step[3] or "d").startswith("w") else 1)
        return today + timedelta(days=days if step[1] == "+" else -days)
    if 3 <= len(said) <= 9:
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(said):
                return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    said = _WEEKDAY_BEFORE.sub("", said, count=1)
    if short := _SHORT_YEAR.fullmatch(said):
        year = int(short["year"])
        said = f"{short['before']}{year + (2000 if 2000 + year <= today.year + 10 else 1900)}"
    read = read_day(said)
    if isinstance(read, WrittenDay):
        return None if read.from_number else read.day
    each_year = (read_day(f"{said} {today.year + at}") for at in (-1, 0, 1))
    there = [each.day for each in each_year if isinstance(each, WrittenDay)]
    return min(there, key=lambda day: abs(day - today), default=None)


def typed_time(text: str) -> time | None:
    """The time of day that somebody means who types "6", "06:00", "0600", "605" or "5.30pm", or None."""
    said = text.strip().lower()
    if found := _HOUR_ALONE.fullmatch(said):
        said = f"{found[1]}:00{found[2]}"
    elif _THREE_DIGITS.match(said):
        said = f"0{said}"
    clock = _CLOCK_ALONE.fullmatch(said)
    if clock is None or int(clock["second"] or 0):
        return None
    hour, minute = (
        _hour(int(clock["hour"] or clock["hours"]), clock["half"]),
        int(clock["minute"] or clock["minutes"]),
    )
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _is_like_a_day(text: str) -> bool:
    """Whether a text is a day, or was meant as one: what is wrong with it is said then."""
    return read_day(text) != "not a date" or re.fullmatch(r"\d+([/.-])\d+\1\d+", text) is not None


def _hour(hour: int, half: str | None) -> int:
    """The hour of 24; 99, which is none, where a half of the day doesn't fit it."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return 99
    return hour % 12 + (12 if half.casefold() == "p" else 0)


def _day(year: int, month: int, day: int, *, two_ways: bool = False) -> WrittenDay | DayFault:
    try:
        return WrittenDay(date(year, month, day), two_ways)
    except ValueError:
        return "no such day"


def _month(name: str) -> int:
    """The number of a month named in full or by its first letters; 0 where it is none."""
    return next((n for n, month in enumerate(MONTHS, 1) if month.casefold().startswith(name.casefold())), 0)


def _on_its_weekday(
    read: WrittenDay | DayFault, weekday: str | None, *, settles: bool = False
) -> WrittenDay | DayFault:
    """The day where the weekday written before it is its own, which tells day from month."""
    if weekday is None or isinstance(read, str):
        return read
    if not _WEEKDAYS[read.day.weekday()].startswith(weekday[:3].casefold()):
        return "weekday"
    return WrittenDay(read.day) if settles else read
