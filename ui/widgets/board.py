"""A board: columns of cards. Arrows go between cards and columns, a card can be dragged to another column.

The board knows nothing of what its columns mean: whoever made it says, when a drag begins, what dropping
on each column would do (`set_targets`), and hears of what was dropped (`dropped`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QScrollArea, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.board_column import CARD_ROLE, Card, CardList
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label, restyle

FULL, WIDEST = 128, 240
"""The least width of a column with cards, and how wide a long name may make it, in pixels at 100 %; an empty
one is as wide as its heading."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its key, its title and what it means."""

    key: str
    title: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What dropping the card on a column does; `why_not`: the sentence why it can't be done."""

    words: str
    why_not: str = ""
    icon: str = "arrow-right"


class _Ghost(QWidget):
    """The card under the pointer, with what dropping it here would do."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._theme = theme
        self._title = ""
        self._target: Target | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def follow(self, place: QPoint, title: str, target: Target | None) -> None:
        """Be here, and say what a drop would do."""
        self._title, self._target = title, target
        theme = self._theme
        wide = theme.px(250)
        words = QRect(0, 0, wide - theme.px(42), theme.px(400))
        metrics = QFontMetrics(theme.font(Size.SMALL))
        wrapped = metrics.boundingRect(words, int(Qt.TextFlag.TextWordWrap), self.said())
        self.resize(wide, wrapped.height() + theme.px(38))
        room = self._over.rect()
        left = min(place.x() + theme.px(8), room.right() - self.width())
        self.move(max(0, left), min(place.y() + theme.px(8), max(0, room.bottom() - self.height())))
        self.show()
        self.raise_()
        self.update()

    def said(self) -> str:
        """What dropping here would do."""
        if self._target is None:
            return "Drop it on another column."
        return self._target.why_not or self._target.words

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme, colours = self._theme, self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = Tone.NEUTRAL
        if self._target is not None:
            tone = Tone.WAITING if self._target.why_not else Tone.ACCENT
        painter.setPen(QPen(theme.colour(tone), theme.px(2)))
        painter.setBrush(QColor(colours.surface))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))
        edge = theme.px(10)
        painter.setFont(theme.font(strong=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(self.rect().adjusted(edge, theme.px(6), -edge, 0), 0, self._title)
        icon = "arrow-right" if self._target is None else self._target.icon
        icon = "exclude" if tone is Tone.WAITING else icon
        picture = theme.pixmap(icon, tone, size=14, ratio=self.devicePixelRatioF())
        painter.drawPixmap(edge, theme.px(27), picture)
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(theme.colour(tone))
        place = self.rect().adjusted(edge + theme.px(20), theme.px(26), -edge, 0)
        painter.drawText(place, int(Qt.TextFlag.TextWordWrap), self.said())
        painter.end()


class _Column(QFrame):
    """A column's head and its cards."""

    def __init__(self, heading: Heading, cards: CardList, *, theme: Theme) -> None:
        super().__init__()
        self.heading = heading
        self.cards = cards
        self._theme = theme
        self.setProperty("kind", "column")
        column = in_column(self, around=(0, theme.px(Space.NEAR), 0, 0), gap=theme.px(6))
        head = in_row(around=(theme.px(10), 0, theme.px(10), 0))
        self._title = label(heading.title, "heading", selectable=False)
        self._title.setToolTip(heading.tip)
        self._count = label("", "muted")
        self._sign = QLabel()
        head.addWidget(self._title)
        head.addWidget(self._sign)
        head.addStretch(1)
        head.addWidget(self._count)
        column.addLayout(head)
        column.addWidget(cards, 1)
        # a bar takes its room from the cards
        cards.verticalScrollBar().rangeChanged.connect(self.fit)
        self._sign.hide()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Shows these rows."""
        self.cards.show_rows(rows)
        self._count.setText(f"{len(rows):,}")
        self.fit()

    def fit(self) -> None:
        """An empty column takes less room."""
        theme, count = self._theme, self.cards.cards.rowCount()
        head = QFontMetrics(theme.font(strong=True)).horizontalAdvance(f"{self.heading.title} {count:,}")
        wide = max(theme.px(FULL), min(self.cards.width_of_cards(), theme.px(WIDEST))) if count else 0
        self.setMinimumWidth(max(wide, head + theme.px(36)))

    def mark(self, target: Target | None, *, under: bool) -> None:
        """While dragging: whether a card can be dropped here; `under` the pointer."""
        drop = "" if target is None else "no" if target.why_not else "here" if under else "yes"
        if self.property("drop") != drop:
            self.setProperty("drop", drop)
            restyle(self)
        can = target is not None and not target.why_not
        self._sign.setVisible(can)
        self._count.setVisible(not can)
        if target is not None and can:
            ratio = self.devicePixelRatioF()
            self._sign.setPixmap(self._theme.pixmap(target.icon, Tone.ACCENT, size=14, ratio=ratio))


class Board(QScrollArea):
    """Columns side by side; one of all cards is current, and Tab stops at it alone."""

    picked = Signal(str)
    """The key of the card that is current now."""
    opened = Signal(str)
    stepped = Signal(str)
    """The button of this card was pressed."""
    dropped = Signal(str, str)
    """A card was dropped on a column: their keys."""

    def __init__(
        self,
        headings: Sequence[Heading],
        *,
        key: Callable[[Any], str],
        card: Callable[[Any], Card],
        theme: Theme,
        name: str,
        has_reason: Callable[[Any], bool] = lambda _row: False,
        goes_on: Callable[[Any], bool] = lambda _row: False,
        can_drag: bool = True,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._current = ""
        self._card = card
        self._menu: QMenu | None = None
        self._targets: Callable[[str], Mapping[str, Target]] = lambda _key: {}
        self._drop: Mapping[str, Target] = {}
        self._columns: dict[str, _Column] = {}
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        self._across = in_row(
            body, around=(theme.px(6), 0, theme.px(6), theme.px(Space.NEAR)), gap=theme.px(6)
        )
        for heading in headings:
            cards = CardList(
                theme=theme,
                name=heading.title,
                key=key,
                card=card,
                has_reason=has_reason,
                goes_on=goes_on,
                can_drag=can_drag,
            )
            column = _Column(heading, cards, theme=theme)
            self._columns[heading.key] = column
            self._across.addWidget(column, 1)
            self._wire(cards)
        self.setWidget(body)
        self._ghost = _Ghost(theme=theme, parent=self)
        self._laid_out = QTimer(self, singleShot=True, interval=0)
        self._laid_out.timeout.connect(self._bring_current)
        theme.changed.connect(self._fit)
        self._follow_focus()

    def _wire(self, cards: CardList) -> None:
        cards.chosen.connect(self._choose)
        cards.opened.connect(self.opened)
        cards.stepped.connect(self.stepped)
        cards.sideways.connect(self._sideways)
        cards.dragged.connect(self._drag)
        cards.let_go.connect(self._let_go)
        cards.menu_wanted.connect(self._show_menu)

    # -------------------------------------------------------------- what is shown

    def show_rows(self, rows: Mapping[str, Sequence[Any]]) -> None:
        """Shows these rows by the keys of their columns; a column without any stays, empty."""
        for key, column in self._columns.items():
            column.show_rows(rows.get(key, ()))
            self._across.setStretchFactor(column, 3 if rows.get(key) else 1)
        if not self._find(self._current):
            self._current = ""
        self._follow_focus()

    def update_cards(self) -> None:
        """Draws the cards again: what can be done has changed."""
        for column in self._columns.values():
            column.cards.viewport().update()

    def show_column(self, key: str, *, shown: bool) -> None:
        """Whether a column is there at all."""
        self._columns[key].setVisible(shown)

    def shown(self) -> dict[str, list[str]]:
        """The keys of the cards by column, as they stand."""
        return {
            key: [column.cards.cards.key_at(at) for at in range(column.cards.cards.rowCount())]
            for key, column in self._columns.items()
        }

    def _fit(self) -> None:
        for column in self._columns.values():
            column.fit()
            column.cards.doItemsLayout()
        # where the cards are in another size of text is known once that is laid out
        self._laid_out.start()

    def _bring_current(self) -> None:
        """Brings the current card into view."""
        there = self._column_of(self._current)
        if there is not None:
            there.cards.pick(self._current)
            self.ensureWidgetVisible(there, 0, 0)

    # ------------------------------------------------------------------- current

    def current_key(self) -> str:
        """The key of the current card; empty where there is none."""
        return self._current

    def pick(self, key: str) -> bool:
        """Makes this card current and brings it into view; False where it isn't shown."""
        if not self._find(key):
            return False
        self._current = key
        self._follow_focus()
        return True

    def take_focus(self) -> None:
        """Puts the focus on the current card, or the first."""
        column = self._column_of(self._current) or next(
            (each for each in self._columns.values() if each.cards.cards.rowCount()), None
        )
        first = next(iter(self._columns.values()))
        (column or first).cards.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _find(self, key: str) -> bool:
        return self._column_of(key) is not None

    def _column_of(self, key: str) -> _Column | None:
        columns = self._columns.values()
        return next((each for each in columns if key and each.cards.cards.place_of(key) >= 0), None)

    def _choose(self, key: str) -> None:
        before, self._current = self._current, key
        self._follow_focus()
        if key and key != before:
            self.picked.emit(key)

    def _follow_focus(self) -> None:
        """Tab stops at the column of the current card alone."""
        there = self._column_of(self._current)
        stop = there or next((c for c in self._columns.values() if c.cards.cards.rowCount()), None)
        stop = stop or next(iter(self._columns.values()))
        for column in self._columns.values():
            cards = column.cards
            cards.is_chosen = column is there
            cards.setFocusPolicy(Qt.FocusPolicy.StrongFocus if column is stop else Qt.FocusPolicy.ClickFocus)
            cards.viewport().update()
        if there is not None:
            self._bring_current()
            if not there.cards.hasFocus() and any(c.cards.hasFocus() for c in self._columns.values()):
                there.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sideways(self, by: int) -> None:
        """To the nearest column with cards, at the same height."""
        columns = [each for each in self._columns.values() if not each.isHidden()]
        here = self._column_of(self._current)
        at = columns.index(here) if here in columns else -1
        rest = columns[at + 1 :] if by > 0 else list(reversed(columns[: max(0, at)]))
        there = next((each for each in rest if each.cards.cards.rowCount()), None)
        if there is None:
            return
        row = here.cards.currentIndex().row() if here is not None else 0
        row = max(0, min(row, there.cards.cards.rowCount() - 1))
        there.cards.setCurrentIndex(there.cards.cards.index(row))
        self._choose(there.cards.cards.key_at(row))
        there.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---------------------------------------------------------------------- drag

    def set_targets(self, targets: Callable[[str], Mapping[str, Target]]) -> None:
        """What dropping a card does, by the columns' keys; asked for when a drag begins."""
        self._targets = targets

    def set_menu(self, menu: QMenu) -> None:
        """The context menu of a card."""
        self._menu = menu

    def _show_menu(self, place: QPoint) -> None:
        if self._menu is not None:
            self._menu.popup(place)

    def _drag(self, key: str, place: QPoint) -> None:
        begins = not self._drop
        if begins:
            self._drop = self._targets(key)
        under = self._column_at(place)
        for column in self._columns.values():
            column.mark(self._drop.get(column.heading.key), under=column is under)
        target = self._drop.get(under.heading.key) if under is not None else None
        card = self._column_of(key)
        row = card.cards.cards.index(card.cards.cards.place_of(key)) if card is not None else None
        title = self._title_of(row) if row is not None else ""
        self._ghost.follow(self.mapFromGlobal(place), title, target)
        self._scroll_near_edge(self.mapFromGlobal(place).x())
        if begins:
            open_ones = [key for key, each in self._drop.items() if not each.why_not]
            said = ", ".join(self._columns[key].heading.title for key in open_ones) or "no column"
            announce(self, f"Dragging {title}. It can be dropped on {said}.")

    def _scroll_near_edge(self, x: int) -> None:
        """Columns out of sight come nearer while a card is held at the edge."""
        edge, bar = self._theme.px(40), self.horizontalScrollBar()
        if x > self.width() - edge or x < edge:
            bar.setValue(bar.value() + (edge if x > edge else -edge))

    @staticmethod
    def _title_of(index: Any) -> str:
        card = index.data(CARD_ROLE)
        return card.title if isinstance(card, Card) else ""

    def _column_at(self, place: QPoint) -> _Column | None:
        for column in self._columns.values():
            if column.isVisible() and column.rect().contains(column.mapFromGlobal(place)):
                return column
        return None

    def _let_go(self, place: QPoint, dropped: bool) -> None:
        targets, self._drop = self._drop, {}
        self._ghost.hide()
        for column in self._columns.values():
            column.mark(None, under=False)
        under = self._column_at(place) if dropped else None
        if under is not None and under.heading.key in targets:
            self.dropped.emit(self._current, under.heading.key)
