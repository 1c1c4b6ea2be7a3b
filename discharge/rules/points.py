"""The points: what makes one lawful placement better than another. One objective a class.

Each objective gives whole points for a stay in each bed group at once; a placement's points are the sum
over its stays and objectives (docs/case.md, "What is optimal").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

import numpy as np

from discharge.model.case import Weights
from discharge.model.patient import Pathway, Patient
from discharge.rules.eligibility import dearer_categories, one_of
from discharge.rules.places import CATEGORIES, ISOLATIONS, RATINGS, Bools, Floats, Ints, Places

FEE_FREE = 1000
"""Pounds a week that cost no points."""
FEE_STEP = 50
"""Each whole so many pounds a week above them count once."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a stay is in its itinerary.

    `waited` days from the later of ready and day 0 to the first start, for the first stay; `isolated`
    where any of its nights asks for `isolation` or `designated`; `no_onward` for an isolation stay alone
    that has an end.
    """

    first: bool
    last: bool
    isolated: bool
    waited: int = 0
    no_onward: bool = False


class Objective(Protocol):
    """One entry of the points table."""

    key: ClassVar[str]
    personal: ClassVar[bool]
    """Whether the points differ between patients in one role."""

    def describe(self) -> str:
        """What the points are for, in words."""
        ...

    def points(self, of: PatientView, role: Role, /) -> Ints | int:
        """Points per bed group for a stay in this role."""
        ...


class PatientView:
    """A patient, bed groups and what the objectives ask of both, each worked out once."""

    def __init__(self, patient: Patient, places: Places, kilometres: Floats) -> None:
        self.patient = patient
        self.places = places
        self.weights: Weights = places.case.weights
        self.kilometres = kilometres


@dataclass(frozen=True, slots=True)
class Delay:
    """Days waited in hospital."""

    key: ClassVar[str] = "delay"
    personal: ClassVar[bool] = True

    def describe(self) -> str:
        return "each day in hospital from being ready to the first start"

    def points(self, of: PatientView, role: Role) -> int:
        return of.weights.delay * role.waited if role.first else 0


@dataclass(frozen=True, slots=True)
class Distance:
    """Whole kilometres to the last stay."""

    key: ClassVar[str] = "distance"
    personal: ClassVar[bool] = True

    def describe(self) -> str:
        return "each whole kilometre from home"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        if not role.last:
            return 0
        whole = np.floor(of.kilometres)
        whole[np.isnan(whole)] = 0
        points: Ints = of.weights.distance * whole.astype(np.int64)
        return points


@dataclass(frozen=True, slots=True)
class Moves:
    """Each stay after the first."""

    key: ClassVar[str] = "moves"
    personal: ClassVar[bool] = False

    def describe(self) -> str:
        return "each move after the first stay"

    def points(self, of: PatientView, role: Role) -> int:
        return 0 if role.first else of.weights.moves


@dataclass(frozen=True, slots=True)
class Choice:
    """The place in the person's own list."""

    key: ClassVar[str] = "choice"
    personal: ClassVar[bool] = True

    def describe(self) -> str:
        return "the place in the person's own list of choices"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        preferred = of.patient.preferred
        if not role.last or not preferred:
            return 0
        rank = np.full(len(of.places.settings), len(preferred), dtype=np.int64)
        for at, name in reversed(list(enumerate(preferred))):
            rank[of.places.setting_at[name]] = at
        return of.weights.choice * rank[of.places.setting]


@dataclass(frozen=True, slots=True)
class Usual:
    """Staying away from where the person lives."""

    key: ClassVar[str] = "usual"
    personal: ClassVar[bool] = True

    def describe(self) -> str:
        return "not going back to where the person lives"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        home = of.patient.usual_setting
        if not role.last or home is None or of.patient.pathway is Pathway.P2:
            return 0
        away: Bools = ~of.places.is_setting([home])
        return of.weights.usual * away.astype(np.int64)


@dataclass(frozen=True, slots=True)
class OutOfArea:
    """Another local authority than the person's own."""

    key: ClassVar[str] = "out_of_area"
    personal: ClassVar[bool] = True

    def describe(self) -> str:
        return "a setting outside the person's local authority"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        own = of.patient.local_authority
        if not role.last or own is None:
            return 0
        outside: Bools = ~of.places.in_authority(own)
        return of.weights.out_of_area * outside.astype(np.int64)


