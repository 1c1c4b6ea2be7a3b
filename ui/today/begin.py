"""What a new hub begins with, on the page Today: a short list that ticks itself off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from discharge.model.shown.beginnings import Beginnings
from discharge.words.counts import count_words
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label


@dataclass(frozen=True, slots=True)
class _Step:
    key: str
    words: str
    why: str
    button: str
    is_done: Callable[[Beginnings], bool]


STEPS = (
    _Step("people", "People of the hub", "One proposes, an LA lead approves: two people at least.",
          "People…", lambda found: found.has_people),
    _Step("homes", "Homes", "The CQC's register, or a sheet of your own.",
          "Import…", lambda found: found.has_homes),
    _Step("beds", "Beds", "Units and beds of each home: by the homes sheet, or by hand.",
          "Settings", lambda found: found.has_beds),
    _Step("returns", "Capacity returns", "What is free there: by file, or by phone.",
          "Morning round…", lambda found: found.has_returns),
    _Step("rules", "Rules confirmed", "Values that ship with a default and are the hub's to decide.",
          "Preferences", lambda found: not found.open_values),
)  # fmt: skip
"""In the order in which a hub is set up."""


class BeginList(QFrame):
    """Shown while anything of it is left to do. `wanted` carries the key of a step whose button was pressed,
    `put_away` that it isn't to be shown any more.
    """

    wanted = Signal(str)
    put_away = Signal()

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._found: Beginnings | None = None
        self.setProperty("kind", "surface")
        self.setAccessibleName("What a new hub begins with")
        gutter, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        column = in_column(self, around=(gutter, near, gutter, near), gap=theme.px(Space.TIGHT))
        head = in_row(gap=near)
        self._heading = label("", "strong")
        head.addWidget(self._heading)
        head.addStretch(1)
        self.away = push_button("Put away", tip="Don't show this list any more", kind="link")
        self.away.clicked.connect(self.put_away)
        head.addWidget(self.away)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(near)
        grid.setVerticalSpacing(theme.px(Space.TIGHT))
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self._marks: dict[str, QLabel] = {}
        self._words: dict[str, QLabel] = {}
        self.buttons: dict[str, QPushButton] = {}
        for at, step in enumerate(STEPS):
            mark, words = QLabel(self), label("", wrap=True)
            button = push_button(step.button)
            button.setAccessibleName(f"{step.words}: {step.button}")
            button.clicked.connect(partial(self.wanted.emit, step.key))
            self._marks[step.key], self._words[step.key], self.buttons[step.key] = mark, words, button
            grid.addWidget(mark, at, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(words, at, 1)
            grid.addWidget(button, at, 2, Qt.AlignmentFlag.AlignRight)
        theme.changed.connect(self._draw)
        self.hide()

    def show_found(self, found: Beginnings | None) -> None:
        """Ticks off what is there; goes once all is, or where there is nothing to begin."""
        self._found = found
        self.setVisible(found is not None and not found.is_complete)
        self._draw()

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        done = sum(step.is_done(found) for step in STEPS)
        self._heading.setText(f"To begin with · {done} of {len(STEPS)} done")
        for step in STEPS:
            is_done = step.is_done(found)
            left = f" {count_words(found.open_values, 'value')} to go." if step.key == "rules" else ""
            said = f"{step.words}: done" if is_done else f"{step.words}. {step.why}{left}"
            self._words[step.key].setText(said)
            self._words[step.key].setEnabled(not is_done)
            icon, tone = ("check-circle", Tone.DONE) if is_done else ("clock", Tone.WAITING)
            ratio = self.devicePixelRatioF()
            self._marks[step.key].setPixmap(self._theme.pixmap(icon, tone, ratio=ratio))
            self._marks[step.key].setAccessibleName("Done" if is_done else "To do")
            self.buttons[step.key].setVisible(not is_done)


__all__ = ["STEPS", "BeginList"]
