"""The Situation reconciles with the journal to the person: random days counted again by another reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import calls, capacity_returns, merging, patients, placements, settings
from discharge.actions.placements import happened
from discharge.actions.situation import situation, situation_on
from discharge.model.call import Answers
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import DeclineReason
from discharge.model.setting_record import CapacityReturn
from discharge.model.shown.situation import Figure, Situation
from tests.actions.a_hub import MANAGER, MONDAY, TODAY, AHub, Clock, beds, stay, unit
from tests.reports.compare_situations import differences
from tests.reports.random_days import RandomDays


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "hub.desk")
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()


def figure(found: Situation, table: str, row: str, column: str) -> Figure:
    there = found.table(table)
    return next(one for one in there.rows if one.label == row).figures[there.columns.index(column)]


def now(hub: AHub, table: str, row: str, column: str) -> Any:
    return figure(hub.desk.ask(situation), table, row, column).value


@pytest.mark.parametrize("seed", [8])
@pytest.mark.whole
def test_random_days_are_counted_alike_by_tables_and_by_the_journal_alone(tmp_path: Path, seed: int) -> None:
    days = RandomDays(tmp_path, seed)
    days.live(steps=90, days=6)
    assert list(differences(days)) == []
    days.hub.desk.close()


@pytest.mark.whole
def test_somebody_who_goes_on_from_one_home_to_the_next_leaves_no_hospital(hub: AHub) -> None:
    patient = hub.negative()
    first = hub.walk(hub.proposed(patient, stay(hub.home())), "arrived")
    hub.does(partial(placements.plan_onward, placement=first))
    hub.clock.plus(days=1)
    second = hub.proposed(patient, stay(hub.home("Oak House"), start=TODAY + timedelta(1)))
    reason = "The family drove them"
    hub.does(partial(happened.left, placement=second, reason=reason))
    assert now(hub, "pathway", "Left hospital on the day", "All") == 0
    assert now(hub, "hospital", "All", "Left without the authority") == 0
    hub.does(partial(placements.arrive, placement=second))
    assert now(hub, "homes", "Elm Lodge", "Out") == 1
    assert now(hub, "homes", "Oak House", "In") == 1


@pytest.mark.whole
def test_another_bed_of_the_same_home_is_no_move_in_or_out(hub: AHub) -> None:
    patient, home = hub.negative(), hub.home("Elm Lodge", vacancies=None)
    hub.does(partial(settings.add_unit, setting=home, unit=unit("Annexe", beds("B2"))))
    hub.reports(
        home, vacancies=2, free=[{"unit": "Main", "beds": "B1", "free": [{"from": TODAY, "count": 2}]}]
    )
    first = hub.walk(hub.proposed(patient, stay(home)), "arrived")
    hub.clock.plus(days=8)
    hub.does(partial(placements.plan_onward, placement=first))
    hub.reports(
        home,
        vacancies=2,
        free=[{"unit": "Annexe", "beds": "B2", "free": [{"from": TODAY, "count": 2}]}],
    )
    hub.tested(patient)
    second = hub.proposed(patient, stay(home, start=TODAY + timedelta(8), in_unit="Annexe", of="B2"))
    hub.walk(second, "arrived")
    assert [now(hub, "homes", "Elm Lodge", column) for column in ("In", "Out")] == [0, 0]


def test_whoever_died_under_a_record_that_is_a_part_of_another_is_off_the_list(hub: AHub) -> None:
    part, whole, mistake = hub.patient("Ada Shah"), hub.patient("Ada Shaw"), hub.patient("Nobody Atall")
    merge = partial(merging.merge_patients, patient=whole, other=part, take={"name": "hub"}, reason="One")
    hub.does(merge)
    hub.does(partial(happened.died, patient=part))
    assert now(hub, "pathway", "In hospital", "All") == 1
    hub.does(partial(patients.leave, patient=mistake, reason=LeaveReason.ENTERED_BY_MISTAKE))
    with hub.refuses(says="entered by mistake"):
        hub.does(partial(happened.died, patient=mistake))


@pytest.mark.whole
def test_whoever_a_home_turned_away_is_ready_since_the_same_day(hub: AHub) -> None:
    ready = TODAY - timedelta(3)
    patient = hub.negative(no_longer_meets_on=ready)
    placement = hub.walk(hub.proposed(patient, stay(hub.home())), "departed")
    refused = partial(
        happened.turned_away, placement=placement, reason="No staff", code=DeclineReason.STAFFING
    )
    hub.does(refused)
    people = hub.desk.ask(lambda q: q.situation()).people
    assert [one.ready_date for one in people if one.id == patient] == [ready]


def test_a_call_that_was_taken_out_as_a_mistake_was_never_made_on_a_day_gone_by(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(calls.log_call, setting=home, given=MANAGER, answers=Answers(deaths=2)))
    hub.clock.plus(days=1)
    call = hub.desk.ask(lambda q: q.setting(home)).calls[0].id
    hub.does(partial(calls.withdraw_call, setting=home, call=call, reason="Another home"))
    assert figure(situation_on(hub.desk, TODAY), "answers", "All homes", "Deaths said").value is None


def test_a_return_that_came_in_late_was_the_newest_on_its_own_day(hub: AHub) -> None:
    home = hub.home(vacancies=None)
    hub.clock.plus(days=2)
    hub.reports(home, vacancies=1)
    late = CapacityReturn(reported_at=MONDAY + timedelta(hours=2), vacancies=2)
    hub.does(partial(capacity_returns.record_capacity_return, setting=home, report=late))
    found = situation_on(hub.desk, TODAY)
    assert figure(found, "returns", "All homes", "Response rate").value == "100 %"


@pytest.mark.whole
def test_of_two_records_that_are_one_person_now_the_further_says_where_they_were(hub: AHub) -> None:
    part, whole = hub.negative("Ada Shah"), hub.patient("Ada Shaw")
    hub.walk(hub.proposed(part, stay(hub.home())), "arrived")
    hub.clock.plus(days=1)
    merge = partial(merging.merge_patients, patient=whole, other=part, take={"name": "hub"}, reason="One")
    hub.does(merge)
    found = situation_on(hub.desk, TODAY)
    assert figure(found, "pathway", "In hospital", "All").who == ()
    assert figure(found, "pathway", "Left hospital on the day", "All").who == (whole,)


def test_whoever_had_left_before_anybody_entered_them_is_counted_on_the_day_they_left(hub: AHub) -> None:
    hub.clock.plus(days=1)
    patient = hub.patient()
    hub.does_saying_why(
        partial(
            happened.left_without_us,
            patient=patient,
            reason="Nobody asked us",
            elsewhere="a home",
            at=MONDAY + timedelta(hours=3),
        )
    )
    found = situation_on(hub.desk, TODAY)
    assert figure(found, "pathway", "Left hospital on the day", "All").who == (patient,)
    assert figure(found, "hospital", "All", "Left without the authority").value == 1


def test_what_was_answered_in_the_first_hour_of_the_week_counts_though_clocks_went_back(
    tmp_path: Path,
) -> None:
    first = datetime(2020, 10, 23, 23, 20, tzinfo=UTC)  # twenty past midnight on Saturday 24
    hub = AHub(tmp_path / "hub.desk", Clock(first))
    home = hub.home(vacancies=None)
    hub.does(partial(calls.log_call, setting=home, given=MANAGER, answers=Answers(deaths=1, ppe_days=1)))
    hub.clock.now = datetime(2020, 10, 30, 9, tzinfo=UTC)
    assert now(hub, "answers", "All homes", "Deaths said") == "1"
    assert now(hub, "homes", "Elm Lodge", "PPE days") == "1"
    hub.clock.now = datetime(2020, 10, 31, 9, tzinfo=UTC)
    assert now(hub, "answers", "All homes", "Deaths said") is None
    hub.desk.close()


def test_what_a_home_said_of_ppe_stands_where_its_record_was_emptied_since(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(calls.log_call, setting=home, given=MANAGER, answers=Answers(ppe_days=1)))
    for days in (30.0, None):
        hub.clock.plus(minutes=5)
        hub.does(partial(settings.amend_setting, setting=home, changes={"ppe_days": days}))
    assert now(hub, "homes", "Elm Lodge", "PPE days") == "1"
    priority = hub.desk.ask(lambda q: q.priority_homes())
    assert [reason.code for one in priority for reason in one.reasons] == ["ppe"]


def test_a_record_merged_into_one_that_was_a_mistake_is_nobody_on_any_day(hub: AHub) -> None:
    part, whole = hub.patient("Ada Shah"), hub.patient("Ada Shaw")
    left = partial(happened.left_without_us, patient=part, reason="Nobody asked us", elsewhere="a home")
    hub.does(left)
    hub.clock.plus(days=1)
    hub.does(partial(merging.merge_patients, patient=whole, other=part, take={}, reason="One"))
    hub.does(partial(patients.leave, patient=whole, reason=LeaveReason.ENTERED_BY_MISTAKE))
    found = situation_on(hub.desk, TODAY)
    assert figure(found, "hospital", "All", "Left without the authority").value == 0
    assert figure(found, "pathway", "Left hospital on the day", "All").value == 0
