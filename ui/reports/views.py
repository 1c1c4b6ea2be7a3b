"""The views of the page: each shows a part of the Situation and tells which figure was chosen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from discharge.model.shown.situation import (
    Figure,
    FigureRow,
    FigureTable,
    Of,
    ReturnRow,
    Situation,
    Undescribed,
)
from discharge.reports.situation_homes import SIX
from discharge.reports.situation_return import COLUMNS
from discharge.reports.situation_sheets import notes_of
from discharge.words.counts import count_words, listing
from ui.models.table import Column, RowsModel
from ui.reports.figures import FigureGrid
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import in_column, in_row
from ui.widgets.table import TableView
from ui.widgets.text import label

WIDE = 860
"""The widest table of figures, in pixels at 100 %."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A figure that somebody chose, and where it stands: a table, a row of it, the place of a column."""

    title: str
    about: str
    figure: Figure
    table: str = ""
    """Empty: it is no figure of a table."""
    row: tuple[str, str] = ("", "")
    """Its group and label."""
    column: int = 0

    def in_table(self, situation: Situation) -> Chosen | None:
        """The same figure as it is now; None where its row is gone."""
        if not self.table:
            return self
        for row in situation.table(self.table).rows:
            if (row.group, row.label) == self.row:
                return of_table(situation.table(self.table), row, self.column)
        return None


def of_table(table: FigureTable, row: FigureRow, column: int) -> Chosen:
    """A figure of a table, as it is chosen."""
    figure = row.figures[column]
    title = f"{row.label}, {table.columns[column]}: {figure.shown}"
    return Chosen(title, row.about, figure, table.key, (row.group, row.label), column)


class View(QWidget):
    """A view of the page. Override `show_situation`; `chosen` carries a `Chosen`."""

    chosen = Signal(object)

    def show_situation(self, situation: Situation) -> None:
        """Shows what this view shows of it."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Puts the focus where the figures begin."""
        raise NotImplementedError

    def table(self) -> TableView | None:
        """Its table, where it is one."""
        return None


