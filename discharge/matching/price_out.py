"""Every choice priced anew at a linear program's duals, without the shortcuts of `pricing`.

A stage may only close where nothing prices below zero. `pricing` finds good columns quickly and may leave
out what it takes to be dear; this looks at every choice on every start that its points alone leave in
reach, and charges it row by row as the linear program wrote them. The two are written apart on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from discharge.matching.choices import Choices, is_free
from discharge.matching.duals import OF_SWITCHES, Charge, Resource
from discharge.matching.pricing import Goal
from discharge.matching.uses import Column
from discharge.rules.places import Floats, Ints

TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class PricedOut:
    """What everybody's cheapest itineraries come to: `below`, the sum of what prices below zero (as often as
    there are people who are alike), and
    `columns`, one for each person of whom something does."""

    below: float
    columns: tuple[Column, ...]


class _Stays:
    """Every stay that could be within reach, sorted by bed group, with what it comes to so far."""

    def __init__(self, choices: Choices, goal: Goal, room: Floats) -> None:
        legs, places = choices.legs, choices.legs.capacity.places
        near = np.flatnonzero(goal.points * choices.least <= room[choices.leg])
        number = legs.offset[choices.leg[near] + 1] - choices.first[near]
        choice = np.repeat(near, number)
        within = np.arange(len(choice)) - np.repeat(np.cumsum(number) - number, number)
        at = choices.first[choice] + within
        cost = goal.points * (choices.points[choice] + legs.wait[at]).astype(np.float64)
        kept = np.flatnonzero(cost <= room[choices.leg[choice]])
        kept = kept[is_free(legs, choices.leg[choice[kept]], choices.group[choice[kept]], at[kept])]
        order = kept[np.argsort(choices.group[choice[kept]], kind="stable")]
        self.legs = legs
        self.choice, self.at, self.cost = choice[order], at[order], cost[order]
        self.leg, self.group = choices.leg[self.choice], choices.group[self.choice]
        self.unit, self.setting = places.unit[self.group], places.setting[self.group]
        self.person = legs.person[self.leg]
        self.start, self.end = legs.start_cell[self.at], legs.end_cell[self.at]
        self.isolated = legs.isolated_cell[self.leg]
        self.day = legs.start[self.at]
        self.is_last = legs.is_second[self.leg] | (legs.other[self.leg] < 0)

    def charge(self, one: Charge) -> None:
        """Charges the stays that are in a row."""
        where = one.where
        if one.resource is Resource.BEDS:
            for group in self.legs.capacity.rows_taking(where[0], where[1]):
                mine = self._of(self.group, group)
                taken = (self.start[mine] <= where[1]) & (where[1] < self.end[mine])
                self.cost[mine][taken] += one.charge
            return
        if one.resource is Resource.PLACES:
            mine = self._of(self.unit, where[0])
            taken = (self.start[mine] <= where[1]) & (where[1] < self.isolated[mine])
        elif one.resource is Resource.SLOTS:
            mine = self._of(self.setting, where[0])
            taken = self.day[mine] == where[1]
        elif one.resource is Resource.TOGETHER:
            mine = self._of(self.setting, where[1])
            taken = self.is_last[mine] & (self.person[mine] == where[0])
        elif one.resource is Resource.COHORT:
            unit, cell, organism, person = where
            mine = self._of(self.unit, unit)
            taken = (self.person[mine] == person) & (self.start[mine] <= cell)
            taken &= self._meets(self.leg[mine], cell, organism)
        elif one.resource in (Resource.PERSON, Resource.PRIORITY, *OF_SWITCHES):
            return  # of the person (see `price_out`), or of switches alone
        else:
            raise AssertionError(f"nothing here says what a stay pays in a row of {one.resource!r}")
        self.cost[mine][taken] += one.charge

    @staticmethod
    def _of(sorted_by: Ints, where: int) -> slice:
        begin, end = np.searchsorted(sorted_by, [where, where + 1])
        return slice(int(begin), int(end))

    def _meets(self, legs: Ints, cell: int, organism: int) -> np.ndarray:
        """Whether each leg is with the organism in a cohort in the cell, once it has begun."""
        found = np.zeros(len(legs), dtype=np.bool_)
        as_cell = self.legs.capacity.cell
        for leg in np.unique(legs).tolist():
            for start, end, own in self.legs.all[leg].cohorts:
                if own == organism and as_cell(start) <= cell < as_cell(end):
                    found[legs == leg] = True
        return found


def price_out(
    choices: Choices, priorities: Ints, sizes: Ints, goal: Goal, charges: Sequence[Charge]
) -> PricedOut:
    """What prices below zero at these charges, of everything that anybody could choose."""
    legs = choices.legs
    whose = np.zeros(len(legs.people))
    by_priority = np.zeros(max(priorities.max(initial=0), *goal.gain, 0) + 1)
    paid = np.zeros(len(legs.people))
    for one in charges:
        if one.resource is Resource.PERSON:
            whose[one.where[0]] += one.charge
        elif one.resource is Resource.PRIORITY:
            by_priority[one.where[0]] += one.charge
        elif one.resource is Resource.TOGETHER:
            # the one row of equality: it may pay where the others, of at most, can only charge
            paid[one.where[0]] = max(paid[one.where[0]], -one.charge)
        else:
            assert one.charge > -TOLERANCE, f"{one} pays: its row is one of at most"
    for priority, gain in goal.gain.items():
        by_priority[priority] -= gain
    whose += by_priority[priorities]
    # a partner in a pair costs at least its points, less what it may be paid for
    room = (paid - whose)[legs.person]
    paired = legs.other >= 0
    room[paired] -= goal.points * np.maximum(choices.leg_least[legs.other[paired]], 0)
    room[paired] += paid[legs.person[paired]]
    stays = _Stays(choices, goal, room - TOLERANCE)
    for one in charges:
        stays.charge(one)
    return _cheapest(stays, whose, sizes)


def _cheapest(stays: _Stays, whose: Floats, sizes: Ints) -> PricedOut:
    """Each leg's cheapest stay, then each person's cheapest journey."""
    legs = stays.legs
    order = np.lexsort((stays.at, stays.choice, stays.cost, stays.leg))
    first = order[np.flatnonzero(np.diff(stays.leg[order], prepend=-1))]
    best = np.full(len(legs), -1, dtype=np.int64)
    best[stays.leg[first]] = first
    found: dict[int, tuple[float, Column]] = {}
    for leg in np.flatnonzero((best >= 0) & ~legs.is_second).tolist():
        one, other = int(best[leg]), int(legs.other[leg])
        second = int(best[other]) if other >= 0 else -1
        if other >= 0 and second < 0:
            continue
        person = int(legs.person[leg])
        cost = float(stays.cost[one] + whose[person] + (stays.cost[second] if second >= 0 else 0.0))
        if cost < -TOLERANCE and cost < found.get(person, (0.0, ()))[0]:
            onward = int(stays.choice[second]) if second >= 0 else -1
            found[person] = cost, Column(person, int(stays.choice[one]), int(stays.at[one]), onward)
    below = sum(cost * int(sizes[person]) for person, (cost, _) in found.items())
    return PricedOut(below, tuple(column for _, column in found.values()))
