"""What a previous plan proposed, as choices of today: for plans that don't change without gain."""

from __future__ import annotations

from collections.abc import Mapping

from discharge.matching.itineraries import Itinerary, Seeker
from discharge.matching.prepared import PreparedCase
from discharge.model.plan import Placement, Plan


def kept_from(prepared: PreparedCase, previous: Plan | None) -> Mapping[int, Itinerary]:
    """The itineraries, by seeker index, that a previous plan proposed and that the rules still leave.

    Whether they are free is for the solver to see. A person who was not placed keeps nothing.
    """
    kept: dict[int, Itinerary] = {}
    for placement in () if previous is None else previous.placements:
        seeker = prepared.find_seeker(placement.patient)
        if seeker is not None:
            itinerary = _same(prepared, seeker, placement)
            if itinerary is not None:
                kept[seeker.index] = itinerary
    return kept


def _same(prepared: PreparedCase, seeker: Seeker, placement: Placement) -> Itinerary | None:
    """The seeker's itinerary with just the stays of a placement."""
    places = prepared.places
    stays = []
    for stay in placement.stays:
        group = places.row_of(stay.setting, stay.unit, stay.beds, placement.patient)
        if group is None:
            return None
        stays.append((group, places.day(stay.start), places.day(stay.end)))
    for journey in seeker.journeys:
        if len(journey.legs) != len(stays):
            continue
        fits = (
            start in leg.starts and leg.span(start, 0).end == end and group in leg.fit.groups
            for leg, (group, start, end) in zip(journey.legs, stays, strict=True)
        )
        if all(fits):
            return Itinerary(
                seeker.index, journey, stays[0][1], stays[0][0], stays[1][0] if len(stays) > 1 else -1, 0
            )
    return None
