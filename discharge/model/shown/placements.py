"""A placement on its way: from proposed to arrived and ended, and as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.approving import Costs, Principle
from discharge.model.base import Frozen, Name
from discharge.model.flags import Flag
from discharge.model.people import Given
from discharge.model.plan import Condition, Requirement
from discharge.model.shown.patients import (
    PatientDetails,
    RecordedAttestation,
    RecordedObservation,
    ShortText,
    Text,
    WhoItIs,
)
from discharge.model.time import Day, Instant
from discharge.model.travel import CrewPpe, TransportMode

if TYPE_CHECKING:
    from discharge.model.hub import JournalLine
    from discharge.model.shown.patients import InfectionTonight, PatientRow
    from discharge.model.shown.settings import SettingRow


class PlacementState(StrEnum):
    """Where a placement stands (design: the life of a placement)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    TOLD = "told"
    ACCEPTED = "accepted"
    BOOKED = "booked"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    """At the current stay: the first, or after `moved_on` the second."""
    ENDED = "ended"
    RETURNED = "returned"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"

    @property
    def is_active(self) -> bool:
        """The person is on the way by it: neither over nor given up."""
        return self in ACTIVE

    @property
    def words(self) -> str:
        """The state as it is shown."""
        return _STATE_WORDS[self]


BEFORE_DEPARTED = frozenset(
    {
        PlacementState.PROPOSED,
        PlacementState.APPROVED,
        PlacementState.TOLD,
        PlacementState.ACCEPTED,
        PlacementState.BOOKED,
    }
)
ACTIVE = BEFORE_DEPARTED | {PlacementState.DEPARTED, PlacementState.ARRIVED}
HOLDS_BED = ACTIVE - {PlacementState.PROPOSED}
"""A bed is held from `approved` on."""

_STATE_WORDS = {
    PlacementState.PROPOSED: "waits for approval",
    PlacementState.APPROVED: "approved",
    PlacementState.TOLD: "offered: answer awaited",
    PlacementState.ACCEPTED: "accepted",
    PlacementState.BOOKED: "transport booked",
    PlacementState.DEPARTED: "on the way",
    PlacementState.ARRIVED: "arrived",
    PlacementState.ENDED: "ended",
    PlacementState.RETURNED: "returned",
    PlacementState.DECLINED: "declined",
    PlacementState.UNANSWERED: "no answer",
    PlacementState.WITHDRAWN: "withdrawn",
}


class DeclineReason(StrEnum):
    """Why a setting declined (A3)."""

    NO_BED = "no_bed"
    CANNOT_MEET_NEEDS = "cannot_meet_needs"
    CANNOT_ISOLATE = "cannot_isolate"
    STAFFING = "staffing"
    OUTBREAK = "outbreak"
    RESIDENT_MIX = "resident_mix"
    EQUIPMENT = "equipment"
    FEE = "fee"
    INFORMATION_MISSING = "information_missing"
    TOO_SOON = "too_soon"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason as it is shown."""
        return _DECLINE_WORDS[self]


_DECLINE_WORDS = {
    DeclineReason.NO_BED: "The bed has gone",
    DeclineReason.CANNOT_MEET_NEEDS: "Can't meet the person's needs",
    DeclineReason.CANNOT_ISOLATE: "Can't isolate the person",
    DeclineReason.STAFFING: "Not enough staff",
    DeclineReason.OUTBREAK: "Outbreak in the setting",
    DeclineReason.RESIDENT_MIX: "Wouldn't suit those who live there",
    DeclineReason.EQUIPMENT: "Equipment is missing",
    DeclineReason.FEE: "Fee not agreed",
    DeclineReason.INFORMATION_MISSING: "Not told enough to decide",
    DeclineReason.TOO_SOON: "Can't be ready by that day",
    DeclineReason.OTHER: "Another reason",
}


class EndOutcome(StrEnum):
    """How a placement ended."""

    SETTLED = "settled"
    """Lives there now: the hub's part is done."""
    WENT_HOME = "went_home"
    MOVED_ELSEWHERE = "moved_elsewhere"
    BACK_TO_HOSPITAL = "back_to_hospital"
    """On the list again."""
    DIED = "died"
    MOVED_ON = "moved_on"
    """By the next placement; recorded with its arrival."""

    @property
    def words(self) -> str:
        """The outcome as it is shown."""
        return _OUTCOME_WORDS[self]


_OUTCOME_WORDS = {
    EndOutcome.SETTLED: "settled there",
    EndOutcome.WENT_HOME: "went home",
    EndOutcome.MOVED_ELSEWHERE: "moved elsewhere",
    EndOutcome.BACK_TO_HOSPITAL: "back to hospital",
    EndOutcome.DIED: "died",
    EndOutcome.MOVED_ON: "moved on to the next placement",
}


class Transport(Frozen):
    """A booked journey."""

    mode: TransportMode
    ppe: CrewPpe
    at: Instant
    provider: ShortText = ""
    note: Text = ""


class StayChoice(Frozen):
    """A stay chosen by hand; what it requires and for which organisms is worked out by the rules."""

    setting: Name
    unit: Name
    beds: Name
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise PydanticCustomError("span", "a stay ends on the day it starts, or before")
        return self


