"""The head of the import dialog: what it is about, which file, and what may be said of it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from discharge.words.counts import sentence_case
from ui.imports.kinds import KINDS, ImportKind
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import in_column, in_row
from ui.widgets.named_box import NamedBox
from ui.widgets.text import ElidedLabel, label

DAYS: tuple[tuple[str, bool | None], ...] = (
    ("Day or month first?", None),
    ("The day comes first", False),
    ("The month comes first", True),
)
"""What may be said of the days of a file that prove nothing."""


class Head(QWidget):
    """Title, hint, the file's name, and the buttons beside it; it decides nothing."""

    def __init__(self, kind: ImportKind, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        near = theme.px(Space.NEAR)
        margin = theme.px(Space.SECTION)
        self.column = in_column(
            self, around=(margin, theme.px(Space.GUTTER), margin, theme.px(Space.ROW)), gap=near
        )
        self._title = label(kind.title, "title")
        self.column.addWidget(self._title)
        self._hint = label(kind.hint, "muted", wrap=True)
        self.column.addWidget(self._hint)
        choosing = in_row(gap=near)
        self.file = ElidedLabel("No file chosen yet", "strong")
        choosing.addWidget(self.file, 1)
        self.kinds = NamedBox("What the file holds", self)
        self.kinds.addItem("Known by its columns", "any")
        for key, each in KINDS.items():
            if each.value:
                self.kinds.addItem(sentence_case(each.title.removeprefix("Import ")), key)
        self.kinds.setVisible(not kind.value)
        choosing.addWidget(self.kinds)
        self.days = NamedBox("Which comes first in its days", self)
        for words, month_first in DAYS:
            self.days.addItem(words, month_first)
        self.days.hide()
        choosing.addWidget(self.days)
        self.template = self._link("Save the template…")
        choosing.addWidget(self.template)
        self.match = self._link("Match the columns…")
        self.match.setToolTip("Say what titles mean that aren't known; kept for the next file with the same")
        choosing.addWidget(self.match)
        self.where = self._link("Other authorities…")
        choosing.addWidget(self.where)
        self.choose = push_button("Choose a file…", parent=self)
        choosing.addWidget(self.choose)
        self.column.addLayout(choosing)
        self.become(kind)

    def _link(self, words: str) -> QPushButton:
        return push_button(words, kind="link", parent=self)

    def become(self, kind: ImportKind) -> None:
        """Speaks of this kind, and offers the file to fill in where it has one."""
        self._title.setText(kind.title)
        self._hint.setText(kind.hint)
        self.template.setVisible(kind.value in ("patients", "sheet"))
        sheet = kind.value == "sheet"
        self.template.setText("Save the sheet as the hub has it…" if sheet else "Save the template…")

    def show_file(self, *, chosen: bool, read: bool) -> None:
        """Says on the button whether it is the first file or another; one that is read needs no hint, and its
        rows the room."""
        self._hint.setVisible(not read)
        self.choose.setText("Choose another file…" if chosen else "Choose a file…")
        self.choose.setProperty("kind", "plain" if chosen else "main")
        self.choose.style().unpolish(self.choose)
        self.choose.style().polish(self.choose)
