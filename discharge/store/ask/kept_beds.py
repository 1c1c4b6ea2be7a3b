"""Beds kept for somebody: a resident's own room while they are in hospital or isolate elsewhere (N12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from discharge.model.kept_bed import KeptBed, PaidBy
from discharge.model.people import Given
from discharge.store.ask.view import View, day, in_chunks, load, marks

_TAKEN_UP = """EXISTS (SELECT 1 FROM stays t JOIN placements u ON u.id = t.placement
                      WHERE u.patient = k.patient AND t.setting = k.setting AND t.unit = k.unit
                        AND t.beds = k.beds AND t.arrived_at >= k.since
                        AND NOT (u.state = 'ended' AND u.outcome = 'back_to_hospital'))"""
"""Whether the person of a kept bed `k` came back into it, and didn't go back to hospital from there."""

_KEPT = f"""
    SELECT k.patient, q.name, k.setting, s.name, k.unit, k.beds, k.start, k.until, k.paid_by, k.note, k.given,
           k.since, k."by", s.phone, q.left_reason,
           k.among_free = 1 AND (b.as_of IS NULL OR b.as_of <= k.since), b.id IS NULL
    FROM kept_beds k JOIN patients q ON q.id = k.patient JOIN settings s ON s.id = k.setting
    LEFT JOIN beds b ON b.setting = k.setting AND b.unit = k.unit AND b.id = k.beds
    WHERE NOT {_TAKEN_UP}
      AND {{}}
    ORDER BY q.name, k.patient"""


def kept(
    view: View, *, settings: Sequence[str] | None = None, patients: Sequence[str] | None = None
) -> tuple[KeptBed, ...]:
    """The beds that somebody recorded as kept, and that nobody released: all, of these settings, or of
    these people.

    Whoever came back into theirs keeps it by their placement, until they go to hospital again. One whose
    `until` has passed is among them: it is asked about, neither free nor the person's.
    """
    rows = _some(view, _KEPT, ("k.setting", settings), ("k.patient", patients))
    return tuple(
        KeptBed(
            patient=row[0],
            patient_name=row[1],
            setting=row[2],
            setting_name=row[3],
            unit=row[4],
            beds=row[5],
            start=date.fromisoformat(row[6]),
            until=day(row[7]),
            paid_by=PaidBy(row[8]),
            note=row[9],
            given=None if row[10] is None else load(Given, row[10]),
            since=datetime.fromisoformat(row[11]),
            by=row[12],
            phone=row[13] or "",
            left=row[14] is not None,
            among_free=bool(row[15]),
            gone=bool(row[16]),
        )
        for row in rows
    )


_LIVED_IN = """({0}.outcome = 'settled' OR ({0}.outcome = 'back_to_hospital' AND EXISTS (
              SELECT 1 FROM stays i WHERE i.placement = {0}.id AND i.position = {0}.stay
                AND i.arrived_at IS NOT NULL AND i.setting = json_extract(q.facts, '$.usual_setting'))))"""
"""Whether by a placement that is over the person `q` lived where it ended: they had settled, or were back in
their usual setting and went to hospital again."""

# the plus signs: few stand in a setting, or are a person's; thousands have ended, or are on the list
_OLD = f"""
    SELECT p.id, s.position, p.patient, q.name, s.setting, h.name, s.unit, s.beds, s.start, s.arrived_at,
           h.phone, b.as_of IS NULL OR b.as_of <= s.arrived_at
    FROM patients q JOIN placements p ON p.patient = q.id JOIN stays s ON s.placement = p.id
    JOIN settings h ON h.id = s.setting
    JOIN beds b ON b.setting = s.setting AND b.unit = s.unit AND b.id = s.beds
    WHERE +q.left_reason IS NULL AND +p.state = 'ended' AND s.position = p.stay AND s.holds = 1
      AND {_LIVED_IN.format("p")}
      AND NOT EXISTS (SELECT 1 FROM placements later WHERE later.patient = p.patient
                      AND later.number > p.number AND {_LIVED_IN.format("later")})
      AND NOT EXISTS (SELECT 1 FROM kept_beds k WHERE k.patient = p.patient AND NOT {_TAKEN_UP})
      AND (b.as_of IS NULL OR b.as_of <= p.since OR b.as_of <= q.registered_at OR b.as_of <= (
               SELECT MAX(j.happened_at) FROM journal j
               WHERE j.subject = p.patient AND j.kind = 'patient_taken_back'))
      AND {{}}
    ORDER BY q.name, p.patient"""


def old_rooms(
    view: View, *, settings: Sequence[str] | None = None, patients: Sequence[str] | None = None
) -> tuple[KeptBed, ...]:
    """The rooms of people who had settled, or were back where they live, and are on the list again: theirs
    until somebody says otherwise.

    So it is while the setting's figures are older than their coming back on the list, by this record or by a
    new one that the old is a part of: they still count the person as living there, or never knew of them.
    `placement` and `position` say by which stay.
    """
    rows = _some(view, _OLD, ("s.setting", settings), ("p.patient", patients))
    return tuple(
        KeptBed(
            patient=row[2],
            patient_name=row[3],
            setting=row[4],
            setting_name=row[5],
            unit=row[6],
            beds=row[7],
            start=date.fromisoformat(row[8]),
            until=None,
            paid_by=PaidBy.NOT_KNOWN,
            since=datetime.fromisoformat(row[9]),
            phone=row[10] or "",
            among_free=bool(row[11]),
            placement=row[0],
            position=row[1],
        )
        for row in rows
    )


def own_rooms(
    view: View, *, settings: Sequence[str] | None = None, patients: Sequence[str] | None = None
) -> tuple[KeptBed, ...]:
    """Both: the rooms recorded as kept, and those that old stays keep."""
    recorded = kept(view, settings=settings, patients=patients)
    return (*recorded, *old_rooms(view, settings=settings, patients=patients))


def _some(view: View, sql: str, *wanted: tuple[str, Sequence[str] | None]) -> list[tuple[Any, ...]]:
    """The statement's rows where each column has one of its values (None: any)."""
    column, values = next(((column, values) for column, values in wanted if values is not None), ("", None))
    if values is None:
        return view.rows(sql.format("1"))
    return [
        row
        for chunk in in_chunks(values)
        for row in view.rows(sql.format(f"{column} IN ({marks(chunk)})"), chunk)
    ]


__all__ = ["kept", "old_rooms", "own_rooms"]
