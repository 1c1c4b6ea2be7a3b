"""Measuring inside a process of its own: seconds by the clock, the peak of memory, one line of JSON."""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Do it once: its seconds and what came of it."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def repeated(work: Callable[[], object], *, runs: int, budget: float) -> list[float]:
    """The seconds of up to `runs` runs; none is begun once `budget` seconds are spent."""
    spent: list[float] = []
    while len(spent) < runs and sum(spent) < budget:
        spent.append(timed(work)[0])
    return spent


def median(seconds: list[float]) -> float:
    """The median, to a tenth of a microsecond."""
    return round(statistics.median(seconds), 7)


def peak_mb() -> float | None:
    """The most memory that this process has had so far, in MB; None where the system doesn't say."""
    status = Path("/proc/self/status")
    if status.exists():
        # what getrusage says on Linux begins with the memory of the process that started this one
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text("utf-8"))
        return round(int(found[1]) / 1024, 1) if found else None
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def tell(facts: object) -> None:
    """Print what was measured, for the process that asked."""
    print(json.dumps(facts), flush=True)
