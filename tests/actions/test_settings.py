"""What is recorded of settings, and what a capacity return makes of their beds."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions import capacity_returns, designating, placements, planning, settings
from discharge.actions.context import Context
from discharge.actions.taking_back import withdraw_return
from discharge.model.files import read_case
from discharge.model.people import Role
from discharge.model.setting import Free, Setting, Span, Unit
from discharge.model.setting_record import CapacityReturn, GroupFree, SettingDetails
from discharge.store.journal import Entry, Kind
from tests.actions.a_hub import CONSULTANT, COVID, DIRECTOR, MANAGER, MONDAY, TODAY, AHub, beds, stay, unit
from tests.asked import flags_of


def facts(hub: AHub, setting: str) -> Setting:
    return hub.desk.ask(lambda q: q.setting_facts(setting))


def free_now(hub: AHub, setting: str) -> dict[str, int]:
    page = hub.desk.ask(lambda q: q.setting(setting))
    return {group.id: group.free_tonight for unit in page.units for group in unit.beds}


def test_a_setting_is_known_by_its_cqc_id_or_by_a_reference(hub: AHub) -> None:
    assert hub.home(cqc_id="1-112951275") == "1-112951275"
    assert hub.home("Abbey Court") == "S-0002"
    with hub.refuses(says="1-112951275"):
        hub.home("Elm Lodge again", cqc_id="1-112951275")


def test_a_cqc_id_that_changed_keeps_the_setting_and_frees_the_old_id(hub: AHub) -> None:
    home = hub.home(cqc_id="1-100")
    hub.does(partial(settings.amend_setting, setting=home, changes={"cqc_id": "1-200"}))
    other = hub.home("Another", cqc_id="1-100")
    assert (home, other) == ("1-100", "S-0002")
    assert hub.desk.ask(lambda q: q.setting_ids_by_cqc()) == {"1-200": "1-100", "1-100": "S-0002"}
    with hub.refuses():
        hub.does(partial(settings.amend_setting, setting=other, changes={"cqc_id": "1-200"}))


@pytest.mark.parametrize("name", [" ", "\u200b", " Main", "Ma\u200bin", "Main "])
def test_a_unit_that_looks_like_another_or_like_nothing_is_refused(hub: AHub, name: str) -> None:
    home = hub.home()
    with hub.refuses():
        hub.does(partial(settings.add_unit, setting=home, unit=unit(name)))
    assert [one.id for one in facts(hub, home).units] == ["Main"]


def test_the_same_of_a_group_of_beds_which_is_the_one_that_it_looks_like(hub: AHub) -> None:
    home = hub.home()
    put = partial(settings.set_beds, setting=home, unit="Main")
    hub.does(partial(put, beds=beds("B\u200b1", count=1)))
    assert free_now(hub, home) == {"B1": 1}
    with hub.refuses():
        hub.does(partial(put, beds=beds(" ")))


def test_no_ages_that_nobody_can_have_are_taken(hub: AHub) -> None:
    home = hub.home(age_min=18)
    with hub.refuses(says="nobody would fit"):
        hub.does(partial(settings.amend_setting, setting=home, changes={"age_min": 66, "age_max": 65}))
    hub.does(partial(settings.amend_setting, setting=home, changes={"age_min": 65, "age_max": 65}))


def test_a_bed_kept_for_somebody_is_never_entered_as_one_that_is_free(hub: AHub) -> None:
    """N12: what is free has nobody's name, and theirs would be lost."""
    home, who = hub.home(), hub.negative()
    kept = beds("B2", free=(Free(start=TODAY, count=1, kept_for=who),))
    with hub.refuses(says="kept for P-0001"):
        hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=kept))
    with hub.refuses(says="kept for P-0001"):
        hub.does(partial(settings.add_unit, setting=home, unit=unit("East", kept)))


def test_a_setting_without_a_capacity_return_takes_nobody(hub: AHub) -> None:
    home = hub.home(vacancies=None)
    who = hub.negative()
    assert hub.desk.ask(lambda q: q.settings())[0].capacity_age == "none"
    with hub.refuses(rule="N8"):
        hub.proposed(who, stay(home))


