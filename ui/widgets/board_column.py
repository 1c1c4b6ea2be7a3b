"""One column of a board: a list of cards, each drawn when it is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.models.table import AnyIndex
from ui.theme.scale import Size, Space
from ui.theme.status import Status
from ui.theme.theme import Theme

CARD_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


THEN = ", then "
EDGE = 8
"""Pixels of the list and of a card's own lines, and of what an advance is rounded down by."""
MEASURED = 12
"""So many cards of a column are measured."""
"""Parts the places of a card."""
REASON_LINES = 3
"""Lines for the reason of a card."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows, and what a screen reader says of it."""

    title: str
    where: str
    status: Status
    """What is due, with its urgency."""
    small: str
    """Since when."""
    step: str
    """The word of its button; empty: it has none."""
    why_not: str = ""
    """Why the button can't be pressed by whoever is at the desk."""

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        step = f"Next: {self.step.rstrip('…')}" if self.step else ""
        parts = (self.title, self.where, self.status.word, self.small, step)
        return ", ".join(part for part in parts if part)


def places_of(card: Card) -> tuple[str, ...]:
    """Where somebody goes, and in a line of its own where to after that: "then Elm Lodge"."""
    first, then, second = card.where.partition(THEN)
    return (first, f"{then.removeprefix(', ')}{second}") if second else (first,)


