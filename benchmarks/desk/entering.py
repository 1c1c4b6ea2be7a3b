"""Entering a fact in England's hub: with whoever is concerned looked at again, before it is said to be done.

Usage: `python -m benchmarks.desk.entering HUB`, a hub of `benchmarks.desk.large_hub` that is written to.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.timing import tell, timed
from discharge.actions import capacity_returns, infections, patients, settings
from discharge.actions.context import Action
from discharge.actions.desk import Desk
from discharge.model.infection import Test
from discharge.model.setting_record import CapacityReturn
from discharge.model.shown.placements import MoveRow

STATES = ("proposed", "approved", "told", "accepted", "booked", "departed", "arrived")
EACH = 5
"""So many placements at each state have a fact of each kind entered about them."""


def facts(desk: Desk, row: MoveRow) -> dict[str, Action]:
    """One fact of each kind about a placement's person and setting."""
    who, where, now = row.patient, row.current.setting, desk.now()
    report = CapacityReturn(reported_at=now, accepting=True, vacancies=3)
    taken = now - timedelta(hours=3)
    return {
        "a test result": partial(
            infections.record_observation,
            patient=who,
            observation=Test(organism="sars-cov-2", result="positive", specimen_at=taken, reported_at=now),
        ),
        "a need": partial(patients.amend_patient, patient=who, changes={"needs": ("hoist",)}),
        "a capacity return": partial(capacity_returns.record_capacity_return, setting=where, report=report),
        "an outbreak": partial(settings.declare_outbreak, setting=where, organism="norovirus"),
    }


def main(hub: Path) -> None:
    """Look at every placement once, then enter facts, one after the other."""
    with Desk.open(hub) as desk:
        looked = _look_at_all(desk)
        found: dict[str, list[float]] = {}
        rows = desk.ask(lambda queries: queries.moves())
        by = next(user for user in desk.people() if "coordinator" in user.roles)
        for state in STATES:
            chosen = [row for row in rows if row.state.value == state][:EACH]
            for row in chosen:
                for name, action in facts(desk, row).items():
                    work: Callable[[], Any] = partial(desk.perform, action, by=by)
                    found.setdefault(name, []).append(1000 * timed(work)[0])
    tell(
        {
            "placements": len(rows),
            "looking_at_all_s": round(looked, 2),
            **{name: {"ms": statistics.median(ms), "longest_ms": max(ms)} for name, ms in found.items()},
        }
    )


def _look_at_all(desk: Desk) -> float:
    """Seconds for looking at every placement, as after midnight or under another rule set."""

    def look() -> None:
        while desk.look_again().more:
            pass

    return timed(look)[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
