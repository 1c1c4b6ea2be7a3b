"""Which rules a step breaks that was taken all the same: each with its id, in a sentence (A5)."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.context import Context
from discharge.actions.judging import held_against
from discharge.actions.placements.standing import lacks_release
from discharge.model.happening import Against, Happening
from discharge.model.london import london_date
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.model.shown.placements import StayView
from discharge.store.ask.placed import Placed
from discharge.store.ask.sentences import shown_day


def untold(stay: StayView) -> bool:
    """Whether the setting doesn't know what the record says by now: it wasn't told, or must be told again."""
    return stay.told_at is None or stay.told_again


def _untold_words(stay: StayView) -> Against:
    what = "the newest result" if stay.told_again else "the result and the needs"
    return Against("C5", f"{stay.setting_name} had not been told {what}.")


def against_leaving(
    context: Context, placed: Placed, happened: datetime
) -> tuple[list[Against], tuple[Happening, ...]]:
    """The rules that leaving now breaks, and what it counts as."""
    stay = placed.stays[0].view
    against: list[Against] = []
    facts: list[Happening] = []
    waits = placed.state in BEFORE_DEPARTED
    if placed.state is PlacementState.PROPOSED:
        against.append(Against("A1", "No LA lead had approved it."))
        facts.append(Happening.LEFT_WITHOUT_US)
    if waits and untold(stay):
        against.append(_untold_words(stay))
        facts.append(Happening.LEFT_UNTOLD)
    block = context.queries.block_on(placed.patient) if waits else None
    if block is not None:
        against.append(Against(block.rule, block.text))
        facts.append(Happening.LEFT_WITHOUT_RESULT)
    if waits and lacks_release(context, placed, 0):
        against.append(Against("C4", "No clinician's release from isolation was on record."))
    if waits and placed.state is not PlacementState.PROPOSED and stay.accepted_at is None:
        against.append(Against("A2", f"{stay.setting_name} had not accepted."))
    known = {each.rule for each in against}
    for flag in held_against(context.queries, placed).flags:
        if flag.blocks and flag.rule not in known:
            against.append(Against(flag.rule, flag.sentence))
    if waits and london_date(happened) < stay.start and "N10" not in known:
        against.append(Against("N10", f"The bed was held from {shown_day(stay.start)} on."))
    if waits and placed.state is PlacementState.ACCEPTED:
        against.append(Against("", "No transport was booked."))
    return against, tuple(facts) or (Happening.LEFT_ALL_THE_SAME,)


def against_moving_on(context: Context, placed: Placed, happened: datetime) -> list[Against]:
    """The rules that moving on now breaks."""
    assert placed.next is not None
    after = placed.next.view
    against: list[Against] = []
    if untold(after):
        against.append(_untold_words(after))
    if after.accepted_at is None:
        against.append(Against("A2", f"{after.setting_name} had not accepted."))
    if lacks_release(context, placed, placed.stay + 1):
        against.append(Against("C4", "No clinician's release from isolation was on record."))
    known = {each.rule for each in against}
    for flag in held_against(context.queries, placed).flags:
        if flag.blocks and flag.stay == placed.stay + 1 and flag.rule not in known:
            against.append(Against(flag.rule, flag.sentence))
    if london_date(happened) < after.start and "N10" not in {each.rule for each in against}:
        against.append(Against("N10", f"The bed was held from {shown_day(after.start)} on."))
    if after.transport is None and after.setting != placed.current.view.setting:
        against.append(Against("", "No transport was booked."))
    return against
