"""Slips taken back by a new fact: the last step of a placement, the last capacity return of a setting.

The entry that was wrong stays on record, and so does the taking back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from discharge.actions.context import Context, wanted
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role
from discharge.model.placement import EndOutcome, PlacementState
from discharge.store.ask.own_entries import STEPS
from discharge.store.ask.placed import Placed
from discharge.store.ask.taking_back import LastReturn, LastStep
from discharge.store.journal import Entry, Kind, Line

_ANSWERS = (Kind.PLACEMENT_DECLINED, Kind.PLACEMENT_UNANSWERED)


def take_back_step(
    context: Context, *, placement: str, reason: str, step: str | None = None, at: datetime | None = None
) -> list[Entry]:
    """Takes back the last step of a placement: told, accepted, booked, departed, arrived, moved on, an
    onward place asked for, declined or no answer. Placement and stays are as they were before it.

    `step` is the id of the entry that is meant, where it must be that one. An arrival that ended the
    placement before it takes that ending back too. Refused: where a later fact depends on the step.
    """
    role = context.role("take_back_step")
    why = wanted(reason, what="The reason")
    placed, last = context.queries.placed(placement), context.queries.last_step(placement)
    if step is not None and last.line.id != step:
        raise NotAllowed(f"Placement {placed.id} has gone on since.", "See where it stands.")
    if last.line.kind not in STEPS:
        raise NotAllowed(
            f"The last that is on record can't be taken back: {_lower(last.said)}",
            "Withdraw the placement, or record how it ended.",
        )
    if context.queries.person(placed.patient).left_reason is not None:
        raise NotAllowed(f"{placed.patient} has left the list.", "Take them back on the list first.")
    for other in context.queries.active_of(placed.patient):
        if other.follows == placed.id:
            raise NotAllowed(f"Placement {other.id} goes on from this one.", "Withdraw that one first.")
    done = context.queries.tasks_done_of(last.line.seq)
    if done:
        raise NotAllowed(
            f"This has been done since: {_lower(done[0].sentence)}.",
            "Propose them again, and tell and book anew.",
        )
    if last.line.kind in _ANSWERS:
        _may_wait_again(context, placed, last)
    happened = context.happened(at)
    entries = [_taken_back(last, why, role, happened)]
    if last.line.kind is Kind.PLACEMENT_MOVED_ON:
        _bed_is_there(context, placed, 0, last)
    if last.line.kind is Kind.ONWARD_WANTED:
        _bed_is_there(context, placed, last.line.body["stay"], last)
    if last.line.kind is Kind.PLACEMENT_ARRIVED and placed.follows is not None:
        before = context.queries.last_step(placed.follows)
        body = before.line.body
        if before.line.kind is Kind.PLACEMENT_ENDED and body["outcome"] == EndOutcome.MOVED_ON.value:
            left = context.queries.placed(placed.follows)
            _bed_is_there(context, left, left.stay, before)
            entries.append(_taken_back(before, why, role, happened))
    return entries


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _taken_back(last: LastStep, reason: str, role: Role, happened: datetime) -> Entry:
    body: dict[str, Any] = {
        "patient": last.line.body["patient"],
        "setting": last.line.body.get("setting"),
        "entry": last.line.id,
        "seq": last.line.seq,
        "kind": last.line.kind.value,
        "reason": reason,
        "placement": last.placement,
        "stays": last.stays,
    }
    return Entry(Kind.PLACEMENT_STEP_TAKEN_BACK, last.line.subject, body, role, happened)


def _bed_is_there(context: Context, placed: Placed, at_stay: int, last: LastStep) -> None:
    """Refuses where somebody was proposed for that unit once its bed had become free by the step."""
    stay = placed.stays[at_stay].view
    for hold in context.queries.holds_in(stay.setting):
        if hold.placement is None or hold.unit != stay.unit or hold.patient == placed.patient:
            continue
        if context.queries.journal(subject=hold.placement, limit=10_000)[-1].seq > last.line.seq:
            raise NotAllowed(
                f"Placement {hold.placement} has been made for {stay.setting_name} since.",
                "See whose bed it is, and withdraw that one first.",
                "N10",
            )


def _may_wait_again(context: Context, placed: Placed, last: LastStep) -> None:
    """Refuses to bring back a placement that the person or the bed isn't there for any more."""
    queries = context.queries
    if last.line.body["stay"]:
        raise NotAllowed(
            "The second stay was given up, and an onward place is wanted.", "Propose them onward again."
        )
    before = None if placed.follows is None else queries.placed(placed.follows)
    for other in queries.active_of(placed.patient):
        if before is None or other.id != before.id:
            raise NotAllowed(
                f"{placed.patient} has the placement {other.id} now: {other.state.words}.",
                "Withdraw that one first.",
            )
    if before is not None and (before.state is not PlacementState.ARRIVED or before.next is not None):
        raise NotAllowed(
            f"Placement {before.id}, from which they were to go on, has gone on itself.",
            "Propose them again.",
        )
    for position, stay in enumerate(placed.stays):
        if stay.holds:
            _bed_is_there(context, placed, position, last)


