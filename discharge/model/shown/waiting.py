"""Changes that wait for a second person's word: of a setting's weekly fee, and of the approval rules (A4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from discharge.model.people import ApprovalRule

What = Literal["fee", "rules"]


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change that was recorded and doesn't count until somebody else has confirmed it."""

    id: str
    """The entry that brought it."""
    what: What
    subject: str
    """The setting's id, or `hub`."""
    about: str
    """The setting's name, or `the hub`."""
    was: Any
    """What counts until then: pounds a week, None where no fee is known; or the rules as plain JSON."""
    wanted: Any
    by: str
    by_name: str
    authors: frozenset[str]
    """Every account of the person who changed it."""
    at: datetime
    group: str
    """What was changed with it at once: an import, several homes; else its own id."""
    reason: str

    @property
    def is_of_rules(self) -> bool:
        """Whether it is the approval rules that were changed."""
        return self.what == "rules"

    @property
    def fee(self) -> float | None:
        """The weekly fee that waits."""
        return None if self.what != "fee" or self.wanted is None else float(self.wanted)

    @property
    def rules(self) -> tuple[ApprovalRule, ...]:
        """The approval rules that wait."""
        return _rules(self.wanted) if self.what == "rules" else ()

    @property
    def rules_before(self) -> tuple[ApprovalRule, ...]:
        """The approval rules that count until then."""
        return _rules(self.was) if self.what == "rules" else ()


def _rules(rows: Any) -> tuple[ApprovalRule, ...]:
    return tuple(ApprovalRule.model_validate(row, by_alias=True, by_name=True) for row in rows)
