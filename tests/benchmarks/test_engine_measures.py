"""What the benchmarks make of a case: pairs, a whole model, changes; and the bare solvers' own prepared."""

import itertools
import time
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest

from benchmarks.engine import PHASES, measure
from benchmarks.floor import built
from benchmarks.measuring import ALL_PHASES
from benchmarks.pairs import Pairs, pairs_of
from benchmarks.peers import problem as bare_problem
from benchmarks.peers import simplex
from benchmarks.replanning import CHANGES, bed_lost, declined, measured, person_added, spread
from benchmarks.whole import Model
from discharge.matching.planned import plan_case
from discharge.matching.prepared import prepare
from discharge.matching.propose import propose
from discharge.model.case import Case
from discharge.model.files import write_case
from discharge.rules.rule_set import rules_of
from tests.builders import (
    DESIGNATED,
    beds,
    case,
    free,
    home,
    hot,
    isolating,
    negative,
    on,
    person,
    plan,
    positive,
    setting,
    unit,
)


def a_hub(*, together: bool = True) -> Case:
    """Isolations, companions, scarce beds, a limit to admissions, somebody for whom nothing will do."""
    people = [
        person("P1", priority=1, observations=[positive(-3)]),
        person("P2", observations=[negative()]),
        person("P3", observations=[negative()], **({"together_with": "P4"} if together else {})),
        person("P4", priority=3, observations=[negative()]),
        person("P5", observations=[positive(-8)]),
        person("P6", priority=4, observations=[negative()]),
        person("P7", observations=[negative()], care={"level": "nursing", "specialism": "mh"}),
    ]
    settings = [
        hot("HOT", beds("H1", free=[free(count=1), free(on(4))])),
        isolating("R1", beds("B1", free=[free(count=2)])),
        home("S1", 2, max_admissions_per_day=1),
        setting("S2", unit(beds("B1"), beds("B2", room="shared", free=[free(on(2), on(12), 2)]))),
    ]
    return case(people, settings, rule_set=DESIGNATED)


def test_a_pair_is_a_person_and_a_group_that_some_start_may_take_at_its_fewest_points() -> None:
    of = a_hub(together=False)
    prepared = prepare(of, rules_of(of))
    least: dict[tuple[int, int], int] = {}
    for seeker in prepared.seekers:
        for leg in (journey.first for journey in seeker.journeys):
            for at, start in enumerate(leg.starts.tolist()):
                cohorts = [each for each in leg.cohorts if each[1] > start]
                taken = prepared.capacity.taken(start, int(leg.ends[at]), leg.isolated_to, cohorts)
                for group, points in zip(leg.fit.groups.tolist(), leg.fit.points.tolist(), strict=True):
                    whole, pair = points + int(leg.waits[at]), (seeker.index, group)
                    if not taken[group]:
                        least[pair] = min(whole, least.get(pair, whole))
    found = pairs_of(prepared)
    mine = zip(found.person.tolist(), found.group.tolist(), found.points.tolist(), strict=True)
    assert [((p, g), points) for p, g, points in mine] == sorted(least.items())
    assert len(least) > 6
    assert found.free.tolist() == [max(row) for row in prepared.capacity.free.tolist()]


def test_a_case_without_anybody_to_place_has_no_pairs() -> None:
    nobody = case([person(care={"level": "nursing", "specialism": "mh"})], [home()])
    assert pairs_of(prepare(nobody, rules_of(nobody))).person.tolist() == []


@pytest.mark.whole
def test_the_whole_model_without_pricing_comes_to_the_same_optimum() -> None:
    found = plan(a_hub())
    model = Model(prepare(a_hub(), rules_of(a_hub())))
    assert model.optimum(time.monotonic() + 60) == (list(found.objective.placed), found.objective.points)
    assert sum(found.objective.placed) == 6


def test_the_whole_model_keeps_two_organisms_out_of_one_cohort() -> None:
    organisms = ("sars-cov-2", "influenza")
    people = [person(f"P{at}", observations=[positive(-1, kind)]) for at, kind in enumerate(organisms)]
    cohort = hot(
        "HOT",
        beds(free=[free(count=2)]),
        accepts_organisms=list(organisms),
        unit={"isolation": "cohort", "isolation_places": 2},
    )
    both = case(people, [cohort])
    found = plan(both)
    model = Model(prepare(both, rules_of(both)))
    assert model.optimum(time.monotonic() + 60) == (list(found.objective.placed), found.objective.points)


