"""What stands where a page would while somebody is on their way in: a heading, fields, a button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QWidget

from discharge.model.errors import UserError
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label

WIDTH = 440
"""Of what stands in it, in pixels at 100 %."""


class Gate(QScrollArea):
    """Add what is asked, then `foot`. Enter does what the main button does; `wait` while it is under way."""

    def __init__(self, title: str, said: str = "", *, theme: Theme, width: int = WIDTH) -> None:
        super().__init__()
        self._theme = theme
        self._main: QPushButton | None = None
        self._word = ""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(title)
        body = QWidget()
        across = in_row(body, around=(theme.px(Space.GUTTER),) * 4)
        across.addStretch(1)
        holder = QWidget(body)
        holder.setMaximumWidth(theme.px(width))
        self.column = in_column(holder, gap=theme.px(Space.ROW))
        self.column.addStretch(1)
        self.heading = label(title, "title", wrap=True)
        self.column.addWidget(self.heading)
        if said:
            self.column.addWidget(label(said, "muted", wrap=True))
        across.addWidget(holder, 100)
        across.addStretch(1)
        self.setWidget(body)
        self.message = Banner(theme=theme, parent=holder)
        self._holder, self._width = holder, width
        theme.changed.connect(self._fit)

    def _fit(self) -> None:
        self._holder.setMaximumWidth(self._theme.px(self._width))

    def add(self, widget: QWidget) -> None:
        """Puts something in, below what is there."""
        self.column.addWidget(widget)

    def foot(self, word: str, do: Callable[[], object], *others: QPushButton) -> QPushButton:
        """The main button, and others at its left; nothing is added below but room."""
        self.column.addWidget(self.message)
        row = QHBoxLayout()
        for other in others:
            row.addWidget(other)
        row.addStretch(1)
        self._main, self._word = QPushButton(word), word
        self._main.setProperty("kind", "main")
        self._main.clicked.connect(do)
        row.addWidget(self._main)
        self.column.addLayout(row)
        self.column.addStretch(2)
        return self._main

    def wait(self, word: str = "") -> None:
        """What was asked for is under way, in this word; empty: it is over."""
        if self._main is not None:
            self._main.setText(word or self._word)
            self._main.setEnabled(not word)
        if word:
            self.message.dismiss()

    def refuse(self, error: UserError) -> None:
        """It wasn't done: says why, and how to go on."""
        self.wait()
        self.message.tell(error.sentence, error.mend)
        self.ensureWidgetVisible(self.message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._main is not None and not isinstance(self.focusWidget(), QPushButton):
            self._main.click()
            return
        super().keyPressEvent(event)


def link(words: str, name: str = "") -> QPushButton:
    """A way on that isn't the main one."""
    made = QPushButton(words)
    made.setProperty("kind", "link")
    made.setAccessibleName(name or words)
    return made


__all__ = ["Gate", "link"]
