"""What a home answers on the telephone, what is agreed with it, and help between boroughs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from discharge.model.base import Count, Frozen, Name
from discharge.model.time import Day

Staffing = Literal["green", "amber", "red"]


class Answers(Frozen):
    """The answers to a call's fixed questions; None where nothing was said. Never an input of matching."""

    residents_suspected: Count | None = None
    residents_confirmed: Count | None = None
    staff_suspected: Count | None = None
    staff_confirmed: Count | None = None
    deaths: Count | None = None
    """Residents who died since the last call."""
    empty_beds: Count | None = None
    """Actual availability: every bed that nobody has."""
    can_take: Count | None = None
    """True availability: of them those that somebody could move into, staffed and safe."""
    admitted: Count | None = None
    """Who moved in since the last call, from anywhere."""
    left: Count | None = None
    """Who moved out alive since the last call."""
    staffing: Staffing | None = None
    staff_absent: Count | None = None
    ppe_days: Annotated[float, Field(ge=0, le=3660)] | None = None
    tested_on: Day | None = None
    """The day on which residents and staff were last tested."""

    @property
    def says_something(self) -> bool:
        """Whether any question was answered."""
        return any(value is not None for _, value in self)


SINCE_LAST_CALL = ("deaths", "admitted", "left")
"""Answers that are counted up over days; of every other the newest counts."""


class Agreed(Frozen):
    """What is to be done for a home: the action, who does it, by when."""

    what: Name
    who: Name
    due: Day


class AidWay(StrEnum):
    """Who asks whom for help."""

    ASKED = "asked"
    """This hub asks another borough."""
    WANTED = "wanted"
    """Another borough asks this hub."""

    @property
    def words(self) -> str:
        """As it stands in a table."""
        return {AidWay.ASKED: "We ask", AidWay.WANTED: "They ask"}[self]


class AidKind(StrEnum):
    """What is asked for."""

    BED = "bed"
    PPE = "ppe"
    STAFF = "staff"

    @property
    def words(self) -> str:
        """As it is said in a sentence."""
        return {AidKind.BED: "a bed", AidKind.PPE: "PPE", AidKind.STAFF: "staff"}[self]


class AidAnswer(StrEnum):
    """What was answered."""

    YES = "yes"
    PART = "part"
    NO = "no"

    @property
    def words(self) -> str:
        """As it is said in a sentence."""
        return {AidAnswer.YES: "yes", AidAnswer.PART: "in part", AidAnswer.NO: "no"}[self]
