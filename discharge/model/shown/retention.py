"""Who is past the time that the hub keeps people on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PastRetention:
    """Somebody who left, and the day of the last entry about them."""

    id: str
    name: str
    last: date
