"""Telephone calls with settings: the log of each setting, and the morning round of those to ring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discharge.model.people import Given
    from discharge.model.setting import BedSex, Category, Free, Room
    from discharge.model.shown.settings import CapacityReturn, SettingRow


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call of a setting's log; a `withdrawn` one stays readable and counts no more."""

    id: str
    at: datetime
    by: str
    """Who of the hub it was."""
    incoming: bool
    """The setting rang the hub; else the hub rang the setting."""
    given: Given | None
    """Who was spoken to; None where nobody answered."""
    said: str
    withdrawn: bool
    reason: str
    """Why it was withdrawn; empty while it counts."""


@dataclass(frozen=True, slots=True)
class RoundGroup:
    """A group of beds as the morning round shows it."""

    unit: str
    beds: str
    category: Category
    room: Room
    sex: BedSex
    free: tuple[Free, ...]
    held_tonight: int

    def free_on(self, night: date) -> int:
        """Beds recorded as free on that night."""
        return sum(span.count for span in self.free if span.covers(night))


@dataclass(frozen=True, slots=True)
class RoundHome:
    """A setting whose capacity return is to be asked for by telephone."""

    row: SettingRow
    contact: str
    """Who answers for beds; else the registered manager."""
    last: CapacityReturn | None
    groups: tuple[RoundGroup, ...]
