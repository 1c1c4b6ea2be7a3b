"""Whether one placement keeps the rules by itself: its stays, dates, beds, conditions and points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from discharge.matching.verify.beds import Role, objections
from discharge.matching.verify.breach import Breach, Objection, day
from discharge.matching.verify.course import STRICTNESS, Course
from discharge.matching.verify.hub import Hub, Where, nights_that_differ
from discharge.matching.verify.points import breaches_of_points, points_of
from discharge.model.patient import USUAL_STAY_DAYS, Pathway, Patient
from discharge.model.plan import Condition, Placement, Requirement, Stay


def breaches_of_placement(hub: Hub, placement: Placement) -> tuple[Breach, ...]:
    """Every rule that an unlocked placement of a listed patient breaks, other people left aside.

    A single stay that starts isolated may be the isolation stay alone or the final one; the reading that
    breaks least counts.
    """
    patient = hub.patients[placement.patient]
    who = patient.id
    wheres: list[Where] = []
    for stay in placement.stays:
        where = hub.where(stay)
        if where is None:
            text = f"{who}: the case has no beds {stay.beds} in unit {stay.unit} of setting {stay.setting}."
            return (Breach("plan", who, text),)
        wheres.append(where)
    course = hub.course(patient, placement.stays[0].start)
    readings = readings_of(patient, len(placement.stays), course)
    if not readings:
        text = f"{who}: {len(placement.stays)} stays make no itinerary."
        return (Breach("itinerary", who, text),)
    found = [tuple(_breaches_as(roles, hub, patient, placement, wheres, course)) for roles in readings]
    return min(found, key=len)


def readings_of(patient: Patient, stays: int, course: Course) -> list[tuple[Role, ...]]:
    """What so many stays can be for a person who starts on this course; nothing where they can't be."""
    if stays == 2:
        return [("isolation", "final")]
    if stays != 1:
        return []
    if not course.isolates_on(course.start):
        return [("final",)]
    if patient.pathway is Pathway.P1:
        return [("isolation",)]
    if patient.pathway is Pathway.P2 and course.isolation_end()[1] is None:
        return [("isolation",)]  # an open-ended isolation is no P2 stay (itinerary 5)
    return [("final",), ("isolation",)]


def _breaches_as(
    roles: tuple[Role, ...],
    hub: Hub,
    patient: Patient,
    placement: Placement,
    wheres: Sequence[Where],
    course: Course,
) -> Iterator[Breach]:
    who = patient.id
    for wrong in breaches_of_course(roles, hub, patient, placement.stays, course):
        yield Breach(wrong.rule, who, f"{who}: {wrong.what}.", about=wrong)
    for role, stay, where in zip(roles, placement.stays, wheres, strict=True):
        at = (stay.setting, stay.unit, stay.beds)
        for wrong in objections(role, hub, patient, stay, where, course):
            text = f"{who} in {where.setting.id} from {day(stay.start)}: {wrong.what}."
            yield Breach(wrong.rule, who, text, at, wrong.night, about=wrong)
        for rule, what in _said_rightly(stay, course):
            yield Breach(rule, who, f"{who} in {where.setting.id} from {day(stay.start)}: {what}.")
    for rule, what in _conditions(hub, placement, wheres, course):
        yield Breach(rule, who, f"{who}: {what}.")
    alone = is_isolation_alone(roles, course)
    right = points_of(hub, patient, placement.stays, wheres, course, isolation_alone=alone)
    yield from breaches_of_points(placement, right)
    if not any(sentence.strip() for sentence in placement.because):
        yield Breach("plan", who, f"{who}: because is empty.")


def is_isolation_alone(roles: tuple[Role, ...], course: Course) -> bool:
    """Whether the points `no_onward` are due: isolation alone, and not open-ended."""
    return roles == ("isolation",) and course.isolation_end()[1] is not None


def block_of(course: Course) -> Objection | None:
    """What keeps the person in hospital on the course's start; None where they may go."""
    if course.blocked is None:
        return None
    block = course.blocked
    what = f"nobody leaves hospital on {day(course.start)} while {block.why}"
    return Objection(block.rule, "blocked", what, word=block.code, limit=block.hours, day=course.start)


def breaches_of_course(
    roles: tuple[Role, ...], hub: Hub, patient: Patient, stays: Sequence[Stay], course: Course
) -> Iterator[Objection]:
    """What the stays break as an itinerary: who may start when, what follows on what, and each one's end."""
    first = stays[0].start
    if (block := block_of(course)) is not None:
        yield block
    if first < patient.ready_on:
        what = f"a start on {day(first)} is before the patient is ready"
        yield Objection("itinerary", "not_ready", what, day=first, right=patient.ready_on)
    for stay in stays:
        if not hub.day0 <= stay.start < hub.horizon_end():
            what = f"a stay's start on {day(stay.start)} is outside the horizon"
            yield Objection("itinerary", "outside_horizon", what, day=stay.start)
        if stay.end is not None and stay.end <= stay.start:
            what = f"the stay from {day(stay.start)} has no night"
            yield Objection("itinerary", "no_night", what, day=stay.start)
    if patient.pathway is Pathway.P0 and patient.usual_setting is None:
        what = "a patient on P0 without a usual setting goes home, isolating or not"
        yield Objection("N3", "goes_home_isolating_or_not", what)
    if patient.pathway is Pathway.P1 and not course.isolates_on(first):
        what = "a patient on P1 who needs no isolation goes home"
        yield Objection("N3", "needs_no_isolation", what)
    if roles[0] == "isolation":
        yield from _isolation_stay(hub, stays[0], course)
        if len(stays) == 2:
            yield from _onward(patient, stays, course)
    if roles[-1] == "final":
        yield from _final_end(patient, stays[-1], course)


