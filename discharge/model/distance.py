"""How far two places are apart."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle kilometres on a sphere of radius 6371 km: what the rules count (N6, N10)."""
    here, there = radians(latitude), radians(other_latitude)
    across = sin(radians(other_longitude - longitude) / 2) ** 2
    up = sin((there - here) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, up + cos(here) * cos(there) * across)))
