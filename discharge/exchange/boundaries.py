"""Boundaries of areas from a GeoJSON file (RFC 7946): polygons in degrees, thinned for drawing."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from discharge.model.errors import BrokenFile, Fault, UserError
from discharge.model.files import read_json, shown_path
from discharge.words.counts import count_words

Ring: TypeAlias = "array[float]"
"""Longitude, latitude, longitude, latitude, …, in degrees; the last position is the first again."""
Progress = Callable[[int, int, str], None]

DETAILS_KM = (0.01, 0.1, 0.5, 2.0)
"""How near positions may stand to each other, from the finest drawing to the coarsest."""
LARGEST_FILE = 250_000_000
MOST_FAULTS = 20
KM_A_DEGREE = 111.195

_NAMES = ("name", "area", "authority", "label", "title")
_AS_WGS84 = "save it as GeoJSON in WGS 84 (EPSG:4326): longitude, then latitude, in degrees"
_EXPORT = "export the areas as GeoJSON, a FeatureCollection of polygons"
_NOT_GEOJSON = (
    (b"PK\x03\x04", "a zip file", "unpack it, and load the .geojson or .json in it"),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
    (b"\x00\x00\x27\x0a", "a shapefile", _EXPORT),
    (b"SQLite format 3", "a GeoPackage", _EXPORT),
)


@dataclass(frozen=True, slots=True)
class Area:
    """A named area: its rings, outer and inner alike, in each of `DETAILS_KM`; an even-odd fill draws it."""

    name: str
    details: tuple[tuple[Ring, ...], ...]
    box: tuple[float, float, float, float]
    """West, south, east, north."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What a file holds that can be drawn, and what of it was left out, in sentences."""

    areas: tuple[Area, ...]
    notes: tuple[str, ...]


def read_boundaries(path: Path, *, progress: Progress | None = None) -> Boundaries:
    """The areas of a GeoJSON file.

    `BrokenFile` with where, what and the mend where it can't be drawn; `UserError` where it can't be read.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            sentence = f"{path.name} is too large to be drawn ({size // 1_000_000} MB)."
            raise UserError(sentence, "Load generalised boundaries: a few MB show the same.")
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or "it can't be read"
        raise UserError(f"{path.name} can't be read: {why.lower()}.", "Choose another file.") from None
    return boundaries_of(content, progress=progress)


def boundaries_of(content: bytes, *, progress: Progress | None = None) -> Boundaries:
    """The areas in the bytes of a GeoJSON file; see `read_boundaries`."""
    if not content.strip():
        raise BrokenFile([Fault("(file)", "is empty", "choose a GeoJSON file of boundaries")])
    for start, what, mend in _NOT_GEOJSON:
        if content.startswith(start):
            raise BrokenFile([Fault("(file)", f"is {what}, not GeoJSON", mend)])
    tell = progress or (lambda _done, _total, _words: None)
    tell(0, 0, "Reading the file")
    return _Reader(tell).read(read_json(content))


class _Refused(Exception):
    """A geometry that can't be drawn, for the fault told of it."""

    def __init__(self, path: Sequence[str | int], what: str, mend: str) -> None:
        super().__init__(what)
        self.fault = Fault(shown_path(path), what, mend)


class _Reader:
    """Reads one file; collects faults and what is left out."""

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._faults: list[Fault] = []
        self._without = 0
        self._others: dict[str, int] = {}

    def read(self, data: object) -> Boundaries:
        features = list(self._features(data))
        areas: list[Area] = []
        for at, (path, feature) in enumerate(features):
            self._tell(at, len(features), "Reading areas")
            try:
                areas += self._area(path, feature)
            except _Refused as refused:
                self._faults.append(refused.fault)
                if len(self._faults) >= MOST_FAULTS:
                    break
        if self._faults:
            raise BrokenFile(self._faults)
        if not areas:
            raise BrokenFile([Fault("(file)", self._nothing(), _EXPORT)])
        return Boundaries(tuple(areas), tuple(self._notes()))

    def _features(self, data: object) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        if not isinstance(data, dict) or not isinstance(data.get("type"), str):
            raise BrokenFile([Fault("(file)", "is JSON, but not GeoJSON: it has no 'type'", _EXPORT)])
        _right_system(data)
        kind = data["type"]
        if kind == "FeatureCollection":
            listed = data.get("features")
            if not isinstance(listed, list):
                raise BrokenFile([Fault("features", "is not a list", _EXPORT)])
            for at, feature in enumerate(listed):
                if isinstance(feature, dict):
                    yield ("features", at), feature
                else:
                    self._faults.append(Fault(f"features[{at}]", "is not a feature", _EXPORT))
        elif kind == "Feature":
            yield (), data
        elif kind == "Topology":
            raise BrokenFile([Fault("(file)", "is TopoJSON, not GeoJSON", "save it as GeoJSON")])
        else:
            yield (), {"type": "Feature", "geometry": data, "properties": None}

    def _area(self, path: tuple[str | int, ...], feature: dict[str, Any]) -> Iterator[Area]:
        geometry = feature.get("geometry")
        if geometry is None:
            self._without += 1
            return
        where = (*path, "geometry") if feature.get("type") == "Feature" and path else path
        rings = list(self._rings(where, geometry))
        if not rings:
            return
        details = tuple(_thinned(rings, km) for km in DETAILS_KM)
        if not details[0]:
            # smaller than the finest drawing shows
            details = (tuple(rings), *details[1:])
        longitudes = [value for ring in rings for value in ring[0::2]]
        latitudes = [value for ring in rings for value in ring[1::2]]
        box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
        yield Area(_name_of(feature.get("properties")), details, box)

    def _rings(self, path: tuple[str | int, ...], geometry: object) -> Iterator[Ring]:
        if not isinstance(geometry, dict) or not isinstance(geometry.get("type"), str):
            raise _Refused(path, "is not a geometry", _EXPORT)
        kind, inside = geometry["type"], geometry.get("coordinates")
        if kind == "GeometryCollection":
            for at, part in enumerate(_listed((*path, "geometries"), geometry.get("geometries"))):
                yield from self._rings((*path, "geometries", at), part)
            return
        here = (*path, "coordinates")
        if kind == "Polygon":
            yield from _polygon(here, inside)
        elif kind == "MultiPolygon":
            for at, polygon in enumerate(_listed(here, inside)):
                yield from _polygon((*here, at), polygon)
        elif kind in ("Point", "MultiPoint", "LineString", "MultiLineString"):
            self._others[kind] = self._others.get(kind, 0) + 1
        else:
            raise _Refused(path, f"is a {kind[:40]}, which GeoJSON doesn't know", _EXPORT)

    def _nothing(self) -> str:
        if self._others:
            kinds = " and ".join(f"{kind}s" for kind in sorted(self._others))
            return f"has {kinds}, and no polygon to draw"
        return "has no area to draw"

    def _notes(self) -> Iterator[str]:
        if self._without:
            areas = count_words(self._without, "area has", "areas have")
            yield f"{areas} no shape and can't be drawn."
        for kind, number in sorted(self._others.items()):
            noun = f"{kind} isn't" if number == 1 else f"{kind}s aren't"
            yield f"{number} {noun} drawn: boundaries are polygons."


