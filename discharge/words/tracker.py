"""When a home has to have saved its figures on the Capacity Tracker: each month from the 8th to the 14th."""

from __future__ import annotations

from datetime import date, timedelta

from discharge.words.days import day_words

OPENS = 8
CLOSES = 14
"""The days of a month on which the window opens and closes; where it would close on a day off, the next
working day."""


def window_closes(year: int, month: int) -> date:
    """The last day of a month's window: the 14th, or the next working day in England."""
    day = date(year, month, CLOSES)
    easter = _easter(year).toordinal()
    good_friday, monday = easter - 2, easter + 1
    while day.weekday() > 4 or day.toordinal() in (good_friday, monday):
        day += timedelta(1)
    return day


def due_on(reported_on: date) -> date:
    """By when the figures are due again that were saved on that day."""
    year, month = reported_on.year, reported_on.month
    if reported_on.day >= OPENS:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return window_closes(year, month)


def due_words(reported_on: date, *, today: date) -> str:
    """ "due by Mon 14 Dec", or "was due by Mon 16 Nov" once that is past."""
    due = due_on(reported_on)
    return f"{'was due' if due < today else 'due'} by {day_words(due, today=today)}"


def _easter(year: int) -> date:
    """Easter Sunday: no other days off of England can be among those on which a window closes."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
