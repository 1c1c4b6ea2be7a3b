"""Times make sense: the unlikely is asked for its reason, the impossible refused, the rest is taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

import pytest
from pydantic import BaseModel, ValidationError

from discharge.actions import (
    calls,
    designating,
    infections,
    kept_beds,
    patients,
    placements,
    planning,
    settings,
)
from discharge.actions.context import Action, Answered
from discharge.actions.exchange import ImportRefused, import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.model.errors import Asked
from discharge.model.files import read_case
from discharge.model.infection import Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.patient_record import PatientDetails
from discharge.model.people import User
from discharge.model.setting import Free, Span
from tests.actions.a_hub import COVID, DIRECTOR, MANAGER, MONDAY, TODAY, AHub, beds, stay


def asked(hub: AHub, action: Action) -> Asked:
    """What is asked of it; nothing is written before the answer."""
    before = hub.desk.ask(lambda q: q.head())
    with pytest.raises(Asked) as question:
        hub.does(action)
    assert hub.desk.ask(lambda q: q.head()) == before
    return question.value


def last_sentence(hub: AHub) -> str:
    return hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence


def confirmed(hub: AHub, action: Action, why: str = "the notes say so") -> str:
    """Asked, answered with a reason, and done; gives the entry's sentence."""
    question = asked(hub, action)
    hub.does(Answered(action, {question.key: why}))
    said = last_sentence(hub)
    assert question.sentence in said
    assert why in said
    return said


def taken(when: datetime) -> Test:
    return Test(organism=COVID, result="negative", specimen_at=when, reported_at=when + timedelta(hours=1))


def test_a_time_by_the_clocks_of_summer_is_compared_as_the_instant_that_it_is(hub: AHub) -> None:
    """A bed said to be free before somebody came to it doesn't count them as living there."""
    home = hub.home(vacancies=None)
    hub.reports(home, vacancies=1)
    placement = hub.walk(hub.proposed(hub.negative(), stay(home)), "departed")
    an_hour_on = timezone(timedelta(hours=1))
    said = (hub.clock.now - timedelta(minutes=5)).astimezone(an_hour_on)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(count=1), at=said))
    hub.does(partial(placements.arrive, placement=placement))
    assert hub.desk.ask(lambda q: q.settings())[0].beds_left == 0


