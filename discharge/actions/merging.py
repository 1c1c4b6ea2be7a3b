"""One person, one record: two records of one person are made one, and parted again by a new fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from discharge.actions.context import Context, dump, wanted
from discharge.actions.infections import counts_again, voided_between
from discharge.actions.left_behind import Tasks
from discharge.actions.patients import amend_patient
from discharge.model.errors import NotAllowed, UserError
from discharge.model.merging import merged
from discharge.model.patient_record import LeaveReason, PatientDetails
from discharge.model.people import Role
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.store.ask.facts import Person
from discharge.store.journal import Entry, Kind


def merge_patients(
    context: Context,
    *,
    patient: str,
    other: str,
    take: Mapping[str, str],
    reason: str,
    withdraw: Sequence[str] = (),
    at: datetime | None = None,
) -> list[Entry]:
    """Makes the record `other` a part of `patient`: everything kept there follows.

    Observations, attestations, settings left out, placements, and those who stay together with them follow;
    of the fields those in `take` (see `discharge.model.merging`) become the other's. `withdraw` names
    placements to give up: one person goes to one place. A result whose specimen the other record has as void
    counts no more (S2). Refused: one of them merged already, somebody off the
    list who would take in somebody on it, two placements under way, two beds kept.
    """
    role = context.role("merge_patients")
    queries = context.queries
    stays, goes = queries.person(patient), queries.person(other)
    _may_merge(patient, stays, other, goes)
    happened, why = context.happened(at), wanted(reason, what="The reason")
    entries = _given_up(context, patient, other, withdraw, role, happened)
    voided = voided_between(context, patient, other)
    entries += voided
    details = merged(stays.details, goes.details, take)
    if details.together_with in (patient, other):
        details = details.model_copy(update={"together_with": None})
    before, after = dump(stays.details), dump(details)
    changed = sorted(name for name in after if after[name] != before[name])
    follows = queries.follows(other, into=patient)
    theirs, here = (queries.kept_beds(patient=name) for name in (other, patient))
    if theirs and here:
        raise NotAllowed(
            "A bed is kept for each of the two, and one person has one room.",
            "Record which of them isn't kept any more.",
        )
    body = {
        "patient": other,
        "details": after,
        "changed": changed,
        "before": {name: before[name] for name in changed},
        "observations": list(follows.observations),
        "attestations": list(follows.attestations),
        "exclusions": list(follows.exclusions),
        "placements": list(follows.placements),
        "companions": list(follows.companions),
        "happenings": list(follows.happenings),
        "follow_tasks": list(follows.tasks),
        "news": list(follows.news),
        "reviews": list(follows.reviews),
        "assessments": list(follows.assessments),
        "voided": [each.body["id"] for each in voided],
        # of two, one that they came back into since is kept no more
        "kept_bed": "" if follows.kept_bed_there and not theirs else follows.kept_bed,
        "was": {"reason": goes.left_reason, "note": queries.left_note(other)},
        "to_be_told": _hears_of_more(follows.observations, follows.placements, stays),
        "reason": why,
    }
    entries.append(Entry(Kind.PATIENTS_MERGED, patient, body, role, happened))
    for companion in follows.companions:
        entries += _goes_with(context, companion, patient)
    return entries


def _hears_of_more(observations: Sequence[str], placements: Sequence[str], other: Person) -> bool:
    """Whether a home was told of one record's results alone, where both are one person's; or of both, where
    they are two: by the observations that go from one to the other, or the placements that leave others."""
    return bool(observations or (placements and other.facts.observations))


def _may_merge(patient: str, stays: Person, other: str, goes: Person) -> None:
    if patient == other:
        raise UserError("These are one record already.", "Choose two.")
    for name, one in ((patient, stays), (other, goes)):
        if one.left_reason == LeaveReason.MERGED.value:
            raise NotAllowed(f"{name} is a part of another record.", "Choose that one.")
    if stays.left_reason is not None and goes.left_reason is None:
        raise NotAllowed(
            f"{patient} has left the list, and {other} is on it.",
            f"Let {other} be the record that stays, or take {patient} back first.",
        )


def _given_up(
    context: Context,
    patient: str,
    other: str,
    withdraw: Sequence[str],
    role: Role,
    happened: datetime,
) -> list[Entry]:
    active = [placed for name in (patient, other) for placed in context.queries.active_of(name)]
    unknown = sorted(set(withdraw) - {placed.id for placed in active})
    if unknown:
        raise UserError(f"{unknown[0]} is no placement under way of the two.", "Choose one that is.")
    tasks, entries = Tasks(context), []
    for placed in active:
        if placed.id not in withdraw:
            continue
        if placed.state not in BEFORE_DEPARTED:
            raise NotAllowed(f"They have left hospital by placement {placed.id}.", "Withdraw the other one.")
        body = {
            "patient": placed.patient,
            "state": PlacementState.WITHDRAWN.value,
            "stay": 0,
            "setting": placed.current.view.setting,
            "reason": "two records of one person",
            "tasks": tasks.of(placed),
        }
        entries.append(Entry(Kind.PLACEMENT_WITHDRAWN, placed.id, body, role, happened))
    left = [placed.id for placed in active if placed.id not in withdraw]
    if len(left) > 1:
        raise NotAllowed(
            f"Placements {' and '.join(left)} are both under way, and one person goes to one place.",
            "Say which is withdrawn.",
        )
    return entries


def _goes_with(context: Context, companion: str, person: str) -> list[Entry]:
    return amend_patient(
        context,
        patient=companion,
        changes={"together_with": person},
        reason="two records of one person",
        as_named=True,
    )


def known_as(
    context: Context,
    *,
    patient: str,
    called: PatientDetails,
    apart: frozenset[str] = frozenset(),
    forgotten: bool = False,
) -> list[Entry]:
    """Records that a list means this person by that name, birth and hospital, and none of `apart`: the next
    list isn't asked about. `forgotten`: it is to be asked again."""
    role = context.role("known_as")
    context.queries.person(patient)
    said = dump(called)
    body = {
        **{name: said[name] for name in ("name", "born", "born_words", "hospital")},
        "apart": sorted(apart),
        "forgotten": forgotten,
    }
    return [Entry(Kind.KNOWN_AS, patient, body, role, context.now)]


