"""The timeline of the Moves page with what goes with it: rows, zoom, today, what the patterns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from discharge.model.shown.placements import MoveRow
from discharge.model.shown.timeline import TimelineFacts
from ui.moves.bars import bed_rows, facts_of, people_rows, span_of
from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_row
from ui.widgets.segments import Segments
from ui.widgets.text import ElidedLabel
from ui.widgets.timeline import TimelineView
from ui.widgets.timeline_bars import Bar, Look, paint_bar, paint_move
from ui.widgets.timeline_grid import BY_DAY, BY_WEEK, EACH_DAY

LOW, NARROW = 400, 700
"""From this height and width on, in pixels at 100 %, what the patterns mean stands beside the buttons."""
BY_PERSON, BY_BED = "person", "bed"
_ANY = date(2020, 1, 1)


class LegendEntry(QWidget):
    """A sample of a bar and what it means."""

    spoken_as = QAccessible.Role.StaticText

    def __init__(self, sample: Bar | None, words: str, *, theme: Theme) -> None:
        super().__init__()
        self._sample = sample
        self._words = words
        self._theme = theme
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(Size.SMALL))
        px = self._theme.px
        return QSize(
            px(28) + px(6) + metrics.horizontalAdvance(self._words) + 2, max(px(30), metrics.height() + px(6))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._theme
        painter = QPainter(self)
        high = theme.px(12)
        place = QRectF(1, (self.height() - high) / 2, theme.px(26), high)
        if self._sample is not None:
            paint_bar(painter, place, self._sample, theme=theme, goes_on=False)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_move(painter, place.center().x(), place.center().y(), theme=theme, half=high * 0.4)
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colour(Tone.NEUTRAL))
        words = self.rect().adjusted(theme.px(34), 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._words)
        painter.end()


def _sample(look: Look, *, isolates: bool = False, wrong: bool = False) -> Bar:
    return Bar("", _ANY, _ANY, look, "", "", isolates=isolates, wrong=wrong)


def legend(*, theme: Theme) -> list[LegendEntry]:
    """What the patterns mean."""
    return [
        LegendEntry(_sample(Look.THERE, isolates=True), "Isolates", theme=theme),
        LegendEntry(_sample(Look.THERE), "There", theme=theme),
        LegendEntry(_sample(Look.HELD), "Held, not there yet", theme=theme),
        LegendEntry(_sample(Look.ASKED), "Waits for approval", theme=theme),
        LegendEntry(_sample(Look.HELD, wrong=True), "Not allowed", theme=theme),
        LegendEntry(None, "Moves", theme=theme),
    ]


class TimelinePanel(QWidget):
    """The timeline, its buttons above it and, below, the sentence of the bar that is current."""

    arranged = Signal(str)
    """The rows are to be people, or beds, now."""

    def __init__(self, *, theme: Theme, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._theme = theme
        self._now = now
        self.by = BY_PERSON
        self.view = TimelineView(theme=theme, name="Timeline of the placements")
        self.rows_by = Segments(
            [(BY_PERSON, "By person", "patients"), (BY_BED, "By bed", "bed")], theme=theme, name="Rows"
        )
        self.rows_by.chosen.connect(self.arranged)
        self.scale = Segments([("day", "Days", ""), ("week", "Weeks", "")], theme=theme, name="Scale")
        self.scale.chosen.connect(lambda key: self.view.set_zoom(BY_DAY if key == "day" else BY_WEEK))
        self.closer = self._button("plus", "Zoom in", "+ or Ctrl+wheel", lambda: self.view.zoom_by(1))
        self.farther = self._button("minus", "Zoom out", "- or Ctrl+wheel", lambda: self.view.zoom_by(-1))
        self.today = self._button("calendar", "Today", "Home", self.view.go_to_today, has_words=True)
        self.key = self._button("info", "What the patterns mean", "a click shows it", self._show_key)
        self.legend = legend(theme=theme)
        self.said = ElidedLabel("", "muted")
        self.view.told.connect(self._say)
        self.view.zoomed.connect(self._zoomed)
        theme.changed.connect(self._fit)
        self._lay_out()

    def _button(
        self, icon: str, name: str, keys: str, do: Callable[[], object], *, has_words: bool = False
    ) -> QToolButton:
        button = QToolButton(self)
        if has_words:
            button.setText(name)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._theme.dress(button, icon)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({keys})")
        button.setMinimumSize(self._theme.px(28), self._theme.px(28))
        button.clicked.connect(lambda _on=False: do())
        return button

    def _lay_out(self) -> None:
        theme = self._theme
        bar = QWidget(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        bar.setSizePolicy(policy)
        flow = FlowLayout(bar, gap=theme.px(6), line_gap=theme.px(4))
        flow.setContentsMargins(theme.px(Space.GUTTER), 0, theme.px(Space.NEAR), theme.px(Space.NEAR))
        for widget in (self.rows_by, self.scale, self.farther, self.closer, self.today):
            flow.addWidget(widget)
        flow.addWidget(self.key)
        flow.add_gap(theme.px(Space.ROW))
        for entry in self.legend:
            flow.addWidget(entry)
        foot = QWidget(self)
        line = in_row(
            foot, around=(theme.px(Space.GUTTER), theme.px(Space.TIGHT), theme.px(Space.NEAR), theme.px(6))
        )
        line.addWidget(self.said)
        column = in_column(self, gap=0)
        column.addWidget(bar)
        column.addWidget(self.view, 1)
        column.addWidget(foot)
        stops = (self.farther, self.closer, self.today, self.key, self.view)
        for one, other in pairwise((*self.rows_by.buttons(), *self.scale.buttons(), *stops)):
            QWidget.setTabOrder(one, other)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, what the patterns mean is behind a button."""
        roomy = self.height() >= self._theme.px(LOW) and self.width() >= self._theme.px(NARROW)
        for entry in self.legend:
            entry.setVisible(roomy)
        self.key.setVisible(not roomy)

    def _show_key(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in legend(theme=self._theme):
            action = QWidgetAction(menu)
            action.setDefaultWidget(entry)
            menu.addAction(action)
        menu.popup(self.key.mapToGlobal(self.key.rect().bottomLeft()))

    def show_moves(self, rows: Sequence[MoveRow], facts: TimelineFacts | None) -> None:
        """Shows these placements as rows of people or beds."""
        shown = facts_of(facts, now=self._now())
        first, last = span_of(rows, today=shown.today)
        groups = facts.groups if facts is not None else ()
        made = bed_rows(rows, shown, groups, last=last) if self.by == BY_BED else people_rows(rows, shown)
        self.view.show_rows(made, first=first, last=last, now=shown.now)

    def arrange(self, by: str) -> None:
        """The rows are people, or beds; what they are made from has to be shown anew."""
        self.by = by if by in (BY_PERSON, BY_BED) else BY_PERSON
        self.rows_by.show_choice(self.by)

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence or "Choose a bar: what it is stands here.")
        if sentence and self.view.hasFocus():
            announce(self.view, sentence)

    def _zoomed(self, wide: int) -> None:
        self.scale.show_choice("day" if wide >= EACH_DAY else "week")
