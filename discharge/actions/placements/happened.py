"""What happened all the same: taken whatever the rules say, marked as against them, and gone after (A5).

A decision can be refused; a fact of the world can't. Each of these is one entry with its event time; it goes
to a named person, with a clock, who says how it was dealt with (`gone_after`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from discharge.actions.context import Context, wanted
from discharge.actions.judging import held_against
from discharge.actions.left_behind import Tasks
from discharge.actions.placements.against import against_leaving, against_moving_on, untold
from discharge.actions.placements.over import ended
from discharge.actions.placements.standing import given_up
from discharge.model.errors import NotAllowed, UserError
from discharge.model.happening import Against, Happening
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role
from discharge.model.placement import ACTIVE, BEFORE_DEPARTED, DeclineReason, EndOutcome, PlacementState
from discharge.rules.may import roles_for
from discharge.store.ask.placed import Placed
from discharge.store.journal import Entry, Kind


def left(context: Context, *, placement: str, reason: str, at: datetime | None = None) -> list[Entry]:
    """They left by a placement whatever spoke against it: before the home was told, without a result,
    without the authority's approval, before transport was booked. From any state before departed."""
    role = context.role("left")
    placed = _placed(context, placement, BEFORE_DEPARTED, "They have left already.")
    happened = _happened(context, placed, at)
    against, facts = against_leaving(context, placed, happened)
    if not against:
        raise UserError("Nothing speaks against it.", "Record the departure as usual.")
    becomes = {"state": PlacementState.DEPARTED.value}
    stays = [{"position": 0, "departed_at": happened.isoformat(), "start": london_date(happened).isoformat()}]
    fact = _Fact(context, role, placed.patient, reason, happened, placed)
    return [fact.entry(*facts, against=against, becomes=becomes, stays=stays)]


def arrived(context: Context, *, placement: str, reason: str, at: datetime | None = None) -> list[Entry]:
    """They are there, whatever speaks against it; where no departure was recorded they left at that time."""
    role = context.role("arrived")
    states = BEFORE_DEPARTED | {PlacementState.DEPARTED}
    placed = _placed(context, placement, states, "They have arrived already.")
    happened = _happened(context, placed, at)
    against, facts = against_leaving(context, placed, happened)
    if placed.state in BEFORE_DEPARTED:
        against.append(Against("", "No departure was recorded."))
    elif not against:
        raise UserError("Nothing speaks against it.", "Record the arrival as usual.")
    named = (
        Happening.ARRIVED_ALL_THE_SAME,
        *(each for each in facts if each is not Happening.LEFT_ALL_THE_SAME),
    )
    stay: dict[str, Any] = {"position": 0, "arrived_at": happened.isoformat()}
    if placed.state in BEFORE_DEPARTED:
        stay |= {"departed_at": happened.isoformat(), "start": london_date(happened).isoformat()}
    fact = _Fact(context, role, placed.patient, reason, happened, placed)
    becomes = {"state": PlacementState.ARRIVED.value}
    entry = fact.entry(*named, against=against, becomes=becomes, stays=[stay])
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
    against = against_moving_on(context, placed, happened)
    if not against:
        raise UserError("Nothing speaks against it.", "Record as usual that they moved on.")
    facts = (Happening.MOVED_ON_ALL_THE_SAME, *((Happening.LEFT_UNTOLD,) if untold(after) else ()))
    on = london_date(happened).isoformat()
    when = happened.isoformat()
    stays = [
        {"position": placed.stay, "end": on, "holds": 0},
        {"position": at_stay, "departed_at": when, "arrived_at": when, "start": on},
    ]
    becomes = {"state": PlacementState.ARRIVED.value, "stay": at_stay}
    fact = _Fact(context, role, placed.patient, reason, happened, placed)
    return [fact.entry(*facts, against=against, becomes=becomes, stays=stays, where=(after.setting, ""))]


