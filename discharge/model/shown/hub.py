"""The hub as the window shows it everywhere: its counts, and what a search found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Status:
    """The rail's counts and the status line."""

    hub: str
    rule_set: str
    waiting: int
    """People without an active placement."""
    settings_stale: int
    oldest_return: datetime | None
    """Of the settings that have one and are open."""
    stale_hours: int
    """So old may a capacity return be before it is to be confirmed by phone."""
    approvals: int
    """Placements waiting for an LA lead."""
    moves: int
    """Placements whose next step is due or flagged."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the hub is, for whoever helps: numbers alone."""

    store_version: int
    sqlite: str
    sealed: bool
    megabytes: float
    counts: tuple[tuple[str, int], ...]
    """Of what, and how many: entries of the record, people of the hub, people on the list, and so on."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a search found: what it is, its id, its label and a line about it."""

    noun: str
    """patient, setting, placement"""
    id: str
    label: str
    detail: str
