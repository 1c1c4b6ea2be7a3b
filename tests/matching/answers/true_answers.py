"""Whether every answer about a plan is true: each claim held against plans made from nothing, and against
the verifier's own reading.

By hand, over many random hubs: python -m tests.matching.answers.true_answers --many 200 [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from discharge.matching.answers import alternatives, competes, either_way, prices, why
from discharge.matching.answers.changes import Change
from discharge.matching.answers.changes import Kind as ChangeKind
from discharge.matching.answers.competition import Shortage
from discharge.matching.answers.either_way import awaited
from discharge.matching.answers.reading import rank, with_one_more
from discharge.matching.answers.scarcity import Kind, Price, Prices
from discharge.matching.planned import Planned, plan_case
from discharge.matching.verify.beds import Role, objections
from discharge.matching.verify.hub import Hub
from discharge.matching.verify.itinerary import readings_of
from discharge.model.case import Case
from discharge.model.infection import Test
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import LockedPlacement, Objective, Placement, Stay
from discharge.rules.rule_set import rules_of
from tests.matching.answers.single_changes import single_changes
from tests.matching.brute_force import lawful_itineraries
from tests.matching.little_hubs import little_hub


def dearest_of(found: Prices, kind: Kind) -> Price | None:
    """What one more of a kind is worth at most; None where it is worth nothing."""
    return next((price for price in found.found if price.kind is kind), None)


def untrue(case: Case) -> list[str]:
    """What the answers say of a case's plan that isn't so, or leave out that is."""
    planned = plan_case(case)
    hub = Hub(case, rules=rules_of(case))
    found = [f"prices: {line}" for line in _prices(planned)]
    found += [f"competes: {line}" for line in _competes(planned)]
    for patient in case.patients:
        found += [f"why {patient.id}: {line}" for line in _why(planned, hub, patient)]
        if patient.id in planned.seekers:
            found += [f"alternatives {patient.id}: {line}" for line in _alternatives(planned, hub, patient)]
        if awaited(patient, case):
            found += [f"either-way {patient.id}: {line}" for line in _either_way(planned, patient)]
    return found


# Prices


def _prices(planned: Planned) -> Iterator[str]:
    answer = prices(planned)
    case, now = planned.case, planned.objective
    best: dict[Kind, tuple[int, ...]] = {}
    for change in single_changes(case):
        if change.kind in (ChangeKind.BED, ChangeKind.PLACE):
            after = plan_case(change.of(case)).objective
            kind = _kind_of(case, change)
            if rank(after) < rank(now):
                best[kind] = min(rank(after), best.get(kind, rank(after)))
    for price in answer.found:
        kind_of_change = ChangeKind.PLACE if price.kind is Kind.ISOLATION_PLACE else ChangeKind.BED
        after = plan_case(Change(kind_of_change, price.setting, price.unit, price.beds).of(case)).objective
        if (sum(after.placed) - sum(now.placed), now.points - after.points) != (price.places, price.points):
            yield f"{price.text} Anew it comes to {after}, from {now}."
    for kind, ranked in best.items():
        dearest = dearest_of(answer, kind)
        if dearest is None:
            yield f"one more {kind} is worth something: {ranked} from {rank(now)}"


def _kind_of(case: Case, change: Change) -> Kind:
    if change.kind is ChangeKind.PLACE:
        return Kind.ISOLATION_PLACE
    unit = next(u for s in case.settings if s.id == change.setting for u in s.units if u.id == change.unit)
    if unit.designated is not None:
        return Kind.DESIGNATED_BED
    beds = next(b for b in unit.beds if b.id == change.beds)
    return Kind.NURSING_BED if beds.category.endswith("_nursing") else Kind.BED


# Who competes


def _competes(planned: Planned) -> Iterator[str]:
    case = planned.case
    answer = competes(planned)
    for shortage in answer.shortages:
        yield from _shortage(planned, shortage)
    for chain in answer.chains:
        held = next(lock for lock in case.locked if lock.patient == chain.moved)
        stays = tuple(
            Stay(
                setting=s.setting, unit=s.unit, beds=s.beds, start=s.start, end=s.end,
                requirement="open", organisms=(),
            )
            for s in chain.to.stays
        )  # fmt: skip
        if tuple((s.setting, s.unit, s.beds, s.start) for s in held.stays) == tuple(
            (s.setting, s.unit, s.beds, s.start) for s in stays
        ):
            yield f"{chain.text} Nobody moves."
        free = case.model_copy(update={"locked": tuple(k for k in case.locked if k is not held)})
        after = plan_case(free)
        if not set(planned.chosen) <= set(after.chosen) and not after.chosen:
            yield f"{chain.text} Anew: {sorted(after.chosen)}"
        if sum(after.objective.placed) < sum(planned.objective.placed) + 1 + len(chain.placed):
            yield f"{chain.text} Anew only {sum(after.objective.placed)} have a place."


def _shortage(planned: Planned, shortage: Shortage) -> Iterator[str]:
    """No more of the group than there are seats can have left by the night, whoever else is about."""
    case = planned.case
    days = (shortage.by - case.day0).days + 1
    group = tuple(
        p.model_copy(update={"together_with": None, "priority": 1})
        for p in case.patients
        if p.id in shortage.people or p.id in {lock.patient for lock in case.locked}
    )
    settings = tuple(
        s.model_copy(
            update={
                "units": tuple(
                    u.model_copy(
                        update={
                            "beds": tuple(
                                b.model_copy(
                                    update={"free": tuple(f for f in b.free if _listed(f.kept_for, group))}
                                )
                                for b in u.beds
                            )
                        }
                    )
                    for u in s.units
                )
            }
        )
        for s in case.settings
    )
    alone = case.model_copy(update={"patients": group, "horizon_days": days, "settings": settings})
    placed = sum(plan_case(alone).objective.placed)
    if placed > shortage.seats:
        yield f"{shortage.text} But {placed} of {shortage.people} can leave by {shortage.by}."
    if len(shortage.people) <= shortage.seats:
        yield f"{shortage.text} That is no shortage."


def _listed(kept_for: str | None, people: Sequence[Patient]) -> bool:
    return kept_for is None or any(p.id == kept_for for p in people)


# Alternatives


def _alternatives(planned: Planned, hub: Hub, patient: Patient) -> Iterator[str]:
    case = planned.case
    answer = alternatives(planned, patient.id, budget=10_000)
    own = planned.chosen.get(patient.id)
    here = None if own is None or answer.now is None else answer.now.settings[-1]
    group = _companions(case, patient)
    held_at = {lock.stays[-1].setting for lock in case.locked if lock.patient in group}
    mates = group - set(hub.locked)
    best: dict[str, Objective] = {}
    for itinerary in lawful_itineraries(hub, patient):
        if held_at and held_at != {itinerary.stays[-1].setting}:
            continue  # N7: beside somebody locked they end there or nowhere, by themselves
        whole = _around(case, patient, itinerary, set() if held_at else mates)
        last = itinerary.stays[-1].setting
        if whole is not None and (last not in best or rank(whole) < rank(best[last])):
            best[last] = whole
    told: set[str] = set()
    for choice in answer.choices:
        last = choice.course.settings[-1]
        if last == here:
            continue
        told.add(last)
        if last not in best:
            yield f"{choice.text} It isn't lawful."
        elif choice.objective != best[last]:
            yield f"{choice.text} The best there is {best[last]}, told is {choice.objective}."
    worst = max((rank(choice.objective) for choice in answer.choices), default=(0,))
    for setting, objective in best.items():
        full = len(answer.choices) == 3
        if setting not in told and setting != here and (not full or rank(objective) < worst):
            yield f"{setting} is missing, with {objective}"


def _companions(case: Case, patient: Patient) -> set[str]:
    group = {patient.id}
    while True:
        more = {
            p.id
            for p in case.patients
            if p.id in group
            or p.together_with in group
            or any(q.together_with == p.id for q in case.patients if q.id in group)
        }
        if more == group:
            return group - {patient.id}
        group = more


def _around(case: Case, patient: Patient, chosen: Placement, mates: set[str]) -> Objective | None:
    """The best whole plan with somebody's stays as given; None where their companions have no place."""
    lock = LockedPlacement(patient=patient.id, stays=chosen.stays, points={"total": 0})
    after = plan_case(case.model_copy(update={"locked": (*case.locked, lock)}))
    if not mates <= set(after.chosen):
        return None
    return with_one_more(after.objective, patient.priority, chosen.points["total"])


