"""What is left to give: free beds, isolation places, admissions and cohorts, after the locked placements.

Days are compressed to cells: the dates at which anything changes. Cell k covers the nights from
`starts[k]` up to `starts[k + 1]`; the last cell is open-ended.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from discharge.model.plan import LockedPlacement, Stay
from discharge.rules.places import ISOLATIONS, OPEN, Bools, Ints, Places
from discharge.rules.requirement import FAR, WANT_OF_KNOWLEDGE, InfectionState

Ints32 = NDArray[np.int32]

MONTH = 28
EACH_DAY = 6 * MONTH
"""Days ahead of which each is a cell, if anything ends as late as that."""
NO_LIMIT = 1_000_000
"""In `slots`: the setting has said no limit to its admissions a day (N6). In `free`: a bed is kept for whose
row it is (N12)."""
ANY_ORGANISM = -1
"""In `cohort`: nobody is locked there who isolates, so any organism may come (R2)."""
NOBODY = -2
"""In `cohort`: people of two organisms are locked there, so nobody may join them."""


class Capacity:
    """Free beds per group, isolation places and cohort organism per unit, by cell; admissions by day."""

    def __init__(self, places: Places, states: Mapping[str, InfectionState], ends: Iterable[int]) -> None:
        self.places = places
        self.horizon = places.case.horizon_days
        self._cohort_until: dict[int, Ints32] = {}
        self._taken: dict[tuple[object, ...], Bools] = {}
        held = [
            (locked.patient, stay, *held_isolation(stay, locked, states, places))
            for locked in places.case.locked
            for stay in locked.stays
        ]
        ends = {day for day in ends if 0 < day < OPEN}
        # each day for some months ahead, so that the cells don't change with each person
        months = -(-min(max(ends, default=0), EACH_DAY) // MONTH) * MONTH
        days = {*range(max(self.horizon, months) + 1), *ends}
        days |= {
            day for g in places.groups for f in g.free for day in (places.day(f.start), places.day(f.end))
        }
        for _, stay, start, end in held:
            days |= {places.day(stay.start), places.day(stay.end), start, end}
        self.starts: list[int] = sorted(day for day in days if 0 <= day < OPEN)
        self.cells = len(self.starts)
        self.free: Ints32 = np.zeros((len(places), self.cells), dtype=np.int32)
        self.kept: dict[int, Bools] = {
            row: np.zeros(self.cells, dtype=np.bool_) for row, whose in enumerate(places.kept_for) if whose
        }
        """The cells in which a bed of the group is kept for the person whose row it is (N12)."""
        for g, (beds, whose) in enumerate(zip(places.groups, places.kept_for, strict=True)):
            for free in beds.free:
                nights = self._span(places.day(free.start), places.day(free.end))
                if free.kept_for != whose or not free.count:
                    continue
                if whose is None:
                    self.free[g, nights] += free.count
                else:
                    self.kept[g][nights] = True
        self.isolation_places: Ints32 = np.repeat(
            np.array([[u.isolation_places or 0] for u in places.units], dtype=np.int32).reshape(-1, 1),
            self.cells,
            axis=1,
        )
        self.cohort: Ints32 = np.full((len(places.units), self.cells), ANY_ORGANISM, dtype=np.int32)
        limits = [
            NO_LIMIT if s.max_admissions_per_day is None else s.max_admissions_per_day
            for s in places.settings
        ]
        self.slots: Ints32 = np.repeat(np.array(limits, dtype=np.int32).reshape(-1, 1), self.horizon, axis=1)
        for whose, stay, start, end in held:
            self._hold(whose, stay, start, end)
        np.maximum(self.free, 0, out=self.free)
        for row, kept in self.kept.items():
            # theirs needs no other bed on the nights that it is kept
            self.free[row] = np.where(kept, NO_LIMIT, self.free[places.beds_of[row]])
        np.maximum(self.isolation_places, 0, out=self.isolation_places)
        np.maximum(self.slots, 0, out=self.slots)

    def _hold(self, whose: str, stay: Stay, start: int, end: int) -> None:
        places = self.places
        row = places.row_of(stay.setting, stay.unit, stay.beds, whose)
        assert row is not None  # a locked stay names beds of the case
        group = places.beds_of[row]
        unit = int(places.unit[group])
        taken = np.zeros(self.cells, dtype=np.bool_)
        taken[self._span(places.day(stay.start), places.day(stay.end))] = True
        if row in self.kept:
            taken &= ~self.kept[row]
        self.free[group, taken] -= 1
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

    def rows_in(self, cell: int, rows: Ints) -> Ints:
        """Bed groups by what a stay there takes in a cell: the beds kept for its person, or everybody's."""
        found = rows.copy()
        for row, kept in self.kept.items():
            if not kept[cell]:
                found[rows == row] = self.places.beds_of[row]
        return found

    def rows_taking(self, group: int, cell: int) -> list[int]:
        """The rows in which a stay takes one of a group's beds that are everybody's, in a cell (N12)."""
        own = [row for row, kept in self.kept.items() if self.places.beds_of[row] == group and not kept[cell]]
        return [group, *own]

    def cell(self, day: int) -> int:
        """The first cell that starts on or after `day`; one past the last for OPEN."""
        return self.cells if day >= OPEN else bisect_left(self.starts, day)

    def cells_of(self, days: Ints) -> Ints:
        """`cell` of each day."""
        cells: Ints = np.searchsorted(self.starts, days)
        return cells

    def _span(self, start: int, end: int) -> slice:
        return slice(self.cell(max(start, 0)), self.cell(max(end, 0)))

    @cached_property
    def beds_until(self) -> Ints32:
        """Per group and cell: the first cell from there on in which no bed is free (N10)."""
        return _until(self.free == 0)

    @cached_property
    def places_until(self) -> Ints32:
        """Per unit and cell: the first cell from there on in which no isolation place is left (R2)."""
        return _until(self.isolation_places == 0)

    def cohort_until(self, organism: int) -> Ints32:
        """Per unit and cell: the first cell from there on in which the locked people of the unit keep
        somebody with `organism` out of the cohort (R2)."""
        if organism not in self._cohort_until:
            keeps_out = (self.cohort != ANY_ORGANISM) & (self.cohort != organism)
            self._cohort_until[organism] = _until(keeps_out)
        return self._cohort_until[organism]

    def taken(self, start: int, end: int, isolated_to: int, cohorts: Iterable[tuple[int, int, int]]) -> Bools:
        """Per group: whether a bed, or a place to isolate on the nights before `isolated_to`, is missing on
        some night of a stay. A unit without isolation places isn't called full."""
        asked = (start, end, isolated_to, tuple(cohorts))
        if asked not in self._taken:
            self._taken[asked] = self._look(*asked)
        return self._taken[asked]

    def _look(
        self, start: int, end: int, isolated_to: int, cohorts: tuple[tuple[int, int, int], ...]
    ) -> Bools:
        places, first = self.places, self.cell(start)
        taken: Bools = self.beds_until[:, first] < self.cell(end)
        if isolated_to > start:
            full = self.places_until[:, first] < self.cell(isolated_to)
            taken |= full[places.unit] & places.has_places
            in_cohort = places.isolation == ISOLATIONS.index("cohort")
            for begin, until, organism in cohorts:
                kept_out = self.cohort_until(organism)[:, self.cell(max(begin, start))] < self.cell(until)
                taken |= in_cohort & kept_out[places.unit]
        return taken

    @cached_property
    def cohorts_held(self) -> bool:
        """Whether anybody is locked in a cohort."""
        return bool((self.cohort != ANY_ORGANISM).any())

    @cached_property
    def slots_gone(self) -> bool:
        """Whether some setting can admit nobody on some day (N6)."""
        return bool((self.slots == 0).any())


