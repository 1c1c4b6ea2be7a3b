"""A list over the page Settings: a table, what can be done with its rows, and the row's home beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from ui.frame.services import Services
from ui.models.table import Column, RowsModel
from ui.theme.scale import Space
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column, in_row
from ui.widgets.table import TableView
from ui.widgets.text import label, line

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

Row = TypeVar("Row")


class ListDialog(QDialog, Generic[Row]):
    """Rows of `fetch`, read anew whenever something changes. Enter in a row does what `open_row` says."""

    nothing = ("Nothing here", "")
    icon = "info"

    def __init__(self, title: str, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        theme = services.theme
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.model: RowsModel[Row] = RowsModel(self.columns(), key=self.key, parent=self)
        self.table = TableView(self.model, theme=theme, name=title, parent=self)
        self.table.opened.connect(self.open_row)
        self.table.picked.connect(lambda _row: self._tell())
        self.empty = EmptyState(*self.nothing, theme=theme, icon=self.icon)
        self.empty.hide()
        self.about = label("", "muted", wrap=True)
        self._buttons: list[tuple[QPushButton, Callable[[Row], str] | None]] = []
        column = in_column(self, gap=0)
        margin = theme.px(Space.SECTION)
        head = in_column(around=(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW)))
        head.addWidget(self.about)
        column.addLayout(head)
        column.addWidget(line())
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(line())
        self._foot = in_row(
            around=(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW)), gap=theme.px(Space.NEAR)
        )
        self._foot.addStretch(1)
        column.addLayout(self._foot)
        self.lay_out()
        self._button("Close", self.reject)
        resize_on_screen(self, theme.px(1_280), theme.px(600))
        # a method of its own: what is told after the list was closed reaches it no more
        services.changed.connect(self._hub_changed)
        self.read()

    # ------------------------------------------------------- for a list to say

    def columns(self) -> Sequence[Column[Row]]:
        """The columns."""
        raise NotImplementedError

    def key(self, row: Row) -> str:
        """What names a row."""
        raise NotImplementedError

    def fetch(self, queries: Queries) -> Sequence[Row]:
        """The rows; in the store's thread."""
        raise NotImplementedError

    def open_row(self, row: Row) -> None:
        """What Enter does."""
        raise NotImplementedError

    def lay_out(self) -> None:
        """Adds the buttons."""

    def told(self, rows: Sequence[Row]) -> str:
        """What stands over the table."""
        raise NotImplementedError

    # ------------------------------------------------------- buttons and rows

    def add_button(self, word: str, do: Callable[[], object], *, main: bool = False) -> QPushButton:
        """A button that needs no row."""
        made = self._button(word, do)
        if main:
            made.setProperty("kind", "main")
        return made

    def add_step(self, word: str, do: Callable[[Row], object], why_not: Callable[[Row], str]) -> QPushButton:
        """A button for the current row; grey, with the reason, where it can't be done."""

        def press() -> None:
            row = self.table.current_row()
            if row is not None:
                do(row)

        made = self._button(word, press)
        self._buttons.append((made, why_not))
        made.setEnabled(False)
        return made

    def _button(self, word: str, do: Callable[[], object]) -> QPushButton:
        made = push_button(word, do=lambda _checked: do(), parent=self)
        self._foot.addWidget(made)
        return made

    def _tell(self) -> None:
        row = self.table.current_row()
        for each, why_not in self._buttons:
            reason = "Choose a row first." if row is None else why_not(row) if why_not is not None else ""
            each.setEnabled(not reason)
            each.setToolTip(reason)

    def _hub_changed(self, _nouns: object) -> None:
        self.read()

    def read(self) -> None:
        """Reads the rows anew."""
        self.services.ask(self.fetch, self.show_rows, replaces=f"list/{self.windowTitle()}")

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows these rows; the place in the table stays."""
        self.model.reload(rows)
        self.about.setText(self.told(rows))
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        if rows and self.table.current_row() is None:
            self.table.pick_first()
        self._tell()


__all__ = ["ListDialog"]
