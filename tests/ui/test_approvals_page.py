"""The Approvals page over a real hub: the queue, what an LA lead sees, approving and returning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from discharge.actions.patients import record_test
from discharge.actions.people import amend_user
from discharge.model.hub_placement import PlacementState
from discharge.model.people import Role
from tests.ui.planning_hub import Hub, Stand, nameless, propose, stand
from ui.dialogs.return_proposal import ReturnForm
from ui.engine_work import explain_person
from ui.pages.approvals import ApprovalsPage
from ui.pages.match_why import WhyFinder
from ui.widgets.text import StatusChip
from ui.workplace import Workplace

Open = Callable[..., Stand]
PEOPLE = ("P-0001", "P-0002", "P-0005", "P-0006")


@pytest.fixture
def hub(hub_made_once: Hub, tmp_path: Path) -> Hub:
    return hub_made_once.copy(tmp_path / "test.hub")


@pytest.fixture
def open_page(
    make_workplace: Callable[..., Workplace], qtbot: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> Open:
    """Opens the page with proposals of these people in it; the engine answers in this process."""
    monkeypatch.setattr(WhyFinder, "find", find_here)

    def make(*people: str, user: Any = None) -> Stand:
        if people:
            with hub.open() as desk:
                propose(desk, hub.coordinator, *people)
        workplace = make_workplace(hub.open, clock=hub.clock)
        return stand(ApprovalsPage(workplace), hub, qtbot, user=user or hub.lead)

    return make


def find_here(self: WhyFinder, plan: str, patient: str) -> None:
    """The engine's answer without its process."""

    def take(files: Any) -> None:
        why = explain_person(files.case, files.rules, files.plan, patient)
        self._known[plan, patient] = why
        self.found.emit(plan, patient, why)

    self._workplace.ask(lambda queries: queries.plan_files(plan), take)


def page_of(desk: Stand) -> ApprovalsPage:
    assert isinstance(desk.page, ApprovalsPage)
    return desk.page


def choose(desk: Stand, *names: str) -> None:
    page = page_of(desk)
    page.table.clearSelection()
    for name in names:
        key = next(row.id for row in page.model.rows() if row.patient_name == name)
        flags = page.table.selectionModel().SelectionFlag
        place = page.model.index(page.model.place_of(key), 0)
        page.table.selectionModel().setCurrentIndex(place, flags.Select | flags.Rows)
    desk.settle()


def words_of(desk: Stand) -> str:
    """Everything that the detail says."""
    page = page_of(desk)
    labels = [each.text() for each in page.detail.findChildren(QLabel) if each.isVisibleTo(page)]
    chips = [each.accessibleName() for each in page.detail.findChildren(StatusChip)]
    return "\n".join([*labels, *chips])


