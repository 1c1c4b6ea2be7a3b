"""What people really type with: dead keys, AltGr, and an input method that composes before it commits."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from tests.ui.fake_desk import NOW
from ui.settings.questions import QuestionFields
from ui.theme.theme import Theme
from ui.widgets.date_fields import DateField, InstantField
from ui.widgets.field import Field
from ui.widgets.number_fields import AmountField, WholeNumberField
from ui.widgets.passphrase import PassphraseField
from ui.widgets.pickers import PickField, PickManyField, SuggestField
from ui.widgets.search import SearchField
from ui.widgets.text_fields import NhsNumberField, TextAreaField, TextField
from ui.widgets.tick_list import TickManyField

Make = Callable[[Theme], QWidget]
TODAY = date(2020, 11, 16)
FREE: dict[str, Make] = {
    "a text": lambda theme: TextField("name", "Name", theme=theme),
    "lines": lambda theme: TextAreaField("notes", "Notes", theme=theme),
    "a passphrase": lambda theme: PassphraseField("pass", "Passphrase", theme=theme),
    "one of many": lambda theme: PickField("home", "Home", theme=theme, noun="home"),
    "several of many": lambda theme: PickManyField("homes", "Homes", theme=theme, noun="home"),
    "a suggestion": lambda theme: SuggestField("role", "Role", theme=theme, suggestions=["manager"]),
    "ticks": lambda theme: TickManyField("ticks", "Homes", (), theme=theme, one="home", many="homes"),
    "a search": lambda theme: SearchField(theme=theme),
    "a question of a call": lambda theme: QuestionFields(theme=theme),
    "a day": lambda theme: DateField("on", "Day", theme=theme, today=lambda: TODAY),
    "an instant": lambda theme: InstantField("at", "At", theme=theme, now=lambda: NOW),
    "a whole number": lambda theme: WholeNumberField("beds", "Beds", theme=theme),
    "an amount": lambda theme: AmountField("fee", "Fee", theme=theme),
    "an NHS number": lambda theme: NhsNumberField(theme=theme),
}
ON_ALTGR = "@\\{[]}€|~#ąłżćśńµ"
"""What stands on AltGr on German, French, Spanish, Polish and Nordic layouts."""


@pytest.fixture
def put(qtbot: Any, look: Theme) -> Callable[[Make], tuple[QWidget, QWidget]]:
    """Shows a field in a window, the focus in its editor."""

    def shown(make: Make) -> tuple[QWidget, QWidget]:
        window = QWidget()
        qtbot.addWidget(window)
        made = make(look)
        QVBoxLayout(window).addWidget(made)
        window.show()
        window.activateWindow()
        if isinstance(made, QuestionFields):
            made.fields["action"].setFocus()
        elif isinstance(made, Field):
            made.focus_first()
        else:
            made.setFocus()
        QApplication.processEvents()
        editor = QApplication.focusWidget()
        assert isinstance(editor, (QLineEdit, QPlainTextEdit, QComboBox))
        return window, editor

    return shown


def text_of(editor: QWidget) -> str:
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText()
    assert isinstance(editor, (QLineEdit, QComboBox))
    return editor.text() if isinstance(editor, QLineEdit) else editor.currentText()


def compose(editor: QWidget, preedit: str = "", commit: str = "") -> None:
    """What an input method, or a dead key and the letter after it, sends."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(editor, event)


@pytest.mark.parametrize("make", FREE.values(), ids=FREE)
@pytest.mark.whole
def test_what_is_composed_counts_once_it_is_committed(put: Any, make: Make) -> None:
    _window, editor = put(make)
    assert editor.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    before = text_of(editor)
    compose(editor, preedit="´")
    compose(editor, preedit="1")
    assert text_of(editor) == before, "nothing is typed yet"
    compose(editor, commit="1é")
    assert "1é" in text_of(editor)


@pytest.mark.parametrize("make", FREE.values(), ids=FREE)
@pytest.mark.whole
def test_what_stands_on_altgr_is_typed_and_does_nothing_else(put: Any, make: Make) -> None:
    window, editor = put(make)
    done: list[str] = []
    for letter in "TPSMAVKDRFQELZC":
        for keys in (f"Alt+{letter}", f"Ctrl+{letter}"):
            if keys in ("Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+Z"):
                continue
            action = QAction(window)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _on=False, keys=keys: done.append(keys))
            window.addAction(action)
    wanted = ON_ALTGR[:9] if isinstance(editor, QLineEdit) and editor.maxLength() < 40 else ON_ALTGR
    on_windows = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    for how in (on_windows, Qt.KeyboardModifier.GroupSwitchModifier):
        if isinstance(editor, (QLineEdit, QPlainTextEdit)):
            editor.clear()
        for letter in wanted:
            key = ord("Q") if letter in "@" else ord(letter.upper())
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(editor, QKeyEvent(kind, key, how, letter))
        assert wanted in text_of(editor), how
    assert done == []


def test_a_letter_that_came_in_two_parts_is_the_one_that_came_whole(put: Any, look: Theme) -> None:
    field = TextField("name", "Name", theme=look)
    _window, editor = put(lambda _theme: field)
    for letter in unicodedata.normalize("NFD", "Zoë"):
        compose(editor, commit=letter)
    assert field.value() == "Zoë"


def test_figures_of_an_input_method_are_figures(put: Any, look: Theme) -> None:
    number = WholeNumberField("beds", "Beds", theme=look)
    _window, editor = put(lambda _theme: number)
    compose(editor, preedit="１")
    compose(editor, commit="１２")
    assert number.value() == 12
    fee = AmountField("fee", "Fee", theme=look)
    _window, editor = put(lambda _theme: fee)
    compose(editor, commit="１,２００.５０")
    assert fee.value() == 1200.5
    day = DateField("on", "Day", theme=look, today=lambda: TODAY)
    _window, editor = put(lambda _theme: day)
    compose(editor, commit="１７/１１")
    assert day.value() == date(2020, 11, 17)
