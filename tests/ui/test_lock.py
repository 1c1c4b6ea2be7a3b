"""The lock: nothing of a person is shown or can be done, and what was begun is there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget

from tests.ui.conftest import MakeServices
from tests.ui.fake_desk import NOW, FakeDesk, Guest
from tests.ui.test_window import PAGES, NameForm, facts
from ui.frame.clipboard import ClipboardKeeper
from ui.frame.idle import KEPT, USUAL, Idle, minutes_of
from ui.frame.services import Message, Services, Undo
from ui.frame.window import Window
from ui.theme.theme import Theme

GUESTS = [Guest("g1", "Zacharias Quill"), Guest("g2", "Ada Ashdown")]


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(partial(FakeDesk, GUESTS))


@pytest.fixture
def window(services: Services, qtbot: Any, look: Theme) -> Iterator[Window]:
    window = Window.of(services, facts=facts, pages=PAGES)
    qtbot.addWidget(window)
    window.show()
    window.begin(user_id="u1")
    qtbot.waitUntil(lambda: window.page is not None and not services.jobs.busy)
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()


def shown_words(window: QWidget) -> str:
    """All that the program's windows show, or would tell a screen reader, in one text."""
    found = []
    for top in QApplication.topLevelWidgets():
        if top is not window and not top.isVisible():
            continue
        for widget in (top, *top.findChildren(QWidget)):
            if widget.isVisible():
                found += [widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
                found += [widget.text()] if isinstance(widget, (QLabel, QLineEdit)) else []
                rows = getattr(widget, "rows", None)
                found += [str(getattr(row, "name", "")) for row in rows.rows()] if rows is not None else []
    return "\n".join(found)


def unlock(window: Window, qtbot: Any, name: str = "Jo Marsh") -> None:
    people = window.sign_in.people
    people.setCurrentItem(people.findItems(name, Qt.MatchFlag.MatchExactly)[0])
    window.sign_in.start.click()
    qtbot.waitUntil(lambda: not window.services.jobs.busy and not window.asking)


def test_a_locked_window_shows_nobody_says_who_is_at_the_desk_and_opens_for_them(
    window: Window, qtbot: Any
) -> None:
    assert "Zacharias Quill" in shown_words(window), "the test must be able to see what is hidden"
    window.services.say("Zacharias Quill is placed.", Undo("Withdraw", call=lambda: None))
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.lock.is_on
    assert "Quill" not in shown_words(window)
    assert "Jo Marsh is at the desk" in window.sign_in.hint()
    assert window.sign_in.start.text() == "Unlock"
    assert not window.rail.isEnabled()
    unlock(window, qtbot)
    assert "Zacharias Quill" in shown_words(window)
    assert window.undo_bar.isVisible(), "what was offered is offered still"
    assert window.services.user is not None
    assert window.services.user.id == "u1"


def test_no_key_page_or_command_gets_past_the_lock(window: Window, qtbot: Any) -> None:
    window.lock.lock()
    commands = window.services.commands
    open_ones = {command.id for command in commands.all() if commands.action(command.id).isEnabled()}
    assert open_ones <= {
        *(f"view.{each}" for each in ("light", "dark", "contrast", "larger", "smaller", "normal")),
        "hub.quit",
    }
    qtbot.keyClick(window.sign_in.people, Qt.Key.Key_Escape)
    window.go("moves")
    window.services.go("moves")
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    assert window.asking
    assert not window.status_line.user.isEnabled()


def test_what_comes_up_while_it_is_locked_is_told_afterwards(window: Window, qtbot: Any) -> None:
    window.lock.lock()
    window.services.tell(Message("Ada Ashdown can't be placed."))
    window.services.say("Ada Ashdown was moved.")
    late = QDialog(window)
    late.setWindowTitle("About Ada Ashdown")
    late.open()
    qtbot.waitUntil(lambda: not late.isVisible())
    assert "Ashdown" not in shown_words(window)
    unlock(window, qtbot)
    assert window.banner.words() == "Ada Ashdown can't be placed."
    assert late.isVisible()
    late.close()


@pytest.mark.whole
def test_a_form_with_typed_answers_is_covered_and_is_back_with_them(window: Window, qtbot: Any) -> None:
    form = NameForm(window.services.theme)
    assert window.page is not None
    window.page.open_form(form)
    qtbot.waitUntil(form.isActiveWindow)
    form.field("name").type_in("Ada Ashdown")
    # the key is pressed in the form: the window behind it hears none
    qtbot.keyClick(form.windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.lock.is_on
    assert not form.isVisible()
    assert "Ashdown" not in shown_words(window)
    unlock(window, qtbot)
    assert form.isVisible()
    assert form.isModal()
    assert form.field("name").value() == "Ada Ashdown"
    form.reject()


@pytest.mark.whole
def test_somebody_else_starts_without_the_forms_of_whoever_was_there_and_they_are_back_with_them(
    window: Window, qtbot: Any
) -> None:
    form = NameForm(window.services.theme)
    assert window.page is not None
    window.page.open_form(form)
    qtbot.waitUntil(form.isVisible)
    form.field("name").type_in("Ada Ashdown")
    window.lock.lock()
    unlock(window, qtbot, "Lee Okafor")
    assert window.services.user is not None
    assert window.services.user.name == "Lee Okafor"
    assert not form.isVisible()
    window._choose_user("u1")
    qtbot.waitUntil(form.isVisible)
    form.reject()


class _Pace:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_locks_after_minutes_without_a_key_and_after_a_sleep_before_the_first_key(
    qapp: QApplication, qtbot: Any
) -> None:
    owner, awake, wall = QObject(), _Pace(), _Pace()
    idle = Idle(owner, minutes=10, pace=(awake, wall))
    told: list[str] = []
    idle.over.connect(lambda: told.append("over"))
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is field.windowHandle())
    idle.start()
    awake.now += 590
    wall.now += 590
    qtbot.keyClick(field.windowHandle(), Qt.Key.Key_A)
    assert idle.left() == 600, "a key begins the count anew"
    assert field.text() == "a"
    awake.now += 300
    wall.now += 300
    composed = QInputMethodEvent("", [])
    composed.setCommitString("é")
    QApplication.sendEvent(field, composed)
    assert (idle.left(), field.text()) == (600, "aé"), "so does what an input method composes"
    wall.now += 8 * 3600  # the lid was closed: one clock stood still
    qtbot.keyClick(field.windowHandle(), Qt.Key.Key_B)
    assert told == ["over"]
    assert field.text() == "aé", "the key that woke it goes nowhere"
    idle.set_minutes(1)
    idle.start()
    wall.now -= 3600  # a clock that is put back keeps nothing open
    awake.now += 61
    idle._look()
    assert told == ["over", "over"]
    owner.deleteLater()


@pytest.mark.parametrize(
    ("kept", "minutes"), [("5", 5), (None, USUAL), ("0", USUAL), ("61", USUAL), ("never", USUAL)]
)
def test_the_minutes_that_were_chosen_are_kept_and_nonsense_is_ten(kept: object, minutes: int) -> None:
    assert minutes_of(kept) == minutes


def test_a_desk_may_lock_sooner_than_the_hub_says_and_never_later(
    window: Window, settings: QSettings
) -> None:
    assert window.lock.idle.minutes == 10
    window.lock.set_minutes(3)
    assert settings.value(KEPT) == 3
    assert window.lock.idle.minutes == 3
    window.lock.set_minutes(30)
    assert window.lock.idle.minutes == 10
    window.lock.follow_hub(45)
    assert window.lock.idle.minutes == 30
    window.lock.set_minutes(0)
    assert window.lock.idle.minutes == 45


def test_the_clipboard_is_cleared_after_a_minute_only_while_it_is_ours(qapp: QApplication) -> None:
    ours = [True]
    owner, clipboard = QObject(), QGuiApplication.clipboard()
    # the platform without a screen never says that it owns anything
    keeper = ClipboardKeeper(owner, is_ours=lambda _clipboard: ours[0])
    clipboard.setText("Ada Ashdown 999 123 4567")
    assert keeper._timer.isActive()
    assert keeper._timer.interval() == 60_000
    keeper._timer.timeout.emit()
    assert clipboard.text() == ""
    ours[0] = False
    clipboard.setText("of another program")
    keeper.clear()
    assert clipboard.text() == "of another program"
    clipboard.clear()
    owner.deleteLater()


def test_the_clock_of_the_demo_says_at_the_door_that_nothing_is_real(window: Window) -> None:
    assert window.sign_in.demo.isHidden()
    window._is_demo = True
    window.ask_who()
    assert not window.sign_in.demo.isHidden()
    assert NOW.year == 2020
