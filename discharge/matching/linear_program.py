"""The linear program over chosen itineraries: its rows, its duals, its whole-numbered optimum (HiGHS).

Rows stand for what people share: a person's one itinerary, beds and isolation places by cell, admissions
by setting and day, one organism a cohort, companions in one setting. Only rows that can bind are written:
a bed group needs one for each cell in which a stay begins or in which less is free than before, and only
where more people could be there than there are beds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import highspy
import numpy as np
from numpy.typing import NDArray

from discharge.matching.capacity import Capacity
from discharge.matching.itineraries import Itinerary
from discharge.rules.places import Floats, Ints

WHOLE = 1e-6
"""A value this near to a whole number is whole."""

INFINITY = highspy.kHighsInf

K = TypeVar("K")
V = TypeVar("V")

Tag = tuple[object, ...]
Span = tuple[int, int, int]
"""A stay's first cell, the cell after its last, and its column."""


@dataclass(frozen=True, slots=True)
class Group:
    """Companions who end in one of `settings` together, or not at all (N7)."""

    members: tuple[int, ...]
    settings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    tag: Tag
    lower: float
    upper: float
    index: NDArray[np.int32]
    value: Floats


@dataclass(frozen=True, eq=False)
class Duals:
    """What each resource costs at the linear program's optimum; nothing is cheaper than free.

    `beds` and `places` are cumulated over cells, a row for each group or unit that costs anything;
    `bed_row` and `place_row` give the row of a group or unit, 0 for those that cost nothing.
    """

    patient: Mapping[int, float]
    priority: Mapping[int, float]
    beds: Floats
    bed_row: Ints
    places: Floats
    place_row: Ints
    slots: Floats
    cohorts: Mapping[int, Sequence[tuple[int, int, int, float]]]
    together: Mapping[int, Mapping[int, float]]


@dataclass(frozen=True, eq=False)
class Optimum:
    """An optimum of the linear program: its value, the duals, how many people it places by priority, and
    the itineraries where it is whole."""

    value: float
    duals: Duals
    placed: Mapping[int, float]
    chosen: tuple[Itinerary, ...] | None


