"""The optimum, exact and proven: columns are itineraries, priced by the duals; HiGHS solves. Nothing else
in the program knows the solver.

First the number placed with priority 1, then 2, 3, 4, then the fewest points (spec: case, "What is
optimal"), a stage each. A stage starts from a few itineraries a person and adds those that the linear
program's duals say could improve it, until none can: that proves a bound. Where the best whole-numbered
plan doesn't reach the bound, every itinerary that could close the gap is added, which makes it exact.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray

from discharge.matching.capacity import Capacity
from discharge.matching.itineraries import Itinerary, Seeker, Stays, Way
from discharge.rules.places import ISOLATIONS, Floats, Ints, Places

PRIORITIES = (1, 2, 3, 4)
FIRST_COLUMNS = 12
COLUMNS_A_ROUND = 6
TOLERANCE = 1e-6

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1; raises to cancel."""


@dataclass(frozen=True, slots=True)
class Group:
    """Companions who end in one of `settings` together, or not at all (N7)."""

    members: tuple[int, ...]
    settings: tuple[int, ...]


@dataclass(frozen=True)
class Solution:
    """The chosen itineraries of a component, and whether they are proven to be the best."""

    chosen: tuple[Itinerary, ...]
    gap: float


@dataclass(frozen=True, slots=True)
class _Goal:
    """A stage's objective: people of one priority to place (None: points to save)."""

    priority: int | None


@dataclass(eq=False)
class _Duals:
    """What each resource is worth at the linear program's optimum, by row."""

    patient: Floats
    priority: dict[int, float]
    beds: Floats
    places: Floats
    slots: Floats
    cohorts: dict[int, list[tuple[int, int, int, float]]]
    together: dict[int, dict[int, float]]


