"""A placement as the tables have it, and what was seen of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from discharge.model.flags import Flag
from discharge.model.placement import ACTIVE, PlacementState
from discharge.model.shown.placements import StayView


@dataclass(frozen=True, slots=True)
class StayOf:
    """A stay of a placement as the tables have it."""

    view: StayView
    told_seq: int
    holds: bool
    fee: float | None = None
    """Its setting's weekly fee when it was proposed; None where that wasn't known, or isn't on record."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement as the tables have it."""

    id: str
    patient: str
    state: PlacementState
    """As recorded; but `approved` again where the setting was told before what is known now (C5)."""
    stay: int
    plan: str | None
    by_hand_reason: str
    points_text: str
    because: tuple[str, ...]
    conditions: tuple[Any, ...]
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    approved_by_name: str | None
    since: datetime
    released_at: datetime | None
    alone: bool
    onward: bool
    follows: str | None
    principle: str | None
    stays: tuple[StayOf, ...]
    holding: tuple[StayOf, ...]
    """The current stay and those after it, but for those given up."""

    @property
    def is_active(self) -> bool:
        """Whether it is under way: neither over nor given up."""
        return self.state in ACTIVE

    @property
    def points(self) -> dict[str, int]:
        """Its points by objective, as the plan counted them."""
        found: dict[str, int] = json.loads(self.points_text)
        return found

    @property
    def current(self) -> StayOf:
        """The stay the person is in or goes to next."""
        return self.stays[self.stay]

    @property
    def next(self) -> StayOf | None:
        """The stay after the current one; None where there is none any more."""
        after = self.stays[self.stay + 1 :]
        return after[0] if after and after[0].holds else None

    @property
    def first_start(self) -> date:
        """The day they leave, or left, hospital."""
        return self.stays[0].view.start


@dataclass(frozen=True, slots=True)
class Looked:
    """What speaks against a placement, and until when that holds if nothing is recorded."""

    flags: tuple[Flag, ...]
    until: datetime
