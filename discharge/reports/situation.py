"""The Situation of a day: its figures, each with whom it counts, from the facts on record.

A figure is the number of those it names, so that whoever doubts it can look at each of them. What the hub
doesn't know is said so and is never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from discharge.model.hospital import hospital_words
from discharge.model.shown.calls import CrossBorder
from discharge.model.shown.situation import (
    NOT_SAID,
    Counted,
    HappenedFacts,
    HomeFacts,
    LeavingFacts,
    Of,
    PersonFacts,
    Situation,
    SituationFacts,
)
from discharge.reports.situation_answers import across
from discharge.reports.situation_homes import NO_AUTHORITY, authority_of, isolation, returns, six_items
from discharge.reports.situation_people import by_band, by_hospital, by_pathway, by_reason
from discharge.reports.situation_return import daily_return, undescribed
from discharge.reports.situation_who import is_delayed, open_delays
from discharge.rules.delay_reasons import NO_MAIN_REASON, list_on
from discharge.words.counts import count_words, listing
from discharge.words.days import day_and_time, day_words


def situation_of(facts: SituationFacts) -> Situation:
    """The figures of the day."""
    return Situation(
        hub=facts.hub,
        day=facts.day,
        at=facts.at,
        is_past=facts.is_past,
        tables=(
            by_pathway(facts),
            by_reason(facts),
            by_band(facts),
            by_hospital(facts),
            returns(facts),
            isolation(facts),
            *six_items(facts),
            across(facts),
        ),
        daily_return=daily_return(facts),
        counted={Of.PEOPLE: _people(facts), Of.HOMES: _homes(facts)},
        notes=tuple(_notes(facts)),
        undescribed=undescribed(facts),
    )


# whom it counts


class _WhenAsked(Mapping[str, Counted]):
    """The line of each is written when somebody asks for it: of thousands a few are looked at."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._lines: dict[str, Callable[[], str]] = {}

    def add(self, name: str, called: str, line: Callable[[], str]) -> None:
        """Has one more, unless there is one of that id."""
        if name not in self._names:
            self._names[name], self._lines[name] = called, line

    def __getitem__(self, name: str) -> Counted:
        return Counted(name, self._names[name], self._lines[name]())

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _people(facts: SituationFacts) -> Mapping[str, Counted]:
    found = _WhenAsked()
    for one in facts.people:
        found.add(one.id, one.name, partial(_person_line, one, facts))
    for left in facts.leavings:
        found.add(left.id, left.name, partial(_left_line, left, facts))
    for happened in facts.happened:
        found.add(happened.patient, happened.name, partial(_happened_line, happened))
    for home in facts.homes:
        for name in (*home.admissions, *home.discharges, *home.deaths):
            found.add(name, facts.names[name], partial("placed in {}".format, home.name))
    for placed in facts.across:
        found.add(placed.patient, facts.names[placed.patient], partial(_across_line, placed))
    return found


def _left_line(left: LeavingFacts, facts: SituationFacts) -> str:
    whence = hospital_words(facts.hospitals, left.hospital) or "hospital"
    return f"{left.pathway.value} · left {whence} {day_and_time(left.at)}"


def _happened_line(happened: HappenedFacts) -> str:
    return f"{listing([fact.words for fact in happened.facts])} · {day_and_time(happened.at)}"


def _across_line(placed: CrossBorder) -> str:
    own, there = placed.home or NO_AUTHORITY.lower(), placed.there or NO_AUTHORITY.lower()
    return f"of {own}, placed in {there}"


def _person_line(one: PersonFacts, facts: SituationFacts) -> str:
    day, hospital = facts.day, hospital_words(facts.hospitals, one.hospital)
    where = ", ".join(part for part in (hospital, one.ward) if part)
    if one.ready_date is not None:
        ready = f"discharge ready date {day_words(one.ready_date, today=day)}"
    else:
        ready = f"ready {day_words(one.ready_on, today=day)}, discharge ready date {NOT_SAID}"
    held = open_delays(one, day)
    why = held[0].reason if held else (NO_MAIN_REASON if is_delayed(one, day) else "")
    return " · ".join(part for part in (one.pathway.value, where, ready, why) if part)


def _homes(facts: SituationFacts) -> Mapping[str, Counted]:
    found = _WhenAsked()
    for one in facts.homes:
        found.add(one.id, one.name, partial(_home_line, one))
    return found


def _home_line(one: HomeFacts) -> str:
    beds = f"{NOT_SAID} what is free" if one.free is None else f"{count_words(one.free, 'bed')} free"
    offer = "" if one.to_offer is None else f"{one.to_offer:,} to offer"
    said = "no capacity return" if one.reported_at is None else f"said {day_and_time(one.reported_at)}"
    standing = "" if one.is_open else "closed"
    return " · ".join(part for part in (authority_of(one), standing, beds, offer, said) if part)


def _notes(facts: SituationFacts) -> Iterable[str]:
    here = list_on(facts.day)
    if not here.holds_on(facts.day):
        yield (
            f"No list of reasons is known for {day_words(facts.day, year=True)}: the first that is, of "
            f"{day_words(here.start, year=True)}, is used."
        )
    if facts.is_past:
        yield (
            "A day gone by is told from the record by when things happened, to the end of the day. What was "
            "amended later of a person or home stands as it was then; a step taken back since never happened."
        )
    if facts.recorded_later:
        yield (
            f"{count_words(facts.recorded_later, 'entry', 'entries')} about that day or before "
            f"{'was' if facts.recorded_later == 1 else 'were'} recorded after it, and counted."
        )
    yield (
        "Deaths and moves of the six items are those of people whom this hub placed; what homes said of "
        "their own on the telephone stands beside them, in their word."
    )
