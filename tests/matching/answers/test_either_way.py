"""Either way: the places of somebody who awaits a result, and what holding both costs the others."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given

from discharge.matching.answers import either_way
from discharge.matching.answers.alternatives import without
from discharge.matching.answers.either_way import awaited
from discharge.matching.planned import plan_case
from discharge.model.case import Case
from discharge.model.errors import BrokenFile, UserError
from tests.builders import (
    COVID,
    DESIGNATED,
    at_ten,
    beds,
    case,
    free,
    home,
    hot,
    isolating,
    locked,
    negative,
    on,
    pending,
    person,
    specimen,
    stay,
)
from tests.examples import few
from tests.matching.brute_force import best_of
from tests.matching.hubs import cases


def hub(homes: int = 2, others: int = 1) -> Case:
    """P1 awaits a result; the others have a negative one."""
    people = [person("P1", priority=1, observations=[pending()])]
    people += [person(f"Q{n}", observations=[negative()]) for n in range(others)]
    return case(people, [hot(), *(home(f"S{n}") for n in range(homes))], rule_set=DESIGNATED)


def test_both_places_are_told_and_that_holding_them_costs_nothing() -> None:
    of = case([person("P1", observations=[pending()])], [hot(), home("S0")], rule_set=DESIGNATED)
    assert either_way(plan_case(of), "P1").as_text().splitlines() == [
        "If negative: S0 from Mon 16 Nov.",
        "If positive: HOT from Mon 16 Nov, then S0 from Sun 29 Nov.",
        "Holding both places until the COVID-19 result costs the others nothing.",
    ]
    answer = either_way(plan_case(hub(4)), "P1")
    assert answer.negative.course is not None
    assert answer.positive.course is not None
    assert answer.negative.course.stays[-1].setting == answer.positive.course.stays[-1].setting
    assert (answer.places, answer.points, answer.lost) == (0, 0, ())


def test_who_would_have_no_place_while_both_are_held_is_told() -> None:
    """One home and one other, who has it as long as nothing is held there."""
    answer = either_way(plan_case(hub(1)), "P1")
    assert (answer.places, answer.lost) == (1, ("Q0",))
    assert answer.text == (
        "Holding both places until the COVID-19 result costs the others: 1 person fewer placed, "
        "Q0 without a place, as many points."
    )
    assert answer.as_json()["holding_both"] == {"places": -1, "points": 0, "lost": list(answer.lost)}


def test_holding_costs_points_where_the_others_have_to_go_elsewhere() -> None:
    people = [
        person("P1", priority=1, observations=[pending()], excluded=["S2"]),
        person("P2", observations=[negative()], preferred=["S1"]),
    ]
    answer = either_way(plan_case(case(people, [home("S1"), home("S2")], rule_set=DESIGNATED)), "P1")
    assert answer.positive.text == "If positive: S1 from Sun 29 Nov."
    assert answer.text == ("Holding both places until the COVID-19 result costs the others: 15 points more.")


def test_where_the_person_may_go_as_a_suspected_case_that_place_is_told_too() -> None:
    """In April 2020 somebody who awaited a result could go and isolate as a suspected case."""
    of = case([person("P1", observations=[pending()])], [isolating("R1")], rule_set="england-2020-04-15")
    told = either_way(plan_case(of), "P1").as_text().splitlines()
    assert told[:3] == [
        "Without a result: R1 from Mon 16 Nov.",
        "If negative: R1 from Mon 16 Nov.",
        "If positive: R1 from Mon 16 Nov.",
    ]


def test_where_no_result_gives_a_place_there_is_nothing_to_hold() -> None:
    of = case([person("P1", observations=[pending()])], [home(admissions="closed")], rule_set=DESIGNATED)
    answer = either_way(plan_case(of), "P1")
    assert (answer.negative.course, answer.positive.course) == (None, None)
    assert answer.text == "Neither COVID-19 result gives a place, so there is nothing to hold."


def test_a_result_that_is_reported_later_is_awaited_too() -> None:
    later = specimen(COVID, "positive", at_ten(-1), "2020-11-16T09:00:00+00:00")
    of = case([person("P1", observations=[later])], [home()], rule_set=DESIGNATED)
    assert awaited(of.patients[0], of) == (COVID,)


def test_whoever_awaits_nothing_is_refused_and_whoever_is_not_listed_is_a_fault() -> None:
    planned = plan_case(hub())
    with pytest.raises(UserError, match="Q0 awaits no result"):
        either_way(planned, "Q0")
    with pytest.raises(BrokenFile):
        either_way(planned, "P9")


def test_somebody_held_is_planned_anew() -> None:
    of = hub().model_copy(
        update={"locked": case(settings=[home("S1")], locked=[locked("P1", stay("S1/U1/B1", on(0)))]).locked}
    )
    answer = either_way(plan_case(of), "P1")
    assert answer.negative.course is not None
    assert not answer.negative.course.locked


def test_one_bed_is_never_held_twice() -> None:
    """One home with one bed that both results end in, and one bed more for the other person."""
    of = case(
        [person("P1", observations=[pending()]), person("Q", observations=[negative()])],
        [hot("HOT", beds(free=[free(count=1)])), home("S1", 2)],
        rule_set=DESIGNATED,
    )
    assert either_way(plan_case(of), "P1").places == 0


@few(4, *HealthCheck)
@given(cases(patients=3, settings=3, days=4))
def test_what_the_others_come_to_without_the_person_is_as_brute_force_says(of: Case) -> None:
    who = next((p.id for p in of.patients if awaited(p, of)), None)
    assume(who is not None)
    assert who is not None
    answer = either_way(plan_case(of), who)
    best = best_of(without(of, who))
    assert (answer.others.placed, answer.others.points) == (best.placed, best.points)
    held, others = (-sum(o.placed) for o in (answer.held, answer.others))
    assert held >= others or answer.held.placed <= answer.others.placed
