"""The linear program over chosen itineraries: its rows, its duals, its whole-numbered optimum.

Rows stand for what people share: a person's one itinerary, beds and isolation places by cell, admissions
by setting and day, one organism a cohort, companions in one setting. Most of them never bind: a row is
written when a solution breaks it, or when many are likely to. The program only grows, so that each optimum
starts from the last one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from discharge.matching.choices import Choices
from discharge.matching.duals import Duals, Resource
from discharge.matching.highs import INFINITY, NewRow, Solver
from discharge.matching.rooms_together import Group, rooms_together
from discharge.matching.uses import WHOLE, Column, Scarce, Use, Uses, last_of, uses_of
from discharge.rules.places import Floats

_SHARED = (Resource.BEDS, Resource.PLACES, Resource.SLOTS)

_Tag = tuple[Resource, tuple[int, ...]]


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


class LinearProgram:
    """Columns to choose from, and what they share."""

    def __init__(
        self,
        choices: Choices,
        priorities: Sequence[int],
        together: Sequence[Group] = (),
        *,
        sizes: Sequence[int],
        mixed_units: frozenset[int] = frozenset(),
    ) -> None:
        self.choices = choices
        self.capacity = choices.legs.capacity
        self.priorities = priorities
        self.sizes = sizes
        """How many people each person stands for."""
        self.together = tuple(together)
        self.mixed_units = mixed_units
        self.columns: list[Column] = []
        self.points: list[int] = []
        """Of each column."""
        self._at: list[int] = []
        """The solver's column of each column: switches of cohorts and companions stand between them."""
        self._uses = Uses(self.capacity, sizes)
        self._rows: dict[_Tag, int] = {}
        self._cells: dict[tuple[Resource, int], list[tuple[int, int]]] = defaultdict(list)
        """The rows of a group, unit or setting, as (cell or day, row)."""
        self._switch: dict[tuple[int, ...], int] = {}
        self._solver = Solver()
        self._lawful = False
        for at in range(len(priorities)):
            self._rows[Resource.PERSON, (at,)] = at
        self._solver.add_rows([NewRow(-INFINITY, float(size), ()) for size in sizes])
        for group in self.together:
            self._write_companions(group)
        self._write_rooms()

    # --- columns and rows ---------------------------------------------------------------------------

    def add(self, columns: Sequence[Column]) -> None:
        """Adds columns to choose from."""
        if not columns:
            return
        first = len(self.columns)
        uses, points = uses_of(columns, self.choices, first)
        rows_of = [[self._rows[Resource.PERSON, (column.person,)]] for column in columns]
        for rows, column in zip(rows_of, columns, strict=True):
            self._enter(rows, Resource.PRIORITY, (self.priorities[column.person],))
        for use in uses:
            self._uses.add(use)
            self._enter_shared(rows_of[use.column - first], use)
        if self.together:
            for use in last_of(uses):
                self._enter(rows_of[use.column - first], Resource.TOGETHER, (use.person, use.setting))
        self.columns += columns
        self.points += points.tolist()
        start = self._solver.add_columns(rows_of)
        self._at += range(start, start + len(columns))
        for use in uses:
            self._join_cohorts(use)

    def _enter(self, rows: list[int], resource: Resource, where: tuple[int, ...]) -> None:
        row = self._rows.get((resource, where))
        if row is not None:
            rows.append(row)

    def _enter_shared(self, rows: list[int], use: Use) -> None:
        wheres = ((Resource.BEDS, use.group), (Resource.PLACES, use.unit), (Resource.SLOTS, use.setting))
        for resource, where in wheres:
            rows += [row for at, row in self._cells.get((resource, where), ()) if use.takes(resource, at)]

    def _write(self, rows: Sequence[tuple[_Tag, NewRow]]) -> None:
        if not rows:
            return
        start = self._solver.add_rows([row for _, row in rows])
        for at, ((resource, where), _) in enumerate(rows, start):
            self._rows[resource, where] = at
            if resource in _SHARED:
                self._cells[resource, where[0]].append((where[1], at))

    def expect(self, scarce: Iterable[Scarce]) -> None:
        """Writes the rows of these, where they aren't yet and columns take of them."""
        new: list[tuple[_Tag, NewRow]] = []
        for resource, where, at in scarce:
            tag = (resource, (where, at))
            there = [self._at[use.column] for use in self._uses.of(resource, where, at)]
            if there and tag not in self._rows:
                new.append((tag, NewRow(-INFINITY, float(self._uses.limit(resource)[where, at]), there)))
        self._write(new)

    @property
    def scarce(self) -> tuple[Scarce, ...]:
        """All that has a row of its own."""
        return tuple((resource, where[0], where[1]) for resource, where in self._rows if resource in _SHARED)

    def foresee(self) -> None:
        """Writes the rows that many new columns may break."""
        self.expect(self._uses.likely_short())

    # --- cohorts and companions: switches ---------------------------------------------------------------

    def _new_switch(self, where: tuple[int, ...], rows: Sequence[int]) -> int:
        at = self._switch[where] = self._solver.add_columns([rows], most=1.0)
        return at

    def _write_companions(self, group: Group) -> None:
        """For each setting a switch: all of them end there, or none does."""
        for setting in group.settings:
            switch = self._new_switch((-1, group.members[0], setting), ())
            self._write(
                [
                    ((Resource.TOGETHER, (person, setting)), NewRow(0.0, 0.0, (switch,), (-1.0,)))
                    for person in group.members
                ]
            )

    def _write_rooms(self) -> None:
        """How many groups whole a setting can take."""
        rows: list[tuple[_Tag, NewRow]] = []
        for room in rooms_together(self.choices, self.together):
            switches = [
                self._switch[-1, self.together[group].members[0], room.setting] for group, _ in room.groups
            ]
            weights = [float(often) for _, often in room.groups]
            tag = (Resource.ROOM_TOGETHER, (room.setting, room.size))
            rows.append((tag, NewRow(-INFINITY, float(room.most), switches, weights)))
        self._write(rows)

    def _mixed(self, share: Floats) -> list[tuple[int, int]]:
        """Of each unit in which a solution has people of two organisms in a cohort, the first such cell."""
        found: dict[tuple[int, int], set[int]] = defaultdict(set)
        for unit in self.mixed_units:
            for use in self._uses.isolating_in(unit):
                if share[use.column] > WHOLE:
                    for start, end, organism in self._cohort_cells(use):
                        for cell in range(start, end):
                            found[unit, cell].add(organism)
        first: dict[int, int] = {}
        for where in sorted(where for where, organisms in found.items() if len(organisms) > 1):
            if (Resource.ONE_COHORT, where) not in self._rows:
                first.setdefault(*where)
        return list(first.items())

    def _cohort_cells(self, use: Use) -> Iterator[tuple[int, int, int]]:
        """The cells of a stay in a cohort, by organism."""
        cell = self.capacity.cell
        for start, end, organism in self.choices.legs.all[use.leg].cohorts:
            first, last = max(cell(start), use.start), min(cell(end), use.end)
            if first < last:
                yield first, last, organism

    def _write_cohort(self, unit: int, cell: int) -> None:
        """In this cell a switch for each organism that could be there: only one is on."""
        self._write([((Resource.ONE_COHORT, (unit, cell)), NewRow(-INFINITY, 1.0, ()))])
        for use in self._uses.isolating_in(unit):
            self._join_cohorts(use, only=cell)

    def _join_cohorts(self, use: Use, only: int | None = None) -> None:
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
                    places = int(self.capacity.isolation_places[use.unit, cell])
                    most = float(min(self.sizes[use.person], max(1, places)))
                    self._write([(tag, NewRow(-INFINITY, 0.0, (switch,), (-most,)))])
                self._solver.join(self._rows[tag], self._at[use.column])

    # --- solving ------------------------------------------------------------------------------------

    def relaxed(
        self, costs: Floats, floors: Mapping[int, int], *, deadline: float | None = None
    ) -> Optimum | None:
        """The optimum where people may be split; None where the deadline came first.

        `costs` has one for each column; `floors` the least number of people to place, by priority.
        """
        self._set(costs, floors)
        # with new columns alone the last optimum stays feasible; with new rows it doesn't
        found = self._solver.relax(primal=self._lawful, deadline=deadline)
        if found is None:
            return None
        share = found.columns[self._at]
        placed: dict[int, float] = defaultdict(float)
        taken = np.flatnonzero(share)
        for at, part in zip(taken.tolist(), share[taken].tolist(), strict=True):
            placed[self.priorities[self.columns[at].person]] += part
        duals = Duals.of(self._rows, found.duals, self.capacity)
        lawful = self._lawful = not self._write_broken(share)
        whole = lawful and bool(np.all(np.abs(found.columns - np.round(found.columns)) < WHOLE))
        chosen = self._chosen(found.columns) if whole else None
        return Optimum(found.value, duals, placed, lawful, chosen, share, found.reduced[self._at])

    def _write_broken(self, share: Floats) -> bool:
        """Writes the rows that a solution breaks; whether there were any."""
        short = list(self._uses.short(share))
        mixed = self._mixed(share)
        self.expect(short)
        for unit, cell in mixed:
            self._write_cohort(unit, cell)
        return bool(short or mixed)

    def _set(self, costs: Floats, floors: Mapping[int, int]) -> None:
        """Sets what columns cost and how many people are to be placed."""
        self._solver.set_costs(self._at, costs)
        for priority in sorted(set(self.priorities)) if floors else ():
            tag = (Resource.PRIORITY, (priority,))
            if tag not in self._rows:
                whose = (self.priorities[column.person] for column in self.columns)
                members = [at for at, own in zip(self._at, whose, strict=True) if own == priority]
                self._write([(tag, NewRow(-INFINITY, INFINITY, members))])
        for (resource, where), row in self._rows.items():
            if resource is Resource.PRIORITY:
                self._solver.set_least(row, float(floors.get(where[0], 0)))

    def _chosen(self, values: Floats) -> tuple[int, ...]:
        often = np.round(values[self._at]).astype(np.int64)
        return tuple(np.repeat(np.arange(len(often)), often).tolist())
