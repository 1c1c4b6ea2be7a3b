"""The ground of the map and what of ten thousand settings is drawn: numbers, without a window."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QTransform

from discharge.exchange.boundaries import boundaries_of
from discharge.model.distance import kilometres
from discharge.model.shown.map import Place
from tests.examples import sweep
from ui.map.content import MapContent, Mark, Plot, Sight
from ui.map.ground import (
    Ground,
    Projection,
    bar_km,
    graticule_step,
    latitudes,
    longitudes,
)
from ui.map.paint import Taken
from ui.map.symbols import Shape, Suits, Symbol
from ui.theme.theme import Theme

ENGLAND = 15_403


def test_near_its_latitude_a_kilometre_is_a_kilometre() -> None:
    projection = Projection(51.5)
    for other in ((51.6, 0.1), (51.5, 0.3), (51.4, -0.2)):
        x, y = projection.kilometres(51.5, 0.1)
        there = projection.kilometres(*other)
        drawn = ((x - there[0]) ** 2 + (y - there[1]) ** 2) ** 0.5
        assert drawn == pytest.approx(kilometres(51.5, 0.1, *other), rel=0.003)
    assert projection.kilometres(52, 0)[1] < projection.kilometres(51, 0)[1], "north is up"


@pytest.mark.parametrize(
    ("scale", "km"), [(0.5, 200), (1, 100), (2, 50), (13, 10), (26, 5), (130, 1), (400, 0.2), (512, 0.2)]
)
def test_the_scale_bar_stands_for_a_round_number(scale: float, km: float) -> None:
    found = bar_km(scale, widest=130)
    assert found == pytest.approx(km)
    assert found * scale <= 130


@pytest.mark.parametrize("scale", [0.3, 1, 5, 20, 60, 200, 512])
def test_the_lines_of_the_graticule_stand_well_apart(scale: float) -> None:
    projection = Projection(52)
    x, y = projection.kilometres(52, -1)
    seen = QRectF(x - 450 / scale, y - 300 / scale, 900 / scale, 600 / scale)
    step = graticule_step(scale, narrow=projection.narrow)
    lines = longitudes(seen, scale=scale, projection=projection)
    assert all((b[0] - a[0]) * scale >= 100 for a, b in pairwise(lines)) or step == 5.0
    across = latitudes(seen, scale=scale, projection=projection)
    assert all(seen.top() <= at <= seen.bottom() for at, _ in across)


def test_degrees_are_named_by_their_hemisphere() -> None:
    projection = Projection(51.5)
    seen = QRectF(-20, -5760, 40, 60)
    names = [name for _, name in longitudes(seen, scale=20, projection=projection)]
    assert names == ["0.2° W", "0.1° W", "0.0°", "0.1° E", "0.2° E"]
    assert {name[-1] for _, name in latitudes(seen, scale=20, projection=projection)} == {"N"}


def test_an_area_is_drawn_where_it_is(theme: Theme) -> None:
    square = [[0.1, 51.5], [0.3, 51.5], [0.3, 51.7], [0.1, 51.7], [0.1, 51.5]]
    data = {"type": "Polygon", "coordinates": [square]}
    areas = boundaries_of(json.dumps(data).encode()).areas
    ground = Ground(areas, Projection(51.5))
    drawn = ground._path(0, 0).boundingRect()
    assert (drawn.left(), drawn.top()) == pytest.approx((0.1, 51.5))
    assert (drawn.right(), drawn.bottom()) == pytest.approx((0.3, 51.7))
    west, north = Projection(51.5).kilometres(51.7, 0.1)
    assert (ground.box().left(), ground.box().top()) == pytest.approx((west, north))


@pytest.mark.parametrize("zoom", sweep(range(0, 11, 2)))
@pytest.mark.whole
def test_of_all_englands_settings_few_symbols_are_drawn_and_none_is_lost(theme: Theme, zoom: int) -> None:
    random.seed(5)
    content = MapContent(theme)
    towns = [(51.5, -0.1), (53.4, -2.2), (52.5, -1.9), (54.9, -1.6), (50.8, -1.1)]

    def place() -> Place:
        latitude, longitude = random.choice(towns)
        return Place(random.gauss(latitude, 0.3), random.gauss(longitude, 0.4))

    symbols = [Symbol(Shape.CIRCLE, suits) for suits in (Suits.WOULD_DO, Suits.NOT, Suits.NOT)]
    marks = [Mark(str(at), f"Home {at}", place(), random.choice(symbols)) for at in range(ENGLAND)]
    content.set_plot(Plot(marks), [])
    scale = 1.2 * 2 ** (zoom / 2)
    middle = content.spot(Place(52.5, -1.9))
    move = QTransform(scale, 0, 0, scale, 450 - middle.x() * scale, 325 - middle.y() * scale)
    sight = Sight(move, QSize(900, 650))
    drawn = content.drawn(sight)
    assert len(drawn) < 1_500
    seen = sight.seen()
    inside = {at for at, mark in enumerate(marks) if seen.contains(content.spot(mark.place))}
    shown = [at for each in drawn for at in each.cluster.members]
    assert len(shown) == len(set(shown))
    # one near the edge may be gathered into a symbol beyond it
    assert len(inside - set(shown)) <= len(inside) * 0.05
    kinds = [content.suits(each.cluster) for each in drawn]
    assert kinds == sorted(kinds, key=lambda suits: -list(Suits).index(suits)), "what would do is on top"


def test_a_place_on_the_map_is_free_where_it_crosses_nothing_that_stands_there() -> None:
    dice = random.Random(7)

    def place() -> QRectF:
        down, high = dice.uniform(-80, 700), dice.uniform(1, 90)
        return QRectF(dice.uniform(0, 900), down, dice.uniform(1, 120), high)

    there = [place() for _ in range(40)]
    taken = Taken(there)
    asked = [place() for _ in range(200)]
    free = [taken.is_free(each) for each in asked]
    assert free == [not any(each.intersects(other) for other in there) for each in asked]
    assert 0 < sum(free) < len(asked)
    taken.add(asked[free.index(True)])
    assert not taken.is_free(asked[free.index(True)])
