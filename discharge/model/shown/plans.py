"""A plan as the hub keeps it: with its case, its rule set and what became of its proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from discharge.model.case import Case
from discharge.model.placement import PlacementState
from discharge.model.plan import Condition, Plan, Unplaced
from discharge.model.shown.patients import WhoItIs
from discharge.model.shown.placements import StayView


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of the list of plans, newest first."""

    id: str
    """`R-0001`"""
    made_at: datetime
    by: str
    rule_set: str
    case_sha256: str
    status: str
    gap: float
    listed: int
    placed: tuple[int, int, int, int]
    """By priority 1 to 4."""
    unplaced: int
    points: int
    seconds: float
    """How long the engine took."""


class Change(StrEnum):
    """What became of somebody since the plan before."""

    NEW = "new"
    """Wasn't placed, or not listed."""
    SAME = "same"
    MOVED = "moved"
    """Another setting, unit, beds or day."""
    FIRST = "first"
    """There is no plan before."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A placement of a plan, with what became of it."""

    patient: str
    patient_name: str
    priority: int
    pathway: str
    locked: bool
    stays: tuple[StayView, ...]
    conditions: tuple[Condition, ...]
    points: dict[str, int]
    because: tuple[str, ...]
    kept: bool
    """The coordinator keeps it: locked in the next planning."""
    placement: str | None
    """The placement it was sent to approval as."""
    placement_state: PlacementState | None
    change: Change
    before: str
    """Where the plan before had them: a setting's name and day; empty where nowhere."""
    who: WhoItIs | None = None

    @property
    def total(self) -> int:
        """All its points."""
        return self.points.get("total", 0)

    @property
    def start(self) -> date:
        """The first day of the first stay."""
        return self.stays[0].start


@dataclass(frozen=True, slots=True)
class UnplacedRow:
    """Somebody the plan has no place for."""

    patient: str
    patient_name: str
    priority: int
    pathway: str
    unplaced: Unplaced
    placed_before: bool
    """The plan before had a place for them."""
    who: WhoItIs | None = None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A whole plan for the Match page."""

    row: PlanRow
    plan: Plan
    case: Case
    proposals: tuple[ProposalRow, ...]
    unplaced: tuple[UnplacedRow, ...]
    names: dict[str, str]
    """Names of its patients and settings by id, as they are now."""
    outdated: bool
    """Something that a plan depends on was recorded since."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the rules say of placements chosen by hand: what they would be, and each breach in a sentence."""

    plan: Plan | None
    """The placements with requirement, organisms, conditions and points; None where the rules can't say."""
    breaches: tuple[str, ...]
    rules: tuple[str, ...] = ()
    """The id of the rule of each breach."""
