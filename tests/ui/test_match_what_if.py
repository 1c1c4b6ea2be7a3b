"""What if, on the Match page: a change is tried out, seen person by person, and taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from tests.ui.engine_work import endless
from tests.ui.match_stand import Open, choose, compute_here, page_of, said_in
from tests.ui.planning_hub import TODAY, Hub, Stand
from ui.frame.services import Services
from ui.match import what_if as what_if_module
from ui.match.what_if import KINDS, TAKE, WhatIfForm
from ui.patients.observation import TestForm
from ui.settings.beds import BedsForm
from ui.settings.state import CloseForm, OpenForm
from ui.work import answering as answer_work
from ui.work.answering import Try, WhatIf


@pytest.fixture
def open_page(open_match: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    def make(*, here: bool = True) -> Stand:
        if here:
            monkeypatch.setattr(Services, "compute", compute_here)
        return open_match()

    return make


def setting_of(desk: Stand, name: str) -> str:
    return next(key for key, known in desk.ask(lambda q: q.setting_names()).items() if known == name)


def open_form(desk: Stand, kind: Try, **values: Any) -> WhatIfForm:
    """The form, with a change chosen and its difference shown."""
    desk.do("plan.what_if")
    form = desk.form(WhatIfForm)
    form.kind.set_value(kind)
    for key, value in values.items():
        form.field(key).set_value(value)
    desk.settle()
    form.ask_to_save()
    desk.settle()
    return form


def test_every_change_has_its_words_and_what_it_is_to_take_it() -> None:
    assert set(KINDS) == set(TAKE) == set(Try)


@pytest.mark.whole
def test_a_difference_is_seen_person_by_person_and_nothing_is_recorded_by_looking(open_page: Open) -> None:
    desk = open_page()
    head = desk.ask(lambda q: q.head())
    form = open_form(desk, Try.OPEN, setting=setting_of(desk, "Yew Grange"))
    said = said_in(form.answer)
    assert said[0].startswith("6 people are placed instead of 5, with ")
    assert any(each.startswith("Gus Hart gets a place: Yew Grange") for each in said)
    assert said[-1] == "Nothing changes for 6 other people."
    assert desk.ask(lambda q: q.head()) == head
    form.reject()
    desk.settle()
    assert desk.ask(lambda q: q.head()) == head


@pytest.mark.whole
def test_taking_it_opens_the_form_that_records_it(open_page: Open) -> None:
    desk = open_page()
    yew = setting_of(desk, "Yew Grange")
    form = open_form(desk, Try.OPEN, setting=yew)
    assert form.take.text() == "Open admissions…"
    form.take.click()
    desk.settle()
    assert not [each for each in page_of(desk).findChildren(WhatIfForm) if each.isVisible()]
    desk.save(desk.form(OpenForm))
    assert desk.ask(lambda q: q.setting(yew)).admissions_reason == ""
    assert "lan again" in page_of(desk).note.whole()
    desk.do("plan.run")
    placed = {line.name for line in page_of(desk).model.rows() if line.proposal}
    assert "Gus Hart" in placed


@pytest.mark.whole
def test_a_closed_setting_moves_people_and_another_choice_is_not_answered_by_it(open_page: Open) -> None:
    desk = open_page()
    elm, abbey = setting_of(desk, "Elm Lodge"), setting_of(desk, "Abbey Court")
    form = open_form(desk, Try.CLOSED, setting=elm)
    assert any("Abbey Court" in each or "no place" in each for each in said_in(form.answer))
    assert form.take.isEnabled()
    form.setting.set_value(abbey)
    assert not form.take.isEnabled()
    assert said_in(form.answer) == ["Choose a change; nothing is recorded by looking."]
    form.setting.set_value(elm)
    form.ask_to_save()
    desk.settle()
    form.take.click()
    desk.settle()
    desk.form(CloseForm).reject()


@pytest.mark.whole
def test_a_bed_more_is_taken_in_the_form_of_those_beds(open_page: Open) -> None:
    desk = open_page()
    form = open_form(desk, Try.BED, setting=setting_of(desk, "Elm Lodge"))
    assert form.beds.value() == ("ground", "E1")
    form.take.click()
    desk.settle()
    beds = desk.form(BedsForm)
    assert sum(each.count for each in beds.free.value()) == 4
    beds.reject()


@pytest.mark.whole
def test_a_result_is_tried_for_the_chosen_person_and_recorded_with_its_specimen(open_page: Open) -> None:
    desk = open_page()
    choose(desk, "Dev Patel")
    form = open_form(desk, Try.NEGATIVE)
    assert form.person.value() == "P-0004"
    assert any(each.startswith("Dev Patel gets a place") for each in said_in(form.answer))
    form.take.click()
    desk.settle()
    test = desk.form(TestForm)
    assert test.outcome.value() == "negative"
    desk.save(test)
    assert desk.ask(lambda q: q.patient("P-0004")).observations


@pytest.mark.whole
def test_another_day_is_taken_at_once_and_taken_back(open_page: Open) -> None:
    desk = open_page()
    choose(desk, "Ada Swift")
    later = TODAY + timedelta(days=3)
    form = open_form(desk, Try.READY, day=later)
    assert any(each.startswith("Ada Swift waits 3 days longer") for each in said_in(form.answer))
    form.take.click()
    desk.settle()
    assert desk.ask(lambda q: q.patient("P-0001")).details.ready_on == later
    desk.undo()
    assert desk.ask(lambda q: q.patient("P-0001")).details.ready_on == TODAY


@pytest.mark.whole
def test_a_change_without_effect_says_so(open_page: Open) -> None:
    desk = open_page()
    form = open_form(desk, Try.BED, setting=setting_of(desk, "Abbey Court"))
    assert said_in(form.answer) == ["It makes no difference: everybody goes where they go now."]
    form.reject()


@pytest.mark.whole
def test_escape_stops_a_long_trial_first_and_leaves_then(
    open_page: Open, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_page(here=False)
    monkeypatch.setattr(what_if_module, "try_out", endless)
    desk.do("plan.what_if")
    form = desk.form(WhatIfForm)
    form.kind.set_value(Try.OPEN)
    form.setting.set_value(setting_of(desk, "Yew Grange"))
    form.ask_to_save()
    qtbot.waitUntil(lambda: form._state.text() == "Endless …")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    desk.settle()
    assert form.isVisible()
    assert said_in(form.answer) == ["Stopped; nothing was changed."]
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    desk.settle()


def test_a_result_that_is_awaited_is_the_one_that_is_tried(hub: Hub) -> None:
    from tests.ui.planning_hub import add_person
    from ui.match.facts import read_to_plan

    with hub.open() as store:
        who = add_person(store, hub.coordinator, "Hal Moss", result="pending")
        given = store.ask(lambda q: read_to_plan(q, keep=True))

    def tried(kind: Try) -> set[str]:
        change = WhatIf(kind, patient=who, organism="sars-cov-2")
        found = answer_work.try_out(
            given.case.content, given.rules, given.previous, change, progress=lambda *_told: None
        )
        return {each.kind for each in found.people if each.patient == who}

    assert tried(Try.NEGATIVE) == {"placed"}
    assert tried(Try.POSITIVE) == {"placed"}
