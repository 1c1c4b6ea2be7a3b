"""The points table, entry by entry, each worked out by hand."""

from __future__ import annotations

from typing import Any

from discharge.model.case import Weights
from discharge.rules.points import OBJECTIVES
from tests.builders import (
    DESIGNATED,
    Json,
    beds,
    case,
    free,
    hot,
    isolating,
    on,
    person,
    placed,
    placement,
    plan,
    positive,
    setting,
    unit,
)
from tests.over import over

FLU = [positive(-1, "influenza")]
"""Isolates to day 4."""


def points(person_: Json, *settings: Json, **fields: Any) -> dict[str, int]:
    """The points that are not zero, of the one person's placement."""
    found = placement(plan(case([person_], list(settings), **fields))).points
    return {key: value for key, value in found.items() if value}


def test_each_weight_has_an_objective_that_describes_itself() -> None:
    # `churn` weighs a change of a previous plan, not a placement
    assert {o.key for o in OBJECTIVES} == set(Weights.model_fields) - {"churn"}
    assert len({o.describe() for o in OBJECTIVES}) == len(OBJECTIVES)
    assert all(len(o.describe().split()) >= 3 for o in OBJECTIVES)


def test_nothing_to_say_against_a_placement_is_no_points() -> None:
    assert points(person(), setting()) == {}


@over(
    "ready, first_free, delay",
    [(0, 0, 0), (0, 3, 30), (-5, 0, 0), (-5, 3, 30), (2, 2, 0), (2, 3, 10)],
)
def test_delay_counts_days_from_the_later_of_ready_and_day_0_to_the_start(
    ready: int, first_free: int, delay: int
) -> None:
    late = setting("S1", unit(beds(free=[free(on(first_free))])))
    assert points(person(ready_on=on(ready)), late).get("delay", 0) == delay


def test_distance_is_whole_kilometres_rounded_down() -> None:
    near = setting(latitude=51.6, longitude=0.0)
    assert points(person(latitude=51.5, longitude=0.0), near)["distance"] == 11  # 11.12 km on the sphere


def test_distance_is_nothing_where_either_side_has_no_coordinates() -> None:
    assert "distance" not in points(person(), setting(latitude=51.6, longitude=0.0))
    assert "distance" not in points(person(latitude=51.6, longitude=0.0), setting())


@over("half", ["latitude", "longitude"])
def test_half_a_coordinate_is_none(half: str) -> None:
    whole = {"latitude": 51.6, "longitude": 0.0}
    known = {half: whole[half]}
    assert "distance" not in points(person(latitude=51.5, longitude=0.0), setting(**known))
    assert "distance" not in points(person(**known), setting(latitude=51.5, longitude=0.0))
    limited = case([person(max_km=5000, **known)], [setting(latitude=51.5, longitude=0.0)])
    assert plan(limited).placements == ()


def test_distance_is_to_the_last_stay_alone() -> None:
    far = isolating("R1", type="hot_home", latitude=52.5, longitude=0.0)
    near = setting(latitude=51.6, longitude=0.0)
    who = person(latitude=51.5, longitude=0.0, observations=FLU)
    assert points(who, far, near, weights={"delay": 20}) == {"distance": 11, "moves": 40, "total": 51}


def test_moves_count_each_stay_after_the_first() -> None:
    both = isolating("R1", type="hot_home"), setting()
    assert points(person(observations=FLU), *both, weights={"delay": 20}) == {"moves": 40, "total": 40}


@over(
    "preferred, choice",
    [([], 0), (["S1"], 0), (["S2", "S1"], 15), (["S2", "S3", "S1"], 30), (["S2"], 15), (["S2", "S3"], 30)],
)
def test_choice_is_the_place_in_the_persons_own_list(preferred: list[str], choice: int) -> None:
    full = unit(beds(free=[]))
    settings = [setting("S1"), setting("S2", full), setting("S3", full)]
    assert points(person(preferred=preferred), *settings).get("choice", 0) == choice


