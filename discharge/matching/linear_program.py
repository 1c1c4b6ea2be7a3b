"""The linear program over chosen itineraries: its rows, its duals, its whole-numbered optimum (HiGHS).

Rows stand for what people share: a person's one itinerary, beds and isolation places by cell, admissions
by setting and day, one organism a cohort, companions in one setting. Most of them never bind: a row is
written when a solution breaks it. The program only grows, so that each optimum starts from the last one.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np

from discharge.matching.capacity import Ints32
from discharge.matching.choices import Choices
from discharge.matching.duals import Duals, Resource
from discharge.rules.places import Floats

WHOLE = 1e-6
"""A value this near to a whole number is whole; a row broken by no more isn't broken."""

_SHARED = (Resource.BEDS, Resource.PLACES, Resource.SLOTS)

INFINITY = highspy.kHighsInf
PRIMAL, DUAL = 4, 1
"""The solver's names of its ways to go from one optimum to the next."""

Column = tuple[int, int, int, int]
"""An itinerary: whose (an index into the legs' people), the choice of the first leg, its start (an index
into all starts), the choice of the second leg or -1."""


Scarce = tuple[Resource, int, int]
"""A group's beds or a unit's places in a cell, or a setting's admissions on a day."""


@dataclass(frozen=True, slots=True)
class Group:
    """Companions who end in one of `settings` together, or not at all (N7)."""

    members: tuple[int, ...]
    settings: tuple[int, ...]


class _Use(NamedTuple):
    """What one stay of a column takes; `isolated` is the cell after its last isolating night, 0 for none."""

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


@dataclass(frozen=True, eq=False)
class Optimum:
    """An optimum of the rows written so far: its value, the duals, how many people it places by priority,
    and the columns where it is whole.

    `lawful` where it breaks none of the rows that were not written; those that it broke are, from now on.
    `share` is how much of each column it takes, `reduced` the columns' reduced costs.
    """

    value: float
    duals: Duals
    placed: Mapping[int, float]
    lawful: bool
    chosen: tuple[int, ...] | None
    share: Floats
    reduced: Floats


@dataclass(frozen=True, slots=True)
class _NewRow:
    resource: Resource
    where: tuple[int, ...]
    lower: float
    upper: float
    members: Sequence[int]
    values: Sequence[float]


