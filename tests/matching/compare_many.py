"""The engine held against one whole model, on as many random hubs as one likes.

python -m tests.matching.compare_many --many 2000 --seed 1                  small crowded hubs
python -m tests.matching.compare_many --many 50 --people 40 --seconds 20    medium ones
python -m tests.matching.compare_many --shape people=9,settings=3,...       one, given as it was told

Each seed is another hub: cohorts had in turn, isolation places, admissions of a day, locked stays,
companions, one to three organisms, people who are alike, beds kept for somebody, every rule set.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import write_case
from tests.matching.brute_force import Best, plan_of
from tests.matching.hubs import RULE_SETS
from tests.matching.medium_hubs import Shape, medium_hub, shape_of
from tests.matching.whole_model import best_of


def differences(case: Case, *, seconds: float = float("inf"), best: Best | None = None) -> list[str]:
    """What speaks against the engine's plan of a case, or against the whole model's: breaches, objectives.

    `best`: the whole model's, where it is known already.
    """
    best = best or best_of(case, seconds=seconds)
    plan = propose(case)
    found = [f"whole model: {breach}" for breach in verify(case, plan_of(case, best.placements))]
    found += [f"propose: {breach}" for breach in verify(case, plan)]
    if (plan.objective.placed, plan.objective.points) != (best.placed, best.points):
        mine, theirs = plan.objective, best
        found.append(f"propose {mine.placed} {mine.points}, whole model {theirs.placed} {theirs.points}")
    if plan.status != "optimal":
        found.append(f"propose says {plan.status}")
    return found


@dataclass
class Tally:
    """What a comparison came to."""

    hubs: int = 0
    differ: int = 0
    too_slow: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        slow = f", {self.too_slow} left out (the whole model took too long)" if self.too_slow else ""
        return f"{self.hubs} hubs, {self.differ} differ{slow}, {self.seconds:.0f} s"


def compare(shapes: Iterator[Shape], tally: Tally, *, seconds: float) -> Iterator[tuple[Shape, list[str]]]:
    """Each hub with what speaks against its plan, where anything does; counts as it goes."""
    begun = time.perf_counter()
    for shape in shapes:
        tally.hubs += 1
        try:
            found = differences(medium_hub(shape), seconds=seconds)
        except TimeoutError:
            tally.too_slow += 1
            found = []
        tally.seconds = time.perf_counter() - begun
        if found:
            tally.differ += 1
            yield shape, found


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


def crowded(seed: int) -> Shape:
    """A small hub in which most people want the same few places; every seed another."""
    rng = random.Random(f"crowded {seed}")
    pick = rng.choice
    return Shape(
        people=rng.randint(3, 12),
        settings=rng.randint(1, 5),
        horizon=pick([2, 4, 5, 7, 10]),
        groups=pick([0, 0, 1, 2, 4]),
        largest=rng.randint(2, 4),
        isolating=pick([0, 30, 60, 80, 100]),
        organisms=rng.randint(1, 3),
        cohorts=pick([0, 40, 80, 100]),
        admissions=pick([1, 1, 2]),
        limited=pick([0, 30, 60, 100]),
        beds=pick([40, 70, 100, 150, 220]),
        for_a_while=pick([0, 30, 80]),
        locked=pick([0, 0, 1, 3]),
        priorities=pick([1, 2, 4]),
        rule_set=pick(RULE_SETS),
        seed=seed,
        alike=pick([0, 0, 40, 80]),
        kept=pick([0, 0, 0, 30]),
    )


def main(arguments: Sequence[str]) -> int:
    """Compare the engine with the whole model on many hubs; 1 where they differ, the cases written out."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.matching.compare_many",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--people", type=int, help="medium hubs of so many people (else small crowded ones)")
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--seconds", type=float, default=20, help="for a stage of the whole model")
    parser.add_argument("--shape", type=shape_of, help="this one alone")
    parser.add_argument("--out", type=Path, help="a folder for the cases that differ")
    given = parser.parse_args(arguments)
    seeds = range(given.seed, given.seed + given.many)
    shapes = (crowded(s) if given.people is None else any_shape(s, people=given.people) for s in seeds)
    tally = Tally()
    for shape, found in compare(iter([given.shape]) if given.shape else shapes, tally, seconds=given.seconds):
        for line in found:
            sys.stdout.write(f"{shape}: {line}\n")
        sys.stdout.flush()
        if given.out is not None:
            (given.out / f"differs-{shape.seed}.json").write_bytes(write_case(medium_hub(shape)))
    sys.stdout.write(f"{tally}\n")
    return 1 if tally.differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
