"""London's clocks. By themselves, so that the window's words know them before models load."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(instant: datetime) -> date:
    """The date that clocks in London show at `instant` (T1); nothing else makes a date of an instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset")
    return instant.astimezone(LONDON).date()


def london_instant(day: date, clock: time) -> datetime | None:
    """The instant in UTC at which London's clocks show this, or None where they never do.

    An hour that happens twice in autumn is taken as its first time.
    """
    local = datetime.combine(day, clock, tzinfo=LONDON)
    instant = local.astimezone(UTC)
    back = instant.astimezone(LONDON)
    return instant if back.replace(tzinfo=None) == local.replace(tzinfo=None) else None
