"""The case: one self-contained matching problem (docs/case.md)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from discharge.model.base import Count, Frozen
from discharge.model.london import london_date
from discharge.model.patient import Patient
from discharge.model.plan import LockedPlacement
from discharge.model.setting import Setting
from discharge.model.time import Instant

Weight = Count
"""Points for one of whatever an objective counts."""

Horizon = Annotated[int, Field(strict=True, ge=1, le=3660)]
"""Days that are planned, from day 0 on."""


def _named_rule_set(value: object) -> object:
    if isinstance(value, dict) or (isinstance(value, str) and value):
        return value
    raise PydanticCustomError("rule_set", "is not a rule set's name, or an object with its base")


class RatingWeights(Frozen):
    """Points by rating; `none` is for a setting without one."""

    outstanding: Weight = 0
    good: Weight = 0
    requires_improvement: Weight = 10
    inadequate: Weight = 40
    none: Weight = 5


class Weights(Frozen):
    """The points table's weights (docs/case.md, "What is optimal"); any left out take the default."""

    delay: Weight = 10
    distance: Weight = 1
    moves: Weight = 40
    choice: Weight = 15
    usual: Weight = 200
    out_of_area: Weight = 25
    nursing_for_residential: Weight = 30
    scarce: Weight = 60
    rating: RatingWeights = RatingWeights()
    stale: Weight = 20
    fee: Weight = 1
    no_onward: Weight = 120
    churn: Weight = 25
    """Where a previous plan is given: what a change of a person's place must gain. 0: nothing is kept."""


class Case(Frozen):
    """Everything that a plan depends on. `as_at` is the planning instant; its London date is day 0."""

    format: Literal["discharge-case/1"]
    as_at: Instant
    rule_set: Annotated[str | dict[str, Any], BeforeValidator(_named_rule_set)]
    horizon_days: Horizon = 28
    weights: Weights = Weights()
    patients: tuple[Patient, ...] = ()
    settings: tuple[Setting, ...] = ()
    locked: tuple[LockedPlacement, ...] = ()

    @property
    def day0(self) -> date:
        """The planning date in London."""
        return london_date(self.as_at)
