"""Something that is read out letter by letter: large, with what it is for below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label, line


class SpeltDialog(QDialog):
    """A word or letters (`name` to a screen reader, which reads them one by one), and sentences about it."""

    def __init__(
        self,
        title: str,
        heading: str,
        word: str,
        said: Sequence[str],
        *,
        close: str,
        name: str,
        theme: Theme,
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        margin, near = theme.px(Space.SECTION), theme.px(Space.NEAR)
        around = (margin, margin, margin, theme.px(Space.ROW))
        column = in_column(self, around=around, gap=theme.px(Space.ROW))
        column.addWidget(label(heading, "title", wrap=True))
        self.word = label(word, "code")
        self.word.setAccessibleName(f"{name}: {' '.join(word)}")
        self.word.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(self.word)
        for each in said:
            column.addWidget(label(each, "muted", wrap=True))
        column.addStretch(1)
        column.addWidget(line())
        foot = in_row(gap=near)
        copy = push_button("Copy", tip=tip, do=self._copy, parent=self)
        foot.addWidget(copy)
        foot.addStretch(1)
        foot.addWidget(push_button(close, kind="main", do=self.accept, parent=self))
        column.addLayout(foot)
        self._word = word
        resize_on_screen(self, theme.px(480), theme.px(340))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._word)


__all__ = ["SpeltDialog"]
