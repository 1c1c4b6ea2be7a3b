"""The engine held against trying everything on little hubs that have something of everything.

Thousands by hand: python -m tests.matching.compare_little --many 3000.
"""

from __future__ import annotations

from tests.examples import seeds
from tests.matching.compare_little import differences
from tests.matching.little_hubs import little_hub


@seeds(8, first=500)
def test_the_plan_is_the_best_by_trying_everything_and_keeps_every_rule(seed: int) -> None:
    assert differences(little_hub(seed)) == []
