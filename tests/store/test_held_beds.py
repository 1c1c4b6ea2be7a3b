"""A bed is held as long as its person is in it: somebody whose isolation outlasts the planned stay stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import settings
from tests.actions import observing
from tests.actions.a_hub import COVID, TODAY, AHub, beds, stay
from tests.asked import flags_of

END, LONGER = TODAY + timedelta(11), TODAY + timedelta(16)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    found = AHub(tmp_path / "hub.discharge")
    yield found
    found.desk.close()


def one_bed(hub: AHub) -> str:
    """A designated unit with one bed and two isolation places: it is the bed that is short."""
    hot = hub.hot_home(places=2)
    hub.does(partial(settings.set_beds, setting=hot, unit="Red", beds=beds("B1", count=1)))
    return hot


def isolates_longer(hub: AHub, patient: str, until: date = LONGER) -> None:
    """A clinician's date, later than the planned end of the stay."""
    action = partial(observing.record_clearance, patient=patient, organism=COVID, isolate_until=until)
    hub.does(action, hub.clinician)


def held(hub: AHub, setting: str) -> list[date | None]:
    """Until when the beds of a setting are held."""
    return [one.end for one in hub.desk.ask(lambda q: q.holds_in(setting))]


@pytest.mark.parametrize("state", ["approved", "booked", "departed", "arrived"])
def test_the_bed_is_held_to_the_end_of_the_isolation_in_case_and_screens(hub: AHub, state: str) -> None:
    hot, who = one_bed(hub), hub.positive()
    placement = hub.walk(hub.proposed(who, stay(hot, end=END, in_unit="Red")), state)
    assert held(hub, hot) == [END]
    isolates_longer(hub, who)
    assert held(hub, hot) == [LONGER]
    (lock,) = hub.desk.ask(lambda q: q.freeze()).case.locked
    assert [one.end for one in lock.stays] == [LONGER]
    (hold,) = hub.desk.ask(lambda q: q.setting(hot)).units[0].beds[0].holds
    assert (hold.placement, hold.end) == (placement, LONGER)


@pytest.mark.whole
def test_nobody_is_proposed_for_a_bed_in_which_somebody_isolates_still(hub: AHub) -> None:
    hot, who = one_bed(hub), hub.positive()
    hub.walk(hub.proposed(who, stay(hot, end=END, in_unit="Red")), "arrived")
    isolates_longer(hub, who)
    hub.clock.plus(days=8)
    other = hub.positive("Ben Ode", born=date(1931, 1, 1), days_ago=2)
    with hub.refuses(rule="N10"):
        hub.proposed(other, stay(hot, start=END, end=END + timedelta(9), in_unit="Red"))


def test_whoever_was_to_have_the_bed_after_them_is_flagged(hub: AHub) -> None:
    hot, who = one_bed(hub), hub.positive("Ada Shah")
    hub.walk(hub.proposed(who, stay(hot, end=END, in_unit="Red")), "departed")
    other = hub.positive("Ben Ode", born=date(1931, 1, 1), days_ago=2)
    hub.does(
        partial(observing.record_clearance, patient=other, organism=COVID, isolate_until=END + timedelta(20)),
        hub.clinician,
    )
    next_in = hub.walk(
        hub.proposed(other, stay(hot, start=END, end=END + timedelta(20), in_unit="Red")), "approved"
    )
    assert hub.desk.ask(lambda q: flags_of(q, next_in)) == ()
    isolates_longer(hub, who)
    flags = hub.desk.ask(lambda q: flags_of(q, next_in))
    assert [(flag.rule, flag.sentence) for flag in flags] == [
        ("N10", "The Limes, unit Red, has no bed left on Fri 27 Nov: Ada Shah holds it.")
    ]


@pytest.mark.whole
def test_a_shorter_isolation_frees_no_bed_before_the_stay_is_over(hub: AHub) -> None:
    hot, who = one_bed(hub), hub.positive()
    hub.walk(hub.proposed(who, stay(hot, end=END, in_unit="Red")), "arrived")
    released = partial(observing.record_clearance, patient=who, organism=COVID, released_on=TODAY)
    hub.does_saying_why(released, hub.clinician)
    assert held(hub, hot) == [END]


@pytest.mark.whole
def test_whoever_isolates_without_an_end_in_sight_holds_the_bed_without_one(hub: AHub) -> None:
    hot, who = one_bed(hub), hub.positive()
    hub.walk(hub.proposed(who, stay(hot, end=END, in_unit="Red")), "arrived")
    hub.does(
        partial(observing.record_symptoms, patient=who, organism="norovirus", onset_on=TODAY - timedelta(1))
    )
    assert held(hub, hot) == [None]
