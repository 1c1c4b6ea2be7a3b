"""What a night asks and which rule says so: ids and sentences beside the tables of tests/spec."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from discharge.model.london import london_date
from discharge.rules.infection import infection_state
from discharge.rules.requirement import Block, Night
from discharge.rules.rule_set import rules_of, shipped_rule_sets
from tests.builders import (
    DAY0,
    DESIGNATED,
    NO_TEST_ASKED,
    case,
    exposure,
    inconclusive,
    negative,
    person,
    positive,
    state,
    symptoms,
)
from tests.over import over
from tests.spec.test_every_rule_is_tested import RULES
from tests.spec.words import Row, known, person_words, rows

RULE_SETS = list(shipped_rule_sets())


@over("row", rows("Asks"))
def test_every_night_names_a_rule_and_says_why(row: Row) -> None:
    under = row.under
    data = {**person_words("", under), **known(row.cells["Known"], under)}
    of = case([data], [], as_at=under.as_at.isoformat(), rule_set=under.rule_set)
    seen = infection_state(of.patients[0], rules_of(of), as_at=of.as_at)
    start = under.day(row.cells.get("First start", "today"))
    for days in (0, 1, 5, 20, 100):
        night = seen.night(start + timedelta(days), start)
        assert night.rule in RULES
        assert re.fullmatch(r"[A-Z].{8,}\.", night.text), night.text
        assert "P1" not in night.text


@pytest.mark.parametrize(
    ("observations", "rule_set", "rule", "says"),
    [
        ([positive(-3)], DESIGNATED, "R5", "designated unit"),
        ([positive(-3)], "england-2022-04-04", "S4", "confirmed COVID-19 until Mon 23 Nov"),
        ([negative(-1)], DESIGNATED, "C9", "first 14 nights"),
        ([], NO_TEST_ASKED, "N10", "no organism asks for more"),
        ([positive(-9, "cpe")], NO_TEST_ASKED, "I1", "Own room for CPE"),
        ([positive(-1, "influenza")], NO_TEST_ASKED, "S4", "confirmed influenza"),
        ([symptoms(-1, "rsv")], NO_TEST_ASKED, "R4", "RSV"),
        (
            [exposure(-1)],
            NO_TEST_ASKED,
            "C6",
            "an exposure",
        ),
        (
            [inconclusive()],
            DESIGNATED,
            "C2",
            "inconclusive",
        ),
    ],
)
def test_the_strictest_demand_of_a_night_says_why(
    observations: list[dict[str, object]], rule_set: str, rule: str, says: str
) -> None:
    night = state(case([person(observations=observations)], rule_set=rule_set)).night(DAY0)
    assert isinstance(night, Night)
    assert night.rule == rule
    assert says in night.text


def test_a_block_says_what_is_missing() -> None:
    block = state(case([person(observations=[positive(-30)])], rule_set=DESIGNATED)).block(DAY0)
    assert isinstance(block, Block)
    assert (block.code, block.rule) == ("clinical_release_missing", "C3")
    for attestation in ("clinical improvement", "clinician clearance", "no new symptoms"):
        assert attestation in block.text


def test_the_strictest_organism_is_shown_and_all_that_isolate_are_named() -> None:
    both = person(observations=[positive(-3), positive(-1, "influenza"), positive(-9, "mrsa")])
    night = state(case([both], rule_set=DESIGNATED)).night(DAY0)
    assert isinstance(night, Night)
    assert night.ask == "designated"
    assert night.organisms == {"sars-cov-2", "influenza"}
    assert night.own_room


@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_an_unknown_past_is_never_better_than_a_known_negative(rule_set: str) -> None:
    """Unknown never passes: somebody without any result never gets a bed that a negative would not open."""
    nobody_knows = state(case([person()], rule_set=rule_set))
    cleared = state(case([person(observations=[negative(-1)])], rule_set=rule_set))
    for days in range(30):
        night = nobody_knows.night(DAY0 + timedelta(days))
        better = cleared.night(DAY0 + timedelta(days))
        assert isinstance(better, Night)
        assert isinstance(night, Block) or night.ask == better.ask == "open"


def test_the_order_in_which_observations_were_typed_in_decides_nothing() -> None:
    seen = [
        positive(-3),
        negative(-1),
        symptoms(-5),
    ]
    for order in (seen, seen[::-1]):
        night = state(case([person(observations=order)], rule_set=DESIGNATED)).from_start(DAY0)
        assert night.isolation_end == date(2020, 11, 25)


def test_a_night_is_london_s() -> None:
    of = case([person()], as_at="2020-07-16T23:30:00+00:00")
    assert london_date(of.as_at) == of.day0 == date(2020, 7, 17)
