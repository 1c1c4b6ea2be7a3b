"""The optimum where it is hard to find: against other ways of computing it, and by hand."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.matching.graph import competition_graph, components, rivals
from discharge.matching.prepared import PreparedCase, prepare
from discharge.matching.rooms_together import rooms_together
from discharge.rules.rule_set import rules_of
from tests.builders import (
    Json,
    beds,
    case,
    free,
    home,
    isolating,
    locked,
    on,
    person,
    placed,
    plan,
    positive,
    setting,
    stay,
    unit,
)
from tests.examples import few
from tests.matching.brute_force import best_of


def couple(one: str, other: str, **fields: Any) -> list[Json]:
    """Two people who stay together."""
    return [person(one, together_with=other, **fields), person(other, **fields)]


# --- a second way of computing ------------------------------------------------------------------------


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Whole kilometres along a great circle, by the law of cosines."""
    (a, b), (c, d) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return math.floor(6371 * math.acos(min(1.0, cosine)))


spot = st.tuples(st.integers(500, 560), st.integers(-30, 30)).map(lambda p: (p[0] / 10, p[1] / 10))


@given(
    st.lists(spot, min_size=1, max_size=16),
    st.lists(st.tuples(spot, st.integers(0, 2)), min_size=1, max_size=30),
)
@few(5)
def test_one_open_stay_each_is_a_flow_of_least_cost(
    people: list[tuple[float, float]], homes: list[tuple[tuple[float, float], int]]
) -> None:
    of = case(
        [person(f"P{n}", latitude=x, longitude=y) for n, (x, y) in enumerate(people)],
        [home(f"S{n}", count, latitude=x, longitude=y) for n, ((x, y), count) in enumerate(homes)],
        horizon_days=1,
    )
    flow = nx.DiGraph()
    for p, at in enumerate(people):
        flow.add_edge("from", ("P", p), capacity=1, weight=0)
        for s, (there, _) in enumerate(homes):
            flow.add_edge(("P", p), ("S", s), capacity=1, weight=kilometres(at, there))
    for s, (_, count) in enumerate(homes):
        flow.add_edge(("S", s), "to", capacity=count, weight=0)
    best = nx.max_flow_min_cost(flow, "from", "to")
    found = plan(of)
    assert found.objective.placed[1] == sum(best["from"].values())
    assert found.objective.points == nx.cost_of_flow(flow, best)


HARD: dict[str, Json] = {
    "three couples, two homes of three beds": {
        "patients": [*couple("A1", "A2"), *couple("B1", "B2"), *couple("C1", "C2")],
        "settings": [home("S1", 3), home("S2", 3)],
        "horizon_days": 1,
    },
    "a couple of priorities 1 and 4 against two of priority 2": {
        "patients": [
            person("A1", priority=1, together_with="A2"),
            person("A2", priority=4),
            person("B1", priority=2),
            person("B2", priority=2),
        ],
        "settings": [home("S1", 2)],
        "horizon_days": 1,
    },
    "a cohort unit wanted by two organisms": {
        "patients": [
            *(person(f"F{n}", observations=[positive(-1, "influenza")]) for n in range(2)),
            *(person(f"R{n}", observations=[positive(-1, "rsv")]) for n in range(2)),
            person("F9", priority=1, observations=[positive(-1, "influenza")]),
        ],
        "settings": [
            setting(
                "COH",
                unit(beds(free=[free(count=4)]), isolation="cohort", isolation_places=4),
                type="hot_home",
                accepts_organisms=["influenza", "rsv"],
            )
        ],
        "horizon_days": 6,
    },
    "stays that must follow each other": {
        "patients": [
            person("P1", pathway="P2", stay_days=2),
            person("P2", pathway="P2", stay_days=3),
            person("P3", pathway="P2", stay_days=2, ready_on=on(1)),
        ],
        "settings": [
            setting("S1", unit(beds(free=[free(on(0), on(5)), free(on(6), on(8))])), type="community_bed")
        ],
        "horizon_days": 7,
    },
    "beds of odd nights": {
        "patients": [person(f"P{n}", pathway="P2", stay_days=2) for n in range(4)],
        "settings": [
            setting(
                "S1",
                unit(
                    beds("B1", free=[free(on(0), on(3))]),
                    beds("B2", free=[free(on(1), on(4))]),
                    beds("B3", free=[free(on(0), on(1)), free(on(3), on(5))]),
                ),
                type="community_bed",
                max_admissions_per_day=1,
            )
        ],
        "horizon_days": 5,
    },
    "companions beside somebody locked": {
        "patients": [
            person("P1", together_with="P3"),
            person("P2", together_with="P3", priority=1),
            person("P3"),
            person("P4"),
        ],
        "settings": [home("S1", 2), home("S2")],
        "locked": [locked("P3", stay("S1/U1/B1", on(0)))],
        "horizon_days": 2,
    },
    "isolation places that two stays share in turn": {
        "patients": [
            *(person(f"F{n}", observations=[positive(-1 - n, "influenza")]) for n in range(2)),
            person("P9", preferred=["R1"]),
        ],
        "settings": [
            isolating("R1", beds(free=[free(count=2)]), unit={"isolation_places": 1}),
            home("S1"),
        ],
        "horizon_days": 5,
    },
}


