"""The symbols of the map: a shape for what a setting is, marks for its state, a filling for how it suits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from ui.theme.palette import Tone
from ui.theme.theme import Theme


class Shape(Enum):
    """What stands for a kind of setting; `HOME` for where a person lives."""

    CIRCLE = "circle"
    DIAMOND = "diamond"
    SQUARE = "square"
    TRIANGLE = "triangle"
    HEXAGON = "hexagon"
    HOME = "home"


class Suits(Enum):
    """How a setting suits the person who is chosen; `ANY` where nobody is."""

    ANY = "any"
    PROPOSED = "proposed"
    FORBIDDEN = "forbidden"
    """They are to go there, and a rule forbids it as things are."""
    WOULD_DO = "would do"
    NEAR = "near"
    """One reason stands against it."""
    NOT = "not"
    UNKNOWN = "unknown"
    """Nobody has said yet."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """What is drawn for one setting."""

    shape: Shape
    suits: Suits = Suits.ANY
    designated: bool = False
    closed: bool = False
    outbreak: bool = False


_SIDE = {Suits.PROPOSED: 26, Suits.FORBIDDEN: 26, Suits.WOULD_DO: 22, Suits.NEAR: 19, Suits.NOT: 13}
"""Pixels at 100 %; 18 where not said otherwise."""
MARGIN = 7
"""Room around a symbol for its marks."""


def side(suits: Suits) -> int:
    """How large a symbol is, in pixels at 100 %."""
    return _SIDE.get(suits, 18)


def outline(shape: Shape, box: QRectF) -> QPainterPath:
    """The shape inside a box; all shapes of one box look about equally large."""
    path = QPainterPath()
    middle, half = box.center(), box.width() / 2
    if shape is Shape.CIRCLE:
        path.addEllipse(box.adjusted(half * 0.06, half * 0.06, -half * 0.06, -half * 0.06))
        return path
    if shape is Shape.SQUARE:
        path.addRect(box.adjusted(half * 0.14, half * 0.14, -half * 0.14, -half * 0.14))
        return path
    corners: list[tuple[float, float]]
    if shape is Shape.DIAMOND:
        corners = [(0, -1.08), (1.08, 0), (0, 1.08), (-1.08, 0)]
    elif shape is Shape.TRIANGLE:
        corners = [(0, -1), (1.05, 0.85), (-1.05, 0.85)]
    elif shape is Shape.HEXAGON:
        corners = [(math.cos(at * math.pi / 3), math.sin(at * math.pi / 3)) for at in range(6)]
    else:
        corners = [(0, -1), (1, -0.1), (0.7, -0.1), (0.7, 0.9), (-0.7, 0.9), (-0.7, -0.1), (-1, -0.1)]
    path.addPolygon(QPolygonF([QPointF(middle.x() + x * half, middle.y() + y * half) for x, y in corners]))
    path.closeSubpath()
    return path


class Symbols:
    """Draws symbols once each for the theme in force, and hands out their pictures."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._made: dict[tuple[Symbol, float, int], QPixmap] = {}
        theme.changed.connect(self._made.clear)

    def picture(self, symbol: Symbol, *, ratio: float = 1.0, margin: int = MARGIN) -> QPixmap:
        """The picture of a symbol, its middle in the middle; `margin` is the room around it for its marks."""
        key = (symbol, ratio, margin)
        if key not in self._made:
            around = self._theme.px(margin)
            wide = self._theme.px(side(symbol.suits)) + 2 * around
            pixmap, painter = begin_picture(wide, ratio)
            box = QRectF(around, around, wide - 2 * around, wide - 2 * around)
            paint_symbol(painter, symbol, box, self._theme)
            painter.end()
            self._made[key] = pixmap
        return self._made[key]


