"""A person as the hub keeps them, and as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from discharge.model.flags import Flag
from discharge.model.identifiers import NoNumber
from discharge.model.infection import Attestation, Observation
from discharge.model.kept_bed import KeptBed
from discharge.model.patient import Care, Pathway, Sex
from discharge.model.patient_record import LeaveReason, PatientDetails, PatientState
from discharge.model.people import Given
from discharge.model.placement import PlacementState
from discharge.model.review import Assessment
from discharge.model.shown.record import JournalLine

NIGHTS_BACK = 14
NIGHTS_ON = 15
"""Nights of a person's infection story that are shown: gone by, and to come (tonight is the first)."""


@dataclass(frozen=True, slots=True)
class RecordedObservation:
    """An observation with its place in the record; `withdrawn` ones stay visible and never count."""

    id: str
    """`O-00001`; what `correct_observation` and `withdraw_observation` take."""
    observation: Observation
    recorded_at: datetime
    by: str
    given: Given | None
    withdrawn: bool
    reason: str
    """Why it was withdrawn or corrected; empty while it counts."""


@dataclass(frozen=True, slots=True)
class RecordedAttestation:
    """An attestation with who recorded it, when, and on whose word."""

    attestation: Attestation
    recorded_at: datetime
    by: str
    given: Given | None


@dataclass(frozen=True, slots=True)
class RecordedAssessment:
    """An assessment with its place in the record; `withdrawn` ones stay visible and never count."""

    id: str
    assessment: Assessment
    setting_names: tuple[str, ...]
    at: datetime
    by: str
    withdrawn: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A setting that this person isn't matched with, and why."""

    setting: str
    setting_name: str
    reason: str
    since: datetime
    by: str
    declined: bool
    """True: the setting declined (A3), until its capacity return changes. False: a coordinator's choice."""


@dataclass(frozen=True, slots=True)
class InfectionTonight:
    """What the rules ask of a bed for this person tonight, in words; see `discharge.rules.requirement`."""

    requirement: str
    """blocked, designated, isolation, own_room or open"""
    rule: str
    """the id of the rule that decides it; empty for open"""
    sentence: str
    organisms: tuple[str, ...]
    isolation_end: date | None
    """The first night without isolation, where they isolate and an end is known."""
    open_ended: bool
    """They isolate without an end in sight."""
    result_awaited_since: datetime | None
    """Specimen time of the earliest test whose result is still awaited."""
    tested: bool = True
    """A result is on record, positive or negative, of an organism for which the rule set has tests. Without
    one nobody is clear, whatever the rules ask for."""
    isolation_least: date | None = None
    """The day until which they isolate at least, where it is not before they are well (S8)."""


@dataclass(frozen=True, slots=True)
class NightAsk:
    """What the rules ask of a bed on one night: by what is known today, or was known on a night gone by."""

    night: date
    requirement: str
    """blocked, designated, isolation, own_room or open"""
    rule: str
    """The id of the rule that decides it; empty for open."""
    sentence: str
    organisms: tuple[str, ...]
    """Those isolated with."""


@dataclass(frozen=True, slots=True)
class WhoItIs:
    """What tells somebody apart from others, wherever they stand."""

    id: str
    name: str
    born: date | None
    born_words: str
    sex: Sex
    nhs_number: str | None
    no_number: NoNumber | None
    alike: str
    """Who else on the list has a like name, in words; empty where nobody has."""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A row of the Patients page."""

    id: str
    """`P-0001`: the hub's reference, and the id in a case."""
    name: str
    nhs_number: str | None
    no_number: NoNumber | None
    born: date | None
    """None where it isn't known to the day."""
    born_words: str
    """What is known of it then; empty where nothing is."""
    age: int | None
    sex: Sex
    priority: int
    pathway: Pathway
    care: Care | None
    needs: tuple[str, ...]
    local_authority: str | None
    hospital: str | None
    ward: str
    ready_on: date
    waiting_since: date
    """The discharge ready date, else `ready_on`."""
    waiting_days: int
    """0 before that date."""
    hospital_number: str
    expected_on: date | None
    """The expected date of discharge, as the ward says it."""
    named_lead: str | None
    lead_name: str
    """Who at the hub has them; empty where nobody is named."""
    infection: InfectionTonight
    state: PatientState
    placement: str | None
    placement_state: PlacementState | None
    placement_setting: str | None
    """Name of the setting of the current or first stay of the active placement."""
    together_with: str | None
    usual_setting: str | None
    missing: tuple[str, ...]
    """What the record lacks for a match, in words ("care level", "postcode or coordinates")."""
    leave_reason: LeaveReason | None
    flags: tuple[Flag, ...] = ()
    """What speaks against the active placement as things are now."""
    who: WhoItIs | None = None
    parts: tuple[str, ...] = ()
    """The records that were merged into this one."""
    hospital_name: str = ""
    """What the hospital is called, where the hub has said so."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A stay that something recorded about a person hits."""

    placement: str
    state: PlacementState
    setting_name: str
    phone: str
    unit: str
    start: date
    is_there: bool
    was_told: bool
    """The setting was told of a result already."""
    beside: tuple[str, ...]
    """Names of whoever stays there at the same time."""


@dataclass(frozen=True, slots=True)
class HitThere:
    """Somebody whom something recorded about a setting hits."""

    placement: str
    name: str
    start: date
    is_there: bool
    on_the_way: bool


@dataclass(frozen=True, slots=True)
class PlacementMention:
    """A stay of a placement in the history of a person or setting."""

    id: str
    patient_name: str
    setting_name: str
    state: PlacementState
    """Of the placement."""
    start: date
    end: date | None
    is_over: bool
    """They were there and moved on to the next stay."""
    is_later: bool
    """They are at an earlier stay, or never came to this one."""


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything about one person: the detail beside the table."""

    row: PatientRow
    details: PatientDetails
    observations: tuple[RecordedObservation, ...]
    """Newest event first; withdrawn ones too."""
    attestations: tuple[RecordedAttestation, ...]
    exclusions: tuple[Exclusion, ...]
    placements: tuple[PlacementMention, ...]
    """Newest first."""
    timeline: tuple[JournalLine, ...]
    """Newest first."""
    merged_into: str | None = None
    """The record that this one is a part of."""
    nights: tuple[NightAsk, ...] = ()
    """What is asked of a bed night by night: from the beginning of what is known, at most `NIGHTS_BACK`
    nights ago, to `NIGHTS_ON` nights from tonight."""
    rooms: tuple[KeptBed, ...] = ()
    """The beds that settings keep for them."""
    ready_date: date | None = None
    """The discharge ready date; None where none is said, or it is from before they met the criteria again."""
    assessments: tuple[RecordedAssessment, ...] = ()
    """Trusted assessors' assessments, newest first; withdrawn ones too."""
