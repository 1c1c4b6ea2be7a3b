"""The engine and its peers on one case, each in processes of their own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.goals import FLOW
from benchmarks.processes import Answer, Facts, ask

ALL_PHASES = ("read", "eligibility", "solve", "explain", "verify", "write")


@dataclass(frozen=True)
class Asked:
    """How to measure. `peers` is the Python that has the peers; None: they are left out, for `why`."""

    runs: int
    budget: float
    limit: float
    peers: Path | None
    why: str = ""


def measure(case: Path, folder: Path, asked: Asked) -> Facts:
    """Everything about one case; each part that can't be measured says why in `left_out`."""
    pairs_file = folder / f"{case.stem}.npz"
    ours = _ours(case, asked)
    pairs = ask("benchmarks.pairs", case, pairs_file)
    found: Facts = {"ours": ours, "pairs": _facts(pairs)}
    found["replanning"] = _facts(ask("benchmarks.replanning", case, asked.runs))
    found["floor"] = _facts(ask("benchmarks.floor", case, pairs_file, asked.runs))
    found["peers"] = dict(_peers(case, pairs_file, asked)) if pairs.there else {}
    return found


def _facts(answer: Answer) -> Facts:
    return answer.facts if answer.there else {"left_out": answer.why}


def _ours(case: Path, asked: Asked) -> Facts:
    """Medians over fresh processes, and over further plannings in the last of them."""
    runs: list[Facts] = []
    began = time.monotonic()
    while len(runs) < asked.runs:
        spent = time.monotonic() - began
        # the last process plans again and again; where time is short, fewer times
        last = len(runs) == asked.runs - 1 or spent + _one(runs) > asked.budget
        again = asked.runs if spent + _one(runs) * asked.runs <= asked.budget else 1
        answer = ask("benchmarks.engine", case, "--warm", again if last else 0, timeout=3_600)
        if not answer.there:
            raise RuntimeError(f"planning {case.name}: {answer.why}")
        runs.append(answer.facts)
        if last:
            break
    return _median(runs)


def _one(runs: list[Facts]) -> float:
    return float(runs[-1]["propose"]) if runs else 0.0


def _median(runs: list[Facts]) -> Facts:
    seconds = {p: statistics.median(run["seconds"][p] for run in runs) for p in ALL_PHASES}
    peaks = [run["peak_mb"] for run in runs if run["peak_mb"] is not None]
    warm: list[float] = runs[-1]["warm"]
    return {
        **{key: runs[0][key] for key in ("status", "placed", "points", "breaches")},
        "seconds": seconds,
        "cold": statistics.median(run["propose"] for run in runs),
        "warm": statistics.median(warm) if warm else None,
        "peak_mb": statistics.median(peaks) if peaks else None,
        "runs": len(runs),
        "warm_runs": len(warm),
    }


def _peers(case: Path, pairs: Path, asked: Asked) -> Iterator[tuple[str, Facts]]:
    """Each peer's name and numbers."""
    missing = {"left_out": asked.why or "it isn't installed"}
    if asked.peers is None:
        yield FLOW, missing
        yield "scipy assignment", missing
    else:
        flow = "benchmarks.peers.flow"
        answers = [ask(flow, pairs, asked.runs, python=asked.peers) for _ in range(asked.runs)]
        yield FLOW, _median_of([_facts(answer) for answer in answers])
        lap = "benchmarks.peers.assignment"
        limit = asked.limit + 120
        dense = ask(lap, pairs, asked.runs, python=asked.peers, timeout=limit)
        yield "scipy linear_sum_assignment", _facts(dense)
        sparse = ask(lap, pairs, asked.runs, "--sparse", python=asked.peers, timeout=limit)
        yield "scipy min_weight_full_bipartite", _facts(sparse)
    simplex = ask("benchmarks.peers.simplex", pairs, asked.runs, timeout=60)
    yield "networkx network_simplex", _facts(simplex)
    whole = ask("benchmarks.whole", case, asked.limit, timeout=2 * asked.limit + 300)
    yield "HiGHS, whole model", _facts(whole)


def _median_of(runs: list[Facts]) -> Facts:
    """Each number's median over processes; why, where one of them failed."""
    failed = [run for run in runs if "left_out" in run]
    if failed:
        return failed[0]
    return {key: _middle([run[key] for run in runs]) for key in runs[0]}


def _middle(values: list[Any]) -> Any:
    return statistics.median(values) if all(isinstance(v, int | float) for v in values) else values[0]
