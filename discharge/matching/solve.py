"""The optimum, exact and proven: itineraries are priced by the duals of a linear program.

First the number placed with priority 1, then 2, 3, 4, then the fewest points (spec: case, "What is
optimal"). A stage starts from few itineraries a person and adds those that the duals say could improve
it, until none can: that proves a bound. Where the best whole-numbered plan doesn't reach the bound, every
itinerary that could close the gap is added, which makes it exact.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from discharge.matching.capacity import Capacity
from discharge.matching.itineraries import Itinerary, Seeker, Stays
from discharge.matching.linear_program import Duals, Group, LinearProgram, Optimum
from discharge.rules.places import ISOLATIONS, Floats, Ints

PRIORITIES = (1, 2, 3, 4)
FIRST_COLUMNS = 12
COLUMNS_A_ROUND = 6
WARM_UP_ROUNDS = 12
WARM_UP_GAIN = 3000
"""Points that placing somebody is worth in the warm-up, more for the more urgent; only finds columns."""
LARGEST_WEIGHT = 1_000_000
TOLERANCE = 1e-6
SLACK = 0.01
"""How far a bound may be from a whole number by rounding alone."""

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1; raises to cancel."""

Key = tuple[int, int, int, int]
"""A column: person, way, group, group of the second stay or -1."""


@dataclass(frozen=True)
class Solution:
    """The chosen itineraries of a component; `gap` is 0 where they are proven to be the best."""

    chosen: tuple[Itinerary, ...]
    gap: float


@dataclass(frozen=True)
class Goal:
    """What a stage makes least: `points` times the points, less the gain of each person placed."""

    points: int
    gain: Mapping[int, int] = field(default_factory=dict)

    def cost(self, column: Itinerary, priority: int) -> int:
        """The cost of choosing an itinerary of a person of that priority."""
        return self.points * column.points - self.gain.get(priority, 0)