UNUSUAL: dict[str, Observation] = {
    "a specimen of 1930": taken(datetime(1930, 11, 15, tzinfo=UTC)),
    "a specimen of two years ago": taken(MONDAY - timedelta(days=730)),
    "a specimen with the number of the old year": taken(MONDAY - timedelta(days=365)),
    "a result that took ten weeks": Test(
        organism=COVID,
        result="positive",
        specimen_at=MONDAY - timedelta(days=71),
        reported_at=MONDAY - timedelta(days=1),
    ),
    "an onset years ago": Symptoms(organism=COVID, onset_on=date(2016, 3, 1)),
    "symptoms gone next month": Symptoms(organism=COVID, onset_on=TODAY, resolved_on=date(2020, 12, 20)),
    "an onset with the number of the old year": Symptoms(
        organism=COVID, onset_on=TODAY - timedelta(days=366)
    ),
    "a contact years ago": Exposure(organism=COVID, exposed_on=date(2010, 3, 1)),
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_an_observation_with_an_unusual_time_is_asked_about_and_taken_with_the_reason(
    hub: AHub, what: str
) -> None:
    who = hub.patient()
    action = partial(infections.record_observation, patient=who, observation=UNUSUAL[what])
    confirmed(hub, action)
    (seen,) = hub.desk.ask(lambda q: q.patient(who)).observations
    assert seen.observation == UNUSUAL[what]


def test_carriage_of_five_years_ago_is_nothing_unusual(hub: AHub) -> None:
    who = hub.patient()
    seen = taken(MONDAY - timedelta(days=5 * 365)).model_copy(
        update={"organism": "mrsa", "result": "positive"}
    )
    hub.does(partial(infections.record_observation, patient=who, observation=seen))


def test_a_clinicians_date_far_ahead_is_asked_about(hub: AHub) -> None:
    who = hub.positive()
    seen = Clearance(organism=COVID, isolate_until=date(2031, 1, 1))
    with pytest.raises(Asked, match="2031"):
        hub.does(partial(infections.record_observation, patient=who, observation=seen), by=hub.clinician)


@pytest.mark.parametrize("ready", [date(2002, 11, 16), date(2019, 11, 16), date(2031, 11, 16)])
def test_a_day_of_readiness_in_another_year_is_asked_about(hub: AHub, ready: date) -> None:
    said = confirmed(hub, partial(patients.register_patient, details=hub.details(ready_on=ready)))
    assert str(ready.year) in said
    who = hub.patient("Ben Ode")
    confirmed(hub, partial(patients.amend_patient, patient=who, changes={"ready_on": ready}))


def test_a_record_once_confirmed_is_amended_elsewhere_without_being_asked_again(hub: AHub) -> None:
    confirmed(
        hub, partial(patients.register_patient, details=hub.details(ready_on=date(2031, 1, 1))), "a plan"
    )
    who = hub.desk.ask(lambda q: q.patients())[0].id
    hub.does(partial(patients.amend_patient, patient=who, changes={"ward": "Ward 7"}))


def test_somebody_of_120_years_is_asked_about_and_a_birth_to_come_is_refused(hub: AHub) -> None:
    confirmed(hub, partial(patients.register_patient, details=hub.details(born=date(1900, 2, 3))))
    with hub.refuses(says="still to come"):
        hub.does(partial(patients.register_patient, details=hub.details(born=TODAY + timedelta(1))))


def test_a_child_is_asked_about_and_nobody_of_sixteen(hub: AHub) -> None:
    """A date of birth that is today's, or the last visit's, was typed in the wrong field."""
    confirmed(hub, partial(patients.register_patient, details=hub.details(born=TODAY - timedelta(1))))
    hub.does(partial(patients.register_patient, details=hub.details("Ben Ode", born=date(2004, 11, 16))))
    with pytest.raises(Asked, match="under 16"):
        hub.does(partial(patients.register_patient, details=hub.details("Cy Moss", born=date(2004, 11, 17))))


def test_an_answer_without_a_reason_is_no_answer(hub: AHub) -> None:
    action = partial(patients.register_patient, details=hub.details(ready_on=date(2031, 1, 1)))
    question = asked(hub, action)
    asked(hub, Answered(action, {question.key: "  "}))


def test_an_answer_to_one_question_answers_no_other(hub: AHub) -> None:
    first = partial(patients.register_patient, details=hub.details(ready_on=date(2031, 1, 1)))
    other = partial(patients.register_patient, details=hub.details(ready_on=date(2002, 1, 1)))
    asked(hub, Answered(other, {asked(hub, first).key: "a plan"}))


# --- steps ------------------------------------------------------------------------------------------


def booked(hub: AHub) -> str:
    return hub.walk(hub.proposed(hub.negative(), stay(hub.home())), "booked")


def test_a_step_a_few_minutes_ahead_of_this_clock_is_taken_as_now_and_a_later_one_refused(hub: AHub) -> None:
    placement = booked(hub)
    with hub.refuses(says="still to come"):
        hub.does(partial(placements.depart, placement=placement, at=hub.clock.now + timedelta(minutes=6)))
    hub.does(partial(placements.depart, placement=placement, at=hub.clock.now + timedelta(minutes=4)))
    assert hub.desk.ask(lambda q: q.placed(placement)).current.view.departed_at == hub.clock.now


def test_what_happened_more_than_a_day_ago_is_asked_for_its_reason_and_marked(hub: AHub) -> None:
    placement = booked(hub)
    hub.does(partial(placements.depart, placement=placement))
    left = hub.clock.now
    hub.clock.plus(hours=30)
    assert "more than a day ago" in confirmed(
        hub,
        partial(placements.arrive, placement=placement, at=left + timedelta(hours=1)),
        "the home rang only today",
    )


def test_what_happened_this_morning_is_nothing_unusual(hub: AHub) -> None:
    placement = booked(hub)
    hub.does(partial(placements.depart, placement=placement))
    left = hub.clock.now
    hub.clock.plus(hours=9)
    hub.does(partial(placements.arrive, placement=placement, at=left + timedelta(hours=1)))


def test_no_step_comes_before_the_one_before_it(hub: AHub) -> None:
    placement = booked(hub)
    hub.does(partial(placements.depart, placement=placement))
    with hub.refuses(says="before they left"):
        hub.does(partial(placements.arrive, placement=placement, at=hub.clock.now - timedelta(minutes=30)))


def test_a_step_by_a_clock_some_minutes_behind_whoever_did_the_last_is_taken_at_that_time(hub: AHub) -> None:
    home = hub.home()
    placement = hub.walk(hub.proposed(hub.negative(), stay(home)), "told")
    told = hub.desk.ask(lambda q: q.journal(limit=1))[0].recorded_at
    hub.clock.now = told - timedelta(minutes=3)
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    assert hub.desk.ask(lambda q: q.journal(limit=1))[0].recorded_at == told


def test_a_clock_that_jumped_back_is_asked_about_once(hub: AHub) -> None:
    home = hub.home()
    hub.clock.plus(days=-2)
    call = partial(calls.log_call, setting=home)
    said = confirmed(hub, call, "the clock had been wrong since Saturday")
    assert "This computer's clock says" in said
    hub.does(call)


# --- by file ----------------------------------------------------------------------------------------


def a_list(ready: str) -> bytes:
    """Two people, the first ready on that day."""
    head = "name,nhs_number,no_nhs_number_because,born,sex,priority,pathway,ready_on\n"
    rows = (
        f"Ada Shah,,not_traced,1940-01-01,female,2,P3,{ready}\n"
        "Ben Ode,,not_traced,1941-01-01,male,2,P3,2020-11-16\n"
    )
    return (head + rows).encode()


def test_a_row_with_such_a_date_is_held_up_with_the_question_and_the_others_can_be_taken(
    hub: AHub,
) -> None:
    content = a_list("2031-11-16")
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=content)
    assert report.faults == 1, report
    remarks = next(row for row in report.rows if row.is_fault).remarks
    assert any("2031" in str(remark) for remark in remarks)
    with pytest.raises(ImportRefused):
        import_file(hub.desk, kind=FileKind.PATIENTS, source=content, by=hub.coordinator)
    import_file(hub.desk, kind=FileKind.PATIENTS, source=content, by=hub.coordinator, take_good_rows=True)
    assert [row.name for row in hub.desk.ask(lambda q: q.patients())] == ["Ben Ode"]


