"""The life of a placement: proposed, approved, told, accepted, booked, departed, arrived, moved on, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from discharge.actions.context import Context, dump, wanted
from discharge.actions.judging import assess, is_alone
from discharge.actions.patients import record_observation
from discharge.model.approving import Principle
from discharge.model.errors import NotAllowed, UserError
from discharge.model.hub_patient import LeaveReason
from discharge.model.hub_placement import (
    ACTIVE,
    BEFORE_DEPARTED,
    DeclineReason,
    EndOutcome,
    PlacementState,
    StayChoice,
    Transport,
)
from discharge.model.hub_plan import Assessed
from discharge.model.infection import Clearance
from discharge.model.people import Given, Role
from discharge.model.plan import Placement
from discharge.model.time import london_date
from discharge.store.journal import Entry, Kind
from discharge.store.placements import Placed
from discharge.store.sentences import shown_day

__all__ = [
    "accept", "approve", "arrive", "assess", "book", "decline", "depart", "end", "move_on", "no_answer",
    "plan_onward", "propose_by_hand", "propose_from_plan", "release", "return_", "tell", "withdraw",
]  # fmt: skip


# --- proposing -----------------------------------------------------------------------------------


def propose_from_plan(context: Context, *, plan: str, patients: Sequence[str]) -> list[Entry]:
    """Sends placements of a plan to approval; companions go together.

    Each is held against the hub as it is now: what was recorded since may forbid it. The subjects are the
    placements' ids, `L-0001`.
    """
    role = context.role(Role.COORDINATOR)
    proposals: Mapping[str, Placement] = context.queries.proposals_of(plan)
    for patient in patients:
        if patient not in proposals:
            raise UserError(f"Plan {plan} has no place for {patient}.", "Choose proposals of the plan.")
        if proposals[patient].locked and patient not in context.queries.kept():
            raise NotAllowed(
                f"The placement of {patient} was fixed before this plan.", "It goes its way already."
            )
    choices = {patient: _choices(proposals[patient]) for patient in dict.fromkeys(patients)}
    because = {patient: proposals[patient].because for patient in choices}
    return _proposed(context, role, choices, plan=plan, reason="", because=because)


def propose_by_hand(
    context: Context,
    *,
    choices: Mapping[str, Sequence[StayChoice]],
    reason: str,
    principle: Principle | None = None,
) -> list[Entry]:
    """Sends placements chosen by hand to approval: the same rules, the same verifier (A3).

    `choices` has each person's stays by their id: one or two; companions go together. The reason stays in
    the record, and the principle that it rests on where that is named.
    """
    role = context.role(Role.COORDINATOR)
    why = wanted(reason, what="The reason for choosing by hand")
    return _proposed(context, role, choices, plan=None, reason=why, because={}, principle=principle)


def _choices(placement: Placement) -> tuple[StayChoice, ...]:
    return tuple(
        StayChoice(setting=stay.setting, unit=stay.unit, beds=stay.beds, start=stay.start, end=stay.end)
        for stay in placement.stays
    )


def _proposed(
    context: Context,
    role: Role,
    choices: Mapping[str, Sequence[StayChoice]],
    *,
    plan: str | None,
    reason: str,
    because: Mapping[str, tuple[str, ...]],
    principle: Principle | None = None,
) -> list[Entry]:
    if not choices:
        raise UserError("Nobody was chosen.", "Choose at least one person.")
    follows = {patient: _may_be_proposed(context, patient, chosen) for patient, chosen in choices.items()}
    found = assess(context.queries, choices=choices, reason=reason)
    _refuse(found)
    assert found.plan is not None  # without breaches there is one
    placements = {placement.patient: placement for placement in found.plan.placements}
    number = context.queries.next_number("placements")
    rules = context.queries.rules()
    entries = []
    for at, patient in enumerate(choices, number):
        placement = placements[patient]
        if because.get(patient):
            placement = placement.model_copy(update={"because": because[patient]})
        last = placement.stays[-1]
        body = {
            "number": at,
            "patient": patient,
            "placement": dump(placement),
            "plan": plan,
            "reason": reason,
            "follows": follows[patient],
            "principle": _named(principle),
            "alone": is_alone(
                context.queries.person(patient).facts,
                last,
                context.queries.setting_facts(last.setting),
                alternative_for_p2=rules.alternative_for_p2,
            ),
        }
        entries.append(Entry(Kind.PLACEMENT_PROPOSED, f"L-{at:04d}", body, role))
    return entries


def _may_be_proposed(context: Context, patient: str, chosen: Sequence[StayChoice]) -> str | None:
    """Refuses who can't be proposed anything now; gives the placement that this one would go on from."""
    queries = context.queries
    person = queries.person(patient)
    if person.left_reason is not None:
        raise NotAllowed(f"{patient} has left the list.", "Take them back on the list first.")
    if not 1 <= len(chosen) <= 2:
        raise UserError(
            "A placement has one stay, or an isolation and then the final one.", "Choose one or two."
        )
    declined = queries.declined_by(patient)
    for choice in chosen:
        if choice.setting in declined:
            words = DeclineReason(declined[choice.setting]).words
            name = queries.setting_details(choice.setting).name
            raise NotAllowed(
                f"{name} declined {patient}: {words[:1].lower()}{words[1:]}.",
                "It can be asked again once its capacity return changes.",
                "A3",
            )
    active = queries.active_of(patient)
    if not active:
        return None
    newest = active[-1]
    if newest.state is not PlacementState.ARRIVED or newest.next is not None:
        raise NotAllowed(
            f"{patient} has the placement {newest.id} already: {newest.state.words}.",
            "Withdraw that one first.",
        )
    if not (newest.onward or newest.alone):
        raise NotAllowed(f"{patient} has arrived by {newest.id}.", "Ask for an onward place there first.")
    return newest.id