def _until(full: Bools) -> Ints32:
    """Per row and cell the first full cell from there on; one cell more, past the last, for open ends."""
    rows, cells = full.shape
    at = np.full((rows, cells + 1), cells, dtype=np.int32)
    at[:, :cells][full] = np.nonzero(full)[1]
    return np.minimum.accumulate(at[:, ::-1], axis=1)[:, ::-1]


def held_isolation(
    stay: Stay,
    locked: LockedPlacement,
    states: Mapping[str, InfectionState],
    places: Places,
) -> tuple[int, int]:
    """The nights, as day numbers, on which a locked stay holds an isolation place and its organisms.

    To the end of the patient's isolation, computed anew; to the stay's end where the patient isn't
    listed, or is blocked on the stay's first night for want of knowledge: who isn't known to be clear isn't.
    """
    start, end = places.day(stay.start), places.day(stay.end)
    if stay.requirement not in ("isolation", "designated"):
        return start, start
    state = states.get(locked.patient)
    if state is None:
        return start, end
    block = state.from_start(stay.start).block
    if block is not None and block.code in WANT_OF_KNOWLEDGE:
        return start, end
    until = state.from_start(locked.stays[0].start).isolation_end
    return start, start if until is None else max(start, min(end, places.day(until)))


def isolation_ends(states: Iterable[InfectionState], day0: date) -> Iterator[int]:
    """The days on which somebody's isolation ends."""
    for state in states:
        for regime in state.regimes:
            end = regime.isolation_end
            if end is not None and end != FAR:
                yield (end - day0).days
