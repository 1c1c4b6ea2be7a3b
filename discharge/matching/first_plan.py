"""A plan that keeps every rule, quickly: people in turn take the best that is left; then it is bettered.

Nothing is proven here. The plan stands where time runs out, and the search for the best one starts from
it. It is bettered by taking a few people out who are in somebody's way and placing all of them anew.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from discharge.matching.capacity import ANY_ORGANISM, Capacity
from discharge.matching.choices import is_free
from discharge.matching.columns import Columns
from discharge.matching.uses import Column
from discharge.matching.whole import Chosen, Keeping, Part, StayOf
from discharge.rules.places import Bools, Ints

AT_ONCE = 64
"""So many stays of a leg, cheapest first, are looked at before the others are."""
IN_THE_WAY = 5
"""At most so many are taken out at a time."""
WAITING_TRIES = 6

Rank = tuple[int, ...]
"""How good a plan is, smaller is better: those placed by priority, then the points."""


class Room(Capacity):
    """What is left while a plan is made; what is taken can be given back."""

    def __init__(self, whole: Capacity) -> None:
        self.__dict__.update(whole.__dict__)
        self.free = whole.free.copy()
        self.isolation_places = whole.isolation_places.copy()
        self.slots = whole.slots.copy()
        self.held = whole.cohort
        self._beds_until = whole.beds_until.copy()
        self._places_until = whole.places_until.copy()
        self.__dict__.update(
            beds_until=self._beds_until,
            places_until=self._places_until,
            cohorts_held=True,
            slots_gone=True,
        )
        self._own: dict[int, list[int]] = defaultdict(list)
        """The rows of beds that are kept for somebody, by that of the same beds that are everybody's."""
        for row in self.kept:
            self._own[int(self.places.beds_of[row])].append(row)
        number = len(self.places.organisms)
        self._cohort_until = {o: whole.cohort_until(o).copy() for o in range(number)}
        self._there: dict[int, Ints] = defaultdict(lambda: np.zeros((number, self.cells), dtype=np.int64))
        """Of each unit, how many people isolate in its cohort, by organism and cell."""

    def take(self, part: Part, stay: StayOf, number: int = 1) -> None:
        """Takes a stay; `number` -1 gives it back."""
        choice, at = stay
        legs = part.choices.legs
        leg, group = int(part.choices.leg[choice]), int(part.choices.group[choice])
        start, end = int(legs.start_cell[at]), int(legs.end_cell[at])
        self._take_bed(group, start, end, number)
        self.slots[self.places.setting[group], legs.start[at]] -= number
        isolated = int(legs.isolated_cell[leg])
        if isolated <= start:
            return
        unit = int(self.places.unit[group])
        self.isolation_places[unit, start:isolated] -= number
        self._places_until[unit] = _until(self.isolation_places[unit] <= 0)
        cohorts = legs.all[leg].cohorts
        if cohorts and self.places.units[unit].isolation == "cohort":
            there = self._there[unit]
            for begin, until, organism in cohorts:
                there[organism, max(self.cell(begin), start) : min(self.cell(until), isolated)] += number
            somebody = there > 0
            number_there = somebody.sum(axis=0)
            for organism, table in self._cohort_until.items():
                others = number_there > somebody[organism]
                locked = (self.held[unit] != ANY_ORGANISM) & (self.held[unit] != organism)
                table[unit] = _until(others | locked)

    def _take_bed(self, row: int, start: int, end: int, number: int) -> None:
        """Takes a bed that is everybody's, but in the cells in which one is kept for the person (N12)."""
        taken = np.zeros(self.cells, dtype=np.int32)
        taken[start:end] = number
        if row in self.kept:
            taken[self.kept[row]] = 0
        beds = int(self.places.beds_of[row])
        for each in [beds, *self._own.get(beds, ())]:
            self.free[each] -= np.where(self.kept[each], 0, taken) if each in self.kept else taken
            self._beds_until[each] = _until(self.free[each] <= 0)


def _until(full: Bools) -> Ints:
    """The first full cell from each cell on; one cell more, past the last."""
    cells = len(full)
    at = np.full(cells + 1, cells, dtype=np.int32)
    at[:-1][full] = np.flatnonzero(full)
    return np.minimum.accumulate(at[::-1])[::-1]