@pytest.mark.parametrize(
    ("hours", "age"), [(72, "fresh"), (72.02, "stale"), (38 * 24, "stale"), (38 * 24 + 0.02, "expired")]
)
def test_a_return_grows_stale_and_expires_to_the_minute(hub: AHub, hours: float, age: str) -> None:
    hub.home(vacancies=None)
    hub.reports("S-0001", hours_ago=hours, vacancies=2)
    assert hub.desk.ask(lambda q: q.settings())[0].capacity_age == age
    status = hub.desk.ask(lambda q: q.status())
    assert status.settings_stale == int(age == "stale")


def test_no_change_makes_a_return_fresh_again_and_changes_nothing_else(hub: AHub) -> None:
    home = hub.home()
    hub.clock.plus(days=4)
    before = facts(hub, home)
    hub.does(partial(capacity_returns.record_no_change, setting=home, given=MANAGER))
    page = hub.desk.ask(lambda q: q.setting(home))
    assert page.row.capacity_age == "fresh"
    assert [(line.no_change, line.report.vacancies) for line in page.returns] == [(True, 2), (False, 2)]
    assert facts(hub, home) == before.model_copy(update={"capacity_reported_at": hub.clock.now})
    with hub.refuses():
        hub.does(partial(capacity_returns.record_no_change, setting=home, at=hub.clock.now))


def test_no_change_needs_a_return_to_confirm(hub: AHub) -> None:
    home = hub.home(vacancies=None)
    with hub.refuses(says="no capacity return"):
        hub.does(partial(capacity_returns.record_no_change, setting=home))


def test_the_only_group_of_beds_takes_the_vacancies(hub: AHub) -> None:
    home = hub.home()
    hub.reports(home, hours_ago=0, vacancies=5)
    assert free_now(hub, home) == {"B1": 5}
    hub.reports(home, hours_ago=0, vacancies=0)
    assert free_now(hub, home) == {"B1": 0}


def test_several_groups_are_lowered_to_the_vacancies_and_never_raised(hub: AHub) -> None:
    home = hub.setting(
        "Elm", unit("Main", beds("A", count=4), beds("B", count=1), beds("C", count=0)), vacancies=None
    )
    hub.reports(home, hours_ago=3, vacancies=9)
    assert free_now(hub, home) == {"A": 4, "B": 1, "C": 0}
    assert hub.desk.ask(lambda q: q.setting(home)).vacancies_unsplit == 4
    hub.reports(home, hours_ago=2, vacancies=3)
    assert free_now(hub, home) == {"A": 2, "B": 0, "C": 0}
    hub.reports(home, hours_ago=1, max_capacity=30, used_beds=29)
    assert free_now(hub, home) == {"A": 1, "B": 0, "C": 0}
    hub.reports(home, hours_ago=0.5, accepting=True)
    assert free_now(hub, home) == {"A": 1, "B": 0, "C": 0}


def test_a_return_by_group_says_what_is_free_from_when(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("A", count=4), beds("B", count=1)), vacancies=None)
    later = TODAY + timedelta(5)
    said = (
        GroupFree(
            unit="Main", beds="A", free=(Free(start=TODAY, end=later, count=1), Free(start=later, count=3))
        ),
    )
    hub.reports(home, vacancies=2, free=said)
    assert free_now(hub, home) == {"A": 1, "B": 1}
    assert facts(hub, home).units[0].beds[0].free == said[0].free
    with hub.refuses(says="no beds Z"):
        hub.reports(home, hours_ago=0, free=(GroupFree(unit="Main", beds="Z"),))


def test_a_return_to_come_is_refused_and_an_older_one_changes_nothing(hub: AHub) -> None:
    home = hub.home()
    with hub.refuses(says="still to come"):
        hub.reports(home, hours_ago=-1, vacancies=9)
    hub.reports(home, hours_ago=30, vacancies=9, accepting=False)
    row = hub.desk.ask(lambda q: q.settings())[0]
    assert (row.beds_free, row.admissions, row.capacity_reported_at) == (
        2,
        "open",
        MONDAY - timedelta(hours=1),
    )
    assert len(hub.desk.ask(lambda q: q.setting(home)).returns) == 2


