"""The line over the placements: the isolations that end this week."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from discharge.model.shown.placements import IsolationEnd
from discharge.words.counts import count_words
from discharge.words.days import day_words
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column
from ui.widgets.text import label, on_button

SHOWN_ENDS = 8


class IsolationEnds(QWidget):
    """The isolations that end within a week, each a button that goes to its placement."""

    chosen = Signal(str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName("Isolations that end this week")
        gutter = theme.px(Space.GUTTER)
        column = self._column = in_column(
            self, around=(gutter, 0, gutter, theme.px(Space.NEAR)), gap=theme.px(Space.TIGHT)
        )
        self._heading = label("", "overline", wrap=True)
        column.addWidget(self._heading)
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder, gap=theme.px(6), line_gap=theme.px(6))
        for widget in (self, self._holder):
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            widget.setSizePolicy(policy)
        column.addWidget(self._holder)

    def keep_clear(self, beside: QWidget) -> None:
        """The heading is as high as what stands beside it at the right, and ends before it; where it doesn't
        find room in one line there, it stands below."""
        gutter, near = self._theme.px(Space.GUTTER), self._theme.px(Space.NEAR)
        room = self.width() - beside.sizeHint().width() - 2 * gutter - near
        wanted = self._heading.fontMetrics().horizontalAdvance(self._heading.text()) + 2
        high = beside.sizeHint().height() + self._theme.px(Space.TIGHT)
        fits = wanted <= room
        self._column.setContentsMargins(gutter, 0 if fits else high, gutter, near)
        self._heading.setMaximumWidth(wanted if fits else max(1, self.width() - 2 * gutter))
        self._heading.setMinimumHeight(high if fits else 0)

    def set_short(self, short: bool, /) -> None:
        """Where there is little room: the heading alone; the placements themselves are below it."""
        self._holder.setVisible(not short)

    def show_ends(self, ends: Sequence[IsolationEnd]) -> None:
        """Shows these; nothing at all where there is none."""
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.setVisible(bool(ends))
        self._heading.setText(f"Isolation ends this week: {count_words(len(ends), 'person', 'people')}")
        for each in ends[:SHOWN_ENDS]:
            self._flow.addWidget(self._button(each))
        if len(ends) > SHOWN_ENDS:
            self._flow.addWidget(label(f"and {len(ends) - SHOWN_ENDS} more", "small"))

    def _button(self, end: IsolationEnd) -> QPushButton:
        stays = ", stays on" if end.stays_on else ", no onward place"
        goes = f" to {end.goes_to}" if end.goes_to else stays
        button = QPushButton(on_button(f"{day_words(end.ends)}  {end.patient_name}{goes}"))
        lacking = not end.released or not (end.goes_to or end.stays_on)
        self._theme.dress(button, "flag" if lacking else "tick", Tone.WAITING if lacking else Tone.DONE)
        release = "Released by a clinician." if end.released else "A clinician's release isn't on record yet."
        onward = "" if end.goes_to or end.stays_on else " An onward place is still to be found."
        button.setToolTip(f"Isolates at {end.setting_name}. {release}{onward}")
        button.setAccessibleDescription(button.toolTip())
        button.clicked.connect(partial(self._choose, end.placement))
        return button

    def _choose(self, placement: str, _checked: bool = False) -> None:
        self.chosen.emit(placement)
