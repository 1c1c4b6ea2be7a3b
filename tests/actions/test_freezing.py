"""The case that is frozen from a hub: who is in it, which beds are held, and that none is counted twice."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from discharge.actions import capacity_returns, placements, planning
from discharge.actions import hub as hub_actions
from discharge.matching.propose import propose
from discharge.model.files import FrozenCase, case_sha256, read_case, write_plan
from discharge.model.placement import EndOutcome
from discharge.model.plan import Stay
from discharge.store.ask import cases
from tests.actions.a_hub import MONDAY, TODAY, AHub, beds, stay, unit


def frozen(hub: AHub) -> FrozenCase:
    found = hub.desk.ask(planning.freeze_case)
    assert read_case(found.content) == found.case
    assert case_sha256(found.content) == found.sha256
    return found


def free(hub: AHub, at: str = "S-0001") -> int:
    """Beds that the engine may give away tonight: free, less what is locked."""
    case = frozen(hub).case
    setting = next(one for one in case.settings if one.id == at)
    total = sum(
        span.count
        for unit in setting.units
        for group in unit.beds
        for span in group.free
        if span.start <= case.day0 and (span.end is None or case.day0 < span.end)
    )
    return total - sum(
        one.start <= case.day0 and (one.end is None or case.day0 < one.end)
        for lock in case.locked
        for one in lock.stays
        if one.setting == at
    )


def locks(hub: AHub) -> dict[str, tuple[Stay, ...]]:
    return {lock.patient: lock.stays for lock in frozen(hub).case.locked}


def test_a_case_is_of_this_instant_and_the_rules_of_the_day(hub: AHub) -> None:
    case = frozen(hub).case
    assert (case.as_at, case.rule_set, case.horizon_days) == (MONDAY, "england-2020-10-13", 28)
    changes = {
        "horizon_days": 14,
        "weights": {"delay": 99},
        "rule_set": {"base": "england-2022-04-04", "stale_hours": 24},
    }
    hub.does(partial(hub_actions.amend_hub, changes=changes), by=hub.admin)
    case = frozen(hub).case
    assert (case.horizon_days, case.weights.delay, case.rule_set) == (
        14,
        99,
        {"base": "england-2022-04-04", "stale_hours": 24},
    )
    other = hub.desk.ask(partial(planning.freeze_case, rule_set="england-2024-04-01"))
    assert other.case.rule_set == "england-2024-04-01"


def test_a_bed_is_held_from_the_proposal_to_the_end(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    assert free(hub) == 2
    placement = hub.proposed(who, stay(home))
    for state in ("proposed", "approved", "told", "accepted", "booked", "departed", "arrived"):
        hub.walk(placement, state)
        assert (free(hub), list(locks(hub))) == (1, [who]), state
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.BACK_TO_HOSPITAL))
    assert (free(hub), locks(hub)) == (2, {})


def test_the_settings_page_counts_held_beds_from_approval(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    placement = hub.proposed(who, stay(home))
    assert hub.desk.ask(lambda q: q.settings())[0].beds_held == 0
    hub.walk(placement, "approved")
    row = hub.desk.ask(lambda q: q.settings())[0]
    assert (row.beds_free, row.beds_held, row.beds_left) == (2, 1, 1)


def test_an_occupant_whom_a_later_return_counts_does_not_take_the_bed_twice(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    placement = hub.walk(hub.proposed(who, stay(home)), "arrived")
    assert free(hub) == 1
    hub.reports(home, hours_ago=0, vacancies=1)
    assert free(hub) == 1
    assert hub.desk.ask(lambda q: q.settings())[0].beds_left == 1
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.WENT_HOME))
    assert free(hub) == 1


def test_a_return_from_before_the_arrival_or_without_change_counts_nobody(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.reports(home, hours_ago=0.9, vacancies=1)
    assert free(hub) == 0
    hub.does(partial(capacity_returns.record_no_change, setting=home))
    assert free(hub) == 0


@pytest.mark.whole
def test_a_total_that_does_not_say_which_beds_counts_nobody(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("B1", count=2), beds("B2", count=1)), vacancies=None)
    hub.reports(home, vacancies=3)
    hub.walk(hub.proposed(hub.negative(), stay(home)), "arrived")
    hub.reports(home, hours_ago=0, vacancies=2)
    assert free(hub) == 0


def test_whoever_settled_keeps_the_bed_until_the_settings_figures_know_it(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    placement = hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    assert free(hub) == 1
    assert list(locks(hub)) == [f"{who}/{placement}"]
    hub.clock.plus(hours=1)
    hub.reports(home, hours_ago=0, vacancies=1)
    assert (free(hub), locks(hub)) == (1, {})


@pytest.mark.whole
def test_somebody_still_there_after_the_planned_end_keeps_the_bed(hub: AHub) -> None:
    who = hub.negative(pathway="P2", stay_days=3)
    ward = hub.setting("Fern Ward", kind="community_bed")
    placement = hub.walk(hub.proposed(who, stay(ward, end=TODAY + timedelta(3))), "arrived")
    assert locks(hub)[who][0].end == TODAY + timedelta(3)
    hub.clock.plus(days=3)
    assert (locks(hub)[who][0].end, free(hub)) == (None, 1)
    row = hub.desk.ask(lambda q: q.moves())[0]
    assert (row.next_step, row.overdue) == ("end", False)
    hub.clock.plus(days=1)
    assert hub.desk.ask(lambda q: q.moves())[0].overdue
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.WENT_HOME))
    assert free(hub) == 2


def test_whoever_comes_later_than_planned_still_has_the_bed(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    hub.walk(hub.proposed(who, stay(home)), "accepted")
    hub.clock.plus(days=2)
    assert (list(locks(hub)), free(hub)) == ([who], 1)
    assert hub.desk.ask(lambda q: q.moves())[0].overdue


@pytest.mark.whole
def test_a_person_in_a_two_stay_placement_holds_what_is_still_to_come(hub: AHub) -> None:
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    ends = TODAY + timedelta(11)
    placement = hub.proposed(who, stay(hot, end=ends, in_unit="Red"), stay(home, start=ends))
    hub.walk(placement, "arrived")
    assert [(one.setting, one.start, one.end) for one in locks(hub)[who]] == [
        (hot, TODAY, ends),
        (home, ends, None),
    ]
    hub.clock.plus(days=12)
    assert [(one.setting, one.end) for one in locks(hub)[who]] == [(hot, None), (home, None)]
    hub.does(partial(placements.withdraw, placement=placement, reason="family found another home"))
    assert [one.setting for one in locks(hub)[f"{who}/{placement}"]] == [hot]


def test_a_small_hub_plans_with_every_setting_and_a_large_one_with_those_it_works_with(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = hub.home("Near", local_authority="Abbey", vacancies=None)
    told = hub.home("Told", local_authority="Far")
    named = hub.home("Named", local_authority="Far", vacancies=None)
    hub.home("Unknown", local_authority="Far", vacancies=None)
    hub.patient(preferred=[named])
    assert len(frozen(hub).case.settings) == 4
    hub.does(partial(hub_actions.amend_hub, changes={"areas": ["Abbey"]}), by=hub.admin)
    found = frozen(hub)
    assert [one.id for one in found.case.settings] == [near, told, named]
    hub.does(partial(hub_actions.amend_hub, changes={"areas": []}), by=hub.admin)
    monkeypatch.setattr(cases, "SMALL_HUB", 3)
    assert [one.id for one in frozen(hub).case.settings] == [told, named]


@pytest.mark.whole
def test_people_with_a_placement_stay_in_the_case_so_that_their_isolation_is_known(hub: AHub) -> None:
    who, hot = hub.positive(pathway="P1"), hub.hot_home(places=1)
    hub.walk(hub.proposed(who, stay(hot, end=TODAY + timedelta(11), in_unit="Red")), "arrived")
    case = frozen(hub).case
    assert [patient.id for patient in case.patients] == [who]
    other = hub.positive("Cyn Trent")
    plan = propose(frozen(hub).case)
    assert [entry.patient for entry in plan.unplaced] == [] or plan.placements
    starts = {p.patient: p.stays[0].start for p in plan.placements if not p.locked}
    assert starts.get(other, TODAY + timedelta(99)) > TODAY


@pytest.mark.whole
def test_a_plan_of_a_hub_in_mid_work_is_sound(hub: AHub) -> None:
    home, hot = hub.home(vacancies=4), hub.hot_home()
    hub.reports(home, hours_ago=0, vacancies=4)
    ends = TODAY + timedelta(11)
    arrived = hub.positive("Ada Shah")
    hub.walk(hub.proposed(arrived, stay(hot, end=ends, in_unit="Red")), "arrived")
    hub.walk(hub.proposed(hub.negative("Ben Ode"), stay(home)), "arrived")
    hub.reports(home, hours_ago=0, vacancies=4)
    hub.walk(hub.proposed(hub.negative("Cyn Trent"), stay(home)), "told")
    hub.proposed(hub.negative("Dev Patel"), stay(home))
    hub.negative("Eve Lin")
    hub.patient("Fay Moss")
    found = frozen(hub)
    assert found.names[f"{arrived}/L-0001"] == "Ada Shah"
    plan = propose(found.case, sha256=found.sha256)
    store = partial(planning.store_plan, case=found.content, plan=write_plan(plan), head=found.head)
    stored = hub.does(store).first
    page = hub.desk.ask(lambda q: q.plan(stored))
    new = {row.patient_name for row in page.proposals if not row.locked}
    assert new == {"Ada Shah", "Eve Lin"}
    assert [row.patient_name for row in page.unplaced] == ["Fay Moss"]


def test_a_setting_shows_what_is_left_on_each_night_to_come(hub: AHub) -> None:
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    ends = TODAY + timedelta(11)
    hub.walk(hub.proposed(who, stay(hot, end=ends, in_unit="Red"), stay(home, start=ends)), "arrived")
    group = hub.desk.ask(lambda q: q.setting(home)).units[0].beds[0]
    assert [group.left_on(TODAY), group.left_on(ends), group.held_tonight] == [2, 1, 0]
    assert [(hold.patient_name, hold.start, hold.end) for hold in group.holds] == [("Ada Shah", ends, None)]


def test_one_authority_however_it_is_spelt_is_no_place_out_of_area(hub: AHub) -> None:
    """Field case local-authority-spelling."""
    hub.home(local_authority="St. Helens")
    spelt = {"Ann Oak": "St. Helens", "Bea Fern": "St Helens", "Cy Moss": "st. helens"}
    people = [hub.negative(name, local_authority=area) for name, area in spelt.items()]
    case = hub.desk.ask(planning.freeze_case).case
    assert [one.local_authority for one in case.patients] == ["St Helens"] * 3
    assert case.settings[0].local_authority == "St Helens"
    plan = propose(case)
    assert {one.patient for one in plan.placements} <= set(people)
    assert all(one.points.get("out_of_area", 0) == 0 for one in plan.placements)


def test_an_authority_off_the_list_is_compared_by_its_letters_alone(hub: AHub) -> None:
    hub.home(local_authority="Abbey")
    hub.negative(local_authority="ABBEY.")
    case = hub.desk.ask(planning.freeze_case).case
    assert case.settings[0].local_authority == case.patients[0].local_authority
