"""What homes answered, what is agreed with them, what they have to be rung for first, and mutual aid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from discharge.model.call import AidAnswer, AidKind, AidWay, Answers

_NOTHING = Answers()


@dataclass(frozen=True, slots=True)
class Rung:
    """The last call to or from a home on a day."""

    at: datetime
    by: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What a home said on the telephone over the last days."""

    newest: Answers = _NOTHING
    """The newest answer to each question; of what is counted up, that of the newest call."""
    said_at: Mapping[str, datetime] = field(default_factory=dict)
    """When each of them was said."""
    summed: Answers = _NOTHING
    """What is counted up over the days: deaths, who moved in and out."""
    rung_today: Rung | None = None
    """The last call of today: answered before unanswered."""
    asked_today: bool = False
    """Today's questions were answered."""


NOT_HEARD = Heard()
"""Of a home that said nothing."""


@dataclass(frozen=True, slots=True)
class HomeReason:
    """Why a home stands on the priority list."""

    code: str
    words: str
    """In a few words, as after the home's name: `PPE for 2 days`."""
    urgent: bool
    """Somebody has to see to it today."""


@dataclass(frozen=True, slots=True)
class PriorityHome:
    """A home of the priority list."""

    id: str
    name: str
    local_authority: str
    phone: str
    reasons: tuple[HomeReason, ...]
    """The gravest first."""
    rung_today: Rung | None

    @property
    def is_urgent(self) -> bool:
        """Whether one of its reasons is."""
        return any(reason.urgent for reason in self.reasons)

    @property
    def sentence(self) -> str:
        """Its reasons in a row, without a full stop."""
        return "; ".join(reason.words for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class ActionLine:
    """Something agreed with a home, done or not."""

    id: str
    setting: str
    setting_name: str
    what: str
    who: str
    due: date
    at: datetime
    by: str
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """The learning review of an outbreak that ended."""

    ended: str
    """The entry that ended it."""
    setting: str
    setting_name: str
    organism: str
    ended_at: datetime
    reviewed_at: datetime | None = None
    by: str = ""
    learned: str = ""
    shared: str = ""


@dataclass(frozen=True, slots=True)
class AidLine:
    """A request for mutual aid, and what became of it."""

    id: str
    way: AidWay
    borough: str
    kind: AidKind
    wanted: str
    needed_by: date | None
    at: datetime
    by: str
    answer: AidAnswer | None = None
    answer_words: str = ""
    owed: bool = False
    """What was given is to be given back."""
    back_by: date | None = None
    back_at: datetime | None = None

    @property
    def is_owed(self) -> bool:
        """Whether it is still to be given back."""
        return self.owed and self.back_at is None

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come of it."""
        return self.answer is None or self.is_owed


@dataclass(frozen=True, slots=True)
class CrossBorder:
    """Somebody placed in another authority than their own, by a placement under way, or of whom that isn't
    known."""

    patient: str
    home: str
    """The person's authority; empty where it isn't recorded."""
    there: str
    """The setting's; likewise."""

    @property
    def is_known(self) -> bool:
        """Whether both are recorded."""
        return bool(self.home and self.there)
