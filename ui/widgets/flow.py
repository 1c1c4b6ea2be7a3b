"""A layout that wraps: things side by side, and on the next line where there is no room."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Items of their own size from left to right, in a line by their middle; `add_gap` parts groups."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 6, line_gap: int = 6) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._items: list[QLayoutItem] = []
        self._gaps: dict[int, float] = {}
        self._gap, self._line_gap = gap, line_gap
        self._by = 1.0
        self._is_tight = False

    def rescale(self, by: float, /) -> None:
        """Makes all gaps so many times as wide."""
        self._by *= by
        self.invalidate()

    def _px(self, pixels: float) -> int:
        """Pixels as they were given, at the size of text that is now."""
        return round(pixels * self._by)

    def tighten(self, tight: bool, /) -> None:
        """Groups are no longer parted, and items stand closer, where that saves a line."""
        if tight != self._is_tight:
            self._is_tight = tight
            self.invalidate()

    def _between(self) -> int:
        return self._px(self._gap / 2 if self._is_tight else self._gap)

    def _before(self, at: int) -> int:
        """So much more room before this item, where it isn't the first of a line."""
        return 0 if self._is_tight else self._px(self._gaps.get(at, 0))

    def add_gap(self, pixels: int) -> None:
        """So much more room before the next item."""
        self._gaps[len(self._items)] = pixels / self._by

    def addItem(self, item: QLayoutItem, /) -> None:
        """Takes an item."""
        self._items.append(item)

    def count(self) -> int:
        """Items there are."""
        return len(self._items)

    def itemAt(self, index: int, /) -> QLayoutItem | None:
        """The item in this place."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int, /) -> QLayoutItem | None:
        """Lets go of the item in this place."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def insert_first(self, widget: QWidget) -> None:
        """Puts a widget before all others."""
        self.addWidget(widget)
        self._items.insert(0, self._items.pop())
        self._gaps = {at + 1: gap for at, gap in self._gaps.items()}

    def lines(self, width: int, *, without: Collection[QWidget]) -> int:
        """In how many lines all would stand at this width, hidden ones too, but those not."""
        count = across = 0
        for at, item in enumerate(self._items):
            widget = item.widget()
            if widget is None or widget in without:
                continue
            wide = widget.sizeHint().width()
            begin = across + (self._before(at) if across else 0)
            if not count or (across and begin + wide > width):
                count, begin = count + 1, 0
            across = begin + wide + self._between()
        return count

    def expandingDirections(self) -> Qt.Orientation:
        """It takes what it is given across, and no more than it needs down."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int, /) -> int:
        """Height of all lines at this width."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect, /) -> None:
        """Puts every item in its place."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """All on one line."""
        shown = [item for item in self._items if not item.isEmpty()]
        width = sum(item.sizeHint().width() for item in shown) + self._px(self._gap) * max(0, len(shown) - 1)
        height = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(width + sum(map(self._px, self._gaps.values())), height)

    def minimumSize(self) -> QSize:
        """The widest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        down = rect.y()
        for line in self._in_lines(rect.width()):
            high = max(item.sizeHint().height() for item, _ in line)
            for item, begin in line if place else ():
                size = item.sizeHint()
                middle = down + (high - size.height()) // 2
                item.setGeometry(QRect(QPoint(rect.x() + begin, middle), size))
            down += high + self._px(self._line_gap)
        return max(0, down - self._px(self._line_gap) - rect.y())

    def _in_lines(self, width: int) -> list[list[tuple[QLayoutItem, int]]]:
        """What is shown, line by line, and from where in its line."""
        lines: list[list[tuple[QLayoutItem, int]]] = []
        across = 0
        for at, item in enumerate(self._items):
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            begin = across + (self._before(at) if across else 0)
            if not lines or (across and begin + wide > width):
                lines.append([])
                begin = 0
            lines[-1].append((item, begin))
            across = begin + wide + self._between()
        return lines


def in_lines(widgets: Iterable[QWidget], *, gap: int) -> FlowLayout:
    """Widgets side by side, so far apart; those that there is no room for in the lines below."""
    made = FlowLayout(gap=gap, line_gap=gap)
    for widget in widgets:
        made.addWidget(widget)
    return made


class EvenColumns(FlowLayout):
    """Items in columns of one width, so many or fewer: as many as have room for the widest of them."""

    def __init__(self, parent: QWidget | None = None, *, columns: int, gap: int, line_gap: int) -> None:
        super().__init__(parent, gap=gap, line_gap=line_gap)
        self._columns = columns

    def sizeHint(self) -> QSize:
        """In all its columns."""
        wide = self._widest() * self._columns + self._px(self._gap) * (self._columns - 1)
        return QSize(wide, self.heightForWidth(wide))

    def _widest(self) -> int:
        return max((item.sizeHint().width() for item in self._items), default=0)

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        shown = [item for item in self._items if not item.isEmpty()]
        fitting = (rect.width() + self._px(self._gap)) // max(1, self._widest() + self._px(self._gap))
        columns = max(1, min(self._columns, fitting))
        wide = (rect.width() - self._px(self._gap) * (columns - 1)) // columns
        down = rect.y()
        for first in range(0, len(shown), columns):
            row = shown[first : first + columns]
            high = max(item.sizeHint().height() for item in row)
            for at, item in enumerate(row if place else ()):
                item.setGeometry(QRect(rect.x() + at * (wide + self._px(self._gap)), down, wide, high))
            down += high + self._px(self._line_gap)
        return max(0, down - self._px(self._line_gap) - rect.y())
