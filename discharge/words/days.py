"""Dates, times and ages in the words of the ward: "Mon 16 Nov", "Thu 19 Nov, in 3 days", "2 d 4 h"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from discharge.model.london import LONDON, london_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS = tuple(name[:3] for name in MONTHS)
_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?")
_NAMED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([a-z]{3,9})\.?(?:[\s,\-]+(\d{4}|\d{2}))?"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_STEP = re.compile(r"([+-])\s*(\d{1,3})\s*(d|day|days|w|week|weeks)?")
_TIME = re.compile(r"(\d{1,2})[:.h]?(\d{2})?\s*(am|pm)?")


def day_words(day: date, *, today: date | None = None, year: bool | None = None) -> str:
    """ "Mon 16 Nov"; with the year where `year` says so or it isn't the year of `today`."""
    with_year = year if year is not None else (today is not None and day.year != today.year)
    words = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if with_year else words


def day_and_time(instant: datetime, *, year: bool = False) -> str:
    """ "Mon 16 Nov 14:05", on London's clocks; with the year where `year` says so."""
    local = instant.astimezone(LONDON)
    return f"{day_words(local, year=year)} {local:%H:%M}"


def isolated_until(end: date | None, least: date | None, *, today: date) -> str:
    """Until when somebody isolates, to follow "isolates": "until Thu 19 Nov, and not before they are well".

    `end` None is open-ended; `least` is the day until which at least, where they must be well too (S8).
    """
    if least is not None:
        if least <= today:
            return "until they are well"
        return f"until {day_words(least, today=today)}, and not before they are well"
    return "with no end in sight" if end is None else f"until {day_words(end, today=today)}"


def day_and_distance(day: date, *, today: date) -> str:
    """ "Thu 19 Nov, in 3 days", "Mon 16 Nov, today", "Sun 15 Nov, yesterday"."""
    return f"{day_words(day, today=today)}, {distance_words(day, today=today)}"


def distance_words(day: date, *, today: date) -> str:
    """ "today", "tomorrow", "in 3 days", "yesterday", "3 days ago"."""
    days = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def near_day_words(day: date, *, today: date) -> str:
    """ "today", "tomorrow", "yesterday", else "Thu 19 Nov"."""
    return distance_words(day, today=today) if abs((day - today).days) <= 1 else day_words(day, today=today)


def instant_words(instant: datetime, *, now: datetime) -> str:
    """ "today 06:00", "yesterday 17:30", "Mon 16 Nov 14:05", all on London's clocks."""
    local = instant.astimezone(LONDON)
    today = london_date(now)
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    day = near.get((london_date(local) - today).days) or day_words(london_date(local), today=today)
    return f"{day} {local:%H:%M}"


def age_words(age: timedelta) -> str:
    """ "3 h 10 m", "2 d 4 h", "25 d"; the two largest parts that matter."""
    minutes = max(0, int(age.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days >= 14:
        return f"{days} d"
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} m" if rest else f"{hours} h"
    return f"{rest} m"


def read_day(text: str, *, today: date) -> date | None:
    """The date that was meant, or None.

    Takes "today", "tomorrow", "yesterday", "+1", "-3", "+2w", "mon" (the next one), "16/11",
    "16/11/20", "16 Nov", "Mon 16 Nov 2020" and "2020-11-16". Without a year, the one nearest today.
    """
    said = " ".join(text.strip().lower().split())
    near = {"today": 0, "t": 0, "tomorrow": 1, "tom": 1, "yesterday": -1, "y": -1}
    if said in near:
        return today + timedelta(days=near[said])
    if step := _STEP.fullmatch(said):
        days = int(step[2]) * (7 if (step[3] or "d").startswith("w") else 1)
        return today + timedelta(days=days if step[1] == "+" else -days)
    if 3 <= len(said) <= 9:
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(said):
                return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if found := _ISO.fullmatch(said):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(said):
        return _nearest(int(found[1]), int(found[2]), found[3], today)
    if found := _NAMED.fullmatch(said):
        month = next((n for n, name in enumerate(_MONTHS, 1) if found[2][:3] == name.lower()), 0)
        return _nearest(int(found[1]), month, found[3], today) if month else None
    return None


def read_time(text: str) -> time | None:
    """The time of day that was meant ("6", "06:00", "0600", "5.30pm"), or None."""
    said = text.strip().lower()
    if len(said) == 3 and said.isdigit():
        said = "0" + said
    found = _TIME.fullmatch(said)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def london_instant(day: date, clock: time) -> datetime | None:
    """The instant in UTC at which London's clocks show this, or None where they never do.

    An hour that happens twice in autumn is taken as its first time.
    """
    local = datetime.combine(day, clock, tzinfo=LONDON)
    instant = local.astimezone(UTC)
    back = instant.astimezone(LONDON)
    return instant if back.replace(tzinfo=None) == local.replace(tzinfo=None) else None


def _nearest(day: int, month: int, year: str | None, today: date) -> date | None:
    if year is not None:
        number = int(year)
        if len(year) == 2:
            # a two-figure year is the latest one that isn't more than ten years ahead
            number += 2000 if 2000 + number <= today.year + 10 else 1900
        return _date(number, month, day)
    there = [found for at in (-1, 0, 1) if (found := _date(today.year + at, month, day)) is not None]
    return min(there, key=lambda found: abs((found - today).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
