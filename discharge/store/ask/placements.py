"""Placements as the tables have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from discharge.model.errors import UserError
from discharge.model.people import Given
from discharge.model.placement import ACTIVE, PlacementState, Transport
from discharge.model.shown.placements import StayView
from discharge.store.ask.memo import Memo
from discharge.store.ask.placed import Placed, StayOf
from discharge.store.ask.view import View, day, instant, load, names

KEPT = 10_000
"""How many placements are remembered from one question to the next."""


_COLUMNS = (
    "id, patient, state, stay, plan, by_hand_reason, points, because, conditions, proposed_by,"
    " proposed_by_name, proposed_at, approved_by_name, since, released_at, alone, onward, follows, principle,"
    " (SELECT q.told_seq FROM patients q WHERE q.id = placements.patient)"
)
_OFFERED = (PlacementState.TOLD, PlacementState.ACCEPTED, PlacementState.BOOKED)
STATE_NOW = (
    "CASE WHEN p.state IN ('told', 'accepted', 'booked') AND COALESCE(s.told_seq, 0) <"
    " (SELECT q.told_seq FROM patients q WHERE q.id = p.patient) THEN 'approved' ELSE p.state END"
)
"""Where placement `p` stands, for a statement that joins its current stay as `s`; as `Placed.state` says."""
_STAYS = (
    'SELECT t.placement, t.setting, s.name, s.phone, t.unit, t.beds, t.start, t."end", t.requirement,'
    " t.organisms, t.told_at, t.told_result, t.accepted_at, t.accepted_given, t.transport,"
    " t.departed_at, t.arrived_at, t.told_seq, t.holds, t.fee"
    " FROM stays t LEFT JOIN settings s ON s.id = t.setting"
    " WHERE t.placement IN (SELECT id FROM placements WHERE {}) ORDER BY t.placement, t.position"
)
_Row = tuple[Any, ...]
_known: Memo[tuple[_Row, tuple[_Row, ...]], Placed] = Memo(KEPT)


def read(view: View, where: str, values: Sequence[object] = ()) -> list[Placed]:
    """The placements that the condition names, oldest first, with their stays.

    A placement whose rows are as they were isn't made anew.
    """
    stays: dict[str, list[_Row]] = defaultdict(list)
    for row in view.rows(_STAYS.format(where), values):
        stays[row[0]].append(row)
    found = []
    for row in view.rows(f"SELECT {_COLUMNS} FROM placements WHERE {where} ORDER BY number", values):
        key = (row, tuple(stays[row[0]]))
        placed = _known.known(key)
        if placed is None:
            placed = _placed(*key)
            _known.put(key, placed)
        found.append(placed)
    return found


def _placed(row: _Row, rows: Iterable[_Row]) -> Placed:
    stays = tuple(_stay(each, newest=row[19] or 0) for each in rows)
    state = PlacementState(row[2])
    if state in _OFFERED and stays[0].view.told_again:
        # its word was given without what is known now: it is told, and asked, again (C5)
        state = PlacementState.APPROVED
    return Placed(
        id=row[0],
        patient=row[1],
        state=state,
        stay=row[3],
        plan=row[4],
        by_hand_reason=row[5],
        points_text=row[6],
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
        principle=row[18],
        stays=stays,
        holding=tuple(stay for stay in stays[row[3] :] if stay.holds),
    )


def _stay(row: _Row, *, newest: int) -> StayOf:
    """`newest` is the last entry that changed what has to be told."""
    told_again = row[10] is not None and row[15] is None and bool(row[18]) and (row[17] or 0) < newest
    shown = StayView(
        setting=row[1],
        setting_name=row[2] or row[1],
        phone=row[3] or "",
        unit=row[4],
        beds=row[5],
        start=date.fromisoformat(row[6]),
        end=day(row[7]),
        requirement=row[8],
        organisms=names(row[9]) if row[9] != "[]" else (),
        told_at=instant(row[10]),
        told_result=row[11],
        accepted_at=None if told_again else instant(row[12]),
        accepted_by=None if told_again or row[13] is None else _given(row[13]),
        transport=None if row[14] is None else _transport(row[14]),
        departed_at=instant(row[15]),
        arrived_at=instant(row[16]),
        told_again=told_again,
    )
    return StayOf(shown, row[17] or 0, bool(row[18]), row[19])


@lru_cache(maxsize=KEPT)
def _given(text: str) -> Given:
    return load(Given, text)


@lru_cache(maxsize=KEPT)
def _transport(text: str) -> Transport:
    return load(Transport, text)


def one(view: View, name: str) -> Placed:
    """One placement; `UserError` where there is none of that id."""
    found = read(view, "id = ?", (name,))
    if not found:
        raise UserError(f"There is no placement {name} in this hub.", "Choose one of the list.")
    return found[0]


def active_of(view: View, patient: str) -> list[Placed]:
    """The person's active placements, oldest first: none, one, or one and the onward one after it."""
    return [placed for placed in read(view, "patient = ?", (patient,)) if placed.state in ACTIVE]


__all__ = ["STATE_NOW", "active_of", "one", "read"]
