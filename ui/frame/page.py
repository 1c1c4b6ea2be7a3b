"""What every page is: it lays out, shows and sends intents. It holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui.frame.named_filters import NamedFilters
from ui.frame.saved_filters import SavedFilters
from ui.frame.workplace import ALL_KINDS, Undo, Workplace
from ui.models.table import Column, Prepared, RowsModel
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.widgets.detail import DetailPane
from ui.widgets.empty import EmptyState
from ui.widgets.search import ChipsArea, Choice, FilterChips
from ui.widgets.table import TableView
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from ui.widgets.form import FormDialog

Row = TypeVar("Row")
WIDE = 1_600
"""Pixels at 100 % from which on a window has room for more columns."""
CHIPS_SHARE = 0.28
"""So much of a page's height its filters take at most."""
Answer = TypeVar("Answer")


class Page(QWidget):
    """One page of the window.

    Set `name` (as in the table of commands) and `title`, and `concerns`: the kinds of change after which
    the page reads again. Override `build` (lay out), `bind` (bind the page's commands), `load` (read).
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    concerns: ClassVar[frozenset[str]] = ALL_KINDS
    search_hint: ClassVar[str] = ""
    """What the search in the header looks for; empty: no search on this page."""

    summary = Signal(str)
    """The line beside the title: "38 waiting · 31 placed"."""
    loaded = Signal()
    """What there is to show is shown."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workplace = workplace
        self.theme = workplace.theme
        self.commands = workplace.commands
        self.setAccessibleName(self.title)
        self._stale = True
        self._in_front = False
        self._splitters: dict[str, QSplitter] = {}
        self._tables: dict[str, TableView] = {}
        self._wanted = ""
        self.build()
        self.bind()
        self._recall()

    # --------------------------------------------------------- for subclasses

    def build(self) -> None:
        """Lay the page out."""
        raise NotImplementedError

    def bind(self) -> None:
        """Bind the page's commands: `self.commands.bind("patient.new", self.add, why_not=…)`."""

    def load(self) -> None:
        """Read what the page shows, with `self.ask`, and end by calling `self.loaded.emit()`."""
        raise NotImplementedError

    def look_for(self, text: str) -> None:
        """The search in the header changed."""
        del text

    def pick(self, key: str) -> bool:
        """Make the row with this key current; False where it isn't there."""
        del key
        return False

    def focus_first(self) -> None:
        """Put the focus where work begins."""
        for table in self._tables.values():
            table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def toggle_detail(self, shown: bool, /) -> None:
        """Show or hide the detail beside the table, where there is one."""

    def detail_shown(self) -> bool | None:
        """Whether the detail is shown; None where there is none."""
        return None

    def choose_columns(self) -> None:
        """Open the choice of the table's columns."""
        for table in self._tables.values():
            table.choose_columns()
            return

    def why_no_columns(self) -> str:
        """Why there are no columns to choose; empty where there are."""
        return "" if self._tables else "There is no table on this page."

    def why_no_filter(self) -> str:
        """Why there is no filter to save now; empty when there is one."""
        return "There are no filters on this page."

    def save_filter(self) -> None:
        """Ask for a name and keep the filters that are in force."""

    def printed_table(self) -> TableView | None:
        """The table that is printed: the one with the focus, else the first that is seen."""
        seen = [table for table in self._tables.values() if table.isVisible()]
        return next((table for table in seen if table.hasFocus()), seen[0] if seen else None)

    def printed_text(self) -> QTextDocument | None:
        """A text that is printed where the page has one instead of a table."""
        return None

    def copy(self) -> None:
        """Copy the table as it is shown."""
        for table in self._tables.values():
            table.selectAll() if not table.selected_rows() else None
            table.copy()
            return

    # ------------------------------------------------------------- the frame

    def refresh(self, changed: frozenset[str] = ALL_KINDS) -> None:
        """The store changed: read again if concerned, now if in front, else when it comes to the front."""
        if "*" in changed or "*" in self.concerns or changed & self.concerns:
            self._stale = True
            if self._in_front:
                self._load_now()

    def come_to_front(self) -> None:
        """The page is shown now."""
        self._in_front = True
        if self._stale:
            self._load_now()

    def go_to_back(self) -> None:
        """Another page is shown now."""
        self._in_front = False

    def want(self, key: str) -> None:
        """Make the row with this key current, now or as soon as it is read."""
        self._wanted = "" if self.pick(key) else key

    def _load_now(self) -> None:
        self._stale = False
        self.load()

    def settle(self) -> None:
        """Call after new rows are in: goes to the row that was asked for, and tells that all is shown."""
        if self._wanted and self.pick(self._wanted):
            self._wanted = ""
        self.commands.review()
        self.loaded.emit()

    # ------------------------------------------------------------ conveniences

    def ask(
        self, question: Callable[[Queries], Answer], then: Callable[[Answer], object], *, replaces: str = ""
    ) -> None:
        """Read in the store's thread; of several asks of this page with one `replaces` the last counts."""
        self.workplace.ask(question, then, replaces=f"{self.name}/{replaces or 'load'}")

    def open_form(self, form: FormDialog) -> None:
        """Open a form over the window. Left with something entered, it can be taken up again for a while."""
        form.setParent(self.window(), form.windowFlags())

        def offer() -> None:
            self.workplace.say(
                f"Nothing was saved: the form “{form.windowTitle()}” was closed.",
                # no tick: nothing was done
                Undo("Take it up again", call=form.open, gone=form.deleteLater, tone=Tone.NEUTRAL),
            )

        form.dropped.connect(offer)
        form.saved.connect(form.deleteLater)
        form.finished.connect(lambda _: None if form.dirty() else form.deleteLater())
        form.open()

    def keep_splitter(self, name: str, splitter: QSplitter) -> None:
        """Remember this splitter's place."""
        splitter.setHandleWidth(self.theme.px(6))
        splitter.setObjectName(name)
        self._splitters[name] = splitter

    def keep_table(self, name: str, table: TableView) -> None:
        """Remember this table's columns; its commands follow its selection."""
        self._tables[name] = table
        later = QTimer(self, singleShot=True, interval=0)
        later.timeout.connect(self.commands.review)
        table.picked.connect(later.start)

    def remember(self) -> None:
        """Write down what is remembered of this page."""
        settings = self.workplace.settings
        for name, splitter in self._splitters.items():
            settings.setValue(f"{self.name}/splitter/{name}", splitter.saveState())
        for name, table in self._tables.items():
            settings.setValue(f"{self.name}/table/{name}", table.remember())

    def _recall(self) -> None:
        settings = self.workplace.settings
        for name, splitter in self._splitters.items():
            state = settings.value(f"{self.name}/splitter/{name}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)
        for name, table in self._tables.items():
            table.recall(str(settings.value(f"{self.name}/table/{name}", "")))


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
        """Read the rows, e.g. `queries.patients()`; runs in the store's thread and touches no widget."""
        raise NotImplementedError

    def show_detail(self, row: Row) -> None:
        """Fill `self.detail` with this row."""
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

    def more_detail(self) -> QWidget | None:
        """Another widget than the plain `DetailPane` beside the table."""
        return None

    # ------------------------------------------------------------- what it does

    def build(self) -> None:
        self.model: RowsModel[Row] = self.make_model()
        self.table = TableView(self.model, theme=self.theme, name=self.title)
        self.table.set_menu(self.commands.row_menu(self.name, self.table))
        sort, descending = self.first_sort()
        if sort:
            self.table.sort_by(sort, descending=descending)
        self.detail = DetailPane(theme=self.theme, name=self.detail_name)
        self.beside: QWidget = self.more_detail() or self.detail
        self.chips = FilterChips(self.filters(), theme=self.theme)
        self.saved_filters = SavedFilters(theme=self.theme, parent=self)
        self.count = label("", "small")
        self.count.setToolTip("Rows shown, of those there are")
        self._empty = EmptyState("", theme=self.theme, icon=self.empty_icon)
        self._none_found = EmptyState(
            "Nothing matches", "Search for something else, or take the filters off.", theme=self.theme,
            icon="filter", button="Show all",
        )  # fmt: skip
        self._reading = EmptyState("Reading …", "", theme=self.theme, icon="clock")
        # each widget is made in its place: Qt dresses all that a widget holds again whenever it gets another
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        left = QFrame(self.splitter)
        self._stack = QStackedWidget(left)
        self._stack.setContentsMargins(self.theme.px(Space.NEAR), 0, 0, 0)
        for widget in (self._reading, self.table, self._empty, self._none_found):
            self._stack.addWidget(widget)

        left.setProperty("kind", "surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget(left)
        row = QHBoxLayout(bar)
        gap = self.theme.px(Space.NEAR)
        row.setContentsMargins(self.theme.px(Space.GUTTER), self.theme.px(6), gap, gap)
        self.chips_area = ChipsArea(self.chips)
        row.addWidget(self.chips_area, 1, Qt.AlignmentFlag.AlignTop)
        if self.filters():
            self.chips.add_last(self.saved_filters)
        else:
            self.saved_filters.hide()
        self.count.setMinimumHeight(self.saved_filters.sizeHint().height())
        row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(bar)
        if not self.filters():
            bar.hide()
        column.addWidget(self._stack, 1)

        self.splitter.addWidget(left)
        self.splitter.addWidget(self.beside)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, True)
        self.splitter.setSizes([self.theme.px(760), self.theme.px(400)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        self.keep_splitter("detail", self.splitter)
        self.keep_table("rows", self.table)

        self._pause = QTimer(self, singleShot=True, interval=25)
        self._pause.timeout.connect(self._show_current)
        self.table.picked.connect(lambda _row: self._pause.start())
        self.table.opened.connect(self.opened)
        self.detail.left.connect(self.table.setFocus)
        self.chips.chosen.connect(self.model.narrow_by)
        self.named_filters = NamedFilters(self)
        self.model.counted.connect(self._counted)
        self._none_found.pressed.connect(self.show_all)
        self._empty.pressed.connect(self._do_empty)
        self._read_once = False
        self.detail.nothing()

    def come_to_front(self) -> None:
        if not self._read_once and not self.workplace.settings.contains(f"{self.name}/table/rows"):
            wide = self.window().width() >= self.theme.px(WIDE)
            for at, column in enumerate(self.model.columns):
                if wide and column.key in self.roomy:
                    self.table.show_column(at, shown=True)
        super().come_to_front()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # large text on a small screen: the filters leave room for what they filter
        self.chips_area.set_most(int(self.height() * CHIPS_SHARE))

    def current(self) -> Row | None:
        """The current row, or None."""
        row: Row | None = self.table.current_row()
        return row

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
        self.model.look_for(text)
        self.named_filters.follow()

    def why_no_filter(self) -> str:
        return self.named_filters.why_not()

    def save_filter(self) -> None:
        self.named_filters.ask_for_name()

    def show_all(self) -> None:
        """Take every filter and the search off."""
        self.chips.clear()
        self.workplace.searched.emit("")
        self.look_for("")
        self.table.setFocus()

    def pick(self, key: str) -> bool:
        if self.table.pick(key):
            return True
        if self.model.narrowed and any(self.key(row) == key for row in self.model.rows()):
            self.show_all()
            return self.table.pick(key)
        return False

    def toggle_detail(self, shown: bool, /) -> None:
        sizes = self.splitter.sizes()
        if shown == bool(sizes[1]):
            return
        total = sum(sizes)
        wide = min(self.theme.px(400), total // 2)
        self.splitter.setSizes([total - wide, wide] if shown else [total, 0])

    def detail_shown(self) -> bool | None:
        return bool(self.splitter.sizes()[1])

    def remember(self) -> None:
        super().remember()
        self.workplace.settings.setValue(f"{self.name}/filters", self.chips.on())
        self.workplace.settings.setValue(f"{self.name}/saved_filters", self.saved_filters.remember())

    def _recall(self) -> None:
        super()._recall()
        self.saved_filters.recall(str(self.workplace.settings.value(f"{self.name}/saved_filters", "")))
        on = self.workplace.settings.value(f"{self.name}/filters")
        if isinstance(on, str):
            on = [on]
        if isinstance(on, list):
            self.chips.set_on([str(key) for key in on])

    def _show_current(self) -> None:
        row = self.current()
        if row is None:
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

    def _do_empty(self) -> None:
        command = self.empty_words()[2]
        if command:
            self.commands.do(command)
