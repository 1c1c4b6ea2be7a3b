"""Fields say what is wrong as one types, below themselves and to a screen reader."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tests.ui.fake_desk import NOW
from tests.ui.screen_reader import said_as
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField, TickField, TickListField
from ui.widgets.date_fields import DateField, InstantField
from ui.widgets.field import Field
from ui.widgets.number_fields import AmountField, WholeNumberField
from ui.widgets.pressing import press_in_focus
from ui.widgets.text_fields import NhsNumberField, TextAreaField, TextField
from ui.widgets.tick_list import TickChoice, TickManyField, Ticks

TODAY = date(2020, 11, 16)


@pytest.fixture
def sheet(qtbot: Any, look: Theme) -> QWidget:
    """A window with another field below the one under test, so that one can leave it."""
    window = QWidget()
    QVBoxLayout(window)
    qtbot.addWidget(window)
    return window


def put(sheet: QWidget, field: Field) -> None:
    layout = sheet.layout()
    assert layout is not None
    layout.addWidget(field)
    layout.addWidget(QLineEdit())
    sheet.show()
    sheet.activateWindow()
    field.focus_first()
    QApplication.processEvents()


def leave(qtbot: Any, field: Field) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    for _ in range(4):
        widget = QApplication.focusWidget()
        if widget is None or not field.isAncestorOf(widget):
            break
        qtbot.keyClick(widget, Qt.Key.Key_Tab)


@pytest.mark.parametrize(
    ("typed", "value", "said"),
    [
        ("9994765949", "9994765949", ""),
        ("999 476 5949", "9994765949", ""),
        ("999-476-5949", "9994765949", ""),
        ("9991234560", None, "check digit"),
        ("999476594", None, "this has 9"),
        ("99947659490", None, "this has 11"),
        ("999476594X", None, "digits only"),
    ],
)
def test_an_nhs_number_is_checked_by_its_last_digit(
    sheet: QWidget, theme: Theme, qtbot: Any, typed: str, value: str | None, said: str
) -> None:
    field = NhsNumberField(theme=theme)
    put(sheet, field)
    qtbot.keyClicks(field.editor, typed)
    leave(qtbot, field)
    assert field.value() == value
    assert (said in field.below()) if said else not field.problem()
    assert bool(field.editor.property("wrong")) is bool(said)


def test_a_wrong_nhs_number_is_told_at_its_tenth_digit_and_not_before(
    sheet: QWidget, theme: Theme, qtbot: Any
) -> None:
    field = NhsNumberField(theme=theme)
    put(sheet, field)
    qtbot.keyClicks(field.editor, "999123456")
    assert "check digit" not in field.below()
    qtbot.keyClicks(field.editor, "0")
    assert "check digit" in field.below()
    assert "check digit" in field.editor.accessibleDescription()
    qtbot.keyClick(field.editor, Qt.Key.Key_Backspace)
    qtbot.keyClick(field.editor, Qt.Key.Key_Backspace)
    assert "this has 8" in field.below()


def test_a_valid_nhs_number_is_shown_in_its_groups(sheet: QWidget, theme: Theme, qtbot: Any) -> None:
    field = NhsNumberField(theme=theme)
    put(sheet, field)
    qtbot.keyClicks(field.editor, "9994765949")
    leave(qtbot, field)
    assert field.editor.text() == "999 476 5949"


def test_a_missing_value_is_told_only_when_saving_is_asked_for(
    sheet: QWidget, theme: Theme, qtbot: Any
) -> None:
    field = TextField("name", "Name", theme=theme, required=True, missing="The name is missing.")
    put(sheet, field)
    leave(qtbot, field)
    assert field.below() == ""
    assert field.ask() == "The name is missing."
    assert field.below() == "The name is missing."
    field.set_value("  Ada   S. ")
    assert field.value() == "Ada S."
    assert field.below() == ""


def test_what_somebody_else_refused_stands_until_it_is_changed(theme: Theme, qtbot: Any) -> None:
    field = TextField("name", "Name", theme=theme)
    qtbot.addWidget(field)
    field.set_value("Ada")
    field.refuse("There is an Ada already.")
    assert field.problem() == "There is an Ada already."
    field.set_value("Ben")
    assert field.problem() == ""


def test_a_date_says_what_it_understood_and_writes_it_out_when_left(
    sheet: QWidget, theme: Theme, qtbot: Any
) -> None:
    field = DateField("ready", "Ready on", theme=theme, today=lambda: TODAY)
    put(sheet, field)
    qtbot.keyClicks(field.editor, "+3")
    assert field.below() == "Thu 19 Nov, in 3 days"
    assert field.editor.accessibleDescription() == "Thu 19 Nov, in 3 days"
    below = next(each for each in field.findChildren(QLabel) if each.text() == field.below())
    assert said_as(below) is QAccessible.Role.Client, "heard with the field, and not once more"
    leave(qtbot, field)
    assert field.editor.text() == "Thu 19 Nov 2020"
    assert field.value() == date(2020, 11, 19)


def test_up_and_down_step_a_date_by_a_day_from_today(sheet: QWidget, theme: Theme, qtbot: Any) -> None:
    field = DateField("ready", "Ready on", theme=theme, today=lambda: TODAY)
    put(sheet, field)
    qtbot.keyClick(field.editor, Qt.Key.Key_Up)
    assert field.value() == TODAY
    qtbot.keyClick(field.editor, Qt.Key.Key_Down)
    assert field.value() == date(2020, 11, 15)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/2/2020", "isn't a date"),
        ("1/1/1800", "isn't a date"),
        ("17/11/2020", "future"),
        ("31/12/1899", "before Mon 1 Jan 1900"),
    ],
)
def test_a_date_that_wont_do_says_why(
    sheet: QWidget, theme: Theme, qtbot: Any, typed: str, said: str
) -> None:
    field = DateField("born", "Born", theme=theme, today=lambda: TODAY, past=True, earliest=date(1900, 1, 1))
    put(sheet, field)
    qtbot.keyClicks(field.editor, typed)
    leave(qtbot, field)
    assert said in field.below()


def test_an_instant_is_read_by_londons_clocks(sheet: QWidget, theme: Theme, qtbot: Any) -> None:
    field = InstantField("specimen", "Specimen", theme=theme, now=lambda: NOW, past=True)
    put(sheet, field)
    qtbot.keyClicks(field.day, "1/7")
    qtbot.keyClick(field.day, Qt.Key.Key_Tab)
    assert field.below() == "", "the time is still on its way"
    qtbot.keyClicks(field.clock, "605")
    leave(qtbot, field)
    assert field.value() == datetime(2020, 7, 1, 5, 5, tzinfo=UTC)
    assert (field.day.text(), field.clock.text()) == ("Wed 1 Jul 2020", "06:05")


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [
        ("16/11", "", "time is missing"),
        ("", "14:05", "date is missing"),
        ("29/3/2020", "01:30", "never was"),
        ("today", "09:31", "future"),
    ],
)
def test_an_instant_that_wont_do_says_why(theme: Theme, qtbot: Any, day: str, clock: str, said: str) -> None:
    field = InstantField("specimen", "Specimen", theme=theme, now=lambda: NOW, past=True)
    qtbot.addWidget(field)
    field.day.setText(day)
    field.clock.setText(clock)
    assert said in field.ask()


def test_now_fills_in_both_halves(sheet: QWidget, theme: Theme, qtbot: Any) -> None:
    field = InstantField("specimen", "Specimen", theme=theme, now=lambda: NOW)
    put(sheet, field)
    qtbot.keyClicks(field.day, "now")
    leave(qtbot, field)
    assert field.value() == NOW


def test_a_choice_keeps_what_was_chosen_while_it_is_on_offer(theme: Theme, qtbot: Any) -> None:
    field = ChoiceField("pathway", "Pathway", [("P1", "One"), ("P2", "Two")], theme=theme, required=True)
    qtbot.addWidget(field)
    assert field.ask() == "Pathway is missing."
    field.set_value("P2")
    field.set_choices([("P2", "Two"), ("P3", "Three")])
    assert field.value() == "P2"
    field.set_choices([("P3", "Three")])
    assert field.value() is None


def test_the_unit_of_a_number_is_seen_and_heard_when_it_is_filled_in(sheet: QWidget, theme: Theme) -> None:
    for field in (
        WholeNumberField("ppe", "PPE for", theme=theme, unit="days", hint="As counted today."),
        AmountField("fee", "Weekly fee", theme=theme, unit="pounds"),
    ):
        put(sheet, field)
        field.set_value(14)
        assert field.value() == 14
        seen = [label.text() for label in field.findChildren(QLabel) if label.isVisible()]
        assert field.unit in seen
        assert field.editor.accessibleDescription() == f"In {field.unit}. {field.below()}".strip()


def test_whole_numbers_have_limits_and_step(sheet: QWidget, theme: Theme, qtbot: Any) -> None:
    field = WholeNumberField("beds", "Free beds", theme=theme, most=20)
    put(sheet, field)
    qtbot.keyClick(field.editor, Qt.Key.Key_Up)
    assert field.value() == 0
    qtbot.keyClick(field.editor, Qt.Key.Key_Up)
    assert field.value() == 1
    for typed, said in (("21", "between 0 and 20"), ("1.5", "whole number"), ("-1", "between")):
        field.set_value(typed)
        assert field.value() is None
        assert said in field.ask()


def test_what_was_found_by_typing_is_ticked_by_enter_and_down_goes_to_the_list(
    theme: Theme, qtbot: Any
) -> None:
    choices = [TickChoice(name, name) for name in ("Barnet", "Havering", "Redbridge")]
    field = TickManyField("where", "Where", choices, theme=theme, one="place", many="places")
    qtbot.addWidget(field)
    for part in ("hav", "red"):
        qtbot.keyClicks(field.search, part)
        qtbot.keyClick(field.search, Qt.Key.Key_Return)
        assert field.search.selectedText() == part
    assert field.value() == ("Havering", "Redbridge")
    field.show()
    qtbot.keyClick(field.search, Qt.Key.Key_Down)
    assert field.focusWidget() is field.list


def test_of_very_many_none_is_asked_that_is_not_seen(
    theme: Theme, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = [TickChoice(f"S-{at}", f"Home {at}", "Kent") for at in range(5_000)]
    field = TickManyField("where", "Where", choices, theme=theme, one="home", many="homes")
    qtbot.addWidget(field)
    asked: set[int] = set()
    plain = Ticks.data

    def watched(self: Ticks, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        asked.add(index.row())
        return plain(self, index, role)

    monkeypatch.setattr(Ticks, "data", watched)
    field.resize(400, 300)
    field.show()
    qtbot.keyClicks(field.search, "499")
    assert field.ticks.rowCount() == 15
    field.all.click()
    assert len(field.value()) == 15
    field.search.clear()
    assert field.list.currentIndex().data() == "Home 499 · Kent", "whoever was current stays so"
    field.list.viewport().repaint()
    assert 0 < len(asked) < 100


def test_ticks_are_given_in_the_order_on_offer(theme: Theme, qtbot: Any) -> None:
    field = TickListField("needs", "Needs", [("hoist", "Hoist"), ("oxygen", "Oxygen")], theme=theme)
    qtbot.addWidget(field)
    field.set_value(["oxygen", "hoist", "gone"])
    assert field.value() == ("hoist", "oxygen")
    tick = TickField("imm", "Immunosuppressed", theme=theme)
    qtbot.addWidget(tick)
    tick.set_value(True)
    assert tick.value() is True


def test_a_text_area_counts_its_letters_and_tab_leaves_it(sheet: QWidget, theme: Theme, qtbot: Any) -> None:
    field = TextAreaField("note", "Note", theme=theme, longest=10)
    put(sheet, field)
    qtbot.keyClicks(field.editor, "far too long a note")
    qtbot.keyClick(field.editor, Qt.Key.Key_Tab)
    assert not field.editor.hasFocus()
    assert "10 fit" in field.below()


def test_every_editor_has_a_name_and_says_if_it_must_be_filled_in(theme: Theme, qtbot: Any) -> None:
    made: list[Field] = [
        TextField("a", "Name", theme=theme, required=True),
        NhsNumberField(theme=theme),
        WholeNumberField("b", "Beds", theme=theme),
        DateField("c", "Born", theme=theme, today=lambda: TODAY),
        InstantField("d", "Taken", theme=theme, now=lambda: NOW),
        ChoiceField("e", "Pathway", [(1, "One")], theme=theme),
        TickField("f", "Yes", theme=theme),
        TickListField("g", "Needs", [(1, "Hoist")], theme=theme),
        TextAreaField("h", "Note", theme=theme),
    ]
    for field in made:
        qtbot.addWidget(field)
        assert field._editors
        for editor in field._editors:
            assert field.name in editor.accessibleName()
    assert "Must be filled in." in made[0]._editors[0].accessibleDescription()


def test_enter_presses_the_button_that_has_the_focus_and_nothing_else_does(sheet: QWidget) -> None:
    pressed: list[bool] = []
    button = QPushButton("Import", sheet)
    button.clicked.connect(lambda: pressed.append(True))
    enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    with_control = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not press_in_focus(sheet, enter)
    button.setFocus()
    assert not press_in_focus(sheet, with_control)
    assert press_in_focus(sheet, enter)
    assert pressed == [True]
