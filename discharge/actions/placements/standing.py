"""What every step of a placement asks: where it stands, which stay is meant, what came before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from discharge.actions.context import Context
from discharge.model.approving import Principle
from discharge.model.errors import NotAllowed, UserError
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.model.shown.plans import Assessed
from discharge.store.ask.placed import Placed
from discharge.words.days import day_and_time

OFFERED = (PlacementState.TOLD, PlacementState.ACCEPTED, PlacementState.BOOKED)


def must_stand(placed: Placed, *states: PlacementState) -> None:
    """`NotAllowed` unless the placement is in one of these states."""
    if placed.state not in states:
        raise NotAllowed(
            f"Placement {placed.id} stands at: {placed.state.words}. This can't be done now.",
            f"It can once it stands at: {' or '.join(state.words for state in states)}.",
        )


def stay_to_come(placed: Placed, stay: int | None) -> int:
    """Which stay is meant: the one given, else the next that nobody has gone to yet."""
    chosen = stay if stay is not None else (0 if placed.state in BEFORE_DEPARTED else placed.stay + 1)
    if chosen >= len(placed.stays) or not placed.stays[chosen].holds or chosen < placed.stay:
        raise NotAllowed(f"Placement {placed.id} has no stay to come.", "See where it stands.")
    if chosen == placed.stay and placed.state not in BEFORE_DEPARTED:
        raise NotAllowed(
            f"They have left for {placed.stays[chosen].view.setting_name} already.", "See where it stands."
        )
    return chosen


def must_follow(happened: datetime, before: datetime | None, what: str) -> None:
    """`UserError` for a step before the one before it; `what` names that one: "they left"."""
    if before is not None and happened < before:
        raise UserError(f"That is before {what}: {day_and_time(before)}.", "Mend the time.")


def must_be_told(context: Context, placed: Placed, at_stay: int) -> None:
    """`NotAllowed` where the setting doesn't know the newest result (C5)."""
    stay = placed.stays[at_stay]
    name = stay.view.setting_name
    if stay.view.told_at is None:
        raise NotAllowed(f"{name} hasn't been told the test result.", "Tell it first.", "C5")
    if stay.told_seq < context.queries.person(placed.patient).told_seq:
        raise NotAllowed(
            f"A result came after {name} was told, or what is known has changed since.",
            "Tell it first, and let it accept again.",
            "C5",
        )


def must_know_the_newest(context: Context, placed: Placed) -> None:
    """`NotAllowed` where the setting they are to go to first was told before what is known now (C5)."""
    if placed.state in BEFORE_DEPARTED and placed.stays[0].view.told_again:
        must_be_told(context, placed, 0)


def lacks_release(context: Context, placed: Placed, at_stay: int) -> bool:
    """Whether a clinician has to release them before they go to that stay (C4): it was planned past an
    isolation, and isn't one. An attested clearance by a clinician is such a word too (C3)."""
    stay = placed.stays[at_stay].view
    return (
        "clinical_release" in placed.conditions
        and (at_stay > 0 or stay.requirement not in ("isolation", "designated"))
        and not context.queries.is_released(placed)
        and (at_stay > 0 or "clinician_clearance" not in context.queries.attested(placed.patient))
    )


def must_be_released(context: Context, placed: Placed, at_stay: int) -> None:
    """`NotAllowed` where a clinician's release from isolation is needed first (C4)."""
    if lacks_release(context, placed, at_stay):
        raise NotAllowed(
            "A clinician's release from isolation isn't on record.",
            "A clinician has to record it first.",
            "C4",
        )


def refuse(found: Assessed) -> None:
    """Refuses with what the verifier found, if anything."""
    if not found.breaches:
        return
    more = (
        f" And {len(found.breaches) - 1} more: {' '.join(found.breaches[1:4])}" if found.breaches[1:] else ""
    )
    raise NotAllowed(
        f"{found.breaches[0]}{more}",
        "Choose otherwise, or plan again: a rule can't be overridden.",
        found.rules[0],
    )


def given_up(placed: Placed, at_stay: int, state: PlacementState) -> dict[str, Any]:
    """What an entry says of a stay given up: of the whole placement, where it is the first."""
    return {
        "patient": placed.patient,
        "setting": placed.stays[at_stay].view.setting,
        "stay": at_stay,
        "state": state.value if at_stay == 0 else None,
    }


def named(principle: Principle | None) -> str | None:
    """The principle as entries keep it."""
    return None if principle is None else principle.value


__all__ = [
    "OFFERED", "given_up", "lacks_release", "must_be_released", "must_be_told", "must_follow",
    "must_know_the_newest", "must_stand", "named", "refuse", "stay_to_come",
]  # fmt: skip
