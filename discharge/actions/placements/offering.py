"""The setting is told, and answers: the offer, its acceptance, its decline, no answer."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.context import Context
from discharge.actions.left_behind import Tasks
from discharge.actions.placements.standing import (
    OFFERED,
    given_up,
    must_be_told,
    must_follow,
    must_know_the_newest,
    must_stand,
    stay_to_come,
)
from discharge.actions.watch import stop_if_blocked
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given, How
from discharge.model.placement import DeclineReason, PlacementState
from discharge.model.same_person import same_name
from discharge.model.shown.placements import StayView
from discharge.store.journal import Entry, Kind


def tell(
    context: Context,
    *,
    placement: str,
    given: Given,
    result: str | None = None,
    assessor: str = "",
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records that the setting was told what the record says, and the needs (C5): the offer, its clock runs.

    What was told is never typed: it is `Queries.to_tell`, kept with the observations that it rests on.
    `result` are the words that were shown and confirmed; refused where the record says otherwise by now.
    `given` is who was told and by which means; `assessor` the trusted assessor, where one assessed. A
    setting that was told before something newer came is told again by it, and has to accept again.
    """
    role = context.role("tell")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.APPROVED, *OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = stay_to_come(placed, stay)
    if placed.stays[at_stay].view.told_at is None:  # whoever was told once is always told what is new
        stop_if_blocked(context, placed, stay=at_stay)
    setting = placed.stays[at_stay].view.setting
    same = [
        position
        for position, one in enumerate(placed.stays)
        if position >= at_stay and one.holds and one.view.setting == setting
    ]
    first = at_stay == 0 and placed.state is PlacementState.APPROVED
    known = context.queries.to_tell(placed.patient)
    if result is not None and result.strip() != known.says:
        raise NotAllowed(
            f"The record says: {known.says} What is told is what the record says.",
            "Read it again, and tell the setting that.",
            "C5",
        )
    happened = context.happened(at)
    before = placed.stays[at_stay].view
    must_follow(happened, placed.since if first else before.told_at, "the step before it")
    must_follow(happened, known.since, "the newest of it was known")
    body = {
        "patient": placed.patient,
        "setting": setting,
        "stays": same,
        "state": PlacementState.TOLD.value if first else None,
        "result": known.says,
        "observations": list(known.observations),
        "asks_again": before.told_again,
        "assessor": assessor.strip(),
    }
    return [Entry(Kind.PLACEMENT_TOLD, placed.id, body, role, happened, given)]


def accept(
    context: Context,
    *,
    placement: str,
    given: Given,
    note: str = "",
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records the registered manager's word that the person may come (A2), in person or by phone.

    It is nobody's of the hub: a name that one of its people has is asked about; of a home that signs, that
    was when its key was taken in.
    """
    role = context.role("accept")
    if given.how is not How.FILE:
        _ask_about_the_hubs_own(context, given)
    placed = context.queries.placed(placement)
    must_know_the_newest(context, placed)
    must_stand(placed, *OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = stay_to_come(placed, stay)
    one = placed.stays[at_stay]
    must_be_told(context, placed, at_stay)
    if one.view.accepted_at is not None:
        raise UserError(f"{one.view.setting_name} has accepted already.", "Nothing needs to be done.")
    happened = context.happened(at)
    must_follow(happened, one.view.told_at, "the setting was told")
    stop_if_blocked(context, placed, stay=at_stay)
    same = [
        position
        for position, other in enumerate(placed.stays)
        if position >= at_stay and other.holds and other.view.setting == one.view.setting
    ]
    body = {
        "patient": placed.patient,
        "setting": one.view.setting,
        "stays": same,
        "state": _accepted(one.view).value if at_stay == 0 else None,
        "note": note.strip(),
    }
    return [Entry(Kind.PLACEMENT_ACCEPTED, placed.id, body, role, happened, given)]


def _ask_about_the_hubs_own(context: Context, given: Given) -> None:
    for user in context.queries.people():
        if user.id != context.by.id and same_name(user.name, given.name):
            context.ask(
                f"own:{user.id}",
                f"{user.name} is one of this hub's people; admission is the registered manager's to decide.",
                "Say whose word it was; or say why that is somebody of the same name.",
            )


def _accepted(stay: StayView) -> PlacementState:
    """Where an acceptance brings a placement: where it was asked again the transport is booked already."""
    return PlacementState.ACCEPTED if stay.transport is None else PlacementState.BOOKED


def decline(
    context: Context,
    *,
    placement: str,
    code: DeclineReason,
    given: Given,
    note: str = "",
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records that the setting declined, and why: it isn't offered this person again until its capacity
    return changes (A3), and the person waits again. A decline of the second stay leaves the first.

    Also before it was told, as by the family or the ward: a no is a no (A5)."""
    role = context.role("decline")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.APPROVED, *OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = stay_to_come(placed, stay)
    one = placed.stays[at_stay].view
    happened = context.happened(at)
    must_follow(happened, one.told_at or placed.proposed_at, "the setting was told or could know of it")
    body = {
        **given_up(placed, at_stay, PlacementState.DECLINED),
        "code": DeclineReason(code).value,
        "note": note.strip(),
        "reason": DeclineReason(code).words,
        "tasks": Tasks(context).of(placed, from_stay=at_stay, tell=False),
    }
    return [Entry(Kind.PLACEMENT_DECLINED, placed.id, body, role, happened, given)]


def no_answer(
    context: Context, *, placement: str, note: str = "", stay: int | None = None, at: datetime | None = None
) -> list[Entry]:
    """Gives up waiting for a setting's answer: the person waits again; the setting may be asked again."""
    role = context.role("no_answer")
    placed = context.queries.placed(placement)
    must_stand(placed, *OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = stay_to_come(placed, stay)
    one = placed.stays[at_stay].view
    if one.told_at is None:
        raise NotAllowed(f"{one.setting_name} hasn't been asked yet.", "Tell it first.", "C5")
    if one.accepted_at is not None:
        raise NotAllowed(f"{one.setting_name} has accepted.", "Withdraw the placement if it is off.")
    body = {
        **given_up(placed, at_stay, PlacementState.UNANSWERED),
        "note": note.strip(),
        "reason": "",
        "tasks": Tasks(context).of(placed, from_stay=at_stay, tell=False),
    }
    happened = context.happened(at)
    must_follow(happened, one.told_at, "the setting was told")
    return [Entry(Kind.PLACEMENT_UNANSWERED, placed.id, body, role, happened)]


__all__ = ["accept", "decline", "no_answer", "tell"]