@dataclass(eq=False)
class _Rows:
    """A linear program, row by row."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    tags: list[tuple[object, ...]] = field(default_factory=list)

    def add(
        self, tag: tuple[object, ...], lower: float, upper: float, entries: Iterable[tuple[int, float]]
    ) -> None:
        """Add a row with its bounds and entries (column, value)."""
        for column, value in entries:
            self.index.append(column)
            self.value.append(value)
        self.starts.append(len(self.index))
        self.lower.append(lower)
        self.upper.append(upper)
        self.tags.append(tag)


class Component:
    """People who compete with each other, directly or through others, and nobody else."""

    def __init__(
        self,
        seekers: Sequence[Seeker],
        capacity: Capacity,
        together: Sequence[Group] = (),
        *,
        deadline: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.seekers = {s.index: s for s in seekers}
        self.capacity = capacity
        self.places: Places = capacity.places
        self.together = tuple(together)
        self.deadline = deadline
        self.progress = progress
        self.columns: list[Itinerary] = []
        self._seen: set[tuple[int, int, int, int]] = set()
        self._mates = {i: group for group in self.together for i in group.members}

    # --- stages ---------------------------------------------------------------------------------

    def solve(self) -> Solution:
        """The best plan for these people: exact, or the best found when time runs out."""
        for seeker in self.seekers.values():
            self._first_columns(seeker)
        placed: dict[int, int] = {}
        best: tuple[Itinerary, ...] = ()
        gap = 0.0
        for priority in PRIORITIES:
            most = sum(1 for s in self.seekers.values() if s.patient.priority == priority)
            if most == 0:
                continue
            goal = _Goal(priority)
            value, best, gap = self._stage(goal, placed, best, known_bound=-most)
            placed[priority] = -value
            if gap:
                return Solution(best, gap)
        _, best, gap = self._stage(_Goal(None), placed, best, known_bound=None)
        return Solution(best, gap)

    def _stage(
        self, goal: _Goal, placed: Mapping[int, int], best: tuple[Itinerary, ...], *, known_bound: int | None
    ) -> tuple[int, tuple[Itinerary, ...], float]:
        """The optimum of one stage: its value, the itineraries, the relative gap left."""
        value = sum(self._cost(c, goal) for c in best)
        if known_bound is not None:
            value, best = self._better(goal, placed, value, best, self._whole(goal, placed))
            if value <= known_bound:
                return value, best, 0.0
        bound = -math.inf
        while True:
            if self._time_is_up():
                return value, best, _relative(value, bound)
            objective, duals, entries = self._relaxed(goal, placed)
            if entries is not None:
                value, best = self._better(goal, placed, value, best, entries)
            lowest, fresh = self._price(goal, duals)
            bound = max(bound, objective + sum(min(0.0, low) for low in lowest.values()))
            if value <= _up(bound):
                return value, best, 0.0
            if not fresh:
                break
            self._add(fresh)
        value, best = self._better(goal, placed, value, best, self._whole(goal, placed))
        if value <= _up(bound):
            return value, best, 0.0
        self._add(self._within(goal, duals, value - 1 - objective + TOLERANCE * (1 + len(self.seekers))))
        if self._time_is_up():
            return value, best, _relative(value, bound)
        value, best = self._better(goal, placed, value, best, self._whole(goal, placed))
        return value, best, 0.0

    def _better(
        self,
        goal: _Goal,
        placed: Mapping[int, int],
        value: int,
        best: tuple[Itinerary, ...],
        found: Sequence[Itinerary],
    ) -> tuple[int, tuple[Itinerary, ...]]:
        counts: dict[int, int] = defaultdict(int)
        for column in found:
            counts[self._priority(column.patient)] += 1
        if any(counts[p] < n for p, n in placed.items()):
            return value, best
        new = sum(self._cost(c, goal) for c in found)
        kept = {p: sum(1 for c in best if self._priority(c.patient) == p) for p in placed}
        if new < value or any(kept[p] < n for p, n in placed.items()):
            return new, tuple(found)
        return value, best

    def _time_is_up(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _priority(self, patient: int) -> int:
        return self.seekers[patient].patient.priority

    def _cost(self, column: Itinerary, goal: _Goal) -> int:
        if goal.priority is None:
            return column.points
        return -1 if self._priority(column.patient) == goal.priority else 0

    # --- the linear program -----------------------------------------------------------------------

    def _model(self, goal: _Goal, placed: Mapping[int, int]) -> tuple[highspy.HighsLp, _Rows, int]:
        rows = _Rows()
        extra = _Extra(len(self.columns))
        by_patient: dict[int, list[int]] = defaultdict(list)
        for at, column in enumerate(self.columns):
            by_patient[column.patient].append(at)
        for patient, ats in by_patient.items():
            rows.add(("patient", patient), -highspy.kHighsInf, 1.0, ((at, 1.0) for at in ats))
        self._bed_rows(rows)
        self._place_rows(rows)
        self._slot_rows(rows)
        self._cohort_rows(rows, extra)
        self._together_rows(rows, extra)
        for priority, number in placed.items():
            members = [at for at, c in enumerate(self.columns) if self._priority(c.patient) == priority]
            rows.add(("priority", priority), float(number), highspy.kHighsInf, ((at, 1.0) for at in members))
        lp = highspy.HighsLp()
        lp.num_col_ = extra.total
        lp.num_row_ = len(rows.tags)
        lp.col_cost_ = np.array([float(self._cost(c, goal)) for c in self.columns] + [0.0] * extra.count)
        lp.col_lower_ = np.zeros(extra.total)
        lp.col_upper_ = np.ones(extra.total)
        lp.row_lower_ = np.array(rows.lower, dtype=np.float64)
        lp.row_upper_ = np.array(rows.upper, dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(rows.starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(rows.index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(rows.value, dtype=np.float64)
        return lp, rows, extra.total

    def _solver(self) -> highspy.Highs:
        solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 0)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.5)
        if self.deadline is not None:
            solver.setOptionValue("time_limit", max(0.05, self.deadline - time.monotonic()))
        return solver

    def _relaxed(
        self, goal: _Goal, placed: Mapping[int, int]
    ) -> tuple[float, _Duals, tuple[Itinerary, ...] | None]:
        """The linear program over the columns so far: value, duals, and the plan where it is whole."""
        lp, rows, _ = self._model(goal, placed)
        solver = self._solver()
        solver.passModel(lp)
        solver.run()
        solution = solver.getSolution()
        values = np.asarray(solution.col_value)[: len(self.columns)]
        objective = float(solver.getInfo().objective_function_value)
        duals = self._duals(rows, np.asarray(solution.row_dual))
        whole = self._picked(values) if _is_whole(np.asarray(solution.col_value)) else None
        return objective, duals, whole

    def _whole(self, goal: _Goal, placed: Mapping[int, int]) -> tuple[Itinerary, ...]:
        """The best whole-numbered plan over the columns so far."""
        lp, _, total = self._model(goal, placed)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * total
        solver = self._solver()
        solver.passModel(lp)
        solver.run()
        solution = solver.getSolution()
        if not solution.value_valid:
            return ()
        return self._picked(np.asarray(solution.col_value)[: len(self.columns)])

    def _picked(self, values: Floats) -> tuple[Itinerary, ...]:
        return tuple(self.columns[at] for at in np.flatnonzero(values > 0.5).tolist())

    def _bed_rows(self, rows: _Rows) -> None:
        taken: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for at, column in enumerate(self.columns):
            for group, stays in _stays_of(column):
                taken[group].append((self.capacity.cell(stays.start), self.capacity.cell(stays.end), at))
        for group, spans in taken.items():
            self._crowded(rows, "beds", group, spans, self.capacity.free[group])

    def _place_rows(self, rows: _Rows) -> None:
        taken: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for at, column in enumerate(self.columns):
            for group, stays in _stays_of(column):
                if stays.isolated_to > stays.start:
                    unit = int(self.places.unit[group])
                    cell = self.capacity.cell
                    taken[unit].append((cell(stays.start), cell(stays.isolated_to), at))
        for unit, spans in taken.items():
            self._crowded(rows, "places", unit, spans, self.capacity.isolation_places[unit])

    def _crowded(
        self,
        rows: _Rows,
        tag: str,
        where: int,
        spans: Sequence[tuple[int, int, int]],
        limit: NDArray[np.int32],
    ) -> None:
        """Rows for the cells that can bind: where a stay begins, or where less is free than before."""
        begins = {start for start, _, _ in spans}
        first, last = min(begins), max(end for _, end, _ in spans)
        drops = np.flatnonzero(np.diff(limit[first:last]) < 0) + first + 1
        for cell in sorted(begins.union(drops.tolist())):
            there = [at for start, end, at in spans if start <= cell < end]
            people = {self.columns[at].patient for at in there}
            if len(people) > limit[cell]:
                rows.add(
                    (tag, where, cell), -highspy.kHighsInf, float(limit[cell]), ((at, 1.0) for at in there)
                )

    def _slot_rows(self, rows: _Rows) -> None:
        arrivals: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at, column in enumerate(self.columns):
            for group, stays in _stays_of(column):
                arrivals[int(self.places.setting[group]), stays.start].append(at)
        for (setting, day), there in arrivals.items():
            limit = int(self.capacity.slots[setting, day])
            if len({self.columns[at].patient for at in there}) > limit:
                rows.add(
                    ("slots", setting, day), -highspy.kHighsInf, float(limit), ((at, 1.0) for at in there)
                )

    @cached_property
    def _mixed_units(self) -> frozenset[int]:
        """The cohort units to which people of two organisms or more could come."""
        organisms: dict[int, set[int]] = defaultdict(set)
        in_cohort = self.places.isolation == ISOLATIONS.index("cohort")
        for seeker in self.seekers.values():
            for way in seeker.ways:
                for stays in (way.first, way.second):
                    if stays is not None and stays.cohorts:
                        units = np.unique(self.places.unit[stays.groups[in_cohort[stays.groups]]])
                        for unit in units.tolist():
                            organisms[unit].update(o for _, _, o in stays.cohorts)
        return frozenset(unit for unit, found in organisms.items() if len(found) > 1)

    def _cohort_rows(self, rows: _Rows, extra: _Extra) -> None:
        if not self._mixed_units:
            return
        cell = self.capacity.cell
        taken: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        for at, column in enumerate(self.columns):
            for group, stays in _stays_of(column):
                unit = int(self.places.unit[group])
                if unit in self._mixed_units:
                    taken[unit] += [(cell(start), cell(end), o, at) for start, end, o in stays.cohorts]
        for unit, spans in sorted(taken.items()):
            for now in sorted({start for start, _, _, _ in spans}):
                there: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
                for start, end, organism, at in spans:
                    if start <= now < end:
                        there[organism][self.columns[at].patient].append(at)
                if len(there) > 1:
                    self._one_cohort(rows, extra, (unit, now), there)

    @staticmethod
    def _one_cohort(
        rows: _Rows, extra: _Extra, where: tuple[int, int], there: Mapping[int, Mapping[int, Sequence[int]]]
    ) -> None:
        """Only one of the organisms that could be there in that cell will be; a switch for each."""
        chosen = []
        for organism, patients in sorted(there.items()):
            switch = extra.new()
            chosen.append(switch)
            for patient, ats in patients.items():
                tag = ("cohort", *where, organism, patient)
                rows.add(tag, -highspy.kHighsInf, 0.0, [*((at, 1.0) for at in ats), (switch, -1.0)])
        rows.add(("one cohort",), -highspy.kHighsInf, 1.0, ((switch, 1.0) for switch in chosen))

    def _together_rows(self, rows: _Rows, extra: _Extra) -> None:
        if not self.together:
            return
        ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at, column in enumerate(self.columns):
            if column.patient in self._mates:
                ends[column.patient, int(self.places.setting[column.last_group])].append(at)
        for group in self.together:
            for setting in group.settings:
                switch = extra.new()
                for patient in group.members:
                    ats = ends.get((patient, setting), [])
                    rows.add(
                        ("together", patient, setting), 0.0, 0.0, [*((at, 1.0) for at in ats), (switch, -1.0)]
                    )

    # --- pricing ----------------------------------------------------------------------------------

    def _duals(self, rows: _Rows, values: Floats) -> _Duals:
        cells = self.capacity.cells
        beds = np.zeros((len(self.places), cells + 1))
        places = np.zeros((len(self.places.units), cells + 1))
        slots = np.zeros(self.capacity.slots.shape)
        patient = np.zeros(1 + max(self.seekers, default=0))
        priority: dict[int, float] = {}
        cohorts: dict[int, list[tuple[int, int, int, float]]] = defaultdict(list)
        together: dict[int, dict[int, float]] = defaultdict(dict)
        for tag, value in zip(rows.tags, values.tolist(), strict=True):
            if value == 0.0:
                continue
            match tag:
                case ("patient", int(i)):
                    patient[i] = value
                case ("priority", int(p)):
                    priority[p] = value
                case ("beds", int(g), int(cell)):
                    beds[g, cell + 1] += value
                case ("places", int(u), int(cell)):
                    places[u, cell + 1] += value
                case ("slots", int(s), int(day)):
                    slots[s, day] = value
                case ("cohort", int(u), int(cell), int(o), int(i)):
                    cohorts[i].append((u, cell, o, value))
                case ("together", int(i), int(s)):
                    together[i][s] = value
                case _:
                    pass
        np.cumsum(beds, axis=1, out=beds)
        np.cumsum(places, axis=1, out=places)
        return _Duals(patient, priority, beds, places, slots, cohorts, together)

    def _charged(self, seeker: Seeker, stays: Stays, goal: _Goal, duals: _Duals, *, last: bool) -> Floats:
        """The reduced cost of a stay in each of its groups (without the person's own share)."""
        cell = self.capacity.cell
        groups = stays.groups
        settings = self.places.setting[groups]
        cost = stays.points.astype(np.float64) if goal.priority is None else np.zeros(len(groups))
        k0, k1 = cell(stays.start), cell(stays.end)
        cost -= duals.beds[groups, k1] - duals.beds[groups, k0]
        if stays.isolated_to > stays.start:
            units = self.places.unit[groups]
            cost -= duals.places[units, cell(stays.isolated_to)] - duals.places[units, k0]
            for unit, at, organism, value in duals.cohorts.get(seeker.index, ()):
                if any(cell(s) <= at < cell(e) and o == organism for s, e, o in stays.cohorts):
                    cost[units == unit] -= value
        cost -= duals.slots[settings, stays.start]
        if last and seeker.index in duals.together:
            worth = np.zeros(len(self.places.settings))
            for setting, value in duals.together[seeker.index].items():
                worth[setting] = value
            cost -= worth[settings]
        return cost

    def _share(self, seeker: Seeker, goal: _Goal, duals: _Duals) -> float:
        """The part of the reduced cost that is the person's, wherever they go."""
        own = seeker.patient.priority
        gain = -1.0 if goal.priority == own else 0.0
        return gain - float(duals.patient[seeker.index]) - duals.priority.get(own, 0.0)

    def _reduced(
        self, seeker: Seeker, goal: _Goal, duals: _Duals
    ) -> Iterator[tuple[int, Way, Floats, Floats | None]]:
        """Each way with the reduced costs of its stays, the person's share on the first."""
        share = self._share(seeker, goal, duals)
        for at, way in enumerate(seeker.ways):
            first = share + self._charged(seeker, way.first, goal, duals, last=way.second is None)
            second = None if way.second is None else self._charged(seeker, way.second, goal, duals, last=True)
            yield at, way, first, second

    def _price(self, goal: _Goal, duals: _Duals) -> tuple[dict[int, float], list[tuple[int, int, int, int]]]:
        """Each person's lowest reduced cost, and new columns that could improve the plan."""
        lowest: dict[int, float] = {}
        fresh: list[tuple[int, int, int, int]] = []
        for index, seeker in self.seekers.items():
            candidates: list[tuple[float, int, int, int]] = []
            low = math.inf
            for at, way, first, second in self._reduced(seeker, goal, duals):
                base = 0.0 if second is None else float(second.min())
                best = float(first.min()) + base
                low = min(low, best)
                if best >= -TOLERANCE:
                    continue
                candidates += _cheapest_pairs(at, way, first, second, COLUMNS_A_ROUND)
            lowest[index] = low if math.isfinite(low) else 0.0
            candidates.sort()
            new = [(index, at, g1, g2) for cost, at, g1, g2 in candidates if cost < -TOLERANCE]
            fresh += [key for key in new if key not in self._seen][:COLUMNS_A_ROUND]
        return lowest, fresh

    def _within(self, goal: _Goal, duals: _Duals, limit: float) -> list[tuple[int, int, int, int]]:
        """Every column whose reduced cost is at most `limit`."""
        found: list[tuple[int, int, int, int]] = []
        for index, seeker in self.seekers.items():
            for at, way, first, second in self._reduced(seeker, goal, duals):
                rest = 0.0 if second is None else float(second.min())
                for i in np.flatnonzero(first + rest <= limit).tolist():
                    g1 = int(way.first.groups[i])
                    if second is None or way.second is None:
                        found.append((index, at, g1, -1))
                        continue
                    for j in np.flatnonzero(second + first[i] <= limit).tolist():
                        found.append((index, at, g1, int(way.second.groups[j])))
        return found

    def _first_columns(self, seeker: Seeker) -> None:
        nothing = self._no_duals
        goal = _Goal(None)
        candidates: list[tuple[float, int, int, int]] = []
        for at, way, first, second in self._reduced(seeker, goal, nothing):
            candidates += _cheapest_pairs(at, way, first, second, FIRST_COLUMNS)
        candidates.sort()
        chosen: list[tuple[int, int, int, int]] = []
        groups: set[tuple[int, int]] = set()
        for _, at, g1, g2 in candidates:
            if (g1, g2) not in groups:
                groups.add((g1, g2))
                chosen.append((seeker.index, at, g1, g2))
            if len(chosen) == FIRST_COLUMNS:
                break
        if seeker.index in self._mates:
            chosen += self._one_a_setting(seeker)
        self._add(chosen)

    def _one_a_setting(self, seeker: Seeker) -> Iterator[tuple[int, int, int, int]]:
        """A column for each setting in which companions could end together."""
        best: dict[int, tuple[int, int, int, int, int]] = {}
        for at, way in enumerate(seeker.ways):
            first = int(way.first.groups[int(way.first.points.argmin())])
            base = int(way.first.points.min()) if way.second is not None else 0
            last = way.last
            for group, points in zip(last.groups.tolist(), last.points.tolist(), strict=True):
                setting = int(self.places.setting[group])
                pair = (group, -1) if way.second is None else (first, group)
                offer = (base + points, seeker.index, at, *pair)
                if setting not in best or offer < best[setting]:
                    best[setting] = offer
        for _, index, at, g1, g2 in best.values():
            yield index, at, g1, g2

    @cached_property
    def _no_duals(self) -> _Duals:
        return self._duals(_Rows(), np.zeros(0))

    def _add(self, keys: Iterable[tuple[int, int, int, int]]) -> None:
        for key in keys:
            if key in self._seen:
                continue
            self._seen.add(key)
            index, at, g1, g2 = key
            way = self.seekers[index].ways[at]
            points = _points_in(way.first, g1) + (0 if way.second is None else _points_in(way.second, g2))
            self.columns.append(Itinerary(index, way, g1, g2, points))


@dataclass(eq=False)
class _Extra:
    """Counts the columns that are not itineraries: switches of cohorts and companions."""

    base: int
    count: int = 0

    def new(self) -> int:
        self.count += 1
        return self.base + self.count - 1

    @property
    def total(self) -> int:
        return self.base + self.count


def _stays_of(column: Itinerary) -> Iterator[tuple[int, Stays]]:
    yield column.group1, column.way.first
    if column.way.second is not None:
        yield column.group2, column.way.second


def _points_in(stays: Stays, group: int) -> int:
    return int(stays.points[np.searchsorted(stays.groups, group)])


def _cheapest_pairs(
    at: int, way: Way, first: Floats, second: Floats | None, number: int
) -> list[tuple[float, int, int, int]]:
    """The `number` cheapest choices of groups of a way, as (reduced cost, way, group, group or -1)."""
    mine = _smallest(first, number)
    if second is None or way.second is None:
        return [(float(first[i]), at, int(way.first.groups[i]), -1) for i in mine]
    theirs = _smallest(second, number)
    pairs = [
        (float(first[i] + second[j]), at, int(way.first.groups[i]), int(way.second.groups[j]))
        for i in mine
        for j in theirs
    ]
    return sorted(pairs)[:number]


def _smallest(values: Floats, number: int) -> list[int]:
    if len(values) <= number:
        return list(range(len(values)))
    return sorted(np.argpartition(values, number)[:number].tolist(), key=lambda i: (values[i], i))


def _is_whole(values: Floats) -> bool:
    return bool(np.all(np.abs(values - np.round(values)) < TOLERANCE))


def _up(bound: float) -> float:
    """The least whole number that a bound allows."""
    return math.ceil(bound - 1e-4) if math.isfinite(bound) else bound


def _relative(value: int, bound: float) -> float:
    if not math.isfinite(bound):
        return 1.0
    return round(max(0.0, value - bound) / max(1.0, abs(value)), 6)


__all__ = ["Component", "Group", "Ints", "Progress", "Solution"]
