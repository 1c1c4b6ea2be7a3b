"""Who is at the desk: the hub's people to choose from. The one place where a user is established."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme.scale import Size, Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.text import label

HINT = "Every entry carries this name. It can be changed at the foot of the window."
ROLES = int(Qt.ItemDataRole.UserRole) + 1
ROW, AROUND = 44, 150
"""The height of a person, and of what stands around the list, in pixels at 100 %."""
MOST_SHOWN = 8


class _PersonDelegate(QStyledItemDelegate):
    """A name in the strong weight, and below it the roles."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, colours = self._theme, self._theme.palette
        area = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(colours.selection))
            painter.fillRect(area.left(), area.top(), theme.px(3), area.height(), QColor(colours.accent))
        inner = area.adjusted(theme.px(Space.GUTTER), theme.px(5), -theme.px(Space.NEAR), -theme.px(5))
        painter.setPen(QColor(colours.text))
        painter.setFont(theme.font(strong=True))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop), str(index.data()))
        painter.setPen(QColor(colours.muted))
        painter.setFont(theme.font(Size.SMALL))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignBottom), str(index.data(ROLES)))


class SignIn(QWidget):
    """A list of names and roles; Enter or the button chooses. `chosen` carries the user's id."""

    chosen = Signal(str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        column = in_column(gap=theme.px(Space.NEAR))
        column.addStretch(1)
        self._heading = label("Who is at the desk?", "title")
        column.addWidget(self._heading)
        self._hint = label(HINT, "muted", wrap=True)
        column.addWidget(self._hint)
        self.people = QListWidget(self)
        self.people.setProperty("kind", "boxed")
        self.people.setAccessibleName("Who is at the desk?")
        self.people.setItemDelegate(_PersonDelegate(theme, self.people))
        self.people.itemActivated.connect(lambda _item: self._choose())
        column.addWidget(self.people)
        row = QHBoxLayout()
        row.addStretch(1)
        self.start = QPushButton("Start", self)
        self.start.setProperty("kind", "main")
        self.start.clicked.connect(self._choose)
        row.addWidget(self.start)
        column.addLayout(row)
        column.addStretch(2)
        outer.addLayout(column)
        outer.addStretch(1)
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """As high as the people in it, as far as there is room."""
        px, count = self._theme.px, self.people.count()
        for at in range(count):
            self.people.item(at).setSizeHint(QSize(0, px(ROW)))
        wanted = min(max(count, 1), MOST_SHOWN) * px(ROW) + px(4)
        room = self.height() - px(AROUND)
        self.people.setFixedHeight(max(px(2 * ROW), min(wanted, room)))
        self.people.setMinimumWidth(px(420))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def offer(self, users: Sequence[tuple[str, str, str]], *, last: str = "", now: str = "") -> None:
        """The people: (id, name, roles in words); `last` is who was here the last time, `now` the name of
        who is at the desk while it is asked.
        """
        self._hint.setText(f"{HINT} Escape: still {now}." if now else HINT)
        self.people.clear()
        for at, (user_id, name, roles) in enumerate(users):
            item = QListWidgetItem(name)
            item.setData(ROLES, roles)
            item.setData(Qt.ItemDataRole.UserRole, user_id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {roles}")
            self.people.addItem(item)
            if user_id == last or at == 0:
                self.people.setCurrentItem(item)
        self._fit()
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)

    def hint(self) -> str:
        """What stands under the heading."""
        return self._hint.text()

    def _choose(self) -> None:
        item = self.people.currentItem()
        if item is not None:
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))
