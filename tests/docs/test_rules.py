"""docs/rules.md says what the code does: each rule by its id, each shipped value, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from discharge.matching.verify.reasons import RULE_IDS
from discharge.rules.local_values import is_local, values_of
from discharge.rules.rule_set import shipped_rule_sets
from tests.docs.pages import ROOT, page, rows

RULES = page("rules.md")
ID = re.compile(r"\b[TSRCINA]\d{1,2}\b")
COVID = "organisms.sars-cov-2."


def told() -> list[str]:
    """The ids of the rules that the page tells, each at the head of a point."""
    return re.findall(r"^- \*\*([A-Z]\d+) ", RULES, flags=re.MULTILINE)


def test_each_rule_stands_there_once_and_in_its_order() -> None:
    assert sorted(told()) == sorted(RULE_IDS)
    for letter in "TSRCINA":
        numbers = [int(rule[1:]) for rule in told() if rule[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1))


def test_each_rule_says_where_it_comes_from() -> None:
    points = re.split(r"^(?=- \*\*[A-Z]\d+ )", RULES, flags=re.MULTILINE)[1:]
    without = [point[4:7] for point in points if "*Source:" not in re.split(r"\n\n", point)[0]]
    assert without == []


def test_each_rule_that_the_product_names_stands_there() -> None:
    """In docstrings, sentences and values: what looks like a rule's id is one."""
    unknown: dict[str, list[str]] = {}
    for folder in ("discharge", "ui"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for found in set(ID.findall(file.read_text("utf-8"))) - set(told()):
                unknown.setdefault(found, []).append(str(file.relative_to(ROOT)))
    assert unknown == {}


def test_a_rule_set_names_no_rule_that_is_not_told() -> None:
    for file in sorted((ROOT / "resources" / "rule_sets").glob("*.toml")):
        sources = re.findall(r'source = "([^"]*)"', file.read_text("utf-8"))
        assert set(ID.findall(" ".join(sources))) <= set(told())


def test_the_rule_sets_are_those_that_ship() -> None:
    assert set(re.findall(r"`(england-[\d-]+)`", RULES)) == set(shipped_rule_sets())


def shown(value: object) -> str:
    """A value as the page writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(shown(each) for each in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)


def test_the_values_of_every_rule_set_are_as_they_ship() -> None:
    for rules in shipped_rule_sets().values():
        shipping = {
            f"`{key}`": [shown(value), "local" if is_local(rules, key) else ""]
            for key, value in values_of(rules).items()
            if not key.startswith(COVID)
        }
        assert {row[0]: row[1:] for row in rows(RULES, "Of every rule set")} == shipping


@pytest.mark.parametrize("at", range(len(shipped_rule_sets())))
def test_the_values_for_covid_are_as_they_ship(at: int) -> None:
    rules = list(shipped_rule_sets().values())[at]
    shipping = {
        f"`{key.removeprefix(COVID)}`": shown(value) + (" (local)" if is_local(rules, key) else "")
        for key, value in values_of(rules).items()
        if key.startswith(COVID)
    }
    assert {row[0]: row[1 + at] for row in rows(RULES, "COVID-19: `organisms.sars-cov-2`")} == shipping


@pytest.mark.parametrize("file", sorted(Path(ROOT / "docs").glob("*.md")), ids=lambda file: file.name)
def test_no_page_names_a_rule_that_is_not_told(file: Path) -> None:
    prose = re.sub(r"```.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert set(ID.findall(prose)) - set(told()) == set()


def test_the_code_names_these_pages_and_no_other_source_of_rules() -> None:
    elsewhere = re.compile(r"\bspec: |\([Rr]ules \d|^\s*(?:#|\"\"\") ?Rules \d", flags=re.MULTILINE)
    found = [
        str(file.relative_to(ROOT))
        for folder in ("discharge", "ui", "benchmarks", "tests")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file != Path(__file__) and elsewhere.search(file.read_text("utf-8"))
    ]
    assert found == []
