"""The reports with pictures: a small hub counted by hand; every figure reconciles with its record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import placements
from discharge.actions.calls import log_call
from discharge.actions.demo_clock import MONDAY_MORNING
from discharge.actions.desk import Desk
from discharge.actions.entry_back import take_back_entry
from discharge.actions.hub import set_approval_rules
from discharge.actions.patients import amend_patient, leave
from discharge.actions.placements import happened
from discharge.actions.taking_back import take_back_step
from discharge.model.call import Answers
from discharge.model.patient_record import LeaveReason
from discharge.model.people import ApprovalRule
from discharge.model.placement import DeclineReason, PlacementState
from discharge.model.setting import Span
from discharge.model.shown.pictures import Chart, Gone, PassedFacts, Pictures, PicturesFacts
from discharge.reports.pictures import period_words, pictures_of
from discharge.reports.pictures_equality import age_band, ethnic_group
from discharge.reports.suppressing import HIDDEN, UNDER
from discharge.words.counts import percent
from tests.actions.a_hub import MANAGER, TODAY, AHub, stay
from tests.conftest import DemoCopy

ELM, OAK = "Elm Lodge", "Oak House"


def make(hub: AHub) -> None:
    """Elm Lodge (1,100 pounds a week) declines Ben for the fee, Oak House (900) for staff; Cy goes to Elm
    Lodge; Dan is in approval; Eve waits; Flo goes home; a decline of Gus's is taken back.
    """
    limit = ApprovalRule(name="normal", valid=Span(start=TODAY - timedelta(30)), weekly_fee=1200.0)
    hub.does(partial(set_approval_rules, rules=[limit], reason="The panel"), hub.admin)
    elm, oak = hub.home(ELM, vacancies=4, weekly_fee=1100.0), hub.home(OAK, vacancies=4)
    ben = hub.negative("Ben Ode", ready_on=TODAY - timedelta(3))
    cy = hub.negative("Cy Dean", ready_on=TODAY - timedelta(2), no_longer_meets_on=TODAY - timedelta(5))
    dan, gus = hub.negative("Dan Roe"), hub.negative("Gus Hale")
    hub.negative("Eve Moss", ready_on=TODAY - timedelta(9))
    flo = hub.patient("Flo Penn", sex="male", born=date(1960, 1, 1))
    hub.clock.plus(hours=1)
    for home, code in ((elm, DeclineReason.FEE), (oak, DeclineReason.STAFFING)):
        told = hub.walk(hub.proposed(ben, stay(home)), PlacementState.TOLD)
        hub.does(partial(placements.decline, placement=told, code=code, given=MANAGER))
    hub.does(partial(amend_patient, patient=ben, changes={"max_weekly_fee": 1000.0}))
    hub.walk(hub.proposed(cy, stay(elm)), PlacementState.ARRIVED)
    hub.proposed(dan, stay(oak))
    told = hub.walk(hub.proposed(gus, stay(oak)), PlacementState.TOLD)
    hub.does(partial(placements.decline, placement=told, code=DeclineReason.OTHER, given=MANAGER))
    hub.does(partial(take_back_step, placement=told, reason="It was another home's"))
    hub.does(partial(leave, patient=flo, reason=LeaveReason.WENT_HOME))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHub]:
    found = AHub(tmp_path_factory.mktemp("pictures") / "hub", make=make)
    yield found
    found.desk.close()


def facts_of(hub: AHub, *, first: date = TODAY - timedelta(27), last: date = TODAY) -> PicturesFacts:
    return hub.desk.ask(lambda queries: queries.pictures(first, last))


@pytest.fixture(scope="module")
def found(hub: AHub) -> Pictures:
    """The reports of the four weeks up to today."""
    return pictures_of(facts_of(hub))


def rows(chart: Chart) -> dict[str, list[str]]:
    """What the table says, by the first column."""
    return {row[0]: list(row[1:]) for row in chart.rows}


def test_waits_go_from_the_discharge_ready_date_or_else_from_the_day_of_ready_to_leave_on(
    found: Pictures,
) -> None:
    """Cy left five days after the date; Dan and Gus could leave today, Ben three days ago, Eve nine."""
    said = rows(found.chart("waits"))
    assert said["4 to 7 days"] == ["1", "0", "1"]
    assert said["On the day"] == ["0", "2", "2"]
    assert said["2 to 3 days"] == ["0", "1", "1"]
    assert said["8 to 14 days"] == ["0", "1", "1"]
    assert said["All"] == ["1", "4", "5"]
    assert said["Median, days"] == ["5", "1.5", "3"]


def test_time_in_each_state_is_counted_where_a_placement_went_on_and_never_where_a_step_was_taken_back(
    found: Pictures,
) -> None:
    """Ben twice, Cy and Gus were approved after no time at all and told after 20 minutes. Ben's homes
    answered after 20; so did Gus's, but that was taken back."""
    said = rows(found.chart("states"))
    assert said["On the list, before a proposal"][0] == "4"
    assert said["In approval"][0] == "4"
    assert said["Approved, the home not told yet"] == ["4", "20 m", "20 m"]
    assert said["Offered, answer awaited"] == ["3", "20 m", "20 m"]
    cys = ("Accepted, transport not booked", "Transport booked", "On the way")
    assert [said[each][0] for each in cys] == ["1", "1", "1"]


