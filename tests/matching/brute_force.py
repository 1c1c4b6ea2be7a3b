"""The optimum of a small case by trying everything: every lawful itinerary, every combination.

What is lawful is what the verifier lets pass; nothing of the engine is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from discharge.matching.verify.hub import Hub
from discharge.matching.verify.itinerary import (
    breaches_of_placement,
    conditions_of,
    is_isolation_alone,
    readings_of,
    shown_of,
)
from discharge.matching.verify.points import points_of
from discharge.matching.verify.reasons import codes_of
from discharge.matching.verify.sharing import breaches_of_capacity, breaches_of_companions
from discharge.model.case import Case
from discharge.model.files import case_sha256, write_case
from discharge.model.patient import USUAL_STAY_DAYS, Patient
from discharge.model.plan import Objective, Placement, Plan, Reason, Stay, Unplaced
from discharge.rules.rule_set import rules_of

Bed = tuple[str, str, str]


@dataclass(frozen=True)
class Best:
    """The best that a case allows: how many placed by priority, the points, and one way to get there."""

    placed: tuple[int, int, int, int]
    points: int
    placements: tuple[Placement, ...]


def best_of(case: Case, previous: Mapping[str, Placement] | None = None) -> Best:
    """The optimum of `case` (docs/case.md, "What is optimal"), by enumeration.

    With a `previous` plan, by patient, the points are less what is given for keeping to it.
    """
    hub = Hub(case, rules=rules_of(case))
    people = [patient for patient in case.patients if patient.id not in hub.locked]
    people.sort(key=lambda patient: patient.priority)
    choices = [lawful_itineraries(hub, patient) for patient in people]
    if previous is not None:
        choices = [[_less_what_is_kept(case, one, previous) for one in some] for some in choices]
        choices = [sorted(some, key=lambda one: one.points["total"]) for some in choices]
    return _search(hub, people, choices)


def keeps(one: Placement, previous: Mapping[str, Placement]) -> bool:
    """Whether somebody's placement is the one that they had."""
    had = previous.get(one.patient)
    return had is not None and where_and_when(one) == where_and_when(had)


def where_and_when(one: Placement) -> list[tuple[Bed, date, date | None]]:
    """The stays of a placement by their beds and dates."""
    return [((stay.setting, stay.unit, stay.beds), stay.start, stay.end) for stay in one.stays]


def _less_what_is_kept(case: Case, one: Placement, previous: Mapping[str, Placement]) -> Placement:
    total = one.points["total"] - case.weights.churn * keeps(one, previous)
    return one.model_copy(update={"points": {**one.points, "total": total}})


def lawful_itineraries(hub: Hub, patient: Patient) -> list[Placement]:
    """Every placement of a patient that breaks no rule by itself: cheapest first, the same stays once."""
    found: dict[tuple[tuple[Bed, date, date | None], ...], Placement] = {}
    for placement in _tries(hub, patient):
        if not breaches_of_placement(hub, placement) and not list(breaches_of_capacity(hub, [placement])):
            key = tuple(((s.setting, s.unit, s.beds), s.start, s.end) for s in placement.stays)
            known = found.get(key)
            if known is None or placement.points["total"] < known.points["total"]:
                found[key] = placement
    return sorted(found.values(), key=lambda placement: placement.points["total"])


def plan_of(case: Case, placements: Sequence[Placement]) -> Plan:
    """The placements as a whole plan of the case, its locked ones and the unplaced beside them."""
    hub = Hub(case, rules=rules_of(case))
    priority = {patient.id: patient.priority for patient in case.patients}
    levels = [priority[placement.patient] for placement in placements]
    locked = [
        Placement(
            patient=given.patient,
            locked=True,
            stays=given.stays,
            conditions=given.conditions,
            points=given.points,
            because=given.because,
        )
        for given in case.locked
    ]
    taken = {placement.patient for placement in (*placements, *locked)}
    return Plan(
        case_sha256=case_sha256(write_case(case)),
        rule_set=case.rule_set,
        status="optimal",
        gap=0,
        objective=Objective(
            placed=tuple(levels.count(level) for level in (1, 2, 3, 4)),
            points=sum(placement.points["total"] for placement in placements),
        ),
        placements=(*locked, *placements),
        unplaced=tuple(_unplaced(hub, patient) for patient in case.patients if patient.id not in taken),
    )


