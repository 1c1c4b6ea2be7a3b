"""What papers are made from; papers that were issued, and which of them the record has left behind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from discharge.model.errors import UserError
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
from discharge.store.ask.view import View, marks
from discharge.store.ask.watched import flags_of
from discharge.store.journal import Kind
from discharge.words import terms

_COLUMNS = (
    'p.id, p.kind, p.about, p.version, p.seal, p.patient, p.setting, p."to", p.at, p."by",'
    " p.recalled, p.reason"
)

_ACTIVE = ", ".join(f"'{state}'" for state in sorted(ACTIVE))
_GIVEN_UP = "'returned', 'declined', 'unanswered', 'withdrawn'"


def paper_facts(view: View, placement: str) -> PaperFacts:
    """Everything that a paper about this placement says; `UserError` where there is no such placement."""
    placed = one(view, placement)
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
        stay=_next(placed),
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
            body = json.loads(view.value("SELECT body FROM journal WHERE seq = ?", (line.seq,)))
            if position in body["stays"]:
                return ToldBy(stay.told_at, line.user_name, line.given, body.get("assessor", ""))
    return ToldBy(stay.told_at, "", None, "")


def journeys(view: View, day: date) -> tuple[JourneyFacts, ...]:
    """The journeys booked for that day in London that are still to be made or under way, by time."""
    active = read(view, f"state IN ({_ACTIVE})")
    among = company(view, active)
    flags = flags_of(view, [placed.id for placed in active])
    found = []
    for placed in active:
        person = among.people[placed.patient]
        for at, each in enumerate(placed.stays):
            booked = each.view.transport
            if booked is None or each.view.arrived_at is not None or london_date(booked.at) != day:
                continue
            home = settings.details(view, each.view.setting)
            details = patients.person(view, placed.patient).details
            ward = terms.ward(details.ward, details.hospital)
            before = placed.stays[at - 1].view if at else None
            stopped = next((f.sentence for f in flags[placed.id] if f.blocks and f.stay == at), "")
            found.append(
                JourneyFacts(
                    placement=placed.id,
                    patient=placed.patient,
                    patient_name=details.name,
                    born=details.born,
                    pathway=details.pathway,
                    start=ward if before is None else before.setting_name,
                    start_phone=details.handover.ward_phone if before is None else before.phone,
                    needs=details.needs,
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


def issued(view: View, about: str) -> tuple[IssuedPaper, ...]:
    """The papers issued about a placement, or of a day, newest first; with whether they are out of date."""
    return _with_age(view, _rows(view, "p.about = ?", (about,)))


def next_version(view: View, about: str, kind: PaperKind) -> int:
    """The number of the next one of its kind."""
    sql = "SELECT COALESCE(MAX(version), 0) + 1 FROM papers WHERE about = ? AND kind = ?"
    return int(view.value(sql, (about, kind.value)))


def next_number(view: View) -> int:
    """The number of the next paper of the hub."""
    return int(view.value("SELECT COALESCE(MAX(number), 0) + 1 FROM papers"))


def paper(view: View, name: str) -> tuple[IssuedPaper, Paper]:
    """A paper as it was issued; `UserError` where there is none of that id."""
    found = _rows(view, "p.id = ?", (name,))
    if not found:
        raise UserError(f"There is no paper {name} in this hub.", "See the list of those that were issued.")
    sha256 = view.value("SELECT sha256 FROM papers WHERE id = ?", (name,))
    content = journal.read_file(view.connection, sha256)
    return _with_age(view, found)[0], Paper.model_validate_json(content)


def outdated(view: View) -> tuple[IssuedPaper, ...]:
    """The papers that somebody holds and that no longer say what the record says.

    Those of placements that are under way, or were given up after the paper had gone out; of transport
    sheets those of today and later. Of each kind the newest counts.
    """
    where = (
        "p.kind IN ('offer', 'handover') AND p.about IN"
        f" (SELECT id FROM placements WHERE state IN ({_ACTIVE}, {_GIVEN_UP}))"
        " OR p.kind = 'transport' AND p.about >= ?"
    )
    held = _rows(view, where, (view.today.isoformat(),))
    return tuple(each for each in _with_age(view, held) if each.outdated and not each.recalled)


def _rows(view: View, where: str, values: Sequence[object]) -> list[IssuedPaper]:
    rows = view.rows(f"SELECT {_COLUMNS} FROM papers p WHERE {where} ORDER BY p.number DESC", values)
    return [
        IssuedPaper(
            id=row[0], kind=PaperKind(row[1]), about=row[2], version=row[3], seal=row[4], patient=row[5],
            setting=row[6], to=row[7], at=datetime.fromisoformat(row[8]), by=row[9], recalled=bool(row[10]),
            reason=row[11],
        )
        for row in rows
    ]  # fmt: skip


def _with_age(view: View, papers: Sequence[IssuedPaper]) -> tuple[IssuedPaper, ...]:
    """The papers, each with whether the record has left it behind: only the newest of a kind is asked."""
    seen: set[tuple[str, PaperKind]] = set()
    given_up = _given_up(view, {each.about for each in papers})
    found = []
    for each in papers:
        newest = (each.about, each.kind) not in seen and not each.recalled
        if not each.recalled:
            seen.add((each.about, each.kind))
        old = newest and (each.about in given_up or _has_moved_on(view, each))
        found.append(_aged(each, outdated=old))
    return tuple(found)


def _aged(paper: IssuedPaper, *, outdated: bool) -> IssuedPaper:
    return replace(paper, outdated=outdated)


def _given_up(view: View, abouts: set[str]) -> set[str]:
    names = sorted(abouts)
    sql = f"SELECT id FROM placements WHERE state IN ({_GIVEN_UP}) AND id IN ({marks(names)})"
    return {row[0] for row in view.rows(sql, names)} if names else set()


def _has_moved_on(view: View, paper: IssuedPaper) -> bool:
    """Whether the paper would say something else now; nobody can say so without the reports' room."""
    if view.seal_now is None:
        return False
    now = view.seal_now(paper.kind, paper.about)
    return now is not None and now != paper.seal


__all__ = [
    "issued", "journeys", "next_number", "next_version", "outdated", "paper", "paper_facts",
]  # fmt: skip
