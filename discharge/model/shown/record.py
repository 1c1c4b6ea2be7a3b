"""The record as the Record page reads it: what is looked for, a row of it, an entry whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from discharge.model.people import Given

RECORD_GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "infection": (
        "Tests and infection",
        ("observation_", "attestation_", "placement_released", "placement_not_released"),
    ),
    "list": ("The list", ("patient_", "setting_excluded", "setting_included")),
    "approval": (
        "Proposals and approvals",
        (
            "placement_proposed",
            "placement_sent",
            "placement_approved",
            "placement_returned",
            "placement_withdrawn",
        ),
    ),
    "offer": (
        "Offers and answers",
        ("placement_told", "placement_accepted", "placement_declined", "placement_unanswered"),
    ),
    "move": ("Moves", ("placement_", "onward_")),
    "capacity": ("Capacity and calls", ("capacity_", "call_")),
    "outbreak": ("Outbreaks and admissions", ("outbreak_", "risk_", "admissions_", "register_")),
    "setting": ("Settings", ("setting_", "settings_", "unit_", "beds_", "bed_", "designation_", "home_")),
    "change": ("Fees and rules by two", ("change_",)),
    "review": ("Assessments and reviews", ("review", "assess")),
    "paper": ("Papers", ("paper_",)),
    "aid": ("Mutual aid", ("aid_",)),
    "plan": ("Plans", ("plan_", "proposal_", "keeping_")),
    "hub": ("Hub, people, rules", ("",)),
}
"""What entries are about: words, and how their kinds begin; the first group that fits has a kind."""


def group_of(kind: str) -> str:
    """The group of a kind of entry."""
    return next(name for name, (_, starts) in RECORD_GROUPS.items() if kind.startswith(starts))


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A desk of a hub on a server; `closed_at` None while it is one."""

    id: str
    name: str
    added_at: datetime
    added_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What is looked for; everything given must hold."""

    person: str | None = None
    """A person's id: the entries about them and their placements."""
    setting: str | None = None
    """A setting's id: the entries about it and the placements in it."""
    user: str | None = None
    """Who recorded it."""
    group: str | None = None
    first: date | None = None
    last: date | None = None
    """Days in London on which it happened, both included."""
    text: str = ""
    """Words that the name it is about, who recorded it, or a reference holds; or an entry's number."""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A row of the record."""

    seq: int
    kind: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    user: str
    user_name: str
    role: str
    sentence: str
    about: str
    """A person's or setting's name, `Plan R-0001`, …"""
    page: str
    """Where it is shown: `patients`, `settings`, `moves`, `match`; empty for the hub."""
    key: str
    """Its key there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What an entry changed: the field's path, and its value before and after, as plain JSON."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """An entry whole."""

    line: RecordLine
    given: Given | None
    body: dict[str, Any]
    """As it was written."""
    differences: tuple[Difference, ...] | None
    """What became other by it; None where that can't be said of an entry of this kind."""
    hash: str
    prev_hash: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One entry of the journal as it is read."""

    seq: int
    kind: str
    subject: str
    sentence: str
    """What was recorded, without a person's name."""
    happened_at: datetime
    recorded_at: datetime
    user: str
    user_name: str
    role: str
    given: Given | None
