"""What no engine in this language could go below: each pair looked at once, the plan's objects, verify."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.timing import median, repeated, tell
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import case_sha256, read_case, write_plan
from discharge.model.plan import Objective, Placement, Plan, Reason, Stay, Unplaced
from discharge.rules.rule_set import RuleSet, rules_of


def look_at_each(points: np.ndarray, limits: np.ndarray) -> int:
    """One addition and one comparison a pair: the least that deciding on it takes."""
    return int(np.count_nonzero((points + 1) <= limits))


def built(plan: Plan) -> Plan:
    """The same plan made anew, object by object, from plain values."""
    return Plan(
        case_sha256=plan.case_sha256,
        rule_set=plan.rule_set,
        status=plan.status,
        gap=plan.gap,
        objective=Objective(placed=plan.objective.placed, points=plan.objective.points),
        placements=tuple(_placement(each) for each in plan.placements),
        unplaced=tuple(
            Unplaced(
                patient=each.patient,
                reasons=tuple(
                    Reason(code=r.code, rule=r.rule, settings=r.settings, text=r.text) for r in each.reasons
                ),
            )
            for each in plan.unplaced
        ),
    )


def _placement(given: Placement) -> Placement:
    return Placement(
        patient=given.patient,
        locked=given.locked,
        stays=tuple(_stay(stay) for stay in given.stays),
        conditions=given.conditions,
        points=dict(given.points),
        because=given.because,
    )


def _stay(given: Stay) -> Stay:
    return Stay(
        setting=given.setting,
        unit=given.unit,
        beds=given.beds,
        start=given.start,
        end=given.end,
        requirement=given.requirement,
        organisms=given.organisms,
    )


def measure(case: Case, rules: RuleSet, sha256: str, pairs: Path, runs: int) -> dict[str, object]:
    """Medians in seconds, and their sum, which is the floor."""
    with np.load(pairs) as found:
        points = found["points"]
        limits = np.full(len(points), int(points.max(initial=0)))
    plan = propose(case, rules=rules, sha256=sha256)

    def often(work: object) -> float:
        assert callable(work)
        return median(repeated(work, runs=runs, budget=30.0))

    looked = often(lambda: look_at_each(points, limits))
    made = often(lambda: built(plan))
    wrote = often(lambda: write_plan(plan))
    verified = often(lambda: verify(case, plan, rules=rules, case_sha256=sha256))
    return {
        "pairs": looked,
        "objects": made,
        "verify": verified,
        "floor": looked + made + verified,
        "write": wrote,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.floor", description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("runs", type=int)
    asked = parser.parse_args()
    content = asked.case.read_bytes()
    read = read_case(content)
    tell(measure(read, rules_of(read), case_sha256(content), asked.pairs, asked.runs))
