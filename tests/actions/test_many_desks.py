"""Many desks at one hub, as a seed says: at the end all have one record; nothing is lost or done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.desks.story import told


def _holds(folder: Path, *, desks: int, actions: int, seed: int) -> None:
    wrong, tally = told(folder, desks=desks, actions=actions, seed=seed)
    assert not wrong, f"seed {seed}: {wrong}"
    assert tally["acknowledged"] > actions // 4


@pytest.mark.whole
def test_three_desks_have_one_record_at_the_end(tmp_path: Path) -> None:
    _holds(tmp_path, desks=3, actions=40, seed=1)


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(2, 6))
def test_six_desks_have_one_record_at_the_end(tmp_path: Path, seed: int) -> None:
    _holds(tmp_path, desks=6, actions=400, seed=seed)
