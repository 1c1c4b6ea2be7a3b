"""The transport sheet: the journeys of one day, as a crew and a provider have to know them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from discharge.model.base import YesNo
from discharge.model.hub import HubSettings
from discharge.model.london import LONDON
from discharge.model.paper import NOT_ON_IT, Paper, PaperKind, PaperPart, PaperTable
from discharge.model.placement import Transport
from discharge.model.shown.papers import JourneyFacts
from discharge.reports import words
from discharge.reports.words import line
from discharge.words import terms
from discharge.words.counts import count_words

COLUMNS = ("Time", "Who", "From", "To", "How", "Crew", "Infection", "Needs and notes")


LEFT_OUT = ("Time", "Who", "From", "To", "Why it is not on this sheet")


def transport_sheet(journeys: Sequence[JourneyFacts], *, day: date, hub: HubSettings) -> Paper:
    """The journeys booked for that day, by time. One that something forbids keeps no other from being driven:
    it stands at the head, with why it is not on the sheet, so that nobody is left out in silence.
    """
    rows = tuple(_row(each) for each in journeys if not each.stopped)
    stopped = [each for each in journeys if each.stopped]
    named = words.day(day)
    contact = line("The hub", words.hub_line(hub), needed=True)
    table = PaperTable(columns=COLUMNS, rows=rows) if rows else None
    parts = [_not_on_it(stopped)] if stopped and rows else []
    parts.append(PaperPart(heading="Journeys", lines=(contact,), table=table))
    return Paper(
        kind=PaperKind.TRANSPORT,
        about=day.isoformat(),
        title=f"Transport sheet, {named}",
        to="Transport",
        parts=tuple(parts),
        stops=() if rows else tuple(_why_none(stopped, named)),
        warns=tuple(f"Not on it: {each.patient_name}. {each.stopped}" for each in stopped) if rows else (),
    )


def _why_none(stopped: Sequence[JourneyFacts], named: str) -> Iterator[str]:
    """Why no journey of the day can be on a sheet."""
    if not stopped:
        yield f"No journey is booked for {named}."
    for each in stopped:
        yield f"{each.patient_name}: {each.stopped}"


def _not_on_it(stopped: Sequence[JourneyFacts]) -> PaperPart:
    """The journeys of the day that something forbids: nobody drives them by this sheet."""
    return PaperPart(
        heading=f"{NOT_ON_IT}: {count_words(len(stopped), 'journey')} booked for this day",
        table=PaperTable(
            columns=LEFT_OUT,
            rows=tuple((_time(each), _who(each), each.start, each.to, each.stopped) for each in stopped),
        ),
        remark="Nobody travels by this sheet who isn't among the journeys below. Ask the hub before you "
        "leave without them.",
    )


def _time(each: JourneyFacts) -> str:
    return f"{each.transport.at.astimezone(LONDON):%H:%M}"


def _who(each: JourneyFacts) -> str:
    return f"{each.patient_name}, born {terms.born(each.born)} ({each.placement})"


def _carried(booked: Transport) -> str:
    """How they travel and whether somebody goes along: what isn't known is said, as a crew has to ask."""
    said = [] if booked.travels is not None else ["walking, wheelchair or stretcher not said"]
    said = [booked.carried, *said] if booked.carried else said
    if booked.escort is YesNo.NOT_KNOWN:
        said.append("escort not said")
    return ", ".join(said)


def _row(each: JourneyFacts) -> tuple[str, ...]:
    booked = each.transport
    place = ", ".join(part for part in (each.to, f"unit {each.unit}", each.to_address, each.to_phone) if part)
    with_them = f"equipment: {each.equipment}" if each.equipment else ""
    needs = "; ".join(part for part in (terms.needs(each.needs), with_them, booked.note) if part)
    return (
        _time(each),
        _who(each),
        " · ".join(part for part in (each.start, each.start_phone) if part),
        place,
        " · ".join(part for part in (booked.mode.words, booked.provider, _carried(booked)) if part),
        booked.ppe.words,
        f"{'ISOLATES. ' if each.isolates else ''}{each.says}",
        needs or "None recorded",
    )
