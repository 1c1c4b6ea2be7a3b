"""Points as bars: those of a placement, and those of the runner-up against them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent

from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.widgets.bars import Bar, BarRows
from ui.words.plans import POINT_WORDS
from ui.work.planning import Versus


class VersusBars(BarRows):
    """The runner-up objective by objective: a word, a bar to the right for more points or to the left for
    fewer, the number. More points are worse."""

    def __init__(self, versus: Sequence[Versus], *, theme: Theme) -> None:
        super().__init__(theme=theme)
        most = max((abs(each.more) for each in versus), default=1)
        for each in versus:
            word, _ = POINT_WORDS.get(each.key, (each.key.replace("_", " ").capitalize(), ""))
            told = f"{each.text[:1].upper()}{each.text[1:]}."
            number = f"{each.more:+,}".replace("-", "\u2212")
            self.put(word, _Aside(each.more / most, theme=theme), number, tip=told)
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
