"""The plan file: the engine's answer (docs/case.md, "Plan")."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import Count, Frozen, Name, Names
from discharge.model.time import PlannedDay

Requirement = Literal["open", "own_room", "isolation", "designated"]
"""What a stay asks of its bed, mildest first; `blocked` people have no stay (docs/rules.md, 3)."""

Condition = Literal["clinical_release", "retest", "phone_to_confirm"]

Whole = Annotated[int, Field(strict=True)]


class Stay(Frozen):
    """One stay: nights `start` (included) to `end` (excluded; absent is open-ended)."""

    setting: Name
    unit: Name
    beds: Name
    start: Annotated[PlannedDay, Field(alias="from")]
    end: Annotated[PlannedDay | None, Field(alias="to")] = None
    requirement: Requirement
    organisms: Names

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise PydanticCustomError("span", "a stay ends before it starts")
        return self


class Placement(Frozen):
    """The stays of one patient: one, or an isolation and then the final one."""

    patient: Name
    locked: Annotated[bool, Field(strict=True)]
    stays: Annotated[tuple[Stay, ...], Field(min_length=1)]
    conditions: tuple[Condition, ...]
    points: dict[str, Whole]
    because: Names


class LockedPlacement(Frozen):
    """A placement already approved or accepted, as a case gives it: in the plan's own form."""

    patient: Name
    locked: Annotated[bool, Field(strict=True)] = True
    stays: Annotated[tuple[Stay, ...], Field(min_length=1)]
    conditions: tuple[Condition, ...] = ()
    points: Annotated[dict[str, Whole], Field(default_factory=dict)]
    because: Names = ()


class Reason(Frozen):
    """Why somebody has no place: code, rule id, how many settings it stands against, a sentence."""

    code: Name
    rule: Name
    settings: Count
    text: Name


class Help(Frozen):
    """A single change that would place the person."""

    change: Name
    setting: Name | None = None
    places: Count


class Unplaced(Frozen):
    """A listed patient without a placement, and why."""

    patient: Name
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    would_help: tuple[Help, ...] = ()


class Objective(Frozen):
    """How many people are placed by priority 1-4, and the points of them all."""

    placed: Annotated[tuple[Count, ...], Field(min_length=4, max_length=4)]
    points: Whole


class Plan(Frozen):
    """A whole plan."""

    format: Literal["discharge-plan/1"] = "discharge-plan/1"
    case_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rule_set: str | dict[str, Any]
    status: Literal["optimal", "feasible"]
    gap: Annotated[float, Field(ge=0)]
    objective: Objective
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
