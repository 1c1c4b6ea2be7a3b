"""What papers are made from, and papers that were issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from discharge.model.hub import HubSettings
from discharge.model.paper import HUB_LINES, PaperKind
from discharge.model.people import Given
from discharge.model.placement import PlacementState, Transport
from discharge.model.setting import Beds, Unit
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.patients import RecordedAssessment
from discharge.model.shown.placements import ApprovalPage, StayView


@dataclass(frozen=True, slots=True)
class ToldBy:
    """Who told a setting, who heard it there, and who assessed for it."""

    at: datetime
    by: str
    given: Given | None
    assessor: str


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """A stay with the setting, the unit and the beds that it is in."""

    stay: StayView
    details: SettingDetails
    unit: Unit | None
    """None where the unit was taken out since."""
    beds: Beds | None
    told: ToldBy | None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a paper about a placement is made from. Nothing in it depends on the hour at which it is asked."""

    hub: HubSettings
    page: ApprovalPage
    homes: tuple[HomeFacts, ...]
    stay: int
    """The stay that comes next, or that they are in."""
    state: PlacementState
    approved_by: str
    says: str
    """What the record says of the infections, as settings are told it (C5)."""
    isolation: str
    """Until when they isolate, in words; empty where they don't."""
    lead: str
    """The named lead at the hub."""
    assessments: tuple[RecordedAssessment, ...] = ()
    """Those that count, newest first."""


@dataclass(frozen=True, slots=True)
class JourneyFacts:
    """A journey of a day, as the crew has to know it."""

    placement: str
    patient_name: str
    born: date | None
    start: str
    """Where it begins: ward and hospital, or the setting of the stay before."""
    start_phone: str
    needs: tuple[str, ...]
    equipment: str
    """What goes with them, as their record says it; empty: not said."""
    transport: Transport
    to: str
    to_address: str
    to_phone: str
    unit: str
    says: str
    isolates: bool
    stopped: str
    """What forbids the journey as things are now; empty where nothing does."""


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper that was issued, and whether the record has moved on since."""

    id: str
    kind: PaperKind
    about: str
    version: int
    seal: str
    patient: str | None
    setting: str | None
    to: str
    at: datetime
    by: str
    stay: int = 0
    """Which stay of the placement it is about."""
    recalled: bool = False
    reason: str = ""
    outdated: bool = False
    """It is the newest of its kind, and the record says something else by now."""
    changed: tuple[str, ...] = ()
    """What the record says otherwise by now, by label; empty where the placement itself has gone another
    way."""
    replaced_by: int | None = None
    """The version that was issued in its place."""

    @property
    def mark(self) -> str:
        """What has to stand on every page of it: `RECALLED`, `OUTDATED`; empty while it counts."""
        return "RECALLED" if self.recalled else "OUTDATED" if self.is_old else ""

    @property
    def of_the_hub_alone(self) -> bool:
        """Whether nothing is otherwise by now but whom to ring at the hub."""
        return bool(self.changed) and set(self.changed) <= set(HUB_LINES)

    @property
    def is_old(self) -> bool:
        """Whether the record, or a newer version, has left it behind."""
        return self.outdated or self.replaced_by is not None


@dataclass(frozen=True, slots=True)
class HeldPapers:
    """Papers that somebody holds and that are out of date."""

    outdated: tuple[IssuedPaper, ...]
    waiting: int
    """So many papers haven't been held against the record since something changed."""
