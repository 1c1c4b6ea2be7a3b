"""Who sits at the desk, how the hub is set up, and what its pages are told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import hub as hub_actions
from discharge.actions import people, placements
from discharge.actions.desk import EVERY_ROLE, Desk
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import ApprovalRule, Role
from discharge.model.placement import DeclineReason
from discharge.model.setting import Span
from tests.actions import observing
from tests.actions.a_hub import COVID, MANAGER, TODAY, AHub, Clock, stay


def test_a_new_hub_is_founded_once_by_an_administrator(tmp_path: Path) -> None:
    with Desk.open(tmp_path / "hub.desk", clock=Clock()) as desk:
        assert not desk.people()
        with pytest.raises(UserError):
            desk.found(hub="Abbey", name="Ana", roles=frozenset({Role.COORDINATOR}))
        with pytest.raises(UserError):
            desk.found(hub=" ", name="Ana")
        user = desk.found(hub="Abbey", name="Ana Admin")
        assert (user.id, user.roles, desk.people()) == ("U-0001", EVERY_ROLE, (user,))
        with pytest.raises(NotAllowed):
            desk.found(hub="Abbey again", name="Bo")
        assert desk.ask(lambda q: q.hub()).name == "Abbey"


def test_nobody_sits_down_who_is_not_of_the_hub_or_has_left(hub: AHub) -> None:
    with hub.refuses():
        hub.desk.sign_in("U-0099")
    hub.does(partial(people.amend_user, user=hub.lead.id, active=False), by=hub.admin)
    with hub.refuses(says="Lee Lead"):
        hub.desk.sign_in(hub.lead.id)
    assert [user.id for user in hub.desk.people()][-1] == hub.lead.id


def test_roles_are_those_of_now_not_of_when_somebody_sat_down(hub: AHub) -> None:
    hub.does(partial(people.amend_user, user=hub.coordinator.id, roles=[Role.CLINICIAN]), by=hub.admin)
    with hub.refuses(rule="A2"):
        hub.patient()


@pytest.mark.parametrize("who", ["coordinator", "lead", "clinician"])
def test_only_an_administrator_changes_people_and_the_hub(hub: AHub, who: str) -> None:
    user = getattr(hub, who)
    for step in (
        partial(people.add_user, name="New One", roles=[Role.COORDINATOR]),
        partial(people.amend_user, user=hub.admin.id, name="Other"),
        partial(hub_actions.amend_hub, changes={"offer_hours": 2}),
    ):
        with hub.refuses():
            hub.does(step, by=user)


def test_a_hub_always_has_an_administrator(hub: AHub) -> None:
    for changes in ({"active": False}, {"roles": [Role.COORDINATOR]}):
        with hub.refuses(says="needs an administrator"):
            hub.does(partial(people.amend_user, user=hub.admin.id, **changes), by=hub.admin)
    other = hub.person("Bo Both", Role.ADMINISTRATOR)
    hub.does(partial(people.amend_user, user=hub.admin.id, active=False), by=other)
    with hub.refuses():
        hub.does(partial(people.add_user, name="No Role", roles=[]), by=other)
    with hub.refuses():
        hub.does(partial(people.amend_user, user="U-0099", name="x"), by=other)


def test_a_rule_set_that_there_is_not_is_not_chosen(hub: AHub) -> None:
    for wrong in ("england-2019", {"base": "england-2022-04-04", "stale_hurs": 4}):
        with hub.refuses():
            hub.does(partial(hub_actions.amend_hub, changes={"rule_set": wrong}), by=hub.admin)
    hub.does(partial(hub_actions.amend_hub, changes={"rule_set": "england-2024-04-01"}), by=hub.admin)
    assert hub.desk.ask(lambda q: q.status()).rule_set == "england-2024-04-01"
    hub.patient()
    assert hub.desk.ask(lambda q: q.patients())[0].infection.requirement == "open"


def test_without_a_choice_the_rule_set_is_that_of_the_day(hub: AHub) -> None:
    assert hub.desk.ask(lambda q: q.status()).rule_set == "england-2020-10-13"
    hub.clock.plus(days=600)
    assert hub.desk.ask(lambda q: q.status()).rule_set == "england-2022-04-04"


def test_approval_rules_are_changed_by_a_lead_or_administrator_with_a_reason(hub: AHub) -> None:
    rule = ApprovalRule(
        name="surge", valid=Span(start=TODAY), users=frozenset({hub.lead.id}), weekly_fee=1500.0
    )
    setting = partial(hub_actions.set_approval_rules, rules=[rule], reason="winter surge")
    with hub.refuses(rule="A4"):
        hub.does(setting)
    with hub.refuses(says="reason"):
        hub.does(partial(setting, reason=" "), by=hub.lead)
    with hub.refuses(says="U-0099"):
        hub.does(
            partial(setting, rules=[rule.model_copy(update={"users": frozenset({"U-0099"})})]), by=hub.lead
        )
    with hub.refuses():
        hub.does(partial(hub_actions.amend_hub, changes={"approval_rules": []}), by=hub.admin)
    hub.does(setting, by=hub.lead)
    assert hub.desk.ask(lambda q: q.hub()).approval_rules == ()
    hub.clock.plus(hours=25)
    hub.confirms(hub.admin)
    assert hub.desk.ask(lambda q: q.hub()).approval_rules == (rule,)
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert (line.user_name, line.role, line.sentence) == (
        "Ana Admin",
        "administrator",
        "Confirmed, and counts from now on: the approval rules, as Lee Lead changed it.",
    )
    hub.does(partial(hub_actions.amend_hub, changes={"offer_hours": 2}), by=hub.admin)
    assert hub.desk.ask(lambda q: q.hub()).approval_rules == (rule,)


# --- what the pages are told ---------------------------------------------------------------------------


def test_the_counts_of_the_rail_follow_the_work(hub: AHub) -> None:
    status = hub.desk.ask(lambda q: q.status())
    assert (status.waiting, status.approvals, status.moves) == (0, 0, 0)
    home = hub.home(vacancies=3)
    who = hub.negative()
    waiting = hub.patient("Cyn Trent")
    hub.tested(waiting, "pending")
    placement = hub.proposed(who, stay(home))
    status = hub.desk.ask(lambda q: q.status())
    assert (status.waiting, status.approvals) == (1, 1)
    hub.walk(placement, "told")
    hub.clock.plus(hours=5)
    status = hub.desk.ask(lambda q: q.status())
    assert (status.approvals, status.moves) == (0, 1)


@pytest.mark.whole
def test_the_next_step_of_a_placement_is_said_with_its_clock(hub: AHub) -> None:
    placement = hub.proposed(hub.negative(), stay(hub.home()))
    said = []
    for state in ("proposed", "approved", "told", "accepted", "booked", "departed", "arrived"):
        hub.walk(placement, state)
        row = hub.desk.ask(lambda q: q.moves())[0]
        said.append((row.next_step.value, row.due is not None, row.overdue))
        assert "Elm Lodge" in row.next_sentence or state == "proposed"
    assert said == [
        ("approve", True, False),
        ("tell", True, False),
        ("answer", True, False),
        ("book", True, False),
        ("depart", True, False),
        ("arrive", True, False),
        ("end", False, False),
    ]


def test_somebody_on_the_way_for_too_long_is_asked_after(hub: AHub) -> None:
    hub.walk(hub.proposed(hub.negative(), stay(hub.home())), "departed")
    assert not hub.desk.ask(lambda q: q.moves())[0].overdue
    hub.clock.plus(hours=4)
    assert hub.desk.ask(lambda q: q.moves())[0].overdue


def test_the_isolation_ends_of_the_week_say_where_each_goes(hub: AHub) -> None:
    hot = hub.hot_home(vacancies=3, places=3)
    home = hub.home(vacancies=3)
    ends = {}
    for name, days_ago, onward in (("Ada", 9, True), ("Ben", 12, False), ("Cyn", 3, True)):
        who = hub.positive(name, days_ago=days_ago, pathway="P3" if onward else "P1")
        end = TODAY - timedelta(days_ago) + timedelta(14)
        if end - TODAY < timedelta(3):
            continue
        stays = [stay(hot, end=end, in_unit="Red"), *([stay(home, start=end)] if onward else [])]
        hub.walk(hub.proposed(who, *stays), "arrived")
        ends[name] = end
    found = hub.desk.ask(lambda q: q.isolation_ends())
    assert [(one.patient_name, one.ends, one.goes_to, one.released) for one in found] == [
        ("Ada", ends["Ada"], "Elm Lodge", False)
    ]
    assert len(hub.desk.ask(lambda q: q.isolation_ends(days=14))) == len(ends)


def test_an_approver_sees_what_was_answered_before(hub: AHub) -> None:
    who, home, other = hub.negative(), hub.home(), hub.home("Abbey Court")
    first = hub.walk(hub.proposed(who, stay(home)), "told")
    hub.does(
        partial(placements.decline, placement=first, code=DeclineReason.FEE, given=MANAGER, note="asks 1,100")
    )
    second = hub.proposed(who, stay(other))
    page = hub.desk.ask(lambda q: q.approval(second))
    assert [step.sentence for step in page.earlier] == ["Elm Lodge declined: fee not agreed. asks 1,100"]
    assert page.row.by_hand
    assert page.by_hand_reason
    assert [row.name for row in page.settings] == ["Abbey Court"]
    assert page.observations
    assert page.limit == ""


def test_a_search_finds_people_settings_and_placements(hub: AHub) -> None:
    home = hub.home("Elm Lodge", postcode="RM9 6LH")
    who = hub.negative("Ada Shah", nhs_number="9994765949")
    placement = hub.proposed(who, stay(home))

    def found(text: str) -> list[tuple[str, str]]:
        return [(one.noun, one.id) for one in hub.desk.ask(lambda q: q.find(text))]

    assert found("shah ADA") == [("patient", who)]
    assert found("999 476") == [("patient", who)]
    assert found("rm9") == [("setting", home)]
    assert found("elm lo") == [("setting", home)]
    assert found("l-0001") == [("placement", placement)]
    assert found("94") == []
    assert found("") == []
    assert found("nobody") == []


def test_the_journal_is_read_page_by_page_and_by_subject(hub: AHub) -> None:
    for number in range(5):
        hub.patient(f"Person {number}")
    newest = hub.desk.ask(lambda q: q.journal(limit=3))
    older = hub.desk.ask(lambda q: q.journal(limit=3, before=newest[-1].seq))
    assert [line.seq for line in (*newest, *older)] == list(range(newest[0].seq, newest[0].seq - 6, -1))
    assert [line.subject for line in hub.desk.ask(lambda q: q.journal(subject="P-0003"))] == ["P-0003"]


def test_the_page_of_a_person_has_their_whole_story(hub: AHub) -> None:
    who = hub.negative()
    hub.walk(hub.proposed(who, stay(hub.home())), "approved")
    hub.does(partial(observing.record_exposure, patient=who, organism=COVID, exposed_on=TODAY))
    page = hub.desk.ask(lambda q: q.patient(who))
    assert [line.sentence.split(" ")[0] for line in page.timeline] == [
        "COVID-19:",
        "Approved.",
        "Proposed",
        "COVID-19:",
        "Entered",
    ]
    assert [(one.setting_name, one.state) for one in page.placements] == [("Elm Lodge", "approved")]


def test_what_an_action_changed_is_named(hub: AHub) -> None:
    who = hub.negative()
    home = hub.home()
    changed = hub.does(
        partial(placements.propose_by_hand, choices={who: [stay(home)]}, reason="near her daughter")
    )
    assert changed.first == "L-0001"
    assert changed.nouns == {"placements", "patients", "settings", "plans"}
    assert len(changed.entries) == 1


@pytest.mark.whole
def test_whoever_has_left_hospital_is_not_shown_as_blocked_for_want_of_a_test(hub: AHub) -> None:
    who = hub.negative()
    placement = hub.walk(hub.proposed(who, stay(hub.home())), "arrived")
    hub.clock.plus(days=4)
    infection = hub.desk.ask(lambda q: q.patients())[0].infection
    assert (infection.requirement, infection.rule) == ("own_room", "C9")
    assert hub.desk.ask(lambda q: q.placement(placement)).row.flags == ()
    hub.clock.plus(days=10)
    assert hub.desk.ask(lambda q: q.patients())[0].infection.requirement == "open"


def test_the_proposer_is_known_by_id_not_by_name_alone(hub: AHub) -> None:
    other = hub.person("Cleo Coordinator-Smith", Role.COORDINATOR, Role.LA_LEAD)
    placement = hub.proposed(hub.negative(), stay(hub.home()), by=other)
    assert hub.desk.ask(lambda q: q.approvals())[0].proposers == {other.id}
    hub.walk(placement, "approved")
    assert hub.desk.ask(lambda q: q.moves())[0].proposers == {other.id}
