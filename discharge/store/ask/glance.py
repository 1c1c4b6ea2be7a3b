"""The hub in a strip of figures: who waits, what is free tonight, designated beds needed and free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from discharge.model.patient import Pathway
from discharge.model.placement import ACTIVE
from discharge.model.shown.today import BedKind, Glance, NightBeds
from discharge.model.time import is_within
from discharge.rules.requirement import FromStart
from discharge.store.ask import facts, infection, listed
from discharge.store.ask.facts import Held
from discharge.store.ask.listed import Listed, everybody
from discharge.store.ask.placement_pages import moving
from discharge.store.ask.view import View, day, is_answered

NIGHTS = 14
"""Nights in the picture of designated beds, tonight the first."""

_TAKES_PEOPLE = (
    "closed_reason = '' AND COALESCE(accepting, 1) = 1 AND reported_at >= ?"
    " AND NOT EXISTS (SELECT 1 FROM outbreaks o WHERE o.setting = settings.id AND o.assessed = 0)"
)
"""A setting that takes people now and whose figures count (N5, N8)."""

Place = tuple[str, str]
"""A setting and its unit."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Beds said to be free for some nights."""

    place: Place
    beds: str
    category: str
    start: date
    end: date | None
    count: int

    def on(self, night: date) -> bool:
        """Whether they are free on that night."""
        return is_within(night, self.start, self.end)


