"""Whom a figure counts: the list beside the figures, from which each is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from discharge.model.shown.situation import Counted, Of
from discharge.words.counts import count_words
from ui.models.table import Column, RowsModel
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column
from ui.widgets.table import TableView
from ui.widgets.text import label


class CountedList(QFrame):
    """A heading, and a row for each that a figure counts. `opened` carries the page and the id."""

    opened = Signal(str, str)

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "detail")
        self.setMinimumWidth(theme.px(220))
        self._of = Of.PEOPLE
        self._heading = label("", "heading", wrap=True, parent=self)
        self._about = label("", "small", wrap=True, parent=self)
        told = "Press a number, or choose a row: whom it counts is listed here."
        self._empty = EmptyState("No figure chosen", told, theme=theme, icon="patients", parent=self)
        self.model: RowsModel[Counted] = RowsModel(
            (
                Column(key="name", title="Name", text=lambda one: one.name, strong=True, width=18),
                Column(
                    key="line", title="What is known", text=lambda one: one.line, tip=lambda one: one.line,
                    width=24, stretch=True,
                ),
            ),
            key=lambda one: one.id,
            parent=self,
        )  # fmt: skip
        self.table = TableView(self.model, theme=theme, name="Whom the figure counts", parent=self)
        self._whole = label("", "small", wrap=True, parent=self)
        self.table.picked.connect(lambda one: self._whole.setText("" if one is None else one.line))
        self.table.opened.connect(lambda one: self.opened.emit(self._of.value, one.id))
        gap = theme.px(Space.NEAR)
        column = in_column(self, around=(theme.px(Space.GUTTER), gap, gap, gap), gap=theme.px(Space.TIGHT))
        for widget in (self._heading, self._about):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self._whole)
        column.addWidget(self._empty, 1)
        self.nothing()

    def nothing(self) -> None:
        """No figure is chosen."""
        self._set_shown(False)
        self.model.reload([])

    def show_counted(self, title: str, about: str, of: Of, rows: Sequence[Counted]) -> None:
        """Shows these under that title."""
        was = self.current() if of is self._of else None
        self._of = of
        noun = ("person", "people") if of is Of.PEOPLE else ("home", "homes")
        self._heading.setText(title)
        many = count_words(len(rows), *noun)
        self._about.setText(f"{about} {many}; Enter opens one.".strip())
        self.model.reload(rows)
        self._set_shown(True)
        if was is None or not self.table.pick(was.id):
            self.table.pick_first()

    def current(self) -> Counted | None:
        """The row that is current."""
        found: Counted | None = self.table.current_row()
        return found

    def open_current(self) -> None:
        """Opens the current one on its page."""
        one = self.current()
        if one is not None:
            self.opened.emit(self._of.value, one.id)

    def _set_shown(self, shown: bool, /) -> None:
        for widget in (self._heading, self._about, self.table, self._whole):
            widget.setVisible(shown)
        self._empty.setVisible(not shown)
