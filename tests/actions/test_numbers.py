"""What was begun while a desk was cut off goes to whom it was about, whatever their number is on record."""

from __future__ import annotations

from functools import partial

import pytest

from discharge.actions import patients
from discharge.actions.context import Action, InOneGo
from discharge.actions.numbers import Numbers, Renumbered, draft_of
from discharge.model.errors import UserError
from discharge.store.ask.queries import Queries
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADesk


def test_numbers_are_followed_from_the_step_at_which_they_were_seen() -> None:
    numbers = Numbers()
    first = numbers.step
    numbers.note({"P-0002": "P-0003"})
    numbers.note({"P-0003": "P-0004"})
    second = numbers.step
    numbers.note({"P-0003": "P-0007", "P-0009": "P-0009~4"})
    assert numbers.since(first) == {"P-0002": "P-0007", "P-0003": "P-0004", "P-0009": "P-0009~4"}
    assert numbers.since(second) == {"P-0003": "P-0007", "P-0009": "P-0009~4"}
    assert numbers.since(numbers.step) == {}
    numbers.note_unknown()
    assert numbers.since(first) is None


def test_a_form_that_was_cut_short_is_of_the_same_person() -> None:
    names = {"P-0002": "P-0003", "P-0004": "P-0004~1"}
    assert [draft_of(form, names) for form in ("add", "amend/P-0001", "amend/P-0002", "amend/P-0004")] == [
        "add", "amend/P-0001", "amend/P-0003", "amend",
    ]  # fmt: skip


def numbers_of(desk: ADesk, since: int | None) -> tuple[int, dict[str, str]]:
    found = desk.desk.renumbered(since)
    assert found is not None
    return found[0], dict(found[1])


def _wards(desk: ADesk) -> dict[str, str]:
    return {row.name: row.ward for row in desk.desk.ask(Queries.patients)}


def _to(ward: str, patient: str) -> Action:
    return partial(patients.amend_patient, patient=patient, changes={"ward": ward}, reason="moved")


def test_a_form_that_was_open_when_it_was_shared_is_about_the_same_person(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    mine = one.enters("Ada Shah")
    seen, names = numbers_of(one, None)
    assert names == {}
    server.reachable = True
    assert other.enters("Cy Dean") == mine
    one.reaches()
    # the form about Ada Shah is saved: her number is Cy Dean's by now
    with pytest.raises(Renumbered):
        one.desk.perform(_to("Elm", mine), by=one.user, seen=seen)
    assert _wards(one) == {"Ada Shah": "", "Cy Dean": ""}
    one.desk.perform(_to("Ash", mine), by=one.user, seen=seen, follows=True)
    assert _wards(one) == {"Ada Shah": "Ash", "Cy Dean": ""}
    now, names = numbers_of(one, seen)
    assert names == {mine: "P-0002"}
    one.desk.perform(_to("Oak", mine), by=one.user, seen=now)
    assert _wards(one) == {"Ada Shah": "Ash", "Cy Dean": "Oak"}


def test_what_came_back_is_not_done_to_whoever_has_the_number(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    mine = one.enters("Ada Shah", nhs_number="9990000018", no_number=None)
    seen, _names = numbers_of(one, None)
    server.reachable = True
    other.enters("Ada B. Shah", nhs_number="9990000018", no_number=None)
    one.reaches()
    with pytest.raises(UserError, match="what entered it came back"):
        one.desk.perform(_to("Ash", mine), by=one.user, seen=seen, follows=True)
    assert _wards(one) == {"Ada B. Shah": ""}


@pytest.mark.whole
def test_a_copy_that_is_made_anew_meanwhile_is_followed_too(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    mine = one.enters("Ada Shah")
    seen, _names = numbers_of(one, None)
    server.reachable = True
    other.enters("Cy Dean")

    def gone() -> None:
        server.reachable = False

    server.before_append = gone
    with pytest.raises(UserError):
        one.reaches()
    now, names = numbers_of(one, seen)
    assert names == {mine: "P-0002"}
    server.reachable = True
    other.enters("Ed Frey")
    one.reaches()
    assert numbers_of(one, now)[1] == {"P-0002": "P-0003"}
    both = InOneGo((_to("Ash", mine), _to("Oak", "P-0002")))
    with pytest.raises(Renumbered):
        one.desk.perform(both, by=one.user, seen=now)
    one.desk.perform(_to("Ash", mine), by=one.user, seen=seen, follows=True)
    assert _wards(one) == {"Ada Shah": "Ash", "Cy Dean": "", "Ed Frey": ""}
