"""Two settings that are one home: a home taken over stands in the register under a new number.

Everything on record of the one that goes moves to the one that stays: its units and beds, what is free, the
stays that hold them, returns, outbreaks, kept beds. The entry says of every row where it comes to stand, and
parting them says it again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from discharge.actions.context import Context, checked, dump, wanted
from discharge.actions.patients import amend_patient, exclude_setting, include_setting
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given
from discharge.model.setting import Free
from discharge.model.setting_record import NO_HOME
from discharge.rules.careful import at_most
from discharge.store.ask.joining import DOOR, STANDING, OnRecord, Row
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind

_REGISTRATION = (
    "cqc_id",
    "provider",
    "registered_manager",
    "registered_beds",
    "rating",
    "ods_code",
    "uprn",
)
"""What a new registration says anew."""

Group = tuple[str, str]
"""A unit and its group of beds."""


def join_settings(
    context: Context,
    *,
    setting: str,
    other: str,
    reason: str,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Makes two settings one: the one that has beds, returns or placements on record stays, with its id,
    of two that have them the one that came first; the registration of the one that came later counts.

    Everything that names the other moves to the one that stays. Units of one name are one unit; of their
    groups of one name the newer figures count. The newer capacity return counts, and not more is free than
    it allows, or the home is registered for (N11). It is closed where either was, and every outbreak stands.
    Whoever names the other, as their home or a wish, or has it ruled out, names the one that stays. Both ids
    can be found; `part_settings` parts them again.

    Refused: where one is a part of another already.
    """
    role = context.role("join_settings")
    if setting == other:
        raise UserError("That is the same setting.", "Choose the other one.")
    why = wanted(reason, what="The reason")
    queries = context.queries
    one, two = queries.joining(setting), queries.joining(other)
    for name, known in ((setting, one), (other, two)):
        if known.into == NO_HOME:
            raise NotAllowed(f"{name} was entered by mistake: it is no home.", "Register it anew.")
        if known.into is not None:
            raise NotAllowed(f"{name} is one with {known.into} already.", "Part them first.")
    other_stays = two.number < one.number if one.has == two.has else two.has
    stays, goes = (other, setting) if other_stays else (setting, other)
    staying, gone = (two, one) if other_stays else (one, two)
    kept, given_up = queries.setting_details(stays), queries.setting_details(goes)
    is_newer = gone.number > staying.number
    newer = given_up if is_newer else kept
    said = {name: getattr(newer, name) or getattr(kept, name) for name in _REGISTRATION}
    details = kept.model_copy(update=said)
    here, there = queries.on_record(stays), queries.on_record(goes)
    happened = context.happened(at)
    moves = _moves(context, stays, goes, here, there, details.registered_beds, is_newer=is_newer)
    people = [_who_names(context, patient, goes, stays) for patient in gone.people]
    excluded = [patient for patient in gone.excluded_by if stays not in queries.excluded(patient)]
    body = {
        "setting": goes,
        "details": dump(details),
        "before": {name: dump(kept)[name] for name in _REGISTRATION},
        "closed": f"It is one with {kept.name} ({stays}).",
        "closed_before": gone.closed_reason,
        "moves": moves,
        "own": _in_groups(here, {(each["beds"]["unit"], each["beds"]["id"]) for each in moves["groups"]}),
        "columns_before": {name: here.columns[name] for name in (*STANDING, *DOOR)},
        "positions": {name: unit["position"] for name, unit in there.units.items()},
        "outbreaks_before": here.assessed,
        "kept_before": there.kept,
        "people": people,
        "excluded": excluded,
        "reason": why,
    }
    entries = [Entry(Kind.SETTINGS_JOINED, stays, body, role, happened, given)]
    if people or excluded:
        context.role("amend_patient")
    for each in people:
        entries += amend_patient(context, patient=each["patient"], changes=each["after"], reason=why)
    for patient in excluded:
        entries += exclude_setting(context, patient=patient, setting=stays, reason=why)
    return entries


