"""`propose`: the one public door of the engine. A pure function of the case: same case, same plan."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from discharge.matching.capacity import Capacity, isolation_ends
from discharge.matching.explain import because, why_unplaced
from discharge.matching.graph import competition_graph, components
from discharge.matching.itineraries import Itinerary, Seeker, Stays, Way, stay_ends
from discharge.matching.solve import Component, Group, Progress, Solution
from discharge.model.case import Case, case_sha256, write_case
from discharge.model.plan import Condition, LockedPlacement, Objective, Placement, Plan, Stay, Unplaced
from discharge.rules.places import Places
from discharge.rules.points import points_at
from discharge.rules.requirement import InfectionState, infection_state
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
    together, kept_out = _companions(case, places, seekers)
    return Problem(case, rules, places, capacity, states, seekers, together, kept_out)


def solve(
    problem: Problem, *, deadline: float | None = None, progress: Progress | None = None
) -> tuple[Solution, ...]:
    """The best itineraries, component by component of the competition graph."""
    able = [s for s in problem.seekers if s.ways]
    graph = competition_graph(able, [g.members for g in problem.together])
    by_index = {s.index: s for s in able}
    found: list[Solution] = []
    parts = components(graph)
    done = 0
    for people in parts:
        members = set(people)
        if progress is not None:
            progress("Finding the best plan", 0.5 + done / (2 * max(1, len(able))))
        mates = [g for g in problem.together if members.issuperset(g.members)]
        component = Component(
            [by_index[i] for i in people], problem.capacity, mates, deadline=deadline, progress=progress
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


def _companions(
    case: Case, places: Places, seekers: Sequence[Seeker]
) -> tuple[tuple[Group, ...], dict[str, str]]:
    """Companions who are to be placed together or not at all, and who is kept out for it (N7)."""
    bonds = nx.Graph()
    bonds.add_edges_from((p.id, p.together_with) for p in case.patients if p.together_with is not None)
    by_name = {s.patient.id: s for s in seekers}
    ends = {p.patient: p.stays[-1].setting for p in case.locked}
    groups: list[Group] = []
    kept_out: dict[str, str] = {}
    for bonded in sorted(sorted(c) for c in nx.connected_components(bonds)):
        free = [by_name[name] for name in bonded if name in by_name]
        homes = {ends[name] for name in bonded if name in ends}
        if len(bonded) < 2 or not free:
            continue
        if homes:
            for seeker in free:
                allowed = np.zeros(len(places.settings), dtype=np.bool_)
                if len(homes) == 1:
                    allowed[places.setting_at[next(iter(homes))]] = True
                had = bool(seeker.ways)
                _keep_ends(seeker, allowed)
                if had and not seeker.ways:
                    kept_out[seeker.patient.id] = (
                        "The people they stay with already have places in two settings."
                        if len(homes) > 1
                        else "Somebody they stay with already has a place, and there is none for them there."
                    )
            continue
        shared = np.ones(len(places.settings), dtype=np.bool_)
        for seeker in free:
            shared &= _ends(seeker)
        for seeker in free:
            had = bool(seeker.ways)
            _keep_ends(seeker, shared)
            if had and not seeker.ways:
                kept_out[seeker.patient.id] = "No setting has places for everybody they stay with."
        if shared.any():
            groups.append(Group(tuple(s.index for s in free), tuple(int(i) for i in np.flatnonzero(shared))))
    return tuple(groups), kept_out


def _ends(seeker: Seeker) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether some way of the seeker ends in each setting."""
    found = np.zeros(len(seeker.places.settings), dtype=np.bool_)
    for way in seeker.ways:
        found[seeker.places.setting[way.last.groups]] = True
    return found


def _keep_ends(seeker: Seeker, allowed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    """Keep the ways that end in an allowed setting."""
    kept: list[Way] = []
    for way in seeker.ways:
        last = way.last.within(allowed[seeker.places.setting[way.last.groups]])
        if len(last.groups):
            kept.append(Way(last) if way.second is None else Way(way.first, last))
    seeker.ways = kept


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
        stays=tuple(_stay(problem.places, stays, group) for group, stays in stays_of(column)),
        conditions=_conditions(problem, seeker, column),
        points=points,
        because=because(problem.places, column, points),
    )


def stays_of(column: Itinerary) -> tuple[tuple[int, Stays], ...]:
    """The bed group and family of each stay of an itinerary, in order."""
    first = (column.group1, column.way.first)
    return (first,) if column.way.second is None else (first, (column.group2, column.way.second))


def points_of(seeker: Seeker, column: Itinerary) -> dict[str, int]:
    """The points of an itinerary by objective, with their total."""
    points: dict[str, int] = defaultdict(int)
    for group, stays in stays_of(column):
        for key, value in points_at(seeker.view, stays.role, group).items():
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
    if any(places.stale[group] for group, _ in stays_of(column)):
        found.append("phone_to_confirm")
    return tuple(found)