# --- capacity --------------------------------------------------------------------------------------


def withdraw_return(
    context: Context, *, setting: str, reason: str, entry: str | None = None, at: datetime | None = None
) -> list[Entry]:
    """Takes back the capacity return, or "no change", that was recorded last: the one before speaks again.

    Beds, admissions and declines (A3) are as they were before it. `entry` is the id of the return that is
    meant, where it must be that one. Refused: where the beds or the admissions were changed by hand since.
    """
    role = context.role("withdraw_return")
    why = wanted(reason, what="The reason")
    details = context.queries.setting_details(setting)
    last = context.queries.last_return(setting)
    if last is None:
        raise UserError(f"{details.name} has no capacity return on record.", "Nothing needs to be done.")
    if entry is not None and last.line.id != entry:
        raise NotAllowed("Another capacity return was recorded since.", "See what it says.")
    standing = last.line.body["latest"]
    if standing:
        _nothing_since(context, setting, last)
    body = {
        "entry": last.line.id,
        "seq": last.line.seq,
        "kind": last.line.kind.value,
        "reported_at": last.line.body["report"]["reported_at"],
        "reason": why,
        "standing": last.standing if standing else None,
        "groups": last.groups if standing else [],
        "declines": sorted(last.declines),
    }
    return [Entry(Kind.CAPACITY_TAKEN_BACK, setting, body, role, context.happened(at))]


def _nothing_since(context: Context, setting: str, last: LastReturn) -> None:
    """Refuses where something was recorded since that was written upon what the return said."""
    changed = {(group["unit"], group["beds"]) for group in last.groups}
    anew = "Set the beds right, or record a new return."
    for line in last.since:
        if line.kind is Kind.ADMISSIONS_OPENED:
            raise NotAllowed(
                "Admissions were opened since that return.", "Close them first, or record a new return."
            )
        if line.kind in (Kind.SETTINGS_JOINED, Kind.SETTINGS_PARTED):
            raise NotAllowed("Two homes were made one, or parted, since that return.", "Record a new return.")
        if line.kind is Kind.BEDS_TAKEN_BACK and changed:
            raise NotAllowed("A change of units or beds was taken back since that return.", anew)
        if changed and registers_otherwise(line):
            raise NotAllowed("The number of registered beds was changed since that return.", anew)
        if both := sorted(changed & _groups_changed_by(line)):
            raise NotAllowed(f"Beds {both[0][1]} were changed since that return.", anew)
    for hold in context.queries.holds_in(setting):
        if hold.placement is not None and hold.patient in last.declines.values():
            raise NotAllowed(
                f"{hold.patient}, once declined, was proposed again because of that return.",
                f"Withdraw {hold.placement} first, or record a new return.",
                "A3",
            )


def registers_otherwise(line: Line) -> bool:
    """Whether an entry changed how many beds a setting is registered for, and so how many can be free."""
    return line.kind is Kind.SETTING_AMENDED and "registered_beds" in line.body["changed"]


def _groups_changed_by(line: Line) -> set[tuple[str, str]]:
    """The groups of beds that an entry by hand or file changed, or took something from."""
    if line.kind not in (Kind.BEDS_SET, Kind.BEDS_REMOVED, Kind.UNIT_ADDED, Kind.SETTING_AMENDED):
        return set()
    found = {(each["unit"], each["beds"]) for each in line.body.get("groups", ())}
    if line.kind in (Kind.BEDS_SET, Kind.BEDS_REMOVED):
        beds = line.body["beds"]
        found.add((line.body["unit"], beds if isinstance(beds, str) else beds["id"]))
    return found


__all__ = ["registers_otherwise", "take_back_step", "withdraw_return"]
