"""A placement on its way: from proposed to arrived and ended, and as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from discharge.model.approving import Costs, Principle
from discharge.model.flags import Flag
from discharge.model.paper import Paper
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given, User
from discharge.model.placement import NextStep, PlacementState, Transport
from discharge.model.plan import Condition, Requirement
from discharge.model.shown.patients import (
    InfectionTonight,
    PatientRow,
    RecordedAttestation,
    RecordedObservation,
    WhoItIs,
)
from discharge.model.shown.record import JournalLine
from discharge.model.shown.settings import SettingRow


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
    proposers: frozenset[str]
    """Every account of the person who proposed it, by id (A1)."""
    authority: str | None
    """The person's local authority, whose lead decides (A6); None: not known."""
    approved_by: str | None
    onward: bool
    """An onward place is still to be found: isolated alone, or the second stay was lost."""
    follows: str | None
    """The placement that this one goes on from, where the person is already in a setting."""
    who: WhoItIs | None = None
    hospital_name: str = ""
    """What the hospital is called, where the hub has said so."""

    @property
    def current(self) -> StayView:
        """The stay the person is in or goes to next."""
        return self.stays[self.stay]

    @property
    def organisms(self) -> tuple[str, ...]:
        """The organisms that its stays isolate for, each once."""
        return tuple(dict.fromkeys(name for stay in self.stays for name in stay.organisms))

    def ends_earlier(self, on: date) -> bool:
        """Whether an isolation that ends on that day ends before the rules have it end."""
        return self.isolation_open_ended or (self.isolation_end is not None and on < self.isolation_end)


@dataclass(frozen=True, slots=True)
class IsolationEnd:
    """An isolation that ends in the days asked for."""

    placement: str
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
    sentence: str
    by: str
    role: str


@dataclass(frozen=True, slots=True)
class PlacementPage:
    """Everything about one placement."""

    row: MoveRow
    plan: str | None
    """The plan it came from; None where made by hand."""
    by_hand_reason: str
    points: dict[str, int]
    because: tuple[str, ...]
    timeline: tuple[JournalLine, ...]
    sent: str = ""
    """To whom it went as a file, to release them or with the offer, and until when they can answer; empty
    where it didn't."""


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """Everything a clinician needs to decide on a release from isolation."""

    placement: PlacementPage
    patient: PatientRow
    details: PatientDetails
    infection: InfectionTonight
    observations: tuple[RecordedObservation, ...]
    attestations: tuple[RecordedAttestation, ...]

    @property
    def row(self) -> MoveRow:
        """The placement as a row of Moves."""
        return self.placement.row

    @property
    def stays(self) -> tuple[StayView, ...]:
        """Where they are and go."""
        return self.placement.row.stays


@dataclass(frozen=True, slots=True)
class OfferPage:
    """What a home sees of somebody before its yes: the offer as it is on paper, without their name."""

    paper: Paper
    answer_by: datetime | None
    """When the offer's clock runs out; None where the home wasn't told yet."""


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
    proposers: frozenset[str]
    """Every account of the person who proposed it, by id: none of them can approve it (A1)."""
    authority: str | None
    """The person's local authority, whose lead decides (A6); None: not known."""
    by_hand: bool
    first_setting: str
    last_setting: str
    start: date
    conditions: tuple[Condition, ...]
    weekly_fee: float | None
    """The highest of its stays', as it is or as it was when proposed, whichever is higher (A4); None where
    one isn't known."""
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
    deciders: tuple[User, ...]
    """The active people whom neither A1, A4 nor A6 keeps from approving it; `MAY` says who of them may."""
    marks: Mapping[str, str]
    """What would be marked on the approval by some of them, by id (A1)."""
    earlier: tuple[Step, ...]
    """Earlier answers about this person: returned, declined, withdrawn."""
    costs: Costs
    principle: Principle | None
    """What the choice by hand rests on, where that was named."""
    sent: str = ""
    """To whom it went as a file to decide on, and until when they can answer; empty where it didn't."""
