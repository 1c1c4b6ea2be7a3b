"""The price of scarcity: what one more of the beds that are short would be worth, in people and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice

import numpy as np

from discharge.matching.answers.changes import Change, place_of, unit_of
from discharge.matching.answers.changes import Kind as ChangeKind
from discharge.matching.answers.near_misses import hopes_of, in_order
from discharge.matching.answers.reading import Json, ids_of, labels_of
from discharge.matching.answers.would_help import at_its_best, effect_of
from discharge.matching.planned import Planned
from discharge.matching.solve import Progress
from discharge.model.case import Case
from discharge.rules.places import Floats
from discharge.words.counts import listing, points, sentence_case

WORTH_TELLING = 0.01
"""Points below which a price is rounding alone."""
BUDGET = 12
"""How many places are priced in a large case at the most."""
SMALL = 600
"""In a smaller one so many times more that places times people come to this."""


class Kind(StrEnum):
    """What is priced."""

    DESIGNATED_BED = "designated bed"
    ISOLATION_PLACE = "isolation place"
    NURSING_BED = "nursing bed"
    BED = "bed"


@dataclass(frozen=True)
class PriceOf:
    """What one more would be worth on some nights alone, by the duals of the linear program."""

    start: date
    end: date | None
    """The first night after them; None where they go on without an end."""
    points: float
    """In points, never fewer than one more would save; whoever would be placed counts thousands."""

    @property
    def per_day(self) -> float | None:
        """The points by night; None where the nights have no end."""
        return None if self.end is None else round(self.points / (self.end - self.start).days, 2)

    def as_json(self) -> Json:
        """The price as plain data."""
        return {
            "from": self.start.isoformat(),
            "to": self.end and self.end.isoformat(),
            "points": round(self.points, 2),
            "per_day": self.per_day,
        }


@dataclass(frozen=True, slots=True)
class Price:
    """What one more would be worth, from day 0 on."""

    kind: Kind
    setting: str
    unit: str
    beds: str
    """Empty for an isolation place."""
    placed: tuple[str, ...]
    """Who would have a place besides."""
    places: int
    """How many more would be placed."""
    points: int
    """Points that the whole plan would have less; with more people placed it may be below 0."""
    per_day: float
    """The points by day of the horizon; 0 where it is worth people rather than points."""
    nights: tuple[PriceOf, ...]
    """What it would be worth on some nights alone, those first that are worth anything."""
    text: str

    def as_json(self) -> Json:
        """The price as plain data."""
        return {
            "kind": str(self.kind),
            "setting": self.setting,
            "unit": self.unit,
            "beds": self.beds or None,
            "placed": list(self.placed),
            "places": self.places,
            "points": self.points,
            "per_day": self.per_day,
            "nights": [n.as_json() for n in self.nights],
            "text": self.text,
        }


@dataclass(frozen=True)
class Prices:
    """The prices of what is scarce, the dearest first."""

    found: tuple[Price, ...]
    tried: int
    unsure: tuple[Kind, ...] = ()
    """What isn't worth anything where it was tried, but wasn't tried everywhere."""

    def as_json(self) -> Json:
        """The prices as plain data."""
        return {"prices": [p.as_json() for p in self.found], "tried": self.tried}

    def as_text(self) -> str:
        """The prices as sentences, a line each."""
        lines = [p.text for p in self.found]
        worth = {p.kind for p in self.found}
        none = [f"{kind}" for kind in Kind if kind not in worth and kind not in self.unsure]
        if none:
            lines.append(f"One more {listing(none, 'or')} would be worth nothing.")
        if self.unsure:
            unsure = [f"{kind}" for kind in self.unsure]
            lines.append(f"One more {listing(unsure, 'or')} was worth nothing where it was tried.")
        return "\n".join(lines)


def prices(planned: Planned, *, budget: int | None = None, progress: Progress | None = None) -> Prices:
    """What one more designated bed, isolation place, nursing bed or other bed would be worth.

    Of each kind the places that are wanted most are planned again with one more, at most `budget` in all
    (None: by the size of the case). Where not all were, it isn't said to be worth nothing.
    """
    if budget is None:
        budget = max(BUDGET, SMALL // max(1, len(planned.seekers)))
    planned = at_its_best(planned)
    wanted = _wanted(planned)
    each = max(1, budget // len(Kind))
    order = [(kind, change) for kind, changes in wanted.items() for change in islice(changes, each)]
    found: list[Price] = []
    for at, (kind, change) in enumerate(order):
        if progress is not None:
            progress("Pricing what is scarce", at / len(order))
        price = _price(planned, kind, change)
        if price is not None:
            found.append(price)
    found.sort(key=lambda p: (-p.places, -p.points, p.kind, p.setting, p.unit, p.beds))
    worth = {price.kind for price in found}
    unsure = tuple(kind for kind in Kind if kind not in worth and len(wanted[kind]) > each)
    return Prices(tuple(found), len(order), unsure)


def _wanted(planned: Planned) -> dict[Kind, dict[Change, None]]:
    """What to price: of each kind those that the linear program says are worth most, then those that most
    people want."""
    wanted: dict[Kind, dict[Change, None]] = {kind: {} for kind in Kind}
    for kind, change in (*_by_duals(planned), *_by_hopes(planned)):
        wanted[kind][change] = None
    return wanted


def _by_duals(planned: Planned) -> Iterator[tuple[Kind, Change]]:
    """The beds and isolation places that have a price, the dearest first."""
    places, duals = planned.prepared.places, planned.prices
    for group in _dearest(duals.beds):
        change = Change(ChangeKind.BED, *ids_of(places, group))
        yield _kind_of(planned.case, change), change
    for unit in _dearest(duals.isolation):
        setting = places.settings[int(places.unit_setting[unit])].id
        yield Kind.ISOLATION_PLACE, Change(ChangeKind.PLACE, setting, places.units[unit].id)


def _dearest(prices: Floats) -> list[int]:
    """The rows that have a price, the dearest first."""
    total = np.round(prices.sum(axis=1), 3)
    order = np.argsort(-total, kind="stable")
    rows: list[int] = order[total[order] > 0].tolist()
    return rows


def _by_hopes(planned: Planned) -> Iterator[tuple[Kind, Change]]:
    """The beds that most people want, and the places to isolate in of their units."""
    for change in in_order(planned, hopes_of(planned, only_beds=True)):
        if change.kind is not ChangeKind.BED:
            continue
        yield _kind_of(planned.case, change), change
        if unit_of(planned.case, change.setting, change.unit).isolation != "none":
            yield Kind.ISOLATION_PLACE, Change(ChangeKind.PLACE, change.setting, change.unit)


def _nights(planned: Planned, change: Change) -> tuple[PriceOf, ...]:
    """What one more would be worth cell by cell; cells of one price that follow each other are one."""
    places, duals = planned.prepared.places, planned.prices
    if change.kind is ChangeKind.BED:
        row = duals.beds[places.group_at[change.setting, change.unit, change.beds]]
    else:
        at = next(u for u, unit in enumerate(places.units) if _is(planned, u, unit.id, change))
        row = duals.isolation[at]
    found: list[PriceOf] = []
    for cell in np.flatnonzero(row > WORTH_TELLING).tolist():
        start = places.date(int(duals.starts[cell]))
        last = cell + 1 == len(duals.starts)
        assert start is not None  # a cell starts on a date
        end = None if last else places.date(int(duals.starts[cell + 1]))
        price = PriceOf(start, end, float(row[cell]))
        if found and found[-1].end == start and found[-1].per_day == price.per_day is not None:
            price = PriceOf(found[-1].start, end, found.pop().points + price.points)
        found.append(price)
    return tuple(found)


def _is(planned: Planned, at: int, unit: str, change: Change) -> bool:
    places = planned.prepared.places
    setting = places.settings[int(places.unit_setting[at])].id
    return (setting, unit) == (change.setting, change.unit)


def _kind_of(case: Case, change: Change) -> Kind:
    unit = unit_of(case, change.setting, change.unit)
    if unit.designated is not None:
        return Kind.DESIGNATED_BED
    beds = next(b for b in unit.beds if b.id == change.beds)
    return Kind.NURSING_BED if beds.category.endswith("_nursing") else Kind.BED


def _price(planned: Planned, kind: Kind, change: Change) -> Price | None:
    effect = effect_of(planned, change)
    if effect.objective == planned.objective:
        return None
    better = effect.objective.placed != planned.objective.placed
    less = -effect.points
    per_day = 0.0 if better else round(less / planned.case.horizon_days, 2)
    told = [f"places {listing(effect.placed)}"] if effect.placed else []
    told += [f"but {listing(effect.lost)} would lose theirs"] if effect.lost else []
    if not better:
        told.append(f"{points(less)}, {per_day:g} a day")
    where = f"{labels_of(planned.case)[change.setting]}, {place_of(planned.case, change)}"
    text = f"{sentence_case(f'one more {kind}')} at {where}: {', '.join(told)}."
    return Price(
        kind,
        change.setting,
        change.unit,
        change.beds,
        effect.placed,
        effect.places,
        less,
        per_day,
        _nights(planned, change),
        text,
    )
