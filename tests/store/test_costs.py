"""What a placement costs, and up to which fee somebody may approve: tables."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.model.approving import ApprovalLimit, Costs, Principle, StayCost


@pytest.mark.parametrize(
    ("stays", "total"),
    [
        ([("Elm", 700.0, 7)], 700.0),
        ([("Elm", 700.0, 10), ("Oak", 1_050.0, 14)], 1_000.0 + 2_100.0),
        ([("Elm", 999.0, 1)], 142.71),
        ([("Elm", 700.0, None)], None),
        ([("Elm", None, 7)], None),
        ([("Elm", 700.0, 7), ("Oak", None, 7)], None),
        ([("Elm", 0.0, 7)], 0.0),
    ],
)
def test_the_total_is_known_where_every_fee_and_every_end_is(
    stays: list[tuple[str, float | None, int | None]], total: float | None
) -> None:
    costs = Costs(tuple(StayCost(*stay) for stay in stays), None, 28, None)
    assert costs.total == total


@pytest.mark.parametrize(
    ("has_rules", "names", "most", "fee", "covered"),
    [
        (False, (), None, None, True),
        (False, (), None, 9_999.0, True),
        (True, (), None, 100.0, False),
        (True, ("normal",), 1_000.0, 1_000.0, True),
        (True, ("normal",), 1_000.0, 1_000.01, False),
        (True, ("normal",), 1_000.0, None, False),
        (True, ("normal", "surge"), None, 9_999.0, True),
        (True, ("surge",), None, None, True),
    ],
)
def test_a_limit_is_included_and_an_unknown_fee_is_above_it(
    has_rules: bool, names: tuple[str, ...], most: float | None, fee: float | None, covered: bool
) -> None:
    assert ApprovalLimit(has_rules, names, most).covers(fee) is covered


def test_each_principle_has_a_name_and_says_what_it_asks_for() -> None:
    assert [each.words for each in Principle] == [
        "respect", "reasonableness", "minimising harm", "inclusiveness", "accountability", "flexibility",
        "proportionality", "community",
    ]  # fmt: skip
    assert len({each.sentence for each in Principle}) == 8


def test_the_limit_of_a_lead_is_what_the_rules_in_force_say_and_the_actions_agree() -> None:
    from itertools import product

    from discharge.model.people import ApprovalRule
    from discharge.model.setting import Span
    from discharge.rules.approving import limit_of

    today = date(2020, 11, 16)
    now, over = Span(start=date(2020, 11, 1)), Span(start=date(2020, 9, 1), end=date(2020, 11, 16))

    rules = [
        ApprovalRule(name="normal", valid=now, weekly_fee=1_000),
        ApprovalRule(name="surge", valid=now, users=frozenset({"U-1"}), weekly_fee=1_500),
        ApprovalRule(name="old", valid=over),
        ApprovalRule(name="any", valid=now, users=frozenset({"U-2"})),
    ]
    for chosen in product((False, True), repeat=len(rules)):
        some = tuple(rule for rule, there in zip(rules, chosen, strict=True) if there)
        for user, fee in product(("U-1", "U-2", "U-3"), (None, 900.0, 1_000.0, 1_400.0, 9_000.0)):
            by_rules = not some or any(rule.covers(on=today, user=user, weekly_fee=fee) for rule in some)
            limit = limit_of(some, user=user, on=today)
            assert limit.covers(fee) is by_rules, (user, fee, [rule.name for rule in some])
