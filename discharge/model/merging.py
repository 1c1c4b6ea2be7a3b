"""Two records of one person: in what they differ, and the one record that is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from discharge.model.errors import UserError
from discharge.model.patient_record import Handover, PatientDetails

Side = Literal["this", "other", "both"]
"""Whose word a field keeps: that of the record that stays, the other's, or both together."""

_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "nhs_number": ("nhs_number", "no_number"),
    "born": ("born", "born_words"),
    "latitude": ("latitude", "longitude", "from_postcode"),
    "mental_capacity": ("mental_capacity", "best_interests_by"),
}
"""Fields that only make sense together, by the one that names them."""
_JOINED = frozenset({"needs", "preferred", "readiness", "delays", "next_of_kin", "notes"})
"""Lists and texts of which both may be kept."""
_CAREFUL = frozenset({"immunosuppressed"})
"""Where the two differ, what holds of either is taken to hold."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two records differ. `proposed` loses nothing that only one of them knows."""

    field: str
    this: Any
    other: Any
    proposed: Side
    may_be_both: bool


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows a record into the one that stays."""

    observations: tuple[str, ...]
    attestations: tuple[str, ...]
    exclusions: tuple[str, ...]
    placements: tuple[str, ...]
    companions: tuple[str, ...]
    """Those who are recorded as staying together with the person."""
    happenings: tuple[str, ...]
    """What happened all the same, by its id."""
    tasks: tuple[str, ...]
    """What is left to do after a placement was given up."""
    news: tuple[str, ...]
    """Whoever was told of a late result."""
    reviews: tuple[str, ...]
    assessments: tuple[str, ...]
    kept_bed: str
    """The setting that keeps a bed for them; empty where none does."""
    kept_bed_there: str
    """The setting that keeps one for the record that stays."""


def differences(this: PatientDetails, other: PatientDetails) -> tuple[Difference, ...]:
    """Every field in which they differ, in the order of the record."""
    return tuple(_differing(this, other))


def _differing(this: PatientDetails, other: PatientDetails) -> Iterator[Difference]:
    grouped = {name for names in _TOGETHER.values() for name in names[1:]}
    for field in PatientDetails.model_fields:
        if field in grouped:
            continue
        if field == "handover":
            for part in Handover.model_fields:
                mine, its = getattr(this.handover, part), getattr(other.handover, part)
                if mine != its:
                    yield Difference(f"handover.{part}", mine, its, "this" if mine else "other", False)
            continue
        names = _TOGETHER.get(field, (field,))
        mine, its = (tuple(getattr(one, name) for name in names) for one in (this, other))
        if mine != its:
            joined = field in _JOINED and bool(mine[0]) and bool(its[0])
            yield Difference(field, mine[0], its[0], _proposed(field, mine, its, joined), joined)


def _proposed(field: str, this: tuple[Any, ...], other: tuple[Any, ...], joined: bool) -> Side:
    if joined:
        return "both"
    if field in _CAREFUL:
        return "this" if this[0] else "other"
    mine, its = (_known(field, value) for value in (this, other))
    return "this" if mine >= its else "other"


def _known(field: str, value: tuple[Any, ...]) -> int:
    """How much a value says."""
    if field == "sex":
        return int(value[0] != "unknown")
    if field == "born":
        return 2 if value[0] is not None else int(bool(value[1]))
    return int(value[0] not in (None, "", (), "not_known"))


def merged(this: PatientDetails, other: PatientDetails, take: Mapping[str, str]) -> PatientDetails:
    """The record that is made of the two: this one's but for the fields that `take` names.

    `take` gives `other` or `both` (or `this`) by `Difference.field`; `UserError` for a field that isn't one.
    """
    known = {each.field: each for each in differences(this, other)}
    changes: dict[str, Any] = {}
    handover: dict[str, str] = {}
    for field, side in take.items():
        if side == "this" or field not in known:
            if field.partition(".")[0] not in PatientDetails.model_fields:
                raise UserError(f"There is no field {field!r} in a record.", "See the name of the field.")
            continue
        part = field.partition(".")[2]
        if part:
            handover[part] = getattr(other.handover, part)
        elif side == "both" and known[field].may_be_both:
            changes[field] = _both(known[field].this, known[field].other)
        else:
            changes |= {name: getattr(other, name) for name in _TOGETHER.get(field, (field,))}
    if handover:
        changes["handover"] = this.handover.model_copy(update=handover)
    return PatientDetails.model_validate({**dict(this), **changes})


def _both(this: Any, other: Any) -> Any:
    if isinstance(this, str):
        return f"{this}\n{other}"[:2000]
    return tuple(dict.fromkeys((*this, *other)))
