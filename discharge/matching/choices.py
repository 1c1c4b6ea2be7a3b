"""All choices of bed group that somebody alone in the hub would have, as columns: cheapest first a leg.

Rows are (leg, group) pairs; nothing is made for a single itinerary. `first` is the earliest of the leg's
starts for which the group is free, `least` its points with the wait until then: what the choice costs
where nobody else wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from discharge.matching.capacity import Capacity
from discharge.matching.itineraries import Journey, Leg, Seeker
from discharge.rules.places import ISOLATIONS, Bools, Ints, Places


class Legs:
    """The legs of some people's journeys, and their starts, as columns."""

    def __init__(self, seekers: Sequence[Seeker], capacity: Capacity) -> None:
        self.capacity = capacity
        self.people: list[Seeker] = list(seekers)
        self.journeys: list[Journey] = []
        self.all: list[Leg] = []
        person: list[int] = []
        journey: list[int] = []
        other: list[int] = []
        for at, seeker in enumerate(self.people):
            for one in seeker.journeys:
                at_leg = len(self.all)
                pair = len(one.legs) == 2
                for leg in one.legs:
                    self.all.append(leg)
                    person.append(at)
                    journey.append(len(self.journeys))
                other += [at_leg + 1, at_leg] if pair else [-1]
                self.journeys.append(one)
        self.person = np.array(person, dtype=np.int64)
        """Whose each leg is, as an index into `people`."""
        self.journey = np.array(journey, dtype=np.int64)
        """The journey of each leg, as an index into `journeys`."""
        self.other = np.array(other, dtype=np.int64)
        """The other leg of the journey; -1 where there is none."""
        self.is_second = np.array([o >= 0 and at > o for at, o in enumerate(other)], dtype=np.bool_)
        number = np.array([len(leg.starts) for leg in self.all], dtype=np.int64)
        self.offset = np.concatenate([[0], np.cumsum(number)])
        """Where the starts of each leg begin among all starts."""
        self.start = _joined([leg.starts for leg in self.all])
        self.end = _joined([leg.ends for leg in self.all])
        self.wait = _joined([leg.waits for leg in self.all])
        self.start_cell = capacity.cells_of(self.start)
        self.end_cell = capacity.cells_of(self.end)
        until = np.array([leg.isolated_to for leg in self.all], dtype=np.int64)
        self.isolated_cell = capacity.cells_of(until)
        """The cell after the last isolating night of each leg; 0 where none isolates."""

    def __len__(self) -> int:
        return len(self.all)

    def isolates(self, leg: Ints, at: Ints) -> Bools:
        """Whether a stay of each leg isolates that begins with each of the starts `at`."""
        isolates: Bools = self.isolated_cell[leg] > self.start_cell[at]
        return isolates


