"""Any number of very many, each with a tick, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from discharge.words.counts import count_words
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.field import Field
from ui.widgets.layouts import in_row

_KEY = Qt.ItemDataRole.UserRole
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class TickChoice:
    """One that can be ticked: its key, its name and what else is told of it; both are searched."""

    key: str
    name: str
    more: str = ""

    @property
    def label(self) -> str:
        """Name and the rest in one line."""
        return f"{self.name} · {self.more}" if self.more else self.name


class _Find(QLineEdit):
    """A part of a name: Down goes to the list, Enter ticks what was found."""

    left = Signal()
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif self.text() and event.key() in _ENTER and not event.modifiers() & ~_KEYPAD:
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class TickManyField(Field):
    """A list with a tick a line: Space ticks, a line above searches. `one`, `many`: what they are."""

    def __init__(
        self,
        key: str,
        name: str,
        choices: Sequence[TickChoice],
        *,
        theme: Theme,
        one: str,
        many: str,
        lines: int = 9,
        hint: str = "",
        required: bool = False,
        missing: str = "",
    ) -> None:
        super().__init__(key, name, theme=theme, hint=hint, required=required, missing=missing)
        self._one, self._many = one, many
        row = in_row(gap=theme.px(Space.NEAR))
        self.search = _Find(self)
        self.search.setPlaceholderText("Find")
        self.search.setClearButtonEnabled(True)
        self._add_editor(self.search, place=row, name=f"{name}: find")
        self.all = push_button("Tick all shown", do=self._tick_all, parent=self)
        row.addWidget(self.all)
        self._column.insertLayout(1, row)
        self.list = QListWidget(self)
        self.list.setProperty("kind", "boxed")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(theme.px(30 * lines))
        self._add_editor(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.left.connect(self.list.setFocus)
        self.search.entered.connect(self._tick_current)
        self.list.itemChanged.connect(lambda _item: self._edited())
        self.offer(choices)

    def offer(self, choices: Sequence[TickChoice]) -> None:
        """Shows these instead; those that were ticked and are still there stay ticked."""
        ticked = set(self.value())
        with QSignalBlocker(self.list):
            self.list.clear()
            for choice in choices:
                item = QListWidgetItem(choice.label)
                item.setData(_KEY, choice.key)
                item.setSizeHint(QSize(0, self._theme.px(26)))
                item.setFlags(
                    Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                )
                item.setCheckState(_state(choice.key in ticked))
                self.list.addItem(item)
            if self.list.count():
                self.list.setCurrentRow(0)
        self._narrow(self.search.text())
        self._edited()

    def _items(self) -> Iterator[QListWidgetItem]:
        return (self.list.item(at) for at in range(self.list.count()))

    def value(self) -> tuple[str, ...]:
        """The keys that are ticked, in the order shown."""
        return tuple(
            str(item.data(_KEY)) for item in self._items() if item.checkState() is Qt.CheckState.Checked
        )

    def set_value(self, value: object) -> None:
        ticked: Collection[object] = value if isinstance(value, (list, tuple, set, frozenset)) else ()
        with QSignalBlocker(self.list):
            for item in self._items():
                item.setCheckState(_state(item.data(_KEY) in ticked))
        self._edited()

    def empty(self) -> bool:
        return not self.value()

    def _remark(self) -> str:
        chosen = len(self.value())
        said = (
            f"{count_words(chosen, self._one, self._many)} of {self.list.count():,} ticked." if chosen else ""
        )
        return " ".join(part for part in (said, self._hint) if part)

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().split()
        for item in self._items():
            item.setHidden(not all(word in item.text().casefold() for word in wanted))
        current = self.list.currentItem()
        if current is None or current.isHidden():
            shown = next((item for item in self._items() if not item.isHidden()), None)
            if shown is not None:
                self.list.setCurrentItem(shown)

    def _tick_current(self) -> None:
        """Ticks the one that was found, or unticks it; the next can be typed at once."""
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            item.setCheckState(_state(item.checkState() is not Qt.CheckState.Checked))
        self.search.selectAll()

    def _tick_all(self) -> None:
        """Ticks all that are shown; where they are already, unticks them."""
        shown = [item for item in self._items() if not item.isHidden()]
        on = not all(item.checkState() is Qt.CheckState.Checked for item in shown)
        with QSignalBlocker(self.list):
            for item in shown:
                item.setCheckState(_state(on))
        self._edited()


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
