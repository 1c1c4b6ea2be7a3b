"""Points as bars: those of a placement, and those of the runner-up against them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.frame.why import Bar
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_grid
from ui.widgets.text import label
from ui.words.plans import POINT_WORDS
from ui.work.planning import Versus


class VersusBars(QWidget):
    """The runner-up objective by objective: a word, a bar to the right for more points or to the left for
    fewer, the number. More points are worse."""

    def __init__(self, versus: Sequence[Versus], *, theme: Theme) -> None:
        super().__init__()
        grid = in_grid(self, across=theme.px(Space.NEAR), down=theme.px(3))
        grid.setColumnStretch(1, 1)
        most = max((abs(each.more) for each in versus), default=1)
        for at, each in enumerate(versus):
            word, _ = POINT_WORDS.get(each.key, (each.key.replace("_", " ").capitalize(), ""))
            name = label(word, "muted")
            number = label(f"{each.more:+,}".replace("-", "\u2212"))
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            told = f"{each.text[:1].upper()}{each.text[1:]}."
            bar = _Aside(each.more / most, theme=theme)
            for widget in (name, bar, number):
                widget.setToolTip(told)
            grid.addWidget(name, at, 0)
            grid.addWidget(bar, at, 1)
            grid.addWidget(number, at, 2)
        self.setAccessibleName("Against the runner-up: " + "; ".join(each.text for each in versus))


class _Aside(Bar):
    """A bar from the middle: to the right what speaks against it, to the left what speaks for it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.width() / 2
        wide = max(2.0, middle * abs(self._share))
        painter.setBrush(self._theme.colour(Tone.WAITING if self._share > 0 else Tone.DONE))
        left = middle if self._share > 0 else middle - wide
        painter.drawRoundedRect(QRectF(left, 0, wide, self.height()), 2, 2)
        painter.setBrush(QColor(self._theme.palette.border))
        painter.drawRect(QRectF(middle - 0.5, 0, 1, self.height()))
        painter.end()