def left_without_us(
    context: Context,
    *,
    patient: str,
    reason: str,
    setting: str | None = None,
    elsewhere: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """They left hospital without a placement: to a setting of the hub, or somewhere else; also without a
    result, where one was missing.

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
    facts = [Happening.LEFT_WITHOUT_US]
    block = context.queries.block_on(patient)
    if block is not None:
        against.append(Against(block.rule, block.text))
        facts.append(Happening.LEFT_WITHOUT_RESULT)
    fact = _Fact(context, role, patient, reason, happened)
    entry = fact.entry(
        *facts,
        against=against,
        where=_where(context, setting, elsewhere),
        left=LeaveReason.LEFT_WITHOUT_US,
    )
    tasks = Tasks(context)
    others = context.queries.active_of(patient)
    return [*_given_up(others, tasks, role, happened, "left without us"), entry]


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
    fact = _Fact(context, role, placed.patient, reason, _happened(context, placed, at), placed)
    against, also = _against_elsewhere(context, placed)
    return fact.over(
        Happening.ARRIVED_ELSEWHERE,
        *also,
        outcome=EndOutcome.MOVED_ELSEWHERE,
        left=LeaveReason.PLACED,
        against=against,
        where=where,
    )


def _against_elsewhere(context: Context, placed: Placed) -> tuple[list[Against], list[Happening]]:
    """The rules that going to another place breaks, and what else it counts as: without the authority's
    approval of any, and, where no departure was recorded, without a result."""
    also: list[Happening] = []
    if placed.state is PlacementState.PROPOSED:
        against = [Against("A1", "No LA lead had approved it.")]
        also.append(Happening.LEFT_WITHOUT_US)
    else:
        name = placed.stays[0].view.setting_name
        against = [Against("A1", f"The local authority had approved {name}.")]
    block = context.queries.block_on(placed.patient) if placed.state in BEFORE_DEPARTED else None
    if block is not None:
        against.append(Against(block.rule, block.text))
        also.append(Happening.LEFT_WITHOUT_RESULT)
    return against, also


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
    fact = _Fact(context, role, placed.patient, reason, _happened(context, placed, at), placed)
    home = placed.stays[0].view
    back = setting is None and not elsewhere.strip()
    return fact.over(
        Happening.TURNED_AWAY,
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
    fact = _Fact(context, role, placed.patient, reason, _happened(context, placed, at), placed)
    return fact.over(
        Happening.READMITTED,
        outcome=EndOutcome.BACK_TO_HOSPITAL,
        left=None,
        where=(placed.current.view.setting, ""),
    )


def died(context: Context, *, patient: str, reason: str = "", at: datetime | None = None) -> list[Entry]:
    """They died, wherever they stood: what was booked is to be cancelled, whoever expects them to be told.

    Of a record that is a part of another it is that one's person who died.
    """
    role = context.role("died")
    patient = context.queries.survivor(patient)
    person = context.queries.person(patient)
    if person.left_reason == LeaveReason.DIED.value:
        raise UserError("Their death is on record.", "Nothing needs to be done.")
    if person.left_reason == LeaveReason.ENTERED_BY_MISTAKE.value:
        raise NotAllowed(f"{patient} was entered by mistake.", "Take them back on the list first.")
    happened = context.happened(at)
    active = context.queries.active_of(patient)
    gone = [placed for placed in active if placed.state not in BEFORE_DEPARTED]
    words = reason.strip() or "died"
    fact = _Fact(context, role, patient, words, happened, gone[-1] if gone else None)
    if gone:
        where = (gone[-1].current.view.setting, "")
        return fact.over(Happening.DIED, outcome=EndOutcome.DIED, left=LeaveReason.DIED, where=where)
    entry = fact.entry(Happening.DIED, left=LeaveReason.DIED)
    return [*_given_up(active, Tasks(context), role, happened, "died"), entry]


def doesnt_fit(
    context: Context, *, about: str, words: str, why: str, rule: str, at: datetime | None = None
) -> list[Entry]:
    """Something was recorded while a desk was cut off, and what came meanwhile speaks against it: it changes
    nothing by itself, and goes to a person who finds out what is true.

    `about`: the person, placement or home; or an observation, task, action, fact or request for help of one.
    """
    role = context.role("doesnt_fit")
    queries, happened = context.queries, context.happened(at)
    found = queries.about(about)
    if found is None:
        raise UserError(f"There is no {about} on record." if about else "It is about nothing on record.")
    placed = None if found.placement is None else queries.placed(found.placement)
    patient = None if found.patient is None else queries.survivor(found.patient)
    setting = None if found.setting is None else queries.whole(found.setting)
    if setting is not None:
        words = words.replace(about, queries.setting_details(setting).name)
    fact = _Fact(context, role, patient, words, happened, placed)
    where = None if setting is None else (setting, "")
    entry = fact.entry(Happening.DOESNT_FIT, against=[Against(rule, why)], where=where)
    return [entry if placed or patient else replace(entry, subject=setting or about)]


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
    fact = _Fact(context, role, placed.patient, "Recorded as an arrival.", happened, placed)
    # the placement's own last step is the arrival, which can be taken back
    return [replace(fact.entry(Happening.ARRIVED_ALL_THE_SAME, against=against), subject=placed.patient)]


# --- what they share -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fact:
    """What happened to somebody, by a placement or without one: who records it, why, and when it was; without
    a person what is recorded of a home."""

    context: Context
    role: Role
    patient: str | None
    reason: str
    happened: datetime
    placed: Placed | None = None

    def entry(
        self,
        *facts: Happening,
        against: Sequence[Against] = (),
        becomes: dict[str, Any] | None = None,
        stays: Sequence[dict[str, Any]] = (),
        where: tuple[str | None, str] | None = None,
        left: LeaveReason | None = None,
        code: DeclineReason | None = None,
        tasks: Sequence[dict[str, Any]] = (),
    ) -> Entry:
        """The one entry of it; it goes to whoever it is escalated to, with a clock."""
        queries, about = self.context.queries, self.placed.id if self.placed is not None else None
        assigned = queries.escalated_to(about, to=roles_for(("deal_with",)))
        if assigned is None:
            raise UserError("Nobody is left at this hub to whom it could go.", "Add an administrator.")
        user = queries.user(assigned)
        number = queries.next_number("happenings")
        setting, elsewhere = where if where is not None else (None, "")
        if where is None and self.placed is not None:
            setting = self.placed.stays[0].view.setting
        due = self.context.now + timedelta(hours=queries.hub().escalation_hours)
        body = {
            "number": number,
            "id": f"F-{number:04d}",
            "facts": [fact.value for fact in facts],
            "patient": self.patient,
            "placement": about,
            "setting": setting,
            "elsewhere": elsewhere,
            "hospital": "" if self.patient is None else queries.patient_details(self.patient).hospital or "",
            "against": [{"rule": each.rule, "sentence": each.sentence} for each in against],
            "reason": wanted(self.reason, what="The reason"),
            "assigned": assigned,
            "assigned_name": assigned if user is None else user.name,
            "due_at": due.isoformat(),
            "becomes": becomes or {},
            "stays": list(stays),
            "left": None if left is None else left.value,
            "code": None if code is None else code.value,
            "tasks": list(tasks),
        }
        return Entry(Kind.HAPPENED, about or self.patient or "hub", body, self.role, self.happened)

    def over(
        self,
        fact: Happening,
        *also: Happening,
        outcome: EndOutcome,
        left: LeaveReason | None,
        where: tuple[str | None, str],
        against: Sequence[Against] = (),
        code: DeclineReason | None = None,
        tell: bool = True,
    ) -> list[Entry]:
        """The placement is over by it; the one before or after it is over with it."""
        assert self.placed is not None
        placed, tasks = self.placed, Tasks(self.context)
        ends = max(london_date(self.happened), placed.current.view.start)
        entry = self.entry(
            fact,
            *also,
            against=against,
            becomes={"state": PlacementState.ENDED.value, "outcome": outcome.value, "onward": 0},
            stays=[{"position": placed.stay, "end": ends.isoformat()}],
            where=where,
            left=left,
            code=code,
            tasks=tasks.of(placed, from_stay=placed.stay, tell=tell),
        )
        others = [other for other in self.context.queries.active_of(placed.patient) if other.id != placed.id]
        waiting = [other for other in others if other.state in BEFORE_DEPARTED]
        gone = [
            ended(other, self.role, self.happened, outcome, left=None, note=f"By {placed.id}.")
            for other in others
            if other.state not in BEFORE_DEPARTED
        ]
        return [*_given_up(waiting, tasks, self.role, self.happened, fact.words), *gone, entry]


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


def _where(context: Context, setting: str | None, elsewhere: str) -> tuple[str | None, str]:
    """Where they went: a setting of the hub, or somewhere else in words."""
    if setting is not None:
        setting = context.queries.whole(setting)
        context.queries.setting_details(setting)
        return setting, ""
    return None, wanted(elsewhere, what="Where they went")


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


__all__ = [
    "arrived", "arrived_elsewhere", "died", "doesnt_fit", "left", "left_without_us", "moved_on",
    "noted_arrival", "readmitted", "turned_away",
]  # fmt: skip
