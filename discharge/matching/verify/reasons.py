"""Whether everybody without a place is told why: known codes, known rules (spec: case, "Reason codes")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from discharge.matching.verify.breach import Breach
from discharge.matching.verify.hub import Hub
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Unplaced

CODES = frozenset(
    {
        "not_ready",
        "no_slot",
        "awaiting_result",
        "no_test",
        "test_expired",
        "inconclusive",
        "clinical_release_missing",
        "home",
        "home_with_support",
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
)

_LAST = {"T": 3, "S": 7, "R": 5, "C": 9, "I": 2, "N": 11, "A": 4}
RULE_IDS = frozenset(f"{letter}{number}" for letter, last in _LAST.items() for number in range(1, last + 1))


def breaches_of_reasons(hub: Hub, unplaced: Sequence[Unplaced]) -> Iterator[Breach]:
    """Each reason that isn't one: an unknown code or rule, too many settings, or the wrong way home."""
    for entry in unplaced:
        who = entry.patient
        if not entry.reasons:
            yield Breach("plan", who, f"{who} is unplaced without a reason.")
        for reason in entry.reasons:
            if reason.code not in CODES:
                yield Breach("plan", who, f"{who}: {reason.code} is no reason code.")
            if reason.rule not in RULE_IDS:
                yield Breach("plan", who, f"{who}: {reason.rule} is no rule's id.")
            if reason.settings > len(hub.settings):
                there_are = len(hub.settings)
                text = f"{who}: {reason.code} stands against {reason.settings} settings of {there_are}."
                yield Breach("plan", who, text)
        for help_ in entry.would_help:
            if help_.setting is not None and help_.setting not in hub.settings:
                yield Breach(
                    "plan", who, f"{who}: {help_.setting}, which would help, is no setting of the case."
                )
        patient = hub.patients.get(who)
        code = None if patient is None else _way_home(hub, patient)
        if code is not None and code not in {reason.code for reason in entry.reasons}:
            yield Breach("itinerary", who, f"{who} is no matter for beds: the code {code} is missing.")


def _way_home(hub: Hub, patient: Patient) -> str | None:
    """The code that a person who is no matter for beds has to have (spec: case, itinerary 4)."""
    if patient.pathway is Pathway.P0 and patient.usual_setting is None:
        return "home"
    if patient.pathway is Pathway.P1 and _needs_no_isolation(hub, patient):
        return "home_with_support"
    return None


def _needs_no_isolation(hub: Hub, patient: Patient) -> bool:
    """Whether a person may leave on every day of the horizon from when they are ready, none isolated."""
    first = max(hub.day0, patient.ready_on)
    days = (first + timedelta(days=number) for number in range((hub.horizon_end() - first).days))
    courses = (hub.course(patient, start) for start in days)
    free = first < hub.horizon_end()
    return free and all(course.blocked is None and not course.isolates_on(course.start) for course in courses)
