"""What happened is recorded whatever the rules say; late results find whom they concern; no task is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions import infections, left_behind, passing_on, patients, placements
from discharge.actions.context import Answered
from discharge.actions.hub import amend_hub
from discharge.actions.placements import gone_after, happened
from discharge.model.errors import Asked
from discharge.model.flags import Mend
from discharge.model.happening import Happening
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import DeclineReason, EndOutcome, Transport
from discharge.model.setting import Free
from discharge.model.setting_record import GroupFree
from discharge.model.shown.facts import HappenedLine, NewsLine
from discharge.model.shown.today import Need, TodayLine, When
from discharge.model.travel import CrewPpe, TransportMode
from tests.actions import observing
from tests.actions.a_hub import COVID, MANAGER, TODAY, AHub, beds, stay, unit
from tests.asked import facts_of, flags_of


def one_stay(hub: AHub, state: str = "proposed", **home: Any) -> tuple[str, str, str]:
    who, there = hub.negative(), hub.home(phone="020 7946 0009", **home)
    return who, there, hub.walk(hub.proposed(who, stay(there)), state)


def today(hub: AHub, need: Need) -> list[TodayLine]:
    return [line for line in hub.desk.ask(lambda q: q.today_lines()) if line.need is need]


def facts(hub: AHub) -> tuple[HappenedLine, ...]:
    return hub.desk.ask(facts_of)


def news(hub: AHub) -> dict[str, NewsLine]:
    return {line.whom: line for line in hub.desk.ask(lambda q: q.news())}


# --- a result that comes late -------------------------------------------------------------------------


def settled(hub: AHub) -> tuple[str, str]:
    who, home, placement = one_stay(hub, "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    return who, home


def arrived(hub: AHub) -> tuple[str, str]:
    who, home, _ = one_stay(hub, "arrived")
    return who, home


@pytest.mark.parametrize("where", [settled, arrived])
def test_whoever_turns_positive_after_leaving_is_urgent_now_with_the_homes_number(
    hub: AHub, where: Callable[[AHub], tuple[str, str]]
) -> None:
    who, home = where(hub)
    assert news(hub) == {}
    hub.tested(who, "positive", hours_ago=3)
    found = news(hub)
    assert set(found) == {f"setting:{home}", "ward"}
    line = next(each for each in today(hub, Need.NEWS) if "Elm Lodge" in each.sentence)
    assert (line.when, line.phone) == (When.NOW, "020 7946 0009")
    assert "positive" in line.sentence
    for whom in found:
        hub.does(partial(passing_on.pass_on, patient=who, whom=whom, given=MANAGER))
    assert news(hub) == {}
    with hub.refuses(says="already"):
        hub.does(partial(passing_on.pass_on, patient=who, whom="ward", given=MANAGER))


@pytest.mark.parametrize(
    ("results", "tells"),
    [
        ([("cpe", "positive", 30)], "CPE: positive"),
        ([(COVID, "positive", 40), (COVID, "negative", 3)], "COVID-19: positive"),
        ([(COVID, "positive", 40), (COVID, "pending", 3)], "COVID-19: positive"),
    ],
    ids=["taken before the negative of another", "before a later negative", "while another is awaited"],
)
def test_what_is_positive_is_told_before_all_else_whenever_it_was_taken(
    hub: AHub, results: list[tuple[str, str, int]], tells: str
) -> None:
    who, _ = settled(hub)
    for organism, result, hours_ago in results:
        hub.tested(who, result, hours_ago=hours_ago, organism=organism)
    assert {line.sentence.endswith(f", {tells}") for line in today(hub, Need.NEWS)} == {True}
    for line in news(hub).values():
        assert "COVID-19: negative" in line.says or "awaited" in line.says, "and the rest after it"


def test_a_correction_is_passed_on_to_all_who_heard_the_wrong_result(hub: AHub) -> None:
    who, home = settled(hub)
    hub.tested(who, "positive", hours_ago=3)
    for whom in news(hub):
        hub.does(partial(passing_on.pass_on, patient=who, whom=whom, given=MANAGER))
    wrong = hub.desk.ask(lambda q: q.patient(who)).observations[0]
    assert wrong.observation.kind == "test"
    hub.does(
        partial(
            infections.correct_observation,
            observation_id=wrong.id,
            observation=wrong.observation.model_copy(update={"result": "negative"}),
            reason="the lab mixed up two specimens",
        )
    )
    assert set(news(hub)) == {f"setting:{home}", "ward"}
    assert all(line.urgent for line in news(hub).values())


def test_a_routine_negative_of_somebody_who_has_arrived_is_for_today_and_the_home_alone(hub: AHub) -> None:
    who, home = arrived(hub)
    hub.tested(who, "negative", hours_ago=3)
    (line,) = today(hub, Need.NEWS)
    assert line.when is When.TODAY
    assert set(news(hub)) == {f"setting:{home}"}


def test_whoever_shared_the_unit_at_the_time_is_named(hub: AHub) -> None:
    home = hub.home(phone="020 7946 0009")
    ann, ben = hub.negative("Ann Vale"), hub.negative("Ben Ode")
    for who in (ann, ben):
        hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.clock.plus(days=3)
    hub.tested(ann, "positive", hours_ago=20)
    found = news(hub)
    assert set(found) == {f"setting:{home}", "ward", f"contact:{ben}"}
    assert "Ben Ode" in found[f"contact:{ben}"].why


def test_whoever_left_the_unit_before_is_no_contact(hub: AHub) -> None:
    home = hub.home()
    ann, ben = hub.negative("Ann Vale"), hub.negative("Ben Ode")
    for who in (ann, ben):
        placement = hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.WENT_HOME))
    hub.clock.plus(days=9)
    hub.tested(ann, "positive", hours_ago=20)
    assert f"contact:{ben}" not in news(hub)


def test_a_result_of_somebody_who_left_the_list_without_a_place_goes_to_the_ward(hub: AHub) -> None:
    who = hub.negative(hospital="RF4QH", ward="Ash")
    hub.does(partial(patients.leave, patient=who, reason=LeaveReason.WENT_HOME))
    hub.tested(who, "positive", hours_ago=3)
    assert "RF4QH, Ash" in news(hub)["ward"].label


def test_what_was_shown_must_still_be_what_the_record_says(hub: AHub) -> None:
    who, home = settled(hub)
    hub.tested(who, "positive", hours_ago=3)
    with hub.refuses(rule="C5"):
        hub.does(
            partial(
                passing_on.pass_on, patient=who, whom=f"setting:{home}", given=MANAGER, says="all is well"
            )
        )


# --- what was told ------------------------------------------------------------------------------------


def test_what_is_told_is_never_typed(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "approved")
    with hub.refuses(rule="C5", says="What is told is what the record says"):
        hub.does(partial(placements.tell, placement=placement, given=MANAGER, result="banana"))
    who = hub.desk.ask(lambda q: q.placed(placement)).patient
    says = hub.desk.ask(lambda q: q.to_tell(who)).says
    assert "negative" in says
    hub.does(partial(placements.tell, placement=placement, given=MANAGER, result=says))
    assert hub.desk.ask(lambda q: q.placed(placement)).current.view.told_result == says


@pytest.mark.parametrize("state", ["told", "accepted", "booked"])
def test_symptoms_bring_an_offer_back_to_where_the_home_must_be_told_and_asked(hub: AHub, state: str) -> None:
    who, _, placement = one_stay(hub, state)
    hub.does(partial(observing.record_symptoms, patient=who, organism="influenza", onset_on=TODAY))
    assert hub.state(placement) == "approved"
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    assert row.current.told_again
    assert hub.desk.ask(lambda q: q.patients())[0].placement_state == "approved"
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.book, placement=placement, transport=hub.transport()))


# --- facts of the world (A5) --------------------------------------------------------------------------

LEAVING: dict[str, tuple[Happening, str]] = {
    "proposed": (Happening.LEFT_WITHOUT_US, "A1"),
    "approved": (Happening.LEFT_UNTOLD, "C5"),
    "told": (Happening.LEFT_ALL_THE_SAME, "A2"),
    "accepted": (Happening.LEFT_ALL_THE_SAME, ""),
}


@pytest.mark.parametrize("state", LEAVING)
def test_a_departure_is_recorded_from_every_state_with_the_rule_that_it_broke(hub: AHub, state: str) -> None:
    _, _, placement = one_stay(hub, state)
    fact, rule = LEAVING[state]
    hub.does(partial(happened.left, placement=placement, reason="the ward needed the bed"))
    (line,) = facts(hub)
    assert fact in line.facts
    assert rule in {each.rule for each in line.against}
    assert hub.state(placement) == "departed"
    hub.does(partial(placements.arrive, placement=placement))


def test_somebody_who_left_with_a_result_that_had_run_out_left_without_a_result(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "booked")
    hub.clock.plus(hours=30)
    with hub.refuses():
        hub.does(partial(placements.depart, placement=placement))
    hub.does(partial(happened.left, placement=placement, reason="nobody looked"))
    assert Happening.LEFT_WITHOUT_RESULT in facts(hub)[0].facts


def test_where_nothing_speaks_against_it_the_usual_step_is_the_way(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "booked")
    with hub.refuses(says="as usual"):
        hub.does(partial(happened.left, placement=placement, reason="they left"))


def test_an_untold_home_is_to_be_told_at_once_after_they_left(hub: AHub) -> None:
    _, home, placement = one_stay(hub, "approved")
    hub.does(partial(happened.left, placement=placement, reason="the ward needed the bed"))
    line = news(hub)[f"setting:{home}"]
    assert line.urgent


def test_it_goes_to_the_lead_who_approved_with_a_clock_and_is_theirs_alone_to_close(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "approved")
    hub.does(partial(happened.left, placement=placement, reason="the ward needed the bed"))
    (line,) = facts(hub)
    assert (line.assigned_name, line.due_at - hub.clock.now) == ("Lee Lead", timedelta(hours=4))
    (shown,) = today(hub, Need.HAPPENED)
    assert (shown.when, shown.assigned) == (When.NOW, hub.lead.id)
    deal = partial(gone_after.deal_with, fact=line.id, words="Rang the ward sister; the home has it now.")
    with hub.refuses(rule="A5"):
        hub.does(deal)
    hub.does(deal, by=hub.lead)
    assert today(hub, Need.HAPPENED) == []
    assert facts(hub)[0].dealt_at is not None
    with hub.refuses(says="already"):
        hub.does(deal, by=hub.lead)


def test_the_hub_says_to_whom_and_within_how_many_hours(hub: AHub) -> None:
    changes = {"escalate_to": hub.clinician.id, "escalation_hours": 2}
    hub.does(partial(amend_hub, changes=changes), by=hub.admin)
    _, _, placement = one_stay(hub, "approved")
    hub.does(partial(happened.left, placement=placement, reason="the ward needed the bed"))
    (line,) = facts(hub)
    assert (line.assigned_name, line.due_at - hub.clock.now) == ("Kit Clinician", timedelta(hours=2))
    hub.does(partial(gone_after.hand_over, fact=line.id, to=hub.lead.id, reason="on leave"), by=hub.clinician)
    assert facts(hub)[0].assigned_name == "Lee Lead"


def test_they_left_without_us_from_the_list_and_what_was_on_its_way_is_withdrawn(hub: AHub) -> None:
    who, _, placement = one_stay(hub, "booked")
    action = partial(
        happened.left_without_us, patient=who, reason="their son fetched them", elsewhere="a home in Leeds"
    )
    hub.does(action)
    assert hub.state(placement) == "withdrawn"
    assert hub.desk.ask(lambda q: q.patient(who)).row.leave_reason == "left_without_us"
    assert {line.about.split("-")[0] for line in today(hub, Need.LEFT_BEHIND)} == {"K"}
    hub.tested(who, "positive", hours_ago=3)
    assert "elsewhere:a home in Leeds" in news(hub)


def test_whoever_left_without_us_and_without_a_result_is_counted_as_both(hub: AHub) -> None:
    """A5: the home that they went to has somebody of whom nothing is known."""
    home, untested, tested = hub.home("Oak House"), hub.patient(), hub.negative()
    for who in (untested, tested):
        hub.does(partial(happened.left_without_us, patient=who, setting=home, reason="their son drove them"))
    found = {line.patient: line for line in facts(hub)}
    assert found[untested].facts == (Happening.LEFT_WITHOUT_US, Happening.LEFT_WITHOUT_RESULT)
    assert [each.rule for each in found[untested].against] == ["A1", "C1"]
    assert found[tested].facts == (Happening.LEFT_WITHOUT_US,)


def free_in(hub: AHub, setting: str) -> tuple[int, int]:
    """Beds free tonight in a setting: as its row shows them, and in the case that a plan is made of."""
    shown = next(row.beds_left for row in hub.desk.ask(lambda q: q.settings()) if row.id == setting)
    case = hub.desk.ask(lambda q: q.freeze()).case
    there = next(each for each in case.settings if each.id == setting)
    free = [span for unit in there.units for beds in unit.beds for span in beds.free]
    return shown, sum(span.count for span in free if span.covers(TODAY))


def said(**counts: int) -> tuple[GroupFree, ...]:
    """What is free of each group of the unit Main, as a return says it."""
    return tuple(
        GroupFree(unit="Main", beds=name, free=(Free(start=TODAY, count=count),))
        for name, count in counts.items()
    )


def test_whoever_went_to_a_home_without_us_takes_a_bed_of_each_group_until_its_figures_are_newer(
    hub: AHub,
) -> None:
    home = hub.setting("Oak House", unit("Main", beds("A", count=2), beds("B", count=1)), vacancies=None)
    hub.reports(home, vacancies=3, free=said(A=2, B=1))
    who = hub.patient()
    assert free_in(hub, home) == (3, 3)
    hub.does(partial(happened.left_without_us, patient=who, setting=home, reason="their son drove them"))
    assert free_in(hub, home) == (1, 1)
    hold = hub.desk.ask(lambda q: q.setting(home)).units[0].beds[1].holds[0]
    assert (hold.by_themselves, hold.placement, hold.patient) == (True, None, who)
    hub.reports(home, hours_ago=3, vacancies=3, free=said(A=2, B=1))
    assert free_in(hub, home) == (1, 1)
    hub.clock.plus(hours=1)
    hub.reports(home, hours_ago=0, vacancies=2, free=said(A=1, B=1))
    assert free_in(hub, home) == (2, 2)


def test_whoever_is_taken_back_on_the_list_holds_no_bed_where_they_are_not(hub: AHub) -> None:
    home, who = hub.home("Oak House"), hub.patient()
    hub.does(partial(happened.left_without_us, patient=who, setting=home, reason="their son drove them"))
    assert free_in(hub, home) == (1, 1)
    hub.does(partial(patients.take_back, patient=who, note="it was somebody else"))
    assert free_in(hub, home) == (2, 2)


def test_whoever_arrived_in_another_home_takes_a_bed_there(hub: AHub) -> None:
    _, first, placement = one_stay(hub, "departed")
    other, before = hub.home("Oak House"), free_in(hub, first)
    hub.does(partial(happened.arrived_elsewhere, placement=placement, setting=other, reason="the crew"))
    assert free_in(hub, other) == (1, 1)
    assert free_in(hub, first) > before


@pytest.mark.parametrize("state", ["booked", "departed"])
def test_they_arrived_somewhere_else(hub: AHub, state: str) -> None:
    who, _, placement = one_stay(hub, state)
    other = hub.home("Oak House")
    hub.does(
        partial(happened.arrived_elsewhere, placement=placement, setting=other, reason="the crew was misled")
    )
    assert hub.state(placement) == "ended"
    assert facts(hub)[0].setting_name == "Oak House"
    assert any("Tell Elm Lodge" in line.sentence for line in today(hub, Need.LEFT_BEHIND))
    hub.tested(who, "positive", hours_ago=3)
    assert f"setting:{other}" in news(hub)


def test_who_arrived_elsewhere_unapproved_and_without_a_result_is_marked_as_all_three(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "proposed")
    hub.clock.plus(hours=60)
    action = partial(happened.arrived_elsewhere, placement=placement, elsewhere="a home in Leeds")
    hub.does(partial(action, reason="the ward sent them"))
    (found,) = facts(hub)
    assert found.facts == (
        Happening.ARRIVED_ELSEWHERE, Happening.LEFT_WITHOUT_US, Happening.LEFT_WITHOUT_RESULT,
    )  # fmt: skip
    assert [each.rule for each in found.against] == ["A1", "C1"]
    assert found.against[0].sentence.startswith("No LA lead")


def test_a_home_that_takes_back_its_yes_on_the_doorstep_is_not_offered_them_again(hub: AHub) -> None:
    who, home, placement = one_stay(hub, "departed")
    hub.does(
        partial(
            happened.turned_away, placement=placement, reason="two carers ill", code=DeclineReason.STAFFING
        )
    )
    assert hub.desk.ask(lambda q: q.declined_by(who)) == {home: "staffing"}
    assert hub.desk.ask(lambda q: q.patient(who)).row.state == "waiting"
    assert today(hub, Need.LEFT_BEHIND) == []


@pytest.mark.parametrize("state", ["departed", "arrived"])
def test_they_were_readmitted_and_are_on_the_list_again(hub: AHub, state: str) -> None:
    who, _, placement = one_stay(hub, state)
    hub.does(partial(happened.readmitted, placement=placement, reason="breathless"))
    assert hub.state(placement) == "ended"
    assert hub.desk.ask(lambda q: q.patient(who)).row.state == "waiting"


@pytest.mark.parametrize("state", ["proposed", "approved", "told", "booked", "departed", "arrived"])
def test_a_death_is_recorded_from_every_state(hub: AHub, state: str) -> None:
    who, _, _ = one_stay(hub, state)
    hub.does(partial(happened.died, patient=who))
    assert hub.desk.ask(lambda q: q.patient(who)).row.leave_reason == "died"
    left = sorted(line.sentence.split()[0] for line in today(hub, Need.LEFT_BEHIND))
    assert left == {"told": ["Tell"], "booked": ["Cancel", "Tell"], "departed": ["Tell"]}.get(state, [])


def test_a_death_after_they_settled_is_recorded(hub: AHub) -> None:
    who, _ = settled(hub)
    hub.does(partial(happened.died, patient=who))
    assert hub.desk.ask(lambda q: q.patient(who)).row.leave_reason == "died"


def test_facts_are_counted_by_hospital_and_home(hub: AHub) -> None:
    for name in ("Ada Shah", "Ben Ode"):
        who = hub.negative(name, hospital="RF4QH")
        home = hub.home(f"Home of {name[:3]}")
        placement = hub.walk(hub.proposed(who, stay(home)), "approved")
        hub.does(partial(happened.left, placement=placement, reason="the ward needed the bed"))
    counts = hub.desk.ask(lambda q: q.fact_counts())
    assert {(one.hospital, one.setting_name, one.fact, one.count, one.open) for one in counts} == {
        ("RF4QH", "Home of Ada", Happening.LEFT_UNTOLD, 1, 1),
        ("RF4QH", "Home of Ben", Happening.LEFT_UNTOLD, 1, 1),
    }


def test_anybody_of_the_ward_or_authority_may_record_it_but_the_administrator_alone_may_not(
    hub: AHub,
) -> None:
    _, _, placement = one_stay(hub, "approved")
    with hub.refuses():
        hub.does(partial(happened.left, placement=placement, reason="it happened"), by=hub.admin)
    hub.does(partial(happened.left, placement=placement, reason="it happened"), by=hub.clinician)


# --- what is left behind ------------------------------------------------------------------------------


def test_a_withdrawal_with_transport_booked_leaves_the_car_and_the_home_until_ticked(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "booked")
    hub.does(partial(placements.withdraw, placement=placement, reason="unwell again"))
    lines = today(hub, Need.LEFT_BEHIND)
    assert [line.sentence.split(":")[0] for line in lines] == [
        "Cancel Ben Ode's transport to Elm Lodge", "Tell Elm Lodge that Ben Ode isn't coming",
    ]  # fmt: skip
    for line in lines:
        hub.does(partial(left_behind.tick, task=line.about, given=MANAGER))
    assert today(hub, Need.LEFT_BEHIND) == []
    with hub.refuses(says="done already"):
        hub.does(partial(left_behind.tick, task=lines[0].about))


def test_a_decline_leaves_the_car_alone_and_its_undoing_takes_the_task_back(hub: AHub) -> None:
    from discharge.actions.taking_back import take_back_step

    _, _, placement = one_stay(hub, "booked")
    decline = partial(placements.decline, placement=placement, code=DeclineReason.NO_BED, given=MANAGER)
    hub.does(decline)
    (line,) = today(hub, Need.LEFT_BEHIND)
    assert line.sentence.startswith("Cancel")
    hub.does(partial(take_back_step, placement=placement, reason="misheard"))
    assert today(hub, Need.LEFT_BEHIND) == []
    hub.does(decline)
    (line,) = today(hub, Need.LEFT_BEHIND)
    hub.does(partial(left_behind.tick, task=line.about))
    with hub.refuses(says="has been done since"):
        hub.does(partial(take_back_step, placement=placement, reason="misheard"))


def test_another_crew_leaves_the_first_to_be_cancelled(hub: AHub) -> None:
    _, _, placement = one_stay(hub, "accepted")
    first = hub.transport().model_copy(update={"provider": "Swift Cars"})
    hub.does(partial(placements.book, placement=placement, transport=first))
    hub.does(partial(placements.book, placement=placement, transport=first))
    assert today(hub, Need.LEFT_BEHIND) == []
    other = first.model_copy(update={"provider": "Care Wheels"})
    hub.does(partial(placements.book, placement=placement, transport=other))
    (line,) = today(hub, Need.LEFT_BEHIND)
    assert "Swift Cars" in line.sentence


# --- kept ---------------------------------------------------------------------------------------------


def test_all_of_it_is_there_when_the_hub_is_opened_again_and_follows_from_the_journal(hub: AHub) -> None:
    who, _, placement = one_stay(hub, "booked")
    hub.does(partial(placements.withdraw, placement=placement, reason="unwell again"))
    hub.does(
        partial(happened.left_without_us, patient=who, reason="fetched", elsewhere="her daughter's home")
    )
    hub.tested(who, "positive", hours_ago=1)
    before = (facts(hub), news(hub), today(hub, Need.LEFT_BEHIND))
    assert hub.desk.verify().is_intact
    hub.desk.close()
    again = AHub.__new__(AHub)
    again.clock, again.path = hub.clock, hub.path
    from discharge.actions.desk import Desk

    again.desk = hub.desk = Desk.open(hub.path, clock=hub.clock)
    assert (facts(again), news(again), today(again, Need.LEFT_BEHIND)) == before


# --- the journey (a local table of the rule set) --------------------------------------------------------


def isolating(hub: AHub) -> str:
    """Somebody positive, accepted by a hot home."""
    who, hot = hub.positive(), hub.hot_home()
    end = TODAY + timedelta(11)
    home = hub.home("Oak House")
    proposed = hub.proposed(who, stay(hot, end=end, in_unit="Red"), stay(home, start=end))
    return hub.walk(proposed, "accepted")


def journey(hub: AHub, mode: TransportMode, ppe: CrewPpe) -> Transport:
    return hub.transport().model_copy(update={"mode": mode, "ppe": ppe})


def test_a_confirmed_positive_never_goes_in_a_family_car_without_protection(hub: AHub) -> None:
    placement = isolating(hub)
    for ppe in (CrewPpe.NONE_NEEDED, CrewPpe.MASK):
        for mode in TransportMode:
            with hub.refuses(rule="I2", says="wears at least"):
                hub.does(partial(placements.book, placement=placement, transport=journey(hub, mode, ppe)))
    hub.does(
        partial(
            placements.book,
            placement=placement,
            transport=journey(hub, TransportMode.AMBULANCE_SEATED, CrewPpe.DROPLET),
        )
    )


def test_a_confirmed_positive_in_a_family_car_with_protection_needs_a_reason(hub: AHub) -> None:
    placement = isolating(hub)
    book = partial(
        placements.book,
        placement=placement,
        transport=journey(hub, TransportMode.OWN_CAR, CrewPpe.AIRBORNE),
    )
    with pytest.raises(Asked, match="needs a reason") as question:
        hub.does(book)
    hub.does(Answered(book, {question.value.key: "their son lives with them and isolates too"}))
    assert hub.state(placement) == "booked"


def test_whoever_turns_positive_after_booking_does_not_travel_as_booked(hub: AHub) -> None:
    who, _, placement = one_stay(hub, "accepted")
    mask = journey(hub, TransportMode.OWN_CAR, CrewPpe.MASK)
    hub.does(partial(placements.book, placement=placement, transport=mask))
    hub.tested(who, "positive", hours_ago=3)
    flags = hub.desk.ask(lambda q: q.placement(placement)).row.flags
    assert any(flag.rule == "I2" and "wears at least" in flag.sentence for flag in flags)


def test_the_table_is_the_hubs_to_settle(hub: AHub) -> None:
    rules = hub.desk.ask(lambda q: q.rules())
    for level in ("confirmed", "suspected", "own_room", "open"):
        for key in ("ppe", "modes", "with_reason"):
            source = rules.sources[f"transport.{level}.{key}"]
            assert source.local
            assert source.source


def test_a_release_before_the_end_by_the_rules_needs_its_reason(hub: AHub) -> None:
    placement = hub.walk(isolating(hub), "arrived")
    early = partial(placements.release, placement=placement, organism="sars-cov-2", on=TODAY)
    with pytest.raises(Asked, match="By the rules the isolation ends Fri 27 Nov"):
        hub.does(early, by=hub.clinician)
    hub.does(partial(early, reason="two negative tests, and well"), by=hub.clinician)
    on_end = hub.desk.ask(lambda q: q.journal(limit=2))
    assert any("two negative tests, and well" in line.sentence for line in on_end)


def test_an_arrival_against_a_rule_is_taken_marked_and_goes_to_somebody(hub: AHub) -> None:
    who, _, placement = one_stay(hub, "departed")
    hub.tested(who, "positive", hours_ago=3)
    hub.does(partial(placements.arrive, placement=placement))
    assert hub.state(placement) == "arrived"
    (line,) = facts(hub)
    assert line.facts == (Happening.ARRIVED_ALL_THE_SAME,)
    assert line.against


# --- moved on all the same ---------------------------------------------------------------------------


def before_moving_on(hub: AHub) -> tuple[str, str, str]:
    """Somebody in an isolation, with a second stay planned: the person, the home, the placement."""
    hot, home, who = hub.hot_home(), hub.home(phone="020 7946 0009"), hub.positive()
    ends = TODAY + timedelta(11)
    chosen = (stay(hot, end=ends, in_unit="Red"), stay(home, start=ends))
    return who, home, hub.walk(hub.proposed(who, *chosen), "arrived")


def test_somebody_who_moved_on_against_a_rule_is_there_and_it_is_gone_after(hub: AHub) -> None:
    _, home, placement = before_moving_on(hub)
    with hub.refuses():
        hub.does(partial(placements.move_on, placement=placement))
    at = hub.clock.plus(hours=5) - timedelta(hours=1)
    hub.does(partial(happened.moved_on, placement=placement, reason="Their daughter took them", at=at))
    placed = hub.desk.ask(lambda q: q.placed(placement))
    assert (str(placed.state), placed.stay, placed.current.view.setting) == ("arrived", 1, home)
    assert placed.current.view.arrived_at == at
    (line,) = facts(hub)
    assert line.facts == (Happening.MOVED_ON_ALL_THE_SAME, Happening.LEFT_UNTOLD)
    assert {against.rule for against in line.against} >= {"C5", "A2", "N10"}
    assert line.assigned_name
    assert any(each.about == line.id for each in today(hub, Need.HAPPENED))
    held = hub.desk.ask(lambda q: q.freeze()).case.locked[0].stays
    assert [one.setting for one in held] == [home], "the first bed is free again"
    assert {flag.rule for flag in hub.desk.ask(lambda q: flags_of(q, placement))} & {"R1", "R3", "R5"}
    counts = hub.desk.ask(lambda q: q.fact_counts())
    assert any(each.fact is Happening.MOVED_ON_ALL_THE_SAME for each in counts)
    assert hub.desk.verify().is_intact


def test_a_second_stay_whose_time_has_passed_is_flagged_and_moving_on_to_it_is_recorded(hub: AHub) -> None:
    hot, home = hub.hot_home(), hub.home("Ash Court", kind="intermediate_care")
    who, ends = hub.positive(pathway="P2", stay_days=7), TODAY + timedelta(11)
    chosen = (stay(hot, end=ends, in_unit="Red"), stay(home, start=ends, end=ends + timedelta(7)))
    placement = hub.walk(hub.proposed(who, *chosen), "arrived")
    hub.clock.plus(days=30)
    (flag,) = hub.desk.ask(lambda q: flags_of(q, placement))
    assert (flag.rule, flag.stay, flag.mend) == ("N10", 1, Mend.PLAN_NEXT)
    assert flag.sentence == "The second stay would be over before it begins."
    hub.does(partial(happened.moved_on, placement=placement, reason="Their daughter took them"))
    assert hub.desk.ask(lambda q: q.placed(placement)).current.view.setting == home
    assert {against.rule for against in facts(hub)[0].against} >= {"N10", "C5", "A2"}
    assert hub.desk.ask(lambda q: q.freeze()).case.locked[0].stays[0].end is None, "they are there"


def test_moving_on_with_nothing_against_it_is_recorded_as_usual(hub: AHub) -> None:
    _, _, placement = before_moving_on(hub)
    hub.clock.plus(days=11)
    for step in (
        partial(placements.tell, placement=placement, given=MANAGER),
        partial(placements.accept, placement=placement, given=MANAGER),
        partial(placements.book, placement=placement, transport=hub.transport()),
    ):
        hub.does(step)
    on = TODAY + timedelta(11)
    hub.does_saying_why(
        partial(placements.release, placement=placement, organism=COVID, on=on), hub.clinician
    )
    with hub.refuses(says="Nothing speaks against it"):
        hub.does(partial(happened.moved_on, placement=placement, reason="As planned"))
    hub.does(partial(placements.move_on, placement=placement))
    with hub.refuses(says="No second stay"):
        hub.does(partial(happened.moved_on, placement=placement, reason="Again"))
