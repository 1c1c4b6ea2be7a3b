"""The program tries itself out, from source, as the packaged one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_self_test_walks_a_placement_to_its_arrival_and_says_nothing_else(tmp_path: Path) -> None:
    homes = {key: str(tmp_path) for key in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    done = subprocess.run(
        [sys.executable, "-m", "ui", "--self-test"],
        cwd=ROOT,
        env={**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    said = done.stdout.splitlines()
    assert said[-1:] == ["self-test: passed"], done.stdout + done.stderr
    assert done.returncode == 0
    assert all(line.startswith("self-test: ") for line in said)
    assert "self-test: walked a placement to arrived" in said
