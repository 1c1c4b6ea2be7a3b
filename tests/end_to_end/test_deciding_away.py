"""Somebody decides in a program of their own, without the hub; the hub's is killed in between."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from discharge.actions.bundles import invite, make_bundle
from discharge.model.approving import APPROVE, RELEASE
from discharge.model.people import Role
from discharge.store.journal import Kind
from tests.actions.a_hub import AHub, stay
from tests.actions.a_sealed_hub import JO, ASealedHub
from tests.actions.away import isolates
from tests.house import HOUSE


def runs(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The program of `at_anothers`, with this home."""
    where = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "LOCALAPPDATA": str(home / "data")}
    return subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.at_anothers", *map(str, arguments)],
        env={**os.environ, **where}, cwd=HOUSE, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize("asks", [APPROVE, RELEASE])
def test_somebody_without_the_hub_decides_and_the_answer_is_taken_once_though_the_hub_is_killed(
    tmp_path: Path, asks: str
) -> None:
    hub = ASealedHub(tmp_path / "hub" / "The.desk")
    lead = hub.joined("Lee Okafor", JO, Role.LA_LEAD)
    kit = hub.joined("Kit Osei", JO, Role.CLINICIAN)
    work = AHub.__new__(AHub)
    work.clock, work.past, work.desk = hub.clock, None, hub.desk
    work.coordinator, work.admin, work.lead, work.clinician = hub.ada, hub.ada, lead, kit
    whom = lead if asks == APPROVE else kit
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "mine.ddkey").write_bytes(invite(hub.desk, by=hub.ada, whom=whom.id)[0])
    if asks == APPROVE:
        placement = work.proposed(work.negative("Quibblethorn Marrow"), stay(work.home()))
    else:
        (placement,) = isolates(work, "Quibblethorn Marrow")
    made = make_bundle(hub.desk, by=hub.ada, placements=[placement], whom=whom.id, asks=asks)
    (theirs / "to.ddbundle").write_bytes(made.content)
    hub.desk.close()

    at = hub.clock.now.isoformat()
    decided = runs(theirs, "decides", theirs, at)
    assert decided.returncode == 0, decided.stderr
    strange = [path for path in theirs.rglob("*") if path.is_file() and b"Marrow" in path.read_bytes()]
    assert not strange
    answer = shutil.copy(theirs / "back.ddanswer", tmp_path / "hub" / "back.ddanswer")

    take = ("takes_in", hub.path, answer, at)
    killed = runs(tmp_path, *take, "dies")
    assert killed.returncode < 0
    assert runs(tmp_path, *take).stdout == "taken\n"
    again = runs(tmp_path, *take)
    assert again.stdout.startswith("This answer was taken in already")
    hub.anew()
    newest = hub.desk.ask(lambda queries: queries.placement(placement)).timeline[0]
    assert newest.kind == {APPROVE: Kind.PLACEMENT_APPROVED, RELEASE: Kind.PLACEMENT_RELEASED}[asks]
    assert hub.desk.verify().is_intact
    hub.desk.close()
