"""Which itineraries could still improve a plan: their reduced costs at the duals, for everybody at once.

Resources never cost less than nothing, so a choice costs at least its points; only choices whose points
leave room are looked at, and only those that somebody pays for are looked at start by start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from discharge.matching.choices import Choices, is_free
from discharge.matching.duals import OF_SWITCHES, Duals, Resource
from discharge.matching.uses import Column
from discharge.rules.places import Bools, Floats, Ints

TOLERANCE = 1e-6
COLUMNS_A_ROUND = 6
LIKE_PEOPLE = 12
"""Those who stand for others get columns for so many of them in a round."""


@dataclass(frozen=True)
class Goal:
    """What a stage makes least: `points` times the points, less the gain of each person placed."""

    points: int
    gain: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Offers:
    """Choices with a start each, and their reduced cost without the person's own share."""

    leg: Ints
    choice: Ints
    at: Ints
    cost: Floats

    def some(self, which: Bools | Ints) -> _Offers:
        return _Offers(self.leg[which], self.choice[which], self.at[which], self.cost[which])


class Pricing:
    """The reduced costs of all itineraries of some people."""

    def __init__(self, choices: Choices, priorities: Ints, sizes: Ints | None = None) -> None:
        self.choices = choices
        self.sizes = np.ones(len(priorities), dtype=np.int64) if sizes is None else sizes
        """How many people each stands for."""
        self.few = COLUMNS_A_ROUND * np.minimum(self.sizes, LIKE_PEOPLE)
        """So many columns of each are added in a round."""
        self.legs = choices.legs
        self.places = choices.legs.capacity.places
        self.priorities = priorities
        self.least = choices.leg_least
        self.setting = choices.setting
        self.unit = self.places.unit[choices.group]
        self._most = int(choices.least.max(initial=0)) + 1
        self._key = choices.leg * self._most + choices.least
        """Rises over all choices, so that one search finds where the points of a leg pass a limit."""

    def improving(self, goal: Goal, duals: Duals) -> tuple[float, list[Column]]:
        """The sum of everybody's lowest reduced cost below nothing, and the best few columns of each."""
        share = self._share(goal, duals)
        singles, pairs = self._within(goal, duals, share, -TOLERANCE, every_start=False)
        person = self.legs.person[singles.leg]
        cost = singles.cost + share[person]
        low = cost < -TOLERANCE
        columns = [(person[low], cost[low], singles.choice[low], singles.at[low], np.full(low.sum(), -1))]
        columns += [_paired(self, pair, share, -TOLERANCE, self._few_of(pair)) for pair in pairs]
        whose, costs, first, at, second = (np.concatenate(part) for part in zip(*columns, strict=True))
        order = np.lexsort((second, at, first, costs, whose))
        whose, costs, first, at, second = (p[order] for p in (whose, costs, first, at, second))
        begins = np.flatnonzero(np.diff(whose, prepend=-1))
        rank = np.arange(len(whose)) - np.repeat(begins, np.diff(begins, append=len(whose)))
        few = rank < self.few[whose]
        table = np.stack([whose[few], first[few], at[few], second[few]], axis=1)
        below = float((costs[begins] * self.sizes[whose[begins]]).sum())
        return below, [Column(*row) for row in table.tolist()]

    def up_to(
        self, goal: Goal, duals: Duals, limit: float, among: Bools | None = None
    ) -> list[tuple[int, int]]:
        """The stays, as choice and start, of every column whose reduced cost is at most `limit`; `among`: of
        some people (a mask) alone."""
        share = self._share(goal, duals)
        if among is not None:
            share[~among] = np.inf
        singles, pairs = self._within(goal, duals, share, limit, every_start=True)
        low = singles.cost + share[self.legs.person[singles.leg]] <= limit
        found = [np.stack([singles.choice[low], singles.at[low]], axis=1)]
        for first, second in pairs:
            # offers come cheapest first
            left = limit - share[self.legs.person[first.leg[0]]]
            for one, other in ((first, second), (second, first)):
                near = one.cost + other.cost[0] <= left
                found.append(np.stack([one.choice[near], one.at[near]], axis=1))
        return [(choice, at) for choice, at in np.concatenate(found).tolist()]

    def everything(self) -> list[Column]:
        """Every column that there is."""
        legs, choices = self.legs, self.choices
        number = legs.offset[choices.leg + 1] - choices.first
        rows = np.repeat(np.arange(len(choices)), number)
        at = _ranges(choices.first, choices.first + number)
        free = is_free(legs, choices.leg[rows], choices.group[rows], at)
        nought = np.zeros(int(free.sum()))
        offers = _Offers(choices.leg[rows[free]], rows[free], at[free], nought)
        alone = legs.other[offers.leg] < 0
        single = offers.some(alone)
        share = np.zeros(len(legs.people))
        none = np.full(len(single.leg), -1, dtype=np.int64)
        found = [(legs.person[single.leg], single.cost, single.choice, single.at, none)]
        found += [_paired(self, pair, share, np.inf, None) for pair in self._pairs(offers.some(~alone))]
        whose, _, first, start, second = (np.concatenate(part) for part in zip(*found, strict=True))
        return [Column(*row) for row in np.stack([whose, first, start, second], axis=1).tolist()]

    def cheapest(self, number: int, but: Collection[int] = ()) -> list[Column]:
        """The cheapest itineraries of each person by points alone, each in other beds; `but` some people."""
        legs, choices = self.legs, self.choices
        wanted = ~np.isin(legs.person, list(but))
        begin, end = choices.begin[:-1][wanted], choices.begin[1:][wanted]
        rows = _ranges(begin, np.minimum(end, begin + number))
        alone = legs.other[choices.leg[rows]] < 0
        single = rows[alone]
        offers = _Offers(
            choices.leg[single],
            single,
            choices.first[single],
            choices.least[single].astype(np.float64),
        )
        found = [
            (
                legs.person[offers.leg],
                offers.cost,
                offers.choice,
                offers.at,
                np.full(len(single), -1, dtype=np.int64),
            )
        ]
        rows = rows[~alone]
        pairs = _Offers(choices.leg[rows], rows, choices.first[rows], choices.least[rows].astype(np.float64))
        none = np.zeros(len(legs.people))
        found += [_paired(self, pair, none, np.inf, number) for pair in self._pairs(pairs)]
        whose, costs, first, at, second = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((second, at, first, costs, whose))
        columns: list[Column] = []
        taken: dict[int, set[tuple[int, int]]] = {}
        groups = choices.group
        for one, a, start, b in zip(
            whose[order].tolist(),
            first[order].tolist(),
            at[order].tolist(),
            second[order].tolist(),
            strict=True,
        ):
            mine = taken.setdefault(one, set())
            beds = int(groups[a]), int(groups[b]) if b >= 0 else -1
            if len(mine) < number and beds not in mine:
                mine.add(beds)
                columns.append(Column(one, a, start, b))
        return columns

    # --- reduced costs ------------------------------------------------------------------------------

    def _share(self, goal: Goal, duals: Duals) -> Floats:
        """The person's own part of every reduced cost."""
        number = len(self.priorities)
        share = duals.person[:number].copy()
        for priority in np.unique(self.priorities).tolist():
            mine = self.priorities == priority
            share[mine] += duals.priority.get(priority, 0.0) - goal.gain.get(priority, 0)
        return share

    def _within(
        self, goal: Goal, duals: Duals, share: Floats, limit: float, *, every_start: bool
    ) -> tuple[_Offers, list[tuple[_Offers, _Offers]]]:
        """All offers that could be part of a column with a reduced cost of at most `limit`: those of one
        stay, and by journey those of two. Unless `every_start`, dearer starts that nobody pays for are
        left out."""
        legs = self.legs
        room = limit - share[legs.person]
        for person, paid in duals.together.items():
            # companions may be paid for where they end
            room[legs.person == person] += max(0.0, *(-c for c in paid.values()))
        paired = legs.other >= 0
        room[paired] -= goal.points * self.least[legs.other[paired]]
        rows = self._rows(goal, room)
        offers = self._charged(goal, duals, rows, room, every_start=every_start)
        alone = legs.other[offers.leg] < 0
        return offers.some(alone), self._pairs(offers.some(~alone))

    def _rows(self, goal: Goal, room: Floats) -> Ints:
        """The choices whose points leave room."""
        begin = self.choices.begin
        if goal.points:
            most = np.clip(np.floor(room / goal.points), -1, self._most - 1).astype(np.int64)
            end = np.searchsorted(self._key, np.arange(len(self.legs)) * self._most + most, side="right")
            end = np.maximum(end, begin[:-1])
        else:
            end = np.where(room >= 0, begin[1:], begin[:-1])
        return _ranges(begin[:-1], end)

    def _charged(self, goal: Goal, duals: Duals, rows: Ints, room: Floats, *, every_start: bool) -> _Offers:
        choices, legs = self.choices, self.legs
        leg = choices.leg[rows]
        costs = self._costs_anything(duals, rows)
        if every_start:
            costs[:] = True
        else:
            # behind so many of its leg that cost just their points, a choice is none of the best
            plain = np.cumsum(~costs)
            begins = np.flatnonzero(np.diff(leg, prepend=-1))
            before: Ints = np.repeat(plain[begins] - ~costs[begins], np.diff(begins, append=len(leg)))
            near = plain - before <= self.few[self.legs.person[leg]]
            rows, leg, costs = rows[near], leg[near], costs[near]
        free = rows[~costs]
        cheap = _Offers(
            leg[~costs], free, choices.first[free], goal.points * choices.least[free].astype(np.float64)
        )
        rows, leg = rows[costs], leg[costs]
        first, end = choices.first[rows], legs.offset[leg + 1]
        number = end - first
        choice, leg, at = np.repeat(rows, number), np.repeat(leg, number), _ranges(first, end)
        cost = goal.points * (choices.points[choice] + legs.wait[at]).astype(np.float64)
        near = cost <= room[leg]
        choice, leg, at, cost = choice[near], leg[near], at[near], cost[near]
        open_then = is_free(legs, leg, choices.group[choice], at)
        dear = _Offers(leg[open_then], choice[open_then], at[open_then], cost[open_then])
        self._charge(duals, dear)
        return _Offers(
            np.concatenate([cheap.leg, dear.leg]),
            np.concatenate([cheap.choice, dear.choice]),
            np.concatenate([cheap.at, dear.at]),
            np.concatenate([cheap.cost, dear.cost]),
        )

    def _costs_anything(self, duals: Duals, rows: Ints) -> Bools:
        """Whether anything that a choice takes, on any of its starts, costs anything."""
        costs = np.zeros(len(rows), dtype=np.bool_)
        for kind in _KINDS.values():
            costs |= kind.may_fall_on(self, duals, rows)
        return costs

    def _charge(self, duals: Duals, offers: _Offers) -> None:
        """Adds what each offer takes to its cost."""
        for kind in _KINDS.values():
            kind.add(self, duals, offers)

    def _few_of(self, pair: tuple[_Offers, _Offers]) -> int:
        return int(self.few[self.legs.person[pair[0].leg[0]]])

    def _pairs(self, offers: _Offers) -> list[tuple[_Offers, _Offers]]:
        """The offers of each journey of two legs."""
        order = np.lexsort((offers.choice, offers.at, offers.cost, offers.leg))
        offers = offers.some(order)
        legs, begins = np.unique(offers.leg, return_index=True)
        ends = np.append(begins, len(offers.leg))[1:]
        by_leg = {
            leg: slice(begin, end)
            for leg, begin, end in zip(legs.tolist(), begins.tolist(), ends.tolist(), strict=True)
        }
        found = []
        for leg, mine in by_leg.items():
            other = int(self.legs.other[leg])
            if not self.legs.is_second[leg] and other in by_leg:
                found.append((_part(offers, mine), _part(offers, by_leg[other])))
        return found


