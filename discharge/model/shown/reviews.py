"""Reviews that are due, and assessments, as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from discharge.model.review import Review, ReviewDay


@dataclass(frozen=True, slots=True)
class DueReview:
    """A review that nobody has recorded and whose day has come."""

    placement: str
    patient: str
    patient_name: str
    setting_name: str
    phone: str
    day: ReviewDay
    due_on: date
    missed: tuple[int, ...]
    """Earlier days of which nothing was recorded."""


@dataclass(frozen=True, slots=True)
class RecordedReview:
    """A review with its place in the record."""

    id: str
    review: Review
    by: str


@dataclass(frozen=True, slots=True)
class FundingClock:
    """A decision on funding that is awaited for longer than it is counted by."""

    patient: str
    patient_name: str
    what: str
    """`CHC` or `fast track`."""
    since: date
    days: int
    """How many days it has waited."""
    counted: int
    """By how many it is counted."""
