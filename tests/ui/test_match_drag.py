"""Dragging a person onto a setting on the Match page: allowed, refused with the rule's sentence, dropped."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QLibraryInfo, QMimeData, QPoint, QPointF, Qt, QVersionNumber
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.ui.match_stand import Open, choose, line_of, page_of, said_in
from tests.ui.planning_hub import Stand
from ui.match import why_not as match_whynot
from ui.match.drag import PERSON
from ui.match.hand_proposal import HandProposalForm

ANY = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
COPY = Qt.DropAction.CopyAction

pytestmark = pytest.mark.usefixtures("engine_at_hand")


def carried(person: str) -> QMimeData:
    made = QMimeData()
    made.setData(PERSON, person.encode())
    return made


def over(desk: Stand, name: str) -> QPoint:
    """Where this setting's row is in the list of settings."""
    table = page_of(desk).why.table
    key = next(row.why_not.setting for row in page_of(desk).why.model.rows() if row.why_not.name == name)
    table.scrollTo(table.model().index(page_of(desk).why.model.place_of(key), 0))
    return table.visualRect(table.model().index(page_of(desk).why.model.place_of(key), 0)).center()


def pointer_at(place: QPoint) -> Any:
    """Where the pointer is, as Qt asks for it: until 6.11 in whole pixels, from 6.12 on in parts of them."""
    return QPointF(place) if QLibraryInfo.version() >= QVersionNumber(6, 12) else place


def drag_over(desk: Stand, person: str, name: str) -> tuple[bool, QMimeData]:
    """Whether the pointer says that the person may be dropped there."""
    viewport = page_of(desk).why.table.viewport()
    data = carried(person)
    QApplication.sendEvent(viewport, QDragEnterEvent(pointer_at(QPoint(1, 1)), COPY, data, LEFT, ANY))
    event = QDragMoveEvent(pointer_at(over(desk, name)), COPY, data, LEFT, ANY)
    event.ignore()
    QApplication.sendEvent(viewport, event)
    return event.isAccepted(), data


def drop(desk: Stand, data: QMimeData, name: str) -> bool:
    event = QDropEvent(QPointF(over(desk, name)), COPY, data, LEFT, ANY)
    event.ignore()
    QApplication.sendEvent(page_of(desk).why.table.viewport(), event)
    desk.settle()
    return event.isAccepted()


@pytest.mark.whole
def test_a_setting_that_would_do_takes_the_person_and_the_form_is_filled_in(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Ada Swift")
    page.table.dragging.emit("P-0001")
    allowed, data = drag_over(desk, "P-0001", "Abbey Court")
    assert allowed
    assert drop(desk, data, "Abbey Court")
    page.table.dragging.emit("")
    form = desk.form(HandProposalForm)
    assert form.person.value() == "P-0001"
    assert form.first.beds.value() == ("first", "A1")
    desk.settle()
    assert "Nothing stands against it." in said_in(form._answer)
    desk.save(form, reason="Her sister lives there")
    assert [row.first_setting for row in desk.ask(lambda q: q.approvals())] == ["Abbey Court"]


def test_a_setting_that_a_rule_keeps_out_refuses_with_its_sentence(
    open_match: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Gus Hart")
    page.waiting.dragging.emit("P-0007")
    allowed, data = drag_over(desk, "P-0007", "Yew Grange")
    assert not allowed
    assert "losed to admissions" in page.why.table.refusal
    assert "(N" in page.why.table.refusal
    at = page.why.table.viewport().mapToGlobal(over(desk, "Yew Grange"))

    class Pointer:
        @staticmethod
        def pos() -> QPoint:
            return at

    monkeypatch.setattr(match_whynot, "QCursor", Pointer)
    assert not drop(desk, data, "Yew Grange")
    page.waiting.dragging.emit("")
    assert desk.told[-1].sentence == "They can't be proposed there."
    assert "losed to admissions" in desk.told[-1].mend
    assert not [each for each in page.findChildren(HandProposalForm) if each.isVisible()]
    assert desk.ask(lambda q: q.approvals()) == ()


@pytest.mark.whole
def test_every_setting_shows_while_somebody_is_dragged_and_the_filter_comes_back(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Gus Hart")
    assert page.why.near.isChecked()
    page.table.dragging.emit("P-0007")
    assert page.why.model.rowCount() == 5
    page.table.dragging.emit("")
    assert page.why.near.isChecked()


def test_somebody_else_than_the_one_shown_is_not_dropped_by_mistake(open_match: Open) -> None:
    desk = open_match()
    choose(desk, "Ada Swift")
    page_of(desk).why.near.setChecked(False)
    allowed, _ = drag_over(desk, "P-0007", "Abbey Court")
    assert not allowed
    assert "wait a moment" in page_of(desk).why.table.refusal


def test_a_row_that_is_pulled_by_the_mouse_carries_its_person(
    open_match: Open, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_match()
    page = page_of(desk)
    dragged: list[str] = []

    def exec_(self: QDrag, *_actions: Any) -> Qt.DropAction:
        dragged.append(bytes(self.mimeData().data(PERSON).data()).decode())
        return COPY

    monkeypatch.setattr(QDrag, "exec", exec_)
    key = line_of(page, "Cyn Trent").patient
    place = page.waiting.visualRect(page.waiting_model.index(page.waiting_model.place_of(key), 0)).center()
    viewport = page.waiting.viewport()
    qtbot.mousePress(viewport, LEFT, pos=place)
    qtbot.mouseMove(viewport, place + QPoint(3, 0))
    assert dragged == []
    far = place + QPoint(2 * QApplication.startDragDistance(), 0)
    from PySide6.QtGui import QMouseEvent

    moved = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(far), QPointF(viewport.mapToGlobal(far)), LEFT, LEFT, ANY
    )
    QApplication.sendEvent(viewport, moved)
    assert dragged == [key]
    desk.settle()
    assert page.current_patient() == key


@pytest.mark.whole
def test_the_button_proposes_in_the_setting_that_is_chosen(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Ada Swift")
    page.why.near.setChecked(False)
    key = next(row.why_not.setting for row in page.why.model.rows() if row.why_not.name == "Abbey Court")
    page.why.table.pick(key)
    page.why.below.propose.click()
    desk.settle()
    form = desk.form(HandProposalForm)
    assert form.first.setting.value() == key
    assert form.first.beds.value() == ("first", "A1")
    form.reject()
