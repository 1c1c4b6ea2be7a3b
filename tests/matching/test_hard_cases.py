"""The search for cases that take too long: what it keeps is lawful, and small cases of the kind are exact."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from tests.examples import sweep
from tests.matching.compare_many import differences
from tests.matching.hard_cases import KEPT, STEPS, anywhere, neighbour, search
from tests.matching.medium_hubs import medium_hub, shape_of


@pytest.mark.parametrize("what", sweep(KEPT))
@pytest.mark.whole
def test_a_small_hub_of_a_hard_kind_is_planned_at_its_optimum(what: str) -> None:
    hard = shape_of(KEPT[what][1])
    small = replace(hard, people=13, settings=6, groups=min(5, hard.groups), horizon=min(7, hard.horizon))
    assert differences(medium_hub(replace(small, seed=1))) == []


@pytest.mark.whole
def test_a_hard_hub_stopped_early_still_has_a_lawful_plan() -> None:
    of = medium_hub(shape_of(KEPT["everybody isolates and stays with others, four weeks to plan"][1]))
    plan = propose(of, time_limit=0.3)
    assert verify(of, plan) == ()
    assert plan.status == ("optimal" if plan.gap == 0 else "feasible")
    assert plan.placements


def test_the_search_moves_among_the_values_that_it_names() -> None:
    rng = random.Random(1)
    shape = anywhere(rng, people=150)
    for _ in range(200):
        shape = neighbour(shape, rng, people=150)
        assert all(vars(shape)[name] in values for name, values in STEPS.items())


@pytest.mark.whole
def test_the_search_tells_the_slowest_first_and_makes_them_again() -> None:
    found = search(seconds=0.5, cap=0.2, seed=1, people=20)
    assert found == sorted(found, reverse=True)
    assert found
    assert str(shape_of(found[0].words)) == found[0].words
