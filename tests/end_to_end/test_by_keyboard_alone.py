"""From the start of the program to "sent to approval" without a mouse, every keystroke counted.

What is typed into a field (a name, a number, a date) isn't counted, nor is a letter that is part of it;
everything else is: a key that goes on, chooses, opens or saves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QWidget

from discharge.actions.desk import Desk
from discharge.model.patient_record import PatientState
from discharge.model.placement import PlacementState
from tests.ui.conftest import look, nothing_left_behind, settings, theme
from tests.ui.fake_desk import RESOURCES
from tests.ui.planning_hub import Hub, make_hub
from tests.ui.rest import come_to_rest, until
from ui.application import Application
from ui.theme.theme import Theme

__all__ = ["look", "nothing_left_behind", "settings", "theme"]

MOST = 60
KEY = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


class Typist:
    """Somebody at the keyboard: counts the keys, and lets the program come to rest after each."""

    def __init__(self, application: Application, qtbot: Any) -> None:
        self.application = application
        self.qtbot = qtbot
        self.keys: list[str] = []
        self.typed = 0

    def rest(self) -> None:
        """Wait until nothing is under way."""
        come_to_rest(self.qtbot, self.application.jobs, self.application.window, timeout=60_000)
        if QApplication.activeWindow() is None:
            # no screen, no window manager: it would go back to the window by itself
            self.application.window.activateWindow()
            self.qtbot.waitUntil(self.application.window.isActiveWindow)

    def focus(self) -> QWidget:
        """Where a key goes to."""
        widget = QApplication.focusWidget()
        assert widget is not None, f"the focus is nowhere after {self.keys[-3:]}"
        return widget

    def press(self, *keys: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press these keys, one after the other."""
        for key in keys:
            self.keys.append(key.name)
            self.qtbot.keyClick(self.focus(), key, with_)
            self.qtbot.wait(5)

    def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        assert isinstance(self.focus(), QLineEdit), f"no field has the focus after {self.keys[-3:]}"
        self.typed += len(text)
        self.qtbot.keyClicks(self.focus(), text)

    def fill(self, text: str) -> None:
        """Type into a field and go on to the next."""
        self.type(text)
        self.press(KEY.Key_Tab)

    def choose(self, *letters: Qt.Key) -> None:
        """Choose in a list by its first letters, and go on."""
        self.press(*letters, KEY.Key_Tab)

    def named(self) -> str:
        """How the place with the focus is called."""
        return self.focus().accessibleName()


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path / "three.hub")


@pytest.fixture
def start(
    qapp: QApplication, settings: QSettings, look: Theme, qtbot: Any
) -> Iterator[Callable[[Hub], Typist]]:
    made: list[Application] = []

    def run(hub: Hub) -> Typist:
        application = Application(
            qapp, hub=hub.path, resources=RESOURCES, settings=settings, clock=hub.clock, plain=True
        )
        made.append(application)
        application.show()
        window = application.window
        window.activateWindow()
        qtbot.waitUntil(lambda: window.asking and window.isActiveWindow())
        return Typist(application, qtbot)

    yield run
    for application in made:
        application.window.close()
        application.close()
        application.retire()
    look.apply(qapp)


def enter_somebody(typist: Typist) -> None:
    """The form of a new person with a negative test, from Ctrl+N to Ctrl+Enter."""
    typist.press(KEY.Key_N, with_=CONTROL)
    typist.rest()
    assert typist.named() == "Name"
    typist.fill("Hal Marsh")
    typist.fill("3/2/38")
    typist.fill("9994765949")
    assert typist.named() == "Sex"
    typist.choose(KEY.Key_M)
    typist.press(KEY.Key_Tab)  # there is a number
    assert typist.named() == "Pathway"
    typist.choose(KEY.Key_P, KEY.Key_3)
    typist.choose(KEY.Key_2)
    typist.choose(KEY.Key_R)
    assert typist.named() == "Specialism"
    typist.press(KEY.Key_Tab)
    assert typist.named() == "Result"
    typist.choose(KEY.Key_N, KEY.Key_E)
    typist.press(KEY.Key_Return, with_=CONTROL)
    typist.rest()


