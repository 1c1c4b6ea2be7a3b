"""A page that is a table: with filters, some of them kept by name, and a detail beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from ui.frame.page import Page
from ui.frame.saved_filters import SavedFilter, SavedFilters
from ui.frame.services import Undo
from ui.models.table import Column, Prepared, RowsModel
from ui.theme.scale import Space
from ui.widgets.banner import announce
from ui.widgets.detail import DetailPane
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import alone_in_row, in_column, in_row, in_two
from ui.widgets.panes import Panes
from ui.widgets.search import ChipsArea, Choice, FilterChips
from ui.widgets.table import TableView
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

Row = TypeVar("Row")
WIDE = 1_600
"""Pixels at 100 % from which on a window has room for more columns."""
LIST_LEAST, DETAIL_LEAST = 360, 300
"""Pixels at 100 % that a list and its detail need side by side."""
ONLY = "only:"
"""Begins what is asked of a page in the place of a row: these chips, and no others."""
CHIPS_SHARE = 0.28
"""So much of a page's height its filters take at most."""
HEARD_MS = 400
"""So long what is filtered is at rest before a screen reader says how much is left."""


class TablePage(Page, Generic[Row]):
    """A table with filters, and a detail beside it.

    Override `columns`, `key`, `fetch` and `show_detail`; and as needed `search_text`, `filters`,
    `empty_words`, `opened` and `first_sort`. `current()` is the current row.
    """

    empty_icon: ClassVar[str] = "info"
    detail_name: ClassVar[str] = "Detail"
    roomy: ClassVar[tuple[str, ...]] = ()
    """Columns that are shown at first where the window is wide, besides those that always are."""

    # --------------------------------------------------------- for subclasses

    def columns(self) -> Sequence[Column[Row]]:
        """The table's columns."""
        raise NotImplementedError

    def key(self, row: Row) -> str:
        """What names a row for good."""
        raise NotImplementedError

    def fetch(self, queries: Queries) -> Sequence[Row]:
        """Reads the rows, e.g. `queries.patients()`; runs in the store's thread and touches no widget."""
        raise NotImplementedError

    def show_detail(self, row: Row) -> None:
        """Fills `self.detail` with this row."""
        raise NotImplementedError

    def search_text(self, row: Row) -> str:
        """More for the search to look in than the columns show."""
        del row
        return ""

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        """Groups of filter chips."""
        return ()

    def empty_words(self) -> tuple[str, str, str]:
        """What to say where there are no rows at all: heading, sentence, and the command to offer."""
        return ("Nothing here yet", "", "")

    def summary_words(self, rows: Sequence[Row]) -> str:
        """The line beside the title."""
        return f"{len(rows):,}"

    def first_sort(self) -> tuple[str, bool]:
        """The column to sort by at first, and whether it goes down."""
        return ("", False)

    def opened(self, row: Row) -> None:
        """Enter or a double click on a row. By default: show the detail."""
        del row
        self.toggle_detail(True)
        self.detail.take_focus()

    def make_model(self) -> RowsModel[Row]:
        """The model of the table."""
        return RowsModel(self.columns(), key=self.key, search=self.search_text, parent=self)

    # ------------------------------------------------------------- what it does

    def build(self) -> Iterator[None]:
        # each widget is made in its place: Qt dresses all that a widget holds again whenever it gets another
        self.splitter = Panes(
            [("list", "List", LIST_LEAST), ("detail", self.detail_name, DETAIL_LEAST)],
            theme=self.theme, first="list", parent=self,
        )  # fmt: skip
        left = QFrame(self.splitter)
        self._stack = QStackedWidget(left)
        self.model: RowsModel[Row] = self.make_model()
        self.table = TableView(self.model, theme=self.theme, name=self.title, parent=self._stack)
        self.table.set_menu(self.commands.row_menu(self.name, self.table))
        sort, descending = self.first_sort()
        if sort:
            self.table.sort_by(sort, descending=descending)
        yield
        left.setProperty("kind", "surface")
        column = in_column(left, gap=0)
        bar = QWidget(left)
        self.chips = FilterChips(self.filters(), theme=self.theme)
        self.chips_area = ChipsArea(self.chips)
        self.saved_filters = SavedFilters(theme=self.theme, parent=self)
        self.count = label("", "small")
        self.count.setToolTip("Rows shown, of those there are")
        yield
        self._empty = EmptyState("", theme=self.theme, icon=self.empty_icon, parent=self._stack)
        self._none_found = EmptyState(
            "Nothing matches", "Search for something else, or take the filters off.", theme=self.theme,
            icon="filter", button="Show all", parent=self._stack,
        )  # fmt: skip
        self._reading = EmptyState("Reading …", "", theme=self.theme, icon="clock", parent=self._stack)
        self._stack.setContentsMargins(self.theme.px(Space.NEAR), 0, 0, 0)
        for widget in (self._reading, self.table, self._empty, self._none_found):
            self._stack.addWidget(widget)

        gap = self.theme.px(Space.NEAR)
        row = in_row(bar, around=(self.theme.px(Space.GUTTER), self.theme.px(6), gap, gap))
        row.addWidget(self.chips_area, 1, Qt.AlignmentFlag.AlignTop)
        if self.filters():
            self.chips.add_last(self.saved_filters, shorten=self.saved_filters.set_short)
        else:
            self.saved_filters.hide()
        self.count.setMinimumHeight(self.saved_filters.sizeHint().height())
        row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(bar)
        if not self.filters():
            bar.hide()
        column.addWidget(self._stack, 1)
        yield

        self.detail = DetailPane(theme=self.theme, name=self.detail_name, parent=self.splitter)
        in_two(self.splitter, left, self.detail, sizes=(self.theme.px(760), self.theme.px(400)))
        outer = in_column(self, gap=0)
        near = self.theme.px(Space.NEAR)
        outer.addLayout(
            alone_in_row(self.splitter.switch, around=(near, 0, near, self.theme.px(Space.TIGHT)))
        )
        outer.addWidget(self.splitter, 1)
        self.keep_splitter("detail", self.splitter)
        self.keep_table("rows", self.table)

        self._pause = QTimer(self, singleShot=True, interval=25)
        self._pause.timeout.connect(self._show_current)
        self.table.picked.connect(lambda _row: self._pause.start())
        self.table.opened.connect(self.opened)
        self.detail.left.connect(self.table.setFocus)
        self.chips.chosen.connect(self.model.narrow_by)
        self.named_filters = NamedFilters(self)
        self._count_said = QTimer(self, singleShot=True, interval=HEARD_MS)
        self._count_said.timeout.connect(self._say_count)
        self.chips.chosen.connect(lambda _filters: self._count_said.start())
        self.model.counted.connect(self._counted)
        self._none_found.pressed.connect(self.show_all)
        self._empty.pressed.connect(self._do_empty)
        self._read_once = False
        self.detail.nothing()

    def come_to_front(self) -> None:
        if not self._read_once and not self.services.settings.contains(f"{self.name}/table/rows"):
            wide = self.window().width() >= self.theme.px(WIDE)
            for at, column in enumerate(self.model.columns):
                if wide and column.key in self.roomy:
                    self.table.show_column(at, shown=True)
        super().come_to_front()

    def resized(self) -> None:
        # large text on a small screen: the filters leave room for what they filter
        self.chips_area.set_most(int(self.height() * CHIPS_SHARE))
        self.chips.fit()

    def current(self) -> Row | None:
        """The current row, or None."""
        row: Row | None = self.table.current_row()
        return row

    def current_key(self) -> str:
        row = self.current()
        return self.key(row) if row is not None else ""

    def load(self) -> None:
        # the text to search in is made in the store's thread too, so that no keystroke waits for it
        self.ask(lambda queries: self.model.prepare(self.fetch(queries)), self._take)

    def _take(self, found: Prepared[Row]) -> None:
        first = not self._read_once
        self._read_once = True
        rows = found.rows
        self.model.reload(found)
        self._counted(self.model.rowCount(), len(rows))
        if first:
            self.table.pick_first()
            focus = self.window().focusWidget()
            if not rows and focus is not None and self.isAncestorOf(focus):
                # nothing to go through with the arrows: the way on is at hand instead
                self._empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
        if not rows:
            self.detail.nothing("Nothing here yet", "What is chosen in the table is shown here, whole.")
        self.summary.emit(self.summary_words(rows))
        self.settle()

    def look_for(self, text: str) -> None:
        if text != self.model.text:
            self._count_said.start()
        self.model.look_for(text)
        self.named_filters.follow()

    def why_no_filter(self) -> str:
        return self.named_filters.why_not()

    def save_filter(self) -> None:
        self.named_filters.ask_for_name()

    def show_all(self) -> None:
        """Takes every filter and the search off."""
        self.chips.clear()
        self.services.searched.emit("")
        self.look_for("")
        self.table.setFocus()

    def count_chips(self, count: str) -> Sequence[str] | None:
        """The chips that show what a count of the line beside the title counts; none of them: all rows. None
        where no chips show it."""
        del count
        return None

    def opening_of(self, count: str) -> Callable[[], object] | None:
        chips = self.count_chips(count)
        return None if chips is None else partial(self.show_only, chips)

    def show_only(self, chips: Sequence[str]) -> None:
        """Puts exactly these filters on, takes the search off, and goes into the table."""
        self.services.searched.emit("")
        self.look_for("")
        self.chips.set_on(chips)
        self.table.setFocus()
        self.table.pick_first()

    def pick(self, key: str) -> bool:
        if key.startswith(ONLY):
            self.show_only([each for each in key.removeprefix(ONLY).split(",") if each])
            return True
        if self.table.pick(key):
            return True
        if self.model.narrowed and any(self.key(row) == key for row in self.model.rows()):
            self.show_all()
            return self.table.pick(key)
        return False

    def toggle_detail(self, shown: bool, /) -> None:
        if self.splitter.shares_all:
            self.splitter.show_pane("detail" if shown else "list")
            return
        sizes = self.splitter.sizes()
        if shown == bool(sizes[1]):
            return
        total = sum(sizes)
        wide = min(self.theme.px(400), total // 2)
        self.splitter.setSizes([total - wide, wide] if shown else [total, 0])

    def detail_shown(self) -> bool | None:
        return self.splitter.is_open("detail")

    def say_above_detail(self, words: str) -> None:
        self.detail.say_above(words)

    def remember(self) -> None:
        super().remember()
        self.services.settings.setValue(f"{self.name}/filters", self.chips.on())
        self.services.settings.setValue(f"{self.name}/saved_filters", self.saved_filters.remember())

    def _recall(self) -> None:
        super()._recall()
        self.saved_filters.recall(str(self.services.settings.value(f"{self.name}/saved_filters", "")))
        on = self.services.settings.value(f"{self.name}/filters")
        if isinstance(on, str):
            on = [on]
        if isinstance(on, list):
            self.chips.set_on([str(key) for key in on])

    def _show_current(self) -> None:
        row = self.current()
        if row is None:
            self.now_shows("")
            self.detail.nothing()
        else:
            self.show_detail(row)

    def _counted(self, shown: int, there: int) -> None:
        self.count.setText(f"{shown:,} of {there:,}" if shown != there else f"{there:,}")
        if not self._read_once:
            self._stack.setCurrentWidget(self._reading)
        elif shown:
            self._stack.setCurrentWidget(self.table)
        elif there:
            self._stack.setCurrentWidget(self._none_found)
        else:
            heading, sentence, command = self.empty_words()
            word = self.commands.command(command).text if command else ""
            self._empty.say(heading, sentence, button=word)
            self._stack.setCurrentWidget(self._empty)

    def _say_count(self) -> None:
        """What the filters and the search leave over is said, once it has come to rest."""
        if self.isVisible():
            shown = self.model.rowCount()
            announce(self, f"{self.count.text()} shown" if shown else "Nothing matches")

    def _do_empty(self) -> None:
        command = self.empty_words()[2]
        if command:
            self.commands.do(command)


class NamedFilters:
    """Joins a page's chips and search with its button of saved filters."""

    def __init__(self, page: TablePage[Any]) -> None:
        self._page = page
        self._button = page.saved_filters
        page.chips.chosen.connect(lambda _predicates: self.follow())
        self._button.chosen.connect(self._put)
        self._button.dropped.connect(self._dropped)
        self._button.asked.connect(self.ask_for_name)

    def follow(self) -> None:
        """The chips or the search changed."""
        before = self._button.is_on()
        self._button.follow(self._page.chips.on(), self._page.model.text)
        if self._button.is_on() != before:
            self._page.commands.review()

    def why_not(self) -> str:
        """Why there is no filter to save now; empty when there is one."""
        return "" if self._button.is_on() else "Put a filter on, or search for something, first."

    def ask_for_name(self) -> None:
        """Asks for a name and keeps the filters that are in force."""
        from ui.frame.save_filter import SaveFilterForm

        page = self._page
        parts = page.chips.words()
        if sought := page.model.text.strip():
            parts.append(f"the search “{sought}”, until the program is closed")
        page.open_form(
            SaveFilterForm(
                theme=page.theme,
                what=f"In force: {', '.join(parts)}.",
                taken=[each.name for each in self._button.saved()],
                keep=self._keep,
            )
        )

    def _keep(self, name: str) -> None:
        self._button.save(name)
        self._write()

    def _bring_back(self, filter_: SavedFilter) -> None:
        self._button.put(filter_)
        self._write()

    def _write(self) -> None:
        """At once, not only when the window is closed."""
        page = self._page
        page.services.settings.setValue(f"{page.name}/saved_filters", self._button.remember())

    def _put(self, filter_: SavedFilter) -> None:
        page = self._page
        page.services.searched.emit(filter_.search)
        page.model.look_for(filter_.search)
        page.chips.set_on(filter_.chips)
        self.follow()
        page.table.setFocus()

    def _dropped(self, filter_: SavedFilter) -> None:
        self._write()
        back = Undo("Bring it back", call=lambda: self._bring_back(filter_))
        self._page.services.say(f"The filter “{filter_.name}” is deleted.", back)
