"""How far two places are apart."""

from __future__ import annotations

import pytest

from discharge.model.distance import kilometres
from discharge.rules.places import Places
from discharge.rules.rule_set import rules_of
from tests.builders import case, home


def test_the_map_measures_as_the_rules_do() -> None:
    for here, there in (((51.5, -0.1), (53.4, -2.2)), ((51.58, 0.18), (51.57, 0.2)), ((50, 0), (50, 0))):
        hub = case(settings=[home(latitude=float(there[0]), longitude=float(there[1]))])
        rules = Places(hub, rules_of(hub)).kilometres(float(here[0]), float(here[1]))
        assert kilometres(*here, *there) == pytest.approx(float(rules[0]), abs=1e-9)
