"""The transport sheet: the journeys of one day, as a crew and a provider have to know them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from discharge.model.hub import HubSettings
from discharge.model.london import LONDON
from discharge.model.paper import Paper, PaperKind, PaperPart, PaperTable
from discharge.model.shown.papers import JourneyFacts
from discharge.reports import words
from discharge.reports.words import line
from discharge.words import terms

COLUMNS = ("Time", "Who", "From", "To", "How", "Crew", "Infection", "Needs and notes")


def transport_sheet(journeys: Sequence[JourneyFacts], *, day: date, hub: HubSettings) -> Paper:
    """The journeys booked for that day, by time. A journey that something forbids stops the sheet."""
    rows = tuple(_row(each) for each in journeys)
    named = words.day(day)
    contact = line("The hub", words.hub_line(hub), needed=True)
    table = PaperTable(columns=COLUMNS, rows=rows) if rows else None
    stops = [f"{each.patient_name}: {each.stopped}" for each in journeys if each.stopped]
    if not rows:
        stops.append(f"No journey is booked for {named}.")
    return Paper(
        kind=PaperKind.TRANSPORT,
        about=day.isoformat(),
        title=f"Transport sheet, {named}",
        to="Transport",
        parts=(PaperPart(heading="Journeys", lines=(contact,), table=table),),
        stops=tuple(stops),
    )


def _row(each: JourneyFacts) -> tuple[str, ...]:
    booked = each.transport
    place = ", ".join(part for part in (each.to, f"unit {each.unit}", each.to_address, each.to_phone) if part)
    needs = "; ".join(part for part in (terms.needs(each.needs), booked.note) if part)
    return (
        f"{booked.at.astimezone(LONDON):%H:%M}",
        f"{each.patient_name}, born {terms.born(each.born)} ({each.placement})",
        " · ".join(part for part in (each.start, each.start_phone) if part),
        place,
        " · ".join(part for part in (booked.mode.words, booked.provider) if part),
        booked.ppe.words,
        f"{'ISOLATES. ' if each.isolates else ''}{each.says}",
        needs or "None recorded",
    )
