"""A part that is opened when it is wanted: a heading to press, and below it what it holds."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QToolButton, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import clear_layout, label, line


class Fold(QWidget):
    """A heading that opens and closes what is below it; `opened` tells that it was opened by the user.

    While what it shows is being found: `run(words)`, `tell(done, total, words)`; `stopped` is Stop pressed.
    """

    opened = Signal()
    stopped = Signal()

    def __init__(self, title: str, *, theme: Theme, tip: str = "") -> None:
        super().__init__()
        self._theme = theme
        outer = in_column(self, around=(0, theme.px(Space.NEAR), 0, 0), gap=theme.px(Space.TIGHT))
        self.head = QToolButton()
        self.head.setProperty("kind", "fold")
        self.head.setText(title)
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.setToolTip(tip)
        self.head.setAccessibleDescription(tip)
        self.head.toggled.connect(self._turn)
        self.head.clicked.connect(self._clicked)
        outer.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addWidget(line())
        self._body = QWidget()
        self.column = in_column(
            self._body, around=(0, theme.px(Space.TIGHT), 0, theme.px(Space.TIGHT)), gap=theme.px(Space.NEAR)
        )
        outer.addWidget(self._body)
        outer.addWidget(self._progress())
        self._body.hide()
        self._dress()

    def _progress(self) -> QWidget:
        self.running = QWidget()
        row = in_row(
            self.running, around=(0, self._theme.px(Space.TIGHT), 0, 0), gap=self._theme.px(Space.NEAR)
        )
        self.words = label("", "muted", wrap=True)
        self.share = QProgressBar()
        self.share.setTextVisible(False)
        self.share.setMinimumWidth(self._theme.px(40))
        self.share.setAccessibleName(self.title())
        self.stop = QPushButton("Stop")
        self.stop.setAccessibleName(f"Stop: {self.title()}")
        self.stop.clicked.connect(self.stopped)
        row.addWidget(self.words, 3)
        row.addWidget(self.share, 1)
        row.addWidget(self.stop)
        self.running.hide()
        return self.running

    def title(self) -> str:
        """The heading."""
        return self.head.text()

    @property
    def is_open(self) -> bool:
        """Whether what is below the heading is shown."""
        return self.head.isChecked()

    def open(self, shown: bool = True, /) -> None:
        """Opens or closes it, without telling."""
        self.head.setChecked(shown)

    def run(self, words: str) -> None:
        """It is being found: how far it is, and Stop."""
        clear_layout(self.column)
        self.words.setText(words)
        self.share.setRange(0, 0)
        self.running.setVisible(self.is_open)

    def tell(self, done: int, total: int, words: str) -> None:
        """How far it is."""
        self.words.setText(f"{words} …")
        self.share.setRange(0, total)
        self.share.setValue(done)

    def show_widgets(self, *widgets: QWidget) -> None:
        """What was found, instead of what there was."""
        self.running.hide()
        clear_layout(self.column)
        for each in widgets:
            self.column.addWidget(each)

    def _clicked(self, on: bool) -> None:
        if on:
            self.opened.emit()

    def _turn(self, on: bool) -> None:
        self._body.setVisible(on)
        if not on:
            self.running.hide()
        self.head.setAccessibleName(f"{self.title()}, {'open' if on else 'closed'}")
        self._dress()

    def _dress(self) -> None:
        icon = "chevron-down" if self.is_open else "chevron-right"
        self._theme.dress(self.head, icon, Tone.NEUTRAL)
