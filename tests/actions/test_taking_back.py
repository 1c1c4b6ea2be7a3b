"""A slip is undone by a new fact: the step or the return counts no more, and all of it stays on record."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, get_args

import pytest

from discharge.actions import (
    capacity_returns,
    entry_back,
    infections,
    patients,
    placements,
    settings,
    taking_back,
)
from discharge.model.hub import Changed
from discharge.model.infection import Attestation, Symptoms
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import DeclineReason, EndOutcome, PlacementState
from discharge.model.setting import Free
from discharge.model.setting_record import GroupFree
from tests.actions import observing
from tests.actions.a_hub import COVID, MANAGER, TODAY, AHub, beds, stay, unit

ENDS = TODAY + timedelta(11)
STEPS = ("told", "accepted", "booked", "departed", "arrived")
BEFORE = dict(zip(STEPS, ("approved", *STEPS), strict=False))


def take_back(hub: AHub, placement: str, reason: str = "the wrong person", **more: Any) -> Changed:
    return hub.does(partial(taking_back.take_back_step, placement=placement, reason=reason, **more))


def withdraw_return(hub: AHub, setting: str, **more: Any) -> Changed:
    return hub.does(
        partial(taking_back.withdraw_return, setting=setting, reason="misheard on the phone", **more)
    )


def one_stay(hub: AHub, name: str = "Ben Ode", home: str | None = None) -> str:
    return hub.proposed(hub.negative(name), stay(home or hub.home()))


def follows(hub: AHub) -> bool:
    """Whether the tables are those that the journal makes."""
    return hub.desk.verify().is_intact


def at_first_stay(hub: AHub) -> tuple[str, str, str]:
    """Somebody isolating, the second stay told, accepted, booked: placement, hot home, home."""
    who, hot, home = hub.positive(), hub.hot_home(places=1), hub.home()
    placement = hub.walk(
        hub.proposed(who, stay(hot, end=ENDS, in_unit="Red"), stay(home, start=ENDS)), "arrived"
    )
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    journey = hub.transport(in_hours=24 * 11 + 2)
    hub.does(partial(placements.book, placement=placement, transport=journey))
    hub.does(partial(placements.release, placement=placement, organism=COVID, on=ENDS), hub.clinician)
    return placement, hot, home


def moved_on(hub: AHub) -> tuple[str, str, str]:
    placement, hot, home = at_first_stay(hub)
    hub.clock.plus(days=11, hours=3)
    hub.reports(home, hours_ago=0, vacancies=2)
    hub.reports(hot, hours_ago=0, vacancies=2)
    hub.does(partial(placements.move_on, placement=placement))
    return placement, hot, home


# --- steps ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.whole
def test_a_step_taken_back_leaves_the_placement_as_it_was_before_it(hub: AHub, step: str) -> None:
    placement = hub.walk(one_stay(hub), BEFORE[step])
    before = hub.desk.ask(lambda q: q.placed(placement))
    hub.walk(placement, step)
    changed = take_back(hub, placement)
    assert hub.desk.ask(lambda q: q.placed(placement)) == before
    assert "placements" in changed.nouns
    assert follows(hub)


def test_both_the_step_and_its_taking_back_stay_on_record_with_who_and_why(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "accepted")
    take_back(hub, placement, "it was the other Ben")
    back, step, *_ = hub.desk.ask(lambda q: q.placement(placement)).timeline
    assert [step.sentence, back.sentence] == [
        "Elm Lodge accepted.",
        "Taken back: accepted. Reason: it was the other Ben",
    ]
    assert (back.user, back.role) == (step.user, step.role)


@pytest.mark.whole
def test_step_after_step_is_taken_back_and_taken_again(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "arrived")
    for state in ("departed", "booked", "accepted", "told", "approved"):
        take_back(hub, placement)
        assert hub.state(placement) == state
    with hub.refuses(says="can't be taken back: approved."):
        take_back(hub, placement)
    hub.walk(placement, "booked")
    take_back(hub, placement)
    assert hub.state(placement) == "accepted"
    hub.walk(placement, "arrived")
    assert follows(hub)


def test_a_booking_that_replaced_another_gives_way_to_it_again(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "booked")
    first = hub.desk.ask(lambda q: q.placed(placement)).current.view.transport
    hub.does(partial(placements.book, placement=placement, transport=hub.transport(in_hours=5)))
    take_back(hub, placement)
    placed = hub.desk.ask(lambda q: q.placed(placement))
    assert (placed.state, placed.current.view.transport) == (PlacementState.BOOKED, first)


def test_a_departure_taken_back_gives_the_stay_its_day_again(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "booked")
    hub.clock.plus(days=1)
    hub.does(partial(placements.depart, placement=placement))
    assert hub.desk.ask(lambda q: q.placed(placement)).first_start == TODAY + timedelta(1)
    take_back(hub, placement)
    assert hub.desk.ask(lambda q: q.placed(placement)).first_start == TODAY


def test_a_home_not_told_after_all_is_told_before_anybody_leaves(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "told")
    take_back(hub, placement)
    hub.walk(placement, "told")
    hub.clock.plus(minutes=5)
    hub.tested("P-0001", hours_ago=2)
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    take_back(hub, placement)
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.accept, placement=placement, given=MANAGER))


@pytest.mark.whole
def test_moving_on_taken_back_leaves_them_in_the_first_stay(hub: AHub) -> None:
    placement, hot, _ = moved_on(hub)
    assert hub.desk.ask(lambda q: q.setting(hot)).units[0].beds[0].held_tonight == 0
    take_back(hub, placement)
    placed = hub.desk.ask(lambda q: q.placed(placement))
    assert (placed.stay, placed.stays[0].holds, placed.stays[0].view.end) == (0, True, ENDS)
    assert placed.stays[1].view.arrived_at is None
    assert follows(hub)
    hub.does(partial(placements.move_on, placement=placement))
    assert hub.desk.ask(lambda q: q.placed(placement)).stay == 1


def test_moving_on_stands_where_the_bed_went_to_somebody_since(hub: AHub) -> None:
    placement, hot, _ = moved_on(hub)
    other = hub.positive("Eve Hall")
    hub.proposed(other, stay(hot, start=ENDS, end=ENDS + timedelta(11), in_unit="Red"))
    with hub.refuses(rule="N10", says="L-0002 has been made for The Limes since"):
        take_back(hub, placement)


@pytest.mark.whole
def test_an_arrival_taken_back_brings_back_the_placement_that_it_ended(hub: AHub) -> None:
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    first = hub.walk(hub.proposed(who, stay(hot, end=ENDS, in_unit="Red")), "arrived")
    second = hub.walk(hub.proposed(who, stay(home, start=ENDS)), "accepted")
    hub.clock.plus(days=11)
    hub.does(partial(placements.release, placement=first, organism=COVID, on=ENDS), hub.clinician)
    attested = get_args(Attestation)
    hub.does(partial(infections.record_attestations, patient=who, attestations=attested), hub.clinician)
    hub.walk(second, "arrived")
    assert hub.state(first) == "ended"
    with hub.refuses(says="can't be taken back: ended"):
        take_back(hub, first)
    take_back(hub, second)
    assert (hub.state(first), hub.state(second)) == ("arrived", "departed")
    with hub.refuses(says="can't be taken back: released"):
        take_back(hub, first)
    hub.walk(second, "arrived")
    assert hub.state(first) == "ended"
    assert follows(hub)


def test_an_arrival_from_which_somebody_goes_on_stands(hub: AHub) -> None:
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    first = hub.walk(hub.proposed(who, stay(hot, end=ENDS, in_unit="Red")), "arrived")
    second = hub.proposed(who, stay(home, start=ENDS))
    with hub.refuses(says=f"{second} goes on from this one"):
        take_back(hub, first)
    hub.does(partial(placements.withdraw, placement=second, reason="too far"))
    take_back(hub, first)
    assert hub.state(first) == "departed"


def test_asking_for_an_onward_place_is_taken_back(hub: AHub) -> None:
    who, hot = hub.positive(), hub.hot_home()
    placement = hub.walk(hub.proposed(who, stay(hot, end=ENDS, in_unit="Red")), "arrived")
    before = hub.desk.ask(lambda q: q.placed(placement))
    later = ENDS + timedelta(2)
    hub.does(partial(placements.plan_onward, placement=placement, until=later))
    assert hub.desk.ask(lambda q: q.placed(placement)).current.view.end == later
    take_back(hub, placement)
    assert hub.desk.ask(lambda q: q.placed(placement)) == before


@pytest.mark.parametrize("answer", ["decline", "no_answer"])
@pytest.mark.whole
def test_an_answer_by_mistake_is_taken_back_while_the_bed_is_there(hub: AHub, answer: str) -> None:
    home = hub.home()
    placement = hub.walk(one_stay(hub, home=home), "told")
    before = hub.desk.ask(lambda q: q.placed(placement))
    act: Any = partial(placements.no_answer, placement=placement)
    if answer == "decline":
        act = partial(placements.decline, placement=placement, code=DeclineReason.FEE, given=MANAGER)
    hub.does(act)
    take_back(hub, placement)
    assert hub.desk.ask(lambda q: q.placed(placement)) == before
    assert hub.desk.ask(lambda q: q.declined_by(before.patient)) == {}
    assert follows(hub)
    hub.does(act)
    one_stay(hub, "Cyn Roe", home)
    with hub.refuses(rule="N10"):
        take_back(hub, placement)


def test_an_answer_stands_once_the_person_has_another_place(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "told")
    hub.does(partial(placements.decline, placement=placement, code=DeclineReason.FEE, given=MANAGER))
    other = hub.proposed("P-0001", stay(hub.home("Fir House")))
    with hub.refuses(says=f"has the placement {other} now"):
        take_back(hub, placement)


@pytest.mark.whole
def test_a_declined_second_stay_stands(hub: AHub) -> None:
    placement, _, _ = at_first_stay(hub)
    hub.does(partial(placements.decline, placement=placement, code=DeclineReason.FEE, given=MANAGER))
    with hub.refuses(says="second stay was given up"):
        take_back(hub, placement)


def test_an_answer_taken_back_is_no_earlier_answer_of_the_next_placement(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "told")
    hub.does(partial(placements.no_answer, placement=placement))
    take_back(hub, placement)
    hub.does(partial(placements.withdraw, placement=placement, reason="family's wish"))
    second = hub.proposed("P-0001", stay(hub.home("Fir House")))
    earlier = hub.desk.ask(lambda q: q.approval(second)).earlier
    assert [step.sentence for step in earlier] == ["Withdrawn. Reason: family's wish"]


def test_whoever_has_left_the_list_is_taken_back_first(hub: AHub) -> None:
    placement = hub.walk(one_stay(hub), "told")
    hub.does(partial(placements.no_answer, placement=placement))
    hub.does(partial(patients.leave, patient="P-0001", reason=LeaveReason.UNWELL))
    with hub.refuses(says="has left the list"):
        take_back(hub, placement)


@pytest.mark.whole
def test_taking_back_needs_a_coordinator_a_reason_and_the_step_that_is_meant(hub: AHub) -> None:
    placement = one_stay(hub)
    hub.walk(placement, "told")
    told = hub.desk.ask(lambda q: q.last_step(placement)).line.id
    with hub.refuses(rule="A2"):
        hub.does(partial(taking_back.take_back_step, placement=placement, reason="a slip"), hub.lead)
    with hub.refuses(says="reason"):
        take_back(hub, placement, " ")
    hub.walk(placement, "accepted")
    with hub.refuses(says="gone on since"):
        take_back(hub, placement, step=told)
    with hub.refuses(says="no placement"):
        take_back(hub, "L-0099")
    hub.walk(placement, "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.BACK_TO_HOSPITAL))
    with hub.refuses(says="can't be taken back: ended"):
        take_back(hub, placement)


# --- capacity -----------------------------------------------------------------------------------------------


def state_of(hub: AHub, setting: str) -> Any:
    """What a return can change."""
    page = hub.desk.ask(lambda q: q.setting(setting))
    return page.row, page.units, page.vacancies_unsplit, page.returns, page.declines


def test_a_return_taken_back_leaves_the_setting_as_it_was(hub: AHub) -> None:
    home = hub.home()
    before = state_of(hub, home)
    group = GroupFree(unit="Main", beds="B1", free=(Free(start=TODAY, count=1),))
    hub.reports(home, hours_ago=0, vacancies=1, accepting=False, free=(group,))
    assert state_of(hub, home)[0].admissions == "closed"
    changed = withdraw_return(hub, home)
    assert state_of(hub, home) == before
    assert "settings" in changed.nouns
    lines = hub.desk.ask(lambda q: q.journal(subject=home))
    assert "taken back. Reason: misheard on the phone" in lines[0].sentence
    assert follows(hub)


def test_a_number_that_lowered_several_groups_is_taken_back(hub: AHub) -> None:
    home = hub.setting("Fern Ward", unit("A", beds("A1"), beds("A2")), vacancies=4)
    before = state_of(hub, home)
    hub.reports(home, hours_ago=0, vacancies=1)
    assert state_of(hub, home) != before
    withdraw_return(hub, home)
    assert state_of(hub, home) == before


def test_the_first_return_taken_back_leaves_none(hub: AHub) -> None:
    home = hub.home(vacancies=None)
    before = state_of(hub, home)
    hub.reports(home, vacancies=2)
    withdraw_return(hub, home)
    assert state_of(hub, home) == before
    with hub.refuses(says="no capacity return"):
        withdraw_return(hub, home)


def test_no_change_taken_back_makes_the_return_as_old_as_it_is(hub: AHub) -> None:
    home = hub.home()
    hub.clock.plus(days=3)
    before = state_of(hub, home)
    hub.does(partial(capacity_returns.record_no_change, setting=home))
    withdraw_return(hub, home)
    assert state_of(hub, home) == before
    said = hub.desk.ask(lambda q: q.journal(subject=home))[0].sentence
    assert said.startswith("Confirmation of Thu 19 Nov 08:00 taken back.")


def test_an_older_return_taken_back_leaves_the_newer_speaking(hub: AHub) -> None:
    home = hub.home()
    hub.reports(home, hours_ago=0, vacancies=1)
    before = state_of(hub, home)
    hub.reports(home, hours_ago=5, vacancies=0)
    withdraw_return(hub, home)
    assert state_of(hub, home) == before


def test_a_decline_stands_again_with_the_return_that_it_was_given_under(hub: AHub) -> None:
    home = hub.home()
    placement = hub.walk(one_stay(hub, home=home), "told")
    hub.does(partial(placements.decline, placement=placement, code=DeclineReason.NO_BED, given=MANAGER))
    hub.reports(home, hours_ago=0, vacancies=5)
    assert hub.desk.ask(lambda q: q.declined_by("P-0001")) == {}
    withdraw_return(hub, home)
    assert hub.desk.ask(lambda q: q.declined_by("P-0001")) == {home: "no_bed"}
    hub.reports(home, hours_ago=0, vacancies=5)
    again = hub.proposed("P-0001", stay(home))
    with hub.refuses(rule="A3", says=f"Withdraw {again} first"):
        withdraw_return(hub, home)
    assert follows(hub)


def test_a_return_stands_once_its_beds_or_admissions_were_changed_by_hand(hub: AHub) -> None:
    home = hub.home()
    hub.reports(home, hours_ago=0, vacancies=1, accepting=False)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(count=3)))
    with hub.refuses(says="B1 were changed since"):
        withdraw_return(hub, home)
    other = hub.home("Fir House")
    hub.reports(other, hours_ago=0, vacancies=2, accepting=False)
    hub.does(partial(settings.open_admissions, setting=other, given=MANAGER))
    with hub.refuses(says="opened since"):
        withdraw_return(hub, other)


def test_a_return_stands_once_its_beds_were_fitted_into_another_number_of_registered_beds(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds("A", count=20)), vacancies=None)
    hub.reports(home, vacancies=3)
    hub.does(partial(settings.amend_setting, setting=home, changes={"registered_beds": 4}))
    with hub.refuses(says="registered beds was changed since"):
        withdraw_return(hub, home)
    other = hub.setting("Fir", unit("Main", beds("A", count=4)), vacancies=None, registered_beds=4)
    hub.reports(other, vacancies=3)
    hub.does(partial(settings.add_unit, setting=other, unit=unit("New", beds("N", count=4))))
    with hub.refuses(says="A were changed since"):
        withdraw_return(hub, other)


@pytest.mark.whole
def test_taking_a_return_back_needs_a_role_a_reason_and_the_return_that_is_meant(hub: AHub) -> None:
    home = hub.home()
    entry = hub.reports(home, hours_ago=0, vacancies=1).entries[0]
    with hub.refuses(rule="A2"):
        hub.does(partial(taking_back.withdraw_return, setting=home, reason="a slip"), hub.clinician)
    with hub.refuses(says="reason"):
        hub.does(partial(taking_back.withdraw_return, setting=home, reason=""))
    hub.reports(home, hours_ago=0, vacancies=2)
    with hub.refuses(says="Another capacity return"):
        withdraw_return(hub, home, entry=entry)


# --- today's own entries ------------------------------------------------------------------------------


def test_todays_own_entries_are_listed_with_what_followed_and_taken_back_by_name(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    placement = hub.walk(hub.proposed(who, stay(home)), "accepted")
    own = hub.desk.ask(lambda q: q.own_today(hub.coordinator.id))
    told = next(each for each in own if "was told" in each.sentence)
    accepted = own[0]
    assert "accepted" in accepted.sentence
    assert accepted.followed == ()
    assert told.followed == (accepted.sentence,)
    with hub.refuses(says="has gone on since"):
        hub.does(partial(entry_back.take_back_entry, entry=told.id, reason="misheard"))
    with hub.refuses(says="recorded this"):
        hub.does(partial(entry_back.take_back_entry, entry=accepted.id, reason="misheard"), by=hub.clinician)
    hub.does(partial(entry_back.take_back_entry, entry=accepted.id, reason="misheard"))
    assert hub.state(placement) == "told"
    assert accepted.id not in {each.id for each in hub.desk.ask(lambda q: q.own_today(hub.coordinator.id))}


def test_a_result_of_today_is_taken_back_from_the_list_and_yesterdays_isnt(hub: AHub) -> None:
    who = hub.negative()
    (entry,) = (
        each
        for each in hub.desk.ask(lambda q: q.own_today(hub.coordinator.id))
        if "negative" in each.sentence
    )
    hub.clock.plus(days=1)
    with hub.refuses(says="wasn't recorded today"):
        hub.does(partial(entry_back.take_back_entry, entry=entry.id, reason="another person's"))
    assert hub.desk.ask(lambda q: q.own_today(hub.coordinator.id)) == ()
    hub.clock.plus(days=-1, minutes=1)
    hub.does(partial(entry_back.take_back_entry, entry=entry.id, reason="another person's"))
    assert hub.desk.ask(lambda q: q.patient(who)).observations[0].withdrawn


def test_several_entries_are_taken_back_by_their_ids_all_of_them_or_none(hub: AHub) -> None:
    home, people = hub.home(), [hub.negative("Ann Vale"), hub.negative("Ben Ode")]
    choices = {who: [stay(home)] for who in people}
    proposed = hub.does(partial(placements.propose_by_hand, choices=choices, reason="near their family"))
    back = partial(entry_back.take_back_entries, entries=proposed.entries, reason="the wrong home")
    hub.walk(proposed.subjects[1], "approved")
    hub.does(partial(placements.withdraw, placement=proposed.subjects[1], reason="unwell again"))
    with hub.refuses():
        hub.does(back)
    assert hub.state(proposed.subjects[0]) == "proposed"
    hub.does(partial(back, entries=proposed.entries[:1]))
    assert hub.state(proposed.subjects[0]) == "withdrawn"


def test_the_observation_of_the_entry_is_taken_back_and_not_the_one_like_it_recorded_since(hub: AHub) -> None:
    who = hub.patient()
    first = hub.tested(who)
    wrong = hub.desk.ask(lambda q: q.patient(who)).observations[0].id
    hub.does(partial(infections.withdraw_observation, observation_id=wrong, reason="another person's"))
    again = hub.tested(who)
    with hub.refuses(says="taken back already"):
        hub.does(partial(entry_back.take_back_entries, entries=first.entries, reason="a slip"))
    hub.does(partial(entry_back.take_back_entries, entries=again.entries, reason="a slip"))
    assert all(each.withdrawn for each in hub.desk.ask(lambda q: q.patient(who)).observations)


def test_a_correction_taken_back_brings_back_the_result_that_it_corrected(hub: AHub) -> None:
    """Nobody is left without the positive result that a slip had turned into a negative one."""
    who = hub.positive()
    wrong = hub.desk.ask(lambda q: q.patient(who)).observations[0]
    slip = wrong.observation.model_copy(update={"result": "negative"})
    corrected = hub.does(
        partial(infections.correct_observation, observation_id=wrong.id, observation=slip, reason="misread")
    )
    hub.does(partial(entry_back.take_back_entries, entries=corrected.entries, reason="a slip"))
    counting = [each for each in hub.desk.ask(lambda q: q.patient(who)).observations if not each.withdrawn]
    assert [each.observation for each in counting] == [wrong.observation]
    assert follows(hub)


def ends(hub: AHub, who: str) -> list[date | None]:
    """The ends of the spells of symptoms that count."""
    facts = hub.desk.ask(lambda q: q.person(who)).facts
    return [seen.resolved_on for seen in facts.observations if isinstance(seen, Symptoms)]


def test_symptoms_of_one_onset_are_one_spell_whose_end_is_corrected(hub: AHub) -> None:
    """A spell without an end would go on beside the one that has ended, and isolate without end (S8)."""
    who = hub.patient()
    onset = TODAY - timedelta(6)
    spell = partial(observing.record_symptoms, patient=who, organism="influenza", onset_on=onset)
    hub.does(spell)
    ended = hub.does(partial(spell, resolved_on=TODAY - timedelta(1)))
    assert ends(hub, who) == [TODAY - timedelta(1)]
    hub.does(partial(entry_back.take_back_entries, entries=ended.entries, reason="still ill"))
    assert ends(hub, who) == [None]


# --- a clinician's release ----------------------------------------------------------------------------------


def on_the_last_day(hub: AHub) -> tuple[str, str]:
    """Somebody whose isolation was to end by the rules, the second stay told, accepted, booked, without a
    release: the person, the placement."""
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    placement = hub.walk(
        hub.proposed(who, stay(hot, end=ENDS, in_unit="Red"), stay(home, start=ENDS)), "arrived"
    )
    hub.clock.plus(days=11, hours=3)
    hub.reports(home, hours_ago=0, vacancies=2)
    hub.reports(hot, hours_ago=0, vacancies=2)
    tell_accept_book(hub, placement)
    return who, placement


def tell_accept_book(hub: AHub, placement: str) -> None:
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    hub.does(partial(placements.book, placement=placement, transport=hub.transport()))


@pytest.mark.whole
def test_a_release_that_is_taken_back_lets_nobody_move_on(hub: AHub) -> None:
    who, placement = on_the_last_day(hub)
    release = partial(placements.release, placement=placement, organism=COVID, on=ENDS)
    hub.does(release, by=hub.clinician)
    given = max(each.id for each in hub.desk.ask(lambda q: q.patient(who)).observations)
    back = partial(infections.withdraw_observation, observation_id=given, reason="the wrong person")
    hub.does(back, by=hub.clinician)
    with hub.refuses(rule="C4"):
        hub.does(partial(placements.move_on, placement=placement))
    hub.does(release, by=hub.clinician)
    hub.does(partial(placements.move_on, placement=placement))


@pytest.mark.whole
def test_a_release_from_another_organism_lets_nobody_move_on(hub: AHub) -> None:
    who, placement = on_the_last_day(hub)
    hub.tested(who, "positive", organism="mrsa", hours_ago=24 * 15)
    hub.does(partial(placements.release, placement=placement, organism="mrsa", on=ENDS), by=hub.clinician)
    tell_accept_book(hub, placement)
    with hub.refuses(rule="C4"):
        hub.does(partial(placements.move_on, placement=placement))


def test_a_release_still_to_come_lets_nobody_move_on(hub: AHub) -> None:
    who, placement = on_the_last_day(hub)
    later = partial(observing.record_clearance, patient=who, organism=COVID, released_on=ENDS + timedelta(9))
    hub.does(later, by=hub.clinician)
    with hub.refuses(rule="C4"):
        hub.does(partial(placements.move_on, placement=placement))