@dataclass(frozen=True, eq=False)
class Choices:
    """Choices as columns, by leg and then by `least`; `begin` is where each leg's choices begin."""

    legs: Legs
    leg: Ints
    group: Ints
    points: Ints
    first: Ints
    least: Ints
    begin: Ints

    def __len__(self) -> int:
        return len(self.leg)

    @cached_property
    def setting(self) -> Ints:
        """The setting of each choice, by index."""
        return self.legs.capacity.places.setting[self.group]

    @cached_property
    def person(self) -> Ints:
        """Whose choice it is, as an index into the legs' people."""
        return self.legs.person[self.leg]

    @cached_property
    def is_last(self) -> Bools:
        """Whether it is a choice of where the person stays in the end."""
        legs = self.legs
        last: Bools = ((legs.other < 0) | legs.is_second)[self.leg]
        return last

    def of_person(self, at: int) -> slice:
        """Where the choices of a person (an index into the legs' people) are."""
        legs = np.searchsorted(self.legs.person, [at, at + 1])
        begin, end = self.begin[legs]
        return slice(int(begin), int(end))

    @cached_property
    def leg_least(self) -> Ints:
        """The fewest points of each leg; -1 where it has no choice."""
        has = self.begin[1:] > self.begin[:-1]
        found = np.full(len(self.legs), -1, dtype=np.int64)
        found[has] = self.least[self.begin[:-1][has]]
        return found

    def keep(self, kept: Bools) -> Choices:
        """Some of the choices (a mask); a journey of which one leg has none left loses those of the other."""
        legs = self.legs
        while True:
            bare = np.bincount(self.leg[kept], minlength=len(legs)) == 0
            paired = legs.other >= 0
            lost = bare.copy()
            lost[paired] |= bare[legs.other[paired]]
            left = kept & ~lost[self.leg]
            if np.array_equal(left, kept):
                break
            kept = left
        if kept.all():
            return self
        leg = self.leg[kept]
        return Choices(
            legs,
            leg,
            self.group[kept],
            self.points[kept],
            self.first[kept],
            self.least[kept],
            _beginnings(leg, len(legs)),
        )

    def among(self, people: Sequence[int]) -> Choices:
        """The choices of some of the people (indices into the legs' people), with legs of their own."""
        if len(people) == len(self.legs.people):
            return self
        mine = np.zeros(len(self.legs.people), dtype=np.bool_)
        mine[list(people)] = True
        legs = Legs([self.legs.people[at] for at in people], self.legs.capacity)
        number = np.cumsum(mine[self.legs.person]) - 1
        kept = mine[self.person]
        before = self.leg[kept]
        leg = number[before]
        return Choices(
            legs,
            leg,
            self.group[kept],
            self.points[kept],
            self.first[kept] - self.legs.offset[before] + legs.offset[leg],
            self.least[kept],
            _beginnings(leg, len(legs)),
        )


def choices_of(seekers: Sequence[Seeker], capacity: Capacity) -> Choices:
    """Every choice that is free for somebody alone in the hub."""
    legs = Legs(seekers, capacity)
    made = _freed(legs, *_fitting(legs, np.arange(len(legs))))
    return made.keep(np.ones(len(made), dtype=np.bool_))


def choices_again(
    before: Choices,
    seekers: Sequence[Seeker],
    capacity: Capacity,
    changed: tuple[Bools, Bools, Bools] | None,
) -> Choices:
    """`choices_of` for seekers of whom many had the same journeys before.

    `changed`: which groups, units and settings have more or less to give than before; None: any may have.
    """
    if changed is None:
        return choices_of(seekers, capacity)
    touched = touched_groups(capacity.places, changed)
    legs = Legs(seekers, capacity)
    number = _same_legs(before.legs, legs)
    kept = (number[before.leg] >= 0) & ~touched[before.group]
    old = before.leg[kept]
    leg = number[old]
    first = before.first[kept] - before.legs.offset[old] + legs.offset[leg]
    known = Choices(
        legs, leg, before.group[kept], before.points[kept], first, before.least[kept], before.begin
    )
    is_new = np.ones(len(legs), dtype=np.bool_)
    # a leg without a choice may have lost them all for want of a partner, who may have some now
    had_some = before.begin[1:] > before.begin[:-1]
    is_new[number[(number >= 0) & had_some]] = False
    fresh = _fitting(legs, np.arange(len(legs)) if touched.any() else np.flatnonzero(is_new))
    wanted = is_new[fresh[0]] | touched[fresh[1]]
    made = _merged(known, _freed(legs, *(column[wanted] for column in fresh)))
    return made.keep(np.ones(len(made), dtype=np.bool_))


def touched_groups(places: Places, changed: tuple[Bools, Bools, Bools]) -> Bools:
    """The bed groups that changes of groups, units and settings touch."""
    groups, units, settings = changed
    touched: Bools = groups | units[places.unit] | settings[places.setting]
    return touched


def _same_legs(before: Legs, now: Legs) -> Ints:
    """For each leg of before the number of the same leg now; -1 where there is none."""
    first = {id(leg): at for at, leg in enumerate(now.all)}
    return np.array([first.get(id(leg), -1) for leg in before.all], dtype=np.int64)