def test_choice_counts_the_first_place_of_a_setting_named_twice() -> None:
    full = setting("S2", unit(beds(free=[])))
    assert "choice" not in points(person(preferred=["S1", "S2", "S1"]), setting("S1"), full)


def test_choice_is_of_the_last_stay_alone() -> None:
    both = isolating("R1", type="hot_home"), setting()
    who = person(observations=FLU, preferred=["S1", "R1"])
    assert points(who, *both, weights={"delay": 20}) == {"moves": 40, "total": 40}


@over(
    "pathway, where, usual",
    [("P3", "care_home", 200), ("P2", "community_bed", 0)],
)
def test_usual_is_for_staying_away_from_where_one_lives_but_not_on_p2(
    pathway: str, where: str, usual: int
) -> None:
    full = setting("HOME", unit(beds(free=[])))
    got = points(person(pathway=pathway, usual_setting="HOME"), full, setting(type=where))
    assert got.get("usual", 0) == usual


def test_usual_is_for_a_person_on_p1_who_isolates_too() -> None:
    full = setting("HOME", unit(beds(free=[])))
    who = person(pathway="P1", usual_setting="HOME", observations=FLU)
    assert points(who, full, isolating()) == {"usual": 200, "no_onward": 120, "total": 320}


def test_out_of_area_is_once_for_the_last_stay() -> None:
    away = setting(local_authority="Kent")
    warm = isolating("R1", type="hot_home", local_authority="Kent")
    who = person(local_authority="Bexley", observations=FLU)
    assert points(who, warm, away, weights={"delay": 20}) == {"moves": 40, "out_of_area": 25, "total": 65}
    inside = setting(local_authority="Bexley")
    assert points(who, warm, inside, weights={"delay": 20}) == {"moves": 40, "total": 40}


def test_a_nursing_bed_for_a_residential_need_costs() -> None:
    nursing = setting("S1", unit(beds(category="general_nursing")))
    assert points(person(), nursing) == {"nursing_for_residential": 30, "total": 30}
    needs_it = person(care={"level": "nursing", "specialism": "general"})
    assert points(needs_it, nursing) == {}


@over("level", ["residential", "nursing"])
def test_a_ypd_bed_costs_nothing_at_either_level(level: str) -> None:
    young = person(care={"level": level, "specialism": "ypd"})
    assert points(young, setting("S1", unit(beds(category="ypd")))) == {}


def test_on_p2_a_nursing_bed_for_a_residential_need_costs_too() -> None:
    where = setting("S1", unit(beds(category="mh_nursing")), type="community_bed")
    assert points(person(pathway="P2"), where) == {"nursing_for_residential": 30, "total": 30}


def test_a_unit_that_can_isolate_is_scarce_for_who_needn_t() -> None:
    assert points(person(), isolating()) == {"scarce": 60, "total": 60}


def test_it_is_not_scarce_where_any_night_of_the_stay_isolates() -> None:
    assert points(person(observations=FLU), isolating()) == {}


def test_each_stay_in_such_a_unit_that_needn_t_counts() -> None:
    of = case(
        [person(observations=FLU)],
        [isolating("R1", type="hot_home"), isolating("R2", unit={"isolation_places": 0})],
        weights={"delay": 50},
    )
    assert placed(plan(of)) == {"P1": "R1 16 Nov-20 Nov, R2 20 Nov-"}
    assert placement(plan(of)).points["scarce"] == 60


def test_an_own_room_alone_is_no_isolation_a_unit_that_can_is_scarce_for_it() -> None:
    carrier = person(observations=[positive(-9, "cpe")])
    assert points(carrier, isolating()) == {"scarce": 60, "total": 60}


@over(
    "rating, weight",
    [("outstanding", 0), ("good", 0), ("requires_improvement", 10), ("inadequate", 40), (None, 5)],
)
def test_rating_is_of_the_last_stay(rating: str | None, weight: int) -> None:
    assert points(person(), setting(rating=rating)).get("rating", 0) == weight
    both = isolating("R1", type="hot_home", rating="inadequate"), setting(rating=rating)
    got = points(person(observations=FLU), *both, weights={"delay": 50})
    assert got.get("rating", 0) == weight


