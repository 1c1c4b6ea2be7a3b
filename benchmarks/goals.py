"""What was aimed at, and whether it was reached: said as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.cases import SIZES
from benchmarks.processes import Answer

Facts = Mapping[str, Any]

FLOW = "OR-tools SimpleMinCostFlow"
BARE_LIMIT = 1.0
REPLAN_LIMIT = 0.1
SEALED_LIMITS_MS = {"open": 1_000.0, "commit": 20.0}
"""Beside the passphrase's own time."""
POSTCODES_LIMIT = 2.5
"""So many times what it takes to keep the rows unlooked at: each is checked, named and put on the globe."""
PEAK_LIMIT_MB = 1024.0
AGAINST_FLOW = ("kent", "london", "england")
LARGEST = "england"


@dataclass(frozen=True)
class Goal:
    """Something to stay at or below; `value` None: it wasn't measured, for the reason `why`."""

    name: str
    value: float | None
    limit: float
    unit: str = ""
    why: str = ""

    @property
    def verdict(self) -> str:
        """`met`, `MISSED`, or `not measured`."""
        if self.value is None:
            return "not measured"
        return "met" if self.value <= self.limit else "MISSED"

    @property
    def missed(self) -> bool:
        """Whether it was measured and not reached."""
        return self.verdict == "MISSED"

    def line(self) -> str:
        """One line of the report."""
        if self.value is None:
            return f"  {self.verdict:<13} {self.name}{f': {self.why}' if self.why else ''}"
        return (
            f"  {self.verdict:<13} {self.name}: {self.value:.3g}{self.unit} (goal {self.limit:g}{self.unit})"
        )

    def as_json(self) -> dict[str, object]:
        """The goal as plain data."""
        return {
            "goal": self.name,
            "value": self.value,
            "limit": self.limit,
            "unit": self.unit.strip(),
            "verdict": self.verdict,
        }


def ratio(ours: float | None, peer: float | None) -> float | None:
    """Ours by the peer's; None where either is missing."""
    return ours / peer if ours is not None and peer else None


def engine_goals(found: Mapping[str, Facts]) -> list[Goal]:
    """The engine's goals, from what was measured by size."""
    return [
        *_soundness(found),
        *_against_flow(found),
        *_memory(found),
        *_replanning(found),
        *_growth(found),
        *_seconds(found),
    ]


def _soundness(found: Mapping[str, Facts]) -> Iterator[Goal]:
    for name, facts in found.items():
        ours = facts["ours"]
        unsound = ours["breaches"] + (ours["status"] != "optimal")
        yield Goal(f"{name}: breaches and unproven plans", float(unsound), 0)


def _against_flow(found: Mapping[str, Facts]) -> Iterator[Goal]:
    for name in _there(found, AGAINST_FLOW):
        ours, flow = found[name]["ours"], found[name]["peers"].get(FLOW, {})
        both = [ratio(ours[kind], flow.get(kind)) for kind in ("cold", "warm")]
        known = [value for value in both if value is not None]
        yield Goal(
            f"{name}: propose by OR-tools' bare flow, the worse of cold and warm",
            max(known) if known else None,
            BARE_LIMIT,
            "x",
            str(flow.get("left_out", "")),
        )


def _memory(found: Mapping[str, Facts]) -> Iterator[Goal]:
    for name in _there(found, [LARGEST]):
        yield Goal(f"{name}: peak memory", found[name]["ours"]["peak_mb"], PEAK_LIMIT_MB, " MB")


def _replanning(found: Mapping[str, Facts]) -> Iterator[Goal]:
    for name, facts in found.items():
        again = facts["replanning"]
        if "left_out" in again:
            yield Goal(f"{name}: re-planning by planning anew", None, REPLAN_LIMIT, "x", again["left_out"])
            continue
        for change, measured in again["changes"].items():
            yield Goal(
                f"{name}: re-planning after {change} by planning anew", measured["ratio"], REPLAN_LIMIT, "x"
            )
        wrong = [change for change, measured in again["changes"].items() if not measured["same"]]
        yield Goal(f"{name}: re-plans that differ from a fresh plan", float(len(wrong)), 0)


def _growth(found: Mapping[str, Facts]) -> Iterator[Goal]:
    """From each size to the next: the seconds grow no faster than the pairs."""
    sizes = [name for name in _there(found, [s.name for s in SIZES]) if found[name]["pairs"].get("pairs")]
    for small, large in pairwise(sizes):
        pairs = found[large]["pairs"]["pairs"] / found[small]["pairs"]["pairs"]
        seconds = ratio(found[large]["ours"]["cold"], found[small]["ours"]["cold"])
        yield Goal(
            f"{small} to {large}: growth of seconds by growth of pairs", ratio(seconds, pairs), 1.0, "x"
        )


def _seconds(found: Mapping[str, Facts]) -> Iterator[Goal]:
    for size in SIZES:
        if size.name in found and size.limit_s is not None:
            yield Goal(f"{size.name}: propose", found[size.name]["ours"]["cold"], size.limit_s, " s")


def _there(found: Mapping[str, Facts], names: Iterable[str]) -> list[str]:
    return [name for name in names if name in found]


def report(goals: Sequence[Goal]) -> str:
    """The goals, a line each, and how many were reached."""
    met = sum(goal.verdict == "met" for goal in goals)
    missed = sum(goal.missed for goal in goals)
    left = len(goals) - met - missed
    more = f", {left} not measured" if left else ""
    return "\n".join([f"Goals: {met} met, {missed} MISSED{more}", *(goal.line() for goal in goals)])


def _sealed(found: Answer) -> Iterator[Goal]:
    for what, limit in SEALED_LIMITS_MS.items():
        ms = found.facts[what]["sealed"]["ms"] if found.there else None
        yield Goal(f"a sealed hub of England's size: {what}", ms, limit, " ms", found.why)


def store_goals(found: Mapping[str, Answer]) -> list[Goal]:
    """Nothing acknowledged lost by a kill; no turned bit unnoticed, and none that fails."""
    names = {
        "kills": "what was acknowledged and is lost after a kill",
        "sealed_kills": "the same of a sealed hub, also while it is sealed, rekeyed or restored",
        "flips": "bits of a hub's file turned, and not found, harmless or mended",
    }
    postcodes = found["postcodes"]
    ratio_there = postcodes.facts["ratio"] if postcodes.there else None
    return [
        *(
            Goal(
                name,
                float(len(found[key].facts["wrong"])) if found[key].there else None,
                0,
                why=found[key].why,
            )
            for key, name in names.items()
        ),
        *_sealed(found["sealed"]),
        Goal("postcodes read, by bare csv and executemany", ratio_there, POSTCODES_LIMIT, "x", postcodes.why),
    ]
