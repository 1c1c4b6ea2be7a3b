"""Placements as Approvals and Moves ask for them: where each stands, its next step and its clock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from discharge.model.errors import UserError
from discharge.model.hub import JournalLine
from discharge.model.hub_placement import (
    ACTIVE,
    BEFORE_DEPARTED,
    ApprovalPage,
    ApprovalRow,
    Flag,
    IsolationEnd,
    MoveRow,
    NextStep,
    PlacementPage,
    PlacementState,
    StayView,
    Step,
    Transport,
)
from discharge.model.infection import Clearance
from discharge.model.patient import Pathway
from discharge.model.people import Given, Role
from discharge.model.time import LONDON
from discharge.rules.requirement import ASKS, FAR, InfectionState, Night
from discharge.store import facts, infection, patients, record, settings
from discharge.store.facts import Person
from discharge.store.sentences import shown_day, shown_time
from discharge.store.view import View, day, in_chunks, instant, load, marks, names

JOURNEY_HOURS = 4
"""Hours after which somebody who left and hasn't arrived is asked after."""

_OVER = "SELECT id FROM placements WHERE state NOT IN ({}) ORDER BY number DESC LIMIT {}"


@dataclass(frozen=True, slots=True)
class StayOf:
    """A stay of a placement as the tables have it."""

    view: StayView
    told_seq: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement as the tables have it."""

    id: str
    patient: str
    state: PlacementState
    stay: int
    plan: str | None
    by_hand_reason: str
    points: dict[str, int]
    because: tuple[str, ...]
    conditions: tuple[Any, ...]
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    approved_by_name: str | None
    since: datetime
    released_at: datetime | None
    alone: bool
    onward: bool
    follows: str | None
    stays: tuple[StayOf, ...]

    @property
    def current(self) -> StayOf:
        """The stay the person is in or goes to next."""
        return self.stays[self.stay]

    @property
    def next(self) -> StayOf | None:
        """The stay after the current one; None where there is none any more."""
        after = self.stays[self.stay + 1 :]
        return after[0] if after and after[0].holds else None

    @property
    def holding(self) -> tuple[StayOf, ...]:
        """The current stay and those after it."""
        return tuple(stay for stay in self.stays[self.stay :] if stay.holds)

    @property
    def first_start(self) -> date:
        """The day they leave, or left, hospital."""
        return self.stays[0].view.start


_COLUMNS = (
    "id, patient, state, stay, plan, by_hand_reason, points, because, conditions, proposed_by,"
    " proposed_by_name, proposed_at, approved_by_name, since, released_at, alone, onward, follows"
)


def read(view: View, where: str, values: Sequence[object] = ()) -> list[Placed]:
    """The placements that the condition names, oldest first, with their stays."""
    found = view.rows(f"SELECT {_COLUMNS} FROM placements WHERE {where} ORDER BY number", values)
    stays = _stays(view, [row[0] for row in found])
    return [
        Placed(
            id=row[0],
            patient=row[1],
            state=PlacementState(row[2]),
            stay=row[3],
            plan=row[4],
            by_hand_reason=row[5],
            points=json.loads(row[6]),
            because=names(row[7]),
            conditions=names(row[8]),
            proposed_by=row[9],
            proposed_by_name=row[10],
            proposed_at=datetime.fromisoformat(row[11]),
            approved_by_name=row[12],
            since=datetime.fromisoformat(row[13]),
            released_at=instant(row[14]),
            alone=bool(row[15]),
            onward=bool(row[16]),
            follows=row[17],
            stays=tuple(stays[row[0]]),
        )
        for row in found
    ]


def _stays(view: View, placements: Sequence[str]) -> dict[str, list[StayOf]]:
    found: dict[str, list[StayOf]] = {name: [] for name in placements}
    for chunk in in_chunks(placements):
        for row in view.rows(
            'SELECT t.placement, t.setting, s.name, s.phone, t.unit, t.beds, t.start, t."end", t.requirement,'
            " t.organisms, t.told_at, t.told_result, t.accepted_at, t.accepted_given, t.transport,"
            " t.departed_at, t.arrived_at, t.told_seq, t.holds"
            " FROM stays t LEFT JOIN settings s ON s.id = t.setting"
            f" WHERE t.placement IN ({marks(chunk)}) ORDER BY t.placement, t.position",
            chunk,
        ):
            shown = StayView(
                setting=row[1],
                setting_name=row[2] or row[1],
                phone=row[3] or "",
                unit=row[4],
                beds=row[5],
                start=date.fromisoformat(row[6]),
                end=day(row[7]),
                requirement=row[8],
                organisms=names(row[9]),
                told_at=instant(row[10]),
                told_result=row[11],
                accepted_at=instant(row[12]),
                accepted_by=None if row[13] is None else load(Given, row[13]),
                transport=None if row[14] is None else load(Transport, row[14]),
                departed_at=instant(row[15]),
                arrived_at=instant(row[16]),
            )
            found[row[0]].append(StayOf(shown, row[17] or 0, bool(row[18])))
    return found


def one(view: View, name: str) -> Placed:
    """One placement; `UserError` where there is none of that id."""
    found = read(view, "id = ?", (name,))
    if not found:
        raise UserError(f"There is no placement {name} in this hub.", "Choose one of the list.")
    return found[0]


def active_of(view: View, patient: str) -> list[Placed]:
    """The person's active placements, oldest first: none, one, or one and the onward one after it."""
    return [placed for placed in read(view, "patient = ?", (patient,)) if placed.state in ACTIVE]


