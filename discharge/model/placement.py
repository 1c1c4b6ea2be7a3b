"""A placement on its way: where it stands, what it waits for, how it can end."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import Frozen, Name, ShortText, Text, YesNo
from discharge.model.time import Day, Instant
from discharge.model.travel import CrewPpe, TransportMode, Travels


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
    travels: Travels | None = None
    """None: nobody has said."""
    escort: YesNo = YesNo.NOT_KNOWN
    """Whether somebody goes along who looks after them."""

    @property
    def carried(self) -> str:
        """How the person travels and whether somebody goes along, in words; empty where neither is known."""
        escort = {YesNo.YES: "with an escort", YesNo.NO: "without an escort"}.get(self.escort, "")
        parts = (self.travels.words if self.travels is not None else "", escort)
        return ", ".join(part for part in parts if part)


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
