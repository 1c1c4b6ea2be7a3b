"""A strip of days with a number in each: beds free on the nights to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from discharge.words.days import day_words
from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme


class DayStrip(QWidget):
    """One cell a night from `first` on: how many are left, on the ground of what is free.

    `held` are those of each night that something holds already: they are taken off, and a bar at the foot
    of the cell says that there are some; where more are held than free it is red. Unless they `counts_now`,
    as the setting never said or said too long ago, no cell is shown as free, nor as held too often. Over the
    cells stand the days of the month. `what` is what is counted, for the tooltip and for screen readers.
    """

    spoken_as = QAccessible.Role.Graphic

    def __init__(
        self,
        counts: Sequence[int],
        *,
        first: date,
        theme: Theme,
        held: Sequence[int] = (),
        what: str = "free",
        counts_now: bool = True,
    ) -> None:
        super().__init__()
        self._held = list(held) or [0] * len(counts)
        self._counts = [max(0, count - taken) for count, taken in zip(counts, self._held, strict=True)]
        over = [max(0, taken - count) for count, taken in zip(counts, self._held, strict=True)]
        self._over = over if counts_now else [0] * len(counts)
        self._first = first
        self._theme = theme
        self._what = what if counts_now else f"{what} if its return held"
        self._is_free = Tone.DONE if counts_now else Tone.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.sentence())
        theme.changed.connect(self.updateGeometry)

    def counts(self) -> list[int]:
        """What is left on each night."""
        return list(self._counts)

    def sentence(self) -> str:
        """The strip in words: only where the number changes."""
        parts: list[str] = []
        before: tuple[int, int, int] | None = None
        for at, now in enumerate(zip(self._counts, self._held, self._over, strict=True)):
            if now != before:
                parts.append(f"{self._words(at)} from {day_words(self._day(at))}")
            before = now
        return ", ".join(parts)

    def _words(self, at: int) -> str:
        held = f" and {self._held[at]} held" if self._held[at] else ""
        over = f", {self._over[at]} too many" if self._over[at] else ""
        return f"{self._counts[at]} {self._what}{held}{over}"

    def first_over(self) -> date | None:
        """The first night on which more are held than free; None where there is none."""
        return next((self._day(at) for at, over in enumerate(self._over) if over), None)

    def sizeHint(self) -> QSize:
        small = QFontMetrics(self._theme.font(Size.SMALL, tabular=True)).height()
        base = QFontMetrics(self._theme.font(tabular=True)).height()
        return QSize(self._theme.px(22) * len(self._counts), small + base + self._theme.px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(16) * len(self._counts), self.sizeHint().height())

    def _day(self, at: int) -> date:
        return self._first + timedelta(days=at)

    def _cell(self, at: int) -> QRect:
        wide = min(self.width() // max(1, len(self._counts)), self._theme.px(34))
        return QRect(at * wide, 0, wide, self.height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = event.pos().x() // max(1, self._cell(0).width())
            if 0 <= at < len(self._counts):
                said = f"{day_words(self._day(at))}: {self._words(at)}"
                QToolTip.showText(event.globalPos(), said, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, palette = self._theme, self._theme.palette
        painter = QPainter(self)
        small, base = theme.font(Size.SMALL, tabular=True), theme.font(tabular=True)
        head = QFontMetrics(small).height()
        centre = int(Qt.AlignmentFlag.AlignCenter)
        # large text in a narrow pane: the day stands over every other night, so that numbers stay apart
        needed = QFontMetrics(small).horizontalAdvance("00") + theme.px(Space.TIGHT)
        named = 1 if needed <= self._cell(0).width() else 2
        for at, count in enumerate(self._counts):
            cell = self._cell(at)
            day = self._day(at)
            painter.setFont(small)
            painter.setPen(QColor(palette.muted))
            if at % named == 0:
                place = QRect(cell.center().x() - needed, 0, 2 * needed, head)
                painter.drawText(place, centre, str(day.day))
            box = QRect(
                cell.left() + 1,
                head + theme.px(Space.HAIR),
                cell.width() - 2,
                self.height() - head - theme.px(4),
            )
            tone = self._is_free if count else Tone.WAITING if self._held[at] else Tone.NEUTRAL
            if self._over[at]:
                tone = Tone.DANGER
            painter.fillRect(box, theme.ground(tone))
            painter.setFont(theme.font(strong=True, tabular=True) if count else base)
            painter.setPen(theme.colour(tone) if count else QColor(palette.muted))
            painter.drawText(box, centre, str(count))
            if self._held[at]:
                foot = QRect(box.left(), box.bottom() - theme.px(2) + 1, box.width(), theme.px(2))
                painter.fillRect(foot, theme.colour(Tone.DANGER if self._over[at] else Tone.WAITING))
        painter.end()