def _right_system(data: dict[str, Any]) -> None:
    """GeoJSON is in WGS 84; older files name another system, and then their numbers are no degrees."""
    crs = data.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and not any(good in name.upper() for good in ("CRS84", "4326", "4258")):
        raise BrokenFile([Fault("crs", f"is {name[:60]}, not degrees", _AS_WGS84)])


def _listed(path: Sequence[str | int], value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _Refused(path, "is not a list", _EXPORT)
    return value


def _polygon(path: tuple[str | int, ...], value: object) -> Iterator[Ring]:
    for at, ring in enumerate(_listed(path, value)):
        yield _ring((*path, at), ring)


def _ring(path: tuple[str | int, ...], value: object) -> Ring:
    positions = _listed(path, value)
    found: Ring = array("d")
    for at, position in enumerate(positions):
        if not isinstance(position, list) or len(position) < 2:
            raise _Refused((*path, at), "is not a position: longitude, latitude", _EXPORT)
        longitude, latitude = position[0], position[1]
        if not (_is_number(longitude) and _is_number(latitude)):
            raise _Refused((*path, at), "is not a position: longitude, latitude", _EXPORT)
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            shown = f"{longitude:g}, {latitude:g}"
            raise _Refused((*path, at), f"is {shown}: no longitude and latitude in degrees", _AS_WGS84)
        found.extend((longitude, latitude))
    if len(found) >= 2 and found[:2] != found[-2:]:
        found.extend(found[:2])
    if len(found) < 8:
        raise _Refused(path, "has fewer than three different positions: no area", "mend the shape there")
    if all(48 <= x <= 62 for x in found[0::2]) and all(-9 <= y <= 3 for y in found[1::2]):
        what = "stands in the Indian Ocean: latitude and longitude are the wrong way round"
        raise _Refused(path, what, "save it with the longitude first")
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _name_of(properties: object) -> str:
    """The area's name: a property called so, or as the Office for National Statistics does (`LAD23NM`)."""
    if not isinstance(properties, dict):
        return ""
    texts = {str(key).casefold(): value for key, value in properties.items() if isinstance(value, str)}
    for key in _NAMES:
        if texts.get(key, "").strip():
            return texts[key].strip()[:200]
    ends = [value for key, value in texts.items() if key.endswith(("nm", "name")) and value.strip()]
    return ends[0].strip()[:200] if ends else ""


def _thinned(rings: Sequence[Ring], km: float) -> tuple[Ring, ...]:
    """The rings without positions nearer than `km` to the one before; rings that vanish are left out."""
    found = (_thin(ring, km / KM_A_DEGREE) for ring in rings)
    return tuple(ring for ring in found if len(ring) >= 8)


def _thin(ring: Ring, degrees: float) -> Ring:
    narrow = math.cos(math.radians(ring[1]))
    x, y = ring[0], ring[1]
    kept: Ring = array("d", (x, y))
    least = degrees * degrees
    for at in range(2, len(ring) - 2, 2):
        across, up = (ring[at] - x) * narrow, ring[at + 1] - y
        if across * across + up * up >= least:
            x, y = ring[at], ring[at + 1]
            kept.append(x)
            kept.append(y)
    kept.extend(ring[-2:])
    return kept
