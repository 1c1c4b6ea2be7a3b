"""`propose`: the one public door of the engine. A pure function of the case: same case, same plan."""

from __future__ import annotations

import operator
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from discharge.matching.alike import dealt_out, kept_by_kind, kinds_of
from discharge.matching.capacity import Capacity, isolation_ends
from discharge.matching.choices import Choices, choices_of
from discharge.matching.companions import companions
from discharge.matching.explain import because, why_unplaced
from discharge.matching.graph import components
from discharge.matching.itineraries import BedStay, Itinerary, Seeker
from discharge.matching.linear_program import Group
from discharge.matching.solve import (
    NOTHING_KNOWN,
    Bound,
    Component,
    Progress,
    Solution,
    Start,
    gap_of,
)
from discharge.model.case import Case
from discharge.model.files import case_sha256, write_case
from discharge.model.memory import uncollected
from discharge.model.plan import (
    Condition,
    LockedPlacement,
    Objective,
    Placement,
    Plan,
    Stay,
    Unplaced,
)
from discharge.model.setting import Setting, Unit
from discharge.rules.eligibility import Screening
from discharge.rules.infection import infection_state
from discharge.rules.places import OPEN, Places
from discharge.rules.points import points_at
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import RuleSet, rules_of

TO_FINISH = 1.3
"""The time that it takes to write a plan out and check it, by the time that it takes to prepare it."""


@dataclass(frozen=True)
class Problem:
    """A case made ready to be solved: the patients to place, with all their choices, and what is free."""

    case: Case
    rules: RuleSet
    places: Places
    capacity: Capacity
    states: Mapping[str, InfectionState]
    seekers: tuple[Seeker, ...]
    screening: Screening
    free_choices: Choices
    """Of all seekers, each at their own index, as if everybody were alone in the hub."""
    choices: Choices
    """Those with which companions can stay together."""
    together: tuple[Group, ...] = ()
    kept_out: Mapping[str, str] = field(default_factory=dict)
    """Who is kept out for their companions' sake, and the sentence that says why."""

    def seeker(self, name: str) -> Seeker:
        """A person to be placed, by id. Raises KeyError for anybody else."""
        return self._by_name[name]

    def find_seeker(self, name: str) -> Seeker | None:
        """A person to be placed, by id; None for anybody else."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Seeker]:
        return {seeker.patient.id: seeker for seeker in self.seekers}

    def can_go(self, seeker: Seeker) -> bool:
        """Whether the seeker has any choice."""
        mine = self.choices.of_person(seeker.index)
        return bool(mine.start < mine.stop)


def propose(
    case: Case,
    *,
    rules: RuleSet | None = None,
    sha256: str | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The best plan for a case: exact and proven (`optimal`), or the best found in `time_limit` seconds.

    `sha256` is the hash of the case file's bytes; without it the case is written out and hashed.
    Raises `BrokenFile` where the case names a rule set, key or organism that isn't known; whatever
    `progress` raises to cancel.
    """
    begun = time.monotonic()
    rules = rules or rules_of(case)
    problem = prepare(case, rules, progress=progress)
    solutions = solve(problem, deadline=deadline_of(begun, time_limit), progress=progress)
    return plan_of(problem, solutions, sha256)


def deadline_of(begun: float, time_limit: float | None) -> float | None:
    """When to stop looking for a better plan, so that a planning that `begun` then ends within the limit.

    To be called once the case is made ready: to write the plan out, explain and check it takes about as
    long as that did.
    """
    if time_limit is None:
        return None
    return begun + time_limit - TO_FINISH * (time.monotonic() - begun)


@uncollected()
def prepare(case: Case, rules: RuleSet, *, progress: Progress | None = None) -> Problem:
    """Find every way that each patient could go, and who must stay together."""
    places = Places(in_order(case), rules)
    patients = sorted(case.patients, key=lambda p: p.id)
    states = {p.id: infection_state(p, rules, as_at=case.as_at) for p in patients}
    locked = {placement.patient for placement in case.locked}
    waiting = [p for p in patients if p.id not in locked]
    seekers = tuple(Seeker(at, p, states[p.id], places) for at, p in enumerate(waiting))
    screening = Screening(places)
    for at, seeker in enumerate(seekers):
        if progress is not None and at % 16 == 0:
            progress("Finding where each person could go", at / (2 * len(seekers)))
        seeker.find_journeys(screening)
    capacity = capacity_of(places, states, seekers)
    free = choices_of(seekers, capacity)
    bonded, choices = companions(case, places, free)
    return Problem(
        case=case,
        rules=rules,
        places=places,
        capacity=capacity,
        states=states,
        seekers=seekers,
        screening=screening,
        free_choices=free,
        choices=choices,
        together=bonded.groups,
        kept_out=bonded.kept_out,
    )


