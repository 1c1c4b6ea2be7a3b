"""How far two places are apart."""

from __future__ import annotations

import numpy as np
import pytest

from discharge.model.distance import kilometres
from discharge.rules.places import great_circle_km


def test_the_map_measures_as_the_rules_do() -> None:
    for here, there in (((51.5, -0.1), (53.4, -2.2)), ((51.58, 0.18), (51.57, 0.2)), ((50, 0), (50, 0))):
        rules = great_circle_km(here[0], here[1], np.array([there[0]]), np.array([there[1]]))
        assert kilometres(*here, *there) == pytest.approx(float(rules[0]), abs=1e-9)
