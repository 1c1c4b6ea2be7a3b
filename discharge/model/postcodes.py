"""Postcodes: how they are written, where they are, and what of a record was filled from one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from discharge.model.base import Frozen, ShortText

_WHOLE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
NOWHERE = "ZZ99"
"""The outward code of the NHS's pseudo postcodes: no fixed abode, not known, abroad. No place is meant."""

Level = Literal["postcode", "sector", "outward"]
"""How near a place is known: the postcode itself, its sector (`RM9 6`), its outward code (`RM9`)."""


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode as it is written, in its parts: `RM9 6LH` is RM9 and 6LH."""

    outward: str
    inward: str

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"

    @property
    def key(self) -> str:
        """As it is looked up: `RM96LH`."""
        return f"{self.outward}{self.inward}"

    @property
    def sector(self) -> str:
        """`RM9 6`"""
        return f"{self.outward} {self.inward[0]}"

    @property
    def area(self) -> str:
        """The letters it begins with: `RM`."""
        return self.outward[: 2 if self.outward[1].isalpha() else 1]


def postcode(text: str) -> Postcode | None:
    """The postcode that the text is, however it is spaced; None where it is none."""
    found = _WHOLE.fullmatch("".join(text.upper().split()))
    return None if found is None else Postcode(found[1], found[2])


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file of postcodes is: whose, of when, on what terms."""

    source: str
    """`Code-Point Open`, `National Statistics Postcode Lookup`, `ONS Postcode Directory`"""
    day: date | None
    """Of when it is; None where neither its name nor what is in it says so."""
    licence: str
    """The line that its licence asks for."""
    file: str = ""

    @property
    def words(self) -> str:
        """`Code-Point Open, August 2026`"""
        return self.source if self.day is None else f"{self.source}, {self.day:%B %Y}"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a postcode is, as near as that is known."""

    level: Level
    latitude: float
    longitude: float
    source: str
    """What it rests on: an edition, or homes of the hub."""
    authority: str | None = None
    """The local authority with the duty of adult social care; of the postcode itself alone."""
    within_km: float | None = None
    """How far off it may be, about; None: the postcode itself."""
    ended: date | None = None
    """The month from which nothing is delivered to the postcode any more."""


class FromPostcode(Frozen):
    """What of a record was filled from its postcode, and how near; empty: all was said by somebody."""

    level: Level | None = None
    """The coordinates are from there; None: they aren't from the postcode."""
    within_km: Annotated[float, Field(ge=0, le=1000)] | None = None
    authority: bool = False
    """The local authority is from the postcode too."""
    source: ShortText = ""


SAID = FromPostcode()
"""Nothing was filled: what stands was said by somebody."""
