"""The roles of a director and of a reader, and what an LA lead may until there is a director."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import designating, people
from discharge.actions.placements import gone_after, happened
from discharge.model.designating import DesignationStep
from discharge.model.people import Role
from discharge.model.setting import Span
from discharge.rules.may import MAY, roles_for, roles_there
from discharge.store.journal import Entry
from tests.actions.a_hub import DIRECTOR, TODAY, AHub, Clock, stay, unit
from tests.asked import facts_of


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub", Clock())


def designate(hub: AHub) -> Callable[..., Sequence[Entry]]:
    warm = hub.setting("The Yews", unit("Red", isolation="rooms", places=2), kind="hot_home")
    span, assured = Span(start=TODAY), TODAY - timedelta(1)
    return partial(designating.designate, setting=warm, unit="Red", span=span, assured_on=assured)


def test_a_hub_that_has_no_dass_yet_is_not_locked_out_an_la_lead_records_the_directors_word(
    hub: AHub,
) -> None:
    action = designate(hub)
    with hub.refuses(says="The director's word is missing"):
        hub.does(action, hub.lead)
    hub.does(partial(action, given=DIRECTOR), hub.lead)
    assert hub.desk.ask(lambda q: q.journal(limit=1))[0].role == "LA lead"


def test_once_there_is_a_dass_designating_is_theirs_even_after_they_left(hub: AHub) -> None:
    action, director = designate(hub), hub.person("Dee Reed", Role.DASS)
    for active in (True, False):
        hub.does(partial(people.amend_user, user=director.id, active=active), hub.admin)
        with hub.refuses(rule="A2", says="Only a DASS can do this"):
            hub.does(partial(action, given=DIRECTOR), hub.lead)
    hub.does(partial(people.amend_user, user=director.id, active=True), hub.admin)
    hub.does(action, director)
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert (line.role, line.given and line.given.name) == ("DASS", "Dee Reed")


def test_ending_a_designation_keeps_people_safe_and_is_the_leads_too(hub: AHub) -> None:
    hot, _ = hub.hot_home(), hub.person("Dee Reed", Role.DASS)
    over = partial(designating.end_designation, setting=hot, unit="Red", on=TODAY, reason="not assured")
    hub.does(over, hub.lead)


def test_a_director_records_the_way_to_a_designation_and_decides_on_no_placement(hub: AHub) -> None:
    director, home = hub.person("Dee Reed", Role.DASS), hub.home()
    step = partial(designating.record_designation_step, setting=home, unit="Main", on=TODAY, beds=2)
    hub.does(partial(step, step=DesignationStep.PUT_FORWARD), director)
    assert roles_for(("approve",)) == {Role.LA_LEAD}


def test_a_reader_does_nothing_but_sign_in_and_has_no_other_role(hub: AHub) -> None:
    at_the_door = {"add_desk", "set_own_key", "record_failed"}
    assert {name for name, right in MAY.items() if Role.READER in right.roles} == at_the_door
    with hub.refuses(says="A reader changes nothing"):
        hub.person("Rae Reader", Role.READER, Role.COORDINATOR)
    reader = hub.person("Rae Reader", Role.READER)
    with hub.refuses(says="A reader changes nothing"):
        hub.does(partial(people.amend_user, user=reader.id, roles=[Role.READER, Role.LA_LEAD]), hub.admin)
    assert hub.desk.sign_in(reader.id).roles == {Role.READER}


def test_what_happened_goes_to_nobody_who_may_not_deal_with_it(hub: AHub) -> None:
    reader, director = hub.person("Rae Reader", Role.READER), hub.person("Dee Reed", Role.DASS)
    placement = hub.proposed(hub.negative(), stay(hub.home()))
    settings = {"escalate_to": reader.id}
    hub.amends(settings)
    hub.does(partial(happened.left, placement=placement, reason="the ward needed the bed"))
    fact = hub.desk.ask(facts_of)[0]
    assert fact.assigned == hub.admin.id
    for other in (reader, director):
        with hub.refuses(says="may not deal with it"):
            hub.does(partial(gone_after.hand_over, fact=fact.id, to=other.id, reason="on leave"), hub.admin)


def test_of_the_roles_of_a_hub_those_of_who_has_left_count(hub: AHub) -> None:
    director = hub.person("Dee Reed", Role.DASS)
    hub.does(partial(people.amend_user, user=director.id, active=False), hub.admin)
    there = roles_there(hub.desk.people())
    assert Role.DASS in there
    assert roles_for(("designate",), there) == {Role.DASS}
