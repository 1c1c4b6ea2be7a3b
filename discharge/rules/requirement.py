"""What a patient asks of a bed on each night, and by which rule (docs/rules.md, 3).

An `InfectionState` (`discharge.rules.infection` makes it) is what is known of a patient. Its
`from_start(start)` says, for an itinerary whose first stay starts on that date: whether the
patient may start at all, which demands each organism makes on which nights, and which conditions the
plan carries. All demands begin on or before the planning date, as nobody records the future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import get_args

from discharge.model.london import london_date
from discharge.model.plan import Requirement

ASKS: tuple[Requirement, ...] = get_args(Requirement)
"""Requirements by strictness, mildest first (docs/rules.md, 3); `blocked` is a `Block`."""

FAR = date.max
"""The end of an open-ended span."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one organism asks on the nights `start` (included) to `end` (excluded; FAR is open-ended).

    `confirmed` as opposed to suspected or exposed; `cohort` where it may be met in a cohort;
    `setting_types` the only ones that will do, None where the rule names none; `carried` for what counts as
    a second organism beside an isolation (an exposure's own room doesn't). `least` where the end waits for
    the symptoms' (S8): the computed one, which is a minimum.
    """

    organism: str
    ask: Requirement
    start: date
    end: date
    confirmed: bool
    cohort: bool
    rule: str
    text: str
    setting_types: tuple[str, ...] | None = None
    carried: bool = True
    least: date | None = None

    @property
    def isolates(self) -> bool:
        """Whether the person isolates (as opposed to having an own room)."""
        return self.ask in ("isolation", "designated")

    def covers(self, night: date) -> bool:
        """Whether the demand is made on `night`."""
        return self.start <= night < self.end


WANT_OF_KNOWLEDGE = frozenset({"no_test", "awaiting_result", "inconclusive"})
"""The blocks that say that something isn't known: no test, or one that doesn't speak."""


@dataclass(frozen=True, slots=True)
class Block:
    """Why a patient can't start: reason code, rule id, sentence."""

    code: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Night:
    """What one night asks, over all organisms (docs/rules.md, 3).

    `organisms` are those isolated with, `confirmed` the confirmed ones of them; `cohort` is the one
    organism that a cohort unit may meet, None where none may; `setting_types` None: any type will do.
    """

    ask: Requirement
    organisms: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    cohort: str | None = None
    own_room: bool = False
    designated: bool = False
    setting_types: frozenset[str] | None = None
    rule: str = "C4"
    text: str = ""

    @property
    def isolates(self) -> bool:
        """Whether the person isolates on this night."""
        return bool(self.organisms)

    @property
    def asks(self) -> tuple[object, ...]:
        """All that a bed is held against; equal for nights that ask the same, whatever their words."""
        return self.isolates, self.confirmed, self.cohort, self.own_room, self.designated, self.setting_types


@dataclass(frozen=True)
class FromStart:
    """What holds for an itinerary that starts on one of the dates of a regime.

    `own_room_nights` counts from the first start (C9). `release_from` is the end of the SARS-CoV-2
    isolation that lasts at the planning instant: a night on or after it carries `clinical_release` (C4).
    """

    demands: tuple[Demand, ...]
    block: Block | None = None
    own_room_nights: int = 0
    negative_at: datetime | None = None
    valid_hours: int = 0
    release_from: date | None = None
    tested: str = ""

    @cached_property
    def isolation_end(self) -> date | None:
        """The first night on which nobody asks for isolation; FAR if open-ended; None if none does."""
        return max((d.end for d in self.demands if d.isolates), default=None)

    @cached_property
    def isolation_least(self) -> date | None:
        """The first night that could be without isolation, where its end is a minimum, and not before they
        are well (S8); None where the end is what it is."""
        last = [d for d in self.demands if d.isolates and d.end == self.isolation_end]
        if not last or any(d.least is None for d in last):
            return None
        return max((d.least or d.end) if d.end == FAR else d.end for d in last)

    def changes(self, start: date) -> tuple[date, ...]:
        """The dates after `start` on which what is asked may change, in order."""
        ends = {d.end for d in self.demands if d.end > start}
        if self.own_room_nights:
            ends.add(start + timedelta(self.own_room_nights))
        return tuple(sorted(ends - {FAR}))

    def night(self, night: date, start: date) -> Night:
        """What `night` asks in an itinerary that starts on `start`."""
        early = night < start + timedelta(self.own_room_nights)
        key = (tuple(at for at, d in enumerate(self.demands) if d.covers(night)), early)
        if key not in self._nights:
            self._nights[key] = self._night(key[0], early=early, start=start)
        return self._nights[key]

    @cached_property
    def _nights(self) -> dict[tuple[tuple[int, ...], bool], Night]:
        return {}

    def _night(self, covering: Sequence[int], *, early: bool, start: date) -> Night:
        asked = [self.demands[at] for at in covering]
        if early:
            asked.append(
                Demand(
                    self.tested,
                    "own_room",
                    start,
                    start + timedelta(self.own_room_nights),
                    confirmed=False,
                    cohort=False,
                    rule="C9",
                    text=f"Own room for the first {self.own_room_nights} nights after a negative test.",
                    carried=False,
                )
            )
        return _night(asked)


