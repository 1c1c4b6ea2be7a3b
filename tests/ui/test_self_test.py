"""The program tries itself out, from source, as the packaged one does."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from discharge import console
from tests.conftest import DemoCopy
from tests.without_network import tried, without_network
from ui.self_test import say

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(home: Path, locale: str) -> dict[str, str]:
    """Where the program may leave something, without a screen, in a language."""
    homes = {key: str(home) for key in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    return {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen", "LANG": locale, "LC_ALL": locale}


@pytest.mark.whole
def test_the_self_test_walks_a_placement_to_its_arrival_without_a_network_and_says_nothing_else(
    tmp_path: Path,
) -> None:
    """In the plainest of languages, too."""
    home, seen, spare = tmp_path / "home", tmp_path / "seen", tmp_path / "spare"
    home.mkdir()
    spare.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "ui", "--self-test"],
        cwd=ROOT,
        env={**without_network(environment(home, "C"), seen), "TMPDIR": str(spare)},
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
    assert len(tried(seen)) >= 2, "the window and the engine's process"
    assert not any(tried(seen))
    assert list(spare.iterdir()) == [], "nothing is left behind"


@pytest.mark.whole
@pytest.mark.skipif(os.name == "nt", reason="needs a shell that can close its outputs")
def test_without_a_console_and_in_any_language_the_exit_code_still_says_how_it_went(
    demo_copy: DemoCopy, tmp_path: Path
) -> None:
    """The demo hub is there already: that it is made where there is none, the self-test says."""
    picture = tmp_path / "window.png"
    words = [
        "exec",
        shlex.quote(sys.executable),
        "-m",
        "ui",
        "--demo",
        "--hub",
        shlex.quote(str(demo_copy(tmp_path / "Demo.hub"))),
        "--screenshot",
        shlex.quote(str(picture)),
    ]
    done = subprocess.run(
        ["/bin/sh", "-c", " ".join([*words, ">&-", "2>&-"])],
        cwd=ROOT,
        env=environment(tmp_path, "xx_YY.nowhere"),
        timeout=280,
        check=False,
    )
    assert done.returncode == 0
    assert picture.stat().st_size > 1000


def test_a_program_without_a_console_has_somewhere_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    console.have_one()
    say("nobody hears it")
    sys.stderr.write("nor this")
    sys.stdout.close()
    sys.stderr.close()
