"""Placements as Approvals and Moves ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from discharge.model.approving import ACCEPT, APPROVE, RELEASE, ApprovalLimit, Costs, Principle, StayCost
from discharge.model.flags import Flag
from discharge.model.hospital import hospital_name
from discharge.model.people import User
from discharge.model.placement import ACTIVE, PlacementState
from discharge.model.shown.placements import (
    ApprovalPage,
    ApprovalRow,
    IsolationEnd,
    MoveRow,
    PlacementPage,
    ReleasePage,
    Step,
)
from discharge.model.shown.record import JournalLine
from discharge.rules import approving
from discharge.rules.approving import against, fee_that_counts
from discharge.rules.requirement import FAR
from discharge.store.ask import bundles, infection, patients, record, settings, waiting
from discharge.store.ask.company import Company, company
from discharge.store.ask.placed import Placed
from discharge.store.ask.placement_steps import next_step, released
from discharge.store.ask.placements import one, read
from discharge.store.ask.view import View, in_chunks, marks, once
from discharge.store.ask.watched import flags_of
from discharge.store.ask.who import whos
from discharge.store.journal import BESIDE_STEPS
from discharge.words.days import day_and_time

_OVER = "SELECT id FROM placements WHERE state NOT IN ({}) ORDER BY number DESC LIMIT {}"


def moves(view: View, *, over: bool = False, limit_over: int = 500) -> tuple[MoveRow, ...]:
    """Every active placement with its next step, the most pressing first; with `over` the newest others."""
    if not over:
        return moving(view)
    ended = [row[0] for row in view.rows(_OVER.format(patients.ACTIVE_STATES, limit_over))]
    others = [placed for chunk in in_chunks(ended) for placed in read(view, f"id IN ({marks(chunk)})", chunk)]
    among = company(view, others)
    return (*moving(view), *sorted((_move(view, placed, among, ()) for placed in others), key=_pressing))


@once
def moving(view: View) -> tuple[MoveRow, ...]:
    """Every active placement with its next step, the most pressing first."""
    active = read(view, f"state IN ({patients.ACTIVE_STATES})")
    among, flags = company(view, active, whole=True), flags_of(view, [placed.id for placed in active])
    return tuple(sorted((_move(view, placed, among, flags[placed.id]) for placed in active), key=_pressing))


def _pressing(row: MoveRow) -> tuple[bool, bool, bool, float, int, str]:
    """The most pressing first."""
    due = row.due.timestamp() if row.due is not None else float("inf")
    return (not row.state.is_active, not row.overdue, not row.flags, due, row.priority, row.id)


def _move(view: View, placed: Placed, among: Company, flags: tuple[Flag, ...]) -> MoveRow:
    person = among.people[placed.patient]
    details, active = person.details, placed.state in ACTIVE
    end = infection.isolation_end(person.state) if active else None
    due = next_step(view, placed, among)
    return MoveRow(
        id=placed.id,
        patient=placed.patient,
        patient_name=details.name,
        priority=details.priority,
        pathway=details.pathway,
        hospital=details.hospital,
        hospital_name=hospital_name(view.hub.hospitals, details.hospital),
        ward=details.ward,
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
        isolation_least=infection.isolation_least(person.state) if active else None,
        released=released(placed, person),
        flags=flags,
        proposed_by=placed.proposed_by_name,
        proposers=_proposers(view, placed),
        authority=details.local_authority,
        approved_by=placed.approved_by_name,
        onward=placed.onward or placed.alone,
        follows=placed.follows,
        who=whos(view)[placed.patient],
    )


def page(view: View, name: str) -> PlacementPage:
    """Everything about one placement."""
    placed = one(view, name)
    flags = flags_of(view, [name])[name] if placed.is_active else ()
    lines = record.entries(view, subject=name, limit=500)
    return PlacementPage(
        row=_move(view, placed, company(view, [placed]), flags),
        plan=placed.plan,
        by_hand_reason=placed.by_hand_reason,
        points=placed.points,
        because=placed.because,
        timeline=lines,
        sent=_sent(view, name, RELEASE) or (_sent(view, name, ACCEPT) if _is_asked(placed) else ""),
    )


def release(view: View, name: str) -> ReleasePage:
    """Everything a clinician needs to decide on a release from isolation."""
    found = page(view, name)
    patient = patients.rows(view, ids=[found.row.patient])[0]
    return ReleasePage(
        placement=found,
        patient=patient,
        details=patients.person(view, patient.id).details,
        infection=patient.infection,
        observations=patients.observations(view, patient.id),
        attestations=patients.attestations(view, patient.id),
    )


def _step(line: Any) -> Step:
    return Step(line.happened_at, line.sentence, line.user_name, line.role)


def isolation_ends(view: View, *, days: int = 7) -> tuple[IsolationEnd, ...]:
    """The isolations of placed people that end within `days` days, today included, soonest first.

    Each person once: where they are on their way to an onward place already, at the stay before it.
    """
    last = view.today + timedelta(days)
    found = []
    rows = moves(view)
    there, onwards = {row.id for row in rows}, {row.follows: row for row in rows if row.follows}
    for row in rows:
        if (
            row.follows in there
            or row.isolation_end is None
            or row.isolation_end > last
            or row.state is PlacementState.PROPOSED
        ):
            continue
        later = row.stays[row.stay + 1 :]
        current = row.current
        onward = onwards.get(row.id)
        goes_to = later[0] if later else onward.current if onward is not None else None
        stays_on = goes_to is None and not row.onward
        found.append(
            IsolationEnd(
                placement=row.id,
                patient_name=row.patient_name,
                setting_name=current.setting_name,
                ends=row.isolation_end,
                released=row.released,
                goes_to=goes_to.setting_name if goes_to is not None else "",
                stays_on=stays_on,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.ends, one.placement)))


def _proposers(view: View, placed: Placed) -> frozenset[str]:
    return record.accounts_of(view, user=placed.proposed_by, name=placed.proposed_by_name)


def weekly_fee(view: View, placed: Placed) -> float | None:
    """The highest weekly fee of its stays that a limit is held against (A4); None where one isn't known."""
    return _highest(view, placed, _fees(view, [placed]))