def part_patients(
    context: Context, *, patient: str, other: str, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Parts the record `other` from `patient` again: what came with it goes back, corrected or not, and a
    result counts again that counted no more for what the other record says of its specimen.

    What was recorded since stays with `patient`, and so does every field that was amended since; the others
    are as they were.
    """
    role = context.role("part_patients")
    queries = context.queries
    person = queries.person(patient)
    made = queries.merge_of(other, into=patient)
    if made is None or queries.survivor(other) != queries.survivor(patient) or other == patient:
        raise UserError(f"{other} is no part of {patient}.", "See the record's history.")
    if person.left_reason == LeaveReason.MERGED.value:
        raise NotAllowed(f"{patient} is itself a part of another record.", "Part that first.")
    happened, why = context.happened(at), wanted(reason, what="The reason")
    now = dump(person.details)
    back = {name: made["before"][name] for name in made["changed"] if now[name] == made["details"][name]}
    details = PatientDetails.model_validate({**now, **back}, by_alias=True, by_name=True)
    body = {
        "patient": other,
        "details": dump(details),
        "changed": sorted(back),
        "observations": queries.with_corrections(made["observations"]),
        "attestations": made["attestations"],
        "exclusions": made["exclusions"],
        "placements": made["placements"],
        "happenings": made.get("happenings", []),
        "follow_tasks": made.get("follow_tasks", []),
        "news": made.get("news", []),
        "reviews": made.get("reviews", []),
        "assessments": made.get("assessments", []),
        "kept_bed": made["kept_bed"] if queries.kept_bed_of(patient) == made["kept_bed"] else "",
        "was": made["was"],
        "to_be_told": _hears_of_more(made["observations"], made["placements"], person),
        "reason": why,
    }
    entries = [Entry(Kind.PATIENTS_PARTED, patient, body, role, happened)]
    moved, voided = body["observations"], made.get("voided", [])
    entries += counts_again(context, voided, patient=patient, other=other, moved=moved)
    for companion in made["companions"]:
        if queries.patient_details(companion).together_with == patient:
            entries += _goes_with(context, companion, other)
    return entries
