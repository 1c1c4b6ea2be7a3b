"""What is recorded of people: entering and amending, what isn't to be matched, who left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from discharge.actions.context import Context, amended, as_seen, differing, dump, wanted
from discharge.actions.infections import recorded, void_since
from discharge.actions.left_behind import Tasks
from discharge.actions.places import filled, followed, unknown_postcode
from discharge.actions.sensible import about_details
from discharge.model.errors import NotAllowed, UserError
from discharge.model.infection import (
    Observation,
    Symptoms,
)
from discharge.model.patient import Patient
from discharge.model.patient_record import Capacity, LeaveReason, PatientDetails
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.rules.authorities import one_name
from discharge.store.ask.patients import who_is
from discharge.store.journal import Entry, Kind

_LINES = ("next_of_kin", "notes", "home_address")
"""The fields of a record that have several lines."""


def register_patient(
    context: Context,
    *,
    details: PatientDetails,
    observations: Sequence[Observation] = (),
    told_apart: bool = False,
    at: datetime | None = None,
) -> list[Entry]:
    """Enters somebody on the list, with what is known of their infections; the first entry's subject is their
    reference, `P-0001`.

    Refused: an NHS number that somebody on the list has, a setting or companion that the hub doesn't
    know, a date of birth still to come. Asked: what is plainly a placeholder, and whoever may be somebody of
    the list, where the caller hasn't `told_apart` them from all.
    """
    role = context.role("register_patient")
    details = as_seen(details, lines=_LINES)
    given = {name: getattr(details, name) for name in _NAMING}
    details = details.model_copy(
        update={"local_authority": one_name(details.local_authority), **_named_as_now(context, given)}
    )
    _ask_where(context, details.postcode)
    details = filled(context.postcodes, context.queries, details)
    _fits(context, details, None)
    for question in about_details(details, today=context.queries.today):
        context.ask(question.key, question.sentence)
    if not told_apart:
        _ask_who(context, details, None)
    number = context.queries.next_number("patients")
    body = {"number": number, "details": dump(details)}
    name = f"P-{number:04d}"
    entries = [Entry(Kind.PATIENT_REGISTERED, name, body, role, context.happened(at))]
    once = _one_of_each_spell(observations)
    for before, seen in enumerate(once):
        known = Patient(
            id=name,
            priority=details.priority,
            pathway=details.pathway,
            ready_on=details.ready_on,
            born=details.born,
            sex=details.sex,
            immunosuppressed=details.immunosuppressed,
            observations=tuple(once[:before]),
        )
        new = recorded(context, known, seen, None, replaces=None, before=before)
        entries += void_since(context, new, seen, once)
    return entries


def _one_of_each_spell(observations: Sequence[Observation]) -> list[Observation]:
    """The observations; of symptoms with one onset those said last, as `record_observation` has it (S8)."""
    last = {(seen.organism, seen.onset_on): seen for seen in observations if isinstance(seen, Symptoms)}
    return [
        seen
        for seen in observations
        if not isinstance(seen, Symptoms) or seen is last[seen.organism, seen.onset_on]
    ]


def amend_patient(
    context: Context,
    *,
    patient: str,
    changes: Mapping[str, object],
    reason: str = "",
    as_named: bool = False,
    at: datetime | None = None,
) -> list[Entry]:
    """Changes fields of a record, by their names; nothing is recorded where nothing changes.

    What names a setting or a record that is a part of another by now names the whole; with `as_named` it is
    as given, for the step that parts the two.
    """
    role = context.role("amend_patient")
    if not as_named:
        changes = {**changes, **_named_as_now(context, changes)}
    if changes.get("born") is not None:
        changes = {"born_words": "", **changes}
    if isinstance(area := changes.get("local_authority"), str):
        changes = {**changes, "local_authority": one_name(area)}
    if changes.get("mental_capacity", Capacity.BEST_INTERESTS) != Capacity.BEST_INTERESTS:
        changes = {**changes, "best_interests_by": ""}
    before = context.queries.patient_details(patient)
    after, changed = amended(before, changes)
    if not changed:
        return []
    after = as_seen(after, lines=_LINES)
    if "postcode" in changed:
        _ask_where(context, after.postcode)
    after = followed(context.postcodes, context.queries, before, after, changes=changes)
    if not (changed := differing(before, after)):
        return []
    _fits(context, after, patient)
    for question in about_details(after, today=context.queries.today):
        if question.field in changed:
            context.ask(question.key, question.sentence)
    if {"name", "born", "born_words", "nhs_number"} & set(changed):
        _ask_who(context, after, patient)
    body = {"details": dump(after), "changed": changed, "reason": reason.strip()}
    return [Entry(Kind.PATIENT_AMENDED, patient, body, role, context.happened(at))]


_NAMING = ("usual_setting", "preferred", "together_with")
"""The fields of a record that name a setting or another person."""


def _named_as_now(context: Context, given: Mapping[str, object]) -> dict[str, object]:
    """Those of the fields that name a part, with the whole in its place."""
    queries, found = context.queries, dict[str, object]()
    for name in _NAMING:
        value = given.get(name)
        whole = queries.survivor if name == "together_with" else queries.whole
        if isinstance(value, str) and (now := whole(value)) != value:
            found[name] = now
        elif isinstance(value, (list, tuple)) and any(whole(each) != each for each in value):
            found[name] = tuple(dict.fromkeys(whole(each) for each in value))
    return found


def _ask_where(context: Context, postcode: str) -> None:
    """Asks about a postcode that the file of postcodes doesn't know."""
    if said := unknown_postcode(context.postcodes, postcode):
        context.ask(f"postcode:{postcode}", said, "Mend it; or say why it is so.")


