"""What happened though nobody planned it so, what is left to do after it, and whom a late result concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Happening(StrEnum):
    """A fact of the world that no rule can refuse (A5)."""

    LEFT_UNTOLD = "left_untold"
    LEFT_WITHOUT_RESULT = "left_without_result"
    LEFT_WITHOUT_US = "left_without_us"
    """Without a placement, or without the local authority's approval."""
    LEFT_ALL_THE_SAME = "left_all_the_same"
    """Against another rule."""
    ARRIVED_ALL_THE_SAME = "arrived_all_the_same"
    MOVED_ON_ALL_THE_SAME = "moved_on_all_the_same"
    """To the second stay, against a rule."""
    ARRIVED_ELSEWHERE = "arrived_elsewhere"
    TURNED_AWAY = "turned_away"
    """The home took back its yes on the doorstep."""
    READMITTED = "readmitted"
    DIED = "died"

    @property
    def words(self) -> str:
        """The fact as it is shown."""
        return _WORDS[self]


_WORDS = {
    Happening.LEFT_UNTOLD: "left before the home was told",
    Happening.LEFT_WITHOUT_RESULT: "left without a result",
    Happening.LEFT_WITHOUT_US: "left without us",
    Happening.LEFT_ALL_THE_SAME: "left against a rule",
    Happening.ARRIVED_ALL_THE_SAME: "arrived against a rule",
    Happening.MOVED_ON_ALL_THE_SAME: "moved on against a rule",
    Happening.ARRIVED_ELSEWHERE: "arrived somewhere else",
    Happening.TURNED_AWAY: "turned away on the doorstep",
    Happening.READMITTED: "readmitted",
    Happening.DIED: "died",
}


class Left(StrEnum):
    """What is left to do after a placement was given up."""

    CANCEL_TRANSPORT = "cancel_transport"
    TELL_OFF = "tell_off"
    """Tell the setting, which expects somebody, that they aren't coming."""


@dataclass(frozen=True, slots=True)
class Against:
    """A rule that what happened broke, with the sentence that says how."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class HappenedLine:
    """One such fact, with whoever it went to and what they recorded."""

    id: str
    """`F-0001`"""
    facts: tuple[Happening, ...]
    """What it counts as: what was named first."""
    patient: str
    patient_name: str
    placement: str | None
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
    dealt_by: str
    dealt_words: str
    phone: str

    @property
    def sentence(self) -> str:
        """`Ada Shah left before the home was told (Elm Lodge)`."""
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
    setting_name: str
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


__all__ = ["Against", "FactCount", "HappenedLine", "Happening", "Left", "NewsLine", "TaskLine"]
