"""What `dev.py bench` tells of the rules read twice and of the answers."""

from __future__ import annotations

import pytest

from benchmarks.answers import CHECKS, answers, answers_goals


@pytest.mark.whole
def test_a_few_hubs_are_looked_at_in_all_ways_and_nothing_is_wrong() -> None:
    found = answers(2)
    assert [found[name] for name in CHECKS] == [[], [], [], []]
    assert not any(goal.missed for goal in answers_goals(found))


def test_what_is_wrong_is_a_goal_missed() -> None:
    nothing: dict[str, object] = {name: [] for name in CHECKS}
    found = nothing | {"changes": ["7: missed a bed"]}
    assert [goal.name for goal in answers_goals(found) if goal.missed] == [CHECKS["changes"][0]]
