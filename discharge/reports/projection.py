"""What is to come: who needs a place in the next days, and what is left for them, each with a band.

A simulation of people who come and leave, drawn from a fixed seed: the same record gives the same figures.
How often they come, and with what chance whoever waits leaves on a day, is known only as well as the hub's
own days tell it, and the band has that in it (docs/projection.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from discharge.model.shown.projection import (
    HORIZONS,
    LEAST_DAYS,
    Ahead,
    Assumptions,
    Band,
    BedsFacts,
    Flow,
    Month,
    Projection,
    ProjectionFacts,
    Stream,
)

SEED = 20_201_116
RUNS = 2_000
SCENARIO_RUNS = 200
BAND = (10, 50, 90)
"""Percentiles: low, middle, high."""
MONTHS = 18
WINTER = frozenset({12, 1, 2})

Drawn = NDArray[np.float64]
"""One number a run, or a row a day."""


def project(facts: ProjectionFacts) -> Projection:
    """The figures of each stream, and of everybody; none where the record is too short."""
    if facts.days < LEAST_DAYS:
        return Projection(facts.days, ())
    source = np.random.default_rng(SEED)
    beds = {each.kind: each for each in facts.beds}
    drawn = [_Drawn(each, beds.get(each.kind), source) for each in facts.flows]
    streams = [each.stream() for each in drawn]
    if drawn:
        streams.append(_everybody(drawn))
    return Projection(facts.days, tuple(streams))


def walk(
    start: int | Drawn,
    *,
    rate: Drawn,
    leave: Drawn,
    spread: float | Drawn,
    days: int,
    source: np.random.Generator,
) -> tuple[Drawn, Drawn]:
    """Draws day by day who came since the start, and who waits: a row a day, the start the first.

    `rate`: people a day; `leave`: the chance a day; `spread`: how much more the number of those who come
    varies than if each came by themselves (1: not at all).
    """
    waiting = np.broadcast_to(np.asarray(start, float), rate.shape)
    came = np.zeros(rate.shape)
    all_came, all_waiting = [came], [waiting]
    more = np.maximum(np.asarray(spread, float) - 1, 1e-9)
    for _ in range(days):
        today = source.poisson(source.gamma(np.maximum(rate, 1e-9) / more, more))
        waiting = waiting - source.binomial(waiting.astype(np.int64), leave) + today
        came = came + today
        all_came.append(came)
        all_waiting.append(waiting)
    return np.stack(all_came), np.stack(all_waiting)


def spread_of(counts: Sequence[int]) -> float:
    """How much more counts a day vary than if each came by themselves; at least 1."""
    mean = float(np.mean(counts))
    return max(1.0, float(np.var(counts, ddof=1)) / mean) if len(counts) > 1 and mean else 1.0


def band_of(drawn: Drawn) -> Band:
    """Low, middle and high of what was drawn, in whole people or beds."""
    low, middle, high = np.percentile(drawn, BAND, method="nearest")
    return Band(int(low), int(middle), int(high))


class _Drawn:
    """A stream with all that was drawn of it."""

    def __init__(self, flow: Flow, beds: BedsFacts | None, source: np.random.Generator) -> None:
        self.flow, self.beds = flow, beds
        rate, leave = _pace([flow], RUNS, source)
        came, self.still = walk(
            flow.waiting,
            rate=rate,
            leave=leave,
            spread=spread_of(flow.came),
            days=max(HORIZONS),
            source=source,
        )
        self.need = flow.waiting + came
        self.left = None if beds is None else _beds_left(beds, source)

    def stream(self) -> Stream:
        tonight = None if self.beds is None else self.beds.left[0]
        ahead = [self._ahead(at, days) for at, days in enumerate(HORIZONS)]
        return Stream(self.flow.kind, self.flow.waiting, tonight, tuple(ahead))

    def _ahead(self, at: int, days: int) -> Ahead:
        left = None if self.left is None else self.left[at]
        short = None if left is None else band_of(np.maximum(self.need[days] - left, 0))
        beds = None if left is None else band_of(left)
        return Ahead(days, band_of(self.need[days]), band_of(self.still[days]), beds, short)


def _pace(flows: Iterable[Flow], runs: int, source: np.random.Generator) -> tuple[Drawn, Drawn]:
    """How often they come, and leave, as far as these days tell: a number a run (Jeffreys' priors)."""
    flows = list(flows)
    came, left = sum(sum(each.came) for each in flows), sum(each.left for each in flows)
    stayed = max(0, sum(each.person_days for each in flows) - left)
    days = len(flows[0].came)
    return source.gamma(came + 0.5, 1 / days, runs), source.beta(left + 0.5, stayed + 0.5, runs)


def _beds_left(beds: BedsFacts, source: np.random.Generator) -> list[Drawn]:
    """What is left at the end of each horizon: as returns and planned ends have it, and whatever stays
    without a planned end leave, ending as often as the hub's own did."""
    ends = source.beta(beds.ended + 0.5, max(0, beds.bed_days - beds.ended) + 0.5, RUNS)
    found = []
    for days, known in zip(HORIZONS, beds.left[1:], strict=True):
        freed = source.binomial(beds.open_stays, 1 - (1 - ends) ** days) if beds.open_stays else 0
        found.append(np.full(RUNS, float(known)) + freed)
    return found


def _everybody(drawn: Sequence[_Drawn]) -> Stream:
    """All together. Beds aren't added up: a bed of one kind is no place for everybody."""
    need, still = sum(each.need for each in drawn), sum(each.still for each in drawn)
    ahead = tuple(Ahead(days, band_of(need[days]), band_of(still[days]), None, None) for days in HORIZONS)  # type: ignore[index]
    return Stream(None, sum(each.flow.waiting for each in drawn), None, ahead)


# --- months ahead ---------------------------------------------------------------------------------------


def scenario(facts: ProjectionFacts, assumed: Assumptions) -> tuple[Month, ...]:
    """Who waits at the end of each of the months to come, if what is assumed holds; none where the record is
    too short."""
    if facts.days < LEAST_DAYS or not facts.flows:
        return ()
    source = np.random.default_rng(SEED)
    ends = _month_ends(facts.day)
    of_pathway = groupby(
        sorted(facts.flows, key=lambda each: each.kind.pathway), lambda one: one.kind.pathway
    )
    paths = {pathway: _months(list(flows), facts.day, ends, assumed, source) for pathway, flows in of_pathway}
    return tuple(
        Month(
            end,
            tuple((pathway, band_of(found[at])) for pathway, found in paths.items()),
            band_of(np.sum([found[at] for found in paths.values()], axis=0)),
        )
        for at, end in enumerate(ends)
    )


def _months(
    flows: Sequence[Flow], day: date, ends: Sequence[date], assumed: Assumptions, source: np.random.Generator
) -> list[Drawn]:
    """Who of a pathway waits at the end of each month, a number a run."""
    rate, leave = _pace(flows, SCENARIO_RUNS, source)
    leave = np.clip(leave * (1 + assumed.pace / 100), 0, 1)
    spread = max(spread_of(each.came) for each in flows)
    waiting: Drawn = np.full(SCENARIO_RUNS, float(sum(each.waiting for each in flows)))
    found, before = [], day
    for end in ends:
        more = assumed.arrivals + (assumed.winter if end.month in WINTER else 0)
        _, paths = walk(
            waiting, rate=rate * (1 + more / 100), leave=leave, spread=spread, days=(end - before).days,
            source=source,
        )  # fmt: skip
        waiting, before = paths[-1], end
        found.append(waiting)
    return found


def _month_ends(day: date) -> list[date]:
    """The last days of this month and of those after it."""
    found: list[date] = []
    first = day.replace(day=1)
    while len(found) < MONTHS:
        first = (first + timedelta(32)).replace(day=1)
        if first - timedelta(1) > day:
            found.append(first - timedelta(1))
    return found


# --- held against what came -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BackTest:
    """How far from what came the simulation was, beside saying "the same as last week"."""

    days: int
    ours: float
    """The mean distance, in people."""
    last_week: float
    within: float
    """How often what came was within the band; four of five were meant."""
    no_better: float
    """Of the trusts, those for which it was no better than last week."""


WEEKS_BACK, STAY_DAYS = 8, 14
"""Of a series of counts alone: its level is the mean of so many of the same weekday, and how long people stay
is set, as nobody says it."""


def foretell(
    series: Drawn, *, days: int, runs: int, source: np.random.Generator
) -> tuple[Drawn, Drawn, Drawn]:
    """Low, middle and high of each series so many days after its end, by the same simulation.

    A row a series, a column a day; at least `WEEKS_BACK` weeks and a day of them.
    """
    same = series[:, ::-7][:, :WEEKS_BACK]
    level, now = np.mean(same, axis=1), series[:, -1]
    rate, leave = level / STAY_DAYS, 1 / STAY_DAYS
    weekly = np.mean(np.diff(same, axis=1) ** 2, axis=1)
    # what comes has the whole of the unrest that isn't of leaving
    spread = np.maximum(1.0, weekly / np.maximum(rate * 7, 1e-9) - 1)
    shape = (len(series), runs)
    _, paths = walk(
        np.broadcast_to(now[:, None], shape), rate=np.broadcast_to(rate[:, None], shape),
        leave=np.full(shape, leave), spread=spread[:, None], days=days, source=source,
    )  # fmt: skip
    low, middle, high = np.percentile(paths[-1], BAND, axis=1)
    return low, middle, high


BACK_TESTS = (
    BackTest(days=7, ours=17.6, last_week=19.6, within=0.74, no_better=0.06),
    BackTest(days=14, ours=18.3, last_week=21.2, within=0.78, no_better=0.08),
)
"""On NHS England's daily counts of people who no longer meet the criteria to reside, by trust; measured by
the bench, which says so where it comes out otherwise."""

__all__ = [
    "BACK_TESTS", "MONTHS", "RUNS", "SEED", "WEEKS_BACK", "BackTest", "band_of", "foretell", "project",
    "scenario", "spread_of", "walk",
]  # fmt: skip
