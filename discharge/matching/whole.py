"""The best plan in whole numbers of some stays: one program, written at once, with every row that can bind.

A column is a stay and not an itinerary: the two stays of a journey are tied by a row, so that a person's
ways to go are as many columns as there are stays and not as there are pairs of them. Of the rows of beds
and places only those are written that no other implies. People who are alike stand for one another: a
column of theirs is taken as often as there are people who take it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from discharge.matching.choices import Choices
from discharge.matching.highs import INFINITY, Effort, NewRow, WholeSolver
from discharge.matching.pricing import Goal
from discharge.matching.rooms_together import Group
from discharge.matching.uses import Column
from discharge.rules.places import Ints

Chosen = tuple[Column, ...]
"""A plan: the itineraries that are taken; one that several like people take stands there as often."""

StayOf = tuple[int, int]
"""A stay: a choice, and its start (an index into all starts)."""


@dataclass(frozen=True, eq=False)
class Part:
    """People to be solved together: their choices, their priorities, how many each stands for, who stays
    together (as indices into the legs' people), and the cohort units to which two organisms could come."""

    choices: Choices
    priorities: Ints
    sizes: Ints
    together: tuple[Group, ...] = ()
    mixed_units: frozenset[int] = frozenset()

    def stays_of(self, column: Column) -> tuple[StayOf, ...]:
        """The stays of an itinerary."""
        first = column.first, column.start
        if column.second < 0:
            return (first,)
        leg = int(self.choices.leg[column.second])
        return first, (column.second, int(self.choices.legs.offset[leg]))


@dataclass(frozen=True)
class Keeping:
    """What is given for keeping to a previous plan: `churn` points a person, and to how many people each
    itinerary can be given for (those who had it)."""

    churn: int = 0
    people: Mapping[Column, int] = field(default_factory=dict)

    def gain(self, plan: Iterable[Column]) -> int:
        """What is given for a plan."""
        taken = Counter(column for column in plan if column in self.people)
        return self.churn * sum(min(number, self.people[column]) for column, number in taken.items())

    def at_once(self, column: Column) -> int:
        """What is given for an itinerary, as long as somebody is left who had it."""
        return self.churn if column in self.people else 0

    @property
    def most(self) -> int:
        """What no plan is given more than."""
        return self.churn * sum(self.people.values())


NOTHING_KEPT = Keeping()


@dataclass(frozen=True)
class Found:
    """What a search came to: the best plan (None for none), and a bound that no plan of these stays
    passes (infinity: there is none)."""

    chosen: Chosen | None
    bound: float


class WholeProgram:
    """Stays to choose from, and all that they share."""

    def __init__(self, part: Part, stays: Iterable[StayOf], keeping: Keeping = NOTHING_KEPT) -> None:
        self.part = part
        legs, places = part.choices.legs, part.choices.legs.capacity.places
        table = np.array(sorted(set(stays)), dtype=np.int64).reshape(-1, 2)
        self.choice, self.at = table[:, 0], table[:, 1]
        self.number = len(table)
        self.leg = part.choices.leg[self.choice]
        self.person = legs.person[self.leg]
        self.points = part.choices.points[self.choice] + legs.wait[self.at]
        self.group = part.choices.group[self.choice]
        self.unit, self.setting = places.unit[self.group], places.setting[self.group]
        self.start, self.end = legs.start_cell[self.at], legs.end_cell[self.at]
        self.isolated = np.where(legs.isolates(self.leg, self.at), legs.isolated_cell[self.leg], 0)
        self.day = legs.start[self.at]
        self.is_second = legs.is_second[self.leg]
        self.is_last = self.is_second | (legs.other[self.leg] < 0)
        self.size = part.sizes[self.person]
        self._number_of = {stay: at for at, stay in enumerate(map(tuple, table.tolist()))}
        self._rows: list[NewRow] = []
        self._most: list[float] = self.size.astype(np.float64).tolist()
        """Of each column, how often it can be taken; switches come after the stays."""
        self._cohorts: dict[tuple[int, int, int], int] = {}
        """The switch of each unit, cell and organism."""
        self._ends: dict[tuple[int, int], int] = {}
        """The switch of each group of companions (its first member) and setting."""
        self._keeping = keeping
        self._kept: dict[Column, int] = {}
        """The switch of each itinerary that is kept: how many keep it."""
        self._write()

    def _write(self) -> None:
        part, capacity = self.part, self.part.choices.legs.capacity
        everything = np.arange(self.number)
        firsts = np.flatnonzero(~self.is_second)
        for mine in _by(firsts, self.person[firsts]):
            self._at_most(float(self.size[mine[0]]), mine)
        legs = part.choices.legs
        for mine in _by(everything, legs.journey[self.leg]):
            second = self.is_second[mine]
            if legs.other[self.leg[mine[0]]] >= 0:
                self._row(0.0, 0.0, mine, np.where(second, -1.0, 1.0))
        beds_of = capacity.places.beds_of[self.group]
        for mine in _by(everything, beds_of):
            self._crowded(*self._in_beds(mine), capacity.free[beds_of[mine[0]]])
        isolating = np.flatnonzero(self.isolated > self.start)
        for mine in _by(isolating, self.unit[isolating]):
            spans = mine, self.start[mine], self.isolated[mine]
            self._crowded(*spans, capacity.isolation_places[self.unit[mine[0]]])
        for mine in _by(everything, self.setting * capacity.horizon + self.day):
            limit = int(capacity.slots[self.setting[mine[0]], self.day[mine[0]]])
            if self._people(mine) > limit:
                self._at_most(float(limit), mine)
        self._one_organism_a_cohort(isolating)
        self._companions()
        self._priorities: dict[int, int] = {}
        for priority in np.unique(part.priorities).tolist():
            mine = firsts[part.priorities[self.person[firsts]] == priority]
            self._priorities[priority] = len(self._rows)
            self._row(-INFINITY, INFINITY, mine)
        self._keep()

    def _keep(self) -> None:
        """A switch for each itinerary of a previous plan: no more keep it than take its stays, and a stay is
        of one itinerary alone."""
        of_stay: dict[int, list[int]] = defaultdict(list)
        for column, number in self._keeping.people.items():
            stays = [self._number_of.get(stay, -1) for stay in self.part.stays_of(column)]
            if -1 not in stays:
                self._kept[column] = self._switch(float(number))
                for stay in stays:
                    of_stay[stay].append(self._kept[column])
        for stay, switches in of_stay.items():
            factors = np.append(np.ones(len(switches)), -1.0)
            self._row(-INFINITY, 0.0, np.array([*switches, stay]), factors)

    # --- rows ---------------------------------------------------------------------------------------

    def _row(self, lower: float, upper: float, members: Ints, factors: np.ndarray | None = None) -> None:
        self._rows.append(
            NewRow(lower, upper, members.tolist(), None if factors is None else factors.tolist())
        )

    def _at_most(self, limit: float, members: Ints) -> None:
        self._row(-INFINITY, limit, members)

    def _switch(self, most: float = 1.0) -> int:
        self._most.append(most)
        return len(self._most) - 1

    def _people(self, stays: Ints) -> int:
        """How many people could have one of the stays."""
        return int(self.part.sizes[np.unique(self.person[stays])].sum())

    def _in_beds(self, members: Ints) -> tuple[Ints, Ints, Ints]:
        """The spans in which stays take a bed that is everybody's: all of each, but for the cells in which
        one is kept for its person (N12)."""
        spans = [members, self.start[members], self.end[members]]
        kept = self.part.choices.legs.capacity.kept
        rows = self.group[members]
        if not np.isin(rows, list(kept)).any():
            return spans[0], spans[1], spans[2]
        found: list[tuple[int, int, int]] = []
        for stay, start, end, row in zip(*(each.tolist() for each in (*spans, rows)), strict=True):
            if row not in kept:
                found.append((stay, start, end))
                continue
            edges = np.flatnonzero(np.diff(kept[row][start:end], prepend=True, append=True)) + start
            found += [(stay, begin, until) for begin, until in zip(edges[::2], edges[1::2], strict=True)]
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def _crowded(self, members: Ints, begin: Ints, end: Ints, limit: np.ndarray) -> None:
        """No more people than there is room for, in each cell that no other one implies."""
        if not len(members):
            return
        if self._people(members) <= limit[begin.min() : end.max()].min():
            return
        for cell in _cells_that_bind(begin, end, limit):
            there = members[(begin <= cell) & (cell < end)]
            if self._people(there) > limit[cell]:
                self._at_most(float(limit[cell]), there)

    def _one_organism_a_cohort(self, isolating: Ints) -> None:
        """A switch for each organism that could be in a cohort, of which one is on, in the last cell of
        each isolation: of two isolations that overlap, the last cell of the one is among the other's."""
        capacity, legs = self.part.choices.legs.capacity, self.part.choices.legs
        by_unit: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        for stay in isolating.tolist():
            unit = int(self.unit[stay])
            if unit not in self.part.mixed_units:
                continue
            for start, end, organism in legs.all[int(self.leg[stay])].cohorts:
                first = max(capacity.cell(start), int(self.start[stay]))
                last = min(capacity.cell(end), int(self.isolated[stay]))
                if first < last:
                    by_unit[unit].append((first, last, organism, stay))
        for unit, spans in sorted(by_unit.items()):
            for cell in sorted({last - 1 for _, last, _, _ in spans}):
                there: dict[int, list[int]] = defaultdict(list)
                for first, last, organism, stay in spans:
                    if first <= cell < last:
                        there[organism].append(stay)
                limit = int(capacity.isolation_places[unit, cell])
                if len(there) > 1 and limit > 1:
                    self._only_one(unit, cell, there, limit)

    def _only_one(self, unit: int, cell: int, there: Mapping[int, Sequence[int]], limit: int) -> None:
        switches = []
        for organism, stays in sorted(there.items()):
            switch = self._cohorts[unit, cell, organism] = self._switch()
            switches.append(switch)
            members = np.array(stays)
            for mine in _by(members, self.person[members]):
                most = min(limit, int(self.size[mine[0]]))
                self._joined(mine, switch, most)
            if self._people(members) > limit:
                self._joined(members, switch, limit)
        self._at_most(1.0, np.array(switches))

    def _joined(self, members: Ints, switch: int, most: int) -> None:
        """Only where the switch is on, and then no more than `most`."""
        factors = np.append(np.ones(len(members)), -float(most))
        self._row(-INFINITY, 0.0, np.append(members, switch), factors)

    def _companions(self) -> None:
        """For each setting a switch: all of a group end there, or none does (N7)."""
        if not self.part.together:
            return
        last = np.flatnonzero(self.is_last)
        place: dict[tuple[int, int], Ints] = {
            (int(self.person[mine[0]]), int(self.setting[mine[0]])): mine
            for mine in _by(last, self.person[last] * (int(self.setting.max()) + 1) + self.setting[last])
        }
        beyond: dict[int, list[int]] = defaultdict(list)
        for group in self.part.together:
            switches = []
            for setting in group.settings:
                theirs = [place.get((person, setting)) for person in group.members]
                possible = all(mine is not None for mine in theirs)
                switch = -1
                if possible:
                    switch = self._ends[group.members[0], setting] = self._switch()
                    switches.append(switch)
                    beyond[setting].append(switch)
                for mine in theirs:
                    if mine is None:
                        continue
                    if possible:
                        factors = np.append(np.ones(len(mine)), -1.0)
                        self._row(0.0, 0.0, np.append(mine, switch), factors)
                    else:
                        self._at_most(0.0, mine)
            if switches:
                self._at_most(1.0, np.array(switches))
        self._rooms_of_settings(place, beyond)

    def _rooms_of_settings(
        self, place: Mapping[tuple[int, int], Ints], switches: Mapping[int, Sequence[int]]
    ) -> None:
        """Whole groups against all the beds of a setting, where all stay for good: what the rows of single
        beds say as well, but of halves of people."""
        capacity = self.part.choices.legs.capacity
        groups = {group.members[0]: group for group in self.part.together}
        bonded = {person for group in self.part.together for person in group.members}
        own = [row for row, kept in capacity.kept.items() if kept[-1]]
        open_ended = (self.end >= capacity.cells) & ~np.isin(self.group, own)
        shared = capacity.places.beds_of == capacity.places.rows
        beds = np.zeros(len(capacity.places.settings), dtype=np.int64)
        np.add.at(beds, capacity.places.setting[shared], capacity.free[shared, -1])
        first_of = {switch: first for (first, _), switch in self._ends.items()}
        for setting, some in switches.items():
            members: list[int] = []
            factors: list[float] = []
            for switch in some:
                people = groups[first_of[switch]].members
                if all(bool(open_ended[place[person, setting]].all()) for person in people):
                    members.append(switch)
                    factors.append(float(len(people)))
            if not members:
                continue
            for (person, where), mine in place.items():
                if where == setting and person not in bonded:
                    stays = mine[open_ended[mine]].tolist()
                    members += stays
                    factors += [1.0] * len(stays)
            if sum(factors) > beds[setting]:
                self._row(-INFINITY, float(beds[setting]), np.array(members), np.array(factors))

    # --- solving ------------------------------------------------------------------------------------

    def best(
        self,
        goal: Goal,
        floors: Mapping[int, int],
        *,
        known: Chosen = (),
        effort: Effort,
    ) -> Found:
        """The best plan by a goal that places at least `floors`; `known`: a plan to be bettered."""
        costs = np.zeros(len(self._most))
        gain = np.array([goal.gain.get(int(p), 0) for p in self.part.priorities])
        costs[: self.number] = goal.points * self.points - np.where(self.is_second, 0, gain[self.person])
        for column, switch in self._kept.items():
            costs[switch] = -goal.points * self._keeping.at_once(column)
        rows = list(self._rows)
        for priority, row in self._priorities.items():
            least = float(floors.get(priority, 0))
            rows[row] = NewRow(least, INFINITY, rows[row].members)
        if any(number > 0 and priority not in self._priorities for priority, number in floors.items()):
            return Found(None, math.inf)
        solver = WholeSolver(costs, np.array(self._most), rows)
        found = solver.solve(self._values(known), effort)
        return Found(None if found.values is None else self._read(found.values), found.bound)

    def _values(self, plan: Chosen) -> np.ndarray | None:
        """A plan as values of all columns; None where it isn't made of these stays."""
        if not plan:
            return None
        values = np.zeros(len(self._most))
        for column in plan:
            for stay in self.part.stays_of(column):
                at = self._number_of.get(stay)
                if at is None:
                    return None
                values[at] += 1
        for column, number in Counter(column for column in plan if column in self._kept).items():
            values[self._kept[column]] = min(number, self._keeping.people[column])
        taken = np.flatnonzero(values[: self.number])
        ends = {(int(self.person[at]), int(self.setting[at])) for at in taken.tolist() if self.is_last[at]}
        for where, switch in self._ends.items():
            values[switch] = float(where in ends)
        legs, cell_of = self.part.choices.legs, self.part.choices.legs.capacity.cell
        for (unit, cell, organism), switch in self._cohorts.items():
            for at in taken[self.unit[taken] == unit].tolist():
                if self.start[at] <= cell < self.isolated[at]:
                    for start, end, own in legs.all[int(self.leg[at])].cohorts:
                        if own == organism and cell_of(start) <= cell < cell_of(end):
                            values[switch] = 1.0
        return values

    def _read(self, values: np.ndarray) -> Chosen:
        """The plan that the values of the columns make: of a journey's stays any first goes with any
        second."""
        legs = self.part.choices.legs
        # people who are alike are one column taken often: which first stay goes with which second is free
        counts = np.round(values[: self.number]).astype(np.int64)
        firsts: dict[int, list[int]] = defaultdict(list)
        seconds: dict[int, list[int]] = defaultdict(list)
        for at in np.flatnonzero(counts).tolist():
            side = seconds if self.is_second[at] else firsts
            side[int(legs.journey[self.leg[at]])] += [at] * int(counts[at])
        chosen: list[Column] = []
        for column, switch in self._kept.items():
            stays = [self._number_of[stay] for stay in self.part.stays_of(column)]
            journey = int(legs.journey[self.leg[stays[0]]])
            for _ in range(round(values[switch])):
                chosen.append(column)
                for side, stay in zip((firsts, seconds), stays, strict=False):
                    side[journey].remove(stay)
        for journey, some in firsts.items():
            onward = seconds.get(journey, [-1] * len(some))
            for first, second in zip(some, onward, strict=True):
                choice = int(self.choice[second]) if second >= 0 else -1
                one = int(self.person[first]), int(self.choice[first]), int(self.at[first]), choice
                chosen.append(Column(*one))
        return tuple(sorted(chosen))


def _cells_that_bind(begin: Ints, end: Ints, limit: np.ndarray) -> Iterator[int]:
    """The cells of which no other one's row says as much: more stay there than in the cells beside it, or
    there is less for as many."""
    first, last = int(begin.min()), int(end.max())
    changes = np.flatnonzero(np.diff(limit[first:last])) + first + 1
    cuts = np.unique(np.concatenate([begin, end[end < last], changes]))
    starting, ending = set(begin.tolist()), set(end.tolist())
    for at, cell in enumerate(cuts.tolist()):
        if at and cell not in starting and limit[cell - 1] <= limit[cell]:
            continue  # the cell before has all of these, and no more room
        after = int(cuts[at + 1]) if at + 1 < len(cuts) else last
        if after < last and after not in ending and limit[after] <= limit[cell]:
            continue  # so has the cell after
        yield cell


def _by(members: Ints, keys: Ints) -> list[Ints]:
    """The members, split by their keys."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [part for part in np.split(members[order], cuts) if len(part)]