class FirstPlan:
    """A plan in the making: who is placed, and where there is room."""

    def __init__(self, part: Part, columns: Columns, keeping: Keeping) -> None:
        self.part, self.columns, self.keeping = part, columns, keeping
        self.legs = part.choices.legs
        self.room = Room(self.legs.capacity)
        bonded = {person for group in part.together for person in group.members}
        alone = [at for at in range(len(part.sizes)) if at not in bonded for _ in range(part.sizes[at])]
        self.items: list[tuple[int, ...]] = [(at,) for at in alone]
        self.items += [group.members for group in part.together]
        self.allowed = {group.members: group.settings for group in part.together}
        """Who is placed together or not at all: people by themselves, and companions."""
        self.taken: dict[int, tuple[Column, ...]] = {}
        """What each item has, by its number."""
        self._stays: dict[int, tuple[Ints, Ints, Ints, Ints]] = {}
        self._turns: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        self._settings: dict[int, frozenset[int]] = {}
        self._looks = 0
        """How often a leg was looked through."""
        self._journeys: dict[int, list[int]] = defaultdict(list)
        for leg in np.flatnonzero(~self.legs.is_second).tolist():
            self._journeys[int(self.legs.person[leg])].append(leg)

    # --- what it comes to -----------------------------------------------------------------------------

    @property
    def chosen(self) -> Chosen:
        """The plan."""
        return tuple(sorted(column for columns in self.taken.values() for column in columns))

    def rank(self) -> Rank:
        """How good the plan is."""
        placed = [0, 0, 0, 0]
        points = -self.keeping.gain(column for columns in self.taken.values() for column in columns)
        for columns in self.taken.values():
            for column in columns:
                placed[self.part.priorities[column.person] - 1] -= 1
                points += self.columns.points(column)
        return (*placed, points)

    # --- making it ------------------------------------------------------------------------------------

    def start_from(self, plan: Sequence[Column]) -> None:
        """Takes a plan that is known to keep every rule."""
        mine: dict[int, list[Column]] = defaultdict(list)
        for column in plan:
            mine[column.person].append(column)
        for number, item in enumerate(self.items):
            if all(mine[person] for person in item):
                self._take(number, tuple(mine[person].pop() for person in item))

    def follow(self, liked: Sequence[Column]) -> None:
        """Takes of some itineraries, the best liked first, whatever there is room for."""
        waiting: dict[int, list[int]] = defaultdict(list)
        for number, item in enumerate(self.items):
            if number not in self.taken:
                waiting[item[0]].append(number)
        by_person: dict[int, list[Column]] = defaultdict(list)
        for column in liked:
            by_person[column.person].append(column)
        for column in liked:
            numbers = waiting.get(column.person)
            if not numbers:
                continue
            item = self.items[numbers[0]]
            found: tuple[Column, ...] | None
            if len(item) == 1:
                found = (column,) if self._fits(column) else None
            else:
                found = self._together(item, self._last_setting(column), by_person)
            if found is not None:
                self._take(numbers.pop(0), found)

    def fill(self) -> None:
        """Places whoever can be, the most urgent first, of those whoever has the fewest choices."""
        waiting = [number for number in range(len(self.items)) if number not in self.taken]
        for number in sorted(waiting, key=self._turn):
            self._place(number)

    def better(self, *, looks: int | None = None, deadline: float | None = None, seed: int = 0) -> None:
        """Betters the plan, until the deadline or with so many looks at what there is room for."""
        rng = random.Random(seed)
        rank = self.rank()
        ends = None if looks is None else self._looks + looks
        while ends is None or self._looks < ends:
            self._looks += 1
            if deadline is not None and time.monotonic() > deadline:
                return
            waiting = [n for n in range(len(self.items)) if n not in self.taken and self._wants(n)]
            if not self.taken:
                return
            aim = rng.choice(waiting if waiting and rng.random() < 0.7 else sorted(self.taken))
            wanted = self._wants(aim)
            near = [n for n in self.taken if n != aim and wanted & self._wants_of(self.taken[n])]
            gone = sorted(rng.sample(near, min(len(near), rng.randint(1, IN_THE_WAY))))
            before = {n: self.taken[n] for n in [*gone, *([aim] if aim in self.taken else [])]}
            for n in before:
                self._give_back(n)
            more = rng.sample(waiting, min(len(waiting), WAITING_TRIES))
            order = sorted({aim, *gone, *more}, key=lambda n: (self._urgency(n), n != aim, rng.random()))
            placed = [n for n in order if self._place(n)]
            now = self.rank()
            if now <= rank:
                rank = now
                continue
            for n in placed:
                self._give_back(n)
            for n, columns in before.items():
                self._take(n, columns)

    # --- one item at a time ---------------------------------------------------------------------------

    def _urgency(self, number: int) -> int:
        return min(int(self.part.priorities[person]) for person in self.items[number])

    def _turn(self, number: int) -> tuple[int, int, int]:
        return self._urgency(number), min(map(self._range, self.items[number])), number

    def _range(self, person: int) -> int:
        mine = self.part.choices.of_person(person)
        return int(mine.stop) - int(mine.start)

    def _wants(self, number: int) -> frozenset[int]:
        """The settings that would do for an item."""
        person = self.items[number][0]
        if person not in self._settings:
            mine = self.part.choices.of_person(person)
            self._settings[person] = frozenset(np.unique(self.part.choices.setting[mine]).tolist())
        return self._settings[person]

    def _wants_of(self, columns: Sequence[Column]) -> set[int]:
        setting = self.part.choices.setting
        return {
            int(setting[choice])
            for column in columns
            for choice in (column.first, column.second)
            if choice >= 0
        }

    def _take(self, number: int, columns: tuple[Column, ...]) -> None:
        self.taken[number] = columns
        for column in columns:
            self._hold(column)

    def _give_back(self, number: int) -> None:
        for column in self.taken.pop(number):
            self._hold(column, -1)

    def _hold(self, column: Column, number: int = 1) -> None:
        for stay in self.part.stays_of(column):
            self.room.take(self.part, stay, number)

    def _place(self, number: int) -> bool:
        """Places an item as well as can be; whether it could be."""
        item = self.items[number]
        if len(item) == 1:
            found = self._best(item[0])
            if found is not None:
                self._take(number, (found[1],))
            return found is not None
        best: tuple[int, tuple[Column, ...]] | None = None
        for least, setting in self._in_turn(item):
            if best is not None and best[0] <= least:
                break
            columns = self._together(item, setting)
            if columns is not None:
                cost = sum(map(self.columns.points, columns))
                if best is None or cost < best[0]:
                    best = cost, columns
        if best is not None:
            self._take(number, best[1])
        return best is not None

    def _in_turn(self, item: tuple[int, ...]) -> list[tuple[int, int]]:
        """The settings in which companions may end, each with the fewest points that it takes, in order."""
        if item not in self._turns:
            points: dict[int, int] = dict.fromkeys(self.allowed[item], 0)
            for person in item:
                for column in self.columns.one_a_setting(person):
                    setting = self._last_setting(column)
                    if setting in points:
                        points[setting] += self.columns.points(column)
            self._turns[item] = sorted((least, setting) for setting, least in points.items())
        return self._turns[item]

    def _together(
        self,
        item: tuple[int, ...],
        setting: int,
        liked: dict[int, list[Column]] | None = None,
    ) -> tuple[Column, ...] | None:
        """An itinerary for each of the companions that ends in the setting; those liked first."""
        if setting not in self.allowed[item]:
            return None
        found: dict[int, Column] = {}
        for person in sorted(item, key=self._range):
            some = (c for c in (liked or {}).get(person, ()) if self._last_setting(c) == setting)
            column = next(filter(self._fits, some), None)
            if column is None:
                best = self._best(person, setting)
                column = None if best is None else best[1]
            if column is None:
                break
            found[person] = column
            self._hold(column)
        for column in found.values():
            self._hold(column, -1)
        return tuple(found[person] for person in item) if len(found) == len(item) else None

    def _last_setting(self, column: Column) -> int:
        return int(self.part.choices.setting[column.last])

    def _fits(self, column: Column) -> bool:
        """Whether there is room for an itinerary."""
        stays = self.part.stays_of(column)
        choice, at = (np.array(each) for each in zip(*stays, strict=True))
        leg, group = self.part.choices.leg[choice], self.part.choices.group[choice]
        return bool(is_free(self.legs, leg, group, at, self.room).all())

    def _best(self, person: int, setting: int | None = None) -> tuple[int, Column] | None:
        """The best itinerary for which there is room; `setting`: that ends there."""
        best: tuple[int, Column] | None = None
        for leg in self._journeys[person]:
            other = int(self.legs.other[leg])
            second = self._cheapest(other, setting) if other >= 0 else None
            if other >= 0 and second is None:
                continue
            first = self._cheapest(leg, setting if other < 0 else None)
            if first is None:
                continue
            cost = first[0] + (second[0] if second is not None else 0)
            column = Column(person, first[1], first[2], second[1] if second is not None else -1)
            bonus = self.keeping.at_once(column)
            if best is None or cost - bonus < best[0]:
                best = cost - bonus, column
        return best

    def _cheapest(self, leg: int, setting: int | None) -> tuple[int, int, int] | None:
        """The cheapest stay of a leg for which there is room: what it costs, the choice and the start."""
        choice, at, cost, where = self._of_leg(leg)
        self._looks += 1
        for begin in self._parts(len(choice)):
            some = slice(begin, AT_ONCE if begin == 0 else None)
            mine = np.arange(len(choice))[some]
            if setting is not None:
                mine = mine[where[mine] == setting]
            if not len(mine):
                continue
            group = self.part.choices.group[choice[mine]]
            free = is_free(self.legs, np.full(len(mine), leg), group, at[mine], self.room)
            if free.any():
                found = int(mine[free.argmax()])
                return int(cost[found]), int(choice[found]), int(at[found])
        return None

    @staticmethod
    def _parts(number: int) -> Iterator[int]:
        yield 0
        if number > AT_ONCE:
            yield AT_ONCE

    def _of_leg(self, leg: int) -> tuple[Ints, Ints, Ints, Ints]:
        """The stays of a leg, cheapest first: choice, start, points and setting."""
        if leg not in self._stays:
            choices, legs = self.part.choices, self.legs
            mine = np.arange(int(choices.begin[leg]), int(choices.begin[leg + 1]))
            number = legs.offset[leg + 1] - choices.first[mine]
            choice = np.repeat(mine, number)
            within = np.arange(len(choice)) - np.repeat(np.cumsum(number) - number, number)
            at = choices.first[choice] + within
            cost = choices.points[choice] + legs.wait[at]
            order = np.argsort(cost, kind="stable")
            choice, at, cost = choice[order], at[order], cost[order]
            self._stays[leg] = choice, at, cost, choices.setting[choice]
        return self._stays[leg]
