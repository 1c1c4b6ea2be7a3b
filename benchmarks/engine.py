"""One run of the engine on a case file, by phase, in a process of its own; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def measure(file: Path) -> dict[str, object]:
    """Seconds by phase, peak memory in MB, and the answer, for one case file."""
    from discharge.matching.propose import plan_of, prepare, solve
    from discharge.matching.verify import verify
    from discharge.model.files import case_sha256, read_case, write_plan
    from discharge.rules.rule_set import rules_of

    seconds: dict[str, float] = {}
    start = time.perf_counter()

    def lap(phase: str) -> None:
        nonlocal start
        now = time.perf_counter()
        seconds[phase] = round(now - start, 4)
        start = now

    content = file.read_bytes()
    case = read_case(content)
    rules = rules_of(case)
    sha256 = case_sha256(content)
    lap("read")
    problem = prepare(case, rules)
    lap("eligibility")
    solutions = solve(problem)
    lap("solve")
    plan = plan_of(problem, solutions, sha256)
    lap("explain")
    breaches = verify(case, plan, rules=rules, case_sha256=sha256)
    lap("verify")
    write_plan(plan)
    lap("write")
    return {
        "seconds": seconds,
        "propose": round(sum(seconds[k] for k in ("eligibility", "solve", "explain", "verify")), 4),
        "peak_mb": _peak_mb(),
        "status": plan.status,
        "placed": list(plan.objective.placed),
        "points": plan.objective.points,
        "breaches": len(breaches),
    }


def _peak_mb() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
