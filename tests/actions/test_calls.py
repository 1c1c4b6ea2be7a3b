"""The log of calls with settings, and the morning round."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from discharge.actions import calls, settings, taking_back
from discharge.model.setting import Free
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.model.shown.settings import CallLine
from discharge.store.write import tables
from tests.actions.a_hub import MANAGER, TODAY, AHub, stay


def log(hub: AHub, home: str) -> tuple[CallLine, ...]:
    return hub.desk.ask(lambda q: q.setting(home)).calls


def test_a_call_says_who_rang_whom_when_and_what_was_said(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(calls.log_call, setting=home, said=" Two beds by Thursday. ", given=MANAGER))
    rung = hub.clock.now
    hub.clock.plus(hours=1)
    hub.does(partial(calls.log_call, setting=home))
    missed, spoken = log(hub, home)
    assert (missed.given, missed.said) == (None, "")
    assert (spoken.by, spoken.at, spoken.given) == ("Cleo Coordinator", rung, MANAGER)
    assert spoken.said == "Two beds by Thursday."
    lines = hub.desk.ask(lambda q: q.journal(subject=home))
    assert lines[0].sentence == "Rang the setting: no answer."
    assert lines[1].sentence == "Rang the setting: Two beds by Thursday."


def test_a_call_can_have_come_in_an_hour_ago_and_not_tomorrow(hub: AHub) -> None:
    home = hub.home()
    earlier = hub.clock.now - timedelta(hours=1)
    ring = partial(calls.log_call, setting=home, said="Full.", given=MANAGER, incoming=True)
    hub.does(partial(ring, at=earlier))
    assert [(line.incoming, line.at) for line in log(hub, home)] == [(True, earlier)]
    with hub.refuses():
        hub.does(partial(ring, at=hub.clock.now + timedelta(days=1)))


def test_a_call_that_was_answered_says_something_and_one_that_came_in_was_somebodys(hub: AHub) -> None:
    home = hub.home()
    with hub.refuses(says="What was said"):
        hub.does(partial(calls.log_call, setting=home, said=" ", given=MANAGER))
    with hub.refuses(says="came in"):
        hub.does(partial(calls.log_call, setting=home, said="Full.", incoming=True))
    with hub.refuses():
        hub.does(partial(calls.log_call, setting="S-0099"))
    assert log(hub, home) == ()


def test_a_call_logged_by_mistake_is_taken_out_once_and_stays_readable(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(calls.log_call, setting=home, said="Full.", given=MANAGER))
    call = log(hub, home)[0].id
    hub.does(partial(calls.withdraw_call, setting=home, call=call, reason="The other home"))
    assert [(line.said, line.withdrawn, line.reason) for line in log(hub, home)] == [
        ("Full.", True, "The other home")
    ]
    with hub.refuses(says="already"):
        hub.does(partial(calls.withdraw_call, setting=home, call=call, reason="Again"))
    with hub.refuses(says="no such call"):
        hub.does(partial(calls.withdraw_call, setting=home, call="x", reason="Again"))


@pytest.mark.whole
def test_the_round_begins_with_the_home_that_has_said_nothing_for_longest(hub: AHub) -> None:
    fresh, stale, expired = hub.home("Fresh"), hub.home("Stale"), hub.home("Expired")
    silent = hub.home("Silent", vacancies=None)
    hub.clock.plus(days=40)
    hub.reports(stale, hours_ago=100, vacancies=1)
    hub.reports(fresh, hours_ago=1, vacancies=1)
    homes = hub.desk.ask(lambda q: q.round_of_calls())
    assert [home.row.id for home in homes] == [silent, expired, stale, fresh]
    assert [home.is_due for home in homes] == [True, True, True, False]
    assert [home.last is None for home in homes] == [True, False, False, False]
    assert [(group.unit, group.beds) for group in homes[1].groups] == [("Main", "B1")]


def test_the_round_counts_what_placements_hold(hub: AHub) -> None:
    home = hub.home(vacancies=None)
    hub.reports(home, hours_ago=100, vacancies=2)
    hub.walk(hub.proposed(hub.negative(), stay(home)), "approved")
    groups = hub.desk.ask(lambda q: q.round_of_calls())[0].groups
    assert [(group.free_on(TODAY), group.held_tonight) for group in groups] == [(2, 1)]


def test_a_call_of_the_round_is_one_action_and_can_be_taken_back(hub: AHub) -> None:
    home = hub.home()
    hub.clock.plus(days=5)
    report = CapacityReturn(
        reported_at=hub.clock.now,
        vacancies=1,
        free=(GroupFree(unit="Main", beds="B1", free=(Free(start=TODAY, count=1),)),),
    )
    hub.does(partial(calls.record_phoned, setting=home, report=report, given=MANAGER))
    page = hub.desk.ask(lambda q: q.setting(home))
    assert (page.row.beds_free, page.row.capacity_age) == (1, "fresh")
    assert page.calls[0].given == MANAGER
    assert page.calls[0].said == "Said which beds are free."
    hub.does(partial(taking_back.withdraw_return, setting=home, reason="The other home"))
    again = hub.desk.ask(lambda q: q.setting(home))
    assert (again.row.beds_free, again.row.capacity_age) == (2, "stale")


def test_no_change_in_the_round_without_a_name_is_no_call_in_the_log(hub: AHub) -> None:
    home = hub.home()
    hub.clock.plus(days=5)
    hub.does(partial(calls.record_phoned, setting=home, report=None))
    page = hub.desk.ask(lambda q: q.setting(home))
    assert (page.row.capacity_age, page.returns[0].no_change, page.calls) == ("fresh", True, ())


def test_the_log_is_equal_when_it_is_made_anew(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(calls.log_call, setting=home, said="Full.", given=MANAGER))
    hub.does(partial(calls.log_call, setting=home))
    hub.does(partial(calls.withdraw_call, setting=home, call=log(hub, home)[0].id, reason="A slip"))
    hub.does(partial(settings.close_admissions, setting=home, reason="Full"))
    connection = hub.desk._store.connection
    before = tables.content(connection)["calls"]
    assert len(before) == 2
    assert hub.desk.verify().is_intact


@pytest.mark.whole
def test_the_round_asks_the_store_no_more_often_where_there_are_more_homes(hub: AHub) -> None:
    def statements() -> int:
        said: list[str] = []
        hub.desk._store.connection.set_trace_callback(said.append)
        hub.desk.ask(lambda q: q.round_of_calls())
        hub.desk._store.connection.set_trace_callback(None)
        return sum(one.lstrip().upper().startswith("SELECT") for one in said)

    hub.home("First")
    hub.clock.plus(days=5)
    few = statements()
    for number in range(12):
        hub.home(f"Home {number}", vacancies=None)
    assert len(hub.desk.ask(lambda q: q.round_of_calls())) == 13
    assert statements() == few
