"""The table that every page uses: rows from font metrics, keys that work, places that stay."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QHoverEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from ui.models.table import STATUS_ROLE, AnyIndex, Column, RowsModel
from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme
from ui.widgets.columns import Slot, Want, fold, set_aside, share
from ui.widgets.copying import copy_rows
from ui.widgets.panes import bring_forward

GIVES_WAY = 15
"""A column of this many characters or more may be shown narrower than it would like to be."""
NARROWEST = 40
"""Pixels at 100 % that no column is narrower than."""
MEASURED = 40
"""So many rows are measured to see how wide a column is."""
KEPT_SLOTS = 500
KEPT_WORDS = 4_000
"""So many words are kept as they were measured, or cut to the width of a column."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SELECTED = QStyle.StateFlag.State_Selected.value
WIDER = 24
"""Pixels at 100 % by which the menu makes a column wider or narrower."""


class CellDelegate(QStyledItemDelegate):
    """Paints cells: text elided, a status as icon and word in its colour, the whole current row framed."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.dress()

    def dress(self) -> None:
        """Takes on the fonts and colours of the theme in force; the table says when that is another."""
        theme = self._theme
        self._plain = theme.font(tabular=True)
        self._strong = theme.font(strong=True, tabular=True)
        self._small = theme.font(Size.SMALL, tabular=True)
        self._metrics = {False: QFontMetrics(self._plain), True: QFontMetrics(self._strong)}
        self._small_metrics = QFontMetrics(self._small)
        self._height = row_height(theme)
        self._near, self._side, self._gap = theme.px(Space.NEAR), theme.px(16), theme.px(6)
        self._small_side, self._small_gap, self._title_gap = theme.px(14), theme.px(4), theme.px(5)
        colours = theme.palette
        self._text, self._muted = QColor(colours.text), QColor(colours.muted)
        self._selection, self._raised = QColor(colours.selection), QColor(colours.raised)
        self._rule = QPen(QColor(colours.line), 1)
        self._frame = QPen(QColor(colours.accent), theme.px(1.5))
        self._inks = {tone: theme.colour(tone) for tone in Tone}
        self._fitted: dict[tuple[str, int, int], str] = {}
        self._advances: dict[tuple[str, int], int] = {}

    def fitted(self, words: str, width: int, *, strong: bool = False, small: bool = False) -> str:
        """As much of these words as there is room for. A table is painted again and again, and says the same
        in many of its rows."""
        key = (words, width, 2 if small else int(strong))
        if key not in self._fitted:
            if len(self._fitted) > KEPT_WORDS:
                self._fitted.clear()
            metrics = self._small_metrics if small else self._metrics[strong]
            self._fitted[key] = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
        return self._fitted[key]

    def advance(self, words: str, *, strong: bool = False, small: bool = False) -> int:
        """How wide these words are, measured once."""
        key = (words, 2 if small else int(strong))
        if key not in self._advances:
            if len(self._advances) > KEPT_WORDS:
                self._advances.clear()
            metrics = self._small_metrics if small else self._metrics[strong]
            self._advances[key] = metrics.horizontalAdvance(words)
        return self._advances[key]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        state: QStyle.StateFlag = option.state
        rect: QRect = option.rect
        view = self.parent()
        assert isinstance(view, TableView)
        if state.value & _SELECTED:
            painter.fillRect(rect, self._selection)
        elif view.hovered == index.row():
            painter.fillRect(rect, self._raised)
        inner = rect.adjusted(self._near, 0, -self._near, 0)
        inner.setHeight(view.own_height())
        self.paint_content(painter, inner, index)

    def paint_row(self, painter: QPainter, rect: QRect, place: int) -> None:
        """Paints of a row what goes on from cell to cell: its rule, the lines below, the frame of the current
        one."""
        view = self.parent()
        assert isinstance(view, TableView)
        painter.setPen(self._rule)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if view.folded:
            self._paint_folded(painter, rect, place, view)
        if view.hasFocus() and view.currentIndex().row() == place:
            painter.setPen(self._frame)
            frame = rect.adjusted(1, 1, -1, -1)
            painter.drawLine(frame.topLeft(), frame.topRight())
            painter.drawLine(frame.bottomLeft(), frame.bottomRight())
            painter.drawLine(frame.topLeft(), frame.bottomLeft())
            painter.drawLine(frame.topRight(), frame.bottomRight())

    def paint_content(self, painter: QPainter, inner: QRect, index: AnyIndex) -> None:
        """Paints what stands in a cell, between its ground and the frame of the current row."""
        view = self.parent()
        assert isinstance(view, TableView)
        # asked directly, rows and columns of ours answer in a third of the time that the model takes
        model, column = view.rows, view.rows.columns[index.column()]
        row = model.row_at(index.row())
        words, status = column.cell(row)
        ink = self._text
        if status is not None:
            ink = self._inks[status.tone]
            picture = self._theme.pixmap(status.icon, status.tone, ratio=view.devicePixelRatioF())
            painter.drawPixmap(inner.left(), inner.top() + (inner.height() - self._side) // 2, picture)
            inner.setLeft(inner.left() + self._side + self._gap)
        if model.is_quiet is not None and model.is_quiet(row):
            ink = self._muted
        painter.setFont(self._strong if column.strong else self._plain)
        painter.setPen(ink)
        fitted = self.fitted(words, inner.width(), strong=column.strong)
        painter.drawText(inner, RIGHT if column.right else LEFT, fitted)

    def _paint_folded(self, painter: QPainter, rect: QRect, row: int, view: TableView) -> None:
        """Paints the lines below, as far as columns stand above them."""
        model = view.rows
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.setFont(self._small)
        for slot in view.slots(row):
            place = view.slot_rect(slot, rect.top() + view.more_above(row))
            column = model.columns[slot.at]
            words, status = column.cell(model.row_at(row))
            painter.setPen(self._muted)
            painter.drawText(place, LEFT, column.title)
            title = self.advance(column.title, small=True)
            place.setLeft(place.left() + title + self._title_gap)
            ink = self._text
            if status is not None:
                ink, side = self._inks[status.tone], self._small_side
                ratio = view.devicePixelRatioF()
                picture = self._theme.pixmap(status.icon, status.tone, size=14, ratio=ratio)
                painter.drawPixmap(place.left(), place.top() + (place.height() - side) // 2, picture)
                place.setLeft(place.left() + side + self._small_gap)
            painter.setPen(ink)
            painter.drawText(place, LEFT, self.fitted(words, place.width(), small=True))
        painter.restore()

    def folded_width(self, title: str, words: str, *, is_status: bool) -> int:
        """How wide a column is in the lines below: its title, and these words uncut."""
        width = self.advance(title, small=True) + self._title_gap + self.advance(words, small=True) + 2
        return width + self._theme.px(14 + 4) if is_status else width

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        model = index.model()
        strong = isinstance(model, RowsModel) and model.columns[index.column()].strong
        data = partial(model.data, index) if isinstance(model, RowsModel) else index.data
        words = data(Qt.ItemDataRole.DisplayRole) or ""
        is_status = data(STATUS_ROLE) is not None
        return QSize(self.width_of(words, strong=strong, is_status=is_status), self._height)

    def can_measure(self, column: Column[Any]) -> bool:
        """Whether what is in this column says how wide it has to be."""
        return True

    def width_in(self, column: Column[Any], row: Any) -> int:
        """How wide the cell of a row has to be to cut nothing, in pixels."""
        words, status = column.cell(row)
        return self.width_of(words, strong=column.strong, is_status=status is not None)

    def width_of(self, words: str, *, strong: bool = False, is_status: bool = False) -> int:
        """How wide a cell is that cuts nothing of these words, in pixels."""
        theme = self._theme
        # an advance is rounded down: with a pixel less than it takes, text is cut
        width = self.advance(words, strong=strong) + 2 * theme.px(Space.NEAR) + 2
        return width + theme.px(16 + 6) if is_status else width

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """The cell's own tooltip; else its whole text where it was cut short."""
        if event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        if isinstance(view, TableView):
            index = view.index_below(event.pos()) or index
        words = str(index.data() or "")
        tip = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        rect: QRect = option.rect
        cut = self.sizeHint(option, index).width() > rect.width()
        said = "\n".join(part for part in (words if cut and words != tip else "", tip) if part)
        if said:
            QToolTip.showText(event.globalPos(), said, view)
        else:
            QToolTip.hideText()
        return True


