"""The demo hub's time: Monday 16 November 2020, eight in the morning, and on from there.

Nothing heavy is imported here: whoever opens a hub asks whether it is a demo hub.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FOUNDED = datetime(2020, 11, 9, 8, tzinfo=UTC)
"""When every demo hub was founded. By this it is known: the program is younger than that."""

MONDAY_MORNING = datetime(2020, 11, 16, 8, tzinfo=UTC)
"""What the clock shows when a demo hub is first opened: 08:00 in London."""


class DemoClock:
    """Runs from Monday morning at the pace of real time, and never shows less than what is on record.

    `last` is when the hub's last entry was recorded; `pace` gives the seconds since some fixed moment.
    """

    def __init__(self, *, last: datetime = FOUNDED, pace: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._began = pace()
        self._start = max(MONDAY_MORNING, last)

    def __call__(self) -> datetime:
        """The demo's instant, UTC."""
        return self._start + timedelta(seconds=self._pace() - self._began)
