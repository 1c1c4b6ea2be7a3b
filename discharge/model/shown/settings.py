"""A setting as the hub keeps it, and as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from discharge.model.base import Amount, Count, Frozen, Latitude, Longitude, Name, Names
from discharge.model.identifiers import CqcId, OdsCode
from discharge.model.people import Given
from discharge.model.setting import (
    BedSex,
    Category,
    Free,
    Isolation,
    Outbreak,
    Rating,
    Room,
    SettingType,
    Span,
    Unit,
)
from discharge.model.shown.patients import ShortText, Text
from discharge.model.time import Instant, is_within

if TYPE_CHECKING:
    from discharge.model.hub import JournalLine
    from discharge.model.shown.calls import CallLine
    from discharge.model.shown.patients import PlacementMention

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
    clinical_lead: ShortText = ""
    pcn: ShortText = ""
    ppe_days: Annotated[float, Field(ge=0, le=3660)] | None = None
    staffing: Literal["green", "amber", "red"] | None = None
    notes: Text = ""


class GroupFree(Frozen):
    """What is free in one group of beds from when, as a capacity return or a phone call said it."""

    unit: Name
    beds: Name
    free: tuple[Free, ...] = ()


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


class CapacityAge(StrEnum):
    """How old the latest capacity return is by the rule set (N8)."""

    FRESH = "fresh"
    STALE = "stale"
    """Older than `stale_hours`: phone to confirm."""
    EXPIRED = "expired"
    """Older than `expired_days`: takes nobody."""
    NONE = "none"
    """No return at all: takes nobody."""


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


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A row of the Settings page."""

    id: str
    """The CQC location id it was registered with, or `S-0001`: the id in a case."""
    name: str
    type: SettingType
    cqc_id: str | None
    local_authority: str | None
    postcode: str
    phone: str
    rating: Rating | None
    weekly_fee: float | None
    admissions: Literal["open", "closed"]
    outbreaks: tuple[Outbreak, ...]
    """One for each organism (N5), in the order they were declared."""
    registered_beds: int | None
    beds_free: int
    """Recorded as free tonight, before what is held."""
    beds_held: int
    """Held tonight by placements that the recorded figure doesn't know yet."""
    units: int
    """Units on record; without any it isn't known whether it can isolate."""
    isolating_units: int
    designated_units: int
    """Units whose designation is valid tonight."""
    isolation_places: int
    capacity_reported_at: datetime | None
    capacity_age: CapacityAge
    accepts_organisms: tuple[str, ...]
    left_register: str | None = None
    """Since when it has left the CQC's register, as a date or `gone`, while nobody has decided on that."""

    @property
    def stopping(self) -> tuple[Outbreak, ...]:
        """The outbreaks that no risk assessment covers: each of them keeps people out (N5)."""
        return tuple(one for one in self.outbreaks if not one.risk_assessed)

    @property
    def beds_left(self) -> int:
        """Free and not held tonight, never below 0."""
        return max(0, self.beds_free - self.beds_held)


class PaidBy(StrEnum):
    """Who pays for a bed that is kept for somebody. Recorded for the hand-over alone (N9)."""

    LOCAL_AUTHORITY = "local_authority"
    NHS = "nhs"
    RESIDENT = "resident"
    NOBODY = "nobody"
    NOT_KNOWN = "not_known"

    @property
    def words(self) -> str:
        """As it is shown."""
        return _PAID_BY_WORDS[self]


_PAID_BY_WORDS = {
    PaidBy.LOCAL_AUTHORITY: "the local authority",
    PaidBy.NHS: "the NHS",
    PaidBy.RESIDENT: "the resident or their family",
    PaidBy.NOBODY: "nobody: the home keeps it",
    PaidBy.NOT_KNOWN: "not known",
}


