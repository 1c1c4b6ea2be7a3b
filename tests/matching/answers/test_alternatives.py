"""Alternatives: the next best choices of one person, and what each costs them and the others."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given

from discharge.matching.answers import alternatives
from discharge.matching.planned import plan_case
from discharge.model.case import Case
from discharge.model.errors import BrokenFile
from tests.builders import (
    DESIGNATED,
    NO_TEST_ASKED,
    beds,
    case,
    free,
    home,
    hot,
    locked,
    negative,
    on,
    person,
    positive,
    setting,
    stay,
    unit,
)
from tests.examples import few
from tests.matching.brute_force import best_of
from tests.matching.hubs import cases


def three_homes() -> Case:
    """P1 likes S1, then S2; P2 has one home alone; S3 is worst."""
    people = [person("P1", preferred=["S1", "S2"]), person("P2", excluded=["S1", "S3"])]
    return case(people, [home("S1"), home("S2"), home("S3", rating="inadequate")])


@pytest.mark.whole
def test_the_next_best_choice_comes_first_with_what_it_costs_the_person_and_the_others() -> None:
    answer = alternatives(plan_case(three_homes()), "P1")
    assert answer.complete
    assert answer.now is not None
    assert answer.now.settings == ("S1",)
    told = [(c.course.settings, c.own, c.places, c.points) for c in answer.choices]
    assert told == [(("S3",), 70, 0, 70), (("S2",), 15, -1, 15)]
    assert answer.as_text().splitlines() == [
        "Now S1 from Mon 16 Nov: 0 points.",
        "S3 from Mon 16 Nov instead: 70 points more.",
        "S2 from Mon 16 Nov instead: 15 points more; P2 is not placed; "
        "in all 1 person placed (1 of priority 2), 15 points.",
    ]


def test_so_many_are_given_as_are_asked_for() -> None:
    planned = plan_case(three_homes())
    assert [c.course.settings for c in alternatives(planned, "P1", 1).choices] == [("S3",)]


def test_somebody_else_who_waits_is_said_to_wait() -> None:
    """S1 has a bed now and one in two days: one of the two waits for it."""
    of = case([person("P1"), person("P2")], [setting("S1", unit(beds("B1"), beds("B2", free=[free(on(2))])))])
    planned = plan_case(of)
    waits = next(name for name, itinerary in planned.chosen.items() if itinerary.points == 20)
    goes = "P2" if waits == "P1" else "P1"
    assert alternatives(planned, waits, 1).as_text().splitlines() == [
        "Now S1 from Wed 18 Nov: 20 points.",
        f"S1 from Mon 16 Nov instead: 20 points fewer; {goes} waits 2 days longer; as many points in all.",
    ]
    assert alternatives(planned, goes, 1).as_text().splitlines() == [
        "Now S1 from Mon 16 Nov: 0 points.",
        f"S1 from Wed 18 Nov instead: 20 points more; {waits} starts 2 days sooner; as many points in all.",
    ]


@pytest.mark.whole
def test_where_others_go_elsewhere_the_sum_of_both_is_told() -> None:
    """P1 and P2 each in the home they like; were P1 to take that of P2, P2 would take the other."""
    people = [person("P1", preferred=["S1", "S2"]), person("P2", preferred=["S2", "S1"])]
    answer = alternatives(plan_case(case(people, [home("S1"), home("S2")])), "P1", 3)
    chosen = {c.course.settings: c for c in answer.choices}
    assert chosen["S2",].points == 30
    assert chosen["S2",].text == (
        "S2 from Mon 16 Nov instead: 15 points more; P2 goes elsewhere; 30 points more in all."
    )


@pytest.mark.whole
def test_a_person_without_a_place_is_told_whose_it_would_be() -> None:
    people = [person("P1", priority=2), person("P2", priority=1)]
    answer = alternatives(plan_case(case(people, [home()])), "P1", 1)
    assert answer.as_text().splitlines() == [
        "P1 has no place.",
        "S1 from Mon 16 Nov: 0 points; P2 is not placed; in all 1 person placed (1 of priority 2), 0 points.",
    ]


def test_where_no_bed_will_do_that_is_said() -> None:
    answer = alternatives(plan_case(case(settings=[home(admissions="closed")])), "P1")
    assert answer.as_text() == "P1 has no place.\nNo bed that has room will do."


def test_two_stays_are_one_choice() -> None:
    homes = [hot(), home("S1"), home("S2", rating="requires_improvement")]
    of = case([person(observations=[positive(-3)])], homes, rule_set=DESIGNATED)
    answer = alternatives(plan_case(of), "P1", 2)
    assert [(c.course.settings, c.own) for c in answer.choices] == [
        (("HOT", "S2"), 10),
        (("HOT",), 80),
    ]


def test_whoever_is_held_has_no_choice_and_whoever_is_not_listed_is_a_fault() -> None:
    planned = plan_case(case(settings=[home("S1", 2)], locked=[locked("P1", stay("S1/U1/B1", on(0)))]))
    assert alternatives(planned, "P1").choices == ()
    assert "held" in alternatives(planned, "P1").as_text()
    with pytest.raises(BrokenFile):
        alternatives(planned, "P9")


@pytest.mark.whole
def test_companions_go_along_or_it_is_no_choice() -> None:
    people = [person("P1"), person("P2", together_with="P1")]
    worse = home("S3", 2, rating="inadequate")
    answer = alternatives(plan_case(case(people, [home("S1", 2), home("S2", 1), worse])), "P1", 5)
    assert {c.course.settings for c in answer.choices} == {("S3",)}


def test_where_the_tries_are_spent_it_is_said() -> None:
    people = [person("P1", preferred=["S1"]), person("P2", excluded=["S1"])]
    answer = alternatives(plan_case(case(people, [home("S1"), home("S2"), home("S3")])), "P1", budget=1)
    assert not answer.complete
    assert answer.as_text().endswith("1 choice was tried; there may be better ones.")


@few(3, *HealthCheck)
@given(cases(patients=3, settings=3, days=3))
def test_each_other_setting_costs_what_brute_force_says(of: Case) -> None:
    """Without infections, so that one stay is all there is; all but one setting is excluded."""
    patients = tuple(
        p.model_copy(update={"observations": (), "together_with": None, "attestations": ()})
        for p in of.patients
    )
    of = of.model_copy(update={"patients": patients, "rule_set": NO_TEST_ASKED})
    planned = plan_case(of)
    first = next(iter(planned.chosen), None)
    assume(first is not None)
    assert first is not None
    answer = alternatives(planned, first, 4, budget=100)
    assert answer.complete
    assert answer.now is not None
    found = {c.course.settings[-1]: c for c in answer.choices if c.course.settings != answer.now.settings}
    for other in (s.id for s in of.settings if s.id != answer.now.settings[-1]):
        barred = tuple({s.id for s in of.settings} - {other})
        alone = tuple(
            p.model_copy(update={"excluded": (*p.excluded, *barred)}) if p.id == first else p
            for p in patients
        )
        best = best_of(of.model_copy(update={"patients": alone}))
        mine = next((p for p in best.placements if p.patient == first), None)
        if other in found and mine is not None:
            objective = found[other].objective
            assert (objective.placed, objective.points) == (best.placed, best.points)
        elif mine is not None:
            assert len(answer.choices) == 4


@pytest.mark.whole
def test_the_same_is_told_as_plain_data() -> None:
    data = alternatives(plan_case(three_homes()), "P1", 1).as_json()
    assert data["complete"] is True
    assert isinstance(data["alternatives"], list)
    assert data["alternatives"][0]["own"] == 70


def test_a_negative_test_asks_for_its_own_room_in_every_choice() -> None:
    shared = setting("S2", unit(beds(room="shared")))
    of = case([person(observations=[negative()])], [home("S1"), shared, home("S3")], rule_set=DESIGNATED)
    answer = alternatives(plan_case(of), "P1")
    assert answer.now is not None
    own_room = {("S1",), ("S3",)}  # alike: whichever the solver takes, the other is what is left
    assert answer.now.settings in own_room
    assert {c.course.settings for c in answer.choices} == own_room - {answer.now.settings}
