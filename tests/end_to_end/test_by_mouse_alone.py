"""A person's way from the ward to the bed with the mouse alone: no key but what is typed into a field.

Whatever is clicked is seen where it is clicked: nothing lies over it, and it is scrolled to if need be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QScrollArea,
    QWidget,
)

from discharge.actions.desk import Desk
from discharge.model.placement import PlacementState
from tests.ui.conftest import look, nothing_left_behind, settings, theme
from tests.ui.fake_desk import RESOURCES
from tests.ui.planning_hub import Hub, make_hub
from tests.ui.rest import come_to_rest, until
from ui.application import Application
from ui.theme.theme import Theme
from ui.widgets.field import Field
from ui.widgets.table import TableView

__all__ = ["look", "nothing_left_behind", "settings", "theme"]

LEFT = Qt.MouseButton.LeftButton
WHO = "Hal Marsh"
TOLD = "The setting was told exactly this, and the needs"

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


class Pointer:
    """Somebody with a mouse: clicks on what is seen, and lets the program come to rest after each."""

    def __init__(self, application: Application, qtbot: Any) -> None:
        self.application = application
        self.window = application.window
        self.qtbot = qtbot

    def rest(self) -> None:
        """Wait until nothing is under way."""
        come_to_rest(self.qtbot, self.application.jobs, self.window, timeout=60_000)

    def front(self) -> QWidget:
        """The dialog that is open, or the window."""
        opened = [each for each in self.window.findChildren(QDialog) if each.isVisible()]
        return opened[-1] if opened else self.window

    def click(self, widget: QWidget, place: QPoint | None = None, *, twice: bool = False) -> None:
        """Click on a widget where it is seen."""
        holder = widget.parentWidget()
        while holder is not None and not isinstance(holder, QScrollArea):
            holder = holder.parentWidget()
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(widget)
            QApplication.processEvents()
        at = place if place is not None else widget.rect().center()
        top = widget.window()
        there = top.childAt(widget.mapTo(top, at)) or top
        assert there is widget or widget.isAncestorOf(there), f"{there} lies over {widget}"
        assert widget.isEnabled(), f"{widget} can't be clicked"
        (QTest.mouseDClick if twice else QTest.mouseClick)(
            there, LEFT, pos=there.mapFrom(top, widget.mapTo(top, at))
        )

    def press(self, words: str) -> None:
        """Click on the button with these words, in the dialog that is open or the window."""
        front = self.front()
        found = [
            each
            for each in front.findChildren(QAbstractButton)
            if each.isVisible() and words in (each.text().replace("&", ""), each.accessibleName())
        ]
        assert found, f"no button {words!r}: {[each.text() for each in front.findChildren(QAbstractButton)]}"
        self.click(found[0])
        self.rest()

    def go(self, page: str) -> None:
        """Click on a page in the rail."""
        button = next(each for each in self.window.rail.findChildren(QAbstractButton) if page in each.text())
        self.click(button)
        self.rest()

    def row(self, words: str) -> None:
        """Click on the row of a table that says this."""
        for table in self.front().findChildren(TableView):
            for at in range(table.rows.rowCount() if table.isVisible() else 0):
                cells = [table.rows.index(at, column) for column in table.shown_columns()]
                said = next((each for each in cells if words in str(each.data())), None)
                if said is not None:
                    table.scrollTo(said)
                    self.click(table.viewport(), table.visualRect(said).center())
                    self.rest()
                    return
        raise AssertionError(f"no row {words!r}")

    def field(self, name: str) -> Field:
        """The field of this name in the dialog that is open."""
        found = [each for each in self.front().findChildren(Field) if each.name == name and each.isVisible()]
        assert found, f"no field {name!r}"
        return found[0]

    def fill(self, name: str, text: str) -> None:
        """Click into a field and type."""
        editor = next(each for each in self.field(name).findChildren(QLineEdit) if each.isVisible())
        self.click(editor)
        assert QApplication.focusWidget() is editor
        QTest.keyClicks(editor, text)

    def choose(self, name: str, words: str) -> None:
        """Open a field's list and click on what begins with these words."""
        box = self.field(name).findChild(QComboBox)
        assert box is not None
        self.click(box)
        view = box.view()
        until(view.isVisible)
        at = next(row for row in range(box.count()) if box.itemText(row).startswith(words))
        index = box.model().index(at, box.modelColumn())
        view.scrollTo(index)
        self._pick(view, view.visualRect(index).center())
        assert box.currentText().startswith(words)

    def _pick(self, view: QAbstractItemView, place: QPoint) -> None:
        QTest.mouseMove(view.viewport(), place)
        QTest.mouseClick(view.viewport(), LEFT, pos=place)
        until(lambda: not view.isVisible())

    def tick(self, words: str) -> None:
        """Click on a box to tick it."""
        box = next(each for each in self.front().findChildren(QCheckBox) if each.text() == words)
        self.click(box, QPoint(box.height() // 2, box.height() // 2))
        assert box.isChecked()

    def sit_down(self, name: str) -> None:
        """Choose who is at the desk, from the status line."""

        def choose() -> None:
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            action = next(each for each in menu.actions() if name in each.text())
            QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())

        # the click comes back when the menu has gone
        QTimer.singleShot(100, choose)
        self.click(self.window.status_line.user)
        self.rest()


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return make_hub(tmp_path / "three.hub")


@pytest.fixture
def start(
    qapp: QApplication, settings: QSettings, look: Theme, qtbot: Any
) -> Iterator[Callable[[Hub], Pointer]]:
    made: list[Application] = []

    def run(hub: Hub) -> Pointer:
        application = Application(
            qapp, hub=hub.path, resources=RESOURCES, settings=settings, clock=hub.clock, plain=True
        )
        made.append(application)
        application.window.resize(1366, 768)
        application.show()
        window = application.window
        window.activateWindow()
        qtbot.waitUntil(lambda: window.asking and window.isActiveWindow())
        return Pointer(application, qtbot)

    yield run
    for application in made:
        application.window.close()
        application.close()
        application.retire()
    look.apply(qapp)


def enter_somebody(pointer: Pointer) -> None:
    """A new person with a negative test."""
    pointer.go("Patients")
    pointer.press("Add patient…")
    for name, text in (("Name", WHO), ("Date of birth", "3/2/38"), ("NHS number", "9994765949")):
        pointer.fill(name, text)
    for name, words in (
        ("Sex", "Male"), ("Pathway", "P3"), ("Priority", "2"), ("Level of care", "Residential"),
        ("Result", "Negative"),
    ):  # fmt: skip
        pointer.choose(name, words)
    pointer.press("Add")
    assert pointer.front() is pointer.window, "the form is still open"


def given(pointer: Pointer, who: str) -> None:
    """Whom it was spoken with."""
    pointer.fill(who, "Ruth Calder")
    if not pointer.field("Their role").value():
        pointer.fill("Their role", "manager")


def state_of(hub: Hub) -> PlacementState | None:
    with Desk.open(hub.path, clock=hub.clock) as desk:
        return next(row for row in desk.ask(lambda q: q.patients()) if row.name == WHO).placement_state


def steps(pointer: Pointer) -> Sequence[tuple[PlacementState, Callable[[], None]]]:
    """What is done in Moves, each with what the placement is then."""

    def tell() -> None:
        pointer.tick(TOLD)
        given(pointer, "Who was spoken to")
        pointer.press("Told")

    def accept() -> None:
        given(pointer, "Who accepted")
        pointer.press("Accepted")

    def book() -> None:
        pointer.choose("How", "Hospital car")
        pointer.press("Booked")

    return (
        (PlacementState.TOLD, tell),
        (PlacementState.ACCEPTED, accept),
        (PlacementState.BOOKED, book),
        (PlacementState.DEPARTED, lambda: pointer.press("Departed")),
        (PlacementState.ARRIVED, lambda: pointer.press("Arrived")),
    )


@pytest.mark.whole
def test_a_person_is_entered_planned_approved_told_of_and_arrives_with_the_mouse_alone(
    hub: Hub, start: Callable[[Hub], Pointer]
) -> None:
    pointer = start(hub)
    pointer.press("Start")
    enter_somebody(pointer)
    pointer.go("Match")
    pointer.press("Plan")
    until(lambda: getattr(pointer.window.page, "shown", None) is not None)
    pointer.rest()
    pointer.row(WHO)
    pointer.press("Send to approval")
    assert state_of(hub) is PlacementState.PROPOSED
    pointer.sit_down("Lee Okafor")
    pointer.go("Approvals")
    pointer.row(WHO)
    pointer.press("Approve")
    assert state_of(hub) is PlacementState.APPROVED
    pointer.sit_down("Jo Marsh")
    pointer.go("Moves")
    for state, do in steps(pointer):
        pointer.row(WHO)
        pointer.press("Next step…")
        do()
        assert pointer.front() is pointer.window, "the form is still open"
        assert state_of(hub) is state
