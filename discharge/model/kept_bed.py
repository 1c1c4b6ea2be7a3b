"""A bed kept for one person while they are away (N12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from discharge.model.people import Given


class PaidBy(StrEnum):
    """Who pays for a bed that is kept for somebody. Recorded for the hand-over alone (N9)."""

    LOCAL_AUTHORITY = "local_authority"
    NHS = "nhs"
    RESIDENT = "resident"
    NOBODY = "nobody"
    NOT_KNOWN = "not_known"

    @property
    def words(self) -> str:
        """As it is shown."""
        return _PAID_BY_WORDS[self]


_PAID_BY_WORDS = {
    PaidBy.LOCAL_AUTHORITY: "the local authority",
    PaidBy.NHS: "the NHS",
    PaidBy.RESIDENT: "the resident or their family",
    PaidBy.NOBODY: "nobody: the home keeps it",
    PaidBy.NOT_KNOWN: "not known",
}


@dataclass(frozen=True, slots=True)
class KeptBed:
    """A bed kept for one person: their own room while they are away (N12)."""

    patient: str
    patient_name: str
    setting: str
    setting_name: str
    unit: str
    beds: str
    start: date
    until: date | None
    """The first night on which it isn't kept any more; None until somebody says so."""
    paid_by: PaidBy
    since: datetime
    """When it was first said that it is kept."""
    among_free: bool
    """The setting's figures still count it among the free beds; else it comes on top of them."""
    note: str = ""
    given: Given | None = None
    by: str = ""
    phone: str = ""
    left: bool = False
    """The person is on the list no more."""
    gone: bool = False
    """Its group of beds was taken out: they have no bed there on record."""
    placement: str | None = None
    """Nobody recorded it: it is the room of this placement, by which the person had settled there."""
    position: int | None = None

    @property
    def is_recorded(self) -> bool:
        """Somebody said that it is kept; else it is only known that they lived there."""
        return self.placement is None

    def has_lapsed(self, today: date) -> bool:
        """Its time is over, and nobody has said what became of it: neither free nor the person's."""
        return self.until is not None and self.until <= today
