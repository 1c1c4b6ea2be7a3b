"""The window steers to the safe step: a broken rule shows in the state, and the main step mends it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from discharge.actions.settings import declare_outbreak
from discharge.model.shown.placements import MoveRow
from discharge.model.shown.today import Need, TodayLine, When
from tests.actions.a_hub import AHub, stay
from ui.moves.bars import Shown, bars_of
from ui.theme.palette import Tone
from ui.today.words import steps
from ui.words.moves import FORWARD, block_of, flag_of, next_status, state_status, steps_of, why_not_step
from ui.words.people import standing

STEERED = {
    "proposed": ("In approval: stop", "withdraw"),
    "approved": ("Approved: stop", "withdraw"),
    "told": ("Approved: stop", "withdraw"),
    "accepted": ("Approved: stop", "withdraw"),
    "booked": ("Approved: stop", "withdraw"),
    "departed": ("On the way: stop", "happened"),
    "arrived": ("Arrived: act", "onward"),
}
"""Of somebody in an open home who turns positive: the state's word, and the main step. What a home was told
and said before a newer result is asked again (C5)."""


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub.discharge")


def turned_positive(hub: AHub, state: str) -> MoveRow:
    """Somebody whose placement in an open home stands there when their test comes back positive."""
    person = hub.negative("Ann Marsh")
    placement = hub.proposed(person, stay(hub.home()))
    if state != "proposed":
        hub.walk(placement, state)
    hub.tested(person, "positive", hours_ago=1)
    return hub.desk.ask(lambda q: q.placement(placement)).row


@pytest.mark.parametrize("state", STEERED)
def test_the_state_says_stop_and_the_main_step_mends_it(hub: AHub, state: str) -> None:
    row = turned_positive(hub, state)
    word, main = STEERED[state]
    shown = state_status(row.state, row.flags)
    assert (shown.word, shown.tone) == (word, Tone.DANGER)
    assert "can't take someone with COVID-19" in shown.sentence
    assert steps_of(row)[0] == main
    assert next_status(row, now=hub.clock.now).tone is Tone.DANGER


@pytest.mark.parametrize("state", STEERED)
def test_a_step_that_a_rule_forbids_is_offered_nowhere(hub: AHub, state: str) -> None:
    row = turned_positive(hub, state)
    assert not FORWARD.intersection(steps_of(row))
    block = block_of(row)
    assert block is not None
    assert all(why_not_step(row, step) for step in FORWARD)


@pytest.mark.parametrize("state", STEERED)
def test_today_has_it_above_all_with_the_step_that_mends_it(hub: AHub, state: str) -> None:
    row = turned_positive(hub, state)
    lines = hub.desk.ask(lambda q: q.today_page()).lines
    # whoever is on the way or there: the home hears of the result first, by telephone
    first: TodayLine = next(line for line in lines if line.need is not Need.NEWS)
    assert (first.need, first.when, first.about) == (Need.STOPPED, When.NOW, row.id)
    assert "can't take someone with COVID-19" in first.remark
    assert steps(first)[0].command == f"placement.{STEERED[state][1]}"


@pytest.mark.parametrize("state", STEERED)
def test_the_list_of_people_shows_no_tick_on_what_a_rule_forbids(hub: AHub, state: str) -> None:
    turned_positive(hub, state)
    (person,) = hub.desk.ask(lambda q: q.patients())
    shown = standing(person, now=hub.clock.now)
    assert (shown.word, shown.tone) == (STEERED[state][0], Tone.DANGER)
    assert "can't take someone with COVID-19" in shown.sentence


@pytest.mark.parametrize("state", STEERED)
def test_nights_that_a_rule_forbids_look_otherwise_than_lawful_ones(hub: AHub, state: str) -> None:
    row = turned_positive(hub, state)
    (first, *_) = bars_of(row, Shown(hub.clock.now, {}), named=True)
    assert first.wrong
    assert "can't take someone with COVID-19" in first.sentence


@pytest.mark.parametrize("state", ["approved", "told", "accepted", "booked", "departed", "arrived"])
def test_a_lawful_placement_goes_its_way_as_ever(hub: AHub, state: str) -> None:
    person = hub.negative("Ann Marsh")
    placement = hub.proposed(person, stay(hub.home()))
    hub.walk(placement, state)
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    assert not row.flags
    assert state_status(row.state, row.flags).tone is Tone.NEUTRAL
    assert block_of(row) is None
    assert not any(bar.wrong for bar in bars_of(row, Shown(hub.clock.now, {}), named=True))


def test_what_needs_a_person_says_decide_and_offers_to_turn_them_back(hub: AHub) -> None:
    home = hub.home()
    placement = hub.proposed(hub.negative("Ann Marsh"), stay(home))
    hub.walk(placement, "departed")
    hub.desk.perform(partial(declare_outbreak, setting=home, organism="norovirus"), by=hub.coordinator)
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    flag = flag_of(row)
    assert flag is not None
    assert not flag.blocks
    shown = state_status(row.state, row.flags)
    assert (shown.word, shown.tone, shown.icon) == ("On the way: decide", Tone.WAITING, "flag")
    assert "outbreak of norovirus" in shown.sentence
    assert steps_of(row)[:2] == ("happened", "arrive")
    bars = bars_of(row, Shown(hub.clock.now, {}), named=True)
    assert [(bar.asks, bar.wrong) for bar in bars] == [(True, False)]
    assert "outbreak of norovirus" in bars[0].sentence
