"""The view Projection: need and beds of the days to come, a scenario of months, and how it fared before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from discharge.model.shown.projection import Assumptions
from discharge.model.shown.situation import Situation
from ui.reports.views import FiguresView, View
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_row
from ui.widgets.table import TableView
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.projection import Foretold

KEYS = ("ahead0", "ahead1", "scenario", "back_test")
ASKED = (
    ("arrivals", "Who come, %", -90, 300),
    ("winter", "More of them in winter, %", -90, 300),
    ("pace", "Who leave on a day, %", -90, 300),
)
"""The assumptions of a scenario, each with its words and limits."""
ONLY_NOW = "Only what follows from now is foretold: choose today."


def read_foretold(desk: Desk, *, assumed: Assumptions) -> Foretold:
    """Asked of the hub and worked out, in a thread aside."""
    from discharge.actions.projection import foretell

    return foretell(desk, assumed)


class ProjectionView(View):
    """Tables of figures with bands, and above them what is assumed of the months to come.

    `asks`: what is shown doesn't stand any more, and is to be worked out again.
    """

    asks = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self.found: Foretold | None = None
        self.figures = FiguresView(KEYS, theme=theme, name="Projection")
        self.assumed = {key: self._percent(words, least, most) for key, words, least, most in ASKED}
        bar = QWidget(self)
        flow = FlowLayout(gap=theme.px(Space.NEAR), line_gap=theme.px(Space.TIGHT))
        intro = label("Assume for the months to come", "muted", parent=bar)
        flow.addWidget(intro)
        for key, words, _, _ in ASKED:
            flow.addWidget(self._named(words, self.assumed[key], theme=theme))
        bar.setLayout(flow)
        bar.setContentsMargins(theme.px(Space.GUTTER), 0, theme.px(Space.GUTTER), 0)
        self._said = label("", "muted", wrap=True, parent=self)
        self._said.setContentsMargins(theme.px(Space.GUTTER), 0, theme.px(Space.GUTTER), 0)
        column = in_column(self)
        column.addWidget(bar)
        column.addWidget(self._said)
        column.addWidget(self.figures, 1)
        self._bar = bar

    def _named(self, words: str, box: QSpinBox, *, theme: Theme) -> QWidget:
        holder = QWidget(self)
        row = in_row(holder, gap=theme.px(Space.NEAR))
        name = label(words, "small", parent=holder)
        name.setBuddy(box)
        row.addWidget(name)
        row.addWidget(box)
        return holder

    def _percent(self, words: str, least: int, most: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, most)
        box.setSingleStep(5)
        box.setSuffix(" %")
        box.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box.setKeyboardTracking(False)
        box.setAccessibleName(words)
        box.valueChanged.connect(lambda _value: self.asks.emit())
        return box

    def assumptions(self) -> Assumptions:
        """What is assumed now."""
        return Assumptions(**{key: box.value() for key, box in self.assumed.items()})

    def question(self) -> partial[Foretold]:
        """What works it out, of a desk."""
        return partial(read_foretold, assumed=self.assumptions())

    def show_situation(self, situation: Situation) -> None:
        past = situation.is_past
        self._said.setText(ONLY_NOW if past else "")
        for widget in (self._bar, self.figures):
            widget.setVisible(not past)
        self._said.setVisible(past)

    def take(self, found: Foretold) -> None:
        """Shows what was worked out."""
        self.found = found
        self.figures.show_tables({table.key: table for table in found.tables}, found.notes)

    def take_focus(self) -> None:
        self.assumed["arrivals"].setFocus()

    def table(self) -> TableView | None:
        return None


__all__ = ["ProjectionView", "read_foretold"]
