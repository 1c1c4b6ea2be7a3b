"""What a timeline of placements shows beside the placements themselves: nights of isolation, beds by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from discharge.model.setting import Free, Isolation
from discharge.model.shown.settings import BedHold, BedsView

BedKey = tuple[str, str, str]
"""A group of beds: ids of the setting, its unit and the group."""


@dataclass(frozen=True, slots=True)
class Nights:
    """Nights from `start` (included) to `end` (excluded; None: no end is known)."""

    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Run:
    """Nights from `start` to `end` (excluded) on which the same number of beds is left."""

    start: date
    end: date
    left: int


@dataclass(frozen=True, slots=True)
class BedGroup:
    """A group of beds of a unit with what is free and held of it."""

    setting: str
    setting_name: str
    unit: str
    isolation: Isolation
    view: BedsView | None
    """None where the setting has no such group any more."""
    size: int
    """The most beds of the group that the hub knows of: those free on one night, and those in which people of
    the hub live already by the setting's own figures."""
    left_tonight: int
    """Beds that are free tonight and held by nobody."""

    def runs(self, first: date, last: date) -> tuple[Run, ...]:
        """How many beds are left on the nights from `first` until before `last`, in stretches."""
        if self.view is None or last <= first:
            return ()
        edges = {first}
        spans: list[Free | BedHold] = [*self.view.free, *self.view.holds]
        for each in spans:
            edges |= {edge for edge in (each.start, each.end) if edge is not None and first < edge < last}
        found: list[Run] = []
        days = sorted(edges)
        for start, end in zip(days, [*days[1:], last], strict=True):
            left = self.view.left_on(start)
            if found and found[-1].left == left:
                found[-1] = Run(found[-1].start, end, left)
            else:
                found.append(Run(start, end, left))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class TimelineFacts:
    """What a timeline needs besides the placements."""

    isolated: Mapping[str, tuple[Nights, ...]]
    """By placement the nights on which the person isolates, as known now; without: by the stays' own."""
    groups: tuple[BedGroup, ...]
    """The groups of beds of the placements, by setting, unit and group."""
