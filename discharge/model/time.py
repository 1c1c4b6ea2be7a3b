"""Instants and dates: aware instants, dates and nights of Europe/London (rule T1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

FIRST_YEAR, LAST_YEAR = 1850, 2199
LAST_PLANNED = 2399
"""The last year of a plan's own dates: a stay that begins in `LAST_YEAR` ends after it."""
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""In English whatever the machine's language is, which `strftime` heeds."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?")


def is_within(day: date, start: date, end: date | None) -> bool:
    """Whether `day` lies between `start` (included) and `end` (excluded; None is open-ended) (T1)."""
    return start <= day and (end is None or day < end)


def parse_date(value: object, *, last: int = LAST_YEAR) -> date:
    """A date of up to `last`, from `YYYY-MM-DD` where it isn't one; a validation error for anything else."""
    found: date | None = None
    if isinstance(value, date) and not isinstance(value, datetime):
        found = value
    elif isinstance(value, str) and _DATE.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
    if found is None or not FIRST_YEAR <= found.year <= last:
        raise PydanticCustomError(
            "date", "is not a date between {first} and {last}", {"first": FIRST_YEAR, "last": last}
        )
    return found


def day_out_of_range(value: object, *, last: int = LAST_YEAR) -> str:
    """The date inside plain JSON values that no record can be read with; empty where there is none.

    The stays of a plan may end after the last that people record.
    """
    if isinstance(value, str):
        return value if _DATE.fullmatch(value) and not FIRST_YEAR <= int(value[:4]) <= last else ""
    if isinstance(value, Mapping):
        inside = (
            day_out_of_range(each, last=LAST_PLANNED if key == "stays" else last)
            for key, each in value.items()
        )
    elif isinstance(value, (list, tuple)):
        inside = (day_out_of_range(each, last=last) for each in value)
    else:
        return ""
    return next(filter(None, inside), "")


def parse_instant(value: object) -> datetime:
    """An instant in UTC from ISO 8601 with an offset (T1); a validation error for anything else."""
    found: datetime | None = None
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise PydanticCustomError("instant", "is not an instant between 1850 and 2199")
    if found.tzinfo is None:
        raise PydanticCustomError("naive", "has no offset from UTC")
    return found.astimezone(UTC)


Day = Annotated[date, BeforeValidator(parse_date)]
PlannedDay = Annotated[date, BeforeValidator(partial(parse_date, last=LAST_PLANNED))]
"""A date that a plan comes to, from what people record."""
Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(lambda instant: instant.isoformat(), return_type=str, when_used="json"),
]
