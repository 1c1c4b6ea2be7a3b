"""What came back, and what has waited for long to be shared, stands on Today until it is dealt with."""

from __future__ import annotations

from functools import partial

from discharge.actions import patients
from discharge.actions.not_through import told
from discharge.model.shown.today import Need, TodayLine, When
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADesk
from ui.today.words import is_for, page_of, steps


def own_lines(desk: ADesk) -> list[TodayLine]:
    lines = desk.desk.ask(lambda queries: queries.today_lines())
    return [line for line in lines if line.need in (Need.CAME_BACK, Need.UNSHARED)]


def test_a_decision_that_came_back_is_its_authors_to_see_to_first(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    both = one.enters("Bea Todd")
    other.looks()
    server.reachable = False
    mine = one.enters("Ada Shah", nhs_number="9990000018", no_number=None)
    one.does(partial(patients.amend_patient, patient=mine, changes={"ward": "Ash"}, reason="moved"))
    number = {"nhs_number": "9990000026", "no_number": None}
    one.does(partial(patients.amend_patient, patient=both, changes=number, reason="found"))
    server.reachable = True
    other.enters("Ada B. Shah", nhs_number="9990000018", no_number=None)
    other.enters("Bea C. Todd", **number)
    one.reaches()
    entered, amended, third = own_lines(one)
    first = one.desk.ask(lambda queries: queries.today_lines())[0]
    assert (first, first.when) == (entered, When.NOW)
    assert entered.sentence == "Came back, not done: Enter Ada Shah on the list"
    assert "P-0002 has this NHS number already." in entered.remark
    assert page_of(entered) == ("patients", "P-0002"), "who stands in the way"
    # what was called P-0002 here is somebody else on record: nobody is sent there, nor named
    assert amended.sentence.endswith("Change the record of P-0002, as it was called at this desk")
    assert (amended.about, page_of(amended)[0]) == ("", "")
    assert third.sentence.endswith("Change the record of Bea Todd")
    assert page_of(third) == ("patients", both)
    assert [step.command for step in steps(third)] == ["today.open", "today.seen"]
    assert is_for(third, one.user)
    assert not is_for(third, other.user)
    assert not own_lines(other), "it is the desk's own, where it was done"
    for each in one.sharing.returned():
        one.sharing.set_aside(each.number)
    assert own_lines(one) == []


def test_what_has_waited_for_an_hour_is_said(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, _other = two
    server.reachable = False
    one.enters("Ada Shah")
    one.clock.plus(minutes=50)
    one.enters("Ben Okoro")
    assert own_lines(one) == []
    one.clock.plus(minutes=11)
    (line,) = own_lines(one)
    assert line.sentence == "2 steps aren't shared yet: no other desk sees what was done here"
    assert line.remark == "The server doesn't answer."
    assert [step.command for step in steps(line)] == ["hub.not_shared"]
    (first, _second) = one.desk.ask(lambda queries: told(queries, one.sharing.not_shared()))
    assert first.words == "Enter Ada Shah on the list"
    server.reachable = True
    one.reaches()
    assert own_lines(one) == []
