"""Whether everybody without a place is told why: known codes, known rules (docs/case.md, "Reason codes")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from discharge.matching.verify.breach import Breach
from discharge.matching.verify.course import Course
from discharge.matching.verify.hub import Hub
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Unplaced

ABOUT_THE_PERSON = frozenset(
    {
        "not_ready",
        "awaiting_result",
        "no_test",
        "test_expired",
        "inconclusive",
        "clinical_release_missing",
        "home",
        "home_with_support",
    }
)
"""Codes that stand against no setting, but are about the person: each is held against what is known."""
CODES = ABOUT_THE_PERSON | {
    "no_slot",
    "closed",
    "outbreak",
    "capacity_unknown",
    "no_free_bed",
    "wrong_category",
    "need_unmet",
    "organism_not_accepted",
    "cannot_isolate",
    "not_designated",
    "shared_room",
    "sex",
    "age",
    "too_far",
    "fee",
    "excluded",
    "setting_type",
    "no_designated_bed",
    "no_isolation_bed",
    "outbid",
    "companion",
}

_LAST = {"T": 3, "S": 8, "R": 5, "C": 9, "I": 2, "N": 12, "A": 6}
RULE_IDS = frozenset(f"{letter}{number}" for letter, last in _LAST.items() for number in range(1, last + 1))


def breaches_of_reasons(hub: Hub, unplaced: Sequence[Unplaced]) -> Iterator[Breach]:
    """Each reason that isn't one, and each that is missing.

    An unknown code or rule, an empty sentence, more settings than there are, help at no setting of the case
    or for nobody; a code about the person that isn't true of them, or the one that is true left out.
    """
    for entry in unplaced:
        who = entry.patient
        if not entry.reasons:
            yield Breach("plan", who, f"{who} is unplaced without a reason.")
        for reason in entry.reasons:
            if reason.code not in CODES:
                yield Breach("plan", who, f"{who}: {reason.code} is no reason code.")
            if reason.rule not in RULE_IDS:
                yield Breach("plan", who, f"{who}: {reason.rule} is no rule's id.")
            if not reason.text.strip():
                yield Breach("plan", who, f"{who}: the reason {reason.code} has no sentence.")
            there_are = 0 if reason.code in ABOUT_THE_PERSON else len(hub.settings)
            if reason.settings > there_are:
                text = f"{who}: {reason.code} stands against {reason.settings} settings of {there_are}."
                yield Breach("plan", who, text)
        for help_ in entry.would_help:
            if help_.setting is not None and help_.setting not in hub.settings:
                text = f"{who}: {help_.setting}, which would help, is no setting of the case."
                yield Breach("plan", who, text)
            if help_.places == 0 or not help_.change.strip():
                yield Breach("plan", who, f"{who}: a change that would help places nobody, or isn't said.")
        patient = hub.patients.get(who)
        if patient is not None and who not in hub.locked:
            yield from _about_the_person(hub, patient, {reason.code for reason in entry.reasons})


def _about_the_person(hub: Hub, patient: Patient, given: set[str]) -> Iterator[Breach]:
    """Whether what is said of the person is so, and what has to be said is (docs/case.md, "Reason codes")."""
    who = patient.id
    true_of_them, has_to_be_said = codes_of(hub, patient)
    for code in sorted((given & ABOUT_THE_PERSON) - true_of_them):
        yield Breach("itinerary", who, f"{who}: the reason {code} isn't true of them.")
    if has_to_be_said and not given & has_to_be_said:
        codes = " or ".join(sorted(has_to_be_said))
        yield Breach("itinerary", who, f"{who} can start on no day: the code {codes} is missing.")


def codes_of(hub: Hub, patient: Patient) -> tuple[set[str], set[str]]:
    """The codes about a person that are true, and those of which one at least has to be given.

    One has to where no day of the horizon is one on which they may start in a bed.
    """
    first = max(hub.day0, patient.ready_on)
    days = [first + timedelta(days=number) for number in range((hub.horizon_end() - first).days)]
    if patient.pathway is Pathway.P0 and patient.usual_setting is None:
        return {"home", *_blocks(hub, patient, days)} | _not_ready(days), {"home"}
    if not days:
        course = hub.course(patient, first)
        found = {"not_ready", *_blocks(hub, patient, [first])}
        if patient.pathway is Pathway.P1 and not course.isolates_on(first):
            found.add("home_with_support")
        return found, found
    blocks = _blocks(hub, patient, days)
    if patient.pathway is Pathway.P1:
        courses = [hub.course(patient, start) for start in days]
        free = [course for course in courses if course.blocked is None]
        stays = [_isolates_long_enough(hub, course) for course in free]
        home: set[str] = {"home_with_support"} if not all(stays) else set()
        if any(stays):
            return blocks | home, set()
        return blocks | home, blocks | home
    if any(hub.course(patient, start).blocked is None for start in days):
        return blocks, set()
    return blocks, blocks


def _isolates_long_enough(hub: Hub, course: Course) -> bool:
    """Whether an isolation that begins with the course's start lasts long enough for a stay of its own."""
    if not course.isolates_on(course.start):
        return False
    _, end = course.isolation_end()
    return end is None or (end - course.start).days >= hub.rules.min_isolation_nights


def _not_ready(days: Sequence[date]) -> set[str]:
    return set() if days else {"not_ready"}


def _blocks(hub: Hub, patient: Patient, days: Sequence[date]) -> set[str]:
    """The codes of what blocks a start on some of the days."""
    blocked = [hub.course(patient, start).blocked for start in days]
    return {block.code for block in blocked if block is not None}
