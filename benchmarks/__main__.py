"""`python3 dev.py bench`: the engine against its peers on real-sized cases, and the desk against bare Qt,
and many desks of one hub on a real PostgreSQL.

Tables on the screen, and with --json everything as JSON. The exit code is 1 where a goal was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import measuring, processes
from benchmarks.cases import SIZES, made
from benchmarks.desks.run import (
    SMALL,
    Asked,
    desks_goals,
    desks_report,
    figures_goals,
    figures_report,
    measure_desks,
    measure_figures,
)
from benchmarks.goals import Goal, engine_goals, report, store_goals
from benchmarks.processes import Facts
from benchmarks.report import engine_report


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--engine", action="store_true", help="the engine alone")
    parser.add_argument("--desk", action="store_true", help="the desk alone")
    parser.add_argument(
        "--store",
        action="store_true",
        help="the store alone: kills, bits turned, sealed against plain, postcodes",
    )
    parser.add_argument("--projection", action="store_true", help="the projection alone, and its back-test")
    parser.add_argument("--imports", action="store_true", help="the morning load alone: files brought in")
    parser.add_argument(
        "--exact", action="store_true", help="random hubs against the whole model, and hard ones"
    )
    parser.add_argument(
        "--desks", type=int, nargs="?", const=Asked().desks, help="many desks of one hub alone (default 20)"
    )
    parser.add_argument("--actions", type=int, default=Asked().actions, help="what is done at them all")
    parser.add_argument("--seed", type=int, default=Asked().seed, help="what they are drawn from")
    parser.add_argument(
        "--minutes", type=float, default=Asked().minutes, help="over which the actions are spread, at least"
    )
    parser.add_argument("--figures", action="store_true", help="figures of many desks alone")
    parser.add_argument("--large", type=Path, metavar="HUB", help="a plain hub of England's size, for those")
    parser.add_argument("--quick", action="store_true", help="a few minutes: many desks alone, small")
    parser.add_argument("--laws", action="store_true", help="the suite's laws on many random examples")
    parser.add_argument(
        "--times", type=int, default=40, help="so many times as many examples as in the suite (default 40)"
    )
    parser.add_argument("--hubs", type=int, default=2000, help="how many random hubs (default 2000)")
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured (default 5)")
    names = [size.name for size in SIZES]
    parser.add_argument("--sizes", nargs="+", choices=names, default=names, help="which cases (default: all)")
    parser.add_argument("--budget", type=float, default=300.0, help="seconds for our runs of one case")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for HiGHS on the whole model")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured here")
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="a Python that has the peers")
    parser.add_argument("--no-peers", metavar="WHY", help="leave the peers out, and say why")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; 1 where a goal is missed."""
    options = parse(arguments)
    every = not (
        options.engine
        or options.desk
        or options.store
        or options.exact
        or options.laws
        or options.imports
        or options.projection
        or options.desks
        or options.figures
        or options.quick
    )
    machine = f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    results: Facts = {"machine": machine}
    goals: list[Goal] = []
    print(machine)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if every or options.engine:
            results["engine"] = _engine(options, Path(folder))
            goals += engine_goals(results["engine"])
        if every or options.exact:
            from benchmarks.exact import exact, exact_goals

            results["exact"] = exact(Path(folder), hubs=options.hubs, limit=30.0)
            goals += exact_goals(results["exact"])
            from benchmarks.answers import answers, answers_goals

            results["answers"] = answers(options.hubs // 10)
            print(f"\nanswers: {json.dumps(results['answers'], indent=1)}")
            goals += answers_goals(results["answers"])
        if every or options.desk:
            from benchmarks.desk.run import desk_goals, desk_report, measure_desk

            results["desk"] = measure_desk(Path(folder), runs=options.runs)
            print(f"\n{desk_report(results['desk'])}")
            goals += desk_goals(results["desk"])
    if every or options.laws:
        from benchmarks.laws import laws, laws_goals

        results["laws"] = laws(options.times)
        print(f"\nlaws: {results['laws']['output'] or results['laws']['said']}")
        goals += laws_goals(results["laws"])
        from benchmarks.situations import situations, situations_goals

        results["situations"] = situations()
        print(f"\nsituations: {json.dumps(results['situations'], indent=1)}")
        goals += situations_goals(results["situations"])
    if every or options.store:
        results["store"] = {
            "kills": processes.ask("benchmarks.kills"),
            "sealed_kills": processes.ask("benchmarks.sealed_kills"),
            "flips": processes.ask("benchmarks.flips"),
            "sealed": processes.ask("benchmarks.sealed"),
            "postcodes": processes.ask("benchmarks.postcodes"),
        }
        goals += store_goals(results["store"])
        results["store"] = {name: found.facts for name, found in results["store"].items()}
        print(f"\nstore: {json.dumps(results['store'], indent=1)}")
    if every or options.imports:
        from benchmarks.imports import imports, imports_goals

        results["imports"] = imports()
        print(f"\nimports: {json.dumps(results['imports'], indent=1)}")
        goals += imports_goals(results["imports"])
    if every or options.projection:
        from benchmarks.projection import measure as measure_projection
        from benchmarks.projection import projection_goals

        results["projection"] = measure_projection()
        print(f"\nprojection: {json.dumps(results['projection'], indent=1)}")
        goals += projection_goals(results["projection"])
    asked = Asked(options.desks or Asked().desks, options.actions, options.seed, options.minutes)
    if every or options.figures:
        results["figures"] = measure_figures(asked, large=options.large)
        print(f"\n{figures_report(results['figures'])}")
        goals += figures_goals(results["figures"])
    if every or options.quick or (options.desks and not options.figures):
        results["desks"] = measure_desks(SMALL if options.quick else asked)
        print(f"\n{desks_report(results['desks'])}")
        goals += desks_goals(results["desks"])
    print(f"\n{report(goals)}")
    results["goals"] = [goal.as_json() for goal in goals]
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 1 if any(goal.missed for goal in goals) else 0


def _engine(options: argparse.Namespace, folder: Path) -> dict[str, Facts]:
    """Measure and print each case in turn."""
    asked = measuring.Asked(
        options.runs, options.budget, options.limit, options.peers, options.no_peers or ""
    )
    found: dict[str, Facts] = {}
    for size in SIZES:
        if size.name not in options.sizes:
            continue
        case = made(size, folder)
        if case is None:
            print(f"{size.name}: left out, the public data is not beside the project")
            continue
        found[size.name] = measuring.measure(case, folder, asked)
        print(f"\n{engine_report(size.name, size.people, found[size.name])}", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