def test_details_need_no_more_than_a_reason(hub: AHub) -> None:
    details: PatientDetails = hub.details(ready_on=date(2031, 1, 1), no_longer_meets_on=date(2002, 1, 1))
    action = partial(patients.register_patient, details=details)
    first = asked(hub, action)
    second = asked(hub, Answered(action, {first.key: "a plan"}))
    hub.does(Answered(action, {first.key: "a plan", second.key: "since then"}))
    said = last_sentence(hub)
    assert "a plan" in said
    assert "since then" in said


SOON = TODAY + timedelta(11)
TOO_EARLY, TOO_LATE = date(20, 11, 16), date(9999, 12, 31)
"""A year with two digits of it missing, and a year that stands for never."""


@pytest.mark.parametrize("made", [Symptoms, Exposure, Clearance, Free, Span])
def test_no_date_is_taken_that_no_case_can_be_read_with(made: type[BaseModel]) -> None:
    """Kept in a record, it would be read with it for good: nobody could be planned any more."""
    first = {Symptoms: "onset_on", Exposure: "exposed_on", Clearance: "released_on"}.get(made, "start")
    for day in (TOO_EARLY, TOO_LATE):
        with pytest.raises(ValidationError, match="between 1850 and 2199"):
            made.model_validate({"organism": COVID, "count": 1, first: day})


@pytest.mark.parametrize("field", ["ready_on", "born", "no_longer_meets_on", "admitted_on"])
def test_nor_by_an_amendment(hub: AHub, field: str) -> None:
    who = hub.patient()
    for day in (TOO_EARLY, TOO_LATE):
        with hub.refuses(says="between 1850 and 2199"):
            hub.does(partial(patients.amend_patient, patient=who, changes={field: day}))


def test_nor_by_a_step_that_is_given_a_bare_date(hub: AHub) -> None:
    hot, home = hub.hot_home(), hub.home()
    isolated = hub.walk(hub.proposed(hub.positive(), stay(hot, end=SOON, in_unit="Red")), "arrived")
    resident = hub.negative(pathway="P0", usual_setting=home)
    ends = partial(designating.end_designation, setting=hot, unit="Red", reason="over", given=DIRECTOR)
    steps: list[tuple[Action, User]] = [
        (partial(ends, on=TOO_LATE), hub.lead),
        (partial(kept_beds.keep_bed, setting=home, unit="Main", beds="B1", patient=resident, until=TOO_LATE),
         hub.coordinator),
        (partial(placements.release, placement=isolated, organism=COVID, on=TOO_LATE), hub.clinician),
        (partial(placements.plan_onward, placement=isolated, until=TOO_LATE), hub.coordinator),
        (partial(calls.log_call, setting=home, said="All well.", given=MANAGER,
                 at=datetime(20, 11, 16, 8, tzinfo=UTC)), hub.coordinator),
    ]  # fmt: skip
    for action, user in steps:
        with hub.refuses(says="between 1850 and 2199"):
            hub.does(action, user)
    assert read_case(hub.desk.ask(planning.freeze_case).content).patients
