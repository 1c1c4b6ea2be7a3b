"""What the hub keeps of a setting, and what it said is free."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import (
    Amount,
    Count,
    Frozen,
    Latitude,
    Longitude,
    Name,
    Names,
    ShortText,
    Text,
    YesNo,
)
from discharge.model.identifiers import CqcId, OdsCode
from discharge.model.postcodes import SAID, FromPostcode
from discharge.model.setting import Beds, Category, Free, Rating, SettingType
from discharge.model.time import Day, Instant

SettingName = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=500)
]


class SettingDetails(Frozen):
    """What the hub keeps of a setting. Units, beds, designation, outbreak, admissions and capacity
    returns are recorded one by one beside it."""

    name: SettingName
    type: SettingType
    cqc_id: CqcId | None = None
    ods_code: OdsCode | None = None
    provider: ShortText = ""
    address: Text = ""
    postcode: ShortText = ""
    uprn: ShortText = ""
    """The building's own number, by which the register's locations are told to be one place."""
    from_postcode: FromPostcode = SAID
    """What of the place was filled from the postcode; the rest was said by somebody."""
    local_authority: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    rating: Rating | None = None
    weekly_fee: Amount | None = None
    accepts_organisms: Names = ()
    """Organisms whose confirmed cases the setting has said it accepts (R3)."""
    needs_met: Names = ()
    age_min: Count | None = None
    age_max: Count | None = None
    max_admissions_per_day: Count | None = None
    registered_beds: Count | None = None
    """Beds on the CQC register; not what is free."""
    phone: ShortText = ""
    email: ShortText = ""
    contact: ShortText = ""
    registered_manager: ShortText = ""
    deputy: ShortText = ""
    out_of_hours: ShortText = ""
    """The telephone number that is answered day and night."""
    nhsmail: YesNo = YesNo.NOT_KNOWN
    """Whether the address takes secure mail."""
    clinical_lead: ShortText = ""
    pcn: ShortText = ""
    gp_practice: ShortText = ""
    ipc_nurse: ShortText = ""
    weekly_round: ShortText = ""
    """The day and time of the weekly clinical round."""
    ppe_days: Annotated[float, Field(ge=0, le=3660)] | None = None
    staffing: Literal["green", "amber", "red"] | None = None
    notes: Text = ""


Commissioning = Literal["block", "framework", "spot"]
"""How a bed is bought: all of them for a time, at agreed terms as needed, or one by one."""


class Contract(Frozen):
    """How a group of beds is commissioned, and the contract's first and last day; empty: nobody has said.

    For whoever buys the bed alone: no case has it, so that no rule and no order of people can ask for it.
    """

    kind: Commissioning | None = None
    start: Day | None = None
    end: Day | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise PydanticCustomError("span", "the contract ends before it starts")
        if self.kind is None and (self.start is not None or self.end is not None):
            raise PydanticCustomError("contract", "has dates, but not whether it is block, framework or spot")
        return self


class GroupRecord(Frozen):
    """What the hub keeps of a group of beds beside the beds: as of when they were said, and the contract."""

    as_of: Instant | None = None
    contract: Contract = Contract()


class GroupSaid(Frozen):
    """A group of beds to be recorded, new or in place of the one of that name."""

    unit: Name
    beds: Beds
    contract: Contract | None = None
    """None: as it is on record."""
    anew: bool = True
    """What is free was said now; else it is what was said before, as of then."""


class GroupFree(Frozen):
    """What is free in one group of beds from when, as a capacity return or a phone call said it."""

    unit: Name
    beds: Name
    free: tuple[Free, ...] = ()


class BedTypeSaid(Frozen):
    """What a return says of one type of bed, as written (`rules.careful.of_type` reads it)."""

    category: Category
    accepting: Count
    """Vacant, and admissions are accepted to them: the only ones that can be offered."""
    max_capacity: Count | None = None
    used_beds: Count | None = None
    reserved: Count | None = None
    not_admittable: Count | None = None


class CapacityReturn(Frozen):
    """A capacity return: the Capacity Tracker's columns, and the beds by group where it says them.

    `free` empty: the return doesn't say which beds; then one group of beds takes `vacancies`, and
    several are never raised by it, only lowered until their sum fits (unknown never passes).
    """

    reported_at: Instant
    """`lastupdatedutc`: when the setting said it (T2)."""
    accepting: bool | None = None
    """`isacceptingadmissions`"""
    max_capacity: Count | None = None
    used_beds: Count | None = None
    vacancies: Count | None = None
    """`declaredvacancies`"""
    admission_status: ShortText = ""
    """`admissionstatus`, as written"""
    free: tuple[GroupFree, ...] = ()
    types: tuple[BedTypeSaid, ...] = ()
    """Where it gives its vacancies by type of bed: the one group of a type has them."""


class CapacityAge(StrEnum):
    """How old the latest capacity return is by the rule set (N8)."""

    FRESH = "fresh"
    STALE = "stale"
    """Older than `stale_hours`: phone to confirm."""
    EXPIRED = "expired"
    """Older than `expired_days`: takes nobody."""
    NONE = "none"
    """No return at all: takes nobody."""


NO_HOME = ""
"""Of what a setting is a part that was entered by mistake: of none, and it is no home itself."""


@dataclass(frozen=True, slots=True)
class Joining:
    """What one of two settings that are one home has on record."""

    number: int
    into: str | None
    """The setting that it is a part of already."""
    closed_reason: str
    has: bool
    """Units, capacity returns or placements are on record."""
    people: tuple[str, ...]
    """People whose record names it, on the list or not."""
    excluded_by: tuple[str, ...]
    """People for whom it is ruled out."""
    parts: tuple[str, ...]
    """Settings that are a part of it."""


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What is known of a setting and the CQC's register."""

    left: str | None
    """It has left and nobody has decided: since when, as a date, or `gone`."""
    decided: str | None
    """The leaving on which somebody has decided last."""
    closed_reason: str
    closed_before: str
    """Why it was closed before it left; empty: it was open."""
