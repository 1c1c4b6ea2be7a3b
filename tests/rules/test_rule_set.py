"""Rule-set files: those that ship, a hub's own, overrides by a case; broken ones refused by line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from discharge.model.errors import BrokenFile, Fault
from discharge.paths import resources
from discharge.rules.rule_set import Acute, RuleSet, read_rule_set, rule_sets, rules_of, shipped_rule_sets
from discharge.rules.rule_set import Tested as WithTest
from tests.builders import Json, case
from tests.over import over

SHIPPED = resources() / "rule_sets"

OWN = """\
name = "our-hub"
title = "Our hub"
base = "england-2020-10-13"
from = 2020-11-01

[stale_hours]
value = 48
source = "Our hub, 1 Nov 2020"
local = true

[organisms.influenza]
days = { value = 7, source = "Our infection control lead" }
"""


def write(folder: Path, text: str, name: str = "ours.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults_of(file: Path) -> list[Fault]:
    with pytest.raises(BrokenFile) as caught:
        read_rule_set(file, shipped_rule_sets())
    return list(caught.value.faults)


# --- those that ship ----------------------------------------------------------------------------------


@over(
    "name, key, value",
    [
        ("england-2020-04-15", "test_needed", True),
        ("england-2020-04-15", "test_valid_hours", 0),
        ("england-2020-04-15", "never_tested", "blocked"),
        ("england-2020-04-15", "pending", "suspected"),
        ("england-2020-04-15", "inconclusive", "suspected"),
        ("england-2020-04-15", "inconclusive_settings", ("hot_home", "intermediate_care", "alternative")),
        ("england-2020-04-15", "positive", "isolation"),
        ("england-2020-04-15", "isolation_days", 14),
        ("england-2020-04-15", "negative_own_room_nights", 14),
        ("england-2020-04-15", "direct_route", False),
        ("england-2020-10-13", "test_valid_hours", 48),
        ("england-2020-10-13", "pending", "blocked"),
        ("england-2020-10-13", "inconclusive", "suspected"),
        ("england-2020-10-13", "positive", "designated"),
        ("england-2020-10-13", "negative_own_room_nights", 14),
        ("england-2020-10-13", "direct_route", True),
        ("england-2020-10-13", "direct_route_days", 90),
        ("england-2022-04-04", "test_valid_hours", 48),
        ("england-2022-04-04", "inconclusive", "blocked"),
        ("england-2022-04-04", "positive", "isolation"),
        ("england-2022-04-04", "isolation_days", 10),
        ("england-2022-04-04", "negative_own_room_nights", 0),
        ("england-2022-04-04", "direct_route", True),
        ("england-2024-04-01", "test_needed", False),
        ("england-2024-04-01", "never_tested", "symptomatic"),
        ("england-2024-04-01", "isolation_days", 5),
        ("england-2024-04-01", "direct_route", False),
        ("england-2024-04-01", "later_onset_speaks", True),
    ],
)
def test_a_shipped_rule_set_has_the_value_of_the_table(name: str, key: str, value: object) -> None:
    covid = shipped_rule_sets()[name].organisms["sars-cov-2"]
    assert getattr(covid, key) == value


def test_isolation_days_change_on_the_day_and_not_before() -> None:
    covid = shipped_rule_sets()["england-2020-10-13"].organisms["sars-cov-2"]
    assert isinstance(covid, WithTest)
    assert covid.days_from(date(2022, 2, 6)) == 14
    assert covid.days_from(date(2022, 2, 7)) == 10


def test_the_hash_is_of_the_values_and_not_of_their_sources(tmp_path: Path) -> None:
    one = read_rule_set(write(tmp_path, OWN), shipped_rule_sets())
    resourced = OWN.replace("Our infection control lead", "Somebody else")
    two = read_rule_set(write(tmp_path, resourced), shipped_rule_sets())
    longer = OWN.replace("value = 7", "value = 8")
    three = read_rule_set(write(tmp_path, longer), shipped_rule_sets())
    assert one.sha256 == two.sha256
    assert one.sha256 != three.sha256


# --- a hub's own --------------------------------------------------------------------------------------


def test_a_hubs_own_file_starts_from_its_base_and_changes_what_it_says(tmp_path: Path) -> None:
    among = rule_sets([write(tmp_path, OWN)])
    ours, base = among["our-hub"], among["england-2020-10-13"]
    assert (ours.stale_hours, base.stale_hours) == (48, 72)
    influenza = ours.organisms["influenza"]
    assert isinstance(influenza, Acute)
    assert (influenza.days, influenza.cohort) == (7, True)
    assert ours.organisms["sars-cov-2"] == base.organisms["sars-cov-2"]
    assert ours.sources["stale_hours"].local
    assert ours.sources["organisms.influenza.days"].source == "Our infection control lead"
    assert ours.sources["expired_days"] == base.sources["expired_days"]
    assert (ours.name, ours.title, ours.start) == ("our-hub", "Our hub", date(2020, 11, 1))


def test_a_folder_of_files_is_read_in_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, OWN, "a.toml")
    write(
        tmp_path,
        OWN.replace('"our-hub"', '"our-second"').replace('"england-2020-10-13"', '"our-hub"'),
        "b.toml",
    )
    (tmp_path / "notes.txt").write_text("not a rule set")
    among = rule_sets([tmp_path])
    assert list(among)[-2:] == ["our-hub", "our-second"]
    assert among["our-second"].stale_hours == 48


def test_a_case_names_a_hubs_own_rule_set(tmp_path: Path) -> None:
    among = rule_sets([write(tmp_path, OWN)])
    assert rules_of(case(rule_set="our-hub"), among).stale_hours == 48
    with pytest.raises(BrokenFile):
        rules_of(case(rule_set="our-hub"))


def test_a_rule_set_may_bring_an_organism_of_its_own(tmp_path: Path) -> None:
    brought = (
        OWN
        + """