@over(
    "fee, cost",
    [(None, 0), (0, 0), (1000, 0), (1049.99, 0), (1050, 1), (1099, 1), (1100, 2), (1725, 14)],
)
def test_fee_is_each_whole_50_pounds_above_1000(fee: float | None, cost: int) -> None:
    assert points(person(), setting(weekly_fee=fee)).get("fee", 0) == cost


def test_fee_is_of_the_last_stay() -> None:
    both = isolating("R1", type="hot_home", weekly_fee=3000), setting(weekly_fee=1100)
    got = points(person(observations=FLU), *both, weights={"delay": 50})
    assert got == {"moves": 40, "fee": 2, "total": 42}


def test_an_isolation_alone_costs_for_want_of_an_onward_place() -> None:
    assert points(person(observations=FLU), isolating(type="hot_home")) == {"no_onward": 120, "total": 120}


def test_an_open_ended_isolation_has_no_onward_to_want() -> None:
    sick = person(immunosuppressed=True, observations=FLU)
    assert points(sick, isolating(type="hot_home")) == {}


def test_for_an_isolation_alone_the_last_stay_is_that_stay() -> None:
    warm = isolating(
        type="hot_home",
        rating="inadequate",
        weekly_fee=1250,
        local_authority="Kent",
        latitude=51.6,
        longitude=0.0,
    )
    who = person(
        observations=FLU,
        local_authority="Bexley",
        latitude=51.5,
        longitude=0.0,
        preferred=["S9"],
        usual_setting="S9",
    )
    closed = setting("S9", admissions="closed")
    assert points(who, warm, closed) == {
        "distance": 11,
        "choice": 15,
        "usual": 200,
        "out_of_area": 25,
        "rating": 40,
        "fee": 5,
        "no_onward": 120,
        "total": 416,
    }


def test_a_whole_placement_by_hand() -> None:
    designated = hot(
        "HOT",
        beds(category="general_nursing", free=[free(on(2))]),
        capacity_reported_at="2020-11-10T08:00:00+00:00",
    )
    final = setting(
        "S1",
        unit(beds(category="general_nursing")),
        rating=None,
        weekly_fee=1499,
        local_authority="Kent",
        latitude=51.6,
        longitude=0.0,
    )
    who = person(
        observations=[positive(-3)],
        local_authority="Bexley",
        latitude=51.5,
        longitude=0.0,
        preferred=["HOT", "S1"],
        max_weekly_fee=None,
    )
    weights = {"delay": 25, "no_onward": 200}
    assert points(who, designated, final, rule_set=DESIGNATED, weights=weights) == {
        "delay": 50,  # ready on day 0, first start on day 2
        "distance": 11,
        "moves": 40,
        "choice": 15,  # second of the list
        "out_of_area": 25,
        "nursing_for_residential": 60,  # both stays
        "rating": 5,
        "stale": 20,  # the hot home's return
        "fee": 9,  # 499 pounds above 1,000
        "total": 235,
    }


@over(
    "key, weight, expected",
    [
        ("delay", 7, 21),
        ("rating", {"good": 3}, 3),
        ("rating", {"none": 3}, 0),
        ("distance", 2, 22),
        ("out_of_area", 0, 0),
    ],
)
def test_a_case_has_its_own_weights(key: str, weight: Any, expected: int) -> None:
    late = setting(
        "S1",
        unit(beds(free=[free(on(3))])),
        local_authority="Kent",
        latitude=51.6,
        longitude=0.0,
    )
    who = person(local_authority="Bexley", latitude=51.5, longitude=0.0)
    assert points(who, late, weights={key: weight}).get(key, 0) == expected


def test_a_rating_left_out_of_the_weights_keeps_its_default() -> None:
    assert points(person(), setting(rating="inadequate"), weights={"rating": {"good": 3}})["rating"] == 40