class Component:
    """People who compete with each other, directly or through others, and nobody else."""

    def __init__(
        self,
        seekers: Sequence[Seeker],
        capacity: Capacity,
        together: Sequence[Group] = (),
        *,
        deadline: float | None = None,
        step: Callable[[], None] = lambda: None,
    ) -> None:
        self.seekers = {s.index: s for s in seekers}
        self.capacity = capacity
        self.places = capacity.places
        self.deadline = deadline
        self.step = step
        self._mates = {i for group in together for i in group.members}
        self._seen: set[Key] = set()
        self._together = tuple(together)
        self.program = self._new_program()

    # --- stages -------------------------------------------------------------------------------------

    def solve(self) -> Solution:
        """The best plan for these people: exact, or the best found when time runs out."""
        for seeker in self.seekers.values():
            self._add(self._first_columns(seeker))
        self._warm_up()
        found = self._by_stages(strict=False) or self._by_stages(strict=True)
        assert found is not None  # strict stages always come to something
        return found

    def _by_stages(self, *, strict: bool) -> Solution | None:
        """The stages one after another. Unless `strict`, counts that the linear program alone promises are
        taken at their word; None where no whole plan then keeps it."""
        floors: dict[int, int] = {}
        best: tuple[Itinerary, ...] = ()
        for gains in self._count_goals():
            promised = None if strict else self._promised(Goal(0, gains), floors)
            if promised is not None:
                floors |= promised
                continue
            best, gap = self._stage(Goal(0, gains), floors, best)
            placed = Counter(self._priority(c) for c in best)
            floors |= {priority: placed[priority] for priority in gains}
            if gap:
                return Solution(best, gap)
        best, gap = self._stage(Goal(1), floors, best)
        return Solution(best, gap) if strict or self._keeps(best, floors) else None

    def _promised(self, goal: Goal, floors: Mapping[int, int]) -> dict[int, int] | None:
        """How many can be placed at the most, by priority, where the linear program says it in whole
        numbers; nobody can place more, whether or not somebody can place as many."""
        while True:
            self.step()
            optimum = self.program.relaxed(self._costs(goal), floors, deadline=self.deadline)
            if optimum is None:
                return None
            lowest, fresh = self._price(goal, optimum.duals)
            placed = {priority: round(optimum.placed.get(priority, 0.0)) for priority in goal.gain}
            near = all(abs(n - optimum.placed.get(priority, 0.0)) < SLACK for priority, n in placed.items())
            value = -sum(gain * placed[priority] for priority, gain in goal.gain.items())
            if near and _closed(value, optimum.value + lowest):
                return placed
            if not fresh:
                return None
            self._add(fresh)

    def _warm_up(self) -> None:
        """Find good columns by a goal that weighs people against points; nothing is proven here."""
        goal = Goal(1, {p: (len(PRIORITIES) + 1 - p) * WARM_UP_GAIN for p in PRIORITIES})
        hungry: Iterable[int] = tuple(self.seekers)
        for _ in range(WARM_UP_ROUNDS):
            optimum = self.program.relaxed(self._costs(goal), {}, deadline=self.deadline)
            self.step()
            if optimum is None:
                return
            _, fresh = self._price(goal, optimum.duals, among=hungry)
            if not fresh:
                return
            self._add(fresh)
            hungry = dict.fromkeys(index for index, _, _, _ in fresh)

    def _count_goals(self) -> Iterator[dict[int, int]]:
        """Gains by priority: one of a priority outweighs all of the next, as many at once as stay exact."""
        people = Counter(s.patient.priority for s in self.seekers.values())
        left = [p for p in PRIORITIES if people[p]]
        while left:
            taken = 1
            while taken < len(left) and _outweighing(left[: taken + 1], people)[left[0]] <= LARGEST_WEIGHT:
                taken += 1
            yield _outweighing(left[:taken], people)
            left = left[taken:]

    def _stage(
        self, goal: Goal, floors: Mapping[int, int], best: tuple[Itinerary, ...]
    ) -> tuple[tuple[Itinerary, ...], float]:
        """The best plan for one goal that places at least `floors`, and the relative gap left."""
        value = self._value(best, goal) if self._keeps(best, floors) else None
        bound = -math.inf
        while True:
            self.step()
            optimum = self.program.relaxed(self._costs(goal), floors, deadline=self.deadline)
            if optimum is None:
                return self._out_of_time(goal, floors, best, value, bound)
            if optimum.chosen is not None:
                value, best = self._better(goal, value, best, optimum.chosen)
            lowest, fresh = self._price(goal, optimum.duals)
            bound = max(bound, optimum.value + lowest)
            if _closed(value, bound):
                return best, 0.0
            if not fresh:
                break
            self._add(fresh)
        closing = self._closing(goal, optimum, value)
        if closing is None or len(closing) > len(self.program.columns):
            found = self.program.whole(self._costs(goal), floors, deadline=self.deadline)
            if found is None:
                return self._out_of_time(goal, floors, best, value, bound)
            value, best = self._better(goal, value, best, found)
            if _closed(value, bound):
                self._keep(best)
                return best, 0.0
            closing = self._closing(goal, optimum, value)
        assert closing is not None  # there is a plan to better
        program = self._new_program()
        program.add(map(self._itinerary, closing))
        found = program.whole(self._costs(goal, program), floors, deadline=self.deadline)
        if found is not None:
            value, best = self._better(goal, value, best, found)
        if self._time_is_up() and not _closed(value, bound):
            return self._out_of_time(goal, floors, best, value, bound)
        self._keep(best)
        return best, 0.0

    def _closing(self, goal: Goal, optimum: Optimum, value: int | None) -> list[Key] | None:
        """All columns that a plan better than `value` could be made of; None without a plan to better."""
        if value is None:
            return None
        return list(self._within(goal, optimum.duals, value - 1 + SLACK - optimum.value))

    def _out_of_time(
        self,
        goal: Goal,
        floors: Mapping[int, int],
        best: tuple[Itinerary, ...],
        value: int | None,
        bound: float,
    ) -> tuple[tuple[Itinerary, ...], float]:
        """The best plan so far; never nothing where somebody can be placed."""
        if value is None or not best:
            found = self.program.whole(self._costs(goal), floors, deadline=time.monotonic() + 1.0)
            if found:
                value, best = self._better(goal, value, best, found)
        if value is None or not math.isfinite(bound):
            return best, 1.0
        return best, max(1e-6, round((value - bound) / max(1.0, abs(value)), 6))

    def _better(
        self,
        goal: Goal,
        value: int | None,
        best: tuple[Itinerary, ...],
        found: tuple[Itinerary, ...],
    ) -> tuple[int, tuple[Itinerary, ...]]:
        new = self._value(found, goal)
        return (new, found) if value is None or new < value else (value, best)

    def _keeps(self, columns: Iterable[Itinerary], floors: Mapping[int, int]) -> bool:
        placed = Counter(self._priority(c) for c in columns)
        return all(placed[priority] >= number for priority, number in floors.items())

    def _value(self, columns: Iterable[Itinerary], goal: Goal) -> int:
        return sum(goal.cost(c, self._priority(c)) for c in columns)

    def _costs(self, goal: Goal, program: LinearProgram | None = None) -> Floats:
        columns = (program or self.program).columns
        return np.array([goal.cost(c, self._priority(c)) for c in columns], dtype=np.float64)

    def _priority(self, column: Itinerary) -> int:
        return self.seekers[column.patient].patient.priority

    def _time_is_up(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    # --- columns ------------------------------------------------------------------------------------

    @cached_property
    def _mixed_units(self) -> frozenset[int]:
        """The cohort units to which people of two organisms or more could come."""
        organisms: dict[int, set[int]] = defaultdict(set)
        in_cohort = self.places.isolation == ISOLATIONS.index("cohort")
        for seeker in self.seekers.values():
            for stays in {
                s for way in seeker.ways for s in (way.first, way.second) if s is not None and s.cohorts
            }:
                groups = stays.fit.groups
                for unit in np.unique(self.places.unit[groups[in_cohort[groups]]]).tolist():
                    organisms[unit].update(o for _, _, o in stays.cohorts)
        return frozenset(unit for unit, found in organisms.items() if len(found) > 1)

    def _new_program(self) -> LinearProgram:
        priorities = {s.index: s.patient.priority for s in self.seekers.values()}
        return LinearProgram(self.capacity, priorities, self._together, mixed_units=self._mixed_units)

    def _add(self, keys: Iterable[Key]) -> None:
        fresh = [key for key in dict.fromkeys(keys) if key not in self._seen]
        self._seen.update(fresh)
        self.program.add(self._itinerary(key) for key in fresh)

    def _keep(self, itineraries: Iterable[Itinerary]) -> None:
        """Keep a plan's itineraries among the columns."""
        ways = {id(way): (s.index, at) for s in self.seekers.values() for at, way in enumerate(s.ways)}
        self._add((*ways[id(i.way)], i.group1, i.group2) for i in itineraries)

    def _itinerary(self, key: Key) -> Itinerary:
        index, at, g1, g2 = key
        way = self.seekers[index].ways[at]
        points = way.first.points_in(g1) + (0 if way.second is None else way.second.points_in(g2))
        return Itinerary(index, way, g1, g2, points)

    def _first_columns(self, seeker: Seeker) -> list[Key]:
        """The cheapest itineraries of a person, each in other beds; of companions also one a setting."""
        offers: list[tuple[float, int, int, int]] = []
        for at, way in enumerate(seeker.ways):
            if len(offers) >= 8 * FIRST_COLUMNS and way.second is None and not way.first.role.isolated:
                break
            first = _cheapest(way.first, FIRST_COLUMNS)
            second = None if way.second is None else _cheapest(way.second, FIRST_COLUMNS)
            offers += _pairs(at, first, second, FIRST_COLUMNS)
        offers.sort()
        chosen: list[Key] = []
        taken: set[tuple[int, int]] = set()
        for _, at, g1, g2 in offers:
            if (g1, g2) not in taken:
                taken.add((g1, g2))
                chosen.append((seeker.index, at, g1, g2))
            if len(chosen) == FIRST_COLUMNS:
                break
        if seeker.index in self._mates:
            chosen += self._one_a_setting(seeker)
        return chosen

    def _one_a_setting(self, seeker: Seeker) -> Iterator[Key]:
        """A column for each setting in which companions could end together."""
        best: dict[int, tuple[int, Key]] = {}
        for at, way in enumerate(seeker.ways):
            base, start = 0, -1
            if way.second is not None:
                groups, points = way.first.up_to(np.inf)
                base, start = int(points[0]), int(groups[0])
            groups, points = way.last.up_to(np.inf)
            for group, cost in zip(groups.tolist(), points.tolist(), strict=True):
                setting = int(self.places.setting[group])
                key = (seeker.index, at, group, -1) if start < 0 else (seeker.index, at, start, group)
                if setting not in best or (base + cost, key) < best[setting]:
                    best[setting] = (base + cost, key)
        yield from (key for _, key in best.values())

    # --- pricing ------------------------------------------------------------------------------------

    def _price(self, goal: Goal, duals: Duals, among: Iterable[int] | None = None) -> tuple[float, list[Key]]:
        """The sum of everybody's lowest reduced cost below 0, and new columns that could improve the plan.

        `among`: only these people, where nothing is to be proven.
        """
        total = 0.0
        fresh: list[Key] = []
        for seeker in self.seekers.values() if among is None else [self.seekers[i] for i in among]:
            offers = [
                offer
                for at, first, second in self._offers(seeker, goal, duals, -TOLERANCE)
                for offer in _pairs(at, first, second, COLUMNS_A_ROUND)
                if offer[0] < -TOLERANCE
            ]
            if offers:
                offers.sort()
                total += offers[0][0]
                new = ((seeker.index, at, g1, g2) for _, at, g1, g2 in offers)
                fresh += [key for key in new if key not in self._seen][:COLUMNS_A_ROUND]
        return total, fresh

    def _within(self, goal: Goal, duals: Duals, limit: float) -> Iterator[Key]:
        """Every column whose reduced cost is at most `limit`."""
        for seeker in self.seekers.values():
            for at, (groups, costs), second in self._offers(seeker, goal, duals, limit):
                if second is None:
                    for group in groups[costs <= limit].tolist():
                        yield seeker.index, at, group, -1
                    continue
                for group, cost in zip(groups.tolist(), costs.tolist(), strict=True):
                    for onward in second[0][second[1] <= limit - cost].tolist():
                        yield seeker.index, at, group, onward

    def _offers(
        self, seeker: Seeker, goal: Goal, duals: Duals, limit: float
    ) -> Iterator[tuple[int, tuple[Ints, Floats], tuple[Ints, Floats] | None]]:
        """For each way the groups and reduced costs of its stays, where their sum may be at most `limit`.

        The person's own share is on the first stay. Resources never cost less than nothing, so only
        groups whose points alone leave room need a look; companions may be paid for where they end.
        """
        own = seeker.patient.priority
        share = (
            -float(goal.gain.get(own, 0))
            - duals.patient.get(seeker.index, 0.0)
            - duals.priority.get(own, 0.0)
        )
        paid = duals.together.get(seeker.index, {})
        room = limit - share + max(0.0, max(paid.values(), default=0.0))
        if room < 0:
            return
        for at, way in enumerate(seeker.ways):
            least = way.least
            if least is None or goal.points * least > room:
                continue
            if way.second is None:
                yield (
                    at,
                    self._charged(seeker, way.first, goal, duals, room, share, paid),
                    None,
                )
                continue
            assert way.first.least is not None  # so is the way's
            assert way.second.least is not None
            first = self._charged(
                seeker,
                way.first,
                goal,
                duals,
                room - goal.points * way.second.least,
                share,
                {},
            )
            second = self._charged(
                seeker,
                way.second,
                goal,
                duals,
                room - goal.points * way.first.least,
                0.0,
                paid,
            )
            yield at, first, second

    def _charged(
        self,
        seeker: Seeker,
        stays: Stays,
        goal: Goal,
        duals: Duals,
        room: float,
        share: float,
        paid: Mapping[int, float],
    ) -> tuple[Ints, Floats]:
        """The groups of a stay whose points leave room, with their reduced cost and the given share."""
        groups, points = stays.up_to(room if goal.points else np.inf)
        cell = self.capacity.cell
        settings = self.places.setting[groups]
        cost: Floats = goal.points * points.astype(np.float64) + share
        rows, start = duals.bed_row[groups], cell(stays.start)
        cost -= duals.beds[rows, cell(stays.end)] - duals.beds[rows, start]
        if stays.isolated_to > stays.start:
            units = self.places.unit[groups]
            rows = duals.place_row[units]
            cost -= duals.places[rows, cell(stays.isolated_to)] - duals.places[rows, start]
            for unit, at, organism, value in duals.cohorts.get(seeker.index, ()):
                if any(cell(s) <= at < cell(e) and o == organism for s, e, o in stays.cohorts):
                    cost[units == unit] -= value
        cost -= duals.slots[settings, stays.start]
        for setting, value in paid.items():
            cost[settings == setting] -= value
        return groups, cost


def _outweighing(priorities: Sequence[int], people: Mapping[int, int]) -> dict[int, int]:
    """Gains by which one person of a priority outweighs everybody of those that follow it."""
    gains: dict[int, int] = {}
    rest = 0
    for priority in reversed(priorities):
        gains[priority] = rest + 1
        rest += gains[priority] * people[priority]
    return gains


def _closed(value: int | None, bound: float) -> bool:
    """Whether no whole number below `value` is left above the bound."""
    return value is not None and bound > value - 1 + SLACK


def _cheapest(stays: Stays, number: int) -> tuple[Ints, Floats]:
    """Up to `number` of the cheapest free groups, with their points."""
    size = 4 * number
    while True:
        groups = stays.fit.groups[:size]
        free = np.flatnonzero(stays.is_free(groups))[:number]
        if len(free) == number or size >= len(stays.fit.groups):
            return groups[free], stays.fit.points[free].astype(np.float64) + stays.wait
        size *= 8


def _pairs(
    at: int, first: tuple[Ints, Floats], second: tuple[Ints, Floats] | None, number: int
) -> list[tuple[float, int, int, int]]:
    """The `number` cheapest choices of groups, as (cost, way, group, group of the second stay or -1)."""
    mine = _smallest(*first, number)
    if second is None:
        return [(cost, at, group, -1) for cost, group in mine]
    theirs = _smallest(*second, number)
    pairs = [(cost + more, at, group, onward) for cost, group in mine for more, onward in theirs]
    return sorted(pairs)[:number]


def _smallest(groups: Ints, costs: Floats, number: int) -> list[tuple[float, int]]:
    if len(costs) > number:
        few = np.argpartition(costs, number)[:number]
        groups, costs = groups[few], costs[few]
    return sorted(zip(costs.tolist(), groups.tolist(), strict=True))
