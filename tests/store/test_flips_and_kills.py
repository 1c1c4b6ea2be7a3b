"""A few of the bench's turned bits and kills, always the same ones: `dev.py bench --store` does hundreds."""

from __future__ import annotations

import os
import random
import re
import shutil
from functools import partial
from pathlib import Path

import pytest

from benchmarks import flips, kills
from benchmarks.flips import Outcome, counted
from benchmarks.processes import ask
from discharge.actions import planning
from discharge.actions.desk import Desk
from discharge.matching.propose import propose
from discharge.model.files import write_plan
from discharge.store.file import backup
from discharge.store.journal import Kind
from tests.actions.a_hub import AHub, stay
from tests.examples import WHOLE


def with_a_plan(folder: Path) -> Path:
    """A hub with a stored plan and somebody placed, closed."""
    hub = AHub(folder / "hub.desk")
    home, who = hub.home(), hub.negative()
    frozen = hub.desk.ask(planning.freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    hub.does(partial(planning.store_plan, case=frozen.content, plan=write_plan(plan)))
    hub.walk(hub.proposed(who, stay(home)), "accepted")
    hub.desk.close()
    return hub.path


def test_turned_bits_are_found_or_harmless_or_mended_and_nothing_fails(tmp_path: Path) -> None:
    found, wrong = counted(with_a_plan(tmp_path), number=60 if WHOLE else 20, seed=8)
    assert wrong == []
    assert found[Outcome.MENDED] + found[Outcome.REPAIRED] > 2, "bits that matter were among them"
    assert found[Outcome.HARMLESS] > 5, "and bits that don't"


def test_a_bit_turned_in_the_name_under_which_a_plan_lies_never_loses_the_plan(tmp_path: Path) -> None:
    """It stands in the file's row, in the index by which it is found, and in the entry that names it."""
    path = with_a_plan(tmp_path)
    with Desk.open(path, clock=lambda: flips.NOW) as desk:
        desk.back_up()
    right, whole = flips.content_of(path), path.read_bytes()
    (sha256, *_), *_ = right["files"]
    places = [found.start() for found in re.finditer(sha256.encode(), whole)]
    assert len(places) >= 3
    for place in places:
        copy = tmp_path / str(place) / path.name
        shutil.copytree(backup.folder_of(path), backup.folder_of(copy))
        turned = bytearray(whole)
        turned[place + 30] ^= 2
        copy.write_bytes(turned)
        assert flips.outcome(copy, right) in (Outcome.HARMLESS, Outcome.MENDED, Outcome.REPAIRED), place


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_nothing_acknowledged_is_lost_by_a_kill() -> None:
    found = ask("benchmarks.kills", 3)
    assert found.why == ""
    assert found.facts["wrong"] == []


@pytest.mark.whole
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_nothing_is_lost_by_a_kill_of_a_sealed_hub_or_while_one_is_sealed_or_restored() -> None:
    found = ask("benchmarks.sealed_kills", 2)
    assert found.why == ""
    assert found.facts["wrong"] == []


NEWER = {
    Kind.SETTINGS_JOINED, Kind.SETTINGS_PARTED, Kind.PATIENTS_MERGED, Kind.PATIENTS_PARTED, Kind.BED_KEPT,
    Kind.BED_RELEASED, Kind.OUTBREAK_DECLARED, Kind.OUTBREAK_ENDED, Kind.HAPPENED, Kind.BEDS_REMOVED,
}  # fmt: skip


@pytest.mark.whole
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
