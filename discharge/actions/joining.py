"""Two settings that are one home: a home taken over stands in the register under a new number."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.context import Context, dump, wanted
from discharge.actions.patients import amend_patient, exclude_setting
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given
from discharge.store.journal import Entry, Kind

_REGISTRATION = ("cqc_id", "provider", "registered_manager", "registered_beds", "rating", "ods_code")
"""What a new registration says anew."""


def join_settings(
    context: Context,
    *,
    setting: str,
    other: str,
    reason: str,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Makes two settings one: the one that has beds, returns or placements on record stays, with its id; the
    registration of the one that came later counts. Whoever names the other, as their home or a wish, or has
    it ruled out, names the one that stays. Both ids can be found; `part_settings` parts them again.

    Refused: where both have beds, returns or placements on record, or one is a part of another already.
    """
    role = context.role("join_settings")
    if setting == other:
        raise UserError("That is the same setting.", "Choose the other one.")
    why = wanted(reason, what="The reason")
    queries = context.queries
    one, two = queries.joining(setting), queries.joining(other)
    for name, each in ((setting, one), (other, two)):
        if each.into is not None:
            raise NotAllowed(f"{name} is one with {each.into} already.", "Part them first.")
    if two.has and one.has:
        raise NotAllowed(
            f"Both have {' and '.join(two.has)} on record.", "Move what one of them has to the other first."
        )
    stays, goes = (
        (other, setting) if two.has or (not one.has and two.number < one.number) else (setting, other)
    )
    gone = two if goes == other else one
    kept, given_up = queries.setting_details(stays), queries.setting_details(goes)
    newer = given_up if gone.number > queries.joining(stays).number else kept
    said = {name: getattr(newer, name) or getattr(kept, name) for name in _REGISTRATION}
    happened = context.happened(at)
    body = {
        "setting": goes,
        "details": dump(kept.model_copy(update=said)),
        "before": {name: dump(kept)[name] for name in _REGISTRATION},
        "closed": f"It is one with {kept.name} ({stays}).",
        "closed_before": gone.closed_reason,
        "reason": why,
    }
    entries = [Entry(Kind.SETTINGS_JOINED, stays, body, role, happened, given)]
    if gone.people or gone.excluded_by:
        context.role("amend_patient")
    for patient in gone.people:
        details = queries.patient_details(patient)
        preferred = dict.fromkeys(stays if each == goes else each for each in details.preferred)
        changes: dict[str, object] = {"preferred": list(preferred)}
        if details.usual_setting == goes:
            changes["usual_setting"] = stays
        entries += amend_patient(context, patient=patient, changes=changes, reason=why)
    for patient in gone.excluded_by:
        if stays not in queries.excluded(patient):
            entries += exclude_setting(context, patient=patient, setting=stays, reason=why)
    return entries


def part_settings(
    context: Context, *, setting: str, other: str, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Parts two settings that were made one: each has its registration again. People stay where they are."""
    role = context.role("part_settings")
    why = wanted(reason, what="The reason")
    queries = context.queries
    if queries.joining(other).into != setting:
        raise UserError(f"{other} isn't a part of {setting}.", "Nothing needs to be done.")
    joined = queries.joined_by(setting, other)
    details = queries.setting_details(setting)
    before = details.model_copy(update=joined["before"])
    body = {
        "setting": other,
        "details": dump(before),
        "cqc_id": queries.setting_details(other).cqc_id,
        "closed_before": joined["closed_before"],
        "reason": why,
    }
    return [Entry(Kind.SETTINGS_PARTED, setting, body, role, context.happened(at))]


__all__ = ["join_settings", "part_settings"]
