"""Whether the rules are read alike twice, and whether every answer about a plan is true, on random hubs.

python -m benchmarks.answers [--hubs 400]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from benchmarks.goals import Goal
from benchmarks.processes import Facts
from discharge.model.case import Case
from tests.matching.answers.single_changes import missed
from tests.matching.answers.true_answers import untrue
from tests.matching.compare_little import differences
from tests.matching.little_hubs import little_hub
from tests.matching.two_readings import disagreements, one_person

PEOPLE_A_HUB = 10
"""One person's infections are read much faster than a hub is planned."""

CHECKS: dict[str, tuple[str, Callable[[int], Case], Callable[[Case], Sequence[str]], int]] = {
    "readings": (
        "people whose nights engine and verifier read differently",
        one_person,
        lambda case: list(disagreements(case)),
        PEOPLE_A_HUB,
    ),
    "plans": ("little hubs whose plan isn't the best by trying everything", little_hub, differences, 1),
    "changes": ("little hubs of which a change that helps is missed or untrue", little_hub, missed, 1),
    "answers": ("little hubs of which an answer is untrue", little_hub, untrue, 1),
}


def answers(hubs: int, *, seed: int = 20_000) -> Facts:
    """So many random hubs, each looked at in all ways: what is wrong, by check."""
    found: Facts = {"hubs": hubs}
    for name, (_, make, check, more) in CHECKS.items():
        wrong = []
        for number in range(seed, seed + hubs * more):
            lines = check(make(number))
            if lines:
                wrong.append(f"{number}: {lines[0]}")
        found[name] = wrong
    return found


def answers_goals(found: Facts) -> list[Goal]:
    """Nothing read differently, nothing missed, nothing untrue."""
    return [Goal(says, float(len(found[name])), 0) for name, (says, _, _, _) in CHECKS.items()]


def main(arguments: Sequence[str]) -> int:
    """Look at many random hubs and tell what is wrong; 1 where something is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers")
    parser.add_argument("--hubs", type=int, default=400)
    found = answers(parser.parse_args(arguments).hubs)
    for name in CHECKS:
        for line in found[name]:
            print(f"{name} {line}")
    goals = answers_goals(found)
    print("\n".join(goal.line() for goal in goals))
    return 1 if any(goal.missed for goal in goals) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
