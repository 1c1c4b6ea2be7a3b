"""The grid of the morning round: arrows go from cell to cell, typing fills one, Enter does the next home."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QColor, QInputMethodEvent, QIntValidator, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)

from ui.models.round import ACCEPTS, COUNT, MOST, HomeEntry, RoundLine, RoundModel
from ui.models.table import AnyIndex
from ui.theme.theme import Theme
from ui.widgets.table import CellDelegate, TableView

MAY_FOLD = ("phone", "state", "before", "group")
"""The columns that stand below the others where there is no room beside them, the first one first."""
LEAST_ROWS = 1
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _GridDelegate(CellDelegate):
    """Frames the current cell, underlines those that can be filled in, and opens an editor for them."""

    stepped = Signal(int)
    """Up or Down in an editor: it is taken, and the cell above or below comes next."""
    went = Signal(int)
    """Left or Right in the editor of a number."""
    entered = Signal(bool)
    """Enter in an editor: it is taken, and the questions come; with Ctrl the home is done."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme=theme, parent=parent)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        view, model = self.parent(), index.model()
        assert isinstance(view, TableView)
        assert isinstance(model, RoundModel)
        theme, rect = self._theme, self._cell(option)
        if model.editable(index):
            painter.setPen(QPen(QColor(theme.palette.muted), 1, Qt.PenStyle.DotLine))
            foot = rect.adjusted(theme.px(6), 0, -theme.px(6), -theme.px(4))
            painter.drawLine(foot.bottomLeft(), foot.bottomRight())
        current = view.currentIndex()
        if view.hasFocus() and (current.row(), current.column()) == (index.row(), index.column()):
            painter.setPen(QPen(QColor(theme.palette.accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(2, 3, -2, -3))

    def _cell(self, option: QStyleOptionViewItem) -> QRect:
        """Where a cell stands, without the lines below that run through under it."""
        view, rect = self.parent(), QRect(option.rect)
        assert isinstance(view, TableView)
        rect.setHeight(min(rect.height(), view.own_height()))
        return rect

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        editor.setGeometry(self._cell(option))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        del option
        model = index.model()
        assert isinstance(model, RoundModel)
        column = model.columns[index.column()]
        editor = QLineEdit(parent)
        line = model.row_at(index.row())
        home = line.entry.home.row.name if line is not None else ""
        editor.setAccessibleName(f"{home}: {column.title}")
        if column.key == COUNT:
            editor.setValidator(QIntValidator(0, MOST, editor))
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        else:
            editor.setMaxLength(2_000)
        return editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _SIDEWAYS and isinstance(watched, QLineEdit) and watched.validator() is not None:
                # of a number there is nothing to walk about in
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.NoHint)
                self.went.emit(_SIDEWAYS[key])
                return True
            if (key in _STEPS or key in _ENTER) and isinstance(watched, QLineEdit):
                self.commitData.emit(watched)
                self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.NoHint)
                if key in _STEPS:
                    self.stepped.emit(_STEPS[key])
                else:
                    self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
                return True
        return super().eventFilter(watched, event)


