"""Whom something that is recorded hits: of a person where they are or go, and who is there with them; of a
setting who is there or to come."""

from __future__ import annotations

from datetime import date

from discharge.model.placement import ACTIVE, PlacementState
from discharge.model.shown.patients import Hit, HitThere
from discharge.store.ask.view import View, day

_STATES = ", ".join(f"'{state}'" for state in sorted(ACTIVE))
_LIVE = (
    f"(p.state IN ({_STATES}) OR (p.state = 'ended' AND p.outcome = 'settled'))"
    " AND s.position >= p.stay AND s.holds = 1"
)
_STAYS = f"""
    SELECT p.id, p.state, s.setting, t.name, t.phone, s.unit, s.start, s."end", s.arrived_at, s.told_at
    FROM placements p JOIN stays s ON s.placement = p.id JOIN settings t ON t.id = s.setting
    WHERE p.patient = ? AND {_LIVE} ORDER BY p.number, s.position"""
_BESIDE = f"""
    SELECT p.patient, q.name, p.state, s.start, s."end" FROM placements p
    JOIN stays s ON s.placement = p.id JOIN patients q ON q.id = p.patient
    WHERE s.setting = ? AND s.unit = ? AND p.patient != ? AND {_LIVE} ORDER BY q.name, p.number"""


_THERE = f"""
    SELECT p.id, q.name, s.start, s.arrived_at IS NOT NULL,
           s.departed_at IS NOT NULL AND s.arrived_at IS NULL FROM placements p
    JOIN stays s ON s.placement = p.id JOIN patients q ON q.id = p.patient
    WHERE s.setting = ? AND {_LIVE} AND (? IS NULL OR s.unit = ?) AND (? IS NULL OR s.beds = ?)
    ORDER BY q.name, p.number, s.position"""


def there(view: View, setting: str, unit: str | None, beds: str | None) -> tuple[HitThere, ...]:
    """Who is in a setting or to come there; of one unit, or group of beds, where it is given."""
    found: dict[str, HitThere] = {}
    rows = view.rows(_THERE, (setting, unit, unit, beds, beds))
    for placement, name, start, is_there, on_the_way in rows:
        one = HitThere(placement, name, date.fromisoformat(start), bool(is_there), bool(on_the_way))
        found.setdefault(placement, one)
    return tuple(found.values())


def of(view: View, patient: str) -> tuple[Hit, ...]:
    """The stays that the person is in or goes to, the first first; settled, where they live since."""
    found = []
    for row in view.rows(_STAYS, (patient,)):
        start, end = date.fromisoformat(row[6]), day(row[7])
        found.append(
            Hit(
                placement=row[0],
                state=PlacementState(row[1]),
                setting_name=row[3],
                phone=row[4],
                unit=row[5],
                start=start,
                is_there=row[8] is not None,
                was_told=row[9] is not None,
                beside=_beside(view, patient, row[2], row[5], start, end),
            )
        )
    return tuple(found)


def _beside(
    view: View, patient: str, setting: str, unit: str, start: date, end: date | None
) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for other, name, state, begins, ends in view.rows(_BESIDE, (setting, unit, patient)):
        until = day(ends)
        apart = (end is not None and date.fromisoformat(begins) >= end) or (
            until is not None and until <= max(start, view.today) and state != "arrived"
        )
        if not apart:
            found.setdefault(other, name)
    return tuple(found.values())
