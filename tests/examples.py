"""On how many random examples a law is tried: on a few in the suite, on many in `dev.py bench --laws`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("DISCHARGE_EXAMPLES", "1"))
"""So many times as many as in the suite; where there are more they are other ones each time."""

Test = TypeVar("Test", bound=Callable[..., object])


def few(examples: int, *unhealthy: HealthCheck) -> settings:
    """So many examples in the suite, however long each takes."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, *unhealthy],
    )


def seeds(number: int, *, first: int = 0) -> Callable[[Test], Test]:
    """A law whose examples are made of a `seed`: so many in the suite, and the bench goes on from there."""

    def law(test: Test) -> Test:
        each = pytest.mark.parametrize("seed", range(first, first + number * TIMES))
        marked: Test = pytest.mark.law(each(test))
        return marked

    return law
