"""The demo where there is no display: its plan as a table of text, and a picture of the match page."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from discharge.actions.desk import Desk
from discharge.model.errors import UserError
from tests.conftest import DemoCopy
from tests.ui.fake_desk import NOW, RESOURCES
from tests.ui.offscreen import complaints
from ui.without_window import plan_and_print, table


def test_a_table_is_as_wide_as_it_needs_to_be_and_cut_beyond() -> None:
    text = table(("Name", "Nr"), [("Ada", "1"), ("A name that is far too long", "22")], widest=10)
    assert text.splitlines() == ["Name        Nr", "----------  --", "Ada         1", "A name th…  22"]


def test_the_plan_of_the_demo_has_a_line_for_everybody_in_it(
    demo_copy: DemoCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo is made where there is none."""
    monkeypatch.setattr("discharge.actions.demo.make_demo", demo_copy)
    hub = tmp_path / "Demo.hub"
    out = io.StringIO()
    planner = plan_and_print(hub, demo=True, out=out)
    lines = out.getvalue().splitlines()
    with Desk.open(hub) as desk:
        made = desk.ask(lambda queries: queries.plans())[0]
        page = desk.ask(lambda queries: queries.plan(made.id))
        assert desk.sign_in(planner).name == made.by
    names = [row.patient_name for row in page.proposals] + [row.patient_name for row in page.unplaced]
    assert len(names) > 30
    for name in set(names):
        assert sum(line.startswith(f"{name}  ") for line in lines) == names.count(name), name
    assert f"{made.listed} people listed, {sum(made.placed)} placed, {made.unplaced} not" in lines[0]


def test_a_hub_in_which_nobody_may_plan_says_so(tmp_path: Path) -> None:
    from discharge.model.people import Role

    hub = tmp_path / "north.hub"
    with Desk.open(hub, clock=lambda: NOW) as desk:
        desk.found(hub="North", name="Jo", roles=frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(UserError, match="Nobody in this hub may plan"):
        plan_and_print(hub, demo=False, out=io.StringIO())


@pytest.mark.whole
def test_without_a_window_a_table_and_a_picture_come_out(demo_copy: DemoCopy, tmp_path: Path) -> None:
    hub = demo_copy(tmp_path / "Demo.hub")
    picture = tmp_path / "match.png"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "ui", "--hub", str(hub), "--no-window", "--picture", str(picture)],
        cwd=RESOURCES.parent, env=environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert (ended.returncode, complaints(ended.stderr)) == (0, [])
    assert "No place:" in ended.stdout
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1440, 860)


@pytest.mark.whole
def test_a_file_that_is_no_hub_ends_with_a_sentence_and_exit_code_two(tmp_path: Path) -> None:
    hub = tmp_path / "letter.hub"
    hub.write_text("dear sir " * 30, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "ui", "--hub", str(hub), "--no-window"],
        cwd=RESOURCES.parent, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "letter.hub" in ended.stderr
    assert "Traceback" not in ended.stderr