class CardsModel(QAbstractListModel):
    """Rows of any type as cards; `key` names a row for good."""

    def __init__(
        self,
        *,
        key: Callable[[Any], str],
        card: Callable[[Any], Card],
        has_reason: Callable[[Any], bool],
        goes_on: Callable[[Any], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._card = card
        self._rows: list[Any] = []
        self._places: dict[str, int] = {}
        self._has_reason, self._goes_on = has_reason, goes_on
        self.has_reasons = False
        """Whether a card has a reason in it that needs more than a line."""
        self.has_two_places = False
        """Whether somebody goes on from where they go first, which takes a second line."""

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Shows these rows instead."""
        self.beginResetModel()
        self._rows = list(rows)
        self.has_reasons = any(self._has_reason(row) for row in self._rows)
        self.has_two_places = any(self._goes_on(row) for row in self._rows)
        self._places = {self._key(row): at for at, row in enumerate(self._rows)}
        self.endResetModel()

    def place_of(self, key: str) -> int:
        """Where the row of this key is, or -1."""
        return self._places.get(key, -1)

    def key_at(self, at: int) -> str:
        """The key of the row there; empty outside."""
        return self._key(self._rows[at]) if 0 <= at < len(self._rows) else ""

    def first_cards(self) -> list[Card]:
        """The cards that stand for all where it is asked how wide they are."""
        return [self._card(row) for row in self._rows[:MEASURED]]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Cards there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The card, and its words for a screen reader and the tooltip."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        if role == CARD_ROLE:
            return self._card(self._rows[index.row()])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._card(self._rows[index.row()]).spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            card = self._card(self._rows[index.row()])
            return "\n".join(
                part for part in (card.title, card.where, card.small, card.status.sentence) if part
            )
        return None


class CardDelegate(QStyledItemDelegate):
    """Draws a card: who, where to, what is due, since when, and the button of the next step."""

    def __init__(self, *, theme: Theme, parent: CardList) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return QSize(self._theme.px(120), self.height() + self._theme.px(6))

    def height(self) -> int:
        """The height of a card; all of a column are as high as the one that says most."""
        base = QFontMetrics(self._theme.font()).height()
        small = QFontMetrics(self._theme.font(Size.SMALL)).height()
        small_lines = self._lines_of_places() + (REASON_LINES if self._list.cards.has_reasons else 1)
        return 2 * base + small_lines * small + self._theme.px(6 + 2 + 2 + 2 + 6 + 6) + self.button_height()

    def width(self) -> int:
        """How wide a card has to be that cuts nobody's name, no home's and no word of its button."""
        strong = QFontMetrics(self._theme.font(strong=True))
        small = QFontMetrics(self._theme.font(Size.SMALL))
        wide = 0
        for card in self._list.cards.first_cards():
            names = [strong.horizontalAdvance(card.title), *map(small.horizontalAdvance, places_of(card))]
            wide = max(wide, *names, small.horizontalAdvance(card.step) + self._theme.px(2))
        # around it the edges of the card, within it those of its words
        return wide + self._theme.px(3 + 6 + 4 + 3) + EDGE

    def _lines_of_places(self) -> int:
        return 2 if self._list.cards.has_two_places else 1

    def button_height(self) -> int:
        """The height of a card's button: a target of 24 pixels at least."""
        return max(
            self._theme.px(26), QFontMetrics(self._theme.font(Size.SMALL)).height() + self._theme.px(8)
        )

    def button_place(self, card: QRect) -> QRect:
        """Where the button of a card is."""
        edge = self._theme.px(6)
        return QRect(
            card.left() + edge, card.bottom() - edge - self.button_height() + 1,
            card.width() - 2 * edge, self.button_height(),
        )  # fmt: skip

    def card_place(self, rect: QRect) -> QRect:
        """Where the card is within its row of the list."""
        return rect.adjusted(self._theme.px(3), 0, -self._theme.px(3), -self._theme.px(6))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        theme, colours = self._theme, self._theme.palette
        card: Card = index.data(CARD_ROLE)
        place = self.card_place(rect)
        current = self._list.currentIndex() == index and self._list.is_chosen
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = current and self._list.hasFocus()
        edge = colours.accent if current else colours.line
        painter.setPen(QPen(QColor(edge), theme.px(2) if focused else 1))
        painter.setBrush(QColor(colours.selection if current else colours.surface))
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))
        self._words(painter, place, card)
        if card.step:
            self._button(painter, self.button_place(place), card, hot=self._list.hot == index.row())
        painter.restore()

    def _words(self, painter: QPainter, place: QRect, card: Card) -> None:
        theme, colours = self._theme, self._theme.palette
        inner = place.adjusted(theme.px(6), theme.px(6), -theme.px(4), 0)
        tall = QFontMetrics(theme.font()).height()
        small = QFontMetrics(theme.font(Size.SMALL)).height()
        y = inner.top()
        _line(painter, QRect(inner.left(), y, inner.width(), tall), card.title, theme.font(strong=True),
              QColor(colours.text))  # fmt: skip
        y += tall + theme.px(2)
        for at, place_of in enumerate(places_of(card)[: self._lines_of_places()]):
            line = QRect(inner.left(), y + at * small, inner.width(), small)
            _line(painter, line, place_of, theme.font(Size.SMALL), QColor(colours.text))
        y += self._lines_of_places() * small + theme.px(2)
        side = theme.px(14)
        ratio = self._list.devicePixelRatioF()
        picture = theme.pixmap(card.status.icon, card.status.tone, size=14, ratio=ratio)
        painter.drawPixmap(inner.left(), y + (tall - side) // 2, picture)
        words = QRect(inner.left() + side + theme.px(5), y, inner.width() - side - theme.px(5), tall)
        _line(painter, words, card.status.word, theme.font(), theme.colour(card.status.tone))
        y += tall + theme.px(2)
        if not self._list.cards.has_reasons:
            _line(painter, QRect(inner.left(), y, inner.width(), small), card.small, theme.font(Size.SMALL),
                  QColor(colours.muted))  # fmt: skip
            return
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(QColor(colours.muted))
        wrap = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
        painter.drawText(QRect(inner.left(), y, inner.width(), REASON_LINES * small), wrap, card.small)

    def _button(self, painter: QPainter, place: QRect, card: Card, *, hot: bool) -> None:
        theme, colours = self._theme, self._theme.palette
        can = not card.why_not
        painter.setPen(QPen(QColor((colours.text if hot else colours.border) if can else colours.line), 1))
        painter.setBrush(QColor((colours.raised if hot else colours.surface) if can else colours.window))
        painter.drawRoundedRect(place, theme.px(4), theme.px(4))
        ink = QColor(colours.text if can else colours.muted)
        _line(painter, place, card.step, theme.font(Size.SMALL), ink, middle=True)


def _line(
    painter: QPainter, place: QRect, words: str, font: QFont, ink: QColor, *, middle: bool = False
) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    said = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter) if middle else _LEFT, said)


