"""Placements watched until they are over: what is recorded after approval and breaks a rule is flagged."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import designating, patients, placements, settings, taking_back
from discharge.actions import hub as the_hub
from discharge.actions.desk import Desk
from discharge.actions.judging import held_against
from discharge.model.errors import UserError
from discharge.model.flags import BEING_LOOKED_AT, Flag, Mend, Severity
from discharge.model.placement import DeclineReason
from discharge.model.setting import Free
from discharge.store.ask import watched
from discharge.store.ask.queries import Queries
from discharge.store.write import tables
from tests.actions import observing
from tests.actions.a_hub import CONSULTANT, COVID, MANAGER, TODAY, AHub, Clock, beds, stay, unit
from tests.asked import flags_of
from tests.examples import seeds

END = TODAY + timedelta(11)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    found = AHub(tmp_path / "hub.discharge")
    yield found
    found.desk.close()


def flags(hub: AHub, placement: str) -> tuple[Flag, ...]:
    return hub.desk.ask(lambda q: flags_of(q, placement))


# --- what happens to the bed (field case: after-approval-bed-changes) -----------------------------------


@pytest.mark.parametrize(
    ("what", "rule", "sentence"),
    [
        ("designation", "R5", "The Limes, unit Red, isn't designated; Pos needs a designated unit."),
        ("organism", "R3", "The Limes can't take someone with COVID-19."),
        ("places", "R2", "The Limes, unit Red, has no isolation place left on Mon 16 Nov."),
    ],
)
def test_an_isolation_bed_that_changes_after_booking_stops_the_departure(
    hub: AHub, what: str, rule: str, sentence: str
) -> None:
    hot = hub.hot_home()
    booked = hub.walk(hub.proposed(hub.positive("Pos"), stay(hot, end=END, in_unit="Red")), "booked")
    assert flags(hub, booked) == ()
    if what == "designation":
        action = partial(designating.end_designation, setting=hot, unit="Red", on=TODAY, reason="CQC")
        hub.does(action, hub.lead)
    elif what == "organism":
        hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": ()}))
    else:
        hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation_places": 0}))
    assert [(flag.rule, flag.sentence, flag.mend) for flag in flags(hub, booked)] == [
        (rule, sentence, Mend.PLAN_AGAIN)
    ]
    with hub.refuses(rule=rule, says=sentence):
        hub.does(partial(placements.depart, placement=booked))


@pytest.mark.parametrize(
    ("changed", "rules"), [({"count": 0}, ["N10"]), ({"room": "shared", "sex": "male"}, ["N6", "C9"])]
)
def test_an_ordinary_bed_that_changes_after_booking_stops_the_departure(
    hub: AHub, changed: dict[str, Any], rules: list[str]
) -> None:
    home = hub.home()
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "booked")
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", **changed)))
    assert [flag.rule for flag in flags(hub, booked)] == rules
    with hub.refuses(rule=rules[0]):
        hub.does(partial(placements.depart, placement=booked))


# --- what happens to the person (field case: after-approval-person-changes) -----------------------------


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"needs": ("hoist",)}, "N1"),
        ({"care": {"level": "nursing", "specialism": "dementia"}}, "N2"),
        ({"sex": "male"}, "N6"),
        ({"pathway": "P2"}, "N3"),
    ],
)
def test_a_person_whose_record_changes_after_booking_stays(
    hub: AHub, changes: dict[str, Any], rule: str
) -> None:
    home = hub.setting("Elm", unit("Main", beds(sex="female")))
    who = hub.negative("Ann")
    booked = hub.walk(hub.proposed(who, stay(home)), "booked")
    hub.does(partial(patients.amend_patient, patient=who, changes=changes))
    assert flags(hub, booked)[0].rule == rule
    with hub.refuses(rule=rule):
        hub.does(partial(placements.depart, placement=booked))


def test_a_flag_goes_once_the_fact_is_mended(hub: AHub) -> None:
    hot = hub.hot_home()
    booked = hub.walk(hub.proposed(hub.positive("Pos"), stay(hot, end=END, in_unit="Red")), "booked")
    hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": ()}))
    assert flags(hub, booked)
    hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": (COVID,)}))
    assert flags(hub, booked) == ()
    hub.does(partial(placements.depart, placement=booked))


def test_a_home_that_goes_by_its_registration_is_watched_like_any_other(hub: AHub) -> None:
    home = hub.home(cqc_id="1-999000001")
    assert home == "1-999000001"
    booked = hub.walk(hub.proposed(hub.negative(), stay(home)), "booked")
    assert flags(hub, booked) == ()
    hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID))
    assert [flag.rule for flag in flags(hub, booked)] == ["N5"]


# --- what others hold -----------------------------------------------------------------------------------


def test_of_two_who_are_booked_for_one_bed_each_flag_names_the_other(hub: AHub) -> None:
    home = hub.home("Nightingale View")
    people = [
        hub.negative(name, born=date(1930 + at, 1, 1)) for at, name in enumerate(("Ada Shah", "Ben Ode"))
    ]
    one, two = (hub.walk(hub.proposed(who, stay(home)), "booked") for who in people)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=1)))
    said = "Nightingale View, unit Main, has no bed left on Mon 16 Nov: {} holds it."
    assert [flag.sentence for flag in flags(hub, one)] == [said.format("Ben Ode")]
    assert [flag.sentence for flag in flags(hub, two)] == [said.format("Ada Shah")]
    hub.does(partial(placements.withdraw, placement=two, reason="One bed fewer"))
    assert flags(hub, one) == ()


def test_whoever_is_in_the_bed_keeps_it_and_whoever_was_to_come_is_flagged(hub: AHub) -> None:
    home = hub.home()
    ada, ben = hub.negative("Ada Shah"), hub.negative("Ben Ode", born=date(1933, 3, 3))
    there = hub.walk(hub.proposed(ada, stay(home)), "arrived")
    coming = hub.walk(hub.proposed(ben, stay(home)), "booked")
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=0)))
    assert flags(hub, there) == ()
    assert [flag.rule for flag in flags(hub, coming)] == ["N10"]


def test_a_home_that_admits_fewer_a_day_is_said_to_whoever_comes_on_that_day(hub: AHub) -> None:
    home = hub.home()
    ada, ben = hub.negative("Ada Shah"), hub.negative("Ben Ode", born=date(1933, 3, 3))
    hub.walk(hub.proposed(ada, stay(home)), "arrived")
    coming = hub.walk(hub.proposed(ben, stay(home)), "told")
    hub.does(partial(settings.amend_setting, setting=home, changes={"max_admissions_per_day": 1}))
    assert [(flag.rule, flag.sentence) for flag in flags(hub, coming)] == [
        ("N6", "Elm Lodge takes 1 a day; Ada Shah also comes on Mon 16 Nov.")
    ]


def test_what_is_proposed_is_held_against_what_is_approved_and_not_against_other_proposals(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds(count=2)))
    ada, ben = hub.negative("Ada Shah"), hub.negative("Ben Ode", born=date(1933, 3, 3))
    one, two = hub.proposed(ada, stay(home)), hub.proposed(ben, stay(home))
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=1)))
    assert flags(hub, one) == flags(hub, two) == ()
    hub.walk(one, "approved")
    assert [flag.rule for flag in flags(hub, two)] == ["N10"]
    with hub.refuses(rule="N10"):
        hub.does(partial(placements.approve, placement=two), hub.lead)


def test_a_decline_that_is_taken_back_makes_the_flags_again(hub: AHub) -> None:
    home = hub.home()
    ada, ben = hub.negative("Ada Shah"), hub.negative("Ben Ode", born=date(1933, 3, 3))
    one, two = (hub.walk(hub.proposed(who, stay(home)), "told") for who in (ada, ben))
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=1)))
    decline = partial(placements.decline, placement=one, code=DeclineReason.STAFFING, given=MANAGER)
    hub.does(decline)
    assert flags(hub, two) == ()
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=2)))
    hub.does(partial(taking_back.take_back_step, placement=one, reason="The wrong one"))
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", count=1)))
    assert [flag.rule for flag in flags(hub, two)] == ["N10"]


def test_a_return_that_is_taken_back_clears_the_flags_that_it_made(hub: AHub) -> None:
    home = hub.home()
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "booked")
    hub.reports(home, hours_ago=0, vacancies=0)
    assert [flag.rule for flag in flags(hub, booked)] == ["N10"]
    hub.does(partial(taking_back.withdraw_return, setting=home, reason="Another home's"))
    assert flags(hub, booked) == ()


def test_somebody_elses_isolation_that_goes_on_takes_the_place_of_whoever_was_to_come(hub: AHub) -> None:
    hot = hub.hot_home(places=1)
    there = hub.positive("Ada Shah", days_ago=10)
    hub.walk(hub.proposed(there, stay(hot, in_unit="Red", end=TODAY + timedelta(4))), "arrived")
    begins = TODAY + timedelta(4)
    coming = hub.positive("Ben Ode", days_ago=2, born=date(1933, 3, 3))
    chosen = stay(hot, in_unit="Red", start=begins, end=TODAY + timedelta(12))
    approved = hub.walk(hub.proposed(coming, chosen), "approved")
    assert flags(hub, approved) == ()
    longer = partial(
        observing.record_clearance,
        patient=there,
        organism=COVID,
        isolate_until=TODAY + timedelta(8),
        given=CONSULTANT,
    )
    hub.does(longer, hub.clinician)
    # whoever isolates for longer than was planned holds bed and place until then
    assert "R2" in {flag.rule for flag in flags(hub, approved)}
    hub.clock.plus(days=4)
    assert "R2" in {flag.rule for flag in flags(hub, approved)}


def test_whoever_was_to_stay_together_is_named_and_parting_them_clears_it(hub: AHub) -> None:
    home = hub.home()
    ada = hub.negative("Ada Shah")
    ben = hub.negative("Ben Ode", born=date(1933, 3, 3), together_with=ada)
    action = partial(
        placements.propose_by_hand, choices={ada: [stay(home)], ben: [stay(home)]}, reason="They are married"
    )
    one, two = hub.does(action).subjects
    hub.walk(one, "approved")
    hub.walk(two, "approved")
    assert flags(hub, one) == flags(hub, two) == ()
    hub.does(partial(placements.withdraw, placement=two, reason="Off"))
    assert [(flag.rule, flag.sentence) for flag in flags(hub, one)] == [
        ("N7", "Ben Ode is to stay together with Ada Shah and isn't placed in the same setting.")
    ]
    hub.does(partial(patients.amend_patient, patient=ben, changes={"together_with": None}))
    assert flags(hub, one) == ()
    hub.does(partial(patients.amend_patient, patient=ada, changes={"together_with": ben}))
    assert [flag.rule for flag in flags(hub, one)] == ["N7"]


# --- the stay to come -----------------------------------------------------------------------------------


def _isolating_with_an_onward_stay(hub: AHub) -> tuple[str, str, str]:
    """Somebody in a hot home who goes on to Elm Lodge; the placement, and both settings."""
    hot, home = hub.hot_home(), hub.home()
    who = hub.positive("Pos")
    stays = [stay(hot, end=END, in_unit="Red"), stay(home, start=END)]
    return hub.walk(hub.proposed(who, *stays), "arrived"), hot, home


def test_a_home_to_come_that_closes_stops_the_offer_and_not_the_stay_they_are_in(hub: AHub) -> None:
    placement, _, home = _isolating_with_an_onward_stay(hub)
    assert flags(hub, placement) == ()
    hub.does(partial(settings.close_admissions, setting=home, reason="Staffing"))
    assert [(flag.rule, flag.mend, flag.stay) for flag in flags(hub, placement)] == [
        ("N5", Mend.PLAN_NEXT, 1)
    ]
    with hub.refuses(rule="N5", says="Elm Lodge is closed to admissions."):
        hub.does(partial(placements.tell, placement=placement, given=MANAGER))


def test_an_isolation_bed_that_is_lost_is_said_of_who_is_in_it_and_doesnt_keep_them_there(hub: AHub) -> None:
    placement, hot, _ = _isolating_with_an_onward_stay(hub)
    hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": ()}))
    assert [(flag.rule, flag.mend, flag.stay) for flag in flags(hub, placement)] == [("R3", Mend.MOVE_OUT, 0)]
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))


# --- time alone -----------------------------------------------------------------------------------------


def test_a_test_that_grows_old_stops_the_departure_to_the_minute(hub: AHub) -> None:
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(hub.home())), "booked")
    specimen = TODAY - timedelta(1)
    hub.clock.now = hub.clock.now.replace(day=specimen.day + 2, hour=12, minute=0)
    assert flags(hub, booked) == ()
    hub.clock.plus(minutes=1)
    assert [(flag.rule, flag.mend) for flag in flags(hub, booked)] == [("C1", Mend.TEST)]


def test_a_capacity_return_that_expires_stops_whoever_isnt_accepted_yet(hub: AHub) -> None:
    home = hub.home()
    told = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "told")
    hub.clock.plus(days=40)
    rules = [flag.rule for flag in flags(hub, told)]
    assert "N8" in rules
    hub.reports(home, vacancies=2)
    assert "N8" not in [flag.rule for flag in flags(hub, told)]


def test_a_return_grown_stale_before_the_home_has_answered_needs_a_person(hub: AHub) -> None:
    home = hub.home()
    told = hub.walk(hub.proposed(hub.positive("Pos"), stay(hub.hot_home(), end=END, in_unit="Red")), "told")
    hub.clock.plus(hours=73)
    assert [(flag.rule, flag.severity, flag.mend) for flag in flags(hub, told)] == [
        ("N8", Severity.PERSON, Mend.PHONE)
    ]
    assert home


def test_a_proposal_whose_day_has_passed_says_so_after_midnight(hub: AHub) -> None:
    waiting = hub.proposed(hub.positive("Pos"), stay(hub.hot_home(), end=END, in_unit="Red"))
    hub.clock.now = hub.clock.now.replace(hour=23, minute=59)
    assert flags(hub, waiting) == ()
    hub.clock.plus(minutes=1)
    assert [flag.sentence for flag in flags(hub, waiting)] == [
        "Its start, Mon 16 Nov, has passed: plan again, or propose a new day by hand."
    ]


def test_somebody_whose_isolation_is_over_isnt_flagged_for_being_where_they_isolated(hub: AHub) -> None:
    placement, _, _ = _isolating_with_an_onward_stay(hub)
    hub.clock.plus(days=12)
    assert not [flag for flag in flags(hub, placement) if flag.stay == 0]


def test_a_clock_set_back_doesnt_show_what_was_found_later(hub: AHub) -> None:
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(hub.home())), "booked")
    hub.clock.plus(days=3)
    hub.desk.look_again()
    assert flags(hub, booked)
    hub.clock.plus(days=-3)
    assert flags(hub, booked) == ()


# --- kept, made anew, never old -------------------------------------------------------------------------


def _kept_alone(desk: Desk, placement: str) -> tuple[Flag, ...]:
    """What is kept of a placement, without asking the verifier."""
    with desk._store.reading() as connection:
        queries = Queries(connection, now=desk.now())
        return flags_of(queries, placement)


def test_what_is_found_is_kept_over_a_restart(hub: AHub) -> None:
    home = hub.home()
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "booked")
    hub.does(partial(settings.close_admissions, setting=home, reason="Staffing"))
    before = flags(hub, booked)
    hub.desk.close()
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    assert _kept_alone(hub.desk, booked) == before == flags(hub, booked)


def test_what_another_window_records_is_seen_in_this_one(hub: AHub) -> None:
    home = hub.home()
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "booked")
    with Desk.open(hub.path, clock=hub.clock) as other:
        action = partial(settings.close_admissions, setting=home, reason="Staffing")
        other.perform(action, by=hub.coordinator)
    assert [flag.rule for flag in flags(hub, booked)] == ["N5"]


def test_tables_made_anew_show_nothing_as_clean_until_it_is_looked_at(hub: AHub) -> None:
    home = hub.home()
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "booked")
    hub.does(partial(settings.close_admissions, setting=home, reason="Staffing"))
    before = flags(hub, booked)
    with hub.desk._store.writing() as connection:
        tables.rebuild(connection)
    assert _kept_alone(hub.desk, booked) == (BEING_LOOKED_AT,)
    assert flags(hub, booked) == before
    assert hub.desk.look_again().placements == 1
    assert _kept_alone(hub.desk, booked) == before


def test_another_rule_set_concerns_everybody_and_old_answers_arent_shown(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the rules of April 2020 nothing is asked of the hour of a test."""
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(hub.home())), "booked")
    hub.clock.plus(hours=40)
    assert [flag.rule for flag in flags(hub, booked)] == ["C1"]
    action = partial(the_hub.choose_rule_set, rule_set="england-2020-04-15", reason="To see")
    hub.does(action, hub.admin)
    assert flags(hub, booked) == ()
    monkeypatch.setattr(watched, "AT_ONCE", 0)
    hub.does(partial(the_hub.choose_rule_set, rule_set="england-2020-10-13", reason="Back"), hub.admin)
    assert flags(hub, booked) == (BEING_LOOKED_AT,)
    assert hub.desk.ask(lambda q: q.moves())[0].flags == (BEING_LOOKED_AT,)
    hub.desk.look_again()
    assert [flag.rule for flag in flags(hub, booked)] == ["C1"]


