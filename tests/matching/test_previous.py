"""A previous plan that is kept to: exact by trying everything, for people who are alike as for others."""

from __future__ import annotations

from random import Random

import pytest

from discharge.matching.alike import kinds_of
from discharge.matching.planned import plan_case
from discharge.matching.prepared import prepare
from discharge.matching.verify import verify
from discharge.matching.verify.hub import Hub
from discharge.model.case import Case
from discharge.model.plan import Placement, Plan
from discharge.rules.rule_set import rules_of
from tests.builders import DESIGNATED, case, free, home, hot, on, person, positive
from tests.builders import beds as some_beds
from tests.examples import seeds
from tests.matching.brute_force import best_of, keeps, lawful_itineraries
from tests.matching.little_hubs import little_hub


def with_twins(of: Case, twins: int, *, churn: int) -> Case:
    """The case with so many more of its first person, its beds counted twice."""
    first = of.patients[0].model_copy(update={"together_with": None})
    more = [first.model_copy(update={"id": f"T{number}"}) for number in range(twins)]
    weights = of.weights.model_copy(update={"churn": churn})
    return of.model_copy(update={"patients": (first, *more, *of.patients[1:]), "weights": weights})


def some_previous(of: Case, random: Random) -> dict[str, Placement]:
    """For most people one of the lawful ways that they could go, mostly a cheap one."""
    hub = Hub(of, rules=rules_of(of))
    found: dict[str, Placement] = {}
    for patient in of.patients:
        ways = [] if patient.id in hub.locked else lawful_itineraries(hub, patient)
        if ways and random.random() < 0.75:
            found[patient.id] = random.choice(ways[: random.choice((2, 5, 50))])
    return found


def as_plan(of: Case, placements: dict[str, Placement]) -> Plan:
    """Placements as a previous plan of the case."""
    return plan_case(of).plan().model_copy(update={"placements": tuple(placements.values()), "unplaced": ()})


def what_it_comes_to(plan: Plan, previous: dict[str, Placement], churn: int) -> int:
    """The points less what is given for keeping to the previous plan."""
    kept = sum(keeps(one, previous) for one in plan.placements if not one.locked)
    return plan.objective.points - churn * kept


@seeds(12, first=700)
@pytest.mark.whole
def test_it_is_as_good_as_the_best_of_all_ways_to_go(seed: int) -> None:
    random = Random(seed)
    churn = random.choice((1, 25, 200))
    of = with_twins(little_hub(seed, people=2), random.choice((1, 2)), churn=churn)
    previous = some_previous(of, random)
    plan, best = plan_case(of, previous=as_plan(of, previous)).plan(), best_of(of, previous)

    assert tuple(plan.objective.placed) == best.placed
    assert what_it_comes_to(plan, previous, churn) == best.points
    assert verify(of, plan) == ()


@pytest.mark.whole
def test_alike_people_keep_their_own_places_and_not_each_others() -> None:
    of = case([person("P1"), person("P2"), person("P3")], [home("S1"), home("S2"), home("S3")])
    hub = Hub(of, rules=rules_of(of))
    where = {"P1": "S3", "P2": "S1", "P3": "S2"}
    previous = {
        p.id: next(
            one
            for one in lawful_itineraries(hub, p)
            if one.stays[0].setting == where[p.id] and one.stays[0].start.isoformat() == on(0)
        )
        for p in of.patients
    }
    assert kinds_of(prepare(of, rules_of(of)).seekers, range(3), ()).sizes == (3,)

    plan = plan_case(of, previous=as_plan(of, previous)).plan()

    assert {p.patient: p.stays[0].setting for p in plan.placements} == where


@pytest.mark.whole
def test_alike_people_keep_both_their_stays() -> None:
    """The isolation and what follows it go together: each keeps the pair that they had."""
    ill = {"observations": [positive(-9)]}
    of = case(
        [person("P1", **ill), person("P2", **ill)],
        [hot("HOT", some_beds(free=[free(count=2)]), unit={"isolation_places": 2}), home("S1"), home("S2")],
        rule_set=DESIGNATED,
    )
    hub = Hub(of, rules=rules_of(of))
    where = {"P1": "S2", "P2": "S1"}
    previous = {
        p.id: next(
            one
            for one in lawful_itineraries(hub, p)
            if [stay.setting for stay in one.stays] == ["HOT", where[p.id]]
            and one.stays[0].start.isoformat() == on(0)
        )
        for p in of.patients
    }

    plan = plan_case(of, previous=as_plan(of, previous)).plan()

    assert {p.patient: [s.setting for s in p.stays] for p in plan.placements} == {
        who: ["HOT", home_of] for who, home_of in where.items()
    }
