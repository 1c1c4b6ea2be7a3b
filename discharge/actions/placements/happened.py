"""What happened all the same: taken whatever the rules say, marked as against them, and gone after (A5).

A decision can be refused; a fact of the world can't. Each of these is one entry with its event time; it goes
to a named person, with a clock, who says how it was dealt with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from discharge.actions.context import Context, wanted
from discharge.actions.judging import held_against
from discharge.actions.left_behind import Tasks
from discharge.actions.may import roles_for, those_who_may
from discharge.actions.placements.over import ended
from discharge.actions.placements.standing import given_up, lacks_release
from discharge.model.errors import NotAllowed, UserError
from discharge.model.happening import Against, Happening
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role
from discharge.model.placement import ACTIVE, BEFORE_DEPARTED, DeclineReason, EndOutcome, PlacementState
from discharge.store.ask.placed import Placed
from discharge.store.ask.sentences import shown_day
from discharge.store.journal import Entry, Kind


def left(context: Context, *, placement: str, reason: str, at: datetime | None = None) -> list[Entry]:
    """They left by a placement whatever spoke against it: before the home was told, without a result,
    without the authority's approval, before transport was booked. From any state before departed."""
    role = context.role("left")
    placed = _placed(context, placement, BEFORE_DEPARTED, "They have left already.")
    happened = _happened(context, placed, at)
    against, facts = _against_leaving(context, placed, happened)
    if not against:
        raise UserError("Nothing speaks against it.", "Record the departure as usual.")
    becomes = {"state": PlacementState.DEPARTED.value}
    stays = [{"position": 0, "departed_at": happened.isoformat(), "start": london_date(happened).isoformat()}]
    return [
        _entry(
            context,
            role,
            facts,
            placed,
            reason=reason,
            happened=happened,
            against=against,
            becomes=becomes,
            stays=stays,
        )
    ]


def arrived(context: Context, *, placement: str, reason: str, at: datetime | None = None) -> list[Entry]:
    """They are there, whatever speaks against it; where no departure was recorded they left at that time."""
    role = context.role("arrived")
    states = BEFORE_DEPARTED | {PlacementState.DEPARTED}
    placed = _placed(context, placement, states, "They have arrived already.")
    happened = _happened(context, placed, at)
    against, facts = _against_leaving(context, placed, happened)
    if placed.state in BEFORE_DEPARTED:
        against.append(Against("", "No departure was recorded."))
    elif not against:
        raise UserError("Nothing speaks against it.", "Record the arrival as usual.")
    named = (
        Happening.ARRIVED_ALL_THE_SAME,
        *(fact for fact in facts if fact is not Happening.LEFT_ALL_THE_SAME),
    )
    stay: dict[str, Any] = {"position": 0, "arrived_at": happened.isoformat()}
    if placed.state in BEFORE_DEPARTED:
        stay |= {"departed_at": happened.isoformat(), "start": london_date(happened).isoformat()}
    entry = _entry(
        context,
        role,
        named,
        placed,
        reason=reason,
        happened=happened,
        against=against,
        becomes={"state": PlacementState.ARRIVED.value},
        stays=[stay],
    )
    if placed.follows is None or context.queries.placed(placed.follows).state not in ACTIVE:
        return [entry]
    before = context.queries.placed(placed.follows)
    note = f"By {placed.id}."
    return [entry, ended(before, entry.role, happened, EndOutcome.MOVED_ON, left=None, note=note)]


def moved_on(context: Context, *, placement: str, reason: str, at: datetime | None = None) -> list[Entry]:
    """They have moved on to the second stay, whatever speaks against it: an isolation that isn't over, no
    clinician's release, a home that wasn't told or hadn't accepted, no transport, a day too early."""
    role = context.role("moved_on")
    placed = _placed(context, placement, {PlacementState.ARRIVED}, "They aren't at the first stay.")
    if placed.next is None:
        raise NotAllowed("No second stay is planned.", "Record where they are: how this placement ended.")
    happened = _happened(context, placed, at)
    at_stay, after = placed.stay + 1, placed.next.view
    against = _against_moving_on(context, placed, happened)
    if not against:
        raise UserError("Nothing speaks against it.", "Record as usual that they moved on.")
    untold = after.told_at is None or after.told_again
    facts = (Happening.MOVED_ON_ALL_THE_SAME, *((Happening.LEFT_UNTOLD,) if untold else ()))
    on = london_date(happened).isoformat()
    when = happened.isoformat()
    return [
        _entry(
            context,
            role,
            facts,
            placed,
            reason=reason,
            happened=happened,
            against=against,
            becomes={"state": PlacementState.ARRIVED.value, "stay": at_stay},
            stays=[
                {"position": placed.stay, "end": on, "holds": 0},
                {"position": at_stay, "departed_at": when, "arrived_at": when, "start": on},
            ],
            where=(after.setting, ""),
        )
    ]


