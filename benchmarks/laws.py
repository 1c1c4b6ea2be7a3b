"""The laws that the suite tries on a few random examples, tried on many others.

python -m benchmarks.laws [--times 100]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.goals import Goal
from benchmarks.processes import Facts

ROOT = Path(__file__).parents[1]
LAWS = "hypothesis or law"
"""The marks of what Hypothesis draws, and of what is made of a seed."""


def laws(times: int, *, where: Sequence[str] = ("tests",)) -> Facts:
    """Which laws don't hold for some of so many times as many examples as in the suite."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider", "-m", LAWS, *where],
        cwd=ROOT,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ, "DISCHARGE_EXAMPLES": str(times)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    lines = done.stdout.splitlines()
    return {
        "times": times,
        "broken": [line for line in lines if line.startswith(("FAILED ", "ERROR "))],
        "ran": done.returncode in (0, 1),
        "said": lines[-1] if lines else "",
        "output": "" if done.returncode == 0 else done.stdout,
        "seconds": time.perf_counter() - begun,
    }


def laws_goals(found: Facts) -> list[Goal]:
    """None is broken; where pytest couldn't run they count as one that is."""
    broken = len(found["broken"]) or int(not found["ran"])
    return [Goal("laws that some random example breaks", float(broken), 0)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the laws and print those that are broken; 1 where one is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.laws", description=__doc__)
    often = "so many times as many examples as in the suite (default 100)"
    parser.add_argument("--times", type=int, default=100, help=often)
    parser.add_argument("where", nargs="*", default=["tests"], help="which tests (default: all)")
    asked = parser.parse_args(arguments)
    found = laws(asked.times, where=asked.where)
    print(found["output"] or found["said"])
    goals = laws_goals(found)
    print("\n".join(goal.line() for goal in goals))
    return 1 if any(goal.missed for goal in goals) else 0


if __name__ == "__main__":
    sys.exit(main())