def _isolation_stay(hub: Hub, stay: Stay, course: Course) -> Iterator[Objection]:
    if not course.isolates_on(stay.start):
        what = f"nothing asks for isolation on {day(stay.start)}"
        yield Objection("itinerary", "nothing_to_isolate", what, day=stay.start)
        return
    _, end = course.isolation_end()
    if stay.end != end:
        what = f"the isolation stay ends {day(stay.end)}, the isolation {day(end)}"
        yield Objection("itinerary", "isolation_end", what, day=stay.end, right=end)
    if end is not None and (end - stay.start).days < hub.rules.min_isolation_nights:
        least = hub.rules.min_isolation_nights
        what = f"an isolation stay lasts at least {least} nights"
        yield Objection("itinerary", "too_few_nights", what, limit=least)


def _onward(patient: Patient, stays: Sequence[Stay], course: Course) -> Iterator[Objection]:
    if patient.pathway is Pathway.P1:
        yield Objection("itinerary", "no_onward_on_p1", "a patient on P1 has an isolation stay alone")
    _, end = course.isolation_end()
    if end is None:
        what = "an open-ended isolation has no second stay"
        yield Objection("itinerary", "no_onward_when_open_ended", what)
    if stays[1].start != stays[0].end:
        what = f"the second stay doesn't start on {day(stays[0].end)}, when the first one ends"
        yield Objection("itinerary", "not_joined", what, day=stays[1].start, right=stays[0].end)


def final_end(patient: Patient, start: date, course: Course) -> date | None:
    """When a final stay from `start` ends; a P2 stay that starts isolated reaches the isolation's end."""
    if patient.pathway is not Pathway.P2:
        return None
    end = start + timedelta(days=patient.stay_days or USUAL_STAY_DAYS)
    _, isolation_end = course.isolation_end()
    return max(end, isolation_end) if isolation_end is not None and course.isolates_on(start) else end


def _final_end(patient: Patient, stay: Stay, course: Course) -> Iterator[Objection]:
    right = final_end(patient, stay.start, course)
    if stay.end != right:
        given = "has no end" if stay.end is None else f"ends {day(stay.end)}"
        what = f"the final stay {given}; by the rules it ends {day(right)}"
        yield Objection("itinerary", "final_end", what, day=stay.end, right=right)


def shown_of(stay: Stay, course: Course) -> tuple[Requirement, frozenset[str]]:
    """The requirement and organisms that a stay has to show: strictest night, first night's isolation."""
    nights = nights_that_differ(stay, course.changes())
    levels = [course.requirement(night) for night in nights]
    strictest: Requirement = max(levels, key=STRICTNESS.__getitem__, default="open")
    return strictest, course.isolating_with(stay.start)


def _said_rightly(stay: Stay, course: Course) -> Iterator[tuple[str, str]]:
    requirement, organisms = shown_of(stay, course)
    if stay.requirement != requirement:
        yield "plan", f"the requirement is shown as {stay.requirement}, it is {requirement}"
    if sorted(stay.organisms) != sorted(organisms):
        given, right = ", ".join(stay.organisms) or "none", ", ".join(sorted(organisms)) or "none"
        yield "plan", f"the organisms are shown as {given}, they are {right}"


def conditions_of(
    hub: Hub, stays: Sequence[Stay], wheres: Sequence[Where], course: Course
) -> dict[Condition, str]:
    """The conditions that a placement has to carry, each with its rule."""
    found: dict[Condition, str] = {}
    last_end = stays[-1].end
    if course.release_from is not None and (last_end is None or last_end > course.release_from):
        found["clinical_release"] = "C4"
    if course.retest:
        found["retest"] = "C1"
    if any(hub.must_phone(where.setting) for where in wheres):
        found["phone_to_confirm"] = "N8"
    return found


def _conditions(
    hub: Hub, placement: Placement, wheres: Sequence[Where], course: Course
) -> Iterator[tuple[str, str]]:
    right = conditions_of(hub, placement.stays, wheres, course)
    rules: dict[Condition, str] = {"clinical_release": "C4", "retest": "C1", "phone_to_confirm": "N8"}
    for condition, rule in rules.items():
        if condition in right and condition not in placement.conditions:
            yield rule, f"the condition {condition} is missing"
        if condition not in right and condition in placement.conditions:
            yield rule, f"the condition {condition} isn't called for"
    if len(set(placement.conditions)) < len(placement.conditions):
        yield "plan", "a condition stands twice"
