"""Small numbers in a table of counts: hidden, and nothing left from which they could be worked out.

A count of 1 to 4 is shown as "under 5". Where that alone could be undone by subtraction, the next smallest
number of its row or column is hidden too, and so on, until each hidden number can have at least two values by
all that is shown. The totals of the columns are taken as known: other figures of the hub say them, so that no
column may have 1 to 4 in all (`columns_of`). So is it taken as known that somebody is in each group, and this
rule: whoever knows it knows that a number which is "not shown" isn't 1 to 4.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

LEAST = 5
"""Counts below this, but for zero, are hidden."""
UNDER = f"under {LEAST}"
HIDDEN = "not shown"

Counts = Sequence[Sequence[int]]
"""A row for each group, a column for each outcome, without totals."""
Place = tuple[int, int]
Way = TypeVar("Way")
"""How people left: what has a column."""


class Mark(Enum):
    """How a number is shown."""

    PLAIN = "plain"
    UNDER = UNDER
    """It is 1 to 4."""
    HIDDEN = HIDDEN
    """It is hidden so that another can't be worked out: never 1 to 4."""
    WITHHELD = "withheld"
    """Its whole column is hidden, whatever it is; shown as `HIDDEN` is."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A table as it may be shown: the rows, each with its total, and last the totals of the columns.

    `rows` is None where no table can be shown at all.
    """

    rows: tuple[tuple[str, ...], ...] | None
    marks: tuple[tuple[Mark, ...], ...]


def suppressed(counts: Counts) -> Suppressed:
    """The table as it may be shown, of groups that have somebody in them.

    There is none where everybody is of one group, which would tell; nor of so few people, or with so few in
    a column, that its total has to be hidden; nor where hiding doesn't help.
    """
    groups = [row for row in counts if any(row)]
    totals = [sum(column) for column in zip(*groups, strict=True)]
    if len(groups) < 2 or _is_small(sum(totals)) or any(map(_is_small, totals)):
        return Suppressed(None, ())
    hiding = _Hiding(_with_totals(groups))
    if not hiding.hide_until_safe():
        return Suppressed(None, ())
    marks = tuple(tuple(row) for row in hiding.marks)
    shown = tuple(
        tuple(_words(number, mark) for number, mark in zip(row, row_marks, strict=True))
        for row, row_marks in zip(hiding.table, marks, strict=True)
    )
    return Suppressed(shown, marks)


def columns_of(totals: Mapping[Way, int], together: Sequence[Sequence[Way]]) -> Sequence[Sequence[Way]]:
    """Which outcomes have a column, those of one column together: each its own, else the first of `together`
    by which no column has 1 to 4 in all; none where none helps. The outcomes are keys of `totals`."""
    for columns in ([[key] for key in totals], together):
        if not any(_is_small(sum(totals[key] for key in column)) for column in columns):
            return columns
    return ()


def _is_small(number: int) -> bool:
    return 0 < number < LEAST


def _with_totals(counts: Counts) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _words(number: int, mark: Mark) -> str:
    if mark is Mark.PLAIN:
        return f"{number:,}"
    return UNDER if mark is Mark.UNDER else HIDDEN


