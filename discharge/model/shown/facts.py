"""What happened though nobody planned it so, what is left to do after it, and whom a late result concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from discharge.model.happening import Against, Happening, Left


@dataclass(frozen=True, slots=True)
class HappenedLine:
    """One such fact, with whoever it went to and what they recorded."""

    id: str
    """`F-0001`"""
    facts: tuple[Happening, ...]
    """What it counts as: what was named first."""
    patient: str
    """Empty where it is about nobody of the list."""
    patient_name: str
    setting: str
    setting_name: str
    """Of the home that it is about; empty where none is known."""
    elsewhere: str
    """Where they went, where that is no setting of the hub."""
    hospital: str
    at: datetime
    against: tuple[Against, ...]
    reason: str
    recorded_by: str
    assigned: str
    """Id of the person it went to."""
    assigned_name: str
    due_at: datetime
    dealt_at: datetime | None
    phone: str

    @property
    def who(self) -> str:
        """Whom or what it is about, by name."""
        return self.patient_name or self.setting_name or "A request for help"

    @property
    def sentence(self) -> str:
        """`Ada Shah left before the home was told (Elm Lodge)`."""
        if not self.patient:
            return f"{self.who}: {self.facts[0].words}"
        where = f" ({self.setting_name or self.elsewhere})" if self.setting_name or self.elsewhere else ""
        return f"{self.patient_name} {self.facts[0].words}{where}"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Something left to do after a placement was given up."""

    id: str
    """`K-0001`"""
    kind: Left
    patient: str
    patient_name: str
    placement: str
    phone: str
    sentence: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NewsLine:
    """Somebody who has to hear of a result that came, or changed, after the person had left."""

    patient: str
    patient_name: str
    whom: str
    """`setting:S-0001`, `ward`, or `contact:P-0002`: whom an entry says was told."""
    label: str
    """Who that is: `Elm Lodge`, `the infection team of St Mary's, Ash`."""
    phone: str
    says: str
    """What is to be said, from the record."""
    why: str
    """Why them, in a sentence; may be empty."""
    urgent: bool
    since: datetime
    """When it was recorded."""


@dataclass(frozen=True, slots=True)
class FactCount:
    """How often a fact happened, of one hospital and one home."""

    hospital: str
    setting_name: str
    fact: Happening
    count: int
    open: int
    """Of them not dealt with yet."""
    hospital_name: str = ""
    """What the hospital is called, where the hub has said so."""
