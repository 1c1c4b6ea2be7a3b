"""The optimum, exact and proven: itineraries are priced by the duals of a linear program.

First the number placed with priority 1, then 2, 3, 4, then the fewest points (docs/case.md, "What is
optimal"). A stage starts from few itineraries a person and adds those that the duals say could improve
it, until none can: that proves a bound. Where the best whole-numbered plan doesn't reach the bound, every
stay that could close the gap goes into one program in whole numbers, which makes it exact. Whenever time
runs out there is a plan, and a bound that holds.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from discharge.matching.capacity import NO_LIMIT
from discharge.matching.choices import Choices
from discharge.matching.columns import Columns
from discharge.matching.duals import Duals
from discharge.matching.first_plan import FirstPlan, Rank
from discharge.matching.highs import Effort
from discharge.matching.itineraries import Itinerary
from discharge.matching.linear_program import LinearProgram, Optimum
from discharge.matching.price_out import price_out
from discharge.matching.pricing import Goal, Pricing
from discharge.matching.rooms_together import Group
from discharge.matching.uses import Column, Scarce
from discharge.matching.whole import Chosen, Keeping, Part, StayOf, WholeProgram
from discharge.rules.places import ISOLATIONS, Floats

PRIORITIES = (1, 2, 3, 4)
FIRST_COLUMNS = 4
LIKED_COLUMNS = 4
"""So many of each person are kept for the next time."""
WARM_UP_ROUNDS = 40
WARM_UP = Goal(1, {1: 12_000, 2: 9_000, 3: 6_000, 4: 3_000})
"""Weighs people against points: mostly the right way, and always quickly."""
NEAR_ROUNDS = 4
NEAR_NODES = 50
LEVELS = (0.06, 0.12, 0.25, 0.5, 1.0)
"""Shares of the gap within which stays are looked at, one after another."""
LEAST_STAYS = 300
LEVEL_GROWS = 1.4
LEVEL_NODES = 20
LOOKS = 1500
"""So many looks at what there is room for may be spent on bettering a plan by hand."""
LAST_MOMENT = 0.08
"""The share of the time that is kept to better the plan by hand, where it isn't proven by then."""
QUICKLY_SOLVED = 600
"""A linear program of so few columns takes no time to speak of."""
QUICK_ROUNDS = 4
SHARE = 1e-6
"""Less of a column than this isn't taken."""
LARGEST_WEIGHT = 1_000_000
SLACK = 0.01
"""How far a bound may be from a whole number by rounding alone."""

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1; raises to cancel."""


@dataclass(frozen=True)
class Bound:
    """What no plan passes: of each priority in turn at the most so many people, where as many as that of
    those before it are placed; and with all of them, at the least so many points, where the plan comes to
    `reached` (less what is given for keeping to a previous plan)."""

    placed: tuple[int, int, int, int]
    points: float
    reached: int


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
    bound: Bound | None = None
    """None where the plan itself is the bound."""


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


class _TimeIsUp(Exception):
    """The deadline came before the best plan was proven."""


def gap_of(placed: Sequence[int], bound: Bound) -> float:
    """The relative gap of the first stage in which a plan doesn't come to the bound; above 0."""
    points = bound.reached
    for mine, most in zip(placed, bound.placed, strict=True):
        if mine < most:
            return max(1e-6, round((most - mine) / most, 6))
    return max(1e-6, round((points - bound.points) / max(1.0, abs(points), abs(bound.points)), 6))