@dataclass
class _Hiding:
    """A table with its totals while numbers of it are hidden."""

    table: list[list[int]]
    marks: list[list[Mark]] = field(init=False)

    def __post_init__(self) -> None:
        self.marks = [
            [Mark.UNDER if _is_small(number) else Mark.PLAIN for number in row] for row in self.table
        ]

    def hide_until_safe(self) -> bool:
        """Hides more and more; False where a number is left that can have one value only."""
        while exposed := list(self._exposed()):
            if not self._hide_another(exposed) and not self._withhold(exposed[0]):
                return False
        return True

    def _places(self) -> Iterator[Place]:
        """Every number but the totals of the columns, which are taken as known."""
        for row in range(len(self.table) - 1):
            for column in range(len(self.table[0])):
                yield row, column

    def _exposed(self) -> Iterator[Place]:
        """The hidden numbers that can have one value only."""
        for place in self._places():
            if self._mark(place) is not Mark.PLAIN and not self._can_differ(place):
                yield place

    def _hide_another(self, exposed: Sequence[Place]) -> bool:
        """Hides the next smallest number of a row or column in which an exposed one stands, first of those in
        which it stands alone; False where there is none."""
        lines = [line for place in exposed for line in self._lines(place)]
        alone = [line for line in lines if sum(self._mark(place) is not Mark.PLAIN for place in line) == 1]
        for some in (alone, lines):
            others = [
                place
                for line in some
                for place in line
                if self._mark(place) is Mark.PLAIN and self._number(place) >= LEAST
            ]
            if others:
                self._set(min(others, key=lambda place: (self._number(place), place)), Mark.HIDDEN)
                return True
        return False

    def _lines(self, place: Place) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
        """The row and the column of that place."""
        places = list(self._places())
        return (
            tuple(each for each in places if each[0] == place[0]),
            tuple(each for each in places if each[1] == place[1]),
        )

    def _withhold(self, exposed: Place) -> bool:
        """Hides that whole column, then every number of the table; False where all are."""
        whole = [place for place in self._places() if place[1] == exposed[1]]
        for places in (whole, list(self._places())):
            left = [
                place for place in places if self._mark(place) is not Mark.WITHHELD and self._known(place)
            ]
            if left:
                for place in left:
                    self._set(place, Mark.WITHHELD)
                return True
        return False

    def _known(self, place: Place) -> bool:
        """Whether somebody could be counted there: a column in which nobody is stays as it is."""
        return self.table[-1][place[1]] > 0

    # the proof that a number can differ

    def _can_differ(self, place: Place) -> bool:
        """Whether the table could have one more, or one less, in that place and still show what it shows.

        Adding one somewhere is made good by taking one away in the same row and in the same column, and so on
        round a circle of hidden numbers. Rows and columns are the corners, hidden numbers the ways between.
        """
        return self._has_circle(place, +1) or self._has_circle(place, -1)

    def _has_circle(self, place: Place, change: int) -> bool:
        if not self._may(place, change):
            return False
        row, column = place
        # from the column, which now has too much, back to the row, over any ways but this one
        start, goal = (False, column), (True, row)
        seen, waiting = {start}, deque([start])
        while waiting:
            corner = waiting.popleft()
            if corner == goal:
                return True
            for after in self._ways(corner, change, place):
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return False

    def _ways(self, corner: tuple[bool, int], change: int, without: Place) -> Iterator[tuple[bool, int]]:
        is_row, at = corner
        if is_row:
            # this row had one taken away: one is added elsewhere in it
            for column in range(len(self.table[0])):
                if self._may((at, column), change):
                    yield False, column
        else:
            for row in range(len(self.table) - 1):
                if (row, at) != without and self._may((row, at), -change):
                    yield True, row

    def _may(self, place: Place, change: int) -> bool:
        """Whether that number may be one more or less, by how it is marked. A row's total stands on the other
        side of the sum: where its row changes by one, it changes by minus that."""
        mark, number = self._mark(place), self._number(place)
        if place[1] == len(self.table[0]) - 1:
            change = -change
        after = number + change
        if mark is Mark.UNDER:
            return 0 < after < LEAST
        if mark is Mark.HIDDEN:
            return after >= LEAST
        somebody = place[1] == len(self.table[0]) - 1  # is in each group
        return mark is Mark.WITHHELD and after >= somebody

    def _mark(self, place: Place) -> Mark:
        return self.marks[place[0]][place[1]]

    def _number(self, place: Place) -> int:
        return self.table[place[0]][place[1]]

    def _set(self, place: Place, mark: Mark) -> None:
        self.marks[place[0]][place[1]] = mark


__all__ = ["HIDDEN", "LEAST", "UNDER", "Mark", "Suppressed", "columns_of", "suppressed"]
