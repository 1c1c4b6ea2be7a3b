"""What becomes of each row, in tabs, with the one in hand in full and what may be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from discharge.model.errors import BrokenFile
from discharge.words.counts import sentence_case
from ui.imports.answering import Answering
from ui.imports.lines import (
    LOUD_FIRST,
    TABS,
    ImportLine,
    changes_to_look_at,
    field_words,
    line_status,
    tab_counts,
)
from ui.models.table import Column, Prepared, RowsModel
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column, in_row
from ui.widgets.segments import Segments
from ui.widgets.table import TableView
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.exchange.report import ImportReport

_COLUMNS: tuple[Column[ImportLine], ...] = (
    Column(
        key="row",
        title="Row",
        text=lambda each: f"{each.row:,}" if each.row else "",
        sort=lambda each: each.row,
        width=7,
        right=True,
    ),
    Column(key="outcome", title="Outcome", status=line_status, width=11),
    Column(key="about", title="Whom", text=lambda each: each.about, width=22),
    Column(key="field", title="Field", text=lambda each: field_words(each.field), width=14),
    Column(key="old", title="In the hub", text=lambda each: each.old, width=18),
    Column(key="new", title="In the file", text=lambda each: each.new, width=18, strong=True),
    Column(key="reason", title="What", text=lambda each: each.reason, width=36, stretch=True),
    Column(key="mend", title="What to do", text=lambda each: each.mend, width=30, stretch=True),
)


class Rows(QWidget):
    """The table of an import; `wants_file` where there is none yet and the user would choose one,
    `wants_reading` where it is there, and isn't read."""

    wants_file = Signal()
    wants_reading = Signal()

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        margin, near = theme.px(Space.SECTION), theme.px(Space.NEAR)
        self._running = self._has_report = self._has_file = False
        self.model: RowsModel[ImportLine] = RowsModel(_COLUMNS, key=lambda each: each.key, parent=self)
        self.table = TableView(self.model, theme=theme, name="What becomes of each row")
        self.tabs = Segments([(key, word, "") for key, word in TABS], theme=theme, name="Rows")
        self.tabs.chosen.connect(self.show_tab)
        self.model.counted.connect(self._counted)
        self._empty = EmptyState("", theme=theme, icon="import")
        self._empty.pressed.connect(self._empty_pressed)
        self._stack = QStackedWidget()
        for page in (self._empty, self.table):
            # what isn't shown asks for no room: on a small screen the buttons below would be pushed off it
            page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            self._stack.addWidget(page)
        self._stack.setMinimumHeight(theme.px(84))
        column = in_column(self, gap=0)
        self._chip_row = QWidget(self)
        chip_row = in_row(self._chip_row, around=(margin, 0, margin, near))
        chip_row.addWidget(self.tabs)
        chip_row.addStretch(1)
        column.addWidget(self._chip_row)
        column.addWidget(self._stack, 1)
        self.whole = label("", "", wrap=True)
        self.whole.setContentsMargins(margin, near, margin, near)
        column.addWidget(self.whole)
        self.answering = Answering(theme=theme, parent=self)
        column.addWidget(self.answering)
        self.table.picked.connect(self._say_whole)

    def _say_whole(self, each: ImportLine | None) -> None:
        """The current line in full: a table cuts long sentences short."""
        where = f"Row {each.row:,}" if each is not None and each.row else ""
        parts = [] if each is None else [where, each.about, field_words(each.field)]
        head = ", ".join(part for part in parts if part)
        said = f"{each.reason}. {each.mend}".strip(". ") if each is not None else ""
        if each is not None and (each.old or each.new) and not each.person:
            said = f"{each.old or 'nothing'} in the hub, {each.new} in the file. {said}".strip(". ")
        self.whole.setText(f"{head}: {said}." if head and said else head or said)
        self.whole.setVisible(bool(said))

    def show_tab(self, tab: str) -> None:
        """Shows the rows of a tab, and the columns that say something of them."""
        self.tabs.show_choice(tab)
        self.model.narrow_by({"tab": lambda each: each.tab == tab} if self._has_report else {})
        lines = [each for each in self.model.rows() if each.tab == tab or not self._has_report]
        for at, column in enumerate(self.model.columns):
            of_some = column.key in ("row", "field", "old", "new", "reason", "mend")
            self.table.show_column(at, shown=not of_some or any(getattr(each, column.key) for each in lines))
        self.table.measure_again()
        self.table.pick_first()

    def show_report(self, report: ImportReport, lines: Prepared[ImportLine]) -> None:
        """Shows a report by its lines, beginning with the tab that asks for somebody."""
        self._has_report = True
        self.model.reload(lines)
        counts = tab_counts(report)
        for key, word in TABS:
            self.tabs.button(key).setText(f"{word} {counts[key]:,}")
            self.tabs.button(key).setVisible(bool(counts[key]) or key != "gone")
        loud = ("out", "changed") if changes_to_look_at(report) else ()
        self.show_tab(next((key for key in (*loud, *LOUD_FIRST) if counts[key]), "new"))

    def show_faults(self, error: BrokenFile) -> None:
        """Shows why a file can't be read at all."""
        faults = [
            ImportLine(
                f"fault {at}",
                0,
                "rejected",
                "",
                fault.path,
                sentence_case(fault.what),
                sentence_case(fault.mend),
                harmless=False,
            )
            for at, fault in enumerate(error.faults)
        ]
        self.forget()
        self.model.reload(self.model.prepare(faults))
        self.show_tab("out")

    def forget(self) -> None:
        """There is no report any more, and no row of the file before."""
        self._has_report = False
        self.model.reload(self.model.prepare([]))
        self.whole.hide()
        self.answering.hide()
        self.model.narrow_by({})

    def stand_again(self, on: str) -> None:
        """Goes back to the row, or to whom, an answer was given about, in whatever tab that is now."""
        lines = [each for each in self.model.rows() if each.key == on or (each.row and str(each.row) == on)]
        if lines:
            self.show_tab(lines[0].tab)
            self.table.pick(lines[0].key)
            tick = self.answering.gone if lines[0].person else self.answering.same
            (tick if tick.isVisible() else self.answering.another).setFocus()

    def show_state(self, *, running: bool, has_report: bool, has_file: bool) -> None:
        """Shows the tabs where there is a report, and says what an empty table waits for."""
        self._running, self._has_report, self._has_file = running, has_report, has_file
        self._chip_row.setVisible(has_report)
        self._counted(self.model.rowCount(), len(self.model.rows()))

    def _counted(self, shown: int, there: int) -> None:
        if shown:
            self._stack.setCurrentWidget(self.table)
            return
        if self._running:
            self._empty.say("Reading …", "Nothing is changed by that.")
        elif there:
            self._empty.say("No such rows", "See the other tabs.")
        elif self._has_report:
            self._empty.say("No rows", "There is a header and nothing below it.")
        elif self._has_file:
            self._empty.say(
                "The file isn't read", "Nothing is changed by reading it.", button="Read the file"
            )
        else:
            self._empty.say(
                "Choose a file",
                "You see what would become of each row before anything is changed.",
                button="Choose a file…",
            )
        self._stack.setCurrentWidget(self._empty)

    def _empty_pressed(self) -> None:
        if not self.model.rows():
            (self.wants_reading if self._has_file else self.wants_file).emit()
