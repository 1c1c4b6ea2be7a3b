"""What is to be said of a file as a whole: a few lines, the rest by scrolling; nothing is pushed away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.text import label

LINES = 4
"""So many lines are shown at once."""

LONG = 300
"""A note of so many characters is a list of names."""


class Notes(QScrollArea):
    """Notes under each other; as high as they are, up to `LINES`. Scrolled by keys where they are more."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._margin, self._near = theme.px(Space.SECTION), theme.px(Space.NEAR)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Notes on the file")
        self._label = label("", "small", wrap=True)
        self._label.setContentsMargins(self._margin, 0, self._margin, 0)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setWidget(self._label)
        self.setViewportMargins(0, 0, 0, self._near)

    def say(self, notes: Sequence[str]) -> None:
        """Shows these, the short ones first: no list of columns stands before how days were read."""
        self._label.setText("\n".join(sorted(notes, key=lambda note: len(note) > LONG)))
        self.verticalScrollBar().setValue(0)
        self._fit()

    def text(self) -> str:
        """What is shown, a line a note."""
        return self._label.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = self._label.heightForWidth(max(1, self.viewport().width()))
        most = LINES * QFontMetrics(self._label.font()).lineSpacing()
        scrolls = wanted > most
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
        # half a line more says that there are more
        self.setFixedHeight(self._near + (most + most // (2 * LINES) if scrolls else wanted))


__all__ = ["LINES", "Notes"]