def test_a_return_that_takes_nobody_closes_and_only_a_word_of_the_setting_opens(hub: AHub) -> None:
    home = hub.home()
    hub.reports(home, hours_ago=0, vacancies=2, accepting=False)
    assert facts(hub, home).admissions == "closed"
    assert hub.desk.ask(lambda q: q.setting(home)).admissions_reason
    with hub.refuses(rule="N5"):
        hub.does(partial(settings.open_admissions, setting=home))
    hub.does(partial(settings.open_admissions, setting=home, given=MANAGER))
    assert facts(hub, home).admissions == "open"


@pytest.mark.parametrize(
    ("returns", "admissions"),
    [
        ((None,), "open"),
        ((False, None), "closed"),
        ((False, None, None), "closed"),
        ((False, True, None), "open"),
        ((False, None, True), "open"),
        ((True, None), "open"),
    ],
)
def test_a_return_that_doesnt_say_whether_it_admits_leaves_what_was_said_last(
    hub: AHub, returns: tuple[bool | None, ...], admissions: str
) -> None:
    """N11; the spec is silent: what isn't said opens nothing."""
    home = hub.home()
    for accepting in returns:
        hub.clock.plus(hours=1)
        hub.reports(home, hours_ago=0, vacancies=1, accepting=accepting)
    assert facts(hub, home).admissions == admissions
    if admissions == "closed":
        opened = partial(settings.open_admissions, setting=home)
        with hub.refuses(rule="N5"):
            hub.does(opened)
        hub.does(partial(opened, given=MANAGER))
        hub.clock.plus(hours=1)
        hub.reports(home, hours_ago=0, vacancies=1)
        assert facts(hub, home).admissions == "open"


def test_a_setting_that_the_hub_closed_is_not_opened_by_a_return(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(settings.close_admissions, setting=home, reason="safeguarding enquiry"))
    hub.reports(home, hours_ago=0, vacancies=2, accepting=True)
    assert facts(hub, home).admissions == "closed"
    hub.does(partial(settings.open_admissions, setting=home))
    assert facts(hub, home).admissions == "open"
    with hub.refuses():
        hub.does(partial(settings.open_admissions, setting=home))


# --- units, beds, designation --------------------------------------------------------------------------


def test_units_and_beds_are_added_changed_and_taken_out(hub: AHub) -> None:
    home = hub.home()
    hub.does(
        partial(settings.add_unit, setting=home, unit=unit("Blue", beds("X"), isolation="rooms", places=1))
    )
    hub.does(
        partial(
            settings.amend_unit,
            setting=home,
            unit="Blue",
            changes={"isolation_places": 3, "needs_met": ["hoist"]},
        )
    )
    hub.does(partial(settings.set_beds, setting=home, unit="Blue", beds=beds("Y", count=3, room="shared")))
    hub.does(partial(settings.set_beds, setting=home, unit="Blue", beds=beds("X", count=1)))
    blue = facts(hub, home).units[1]
    assert (blue.isolation_places, blue.needs_met) == (3, ("hoist",))
    assert [(group.id, group.room, group.free[0].count) for group in blue.beds] == [
        ("X", "ensuite", 1),
        ("Y", "shared", 3),
    ]
    hub.does(
        partial(settings.remove_beds, setting=home, unit="Blue", beds="X", reason="rooms let to the trust")
    )
    assert [group.id for group in facts(hub, home).units[1].beds] == ["Y"]