def test_each_decline_says_what_would_have_made_it_a_yes_and_the_difference_in_the_fee_where_it_is_known(
    found: Pictures,
) -> None:
    said = rows(found.chart("declines"))
    assert set(said) == {"Fee not agreed", "Not enough staff"}, "the one that was taken back isn't one"
    assert said["Fee not agreed"] == ["1", "Agreement on the fee", "1 of 1: the difference is £100 a week"]
    assert said["Not enough staff"][:2] == ["1", "Another day, or more staff"]
    homes = found.chart("declines-by-home").rows
    assert homes == ((ELM, "1", "Fee not agreed 1"), (OAK, "1", "Not enough staff 1"))


def test_what_was_approved_is_held_against_the_limit_of_whoever_approved(found: Pictures) -> None:
    """Elm Lodge twice at 1,100 of 1,200 pounds; Oak House twice at 900."""
    said = rows(found.chart("costs"))
    assert said["More than 90 %, up to the limit"] == ["2", "£2,200"]
    assert said["More than half, up to three quarters"] == ["2", "£1,800"]
    assert said["All"] == ["4", "£4,000"]


def test_placements_by_hand_are_overrides_and_nobody_is_planned_for_without_a_plan(found: Pictures) -> None:
    said = rows(found.chart("overrides"))
    assert said["Placed by hand, not from a plan"] == ["No principle was named", "5"]
    assert found.chart("unmet").rows == ()
    assert found.chart("unmet").empty == "Nothing was planned in this period."


def test_small_numbers_of_equality_are_hidden_and_the_totals_are_everybody_once(found: Pictures) -> None:
    said = rows(found.chart("sex"))
    assert said["All of them"] == ["6"], "two left each way: how they left isn't told apart"
    assert said["Male"] == said["Female"] == ["not shown"], "one man: five women would tell of him"
    assert found.chart("ethnicity").rows == (), "nobody's is recorded"


def test_the_winter_plans_lines_say_what_the_record_has_and_what_it_never_will(found: Pictures) -> None:
    said = rows(found.chart("winter-plan"))
    assert said["Went to a care home with a test's result on record before they left"][0] == "1 of 1 (100 %)"
    assert said["Went to a care home with the local authority's approval"][0] == "1 of 1 (100 %)"
    assert said["Needed a designated bed and went to one"][::2] == ["none of none", "Nothing in this period"]
    assert said["Flu vaccination of staff and residents"][2] == "No: not on record at this hub"


def test_a_period_before_anything_was_recorded_says_so_and_shows_no_number(hub: AHub) -> None:
    before = pictures_of(facts_of(hub, first=TODAY - timedelta(9), last=TODAY - timedelta(1)))
    assert period_words(before) == "Sat 7 Nov to Sun 15 Nov 2020, 9 days"
    for chart in before.charts:
        if chart.key != "winter-plan":
            assert (chart.bars, bool(chart.empty)) == ((), True), chart.key


