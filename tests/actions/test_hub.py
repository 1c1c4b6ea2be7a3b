"""The hub's own values and weights: settled with a source and a reason, by whoever may, and on record."""

from __future__ import annotations

from functools import partial

import pytest

from discharge.actions import hub as hub_actions
from discharge.actions.planning import freeze_case
from discharge.model.case import RatingWeights, Weights
from discharge.model.errors import UserError
from discharge.rules.care_boards import boards, region_of, regions
from discharge.rules.local_values import holds, values_of
from discharge.rules.rule_set import shipped_rule_sets
from discharge.rules.rule_words import subject_of, value_label, value_words
from tests.actions.a_hub import TODAY, AHub

CLEAR = "organisms.norovirus.clear_days"
three_days = partial(
    hub_actions.set_local_value,
    key=CLEAR,
    value=3,
    source="Dr K. Bell, infection prevention lead, letter of 2 Nov 2020",
    reason="Outbreaks went on after two days",
)


def clear_days(hub: AHub) -> int:
    found = hub.desk.ask(lambda q: values_of(q.rules())[CLEAR])
    assert isinstance(found, int)
    return found


def test_a_local_value_is_settled_with_its_source_and_its_reason_and_counts(hub: AHub) -> None:
    changed = hub.does(three_days, by=hub.lead)
    assert {"hub", "patients", "plans"} <= changed.nouns
    assert clear_days(hub) == 3
    settled = hub.desk.ask(lambda q: q.hub()).local_values[0]
    assert (settled.instead_of, settled.by, settled.settled_on) == (2, "Lee Lead", TODAY)
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert (line.user_name, line.role) == ("Lee Lead", "LA lead")
    assert line.sentence == (
        "Norovirus, isolation after the last symptom: 3 days instead of 2 days. Source: "
        "Dr K. Bell, infection prevention lead, letter of 2 Nov 2020. "
        "Reason: Outbreaks went on after two days"
    )
    assert hub.desk.verify().is_intact


def test_a_case_says_the_hubs_own_values_and_a_confirmed_one_changes_nothing(hub: AHub) -> None:
    confirmed = partial(three_days, key="stale_hours", value=72)
    hub.does(confirmed, by=hub.admin)
    assert hub.desk.ask(freeze_case).case.rule_set == "england-2020-10-13"
    assert hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence.startswith(
        "Everybody, a capacity return is old after: 72 hours, as the rule set says."
    )
    hub.does(three_days, by=hub.admin)
    assert hub.desk.ask(freeze_case).case.rule_set == {
        "base": "england-2020-10-13",
        "organisms": {"norovirus": {"clear_days": 3}},
    }
    assert hub.desk.ask(lambda q: q.status()).rule_set == "england-2020-10-13 with the hub's own values"


def test_what_is_not_for_the_hub_to_settle_is_refused(hub: AHub) -> None:
    with hub.refuses(rule="I2"):
        hub.does(three_days)
    with hub.refuses(rule="I2", says="same for every hub"):
        hub.does(partial(three_days, key="organisms.sars-cov-2.isolation_days"), by=hub.lead)
    with hub.refuses(rule="I2"):
        hub.does(partial(three_days, key="organisms.norovirus.clear_dais"), by=hub.lead)
    for wrong in (-1, "3", 2.5, 4000, True, None):
        with hub.refuses(says="Isolation after the last symptom"):
            hub.does(partial(three_days, value=wrong), by=hub.lead)
    for missing in ("source", "reason"):
        with hub.refuses(says=missing):
            hub.does(partial(three_days, **{missing: " "}), by=hub.lead)


def test_a_value_of_the_hub_is_withdrawn_with_a_reason(hub: AHub) -> None:
    hub.does(three_days, by=hub.lead)
    back = partial(hub_actions.withdraw_local_value, key=CLEAR, reason="entered by mistake")
    with hub.refuses(rule="I2"):
        hub.does(back)
    hub.does(back, by=hub.lead)
    assert clear_days(hub) == 2
    assert hub.desk.ask(lambda q: q.hub()).local_values == ()
    with hub.refuses(says="not settled"):
        hub.does(back, by=hub.lead)
    assert hub.desk.verify().is_intact


