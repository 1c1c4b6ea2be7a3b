"""The price of scarcity: what one more of what is short would be worth."""

from __future__ import annotations

from discharge.matching.answers import prices
from discharge.matching.answers.scarcity import Kind
from discharge.matching.planned import plan_case
from tests.builders import DESIGNATED, beds, case, free, home, hot, isolating, person, positive, setting, unit
from tests.matching.answers.true_answers import dearest_of
from tests.matching.brute_force import best_of


def test_what_nobody_wants_is_worth_nothing() -> None:
    answer = prices(plan_case(case(settings=[home("S1", 2)])))
    assert answer.found == ()
    assert answer.as_text() == (
        "One more designated bed, isolation place, nursing bed or bed would be worth nothing."
    )


def test_a_nursing_bed_is_worth_what_the_wait_for_it_costs() -> None:
    """One nursing bed now, one in four days."""
    nursing = {"category": "general_nursing"}
    both = setting("S1", unit(beds("B1", **nursing), beds("B2", **nursing, free=[free("2020-11-20")])))
    people = [person(f"P{n}", care={"level": "nursing", "specialism": "general"}) for n in range(2)]
    price = dearest_of(prices(plan_case(case(people, [both]))), Kind.NURSING_BED)
    assert price is not None
    assert (price.places, price.points, price.per_day) == (0, 40, round(40 / 28, 2))
    assert price.text == "One more nursing bed at S1, unit U1, beds B1: 40 points, 1.43 a day."


def test_a_bed_has_a_price_by_night_from_the_linear_program() -> None:
    """Short for three days: whoever waits pays 10 points a day. Duals never say less than one more saves."""
    both = setting("S1", unit(beds("B1"), beds("B2", free=[free("2020-11-19")])))
    price = prices(plan_case(case([person("P1"), person("P2")], [both]))).found[0]
    assert (price.points, price.beds) == (30, "B1")
    assert sum(night.points for night in price.nights) >= 30
    first = price.nights[0]
    assert first.end is not None
    assert first.per_day == round(first.points / (first.end - first.start).days, 2)
    assert price.as_json()["nights"] == [night.as_json() for night in price.nights]


def test_a_designated_bed_is_worth_the_people_it_places() -> None:
    people = [person(f"P{n}", observations=[positive()], immunosuppressed=True) for n in range(2)]
    price = dearest_of(prices(plan_case(case(people, [hot()], rule_set=DESIGNATED))), Kind.DESIGNATED_BED)
    assert price is not None
    assert (price.places, price.per_day) == (1, 0)
    assert price.text.startswith("One more designated bed at HOT, unit U1: places P")


def test_a_place_to_isolate_in_is_priced_apart_from_a_bed() -> None:
    """Two beds, one place: a place more is worth the wait that it saves."""
    people = [person(f"P{n}", observations=[positive(-1, "influenza")]) for n in range(2)]
    one_place = isolating("R1", beds(free=[free(count=4)]), unit={"isolation_places": 1})
    planned = plan_case(case(people, [one_place]))
    price = dearest_of(prices(planned), Kind.ISOLATION_PLACE)
    assert price is not None
    assert price.points > 0
    more = isolating("R1", beds(free=[free(count=4)]), unit={"isolation_places": 2})
    best = best_of(case(people, [more], horizon_days=6))
    assert planned.objective.points - price.points == best.points


def test_the_dearest_comes_first_and_is_told_as_plain_data() -> None:
    people = [person("P1", preferred=["S1"]), person("P2", preferred=["S1"]), person("P3", preferred=["S2"])]
    answer = prices(plan_case(case(people, [home("S1"), home("S2"), home("S3")])))
    assert [(p.setting, p.points) for p in answer.found] == [("S1", 15)]
    assert answer.as_json()["prices"]
