"""docs/rules.md, 5 and S7: the values that ship, where they come from, and organisms that nobody knows."""

from __future__ import annotations

import pytest

from discharge.model.errors import BrokenFile
from discharge.rules.rule_set import RuleSet, rules_of, shipped_rule_sets
from tests.builders import (
    Json,
    beds,
    case,
    isolating,
    locked,
    on,
    person,
    placed,
    plan,
    positive,
    setting,
    specimen,
    stay,
    unit,
)
from tests.over import over

SHIPPED = list(shipped_rule_sets().values())


def _values(rules: RuleSet) -> list[str]:
    """The dotted keys of every value that decides something."""
    flat = ["stale_hours", "expired_days", "min_isolation_nights", "alternative_for_p2"]
    for name, organism in rules.organisms.items():
        flat += [f"organisms.{name}.{key}" for key in type(organism).model_fields]
    for name, journey in rules.transport.items():
        flat += [f"transport.{name}.{key}" for key in type(journey).model_fields]
    return flat


@over("rules", SHIPPED, called=lambda rules: str(rules.name))
def test_i2_every_value_has_its_source(rules: RuleSet) -> None:
    assert sorted(rules.sources) == sorted(_values(rules))
    assert all(len(source.source.split()) >= 1 for source in rules.sources.values())


@over("rules", SHIPPED, called=lambda rules: str(rules.name))
@over(
    "key", ["organisms.influenza.days", "organisms.rsv.days", "organisms.norovirus.clear_days", "stale_hours"]
)
def test_i2_what_the_hub_must_confirm_is_marked_as_a_local_setting(rules: RuleSet, key: str) -> None:
    assert rules.sources[key].local


def test_i2_the_five_days_of_2024_are_a_local_setting() -> None:
    rules = shipped_rule_sets()["england-2024-04-01"]
    assert rules.sources["organisms.sars-cov-2.isolation_days"].local


@over("rules", SHIPPED, called=lambda rules: str(rules.name))
def test_i2_the_shipped_values_are_those_of_the_table(rules: RuleSet) -> None:
    assert set(rules.organisms) == {
        "sars-cov-2",
        "influenza",
        "rsv",
        "norovirus",
        "c_difficile",
        "cpe",
        "mrsa",
    }
    numbers = (rules.stale_hours, rules.expired_days, rules.min_isolation_nights)
    assert (*numbers, rules.alternative_for_p2) == (72, 38, 3, False)


def test_i2_a_case_may_override_a_value() -> None:
    rules = {"base": "england-2024-04-01", "organisms": {"influenza": {"days": 7}}}
    flu = person(observations=[positive(-1, "influenza")])
    found = plan(case([flu], [isolating(type="hot_home")], rule_set=rules))
    assert placed(found) == {"P1": "R1 16 Nov-22 Nov"}


def test_i1_cpe_makes_no_home_ineligible() -> None:
    carrier = person(observations=[positive(-90, "cpe")])
    assert placed(plan(case([carrier], [setting("S1", accepts_organisms=[])]))) == {"P1": "S1 16 Nov-"}


def _unknown(where: str) -> tuple[Json, str]:
    strange = "ebola"
    people = [person()]
    settings = [setting()]
    extra: Json = {}
    match where:
        case "observation":
            people = [person(observations=[specimen(strange, "positive", "2020-11-10T10:00:00+00:00")])]
            path = "patients[0].observations[0].organism"
        case "outbreak":
            settings = [setting(outbreak={"organism": strange, "risk_assessed": False})]
            path = "settings[0].outbreak.organism"
        case "accepted":
            settings = [setting(accepts_organisms=["influenza", strange])]
            path = "settings[0].accepts_organisms[1]"
        case "cohort":
            settings = [setting("S1", unit(beds(), isolation="cohort", cohort_organism=strange))]
            path = "settings[0].units[0].cohort_organism"
        case _:
            extra = {"locked": [locked("P9", stay("S1/U1/B1", on(0), organisms=[strange]))]}
            path = "locked[0].stays[0].organisms[0]"
    return {"patients": people, "settings": settings, **extra}, path


@over("where", ["observation", "outbreak", "accepted", "cohort", "locked"])
def test_s7_an_organism_that_the_rule_set_does_not_know_is_a_fault_of_the_case(where: str) -> None:
    fields, path = _unknown(where)
    of = case(**fields)
    with pytest.raises(BrokenFile) as caught:
        rules_of(of)
    (fault,) = caught.value.faults
    assert fault.path == path
    assert "ebola" in fault.what
    assert "sars-cov-2" in fault.mend