def test_the_queue_stands_by_urgency_and_the_first_one_is_shown(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    shown = [row.patient_name for row in page_of(desk).model.shown()]
    assert shown == ["Ada Swift", "Ben Okoro", "Eve Stone", "Fay Stone"]
    current = page_of(desk).current()
    assert current is not None
    assert current.patient_name == "Ada Swift"


def test_everything_needed_to_decide_stands_on_one_page(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ben Okoro")
    said = words_of(desk)
    onward = next(
        row for row in desk.ask(lambda q: q.approvals()) if row.patient_name == "Ben Okoro"
    ).last_setting
    other = "Abbey Court" if onward == "Elm Lodge" else "Elm Lodge"  # as good in the plan as a whole
    for part in (
        "Ben Okoro",
        "The Limes",  # the first setting, its kind and rating, and the second
        onward,
        "Hot home · Havering",
        "Good",
        "£950 a week",
        "COVID-19 test: positive",  # the infection story and what follows from it
        "Isolates with confirmed COVID-19",
        "A clinician has to release them",  # the condition
        "Rule R5",
        "Moves",  # points
        f"{other}:",  # the runner-up
        "Jo Marsh, today 09:30",  # who proposed and when
        "Plan R-0001",
        "Lee Okafor",  # who may approve
    ):
        assert part in said, part


def test_one_is_approved_and_the_next_one_takes_its_place(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    desk.do("placement.approve")
    states = {row.patient_name: row.state for row in desk.ask(lambda q: q.moves())}
    assert states["Ada Swift"] is PlacementState.APPROVED
    current = page_of(desk).current()
    assert current is not None
    assert current.patient_name == "Ben Okoro"
    desk.undo()
    assert "Ada Swift" not in {row.patient_name for row in desk.ask(lambda q: q.moves())}


def test_several_are_approved_at_once(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Eve Stone", "Fay Stone", "Ben Okoro")
    desk.do("placement.approve")
    states = {row.patient_name: row.state for row in desk.ask(lambda q: q.moves())}
    assert [name for name, state in states.items() if state is PlacementState.PROPOSED] == ["Ada Swift"]


def test_whoever_proposed_it_cant_approve_it_and_the_tooltip_says_why(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE, user=hub.coordinator)  # has every role
    why = desk.commands.why_not("placement.approve")
    assert why == "You proposed it: another LA lead has to decide on it (A1)."
    assert why in desk.commands.action("placement.approve").toolTip()
    assert not desk.commands.action("placement.approve").isEnabled()
    assert desk.commands.why_not("placement.return") == ""


def test_somebody_who_is_no_la_lead_sees_it_and_cant_decide(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE, user=hub.clinician)
    assert page_of(desk).model.rowCount() == 4
    for command in ("placement.approve", "placement.return"):
        assert desk.commands.why_not(command) == "Only an LA lead may do this."


def test_what_changed_since_is_flagged_and_stops_the_approval(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    with hub.open() as store:
        taken = store.now() - timedelta(hours=1)
        store.perform(
            partial(
                record_test, patient="P-0001", organism="sars-cov-2", result="positive", specimen_at=taken,
                reported_at=store.now(),
            ),
            by=hub.coordinator,
        )  # fmt: skip
    desk.place.changed.emit(frozenset({"patients", "placements"}))
    desk.settle()
    choose(desk, "Ada Swift")
    assert "Changed since it was proposed" in words_of(desk)
    assert "Return it, and plan again" in desk.commands.why_not("placement.approve")
    choose(desk, "Ada Swift", "Ben Okoro")
    assert desk.commands.why_not("placement.approve").startswith("Ada Swift: ")
    page_of(desk).chips.set_on(["kind/changed"])
    assert [row.patient_name for row in page_of(desk).model.shown()] == ["Ada Swift"]


def test_one_is_returned_with_a_reason_and_without_one_it_isnt(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    desk.do("placement.return")
    form = desk.form(ReturnForm)
    form.ask_to_save()
    assert form.isVisible()
    assert "Say why" in form.message()
    desk.save(form, reason="Fee not agreed")
    row = next(row for row in desk.ask(lambda q: q.moves(over=True)) if row.patient_name == "Ada Swift")
    assert row.state is PlacementState.RETURNED
    assert "Ada Swift" not in [row.patient_name for row in page_of(desk).model.rows()]


def test_an_approval_refused_by_the_hub_says_why_and_changes_nothing(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    with hub.open() as store:
        store.perform(partial(amend_user, user=hub.lead.id, roles=[Role.COORDINATOR]), by=hub.coordinator)
    choose(desk, "Ada Swift")
    desk.do("placement.approve")
    assert desk.told[-1].sentence == "Only an LA lead can do this."
    assert len(desk.ask(lambda q: q.approvals())) == 4


def test_an_empty_queue_says_where_placements_come_from(open_page: Open) -> None:
    desk = open_page()
    assert "Nothing waits for approval" in page_of(desk)._empty.words()
    assert desk.commands.why_not("placement.approve") == "Choose a placement first."


def test_everything_that_the_keyboard_reaches_has_a_name(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    assert nameless(desk.page) == []


def test_the_table_is_worked_by_keys_alone(open_page: Open, qtbot: Any) -> None:
    desk = open_page(*PEOPLE)
    table = page_of(desk).table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home)
    first = table.currentIndex().row()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert (first, table.currentIndex().row()) == (0, 1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page.detail_shown() is True
    # Tab leaves the table
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()
