"""Itineraries as columns, and columns as itineraries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from discharge.matching.choices import Choices, is_free
from discharge.matching.itineraries import Itinerary
from discharge.matching.uses import Column


class Columns:
    """The columns that some people's choices make."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.legs = choices.legs

    def points(self, column: Column) -> int:
        """What a column costs."""
        _, first, at, second = column
        points = int(self.choices.points[first]) + int(self.legs.wait[at])
        return points if second < 0 else points + int(self.choices.least[second])

    def itinerary(self, column: Column) -> Itinerary:
        """A column as an itinerary."""
        person, first, at, second = column
        return Itinerary(
            patient=self.legs.people[person].index,
            journey=self.legs.journeys[int(self.legs.journey[self.choices.leg[first]])],
            start=int(self.legs.start[at]),
            group1=int(self.choices.group[first]),
            group2=-1 if second < 0 else int(self.choices.group[second]),
            points=self.points(column),
        )

    def of(self, itineraries: Sequence[Itinerary]) -> list[Column]:
        """Itineraries as columns; those that are nobody's choice here are left out."""
        legs, choices = self.legs, self.choices
        found: list[Column] = []
        for itinerary in itineraries:
            person, leg = self._places_of_journeys.get(id(itinerary.journey), (-1, -1))
            if person < 0:
                continue
            first = self._choice(leg, itinerary.group1)
            second = self._choice(leg + 1, itinerary.group2) if itinerary.group2 >= 0 else -1
            starts = legs.all[leg].starts
            at = int(np.searchsorted(starts, itinerary.start))
            if (
                first is not None
                and second is not None
                and at < len(starts)
                and starts[at] == itinerary.start
            ):
                found.append(Column(person, first, int(legs.offset[leg]) + at, second))
        if not found:
            return []
        table = np.array(found, dtype=np.int64)
        leg_of, group = choices.leg[table[:, 1]], choices.group[table[:, 1]]
        free = is_free(legs, leg_of, group, table[:, 2])
        return [column for column, kept in zip(found, free.tolist(), strict=True) if kept]

    def _choice(self, leg: int, group: int) -> int | None:
        begin, end = self._begin[leg], self._begin[leg + 1]
        at = (self.choices.group[begin:end] == group).argmax() + begin if begin < end else end
        return int(at) if at < end and self.choices.group[at] == group else None

    @cached_property
    def _begin(self) -> list[int]:
        begin: list[int] = self.choices.begin.tolist()
        return begin

    @cached_property
    def _places_of_journeys(self) -> dict[int, tuple[int, int]]:
        """Whose each journey is, and its first leg."""
        legs = self.legs
        first = np.flatnonzero(~legs.is_second)
        return {
            id(journey): (int(legs.person[leg]), int(leg))
            for journey, leg in zip(legs.journeys, first.tolist(), strict=True)
        }

    def one_a_setting(self, person: int) -> Iterator[Column]:
        """A column for each setting in which companions could end together."""
        legs, choices = self.legs, self.choices
        best: dict[int, tuple[int, Column]] = {}
        for leg in np.flatnonzero(legs.person == person).tolist():
            other = int(legs.other[leg])
            if other >= 0 and not legs.is_second[leg]:
                continue
            before = int(choices.begin[other]) if other >= 0 else -1
            for choice in range(int(choices.begin[leg]), int(choices.begin[leg + 1])):
                cost = int(choices.least[choice]) + (int(choices.least[before]) if other >= 0 else 0)
                setting = int(choices.setting[choice])
                column = (
                    Column(person, choice, int(choices.first[choice]), -1)
                    if other < 0
                    else Column(person, before, int(choices.first[before]), choice)
                )
                if setting not in best or (cost, column) < best[setting]:
                    best[setting] = (cost, column)
        yield from (column for _, column in best.values())
