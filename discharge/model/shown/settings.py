"""A setting as the hub keeps it, and as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from discharge.model.call import Answers
from discharge.model.designating import UnderWay
from discharge.model.kept_bed import KeptBed
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
)
from discharge.model.setting_record import CapacityAge, CapacityReturn, Contract, SettingDetails
from discharge.model.shown.calls import NOT_HEARD, ActionLine, Heard, HomeReason, ReviewLine
from discharge.model.shown.patients import PlacementMention
from discharge.model.shown.record import JournalLine
from discharge.model.shown.waiting import WaitingChange
from discharge.model.time import is_within


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

    beds_awaiting: int = 0
    """Beds of units whose designation is under way: in no plan."""

    @property
    def stopping(self) -> tuple[Outbreak, ...]:
        """The outbreaks that no risk assessment covers: each of them keeps people out (N5)."""
        return tuple(one for one in self.outbreaks if not one.risk_assessed)

    @property
    def beds_left(self) -> int:
        """Free and not held tonight, never below 0."""
        return max(0, self.beds_free - self.beds_held)


@dataclass(frozen=True, slots=True)
class BedHold:
    """A bed of a group spoken for that the recorded figure doesn't know yet: by a placement, or kept for
    somebody (`placement` None), or of whoever went there without a placement (`by_themselves`)."""

    placement: str | None
    patient: str
    patient_name: str
    start: date
    end: date | None
    by_themselves: bool = False
    """They went there without a placement, and may be in any group: each has a bed fewer."""

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
    contract: Contract | None = None
    """How they are commissioned, where that was asked for."""

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
    idle_designation: Span | None
    """One that stands on record and counts for nothing, as the unit isolates nobody (R1)."""
    designated_by: Given | None
    """The director of adult social services whose designation it is (A2)."""
    assured_on: date | None
    """The date of the CQC's assurance."""
    isolating_tonight: int
    beds: tuple[BedsView, ...]


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One capacity return of the history."""

    report: CapacityReturn
    no_change: bool
    recorded_at: datetime
    by: str
    given: Given | None


@dataclass(frozen=True, slots=True)
class DeclineLine:
    """A person whom the setting declined (A3)."""

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
    under_way: tuple[UnderWay, ...] = ()
    """Units on the way to being designated."""
    agreed: tuple[ActionLine, ...] = ()
    """What is agreed and to be done."""
    reviews: tuple[ReviewLine, ...] = ()
    """Its outbreaks that ended, looked back on or not."""
    heard: Heard = NOT_HEARD
    """What it said on the telephone in the last days."""
    ppe_days: float | None = None
    """As it said last on the telephone, or as its record has it; likewise the staffing."""
    staffing: str | None = None
    waiting: WaitingChange | None = None
    """A weekly fee that waits for a second person's word (A4)."""
    signs: str = ""
    """Who answers for it by signed files; empty where nobody does."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call of a setting's log; a `withdrawn` one stays readable and counts no more."""

    id: str
    at: datetime
    by: str
    """Who of the hub it was."""
    incoming: bool
    """The setting rang the hub; else the hub rang the setting."""
    given: Given | None
    """Who was spoken to; None where nobody answered."""
    said: str
    withdrawn: bool
    reason: str
    """Why it was withdrawn; empty while it counts."""
    answers: Answers | None = None
    """The answers to the fixed questions; None where they weren't asked, as in calls of old."""


@dataclass(frozen=True, slots=True)
class RoundGroup:
    """A group of beds as the morning round shows it."""

    unit: str
    beds: str
    category: Category
    room: Room
    sex: BedSex
    free: tuple[Free, ...]
    held_tonight: int

    def free_on(self, night: date) -> int:
        """Beds recorded as free on that night."""
        return sum(span.count for span in self.free if span.covers(night))


@dataclass(frozen=True, slots=True)
class RoundHome:
    """A setting that is to be rung, and what it said before."""

    row: SettingRow
    contact: str
    """Who answers for beds; else the registered manager."""
    last: CapacityReturn | None
    groups: tuple[RoundGroup, ...]
    asked: str = ""
    """Which beds its return by type means, where that is to be asked."""
    is_due: bool = True
    """Its capacity return is old, missing, or leaves something open."""
    heard: Heard = NOT_HEARD
    """What it said on the telephone in the last days."""
    reasons: tuple[HomeReason, ...] = ()
    """Why it stands on the priority list; empty where it doesn't."""
    agreed: tuple[ActionLine, ...] = ()
    """What is agreed with it and to be done."""
