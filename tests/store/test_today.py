"""Today: each thing that is to be done has its line, by when, in which order, and goes when it is done."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions import designating, patients, placements, settings
from discharge.actions.planning import freeze_case, store_plan
from discharge.matching.propose import propose
from discharge.model.files import write_plan
from discharge.model.patient import Pathway
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import DeclineReason, EndOutcome
from discharge.model.shown.today import URGENCY, Need, TodayLine, When
from discharge.store.ask.queries import Queries
from discharge.store.ask.today import urgency
from tests.actions.a_hub import CONSULTANT, COVID, MANAGER, TODAY, AHub, beds, stay, unit

TOMORROW = TODAY + timedelta(1)
ISOLATION_ENDS = date(2020, 11, 27)
"""Of somebody whose positive specimen was taken on 13 November."""


def lines(hub: AHub) -> list[TodayLine]:
    return list(hub.desk.ask(Queries.today_lines))


def said(hub: AHub) -> dict[str, tuple[Need, When]]:
    """What each line asks for and by when, by its key."""
    return {line.key: (line.need, line.when) for line in lines(hub)}


def about(hub: AHub, placement: str) -> TodayLine | None:
    """The line of a placement's own next step; None where there is none. That its home is asked how they
    are, days after the move, is a line of its own."""
    found = [line for line in lines(hub) if line.about == placement and line.need is not Need.FOLLOW_UP]
    assert len(found) <= 1, "one line a placement"
    return found[0] if found else None


def one_stay(hub: AHub, start: date = TODAY) -> str:
    """Somebody negative with a final stay proposed."""
    return hub.proposed(hub.negative(), stay(hub.home(), start=start))


def arrived_to_isolate(hub: AHub, *, onward: bool = True) -> str:
    """Somebody who isolates in a hot home until the 27th, and then goes to Elm Lodge (or hasn't a place)."""
    who, hot = hub.positive(), hub.hot_home()
    stays = [stay(hot, end=ISOLATION_ENDS, in_unit="Red")]
    if onward:
        stays.append(stay(hub.home(), start=ISOLATION_ENDS))
    return hub.walk(hub.proposed(who, *stays), "arrived")


def to(hub: AHub, day: date, hour: int = 8) -> None:
    """The clock goes on to that day."""
    hub.clock.now = hub.clock.now.replace(
        year=day.year, month=day.month, day=day.day, hour=hour, minute=0, second=0
    )


def planned(hub: AHub) -> str:
    """The hub is planned; the plan's id."""
    frozen = hub.desk.ask(freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    store = partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
    return hub.does(store).first


def test_a_new_hub_has_nothing_to_be_done(hub: AHub) -> None:
    page = hub.desk.ask(Queries.today_page)
    assert page.lines == ()
    assert page.is_empty
    assert page.following == ""
    assert page.glance.waiting == tuple((pathway, 0) for pathway in Pathway)


# --- the way of a placement ---------------------------------------------------------------------------

ON_THE_WAY = [
    # state, what it asks for, by when: starts today, starts tomorrow, starts in four days
    ("proposed", Need.APPROVAL, When.NOW, When.NOW, When.TODAY),
    ("approved", Need.TELL, When.NOW, When.TODAY, When.TODAY),
    ("told", Need.ANSWER, When.TODAY, When.TODAY, When.TODAY),
    ("accepted", Need.BOOK, When.NOW, When.TODAY, None),
]


@pytest.mark.parametrize(("state", "need", "today", "tomorrow", "later"), ON_THE_WAY)
@pytest.mark.parametrize("ahead", [0, 1, 4])
@pytest.mark.whole
def test_a_placement_before_departure_asks_for_its_next_step(
    hub: AHub, state: str, need: Need, today: When, tomorrow: When, later: When | None, ahead: int
) -> None:
    placement = hub.walk(one_stay(hub, TODAY + timedelta(ahead)), state)
    when = {0: today, 1: tomorrow, 4: later}[ahead]
    line = about(hub, placement)
    assert (line and (line.need, line.when)) == (when and (need, when))


@pytest.mark.parametrize(("ahead", "when"), [(0, When.TODAY), (1, When.TOMORROW), (2, None)])
@pytest.mark.whole
def test_a_booked_journey_stands_on_its_day(hub: AHub, ahead: int, when: When | None) -> None:
    placement = hub.walk(one_stay(hub, TODAY + timedelta(ahead)), "accepted")
    journey = hub.transport(in_hours=24 * ahead + 2)
    hub.does(partial(placements.book, placement=placement, transport=journey))
    line = about(hub, placement)
    assert (line and line.when) == when
    if line is not None:
        assert line.need is Need.JOURNEY
        assert line.due == journey.at


def test_whoever_has_arrived_for_good_is_asked_after_in_a_week(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "arrived")
    assert about(hub, placement) is None
    hub.clock.plus(days=7)
    line = about(hub, placement)
    assert line is not None
    assert (line.need, line.when) == (Need.REVIEW, When.TODAY)
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    assert about(hub, placement) is None


def test_an_offer_past_its_clock_is_for_now_and_says_for_how_long_with_the_phone(hub: AHub) -> None:
    home = hub.setting("Elm Lodge", phone="020 7946 0100")
    placement = hub.walk(hub.proposed(hub.negative(), stay(home, start=TOMORROW)), "told")
    hub.clock.plus(hours=4)
    line = about(hub, placement)
    assert line is not None
    assert (line.need, line.when) == (Need.ANSWER, When.NOW)
    assert line.sentence == "Offer to Elm Lodge for Ben Ode: no answer for 4 h 20 m"
    assert line.phone == "020 7946 0100"
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    after = about(hub, placement)
    assert after is not None
    assert after.need is Need.BOOK


def test_a_departure_and_an_arrival_that_are_late_are_asked_after_now(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "booked")
    hub.clock.plus(hours=2)
    line = about(hub, placement)
    assert line is not None
    assert (line.need, line.when) == (Need.JOURNEY, When.NOW)
    assert line.sentence.startswith("Has Ben Ode left for Elm Lodge?")
    hub.walk(placement, "departed")
    assert (about(hub, placement) or line).when is When.TODAY
    hub.clock.plus(hours=4)
    line = about(hub, placement)
    assert line is not None
    assert line.when is When.NOW
    assert line.sentence == "Has Ben Ode arrived at Elm Lodge? On the way for 4 h 20 m"


def test_a_placement_that_can_not_go_on_comes_first_with_the_reason(hub: AHub) -> None:
    who = hub.negative()
    placement = hub.walk(hub.proposed(who, stay(hub.home(), start=TOMORROW)), "told")
    hub.tested(who, "negative", hours_ago=2)
    line = about(hub, placement)
    assert line is not None
    assert (line.need, line.when) == (Need.STOPPED, When.NOW)
    assert "tell it again" in line.remark
    assert lines(hub)[0].about == placement


# --- isolations ---------------------------------------------------------------------------------------


@pytest.mark.whole
def test_an_isolation_that_ends_in_three_days_can_wait(hub: AHub) -> None:
    placement = arrived_to_isolate(hub)
    to(hub, ISOLATION_ENDS - timedelta(3))
    assert about(hub, placement) is None


def prepared(hub: AHub, placement: str, *, until: str) -> None:
    """The onward move is prepared, up to the step that is named."""
    today = hub.clock.now.date()
    journey = hub.transport(in_hours=(ISOLATION_ENDS - today).days * 24 + 2)
    every: dict[str, Any] = {
        "told": partial(placements.tell, given=MANAGER),
        "accepted": partial(placements.accept, given=MANAGER),
        "released": partial(placements.release, organism=COVID, on=ISOLATION_ENDS),
        "booked": partial(placements.book, transport=journey),
    }
    for name, step in every.items():
        hub.does(partial(step, placement=placement), by=hub.clinician if name == "released" else None)
        if name == until:
            return


ONWARD = [
    ("", "; Elm Lodge isn't told yet"),
    ("told", "; Elm Lodge hasn't answered yet"),
    ("accepted", "; Elm Lodge is expecting them"),
]


@pytest.mark.parametrize(("until", "ending"), ONWARD)
def test_an_isolation_that_ends_tomorrow_is_for_today_with_its_onward_bed(
    hub: AHub, until: str, ending: str
) -> None:
    placement = arrived_to_isolate(hub)
    to(hub, ISOLATION_ENDS - timedelta(1))
    if until:
        prepared(hub, placement, until=until)
    line = about(hub, placement)
    assert line is not None
    assert (line.need, line.when) == (Need.ISOLATION, When.TODAY)
    assert line.sentence == f"Isolation of Ada Shah at The Limes ends tomorrow{ending}"
    to(hub, ISOLATION_ENDS)
    line = about(hub, placement)
    assert line is None or line.when is When.NOW, "on the day itself it is late"


def test_once_all_is_ready_the_move_stands_on_its_day(hub: AHub) -> None:
    placement = arrived_to_isolate(hub)
    to(hub, ISOLATION_ENDS - timedelta(2))
    prepared(hub, placement, until="booked")
    line = about(hub, placement)
    assert line is None
    to(hub, ISOLATION_ENDS - timedelta(1))
    line = about(hub, placement)
    assert line is not None
    assert line.when is When.TOMORROW


def test_an_isolation_without_an_onward_place_asks_for_one_in_time(hub: AHub) -> None:
    placement = arrived_to_isolate(hub, onward=False)
    asked = {}
    for ahead in (4, 3, 2, 1):
        to(hub, ISOLATION_ENDS - timedelta(ahead))
        line = about(hub, placement)
        asked[ahead] = line and (line.need, line.when)
    assert asked == {
        4: None,
        3: (Need.ONWARD, When.TODAY),
        2: (Need.ONWARD, When.TODAY),
        1: (Need.ISOLATION, When.TODAY),
    }
    line = about(hub, placement)
    assert line is not None
    assert line.sentence.endswith("no onward place yet")


# --- people without a placement -----------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "when"), [(2, When.TODAY), (23.5, When.TODAY), (24, When.NOW)])
@pytest.mark.whole
def test_a_result_that_is_awaited_for_a_day_is_for_now(hub: AHub, hours: float, when: When) -> None:
    who = hub.patient()
    hub.tested(who, "pending", hours_ago=hours)
    assert said(hub)[f"result/{who}"] == (Need.RESULT, when)
    hub.tested(who, "negative", hours_ago=1.5)
    assert f"result/{who}" not in said(hub)


def test_whoever_is_ready_and_needs_a_test_or_an_attestation_has_a_line(hub: AHub) -> None:
    untested = hub.patient("Una Test")
    later = hub.patient("Lia Later", ready_on=TOMORROW)
    over = hub.positive("Ola Over", days_ago=16)
    clear = hub.negative("Cleo Clear")
    found = said(hub)
    assert found[f"test/{untested}"] == (Need.TEST, When.TODAY)
    assert found[f"attest/{over}"] == (Need.ATTEST, When.TODAY)
    assert not [key for key in found if key.endswith((later, clear))]


def test_whoever_left_the_list_has_no_line(hub: AHub) -> None:
    who = hub.patient()
    hub.tested(who, "pending")
    hub.does(partial(patients.leave, patient=who, reason=LeaveReason.WENT_HOME))
    assert lines(hub) == []


LOST: list[tuple[str, Callable[[str], Any], str]] = [
    ("proposed", lambda p: partial(placements.return_, placement=p, reason="Too far"), "was returned"),
    (
        "told",
        lambda p: partial(placements.decline, placement=p, code=DeclineReason.NO_BED, given=MANAGER),
        "needs another place",
    ),
    ("told", lambda p: partial(placements.no_answer, placement=p), "needs another place"),
]


@pytest.mark.parametrize(("state", "lose", "words"), LOST)
@pytest.mark.whole
def test_whoever_lost_their_place_has_a_line_until_they_are_planned_again(
    hub: AHub, state: str, lose: Callable[[str], Any], words: str
) -> None:
    placement = hub.walk(one_stay(hub, TOMORROW), state)
    who = hub.desk.ask(lambda q: q.placed(placement)).patient
    hub.does(lose(placement), by=hub.lead if state == "proposed" else None)
    line = next(line for line in lines(hub) if line.need is Need.RETURNED)
    assert (line.when, line.about) == (When.NOW, who)
    assert words in line.sentence
    hub.clock.plus(minutes=5)
    planned(hub)
    assert f"returned/{who}" not in said(hub)


def test_what_the_lead_wrote_is_told(hub: AHub) -> None:
    placement = one_stay(hub)
    hub.does(partial(placements.return_, placement=placement, reason="Nearer to his wife"), by=hub.lead)
    line = next(line for line in lines(hub) if line.need is Need.RETURNED)
    assert "Nearer to his wife" in line.remark


# --- the plan and the returns --------------------------------------------------------------------------


@pytest.mark.whole
def test_the_plan_asks_to_be_made_sent_and_made_again(hub: AHub) -> None:
    hub.home()
    who = hub.negative()

    def plan_says() -> str:
        return next((line.sentence for line in lines(hub) if line.need is Need.PLAN), "")

    assert plan_says() == "1 person waits and nothing is planned yet"
    plan = planned(hub)
    assert plan_says() == "1 proposal isn't sent to approval yet"
    hub.negative("Cy Late")
    assert plan_says() == "Plan again: 2 people wait and the plan is out of date"
    plan = planned(hub)
    everybody = [row.id for row in hub.desk.ask(Queries.patients)]
    assert who in everybody
    hub.does(partial(placements.propose_from_plan, plan=plan, patients=everybody))
    assert plan_says() == ""


def test_returns_that_went_stale_or_expired_are_counted_and_those_of_closed_homes_are_not(hub: AHub) -> None:
    homes = {name: hub.setting(name, vacancies=None) for name in ("Fresh", "Stale", "Older", "Long", "Shut")}
    hub.setting("Never", vacancies=None)
    for name, hours in (("Fresh", 71), ("Stale", 73), ("Older", 100), ("Long", 39 * 24), ("Shut", 80)):
        hub.reports(homes[name], hours_ago=hours, vacancies=1)
    hub.does(partial(settings.close_admissions, setting=homes["Shut"], reason="Staffing"))
    found = {line.key: line for line in lines(hub)}
    assert set(found) == {"returns/stale", "returns/expired"}
    assert found["returns/stale"].sentence == "2 capacity returns are older than 72 h: ring to confirm"
    assert found["returns/stale"].remark == "Older, Stale."
    assert found["returns/stale"].about == homes["Older"], "the oldest opens"
    assert found["returns/expired"].sentence.startswith("1 capacity return is older than 38 days")


# --- the order ----------------------------------------------------------------------------------------

ORDER: list[tuple[When, Need, int, int]] = [
    # by when, what, minutes on the clock, priority: the most urgent first
    (When.NOW, Need.STOPPED, 50, 3),
    (When.NOW, Need.ANSWER, 10, 4),
    (When.NOW, Need.ANSWER, 20, 1),
    (When.NOW, Need.ANSWER, 20, 2),
    (When.NOW, Need.JOURNEY, 5, 1),
    (When.NOW, Need.ISOLATION, 0, 1),
    (When.NOW, Need.APPROVAL, 0, 1),
    (When.NOW, Need.RETURNED, 0, 1),
    (When.NOW, Need.TELL, 0, 1),
    (When.NOW, Need.BOOK, 0, 1),
    (When.NOW, Need.RESULT, 0, 1),
    (When.TODAY, Need.ANSWER, 0, 1),
    (When.TODAY, Need.JOURNEY, 30, 1),
    (When.TODAY, Need.JOURNEY, 60, 1),
    (When.TODAY, Need.ATTEST, 0, 1),
    (When.TODAY, Need.TEST, 0, 1),
    (When.TODAY, Need.ONWARD, 0, 1),
    (When.TODAY, Need.PLAN, 0, 0),
    (When.TODAY, Need.RETURNS, 0, 0),
    (When.TODAY, Need.REVIEW, 0, 1),
    (When.TOMORROW, Need.JOURNEY, 0, 1),
]


def test_the_order_of_urgency_is_this_table(hub: AHub) -> None:
    table = [
        TodayLine(f"{at}", need, when, "", "", "", hub.clock.now + timedelta(minutes=minutes), priority)
        for at, (when, need, minutes, priority) in enumerate(ORDER)
    ]
    mixed = random.Random(4).sample(table, len(table))
    assert mixed != table
    assert sorted(mixed, key=urgency) == table


def test_each_need_has_its_place_in_the_order() -> None:
    assert sorted(URGENCY) == sorted(Need)


def test_lines_come_in_the_order_of_urgency(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "told")
    hub.clock.plus(hours=5)
    waiting = hub.patient("Wim Waits")
    hub.tested(waiting, "pending", hours_ago=3)
    found = lines(hub)
    assert [line.need for line in found] == [Need.ANSWER, Need.RESULT, Need.PLAN]
    assert found[0].about == placement


def test_what_comes_after_tomorrow_is_named_where_it_has_a_clock(hub: AHub) -> None:
    hub.walk(one_stay(hub, TODAY + timedelta(3)), "accepted")
    page = hub.desk.ask(Queries.today_page)
    assert page.lines == ()
    assert page.following == "Ben Ode: Book transport to Elm Lodge for Thu 19 Nov."
    assert not page.is_empty


# --- at a glance --------------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_glance_counts_who_waits_and_for_how_long(hub: AHub) -> None:
    hub.negative("Ann One", pathway="P1")
    hub.negative("Bea Two", ready_on=TODAY - timedelta(1))
    hub.negative("Cat Two", ready_on=TODAY - timedelta(9))
    hub.walk(hub.proposed(hub.negative("Dee Placed"), stay(hub.home())), "told")
    glance = hub.desk.ask(Queries.today_page).glance
    assert dict(glance.waiting) == {Pathway.P0: 0, Pathway.P1: 1, Pathway.P2: 0, Pathway.P3: 2}
    assert glance.over_a_day == 2


@pytest.mark.whole
def test_the_glance_counts_beds_that_can_be_had_tonight_by_kind(hub: AHub) -> None:
    home = hub.setting(
        "Elm Lodge",
        unit("Main", beds("B1", count=3), beds("N1", count=2, category="general_nursing")),
        vacancies=None,
    )
    for name, hours in (("Closed", 1), ("Expired", 39 * 24), ("Outbreak", 1)):
        other = hub.setting(name, vacancies=None)
        hub.reports(other, hours_ago=hours, accepting=True)
        if name == "Closed":
            hub.does(partial(settings.close_admissions, setting=other, reason="Staffing"))
        if name == "Outbreak":
            hub.does(partial(settings.declare_outbreak, setting=other, organism=COVID))
    hub.setting("Silent", vacancies=None)
    hub.reports(home, accepting=True)
    hub.walk(hub.proposed(hub.negative(), stay(home)), "approved")
    glance = hub.desk.ask(Queries.today_page).glance
    assert {kind.category: kind.free for kind in glance.beds} == {
        "general_residential": 2,
        "general_nursing": 2,
    }


@pytest.mark.whole
def test_the_glance_counts_isolation_places_with_a_bed(hub: AHub) -> None:
    hot = hub.hot_home(places=2)
    before = hub.desk.ask(Queries.today_page).glance
    assert (before.isolation_places, before.isolation_free) == (2, 2)
    who = hub.positive()
    hub.walk(hub.proposed(who, stay(hot, end=ISOLATION_ENDS, in_unit="Red")), "arrived")
    after = hub.desk.ask(Queries.today_page).glance
    assert (after.isolation_places, after.isolation_free) == (2, 1)


@pytest.mark.whole
def test_the_picture_holds_designated_beds_needed_against_those_free(hub: AHub) -> None:
    hot = hub.hot_home(places=2)
    first = hub.positive("Ada Shah")
    for name in ("Bo Shah", "Cy Shah"):
        hub.positive(name)
    hub.positive("Di Later", ready_on=TODAY + timedelta(2))
    hub.proposed(first, stay(hot, end=ISOLATION_ENDS, in_unit="Red"))
    nights = hub.desk.ask(Queries.today_page).glance.designated
    assert [night.night for night in nights] == [TODAY + timedelta(ahead) for ahead in range(14)]
    # two wait and from Wednesday three; what waits for approval holds no bed yet, and isn't counted twice
    assert [night.needed for night in nights[:12]] == [2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]
    assert {night.free for night in nights} == {2}
    hub.does(partial(placements.approve, placement="L-0001"), by=hub.lead)
    nights = hub.desk.ask(Queries.today_page).glance.designated
    assert [night.free for night in nights[:12]] == [*[1] * 11, 2]


@pytest.mark.whole
def test_people_who_turned_positive_in_a_home_that_is_not_designated_need_a_designated_bed(hub: AHub) -> None:
    home = hub.setting("Elm Lodge", unit("Main", beds(count=4)), vacancies=4)
    hot = hub.hot_home(places=2)
    there = [hub.negative(name) for name in ("Ann Oak", "Bea Fern", "Cy Moss", "Di Sedge")]
    for who in there:
        hub.walk(hub.proposed(who, stay(home)), "arrived")
    assert {night.needed for night in hub.desk.ask(Queries.today_page).glance.designated} == {0}
    for who in there:
        hub.tested(who, "positive", hours_ago=3)
    tonight = hub.desk.ask(Queries.today_page).glance.designated[0]
    assert (tonight.needed, tonight.free) == (4, 2)
    isolated = hub.positive("El Reed")
    hub.walk(hub.proposed(isolated, stay(hot, end=ISOLATION_ENDS, in_unit="Red")), "arrived")
    tonight = hub.desk.ask(Queries.today_page).glance.designated[0]
    assert (tonight.needed, tonight.free) == (4, 1), "whoever isolates in a designated unit has a bed"


def test_a_designation_that_ends_takes_its_beds_out_of_the_picture(hub: AHub) -> None:
    hot = hub.hot_home()
    hub.does(
        partial(
            designating.end_designation, setting=hot, unit="Red", on=TODAY + timedelta(3),
            reason="Ordinary beds again", given=CONSULTANT,
        ),
        by=hub.lead,
    )  # fmt: skip
    nights = hub.desk.ask(Queries.today_page).glance.designated
    assert [night.free for night in nights[:5]] == [2, 2, 2, 0, 0]
