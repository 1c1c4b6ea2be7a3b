"""What runs just now, how far it is, and the way to stop it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QProgressBar, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import in_row
from ui.widgets.text import label


class Running(QWidget):
    """A line with words, a bar and the button Stop."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = in_row(self, gap=theme.px(Space.NEAR))
        self.doing = label("", "small")
        self.doing.setMinimumWidth(theme.px(180))
        line.addWidget(self.doing)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress")
        line.addWidget(self.bar, 1)
        self.stop = push_button("Stop", tip="Escape. Nothing is changed.", parent=self)
        line.addWidget(self.stop)

    def begin(self, words: str) -> None:
        """Something begins; nobody knows yet how much it is."""
        self.bar.setRange(0, 0)
        self.doing.setText(f"{words} …")
        self.stop.setFocus()

    def tell(self, told: Any) -> None:
        """It is so far."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * told.done // max(1, told.total))
        share = 100 * told.done // max(1, told.total)
        # reading counts bytes, writing counts rows
        rows = f"{told.done:,} of {told.total:,}" if told.words == "Writing" else f"{share} %"
        self.doing.setText(f"{told.words or 'Working'} … {rows}")

    def count(self, done: int, total: int, what: str) -> None:
        """So many of these are done."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * done // max(1, total))
        self.doing.setText(f"{done:,} of {total:,} {what}")
        self.bar.setAccessibleDescription(self.doing.text())


__all__ = ["Running"]
