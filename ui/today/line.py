"""One line of Today as it is drawn: icon, clock, sentence and remark, in one button."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.theme.palette import Tone
from ui.theme.scale import TARGET, Size, Space
from ui.theme.theme import Theme

CLOCK = 64
"""Pixels at 100 % that the clock at a line's left has at least."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step on a line: its word, and why it can't be taken now (empty: it can)."""

    key: str
    word: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as it is drawn."""

    key: str
    icon: str
    tone: Tone
    clock: str
    sentence: str
    remark: str
    kind: str
    """What it asks for, in a word or two; for the tooltip and screen readers."""
    offers: tuple[Offer, ...]
    side_by_side: int
    """How many of the offers are buttons; the rest are in a menu."""
    phone: str = ""


_WRAP = int(Qt.TextFlag.TextWordWrap)


class LineButton(QAbstractButton):
    """Icon, clock, sentence and remark of a line, in one; pressing it opens what it is about.

    Where they don't fit beside each other the remark goes below, and long sentences wrap: nothing is cut.
    """

    moved = Signal(int)
    """Up or Down: to the line so many places on."""
    entered = Signal()
    """Right: to the line's buttons."""
    focused = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._line: Shown | None = None
        self._clock = 0
        self._widths = (0, 0)
        self._measured: dict[int, tuple[int, int]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._measure)

    def show_line(self, line: Shown) -> None:
        """Shows this line."""
        if line == self._line:
            return
        self._line = line
        clock = f"{line.clock}. " if line.clock else ""
        self.setAccessibleName(f"{line.kind}: {clock}{line.sentence}")
        self.setAccessibleDescription(line.remark)
        self.setToolTip(f"{line.kind}. {line.remark}".strip())
        self._measure()
        self.update()

    def _measure(self) -> None:
        """Measures the words anew; how high they are in a width is then worked out once."""
        self._measured = {}
        if self._line is not None:
            base, small = self._metrics()
            self._widths = (
                base.horizontalAdvance(self._line.sentence), small.horizontalAdvance(self._line.remark)
            )  # fmt: skip
        self.updateGeometry()

    def clock_width(self) -> int:
        """The room that its clock wants."""
        if self._line is None:
            return 0
        strong = self._line.tone is Tone.DANGER
        font = self._theme.font(Size.SMALL, strong=strong, tabular=True)
        return QFontMetrics(font).horizontalAdvance(self._line.clock)

    def give_clock(self, width: int) -> None:
        """Gives the clock this room, the same in every line."""
        if width != self._clock:
            self._clock = width
            self.updateGeometry()
            self.update()

    # ------------------------------------------------------------- geometry

    def _left(self) -> int:
        clock = max(self._clock, self._theme.px(CLOCK))
        return self._theme.px(Space.NEAR + 16 + Space.NEAR + Space.ROW) + clock

    def _fits_beside(self, width: int) -> bool:
        sentence, remark = self._widths
        return sentence + self._theme.px(Space.GUTTER) + remark <= width

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        return QFontMetrics(self._theme.font(strong=True)), QFontMetrics(self._theme.font(Size.SMALL))

    def _heights(self, width: int) -> tuple[int, int]:
        """Heights of sentence and remark in this width; no remark height where it stands beside."""
        if width not in self._measured:
            self._measured[width] = self._heights_in(width)
        return self._measured[width]

    def _heights_in(self, width: int) -> tuple[int, int]:
        if self._line is None:
            return 0, 0
        base, small = self._metrics()
        if self._fits_beside(width):
            return base.height(), 0
        room = QRect(0, 0, max(1, width), 10_000)
        first = base.boundingRect(room, _WRAP, self._line.sentence).height()
        second = small.boundingRect(room, _WRAP, self._line.remark).height() if self._line.remark else 0
        return first, second

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        theme = self._theme
        text = sum(self._heights(width - self._left() - theme.px(Space.NEAR)))
        return max(theme.px(TARGET + Space.TIGHT), text + theme.px(2 * 6))

    def sizeHint(self) -> QSize:
        return QSize(self._left() + self._theme.px(320), self._theme.px(TARGET + Space.TIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left() + self._theme.px(100), self._theme.px(TARGET))

    def comfortable_width(self) -> int:
        """The width from which on its words wrap into lines that are still easy to read."""
        return self._left() + self._theme.px(200)

    # ------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        line, theme, colours = self._line, self._theme, self._theme.palette
        if line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(1, 1, -1, -1)
        if self.underMouse() or self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selection if self.hasFocus() else colours.raised))
            painter.drawRoundedRect(area, theme.px(4), theme.px(4))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, theme.px(4), theme.px(4))
        self._paint_words(painter, line)
        painter.end()

    def _paint_words(self, painter: QPainter, line: Shown) -> None:
        theme, colours = self._theme, self._theme.palette
        left, width = self._left(), self.width() - self._left() - theme.px(Space.NEAR)
        first, second = self._heights(width)
        top = (self.height() - first - second) // 2
        base, small = self._metrics()
        middle = top + base.height() // 2
        side = theme.px(16)
        picture = theme.pixmap(line.icon, line.tone, ratio=self.devicePixelRatioF())
        painter.drawPixmap(QPoint(theme.px(Space.NEAR), middle - side // 2), picture)
        clock = QRect(theme.px(Space.NEAR + 16 + Space.NEAR), top, 0, base.height())
        clock.setRight(left - theme.px(Space.ROW))
        painter.setFont(theme.font(Size.SMALL, strong=line.tone is Tone.DANGER, tabular=True))
        painter.setPen(theme.colour(line.tone) if line.tone is Tone.DANGER else QColor(colours.muted))
        painter.drawText(clock, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), line.clock)
        painter.setFont(theme.font(strong=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(QRect(left, top, width, first), _WRAP, line.sentence)
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(QColor(colours.muted))
        if second:
            painter.drawText(QRect(left, top + first, width, second), _WRAP, line.remark)
        else:
            beside = left + self._widths[0] + theme.px(Space.GUTTER)
            down = top + base.ascent() - small.ascent()
            painter.drawText(QRect(beside, down, self.width() - beside, small.height()), 0, line.remark)

    # ------------------------------------------------------------- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8,
                 Qt.Key.Key_Home: -100_000, Qt.Key.Key_End: 100_000}  # fmt: skip
        if key in steps:
            self.moved.emit(steps[key])
        elif key is Qt.Key.Key_Right:
            self.entered.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
        self.update()