def _merged(one: Choices, other: Choices) -> Choices:
    """Two lots of choices of the same legs, in order."""
    legs = one.legs
    most = int(max(one.least.max(initial=0), other.least.max(initial=0))) + 1
    # the legs of `one` may be in another order than before
    order = np.argsort(one.leg, kind="stable") if (np.diff(one.leg) < 0).any() else None
    mine = [c if order is None else c[order] for c in _columns(one)]
    theirs = _columns(other)
    at = np.searchsorted(mine[0] * most + mine[4], theirs[0] * most + theirs[4], side="right")
    leg, group, points, first, least = (np.insert(m, at, t) for m, t in zip(mine, theirs, strict=True))
    return Choices(legs, leg, group, points, first, least, _beginnings(leg, len(legs)))


def _columns(choices: Choices) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    return choices.leg, choices.group, choices.points, choices.first, choices.least


def _fitting(legs: Legs, some: Ints) -> tuple[Ints, Ints, Ints]:
    """Leg, group and points of all that fits some of the legs, free or not."""
    fits = [legs.all[at].fit for at in some.tolist()]
    number = np.array([len(fit.groups) for fit in fits], dtype=np.int64)
    return (
        np.repeat(some, number),
        _joined([fit.groups for fit in fits]),
        _joined([fit.points for fit in fits]),
    )


def _freed(legs: Legs, leg: Ints, group: Ints, points: Ints) -> Choices:
    """The choices of which some start is free, in order."""
    first = _first_free(legs, leg, group)
    free = first < len(legs.start)
    leg, group, points, first = leg[free], group[free], points[free], first[free]
    least = points + legs.wait[first]
    # by leg, then by points: one key sorts several times as fast as two
    order = np.argsort(leg * (least.max(initial=0) + 1) + least, kind="stable")
    return Choices(
        legs,
        leg[order],
        group[order],
        points[order],
        first[order],
        least[order],
        _beginnings(leg[order], len(legs)),
    )


def _first_free(legs: Legs, leg: Ints, group: Ints) -> Ints:
    """The earliest start of each choice's leg for which its group is free; past the last for none."""
    first = np.full(len(leg), len(legs.start), dtype=np.int64)
    waiting = np.arange(len(leg))
    at = legs.offset[leg]
    while len(waiting):
        free = is_free(legs, leg[waiting], group[waiting], at[waiting])
        first[waiting[free]] = at[waiting[free]]
        waiting = waiting[~free]
        at[waiting] += 1
        waiting = waiting[at[waiting] < legs.offset[leg[waiting] + 1]]
    return first


def is_free(legs: Legs, leg: Ints, group: Ints, at: Ints, capacity: Capacity | None = None) -> Bools:
    """Whether each group has a bed, a place and an admission left for the leg's stay from the start `at`;
    `capacity`: what is left, where it isn't all that there is."""
    capacity = capacity or legs.capacity
    start, end = legs.start_cell[at], legs.end_cell[at]
    free: Bools = capacity.beds_until[group, start] >= end
    isolated = np.flatnonzero(free & legs.isolates(leg, at))
    if len(isolated):
        units = capacity.places.unit[group[isolated]]
        until = legs.isolated_cell[leg[isolated]]
        free[isolated] = capacity.places_until[units, start[isolated]] >= until
        if capacity.cohorts_held:
            free[isolated] &= _joins(legs, capacity, leg[isolated], group[isolated], start[isolated])
    if capacity.slots_gone:
        free &= capacity.slots[capacity.places.setting[group], legs.start[at]] > 0
    return free


def _joins(legs: Legs, capacity: Capacity, leg: Ints, group: Ints, start: Ints) -> Bools:
    """Whether those who are in each unit leave its cohort to somebody of the leg; units of rooms do."""
    joins = np.ones(len(leg), dtype=np.bool_)
    units = capacity.places.unit[group]
    in_cohort = capacity.places.isolation[group] == ISOLATIONS.index("cohort")
    for one in np.unique(leg[in_cohort]).tolist():
        mine = np.flatnonzero(in_cohort & (leg == one))
        for first, end, organism in legs.all[one].cohorts:
            begin = np.maximum(start[mine], capacity.cell(first))
            until = capacity.cell(end)
            table = capacity.cohort_until(organism)
            joins[mine] &= (begin >= until) | (table[units[mine], begin] >= until)
    return joins


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _beginnings(leg: Ints, number: int) -> Ints:
    return np.searchsorted(leg, np.arange(number + 1))