# Either way


def _either_way(planned: Planned, patient: Patient) -> Iterator[str]:
    case = planned.case
    answer = either_way(planned, patient.id)
    free = case.model_copy(update={"locked": tuple(k for k in case.locked if k.patient != patient.id)})
    for told in (answer.negative, answer.positive):
        observations = tuple(
            o.model_copy(update={"result": told.result, "reported_at": case.as_at})
            if isinstance(o, Test)
            and (o.result == "pending" or (o.reported_at is not None and o.reported_at > case.as_at))
            else o
            for o in patient.observations
        )
        known = patient.model_copy(update={"observations": observations})
        changed = free.model_copy(
            update={"patients": tuple(known if p.id == patient.id else p for p in case.patients)}
        )
        after = plan_case(changed)
        if after.objective != told.objective:
            yield f"{told.text} Anew {after.objective}, told {told.objective}."
        if (patient.id in after.chosen) != (told.course is not None) and after.objective == told.objective:
            # equally good plans may differ in whom they place only among people of one priority
            yield from _placed_or_not(changed, known, told.course is not None, after.objective)
        if told.course is not None:
            yield from _is_lawful(changed, known, told.course.stays[0].start, told.course.settings)
    if rank(answer.held) < rank(answer.others):
        yield f"holding both helps the others: {answer.held}, without {answer.others}"


