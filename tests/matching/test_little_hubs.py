"""The engine held against trying everything on little hubs that have something of everything.

Thousands by hand: python -m tests.matching.compare_little --many 3000.
"""

from __future__ import annotations

import pytest

from tests.matching.compare_little import differences
from tests.matching.little_hubs import little_hub


@pytest.mark.parametrize("block", range(4))
def test_the_plan_is_the_best_by_trying_everything_and_keeps_every_rule(block: int) -> None:
    for seed in range(500 + 5 * block, 505 + 5 * block):
        assert differences(little_hub(seed)) == [], seed
