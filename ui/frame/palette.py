"""Any command by a few letters of its name, and anything of the hub by its name or number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyleOptionViewItem,
    QWidget,
)

from ui.frame.commands import key_words
from ui.frame.services import Services
from ui.theme.scale import Size, Space
from ui.widgets.banner import announce
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column
from ui.widgets.list_lines import Index, LineDelegate
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.model.shown.hub import Found

RIGHT = int(Qt.ItemDataRole.UserRole) + 1
WHY_NOT = int(Qt.ItemDataRole.UserRole) + 2
MOST = 12
LEAST = 2
"""From so many letters on people, settings and placements are looked for too."""
LOOKING = "Looking …"
NOTHING = "Nothing is called “{}”. A part of a command will do, of a name, an NHS number or a reference."
PAGE_OF = {"patient": "patients", "setting": "settings", "placement": "moves"}


class Palette(QDialog):
    """Type, go down, Enter. Pages and commands at once; people and places as soon as they are found."""

    def __init__(
        self,
        services: Services,
        pages: Sequence[tuple[str, str, str]],
        go: Callable[[str, str], None],
        parent: QWidget | None = None,
    ) -> None:
        """`pages` are (name, title, letter); `go(page, key)` goes there."""
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._services = services
        self._go = go
        theme = services.theme
        self.setWindowTitle("Any command")
        self.setModal(True)
        self.setProperty("kind", "palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        gap = theme.px(Space.NEAR)
        column = in_column(self, around=(gap, gap, gap, gap), gap=gap)
        self.text = QLineEdit(self)
        self.text.setPlaceholderText("A command, a patient, a setting…")
        self.text.setAccessibleName("Any command, patient or setting")
        self.text.installEventFilter(self)
        column.addWidget(self.text)
        self.list = QListWidget(self)
        self.list.setAccessibleName("What was found")
        self.list.setItemDelegate(_LineDelegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemActivated.connect(lambda _item: self._take())
        self.list.itemClicked.connect(lambda _item: self._take())
        column.addWidget(self.list, 1)
        self.nothing = label("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = theme.px(Space.ROW)
        self.nothing.setContentsMargins(row, gap, row, gap)
        column.addWidget(self.nothing, 1)
        self._seeking = False
        commands = services.commands
        self._offers: list[tuple[str, str, str, Callable[[], object]]] = []
        for name, title, letter in pages:
            self._offers.append((f"Go to {title}", f"Alt+{letter}", "", partial(go, name, "")))
        for command in commands.all():
            if command.id == "view.palette":
                continue
            self._offers.append(
                (
                    command.text,
                    key_words(command.shortcut),
                    commands.why_not(command.id),
                    partial(commands.do, command.id),
                )
            )
        self._found: Sequence[Found] = ()
        self._pause = QTimer(self, singleShot=True, interval=120)
        self._pause.timeout.connect(self._find)
        self.text.textChanged.connect(self._typed)
        self._show()
        resize_on_screen(self, theme.px(560), theme.px(440))
        if parent is not None:
            window = parent.window()
            across = (window.width() - self.width()) // 2
            self.move(window.mapToGlobal(window.rect().topLeft()).x() + across, window.y() + theme.px(80))

    def _typed(self) -> None:
        self._found = ()
        self._seeking = len(self.text.text().strip()) >= LEAST
        self._show()
        self._pause.start()

    def _find(self) -> None:
        text = self.text.text().strip()
        if len(text) < LEAST:
            self._say_current()
            return

        def found(what: Sequence[Found]) -> None:
            if self.text.text().strip() == text:
                self._found, self._seeking = what, False
                self._show()
                self._say_current()

        self._services.ask(lambda queries: queries.find(text, limit=MOST), found, replaces="palette")

    def _show(self) -> None:
        words = self.text.text().casefold().split()
        ranked = []
        for at, offer in enumerate(self._offers):
            name = offer[0].casefold()
            if all(word in name for word in words):
                # what can be done now first, then where the name begins with what was typed
                starts = bool(words) and any(part.startswith(words[0]) for part in name.split())
                ranked.append((bool(offer[2]), not starts, at, offer))
        self.list.clear()
        for thing in self._found:
            self._add(thing.label, thing.detail, "", partial(self._go, PAGE_OF[thing.noun], thing.id))
        for *_, (name, key, why_not, do) in sorted(ranked, key=lambda each: each[:3])[:40]:
            self._add(name, key, why_not, do)
        self.list.setVisible(self.list.count() > 0)
        self.nothing.setVisible(not self.list.count())
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            self._say_nothing()

    def _say_nothing(self) -> None:
        """What isn't found is said, once it was looked for everywhere, and what can be looked for."""
        said = LOOKING if self._seeking else NOTHING.format(" ".join(self.text.text().split()))
        if self.nothing.text() != said:
            self.nothing.setText(said)
            if not self._seeking:
                announce(self, said)

    def _say_current(self) -> None:
        """Says the line that Enter takes: the focus stays where is typed."""
        item = self.list.currentItem()
        if item is not None:
            said = item.data(Qt.ItemDataRole.AccessibleTextRole)
            announce(self, f"{said}. {self.list.currentRow() + 1} of {self.list.count()}")

    def _add(self, name: str, right: str, why_not: str, do: Callable[[], object]) -> None:
        item = QListWidgetItem(name)
        item.setData(Qt.ItemDataRole.UserRole, do)
        item.setData(RIGHT, right)
        item.setData(WHY_NOT, why_not)
        item.setToolTip(why_not)
        said = f"{name}. {why_not}" if why_not else f"{name}, {right}" if right else name
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        self.list.addItem(item)

    def _take(self) -> None:
        if self.list.currentRow() < 0:
            return
        item = self.list.currentItem()
        do = item.data(Qt.ItemDataRole.UserRole)
        self.accept()
        do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: MOST,
                Qt.Key.Key_PageUp: -MOST,
            }.get(Qt.Key(event.key()))
            if step is not None:
                last = self.list.count() - 1
                self.list.setCurrentRow(min(last, max(0, self.list.currentRow() + step)))
                self._say_current()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return super().eventFilter(watched, event)


class _LineDelegate(LineDelegate):
    """A name at the left; at the right its key, its detail, or why it can't be done now."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index, /) -> QSize:
        return QSize(self.theme.px(200), self.theme.px(30))

    def draw(self, painter: QPainter, area: QRect, index: Index) -> None:
        theme, colours = self.theme, self.theme.palette
        inner = area.adjusted(theme.px(Space.ROW), 0, -theme.px(Space.NEAR), 0)
        why_not = str(index.data(WHY_NOT) or "")
        painter.setFont(theme.font())
        painter.setPen(QColor(colours.muted if why_not else colours.text))
        name = str(index.data())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), name)
        taken = painter.fontMetrics().horizontalAdvance(name) + theme.px(Space.SECTION)
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(QColor(colours.muted))
        right = why_not or str(index.data(RIGHT) or "")
        room = inner.adjusted(taken, 0, 0, 0)
        fitted = painter.fontMetrics().elidedText(right, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), fitted)