def _unplaced(hub: Hub, patient: Patient) -> Unplaced:
    _, has_to_be_said = codes_of(hub, patient)
    code = min(has_to_be_said, default="no_free_bed")
    reason = Reason(code=code, rule="N3", settings=0, text="No place was found.")
    return Unplaced(patient=patient.id, reasons=(reason,))


def _tries(hub: Hub, patient: Patient) -> Iterator[Placement]:
    beds = [(s.id, u.id, b.id) for s in hub.case.settings for u in s.units for b in u.beds]
    for number in range(hub.case.horizon_days):
        start = hub.day0 + timedelta(days=number)
        if start < patient.ready_on:
            continue
        _, isolation_end = hub.course(patient, start).isolation_end()
        length = timedelta(days=patient.stay_days or USUAL_STAY_DAYS)
        for bed in beds:
            for end in {None, isolation_end, start + length}:
                if end is None or end > start:
                    yield from placements_for(hub, patient, [(bed, start, end)])
            if isolation_end is not None and isolation_end > start:
                for onward in beds:
                    for end in (None, isolation_end + length):
                        stays = [(bed, start, isolation_end), (onward, isolation_end, end)]
                        yield from placements_for(hub, patient, stays)


def placements_for(
    hub: Hub, patient: Patient, stays: Sequence[tuple[Bed, date, date | None]]
) -> Iterator[Placement]:
    """The stays as a placement with all that it has to say, for each way in which they can be read."""
    course = hub.course(patient, stays[0][1])
    shown = []
    for (setting, unit, beds), start, end in stays:
        bare = Stay(
            setting=setting, unit=unit, beds=beds, start=start, end=end, requirement="open", organisms=()
        )
        requirement, organisms = shown_of(bare, course)
        shown.append(
            bare.model_copy(update={"requirement": requirement, "organisms": tuple(sorted(organisms))})
        )
    wheres = [where for stay in shown if (where := hub.where(stay)) is not None]
    for roles in readings_of(patient, len(stays), course):
        alone = is_isolation_alone(roles, course)
        yield Placement(
            patient=patient.id,
            locked=False,
            stays=tuple(shown),
            conditions=tuple(conditions_of(hub, shown, wheres, course)),
            points=points_of(hub, patient, shown, wheres, course, isolation_alone=alone),
            because=("Tried.",),
        )


def _search(hub: Hub, people: Sequence[Patient], choices: Sequence[Sequence[Placement]]) -> Best:
    """Every combination, the people in order; a branch is left where even its best end is no better."""
    best = Best((0, 0, 0, 0), 0, ())
    least = [choice[0].points["total"] if choice else 0 for choice in choices]

    def rank(placed: Sequence[int], points: int) -> tuple[int, ...]:
        return (*(-count for count in placed), points)

    def bound(placed: list[int], points: int, at: int) -> tuple[int, ...]:
        hoped = list(placed)
        for number in range(at, len(people)):
            if choices[number]:
                hoped[people[number].priority - 1] += 1
        if hoped == placed:
            return rank(placed, points)
        # Fewer people may be placed than hoped for, with fewer points, but then the count is worse.
        return rank(hoped, points + sum(least[at:]))

    def go(at: int, chosen: list[Placement], placed: list[int], points: int) -> None:
        nonlocal best
        if at == len(people):
            if rank(placed, points) < rank(best.placed, best.points) and not list(
                breaches_of_companions(hub, chosen)
            ):
                one, two, three, four = placed
                best = Best((one, two, three, four), points, tuple(chosen))
            return
        if bound(placed, points, at) >= rank(best.placed, best.points):
            return
        level = people[at].priority - 1
        for placement in choices[at]:
            cost = points + placement.points["total"]
            more = [count + (number == level) for number, count in enumerate(placed)]
            if bound(more, cost, at + 1) >= rank(best.placed, best.points):
                continue
            if not list(breaches_of_capacity(hub, [*chosen, placement])):
                go(at + 1, [*chosen, placement], more, cost)
        go(at + 1, chosen, placed, points)

    go(0, [], [0, 0, 0, 0], 0)
    return best
