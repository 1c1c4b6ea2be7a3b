"""Small cases written by hand: observations by days from day 0, one plain person, one plain home."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from discharge.model.case import Case
from discharge.model.files import read_case

Json = dict[str, Any]

AS_AT = "2020-11-16T08:00:00+00:00"
DAY0 = date(2020, 11, 16)
COVID = "sars-cov-2"
FIVE = [
    "normal_immune_response",
    "isolation_completed",
    "clinical_improvement",
    "no_new_symptoms",
    "clinician_clearance",
]


def on(number: int) -> str:
    """The date so many days after day 0."""
    return (DAY0 + timedelta(days=number)).isoformat()


def hours_ago(hours: float) -> str:
    """An instant so many hours before the planning instant."""
    return (datetime.fromisoformat(AS_AT) - timedelta(hours=hours)).isoformat()


def result(
    what: str, day: int, organism: str = COVID, *, at: str = "06:00", reported: str | None = None
) -> Json:
    """A test of a specimen of that day; pending has no report, others are reported a minute later."""
    specimen = f"{on(day)}T{at}:00+00:00"
    if what != "pending" and reported is None:
        reported = f"{on(day)}T{at}:30+00:00"
    return {
        "kind": "test",
        "organism": organism,
        "result": what,
        "specimen_at": specimen,
        "reported_at": reported,
    }


def positive(day: int, organism: str = COVID) -> Json:
    """A positive result."""
    return result("positive", day, organism)


def negative(day: int, organism: str = COVID) -> Json:
    """A negative result."""
    return result("negative", day, organism)


def onset(day: int, organism: str = COVID, *, resolved: int | None = None) -> Json:
    """Symptoms since a day, gone from `resolved` on."""
    until = None if resolved is None else on(resolved)
    return {"kind": "symptoms", "organism": organism, "onset_on": on(day), "resolved_on": until}


def exposed(day: int, organism: str = COVID) -> Json:
    """A contact on a day."""
    return {"kind": "exposure", "organism": organism, "exposed_on": on(day)}


def until(day: int, organism: str = COVID) -> Json:
    """A clinician's word to isolate until a day."""
    return {"kind": "clearance", "organism": organism, "isolate_until": on(day)}


def released(day: int, organism: str = COVID) -> Json:
    """A clinician's release on a day."""
    return {"kind": "clearance", "organism": organism, "released_on": on(day)}


def person(number: int = 1, **changes: Any) -> Json:
    """A person on P3, ready, 80 years old, residential care, with a fresh negative."""
    return {
        "id": f"P{number}",
        "priority": 2,
        "pathway": "P3",
        "ready_on": on(0),
        "born": "1940-05-01",
        "sex": "female",
        "care": {"level": "residential", "specialism": "general"},
        "observations": [negative(0)],
    } | changes


def group(beds: str = "B1", **changes: Any) -> Json:
    """A group of two single beds, free without end."""
    return {
        "id": beds,
        "category": "general_residential",
        "room": "single",
        "sex": "any",
        "free": [{"from": on(-5), "to": None, "count": 2}],
    } | changes


def unit(name: str = "U1", *groups: Json, **changes: Any) -> Json:
    """A unit that can't isolate, with one group of beds."""
    return {"id": name, "isolation": "none", "beds": list(groups or (group(),))} | changes


def rooms(name: str = "U1", *groups: Json, **changes: Any) -> Json:
    """A unit that isolates two people in rooms."""
    return unit(name, *groups, isolation="rooms", isolation_places=2, **changes)


def cohort(name: str = "U1", *groups: Json, **changes: Any) -> Json:
    """A cohort unit of three places."""
    return unit(name, *groups, isolation="cohort", isolation_places=3, **changes)


def home(name: str = "S1", *units: Json, **changes: Any) -> Json:
    """A care home that accepts every organism and was heard of an hour ago."""
    return {
        "id": name,
        "type": "care_home",
        "admissions": "open",
        "rating": "good",
        "weekly_fee": 900.0,
        "accepts_organisms": [COVID, "influenza", "rsv", "norovirus", "c_difficile", "cpe", "mrsa"],
        "capacity_reported_at": hours_ago(1),
        "units": list(units or (unit(),)),
    } | changes


def case_of(
    people: list[Json],
    homes: list[Json],
    *,
    rule_set: str | Json = "england-2020-10-13",
    as_at: str = AS_AT,
    **changes: Any,
) -> Case:
    """A case of these people and homes, read as a file is."""
    data = {
        "format": "discharge-case/1",
        "as_at": as_at,
        "rule_set": rule_set,
        "patients": people,
        "settings": homes,
    }
    return read_case(json.dumps(data | changes).encode())
