"""What the map draws over its ground: symbols, a home with its distances, the way to a place, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPen, QPixmap

from ui.map import ground
from ui.map.content import Drawn, MapContent, Sight
from ui.map.symbols import Shape, Suits, Symbol, Symbols, begin_picture, paint_symbol
from ui.theme.palette import Tone
from ui.theme.scale import Size
from ui.theme.theme import Theme

RINGS_KM = (5, 10, 25)
NAMED = 30
"""So many symbols are named where there is room."""
LONGEST_NAME = 170
BAND = 32
"""What stands on the map is looked for in bands so many pixels high."""
_NUMBER_TONES = {Suits.WOULD_DO: Tone.DONE, Suits.NEAR: Tone.WAITING, Suits.FORBIDDEN: Tone.DANGER}


class Taken:
    """Places on the map where something stands already, by how far down they are."""

    def __init__(self, places: Iterable[QRectF] = ()) -> None:
        self._bands: dict[int, list[QRectF]] = {}
        self._all: list[QRectF] = []
        for place in places:
            self.add(place)

    def __iter__(self) -> Iterator[QRectF]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, place: QRectF) -> None:
        """Something stands here now."""
        self._all.append(place)
        for band in _bands(place):
            self._bands.setdefault(band, []).append(place)

    def is_free(self, place: QRectF) -> bool:
        """Whether nothing stands in this place."""
        near = (other for band in _bands(place) for other in self._bands.get(band, ()))
        return not any(place.intersects(other) for other in near)


def _bands(place: QRectF) -> range:
    """The bands of the map that a place lies in."""
    return range(int(place.top() // BAND), int(place.bottom() // BAND) + 1)


class MapPainter:
    """Draws one map's content; the painter's units are pixels."""

    def __init__(self, content: MapContent, *, theme: Theme) -> None:
        self._content = content
        self._theme = theme
        self._symbols = Symbols(theme)
        self._numbers: dict[tuple[str, Suits, int, float], QPixmap] = {}
        self._taken = Taken()
        theme.changed.connect(self._numbers.clear)

    def paint(self, painter: QPainter, sight: Sight, *, ratio: float) -> None:
        """Draws everything that stands on the ground."""
        drawn = self._content.drawn(sight)
        self._taken = Taken(_around(each.at, each.reach) for each in drawn)
        self._edge(painter, sight)
        self._rings(painter, sight)
        self._reach(painter, sight)
        self._area_names(painter, sight)
        self._way(painter, sight)
        for each in drawn:
            self._cluster(painter, each, ratio=ratio)
        self._home(painter, sight)
        for each in drawn:
            if self._content.is_selected(each.cluster):
                self._selected(painter, each)
        self._names(painter, sight, drawn)
        corner = QPointF(self._theme.px(14), sight.room.height() - self._theme.px(26))
        ground.paint_scale(painter, corner, scale=sight.scale, theme=self._theme)

    def _cluster(self, painter: QPainter, drawn: Drawn, *, ratio: float) -> None:
        cluster = drawn.cluster
        if len(cluster.members) == 1:
            symbol = self._content.marks[cluster.members[0]].symbol
            picture = self._symbols.picture(symbol, ratio=ratio)
        else:
            picture = self._number(len(cluster.members), self._content.suits(cluster), drawn.reach, ratio)
        half = picture.width() / picture.devicePixelRatio() / 2
        painter.drawPixmap(drawn.at - QPointF(half, half), picture)

    def _number(self, number: int, suits: Suits, reach: float, ratio: float) -> QPixmap:
        """The picture of several settings as one, drawn once for each number."""
        words = f"{number:,}" if number < 1000 else f"{number / 1000:.0f}k"
        key = (words, suits, round(reach), ratio)
        if key not in self._numbers:
            theme = self._theme
            tone = _NUMBER_TONES.get(suits, Tone.NEUTRAL)
            quiet = suits is Suits.NOT
            radius = round(reach) * (0.85 if quiet else 1.0)
            wide = 2 * round(reach) + theme.px(6)
            pixmap, painter = begin_picture(wide, ratio)
            edge = QColor(theme.palette.border) if quiet else theme.colour(tone)
            painter.setPen(QPen(edge, theme.px(1.5)))
            painter.setBrush(QColor(theme.palette.surface) if quiet else theme.ground(tone))
            painter.drawEllipse(QPointF(wide / 2, wide / 2), radius, radius)
            painter.setFont(theme.font(Size.SMALL, strong=not quiet, tabular=True))
            painter.setPen(QColor(theme.palette.muted) if quiet else theme.colour(tone))
            painter.drawText(QRectF(0, 0, wide, wide), int(Qt.AlignmentFlag.AlignCenter), words)
            painter.end()
            self._numbers[key] = pixmap
        return self._numbers[key]

    def _selected(self, painter: QPainter, drawn: Drawn) -> None:
        reach = drawn.reach + self._theme.px(5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.palette.surface), self._theme.px(5)))
        painter.drawEllipse(drawn.at, reach, reach)
        painter.setPen(QPen(QColor(self._theme.palette.accent), self._theme.px(2.5)))
        painter.drawEllipse(drawn.at, reach, reach)

    # ------------------------------------------------------------------- home

    def _rings(self, painter: QPainter, sight: Sight) -> None:
        home, theme = self._content.home, self._theme
        if home is None or home.place is None:
            return
        middle = sight.pixel(self._content.spot(home.place))
        pen = QPen(QColor(theme.palette.muted), theme.px(1), Qt.PenStyle.DashLine)
        painter.setFont(theme.font(Size.SMALL))
        for km in RINGS_KM:
            reach = km * sight.scale
            if reach < theme.px(24) or km == home.reach:
                continue
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, reach, reach)
            for way in (-1, 1):
                at = middle + QPointF(0, way * reach + theme.px(4))
                ink = QColor(theme.palette.muted)
                place = ground.halo(painter, at, f"{km} km", ink=ink, theme=theme, middle=True)
                self._taken.add(place)

    def _reach(self, painter: QPainter, sight: Sight) -> None:
        """The circle beyond which they would not go."""
        home, theme = self._content.home, self._theme
        if home is None or home.place is None or home.reach is None:
            return
        middle, reach = sight.pixel(self._content.spot(home.place)), home.reach * sight.scale
        ink = theme.colour(Tone.WAITING)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, theme.px(2)))
        painter.drawEllipse(middle, reach, reach)
        if reach < theme.px(24):
            return
        painter.setFont(theme.font(Size.SMALL, strong=True))
        at = middle + QPointF(0, reach + theme.px(4))
        if at.y() > sight.room.height():
            at = middle - QPointF(0, reach - theme.px(4))
        said = f"At most {home.reach:g} km"
        self._taken.add(ground.halo(painter, at, said, ink=ink, theme=theme, middle=True))

    def _way(self, painter: QPainter, sight: Sight) -> None:
        theme = self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for start, end in pairwise(self._content.way()):
            way = QLineF(sight.pixel(start), sight.pixel(end))
            painter.setPen(QPen(QColor(theme.palette.surface), theme.px(5)))
            painter.drawLine(way)
            painter.setPen(QPen(QColor(theme.palette.accent), theme.px(2.4)))
            painter.drawLine(way)
            if way.length() < theme.px(48):
                continue
            for turn in (150, -150):
                tip = QLineF(way.pointAt(0.55), way.p2())
                tip.setLength(theme.px(9))
                tip.setAngle(tip.angle() + turn)
                painter.drawLine(tip)

    def _home(self, painter: QPainter, sight: Sight) -> None:
        home, theme = self._content.home, self._theme
        if home is None or home.place is None:
            return
        at, half = sight.pixel(self._content.spot(home.place)), theme.px(11)
        paint_symbol(painter, Symbol(Shape.HOME, Suits.PROPOSED), _around(at, half), theme)
        painter.setFont(theme.font(strong=True))
        said = f"Home of {home.name}"
        there = self._beside(at, half, QFontMetricsF(painter.font()).horizontalAdvance(said), sight)
        ink = QColor(theme.palette.text)
        place = ground.halo(painter, there, said, ink=ink, theme=theme, middle=True)
        self._taken.add(_around(at, half))
        self._taken.add(place)

    def _beside(self, at: QPointF, half: float, wide: float, sight: Sight) -> QPointF:
        """Where words so wide cover the fewest symbols: below the home, above it, or at a side of it."""
        px, aside = self._theme.px, half + self._theme.px(6) + wide / 2
        places = [
            at + QPointF(0, half + px(17)),
            at - QPointF(0, half + px(6)),
            at + QPointF(aside, px(5)),
            at - QPointF(aside, -px(5)),
        ]
        seen = QRectF(0, 0, sight.room.width(), sight.room.height())

        def covered(place: QPointF) -> int:
            area = QRectF(place.x() - wide / 2, place.y() - px(13), wide, px(17))
            hidden = 0 if seen.contains(area) else len(self._taken)
            return hidden + sum(area.intersects(taken) for taken in self._taken)

        return min(places, key=covered)

    # ------------------------------------------------------------------ names

    def _names(self, painter: QPainter, sight: Sight, drawn: Sequence[Drawn]) -> None:
        """Names beside the symbols that matter most, where there is room."""
        theme = self._theme
        painter.setFont(theme.font(Size.SMALL))
        metrics = QFontMetrics(painter.font())
        named: set[int] = set()
        for each in self._to_name(drawn):
            at = each.cluster.members[0]
            if at in named or len(named) >= NAMED:
                continue
            name, longest = self._content.marks[at].name, theme.px(LONGEST_NAME)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, longest)
            wide = metrics.horizontalAdvance(words)
            beside = each.reach + theme.px(7)
            for left in (each.at.x() + beside, each.at.x() - beside - wide):
                place = QRectF(left, each.at.y() - metrics.height() / 2, wide, metrics.height())
                inside = place.left() > 0 and place.right() < sight.room.width()
                if inside and self._taken.is_free(place):
                    named.add(at)
                    self._taken.add(place)
                    spot = QPointF(left, place.top() + metrics.ascent())
                    ground.halo(painter, spot, words, ink=QColor(theme.palette.text), theme=theme)
                    break

    def _to_name(self, drawn: Sequence[Drawn]) -> Iterator[Drawn]:
        """The symbols that may be named, those first that matter most."""
        content = self._content
        single = [each for each in drawn if len(each.cluster.members) == 1]
        yield from (each for each in single if content.is_selected(each.cluster))
        wanted = [Suits.FORBIDDEN, Suits.PROPOSED, Suits.WOULD_DO]
        if len(single) <= NAMED:
            wanted += [Suits.NEAR, Suits.ANY]
        for suits in wanted:
            yield from (each for each in single if content.suits(each.cluster) is suits)

    def _area_names(self, painter: QPainter, sight: Sight) -> None:
        theme = self._theme
        above = 0
        names = list(self._content.ground.names(sight.seen(), scale=sight.scale))
        if not names:
            above = theme.px(20)
            names = [(name, (self._content.spot(place),)) for name, place in self._content.names]
        painter.setFont(theme.font(strong=True))
        metrics = QFontMetrics(painter.font())
        painter.setPen(QColor(theme.palette.muted))
        for name, spots in names:
            wide = metrics.horizontalAdvance(name)
            for spot in spots:
                at = sight.pixel(spot) - QPointF(wide / 2, above)
                place = QRectF(at.x(), at.y() - metrics.ascent(), wide, metrics.height())
                if self._taken.is_free(place):
                    self._taken.add(place)
                    painter.drawText(at, name)
                    break

    def _edge(self, painter: QPainter, sight: Sight) -> None:
        """What the lines of the graticule are called, along the lower and the left edge."""
        theme, seen, to = self._theme, sight.seen(), sight.to_pixels
        painter.setFont(theme.font(Size.SMALL))
        painter.setPen(QColor(theme.palette.muted))
        low = sight.room.height() - theme.px(6)
        projection = self._content.projection
        for x, words in ground.longitudes(seen, scale=sight.scale, projection=projection):
            self._put(painter, QPointF(x * to.m11() + to.dx() + theme.px(4), low), words)
        for y, words in ground.latitudes(seen, scale=sight.scale, projection=projection):
            at = QPointF(theme.px(6), y * to.m22() + to.dy() - theme.px(4))
            if at.y() < low - theme.px(50):
                self._put(painter, at, words)

    def _put(self, painter: QPainter, at: QPointF, words: str) -> None:
        metrics = QFontMetrics(painter.font())
        wide = metrics.horizontalAdvance(words)
        self._taken.add(QRectF(at.x(), at.y() - metrics.ascent(), wide, metrics.height()))
        painter.drawText(at, words)


def _around(middle: QPointF, reach: float) -> QRectF:
    return QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach)
