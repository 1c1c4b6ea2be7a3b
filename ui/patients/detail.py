"""One person whole, beside the list: tonight's bed, the infection story, needs, choice and history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from discharge.model.base import YesNo
from discharge.model.errors import UserError
from discharge.model.flags import by_weight
from discharge.model.infection import Attestation, Test
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.patient_record import READINESS, Capacity, PatientState
from discharge.model.shown.patients import Exclusion, PatientPage, RecordedObservation
from discharge.rules.delay_reasons import coded
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_and_distance, day_words, instant_words
from discharge.words.places import filled_words
from ui.frame.detail_lines import history, may_do, placement_lines, recorded_words
from ui.frame.services import Services
from ui.patients import nights
from ui.patients.night_bar import NightBar
from ui.patients.record_forms import ALL_ATTESTATIONS
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown, waiting
from ui.widgets.dated import Dated, Link
from ui.widgets.detail import DetailPane
from ui.words import people
from ui.words.people import observation_status
from ui.words.plans import flag_status
from ui.words.settings import kept_status
from ui.words.who import alike_line

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

HISTORY = 6
"""Lines of the history that are shown at first."""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the detail shows: the person's page, and the names of what it speaks of."""

    page: PatientPage
    settings: Mapping[str, str]
    companion: str


def read_facts(queries: Queries, *, patient: str) -> PatientFacts:
    """Reads one person for the detail; in the store's thread."""
    page = queries.patient(patient)
    details = page.details
    names: dict[str, str] = {}
    for setting in (*details.preferred, *((details.usual_setting,) if details.usual_setting else ())):
        try:
            names[setting] = queries.setting_details(setting).name
        except UserError:
            names[setting] = setting
    companion = ""
    if details.together_with:
        companion = queries.patient_names().get(details.together_with, details.together_with)
    return PatientFacts(page, names, companion)


