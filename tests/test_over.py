"""One test over a table names every row that fails, and takes its fixtures."""

from __future__ import annotations

import pytest

from tests.over import over


@over("half, whole", [(1, 2), (2, 4)])
def test_each_row_is_given_beside_the_fixtures(half: int, whole: int, request: pytest.FixtureRequest) -> None:
    assert half * 2 == whole
    assert request.node.name == "test_each_row_is_given_beside_the_fixtures"


def test_all_rows_that_fail_are_named_and_no_other() -> None:
    @over("number", [1, -2, 3, -4])
    def positive(number: int) -> None:
        assert number > 0

    with pytest.raises(ExceptionGroup, match="2 of 4 rows") as failed:
        positive()
    assert [each.__notes__ for each in failed.value.exceptions] == [["In the row: -2"], ["In the row: -4"]]


def test_a_table_without_a_row_is_refused() -> None:
    with pytest.raises(AssertionError, match="without a row"):
        over("row", [])
