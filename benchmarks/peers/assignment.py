"""scipy's two assignments on the bare problem, each bed a column: dense, and sparse over the pairs alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-not-found, import-untyped, unused-ignore]
from scipy.sparse import csr_array  # type: ignore[import-not-found, import-untyped, unused-ignore]
from scipy.sparse.csgraph import (  # type: ignore[import-not-found, import-untyped, unused-ignore]
    min_weight_full_bipartite_matching,
)

from benchmarks.peers.problem import Bare, Whole, read
from benchmarks.timing import median, peak_mb, repeated, tell, timed

LARGEST = 1 << 30
"""Bytes that the costs of all persons and beds may take."""
BUDGET = 60.0


def columns(bare: Bare) -> tuple[Whole, Whole, Whole]:
    """Person, bed and points of each pair, where a group's beds stand apart as columns of their own."""
    first = np.concatenate([[0], np.cumsum(bare.beds)])[bare.group]
    beds = bare.beds[bare.group]
    person, points = np.repeat(bare.person, beds), np.repeat(bare.points, beds)
    within = np.arange(int(beds.sum())) - np.repeat(np.cumsum(beds) - beds, beds)
    return person, np.repeat(first, beds) + within, points


def dense(bare: Bare) -> Any:
    """The cost of every person in every bed; a bed that won't do costs more than any way around it."""
    person, bed, points = columns(bare)
    cost = np.full((bare.people, max(int(bare.beds.sum()), bare.people)), float(bare.too_much))
    cost[person, bed] = points
    return cost


def sparse(bare: Bare) -> Any:
    """The cost of each pair, and for each person a column that stands for no bed at all."""
    person, bed, points = columns(bare)
    beds, people = int(bare.beds.sum()), np.arange(bare.people)
    # a cost of 0 would count as no pair
    values = np.concatenate([points + 1, np.full(bare.people, bare.too_much + 1)]).astype(np.float64)
    rows, at = np.concatenate([person, people]), np.concatenate([bed, people + beds])
    return csr_array((values, (rows, at)), shape=(bare.people, beds + bare.people))


def solve_dense(cost: Any, bare: Bare) -> tuple[int, int]:
    """How many are placed, and their points."""
    rows, at = linear_sum_assignment(cost)
    return _of(cost[rows, at], bare)


def solve_sparse(cost: Any, bare: Bare) -> tuple[int, int]:
    """How many are placed, and their points."""
    rows, at = min_weight_full_bipartite_matching(cost)
    return _of(np.asarray(cost[rows, at]).ravel() - 1, bare)


def _of(chosen: Any, bare: Bare) -> tuple[int, int]:
    placed = chosen[chosen < bare.too_much]
    return len(placed), int(placed.sum())


def main(file: Path, runs: int, *, is_sparse: bool) -> None:
    """Build and solve, first as the process begins, then again; say why where it would be too large."""
    bare = read(file)
    size = 8 * bare.people * max(int(bare.beds.sum()), bare.people)
    if not is_sparse and size > LARGEST:
        tell({"left_out": f"its dense costs alone would take {size / LARGEST:.1f} GiB"})
        return
    make, solve = (sparse, solve_sparse) if is_sparse else (dense, solve_dense)
    build, cost = timed(lambda: make(bare))
    seconds, (placed, points) = timed(lambda: solve(cost, bare))
    builds = repeated(lambda: make(bare), runs=runs, budget=BUDGET)
    solves = repeated(lambda: solve(cost, bare), runs=runs, budget=BUDGET)
    tell(
        {
            "build": median(builds),
            "solve": median(solves),
            "warm": median(builds) + median(solves),
            "cold": build + seconds,
            "peak_mb": peak_mb(),
            "placed": placed,
            "points": points,
        }
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.peers.assignment", description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("runs", type=int)
    parser.add_argument("--sparse", action="store_true")
    asked = parser.parse_args()
    main(asked.pairs, asked.runs, is_sparse=asked.sparse)
