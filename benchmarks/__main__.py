"""`python3 dev.py bench`: the engine on real-sized cases, medians over fresh processes, as a table and JSON.

--runs N     how many runs of each (default 5)
--sizes ...  which of bhr, kent, london, england (default: all of them)
--json FILE  where to write the numbers as JSON
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases import SIZES, Sized, made

ROOT = Path(__file__).resolve().parent.parent
PHASES = ("read", "eligibility", "solve", "explain", "verify", "write")


def main() -> int:
    """Measure, print and write; 1 where a goal is missed or a plan is not proven and clean."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--sizes", nargs="+", default=[s.name for s in SIZES], choices=[s.name for s in SIZES]
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: dict[str, object] = {}
    good = True
    head = f"{'case':<8} {'people':>6} " + " ".join(f"{p:>11}" for p in PHASES)
    print(f"{head} {'propose':>9} {'peak MB':>8}  answer (seconds, medians of {options.runs})")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            if size.name not in options.sizes:
                continue
            file = made(size, Path(folder))
            if file is None:
                print(f"{size.name:<8} left out: the public data is not beside the project")
                continue
            result = _median([_run(file) for _ in range(options.runs)])
            results[size.name] = result
            good = _report(size, result) and good
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0 if good else 1


def _run(file: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, object] = json.loads(done.stdout)
    return result


def _median(runs: list[dict[str, object]]) -> dict[str, object]:
    first = dict(runs[0])
    phases = [run["seconds"] for run in runs]
    first["seconds"] = {p: statistics.median(s[p] for s in phases if isinstance(s, dict)) for p in PHASES}
    for key in ("propose", "peak_mb"):
        values = [v for run in runs if isinstance(v := run[key], float)]
        first[key] = statistics.median(values) if values else None
    return first


def _report(size: Sized, result: dict[str, object]) -> bool:
    seconds = result["seconds"]
    assert isinstance(seconds, dict)
    propose = result["propose"]
    assert isinstance(propose, float)
    proven = result["status"] == "optimal" and result["breaches"] == 0
    in_time = size.limit_s is None or propose <= size.limit_s
    goal = "" if size.limit_s is None else f", goal {size.limit_s:g} s: {'met' if in_time else 'MISSED'}"
    row = " ".join(f"{seconds[p]:>11.3f}" for p in PHASES)
    print(
        f"{size.name:<8} {size.people:>6} {row} {propose:>9.3f} {result['peak_mb']!s:>8}  "
        f"{result['status']}, placed {result['placed']}, {result['points']} points{goal}",
        flush=True,
    )
    return proven and in_time


if __name__ == "__main__":
    sys.exit(main())
