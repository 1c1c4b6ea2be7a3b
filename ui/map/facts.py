"""What the Map page reads: settings with their places, who waits, the newest plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from discharge.model.patient_record import PatientState
from discharge.model.placement import BEFORE_DEPARTED
from discharge.model.shown.map import Site
from ui.map.words import PersonLine, middles

if TYPE_CHECKING:
    from discharge.model.shown.map import Place
    from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What the page shows, of one instant."""

    sites: tuple[Site, ...]
    placed: int
    """So many of them have a place on the map."""
    people: tuple[PersonLine, ...]
    plan: str | None
    """The newest plan."""
    outdated: bool
    names: tuple[tuple[str, Place], ...]
    """The local authorities and where their names are written, the largest first."""


def read_map(queries: Queries) -> MapFacts:
    """The page's facts. In the store's thread."""
    plans = queries.plans()
    plan = plans[0].id if plans else None
    homes, going, reaches = queries.homes(), queries.going(plan=plan), queries.reaches()
    listed = [
        row
        for row in queries.patients()
        if row.state is PatientState.WAITING or row.placement_state in BEFORE_DEPARTED
    ]
    listed.sort(key=lambda row: (row.priority, -row.waiting_days, row.name.casefold()))
    people = tuple(
        PersonLine(row, homes.get(row.id), going.get(row.id), reaches.get(row.id)) for row in listed
    )
    sites = queries.sites()
    outdated = plan is not None and queries.is_outdated(plan)
    placed = sum(site.place is not None for site in sites)
    return MapFacts(sites, placed, people, plan, outdated, tuple(middles(sites)))
