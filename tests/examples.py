"""On how many random examples a law is tried: on a few in the suite, on many in `dev.py bench --laws`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("DISCHARGE_EXAMPLES", "1"))
"""So many times as many as in the suite; where there are more they are other ones each time."""


def few(examples: int, *unhealthy: HealthCheck) -> settings:
    """So many examples in the suite, however long each takes."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, *unhealthy],
    )