@pytest.mark.parametrize(
    "step",
    [
        partial(settings.add_unit, unit=unit("Main")),
        partial(settings.add_unit, unit=unit("New", beds("A"), beds("A"))),
        partial(settings.amend_unit, unit="Blue", changes={"isolation_places": 1}),
        partial(settings.amend_unit, unit="Main", changes={"id": "Other"}),
        partial(settings.amend_unit, unit="Main", changes={"isolation_places": -1}),
        partial(settings.set_beds, unit="Blue", beds=beds()),
        partial(settings.remove_beds, unit="Main", beds="Z", reason="x"),
        partial(designating.end_designation, unit="Main", on=TODAY, reason="x"),
    ],
)
def test_what_names_nothing_or_does_not_fit_is_refused(hub: AHub, step: Any) -> None:
    home = hub.home()
    with hub.refuses():
        hub.does(partial(step, setting=home), by=hub.lead)


def test_beds_that_a_placement_holds_are_taken_out_at_their_time_and_whoever_holds_one_is_flagged(
    hub: AHub,
) -> None:
    home = hub.home()
    placement = hub.walk(hub.proposed(hub.negative(), stay(home)), "booked")
    at = hub.clock.now - timedelta(hours=2)
    hub.does(partial(settings.remove_beds, setting=home, unit="Main", beds="B1", reason="let", at=at))
    (flag,) = hub.desk.ask(lambda q: flags_of(q, placement))
    assert (flag.rule, flag.sentence) == ("N10", "Elm Lodge, unit Main, has no such beds any more.")
    assert hub.desk.ask(lambda q: q.setting(home)).timeline[0].happened_at == at
    with hub.refuses(rule="N10", says="no such beds"):
        hub.does(partial(placements.depart, placement=placement))


def test_a_hub_in_which_held_beds_were_taken_out_is_planned_and_judged_all_the_same(hub: AHub) -> None:
    home, other = hub.home(), hub.home("Oak House")
    held = hub.proposed(hub.negative(), stay(home))
    there = hub.walk(hub.proposed(hub.negative("Cy Day", born=date(1931, 1, 1)), stay(home)), "arrived")
    hub.walk(held, "booked")
    hub.does(partial(settings.remove_beds, setting=home, unit="Main", beds="B1", reason="let"))
    waits = hub.negative("Di Fox", born=date(1932, 2, 2))
    case = read_case(hub.desk.ask(lambda q: q.freeze()).content)
    gone = next(one for one in case.settings if one.id == home).units[0].beds
    assert [(group.id, group.free) for group in gone] == [("B1", ())]
    with hub.refuses():
        hub.proposed(waits, stay(home))
    hub.walk(hub.proposed(waits, stay(other)), "booked")
    assert [flag.rule for flag in hub.desk.ask(lambda q: flags_of(q, there))] == ["N10"]


@pytest.mark.parametrize("isolation", ["none", "cohort"])
@pytest.mark.whole
def test_how_a_unit_isolates_changes_whoever_is_there(hub: AHub, isolation: str) -> None:
    hot = hub.hot_home()
    there = hub.walk(
        hub.proposed(hub.positive(), stay(hot, end=TODAY + timedelta(11), in_unit="Red")), "arrived"
    )
    hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation": isolation}))
    rules = [flag.rule for flag in hub.desk.ask(lambda q: flags_of(q, there))]
    assert rules == (["R1", "R5"] if isolation == "none" else [])


def test_a_designated_unit_that_can_not_isolate_any_more_counts_for_nothing_until_it_can(hub: AHub) -> None:
    hot = hub.hot_home()
    hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation": "none"}))
    assert facts(hub, hot).units[0].designated is None
    assert hub.desk.ask(lambda q: q.settings())[0].designated_units == 0
    assert "counts for nothing until it does" in hub.desk.ask(lambda q: q.setting(hot)).timeline[0].sentence
    hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation": "rooms"}))
    assert facts(hub, hot).units[0].designated == Span(start=TODAY - timedelta(6))


