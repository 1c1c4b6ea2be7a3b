"""What stands where there is nothing to show: why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.text import label

LOW = 190
"""Below this height, in pixels at 100 %, the words have the room of the picture."""


class EmptyState(QWidget):
    """A quiet icon, a heading, a sentence that says what to do, and where there is one, its button."""

    pressed = Signal()

    def __init__(
        self,
        heading: str,
        sentence: str = "",
        *,
        theme: Theme,
        icon: str = "info",
        button: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon, self._tone = icon, Tone.NEUTRAL
        margin = theme.px(Space.SECTION)
        column = in_column(self, around=(margin, margin, margin, margin), gap=theme.px(Space.NEAR))
        column.addStretch(2)
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture)
        self._heading = label(heading, "heading", wrap=True)
        self._heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._heading)
        self._sentence = label(sentence, "muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        row = QHBoxLayout()
        row.addStretch(1)
        self.button = QPushButton(button, self)
        self.button.setVisible(bool(button))
        self.button.clicked.connect(self.pressed)
        row.addWidget(self.button)
        self._others = QHBoxLayout()
        row.addLayout(self._others)
        row.addStretch(1)
        column.addSpacing(theme.px(Space.TIGHT))
        column.addLayout(row)
        column.addStretch(3)
        theme.changed.connect(self._draw)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low = self.height() < self._theme.px(LOW)
        self._picture.setHidden(low)
        margin = self._theme.px(Space.TIGHT if low else Space.SECTION)
        column = self.layout()
        if column is not None and column.contentsMargins().top() != margin:
            side = self._theme.px(Space.NEAR if low else Space.SECTION)
            column.setContentsMargins(side, margin, side, margin)
            column.setSpacing(self._theme.px(Space.HAIR if low else Space.NEAR))

    def say(self, heading: str, sentence: str = "", *, button: str = "", tone: Tone = Tone.NEUTRAL) -> None:
        """Says something else; in another tone, with that tone's picture."""
        if tone is not Tone.NEUTRAL:
            self._icon, self._tone = Status("", tone).icon, tone
            self._draw()
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))

    def offer(self, ways: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Other ways on, each a button beside the first, in the place of those offered before."""
        while (item := self._others.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for word, do in ways:
            button = QPushButton(word, self)
            button.clicked.connect(lambda _on=False, do=do: do())
            self._others.addWidget(button)

    def words(self) -> str:
        """Everything it says."""
        return f"{self._heading.text()} {self._sentence.text()}".strip()

    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(self._theme.pixmap(self._icon, self._tone, size=32, ratio=ratio))