def _night(asked: Sequence[Demand]) -> Night:
    by_organism: dict[str, Demand] = {}
    for demand in asked:
        strictest = by_organism.get(demand.organism)
        if strictest is None or _sterner(demand, strictest):
            by_organism[demand.organism] = demand
    if not by_organism:
        return Night(ask="open", rule="N10", text="Any bed: no organism asks for more.")
    chief = max(by_organism.values(), key=lambda d: (ASKS.index(d.ask), d.organism))
    isolating = [d for d in by_organism.values() if d.isolates]
    organisms = frozenset(d.organism for d in isolating)
    limits = [frozenset(d.setting_types) for d in isolating if d.setting_types is not None]
    only = isolating[0] if len(isolating) == 1 else None
    second = any(d.confirmed and d.carried and d.organism not in organisms for d in asked)
    return Night(
        ask=chief.ask,
        organisms=organisms,
        confirmed=frozenset(d.organism for d in isolating if d.confirmed),
        cohort=only.organism if only and only.confirmed and only.cohort and not second else None,
        own_room=any(d.ask == "own_room" for d in by_organism.values()),
        designated=any(d.ask == "designated" for d in isolating),
        setting_types=frozenset.intersection(*limits) if limits else None,
        rule=chief.rule,
        text=chief.text,
    )


def _sterner(one: Demand, other: Demand) -> bool:
    """Whether `one` speaks rather than `other` of the same organism: the stricter, else the confirmed."""
    return (ASKS.index(one.ask), one.confirmed, one.end) > (
        ASKS.index(other.ask),
        other.confirmed,
        other.end,
    )


@dataclass(frozen=True)
class InfectionState:
    """A patient's infections at the planning instant. `from_start` has the answers."""

    as_at: datetime
    near: FromStart
    late: FromStart
    late_after: date = field(default=FAR)
    between: FromStart = FromStart(())
    between_after: date = field(default=FAR)
    """Of the starts up to `late_after`, those after this are `between`."""

    @cached_property
    def day0(self) -> date:
        """The planning date in London."""
        return london_date(self.as_at)

    def from_start(self, start: date) -> FromStart:
        """What holds for an itinerary that first starts on `start`."""
        if start > self.late_after:
            return self.late
        return self.between if start > self.between_after else self.near

    @property
    def regimes(self) -> tuple[FromStart, ...]:
        """All that may hold from some start."""
        return (self.near, self.between, self.late)

    def block(self, start: date) -> Block | None:
        """Why the patient can't start on `start`; None where they can (C1, C3)."""
        regime = self.from_start(start)
        if regime.block is not None or regime.negative_at is None or not regime.valid_hours:
            return regime.block
        if start <= self.day0 and self.as_at - regime.negative_at > timedelta(hours=regime.valid_hours):
            return Block(
                "test_expired",
                "C1",
                f"The negative test is older than {regime.valid_hours} hours.",
            )
        return None

    def retest(self, start: date) -> bool:
        """Whether a start on `start` is on the word of a test to be repeated (C1)."""
        regime = self.from_start(start)
        return regime.negative_at is not None and regime.valid_hours > 0 and start > self.day0

    def release(self, last_night_end: date | None, start: date) -> bool:
        """Whether an itinerary up to `last_night_end` (None: open-ended) carries `clinical_release` (C4)."""
        end = self.from_start(start).release_from
        return end is not None and end != FAR and (last_night_end is None or last_night_end > end)

    def night(self, night: date, start: date | None = None) -> Night | Block:
        """What `night` asks of a bed, or why the patient is blocked; `start` is the first start."""
        first = night if start is None else start
        return self.block(first) or self.from_start(first).night(night, first)
