"""What is recorded of people's infections: tests, symptoms, exposures, clearances, attestations.

Corrections are new facts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from discharge.actions.context import Context, load, wanted
from discharge.actions.sensible import about_observation, carried_by
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
from discharge.model.people import Given, Role
from discharge.rules.infection import infection_state
from discharge.rules.requirement import FAR
from discharge.store.ask.patients import OBSERVATION
from discharge.store.journal import Entry, Kind
from discharge.words.days import day_words

VOID = "the same specimen, void after all"
"""Why a result counts no more."""


def record_observation(
    context: Context, *, patient: str, observation: Observation, given: Given | None = None, before: int = 0
) -> list[Entry]:
    """Records an observation of any kind; its event time is in it (T2).

    Symptoms whose onset is on record already are the same spell: its end is corrected, so that none goes on
    beside itself (S8). A void test comes in the place of what was known of the same specimen, but for a
    positive result: it says that nothing is known of it (S2); what is typed later of a specimen that was void
    since stands on record, and counts no more. `before`: how many observations the same action records before
    it.

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
    voided = _voided(context, patient, observation)
    new = recorded(context, known, observation, given, replaces=next(iter(voided), None), before=before)
    return [
        *(_withdrawn(context, patient, name, seen, VOID, None) for name, seen in voided.items()),
        *void_since(context, new, observation, known.observations),
    ]


def _voided(context: Context, patient: str, observation: Observation) -> dict[str, Test]:
    """The results, by their ids, that a void one of their specimen takes the place of."""
    return {
        one.id: seen
        for one in context.queries.patient(patient).observations
        if isinstance(seen := one.observation, Test) and not one.withdrawn
        if _voids(observation, seen, now=context.now)
    }


def _voids(void: Observation, seen: Observation, *, now: datetime) -> bool:
    """Whether the one says that the specimen of the other was void after all (S2): of a result that wasn't
    positive, and wasn't reported after it."""
    if not isinstance(void, Test) or not isinstance(seen, Test):
        return False
    if void.result != "void" or seen.result in ("positive", "void"):
        return False
    if (seen.organism, seen.specimen_at) != (void.organism, void.specimen_at):
        return False
    return seen.result == "pending" or (seen.reported_at or now) <= (void.reported_at or now)


def void_since(
    context: Context, new: Entry, observation: Observation, others: Iterable[Observation]
) -> tuple[Entry, ...]:
    """The entry of an observation; and, where one of the others says that its specimen was void after all,
    that it counts no more: whichever of the two is recorded first, nothing is known of that specimen (S2).
    Nobody has to be told of it."""
    if not any(_voids(void, observation, now=context.now) for void in others):
        return (new,)
    new = replace(new, body={**new.body, "to_be_told": False})
    body = {"id": new.body["id"], "reason": VOID, "to_be_told": False}
    role = _may_observe(context, observation)
    return new, Entry(Kind.OBSERVATION_WITHDRAWN, new.subject, body, role, context.happened(None))


def voided_between(context: Context, one: str, other: str) -> tuple[Entry, ...]:
    """The results of either record that count no more once both are one person's: the other says that their
    specimen was void after all (S2)."""
    entries: list[Entry] = []
    for mine, its in ((one, other), (other, one)):
        voided: dict[str, Test] = {}
        for seen in context.queries.person(its).facts.observations:
            voided |= _voided(context, mine, seen)
        entries += [_withdrawn(context, mine, name, seen, VOID, None) for name, seen in voided.items()]
    return tuple(entries)


def counts_again(
    context: Context, voided: Sequence[str], *, patient: str, other: str, moved: Collection[str]
) -> tuple[Entry, ...]:
    """The results, by their ids, that counted no more once `other` was a part of `patient`, now that the two
    are parted: each is recorded again where it was, unless what stays with it says the same. `moved`: what
    goes back to `other`."""
    entries: list[Entry] = []
    seen_there = [one for one in context.queries.patient(patient).observations if not one.withdrawn]
    for name in voided:
        found = context.queries.observation(name)
        assert found is not None  # the merge names it
        seen = OBSERVATION.validate_json(found[1])
        beside = [one.observation for one in seen_there if (one.id in moved) == (name in moved)]
        if seen in beside or any(_voids(void, seen, now=context.now) for void in beside):
            continue
        body = _body(context, seen, to_be_told=True, before=len(entries))
        given = next(
            (
                line.given
                for subject in (patient, other)
                for line in context.queries.entries_of(subject)
                if line.kind is Kind.OBSERVATION_RECORDED and line.body["id"] == name
            ),
            None,
        )
        entries.append(
            Entry(
                Kind.OBSERVATION_RECORDED,
                other if name in moved else patient,
                body,
                _may_observe(context, seen),
                _event_time(context, seen),
                None if given is None else load(Given, given),
            )
        )
    return tuple(entries)


def _may_observe(context: Context, observation: Observation) -> Role:
    clearance = isinstance(observation, Clearance)
    return context.role("record_clearance" if clearance else "record_observation")


def recorded(
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
    told = _to_be_told(context, known, observation)
    body = {**_body(context, observation, to_be_told=told, before=before), "replaces": replaces}
    return Entry(Kind.OBSERVATION_RECORDED, known.id, body, role, happened, given)


def _body(context: Context, observation: Observation, *, to_be_told: bool, before: int) -> dict[str, Any]:
    number = context.queries.next_number("observations") + before
    return {
        "number": number,
        "id": f"O-{number:05d}",
        "observation": json.loads(OBSERVATION.dump_json(observation)),
        "to_be_told": to_be_told,
        "replaces": None,
    }


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
    known = context.queries.person(patient).facts
    new = recorded(context, known, observation, given, replaces=observation_id, before=before)
    return [
        _withdrawn(context, patient, observation_id, wrong, reason, None),
        *void_since(context, new, observation, _without(known, wrong).observations),
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
