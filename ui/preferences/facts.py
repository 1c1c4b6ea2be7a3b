"""What the Preferences page shows of the hub: its rule set, value by value, with the hub's own word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from discharge.model.hospital import Hospital
from discharge.model.hub import HubSettings, LocalValue
from discharge.model.people import User
from discharge.model.shown.waiting import WaitingChange
from discharge.rules.local_values import holds, values_of
from discharge.rules.rule_set import RuleSet
from discharge.rules.rule_words import ValueWords, subject_of, value_label, value_words
from discharge.words.days import day_words
from ui.theme.status import Status, done, neutral, waiting

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One value of the rule set. `settled` is the hub's word on it, which counts only while it `holds`."""

    key: str
    value: object
    source: str
    local: bool
    settled: LocalValue | None
    holds: bool

    @property
    def label(self) -> ValueWords:
        """What it is called."""
        return value_label(self.key)

    @property
    def subject(self) -> str:
        """Whom or what it is about."""
        return subject_of(self.key)

    @property
    def in_force(self) -> object:
        """The value that counts."""
        return self.settled.value if self.settled is not None and self.holds else self.value

    @property
    def words(self) -> str:
        """The value that counts, as it is said."""
        return value_words(self.key, self.in_force)

    @property
    def source_in_force(self) -> str:
        """What the value that counts rests on."""
        return self.settled.source if self.settled is not None and self.holds else self.source

    @property
    def is_own(self) -> bool:
        """Whether the hub has another value than the rule set."""
        return self.settled is not None and self.holds and self.settled.value != self.value

    @property
    def is_open(self) -> bool:
        """Whether the hub still has to say something about it."""
        return self.local and (self.settled is None or not self.holds)


def status_of(value: RuleValue, *, today: date) -> Status:
    """How a value stands, for the table and the detail."""
    if value.settled is not None and not value.holds:
        then = value_words(value.key, value.settled.instead_of)
        return waiting(
            "No longer in force",
            f"It was settled when the rule set said {then}. The rule set's own value counts until the "
            "hub decides anew.",
        )
    if value.settled is not None:
        when = f"{value.settled.by}, {day_words(value.settled.settled_on, today=today)}"
        if value.is_own:
            return done("The hub's own", f"Instead of {value_words(value.key, value.value)}. Set by {when}.")
        return done("Confirmed", f"As the rule set says. Confirmed by {when}.")
    if value.local:
        return waiting(
            "To be confirmed",
            "Local setting: to be confirmed by the hub. Until then the value that ships is used.",
        )
    return neutral("National", "The same for every hub under this rule set.")


@dataclass(frozen=True, slots=True)
class RuleSetLine:
    """A rule set to choose from."""

    name: str
    title: str
    start: date | None


@dataclass(frozen=True, slots=True)
class HospitalLine:
    """A hospital that the hub has described, or that somebody's record names."""

    hospital: Hospital
    described: bool
    people: int
    """How many on the list are of it."""


@dataclass(frozen=True, slots=True)
class PreferencesFacts:
    """What the page shows, of one instant."""

    hub: HubSettings
    base: RuleSet
    chosen: bool
    """Whether the hub chose its rule set; else it goes by the one in force on the day."""
    rule_sets: tuple[RuleSetLine, ...]
    values: tuple[RuleValue, ...]
    people: tuple[User, ...]
    today: date
    waiting: WaitingChange | None = None
    """Approval rules that wait for a second person's word (A4)."""
    hospitals: tuple[HospitalLine, ...] = ()


def read_preferences(queries: Queries) -> PreferencesFacts:
    """The page's facts; in the store's thread."""
    hub = queries.hub()
    named = queries.rule_set_name()
    sets = queries.rule_sets()
    base = sets[named if isinstance(named, str) else str(named["base"])]
    lines = tuple(RuleSetLine(each.name, each.title, each.start) for each in sets.values())
    return PreferencesFacts(
        hub=hub,
        base=base,
        chosen=hub.rule_set is not None,
        rule_sets=lines,
        values=tuple(_values(base, hub.local_values)),
        people=queries.people(),
        today=queries.today,
        waiting=queries.waiting_of("hub"),
        hospitals=read_hospitals(queries),
    )


def read_hospitals(queries: Queries) -> tuple[HospitalLine, ...]:
    """The hospitals of the hub; in the store's thread."""
    described = {one.code: one for one in queries.hub().hospitals}
    people = queries.people_by_hospital()
    return tuple(
        HospitalLine(described.get(code, Hospital(code=code)), code in described, people.get(code, 0))
        for code in sorted({*described, *people})
    )


def _values(base: RuleSet, settled: Sequence[LocalValue]) -> list[RuleValue]:
    """Every value of the rule set, those for the hub to settle first."""
    own = {one.key: one for one in settled}
    made = [
        RuleValue(
            key=key,
            value=value,
            source=base.sources[key].source if key in base.sources else "",
            local=key in base.sources and base.sources[key].local,
            settled=own.get(key),
            holds=key in own and holds(own[key], base),
        )
        for key, value in values_of(base).items()
        if not key.endswith(".pattern")
    ]
    return sorted(made, key=lambda one: not one.local)
