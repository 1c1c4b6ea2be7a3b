"""Lines of a list that are more than their text."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex


class LineDelegate(QStyledItemDelegate):
    """Draws the ground of a line, with a bar at the left of the one that is chosen; override `draw`."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def draw(self, painter: QPainter, area: QRect, index: Index) -> None:
        """Draws what stands on the line."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        """The ground, and what stands on it."""
        area, colours = option.rect, self.theme.palette
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.selection))
            painter.fillRect(area.left(), area.top(), self.theme.px(3), area.height(), QColor(colours.accent))
        self.draw(painter, area, index)


__all__ = ["Index", "LineDelegate"]
