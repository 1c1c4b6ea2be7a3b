"""What is recorded of people: entering and amending, infections, who left. Corrections are new facts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import get_args

from discharge.actions.context import Context, amended, as_seen, differing, dump, wanted
from discharge.actions.left_behind import Tasks
from discharge.actions.places import filled, followed, unknown_postcode
from discharge.actions.sensible import about_details, about_observation, carried_by
from discharge.model.errors import NotAllowed, UserError
from discharge.model.infection import (
    Attestation,
    Clearance,
    Exposure,
    Observation,
    Symptoms,
    Test,
)
from discharge.model.london import london_date
from discharge.model.patient import Patient
from discharge.model.patient_record import Capacity, LeaveReason, PatientDetails
from discharge.model.people import Given, Role
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.rules.authorities import one_name
from discharge.rules.infection import infection_state
from discharge.rules.requirement import FAR
from discharge.store.ask.patients import OBSERVATION, who_is
from discharge.store.journal import Entry, Kind
from discharge.words.days import day_words

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
        entries.append(_recorded(context, known, seen, None, replaces=None, before=before))
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


# --- infections ----------------------------------------------------------------------------------


def record_observation(
    context: Context, *, patient: str, observation: Observation, given: Given | None = None, before: int = 0
) -> list[Entry]:
    """Records an observation of any kind; its event time is in it (T2).

    Symptoms whose onset is on record already are the same spell: its end is corrected, so that none goes on
    beside itself (S8). `before`: how many observations the same action records before it.

    Refused: an organism that the rule set doesn't know (S7), an event still to come, a clearance by
    anybody but a clinician (A2), the same observation twice.
    """
    if isinstance(observation, Symptoms):
        spell = context.queries.spell(patient, observation.organism, observation.onset_on)
        if spell is not None and _counting(context, spell)[1] != observation:
            return correct_observation(
                context,
                observation_id=spell,
                observation=observation,
                reason="the same symptoms, their end said anew",
                given=given,
                before=before,
            )
    known = context.queries.person(patient).facts
    return [_recorded(context, known, observation, given, replaces=None, before=before)]


def _may_observe(context: Context, observation: Observation) -> Role:
    clearance = isinstance(observation, Clearance)
    return context.role("record_clearance" if clearance else "record_observation")


def _recorded(
    context: Context,
    known: Patient,
    observation: Observation,
    given: Given | None,
    *,
    replaces: str | None,
    before: int = 0,
) -> Entry:
    """The entry of an observation of somebody of whom that is known; `before`: how many the same action
    records before it.
    """
    role = _may_observe(context, observation)
    happened = _event_time(context, observation)
    organisms = context.queries.rules().organisms
    if observation.organism not in organisms:
        raise UserError(
            f"{observation.organism!r} is no organism of rule set {context.queries.rules().name}.",
            f"Choose one of {', '.join(organisms)}.",
        )
    if observation in known.observations:
        raise UserError("This is on record already.", "Nothing needs to be done.")
    carried = carried_by(context.queries.rules())
    for question in about_observation(observation, now=context.now, carried=carried):
        context.ask(question.key, question.sentence)
    if replaces is not None:
        wrong = _counting(context, replaces)[1]
        known = _without(known, wrong)
    if isinstance(observation, Clearance):
        _ask_why_earlier(context, known, observation)
    number = context.queries.next_number("observations") + before
    body = {
        "number": number,
        "id": f"O-{number:05d}",
        "observation": json.loads(OBSERVATION.dump_json(observation)),
        "to_be_told": _to_be_told(context, known, observation),
        "replaces": replaces,
    }
    return Entry(Kind.OBSERVATION_RECORDED, known.id, body, role, happened, given)


def earlier_key(patient: str, observation: Clearance) -> str:
    """The key of the question why a clinician's date is earlier than the rules'."""
    return f"earlier:{patient}:{observation.organism}:{observation.released_on or observation.isolate_until}"


def _without(known: Patient, seen: Observation) -> Patient:
    """What is known of somebody but for one observation."""
    others = tuple(each for each in known.observations if each != seen)
    return known.model_copy(update={"observations": others})


def _ask_why_earlier(context: Context, known: Patient, seen: Clearance) -> None:
    """A clinician's date before the end that the rules compute needs its reason (S5)."""
    state = infection_state(_without(known, seen), context.queries.rules(), as_at=context.now)
    ends = [
        demand.end for demand in state.near.demands if demand.isolates and demand.organism == seen.organism
    ]
    on = seen.released_on or seen.isolate_until
    if on is None or not ends or on >= max(ends):
        return
    end = max(ends)
    by_rule = "has no end in sight" if end == FAR else f"ends {day_words(end)}"
    context.ask(
        earlier_key(known.id, seen),
        f"By the rules the isolation {by_rule}; this date, {day_words(on)}, is earlier.",
        "Choose the later date; or say why it can end earlier.",
    )


