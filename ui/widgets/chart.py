"""A chart of bars, painted alike on the screen and on paper: patterns tell the series apart, not colour.

What it shows stands in a table beside it, for whoever can't see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetricsF,
    QPaintDevice,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from discharge.model.shown.pictures import Chart, ChartBar
from ui.theme.scale import Size
from ui.theme.theme import Theme

_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_LABELS = 0.42
"""So much of the width at most is the labels'."""
_BAR, _GAP, _NEAR = 14, 6, 8
"""A bar's thickness, what is between rows and between words, in pixels at 100 %."""


@dataclass(frozen=True, slots=True)
class ChartLook:
    """How a chart is painted: fonts, colours, and how many dots of the device a pixel at 100 % is."""

    base: QFont
    small: QFont
    ink: str
    faint: str
    first: str
    """The colour of the first series, which is filled."""
    second: str
    """The colour of the second, which is hatched."""
    ground: str
    dots: Callable[[float], float]


def look_of(theme: Theme) -> ChartLook:
    """How charts look on the screen."""
    colours = theme.palette
    return ChartLook(
        base=theme.font(tabular=True),
        small=theme.font(Size.SMALL),
        ink=colours.text,
        faint=colours.muted,
        first=colours.accent,
        second=colours.waiting.ink,
        ground=colours.surface,
        dots=lambda pixels: float(theme.px(pixels)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    bar: ChartBar
    top: float
    height: float


class ChartLayout:
    """A chart laid out in a width: how high it is, and the painting of it."""

    def __init__(self, chart: Chart, *, look: ChartLook, width: float, device: QPaintDevice) -> None:
        self.chart, self.width = chart, width
        self._look = look
        self._base = QFontMetricsF(look.base, device)
        self._small = QFontMetricsF(look.small, device)
        self._label = self._label_width()
        self._value = max((self._base.horizontalAdvance(bar.shown) for bar in chart.bars), default=0.0)
        self._head = self._small.height() + look.dots(_GAP)
        self._rows = self._lay_out()
        last = self._rows[-1] if self._rows else None
        self.height = last.top + last.height if last is not None else self._head

    def _label_width(self) -> float:
        widest = max((self._base.horizontalAdvance(bar.label) for bar in self.chart.bars), default=0.0)
        return min(widest + 1, self.width * _LABELS)

    def _lay_out(self) -> list[_Row]:
        rows, y = [], self._head
        least = self._look.dots(_BAR + _GAP)
        for bar in self.chart.bars:
            box = self._base.boundingRect(QRectF(0, 0, self._label, 1e6), _WRAP, bar.label)
            tall = max(least, box.height() + self._look.dots(_GAP))
            rows.append(_Row(bar, y, tall))
            y += tall
        return rows

    def draw(self, painter: QPainter, top: float, left: float = 0.0) -> None:
        """Paints it with its upper left corner there."""
        painter.save()
        painter.translate(left, top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_legend(painter)
        for at in range(len(self._rows)):
            self._draw_row(painter, at)
        if self._rows:
            x = self._label + self._look.dots(_NEAR)
            painter.setPen(QPen(QColor(self._look.faint), self._look.dots(1)))
            painter.drawLine(QLineF(x, self._head, x, self.height))
        painter.restore()

    def _draw_legend(self, painter: QPainter) -> None:
        """What the length counts, and where there are two series, which is which."""
        look, x = self._look, 0.0
        side, near = self._small.ascent(), look.dots(_NEAR)
        painter.setFont(look.small)
        if len(self.chart.series) > 1:
            for at, name in enumerate(self.chart.series):
                self._fill(painter, QRectF(x, (self._small.height() - side) / 2, side, side), at)
                x += side + near / 2
                wide = self._small.horizontalAdvance(name) + 1
                painter.setPen(QColor(look.ink))
                painter.drawText(QRectF(x, 0, wide, self._small.height()), _MIDDLE, name)
                x += wide + 2 * near
        painter.setPen(QColor(look.faint))
        painter.drawText(QRectF(x, 0, self.width - x, self._small.height()), _MIDDLE, self.chart.unit)

    def box_of(self, at: int) -> QRectF:
        """Where that bar stands, all its series together."""
        row, near, thick = self._rows[at], self._look.dots(_NEAR), self._look.dots(_BAR)
        left = self._label + near
        room = max(0.0, self.width - left - self._value - 2 * near)
        whole = sum(value or 0 for value in row.bar.values)
        wide = room * whole / self.chart.longest if whole else 0.0
        return QRectF(left, row.top + (row.height - thick) / 2, wide, thick)

    def _draw_row(self, painter: QPainter, at: int) -> None:
        look, row, box = self._look, self._rows[at], self.box_of(at)
        painter.setFont(look.base)
        painter.setPen(QColor(look.ink))
        painter.drawText(QRectF(0, row.top, self._label, row.height), _WRAP, row.bar.label)
        whole, x = sum(value or 0 for value in row.bar.values), box.left()
        for series, value in enumerate(row.bar.values):
            if value:
                wide = box.width() * value / whole
                self._fill(painter, QRectF(x, box.top(), wide, box.height()), series)
                x += wide
        painter.setPen(QColor(look.ink))
        near = look.dots(_NEAR)
        beside = QRectF(box.right() + near, row.top, self._value + near, row.height)
        painter.drawText(beside, _MIDDLE, row.bar.shown)

    def _fill(self, painter: QPainter, box: QRectF, series: int) -> None:
        """The first series is filled, the second hatched: by lines of our own, which print as such."""
        look = self._look
        colour = QColor(look.second if series else look.first)
        painter.save()
        painter.setPen(QPen(colour, look.dots(1)))
        painter.setBrush(QColor(look.ground) if series else colour)
        painter.drawRect(box)
        if series:
            painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
            step, x = look.dots(5), box.left() - box.height()
            while x < box.right():
                painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
                x += step
        painter.restore()


class ChartPicture(QWidget):
    """A chart as wide as there is room, as high as it needs."""

    spoken_as = QAccessible.Role.Graphic

    def __init__(self, chart: Chart, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chart = chart
        self.setAccessibleName(f"Picture: {chart.title}")
        self.setAccessibleDescription("The table below it says the same.")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        theme.changed.connect(self._fit)
        self._fit()

    def _layout(self) -> ChartLayout:
        return ChartLayout(self.chart, look=look_of(self._theme), width=self.width() - 1, device=self)

    def _fit(self) -> None:
        self.setFixedHeight(round(self._layout().height) + 2)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(480), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        self._layout().draw(painter, 1.0)
        painter.end()


__all__ = ["ChartLayout", "ChartLook", "ChartPicture", "look_of"]
