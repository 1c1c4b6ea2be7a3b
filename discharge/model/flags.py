"""What speaks against a placement as things are now: its flags, how much each weighs, and what mends it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a flag does to the next step."""

    BLOCK = "block"
    """It stops every step forward until it is mended; nobody can override it (A3)."""
    PERSON = "person"
    """It needs a person: the step is taken with a reason, or not at all."""
    LOOKING = "looking"
    """Not known yet: the placement is being looked at. Never shown as clean."""


class Mend(StrEnum):
    """The step that mends a flag."""

    PLAN_AGAIN = "plan_again"
    """Withdraw the placement and plan again."""
    RETURN = "return"
    """It waits for approval: return it (or withdraw it), and plan again."""
    TURN_BACK = "turn_back"
    """They are on the way: turn them back or send them elsewhere, and ring the home."""
    MOVE_OUT = "move_out"
    """They are there: ring the home and find another place."""
    PLAN_NEXT = "plan_next"
    """Withdraw the stay to come and ask for another."""
    TELL = "tell"
    """Tell the home the newest result."""
    TEST = "test"
    """A test, or its result, is wanted."""
    ATTEST = "attest"
    """What the direct route asks for is to be attested."""
    RELEASE = "release"
    """A clinician's release, or date, is wanted."""
    BOOK = "book"
    """Another journey is to be booked: the one on record isn't safe for the crew, or after them."""
    PHONE = "phone"
    """Ring the home: what it has said last no longer counts."""
    WAIT = "wait"
    """Wait for the day."""
    DECIDE = "decide"
    """Somebody has to decide whether it can go on so."""
    NOTHING = "nothing"

    @property
    def words(self) -> str:
        """The step as it is shown."""
        return _MEND_WORDS[self]

    @property
    def block(self) -> str:
        """What stops a placement that this mends, in as many words as a column of a table holds."""
        return _BLOCKS[self]


_MEND_WORDS = {
    Mend.PLAN_AGAIN: "Withdraw it and plan again.",
    Mend.RETURN: "Return or withdraw it, and plan again.",
    Mend.TURN_BACK: "Turn them back or find another place, and ring the home.",
    Mend.MOVE_OUT: "Ring the home and find another place.",
    Mend.PLAN_NEXT: "Withdraw the stay to come and plan again.",
    Mend.TELL: "Tell it the newest result.",
    Mend.TEST: "Record a test and its result, or withdraw it and plan again.",
    Mend.ATTEST: "Record what is attested, or withdraw it and plan again.",
    Mend.RELEASE: "A clinician has to record the date.",
    Mend.BOOK: "Book transport again.",
    Mend.PHONE: "Ring the home and record what it says.",
    Mend.WAIT: "Wait for that day, or withdraw it and plan again.",
    Mend.DECIDE: "Go on with a reason, or withdraw it and plan again.",
    Mend.NOTHING: "",
}


_BLOCKS = {
    Mend.PLAN_AGAIN: "Can't go there",
    Mend.RETURN: "Can't go there",
    Mend.TURN_BACK: "Can't arrive there",
    Mend.MOVE_OUT: "Can't stay there",
    Mend.PLAN_NEXT: "Next place can't be",
    Mend.TELL: "Newest not told",
    Mend.TEST: "No test that counts",
    Mend.ATTEST: "Not attested",
    Mend.RELEASE: "Not released",
    Mend.BOOK: "Journey isn't safe",
    Mend.PHONE: "Return is too old",
    Mend.WAIT: "Too early",
    Mend.DECIDE: "To be decided",
    Mend.NOTHING: "Being looked at",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that speaks against a placement now: the rule's id and a sentence in names."""

    rule: str
    sentence: str
    severity: Severity = Severity.BLOCK
    mend: Mend = Mend.PLAN_AGAIN
    stay: int = 0
    """Which of its stays it is about."""

    @property
    def blocks(self) -> bool:
        """Whether it stops every step forward."""
        return self.severity is Severity.BLOCK


_FIRST = ("R3", "R5", "R4", "R2", "R1", "N10")
"""Of several reasons those are told first that say what the place can't be for the person."""
_LESS = {Severity.BLOCK: 0, Severity.LOOKING: 1, Severity.PERSON: 2}


def by_weight(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """The flags, what stops first; that a home must be told again comes after what it can't take."""

    def rank(flag: Flag) -> tuple[int, bool, int]:
        first = _FIRST.index(flag.rule) if flag.rule in _FIRST else len(_FIRST)
        return _LESS[flag.severity], flag.mend is Mend.TELL, first

    return tuple(sorted(flags, key=rank))


def chief(flags: Iterable[Flag]) -> Flag | None:
    """What weighs most of what speaks against a placement; None where nothing does."""
    return next(iter(by_weight(flags)), None)


BEING_LOOKED_AT = Flag(
    "",
    "Something was recorded that concerns this placement: it is being looked at again.",
    Severity.LOOKING,
    Mend.NOTHING,
)
"""Stands for the flags of a placement that nobody has looked at since something changed."""


__all__ = ["BEING_LOOKED_AT", "Flag", "Mend", "Severity", "by_weight", "chief"]