def _ask_who(context: Context, details: PatientDetails, patient: str | None) -> None:
    """Asks about each record that is likely of the same person."""
    for other, how in context.queries.people_like(who_is(details), without=patient):
        context.ask(
            f"same:{other}",
            f"{other} may be the same person: {how.words}.",
            "Open that record instead; or say why they are two people.",
        )


def _fits(context: Context, details: PatientDetails, patient: str | None) -> None:
    queries = context.queries
    if details.born is not None and details.born_words:
        raise UserError("The date of birth is known, and not known.", "Give the date, or what is known.")
    if details.born is not None and details.born > context.queries.today:
        raise UserError("The date of birth is still to come.", "See the year.")
    if details.admitted_on is not None and details.admitted_on > queries.today:
        raise UserError("The admission is still to come.", "See its date.")
    if details.best_interests_by and details.mental_capacity is not Capacity.BEST_INTERESTS:
        raise UserError(
            "Who decides in their best interests is said without such a decision.",
            "Say that it is decided in their best interests, or leave the name out.",
        )
    lead = details.named_lead
    before = queries.patient_details(patient).named_lead if patient is not None else None
    if (
        lead is not None
        and lead != before
        and not any(one.id == lead and one.active for one in queries.people())
    ):
        raise UserError(f"{lead} is nobody of this hub.", "Choose one of its people as the named lead.")
    other = None if details.nhs_number is None else queries.patient_with_nhs_number(details.nhs_number)
    if other is not None and other != patient:
        raise NotAllowed(
            f"{other} has this NHS number already.",
            "Open that record; take them back on the list if they left it.",
        )
    for setting in (*(() if details.usual_setting is None else (details.usual_setting,)), *details.preferred):
        if not queries.has_setting(setting):
            raise UserError(
                f"There is no setting {setting} in this hub.", "Register it first, or choose another."
            )
    if len(set(details.preferred)) != len(details.preferred):
        raise UserError("A preferred setting is named twice.", "Name each once, best first.")
    companion = details.together_with
    if companion is not None:
        if companion == patient:
            raise UserError("Nobody stays together with themself.", "Choose the other person.")
        queries.person(companion)


