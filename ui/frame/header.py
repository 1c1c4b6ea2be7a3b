"""The line over the page: title, summary, the page's buttons with its main one, and the search."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QToolButton, QWidget

from ui.frame.commands import Command, Commands
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.counts import CountsLine, Opening
from ui.widgets.detail import CommandButton
from ui.widgets.layouts import in_row
from ui.widgets.search import SearchField
from ui.widgets.text import label

SUMMARY = 40
"""So much of the summary is seen at least, in pixels at 100 %."""


class Header(QFrame):
    """Shown anew for each page with `show_page`."""

    sought = Signal(str)
    search_left = Signal()

    def __init__(self, commands: Commands, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._theme = theme
        self.setProperty("kind", "header")
        gutter = theme.px(Space.GUTTER)
        self._row = in_row(self, around=(gutter, theme.px(10), gutter, theme.px(6)), gap=theme.px(Space.NEAR))
        self._title = label("", "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row.addWidget(self._title)
        self._row.addSpacing(theme.px(Space.NEAR))
        self._summary = CountsLine(theme=theme)
        self._row.addWidget(self._summary, 1)
        self._buttons: list[CommandButton] = []
        self.more = QToolButton(self)
        self.more.setText("Do…")
        self.more.setProperty("kind", "chip")
        self.more.setAccessibleName("What else can be done here")
        self.more.setToolTip("What else can be done here")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        self.more.hide()
        self._row.addWidget(self.more)
        self.search = SearchField(theme=theme)
        self.search.sought.connect(self.sought)
        self.search.left.connect(self.search_left)
        self._row.addWidget(self.search)
        theme.changed.connect(self._fit)

    def show_page(self, title: str, page: str, *, hint: str, text: str) -> None:
        """Title, buttons and search of this page; `text` is what its search holds."""
        self._title.setText(title)
        self._summary.show_counts("")
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        wanted = self._commands.in_header(page)
        self._buttons = [self._button(command) for command in wanted]
        for button in self._buttons:
            self._row.insertWidget(self._row.count() - 1, button)
            button.command().changed.connect(self._fit)
        self._menu.clear()
        self._menu.addActions([self._commands.action(c.id) for c in wanted if c.header == "tool"])
        self.search.setVisible(bool(hint))
        self.search.set_hint(hint or "Search")
        self.search.show_text(text)
        self._fit()

    def _button(self, command: Command) -> CommandButton:
        action: QAction = self._commands.action(command.id)
        return CommandButton(action, theme=self._theme, main=command.header == "main", parent=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there isn't room for all words, buttons show their icons alone, those at the left first; and
        where there isn't room for these either, all but the main one are a menu.
        """
        # never narrower than its words, whatever else wants room
        self._title.setMinimumWidth(0)
        self._title.setMinimumWidth(self._title.minimumSizeHint().width())
        gap = self._row.spacing()
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._title.sizeHint().width()
        room -= self._theme.px(Space.SECTION + SUMMARY) + gap * (len(self._buttons) + 3)
        if not self.search.isHidden():
            room -= self.search.minimumWidth()
        for button in self._buttons:
            button.set_short(False)
        needed = sum(button.sizeHint().width() for button in self._buttons)
        for button in self._buttons:
            if needed <= room:
                break
            if button.can_be_short():
                full = button.sizeHint().width()
                button.set_short(True)
                needed -= full - button.sizeHint().width()
        tools = self._buttons[: len(self._menu.actions())]
        folded = len(tools) > 1 and needed > room
        self.more.setVisible(folded)
        for button in tools:
            button.setVisible(not folded)

    def set_summary(self, words: str, opening: Opening | None = None) -> None:
        """The line beside the title; its counts open what `opening` says."""
        self._summary.show_counts(words, opening)
