"""docs/rules.md, 4, where the whole itinerary decides: second stays, conditions, splits, rule sets' dates."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.matching.verify import verify
from discharge.rules.rule_set import rule_set_on, shipped_rule_sets
from tests.builders import (
    COVID,
    DESIGNATED,
    beds,
    case,
    codes,
    free,
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
    setting,
    specimen,
    stay,
)


def test_c1_a_second_stay_needs_no_test_but_the_clinicians_release() -> None:
    found = plan(case([person(observations=[positive(-3)])], [hot(), setting()], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "HOT 16 Nov-27 Nov, S1 27 Nov-"}
    assert placement(found).conditions == ("clinical_release",)
    assert [s.requirement for s in placement(found).stays] == ["designated", "open"]
    assert [s.organisms for s in placement(found).stays] == [(COVID,), ()]


def test_c1_waiting_for_a_bed_of_tomorrow_carries_the_retest() -> None:
    late = setting("S1", units=[{"id": "U1", "isolation": "none", "beds": [beds(free=[free(on(1))])]}])
    found = plan(case([person(observations=[negative(-1)])], [late], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "S1 17 Nov-"}
    assert placement(found).conditions == ("retest",)


def test_c1_an_expired_negative_waits_for_tomorrow_and_a_repeated_test() -> None:
    taken = "2020-11-14T07:59:00+00:00"
    old = person(observations=[specimen(COVID, "negative", taken)])
    found = plan(case([old], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "S1 17 Nov-"}
    assert placement(found).conditions == ("retest",)
    assert placement(found).points["delay"] == 10
    today_alone = plan(case([old], rule_set=DESIGNATED, horizon_days=1))
    assert codes(today_alone) == ["test_expired"]


def test_c1_no_start_before_a_test_whatever_bed_is_free() -> None:
    found = plan(case([person()], [setting(), hot(), isolating()], rule_set=DESIGNATED))
    assert codes(found) == ["no_test"]


def test_c2_a_suspected_case_goes_on_from_the_end_of_its_isolation() -> None:
    doubtful = person(observations=[specimen(COVID, "inconclusive", "2020-11-14T10:00:00+00:00")])
    warm = isolating("IC", type="intermediate_care", accepts_organisms=[])
    found = plan(case([doubtful], [warm, setting()], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "IC 16 Nov-28 Nov, S1 28 Nov-"}
    assert placement(found).conditions == ("clinical_release",)


def test_c4_an_isolation_alone_carries_no_release() -> None:
    found = plan(case([person(observations=[positive(-3)])], [hot()], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "HOT 16 Nov-27 Nov"}
    assert placement(found).conditions == ()


def test_c4_staying_on_in_the_isolation_bed_carries_the_release() -> None:
    rules = "england-2022-04-04"
    found = plan(case([person(observations=[positive(-3)])], [isolating()], rule_set=rules))
    assert placed(found) == {"P1": "R1 16 Nov-"}
    assert placement(found).conditions == ("clinical_release",)
    assert placement(found).stays[0].requirement == "isolation"


def test_c4_waiting_in_hospital_for_the_end_carries_the_release_and_the_delay() -> None:
    found = plan(case([person(observations=[positive(-3)])], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "S1 27 Nov-"}
    assert placement(found).conditions == ("clinical_release",)
    assert placement(found).points["total"] == 110


def test_c4_other_organisms_need_no_release() -> None:
    flu = person(observations=[negative(-1), positive(-1, "influenza")])
    found = plan(case([flu], [isolating()], rule_set=DESIGNATED))
    assert placed(found) == {"P1": "R1 16 Nov-"}
    assert placement(found).conditions == ()


def test_c4_the_release_is_asked_from_the_end_of_the_covid_isolation_though_another_goes_on() -> None:
    clinician = {"organism": "influenza", "kind": "clearance", "isolate_until": on(20)}
    both = person(observations=[positive(-3), positive(-1, "influenza"), clinician])
    unit_ = {"designated": {"from": on(-10), "to": None}}
    found = plan(case([both], [isolating(unit=unit_)], rule_set=DESIGNATED, horizon_days=1))
    assert placed(found) == {"P1": "R1 16 Nov-6 Dec"}
    assert placement(found).conditions == ("clinical_release",)
    assert set(placement(found).stays[0].organisms) == {COVID, "influenza"}


def test_c7_a_locked_placement_may_split_the_fourteen_days_over_two_designated_settings() -> None:
    split = locked(
        "P1",
        stay("HOT/U1/B1", on(-1), on(5), requirement="designated", organisms=[COVID]),
        stay("HOT2/U1/B1", on(5), on(11), requirement="designated", organisms=[COVID]),
    )
    of = case(
        [person(observations=[positive(-3)])], [hot(), hot("HOT2")], rule_set=DESIGNATED, locked=[split]
    )
    found = plan(of)
    assert placed(found) == {"P1": "HOT 15 Nov-21 Nov, HOT2 21 Nov-27 Nov"}
    assert found.objective.placed == (0, 0, 0, 0)


def test_c7_the_engine_plans_no_such_split() -> None:
    short = [
        hot("HOT", beds(free=[free(on(0), on(5))])),
        hot("HOT2", beds(free=[free(on(5))])),
    ]
    found = plan(case([person(observations=[positive(-3)])], short, rule_set=DESIGNATED, horizon_days=5))
    assert found.placements == ()
    found = plan(case([person(observations=[positive(-3)])], short, rule_set=DESIGNATED))
    assert placed(found) == {"P1": "HOT2 21 Nov-27 Nov"}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 4, 14), "england-2020-04-15"),
        (date(2020, 4, 15), "england-2020-04-15"),
        (date(2020, 10, 12), "england-2020-04-15"),
        (date(2020, 10, 13), "england-2020-10-13"),
        (date(2022, 4, 3), "england-2020-10-13"),
        (date(2022, 4, 4), "england-2022-04-04"),
        (date(2024, 3, 31), "england-2022-04-04"),
        (date(2024, 4, 1), "england-2024-04-01"),
        (date(2026, 1, 1), "england-2024-04-01"),
    ],
)
def test_c8_the_rule_set_of_a_day_is_the_newest_one_in_force(day: date, name: str) -> None:
    assert rule_set_on(day).name == name


def test_c8_there_are_four_rule_sets_and_none_of_the_unlawful_ones_before() -> None:
    assert list(shipped_rule_sets()) == [
        "england-2020-04-15",
        "england-2020-10-13",
        "england-2022-04-04",
        "england-2024-04-01",
    ]
    starts = [rules.start for rules in shipped_rule_sets().values()]
    assert min(start for start in starts if start) == date(2020, 4, 15)


def test_c9_the_fourteen_nights_count_from_the_first_start_across_stays() -> None:
    until = {"organism": "influenza", "kind": "clearance", "isolate_until": on(8)}
    flu = person(observations=[negative(-1), positive(-1, "influenza"), until])
    warm = isolating("IC", type="intermediate_care")
    shared = setting("S1", {"id": "U1", "isolation": "none", "beds": [beds(room="shared")]})
    own = setting("S2", rating="inadequate")
    found = plan(case([flu], [warm, shared, own], rule_set=DESIGNATED, horizon_days=14))
    assert placed(found) == {"P1": "IC 16 Nov-24 Nov, S2 24 Nov-"}, "six of the fourteen nights are left"
    assert [s.requirement for s in placement(found).stays] == ["isolation", "own_room"]


def test_c9_after_fourteen_nights_a_shared_room_will_do() -> None:
    until = {"organism": "influenza", "kind": "clearance", "isolate_until": on(14)}
    flu = person(observations=[negative(-1), positive(-1, "influenza"), until])
    warm = isolating("IC", type="intermediate_care")
    shared = setting("S1", {"id": "U1", "isolation": "none", "beds": [beds(room="shared")]})
    own = setting("S2", rating="inadequate")
    found = plan(case([flu], [warm, shared, own], rule_set=DESIGNATED, horizon_days=28))
    assert placed(found) == {"P1": "IC 16 Nov-30 Nov, S1 30 Nov-"}


def test_c9_a_single_stay_in_a_shared_room_is_refused_though_most_of_it_would_be_open() -> None:
    shared = setting("S1", {"id": "U1", "isolation": "none", "beds": [beds(room="shared")]})
    of = case([person(observations=[negative(-1)])], [shared], rule_set=DESIGNATED, horizon_days=1)
    found = plan(of)
    assert codes(found) == ["shared_room"]
    assert verify(of, found) == ()