@pytest.fixture(scope="module")
def demo(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(
        demo_copy(tmp_path_factory.mktemp("demo") / "Demo.hub"), clock=lambda: MONDAY_MORNING
    ) as opened:
        yield opened


def test_the_demo_hubs_figures_are_those_of_its_pages(demo: Desk) -> None:
    today = date(2020, 11, 16)
    facts = demo.ask(lambda queries: queries.pictures(today - timedelta(27), today))
    stands = Counter(one.gone for one in facts.people)
    listed = demo.ask(lambda queries: queries.situation())
    assert stands[Gone.STILL] == sum(one.standing.value != "away" for one in listed.people)
    assert stands[Gone.PLACED] == len(facts.departures)
    plan = demo.ask(lambda queries: queries.plan(queries.plans()[0].id))
    assert facts.unmet is not None
    told = [tuple(reason.code for reason in row.unplaced.reasons) for row in plan.unplaced]
    assert sorted(facts.unmet.reasons) == sorted(told)


def test_two_periods_that_meet_have_between_them_what_the_whole_has(demo: Desk) -> None:
    today = date(2020, 11, 16)

    def parts(first: int, last: int) -> tuple[int, ...]:
        facts = demo.ask(lambda q: q.pictures(today - timedelta(first), today - timedelta(last)))
        nights = sum(one.nights for one in facts.isolation)
        return (
            len(facts.spells), len(facts.declines), nights, len(facts.by_hand), len(facts.approvals),
            len(facts.departures), facts.confirmed,
        )  # fmt: skip

    whole, early, late = parts(27, 0), parts(27, 3), parts(2, 0)
    assert all(whole[:6])
    assert tuple(a + b for a, b in zip(early, late, strict=True)) == whole


def test_no_person_is_named_in_any_report(demo: Desk) -> None:
    today = date(2020, 11, 16)
    names = demo.ask(lambda queries: queries.patient_names()).values()
    found = pictures_of(demo.ask(lambda queries: queries.pictures(today - timedelta(27), today)))
    said = "\n".join(
        cell for chart in found.charts for row in (*chart.rows, (chart.remark, chart.empty)) for cell in row
    )
    assert not [name for name in names if name in said]


def test_every_bar_stands_in_the_table_of_its_chart(demo: Desk, found: Pictures) -> None:
    today = date(2020, 11, 16)
    shown = pictures_of(demo.ask(lambda queries: queries.pictures(today - timedelta(27), today)))
    for chart in (*shown.charts, *found.charts):
        labels = {row[0] for row in chart.rows}
        assert {bar.label for bar in chart.bars} <= labels, chart.key
        assert all(len(row) == len(chart.columns) for row in chart.rows)
        assert all(len(bar.values) == len(chart.series) for bar in chart.bars)


@pytest.mark.whole
def test_isolation_nights_are_those_slept_since_arrival_in_designated_beds_and_no_night_to_come(
    tmp_path: Path,
) -> None:
    hub = AHub(tmp_path / "hub")
    red = hub.hot_home()
    ada = hub.positive("Ada Shah")
    until = TODAY + timedelta(11)  # 14 days from a specimen three days ago
    hub.walk(hub.proposed(ada, stay(red, end=until, in_unit="Red")), PlacementState.ARRIVED)
    hub.clock.plus(days=4)
    later = hub.desk.ask(lambda queries: queries.today)
    facts = facts_of(hub, last=later)
    assert [(one.designated, one.nights) for one in facts.isolation] == [(True, 4)]
    assert rows(pictures_of(facts).chart("isolation"))["All homes"] == ["4", "0", "4"]
    assert [one.nights for one in facts_of(hub, first=TODAY + timedelta(3), last=later).isolation] == [1]
    hub.desk.close()


def test_a_departure_against_a_rule_is_an_override_and_never_hides_behind_the_placement(
    tmp_path: Path,
) -> None:
    """Ada left before anything was approved: she counts as left without the authority."""
    hub = AHub(tmp_path / "hub")
    home, ada = hub.home(), hub.negative("Ada Shah")
    hub.does_saying_why(
        partial(happened.left_without_us, patient=ada, setting=home, reason="The ward sent her")
    )
    facts = facts_of(hub)
    said = rows(pictures_of(facts).chart("overrides"))
    assert said["Left without us"][-1] == "1"
    evidence = rows(pictures_of(facts).chart("winter-plan"))
    assert evidence["Left without a placement or the authority, as recorded"][0] == "1"
    assert [one.gone for one in facts.people] == [Gone.OTHERWISE]
    hub.desk.close()


def person(at: int, **fields: Any) -> PassedFacts:
    """Somebody who was on the list and left it by a placement, or waits."""
    gone = Gone.PLACED if at % 2 else Gone.STILL
    plain: dict[str, Any] = {
        "ready_since": TODAY, "gone": gone, "gone_on": None, "born": date(1940, 1, 1), "sex": "female",
        "ethnicity": "White British", "funding": "NHS",
    }  # fmt: skip
    return PassedFacts(**{**plain, **fields})


def test_equality_groups_people_by_the_words_that_the_census_and_the_form_have(hub: AHub) -> None:
    people = [person(at, ethnicity="Indian" if at < 12 else "white - british") for at in range(40)]
    people += [person(at, funding="self-funded", ethnicity="") for at in range(10)]
    found = pictures_of(replace(facts_of(hub), people=tuple(people)))
    said = rows(found.chart("ethnicity"))
    assert said["Asian or Asian British"] == ["6", "0", "6", "12"]
    assert said["White"] == ["14", "0", "14", "28"]
    assert said["Not recorded"] == ["5", "0", "5", "10"]
    assert rows(found.chart("funding"))["Self-funded"] == ["5", "0", "5", "10"]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("White British", "White"), ("Black Caribbean", "Black or Black British"),
        ("Irish", "In other words"),
        ("Mixed: White and Asian", "Mixed"), ("White and Black African", "Mixed"),
        ("Other - Arab", "Other ethnic group"), ("Any other Asian background", "Asian or Asian British"),
        ("Not stated", "Not stated"), ("unknown", "Not recorded"), (" ", "Not recorded"),
        ("not White", "In other words"), ("Chinese", "Asian or Asian British"),
        ("Prefer not to say", "Not stated"),
    ],
)  # fmt: skip
def test_an_ethnic_group_is_told_by_words_and_never_guessed(text: str, group: str) -> None:
    assert ethnic_group(text) == group