class NextStep(StrEnum):
    """What a placement waits for."""

    APPROVE = "approve"
    TELL = "tell"
    ANSWER = "answer"
    BOOK = "book"
    DEPART = "depart"
    ARRIVE = "arrive"
    TELL_NEXT = "tell_next"
    """Tell the second stay's setting; likewise the next three."""
    ANSWER_NEXT = "answer_next"
    BOOK_NEXT = "book_next"
    RELEASE = "release"
    """A clinician's release, by the end of isolation (C4)."""
    MOVE_ON = "move_on"
    PLAN_ONWARD = "plan_onward"
    """Isolated alone: an onward place is still to be found."""
    END = "end"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class StayView:
    """One stay with what has been recorded for it."""

    setting: str
    setting_name: str
    phone: str
    unit: str
    beds: str
    start: date
    end: date | None
    requirement: Requirement
    organisms: tuple[str, ...]
    told_at: datetime | None
    told_result: str
    accepted_at: datetime | None
    accepted_by: Given | None
    transport: Transport | None
    departed_at: datetime | None
    arrived_at: datetime | None
    told_again: bool = False
    """What it was told is no longer what the record says: it must be told again, and asked again (C5)."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A row of the Moves page: a placement with its next step and clock."""

    id: str
    """`L-0001`"""
    patient: str
    patient_name: str
    priority: int
    pathway: str
    hospital: str | None
    ward: str
    state: PlacementState
    stays: tuple[StayView, ...]
    stay: int
    """Index of the current stay (the first until moved on)."""
    conditions: tuple[Condition, ...]
    next_step: NextStep
    next_sentence: str
    """`Elm Lodge was told Mon 16 Nov 09:10: answer awaited for 3 h 10 m`"""
    since: datetime
    """When the present state began."""
    due: datetime | None
    """When the next step is due: an offer's clock, a journey, a start, an end of isolation; None: none."""
    overdue: bool
    isolation_end: date | None
    """First night without isolation, computed anew; None: not isolating, or open-ended."""
    isolation_open_ended: bool
    isolation_least: date | None
    """The day until which they isolate at least, where it is not before they are well (S8)."""
    released: bool
    """A clinician's release is on record for the isolation."""
    flags: tuple[Flag, ...]
    """What has changed since it was proposed and forbids going on."""
    proposed_by: str
    proposed_by_id: str
    approved_by: str | None
    onward: bool
    """An onward place is still to be found: isolated alone, or the second stay was lost."""
    follows: str | None
    """The placement that this one goes on from, where the person is already in a setting."""
    who: WhoItIs | None = None

    @property
    def current(self) -> StayView:
        """The stay the person is in or goes to next."""
        return self.stays[self.stay]


@dataclass(frozen=True, slots=True)
class IsolationEnd:
    """An isolation that ends in the days asked for."""

    placement: str
    patient: str
    patient_name: str
    setting_name: str
    ends: date
    released: bool
    goes_to: str
    """Name of the next setting; empty where none is planned."""
    stays_on: bool
    """Goes on in the same stay."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a placement's life."""

    at: datetime
    recorded_at: datetime
    sentence: str
    by: str
    role: str
    given: Given | None


@dataclass(frozen=True, slots=True)
class PlacementPage:
    """Everything about one placement."""

    row: MoveRow
    plan: str | None
    """The plan it came from; None where made by hand."""
    by_hand_reason: str
    points: dict[str, int]
    because: tuple[str, ...]
    steps: tuple[Step, ...]
    """Oldest first."""
    timeline: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A row of the Approvals page."""

    id: str
    patient: str
    patient_name: str
    priority: int
    pathway: str
    waiting_days: int
    """How long the person has waited to leave."""
    proposed_at: datetime
    proposed_by: str
    proposed_by_id: str
    """The user's id: they can't be its approver (A1)."""
    by_hand: bool
    first_setting: str
    last_setting: str
    start: date
    conditions: tuple[Condition, ...]
    weekly_fee: float | None
    """The highest of its stays'; None where one isn't known."""
    flags: tuple[Flag, ...]
    isolation_end: date | None = None
    """First night without isolation; None: not isolating, or open-ended."""
    isolation_least: date | None = None
    """The day until which they isolate at least, where it is not before they are well (S8)."""
    together: tuple[str, ...] = ()
    """The placements of their companions that wait for approval too: decided on together."""
    who: WhoItIs | None = None


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """Everything an LA lead needs to decide on one placement."""

    row: ApprovalRow
    patient: PatientRow
    details: PatientDetails
    infection: InfectionTonight
    observations: tuple[RecordedObservation, ...]
    attestations: tuple[RecordedAttestation, ...]
    stays: tuple[StayView, ...]
    settings: tuple[SettingRow, ...]
    """One for each stay."""
    conditions: tuple[Condition, ...]
    points: dict[str, int]
    because: tuple[str, ...]
    by_hand_reason: str
    plan: str | None
    companion: str
    """Name and state of whoever they stay together with; empty where nobody."""
    limit: str
    """Which approval rule covers it and up to which fee (A4); empty where the hub has none."""
    may_approve: tuple[str, ...]
    """Names of the LA leads who may approve it."""
    earlier: tuple[Step, ...]
    """Earlier answers about this person: returned, declined, withdrawn."""
    costs: Costs
    principle: Principle | None
    """What the choice by hand rests on, where that was named."""