def _who_names(context: Context, patient: str, goes: str, stays: str) -> dict[str, Any]:
    """What a person's record says of the one that goes, and what it says from now on."""
    details = context.queries.patient_details(patient)
    preferred = list(dict.fromkeys(stays if each == goes else each for each in details.preferred))
    before: dict[str, Any] = {"preferred": list(details.preferred)}
    after: dict[str, Any] = {"preferred": preferred}
    if details.usual_setting == goes:
        before["usual_setting"], after["usual_setting"] = goes, stays
    return {"patient": patient, "before": before, "after": after}


def _moves(
    context: Context,
    stays: str,
    goes: str,
    here: OnRecord,
    there: OnRecord,
    registered: int | None,
    *,
    is_newer: bool,
) -> dict[str, Any]:
    """What moves to the one that stays, and what comes to stand there."""
    units = [
        {**unit, "position": len(here.units) + at}
        for at, unit in enumerate(unit for name, unit in there.units.items() if name not in here.units)
    ]
    moved: dict[Group, dict[str, Any]] = {
        key: {"beds": beds, "free": there.free[key]}
        for key, beds in there.beds.items()
        if key not in here.beds
    }
    instead: dict[Group, dict[str, Any]] = {
        key: {
            "setting": stays,
            "beds": {**beds, "position": here.beds[key]["position"]},
            "free": there.free[key],
            "before": {"beds": here.beds[key], "free": here.free[key]},
        }
        for key, beds in there.beds.items()
        if key in here.beds and _is_later(beds["as_of"], here.beds[key]["as_of"])
    }
    returned = there if _is_later(there.columns["reported_at"], here.columns["reported_at"]) else here
    columns = {name: returned.columns[name] for name in STANDING if name != "bed_doubts"}
    fewer = _lowered(context, here, moved, instead, vacancies=columns["vacancies"], registered=registered)
    for key, spans in fewer.items():
        if key in moved:
            moved[key] = {**moved[key], "free": spans, "said": moved[key]["free"]}
        elif key in instead:
            instead[key] = {**instead[key], "free": spans}
        else:
            before = {"beds": here.beds[key], "free": here.free[key]}
            instead[key] = {"setting": stays, "beds": here.beds[key], "free": spans, "before": before}
    both = [organism for organism in there.assessed if organism in here.assessed]
    rows = {
        table: [row for row in keys if table != "outbreaks" or row[0] not in both]
        for table, keys in there.keys.items()
    }
    return {
        "units": units,
        "groups": list(moved.values()),
        "set": list(instead.values()),
        "rows": rows,
        # an assessment is of one outbreak: of two, both have to be assessed
        "outbreaks": [
            {"setting": stays, "organism": name, "assessed": min(here.assessed[name], there.assessed[name])}
            for name in both
        ],
        "news": [patient for patient in there.news if patient not in here.news],
        "kept": {patient: _renamed(text, goes, stays) for patient, text in there.kept.items()},
        "columns": {stays: {**columns, **_door(here, there, is_newer=is_newer)}},
    }


def _is_later(one: str | None, other: str | None) -> bool:
    """Whether something was said later; what nobody said is the oldest."""
    if one is None or other is None:
        return one is not None
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


def _renamed(placement: str, old: str, new: str) -> str:
    """A kept proposal, its stays in the one setting instead of the other."""
    found = json.loads(placement)
    for stay in found["stays"]:
        if stay["setting"] == old:
            stay["setting"] = new
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _lowered(
    context: Context,
    here: OnRecord,
    moved: Mapping[Group, Mapping[str, Any]],
    instead: Mapping[Group, Mapping[str, Any]],
    *,
    vacancies: int | None,
    registered: int | None,
) -> dict[Group, list[Row]]:
    """The groups in which less is free than was said, as they are one home's together (N11)."""
    after = {**here.free, **{key: group["free"] for key, group in (*moved.items(), *instead.items())}}
    spans = [tuple(_free(each) for each in rows) for rows in after.values()]
    found = spans
    if registered is not None:
        found = at_most(found, registered)
    if vacancies is not None:
        found = at_most(found, vacancies, on=context.queries.today)
    return {
        key: _rows(key, fewer)
        for key, said, fewer in zip(after, spans, found, strict=True)
        if tuple(fewer) != said
    }


def _free(row: Row) -> Free:
    return checked(Free, {"from": row["start"], "to": row["end"], "count": row["count"]})


