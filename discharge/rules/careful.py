"""A capacity return that contradicts itself, read with care: the fewest beds that any figure allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from discharge.model.london import london_date
from discharge.model.setting import Category, Free
from discharge.model.setting_record import BedTypeSaid, CapacityReturn
from discharge.words.days import day_words
from discharge.words.terms import CATEGORIES


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two figures that can't both be right: which of the Capacity Tracker's columns, and in words."""

    column: str
    sentence: str
    """What is said and as what it is taken, without a full stop: "5 vacancies, where …: taken as 0"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a return allows at most."""

    most: int | None
    """Beds that can be free on the day it was said; None where it says nothing of how many."""
    beds: int | None
    """Beds that the setting can have at all; None where nobody says."""
    doubts: tuple[Doubt, ...]


def careful(report: CapacityReturn, *, registered: int | None) -> Reading:
    """The smallest that any figure allows: the return's own, and the beds the setting is registered for."""
    most_said, used, declared = report.max_capacity, _used(report), report.vacancies
    doubts: list[Doubt] = []
    if most_said is not None and registered is not None and most_said > registered:
        doubts.append(
            Doubt("maxcapacity", f"{most_said} beds, but registered for {registered}: taken as {registered}")
        )
    known = [beds for beds in (most_said, registered) if beds is not None]
    beds = min(known, default=None)
    words = _beds_words(beds, is_registered=beds != most_said)
    room = beds
    if beds is not None and used is not None:
        room = max(0, beds - used)
        words = f"{words} less {used} in use leave {room}"
        if used > beds:
            doubts.append(
                Doubt("usedbeds", f"{_count(used)} in use of {beds}: taken as full, with no vacancies")
            )
    elif beds is not None:
        words = f"it has {words}"
    if declared is not None and room is not None and declared > room and not (used or 0) > (beds or 0):
        doubts.append(
            Doubt(
                "declaredvacancies",
                f"{_vacancies(declared)}, where {words}: taken as {room}",
            )
        )
    most: int | None = None
    if declared is not None or used is not None:
        most = min((one for one in (declared, room) if one is not None), default=None)
    night = london_date(report.reported_at)
    by_group = sum(span.count for group in report.free for span in group.free if span.covers(night))
    limit = room if most is None else most
    if limit is not None and by_group > limit:
        why = f"only {declared} were declared" if declared is not None and declared == limit else words
        doubts.append(Doubt("", f"{_count(by_group)} free by group, where {why}: taken as {limit} at most"))
    return Reading(most, beds, tuple(doubts))


def _used(report: CapacityReturn) -> int | None:
    """Beds in use at least: what the return says, or what it says of the types of bed of which it does."""
    by_type = [said.used_beds for said in report.types if said.used_beds is not None]
    return report.used_beds if report.used_beds is not None or not by_type else sum(by_type)


def of_type(said: BedTypeSaid) -> tuple[int, str]:
    """How many beds of a type can be free at most, and what doesn't add up, in words without a full stop.

    Used, reserved, accepting and not admittable make up the maximum; where they don't, the lower number of
    free beds is taken. Reserved and not admittable ones are never free.
    """
    others = (said.used_beds, said.reserved, said.not_admittable)
    taken = sum(each or 0 for each in others)
    if said.max_capacity is None:
        return said.accepting, ""
    room = max(0, said.max_capacity - taken)
    if others == (None, None, None):
        over = f"{said.accepting} accepting admissions, where it has {_count(room)}: taken as {room}"
        return (room, over) if said.accepting > room else (said.accepting, "")
    words = f"{_count(said.max_capacity)} less {taken} used, reserved or not admittable leave {room}"
    if said.accepting > room:
        return room, f"{said.accepting} accepting admissions, where {words}: taken as {room}"
    if said.accepting < room and None not in others:
        return said.accepting, f"{words}, and {said.accepting} accept admissions: taken as {said.accepting}"
    return said.accepting, ""