def test_the_line_of_ethnicity_never_says_what_its_table_hides(hub: AHub) -> None:
    """Two of one group, and six of whom it isn't recorded beside thirty: that six would tell the two."""
    groups = ["White"] * 30 + ["Asian"] * 2 + ["unknown"] * 6
    people = [person(0, ethnicity=text, gone=Gone.STILL, gone_on=None) for text in groups]
    found = pictures_of(replace(facts_of(hub), people=tuple(people)))
    line = "Ethnicity on record, of everybody on the list"
    assert rows(found.chart("ethnicity"))["Asian or Asian British"][-1] == UNDER
    assert rows(found.chart("ethnicity"))["Not recorded"][-1] == HIDDEN
    assert rows(found.chart("winter-plan"))[line][0] == HIDDEN
    told = [each for each in people if each.ethnicity != "Asian"]
    found = pictures_of(replace(facts_of(hub), people=tuple(told)))
    assert rows(found.chart("winter-plan"))[line][0] == "30 of 36 (83 %)"


def test_no_number_of_equality_follows_from_another_of_the_same_report(hub: AHub) -> None:
    """The waits say how many left by a placement; three who left otherwise are the rest of those who left."""
    people = [person(at, sex="male" if at % 2 else "female", gone=Gone.PLACED) for at in range(40)]
    people += [person(0, sex="female", gone=Gone.OTHERWISE) for _ in range(3)]
    found = pictures_of(replace(facts_of(hub), people=tuple(people)))
    chart = found.chart("sex")
    assert chart.columns == ("Sex", "Left, either way", "Still on the list", "All of them")
    assert rows(chart) == {
        "Female": ["23", "0", "23"], "Male": ["20", "0", "20"], "All of them": ["43", "0", "43"],
    }  # fmt: skip


def test_all_and_none_are_said_of_all_and_none_alone() -> None:
    assert [percent(*of) for of in ((199, 200), (1, 300), (200, 200), (0, 200))] == [
        "99 %", "1 %", "100 %", "0 %",
    ]  # fmt: skip


def test_what_a_home_said_on_the_telephone_is_what_every_report_says_of_it(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub")
    home = hub.home(ppe_days=30.0, staffing="green")
    hub.clock.plus(minutes=1)
    said = Answers(ppe_days=1, staffing="red")
    hub.does(partial(log_call, setting=home, given=MANAGER, answers=said))
    homes = facts_of(hub).homes
    assert (homes.ppe_said, homes.ppe_short, homes.staffing_said, homes.staffing_red) == (1, 1, 1, 1)
    hub.desk.close()


def test_a_proposal_by_hand_that_was_taken_back_is_no_override(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub")
    hub.proposed(hub.negative(), stay(hub.home()))
    assert len(facts_of(hub).by_hand) == 1
    sql = "SELECT id FROM journal WHERE kind = 'placement_proposed'"
    entry = hub.desk.ask(lambda queries: queries._view.value(sql))
    hub.does(partial(take_back_entry, entry=entry, reason="The wrong person"))
    assert facts_of(hub).by_hand == ()
    hub.desk.close()


def test_an_age_is_of_its_band_on_the_last_day_of_the_period() -> None:
    assert age_band(date(1955, 11, 16), TODAY) == "65 to 74"
    assert age_band(date(1955, 11, 17), TODAY) == "Under 65"
    assert age_band(None, TODAY) == "Not recorded"