def row_height(theme: Theme) -> int:
    """Height of a table row from the font: 28 to 32 pixels at 100 %."""
    return max(theme.px(28), QFontMetrics(theme.font()).height() + theme.px(12))


class TableView(QTableView):
    """Rows of a `RowsModel`: arrows move, Enter opens, Ctrl+C copies, Tab leaves.

    `opened` carries the row object; `picked` the row object that is now current, or None. Columns can
    be moved, sized and hidden by the user; `remember` and `recall` keep that.
    """

    opened = Signal(object)
    picked = Signal(object)
    pasted = Signal()
    """Ctrl+V: something was copied elsewhere that the page may know what to do with."""
    wraps = False
    """Its cells go on in another line rather than be cut: some rows are higher than others."""

    def __init__(
        self, model: RowsModel[Any], *, theme: Theme, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = model
        self._theme = theme
        self.hovered = -1
        self._menu: QMenu | None = None
        self._pinned: tuple[str, int] | None = None
        self._last_key = ""
        self._set_widths: dict[int, int] = {}
        self._natural: dict[int, int] = {}
        self._said: dict[int, int] = {}
        """How wide what is in a column is now; natural is also what may come."""
        self._fitting = self._to_fit = False
        self._aside: set[int] = set()
        self.may_fold: Sequence[str] | None = None
        """The columns that may be folded, the first one first, where that aren't all from the right: the
        table scrolls across for the others."""
        self.folded: list[int] = []
        """The columns that there is no room for beside the others: they stand below them."""
        self._slots: dict[int, tuple[Slot, ...]] = {}
        self._wide: dict[int, dict[int, int]] = {}
        """Of rows how wide their columns below are."""
        self._last_place = 0
        self._fitted: set[int] = set()
        """The rows that are as high as their words below take; others are thought to be as high as most."""
        self._are_fitting = False
        self._own = self._small_line = 0
        self._shown: list[int] | None = None
        """The columns shown, found anew once one is moved, shown or hidden."""
        self.setAccessibleName(name)
        self.setAccessibleDescription("Arrows move, Enter opens, Control C copies the selected rows.")
        self.setModel(model)
        self.setItemDelegate(CellDelegate(theme=theme, parent=self))
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        upright = self.verticalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setHighlightSections(False)
        head.setSortIndicatorClearable(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._choose_columns)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        head.setStretchLastSection(False)
        head.sectionResized.connect(self._resized)
        head.sectionMoved.connect(self._find_shown_anew)
        head.sectionCountChanged.connect(self._find_shown_anew)
        for at, column in enumerate(model.columns):
            self.setColumnHidden(at, not column.shown)
        theme.changed.connect(self._fit_theme)
        model.about_to_rearrange.connect(self._pin)
        model.rearranged.connect(self._unpin)
        for told in (model.rearranged, model.dataChanged, model.layoutChanged, model.modelReset):
            told.connect(self._forget_slots)
        for told in (model.rearranged, model.dataChanged):
            told.connect(self._fit_other_rows)
        model.dataChanged.connect(self._retell)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self._fit_theme()

    # ---------------------------------------------------------------- current

    def current_row(self) -> Any:
        """The row object that is current, or None."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()) if index.isValid() else None

    def selected_rows(self) -> list[Any]:
        """The selected row objects, in the order shown."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [row for place in places if (row := self.rows.row_at(place)) is not None]

    def pick(self, key: str) -> bool:
        """Makes the row with this key current and brings it into view; False if it isn't shown."""
        place = self.rows.place_of(key)
        if place < 0:
            return False
        self._pick_at(place)
        return True

    def _pick_at(self, place: int) -> None:
        index = self.rows.index(place, self.first_column())
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def pick_first(self) -> None:
        """Chooses the current row, or else the first, if there is any and none is chosen."""
        if self.rows.rowCount() and not self.selectionModel().hasSelection():
            self._pick_at(max(0, self.currentIndex().row()))

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        for place in {previous.row(), current.row()}:
            self._paint_again(place)
        key = self.rows.key_at(current.row()) if current.isValid() else ""
        if current.isValid():
            self._last_place = current.row()
        if key != self._last_key:
            self._last_key = key
            self.picked.emit(self.rows.row_at(current.row()) if current.isValid() else None)

    def _paint_again(self, place: int) -> None:
        """Has this row painted anew, from end to end; none where it isn't seen."""
        if place >= 0:
            top, high = self.rowViewportPosition(place), self.rowHeight(place)
            self.viewport().update(0, top, self.viewport().width(), high)

    def _retell(self, top: QModelIndex, bottom: QModelIndex) -> None:
        current = self.currentIndex()
        if current.isValid() and top.row() <= current.row() <= bottom.row():
            self.picked.emit(self.rows.row_at(current.row()))

    # -------------------------------------------------------------- staying put

    def _pin(self) -> None:
        """Remembers which row is where, so that new data moves nothing under the eye."""
        current = self.currentIndex()
        place = current.row() if current.isValid() else -1
        if place < 0 or not self.viewport().rect().intersects(self.visualRect(current)):
            place = self.rowAt(0)
        self._pinned = (self.rows.key_at(place), self.rowViewportPosition(place)) if place >= 0 else None

    def _unpin(self) -> None:
        if not self._natural and self.rows.rowCount():
            self._measure()
            self._fit_columns()
        pinned, self._pinned = self._pinned, None
        place = self.rows.place_of(pinned[0]) if pinned else -1
        if pinned is not None and place >= 0:
            self.updateGeometries()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.rowViewportPosition(place) - pinned[1])
        self._tell_if_moved_on()

    def _tell_if_moved_on(self) -> None:
        """After a reload: the current row may be gone, or be there with new content."""
        current = self.currentIndex()
        key = self.rows.key_at(current.row()) if current.isValid() else ""
        if key or self._last_key:
            self._last_key = key
            self.picked.emit(self.rows.row_at(current.row()) if key else None)

    # ----------------------------------------------------------------- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
            return
        if event.key() in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if self.currentIndex().isValid():
                self._open(self.currentIndex().row())
                return
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            # first and last row, as in a list; Qt would go to the first and last column
            count = self.rows.rowCount()
            if count:
                self.pick(self.rows.key_at(0 if event.key() == Qt.Key.Key_Home else count - 1))
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.currentIndex().isValid():
            # the row one was at is gone: on from its place, not from the top
            self.pick(self.rows.key_at(max(0, min(self._last_place, self.rows.rowCount() - 1))))
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str, /) -> None:
        """Letters don't jump about in the table: they belong to the search field and to commands."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        delegate, seen = self.itemDelegate(), event.rect()
        first, last = self.rowAt(seen.top()), self.rowAt(seen.bottom())
        if first < 0 or not isinstance(delegate, CellDelegate):
            return
        left, end = self.columnViewportPosition(self.first_column()), self.last_column()
        wide = self.columnViewportPosition(end) + self.columnWidth(end) - left
        painter = QPainter(self.viewport())
        for place in range(first, last + 1 if last >= 0 else self.rows.rowCount()):
            rect = QRect(left, self.rowViewportPosition(place), wide, self.rowHeight(place))
            delegate.paint_row(painter, rect, place)
        painter.end()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason, /) -> None:
        """Comes to the front, where another pane stands in its place, and takes the focus."""
        bring_forward(self)
        super().setFocus(reason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        ):
            self.pick_first()

    def _open(self, place: int) -> None:
        row = self.rows.row_at(place)
        if row is not None:
            self.opened.emit(row)

    def copy(self) -> None:
        """Puts the selected rows on the clipboard for a spreadsheet, columns as shown."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        copy_rows(self.rows.as_cells(places, self.kept_columns()))

    # --------------------------------------------------------------- columns

    def shown_columns(self) -> list[int]:
        """The columns that are shown, as they stand from left to right."""
        if self._shown is None:
            head = self.horizontalHeader()
            inner = (head.logicalIndex(place) for place in range(head.count()))
            self._shown = [column for column in inner if not head.isSectionHidden(column)]
        return self._shown.copy()

    def setColumnHidden(self, column: int, hide: bool, /) -> None:
        """Hides a column, or shows it."""
        super().setColumnHidden(column, hide)
        self._shown = None

    def _find_shown_anew(self) -> None:
        self._shown = None

    def kept_columns(self) -> list[int]:
        """The columns that the user has shown, also those that there is no room for now."""
        head = self.horizontalHeader()
        inner = (head.logicalIndex(place) for place in range(head.count()))
        return [column for column in inner if self._is_kept(column)]

    def _is_kept(self, column: int) -> bool:
        return not self.isColumnHidden(column) or column in self._aside

    def first_column(self) -> int:
        """The column that is leftmost on the screen."""
        shown = self.shown_columns()
        return shown[0] if shown else 0

    def last_column(self) -> int:
        """The column that is rightmost on the screen."""
        shown = self.shown_columns()
        return shown[-1] if shown else 0

    def remember(self) -> str:
        """Widths set by the user, order, hidden columns and sort, to be kept for the next time."""
        head, columns = self.horizontalHeader(), self.rows.columns
        sorted_by, descending = self.rows.sorted_by
        return json.dumps(
            {
                "order": [columns[head.logicalIndex(place)].key for place in range(head.count())],
                "shown": [columns[at].key for at in range(len(columns)) if self._is_kept(at)],
                "widths": {columns[at].key: width for at, width in self._set_widths.items()},
                "sort": [sorted_by, descending],
            }
        )

    def recall(self, state: str) -> None:
        """Puts a remembered state in force, as far as it fits these columns; nonsense is passed over."""
        try:
            kept = json.loads(state)
            order, shown = list(kept["order"]), set(kept["shown"])
            widths = {str(key): int(width) for key, width in kept["widths"].items()}
            sorted_by, descending = kept["sort"]
        except (ValueError, TypeError, KeyError, AttributeError):
            return
        places = {column.key: at for at, column in enumerate(self.rows.columns)}
        head = self.horizontalHeader()
        known = [places[key] for key in order if key in places]
        for place, at in enumerate(known):
            head.moveSection(head.visualIndex(at), place)
        if any(key in places for key in shown):
            self._aside.clear()
            for key, at in places.items():
                self.setColumnHidden(at, key in order and key not in shown)
        self._set_widths = {places[key]: width for key, width in widths.items() if key in places}
        self._fit_columns()
        if sorted_by in places:
            self.sort_by(str(sorted_by), descending=bool(descending))

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sorts by the column with this key."""
        column = next(at for at, column in enumerate(self.rows.columns) if column.key == key)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, order)

    def _fit_columns(self) -> None:
        """Shares the width out; a width that the user set stays. Rather than cut anything, columns from the
        right stand in lines of their own below the others until there is room again. One that isn't seen has
        no width of its own yet, and does so when it is shown.
        """
        self._to_fit = not self.isVisible()
        if self._to_fit:
            return
        kept = self.kept_columns()
        wants, width = {at: self._want(at) for at in kept}, self.viewport().width()
        # who or what a row is of stays above: the column in strong letters, or else the first
        stays = next((at for at in kept if self.rows.columns[at].strong), kept[0] if kept else -1)
        columns, sorted_by = self.rows.columns, self.rows.sorted_by[0]
        may_go = [
            at for at in reversed(kept) if at != stays and at not in self._set_widths and columns[at].can_fold
        ]
        if self.may_fold is not None:
            by_key = {columns[at].key: at for at in may_go}
            may_go = [by_key[key] for key in self.may_fold if key in by_key]
        # the one sorted by says so in its title, as long as there is room for that
        may_go.sort(key=lambda at: columns[at].key == sorted_by)
        self._aside = set_aside(wants, width, last_first=may_go)
        self._fitting = True
        for at in kept:
            self.setColumnHidden(at, at in self._aside)
        shown = {at: wants[at] for at in kept if at not in self._aside}
        taking = next((at for at in (stays, *shown) if at in shown and at not in self._set_widths), -1)
        if self._aside and taking >= 0 and not any(want.stretch for want in shown.values()):
            # the one that stretches has no room: the rows still end where the table does
            shown[taking] = replace(shown[taking], stretch=True)
        for at, part in share(shown, width).items():
            self.setColumnWidth(at, part)
        self._fold([at for at in kept if at in self._aside])
        self._fitting = False

    def own_height(self) -> int:
        """How high a row is without the lines below."""
        if not self._own:
            self._own = self.height_of_row()
        return self._own

    def height_of_row(self) -> int:
        """How high a row is by the size of text."""
        return row_height(self._theme)

    def _fold(self, columns: list[int]) -> None:
        """Stands these columns in lines below; rows are as high as that takes: those that aren't seen as high
        as most, until they are."""
        self.rows.say_below(self.first_column(), columns)
        if self.folded != columns:
            self.folded = columns
            self._wide.clear()
        self._slots.clear()
        count = self.rows.rowCount() if columns or self.wraps else 0
        measured = Counter(self._height_at(place) for place in range(0, count, max(1, count // MEASURED)))
        high = measured.most_common(1)[0][0] if measured else self.own_height()
        upright = self.verticalHeader()
        if upright.defaultSectionSize() != high or self._fitted:
            upright.setMinimumSectionSize(self.own_height())
            upright.setDefaultSectionSize(high)
        self._fit_other_rows()
        self.viewport().update()

    def _height_at(self, place: int) -> int:
        """How high this row is to cut nothing."""
        return self.own_height() + self.more_above(place) + self._below(place)

    def more_above(self, place: int) -> int:
        """How much higher than others a row is already without the lines below."""
        return 0

    def _below(self, place: int) -> int:
        """How high the lines below are in this row."""
        lines = 1 + max((slot.line for slot in self._slots_of(place)), default=-1)
        return lines * self._line() + self._theme.px(Space.TIGHT) if lines else 0

    def _fit_other_rows(self) -> None:
        """Something else stands in the rows, or there is another width for it."""
        self._fitted.clear()
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Makes the rows that are seen as high as their words take. One of them stays where it is, so that
        nothing moves under the eye but what is below it."""
        if not (self.folded or self.wraps) or self._are_fitting:
            return
        self._are_fitting = True
        while self._fit_seen():
            pass  # where rows became lower, others have come into view
        self._are_fitting = False

    def _fit_seen(self) -> bool:
        """Whether there was a row in view that wasn't fitted before."""
        seen = self._seen()
        new = [place for place in seen if place not in self._fitted]
        if not new:
            return False
        current = self.currentIndex().row()
        stays = next(
            (place for place in seen if place in self._fitted), current if current in seen else seen[0]
        )
        before = self.rowViewportPosition(stays)
        self._fitted.update(new)
        upright = self.verticalHeader()
        for place in new:
            upright.resizeSection(place, self._height_at(place))
        moved = self.rowViewportPosition(stays) - before
        if moved:
            self.updateGeometries()
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)
        return True

    def _seen(self) -> range:
        """The rows that are in view, wholly or in part."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return range(
            max(0, first), (last if last >= 0 else self.rows.rowCount() - 1) + 1 if first >= 0 else 0
        )

    def scrollContentsBy(self, dx: int, dy: int, /) -> None:
        super().scrollContentsBy(dx, dy)
        if dy:
            self._fit_rows()

    def scrollTo(
        self,
        index: AnyIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
        /,
    ) -> None:
        """Brings a cell into view, as high as its row is once it is seen."""
        super().scrollTo(index, hint)
        self._fit_rows()
        super().scrollTo(index, hint)

    def _line(self) -> int:
        if not self._small_line:
            self._small_line = QFontMetrics(self._theme.font(Size.SMALL)).height() + self._theme.px(2)
        return self._small_line

    def slots(self, place: int) -> tuple[Slot, ...]:
        """Where the columns below stand in this row: one behind the other, without those that say nothing."""
        if place not in self._slots:
            if len(self._slots) > KEPT_SLOTS:
                self._forget_slots()
            self._slots[place] = self._slots_of(place)
        return self._slots[place]

    def _forget_slots(self) -> None:
        self._slots.clear()
        self._wide.clear()

    def _slots_of(self, place: int) -> tuple[Slot, ...]:
        if place not in self._wide:
            self._wide[place] = self._wide_of(place)
        room = self.viewport().width() - 2 * self._theme.px(Space.NEAR)
        return fold(self._wide[place], room, gap=self._theme.px(Space.GUTTER))

    def _wide_of(self, place: int) -> dict[int, int]:
        """How wide the columns below are that say something of this row."""
        delegate, row = self.itemDelegate(), self.rows.row_at(place)
        assert isinstance(delegate, CellDelegate)
        wide = {}
        for at in self.folded:
            column = self.rows.columns[at]
            words = column.words(row) if row is not None else ""
            if words:
                is_status = column.status is not None
                wide[at] = delegate.folded_width(column.title, words, is_status=is_status)
        return wide

    def slot_rect(self, slot: Slot, top: int) -> QRect:
        """Where a column stands in the lines below, in a row of the usual height that begins there."""
        left = self.columnViewportPosition(self.first_column()) + self._theme.px(Space.NEAR)
        line = self._line()
        down = top + self.own_height() - self._theme.px(3) + slot.line * line
        return QRect(left + slot.left, down, slot.width, line)

    def index_below(self, at: QPoint) -> QModelIndex | None:
        """The cell in the lines below that is at this point of the viewport; None where there is none."""
        row = self.rowAt(at.y())
        if row < 0:
            return None
        top = self.rowViewportPosition(row)
        for slot in self.slots(row):
            if self.slot_rect(slot, top + self.more_above(row)).contains(at):
                return self.rows.index(row, slot.at)
        return None

    def _want(self, at: int) -> Want:
        """What a column wants: what it was declared as, or less where what is in it is shorter."""
        if at in self._set_widths:
            width = self._set_widths[at]
            return Want(width, width, width, width)
        theme, column = self._theme, self.rows.columns[at]
        gaps = 2 * theme.px(Space.NEAR)
        titles = QFontMetrics(theme.font(Size.SMALL, strong=True))
        title = titles.horizontalAdvance(column.title) + gaps + theme.px(Space.GUTTER)
        extra = theme.px(22) if column.status is not None else 0
        declared = column.width * QFontMetrics(theme.font()).averageCharWidth() + gaps + extra
        natural = max(title, self._natural.get(at, declared))
        # who it is gives way last, then how they are
        rank = 2 if column.strong else 1 if column.status is not None else 0
        if column.width < GIVES_WAY and natural <= max(title, declared * 4 // 3):
            # a date cut short is no date
            wanted = least = floor = natural
        else:
            # what matters most has more room than it was declared to need, where what is in it is longer
            most = declared * 8 // 5 if rank or column.stretch else declared
            wanted = max(title, min(natural, most))
            # a name cut to its first letters is no name
            said = self._said.get(at, wanted) if rank or column.stretch else int(wanted * 0.8)
            least = min(wanted, max(title, said))
            floor = max(title, wanted // 2 if column.strong else wanted * 2 // 5 if rank else wanted // 3)
        return Want(floor, least, wanted, max(natural, wanted), rank, column.stretch)

    def _measure(self) -> None:
        """How wide what is in each column is, once: columns don't jump when other rows come in."""
        self._natural.clear()
        self._said.clear()
        count = self.rows.rowCount()
        some = [self.rows.row_at(place) for place in range(0, count, max(1, count // MEASURED))]
        for at, column in enumerate(self.rows.columns):
            if not self._is_kept(at):
                # it is measured when somebody shows it
                continue
            delegate = self.itemDelegate()
            if isinstance(delegate, CellDelegate) and delegate.can_measure(column) and count:
                is_status = column.status is not None
                said = max(delegate.width_in(column, row) for row in some)
                fits = delegate.width_of(column.fits, strong=column.strong, is_status=is_status)
                self._said[at], self._natural[at] = said, max(fits, said)

    def _resized(self, column: int, _before: int, after: int) -> None:
        if not self._fitting and after and not self.isColumnHidden(column):
            self._set_widths[column] = after
            self._fit_columns()

    def measure_again(self) -> None:
        """Lets the columns fit what is in them now, where quite other rows have come in."""
        self._measure()
        self._fit_columns()

    def forget_widths(self) -> None:
        """Lets every column have the width it wants again."""
        self._set_widths.clear()
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_columns()
        else:
            self._fit_rows()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._to_fit:
            self._fit_columns()

    def choose_columns(self) -> None:
        """Opens the choice of columns, as a click with the other button on the titles does."""
        self._choose_columns(QPoint(0, self.horizontalHeader().height()))

    def _choose_columns(self, place: QPoint) -> None:
        menu = column_menu(self, step=self._theme.px(WIDER))
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def is_set_aside(self, column: int) -> bool:
        """Whether a column that should be shown has no room now."""
        return column in self._aside

    def move_column(self, column: int, step: int) -> None:
        """Changes places with the shown column before (-1) or after it (1)."""
        shown, head = self.shown_columns(), self.horizontalHeader()
        place = shown.index(column) + step
        if 0 <= place < len(shown):
            head.moveSection(head.visualIndex(column), head.visualIndex(shown[place]))

    def widen_column(self, column: int, pixels: int) -> None:
        """Makes a column so much wider, or narrower; it stays so, as one that was dragged does."""
        head = self.horizontalHeader()
        head.resizeSection(column, max(head.minimumSectionSize(), head.sectionSize(column) + pixels))

    def ask_for(self, column: int, shown: bool, /) -> None:
        """The user shows or hides a column."""
        self.show_column(column, shown=shown)

    def show_column(self, column: int, *, shown: bool) -> None:
        """Shows or hides a column."""
        self._aside.discard(column)
        # it comes up as wide as Qt thinks: that is nobody's choice
        self._fitting = True
        self.setColumnHidden(column, not shown)
        self._fitting = False
        if shown and column not in self._natural:
            self._measure()
        self._fit_columns()

    # ----------------------------------------------------------------- mouse

    def set_menu(self, menu: QMenu) -> None:
        """The context menu of a row, made from the command table."""
        self._menu = menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._menu is None:
            return
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self._menu.popup(place)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            left = event.type() == QEvent.Type.HoverLeave
            place = -1 if left else self.rowAt(event.position().toPoint().y())
            if place != self.hovered:
                for changed in (self.hovered, place):
                    self._paint_again(changed)
                self.hovered = place
        return super().viewportEvent(event)

    def _fit_theme(self) -> None:
        delegate = self.itemDelegate()
        if isinstance(delegate, CellDelegate):
            # before anything is measured by it
            delegate.dress()
        self._own = self._small_line = 0
        self._forget_slots()
        self.verticalHeader().setMinimumSectionSize(self.own_height())
        self.verticalHeader().setDefaultSectionSize(self.own_height())
        self.horizontalHeader().setFixedHeight(row_height(self._theme))
        self.horizontalHeader().setMinimumSectionSize(self._theme.px(NARROWEST))
        self._measure()
        self._fit_columns()
        self.viewport().update()


def column_menu(table: TableView, *, step: int) -> QMenu:
    """The menu for this table as it stands now; `step` is how many pixels wider is. It goes when closed."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    shown = table.shown_columns()
    for at, column in enumerate(table.rows.columns):
        has_no_room = table.is_set_aside(at)
        action = menu.addAction(f"{column.title} (no room now)" if has_no_room else column.title)
        action.setCheckable(True)
        action.setChecked(at in shown)
        # the last column that is shown stays
        action.setEnabled(at not in shown or len(shown) > 1)
        action.toggled.connect(partial(table.ask_for, at))
    menu.addSeparator()
    places = menu.addMenu("Place and width")
    for place, at in enumerate(shown):
        one = places.addMenu(table.rows.columns[at].title)
        left = one.addAction("Move left", partial(table.move_column, at, -1))
        left.setEnabled(place > 0)
        right = one.addAction("Move right", partial(table.move_column, at, 1))
        right.setEnabled(place < len(shown) - 1)
        one.addAction("Wider", partial(table.widen_column, at, step))
        one.addAction("Narrower", partial(table.widen_column, at, -step))
    menu.addAction("Widths as they were", table.forget_widths)
    return menu