@dataclass(frozen=True)
class _Kind:
    """How a kind of row is priced: whether it may cost a choice something on any of its starts,
    and what it adds to the cost of offers."""

    may_fall_on: Callable[[Pricing, Duals, Ints], Bools]
    add: Callable[[Pricing, Duals, _Offers], None]


def _beds_may(pricing: Pricing, duals: Duals, rows: Ints) -> Bools:
    dear: Bools = duals.beds.row[pricing.choices.group[rows]] > 0
    return dear


def _add_beds(pricing: Pricing, duals: Duals, offers: _Offers) -> None:
    legs = pricing.legs
    start, end = legs.start_cell[offers.at], legs.end_cell[offers.at]
    offers.cost[:] += duals.beds.over(pricing.choices.group[offers.choice], start, end)


def _places_may(pricing: Pricing, duals: Duals, rows: Ints) -> Bools:
    leg = pricing.choices.leg[rows]
    dear: Bools = (pricing.legs.isolated_cell[leg] > 0) & (duals.places.row[pricing.unit[rows]] > 0)
    return dear


def _add_places(pricing: Pricing, duals: Duals, offers: _Offers) -> None:
    start = pricing.legs.start_cell[offers.at]
    until = np.maximum(pricing.legs.isolated_cell[offers.leg], start)
    offers.cost[:] += duals.places.over(pricing.unit[offers.choice], start, until)


