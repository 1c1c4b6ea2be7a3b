"""One setting whole, beside the list: its beds night by night, its word on them, whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from discharge.model.base import YesNo
from discharge.model.designating import UnderWay
from discharge.model.london import london_date
from discharge.model.placement import DeclineReason
from discharge.model.shown.calls import ActionLine, ReviewLine
from discharge.model.shown.settings import BedHold, BedsView, CallLine, ReturnLine, SettingPage, UnitView
from discharge.words import terms
from discharge.words.calls import answers_words
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import day_and_time, day_words, instant_words
from discharge.words.places import filled_words
from discharge.words.waiting import fee_words
from ui.frame.detail_lines import history, may_do, placement_lines
from ui.frame.services import Services
from ui.settings.beds import NEW, beds_words
from ui.settings.trend import Told, TrendLine
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown, waiting
from ui.widgets.dated import Dated, Link, link_button
from ui.widgets.day_strip import DayStrip
from ui.widgets.detail import DetailPane
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label
from ui.words import settings

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

HISTORY = 6
TREND = 20
"""Capacity returns that the small line goes through."""
_STAFFING = {"green": done("Enough"), "amber": waiting("Short"), "red": danger("Unsafe")}


@dataclass(frozen=True, slots=True)
class SettingFacts:
    """What the detail shows."""

    page: SettingPage


def read_facts(queries: Queries, *, setting: str) -> SettingFacts:
    """Reads one setting for the detail; in the store's thread."""
    return SettingFacts(queries.setting(setting))