def _placed_or_not(case: Case, patient: Patient, placed: bool, best: Objective) -> Iterator[str]:
    without = case.model_copy(
        update={
            "patients": tuple(
                p.model_copy(update={"together_with": None}) if p.together_with == patient.id else p
                for p in case.patients
                if p.id != patient.id
            ),
            "settings": case.settings,
        }
    )
    if any(f.kept_for == patient.id for s in case.settings for u in s.units for b in u.beds for f in b.free):
        return
    if not placed and rank(plan_case(without).objective) != rank(best):
        yield "told to have no place in a plan that needs theirs"


def _is_lawful(case: Case, patient: Patient, start: date, settings: tuple[str, ...]) -> Iterator[str]:
    hub = Hub(case, rules=rules_of(case))
    if not any(
        p.stays[0].start == start and tuple(s.setting for s in p.stays) == settings
        for p in lawful_itineraries(hub, patient)
    ):
        yield f"the course to {settings} from {start} isn't lawful"


# Why


def _why(planned: Planned, hub: Hub, patient: Patient) -> Iterator[str]:
    """That nothing, or only one thing, stands against a setting, and that something does."""
    if patient.id in hub.locked:
        return
    lawful = lawful_itineraries(hub, patient)
    for setting in hub.settings:
        answer = why(planned, patient.id, setting)
        if answer.asked is None:
            continue
        codes = answer.asked.codes
        stays_there = any(s.setting == setting for p in lawful for s in p.stays)
        ends_there = any(p.stays[-1].setting == setting for p in lawful)
        starts = _starts(hub, patient)
        if not codes and not stays_there and starts:
            yield f"nothing is said to stand against {setting}, but it isn't lawful"
        if codes and ends_there:
            yield f"{codes} are said to stand against {setting}, but it is lawful"
        if len(codes) == 1 and starts and codes[0] in _RULES:
            against = _objections(hub, patient, setting, starts)
            if against and not any(rules and rules <= _RULES[codes[0]] for rules in against):
                yield f"only {codes[0]} is said to stand against {setting}: {sorted(map(sorted, against))}"


_RULES = {
    "closed": {"N5"},
    "outbreak": {"N5"},
    "capacity_unknown": {"N8"},
    "wrong_category": {"N2", "N11"},
    "need_unmet": {"N1"},
    "organism_not_accepted": {"R3"},
    "cannot_isolate": {"R1", "R2", "R4", "C2", "I2"},
    "not_designated": {"R5", "R1"},
    "shared_room": {"R1", "C6", "C9", "I1"},
    "sex": {"N6"},
    "age": {"N6"},
    "too_far": {"N6"},
    "fee": {"N6"},
    "excluded": {"N6"},
    "setting_type": {"N3", "N4", "C2", "R1"},
}
"""The rules that a code stands for; what is said of free beds and admissions is held against lawful stays."""


def _starts(hub: Hub, patient: Patient) -> list[date]:
    first = max(hub.day0, patient.ready_on)
    days = [first + timedelta(days=n) for n in range((hub.horizon_end() - first).days)]
    found = [day for day in days if hub.course(patient, day).blocked is None]
    if patient.pathway is Pathway.P1:  # of whoever goes home with support nothing is asked
        return [day for day in found if hub.course(patient, day).isolates_on(day)]
    return found


def _objections(hub: Hub, patient: Patient, setting: str, starts: Sequence[date]) -> set[frozenset[str]]:
    """The rules against each stay that somebody might have in a setting."""
    found: set[frozenset[str]] = set()
    home = hub.settings[setting]
    for start in starts:
        course = hub.course(patient, start)
        roles: set[tuple[Role, date]] = {(one[0], start) for one in readings_of(patient, 1, course)}
        _, end = course.isolation_end()
        if end is not None and (end - start).days < hub.rules.min_isolation_nights:
            roles.discard(("isolation", start))
        elif end is not None and course.isolates_on(start) and end < hub.horizon_end():
            roles.add(("final", end))
        for role, begin in roles:
            until = end if role == "isolation" else None
            for unit in home.units:
                for beds in unit.beds:
                    stay = Stay(
                        setting=setting, unit=unit.id, beds=beds.id, start=begin, end=until,
                        requirement="open", organisms=(),
                    )  # fmt: skip
                    where = hub.where(stay)
                    assert where is not None
                    all_against = objections(role, hub, patient, stay, where, course)
                    against = {objection.rule for objection in all_against}
                    if not unit.isolation_places and course.isolates_on(begin):
                        against.add("R2")
                    found.add(frozenset(against))
    return found


def main(arguments: Sequence[str]) -> int:
    """Look for untrue answers about many random hubs; 1 where there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching.answers.true_answers")
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    wrong = 0
    for seed in range(given.seed, given.seed + given.many):
        for line in untrue(little_hub(seed, people=3)):
            wrong += 1
            sys.stdout.write(f"{seed}: {line}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{given.many} hubs, {wrong} untrue answers\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
