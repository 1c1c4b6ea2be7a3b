"""Small builders of cases: plain JSON as the case file has it, with defaults that let a person be placed.

Default: a woman of 80 on pathway 3 who needs general residential care, and one care home with one
single bed that will do. Times are given as the file gives them.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import read_case
from discharge.model.plan import Placement, Plan
from discharge.rules.infection import infection_state
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import rules_of

Json = dict[str, Any]

AS_AT = "2020-11-16T08:00:00+00:00"
DAY0 = date(2020, 11, 16)
COVID = "sars-cov-2"
NO_TEST_ASKED = "england-2024-04-01"
DESIGNATED = "england-2020-10-13"
FIVE = (
    "normal_immune_response",
    "isolation_completed",
    "clinical_improvement",
    "no_new_symptoms",
    "clinician_clearance",
)


def on(days: int) -> str:
    """The date so many days after day 0 of a default case."""
    return (DAY0 + timedelta(days)).isoformat()


def person(name: str = "P1", /, **fields: Any) -> Json:
    """A patient; default: priority 2, pathway 3, ready, 80 years old, general residential care."""
    plain: Json = {
        "id": name,
        "priority": 2,
        "pathway": "P3",
        "ready_on": on(0),
        "born": "1940-01-01",
        "sex": "female",
        "care": {"level": "residential", "specialism": "general"},
    }
    return {**plain, **fields}


def specimen(organism: str, result: str, taken: str, reported: str | None = None) -> Json:
    """A test; reported at the specimen's own time where nothing else is said, unless pending."""
    if reported is None and result != "pending":
        reported = taken
    seen = {"organism": organism, "kind": "test", "result": result, "specimen_at": taken}
    return seen if reported is None else {**seen, "reported_at": reported}


def at_ten(days: int) -> str:
    """Ten o'clock of a day before day 0 of a default case."""
    return f"{on(days)}T10:00:00+00:00"


def positive(days: int = -3, organism: str = COVID) -> Json:
    """A positive test taken so many days before day 0."""
    return specimen(organism, "positive", at_ten(days))


def negative(days: int = -1) -> Json:
    """A negative SARS-CoV-2 test taken so many days before day 0."""
    return specimen(COVID, "negative", at_ten(days))


def symptoms(days: int, organism: str = COVID, resolved: int | None = None) -> Json:
    """Symptoms from a day to a day, both counted from day 0; without an end if `resolved` isn't given."""
    seen = {"organism": organism, "kind": "symptoms", "onset_on": on(days)}
    return seen if resolved is None else {**seen, "resolved_on": on(resolved)}


def exposure(days: int, organism: str = COVID) -> Json:
    """A contact so many days from day 0."""
    return {"organism": organism, "kind": "exposure", "exposed_on": on(days)}


def until(days: int, organism: str = COVID) -> Json:
    """A clinician's word to isolate until that day."""
    return {"organism": organism, "kind": "clearance", "isolate_until": on(days)}


def inconclusive(days: int = -2) -> Json:
    """An inconclusive SARS-CoV-2 test."""
    return specimen(COVID, "inconclusive", at_ten(days))


def pending(days: int = -1) -> Json:
    """A SARS-CoV-2 test without a result yet."""
    return specimen(COVID, "pending", at_ten(days))


def free(start: str = on(0), end: str | None = None, count: int = 1) -> Json:
    """Beds free from `start` to `end` (None: open-ended)."""
    return {"from": start, "to": end, "count": count}


def beds(name: str = "B1", /, **fields: Any) -> Json:
    """A group of beds; default: one general residential single room, free from day 0 on."""
    plain: Json = {
        "id": name,
        "category": "general_residential",
        "room": "single",
        "sex": "any",
        "free": [free()],
    }
    return {**plain, **fields}


def unit(*groups: Json, **fields: Any) -> Json:
    """A unit; default: it can't isolate."""
    plain: Json = {"id": "U1", "isolation": "none", "beds": list(groups) or [beds()]}
    return {**plain, **fields}


def setting(name: str = "S1", /, *units: Json, **fields: Any) -> Json:
    """A setting; default: an open care home, rated good, its capacity return fresh."""
    plain: Json = {
        "id": name,
        "type": "care_home",
        "admissions": "open",
        "rating": "good",
        "capacity_reported_at": AS_AT,
        "units": list(units) or [unit()],
    }
    return {**plain, **fields}


