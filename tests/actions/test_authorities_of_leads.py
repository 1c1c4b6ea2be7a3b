"""Whose decision it is: an LA lead who has authorities decides on people of those (A6)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from discharge.actions import people, placements
from discharge.actions.entry_back import take_back_entries
from discharge.model.people import Role
from discharge.rules.may import decides_for, those_who_may
from tests.actions.a_hub import AHub, Clock, stay


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub", Clock())


def decides(hub: AHub, *names: str) -> None:
    hub.does(partial(people.amend_user, user=hub.lead.id, authorities=names), hub.admin)
    hub.lead = hub.desk.sign_in(hub.lead.id)


def waiting(hub: AHub, name: str, authority: str | None) -> str:
    if "Elm Lodge" not in [row.name for row in hub.desk.ask(lambda q: q.settings())]:
        hub.home()
    home = next(row.id for row in hub.desk.ask(lambda q: q.settings()))
    return hub.proposed(hub.negative(name, local_authority=authority), stay(home))


def last(hub: AHub) -> str:
    return hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence


@pytest.mark.whole
def test_a6_a_lead_approves_and_returns_people_of_their_authorities_alone(hub: AHub) -> None:
    ada, ben = waiting(hub, "Ada Shah", "London Borough of Camden"), waiting(hub, "Ben Ode", "Islington")
    decides(hub, "Islington", "Hackney")
    why = "The person's local authority is Camden; you decide for Hackney and Islington."
    with hub.refuses(rule="A6", says=why):
        hub.does(partial(placements.approve, placement=ada), hub.lead)
    with hub.refuses(rule="A6", says=why):
        hub.does(partial(placements.return_, placement=ada, reason="too far"), hub.lead)
    with hub.refuses(rule="A6"):
        hub.does(partial(placements.approve_together, placements=[ben, ada]), hub.lead)
    assert hub.state(ben) == hub.state(ada) == "proposed"
    hub.does(partial(placements.approve, placement=ben), hub.lead)
    assert hub.state(ben) == "approved"


@pytest.mark.whole
def test_a6_without_authorities_of_the_lead_or_of_the_person_any_lead_decides(hub: AHub) -> None:
    ada, ben = waiting(hub, "Ada Shah", "Camden"), waiting(hub, "Ben Ode", None)
    assert hub.lead.authorities == frozenset()
    hub.does(partial(placements.return_, placement=ada, reason="too far"), hub.lead)
    decides(hub, "Islington")
    hub.does(partial(placements.approve, placement=ben), hub.lead)
    assert hub.state(ben) == "approved"


def test_a6_the_placements_page_names_the_leads_of_the_persons_authority(hub: AHub) -> None:
    ada = waiting(hub, "Ada Shah", "Camden")
    decides(hub, "Islington")
    page = hub.desk.ask(lambda q: q.approval(ada))
    assert "Lee Lead" not in [one.name for one in those_who_may("approve", page.deciders)]
    decides(hub, "LB Camden")
    page = hub.desk.ask(lambda q: q.approval(ada))
    assert "Lee Lead" in [one.name for one in those_who_may("approve", page.deciders)]


def test_a6_authorities_are_an_administrators_to_set_stand_in_the_record_and_are_taken_back(
    hub: AHub,
) -> None:
    amend = partial(people.amend_user, user=hub.lead.id, authorities=["Borough of Camden"])
    with hub.refuses(rule="A2"):
        hub.does(amend, hub.lead)
    with hub.refuses(says="Camdenn is no local authority of the list; the nearest is Camden"):
        hub.does(partial(people.amend_user, user=hub.lead.id, authorities=["Camdenn"]), hub.admin)
    changed = hub.does(amend, hub.admin)
    assert hub.desk.sign_in(hub.lead.id).authorities == {"Camden"}
    assert last(hub) == "Changed: LA lead; decides for Camden."
    hub.does(partial(take_back_entries, entries=changed.entries, reason="slip"), hub.admin)
    assert hub.desk.sign_in(hub.lead.id).authorities == frozenset()
    assert last(hub) == "Changed: LA lead; decides for every authority."
    hub.does(
        partial(people.add_user, name="Cy Lead", roles=[Role.LA_LEAD], authorities=["Hackney"]), hub.admin
    )
    assert "decides for Hackney" in last(hub)


def test_a6_an_area_of_the_hub_that_is_on_no_list_is_an_authority_too(hub: AHub) -> None:
    hub.amends({"areas": ("Northmarsh",)})
    decides(hub, "northmarsh")
    assert decides_for(hub.lead, "Northmarsh")
    assert not decides_for(hub.lead, "Camden")
    assert decides_for(hub.lead, None)