def _to_be_told(context: Context, known: Patient, observation: Observation) -> bool:
    """Whether a setting has to hear of it before the person comes (C5): a result, symptoms, a contact; of a
    clinician's date where it changes until when they isolate."""
    if isinstance(observation, Test):
        return observation.result in ("positive", "negative", "inconclusive")
    if isinstance(observation, Clearance):
        others = _without(known, observation)
        both = others.model_copy(update={"observations": (*others.observations, observation)})
        rules, now = context.queries.rules(), context.now
        without, with_it = (infection_state(each, rules, as_at=now) for each in (others, both))
        return without.near.demands != with_it.near.demands
    return True


def _event_time(context: Context, observation: Observation) -> datetime:
    """When it happened; `UserError` where that is still to come. A planned clearance date may be."""
    today = london_date(context.now)
    if isinstance(observation, Test):
        if observation.specimen_at > context.now or (observation.reported_at or context.now) > context.now:
            raise UserError("The test's time is still to come.", "See the date and the hour.")
        return observation.reported_at or observation.specimen_at
    if isinstance(observation, Symptoms):
        if observation.onset_on > today:
            raise UserError("The onset is still to come.", "See the date.")
    elif isinstance(observation, Exposure) and observation.exposed_on > today:
        raise UserError("The exposure is still to come.", "See the date.")
    return context.now


def withdraw_observation(
    context: Context, *, observation_id: str, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Takes back an observation recorded by mistake: it stays visible and counts no more."""
    patient, observation = _counting(context, observation_id)
    return [_withdrawn(context, patient, observation_id, observation, reason, at)]


def undo_observation(
    context: Context, *, observation_id: str, reason: str, replaced: str | None = None, before: int = 0
) -> list[Entry]:
    """Takes back that an observation was recorded: it counts no more, and what it `replaced` counts again, so
    that a correction that was a slip leaves nobody without the result they had."""
    was = None if replaced is None else context.queries.observation(replaced)
    if was is None:
        return withdraw_observation(context, observation_id=observation_id, reason=reason)
    seen = OBSERVATION.validate_json(was[1])
    return correct_observation(
        context, observation_id=observation_id, observation=seen, reason=reason, before=before
    )


def correct_observation(
    context: Context,
    *,
    observation_id: str,
    observation: Observation,
    reason: str,
    given: Given | None = None,
    before: int = 0,
) -> list[Entry]:
    """Replaces an observation by the right one: the wrong one stays visible and counts no more. `before`:
    how many observations the same action records before it."""
    patient, wrong = _counting(context, observation_id)
    return [
        _withdrawn(context, patient, observation_id, wrong, reason, None),
        _recorded(
            context,
            context.queries.person(patient).facts,
            observation,
            given,
            replaces=observation_id,
            before=before,
        ),
    ]


def _counting(context: Context, observation_id: str) -> tuple[str, Observation]:
    found = context.queries.observation(observation_id)
    if found is None:
        raise UserError(f"There is no observation {observation_id}.", "Choose one of the record.")
    patient, text, withdrawn = found
    if withdrawn:
        raise UserError(f"{observation_id} was taken back already.", "Nothing needs to be done.")
    return patient, OBSERVATION.validate_json(text)


def _withdrawn(
    context: Context,
    patient: str,
    observation_id: str,
    observation: Observation,
    reason: str,
    at: datetime | None,
) -> Entry:
    body = {
        "id": observation_id,
        "reason": wanted(reason, what="The reason"),
        "to_be_told": _to_be_told(context, context.queries.person(patient).facts, observation),
    }
    role = _may_observe(context, observation)
    return Entry(Kind.OBSERVATION_WITHDRAWN, patient, body, role, context.happened(at))


def record_attestations(
    context: Context,
    *,
    patient: str,
    attestations: Sequence[Attestation],
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records what is attested for the direct route (C3).

    A clinician attests themself; a coordinator says whose word it is (`given`).
    """
    role = context.role("record_attestations")
    if role is Role.COORDINATOR and given is None:
        raise NotAllowed(
            "An attestation is a clinician's word.",
            "Say whose word it is, in which role and how it was given.",
            "C3",
        )
    context.queries.person(patient)
    unknown = [name for name in attestations if name not in get_args(Attestation)]
    if unknown:
        raise UserError(
            f"{unknown[0]!r} is no attestation.", f"Choose of {', '.join(get_args(Attestation))}."
        )
    new = [name for name in dict.fromkeys(attestations) if name not in context.queries.attested(patient)]
    happened = context.happened(at)
    return [
        Entry(Kind.ATTESTATION_RECORDED, patient, {"attestation": name}, role, happened, given)
        for name in new
    ]


def withdraw_attestation(
    context: Context, *, patient: str, attestation: Attestation, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Takes back an attestation, with the reason."""
    role = context.role("withdraw_attestation")
    if attestation not in context.queries.attested(patient):
        raise UserError("This isn't attested.", "Nothing needs to be done.")
    body = {"attestation": attestation, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.ATTESTATION_WITHDRAWN, patient, body, role, context.happened(at))]


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
