"""`propose`: the one public door of the engine. A pure function of the case: same case, same plan."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from discharge.matching.capacity import Capacity, isolation_ends
from discharge.matching.companions import companions
from discharge.matching.explain import because, why_unplaced
from discharge.matching.graph import components
from discharge.matching.itineraries import Itinerary, Seeker, Stays, stay_ends
from discharge.matching.linear_program import Group
from discharge.matching.solve import Component, Progress, Solution
from discharge.model.case import Case
from discharge.model.files import case_sha256, write_case
from discharge.model.plan import (
    Condition,
    LockedPlacement,
    Objective,
    Placement,
    Plan,
    Stay,
    Unplaced,
)
from discharge.rules.infection import infection_state
from discharge.rules.places import Places
from discharge.rules.points import points_at
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import RuleSet, rules_of


@dataclass(frozen=True)
class Problem:
    """A case made ready to be solved: the patients to place, with their ways to go, and what is free."""

    case: Case
    rules: RuleSet
    places: Places
    capacity: Capacity
    states: Mapping[str, InfectionState]
    seekers: tuple[Seeker, ...]
    together: tuple[Group, ...] = ()
    kept_out: Mapping[str, str] = field(default_factory=dict)
    """Who is kept out for their companions' sake, and the sentence that says why."""


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
    deadline = None if time_limit is None else time.monotonic() + time_limit
    rules = rules or rules_of(case)
    problem = prepare(case, rules, progress=progress)
    solutions = solve(problem, deadline=deadline, progress=progress)
    return plan_of(problem, solutions, sha256)


def prepare(case: Case, rules: RuleSet, *, progress: Progress | None = None) -> Problem:
    """Find every way that each patient could go, and who must stay together."""
    places = Places(_in_order(case), rules)
    patients = {p.id: p for p in sorted(case.patients, key=lambda p: p.id)}
    states = {name: infection_state(p, rules, as_at=case.as_at) for name, p in patients.items()}
    locked = {placement.patient for placement in case.locked}
    ends = stay_ends(patients, states, places)
    ends |= set(isolation_ends(states.values(), case.day0))
    capacity = Capacity(places, states, ends)
    seekers = tuple(
        Seeker(index, patient, states[name], places, capacity)
        for index, (name, patient) in enumerate(patients.items())
        if name not in locked
    )
    for at, seeker in enumerate(seekers):
        if progress is not None and at % 16 == 0:
            progress("Finding where each person could go", at / (2 * len(seekers)))
        seeker.find_ways()
    bonded = companions(case, places, seekers)
    return Problem(case, rules, places, capacity, states, seekers, bonded.groups, bonded.kept_out)


def solve(
    problem: Problem, *, deadline: float | None = None, progress: Progress | None = None
) -> tuple[Solution, ...]:
    """The best itineraries, component by component of the competition graph."""
    able = {s.index: s for s in problem.seekers if s.ways}
    found: list[Solution] = []
    done = 0
    for people in components(tuple(able.values()), [g.members for g in problem.together]):
        members = set(people)

        def step(share: float = done / len(able)) -> None:
            if progress is not None:
                progress("Finding the best plan", 0.5 + share / 2)

        component = Component(
            [able[i] for i in people],
            problem.capacity,
            [g for g in problem.together if members.issuperset(g.members)],
            deadline=deadline,
            step=step,
        )
        found.append(component.solve())
        done += len(people)
    return tuple(found)


def _in_order(case: Case) -> Case:
    """The case with its settings, units and beds by id, so that their order in the file decides nothing."""
    settings = tuple(
        s.model_copy(
            update={
                "units": tuple(
                    u.model_copy(update={"beds": tuple(sorted(u.beds, key=lambda b: b.id))})
                    for u in sorted(s.units, key=lambda u: u.id)
                )
            }
        )
        for s in sorted(case.settings, key=lambda s: s.id)
    )
    return case.model_copy(update={"settings": settings})


# --- the plan ----------------------------------------------------------------------------------------


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
    gap = max((s.gap for s in solutions), default=0.0)
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


def _locked(given: LockedPlacement) -> Placement:
    return Placement(
        patient=given.patient,
        locked=True,
        stays=given.stays,
        conditions=given.conditions,
        points=given.points or {"total": 0},
        because=given.because or ("Already approved or accepted: held as it is.",),
    )


def _placement(problem: Problem, seeker: Seeker, column: Itinerary) -> Placement:
    points = points_of(seeker, column)
    return Placement(
        patient=seeker.patient.id,
        locked=False,
        stays=tuple(_stay(problem.places, stays, group) for group, stays in column.stays),
        conditions=_conditions(problem, seeker, column),
        points=points,
        because=because(problem.places, column, points),
    )


def points_of(seeker: Seeker, column: Itinerary) -> dict[str, int]:
    """The points of an itinerary by objective, with their total."""
    points: dict[str, int] = defaultdict(int)
    for group, stays in column.stays:
        for key, value in points_at(seeker.patient, seeker.places, stays.role, group).items():
            points[key] += value
    return {**points, "total": sum(points.values())}


def _stay(places: Places, stays: Stays, group: int) -> Stay:
    start = places.date(stays.start)
    assert start is not None  # a stay starts on a date
    return Stay(
        setting=places.settings[places.setting[group]].id,
        unit=places.units[places.unit[group]].id,
        beds=places.groups[group].id,
        start=start,
        end=places.date(stays.end),
        requirement=stays.ask,
        organisms=tuple(sorted(stays.first_night.organisms)),
    )


def _conditions(problem: Problem, seeker: Seeker, column: Itinerary) -> tuple[Condition, ...]:
    places = problem.places
    first = places.date(column.way.first.start)
    assert first is not None  # a stay starts on a date
    found: list[Condition] = []
    if seeker.state.release(places.date(column.way.last.end), first):
        found.append("clinical_release")
    if seeker.state.retest(first):
        found.append("retest")
    if any(places.stale[group] for group, _ in column.stays):
        found.append("phone_to_confirm")
    return tuple(found)
