"""The infection rules read twice, apart from each other: the engine and the verifier ask the same."""

from __future__ import annotations

import pytest

from tests.examples import seeds
from tests.matching.two_readings import disagreements, one_person

ONCE_APART = (1986, 9258, 10035, 12836, 14620)
"""Where the two readings were not of one mind: what a hub settles of a suspected case, and the nights after
an isolation at whose end the direct route is no way out."""


@pytest.mark.parametrize("seed", ONCE_APART)
def test_where_the_two_readings_once_differed_they_agree(seed: int) -> None:
    assert list(disagreements(one_person(seed))) == []


@seeds(2, first=300)
def test_the_two_readings_agree_on_many_people(seed: int) -> None:
    many = range(100 * seed, 100 * seed + 100)
    assert [each for each in many if list(disagreements(one_person(each)))] == []