class Component:
    """People who compete with each other, directly or through others, and nobody else.

    `sizes`: how many people each of them stands for (one each, where nothing is said); `kept`: itineraries
    of a previous plan, each with how many would keep it.
    """

    def __init__(
        self,
        choices: Choices,
        together: Sequence[Group] = (),
        *,
        sizes: Sequence[int] | None = None,
        start: Start = NOTHING_KNOWN,
        kept: Sequence[tuple[Itinerary, int]] = (),
        deadline: float | None = None,
        step: Callable[[], None] = lambda: None,
    ) -> None:
        self.choices = choices
        self.legs = choices.legs
        people = self.legs.people
        self.last_moment = deadline
        self.deadline = deadline
        if deadline is not None:
            self.deadline = deadline - LAST_MOMENT * max(0.0, deadline - time.monotonic())
        self.step = step
        self.priorities = [s.patient.priority for s in people]
        self.sizes = [1] * len(people) if sizes is None else list(sizes)
        at = {s.index: number for number, s in enumerate(people)}
        self.together = tuple(Group(tuple(at[i] for i in g.members), g.settings) for g in together)
        self.part = Part(
            choices, np.array(self.priorities), np.array(self.sizes), self.together, self._find_mixed_units()
        )
        self.pricing = Pricing(choices, self.part.priorities, self.part.sizes)
        self._seen: set[Column] = set()
        self._whole_program = False
        """Whether every column that there is has been added."""
        self.columns = Columns(choices)
        self._start = start
        self._liked = self.columns.of(start.liked)
        keepers = {column: number for one, number in kept if start.churn for column in self.columns.of([one])}
        self._keeping = Keeping(start.churn, keepers)
        self._warm: Optimum | None = None
        self._last: tuple[Goal, Mapping[int, int], Optimum] | None = None
        """The linear program's last optimum, whether or not it was proven, and what it was asked for."""
        self.program = LinearProgram(
            choices,
            self.priorities,
            self.together,
            sizes=self.sizes,
            mixed_units=self.part.mixed_units,
        )
        self._best: Chosen = ()
        """The best plan so far, by people placed and then by points."""
        self._rank: Rank = (1,)
        self._bettered = False
        """Whether a plan has been bettered by hand, which is done once."""
        self._most = self._most_by_beds()
        """Of each priority at the most so many can be placed."""
        self._points = -math.inf
        """At the least so many points, with as many placed as can be."""

    # --- stages -------------------------------------------------------------------------------------

    def solve(self) -> Solution:
        """The best plan for these people: exact, or the best found when time runs out."""
        self._add(self._liked)
        self._add(self._keeping.people)
        self._add(self.pricing.cheapest(FIRST_COLUMNS, but={column.person for column in self._liked}))
        self.program.expect(self._start.scarce)
        together = [person for group in self.together for person in group.members]
        self._add(column for person in together for column in self.columns.one_a_setting(person))
        bound: Bound | None = None
        try:
            self._warm_up()
            best = self._by_stages(strict=False)
            if best is None:
                best = self._by_stages(strict=True)
            assert best is not None  # strict stages always come to something
        except _TimeIsUp:
            best = self._at_the_end()
            most = [self._most.get(priority, 0) for priority in PRIORITIES]
            points = max(self._points, float(self._least_points()))
            reached = self._value(best, Goal(1))
            bound = Bound((most[0], most[1], most[2], most[3]), min(points, reached), reached)
        placed = self._placed(best)
        return Solution(
            tuple(map(self.columns.itinerary, best)),
            0.0 if bound is None else gap_of([placed[p] for p in PRIORITIES], bound),
            tuple(map(self.columns.itinerary, self._near_misses())),
            self.program.scarce,
            None if self._warm is None else self._warm.duals,
            tuple(s.patient.id for s in self.legs.people),
            bound,
        )

    def _by_stages(self, *, strict: bool) -> Chosen | None:
        """The stages one after another. Unless `strict`, counts that the linear program alone promises are
        taken at their word; None where no whole plan then keeps it."""
        floors: dict[int, int] = {}
        for gains in self._count_goals():
            promised = None if strict else self._promised(Goal(0, gains), floors)
            if promised is None:
                best = self._stage(Goal(0, gains), floors)
                if best is None:
                    return None
                placed = self._placed(best)
                promised = {priority: placed[priority] for priority in gains}
            floors |= promised
            self._no_more_than(promised)
        quick = self._from_warm_up(floors)
        return self._stage(Goal(1), floors) if quick is None else quick

    def _from_warm_up(self, floors: Mapping[int, int]) -> Chosen | None:
        """A whole plan of the warm-up's columns that places as many as `floors` and proves to be the best.

        By the warm-up's goal nobody does better than its bound; where as many as can be are placed, what
        is gained by placing is the same for every plan, and so that is a bound of the points.
        """
        optimum = self._warm
        if optimum is None:
            return None
        bound = optimum.value + sum(WARM_UP.gain[p] * number for p, number in floors.items())
        self._points = max(self._points, bound)
        if optimum.chosen is not None:
            self._note(self._columns(self.program, optimum.chosen))
        else:
            self._near(WARM_UP, Goal(1), floors, optimum, bound)
        return self._best if self._is_proven(Goal(1), floors, bound) else None

    def _promised(self, goal: Goal, floors: Mapping[int, int]) -> dict[int, int] | None:
        """How many can be placed at the most, by priority, where the linear program says it in whole
        numbers; nobody can place more, whether or not somebody can place as many."""
        while True:
            optimum = self._relaxed(goal, floors)
            _, fresh = self._price(goal, optimum)
            placed = {priority: round(optimum.placed.get(priority, 0.0)) for priority in goal.gain}
            near = all(abs(n - optimum.placed.get(priority, 0.0)) < SLACK for priority, n in placed.items())
            if optimum.lawful and (near or not fresh):
                below, missed = self._price_out(goal, optimum)
                self._note_bound(goal, floors, optimum.value + below)
                value = -sum(gain * placed[priority] for priority, gain in goal.gain.items())
                # the dual bound, not the optimum alone, makes it a promise: what is left out could place more
                if near and _closed(value, optimum.value + below):
                    return placed
                fresh += missed
            if optimum.lawful and not fresh:
                return None
            self._add(fresh)

    def _warm_up(self) -> None:
        """Finds good columns by a goal that weighs people against points; keeps its optimum, if it comes to
        one."""
        for _ in range(WARM_UP_ROUNDS):
            optimum = self._relaxed(WARM_UP, {})
            _, fresh = self._price(WARM_UP, optimum)
            if optimum.lawful and not fresh:
                _, fresh = self._price_out(WARM_UP, optimum)
            if optimum.lawful and not fresh:
                self._warm = optimum
                return
            self._add(fresh)

    def _count_goals(self) -> Iterator[dict[int, int]]:
        """Gains by priority: one of a priority outweighs all of the next, as many at once as stay exact."""
        people = self._people()
        left = [p for p in PRIORITIES if people[p]]
        while left:
            taken = 1
            while taken < len(left) and _outweighing(left[: taken + 1], people)[left[0]] <= LARGEST_WEIGHT:
                taken += 1
            yield _outweighing(left[:taken], people)
            left = left[taken:]

    def _stage(self, goal: Goal, floors: Mapping[int, int]) -> Chosen | None:
        """The best plan for one goal that places at least `floors`; None where none was found that does.

        What `_close` then searches is complete. The loop ends only where `price_out`, which leaves nothing
        out, finds no column that prices below zero: so every plan costs at least the optimum and the reduced
        costs of its columns on top, and none of those takes anything off. A plan better by a whole point or
        person can have no column above `_limit`, and every stay of those up to it is there. That `pricing`
        finds nothing proves nothing: it leaves out what it takes to be dear. To keep an itinerary costs less
        than it is priced at, by what is given for it: its stays are always searched (`_search`).
        """
        bound = -math.inf
        while True:
            optimum = self._relaxed(goal, floors)
            if optimum.chosen is not None:
                self._note(self._columns(self.program, optimum.chosen))
            lowest, fresh = self._price(goal, optimum)
            value = self._worth(goal, floors)
            # `price_out` looks at everything and is dear: it is asked only where the stage could end
            if (optimum.lawful and not fresh) or _closed(value, optimum.value + lowest):
                below, missed = self._price_out(goal, optimum)
                bound = max(bound, optimum.value + below)
                self._note_bound(goal, floors, bound)
                if self._is_proven(goal, floors, bound):
                    return self._best
                fresh += missed
            if optimum.lawful and not fresh:
                break
            self._add(fresh)
        self._follow(optimum)
        if self._is_proven(goal, floors, bound):
            return self._best
        if self._worth(goal, floors) is None:
            self._near(goal, goal, floors, optimum, bound)
            if self._worth(goal, floors) is None:
                self._search(self._of_program(), goal, floors, Effort(self.deadline, NEAR_NODES))
        value = self._worth(goal, floors)
        if value is None or self._is_proven(goal, floors, bound):
            if value is None and self._time_is_up():
                raise _TimeIsUp
            return None if value is None else self._best
        # later stages keep to what this one places, with these columns if with no others
        self._add(self._best)
        self._close(goal, floors, optimum)
        self._add(self._best)
        return self._best

    def _close(self, goal: Goal, floors: Mapping[int, int], optimum: Optimum) -> None:
        """Finds the best plan of all that a better one than the best so far could be made of.

        That is every stay whose reduced cost is within the gap. The nearest of them are tried first: they
        mostly hold the best plan, which makes the gap smaller.
        """
        of_program = self._of_program()
        tried = 0
        if not goal.points:
            self._search(
                [*of_program, *self._stays(self._best)], goal, floors, Effort(self.deadline, NEAR_NODES)
            )
            if self._is_proven(goal, floors, optimum.value):
                return
            tried = len(of_program)
        number = len(self.pricing.up_to(goal, optimum.duals, self._limit(goal, floors, optimum)))
        for share in LEVELS:
            limit = self._limit(goal, floors, optimum) * share
            stays = self.pricing.up_to(goal, optimum.duals, limit)
            few = len(stays) < max(LEAST_STAYS, LEVEL_GROWS * tried)
            if share < 1 and (few or number < LEVEL_GROWS * len(stays)):
                continue
            tried = len(stays)
            effort = Effort(self.deadline, LEVEL_NODES if share < 1 else None)
            found = self._search([*stays, *self._stays(self._best)], goal, floors, effort)
            # what isn't among these costs as much as the limit on top of the optimum
            bound = min(found, optimum.value + limit)
            self._note_bound(goal, floors, bound)
            if self._is_proven(goal, floors, bound):
                return
            if self._time_is_up():
                break
        raise _TimeIsUp

    def _limit(self, goal: Goal, floors: Mapping[int, int], optimum: Optimum) -> float:
        """How much more than the optimum of the linear program a plan may cost that is better than the best
        so far; without end where the prices can't be trusted."""
        value = self._worth(goal, floors)
        assert value is not None  # there is a plan to better
        return math.inf if self._whole_program else value - 1 + 2 * SLACK - optimum.value

    def _search(
        self, stays: Iterable[StayOf], goal: Goal, floors: Mapping[int, int], effort: Effort
    ) -> float:
        """Looks for a better plan of some stays; what no plan of these comes below."""
        self.step()
        program = WholeProgram(self.part, [*stays, *self._stays(self._keeping.people)], self._keeping)
        known = self._best if self._keeps(self._best, floors) else ()
        found = program.best(goal, floors, known=known, effort=effort)
        if found.chosen is not None:
            self._note(found.chosen)
        return found.bound

    def _near(
        self, priced: Goal, goal: Goal, floors: Mapping[int, int], optimum: Optimum, bound: float
    ) -> None:
        """Looks for a whole plan near the linear program's optimum (by the goal `priced`): of what it takes,
        and for those whom it splits of all that costs it nothing more; then for those in their way too,
        until the plan comes to the bound."""
        taken = [self.program.columns[at] for at in np.flatnonzero(optimum.share > SHARE).tolist()]
        split = np.flatnonzero(np.abs(optimum.share - np.round(optimum.share)) > SHARE).tolist()
        unsettled = np.zeros(len(self.priorities), dtype=np.bool_)
        unsettled[[self.program.columns[at].person for at in split]] = True
        for _ in range(NEAR_ROUNDS):
            free = self.pricing.up_to(priced, optimum.duals, SLACK, unsettled)
            stays = [*self._stays(taken), *free]
            if self._keeps(self._best, floors):
                stays += self._stays(self._best)
            self._search(stays, goal, floors, Effort(self.deadline, NEAR_NODES))
            wanted = {int(self.choices.setting[choice]) for choice, _ in free}
            in_the_way = {
                column.person
                for column in taken
                if not unsettled[column.person] and int(self.choices.setting[column.first]) in wanted
            }
            if self._is_proven(goal, floors, bound) or not in_the_way:
                break
            if self._time_is_up():
                raise _TimeIsUp
            unsettled[list(in_the_way)] = True

    # --- plans and bounds -----------------------------------------------------------------------------

    def _follow(self, optimum: Optimum) -> None:
        """A plan of what the linear program likes, bettered."""
        plan = FirstPlan(self.part, self.columns, self._keeping)
        plan.follow(self._by_share(optimum))
        plan.fill()
        if not self._bettered:
            self._bettered = True
            plan.better(looks=LOOKS)
        self._note(plan.chosen)

    def _by_share(self, optimum: Optimum) -> list[Column]:
        taken = np.flatnonzero(optimum.share > SHARE)
        # stable, as everywhere: the same case gives the same plan
        order = taken[np.argsort(-optimum.share[taken], kind="stable")]
        return [self.program.columns[at] for at in order.tolist()]

    def _at_the_end(self) -> Chosen:
        """The best plan so far; never nothing where somebody can be placed."""
        plan = FirstPlan(self.part, self.columns, self._keeping)
        plan.fill()
        self._note(plan.chosen)
        if len(self.program.columns) <= QUICKLY_SOLVED:
            # whatever the clock: how far a linear program came before says nothing of its bound
            self._bound_quickly()
        if self._last is not None and not self._is_over():
            self._follow_to_the_end(*self._last)
        plan = FirstPlan(self.part, self.columns, self._keeping)
        plan.start_from(self._best)
        if self.last_moment is not None:
            plan.better(deadline=self.last_moment, seed=1)
        self._note(plan.chosen)
        return self._best

    def _bound_quickly(self) -> None:
        """A bound of how many can be placed, where there was no time for any: a few rounds for the first of
        the counts, over so few columns that it takes no time to speak of."""
        goal = next(self._count_goals(), None)
        if goal is None:
            return
        for _ in range(QUICK_ROUNDS):
            optimum = self.program.relaxed(self._costs(Goal(0, goal)), {}, deadline=None)
            if optimum is None:
                return
            _, fresh = self._price(Goal(0, goal), optimum)
            if optimum.lawful:
                below, _ = self._price_out(Goal(0, goal), optimum)
                self._note_bound(Goal(0, goal), {}, optimum.value + below)
                if not fresh:
                    return
            self._add(fresh)

    def _follow_to_the_end(self, goal: Goal, floors: Mapping[int, int], optimum: Optimum) -> None:
        """A plan and a bound from a linear program that didn't come to an end."""
        below, _ = self._price_out(goal, optimum)
        if goal is WARM_UP:
            gained = sum(goal.gain[priority] * most for priority, most in self._most.items())
            self._points = max(self._points, optimum.value + below + gained)
        else:
            self._note_bound(goal, floors, optimum.value + below)
        plan = FirstPlan(self.part, self.columns, self._keeping)
        plan.follow(self._by_share(optimum))
        plan.fill()
        self._note(plan.chosen)

    def _note(self, plan: Chosen) -> None:
        """Keeps a plan where it is the best so far: by people placed, and then by points."""
        placed = self._placed(plan)
        rank = (*(-placed[p] for p in PRIORITIES), self._value(plan, Goal(1)))
        if rank < self._rank or not self._best:
            self._best, self._rank = plan, rank

    def _note_bound(self, goal: Goal, floors: Mapping[int, int], bound: float) -> None:
        """Keeps what a stage's bound says of the people placed, or of the points, where there is one."""
        if not math.isfinite(bound):
            return
        if goal.points:
            if all(floors.get(priority, 0) >= most for priority, most in self._most.items()):
                self._points = max(self._points, bound)
            return
        left = math.floor(-bound + SLACK)
        found: dict[int, int] = {}
        for priority, gain in sorted(goal.gain.items(), key=lambda each: -each[1]):
            found[priority] = min(left // gain, self._most.get(priority, 0))
            left -= found[priority] * gain
        self._no_more_than(found)

    def _no_more_than(self, most: Mapping[int, int]) -> None:
        """Keeps how many can be placed at the most; what more people would cost at the least says nothing of
        fewer."""
        if any(self._most.get(priority) != number for priority, number in most.items()):
            self._most |= most
            self._points = -math.inf

    def _most_by_beds(self) -> dict[int, int]:
        """How many of each priority there are at the most beds for, as whoever stays for good needs one that
        stays free, the more urgent ones first."""
        legs, capacity = self.legs, self.legs.capacity
        is_last = legs.is_second | (legs.other < 0)
        stays = self.choices.begin[1:] > self.choices.begin[:-1]
        ends = np.zeros(len(legs.people), dtype=np.bool_)
        can_go = np.zeros(len(legs.people), dtype=np.bool_)
        can_go[legs.person[is_last & stays]] = True
        for_a_while = legs.end_cell[legs.offset[:-1]] < capacity.cells
        ends[legs.person[is_last & stays & for_a_while]] = True
        mine = ~ends[legs.person[self.choices.leg]] & is_last[self.choices.leg]
        rows = np.unique(self.choices.group[mine])
        # a bed that is kept for somebody has a row of its own, and is one bed
        beds = int(np.minimum(capacity.free[np.unique(capacity.places.beds_of[rows]), -1], NO_LIMIT).sum())
        beds += sum(row in capacity.kept for row in rows.tolist())
        most: dict[int, int] = {}
        for priority in sorted(set(self.priorities)):
            same = self.part.priorities == priority
            for_good = int(self.part.sizes[same & can_go & ~ends].sum())
            most[priority] = min(for_good, beds) + int(self.part.sizes[same & can_go & ends].sum())
            beds -= min(for_good, beds)
        return most

    def _least_points(self) -> int:
        """What as many as can be placed would come to if everybody had the best that there is for them."""
        legs = self.legs
        least = self.choices.leg_least
        firsts = np.flatnonzero(~legs.is_second)
        each = least[firsts].copy()
        paired = legs.other[firsts] >= 0
        each[paired] += least[legs.other[firsts[paired]]]
        best = np.full(len(legs.people), np.iinfo(np.int64).max)
        np.minimum.at(best, legs.person[firsts], each)
        total = -self._keeping.most
        for priority, most in self._most.items():
            mine = np.repeat(best, self.part.sizes)[
                np.repeat(self.part.priorities, self.part.sizes) == priority
            ]
            total += int(np.sort(mine)[:most].sum())
        return total

    def _worth(self, goal: Goal, floors: Mapping[int, int]) -> int | None:
        """What the best plan so far comes to by a goal; None where it places fewer than `floors`."""
        return self._value(self._best, goal) if self._keeps(self._best, floors) else None

    def _is_proven(self, goal: Goal, floors: Mapping[int, int], bound: float) -> bool:
        return _closed(self._worth(goal, floors), bound)

    def _people(self) -> Counter[int]:
        """How many people of each priority there are."""
        people: Counter[int] = Counter()
        for priority, size in zip(self.priorities, self.sizes, strict=True):
            people[priority] += size
        return people

    def _placed(self, columns: Iterable[Column]) -> Counter[int]:
        return Counter(self.priorities[column.person] for column in columns)

    def _keeps(self, columns: Iterable[Column], floors: Mapping[int, int]) -> bool:
        placed = self._placed(columns)
        return all(placed[priority] >= number for priority, number in floors.items())

    def _value(self, columns: Chosen, goal: Goal) -> int:
        """What a plan comes to by a goal."""
        gain = sum(goal.gain.get(self.priorities[column.person], 0) for column in columns)
        kept = self._keeping.gain(columns)
        return goal.points * (sum(map(self.columns.points, columns)) - kept) - gain

    def _costs(self, goal: Goal) -> Floats:
        program = self.program
        gain = np.array([goal.gain.get(priority, 0) for priority in self.priorities], dtype=np.float64)
        whose = np.array([column.person for column in program.columns], dtype=np.int64)
        costs: Floats = goal.points * np.array(program.points, dtype=np.float64) - gain[whose]
        if self._keeping.people and goal.points:
            # more who are alike may take it than would keep it: what the program says is a bound all the same
            costs -= goal.points * np.array([self._keeping.at_once(column) for column in program.columns])
        return costs

    def _relaxed(self, goal: Goal, floors: Mapping[int, int]) -> Optimum:
        self.step()
        optimum = self.program.relaxed(self._costs(goal), floors, deadline=self.deadline)
        if optimum is None:
            raise _TimeIsUp
        self._last = goal, floors, optimum
        return optimum

    def _time_is_up(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _is_over(self) -> bool:
        return self.last_moment is not None and time.monotonic() > self.last_moment

    # --- columns ------------------------------------------------------------------------------------

    def _of_program(self) -> list[StayOf]:
        """The stays of the linear program's columns."""
        return list(dict.fromkeys(self._stays(self.program.columns)))

    def _stays(self, columns: Iterable[Column]) -> list[StayOf]:
        return [stay for column in columns for stay in self.part.stays_of(column)]

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
        part = self.part
        out = price_out(part.choices, part.priorities, part.sizes, goal, optimum.duals.rows)
        missed = [column for column in out.columns if column not in self._seen]
        if out.columns and not missed:
            self._whole_program = True
            missed = [column for column in self.pricing.everything() if column not in self._seen]
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
        whose = np.array([column.person for column in columns], dtype=np.int64)
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
