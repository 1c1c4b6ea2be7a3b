"""The list of who waits beside the map, and the legend below it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.map.symbols import Symbols
from ui.map.words import LEGEND, LEGEND_OF_PERSON
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_row
from ui.widgets.tall_table import TallTable
from ui.widgets.text import label


class PeopleTable(TallTable):
    """Nobody is chosen until somebody is: that the focus comes here doesn't change the map."""

    def pick_first(self) -> None:
        if self.currentIndex().isValid():
            super().pick_first()

    def focusInEvent(self, event: QFocusEvent) -> None:
        chosen = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not chosen:
            # Qt has gone to the first row
            self.setCurrentIndex(QModelIndex())


class Legend(QWidget):
    """What the symbols mean, as far as they can be on the map now."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._symbols = Symbols(theme)
        self._of_person = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._row = FlowLayout(self, gap=theme.px(Space.NEAR), line_gap=0)
        near = theme.px(Space.NEAR)
        self._row.setContentsMargins(near, 0, near, theme.px(Space.TIGHT))
        theme.changed.connect(self._fill)
        self._fill()

    def show_for(self, *, of_person: bool) -> None:
        """Whether the map shows how settings suit somebody."""
        if of_person != self._of_person:
            self._of_person = of_person
            self._fill()

    def _fill(self) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        entries = []
        plain = [each for each in LEGEND if not (self._of_person and each[0].designated)]
        for symbol, said in [*plain, *(LEGEND_OF_PERSON if self._of_person else ())]:
            entry = QWidget(self)
            row = in_row(entry, gap=self._theme.px(2))
            picture = QLabel(parent=entry)
            picture.setPixmap(self._symbols.picture(symbol, ratio=self.devicePixelRatioF(), margin=4))
            row.addWidget(picture)
            row.addWidget(label(said, "small", parent=entry))
            entries.append(entry)
        # all are as high as the highest, so that their words stand on one line
        high = max(entry.sizeHint().height() for entry in entries)
        for entry in entries:
            entry.setFixedHeight(high)
            self._row.addWidget(entry)
            entry.show()
        self.updateGeometry()
