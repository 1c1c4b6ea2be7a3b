"""A few of the bench's turned bits and kills, always the same ones: `dev.py bench --store` does hundreds."""

from __future__ import annotations

import os
import random
from functools import partial
from pathlib import Path

import pytest

from benchmarks import kills
from benchmarks.flips import Outcome, counted
from benchmarks.processes import ask
from discharge.actions import planning
from discharge.actions.desk import Desk
from discharge.matching.propose import propose
from discharge.model.files import write_plan
from discharge.store.journal import Kind
from tests.actions.a_hub import AHub, stay


def test_turned_bits_are_found_or_harmless_or_mended_and_nothing_fails(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    home, who = hub.home(), hub.negative()
    frozen = hub.desk.ask(planning.freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    hub.does(partial(planning.store_plan, case=frozen.content, plan=write_plan(plan)))
    hub.walk(hub.proposed(who, stay(home)), "accepted")
    hub.desk.close()
    found, wrong = counted(hub.path, number=60, seed=9)
    assert wrong == []
    assert found[Outcome.MENDED] + found[Outcome.REPAIRED] > 2, "bits that matter were among them"
    assert found[Outcome.HARMLESS] > 5, "and bits that don't"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_nothing_acknowledged_is_lost_by_a_kill() -> None:
    found = ask("benchmarks.kills", 5)
    assert found.why == ""
    assert found.facts["wrong"] == []


NEWER = {
    Kind.SETTINGS_JOINED, Kind.SETTINGS_PARTED, Kind.PATIENTS_MERGED, Kind.PATIENTS_PARTED, Kind.BED_KEPT,
    Kind.BED_RELEASED, Kind.OUTBREAK_DECLARED, Kind.OUTBREAK_ENDED, Kind.HAPPENED, Kind.BEDS_REMOVED,
}  # fmt: skip


def test_what_is_done_until_a_kill_is_of_every_kind_that_changes_many_rows_at_once(tmp_path: Path) -> None:
    hub = tmp_path / "Kill.hub"
    kills.found(hub)
    chance, done = random.Random(3), 0
    with Desk.open(hub, clock=lambda: kills.NOW) as desk:
        by = desk.sign_in("U-0002")
        several = 0
        while done < 120:
            done += bool(kills.once(desk, by, chance))
            several = max(several, *(len(row.outbreaks) for row in desk.ask(lambda q: q.settings())))
        kinds = {line.kind for line in desk.ask(lambda q: q.journal(limit=9_999))}
        assert {kind.value for kind in NEWER} <= kinds
        assert several > 1, "several outbreaks at once were among it"
        checked = desk.verify()
        assert checked.is_intact, checked.sentence
