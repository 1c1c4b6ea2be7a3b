"""What the rules say of stays that somebody chooses now, before they are proposed or approved.

The verdict is the independent verifier's. The engine's libraries are imported only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from discharge.actions.watched_words import Words
from discharge.model.case import Case
from discharge.model.files import case_sha256, write_case
from discharge.model.patient import Patient
from discharge.model.placement import StayChoice
from discharge.model.plan import Condition, Objective, Placement, Plan, Reason, Stay, Unplaced
from discharge.model.setting import Setting
from discharge.model.shown.plans import Assessed
from discharge.rules.infection import infection_state
from discharge.rules.pathways import may_end_in
from discharge.rules.requirement import ASKS, InfectionState, Night
from discharge.rules.rule_set import RuleSet
from discharge.store.ask.queries import Queries

if TYPE_CHECKING:
    from discharge.matching.verify.breach import Breach

Choices = Mapping[str, Sequence[StayChoice]]


def assess(
    queries: Queries,
    *,
    choices: Choices,
    without: Sequence[str] = (),
    proposed: bool = True,
    reason: str = "",
) -> Assessed:
    """What the rules say of the chosen stays, each person's by their id; companions together.

    `without` names placements that are what is judged and so hold nothing; `proposed`: others that wait for
    approval hold their beds here.
    """
    stays = [choice.setting for chosen in choices.values() for choice in chosen]
    case = queries.narrow_case(list(choices), stays, without=without, proposed=proposed)
    known = {(s.id, u.id, b.id) for s in case.settings for u in s.units for b in u.beds}
    for choice in (choice for chosen in choices.values() for choice in chosen):
        if (choice.setting, choice.unit, choice.beds) not in known:
            name = queries.setting_names().get(choice.setting, choice.setting)
            text = f"There are no beds {choice.beds} in a unit {choice.unit} of {name}."
            return Assessed(None, (text,), ("N10",))
    rules = queries.rules()
    alone: dict[str, bool] = {}
    plan = _plan(case, rules, choices, alone, reason)
    breaches = _breaches(case, plan, rules, choices)
    readings = {b.patient for b in breaches if b.rule == "points" and b.patient is not None}
    if readings:
        other = {who: not alone[who] for who in readings}
        again = _plan(case, rules, choices, dict(other), reason)
        fewer = _breaches(case, again, rules, choices)
        if len(fewer) < len(breaches):
            plan, breaches = again, fewer
    names = queries.names_in(case)
    said_of = {who: Words(who, names, today=queries.today) for who in {_whose(b, choices) for b in breaches}}
    return Assessed(
        plan,
        tuple(f"{said_of[_whose(b, choices)].of_breach(b)} ({b.rule})" for b in breaches),
        tuple(b.rule for b in breaches),
    )


def _whose(breach: Breach, choices: Choices) -> str:
    """Whose placement a breach is about; of one about several, somebody who is judged."""
    if breach.patient is not None:
        return breach.patient
    about = breach.about.names if breach.about is not None else ()
    return next((who for who in choices if who in about), next(iter(choices)))


def is_alone(patient: Patient, stay: Stay, setting: Setting, rules: RuleSet) -> bool:
    """Whether a last stay is an isolation without a place to go on to, rather than the final one (N3)."""
    unit = next(unit for unit in setting.units if unit.id == stay.unit)
    if not may_end_in(patient, setting, unit, rules):
        return True
    if patient.final_days is None:
        return stay.end is not None
    return stay.end is None or (stay.end - stay.start).days < patient.final_days


def _plan(case: Case, rules: RuleSet, choices: Choices, alone: dict[str, bool], reason: str) -> Plan:
    """The plan of a narrow case that has these stays; fills `alone` with how each was read."""
    placements = [
        _placement(case, rules, patient, choices[patient.id], alone, reason)
        for patient in case.patients
        if patient.id in choices
    ]
    locked = [
        Placement(
            patient=lock.patient,
            locked=True,
            stays=lock.stays,
            conditions=lock.conditions,
            points=lock.points,
            because=lock.because,
        )
        for lock in case.locked
    ]
    fixed = {lock.patient for lock in case.locked}
    others = [
        Unplaced(
            patient=patient.id,
            reasons=(Reason(code="outbid", rule="N10", settings=0, text="Not judged here."),),
        )
        for patient in case.patients
        if patient.id not in choices and patient.id not in fixed
    ]
    priorities = {patient.id: patient.priority for patient in case.patients}
    placed = [sum(priorities[one.patient] == level for one in placements) for level in (1, 2, 3, 4)]
    return Plan(
        case_sha256=case_sha256(write_case(case)),
        rule_set=case.rule_set,
        status="feasible",
        gap=0,
        objective=Objective(placed=tuple(placed), points=sum(one.points["total"] for one in placements)),
        placements=(*placements, *locked),
        unplaced=tuple(others),
    )


def _placement(
    case: Case,
    rules: RuleSet,
    patient: Patient,
    chosen: Sequence[StayChoice],
    alone: dict[str, bool],
    reason: str,
) -> Placement:
    state = infection_state(patient, rules, as_at=case.as_at)
    first = chosen[0].start
    settings = {setting.id: setting for setting in case.settings}
    stays = tuple(_stay(state, choice, first) for choice in chosen)
    last = stays[-1]
    if patient.id not in alone:
        starts_isolated = len(stays) == 1 and last.requirement in ("isolation", "designated")
        alone[patient.id] = starts_isolated and is_alone(patient, last, settings[last.setting], rules)
    return Placement(
        patient=patient.id,
        locked=False,
        stays=stays,
        conditions=_conditions(case, rules, state, stays, first, settings),
        points=_points(case, rules, patient, stays, no_onward=alone[patient.id] and last.end is not None),
        because=(f"Chosen by hand: {reason}" if reason else "Chosen by hand.",),
    )


def nights(state: InfectionState, *, first: date, start: date, end: date | None) -> list[Night]:
    """What the nights of a stay ask, one for each stretch that asks the same; `first` is the first start."""
    regime = state.from_start(first)
    days = [start, *(change for change in regime.changes(start) if end is None or change < end)]
    if regime.own_room_nights:
        until = first + timedelta(regime.own_room_nights)
        if start < until and (end is None or until < end):
            days.append(until)
    return [regime.night(night, first) for night in sorted(set(days))]


def _stay(state: InfectionState, choice: StayChoice, first: date) -> Stay:
    asked = nights(state, first=first, start=choice.start, end=choice.end)
    return Stay(
        setting=choice.setting,
        unit=choice.unit,
        beds=choice.beds,
        start=choice.start,
        end=choice.end,
        requirement=max((night.ask for night in asked), key=ASKS.index),
        organisms=tuple(sorted(asked[0].organisms)),
    )


def _conditions(
    case: Case,
    rules: RuleSet,
    state: InfectionState,
    stays: Sequence[Stay],
    first: date,
    settings: Mapping[str, Setting],
) -> tuple[Condition, ...]:
    found: list[Condition] = []
    if state.release(stays[-1].end, first):
        found.append("clinical_release")
    if state.retest(first):
        found.append("retest")
    for stay in stays:
        reported = settings[stay.setting].capacity_reported_at
        if reported is not None and (case.as_at - reported).total_seconds() > rules.stale_hours * 3600:
            found.append("phone_to_confirm")
            break
    return tuple(found)


def _points(
    case: Case, rules: RuleSet, patient: Patient, stays: Sequence[Stay], *, no_onward: bool
) -> dict[str, int]:
    from discharge.rules.places import Places
    from discharge.rules.points import Role, points_at

    places = Places(case, rules)
    waited = max(0, (stays[0].start - max(patient.ready_on, case.day0)).days)
    total: dict[str, int] = {}
    for at, stay in enumerate(stays):
        last = at == len(stays) - 1
        role = Role(
            first=at == 0,
            last=last,
            isolated=stay.requirement in ("isolation", "designated"),
            waited=waited,
            no_onward=last and no_onward,
        )
        group = places.group_at[stay.setting, stay.unit, stay.beds]
        for key, points in points_at(patient, places, role, group).items():
            total[key] = total.get(key, 0) + points
    found = {key: points for key, points in total.items() if points}
    return {**found, "total": sum(found.values())}


def _breaches(case: Case, plan: Plan, rules: RuleSet, choices: Choices) -> list[Breach]:
    """The verifier's findings about the people who are judged, not about those who stand around them.

    Of companions (N7) it may name the one who isn't placed.
    """
    from discharge.matching.verify import verify

    return [
        breach
        for breach in verify(case, plan, rules=rules)
        if breach.patient is None or breach.patient in choices or breach.rule == "N7"
    ]
