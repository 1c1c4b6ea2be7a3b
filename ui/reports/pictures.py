"""The view Pictures: a list of reports of a period; of the chosen one the picture and its table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPagedPaintDevice, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from discharge.model.shown.pictures import Chart, Pictures
from discharge.model.shown.situation import Situation
from discharge.reports.pictures import DAYS, period_words
from discharge.reports.suppressing import HIDDEN, UNDER
from discharge.words.days import day_words
from discharge.words.written import typed_day
from ui.models.table import Column, RowsModel, SortKey
from ui.reports.pictures_pages import PicturesPages
from ui.reports.views import View
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.chart import ChartPicture
from ui.widgets.layouts import in_column, in_row
from ui.widgets.scrolling import scroll_down
from ui.widgets.table import TableView, row_height
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

SEEN_ROWS = 4
"""So many rows of a table are seen at least, where it has them."""
NO_NUMBER = ("-", UNDER, HIDDEN)
Row = tuple[int, tuple[str, ...]]
"""A row of a chart's table with its place."""


def read_pictures(queries: Queries, *, first: date, last: date) -> Pictures:
    """The reports of these days. In the store's thread."""
    from discharge.reports.pictures import pictures_of

    return pictures_of(queries.pictures(first, last))


class ChartPane(QScrollArea):
    """A report: its title, what to know of it, its picture, its table, and the current row in full.

    Where there is no room for all that (large text, a small screen) it is scrolled.
    """

    def __init__(self, chart: Chart, *, theme: Theme) -> None:
        super().__init__()
        self.chart = chart
        scroll_down(self, chart.title, takes_focus=True)
        body = QWidget(self)
        gap = theme.px(Space.NEAR)
        column = in_column(body, around=(theme.px(Space.GUTTER), gap, gap, gap), gap=theme.px(Space.TIGHT))
        column.addWidget(label(chart.title, "heading", wrap=True, parent=body))
        said = chart.remark if chart.rows else chart.empty
        if said:
            column.addWidget(label(said, "small", wrap=True, parent=body))
        if chart.bars:
            column.addWidget(ChartPicture(chart, theme=theme, parent=body))
        self.table: TableView | None = None
        if chart.rows:
            self._whole = label("", "small", wrap=True, parent=body)
            self.table = self._table(theme)
            self.table.setMinimumHeight((min(len(chart.rows), SEEN_ROWS) + 1) * row_height(theme))
            column.addWidget(self.table, 1)
            column.addWidget(self._whole)
        else:
            column.addStretch(1)
        self.setWidget(body)

    def _table(self, theme: Theme) -> TableView:
        chart = self.chart
        columns: list[Column[Row]] = [
            Column(
                key=f"{chart.key}-{at}",
                title=title,
                text=partial(_cell, at),
                tip=partial(_cell, at),
                sort=_by_number(at) if _is_counted(chart, at) else None,
                right=at not in chart.words,
                stretch=at == max(chart.words),
                strong=at == 0,
                width=24 if at == 0 else 20 if at in chart.words else 12,
            )
            for at, title in enumerate(chart.columns)
        ]
        model: RowsModel[Row] = RowsModel(columns, key=lambda row: str(row[0]), parent=self)
        model.reload(list(enumerate(chart.rows)))
        view = TableView(model, theme=theme, name=chart.title, parent=self)
        view.picked.connect(self._tell)
        return view

    def _tell(self, row: Row | None) -> None:
        said = (
            ""
            if row is None
            else " · ".join(
                f"{title}: {cell}" for title, cell in zip(self.chart.columns, row[1], strict=True) if cell
            )
        )
        self._whole.setText(said)


def _cell(at: int, row: Row) -> str:
    return row[1][at]


def _is_counted(chart: Chart, at: int) -> bool:
    """Whether that column holds plain numbers, or none where one is hidden."""
    return at not in chart.words and all(
        _number(row[at]) is not None or row[at] in NO_NUMBER for row in chart.rows
    )


def _by_number(at: int) -> Callable[[Row], SortKey]:
    return lambda row: _number(row[1][at])


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "").removeprefix("£"))
    except ValueError:
        return None