def _against_moving_on(context: Context, placed: Placed, happened: datetime) -> list[Against]:
    """The rules that moving on now breaks."""
    assert placed.next is not None
    after, name = placed.next.view, placed.next.view.setting_name
    against: list[Against] = []
    if after.told_at is None or after.told_again:
        what = "the newest result" if after.told_again else "the result and the needs"
        against.append(Against("C5", f"{name} had not been told {what}."))
    if after.accepted_at is None:
        against.append(Against("A2", f"{name} had not accepted."))
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


def left_without_us(
    context: Context,
    *,
    patient: str,
    reason: str,
    setting: str | None = None,
    elsewhere: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """They left hospital without a placement: to a setting of the hub, or somewhere else.

    They leave the list, and whatever was on its way for them is withdrawn.
    """
    role = context.role("left_without_us")
    person = context.queries.person(patient)
    if person.left_reason is not None:
        raise NotAllowed(f"{patient} has left the list.", "Take them back on the list first.")
    for placed in context.queries.active_of(patient):
        if placed.state not in BEFORE_DEPARTED:
            raise NotAllowed(
                f"They have left hospital by placement {placed.id}.", "Record what became of that one."
            )
    happened = context.happened(at)
    against = [Against("A1", "Nobody goes from hospital to a care home without the local authority.")]
    entry = _entry(
        context,
        role,
        (Happening.LEFT_WITHOUT_US,),
        None,
        patient=patient,
        reason=reason,
        happened=happened,
        against=against,
        where=_where(context, setting, elsewhere),
        left=LeaveReason.LEFT_WITHOUT_US,
    )
    tasks = Tasks(context)
    others = context.queries.active_of(patient)
    return [*_given_up(others, tasks, entry.role, happened, "left without us"), entry]


def arrived_elsewhere(
    context: Context,
    *,
    placement: str,
    reason: str,
    setting: str | None = None,
    elsewhere: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """They are somewhere else than they were to go: in another setting of the hub, or elsewhere."""
    role = context.role("arrived_elsewhere")
    states = BEFORE_DEPARTED | {PlacementState.DEPARTED}
    placed = _placed(context, placement, states, "They have arrived already.")
    where = _where(context, setting, elsewhere)
    if where[0] == placed.stays[0].view.setting:
        raise UserError("That is where they were to go.", "Record the arrival.")
    happened = _happened(context, placed, at)
    name = placed.stays[0].view.setting_name
    return _over(
        context,
        role,
        placed,
        Happening.ARRIVED_ELSEWHERE,
        reason=reason,
        happened=happened,
        outcome=EndOutcome.MOVED_ELSEWHERE,
        left=LeaveReason.PLACED,
        against=[Against("A1", f"The local authority had approved {name}.")],
        where=where,
    )


def turned_away(
    context: Context,
    *,
    placement: str,
    reason: str,
    code: DeclineReason,
    setting: str | None = None,
    elsewhere: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """The home took back its yes on the doorstep: they are back in hospital, on the list again; or they were
    taken to another place. The home isn't offered them again for that reason (A3)."""
    role = context.role("turned_away")
    placed = _placed(context, placement, {PlacementState.DEPARTED}, "They aren't on the way.")
    happened = _happened(context, placed, at)
    home = placed.stays[0].view
    back = setting is None and not elsewhere.strip()
    return _over(
        context,
        role,
        placed,
        Happening.TURNED_AWAY,
        reason=reason,
        happened=happened,
        outcome=EndOutcome.BACK_TO_HOSPITAL if back else EndOutcome.MOVED_ELSEWHERE,
        left=None if back else LeaveReason.PLACED,
        against=[Against("A2", f"{home.setting_name} had accepted them.")],
        where=(home.setting, "") if back else _where(context, setting, elsewhere),
        code=DeclineReason(code),
        tell=False,
    )


def readmitted(context: Context, *, placement: str, reason: str, at: datetime | None = None) -> list[Entry]:
    """They went back to hospital, on the way or from the setting: they are on the list again."""
    role = context.role("readmitted")
    states = {PlacementState.DEPARTED, PlacementState.ARRIVED}
    placed = _placed(context, placement, states, "They haven't left hospital.")
    return _over(
        context,
        role,
        placed,
        Happening.READMITTED,
        reason=reason,
        happened=_happened(context, placed, at),
        outcome=EndOutcome.BACK_TO_HOSPITAL,
        left=None,
        against=[],
        where=(placed.current.view.setting, ""),
    )


def died(context: Context, *, patient: str, reason: str = "", at: datetime | None = None) -> list[Entry]:
    """They died, wherever they stood: what was booked is to be cancelled, whoever expects them to be told."""
    role = context.role("died")
    person = context.queries.person(patient)
    if person.left_reason == LeaveReason.DIED.value:
        raise UserError("Their death is on record.", "Nothing needs to be done.")
    happened = context.happened(at)
    active = context.queries.active_of(patient)
    gone = [placed for placed in active if placed.state not in BEFORE_DEPARTED]
    words = reason.strip() or "died"
    if gone:
        return _over(
            context,
            role,
            gone[-1],
            Happening.DIED,
            reason=words,
            happened=happened,
            outcome=EndOutcome.DIED,
            left=LeaveReason.DIED,
            against=[],
            where=(gone[-1].current.view.setting, ""),
        )
    entry = _entry(
        context,
        role,
        (Happening.DIED,),
        None,
        patient=patient,
        reason=words,
        happened=happened,
        against=[],
        left=LeaveReason.DIED,
    )
    return [*_given_up(active, Tasks(context), entry.role, happened, "died"), entry]


def noted_arrival(context: Context, placed: Placed, happened: datetime) -> list[Entry]:
    """What to enter beside an arrival against a rule: it is taken as it is, marked, and gone after; nothing
    where nothing speaks against it."""
    role = context.role("arrived")
    against = [
        Against(flag.rule, flag.sentence)
        for flag in held_against(context.queries, placed).flags
        if flag.blocks
    ]
    if not against:
        return []
    fact = _entry(
        context,
        role,
        (Happening.ARRIVED_ALL_THE_SAME,),
        placed,
        reason="Recorded as an arrival.",
        happened=happened,
        against=against,
    )
    # the placement's own last step is the arrival, which can be taken back
    return [replace(fact, subject=placed.patient)]


# --- what they share -----------------------------------------------------------------------------------


def _placed(context: Context, name: str, states: Iterable[PlacementState], else_: str) -> Placed:
    placed = context.queries.placed(name)
    if placed.state not in states:
        raise NotAllowed(else_, "See where the placement stands.")
    return placed


def _happened(context: Context, placed: Placed, at: datetime | None) -> datetime:
    """Its event time: not before the last thing that happened to the person by this placement."""
    happened = context.happened(at)
    known = (placed.proposed_at, placed.current.view.departed_at, placed.current.view.arrived_at)
    before = max(each for each in known if each is not None)
    if happened < before:
        raise UserError("That is before what is on record of this placement.", "Mend the time.")
    return happened


def _against_leaving(
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
    if waits and (stay.told_at is None or stay.told_again):
        what = "the newest result" if stay.told_again else "the result and the needs"
        against.append(Against("C5", f"{stay.setting_name} had not been told {what}."))
        facts.append(Happening.LEFT_UNTOLD)
    block = context.queries.block_on(placed) if waits else None
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


def _where(context: Context, setting: str | None, elsewhere: str) -> tuple[str | None, str]:
    """Where they went: a setting of the hub, or somewhere else in words."""
    if setting is not None:
        setting = context.queries.whole(setting)
        context.queries.setting_details(setting)
        return setting, ""
    return None, wanted(elsewhere, what="Where they went")


def _over(
    context: Context,
    role: Role,
    placed: Placed,
    fact: Happening,
    *,
    reason: str,
    happened: datetime,
    outcome: EndOutcome,
    left: LeaveReason | None,
    against: Sequence[Against],
    where: tuple[str | None, str],
    code: DeclineReason | None = None,
    tell: bool = True,
) -> list[Entry]:
    """The placement is over by it; the one before or after it is over with it."""
    tasks = Tasks(context)
    stay = placed.current.view
    entry = _entry(
        context,
        role,
        (fact,),
        placed,
        reason=reason,
        happened=happened,
        against=against,
        becomes={"state": PlacementState.ENDED.value, "outcome": outcome.value, "onward": 0},
        stays=[{"position": placed.stay, "end": max(london_date(happened), stay.start).isoformat()}],
        where=where,
        left=left,
        code=code,
        tasks=tasks.of(placed, from_stay=placed.stay, tell=tell),
    )
    others = [other for other in context.queries.active_of(placed.patient) if other.id != placed.id]
    waiting = [other for other in others if other.state in BEFORE_DEPARTED]
    gone = [
        ended(other, entry.role, happened, outcome, left=None, note=f"By {placed.id}.")
        for other in others
        if other.state not in BEFORE_DEPARTED
    ]
    return [*_given_up(waiting, tasks, entry.role, happened, fact.words), *gone, entry]


def _given_up(
    waiting: Iterable[Placed], tasks: Tasks, role: Role, happened: datetime, reason: str
) -> list[Entry]:
    """Placements that haven't begun are withdrawn by what happened."""
    return [
        Entry(
            Kind.PLACEMENT_WITHDRAWN,
            placed.id,
            {**given_up(placed, 0, PlacementState.WITHDRAWN), "reason": reason, "tasks": tasks.of(placed)},
            role,
            happened,
        )
        for placed in waiting
    ]


def _entry(
    context: Context,
    role: Role,
    facts: tuple[Happening, ...],
    placed: Placed | None,
    *,
    reason: str,
    happened: datetime,
    against: Sequence[Against],
    patient: str = "",
    becomes: dict[str, Any] | None = None,
    stays: Sequence[dict[str, Any]] = (),
    where: tuple[str | None, str] | None = None,
    left: LeaveReason | None = None,
    code: DeclineReason | None = None,
    tasks: Sequence[dict[str, Any]] = (),
) -> Entry:
    who = placed.patient if placed is not None else patient
    about = None if placed is None else placed.id
    assigned = context.queries.escalated_to(about, to=roles_for(("deal_with",)))
    if assigned is None:
        raise UserError("Nobody is left at this hub to whom it could go.", "Add an administrator.")
    user = context.queries.user(assigned)
    number = context.queries.next_number("happenings")
    setting, elsewhere = where if where is not None else (None, "")
    if where is None and placed is not None:
        setting = placed.stays[0].view.setting
    due = context.now + timedelta(hours=context.queries.hub().escalation_hours)
    body = {
        "number": number,
        "id": f"F-{number:04d}",
        "facts": [fact.value for fact in facts],
        "patient": who,
        "placement": None if placed is None else placed.id,
        "setting": setting,
        "elsewhere": elsewhere,
        "hospital": context.queries.patient_details(who).hospital or "",
        "against": [{"rule": each.rule, "sentence": each.sentence} for each in against],
        "reason": wanted(reason, what="The reason"),
        "assigned": assigned,
        "assigned_name": assigned if user is None else user.name,
        "due_at": due.isoformat(),
        "becomes": becomes or {},
        "stays": list(stays),
        "left": None if left is None else left.value,
        "code": None if code is None else code.value,
        "tasks": list(tasks),
    }
    subject = who if placed is None else placed.id
    return Entry(Kind.HAPPENED, subject, body, role, happened)


# --- gone after ----------------------------------------------------------------------------------------


def deal_with(context: Context, *, fact: str, words: str, at: datetime | None = None) -> list[Entry]:
    """Records what the person to whom it went has done about it; nobody else can."""
    role = context.role("deal_with")
    line = context.queries.happening(fact)
    if line.dealt_at is not None:
        raise UserError(f"{fact} is dealt with already.", "Nothing needs to be done.")
    if line.assigned != context.by.id:
        raise NotAllowed(
            f"This went to {line.assigned_name}.",
            "They have to say what they did; or have it handed over.",
            "A5",
        )
    body = {"id": fact, "patient": line.patient, "words": wanted(words, what="What was done about it")}
    return [Entry(Kind.HAPPENING_DEALT_WITH, fact, body, role, context.happened(at))]


def hand_over(context: Context, *, fact: str, to: str, reason: str) -> list[Entry]:
    """Gives it to somebody else of the hub, with a reason; its clock begins anew."""
    line = context.queries.happening(fact)
    role = context.role("hand_over" if line.assigned == context.by.id else "hand_over_anothers")
    if line.dealt_at is not None:
        raise UserError(f"{fact} is dealt with already.", "Nothing needs to be done.")
    user = context.queries.user(to)
    if user is None or not user.active:
        raise UserError(f"{to} is nobody of this hub.", "Choose one of its people.")
    if not those_who_may("deal_with", [user]):
        raise UserError(f"{user.name} may not deal with it.", "Choose somebody who may.")
    due = context.now + timedelta(hours=context.queries.hub().escalation_hours)
    body = {
        "id": fact,
        "patient": line.patient,
        "to": to,
        "to_name": user.name,
        "due_at": due.isoformat(),
        "reason": wanted(reason, what="The reason"),
    }
    return [Entry(Kind.HAPPENING_HANDED_OVER, fact, body, role)]


__all__ = [
    "arrived", "arrived_elsewhere", "deal_with", "died", "hand_over", "left", "left_without_us",
    "moved_on", "noted_arrival", "readmitted", "turned_away",
]  # fmt: skip
