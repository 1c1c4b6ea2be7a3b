"""Reading boundaries: what is drawn of a GeoJSON file, and what is said of a broken one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from discharge.exchange.boundaries import DETAILS_KM, Boundaries, boundaries_of, read_boundaries
from discharge.model.errors import BrokenFile, Fault, UserError

SQUARE = [[0.1, 51.5], [0.2, 51.5], [0.2, 51.6], [0.1, 51.6], [0.1, 51.5]]
HOLE = [[0.13, 51.53], [0.17, 51.53], [0.17, 51.57], [0.13, 51.57], [0.13, 51.53]]
FAR = [[0.3, 51.5], [0.4, 51.5], [0.4, 51.6], [0.3, 51.5]]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def read(data: Any) -> Boundaries:
    return boundaries_of(json.dumps(data).encode())


def faults(content: Any) -> tuple[Fault, ...]:
    with pytest.raises(BrokenFile) as refused:
        boundaries_of(content if isinstance(content, bytes) else json.dumps(content).encode())
    return refused.value.faults


MULTI = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [FAR]]}


@pytest.mark.parametrize(
    ("data", "rings"),
    [
        (collection(feature(polygon(SQUARE))), [1]),
        (collection(feature(polygon(SQUARE, HOLE))), [2]),
        (collection(feature(MULTI)), [3]),
        (collection(feature(polygon(SQUARE)), feature(polygon(FAR))), [1, 1]),
        (feature(polygon(SQUARE)), [1]),
        (polygon(SQUARE), [1]),
        (MULTI, [3]),
        ({"type": "GeometryCollection", "geometries": [polygon(SQUARE), polygon(FAR)]}, [2]),
        (collection(feature(polygon(SQUARE[:-1]))), [1]),
        (collection(feature(polygon([[*place, 12.5] for place in SQUARE]))), [1]),
        (collection(feature(polygon(SQUARE)), crs={"type": "name", "properties": {"name": "CRS84"}}), [1]),
    ],
    ids=[
        "a polygon", "a hole", "many polygons", "two features", "a feature alone", "a polygon alone",
        "many alone", "geometries together", "not closed", "with heights", "names its system",
    ],
)  # fmt: skip
def test_areas_are_read_with_all_their_rings(data: Any, rings: list[int]) -> None:
    found = read(data)
    assert [len(area.details[0]) for area in found.areas] == rings
    first = found.areas[0].details[0][0]
    assert list(first[:4]) == [0.1, 51.5, 0.2, 51.5]
    assert first[:2] == first[-2:], "a ring ends where it began"
    assert found.notes == ()


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"name": "Havering"}, "Havering"),
        ({"LAD23CD": "E09000016", "LAD23NM": " Havering "}, "Havering"),
        ({"objectid": 7, "CTYUA19NM": "Essex", "CTYUA19NMW": " "}, "Essex"),
        ({"code": "E09"}, ""),
        ({}, ""),
    ],
)
def test_an_area_has_the_name_that_its_properties_give(properties: dict[str, Any], name: str) -> None:
    assert read(collection(feature(polygon(SQUARE), **properties))).areas[0].name == name


BROKEN: list[tuple[str, Any, str, str, str]] = [
    ("nothing", b"  \n", "(file)", "is empty", "choose a GeoJSON file"),
    ("no JSON", b'{"type": ', "(file)", "is not JSON: line 1", "mend the file there"),
    ("a zip", b"PK\x03\x04rest", "(file)", "is a zip file", "unpack it"),
    ("a shapefile", b"\x00\x00\x27\x0a\x00", "(file)", "is a shapefile", "export the areas as GeoJSON"),
    ("Latin-1", '{"type": "Ynys Môn"}'.encode("latin-1"), "(file)", "is not UTF-8", "save the file as UTF-8"),
    ("a list", [], "(file)", "not GeoJSON", "export the areas"),
    ("TopoJSON", {"type": "Topology", "objects": {}}, "(file)", "TopoJSON", "save it as GeoJSON"),
    ("no features", {"type": "FeatureCollection"}, "features", "is not a list", "export the areas"),
    ("empty", collection(), "(file)", "has no area to draw", "export the areas"),
    (
        "points", collection(feature({"type": "Point", "coordinates": [0, 51]})), "(file)",
        "has Points, and no polygon", "export the areas",
    ),
    ("no feature", collection(7), "features[0]", "is not a feature", "export the areas"),
    (
        "unknown geometry", collection(feature({"type": "Circle"})), "features[0].geometry", "is a Circle",
        "export the areas",
    ),
    (
        "no coordinates", collection(feature(polygon(SQUARE)), feature({"type": "Polygon"})),
        "features[1].geometry.coordinates", "is not a list", "export the areas",
    ),
    (
        "a position of text", collection(feature(polygon([["0.1", "51.5"], *SQUARE]))),
        "features[0].geometry.coordinates[0][0]", "is not a position", "export the areas",
    ),
    (
        "a position cut short", collection(feature(polygon([*SQUARE[:3], [0.1]]))),
        "features[0].geometry.coordinates[0][3]", "is not a position", "export the areas",
    ),
    (
        "a truth", collection(feature(polygon([[True, False], *SQUARE]))),
        "features[0].geometry.coordinates[0][0]", "is not a position", "export the areas",
    ),
    (
        "metres", collection(feature(polygon([[553000, 188000], [554000, 188000], [553000, 189000]]))),
        "features[0].geometry.coordinates[0][0]", "is 553000, 188000: no longitude and latitude",
        "save it as GeoJSON in WGS 84",
    ),
    (
        "another system",
        collection(feature(polygon(SQUARE)), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}),
        "crs", "EPSG::27700, not degrees", "save it as GeoJSON in WGS 84",
    ),
    (
        "a line", collection(feature(polygon([SQUARE[0], SQUARE[1], SQUARE[0]]))),
        "features[0].geometry.coordinates[0]", "fewer than three different positions", "mend the shape there",
    ),
    (
        "the wrong way round", collection(feature(polygon([[y, x] for x, y in SQUARE]))),
        "features[0].geometry.coordinates[0]", "the wrong way round", "longitude first",
    ),
    (
        "in a MultiPolygon",
        collection(feature({"type": "MultiPolygon", "coordinates": [[SQUARE], [[[0.1, 99]]]]})),
        "features[0].geometry.coordinates[1][0][0]", "no longitude and latitude", "save it as GeoJSON",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "where", "what", "mend"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_file_says_where_what_and_the_mend(content: Any, where: str, what: str, mend: str) -> None:
    fault = faults(content)[0]
    assert fault.path == where
    assert what in fault.what
    assert mend in fault.mend


def test_every_broken_feature_is_told_and_not_more_than_twenty() -> None:
    broken = feature(polygon([[0, 100]]))
    assert [fault.path for fault in faults(collection(broken, feature(polygon(SQUARE)), broken))] == [
        "features[0].geometry.coordinates[0][0]", "features[2].geometry.coordinates[0][0]",
    ]  # fmt: skip
    assert len(faults(collection(*[broken] * 50))) == 20


def test_what_has_no_shape_or_is_no_polygon_is_left_out_and_said() -> None:
    line = {"type": "LineString", "coordinates": [[0, 51], [1, 52]]}
    found = read(collection(feature(polygon(SQUARE)), feature(None), feature(line), feature(line)))
    assert len(found.areas) == 1
    assert found.notes == (
        "1 area has no shape and can't be drawn.",
        "2 LineStrings aren't drawn: boundaries are polygons.",
    )


def test_a_coarser_drawing_has_fewer_positions_and_no_tiny_islands() -> None:
    steps = 4_000
    coast = [[0.1 + 0.1 * at / steps, 51.5] for at in range(steps)]
    island = [[0.3, 51.5], [0.301, 51.5], [0.301, 51.501], [0.3, 51.5]]  # about 100 m across
    area = read(collection(feature(polygon([*coast, *SQUARE[2:]], island)))).areas[0]
    sizes = [sum(len(ring) // 2 for ring in rings) for rings in area.details]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] < 1_000, "positions nearer than ten metres aren't kept"
    assert [len(rings) for rings in area.details] == [2, 1, 1, 1]
    assert len(area.details) == len(DETAILS_KM)
    assert area.box == (0.1, 51.5, 0.301, 51.6)


def test_an_area_smaller_than_the_finest_drawing_is_still_an_area() -> None:
    tiny = [[0.1, 51.5], [0.10001, 51.5], [0.10001, 51.50001], [0.1, 51.5]]
    assert len(read(collection(feature(polygon(tiny)))).areas[0].details[0]) == 1


def test_a_file_is_read_from_disk_with_progress(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(collection(*[feature(polygon(SQUARE))] * 3)).encode())
    told: list[tuple[int, int, str]] = []
    found = read_boundaries(path, progress=lambda *step: told.append(step))
    assert len(found.areas) == 3
    assert told[0] == (0, 0, "Reading the file")
    assert told[-1] == (2, 3, "Reading areas")


def test_a_file_that_isnt_there_or_is_too_large_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    nowhere = tmp_path / "nowhere.geojson"
    with pytest.raises(FileNotFoundError) as missing:
        nowhere.stat()
    with pytest.raises(
        UserError, match=rf"nowhere\.geojson can't be read: {str(missing.value.strerror).lower()}"
    ):
        read_boundaries(nowhere)
    with pytest.raises(UserError, match="can't be read"):
        read_boundaries(tmp_path)
    monkeypatch.setattr("discharge.exchange.boundaries.LARGEST_FILE", 10)
    large = tmp_path / "large.geojson"
    large.write_bytes(json.dumps(collection(feature(polygon(SQUARE)))).encode())
    with pytest.raises(UserError, match="too large to be drawn"):
        read_boundaries(large)
