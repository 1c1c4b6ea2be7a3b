"""The optimum of a case as one whole model: every lawful stay of everybody a column, and no pricing.

What is lawful is what the verifier lets pass; nothing of the engine is used. Unlike the engine's columns,
which are whole itineraries, these are single stays: two that follow each other are tied by a row. The
stages of "What is optimal" are solved one after another, each in whole numbers, with HiGHS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Literal

import highspy
import numpy as np

from discharge.matching.highs import SilentHighs
from discharge.matching.verify.beds import Role, objections
from discharge.matching.verify.course import Course
from discharge.matching.verify.hub import Hub, Where
from discharge.matching.verify.itinerary import final_end
from discharge.matching.verify.points import points_of
from discharge.matching.verify.sharing import companions
from discharge.model.case import Case
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import LockedPlacement, Placement, Stay
from discharge.model.setting import Free
from discharge.rules.rule_set import rules_of
from tests.matching.brute_force import Bed, Best, placements_for

INFINITY = highspy.kHighsInf
FOR_EVER = date.max

Part = Literal["only", "first", "second"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A stay that a person could have: the only one of an itinerary, or its first or second one.

    `leaves` is the itinerary's start. The points of two stays are those of their sum; a first stay may
    have fewer than none.
    """

    patient: Patient
    part: Part
    leaves: date
    stay: Stay
    where: Where
    points: int

    @property
    def bed(self) -> Bed:
        """The ids of its setting, unit and beds."""
        return self.stay.setting, self.stay.unit, self.stay.beds

    def on(self, night: date) -> bool:
        """Whether the night is one of the stay's."""
        return self.stay.start <= night < (self.stay.end or FOR_EVER)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the model: column numbers with their values, between two limits."""

    lower: float
    upper: float
    cells: Mapping[int, float]


# --- what is lawful -------------------------------------------------------------------------------------


def choices_of(hub: Hub, patient: Patient) -> list[Choice]:
    """Every stay that the patient could have, of every lawful itinerary (docs/case.md, "Which stays ...")."""
    found: list[Choice] = []
    if patient.pathway is Pathway.P0 and patient.usual_setting is None:
        return found
    for number in range(hub.case.horizon_days):
        leaves = hub.day0 + timedelta(days=number)
        course = hub.course(patient, leaves)
        if leaves >= patient.ready_on and course.blocked is None:
            found += _leaving_on(hub, patient, course)
    return found


def _leaving_on(hub: Hub, patient: Patient, course: Course) -> Iterator[Choice]:
    isolated = course.isolates_on(course.start)
    onward = patient.pathway is not Pathway.P1
    if onward:
        end = final_end(patient, course.start, course)
        yield from _single(hub, patient, course, "final", end)
    if not isolated:
        return
    _, end = course.isolation_end()
    if end is not None and (end - course.start).days < hub.rules.min_isolation_nights:
        return
    yield from _single(hub, patient, course, "isolation", end)
    if onward and end is not None and end < hub.horizon_end():
        yield from _double(hub, patient, course, end)


def _serving(
    hub: Hub, patient: Patient, course: Course, role: Role, span: tuple[date, date | None]
) -> list[tuple[Stay, Where]]:
    """The stay in each of the beds against which no rule stands."""
    start, end = span
    found: list[tuple[Stay, Where]] = []
    if end is not None and end <= start:
        return found
    for setting in hub.case.settings:
        for unit in setting.units:
            for beds in unit.beds:
                stay = Stay(
                    setting=setting.id,
                    unit=unit.id,
                    beds=beds.id,
                    start=start,
                    end=end,
                    requirement="open",
                    organisms=(),
                )
                where = Where(setting, unit, beds)
                if next(objections(role, hub, patient, stay, where, course), None) is None:
                    found.append((stay, where))
    return found


def _single(hub: Hub, patient: Patient, course: Course, role: Role, end: date | None) -> Iterator[Choice]:
    alone = role == "isolation" and course.isolation_end()[1] is not None
    for stay, where in _serving(hub, patient, course, role, (course.start, end)):
        points = points_of(hub, patient, [stay], [where], course, isolation_alone=alone)["total"]
        yield Choice(patient, "only", course.start, stay, where, points)


def _double(hub: Hub, patient: Patient, course: Course, end: date) -> Iterator[Choice]:
    """The two halves of isolation and onward stay; each item of the points belongs to one half or to both
    alike, so the sum for a pair is told by the pairs with the first of each."""
    firsts = _serving(hub, patient, course, "isolation", (course.start, end))
    seconds = _serving(hub, patient, course, "final", (end, final_end(patient, end, course)))
    if not firsts or not seconds:
        return

    def points(first: tuple[Stay, Where], second: tuple[Stay, Where]) -> int:
        stays, wheres = [first[0], second[0]], [first[1], second[1]]
        return points_of(hub, patient, stays, wheres, course, isolation_alone=False)["total"]

    plain = points(firsts[0], seconds[0])
    for first in firsts:
        yield Choice(patient, "first", course.start, *first, points(first, seconds[0]) - plain)
    for second in seconds:
        yield Choice(patient, "second", course.start, *second, points(firsts[0], second))


# --- the rows -------------------------------------------------------------------------------------------


class WholeModel:
    """The whole model of a case. Columns: everybody's choices, then a switch for each cohort and night and
    organism, and one for each group of companions and setting."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.hub = Hub(case, rules=rules_of(case))
        people = [patient for patient in case.patients if patient.id not in self.hub.locked]
        self.choices = list(chain.from_iterable(choices_of(self.hub, patient) for patient in people))
        self.columns = len(self.choices)
        self.rows: list[Row] = []
        for make in (self._once, self._beds, self._places, self._cohorts, self._admissions, self._together):
            self.rows += list(make())

    def _by(self, key: Callable[[Choice], object]) -> list[list[int]]:
        """The columns of the choices, those of one key together."""
        found: dict[object, list[int]] = defaultdict(list)
        for at, choice in enumerate(self.choices):
            found[key(choice)].append(at)
        return list(found.values())

    def _switch(self) -> int:
        self.columns += 1
        return self.columns - 1

    def _once(self) -> Iterator[Row]:
        """Each person has one itinerary at the most; a second stay goes with a first one."""
        for ats in self._by(lambda choice: choice.patient.id):
            yield Row(-INFINITY, 1, {at: 1 for at in ats if self.choices[at].part != "second"})
        for ats in self._by(lambda choice: (choice.patient.id, choice.leaves)):
            signs: dict[Part, int] = {"first": 1, "second": -1, "only": 0}
            cells = {at: float(signs[self.choices[at].part]) for at in ats}
            yield Row(0, 0, {at: sign for at, sign in cells.items() if sign})

    def _beds(self) -> Iterator[Row]:
        """N10: on each night no more stays in a group of beds than are free and not locked."""
        for ats in self._by(lambda choice: choice.bed):
            bed, free = self.choices[ats[0]].bed, self.choices[ats[0]].where.beds.free
            held = [
                nights
                for placement in self.case.locked
                for stay in placement.stays
                if (stay.setting, stay.unit, stay.beds) == bed
                for nights in _not_kept(stay, free, placement.patient)
            ]
            open_to_all = [span for span in free if span.kept_for is None]
            spans = [(span.start, span.end or FOR_EVER, span.count) for span in open_to_all]
            spans += [(start, end, -1) for start, end in held]
            claims: list[tuple[int, date, date | None]] = [
                (at, start, end)
                for at in ats
                for start, end in _not_kept(self.choices[at].stay, free, self.choices[at].patient.id)
            ]
            yield from _crowded(claims, spans)

    def _isolated(self, at: int) -> tuple[int, date, date | None] | None:
        """The nights of a stay on which it holds an isolation place (R2)."""
        choice = self.choices[at]
        course = self.hub.course(choice.patient, choice.leaves)
        if not course.isolates_on(choice.stay.start):
            return None
        ends = [end for end in (course.isolation_end()[1], choice.stay.end) if end is not None]
        return at, choice.stay.start, min(ends, default=None)

    def _units(self) -> Iterator[tuple[list[int], Where, list[tuple[date, date, tuple[str, ...]]]]]:
        """Each unit that isolates: its columns, itself, and what the locked hold: nights and organisms."""
        for ats in self._by(lambda choice: choice.bed[:2]):
            where = self.choices[ats[0]].where
            if where.unit.isolation != "none":
                key = self.choices[ats[0]].bed[:2]
                held = [held for locked in self.case.locked for held in self._held(locked, key)]
                yield ats, where, held

    def _held(
        self, locked: LockedPlacement, unit: tuple[str, str]
    ) -> Iterator[tuple[date, date, tuple[str, ...]]]:
        """The isolations of a locked placement in a unit, to the end as computed anew (docs/case.md, Locked).

        Where what the isolation hangs on is unknown, to the end of the stay.
        """
        patient = self.hub.patients.get(locked.patient)
        for stay in locked.stays:
            isolates = stay.requirement in ("isolation", "designated")
            if not isolates or (stay.setting, stay.unit) != unit:
                continue
            end = stay.end or FOR_EVER
            if patient is not None:
                isolates, until = self.hub.course(patient, locked.stays[0].start).isolation_end()
                blocked = self.hub.course(patient, stay.start).blocked
                if blocked is None or not blocked.for_want_of_knowledge:
                    end = min(end, until or FOR_EVER) if isolates else stay.start
            if stay.start < end:
                yield stay.start, end, stay.organisms

    def _places(self) -> Iterator[Row]:
        """R2: no more people isolate in a unit than it has places."""
        for ats, where, held in self._units():
            claims = [claim for at in ats if (claim := self._isolated(at)) is not None]
            spans = [(date.min, FOR_EVER, where.unit.isolation_places or 0)]
            spans += [(start, end, -1) for start, end, _ in held]
            yield from _crowded(claims, spans)

    def _cohorts(self) -> Iterator[Row]:
        """R1: on any night one organism in a cohort; a switch for each says which."""
        for ats, where, held in self._units():
            if where.unit.isolation != "cohort":
                continue
            dates = {self.choices[at].stay.start for at in ats} | {start for start, _, _ in held}
            for night in sorted(dates):
                here = {o for start, end, organisms in held if start <= night < end for o in organisms}
                there = self._organisms_on(night, ats)
                if len({*here, *there}) < 2:
                    continue
                switches = {organism: self._switch() for organism in sorted(there)}
                yield Row(-INFINITY, 1, dict.fromkeys(switches.values(), 1))
                for organism, switch in switches.items():
                    barred = bool(here - {organism})
                    yield Row(-INFINITY, 0 if barred else 1, {switch: 1})
                    for mine in there[organism].values():
                        yield Row(-INFINITY, 0, {**dict.fromkeys(mine, 1), switch: -1})

    def _organisms_on(self, night: date, ats: Iterable[int]) -> dict[str, dict[str, list[int]]]:
        """The stays on a night by the organisms that they isolate with, and by person."""
        found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for at in ats:
            choice = self.choices[at]
            if choice.on(night):
                for organism in self.hub.course(choice.patient, choice.leaves).isolating_with(night):
                    found[organism][choice.patient.id].append(at)
        return found

    def _admissions(self) -> Iterator[Row]:
        """N6: every stay's start counts."""
        for ats in self._by(lambda choice: (choice.bed[0], choice.stay.start)):
            limit = self.choices[ats[0]].where.setting.max_admissions_per_day
            if limit is not None:
                key = (self.choices[ats[0]].bed[0], self.choices[ats[0]].stay.start)
                stays = [stay for placement in self.case.locked for stay in placement.stays]
                locked = sum((stay.setting, stay.start) == key for stay in stays)
                yield Row(-INFINITY, max(0, limit - locked), dict.fromkeys(ats, 1))

    def _together(self) -> Iterator[Row]:
        """N7: all end in the setting whose switch is on, or nobody; beside a locked one there or nowhere."""
        ends: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for at, choice in enumerate(self.choices):
            if choice.part != "first":
                ends[choice.patient.id][choice.bed[0]].append(at)
        for group in companions(self.hub):
            locked = {self.hub.locked[who].stays[-1].setting for who in group if who in self.hub.locked}
            for setting in sorted({setting for who in group for setting in ends[who]}):
                if locked == {setting}:
                    continue
                switch = self._switch()
                yield Row(-INFINITY, 0 if locked else 1, {switch: 1})
                for who in sorted(group - set(self.hub.locked)):
                    yield Row(0, 0, {**dict.fromkeys(ends[who].get(setting, ()), 1), switch: -1})

    # --- solving --------------------------------------------------------------------------------------

    def best(self, *, seconds: float = INFINITY) -> Best:
        """The optimum: the most people of priority 1, then 2, 3, 4, then the fewest points.

        Raises `TimeoutError` where a stage takes longer than `seconds`.
        """
        values = self._stages(seconds, whole=True)
        return self._read(
            [choice for choice, value in zip(self.choices, values, strict=False) if value > 0.5]
        )

    def promised(self) -> tuple[tuple[float, ...], float]:
        """The counts by priority and the points if people could be in halves: as good or better."""
        shares = list(zip(self.choices, self._stages(INFINITY, whole=False), strict=False))
        counts = [
            sum(
                share
                for choice, share in shares
                if choice.patient.priority == level and choice.part != "second"
            )
            for level in (1, 2, 3, 4)
        ]
        return tuple(counts), sum(share * choice.points for choice, share in shares)

    def _stages(self, seconds: float, *, whole: bool) -> np.ndarray:
        """How much of each column the best solution takes."""
        rows = list(self.rows)
        values = np.zeros(self.columns)
        for priority in (1, 2, 3, 4):
            mine = [
                at
                for at, choice in enumerate(self.choices)
                if choice.patient.priority == priority and choice.part != "second"
            ]
            if mine:
                values = self._solve(rows, dict.fromkeys(mine, -1), seconds, whole=whole)
                least = round(values[mine].sum()) if whole else values[mine].sum() - 1e-6
                rows.append(Row(float(least), INFINITY, dict.fromkeys(mine, 1)))
        points = {at: choice.points for at, choice in enumerate(self.choices)}
        return self._solve(rows, points, seconds, whole=whole) if points else values

    def _solve(
        self, rows: Sequence[Row], costs: Mapping[int, int], seconds: float, *, whole: bool
    ) -> np.ndarray:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, len(rows)
        lp.col_cost_ = np.array([costs.get(at, 0) for at in range(self.columns)], dtype=np.float64)
        lp.col_lower_, lp.col_upper_ = np.zeros(self.columns), np.ones(self.columns)
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        lp.integrality_ = [kind] * self.columns
        lp.row_lower_ = np.array([row.lower for row in rows], dtype=np.float64)
        lp.row_upper_ = np.array([row.upper for row in rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row.cells) for row in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([at for row in rows for at in row.cells], dtype=np.int32)
        values = [value for row in rows for value in row.cells.values()]
        lp.a_matrix_.value_ = np.array(values, dtype=np.float64)
        solver = SilentHighs()  # type: ignore[no-untyped-call]
        options = {"threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5}
        for name, value in {**options, "time_limit": seconds}.items():
            solver.setOptionValue(name, value)
        solver.passModel(lp)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise TimeoutError(f"a stage took longer than {seconds:g} s")
        return np.asarray(solver.getSolution().col_value)

    def _read(self, chosen: Sequence[Choice]) -> Best:
        """The chosen stays as placements with all that they have to say."""
        by_person: dict[str, list[Choice]] = defaultdict(list)
        for choice in chosen:
            by_person[choice.patient.id].append(choice)
        placements = [self._placement(mine) for mine in by_person.values()]
        levels = [mine[0].patient.priority for mine in by_person.values()]
        return Best(
            placed=(levels.count(1), levels.count(2), levels.count(3), levels.count(4)),
            points=sum(choice.points for choice in chosen),
            placements=tuple(placements),
        )

    def _placement(self, mine: Sequence[Choice]) -> Placement:
        ordered = sorted(mine, key=lambda choice: choice.stay.start)
        stays = [(choice.bed, choice.stay.start, choice.stay.end) for choice in ordered]
        total = sum(choice.points for choice in mine)
        found = placements_for(self.hub, mine[0].patient, stays)
        return next(placement for placement in found if placement.points["total"] == total)


def _not_kept(stay: Stay, free: Sequence[Free], whose: str) -> list[tuple[date, date]]:
    """The nights of a stay on which no bed is kept for its person: those on which they take another (N12)."""
    left = [(stay.start, stay.end or FOR_EVER)]
    for kept in (span for span in free if span.kept_for == whose and span.count):
        first, last = kept.start, kept.end or FOR_EVER
        parts = [part for start, end in left for part in ((start, min(end, first)), (max(start, last), end))]
        left = [(start, end) for start, end in parts if start < end]
    return left


def _crowded(
    claims: Sequence[tuple[int, date, date | None]], spans: Sequence[tuple[date, date, int]]
) -> Iterator[Row]:
    """A row for each night on which something begins or ends: the claims on it, and what the spans add up
    to on it, nothing at the least."""
    dates = {start for _, start, _ in claims} | {when for start, end, _ in spans for when in (start, end)}
    said: dict[frozenset[int], int] = {}
    for night in sorted(dates):
        here = frozenset(at for at, start, end in claims if start <= night < (end or FOR_EVER))
        limit = max(0, sum(count for start, end, count in spans if start <= night < end))
        if len(here) > limit and limit < said.get(here, len(here)):
            said[here] = limit
    for ats, limit in said.items():
        yield Row(-INFINITY, limit, dict.fromkeys(sorted(ats), 1))


def best_of(case: Case, *, seconds: float = INFINITY) -> Best:
    """The optimum of `case` by one whole model. Raises `TimeoutError` after `seconds` in a stage."""
    return WholeModel(case).best(seconds=seconds)
