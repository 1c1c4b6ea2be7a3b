"""Cases with other ids, and hubs side by side that have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Callable

from discharge.model.case import Case
from tests.matching.changes import as_file, from_file


def renamed(of: Case, name: Callable[[str], str]) -> Case:
    """The case with all its ids changed: people, settings, units, beds."""
    data = as_file(of)
    for patient in data["patients"]:
        patient["id"] = name(patient["id"])
        for field in ("usual_setting", "together_with"):
            patient[field] = patient[field] and name(patient[field])
        for field in ("preferred", "excluded"):
            patient[field] = [name(each) for each in patient[field]]
    for setting in data["settings"]:
        setting.update(name=setting["name"] or setting["id"], id=name(setting["id"]))
        for each in setting["units"]:
            each["id"] = name(each["id"])
            for group in each["beds"]:
                group["id"] = name(group["id"])
    for held in data["locked"]:
        held["patient"] = name(held["patient"])
        for stay in held["stays"]:
            stay.update({field: name(stay[field]) for field in ("setting", "unit", "beds")})
    return from_file(data)


def side_by_side(of: Case, copied: Callable[[str], str]) -> Case:
    """The hub and a copy of it that have nothing to do with each other: each rules out the other's homes."""
    one, other = as_file(of), as_file(renamed(of, copied))
    here, there = ([setting["id"] for setting in data["settings"]] for data in (one, other))
    for patient in one["patients"]:
        patient["excluded"] += there
    for patient in other["patients"]:
        patient["excluded"] += here
    both = {name: one[name] + other[name] for name in ("patients", "settings", "locked")}
    return from_file({**one, **both})


def a_copy(old: str) -> str:
    """The name of a copy, which stands after all the others."""
    return f"copy of {old}"
