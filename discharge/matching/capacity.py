"""What is left to give: free beds, isolation places, admissions and cohorts, after the locked placements.

Days are compressed to cells: the dates at which anything changes. Cell k covers the nights from
`starts[k]` up to `starts[k + 1]`; the last cell is open-ended.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from discharge.model.plan import LockedPlacement, Stay
from discharge.rules.places import OPEN, Bools, Places
from discharge.rules.requirement import FAR, InfectionState

NO_LIMIT = 1_000_000
"""In `slots`: the setting has said no limit to its admissions a day (N6)."""
ANY_ORGANISM = -1
"""In `cohort`: nobody is locked there who isolates, so any organism may come (R2)."""
NOBODY = -2
"""In `cohort`: people of two organisms are locked there, so nobody may join them."""


class Capacity:
    """Free beds per group, isolation places and cohort organism per unit, by cell; admissions by day."""

    def __init__(self, places: Places, states: Mapping[str, InfectionState], ends: Iterable[int]) -> None:
        self.places = places
        self.horizon = places.case.horizon_days
        held = [
            (stay, *held_isolation(stay, locked, states, places))
            for locked in places.case.locked
            for stay in locked.stays
        ]
        days = {0, *range(self.horizon + 1), *(day for day in ends if 0 < day < OPEN)}
        days |= {
            day for g in places.groups for f in g.free for day in (places.day(f.start), places.day(f.end))
        }
        for stay, start, end in held:
            days |= {places.day(stay.start), places.day(stay.end), start, end}
        self.starts: list[int] = sorted(day for day in days if 0 <= day < OPEN)
        self.cells = len(self.starts)
        self.free: NDArray[np.int32] = np.zeros((len(places), self.cells), dtype=np.int32)
        for g, beds in enumerate(places.groups):
            for free in beds.free:
                self.free[g, self._span(places.day(free.start), places.day(free.end))] += free.count
        self.isolation_places: NDArray[np.int32] = np.repeat(
            np.array([[u.isolation_places or 0] for u in places.units], dtype=np.int32).reshape(-1, 1),
            self.cells,
            axis=1,
        )
        self.cohort: NDArray[np.int32] = np.full(
            (len(places.units), self.cells), ANY_ORGANISM, dtype=np.int32
        )
        limits = [
            NO_LIMIT if s.max_admissions_per_day is None else s.max_admissions_per_day
            for s in places.settings
        ]
        self.slots: NDArray[np.int32] = np.repeat(
            np.array(limits, dtype=np.int32).reshape(-1, 1), self.horizon, axis=1
        )
        for stay, start, end in held:
            self._hold(stay, start, end)
        np.maximum(self.free, 0, out=self.free)
        np.maximum(self.isolation_places, 0, out=self.isolation_places)
        np.maximum(self.slots, 0, out=self.slots)
        self._free_on: dict[tuple[int, int], Bools] = {}
        self._places_on: dict[tuple[int, int], Bools] = {}

    def _hold(self, stay: Stay, start: int, end: int) -> None:
        places = self.places
        group = places.group_at[stay.setting, stay.unit, stay.beds]
        unit = int(places.unit[group])
        self.free[group, self._span(places.day(stay.start), places.day(stay.end))] -= 1
        arrival = places.day(stay.start)
        if 0 <= arrival < self.horizon:
            self.slots[places.setting[group], arrival] -= 1
        if start >= end:
            return
        nights = self._span(start, end)
        self.isolation_places[unit, nights] -= 1
        if places.units[unit].isolation == "cohort":
            there = self.cohort[unit]
            for organism in stay.organisms:
                mine = places.organisms.index(organism)
                now = there[nights]
                there[nights] = np.where((now == ANY_ORGANISM) | (now == mine), mine, NOBODY)

    def cell(self, day: int) -> int:
        """The first cell that starts on or after `day`; one past the last for OPEN."""
        return self.cells if day >= OPEN else bisect_left(self.starts, day)

    def _span(self, start: int, end: int) -> slice:
        return slice(self.cell(max(start, 0)), self.cell(max(end, 0)))

    def free_on(self, start: int, end: int) -> Bools:
        """Per group: whether a bed is free on every night from `start` to `end` (N10)."""
        key = (start, end)
        if key not in self._free_on:
            self._free_on[key] = np.asarray(self.free[:, self._span(start, end)].min(axis=1) > 0)
        return self._free_on[key]

    def places_on(self, start: int, end: int) -> Bools:
        """Per group: whether its unit has an isolation place on every night from `start` to `end` (R2)."""
        key = (start, end)
        if key not in self._places_on:
            left = self.isolation_places[:, self._span(start, end)].min(axis=1) > 0
            self._places_on[key] = left[self.places.unit]
        return self._places_on[key]

    def cohort_on(self, start: int, end: int, organism: int) -> Bools:
        """Per group: whether the locked people of its unit leave the cohort to `organism` on those nights."""
        now = self.cohort[:, self._span(start, end)]
        joins: Bools = ((now == ANY_ORGANISM) | (now == organism)).all(axis=1)
        return joins[self.places.unit]

    def slot_on(self, day: int) -> Bools:
        """Per group: whether its setting can still admit somebody on `day` (N6)."""
        open_slots: Bools = self.slots[:, day] > 0
        return open_slots[self.places.setting]


def held_isolation(
    stay: Stay,
    locked: LockedPlacement,
    states: Mapping[str, InfectionState],
    places: Places,
) -> tuple[int, int]:
    """The nights, as day numbers, on which a locked stay holds an isolation place and its organisms.

    To the end of the patient's isolation, computed anew; to the stay's end where the patient isn't
    listed, or where what is known of them is not enough to say that they don't isolate (N11).
    """
    start, end = places.day(stay.start), places.day(stay.end)
    if stay.requirement not in ("isolation", "designated"):
        return start, start
    state = states.get(locked.patient)
    if state is None:
        return start, end
    first = locked.stays[0].start
    until = state.from_start(first).isolation_end
    if until is None:
        known = state.from_start(places.day0).block is None
        return start, start if known else end
    return start, max(start, min(end, places.day(until)))


def isolation_ends(states: Iterable[InfectionState], day0: date) -> Iterator[int]:
    """The days on which somebody's isolation ends."""
    for state in states:
        for regime in (state.near, state.late):
            end = regime.isolation_end
            if end is not None and end != FAR:
                yield (end - day0).days
