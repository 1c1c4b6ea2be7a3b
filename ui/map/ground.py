"""The ground of the map: degrees as kilometres, boundaries, graticule, scale bar. No map data is shipped."""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QByteArray, QDataStream, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPolygonF

from discharge.exchange.boundaries import DETAILS_KM, Area, Ring
from ui.theme.scale import Size
from ui.theme.theme import Theme

KM_A_DEGREE = 111.195
_STEPS = (5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
"""Degrees between two lines of the graticule."""


@dataclass(frozen=True)
class Projection:
    """Degrees as kilometres east of Greenwich and south of the equator, true to scale at one latitude."""

    latitude: float = 52.5

    @cached_property
    def narrow(self) -> float:
        """How much shorter a degree of longitude is than one of latitude."""
        return math.cos(math.radians(self.latitude))

    def kilometres(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a place is drawn."""
        return longitude * KM_A_DEGREE * self.narrow, -latitude * KM_A_DEGREE


class Ground:
    """Draws areas: each as a path in kilometres, made when it is first seen in that detail."""

    def __init__(self, areas: Sequence[Area], projection: Projection) -> None:
        self._areas = list(areas)
        self._projection = projection
        self._paths: dict[tuple[int, int], QPainterPath] = {}
        self._boxes = [self._box(area) for area in self._areas]

    def __len__(self) -> int:
        return len(self._areas)

    def box(self) -> QRectF:
        """What all areas cover; empty where there are none."""
        found = QRectF()
        for box in self._boxes:
            found = found.united(box)
        return found

    def _box(self, area: Area) -> QRectF:
        west, south, east, north = area.box
        one, other = self._projection.kilometres(north, west), self._projection.kilometres(south, east)
        return QRectF(QPointF(*one), QPointF(*other))

    def paint(self, painter: QPainter, seen: QRectF, *, scale: float, theme: Theme) -> None:
        """Draws the areas that are seen; `scale` is pixels a kilometre."""
        detail = max((at for at, km in enumerate(DETAILS_KM) if km * scale <= 2.0), default=0)
        pen = QPen(QColor(theme.palette.border), theme.px(1))
        pen.setCosmetic(True)
        painter.save()
        painter.setPen(pen)
        painter.setBrush(QColor(theme.palette.surface))
        painter.scale(KM_A_DEGREE * self._projection.narrow, -KM_A_DEGREE)
        for at, box in enumerate(self._boxes):
            if box.intersects(seen):
                painter.drawPath(self._path(at, detail))
        painter.restore()

    def _path(self, at: int, detail: int) -> QPainterPath:
        """An area's outline, in degrees."""
        if (at, detail) not in self._paths:
            path = QPainterPath()
            for ring in self._areas[at].details[detail]:
                path.addPolygon(_polygon(ring))
            self._paths[at, detail] = path
        return self._paths[at, detail]

    def names(self, seen: QRectF, *, scale: float) -> Iterator[tuple[str, tuple[QPointF, ...]]]:
        """The names of the areas that are seen and large enough to hold one, and where it may stand."""
        for area, box in zip(self._areas, self._boxes, strict=True):
            if area.name and box.width() * scale > 60 and box.intersects(seen):
                middle = box.center()
                steps = (box.height() * share for share in (0, -0.25, 0.25, -0.35, 0.35))
                yield area.name, tuple(QPointF(middle.x(), middle.y() + step) for step in steps)


def _polygon(ring: Ring) -> QPolygonF:
    """The ring as Qt has it, taken over as bytes: point by point a coast would take a second."""
    swapped = array("d", ring)
    if sys.byteorder == "little":
        swapped.byteswap()
    stream = QDataStream(QByteArray(struct.pack(">I", len(ring) // 2) + swapped.tobytes()))
    polygon = QPolygonF()
    stream >> polygon
    return polygon


def graticule_step(scale: float, *, narrow: float) -> float:
    """Degrees between two lines, so that they stand some 100 to 250 pixels apart."""
    return next((step for step in reversed(_STEPS) if step * KM_A_DEGREE * narrow * scale >= 110), _STEPS[0])


def paint_graticule(
    painter: QPainter, seen: QRectF, *, scale: float, projection: Projection, theme: Theme
) -> None:
    """Fine lines of latitude and longitude over what is seen, in kilometres."""
    pen = QPen(QColor(theme.palette.line), 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    for x, _ in longitudes(seen, scale=scale, projection=projection):
        painter.drawLine(QLineF(x, seen.top(), x, seen.bottom()))
    for y, _ in latitudes(seen, scale=scale, projection=projection):
        painter.drawLine(QLineF(seen.left(), y, seen.right(), y))


def longitudes(seen: QRectF, *, scale: float, projection: Projection) -> list[tuple[float, str]]:
    """The lines that go down what is seen: their x in kilometres, and what they are called."""
    step = graticule_step(scale, narrow=projection.narrow)
    a_degree = KM_A_DEGREE * projection.narrow
    first, last = math.ceil(seen.left() / a_degree / step), math.floor(seen.right() / a_degree / step)
    return [(at * step * a_degree, _degrees(at * step, step, "E", "W")) for at in range(first, last + 1)]


def latitudes(seen: QRectF, *, scale: float, projection: Projection) -> list[tuple[float, str]]:
    """The lines that go across what is seen: their y in kilometres, and what they are called."""
    step = graticule_step(scale, narrow=projection.narrow)
    first = math.ceil(-seen.bottom() / KM_A_DEGREE / step)
    last = math.floor(-seen.top() / KM_A_DEGREE / step)
    return [(-at * step * KM_A_DEGREE, _degrees(at * step, step, "N", "S")) for at in range(first, last + 1)]


def _degrees(value: float, step: float, plus: str, minus: str) -> str:
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    said = f"{abs(value):.{digits}f}°"
    return said if abs(value) < step / 2 else f"{said} {plus if value > 0 else minus}"


def bar_km(scale: float, *, widest: float) -> float:
    """A round number of kilometres that a bar of at most `widest` pixels can stand for."""
    most = widest / scale
    power = 10.0 ** math.floor(math.log10(most))
    return power * max(part for part in (1, 2, 5) if part * power <= most)


def paint_scale(painter: QPainter, corner: QPointF, *, scale: float, theme: Theme) -> None:
    """The scale bar, with its lower left end at `corner`, in pixels."""
    km = bar_km(scale, widest=theme.px(130))
    wide, high = km * scale, theme.px(6)
    words = f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"
    painter.setFont(theme.font(Size.SMALL))
    text = QColor(theme.palette.text)
    halo(painter, QPointF(corner.x(), corner.y() - high - theme.px(4)), words, ink=text, theme=theme)
    painter.setPen(QPen(QColor(theme.palette.surface), theme.px(4)))
    shape = QPolygonF(
        [
            QPointF(corner.x(), corner.y() - high), corner, QPointF(corner.x() + wide, corner.y()),
            QPointF(corner.x() + wide, corner.y() - high),
        ]
    )  # fmt: skip
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(shape)
    painter.setPen(QPen(text, theme.px(1.5)))
    painter.drawPolyline(shape)


def halo(
    painter: QPainter, baseline: QPointF, words: str, *, ink: QColor, theme: Theme, middle: bool = False
) -> QRectF:
    """Words on whatever stands below them, with a soft edge in the ground's colour; where they stand."""
    metrics = QFontMetrics(painter.font())
    wide = metrics.horizontalAdvance(words)
    at = QPointF(baseline.x() - wide / 2, baseline.y()) if middle else baseline
    place = QRectF(at.x(), at.y() - metrics.ascent(), wide, metrics.height())
    ground = QColor(theme.palette.surface)
    ground.setAlpha(215)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(place.adjusted(-theme.px(3), 0, theme.px(3), 0), theme.px(3), theme.px(3))
    painter.setPen(ink)
    painter.drawText(at, words)
    return place