@dataclass(frozen=True, slots=True)
class KeptBed:
    """A bed kept for one person: their own room while they are away (N12)."""

    patient: str
    patient_name: str
    setting: str
    setting_name: str
    unit: str
    beds: str
    start: date
    until: date | None
    """The first night on which it isn't kept any more; None until somebody says so."""
    paid_by: PaidBy
    since: datetime
    """When it was first said that it is kept."""
    among_free: bool
    """The setting's figures still count it among the free beds; else it comes on top of them."""
    note: str = ""
    given: Given | None = None
    by: str = ""
    phone: str = ""
    left: bool = False
    """The person is on the list no more."""
    placement: str | None = None
    """Nobody recorded it: it is the room of this placement, by which the person had settled there."""
    position: int | None = None

    @property
    def is_recorded(self) -> bool:
        """Somebody said that it is kept; else it is only known that they lived there."""
        return self.placement is None

    def has_lapsed(self, today: date) -> bool:
        """Its time is over, and nobody has said what became of it: neither free nor the person's."""
        return self.until is not None and self.until <= today


@dataclass(frozen=True, slots=True)
class BedHold:
    """A bed of a group spoken for that the recorded figure doesn't know yet: by a placement, or kept for
    somebody (`placement` None)."""

    placement: str | None
    patient: str
    patient_name: str
    start: date
    end: date | None

    def covers(self, night: date) -> bool:
        """Whether the bed is spoken for on `night`."""
        return is_within(night, self.start, self.end)


@dataclass(frozen=True, slots=True)
class BedsView:
    """A group of beds of a unit."""

    id: str
    category: Category
    room: Room
    sex: BedSex
    free: tuple[Free, ...]
    as_of: datetime | None
    """When the setting said what is free; None where nobody has."""
    free_tonight: int
    held_tonight: int
    holds: tuple[BedHold, ...]
    """What is held tonight and on later nights."""

    def left_on(self, night: date) -> int:
        """Beds recorded as free on that night and held by nobody, never below 0."""
        free = sum(span.count for span in self.free if span.covers(night))
        return max(0, free - sum(hold.covers(night) for hold in self.holds))


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its beds."""

    id: str
    isolation: Isolation
    isolation_places: int | None
    cohort_organism: str | None
    needs_met: tuple[str, ...]
    designated: Span | None
    designated_by: Given | None
    """The director of adult social services whose designation it is (A2)."""
    assured_on: date | None
    """The date of the CQC's assurance."""
    isolating_tonight: int
    beds: tuple[BedsView, ...]


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One capacity return of the history."""

    id: str
    report: CapacityReturn
    no_change: bool
    recorded_at: datetime
    by: str
    given: Given | None


@dataclass(frozen=True, slots=True)
class DeclineLine:
    """A person whom the setting declined (A3)."""

    placement: str
    patient: str
    patient_name: str
    code: str
    note: str
    at: datetime
    stands: bool
    """The person isn't offered again: the capacity return hasn't changed since."""


@dataclass(frozen=True, slots=True)
class SettingPage:
    """Everything about one setting: the detail beside the table."""

    row: SettingRow
    details: SettingDetails
    units: tuple[UnitView, ...]
    outbreaks: tuple[Outbreak, ...]
    """One for each organism (N5), in the order they were declared."""
    admissions_reason: str
    """Why it is closed, where the hub closed it or the return says so; empty while open."""
    vacancies_unsplit: int
    """Vacancies that the latest return declares beyond the beds recorded by group; 0 where all are known."""
    returns: tuple[ReturnLine, ...]
    """Newest first."""
    placements: tuple[PlacementMention, ...]
    """Active ones first, then newest first."""
    declines: tuple[DeclineLine, ...]
    timeline: tuple[JournalLine, ...]
    doubts: tuple[str, ...] = ()
    """What contradicts itself in the return that counts, and as what it is taken; without full stops."""
    bed_doubts: tuple[str, ...] = ()
    """What of the beds recorded is more than the setting is registered for; the same."""
    parts: tuple[str, ...] = ()
    """Ids under which it stood in the hub before: settings that were made one with it."""
    kept: tuple[KeptBed, ...] = ()
    """Beds kept for somebody, recorded or by an old stay."""
    calls: tuple[CallLine, ...] = ()
    """Newest first."""


__all__ = [
    "BedHold",
    "BedsView",
    "CapacityAge",
    "CapacityReturn",
    "DeclineLine",
    "GroupFree",
    "Joining",
    "KeptBed",
    "PaidBy",
    "RegisterState",
    "ReturnLine",
    "SettingDetails",
    "SettingPage",
    "SettingRow",
    "Unit",
    "UnitView",
]
