"""Where a postcode is about, by the homes of the hub that share its sector or its outward code."""

from __future__ import annotations

from discharge.model.distance import kilometres
from discharge.model.postcodes import Level, Postcode, Whereabouts, postcode
from discharge.store.ask.view import View
from discharge.words.counts import count_words

_LEAST_KM: dict[Level, float] = {"sector": 2.0, "outward": 5.0}
"""So far off a place by its neighbours is taken to be at least: what a sector and an outward code span."""


_NOT_ABOUT = "coalesce(json_extract(details, '$.from_postcode.level'), 'postcode') = 'postcode'"
"""A home whose own place somebody has said, or its own postcode gives."""


def near(view: View, wanted: Postcode) -> Whereabouts | None:
    """The middle of the homes of its sector, else of its outward code; None where there are none.

    Never the local authority: a sector may lie in two.
    """
    by: dict[Level, list[tuple[float, float]]] = {"sector": [], "outward": []}
    rows = view.rows(
        "SELECT postcode, json_extract(details, '$.latitude'), json_extract(details, '$.longitude')"
        f" FROM settings WHERE postcode LIKE ? AND joined_into IS NULL AND {_NOT_ABOUT}",
        (f"{wanted.outward}%",),
    )
    for text, latitude, longitude in rows:
        found = postcode(text)
        if found is None or found.outward != wanted.outward or latitude is None or longitude is None:
            continue
        by["outward"].append((latitude, longitude))
        if found.sector == wanted.sector:
            by["sector"].append((latitude, longitude))
    for level, there in by.items():
        if there:
            name = wanted.sector if level == "sector" else wanted.outward
            latitude = round(sum(each[0] for each in there) / len(there), 5)
            longitude = round(sum(each[1] for each in there) / len(there), 5)
            furthest = max(kilometres(latitude, longitude, *each) for each in there)
            within = max(_LEAST_KM[level], float(round(furthest)))
            source = f"{count_words(len(there), 'home')} of this hub in {name}"
            return Whereabouts(level, latitude, longitude, source, within_km=within)
    return None
