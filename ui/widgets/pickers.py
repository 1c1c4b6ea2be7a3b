"""Fields that find one of very many as one types, and fields that hold several rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCompleter,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QWidget,
)

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.date_fields import DateField
from ui.widgets.field import Asking, Field
from ui.widgets.layouts import in_column, in_row
from ui.widgets.table import row_height
from ui.widgets.text_fields import Check, TextField

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SHOWN = 10
"""Lines of a list of suggestions."""


class _Suggestions(QCompleter):
    """Ctrl+Enter is the form's also while the suggestions are open."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _ENTER
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and isinstance(watched, QWidget)
            and watched is self.popup()
        ):
            watched.hide()
            QCoreApplication.sendEvent(self.widget(), event)
            return True
        return super().eventFilter(watched, event)


def _completer(owner: QLineEdit) -> tuple[QCompleter, QStringListModel]:
    model = QStringListModel(owner)
    completer = _Suggestions(model, owner)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setMaxVisibleItems(_SHOWN)
    owner.setCompleter(completer)
    return completer, model


class SuggestField(TextField):
    """One line of text with suggestions; anything else may be typed too."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        suggestions: Sequence[str] = (),
        check: Check | None = None,
        longest: int = 200,
        placeholder: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(
            key, name, theme=theme, check=check, longest=longest, placeholder=placeholder, **asking
        )
        self._completer, self._model = _completer(self.editor)
        self.suggest(suggestions)

    def suggest(self, suggestions: Sequence[str]) -> None:
        """Offers these."""
        self._model.setStringList(list(suggestions))

    def suggestions(self) -> list[str]:
        """What is offered."""
        return self._model.stringList()


class Offers:
    """What can be picked: keys and their labels, each label once. Made in any thread: no Qt in it."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        given = labels or {}
        seen: dict[str, int] = {}
        for label in given.values():
            seen[label] = seen.get(label, 0) + 1
        # two of one name are told apart by their key
        self.labels = {key: label if seen[label] == 1 else f"{label} ({key})" for key, label in given.items()}
        self._keys = {label.casefold(): key for key, label in self.labels.items()}
        self.in_order = sorted(self.labels.values(), key=str.casefold)

    def key_of(self, text: str) -> str | None:
        """The key that this text stands for: its label, or the key itself."""
        said = " ".join(text.split())
        return said if said in self.labels else self._keys.get(said.casefold())

    def label_of(self, key: str) -> str:
        """The label of a key; an unknown key as it is."""
        return self.labels.get(key, key)


