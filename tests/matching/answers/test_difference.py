"""What if: the difference of two plans, person by person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from discharge.matching.answers import difference, difference_of_plans
from discharge.matching.answers.changes import with_patient, with_setting
from discharge.matching.answers.difference import Kind
from discharge.matching.answers.patch import changed_case
from discharge.matching.answers.reading import courses_of
from discharge.matching.planned import Planned, plan_case
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.errors import BrokenFile
from discharge.model.files import write_case
from discharge.model.plan import Plan
from tests.builders import beds, case, free, home, locked, on, person, setting, stay, unit
from tests.examples import few
from tests.matching.hubs import cases


def closed(of: Case, name: str) -> Case:
    """The case with a setting closed."""
    return with_setting(of, name, lambda s: s.model_copy(update={"admissions": "closed"}))


def told(before: Case, after: Case) -> dict[str, str]:
    """The sentences for whom something is different, by person."""
    return {p.patient: p.text for p in difference(plan_case(before), plan_case(after)).changed}


def hub() -> Case:
    """P1 in S1, P2 in S2, and P3 in neither; S3 is closed."""
    people = [
        person("P1", preferred=["S1"], priority=1),
        person("P2", preferred=["S2"], excluded=["S1"]),
        person("P3", excluded=["S1", "S2"]),
    ]
    return case(people, [home("S1"), home("S2"), home("S3", 2, admissions="closed")])


def test_nothing_is_different_between_a_case_and_itself() -> None:
    answer = difference(plan_case(hub()), plan_case(hub()))
    assert answer.changed == ()
    assert answer.as_text().endswith("Nobody's place changes.")


def test_who_gets_a_place_and_who_goes_elsewhere_are_told() -> None:
    opened = with_setting(hub(), "S3", lambda s: s.model_copy(update={"admissions": "open"}))
    assert told(hub(), opened) == {"P3": "P3 gets a place: S3 from Mon 16 Nov."}
    shut = closed(opened, "S2")
    answer = difference(plan_case(opened), plan_case(shut))
    assert [(p.patient, p.kind) for p in answer.changed] == [("P2", Kind.ELSEWHERE)]
    assert answer.as_text().splitlines() == [
        "Before: 3 people placed (1 of priority 1 and 2 of priority 2), 0 points.",
        "After: 3 people placed (1 of priority 1 and 2 of priority 2), 15 points.",
        "P2 goes elsewhere: S3 from Mon 16 Nov, not S2 from Mon 16 Nov (15 points more).",
        "2 people go where they went.",
    ]


def test_who_loses_a_place_is_told_and_counted() -> None:
    answer = difference(plan_case(hub()), plan_case(closed(hub(), "S2")))
    assert (answer.lost, answer.placed, answer.places) == (("P2",), (), -1)
    assert answer.changed[0].text == "P2 loses their place: S2 from Mon 16 Nov."


def test_who_waits_longer_is_told_by_the_day() -> None:
    now = case(settings=[setting("S1", name="Beech House")])
    later = case(settings=[setting("S1", unit(beds(free=[free(on(3))])), name="Beech House")])
    sentence = "P1 waits 3 days longer: Beech House (S1) from Thu 19 Nov (30 points more)."
    assert told(now, later) == {"P1": sentence}
    assert told(later, now) == {
        "P1": "P1 starts 3 days sooner: Beech House (S1) from Mon 16 Nov (30 points fewer)."
    }


def test_who_is_listed_in_one_case_only_is_told() -> None:
    fewer = case([person("P2")], [home("S1", 2)])
    both = case([person("P1"), person("P2")], [home("S1", 2)])
    assert told(both, fewer) == {"P1": "P1 isn't listed any more."}
    assert told(fewer, both) == {"P1": "P1 is new: S1 from Mon 16 Nov."}


def test_a_placement_that_is_fixed_is_no_change_of_place() -> None:
    free_case = case(settings=[home()])
    held = case(settings=[home()], locked=[locked("P1", stay("S1/U1/B1", on(0)))])
    answer = difference(plan_case(free_case), plan_case(held))
    assert (answer.places, [p.kind for p in answer.people]) == (0, [Kind.SAME])


def test_nobody_is_said_to_move_by_mere_chance() -> None:
    """Four people alike in four homes alike: closing a fifth that nobody uses moves nobody."""
    people = [person(f"P{n}") for n in range(4)]
    of = case(people, [*(home(f"S{n}") for n in range(4)), home("S9", rating="inadequate")])
    assert told(of, closed(of, "S9")) == {}


def test_two_plans_of_a_case_are_told_apart_without_solving() -> None:
    before, after = plan_case(hub()).plan(), plan_case(closed(hub(), "S2")).plan()
    answer = difference_of_plans(before, after, hub())
    assert answer.lost == ("P2",)
    assert answer.as_json()["places"] == -1


def told_plan(before: Planned, after: Planned) -> Plan:
    """The plan that a difference tells of: everybody's placement in one of the two plans."""
    first = {p.patient: p for p in before.plan().placements}
    plan = after.plan()
    second = {p.patient: p for p in plan.placements}
    was, now = courses_of(before), courses_of(after)
    answer = difference(before, after)
    placements = []
    for each in answer.people:
        if each.after is None:
            continue
        assert each.after in (was.get(each.patient), now.get(each.patient))
        placements.append((second if each.after == now.get(each.patient) else first)[each.patient])
    placed = {p.patient for p in placements}
    reasons = {u.patient: u for u in (*before.plan().unplaced, *plan.unplaced)}
    unplaced = tuple(reasons[p.id] for p in after.case.patients if p.id not in placed)
    return plan.model_copy(update={"placements": tuple(placements), "unplaced": unplaced})


