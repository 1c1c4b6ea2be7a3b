"""On how many random examples a law is tried, and what of a long sweep: some, all, or many times as many.

`python3 dev.py test` tries a sample, `python3 dev.py test --whole`, as after every push, all, and
`python3 dev.py bench --laws` many others.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("DISCHARGE_EXAMPLES", "1"))
"""So many times as many as in the suite; where there are more they are other ones each time."""
WHOLE = TIMES > 1 or os.environ.get("DISCHARGE_WHOLE") == "1"
"""Whether all is tried that the suite has."""
SAMPLE = 6
"""Of so many examples one is in the sample."""
SWEPT = 3
"""Of so many rows of a sweep one is in the sample."""
ASKED_BY_NAME: list[str] = []
"""The tests that this run was asked for by their names: it may be for what is for the whole suite alone."""


Test = TypeVar("Test", bound=Callable[..., object])
Row = TypeVar("Row")


def _of(examples: int) -> int:
    """So many of these examples are tried."""
    return examples * TIMES if WHOLE else -(-examples // SAMPLE)


def few(examples: int, *unhealthy: HealthCheck) -> settings:
    """So many examples in the whole suite, however long each takes."""
    return settings(
        max_examples=_of(examples),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, *unhealthy],
    )


def seeds(number: int, *, first: int = 0) -> Callable[[Test], Test]:
    """A law whose examples are made of a `seed`: so many in the whole suite, and the bench goes on."""

    def law(test: Test) -> Test:
        each = pytest.mark.parametrize("seed", range(first, first + _of(number)))
        marked: Test = pytest.mark.law(each(test))
        return marked

    return law


def some(rows: Iterable[Row]) -> list[Row]:
    """Rows of a long table for `over`: in the sample one of six, drawn the same each time."""
    every = list(rows)
    if WHOLE:
        return every
    drawn = random.Random(len(every)).sample(range(len(every)), _of(len(every)))
    return [every[at] for at in sorted(drawn)]


def sweep(rows: Iterable[Any], *, sample: Callable[[Any], bool] | None = None) -> list[Any]:
    """The rows of a sweep, for `parametrize`: its sample always, the others in the whole suite.

    Every third is its sample, where it isn't said which. Of a row that no run asks for no test is made.
    """
    swept = []
    for at, row in enumerate(rows):
        if sample(row) if sample is not None else at % SWEPT == 0:
            swept.append(row)
        elif WHOLE or ASKED_BY_NAME:
            swept.append(pytest.param(*_cells(row), marks=pytest.mark.whole))
    return swept


def _cells(row: Any) -> tuple[Any, ...]:
    return row if isinstance(row, tuple) else (row,)
