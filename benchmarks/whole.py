"""HiGHS given the whole model at once, without pricing: every stay that anybody could have is a column.

Solved stage by stage as docs/case.md orders them, first the number placed by priority, then the points.
Rows that can't bind, as fewer people could come than there is room, are left out. It reads the engine's
choices and capacities but none of its programs, so that its answer is a second opinion.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import highspy
import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import peak_mb, tell, timed
from discharge.matching.choices import Choices, is_free
from discharge.matching.highs import SilentHighs
from discharge.matching.prepared import PreparedCase, prepare
from discharge.model.files import read_case
from discharge.rules.rule_set import rules_of

LARGEST = 2_000_000
"""Columns that HiGHS is given at the most."""
HEAVIEST = 100_000
"""Weight up to which a stage is exact by the solver's tolerances."""
Whole = NDArray[np.int64]
Reals = NDArray[np.float64]


class TooLarge(Exception):
    """More columns than can be solved as one program in reasonable time."""


class Stays:
    """All stays of a prepared case as arrays, one entry a column; and what ties two stays of one journey."""

    def __init__(self, prepared: PreparedCase) -> None:
        choices = prepared.choices
        legs = choices.legs
        self.choice, at = self._all(choices)
        self.leg = choices.leg[self.choice]
        self.person = legs.person[self.leg]
        self.priority = np.array([s.patient.priority for s in legs.people], dtype=np.int64)[self.person]
        self.group = choices.group[self.choice]
        self.unit = prepared.places.unit[self.group]
        self.setting = prepared.places.setting[self.group]
        self.points = choices.points[self.choice] + legs.wait[at]
        self.day = legs.start[at]
        self.begin = legs.start_cell[at]
        self.end = legs.end_cell[at]
        self.isolated = np.maximum(self.begin, legs.isolated_cell[self.leg])
        self.is_first = ~legs.is_second[self.leg]
        self.is_last = choices.is_last[self.choice]
        self.number = len(self.choice)
        self.pairs = [
            (np.flatnonzero(self.leg == first), np.flatnonzero(self.leg == second))
            for first, second in enumerate(legs.other.tolist())
            if second >= 0 and not legs.is_second[first]
        ]

    @staticmethod
    def _all(choices: Choices) -> tuple[Whole, Whole]:
        """Each choice with each start for which it is free: indices of choices and of starts."""
        legs = choices.legs
        found: list[tuple[Whole, Whole]] = []
        number = 0
        at, choice = choices.first.copy(), np.arange(len(choices))
        while len(choice):
            free = is_free(legs, choices.leg[choice], choices.group[choice], at)
            found.append((choice[free], at[free]))
            number += int(free.sum())
            if number > LARGEST:
                raise TooLarge
            at = at + 1
            more = at < legs.offset[choices.leg[choice] + 1]
            at, choice = at[more], choice[more]
        none = np.zeros(0, dtype=np.int64)
        return (
            np.concatenate([none, *(each for each, _ in found)]),
            np.concatenate([none, *(start for _, start in found)]),
        )