@few(4, *HealthCheck)
@given(cases(patients=4, settings=4, days=4), st.data())
def test_what_is_told_is_a_best_plan_of_the_changed_case(of: Case, data: st.DataObject) -> None:
    """Whatever is told as staying makes a lawful plan with just the counts and points of the best one."""
    name = data.draw(st.sampled_from([s.id for s in of.settings]))
    who = data.draw(st.sampled_from([p.id for p in of.patients]))
    urgent, near = with_patient(of, who, priority=1), with_patient(of, who, max_km=1.0)
    changed = data.draw(st.sampled_from([closed(of, name), urgent, near]))
    before, after = plan_case(of), plan_case(changed)
    assert [str(b) for b in verify(changed, told_plan(before, after))] == []


# --- a small file that says what differs --------------------------------------------------------------


def changed_by(of: Case, change: Any) -> Case:
    return changed_case(write_case(of), json.dumps(change).encode())


def test_a_change_names_only_what_differs() -> None:
    of = case([person("P1"), person("P2")], [home("S1", 2)], locked=[locked("P2", stay("S1/U1/B1", on(0)))])
    now = changed_by(of, {"settings": [{"id": "S1", "admissions": "closed"}], "horizon_days": 7})
    assert (now.settings[0].admissions, now.settings[0].units, now.horizon_days) == (
        "closed",
        of.settings[0].units,
        7,
    )
    more = changed_by(of, {"patients": [person("P3")], "without": ["P2"]})
    assert ([p.id for p in more.patients], more.locked) == (["P1", "P3"], ())
    fewer = {"settings": [{"id": "S1", "units": [{"id": "U1", "beds": [{"id": "B1", "free": []}]}]}]}
    assert changed_by(of, fewer).settings[0].units[0].beds[0].free == ()


def test_a_whole_case_is_a_change_too() -> None:
    assert changed_case(write_case(case()), write_case(hub())) == hub()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ([], "$"),
        ({"without": ["P9"]}, "without"),
        ({"without": "P1"}, "without"),
        ({"patients": [{"id": "P1", "priority": 9}]}, "patients[0].priority"),
        ({"colour": 1}, "colour"),
        ({"patients": 3}, "patients"),
    ],
)
def test_a_change_that_makes_no_case_is_refused_by_path(change: Any, path: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        changed_by(case(), change)
    assert caught.value.faults[0].path == path
