"""How a list of what was found is drawn: a heading, and below it, where there is one, the place itself."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme

SNIPPET_ROLE = int(Qt.ItemDataRole.UserRole) + 20
"""What stands below the heading; without it the line is a heading alone."""
_WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop)
Index = QModelIndex | QPersistentModelIndex


class FoundDelegate(QStyledItemDelegate):
    """Lines of 30 pixels at 100 %; what was found is a strong heading over its words in small type."""

    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list = parent
        theme.changed.connect(self._take_fonts)
        self._take_fonts()

    def _take_fonts(self) -> None:
        theme = self._theme
        self._plain, self._strong, self._small = theme.font(), theme.font(strong=True), theme.font(Size.SMALL)
        self._upper = {False: QFontMetrics(self._plain), True: QFontMetrics(self._strong)}
        self._lower = QFontMetrics(self._small)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        """As high as its words are, wrapped at the width of the list."""
        least = self._theme.px(30)
        wide = self._list.viewport().width()
        high = sum(rect.height() for rect in self._places(index, QRect(0, 0, wide, 0)))
        return QSize(0, max(least, high + 2 * self._theme.px(6)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        """Ground, heading, words; a frame where the focus is."""
        theme, palette = self._theme, self._theme.palette
        state: QStyle.StateFlag = option.state
        area: QRect = option.rect
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(palette.selection))
        above, below = self._places(index, area)
        inside = area.height() - above.height() - below.height()
        up = inside // 2
        painter.setPen(QColor(palette.text))
        painter.setFont(self._fonts(index)[0])
        painter.drawText(above.translated(0, up), _WRAPPED, str(index.data()))
        if below.height():
            painter.setPen(theme.colour(Tone.NEUTRAL))
            painter.setFont(self._fonts(index)[1])
            painter.drawText(below.translated(0, up), _WRAPPED, str(index.data(SNIPPET_ROLE)))
        if state & QStyle.StateFlag.State_Selected and self._list.hasFocus():
            painter.setPen(QPen(QColor(palette.accent), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.restore()

    def _fonts(self, index: Index) -> tuple[QFont, QFont]:
        return self._strong if index.data(SNIPPET_ROLE) else self._plain, self._small

    def _places(self, index: Index, area: QRect) -> tuple[QRect, QRect]:
        """Where the heading and the words below it are, from the top of the area on."""
        side = self._theme.px(Space.NEAR)
        left, wide = area.left() + side, max(1, area.width() - 2 * side)
        room = QRect(0, 0, wide, 10_000)
        said = str(index.data(SNIPPET_ROLE) or "")
        high = self._upper[bool(said)].boundingRect(room, _WRAPPED, str(index.data())).height()
        deep = self._lower.boundingRect(room, _WRAPPED, said).height() if said else 0
        return QRect(left, area.top(), wide, high), QRect(left, area.top() + high, wide, deep)