def _slots_may(pricing: Pricing, duals: Duals, rows: Ints) -> Bools:
    dear = np.zeros(len(pricing.places.settings), dtype=np.bool_)
    dear[[setting for setting, _ in duals.slots]] = True
    return dear[pricing.setting[rows]]


def _add_slots(pricing: Pricing, duals: Duals, offers: _Offers) -> None:
    if duals.slots:
        table = np.zeros((len(pricing.places.settings), pricing.legs.capacity.horizon))
        for where, charge in duals.slots.items():
            table[where] = charge
        offers.cost[:] += table[pricing.setting[offers.choice], pricing.legs.start[offers.at]]


def _together_may(pricing: Pricing, duals: Duals, rows: Ints) -> Bools:
    mates = np.zeros(len(pricing.legs.people), dtype=np.bool_)
    mates[list(duals.together)] = True
    return mates[pricing.choices.person[rows]]


def _add_together(pricing: Pricing, duals: Duals, offers: _Offers) -> None:
    legs, setting = pricing.legs, pricing.setting[offers.choice]
    is_last = legs.is_second[offers.leg] | (legs.other[offers.leg] < 0)
    for one, by_setting in duals.together.items():
        mine = np.flatnonzero((legs.person[offers.leg] == one) & is_last)
        for where, charge in by_setting.items():
            offers.cost[mine[setting[mine] == where]] += charge


