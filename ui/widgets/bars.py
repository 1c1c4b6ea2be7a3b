"""Numbers as bars, one under the other: a word, a bar, the number."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_grid
from ui.widgets.text import label


class BarRows(QWidget):
    """Rows of words, bars and numbers."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._grid = in_grid(self, across=theme.px(Space.NEAR), down=theme.px(3))
        self._grid.setColumnStretch(1, 1)
        self._count = 0

    def put(self, word: str, bar: Bar, number: str, *, tip: str) -> None:
        """One more row."""
        said = label(number)
        said.setAlignment(Qt.AlignmentFlag.AlignRight)
        for column, widget in enumerate((label(word, "muted"), bar, said)):
            widget.setToolTip(tip)
            self._grid.addWidget(widget, self._count, column)
        self._count += 1


class Bar(QWidget):
    """A thin bar, as long as its share of the room."""

    def __init__(self, share: float, *, theme: Theme) -> None:
        super().__init__()
        self._share, self._theme = share, theme
        self.setMinimumWidth(theme.px(60))
        self.setFixedHeight(theme.px(10))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.palette.accent))
        wide = max(2.0, self.width() * self._share)
        painter.drawRoundedRect(QRectF(0, 0, wide, self.height()), 2, 2)
        painter.end()


__all__ = ["Bar", "BarRows"]
