"""No rule without a test: each id of the placement rules is named by a table row or a test."""

from __future__ import annotations

import re
from pathlib import Path

from tests.over import over
from tests.spec.words import rows

TESTS = Path(__file__).parent.parent
LAST = {"T": 3, "S": 8, "R": 5, "C": 9, "I": 2, "N": 12, "A": 6}
"""How many rules each section has: T1-T3, S1-S8 and so on."""

RULES = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
DONE_BY_PEOPLE = ("A1", "A2", "A3", "A4", "A5", "A6", "C5")
"""What people do and record: tested where the actions are."""


def _named_in_tables() -> set[str]:
    return {row.cells["Rule"] for column in ("Asks", "Answer") for row in rows(column)}


def _named_by_tests(folder: Path) -> set[str]:
    named = (
        re.match(r"test_([a-z]\d+)_", name)
        for file in folder.rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    )
    return {found[1].upper() for found in named if found}


def test_there_are_45_rules() -> None:
    assert len(RULES) == 45


def test_the_tables_name_no_rule_that_is_not_one() -> None:
    assert _named_in_tables() <= set(RULES)


@over("rule", [rule for rule in RULES if rule not in DONE_BY_PEOPLE])
def test_a_table_or_a_test_of_this_folder_names_the_rule(rule: str) -> None:
    assert rule in _named_in_tables() | _named_by_tests(TESTS / "spec")


@over("rule", DONE_BY_PEOPLE)
def test_a_test_somewhere_names_what_people_do(rule: str) -> None:
    files = [file for file in TESTS.rglob("test_*.py") if file != Path(__file__)]
    word = re.compile(rf"\b{rule}\b|\btest_\w*{rule.lower()}_")
    assert any(word.search(file.read_text(encoding="utf-8")) for file in files)


def test_the_boundary_cases_stand_in_the_tables() -> None:
    said = "\n".join(row.cells["In words"] for column in ("Asks", "Answer") for row in rows(column))
    for case in (
        "exactly 48 hours old passes",
        "over the end of summer time",
        "over the start of summer time",
        "on day 13",
        "on day 14",
        "on day 15",
        "day 90",
        "day 91",
        "immunosuppressed",
        "not attested",
        "inconclusive, then negative",
        "a minute after the planning instant",
        "an onset before the specimen",
        "an onset after the specimen",
        "in mid-isolation",
    ):
        assert case in said, case
