"""The timeline of placements: the nights of isolation as known now, and what the beds' figures say by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from discharge.model.setting import Free
from discharge.model.shown.settings import BedHold, BedsView
from discharge.model.shown.timeline import BedGroup, BedKey, Nights, TimelineFacts
from discharge.rules.requirement import FAR, InfectionState
from discharge.store.ask import facts, listed
from discharge.store.ask.facts import Held
from discharge.store.ask.listed import everybody
from discharge.store.ask.view import View, day, in_chunks, instant, marks

_BEDS = """
    SELECT b.setting, b.unit, b.id, b.category, b.room, b.sex, b.as_of, u.isolation, s.name
    FROM beds b JOIN units u ON u.setting = b.setting AND u.id = b.unit JOIN settings s ON s.id = b.setting
    WHERE b.setting IN ({})"""
_FREE = 'SELECT setting, unit, beds, start, "end", count FROM free WHERE setting IN ({}) ORDER BY position'
_STAYS = """
    SELECT p.id, p.patient, MIN(s.start), MAX(COALESCE(s."end", '9999-12-31'))
    FROM placements p JOIN stays s ON s.placement = p.id
    WHERE p.id IN ({}) GROUP BY p.id, p.patient"""


def timeline(view: View, *, isolating: Sequence[str], beds: Collection[BedKey]) -> TimelineFacts:
    """The isolated nights of the placements `isolating`, and the groups `beds` with their figures."""
    return TimelineFacts(isolated=isolated(view, isolating), groups=bed_groups(view, beds))


def isolated(view: View, placements: Sequence[str]) -> dict[str, tuple[Nights, ...]]:
    """By placement the nights on which its person isolates, from its first start to its last end."""
    rows = [row for chunk in in_chunks(placements) for row in view.rows(_STAYS.format(marks(chunk)), chunk)]
    people = everybody(view)
    lacking = sorted({row[1] for row in rows} - people.keys())
    people = {**people, **listed.people(view, lacking)} if lacking else people
    return {
        name: _nights(people[patient].state, date.fromisoformat(start), date.fromisoformat(end))
        for name, patient, start, end in rows
    }


def _nights(state: InfectionState, first: date, last: date) -> tuple[Nights, ...]:
    """The isolated nights of whoever starts on `first`, until before `last`."""
    regime = state.from_start(first)
    days = [first, *(change for change in regime.changes(first) if change < last)]
    if regime.own_room_nights:
        until = first + timedelta(regime.own_room_nights)
        if until < last:
            days.append(until)
    days = sorted(set(days))
    found: list[Nights] = []
    for start, end in zip(days, [*days[1:], last], strict=True):
        if start < end and regime.night(start, first).isolates:
            if found and found[-1].end == start:
                start = found.pop().start  # one stretch goes on in the next
            found.append(Nights(start, end))
    return tuple(Nights(each.start, None if each.end == FAR else each.end) for each in found)


def bed_groups(view: View, wanted: Collection[BedKey]) -> tuple[BedGroup, ...]:
    """These groups of beds, by the setting's name, unit and group, with what is free and who holds it; and
    the other groups of the same settings that have free nights from today on."""
    ids = sorted({setting for setting, _, _ in wanted})
    free: dict[BedKey, list[Free]] = defaultdict(list)
    for setting, unit, beds, start, end, count in _rows(view, _FREE, ids):
        free[setting, unit, beds].append(Free(start=day(start), end=day(end), count=count))
    held = facts.held(view, settings=ids) if ids else []
    holds, counted = _held(view, held)
    known: dict[BedKey, BedGroup] = {}
    for setting, unit, beds, category, room, sex, as_of, isolation, name in _rows(view, _BEDS, ids):
        key = (setting, unit, beds)
        if key not in wanted and not any(one.end is None or one.end > view.today for one in free[key]):
            continue
        group = BedsView(
            id=beds,
            category=category,
            room=room,
            sex=sex,
            free=tuple(free[key]),
            as_of=instant(as_of),
            free_tonight=sum(span.count for span in free[key] if span.covers(view.today)),
            held_tonight=sum(hold.covers(view.today) for hold in holds[key]),
            holds=tuple(holds[key]),
        )
        size, left = size_of(group.free) + counted[key], group.left_on(view.today)
        known[key] = BedGroup(setting, name, unit, isolation, group, size, left)
    for key in wanted:
        if key not in known:
            known[key] = BedGroup(key[0], view.setting_name[key[0]], key[1], "none", None, 0, 0)
    order = sorted(known, key=lambda key: (known[key].setting_name.casefold(), *key))
    return tuple(known[key] for key in order)


def size_of(free: Sequence[Free]) -> int:
    """The most beds that are free on one night."""
    starts = {span.start for span in free}
    return max((sum(span.count for span in free if span.covers(day)) for day in starts), default=0)


def _held(view: View, held: Iterable[Held]) -> tuple[dict[BedKey, list[BedHold]], Counter[BedKey]]:
    holds: dict[BedKey, list[BedHold]] = defaultdict(list)
    counted: Counter[BedKey] = Counter()
    for each in held:
        key = (each.setting, each.unit, each.beds)
        if each.counted:
            counted[key] += each.on(view.today)
        else:
            one = everybody(view).get(each.patient)
            name = one.name if one is not None else view.patient_name[each.patient]
            hold = BedHold(each.placement, each.patient, name, each.start, each.end, each.by_themselves)
            holds[key].append(hold)
    return holds, counted


def _rows(view: View, sql: str, ids: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    for chunk in in_chunks(ids):
        yield from view.rows(sql.format(marks(chunk)), chunk)
