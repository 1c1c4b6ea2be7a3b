"""What `dev.py bench --laws` tells of the laws that the suite tries on a few examples or seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.laws import laws, laws_goals

LAW = """
from hypothesis import given, strategies as st
from tests.examples import few, seeds

@given(st.integers(0, 999))
@few(2)
def test_a_law(number: int) -> None:
    assert number != 0 or {holds}

@seeds(2, first=1)
def test_a_law_of_seeds(seed: int) -> None:
    assert seed != 40 or {holds}
"""


@pytest.mark.whole
def test_a_law_that_an_example_breaks_is_named(tmp_path: Path) -> None:
    for name, holds in (("good", True), ("bad", False)):
        (tmp_path / f"test_{name}.py").write_text(LAW.format(holds=holds), encoding="utf-8")
    found = laws(50, where=[str(tmp_path)])
    assert ["test_bad" in line for line in found["broken"]] == [True, True]
    assert "test_a_law_of_seeds[40]" in found["broken"][1]
    assert [goal.missed for goal in laws_goals(found)] == [True]


def test_laws_that_could_not_be_tried_are_not_taken_to_hold() -> None:
    found = {"ran": False, "broken": []}
    assert [goal.missed for goal in laws_goals(found)] == [True]
