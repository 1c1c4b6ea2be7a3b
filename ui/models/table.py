"""A table model over a Python list: it filters and sorts by itself and keeps its place on reload.

Sorting and filtering happen on Python lists of precomputed keys, which is a hundred times faster than
a QSortFilterProxyModel that asks a Python model for each comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ui.theme.status import Status

Row = TypeVar("Row")
AnyIndex = QModelIndex | QPersistentModelIndex

SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The raw value a cell sorts by."""
STATUS_ROLE = int(Qt.ItemDataRole.UserRole) + 2
"""The `Status` of a cell, or None."""
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 3
"""The row object."""
KEY_ROLE = int(Qt.ItemDataRole.UserRole) + 4
"""The row's key."""
QUIET_ROLE = int(Qt.ItemDataRole.UserRole) + 5
"""Whether the row stands back, being nothing that whoever looks can act on."""

SortKey = str | int | float | date | datetime | tuple[Any, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """What one column shows of a row.

    `sort` gives the raw value to sort by (default: the text without regard to case); None always comes
    last. All values of one column are of one type. `status` makes the cell a word with icon and colour,
    and then `text` may be left out. `tip` is the tooltip (default: the status's sentence, else the
    text). `width` is in characters; a `stretch` column takes what is left. `right` is for numbers. `fits` are
    the longest words that a row may come to say: they have room from the first, as columns don't grow.
    `found` says whether the search looks into this column. `shown` is whether it is there at first.
    """

    key: str
    title: str
    text: Callable[[Row], str] | None = None
    sort: Callable[[Row], SortKey] | None = None
    status: Callable[[Row], Status | None] | None = None
    tip: Callable[[Row], str] | None = None
    width: int = 12
    right: bool = False
    stretch: bool = False
    strong: bool = False
    found: bool = True
    shown: bool = True
    fits: str = ""

    @property
    def can_fold(self) -> bool:
        """Whether it can stand as words below the others."""
        return True

    def words(self, row: Row) -> str:
        """The text of a cell."""
        if self.text is not None:
            return self.text(row)
        status = self.status(row) if self.status is not None else None
        return status.word if status is not None else ""

    def cell(self, row: Row) -> tuple[str, Status | None]:
        """The text and the status of a cell; the status, which may take long to say, is asked for once."""
        status = self.status(row) if self.status is not None else None
        return self.text(row) if self.text is not None else status.word if status is not None else "", status

    def tooltip(self, row: Row) -> str:
        """The tooltip of a cell; empty when there is nothing beyond the text."""
        if self.tip is not None:
            return self.tip(row)
        status = self.status(row) if self.status is not None else None
        return status.sentence if status is not None else ""

    def sort_key(self, row: Row) -> SortKey:
        """The raw value of a cell."""
        if self.sort is not None:
            return self.sort(row)
        return self.words(row).casefold()


@dataclass(frozen=True, slots=True)
class Prepared(Generic[Row]):
    """Rows with their keys and the text that a search looks in, made ahead in another thread."""

    rows: list[Row]
    keys: list[str]
    hay: list[str]
    by: tuple[int, list[Any]] | None = None
    """A column, and what the rows are sorted by in it."""
    before: list[Row] | None = None
    """The rows that these were held against."""
    differ: frozenset[str] = frozenset()
    """The keys of those that are others than before, or new."""


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows of any type as a table. `key` names a row for good: selection and scroll follow it.

    `search` gives more text for the search to look in than the columns show. Nothing here may be
    slow: every callable must be a plain look at the row.
    """

    about_to_rearrange = Signal()
    """Before rows come, go or move; a view remembers its place."""
    rearranged = Signal()
    """After it."""
    counted = Signal(int, int)
    """Rows shown, rows there are."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        search: Callable[[Row], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self.is_quiet: Callable[[Row], bool] | None = None
        self._search = search
        self._rows: list[Row] = []
        self._keys: list[str] = []
        self._hay: list[str] | None = []
        self._by: tuple[int, list[Any]] | None = None
        self._order: list[int] = []
        self._visible: list[int] = []
        self._place: dict[str, int] | None = None
        self._words: tuple[str, ...] = ()
        self._text = ""
        self._predicates: dict[str, Callable[[Row], bool]] = {}
        self._sort_column = -1
        self._said_first = 0
        self._said_below: tuple[int, ...] = ()
        self._descending = False

    # ------------------------------------------------------------------ rows

    def prepare(self, rows: Iterable[Row]) -> Prepared[Row]:
        """What `reload` takes as well as plain rows; may be called in any thread, as it only looks."""
        fresh, before = list(rows), self._rows
        keys = self._keys_of(fresh)
        known = {self._key(row): row for row in before}
        return Prepared(
            fresh,
            keys,
            self._text_of(fresh),
            self._values(fresh, self._sort_column),
            before,
            frozenset(key for key, row in zip(keys, fresh, strict=True) if known.get(key) != row),
        )

    def reload(self, rows: Iterable[Row] | Prepared[Row]) -> None:
        """Shows these rows instead; selection, scroll, sort and filter stay.

        When the same keys come in the same places, only the changed rows are repainted.
        """
        before = [self._keys[at] for at in self._visible]
        shown_before = [self._rows[at] for at in self._visible]
        hay: list[str] | None = None
        by: tuple[int, list[Any]] | None = None
        differ: frozenset[str] | None = None
        if isinstance(rows, Prepared):
            fresh, keys, hay, by = rows.rows, rows.keys, rows.hay, rows.by
            # others may have come in meanwhile
            differ = rows.differ if rows.before is self._rows else None
        else:
            fresh = list(rows)
            keys = self._keys_of(fresh)

        def replace() -> None:
            self._rows, self._keys, self._hay, self._by = fresh, keys, hay, by
            self._order = self._sorted()
            self._visible = self._filtered(self._order)

        def take(state: tuple[Any, ...]) -> None:
            self._rows, self._keys, self._hay, self._by, self._order, self._visible = state

        old = (self._rows, self._keys, self._hay, self._by, self._order, self._visible)
        replace()
        if [self._keys[at] for at in self._visible] == before:
            self._place = None
            self._tell_changed(shown_before, differ)
            self.counted.emit(len(self._visible), len(self._rows))
            return
        new = (self._rows, self._keys, self._hay, self._by, self._order, self._visible)
        take(old)
        self._rearrange(lambda: take(new))

    def rows(self) -> list[Row]:
        """Every row there is, as given."""
        return list(self._rows)

    def shown(self) -> list[Row]:
        """The rows that pass the filters, in the order shown."""
        return [self._rows[at] for at in self._visible]

    def row_at(self, row: int) -> Row | None:
        """The row object in this place, or None outside the table."""
        return self._rows[self._visible[row]] if 0 <= row < len(self._visible) else None

    def key_at(self, row: int) -> str:
        """The key of the row in this place, or the empty text outside the table."""
        return self._keys[self._visible[row]] if 0 <= row < len(self._visible) else ""

    def place_of(self, key: str) -> int:
        """Where the row with this key is shown, or -1 if it isn't."""
        if self._place is None:
            self._place = {self._keys[at]: place for place, at in enumerate(self._visible)}
        return self._place.get(key, -1)

    # --------------------------------------------------------- filter and sort

    @property
    def text(self) -> str:
        """What the search looks for."""
        return self._text

    def look_for(self, text: str) -> None:
        """Shows the rows that contain every word of `text`, in any column, whatever the case."""
        words = tuple(text.casefold().split())
        self._text = text
        if words == self._words:
            return
        narrower = len(words) >= len(self._words) and all(
            new.startswith(old) for new, old in zip(words, self._words, strict=False)
        )
        base = self._visible if narrower else self._order
        self._words = words
        self._show(self._filtered(base))

    def narrow(self, name: str, predicate: Callable[[Row], bool] | None) -> None:
        """Puts the named filter in force, or takes it away with None."""
        if predicate is None and name not in self._predicates:
            return
        if predicate is None:
            del self._predicates[name]
        else:
            self._predicates[name] = predicate
        self._show(self._filtered(self._order))

    def narrow_by(self, predicates: dict[str, Callable[[Row], bool]]) -> None:
        """Puts exactly these named filters in force, in one step."""
        self._predicates = dict(predicates)
        self._show(self._filtered(self._order))

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter is in force."""
        return bool(self._words or self._predicates)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; rows that compare equal keep the order they came in. -1: as they came."""
        self._sort_column = column if 0 <= column < len(self.columns) else -1
        self._descending = order == Qt.SortOrder.DescendingOrder

        def arrange() -> None:
            self._order = self._sorted()
            self._visible = self._filtered(self._order)

        self._rearrange(arrange)

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """The key of the column sorted by (empty: none), and whether it goes down."""
        key = self.columns[self._sort_column].key if self._sort_column >= 0 else ""
        return key, self._descending

    def _show(self, visible: list[int]) -> None:
        if visible == self._visible:
            return

        def arrange() -> None:
            self._visible = visible

        self._rearrange(arrange)

    def _sorted(self) -> list[int]:
        order = list(range(len(self._rows)))
        if self._sort_column < 0:
            return order
        if self._by is None or self._by[0] != self._sort_column:
            self._by = self._values(self._rows, self._sort_column)
        keys = self._by[1] if self._by is not None else []
        known = [at for at in order if keys[at] is not None]
        lacking = [at for at in order if keys[at] is None]
        known.sort(key=keys.__getitem__, reverse=self._descending)
        return known + lacking

    def _values(self, rows: Sequence[Row], column: int) -> tuple[int, list[Any]] | None:
        """What the rows are sorted by in a column."""
        if column < 0:
            return None
        key = self.columns[column].sort_key
        return column, [key(row) for row in rows]

    def _filtered(self, order: list[int]) -> list[int]:
        visible = order
        if self._words:
            hay = self._haystack()
            for word in self._words:
                visible = [at for at in visible if word in hay[at]]
        for predicate in self._predicates.values():
            rows = self._rows
            visible = [at for at in visible if predicate(rows[at])]
        return visible

    def _haystack(self) -> list[str]:
        if self._hay is None:
            self._hay = self._text_of(self._rows)
        return self._hay

    def _keys_of(self, rows: Sequence[Row]) -> list[str]:
        keys = [self._key(row) for row in rows]
        if len(set(keys)) != len(keys):
            raise ValueError("two rows of a table have the same key")
        return keys

    def _text_of(self, rows: Sequence[Row]) -> list[str]:
        found = [column.words for column in self.columns if column.found]
        more = self._search
        return [
            "\n".join([*(words(row) for words in found), more(row) if more else ""]).casefold()
            for row in rows
        ]

    def _rearrange(self, arrange: Callable[[], None]) -> None:
        self.about_to_rearrange.emit()
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        held_keys = [self.key_at(index.row()) for index in held]
        arrange()
        self._place = None
        fresh = [
            self.index(place, index.column()) if (place := self.place_of(key)) >= 0 else QModelIndex()
            for index, key in zip(held, held_keys, strict=True)
        ]
        self.changePersistentIndexList(held, fresh)
        self.layoutChanged.emit()
        self.rearranged.emit()
        self.counted.emit(len(self._visible), len(self._rows))

    def _tell_changed(self, before: list[Row], differ: frozenset[str] | None) -> None:
        """Emit dataChanged for each run of rows that differ from `before`: those with these keys, where that
        is known already."""
        if differ is not None and not differ:
            return
        start = -1
        last = len(self.columns) - 1
        for place, (old, at) in enumerate(zip(before, self._visible, strict=True)):
            new = self._rows[at]
            if old is not new and (self._keys[at] in differ if differ is not None else old != new):
                start = place if start < 0 else start
            elif start >= 0:
                self.dataChanged.emit(self.index(start, 0), self.index(place - 1, last))
                start = -1
        if start >= 0:
            self.dataChanged.emit(self.index(start, 0), self.index(len(before) - 1, last))

    # ------------------------------------------------------- what Qt asks for

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Rows shown."""
        return 0 if parent.isValid() else len(self._visible)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Columns there are, hidden ones too."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tooltip, alignment, status, sort value, row or key of a cell."""
        if not index.isValid() or not 0 <= index.row() < len(self._visible):
            return None
        at = self._visible[index.row()]
        row = self._rows[at]
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.words(row)
        if role == STATUS_ROLE:
            return column.status(row) if column.status is not None else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(row) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, index.column())
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return column.tooltip(row) or None
        if role == SORT_ROLE:
            return column.sort_key(row)
        if role == ROW_ROLE:
            return row
        if role == QUIET_ROLE:
            return self.is_quiet is not None and self.is_quiet(row)
        if role == KEY_ROLE:
            return self._keys[at]
        return None

    def say_below(self, first: int, below: Sequence[int]) -> None:
        """What these columns hold stands below the others, and is said after the first."""
        self._said_first, self._said_below = first, tuple(below)

    def _spoken(self, row: Row, at: int) -> str:
        column = self.columns[at]
        said = f"{column.title}: {column.words(row) or 'nothing'}"
        if at != self._said_first:
            return said
        below = ((self.columns[each].title, self.columns[each].words(row)) for each in self._said_below)
        return ". ".join([said, *(f"{title}: {words}" for title, words in below if words)])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns; rows have none."""
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            # the arrow of the column sorted by stands at its right end, where such a title would be
            is_sorted = column.right and section == self._sort_column
            return f"{column.title}\u00a0\u2003" if is_sorted else column.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.title}: click to sort"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def as_cells(self, rows: Sequence[int], columns: Sequence[int]) -> list[list[str]]:
        """These rows and columns as they are said, below their titles, for a spreadsheet."""
        found = [[self.columns[column].title for column in columns]]
        for place in rows:
            row = self.row_at(place)
            if row is not None:
                found.append([self.columns[column].words(row).strip() for column in columns])
        return found
