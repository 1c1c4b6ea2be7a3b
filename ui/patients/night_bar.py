"""A person's nights as one small picture: what was seen when, and what a bed has to be night by night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QBrush, QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from discharge.words.days import day_words
from ui.theme.scale import Size
from ui.theme.status import Status
from ui.theme.theme import Theme

WEEK = 7


@dataclass(frozen=True, slots=True)
class Stretch:
    """Nights from `start` until before `end` that are alike; `hatched` where the person isolates."""

    start: date
    end: date
    status: Status
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that happened on a day; its sentence is the tooltip."""

    day: date
    status: Status


class NightBar(QWidget):
    """Stretches of nights in one bar, today marked, with what was seen above it.

    What it shows is also said by the words that stand in it and by its accessible name; nights gone by are
    drawn lower than those to come.
    """

    spoken_as = QAccessible.Role.Graphic

    def __init__(
        self,
        stretches: Sequence[Stretch],
        *,
        today: date,
        theme: Theme,
        seen: Sequence[Seen] = (),
        words: str = "",
    ) -> None:
        super().__init__()
        self._stretches = list(stretches)
        self._first = stretches[0].start
        self._nights = (stretches[-1].end - self._first).days
        self._today = today
        self._theme = theme
        self._seen = sorted(
            {(max(each.day, self._first), each.status.word): each for each in seen}.values(),
            key=lambda each: each.day,
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        theme.changed.connect(self.updateGeometry)

    def stretches(self) -> list[Stretch]:
        """What it shows."""
        return list(self._stretches)

    # ------------------------------------------------------------- geometry

    def _small(self) -> int:
        return QFontMetrics(self._theme.font(Size.SMALL, tabular=True)).height()

    def _bar(self) -> int:
        return QFontMetrics(self._theme.font(strong=True)).height() + self._theme.px(8)

    def sizeHint(self) -> QSize:
        icons = self._theme.px(20) if self._seen else 0
        height = self._small() + self._theme.px(4) + icons + self._bar() + self._theme.px(2)
        return QSize(self._theme.px(360), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.sizeHint().height())

    def _left(self, day: date) -> int:
        nights = min(max((day - self._first).days, 0), self._nights)
        return round((self.width() - 1) * nights / max(1, self._nights))

    def _top_of_bar(self) -> int:
        return self.height() - self._bar() - self._theme.px(2)

    def night_at(self, x: int) -> date:
        """The night that is drawn at this place."""
        at = min(self._nights - 1, max(0, x * self._nights // max(1, self.width())))
        return self._first + timedelta(days=at)

    def words_at(self, night: date) -> str:
        """The night in a sentence, with what was seen on it."""
        parts = []
        for each in self._stretches:
            if each.start <= night < each.end:
                parts.append(f"{day_words(night)}: {each.status.word}. {each.status.sentence}".rstrip())
        parts += [each.status.sentence or each.status.word for each in self._seen if self._is_on(each, night)]
        return "\n".join(parts)

    def _is_on(self, seen: Seen, night: date) -> bool:
        return max(seen.day, self._first) == night

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(self.night_at(event.pos().x())), self)
            return True
        return super().event(event)

    # ------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_days(painter)
        for each in self._stretches:
            self._paint_stretch(painter, each)
        self._paint_seen(painter)
        self._paint_today(painter)
        painter.end()

    def _paint_days(self, painter: QPainter) -> None:
        """Every seventh day from today on and back, as far as there is room for its name."""
        theme = self._theme
        free_from = -1
        days = range(self._nights)
        marked = [self._first + timedelta(days=at) for at in days]
        marked = [day for day in marked if (day - self._today).days % WEEK == 0]
        today_words = "today"
        for day in sorted(marked, key=lambda day: (day != self._today, day)):
            strong = day == self._today
            font = theme.font(Size.SMALL, strong=strong, tabular=True)
            said = today_words if strong else f"{day.day} {day_words(day).split()[-1]}"
            width = QFontMetrics(font).horizontalAdvance(said)
            left = min(self._left(day), self.width() - width)
            taken = self._left(self._today) if not strong else -1
            today_width = QFontMetrics(theme.font(Size.SMALL, strong=True)).horizontalAdvance(today_words)
            gap = theme.px(6)
            collides = not strong and not (left + width + gap <= taken or left >= taken + today_width + gap)
            if collides or (not strong and left < free_from):
                continue
            painter.setFont(font)
            painter.setPen(QColor(theme.palette.text if strong else theme.palette.muted))
            painter.drawText(QRect(left, 0, width + 2, self._small()), int(Qt.AlignmentFlag.AlignLeft), said)
            if not strong:
                free_from = left + width + gap

    def _paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        for start, end, gone in self._parts(stretch):
            self._paint_part(painter, stretch, start, end, gone=gone)

    def _parts(self, stretch: Stretch) -> list[tuple[date, date, bool]]:
        """The nights gone by and those to come."""
        before = (stretch.start, min(stretch.end, self._today), True)
        after = (max(stretch.start, self._today), stretch.end, False)
        return [part for part in (before, after) if part[0] < part[1]]

    def _paint_part(self, painter: QPainter, stretch: Stretch, start: date, end: date, *, gone: bool) -> None:
        theme, tone = self._theme, stretch.status.tone
        left, right = self._left(start), self._left(end)
        high = self._bar() // 2 if gone else self._bar()
        box = QRect(left, self._top_of_bar() + self._bar() - high, max(2, right - left - 1), high)
        ink = theme.colour(tone)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(box, theme.ground(tone))
        if stretch.hatched:
            lines = QColor(ink)
            lines.setAlpha(70)
            painter.fillRect(box, QBrush(lines, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(ink, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        if gone:
            return
        font = theme.font(Size.SMALL, strong=True)
        metrics = QFontMetrics(font)
        said = stretch.status.word
        room = box.width() - theme.px(8)
        if metrics.horizontalAdvance(said) > room:
            return
        words = QRect(
            box.left() + theme.px(4),
            box.top() + (box.height() - metrics.height()) // 2,
            metrics.horizontalAdvance(said) + 2,
            metrics.height(),
        )
        if stretch.hatched:
            painter.fillRect(words.adjusted(-2, 0, 2, 0), theme.ground(tone))
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), said)

    def _paint_seen(self, painter: QPainter) -> None:
        theme, side = self._theme, self._theme.px(16)
        top, before = self._small() + theme.px(4), -side
        for each in self._seen:
            left = max(self._left(max(each.day, self._first)), before + side + 1)
            if left > self.width() - side:
                left = self.width() - side
            icon = theme.pixmap(each.status.icon, each.status.tone, ratio=self.devicePixelRatioF())
            painter.drawPixmap(left, top, icon)
            before = left

    def _paint_today(self, painter: QPainter) -> None:
        theme = self._theme
        left = self._left(self._today)
        painter.setPen(QPen(QColor(theme.palette.text), theme.px(2)))
        painter.drawLine(left, self._small() + theme.px(2), left, self.height())
