"""Four eyes that aren't talked round: one account a person, no word of one's own, no back-dated approval."""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import calls, people, placements
from discharge.actions.context import Context
from discharge.model.errors import Asked
from discharge.model.london import london_date
from discharge.model.people import ApprovalRule, Given, How, Role, User
from discharge.model.setting import Span
from discharge.store.journal import Entry, Kind
from tests.actions.a_hub import MANAGER, TODAY, AHub, Clock, stay
from tests.actions.signing import begins_signing, joins


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub", Clock())


def last(hub: AHub) -> str:
    return hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence


# --- one person, one account ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Lee Lead", "LEAD, Lee", "Dr. Lée  Lead", "lead lee"])
def test_a_name_of_the_hubs_people_in_any_spelling_has_no_second_account(hub: AHub, name: str) -> None:
    with hub.refuses(rule="A1", says="Lee Lead (U-0003) has that name already"):
        hub.person(name, Role.COORDINATOR)
    with hub.refuses(rule="A1"):
        hub.does(partial(people.amend_user, user=hub.coordinator.id, name=name), hub.admin)


def test_an_address_is_one_persons_and_amending_anything_else_asks_for_none(hub: AHub) -> None:
    amend = partial(people.amend_user, user=hub.lead.id)
    hub.does(partial(amend, email="lee.lead@abbey.example"), hub.admin)
    other = partial(people.add_user, name="L. Leed", roles=[Role.COORDINATOR])
    with hub.refuses(rule="A1", says="e-mail address"):
        hub.does(partial(other, email=" Lee.Lead@Abbey.example "), hub.admin)
    for wrong in ("lee", "lee@", "@abbey.example", "lee lead@abbey.example"):
        with hub.refuses(says="e-mail address isn't one"):
            hub.does(partial(other, email=wrong), hub.admin)
    hub.does(partial(amend, roles=[Role.LA_LEAD, Role.CLINICIAN]), hub.admin)
    assert hub.desk.sign_in(hub.lead.id).email == "lee.lead@abbey.example"
    assert last(hub).startswith("Changed: ")


def test_who_has_left_comes_back_instead_of_getting_a_second_account(hub: AHub) -> None:
    hub.does(partial(people.amend_user, user=hub.lead.id, active=False), hub.admin)
    with hub.refuses(rule="A1", says="who has left"):
        hub.person("Lee Lead", Role.LA_LEAD)
    hub.does(partial(people.amend_user, user=hub.lead.id, active=True), hub.admin)
    assert hub.desk.sign_in(hub.lead.id).active


def twin_of(hub: AHub, name: str, *roles: Role) -> User:
    """A second account as hubs of before may have one: it was not refused then."""
    body = {"number": 5, "name": name, "roles": sorted(roles)}
    entry = Entry(Kind.USER_ADDED, "U-0005", body, Role.ADMINISTRATOR)
    hub.does(lambda _context: [entry], hub.admin)
    return hub.desk.sign_in("U-0005")


def test_two_accounts_of_one_person_from_before_are_one_proposer_and_no_approver(hub: AHub) -> None:
    twin = twin_of(hub, "COORDINATOR, Cleo", Role.LA_LEAD)
    placement = hub.proposed(hub.negative(), stay(hub.home()))
    page = hub.desk.ask(lambda q: q.approval(placement))
    assert page.row.proposers == {hub.coordinator.id, twin.id}
    assert [user.name for user in page.deciders if Role.LA_LEAD in user.roles] == ["Lee Lead"]
    with hub.refuses(rule="A1", says="You proposed it"):
        hub.does(partial(placements.approve, placement=placement), twin)
    hub.does(partial(people.amend_user, user=hub.coordinator.id, name="Cleo Married"), hub.admin)
    with hub.refuses(rule="A1", says="You proposed it"):
        hub.does(partial(placements.approve, placement=placement), twin)
    hub.walk(placement, "approved")
    assert hub.desk.ask(lambda q: q.moves())[0].proposers == {hub.coordinator.id, twin.id}


# --- let in, and approving -----------------------------------------------------------------------------


def mark_of(hub: AHub, by: User, approver: User) -> str:
    today = stay(hub.home(f"Home {hub.clock.now}"), start=london_date(hub.clock.now))
    placement = hub.proposed(hub.negative(), today, by=by)
    shown = hub.desk.ask(lambda q: q.approval(placement)).marks.get(approver.id, "")
    hub.does(partial(placements.approve, placement=placement), approver)
    assert (f"Marked: {shown}" in last(hub)) is bool(shown)
    return shown


def test_being_approved_within_a_day_by_whom_one_let_in_is_marked_in_the_record(hub: AHub) -> None:
    hub.does(
        partial(people.amend_user, user=hub.admin.id, roles=[Role.ADMINISTRATOR, Role.COORDINATOR]), hub.admin
    )
    both = hub.desk.sign_in(hub.admin.id)
    hub.clock.plus(hours=25)
    assert mark_of(hub, both, hub.lead) == ""
    hub.clock.plus(minutes=5)
    new = hub.person("Nia New", Role.LA_LEAD)
    hub.clock.plus(hours=23)
    assert mark_of(hub, hub.coordinator, new) == ""
    assert mark_of(hub, both, new).startswith("Ana Admin had let Nia New into the hub")
    hub.clock.plus(hours=2)
    assert mark_of(hub, both, new) == ""


