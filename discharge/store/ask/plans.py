"""Plans as the Match page asks for them, and their files byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from discharge.model.case import Case
from discharge.model.errors import UserError
from discharge.model.files import PlanFiles, read_case, read_plan
from discharge.model.placement import PlacementState
from discharge.model.plan import Placement, Plan
from discharge.model.shown.placements import StayView
from discharge.model.shown.plans import Change, PlanPage, PlanRow, ProposalRow, UnplacedRow
from discharge.store import journal
from discharge.store.ask import cases
from discharge.store.ask.patients import ACTIVE_STATES
from discharge.store.ask.placements import STATE_NOW
from discharge.store.ask.sentences import shown_day
from discharge.store.ask.view import View
from discharge.store.ask.who import whos
from discharge.store.journal import Kind

_COLUMNS = 'id, made_at, "by", rule_set, case_sha256, status, gap, listed, placed, unplaced, points, seconds'

_DEPEND_NOT = (
    Kind.HUB_FOUNDED, Kind.USER_ADDED, Kind.USER_AMENDED, Kind.APPROVAL_RULES_SET, Kind.PLAN_STORED,
    Kind.CHANGE_REFUSED, Kind.CHANGE_TAKEN_BACK,
    Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED, Kind.PLACEMENT_PROPOSED, Kind.PLACEMENT_APPROVED,
    Kind.PLACEMENT_TOLD, Kind.PLACEMENT_ACCEPTED, Kind.PLACEMENT_BOOKED, Kind.PLACEMENT_RELEASED,
)  # fmt: skip
"""Entries on which no plan depends; any other makes the plans before it outdated."""


def rows(view: View, *, limit: int = -1) -> tuple[PlanRow, ...]:
    """Every plan, newest first; of many the newest `limit`."""
    sql = f"SELECT {_COLUMNS} FROM plans ORDER BY number DESC LIMIT ?"
    return tuple(_row(row) for row in view.rows(sql, (limit,)))


def _row(row: tuple[Any, ...]) -> PlanRow:
    return PlanRow(
        id=row[0],
        made_at=datetime.fromisoformat(row[1]),
        by=row[2],
        rule_set=row[3],
        case_sha256=row[4],
        status=row[5],
        gap=row[6],
        listed=row[7],
        placed=tuple(json.loads(row[8])),
        unplaced=row[9],
        points=row[10],
        seconds=row[11],
    )


def files(view: View, name: str) -> PlanFiles:
    """A plan's files, byte for byte as they were stored; `UserError` where there is no such plan."""
    row = view.row(
        "SELECT case_sha256, plan_sha256, rules_sha256 FROM plans WHERE id = ?",
        (name,),
    )
    if row is None:
        raise UserError(f"There is no plan {name} in this hub.", "Choose one of the list.")
    case, plan, rules = (journal.read_file(view.connection, sha256) for sha256 in row)
    return PlanFiles(
        case=case,
        plan=plan,
        rules=rules,
        previous=_previous(view, name),
    )


def _previous(view: View, name: str) -> bytes | None:
    """The plan file that this plan kept to; None where it was planned from nothing."""
    sql = "SELECT json_extract(body, '$.previous_sha256') FROM journal WHERE kind = ? AND subject = ?"
    sha256 = view.value(sql, (Kind.PLAN_STORED.value, name))
    return None if sha256 is None else journal.read_file(view.connection, sha256)


def placements_of(view: View, name: str) -> dict[str, Placement]:
    """A plan's placements by patient, the locked ones too."""
    plan = read_plan(files(view, name).plan)
    return {placement.patient: placement for placement in plan.placements}


def page(view: View, name: str) -> PlanPage:
    """A whole plan, with what became of each proposal since and what the plan before it said."""
    stored = files(view, name)
    case, plan = read_case(stored.case), read_plan(stored.plan)
    number, seq = view.rows("SELECT number, as_of_seq FROM plans WHERE id = ?", (name,))[0]
    row = _row(view.rows(f"SELECT {_COLUMNS} FROM plans WHERE id = ?", (name,))[0])
    before_id = view.value("SELECT id FROM plans WHERE number < ? ORDER BY number DESC LIMIT 1", (number,))
    before = None if before_id is None else read_plan(files(view, before_id).plan)
    names = cases.names_of(view, case)
    return PlanPage(
        row=row,
        plan=plan,
        case=case,
        proposals=tuple(_proposals(view, name, case, plan, before, names)),
        unplaced=tuple(_unplaced(view, case, plan, before, names)),
        names=names,
        outdated=_outdated(view, seq),
    )


def engine_of(view: View, name: str) -> str:
    """The version of the program that made this plan; empty where that wasn't recorded."""
    sql = "SELECT json_extract(body, '$.engine') FROM journal WHERE kind = ? AND subject = ?"
    return str(view.value(sql, (Kind.PLAN_STORED.value, name)) or "")


