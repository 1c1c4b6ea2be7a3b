"""Whether the Situation reconciles with the journal to the person, at hubs of random days."""

from __future__ import annotations

from benchmarks.goals import Goal
from benchmarks.processes import Facts
from tests.reports.compare_situations import wrong_of

HUBS = 200


def situations(hubs: int = HUBS, *, seed: int = 50_000) -> Facts:
    """So many hubs, each counted again on each of its days: the first difference of each that has one."""
    wrong = [f"{each}: {found[0]}" for each in range(seed, seed + hubs) if (found := wrong_of(each))]
    return {"hubs": hubs, "wrong": wrong}


def situations_goals(found: Facts) -> list[Goal]:
    """Every figure is counted alike by the tables and by the journal alone."""
    says = "hubs of random days whose Situation isn't what the journal says"
    return [Goal(says, float(len(found["wrong"])), 0)]