# --- what isn't to be matched --------------------------------------------------------------------


def exclude_setting(context: Context, *, patient: str, setting: str, reason: str) -> list[Entry]:
    """Rules a setting out for somebody, with a reason (A3): the next planning leaves it out."""
    role = context.role("exclude_setting")
    context.queries.person(patient)
    setting = context.queries.whole(setting)
    context.queries.setting_details(setting)
    if setting in context.queries.excluded(patient):
        raise UserError("This setting is ruled out already.", "Nothing needs to be done.")
    body = {"setting": setting, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.SETTING_EXCLUDED, patient, body, role)]


def include_setting(context: Context, *, patient: str, setting: str, reason: str = "") -> list[Entry]:
    """Undoes `exclude_setting`. A setting's own decline isn't undone by it (A3)."""
    role = context.role("include_setting")
    if setting not in context.queries.excluded(patient):
        if setting in context.queries.declined_by(patient):
            raise NotAllowed(
                "The setting itself declined.",
                "It can be asked again once its capacity return changes.",
                "A3",
            )
        raise UserError("This setting isn't ruled out.", "Nothing needs to be done.")
    return [Entry(Kind.SETTING_INCLUDED, patient, {"setting": setting, "reason": reason.strip()}, role)]


# --- leaving the list ----------------------------------------------------------------------------


def leave(
    context: Context, *, patient: str, reason: LeaveReason, note: str = "", at: datetime | None = None
) -> list[Entry]:
    """Records that somebody left the list otherwise than by a placement.

    A placement still before departure is withdrawn with it and its bed freed; once they have departed,
    the placement is ended instead.
    """
    role = context.role("leave")
    person = context.queries.person(patient)
    if person.left_reason is not None:
        raise UserError("They left the list already.", "Nothing needs to be done.")
    if reason is LeaveReason.LEFT_WITHOUT_US:
        raise UserError("That is something that happened.", "Record that they left without us.")
    if reason is LeaveReason.PLACED:
        raise UserError("This reason is the placements'.", "Record the end of the placement.")
    if reason is LeaveReason.MERGED:
        raise UserError("Two records are made one by another step.", "Merge them.")
    happened = context.happened(at)
    tasks = Tasks(context)
    entries = []
    for placed in context.queries.active_of(patient):
        if placed.state not in BEFORE_DEPARTED:
            raise NotAllowed(
                f"They have left hospital by placement {placed.id}.", "Record how that placement ended."
            )
        body = {
            "patient": patient,
            "state": PlacementState.WITHDRAWN.value,
            "stay": 0,
            "setting": placed.current.view.setting,
            "reason": f"left the list: {reason.value.replace('_', ' ')}",
            "tasks": tasks.of(placed),
        }
        entries.append(Entry(Kind.PLACEMENT_WITHDRAWN, placed.id, body, role, happened))
    body = {"reason": reason.value, "note": note.strip()}
    return [*entries, Entry(Kind.PATIENT_LEFT, patient, body, role, happened)]


def take_back(context: Context, *, patient: str, note: str = "", at: datetime | None = None) -> list[Entry]:
    """Puts somebody who left back on the list."""
    role = context.role("take_back")
    person = context.queries.person(patient)
    if person.left_reason is None:
        raise UserError("They are on the list.", "Nothing needs to be done.")
    if person.left_reason == LeaveReason.MERGED.value:
        raise NotAllowed(
            f"This record is a part of {context.queries.survivor(patient)}.",
            "Take that one back, or part the two records.",
        )
    if person.left_reason == LeaveReason.DIED.value:
        wanted(note, what="A note on why the record of their death was wrong")
    return [Entry(Kind.PATIENT_TAKEN_BACK, patient, {"note": note.strip()}, role, context.happened(at))]
