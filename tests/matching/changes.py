"""Single changes of a case, as a day at the hub brings them: a bed more or fewer, a result, a decline.

Each change takes the case as its file has it, in a copy of its own, and a way to pick one of several:
Hypothesis's or a random generator's. Where there is nothing to change, it changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from discharge.model.case import Case
from discharge.model.files import read_case, write_case
from tests.builders import Json

Pick = Callable[[Sequence[Any]], Any]
"""Picks one of some things, at least one."""

Change = Callable[[Json, Pick], None]


def as_file(case: Case) -> Json:
    """The case as its file has it, to be changed."""
    data: Json = json.loads(write_case(case))
    return data


def from_file(data: Json) -> Case:
    """The case that the file describes."""
    return read_case(json.dumps(data).encode())


def changed(case: Case, change: Change, pick: Pick) -> Case:
    """The case with one change."""
    data = as_file(case)
    change(data, pick)
    return from_file(data)


def day(data: Json, number: int) -> str:
    """The date so many days after the day of planning; by the clock of the file, near enough to London's."""
    return (datetime.fromisoformat(data["as_at"]).date() + timedelta(days=number)).isoformat()


def _units(data: Json) -> list[Json]:
    return [unit for setting in data["settings"] for unit in setting["units"]]


def _groups(data: Json) -> list[Json]:
    return [group for unit in _units(data) for group in unit["beds"]]


def _spans(data: Json) -> list[Json]:
    return [span for group in _groups(data) for span in group["free"]]


def _one(things: Sequence[Json], pick: Pick) -> list[Json]:
    """One of the things, as a list; none where there are none."""
    return [pick(things)] if things else []


# --- more of something: what was lawful stays lawful, and costs no more ----------------------------------


def a_bed_more(data: Json, pick: Pick) -> None:
    for span in _one(_spans(data), pick):
        span["count"] += 1


def a_bed_free_sooner_and_for_good(data: Json, pick: Pick) -> None:
    for span in _one(_spans(data), pick):
        start = date.fromisoformat(span["from"])
        span["from"] = (start - timedelta(days=pick([0, 1, 2, 7]))).isoformat()
        span["to"] = None


def a_group_of_beds_more(data: Json, pick: Pick) -> None:
    for unit in _one(_units(data), pick):
        like = pick(_groups(data)) if _groups(data) else {"category": "general_residential", "room": "single"}
        free = [{"from": day(data, pick([-1, 0, 2])), "to": None, "count": 1}]
        unit["beds"].append({"sex": "any", **like, "id": f"new {len(unit['beds'])}", "free": free})


def an_isolation_place_more(data: Json, pick: Pick) -> None:
    for unit in _one([unit for unit in _units(data) if unit["isolation"] != "none"], pick):
        unit["isolation_places"] = (unit["isolation_places"] or 0) + 1


def an_admission_more(data: Json, pick: Pick) -> None:
    limited = [s for s in data["settings"] if s["max_admissions_per_day"] is not None]
    for setting in _one(limited, pick):
        setting["max_admissions_per_day"] = pick([setting["max_admissions_per_day"] + 1, None])


def a_day_more_to_plan(data: Json, pick: Pick) -> None:
    data["horizon_days"] += 1