@dataclass(frozen=True, slots=True)
class _IsolatingUnit:
    """A unit that can isolate."""

    place: Place
    places: int
    start: date | None
    end: date | None

    def designated_on(self, night: date) -> bool:
        """Whether it is designated on that night (R5)."""
        return self.start is not None and is_within(night, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Isolating:
    """Places for isolation, and of them those free tonight with a bed to put somebody in."""

    places: int = 0
    free: int = 0


def isolation(view: View, holds: Sequence[Held]) -> dict[str, Isolating]:
    """The places for isolation by setting, of those that take people now; `holds` is `facts.held`."""
    usable, held = _usable(view), [one for one in holds if not one.counted]
    return _isolation(view, usable, held, _left(_spans(view, usable), held, view.today))


def _isolation(
    view: View, usable: set[str], held: Sequence[Held], left: Counter[tuple[Place, str]]
) -> dict[str, Isolating]:
    beds, isolating = _by_unit(left), _isolating_tonight(view, held)
    found: dict[str, Isolating] = {}
    for unit in _units(view, usable):
        before = found.get(unit.place[0], Isolating())
        free = before.free + _places_left(unit, beds, isolating)
        found[unit.place[0]] = Isolating(before.places + unit.places, free)
    return found


def glance(view: View) -> Glance:
    """The strip of figures above Today."""
    on_the_way = {move.patient for move in moving(view)}
    waiting = [one for name, one in everybody(view).items() if name not in on_the_way]
    by_pathway = Counter(one.details.pathway for one in waiting)
    usable = _usable(view)
    spans, units = _spans(view, usable), _units(view, usable)
    holds = facts.held(view)
    held = [one for one in holds if not one.counted]
    left = _left(spans, held, view.today)
    places = _isolation(view, usable, held, left).values()
    return Glance(
        waiting=tuple((pathway, by_pathway[pathway]) for pathway in Pathway),
        over_a_day=sum(one.waiting_since < view.today for one in waiting),
        beds=_kinds(spans, left),
        isolation_places=sum(one.places for one in places),
        isolation_free=sum(one.free for one in places),
        designated=tuple(_designated(view, waiting, spans, units, holds)),
    )


def left_on(view: View, nights: Sequence[date]) -> list[Counter[tuple[str, str]]]:
    """Beds that nothing holds on each of these nights, by setting and category, in settings that take people
    now and whose figures count; a night further ahead as returns and planned ends have it."""
    usable = _usable(view)
    spans = _spans(view, usable, until=max(nights))
    held = [one for one in facts.held(view) if not one.counted]
    category = {(span.place, span.beds): span.category for span in spans}
    found = []
    for night in nights:
        kinds: Counter[tuple[str, str]] = Counter()
        for group, count in _left(spans, held, night).items():
            kinds[group[0][0], category[group]] += count
        found.append(kinds)
    return found


def _usable(view: View) -> set[str]:
    return {name for (name,) in view.rows(f"SELECT id FROM settings WHERE {_TAKES_PEOPLE}", (_oldest(view),))}


def _spans(view: View, usable: set[str], *, until: date | None = None) -> list[_Span]:
    """The beds said to be free until that night; until the last of the picture, where none is named."""
    last = until or view.today + timedelta(NIGHTS - 1)
    rows = view.rows(
        'SELECT f.setting, f.unit, f.beds, b.category, f.start, f."end", f."count" FROM free f'
        " JOIN beds b ON b.setting = f.setting AND b.unit = f.unit AND b.id = f.beds"
        ' WHERE (f."end" IS NULL OR f."end" > ?) AND f.start <= ?',
        (view.today.isoformat(), last.isoformat()),
    )
    return [
        _Span((row[0], row[1]), row[2], row[3], date.fromisoformat(row[4]), day(row[5]), row[6])
        for row in rows
        if row[0] in usable
    ]


def _units(view: View, usable: set[str]) -> list[_IsolatingUnit]:
    rows = view.rows(
        "SELECT setting, id, COALESCE(isolation_places, 0), designated_from, designated_to FROM units"
        " WHERE isolation != 'none'"
    )
    return [
        _IsolatingUnit((row[0], row[1]), row[2], day(row[3]), day(row[4])) for row in rows if row[0] in usable
    ]


def _oldest(view: View) -> str:
    """The time before which a capacity return has expired."""
    return (view.now - timedelta(days=view.rules.expired_days)).isoformat()


def _left(spans: Iterable[_Span], held: Iterable[Held], night: date) -> Counter[tuple[Place, str]]:
    """Beds free and held by nobody on a night, by group; never below 0."""
    left: Counter[tuple[Place, str]] = Counter()
    for span in spans:
        if span.on(night):
            left[span.place, span.beds] += span.count
    for one in held:
        group = ((one.setting, one.unit), one.beds)
        if left[group] > 0 and one.on(night):
            left[group] -= 1
    return left


def _by_unit(left: Counter[tuple[Place, str]]) -> Counter[Place]:
    found: Counter[Place] = Counter()
    for (place, _), count in left.items():
        found[place] += count
    return found


def _kinds(spans: Iterable[_Span], left: Counter[tuple[Place, str]]) -> tuple[BedKind, ...]:
    category = {(span.place, span.beds): span.category for span in spans}
    kinds: Counter[Any] = Counter()
    for group, count in left.items():
        if count:
            kinds[category[group]] += count
    return tuple(BedKind(name, count) for name, count in kinds.most_common())


def _isolating_tonight(view: View, held: Iterable[Held]) -> Counter[Place]:
    """How many isolate in each unit tonight, their isolations as known now."""
    isolated = [
        one
        for one in held
        if one.requirement in ("isolation", "designated") and one.state in ACTIVE and one.on(view.today)
    ]
    names = sorted({one.patient for one in isolated})
    known = everybody(view) if is_answered(view, everybody) else listed.people(view, names)
    found: Counter[Place] = Counter()
    for one in isolated:
        end = infection.isolation_end(known[one.patient].state) if one.patient in known else None
        # open-ended is far ahead
        found[one.setting, one.unit] += end is not None and end > view.today
    return found


def _places_left(unit: _IsolatingUnit, beds: Counter[Place], isolating: Counter[Place]) -> int:
    return min(max(0, unit.places - isolating[unit.place]), beds[unit.place])


def _designated(
    view: View,
    waiting: Sequence[Listed],
    spans: Sequence[_Span],
    units: Sequence[_IsolatingUnit],
    held: Sequence[Held],
) -> Iterable[NightBeds]:
    """For each night: who would need a designated bed and has none, and such beds that are free.

    Somebody who is in a bed that isn't designated, or on the way to one, needs one like whoever waits (R5).
    """
    wanted = [span for one in waiting for span in _wants_designated(view, one)]
    ever = {unit.place for unit in units if unit.start is not None}
    spans = [span for span in spans if span.place in ever]
    asking = list(_asking(view, held))
    held = [one for one in held if (one.setting, one.unit) in ever and not one.counted]
    for ahead in range(NIGHTS):
        night = view.today + timedelta(ahead)
        there = {unit.place for unit in units if unit.designated_on(night)}
        left = _left(spans, held, night)
        yield NightBeds(
            night=night,
            needed=sum(start <= night < end for start, end in wanted)
            + sum(one.on(night) and _unlawful(one, asks, night, there) for one, asks in asking),
            free=sum(count for (place, _), count in left.items() if place in there),
        )


Asks = tuple[FromStart, date]
"""What asks for a bed, and the first start of the person's itinerary."""


def _asking(view: View, held: Iterable[Held]) -> Iterable[tuple[Held, Asks]]:
    """The beds held for people of whom some nights ask for a designated one, and what says so."""
    first = {move.patient: move.stays[0].start for move in moving(view)}
    for one in held:
        listed = everybody(view).get(one.patient)
        if listed is None or one.room is not None or one.patient not in first:
            continue
        start = first[one.patient]
        regime = listed.state.from_start(start)
        if any(each.ask == "designated" for each in regime.demands):
            yield one, (regime, start)


def _unlawful(one: Held, asks: Asks, night: date, there: Collection[Place]) -> bool:
    """Whether that night asks for a designated bed and the one that is held isn't."""
    regime, first = asks
    if regime.night(night, first).ask != "designated":
        return False
    return (one.setting, one.unit) not in there


def _wants_designated(view: View, one: Listed) -> Iterable[tuple[date, date]]:
    """The nights on which somebody who waits would need a designated bed, from when they are ready."""
    ready = max(view.today, one.details.ready_on)
    asked = [each for each in one.state.from_start(ready).demands if each.ask == "designated"]
    end = max((each.end for each in asked), default=ready)
    return [(ready, end)] if ready < end else []


__all__ = ["NIGHTS", "glance", "isolation"]