def test_a_designation_that_counts_for_nothing_is_ended_and_does_not_come_back(hub: AHub) -> None:
    hot = hub.hot_home()
    hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation": "none"}))
    (shown,) = hub.desk.ask(lambda q: q.setting(hot)).units
    assert (shown.designated, shown.idle_designation) == (None, Span(start=TODAY - timedelta(6)))
    end = partial(
        designating.end_designation, setting=hot, unit="Red", on=TODAY, reason="The director's word"
    )
    hub.does(end, by=hub.lead)
    hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation": "rooms"}))
    assert facts(hub, hot).units[0].designated == Span(start=TODAY - timedelta(6), end=TODAY)
    assert hub.desk.ask(lambda q: q.settings())[0].designated_units == 0
    with hub.refuses(says="isn't designated"):
        hub.does(end, by=hub.lead)


# --- more beds than a home is registered for -----------------------------------------------------------


def free(hub: AHub, setting: str) -> dict[tuple[str, str], int]:
    """The beds free tonight by unit and group."""
    return {
        (one.id, beds.id): sum(span.count for span in beds.free)
        for one in facts(hub, setting).units
        for beds in one.beds
    }


def test_more_beds_than_a_home_is_registered_for_take_the_careful_reading_and_say_so(hub: AHub) -> None:
    home = hub.home(registered_beds=40)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=362)))
    assert free(hub, home) == {("Main", "B1"): 40}
    page = hub.desk.ask(lambda q: q.setting(home))
    said = "362 beds free on Mon 16 Nov, but registered for 40: taken as 40 at most"
    assert page.bed_doubts == (said,)
    assert said in page.timeline[0].sentence
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=6)))
    assert free(hub, home) == {("Main", "B1"): 6}
    assert hub.desk.ask(lambda q: q.setting(home)).bed_doubts == ()


def test_which_of_several_groups_has_a_bed_too_many_is_not_known(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("B1", count=3)), registered_beds=5, vacancies=None)
    hub.does(partial(settings.add_unit, setting=home, unit=unit("Blue", beds("X", count=4))))
    assert free(hub, home) == {("Main", "B1"): 1, ("Blue", "X"): 2}
    assert hub.desk.ask(lambda q: q.setting(home)).bed_doubts == (
        "7 beds free on Mon 16 Nov, but registered for 5: taken as 5 at most",
    )


def test_a_home_registered_with_more_beds_than_its_number_takes_the_careful_reading(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("B1", count=9)), registered_beds=5, vacancies=None)
    assert free(hub, home) == {("Main", "B1"): 5}
    assert hub.desk.ask(lambda q: q.setting(home)).bed_doubts


def test_a_smaller_registered_number_lowers_what_is_free_and_a_larger_one_gives_it_back(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("B1", count=9)), vacancies=None)
    for registered, expected in ((4, 4), (7, 7), (12, 9), (3, 3), (None, 9)):
        changes = {"registered_beds": registered}
        hub.does(partial(settings.amend_setting, setting=home, changes=changes))
        assert free(hub, home) == {("Main", "B1"): expected}
        assert bool(hub.desk.ask(lambda q: q.setting(home)).bed_doubts) is (expected < 9)


def test_beds_said_anew_are_not_given_back_by_a_larger_registered_number(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("B1", count=9)), vacancies=None, registered_beds=4)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=2)))
    hub.does(partial(settings.amend_setting, setting=home, changes={"registered_beds": 12}))
    assert free(hub, home) == {("Main", "B1"): 2}


DESIGNATE = partial(
    designating.designate, unit="Red", span=Span(start=TODAY), given=DIRECTOR, assured_on=TODAY - timedelta(1)
)


