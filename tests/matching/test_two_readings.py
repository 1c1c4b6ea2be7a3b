"""The infection rules read twice, apart from each other: the engine and the verifier ask the same."""

from __future__ import annotations

import pytest

from tests.examples import seeds
from tests.matching.records import FIVE, Json, case_of, negative, on, onset, person, positive, result
from tests.matching.two_readings import COVID, NAMES, disagreements, one_person

ONCE_APART = (1986, 9258, 10035, 12836, 14620)
"""Where the two readings were not of one mind: what a hub settles of a suspected case, and the nights after
an isolation at whose end the direct route is no way out."""


@pytest.mark.parametrize("seed", ONCE_APART)
def test_where_the_two_readings_once_differed_they_agree(seed: int) -> None:
    assert list(disagreements(one_person(seed))) == []


def _later_report(what: str, day: int) -> Json:
    """A result of the moment at which `positive` takes its specimen, reported a day later."""
    return result(what, day, reported=f"{on(day + 1)}T06:00:00+00:00")


@pytest.mark.parametrize("rule_set", NAMES)
@pytest.mark.parametrize("what", ["negative", "inconclusive"])
@pytest.mark.parametrize("days_ago", [20, 14, 3])
@pytest.mark.parametrize("spells", [[], [onset(-40)], [onset(-40), onset(0)]], ids=["well", "old", "new"])
def test_a_positive_and_another_result_of_one_moment_are_read_alike(
    rule_set: str, what: str, days_ago: int, spells: list[Json]
) -> None:
    seen = [positive(-days_ago), _later_report(what, -days_ago), *spells]
    assert list(disagreements(case_of([person(observations=seen)], [], rule_set=rule_set))) == []


def test_a_negative_beside_five_attestations_silences_no_onset_in_either_reading() -> None:
    seen = [positive(-20), onset(0, resolved=5), negative(0)]
    rules = {"base": "england-2020-10-13", "organisms": {COVID: {"later_onset_speaks": True}}}
    case = case_of([person(observations=seen, attestations=FIVE)], [], rule_set=rules)
    assert list(disagreements(case)) == []


@pytest.mark.parametrize("what", ["pending", "inconclusive"])
@pytest.mark.parametrize("base", ["england-2020-04-15", "england-2020-10-13"])
def test_an_onset_speaks_beside_a_result_on_which_they_isolate_as_suspected(what: str, base: str) -> None:
    seen = [positive(-120), result(what, -2), onset(-2)]
    rules = {"base": base, "organisms": {COVID: {"later_onset_speaks": True}}}
    case = case_of([person(observations=seen)], [], rule_set=rules)
    assert list(disagreements(case)) == []


@seeds(2, first=300)
def test_the_two_readings_agree_on_many_people(seed: int) -> None:
    many = range(100 * seed, 100 * seed + 100)
    assert [each for each in many if list(disagreements(one_person(each)))] == []