def capacity_of(places: Places, states: Mapping[str, InfectionState], seekers: Sequence[Seeker]) -> Capacity:
    """What is left to give, by the days on which these seekers' stays may end."""
    return Capacity(places, states, days_that_matter(places, states, seekers))


def days_that_matter(
    places: Places, states: Mapping[str, InfectionState], seekers: Sequence[Seeker]
) -> set[int]:
    """The days on which some stay or isolation may end."""
    ends = {end for s in seekers for j in s.journeys for leg in j.legs for end in leg.days_of_end}
    ends |= set(isolation_ends(states.values(), places.day0))
    return {end for end in ends if 0 < end < OPEN}


@uncollected()
def solve(
    problem: Problem,
    *,
    start: Start = NOTHING_KNOWN,
    deadline: float | None = None,
    progress: Progress | None = None,
) -> tuple[Solution, ...]:
    """The best itineraries, component by component of the competition graph."""
    parts = components(problem.choices, [g.members for g in problem.together])
    able = sum(map(len, parts))
    found: list[Solution] = []
    done = 0
    apart = _apart(problem)
    for people in parts:
        members = set(people)

        def step(share: float = done / able) -> None:
            if progress is not None:
                progress("Finding the best plan", 0.5 + share / 2)

        done += len(people)
        known = start.solved.get(tuple(problem.seekers[at].patient.id for at in people))
        if known is not None:
            found.append(known)
            continue
        kinds = kinds_of(problem.seekers, people, apart)
        component = Component(
            problem.choices.among(kinds.first),
            [g for g in problem.together if members.issuperset(g.members)],
            sizes=kinds.sizes,
            start=start,
            kept=kept_by_kind(problem.seekers, kinds, start.kept),
            deadline=_share_of(deadline, len(people), able - done + len(people)),
            step=step,
        )
        solution = component.solve()
        found.append(
            replace(
                solution,
                chosen=dealt_out(problem.seekers, kinds, solution.chosen, start.kept),
                people=tuple(problem.seekers[at].patient.id for at in people),
            )
        )
    return tuple(found)


def _share_of(deadline: float | None, people: int, left: int) -> float | None:
    """The moment until which some of the people who are left to be planned for may take."""
    if deadline is None:
        return None
    now = time.monotonic()
    return now + max(0.0, deadline - now) * people / max(1, left)


def _apart(problem: Problem) -> set[int]:
    """Who is unlike everybody else, whatever their ways to go: who stays with somebody, or has a bed kept."""
    bonded = {name for p in problem.case.patients if p.together_with for name in (p.id, p.together_with)}
    kept_for = {free.kept_for for beds in problem.places.groups for free in beds.free}
    return {s.index for s in problem.seekers if s.patient.id in bonded or s.patient.id in kept_for}


def in_order(case: Case) -> Case:
    """The case with its settings, units and beds by id, so that their order in the file decides nothing."""
    settings = tuple(_setting_in_order(s) for s in sorted(case.settings, key=lambda s: s.id))
    if len(settings) == len(case.settings) and all(map(operator.is_, settings, case.settings)):
        return case
    return case.model_copy(update={"settings": settings})


def _setting_in_order(setting: Setting) -> Setting:
    units = tuple(_unit_in_order(u) for u in sorted(setting.units, key=lambda u: u.id))
    if all(map(operator.is_, units, setting.units)):
        return setting
    return setting.model_copy(update={"units": units})


def _unit_in_order(unit: Unit) -> Unit:
    beds = tuple(sorted(unit.beds, key=lambda b: b.id))
    return unit if all(map(operator.is_, beds, unit.beds)) else unit.model_copy(update={"beds": beds})


# --- the plan ----------------------------------------------------------------------------------------