def a_setting_that_opens(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        setting["admissions"] = "open"
        for outbreak in setting["outbreak"]:
            outbreak["risk_assessed"] = True


def a_setting_that_reports(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        setting["capacity_reported_at"] = data["as_at"]


def a_setting_that_takes_more(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        setting["accepts_organisms"] = sorted({*setting["accepts_organisms"], "influenza", "sars-cov-2"})
        setting["needs_met"] = sorted({*setting["needs_met"], "hoist", "oxygen"})
        setting["age_min"] = setting["age_max"] = None


def beds_for_either_sex(data: Json, pick: Pick) -> None:
    for group in _one(_groups(data), pick):
        group["sex"] = "any"


def a_setting_more(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        data["settings"].append({**json.loads(json.dumps(setting)), "id": f"new {len(data['settings'])}"})


def a_person_with_fewer_limits(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        person.update(excluded=[], max_km=None, max_weekly_fee=None, needs=[])


MORE: Mapping[str, Change] = {
    change.__name__: change
    for change in (
        a_bed_more,
        a_bed_free_sooner_and_for_good,
        a_group_of_beds_more,
        an_isolation_place_more,
        an_admission_more,
        a_day_more_to_plan,
        a_setting_that_opens,
        a_setting_that_reports,
        a_setting_that_takes_more,
        beds_for_either_sex,
        a_setting_more,
        a_person_with_fewer_limits,
    )
}
"""Changes that only add to what may be. A designation isn't one of them, nor is a cohort: such a unit takes
isolating people only (R1), so others lose their beds there. Nor is a companion who leaves a locked one."""


# --- less of something ----------------------------------------------------------------------------------


def a_bed_lost(data: Json, pick: Pick) -> None:
    for span in _one([span for span in _spans(data) if span["count"]], pick):
        span["count"] -= 1


def a_bed_free_later(data: Json, pick: Pick) -> None:
    for span in _one(_spans(data), pick):
        start = max(date.fromisoformat(span["from"]), date.fromisoformat(day(data, 0)))
        span["from"] = later = (start + timedelta(days=pick([1, 2, 4]))).isoformat()
        span["to"] = None if span["to"] is None else max(span["to"], later)


def an_isolation_place_lost(data: Json, pick: Pick) -> None:
    for unit in _one([unit for unit in _units(data) if unit["isolation_places"]], pick):
        unit["isolation_places"] -= 1


def an_admission_fewer(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        setting["max_admissions_per_day"] = max(0, (setting["max_admissions_per_day"] or 2) - 1)


def a_setting_closed(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        setting["admissions"] = "closed"


def an_outbreak(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        organism = pick(["sars-cov-2", "influenza"])
        setting["outbreak"] = {"organism": organism, "risk_assessed": pick([False, False, True])}


def a_return_that_ages(data: Json, pick: Pick) -> None:
    for setting in _one(data["settings"], pick):
        hours = pick([73, 38 * 24 + 1])
        reported = datetime.fromisoformat(data["as_at"]) - timedelta(hours=hours)
        setting["capacity_reported_at"] = pick([reported.isoformat(), None])


def a_decline(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        for setting in _one(data["settings"], pick):
            person["excluded"] = sorted({*person["excluded"], setting["id"]})


def a_cohort_that_is_settled(data: Json, pick: Pick) -> None:
    for unit in _one([unit for unit in _units(data) if unit["isolation"] == "cohort"], pick):
        unit["cohort_organism"] = pick(["sars-cov-2", "influenza", None])


def a_designation(data: Json, pick: Pick) -> None:
    for unit in _one([unit for unit in _units(data) if unit["isolation"] != "none"], pick):
        unit["designated"] = pick([None, {"from": day(data, -9), "to": pick([None, day(data, 4)])}])


# --- people ---------------------------------------------------------------------------------------------


def without_person(data: Json, who: str) -> None:
    """Take somebody off the list; the people who stay together with them are loose of them."""
    data["patients"] = [person for person in data["patients"] if person["id"] != who]
    for person in data["patients"]:
        if person["together_with"] == who:
            person["together_with"] = None


def a_person_fewer(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        without_person(data, person["id"])


def a_person_more(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        fresh = {**person, "id": f"new {len(data['patients'])}", "together_with": None}
        data["patients"].append(fresh | {"priority": pick([1, 2, 3, 4])})


def a_result(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        seen = {"kind": "test", "organism": pick(["sars-cov-2", "influenza"]), "specimen_at": data["as_at"]}
        what = pick(["positive", "negative", "pending", "inconclusive"])
        reported = None if what == "pending" else data["as_at"]
        person["observations"].append({**seen, "result": what, "reported_at": reported})


def a_clinicians_word(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        word = {"kind": "clearance", "organism": "sars-cov-2", "isolate_until": day(data, pick([0, 1, 3, 6]))}
        person["observations"].append(word)


def a_person_who_changes(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        field, values = pick(
            [
                ("priority", [1, 4]),
                ("pathway", ["P1", "P2", "P3"]),
                ("ready_on", [day(data, 0), day(data, 2)]),
                ("needs", [["hoist"], []]),
                ("preferred", [[setting["id"]] for setting in data["settings"][:3]] or [[]]),
                ("stay_days", [1, 4, None]),
                ("max_km", [6.0, None]),
                ("immunosuppressed", [True, False]),
            ]
        )
        person[field] = pick(values)


def people_who_stay_together(data: Json, pick: Pick) -> None:
    for person in _one(data["patients"], pick):
        person["together_with"] = pick([None, *(p["id"] for p in data["patients"] if p is not person)])


def a_placement_given_up(data: Json, pick: Pick) -> None:
    for held in _one(data["locked"], pick):
        data["locked"].remove(held)


def an_hour_or_a_day_later(data: Json, pick: Pick) -> None:
    later = datetime.fromisoformat(data["as_at"]) + timedelta(hours=pick([1, 24]))
    data["as_at"] = later.isoformat()


def other_points(data: Json, pick: Pick) -> None:
    data["weights"][pick(["delay", "moves", "choice", "no_onward", "usual"])] = pick([0, 7, 90])


ANY: Mapping[str, Change] = {
    **MORE,
    **{
        change.__name__: change
        for change in (
            a_bed_lost,
            a_bed_free_later,
            an_isolation_place_lost,
            an_admission_fewer,
            a_setting_closed,
            an_outbreak,
            a_return_that_ages,
            a_decline,
            a_cohort_that_is_settled,
            a_designation,
            a_person_fewer,
            a_person_more,
            a_result,
            a_clinicians_word,
            a_person_who_changes,
            people_who_stay_together,
            a_placement_given_up,
            an_hour_or_a_day_later,
            other_points,
        )
    },
}
"""Every change, whatever it does to the plan."""
