"""Placements that an LA lead goes through in one go: their sum before, and the receipt after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from discharge.model.approving import Principle
from discharge.model.role import Role
from discharge.model.shown.sittings import Decided, Deciding, DecidingTogether, Receipt
from discharge.store import journal
from discharge.store.ask import placement_pages, plans
from discharge.store.ask.placements import read
from discharge.store.ask.view import View, in_chunks, marks
from discharge.store.journal import LINE_COLUMNS, Kind, Line


def deciding(view: View, names: Sequence[str]) -> DecidingTogether:
    """What these placements come to, in the order asked for; those that wait no more are left out."""
    rows = {row.id: row for row in placement_pages.approvals(view)}
    placed = [one for chunk in in_chunks(names) for one in read(view, f"id IN ({marks(chunk)})", chunk)]
    costs = placement_pages.costs_of(view, placed, {row.id: row.weekly_fee for row in rows.values()})
    by_id = {one.id: one for one in placed}
    those = tuple(
        Deciding(
            row=rows[name],
            costs=costs[name],
            plan=by_id[name].plan,
            by_hand_reason=by_id[name].by_hand_reason,
            principle=_principle(by_id[name].principle),
        )
        for name in names
        if name in rows
    )
    wanted = {each.plan for each in those}
    return DecidingTogether(those, tuple(row for row in plans.rows(view) if row.id in wanted))


def _principle(name: str | None) -> Principle | None:
    return None if not name else Principle(name)


def sitting_of(view: View, seq: int) -> str | None:
    """The sitting in which the entry of this number approved a placement; None where it is of none."""
    row = view.row(f"SELECT {LINE_COLUMNS} FROM journal WHERE seq = ?", (seq,))
    line = None if row is None else journal.line(row)
    if line is None or line.kind is not Kind.PLACEMENT_APPROVED or "sitting" not in line.body:
        return None
    found: str = line.body["sitting"]["id"]
    return found


def receipt(view: View, sitting: str) -> Receipt | None:
    """What came of a sitting, as the record has it; None where there is none of this id.

    Its entries were written in one go: they stand one after the other.
    """
    sql = f"SELECT {LINE_COLUMNS} FROM journal WHERE kind = ? AND instr(body, ?) > 0 ORDER BY seq"
    lines = [journal.line(row) for row in view.rows(sql, (Kind.PLACEMENT_APPROVED.value, sitting))]
    lines = [line for line in lines if line.body.get("sitting", {}).get("id") == sitting]
    if not lines:
        return None
    first = lines[0]
    left_out = first.body["sitting"]["left_out"]
    about = _about(view, [*(line.subject for line in lines), *(each["placement"] for each in left_out)])
    return Receipt(
        id=sitting,
        at=first.recorded_at,
        by=first.user_name,
        role=Role(first.role).words,
        hub=view.hub.name,
        note=first.body["note"],
        principle=_principle(first.body["principle"]),
        approved=tuple(_approved(line, about) for line in lines),
        left_out=tuple(
            Decided(
                **about[each["placement"]], fee=None, conditions=(), rule=each["rule"], why=each["why"],
            )
            for each in left_out
        ),
    )  # fmt: skip


def _approved(line: Line, about: Mapping[str, dict[str, Any]]) -> Decided:
    conditions = tuple(line.body["conditions"])
    return Decided(**about[line.subject], fee=line.body["sitting"]["fee"], conditions=conditions)


def _about(view: View, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    people = view.patient_names
    found = {}
    for chunk in in_chunks(list(names)):
        for one in read(view, f"id IN ({marks(chunk)})", chunk):
            goes = dict.fromkeys(stay.view.setting_name for stay in one.stays)
            found[one.id] = {
                "placement": one.id,
                "patient": one.patient,
                "patient_name": people[one.patient],
                "goes_to": ", then ".join(goes),
                "start": one.first_start,
            }
    return found


__all__ = ["deciding", "receipt", "sitting_of"]
