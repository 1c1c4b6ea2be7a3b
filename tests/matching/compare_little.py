"""The engine held against trying everything, on as many little hubs as one likes.

The optimum is found by enumerating what the verifier lets pass; nothing of the engine is used for it.

python -m tests.matching.compare_little --many 1000 [--seed 1] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import write_case
from tests.matching.brute_force import best_of, plan_of
from tests.matching.little_hubs import little_hub


def differences(case: Case) -> list[str]:
    """What speaks against the engine's plan of a case: breaches, another optimum, no proof."""
    best = best_of(case)
    plan = propose(case)
    found = [f"propose: {breach}" for breach in verify(case, plan)]
    found += [f"by trying: {breach}" for breach in verify(case, plan_of(case, best.placements))]
    if (plan.objective.placed, plan.objective.points) != (best.placed, best.points):
        found.append(
            f"propose {plan.objective.placed} {plan.objective.points}, by trying {best.placed} {best.points}"
        )
    if plan.status != "optimal":
        found.append(f"propose says {plan.status}")
    return found


def main(arguments: Sequence[str]) -> int:
    """Compare the engine with trying everything on many hubs; 1 where they differ, the cases written out."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching.compare_little")
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where to write cases that differ")
    given = parser.parse_args(arguments)
    wrong = 0
    for seed in range(given.seed, given.seed + given.many):
        case = little_hub(seed)
        found = differences(case)
        for line in found:
            sys.stdout.write(f"{seed}: {line}\n")
            sys.stdout.flush()
        if found:
            wrong += 1
            if given.out is not None:
                (given.out / f"little-{seed}.json").write_bytes(write_case(case))
    sys.stdout.write(f"{given.many} little hubs, {wrong} differ\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
