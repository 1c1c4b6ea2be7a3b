"""What is recorded of many beds or homes at once: a home's beds from a sheet, a unit that several have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from discharge.actions.context import Context, dump
from discharge.actions.settings import (
    add_unit,
    amend_setting,
    as_groups,
    fits_registered,
    unit_fits,
    with_free,
)
from discharge.model.errors import UserError
from discharge.model.setting import Setting, Unit
from discharge.model.setting_record import GroupSaid
from discharge.store.journal import Entry, Kind


def record_beds(
    context: Context,
    *,
    setting: str,
    units: Sequence[Unit] = (),
    groups: Sequence[GroupSaid] = (),
    at: datetime | None = None,
) -> list[Entry]:
    """Records groups of beds of a setting, all as of one time: those of `units`, which are new and come
    without beds, and those of units on record. One entry a new unit, one a group of the others.

    More beds free than the setting is registered for take the careful reading (N11) over all groups as they
    are afterwards, so that no order of recording lowers what fits in the end.
    """
    role = context.role("record_beds")
    there = context.queries.setting_facts(setting)
    _named_once(there, units, groups)
    for unit in units:
        unit_fits(context, unit)
    happened = context.happened(at)
    after = {(unit.id, beds.id): beds for unit in there.units for beds in unit.beds}
    after |= {(each.unit, each.beds.id): each.beds for each in groups}
    registered = context.queries.setting_details(setting).registered_beds
    fits = fits_registered(context, [(unit, beds) for (unit, _), beds in after.items()], registered)
    lowered = fits["lowered"]
    made: list[tuple[Kind, dict[str, Any]]] = []
    for position, unit in enumerate(units, start=len(there.units)):
        own = [each for each in groups if each.unit == unit.id]
        whole = unit.model_copy(update={"beds": tuple(each.beds for each in own)})
        is_free = any(each.beds.free for each in own)
        contracts = {each.beds.id: dump(each.contract) for each in own if each.contract is not None}
        body = {"unit": with_free(dump(whole), lowered), "position": position}
        body |= {"as_of": happened.isoformat() if is_free else None}
        made.append((Kind.UNIT_ADDED, body | ({"contracts": contracts} if contracts else {})))
    kept = context.queries.group_records(setting)
    ids = {unit.id: [beds.id for beds in unit.beds] for unit in there.units}
    for each in groups:
        if each.unit not in ids:
            continue
        known = ids[each.unit]
        if each.beds.id not in known:
            known.append(each.beds.id)
        before = kept.get((setting, each.unit, each.beds.id))
        since = happened if each.anew or before is None else before.as_of
        body = {
            "unit": each.unit,
            "beds": _lowered(each, lowered),
            "position": known.index(each.beds.id),
            "as_of": None if since is None else since.isoformat(),
        }
        said = {} if each.contract is None else {"contract": dump(each.contract)}
        made.append((Kind.BEDS_SET, body | said))
    own_ones = {(each.unit, each.beds.id) for each in groups}
    others = [each for each in as_groups(lowered) if (each["unit"], each["beds"]) not in own_ones]
    quiet = {"groups": [], "lowered": [], "bed_doubts": fits["bed_doubts"]}
    last = quiet | {"groups": others, "lowered": lowered}
    return [
        Entry(kind, setting, body | (last if at_last == len(made) else quiet), role, happened)
        for at_last, (kind, body) in enumerate(made, start=1)
    ]


def _named_once(there: Setting, units: Sequence[Unit], groups: Sequence[GroupSaid]) -> None:
    known = [unit.id for unit in there.units]
    for unit in units:
        if unit.id in known:
            raise UserError(f"There is a unit {unit.id} already.", "Give it another name.")
        if unit.beds:
            raise ValueError("the beds of a new unit come as groups")
        known.append(unit.id)
    seen: set[tuple[str, str]] = set()
    for each in groups:
        if each.unit not in known:
            raise UserError(f"{there.name} has no unit {each.unit}.", "Choose one of its units.")
        if (each.unit, each.beds.id) in seen:
            raise UserError(f"Two groups of beds are called {each.beds.id}.", "Give each its own name.")
        seen.add((each.unit, each.beds.id))


def _lowered(each: GroupSaid, lowered: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = [one for one in lowered if (one["unit"], one["beds"]) == (each.unit, each.beds.id)]
    return {**dump(each.beds), "free": own[0]["free"]} if own else dump(each.beds)


def copied(unit: Unit) -> Unit:
    """The unit as another home gets it: how it isolates, the needs it meets, its groups of beds by kind.

    What is free and a designation are a home's own: nothing is free there until the home says so.
    """
    bare = tuple(beds.model_copy(update={"free": ()}) for beds in unit.beds)
    return unit.model_copy(update={"designated": None, "beds": bare})


def copy_unit(
    context: Context, *, setting: str, unit: str, to: Sequence[str], at: datetime | None = None
) -> list[Entry]:
    """Adds a unit like one of this setting to others: see `copied`. One entry each, or none at all."""
    there = context.queries.setting_facts(setting)
    found = next((one for one in there.units if one.id == unit), None)
    if found is None:
        raise UserError(f"{there.name} has no unit {unit}.", "Choose one of its units.")
    if not to:
        raise UserError("No home is chosen.", "Choose the homes that have a unit like this.")
    entries: list[Entry] = []
    for name in dict.fromkeys(to):
        other = context.queries.setting_facts(name)
        if any(one.id == unit for one in other.units):
            raise UserError(f"{other.name} has a unit {unit} already.", "Leave this home out.")
        entries += add_unit(context, setting=name, unit=copied(found), at=at)
    return _together(context, entries)


def _together(context: Context, entries: Sequence[Entry]) -> list[Entry]:
    """The entries as one group on record, which is taken back whole."""
    group = f"{context.queries.head() + 1}"
    return [replace(entry, body={**entry.body, "together": group}) for entry in entries]


LISTS = ("accepts_organisms", "needs_met")
"""What of a home's record is a list, to which something is added or from which it is taken."""


def amended_by(before: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> tuple[str, ...]:
    """A list with some taken out and others added at its end, each once."""
    return tuple(dict.fromkeys([*(each for each in before if each not in remove), *add]))


def amend_settings(
    context: Context,
    *,
    settings: Sequence[str],
    changes: Mapping[str, object] | None = None,
    add: Mapping[str, Sequence[str]] | None = None,
    remove: Mapping[str, Sequence[str]] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """Changes the same in several settings' records: fields by their names, and what is added to or taken
    from their lists (`LISTS`). A setting in which nothing changes has no entry."""
    added, taken = add or {}, remove or {}
    if unknown := sorted((set(added) | set(taken)) - set(LISTS)):
        raise UserError(f"{unknown[0]!r} is no list of a setting's record.", "See the name of the field.")
    entries: list[Entry] = []
    for name in dict.fromkeys(settings):
        details = context.queries.setting_details(name)
        lists = {
            field: amended_by(getattr(details, field), added.get(field, ()), taken.get(field, ()))
            for field in LISTS
            if field in added or field in taken
        }
        every = {**(changes or {}), **lists}
        entries += amend_setting(context, setting=name, changes=every, reason=reason, at=at)
    return _together(context, entries)


__all__ = ["amend_settings", "amended_by", "copied", "copy_unit", "record_beds"]
