"""The frozen edges of a timeline: the days above, the rows' names and states at the left."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGraphicsView, QToolTip, QWidget

from discharge.words.days import MONTHS, day_and_distance, day_words
from ui.theme.scale import Size, Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.timeline_grid import EACH_DAY, Grid

LONG_DAY = 52
"""From this width of a day on, in pixels at 100 %, its weekday is written too."""
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)


def month_words(day: date) -> str:
    """ "November 2020"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


class Chart(QGraphicsView):
    """What the heads stand beside: the view of a timeline, as far as they ask it."""

    grid: Grid
    current_row: int

    def offset(self) -> int:
        """How far it is scrolled to the right, in pixels."""
        raise NotImplementedError

    def down(self) -> int:
        """How far it is scrolled down, in pixels."""
        raise NotImplementedError

    def rows_in_view(self) -> range:
        """The rows of which something can be seen."""
        raise NotImplementedError

    def row_at(self, y: int) -> int | None:
        """The row at this height of the view, or None."""
        raise NotImplementedError

    def go_to_row(self, at: int) -> None:
        """Makes this row current."""
        raise NotImplementedError

    def open_current(self) -> None:
        """Opens what is current."""
        raise NotImplementedError

    def show_menu(self, place: QPoint) -> None:
        """Shows the menu of what is current at this place of the screen."""
        raise NotImplementedError


class DayHeader(QWidget):
    """Months, and below them the days or weeks; today on the accent's ground."""

    def __init__(self, view: Chart, *, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self.setMouseTracking(True)

    def wanted(self) -> int:
        """The height that two lines take."""
        return 2 * (QFontMetrics(self._theme.font(Size.SMALL)).height() + self._theme.px(6))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        view, grid, theme, colours = self._view, self._view.grid, self._theme, self._theme.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.raised))
        painter.setFont(theme.font(Size.SMALL, strong=True))
        first = max(0, view.offset() // grid.day_width() - 6)
        last = min(grid.days, (view.offset() + self.width()) // grid.day_width() + 1)
        half = self.height() // 2
        self._months(painter, first, last, half)
        by_week = grid.zoom < EACH_DAY
        days = [view.grid.first + timedelta(at) for at in range(first, last + 1)]
        shown = [day for day in days if day != view.grid.today and not (by_week and day.weekday())]
        for day in [*shown, view.grid.today]:
            self._day(painter, day, view.grid.x_of(day) - view.offset(), half, by_week=by_week)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def _months(self, painter: QPainter, first: int, last: int, half: int) -> None:
        view, theme = self._view, self._theme
        painter.setPen(QColor(theme.palette.muted))
        day = view.grid.first + timedelta(first)
        end = view.grid.first + timedelta(last + 1)
        while day < end:
            after = (day.replace(day=1) + timedelta(32)).replace(day=1)
            left = max(0.0, view.grid.x_of(day) - view.offset()) + theme.px(6)
            right = min(self.width(), view.grid.x_of(after) - view.offset())
            said = month_words(day)
            if right - left < painter.fontMetrics().horizontalAdvance(said):
                said = MONTHS[day.month - 1][:3]
            if right - left >= painter.fontMetrics().horizontalAdvance(said):
                painter.drawText(QRectF(left, 0, right - left, half), _LEFT, said)
            day = after

    def _day(self, painter: QPainter, day: date, x: float, half: int, *, by_week: bool) -> None:
        view, theme, colours = self._view, self._theme, self._theme.palette
        wide = view.grid.day_width() * (7 if by_week else 1)
        place = QRectF(x, half, wide, half - 1)
        today = day == view.grid.today
        long = view.grid.day_width() >= theme.px(LONG_DAY)
        said = day_words(day).rpartition(" ")[0] if long else str(day.day)
        if by_week:
            said = day_words(day).partition(" ")[2]
        if today and (by_week or painter.fontMetrics().horizontalAdvance("Today") < wide):
            said = "Today"
        if today:
            wants = painter.fontMetrics().horizontalAdvance(said) + theme.px(10)
            place.setWidth(max(view.grid.day_width(), wants) if by_week else wide)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.fill))
            painter.drawRect(place)
        elif by_week and day < view.grid.today < day + timedelta(7):
            place.setRight(view.grid.x_of(view.grid.today) - view.offset())
        painter.setPen(QColor(colours.on_fill if today else colours.muted))
        if by_week and not today:
            place.adjust(theme.px(3), 0, 0, 0)
        painter.drawText(place, _LEFT if by_week and not today else _MIDDLE, said)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self._view.grid.day_at(event.pos().x() + self._view.offset())
            QToolTip.showText(event.globalPos(), day_and_distance(day, today=self._view.grid.today), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._view.viewport(), event)


