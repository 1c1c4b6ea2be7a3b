"""Random hubs against the whole model, and hard hubs: what `dev.py bench` tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.exact import exact_goals, hard, like_people, random_hubs
from discharge.model.files import write_case
from tests.examples import WHOLE


def test_random_hubs_are_counted_and_none_differs() -> None:
    number = 5 if WHOLE else 2
    found = random_hubs(number)
    assert (found["hubs"], found["differ"], found["lines"]) == (number, 0, [])


@pytest.mark.whole
def test_a_hard_hub_is_planned_and_checked_by_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(write_case(like_people(20, 6)))
    found = hard(file, tmp_path, 60.0)
    assert found["lawful"]
    assert (found["status"], found["gap"]) == ("optimal", 0.0)


def test_a_gap_that_is_left_is_a_goal_missed() -> None:
    one = {"gap": 0.02, "seconds": 12.0, "lawful": True}
    goals = exact_goals({"hubs": {"differ": 0}, "hard": {"a hub": one}, "limit": 30.0})
    assert [goal.name for goal in goals if goal.missed] == ["a hub: gap"]
