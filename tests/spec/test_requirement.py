"""docs/rules.md, 3, where more than one person or night decides: cohorts, isolation places."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    Json,
    beds,
    case,
    codes,
    free,
    isolating,
    on,
    person,
    placed,
    plan,
    positive,
    setting,
    unit,
)


def cohort(**of_unit: Any) -> Json:
    """A cohort unit with two shared beds and two places, which accepts influenza and RSV."""
    group = beds(room="shared", free=[free(count=2)])
    return setting(
        "COH",
        unit(group, **{"isolation": "cohort", "isolation_places": 2, **of_unit}),
        type="hot_home",
        accepts_organisms=["influenza", "rsv"],
    )


def ill(name: str, organism: str, *, days: int = 0, **fields: Any) -> Json:
    """Somebody found positive so many days ago; influenza and RSV isolate for five days."""
    return person(name, observations=[positive(-days, organism)], **fields)


def test_r1_two_people_with_one_organism_share_a_cohort_unit() -> None:
    people = [ill("P1", "influenza"), ill("P2", "influenza")]
    for who in people:
        who["observations"][0]["specimen_at"] = "2020-11-16T07:00:00+00:00"
        who["observations"][0]["reported_at"] = "2020-11-16T07:30:00+00:00"
    found = plan(case(people, [cohort()], horizon_days=1))
    assert placed(found) == {"P1": "COH 16 Nov-21 Nov", "P2": "COH 16 Nov-21 Nov"}


def test_r1_two_organisms_are_never_in_a_cohort_unit_on_one_night() -> None:
    people = [ill("P1", "influenza", days=1, priority=3), ill("P2", "rsv", days=1, priority=1)]
    found = plan(case(people, [cohort()], horizon_days=1))
    assert placed(found) == {"P2": "COH 16 Nov-20 Nov"}
    assert codes(found) == ["outbid"]


def test_r1_the_organism_may_change_once_the_unit_is_empty() -> None:
    clinician = {"organism": "rsv", "kind": "clearance", "isolate_until": on(12)}
    people = [
        ill("P1", "influenza", days=1),
        person("P2", observations=[positive(-1, "rsv"), clinician]),
    ]
    found = plan(case(people, [cohort()], horizon_days=5))
    assert placed(found) == {"P1": "COH 16 Nov-20 Nov", "P2": "COH 20 Nov-28 Nov"}


def test_r1_a_cohort_organism_that_is_fixed_stays_when_the_unit_is_empty() -> None:
    people = [ill("P1", "influenza", days=1), ill("P2", "rsv", days=1)]
    found = plan(case(people, [cohort(cohort_organism="influenza")], horizon_days=5))
    assert placed(found) == {"P1": "COH 16 Nov-20 Nov"}
    assert "cannot_isolate" in codes(found, "P2")


def test_r1_rooms_hold_two_organisms_side_by_side() -> None:
    people = [ill("P1", "influenza", days=1), ill("P2", "rsv", days=1)]
    group = beds(free=[free(count=2)])
    found = plan(case(people, [isolating("R1", group, type="hot_home")], horizon_days=1))
    assert set(placed(found)) == {"P1", "P2"}


def test_r2_no_more_people_isolate_in_a_unit_than_it_has_places_on_any_night() -> None:
    people = [ill(f"P{n}", "influenza", days=1) for n in range(1, 4)]
    group = beds(free=[free(count=3)])
    where = isolating("R1", group, type="hot_home", unit={"isolation_places": 2})
    assert len(plan(case(people, [where], horizon_days=1)).placements) == 2


def test_r2_a_place_is_held_while_the_person_isolates_and_not_longer() -> None:
    people = [ill("P1", "influenza", days=1), ill("P2", "influenza", days=1)]
    until = {"organism": "influenza", "kind": "clearance", "isolate_until": on(20)}
    people[1]["observations"].append(until)
    group = beds(free=[free(count=2)])
    home = isolating("R1", group, unit={"isolation_places": 1})
    found = plan(case(people, [home], horizon_days=5))
    assert placed(found) == {"P1": "R1 16 Nov-", "P2": "R1 20 Nov-"}, "P1 stays on, the place is free again"


def test_r2_people_who_need_no_isolation_take_no_place() -> None:
    people = [person("P1"), person("P2"), ill("P3", "influenza", days=1)]
    group = beds(free=[free(count=3)])
    home = isolating("R1", group, unit={"isolation_places": 1})
    assert set(placed(plan(case(people, [home], horizon_days=1)))) == {"P1", "P2", "P3"}


def test_r3_no_setting_is_made_to_accept_for_want_of_another() -> None:
    found = plan(
        case([ill("P1", "influenza", days=1)], [isolating(accepts_organisms=["rsv"])], horizon_days=1)
    )
    assert codes(found) == ["no_isolation_bed", "organism_not_accepted"]
