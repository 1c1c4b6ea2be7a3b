"""The engine held against one whole model, on as many medium hubs as one likes.

python -m tests.matching.compare_many --many 50 [--people 40] [--seed 1] [--seconds 20] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import write_case
from tests.matching.brute_force import plan_of
from tests.matching.medium_hubs import Shape, medium_hub
from tests.matching.whole_model import best_of


def differences(case: Case, *, seconds: float = float("inf")) -> list[str]:
    """What speaks against the engine's plan of a case, or against the whole model's: breaches, objectives."""
    best = best_of(case, seconds=seconds)
    plan = propose(case)
    found = [f"whole model: {breach}" for breach in verify(case, plan_of(case, best.placements))]
    found += [f"propose: {breach}" for breach in verify(case, plan)]
    if (plan.objective.placed, plan.objective.points) != (best.placed, best.points):
        mine, theirs = plan.objective, best
        found.append(f"propose {mine.placed} {mine.points}, whole model {theirs.placed} {theirs.points}")
    if plan.status != "optimal":
        found.append(f"propose says {plan.status}")
    return found


def main(arguments: Sequence[str]) -> int:
    """Compare the engine with the whole model on many hubs; 1 where they differ, the cases written out."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching.compare_many")
    parser.add_argument("--many", type=int, default=20)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20, help="for a stage of the whole model")
    parser.add_argument("--out", type=Path, default=Path(), help="where to write cases that differ")
    given = parser.parse_args(arguments)
    wrong = 0
    for seed in range(given.seed, given.seed + given.many):
        shape = any_shape(seed, people=given.people)
        case = medium_hub(shape)
        try:
            found = differences(case, seconds=given.seconds)
        except TimeoutError as slow:
            found = []
            sys.stdout.write(f"{shape}: {slow}\n")
        for line in found:
            sys.stdout.write(f"{shape}: {line}\n")
        if found:
            wrong += 1
            (given.out / f"differs-{seed}.json").write_bytes(write_case(case))
    sys.stdout.write(f"{given.many} hubs, {wrong} differ\n")
    return 1 if wrong else 0


def any_shape(seed: int, *, people: int) -> Shape:
    """Some shape of so many people: what is scarce changes with the seed."""
    rule_sets = ("england-2024-04-01", "england-2020-10-13", "england-2022-04-04", "england-2020-04-15")
    return replace(
        Shape(people=people, settings=max(4, people // 3), seed=seed),
        rule_set=rule_sets[seed % len(rule_sets)],
        groups=seed % 5,
        largest=2 + seed % 3,
        organisms=1 + seed % 3,
        isolating=(25, 60)[seed // 2 % 2],
        cohorts=(30, 45)[seed // 3 % 2],
        limited=(0, 40, 100)[seed % 3],
        beds=(70, 110, 160)[seed // 3 % 3],
        priorities=(1, 2, 4)[seed // 2 % 3],
        locked=seed % 4,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