def _fees(view: View, placements: Sequence[Placed]) -> dict[str, float | None]:
    """The weekly fees of the settings where these placements hold beds."""
    there = sorted({stay.view.setting for placed in placements for stay in placed.holding})
    return {
        name: fee
        for chunk in in_chunks(there)
        for name, fee in view.rows(f"SELECT id, weekly_fee FROM settings WHERE id IN ({marks(chunk)})", chunk)
    }


def _highest(view: View, placed: Placed, fees: Mapping[str, float | None]) -> float | None:
    found = [
        fee_that_counts(
            now=fees.get(stay.view.setting),
            proposed=stay.fee,
            waiting=_fee_waiting(view, stay.view.setting),
        )
        for stay in placed.holding
    ]
    known = [fee for fee in found if fee is not None]
    return max(known) if known and len(known) == len(found) else None


def _fee_waiting(view: View, setting: str) -> tuple[float | None, ...]:
    """The weekly fee of a setting that waits for a second person's word, where one does (A4)."""
    waits = waiting.fees(view)
    return (waits[setting],) if setting in waits else ()


def approvals(view: View) -> tuple[ApprovalRow, ...]:
    """What waits for an LA lead: the most urgent first, then the longest waiting."""
    proposed = read(view, "state = 'proposed'")
    among = company(view, proposed)
    fees = _fees(view, proposed)
    ids = {placed.patient: placed.id for placed in proposed}
    flags = flags_of(view, [placed.id for placed in proposed])
    rows = [_approval(view, placed, among, fees, ids=ids, flags=flags[placed.id]) for placed in proposed]
    return tuple(sorted(rows, key=lambda row: (row.priority, row.start, -row.waiting_days, row.id)))


def _approval(
    view: View,
    placed: Placed,
    among: Company,
    fees: Mapping[str, float | None],
    *,
    ids: Mapping[str, str],
    flags: tuple[Flag, ...],
) -> ApprovalRow:
    """`ids` are of the placements that wait for approval, by person."""
    person = among.people[placed.patient]
    end = infection.isolation_end(person.state)
    return ApprovalRow(
        id=placed.id,
        patient=placed.patient,
        patient_name=person.name,
        priority=person.details.priority,
        pathway=person.details.pathway,
        waiting_days=max(0, (view.today - person.waiting_since).days),
        proposed_at=placed.proposed_at,
        proposed_by=placed.proposed_by_name,
        proposers=_proposers(view, placed),
        authority=person.details.local_authority,
        by_hand=placed.plan is None,
        first_setting=placed.stays[0].view.setting_name,
        last_setting=placed.stays[-1].view.setting_name,
        start=placed.first_start,
        conditions=placed.conditions,
        weekly_fee=_highest(view, placed, fees),
        flags=flags,
        isolation_end=None if end == FAR else end,
        isolation_least=infection.isolation_least(person.state),
        together=tuple(sorted(ids[mate] for mate in among.together.get(placed.patient, ()) if mate in ids)),
        who=whos(view)[placed.patient],
    )