def test_a_bug_in_reading_the_rules_keeps_no_fact_out_of_the_record_and_lets_nobody_leave(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = hub.negative("Ann")
    booked = hub.walk(hub.proposed(who, stay(hub.home())), "booked")

    def fails(*_arguments: object, **_more: object) -> object:
        raise RuntimeError("Ann")

    with monkeypatch.context() as broken:
        broken.setattr("discharge.matching.verify.watching.speaks_against", fails)
        before = hub.desk.ask(lambda q: q.head())
        hub.tested(who, "positive", hours_ago=2)
        assert hub.desk.ask(lambda q: q.head()) == before + 1
        assert flags(hub, booked) == (BEING_LOOKED_AT,)
        assert hub.desk.look_again().placements == 1
        assert not hub.desk.look_again().placements
        with pytest.raises((RuntimeError, UserError)):
            hub.does(partial(placements.depart, placement=booked))
    assert flags(hub, booked) == (BEING_LOOKED_AT,)
    hub.clock.plus(minutes=11)
    hub.desk.look_again()
    assert "R5" in [flag.rule for flag in flags(hub, booked)]


def test_in_summer_too_what_is_kept_holds_to_midnight_in_london(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "summer.discharge", Clock(datetime(2021, 7, 5, 8, tzinfo=UTC)))
    home = hub.setting("Elm", unit("Main", beds(free=(Free(start=date(2021, 7, 1), count=2),))))
    who = hub.negative("Ann", ready_on=date(2021, 7, 5))
    waiting = hub.proposed(who, stay(home, start=date(2021, 7, 5)))
    hub.clock.now = datetime(2021, 7, 5, 22, 59, tzinfo=UTC)
    assert _kept_alone(hub.desk, waiting) == ()
    hub.clock.plus(minutes=1)
    assert _kept_alone(hub.desk, waiting) == (BEING_LOOKED_AT,)
    assert "has passed" in flags(hub, waiting)[0].sentence
    hub.desk.close()


# --- only who is concerned is looked at, and all of them ------------------------------------------------


def _some(hub: AHub, chance: random.Random, people: list[str], homes: list[str]) -> object:
    """One fact of many, about anybody and anywhere."""
    who, home = chance.choice(people), chance.choice(homes)
    active = [row.id for row in hub.desk.ask(lambda q: q.moves())]
    placement = chance.choice(active) if active else ""
    where = hub.desk.ask(lambda q: q.setting_facts(home)).units[0]
    ago, mate = chance.randint(1, 30), chance.choice([None, *people])
    facts: list[Callable[[], object]] = [
        lambda: hub.tested(who, chance.choice(("positive", "negative", "pending")), hours_ago=ago),
        lambda: hub.tested(who, "positive", organism="influenza", hours_ago=ago),
        lambda: hub.does(partial(patients.amend_patient, patient=who, changes={"together_with": mate})),
        lambda: hub.does(
            partial(patients.amend_patient, patient=who, changes={"needs": chance.choice([(), ("hoist",)])})
        ),
        lambda: hub.does_saying_why(
            partial(
                observing.record_clearance,
                patient=who,
                organism=COVID,
                isolate_until=TODAY + timedelta(chance.randint(1, 20)),
                given=CONSULTANT,
            ),
            hub.clinician,
        ),
        lambda: hub.does(
            partial(
                settings.set_beds, setting=home, unit=where.id, beds=beds("B1", count=chance.randint(0, 3))
            )
        ),
        lambda: hub.does(
            partial(
                settings.amend_setting,
                setting=home,
                changes={"max_admissions_per_day": chance.choice([None, 1, 2])},
            )
        ),
        lambda: hub.does(partial(settings.declare_outbreak, setting=home, organism="norovirus")),
        lambda: hub.does(partial(settings.end_outbreak, setting=home, organism="norovirus")),
        lambda: hub.does(partial(settings.close_admissions, setting=home, reason="Staffing")),
        lambda: hub.does(partial(settings.open_admissions, setting=home)),
        lambda: hub.reports(home, hours_ago=0, vacancies=chance.randint(0, 3)),
        lambda: hub.does(partial(placements.withdraw, placement=placement, reason="Off")),
        lambda: hub.does(partial(placements.approve, placement=placement), hub.lead),
        lambda: hub.walk(placement, chance.choice(("told", "accepted", "booked", "departed", "arrived"))),
        lambda: hub.proposed(who, stay(home, in_unit=where.id)),
        lambda: hub.proposed(who, stay(home, in_unit=where.id, end=END)),
        lambda: hub.does(partial(taking_back.take_back_step, placement=placement, reason="Wrong")),
        lambda: hub.clock.plus(minutes=chance.randint(1, 300)),
    ]
    return chance.choice(facts)()


@seeds(2)
def test_whatever_is_recorded_what_is_kept_is_what_the_verifier_says_now(hub: AHub, seed: int) -> None:
    chance = random.Random(seed)
    names = ("Abel Moss", "Bea Quill", "Cy Thorne", "Dot Umber", "Eve Vance", "Fay Wick")
    people = [hub.negative(name, born=date(1930 + at, 5, 5)) for at, name in enumerate(names[:4])]
    people += [hub.positive(name, born=date(1940 + at, 7, 7)) for at, name in enumerate(names[4:])]
    homes = [hub.home("Elm"), hub.home("Oak"), hub.hot_home("Ash")]
    for who in people:
        home = chance.choice(homes[:2]) if who in people[:4] else homes[2]
        chosen = stay(home) if who in people[:4] else stay(home, in_unit="Red", end=END)
        try:
            hub.proposed(who, chosen)
        except UserError:
            continue
    for _ in range(40):
        try:
            _some(hub, chance, people, homes)
        except (UserError, AssertionError, ValueError):
            continue

        def compare(queries: Queries) -> list[tuple[str, object, object]]:
            placed = [queries.placed(row.id) for row in queries.moves()]
            return [
                (one.id, flags_of(queries, one.id), found)
                for one in placed
                if flags_of(queries, one.id) != (found := held_against(queries, one).flags)
            ]

        assert hub.desk.ask(compare) == []