class FiguresView(View):
    """Tables of figures one under the other, no wider than an eye goes along a row. Each that can be seen
    whole is, also where another is wider than the view."""

    def __init__(self, keys: tuple[str, ...], *, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.grids = {key: FigureGrid(theme=theme, parent=self) for key in keys}
        area = self._area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setAccessibleName(name)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget(area)
        gutter = theme.px(Space.GUTTER)
        across = in_row(body, around=(gutter, 0, gutter, gutter))
        self._holder = QWidget(body)
        across.addWidget(self._holder, 1)
        across.addStretch(0)
        inner = in_column(self._holder)
        self._to_come: deque[tuple[FigureGrid, FigureTable]] = deque()
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._show_next)
        for grid in self.grids.values():
            grid.chosen.connect(self._choose)
            grid.whole.connect(self._next.start)
            grid.hide()
            alone = in_row()
            alone.addWidget(grid, 1)
            alone.addStretch(0)
            inner.addLayout(alone)
        self._notes = label("", "small", wrap=True, parent=self._holder)
        inner.addSpacing(theme.px(Space.NEAR))
        inner.addWidget(self._notes)
        inner.addStretch(1)
        area.setWidget(body)
        theme.changed.connect(self._fit)
        # what was put into a grid is shown with the next event: only then does the page know how high it is
        self._grown = QTimer(self, singleShot=True, interval=0)
        self._grown.timeout.connect(body.updateGeometry)
        self._grown.timeout.connect(self._fit)
        outer = in_column(self)
        outer.addWidget(area)
        self._fit()

    def _fit(self) -> None:
        self._holder.setMaximumWidth(self._theme.px(WIDE))
        room = self._area.viewport().width() - 2 * self._theme.px(Space.GUTTER)
        for grid in self.grids.values():
            grid.setMaximumWidth(max(room, grid.minimumSizeHint().width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_situation(self, situation: Situation) -> None:
        self.show_tables({key: situation.table(key) for key in self.grids}, notes_of(situation))

    def show_tables(self, tables: Mapping[str, FigureTable], notes: Sequence[str]) -> None:
        """Shows these tables by their keys, with the notes below; a grid without one isn't shown.

        The first begins at once, each of the others when the one before it is whole.
        """
        for key, grid in self.grids.items():
            grid.setVisible(key in tables and grid.table is not None)
        self._to_come = deque((grid, tables[key]) for key, grid in self.grids.items() if key in tables)
        self._notes.setText("\n".join(notes))
        self._show_next()

    def _show_next(self) -> None:
        while self._to_come:
            grid, table = self._to_come.popleft()
            grid.setVisible(True)
            if grid.table != table:
                grid.show_table(table)
                break
        self._grown.start()

    def take_focus(self) -> None:
        any(grid.focus_first() for grid in self.grids.values())

    def _choose(self, table: FigureTable, row: FigureRow, column: int) -> None:
        self.chosen.emit(of_table(table, row, column))


def _figure(at: int) -> Callable[[FigureRow], str]:
    return lambda row: row.figures[at].shown


def _cell(at: int) -> Callable[[ReturnRow], str]:
    return lambda row: row.cells[at]


COUNTS, NARROW = ("Deaths", "Free", "To offer", "In", "Out"), 3
"""Columns of the homes with small numbers, which leave their room to words."""


class HomesView(View):
    """The six items home by home: a row for each. The current one is opened from the list beside it."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        columns: list[Column[FigureRow]] = [
            Column(key="home", title="Home", text=lambda row: row.label, strong=True, width=16, stretch=True),
            Column(key="borough", title="Borough", text=lambda row: row.group, width=10),
            *(
                Column(
                    key=word,
                    title=word,
                    text=_figure(at),
                    width=NARROW if word in COUNTS else 12 if at == 0 else 7,
                    fits="none declared" if at == 0 else "",
                )
                for at, word in enumerate(SIX)
            ),
        ]
        self.model: RowsModel[FigureRow] = RowsModel(columns, key=lambda row: row.home, parent=self)
        self._view = TableView(self.model, theme=theme, name="Six items by home", parent=self)
        self._view.picked.connect(self._pick)
        _fill(self, self._view, theme=theme)

    def show_situation(self, situation: Situation) -> None:
        self.model.reload(situation.table("homes").rows)

    def _pick(self, row: FigureRow | None) -> None:
        if row is not None:
            self.chosen.emit(Chosen(row.label, "", Figure(None, Of.HOMES, (row.home,))))

    def take_focus(self) -> None:
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def table(self) -> TableView | None:
        return self._view


LINES = 3
"""So many hospitals are named above the return; the others as a number."""


def lacking(lacks: Sequence[Undescribed]) -> list[str]:
    """What the return lacks, a line a hospital."""
    lines = [
        f"Hospital {one.code}: no {listing(one.missing, last='or')} is entered." for one in lacks[:LINES]
    ]
    more = len(lacks) - LINES
    return [*lines, f"So it is with {count_words(more, 'other')}."] if more > 0 else lines


class ReturnView(View):
    """The daily discharge return, as it goes into the file; above it what it lacks of which hospital."""

    describes = Signal()
    """Somebody wants to enter what it lacks."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self.lacks = label("", wrap=True, parent=self)
        self.describe = push_button("Describe the hospital…", do=self.describes.emit, parent=self)
        first = {"Period", "Org Code", "Metric", "Metric Group", "Value"}
        columns: list[Column[ReturnRow]] = [
            Column(
                key=word,
                title=word,
                text=_cell(at),
                right=word == "Value",
                stretch=word == "Metric",
                width=32 if word == "Metric" else 14,
                shown=word in first,
            )
            for at, word in enumerate(COLUMNS)
        ]
        self.model: RowsModel[ReturnRow] = RowsModel(
            columns, key=lambda row: f"{row.org_code}/{row.metric_group}/{row.metric}", parent=self
        )
        self._view = TableView(self.model, theme=theme, name="Daily discharge return", parent=self)
        # a figure stands beside what it counts; the same day and the same hospital go below first
        self._view.may_fold = ("Period", "Org Code", "Metric Group")
        self._view.picked.connect(self._pick)
        self._said = QWidget(self)
        near, gutter = theme.px(Space.NEAR), theme.px(Space.GUTTER)
        said = in_row(self._said, around=(gutter - near, near, gutter, near), gap=near)
        said.addWidget(self.lacks, 1)
        said.addWidget(self.describe)
        self._said.hide()
        column = in_column(self, around=(near, 0, 0, 0))
        column.addWidget(self._said)
        column.addWidget(self._view, 1)

    def show_situation(self, situation: Situation) -> None:
        lacks = situation.undescribed
        self.lacks.setText("\n".join(lacking(lacks)))
        self._said.setVisible(bool(lacks))
        if lacks:
            self.describe.setText(f"Describe {lacks[0].code}…")
        self.model.reload(situation.daily_return)

    def may_describe(self, why_not: str) -> None:
        """Whether whoever is at the desk can enter it, and why not."""
        self.describe.setEnabled(not why_not)
        self.describe.setToolTip(why_not)

    def _pick(self, row: ReturnRow | None) -> None:
        if row is not None:
            title = f"{row.metric}, {row.org_code}: {row.cells[-1]}"
            self.chosen.emit(Chosen(title, "", Figure(row.value, Of.PEOPLE, row.who)))

    def take_focus(self) -> None:
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def table(self) -> TableView | None:
        return self._view


def _fill(view: QWidget, table: TableView, *, theme: Theme) -> None:
    column = in_column(view, around=(theme.px(Space.NEAR), 0, 0, 0))
    column.addWidget(table)
