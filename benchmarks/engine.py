"""One planning from a case in memory to a verified, explained plan, by phase, in a process of its own."""

from __future__ import annotations

import argparse
import gc
import time
from pathlib import Path

from benchmarks.timing import peak_mb, tell
from discharge.matching.prepared import prepare
from discharge.matching.propose import plan_of, solve
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import case_sha256, read_case, write_plan
from discharge.model.plan import Plan
from discharge.rules.rule_set import RuleSet, rules_of

PHASES = ("eligibility", "solve", "explain", "verify")
"""What makes up `propose`; reading the case and writing the plan are measured apart."""


class Laps:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        """A phase is over."""
        now = time.perf_counter()
        self.seconds[phase] = now - self._last
        self._last = now

    @property
    def propose(self) -> float:
        """Seconds from a case in memory to a verified, explained plan."""
        return sum(self.seconds[phase] for phase in PHASES)


def planned(case: Case, rules: RuleSet, sha256: str, laps: Laps) -> tuple[Plan, int]:
    """The plan for a case, and how many rules the verifier says it breaks."""
    prepared = prepare(case, rules)
    laps.lap("eligibility")
    solutions = solve(prepared)
    laps.lap("solve")
    plan = plan_of(prepared, solutions, sha256)
    laps.lap("explain")
    breaches = verify(case, plan, rules=rules, case_sha256=sha256)
    laps.lap("verify")
    return plan, len(breaches)


def measure(file: Path, *, warm: int) -> dict[str, object]:
    """The first planning of this process by phase, with its peak of memory, then up to `warm` more."""
    content = file.read_bytes()
    sha256 = case_sha256(content)
    laps = Laps()
    case = read_case(content)
    rules = rules_of(case)
    laps.lap("read")
    plan, breaches = planned(case, rules, sha256, laps)
    write_plan(plan)
    laps.lap("write")
    first: dict[str, object] = {
        "seconds": laps.seconds,
        "propose": laps.propose,
        "peak_mb": peak_mb(),
        "status": plan.status,
        "placed": list(plan.objective.placed),
        "points": plan.objective.points,
        "breaches": breaches,
    }
    again = []
    for _ in range(warm):
        # read anew, so that nothing found out about the case before is of use
        case = read_case(content)
        gc.collect()
        laps = Laps()
        planned(case, rules, sha256, laps)
        again.append(laps.propose)
    return {**first, "warm": again}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.engine", description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("--warm", type=int, default=0, help="how many more plannings in the same process")
    asked = parser.parse_args()
    tell(measure(asked.case, warm=asked.warm))
