"""The answers on the Match page over the demo hub: each is found when asked for, and says who by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from discharge.actions.placements import propose_from_plan, return_
from discharge.actions.planning import previous_plan, store_plan
from discharge.model.errors import UserError
from discharge.model.files import read_plan
from discharge.store import driver
from tests.ui.engine_work import endless
from tests.ui.match_stand import Open, choose, compute_here, demo_hub, line_of, page_of, said_in
from tests.ui.planning_hub import Hub, Stand, nameless, stand, store_a_plan
from ui.frame.services import Services
from ui.match import answers as match_answers
from ui.match.answers import AnswerFold
from ui.match.bars import VersusBars
from ui.match.facts import read_to_plan
from ui.match.hand_proposal import HandProposalForm
from ui.match.page import MatchPage
from ui.match.what_if import WhatIfForm
from ui.words.plans import by_name
from ui.work.answering import Question, answer
from ui.work.planning import make_plan
from ui.work.replaying import replay_plan


@pytest.fixture(scope="module")
def demo_made_once(demo: Path) -> Hub:
    return demo_hub(demo)


@pytest.fixture
def open_demo(
    make_services: Callable[..., Services], qtbot: Any, demo_made_once: Hub, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Open:  # fmt: skip
    """Opens the page over the demo hub, planned anew; the engine's work is done in this process."""
    monkeypatch.setattr(Services, "compute", compute_here)
    hub = demo_made_once.copy(tmp_path / "demo.hub")

    def make() -> Stand:
        services = make_services(hub.open, clock=hub.clock)
        made = stand(MatchPage(services), hub, qtbot, user=hub.coordinator)
        made.do("plan.run")
        return made

    return make


@pytest.fixture(scope="module")
def planned_once(
    make_stand: Callable[..., Stand], demo_made_once: Hub, tmp_path_factory: pytest.TempPathFactory
) -> Stand:
    """The page over the demo hub, planned anew, once for all who look at it alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Services, "compute", compute_here)
        made = make_stand(MatchPage, demo_made_once.copy(tmp_path_factory.mktemp("once") / "demo.hub"))
        made.do("plan.run")
    return made


@pytest.fixture
def planned(planned_once: Stand, engine_at_hand: None) -> Stand:
    """The same; the engine's work is done in this process."""
    return planned_once


def ask(desk: Stand, question: Question) -> AnswerFold:
    """Open a fold by its heading, if it isn't open, and wait for what it finds."""
    fold = page_of(desk).why.folds[question]
    if not fold.is_open:
        fold.head.click()
    desk.settle()
    return page_of(desk).why.folds[question]


def press(inside: QWidget, word: str) -> None:
    button = next(each for each in inside.findChildren(QPushButton) if each.text() == word)
    button.click()


# --- one person ---------------------------------------------------------------------------------------


@pytest.mark.whole
def test_what_would_help_is_told_by_name_and_can_be_tried_at_once(planned: Stand) -> None:
    desk = planned
    choose(desk, "Bernard Pochard")
    assert not page_of(desk).why.folds[Question.HELP].is_open
    fold = ask(desk, Question.HELP)
    said = " ".join(said_in(fold))
    assert "One more bed at Northmarsh Cottage Ward" in said
    assert "places Bernard Pochard" in said
    assert "P-00" not in said
    assert "S-00" not in said
    press(fold, "Try…")
    desk.settle()
    form = desk.form(WhatIfForm)
    assert form.change() is not None
    form.ask_to_save()
    desk.settle()
    assert any("Bernard Pochard gets a place" in each for each in said_in(form.answer))
    form.reject()


def test_who_competes_is_told_as_a_sentence(planned: Stand) -> None:
    desk = planned
    choose(desk, "Bernard Pochard")
    said = " ".join(said_in(ask(desk, Question.COMPETES)))
    assert "2 people need an intermediate care bed at Northmarsh Cottage Ward" in said
    assert "Priya Heather and Bernard Pochard" in said