class LinearProgram:
    """Columns to choose from, and what they share."""

    def __init__(
        self,
        choices: Choices,
        priorities: Sequence[int],
        together: Sequence[Group] = (),
        *,
        mixed_units: frozenset[int] = frozenset(),
    ) -> None:
        self.choices = choices
        self.capacity = choices.legs.capacity
        self.priorities = priorities
        self.together = tuple(together)
        self.mixed_units = mixed_units
        self.columns: list[Column] = []
        self.points: list[int] = []
        """Of each column."""
        self._at: list[int] = []
        """The solver's column of each column: switches of cohorts and companions stand between them."""
        self._by_group: dict[int, list[_Use]] = defaultdict(list)
        self._by_unit: dict[int, list[_Use]] = defaultdict(list)
        self._by_slot: dict[tuple[int, int], list[_Use]] = defaultdict(list)
        self._by_person: dict[int, list[int]] = defaultdict(list)
        self._uses: list[_Use] = []
        self._rows: dict[tuple[Resource, tuple[int, ...]], int] = {}
        self._cells: dict[tuple[Resource, int], list[tuple[int, int]]] = defaultdict(list)
        """The rows of a group or unit, as (cell, row)."""
        self._touched: dict[tuple[Resource, int, int], None] = {}
        self._switch: dict[tuple[int, ...], int] = {}
        self._solver = _quiet_solver()
        self._lawful = False
        self._solver_columns = 0
        self._mates = {i for group in self.together for i in group.members}
        self._write(
            [_NewRow(Resource.PERSON, (at,), -INFINITY, 1.0, (), ()) for at in range(len(priorities))]
        )
        for group in self.together:
            self._write_companions(group)

    # --- columns ------------------------------------------------------------------------------------

    def add(self, columns: Sequence[Column]) -> None:
        """Add columns to choose from."""
        if not columns:
            return
        uses = self._uses_of(columns)
        entries: list[list[int]] = []
        for at, column in enumerate(columns, len(self.columns)):
            person = column[0]
            rows = [self._rows[Resource.PERSON, (person,)]]
            floor = self._rows.get((Resource.PRIORITY, (self.priorities[person],)))
            if floor is not None:
                rows.append(floor)
            self._by_person[person].append(at)
            entries.append(rows)
        first = len(self.columns)
        self.columns += columns
        for use in uses:
            rows = entries[use.column - first]
            self._note(use)
            for cell, row in self._cells.get((Resource.BEDS, use.group), ()):
                if use.start <= cell < use.end:
                    rows.append(row)
            admissions = self._rows.get((Resource.SLOTS, (use.setting, use.day)))
            if admissions is not None:
                rows.append(admissions)
            if use.isolated > use.start:
                for cell, row in self._cells.get((Resource.PLACES, use.unit), ()):
                    if use.start <= cell < use.isolated:
                        rows.append(row)
        if self._mates:
            for use in self._last_of(uses):
                end = self._rows.get((Resource.TOGETHER, (use.person, use.setting)))
                if end is not None:
                    entries[use.column - first].append(end)
        self._at += range(self._solver_columns, self._solver_columns + len(columns))
        self._write_columns(entries)
        for use in uses:
            self._join_cohorts(use)

    def _note(self, use: _Use) -> None:
        self._uses.append(use)
        self._by_group[use.group].append(use)
        self._by_slot[use.setting, use.day].append(use)
        self._touched[Resource.BEDS, use.group, 0] = None
        self._touched[Resource.SLOTS, use.setting, use.day] = None
        if use.isolated > use.start:
            self._by_unit[use.unit].append(use)
            self._touched[Resource.PLACES, use.unit, 0] = None

    def _uses_of(self, columns: Sequence[Column]) -> list[_Use]:
        """What the stays of columns take, in the order of the columns; also keeps the columns' points."""
        choices, legs, places = self.choices, self.choices.legs, self.capacity.places
        table = np.array(columns, dtype=np.int64)
        paired = np.flatnonzero(table[:, 3] >= 0)
        numbers = np.arange(len(columns)) + len(self.columns)
        column = np.concatenate([numbers, numbers[paired]])
        choice = np.concatenate([table[:, 1], table[paired, 3]])
        leg = choices.leg[choice]
        at = np.concatenate([table[:, 2], legs.offset[leg[len(columns) :]]])
        points = choices.points[choice] + legs.wait[at]
        mine = points[: len(columns)].copy()
        mine[paired] += points[len(columns) :]
        self.points += mine.tolist()
        group = choices.group[choice]
        person = np.concatenate([table[:, 0], table[paired, 0]])
        fields = (
            column,
            person,
            group,
            places.unit[group],
            places.setting[group],
            legs.start_cell[at],
            legs.end_cell[at],
            np.where(legs.isolates(leg, at), legs.isolated_cell[leg], 0),
            legs.start[at],
            leg,
        )
        made = [_Use(*values) for values in zip(*(f.tolist() for f in fields), strict=True)]
        return sorted(made, key=lambda use: use.column)

    def _last_of(self, uses: Sequence[_Use]) -> Iterator[_Use]:
        """The use of the last stay of each column."""
        for at, use in enumerate(uses):
            if at + 1 == len(uses) or uses[at + 1].column != use.column:
                yield use

    def _write_columns(self, entries: Sequence[Sequence[int]]) -> None:
        number = len(entries)
        index = np.array([row for rows in entries for row in rows], dtype=np.int32)
        starts = np.cumsum([0, *(len(rows) for rows in entries[:-1])]).astype(np.int32)
        self._solver.addCols(
            number,
            np.zeros(number),
            np.zeros(number),
            np.full(number, INFINITY),
            len(index),
            starts,
            index,
            np.ones(len(index)),
        )
        self._solver_columns += number

    # --- rows ---------------------------------------------------------------------------------------

    def _write(self, rows: Sequence[_NewRow]) -> None:
        if not rows:
            return
        index = np.array([m for row in rows for m in row.members], dtype=np.int32)
        value = np.array([v for row in rows for v in row.values], dtype=np.float64)
        self._solver.addRows(
            len(rows),
            np.array([row.lower for row in rows]),
            np.array([row.upper for row in rows]),
            len(index),
            np.cumsum([0, *(len(row.members) for row in rows[:-1])]).astype(np.int32),
            index,
            value,
        )
        for row in rows:
            at = len(self._rows)
            self._rows[row.resource, row.where] = at
            if row.resource in (Resource.BEDS, Resource.PLACES):
                self._cells[row.resource, row.where[0]].append((row.where[1], at))

    def _row(self, resource: Resource, where: int, at: int) -> _NewRow:
        """The row of a group's beds or a unit's places in a cell, or of a setting's admissions on a day."""
        there = [use.column for use in self._users(resource, where, at) if _takes(resource, use, at)]
        limit = float(self._limits(resource)[where, at])
        return _NewRow(
            resource, (where, at), -INFINITY, limit, [self._at[c] for c in there], [1.0] * len(there)
        )

    def _users(self, resource: Resource, where: int, at: int) -> list[_Use]:
        if resource is Resource.BEDS:
            return self._by_group[where]
        return self._by_unit[where] if resource is Resource.PLACES else self._by_slot[where, at]

    def _limits(self, resource: Resource) -> Ints32:
        capacity = self.capacity
        if resource is Resource.BEDS:
            return capacity.free
        return capacity.isolation_places if resource is Resource.PLACES else capacity.slots

    @property
    def scarce(self) -> tuple[Scarce, ...]:
        """All that has a row of its own."""
        return tuple((resource, where[0], where[1]) for resource, where in self._rows if resource in _SHARED)

    def expect(self, scarce: Sequence[Scarce]) -> None:
        """Write these rows, where columns take of them."""
        self._write(
            [self._row(*one) for one in scarce if (one[0], one[1:]) not in self._rows and self._users(*one)]
        )

    def foresee(self) -> None:
        """Write the rows that many new columns may break: beds and places on the day by which all have
        begun, and admissions."""
        rows: list[_NewRow] = []
        for resource, where, day in self._touched:
            uses = self._users(resource, where, day)
            at = day if resource is Resource.SLOTS else max(use.start for use in uses)
            if len(uses) <= (limit := self._limits(resource)[where, at]):
                continue
            if len({use.person for use in uses}) > limit and (resource, (where, at)) not in self._rows:
                rows.append(self._row(resource, where, at))
        self._touched.clear()
        self._write(rows)

    def complete(self) -> None:
        """Write every row that some choice of columns could break: with whole numbers, to find them one by
        one costs more than to have them all."""
        rows = [
            self._row(resource, where, at)
            for resource, users in ((Resource.BEDS, self._by_group), (Resource.PLACES, self._by_unit))
            for where, uses in users.items()
            for at in self._crowded(resource, where, uses)
        ]
        rows += [
            self._row(Resource.SLOTS, *where)
            for where, uses in self._by_slot.items()
            if len({use.person for use in uses}) > self.capacity.slots[where]
        ]
        self._write([row for row in rows if (row.resource, row.where) not in self._rows])

    def _crowded(self, resource: Resource, where: int, uses: Sequence[_Use]) -> list[int]:
        """The cells in which more people could be than there is room for: those in which a stay begins, or
        less is free than before."""
        limit = self._limits(resource)[where]
        if len({use.person for use in uses}) <= limit.min():
            return []
        starts = {use.start for use in uses}
        first, last = min(starts), max(use.end for use in uses)
        drops = np.flatnonzero(np.diff(limit[first:last]) < 0) + first + 1
        return [
            at
            for at in sorted(starts.union(drops.tolist()))
            if len({use.person for use in uses if _takes(resource, use, at)}) > limit[at]
        ]

    def _broken(self, values: Floats) -> list[_NewRow]:
        """A row for each group, unit and setting of which the solution takes more than there is."""
        mine = values[self._at]
        taking = [use for use in self._uses if mine[use.column] > WHOLE]
        share = mine[[use.column for use in taking]]
        beds = [(use.group, use.start, use.end) for use in taking]
        # nobody who doesn't isolate takes a place: their stay has no cell of it
        places = [(use.unit, use.start, max(use.isolated, use.start)) for use in taking]
        admissions = [(use.setting, use.day, use.day + 1) for use in taking]
        return [
            self._row(resource, where, at)
            for resource, spans in (
                (Resource.BEDS, beds),
                (Resource.PLACES, places),
                (Resource.SLOTS, admissions),
            )
            for where, at in _over(spans, share, self._limits(resource))
        ]

    # --- cohorts and companions: switches ---------------------------------------------------------------

    def _new_switch(self, where: tuple[int, ...], rows: Sequence[int]) -> int:
        at = self._switch[where] = self._solver_columns
        self._solver.addCols(
            1, np.zeros(1), np.zeros(1), np.ones(1), len(rows),
            np.zeros(1, dtype=np.int32), np.array(rows, dtype=np.int32), np.ones(len(rows)),
        )  # fmt: skip
        self._solver_columns += 1
        return at

    def _write_companions(self, group: Group) -> None:
        """For each setting a switch: all of them end there, or none does."""
        for setting in group.settings:
            switch = self._new_switch((-1, group.members[0], setting), ())
            self._write(
                [
                    _NewRow(Resource.TOGETHER, (person, setting), 0.0, 0.0, (switch,), (-1.0,))
                    for person in group.members
                ]
            )

    def _mixed(self, values: Floats) -> list[tuple[int, int]]:
        """The units and cells in which the solution has people of two organisms in a cohort."""
        found: dict[tuple[int, int], set[int]] = defaultdict(set)
        for unit in self.mixed_units:
            for use in self._by_unit[unit]:
                if values[self._at[use.column]] > WHOLE:
                    for start, end, organism in self._cohort_cells(use):
                        for cell in range(start, end):
                            found[unit, cell].add(organism)
        new = [where for where, organisms in found.items() if len(organisms) > 1]
        first: dict[int, int] = {}
        for unit, cell in sorted(new):
            first.setdefault(unit, cell)
        return [(u, c) for u, c in first.items() if (Resource.ONE_COHORT, (u, c)) not in self._rows]

    def _cohort_cells(self, use: _Use) -> Iterator[tuple[int, int, int]]:
        """The cells of a stay in a cohort, by organism."""
        cell = self.capacity.cell
        for start, end, organism in self.choices.legs.all[use.leg].cohorts:
            first, last = max(cell(start), use.start), min(cell(end), use.end)
            if first < last:
                yield first, last, organism

    def _write_cohort(self, unit: int, cell: int) -> None:
        """In this cell a switch for each organism that could be there: only one is on."""
        self._write([_NewRow(Resource.ONE_COHORT, (unit, cell), -INFINITY, 1.0, (), ())])
        for use in self._by_unit[unit]:
            self._join_cohorts(use, only=cell)

    def _join_cohorts(self, use: _Use, only: int | None = None) -> None:
        """Tie a column to the switches of the cohorts that it would join."""
        if use.unit not in self.mixed_units or use.isolated <= use.start:
            return
        for start, end, organism in self._cohort_cells(use):
            for cell in range(start, end) if only is None else [only] if start <= only < end else []:
                one = self._rows.get((Resource.ONE_COHORT, (use.unit, cell)))
                if one is None:
                    continue
                where = (use.unit, cell, organism)
                switch = self._switch.get(where)
                if switch is None:
                    switch = self._new_switch(where, [one])
                tag = (Resource.COHORT, (*where, use.person))
                if tag not in self._rows:
                    self._write([_NewRow(*tag, -INFINITY, 0.0, (switch,), (-1.0,))])
                self._solver.changeCoeff(self._rows[tag], self._at[use.column], 1.0)

    # --- solving ------------------------------------------------------------------------------------

    def relaxed(
        self, costs: Floats, floors: Mapping[int, int], *, deadline: float | None = None
    ) -> Optimum | None:
        """The optimum where people may be split; None where the deadline came first.

        `costs` has one for each column; `floors` the least number of people to place, by priority.
        """
        solver = self._solver
        self._prepare(solver, costs, floors)
        _set_deadline(solver, deadline)
        # with new columns alone the last optimum stays feasible: primal simplex; with new rows it doesn't
        solver.setOptionValue("simplex_strategy", PRIMAL if self._lawful else DUAL)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = solver.getSolution()
        values = np.asarray(solution.col_value)
        mine = values[self._at]
        placed: dict[int, float] = defaultdict(float)
        taken = np.flatnonzero(mine)
        for at, share in zip(taken.tolist(), mine[taken].tolist(), strict=True):
            placed[self.priorities[self.columns[at][0]]] += share
        value = float(solver.getInfo().objective_function_value)
        duals = Duals.of(self._rows, np.asarray(solution.row_dual), self.capacity)
        reduced = np.asarray(solution.col_dual)[self._at]
        lawful = self._lawful = not self._write_broken(values)
        whole = lawful and bool(np.all(np.abs(values - np.round(values)) < WHOLE))
        return Optimum(value, duals, placed, lawful, self._chosen(values) if whole else None, mine, reduced)

    def whole(
        self,
        costs: Floats,
        floors: Mapping[int, int],
        *,
        known: Sequence[Column] = (),
        deadline: float | None = None,
    ) -> tuple[int, ...] | None:
        """The best choice of columns in whole numbers; None where none was found in time.

        `known`: columns that make a plan, to be bettered.
        """
        self._prepare(self._solver, costs, floors)
        self.complete()
        while True:
            lp = self._solver.getLp()
            lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
            solver = _quiet_solver()
            # only rows that bind are written, so looking for more to leave out costs more than it saves
            solver.setOptionValue("presolve", "off")
            solver.passModel(lp)
            if known:
                chosen = set(known)
                values = np.array([float(column in chosen) for column in self.columns])
                solver.setSolution(len(self._at), np.array(self._at, dtype=np.int32), values)
            _set_deadline(solver, deadline)
            solver.run()
            solution = solver.getSolution()
            if not solution.value_valid:
                return None
            values = np.asarray(solution.col_value)
            if not self._write_broken(values):
                return self._chosen(values)
            if deadline is not None and time.monotonic() > deadline:
                return None

    def _write_broken(self, values: Floats) -> bool:
        """Write the rows that a solution breaks; whether there were any."""
        rows = self._broken(values)
        mixed = self._mixed(values)
        self._write(rows)
        for unit, cell in mixed:
            self._write_cohort(unit, cell)
        return bool(rows or mixed)

    def _prepare(self, solver: highspy.Highs, costs: Floats, floors: Mapping[int, int]) -> None:
        at = np.array(self._at, dtype=np.int32)
        solver.changeColsCost(len(at), at, costs)
        for priority in sorted({p for p in self.priorities if p in floors or floors}):
            tag = (Resource.PRIORITY, (priority,))
            if tag not in self._rows:
                members = [
                    a
                    for a, c in zip(self._at, self.columns, strict=True)
                    if self.priorities[c[0]] == priority
                ]
                self._write([_NewRow(*tag, -INFINITY, INFINITY, members, [1.0] * len(members))])
        for (resource, where), row in self._rows.items():
            if resource is Resource.PRIORITY:
                solver.changeRowBounds(row, float(floors.get(where[0], 0)), INFINITY)

    def _chosen(self, values: Floats) -> tuple[int, ...]:
        return tuple(np.flatnonzero(values[self._at] > 0.5).tolist())


def _takes(resource: Resource, use: _Use, at: int) -> bool:
    """Whether a stay takes some of the resource in the cell (or on the day)."""
    if resource is Resource.SLOTS:
        return True
    return use.start <= at < (use.end if resource is Resource.BEDS else use.isolated)


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


def _quiet_solver() -> highspy.Highs:
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)
    return solver


def _set_deadline(solver: highspy.Highs, deadline: float | None) -> None:
    if deadline is not None:
        left = max(0.01, deadline - time.monotonic())
        solver.setOptionValue("time_limit", solver.getRunTime() + left)
