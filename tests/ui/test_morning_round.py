"""The morning round: a grid of the homes to ring, filled in without the mouse, each home one action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.desk import Desk
from discharge.actions.settings import register_setting
from discharge.model.call import Answers
from discharge.model.setting import Beds, Free, Unit
from discharge.model.setting_record import CapacityAge, CapacityReturn, SettingDetails
from discharge.model.shown.calls import Heard
from discharge.model.shown.settings import SettingPage
from tests.actions.a_hub import AHub
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import TODAY, Hub, Stand, sits
from ui.models.round import COUNT, SAID, SPOKE, lines_of, spans
from ui.settings.morning_round import MorningRound
from ui.settings.page import SettingsPage

At = Callable[..., "Round"]
KEY = Qt.Key


class Round:
    """The dialog over the page, and somebody at its keyboard."""

    def __init__(self, desk: Stand, dialog: MorningRound, qtbot: Any) -> None:
        self.desk = desk
        self.dialog = dialog
        self.qtbot = qtbot

    def press(self, *keys: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self.qtbot.keyClick(self.where(), key, with_)
        self.desk.settle()

    def save(self) -> None:
        self.press(KEY.Key_Return, with_=Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        """Type into the cell that is current: its editor opens with the first letter."""
        self.qtbot.keyClicks(self.where(), text[0])
        editor = self.dialog.grid.findChild(QLineEdit)
        assert isinstance(editor, QLineEdit)
        self.qtbot.keyClicks(editor, text[1:])

    def where(self) -> Any:
        return self.dialog.grid.findChild(QLineEdit) or self.dialog.grid

    def home(self) -> str:
        return self.dialog.home.text()

    def column(self) -> str:
        return self.dialog.model.columns[self.dialog.grid.currentIndex().column()].key

    def setting(self, name: str) -> SettingPage:
        rows = self.desk.ask(lambda q: q.settings())
        wanted = next(row.id for row in rows if row.name == name)
        return self.desk.ask(lambda q: q.setting(wanted))

    def free(self, name: str) -> list[int]:
        return [group.free_tonight for unit in self.setting(name).units for group in unit.beds]


@pytest.fixture
def hub(hub_made_once: Hub, tmp_path: Path) -> Hub:
    """Five days on: every return is stale, that of Long Silent older than the others; Mute has none."""
    hub = hub_made_once.copy(tmp_path / "three.hub")
    hub.bring("homes of old returns", partial(_take_in, hub=hub))
    hub.clock.plus(days=5)
    return hub


def _take_in(desk: Desk, hub: Hub) -> None:
    groups = tuple(
        Beds(id=name, category="general_residential", room="single", sex="any", free=())
        for name in ("A", "B")
    )
    for name, phone in (("Long Silent", "020 7946 0200"), ("Mute", "")):
        made = SettingDetails(name=name, type="care_home", phone=phone, contact="Una Reed")
        units = (Unit(id="Main", isolation="none", beds=groups),)
        setting = desk.perform(partial(register_setting, details=made, units=units), by=hub.coordinator).first
        if phone:
            said = CapacityReturn(reported_at=hub.clock.now - timedelta(days=9), vacancies=0, accepting=True)
            desk.perform(partial(record_capacity_return, setting=setting, report=said), by=hub.coordinator)


@pytest.fixture
def at(hub: Hub, page_in_turn: Callable[..., Stand], qtbot: Any) -> At:
    def sit() -> Round:
        desk = page_in_turn(SettingsPage, hub)
        desk.do("setting.round")
        desk.settle()
        dialogs = [each for each in desk.page.findChildren(MorningRound) if each.isVisible()]
        assert len(dialogs) == 1
        return Round(desk, dialogs[0], qtbot)

    return sit


@pytest.mark.whole
def test_the_round_begins_with_the_home_heard_of_least_and_shows_its_number(at: At) -> None:
    made = at()
    names = [name for name, _ in made.dialog.rung()]
    assert names[:2] == ["Mute", "Long Silent"]
    assert made.home() == "Mute"
    assert made.dialog.ask_for.text() == "No telephone number on record · ask for Una Reed"
    assert made.column() == COUNT
    assert made.dialog.progress.text() == f"0 of {len(names)}"
    made.dialog.reject()


@pytest.mark.whole
def test_numbers_are_typed_and_enter_saves_the_home_and_goes_to_the_next(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    assert made.home() == "Long Silent"
    made.type("2")
    made.press(KEY.Key_Down)
    made.type("1")
    made.save()
    page = made.setting("Long Silent")
    assert made.free("Long Silent") == [2, 1]
    assert page.row.capacity_age is CapacityAge.FRESH
    assert page.returns[0].report.vacancies == 3
    assert page.returns[0].report.accepting is True
    assert dict(made.dialog.rung())["Long Silent"] == "Saved"
    assert made.home() not in ("Long Silent", "Mute")
    assert made.column() == COUNT
    assert made.dialog.progress.text().startswith("1 of ")
    made.dialog.reject()


@pytest.mark.whole
def test_no_change_is_one_key_and_the_next_home_comes(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    before = made.free("Long Silent")
    made.press(KEY.Key_F6)
    page = made.setting("Long Silent")
    assert (page.returns[0].no_change, page.row.capacity_age) == (True, CapacityAge.FRESH)
    assert made.free("Long Silent") == before
    assert made.home() != "Long Silent"
    made.dialog.reject()


@pytest.mark.whole
def test_no_change_needs_something_to_confirm(at: At) -> None:
    made = at()
    made.press(KEY.Key_F6)
    assert "no capacity return to confirm" in made.dialog.banner.words()
    assert dict(made.dialog.rung())["Mute"] == ""
    made.dialog.reject()


@pytest.mark.whole
def test_a_home_without_a_return_can_be_filled_in(at: At) -> None:
    made = at()
    made.type("4")
    made.press(KEY.Key_Right)
    made.press(KEY.Key_Space)
    made.save()
    page = made.setting("Mute")
    assert made.free("Mute") == [4, 0]
    assert page.returns[0].report.accepting is True
    made.dialog.reject()


def test_answers_alone_are_no_capacity_return_of_a_home_that_never_sent_one(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub")
    hub.home(vacancies=None)
    [line] = lines_of(hub.desk.ask(lambda q: q.round_of_calls()), night=TODAY)
    entry = line.entry
    entry.typed = {"deaths": "0"}
    assert not entry.speaks_of_beds()
    answers = entry.answers(today=TODAY)
    assert answers is not None
    assert answers.can_take is None
    line.count = 1
    assert entry.speaks_of_beds()
    answers = entry.answers(today=TODAY)
    assert answers is not None
    assert answers.can_take == 1
    hub.desk.close()


@pytest.mark.whole
def test_a_home_in_which_nobody_answered_is_not_counted_as_rung(at: At) -> None:
    made = at()
    many = len(made.dialog.rung())
    made.press(KEY.Key_Down, KEY.Key_Down, KEY.Key_F7)
    assert made.dialog.progress.text() == f"0 of {many}, 1 without an answer"
    made.dialog.reject()
    again = at()
    assert again.dialog.progress.text() == f"0 of {many}, 1 without an answer"
    again.dialog.reject()


def test_nobody_answering_is_in_the_log_and_the_home_stays_stale(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down, KEY.Key_F7)
    page = made.setting("Long Silent")
    assert [(call.given, call.said) for call in page.calls] == [(None, "")]
    assert page.row.capacity_age is CapacityAge.STALE
    assert dict(made.dialog.rung())["Long Silent"] == "No answer"
    made.dialog.reject()


@pytest.mark.whole
def test_who_was_spoken_to_and_what_was_said_go_into_the_log_of_calls(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down, KEY.Key_Right, KEY.Key_Right)
    assert made.column() == SPOKE
    made.type("Una Reed")
    made.press(KEY.Key_Tab)
    made.dialog.grid.go_to(made.dialog.grid.current_entry(), SAID)  # type: ignore[arg-type]
    made.type("Two leave on Friday")
    made.save()
    call = made.setting("Long Silent").calls[0]
    assert call.given is not None
    assert (call.given.name, call.given.number, call.said) == (
        "Una Reed",
        "020 7946 0200",
        "Two leave on Friday",
    )
    assert made.setting("Long Silent").returns[0].given == call.given
    made.dialog.reject()


@pytest.mark.whole
def test_a_note_without_a_name_asks_whose_word_it_is(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.dialog.grid.go_to(made.dialog.grid.current_entry(), SAID)  # type: ignore[arg-type]
    made.type("Two leave on Friday")
    made.save()
    assert made.dialog.banner.words().startswith("Say who was spoken to.")
    assert made.column() == SPOKE
    assert dict(made.dialog.rung())["Long Silent"] == ""
    made.dialog._warned = True
    made.dialog.reject()


@pytest.mark.whole
def test_the_last_home_can_be_taken_back_with_control_z(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.type("5")
    made.save()
    assert made.free("Long Silent") == [5, 0]
    made.press(KEY.Key_Z, with_=Qt.KeyboardModifier.ControlModifier)
    made.desk.settle()
    assert made.free("Long Silent") == [0, 0]
    assert made.setting("Long Silent").row.capacity_age is CapacityAge.STALE
    assert made.home() == "Long Silent"
    assert dict(made.dialog.rung())["Long Silent"] == ""
    made.dialog._warned = True
    made.dialog.reject()


@pytest.mark.whole
def test_a_number_that_is_none_is_not_taken(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.type("9x9999")
    made.press(KEY.Key_Up)
    entry = next(each for each in made.dialog.model.entries() if each.home.row.name == "Long Silent")
    assert entry.lines[0].count in (0, 999, 9)
    index = made.dialog.model.index(2, made.dialog.grid.column_of(COUNT))
    for wrong in ("", "-1", "2001", "two"):
        assert not made.dialog.model.setData(index, wrong)
    made.dialog._warned = True
    made.dialog.reject()


@pytest.mark.whole
def test_what_is_typed_and_not_saved_is_named_before_the_round_is_left(at: At) -> None:
    made = at()
    made.type("4")
    made.press(KEY.Key_Down)
    made.dialog.reject()
    assert made.dialog.isVisible()
    assert made.dialog.banner.words().startswith("Not saved yet: Mute.")
    made.dialog.reject()
    assert not made.dialog.isVisible()


def test_what_an_input_method_commits_over_a_cell_opens_it(at: At) -> None:
    made = at()
    composed = QInputMethodEvent("", [])
    composed.setCommitString("4")
    for events in ([composed], [QInputMethodEvent("4", []), composed]):
        for event in events:
            QApplication.sendEvent(made.where(), event)
        editor = made.dialog.grid.findChild(QLineEdit)
        assert isinstance(editor, QLineEdit)
        assert editor.text() == "4"
        made.press(KEY.Key_Down)
    made.dialog.reject()
    made.dialog.reject()


@pytest.mark.whole
def test_each_cell_says_whose_it_is(at: At) -> None:
    made = at()
    index = made.dialog.model.index(1, made.dialog.grid.column_of(COUNT))
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Mute, Main B. Free now: 0"
    grid = QAccessible.queryAccessibleInterface(made.dialog.grid)
    assert grid is not None
    assert grid.text(QAccessible.Text.Name) == "Morning round"
    made.dialog.reject()


@pytest.mark.whole
def test_when_every_return_is_fresh_there_is_nobody_to_ring(
    empty_hub: Hub, make_services: MakeServices, qtbot: Any
) -> None:
    desk = sits(SettingsPage, empty_hub, make_services, qtbot)()
    desk.do("setting.round")
    desk.settle()
    dialog = next(each for each in desk.page.findChildren(MorningRound) if each.isVisible())
    assert dialog.nobody.isVisible()
    assert not dialog.grid.isVisible()
    dialog.reject()


@pytest.mark.whole
def test_a_number_changed_leaves_what_was_said_of_later_nights(at: At) -> None:
    made = at()
    line = made.dialog.model.rows()[0]
    assert line.group is not None
    later = Free.model_validate({"from": TODAY + timedelta(9), "to": None, "count": 2})
    now = Free.model_validate({"from": TODAY, "to": TODAY + timedelta(30), "count": 3})
    group = type(line.group)(
        "Main", "A", line.group.category, line.group.room, line.group.sex, (now, later), 0
    )
    night = TODAY + timedelta(5)
    assert [(s.start, s.end, s.count) for s in spans(group, 1, night)] == [
        (now.start, now.end, 1),
        (later.start, None, 2),
    ]
    assert spans(group, 3, night) == (now, later)
    assert [(s.start, s.count) for s in spans(group, 5, night)] == [
        (now.start, 3),
        (later.start, 2),
        (night, 2),
    ]
    made.dialog.reject()


@pytest.mark.whole
def test_tab_leaves_the_grid_for_the_buttons_and_each_has_a_name_and_room(at: At) -> None:
    made = at()
    made.qtbot.waitUntil(made.dialog.isActiveWindow)
    made.dialog.grid.setFocus()
    made.qtbot.keyClick(made.dialog.grid, KEY.Key_Tab)
    assert made.dialog.focusWidget() is not made.dialog.grid
    for button in made.dialog.findChildren(QPushButton):
        if button.isVisibleTo(made.dialog):
            assert button.text()
            assert min(button.width(), button.height()) >= 24
    made.dialog.reject()


@pytest.mark.whole
def test_the_buttons_do_what_the_keys_do(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.dialog.buttons["F6"].click()
    made.desk.settle()
    assert dict(made.dialog.rung())["Long Silent"] == "No change"
    made.dialog.grid.go_to(made.dialog.model.entries()[0])
    assert not made.dialog.buttons["F6"].isEnabled()
    made.dialog.buttons["F7"].click()
    made.desk.settle()
    assert dict(made.dialog.rung())["Mute"] == "No answer"
    made.dialog.buttons["Enter"].click()
    made.desk.settle()
    assert [word for _, word in made.dialog.rung()].count("No change") == 2
    made.dialog.reject()


@pytest.mark.whole
def test_what_is_changed_after_it_was_saved_is_to_be_saved_again(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down, KEY.Key_F6)
    entry = next(each for each in made.dialog.model.entries() if each.home.row.name == "Long Silent")
    made.dialog.grid.go_to(entry)
    made.type("2")
    made.press(KEY.Key_Down)
    assert dict(made.dialog.rung())["Long Silent"] == ""
    made.dialog.grid.go_to(entry)
    made.save()
    assert made.free("Long Silent") == [2, 0]
    made.dialog.reject()


@pytest.mark.whole
def test_a_home_told_twice_is_held_against_what_it_said_first(at: At, hub: Hub) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.type("2")
    made.save()
    assert made.free("Long Silent") == [2, 0]
    entry = next(each for each in made.dialog.model.entries() if each.home.row.name == "Long Silent")
    made.dialog.grid.go_to(entry)
    made.type("0")
    made.save()
    assert made.free("Long Silent") == [0, 0]
    assert dict(made.dialog.rung())["Long Silent"] == "Saved"
    made.press(KEY.Key_Z, with_=Qt.KeyboardModifier.ControlModifier)
    made.desk.settle()
    assert made.free("Long Silent") == [2, 0]
    made.dialog.grid.go_to(entry)
    hub.clock.plus(minutes=1)
    made.press(KEY.Key_F6)
    assert made.setting("Long Silent").returns[0].no_change
    assert made.free("Long Silent") == [2, 0]
    made.dialog.reject()


@pytest.mark.whole
def test_enter_goes_from_the_beds_through_the_questions_to_the_next_home(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.dialog.grid.go_to(made.dialog.grid.current_entry(), SPOKE)  # type: ignore[arg-type]
    made.type("Una Reed")
    fields = made.dialog.questions.fields
    made.press(KEY.Key_Return)
    for key, text in (("residents_confirmed", "1"), ("staffing", "a"), ("ppe_days", "2.5")):
        fields[key].setFocus()
        made.qtbot.keyClicks(fields[key], text)
    last = list(fields.values())[-1]
    made.qtbot.keyClick(last, KEY.Key_Return)
    made.desk.settle()
    call = made.setting("Long Silent").calls[0]
    assert call.answers is not None
    said = call.answers
    assert (said.residents_confirmed, said.staffing, said.ppe_days) == (1, "amber", 2.5)
    assert said.deaths is None
    assert made.setting("Long Silent").returns[0].no_change
    assert made.home() not in ("Long Silent", "Mute")
    made.dialog.reject()


@pytest.mark.whole
def test_an_answer_is_never_filled_in_by_itself_and_an_equals_sign_takes_the_last(at: At, hub: Hub) -> None:
    made = at()
    questions = made.dialog.questions
    last = Answers(ppe_days=6.0, deaths=2)
    heard = Heard(newest=last, said_at=dict.fromkeys(("ppe_days", "deaths"), hub.clock()))
    questions.show_home("Ash", heard, {}, now=hub.clock())
    assert questions.typed() == {}
    for key in ("ppe_days", "deaths"):
        questions.fields[key].setText("=")
    # what is counted since the last call can't be as it was in it
    assert questions.typed() == {"ppe_days": "6", "deaths": "="}
    assert questions.first_fault()[0] == "deaths"
    made.dialog.reject()


def test_the_rest_is_as_last_time_at_a_key_and_never_what_happened_since_the_last_call(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    fields = made.dialog.questions.fields
    entry = made.dialog.grid.current_entry()
    assert entry is not None
    said = Answers(residents_confirmed=2, deaths=1, empty_beds=4, left=1, staffing="amber", ppe_days=2.5)
    heard = Heard(newest=said, said_at={})
    made.dialog.questions.show_home("Long Silent", heard, {}, now=made.desk.place.now())
    made.press(KEY.Key_Return)
    fields["residents_confirmed"].setText("3")
    made.qtbot.keyClick(fields["residents_suspected"], KEY.Key_F8)
    assert entry.typed == {
        "residents_confirmed": "3", "empty_beds": "4", "staffing": "amber", "ppe_days": "2.5",
    }  # fmt: skip
    assert fields["residents_suspected"].hasFocus()
    made.dialog.questions.show_home("Long Silent", heard, {}, now=made.desk.place.now())
    entry.typed = {}
    made.dialog.reject()


@pytest.mark.whole
def test_whom_to_ask_for_is_taken_with_one_key_as_who_was_spoken_to(at: At) -> None:
    made = at()
    made.press(KEY.Key_Down, KEY.Key_Down)
    made.press(KEY.Key_Right, KEY.Key_Right)
    assert made.column() == SPOKE
    made.type("=")
    made.press(KEY.Key_Return)
    entry = made.dialog.grid.current_entry()
    assert entry is not None
    assert entry.spoke == "Una Reed"
    entry.spoke = ""
    made.dialog.reject()


@pytest.mark.whole
def test_a_home_that_somebody_else_has_in_hand_is_left_to_them_where_nobody_chose_it(
    at: At, hub: Hub
) -> None:
    with hub.open() as other:
        first = lines_of(other.ask(lambda q: q.round_of_calls()), night=TODAY)[0].entry.home.row
        other.take_in_hand(first.id, by=hub.lead)
    made = at()
    assert first.name == "Mute"
    assert made.home() == "Long Silent"
    made.press(KEY.Key_Up)
    made.press(KEY.Key_Up)
    assert made.home() == "Mute"
    made.dialog.reject()