class PickField(Field):
    """One of very many, found by typing a part of its label. `noun` is what they are ("setting")."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        noun: str,
        placeholder: str = "Type a part of the name",
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._noun = noun
        self._offers = Offers()
        self._kept: str | None = None
        self.editor = QLineEdit(self)
        self.editor.setMaxLength(500)
        self.editor.setPlaceholderText(placeholder)
        self._completer, self._model = _completer(self.editor)
        self._add_editor(self.editor)
        self.editor.textChanged.connect(self._edited)
        self._show()

    def offer(self, offers: Offers) -> None:
        """What can be picked; what is picked stays."""
        kept = self._kept or self.value()
        self._offers = offers
        self._model.setStringList(offers.in_order)
        if kept is not None:
            self.set_value(kept)

    def value(self) -> str | None:
        """The key that is picked, or None."""
        text = self.editor.text()
        if self._kept is not None and text == self._offers.label_of(self._kept):
            return self._kept
        return self._offers.key_of(text)

    def set_value(self, value: object) -> None:
        self._kept = str(value) if value is not None else None
        self.editor.setText(self._offers.label_of(self._kept) if self._kept is not None else "")
        self.editor.setCursorPosition(0)

    def typed(self) -> list[str | None]:
        return [self.value(), self.editor.text()]

    def type_in(self, typed: Any) -> None:
        key, text = typed
        self.set_value(key)
        if key is None:
            self.editor.setText(str(text))

    def empty(self) -> bool:
        return not self.editor.text().strip()

    def _fault(self) -> str:
        if self.empty() or self.value() is not None:
            return ""
        return f"No {self._noun} is called that. Choose one from the list that opens while you type."


class PickManyField(Field):
    """Several of very many, in an order unless `ordered` is no: a part of a name is typed, Enter adds it.

    In the list Delete takes one out, Alt+Up and Alt+Down move it.
    """

    def __init__(
        self, key: str, name: str, *, theme: Theme, noun: str, hint: str = "", ordered: bool = True
    ) -> None:
        super().__init__(key, name, theme=theme, hint=hint)
        self._noun, self._ordered = noun, ordered
        self._offers = Offers()
        self._keys: list[str] = []
        self.editor = QLineEdit(self)
        self.editor.setMaxLength(500)
        self.editor.setPlaceholderText("Type a part of the name, Enter adds it")
        self._completer, self._model = _completer(self.editor)
        self._completer.activated.connect(lambda _text: self._take_later())
        self._add_editor(self.editor)
        self.editor.installEventFilter(self)
        self.chosen = QListWidget(self)
        keys = f"Delete takes one out{', Alt+Up and Alt+Down move it' if ordered else ''}"
        self.chosen.setToolTip(keys)
        self.chosen.setAccessibleName(f"{name}: chosen")
        self.chosen.setAccessibleDescription(keys)
        self.chosen.installEventFilter(self)
        self._editors.append(self.chosen)
        self._put_above_what_is_said(self.chosen)
        self.editor.textChanged.connect(self._edited)
        self._fill()
        self._show()

    def offer(self, offers: Offers) -> None:
        """What can be picked; what is picked stays."""
        self._offers = offers
        self._model.setStringList(offers.in_order)
        self._fill()

    def value(self) -> tuple[str, ...]:
        """The keys chosen, in order."""
        return tuple(self._keys)

    def set_value(self, value: object) -> None:
        self._keys = [str(key) for key in value] if isinstance(value, (list, tuple)) else []
        self._fill()
        self._edited()

    def empty(self) -> bool:
        return not self._keys

    def _fault(self) -> str:
        text = self.editor.text().strip()
        if text and self._offers.key_of(text) is None:
            return f"No {self._noun} is called that. Choose one from the list that opens while you type."
        return "Press Enter to add it." if text else ""

    def _take(self) -> bool:
        key = self._offers.key_of(self.editor.text())
        if key is None:
            return False
        if key not in self._keys:
            self._keys.append(key)
        self.editor.clear()
        self._fill()
        self._edited()
        return True

    def _take_later(self) -> None:
        # the completer writes into the field after it has told
        self.editor.setText(self._completer.currentCompletion())
        self._take()
        self._hide_list()

    def _hide_list(self) -> None:
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()

    def _fill(self) -> None:
        at = self.chosen.currentRow()
        self.chosen.clear()
        for number, key in enumerate(self._keys, 1):
            label = self._offers.label_of(key)
            item = QListWidgetItem(f"{number}  {label}" if self._ordered else label)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, label)
            self.chosen.addItem(item)
        self.chosen.setCurrentRow(min(at, len(self._keys) - 1))
        self.chosen.setVisible(bool(self._keys))
        self.chosen.setFixedHeight(min(len(self._keys), 4) * row_height(self._theme) + self._theme.px(6))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.editor and event.key() in _ENTER and self.editor.text().strip():
                popup = self._completer.popup()
                if popup is not None and popup.isVisible() and not popup.currentIndex().isValid():
                    self.editor.setText(self._completer.currentCompletion())
                    popup.hide()
                if self._take():
                    return True
            if watched is self.chosen and self._moved(event):
                return True
        return super().eventFilter(watched, event)

    def _moved(self, event: QKeyEvent) -> bool:
        at = self.chosen.currentRow()
        if not 0 <= at < len(self._keys):
            return False
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            del self._keys[at]
        elif self._ordered and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if step is None or not 0 <= at + step < len(self._keys):
                return False
            self._keys[at], self._keys[at + step] = self._keys[at + step], self._keys[at]
            self.chosen.setCurrentRow(at + step)
        else:
            return False
        self._fill()
        self._edited()
        return True


class RowDateField(DateField):
    """A date in a row of small fields: nothing stands below it while it will do."""

    def _remark(self) -> str:
        return ""


class RowsField(Field):
    """Any number of rows of small fields, as for dates on which beds come free.

    `make_row` makes the fields of one row; `read_row` and `write_row` turn them into a value and back.
    `read_row` answers None for an empty row; `row_fault` says what hangs together wrongly in one.
    """

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        make_row: Callable[[], Sequence[Field]],
        read_row: Callable[[Sequence[Field]], Any],
        write_row: Callable[[Sequence[Field], Any], None],
        add_word: str,
        row_fault: Callable[[Sequence[Field]], str] = lambda _fields: "",
        stretch: Sequence[int] = (),
        titled: bool = True,
        hint: str = "",
    ) -> None:
        super().__init__(key, name, theme=theme, hint=hint)
        self._label.setText(name)
        self._label.setVisible(titled)
        self._make_row, self._read_row, self._write_row = make_row, read_row, write_row
        self._row_fault = row_fault
        self._stretch = tuple(stretch)
        self._rows: list[tuple[QWidget, Sequence[Field]]] = []
        self._holder = QWidget(self)
        self._lines = in_column(self._holder, gap=theme.px(Space.TIGHT))
        self._column.insertWidget(1, self._holder)
        self._adder = push_button(add_word, kind="link", do=self._add_and_go, parent=self)
        foot = in_row()
        foot.addWidget(self._adder)
        foot.addStretch(1)
        self._column.insertLayout(2, foot)
        self._editors.append(self._adder)
        self._show()

    def rows(self) -> list[Sequence[Field]]:
        """The fields of every row."""
        return [fields for _, fields in self._rows]

    def value(self) -> tuple[Any, ...]:
        """What the rows hold, empty ones left out."""
        read = (self._read_row(fields) for _, fields in self._rows)
        return tuple(found for found in read if found is not None)

    def set_value(self, value: object) -> None:
        for holder, _ in self._rows:
            self._drop_widget(holder)
        self._rows.clear()
        for each in value if isinstance(value, (list, tuple)) else ():
            self._write_row(self._add(), each)
        self._edited()

    def typed(self) -> list[list[Any]]:
        return [[field.typed() for field in fields] for _, fields in self._rows]

    def type_in(self, typed: Any) -> None:
        self.set_value(None)
        for row in typed:
            for field, each in zip(self._add(), row, strict=True):
                field.type_in(each)
        self._edited()

    def empty(self) -> bool:
        return not self.value()

    def focus_first(self) -> None:
        if self._rows:
            self._rows[0][1][0].focus_first()
        else:
            super().focus_first()

    def _fault(self) -> str:
        for number, (_, fields) in enumerate(self._rows, 1):
            trouble = next((said for field in fields if (said := field.problem())), "")
            trouble = trouble or self._row_fault(fields)
            if trouble:
                return trouble if len(self._rows) == 1 else f"Row {number}: {trouble}"
        return ""

    def _left(self) -> None:
        """The button that adds a row is left: what is wrong in a row is said at the row's own fields."""

    def ask(self) -> str:
        for _, fields in self._rows:
            for field in fields:
                field.ask()
        return super().ask()

    def _add(self) -> Sequence[Field]:
        fields = self._make_row()
        holder = QWidget(self._holder)
        row = in_row(holder, gap=self._theme.px(Space.NEAR))
        for at, field in enumerate(fields):
            stretch = self._stretch[at] if at < len(self._stretch) else 1
            row.addWidget(field, stretch, Qt.AlignmentFlag.AlignTop)
            field.changed.connect(self._edited)
            # its editor alone stands in the order of Tab, where `_order` puts it
            field.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes it
            # a row that isn't needed is taken out: nothing is optional; the first row has the titles
            field._label.setText(field.name)
            field._label.setVisible(not self._rows)
            for editor in field._editors:
                editor.setAccessibleName(f"{self.name}, row {len(self._rows) + 1}: {editor.accessibleName()}")
        drop = QToolButton(holder)
        self._theme.dress(drop, "close")
        drop.setToolTip("Take this row out")
        drop.setAccessibleName(f"{self.name}: take this row out")
        drop.clicked.connect(lambda: self._drop(holder))
        row.addWidget(drop, 0, Qt.AlignmentFlag.AlignBottom)
        self._lines.addWidget(holder)
        holder.show()
        self._rows.append((holder, fields))
        if self.isVisible():
            self._order()
        return fields

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order()

    def _order(self) -> None:
        """Tab goes through the rows where they stand: before the button below them."""
        rows = [
            widget
            for holder, fields in self._rows
            for widget in (
                *(editor for field in fields for editor in field._editors),
                *holder.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly),
            )
        ]
        before: QWidget | None = self._adder.previousInFocusChain()
        while before is not None and before is not self._adder:
            if before.focusPolicy() & Qt.FocusPolicy.TabFocus and not self._holder.isAncestorOf(before):
                break
            before = before.previousInFocusChain()
        before = before or self._adder
        for widget in rows:
            QWidget.setTabOrder(before, widget)
            before = widget

    def _add_and_go(self) -> None:
        fields = self._add()
        self._edited()
        fields[0].focus_first()

    def _drop(self, holder: QWidget) -> None:
        self._rows = [(each, fields) for each, fields in self._rows if each is not holder]
        self._drop_widget(holder)
        for field in self._rows[0][1] if self._rows else ():
            field._label.show()
        self._adder.setFocus()
        self._edited()

    def _drop_widget(self, holder: QWidget) -> None:
        self._lines.removeWidget(holder)
        holder.hide()
        holder.setParent(None)
        holder.deleteLater()