class LinearProgram:
    """Itineraries to choose from, and what they share. Grows; rows of what didn't change are kept."""

    def __init__(
        self,
        capacity: Capacity,
        priorities: Mapping[int, int],
        together: Sequence[Group] = (),
        *,
        mixed_units: frozenset[int] = frozenset(),
    ) -> None:
        self.capacity = capacity
        self.places = capacity.places
        self.priorities = priorities
        self.together = tuple(together)
        self.mixed_units = mixed_units
        self.columns: list[Itinerary] = []
        self._patients: dict[int, list[int]] = defaultdict(list)
        self._beds: dict[int, list[Span]] = defaultdict(list)
        self._places: dict[int, list[Span]] = defaultdict(list)
        self._slots: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._cohorts: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        self._ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._mates = {i for group in self.together for i in group.members}
        self._kept: dict[Tag, list[_Row]] = {}
        self._status: dict[Tag, highspy.HighsBasisStatus] = {}
        self._column_status: list[highspy.HighsBasisStatus] = []
        self._solver = _quiet_solver()

    def add(self, itineraries: Iterable[Itinerary]) -> None:
        """Add itineraries to choose from."""
        cell = self.capacity.cell
        for itinerary in itineraries:
            at = len(self.columns)
            self.columns.append(itinerary)
            self._changed(self._patients, itinerary.patient, "patient").append(at)
            for group, stays in itinerary.stays:
                unit, setting = (
                    int(self.places.unit[group]),
                    int(self.places.setting[group]),
                )
                first = cell(stays.start)
                self._changed(self._beds, group, "beds").append((first, cell(stays.end), at))
                self._changed(self._slots, (setting, stays.start), "slots").append(at)
                if stays.isolated_to > stays.start:
                    self._changed(self._places, unit, "places").append((first, cell(stays.isolated_to), at))
                    if unit in self.mixed_units:
                        self._cohorts[unit] += [(cell(s), cell(e), o, at) for s, e, o in stays.cohorts]
            if itinerary.patient in self._mates:
                self._ends[itinerary.patient, int(self.places.setting[itinerary.last_group])].append(at)

    def _changed(self, found: dict[K, list[V]], key: K, kind: str) -> list[V]:
        self._kept.pop((kind, key), None)
        return found[key]

    # --- rows ---------------------------------------------------------------------------------------

    def _rows(self, floors: Mapping[int, int]) -> tuple[list[_Row], int]:
        """All rows that can bind, and the number of switches after the itineraries' columns."""
        rows: list[_Row] = []
        for patient in self._patients:
            rows += self._remembered(("patient", patient), self._patient_row)
        for group in self._beds:
            rows += self._remembered(("beds", group), self._bed_rows)
        for unit in self._places:
            rows += self._remembered(("places", unit), self._place_rows)
        for where in self._slots:
            rows += self._remembered(("slots", where), self._slot_row)
        own = np.array([self.priorities[c.patient] for c in self.columns], dtype=np.int64)
        for priority in sorted(set(self.priorities.values())):
            members = np.flatnonzero(own == priority).astype(np.int32)
            rows.append(
                _Row(
                    ("priority", priority),
                    float(floors.get(priority, 0)),
                    INFINITY,
                    members,
                    np.ones(len(members)),
                )
            )
        switches = _Switches(len(self.columns))
        for unit in sorted(self._cohorts):
            rows += self._cohort_rows(unit, switches)
        for companions in self.together:
            rows += self._together_rows(companions, switches)
        return rows, switches.number

    def _remembered(self, tag: Tag, make: object) -> list[_Row]:
        if tag not in self._kept:
            assert callable(make)
            self._kept[tag] = list(make(tag[1]))
        return self._kept[tag]

    def _patient_row(self, patient: int) -> Iterator[_Row]:
        ats = self._patients[patient]
        yield _Row(
            ("patient", patient),
            -INFINITY,
            1.0,
            np.array(ats, dtype=np.int32),
            np.ones(len(ats)),
        )

    def _bed_rows(self, group: int) -> Iterator[_Row]:
        yield from self._crowded("beds", group, self._beds[group], self.capacity.free[group])

    def _place_rows(self, unit: int) -> Iterator[_Row]:
        yield from self._crowded("places", unit, self._places[unit], self.capacity.isolation_places[unit])

    def _slot_row(self, where: tuple[int, int]) -> Iterator[_Row]:
        ats = self._slots[where]
        limit = int(self.capacity.slots[where])
        if len(ats) > limit and len({self.columns[at].patient for at in ats}) > limit:
            yield _Row(
                ("slots", *where),
                -INFINITY,
                float(limit),
                np.array(ats, dtype=np.int32),
                np.ones(len(ats)),
            )

    def _crowded(
        self, kind: str, where: int, spans: Sequence[Span], limit: NDArray[np.int32]
    ) -> Iterator[_Row]:
        table = np.array(spans, dtype=np.int64)
        begins, ends, ats = table[:, 0], table[:, 1], table[:, 2]
        patients = np.array([self.columns[at].patient for at in ats.tolist()], dtype=np.int64)
        first, last = int(begins.min()), int(ends.max())
        if len(np.unique(patients)) <= limit[first:last].min():
            return
        drops = np.flatnonzero(np.diff(limit[first:last]) < 0) + first + 1
        for cell in np.union1d(begins, drops).tolist():
            there = np.flatnonzero((begins <= cell) & (cell < ends))
            if len(np.unique(patients[there])) > limit[cell]:
                index = np.unique(ats[there]).astype(np.int32)
                yield _Row(
                    (kind, where, cell),
                    -INFINITY,
                    float(limit[cell]),
                    index,
                    np.ones(len(index)),
                )

    def _cohort_rows(self, unit: int, switches: _Switches) -> Iterator[_Row]:
        """In a cell in which people of several organisms could be, a switch for each: only one is on."""
        spans = self._cohorts[unit]
        for cell in sorted({first for first, _, _, _ in spans}):
            there: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
            for first, end, organism, at in spans:
                if first <= cell < end:
                    there[organism][self.columns[at].patient].append(at)
            if len(there) < 2:
                continue
            chosen = []
            for organism, patients in sorted(there.items()):
                switch = switches.new()
                chosen.append(switch)
                for patient, ats in patients.items():
                    tag = ("cohort", unit, cell, organism, patient)
                    yield _switched(tag, -INFINITY, ats, switch)
            index = np.array(chosen, dtype=np.int32)
            yield _Row(("one cohort", unit, cell), -INFINITY, 1.0, index, np.ones(len(chosen)))

    def _together_rows(self, companions: Group, switches: _Switches) -> Iterator[_Row]:
        """For each setting a switch: all of them end there, or none does."""
        for setting in companions.settings:
            switch = switches.new()
            for patient in companions.members:
                ats = self._ends.get((patient, setting), [])
                yield _switched(("together", patient, setting), 0.0, ats, switch)

    # --- solving ------------------------------------------------------------------------------------

    def _model(self, costs: Floats, floors: Mapping[int, int]) -> tuple[highspy.HighsLp, list[_Row]]:
        rows, switches = self._rows(floors)
        total = len(self.columns) + switches
        lp = highspy.HighsLp()
        lp.num_col_ = total
        lp.num_row_ = len(rows)
        lp.col_cost_ = np.concatenate([costs, np.zeros(switches)])
        lp.col_lower_ = np.zeros(total)
        lp.col_upper_ = np.full(total, INFINITY)
        lp.row_lower_ = np.array([row.lower for row in rows])
        lp.row_upper_ = np.array([row.upper for row in rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row.index) for row in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate([row.index for row in rows]) if rows else np.zeros(0, np.int32)
        lp.a_matrix_.value_ = np.concatenate([row.value for row in rows]) if rows else np.zeros(0)
        return lp, rows

    def relaxed(
        self, costs: Floats, floors: Mapping[int, int], *, deadline: float | None = None
    ) -> Optimum | None:
        """The optimum where people may be split; None where the deadline came first.

        `costs` has one for each column; `floors` the least number of people to place, by priority.
        """
        lp, rows = self._model(costs, floors)
        solver = self._solver
        _set_deadline(solver, deadline)
        solver.passModel(lp)
        self._start_from_last(solver, rows, lp.num_col_)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        self._remember_basis(solver, rows)
        solution = solver.getSolution()
        values = np.asarray(solution.col_value)
        whole = bool(np.all(np.abs(values - np.round(values)) < WHOLE))
        duals = self._duals(rows, np.asarray(solution.row_dual))
        value = float(solver.getInfo().objective_function_value)
        placed: dict[int, float] = defaultdict(float)
        for column, share in zip(self.columns, values.tolist(), strict=False):
            placed[self.priorities[column.patient]] += share
        return Optimum(value, duals, placed, self._chosen(values) if whole else None)

    def whole(
        self, costs: Floats, floors: Mapping[int, int], *, deadline: float | None = None
    ) -> tuple[Itinerary, ...] | None:
        """The best choice in whole numbers among the columns; None where none was found in time."""
        lp, _ = self._model(costs, floors)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
        solver = _quiet_solver()
        # only rows that can bind are written, so looking for more to leave out costs more than it saves
        solver.setOptionValue("presolve", "off")
        _set_deadline(solver, deadline)
        solver.passModel(lp)
        solver.run()
        solution = solver.getSolution()
        return self._chosen(np.asarray(solution.col_value)) if solution.value_valid else None

    def _chosen(self, values: Floats) -> tuple[Itinerary, ...]:
        return tuple(self.columns[at] for at in np.flatnonzero(values[: len(self.columns)] > 0.5).tolist())

    def _start_from_last(self, solver: highspy.Highs, rows: Sequence[_Row], total: int) -> None:
        """Start from the last basis: new columns at nought, new rows slack."""
        if not self._column_status or self.mixed_units or self.together:
            return
        low, basic = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
        basis = highspy.HighsBasis()
        basis.col_status = [
            *self._column_status,
            *[low] * (total - len(self._column_status)),
        ]
        basis.row_status = [self._status.get(row.tag, basic) for row in rows]
        basis.valid = True
        basis.alien = True
        solver.setBasis(basis)

    def _remember_basis(self, solver: highspy.Highs, rows: Sequence[_Row]) -> None:
        basis = solver.getBasis()
        self._column_status = list(basis.col_status)
        self._status = dict(zip((row.tag for row in rows), basis.row_status, strict=True))

    # --- duals ----------------------------------------------------------------------------------------

    def _duals(self, rows: Sequence[_Row], values: Floats) -> Duals:
        patient: dict[int, float] = {}
        priority: dict[int, float] = {}
        beds: dict[int, dict[int, float]] = defaultdict(dict)
        places: dict[int, dict[int, float]] = defaultdict(dict)
        slots = np.zeros(self.capacity.slots.shape)
        cohorts: dict[int, list[tuple[int, int, int, float]]] = defaultdict(list)
        together: dict[int, dict[int, float]] = defaultdict(dict)
        for at in np.flatnonzero(values).tolist():
            value = float(values[at])
            match rows[at].tag:
                case ("patient", int(i)):
                    patient[i] = value
                case ("priority", int(p)):
                    priority[p] = value
                case ("beds", int(g), int(cell)):
                    beds[g][cell] = value
                case ("places", int(u), int(cell)):
                    places[u][cell] = value
                case ("slots", int(s), int(day)):
                    slots[s, day] = value
                case ("cohort", int(u), int(cell), int(o), int(i)):
                    cohorts[i].append((u, cell, o, value))
                case ("together", int(i), int(s)):
                    together[i][s] = value
                case _:
                    pass
        bed_row, bed_table = _cumulated(beds, len(self.places), self.capacity.cells)
        place_row, place_table = _cumulated(places, len(self.places.units), self.capacity.cells)
        return Duals(
            patient,
            priority,
            bed_table,
            bed_row,
            place_table,
            place_row,
            slots,
            cohorts,
            together,
        )


@dataclass(eq=False)
class _Switches:
    """Counts the columns that are not itineraries: switches of cohorts and companions."""

    base: int
    number: int = field(default=0)

    def new(self) -> int:
        self.number += 1
        return self.base + self.number - 1


def _switched(tag: Tag, lower: float, ats: Sequence[int], switch: int) -> _Row:
    """The columns `ats` add up to at most the switch (to just that, where `lower` is 0)."""
    index = np.array([*ats, switch], dtype=np.int32)
    return _Row(tag, lower, 0.0, index, np.array([1.0] * len(ats) + [-1.0]))


def _cumulated(costs: Mapping[int, Mapping[int, float]], number: int, cells: int) -> tuple[Ints, Floats]:
    row = np.zeros(number, dtype=np.int64)
    table = np.zeros((len(costs) + 1, cells + 1))
    for at, (where, by_cell) in enumerate(costs.items(), 1):
        row[where] = at
        for cell, value in by_cell.items():
            table[at, cell + 1] = value
    np.cumsum(table, axis=1, out=table)
    return row, table


def _quiet_solver() -> highspy.Highs:
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)
    return solver


def _set_deadline(solver: highspy.Highs, deadline: float | None) -> None:
    if deadline is not None:
        left = max(0.01, deadline - time.monotonic())
        solver.setOptionValue("time_limit", solver.getRunTime() + left)
