"""What is to come at a hub: what it is foretold from, and the figures with their bands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from discharge.model.patient import Pathway
from discharge.model.setting import Category

HORIZONS = (7, 14)
"""How many days ahead is told."""
LEAST_DAYS = 5
"""Of fewer whole days on record nothing is foretold."""
MOST_DAYS = 28
"""So many days back the hub's own pace is taken from: older ones say little of the days to come."""


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """A stream of people who need the same kind of place; of P3 by the care they need, where it is said."""

    pathway: Pathway
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """How a stream came and went on the whole days that count."""

    kind: Kind
    waiting: int
    """On the list and in hospital now."""
    came: tuple[int, ...]
    """On each of these days, the oldest first."""
    left: int
    """Left hospital, or the list, in these days."""
    person_days: int
    """The days that all of them together waited in these days."""


@dataclass(frozen=True, slots=True)
class BedsFacts:
    """Beds of a kind, in settings that take people now and whose figures count."""

    kind: Kind
    left: tuple[int, ...]
    """That nothing holds: tonight, and on the night at the end of each of `HORIZONS`."""
    open_stays: int = 0
    """Stays of this hub there without a planned end, on a pathway whose stays end."""
    ended: int = 0
    """Such stays that ended, ever, and the days that all of them lasted together, those that go on too."""
    bed_days: int = 0


@dataclass(frozen=True, slots=True)
class ProjectionFacts:
    """What the figures are made from."""

    day: date
    days: int
    """Whole days of record that count."""
    flows: tuple[Flow, ...]
    beds: tuple[BedsFacts, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A figure that isn't known: its middle, and from where to where four of five are to be."""

    low: int
    middle: int
    high: int

    @property
    def words(self) -> str:
        """`12 (8 to 17)`, or `12` where there is no doubt."""
        if self.low == self.high:
            return f"{self.middle:,}"
        return f"{self.middle:,} ({self.low:,} to {self.high:,})"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A stream so many days ahead."""

    days: int
    need: Band
    """Who needs a place by then: whoever waits now, and comes meanwhile."""
    still: Band
    """Who waits on that day, if people leave at the pace of the days that count."""
    beds: Band | None
    """Left on that night before anybody more is placed; None where the pathway needs none."""
    short: Band | None
    """Who of those in need finds no bed."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A row of the projection; `kind` None: everybody."""

    kind: Kind | None
    waiting: int
    beds_tonight: int | None
    ahead: tuple[Ahead, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The days to come; without streams where the record is too short."""

    days: int
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What somebody assumes of the months to come, in percent of the hub's own pace."""

    arrivals: int = 0
    """How many more come."""
    pace: int = 0
    """How much more often somebody who waits leaves on a day."""
    winter: int = 0
    """How many more come in December, January and February, beside that."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a scenario: who waits at its end."""

    end: date
    by_pathway: tuple[tuple[Pathway, Band], ...]
    everybody: Band
