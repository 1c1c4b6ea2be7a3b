"""A few of the bench's turned bits and kills, always the same ones: `dev.py bench --store` does hundreds."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from benchmarks.flips import Outcome, counted
from benchmarks.processes import ask
from discharge.actions import planning
from discharge.matching.propose import propose
from discharge.model.files import write_plan
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