def test_giving_somebody_the_role_counts_as_letting_them_in_and_an_address_does_not(hub: AHub) -> None:
    roles = [Role.ADMINISTRATOR, Role.LA_LEAD]
    hub.does(partial(people.amend_user, user=hub.admin.id, roles=roles), hub.admin)
    both = hub.desk.sign_in(hub.admin.id)
    hub.clock.plus(hours=25)
    hub.does(partial(people.amend_user, user=hub.coordinator.id, email="cleo@abbey.example"), hub.admin)
    assert mark_of(hub, hub.coordinator, both) == ""
    more = [Role.COORDINATOR, Role.CLINICIAN]
    hub.does(partial(people.amend_user, user=hub.coordinator.id, roles=more), hub.admin)
    assert "Ana Admin had let Cleo Coordinator into the hub" in mark_of(hub, hub.coordinator, both)


def test_a_one_time_word_counts_as_letting_in_as_whoever_gave_it_may_have_used_it(hub: AHub) -> None:
    roles = [Role.ADMINISTRATOR, Role.COORDINATOR]
    hub.does(partial(people.amend_user, user=hub.admin.id, roles=roles), hub.admin)
    both = hub.desk.sign_in(hub.admin.id)
    begins_signing(hub)
    hub.clock.plus(hours=25)
    assert mark_of(hub, both, hub.lead) == ""
    joins(hub, hub.lead)
    assert "Ana Admin had given Lee Lead a one-time word" in mark_of(hub, both, hub.lead)
    assert hub.desk.verify().is_intact


# --- the fee, as it was and as it is -------------------------------------------------------------------


def costing(hub: AHub, then: float | None, now: float | None) -> str:
    """A placement that was proposed at one fee; the home asks another by now."""
    home = hub.home(weekly_fee=then)
    placement = hub.proposed(hub.negative(), stay(home))
    hub.charges(home, now)
    hub.approves_by([ApprovalRule(name="normal", valid=Span(start=TODAY), weekly_fee=1000)])
    return placement


@pytest.mark.parametrize(
    ("then", "now", "says"),
    [
        (900, 1000, ""),
        (1200, 800, "£1,200 is above your limit"),
        (800, 1200, "£1,200 is above your limit"),
        (900, None, "isn't known"),
        (None, 900, ""),
    ],
)
def test_a_limit_is_held_against_the_fee_as_proposed_and_as_it_is(
    hub: AHub, then: float | None, now: float | None, says: str
) -> None:
    placement = costing(hub, then, now)
    approve = partial(placements.approve, placement=placement)
    page = hub.desk.ask(lambda q: q.approval(placement))
    assert (hub.lead in page.deciders) is not bool(says)
    assert page.costs.stays[0].proposed == then
    if not says:
        hub.does(approve, hub.lead)
    else:
        with hub.refuses(rule="A4", says=says):
            hub.does(approve, hub.lead)


def test_a_placement_proposed_before_fees_were_kept_with_it_goes_by_the_fee_as_it_is(hub: AHub) -> None:
    choices = {hub.negative(): [stay(hub.home(weekly_fee=900))]}

    def as_before(context: Context) -> list[Entry]:
        made = placements.propose_by_hand(context, choices=choices, reason="near their family")
        return [replace(each, body={k: v for k, v in each.body.items() if k != "fees"}) for each in made]

    placement = hub.does(as_before).first
    hub.approves_by([ApprovalRule(name="normal", valid=Span(start=TODAY), weekly_fee=1000)])
    assert hub.desk.ask(lambda q: q.approval(placement)).costs.stays[0].proposed is None
    hub.does(partial(placements.approve, placement=placement), hub.lead)


# --- whose word ----------------------------------------------------------------------------------------


def told(hub: AHub) -> str:
    return hub.walk(hub.proposed(hub.negative(), stay(hub.home())), "told")


@pytest.mark.parametrize("name", ["Cleo Coordinator", "coordinator, CLEO", "Mrs Cleo Coordinator"])
def test_the_managers_word_is_never_the_name_of_who_records_it(hub: AHub, name: str) -> None:
    placement, given = told(hub), MANAGER.model_copy(update={"name": name})
    with hub.refuses(rule="A2", says="your own name"):
        hub.does(partial(placements.accept, placement=placement, given=given))


def test_no_word_of_anybody_is_that_of_who_records_it_whatever_their_role(hub: AHub) -> None:
    home = hub.home()
    for user in (hub.admin, hub.coordinator, hub.lead, hub.clinician):
        own = Given(how=How.IN_PERSON, name=user.name, role="registered manager")
        with hub.refuses(rule="A2", says="your own name"):
            hub.does(partial(calls.log_call, setting=home, said="All well.", given=own), user)


def test_an_admission_in_the_name_of_a_colleague_is_asked_about_and_marked(hub: AHub) -> None:
    placement = told(hub)
    given = MANAGER.model_copy(update={"name": "Lee Lead"})
    accept = partial(placements.accept, placement=placement, given=given)
    with pytest.raises(Asked, match="Lee Lead is one of this hub's people"):
        hub.does(accept)
    hub.does_saying_why(accept, why="The manager is another Lee Lead")
    assert "Confirmed: The manager is another Lee Lead" in last(hub)


# --- when ----------------------------------------------------------------------------------------------


def test_an_approval_has_no_time_but_that_of_its_recording(hub: AHub) -> None:
    for action in (placements.approve, placements.approve_together):
        assert "at" not in inspect.signature(action).parameters
    placement = hub.proposed(hub.negative(), stay(hub.home()))
    hub.clock.plus(hours=3)
    hub.does(partial(placements.approve, placement=placement), hub.lead)
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert line.happened_at == line.recorded_at == hub.clock.now


def test_an_approval_is_not_back_dated_by_setting_the_clock_back_either(hub: AHub) -> None:
    placement = hub.proposed(hub.negative(), stay(hub.home()))
    hub.clock.plus(hours=3)
    hub.patient("Late Comer")
    hub.clock.plus(hours=-2)
    approve = partial(placements.approve, placement=placement)
    with hub.refuses(says="That is before the last entry of this hub"):
        hub.does_saying_why(approve, hub.lead)