class Model:
    """The rows over the stays' columns; switches of cohorts and companions come after them."""

    def __init__(self, prepared: PreparedCase) -> None:
        self.prepared = prepared
        self.stays = Stays(prepared)
        self.columns = self.stays.number
        self.rows: list[tuple[float, float, Whole, Reals]] = []
        of = self.stays
        firsts = np.flatnonzero(of.is_first)
        for members in _by(firsts, of.person[firsts]):
            self._at_most(1, members)
        for first, second in of.pairs:
            self._row(0, 0, plus=first, minus=second)
        capacity = prepared.capacity
        everything = np.arange(of.number)
        for members in _by(everything, of.group):
            self._crowded(members, of.end, capacity.free[of.group[members[0]]])
        isolating = np.flatnonzero(of.isolated > of.begin)
        for members in _by(isolating, of.unit[isolating]):
            self._crowded(members, of.isolated, capacity.isolation_places[of.unit[members[0]]])
        for members in _by(everything, of.setting * capacity.slots.shape[1] + of.day):
            limit = int(capacity.slots[of.setting[members[0]], of.day[members[0]]])
            if len(np.unique(of.person[members])) > limit:
                self._at_most(limit, members)
        self._one_organism_a_cohort()
        self._companions_together()

    def _row(self, lower: float, upper: float, *, plus: Whole, minus: Whole) -> None:
        values = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
        self.rows.append((lower, upper, np.concatenate([plus, minus]), values))

    def _at_most(self, limit: float, members: Whole) -> None:
        self.rows.append((-highspy.kHighsInf, limit, members, np.ones(len(members))))

    def _switch(self) -> Whole:
        self.columns += 1
        return np.array([self.columns - 1])

    def _crowded(self, members: Whole, ends: Whole, limit: NDArray[np.int32]) -> None:
        """In each cell in which somebody could come or less is free: no more people than there is room."""
        begin, end, person = self.stays.begin[members], ends[members], self.stays.person[members]
        if len(np.unique(person)) <= limit[begin.min() : end.max()].min():
            return
        less = np.flatnonzero(np.diff(limit) < 0) + 1
        for cell in np.union1d(begin, less[(less > begin.min()) & (less < end.max())]).tolist():
            there = (begin <= cell) & (cell < end)
            if len(np.unique(person[there])) > limit[cell]:
                self._at_most(float(limit[cell]), members[there])

    def _one_organism_a_cohort(self) -> None:
        """In each cell of a cohort unit that people of several organisms could come to: a switch for each."""
        of, capacity = self.stays, self.prepared.capacity
        kinds = [unit.isolation for unit in self.prepared.places.units]
        found: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for at, leg in enumerate(self.prepared.choices.legs.all):
            for column in np.flatnonzero(of.leg == at).tolist() if leg.cohorts else ():
                if kinds[of.unit[column]] != "cohort":
                    continue
                for start, end, organism in leg.cohorts:
                    for cell in range(max(int(of.begin[column]), capacity.cell(start)), capacity.cell(end)):
                        found[int(of.unit[column]), cell][organism].append(column)
        for by_organism in found.values():
            if len(by_organism) > 1:
                switches = []
                for columns_of in by_organism.values():
                    switches.append(self._switch())
                    members_of = np.array(columns_of)
                    for members in _by(members_of, of.person[members_of]):
                        self._row(-highspy.kHighsInf, 0, plus=members, minus=switches[-1])
                self._at_most(1, np.concatenate(switches))

    def _companions_together(self) -> None:
        """For each setting a switch: all of them end there, or none does."""
        lasts = np.flatnonzero(self.stays.is_last)
        for group in self.prepared.together:
            mates = lasts[np.isin(self.stays.person[lasts], group.members)]
            for setting in np.unique(self.stays.setting[mates]).tolist():
                switch = self._switch()
                there = mates[self.stays.setting[mates] == setting]
                for person in group.members:
                    own = there[self.stays.person[there] == person]
                    self._row(0, 0, plus=own, minus=switch)

    # --- solving ------------------------------------------------------------------------------------

    def solved(self, costs: Reals, floors: Mapping[int, int], deadline: float) -> Reals | None:
        """The values of the columns at the least cost; None where time ran out."""
        rows = list(self.rows)
        for priority, floor in floors.items():
            members = self._placing(priority)
            rows.append((float(floor), highspy.kHighsInf, members, np.ones(len(members))))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, len(rows)
        lp.col_cost_ = costs
        lp.col_lower_, lp.col_upper_ = np.zeros(self.columns), np.ones(self.columns)
        lp.row_lower_ = np.array([row[0] for row in rows], dtype=np.float64)
        lp.row_upper_ = np.array([row[1] for row in rows], dtype=np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row[2]) for row in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate([row[2] for row in rows]).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate([row[3] for row in rows])
        lp.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        solver = SilentHighs()  # type: ignore[no-untyped-call]
        for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5)):
            solver.setOptionValue(option, value)
        solver.setOptionValue("time_limit", max(0.01, deadline - time.monotonic()))
        solver.passModel(lp)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(solver.getSolution().col_value)

    def _placing(self, priority: int) -> Whole:
        return np.flatnonzero(self.stays.is_first & (self.stays.priority == priority))

    def optimum(self, deadline: float) -> tuple[list[int], int] | None:
        """How many are placed by priority, and the points of the whole; None where time ran out."""
        floors: dict[int, int] = {}
        for costs in self._count_costs():
            values = self.solved(costs, floors, deadline)
            if values is None:
                return None
            counted = [p for p in (1, 2, 3, 4) if len(self._placing(p)) and costs[self._placing(p)[0]] < 0]
            floors |= {p: round(float(values[self._placing(p)].sum())) for p in counted}
        costs = np.zeros(self.columns)
        costs[: self.stays.number] = self.stays.points
        values = self.solved(costs, floors, deadline)
        placed = [floors.get(p, 0) for p in (1, 2, 3, 4)]
        return None if values is None else (placed, round(float(costs @ values)))

    def _count_costs(self) -> Iterator[Reals]:
        """Costs by which one person outweighs all those of the priorities that follow, as many in one stage
        as stay exact."""
        left = [p for p in (4, 3, 2, 1) if len(self._placing(p))]
        stages: list[Reals] = []
        while left:
            costs, weight = np.zeros(self.columns), 1
            while left and (weight == 1 or weight <= HEAVIEST):
                members = self._placing(left[0])
                costs[members] = -weight
                weight += weight * len(np.unique(self.stays.person[members]))
                left.pop(0)
            stages.append(costs)
        yield from reversed(stages)


def _by(members: Whole, keys: Iterable[int] | Whole) -> list[Whole]:
    """The members, split by their keys."""
    keys = np.asarray(keys)
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [part for part in np.split(members[order], cuts) if len(part)]


def main(file: Path, limit: float) -> None:
    """Build and solve once; say why where it is too large or takes too long."""
    case = read_case(file.read_bytes())
    prepared = prepare(case, rules_of(case))
    try:
        build, model = timed(lambda: Model(prepared))
    except TooLarge:
        tell({"left_out": f"it would have more than {LARGEST / 1e6:.0f} million columns"})
        return
    solve, found = timed(lambda: model.optimum(time.monotonic() + limit))
    if found is None:
        tell({"left_out": f"{model.columns:,} columns: not within {limit:.0f} s"})
        return
    tell(
        {
            "build": build,
            "solve": solve,
            "cold": build + solve,
            "warm": None,
            "columns": model.columns,
            "rows": len(model.rows),
            "peak_mb": peak_mb(),
            "placed": found[0],
            "points": found[1],
        }
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.whole", description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("limit", type=float, help="seconds that solving may take")
    asked = parser.parse_args()
    main(asked.case, asked.limit)