def _cohort_may(pricing: Pricing, duals: Duals, rows: Ints) -> Bools:
    dear = np.zeros(len(rows), dtype=np.bool_)
    leg = pricing.choices.leg[rows]
    person, unit = pricing.legs.person[leg], pricing.unit[rows]
    for one, charges in duals.cohorts.items():
        units = np.array(sorted({where for where, _, _, _ in charges}), dtype=np.int64)
        dear[person == one] |= np.isin(unit[person == one], units)
    return dear & (pricing.legs.isolated_cell[leg] > 0)


def _add_cohort(pricing: Pricing, duals: Duals, offers: _Offers) -> None:
    legs, cell = pricing.legs, pricing.legs.capacity.cell
    person, unit = legs.person[offers.leg], pricing.unit[offers.choice]
    for one, charges in duals.cohorts.items():
        mine = np.flatnonzero(person == one)
        for where, when, organism, charge in charges:
            there = mine[unit[mine] == where]
            covers = [
                any(
                    o == organism and max(cell(s), legs.start_cell[at]) <= when < cell(e)
                    for s, e, o in legs.all[leg].cohorts
                )
                for leg, at in zip(offers.leg[there].tolist(), offers.at[there].tolist(), strict=True)
            ]
            offers.cost[there[np.array(covers, dtype=np.bool_)]] += charge


_KINDS: Mapping[Resource, _Kind] = {
    Resource.BEDS: _Kind(_beds_may, _add_beds),
    Resource.PLACES: _Kind(_places_may, _add_places),
    Resource.SLOTS: _Kind(_slots_may, _add_slots),
    Resource.TOGETHER: _Kind(_together_may, _add_together),
    Resource.COHORT: _Kind(_cohort_may, _add_cohort),
}
"""Every kind of row that a stay can be in: the one list of them. What it says of both, whether a row may
cost a choice something and how much, is all that the pricing knows."""
_OF_PERSONS = {Resource.PERSON, Resource.PRIORITY}
"""In which an itinerary is whatever its beds: see `Pricing._share`."""

if set(Resource) != _KINDS.keys() | _OF_PERSONS | OF_SWITCHES:
    raise AssertionError("a kind of row of the linear program has no price")


def _part(offers: _Offers, which: slice) -> _Offers:
    return _Offers(offers.leg[which], offers.choice[which], offers.at[which], offers.cost[which])


_Found = tuple[Ints, Floats, Ints, Ints, Ints]
"""Columns: whose, their reduced cost, the first choice, its start, the second choice or -1."""


def _paired(
    pricing: Pricing, pair: tuple[_Offers, _Offers], share: Floats, limit: float, number: int | None
) -> _Found:
    """The `number` cheapest pairs (all for None) of at most `limit`; offers come cheapest first."""
    first, second = pair
    person = int(pricing.legs.person[first.leg[0]])
    if number is not None:
        first, second = (
            first.some(np.arange(min(number, len(first.leg)))),
            second.some(np.arange(min(number, len(second.leg)))),
        )
    cost = (first.cost[:, None] + second.cost[None, :] + share[person]).ravel()
    rows = np.flatnonzero(cost <= limit)
    if number is not None and len(rows) > number:
        rows = rows[np.argsort(cost[rows], kind="stable")[:number]]
    one, two = np.divmod(rows, len(second.leg))
    return np.full(len(rows), person), cost[rows], first.choice[one], first.at[one], second.choice[two]


def _ranges(begin: Ints, end: Ints) -> Ints:
    """All whole numbers of the ranges `begin` to before `end`, one range after another."""
    number = end - begin
    total = int(number.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    before = np.repeat(np.cumsum(number) - number, number)
    ranges: Ints = np.arange(total) - before + np.repeat(begin, number)
    return ranges
