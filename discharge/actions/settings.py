"""What is recorded of settings: their units and beds, outbreaks, admissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeGuard

from discharge.actions.context import Context, amended, as_seen, checked, differing, dump, wanted
from discharge.actions.places import filled, followed
from discharge.actions.register import not_open_yet
from discharge.model.errors import NotAllowed, UserError
from discharge.model.infection import organism_name
from discharge.model.people import Given
from discharge.model.setting import Beds, Free, Outbreak, Setting, Span, Unit
from discharge.model.setting_record import Contract, SettingDetails
from discharge.rules.authorities import one_name
from discharge.rules.careful import fitted
from discharge.store.journal import Entry, Kind, Line
from discharge.words.counts import listing


def register_setting(
    context: Context,
    *,
    details: SettingDetails,
    units: Sequence[Unit] = (),
    at: datetime | None = None,
) -> list[Entry]:
    """Registers a setting with its units and beds; the entry's subject is its id.

    The id is its CQC location id where it has one that nobody else has had, else `S-0001`. A designation is
    recorded by itself (A2). Until a capacity return is recorded the setting takes nobody (N8).
    """
    role = context.role("register_setting")
    queries = context.queries
    details = as_seen(details, lines=("address", "notes"))
    if details.cqc_id is not None and (other := queries.setting_of_cqc_id(details.cqc_id)) is not None:
        raise NotAllowed(f"{other} has the CQC id {details.cqc_id} already.", "Amend that setting instead.")
    details = details.model_copy(update={"local_authority": one_name(details.local_authority)})
    details = filled(context.postcodes, queries, details)
    _record_fits(context, details)
    units = [as_seen(unit) for unit in units]
    for unit in units:
        unit_fits(context, unit)
    _all_different([unit.id for unit in units], "unit")
    number = queries.next_number("settings")
    name = details.cqc_id or f"S-{number:04d}"
    if queries.has_setting(name):
        name = f"S-{number:04d}"
    happened = context.happened(at)
    given = [(unit.id, beds) for unit in units for beds in unit.beds]
    fits = fits_registered(context, given, details.registered_beds)
    body = {
        "number": number,
        "details": dump(details),
        "units": [with_free(dump(unit), fits["lowered"]) for unit in units],
        **fits,
        "as_of": happened.isoformat() if any(beds.free for unit in units for beds in unit.beds) else None,
    }
    return [Entry(Kind.SETTING_REGISTERED, name, body, role, happened)]


def take_back_setting(
    context: Context, *, setting: str, reason: str, own: frozenset[str] = frozenset()
) -> list[Entry]:
    """A setting that was entered by mistake is no home of the hub; its number may come in again.

    Refused: where anything else is on record of it than the entries `own`, or anybody names it.
    """
    role = context.role("take_back_setting")
    why = wanted(reason, what="The reason")
    queries = context.queries
    known, name = queries.joining(setting), queries.setting_details(setting).name
    if known.into is not None:
        raise UserError(f"{name} is no home by itself any more.", "Nothing needs to be done.")
    lines = _not_taken_back([line for line in queries.entries_of(setting) if line.id not in own])
    if any(line.kind not in _OF_ITS_ENTRY for line in lines) or known.has or known.parts:
        raise NotAllowed(
            f"{name} ({setting}) has more on record than that it was registered.",
            "Close its admissions where it is to take nobody.",
        )
    if known.people or known.excluded_by:
        who = listing([*known.people, *known.excluded_by], most=3)
        raise NotAllowed(f"{name} ({setting}) is named by {who}.", "Amend their record first.")
    return [Entry(Kind.SETTING_TAKEN_BACK, setting, {"name": name, "reason": why}, role, context.now)]


_OF_ITS_ENTRY = (Kind.SETTING_REGISTERED, Kind.CHANGE_CONFIRMED, Kind.CHANGE_REFUSED, Kind.CHANGE_TAKEN_BACK)
"""What comes of registering a setting with its fee, and says no more of it."""


def _not_taken_back(lines: Sequence[Line]) -> list[Line]:
    """The lines without those of imports that were taken back whole, and without that taking back."""
    back = {group for line in lines if (group := line.body.get("import_taken_back"))}
    return [
        line
        for line in lines
        if "import_taken_back" not in line.body and (line.body.get("imported") or {}).get("group") not in back
    ]


def amend_setting(
    context: Context,
    *,
    setting: str,
    changes: Mapping[str, object],
    reason: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """Changes fields of a setting's record, by their names; nothing is recorded where nothing changes.

    Where more beds are free on record than the number it is registered for now, they take the careful
    reading (N11); what an earlier number took from them comes back with a larger one.
    """
    role = context.role("amend_setting")
    if isinstance(area := changes.get("local_authority"), str):
        changes = {**changes, "local_authority": one_name(area)}
    before = context.queries.setting_details(setting)
    after, changed = amended(before, changes)
    if not changed:
        return []
    after = as_seen(after, lines=("address", "notes"))
    after = followed(context.postcodes, context.queries, before, after, changes=changes)
    if not (changed := differing(before, after)):
        return []
    _record_fits(context, after)
    if after.cqc_id is not None and context.queries.setting_of_cqc_id(after.cqc_id) not in (None, setting):
        raise NotAllowed(f"Another setting has the CQC id {after.cqc_id}.", "See which of the two is right.")
    body: dict[str, Any] = {"details": dump(after), "changed": changed, "reason": reason.strip()}
    if "registered_beds" in changed:
        body |= fits_registered(context, _groups_as_said(context, setting), after.registered_beds)
        known = {(unit.id, beds.id): beds.free for unit, beds in _groups_of(context, setting)}
        lowered = {(each["unit"], each["beds"]) for each in body["lowered"]}
        body["groups"] = [
            {"unit": unit, "beds": beds.id, "as_of": None, "free": [dump(span) for span in beds.free]}
            for unit, beds in _groups_as_said(context, setting)
            if beds.free != known[unit, beds.id] and (unit, beds.id) not in lowered
        ] + as_groups(body["lowered"])
    return [Entry(Kind.SETTING_AMENDED, setting, body, role, context.happened(at))]


def _groups_of(context: Context, setting: str) -> list[tuple[Unit, Beds]]:
    return [(unit, beds) for unit in context.queries.setting_facts(setting).units for beds in unit.beds]


def _groups_as_said(context: Context, setting: str) -> list[tuple[str, Beds]]:
    """The groups of beds, each with what was said to be free: what a smaller registered number took from
    them last is given back where nothing was said of them since."""
    lowered = {
        (each["unit"], each["beds"]): (each["free"], each["said"])
        for each in context.queries.lowered_last(setting)
    }
    found = []
    for unit, beds in _groups_of(context, setting):
        free, said = lowered.get((unit.id, beds.id), (None, None))
        if said is not None and free == [dump(span) for span in beds.free]:
            beds = beds.model_copy(update={"free": tuple(checked(Free, each) for each in said)})
        found.append((unit.id, beds))
    return found


def fits_registered(
    context: Context, groups: Sequence[tuple[str, Beds]], registered: int | None
) -> dict[str, Any]:
    """What an entry says of groups of beds that are more than the setting is registered for: `lowered`, what
    is taken to be free of which group and what was said; `bed_doubts`, in words."""
    reading = fitted([beds.free for _, beds in groups], registered, today=context.queries.today)
    lowered = [
        {
            "unit": unit,
            "beds": beds.id,
            "free": [dump(span) for span in free],
            "said": [dump(span) for span in beds.free],
        }
        for (unit, beds), free in zip(groups, reading.groups, strict=True)
        if free != beds.free
    ]
    return {"lowered": lowered, "bed_doubts": list(reading.doubts)}


def as_groups(lowered: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same as the groups that an entry changes."""
    return [
        {"unit": each["unit"], "beds": each["beds"], "as_of": None, "free": each["free"]} for each in lowered
    ]


