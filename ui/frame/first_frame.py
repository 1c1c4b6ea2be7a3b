"""What the window shows in its first moments, before it has anything: the places of things, without a word.

Plain grounds that Qt paints itself: a painter of our own would cost more than the rest of the first paint.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme.palette import PALETTES, Mode

MENU, RAIL, ROW, FOOT = 27, 148, 36, 34
"""Heights of the menus, of a page on the rail and of the status line, and the rail's width, at 100 %."""
PAGES_SKETCHED = 8


class FirstFrame(QWidget):
    """The places of menus, rail, page and status line in a window of this size, in the colours to come."""

    def __init__(
        self, mode: Mode, *, scale: float, size: tuple[int, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        colours = PALETTES[mode]
        menu, rail, row, foot = (round(side * scale) for side in (MENU, RAIL, ROW, FOOT))
        self._sides = menu, rail, foot
        self._lines = QWidget(self), QWidget(self), QWidget(self)
        _ground(self, colours.window)
        for line in self._lines:
            _ground(line, colours.line)
        self.resize(*size)
        self._lay_lines()
        for at in range(PAGES_SKETCHED):
            place = (row // 2, menu + row * at + row // 2, rail // 2, row // 3)
            _ground(QWidget(self), colours.neutral.ground, place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_lines()
        super().resizeEvent(event)

    def _lay_lines(self) -> None:
        menu, rail, foot = self._sides
        width, height = self.width(), self.height()
        places = (
            (0, menu, width, 1),
            (0, height - foot, width, 1),
            (rail, menu, 1, height - foot - menu),
        )
        for line, place in zip(self._lines, places, strict=True):
            line.setGeometry(*place)


def _ground(widget: QWidget, colour: str, place: tuple[int, int, int, int] | None = None) -> None:
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(colour))
    widget.setPalette(palette)
    widget.setAutoFillBackground(True)
    if place is not None:
        widget.setGeometry(*place)
