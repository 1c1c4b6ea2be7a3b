"""A changed case planned again from the plan before it: exactly as good as planned anew, whatever changed."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.matching.planned import Planned, plan_case, replan
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import case_sha256, write_case
from discharge.model.plan import Plan
from tests.builders import case, case_json, home, isolating, negative, on, person, positive, read
from tests.examples import few, seeds, some
from tests.matching.changes import ANY, as_file, changed, from_file
from tests.matching.medium_hubs import Shape, crowded_hubs, medium_hub, small_hubs
from tests.matching.planned_once import planned_once
from tests.matching.reason_table import TABLE
from tests.matching.renaming import a_copy, side_by_side
from tests.over import over


def reasons(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Why each person without a place has none, by code."""
    return {each.patient: tuple(reason.code for reason in each.reasons) for each in plan.unplaced}


def planned_again(before: Planned, now: Case) -> Planned:
    """The changed case planned from the plan before, held against the same case planned anew."""
    again, anew = replan(before, now), planned_once(now)
    assert again.case == now
    assert again.objective == anew.objective
    assert again.proven
    mine, right = again.plan(), anew.plan()
    assert verify(now, mine, case_sha256=case_sha256(write_case(now))) == ()
    assert mine.objective == right.objective
    told, to_tell = reasons(mine), reasons(right)
    assert {who: told[who] for who in told if who in to_tell} == {
        who: to_tell[who] for who in to_tell if who in told
    }
    return again


def locked_in(before: Planned, who: str) -> Case:
    """The case with somebody's proposal accepted: locked as the plan has it."""
    data = as_file(before.case)
    proposal = next(p for p in before.plan().placements if p.patient == who)
    data["locked"].append(proposal.model_dump(mode="json", by_alias=True))
    return from_file(data)


@given(of=small_hubs("companions", "places", "admissions"), data=st.data())
@few(4)
def test_a_change_is_planned_as_if_anew(of: Case, data: st.DataObject) -> None:
    change = ANY[data.draw(st.sampled_from(sorted(ANY)))]
    planned_again(planned_once(of), changed(of, change, lambda things: data.draw(st.sampled_from(things))))


@given(of=crowded_hubs(), data=st.data())
@few(2)
def test_one_change_after_another_is_planned_as_if_anew(of: Case, data: st.DataObject) -> None:
    before = planned_once(of)
    for _ in range(3):
        change = ANY[data.draw(st.sampled_from(sorted(ANY)))]
        now = changed(before.case, change, lambda things: data.draw(st.sampled_from(things)))
        before = planned_again(before, now)


@over("words", some(TABLE))
@pytest.mark.whole
def test_a_reason_that_comes_or_goes_is_seen(words: str) -> None:
    """Hubs that differ in one thing on which a place hangs: there, and back again."""
    kept_out, right = read(TABLE[words].hub), read(TABLE[words].right)
    there = planned_again(planned_once(kept_out), right)
    assert "P1" in there.chosen
    assert "P1" not in planned_again(there, kept_out).chosen
    assert "P1" in planned_again(planned_once(right), right).chosen


def test_a_longer_or_a_shorter_horizon_is_seen() -> None:
    one, more = (case([person(ready_on=on(3))], horizon_days=days) for days in (3, 4))
    there = planned_again(planned_once(one), more)
    assert there.objective.placed == (0, 1, 0, 0)
    assert planned_again(there, one).objective.placed == (0, 0, 0, 0)


def test_another_rule_set_is_seen() -> None:
    one, other = (case(rule_set=name) for name in ("england-2024-04-01", "england-2020-10-13"))
    there = planned_again(planned_once(one), other)
    assert there.objective.placed == (0, 0, 0, 0), "never tested"
    assert planned_again(there, one).objective.placed == (0, 1, 0, 0)


def test_other_points_are_seen() -> None:
    """P1 isolates for four days yet: 4 or 360 points for waiting, 40 for a move."""
    hub = case_json(
        [person(observations=[positive(-1, "rsv")])], [isolating("R1", type="hot_home"), home("S1")]
    )
    cheap, dear = (read({**hub, "weights": {"delay": points}}) for points in (1, 90))
    waits = planned_once(cheap)
    moves = planned_again(waits, dear)
    assert (waits.objective.points, moves.objective.points) == (4, 40)
    assert planned_again(moves, cheap).objective.points == 4


CROWDED = Shape(people=14, settings=6, groups=3, largest=3, organisms=3, isolating=60, cohorts=45, beds=80)
DESIGNATED = Shape(people=14, settings=6, rule_set="england-2020-10-13", isolating=50, cohorts=60, locked=4)


