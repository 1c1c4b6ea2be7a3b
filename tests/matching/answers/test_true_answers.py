"""Every claim of every answer, held against plans made from nothing and the verifier's reading."""

from __future__ import annotations

from discharge.matching.answers import alternatives, competes, prices, why
from discharge.matching.planned import plan_case
from tests.builders import beds, case, free, home, on, person, setting, unit
from tests.examples import seeds
from tests.matching.answers.true_answers import untrue
from tests.matching.little_hubs import little_hub


@seeds(6, first=1)
def test_prices_competition_alternatives_either_way_and_why_tell_nothing_untrue(seed: int) -> None:
    assert untrue(little_hub(seed, people=3)) == []


def test_a_bed_that_will_do_for_some_days_alone_has_nothing_against_it() -> None:
    """Neither the first start nor the last will do there, but a stay of two nights between does."""
    short = setting("S1", unit(beds(free=[free(on(2), on(6))])), type="community_bed")
    of = case([person(pathway="P2", stay_days=2)], [short, home("S2")])
    asked = why(plan_case(of), "P1", "S1").asked
    assert asked is not None
    assert asked.codes == ()


def test_young_people_who_share_too_few_beds_are_told_so() -> None:
    care = {"level": "nursing", "specialism": "ypd"}
    people = [person(f"P{n}", care=care) for n in range(2)]
    of = case(people, [setting("S1", unit(beds(category="ypd")))])
    assert "younger physical disability" in competes(plan_case(of)).as_text()


def test_an_alternative_that_costs_others_least_is_found_among_all_of_its_days() -> None:
    """P3 could wait until P1 has gone, and nobody loses by it."""
    homes = [setting("S1", unit(beds()), type="community_bed", max_admissions_per_day=1)]
    stay = {"pathway": "P2", "stay_days": 3}
    of = case([person("P1", priority=1, **stay), person("P3", **stay)], homes, horizon_days=3)
    (choice,) = alternatives(plan_case(of), "P3").choices
    assert choice.objective.placed == (0, 1, 0, 0)


def test_what_was_not_tried_everywhere_is_not_said_to_be_worth_nothing() -> None:
    people = [person(f"P{n}") for n in range(2)]
    answer = prices(plan_case(case(people, [home(f"S{n}") for n in range(6)])), budget=4)
    assert "One more bed was worth nothing where it was tried." in answer.as_text()
    whole = prices(plan_case(case(people, [home(f"S{n}") for n in range(6)])))
    assert "or bed would be worth nothing" in whole.as_text()
