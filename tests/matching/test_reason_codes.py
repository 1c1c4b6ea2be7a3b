"""Each reason code, told by the engine for a hub that a reader can check, and gone when the reason is.

The reason is told in the plan and by `explain`, with the rule that it comes from.
"""

from __future__ import annotations

import pytest

from discharge.matching.verify.reasons import CODES
from discharge.rules.eligibility import REASONS
from tests.builders import codes, plan, read
from tests.matching.asking import explain
from tests.matching.reason_table import TABLE
from tests.over import over

ABOUT_THE_PERSON = frozenset(
    {
        "not_ready",
        "awaiting_result",
        "no_test",
        "test_expired",
        "inconclusive",
        "clinical_release_missing",
        "home",
        "home_with_support",
    }
)
OF_THE_PLAN = frozenset({"no_designated_bed", "no_isolation_bed", "outbid", "companion"})


@over("words", TABLE)
@pytest.mark.whole
def test_the_reason_is_told_with_its_rule_and_goes_when_it_is_put_right(words: str) -> None:
    row = TABLE[words]
    found = plan(read(row.hub))
    told = [reason for each in found.unplaced if each.patient == "P1" for reason in each.reasons]
    assert (row.code, row.rule) in [(reason.code, reason.rule) for reason in told]
    right = plan(read(row.right))
    assert "P1" in {placement.patient for placement in right.placements}
    assert codes(right) == []


@pytest.mark.whole
@over("words", TABLE)
def test_explain_tells_the_same_reason_in_words(words: str) -> None:
    row = TABLE[words]
    answer = explain(read(row.hub), "P1")
    assert answer.placement is None
    assert f"({row.code}, {row.rule})" in answer.as_text()
    assert explain(read(row.right), "P1").placement is not None


@over("words", [words for words, row in TABLE.items() if row.code in REASONS])
def test_the_setting_asked_about_has_this_one_reason_against_it(words: str) -> None:
    row = TABLE[words]
    asked = explain(read(row.hub), "P1", "S1").asked
    assert asked is not None
    assert asked.codes == (row.code,)
    after = explain(read(row.right), "P1", "S1").asked
    assert after is not None
    assert after.codes == ()


@over("words", [words for words, row in TABLE.items() if row.code in ABOUT_THE_PERSON])
def test_what_is_about_the_person_is_the_whole_answer(words: str) -> None:
    found = plan(read(TABLE[words].hub))
    assert codes(found) == [TABLE[words].code]
    assert [reason.settings for reason in found.unplaced[0].reasons] == [0]


# --- the table is whole ---------------------------------------------------------------------------------


def test_every_code_has_a_row() -> None:
    assert {row.code for row in TABLE.values()} == set(REASONS) | ABOUT_THE_PERSON | OF_THE_PLAN


def test_the_codes_of_the_engine_are_those_of_the_verifier() -> None:
    assert set(REASONS) | ABOUT_THE_PERSON | OF_THE_PLAN == CODES