def test_a_designation_is_the_directors_after_the_cqcs_assurance_recorded_by_a_lead(hub: AHub) -> None:
    made = hub.setting("The Limes", unit("Red", isolation="rooms", places=2), kind="hot_home")
    with hub.refuses(rule="A2"):
        hub.does(partial(DESIGNATE, setting=made))
    with hub.refuses(rule="A2"):
        hub.does(partial(DESIGNATE, setting=made, assured_on=TODAY + timedelta(1)), by=hub.lead)
    with hub.refuses(rule="A2"):
        hub.does(partial(DESIGNATE, setting=made, span=Span(start=TODAY - timedelta(2))), by=hub.lead)
    hub.does(partial(DESIGNATE, setting=made), by=hub.lead)
    view = hub.desk.ask(lambda q: q.setting(made)).units[0]
    assert (view.designated, view.designated_by, view.assured_on) == (
        Span(start=TODAY),
        DIRECTOR,
        TODAY - timedelta(1),
    )
    assert hub.desk.ask(lambda q: q.settings())[0].designated_units == 1
    end = partial(
        designating.end_designation,
        setting=made,
        unit="Red",
        on=TODAY + timedelta(3),
        reason="the last left",
    )
    with hub.refuses(rule="A2"):
        hub.does(end)
    hub.does(end, by=hub.lead)
    assert facts(hub, made).units[0].designated == Span(start=TODAY, end=TODAY + timedelta(3))
    hub.clock.plus(days=3)
    with hub.refuses(says="isn't designated"):
        hub.does(end, by=hub.lead)
    hub.does(partial(settings.amend_unit, setting=made, unit="Red", changes={"isolation": "none"}))


def test_a_unit_that_can_not_isolate_is_not_designated(hub: AHub) -> None:
    home = hub.home()
    with hub.refuses(rule="R1"):
        hub.does(partial(DESIGNATE, setting=home, unit="Main"), by=hub.lead)


def test_a_designation_is_not_slipped_in_with_a_unit(hub: AHub) -> None:
    slipped = Unit(id="Red", isolation="rooms", isolation_places=2, designated=Span(start=TODAY))
    details = SettingDetails(name="The Limes", type="hot_home")
    with hub.refuses(rule="A2"):
        hub.does(partial(settings.register_setting, details=details, units=[slipped]))
    home = hub.home()
    with hub.refuses(rule="A2"):
        hub.does(partial(settings.add_unit, setting=home, unit=slipped))


def test_organisms_that_the_rules_do_not_know_are_refused(hub: AHub) -> None:
    home = hub.home()
    for step in (
        partial(settings.declare_outbreak, setting=home, organism="plague"),
        partial(settings.amend_setting, setting=home, changes={"accepts_organisms": ["plague"]}),
        partial(
            settings.add_unit,
            setting=home,
            unit=Unit(id="C", isolation="cohort", isolation_places=1, cohort_organism="plague"),
        ),
    ):
        with hub.refuses(says="plague"):
            hub.does(step)


def test_an_outbreak_is_declared_assessed_and_over(hub: AHub) -> None:
    home = hub.home()
    assess = partial(settings.record_risk_assessment, setting=home, given=CONSULTANT)
    for step in (assess, partial(settings.end_outbreak, setting=home)):
        with hub.refuses():
            hub.does(step)
    hub.does(partial(settings.declare_outbreak, setting=home, organism="influenza"))
    with hub.refuses():
        hub.does(partial(settings.declare_outbreak, setting=home, organism="influenza"))
    hub.does(assess)
    (outbreak,) = hub.desk.ask(planning.freeze_case).case.settings[0].outbreaks
    assert (outbreak.organism, outbreak.risk_assessed) == ("influenza", True)
    with hub.refuses():
        hub.does(assess)
    hub.does(partial(settings.end_outbreak, setting=home, organism="influenza"))
    assert not facts(hub, home).outbreaks


def test_a_second_outbreak_stands_beside_the_first_and_ends_alone(hub: AHub) -> None:
    """Field case second-outbreak-overwrites-first (N5)."""
    home = hub.home()
    for organism in (COVID, "norovirus"):
        hub.does(partial(settings.declare_outbreak, setting=home, organism=organism))
    hub.does(partial(settings.end_outbreak, setting=home))
    (left,) = facts(hub, home).outbreaks
    assert left.organism == COVID, "the one declared last is over, the other stands"
    hub.does(partial(settings.declare_outbreak, setting=home, organism="norovirus"))
    hub.does(partial(settings.end_outbreak, setting=home, organism=COVID))
    with hub.refuses(says="COVID-19"):
        hub.does(partial(settings.end_outbreak, setting=home, organism=COVID))
    assert [one.organism for one in facts(hub, home).outbreaks] == ["norovirus"]