class PicturesView(View):
    """The reports of the days up to the one that the page shows. `asks`: another period is wanted."""

    asks = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._found: Pictures | None = None
        self._days = DAYS
        self._panes: dict[str, ChartPane] = {}
        outer = in_column(self, gap=0)
        outer.addWidget(self._bar(theme))
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.list = QListWidget(self._splitter)
        self.list.setAccessibleName("Reports")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show)
        self._stack = QStackedWidget(self._splitter)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 4)
        self._splitter.setCollapsible(1, False)
        self._splitter.setSizes([theme.px(250), theme.px(850)])
        self._splitter.splitterMoved.connect(self._fit_titles)
        theme.changed.connect(self._fit_titles)
        outer.addWidget(self._splitter, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_titles()

    def _fit_titles(self) -> None:
        """Each title has as many lines as it needs."""
        side = self._theme.px(Space.NEAR)
        room = QRect(0, 0, max(1, self.list.viewport().width() - 2 * side), 1 << 16)
        for item in map(self.list.item, range(self.list.count())):
            lines = self.list.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), item.text())
            item.setSizeHint(QSize(0, lines.height() + self._theme.px(Space.ROW)))

    def _bar(self, theme: Theme) -> QWidget:
        bar = QWidget(self)
        gap = theme.px(Space.NEAR)
        row = in_row(bar, around=(theme.px(Space.GUTTER), 0, gap, gap), gap=gap)
        self.since = QLineEdit(bar)
        self.since.setAccessibleName("First day of the period: 19/10, -27")
        self.since.setToolTip("The first day; the last is the day above. -27 is four weeks. Enter shows it.")
        self.since.setPlaceholderText("-27, 19/10")
        self._fit_theme()
        theme.changed.connect(self._fit_theme)
        self.since.editingFinished.connect(self._since_typed)
        self._said = label("", "small", wrap=True, parent=bar)
        row.addWidget(label("From", "muted", parent=bar))
        row.addWidget(self.since)
        row.addWidget(self._said, 1)
        return bar

    def _fit_theme(self) -> None:
        self.since.setFixedWidth(self._theme.px(132))

    # ----------------------------------------------------------------- period

    def period(self, last: date) -> tuple[date, date]:
        """The days of the reports, where the page shows that day."""
        return last - timedelta(self._days - 1), last

    def question(self, situation: Situation) -> Callable[[Queries], Pictures]:
        """What is asked of the store for the day of that Situation."""
        first, last = self.period(situation.day)
        return partial(read_pictures, first=first, last=last)

    def _since_typed(self) -> None:
        if self._found is None:
            return
        last = self._found.last
        first = typed_day(self.since.text(), today=last)
        if first is None or first > last:
            self._said.setText(
                "Not a day of or before the last one." if first is not None else "This isn't a date."
            )
            return
        days = (last - first).days + 1
        if days != self._days:
            self._days = days
            self.asks.emit()
        else:
            self._say()

    def _say(self) -> None:
        assert self._found is not None
        self.since.setText(day_words(self._found.first, year=True))
        self._said.setText(f"{period_words(self._found)}. Save as PDF makes pages of all reports.")

    # ------------------------------------------------------------------- data

    def show_situation(self, situation: Situation) -> None:
        """Nothing of it: the reports are asked for by themselves."""

    def take(self, found: Pictures) -> None:
        """Shows these reports; the one that was chosen stays."""
        if self._found is not None and self._found.charts == found.charts and self._found.last == found.last:
            self._found = found
            self._say()
            return
        chosen = max(0, self.list.currentRow())
        focused = any(pane.table is not None and pane.table.hasFocus() for pane in self._panes.values())
        self._found = found
        self._say()
        for pane in self._panes.values():
            self._stack.removeWidget(pane)
            pane.deleteLater()
        self._panes = {}
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([chart.title for chart in found.charts])
        self._fit_titles()
        self.list.setCurrentRow(chosen)
        self.list.blockSignals(False)
        self._show(chosen)
        if focused:
            self.take_focus()

    def said(self) -> str:
        """What is said of the period."""
        return self._said.text()

    def shown(self) -> Pictures | None:
        """The reports that are shown; None until they are read."""
        return self._found

    def _show(self, at: int) -> None:
        if self._found is None or not 0 <= at < len(self._found.charts):
            return
        chart = self._found.charts[at]
        if chart.key not in self._panes:
            self._panes[chart.key] = ChartPane(chart, theme=self._theme)
            self._stack.addWidget(self._panes[chart.key])
        self._stack.setCurrentWidget(self._panes[chart.key])

    def show_chart(self, key: str) -> bool:
        """Brings a report to the front; False where there is none of that key."""
        keys = [chart.key for chart in self._found.charts] if self._found is not None else []
        if key in keys:
            self.list.setCurrentRow(keys.index(key))
        return key in keys

    def pane(self) -> ChartPane | None:
        """The report in front."""
        found = self._stack.currentWidget()
        return found if isinstance(found, ChartPane) else None

    # ------------------------------------------------------------------ frame

    def take_focus(self) -> None:
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def table(self) -> TableView | None:
        pane = self.pane()
        return pane.table if pane is not None else None

    def printed_pages(self, who: str) -> Callable[[QPagedPaintDevice], int] | None:
        """Draws all reports on the pages of a device; None until they are read."""
        if self._found is None:
            return None
        found, family = self._found, self._theme.font().family()
        return lambda device: PicturesPages(found, device, who=who, family=family).draw()


__all__ = ["PicturesView"]
