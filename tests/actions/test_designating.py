"""A designation under way is on record and shown, and lets nobody in."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from discharge.actions.designating import designate, record_designation_step
from discharge.actions.entry_back import take_back_entry
from discharge.model.designating import DesignationStep
from discharge.model.setting import Span
from tests.actions.a_hub import DIRECTOR, TODAY, AHub, unit


@pytest.fixture
def limes(hub: AHub) -> str:
    return hub.setting("The Limes", unit("Red", isolation="rooms", places=3), kind="hot_home")


def step(hub: AHub, setting: str, how: DesignationStep, *, on: date = TODAY, beds: int = 3) -> None:
    action = partial(record_designation_step, setting=setting, unit="Red", step=how, on=on, beds=beds)
    hub.does(action, by=hub.lead)


def awaiting(hub: AHub) -> list[int]:
    return [row.beds_awaiting for row in hub.desk.ask(lambda queries: queries.settings())]


def test_each_step_is_on_record_with_its_day_and_counts_as_beds_that_await(hub: AHub, limes: str) -> None:
    step(hub, limes, DesignationStep.PUT_FORWARD, on=TODAY - timedelta(7))
    step(hub, limes, DesignationStep.AWAITING)
    (there,) = hub.desk.ask(lambda queries: queries.setting(limes)).under_way
    assert (there.unit, there.step, there.on, there.beds) == ("Red", DesignationStep.AWAITING, TODAY, 3)
    assert awaiting(hub) == [3]
    last = hub.desk.ask(lambda queries: queries.journal(subject=limes, limit=100))[0].sentence
    assert "awaiting the CQC" in last
    assert "In no plan until it is designated" in last


def test_nothing_of_it_is_a_designation_until_it_is_designated(hub: AHub, limes: str) -> None:
    step(hub, limes, DesignationStep.ASSURED)
    facts = hub.desk.ask(lambda queries: queries.setting_facts(limes))
    assert facts.units[0].designated is None
    assert hub.desk.ask(lambda queries: queries.settings())[0].designated_units == 0
    span = Span(start=TODAY)
    given = partial(designate, setting=limes, unit="Red", span=span, given=DIRECTOR, assured_on=TODAY)
    hub.does(given, by=hub.lead)
    assert awaiting(hub) == [0]


def test_withdrawn_it_awaits_nothing(hub: AHub, limes: str) -> None:
    step(hub, limes, DesignationStep.INSPECTED)
    step(hub, limes, DesignationStep.WITHDRAWN)
    assert awaiting(hub) == [0]
    with hub.refuses(says="No designation of unit Red is under way"):
        step(hub, limes, DesignationStep.WITHDRAWN)


def test_what_is_still_to_come_or_of_no_bed_or_unit_is_refused(hub: AHub, limes: str) -> None:
    with hub.refuses(says="still to come"):
        step(hub, limes, DesignationStep.INSPECTED, on=TODAY + timedelta(1))
    with hub.refuses(says="No beds are named"):
        step(hub, limes, DesignationStep.INSPECTED, beds=0)
    with hub.refuses(says="has no unit Blue"):
        other = DesignationStep.INSPECTED
        action = partial(record_designation_step, setting=limes, unit="Blue", step=other, on=TODAY, beds=1)
        hub.does(action, by=hub.lead)


def test_a_step_that_was_a_slip_is_taken_back_and_the_one_before_it_stands(hub: AHub, limes: str) -> None:
    def last() -> str:
        return hub.desk.ask(lambda queries: queries.entries_of(limes))[-1].id

    step(hub, limes, DesignationStep.PUT_FORWARD)
    first = last()
    step(hub, limes, DesignationStep.WITHDRAWN)
    withdrawn = last()
    with hub.refuses(says="It has gone on since"):
        hub.does(partial(take_back_entry, entry=first, reason="a slip"), by=hub.lead)
    assert withdrawn in hub.desk.ask(lambda queries: queries.own_today(hub.lead.id))[0].entries
    hub.does(partial(take_back_entry, entry=withdrawn, reason="a slip"), by=hub.lead)
    assert awaiting(hub) == [3]
    hub.does(partial(take_back_entry, entry=first, reason="a slip"), by=hub.lead)
    assert awaiting(hub) == [0]
    said = hub.desk.ask(lambda queries: queries.journal(subject=limes, limit=1))[0].sentence
    assert said == "Unit Red, put forward to the CQC: taken back. Reason: a slip"


def test_a_designation_that_is_taken_back_is_under_way_again(hub: AHub, limes: str) -> None:
    step(hub, limes, DesignationStep.ASSURED)
    span = Span(start=TODAY)
    given = partial(designate, setting=limes, unit="Red", span=span, given=DIRECTOR, assured_on=TODAY)
    (entry,) = hub.desk.perform(given, by=hub.lead).entries
    assert awaiting(hub) == [0]
    hub.does(partial(take_back_entry, entry=entry, reason="a slip"), by=hub.lead)
    assert awaiting(hub) == [3]
