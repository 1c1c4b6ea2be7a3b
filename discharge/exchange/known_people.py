"""Whom a list is held against, and whom it brings: people as the hub has them, and as a row has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from discharge.model.infection import Observation, Result
from discharge.model.patient_record import PatientDetails
from discharge.model.people import User
from discharge.model.same_person import Called

_KNOWN_BY = ("name", "nhs_number", "no_number", "born", "born_words")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person whom the hub has: `left` once off its list. One of two merged records speaks for the whole."""

    id: str
    details: PatientDetails
    observations: frozenset[Observation]
    left: bool = False
    mistaken: bool = False
    """Whether they left the list as entered by mistake: then a list may bring them back."""
    placed: bool = False
    """Whether they have a placement: then it is no wonder that a list hasn't them any more."""
    imported: bool = False
    """Whether a list ever named them."""
    by_hand: Mapping[str, str] = field(default_factory=dict)
    """Fields that somebody at the hub wrote last: by whom and when, in words."""
    seen_by_hand: Mapping[Observation, str] = field(default_factory=dict)
    """Observations that somebody at the hub recorded: by whom and when, in words."""
    withdrawn: frozenset[Observation] = frozenset()
    """Observations that somebody took back as wrong."""
    known_as: Mapping[Called, frozenset[str]] = field(default_factory=dict)
    """What a list calls them, as somebody said; with those whom it might have meant, and doesn't."""
    lead_name: str = ""
    """Who at the hub has them, by name."""
    whole: PatientDetails | None = None
    """Of a record that became a part of another: what that one has now."""

    def now(self) -> KnownPerson:
        """As the hub has them now, under the name, number and birth by which a list knows them."""
        if self.whole is None:
            return self
        known_by = {name: getattr(self.details, name) for name in _KNOWN_BY}
        return replace(self, details=self.whole.model_copy(update=known_by), whole=None)


@dataclass(frozen=True, slots=True)
class KnownHub:
    """What the rows of a list are held against.

    `settings` gives the hub's setting id for a CQC location id or a setting id; `organisms` are those
    of the rule set.
    """

    people: Sequence[KnownPerson]
    settings: Mapping[str, str]
    organisms: frozenset[str]
    leads: Mapping[str, str] = field(default_factory=dict)
    """The hub's people who are there, their ids by their name without case, and by their id."""
    areas: frozenset[str] = frozenset()
    """The local authorities that the hub has settings in, as `authorities.key` compares them."""


@dataclass(frozen=True, slots=True)
class Retracted:
    """A test that counts no more, as it was entered in error: any of the specimen where it says no result."""

    organism: str
    specimen_at: datetime
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person to register, or to amend where the hub has them as `known`; `row` is their place in the file.

    `details` are as they shall be, `observations` those that the hub doesn't have.
    """

    details: PatientDetails
    observations: tuple[Observation, ...]
    row: int
    known: str | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    """Fields to amend, where they are known."""
    back: bool = False
    """Whether they are to be taken back onto the list."""
    apart: frozenset[str] | None = None
    """Whom else the row might have meant, where somebody said whom it means; None: nobody was asked."""
    called: PatientDetails | None = None
    """Then: as the row has them."""
    corrections: Mapping[Observation, Observation | None] = field(default_factory=dict)
    """What the hub has and what comes in its place; None: it only counts no more."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who isn't on the list any more, and why they left, as somebody said; of no row."""

    id: str
    reason: str
    row: int = 0


def leads_of(people: Sequence[User]) -> dict[str, str]:
    """Those of a hub's people who are there, as `KnownHub.leads` has them; two of one name by their ids."""
    there = [user for user in people if user.active]
    names = Counter(user.name.casefold() for user in there)
    named = {user.name.casefold(): user.id for user in there if names[user.name.casefold()] == 1}
    return {**named, **{user.id.casefold(): user.id for user in there}}
