"""A form is made in one turn and opened in the next: what is typed between goes into it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton

from tests.ui.planning_hub import Stand
from tests.ui.test_saved_filters import At, at
from ui.theme.theme import Theme
from ui.widgets.form import FormDialog
from ui.widgets.text_fields import TextField

__all__ = ["at"]


class Two(FormDialog):
    """Two fields, and what was saved."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Two", theme=theme)
        self.one = self.add(TextField("one", "One", theme=theme))
        self.other = self.add(TextField("other", "Other", theme=theme))
        self.got: list[dict[str, Any]] = []

    def save(self, values: Mapping[str, Any]) -> None:
        self.got.append(dict(values))
        self.finished_well()


@pytest.fixture
def desk(at: At, qtbot: Any) -> Stand:
    desk = at()
    desk.page.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is not None)
    return desk


def types(desk: Stand, *keys: Qt.Key) -> None:
    """As the window system brings it, to the window whatever has the focus there, and in one turn; whether
    it may be a shortcut is asked first."""
    handle, none = desk.page.window().windowHandle(), Qt.KeyboardModifier.NoModifier
    for key in keys:
        text = "\t" if key is Qt.Key.Key_Tab else chr(key.value).lower()
        asked = QKeyEvent(QEvent.Type.ShortcutOverride, key.value, none, text)
        asked.ignore()
        QApplication.sendEvent(handle, asked)
        assert asked.isAccepted()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(handle, QKeyEvent(kind, key.value, none, text))


def test_what_is_typed_before_a_form_is_open_goes_into_it_and_none_of_it_to_the_page(
    desk: Stand, qtbot: Any
) -> None:
    window = desk.page.window()
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    form = Two(desk.page.services.theme)
    desk.page.open_form(form)
    assert not form.isVisible(), "to make it and to open it are two turns"
    types(desk, Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_Tab, Qt.Key.Key_C)
    desk.settle()
    qtbot.waitUntil(lambda: form.other.value() == "c")
    assert (form.one.value(), field.text()) == ("ab", "")
    form.ask_to_save()
    assert form.got == [{"one": "ab", "other": "c"}]
    desk.settle()
    field.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_D)
    assert field.text() == "d", "the form is gone: the page has its keys again"


def test_a_click_meanwhile_goes_nowhere_and_a_form_that_never_opens_holds_nothing(desk: Stand) -> None:
    window = desk.page.window()
    clicked: list[str] = []
    button = QPushButton("Press", window)
    button.clicked.connect(lambda: clicked.append("here"))
    button.show()
    button.raise_()

    def click() -> None:
        at = button.mapTo(window, button.rect().center())
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)

    click()
    assert clicked == ["here"]
    form = Two(desk.page.services.theme)
    desk.page.open_form(form)
    click()
    assert clicked == ["here"]
    form.deleteLater()
    desk.settle()
    assert not window.findChildren(Two)
    click()
    assert clicked == ["here", "here"]


def test_a_dialog_opens_for_who_asked_for_it_under_a_new_name_too_and_for_nobody_else(desk: Stand) -> None:
    place = desk.page.services
    asked = place.user
    assert asked is not None
    opened: list[str] = []
    renamed = asked.model_copy(update={"name": "Renamed"})
    for who, words in ((renamed, "theirs"), (desk.hub.lead, "of another")):
        dialog = QDialog(desk.page.window())
        desk.page.open_next(dialog, opened=partial(opened.append, words))
        place.set_user(who)
        desk.settle()
        assert opened == ["theirs"]
        place.set_user(asked)
        desk.settle()
