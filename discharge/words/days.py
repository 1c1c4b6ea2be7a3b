"""Dates, times and ages in the words of the ward: "Mon 16 Nov", "Thu 19 Nov, in 3 days", "2 d 4 h"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from discharge.model.london import LONDON, london_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS = tuple(name[:3] for name in MONTHS)


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


CLOCK_OFF = timedelta(minutes=5)
"""From then on this computer's clock and its server's lie apart."""


def clock_words(ahead: timedelta) -> str:
    """How far this computer's clock is off, "1 h 2 m fast"; nothing where it is near enough."""
    if abs(ahead) < CLOCK_OFF:
        return ""
    return f"{age_words(abs(ahead))} {'fast' if ahead > timedelta(0) else 'slow'}"
