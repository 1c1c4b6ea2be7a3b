"""A postcode is enough: where a person or a setting is, and in which local authority, follows from it.

What is taken is written into the record with the entry, and how near it is: nothing is looked up later. What
somebody said is never written over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from discharge.model.patient_record import PatientDetails
from discharge.model.postcodes import NOWHERE, SAID, FromPostcode, Postcode, Whereabouts, postcode
from discharge.model.setting_record import SettingDetails
from discharge.rules.authorities import authorities
from discharge.store.ask.near import near
from discharge.store.ask.queries import Queries
from discharge.store.file.postcodes import Postcodes

D = TypeVar("D", PatientDetails, SettingDetails)

_PLACE = ("latitude", "longitude")
"""Coordinates are both known or neither."""
_FOLLOW = (*_PLACE, "local_authority")
"""What follows from a postcode."""


def _name_of(code: str) -> str | None:
    return next((one.name for one in authorities() if one.code == code), None)


def whereabouts(postcodes: Postcodes, queries: Queries, wanted: Postcode) -> Whereabouts | None:
    """Where a postcode is: by the file beside the hub; where that doesn't cover it, by the hub's own homes.

    None where nothing tells, and of a postcode that the file would know if there were one.
    """
    if wanted.outward == NOWHERE:
        return None
    found = postcodes.find(wanted, name_of=_name_of)
    if found is not None or postcodes.covers(wanted):
        return found
    if postcodes.homes is None:
        postcodes.homes = queries.homes_by_outward()
    return near(wanted, postcodes.homes)


def unknown_postcode(postcodes: Postcodes, text: str) -> str:
    """What is to be asked of a postcode that the file doesn't know, though it has others of its area."""
    wanted = postcode(text)
    if wanted is None or wanted.outward == NOWHERE or not postcodes.covers(wanted):
        return ""
    if postcodes.find(wanted, name_of=_name_of) is not None:
        return ""
    kept = postcodes.about()
    source = "the file of postcodes" if kept is None else kept.edition.words
    live = "" if kept is None or kept.ended else " That file has those in use alone."
    return f"{wanted} is no postcode of {source}.{live}"


def filled(postcodes: Postcodes, queries: Queries, details: D, *, said: Collection[str] = ()) -> D:
    """The record with what its postcode gives: what is blank, or came from a postcode before, and isn't among
    the fields that were `said`. A postcode without its blank gets it."""
    mark = details.from_postcode
    wanted = postcode(details.postcode)
    place = not set(_PLACE) & set(said) and (mark.level is not None or details.latitude is None)
    area = "local_authority" not in said and (mark.authority or details.local_authority is None)
    if wanted is not None:
        details = details.model_copy(update={"postcode": str(wanted)})
    if not (place or area):
        return details
    found = None if wanted is None else whereabouts(postcodes, queries, wanted)
    changes: dict[str, object] = {}
    level, within, authority = mark.level, mark.within_km, mark.authority
    if place:
        level, within = (None, None) if found is None else (found.level, found.within_km)
        changes |= {name: None if found is None else getattr(found, name) for name in _PLACE}
    if area:
        named = None if found is None else found.authority
        authority = named is not None
        changes["local_authority"] = named
    source = found.source if found is not None and (level or authority) else ""
    mark = FromPostcode(level=level, within_km=within, authority=authority, source=source)
    return details.model_copy(update={**changes, "from_postcode": mark})


def followed(
    postcodes: Postcodes, queries: Queries, before: D, after: D, *, changes: Mapping[str, object]
) -> D:
    """An amended record, in which place and authority follow the postcode; what the changes say of them
    themselves stands as said."""
    if "from_postcode" in changes:
        return after
    said = {name for name in _FOLLOW if name in changes}
    mark = before.from_postcode
    if any(getattr(after, name) != getattr(before, name) for name in _PLACE):
        mark = mark.model_copy(update={"level": None, "within_km": None})
    if after.local_authority != before.local_authority:
        mark = mark.model_copy(update={"authority": False})
    if mark.level is None and not mark.authority:
        mark = SAID
    after = after.model_copy(update={"from_postcode": mark})
    return filled(postcodes, queries, after, said=said) if after.postcode != before.postcode else after


# --- all that lack a place, in one go --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToFill:
    """A record that its postcode can place, or place better."""

    id: str
    is_person: bool
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Filling:
    """What filling all places would do: the records, and the postcodes that nothing is known of."""

    records: tuple[ToFill, ...]
    unknown: tuple[str, ...]
    """Ids of records whose postcode isn't in the file, or is none."""

    @property
    def people(self) -> int:
        """How many of the records are people."""
        return sum(each.is_person for each in self.records)


def lacking(postcodes: Postcodes, queries: Queries, *, allowed: Callable[[str], bool]) -> Filling:
    """The homes, and the people on the list, that lack a place or an authority that their postcode gives, or
    whose place is only about right. `allowed` says whether an action is: of those it isn't, none."""
    found: list[ToFill] = []
    unknown: list[str] = []
    for name, is_person, details in _records(queries, allowed):
        exact = details.latitude is not None and details.from_postcode.level in (None, "postcode")
        if not details.postcode or (exact and details.local_authority is not None):
            continue
        after: PatientDetails | SettingDetails
        if isinstance(details, PatientDetails):
            after = filled(postcodes, queries, details)
        else:
            after = filled(postcodes, queries, details)
        changes = {
            field: getattr(after, field)
            for field in (*_FOLLOW, "from_postcode")
            if getattr(after, field) != getattr(details, field)
        }
        loses = any(value is None for value in changes.values())
        if changes and not loses:
            found.append(ToFill(name, is_person, changes))
        elif after.latitude is None:
            unknown.append(name)
    return Filling(tuple(found), tuple(unknown))


def _records(
    queries: Queries, allowed: Callable[[str], bool]
) -> Iterator[tuple[str, bool, PatientDetails | SettingDetails]]:
    if allowed("amend_setting"):
        for name, home in queries.all_setting_details().items():
            yield name, False, home
    if allowed("amend_patient"):
        for name, person in queries.all_people().items():
            if person.left_reason is None:
                yield name, True, person.details
