"""OR-tools' SimpleMinCostFlow on the bare problem: arcs built with its vectorised calls, then solved."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from ortools.graph.python import min_cost_flow  # type: ignore[import-not-found, import-untyped, unused-ignore]

from benchmarks.peers.problem import Bare, read
from benchmarks.timing import median, peak_mb, tell, timed


def built(bare: Bare) -> min_cost_flow.SimpleMinCostFlow:
    """The flow: each person sends one, a group takes as many as it has beds, all of it ends in one sink."""
    flow = min_cost_flow.SimpleMinCostFlow()
    groups = np.arange(bare.people, bare.people + bare.groups, dtype=np.int32)
    sink = bare.people + bare.groups
    flow.add_arcs_with_capacity_and_unit_cost(
        bare.person.astype(np.int32),
        (bare.group + bare.people).astype(np.int32),
        np.ones(len(bare.person), dtype=np.int64),
        bare.points,
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        groups, np.full(bare.groups, sink, dtype=np.int32), bare.beds, np.zeros(bare.groups, dtype=np.int64)
    )
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[: bare.people] = 1
    supplies[sink] = -bare.people
    flow.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supplies)
    return flow


def main(file: Path, runs: int) -> None:
    """Build and solve, first as the process begins, then `runs` times more."""
    bare = read(file)
    builds, solves = [], []
    placed = points = 0
    for _ in range(runs + 1):
        seconds, flow = timed(lambda: built(bare))
        builds.append(seconds)
        seconds, status = timed(flow.solve_max_flow_with_min_cost)
        solves.append(seconds)
        if status != flow.OPTIMAL:
            tell({"left_out": f"it ended with {status}"})
            return
        placed, points = flow.maximum_flow(), flow.optimal_cost()
    both = [build + solve for build, solve in zip(builds, solves, strict=True)]
    tell(
        {
            "build": median(builds[1:]),
            "solve": median(solves[1:]),
            "warm": median(both[1:]),
            "cold": both[0],
            "peak_mb": peak_mb(),
            "placed": placed,
            "points": points,
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
