"""Papers: complete or not issued, kept as they were issued, and out of date once the record moves on."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions import hub as hub_actions
from discharge.actions import papers, patients, placements, settings
from discharge.actions.taking_back import take_back_step
from discharge.model.base import YesNo
from discharge.model.paper import Paper, PaperKind, WantedPaper
from discharge.model.patient_record import Capacity, Handover
from discharge.model.people import Role
from discharge.model.placement import DeclineReason, Transport
from discharge.model.shown.papers import IssuedPaper
from discharge.model.shown.today import GONE_PAPER, Need, TodayLine
from discharge.model.travel import CrewPpe, TransportMode, Travels
from tests.actions.a_hub import MANAGER, TODAY, AHub, stay

SAID = Handover(
    admission_reason="Fell at home and broke a hip",
    dnacpr="In place",
    dnacpr_seen=YesNo.YES,
    dnacpr_reviewed_on=date(2020, 11, 10),
    funding_route="Discharge fund",
    allergies="Penicillin",
    medicines="Apixaban 5 mg twice a day",
    medicines_days=14,
    equipment="Walking frame",
    ppe_sent=YesNo.YES,
    ward_phone="020 7946 0100",
    gp_phone="020 7946 0200",
)
"""What a hand-over pack asks for of the person."""
BESIDE: dict[str, Any] = {
    "ward": "Oak",
    "hospital": "RXX01",
    "home_address": "1 Mill Lane",
    "gp_practice": "Mill Lane Surgery",
    "mental_capacity": Capacity.HAS_CAPACITY,
    "dols_asked": YesNo.NO,
    "family_asked": YesNo.YES,
    "carer_asked": YesNo.NO,
}
OF_THE_HOME: dict[str, Any] = {
    "phone": "020 7946 0001",
    "out_of_hours": "020 7946 0009",
    "email": "elm.lodge@example.test",
    "nhsmail": YesNo.NO,
    "clinical_lead": "Dr A. Osei",
    "pcn": "River PCN",
}


ANOTHER = "9990001014"


def contact(hub: AHub, **changes: str) -> None:
    """The hub says whom to ring."""
    known = [user for user in hub.desk.people() if Role.ADMINISTRATOR in user.roles]
    administrator = known[0] if known else hub.person("Ada Min", Role.ADMINISTRATOR)
    said = {"phone": "020 7946 0300", "out_of_hours": "020 7946 0301", "authority_contact": "Duty desk, 0400"}
    hub.does(partial(hub_actions.amend_hub, changes={**said, **changes}), by=administrator)


def complete(
    hub: AHub, *, name: str = "Ben Ode", nhs_number: str = "9990001006", to: str = "proposed"
) -> str:
    """A placement of somebody of whom nothing is missing, walked to a state."""
    contact(hub)
    home = hub.home(**OF_THE_HOME)
    who = hub.negative(name, handover=SAID, nhs_number=nhs_number, no_number=None, **BESIDE)
    placement = hub.proposed(who, stay(home))
    if to != "proposed":
        hub.walk(placement, to)
    return placement


def now(hub: AHub, kind: PaperKind, about: str) -> Paper:
    return hub.desk.ask(lambda q: papers.paper_now(q, kind=kind, about=about))


def issue(hub: AHub, kind: PaperKind, about: str) -> IssuedPaper:
    hub.does(partial(papers.issue_paper, kind=kind, about=about))
    return hub.desk.ask(lambda q: q.issued_papers(about))[0]


def said(paper: Paper) -> dict[str, str]:
    return {line.label: line.text for line in paper.lines()}


def on_today(hub: AHub) -> list[TodayLine]:
    return [line for line in hub.desk.ask(lambda q: q.today_page()).lines if line.need is Need.PAPER]


@pytest.mark.whole
def test_a_hand_over_pack_says_all_that_goes_with_the_person(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    paper = now(hub, PaperKind.HANDOVER, placement)
    assert (paper.missing, paper.stops) == ((), ())
    lines = said(paper)
    assert lines["Why in hospital"] == "Fell at home and broke a hip"
    assert lines["Medicines go along for"] == "14 days"
    assert lines["DNACPR reviewed on"] == "Tue 10 Nov 2020"
    assert lines["The home, day and night"] == "020 7946 0009"
    assert lines["The home's secure mail"] == "No: elm.lodge@example.test"
    assert lines["Review"] == "day 3: Thu 19 Nov 2020; day 14: Mon 30 Nov 2020; day 28: Mon 14 Dec 2020"
    assert lines["Told"].startswith("Elm Lodge, Mon 16 Nov 2020")
    [table] = [part.table for part in paper.parts if part.table is not None]
    assert table.rows[0][:2] == ("COVID-19", "Negative")


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("admission_reason", "Why in hospital"),
        ("medicines", "Medicines"),
        ("medicines_days", "Medicines go along for"),
        ("allergies", "Allergies"),
        ("equipment", "Equipment"),
        ("ppe_sent", "PPE for seven days"),
        ("dnacpr", "DNACPR"),
        ("dnacpr_seen", "DNACPR form seen"),
        ("dnacpr_reviewed_on", "DNACPR reviewed on"),
        ("ward_phone", "The ward"),
        ("funding_route", "Funding route"),
    ],
)
def test_a_pack_with_a_gap_is_not_issued_and_names_it(hub: AHub, field: str, label: str) -> None:
    placement = complete(hub, to="accepted")
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    gap = SAID.model_copy(update={field: Handover.model_fields[field].default})
    hub.does(partial(patients.amend_patient, patient=who, changes={"handover": gap}))
    paper = now(hub, PaperKind.HANDOVER, placement)
    assert paper.missing == (label,)
    with hub.refuses(says="can't be issued"):
        hub.does(partial(papers.issue_paper, kind=PaperKind.HANDOVER, about=placement))


@pytest.mark.whole
def test_without_dnacpr_nothing_is_asked_of_a_form(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    none = SAID.model_copy(
        update={"dnacpr": "Not in place", "dnacpr_seen": YesNo.NOT_KNOWN, "dnacpr_reviewed_on": None}
    )
    hub.does(partial(patients.amend_patient, patient=who, changes={"handover": none}))
    assert now(hub, PaperKind.HANDOVER, placement).can_be_issued


def test_what_nobody_knows_about_capacity_is_missing_and_never_no(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    unknown = dict.fromkeys(("mental_capacity", "dols_asked", "family_asked", "carer_asked"), "not_known")
    hub.does(partial(patients.amend_patient, patient=who, changes=unknown))
    assert now(hub, PaperKind.HANDOVER, placement).missing == (
        "Capacity to decide", "DoLS asked for", "Family asked", "Unpaid carer asked",
    )  # fmt: skip


def test_an_offer_names_nobody(hub: AHub) -> None:
    placement = complete(hub, to="approved")
    paper = now(hub, PaperKind.OFFER, placement)
    assert paper.can_be_issued
    assert not paper.identifies
    words = paper.content().decode()
    who = hub.desk.ask(lambda q: q.placement(placement)).row
    details = hub.desk.ask(lambda q: q.patient(who.patient)).details
    assert details.name not in words
    assert str(details.nhs_number) not in words
    assert details.born is not None
    assert details.born.isoformat() not in words
    assert said(paper)["Allergies"] == "Penicillin"


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        (PaperKind.OFFER, {"approved", "told", "accepted", "booked"}),
        (PaperKind.HANDOVER, {"accepted", "booked", "departed"}),
        (PaperKind.APPROVAL, {"proposed"}),
    ],
)
@pytest.mark.whole
def test_a_paper_is_issued_from_the_states_in_which_it_has_a_reader(
    hub: AHub, kind: PaperKind, states: set[str]
) -> None:
    placement = complete(hub)
    found = set()
    for state in ("proposed", "approved", "told", "accepted", "booked", "departed"):
        if state != "proposed":
            hub.walk(placement, state)
        if now(hub, kind, placement).can_be_issued:
            found.add(state)
    assert found == states


def test_versions_count_and_each_stays_readable_as_it_was_issued(hub: AHub) -> None:
    placement = complete(hub, to="approved")
    first = issue(hub, PaperKind.OFFER, placement)
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    more = SAID.model_copy(update={"equipment": "Walking frame, commode"})
    hub.does(partial(patients.amend_patient, patient=who, changes={"handover": more}))
    second = issue(hub, PaperKind.OFFER, placement)
    assert (first.version, second.version) == (1, 2)
    _, kept = hub.desk.ask(lambda q: q.paper(first.id))
    assert said(kept)["Equipment"] == "Walking frame"
    assert kept.seal() == first.seal != second.seal


def test_whoever_holds_a_paper_that_is_out_of_date_is_named_until_it_is_issued_anew(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    issue(hub, PaperKind.HANDOVER, placement)
    assert on_today(hub) == []
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    more = SAID.model_copy(update={"allergies": "Penicillin, latex"})
    hub.does(partial(patients.amend_patient, patient=who, changes={"handover": more}))
    [line] = on_today(hub)
    assert line.sentence == "Elm Lodge holds a hand-over pack of Ben Ode that is out of date"
    assert (line.when, line.phone) == ("now", "020 7946 0001")
    issue(hub, PaperKind.HANDOVER, placement)
    assert on_today(hub) == []


def test_a_newer_result_makes_the_offer_out_of_date(hub: AHub) -> None:
    placement = complete(hub, to="approved")
    issue(hub, PaperKind.OFFER, placement)
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    hub.clock.plus(hours=2)
    hub.tested(who, "positive", hours_ago=1)
    assert [line.about for line in on_today(hub)] == [placement]


def test_a_paper_of_a_placement_that_was_given_up_is_recalled(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    held = issue(hub, PaperKind.HANDOVER, placement)
    hub.does(partial(placements.withdraw, placement=placement, reason="Family chose another home"))
    assert len(on_today(hub)) == 1
    hub.does(partial(papers.recall_paper, paper=held.id, reason="Told Jo Marsh to shred it"))
    assert on_today(hub) == []
    [after] = hub.desk.ask(lambda q: q.issued_papers(placement))
    assert (after.recalled, after.outdated) == (True, False)
    with hub.refuses(says="recalled already"):
        hub.does(partial(papers.recall_paper, paper=held.id, reason="again"))


def test_time_alone_makes_no_paper_out_of_date(hub: AHub) -> None:
    placement = complete(hub, to="approved")
    issue(hub, PaperKind.OFFER, placement)
    hub.clock.plus(hours=20)
    assert on_today(hub) == []


def test_an_offer_tells_neither_who_somebody_is_nor_their_practice_and_the_pack_does(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    offer, pack = now(hub, PaperKind.OFFER, placement), now(hub, PaperKind.HANDOVER, placement)
    for told in ("Ben Ode", "9990001006", "999 000 1006", "1940", "1 Mill Lane", "Mill Lane Surgery"):
        assert told not in offer.content().decode()
    assert "Mill Lane Surgery" in pack.content().decode()


def test_a_stopped_placement_gets_no_pack(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    home = hub.desk.ask(lambda q: q.placement(placement)).row.current.setting
    hub.does(partial(settings.close_admissions, setting=home, reason="Flood"))
    paper = now(hub, PaperKind.HANDOVER, placement)
    assert paper.missing == ()
    assert paper.stops
    with hub.refuses(says="can't be issued"):
        hub.does(partial(papers.issue_paper, kind=PaperKind.HANDOVER, about=placement))


@pytest.mark.whole
def test_the_transport_sheet_has_the_journeys_of_the_day_by_time(hub: AHub) -> None:
    placement = complete(hub, to="booked")
    paper = now(hub, PaperKind.TRANSPORT, TODAY.isoformat())
    assert paper.can_be_issued
    [row] = next(part.table for part in paper.parts if part.table is not None).rows
    assert placement in row[1]
    assert row[3].startswith("Elm Lodge")
    issue(hub, PaperKind.TRANSPORT, TODAY.isoformat())
    hub.does(partial(placements.withdraw, placement=placement, reason="Unwell"))
    [line] = [each for each in on_today(hub) if not each.patient]
    assert line.sentence == "Transport holds a transport sheet that is out of date"


def test_a_stopped_journey_stands_at_the_head_of_the_sheet_and_keeps_no_other_from_being_driven(
    hub: AHub,
) -> None:
    going = complete(hub, to="booked")
    home = hub.home("Oak Lodge", **OF_THE_HOME)
    who = hub.negative("Ada Shah", handover=SAID, nhs_number=ANOTHER, no_number=None, **BESIDE)
    stopped = hub.walk(hub.proposed(who, stay(home)), "booked")
    assert now(hub, PaperKind.TRANSPORT, TODAY.isoformat()).warns == ()
    hub.does(partial(settings.close_admissions, setting=home, reason="Flood"))
    paper = now(hub, PaperKind.TRANSPORT, TODAY.isoformat())
    assert paper.can_be_issued
    left_out, journeys = paper.parts
    assert left_out.heading == "NOT on this sheet: 1 journey booked for this day"
    assert left_out.table is not None
    assert journeys.table is not None
    [not_on_it], [on_it] = left_out.table.rows, journeys.table.rows
    assert stopped in not_on_it[1]
    assert "Ada Shah" in not_on_it[1]
    assert not_on_it[-1]
    assert going in on_it[1]
    assert stopped not in " ".join(on_it)
    [warning] = paper.warns
    assert warning == f"Not on it: Ada Shah. {not_on_it[-1]}"
    held = issue(hub, PaperKind.TRANSPORT, TODAY.isoformat())
    assert hub.desk.ask(lambda q: q.paper(held.id))[1].parts == paper.parts
    # once nothing forbids it the sheet that was issued is out of date
    hub.does(partial(settings.open_admissions, setting=home))
    assert now(hub, PaperKind.TRANSPORT, TODAY.isoformat()).warns == ()
    [line] = [each for each in on_today(hub) if not each.patient]
    assert line.sentence == "Transport holds a transport sheet that is out of date"


@pytest.mark.whole
def test_where_every_journey_is_stopped_there_is_no_sheet_and_each_is_named(hub: AHub) -> None:
    complete(hub, to="booked")
    hub.does(partial(settings.close_admissions, setting="S-0001", reason="Flood"))
    paper = now(hub, PaperKind.TRANSPORT, TODAY.isoformat())
    assert not paper.can_be_issued
    assert "Ben Ode" in paper.why_not


@pytest.mark.parametrize(
    ("mode", "travels", "escort", "said_of_it", "asks"),
    [
        (TransportMode.HOSPITAL_CAR, None, YesNo.NOT_KNOWN,
         "hospital car · walking, wheelchair or stretcher not said, escort not said", ""),
        (TransportMode.WHEELCHAIR_TAXI, Travels.WHEELCHAIR, YesNo.YES,
         "wheelchair taxi · in a wheelchair, with an escort", ""),
        (TransportMode.AMBULANCE_STRETCHER, Travels.STRETCHER, YesNo.NOT_KNOWN,
         "stretcher ambulance · on a stretcher, escort not said", ""),
        (TransportMode.HOSPITAL_CAR, Travels.STRETCHER, YesNo.NO,
         "hospital car · on a stretcher, without an escort", "goes by stretcher ambulance"),
        (TransportMode.WALKING, Travels.WHEELCHAIR, YesNo.NO,
         "on foot inside the setting · in a wheelchair, without an escort", "doesn't go on foot"),
    ],
)  # fmt: skip
def test_a_crew_reads_how_the_person_is_carried_and_a_vehicle_that_cannot_is_asked_about(
    hub: AHub, mode: TransportMode, travels: Travels | None, escort: YesNo, said_of_it: str, asks: str
) -> None:
    placement = complete(hub, to="accepted")
    journey = Transport(
        mode=mode, ppe=CrewPpe.DROPLET, at=hub.clock.now + timedelta(hours=1), travels=travels, escort=escort
    )
    booking = partial(placements.book, placement=placement, transport=journey)
    if asks:
        with hub.refuses(says=asks):
            hub.does(booking)
    hub.does_saying_why(booking)
    paper = now(hub, PaperKind.TRANSPORT, TODAY.isoformat())
    [row] = next(part.table for part in paper.parts if part.table is not None).rows
    assert row[4] == said_of_it
    assert "equipment: Walking frame" in row[-1]
    handover = said(now(hub, PaperKind.HANDOVER, placement))["Transport"]
    assert (journey.carried in handover) if journey.carried else ("escort" not in handover)


def test_a_journey_booked_before_anybody_was_asked_reads_as_not_known() -> None:
    old = {
        "mode": "hospital_car",
        "ppe": "mask",
        "at": "2020-11-16T10:00:00+00:00",
        "provider": "",
        "note": "",
    }
    read = Transport.model_validate(old)
    assert (read.travels, read.escort, read.carried) == (None, YesNo.NOT_KNOWN, "")


def test_a_day_without_a_journey_has_no_sheet(hub: AHub) -> None:
    complete(hub)
    assert not now(hub, PaperKind.TRANSPORT, "2020-11-17").can_be_issued


@pytest.mark.whole
def test_an_issued_paper_is_part_of_what_the_record_vouches_for(hub: AHub) -> None:
    placement = complete(hub, to="approved")
    issue(hub, PaperKind.OFFER, placement)
    assert hub.desk.verify().is_intact
    lines = hub.desk.ask(lambda q: q.journal(subject=placement))
    assert lines[0].sentence == "Offer issued, version 1, for Elm Lodge."


def test_an_approval_sheet_names_those_who_may_approve_and_nobody_else_of_the_hub(hub: AHub) -> None:
    sheet = now(hub, PaperKind.APPROVAL, complete(hub))
    assert said(sheet)["May approve"] == "Lee Lead"


# --- who holds the old one -----------------------------------------------------------------------------


def two_stays(hub: AHub) -> str:
    """Somebody who isolates in one home and goes on to another, accepted by the first."""
    contact(hub)
    who = hub.positive(name="Ben Ode", handover=SAID, nhs_number="9990001006", no_number=None, **BESIDE)
    hot, home = hub.hot_home("Tern House", **OF_THE_HOME), hub.home("Oak Lodge", **OF_THE_HOME)
    ends = TODAY + timedelta(11)
    found = hub.proposed(who, stay(hot, end=ends, in_unit="Red"), stay(home, start=ends))
    return hub.walk(found, "accepted")


@pytest.mark.whole
def test_the_home_that_has_the_person_holds_its_pack_still_when_the_next_home_gets_its_own(hub: AHub) -> None:
    placement = two_stays(hub)
    first = issue(hub, PaperKind.HANDOVER, placement)
    for state in ("booked", "departed", "arrived"):
        hub.walk(placement, state)
    assert on_today(hub) == []
    assert now(hub, PaperKind.HANDOVER, placement).to == "Oak Lodge"
    after = {each.id: each for each in hub.desk.ask(lambda q: q.issued_papers(placement))}[first.id]
    assert (after.stay, after.to, after.mark) == (0, "Tern House", "")


@pytest.mark.whole
def test_a_pack_whose_acceptance_was_taken_back_is_recalled(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    held = issue(hub, PaperKind.HANDOVER, placement)
    hub.does(partial(take_back_step, placement=placement, reason="Too early"))
    [line] = on_today(hub)
    assert line.key == f"{GONE_PAPER}/{held.id}"


def test_a_home_that_said_no_is_not_rung_about_its_offer(hub: AHub) -> None:
    placement = complete(hub, to="told")
    issue(hub, PaperKind.OFFER, placement)
    hub.does(partial(placements.decline, placement=placement, code=DeclineReason.STAFFING, given=MANAGER))
    assert on_today(hub) == []


@pytest.mark.whole
def test_the_pack_takes_the_place_of_the_offer(hub: AHub) -> None:
    placement = complete(hub, to="accepted")
    for kind in (PaperKind.OFFER, PaperKind.HANDOVER):
        issue(hub, kind, placement)
    who = hub.desk.ask(lambda q: q.placement(placement)).row.patient
    more = SAID.model_copy(update={"allergies": "Latex"})
    hub.does(partial(patients.amend_patient, patient=who, changes={"handover": more}))
    assert [line.sentence for line in on_today(hub)] == [
        "Elm Lodge holds a hand-over pack of Ben Ode that is out of date"
    ]
    assert on_today(hub)[0].remark.startswith("Otherwise by now: Allergies. Version 1")


def test_a_new_number_of_the_hub_is_one_line_however_many_hold_the_old_one(hub: AHub) -> None:
    one, other = (
        complete(hub, to="accepted"),
        complete(hub, name="Cyn Tree", nhs_number=ANOTHER, to="approved"),
    )
    issue(hub, PaperKind.HANDOVER, one)
    issue(hub, PaperKind.OFFER, other)
    contact(hub, phone="020 7946 0333")
    [line] = on_today(hub)
    assert line.sentence == "2 papers that homes hold name the hub as it was"
    wanted = [
        WantedPaper(kind=each.kind, about=each.about, stay=each.stay)
        for each in hub.desk.ask(lambda q: q.outdated_papers()).outdated
    ]
    hub.does(partial(papers.issue_papers, wanted=wanted))
    assert on_today(hub) == []


@pytest.mark.whole
def test_of_several_papers_none_is_issued_where_one_can_not_be(hub: AHub) -> None:
    one, other = complete(hub, to="approved"), complete(hub, name="Cyn Tree", nhs_number=ANOTHER)
    wanted = [WantedPaper(kind=PaperKind.OFFER, about=each) for each in (one, other)]
    with hub.refuses(says="Offer to Elm Lodge: It can't be issued"):
        hub.does(partial(papers.issue_papers, wanted=wanted))
    assert hub.desk.ask(lambda q: q.issued_papers(one)) == ()


@pytest.mark.whole
def test_what_many_papers_say_is_looked_at_in_turn_and_until_then_nobody_is_told_that_they_count(
    hub: AHub,
) -> None:
    placement = complete(hub, to="accepted")
    other = complete(hub, name="Cyn Tree", nhs_number=ANOTHER, to="accepted")
    for each in (placement, other):
        issue(hub, PaperKind.HANDOVER, each)
    hub.clock.plus(days=1)
    waiting = hub.desk.ask(lambda q: q.outdated_papers(at_once=1)).waiting
    assert waiting == 1
    assert hub.desk.ask(lambda q: q.outdated_papers(at_once=0)).waiting == 1
    while hub.desk.look_again().more:
        pass
    assert hub.desk.ask(lambda q: q.outdated_papers(at_once=0)).waiting == 0
    who = hub.desk.ask(lambda q: q.placement(other)).row.patient
    hub.does(partial(patients.amend_patient, patient=who, changes={"gp_practice": "Elsewhere"}))
    assert hub.desk.ask(lambda q: q.outdated_papers(at_once=0)).waiting == 1
    assert [line.patient for line in on_today(hub)] == [who]


def test_a_sheet_that_was_decided_on_is_no_outdated_paper(hub: AHub) -> None:
    placement = complete(hub)
    sheet = issue(hub, PaperKind.APPROVAL, placement)
    hub.walk(placement, "approved")
    assert hub.desk.ask(lambda q: q.paper(sheet.id))[0].mark == ""
