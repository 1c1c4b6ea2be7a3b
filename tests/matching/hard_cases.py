"""A search for cases that take the engine too long: hill-climbing on the time that `propose` computes.

    python -m tests.matching.hard_cases --seconds 60            search, and tell the worst that were found
    python -m tests.matching.hard_cases --kept                  time the worst of earlier searches again
    python -m tests.matching.hard_cases --shape people=80,groups=20 [--out CASE.json]

Times are computing time of this process, not of the clock. The time limit of a plan, `--cap`, is by the
clock: where others keep the machine busy, a plan is stopped after less computing than that.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from discharge.matching.propose import propose
from discharge.model.files import write_case
from tests.matching.medium_hubs import Shape, medium_hub, shape_of

STEPS: Mapping[str, Sequence[object]] = {
    "people": (20, 30, 45, 60, 80, 110, 150),
    "settings": (3, 5, 8, 12, 18, 26, 40),
    "horizon": (1, 3, 5, 7, 14, 28),
    "groups": (0, 3, 6, 10, 15, 22, 30, 40),
    "largest": (2, 3, 4, 6),
    "isolating": (0, 15, 30, 50, 80, 100),
    "organisms": (1, 2, 3),
    "cohorts": (0, 15, 30, 50, 80),
    "admissions": (1, 2, 3),
    "limited": (0, 30, 60, 100),
    "beds": (35, 60, 80, 100, 130, 200),
    "for_a_while": (0, 20, 50, 80, 100),
    "locked": (0, 2, 5, 10),
    "priorities": (1, 2, 4),
    "rule_set": ("england-2024-04-01", "england-2020-10-13", "england-2022-04-04", "england-2020-04-15"),
}
"""The values among which a search moves, a step at a time."""

KEPT: Mapping[str, tuple[float, str]] = {
    "forty couples among 150 people, one admission a day everywhere": (
        11.1,
        "people=150,settings=60,horizon=7,groups=40,largest=2,isolating=15,organisms=2,cohorts=30,"
        "admissions=1,limited=100,beds=120,for_a_while=40,seed=1",
    ),
    "everybody isolates and stays with others, four weeks to plan": (
        10.0,
        "people=45,settings=18,horizon=28,groups=40,largest=6,isolating=100,organisms=1,cohorts=30,"
        "admissions=3,limited=30,beds=130,for_a_while=50,locked=10,priorities=2,"
        "rule_set=england-2022-04-04,seed=8261",
    ),
    "everybody isolates for a while and stays with others, beds enough": (
        6.1,
        "people=60,settings=18,horizon=14,groups=30,largest=4,isolating=100,organisms=1,cohorts=50,"
        "admissions=3,limited=60,beds=200,for_a_while=100,locked=0,priorities=2,seed=3135",
    ),
    "fifteen couples on pathway 2, two admissions a day everywhere": (
        3.5,
        "people=45,settings=18,horizon=7,groups=15,largest=2,isolating=0,organisms=2,cohorts=50,"
        "admissions=2,limited=100,beds=100,for_a_while=100,locked=2,priorities=4,"
        "rule_set=england-2020-10-13,seed=3868",
    ),
    "groups of up to six and a bed for every third": (
        3.5,
        "people=110,settings=40,horizon=5,groups=40,largest=6,isolating=50,organisms=2,cohorts=80,"
        "admissions=1,limited=30,beds=35,for_a_while=0,locked=0,priorities=4,seed=4856",
    ),
}
"""The worst that searches have found: the seconds that they took when they were found (the first and third
were stopped then, at a limit of 10 and 6 seconds), and their shape."""

STARTS = 6
PATIENCE = 10


@dataclass(frozen=True, order=True)
class Timed:
    """How long a hub took: seconds of computing, `gap` where the time limit came first."""

    seconds: float
    gap: float
    words: str

    def __str__(self) -> str:
        end = f"stopped, gap {self.gap:.4f}" if self.gap else "optimal"
        return f"{self.seconds:7.2f} s  {end:<22}  {self.words}"


def timed(shape: Shape, *, cap: float) -> Timed:
    """How long `propose` computes for the hub of a shape, stopped after `cap` seconds."""
    case = medium_hub(shape)
    begun = time.process_time()
    plan = propose(case, time_limit=cap)
    return Timed(time.process_time() - begun, plan.gap, str(shape))


def neighbour(shape: Shape, rng: random.Random, *, people: int) -> Shape:
    """A shape like it with one or two numbers a step away; at times the same with another seed."""
    steps: dict[str, object] = {}
    if rng.random() < 0.25:
        return replace(shape, seed=rng.randrange(10_000))
    for name in rng.sample(sorted(STEPS), rng.choice([1, 2])):
        values = STEPS[name]
        at = min(range(len(values)), key=lambda i: (values[i] != vars(shape)[name], i))
        step = max(0, min(len(values) - 1, at + rng.choice([-1, 1])))
        steps[name] = values[step]
    changed = shape_of(",".join(f"{name}={value}" for name, value in {**vars(shape), **steps}.items()))
    return replace(changed, people=min(people, changed.people))


def anywhere(rng: random.Random, *, people: int) -> Shape:
    """Some shape to start from."""
    picked = {name: rng.choice(values) for name, values in STEPS.items()}
    shape = shape_of(",".join(f"{name}={value}" for name, value in picked.items()))
    return replace(shape, people=min(people, shape.people), seed=rng.randrange(10_000))


def search(*, seconds: float, cap: float, seed: int, people: int) -> list[Timed]:
    """The slowest hubs that so many seconds of computing find, the slowest first.

    Climbs from the slowest of some shapes to slower neighbours; from others where none is slower in
    `PATIENCE` tries, or where the cap is reached.
    """
    rng = random.Random(seed)
    ends = time.process_time() + seconds
    found: dict[str, Timed] = {}
    tried: list[Timed] = []

    def best() -> Timed:
        return max(tried, default=Timed(0, 0, ""))

    since = 0
    while time.process_time() < ends:
        if since > PATIENCE or best().gap:
            tried, since = [], 0
        start = len(tried) < STARTS
        shape = (
            anywhere(rng, people=people) if start else neighbour(shape_of(best().words), rng, people=people)
        )
        now = timed(shape, cap=min(cap, max(1.0, ends - time.process_time())))
        since = 0 if start or now > best() else since + 1
        tried.append(now)
        found[now.words] = now
    return sorted(found.values(), reverse=True)


def main(arguments: Sequence[str]) -> int:
    """Search, or time shapes that are known; a line a hub."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching.hard_cases")
    parser.add_argument("--seconds", type=float, default=60, help="of computing, for the whole search")
    parser.add_argument("--cap", type=float, default=10, help="the time limit of one plan, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=150, help="at the most")
    parser.add_argument("--worst", type=int, default=10, help="how many to tell")
    parser.add_argument("--kept", action="store_true", help="time those kept of earlier searches")
    parser.add_argument("--shape", help="time one shape, given as a search tells it")
    parser.add_argument("--out", type=Path, help="write the case of --shape to this file")
    given = parser.parse_args(arguments)
    if given.shape is not None:
        shape = shape_of(given.shape)
        if given.out is not None:
            given.out.write_bytes(write_case(medium_hub(shape)))
        sys.stdout.write(f"{timed(shape, cap=given.cap)}\n")
    elif given.kept:
        for what, (seconds, words) in KEPT.items():
            sys.stdout.write(f"{what} ({seconds} s when found):\n{timed(shape_of(words), cap=given.cap)}\n")
            sys.stdout.flush()
    else:
        found = search(seconds=given.seconds, cap=given.cap, seed=given.seed, people=given.people)
        sys.stdout.write(f"{len(found)} hubs tried\n")
        for each in found[: given.worst]:
            sys.stdout.write(f"{each}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
