"""A dated list: what happened when, in sentences, with small buttons where something can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_grid
from ui.widgets.text import IconLabel, Wrapped, clear_layout, label

LARGE = 1.4
"""From this size of the text on, buttons stand one under the other."""


@dataclass(frozen=True, slots=True)
class Link:
    """A small button: its words, what it does, and why it can't be pressed now (empty: it can)."""

    words: str
    do: Callable[[], object]
    name: str = ""
    """What a screen reader says, where `words` alone would not tell which one."""
    why_not: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """One entry. `status` gives the icon; `small` stands below in grey; `over` is struck through."""

    when: str
    words: str
    status: Status | None = None
    small: str = ""
    links: Sequence[Link] = ()
    over: bool = False


def link_button(link: Link, parent: QWidget | None = None) -> QPushButton:
    """The small button of a link."""
    button = QPushButton(link.words, parent)
    button.setProperty("kind", "link")
    button.setAutoDefault(False)
    button.setAccessibleName(link.name or link.words)
    button.setEnabled(not link.why_not)
    button.setToolTip(link.why_not or link.tip)
    button.clicked.connect(lambda _checked=False: link.do())
    return button


class DatedList(QWidget):
    """Entries one under the other; of more than `first` the rest comes when asked for.

    `wide` is the widest date there may be; empty: the entries have none.
    """

    def __init__(
        self,
        entries: Sequence[Dated],
        *,
        theme: Theme,
        first: int = 1_000,
        wide: str = "Mon 16 Nov 14:05",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries = list(entries)
        self._wide = wide
        self._grid = in_grid(self, across=theme.px(Space.NEAR), down=theme.px(6))
        self._grid.setColumnStretch(2, 1)
        self._show(first)

    def entries(self) -> list[Dated]:
        """All entries, shown or not."""
        return list(self._entries)

    def _show(self, first: int) -> None:
        clear_layout(self._grid)
        shown = self._entries if len(self._entries) <= first + 2 else self._entries[:first]
        for row, entry in enumerate(shown):
            self._put(entry, 2 * row)
        rest = len(self._entries) - len(shown)
        if rest:
            more = Link(f"Show {rest} more", lambda: self._show(len(self._entries)))
            self._grid.addWidget(link_button(more, self), 2 * len(shown), 1, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def _put(self, entry: Dated, row: int) -> None:
        theme = self._theme
        top = Qt.AlignmentFlag.AlignTop
        if entry.status is not None:
            picture = IconLabel(entry.status.icon, entry.status.tone, theme=theme, parent=self)
            picture.setAccessibleName(entry.status.word)
            picture.setToolTip(entry.status.sentence or entry.status.word)
            self._grid.addWidget(picture, row, 0, top)
        if self._wide:
            when = label(entry.when, "muted", said=False, parent=self)
            when.setFont(theme.font(tabular=True))
            when.setMinimumWidth(QFontMetrics(theme.font(tabular=True)).horizontalAdvance(self._wide))
            self._grid.addWidget(when, row, 1, top)
        cell = QWidget(self)
        column = in_column(cell, gap=0)
        words = Wrapped(entry.words, "muted" if entry.over else "", parent=cell)
        if entry.over:
            font = words.font()
            font.setStrikeOut(True)
            words.setFont(font)
        words.setAccessibleName(f"{entry.when}: {entry.words}" if entry.when else entry.words)
        column.addWidget(words)
        if entry.small:
            column.addWidget(Wrapped(entry.small, "small", parent=cell))
        self._grid.addWidget(cell, row, 2 if self._wide else 1, 1, 1 if self._wide else 2)
        if not entry.links:
            return
        large = self._theme.scale > LARGE
        if large:
            # beside the date they would have no room for their words
            holder = QWidget(self)
            holder.setLayout(self._line_of(entry.links, holder))
            self._grid.addWidget(holder, row + 1, 1, 1, 2)
        else:
            column.addWidget(self._flow_of(entry.links, cell))

    def _flow_of(self, links: Sequence[Link], cell: QWidget) -> QWidget:
        """The small buttons side by side, and on a further line where they have no room."""
        holder = QWidget(cell)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        flow = FlowLayout(holder, gap=0, line_gap=0)
        for link in links:
            flow.addWidget(link_button(link, holder))
        return holder

    def _line_of(self, links: Sequence[Link], cell: QWidget) -> QBoxLayout:
        """The small buttons one under the other, where the text is large."""
        line = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        # the words of the first button stand under the sentence
        line.setContentsMargins(-self._theme.px(Space.NEAR), 0, 0, 0)
        line.setSpacing(0)
        for link in links:
            line.addWidget(link_button(link, cell), 0, Qt.AlignmentFlag.AlignLeft)
        return line