class SettingDetail:
    """Fills the pane beside the list. The callables do what its small buttons offer."""

    def __init__(
        self,
        pane: DetailPane,
        *,
        services: Services,
        edit_unit: Callable[[str], object],
        edit_beds: Callable[[str, str | None], object],
        keep_bed: Callable[[str], object],
        release_bed: Callable[[str], object],
        withdraw_call: Callable[[str], object],
        done: Callable[[str], object],
        look_back: Callable[[str], object],
        go: Callable[[str, str], object],
    ) -> None:
        self._pane = pane
        self._place = services
        self._edit_unit, self._edit_beds = edit_unit, edit_beds
        self._keep_bed, self._release_bed = keep_bed, release_bed
        self._withdraw_call = withdraw_call
        self._done, self._look_back = done, look_back
        self._go = go

    def show(self, facts: SettingFacts) -> None:
        """Shows this setting."""
        page, pane, now = facts.page, self._pane, self._place.now()
        status, subtitle = settings.admissions_status(page.row), settings.subtitle(page)
        pane.begin(page.row.name, status, subtitle=subtitle, about=page.row.id)
        self._tonight(page, now=now)
        pane.end(
            lambda: self._units(page),
            lambda: self._said(page, now=now),
            lambda: self._people(page, now=now),
            lambda: self._history(page, now=now),
        )

    def _said(self, page: SettingPage, *, now: datetime) -> None:
        self._kept(page)
        self._returns(page, now=now)
        self._calls(page, now=now)
        self._agreed(page)
        self._learned(page)

    def _people(self, page: SettingPage, *, now: datetime) -> None:
        self._placements(page)
        self._declines(page, now=now)
        self._whom(page)
        self._contacts(page)

    def _history(self, page: SettingPage, *, now: datetime) -> None:
        self._pane.section("History")
        self._pane.dated(history(page.timeline, now=now), first=HISTORY)

    # --------------------------------------------------------------- sections

    def _tonight(self, page: SettingPage, *, now: datetime) -> None:
        row, pane = page.row, self._pane
        pane.section("Tonight")
        status = settings.return_status(row, now=now)
        admissions: str | Status = ""
        if page.admissions_reason:
            admissions = page.admissions_reason
        free = settings.free_words(row)
        pane.facts(
            [
                (
                    "Beds free",
                    f"{free}" + (f" ({row.beds_held} more held)" if row.beds_held else "") if free else "",
                ),
                (
                    "Isolation",
                    count_words(row.isolation_places, "place")
                    if row.isolating_units
                    else "Can't isolate"
                    if row.units
                    else unknown(
                        "Not known", "No unit is on record: nobody has said whether it can isolate."
                    ),
                ),
                ("Capacity return", status),
                ("", settings.tracker_due(row, today=self._place.today())),
                ("Closed because", admissions),
            ]
        )
        lines: list[Status | str] = []
        if status.sentence and status.tone is not Tone.DONE:
            lines.append(Status(status.sentence, status.tone, icon_name="phone"))
        lines += [
            unknown(f"The return contradicts itself: {each}. Ask the home, and record what it says.")
            for each in page.doubts
        ]
        lines += [
            unknown(f"More beds than it can have: {each}. Ask the home, and record what is right.")
            for each in page.bed_doubts
        ]
        if page.vacancies_unsplit:
            lines.append(
                unknown(
                    f"{count_words(page.vacancies_unsplit, 'vacancy', 'vacancies')} declared in no group of "
                    "beds on record: nobody is proposed there until it is known which beds they are."
                )
            )
        if page.outbreaks:
            tone = settings.admissions_status(row).tone
            lines.append(Status(settings.outbreak_sentence(row), tone, icon_name="virus"))
        if lines:
            pane.gap()
            pane.lines(lines)

    def _units(self, page: SettingPage) -> None:
        pane = self._pane
        pane.section("Units and beds", remark="Free each night")
        if not page.units:
            pane.lines([unknown("No units or beds are on record: nobody can be proposed for it.")])
            pane.buttons([self._place.commands.action("setting.unit_new")])
            return
        for at, unit in enumerate(page.units):
            if at:
                pane.gap()
            self._unit(unit, page.under_way, counts_now=settings.is_known(page.row))

    def _unit(self, unit: UnitView, under_way: Sequence[UnderWay], *, counts_now: bool) -> None:
        pane, theme, today = self._pane, self._place.theme, self._place.today()
        links = (
            Link("Amend…", partial(self._edit_unit, unit.id), name=f"Amend unit {unit.id}"),
            Link("Add beds…", partial(self._edit_beds, unit.id, NEW), name=f"Add beds to unit {unit.id}"),
        )
        may = may_do(self._place, "setting.beds")
        pane.add(self._titled(unit.id, *(links if may else ()), strong=True))
        lines: list[Status | str] = []
        if unit.isolation == "none":
            lines.append(neutral("Can't isolate"))
            if unit.idle_designation is not None:
                lines.append(neutral("A designation is on record, and counts for nothing until it can"))
        else:
            taken = f"{unit.isolating_tonight} of {unit.isolation_places or 0} isolation places taken tonight"
            how = terms.ISOLATIONS[unit.isolation]
            if unit.isolation == "cohort" and unit.cohort_organism:
                how += f", {terms.organism(unit.cohort_organism)} only"
            full = unit.isolating_tonight >= (unit.isolation_places or 0)
            lines.append((waiting if full else done)(f"{how}: {taken}"))
        if unit.designated is not None:
            lines.append(self._designation(unit))
        lines += [settings.under_way_status(each, today=today) for each in under_way if each.unit == unit.id]
        if unit.needs_met:
            lines.append(neutral(f"Meets besides: {terms.needs(unit.needs_met).lower()}"))
        pane.lines(lines)
        for beds in unit.beds:
            pane.gap()
            change = Link(
                "Change…",
                partial(self._edit_beds, unit.id, beds.id),
                name=f"Change beds {unit.id} {beds.id}",
            )
            pane.add(self._titled(beds.id, *((change,) if may else ()), small=self._beds_small(beds)))
            counts = settings.nights_free(beds.free, first=today)
            held = settings.nights_held(beds.holds, first=today)
            strip = DayStrip(counts, first=today, theme=theme, held=held, counts_now=counts_now)
            pane.add(strip)
            holds = [self._hold(each) for each in beds.holds]
            if over := strip.first_over():
                since = day_words(over, today=today)
                holds.append(
                    danger(f"More are held than free from {since}. Ring the home; who can't go is on Today.")
                )
            if holds:
                pane.lines(holds)

    def _beds_small(self, beds: BedsView) -> str:
        parts = [beds_words(beds)]
        if beds.as_of is None:
            parts.append("nobody has said what is free")
        else:
            parts.append(f"as of {instant_words(beds.as_of, now=self._place.now())}")
        if beds.contract is not None and (bought := terms.contract(beds.contract)):
            parts.append(f"{bought[:1].lower()}{bought[1:]}")
        return " · ".join(parts)

    def _kept(self, page: SettingPage) -> None:
        """The beds that are kept for residents who are away, each with what can be done about it."""
        if not page.kept:
            return
        pane, today = self._pane, self._place.today()
        pane.section("Kept for residents")
        entries = []
        for one in page.kept:
            small = f"Bed {one.beds}, unit {one.unit}; paid for by {one.paid_by.words}"
            links = [Link("Show the person", partial(self._go, "patients", one.patient))]
            if may_do(self._place, "setting.keep_bed"):
                if not one.left:
                    word = "Keep on…" if one.is_recorded else "Keep…"
                    links.append(
                        Link(word, partial(self._keep_bed, one.patient), name=f"{word} {one.patient_name}")
                    )
                release = partial(self._release_bed, one.patient)
                links.append(Link("Release…", release, name=f"Release the bed of {one.patient_name}"))
            since = day_words(one.start, today=today)
            status = settings.kept_status(one, today=today)
            entries.append(
                Dated(
                    since,
                    f"{one.patient_name}: {status.word[:1].lower()}{status.word[1:]}",
                    status=status,
                    small=f"{small}. {one.note}" if one.note else small,
                    links=tuple(links),
                )
            )
        pane.dated(entries, first=6, wide="Mon 16 Nov")

    def _hold(self, hold: BedHold) -> Status:
        today = self._place.today()
        if hold.by_themselves:
            since = day_words(hold.start, today=today)
            said = f"Perhaps in one of these since {since}, without a placement: {hold.patient_name}"
            return Status(said, Tone.WAITING, icon_name="bed")
        if hold.placement is None:
            return Status(f"Kept for {hold.patient_name}", Tone.WAITING, icon_name="bed")
        until = f" to {day_words(hold.end, today=today)}" if hold.end is not None else ", open-ended"
        start = day_words(hold.start, today=today)
        said_of = f"Held for {hold.patient_name} from {start}{until}"
        return Status(said_of, Tone.WAITING, icon_name="bed")

    def _designation(self, unit: UnitView) -> Status:
        span, today = unit.designated, self._place.today()
        assert span is not None
        until = f" until {day_words(span.end, today=today)}" if span.end is not None else ", open-ended"
        by = f", by {unit.designated_by.name}" if unit.designated_by is not None else ""
        assured = f"; CQC assured {day_words(unit.assured_on, today=today)}" if unit.assured_on else ""
        if span.end is not None and span.end <= today:
            return neutral(f"Was designated until {day_words(span.end, today=today)}")
        if span.start > today:
            return waiting(f"Designated from {day_words(span.start, today=today)}{until}{by}{assured}")
        return done(f"Designated since {day_words(span.start, today=today)}{until}{by}{assured}")

    def _titled(self, text: str, *links: Link, strong: bool = False, small: str = "") -> QWidget:
        """A name at the left with its small buttons at the right, and a line below."""
        holder = QWidget()
        row = in_row(holder, gap=0)
        column = in_column(gap=0)
        column.addWidget(label(text, "strong" if strong else "", wrap=True))
        if small:
            column.addWidget(label(small, "small", wrap=True))
        row.addLayout(column, 1)
        for link in links:
            row.addWidget(link_button(link, holder))
        return holder

    def _returns(self, page: SettingPage, *, now: datetime) -> None:
        if not page.returns:
            return
        pane = self._pane
        pane.section("Capacity returns", remark="Newest first")
        told = [
            Told(each.report.reported_at, each.report.vacancies)
            for each in page.returns[:TREND]
            if each.report.vacancies is not None
        ]
        if len(told) > 1:
            pane.add(label("Vacancies declared", "small"))
            pane.add(TrendLine(told, now=now, theme=self._place.theme, what="vacancies declared"))
            pane.gap()
        entries = [self._return(each, now=now) for each in page.returns]
        pane.dated(entries, first=4)

    def _return(self, line: ReturnLine, *, now: datetime) -> Dated:
        report = line.report
        parts: list[str] = []
        if line.no_change:
            parts.append("No change")
        elif report.accepting is not None:
            parts.append("Takes people" if report.accepting else "Takes nobody")
        if report.vacancies is not None:
            parts.append(count_words(report.vacancies, "vacancy", "vacancies"))
        if report.used_beds is not None and report.max_capacity is not None:
            parts.append(f"{report.used_beds} of {count_words(report.max_capacity, 'bed')} in use")
        if report.admission_status and not line.no_change:
            parts.append(f"“{report.admission_status}”")
        small = line.by
        if line.given is not None:
            small += f"; word of {line.given.sentence}"
        if abs((line.recorded_at - report.reported_at).total_seconds()) >= 60:
            small += f"; recorded {instant_words(line.recorded_at, now=now)}"
        status = neutral("No change") if line.no_change else Status("Return", Tone.NEUTRAL, icon_name="bed")
        return Dated(
            instant_words(report.reported_at, now=now),
            ", ".join(parts) or "Nothing said",
            status=status,
            small=small,
        )

    def _calls(self, page: SettingPage, *, now: datetime) -> None:
        pane = self._pane
        pane.section("Calls", remark="Newest first" if page.calls else "")
        entries = [self._call(each, now=now) for each in page.calls]
        if entries:
            pane.dated(entries, first=4)
        record = Link("Record call…", lambda: self._place.commands.do("setting.call"))
        links = (record,) if may_do(self._place, "setting.call") else ()
        pane.add(self._titled("" if entries else "No call on record.", *links))

    def _call(self, line: CallLine, *, now: datetime) -> Dated:
        when = instant_words(line.at, now=now)
        if line.given is None:
            said, status = "No answer", waiting("No answer")
            said += f": {line.said}" if line.said else ""
        else:
            answers = answers_words({} if line.answers is None else line.answers.model_dump())
            said = " ".join(
                part for part in (line.said, f"{sentence_case(answers)}." if answers else "") if part
            )
            status = Status("Call", Tone.NEUTRAL, icon_name="phone")
        small = f"{line.by} rang"
        if line.given is not None:
            who = f"{line.given.name}, {line.given.role}"
            small = f"{who}, rang {line.by}" if line.incoming else f"{small} {who}"
        if line.withdrawn:
            return Dated(
                when, said, status=neutral("Taken out"), small=f"Taken out: {line.reason}. {small}", over=True
            )
        link = Link("Take it out…", partial(self._withdraw_call, line.id), name=f"Take the call out: {said}")
        may = may_do(self._place, "setting.call")
        return Dated(when, said, status=status, small=small, links=(link,) if may else ())

    def _agreed(self, page: SettingPage) -> None:
        """What is agreed with the home and to be done."""
        pane, agree = self._pane, Link("Agree an action…", lambda: self._place.commands.do("setting.agree"))
        if page.agreed:
            pane.section("Agreed", remark="To be done")
            pane.dated([self._action(each) for each in page.agreed], first=4)
        if may_do(self._place, "setting.agree"):
            pane.add(self._titled("" if page.agreed else "Nothing agreed is to be done.", agree))

    def _action(self, line: ActionLine) -> Dated:
        late = line.due < self._place.today()
        status = danger("Overdue") if late else Status("Agreed", Tone.NEUTRAL, icon_name="tick")
        link = Link("Done…", partial(self._done, line.id), name=f"Done: {line.what}")
        links = (link,) if may_do(self._place, "setting.agree") else ()
        return Dated(f"by {day_words(line.due)}", line.what, status=status, small=line.who, links=links)

    def _learned(self, page: SettingPage) -> None:
        """Outbreaks that ended, and what was learned."""
        if not page.reviews:
            return
        self._pane.section("Outbreaks that ended")
        self._pane.dated([self._review(each) for each in reversed(page.reviews)], first=4)

    def _review(self, line: ReviewLine) -> Dated:
        ended = day_words(london_date(line.ended_at))
        named = terms.organism(line.organism)
        if line.reviewed_at is not None:
            shared = f"; shared with {line.shared}" if line.shared else ""
            return Dated(
                ended, f"{named}: {line.learned}", status=done("Looked back on"), small=f"{line.by}{shared}"
            )
        link = Link("Look back…", partial(self._look_back, line.ended), name=f"Look back on {named}")
        links = (link,) if may_do(self._place, "setting.agree") else ()
        return Dated(ended, named, status=waiting("Not looked back on"), links=links)

    def _placements(self, page: SettingPage) -> None:
        if not page.placements:
            return
        pane, today = self._pane, self._place.today()
        pane.section("Placements")
        entries = placement_lines(
            page.placements, named=lambda each: each.patient_name, today=today, go=self._go
        )
        pane.dated(entries, first=4, wide="Mon 16 Nov")

    def _declines(self, page: SettingPage, *, now: datetime) -> None:
        if not page.declines:
            return
        pane = self._pane
        pane.section("Declined")
        entries = []
        for each in page.declines:
            note = f" {each.note}" if each.note else ""
            stands = (
                "Not offered again until the capacity return changes."
                if each.stands
                else "May be asked again."
            )
            entries.append(
                Dated(
                    instant_words(each.at, now=now),
                    f"{each.patient_name}: {_decline_words(each.code)}",
                    status=danger("Stands") if each.stands else neutral("Over"),
                    small=f"{stands}{note}",
                    links=(Link("Show the person", partial(self._go, "patients", each.patient)),),
                )
            )
        pane.dated(entries, first=3)

    def _whom(self, page: SettingPage) -> None:
        details = page.details
        age = ""
        if details.age_min is not None or details.age_max is not None:
            low = f"from {details.age_min}" if details.age_min is not None else ""
            high = f"to {details.age_max}" if details.age_max is not None else ""
            age = " ".join(part for part in (low, high) if part)
        accepts = ", ".join(terms.organism_choice(name) for name in details.accepts_organisms)
        self._pane.section("Whom it takes")
        self._pane.facts(
            [
                (
                    "Confirmed cases",
                    accepts or unknown("Not said", "No home is forced to admit: it must say so (rule R3)."),
                ),
                ("Meets", terms.needs(details.needs_met) or "Nothing recorded"),
                ("Age", age),
                (
                    "Admissions a day",
                    f"{details.max_admissions_per_day} at most"
                    if details.max_admissions_per_day is not None
                    else "",
                ),
                ("Weekly fee", terms.pounds(details.weekly_fee) if details.weekly_fee is not None else ""),
                ("Fee that waits", _fee_waiting(page)),
                (
                    "Registered beds",
                    str(details.registered_beds) if details.registered_beds is not None else "",
                ),
            ]
        )

    def _contacts(self, page: SettingPage) -> None:
        details = page.details
        self._pane.section("Contacts")
        rows: list[tuple[str, str | Status | None]] = [
            ("Telephone", details.phone),
            ("Ask for", details.contact),
            ("Registered manager", details.registered_manager),
            ("Answers by signed files", page.signs),
            ("Email", details.email),
            ("Deputy", details.deputy),
            ("Day and night", details.out_of_hours),
            ("Secure mail", "" if details.nhsmail is YesNo.NOT_KNOWN else terms.ASKED[details.nhsmail]),
            ("Clinical lead", details.clinical_lead),
            ("GP practice", details.gp_practice),
            ("Infection control nurse", details.ipc_nurse),
            ("Weekly round", details.weekly_round),
            ("Primary care network", details.pcn),
            ("Provider", details.provider),
            ("Reference", page.row.id),
            ("Also stood as", ", ".join(page.parts)),
            ("Address", ", ".join(part for part in (details.address, details.postcode) if part)),
            ("", filled_words(details.from_postcode)),
            ("Staffing", _STAFFING.get(page.staffing) if page.staffing else ""),
            ("PPE", f"for {page.ppe_days:g} days" if page.ppe_days is not None else ""),
            ("Notes", details.notes),
        ]
        self._pane.facts(rows)


def _decline_words(code: str) -> str:
    try:
        return DeclineReason(code).words.lower()
    except ValueError:
        return code.replace("_", " ")


def _fee_waiting(page: SettingPage) -> str | Status:
    """The weekly fee that waits for a second person's word; empty where none does."""
    change = page.waiting
    if change is None:
        return ""
    return waiting(
        f"{fee_words(change.fee)}: {change.by_name}, {day_and_time(change.at)}",
        "It counts once somebody else has confirmed it; approvals go by the higher until then (A4).",
    )
