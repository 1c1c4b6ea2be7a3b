"""The hub as a whole: its settings, its journal as it is read, its counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from discharge.model.base import Frozen, Name, Names, ShortText
from discharge.model.case import Horizon, Weights
from discharge.model.hospital import Hospital
from discharge.model.people import ApprovalRule
from discharge.model.time import Day


class LocalValue(Frozen):
    """A value of the rule set as this hub has settled it: its own, or the rule set's confirmed (I2).

    It holds only while the rule set says `instead_of`; where another rule set says something else, the
    hub decides anew.
    """

    key: Name
    """Where it stands in the rule set: `organisms.norovirus.clear_days`."""
    value: Any
    instead_of: Any
    """The rule set's own value when this was settled; the same as `value` where it was confirmed."""
    source: Name
    """What the hub's value rests on."""
    reason: Name
    settled_on: Day
    by: Name
    """The name of who entered it."""


class HubSettings(Frozen):
    """How this hub works: amended by an administrator, every change in the journal."""

    name: Name
    rule_set: Name | dict[str, Any] | None = None
    """A rule set's name or overrides as in a case; None: the one in force on the day."""
    areas: Names = ()
    """Local authorities whose settings always enter a case; others enter with a capacity return, or when
    somebody names them."""
    phone: ShortText = ""
    out_of_hours: ShortText = ""
    """The number that is answered when the hub is closed."""
    email: ShortText = ""
    authority_contact: ShortText = ""
    """Who at the local authority answers for care after discharge, with a number or an address."""
    boards: dict[Name, Name] = Field(default_factory=dict)
    """The integrated care board (ICB) of each of these authorities, as far as somebody has said."""
    hospitals: tuple[Hospital, ...] = ()
    """The hospitals that its people leave, as far as somebody has described them."""
    offer_hours: Annotated[int, Field(strict=True, ge=1, le=240)] = 4
    """Hours until an offer without an answer is overdue."""
    escalate_to: Name | None = None
    """The user to whom what happened against a rule goes (A5); None: the LA lead who approved, else an
    administrator."""
    escalation_hours: Annotated[int, Field(strict=True, ge=1, le=240)] = 4
    """Hours until somebody has to have dealt with it."""
    lock_minutes: Annotated[int, Field(strict=True, ge=1, le=60)] = 10
    """Minutes without a key or the mouse until a window on this hub locks; a desk may take fewer."""
    retention_months: Annotated[int, Field(strict=True, ge=1, le=1_200)] = 96
    """For so long after the last entry about them people are kept; then an administrator can erase them.
    Eight years: the NHS Records Management Code of Practice, adult health and social care records."""
    backup_folder: Annotated[str, Field(strict=True, max_length=1_000)] = ""
    """A second folder for backups, on a share or another disk; empty: none."""
    horizon_days: Horizon = 28
    weights: Weights = Weights()
    approval_rules: tuple[ApprovalRule, ...] = ()
    local_values: tuple[LocalValue, ...] = ()
    """What the hub has settled of the values that its rule set leaves to it, by key."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What an action changed, so that each view can tell whether to read again."""

    nouns: frozenset[str]
    """Of `hub`, `people`, `patients`, `settings`, `plans`, `placements`."""
    subjects: tuple[str, ...]
    """The entries' subjects in their order, each once: what was just registered comes first."""
    entries: tuple[str, ...]
    """Ids of the new journal entries."""
    head: int
    """The journal's length now."""
    waits: bool = False
    """Whether something of it counts only once somebody else has confirmed it (A4)."""

    @property
    def first(self) -> str:
        """The first subject: the id of what was just made."""
        return self.subjects[0]
