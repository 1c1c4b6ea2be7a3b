"""The optimum, exact and proven: itineraries are priced by the duals of a linear program.

First the number placed with priority 1, then 2, 3, 4, then the fewest points (spec: case, "What is
optimal"). A stage starts from few itineraries a person and adds those that the duals say could improve
it, until none can: that proves a bound. Where the best whole-numbered plan doesn't reach the bound, every
itinerary that could close the gap is added, which makes it exact.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from discharge.matching.choices import Choices
from discharge.matching.columns import Columns
from discharge.matching.duals import Duals
from discharge.matching.itineraries import Itinerary
from discharge.matching.linear_program import Group, LinearProgram, Optimum
from discharge.matching.price_out import price_out
from discharge.matching.pricing import Goal, Pricing
from discharge.matching.uses import Column, Scarce
from discharge.rules.places import ISOLATIONS, Floats

PRIORITIES = (1, 2, 3, 4)
FIRST_COLUMNS = 4
LIKED_COLUMNS = 4
"""So many of each person are kept for the next time."""
WARM_UP_ROUNDS = 40
WARM_UP = Goal(1, {1: 12_000, 2: 9_000, 3: 6_000, 4: 3_000})
"""Weighs people against points: mostly the right way, and always quickly."""
NEAR_ROUNDS = 4
LAST_MOMENT = 1.0
"""Seconds past the time limit in which the best plan so far is rounded off."""
SHARE = 1e-6
"""Less of a column than this isn't taken."""
LARGEST_WEIGHT = 1_000_000
SLACK = 0.01
"""How far a bound may be from a whole number by rounding alone."""

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1; raises to cancel."""

Chosen = tuple[Column, ...]


@dataclass(frozen=True)
class Solution:
    """The chosen itineraries of a component; `gap` is 0 where they are proven to be the best.

    `liked` are those that came near and `scarce` what many wanted, from which a changed case is solved
    again quickly; `duals` what each resource costs by the goal `WARM_UP`, where the linear program came to
    an end.
    """

    chosen: tuple[Itinerary, ...]
    gap: float
    liked: tuple[Itinerary, ...] = ()
    scarce: tuple[Scarce, ...] = ()
    duals: Duals | None = None
    people: tuple[str, ...] = ()
    """Whose component it is."""


@dataclass(frozen=True)
class Start:
    """What is known before solving: itineraries that are likely to be good (`liked`), what is likely to be
    wanted by too many (`scarce`), and the itineraries of a previous plan (`kept`, by seeker index) that are
    each worth `churn` points to keep. `solved` are components, by their people, that are as they were."""

    liked: Sequence[Itinerary] = ()
    scarce: Sequence[Scarce] = ()
    kept: Mapping[int, Itinerary] = field(default_factory=dict)
    churn: int = 0
    solved: Mapping[tuple[str, ...], Solution] = field(default_factory=dict)


NOTHING_KNOWN = Start()


class Component:
    """People who compete with each other, directly or through others, and nobody else."""

    def __init__(
        self,
        choices: Choices,
        together: Sequence[Group] = (),
        *,
        start: Start = NOTHING_KNOWN,
        deadline: float | None = None,
        step: Callable[[], None] = lambda: None,
    ) -> None:
        self.choices = choices
        self.legs = choices.legs
        self.deadline = deadline
        self.step = step
        self.priorities = [s.patient.priority for s in self.legs.people]
        at = {s.index: number for number, s in enumerate(self.legs.people)}
        self.together = tuple(Group(tuple(at[i] for i in g.members), g.settings) for g in together)
        self.pricing = Pricing(choices, np.array(self.priorities))
        self._mixed_units = self._find_mixed_units()
        self._seen: set[Column] = set()
        self._whole_program = False
        """Whether every column that there is has been added."""
        self.columns = Columns(choices)
        self._start = start
        self._liked = self.columns.of(start.liked)
        kept = self.columns.of([start.kept[s.index] for s in self.legs.people if s.index in start.kept])
        self._bonus = dict.fromkeys(kept, start.churn) if start.churn else {}
        self._warm: Optimum | None = None
        self.program = self._new_program()

    # --- stages -------------------------------------------------------------------------------------

    def solve(self) -> Solution:
        """The best plan for these people: exact, or the best found when time runs out."""
        self._add(self._liked)
        self._add(self._bonus)
        self._add(self.pricing.cheapest(FIRST_COLUMNS, but={column[0] for column in self._liked}))
        self.program.expect(self._start.scarce)
        for group in self.together:
            for person in group.members:
                self._add(self.columns.one_a_setting(person))
        self._warm_up()
        found = self._by_stages(strict=False) or self._by_stages(strict=True)
        assert found is not None  # strict stages always come to something
        best, gap = found
        return Solution(
            tuple(map(self.columns.itinerary, best)),
            gap,
            tuple(map(self.columns.itinerary, self._near_misses())),
            self.program.scarce,
            None if self._warm is None else self._warm.duals,
            tuple(s.patient.id for s in self.legs.people),
        )

    def _by_stages(self, *, strict: bool) -> tuple[Chosen, float] | None:
        """The stages one after another. Unless `strict`, counts that the linear program alone promises are
        taken at their word; None where no whole plan then keeps it."""
        floors: dict[int, int] = {}
        best: Chosen = ()
        for gains in self._count_goals():
            promised = None if strict else self._promised(Goal(0, gains), floors)
            if promised is not None:
                floors |= promised
                continue
            best, gap = self._stage(Goal(0, gains), floors, best)
            placed = self._placed(best)
            floors |= {priority: placed[priority] for priority in gains}
            if gap:
                return best, gap
        quick = self._from_warm_up(floors)
        if quick is not None:
            return quick, 0.0
        best, gap = self._stage(Goal(1), floors, best)
        return (best, gap) if strict or self._keeps(best, floors) else None

    def _from_warm_up(self, floors: Mapping[int, int]) -> Chosen | None:
        """A whole plan of the warm-up's columns that places as many as `floors` and proves to be the best.

        By the warm-up's goal nobody does better than its bound; where as many as can be are placed, what
        is gained by placing is the same for every plan, and so that is a bound of the points.
        """
        optimum = self._warm
        if optimum is None:
            return None
        value: int | None
        bound = optimum.value + sum(WARM_UP.gain[p] * number for p, number in floors.items())
        if optimum.chosen is not None:
            value, best = self._better(Goal(1), None, (), self._columns(self.program, optimum.chosen))
        else:
            value, best = self._near(WARM_UP, Goal(1), floors, optimum, bound)
        return best if _closed(value, bound) and self._keeps(best, floors) else None

    def _promised(self, goal: Goal, floors: Mapping[int, int]) -> dict[int, int] | None:
        """How many can be placed at the most, by priority, where the linear program says it in whole
        numbers; nobody can place more, whether or not somebody can place as many."""
        while True:
            self.step()
            optimum = self.program.relaxed(self._costs(goal), floors, deadline=self.deadline)
            if optimum is None:
                return None
            _, fresh = self._price(goal, optimum)
            placed = {priority: round(optimum.placed.get(priority, 0.0)) for priority in goal.gain}
            near = all(abs(n - optimum.placed.get(priority, 0.0)) < SLACK for priority, n in placed.items())
            if optimum.lawful and (near or not fresh):
                below, missed = self._price_out(goal, optimum)
                value = -sum(gain * placed[priority] for priority, gain in goal.gain.items())
                if near and _closed(value, optimum.value + below):
                    return placed
                fresh += missed
            if optimum.lawful and not fresh:
                return None
            self._add(fresh)

    def _warm_up(self) -> None:
        """Find good columns by a goal that weighs people against points; keep its optimum, if it comes to
        one."""
        for _ in range(WARM_UP_ROUNDS):
            optimum = self.program.relaxed(self._costs(WARM_UP), {}, deadline=self.deadline)
            self.step()
            if optimum is None:
                return
            _, fresh = self._price(WARM_UP, optimum)
            if optimum.lawful and not fresh:
                _, fresh = self._price_out(WARM_UP, optimum)
            if optimum.lawful and not fresh:
                self._warm = optimum
                return
            self._add(fresh)

    def _count_goals(self) -> Iterator[dict[int, int]]:
        """Gains by priority: one of a priority outweighs all of the next, as many at once as stay exact."""
        people = Counter(self.priorities)
        left = [p for p in PRIORITIES if people[p]]
        while left:
            taken = 1
            while taken < len(left) and _outweighing(left[: taken + 1], people)[left[0]] <= LARGEST_WEIGHT:
                taken += 1
            yield _outweighing(left[:taken], people)
            left = left[taken:]

    def _stage(self, goal: Goal, floors: Mapping[int, int], best: Chosen) -> tuple[Chosen, float]:
        """The best plan for one goal that places at least `floors`, and the relative gap left."""
        value = self._value(best, goal) if self._keeps(best, floors) else None
        bound = -math.inf
        while True:
            self.step()
            optimum = self.program.relaxed(self._costs(goal), floors, deadline=self.deadline)
            if optimum is None:
                return self._out_of_time(goal, floors, best, value, bound)
            if optimum.chosen is not None:
                value, best = self._better(goal, value, best, self._columns(self.program, optimum.chosen))
            lowest, fresh = self._price(goal, optimum)
            if (optimum.lawful and not fresh) or _closed(value, optimum.value + lowest):
                below, missed = self._price_out(goal, optimum)
                bound = max(bound, optimum.value + below)
                if _closed(value, bound):
                    return best, 0.0
                fresh += missed
            if optimum.lawful and not fresh:
                break
            self._add(fresh)
        if value is None:
            value, best = self._near(goal, goal, floors, optimum, bound)
            # later stages keep to what this one places, with these columns if with no others
            self._add(best)
            if _closed(value, bound):
                return best, 0.0
        closing = self._closing(goal, optimum, value)
        if closing is None or len(closing) > 3 * len(self.program.columns):
            chosen = self.program.whole(self._costs(goal), floors, known=best, deadline=self.deadline)
            if chosen is not None:
                value, best = self._better(goal, value, best, self._columns(self.program, chosen))
            elif self._time_is_up():
                return self._out_of_time(goal, floors, best, value, bound)
            elif value is None:
                return best, 1.0  # what the linear program promised isn't to be had in whole numbers
            if _closed(value, bound):
                return best, 0.0
            closing = self._closing(goal, optimum, value)
        assert closing is not None  # there is a plan to better
        program = self._new_program()
        program.add(list(dict.fromkeys([*closing, *best])))
        program.foresee()
        chosen = program.whole(self._costs(goal, program), floors, known=best, deadline=self.deadline)
        if chosen is not None:
            value, best = self._better(goal, value, best, self._columns(program, chosen))
        if self._time_is_up() and not _closed(value, bound):
            return self._out_of_time(goal, floors, best, value, bound)
        self._add(best)
        return best, 0.0

    def _near(
        self, priced: Goal, goal: Goal, floors: Mapping[int, int], optimum: Optimum, bound: float
    ) -> tuple[int | None, Chosen]:
        """A whole plan near the linear program's optimum (by the goal `priced`): of what it takes, and for
        those whom it splits of all that costs it nothing more; then for those in their way too, until the
        plan comes to the bound."""
        taken = [self.program.columns[at] for at in np.flatnonzero(optimum.share > SHARE).tolist()]
        split = np.flatnonzero((optimum.share > SHARE) & (optimum.share < 1 - SHARE)).tolist()
        unsettled = np.zeros(len(self.priorities), dtype=np.bool_)
        unsettled[[self.program.columns[at][0] for at in split]] = True
        value: int | None = None
        best: Chosen = ()
        for _ in range(NEAR_ROUNDS):
            free = self.pricing.up_to(priced, optimum.duals, SLACK, unsettled)
            program = self._new_program()
            program.add(list(dict.fromkeys([*taken, *free, *self._bonus])))
            program.foresee()
            found = program.whole(self._costs(goal, program), floors, deadline=self.deadline)
            if found is not None:
                value, best = self._better(goal, value, best, self._columns(program, found))
            wanted = {int(self.choices.setting[column[1]]) for column in free}
            in_the_way = {
                column[0]
                for column in taken
                if not unsettled[column[0]] and int(self.choices.setting[column[1]]) in wanted
            }
            if _closed(value, bound) or not in_the_way:
                break
            unsettled[list(in_the_way)] = True
        return value, best

    def _closing(self, goal: Goal, optimum: Optimum, value: int | None) -> list[Column] | None:
        """All columns that a plan better than `value` could be made of; None without a plan to better."""
        if value is None:
            return None
        limit = math.inf if self._whole_program else value - 1 + SLACK - optimum.value
        near = self.pricing.up_to(goal, optimum.duals, limit)
        return list(dict.fromkeys([*near, *self._bonus]))

    def _out_of_time(
        self, goal: Goal, floors: Mapping[int, int], best: Chosen, value: int | None, bound: float
    ) -> tuple[Chosen, float]:
        """The best plan so far; never nothing where somebody can be placed.

        The stages to come are thought of as well: of plans as good by this goal, one that places more.
        """
        last_moment = time.monotonic() + LAST_MOMENT
        found = self.program.whole(self._costs(WARM_UP), floors, known=best, deadline=last_moment)
        if found is not None:
            other = self._columns(self.program, found)
            if value is None or self._value(other, goal) <= value:
                value, best = self._value(other, goal), other
        if value is None or not math.isfinite(bound):
            return best, 1.0
        return best, max(1e-6, round((value - bound) / max(1.0, abs(value)), 6))

    def _better(self, goal: Goal, value: int | None, best: Chosen, found: Chosen) -> tuple[int, Chosen]:
        new = self._value(found, goal)
        return (new, found) if value is None or new < value else (value, best)

    def _placed(self, columns: Iterable[Column]) -> Counter[int]:
        return Counter(self.priorities[column[0]] for column in columns)

    def _keeps(self, columns: Iterable[Column], floors: Mapping[int, int]) -> bool:
        placed = self._placed(columns)
        return all(placed[priority] >= number for priority, number in floors.items())

    def _value(self, columns: Chosen, goal: Goal) -> int:
        """What a plan comes to by a goal."""
        gain = sum(goal.gain.get(self.priorities[column[0]], 0) for column in columns)
        kept = sum(self._bonus.get(column, 0) for column in columns)
        return goal.points * (sum(map(self.columns.points, columns)) - kept) - gain

    def _costs(self, goal: Goal, program: LinearProgram | None = None) -> Floats:
        program = program or self.program
        gain = np.array([goal.gain.get(priority, 0) for priority in self.priorities], dtype=np.float64)
        whose = np.array([column[0] for column in program.columns], dtype=np.int64)
        costs: Floats = goal.points * np.array(program.points, dtype=np.float64) - gain[whose]
        if self._bonus and goal.points:
            costs -= goal.points * np.array([self._bonus.get(column, 0) for column in program.columns])
        return costs

    def _time_is_up(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    # --- columns ------------------------------------------------------------------------------------

    def _find_mixed_units(self) -> frozenset[int]:
        """The cohort units to which people of two organisms or more could come."""
        places = self.legs.capacity.places
        come = np.zeros((len(places.units), len(places.organisms)), dtype=np.bool_)
        for at, leg in enumerate(self.legs.all):
            groups = self.choices.group[self.choices.begin[at] : self.choices.begin[at + 1]]
            for _, _, organism in leg.cohorts:
                come[places.unit[groups], organism] = True
        in_cohort = np.zeros(len(places.units), dtype=np.bool_)
        in_cohort[places.unit[places.isolation == ISOLATIONS.index("cohort")]] = True
        return frozenset(np.flatnonzero(in_cohort & (come.sum(axis=1) > 1)).tolist())

    def _new_program(self) -> LinearProgram:
        return LinearProgram(self.choices, self.priorities, self.together, mixed_units=self._mixed_units)

    def _price(self, goal: Goal, optimum: Optimum) -> tuple[float, list[Column]]:
        lowest, columns = self.pricing.improving(goal, optimum.duals)
        return lowest, [column for column in columns if column not in self._seen]

    def _price_out(self, goal: Goal, optimum: Optimum) -> tuple[float, list[Column]]:
        """What everything that prices below zero adds up to, and columns to add for it: nothing is left out.

        Where a column is in the program already, what the program says it costs and what it costs differ:
        then every column that there is goes in, and the program needs no prices any more.
        """
        if self._whole_program:
            return 0.0, []
        out = price_out(self.choices, self.pricing.priorities, goal, optimum.duals.rows)
        missed = [column for column in out.columns if column not in self._seen]
        if out.columns and not missed:
            self._whole_program = True
            everything = self.pricing.up_to(goal, optimum.duals, math.inf)
            missed = [column for column in everything if column not in self._seen]
        return out.below, missed

    def _add(self, columns: Iterable[Column]) -> None:
        fresh = [column for column in dict.fromkeys(columns) if column not in self._seen]
        self._seen.update(fresh)
        self.program.add(fresh)
        self.program.foresee()

    @staticmethod
    def _columns(program: LinearProgram, chosen: Iterable[int]) -> Chosen:
        return tuple(program.columns[at] for at in chosen)

    def _near_misses(self) -> list[Column]:
        """The few columns of each person that the warm-up's linear program likes best."""
        optimum = self._warm
        if optimum is None:
            return []
        columns = self.program.columns[: len(optimum.reduced)]
        whose = np.array([column[0] for column in columns], dtype=np.int64)
        order = np.lexsort((-optimum.share, optimum.reduced, whose))
        begins = np.flatnonzero(np.diff(whose[order], prepend=-1))
        rank = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
        return [columns[at] for at in np.sort(order[rank < LIKED_COLUMNS]).tolist()]


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
