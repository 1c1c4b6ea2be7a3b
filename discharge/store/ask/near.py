"""Where a postcode is about, by the homes of the hub that share its sector or its outward code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discharge.model.distance import kilometres
from discharge.model.postcodes import Level, Postcode, Whereabouts, postcode
from discharge.store.ask.view import View
from discharge.words.counts import count_words

_LEAST_KM: dict[Level, float] = {"sector": 2.0, "outward": 5.0}
"""So far off a place by its neighbours is taken to be at least: what a sector and an outward code span."""

Homes = Mapping[str, Sequence[tuple[str, float, float]]]
"""By outward code, the homes there: sector, latitude and longitude of each."""


def homes(view: View) -> Homes:
    """The homes whose own place somebody has said, or their own postcode gives."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    rows = view.rows(
        "SELECT postcode, json_extract(details, '$.latitude'), json_extract(details, '$.longitude')"
        " FROM settings WHERE postcode <> '' AND joined_into IS NULL"
        " AND coalesce(json_extract(details, '$.from_postcode.level'), 'postcode') = 'postcode'"
    )
    for text, latitude, longitude in rows:
        written = postcode(text)
        if written is not None and latitude is not None and longitude is not None:
            found.setdefault(written.outward, []).append((written.sector, latitude, longitude))
    return found


def near(wanted: Postcode, there: Homes) -> Whereabouts | None:
    """The middle of the homes of its sector, else of its outward code; None where there are none.

    Never the local authority: a sector may lie in two.
    """
    around = there.get(wanted.outward, ())
    within_sector = [each for each in around if each[0] == wanted.sector]
    levels: tuple[tuple[Level, str, Sequence[tuple[str, float, float]]], ...] = (
        ("sector", wanted.sector, within_sector),
        ("outward", wanted.outward, around),
    )
    for level, name, places in levels:
        if places:
            latitude = round(sum(each[1] for each in places) / len(places), 5)
            longitude = round(sum(each[2] for each in places) / len(places), 5)
            furthest = max(kilometres(latitude, longitude, *each[1:]) for each in places)
            within = max(_LEAST_KM[level], float(round(furthest)))
            source = f"{count_words(len(places), 'home')} of this hub in {name}"
            return Whereabouts(level, latitude, longitude, source, within_km=within)
    return None