def find(typist: Typist) -> None:
    """The person of the list that was entered is current, and has the focus."""
    typist.press(KEY.Key_F, with_=CONTROL)
    typist.type("hal marsh")
    typist.rest()  # what is typed is looked for a moment later
    typist.press(KEY.Key_Return)
    typist.rest()


def send_somebody(typist: Typist) -> None:
    """From the start of the program to a new person's proposal being sent to approval."""
    window = typist.application.window
    typist.press(KEY.Key_Return)
    typist.rest()
    typist.press(KEY.Key_P, with_=ALT)
    typist.rest()
    assert window.page_name == "patients"
    enter_somebody(typist)
    assert not QApplication.activeModalWidget(), "the form is still open"
    typist.press(KEY.Key_M, with_=ALT)
    typist.rest()
    # as whoever looks: the hub is read before planning is asked for, the plan there before it is used
    commands = typist.application.services.commands
    until(lambda: window.page_name == "match" and not commands.why_not("plan.run"))
    typist.press(KEY.Key_F5)
    until(lambda: window.page is not None and getattr(window.page, "shown", None) is not None)
    typist.rest()
    find(typist)
    until(lambda: not commands.why_not("plan.send"))
    typist.press(KEY.Key_Return, with_=CONTROL)
    typist.rest()


def sit_down(typist: Typist, name: str) -> None:
    """Somebody else is at the desk."""
    typist.press(KEY.Key_F9)
    typist.rest()
    people = typist.focus()
    assert isinstance(people, QListWidget), "the people to choose from have the focus"
    typist.press(KEY.Key_Home)
    for _ in range(people.count()):
        if name in people.currentItem().text():
            break
        typist.press(KEY.Key_Down)
    typist.press(KEY.Key_Return)
    typist.rest()
    assert typist.application.services.user is not None
    assert typist.application.services.user.name == name


def state_of(hub: Hub) -> PlacementState | None:
    with Desk.open(hub.path, clock=hub.clock) as desk:
        return next(
            row for row in desk.ask(lambda q: q.patients()) if row.name == "Hal Marsh"
        ).placement_state


@pytest.mark.whole
def test_a_new_person_with_a_negative_test_is_sent_to_approval_within_sixty_keys(
    hub: Hub, start: Callable[[Hub], Typist]
) -> None:
    typist = start(hub)
    send_somebody(typist)
    with Desk.open(hub.path, clock=hub.clock) as desk:
        row = next(row for row in desk.ask(lambda q: q.patients()) if row.name == "Hal Marsh")
        queue = desk.ask(lambda q: q.approvals())
    assert (row.state, row.placement_state) == (PatientState.PLACED, PlacementState.PROPOSED)
    assert [each.patient_name for each in queue].count("Hal Marsh") == 1
    assert len(typist.keys) <= MOST, typist.keys


@pytest.mark.whole
def test_a_person_is_approved_told_of_and_arrives_without_a_mouse(
    hub: Hub, start: Callable[[Hub], Typist]
) -> None:
    typist = start(hub)
    send_somebody(typist)
    sit_down(typist, "Lee Okafor")
    typist.press(KEY.Key_A, with_=ALT)
    typist.rest()
    find(typist)
    typist.press(KEY.Key_Return, with_=CONTROL)
    typist.rest()
    assert state_of(hub) is PlacementState.APPROVED
    sit_down(typist, "Jo Marsh")
    typist.press(KEY.Key_V, with_=ALT)
    typist.rest()
    find(typist)

    def tell() -> None:
        typist.press(KEY.Key_Space)
        typist.press(KEY.Key_PageDown, with_=CONTROL)
        assert typist.named() == "Who was spoken to"
        typist.fill("Ruth Calder")
        typist.fill("manager")

    def accept() -> None:
        assert typist.named() == "Who accepted"
        typist.fill("Ruth Calder")

    def book() -> None:
        assert typist.named() == "How"
        typist.choose(KEY.Key_H)

    for state, fill_in in (
        (PlacementState.TOLD, tell),
        (PlacementState.ACCEPTED, accept),
        (PlacementState.BOOKED, book),
        (PlacementState.DEPARTED, lambda: None),
        (PlacementState.ARRIVED, lambda: None),
    ):
        typist.press(KEY.Key_Return, with_=CONTROL)
        typist.rest()
        fill_in()
        typist.press(KEY.Key_Return, with_=CONTROL)
        typist.rest()
        assert state_of(hub) is state