@uncollected()
def plan_of(problem: Problem, solutions: Sequence[Solution], sha256: str | None) -> Plan:
    """The plan that the chosen itineraries make; without `sha256` the case is written out and hashed."""
    case = problem.case
    by_index = {s.index: s for s in problem.seekers}
    chosen = {by_index[c.patient].patient.id: c for solution in solutions for c in solution.chosen}
    placed = {name: _placement(problem, by_index[c.patient], c) for name, c in chosen.items()}
    priorities: dict[int, int] = defaultdict(int)
    for column in chosen.values():
        priorities[by_index[column.patient].patient.priority] += 1
    locked = [_locked(p) for p in case.locked]
    taken = {p.patient for p in locked}
    new = [placed[p.id] for p in case.patients if p.id in placed]
    unplaced = tuple(
        Unplaced(patient=p.id, reasons=why_unplaced(problem, p.id))
        for p in case.patients
        if p.id not in placed and p.id not in taken
    )
    gap = _gap(problem, solutions)
    return Plan(
        case_sha256=sha256 or case_sha256(write_case(case)),
        rule_set=case.rule_set,
        status="feasible" if gap > 0 else "optimal",
        gap=gap,
        objective=Objective(
            placed=tuple(priorities[p] for p in (1, 2, 3, 4)),
            points=sum(p.points["total"] for p in new),
        ),
        placements=(*locked, *new),
        unplaced=unplaced,
    )


def _gap(problem: Problem, solutions: Sequence[Solution]) -> float:
    """The relative gap of the stage, of the whole, in which time ran out; 0 where it didn't."""
    if all(solution.gap == 0 for solution in solutions):
        return 0.0
    placed, most = [0, 0, 0, 0], [0, 0, 0, 0]
    points, reached = 0.0, 0
    for solution in solutions:
        mine = [0, 0, 0, 0]
        for one in solution.chosen:
            mine[problem.seekers[one.patient].patient.priority - 1] += 1
        come_to = sum(one.points for one in solution.chosen)
        bound = solution.bound or Bound((mine[0], mine[1], mine[2], mine[3]), come_to, come_to)
        placed = [a + b for a, b in zip(placed, mine, strict=True)]
        most = [a + b for a, b in zip(most, bound.placed, strict=True)]
        points, reached = points + bound.points, reached + bound.reached
    return gap_of(placed, Bound((most[0], most[1], most[2], most[3]), points, reached))


def _locked(given: LockedPlacement) -> Placement:
    return Placement(
        patient=given.patient,
        locked=True,
        stays=given.stays,
        conditions=given.conditions,
        points=given.points or {"total": 0},
        because=given.because or ("Already approved or accepted: held as it is.",),
    )


def _placement(problem: Problem, seeker: Seeker, chosen: Itinerary) -> Placement:
    points = points_of(seeker, chosen)
    stays = seeker.stays(chosen)
    return Placement(
        patient=seeker.patient.id,
        locked=False,
        stays=tuple(_stay(problem.places, stay) for stay in stays),
        conditions=_conditions(problem, seeker, stays),
        points=points,
        because=because(problem.places, stays, points),
    )


def points_of(seeker: Seeker, chosen: Itinerary) -> dict[str, int]:
    """The points of an itinerary by objective, with their total."""
    points: dict[str, int] = defaultdict(int)
    for stay in seeker.stays(chosen):
        for key, value in points_at(seeker.patient, seeker.places, stay.span.role, stay.group).items():
            points[key] += value
    return {**points, "total": sum(points.values())}


def _stay(places: Places, stay: BedStay) -> Stay:
    start = places.date(stay.span.start)
    assert start is not None  # a stay starts on a date
    return Stay(
        setting=places.settings[places.setting[stay.group]].id,
        unit=places.units[places.unit[stay.group]].id,
        beds=places.groups[stay.group].id,
        start=start,
        end=places.date(stay.span.end),
        requirement=stay.ask,
        organisms=tuple(sorted(stay.first_night.organisms)),
    )


def _conditions(problem: Problem, seeker: Seeker, stays: Sequence[BedStay]) -> tuple[Condition, ...]:
    places = problem.places
    first = places.date(stays[0].span.start)
    assert first is not None  # a stay starts on a date
    found: list[Condition] = []
    if seeker.state.release(places.date(stays[-1].span.end), first):
        found.append("clinical_release")
    if seeker.state.retest(first):
        found.append("retest")
    if any(places.stale[stay.group] for stay in stays):
        found.append("phone_to_confirm")
    return tuple(found)
