"""What must hold between the plans of two cases, without knowing either optimum.

A plan is ranked by its counts, priority 1 first, then by its points. Whatever is said of "never worse"
below follows from one thought: if each lawful plan of one case is a lawful plan of the other with the same
placements and points, the other's optimum ranks at least as well.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from discharge.matching.verify import verify
from discharge.matching.verify.hub import Hub
from discharge.matching.verify.sharing import companions
from discharge.model.case import Case
from discharge.model.plan import Objective, Plan
from discharge.rules.rule_set import rules_of
from tests.builders import Json, beds, case, home, isolating, person, unit
from tests.examples import few, sweep
from tests.matching.changes import MORE, Pick, as_file, changed, from_file, without_person
from tests.matching.medium_hubs import Shape, crowded_hubs, medium_hub, small_hubs
from tests.matching.planned_once import proposed_once
from tests.matching.renaming import a_copy, renamed, side_by_side

Rank = tuple[int, ...]
"""Smaller is better."""

FEW = few(3)

HUBS = small_hubs("companions", "places", "admissions")
HELD = small_hubs("companions", "locked", "places")

MEDIUM = (
    Shape(people=18, settings=7, groups=3, largest=3, organisms=3, isolating=60, cohorts=45, beds=70, seed=1),
    Shape(people=20, settings=8, rule_set="england-2020-10-13", isolating=50, cohorts=60, locked=4, seed=2),
)


def rank(objective: Objective, *, without: Rank = (0, 0, 0, 0, 0)) -> Rank:
    """How a plan ranks; `without` is taken off its counts and points."""
    counts = [-(placed - less) for placed, less in zip(objective.placed, without[:4], strict=True)]
    return (*counts, objective.points - without[4])


def share(of: Case, plan: Plan, who: str) -> Rank:
    """What one person adds to the counts and the points of a plan."""
    priority = next(p.priority for p in of.patients if p.id == who)
    mine = [p for p in plan.placements if p.patient == who and not p.locked]
    counts = [len(mine) if level == priority else 0 for level in (1, 2, 3, 4)]
    return (*counts, sum(p.points["total"] for p in mine))


def optimal(of: Case) -> Plan:
    """The plan of a case, proven."""
    plan = proposed_once(of)
    assert (plan.status, plan.gap) == ("optimal", 0)
    return plan


def drawn(data: st.DataObject) -> Pick:
    """A way to pick that Hypothesis can shrink."""
    return lambda things: data.draw(st.sampled_from(things))


def free_people(of: Case) -> list[str]:
    """The people who are listed and not locked."""
    locked = {held.patient for held in of.locked}
    return [patient.id for patient in of.patients if patient.id not in locked]


def alone(of: Case, who: str) -> bool:
    """Whether somebody stays together with nobody."""
    return not any(who in group for group in companions(Hub(of, rules=rules_of(of))))


# --- more of something ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MORE))
@given(of=HUBS, data=st.data())
@few(2)
@pytest.mark.whole
def test_more_of_something_never_places_fewer_nor_costs_more(
    name: str, of: Case, data: st.DataObject
) -> None:
    """Every rule in which a bed, a place, an admission, a day or a limit stands is an upper bound: what was
    lawful still is, companions and cohorts as they were, and no points hang on how much is free."""
    more = changed(of, MORE[name], drawn(data))
    assert rank(optimal(more).objective) <= rank(optimal(of).objective)


@pytest.mark.whole
def test_one_thing_more_after_another_makes_a_medium_hub_no_worse() -> None:
    rng = random.Random(1)
    of = medium_hub(replace(MEDIUM[0], people=12, settings=5, seed=6))
    ranks = [rank(optimal(of).objective)]
    for name in rng.sample(sorted(MORE), len(MORE)):
        of = changed(of, MORE[name], rng.choice)
        ranks.append(rank(optimal(of).objective))
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[-1] < ranks[0], "some of it helped"


def test_a_designation_is_not_more_of_a_bed() -> None:
    """The unit takes isolating people only from then on (R1): whoever needed no isolation has lost a bed."""
    rooms = isolating("R1", beds(room="single"))
    before = optimal(case([person()], [rooms]))
    rooms["units"][0]["designated"] = {"from": "2020-11-01", "to": None}
    assert rank(optimal(case([person()], [rooms])).objective) > rank(before.objective)


@given(of=HUBS)
@FEW
def test_closing_what_the_plan_does_not_use_changes_no_objective(of: Case) -> None:
    """Fewer plans are lawful, but the best one still is."""
    plan = optimal(of)
    used = {stay.setting for placement in plan.placements for stay in placement.stays}
    data = as_file(of)
    for setting in data["settings"]:
        if setting["id"] not in used:
            setting["admissions"] = "closed"
    assert optimal(from_file(data)).objective == plan.objective


# --- people ---------------------------------------------------------------------------------------------


def _one_person_fewer(of: Case, plan: Plan, who: str) -> None:
    data = as_file(of)
    without_person(data, who)
    fewer = optimal(from_file(data)).objective
    rest = rank(plan.objective, without=share(of, plan, who))
    assert rank(fewer) <= rest, "the others have what they had, or better"
    if alone(of, who):
        assert rank(plan.objective) <= rank(fewer), "who isn't there may be left without a place"


@given(of=HUBS, data=st.data())
@FEW
def test_one_person_less_never_makes_the_others_worse(of: Case, data: st.DataObject) -> None:
    """The old plan without the person is lawful for the others: it takes less, and companions who ended in
    one setting, or nowhere, still do. And the new plan is one of the old case, with the person nowhere -
    unless that keeps companions out."""
    assume(free_people(of))
    _one_person_fewer(of, optimal(of), drawn(data)(free_people(of)))


@pytest.mark.whole
@pytest.mark.parametrize("shape", sweep(MEDIUM), ids=lambda shape: f"seed {shape.seed}")
def test_one_person_less_at_a_medium_hub_never_makes_the_others_worse(shape: Shape) -> None:
    of = medium_hub(shape)
    plan = optimal(of)
    for who in random.Random(shape.seed).sample(free_people(of), 3):
        _one_person_fewer(of, plan, who)


@given(of=crowded_hubs(), data=st.data())
@FEW
@pytest.mark.whole
def test_somebody_placed_stays_placed_when_they_become_more_urgent(of: Case, data: st.DataObject) -> None:
    """The plans without them rank as they did, below the best plan, which now ranks better still."""
    plan = optimal(of)
    file = as_file(of)
    mine = {p.patient for p in plan.placements if not p.locked}
    able = [each for each in file["patients"] if each["id"] in mine and each["priority"] > 1]
    assume(able)
    urgent = drawn(data)(able)
    urgent["priority"] -= 1
    assert urgent["id"] in {p.patient for p in optimal(from_file(file)).placements}


@given(of=crowded_hubs(), data=st.data())
@FEW
def test_accepting_a_proposal_leaves_the_others_as_well_off(of: Case, data: st.DataObject) -> None:
    """Locked as the plan has it, a placement takes what it took; only companions are freer beside it."""
    plan = optimal(of)
    mine = [p for p in plan.placements if not p.locked]
    assume(mine)
    accepted = drawn(data)(mine)
    file = as_file(of)
    file["locked"].append(accepted.model_dump(mode="json", by_alias=True))
    rest = rank(plan.objective, without=share(of, plan, accepted.patient))
    after = rank(optimal(from_file(file)).objective)
    assert after == rest if alone(of, accepted.patient) else after <= rest


@given(of=HELD)
@FEW
def test_locked_stays_come_back_as_they_were_given(of: Case) -> None:
    plan = optimal(of)
    back = {p.patient: p for p in plan.placements if p.locked}
    assert set(back) == {held.patient for held in of.locked}
    for held in of.locked:
        now = back[held.patient]
        assert (now.stays, now.conditions, now.because) == (held.stays, held.conditions, held.because)
    levels = {patient.id: patient.priority for patient in of.patients}
    new = [levels[p.patient] for p in plan.placements if not p.locked]
    assert plan.objective.placed == tuple(new.count(level) for level in (1, 2, 3, 4))


# --- points ---------------------------------------------------------------------------------------------


@given(of=small_hubs("weights", "companions"), times=st.sampled_from([2, 3, 10, 1000]))
@FEW
def test_all_points_times_a_number_make_the_optimum_as_many_times_the_points(of: Case, times: int) -> None:
    """Points are sums of weights: the rating's are weights too."""
    file = as_file(of)
    weights = file["weights"]
    file["weights"] = {name: value * times for name, value in weights.items() if name != "rating"} | {
        "rating": {name: value * times for name, value in weights["rating"].items()}
    }
    before, after = optimal(of).objective, optimal(from_file(file)).objective
    assert (after.placed, after.points) == (before.placed, before.points * times)


