"""Counts that open what they count: a line of them, and a widget that is pressed as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme.scale import TARGET
from ui.theme.theme import Theme
from ui.widgets.text import ElidedLabel

PARTS = " · "
Opening = Callable[[str], Callable[[], object] | None]
"""What is done with a part of the line, by its words; None: it counts nothing that is shown anywhere."""
_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CountsLine(ElidedLabel):
    """Words parted by a dot; those that open something are underlined where the mouse or the focus is on
    them. Left and right go from one to the next, Enter or Space opens.
    """

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", "muted", parts=PARTS, parent=parent)
        self._theme = theme
        self._opens: dict[int, Callable[[], object]] = {}
        self._over = self._at = -1
        self.setMouseTracking(True)

    def show_counts(self, words: str, opening: Opening | None = None) -> None:
        """Shows these; `opening` is asked of each part."""
        parts = words.split(PARTS) if words else []
        self._opens = {
            at: does
            for at, part in enumerate(parts)
            if opening is not None and (does := opening(part)) is not None
        }
        self._over = -1
        self._at = self._at if self._at in self._opens else min(self._opens, default=-1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._opens else Qt.FocusPolicy.NoFocus)
        self.setText(words)
        self._tell()

    def parts(self) -> list[str]:
        """The parts that open something."""
        every = self.whole().split(PARTS)
        return [every[at] for at in self._opens]

    def open_part(self, words: str) -> bool:
        """Opens the part with these words; False where none has them, or it opens nothing."""
        every = self.whole().split(PARTS)
        does = self._opens.get(every.index(words)) if words in every else None
        if does is not None:
            does()
        return does is not None

    def _tell(self) -> None:
        self.setAccessibleName(self.whole())
        every = self.whole().split(PARTS)
        if self._at >= 0:
            self.setAccessibleDescription(f"Enter shows: {every[self._at]}. Left and right: the next.")
        else:
            self.setAccessibleDescription("")
        self.update()

    def _places(self) -> dict[int, QRectF]:
        """Where each part stands that there is room for."""
        metrics = QFontMetrics(self.font())
        shown = self._shortened(metrics)
        places: dict[int, QRectF] = {}
        left = 0.0
        for at, part in enumerate(shown.split(PARTS) if shown else []):
            wide = metrics.horizontalAdvance(part)
            top = (self.height() - metrics.height()) / 2
            places[at] = QRectF(left, top, wide, metrics.height())
            left += metrics.horizontalAdvance(part + PARTS)
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        on = [self._over, self._at if self.hasFocus() else -1]
        painter = QPainter(self)
        for at, place in self._places().items():
            if at not in self._opens or at not in on:
                continue
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1))
            foot = place.bottom() - 1
            painter.drawLine(QPointF(place.left(), foot), QPointF(place.right(), foot))
            if self.hasFocus() and at == self._at:
                painter.setPen(QPen(QColor(self._theme.palette.accent), self._theme.px(2)))
                painter.drawRect(place.adjusted(1, 0, -1, -1))
        painter.end()

    def _part_at(self, spot: QPointF) -> int:
        return next(
            (at for at, place in self._places().items() if at in self._opens and place.contains(spot)), -1
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._part_at(event.position())
        if over != self._over:
            self._over = over
            hand = Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._over = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._part_at(event.position())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._opens[at]()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        shown: Sequence[int] = [at for at in self._places() if at in self._opens]
        if key in _KEYS and self._at in self._opens:
            self._opens[self._at]()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and shown:
            now = shown.index(self._at) if self._at in shown else 0
            step = 1 if key == Qt.Key.Key_Right else -1
            self._at = shown[max(0, min(len(shown) - 1, now + step))]
            self._tell()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class Pressable(QAbstractButton):
    """A figure with its words that opens what it counts: by a click, or by Enter or Space with the focus."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame_theme = theme
        self._opens = False
        self.set_opens(False)
        theme.changed.connect(self._keep_size)
        self._keep_size()

    def _keep_size(self) -> None:
        # no smaller than what a shaking hand hits
        self.setMinimumHeight(self._frame_theme.px(TARGET))

    def describe(self, sentence: str, *, how: str = "Enter shows them.") -> None:
        """Its description, with how it is opened where it opens anything."""
        said = (sentence, how if self._opens else "")
        self.setAccessibleDescription(" ".join(part for part in said if part))

    def set_opens(self, opens: bool, /) -> None:
        """Whether it opens anything."""
        self._opens = opens
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if opens else Qt.FocusPolicy.NoFocus)
        shape = Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._opens:
            super().mousePressEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._opens and event.key() in _KEYS:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # its words are labels
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(self._frame_theme.palette.accent), self._frame_theme.px(2)))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
            painter.end()


__all__ = ["PARTS", "CountsLine", "Opening", "Pressable"]
