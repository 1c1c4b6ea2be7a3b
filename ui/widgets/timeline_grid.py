"""Where everything of a timeline stands: rows down, days across, and the grid that is drawn behind."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from discharge.model.london import LONDON, london_date
from ui.theme.scale import Size
from ui.theme.theme import Theme
from ui.widgets.timeline_bars import Bar, TimelineRow

ZOOMS = (4, 6, 9, 13, 18, 26, 38, 54, 76, 104)
"""Widths of a day, in pixels at 100 %."""
BY_DAY, BY_WEEK = 54, 13
EACH_DAY = 22
"""From this width of a day on, each has its line and number; else each week has one."""
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class Grid:
    """The measures of a timeline, in pixels of its scene."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.rows: Sequence[TimelineRow] = ()
        self.first = self.today = date(2020, 1, 1)
        self.days = 1
        self.zoom = BY_DAY
        self._now_part = 0.5
        self.tops: list[float] = [0.0]
        self._bars: dict[int, Sequence[Bar]] = {}
        self._row_of: dict[str, int] = {}

    def take(self, rows: Sequence[TimelineRow], *, first: date, last: date, now: datetime) -> None:
        """These rows, over the days from `first` until `last`."""
        local = now.astimezone(LONDON)
        self.rows, self.first, self.today = rows, first, london_date(local)
        self._now_part = (local.hour * 60 + local.minute) / 1440
        self.days = max(1, (last - first).days)
        self._bars.clear()
        self._row_of = {key: at for at, row in enumerate(rows) for key in row.keys}
        self.measure()

    def measure(self) -> None:
        """Measures the rows again: they, or the size of text, have changed."""
        tops = [0.0]
        heights: dict[tuple[bool, bool, int], float] = {}
        for row in self.rows:
            kind = (row.two_lines, row.marks is not None, row.lanes)
            if kind not in heights:
                heights[kind] = self._high(*kind)
            tops.append(tops[-1] + heights[kind])
        self.tops = tops

    def _high(self, two_lines: bool, marks: bool, lanes: int, /) -> float:
        px = self._theme.px
        line = QFontMetrics(self._theme.font()).height()
        head = (2 if two_lines else 1) * line + px(14)
        return float(max(head, px(12) + (self.strip() if marks else 0) + lanes * (self.lane() + 3) - 3))

    # --- down

    def bars_of(self, at: int) -> Sequence[Bar]:
        """The bars of a row, in order of time; made when first asked for."""
        if at not in self._bars:
            self._bars[at] = sorted(self.rows[at].bars(), key=lambda bar: (bar.start, bar.lane))
        return self._bars[at]

    def row_of(self, key: str) -> int:
        """The row that has bars of this key, or -1."""
        return self._row_of.get(key, -1)

    def height_of(self, at: int) -> float:
        """How high a row is."""
        return self.tops[at + 1] - self.tops[at]

    def at_y(self, y: float) -> int:
        """The row at `y`, or the one nearest to it."""
        return max(0, min(bisect_right(self.tops, y) - 1, len(self.rows) - 1))

    def lane(self) -> int:
        """The height of a bar."""
        return QFontMetrics(self._theme.font(Size.SMALL)).height() + self._theme.px(6)

    def strip(self) -> int:
        """The height of a row's marks."""
        return QFontMetrics(self._theme.font(Size.SMALL)).height() + self._theme.px(4)

    # --- across

    def day_width(self) -> int:
        """Pixels of a day."""
        return max(3, self._theme.px(self.zoom))

    def x_of(self, day: date) -> float:
        """Where a day begins."""
        return float((day - self.first).days * self.day_width())

    def day_at(self, x: float) -> date:
        """The day at `x`."""
        return self.first + timedelta(int(x // self.day_width()))

    def x_of_now(self) -> float:
        """Where the line of today stands."""
        return self.x_of(self.today) + self._now_part * self.day_width()

    def width(self) -> int:
        """Pixels of all days."""
        return self.days * self.day_width()

    def goes_on(self, bar: Bar) -> bool:
        """Whether a bar goes on after the last day there is."""
        return bar.end is None or (bar.end - self.first).days > self.days

    def place_of(self, at: int, bar: Bar) -> QRectF:
        """Where a bar is drawn."""
        row, lane = self.rows[at], self.lane()
        strip = self.strip() if row.marks is not None else 0
        spare = self.height_of(at) - strip - row.lanes * (lane + 3) + 3
        top = self.tops[at] + strip + spare / 2 + bar.lane * (lane + 3)
        left = max(0.0, self.x_of(bar.start))
        right = float(self.width()) if bar.end is None else min(float(self.width()), self.x_of(bar.end))
        return QRectF(left + 1, top, max(4.0, right - left - 2), lane)

    def nearest(self, at: int, day: date, *, key: str = "") -> int:
        """The bar of a row (with `key`: of that one) that is nearest to a day; -1 where there is none."""
        bars = self.bars_of(at)
        fit = [number for number, bar in enumerate(bars) if not key or bar.key == key]
        return min(fit, key=lambda number: _distance(bars[number], day), default=-1)

    # --- drawn behind and before the bars

    def draw_ground(self, painter: QPainter, seen: QRectF, *, current: int) -> None:
        """The ground, the days' and rows' lines, the marks; the current row on the ground of a selection."""
        colours = self._theme.palette
        painter.fillRect(seen, QColor(colours.surface))
        low = min(self.tops[-1], seen.bottom())
        wide = self.day_width()
        begin, end = int(seen.left() // wide), int(seen.right() // wide) + 1
        days = [self.first + timedelta(at) for at in range(max(0, begin - 1), min(self.days, end) + 1)]
        for day in days:
            if day.weekday() == 5:
                weekend = QRectF(self.x_of(day), seen.top(), 2 * wide, low - seen.top())
                painter.fillRect(weekend, QColor(colours.raised))
        if 0 <= current < len(self.rows):
            row = QRectF(seen.left(), self.tops[current], seen.width(), self.height_of(current))
            painter.fillRect(row, QColor(colours.selection))
        painter.setPen(QPen(QColor(colours.line), 1))
        for day in days:
            if day.weekday() == 0 or self.zoom >= EACH_DAY:
                x = int(self.x_of(day))
                painter.drawLine(x, int(seen.top()), x, int(low))
        for at in self.rows_between(seen.top(), seen.bottom()):
            y = int(self.tops[at + 1]) - 1
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(int(seen.left()), y, int(seen.right()), y)
            self._draw_marks(painter, at, seen)

    def rows_between(self, top: float, bottom: float) -> range:
        """The rows that are seen there, whole or in part."""
        return range(self.at_y(top), self.at_y(bottom) + 1) if self.rows else range(0)

    def _draw_marks(self, painter: QPainter, at: int, seen: QRectF) -> None:
        make = self.rows[at].marks
        if make is None:
            return
        theme = self._theme
        painter.setFont(theme.font(Size.SMALL, strong=True))
        metrics = painter.fontMetrics()
        top, gap = self.tops[at] + theme.px(3), theme.px(4)
        for mark in make():
            left, now = max(seen.left(), self.x_of(mark.start)), self.x_of_now()
            if left < now < left + metrics.horizontalAdvance(mark.word) + gap:
                left = now
            place = QRectF(left + gap, top, min(seen.right(), self.x_of(mark.end)) - left - gap, self.strip())
            said = mark.word
            if metrics.horizontalAdvance(said) > place.width():
                said = said.partition(" ")[0]
            if metrics.horizontalAdvance(said) > place.width():
                continue
            painter.setPen(theme.colour(mark.tone))
            painter.drawText(place, _LEFT, said)
            x = int(self.x_of(mark.start))
            painter.drawLine(x, int(top + 2), x, int(top + self.strip() - 2))

    def draw_today(self, painter: QPainter, seen: QRectF) -> None:
        """The line of today."""
        x = int(self.x_of_now())
        painter.setPen(QPen(QColor(self._theme.palette.accent), max(1, self._theme.px(2))))
        painter.drawLine(x, int(seen.top()), x, int(seen.bottom()))


def _distance(bar: Bar, day: date) -> int:
    if day < bar.start:
        return (bar.start - day).days
    return 0 if bar.end is None or day < bar.end else (day - bar.end).days + 1