@pytest.mark.whole
def test_another_place_is_told_with_its_cost_and_proposed_by_its_button(planned: Stand) -> None:
    desk = planned
    choose(desk, "Norman Corncrake")
    fold = ask(desk, Question.ALTERNATIVES)
    said = said_in(fold)
    assert any("Maple Fold from Tue 17 Nov instead" in each for each in said)
    press(fold, "Propose…")
    desk.settle()
    form = desk.form(HandProposalForm)
    assert form.person.value() == line_of(page_of(desk), "Norman Corncrake").patient
    assert form.first.setting.value() is not None
    assert form.first.beds.value() is not None
    assert form.first.start.value() == date(2020, 11, 17)
    form.reject()


def test_either_result_is_asked_of_those_alone_whose_result_is_awaited(planned: Stand) -> None:
    desk = planned
    choose(desk, "Bernard Pochard")
    assert Question.EITHER_WAY not in page_of(desk).why.folds
    choose(desk, "Stanley Teal")
    said = said_in(ask(desk, Question.EITHER_WAY))
    assert any(each.startswith("If negative: ") for each in said)
    assert any(each.startswith("If positive: ") for each in said)
    assert any(each.startswith("Holding both places") for each in said)


def test_the_runner_up_is_told_objective_by_objective(planned: Stand) -> None:
    desk = planned
    choose(desk, "Lucille Avocet")
    bars = [each for each in page_of(desk).why.findChildren(VersusBars) if each.isVisible()]
    assert len(bars) == 1
    assert "km farther" in bars[0].accessibleName()
    assert "+12" in said_in(bars[0])


def test_an_answer_that_is_known_stays_open_and_isnt_asked_again(planned: Stand) -> None:
    desk = planned
    choose(desk, "Bernard Pochard")
    ask(desk, Question.COMPETES)
    choose(desk, "Lucille Avocet")
    assert not page_of(desk).why.folds[Question.COMPETES].is_open
    choose(desk, "Bernard Pochard")
    fold = page_of(desk).why.folds[Question.COMPETES]
    assert fold.is_open
    assert any("intermediate care bed" in each for each in said_in(fold))


# --- the plan as a whole ------------------------------------------------------------------------------


@pytest.mark.whole
def test_what_is_short_is_told_below_the_plan_as_soon_as_it_is_made(planned: Stand) -> None:
    desk = planned
    page = page_of(desk)
    assert "Northmarsh Cottage Ward would place Bernard Pochard" in page.middle.short_words.whole()
    desk.do("plan.whole")
    assert page.why.is_whole
    assert page.why.folds[Question.PRICES].is_open
    help_found = said_in(ask(desk, Question.HELP))
    assert any("places Clive Gannet" in each for each in help_found)
    choose(desk, "Frank Bulrush")
    assert not page.why.is_whole


@pytest.mark.whole
def test_everything_that_is_opened_has_a_name(planned: Stand) -> None:
    desk = planned
    choose(desk, "Bernard Pochard")
    for question in tuple(page_of(desk).why.folds):
        ask(desk, question)
    assert nameless(desk.page) == []


@pytest.mark.whole
def test_folds_are_worked_by_keys_alone(open_demo: Open, qtbot: Any) -> None:
    desk = open_demo()
    choose(desk, "Bernard Pochard")
    head = page_of(desk).why.folds[Question.COMPETES].head
    head.setFocus()
    qtbot.keyClick(head, Qt.Key.Key_Space)
    desk.settle()
    fold = page_of(desk).why.folds[Question.COMPETES]
    assert fold.is_open
    assert fold.head.accessibleName() == "Who competes, open"


# --- stopping -----------------------------------------------------------------------------------------


