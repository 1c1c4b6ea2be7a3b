"""What the Map page asks: where settings are and people live, and where each one goes."""

from __future__ import annotations

from discharge.model.shown.map import Going, Place, Site
from discharge.store.ask import patients, plans, settings
from discharge.store.ask.view import View
from discharge.store.ask.watched import flags_of

_WHERE = "id, json_extract(details, '$.latitude'), json_extract(details, '$.longitude')"


def sites(view: View) -> tuple[Site, ...]:
    """Every setting, by name, with where it is."""
    known = {
        name: Place(latitude, longitude)
        for name, latitude, longitude in view.rows(f"SELECT {_WHERE} FROM settings")
        if latitude is not None and longitude is not None
    }
    return tuple(Site(row, known.get(row.id)) for row in settings.rows(view))


def homes(view: View) -> dict[str, Place]:
    """Where everybody on the list lives, by their id; those without coordinates aren't in it."""
    return {
        name: Place(latitude, longitude)
        for name, latitude, longitude in view.rows(f"SELECT {_WHERE} FROM patients WHERE left_reason IS NULL")
        if latitude is not None and longitude is not None
    }


def reaches(view: View) -> dict[str, float]:
    """How far from home everybody on the list would go at most, in km; who has no limit isn't in it."""
    reach = "json_extract(details, '$.max_km')"
    return {
        name: float(km)
        for name, km in view.rows(
            f"SELECT id, {reach} FROM patients WHERE left_reason IS NULL AND {reach} IS NOT NULL"
        )
    }


def going(view: View, *, plan: str | None) -> dict[str, Going]:
    """Where people go, by their id: by their newest active placement, else as `plan` proposes."""
    found: dict[str, Going] = {}
    if plan is not None:
        for patient, proposed in plans.placements_of(view, plan).items():
            found[patient] = Going(tuple(stay.setting for stay in proposed.stays), None)
    under_way: dict[str, tuple[str, list[str]]] = {}
    for placement, patient, setting in view.rows(
        "SELECT p.id, p.patient, s.setting FROM placements p JOIN stays s ON s.placement = p.id"
        f" WHERE p.state IN ({patients.ACTIVE_STATES}) AND s.holds = 1 ORDER BY p.number, s.position"
    ):
        if patient not in under_way or under_way[patient][0] != placement:
            under_way[patient] = (placement, [])
        under_way[patient][1].append(setting)
    flags = flags_of(view, [name for name, _ in under_way.values()])
    for patient, (name, stays) in under_way.items():
        found[patient] = Going(tuple(stays), name, flags[name])
    return found