@given(of=HUBS)
@FEW
def test_without_points_as_many_are_placed(of: Case) -> None:
    file = as_file(of)
    file["weights"] = {name: 0 for name in file["weights"] if name != "rating"} | {
        "rating": dict.fromkeys(file["weights"]["rating"], 0)
    }
    after = optimal(from_file(file)).objective
    assert (after.placed, after.points) == (optimal(of).objective.placed, 0)


# --- order and names ------------------------------------------------------------------------------------


def told(plan: Plan) -> dict[str, str]:
    """All that the plan says of each person, as the file has it."""
    found = {each.patient: each.model_dump_json() for each in plan.placements}
    return found | {each.patient: each.model_dump_json() for each in plan.unplaced}


def shuffled(of: Case, shuffle: Callable[[list[Json]], None]) -> Case:
    """The case with each list of its file in another order, but for `preferred`, which is an order."""
    data = as_file(of)
    for each in (data["patients"], data["settings"], data["locked"]):
        shuffle(each)
    for patient in data["patients"]:
        for name in ("observations", "needs", "excluded", "attestations"):
            shuffle(patient[name])
    for setting in data["settings"]:
        for name in ("accepts_organisms", "needs_met", "units"):
            shuffle(setting[name])
        for each in setting["units"]:
            shuffle(each["needs_met"])
            shuffle(each["beds"])
            for group in each["beds"]:
                shuffle(group["free"])
    return from_file(data)


