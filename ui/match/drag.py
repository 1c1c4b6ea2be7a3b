"""Dragging a person onto a setting: where it begins, and where it may end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from ui.models.table import RowsModel
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.tall_table import TallTable

PERSON = "application/x-discharge-desk-person"
"""What is dragged: the person's id."""


class PeopleTable(TallTable):
    """A table of people that can be dragged. `dragging` tells that it begins (the id) and is over (empty)."""

    dragging = Signal(str)

    def __init__(
        self, model: RowsModel[Any], *, theme: Theme, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, theme=theme, name=name, parent=parent)
        self._pressed: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        on_row = self.rowAt(event.position().toPoint().y()) >= 0
        self._pressed = event.position().toPoint() if left and on_row else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        if far >= QApplication.startDragDistance():
            place, self._pressed = self._pressed, None
            self._drag(self.rows.key_at(self.rowAt(place.y())))

    def _drag(self, person: str) -> None:
        drag = QDrag(self)
        carried = QMimeData()
        carried.setData(PERSON, person.encode())
        drag.setMimeData(carried)
        row = self.rows.row_at(self.rows.place_of(person))
        drag.setPixmap(self._tag(self.rows.columns[0].words(row).partition(",")[0]))
        self.dragging.emit(person)
        drag.exec(Qt.DropAction.CopyAction)
        self.dragging.emit("")

    def _tag(self, words: str) -> QPixmap:
        """A small picture of who is dragged."""
        theme, metrics = self._theme, self.fontMetrics()
        gap = theme.px(Space.NEAR)
        ratio = self.devicePixelRatioF()
        width, height = metrics.horizontalAdvance(words) + 2 * gap, metrics.height() + gap
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.palette.fill)
        painter = QPainter(picture)
        painter.setPen(theme.palette.on_fill)
        painter.drawText(0, 0, width, height, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.end()
        return picture


class DropTable(TallTable):
    """A table of settings that a person can be dropped on.

    `refuses(person, row)` says in a sentence why not, or nothing. `dropped` carries person and row.
    """

    dropped = Signal(str, object)

    def __init__(
        self, model: RowsModel[Any], *, theme: Theme, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, theme=theme, name=name, parent=parent)
        self.setAcceptDrops(True)
        self.refuses: Callable[[str, Any], str] = lambda _person, _row: ""
        self.refusal = ""
        """The sentence of the row that the pointer was over last, where it refused."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.refusal = ""
        if event.mimeData().hasFormat(PERSON):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        person, row = self._over(event)
        if row is None or not person:
            self.refusal = ""
            QToolTip.hideText()
            event.ignore()
            return
        self.hovered = self.rowAt(event.position().toPoint().y())
        self.viewport().update()
        self.refusal = self.refuses(person, row)
        said = self.refusal or "Propose here"
        at = self.viewport().mapToGlobal(event.position().toPoint())
        QToolTip.showText(at, said, self.viewport())
        if self.refusal:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._leave()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        person, row = self._over(event)
        self._leave()
        if row is None or not person or self.refuses(person, row):
            event.ignore()
            return
        event.acceptProposedAction()
        self.dropped.emit(person, row)

    def _over(self, event: QDropEvent) -> tuple[str, Any]:
        person = bytes(event.mimeData().data(PERSON).data()).decode()
        return person, self.rows.row_at(self.rowAt(event.position().toPoint().y()))

    def refused_at(self, place: QPoint) -> str:
        """The sentence with which a person dropped at this place of the screen was refused, if they were."""
        inside = self.viewport().rect().contains(self.viewport().mapFromGlobal(place))
        return self.refusal if inside else ""

    def _leave(self) -> None:
        self.hovered = -1
        self.viewport().update()
        QToolTip.hideText()