def is_outdated(view: View, name: str) -> bool:
    """Whether something on which this plan depends was recorded since."""
    seq = view.value("SELECT as_of_seq FROM plans WHERE id = ?", (name,))
    return seq is not None and _outdated(view, seq)


def _outdated(view: View, seq: int) -> bool:
    known = ", ".join(f"'{kind}'" for kind in _DEPEND_NOT)
    return (
        view.value(f"SELECT 1 FROM journal WHERE seq > ? AND kind NOT IN ({known}) LIMIT 1", (seq,))
        is not None
    )


def _where(placement: Placement, names: Mapping[str, str]) -> str:
    first = placement.stays[0]
    return f"{names.get(first.setting, first.setting)}, {shown_day(first.start)}"


_STATES = (
    f"SELECT p.patient, p.id, {STATE_NOW} FROM placements p"
    " JOIN stays s ON s.placement = p.id AND s.position = p.stay"
)
"""Whose placement stands where now, as Moves and Patients say it."""


def _proposals(
    view: View, name: str, case: Case, plan: Plan, before: Plan | None, names: Mapping[str, str]
) -> list[ProposalRow]:
    people = {patient.id: patient for patient in case.patients}
    sent = {
        row[0]: (row[1], PlacementState(row[2]))
        for row in view.rows(f"{_STATES} WHERE p.plan = ? ORDER BY p.number", (name,))
    }
    for row in view.rows(f"{_STATES} WHERE p.state IN ({ACTIVE_STATES}) ORDER BY p.number"):
        if row[0] not in sent:
            locked_one = next((p for p in plan.placements if p.patient == row[0] and p.locked), None)
            if locked_one is not None:
                sent[row[0]] = (row[1], PlacementState(row[2]))
    kept = dict(view.rows("SELECT patient, plan FROM kept"))
    phones = dict(view.rows("SELECT id, phone FROM settings WHERE phone != ''"))
    earlier = {} if before is None else {placement.patient: placement for placement in before.placements}
    found = []
    for placement in plan.placements:
        known = people.get(placement.patient)
        was = earlier.get(placement.patient)
        placed = sent.get(placement.patient)
        found.append(
            ProposalRow(
                patient=placement.patient,
                patient_name=names.get(placement.patient, placement.patient),
                priority=known.priority if known else 0,
                pathway=known.pathway if known else "",
                locked=placement.locked,
                stays=tuple(_stay(stay, names, phones) for stay in placement.stays),
                conditions=placement.conditions,
                points=placement.points,
                because=placement.because,
                kept=kept.get(placement.patient) == name or (placement.locked and placement.patient in kept),
                placement=placed[0] if placed else None,
                placement_state=placed[1] if placed else None,
                change=_change(before, was, placement),
                before=_where(was, names) if was is not None else "",
                who=whos(view)[placement.patient],
            )
        )
    return sorted(found, key=lambda row: (row.locked, row.priority, row.start, row.patient))


def _change(before: Plan | None, was: Placement | None, placement: Placement) -> Change:
    if before is None:
        return Change.FIRST
    if was is None:
        return Change.NEW
    places = [(stay.setting, stay.unit, stay.beds, stay.start) for stay in placement.stays]
    same = places == [(stay.setting, stay.unit, stay.beds, stay.start) for stay in was.stays]
    return Change.SAME if same else Change.MOVED


def _stay(stay: Any, names: Mapping[str, str], phones: Mapping[str, str]) -> StayView:
    return StayView(
        setting=stay.setting,
        setting_name=names.get(stay.setting, stay.setting),
        phone=phones.get(stay.setting, ""),
        unit=stay.unit,
        beds=stay.beds,
        start=stay.start,
        end=stay.end,
        requirement=stay.requirement,
        organisms=stay.organisms,
        told_at=None,
        told_result="",
        accepted_at=None,
        accepted_by=None,
        transport=None,
        departed_at=None,
        arrived_at=None,
    )


def _unplaced(
    view: View, case: Case, plan: Plan, before: Plan | None, names: Mapping[str, str]
) -> list[UnplacedRow]:
    people = {patient.id: patient for patient in case.patients}
    earlier = set() if before is None else {placement.patient for placement in before.placements}
    found = [
        UnplacedRow(
            patient=entry.patient,
            patient_name=names.get(entry.patient, entry.patient),
            priority=people[entry.patient].priority,
            pathway=people[entry.patient].pathway,
            unplaced=entry,
            placed_before=entry.patient in earlier,
            who=whos(view)[entry.patient],
        )
        for entry in plan.unplaced
    ]
    return sorted(found, key=lambda row: (row.priority, row.patient))


__all__ = ["files", "page", "placements_of", "rows"]