def approval(view: View, name: str) -> ApprovalPage:
    """Everything an LA lead needs to decide on one placement."""
    placed = one(view, name)
    among = company(view, [placed])
    fees = _fees(view, [placed])
    flags = flags_of(view, [name])[name] if placed.is_active else ()
    row = _approval(view, placed, among, fees, ids={}, flags=flags)
    patient = patients.rows(view, ids=[placed.patient])[0]
    deciders = tuple(_deciders(view, row))
    return ApprovalPage(
        row=row,
        patient=patient,
        details=patients.person(view, placed.patient).details,
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
        deciders=deciders,
        marks={user.id: said for user in deciders if (said := _let_in(view, row, user))},
        earlier=_earlier(view, placed),
        costs=costs(view, placed, fees, weekly=row.weekly_fee),
        principle=None if placed.principle is None else Principle(placed.principle),
        sent=_sent(view, name, APPROVE),
    )


def _is_asked(placed: Placed) -> bool:
    """Whether a home was told and hasn't answered."""
    return placed.is_active and any(
        stay.holds and stay.view.told_at is not None and stay.view.accepted_at is None
        for stay in placed.stays
    )


def _sent(view: View, name: str, asks: str) -> str:
    """To whom it went as a file last that asked this, while they can answer."""
    last = bundles.last_sent(view, name, asks)
    if last is None or last.expires < view.now:
        return ""
    user = record.user(view, last.whom)
    whom = last.whom_name if user is None else user.name
    return f"{whom}, {day_and_time(last.at)}; can be answered until {day_and_time(last.expires)}"


def _companion(view: View, placed: Placed, among: Company) -> str:
    mates = sorted(among.together.get(placed.patient, ()))
    said = []
    for row in patients.rows(view, ids=mates) if mates else ():
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


def _let_in(view: View, row: ApprovalRow, user: User) -> str:
    return record.let_in(view, user=user.id, others=row.proposers)


def _deciders(view: View, row: ApprovalRow) -> Iterator[User]:
    """The active people of the hub whom neither A1, A4 nor A6 keeps from it."""
    for user in record.users(view):
        limit = limit_of(view, user.id)
        if user.active and not against(
            user=user,
            proposers=row.proposers,
            authority=row.authority,
            weekly_fee=row.weekly_fee,
            limit=limit,
        ):
            yield user


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
    """The placement's steps without those that were taken back; it is always the last that is."""
    found: list[JournalLine] = []
    for line in reversed(record.entries(view, subject=name)):
        if line.kind in BESIDE_STEPS:
            continue
        if line.kind == "placement_step_taken_back":
            found.pop()
        else:
            found.append(line)
    return found


def costs(view: View, placed: Placed, fees: Mapping[str, float | None], *, weekly: float | None) -> Costs:
    """What the placement's stays cost, by the weekly fees of their settings."""
    stays = []
    days = view.hub.horizon_days
    last = placed.first_start + timedelta(days)
    first_days: float | None = 0.0
    for stay in placed.holding:
        fee, start, end = fees.get(stay.view.setting), stay.view.start, stay.view.end
        nights = None if end is None else (end - start).days
        waits = _fee_waiting(view, stay.view.setting)
        stays.append(StayCost(stay.view.setting_name, fee, nights, proposed=stay.fee, waiting=waits))
        within = max(0, (min(last, end or last) - start).days)
        if within and (fee is None or first_days is None):
            first_days = None
        elif fee is not None and first_days is not None:
            first_days += fee * within / 7
    return Costs(tuple(stays), weekly, days, None if first_days is None else round(first_days, 2))


def costs_of(
    view: View, placements: Sequence[Placed], weekly: Mapping[str, float | None]
) -> dict[str, Costs]:
    """The same of several, by placement; `weekly` are the fees that a limit is held against."""
    fees = _fees(view, placements)
    return {placed.id: costs(view, placed, fees, weekly=weekly.get(placed.id)) for placed in placements}


def limit_of(view: View, user: str) -> ApprovalLimit:
    """Up to which weekly fee this user may approve today, by the hub's approval rules (A4)."""
    return approving.limit_of(view.hub.approval_rules, user=user, on=view.today)


__all__ = [
    "approval", "approvals", "costs", "costs_of", "isolation_ends", "limit_of", "moves", "moving", "page",
    "release", "weekly_fee",
]  # fmt: skip
