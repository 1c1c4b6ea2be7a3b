"""What papers are made from, and papers as they were issued."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from discharge.model.errors import UserError
from discharge.model.hospital import hospital_name
from discharge.model.london import london_date
from discharge.model.paper import Paper, PaperKind
from discharge.model.placement import ACTIVE
from discharge.model.setting import Beds, Unit
from discharge.model.shown.papers import (
    HomeFacts,
    IssuedPaper,
    JourneyFacts,
    PaperFacts,
    ToldBy,
)
from discharge.model.shown.placements import StayView
from discharge.model.shown.record import JournalLine
from discharge.store import journal
from discharge.store.ask import (
    facts,
    infection,
    paper_ages,
    patients,
    placement_pages,
    record,
    reviews,
    settings,
    telling,
)
from discharge.store.ask.company import company
from discharge.store.ask.placed import Placed
from discharge.store.ask.placements import one, read
from discharge.store.ask.sentences import shown_day
from discharge.store.ask.view import View
from discharge.store.ask.watched import flags_of
from discharge.store.journal import Kind
from discharge.words import terms

_ACTIVE = ", ".join(f"'{state}'" for state in sorted(ACTIVE))


def paper_facts(view: View, placement: str, stay: int | None = None) -> PaperFacts:
    """Everything that a paper about this placement says; `UserError` where there is no such placement.

    `stay`: the stay that it is about; None: the one that comes next.
    """
    placed = one(view, placement)
    about = _next(placed) if stay is None else stay
    if about >= len(placed.stays):
        raise UserError("The placement has no such stay any more.", "Choose one of its stays.")
    page = placement_pages.approval(view, placement)
    lines = record.entries(view, subject=placement, limit=500)
    stays = [each.view for each in placed.stays]
    homes = tuple(_home(view, stay, at, lines) for at, stay in enumerate(stays))
    lead = page.details.named_lead
    who = None if lead is None else record.user(view, lead)
    return PaperFacts(
        hub=view.hub,
        page=page,
        homes=homes,
        stay=about,
        state=placed.state,
        approved_by=placed.approved_by_name or "",
        says=telling.to_tell(view, placed.patient).says,
        isolation=_isolation(view, placed),
        lead="" if who is None else who.name,
        assessments=tuple(each for each in reviews.assessments(view, placed.patient) if not each.withdrawn),
    )


def _next(placed: Placed) -> int:
    """The stay that comes next; the current one where none does."""
    there = placed.current.view.arrived_at is not None
    return placed.stay + 1 if there and placed.next is not None else placed.stay


def _isolation(view: View, placed: Placed) -> str:
    state = company(view, [placed]).people[placed.patient].state
    end, least = infection.isolation_end(state), infection.isolation_least(state)
    if end is None:
        return ""
    if end == infection.FAR:
        return (
            "Without an end in sight; a clinician's date is awaited"
            if least is None
            else (f"Until {shown_day(least)} at least, and not before they are well")
        )
    return f"Until {shown_day(end)}" + ("" if least is None else ", and not before they are well")


def _home(view: View, stay: StayView, position: int, lines: Sequence[JournalLine]) -> HomeFacts:
    unit, beds = _where(view, stay)
    return HomeFacts(
        stay, settings.details(view, stay.setting), unit, beds, _told(view, stay, position, lines)
    )


def _where(view: View, stay: StayView) -> tuple[Unit | None, Beds | None]:
    found = facts.settings(view, [stay.setting]).get(stay.setting)
    unit = next((each for each in found.units if each.id == stay.unit), None) if found is not None else None
    beds = next((each for each in unit.beds if each.id == stay.beds), None) if unit is not None else None
    return unit, beds


def _told(view: View, stay: StayView, position: int, lines: Iterable[JournalLine]) -> ToldBy | None:
    """Who told the setting as it stands on record: of several times the newest."""
    if stay.told_at is None:
        return None
    for line in lines:
        if line.kind == Kind.PLACEMENT_TOLD and line.happened_at == stay.told_at:
            body = json.loads(view.value("SELECT plain(body) FROM journal WHERE seq = ?", (line.seq,)))
            if position in body["stays"]:
                return ToldBy(stay.told_at, line.user_name, line.given, body.get("assessor", ""))
    return ToldBy(stay.told_at, "", None, "")


def _travels_on(placed: Placed, day: date) -> bool:
    return any(_is_journey_of(each.view, day) for each in placed.stays)


def _is_journey_of(stay: StayView, day: date) -> bool:
    """Whether the journey to this stay is booked for that day, and they aren't there yet."""
    booked = stay.transport
    return booked is not None and stay.arrived_at is None and london_date(booked.at) == day


def journeys(view: View, day: date) -> tuple[JourneyFacts, ...]:
    """The journeys booked for that day in London that are still to be made or under way, by time."""
    leaving = [placed for placed in read(view, f"state IN ({_ACTIVE})") if _travels_on(placed, day)]
    among = company(view, leaving)
    flags = flags_of(view, [placed.id for placed in leaving])
    found = []
    for placed in leaving:
        person = among.people[placed.patient]
        for at, each in enumerate(placed.stays):
            booked = each.view.transport
            if booked is None or not _is_journey_of(each.view, day):
                continue
            home = settings.details(view, each.view.setting)
            details = patients.person(view, placed.patient).details
            ward = terms.ward(
                details.ward, details.hospital, hospital_name(view.hub.hospitals, details.hospital)
            )
            before = placed.stays[at - 1].view if at else None
            stopped = next((f.sentence for f in flags[placed.id] if f.blocks and f.stay == at), "")
            found.append(
                JourneyFacts(
                    placement=placed.id,
                    patient_name=details.name,
                    born=details.born,
                    start=ward if before is None else before.setting_name,
                    start_phone=details.handover.ward_phone if before is None else before.phone,
                    needs=details.needs,
                    equipment=details.handover.equipment,
                    transport=booked,
                    to=each.view.setting_name,
                    to_address=", ".join(part for part in (home.address, home.postcode) if part),
                    to_phone=home.phone,
                    unit=each.view.unit,
                    says=telling.to_tell(view, placed.patient).says,
                    isolates=infection.isolation_end(person.state) is not None,
                    stopped=stopped,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.transport.at, one.placement)))


# --- what was issued -----------------------------------------------------------------------------------


def next_version(view: View, about: str, kind: PaperKind) -> int:
    """The number of the next one of its kind."""
    sql = "SELECT COALESCE(MAX(version), 0) + 1 FROM papers WHERE about = ? AND kind = ?"
    return int(view.value(sql, (about, kind.value)))


def next_number(view: View) -> int:
    """The number of the next paper of the hub."""
    return int(view.value("SELECT COALESCE(MAX(number), 0) + 1 FROM papers"))


def paper(view: View, name: str) -> tuple[IssuedPaper, Paper]:
    """A paper as it was issued; `UserError` where there is none of that id."""
    found = paper_ages.one(view, name)
    if found is None:
        raise UserError(f"There is no paper {name} in this hub.", "See the list of those that were issued.")
    issued, sha256 = found
    return issued, Paper.model_validate_json(journal.read_file(view.connection, sha256))


__all__ = ["journeys", "next_number", "next_version", "paper", "paper_facts"]
