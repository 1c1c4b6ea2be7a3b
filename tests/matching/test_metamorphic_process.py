"""The same case gives the same bytes: in another process, with another hash seed, and after other cases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from discharge.matching.propose import propose
from discharge.model.files import case_sha256, read_case, write_case, write_plan
from tests.matching.asking import explain
from tests.matching.medium_hubs import Shape, medium_hub

ROOT = Path(__file__).parents[2]

PLAN_ALL = """
import json, pathlib, sys
from tests.matching.asking import explain
from discharge.matching.propose import propose
from discharge.model.files import case_sha256, read_case, write_plan
for name in sys.argv[1:]:
    content = pathlib.Path(name).read_bytes()
    case = read_case(content)
    sys.stdout.buffer.write(write_plan(propose(case, sha256=case_sha256(content))))
    sys.stdout.buffer.write(json.dumps(explain(case, case.patients[0].id).as_json()).encode())
"""

SHAPES = [
    Shape(people=9, settings=4, groups=3, largest=3, organisms=3, isolating=70, cohorts=60, beds=80),
    Shape(people=10, settings=5, rule_set="england-2020-10-13", isolating=60, cohorts=60, horizon=14),
    Shape(people=12, settings=5, limited=100, beds=60, priorities=1, locked=5),
]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Some hubs, each as a file."""
    made = [tmp_path / f"{at}.json" for at in range(len(SHAPES))]
    for file, shape in zip(made, SHAPES, strict=True):
        file.write_bytes(write_case(medium_hub(shape)))
    return made


def planned(files: list[Path], hash_seed: str) -> bytes:
    """The plans of the files, and what explains their first person, as a process of their own writes them."""
    done = subprocess.run(
        [sys.executable, "-c", PLAN_ALL, *map(str, files)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return done.stdout


@pytest.mark.whole
def test_neither_process_nor_hash_seed_nor_what_was_planned_before_changes_a_byte(files: list[Path]) -> None:
    there = planned(files[::-1], "4242")
    for file in files[::-1]:
        content = file.read_bytes()
        case = read_case(content)
        here = write_plan(propose(case, sha256=case_sha256(content)))
        here += json.dumps(explain(case, case.patients[0].id).as_json()).encode()
        assert there.startswith(here)
        there = there.removeprefix(here)
    assert there == b""


@pytest.mark.whole
def test_planning_twice_in_one_process_gives_the_same_bytes(files: list[Path]) -> None:
    for file in files:
        case = read_case(file.read_bytes())
        assert write_plan(propose(case)) == write_plan(propose(case))