@dataclass(frozen=True, slots=True)
class NursingForResidential:
    """A nursing bed for a residential need (N2)."""

    key: ClassVar[str] = "nursing_for_residential"
    personal: ClassVar[bool] = True

    def describe(self) -> str:
        return "a nursing bed for a residential need"

    def points(self, of: PatientView, _role: Role) -> Ints | int:
        dearer = dearer_categories(of.patient)
        if not dearer:
            return 0
        nursing = one_of(of.places.category, CATEGORIES, dearer)
        return of.weights.nursing_for_residential * nursing.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Scarce:
    """A unit that can isolate, taken by somebody who needn't."""

    key: ClassVar[str] = "scarce"
    personal: ClassVar[bool] = False

    def describe(self) -> str:
        return "a unit that can isolate, for a stay that doesn't need it"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        if role.isolated:
            return 0
        can: Bools = of.places.isolation != ISOLATIONS.index("none")
        return of.weights.scarce * can.astype(np.int64)


@dataclass(frozen=True, slots=True)
class RatingPoints:
    """The rating of the last stay's setting."""

    key: ClassVar[str] = "rating"
    personal: ClassVar[bool] = False

    def describe(self) -> str:
        return "the setting's rating"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        if not role.last:
            return 0
        table = np.array([getattr(of.weights.rating, name) for name in RATINGS], dtype=np.int64)
        rated: Ints = table[of.places.rating]
        return rated


@dataclass(frozen=True, slots=True)
class Stale:
    """A capacity return that must be confirmed by phone (N8)."""

    key: ClassVar[str] = "stale"
    personal: ClassVar[bool] = False

    def describe(self) -> str:
        return "a capacity return that must be confirmed by phone"

    def points(self, of: PatientView, _role: Role) -> Ints:
        return of.weights.stale * of.places.stale.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Fee:
    """Each whole 50 pounds of weekly fee above 1,000."""

    key: ClassVar[str] = "fee"
    personal: ClassVar[bool] = False

    def describe(self) -> str:
        return "each whole 50 pounds of weekly fee above 1,000"

    def points(self, of: PatientView, role: Role) -> Ints | int:
        if not role.last:
            return 0
        above = np.maximum(np.nan_to_num(of.places.fee) - FEE_FREE, 0)
        steps: Ints = np.floor(above / FEE_STEP).astype(np.int64)
        return of.weights.fee * steps


@dataclass(frozen=True, slots=True)
class NoOnward:
    """An isolation stay alone, with nowhere planned to go on to."""

    key: ClassVar[str] = "no_onward"
    personal: ClassVar[bool] = False

    def describe(self) -> str:
        return "an isolation stay without an onward place"

    def points(self, of: PatientView, role: Role) -> int:
        return of.weights.no_onward if role.no_onward else 0


OBJECTIVES: tuple[Objective, ...] = (
    Delay(),
    Distance(),
    Moves(),
    Choice(),
    Usual(),
    OutOfArea(),
    NursingForResidential(),
    Scarce(),
    RatingPoints(),
    Stale(),
    Fee(),
    NoOnward(),
)


def points_per_group(of: PatientView, role: Role) -> Ints:
    """Points of a stay in this role, per bed group, over all objectives."""
    total = _alike(of, role).copy()
    for objective in OBJECTIVES:
        if objective.personal:
            total += objective.points(of, role)
    return total


def _alike(of: PatientView, role: Role) -> Ints:
    """The points that are the same for every patient in this role; worked out once for these places."""
    key = replace(role, waited=0) if role.waited else role
    if key not in of.places.kept:
        total = np.zeros(len(of.places), dtype=np.int64)
        for objective in OBJECTIVES:
            if not objective.personal:
                total += objective.points(of, role)
        of.places.kept[key] = total
    return of.places.kept[key]


def points_at(patient: Patient, places: Places, role: Role, group: int) -> Mapping[str, int]:
    """Points of a stay in this role in one bed group, by objective."""
    there = places.of(np.array([group]))
    of = PatientView(patient, there, there.kilometres(patient.latitude, patient.longitude))
    found = ((objective.key, objective.points(of, role)) for objective in OBJECTIVES)
    return {key: int(p[0]) if isinstance(p, np.ndarray) else int(p) for key, p in found}