class CapacityGrid(TableView):
    """Rows of a `RoundModel`, filled in cell by cell.

    `went_on` fires with the home when its questions come next (Enter), `said` when it is done (Ctrl+Enter),
    `unchanged` where nothing has changed (F6), `missed` where nobody answers (F7), `rest` where all that is
    not answered yet is as last time (F8).
    """

    went_on = Signal(object)
    said = Signal(object)
    unchanged = Signal(object)
    missed = Signal(object)
    rest = Signal(object)

    def __init__(self, model: RoundModel, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(model, theme=theme, name="Morning round", parent=parent)
        self._round = model
        self.setSortingEnabled(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSortIndicatorShown(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked)
        delegate = _GridDelegate(theme=theme, parent=self)
        delegate.stepped.connect(self._step)
        delegate.went.connect(self._sideways)
        delegate.entered.connect(lambda is_done: self._fire(self.said if is_done else self.went_on))
        self.setItemDelegate(delegate)
        self.doubleClicked.connect(self._turn)
        # what is filled in stays in its cell; of the home that is rung the head says most of the others too
        self.may_fold = MAY_FOLD
        self._fit_columns()
        self.setAccessibleDescription(
            "Arrows go from cell to cell, typing fills one. Enter goes on to the questions, Control and Enter"
            " saves and goes to the next home, F6 says no change, F7 that nobody answers."
        )

    def minimumSizeHint(self) -> QSize:
        """Its titles and the row that is filled in, however tight it is."""
        head, row = self.horizontalHeader().sizeHint(), self.verticalHeader().defaultSectionSize()
        return QSize(super().minimumSizeHint().width(), head.height() + LEAST_ROWS * row)

    def current_entry(self) -> HomeEntry | None:
        """The home of the current row."""
        line = self.current_row()
        return line.entry if isinstance(line, RoundLine) else None

    def column_of(self, key: str) -> int:
        """The place of the column with this key."""
        return next(at for at, column in enumerate(self._round.columns) if column.key == key)

    def go_to(self, entry: HomeEntry, key: str = COUNT) -> None:
        """Makes the first row of this home current, in this column."""
        place = self._round.place_of(entry.lines[0].key)
        if place >= 0:
            self._go(self._round.index(place, self.column_of(key)))

    def next_home(self, after: HomeEntry) -> HomeEntry | None:
        """The next home that is still to be rung, from this one on and round the end."""
        entries = self._round.entries()
        at = entries.index(after)
        return next((each for each in (*entries[at + 1 :], *entries[:at]) if not each.is_done), None)

    def _go(self, index: QModelIndex) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)
        self.viewport().update()

    def _step(self, by: int) -> None:
        current = self.currentIndex()
        index = self._round.index(current.row() + by, current.column())
        if index.isValid():
            self._go(index)

    def _fire(self, signal: SignalInstance) -> None:
        entry = self.current_entry()
        if entry is not None:
            signal.emit(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = Qt.Key(event.key()), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        keys = {
            Qt.Key.Key_F6: self.unchanged,
            Qt.Key.Key_F7: self.missed,
            Qt.Key.Key_F8: self.rest,
        }
        if key in _ENTER:
            is_done = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._fire(self.said if is_done else self.went_on)
            return
        if key in keys and plain:
            self._fire(keys[key])
            return
        index = self.currentIndex()
        if key in (Qt.Key.Key_Space, Qt.Key.Key_F2) and self._turn(index):
            return
        if key in _SIDEWAYS and plain and index.isValid():
            self._sideways(_SIDEWAYS[key])
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """What is committed at once, without having been composed before, begins a cell as a key does."""
        index = self.currentIndex()
        if event.commitString() and index.isValid() and self.state() != self.State.EditingState:
            self.edit(index)
            editor = QApplication.focusWidget()
            if isinstance(editor, QLineEdit) and self.isAncestorOf(editor):
                editor.selectAll()
                QApplication.sendEvent(editor, event)
                return
        super().inputMethodEvent(event)

    def _turn(self, index: QModelIndex) -> bool:
        """Turns "takes people" in this cell; False where it is another one."""
        if not index.isValid() or self._round.columns[index.column()].key != ACCEPTS:
            return False
        if self._round.editable(index):
            self._round.turn(index)
        return True

    def _sideways(self, by: int) -> None:
        """To the next cell that can be filled in; where there is none, as far as there is a cell."""
        current = self.currentIndex()
        shown = self.shown_columns()
        at = shown.index(current.column()) if current.column() in shown else 0
        ahead = shown[at + 1 :] if by > 0 else list(reversed(shown[:at]))
        for column in ahead:
            index = self._round.index(current.row(), column)
            if self._round.editable(index):
                self._go(index)
                return
