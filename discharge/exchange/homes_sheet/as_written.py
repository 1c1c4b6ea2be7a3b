"""How a field, and beds that are free from day to day, stand in a cell of the homes sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from discharge.model.setting import Free


def written(value: object) -> str:
    """A field as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain.removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else str(value)


FreeSpan = tuple[int, date | None, date | None]
"""So many beds from a day (None: now) until another."""


def as_of_today(free: Sequence[Free], today: date) -> tuple[int, tuple[FreeSpan, ...]]:
    """Beds free from now on without an end, and the others by their days; what is over is left out."""
    now = 0
    later: Counter[tuple[date | None, date | None]] = Counter()
    for span in free:
        if span.end is not None and span.end <= max(today, span.start):
            continue
        start = span.start if span.start > today else None
        if start is None and span.end is None:
            now += span.count
        else:
            later[start, span.end] += span.count
    spans = sorted(later.items(), key=lambda each: (each[0][0] or today, each[0][1] or date.max))
    return now, tuple((count, start, end) for (start, end), count in spans if count)


def span_words(span: FreeSpan) -> str:
    """ "2 from 2020-12-01 until 2020-12-05"."""
    count, start, end = span
    begins = f" from {start.isoformat()}" if start is not None else ""
    return f"{count}{begins}{f' until {end.isoformat()}' if end is not None else ''}"
