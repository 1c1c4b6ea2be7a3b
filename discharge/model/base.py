"""What every model is made of: frozen records and the plain types of their fields."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Frozen(BaseModel):
    """A record that never changes and knows all of its fields; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


LARGEST = 1_000_000
"""No count, day, fee or distance of a discharge hub comes near this."""

Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)]
Names = tuple[Name, ...]
Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST)]
Amount = Annotated[float, Field(strict=True, ge=0, le=LARGEST)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180)]
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=2000)]
ShortText = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=200)]


class YesNo(StrEnum):
    """Whether something was done; that nobody knows is a value of its own."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"
