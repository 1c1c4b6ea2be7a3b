"""`propose`: the one public door of the engine. A pure function of the case: same case, same plan."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from discharge.matching.alike import dealt_out, kept_by_kind, kinds_of
from discharge.matching.explain import because, why_unplaced
from discharge.matching.graph import components
from discharge.matching.itineraries import BedStay, Itinerary, Seeker
from discharge.matching.prepared import PreparedCase, prepare
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
from discharge.rules.places import Places
from discharge.rules.points import points_at
from discharge.rules.rule_set import RuleSet, rules_of

TO_FINISH = 1.3
"""The time that it takes to write a plan out and check it, by the time that it takes to prepare it."""


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
    prepared = prepare(case, rules, progress=progress)
    solutions = solve(prepared, deadline=deadline_of(begun, time_limit), progress=progress)
    return plan_of(prepared, solutions, sha256)


def deadline_of(begun: float, time_limit: float | None) -> float | None:
    """When to stop looking for a better plan, so that a planning that `begun` then ends within the limit.

    To be called once the case is made ready: to write the plan out, explain and check it takes about as
    long as that did.
    """
    if time_limit is None:
        return None
    return begun + time_limit - TO_FINISH * (time.monotonic() - begun)


@uncollected()
def solve(
    prepared: PreparedCase,
    *,
    start: Start = NOTHING_KNOWN,
    deadline: float | None = None,
    progress: Progress | None = None,
) -> tuple[Solution, ...]:
    """The best itineraries, component by component of the competition graph."""
    parts = components(prepared.choices, [g.members for g in prepared.together])
    able = sum(map(len, parts))
    found: list[Solution] = []
    done = 0
    apart = _apart(prepared)
    for people in parts:
        members = set(people)

        def step(share: float = done / able) -> None:
            if progress is not None:
                progress("Finding the best plan", 0.5 + share / 2)

        done += len(people)
        known = start.solved.get(tuple(prepared.seekers[at].patient.id for at in people))
        if known is not None:
            found.append(known)
            continue
        kinds = kinds_of(prepared.seekers, people, apart)
        component = Component(
            prepared.choices.among(kinds.first),
            [g for g in prepared.together if members.issuperset(g.members)],
            sizes=kinds.sizes,
            start=start,
            kept=kept_by_kind(prepared.seekers, kinds, start.kept),
            deadline=_share_of(deadline, len(people), able - done + len(people)),
            step=step,
        )
        solution = component.solve()
        found.append(
            replace(
                solution,
                chosen=dealt_out(prepared.seekers, kinds, solution.chosen, start.kept),
                people=tuple(prepared.seekers[at].patient.id for at in people),
            )
        )
    return tuple(found)


def _share_of(deadline: float | None, people: int, left: int) -> float | None:
    """The moment until which some of the people who are left to be planned for may take."""
    if deadline is None:
        return None
    now = time.monotonic()
    return now + max(0.0, deadline - now) * people / max(1, left)


def _apart(prepared: PreparedCase) -> set[int]:
    """Who is unlike everybody else, whatever their ways to go: who stays with somebody, or has a bed kept."""
    bonded = {name for p in prepared.case.patients if p.together_with for name in (p.id, p.together_with)}
    kept_for = {free.kept_for for beds in prepared.places.groups for free in beds.free}
    return {s.index for s in prepared.seekers if s.patient.id in bonded or s.patient.id in kept_for}


# --- the plan ----------------------------------------------------------------------------------------


@uncollected()
def plan_of(prepared: PreparedCase, solutions: Sequence[Solution], sha256: str | None) -> Plan:
    """The plan that the chosen itineraries make; without `sha256` the case is written out and hashed."""
    case = prepared.case
    by_index = {s.index: s for s in prepared.seekers}
    chosen = {by_index[c.patient].patient.id: c for solution in solutions for c in solution.chosen}
    placed = {name: _placement(prepared, by_index[c.patient], c) for name, c in chosen.items()}
    priorities: dict[int, int] = defaultdict(int)
    for column in chosen.values():
        priorities[by_index[column.patient].patient.priority] += 1
    locked = [_locked(p) for p in case.locked]
    taken = {p.patient for p in locked}
    new = [placed[p.id] for p in case.patients if p.id in placed]
    unplaced = tuple(
        Unplaced(patient=p.id, reasons=why_unplaced(prepared, p.id))
        for p in case.patients
        if p.id not in placed and p.id not in taken
    )
    gap = _gap(prepared, solutions)
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


def _gap(prepared: PreparedCase, solutions: Sequence[Solution]) -> float:
    """The relative gap of the stage, of the whole, in which time ran out; 0 where it didn't."""
    if all(solution.gap == 0 for solution in solutions):
        return 0.0
    placed, most = [0, 0, 0, 0], [0, 0, 0, 0]
    points, reached = 0.0, 0
    for solution in solutions:
        mine = [0, 0, 0, 0]
        for one in solution.chosen:
            mine[prepared.seekers[one.patient].patient.priority - 1] += 1
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


def _placement(prepared: PreparedCase, seeker: Seeker, chosen: Itinerary) -> Placement:
    points = points_of(seeker, chosen)
    stays = seeker.stays(chosen)
    return Placement(
        patient=seeker.patient.id,
        locked=False,
        stays=tuple(_stay(prepared.places, stay) for stay in stays),
        conditions=_conditions(prepared, seeker, stays),
        points=points,
        because=because(prepared.places, stays, points),
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


def _conditions(prepared: PreparedCase, seeker: Seeker, stays: Sequence[BedStay]) -> tuple[Condition, ...]:
    places = prepared.places
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