@pytest.mark.whole
def test_a_long_answer_is_watched_and_stopped_and_the_next_is_found(
    open_match: Open, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_match()
    choose(desk, "Gus Hart")
    monkeypatch.setattr(match_answers, "answer", endless)
    fold = page_of(desk).why.folds[Question.HELP]
    fold.head.click()
    qtbot.waitUntil(lambda: fold.words.text() == "Endless …")
    assert fold.running.isVisible()
    fold.stop.click()
    desk.settle()
    assert not fold.is_open
    monkeypatch.setattr(match_answers, "answer", answer)
    found = said_in(ask(desk, Question.HELP))
    assert any("places Gus Hart" in each for each in found)


# --- keeping the last plan ------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_the_tick_says_whether_the_last_plan_is_kept_and_the_plan_can_be_made_again(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    assert page.middle.keep.isChecked()
    newest = desk.ask(lambda q: q.plans()[0].id)
    kept_to = desk.ask(previous_plan)
    desk.do("plan.run")
    files = desk.ask(lambda q: q.plan_files(q.plans()[0].id))
    assert files.previous == kept_to == desk.ask(lambda q: q.plan_files(newest)).plan
    again = replay_plan(files.case, files.rules, files.plan, files.previous, progress=lambda *_told: None)
    assert again.same_bytes
    page.middle.keep.setChecked(False)
    desk.do("plan.run")
    assert desk.ask(lambda q: q.plan_files(q.plans()[0].id)).previous is None


def test_a_proposal_that_was_returned_is_no_longer_kept_to(hub: Hub) -> None:
    with hub.open() as store:
        plan = store_a_plan(store, hub.coordinator)
        sent = partial(propose_from_plan, plan=plan, patients=["P-0001"])
        placement = store.perform(sent, by=hub.coordinator).first
        before = store.ask(previous_plan)
        store.perform(partial(return_, placement=placement, reason="Too far for her sister"), by=hub.lead)
        after = store.ask(previous_plan)
    assert before is not None
    assert after is not None
    assert "P-0001" in {each.patient for each in read_plan(before).placements}
    assert "P-0001" not in {each.patient for each in read_plan(after).placements}
    assert len(read_plan(after).placements) == len(read_plan(before).placements) - 1


@pytest.mark.whole
def test_a_plan_whose_previous_plan_is_gone_is_told_by_the_check(hub: Hub) -> None:
    with hub.open() as store:
        sent = partial(propose_from_plan, plan=store_a_plan(store, hub.coordinator), patients=["P-0001"])
        placement = store.perform(sent, by=hub.coordinator).first
        store.perform(partial(return_, placement=placement, reason="Too far for her sister"), by=hub.lead)
        given = store.ask(lambda q: read_to_plan(q, keep=True))
        case, rules, previous = given.case, given.rules, given.previous
        planned = make_plan(case.content, rules, previous, progress=lambda *_told: None)
        stored = partial(
            store_plan, case=case.content, plan=planned.plan, head=case.head, breaches=planned.breaches,
            previous=previous,
        )  # fmt: skip
        store.perform(stored, by=hub.coordinator)
        assert store.verify().broken_at is None
    assert previous is not None
    with driver.connect(hub.path) as connection:
        connection.execute("DROP TRIGGER files_are_never_deleted")
        named = hashlib.sha256(previous).hexdigest()
        assert connection.execute("DELETE FROM files WHERE sha256 = ?", (named,)).rowcount == 1
    connection.close()
    with pytest.raises(UserError, match="missing or not as it was written"):
        hub.open()


# --- words --------------------------------------------------------------------------------------------


def test_sentences_of_the_engine_call_people_and_settings_by_name() -> None:
    names = {"P-0001": "Ada Swift", "S-0001": "Elm Lodge", "P-0002/L-0003": "Ben Okoro"}
    assert by_name("P-0001 goes to Elm Lodge (S-0001), not S-0001.", names) == (
        "Ada Swift goes to Elm Lodge, not Elm Lodge."
    )
    assert by_name("P-0002/L-0003 waits 2 days (12 points more).", names) == (
        "Ben Okoro waits 2 days (12 points more)."
    )
    assert by_name("Elm Lodge meeting the need language:so.", {}) == (
        "Elm Lodge meeting the need “Speaks Somali”."
    )
