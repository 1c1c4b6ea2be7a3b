"""What is on the map: the settings, a person's home, the ground; and what of it is drawn where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QTransform

from discharge.exchange.boundaries import Area
from discharge.model.shown.map import Place
from ui.map.clusters import Cluster, Point, clusters
from ui.map.ground import Ground, Projection
from ui.map.symbols import Suits, Symbol, side
from ui.theme.theme import Theme

APART = 30
"""Symbols nearer than so many pixels become one."""
TILE = 480
"""Pixels of a tile: what isn't seen isn't gathered into clusters."""


class Mark(NamedTuple):
    """A setting on the map."""

    key: str
    name: str
    place: Place
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Home:
    """Where the person lives who is chosen, and the settings that they go to, one after the other."""

    name: str
    place: Place | None
    goes_to: tuple[str, ...] = ()
    reach: float | None = None
    """How far from home they would go at most, in km."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the map is seen: kilometres as pixels, and the pixels there are."""

    to_pixels: QTransform
    room: QSize

    @property
    def scale(self) -> float:
        """Pixels a kilometre."""
        return self.to_pixels.m11()

    def pixel(self, spot: QPointF) -> QPointF:
        """Where a spot in kilometres is seen."""
        return QPointF(self.to_pixels.map(spot))

    def seen(self) -> QRectF:
        """What is seen, in kilometres."""
        back, _ = self.to_pixels.inverted()
        return back.mapRect(QRectF(0, 0, self.room.width(), self.room.height()))

    @property
    def level(self) -> int:
        """How near it is, in steps of half an octave: clusters are gathered once for each."""
        return level_of(self.scale)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cluster where it is drawn, in pixels."""

    at: QPointF
    reach: float
    """Half its width."""
    cluster: Cluster


def level_of(scale: float) -> int:
    """The level of so many pixels a kilometre."""
    return round(2 * math.log2(scale))


class Plot:
    """Settings as points in kilometres, and which of them are drawn as one.

    It may be made, and gathered, in any thread: England's settings take longer than a window may stand still.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        self.marks = list(marks)
        self.at = {mark.key: at for at, mark in enumerate(self.marks)}
        latitudes = [mark.place.latitude for mark in self.marks]
        self.projection = _true_at(latitudes)
        self.points = [_point(mark, self.projection) for mark in self.marks]
        self._tiles: dict[int, dict[tuple[int, int], list[int]]] = {}
        self._clusters: dict[tuple[int, int, int], list[Cluster]] = {}

    def box(self, members: Sequence[int] | None = None) -> QRectF:
        """What these marks cover, or all; null without any."""
        points = self.points if members is None else [self.points[at] for at in members]
        if not points:
            return QRectF()
        xs, ys = [point.x for point in points], [point.y for point in points]
        return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))

    def near(self, level: int, seen: QRectF, *, apart: float) -> Iterator[Cluster]:
        """The clusters of the tiles that are seen, made when a tile is first seen; those nearer than `apart`
        pixels become one."""
        scale = 2 ** (level / 2)
        side_km = TILE / scale
        if level not in self._tiles:
            tiles: dict[tuple[int, int], list[int]] = {}
            for at, point in enumerate(self.points):
                tiles.setdefault((int(point.x // side_km), int(point.y // side_km)), []).append(at)
            self._tiles[level] = tiles
        tiles = self._tiles[level]
        for across in range(int(seen.left() // side_km), int(seen.right() // side_km) + 1):
            for down in range(int(seen.top() // side_km), int(seen.bottom() // side_km) + 1):
                members = tiles.get((across, down))
                if members is None:
                    continue
                key = (level, across, down)
                if key not in self._clusters:
                    points = [self.points[at] for at in members]
                    self._clusters[key] = [
                        Cluster(each.x, each.y, tuple(members[at] for at in each.members))
                        for each in clusters(points, apart=apart / scale)
                    ]
                yield from self._clusters[key]

    def gather_anew(self) -> None:
        """Symbols are of another size now."""
        self._clusters.clear()


def _true_at(latitudes: Sequence[float]) -> Projection:
    """The projection that is true to scale in the middle of these, to half a degree."""
    return Projection(round(sum(latitudes) / len(latitudes) * 2) / 2) if latitudes else Projection()


def _point(mark: Mark, projection: Projection) -> Point:
    x, y = projection.kilometres(mark.place.latitude, mark.place.longitude)
    suits = mark.symbol.suits
    group = "" if suits in (Suits.ANY, Suits.UNKNOWN) else suits.value
    return Point(x, y, group, suits in (Suits.PROPOSED, Suits.FORBIDDEN))


class MapContent:
    """Everything that the map shows, in kilometres."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._plot = Plot(())
        self._areas: tuple[Area, ...] = ()
        self.projection = Projection()
        self.ground = Ground((), self.projection)
        self.names: list[tuple[str, Place]] = []
        self.home: Home | None = None
        self.selected = ""
        theme.changed.connect(self._gather_anew)

    def _gather_anew(self) -> None:
        self._plot.gather_anew()

    def set_areas(self, areas: Sequence[Area]) -> None:
        """Draws these boundaries, or none."""
        self._areas = tuple(areas)
        self.ground = Ground(self._areas, self.projection)
        self._project()

    def set_plot(self, plot: Plot, names: Sequence[tuple[str, Place]]) -> None:
        """Shows these settings, and these names of areas where no boundary gives them."""
        self._plot, self.names = plot, list(names)
        self._project()

    @property
    def marks(self) -> Sequence[Mark]:
        """The settings that are shown."""
        return self._plot.marks

    def _project(self) -> None:
        """As the settings are; without any as the boundaries, and without those as before."""
        projection = self.projection
        if self._plot.marks:
            projection = self._plot.projection
        elif self._areas:
            projection = _true_at([(area.box[1] + area.box[3]) / 2 for area in self._areas])
        if projection != self.projection:
            self.projection = projection
            self.ground = Ground(self._areas, projection)

    # ------------------------------------------------------------------ where

    def spot(self, place: Place) -> QPointF:
        """Where a place is, in kilometres."""
        return QPointF(*self.projection.kilometres(place.latitude, place.longitude))

    def spot_of(self, key: str) -> QPointF | None:
        """Where a setting is, in kilometres; None where it isn't shown."""
        at = self._plot.at.get(key)
        return None if at is None else QPointF(self._plot.points[at].x, self._plot.points[at].y)

    def way(self) -> list[QPointF]:
        """Where the person lives and then goes, as far as it is shown."""
        home = self.home
        if home is None:
            return []
        spots = [self.spot(home.place)] if home.place is not None else []
        return spots + [spot for key in home.goes_to if (spot := self.spot_of(key)) is not None]

    def box(self, members: Sequence[int] | None = None) -> QRectF:
        """What these marks cover, or all; without any, the boundaries, or else the middle of England."""
        if self._plot.marks:
            return self._plot.box(members)
        found = self.ground.box()
        if not found.isEmpty():
            return found
        x, y = self.projection.kilometres(52.5, -1.5)
        return QRectF(x - 150, y - 150, 300, 300)

    # ------------------------------------------------------------------- what

    def suits(self, cluster: Cluster) -> Suits:
        """How the settings of a cluster suit: all of them alike."""
        return self.marks[cluster.members[0]].symbol.suits

    def is_selected(self, cluster: Cluster) -> bool:
        """Whether the chosen setting is in it."""
        return self._plot.at.get(self.selected, -1) in cluster.members

    def drawn(self, sight: Sight) -> list[Drawn]:
        """What is drawn of the marks, and where; those that suit come last, on top."""
        scale, left, top = sight.scale, sight.to_pixels.dx(), sight.to_pixels.dy()
        edge = self._theme.px(30)
        wide, high = sight.room.width() + edge, sight.room.height() + edge
        here = []
        for cluster in self._plot.near(sight.level, sight.seen(), apart=self._theme.px(APART)):
            x, y = cluster.x * scale + left, cluster.y * scale + top
            if -edge < x < wide and -edge < y < high:
                here.append(Drawn(QPointF(x, y), self._reach(cluster), cluster))
        order = {suits: -at for at, suits in enumerate(Suits)}
        here.sort(key=lambda each: order[self.suits(each.cluster)])
        return here

    def _reach(self, cluster: Cluster) -> float:
        number = len(cluster.members)
        if number == 1:
            return self._theme.px(side(self.suits(cluster))) / 2
        return self._theme.px(min(20.0, 10.5 + 2.2 * math.log10(number)))