class PatientDetail:
    """Fills the pane beside the list. The callables do what its small buttons offer."""

    def __init__(
        self,
        pane: DetailPane,
        *,
        services: Services,
        correct: Callable[[RecordedObservation], object],
        withdraw: Callable[[RecordedObservation | None], object],
        withdraw_attestation: Callable[[Attestation], object],
        include: Callable[[str, Exclusion], object],
        go: Callable[[str, str], object],
    ) -> None:
        self._pane = pane
        self._place = services
        self._correct, self._withdraw = correct, withdraw
        self._withdraw_attestation = withdraw_attestation
        self._include = include
        self._go = go

    def show(self, facts: PatientFacts) -> None:
        """Shows this person."""
        page, pane, now = facts.page, self._pane, self._place.now()
        row = page.row
        pane.begin(
            row.name,
            people.standing(row, now=now),
            subtitle=people.who_words(row),
            about=row.id,
        )
        if alike := alike_line(row.who):
            pane.lines(alike)
        if page.merged_into is not None:
            pane.lines([neutral(f"A part of record {page.merged_into}: the same person.")])
        if page.row.parts:
            pane.lines(
                [neutral(f"Holds what was recorded under {', '.join(page.row.parts)}: the same person.")]
            )
        self._tonight(page, now=now)
        self._placements(page)
        self._leaving(page)
        pane.end(
            lambda: self._story(page, now=now),
            lambda: self._medical(page, now=now),
            lambda: self._home(facts, now=now),
            lambda: self._history(page, now=now),
        )

    def _medical(self, page: PatientPage, *, now: datetime) -> None:
        self._attestations(page, now=now)
        self._assessments(page, now=now)
        self._care(page)

    def _home(self, facts: PatientFacts, *, now: datetime) -> None:
        self._where(facts)
        self._exclusions(facts.page, now=now)
        self._capacity(facts.page)
        self._handover(facts.page)

    def _history(self, page: PatientPage, *, now: datetime) -> None:
        self._pane.section("History")
        self._pane.dated(history(page.timeline, now=now), first=HISTORY)

    # --------------------------------------------------------------- sections

    def _tonight(self, page: PatientPage, *, now: datetime) -> None:
        pane, state = self._pane, page.row.infection
        status = people.bed_status(page.row, now=now)
        if status is None:
            return
        asked = not (state.requirement == "blocked" and people.has_left_hospital(page.row))
        pane.section("Bed needed tonight", remark=f"Rule {state.rule}" if state.rule and asked else "")
        lines: list[Status | str] = [Status(status.word, status.tone)]
        if asked and state.sentence and state.sentence.rstrip(".") != status.word:
            lines.append(Status(state.sentence, Tone.NEUTRAL, icon_name="rules"))
        if state.isolation_end is not None:
            distance = day_and_distance(state.isolation_end, today=self._place.today())
            well = ", and not before they are well" if state.isolation_least is not None else ""
            first = f"First night without isolation: {distance}{well}"
            lines.append(Status(first, Tone.NEUTRAL, icon_name="calendar"))
        lines += [unknown(f"Not on record: {each}") for each in page.row.missing]
        pane.lines(lines)

    def _placements(self, page: PatientPage) -> None:
        if not page.placements:
            return
        pane, today = self._pane, self._place.today()
        pane.section("Placements")
        against = by_weight(page.row.flags)
        if against:
            mend = [Status(against[0].mend.words, Tone.DANGER, icon_name="stop")] if against[0].blocks else []
            pane.lines([*mend, *(flag_status(flag) for flag in against)])
            pane.gap()
        entries = placement_lines(
            page.placements, named=lambda each: each.setting_name, today=today, go=self._go
        )
        pane.dated(entries, first=3, wide="Mon 16 Nov")

    def _leaving(self, page: PatientPage) -> None:
        pane, today, details, row = self._pane, self._place.today(), page.details, page.row
        pane.section("Leaving hospital")
        pane.facts(
            [
                ("Ward", terms.ward(details.ward, details.hospital, row.hospital_name)),
                ("Hospital number", details.hospital_number),
                ("Named lead", row.lead_name),
                ("Referred by", details.referrer),
                ("Admitted on", _day(details.admitted_on, today=today)),
                ("Pathway", terms.PATHWAYS[row.pathway]),
                ("Priority", terms.PRIORITIES[row.priority]),
                ("Ready on", day_and_distance(row.ready_on, today=today)),
                ("Expected to leave", _day(details.expected_on, today=today)),
                ("Discharge ready date", _ready_date(page, today=today)),
            ]
        )
        ready = [each for each in READINESS if each in details.readiness]
        lacking = [each for each in READINESS if each not in details.readiness]
        others = [each for each in details.readiness if each not in READINESS]
        lines: list[Status | str] = []
        if ready or others:
            lines.append(
                done("Ready: " + ", ".join(terms.READINESS.get(e, e).lower() for e in (*ready, *others)))
            )
        if lacking and (ready or others):
            lines.append(waiting("Not yet: " + ", ".join(terms.READINESS[each].lower() for each in lacking)))
        for delay in details.delays:
            span = f"since {day_words(delay.since, today=today)}"
            if delay.until is not None:
                span += f" until {day_words(delay.until, today=today)}"
            kind = "Main reason for delay" if delay.primary else "Also"
            kind = kind if coded(delay.reason, today) is not None else f"{kind}, not coded"
            over = delay.until is not None and delay.until <= today
            made = neutral if over else waiting
            lines.append(made(f"{kind}: {delay.reason}, {span}"))
        if lines:
            pane.gap()
            pane.lines(lines)

    def _story(self, page: PatientPage, *, now: datetime) -> None:
        pane = self._pane
        pane.section("Infection story", remark="Newest first")
        if not page.observations:
            pane.lines([unknown("Nothing is recorded yet. No symptoms on record is not “not infectious”.")])
            pane.buttons([self._place.commands.action("patient.test")])
            return
        self._nights(page, now=now)
        entries = [self._seen(each, page, now=now) for each in page.observations]
        pane.dated(entries, first=12, wide="Mon 16 Nov 14:05")

    def _nights(self, page: PatientPage, *, now: datetime) -> None:
        """The story as a picture, and under it what it says of the nights to come."""
        today = self._place.today()
        if not page.nights or page.row.state is PatientState.LEFT:
            return
        ahead = nights.said(page.nights, today=today, state=page.row.infection)
        status = {each.id: observation_status(each.observation) for each in page.observations}
        bar = NightBar(
            nights.stretches(page.nights, today=today),
            today=today,
            theme=self._place.theme,
            seen=nights.seen(page.observations, status=status, now=now),
            words=". ".join(ahead),
        )
        self._pane.add(bar)
        self._pane.lines([Status(". ".join(ahead) + ".", Tone.NEUTRAL, icon_name="calendar")])
        self._pane.gap()

    def _seen(self, recorded: RecordedObservation, page: PatientPage, *, now: datetime) -> Dated:
        seen = recorded.observation
        sentence = terms.observation(seen, now=now)
        when = terms.observed_on(seen)
        at = (
            instant_words(when, now=now)
            if isinstance(when, datetime)
            else day_words(when, today=self._place.today())
        )
        small = recorded_words(by=recorded.by, at=recorded.recorded_at, given=recorded.given, now=now)
        if recorded.withdrawn:
            return Dated(
                at,
                sentence,
                status=neutral("Withdrawn"),
                small=f"Withdrawn: {recorded.reason}. {small}",
                over=True,
            )
        may = may_do(self._place, "patient.correct") and not people.why_not_observed(page.row)
        links = [
            Link(
                "Correct…",
                lambda: self._correct(recorded),
                name=f"Correct: {sentence}",
            ),
            Link(
                "Withdraw…",
                lambda: self._withdraw(recorded),
                name=f"Withdraw: {sentence}",
            ),
        ]
        return Dated(at, sentence, status=observation_status(seen), small=small, links=links if may else ())

    def _attestations(self, page: PatientPage, *, now: datetime) -> None:
        there = {each.attestation: each for each in page.attestations}
        tested = any(
            isinstance(each.observation, Test)
            and each.observation.result == "positive"
            and not each.withdrawn
            for each in page.observations
        )
        if not there and not tested:
            return
        pane = self._pane
        pane.section("Attested for the direct route", remark=f"{len(there)} of {len(ALL_ATTESTATIONS)}")
        entries: list[Dated] = []
        for name, recorded in there.items():
            link = Link(
                "Withdraw…",
                partial(self._withdraw_attestation, name),
                name=f"Withdraw: {terms.ATTESTATIONS[name]}",
            )
            small = recorded_words(by=recorded.by, at=recorded.recorded_at, given=recorded.given, now=now)
            may = may_do(self._place, "patient.attest") and page.row.state is not PatientState.LEFT
            links = (link,) if may else ()
            entries.append(
                Dated("", terms.ATTESTATIONS[name], status=done("Attested"), small=small, links=links)
            )
        if entries:
            pane.dated(entries, wide="")
        lacking = [terms.ATTESTATIONS[name] for name in ALL_ATTESTATIONS if name not in there]
        if lacking:
            pane.lines([waiting("Not attested: " + ", ".join(lacking).lower())])

    def _care(self, page: PatientPage) -> None:
        details = page.details
        self._pane.section("Care and needs")
        known = [need for need in details.needs if need in SHIPPED_NEEDS]
        others = [need for need in details.needs if need not in SHIPPED_NEEDS]
        self._pane.facts(
            [
                (
                    "Care",
                    terms.care(details.care)
                    or unknown("Not known", "Nobody on P2 or P3 fits a bed without it."),
                ),
                ("Needs", terms.needs((*known, *others)) or "None recorded"),
                ("Immune system", waiting("Immunosuppressed") if details.immunosuppressed else ""),
                ("Days to stay", str(details.stay_days) if details.stay_days else ""),
            ]
        )

    def _where(self, facts: PatientFacts) -> None:
        details = facts.page.details
        names = facts.settings
        place = details.local_authority or ""
        if details.postcode:
            place = f"{place}, {details.postcode}" if place else details.postcode
        if details.home_address:
            place = f"{details.home_address}\n{place}" if place else details.home_address
        rows: list[tuple[str, str | Status | None]] = [
            ("Home", place),
            ("", filled_words(details.from_postcode)),
            ("GP practice", details.gp_practice),
            ("At most", f"{details.max_km:g} km away" if details.max_km is not None else ""),
            (
                "Weekly fee",
                f"at most {terms.pounds(details.max_weekly_fee)}"
                if details.max_weekly_fee is not None
                else "",
            ),
            ("Lives in", names.get(details.usual_setting, "") if details.usual_setting else ""),
            *self._rooms(facts.page),
            (
                "Would like",
                "\n".join(f"{at}. {names.get(each, each)}" for at, each in enumerate(details.preferred, 1)),
            ),
            ("Together with", facts.companion),
        ]
        if any(value for _, value in rows):
            self._pane.section("Where")
            self._pane.facts(rows)

    def _rooms(self, page: PatientPage) -> list[tuple[str, str | Status | None]]:
        """The rooms kept for them; of somebody who lives in a setting also that nobody has said so."""
        today = self._place.today()
        if not page.rooms:
            asked = page.details.usual_setting and page.row.state is not PatientState.LEFT
            return [("Own room", unknown("Nobody has said that it is kept"))] if asked else []
        found: list[tuple[str, str | Status | None]] = []
        for room in page.rooms:
            status = kept_status(room, today=today)
            where = (
                f"{room.setting_name}, {room.unit}, {room.beds}: {status.word[:1].lower()}{status.word[1:]}"
            )
            paid = f"Paid for by {room.paid_by.words}. {status.sentence}"
            found.append(("Own room", Status(where, status.tone, paid, icon_name="bed")))
        return found

    def _exclusions(self, page: PatientPage, *, now: datetime) -> None:
        if not page.exclusions:
            return
        pane = self._pane
        pane.section("Settings left out")
        entries = []
        for each in page.exclusions:
            links: Sequence[Link] = ()
            if not each.declined and may_do(self._place, "patient.exclude"):
                links = (
                    Link(
                        "Let in again",
                        partial(self._include, page.row.id, each),
                        name=f"Let in again: {each.setting_name}",
                    ),
                )
            kind = "Declined" if each.declined else "Left out"
            until = "; until its capacity return changes" if each.declined else ""
            entries.append(
                Dated(
                    instant_words(each.since, now=now),
                    each.setting_name,
                    status=danger(kind) if each.declined else neutral(kind),
                    small=f"{kind}: {each.reason}{until}. {each.by}",
                    links=links,
                )
            )
        pane.dated(entries, first=6)

    def _assessments(self, page: PatientPage, *, now: datetime) -> None:
        """What trusted assessors found, and for whom that stands."""
        if not page.assessments:
            return
        entries = []
        for each in page.assessments:
            said = each.assessment
            agreed = {YesNo.YES: "agreed", YesNo.NO: "not agreed"}.get(
                said.agreed, "not known whether agreed"
            )
            homes = f"Stands for {', '.join(each.setting_names)}: {agreed}. " if each.setting_names else ""
            who = f"{said.assessor}{f', {said.organisation}' if said.organisation else ''}"
            care = f"{terms.care(said.care)}. " if said.care is not None else ""
            gone = f"No longer counts: {each.reason}. " if each.withdrawn else ""
            entries.append(
                Dated(
                    day_words(said.on, today=self._place.today()),
                    f"{care}{said.findings}",
                    small=f"{gone}{homes}{who}; recorded by {each.by} {instant_words(each.at, now=now)}",
                )
            )
        self._pane.section("Trusted assessment", remark="Never used to match")
        self._pane.dated(entries, first=3)

    def _capacity(self, page: PatientPage) -> None:
        """Whether they can decide about the move, and who was asked; what nobody knows is said as that."""
        details, pane = page.details, self._pane
        capacity = terms.CAPACITY[details.mental_capacity]
        if details.mental_capacity is Capacity.BEST_INTERESTS:
            capacity += f", by {details.best_interests_by}" if details.best_interests_by else ""
        asked = {
            "DoLS asked for": details.dols_asked,
            "Family asked": details.family_asked,
            "Unpaid carer asked": details.carer_asked,
        }
        open_ = [
            name.lower().replace("dols", "DoLS") for name, each in asked.items() if each is YesNo.NOT_KNOWN
        ]
        is_known = details.mental_capacity is not Capacity.NOT_KNOWN
        pane.section("Capacity and who was asked", remark="Never used to match")
        pane.facts(
            [
                ("Capacity to decide", capacity if is_known else unknown("Not known")),
                *((name, terms.ASKED[each]) for name, each in asked.items() if each is not YesNo.NOT_KNOWN),
            ]
        )
        if open_:
            pane.lines([unknown(f"Not known: {', '.join(open_)}")])

    def _handover(self, page: PatientPage) -> None:
        details = page.details
        given, today = details.handover, self._place.today()

        def day(when: date | None) -> str:
            return _day(when, today=today)

        rows: list[tuple[str, str | Status | None]] = [
            ("Next of kin", details.next_of_kin),
            ("Notes", details.notes),
            ("Why in hospital", given.admission_reason),
            ("DNACPR", given.dnacpr),
            ("DNACPR form seen", _unless_unknown(given.dnacpr_seen)),
            ("DNACPR reviewed on", day(given.dnacpr_reviewed_on)),
            ("Allergies", given.allergies),
            ("Medicines", given.medicines),
            ("Medicines for", count_words(given.medicines_days, "day") if given.medicines_days else ""),
            ("Equipment", given.equipment),
            ("PPE for seven days", _unless_unknown(given.ppe_sent)),
            ("Ward's telephone", given.ward_phone),
            ("GP's telephone", given.gp_phone),
            ("Fast track sent", day(given.fast_track_on)),
            ("Fast track answered", day(given.fast_track_decided_on)),
            ("CHC referred", day(given.chc_referred_on)),
            ("CHC decided", day(given.chc_decided_on)),
            ("Communication", given.communication),
            ("Funding route", given.funding_route),
            ("Ethnicity", given.ethnicity),
            ("Religion", given.religion),
        ]
        if any(value for _, value in rows):
            self._pane.section("For the hand-over alone", remark="Never used to match")
            self._pane.facts(rows)


_AGREED = {
    YesNo.YES: "agreed",
    YesNo.NO: "not agreed",
    YesNo.NOT_KNOWN: "not known whether agreed",
}


def _unless_unknown(said: YesNo) -> str:
    return "" if said is YesNo.NOT_KNOWN else terms.ASKED[said]


def _ready_date(page: PatientPage, *, today: date) -> str:
    """Since when they no longer meet the criteria to reside; what is missing where that begins anew."""
    if page.ready_date is not None:
        return day_and_distance(page.ready_date, today=today)
    said = page.details.no_longer_meets_on
    return "" if said is None else "not said since they met the criteria to reside again"


def _day(day: date | None, *, today: date) -> str:
    return day_and_distance(day, today=today) if day is not None else ""
