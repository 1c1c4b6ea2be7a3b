"""A table of figures in which each number is a button: pressed, it says whom it counts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import partial
from itertools import islice

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from discharge.model.shown.situation import Figure, FigureRow, FigureTable
from ui.theme.scale import TARGET, Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.text import SectionHeading, clear_layout, label, line

_MOVES = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
Place = tuple[int, int]
SHOWS = "Shows whom it counts."
AT_ONCE = 40
"""So many figures are made in one turn of the event loop."""
HEAD, LINE = 12, 58
"""Characters of a line over a column, and of one before a row: lines are broken here, so that no height hangs
on a width."""
OF_LARGE_TEXT = 34
"""As many of one before a row where text is just large, fewer the larger it is: the columns have room on a
small screen."""
LARGE = 1.4
"""From this size of text on it is large: the switch of views, too, has a line of its own."""


class _Number(QPushButton):
    """A figure; arrows ask for the next."""

    stepped = Signal(int, int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _MOVES.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.stepped.emit(*step)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class FigureGrid(QWidget):
    """One table. `chosen` carries the table, the row and the place of the column that was pressed; `whole`
    tells that all its rows are there.

    Tab comes to one number of the table, the arrows go on from it.
    """

    chosen = Signal(object, object, int)
    whole = Signal()

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table: FigureTable | None = None
        self._buttons: dict[Place, _Number] = {}
        self._had: Place | None = None
        self._left: Iterator[tuple[int, tuple[int | str, FigureRow | None]]] = iter(())
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._go_on)
        column = in_column(self, gap=0)
        self._heading = SectionHeading("", theme=theme, parent=self)
        column.addWidget(self._heading)
        column.addWidget(line(self))
        self._holder = QWidget(self)
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, theme.px(Space.TIGHT), 0, 0)
        self._grid.setHorizontalSpacing(theme.px(Space.TIGHT))
        self._grid.setVerticalSpacing(0)
        column.addWidget(self._holder)
        theme.changed.connect(self._make_anew)

    @property
    def table(self) -> FigureTable | None:
        """The table that is shown."""
        return self._table

    def show_table(self, table: FigureTable) -> None:
        """Shows this table; one that is as it was stays, with the focus in it."""
        if table == self._table:
            return
        self._had = next((at for at, button in self._buttons.items() if button.hasFocus()), None)
        self._table = table
        self._heading.set_title(table.title)
        self._heading.set_remark(table.remark)
        clear_layout(self._grid)
        self._buttons = {}
        self._fill_head(table)
        self._left = iter(enumerate(_with_groups(table), start=1))
        self._go_on()

    def _make_anew(self) -> None:
        """In another size of text the lines before the rows break elsewhere."""
        table, self._table = self._table, None
        if table is not None:
            self.show_table(table)

    def _go_on(self) -> None:
        """Some rows more; of a long table the rest comes in later turns."""
        assert self._table is not None  # begun by `show_table`
        rows = max(2, AT_ONCE // (1 + len(self._table.columns)))
        some = list(islice(self._left, rows))
        for place, (row_at, row) in some:
            self._fill_row(self._table, place, row_at, row)
        had, self._had = self._had, None
        if had in self._buttons:
            self._let_in(had)
            self._buttons[had].setFocus(Qt.FocusReason.OtherFocusReason)
        elif not any(button.hasFocus() for button in self._buttons.values()):
            self._had = had
            self._let_in(next(iter(self._buttons), None))
        if len(some) == rows:
            self._later.start()
        else:
            self.whole.emit()

    def focus_first(self) -> bool:
        """Puts the focus on the first number; False where there is none to press."""
        place = next(iter(self._buttons), None)
        self._let_in(place)
        if place is not None:
            self._buttons[place].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return place is not None

    def buttons(self) -> dict[Place, QPushButton]:
        """The numbers that can be pressed, by row and column."""
        return dict(self._buttons)

    # ----------------------------------------------------------------- layout

    def _fill_head(self, table: FigureTable) -> None:
        self._grid.addWidget(label(table.first, "small", said=False, parent=self._holder), 0, 0)
        for at, title in enumerate(table.columns):
            head = label(_in_lines(title, HEAD), "small", said=False, parent=self._holder)
            head.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
            head.setContentsMargins(0, 0, self._theme.px(Space.NEAR), 0)
            head.ensurePolished()
            # an own least width counts in the place of what its words need: never less than that
            head.setMinimumWidth(max(self._theme.px(54), head.sizeHint().width()))
            self._grid.addWidget(head, 0, at + 1)
        self._grid.setColumnStretch(0, 1)

    def _fill_row(self, table: FigureTable, place: int, at: int | str, row: FigureRow | None) -> None:
        self._grid.setRowMinimumHeight(place, self._theme.px(TARGET + Space.HAIR))
        if row is None:
            group = label(str(at), "overline", parent=self._holder)
            self._grid.addWidget(group, place, 0, 1, len(table.columns) + 1, Qt.AlignmentFlag.AlignBottom)
        else:
            self._add_row(place, int(at), row)

    def _add_row(self, place: int, at: int, row: FigureRow) -> None:
        scale = self._theme.scale
        most = round(OF_LARGE_TEXT * LARGE / scale) if scale >= LARGE else LINE
        kind = "strong" if row.strong else ""
        # where there is a number to press it says the row
        counts = any(figure.who for figure in row.figures)
        name = label(_in_lines(row.label, most), kind, said=not counts, parent=self._holder)
        if not counts:
            shown = dict.fromkeys(figure.shown for figure in row.figures)
            name.setAccessibleName(f"{row.label}: {', '.join(shown)}")
        name.setToolTip(row.about)
        if "\n" in name.text():
            # its lines belong together, and not to the row above or below
            name.setContentsMargins(0, self._theme.px(Space.TIGHT), 0, self._theme.px(Space.TIGHT))
        self._grid.addWidget(name, place, 0)
        for column, figure in enumerate(row.figures):
            widget = self._figure(at, column, row, figure)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self._grid.addWidget(widget, place, column + 1, side)

    def _figure(self, at: int, column: int, row: FigureRow, figure: Figure) -> QWidget:
        assert self._table is not None
        if not figure.who:
            shown = label(figure.shown, "muted", parent=self._holder)
            # not its name: a page that is come to is said with all names of three words in it
            shown.setAccessibleDescription(f"{row.label}, {self._table.columns[column]}")
            shown.setContentsMargins(0, 0, self._theme.px(Space.NEAR), 0)
            return shown
        name = f"{row.label}, {self._table.columns[column]}: {figure.shown}"
        button = _Number(figure.shown.replace("&", "&&"), self._holder)
        button.setProperty("kind", "figure")
        button.setMinimumWidth(self._theme.px(TARGET))
        button.setAccessibleName(name)
        button.setToolTip(f"{name}\n{SHOWS}")
        button.setAccessibleDescription(SHOWS)
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        button.clicked.connect(partial(self._press, at, column))
        button.stepped.connect(partial(self._step, (at, column)))
        self._buttons[at, column] = button
        return button

    # --------------------------------------------------------------- keyboard

    def _let_in(self, place: Place | None) -> None:
        """Tab comes to this number and to no other."""
        for at, button in self._buttons.items():
            into = Qt.FocusPolicy.StrongFocus if at == place else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(into)

    def _step(self, place: Place, down: int, right: int) -> None:
        """To the next number in that direction; a row without one in this column is passed over."""
        row, column = place
        ahead = [
            at
            for at in self._buttons
            if ((at[0] - row) * down > 0 and (column == at[1]) if down else at[0] == row)
            and ((at[1] - column) * right > 0 if right else True)
        ]
        if ahead:
            there = min(ahead, key=lambda at: abs(at[0] - row) + abs(at[1] - column))
            self._let_in(there)
            self._buttons[there].setFocus(Qt.FocusReason.OtherFocusReason)

    def _press(self, at: int, column: int) -> None:
        assert self._table is not None
        self._let_in((at, column))
        self.chosen.emit(self._table, self._table.rows[at], column)


def _in_lines(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False)


def _with_groups(table: FigureTable) -> Iterator[tuple[int | str, FigureRow | None]]:
    """The rows with their places, and before the first of each group its name."""
    group = ""
    for at, row in enumerate(table.rows):
        if row.group and row.group != group:
            yield row.group, None
        group = row.group
        yield at, row
