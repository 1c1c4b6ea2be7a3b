"""Where a person can go: settings, their units, and groups of like beds (docs/case.md)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import Amount, Count, Frozen, Latitude, Longitude, Name, Names
from discharge.model.time import Day, Instant, is_within

SettingType = Literal["care_home", "hot_home", "intermediate_care", "community_bed", "alternative"]
Rating = Literal["outstanding", "good", "requires_improvement", "inadequate"]
Isolation = Literal["none", "rooms", "cohort"]
Room = Literal["shared", "single", "ensuite"]
BedSex = Literal["any", "female", "male"]
Category = Literal[
    "general_residential",
    "general_nursing",
    "dementia_residential",
    "dementia_nursing",
    "ld_residential",
    "ld_nursing",
    "mh_residential",
    "mh_nursing",
    "transitional",
    "ypd",
]
"""The Capacity Tracker's ten categories of care (N2)."""


class Span(Frozen):
    """Dates `start` (included) to `end` (excluded); no `end` is open-ended (T1)."""

    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise PydanticCustomError("span", "a span ends before it starts")
        return self

    def covers(self, day: date) -> bool:
        """Whether the span has `day`."""
        return is_within(day, self.start, self.end)


class Free(Span):
    """`count` beds free over the span's nights; overlapping entries add up."""

    count: Count
    kept_for: Name | None = None
    """The listed patient whose alone the bed is (N12): their own room while they are away."""


class Beds(Frozen):
    """A group of like beds of one unit."""

    id: Name
    category: Category
    room: Room
    sex: BedSex
    free: tuple[Free, ...]

    @property
    def kept_for(self) -> tuple[str, ...]:
        """Everybody for whom beds of the group are kept, by id (N12)."""
        return tuple(sorted({f.kept_for for f in self.free if f.kept_for is not None}))


class Unit(Frozen):
    """A part of a setting with one way to isolate (docs/rules.md, 3)."""

    id: Name
    isolation: Isolation
    isolation_places: Count | None = None
    designated: Span | None = None
    cohort_organism: Name | None = None
    needs_met: Names = ()
    beds: tuple[Beds, ...] = ()

    @model_validator(mode="after")
    def _designated_can_isolate(self) -> Self:
        if self.designated is not None and self.isolation == "none":
            raise PydanticCustomError("designated", "a designated unit has isolation 'none'")
        return self


class Outbreak(Frozen):
    """An outbreak in a setting; `risk_assessed` where admissions go on under an assessment (N5)."""

    organism: Name
    risk_assessed: Annotated[bool, Field(strict=True)] = False


def _each_outbreak(value: object) -> object:
    """A case writes `outbreak` as null, one object, or a list with one for each organism."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


class Setting(Frozen):
    """A home or service that may take people."""

    id: Name
    type: SettingType
    admissions: Literal["open", "closed"]
    name: Annotated[str, Field(strict=True, max_length=500)] | None = None
    local_authority: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    rating: Rating | None = None
    weekly_fee: Amount | None = None
    outbreaks: Annotated[tuple[Outbreak, ...], BeforeValidator(_each_outbreak), Field(alias="outbreak")] = ()
    """One for each organism; each must let a person in (N5)."""
    accepts_organisms: Names = ()
    needs_met: Names = ()
    age_min: Count | None = None
    age_max: Count | None = None
    max_admissions_per_day: Count | None = None
    capacity_reported_at: Instant | None = None
    units: tuple[Unit, ...] = ()

    @property
    def outbreak(self) -> tuple[Outbreak, ...]:
        """The outbreaks under the name that the case file gives them.

        Nothing in the program reads it: it is for programs beside it that read a case by the format's names.
        """
        return self.outbreaks
