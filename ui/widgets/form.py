"""The dialog that every form is: sections of fields, Ctrl+Enter saves, Escape drops.

Saving is never greyed out: asked for too early it says what is missing and goes there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from discharge.model.errors import UserError
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import Banner, announce
from ui.widgets.button import push_button
from ui.widgets.dialog_size import columns_on_screen, resize_on_screen
from ui.widgets.field import Field
from ui.widgets.fold import Fold
from ui.widgets.layouts import in_column, in_grid, in_row, show_new_ones
from ui.widgets.scrolling import scroll_down
from ui.widgets.text import SectionHeading, label, line

LEAST_COLUMN = 280
"""A column of fields is never made narrower, in pixels at 100 %: there is one fewer then."""

AnyField = TypeVar("AnyField", bound=Field)


TALL = 1_200
"""A form that is laid out by and by opens so high in pixels at 100 %, as far as the screen goes."""


class FormDialog(QDialog):
    """A form is laid out with `section()` and `add()`, says in `check()` what hangs together wrongly, and in
    `save()` what saving is. `dropped` fires when it is left with something entered in it, `edited` at every
    change of a field. What a long form holds further down is laid out `later()`.

    `save()` gets the values and starts the work; it calls `finished_well()` when the work is done, or
    `refused(error)` with the error of the user's world. Until then the form stays open and waits.
    """

    saved = Signal()
    dropped = Signal()
    edited = Signal()
    reads_first: ClassVar[bool] = False
    """What stands above its first field is read before: it opens at its top, however long it is."""
    waiting_word: ClassVar[str] = "Saving"
    """What it does while it waits."""

    def __init__(
        self,
        title: str,
        *,
        theme: Theme,
        save_word: str = "Save",
        columns: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.theme = theme
        self._columns = columns_on_screen(self, columns, theme.px(LEAST_COLUMN))
        self._fields: dict[str, Field] = {}
        self._sections: list[list[Field]] = []
        self._fold: Fold | None = None
        """The fold that fields are added to now."""
        self._first: dict[str, Any] = {}
        self._parts: deque[Callable[[], object]] = deque()
        self._to_come: dict[str, Any] = {}
        """Values of fields that are still to be laid out."""
        self._next_part = QTimer(self, singleShot=True, interval=0)
        self._next_part.timeout.connect(self._lay_out_part)
        self._at = 0
        self._waiting = False
        self._fitted = QSize()
        outer = self._outer = in_column(self, gap=0)
        self._message = Banner(theme=theme, parent=self)
        self._scroll = QScrollArea(self)
        scroll_down(self._scroll, "")
        body = self._body = QWidget()
        margin = theme.px(Space.SECTION)
        self._column = in_column(
            body,
            around=(margin, theme.px(Space.ROW), margin, theme.px(Space.GUTTER)),
            gap=theme.px(Space.NEAR),
        )
        self._scroll.setWidget(body)
        body.installEventFilter(self)
        self.installEventFilter(self)
        outer.addWidget(self._scroll, 1)
        self._above_foot = in_column(around=(margin, 0, margin, 0))
        outer.addLayout(self._above_foot)
        outer.addWidget(self._message)
        outer.addWidget(line())
        foot = in_row(
            around=(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW)), gap=theme.px(Space.NEAR)
        )
        self._state = label("", "small")
        self._foot = foot
        foot.addWidget(self._state, 1)
        drop = push_button("Cancel", tip="Escape", do=self.reject, parent=self)
        foot.addWidget(drop)
        self._save = push_button(save_word, tip="Ctrl+Enter", kind="main", do=self.ask_to_save, parent=self)
        foot.addWidget(self._save)
        outer.addLayout(foot)
        self._grid: QGridLayout | None = None
        """Holds the fields that stand together; made with the first of them."""
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), self, partial(self._go_to_section, step))

    # ---------------------------------------------------------------- layout

    def section(self, heading: str, *, remark: str = "") -> None:
        """Starts a section; fields added from now on stand under it."""
        self._fold = None
        first = self._column.isEmpty()
        self._column.addWidget(SectionHeading(heading, theme=self.theme, remark=remark, first=first))
        self._column.addWidget(line())
        self._grid = None
        self._sections.append([])

    def fold(self, heading: str, *, tip: str = "") -> Fold:
        """Starts a section that stands closed until it is opened, or something is filled in in it: whoever
        goes through the form by keyboard passes over it."""
        self._fold = Fold(heading, theme=self.theme, tip=tip)
        self._column.addWidget(self._fold)
        self._grid = None
        self._sections.append([])
        return self._fold

    def add(self, field: AnyField, *, wide: bool = False) -> AnyField:
        """Puts a field in the next place of the section; a `wide` one takes a row of its own."""
        if field.key in self._fields:
            raise ValueError(f"two fields are called {field.key!r}")
        self._fields[field.key] = field
        if self._sections:
            self._sections[-1].append(field)
        if self._grid is None:
            self._grid = self._new_grid()
        if wide and self._at % self._columns:
            self._at += self._columns - self._at % self._columns
        row, column = divmod(self._at, self._columns)
        self._grid.addWidget(field, row, column, 1, self._columns if wide else 1, Qt.AlignmentFlag.AlignTop)
        self._at += self._columns if wide else 1
        field.changed.connect(self._field_changed)
        if self._fold is not None:
            field.changed.connect(partial(_open_where_filled, self._fold, field))
        return field

    def add_above_foot(self, widget: QWidget) -> None:
        """Puts a widget above the buttons, where it is seen however far the form is scrolled."""
        self._above_foot.addWidget(widget)

    def add_button(self, button: QPushButton) -> None:
        """A further button at the foot, before Cancel."""
        button.setAutoDefault(False)
        self._foot.insertWidget(1, button)

    def add_widget(self, widget: QWidget) -> None:
        """Puts anything else across the form, in the order of adding; a fold ends before it."""
        self._fold = None
        self._column.addWidget(widget)
        self._grid = None

    def later(self, *parts: Callable[[], object]) -> None:
        """These lay out what stands further down: one in each turn of the event loop once the form is seen,
        so that the window answers meanwhile; at once where all values are asked for, or a field of theirs.
        """
        self._parts.extend(parts)
        if self.isVisible():
            self._next_part.start()

    def is_coming(self) -> bool:
        """Whether it is seen, and parts of it are still to come."""
        return self.isVisible() and bool(self._parts)

    def whole(self) -> None:
        """Lays out all that is still to come."""
        while self._parts:
            self._lay_out_part()

    def _lay_out_part(self) -> None:
        if not self._parts:
            return
        there = len(self._fields)
        part = self._parts.popleft()
        # nobody edits it, and what is added is laid out once, not widget by widget
        self._column.setEnabled(False)
        with QSignalBlocker(self):
            part()
            added = dict(list(self._fields.items())[there:])
            for key in [key for key in self._to_come if key in added]:
                self._fields[key].set_value(self._to_come.pop(key))
        if self.isVisible():
            show_new_ones(self._body)
        self._column.setEnabled(True)
        if self._first:
            self._first |= {key: field.value() for key, field in added.items() if not field.isHidden()}
        if self._parts:
            self._next_part.start()
        else:
            self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def _new_grid(self) -> QGridLayout:
        grid = in_grid(across=self.theme.px(Space.SECTION), down=self.theme.px(Space.ROW))
        for column in range(self._columns):
            grid.setColumnStretch(column, 1)
            # a column that is empty in this section keeps its place too
            place = QWidget()
            place.setFixedHeight(0)
            grid.addWidget(place, 0, column)
        (self._fold.column if self._fold is not None else self._column).addLayout(grid)
        self._at = 0
        return grid

    def _go_to_section(self, step: int) -> None:
        """Puts the focus on the first field of the next section, or of the one before; round the end."""
        self.whole()
        shown = [fields for each in self._sections if (fields := [f for f in each if f.isVisibleTo(self)])]
        if not shown:
            return
        focus = self.focusWidget()
        here = next((at for at, fields in enumerate(shown) if any(_holds(f, focus) for f in fields)), -1)
        field = shown[(here + step) % len(shown)][0]
        self._scroll.ensureWidgetVisible(field)
        field.focus_first()

    # ---------------------------------------------------------------- values

    def field(self, key: str) -> Field:
        """The field with this key."""
        if key not in self._fields:
            self.whole()
        return self._fields[key]

    def fields(self) -> Sequence[Field]:
        """All fields, in order."""
        self.whole()
        return tuple(self._fields.values())

    def values(self) -> dict[str, Any]:
        """What is entered, by the fields' keys; hidden fields are left out."""
        self.whole()
        return self._values_there()

    def _values_there(self) -> dict[str, Any]:
        return {key: field.value() for key, field in self._fields.items() if not field.isHidden()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fills the fields that are named; what is entered then counts as unchanged."""
        for key, value in values.items():
            if key in self._fields:
                self._fields[key].set_value(value)
            elif self._parts:
                self._to_come[key] = value
        self._first = self._values_there()

    def typed(self) -> dict[str, Any]:
        """What stands in every field, finished or not, as plain JSON: for a draft."""
        self.whole()
        return {key: field.typed() for key, field in self._fields.items()}

    def type_in(self, typed: Mapping[str, Any]) -> None:
        """Puts in what `typed` gave; what was there at first stays what the form compares with."""
        self.whole()
        if not self._first:
            self._first = self.values()
        for key, each in typed.items():
            if key in self._fields:
                self._fields[key].type_in(each)

    def dirty(self) -> bool:
        """Whether anything differs from what was there at first."""
        return any(
            not field.empty() if key not in self._first else field.value() != self._first[key]
            for key, field in self._fields.items()
            if not field.isHidden()
        )

    # ---------------------------------------------------------------- saving

    def check(self, values: Mapping[str, Any]) -> str:
        """What hangs together wrongly, in a sentence; empty when all is well. Override."""
        del values
        return ""

    def save(self, values: Mapping[str, Any]) -> None:
        """Starts the saving. Override; call `finished_well` or `refused` when it is over."""
        raise NotImplementedError

    def ask_to_save(self) -> None:
        """Saves if everything will do; else says what is missing and goes there."""
        if self._waiting:
            return
        faulty = [field for field in self.fields() if not field.isHidden() and field.ask()]
        if faulty:
            first = faulty[0]
            more = len(faulty) - 1
            rest = f" {more} more {'is' if more == 1 else 'are'} marked." if more else ""
            self._message.tell(first.problem(), rest.strip())
            for fold in self.findChildren(Fold):
                fold.open(fold.is_open or fold.isAncestorOf(first))
            self._scroll.ensureWidgetVisible(first)
            first.focus_first()
            return
        values = self.values()
        trouble = self.check(values)
        if trouble:
            self._message.tell(trouble)
            return
        self._message.dismiss()
        self._wait(True)
        self.save(values)

    def say_save(self, word: str) -> None:
        """What stands on the button that saves."""
        self._save.setText(word)

    def finished_well(self) -> None:
        """The saving is done: close."""
        self._wait(False)
        self.saved.emit()
        self.accept()

    def refused(self, error: UserError) -> None:
        """The saving was refused: say why and let the user mend it."""
        self._wait(False)
        self._message.tell(error.sentence, error.mend)

    def message(self) -> str:
        """What the message line says now."""
        return "" if self._message.isHidden() else self._message.words()

    def _wait(self, waiting: bool, /) -> None:
        self._waiting = waiting
        self._state.setText(f"{self.waiting_word} …" if waiting else "")
        if waiting:
            announce(self, self.waiting_word)

    def _field_changed(self) -> None:
        self.edited.emit()
        if not self._message.isHidden():
            self._message.dismiss()

    # ------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.ask_to_save()
            return
        if enter and not isinstance(self.focusWidget(), (QPushButton, QPlainTextEdit)):
            # Enter goes on to the next field: a form is not sent off by a slip
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, ahead: bool, /) -> bool:
        """Tab, also from the buttons round to the first field: what has the focus is seen."""
        self.whole()
        moved = super().focusNextPrevChild(ahead)
        there = self.focusWidget()
        if moved and there is not None and self._scroll.isAncestorOf(there):
            self._scroll.ensureWidgetVisible(there)
        return moved

    def reject(self) -> None:
        if self._waiting:
            return
        if self.dirty():
            self.dropped.emit()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._waiting:
            event.ignore()
            return
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        if not self._first:
            self._first = self._values_there()
        if self._parts:
            # it will be longer than there is room for: nothing moves aside for the bar then
            self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            self._next_part.start()
        self._fit()
        super().showEvent(event)
        first = next((field for field in self._fields.values() if not field.isHidden()), None)
        if first is not None:
            first.focus_first()
        if self.reads_first:
            # once the focus has brought its field into sight
            QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # fields and lines come and go: what comes in has its room, unless somebody chose the size
        if (
            event.type() is QEvent.Type.LayoutRequest
            and not self._parts
            and self.isVisible()
            and self.size() == self._fitted
        ):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """As large as its fields want, as far as the screen goes; once it is seen it gets no smaller."""
        width = self.theme.px(360 * self._columns + 2 * Space.SECTION)
        self._column.activate()
        around = _height_at(width, self._outer) - self._scroll.sizeHint().height()
        wanted = _height_at(width, self._column) + around
        if self._parts:
            wanted = max(wanted, self.theme.px(TALL))
        # while it is shown first it has the height that Qt gave it, which is none of ours
        seen = self._fitted.isValid() and self.isVisible()
        resize_on_screen(self, width, max(wanted, self.height()) if seen else wanted)
        self._fitted = self.size()
        if not self._parts and self.height() >= wanted:
            # a bar that is there makes lines wrap, which then want the bar: it goes before it is asked again
            for policy in (Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded):
                self._scroll.setVerticalScrollBarPolicy(policy)


def _height_at(width: int, layout: QVBoxLayout) -> int:
    """How high what stands in a layout is at this width, in pixels."""
    return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()


def _open_where_filled(fold: Fold, field: Field) -> None:
    if not field.empty():
        fold.open()


def _holds(field: Field, widget: QWidget | None) -> bool:
    """Whether this widget is a part of the field."""
    return widget is not None and (field is widget or field.isAncestorOf(widget))
