"""What became of a move, asked after it; and what a trusted assessor found before it."""

from __future__ import annotations

from typing import Literal

from discharge.model.base import Frozen, Name, ShortText, Text, YesNo
from discharge.model.patient import Care
from discharge.model.time import Day

REVIEW_DAYS = (3, 14, 28)
"""Days after somebody arrived on which it is asked what became of the move."""
ReviewDay = Literal[3, 14, 28]

CHC_DAYS = 28
"""Days from referral to decision by which NHS continuing healthcare is counted (NHS England's statistics)."""
FAST_TRACK_DAYS = 2
"""Days after which a fast track without an answer is asked about; the framework says promptly."""


class Review(Frozen):
    """What was found out about somebody some days after their move."""

    day: ReviewDay
    well: YesNo
    isolation_ended: YesNo
    """`not_known` also of somebody who never isolated."""
    long_term_assessed: YesNo
    """Whether the long-term need was assessed."""
    back_in_hospital: YesNo
    note: Text = ""

    @property
    def worries(self) -> bool:
        """Whether somebody has to act on it."""
        return self.well is YesNo.NO or self.back_in_hospital is YesNo.YES


class Assessment(Frozen):
    """A trusted assessor's assessment of somebody, on behalf of settings that agreed to take it."""

    assessor: Name
    organisation: ShortText = ""
    on: Day
    care: Care | None = None
    """The level of care that was found; None where that wasn't assessed."""
    findings: Text
    settings: tuple[Name, ...] = ()
    """The settings for which it stands; empty: for none by name."""
    agreed: YesNo = YesNo.NOT_KNOWN
    """Whether these settings agreed that the assessment stands for their own."""
