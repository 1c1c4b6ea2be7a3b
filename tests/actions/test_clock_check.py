"""Of two desks whose clocks lie apart the one that isn't the server's is asked, and the other works on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients
from discharge.actions.context import Action, Answered
from discharge.actions.in_touch import CLOCK_HELD_AFTER, InTouch
from discharge.model.errors import Asked
from discharge.model.patient_record import PatientDetails
from tests.actions.a_hub import TODAY, Clock
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADesk, two_desks

WHY = "the server's clock is being mended"
OFF = "This computer's clock is 1 h 2 m fast by the clock of the hub's server"


@pytest.fixture
def two(tmp_path: Path, server: AServer) -> Iterator[tuple[ADesk, ADesk]]:
    """Both go by the server's time; the second's clock can be set on its own."""
    with two_desks(tmp_path, server) as desks:
        own = Clock(desks[0].clock())
        server.clock = desks[0].clock
        desks[1].clock = desks[1].desk._clock = own
        for each in desks:
            each.sharing.holds_clock = True
            each.reaches()
        yield desks


def entering(name: str) -> Action:
    details = PatientDetails(
        name=name, no_number="not_known", sex="female", priority=2, pathway="P3", ready_on=TODAY
    )
    return partial(patients.register_patient, details=details, told_apart=True)


def asked(desk: ADesk, name: str) -> Asked:
    with pytest.raises(Asked) as raised:
        desk.does(entering(name))
    return raised.value


def last_of(desk: ADesk) -> str:
    return desk.desk.ask(lambda queries: queries.journal(limit=1))[0].sentence


def test_a_desk_whose_clock_is_off_is_asked_once_and_the_reason_is_on_record(
    two: tuple[ADesk, ADesk],
) -> None:
    _right, fast = two
    fast.clock.plus(minutes=62)
    assert fast.desk.hold_clock()
    assert fast.sharing.standing().clock_ahead == timedelta(minutes=62)
    question = asked(fast, "Ada Shah")
    assert question.sentence.startswith(OFF)
    assert question.mend == "Set the clock right; or say why it is right as it is."
    fast.does(Answered(entering("Ada Shah"), {question.key: WHY}))
    assert WHY in last_of(fast)
    fast.does(entering("Ben Okoro"))
    assert WHY not in last_of(fast)
    fast.clock.plus(hours=3)
    fast.desk.hold_clock()
    assert "4 h 2 m fast" in asked(fast, "Cy Dean").sentence


def test_what_was_asked_about_and_not_done_is_asked_about_again(two: tuple[ADesk, ADesk]) -> None:
    _right, fast = two
    fast.clock.plus(minutes=62)
    fast.desk.hold_clock()
    assert asked(fast, "Ada Shah").key == asked(fast, "Ada Shah").key


def test_a_desk_whose_clock_is_the_servers_is_not_asked_for_anothers(two: tuple[ADesk, ADesk]) -> None:
    right, fast = two
    fast.clock.plus(minutes=62)
    fast.enters("Ada Shah")  # it hasn't noticed yet
    right.enters("Ben Okoro")
    assert right.names() == {"Ada Shah", "Ben Okoro"}
    assert right.sharing.standing().clock_ahead == timedelta(0)


def test_what_is_done_cut_off_by_a_clock_that_is_off_is_asked_about_too(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    right, fast = two
    fast.clock.plus(minutes=62)
    fast.desk.hold_clock()
    server.reachable = False
    question = asked(fast, "Ada Shah")
    fast.does(Answered(entering("Ada Shah"), {question.key: WHY}))
    server.reachable = True
    fast.reaches()
    right.looks()
    assert right.names() == {"Ada Shah"}
    assert WHY in last_of(right)


def test_a_clock_that_was_set_right_is_found_to_be(two: tuple[ADesk, ADesk]) -> None:
    _right, fast = two
    fast.clock.plus(minutes=62)
    fast.desk.hold_clock()
    fast.clock.plus(minutes=-61)
    assert fast.desk.hold_clock()
    assert not fast.desk.hold_clock()
    fast.enters("Ada Shah")


def test_a_server_that_is_gone_when_the_clock_is_held_against_it_cuts_the_desk_off(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    _right, fast = two
    server.reachable = False
    assert fast.desk.hold_clock()
    assert not fast.sharing.is_online


def test_a_hub_that_goes_by_a_time_of_its_own_has_no_clock_to_hold(tmp_path: Path, server: AServer) -> None:
    with two_desks(tmp_path, server) as (one, _other):
        server.clock = lambda: one.clock() - timedelta(days=2_000)
        assert not one.desk.hold_clock()
        one.enters("Ada Shah")


def test_a_desk_in_touch_holds_its_clock_now_and_then(two: tuple[ADesk, ADesk], server: AServer) -> None:
    _right, fast = two
    seconds = 0.0
    touch = InTouch(fast.desk, changed=lambda: None, open_link=server.link, clock=lambda: seconds)
    fast.clock.plus(minutes=62)
    assert not touch._holds_the_clock()
    seconds = CLOCK_HELD_AFTER
    assert touch._holds_the_clock()
    assert not touch._holds_the_clock()
