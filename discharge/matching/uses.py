"""What the stays of chosen columns take of beds, isolation places and admissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from discharge.matching.capacity import Capacity, Ints32
from discharge.matching.choices import Choices
from discharge.matching.duals import Resource
from discharge.rules.places import Floats, Ints

WHOLE = 1e-6
"""A value this near to a whole number is whole; a row broken by no more isn't broken."""


class Column(NamedTuple):
    """An itinerary to choose: one column of the linear program."""

    person: int
    """Whose it is: an index into the legs' people."""
    first: int
    """The choice of the first leg."""
    start: int
    """When the first leg starts: an index into all starts."""
    second: int
    """The choice of the second leg; -1 where there is none."""

    @property
    def last(self) -> int:
        """The choice of the last leg."""
        return self.first if self.second < 0 else self.second


Scarce = tuple[Resource, int, int]
"""A group's beds or a unit's places in a cell, or a setting's admissions on a day."""


class Use(NamedTuple):
    """What one stay of a column takes; `isolated` is the cell after its last isolating night, 0 for none.

    `group` is the row of the beds that are everybody's; in the cells `kept` it takes none of them (N12).
    """

    column: int
    person: int
    group: int
    unit: int
    setting: int
    start: int
    end: int
    isolated: int
    day: int
    leg: int
    kept: frozenset[int] = frozenset()

    def takes(self, resource: Resource, at: int) -> bool:
        """Whether it takes some of the resource in the cell (of admissions: on its day)."""
        if resource is Resource.SLOTS:
            return at == self.day
        if resource is Resource.BEDS:
            return self.start <= at < self.end and at not in self.kept
        return self.start <= at < self.isolated

    def cells_of_beds(self) -> list[tuple[int, int]]:
        """The cells in which it takes a bed, as spans."""
        if not self.kept:
            return [(self.start, self.end)]
        edges = sorted({self.start, self.end, *(c for k in self.kept for c in (k, k + 1))})
        spans = pairwise(edge for edge in edges if self.start <= edge <= self.end)
        return [span for span in spans if span[0] not in self.kept]


def uses_of(columns: Sequence[Column], choices: Choices, first: int) -> tuple[list[Use], Ints]:
    """What the stays of columns take, in the order of the columns, and the columns' points.

    `first` is the number of the first column.
    """
    legs, places = choices.legs, choices.legs.capacity.places
    table = np.array(columns, dtype=np.int64)
    paired = np.flatnonzero(table[:, 3] >= 0)
    numbers = np.arange(len(columns)) + first
    choice = np.concatenate([table[:, 1], table[paired, 3]])
    leg = choices.leg[choice]
    at = np.concatenate([table[:, 2], legs.offset[leg[len(columns) :]]])
    each = choices.points[choice] + legs.wait[at]
    points: Ints = each[: len(columns)].copy()
    points[paired] += each[len(columns) :]
    group = choices.group[choice]
    fields = (
        np.concatenate([numbers, numbers[paired]]),
        np.concatenate([table[:, 0], table[paired, 0]]),
        places.beds_of[group],
        places.unit[group],
        places.setting[group],
        legs.start_cell[at],
        legs.end_cell[at],
        np.where(legs.isolates(leg, at), legs.isolated_cell[leg], 0),
        legs.start[at],
        leg,
    )
    made = [Use(*values) for values in zip(*(f.tolist() for f in fields), strict=True)]
    for at_use in np.flatnonzero(group != places.beds_of[group]).tolist():
        kept = np.flatnonzero(legs.capacity.kept[int(group[at_use])]).tolist()
        made[at_use] = made[at_use]._replace(kept=frozenset(kept))
    return sorted(made, key=lambda use: use.column), points


def last_of(uses: Sequence[Use]) -> Iterator[Use]:
    """The use of the last stay of each column; `uses` come in the order of the columns."""
    for at, use in enumerate(uses):
        if at + 1 == len(uses) or uses[at + 1].column != use.column:
            yield use


