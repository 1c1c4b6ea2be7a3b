"""What stood before an entry stands again, where nothing was recorded over it since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from discharge.actions.context import Context
from discharge.actions.patients import leave
from discharge.actions.taking_back import registers_otherwise
from discharge.model.errors import NotAllowed
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role
from discharge.store.journal import Entry, Kind, Line

OF_BEDS = (Kind.UNIT_ADDED, Kind.UNIT_AMENDED, Kind.BEDS_SET)
"""What an import records of units and beds."""
_ON_BEDS = (
    *OF_BEDS, Kind.BEDS_REMOVED, Kind.BEDS_TAKEN_BACK, Kind.BED_KEPT, Kind.UNIT_DESIGNATED,
    Kind.DESIGNATION_ENDED, Kind.SETTINGS_JOINED, Kind.SETTINGS_PARTED,
)  # fmt: skip
"""What depends on the units and beds that a setting has, or changes them."""


def fields_as_before(
    before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any], *, of: str, since: str = ""
) -> dict[str, Any]:
    """The fields of a record that differ between `before` and `after`, as they were before.

    `NotAllowed` where one was written over since; `of` and `since` name the record and what came before.
    """
    changed = [name for name in after if after[name] != before.get(name)]
    over = [name for name in changed if now.get(name) not in (after[name], before.get(name))]
    if over:
        raise NotAllowed(
            f"{over[0].replace('_', ' ').capitalize()} of {of} was changed since{since}.",
            "Set right by hand what is wrong of it.",
        )
    # a field that records didn't have then stays
    return {name: before[name] for name in changed if name in before}


def beds_as_before(
    context: Context,
    setting: str,
    seq: int,
    *,
    role: Role,
    reason: str,
    own: Collection[str],
    since: str = "",
    what: Mapping[str, Any] | None = None,
) -> Entry:
    """The setting's units and beds as they were before the entry of that number: all that the entries `own`
    changed there is undone. `what` is said of them in the entry.

    `NotAllowed` where units or beds were recorded by others since, or somebody has a bed that would go.
    """
    before = context.queries.beds_before(setting, seq)
    name = context.queries.setting_details(setting).name
    later = _still_said([line for line in before.since if line.id not in own])
    if any(line.kind in _ON_BEDS or line.body.get("groups") or registers_otherwise(line) for line in later):
        raise NotAllowed(
            f"Units or beds of {name} were recorded again since{since}.",
            "Set right by hand what is wrong of it.",
        )
    kept = {(row["unit"], row["id"]) for row in before.rows["beds"]}
    for hold in context.queries.holds_in(setting):
        if hold.placement is not None and (hold.unit, hold.beds) not in kept:
            raise NotAllowed(
                f"Placement {hold.placement} holds a bed of {name} that came in with it.",
                "Withdraw that one first.",
            )
    body = {**before.rows, "bed_doubts": before.bed_doubts, "reason": reason, **(what or {})}
    return Entry(Kind.BEDS_TAKEN_BACK, setting, body, role, context.now)


def _still_said(lines: Sequence[Line]) -> list[Line]:
    """The lines without the capacity returns among them that were taken back, and without that taking back:
    the beds are as if neither had been."""
    ids = {line.id for line in lines}
    undone = {line.body["entry"] for line in lines if line.kind is Kind.CAPACITY_TAKEN_BACK} & ids
    return [
        line
        for line in lines
        if line.id not in undone
        and not (line.kind is Kind.CAPACITY_TAKEN_BACK and line.body["entry"] in undone)
    ]


def off_the_list(context: Context, patient: str, reason: str) -> Sequence[Entry]:
    """Whoever came on the list by mistake leaves it; `NotAllowed` where they have a placement."""
    active = context.queries.active_of(patient)
    if active:
        raise NotAllowed(f"{patient} has the placement {active[0].id} now.", "Withdraw that one first.")
    return leave(context, patient=patient, reason=LeaveReason.ENTERED_BY_MISTAKE, note=reason)


def standing_as_before(
    context: Context, line: Line, *, role: Role, reason: str, own: Collection[str] = ()
) -> Entry:
    """Admissions, the place in the register, an outbreak or a kept bed as they stood before this entry, and
    those of the same `own` that came after it.

    `NotAllowed` where something was recorded of the same since.
    """
    before = context.queries.standing_before(line, own)
    followed(context, before.since)
    if not before.is_untouched:
        raise NotAllowed("What it recorded was changed since.", "Record what is right now.")
    if before.of == "kept_bed" and before.was is not None:
        for other in context.queries.kept_beds(patient=before.key):
            if other.setting != line.subject:
                raise NotAllowed(
                    f"Bed {other.beds} of {other.setting_name} is kept for them now.",
                    "Release that one first.",
                )
    body = {
        "of": before.of,
        "key": before.key,
        "was": before.was,
        "entry": line.id,
        "kind": line.kind.value,
        "reason": reason,
    }
    return Entry(Kind.STANDING_TAKEN_BACK, line.subject, body, role, context.now)


def followed(context: Context, since: Sequence[Line]) -> None:
    """`NotAllowed` where something was recorded since, in a sentence that says what."""
    if since:
        raise NotAllowed(
            f"It has gone on since: {context.queries.sentence_of(since[-1])}", "Record what is right now."
        )


__all__ = ["OF_BEDS", "beds_as_before", "fields_as_before", "followed", "off_the_list", "standing_as_before"]