class RowHeads(QWidget):
    """The names of the rows in view, with the chip of each row's state."""

    def __init__(self, view: Chart, *, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme

    def wanted(self) -> int:
        """The width: of what a row says, or less than half of what there is."""
        return min(self._theme.px(268), int(self._view.width() * 0.42))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        view, colours = self._view, self._theme.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        for at in view.rows_in_view():
            self._row(painter, at)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.end()

    def _row(self, painter: QPainter, at: int) -> None:
        view, theme, colours = self._view, self._theme, self._theme.palette
        row, head = view.grid.rows[at], view.grid.rows[at].head()
        top, high = view.grid.tops[at] - view.down(), view.grid.height_of(at)
        place = QRect(0, int(top), self.width(), int(high))
        if at == view.current_row:
            painter.fillRect(place, QColor(colours.selection))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        inner = place.adjusted(theme.px(Space.NEAR), 0, -theme.px(Space.NEAR), 0)
        if view.hasFocus() and at == view.current_row:
            painter.setPen(QPen(QColor(colours.accent), theme.px(2)))
            painter.drawLine(place.topLeft() + QPoint(1, 1), place.bottomLeft() + QPoint(1, -1))
        line = QFontMetrics(theme.font()).height()
        first = QRect(inner.left(), inner.top() + theme.px(6), inner.width(), line)
        if not row.two_lines:
            first.moveTop(inner.top() + (min(inner.height(), theme.px(40)) - line) // 2)
        if head.status is not None:
            first.setWidth(first.width() - self._chip(painter, head.status, inner.right(), first))
        if head.mark is not None:
            side = theme.px(14)
            picture = theme.pixmap(head.mark.icon, head.mark.tone, size=14, ratio=self.devicePixelRatioF())
            painter.drawPixmap(first.left(), first.center().y() - side // 2, picture)
            first.setLeft(first.left() + side + theme.px(Space.TIGHT))
        painter.setFont(theme.font(strong=True))
        painter.setPen(QColor(colours.text) if head.mark is None else theme.colour(head.mark.tone))
        painter.drawText(first, _LEFT, _cut(painter, row.title, first.width()))
        if row.two_lines:
            painter.setFont(theme.font(Size.SMALL))
            painter.setPen(QColor(colours.muted))
            under = QRect(inner.left(), first.bottom() + theme.px(2), inner.width(), line)
            painter.drawText(under, _LEFT, _cut(painter, head.below, under.width()))

    def _chip(self, painter: QPainter, status: Status, right: int, beside: QRect) -> int:
        """Draws the chip with its right edge at `right`; the width it takes from the line beside it."""
        theme = self._theme
        painter.setFont(theme.font(Size.SMALL, strong=True))
        side, gap = theme.px(14), theme.px(5)
        wide = painter.fontMetrics().horizontalAdvance(status.word) + side + 3 * gap
        high = painter.fontMetrics().height() + theme.px(4)
        place = QRect(right - wide, beside.center().y() - high // 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.ground(status.tone))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(place, theme.px(4), theme.px(4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        picture = theme.pixmap(status.icon, status.tone, size=14, ratio=self.devicePixelRatioF())
        painter.drawPixmap(place.left() + gap, place.center().y() - side // 2, picture)
        painter.setPen(theme.colour(status.tone))
        painter.drawText(place.adjusted(side + 2 * gap, 0, 0, 0), _LEFT, status.word)
        return wide + theme.px(Space.NEAR)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self._view.row_at(event.pos().y())
            if at is None:
                QToolTip.hideText()
            else:
                row, head = self._view.grid.rows[at], self._view.grid.rows[at].head()
                sentences = [each.sentence if each is not None else "" for each in (head.mark, head.status)]
                said = (row.title, head.below, *sentences, head.tip)
                QToolTip.showText(event.globalPos(), "\n".join(part for part in said if part), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._view.row_at(int(event.position().y()))
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        if at is not None:
            self._view.go_to_row(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._view.row_at(int(event.position().y())) is not None:
            self._view.open_current()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._view.show_menu(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._view.viewport(), event)


def _cut(painter: QPainter, words: str, width: int) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