class Uses:
    """All uses of a program's columns, by what they take; and what there is of it."""

    def __init__(self, capacity: Capacity, sizes: Sequence[int]) -> None:
        self.capacity = capacity
        self.sizes = sizes
        """How many people each person stands for."""
        self._largest = max(sizes, default=1)
        self.all: list[Use] = []
        self._users: dict[Resource, dict[int, list[Use]]] = {
            Resource.BEDS: defaultdict(list),
            Resource.PLACES: defaultdict(list),
            Resource.SLOTS: defaultdict(list),
        }
        self._touched: dict[tuple[Resource, int, int], None] = {}

    def add(self, use: Use) -> None:
        """Notes one more."""
        self.all.append(use)
        self._note(Resource.BEDS, use.group, 0, use)
        self._note(Resource.SLOTS, use.setting, use.day, use)
        if use.isolated > use.start:
            self._note(Resource.PLACES, use.unit, 0, use)

    def _note(self, resource: Resource, where: int, day: int, use: Use) -> None:
        self._users[resource][where].append(use)
        self._touched[resource, where, day] = None

    def isolating_in(self, unit: int) -> Sequence[Use]:
        """The uses that isolate in a unit."""
        return self._users[Resource.PLACES].get(unit, ())

    def of(self, resource: Resource, where: int, at: int) -> list[Use]:
        """Those who take of a group's beds or a unit's places in a cell, or are admitted on a day."""
        return [use for use in self._users[resource].get(where, ()) if use.takes(resource, at)]

    def limit(self, resource: Resource) -> Ints32:
        """What there is, by group and cell, unit and cell, or setting and day."""
        if resource is Resource.BEDS:
            return self.capacity.free
        return self.capacity.isolation_places if resource is Resource.PLACES else self.capacity.slots

    def likely_short(self) -> Iterator[Scarce]:
        """What those added since the last time may want too much of: beds and places on the day by which
        all have begun, and admissions."""
        for resource, where, day in self._touched:
            users = self._users[resource][where]
            slots = resource is Resource.SLOTS
            at = day if slots else max(use.start for use in users)
            limit = self.limit(resource)[where, at]
            if len(users) * self._largest <= limit:
                continue
            if self._people(use for use in users if not slots or use.day == day) > limit:
                yield resource, where, at
        self._touched.clear()

    def _people(self, users: Iterable[Use]) -> int:
        return sum(self.sizes[person] for person in {use.person for use in users})

    def short(self, share: Floats) -> Iterator[Scarce]:
        """Where more is taken than there is, for each group, unit and setting the worst of it; `share` is
        how much of each column is taken."""
        taking = [use for use in self.all if share[use.column] > WHOLE]
        taken = share[[use.column for use in taking]]
        of_beds = np.repeat(taken, [len(use.cells_of_beds()) for use in taking]) if taking else taken
        spans = {
            Resource.BEDS: [(use.group, start, end) for use in taking for start, end in use.cells_of_beds()],
            # nobody who doesn't isolate takes a place: their stay has no cell of it
            Resource.PLACES: [(use.unit, use.start, max(use.isolated, use.start)) for use in taking],
            Resource.SLOTS: [(use.setting, use.day, use.day + 1) for use in taking],
        }
        for resource, some in spans.items():
            parts = of_beds if resource is Resource.BEDS else taken
            for where, at in _over(some, parts, self.limit(resource)):
                yield resource, where, at


def _over(spans: Sequence[tuple[int, int, int]], share: Floats, limit: Ints32) -> list[tuple[int, int]]:
    """For each place of which more is taken than there is, the cell in which most is."""
    if not spans:
        return []
    table = np.array(spans, dtype=np.int64)
    places, row = np.unique(table[:, 0], return_inverse=True)
    taken = np.zeros((len(places), limit.shape[1] + 1))
    np.add.at(taken, (row, table[:, 1]), share)
    np.add.at(taken, (row, table[:, 2]), -share)
    over = np.cumsum(taken, axis=1)[:, :-1] - limit[places]
    most = over.argmax(axis=1)
    broken = over[np.arange(len(places)), most] > WHOLE
    return list(zip(places[broken].tolist(), most[broken].tolist(), strict=True))
