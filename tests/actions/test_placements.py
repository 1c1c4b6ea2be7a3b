"""The life of a placement: each step that is allowed, each that is refused, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from discharge.actions import capacity_returns, infections, patients, people, placements, planning, settings
from discharge.actions import hub as hub_actions
from discharge.actions.context import Action, Context
from discharge.actions.placements import happened
from discharge.matching.propose import propose
from discharge.model.errors import UserError
from discharge.model.files import read_case, write_plan
from discharge.model.infection import Attestation
from discharge.model.patient_record import LeaveReason
from discharge.model.people import ApprovalRule, Given, How, Role, User
from discharge.model.placement import DeclineReason, EndOutcome, NextStep
from discharge.model.setting import Span
from discharge.rules.may import those_who_may
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry
from tests.actions import observing
from tests.actions.a_hub import CONSULTANT, COVID, MANAGER, TODAY, AHub, beds, stay, unit
from tests.asked import facts_of

ISOLATION_ENDS = date(2020, 11, 27)
"""Of somebody whose positive specimen was taken on 13 November."""
FIVE = get_args(Attestation)


def may_approve(hub: AHub, placement: str) -> list[str]:
    """Who is named as able to decide on it."""
    page = hub.desk.ask(lambda q: q.approval(placement))
    return [user.name for user in those_who_may("approve", page.deciders)]


def isolating(hub: AHub) -> tuple[str, str, str, str]:
    """Somebody positive with an isolation and a final stay proposed: patient, hot home, home, placement."""
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    proposed = hub.proposed(
        who, stay(hot, end=ISOLATION_ENDS, in_unit="Red"), stay(home, start=ISOLATION_ENDS)
    )
    return who, hot, home, proposed


def one_stay(hub: AHub) -> tuple[str, str, str]:
    """Somebody negative with a final stay proposed: patient, home, placement."""
    who, home = hub.negative(), hub.home()
    return who, home, hub.proposed(who, stay(home))


STEPS = ("approved", "told", "accepted", "booked", "departed", "arrived")


def test_a_placement_goes_its_way_from_proposed_to_settled(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    assert hub.state(placement) == "ended"
    assert [row.id for row in hub.desk.ask(lambda q: q.patients())] == []
    assert hub.desk.ask(lambda q: q.patient(who)).row.leave_reason == "placed"


ACTIONS: dict[str, tuple[Any, set[str]]] = {
    "approve": (partial(placements.approve), {"proposed"}),
    "return_": (partial(placements.return_, reason="too far from her husband"), {"proposed"}),
    "tell": (
        partial(placements.tell, given=MANAGER),
        {"approved", "told", "accepted", "booked"},
    ),
    "accept": (partial(placements.accept, given=MANAGER), {"told"}),
    "decline": (
        partial(placements.decline, code=DeclineReason.STAFFING, given=MANAGER),
        {"approved", "told", "accepted", "booked"},
    ),
    "no_answer": (partial(placements.no_answer), {"told"}),
    "book": (partial(placements.book), {"accepted", "booked"}),
    "depart": (partial(placements.depart), {"booked"}),
    "arrive": (partial(placements.arrive), {"departed"}),
    "move_on": (partial(placements.move_on), set()),
    "release": (
        partial(placements.release, organism=COVID, on=TODAY),
        {"approved", "told", "accepted", "booked", "departed", "arrived"},
    ),
    "plan_onward": (partial(placements.plan_onward), {"arrived"}),
    "end": (partial(placements.end, outcome=EndOutcome.WENT_HOME), {"arrived"}),
    "withdraw": (
        partial(placements.withdraw, reason="her daughter takes her in"),
        {"proposed", "approved", "told", "accepted", "booked"},
    ),
}


def test_each_step_is_taken_only_where_the_placement_stands_for_it(hub: AHub) -> None:
    _, _, placement = one_stay(hub)
    taken_in: dict[str, set[str]] = {name: set() for name in ACTIONS}
    for state in ("proposed", *STEPS):
        hub.walk(placement, state)
        for name in ACTIONS:
            if can_be_done(hub, *step_of(hub, name, placement)):
                taken_in[name].add(state)
    assert taken_in == {name: allowed for name, (_, allowed) in ACTIONS.items()}


def step_of(hub: AHub, name: str, placement: str) -> tuple[Action, User]:
    """The action with all it needs, and who does it."""
    user = {"approve": hub.lead, "return_": hub.lead, "release": hub.clinician}.get(name, hub.coordinator)
    step = partial(ACTIONS[name][0], placement=placement)
    return (partial(step, transport=hub.transport()) if name == "book" else step), user


class Undone(Exception):
    """Undoes what was tried."""


def can_be_done(hub: AHub, action: Action, user: User) -> bool:
    """Whether the action is taken; it is undone whatever becomes of it."""

    def undo(_context: Context) -> list[Entry]:
        raise Undone

    try:
        hub.desk.perform_all([action, undo], by=user)
    except Undone:
        return True
    except UserError:
        return False
    raise AssertionError("unreachable")


OVER = ("returned", "declined", "unanswered", "withdrawn", "ended")


@pytest.mark.parametrize("how", OVER)
def test_nothing_more_is_done_with_a_placement_that_is_over(hub: AHub, how: str) -> None:
    _, _, placement = one_stay(hub)
    before = {"returned": "proposed", "withdrawn": "approved", "ended": "arrived"}.get(how, "told")
    hub.walk(placement, before)
    finish: dict[str, Any] = {
        "returned": partial(placements.return_, reason="too far"),
        "declined": partial(placements.decline, code=DeclineReason.NO_BED, given=MANAGER),
        "unanswered": placements.no_answer,
        "withdrawn": partial(placements.withdraw, reason="unwell again"),
        "ended": partial(placements.end, outcome=EndOutcome.BACK_TO_HOSPITAL),
    }
    hub.does(partial(finish[how], placement=placement), by=hub.lead if how == "returned" else None)
    assert hub.state(placement) == how
    for name in ACTIONS:
        step, user = step_of(hub, name, placement)
        with hub.refuses():
            hub.desk.perform(step, by=user)


# --- who may (docs/rules.md, 7) -----------------------------------------------------------------------------


def test_the_approver_is_never_the_proposer(hub: AHub) -> None:
    both = hub.person("Bo Both", Role.COORDINATOR, Role.LA_LEAD)
    who, home = hub.negative(), hub.home()
    placement = hub.proposed(who, stay(home), by=both)
    assert may_approve(hub, placement) == ["Lee Lead"]
    with hub.refuses(rule="A1"):
        hub.does(partial(placements.approve, placement=placement), by=both)
    hub.does(partial(placements.approve, placement=placement), by=hub.lead)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN, Role.ADMINISTRATOR])
def test_only_an_la_lead_approves_or_returns(hub: AHub, role: Role) -> None:
    _, _, placement = one_stay(hub)
    other = hub.person("Odd One", role)
    with hub.refuses(rule="A1"):
        hub.does(partial(placements.approve, placement=placement), by=other)
    with hub.refuses(rule="A1"):
        hub.does(partial(placements.return_, placement=placement, reason="too far"), by=other)


def test_nobody_departs_without_an_la_leads_approval(hub: AHub) -> None:
    _, _, placement = one_stay(hub)
    with hub.refuses():
        hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    with hub.refuses():
        hub.does(partial(placements.depart, placement=placement))


def test_only_a_clinician_releases_from_isolation(hub: AHub) -> None:
    _, _, _, placement = isolating(hub)
    hub.walk(placement, "arrived")
    for other in (hub.coordinator, hub.lead, hub.admin):
        with hub.refuses(rule="A2"):
            hub.does(partial(placements.release, placement=placement, organism=COVID, on=TODAY), by=other)
    hub.does(
        partial(placements.release, placement=placement, organism=COVID, on=TODAY, reason="well"),
        by=hub.clinician,
    )


def test_whoever_has_left_the_hub_decides_nothing_more(hub: AHub) -> None:
    _, _, placement = one_stay(hub)
    hub.does(partial(people.amend_user, user=hub.lead.id, active=False), by=hub.admin)
    with hub.refuses(says="no longer at this hub"):
        hub.does(partial(placements.approve, placement=placement), by=hub.lead)


def test_a_weekly_fee_above_every_limit_in_force_is_not_approved(hub: AHub) -> None:
    who, home = hub.negative(), hub.home(weekly_fee=1250.0)
    placement = hub.proposed(who, stay(home))

    def rules(limit: float, *, start: date = TODAY) -> None:
        rule = ApprovalRule(name="normal", valid=Span(start=start), weekly_fee=limit)
        hub.approves_by([rule], reason="budget of the week")

    rules(1249.0)
    assert may_approve(hub, placement) == []
    with hub.refuses(rule="A4", says="£1,250"):
        hub.does(partial(placements.approve, placement=placement), by=hub.lead)
    rules(2000.0, start=TODAY + timedelta(1))
    with hub.refuses(rule="A4"):
        hub.does(partial(placements.approve, placement=placement), by=hub.lead)
    rules(1250.0)
    hub.does(partial(placements.approve, placement=placement), by=hub.lead)


def test_a_fee_that_is_not_known_is_above_any_limit(hub: AHub) -> None:
    who, home = hub.negative(), hub.home(weekly_fee=None)
    placement = hub.proposed(who, stay(home))
    rule = ApprovalRule(name="normal", valid=Span(start=TODAY), weekly_fee=5000.0)
    hub.approves_by([rule], reason="from today")
    with hub.refuses(rule="A4", says="isn't known"):
        hub.does(partial(placements.approve, placement=placement), by=hub.lead)


# --- what must be known before (C5, A2, C4) -----------------------------------------------------------


def test_a_home_that_was_not_told_the_newest_result_receives_nobody(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "booked")
    hub.tested(who, "negative", hours_ago=2)
    assert [flag.rule for flag in hub.desk.ask(lambda q: q.moves())[0].flags] == ["C5"]
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.depart, placement=placement))
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    assert hub.state(placement) == "told"
    with hub.refuses():
        hub.does(partial(placements.depart, placement=placement))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    assert hub.state(placement) == "booked"
    hub.does(partial(placements.depart, placement=placement))


def test_a_home_that_was_told_before_a_new_result_can_not_accept(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "told")
    hub.tested(who, "negative", hours_ago=2)
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.accept, placement=placement, given=MANAGER))


def test_a_pending_test_is_no_result_to_be_told(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "told")
    hub.tested(who, "pending", hours_ago=30)
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))


def test_a_word_by_phone_names_the_number(hub: AHub) -> None:
    with pytest.raises(ValidationError):
        Given(how=How.PHONE, name="Jo Marsh", role="registered manager")
    _, _, placement = one_stay(hub)
    hub.walk(placement, "accepted")
    accepted = hub.desk.ask(lambda q: q.placement(placement)).row.current.accepted_by
    assert accepted is not None
    assert accepted.sentence == "Jo Marsh, registered manager, by phone on 020 7946 0001"


def test_the_second_stay_begins_only_with_release_word_and_transport(hub: AHub) -> None:
    _, _, _, placement = isolating(hub)
    hub.walk(placement, "arrived")
    move = partial(placements.move_on, placement=placement)

    def step() -> NextStep:
        return hub.desk.ask(lambda q: q.placement(placement)).row.next_step

    assert step() is NextStep.TELL_NEXT
    with hub.refuses(rule="C5"):
        hub.does(move)
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    assert step() is NextStep.ANSWER_NEXT
    with hub.refuses(rule="A2"):
        hub.does(move)
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    assert step() is NextStep.RELEASE
    with hub.refuses(rule="C4"):
        hub.does(move)
    hub.clock.plus(days=11)
    hub.does(
        partial(placements.release, placement=placement, organism=COVID, on=ISOLATION_ENDS), by=hub.clinician
    )
    assert step() is NextStep.BOOK_NEXT
    with hub.refuses(says="No transport is booked"):
        hub.does(move)
    hub.does(partial(placements.book, placement=placement, transport=hub.transport()))
    assert step() is NextStep.MOVE_ON
    hub.does(move)
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    assert (row.stay, row.state, row.current.setting_name) == (1, "arrived", "Elm Lodge")


def test_the_second_stay_does_not_begin_before_its_bed_is_held(hub: AHub) -> None:
    _, _, _, placement = isolating(hub)
    hub.walk(placement, "arrived")
    hub.clock.plus(days=9)
    hub.does(
        partial(
            placements.release, placement=placement, organism=COVID, on=date(2020, 11, 25), reason="well"
        ),
        by=hub.clinician,
    )
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    with hub.refuses(rule="N10"):
        hub.does(partial(placements.book, placement=placement, transport=hub.transport()))
    with hub.refuses():
        hub.does(partial(placements.move_on, placement=placement))


def test_the_second_stay_waits_where_a_new_positive_prolongs_the_isolation(hub: AHub) -> None:
    who, _, _, placement = isolating(hub)
    hub.walk(placement, "arrived")
    hub.clock.plus(days=8)
    hub.does(
        partial(observing.record_clearance, patient=who, organism=COVID, isolate_until=date(2020, 12, 2)),
        by=hub.clinician,
    )
    row = hub.desk.ask(lambda q: q.moves())[0]
    assert row.isolation_end == date(2020, 12, 2)
    assert "R5" in {flag.rule for flag in row.flags}


# --- what has changed since (unknown never passes) ------------------------------------------------------


@pytest.mark.parametrize("state", ["proposed", "booked"])
def test_somebody_positive_since_the_proposal_is_flagged_and_stopped(hub: AHub, state: str) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, state)
    hub.tested(who, "positive", hours_ago=3)
    flags = hub.desk.ask(lambda q: q.moves())[0].flags
    assert {"R5"} <= {flag.rule for flag in flags}
    step = placements.approve if state == "proposed" else placements.depart
    with hub.refuses():
        hub.does(partial(step, placement=placement), by=hub.lead if state == "proposed" else None)


def test_somebody_whose_test_has_run_out_does_not_leave(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "booked")
    hub.clock.plus(hours=30)
    flags = hub.desk.ask(lambda q: q.moves())[0].flags
    assert [flag.rule for flag in flags] == ["C1"]
    with hub.refuses(rule="C1"):
        hub.does(partial(placements.depart, placement=placement))
    hub.tested(who, "negative", hours_ago=3)
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    hub.does(partial(placements.depart, placement=placement))


def test_a_result_taken_back_stops_who_was_to_leave_on_it(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "booked")
    observation = hub.desk.ask(lambda q: q.patient(who)).observations[0].id
    hub.does(
        partial(
            infections.withdraw_observation, observation_id=observation, reason="another person's specimen"
        )
    )
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.depart, placement=placement))
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    with hub.refuses():
        hub.does(partial(placements.depart, placement=placement))


@pytest.mark.parametrize("state", ["proposed", "booked"])
def test_a_setting_that_has_closed_or_has_an_outbreak_takes_nobody(hub: AHub, state: str) -> None:
    _, home, placement = one_stay(hub)
    hub.walk(placement, state)
    step = partial(placements.approve if state == "proposed" else placements.depart, placement=placement)
    by = hub.lead if state == "proposed" else None
    hub.does(partial(settings.close_admissions, setting=home, reason="no night staff"))
    with hub.refuses(rule="N5", says="closed"):
        hub.does(step, by=by)
    hub.does(partial(settings.open_admissions, setting=home))
    hub.does(partial(settings.declare_outbreak, setting=home, organism="norovirus"))
    with hub.refuses(rule="N5", says="outbreak"):
        hub.does(step, by=by)
    hub.does(partial(settings.record_risk_assessment, setting=home, given=CONSULTANT))
    hub.does(step, by=by)


def test_a_bed_given_away_meanwhile_is_not_approved_twice(hub: AHub) -> None:
    home = hub.home(vacancies=1)
    first, second = hub.negative("Ben Ode"), hub.negative("Cyn Trent")
    one = hub.proposed(first, stay(home))
    with hub.refuses(rule="N10"):
        hub.proposed(second, stay(home))
    hub.walk(one, "approved")
    with hub.refuses(rule="N10"):
        hub.proposed(second, stay(home))
    hub.does(partial(placements.withdraw, placement=one, reason="unwell again"))
    hub.proposed(second, stay(home))


def test_two_proposals_for_the_last_bed_are_decided_by_the_first_approval(hub: AHub) -> None:
    home = hub.home(vacancies=2)
    one = hub.proposed(hub.negative("Ben Ode"), stay(home))
    two = hub.proposed(hub.negative("Cyn Trent"), stay(home))
    hub.reports(home, hours_ago=0, vacancies=1)
    hub.walk(one, "approved")
    with hub.refuses(rule="N10"):
        hub.does(partial(placements.approve, placement=two), by=hub.lead)


def test_a_proposal_whose_day_has_passed_is_not_approved(hub: AHub) -> None:
    _, _, placement = one_stay(hub)
    hub.clock.plus(days=1)
    assert hub.desk.ask(lambda q: q.approvals())[0].flags
    with hub.refuses(says="has passed"):
        hub.does(partial(placements.approve, placement=placement), by=hub.lead)


def test_nobody_leaves_before_the_day_from_which_the_bed_is_held(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    placement = hub.proposed(who, stay(home, start=TODAY + timedelta(1)))
    assert "retest" in hub.desk.ask(lambda q: q.approval(placement)).conditions
    hub.walk(placement, "accepted")
    with hub.refuses(rule="N10"):
        hub.does(partial(placements.book, placement=placement, transport=hub.transport()))
    tomorrow = hub.transport(in_hours=25)
    hub.does(partial(placements.book, placement=placement, transport=tomorrow))
    with hub.refuses(rule="N10"):
        hub.does(partial(placements.depart, placement=placement))


def test_a_later_departure_moves_the_stay_to_the_day_it_happened(hub: AHub) -> None:
    who, _, placement = one_stay(hub)
    hub.walk(placement, "booked")
    hub.clock.plus(days=1)
    hub.tested(who, "negative", hours_ago=5)
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    hub.does(partial(placements.depart, placement=placement))
    assert hub.desk.ask(lambda q: q.placement(placement)).row.current.start == TODAY + timedelta(1)


# --- answers (A3) ------------------------------------------------------------------------------------


def test_a_home_that_declined_is_not_offered_the_person_again_until_its_return_changes(hub: AHub) -> None:
    who, home, placement = one_stay(hub)
    hub.walk(placement, "told")
    decline = partial(placements.decline, placement=placement, code=DeclineReason.STAFFING, given=MANAGER)
    hub.does(decline)
    assert hub.state(placement) == "declined"
    assert hub.desk.ask(lambda q: q.patient(who)).exclusions[0].declined
    assert hub.desk.ask(planning.freeze_case).case.patients[0].excluded == (home,)
    with hub.refuses(rule="A3", says="Not enough staff".lower()):
        hub.proposed(who, stay(home))
    with hub.refuses(rule="A3"):
        hub.does(partial(patients.include_setting, patient=who, setting=home))
    hub.does(partial(capacity_returns.record_no_change, setting=home))
    hub.clock.plus(hours=1)
    hub.reports(home, hours_ago=0, vacancies=2)
    with hub.refuses(rule="A3"):
        hub.proposed(who, stay(home))
    hub.clock.plus(hours=1)
    hub.reports(home, hours_ago=0, vacancies=1)
    assert hub.desk.ask(planning.freeze_case).case.patients[0].excluded == ()
    hub.proposed(who, stay(home))


def test_an_older_return_lets_nobody_be_offered_again(hub: AHub) -> None:
    who, home, placement = one_stay(hub)
    hub.walk(placement, "told")
    hub.does(partial(placements.decline, placement=placement, code=DeclineReason.FEE, given=MANAGER))
    hub.reports(home, hours_ago=5, vacancies=7)
    with hub.refuses(rule="A3"):
        hub.proposed(who, stay(home))
    assert hub.desk.ask(lambda q: q.setting(home)).row.beds_free == 2


def test_no_answer_frees_the_bed_and_the_home_can_be_asked_again(hub: AHub) -> None:
    who, home, placement = one_stay(hub)
    hub.walk(placement, "told")
    hub.clock.plus(hours=3, minutes=41)
    row = hub.desk.ask(lambda q: q.moves())[0]
    assert (row.next_step, row.overdue) == (NextStep.ANSWER, True)
    hub.does(partial(placements.no_answer, placement=placement))
    assert hub.desk.ask(lambda q: q.patients())[0].state == "waiting"
    hub.proposed(who, stay(home))


def test_an_offer_is_overdue_after_the_hours_that_the_hub_has_set(hub: AHub) -> None:
    _, _, placement = one_stay(hub)
    hub.walk(placement, "approved")
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.clock.plus(hours=4)
    assert not hub.desk.ask(lambda q: q.moves())[0].overdue
    hub.clock.plus(seconds=1)
    assert hub.desk.ask(lambda q: q.moves())[0].overdue
    hub.does(partial(hub_actions.amend_hub, changes={"offer_hours": 6}), by=hub.admin)
    assert not hub.desk.ask(lambda q: q.moves())[0].overdue


def test_a_declined_second_stay_leaves_the_person_isolating_and_wanting_a_place(hub: AHub) -> None:
    who, _, home, placement = isolating(hub)
    hub.walk(placement, "arrived")
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.decline, placement=placement, code=DeclineReason.RESIDENT_MIX, given=MANAGER))
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    assert (row.state, row.next_step, row.onward) == ("arrived", NextStep.PLAN_ONWARD, True)
    frozen = hub.desk.ask(planning.freeze_case).case
    assert [lock.patient for lock in frozen.locked] == [f"{who}/{placement}"]
    assert [(p.id, p.ready_on, p.excluded) for p in frozen.patients] == [(who, ISOLATION_ENDS, (home,))]


# --- going on from a setting ------------------------------------------------------------------------


def test_somebody_isolated_alone_is_planned_onward_and_moves_by_a_second_placement(hub: AHub) -> None:
    who, hot = hub.positive(), hub.hot_home()
    first = hub.proposed(who, stay(hot, end=ISOLATION_ENDS, in_unit="Red"))
    hub.walk(first, "arrived")
    row = hub.desk.ask(lambda q: q.placement(first)).row
    assert (row.next_step, row.due is not None) == (NextStep.PLAN_ONWARD, True)
    hub.home()
    frozen = hub.desk.ask(planning.freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    placed = next(p for p in plan.placements if p.patient == who)
    assert [(s.setting, s.start, s.end) for s in placed.stays] == [("S-0002", ISOLATION_ENDS, None)]
    assert "clinical_release" in placed.conditions
    stored = hub.does(partial(planning.store_plan, case=frozen.content, plan=write_plan(plan))).first
    second = hub.does(partial(placements.propose_from_plan, plan=stored, patients=[who])).first
    assert hub.desk.ask(lambda q: q.placement(second)).row.follows == first
    ends = hub.desk.ask(lambda q: q.isolation_ends(days=60))
    assert [(one.placement, one.goes_to, one.stays_on) for one in ends] == [(first, "Elm Lodge", False)]
    hub.walk(second, "accepted")
    frozen = hub.desk.ask(planning.freeze_case)
    locks = {lock.patient: lock.stays[0] for lock in frozen.case.locked}
    assert locks[who].setting == "S-0002"
    assert locks[f"{who}/{first}"].end == ISOLATION_ENDS
    hub.clock.plus(days=11)
    attest = partial(infections.record_attestations, patient=who, attestations=FIVE)
    hub.does(attest, by=hub.clinician)
    hub.does(partial(placements.book, placement=second, transport=hub.transport()))
    hub.does(partial(placements.depart, placement=second))
    hub.does(partial(placements.arrive, placement=second))
    assert (hub.state(first), hub.state(second)) == ("ended", "arrived")
    assert hub.desk.ask(lambda q: q.patient(who)).row.state == "placed"


def test_a_stay_planned_past_an_isolation_begins_with_a_clinicians_release_whichever_way(hub: AHub) -> None:
    """C4: from hospital as from the setting in which they isolated, under rules without a direct route."""
    oldest = partial(hub_actions.choose_rule_set, rule_set="england-2020-04-15", reason="In force")
    hub.does(oldest, by=hub.admin)
    who, home = hub.positive(), hub.home()
    placement = hub.walk(hub.proposed(who, stay(home, start=ISOLATION_ENDS)), "accepted")
    assert hub.desk.ask(lambda q: q.placed(placement)).conditions == ("clinical_release",)
    hub.clock.plus(days=11)
    hub.does(partial(placements.book, placement=placement, transport=hub.transport()))
    depart = partial(placements.depart, placement=placement)
    with hub.refuses(rule="C4"):
        hub.does(depart)
    release = partial(placements.release, placement=placement, organism=COVID, on=ISOLATION_ENDS)
    hub.does(release, by=hub.clinician)
    hub.does(depart)


def test_whoever_left_without_the_release_that_was_needed_is_recorded_as_such(hub: AHub) -> None:
    oldest = partial(hub_actions.choose_rule_set, rule_set="england-2020-04-15", reason="In force")
    hub.does(oldest, by=hub.admin)
    who, home = hub.positive(), hub.home()
    placement = hub.walk(hub.proposed(who, stay(home, start=ISOLATION_ENDS)), "accepted")
    hub.clock.plus(days=11)
    hub.does(partial(happened.left, placement=placement, reason="their son took them"))
    assert "C4" in {each.rule for each in hub.desk.ask(facts_of)[0].against}


def test_somebody_on_p1_goes_home_when_isolation_ends(hub: AHub) -> None:
    who, hot = hub.positive(pathway="P1"), hub.hot_home()
    placement = hub.walk(hub.proposed(who, stay(hot, end=ISOLATION_ENDS, in_unit="Red")), "arrived")
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    assert (row.next_step, row.next_sentence) == (
        NextStep.END,
        "Isolation ends Fri 27 Nov: goes home with support.",
    )
    assert [lock.patient for lock in hub.desk.ask(planning.freeze_case).case.locked] == [who]


def test_onward_is_not_planned_before_isolation_ends_or_without_an_end(hub: AHub) -> None:
    who, hot = hub.positive(immunosuppressed=True), hub.hot_home()
    placement = hub.walk(hub.proposed(who, stay(hot, in_unit="Red")), "arrived")
    assert hub.desk.ask(lambda q: q.placement(placement)).row.isolation_open_ended
    with hub.refuses(rule="S5"):
        hub.does(partial(placements.plan_onward, placement=placement))
    hub.does_saying_why(
        partial(observing.record_clearance, patient=who, organism=COVID, isolate_until=ISOLATION_ENDS),
        by=hub.clinician,
    )
    with hub.refuses(rule="C4"):
        hub.does(partial(placements.plan_onward, placement=placement, until=ISOLATION_ENDS - timedelta(1)))
    hub.does(partial(placements.plan_onward, placement=placement))
    assert hub.desk.ask(lambda q: q.placement(placement)).row.current.end == ISOLATION_ENDS


def test_the_end_of_a_placement_withdraws_the_onward_one(hub: AHub) -> None:
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    first = hub.walk(hub.proposed(who, stay(hot, end=ISOLATION_ENDS, in_unit="Red")), "arrived")
    second = hub.proposed(who, stay(home, start=ISOLATION_ENDS))
    hub.does(partial(placements.end, placement=first, outcome=EndOutcome.BACK_TO_HOSPITAL))
    assert (hub.state(first), hub.state(second)) == ("ended", "withdrawn")
    assert hub.desk.ask(lambda q: q.patients())[0].state == "waiting"


def test_whoever_goes_back_to_hospital_on_the_way_onward_is_in_neither_setting(hub: AHub) -> None:
    who, hot, home = hub.positive(), hub.hot_home(), hub.home()
    first = hub.walk(hub.proposed(who, stay(hot, end=ISOLATION_ENDS, in_unit="Red")), "arrived")
    second = hub.proposed(who, stay(home, start=ISOLATION_ENDS))
    hub.walk(second, "accepted")
    hub.clock.plus(days=11)
    hub.does(
        partial(placements.release, placement=first, organism=COVID, on=ISOLATION_ENDS), by=hub.clinician
    )
    hub.does(partial(infections.record_attestations, patient=who, attestations=FIVE), by=hub.clinician)
    hub.does(partial(placements.book, placement=second, transport=hub.transport()))
    hub.does(partial(placements.depart, placement=second))
    hub.does(partial(placements.end, placement=second, outcome=EndOutcome.BACK_TO_HOSPITAL))
    assert (hub.state(first), hub.state(second)) == ("ended", "ended")
    assert hub.desk.ask(lambda q: q.patients())[0].state == "waiting"
    assert hub.desk.ask(lambda q: q.setting(hot)).row.beds_held == 0


def test_leaving_the_list_withdraws_what_has_not_departed_and_nothing_else(hub: AHub) -> None:
    who, home, placement = one_stay(hub)
    hub.walk(placement, "accepted")
    hub.does(partial(patients.leave, patient=who, reason=LeaveReason.UNWELL))
    assert hub.state(placement) == "withdrawn"
    assert hub.desk.ask(lambda q: q.setting(home)).row.beds_held == 0
    hub.does(partial(patients.take_back, patient=who))
    again = hub.walk(hub.proposed(who, stay(home)), "departed")
    with hub.refuses(says=again):
        hub.does(partial(patients.leave, patient=who, reason=LeaveReason.UNWELL))


# --- by hand -----------------------------------------------------------------------------------------


def test_a_placement_by_hand_goes_through_the_same_verifier(hub: AHub) -> None:
    who, home, hot = hub.positive(), hub.home(), hub.hot_home()
    assert hub.desk.ask(partial(placements.assess, choices={who: [stay(home)]})).breaches
    with hub.refuses(rule="R1"):
        hub.proposed(who, stay(home))
    with hub.refuses():
        hub.proposed(who, stay(hot, end=ISOLATION_ENDS - timedelta(2), in_unit="Red"))
    found = hub.desk.ask(
        partial(placements.assess, choices={who: [stay(hot, end=ISOLATION_ENDS, in_unit="Red")]})
    )
    assert found.breaches == ()
    assert found.plan is not None
    assert found.plan.placements[0].points["no_onward"] == 120


def test_a_placement_by_hand_needs_a_reason(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    with hub.refuses(says="reason"):
        hub.does(partial(placements.propose_by_hand, choices={who: [stay(home)]}, reason="  "))


def test_a_placement_by_hand_in_beds_that_there_are_not_is_refused(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    with hub.refuses(says="no beds B9"):
        hub.proposed(who, stay(home, of="B9"))
    with hub.refuses(says="no beds B1 in a unit Main of S-0099"):
        hub.proposed(who, stay("S-0099"))


def test_companions_go_to_the_same_setting_or_not_at_all(hub: AHub) -> None:
    home, other = hub.home(), hub.home("Abbey Court")
    ada = hub.negative("Ada Shah")
    ben = hub.negative("Ben Shah", together_with=ada)
    with hub.refuses(rule="N7"):
        hub.proposed(ada, stay(home))
    both = {ada: [stay(home)], ben: [stay(other)]}
    with hub.refuses(rule="N7"):
        hub.does(partial(placements.propose_by_hand, choices=both, reason="as they wish"))
    together = {ada: [stay(home)], ben: [stay(home)]}
    made = hub.does(partial(placements.propose_by_hand, choices=together, reason="as they wish")).subjects
    for placement in made:
        hub.walk(placement, "approved")
    hub.does(partial(placements.withdraw, placement=made[1], reason="unwell again"))
    row = next(row for row in hub.desk.ask(lambda q: q.moves()) if row.id == made[0])
    assert "N7" in {flag.rule for flag in row.flags}


def companions(hub: AHub, *, start: date = TODAY) -> tuple[str, str]:
    """The placements of two who stay together, waiting for approval."""
    home = hub.home()
    ada = hub.negative("Ada Shah")
    ben = hub.negative("Ben Shah", together_with=ada)
    together = {who: [stay(home, start=start)] for who in (ada, ben)}
    one, other = hub.does(
        partial(placements.propose_by_hand, choices=together, reason="as they wish")
    ).subjects
    return one, other


def bodies(hub: AHub, entries: Sequence[str]) -> list[dict[str, Any]]:
    """What these entries say."""
    lines = [hub.desk.ask(partial(Queries.entry, name=each)) for each in entries]
    return [line.body for line in lines if line is not None]


def test_companions_are_approved_in_one_step_each_by_an_entry_of_its_own(hub: AHub) -> None:
    both = companions(hub)
    changed = hub.does(partial(placements.approve_together, placements=both, note="A couple"), hub.lead)
    assert changed.subjects == both
    assert {hub.state(each) for each in both} == {"approved"}
    assert [body["note"] for body in bodies(hub, changed.entries)] == ["A couple", "A couple"]
    with hub.refuses(says="No placement was chosen"):
        hub.does(partial(placements.approve_together, placements=[]), hub.lead)


def test_of_companions_neither_is_approved_where_one_cannot_be(hub: AHub) -> None:
    one, other = companions(hub)
    hub.does(partial(placements.approve, placement=other), hub.lead)
    with hub.refuses(says=other):
        hub.does(partial(placements.approve_together, placements=[one, other]), hub.lead)
    assert hub.state(one) == "proposed"


def test_what_was_asked_of_one_companion_is_marked_at_that_one(hub: AHub) -> None:
    both = companions(hub, start=TODAY + timedelta(5))
    hub.clock.plus(hours=80)  # what the home said last is old by now
    action = partial(placements.approve_together, placements=both)
    changed = hub.does_saying_why(action, hub.lead, why="Rang them a minute ago")
    for body in bodies(hub, changed.entries):
        assert [one["why"] for one in body["confirmed"]] == ["Rang them a minute ago"]


def test_nobody_has_two_placements_at_once(hub: AHub) -> None:
    who, home, first = one_stay(hub)
    with hub.refuses(says=first):
        hub.proposed(who, stay(home))
    hub.walk(first, "arrived")
    with hub.refuses(says="onward"):
        hub.proposed(who, stay(home))


# --- sending a plan to approval -----------------------------------------------------------------------


def planned(hub: AHub) -> str:
    frozen = hub.desk.ask(planning.freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    store = partial(planning.store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
    return hub.does(store).first


def test_whoever_somebody_stays_together_with_is_sent_to_approval_with_them(hub: AHub) -> None:
    hub.home()
    ada = hub.negative("Ada Shah")
    ben = hub.negative("Ben Shah", together_with=ada)
    cyn = hub.negative("Cyn Shah", together_with=ben)
    hub.setting("Fir House", unit("Main", beds(count=3)), vacancies=3)
    send = partial(placements.propose_from_plan, plan=planned(hub), patients=[ada])
    made = hub.does(send).subjects
    assert {hub.desk.ask(partial(Queries.placed, name=each)).patient for each in made} == {ada, ben, cyn}


def test_a_plan_is_sent_to_approval_with_its_stays_and_reasons(hub: AHub) -> None:
    who, _, _ = hub.positive(), hub.hot_home(), hub.home()
    plan = planned(hub)
    made = hub.does(partial(placements.propose_from_plan, plan=plan, patients=[who])).first
    page = hub.desk.ask(lambda q: q.approval(made))
    assert (page.plan, page.row.by_hand, len(page.stays)) == (plan, False, 2)
    assert page.because
    assert page.points["total"] == sum(n for key, n in page.points.items() if key != "total")
    assert not page.row.flags
    shown = hub.desk.ask(lambda q: q.plan(plan))
    assert [(row.patient, row.placement, row.placement_state) for row in shown.proposals] == [
        (who, made, "proposed")
    ]
    with hub.refuses():
        hub.does(partial(placements.propose_from_plan, plan=plan, patients=[who]))


def test_a_proposal_that_no_longer_holds_is_not_sent(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    plan = planned(hub)
    hub.does(partial(settings.close_admissions, setting=home, reason="no night staff"))
    assert hub.desk.ask(lambda q: q.plan(plan)).outdated
    with hub.refuses(rule="N5"):
        hub.does(partial(placements.propose_from_plan, plan=plan, patients=[who]))


def test_a_kept_proposal_is_locked_in_the_next_case_until_it_is_let_go(hub: AHub) -> None:
    who, _ = hub.negative(), hub.home()
    plan = planned(hub)
    hub.does(partial(planning.keep, plan=plan, patient=who))
    assert [lock.patient for lock in hub.desk.ask(planning.freeze_case).case.locked] == [who]
    again = planned(hub)
    row = hub.desk.ask(lambda q: q.plan(again)).proposals[0]
    assert (row.locked, row.change) == (True, "same")
    hub.does(partial(planning.stop_keeping, patient=who))
    assert hub.desk.ask(planning.freeze_case).case.locked == ()
    hub.does(partial(planning.keep, plan=plan, patient=who))
    hub.does(partial(placements.propose_from_plan, plan=plan, patients=[who]))
    assert hub.desk.ask(lambda q: q.kept()) == {}


def test_a_plan_is_stored_only_where_the_verifier_finds_nothing(hub: AHub) -> None:
    hub.negative()
    hub.home()
    frozen = hub.desk.ask(planning.freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    wrong = plan.model_copy(
        update={"objective": plan.objective.model_copy(update={"points": plan.objective.points + 1})}
    )
    with hub.refuses(says="breaks"):
        hub.does(partial(planning.store_plan, case=frozen.content, plan=write_plan(wrong)))
    other = frozen.content.replace(b"P-0001", b"P-0007")
    with hub.refuses(says="another case"):
        hub.does(partial(planning.store_plan, case=other, plan=write_plan(plan)))
    with hub.refuses(says="N5: closed"):
        hub.does(
            partial(planning.store_plan, case=frozen.content, plan=write_plan(plan), breaches=["N5: closed"])
        )


def test_a_stored_plan_places_nobody_and_holds_no_bed_until_somebody_sends_it(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    left = hub.desk.ask(lambda q: q.settings())[0].beds_left
    plan = planned(hub)
    assert [one.patient for one in hub.desk.ask(lambda q: q.plan(plan)).proposals] == [who]
    assert hub.desk.ask(lambda q: q.moves(over=True)) == ()
    assert hub.desk.ask(lambda q: q.settings())[0].beds_left == left
    sent = hub.does(partial(placements.propose_from_plan, plan=plan, patients=[who])).first
    assert hub.state(sent) == "proposed"
    assert hub.desk.ask(lambda q: q.placement(sent)).row.current.setting == home


def test_a_stored_plan_is_replayed_to_the_byte(hub: AHub) -> None:
    hub.positive()
    hub.hot_home()
    hub.home()
    plan = planned(hub)
    files = hub.desk.ask(lambda q: q.plan_files(plan))
    again = propose(read_case(files.case))
    assert write_plan(again) == files.plan


def test_a_stay_of_the_second_setting_may_be_a_unit_of_the_first(hub: AHub) -> None:
    who = hub.positive()
    hot = hub.hot_home()
    hub.does(partial(settings.add_unit, setting=hot, unit=unit("Blue")))
    placement = hub.proposed(
        who, stay(hot, end=ISOLATION_ENDS, in_unit="Red"), stay(hot, start=ISOLATION_ENDS, in_unit="Blue")
    )
    hub.walk(placement, "arrived")
    assert hub.desk.ask(lambda q: q.placement(placement)).row.next_step is NextStep.RELEASE
    hub.clock.plus(days=11)
    hub.does(
        partial(placements.release, placement=placement, organism=COVID, on=ISOLATION_ENDS), by=hub.clinician
    )
    hub.does(partial(placements.move_on, placement=placement))
    assert hub.desk.ask(lambda q: q.placement(placement)).row.stay == 1
