"""How far a new hub is set up: what there has to be before it plans for the first time."""

from __future__ import annotations

from discharge.model.shown.beginnings import Beginnings
from discharge.rules.local_values import holds, values_of
from discharge.rules.may import those_who_may
from discharge.store.ask import record
from discharge.store.ask.view import View


def beginnings(view: View) -> Beginnings | None:
    """What is there of what a hub begins with; None once it made a plan."""
    if view.value("SELECT EXISTS (SELECT 1 FROM plans)"):
        return None
    people = [user for user in record.users(view) if user.active]
    name = view.rule_set_name
    base = view.rules_named(name if isinstance(name, str) else str(name["base"]))
    settled = {one.key for one in view.hub.local_values if holds(one, base)}
    local = [key for key in values_of(base) if key in base.sources and base.sources[key].local]
    return Beginnings(
        has_people=len(people) > 1 and bool(those_who_may("approve", people)),
        has_homes=bool(view.value("SELECT EXISTS (SELECT 1 FROM settings)")),
        has_beds=bool(view.value("SELECT EXISTS (SELECT 1 FROM beds)")),
        has_returns=bool(view.value("SELECT EXISTS (SELECT 1 FROM settings WHERE reported_at IS NOT NULL)")),
        open_values=sum(key not in settled and not key.endswith(".pattern") for key in local),
        founded=str(view.value("SELECT MIN(recorded_at) FROM journal") or ""),
    )


__all__ = ["beginnings"]