def home(name: str = "S1", beds_free: int = 1, **fields: Any) -> Json:
    """A care home with so many single rooms."""
    return setting(name, unit(beds(free=[free(count=beds_free)])), **fields)


def hot(name: str = "HOT", /, *groups: Json, **fields: Any) -> Json:
    """A hot home with one cohort unit of six places that is designated and accepts SARS-CoV-2."""
    of_unit = {
        "isolation": "cohort",
        "isolation_places": 6,
        "designated": {"from": "2020-11-01", "to": None},
        **fields.pop("unit", {}),
    }
    return setting(
        name, unit(*groups, **of_unit), **{"type": "hot_home", "accepts_organisms": [COVID], **fields}
    )


def isolating(name: str = "R1", /, *groups: Json, **fields: Any) -> Json:
    """A care home with rooms for isolation (two places), which accepts every organism asked about here."""
    of_unit = {"isolation": "rooms", "isolation_places": 2, **fields.pop("unit", {})}
    accepted = [COVID, "influenza", "rsv", "norovirus", "c_difficile"]
    return setting(name, unit(*groups, **of_unit), **{"accepts_organisms": accepted, **fields})


def stay(where: str, start: str, end: str | None = None, **fields: Any) -> Json:
    """A stay as a plan has it; `where` is setting/unit/beds."""
    of_setting, of_unit, of_beds = where.split("/")
    plain: Json = {
        "setting": of_setting,
        "unit": of_unit,
        "beds": of_beds,
        "from": start,
        "to": end,
        "requirement": "open",
        "organisms": [],
    }
    return {**plain, **fields}


def locked(patient: str, *stays: Json, **fields: Any) -> Json:
    """A locked placement, in the plan's own form."""
    plain: Json = {
        "patient": patient,
        "locked": True,
        "stays": list(stays),
        "conditions": [],
        "points": {"total": 0},
        "because": ["Approved."],
    }
    return {**plain, **fields}


def case_json(
    patients: list[Json] | None = None,
    settings: list[Json] | None = None,
    *,
    rule_set: str | Json = NO_TEST_ASKED,
    **fields: Any,
) -> Json:
    """A case as its file has it; default: the rule set that asks for no test."""
    return {
        "format": "discharge-case/1",
        "as_at": AS_AT,
        "rule_set": rule_set,
        "patients": [person()] if patients is None else patients,
        "settings": [setting()] if settings is None else settings,
        **fields,
    }


def read(data: Json) -> Case:
    """The case that plain JSON describes."""
    return read_case(json.dumps(data).encode())


def case(
    patients: list[Json] | None = None,
    settings: list[Json] | None = None,
    *,
    rule_set: str | Json = NO_TEST_ASKED,
    **fields: Any,
) -> Case:
    """The case of `case_json`, read."""
    return read(case_json(patients, settings, rule_set=rule_set, **fields))


def plan(of: Case) -> Plan:
    """The engine's plan, which keeps every rule by the verifier's own reading and is proven optimal."""
    found = propose(of)
    assert [str(b) for b in verify(of, found)] == []
    assert (found.status, found.gap) == ("optimal", 0)
    return found


def placed(found: Plan) -> dict[str, str]:
    """Where each person stays, in words: `HOT 16 Nov-24 Nov, S1 24 Nov-`."""
    return {p.patient: where(p) for p in found.placements}


def where(placement: Placement) -> str:
    """The stays of a placement in words: setting, first night and the day it ends."""

    def short(day: date | None) -> str:
        return "" if day is None else f"{day.day} {day:%b}"

    return ", ".join(f"{s.setting} {short(s.start)}-{short(s.end)}" for s in placement.stays)


def placement(found: Plan, patient: str = "P1") -> Placement:
    """The placement of one patient."""
    return next(p for p in found.placements if p.patient == patient)


def codes(found: Plan, patient: str = "P1") -> list[str]:
    """The reason codes of one unplaced patient, in the order told."""
    return [r.code for u in found.unplaced if u.patient == patient for r in u.reasons]


def state(of: Case, patient: str = "P1") -> InfectionState:
    """What is known of one patient's infections."""
    mine = next(p for p in of.patients if p.id == patient)
    return infection_state(mine, rules_of(of), as_at=of.as_at)