@given(of=HELD, rng=st.randoms(use_true_random=False))
@few(3)
def test_the_order_of_the_file_changes_nothing_that_is_told_of_anybody(of: Case, rng: random.Random) -> None:
    assert told(optimal(shuffled(of, rng.shuffle))) == told(optimal(of))


@pytest.mark.parametrize("shape", MEDIUM, ids=["companions", "designated"])
@pytest.mark.whole
def test_the_order_of_a_medium_hubs_file_changes_nothing(shape: Shape) -> None:
    of = medium_hub(shape)
    right = told(optimal(of))
    for seed in range(2):
        assert told(optimal(shuffled(of, random.Random(seed).shuffle))) == right


@given(of=crowded_hubs())
@FEW
def test_who_names_whom_as_a_companion_changes_nothing(of: Case) -> None:
    file = as_file(of)
    named = [(each["id"], each["together_with"]) for each in file["patients"] if each["together_with"]]
    assume(named)
    for each in file["patients"]:
        each["together_with"] = None
    by_id = {each["id"]: each for each in file["patients"]}
    for one, other in named:
        if by_id[other]["together_with"] is None:
            by_id[other]["together_with"] = one
        elif by_id[one]["together_with"] is None:
            by_id[one]["together_with"] = other
        else:
            return
    assert told(optimal(from_file(file))) == told(optimal(of))


def stays_of(plan: Plan, name: Callable[[str], str] = str) -> dict[str, object]:
    """Each placed person's stays, points and conditions, with each id under another name."""
    return {
        name(each.patient): (
            [(name(s.setting), name(s.unit), name(s.beds), s.start, s.end) for s in each.stays],
            each.points,
            each.conditions,
        )
        for each in plan.placements
    }


def reasons(plan: Plan, name: Callable[[str], str] = str) -> dict[str, object]:
    """Why each of the others has no place."""
    return {name(each.patient): [(r.code, r.settings) for r in each.reasons] for each in plan.unplaced}


@given(of=HELD)
@FEW
def test_other_ids_in_the_same_order_change_nothing(of: Case) -> None:
    def longer(old: str) -> str:
        return f"Kent/{old} (of old)"

    plan, other = optimal(of), optimal(renamed(of, longer))
    assert stays_of(other) == stays_of(plan, longer)
    assert reasons(other) == reasons(plan, longer)


@given(of=HELD)
@FEW
def test_other_ids_in_another_order_change_no_objective(of: Case) -> None:
    def turned(old: str) -> str:
        return "".join(chr(ord("0") + ord("z") - ord(letter)) for letter in old)

    assert optimal(renamed(of, turned)).objective == optimal(of).objective


# --- hubs side by side ----------------------------------------------------------------------------------


@given(of=HELD)
@FEW
def test_a_hub_and_its_copy_side_by_side_are_planned_as_each_by_itself(of: Case) -> None:
    plan, both = optimal(of), optimal(side_by_side(of, a_copy))
    assert both.objective.placed == tuple(2 * placed for placed in plan.objective.placed)
    assert both.objective.points == 2 * plan.objective.points
    assert stays_of(both) == stays_of(plan) | stays_of(plan, a_copy)


@given(of=HUBS, data=st.data())
@FEW
def test_somebody_like_another_far_away_changes_nothing_for_the_others(of: Case, data: st.DataObject) -> None:
    """A person with a home of their own that suits nobody else."""
    file = as_file(of)
    twin = {**json.loads(json.dumps(drawn(data)(file["patients"]))), "id": "far", "together_with": None}
    ids = [setting["id"] for setting in file["settings"]]
    for patient in file["patients"]:
        patient["excluded"].append("island")
    twin.update(excluded=ids, usual_setting=None, preferred=[])
    file["patients"].insert(0, twin)
    file["settings"].insert(0, as_file(case([], [home("island", 1)]))["settings"][0])
    mine = stays_of(optimal(from_file(file)))
    mine.pop("far", None)
    assert mine == stays_of(optimal(of))


def test_the_units_of_one_home_are_one_home() -> None:
    """Two groups of one bed and one group of two are the same to everybody."""
    people = [person(f"P{n}") for n in range(3)]
    split = home("S1", 2)
    split["units"] = [unit(beds("B1"), id="U1"), unit(beds("B2"), id="U2")]
    assert rank(optimal(case(people, [home("S1", 2)])).objective) == rank(
        optimal(case(people, [split])).objective
    )


def test_what_is_said_here_of_medium_hubs_is_lawful() -> None:
    for shape in MEDIUM:
        of = medium_hub(shape)
        assert verify(of, optimal(of)) == ()
