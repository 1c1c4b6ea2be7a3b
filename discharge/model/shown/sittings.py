"""Placements that are decided on in one go: what they come to, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from discharge.model.approving import Costs, Principle
from discharge.model.plan import Condition
from discharge.model.shown.placements import ApprovalRow
from discharge.model.shown.plans import PlanRow


@dataclass(frozen=True, slots=True)
class Deciding:
    """One of several placements that are decided on in one go, as far as their sum goes."""

    row: ApprovalRow
    costs: Costs
    plan: str | None
    """The plan it came from; None where made by hand."""
    by_hand_reason: str
    principle: Principle | None


@dataclass(frozen=True, slots=True)
class DecidingTogether:
    """Several placements that are decided on in one go, and the plans that they come from."""

    those: tuple[Deciding, ...]
    plans: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one placement in a sitting."""

    placement: str
    patient: str
    patient_name: str
    goes_to: str
    start: date
    fee: float | None
    """The weekly fee at which it was approved; None: not known."""
    conditions: tuple[Condition, ...]
    """What was still needed when it was approved."""
    rule: str = ""
    """By which rule it was left out; empty where none decided, or it was approved."""
    why: str = ""
    """Why it was left out, where that names nobody."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What several placements, gone through in one go, came to."""

    id: str
    at: datetime
    by: str
    role: str
    hub: str
    note: str
    principle: Principle | None
    approved: tuple[Decided, ...]
    left_out: tuple[Decided, ...]