# --- what has changed since: flags -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Door:
    """Whether a setting takes people now (N5)."""

    closed: bool
    outbreak: str | None


@dataclass(frozen=True)
class Company:
    """The people, settings and placements that one placement is held against; read once for many."""

    people: Mapping[str, Person]
    states: Mapping[str, InfectionState]
    doors: Mapping[str, Door]
    ends_in: Mapping[str, str]
    """Where each person's newest active placement ends: a setting's id."""
    together: Mapping[str, frozenset[str]]
    """Whom each person stays together with."""


def company(view: View, placements: Sequence[Placed]) -> Company:
    """Everything that the flags and next steps of these placements need, in a few statements."""
    everybody = facts.people(view, sorted({placed.patient for placed in placements}))
    together = facts.companions(view)
    stays = {stay.view.setting for placed in placements for stay in placed.holding}
    doors: dict[str, Door] = {}
    for chunk in in_chunks(sorted(stays)):
        for row in view.rows(
            "SELECT id, closed_reason, accepting, outbreak, outbreak_assessed FROM settings"
            f" WHERE id IN ({marks(chunk)})",
            chunk,
        ):
            doors[row[0]] = Door(bool(row[1]) or row[2] == 0, None if row[4] else row[3])
    ends = dict(
        view.rows(
            "SELECT p.patient, s.setting FROM placements p JOIN stays s ON s.placement = p.id"
            f" WHERE p.state IN ({patients.ACTIVE_STATES}) AND s.holds = 1 ORDER BY p.number, s.position"
        )
    )
    states = {
        name: infection.state_of(view, everybody[name].facts)
        for name in {placed.patient for placed in placements if placed.state in ACTIVE}
    }
    return Company(everybody, states, doors, ends, together)


def nights(state: InfectionState, *, first: date, start: date, end: date | None) -> list[Night]:
    """What the nights of a stay ask, one for each stretch that asks the same; `first` is the first start."""
    regime = state.from_start(first)
    days = [start, *(change for change in regime.changes(start) if end is None or change < end)]
    if regime.own_room_nights:
        until = first + timedelta(regime.own_room_nights)
        if start < until and (end is None or until < end):
            days.append(until)
    return [regime.night(night, first) for night in sorted(set(days))]


