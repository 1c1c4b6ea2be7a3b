"""Any number of very many, each with a tick, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
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
FEW = 500
"""So many lines are listed at once."""
A_TURN = 2_000
"""Of more Qt asks for each too: it does so once the form is seen, so many a turn."""


@dataclass(frozen=True, slots=True)
class TickChoice:
    """One that can be ticked: its key, its name and what else is told of it; both are searched."""

    key: str
    name: str
    more: str = ""
    hay: str = field(init=False, repr=False, compare=False)
    """What is searched, made with it in whatever thread that is."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hay", self.label.casefold())

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
        self._found: Sequence[int] = ()
        self._on: set[str] = set()

    def offer(self, choices: Sequence[TickChoice]) -> None:
        """These are to be had now, all of them found; those that were ticked and are still there stay so."""
        self.beginResetModel()
        self._choices = tuple(choices)
        self._found = range(len(choices))
        if self._on:
            self._on &= {choice.key for choice in choices}
        self.endResetModel()

    def find(self, text: str) -> None:
        """Shows those that have all these words, whatever the case."""
        found: Sequence[int] = range(len(self._choices))
        if words := text.casefold().split():
            found = [at for at in found if all(word in self._choices[at].hay for word in words)]
        if found != self._found:
            self.beginResetModel()
            self._found = found
            self.endResetModel()

    def __len__(self) -> int:
        return len(self._choices)

    def found(self) -> list[TickChoice]:
        """Those that are shown."""
        return [self._choices[at] for at in self._found]

    def found_at(self, place: int) -> TickChoice:
        """The one that is shown at this place."""
        return self._choices[self._found[place]]

    def place_of(self, choice: TickChoice) -> int:
        """Where it is shown; -1 where it isn't."""
        places = range(len(self._found))
        return next((at for at in places if self.found_at(at) is choice), -1)

    def keys(self) -> tuple[str, ...]:
        """The keys that are ticked, in the order on offer."""
        if not self._on:
            return ()
        return tuple(choice.key for choice in self._choices if choice.key in self._on)

    def how_many(self) -> int:
        """How many are ticked."""
        return len(self._on)

    def set_keys(self, keys: Collection[object]) -> None:
        """Exactly these are ticked; unknown ones are passed over."""
        wanted = set(keys)
        self._on = {choice.key for choice in self._choices if choice.key in wanted} if wanted else set()
        self._tell_all()

    def tick_found(self) -> None:
        """Ticks all that are shown; where they are already, unticks them."""
        keys = {choice.key for choice in self.found()}
        self._on = self._on - keys if keys <= self._on else self._on | keys
        self._tell_all()

    def turn(self, index: AnyIndex) -> None:
        """Ticks one, or unticks it."""
        self._on ^= {self.found_at(index.row()).key}
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
        choice = self.found_at(index.row())
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
        self._list_them = QTimer(self, singleShot=True, interval=0)
        self._list_them.timeout.connect(self._show_list)
        self.list.setUniformItemSizes(True)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setBatchSize(A_TURN)
        self.list.setProperty("kind", "boxed")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(theme.px(30 * lines))
        self._add_editor(self.list)
        self.search.textChanged.connect(self._narrow)
        self.search.left.connect(self._go_to_list)
        self.search.entered.connect(self._tick_current)
        self.ticks.ticked.connect(self._edited)
        self.offer(choices)

    def offer(self, choices: Sequence[TickChoice]) -> None:
        """Shows these instead; those that were ticked and are still there stay ticked."""
        self.ticks.offer(choices)
        if len(choices) <= FEW:
            self._show_list()
        self._narrow(self.search.text())
        self._edited()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._list_them.start()

    def _show_list(self) -> None:
        if self.list.model() is not self.ticks:
            self.list.setModel(self.ticks)
            self._go_to(None)

    def _go_to_list(self) -> None:
        self._show_list()
        self.list.setFocus()

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
        held = self.ticks.found_at(current.row()) if current.isValid() else None
        self.ticks.find(text)
        if text:
            self._show_list()
        self._go_to(held)

    def _go_to(self, held: TickChoice | None) -> None:
        if self.ticks.rowCount() and not self.list.currentIndex().isValid():
            place = self.ticks.place_of(held) if held is not None else 0
            self.list.setCurrentIndex(self.ticks.index(max(0, place)))

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
