"""A designation that is under way: how far a unit has come on the way to the CQC's assurance, and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DesignationStep(StrEnum):
    """How far it has come; none of them lets anybody in, only the designation itself does (R1, A2)."""

    PUT_FORWARD = "put_forward"
    INSPECTED = "inspected"
    AWAITING = "awaiting"
    """Inspected, and the CQC hasn't answered."""
    ASSURED = "assured"
    """The CQC has assured it; the director hasn't designated it yet."""
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The step as it is shown."""
        return _WORDS[self]


_WORDS = {
    DesignationStep.PUT_FORWARD: "put forward to the CQC",
    DesignationStep.INSPECTED: "inspected by the CQC",
    DesignationStep.AWAITING: "awaiting the CQC",
    DesignationStep.ASSURED: "assured by the CQC, not designated yet",
    DesignationStep.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A unit whose designation is under way."""

    setting: str
    unit: str
    step: DesignationStep
    on: date
    beds: int
    """Beds that it is about."""
