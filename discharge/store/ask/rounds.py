"""The morning round of calls: every home that the hub asks each day, with what was last said."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from discharge.model.setting_record import CapacityAge, CapacityReturn, SettingDetails
from discharge.model.shown.calls import NOT_HEARD, ActionLine
from discharge.model.shown.settings import RoundGroup, RoundHome, SettingRow
from discharge.rules.careful import which_beds
from discharge.store.ask import calls, facts, settings
from discharge.store.ask.priority import priority
from discharge.store.ask.view import View, in_chunks, load, marks
from discharge.words.counts import count_words


def round_of(view: View) -> tuple[RoundHome, ...]:
    """The settings to ring: every home with beds or a return on record, each day.

    Those come first whose capacity return is stale or expired, or missing, or leaves open which beds it
    means: by type, or all of them, as when the beds came on record after it; of them the one that has said
    nothing for longest. Then those that weren't rung today, then those that were.
    """
    with_beds = {row[0] for row in view.rows("SELECT DISTINCT setting FROM beds")}
    have_said = {row[0] for row in view.rows("SELECT id FROM settings WHERE reported_at IS NOT NULL")}
    declared, said = _declared_before_beds(view), calls.heard(view)
    agreed: dict[str, list[ActionLine]] = defaultdict(list)
    for action in calls.actions(view):
        agreed[action.setting].append(action)
    reasons = {home.id: home.reasons for home in priority(view)}
    due = [
        row
        for row in settings.rows(view, some=with_beds | have_said)
        if row.left_register is None and (row.id in with_beds or row.capacity_age is not CapacityAge.NONE)
    ]
    ids = [row.id for row in due]
    known = facts.settings(view, ids) if ids else {}
    records = _records(view, ids)
    held = Counter(
        (one.setting, one.unit, one.beds)
        for one in (facts.held(view, settings=ids) if ids else ())
        if one.on(view.today) and not one.counted
    )
    homes = []
    for row in due:
        details, last = records[row.id]
        groups = tuple(
            RoundGroup(
                unit=unit.id,
                beds=beds.id,
                category=beds.category,
                room=beds.room,
                sex=beds.sex,
                free=beds.free,
                held_tonight=held[row.id, unit.id, beds.id],
            )
            for unit in known[row.id].units
            for beds in unit.beds
        )
        types = () if last is None else last.types
        asked = "; ".join(which_beds(types, [group.category for group in groups]))
        if not asked and row.id in declared:
            asked = f"{count_words(declared[row.id], 'vacancy', 'vacancies')} declared: which beds are they?"
        homes.append(
            RoundHome(
                row,
                details.contact or details.registered_manager,
                last,
                groups,
                asked,
                is_due=bool(asked) or _is_due(row, with_beds),
                heard=said.get(row.id, NOT_HEARD),
                reasons=reasons.get(row.id, ()),
                agreed=tuple(agreed[row.id]),
            )
        )
    return tuple(sorted(homes, key=_place))


def _place(home: RoundHome) -> tuple[bool, bool, tuple[bool, datetime | None, str]]:
    return home.heard.asked_today, not home.is_due, _said_at(home.row)


def _declared_before_beds(view: View) -> dict[str, int]:
    """The vacancies of homes that take people and of whose beds on record nobody ever said what is free."""
    return dict(
        view.rows(
            "SELECT id, vacancies FROM settings s WHERE vacancies > 0 AND accepting"
            " AND EXISTS (SELECT 1 FROM beds b WHERE b.setting = s.id)"
            " AND NOT EXISTS (SELECT 1 FROM beds b WHERE b.setting = s.id AND b.as_of IS NOT NULL)"
        )
    )


def _is_due(row: SettingRow, with_beds: set[str]) -> bool:
    if row.capacity_age is CapacityAge.NONE:
        return row.id in with_beds
    return row.capacity_age in (CapacityAge.STALE, CapacityAge.EXPIRED)


def _said_at(row: SettingRow) -> tuple[bool, datetime | None, str]:
    at = row.capacity_reported_at
    return (at is not None, at, row.name) if at is not None else (False, None, row.name)


def _records(view: View, ids: list[str]) -> dict[str, tuple[SettingDetails, CapacityReturn | None]]:
    """Each setting's record and its newest capacity return, in a few statements."""
    reports: dict[str, str] = {}
    details: dict[str, str] = {}
    for chunk in in_chunks(ids):
        reports |= dict(
            view.rows(
                "SELECT setting, report FROM returns"
                f" WHERE setting IN ({marks(chunk)}) ORDER BY json_extract(report, '$.reported_at'), seq",
                chunk,
            )
        )
        details |= dict(view.rows(f"SELECT id, details FROM settings WHERE id IN ({marks(chunk)})", chunk))
    return {
        name: (
            load(SettingDetails, text),
            load(CapacityReturn, reports[name]) if name in reports else None,
        )
        for name, text in details.items()
    }