def test_a_whole_model_out_of_time_gives_nothing() -> None:
    assert Model(prepare(a_hub(), rules_of(a_hub()))).optimum(time.monotonic() - 1) is None


# ---- the bare solvers -------------------------------------------------------------------------------------


def written(tmp_path: Path) -> bare_problem.Bare:
    """Three people, three groups; one group nobody could have, one with two beds."""
    pairs = Pairs(
        np.array([4, 4, 6, 6, 9]),
        np.array([0, 2, 0, 2, 2]),
        np.array([5, 1, 9, 7, 2]),
        np.array([1, 8, 1]),
    )
    pairs.write(tmp_path / "pairs.npz")
    return bare_problem.read(tmp_path / "pairs.npz")


def test_the_peers_count_people_and_groups_without_gaps(tmp_path: Path) -> None:
    bare = written(tmp_path)
    assert (bare.people, bare.groups, bare.beds.tolist()) == (3, 2, [1, 1])
    assert bare.person.tolist() == [0, 0, 1, 1, 2]
    assert bare.group.tolist() == [0, 1, 0, 1, 1]


def test_the_flow_places_as_many_as_it_can_and_then_at_the_fewest_points(tmp_path: Path) -> None:
    bare = written(tmp_path)
    offers = [
        [(g, c) for p, g, c in zip(bare.person, bare.group, bare.points, strict=True) if p == at] + [(-1, 0)]
        for at in range(bare.people)
    ]
    best = min(
        (-sum(g >= 0 for g, _ in choice), sum(int(c) for _, c in choice))
        for choice in itertools.product(*offers)
        if all(sum(g == group for g, _ in choice) <= bare.beds[group] for group in range(bare.groups))
    )
    cost, flow = nx.network_simplex(simplex.built(bare))
    lost = sum(flow[at][bare.people + bare.groups] for at in range(bare.people))
    assert (lost - bare.people, cost - lost * bare.too_much) == best


# ---- planning again ---------------------------------------------------------------------------------------


def test_each_change_changes_one_thing_alone() -> None:
    of = a_hub()
    found = plan_case(of).plan("0" * 64)
    refused = declined(of, found, 0)
    mine = next(p for p in refused.patients if p.id == found.placements[0].patient)
    assert mine.excluded == tuple(stay.setting for stay in found.placements[0].stays)
    assert sum(a != b for a, b in zip(of.patients, refused.patients, strict=True)) == 1

    def beds_of(given: Case) -> int:
        groups = (b for s in given.settings for u in s.units for b in u.beds)
        return sum(each.count for b in groups for each in b.free)

    assert beds_of(bed_lost(of, found, 1)) == beds_of(of) - 1
    more = person_added(of, found, 2)
    assert len(more.patients) == len(of.patients) + 1
    assert more.patients[-1].model_copy(update={"id": "P3"}) == of.patients[2]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.whole
def test_a_plan_again_is_held_against_a_fresh_one(name: str) -> None:
    before = plan_case(a_hub())
    found = before.plan("0" * 64)
    cases = (CHANGES[name](before.case, found, at) for at in spread(len(found.placements), 2))
    told = measured(before, cases, runs=2)
    assert told["same"] is True
    assert told["runs"] == 2


def test_a_plan_again_that_differs_from_a_fresh_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plan_case(a_hub())
    wrong = SimpleNamespace(objective=None, proven=True)
    monkeypatch.setattr("benchmarks.replanning.replan", lambda *_: wrong)
    monkeypatch.setattr("benchmarks.replanning._breaches", lambda _: 0)
    assert measured(before, iter([before.case]), runs=1)["same"] is False


def test_the_places_of_changes_are_spread_over_the_plan() -> None:
    assert list(spread(100, 5)) == [0, 20, 40, 60, 80]
    assert list(spread(2, 5)) == [0, 0]


# ---- one run ----------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_a_run_tells_each_phase_and_plans_again_as_often_as_asked(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_bytes(write_case(a_hub()))
    told = measure(file, warm=2)
    assert isinstance(told["seconds"], dict)
    assert set(told["seconds"]) == set(ALL_PHASES)
    assert told["propose"] == sum(told["seconds"][phase] for phase in PHASES)
    assert (told["status"], told["breaches"]) == ("optimal", 0)
    assert isinstance(told["warm"], list)
    assert len(told["warm"]) == 2


def test_the_floor_builds_the_very_plan() -> None:
    found = propose(a_hub())
    assert built(found) == found