def _rows(key: Group, spans: Sequence[Free]) -> list[Row]:
    return [
        {
            "unit": key[0],
            "beds": key[1],
            "position": at,
            "start": span.start.isoformat(),
            "end": None if span.end is None else span.end.isoformat(),
            "count": span.count,
        }
        for at, span in enumerate(spans)
    ]


def _door(here: OnRecord, there: OnRecord, *, is_newer: bool) -> Row:
    """Why the one that stays is closed from now on: closed by somebody, where either was; by the register,
    where the registration that counts has left it."""
    by_hand = _closed_by_somebody(here.columns) or _closed_by_somebody(there.columns)
    registration = there.columns if is_newer else here.columns
    door = {name: registration[name] for name in DOOR}
    if registration["left_register"] is None:
        return {**door, "closed_reason": by_hand}
    return {**door, "closed_before": by_hand}


def _closed_by_somebody(columns: Row) -> str:
    found = columns["closed_before"] if columns["left_register"] is not None else columns["closed_reason"]
    return str(found or "")


def part_settings(
    context: Context, *, setting: str, other: str, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Parts two settings that were made one: each has its registration again, and what came with the other
    goes back to it, as it is now: its units with whoever is in them, its returns, outbreaks, kept beds.

    What was recorded since of the rest stays. Whoever named the other names it again, where that wasn't
    amended since.
    """
    role = context.role("part_settings")
    why = wanted(reason, what="The reason")
    queries = context.queries
    if queries.joining(other).into != setting:
        raise UserError(f"{other} isn't a part of {setting}.", "Nothing needs to be done.")
    if (whole := queries.joining(setting).into) is not None:
        raise NotAllowed(f"{setting} is itself a part of {whole}.", "Part that first.")
    joined = queries.joined_by(setting, other)
    details = queries.setting_details(setting)
    said = {name: value for name, value in joined["before"].items() if _stands(joined, details, name)}
    before = details.model_copy(update=said)
    body = {
        "setting": other,
        "details": dump(before),
        "cqc_id": queries.setting_details(other).cqc_id,
        "closed_before": joined["closed_before"],
        "moves": _back(joined, setting, other, queries.on_record(setting), queries.on_record(other)),
        "reason": why,
    }
    entries = [Entry(Kind.SETTINGS_PARTED, setting, body, role, context.happened(at))]
    for each in joined.get("people", ()):
        record = dump(queries.patient_details(each["patient"]))
        changes = {
            name: each["before"][name] for name, value in each["after"].items() if record[name] == value
        }
        entries += amend_patient(context, patient=each["patient"], changes=changes, reason=why, as_named=True)
    for patient in joined.get("excluded", ()):
        if setting in queries.excluded(patient):
            entries += include_setting(context, patient=patient, setting=setting, reason=why)
    return entries


_OF_A_SETTING = frozenset(
    {
        Kind.SETTING_AMENDED, Kind.UNIT_ADDED, Kind.UNIT_AMENDED, Kind.BEDS_SET, Kind.BEDS_REMOVED,
        Kind.BEDS_TAKEN_BACK, Kind.BED_KEPT, Kind.UNIT_DESIGNATED, Kind.CAPACITY_RETURNED,
        Kind.CAPACITY_CONFIRMED,
        Kind.OUTBREAK_DECLARED, Kind.ADMISSIONS_CLOSED, Kind.ADMISSIONS_OPENED, Kind.SETTING_LEFT_REGISTER,
        Kind.REGISTER_DECIDED, Kind.STANDING_TAKEN_BACK, Kind.CALL_LOGGED,
        Kind.ACTION_AGREED, Kind.CHANGE_CONFIRMED,
    }
)  # fmt: skip
"""Kinds that say something of a setting, by its id."""


def refuse_for_a_part(queries: Queries, entries: Sequence[Entry]) -> None:
    """`NotAllowed` for what would be recorded of a part of another setting: there it would be lost."""
    for entry in entries:
        if entry.kind in _OF_A_SETTING and (whole := queries.part_of(entry.subject)) is not None:
            names = queries.setting_names()
            if whole == NO_HOME:
                raise NotAllowed(
                    f"{names[entry.subject]} ({entry.subject}) was entered by mistake: it is no home.",
                    "Register it anew.",
                )
            raise NotAllowed(
                f"{names[entry.subject]} ({entry.subject}) is one with {names[whole]} ({whole}).",
                "Record it there, or part the two first.",
            )


def _stands(joined: Mapping[str, Any], details: Any, name: str) -> bool:
    """Whether a field of the registration is as it was made when the two were joined."""
    return bool(dump(details)[name] == joined["details"][name])


def _back(
    joined: Mapping[str, Any], setting: str, other: str, here: OnRecord, there: OnRecord
) -> dict[str, Any]:
    """What goes back to the one that was a part, and what comes to stand in the other."""
    came = joined.get("moves")
    if came is None:
        return {}
    units = {unit["id"]: unit for unit in came["units"] if unit["id"] in here.units}
    groups = {(each["beds"]["unit"], each["beds"]["id"]): each for each in came["groups"]}
    back = [key for key in here.beds if key[0] in units or key in groups]
    going = []
    for key in back:
        free, first = here.free[key], groups.get(key, {})
        if "said" in first and free == first["free"]:
            free = first["said"]
        going.append({"beds": here.beds[key], "free": free})
    staying = []
    for each in came["set"]:
        key = (each["beds"]["unit"], each["beds"]["id"])
        if here.beds.get(key) == each["beds"] and here.free[key] == each["free"]:
            staying.append({"setting": setting, **each["before"]})
    return {
        "units": [{**here.units[name], "position": joined["positions"][name]} for name in units],
        "groups": going,
        "set": staying,
        "rows": _rows_back(came["rows"], here, set(back), joined.get("own", {})),
        "outbreaks": _outbreaks_back(joined, setting, other, here, there),
        "news": [patient for patient in came["news"] if patient in here.news],
        "kept": {
            patient: joined["kept_before"][patient]
            for patient, text in came["kept"].items()
            if here.kept.get(patient) == text
        },
        "columns": {setting: _columns_back(joined, setting, here)},
    }


def _in_groups(here: OnRecord, groups: Collection[Group]) -> dict[str, list[list[Any]]]:
    """Whoever is in, or has kept, a bed of these groups, by table."""
    return {
        "stays": [
            [each["placement"], each["position"]]
            for each in here.stays
            if (each["unit"], each["beds"]) in groups
        ],
        "kept_beds": [[patient] for patient, group in here.kept_beds.items() if group in groups],
    }


def _rows_back(
    came: Mapping[str, Any], here: OnRecord, back: set[Group], own: Mapping[str, Any]
) -> dict[str, list[list[Any]]]:
    """The rows that came and are there still; and whoever is in, or has kept, a bed that goes back, but for
    the `own` ones that were there before: in a group of that name that was taken out."""
    found = {table: [row for row in keys if row in here.keys[table]] for table, keys in came.items()}
    for table, keys in _in_groups(here, back).items():
        known = [*found.get(table, []), *own.get(table, [])]
        found[table] = found.get(table, []) + [key for key in keys if key not in known]
    return found


def _outbreaks_back(
    joined: Mapping[str, Any], setting: str, other: str, here: OnRecord, there: OnRecord
) -> list[dict[str, Any]]:
    """Outbreaks of which both had one: over in both, where it is over; else each as it was assessed."""
    found = []
    for each in joined["moves"]["outbreaks"]:
        organism = each["organism"]
        if organism not in here.assessed:
            found.append({"setting": other, "organism": organism, "assessed": None})
        elif here.assessed[organism] == each["assessed"]:
            assessed = joined["outbreaks_before"][organism]
            found.append({"setting": setting, "organism": organism, "assessed": assessed})
    return [each for each in found if each["setting"] == setting or each["organism"] in there.assessed]


def _columns_back(joined: Mapping[str, Any], setting: str, here: OnRecord) -> Row:
    """What the one that stayed had before, where nothing newer was said since."""
    came, before = joined["moves"]["columns"][setting], joined["columns_before"]
    found: Row = {}
    for names in (STANDING, DOOR):
        mine = [name for name in names if name in came]
        if all(here.columns[name] == came[name] for name in mine):
            found |= {name: before[name] for name in mine}
    return found


__all__ = ["join_settings", "part_settings", "refuse_for_a_part"]
