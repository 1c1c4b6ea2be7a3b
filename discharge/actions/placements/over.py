"""What ends something: an isolation by a clinician, a stay, a placement; and what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from discharge.actions.context import Context, checked, wanted
from discharge.actions.infections import earlier_key, record_observation
from discharge.actions.left_behind import Tasks
from discharge.actions.placements.standing import given_up, must_follow, must_stand, stay_to_come
from discharge.model.errors import NotAllowed, UserError
from discharge.model.infection import Clearance
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Given, Role
from discharge.model.placement import ACTIVE, BEFORE_DEPARTED, HOLDS_BED, EndOutcome, PlacementState
from discharge.store.ask.placed import Placed
from discharge.store.ask.sentences import shown_day
from discharge.store.journal import Entry, Kind


def release(
    context: Context,
    *,
    placement: str,
    organism: str,
    on: date,
    reason: str = "",
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records a clinician's release from isolation: `on` is the first night without it (S5, C4).

    A date before the end that the rules compute is asked for its reason, where `reason` doesn't give it.
    A date still to come stands as the clinician's isolate-until date. Clinicians only (A2).
    """
    role = context.role("release")
    placed = context.queries.placed(placement)
    must_stand(placed, *sorted(HOLDS_BED))
    today = context.queries.today
    field = "released_on" if on <= today else "isolate_until"
    observation = checked(Clearance, {"organism": organism, field: on})
    entries = []
    if observation not in context.queries.person(placed.patient).facts.observations:
        why = {earlier_key(placed.patient, observation): reason} if reason.strip() else {}
        knowing = replace(context, answers={**why, **context.answers})
        entries = record_observation(knowing, patient=placed.patient, observation=observation, given=given)
    body = {"patient": placed.patient, "organism": organism, "on": on.isoformat()}
    return [*entries, Entry(Kind.PLACEMENT_RELEASED, placed.id, body, role, context.happened(at), given)]


def not_released(context: Context, *, placement: str, reason: str) -> list[Entry]:
    """Records that a clinician, asked for it, doesn't release somebody from isolation, and why; they isolate
    on as before (S5). Clinicians only (A2)."""
    role = context.role("not_released")
    placed = context.queries.placed(placement)
    must_stand(placed, *sorted(HOLDS_BED))
    body = {"patient": placed.patient, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.PLACEMENT_NOT_RELEASED, placed.id, body, role)]


def plan_onward(
    context: Context, *, placement: str, until: date | None = None, at: datetime | None = None
) -> list[Entry]:
    """Asks for an onward place for somebody who has arrived: they are planned from the end of their stay.

    `until` is the day from which they can go, not before their isolation ends; None: that end, or today
    where they don't isolate. Somebody isolating without an end needs a clinician's date first (S5).
    """
    role = context.role("plan_onward")
    placed = context.queries.placed(placement)
    must_stand(placed, PlacementState.ARRIVED)
    if placed.next is not None:
        raise NotAllowed(
            f"{placed.next.view.setting_name} is planned as the next stay.", "Withdraw that stay first."
        )
    earliest = context.queries.onward_from(placed)
    if earliest is None:
        raise NotAllowed(
            "They isolate without an end in sight.", "A clinician has to give a date first.", "S5"
        )
    if until is not None and until < earliest:
        raise NotAllowed(f"They can't go on before {shown_day(earliest)}.", "Choose that day or later.", "C4")
    body = {
        "patient": placed.patient,
        "stay": placed.stay,
        "until": (until or earliest).isoformat(),
    }
    return [Entry(Kind.ONWARD_WANTED, placed.id, body, role, context.happened(at))]


_LEFT: dict[EndOutcome, LeaveReason | None] = {
    EndOutcome.SETTLED: LeaveReason.PLACED,
    EndOutcome.WENT_HOME: LeaveReason.WENT_HOME,
    EndOutcome.MOVED_ELSEWHERE: LeaveReason.PLACED,
    EndOutcome.BACK_TO_HOSPITAL: None,
    EndOutcome.DIED: LeaveReason.DIED,
}


