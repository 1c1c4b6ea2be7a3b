"""On the way: transport booked, departed, arrived, moved on."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.context import Context, dump
from discharge.actions.left_behind import Tasks
from discharge.actions.placements.happened import noted_arrival
from discharge.actions.placements.over import ended
from discharge.actions.placements.standing import (
    must_be_released,
    must_be_told,
    must_follow,
    must_know_the_newest,
    must_stand,
    stay_to_come,
)
from discharge.actions.watch import stop_if_blocked
from discharge.model.errors import NotAllowed
from discharge.model.london import london_date
from discharge.model.placement import ACTIVE, EndOutcome, PlacementState, Transport
from discharge.rules import transport as journeys
from discharge.store.ask.placed import Placed
from discharge.store.ask.sentences import shown_day
from discharge.store.journal import Entry, Kind


def book(
    context: Context,
    *,
    placement: str,
    transport: Transport,
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records the booked transport: mode, what the crew wears, when. Booking again replaces it."""
    role = context.role("book")
    placed = context.queries.placed(placement)
    must_know_the_newest(context, placed)
    must_stand(
        placed,
        PlacementState.ACCEPTED,
        PlacementState.BOOKED,
        PlacementState.DEPARTED,
        PlacementState.ARRIVED,
    )
    at_stay = stay_to_come(placed, stay)
    one = placed.stays[at_stay].view
    if one.accepted_at is None:
        raise NotAllowed(f"{one.setting_name} hasn't accepted yet.", "Record its answer first.", "A2")
    if london_date(transport.at) < one.start:
        raise NotAllowed(
            f"The bed at {one.setting_name} is held from {shown_day(one.start)} on.",
            "Book for that day or later.",
            "N10",
        )
    stop_if_blocked(context, placed, stay=at_stay)
    _must_be_safe(context, placed, transport)
    body = {
        "patient": placed.patient,
        "setting": one.setting,
        "stay": at_stay,
        "state": PlacementState.BOOKED.value if at_stay == 0 else None,
        "transport": dump(transport),
        "tasks": Tasks(context).instead(placed, at_stay, transport),
    }
    happened = context.happened(at)
    must_follow(happened, one.accepted_at, "the setting accepted")
    return [Entry(Kind.PLACEMENT_BOOKED, placed.id, body, role, happened)]


def _must_be_safe(context: Context, placed: Placed, booked: Transport) -> None:
    """Refuses a mode, or less protection than their infection asks; asks about what a person has to decide
    (the journeys of the rule set, a local setting).
    """
    asked = context.queries.journey_asks(placed.patient, london_date(booked.at))
    for sentence in journeys.refused(asked, booked.mode, booked.ppe):
        raise NotAllowed(sentence, "Choose another way, or more protection.", journeys.RULE)
    if unfit := journeys.unfit(booked.mode, booked.travels):
        key = f"journey:{placed.id}:{booked.mode}:{booked.travels}"
        context.ask(key, unfit, "Choose another way; or say why.")
    question = journeys.questioned(asked, booked.mode)
    if question:
        context.ask(f"journey:{placed.id}:{booked.mode}", question, "Choose another way; or say why.")


def depart(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """Records that the person left for the setting.

    Stopped where the setting hasn't been told the newest result (C5), without a clinician's release where it
    was planned past an isolation (C4), by whatever now speaks against the placement, or before the bed is
    held.
    """
    role = context.role("depart")
    placed = context.queries.placed(placement)
    must_know_the_newest(context, placed)
    must_stand(placed, PlacementState.BOOKED)
    must_be_told(context, placed, 0)
    must_be_released(context, placed, 0)
    stop_if_blocked(context, placed, journey=True)
    happened = context.happened(at)
    stay = placed.stays[0].view
    must_follow(happened, stay.accepted_at, "the setting accepted")
    left = london_date(happened)
    if left < stay.start:
        raise NotAllowed(
            f"The bed at {stay.setting_name} is held from {shown_day(stay.start)} on.",
            "Wait for that day, or withdraw it and plan again.",
            "N10",
        )
    if placed.follows is not None:
        before = context.queries.placed(placed.follows)
        if before.state is not PlacementState.ARRIVED:
            raise NotAllowed(
                f"Placement {before.id}, from which they go on, is {before.state.words}.", "See to it first."
            )
    body = {"patient": placed.patient, "setting": stay.setting, "start": left.isoformat()}
    return [Entry(Kind.PLACEMENT_DEPARTED, placed.id, body, role, happened)]


def arrive(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """Records the arrival, whatever speaks against it by now: that is marked, and gone after (A5).

    A placement from which the person goes on by this one ends with it.
    """
    role = context.role("arrive")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.DEPARTED)
    happened = context.happened(at)
    stay = placed.stays[0].view
    must_follow(happened, stay.departed_at, "they left")
    body = {"patient": placed.patient, "setting": stay.setting}
    entries = [Entry(Kind.PLACEMENT_ARRIVED, placed.id, body, role, happened)]
    if placed.follows is not None and context.queries.placed(placed.follows).state in ACTIVE:
        before = context.queries.placed(placed.follows)
        entries.append(ended(before, role, happened, EndOutcome.MOVED_ON, left=None, note=f"By {placed.id}."))
    return [*entries, *noted_arrival(context, placed, happened)]


def move_on(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """Records that the second stay begins.

    Stopped without a clinician's release where the plan asked for one (C4), without the second setting
    being told (C5) and accepting (A2), while the rules still ask for isolation, or before the bed is held.
    """
    role = context.role("move_on")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.ARRIVED)
    at_stay = stay_to_come(placed, None)
    after = placed.stays[at_stay].view
    must_be_told(context, placed, at_stay)
    if after.accepted_at is None:
        raise NotAllowed(f"{after.setting_name} hasn't accepted yet.", "Record its answer first.", "A2")
    must_be_released(context, placed, at_stay)
    if after.transport is None and after.setting != placed.current.view.setting:
        raise NotAllowed("No transport is booked.", "Book it first.")
    happened = context.happened(at)
    start = london_date(happened)
    if start < after.start:
        raise NotAllowed(
            f"The bed at {after.setting_name} is held from {shown_day(after.start)} on.",
            "Wait for that day, or withdraw the second stay and ask for another.",
            "N10",
        )
    must_follow(happened, placed.current.view.arrived_at, "they arrived at the first")
    stop_if_blocked(context, placed, stay=at_stay, journey=True)
    body = {"patient": placed.patient, "setting": after.setting, "start": start.isoformat()}
    return [Entry(Kind.PLACEMENT_MOVED_ON, placed.id, body, role, happened)]


__all__ = ["arrive", "book", "depart", "move_on"]
