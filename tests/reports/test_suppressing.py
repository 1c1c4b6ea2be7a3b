"""Small numbers in a table: an attacker who tries every table that shows the same learns none of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from discharge.reports.suppressing import HIDDEN, LEAST, UNDER, Mark, Suppressed, columns_of, suppressed
from tests.examples import sweep

Rows = Sequence[Sequence[int]]
MOST = 6
"""Numbers of the random tables, so small that every table that shows the same can be tried."""


def tables(seed: int, count: int) -> Iterator[list[list[int]]]:
    """Random small tables of which something may be shown: somebody is in each group."""
    chance = random.Random(seed)
    while count:
        rows, columns = chance.choice([(2, 2), (2, 3), (3, 2)])
        table = [[chance.choice([0, 0, 1, 2, 3, 4, 5, 6, MOST]) for _ in range(columns)] for _ in range(rows)]
        if all(any(row) for row in table) and suppressed(table).rows is not None:
            count -= 1
            yield table


def values(found: Suppressed, shown: str, mark: Mark, most: int) -> Sequence[int]:
    """What may stand there, for somebody who sees what is shown and knows the rule."""
    if mark is Mark.UNDER:
        return range(1, LEAST)
    if mark is Mark.HIDDEN:
        # one above what could stand there: whoever attacks knows the totals of the columns
        return [0, *range(LEAST, most + 1)]
    return range(most + 1) if mark is Mark.WITHHELD else [int(shown.replace(",", ""))]


def every_table(found: Suppressed, counts: Rows) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every table that shows the same, with the totals of the columns known; each row ends with its total."""
    assert found.rows is not None
    sums = [sum(column) for column in zip(*counts, strict=True)]
    choices = [
        [
            row
            for row in product(
                *(values(found, found.rows[at][c], found.marks[at][c], sums[c]) for c in range(len(sums)))
            )
            # somebody is in each group, or it had no row
            if any(row) and sum(row) in values(found, found.rows[at][-1], found.marks[at][-1], sum(sums))
        ]
        for at in range(len(counts))
    ]
    for rows in product(*choices):
        if [sum(column) for column in zip(*rows, strict=True)] == sums:
            yield tuple((*row, sum(row)) for row in rows)


@pytest.mark.parametrize("seed", sweep(range(4)))
@pytest.mark.whole
def test_nobody_can_work_out_a_hidden_number_from_what_is_shown_even_who_knows_the_totals_and_the_rule(
    seed: int,
) -> None:
    for counts in tables(seed, 25):
        found = suppressed(counts)
        possible = list(every_table(found, counts))
        assert tuple((*row, sum(row)) for row in counts) in possible, "the true table shows what is shown"
        for at, marks in enumerate(found.marks[:-1]):
            for column, mark in enumerate(marks):
                if mark is not Mark.PLAIN:
                    assert len({table[at][column] for table in possible}) > 1, (counts, found.rows)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.whole
def test_every_number_from_1_to_4_is_hidden_and_one_that_is_shown_is_the_true_one(seed: int) -> None:
    for counts in tables(seed + 100, 100):
        found = suppressed(counts)
        assert found.rows is not None
        true = [[*row, sum(row)] for row in counts]
        true.append([sum(column) for column in zip(*true, strict=True)])
        for numbers, cells in zip(true, found.rows, strict=True):
            for number, cell in zip(numbers, cells, strict=True):
                assert cell in ((UNDER, HIDDEN) if 0 < number < LEAST else (HIDDEN, str(number)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.whole
def test_no_total_is_hidden_that_the_others_and_the_total_of_all_give_away(seed: int) -> None:
    for counts in tables(seed + 200, 100):
        rows = suppressed(counts).rows
        assert rows is not None
        assert not {UNDER, HIDDEN} & set(rows[-1])


def test_of_a_column_with_few_in_all_there_is_no_table_and_outcomes_are_told_together() -> None:
    assert suppressed([[20, 1], [30, 2]]).rows is None
    ways = (("placed", "otherwise"), ("still",))
    assert columns_of({"placed": 50, "otherwise": 0, "still": 5}, ways) == [
        ["placed"],
        ["otherwise"],
        ["still"],
    ]
    assert columns_of({"placed": 50, "otherwise": 3, "still": 5}, ways) == ways
    assert columns_of({"placed": 50, "otherwise": 3, "still": 4}, ways) == ()


def test_two_people_of_two_groups_are_one_of_each_and_no_table_says_so() -> None:
    """Each group has somebody, or there were no row for it: hiding both numbers is not enough."""
    assert suppressed([[1], [1]]).rows is None
    assert suppressed([[1, 0], [0, 1]]).rows is None


def test_one_small_number_takes_the_next_smallest_of_its_row_and_column_with_it() -> None:
    found = suppressed([[2, 30], [20, 40], [60, 70]])
    assert found.rows == (
        (UNDER, HIDDEN, "32"),
        (HIDDEN, HIDDEN, "60"),
        ("60", "70", "130"),
        ("82", "140", "222"),
    )


def test_two_small_numbers_that_can_only_be_4_and_4_are_not_left_to_stand() -> None:
    """8 is 4 and 4 alone, where both are known to be 1 to 4: hiding the two is not enough."""
    found = suppressed([[4, 50], [4, 60]])
    assert found.rows is not None
    assert [row[0] for row in found.rows[:-1]] == [HIDDEN, HIDDEN]


def test_a_table_without_small_numbers_is_shown_as_it_is() -> None:
    found = suppressed([[5, 0], [6, 1200]])
    assert found.rows == (("5", "0", "5"), ("6", "1,200", "1,206"), ("11", "1,200", "1,211"))


@pytest.mark.parametrize("counts", [[], [[0, 0]], [[3, 2], [0, 0]], [[9, 9]]])
def test_where_everybody_is_of_one_group_there_is_no_table(counts: Rows) -> None:
    assert suppressed(counts).rows is None