def test_each_outbreak_needs_its_own_risk_assessment_and_the_case_carries_them_all(hub: AHub) -> None:
    home = hub.home()
    for organism in (COVID, "norovirus"):
        hub.does(partial(settings.declare_outbreak, setting=home, organism=organism))
    assess = partial(settings.record_risk_assessment, setting=home, given=CONSULTANT)
    hub.does(partial(assess, organism=COVID))
    with hub.refuses():
        hub.does(partial(assess, organism=COVID))
    case = hub.desk.ask(planning.freeze_case).case
    assert [(one.organism, one.risk_assessed) for one in case.settings[0].outbreaks] == [
        (COVID, True),
        ("norovirus", False),
    ]
    (row,) = hub.desk.ask(lambda q: q.settings())
    assert [one.organism for one in row.stopping] == ["norovirus"]
    hub.does(partial(assess, organism="norovirus"))
    (row,) = hub.desk.ask(lambda q: q.settings())
    assert not row.stopping


def test_an_assessment_of_an_older_journal_speaks_of_the_outbreak_declared_last(hub: AHub) -> None:
    home = hub.home()

    def as_of_old(_context: Context) -> list[Entry]:
        return [Entry(Kind.RISK_ASSESSED, home, {"note": ""}, Role.COORDINATOR, given=CONSULTANT)]

    for organism in (COVID, "norovirus"):
        hub.does(partial(settings.declare_outbreak, setting=home, organism=organism))
    hub.does(as_of_old)
    assert [(one.organism, one.risk_assessed) for one in facts(hub, home).outbreaks] == [
        (COVID, False),
        ("norovirus", True),
    ]


def test_a_clinician_keeps_no_settings(hub: AHub) -> None:
    with hub.refuses():
        hub.does(
            partial(settings.register_setting, details=SettingDetails(name="Elm", type="care_home")),
            by=hub.clinician,
        )
    leads = hub.person("Odd One", Role.LA_LEAD)
    hub.does(
        partial(settings.register_setting, details=SettingDetails(name="Elm", type="care_home")), by=leads
    )


def test_a_return_keeps_the_trackers_columns(hub: AHub) -> None:
    home = hub.home(vacancies=None)
    report = CapacityReturn(
        reported_at=MONDAY,
        accepting=True,
        max_capacity=30,
        used_beds=28,
        vacancies=2,
        admission_status="Open",
    )
    hub.does(partial(capacity_returns.record_capacity_return, setting=home, report=report, given=MANAGER))
    line = hub.desk.ask(lambda q: q.setting(home)).returns[0]
    assert (line.report, line.given) == (report, MANAGER)
    assert hub.desk.ask(lambda q: q.latest_returns()) == {home: report}
    assert date(2020, 11, 16) == facts(hub, home).units[0].beds[0].free[0].start


# --- a return that contradicts itself -------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "figures", "most", "said"),
    [
        (40, {"max_capacity": 400, "used_beds": 38, "vacancies": 362}, 2, "40 registered beds less 38"),
        (40, {"max_capacity": 40, "used_beds": 40, "vacancies": 5}, 0, "leave 0: taken as 0"),
        (40, {"vacancies": 362}, 40, "it has 40 registered beds: taken as 40"),
        (None, {"max_capacity": 40, "used_beds": 41, "vacancies": 2}, 0, "taken as full"),
        (None, {"max_capacity": 10, "vacancies": 11}, 10, "taken as 10"),
        (40, {"used_beds": 39, "vacancies": 4}, 1, "leave 1: taken as 1"),
        (40, {"max_capacity": 44, "vacancies": 2}, 2, "44 beds, but registered for 40"),
        (40, {"max_capacity": 40, "used_beds": 30, "vacancies": 2}, 2, ""),
    ],
)
def test_a_return_that_contradicts_itself_is_taken_at_the_fewest_beds_and_says_so(
    hub: AHub, registered: int | None, figures: dict[str, int], most: int, said: str
) -> None:
    """Field case vacancies-above-registered, by hand."""
    home = hub.home(vacancies=None, registered_beds=registered)
    hub.reports(home, **figures)
    assert free_now(hub, home) == {"B1": most}
    page = hub.desk.ask(lambda q: q.setting(home))
    assert page.vacancies_unsplit == 0
    assert page.returns[0].report.vacancies == figures["vacancies"], "what was said stays as it was said"
    assert said in " ".join(page.doubts)
    assert bool(page.doubts) == bool(said)
    assert said in page.timeline[0].sentence.replace("44 Beds", "44 beds")


