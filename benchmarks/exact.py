"""Whether the engine's answers are the best there are: random hubs against one whole model, and hard hubs.

python -m benchmarks.exact [--hubs 2000] [--seconds 30]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.cases import SHARED
from benchmarks.goals import Goal
from benchmarks.processes import Facts
from benchmarks.report import seconds, table
from discharge.model.case import Case
from discharge.model.files import read_plan, write_case
from tests.builders import beds, case, free, negative, on, person, setting, unit
from tests.matching.compare_many import Tally, any_shape, compare, crowded
from tests.matching.medium_hubs import medium_hub, shape_of

GAP = 0.01
"""What may be left of the gap of a hard hub."""
OVER = 1.0
"""Seconds that a planning may take more than its limit."""


def random_hubs(many: int) -> Facts:
    """So many small crowded hubs, and for each hundred of them one of a medium size, against the whole
    model: what differs."""
    tally = Tally()
    small = (crowded(seed) for seed in range(1, many + 1))
    medium = (any_shape(seed, people=25) for seed in range(1, many // 100 + 1))
    lines = [
        f"{shape}: {line}"
        for shapes in (small, medium)
        for shape, found in compare(shapes, tally, seconds=60)
        for line in found
    ]
    return {
        "hubs": tally.hubs,
        "differ": tally.differ,
        "left_out": tally.too_slow,
        "seconds": tally.seconds,
        "lines": lines,
    }


def like_people(people: int, homes: int) -> Case:
    """People who are alike but for their priority, and homes that are alike, with a bed or two each."""
    everybody = [
        person(f"P{number:03}", priority=1 + number * 7 % 10 // 3, observations=[negative()])
        for number in range(people)
    ]
    places = [
        setting(
            f"S{number:03}",
            unit(beds(free=[free(on(number % 10), count=1 + number % 2), free(on(3 + number % 5))])),
            max_admissions_per_day=1,
        )
        for number in range(homes)
    ]
    return case(everybody, places, rule_set="england-2020-10-13")


MADE: Mapping[str, str] = {
    "60 people, couples, mixed cohorts, one admission a day": (
        "people=60,settings=30,horizon=28,groups=27,largest=2,isolating=70,organisms=3,cohorts=45,"
        "admissions=1,limited=100,beds=120,for_a_while=30,locked=0,seed=11"
    ),
    "100 people, scarce mixed cohorts": (
        "people=100,settings=40,horizon=28,groups=0,isolating=80,organisms=3,cohorts=60,limited=60,beds=90,"
        "for_a_while=30,locked=0,seed=12"
    ),
    "forty couples among 150 people, one admission a day": (
        "people=150,settings=60,horizon=7,groups=40,largest=2,isolating=15,organisms=2,cohorts=30,"
        "admissions=1,limited=100,beds=120,for_a_while=40,seed=1"
    ),
    "everybody isolates and stays with others, four weeks": (
        "people=45,settings=18,horizon=28,groups=40,largest=6,isolating=100,organisms=1,cohorts=30,"
        "admissions=3,limited=30,beds=130,for_a_while=50,locked=10,priorities=2,"
        "rule_set=england-2022-04-04,seed=8261"
    ),
}


def hard_cases(folder: Path) -> Iterator[tuple[str, Path]]:
    """The hard hubs as files: those that lie beside the project, and made ones."""
    beside = SHARED / "cases" / "engine"
    yield from ((file.stem, file) for file in sorted(beside.glob("hard-*.json")))
    made = {name: medium_hub(shape_of(words)) for name, words in MADE.items()}
    made |= {f"{n} like people, {homes} like homes": like_people(n, homes) for n, homes in LIKE}
    for number, (name, of) in enumerate(made.items()):
        file = folder / f"hard-made-{number}.json"
        file.write_bytes(write_case(of))
        yield name, file


LIKE = ((150, 30), (300, 60))


def hard(file: Path, folder: Path, limit: float) -> Facts:
    """One hard hub, planned and checked by the command line within a limit of seconds."""
    out = folder / "plan.json"
    begun = time.perf_counter()
    command = [sys.executable, "-m", "discharge", "propose", str(file), "--out", str(out)]
    subprocess.run([*command, "--time-limit", str(limit)], check=True)
    took = time.perf_counter() - begun
    checked = subprocess.run(
        [sys.executable, "-m", "discharge", "verify", str(file), str(out)],
        check=False,
        stdout=subprocess.DEVNULL,
    )
    plan = read_plan(out.read_bytes())
    return {
        "status": plan.status,
        "gap": plan.gap,
        "seconds": took,
        "placed": list(plan.objective.placed),
        "points": plan.objective.points,
        "lawful": checked.returncode == 0,
    }


def exact(folder: Path, *, hubs: int, limit: float) -> Facts:
    """Both, printed as they come."""
    found = random_hubs(hubs)
    print(
        f"\n{found['hubs']} random hubs against one whole model: {found['differ']} differ, "
        f"{found['left_out']} left out, {found['seconds']:.0f} s",
        flush=True,
    )
    for line in found["lines"]:
        print(f"  {line}")
    rows = []
    by_name: dict[str, Facts] = {}
    for name, file in hard_cases(folder):
        one = by_name[name] = hard(file, folder, limit)
        placed = " ".join(map(str, one["placed"]))
        lawful = "keeps every rule" if one["lawful"] else "BREAKS A RULE"
        rows.append(
            [
                name,
                one["status"],
                f"{one['gap']:.4f}",
                seconds(one["seconds"]),
                placed,
                str(one["points"]),
                lawful,
            ]
        )
    print(f"\n{table([f'hard hubs, {limit:g} s', 'status', 'gap', 'seconds', 'placed', 'points', ''], rows)}")
    return {"hubs": found, "hard": by_name, "limit": limit}


def exact_goals(found: Facts) -> list[Goal]:
    """No hub differs; every hard one is within the gap and the time, and lawful."""
    goals = [Goal("random hubs that differ from the whole model", float(found["hubs"]["differ"]), 0)]
    for name, one in found["hard"].items():
        goals.append(Goal(f"{name}: gap", one["gap"] if one["lawful"] else None, GAP, "", "breaks a rule"))
        goals.append(Goal(f"{name}: the whole run", one["seconds"], found["limit"] + OVER, " s"))
    unlawful = sum(not one["lawful"] for one in found["hard"].values())
    return [*goals, Goal("hard hubs whose plan breaks a rule", float(unlawful), 0)]


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exact", description=__doc__)
    parser.add_argument("--hubs", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=30.0, help="the limit for a hard hub")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        goals = exact_goals(exact(Path(folder), hubs=asked.hubs, limit=asked.seconds))
    for goal in goals:
        print(goal.line())
    return 1 if any(goal.missed for goal in goals) else 0


if __name__ == "__main__":
    sys.exit(main())
