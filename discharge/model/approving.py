"""What an LA lead weighs: the principle of a judgement, what a placement costs, and their limit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

APPROVE, RELEASE, ACCEPT = "approve", "release", "accept"
"""What somebody away from the hub is asked for: a lead, a clinician, the home that somebody is to go to."""
RETURN, DECLINE = "return", "decline"
"""What they say where they don't do that: a lead and a clinician the first, a home the second."""
NO = {APPROVE: RETURN, RELEASE: RETURN, ACCEPT: DECLINE}
"""What a no is called, by what was asked."""


class Principle(StrEnum):
    """The eight principles of the ethical framework for adult social care (Department of Health and Social
    Care, March 2020), one of which is named where a judgement is made."""

    RESPECT = "respect"
    REASONABLENESS = "reasonableness"
    MINIMISING_HARM = "minimising_harm"
    INCLUSIVENESS = "inclusiveness"
    ACCOUNTABILITY = "accountability"
    FLEXIBILITY = "flexibility"
    PROPORTIONALITY = "proportionality"
    COMMUNITY = "community"

    @property
    def words(self) -> str:
        """The principle's name."""
        return self.value.replace("_", " ")

    @property
    def sentence(self) -> str:
        """What it asks for."""
        return _ASKS[self]


_ASKS = {
    Principle.RESPECT: "The person is heard; their dignity, their wishes and their choice count.",
    Principle.REASONABLENESS: "The decision is fair and practical, and rests on what is known.",
    Principle.MINIMISING_HARM: "Harm to the person and to others is kept as small as it can be.",
    Principle.INCLUSIVENESS: "Everybody is treated alike, and whoever it concerns has a say.",
    Principle.ACCOUNTABILITY: "It can be seen who decided, how and why.",
    Principle.FLEXIBILITY: "The decision fits the circumstances, and changes when they do.",
    Principle.PROPORTIONALITY: "No more is asked of the person than the risk calls for.",
    Principle.COMMUNITY: "People stand together: what others need is weighed too.",
}


@dataclass(frozen=True, slots=True)
class StayCost:
    """What a stay costs: pounds a week, and how many nights it has; None where that isn't known."""

    setting_name: str
    weekly_fee: float | None
    nights: int | None
    """None: open-ended."""
    proposed: float | None = None
    """The weekly fee when the placement was proposed; None where that isn't on record."""
    waiting: tuple[float | None, ...] = ()
    """The weekly fee that waits for a second person's word, where one does; None in it: not known."""

    @property
    def total(self) -> float | None:
        """Pounds for the whole stay; None where fee or end isn't known."""
        if self.weekly_fee is None or self.nights is None:
            return None
        return round(self.weekly_fee * self.nights / 7, 2)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a placement costs."""

    stays: tuple[StayCost, ...]
    weekly: float | None
    """The highest of its stays: what a limit is held against (A4)."""
    days: int
    first_days: float | None
    """Pounds for the first `days` days from the start; None where a fee isn't known."""

    @property
    def total(self) -> float | None:
        """Pounds for all its stays; None where a fee isn't known or a stay is open-ended."""
        totals = [stay.total for stay in self.stays]
        known = [total for total in totals if total is not None]
        return round(sum(known), 2) if len(known) == len(totals) else None


@dataclass(frozen=True, slots=True)
class ApprovalLimit:
    """Up to which weekly fee somebody may approve today (A4)."""

    has_rules: bool
    """Without any rule of the hub every LA lead may approve any fee."""
    names: tuple[str, ...]
    """The rules in force that let them approve."""
    most: float | None
    """Pounds a week, included; None: any fee. Says nothing where no rule lets them approve."""

    def covers(self, weekly_fee: float | None) -> bool:
        """Whether that fee may be approved; one that isn't known is above any limit."""
        if not self.has_rules:
            return True
        if not self.names:
            return False
        return self.most is None or (weekly_fee is not None and weekly_fee <= self.most)