def end(
    context: Context, *, placement: str, outcome: EndOutcome, note: str = "", at: datetime | None = None
) -> list[Entry]:
    """Records how a placement ended; the bed is free again, but for somebody who settled there.

    Back to hospital: the person is on the list again; otherwise they leave it. An onward placement that
    hasn't begun is withdrawn with it; the one from which they went on ends with it.
    """
    role = context.role("end")
    placed = context.queries.placed(placement)
    outcome = EndOutcome(outcome)
    if outcome is EndOutcome.MOVED_ON:
        raise UserError("Moving on is recorded by the next placement's arrival.", "Record that.")
    if placed.state is PlacementState.DEPARTED and outcome not in (
        EndOutcome.BACK_TO_HOSPITAL,
        EndOutcome.DIED,
    ):
        raise NotAllowed("They haven't arrived yet.", "Record the arrival first.")
    must_stand(placed, PlacementState.DEPARTED, PlacementState.ARRIVED)
    happened = context.happened(at)
    must_follow(
        happened, placed.current.view.arrived_at or placed.current.view.departed_at, "they went there"
    )
    entries: list[Entry] = []
    tasks = Tasks(context)
    for other in context.queries.active_of(placed.patient):
        if other.follows == placed.id:
            if other.state not in BEFORE_DEPARTED:
                raise NotAllowed(
                    f"They are on the way by {other.id}.", "Record its arrival: this one ends with it."
                )
            body = {
                **given_up(other, 0, PlacementState.WITHDRAWN),
                "reason": f"the placement before it ended: {outcome.words}",
                "tasks": tasks.of(other),
            }
            entries.append(Entry(Kind.PLACEMENT_WITHDRAWN, other.id, body, role, happened))
        if placed.follows == other.id:
            entries.append(ended(other, role, happened, outcome, left=None, note=note))
    left = _LEFT[outcome]
    entries.append(
        ended(
            placed,
            role,
            happened,
            outcome,
            left=None if left is None else left.value,
            note=note,
            tasks=tasks.of(placed, from_stay=placed.stay),
        )
    )
    return entries


def ended(
    placed: Placed,
    role: Role,
    happened: datetime,
    outcome: EndOutcome,
    *,
    left: str | None,
    note: str,
    tasks: Sequence[dict[str, Any]] = (),
) -> Entry:
    """The entry that a placement is over; `left` is why the person leaves the list, where they do."""
    on = max(london_date(happened), placed.current.view.start)
    body = {
        "patient": placed.patient,
        "setting": placed.current.view.setting,
        "stay": placed.stay,
        "outcome": outcome.value,
        "on": on.isoformat(),
        "left": left,
        "note": note.strip(),
        "tasks": list(tasks),
    }
    return Entry(Kind.PLACEMENT_ENDED, placed.id, body, role, happened)


def withdraw(
    context: Context, *, placement: str, reason: str, stay: int | None = None, at: datetime | None = None
) -> list[Entry]:
    """Withdraws a placement before departure: its bed is free, the person waits again.

    Once they are at the first stay, the second one alone can be withdrawn: an onward place is then wanted.
    """
    role = context.role("withdraw")
    placed = context.queries.placed(placement)
    why = wanted(reason, what="The reason")
    if placed.state in BEFORE_DEPARTED:
        at_stay = 0 if stay is None else stay_to_come(placed, stay)
    elif placed.state in ACTIVE:
        at_stay = stay_to_come(placed, stay)
    else:
        raise NotAllowed(f"Placement {placed.id} is over: {placed.state.words}.", "Nothing needs to be done.")
    body = {
        **given_up(placed, at_stay, PlacementState.WITHDRAWN),
        "reason": why,
        "tasks": Tasks(context).of(placed, from_stay=at_stay),
    }
    return [Entry(Kind.PLACEMENT_WITHDRAWN, placed.id, body, role, context.happened(at))]


__all__ = ["end", "ended", "not_released", "plan_onward", "release", "withdraw"]
