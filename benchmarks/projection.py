"""The projection: how long it takes, and held against what came, beside "the same as last week"."""

from __future__ import annotations

import csv
import gzip
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.goals import Goal
from discharge.model.patient import Pathway
from discharge.model.shown.projection import (
    HORIZONS,
    MOST_DAYS,
    Assumptions,
    BedsFacts,
    Flow,
    Kind,
    ProjectionFacts,
)
from discharge.reports.projection import BACK_TESTS, SEED, WEEKS_BACK, BackTest, foretell, project, scenario

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "trust_criteria_to_reside.csv.gz"
FIRST, BEGIN = date(2022, 4, 1), date(2024, 4, 1)
"""The first day of the data; and from where on it is told: what is before chose how long people stay."""
RUNS = 200
LONGEST_SECONDS = 2.0


def series() -> NDArray[np.float64]:
    """A row a trust, a column a day; what wasn't published isn't a number."""
    found: dict[str, dict[int, float]] = {}
    with gzip.open(BESIDE, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if count := row["do_not_meet_criteria_to_reside"]:
                at = (date.fromisoformat(row["date"]) - FIRST).days
                found.setdefault(row["nhs_trust22_code"], {})[at] = float(count)
    days = 1 + max(max(each) for each in found.values())
    table = np.full((len(found), days), np.nan)
    for row_at, (_, each) in enumerate(sorted(found.items())):
        table[row_at, list(each)] = list(each.values())
    return table


def back_test(table: NDArray[np.float64], days: int, *, every: int = 5) -> BackTest:
    """Each trust so many days ahead, from every so many days of the last seventeen months."""
    source = np.random.default_rng(SEED)
    back = 7 * WEEKS_BACK
    ours = np.full(table.shape, np.nan)
    last, within = ours.copy(), ours.copy()
    for at in range((BEGIN - FIRST).days, table.shape[1] - days, every):
        past, came = table[:, at - back : at + 1], table[:, at + days]
        whole = ~np.isnan(past[:, ::-7][:, :WEEKS_BACK]).any(axis=1) & ~np.isnan(came)
        low, middle, high = foretell(np.nan_to_num(past[whole]), days=days, runs=RUNS, source=source)
        ours[whole, at] = np.abs(middle - came[whole])
        last[whole, at] = np.abs(past[whole, -1] - came[whole])
        within[whole, at] = (low <= came[whole]) & (came[whole] <= high)
    told = ~np.isnan(ours).all(axis=1)
    of_trust = np.nanmean(ours[told], axis=1) >= np.nanmean(last[told], axis=1)
    off, last_week, share = (float(np.nanmean(each)) for each in (ours, last, within))
    no_better = float(np.mean(of_trust))
    return BackTest(days, round(off, 1), round(last_week, 1), round(share, 2), round(no_better, 2))


def a_large_hub() -> ProjectionFacts:
    """A hub of a thousand people waiting, in fourteen streams."""
    kinds = [Kind(Pathway.P0), Kind(Pathway.P1), Kind(Pathway.P2), *[Kind(Pathway.P3)] * 11]
    flows = tuple(Flow(kind, 70, (9, 12, 7, 10) * (MOST_DAYS // 4), 240, 2000) for kind in kinds)
    beds = tuple(BedsFacts(kind, (40, 44, 47), 30, 200, 5000) for kind in kinds[2:])
    return ProjectionFacts(BEGIN, MOST_DAYS, flows, beds)


def measure() -> dict[str, Any]:
    """Seconds of the projection and of a scenario; the back-test, where its data lies beside the project."""
    facts = a_large_hub()
    begun = time.perf_counter()
    project(facts)
    then = time.perf_counter()
    scenario(facts, Assumptions(arrivals=10, winter=20))
    found: dict[str, Any] = {"project_s": then - begun, "scenario_s": time.perf_counter() - then}
    if BESIDE.exists():
        table = series()
        found["back_tests"] = [vars_of(back_test(table, days)) for days in HORIZONS]
    return found


def vars_of(found: BackTest) -> dict[str, float]:
    """A back-test as plain data."""
    return {name: getattr(found, name) for name in BackTest.__slots__}


def projection_goals(facts: dict[str, Any]) -> list[Goal]:
    """The simulation keeps nobody waiting; it is nearer to what came than last week."""
    goals = [
        Goal("projection of a large hub", facts["project_s"], LONGEST_SECONDS, " s"),
        Goal("scenario of a large hub", facts["scenario_s"], LONGEST_SECONDS, " s"),
    ]
    if "back_tests" not in facts:
        return [
            *goals,
            Goal("projection against last week", None, 1.0, why="the data isn't beside the project"),
        ]
    measured = [BackTest(**each) for each in facts["back_tests"]]
    goals.append(
        Goal("back-tests that aren't as the page has them", float(measured != list(BACK_TESTS)), 0.0)
    )
    return goals + [
        Goal(f"projection {each['days']} days ahead against last week", each["ours"] / each["last_week"], 1.0)
        for each in facts["back_tests"]
    ]


__all__ = ["FIRST", "a_large_hub", "back_test", "measure", "projection_goals", "series"]