def test_beds_by_group_above_what_was_declared_or_can_be_are_lowered(hub: AHub) -> None:
    two = unit("Main", beds("B1"), beds("B2"))
    home = hub.setting("Elm Lodge", two, vacancies=None, registered_beds=10)

    def by_group(*counts: int) -> tuple[GroupFree, ...]:
        return tuple(
            GroupFree(unit="Main", beds=name, free=(Free(start=TODAY, count=count),))
            for name, count in zip(("B1", "B2"), counts, strict=True)
        )

    hub.reports(home, vacancies=4, free=by_group(3, 2))
    assert free_now(hub, home) == {"B1": 2, "B2": 1}, "which of them has a bed fewer isn't known"
    hub.clock.plus(hours=2)
    hub.reports(home, max_capacity=10, used_beds=10, free=by_group(3, 2))
    assert free_now(hub, home) == {"B1": 0, "B2": 0}
    hub.clock.plus(hours=2)
    hub.reports(home, vacancies=5, free=by_group(3, 2))
    assert free_now(hub, home) == {"B1": 3, "B2": 2}
    assert not hub.desk.ask(lambda q: q.setting(home)).doubts, "mended by the return after it"


def test_a_group_that_a_return_does_not_name_has_no_more_free_than_fits_beside_those_it_names(
    hub: AHub,
) -> None:
    two = unit("Main", beds("A", count=3), beds("B", count=3))
    home = hub.setting("Elm Lodge", two, vacancies=None)
    said = GroupFree(unit="Main", beds="A", free=(Free(start=TODAY, count=2),))
    hub.reports(home, free=(said,))
    assert free_now(hub, home) == {"A": 2, "B": 3}, "nothing says how many are free in all"
    hub.clock.plus(hours=2)
    hub.reports(home, vacancies=3, free=(said,))
    assert free_now(hub, home) == {"A": 2, "B": 1}
    hub.clock.plus(hours=2)
    hub.does(partial(settings.amend_setting, setting=home, changes={"registered_beds": 4}))
    later = Free(start=TODAY + timedelta(2), count=4)
    hub.reports(home, free=(GroupFree(unit="Main", beds="A", free=(later,)),))
    assert free_now(hub, home) == {"A": 0, "B": 0}, "four are free in A from Wednesday on, of four"


def test_beds_that_come_free_later_are_no_contradiction_up_to_what_the_home_has(hub: AHub) -> None:
    home = hub.home(vacancies=None, registered_beds=3)
    later = (
        Free(start=TODAY, end=TODAY + timedelta(2), count=1),
        Free(start=TODAY + timedelta(2), count=9),
    )
    hub.reports(home, vacancies=1, free=(GroupFree(unit="Main", beds="B1", free=later),))
    (group,) = facts(hub, home).units[0].beds
    assert [(span.start, span.count) for span in group.free] == [(TODAY, 1), (TODAY + timedelta(2), 3)]


def test_a_doubtful_return_taken_back_takes_its_doubt_along(hub: AHub) -> None:
    home = hub.home(vacancies=1, registered_beds=40)
    hub.clock.plus(hours=2)
    hub.reports(home, vacancies=300)
    assert hub.desk.ask(lambda q: q.setting(home)).doubts
    hub.does(partial(withdraw_return, setting=home, reason="a slip"))
    assert not hub.desk.ask(lambda q: q.setting(home)).doubts
    assert free_now(hub, home) == {"B1": 1}
