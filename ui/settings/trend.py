"""A number as it was told again and again, as a small line: vacancies of the last capacity returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from discharge.model.london import london_date
from discharge.words.days import day_words, instant_words
from ui.theme.palette import Tone
from ui.theme.scale import Size
from ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class Told:
    """What was said when."""

    at: datetime
    number: int


def _day(told: Told) -> str:
    return day_words(london_date(told.at))


class TrendLine(QWidget):
    """Steps from one telling to the next, a dot for each; the greatest and the last stand beside them.

    `what` is what is counted. The whole is also a sentence, as accessible name.
    """

    spoken_as = QAccessible.Role.Graphic

    def __init__(self, told: Sequence[Told], *, now: datetime, theme: Theme, what: str) -> None:
        super().__init__()
        self._told = sorted(told, key=lambda one: one.at)
        self._now = now
        self._theme = theme
        self._what = what
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.sentence())
        theme.changed.connect(self.updateGeometry)

    def sentence(self) -> str:
        """The line in words: where the number changed, and what it is now."""
        parts: list[str] = []
        before: int | None = None
        for one in self._told:
            if one.number != before:
                parts.append(f"{one.number} on {_day(one)}")
            before = one.number
        trend = ""
        if len(self._told) > 1:
            first, last = self._told[0].number, self._told[-1].number
            trend = (
                "; fewer than at first" if last < first else "; more than at first" if last > first else ""
            )
        return f"{self._what[0].upper()}{self._what[1:]}: {', '.join(parts)}{trend}."

    def sizeHint(self) -> QSize:
        small = QFontMetrics(self._theme.font(Size.SMALL, tabular=True)).height()
        return QSize(self._theme.px(300), 2 * small + self._theme.px(12))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    # --------------------------------------------------------------- geometry

    def _margins(self) -> tuple[int, int]:
        metrics = QFontMetrics(self._theme.font(Size.SMALL, strong=True, tabular=True))
        widest = max(metrics.horizontalAdvance(str(one.number)) for one in self._told)
        return self._theme.px(4), widest + self._theme.px(12)

    def _points(self) -> list[QPointF]:
        left, right = self._margins()
        small = QFontMetrics(self._theme.font(Size.SMALL)).height()
        high = self.height() - small - self._theme.px(10)
        wide = max(1, self.width() - left - right)
        first, last = self._told[0].at, self._told[-1].at
        span = max((last - first).total_seconds(), 1)
        most = max(1, *(one.number for one in self._told))
        return [
            QPointF(
                left + wide * ((one.at - first).total_seconds() / span if len(self._told) > 1 else 1),
                self._theme.px(5) + high * (1 - one.number / most),
            )
            for one in self._told
        ]

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            points = self._points()
            at = min(range(len(points)), key=lambda n: abs(points[n].x() - event.pos().x()))
            one = self._told[at]
            said = f"{one.number} {self._what}, {instant_words(one.at, now=self._now)}"
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, palette = self._theme, self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = self._points()
        foot = self.height() - QFontMetrics(theme.font(Size.SMALL)).height() - theme.px(4)
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(0, foot, self.width(), foot)
        steps = QPolygonF()
        for at, point in enumerate(points):
            if at:
                steps.append(QPointF(point.x(), points[at - 1].y()))
            steps.append(point)
        ink = theme.colour(Tone.ACCENT)
        painter.setPen(QPen(ink, theme.px(1.5)))
        painter.drawPolyline(steps)
        painter.setBrush(ink)
        for point in points:
            painter.drawEllipse(point, theme.px(2), theme.px(2))
        self._paint_words(painter, points, foot)
        painter.end()

    def _paint_words(self, painter: QPainter, points: list[QPointF], foot: int) -> None:
        theme, palette = self._theme, self._theme.palette
        font = theme.font(strong=True, tabular=True)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        metrics = QFontMetrics(font)
        last = points[-1]
        middle = min(max(last.y() + metrics.ascent() / 2, metrics.ascent()), foot - theme.px(2))
        painter.drawText(QPointF(last.x() + theme.px(6), middle), str(self._told[-1].number))
        small = theme.font(Size.SMALL, tabular=True)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        base = self.height() - QFontMetrics(small).descent()
        first_words = _day(self._told[0])
        painter.drawText(QPointF(0, base), first_words)
        if len(self._told) > 1:
            last_words = _day(self._told[-1])
            wide = QFontMetrics(small).horizontalAdvance(last_words)
            left = min(last.x() + theme.px(8) - wide, float(self.width() - wide))
            if left > QFontMetrics(small).horizontalAdvance(first_words) + theme.px(12):
                painter.drawText(QPointF(left, base), last_words)
