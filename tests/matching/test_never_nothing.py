"""Whenever time runs out there is a plan that keeps every rule, and a gap against a bound that holds."""

from __future__ import annotations

import math
from typing import Any

import pytest

from discharge.matching.propose import propose
from discharge.matching.solve import Bound, gap_of
from discharge.matching.verify import verify
from discharge.matching.whole import Found, WholeProgram
from discharge.model.case import Case
from discharge.model.files import read_case
from tests.beside import FOLDER
from tests.builders import case, home, negative, on, person
from tests.examples import seeds, sweep
from tests.matching.compare_many import crowded
from tests.matching.hard_cases import KEPT
from tests.matching.medium_hubs import medium_hub, shape_of
from tests.matching.test_whole_model import SPLIT
from tests.matching.whole_model import best_of

NO_TIME = 0.001


@pytest.mark.parametrize("what", sweep(KEPT))
def test_a_hard_hub_without_any_time_has_a_lawful_plan(what: str) -> None:
    of = medium_hub(shape_of(KEPT[what][1]))
    plan = propose(of, time_limit=NO_TIME)
    assert verify(of, plan) == ()
    assert len(plan.placements) > len(of.locked) + 10
    assert plan.status == "feasible"
    assert 0 < plan.gap <= 1


def test_a_search_that_comes_to_no_bound_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where time runs out before a search in whole numbers has looked at anything, it knows nothing."""
    of = medium_hub(shape_of(SPLIT[0]))
    monkeypatch.setattr(WholeProgram, "best", lambda *_given, **_more: Found(None, -math.inf))
    plan = propose(of)
    assert plan.status == "feasible"
    assert verify(of, plan) == ()
    assert plan.placements
    assert 0 < plan.gap < 1


@seeds(5)
def test_the_gap_of_a_plan_without_time_is_never_less_than_what_is_missing(seed: int) -> None:
    of = medium_hub(crowded(seed))
    plan, best = propose(of, time_limit=NO_TIME), best_of(of)
    assert verify(of, plan) == ()
    assert bool(plan.gap) == (plan.status == "feasible")
    for mine, most in zip(plan.objective.placed, best.placed, strict=True):
        assert mine <= most or plan.gap, "more of a priority only where fewer of one before it"
        if mine < most:
            assert plan.gap >= (most - mine) / most - 1e-6
            return
    missing = plan.objective.points - best.points
    assert missing >= 0
    assert plan.gap >= missing / max(1, plan.objective.points) - 1e-6


@pytest.mark.parametrize("seed", [7, 59, 89, 107])
def test_a_little_hub_without_time_has_a_bound_of_its_own_and_not_of_its_beds_alone(seed: int) -> None:
    """By beds alone the gap was told to be half or more, though as many were placed as can be."""
    of = medium_hub(crowded(seed))
    # again where the machine was too busy for the few milliseconds that a bound takes
    assert any(propose(of, time_limit=NO_TIME).gap < 0.1 for _ in range(5))


def test_the_gap_is_of_the_first_stage_that_is_not_proven() -> None:
    bound = Bound((2, 4, 0, 0), 90.0, 100)
    assert gap_of((1, 4, 0, 0), bound) == pytest.approx(0.5)
    assert gap_of((2, 3, 0, 0), bound) == pytest.approx(0.25)
    assert gap_of((2, 4, 0, 0), bound) == pytest.approx(0.1)
    assert gap_of((2, 4, 0, 0), Bound((2, 4, 0, 0), 100.0, 100)) > 0, "it isn't proven, whatever the sums"


def test_of_people_who_are_alike_whoever_was_ready_first_goes_first() -> None:
    days = {"A": -1, "B": -9, "C": -4}
    people = [person(n, ready_on=on(d), observations=[negative()]) for n, d in days.items()]
    of = case(people, [home("S1", 2, max_admissions_per_day=1)])
    placed = {p.patient: p.stays[0].start.isoformat() for p in propose(of).placements}
    assert placed == {"B": on(0), "C": on(1)}


def test_a_hundred_and_fifty_like_people_and_ninety_beds_are_planned_at_the_optimum() -> None:
    """Thirty homes of three beds take one person a day: thirty people each day, the most urgent first."""
    people = [person(f"P{at:03}", priority=1 + at % 4) for at in range(150)]
    homes = [home(f"H{at:02}", 3, max_admissions_per_day=1) for at in range(30)]
    found = propose(case(people, homes, horizon_days=5))
    assert found.status == "optimal"
    assert found.objective.placed == (38, 38, 14, 0)
    assert found.objective.points == 30 * (0 + 10 + 20)


def _given(name: str) -> Case:
    return read_case((FOLDER / "cases" / "engine" / f"{name}.json").read_bytes())


def _hard(name: str, *marks: pytest.MarkDecorator) -> Any:
    return pytest.param(name, marks=(pytest.mark.beside(f"cases/engine/{name}.json"), *marks))


@pytest.mark.parametrize(
    "name",
    [
        _hard("hard-both60"),
        _hard("hard-same150", pytest.mark.whole),
        _hard("hard-scarce100", pytest.mark.whole),
    ],
)
def test_the_hard_hubs_that_were_found_have_a_plan_at_once(name: str) -> None:
    of = _given(name)
    plan = propose(of, time_limit=NO_TIME)
    assert verify(of, plan) == ()
    assert len(plan.placements) >= 20
    assert math.isfinite(plan.gap)


@pytest.mark.whole
@pytest.mark.beside("cases/engine/hard-same150.json")
def test_a_hundred_and_fifty_like_people_are_planned_at_their_optimum() -> None:
    plan = propose(_given("hard-same150"))
    assert plan.status == "optimal"
    assert (plan.objective.placed, plan.objective.points) == ((13, 42, 25, 0), 10170)
