"""An LA lead's decision on a proposed placement: approved, or returned with a reason (A1, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from discharge.actions.context import Context, wanted
from discharge.actions.judging import assess
from discharge.actions.placements.standing import must_follow, must_stand, named, refuse
from discharge.actions.watch import stop_if_blocked
from discharge.model.approving import Principle
from discharge.model.errors import NotAllowed
from discharge.model.placement import PlacementState, StayChoice
from discharge.store.ask.placed import Placed
from discharge.store.journal import Entry, Kind


def approve(
    context: Context,
    *,
    placement: str,
    note: str = "",
    principle: Principle | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Approves a placement: an LA lead who isn't its proposer (A1), within their limit (A4).

    Held against the hub as it is now; whatever has changed and forbids it stops it here. `principle`: what
    the decision rests on where it was a matter of judgement.
    """
    role = context.role("approve")
    queries = context.queries
    placed = queries.placed(placement)
    must_stand(placed, PlacementState.PROPOSED)
    happened = context.happened(at)
    must_follow(happened, placed.since, "it was proposed")
    if placed.proposed_by == context.by.id:
        raise NotAllowed(
            "Whoever proposes a placement can't approve it.",
            "Another LA lead has to decide on this one.",
            "A1",
        )
    _within_limits(context, placed)
    stop_if_blocked(context, placed)
    choices = {
        placed.patient: tuple(
            StayChoice(
                setting=stay.view.setting,
                unit=stay.view.unit,
                beds=stay.view.beds,
                start=stay.view.start,
                end=stay.view.end,
            )
            for stay in placed.stays
        )
    }
    found = assess(queries, choices=choices, without=[placed.id], proposed=False)
    refuse(found)
    assert found.plan is not None  # without breaches there is one
    now = next(one for one in found.plan.placements if one.patient == placed.patient)
    body = {
        "patient": placed.patient, "note": note.strip(), "conditions": list(now.conditions),
        "principle": named(principle),
    }  # fmt: skip
    return [Entry(Kind.PLACEMENT_APPROVED, placed.id, body, role, happened)]


def _within_limits(context: Context, placed: Placed) -> None:
    rules = context.queries.hub().approval_rules
    if not rules:
        return
    fee = context.queries.weekly_fee(placed)
    if any(rule.covers(on=context.queries.today, user=context.by.id, weekly_fee=fee) for rule in rules):
        return
    said = "isn't known" if fee is None else f"is £{fee:,.0f}"
    raise NotAllowed(
        f"The weekly fee {said}: no approval rule in force lets {context.by.name} approve that.",
        "Somebody whose limit covers it has to decide, or the rules have to be changed.",
        "A4",
    )


def return_(
    context: Context,
    *,
    placement: str,
    reason: str,
    principle: Principle | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Returns a placement to the coordinators with a reason: the person waits again. LA leads only.

    `principle`: what the decision rests on where it was a matter of judgement.
    """
    role = context.role("return_")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.PROPOSED)
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


__all__ = ["approve", "return_", "return_together"]