@pytest.mark.parametrize("what", HARD)
@pytest.mark.whole
def test_a_hard_case_is_solved_as_trying_everything_does(what: str) -> None:
    of = case(**HARD[what])
    best = best_of(of)
    found = plan(of)
    assert found.objective.placed == best.placed
    assert found.objective.points == best.points
    assert found.placements, "there is something to find"


# --- by hand ------------------------------------------------------------------------------------------


def test_half_a_couple_in_each_of_two_homes_is_no_plan() -> None:
    found = plan(case(**HARD["three couples, two homes of three beds"]))
    assert found.objective.placed == (0, 4, 0, 0)


@pytest.mark.parametrize(
    ("home_of", "most"),
    [
        (home("S", 5), {2: 2, 3: 1}),
        (home("S", 4), {3: 1}),
        (home("S", 5, max_admissions_per_day=1), {2: 1}),
        (home("S", 6), {}),
    ],
)
def test_whole_groups_alone_count_in_what_a_home_can_take(home_of: Json, most: dict[int, int]) -> None:
    people = [one for n in range(3) for one in couple(f"A{n}", f"B{n}")]
    for name in ("C", "D"):
        people += [*couple(f"{name}0", f"{name}1"), person(f"{name}2", together_with=f"{name}0")]
    prepared = prepare(case([*people, person("E")], [home_of], horizon_days=3), rules_of(case()))
    rooms = rooms_together(prepared.choices, prepared.together)
    assert {room.size: room.most for room in rooms} == most


@pytest.mark.whole
def test_forty_couples_and_twenty_like_homes_of_three_beds_are_proven() -> None:
    people = [one for n in range(40) for one in couple(f"A{n:02}", f"B{n:02}")]
    homes = [home(f"S{n}", 3, max_admissions_per_day=1) for n in range(20)]
    found = plan(case([*people, person("D")], homes, horizon_days=4))
    assert found.objective.placed == (0, 41, 0, 0)


def test_every_priority_counts_before_the_next() -> None:
    people = [person(f"P{n}", priority=n) for n in (1, 2, 3, 4)]
    for count in range(5):
        found = plan(case(people, [home("S1", count)], horizon_days=1))
        assert found.objective.placed == tuple(1 if n < count else 0 for n in range(4))


def test_a_single_point_decides_beside_weights_of_a_million() -> None:
    people = [person(f"P{n}", pathway="P2", stay_days=7, latitude=51.5, longitude=0.0) for n in range(6)]
    near = setting("N", type="community_bed", latitude=51.5, longitude=0.0)
    far = setting("F", type="community_bed", latitude=51.51, longitude=0.0)
    of = case(people, [near, far], weights={"delay": 1_000_000})
    found = plan(of)
    assert found.objective.placed == (0, 6, 0, 0)
    assert found.objective.points == 2 * (7 + 14) * 1_000_000 + 3


def test_all_are_placed_when_there_is_a_bed_for_each_though_all_want_the_same_one() -> None:
    people = [person(f"P{n}", preferred=["S0"]) for n in range(20)]
    found = plan(case(people, [home(f"S{n}") for n in range(20)], horizon_days=1))
    assert found.objective.placed == (0, 20, 0, 0)
    assert found.objective.points == 19 * 15


# --- who competes for what ----------------------------------------------------------------------------


def towns() -> PreparedCase:
    """Two towns too far apart to compete, and one person whom nothing suits."""
    here: Json = {"latitude": 51.5, "longitude": 0.0}
    there: Json = {"latitude": 55.0, "longitude": -1.5}
    of = case(
        [
            person("A1", max_km=20, **here),
            person("A2", max_km=20, **here),
            person("B1", max_km=20, **there),
            person("C1", needs=["a garden"]),
        ],
        [home("SA", **here), home("SB", **there)],
    )
    return prepare(of, rules_of(of))


def test_people_who_can_never_be_in_each_others_way_are_solved_apart() -> None:
    prepared = towns()
    names = {s.index: s.patient.id for s in prepared.seekers}
    parts = components(prepared.choices, [])
    assert [[names[i] for i in part] for part in parts] == [["A1", "A2"], ["B1"]]


def test_companions_are_solved_together_wherever_they_could_go() -> None:
    prepared = towns()
    assert len(components(prepared.choices, [[0, 2]])) == 1


def test_the_graph_names_the_rivals_of_a_person_by_setting() -> None:
    prepared = towns()
    by_name = {s.patient.id: s.index for s in prepared.seekers}
    graph = competition_graph(prepared.choices)
    assert rivals(graph, by_name["A1"]) == {0: (by_name["A2"],)}
    assert rivals(graph, by_name["B1"]) == {1: ()}


def test_splitting_changes_no_plan() -> None:
    people = [person(f"A{n}", excluded=["S2"]) for n in range(2)] + [person("B0", excluded=["S1"])]
    apart = plan(case(people, [home("S1", 2), home("S2", 1)]))
    assert placed(apart) == {"A0": "S1 16 Nov-", "A1": "S1 16 Nov-", "B0": "S2 16 Nov-"}
