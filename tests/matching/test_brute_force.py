"""The optimum by trying everything: right by hand on tiny hubs, and equal to what the engine proposes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.matching.verify.hub import Hub
from discharge.model.case import Case
from discharge.model.files import case_sha256, write_case
from discharge.rules.rule_set import rules_of
from tests.examples import few
from tests.matching.brute_force import best_of, lawful_itineraries, plan_of
from tests.matching.hubs import cases
from tests.matching.records import (
    DAY0,
    Json,
    case_of,
    cohort,
    group,
    home,
    on,
    person,
    positive,
    rooms,
    unit,
)

ONE_BED = group(free=[{"from": on(0), "to": None, "count": 1}])
HOT: Json = {"designated": {"from": on(-9), "to": None}}


def test_one_bed_goes_to_the_more_urgent() -> None:
    case = case_of([person(1, priority=3), person(2, priority=1)], [home("S1", unit("U1", ONE_BED))])
    best = best_of(case)
    assert best.placed == (1, 0, 0, 0)
    assert [placement.patient for placement in best.placements] == ["P2"]


def test_the_number_placed_comes_before_the_points() -> None:
    """P1 in S1 would be cheapest, but only S1 takes P2."""
    people = [person(1, preferred=["S1"]), person(2, needs=["hoist"])]
    homes = [home("S1", unit("U1", ONE_BED), needs_met=["hoist"]), home("S2", rating="inadequate")]
    best = best_of(case_of(people, homes))
    assert (best.placed, best.points) == ((0, 2, 0, 0), 15 + 40)


def test_waiting_is_weighed_against_moving() -> None:
    """Isolating for four more days: 40 points for waiting or for a move; a day more of waiting costs more."""
    homes = [home("S1", unit("U1"), rooms("HOT", group(), **HOT))]
    four = best_of(case_of([person(observations=[positive(-10)])], homes))
    assert four.points == 40
    five = best_of(case_of([person(observations=[positive(-9)])], homes))
    assert five.points == 40
    assert [stay.unit for stay in five.placements[0].stays] == ["HOT", "U1"]
    three = best_of(case_of([person(observations=[positive(-11)])], homes))
    assert three.points == 30
    assert [stay.unit for stay in three.placements[0].stays] == ["U1"]


def test_isolation_alone_where_there_is_nowhere_to_go_on() -> None:
    best = best_of(case_of([person(observations=[positive(-9)])], [home("S1", rooms(**HOT))]))
    assert best.placed == (0, 1, 0, 0)
    assert best.points == 120
    assert best.placements[0].stays[0].end == DAY0 + timedelta(days=5)


def test_every_lawful_itinerary_is_found() -> None:
    """Two days to start on, two groups of beds, one stay each."""
    places = home("S1", unit("U1", group("B1"), group("B2")))
    case = case_of([person()], [places], horizon_days=2)
    hub = Hub(case, rules=rules_of(case))
    found = lawful_itineraries(hub, case.patients[0])
    assert sorted((p.stays[0].beds, (p.stays[0].start - DAY0).days) for p in found) == [
        ("B1", 0),
        ("B1", 1),
        ("B2", 0),
        ("B2", 1),
    ]


TOGETHER: list[Json] = [person(1), person(2, together_with="P1")]


@pytest.mark.parametrize(("homes", "placed"), [(1, 0), (2, 0)])
def test_companions_are_not_parted(homes: int, placed: int) -> None:
    places = [home(f"S{number}", unit("U1", ONE_BED)) for number in range(1, homes + 1)]
    assert sum(best_of(case_of(TOGETHER, places)).placed) == placed


def _influenza(number: int, organism: str) -> Json:
    return person(number, pathway="P1", observations=[positive(-1, organism)])


def test_a_cohort_takes_the_larger_group() -> None:
    people = [_influenza(1, "influenza"), _influenza(2, "rsv"), _influenza(3, "rsv")]
    beds = group(free=[{"from": on(0), "to": None, "count": 3}])
    case = case_of(people, [home("S1", cohort("U1", beds))], rule_set="england-2024-04-01", horizon_days=1)
    assert [placement.patient for placement in best_of(case).placements] == ["P2", "P3"]


@given(case=cases())
@few(5)
def test_the_engine_reaches_the_optimum_of_random_hubs_and_keeps_every_rule(case: Case) -> None:
    best = best_of(case)
    assert verify(case, plan_of(case, best.placements)) == ()
    plan = propose(case)
    assert verify(case, plan, case_sha256=case_sha256(write_case(case))) == ()
    assert (plan.objective.placed, plan.objective.points) == (best.placed, best.points)
    assert plan.status == "optimal"


BOUND_TOGETHER = frozenset({"companions", "locked", "places", "admissions", "other organism"})


@given(case=cases(patients=5, settings=2, days=4, spices=BOUND_TOGETHER))
@few(4)
def test_the_engine_reaches_the_optimum_where_many_want_few_beds(case: Case) -> None:
    best = best_of(case)
    plan = propose(case)
    assert verify(case, plan) == ()
    assert (plan.objective.placed, plan.objective.points) == (best.placed, best.points)