def test_another_rule_set_keeps_what_was_settled_only_where_it_says_the_same(hub: AHub) -> None:
    later = shipped_rule_sets()["england-2024-04-01"]
    hub.does(partial(hub_actions.choose_rule_set, rule_set=later.name, reason="told to"), by=hub.lead)
    days = partial(three_days, key="organisms.sars-cov-2.isolation_days", value=7)
    hub.does(days, by=hub.lead)
    hub.does(three_days, by=hub.lead)
    assert hub.desk.ask(lambda q: values_of(q.rules()))["organisms.sars-cov-2.isolation_days"] == 7
    hub.does(partial(hub_actions.choose_rule_set, rule_set=None, reason="back to the day's"), by=hub.lead)
    rules = hub.desk.ask(lambda q: q.rules())
    assert (rules.name, clear_days(hub)) == ("england-2020-10-13", 3)
    assert values_of(rules)["organisms.sars-cov-2.isolation_days"] == 14
    base = shipped_rule_sets()["england-2020-10-13"]
    still = {one.key: holds(one, base) for one in hub.desk.ask(lambda q: q.hub()).local_values}
    assert still == {CLEAR: True, "organisms.sars-cov-2.isolation_days": False}
    assert "Rule set chosen: the one in force on the day. Reason: back to the day's" in (
        hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence
    )


def test_a_rule_set_is_chosen_by_whoever_may_and_with_a_reason(hub: AHub) -> None:
    choose = partial(hub_actions.choose_rule_set, rule_set="england-2022-04-04", reason="asked for")
    with hub.refuses(rule="A4"):
        hub.does(choose)
    with hub.refuses(says="reason"):
        hub.does(partial(choose, reason=""), by=hub.lead)
    with hub.refuses():
        hub.does(partial(choose, rule_set="england-2019"), by=hub.lead)
    before = hub.does(choose, by=hub.admin).head
    assert hub.desk.ask(lambda q: q.status()).rule_set == "england-2022-04-04"
    assert hub.does(choose, by=hub.admin).head == before


def test_weights_are_set_by_whoever_may_and_enter_the_next_case(hub: AHub) -> None:
    weights = Weights(distance=5, rating=RatingWeights(inadequate=100))
    with hub.refuses(rule="A4"):
        hub.does(partial(hub_actions.set_weights, weights=weights))
    hub.does(partial(hub_actions.set_weights, weights=weights, reason="families visit"), by=hub.lead)
    assert hub.desk.ask(freeze_case).case.weights == weights
    sentence = hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence
    assert sentence == "The weights were changed: distance, rating. Reason: families visit"
    assert hub.desk.verify().is_intact


@pytest.mark.parametrize("name", list(shipped_rule_sets()))
def test_each_value_of_a_rule_set_has_words(name: str) -> None:
    for key, value in values_of(shipped_rule_sets()[name]).items():
        assert value_label(key).rule, key
        assert subject_of(key)
        said = value_words(key, value)
        assert said, key
        assert not set("_{}") & set(said), (key, said)


def test_a_hospital_is_described_by_an_administrator_and_its_board_says_its_region(hub: AHub) -> None:
    described = partial(hub_actions.describe_hospital, code="rf4qh", name=" Queen's  Hospital ")
    hub.does(partial(described, board="north east london icb", region="london"), by=hub.admin)
    (one,) = hub.desk.ask(lambda q: q.hub()).hospitals
    assert (one.code, one.name) == ("RF4QH", "Queen's Hospital")
    assert (one.board, one.region) == ("NHS North East London Integrated Care Board", "London")
    assert one.missing == ()
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert line.sentence == (
        "Hospital RF4QH described: Queen's Hospital, NHS North East London Integrated Care Board, London."
    )
    hub.does(partial(described, board="Essex ICB"), by=hub.admin)
    (one,) = hub.desk.ask(lambda q: q.hub()).hospitals
    assert (one.board, one.missing) == ("Essex ICB", ("region",))
    hub.does(partial(hub_actions.describe_hospital, code="RF4QH"), by=hub.admin)
    assert hub.desk.ask(lambda q: q.hub()).hospitals == ()
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert line.sentence == "Hospital RF4QH taken out of the hub's hospitals."


@pytest.mark.parametrize(("code", "region"), [("RF", ""), ("RF4QH", "Wessex")], ids=["code", "region"])
def test_a_hospital_without_a_code_or_in_no_region_of_england_is_refused(
    hub: AHub, code: str, region: str
) -> None:
    with pytest.raises(UserError):
        hub.does(
            partial(hub_actions.describe_hospital, code=code, name="Queen's", region=region), by=hub.admin
        )
    assert hub.desk.ask(lambda q: q.hub()).hospitals == ()


def test_there_are_forty_two_boards_in_seven_regions_each_found_however_it_is_written() -> None:
    assert (len(boards()), len(set(boards())), len(regions())) == (42, 42, 7)
    assert {region_of(board) for board in boards()} == set(regions())
    assert region_of("Hampshire & Isle of Wight ICB") == "South East"
    assert region_of("Wessex") == ""
