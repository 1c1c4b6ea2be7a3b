"""docs/rules.md, 6, where weights, other people or other settings decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import discharge
from discharge.model.errors import BrokenFile
from tests.builders import (
    DESIGNATED,
    Json,
    beds,
    case,
    case_json,
    codes,
    free,
    home,
    hot,
    isolating,
    locked,
    negative,
    on,
    person,
    placed,
    placement,
    plan,
    positive,
    read,
    setting,
    stay,
    unit,
)
from tests.over import over

HURRY = {"delay": 50}
"""Weights by which nobody waits in hospital to be spared a move."""


# --- N2 to N4 -----------------------------------------------------------------------------------------


def test_n2_a_residential_bed_goes_before_a_nursing_one() -> None:
    nursing = setting("A", unit(beds(category="general_nursing")))
    residential = setting("B")
    assert placed(plan(case(settings=[nursing, residential]))) == {"P1": "B 16 Nov-"}
    assert placement(plan(case(settings=[nursing]))).points["nursing_for_residential"] == 30


def test_n2_transitional_beds_serve_an_isolation_without_the_penalty() -> None:
    warm = isolating("IC", beds(category="transitional"), type="intermediate_care")
    found = plan(case([person(observations=[positive(-1, "influenza")])], [warm], horizon_days=1))
    assert placement(found).points["nursing_for_residential"] == 0


def test_n2_the_penalty_is_for_each_stay_an_isolation_too() -> None:
    warm = isolating("IC", beds(category="mh_nursing"), type="intermediate_care")
    nursing = setting("B", unit(beds(category="general_nursing")))
    flu = person(observations=[positive(-1, "influenza")])
    found = plan(case([flu], [warm, nursing], weights=HURRY))
    assert placed(found) == {"P1": "IC 16 Nov-20 Nov, B 20 Nov-"}
    assert placement(found).points["nursing_for_residential"] == 60


@pytest.mark.parametrize("allowed", [True, False])
def test_n3_a_rule_set_may_let_p2_end_in_an_alternative_setting(*, allowed: bool) -> None:
    rules = {"base": "england-2024-04-01", "alternative_for_p2": allowed}
    of = case([person(pathway="P2")], [setting(type="alternative")], rule_set=rules)
    assert bool(plan(of).placements) is allowed


def test_n3_a_person_on_p1_isolates_and_goes_home_nothing_else_is_planned() -> None:
    flu = person(pathway="P1", observations=[positive(-1, "influenza")])
    found = plan(case([flu], [isolating(), setting()]))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov"}
    assert placement(found).points["no_onward"] == 120


def test_n3_a_person_on_p1_waits_for_no_later_start_without_isolation() -> None:
    flu = person(pathway="P1", observations=[positive(-1, "influenza")])
    found = plan(case([flu], [setting()]))
    assert found.placements == ()
    assert codes(found) == ["no_isolation_bed", "cannot_isolate"]


def test_n4_a_resident_isolates_elsewhere_and_returns_home() -> None:
    flu = person(pathway="P0", usual_setting="S1", observations=[positive(-1, "influenza")])
    found = plan(case([flu], [setting(), isolating("R1", type="hot_home")], weights=HURRY))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov, S1 20 Nov-"}
    assert placement(found).points["usual"] == 0


def test_n4_isolating_elsewhere_alone_costs_the_points_usual_and_no_onward() -> None:
    flu = person(pathway="P0", usual_setting="S1", observations=[positive(-1, "influenza")])
    full = setting("S1", unit(beds(free=[])))
    found = plan(case([flu], [full, isolating("R1", type="hot_home")]))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov"}
    assert placement(found).points["usual"] == 200
    assert placement(found).points["no_onward"] == 120


def test_n4_a_person_on_p3_with_a_usual_setting_pays_for_staying_away() -> None:
    lives = person(usual_setting="S1")
    full = setting("S1", unit(beds(free=[])))
    assert placement(plan(case([lives], [full, setting("S2")]))).points["usual"] == 200
    assert placed(plan(case([lives], [setting("S1", rating="inadequate"), setting("S2")]))) == {
        "P1": "S1 16 Nov-"
    }


def test_n4_a_person_on_p0_goes_to_no_other_home() -> None:
    lives = person(pathway="P0", usual_setting="S1")
    full = setting("S1", unit(beds(free=[])))
    found = plan(case([lives], [full, setting("S2")]))
    assert found.placements == ()
    assert set(codes(found)) == {"no_free_bed", "setting_type"}


# --- N5, N6 -------------------------------------------------------------------------------------------


def test_n5_a_resident_returning_after_the_outbreaks_isolation_is_kept_out_while_it_lasts() -> None:
    flu = person(pathway="P0", usual_setting="S1", observations=[positive(-1, "influenza")])
    outbreak = {"organism": "influenza", "risk_assessed": False}
    found = plan(case([flu], [setting(outbreak=outbreak), isolating("R1", type="hot_home")]))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov"}


def test_n6_a_setting_admits_no_more_than_its_number_a_day() -> None:
    people = [person("P1"), person("P2"), person("P3")]
    found = plan(case(people, [home(beds_free=3, max_admissions_per_day=1)]))
    starts = sorted(p.stays[0].start.isoformat() for p in found.placements)
    assert starts == [on(0), on(1), on(2)]


def test_n6_who_can_go_on_no_day_for_want_of_a_slot_is_told_so() -> None:
    found = plan(case([person()], [home(max_admissions_per_day=0)]))
    assert codes(found) == ["no_slot"]


def test_n6_a_second_stay_takes_an_admission_of_its_day() -> None:
    people = [
        person("P1", priority=1, observations=[positive(-1, "influenza")]),
        person("P2", ready_on=on(4)),
    ]
    of = case(
        people,
        [isolating("R1", type="hot_home"), home(beds_free=2, max_admissions_per_day=1)],
        weights=HURRY,
    )
    found = plan(of)
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov, S1 20 Nov-", "P2": "S1 21 Nov-"}


def test_n6_a_move_inside_the_setting_takes_an_admission_too() -> None:
    both = setting(
        "S1",
        unit(beds(room="ensuite"), id="U1", isolation="cohort", isolation_places=2),
        unit(beds("B2", free=[free(count=2)]), id="U2"),
        accepts_organisms=["influenza"],
        max_admissions_per_day=1,
    )
    people = [
        person("P1", priority=1, observations=[positive(-1, "influenza")]),
        person("P2", ready_on=on(4)),
    ]
    found = plan(case(people, [both], weights=HURRY))
    assert placed(found) == {"P1": "S1 16 Nov-20 Nov, S1 20 Nov-", "P2": "S1 21 Nov-"}


def test_n6_a_locked_placement_takes_its_admission() -> None:
    of = case(
        [person()],
        [home(beds_free=2, max_admissions_per_day=1)],
        locked=[locked("GONE", stay("S1/U1/B1", on(0)))],
        horizon_days=1,
    )
    assert codes(plan(of)) == ["no_slot"]


def test_n6_age_counts_on_the_first_day_of_the_stay() -> None:
    turns_65_tomorrow = person(born="1955-11-17")
    found = plan(case([turns_65_tomorrow], [setting(age_min=65)]))
    assert placed(found) == {"P1": "S1 17 Nov-"}


def test_n6_a_person_born_on_29_february_is_a_year_older_on_1_march() -> None:
    leap = person(born="1956-02-29", ready_on="2021-02-28")
    of = case(
        [leap],
        [setting(age_min=65, capacity_reported_at="2021-02-28T08:00:00+00:00")],
        as_at="2021-02-28T08:00:00+00:00",
    )
    assert placed(plan(of)) == {"P1": "S1 1 Mar-"}


# --- N7 -----------------------------------------------------------------------------------------------


def pair(**fields: Any) -> list[Json]:
    """Two people who stay together, named from one side only."""
    return [person("P1", together_with="P2"), person("P2", **fields)]


def test_n7_people_recorded_together_end_in_the_same_setting() -> None:
    settings = [home("A"), home("B"), home("C", 2, rating="inadequate")]
    assert placed(plan(case(pair(), settings))) == {"P1": "C 16 Nov-", "P2": "C 16 Nov-"}


def test_n7_or_none_of_them_is_placed() -> None:
    found = plan(case(pair(), [home("A"), home("B")], horizon_days=1))
    assert found.placements == ()
    assert "companion" in codes(found, "P1")
    assert "companion" in codes(found, "P2")


def test_n7_together_is_transitive() -> None:
    people = [person("P1", together_with="P2"), person("P2", together_with="P3"), person("P3")]
    assert plan(case(people, [home("A", 2), home("B", 2)])).placements == ()
    found = plan(case(people, [home("A", 2), home("B", 3, rating="inadequate")]))
    assert {p.stays[-1].setting for p in found.placements} == {"B"}
    assert len(found.placements) == 3


def test_n7_two_couples_that_name_one_person_are_one_company() -> None:
    people = [person("P1", together_with="P2"), person("P2"), person("P3", together_with="P2")]
    assert plan(case(people, [home("A", 2)])).placements == ()


def test_n7_a_member_who_cannot_be_placed_at_all_keeps_the_others_out() -> None:
    people = pair(observations=[])
    people[0]["observations"] = [negative(-1)]
    found = plan(case(people, [home("A", 2)], rule_set=DESIGNATED))
    assert found.placements == ()
    assert codes(found, "P1") == ["companion"]
    assert codes(found, "P2") == ["no_test"]


def test_n7_a_member_who_goes_home_keeps_the_others_out() -> None:
    found = plan(case(pair(pathway="P1"), [home("A", 2)]))
    assert codes(found, "P1") == ["companion"]
    assert codes(found, "P2") == ["home_with_support"]


def test_n7_companions_may_start_apart_and_end_together() -> None:
    people = pair(observations=[positive(-1, "influenza")])
    found = plan(case(people, [home("A", 2), isolating("R1", type="hot_home")], weights=HURRY))
    assert placed(found) == {"P1": "A 16 Nov-", "P2": "R1 16 Nov-20 Nov, A 20 Nov-"}


def test_n7_beside_a_locked_one_each_other_ends_there() -> None:
    beside = [locked("P2", stay("A/U1/B1", on(0)))]
    found = plan(case(pair(), [home("A", 2, rating="inadequate"), home("B")], locked=beside))
    assert placed(found) == {"P1": "A 16 Nov-", "P2": "A 16 Nov-"}


def test_n7_beside_a_locked_one_in_a_full_setting_the_other_goes_nowhere() -> None:
    beside = [locked("P2", stay("A/U1/B1", on(0)))]
    found = plan(case(pair(), [home("A", 1), home("B")], locked=beside))
    assert list(placed(found)) == ["P2"]
    assert codes(found, "P1") == ["companion"]


def test_n7_beside_a_locked_one_each_of_the_others_counts_by_themself() -> None:
    people = [person("P1", together_with="P3"), person("P2", together_with="P3", priority=1), person("P3")]
    beside = [locked("P3", stay("A/U1/B1", on(0)))]
    found = plan(case(people, [home("A", 2), home("B", 2)], locked=beside))
    assert placed(found) == {"P2": "A 16 Nov-", "P3": "A 16 Nov-"}
    assert codes(found, "P1") == ["outbid"]


def test_n7_locked_in_two_settings_the_others_go_nowhere() -> None:
    people = [person("P1", together_with="P2"), person("P2", together_with="P3"), person("P3")]
    beside = [locked("P2", stay("A/U1/B1", on(0))), locked("P3", stay("B/U1/B1", on(0)))]
    found = plan(case(people, [home("A", 3), home("B", 3)], locked=beside))
    assert codes(found, "P1") == ["companion"]


def test_n7_the_last_stay_of_the_locked_one_is_where_they_end() -> None:
    company = locked("P2", stay("A/U1/B1", on(-4), on(2)), stay("B/U1/B1", on(2)))
    found = plan(case(pair(), [home("A", 2), home("B", 2, rating="inadequate")], locked=[company]))
    assert placed(found)["P1"] == "B 16 Nov-"


# --- N8 to N11 ----------------------------------------------------------------------------------------


def test_n8_the_hours_are_the_rule_sets_own() -> None:
    rules = {"base": "england-2024-04-01", "stale_hours": 48}
    of = case(settings=[setting(capacity_reported_at="2020-11-14T07:59:00+00:00")], rule_set=rules)
    found = plan(of)
    assert placement(found).conditions == ("phone_to_confirm",)
    assert placement(found).points["stale"] == 20


def test_n8_each_stay_with_a_stale_return_costs() -> None:
    old = "2020-11-10T08:00:00+00:00"
    flu = person(observations=[positive(-1, "influenza")])
    settings = [
        isolating("R1", type="hot_home", capacity_reported_at=old),
        setting(capacity_reported_at=old),
    ]
    found = plan(case([flu], settings, weights=HURRY))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov, S1 20 Nov-"}
    assert placement(found).points["stale"] == 40
    assert placement(found).conditions == ("phone_to_confirm",)


@over("field", ["dnacpr", "ethnicity", "religion", "funding_route", "nhs_number", "name"])
def test_n9_a_case_has_no_place_for_what_may_not_count(field: str) -> None:
    data = case_json([{**person(), field: "yes"}])
    with pytest.raises(BrokenFile) as caught:
        read(data)
    assert caught.value.faults[0].path == f"patients[0].{field}"


@over("folder", ["matching", "rules"])
def test_n9_the_rules_and_the_engine_know_no_such_word(folder: str) -> None:
    root = Path(discharge.__file__).parent / folder
    words = ("dnacpr", "ethnic", "religio", "funding")
    for file in sorted(root.rglob("*.py")):
        text = file.read_text(encoding="utf-8").lower()
        assert not [word for word in words if word in text], file.name


def test_n10_a_bed_is_needed_on_each_night() -> None:
    gap = beds(free=[free(on(0), on(10)), free(on(11))])
    found = plan(case([person(pathway="P2", stay_days=21)], [setting("S1", unit(gap), type="community_bed")]))
    assert placed(found) == {"P1": "S1 27 Nov-18 Dec"}


def test_n10_counts_of_overlapping_entries_add_up() -> None:
    layered = beds(free=[free(on(0), None, 1), free(on(0), on(30), 1)])
    people = [person("P1", pathway="P2", stay_days=21), person("P2", pathway="P2", stay_days=21)]
    where = setting("S1", unit(layered), type="community_bed")
    assert len(plan(case(people, [where], horizon_days=1)).placements) == 2


def test_n10_two_open_ended_stays_need_two_beds_without_an_end() -> None:
    layered = beds(free=[free(on(0), None, 1), free(on(0), "2100-01-01", 1)])
    people = [person("P1"), person("P2")]
    assert len(plan(case(people, [setting("S1", unit(layered))])).placements) == 1


def keeping(whose: str, *free_beds: Json, start: str = on(-9), end: str | None = None) -> Json:
    """A care home with a room kept for somebody, beside beds that are free to everybody."""
    return setting("S1", unit(beds(free=[*free_beds, {**free(start, end), "kept_for": whose}])))


def test_n12_a_bed_kept_for_somebody_counts_for_nobody_else() -> None:
    away = person("P2", excluded=["S1"])
    found = plan(case([person("P1"), away], [keeping("P2")]))
    assert found.placements == ()
    assert codes(found, "P1") == ["no_free_bed"]


def test_n12_nor_when_its_person_is_locked_elsewhere() -> None:
    elsewhere = locked("P2", stay("S2/U1/B1", on(-1)))
    found = plan(case([person("P1"), person("P2")], [keeping("P2"), home("S2")], locked=[elsewhere]))
    assert codes(found, "P1") == ["no_free_bed"]


def test_n12_whose_bed_is_kept_needs_no_other() -> None:
    found = plan(case([person("P1"), person("P2")], [keeping("P2", free())]))
    assert placed(found) == {"P1": "S1 16 Nov-", "P2": "S1 16 Nov-"}


def test_n12_locked_in_the_bed_kept_for_them_they_take_no_other() -> None:
    back = locked("P2", stay("S1/U1/B1", on(-1)))
    found = plan(case([person("P1"), person("P2")], [keeping("P2", free())], locked=[back]))
    assert placed(found)["P1"] == "S1 16 Nov-"


def test_n12_locked_there_on_nights_that_it_is_not_kept_they_take_another() -> None:
    back = locked("P2", stay("S1/U1/B1", on(-1)))
    short = keeping("P2", free(), end=on(5))
    found = plan(case([person("P1"), person("P2")], [short], locked=[back]))
    assert codes(found, "P1") == ["no_free_bed"]


def test_n12_after_the_nights_that_it_is_kept_they_need_a_bed_like_anybody() -> None:
    rivals = [person("P1", priority=3), person("P2", priority=1)]
    found = plan(case(rivals, [keeping("P2", free(on(5)), end=on(5))]))
    assert placed(found) == {"P2": "S1 16 Nov-"}
    found = plan(case(rivals, [keeping("P2", free(on(5), None, 2), end=on(5))]))
    assert placed(found) == {"P1": "S1 21 Nov-", "P2": "S1 16 Nov-"}


def test_n12_two_residents_each_have_their_own_room() -> None:
    both = beds(free=[{**free(), "kept_for": name} for name in ("P1", "P2")])
    people = [person(name, pathway="P0", usual_setting="S1") for name in ("P1", "P2", "P3")]
    found = plan(case(people, [setting("S1", unit(both))]))
    assert placed(found) == {"P1": "S1 16 Nov-", "P2": "S1 16 Nov-"}


def test_n12_a_resident_who_isolates_elsewhere_goes_back_to_the_room_kept_for_them() -> None:
    resident = person("P1", pathway="P0", usual_setting="S1", observations=[positive(-1, "influenza")])
    warm = isolating("IC", type="intermediate_care")
    found = plan(case([resident, person("P2")], [keeping("P1"), warm], weights=HURRY))
    assert placed(found)["P1"] == "IC 16 Nov-20 Nov, S1 20 Nov-"


def test_n12_admissions_of_the_day_count_for_them_too() -> None:
    home_of_both = {**keeping("P2", free(count=2)), "max_admissions_per_day": 1}
    found = plan(case([person("P1"), person("P2")], [home_of_both], horizon_days=1))
    assert len(found.placements) == 1


@over(
    "theirs, the_settings, points",
    [
        ("Bexley", "Bexley", 0),
        ("Bexley", "Kent", 25),
        (None, "Kent", 0),
        ("Bexley", None, 0),
        (None, None, 0),
    ],
)
def test_n11_where_an_authority_is_not_known_nothing_is_out_of_area(
    theirs: str | None, the_settings: str | None, points: int
) -> None:
    of = case([person(local_authority=theirs)], [setting(local_authority=the_settings)])
    assert placement(plan(of)).points.get("out_of_area", 0) == points


def test_n11_a_distance_that_is_not_known_costs_nothing() -> None:
    of = case([person(latitude=51.5, longitude=0.1)], [setting()])
    assert placement(plan(of)).points.get("distance", 0) == 0


def test_r5_designated_beds_of_every_kind_count_as_one_supply() -> None:
    people = [person(f"P{n}", observations=[positive(-3)]) for n in range(1, 4)]
    unit_ = {"designated": {"from": on(-10), "to": None}}
    settings = [hot(), isolating("IC", type="intermediate_care", unit=unit_), isolating("R1", unit=unit_)]
    found = plan(case(people, settings, rule_set=DESIGNATED, horizon_days=1))
    assert sorted(p.stays[0].setting for p in found.placements) == ["HOT", "IC", "R1"]