def _refuse(found: Assessed) -> None:
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


# --- deciding ------------------------------------------------------------------------------------


def _is(placed: Placed, *states: PlacementState) -> None:
    if placed.state not in states:
        raise NotAllowed(
            f"Placement {placed.id} is {placed.state.words}: this can't be done now.",
            f"It can while it is {' or '.join(state.words for state in states)}.",
        )


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
    role = context.role(Role.LA_LEAD, rule="A1")
    queries = context.queries
    placed = queries.placed(placement)
    _is(placed, PlacementState.PROPOSED)
    if placed.proposed_by == context.by.id:
        raise NotAllowed(
            "Whoever proposes a placement can't approve it.",
            "Another LA lead has to decide on this one.",
            "A1",
        )
    _within_limits(context, placed)
    _unflagged(context, placed)
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
    _refuse(found)
    assert found.plan is not None  # without breaches there is one
    now = next(one for one in found.plan.placements if one.patient == placed.patient)
    body = {
        "patient": placed.patient, "note": note.strip(), "conditions": list(now.conditions),
        "principle": _named(principle),
    }  # fmt: skip
    return [Entry(Kind.PLACEMENT_APPROVED, placed.id, body, role, context.happened(at))]


def _named(principle: Principle | None) -> str | None:
    return None if principle is None else principle.value


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


