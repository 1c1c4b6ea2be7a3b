"""An LA lead's decision on a proposed placement: approved, or returned with a reason (A1, A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from discharge.actions.assessing import assess
from discharge.actions.context import AHEAD, Context, wanted
from discharge.actions.placements.standing import must_follow, must_stand, named, refuse
from discharge.actions.watch import stop_if_blocked
from discharge.model.approving import Principle
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role
from discharge.model.placement import PlacementState, StayChoice
from discharge.rules.approving import against, of_another
from discharge.store.ask.placed import Placed
from discharge.store.journal import Entry, Kind


def approve(
    context: Context,
    *,
    placement: str,
    note: str = "",
    principle: Principle | None = None,
) -> list[Entry]:
    """Approves a placement, now: an LA lead who isn't its proposer (A1), of the person's authority where they
    have any (A6), within their limit (A4).

    Held against the hub as it is now; whatever has changed and forbids it stops it here. `principle`: what
    the decision rests on where it was a matter of judgement. An approval has no time but its recording.
    """
    context.role("approve")
    return approve_together(context, placements=[placement], note=note, principle=principle)


def approve_together(
    context: Context,
    *,
    placements: Sequence[str],
    note: str = "",
    principle: Principle | None = None,
    sitting: Mapping[str, Any] | None = None,
) -> list[Entry]:
    """Approves several that are decided on together, as companions are (N7): all of them, or none.

    Each is a decision of its own, held to what `approve` says; they are judged as they stand together.
    `sitting`, where these are some of many that were gone through in one go: its id, how many were `chosen`,
    and who was `left_out` by which rule; each entry keeps it, so that the receipt can be read again.
    """
    if not placements:
        raise UserError("No placement was chosen.", "Choose at least one.")
    deciding = [_to_decide(context, placement) for placement in dict.fromkeys(placements)]
    choices = {each.placed.patient: _stays(each.placed) for each in deciding}
    found = assess(context.queries, choices=choices, without=placements, proposed=False)
    refuse(found)
    assert found.plan is not None  # without breaches there is one
    now = {one.patient: one for one in found.plan.placements}
    entries: list[Entry] = []
    for each in deciding:
        patient = each.placed.patient
        body = {
            "patient": patient, "note": note.strip(),
            "conditions": list(now[patient].conditions), "principle": named(principle),
            **({"judged_fee": each.weekly_fee} if each.is_limited else {}),
            **({"marked": [each.mark]} if each.mark else {}),
            **({"sitting": {**sitting, "fee": each.weekly_fee}} if sitting is not None else {}),
        }  # fmt: skip
        entries += each.own.marked([Entry(Kind.PLACEMENT_APPROVED, each.placed.id, body, each.role)])
    return entries


@dataclass(frozen=True, slots=True)
class _ToDecide:
    """A placement that may be approved, the context in which its own questions are asked, and as what."""

    own: Context
    role: Role
    placed: Placed
    mark: str
    """What is marked on the approval (A1); empty where nothing is."""
    weekly_fee: float | None
    """The weekly fee that their limit was held against (A4); None: not known."""
    is_limited: bool
    """Whether the hub has approval rules, so that it was held against one."""


def _to_decide(context: Context, placement: str) -> _ToDecide:
    role, own = context.role("approve"), replace(context, heard={})
    placed = own.queries.placed(placement)
    must_stand(placed, PlacementState.PROPOSED)
    must_follow(own.now, placed.since, "it was proposed")
    must_follow(own.now + AHEAD, own.queries.last_recorded(), "the last entry of this hub")
    proposers = own.queries.accounts_of(user=placed.proposed_by, name=placed.proposed_by_name)
    fee, limit = own.queries.weekly_fee(placed), own.queries.approval_limit(own.by.id)
    found = against(
        user=own.by,
        proposers=proposers,
        authority=own.queries.patient_details(placed.patient).local_authority,
        weekly_fee=fee,
        limit=limit,
    )
    if found is not None:
        raise NotAllowed(found.sentence, found.mend, found.rule)
    stop_if_blocked(own, placed)
    return _ToDecide(
        own, role, placed, own.queries.let_in(user=own.by.id, others=proposers), fee, limit.has_rules
    )


def _stays(placed: Placed) -> tuple[StayChoice, ...]:
    return tuple(
        StayChoice(
            setting=stay.view.setting,
            unit=stay.view.unit,
            beds=stay.view.beds,
            start=stay.view.start,
            end=stay.view.end,
        )
        for stay in placed.stays
    )


def return_(
    context: Context,
    *,
    placement: str,
    reason: str,
    principle: Principle | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Returns a placement to the coordinators with a reason: the person waits again. LA leads only, of the
    person's authority where they have any (A6).

    `principle`: what the decision rests on where it was a matter of judgement.
    """
    role = context.role("return_")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.PROPOSED)
    found = of_another(context.by, context.queries.patient_details(placed.patient).local_authority)
    if found is not None:
        raise NotAllowed(found.sentence, found.mend, found.rule)
    why = wanted(reason, what="The reason")
    body = {"patient": placed.patient, "reason": why, "principle": named(principle)}
    return [Entry(Kind.PLACEMENT_RETURNED, placed.id, body, role, context.happened(at))]


def return_together(
    context: Context, *, placements: Sequence[str], reason: str, principle: Principle | None = None
) -> list[Entry]:
    """Returns several for one reason; or none."""
    return [
        entry
        for placement in placements
        for entry in return_(context, placement=placement, reason=reason, principle=principle)
    ]


__all__ = ["approve", "approve_together", "return_", "return_together"]
