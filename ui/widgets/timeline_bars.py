"""What a timeline draws: rows with bars of nights, each told apart by its pattern and its outline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Size
from ui.theme.status import Status
from ui.theme.theme import Theme


class Look(Enum):
    """How sure a bar is. The outline says it: whole, dotted, dashed, dash and dot."""

    THERE = "there"
    """The person is, or was, in this bed."""
    HELD = "held"
    """The bed is held; nobody has arrived."""
    ASKED = "asked"
    """It waits for approval: no bed is held."""
    GONE = "gone"
    """It came to nothing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Nights from `start` until before `end` (None: no end is known). `key` is what Enter opens."""

    key: str
    start: date
    end: date | None
    look: Look
    words: str
    """What stands in the bar."""
    sentence: str
    """The same as people say it: tooltip and what is announced."""
    isolates: bool = False
    moves: bool = False
    """It begins with a move."""
    lane: int = 0
    wrong: bool = False
    """A rule forbids it as things are."""
    asks: bool = False
    """Somebody has to decide whether it can go on so."""
    drags: str = ""
    """What it means to drag it to another day; empty: it isn't dragged."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word over some nights: how many beds are left."""

    start: date
    end: date
    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class RowHead:
    """What stands at the left of a row besides its title: a second line, a chip, and more in the tooltip.

    `mark`: an icon before the title, in its tone, with its sentence in the tooltip.
    """

    status: Status | None = None
    below: str = ""
    tip: str = ""
    mark: Status | None = None


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row: who or what at the left, and its bars. What it shows is made when it comes into view."""

    key: str
    title: str
    bars: Callable[[], Sequence[Bar]]
    head: Callable[[], RowHead] = RowHead
    keys: tuple[str, ...] = ()
    """The keys of its bars."""
    lanes: int = 1
    two_lines: bool = False
    """Its head has a second line."""
    marks: Callable[[], Sequence[Mark]] | None = None
    """Where there are any, they stand over the bars."""


_OUTLINES = {
    Look.THERE: Qt.PenStyle.SolidLine,
    Look.HELD: Qt.PenStyle.DotLine,
    Look.ASKED: Qt.PenStyle.DashLine,
    Look.GONE: Qt.PenStyle.DashDotLine,
}


def tone_of(bar: Bar) -> Tone:
    """The family of colours of a bar."""
    if bar.wrong:
        return Tone.DANGER
    if bar.look in (Look.ASKED, Look.GONE):
        return Tone.NEUTRAL
    return Tone.WAITING if bar.isolates or bar.asks else Tone.DONE


def pen_of(bar: Bar, *, theme: Theme) -> QPen:
    """The outline of a bar."""
    pen = QPen(theme.colour(tone_of(bar)), max(1.0, theme.scale * 1.4), _OUTLINES[bar.look])
    pen.setCosmetic(True)
    return pen


def brush_of(bar: Bar, *, theme: Theme) -> QBrush:
    """The pattern of a bar: crossed where a rule forbids it, hatched where the person isolates, dots where a
    bed is held, else plain."""
    ink = theme.colour(tone_of(bar))
    if bar.wrong:
        return QBrush(ink, Qt.BrushStyle.DiagCrossPattern)
    if bar.isolates:
        return QBrush(ink, Qt.BrushStyle.BDiagPattern)
    if bar.look is Look.HELD:
        return QBrush(ink, Qt.BrushStyle.Dense7Pattern)
    if bar.look is Look.THERE:
        return QBrush(theme.ground(tone_of(bar)), Qt.BrushStyle.SolidPattern)
    return QBrush(Qt.BrushStyle.NoBrush)


def paint_bar(
    painter: QPainter,
    place: QRectF,
    bar: Bar,
    *,
    theme: Theme,
    goes_on: bool,
    text: QRectF | None = None,
    now: float = -1.0,
) -> None:
    """Draws a bar at `place`, with a tip at its end where it `goes_on`; its words within `text`, if given,
    and clear of the line of `now`."""
    shape = _outline(place, tip=min(place.height() * 0.45, place.width()) if goes_on else 0.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = theme.ground(tone_of(bar)) if bar.look is not Look.GONE else QColor(theme.palette.surface)
    brush = brush_of(bar, theme=theme)
    painter.setPen(Qt.PenStyle.NoPen)
    if bar.look is not Look.ASKED or bar.isolates:
        painter.setBrush(ground)
        painter.drawPolygon(shape)
    painter.setBrush(brush)
    painter.drawPolygon(shape)
    if text is not None and bar.words:
        patterned = brush.style() not in (Qt.BrushStyle.SolidPattern, Qt.BrushStyle.NoBrush)
        _words(painter, text, bar, theme=theme, ground=ground if patterned else None, now=now)
    painter.setPen(pen_of(bar, theme=theme))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(shape)
    if bar.moves:
        paint_move(painter, place.left(), place.center().y(), theme=theme, half=place.height() * 0.3)


def paint_move(painter: QPainter, x: float, y: float, *, theme: Theme, half: float) -> None:
    """The small arrow of a move."""
    painter.setPen(QPen(QColor(theme.palette.surface), 1))
    painter.setBrush(QColor(theme.palette.text))
    corners = ((x - half, y - half), (x + half, y), (x - half, y + half))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _outline(place: QRectF, *, tip: float) -> QPolygonF:
    if not tip:
        return QPolygonF(
            [place.topLeft(), place.topRight(), place.bottomRight(), place.bottomLeft(), place.topLeft()]
        )
    return QPolygonF(
        [
            place.topLeft(),
            QPointF(place.right() - tip, place.top()),
            QPointF(place.right(), place.center().y()),
            QPointF(place.right() - tip, place.bottom()),
            place.bottomLeft(),
            place.topLeft(),
        ]
    )


def _words(
    painter: QPainter, place: QRectF, bar: Bar, *, theme: Theme, ground: QColor | None, now: float
) -> None:
    painter.setFont(theme.font(Size.SMALL))
    metrics = painter.fontMetrics()
    gap = theme.px(6)
    needs = metrics.horizontalAdvance(bar.words) + 2 * gap
    if place.left() < now < min(place.right(), place.left() + needs):
        place = QRectF(place)
        after = place.right() - now
        if after >= needs or after >= now - place.left():
            place.setLeft(now)
        else:
            place.setRight(now)
    if place.width() < metrics.horizontalAdvance("MM…") + 2 * gap:
        return
    inner = place.adjusted(gap, 0, -gap, 0)
    said = metrics.elidedText(bar.words, Qt.TextElideMode.ElideRight, int(inner.width()))
    if ground is not None:
        # words aren't crossed by the pattern
        wide = min(inner.width() + gap, metrics.horizontalAdvance(said) + gap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRect(QRectF(inner.left() - gap / 2, place.top() + 2, wide, place.height() - 4))
    painter.setPen(QColor(theme.palette.text))
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), said)


class BarItem(QGraphicsItem):
    """A bar in the scene. `seen` is the part of the scene in view: words stay in sight."""

    def __init__(
        self, bar: Bar, place: QRectF, *, theme: Theme, goes_on: bool, seen: Callable[[], QRectF], now: float
    ) -> None:
        super().__init__()
        self.bar = bar
        self.place = place
        self.current = False
        self.focused = False
        self._theme = theme
        self._goes_on = goes_on
        self._seen = seen
        self._now = now
        self.setToolTip(bar.sentence)

    def boundingRect(self) -> QRectF:
        edge = self._theme.px(4) + self.place.height() * 0.3
        return self.place.adjusted(-edge, -self._theme.px(4), edge, self._theme.px(4))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del option, widget
        seen, text = self._seen(), QRectF(self.place)
        text.setLeft(max(text.left(), seen.left()))
        text.setRight(min(text.right(), seen.right()))
        paint_bar(
            painter, self.place, self.bar, theme=self._theme, goes_on=self._goes_on, text=text, now=self._now
        )
        if self.current:
            wide = self._theme.px(2) if self.focused else 1
            painter.setPen(QPen(QColor(self._theme.palette.accent), max(1, wide)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.place.adjusted(-3, -3, 3, 3))