def _unflagged(context: Context, placed: Placed) -> None:
    flags = context.queries.flags(placed)
    if flags:
        more = f" ({len(flags) - 1} more)" if len(flags) > 1 else ""
        raise NotAllowed(
            f"{flags[0].sentence}{more}",
            "Withdraw or return it and plan again; unknown never passes.",
            flags[0].rule,
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
    role = context.role(Role.LA_LEAD, rule="A1")
    placed = context.queries.placed(placement)
    _is(placed, PlacementState.PROPOSED)
    why = wanted(reason, what="The reason")
    body = {"patient": placed.patient, "reason": why, "principle": _named(principle)}
    return [Entry(Kind.PLACEMENT_RETURNED, placed.id, body, role, context.happened(at))]


# --- the setting's answer ------------------------------------------------------------------------

_OFFERED = (PlacementState.TOLD, PlacementState.ACCEPTED, PlacementState.BOOKED)


def _position(placed: Placed, stay: int | None) -> int:
    """Which stay is meant: the one given, else the next that nobody has gone to yet."""
    chosen = stay if stay is not None else (0 if placed.state in BEFORE_DEPARTED else placed.stay + 1)
    if chosen >= len(placed.stays) or not placed.stays[chosen].holds or chosen < placed.stay:
        raise NotAllowed(f"Placement {placed.id} has no stay to come.", "See where it stands.")
    if chosen == placed.stay and placed.state not in BEFORE_DEPARTED:
        raise NotAllowed(
            f"They have left for {placed.stays[chosen].view.setting_name} already.", "See where it stands."
        )
    return chosen


def tell(
    context: Context,
    *,
    placement: str,
    result: str,
    given: Given,
    assessor: str = "",
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records that the setting was told the test result and the needs (C5): the offer, its clock runs.

    `given` is who was told and by which means; `assessor` the trusted assessor, where one assessed. A
    setting that was told before a newer result came is told again by it.
    """
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, PlacementState.APPROVED, *_OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = _position(placed, stay)
    setting = placed.stays[at_stay].view.setting
    same = [
        position
        for position, one in enumerate(placed.stays)
        if position >= at_stay and one.holds and one.view.setting == setting
    ]
    first = at_stay == 0 and placed.state is PlacementState.APPROVED
    body = {
        "patient": placed.patient,
        "setting": setting,
        "stays": same,
        "state": PlacementState.TOLD.value if first else None,
        "result": wanted(result, what="The result that was told"),
        "assessor": assessor.strip(),
    }
    return [Entry(Kind.PLACEMENT_TOLD, placed.id, body, role, context.happened(at), given)]


def accept(
    context: Context,
    *,
    placement: str,
    given: Given,
    note: str = "",
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records the registered manager's word that the person may come (A2), in person or by phone."""
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, *_OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = _position(placed, stay)
    one = placed.stays[at_stay]
    _must_be_told(context, placed, at_stay)
    if one.view.accepted_at is not None:
        raise UserError(f"{one.view.setting_name} has accepted already.", "Nothing needs to be done.")
    happened = context.happened(at)
    _after(happened, one.view.told_at, "the setting was told")
    same = [
        position
        for position, other in enumerate(placed.stays)
        if position >= at_stay and other.holds and other.view.setting == one.view.setting
    ]
    body = {
        "patient": placed.patient,
        "setting": one.view.setting,
        "stays": same,
        "state": PlacementState.ACCEPTED.value if at_stay == 0 else None,
        "note": note.strip(),
    }
    return [Entry(Kind.PLACEMENT_ACCEPTED, placed.id, body, role, happened, given)]


def _after(happened: datetime, before: datetime | None, what: str) -> None:
    if before is not None and happened < before:
        raise UserError(f"That is before {what}.", "Mend the time.")


def _must_be_told(context: Context, placed: Placed, at_stay: int) -> None:
    stay = placed.stays[at_stay]
    name = stay.view.setting_name
    if stay.view.told_at is None:
        raise NotAllowed(f"{name} hasn't been told the test result.", "Tell it first.", "C5")
    if stay.told_seq < context.queries.person(placed.patient).told_seq:
        raise NotAllowed(f"A result came after {name} was told.", "Tell it the new result first.", "C5")


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
    return changes (A3), and the person waits again. A decline of the second stay leaves the first."""
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, *_OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = _position(placed, stay)
    one = placed.stays[at_stay].view
    if one.told_at is None:
        raise NotAllowed(f"{one.setting_name} hasn't been asked yet.", "Tell it first.", "C5")
    body = {
        **_given_up(placed, at_stay, PlacementState.DECLINED),
        "code": DeclineReason(code).value,
        "note": note.strip(),
        "reason": DeclineReason(code).words,
    }
    return [Entry(Kind.PLACEMENT_DECLINED, placed.id, body, role, context.happened(at), given)]


def _given_up(placed: Placed, at_stay: int, state: PlacementState) -> dict[str, Any]:
    return {
        "patient": placed.patient,
        "setting": placed.stays[at_stay].view.setting,
        "stay": at_stay,
        "state": state.value if at_stay == 0 else None,
    }


def no_answer(
    context: Context, *, placement: str, note: str = "", stay: int | None = None, at: datetime | None = None
) -> list[Entry]:
    """Gives up waiting for a setting's answer: the person waits again; the setting may be asked again."""
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, *_OFFERED, PlacementState.DEPARTED, PlacementState.ARRIVED)
    at_stay = _position(placed, stay)
    one = placed.stays[at_stay].view
    if one.told_at is None:
        raise NotAllowed(f"{one.setting_name} hasn't been asked yet.", "Tell it first.", "C5")
    if one.accepted_at is not None:
        raise NotAllowed(f"{one.setting_name} has accepted.", "Withdraw the placement if it is off.")
    body = {**_given_up(placed, at_stay, PlacementState.UNANSWERED), "note": note.strip(), "reason": ""}
    return [Entry(Kind.PLACEMENT_UNANSWERED, placed.id, body, role, context.happened(at))]


# --- on the way ----------------------------------------------------------------------------------


def book(
    context: Context,
    *,
    placement: str,
    transport: Transport,
    stay: int | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records the booked transport: mode, what the crew wears, when. Booking again replaces it."""
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(
        placed,
        PlacementState.ACCEPTED,
        PlacementState.BOOKED,
        PlacementState.DEPARTED,
        PlacementState.ARRIVED,
    )
    at_stay = _position(placed, stay)
    one = placed.stays[at_stay].view
    if one.accepted_at is None:
        raise NotAllowed(f"{one.setting_name} hasn't accepted yet.", "Record its answer first.", "A2")
    if london_date(transport.at) < one.start:
        raise NotAllowed(
            f"The bed at {one.setting_name} is held from {shown_day(one.start)} on.",
            "Book for that day or later.",
            "N10",
        )
    body = {
        "patient": placed.patient,
        "setting": one.setting,
        "stay": at_stay,
        "state": PlacementState.BOOKED.value if at_stay == 0 else None,
        "transport": dump(transport),
    }
    return [Entry(Kind.PLACEMENT_BOOKED, placed.id, body, role, context.happened(at))]


def depart(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """Records that the person left for the setting.

    Stopped where the setting hasn't been told the newest result (C5), where the person's state now asks for
    more than the bed was chosen for, where the setting has closed, or before the bed is held.
    """
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, PlacementState.BOOKED)
    _must_be_told(context, placed, 0)
    _unflagged(context, placed)
    happened = context.happened(at)
    stay = placed.stays[0].view
    _after(happened, stay.accepted_at, "the setting accepted")
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
    """Records the arrival; a placement from which the person goes on by this one ends with it."""
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, PlacementState.DEPARTED)
    happened = context.happened(at)
    stay = placed.stays[0].view
    _after(happened, stay.departed_at, "they left")
    body = {"patient": placed.patient, "setting": stay.setting}
    entries = [Entry(Kind.PLACEMENT_ARRIVED, placed.id, body, role, happened)]
    if placed.follows is not None and context.queries.placed(placed.follows).state in ACTIVE:
        before = context.queries.placed(placed.follows)
        entries.append(
            _ended(before, role, happened, EndOutcome.MOVED_ON, left=None, note=f"By {placed.id}.")
        )
    return entries


def move_on(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """Records that the second stay begins.

    Stopped without a clinician's release where the plan asked for one (C4), without the second setting
    being told (C5) and accepting (A2), while the rules still ask for isolation, or before the bed is held.
    """
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, PlacementState.ARRIVED)
    at_stay = _position(placed, None)
    after = placed.stays[at_stay].view
    _must_be_told(context, placed, at_stay)
    if after.accepted_at is None:
        raise NotAllowed(f"{after.setting_name} hasn't accepted yet.", "Record its answer first.", "A2")
    if "clinical_release" in placed.conditions and not context.queries.is_released(placed):
        raise NotAllowed(
            "A clinician's release from isolation isn't on record.",
            "A clinician has to record it first.",
            "C4",
        )
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
    _after(happened, placed.current.view.arrived_at, "they arrived at the first")
    _unflagged(context, placed)
    body = {"patient": placed.patient, "setting": after.setting, "start": start.isoformat()}
    return [Entry(Kind.PLACEMENT_MOVED_ON, placed.id, body, role, happened)]


def release(
    context: Context,
    *,
    placement: str,
    organism: str,
    on: date,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records a clinician's release from isolation: `on` is the first night without it (S5, C4).

    A date still to come stands as the clinician's isolate-until date. Clinicians only (A2).
    """
    role = context.role(Role.CLINICIAN, rule="A2")
    placed = context.queries.placed(placement)
    _is(placed, *sorted(ACTIVE - {PlacementState.PROPOSED}))
    today = context.queries.today
    observation = (
        Clearance(organism=organism, released_on=on)
        if on <= today
        else Clearance(organism=organism, isolate_until=on)
    )
    entries = []
    if observation not in context.queries.person(placed.patient).facts.observations:
        entries = record_observation(context, patient=placed.patient, observation=observation, given=given)
    body = {"patient": placed.patient, "organism": organism, "on": on.isoformat()}
    return [*entries, Entry(Kind.PLACEMENT_RELEASED, placed.id, body, role, context.happened(at), given)]


def plan_onward(
    context: Context, *, placement: str, until: date | None = None, at: datetime | None = None
) -> list[Entry]:
    """Asks for an onward place for somebody who has arrived: they are planned from the end of their stay.

    `until` is the day from which they can go, not before their isolation ends; None: that end, or today
    where they don't isolate. Somebody isolating without an end needs a clinician's date first (S5).
    """
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    _is(placed, PlacementState.ARRIVED)
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


# --- over ----------------------------------------------------------------------------------------

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
    hasn't begun is withdrawn with it.
    """
    role = context.role(Role.COORDINATOR)
    placed = context.queries.placed(placement)
    outcome = EndOutcome(outcome)
    if outcome is EndOutcome.MOVED_ON:
        raise UserError("Moving on is recorded by the next placement's arrival.", "Record that.")
    if placed.state is PlacementState.DEPARTED and outcome not in (
        EndOutcome.BACK_TO_HOSPITAL,
        EndOutcome.DIED,
    ):
        raise NotAllowed("They haven't arrived yet.", "Record the arrival first.")
    _is(placed, PlacementState.DEPARTED, PlacementState.ARRIVED)
    happened = context.happened(at)
    _after(happened, placed.current.view.arrived_at or placed.current.view.departed_at, "they went there")
    entries: list[Entry] = []
    for other in context.queries.active_of(placed.patient):
        if other.follows == placed.id:
            if other.state not in BEFORE_DEPARTED:
                raise NotAllowed(
                    f"They are on the way by {other.id}.", "Record its arrival: this one ends with it."
                )
            body = {
                **_given_up(other, 0, PlacementState.WITHDRAWN),
                "reason": f"the placement before it ended: {outcome.words}",
            }
            entries.append(Entry(Kind.PLACEMENT_WITHDRAWN, other.id, body, role, happened))
        if placed.follows == other.id and outcome is not EndOutcome.BACK_TO_HOSPITAL:
            entries.append(_ended(other, role, happened, outcome, left=None, note=note))
    left = _LEFT[outcome]
    entries.append(
        _ended(placed, role, happened, outcome, left=None if left is None else left.value, note=note)
    )
    return entries


def _ended(
    placed: Placed, role: Role, happened: datetime, outcome: EndOutcome, *, left: str | None, note: str
) -> Entry:
    on = max(london_date(happened), placed.current.view.start)
    body = {
        "patient": placed.patient,
        "setting": placed.current.view.setting,
        "stay": placed.stay,
        "outcome": outcome.value,
        "on": on.isoformat(),
        "left": left,
        "note": note.strip(),
    }
    return Entry(Kind.PLACEMENT_ENDED, placed.id, body, role, happened)


def withdraw(
    context: Context, *, placement: str, reason: str, stay: int | None = None, at: datetime | None = None
) -> list[Entry]:
    """Withdraws a placement before departure: its bed is free, the person waits again.

    Once they are at the first stay, the second one alone can be withdrawn: an onward place is then wanted.
    """
    role = context.role(Role.COORDINATOR, Role.LA_LEAD)
    placed = context.queries.placed(placement)
    why = wanted(reason, what="The reason")
    if placed.state in BEFORE_DEPARTED:
        at_stay = 0 if stay is None else _position(placed, stay)
    elif placed.state in ACTIVE:
        at_stay = _position(placed, stay)
    else:
        raise NotAllowed(f"Placement {placed.id} is over: {placed.state.words}.", "Nothing needs to be done.")
    body = {**_given_up(placed, at_stay, PlacementState.WITHDRAWN), "reason": why}
    return [Entry(Kind.PLACEMENT_WITHDRAWN, placed.id, body, role, context.happened(at))]