def with_free(unit: dict[str, Any], lowered: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A unit as an entry has it, with what is taken to be free in its groups."""
    free = {each["beds"]: each["free"] for each in lowered if each["unit"] == unit["id"]}
    beds = [{**each, "free": free.get(each["id"], each["free"])} for each in unit["beds"]]
    return {**unit, "beds": beds}


def _record_fits(context: Context, details: SettingDetails) -> None:
    for organism in details.accepts_organisms:
        _known_organism(context, organism)
    youngest, oldest = details.age_min, details.age_max
    if youngest is not None and oldest is not None and youngest > oldest:
        raise UserError(
            f"The youngest age, {youngest}, is above the oldest, {oldest}: nobody would fit.",
            "Mend one of the two.",
        )


def _known_organism(context: Context, organism: str) -> None:
    known = context.queries.rules().organisms
    if organism not in known:
        raise UserError(
            f"{organism!r} is no organism of rule set {context.queries.rules().name}.",
            f"Choose one of {', '.join(known)}.",
        )


def _all_different(ids: Sequence[str], noun: str) -> None:
    for name in ids:
        if ids.count(name) > 1:
            raise UserError(f"Two {noun}s are called {name}.", "Give each its own name.")


# --- units and beds --------------------------------------------------------------------------------


def add_unit(context: Context, *, setting: str, unit: Unit, at: datetime | None = None) -> list[Entry]:
    """Adds a unit with its beds. A designation is recorded by itself (A2).

    More beds free than the setting is registered for take the careful reading (N11), as in a return.
    """
    role = context.role("add_unit")
    unit = as_seen(unit)
    found = context.queries.setting_facts(setting)
    if any(one.id == unit.id for one in found.units):
        raise UserError(f"There is a unit {unit.id} already.", "Give it another name.")
    unit_fits(context, unit)
    happened = context.happened(at)
    free = any(beds.free for beds in unit.beds)
    registered = context.queries.setting_details(setting).registered_beds
    groups = [(one.id, beds) for one in (*found.units, unit) for beds in one.beds]
    fits = fits_registered(context, groups, registered)
    body = {
        "unit": with_free(dump(unit), fits["lowered"]),
        "groups": [each for each in as_groups(fits["lowered"]) if each["unit"] != unit.id],
        **fits,
        "position": len(found.units),
        "as_of": happened.isoformat() if free else None,
    }
    return [Entry(Kind.UNIT_ADDED, setting, body, role, happened)]


def unit_fits(context: Context, unit: Unit) -> None:
    if unit.designated is not None:
        raise NotAllowed(
            "A designation is the director's decision after the CQC's assurance.",
            "Add the unit without it, then record the designation.",
            "A2",
        )
    if unit.cohort_organism is not None:
        _known_organism(context, unit.cohort_organism)
    _all_different([beds.id for beds in unit.beds], "group of bed")
    for beds in unit.beds:
        _for_anybody(beds)


def _for_anybody(beds: Beds) -> None:
    """`UserError` where a bed is said to be kept for somebody: no figure of a setting's says that."""
    if beds.kept_for:
        raise UserError(
            f"A bed of {beds.id} is said to be kept for {listing(beds.kept_for)}.",
            "Say which beds are free; then keep one of them for the person.",
        )


_UNIT_FIELDS = ("isolation", "isolation_places", "cohort_organism", "needs_met")


def amend_unit(
    context: Context, *, setting: str, unit: str, changes: Mapping[str, object], at: datetime | None = None
) -> list[Entry]:
    """Changes how a unit isolates, its places, its cohort's organism or the needs it meets.

    It is taken whoever is in the unit or on the way there: it is so, and what it breaks is flagged (A5). A
    designation stands on record, and counts for nothing while the unit isolates nobody (R1).
    """
    role = context.role("amend_unit")
    found = unit_there(context.queries.setting_facts(setting), unit)
    if set(changes) - set(_UNIT_FIELDS):
        raise UserError(
            "Of a unit these can change: isolation, places, cohort's organism, needs met.", "Choose of them."
        )
    values = {**dump(found), **changes}
    if values["isolation"] == "none":
        values["designated"] = None
    after = checked(Unit, values)
    if after.cohort_organism is not None:
        _known_organism(context, after.cohort_organism)
    changed = [name for name in _UNIT_FIELDS if dump(after)[name] != dump(found)[name]]
    if not changed:
        return []
    body = {
        "unit": unit,
        "changed": changed,
        **{name: dump(after)[name] for name in _UNIT_FIELDS},
        "idle_designation": after.isolation == "none" and lasts(found.designated, context.queries.today),
        "keeps_designation": True,
    }
    return [Entry(Kind.UNIT_AMENDED, setting, body, role, context.happened(at))]


def lasts(designation: Span | None, today: date) -> TypeGuard[Span]:
    """Whether a designation is valid today or will be."""
    return designation is not None and (designation.end is None or designation.end > today)


def unit_there(setting: Setting, unit: str) -> Unit:
    """The unit of that id; `UserError` where the setting has none."""
    for one in setting.units:
        if one.id == unit:
            return one
    raise UserError(f"{setting.name} has no unit {unit}.", "Choose one of its units.")


def set_beds(
    context: Context,
    *,
    setting: str,
    unit: str,
    beds: Beds,
    contract: Contract | None = None,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Adds a group of like beds to a unit, or replaces it: its kind, and what is free from when; with
    `contract` also how it is commissioned.

    More beds free than the setting is registered for take the careful reading (N11), as in a return.
    """
    role = context.role("set_beds")
    there = context.queries.setting_facts(setting)
    found = unit_there(there, unit)
    ids = [one.id for one in found.beds]
    if beds.id not in ids:
        beds = as_seen(beds)
    _for_anybody(beds)
    happened = context.happened(at)
    others = [
        (one.id, each) for one in there.units for each in one.beds if (one.id, each.id) != (unit, beds.id)
    ]
    registered = context.queries.setting_details(setting).registered_beds
    fits = fits_registered(context, [*others, (unit, beds)], registered)
    own = [each for each in fits["lowered"] if (each["unit"], each["beds"]) == (unit, beds.id)]
    body = {
        "unit": unit,
        "beds": {**dump(beds), "free": own[0]["free"]} if own else dump(beds),
        "groups": [
            each for each in as_groups(fits["lowered"]) if (each["unit"], each["beds"]) != (unit, beds.id)
        ],
        **fits,
        "position": ids.index(beds.id) if beds.id in ids else len(ids),
        "as_of": happened.isoformat(),
    }
    if contract is not None:
        body["contract"] = dump(contract)
    return [Entry(Kind.BEDS_SET, setting, body, role, happened, given)]


def remove_beds(
    context: Context, *, setting: str, unit: str, beds: str, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Takes a group of beds out, whoever holds one of them: what it breaks is flagged (A5)."""
    role = context.role("remove_beds")
    found = unit_there(context.queries.setting_facts(setting), unit)
    if beds not in [one.id for one in found.beds]:
        raise UserError(f"Unit {unit} has no beds {beds}.", "Choose one of its groups.")
    body = {"unit": unit, "beds": beds, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.BEDS_REMOVED, setting, body, role, context.happened(at))]


# --- outbreaks and admissions ----------------------------------------------------------------------


def declare_outbreak(
    context: Context, *, setting: str, organism: str, given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Declares an outbreak, one an organism: the setting takes nobody but a returning resident isolating
    with it; where there are several, with each of them (N5)."""
    role = context.role("declare_outbreak")
    _known_organism(context, organism)
    found = context.queries.setting_facts(setting)
    if any(one.organism == organism for one in found.outbreaks):
        raise UserError("This outbreak is declared already.", "Nothing needs to be done.")
    return [Entry(Kind.OUTBREAK_DECLARED, setting, {"organism": organism}, role, context.happened(at), given)]


def record_risk_assessment(
    context: Context,
    *,
    setting: str,
    given: Given,
    organism: str | None = None,
    note: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """Records whose risk assessment lets admissions go on during the outbreak of `organism` (N5).

    Of several outbreaks each needs its own; without `organism` the one declared last is meant.
    """
    role = context.role("record_risk_assessment")
    meant = _outbreak(context, setting, organism)
    if meant.risk_assessed:
        raise UserError("The outbreak is assessed already.", "Nothing needs to be done.")
    body = {"organism": meant.organism, "note": note.strip()}
    return [Entry(Kind.RISK_ASSESSED, setting, body, role, context.happened(at), given)]


def _outbreak(context: Context, setting: str, organism: str | None) -> Outbreak:
    """The outbreak of that organism, or the one declared last; `UserError` where there is none."""
    there = context.queries.setting_facts(setting).outbreaks
    for one in reversed(there):
        if organism is None or one.organism == organism:
            return one
    named = "" if organism is None else f" of {organism_name(organism)}"
    raise UserError(f"There is no outbreak{named} on record.", "Declare it first, or see which there are.")


def end_outbreak(
    context: Context,
    *,
    setting: str,
    organism: str | None = None,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records that the outbreak of `organism` is over; others of the setting still stand.

    Without `organism` the one declared last is meant.
    """
    role = context.role("end_outbreak")
    body = {"organism": _outbreak(context, setting, organism).organism}
    return [Entry(Kind.OUTBREAK_ENDED, setting, body, role, context.happened(at), given)]


def close_admissions(
    context: Context, *, setting: str, reason: str, given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Closes the setting to admissions, until it is opened again; no capacity return opens it (N5), and no
    decision on a register that it has left."""
    role = context.role("close_admissions")
    has_left = context.queries.register_state(setting).left is not None
    body = {"reason": wanted(reason, what="The reason"), "beside_register": has_left}
    return [Entry(Kind.ADMISSIONS_CLOSED, setting, body, role, context.happened(at), given)]


def open_admissions(
    context: Context, *, setting: str, given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Opens the setting to admissions again.

    Where its last capacity return says that it takes nobody, somebody of the setting must have said
    otherwise since (`given`).
    """
    role = context.role("open_admissions")
    if context.queries.setting_facts(setting).admissions == "open":
        raise UserError("The setting is open to admissions.", "Nothing needs to be done.")
    not_open_yet(context, setting)
    last = context.queries.latest_return(setting)
    _, _, admits = context.queries.standing_return(setting)
    if given is None and (admits is False or (last is not None and last.accepting is False)):
        raise NotAllowed(
            "Its capacity return says that it takes nobody.",
            "Say who of the setting has said otherwise, and how.",
            "N5",
        )
    return [Entry(Kind.ADMISSIONS_OPENED, setting, {}, role, context.happened(at), given)]


__all__ = [
    "add_unit",
    "amend_setting",
    "amend_unit",
    "close_admissions",
    "declare_outbreak",
    "end_outbreak",
    "open_admissions",
    "record_risk_assessment",
    "register_setting",
    "remove_beds",
    "set_beds",
]
