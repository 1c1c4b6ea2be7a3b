"""Any number of very many, each with a tick, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView

from discharge.words.counts import count_words
from ui.models.table import AnyIndex
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.field import Field
from ui.widgets.layouts import in_row

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


class Ticks(QAbstractListModel):
    """Choices with a tick each, and of them those that are found. Nothing is made for one that isn't seen:
    there may be as many as England has homes."""

    ticked = Signal()
    """Somebody ticked one, or took its tick off."""

    def __init__(self, *, height: int) -> None:
        super().__init__()
        self._size = QSize(0, height)
        self._choices: Sequence[TickChoice] = ()
        self._hay: list[str] = []
        self._found: list[int] = []
        self._on: set[str] = set()

    def offer(self, choices: Sequence[TickChoice]) -> None:
        """These are to be had now, all of them found; those that were ticked and are still there stay so."""
        self.beginResetModel()
        self._choices = tuple(choices)
        self._hay = [choice.label.casefold() for choice in choices]
        self._found = list(range(len(choices)))
        self._on &= {choice.key for choice in choices}
        self.endResetModel()

    def find(self, text: str) -> None:
        """Shows those that have all these words, whatever the case."""
        words = text.casefold().split()
        found = [at for at, hay in enumerate(self._hay) if all(word in hay for word in words)]
        if found != self._found:
            self.beginResetModel()
            self._found = found
            self.endResetModel()

    def __len__(self) -> int:
        return len(self._choices)

    def found(self) -> list[TickChoice]:
        """Those that are shown."""
        return [self._choices[at] for at in self._found]

    def keys(self) -> tuple[str, ...]:
        """The keys that are ticked, in the order on offer."""
        return tuple(choice.key for choice in self._choices if choice.key in self._on)

    def how_many(self) -> int:
        """How many are ticked."""
        return len(self._on)

    def set_keys(self, keys: Collection[object]) -> None:
        """Exactly these are ticked; unknown ones are passed over."""
        self._on = {choice.key for choice in self._choices if choice.key in keys}
        self._tell_all()

    def tick_found(self) -> None:
        """Ticks all that are shown; where they are already, unticks them."""
        keys = {choice.key for choice in self.found()}
        self._on = self._on - keys if keys <= self._on else self._on | keys
        self._tell_all()

    def turn(self, index: AnyIndex) -> None:
        """Ticks one, or unticks it."""
        self._on ^= {self._choices[self._found[index.row()]].key}
        self.dataChanged.emit(index, index)
        self.ticked.emit()

    def _tell_all(self) -> None:
        if self._found:
            self.dataChanged.emit(self.index(0), self.index(len(self._found) - 1))

    # ------------------------------------------------------- what Qt asks for

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Those that are shown."""
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line of a choice, whether it is ticked, and how high it is."""
        if not index.isValid():
            return None
        choice = self._choices[self._found[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.label
        if role == Qt.ItemDataRole.CheckStateRole:
            state = Qt.CheckState.Checked if choice.key in self._on else Qt.CheckState.Unchecked
            return state.value
        return self._size if role == Qt.ItemDataRole.SizeHintRole else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Space or a click on the box."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        if self.data(index, role) != Qt.CheckState(value).value:
            self.turn(index)
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """All can be ticked."""
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable


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
        self.ticks = Ticks(height=theme.px(26))
        self.ticks.setParent(self)
        self.list = QListView(self)
        self.list.setModel(self.ticks)
        self.list.setUniformItemSizes(True)
        self.list.setProperty("kind", "boxed")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(theme.px(30 * lines))
        self._add_editor(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.left.connect(self.list.setFocus)
        self.search.entered.connect(self._tick_current)
        self.ticks.ticked.connect(self._edited)
        self.offer(choices)

    def offer(self, choices: Sequence[TickChoice]) -> None:
        """Shows these instead; those that were ticked and are still there stay ticked."""
        self.ticks.offer(choices)
        self._narrow(self.search.text())
        self._edited()

    def value(self) -> tuple[str, ...]:
        """The keys that are ticked, in the order on offer."""
        return self.ticks.keys()

    def set_value(self, value: object) -> None:
        self.ticks.set_keys(value if isinstance(value, (list, tuple, set, frozenset)) else ())
        self._edited()

    def empty(self) -> bool:
        return not self.ticks.how_many()

    def _remark(self) -> str:
        chosen = self.ticks.how_many()
        said = (
            f"{count_words(chosen, self._one, self._many)} of {len(self.ticks):,} ticked." if chosen else ""
        )
        return " ".join(part for part in (said, self._hint) if part)

    def _narrow(self, text: str) -> None:
        """Shows what is found; whoever was current stays so while it is shown, else the first is."""
        current = self.list.currentIndex()
        found = self.ticks.found()
        held = found[current.row()] if current.isValid() else None
        self.ticks.find(text)
        found = self.ticks.found()
        if found and not self.list.currentIndex().isValid():
            place = found.index(held) if held in found else 0
            self.list.setCurrentIndex(self.ticks.index(place))

    def _tick_current(self) -> None:
        """Ticks the one that was found, or unticks it; the next can be typed at once."""
        current = self.list.currentIndex()
        if current.isValid():
            self.ticks.turn(current)
        self.search.selectAll()

    def _tick_all(self) -> None:
        """Ticks all that are shown; where they are already, unticks them."""
        self.ticks.tick_found()
        self._edited()
