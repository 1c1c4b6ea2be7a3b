"""No stage closes while anything prices below zero: what the quick pricing leaves out is found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from discharge.matching import pricing, solve
from discharge.matching.choices import Choices
from discharge.matching.duals import OF_SWITCHES, Charge, Duals
from discharge.matching.prepared import prepare
from discharge.matching.price_out import PricedOut, price_out
from discharge.matching.pricing import Goal, Pricing
from discharge.matching.propose import propose
from discharge.matching.uses import Column
from discharge.model.case import Case
from discharge.rules.places import Bools, Ints
from discharge.rules.rule_set import rules_of
from tests.builders import beds, case, free, negative, on, person, positive, setting, unit
from tests.examples import sweep
from tests.matching.brute_force import best_of
from tests.matching.compare_many import any_shape, differences
from tests.matching.medium_hubs import medium_hub


def one_cohort_in_turn() -> Case:
    """One has influenza, the other COVID-19 and is ready later: the cohort unit can have them in turn."""
    first = person("P1", pathway="P1", priority=1, observations=[negative(), positive(-2, "influenza")])
    second = person("P2", priority=1, ready_on=on(2), observations=[positive(-2)])
    there = unit(beds(free=[free(), free(on(1))]), isolation="cohort", isolation_places=2)
    home = setting("S1", there, accepts_organisms=["sars-cov-2", "influenza"])
    return case([first, second], [home], rule_set="england-2022-04-04", horizon_days=4)


def test_two_organisms_have_one_cohort_unit_one_after_the_other() -> None:
    of = one_cohort_in_turn()
    assert best_of(of).placed == (2, 0, 0, 0)
    assert propose(of).objective.placed == (2, 0, 0, 0)


SEEDS = range(4)


@pytest.mark.parametrize("seed", sweep(SEEDS))
def test_a_pricing_that_takes_everything_to_be_free_ends_at_the_optimum(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_self: Pricing, _duals: Duals, rows: Ints) -> Bools:
        return np.zeros(len(rows), dtype=np.bool_)

    monkeypatch.setattr(Pricing, "_costs_anything", nothing)
    assert differences(medium_hub(any_shape(seed, people=12))) == []


@pytest.mark.parametrize("seed", sweep(SEEDS))
def test_a_pricing_that_finds_nothing_at_all_ends_at_the_optimum(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_self: Pricing, _goal: Goal, _duals: Duals) -> tuple[float, list[Column]]:
        return 0.0, []

    monkeypatch.setattr(Pricing, "improving", nothing)
    assert differences(medium_hub(any_shape(seed, people=12))) == []


def test_a_program_that_disagrees_with_the_prices_is_given_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a column that is in the program already prices below zero, one of the two is wrong."""
    said: list[PricedOut] = []

    def wrong(
        choices: Choices, priorities: Ints, sizes: Ints, goal: Goal, charges: Sequence[Charge]
    ) -> PricedOut:
        said.append(price_out(choices, priorities, sizes, goal, charges))
        some = Pricing(choices, priorities).cheapest(1)
        return PricedOut(said[-1].below - 1, tuple(some)) if len(said) < 9 else said[-1]

    monkeypatch.setattr(solve, "price_out", wrong)
    assert differences(medium_hub(any_shape(3, people=12))) == []
    assert said


def test_a_row_of_a_kind_that_nobody_knows_is_never_taken_for_free() -> None:
    of = one_cohort_in_turn()
    capacity = prepare(of, rules_of(of)).capacity
    kind = type("Kind", (int,), {})(99)
    with pytest.raises(AssertionError, match="nobody knows"):
        Duals.of({(kind, (0,)): 0}, np.array([-1.0]), capacity)
    assert pricing._KINDS.keys().isdisjoint(OF_SWITCHES)
