"""A person who waits to leave hospital, as far as matching needs to know them (docs/case.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from discharge.model.base import Amount, Count, Frozen, Latitude, Longitude, Name, Names
from discharge.model.infection import Attestation, Observation
from discharge.model.time import Day


class Pathway(StrEnum):
    """Discharge to assess pathways: where a person goes when they leave hospital."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


Priority = Annotated[int, Field(strict=True, ge=1, le=4)]
"""1 is the most urgent."""

Sex = Literal["female", "male", "other", "unknown"]
"""`unknown` and `other` fit beds of sex `any` alone (N6)."""
Level = Literal["residential", "nursing"]
Specialism = Literal["general", "dementia", "ld", "mh", "ypd"]

SHIPPED_NEEDS = (
    "hoist",
    "bariatric",
    "wandering",
    "behaviour",
    "peg_feeding",
    "tracheostomy",
    "end_of_life",
    "oxygen",
    "dialysis_transport",
    "rehabilitation",
    "step_free",
)
"""The shipped list of needs (N1); the vocabulary is open, and `language:xx` names a language."""


USUAL_STAY_DAYS = 42
"""How long a stay on P2 is planned for where the record doesn't say (`stay_days` of a case)."""

LONGEST_STAY = 36_600
"""Days: a longer stay on P2 is a slip; it would end after any date that a plan can name."""


StayDays = Annotated[Count, Field(ge=1, le=LONGEST_STAY)]


class Care(Frozen):
    """The care that a person needs: its level and its specialism (N2)."""

    level: Level
    specialism: Specialism


class Patient(Frozen):
    """A person as the matching sees them. Nothing that may not count is here (N9)."""

    id: Name
    priority: Priority
    pathway: Pathway
    ready_on: Day
    born: Day | None
    """None where it isn't known: an age limit keeps out (N6)."""
    sex: Sex
    care: Care | None = None
    needs: Names = ()
    local_authority: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    max_km: Amount | None = None
    usual_setting: Name | None = None
    preferred: Names = ()
    excluded: Names = ()
    max_weekly_fee: Amount | None = None
    stay_days: StayDays | None = None
    together_with: Name | None = None
    immunosuppressed: Annotated[bool, Field(strict=True)] = False
    observations: tuple[Observation, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    @property
    def final_days(self) -> int | None:
        """How many days a final stay lasts; None where it has no end."""
        return (self.stay_days or USUAL_STAY_DAYS) if self.pathway is Pathway.P2 else None
