"""The engine held against one whole model on some crowded hubs: on thousands in `dev.py bench --exact`."""

from __future__ import annotations

from collections import Counter

import pytest

from discharge.matching.alike import kinds_of
from discharge.matching.prepared import prepare
from discharge.rules.rule_set import rules_of
from tests.examples import sweep
from tests.matching.compare_many import Tally, compare, crowded, differences
from tests.matching.medium_hubs import medium_hub, shape_of

SEEDS = (*range(6, 25), 34, 45, 89)
"""The last have three organisms in their cohorts."""
LOTS = [SEEDS[first : first + 8] for first in range(0, len(SEEDS), 8)]

FOUND_ONCE = (
    # P1, isolating for fewer nights than a move is worth: the verifier said that the reason isn't true
    "people=9,settings=4,horizon=4,groups=4,largest=2,isolating=0,organisms=3,cohorts=80,admissions=1,"
    "limited=60,beds=40,for_a_while=0,locked=0,priorities=2,rule_set=england-2020-04-15,seed=206,alike=80,"
    "kept=30",
)
"""Hubs in which something was wrong once."""


@pytest.mark.parametrize("lot", sweep(range(len(LOTS))))
def test_crowded_hubs_are_planned_at_their_optimum(lot: int) -> None:
    tally, seeds = Tally(), LOTS[lot]
    wrong = list(compare((crowded(seed) for seed in seeds), tally, seconds=60))
    assert wrong == []
    assert (tally.hubs, tally.too_slow) == (len(seeds), 0)


@pytest.mark.parametrize("words", FOUND_ONCE)
def test_what_was_wrong_once_is_right(words: str) -> None:
    assert differences(medium_hub(shape_of(words))) == []


def test_the_hubs_hold_what_they_are_to_try() -> None:
    found: Counter[str] = Counter()
    for seed in SEEDS:
        of = medium_hub(crowded(seed))
        prepared = prepare(of, rules_of(of))
        people = range(len(prepared.seekers))
        found["rule set " + str(of.rule_set)] += 1
        found["companions"] += bool(prepared.together)
        found["locked"] += bool(of.locked)
        found["limited admissions"] += any(s.max_admissions_per_day for s in of.settings)
        found["people who are alike"] += max(kinds_of(prepared.seekers, people, ()).sizes) > 1
        found["a bed kept for somebody"] += bool(prepared.capacity.kept)
        kinds = {c[2] for s in prepared.seekers for j in s.journeys for leg in j.legs for c in leg.cohorts}
        found[f"{len(kinds)} organisms in cohorts"] += 1
    assert min(found.values()) >= 2, found
    assert len(found) == 4 + 5 + 4
