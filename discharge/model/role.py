"""The roles of a hub's people. By itself, so that the window's commands know them before models load."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person of the hub may decide."""

    COORDINATOR = "coordinator"
    LA_LEAD = "la_lead"
    CLINICIAN = "clinician"
    DASS = "dass"
    """The director of adult social services, who designates (A2)."""
    ADMINISTRATOR = "administrator"
    READER = "reader"
    """Sees, and changes nothing."""

    @property
    def words(self) -> str:
        """The role as it is shown."""
        return _ROLE_WORDS[self]

    @property
    def with_article(self) -> str:
        """The role as one of its people: "an LA lead"."""
        return f"{'an' if self.words[0] in 'aeiouL' else 'a'} {self.words}"


_ROLE_WORDS = {
    Role.COORDINATOR: "coordinator",
    Role.LA_LEAD: "LA lead",
    Role.CLINICIAN: "clinician",
    Role.DASS: "DASS",
    Role.ADMINISTRATOR: "administrator",
    Role.READER: "reader",
}
