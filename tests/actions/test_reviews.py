"""What became of a move: reviews on days 3, 14 and 28; assessments before it; clocks of funding."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from discharge.actions import papers, patients, placements, reviews
from discharge.actions.entry_back import take_back_entry
from discharge.actions.joining import join_settings
from discharge.actions.merging import merge_patients
from discharge.actions.placements import happened
from discharge.model.base import YesNo
from discharge.model.paper import PaperKind
from discharge.model.patient_record import Handover
from discharge.model.placement import EndOutcome
from discharge.model.review import Assessment, Review
from discharge.model.shown.today import Need, TodayLine
from tests.actions.a_hub import MANAGER, TODAY, AHub, stay

FINE = Review(
    day=3, well=YesNo.YES, isolation_ended=YesNo.NOT_KNOWN, long_term_assessed=YesNo.NO,
    back_in_hospital=YesNo.NO,
)  # fmt: skip


def arrived(hub: AHub) -> str:
    return hub.walk(hub.proposed(hub.negative(), stay(hub.home())), "arrived")


def lines(hub: AHub, need: Need) -> list[TodayLine]:
    return [line for line in hub.desk.ask(lambda q: q.today_page()).lines if line.need is need]


@pytest.mark.parametrize(
    ("days", "due"), [(2, None), (3, 3), (13, 3), (14, 14), (28, 28), (59, 28), (61, None)]
)
@pytest.mark.whole
def test_the_newest_review_whose_day_has_come_is_due_until_it_is_too_late(
    hub: AHub, days: int, due: int | None
) -> None:
    arrived(hub)
    hub.clock.plus(days=days)
    asked = [line.sentence.partition("is: ")[2] for line in lines(hub, Need.FOLLOW_UP)]
    assert asked == ([f"day {due} after the move"] if due else [])


def test_a_review_that_is_recorded_is_due_no_more_and_the_next_one_is(hub: AHub) -> None:
    placement = arrived(hub)
    hub.clock.plus(days=3)
    [line] = lines(hub, Need.FOLLOW_UP)
    assert line.sentence == "Ask Elm Lodge how Ben Ode is: day 3 after the move"
    hub.does(partial(reviews.record_review, placement=placement, review=FINE, given=MANAGER))
    assert lines(hub, Need.FOLLOW_UP) == []
    hub.clock.plus(days=25)
    [line] = lines(hub, Need.FOLLOW_UP)
    assert "day 28" in line.sentence
    assert "Nothing is recorded of day 14." in line.remark


@pytest.mark.whole
def test_whoever_has_settled_is_asked_after_and_whoever_died_is_not(hub: AHub) -> None:
    placement = arrived(hub)
    other = hub.walk(hub.proposed(hub.negative("Ada Shah"), stay(hub.home("Oak Lodge"))), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.does(partial(placements.end, placement=other, outcome=EndOutcome.DIED))
    hub.clock.plus(days=3)
    assert [line.about for line in lines(hub, Need.FOLLOW_UP)] == [placement]


@pytest.mark.whole
def test_nobody_is_asked_after_at_a_home_that_they_died_in_or_left_again_for_hospital(hub: AHub) -> None:
    people = [hub.negative("Ada Shah"), hub.negative("Ben Ode")]
    for who, name in zip(people, ("Elm Lodge", "Oak Lodge"), strict=True):
        placement = hub.walk(hub.proposed(who, stay(hub.home(name))), "arrived")
        hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.clock.plus(days=3)
    assert len(lines(hub, Need.FOLLOW_UP)) == 2
    hub.does(partial(happened.died, patient=people[0]))
    hub.does(partial(patients.take_back, patient=people[1]))
    assert lines(hub, Need.FOLLOW_UP) == []


def test_nobody_is_reviewed_before_they_have_arrived(hub: AHub) -> None:
    placement = hub.walk(hub.proposed(hub.negative(), stay(hub.home())), "booked")
    with hub.refuses(says="hasn't arrived"):
        hub.does(partial(reviews.record_review, placement=placement, review=FINE))


def test_a_review_that_is_taken_back_is_due_again(hub: AHub) -> None:
    placement = arrived(hub)
    hub.clock.plus(days=3)
    done = hub.does(partial(reviews.record_review, placement=placement, review=FINE))
    hub.does(partial(take_back_entry, entry=done.entries[0], reason="another person"))
    assert len(lines(hub, Need.FOLLOW_UP)) == 1


def test_the_record_says_what_was_found_and_nothing_of_what_nobody_knows(hub: AHub) -> None:
    placement = arrived(hub)
    hub.clock.plus(days=3)
    hub.does(partial(reviews.record_review, placement=placement, review=FINE))
    [line] = hub.desk.ask(lambda q: q.journal(subject=placement, limit=1))
    assert line.sentence == "Review of day 3: well, not back in hospital, long-term need not assessed."


def test_an_assessment_stands_for_the_homes_it_names_until_it_is_withdrawn(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    found = Assessment(
        assessor="Ruth Calder", on=TODAY, findings="Walks with one", settings=(home,), agreed=YesNo.YES
    )
    hub.does(partial(reviews.record_assessment, patient=who, assessment=found))
    [one] = hub.desk.ask(lambda q: q.patient(who)).assessments
    assert one.setting_names == ("Elm Lodge",)
    hub.does(partial(reviews.withdraw_assessment, patient=who, assessment=one.id, reason="other person"))
    [one] = hub.desk.ask(lambda q: q.patient(who)).assessments
    assert one.withdrawn
    with hub.refuses(says="no such assessment"):
        hub.does(partial(reviews.withdraw_assessment, patient=who, assessment=one.id, reason="again"))


@pytest.mark.parametrize(
    ("agreed", "words"),
    [
        (YesNo.NO, ", not agreed by the home: Walks"),
        (YesNo.NOT_KNOWN, ": Walks"),
        (YesNo.YES, ", agreed: Walks"),
    ],
)
@pytest.mark.whole
def test_the_pack_has_the_assessment_of_a_home_that_was_taken_over_and_whether_it_was_agreed(
    hub: AHub, agreed: YesNo, words: str
) -> None:
    who, stays, gone = hub.negative(), hub.home(), hub.home("Oak House")
    found = Assessment(assessor="Ruth", on=TODAY, findings="Walks", settings=(gone,), agreed=agreed)
    hub.does(partial(reviews.record_assessment, patient=who, assessment=found))
    hub.does(partial(join_settings, setting=stays, other=gone, reason="Taken over"))
    placement = hub.walk(hub.proposed(who, stay(stays)), "approved")
    paper = hub.desk.ask(lambda q: papers.paper_now(q, kind=PaperKind.OFFER, about=placement))
    said = {line.label: line.text for line in paper.lines()}
    assert said["Trusted assessment"] == f"Ruth, Mon 16 Nov 2020{words}"


def test_an_assessment_still_to_come_or_for_no_home_of_the_hub_is_refused(hub: AHub) -> None:
    who = hub.negative()
    later = Assessment(assessor="Ruth Calder", on=TODAY + timedelta(1), findings="Walks")
    with hub.refuses(says="still to come"):
        hub.does(partial(reviews.record_assessment, patient=who, assessment=later))
    nowhere = Assessment(assessor="Ruth Calder", on=TODAY, findings="Walks", settings=("S-0099",))
    with hub.refuses(says="no setting"):
        hub.does(partial(reviews.record_assessment, patient=who, assessment=nowhere))


def test_the_pack_names_who_assessed_for_the_home(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    found = Assessment(
        assessor="Ruth Calder", on=TODAY, findings="Walks with one", settings=(home,), agreed=YesNo.YES
    )
    hub.does(partial(reviews.record_assessment, patient=who, assessment=found))
    placement = hub.walk(hub.proposed(who, stay(home)), "approved")
    paper = hub.desk.ask(lambda q: papers.paper_now(q, kind=PaperKind.OFFER, about=placement))
    said = {line.label: line.text for line in paper.lines()}
    assert said["Trusted assessment"] == "Ruth Calder, Mon 16 Nov 2020, agreed: Walks with one"


@pytest.mark.parametrize(
    ("fields", "days", "shown"),
    [
        ({"chc_referred_on": TODAY}, 28, False),
        ({"chc_referred_on": TODAY}, 29, True),
        ({"chc_referred_on": TODAY, "chc_decided_on": date(2020, 11, 20)}, 29, False),
        ({"fast_track_on": TODAY}, 2, False),
        ({"fast_track_on": TODAY}, 3, True),
    ],
)
def test_a_decision_on_funding_is_asked_for_once_it_is_late(
    hub: AHub, fields: dict[str, date], days: int, shown: bool
) -> None:
    who = hub.negative()
    hub.does(partial(patients.amend_patient, patient=who, changes={"handover": Handover(**fields)}))
    hub.clock.plus(days=days)
    assert bool(lines(hub, Need.FUNDING)) is shown


def test_reviews_and_assessments_follow_the_person_when_two_records_are_one(hub: AHub) -> None:
    one, other = hub.negative("Meg Marsh"), hub.patient("Meg Marsh")
    found = Assessment(assessor="Ruth Calder", on=TODAY, findings="Walks")
    hub.does(partial(reviews.record_assessment, patient=other, assessment=found))
    hub.does(partial(merge_patients, patient=one, other=other, take={}, reason="one person"))
    assert [each.assessment for each in hub.desk.ask(lambda q: q.patient(one)).assessments] == [found]
