"""London's clocks. By themselves, so that the window's words know them before models load."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(instant: datetime) -> date:
    """The date that clocks in London show at `instant` (T1); nothing else makes a date of an instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset")
    return instant.astimezone(LONDON).date()