def flags(view: View, placed: Placed, among: Company) -> tuple[Flag, ...]:
    """What has changed since it was proposed and forbids going on, each with its rule's id."""
    found: list[Flag] = []
    state, person = among.states[placed.patient], among.people[placed.patient]
    waits = placed.state in BEFORE_DEPARTED
    first = max(placed.first_start, view.today) if waits else placed.first_start
    block = state.block(first) if waits else None
    if block is not None:
        found.append(Flag(block.rule, f"Can't leave for a care setting: {_lower(block.text)}"))
    for stay in placed.holding:
        start = max(stay.view.start, view.today)
        if block is None:
            found += _harder(state, stay.view, first=first, start=start)
        if stay is not placed.current or waits:
            found += _door(stay.view, person, state, among, first=first, start=start)
            if stay.view.told_at is not None and stay.told_seq < person.told_seq:
                name = stay.view.setting_name
                found.append(
                    Flag("C5", f"A result came after {name} was told: tell it again before anybody leaves.")
                )
    if waits:
        if placed.state is PlacementState.PROPOSED and placed.first_start < view.today:
            day_said = shown_day(placed.first_start)
            text = f"Its start, {day_said}, has passed: plan again, or propose a new day by hand."
            found.append(Flag("N10", text))
        elif (
            len(placed.stays) > 1
            and placed.stays[1].view.start <= first
            and placed.stays[0].view.start < first
        ):
            text = "The first stay would be over before it begins: withdraw it and plan again."
            found.append(Flag("N10", text))
        found += _companions(view, placed, among)
    return tuple(dict.fromkeys(found))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _harder(state: InfectionState, stay: StayView, *, first: date, start: date) -> list[Flag]:
    """Where the nights of a stay now ask for more than the bed was chosen for."""
    if stay.end is not None and stay.end <= start:
        return []
    for night in nights(state, first=first, start=start, end=stay.end):
        stricter = ASKS.index(night.ask) > ASKS.index(stay.requirement)
        another = (
            night.isolates
            and stay.requirement in ("isolation", "designated")
            and not (night.organisms <= set(stay.organisms))
        )
        if stricter or another:
            return [
                Flag(
                    night.rule,
                    f"The bed at {stay.setting_name} was chosen for less. Now: {_lower(night.text)}",
                )
            ]
    return []


def _door(
    stay: StayView,
    person: Person,
    state: InfectionState,
    among: Company,
    *,
    first: date,
    start: date,
) -> list[Flag]:
    door = among.doors.get(stay.setting)
    if door is None:
        return []
    if door.closed:
        return [Flag("N5", f"{stay.setting_name} is closed to admissions.")]
    if door.outbreak is not None:
        night = state.from_start(first).night(start, first)
        returns = person.details.usual_setting == stay.setting and door.outbreak in night.confirmed
        if not returns:
            return [Flag("N5", f"{stay.setting_name} has an outbreak that no risk assessment covers.")]
    return []


def _companions(view: View, placed: Placed, among: Company) -> list[Flag]:
    here = placed.holding[-1].view.setting
    for name in sorted(among.together.get(placed.patient, ())):
        if among.ends_in.get(name) != here:
            who = view.patient_name[name]
            text = f"{who} is to stay together with them and isn't placed in the same setting."
            return [Flag("N7", text)]
    return []


# --- the next step and its clock ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """The next step, why, and until when."""

    step: NextStep
    sentence: str
    due: datetime | None
    overdue: bool


def midnight(when: date) -> datetime:
    """The start of a date in London."""
    return datetime.combine(when, time(), LONDON)


