"""What is known of a person's infections: observations per organism, and attestations (docs/rules.md, 2)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import Frozen, Name
from discharge.model.time import Day, Instant

Result = Literal["positive", "negative", "inconclusive", "void", "pending"]

Attestation = Literal[
    "normal_immune_response",
    "isolation_completed",
    "clinical_improvement",
    "no_new_symptoms",
    "clinician_clearance",
]


class Test(Frozen):
    """A laboratory or device test of one specimen; event time is `specimen_at` (T2)."""

    __test__ = False

    kind: Literal["test"] = "test"
    organism: Name
    result: Result
    specimen_at: Instant
    reported_at: Instant | None = None

    @model_validator(mode="after")
    def _times_agree(self) -> Self:
        if self.result != "pending" and self.reported_at is None:
            raise PydanticCustomError(
                "unreported", "a {result} test has no reported_at", {"result": self.result}
            )
        if self.reported_at is not None and self.reported_at < self.specimen_at:
            raise PydanticCustomError("reported_early", "reported_at is before specimen_at")
        return self


class Symptoms(Frozen):
    """Symptoms of one organism; `resolved_on` is the first day without them."""

    kind: Literal["symptoms"] = "symptoms"
    organism: Name
    onset_on: Day
    resolved_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.resolved_on is not None and self.resolved_on < self.onset_on:
            raise PydanticCustomError("span", "resolved_on is before onset_on")
        return self


class Exposure(Frozen):
    """A contact with somebody who had the organism."""

    kind: Literal["exposure"] = "exposure"
    organism: Name
    exposed_on: Day


class Clearance(Frozen):
    """A clinician's word: released on a date, or to isolate until a date (S5)."""

    kind: Literal["clearance"] = "clearance"
    organism: Name
    isolate_until: Day | None = None
    released_on: Day | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.isolate_until is None) == (self.released_on is None):
            raise PydanticCustomError("clearance", "a clearance has either isolate_until or released_on")
        return self


Observation = Annotated[Test | Symptoms | Exposure | Clearance, Field(discriminator="kind")]

_NAMES = {
    "sars-cov-2": "COVID-19",
    "influenza": "influenza",
    "rsv": "RSV",
    "norovirus": "norovirus",
    "c_difficile": "C. difficile",
    "cpe": "CPE",
    "mrsa": "MRSA",
}


def organism_name(organism: str) -> str:
    """The organism as people say it."""
    return _NAMES.get(organism, organism)
