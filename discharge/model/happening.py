"""What happened though nobody planned it so (A5), and what is left to do after it."""

from __future__ import annotations

from dataclasses import dataclass
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
    DOESNT_FIT = "doesnt_fit"
    """Recorded while a desk was cut off, and not to be brought together with what is on record."""

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
    Happening.DOESNT_FIT: "recorded while cut off, and doesn't fit the record",
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
