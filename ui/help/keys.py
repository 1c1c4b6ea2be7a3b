"""The keys, from the table of commands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.frame.commands import Commands, Menu, key_words
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.dialog_size import columns_on_screen, resize_on_screen
from ui.widgets.layouts import in_column, in_grid, in_row
from ui.widgets.scrolling import scroll_down
from ui.widgets.text import SectionHeading, label, line

EVERYWHERE = (
    ("Arrows", "Up and down a table"),
    ("Home, End", "First and last row"),
    ("Enter", "Open the row; in a form: the next field"),
    ("Ctrl+C", "Copy the chosen rows"),
    ("Shift+F10", "What can be done with the row"),
    ("Tab", "The next control"),
    ("Ctrl+Enter", "In a form: save"),
    ("Ctrl+Page Down", "In a form: the next section; with Page Up the one before"),
    ("Ctrl+V", "Over the patients, or in their form: a row copied from a spreadsheet"),
    ("Left, Right", "On the board: the next column; in the timeline: the bar before or after"),
    ("+, -, Home", "In the timeline: zoom in and out, and today"),
    ("Escape", "Leave a form, empty the search, put a message away"),
)

LEAST_COLUMN = 300
"""A column of keys is never made narrower, in pixels at 100 %."""


class KeysDialog(QDialog):
    """Every key there is, by menu."""

    def __init__(
        self,
        commands: Commands,
        pages: Sequence[tuple[str, str, str]],
        *,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_on_screen(self, theme.px(760), theme.px(560))
        outer = in_column(self, around=(0, 0, 0, theme.px(Space.ROW)))
        scroll = QScrollArea(self)
        scroll_down(scroll, "Keys")
        body = QWidget()
        margin = theme.px(Space.SECTION)
        across = in_row(body, around=(margin, 0, margin, margin), gap=theme.px(Space.SECTION))
        self._theme = theme
        self.groups = key_groups(commands, pages)
        sides = [QVBoxLayout() for _ in range(columns_on_screen(self, 2, theme.px(LEAST_COLUMN)))]
        for side in sides:
            side.setSpacing(theme.px(Space.TIGHT))
            across.addLayout(side, 1)
        for heading, keys in self.groups:
            side = min(sides, key=lambda each: each.count())
            side.addWidget(SectionHeading(heading, theme=theme))
            side.addWidget(line())
            holder = QWidget()
            grid = in_grid(holder)
            grid.setColumnMinimumWidth(0, theme.px(136))
            grid.setColumnStretch(1, 1)
            for row, (key, what) in enumerate(keys):
                grid.addWidget(label(key, "strong"), row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label(what, wrap=True), row, 1)
            side.addWidget(holder)
        for side in sides:
            side.addStretch(1)
        scroll.setWidget(body)
        outer.addWidget(scroll, 1)
        outer.addWidget(line())
        outer.setSpacing(theme.px(Space.ROW))
        self.print = push_button("Print…", do=self._print, parent=self)
        outer.addLayout(close_row(self, theme, self.print, beside=margin))

    def sheet(self) -> QTextDocument:
        """The keys on paper."""
        from ui.help.text import fill

        made = QTextDocument(self)
        fill(made, f"# Keys\n\n{keys_markdown(self.groups)}", theme=self._theme, on_paper=True)
        return made

    def _print(self) -> None:
        from ui.frame.print_commands import print_text

        print_text(self.sheet(), parent=self)


KeyGroups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


def key_groups(commands: Commands, pages: Sequence[tuple[str, str, str]]) -> KeyGroups:
    """Every key there is, by menu: the key, and what it does. `pages` are (name, title, letter)."""
    groups: list[tuple[str, Sequence[tuple[str, str]]]] = [("Everywhere", EVERYWHERE)]
    if pages:
        groups.append(("Pages", [(f"Alt+{letter}", title) for _name, title, letter in pages]))
    for menu in Menu:
        keys = [
            (key_words(each.shortcut), each.text.rstrip("…"))
            for each in commands.all()
            if each.menu is menu and each.shortcut
        ]
        if keys:
            groups.append((menu.value.replace("&", ""), keys))
    return groups


def keys_markdown(groups: KeyGroups) -> str:
    """The keys as text, a table for each menu."""
    parts = []
    for heading, keys in groups:
        rows = "\n".join(f"| **{key}** | {what} |" for key, what in keys)
        parts.append(f"## {heading}\n\n| Key | What it does |\n|---|---|\n{rows}")
    return "\n\n".join(parts)


def close_row(dialog: QDialog, theme: Theme, *others: QPushButton, beside: int = 0) -> QHBoxLayout:
    """The foot of a dialog that is only read: what else can be done, and Close, so far from its side."""
    row = in_row(around=(0, 0, beside, 0), gap=theme.px(Space.NEAR))
    row.addStretch(1)
    for button in others:
        button.setAutoDefault(False)
        row.addWidget(button)
    close = QPushButton("Close", dialog)
    close.setDefault(True)
    close.clicked.connect(dialog.accept)
    row.addWidget(close)
    return row