[organisms.scabies]
pattern = { value = "carriage", source = "UKHSA guidance on scabies" }
requirement = { value = "own_room", source = "UKHSA guidance on scabies" }
"""
    )
    assert "scabies" in rule_sets([write(tmp_path, brought)])["our-hub"].organisms


# --- broken files -------------------------------------------------------------------------------------


def changed(old: str, new: str) -> str:
    assert OWN.count(old) == 1
    return OWN.replace(old, new)


BROKEN: dict[str, tuple[str, str, str]] = {
    "a value of the wrong kind": (changed("value = 48", 'value = "48"'), "line 6: stale_hours", "integer"),
    "a negative value": (changed("value = 48", "value = -1"), "line 6: stale_hours", "greater"),
    "a misspelt key": (changed("[stale_hours]", "[stale_hour]"), "line 6: stale_hour", "not permitted"),
    "a misspelt key of an organism": (
        changed("days = {", "dayz = {"),
        "line 12: organisms.influenza.dayz",
        "not permitted",
    ),
    "a value without its source": (
        changed('source = "Our hub, 1 Nov 2020"\n', ""),
        "line 6: stale_hours",
        "has no source",
    ),
    "an empty source": (changed('"Our hub, 1 Nov 2020"', '" "'), "line 6: stale_hours", "has no source"),
    "a bare value": (
        changed('days = { value = 7, source = "Our infection control lead" }', "days = 7"),
        "line 12: organisms.influenza.days",
        "has no source",
    ),
    "an unknown part of a value": (
        changed("local = true", "locale = true"),
        "line 6: stale_hours",
        "unknown part",
    ),
    "a base that isn't one": (
        changed('base = "england-2020-10-13"', 'base = "england-2020"'),
        "line 3: base",
        "is not a rule set",
    ),
    "no title": (changed('title = "Our hub"\n', ""), "line 1: title", "required"),
    "no name": (changed('name = "our-hub"\n', ""), "line 1: name", "required"),
    "a start that isn't a date": (changed("2020-11-01", '"soon"'), "line 4: from", "is not a date"),
    "an organism of an unknown pattern": (
        OWN + '\n[organisms.scabies]\npattern = { value = "itchy", source = "us" }\n',
        "line 14: organisms.scabies",
        "itchy",
    ),
    "a known organism given an unknown pattern": (
        changed("[organisms.influenza]", "[organisms.influenza]\npattern = { value = 'x', source = 'us' }"),
        "line 11: organisms.influenza",
        "'x'",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_by_line_and_key(what: str, tmp_path: Path) -> None:
    text, where, why = BROKEN[what]
    faults = faults_of(write(tmp_path, text))
    fault = next(f for f in faults if f.path == f"ours.toml: {where}")
    assert why in fault.what
    assert fault.mend


def test_each_fault_of_a_broken_file_has_its_own_line(tmp_path: Path) -> None:
    text = changed("value = 48", "value = -1").replace("value = 7", "value = -7")
    assert [f.path for f in faults_of(write(tmp_path, text))] == [
        "ours.toml: line 6: stale_hours",
        "ours.toml: line 12: organisms.influenza.days",
    ]


def test_two_organisms_with_a_test_before_leaving_are_refused(tmp_path: Path) -> None:
    covid = (SHIPPED / "england-2020-10-13.toml").read_text(encoding="utf-8")
    second = covid[covid.index("[organisms.sars-cov-2]") :].replace("sars-cov-2", "mers")
    (fault,) = faults_of(write(tmp_path, OWN + second))
    assert "more than one organism" in fault.what


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults_of(write(tmp_path, OWN + "\nthis is not toml\n"))
    assert fault.path == "ours.toml"
    assert "is not TOML" in fault.what
    assert "line 14" in fault.what


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes(b'name = "\xff"')
    (fault,) = faults_of(file)
    assert "not UTF-8" in fault.what


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "none.toml")
    assert fault.path == "none.toml"
    assert "can't be read" in fault.what


def test_a_file_without_a_base_must_say_everything(tmp_path: Path) -> None:
    faults = faults_of(write(tmp_path, changed('base = "england-2020-10-13"\n', "")))
    assert {"expired_days", "min_isolation_nights"} <= {f.path.rsplit(" ", 1)[1] for f in faults}


def test_a_rule_set_that_ships_is_not_replaced(tmp_path: Path) -> None:
    stolen = write(tmp_path, OWN.replace('"our-hub"', '"england-2020-10-13"'))
    with pytest.raises(BrokenFile) as caught:
        rule_sets([stolen])
    assert "ships" in caught.value.faults[0].what


@pytest.mark.parametrize("name", ["_defaults", *shipped_rule_sets()])
def test_no_shipped_file_can_lose_a_source_unseen(name: str, tmp_path: Path) -> None:
    text = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
    bare = text.replace("source = ", "sauce = ")
    faults = faults_of(write(tmp_path, bare))
    assert sum("has no source" in f.what for f in faults) == text.count("source = ")


# --- what a case overrides ----------------------------------------------------------------------------


def override(**keys: Any) -> RuleSet:
    return rules_of(case(rule_set={"base": "england-2020-10-13", **keys}))


def test_an_override_changes_its_key_and_nothing_else() -> None:
    base = shipped_rule_sets()["england-2020-10-13"]
    changed_one = override(stale_hours=48)
    assert changed_one.stale_hours == 48
    assert changed_one.model_copy(update={"stale_hours": 72}) == base


def test_an_override_of_one_value_of_an_organism_keeps_the_others() -> None:
    rules = override(organisms={"sars-cov-2": {"isolation_days": 10}})
    covid = rules.organisms["sars-cov-2"]
    assert isinstance(covid, WithTest)
    assert (covid.isolation_days, covid.positive, covid.test_valid_hours) == (10, "designated", 48)


BAD_OVERRIDES: dict[str, tuple[str | Json, str, str]] = {
    "an unknown rule set": ("england-2020-10-31", "rule_set", "england-2020-10-13"),
    "an unknown base": ({"base": "england"}, "rule_set.base", "use one of"),
    "no base": ({"stale_hours": 48}, "rule_set.base", "name one of"),
    "a base that isn't a name": ({"base": 1}, "rule_set.base", "name one of"),
    "an unknown key": (
        {"base": "england-2020-10-13", "stale_hour": 48},
        "rule_set.stale_hour",
        "stale_hours",
    ),
    "an unknown key of an organism": (
        {"base": "england-2020-10-13", "organisms": {"influenza": {"dais": 1}}},
        "rule_set.organisms.influenza.dais",
        "days",
    ),
    "an unknown organism": (
        {"base": "england-2020-10-13", "organisms": {"influenca": {"days": 1}}},
        "rule_set.organisms.influenca",
        "influenza",
    ),
    "a value of the wrong kind": (
        {"base": "england-2020-10-13", "stale_hours": "48"},
        "rule_set.stale_hours",
        "mend",
    ),
    "a negative value": ({"base": "england-2020-10-13", "stale_hours": -1}, "rule_set.stale_hours", "mend"),
    "a truth value that is a number": (
        {"base": "england-2020-10-13", "alternative_for_p2": 1},
        "rule_set.alternative_for_p2",
        "mend",
    ),
    "organisms that are a list": (
        {"base": "england-2020-10-13", "organisms": []},
        "rule_set.organisms",
        "object",
    ),
    "a name of its own": ({"base": "england-2020-10-13", "name": "mine"}, "rule_set.name", "take it out"),
}


@over("what", BAD_OVERRIDES)
def test_a_bad_override_is_a_fault_of_the_case(what: str) -> None:
    rule_set, path, mend = BAD_OVERRIDES[what]
    with pytest.raises(BrokenFile) as caught:
        rules_of(case(rule_set=rule_set))
    (fault,) = caught.value.faults
    assert fault.path == path
    assert mend in fault.mend


def test_what_is_not_there_can_be_said_of_several_keys_at_once() -> None:
    wrong = {"base": "england-2020-10-13", "stale_hour": 1, "expired_day": 1}
    with pytest.raises(BrokenFile) as caught:
        rules_of(case(rule_set=wrong))
    assert [f.path for f in caught.value.faults] == ["rule_set.stale_hour", "rule_set.expired_day"]