def which_beds(types: Sequence[BedTypeSaid], groups: Sequence[Category]) -> tuple[str, ...]:
    """What is to be asked of a home whose return gives its vacancies by type: those of which there is not
    exactly one group of beds. `groups` are the categories of its groups."""
    asked = []
    for said in types:
        count, _ = of_type(said)
        there = groups.count(said.category)
        if count and there != 1:
            words = f"{count} {CATEGORIES[said.category].lower()}"
            asked.append(
                f"{words}: which of its {there} groups?" if there else f"{words}: which beds are they?"
            )
    return tuple(asked)


def _beds_words(beds: int | None, *, is_registered: bool) -> str:
    return f"{beds} registered beds" if is_registered else _count(beds or 0)


def _count(beds: int) -> str:
    return "1 bed" if beds == 1 else f"{beds} beds"


def _vacancies(count: int) -> str:
    return "1 vacancy" if count == 1 else f"{count} vacancies"


def doubt_words(doubts: Sequence[str]) -> str:
    """The doubts as one text: each a sentence."""
    return " ".join(f"{each[:1].upper()}{each[1:]}." for each in doubts)


def at_most(
    groups: Sequence[Sequence[Free]],
    limit: int,
    *,
    on: date | None = None,
    beside: Sequence[Sequence[Free]] = (),
) -> list[tuple[Free, ...]]:
    """The free spans of each group, lowered so that not more than `limit` are free in all: on the night
    `on`, or on any night. What is free `beside` them counts, and is as it is.

    Which group has a bed too many isn't known: each that has any free on such a night is lowered by all
    that is over, as any of them may be the one.
    """
    found = [tuple(spans) for spans in groups]
    while True:
        starts = {span.start for spans in (*found, *beside) for span in spans}
        nights = [on] if on is not None else sorted(starts)
        over = {day: min(_free_on([*found, *beside], day) - limit, _free_on(found, day)) for day in nights}
        night = next((day for day in nights if over[day] > 0), None)
        if night is None:
            return found
        found = [lowered(spans, night, over[night]) for spans in found]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is free in each group, fitted into the beds that a setting is registered for."""

    groups: tuple[tuple[Free, ...], ...]
    """In the order given."""
    doubts: tuple[str, ...]
    """What didn't fit, each in words without a full stop."""


def fitted(groups: Sequence[Sequence[Free]], registered: int | None, *, today: date) -> Fitted:
    """The same careful reading for beds that are recorded by hand or file: on no night to come can more be
    free than the setting is registered for; which group has a bed too many isn't known (N11)."""
    given = tuple(tuple(spans) for spans in groups)
    if registered is None:
        return Fitted(given, ())
    nights = {max(span.start, today) for spans in given for span in spans}
    over = [(_free_on(given, night), night) for night in nights if _free_on(given, night) > registered]
    if not over:
        return Fitted(given, ())
    most, night = max(over, key=lambda each: (each[0], -each[1].toordinal()))
    text = (
        f"{_count(most)} free on {day_words(night)}, but registered for {registered}: taken as {registered}"
    )
    return Fitted(tuple(at_most(given, registered)), (f"{text} at most",))


def _free_on(groups: Sequence[Sequence[Free]], night: date) -> int:
    return sum(span.count for spans in groups for span in spans if span.covers(night))


def lowered(spans: Sequence[Free], night: date, over: int) -> tuple[Free, ...]:
    """The spans with `over` beds fewer among those free on that night, for their whole time."""
    found = []
    for span in spans:
        fewer = min(span.count, over) if span.covers(night) else 0
        over -= fewer
        if span.count > fewer:
            found.append(span.model_copy(update={"count": span.count - fewer}))
    return tuple(found)


__all__ = [
    "Doubt",
    "Fitted",
    "Reading",
    "at_most",
    "careful",
    "doubt_words",
    "fitted",
    "lowered",
    "of_type",
    "which_beds",
]
