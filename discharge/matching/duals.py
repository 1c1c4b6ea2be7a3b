"""What each thing that people share costs, at an optimum of the linear program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from discharge.matching.capacity import Capacity
from discharge.rules.places import Floats, Ints


class Resource(IntEnum):
    """What a row of the linear program stands for."""

    PERSON = 0
    PRIORITY = 1
    BEDS = 2
    PLACES = 3
    SLOTS = 4
    TOGETHER = 5
    COHORT = 6
    ONE_COHORT = 7
    ROOM_TOGETHER = 8


OF_SWITCHES = frozenset({Resource.ONE_COHORT, Resource.ROOM_TOGETHER})
"""In which are switches alone, and no itinerary."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a row of the linear program costs whoever is in it (positive: a cost)."""

    resource: Resource
    where: tuple[int, ...]
    charge: float


@dataclass(frozen=True, eq=False)
class Charged:
    """What groups or units cost, cumulated over cells: a row for each that costs anything.

    `row` gives the row of a group or unit, 0 for those that cost nothing.
    """

    table: Floats
    row: Ints

    def over(self, where: Ints, start: Ints, end: Ints) -> Floats:
        """What each group or unit costs from cell `start` to before cell `end`; never less than nothing."""
        rows = self.row[where]
        cost: Floats = self.table[rows, end] - self.table[rows, start]
        return cost


@dataclass(frozen=True, eq=False)
class Duals:
    """What each resource costs, as charges (positive: a cost); nothing is cheaper than free.

    `person` by index; `priority` by priority; `slots` by setting and day; `cohorts` by person as (unit,
    cell, organism, charge); `together` by person and setting, of either sign.
    """

    person: Floats
    priority: Mapping[int, float]
    beds: Charged
    places: Charged
    slots: Mapping[tuple[int, int], float]
    cohorts: Mapping[int, Sequence[tuple[int, int, int, float]]]
    together: Mapping[int, Mapping[int, float]]
    rows: Sequence[Charge]
    """The same, row by row."""

    @staticmethod
    def of(rows: Mapping[tuple[Resource, tuple[int, ...]], int], values: Floats, capacity: Capacity) -> Duals:
        """The charges that the rows' duals mean."""
        tags = list(rows)
        people = sum(resource is Resource.PERSON for resource, _ in tags)
        person = np.zeros(people)
        priority: dict[int, float] = {}
        beds: dict[int, dict[int, float]] = defaultdict(dict)
        places: dict[int, dict[int, float]] = defaultdict(dict)
        slots: dict[tuple[int, int], float] = {}
        cohorts: dict[int, list[tuple[int, int, int, float]]] = defaultdict(list)
        together: dict[int, dict[int, float]] = defaultdict(dict)
        charges = [Charge(*tags[at], -float(values[at])) for at in np.flatnonzero(values).tolist()]
        for each in charges:
            resource, where, charge = each.resource, each.where, each.charge
            if resource is Resource.PERSON:
                person[where[0]] = charge
            elif resource is Resource.PRIORITY:
                priority[where[0]] = charge
            elif resource is Resource.BEDS:
                beds[where[0]][where[1]] = charge
            elif resource is Resource.PLACES:
                places[where[0]][where[1]] = charge
            elif resource is Resource.SLOTS:
                slots[where[0], where[1]] = charge
            elif resource is Resource.TOGETHER:
                together[where[0]][where[1]] = charge
            elif resource is Resource.COHORT:
                unit, cell, organism, one = where
                cohorts[one].append((unit, cell, organism, charge))
            elif resource not in OF_SWITCHES:
                raise AssertionError(f"a row of {resource!r} costs something that nobody knows of")
        for row, kept in capacity.kept.items():
            # on the nights that a bed is kept for them it costs its person nothing (N12)
            shared = beds.get(int(capacity.places.beds_of[row]), {})
            theirs = {cell: charge for cell, charge in shared.items() if not kept[cell]}
            if theirs:
                beds[row] = theirs
        return Duals(
            person,
            priority,
            _cumulated(beds, len(capacity.places), capacity.cells),
            _cumulated(places, len(capacity.places.units), capacity.cells),
            slots,
            cohorts,
            together,
            charges,
        )


def _cumulated(costs: Mapping[int, Mapping[int, float]], number: int, cells: int) -> Charged:
    row = np.zeros(number, dtype=np.int64)
    table = np.zeros((len(costs) + 1, cells + 1))
    for at, (where, by_cell) in enumerate(costs.items(), 1):
        row[where] = at
        for cell, value in by_cell.items():
            table[at, cell + 1] = value
    np.cumsum(table, axis=1, out=table)
    return Charged(table, row)
