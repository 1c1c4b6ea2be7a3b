"""A bar of a timeline on its way to another day: it is only shown; what comes of it is for who is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.theme.theme import Theme
from ui.widgets.timeline_bars import Bar


@dataclass(frozen=True, slots=True)
class BarDrag:
    """The bar in hand, where in the scene it was taken up, and by how many days it is off its place."""

    bar: Bar
    place: QRectF
    x: float
    days: int = 0

    @property
    def day(self) -> date:
        """The day on which the bar would begin."""
        return self.bar.start + timedelta(self.days)

    def to(self, x: float, *, day_width: int) -> BarDrag:
        """The same with the mouse at `x` of the scene: it goes by whole days."""
        return replace(self, days=round((x - self.x) / day_width))

    def paint(self, painter: QPainter, *, theme: Theme, day_width: int) -> None:
        """Draws where the bar would stand, over what stands there."""
        if not self.days:
            return
        painter.setPen(QPen(QColor(theme.palette.accent), theme.px(2), Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.place.translated(self.days * day_width, 0))


__all__ = ["BarDrag"]