def ago(span: timedelta) -> str:
    """`3 h 10 m`, `2 d 4 h`."""
    minutes = max(0, int(span.total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{hours} h {minutes % 60} m" if hours else f"{minutes} m"


def next_step(view: View, placed: Placed, among: Company) -> Due:
    """What the placement waits for."""
    stay, now, state = placed.current.view, view.now, placed.state

    def by_day(step: NextStep, text: str, when: date) -> Due:
        return Due(step, text, midnight(when), view.today > when)

    def by_clock(step: NextStep, text: str, due: datetime) -> Due:
        return Due(step, text, due, now > due)

    name, leaves = stay.setting_name, shown_day(stay.start)
    if state is PlacementState.PROPOSED:
        waited = ago(now - placed.proposed_at)
        return by_day(NextStep.APPROVE, f"Waits for an LA lead since {waited}; start {leaves}.", stay.start)
    if state is PlacementState.APPROVED:
        return by_day(NextStep.TELL, f"Tell {name} the result and the needs; start {leaves}.", stay.start)
    if state is PlacementState.TOLD:
        return _answer(view, NextStep.ANSWER, stay)
    if state is PlacementState.ACCEPTED:
        return by_day(NextStep.BOOK, f"Book transport to {name} for {leaves}.", stay.start)
    if state is PlacementState.BOOKED:
        at = stay.transport.at if stay.transport else midnight(stay.start)
        return by_clock(NextStep.DEPART, f"Leaves for {name} {shown_time(at)}.", at)
    if state is PlacementState.DEPARTED:
        left = stay.departed_at or placed.since
        text = f"On the way to {name} since {shown_time(left)}."
        return by_clock(NextStep.ARRIVE, text, left + timedelta(hours=JOURNEY_HOURS))
    if state is PlacementState.ARRIVED:
        return _arrived(view, placed, among)
    return Due(
        NextStep.NOTHING,
        f"{state.words[0].upper()}{state.words[1:]} {shown_time(placed.since)}.",
        None,
        False,
    )


def _answer(view: View, step: NextStep, stay: StayView) -> Due:
    told = stay.told_at or view.now
    due = told + timedelta(hours=view.hub.offer_hours)
    text = f"{stay.setting_name} was told {shown_time(told)}: answer awaited for {ago(view.now - told)}."
    return Due(step, text, due, view.now > due)


def _arrived(view: View, placed: Placed, among: Company) -> Due:
    person, end = among.people[placed.patient], infection.isolation_end(among.states[placed.patient])
    stay, after = placed.current.view, placed.next

    def by_day(step: NextStep, text: str, when: date) -> Due:
        return Due(step, text, midnight(when), view.today > when)

    needs_release = "clinical_release" in placed.conditions and not released(placed, person)
    if after is not None:
        then, when = after.view, after.view.start
        if then.told_at is None:
            text = f"Tell {then.setting_name} the result and the needs; moves {shown_day(when)}."
            return by_day(NextStep.TELL_NEXT, text, when)
        if then.accepted_at is None:
            return _answer(view, NextStep.ANSWER_NEXT, then)
        if needs_release:
            text = f"A clinician's release is needed by {shown_day(when)}, to move to {then.setting_name}."
            return by_day(NextStep.RELEASE, text, when)
        if then.transport is None:
            return by_day(
                NextStep.BOOK_NEXT, f"Book transport to {then.setting_name} for {shown_day(when)}.", when
            )
        at = then.transport.at
        return Due(NextStep.MOVE_ON, f"Moves to {then.setting_name} {shown_time(at)}.", at, view.now > at)
    if placed.onward or (placed.alone and person.details.pathway is not Pathway.P1):
        return _onward(view, placed, among, end)
    if placed.alone:
        if stay.end is None and (end is None or end == FAR):
            return Due(
                NextStep.RELEASE,
                "Isolates without an end in sight: a clinician's date is awaited.",
                None,
                False,
            )
        ends = stay.end if end is None or end == FAR else end
        assert ends is not None  # one of the two is a date
        return by_day(NextStep.END, f"Isolation ends {shown_day(ends)}: goes home with support.", ends)
    if needs_release and end is not None and end != FAR:
        return by_day(
            NextStep.RELEASE, f"A clinician's release is needed by {shown_day(end)}; stays on.", end
        )
    if needs_release and end is None:
        return Due(NextStep.RELEASE, "Isolation is over; a clinician's release isn't on record.", None, True)
    if stay.end is not None:
        return by_day(NextStep.END, f"The stay ends {shown_day(stay.end)}.", stay.end)
    return Due(NextStep.END, f"Lives at {stay.setting_name}; record it when settled.", None, False)


def _onward(view: View, placed: Placed, among: Company, end: date | None) -> Due:
    if among.ends_in.get(placed.patient) not in (None, placed.holding[-1].view.setting):
        return Due(NextStep.NOTHING, "The onward placement goes on from here.", None, False)
    stay = placed.current.view
    when = stay.end if end is None or end == FAR else end
    if when is None:
        text = "Isolates without an end in sight: a clinician's date is awaited."
        return Due(NextStep.RELEASE, text, None, False)
    text = f"Isolation ends {shown_day(when)}: an onward place is still to be found."
    return Due(NextStep.PLAN_ONWARD, text, midnight(when), view.today > when)


def released(placed: Placed, person: Person) -> bool:
    """Whether a clinician's release since the first start is on record (C4)."""
    return placed.released_at is not None or any(
        isinstance(seen, Clearance)
        and seen.released_on is not None
        and seen.released_on >= placed.first_start
        for seen in person.facts.observations
    )


# --- pages --------------------------------------------------------------------------------------------


def moves(view: View, *, over: bool = False, limit_over: int = 500) -> tuple[MoveRow, ...]:
    """Every active placement with its next step, the most pressing first; with `over` the newest others."""
    active = read(view, f"state IN ({patients.ACTIVE_STATES})")
    if over:
        ended = [row[0] for row in view.rows(_OVER.format(patients.ACTIVE_STATES, limit_over))]
        active += [
            placed for chunk in in_chunks(ended) for placed in read(view, f"id IN ({marks(chunk)})", chunk)
        ]
    among = company(view, active)
    rows = [_move(view, placed, among) for placed in active]
    far = datetime.max.replace(tzinfo=LONDON)
    rows.sort(
        key=lambda row: (
            not row.state.is_active, not row.overdue, not row.flags, row.due is None,
            row.due.astimezone(LONDON) if row.due else far, row.priority, row.id,
        )
    )  # fmt: skip
    return tuple(rows)


def _move(view: View, placed: Placed, among: Company) -> MoveRow:
    person = among.people[placed.patient]
    active = placed.state in ACTIVE
    end = infection.isolation_end(among.states[placed.patient]) if active else None
    due = next_step(view, placed, among)
    return MoveRow(
        id=placed.id,
        patient=placed.patient,
        patient_name=person.details.name,
        priority=person.details.priority,
        pathway=person.details.pathway,
        hospital=person.details.hospital,
        ward=person.details.ward,
        state=placed.state,
        stays=tuple(stay.view for stay in placed.stays),
        stay=placed.stay,
        conditions=placed.conditions,
        next_step=due.step,
        next_sentence=due.sentence,
        since=placed.since,
        due=due.due,
        overdue=due.overdue,
        isolation_end=None if end is None or end == FAR else end,
        isolation_open_ended=end == FAR,
        released=released(placed, person),
        flags=flags(view, placed, among) if active else (),
        proposed_by=placed.proposed_by_name,
        proposed_by_id=placed.proposed_by,
        approved_by=placed.approved_by_name,
        onward=placed.onward or placed.alone,
        follows=placed.follows,
    )


def page(view: View, name: str) -> PlacementPage:
    """Everything about one placement."""
    placed = one(view, name)
    lines = record.entries(view, subject=name, limit=500)
    return PlacementPage(
        row=_move(view, placed, company(view, [placed])),
        plan=placed.plan,
        by_hand_reason=placed.by_hand_reason,
        points=placed.points,
        because=placed.because,
        steps=tuple(_step(line) for line in reversed(lines)),
        timeline=lines,
    )


def _step(line: Any) -> Step:
    return Step(line.happened_at, line.recorded_at, line.sentence, line.user_name, line.role, line.given)


def isolation_ends(view: View, *, days: int = 7) -> tuple[IsolationEnd, ...]:
    """The isolations of placed people that end within `days` days, today included, soonest first."""
    last = view.today + timedelta(days)
    found = []
    for row in moves(view):
        if row.isolation_end is None or row.isolation_end > last or row.state is PlacementState.PROPOSED:
            continue
        later = row.stays[row.stay + 1 :]
        current = row.current
        stays_on = not later and not row.onward
        found.append(
            IsolationEnd(
                placement=row.id,
                patient=row.patient,
                patient_name=row.patient_name,
                setting_name=current.setting_name,
                ends=row.isolation_end,
                released=row.released,
                goes_to=later[0].setting_name if later else "",
                stays_on=stays_on,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.ends, one.placement)))


def weekly_fee(view: View, placed: Placed) -> float | None:
    """The highest weekly fee of its stays' settings; None where one isn't known."""
    fees = [
        view.value("SELECT weekly_fee FROM settings WHERE id = ?", (stay.view.setting,))
        for stay in placed.holding
    ]
    return None if any(fee is None for fee in fees) else max(fees)


def approvals(view: View) -> tuple[ApprovalRow, ...]:
    """What waits for an LA lead: the most urgent first, then the longest waiting."""
    waiting = read(view, "state = 'proposed'")
    among = company(view, waiting)
    rows = [_approval(view, placed, among) for placed in waiting]
    return tuple(sorted(rows, key=lambda row: (row.priority, row.start, row.id)))


def _approval(view: View, placed: Placed, among: Company) -> ApprovalRow:
    details = among.people[placed.patient].details
    return ApprovalRow(
        id=placed.id,
        patient=placed.patient,
        patient_name=details.name,
        priority=details.priority,
        pathway=details.pathway,
        waiting_days=max(0, (view.today - (details.no_longer_meets_on or details.ready_on)).days),
        proposed_at=placed.proposed_at,
        proposed_by=placed.proposed_by_name,
        proposed_by_id=placed.proposed_by,
        by_hand=placed.plan is None,
        first_setting=placed.stays[0].view.setting_name,
        last_setting=placed.stays[-1].view.setting_name,
        start=placed.first_start,
        conditions=placed.conditions,
        weekly_fee=weekly_fee(view, placed),
        flags=flags(view, placed, among),
    )


def approval(view: View, name: str) -> ApprovalPage:
    """Everything an LA lead needs to decide on one placement."""
    placed = one(view, name)
    among = company(view, [placed])
    if placed.patient not in among.states:
        state = infection.state_of(view, among.people[placed.patient].facts)
        among = replace(among, states={placed.patient: state})
    row = _approval(view, placed, among)
    patient = patients.rows(view, ids=[placed.patient])[0]
    return ApprovalPage(
        row=row,
        patient=patient,
        details=among.people[placed.patient].details,
        infection=patient.infection,
        observations=patients.observations(view, placed.patient),
        attestations=patients.attestations(view, placed.patient),
        stays=tuple(stay.view for stay in placed.stays),
        settings=tuple(settings.rows(view, only=stay.view.setting)[0] for stay in placed.stays),
        conditions=placed.conditions,
        points=placed.points,
        because=placed.because,
        by_hand_reason=placed.by_hand_reason,
        plan=placed.plan,
        companion=_companion(view, placed, among),
        limit="; ".join(_limits(view)),
        may_approve=tuple(_who_may(view, placed, row.weekly_fee)),
        earlier=_earlier(view, placed),
    )


def _companion(view: View, placed: Placed, among: Company) -> str:
    mates = patients.rows(view, ids=sorted(among.together.get(placed.patient, ())))
    said = []
    for row in mates:
        where = f"{row.placement_state.words}, {row.placement_setting}" if row.placement_state else "waiting"
        said.append(f"{row.name}: {where}")
    return "; ".join(said)


def _limits(view: View) -> list[str]:
    today = view.today
    return [
        rule.sentence
        for rule in view.hub.approval_rules
        if rule.valid.start <= today and (rule.valid.end is None or today < rule.valid.end)
    ]


def _who_may(view: View, placed: Placed, fee: float | None) -> list[str]:
    rules = view.hub.approval_rules
    return [
        user.name
        for user in record.users(view)
        if user.active
        and Role.LA_LEAD in user.roles
        and user.id != placed.proposed_by
        and (not rules or any(rule.covers(on=view.today, user=user.id, weekly_fee=fee) for rule in rules))
    ]


_ANSWERS = ("placement_returned", "placement_declined", "placement_unanswered", "placement_withdrawn")


def _earlier(view: View, placed: Placed) -> tuple[Step, ...]:
    others = [
        row[0]
        for row in view.rows(
            "SELECT id FROM placements WHERE patient = ? AND id != ?", (placed.patient, placed.id)
        )
    ]
    lines = [line for name in others for line in _counting(view, name) if line.kind in _ANSWERS]
    return tuple(_step(line) for line in sorted(lines, key=lambda line: line.seq))


def _counting(view: View, name: str) -> list[JournalLine]:
    """The placement's entries without those that were taken back; it is always the last that is."""
    found: list[JournalLine] = []
    for line in reversed(record.entries(view, subject=name)):
        if line.kind == "placement_step_taken_back":
            found.pop()
        else:
            found.append(line)
    return found


__all__ = ["Placed", "active_of", "company", "flags", "moves", "one", "read"]
