"""How a place that comes from a postcode is said."""

from __future__ import annotations

from discharge.model.postcodes import FromPostcode, Level

LEVELS: dict[Level, str] = {
    "postcode": "from the postcode",
    "sector": "from the postcode's sector",
    "outward": "from the outward code",
}


def how_near(level: Level, within_km: float | None, source: str) -> str:
    """ "from the outward code, within about 5 km (2 homes of this hub in RM9)"."""
    within = f", within about {within_km:g} km" if within_km is not None else ""
    return f"{LEVELS[level]}{within}{f' ({source})' if source else ''}"


def filled_words(mark: FromPostcode) -> str:
    """What of a record was filled from its postcode, as a sentence; empty where nothing was."""
    if mark.level is not None:
        what = "Place and local authority" if mark.authority else "Place"
        return f"{what} {how_near(mark.level, mark.within_km, mark.source)}."
    return f"Local authority {how_near('postcode', None, mark.source)}." if mark.authority else ""