@seeds(2, first=2)
@pytest.mark.whole
def test_a_day_at_a_medium_hub_is_planned_change_by_change(seed: int) -> None:
    """A designated hub and a crowded one in turn."""
    rng = random.Random(seed)
    before = planned_once(medium_hub(CROWDED if seed % 2 else DESIGNATED))
    for name in rng.sample(sorted(ANY), 3):
        before = planned_again(before, changed(before.case, ANY[name], rng.choice))
        placed = sorted(before.chosen)
        if placed and rng.random() < 0.3:
            before = planned_again(before, locked_in(before, rng.choice(placed)))


@pytest.mark.whole
def test_changes_at_a_hub_of_several_parts_are_planned_change_by_change() -> None:
    """Parts that don't compete, each changed in turn; at last a person who binds them all together."""
    rng = random.Random(5)
    part = medium_hub(Shape(people=7, settings=4, groups=1, isolating=50, cohorts=50, limited=100, beds=80))
    of = side_by_side(side_by_side(part, a_copy), lambda old: f"another {old}")
    before = planned_once(of)
    assert len(before.chosen) >= 8
    for name in rng.sample(sorted(ANY), 6):
        before = planned_again(before, changed(before.case, ANY[name], rng.choice))
    data = as_file(before.case)
    for number in range(3):
        fresh = person(f"free {number}", priority=1, observations=[negative()])
        data["patients"].append({**data["patients"][0], **fresh, "excluded": [], "together_with": None})
    planned_again(before, from_file(data))


@functools.cache
def crowded() -> Planned:
    """A crowded hub, planned once."""
    return planned_once(medium_hub(CROWDED))


@functools.cache
def in_full_swing() -> Planned:
    """A hub to which something of most kinds has happened, so that any change can be made; planned once."""
    rng = random.Random(1)
    of = medium_hub(Shape(people=14, settings=6, groups=2, isolating=50, cohorts=50))
    for earlier in ("a_setting_closed", "a_return_that_ages", "an_outbreak", "a_decline"):
        of = changed(of, ANY[earlier], rng.choice)
    return planned_once(of)


@over("name", some(sorted(ANY)))
@pytest.mark.whole
def test_each_kind_of_change_is_planned_as_if_anew_at_a_medium_hub(name: str) -> None:
    rng, before = random.Random(name), in_full_swing()
    tries = (changed(before.case, ANY[name], rng.choice) for _ in range(40))
    now = next(case for case in tries if case != before.case)
    planned_again(before, now)


@pytest.mark.whole
def test_a_case_that_did_not_change_is_planned_as_well_again() -> None:
    before = crowded()
    again = planned_again(before, before.case)
    assert again.objective == before.objective
    assert reasons(again.plan()) == reasons(before.plan())


@pytest.mark.whole
def test_a_change_that_is_taken_back_leaves_the_plan_as_good_as_it_was() -> None:
    before = crowded()
    rng = random.Random(4)
    for name in some(("a_setting_closed", "a_person_more")):
        meanwhile = planned_again(before, changed(before.case, ANY[name], rng.choice))
        assert planned_again(meanwhile, before.case).objective == before.objective


@pytest.mark.whole
def test_a_plan_that_ran_out_of_time_is_no_hindrance() -> None:
    of = medium_hub(CROWDED)
    hasty = plan_case(of, time_limit=1e-6)
    planned_again(hasty, of)
    planned_again(hasty, changed(of, ANY["a_bed_lost"], random.Random(1).choice))


def test_an_empty_hub_fills_and_empties_again() -> None:
    nobody = case([], [home("S1", 1)])
    somebody = case([person("P1", observations=[positive(-2)]), person("P2")], [home("S1", 1)])
    first = planned_again(planned_once(nobody), somebody)
    assert first.objective.placed == (0, 1, 0, 0)
    assert planned_again(first, nobody).objective.placed == (0, 0, 0, 0)
    assert planned_again(first, case([person("P9")], [])).objective.placed == (0, 0, 0, 0)


def test_somebody_who_is_accepted_no_longer_counts_and_keeps_the_bed() -> None:
    before = planned_once(case([person("P1"), person("P2", priority=3)], [home("S1", 1)]))
    after = planned_again(before, locked_in(before, "P1"))
    assert after.objective.placed == (0, 0, 0, 0)
    assert [(p.patient, p.locked) for p in after.plan().placements] == [("P1", True)]