class CardList(QListView):
    """The cards of a column. Up and Down go through them, Left and Right ask for the next column."""

    chosen = Signal(str)
    """This card was made current by mouse or key."""
    opened = Signal(str)
    stepped = Signal(str)
    """The button of this card was pressed."""
    sideways = Signal(int)
    dragged = Signal(str, QPoint)
    """This card is being dragged; the point is global."""
    let_go = Signal(QPoint, bool)
    """The drag ended there; False: it was given up."""
    menu_wanted = Signal(QPoint)

    def __init__(
        self,
        *,
        theme: Theme,
        name: str,
        key: Callable[[Any], str],
        card: Callable[[Any], Card],
        has_reason: Callable[[Any], bool],
        goes_on: Callable[[Any], bool],
        can_drag: bool = True,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._can_drag = can_drag
        self.cards = CardsModel(key=key, card=card, has_reason=has_reason, goes_on=goes_on, parent=self)
        self.setModel(self.cards)
        self.delegate = CardDelegate(theme=theme, parent=self)
        self.setItemDelegate(self.delegate)
        self.is_chosen = False
        """Whether the board's current card is in this column."""
        self.hot = -1
        self._wide: dict[float, int] = {}
        """How wide the cards that are shown have to be, by the size of text; measured once."""
        self._pressed: QPoint | None = None
        self._dragging = False
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setMinimumHeight(theme.px(24))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("kind", "cards")
        self.verticalScrollBar().setSingleStep(theme.px(24))
        self._rename()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Shows these rows as cards; the scroll stays."""
        down = self.verticalScrollBar().value()
        self._wide.clear()
        self.cards.show_rows(rows)
        self.verticalScrollBar().setValue(down)
        self._rename()

    def width_of_cards(self) -> int:
        """How wide the list has to be to cut no name; with room for its bar where it scrolls."""
        bar, scale = self.verticalScrollBar(), self._theme.scale
        if scale not in self._wide:
            self._wide[scale] = self.delegate.width()
        return self._wide[scale] + (bar.sizeHint().width() if bar.maximum() else 0)

    def _rename(self) -> None:
        count = self.cards.rowCount()
        self.setAccessibleName(f"{self._name}: {count:,} {'card' if count == 1 else 'cards'}")

    def current_key(self) -> str:
        """The key of the current card."""
        return self.cards.key_at(self.currentIndex().row()) if self.currentIndex().isValid() else ""

    def pick(self, key: str) -> bool:
        """Makes this card current and brings it into view; nobody is told."""
        at = self.cards.place_of(key)
        if at < 0:
            return False
        index = self.cards.index(at)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def card_rect(self, at: int) -> QRect:
        """Where a card is in the viewport."""
        return self.delegate.card_place(self.visualRect(self.cards.index(at)))

    def button_rect(self, at: int) -> QRect:
        """Where the button of a card is in the viewport."""
        return self.delegate.button_place(self.card_rect(at))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.cards.rowCount():
            painter = QPainter(self.viewport())
            place = self.viewport().rect().adjusted(0, self._theme.px(Space.NEAR), 0, 0)
            painter.setPen(QColor(self._theme.palette.muted))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter), "Nobody")
            painter.end()

    def keyboardSearch(self, search: str, /) -> None:
        """Letters belong to the search field and to commands."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._dragging and key == Qt.Key.Key_Escape:
            self._end_drag(QPoint(), dropped=False)
            return
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
            self.sideways.emit(-1 if key == Qt.Key.Key_Left else 1)
            return
        if key in _ENTER:
            if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self.current_key():
                event.ignore()
            else:
                self.opened.emit(self.current_key())
            return
        before = self.current_key()
        super().keyPressEvent(event)
        if self.current_key() != before:
            self.chosen.emit(self.current_key())

    # ------------------------------------------------------------------- mouse

    def _at(self, place: QPoint) -> int:
        index = self.indexAt(place)
        return index.row() if index.isValid() and self.card_rect(index.row()).contains(place) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        at = self._at(place)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if at < 0:
            return
        self.setCurrentIndex(self.cards.index(at))
        self.chosen.emit(self.cards.key_at(at))
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = place

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if self._can_drag and (self._dragging or far):
                self._dragging = True
                self.dragged.emit(self.current_key(), event.globalPosition().toPoint())
            return
        at = self._at(place)
        hot = at if at >= 0 and self.button_rect(at).contains(place) else -1
        if hot != self.hot:
            self.hot = hot
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place, pressed = event.position().toPoint(), self._pressed
        if self._dragging:
            self._end_drag(event.globalPosition().toPoint(), dropped=True)
            return
        self._pressed = None
        at = self._at(place)
        if pressed is None or at < 0:
            return
        button = self.button_rect(at)
        if button.contains(place) and button.contains(pressed) and self.cards.index(at).data(CARD_ROLE).step:
            self.stepped.emit(self.cards.key_at(at))

    def _end_drag(self, place: QPoint, *, dropped: bool) -> None:
        self._pressed, self._dragging = None, False
        self.let_go.emit(place, dropped)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        if at >= 0 and not self.button_rect(at).contains(event.position().toPoint()):
            self.opened.emit(self.cards.key_at(at))

    def leaveEvent(self, event: QEvent) -> None:
        self.hot = -1
        self.viewport().update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        elif self._at(event.pos()) < 0:
            return
        self.menu_wanted.emit(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.cards.rowCount() and not (self.is_chosen and self.currentIndex().isValid()):
            self.setCurrentIndex(self.cards.index(max(0, self.currentIndex().row())))
            self.chosen.emit(self.current_key())
        self.viewport().update()
