"""Eastings and northings of the National Grid as WGS 84 latitude and longitude.

Airy's ellipsoid and the seven-parameter shift as Ordnance Survey publishes them ("A guide to coordinate
systems in Great Britain"): within some five metres, far less than the place of a postcode is worth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_AIRY = (6_377_563.396, 6_356_256.909)
_WGS84 = (6_378_137.0, 6_356_752.314245)
"""Half axes of the two ellipsoids, in metres."""
_SCALE, _LATITUDE, _LONGITUDE = 0.9996012717, np.radians(49.0), np.radians(-2.0)
_EAST, _NORTH = 400_000.0, -100_000.0
"""The grid's true origin and what is counted from it."""
_SHIFT = (446.448, -125.157, 542.060)
_TURN = tuple(np.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
_STRETCH = -20.4894e-6


def latitude_longitude(easting: ArrayLike, northing: ArrayLike) -> tuple[Floats, Floats]:
    """The places in degrees, of metres on the grid; both of one shape."""
    latitude, longitude = _on_airy(np.asarray(easting, float), np.asarray(northing, float))
    x, y, z = _cartesian(latitude, longitude)
    turn_x, turn_y, turn_z = _TURN
    grown = 1 + _STRETCH
    return _degrees(
        _SHIFT[0] + grown * x - turn_z * y + turn_y * z,
        _SHIFT[1] + turn_z * x + grown * y - turn_x * z,
        _SHIFT[2] - turn_y * x + turn_x * y + grown * z,
    )


def _on_airy(easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude on Airy's ellipsoid, in radians: the projection undone."""
    a, b = _AIRY[0] * _SCALE, _AIRY[1] * _SCALE
    n, e2 = (a - b) / (a + b), 1 - (b / a) ** 2
    latitude = _LATITUDE + (northing - _NORTH) / a
    for _ in range(4):
        latitude = latitude + (northing - _NORTH - _meridian(latitude, b, n)) / a
    sine, tangent = np.sin(latitude), np.tan(latitude)
    across = a / np.sqrt(1 - e2 * sine**2)
    along = a * (1 - e2) / (1 - e2 * sine**2) ** 1.5
    eta2, t2, secant, east = across / along - 1, tangent**2, 1 / np.cos(latitude), easting - _EAST
    up = (
        east**2 * tangent / (2 * along * across)
        - east**4 * tangent / (24 * along * across**3) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2)
        + east**6 * tangent / (720 * along * across**5) * (61 + 90 * t2 + 45 * t2**2)
    )
    over = (
        east * secant / across
        - east**3 * secant / (6 * across**3) * (across / along + 2 * t2)
        + east**5 * secant / (120 * across**5) * (5 + 28 * t2 + 24 * t2**2)
        - east**7 * secant / (5040 * across**7) * (61 + 662 * t2 + 1320 * t2**2 + 720 * t2**3)
    )
    return latitude - up, _LONGITUDE + over


def _meridian(latitude: Floats, b: float, n: float) -> Floats:
    """Metres along the meridian from the true origin."""
    less, more = latitude - _LATITUDE, latitude + _LATITUDE
    return np.asarray(
        b
        * (
            (1 + n + 1.25 * (n**2 + n**3)) * less
            - (3 * (n + n**2) + 2.625 * n**3) * np.sin(less) * np.cos(more)
            + 1.875 * (n**2 + n**3) * np.sin(2 * less) * np.cos(2 * more)
            - 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
        )
    )


def _cartesian(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats, Floats]:
    """Metres from the earth's middle, of places on Airy's ellipsoid."""
    a, b = _AIRY
    e2 = 1 - (b / a) ** 2
    across = a / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
    level = across * np.cos(latitude)
    return level * np.cos(longitude), level * np.sin(longitude), (1 - e2) * across * np.sin(latitude)


def _degrees(x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude in degrees on WGS 84's ellipsoid."""
    a, b = _WGS84
    e2, out = 1 - (b / a) ** 2, np.hypot(x, y)
    latitude = np.arctan2(z, out * (1 - e2))
    for _ in range(3):
        across = a / np.sqrt(1 - e2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + e2 * across * np.sin(latitude), out)
    return np.degrees(latitude), np.degrees(np.arctan2(y, x))