def begin_picture(wide: float, ratio: float) -> tuple[QPixmap, QPainter]:
    """A square picture with nothing on it yet, and what paints on it."""
    pixmap = QPixmap(round(wide * ratio), round(wide * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter


def tone_of(shape: Shape) -> Tone:
    """A shape's colour; it never stands for anything that the shape doesn't say too."""
    if shape is Shape.DIAMOND:
        return Tone.WAITING
    return Tone.ACCENT if shape in (Shape.SQUARE, Shape.TRIANGLE, Shape.HEXAGON) else Tone.NEUTRAL


def paint_symbol(painter: QPainter, symbol: Symbol, box: QRectF, theme: Theme) -> None:
    """Draws a symbol into a box; its marks stand at the box's corners."""
    tone = tone_of(symbol.shape)
    path = outline(symbol.shape, box)
    ink, ground = theme.colour(tone), theme.ground(tone)
    wide = theme.px(1.6)
    if symbol.suits is Suits.WOULD_DO:
        ink, ground = theme.colour(Tone.DONE), theme.colour(Tone.DONE)
    elif symbol.suits is Suits.PROPOSED:
        ink, ground = theme.colour(Tone.ACCENT), theme.colour(Tone.ACCENT)
    elif symbol.suits is Suits.FORBIDDEN:
        ink, ground = theme.colour(Tone.DANGER), theme.colour(Tone.DANGER)
    elif symbol.suits is Suits.NEAR:
        ink, ground = theme.colour(Tone.WAITING), theme.ground(Tone.WAITING)
    elif symbol.suits in (Suits.NOT, Suits.UNKNOWN):
        ink, ground, wide = QColor(theme.palette.border), QColor(theme.palette.surface), theme.px(1.2)
    # an edge in the ground's colour parts it from what it stands on
    painter.setPen(QPen(QColor(theme.palette.surface), wide + theme.px(3)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    edge = QPen(ink, max(1, wide))
    if symbol.suits is Suits.UNKNOWN:
        edge.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(edge)
    painter.setBrush(ground)
    painter.drawPath(path)
    _inside(painter, symbol, box, theme)
    _marks(painter, symbol, box, theme)


def _inside(painter: QPainter, symbol: Symbol, box: QRectF, theme: Theme) -> None:
    """A tick where it would do, a star where it is proposed (! where that isn't allowed), 1 where one reason
    stands against it."""
    unit = box.width() / 20
    middle = box.center()
    if symbol.suits is Suits.WOULD_DO:
        painter.setPen(QPen(QColor(theme.palette.surface), max(1.5, 2 * unit)))
        corners = ((-4, 0.4), (-1.2, 3.2), (4.2, -3.2))
        painter.drawPolyline([QPointF(middle.x() + x * unit, middle.y() + y * unit) for x, y in corners])
    elif symbol.suits is Suits.PROPOSED:
        _star(painter, middle, 6.2 * unit, QColor(theme.palette.surface))
    elif symbol.suits in (Suits.NEAR, Suits.FORBIDDEN):
        forbidden = symbol.suits is Suits.FORBIDDEN
        font = QFont(theme.font(strong=True))
        font.setPixelSize(max(6, round((14 if forbidden else 11) * unit)))
        painter.setFont(font)
        painter.setPen(QColor(theme.palette.surface) if forbidden else theme.colour(Tone.WAITING))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "!" if forbidden else "1")
    elif symbol.designated and symbol.suits is Suits.ANY:
        _star(painter, middle, 5.6 * unit, theme.colour(tone_of(symbol.shape)))


def _star(painter: QPainter, middle: QPointF, radius: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    corners = []
    for at in range(10):
        angle, reach = math.pi * at / 5 - math.pi / 2, radius if at % 2 == 0 else radius * 0.42
        corners.append(QPointF(middle.x() + reach * math.cos(angle), middle.y() + reach * math.sin(angle)))
    painter.drawPolygon(QPolygonF(corners))


def _marks(painter: QPainter, symbol: Symbol, box: QRectF, theme: Theme) -> None:
    """A bar across what is closed; a dot with spikes at the upper right of an outbreak."""
    if symbol.suits is Suits.NOT:
        return
    red, edge = theme.colour(Tone.DANGER), QColor(theme.palette.surface)
    if symbol.closed:
        line = (box.bottomLeft(), box.topRight())
        painter.setPen(QPen(edge, theme.px(4.5)))
        painter.drawLine(*line)
        painter.setPen(QPen(red, theme.px(2.2)))
        painter.drawLine(*line)
    if symbol.outbreak:
        middle, radius = box.topRight() + QPointF(-theme.px(1), theme.px(1)), theme.px(3.4)
        painter.setPen(QPen(edge, theme.px(3)))
        painter.setBrush(edge)
        painter.drawEllipse(middle, radius + 1, radius + 1)
        painter.setPen(QPen(red, max(1, theme.px(1.2))))
        for at in range(8):
            angle = math.pi * at / 4
            reach = QPointF(math.cos(angle), math.sin(angle)) * (radius + theme.px(2.2))
            painter.drawLine(middle, middle + reach)
        painter.setBrush(red)
        painter.drawEllipse(middle, radius, radius)
