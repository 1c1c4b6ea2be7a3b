"""`explain`: why here, why not there, and what stands nearest to a place."""

from __future__ import annotations

import json

import pytest

from discharge.matching.answers import Explanation
from discharge.model.case import Case
from discharge.model.errors import BrokenFile
from tests.builders import (
    DESIGNATED,
    NO_TEST_ASKED,
    beds,
    case,
    codes,
    free,
    hot,
    locked,
    on,
    pending,
    person,
    placed,
    plan,
    positive,
    setting,
    stay,
    unit,
)
from tests.matching.asking import explain


def hub() -> Case:
    """Three people and five homes, each home with its own story."""
    people = [
        person("P1", preferred=["BEECH"], needs=["hoist"]),
        person("P2", needs=["hoist", "oxygen"]),
        person("P3", pathway="P1"),
        person("P4"),
    ]
    homes = [
        setting("BEECH", name="Beech House", needs_met=["hoist"]),
        setting("OAK", name="Oak Lodge", needs_met=["hoist"], rating="inadequate"),
        setting("ELM", name="Elm Court"),
        setting("ASH", name="Ash Grange", admissions="closed", needs_met=["hoist"]),
        setting("FIR", admissions="closed", capacity_reported_at=None),
    ]
    return case(people, homes, locked=[locked("P4", stay("ELM/U1/B1", on(0)))])


def lines(answer: Explanation) -> list[str]:
    return answer.as_text().splitlines()


def test_why_here_says_where_why_and_what_comes_second() -> None:
    answer = explain(hub(), "P1")
    told = lines(answer)
    assert told[0] == "P1 goes to Beech House (BEECH) from Mon 16 Nov."
    assert any(line.startswith("From Mon 16 Nov, open-ended: Beech House") for line in told)
    assert "Runner-up: Oak Lodge (OAK), 55 points more." in told
    assert answer.runner_up == (55, "OAK")


def test_the_runner_up_is_the_best_in_another_setting_with_its_own_points() -> None:
    of = case(
        [person(observations=[positive(-3)])],
        [hot(), setting("S1"), setting("S2", rating="requires_improvement")],
        rule_set=DESIGNATED,
    )
    assert explain(of, "P1").runner_up == (50, "S2")


def test_there_is_no_runner_up_where_nothing_else_will_do() -> None:
    assert explain(case(), "P1").runner_up is None
    assert "Runner-up" not in explain(case(), "P1").as_text()


def test_why_not_says_every_reason_with_its_code_and_rule() -> None:
    answer = explain(hub(), "P2")
    assert lines(answer)[0] == "P2 has no place."
    assert answer.unplaced is not None
    for reason in answer.unplaced.reasons:
        assert f"({reason.code}, {reason.rule})" in answer.as_text()


def test_a_setting_that_is_one_reason_away_is_named() -> None:
    answer = explain(hub(), "P2")
    assert [s.setting for s in answer.nearest] == ["BEECH", "OAK"]
    assert [s.codes for s in answer.nearest] == [("need_unmet",), ("need_unmet",)]
    assert "One reason away:" in lines(answer)


def test_a_setting_asked_about_is_told_with_all_that_stands_against_it() -> None:
    answer = explain(hub(), "P2", "ASH")
    assert answer.asked is not None
    assert answer.asked.codes == ("closed", "need_unmet")
    assert lines(answer)[-1] == (
        "Ash Grange (ASH): closed to admissions (closed, N5); "
        "a need of this person isn't met (need_unmet, N1)."
    )
    assert explain(hub(), "P1", "FIR").as_text().splitlines()[-1].startswith("FIR: closed")


def test_a_setting_that_nothing_stands_against_is_said_to_be_so() -> None:
    answer = explain(hub(), "P1", "OAK")
    assert lines(answer)[-1] == "Oak Lodge (OAK): nothing stands against it."


def test_a_person_who_goes_home_with_support_is_told_so() -> None:
    answer = explain(hub(), "P3")
    assert "(home_with_support, N3)" in answer.as_text()


def test_a_locked_person_is_shown_where_they_are() -> None:
    answer = explain(hub(), "P4")
    assert answer.placement is not None
    assert answer.placement.locked
    assert lines(answer)[0] == "P4 goes to Elm Court (ELM) from Mon 16 Nov."


def test_a_blocked_person_is_told_the_block_and_no_settings_are_held_against_them() -> None:
    of = case([person(observations=[pending()])], rule_set=DESIGNATED)
    answer = explain(of, "P1", "S1")
    assert "The COVID-19 result is awaited. (awaiting_result, C1)" in answer.as_text()


@pytest.mark.parametrize(
    "fields",
    [{"observations": [pending()]}, {"pathway": "P0"}, {"pathway": "P1"}, {"ready_on": on(40)}, {}],
    ids=["blocked", "goes home", "home with support", "not ready", "could start"],
)
def test_nothing_stands_against_it_is_never_said_of_a_closed_setting(fields: dict[str, object]) -> None:
    rules = DESIGNATED if "observations" in fields else NO_TEST_ASKED
    of = case([person(**fields)], [setting("S1", admissions="closed")], rule_set=rules)
    assert "nothing stands against it" not in explain(of, "P1", "S1").as_text()


def test_two_stays_are_both_told() -> None:
    of = case([person(observations=[positive(-3)])], [hot(), setting()], rule_set=DESIGNATED)
    assert lines(explain(of, "P1"))[0] == "P1 goes to HOT from Mon 16 Nov then S1 from Fri 27 Nov."


@pytest.mark.parametrize("who", ["P1", "P2", "P3", "P4"])
@pytest.mark.whole
def test_the_same_is_told_as_json(who: str) -> None:
    answer = explain(hub(), who, "OAK")
    data = json.loads(json.dumps(answer.as_json()))
    assert data["patient"] == who
    assert (data["placement"] is None) != (data["unplaced"] is None)
    found = plan(hub())
    if data["unplaced"]:
        assert [r["code"] for r in data["unplaced"]["reasons"]] == codes(found, who)
    else:
        mine = next(p for p in found.placements if p.patient == who)
        assert data["placement"] == json.loads(mine.model_dump_json(by_alias=True))


def test_the_json_names_what_was_asked_and_what_is_near() -> None:
    data = explain(hub(), "P2", "ASH").as_json()
    asked = data["asked"]
    assert isinstance(asked, dict)
    assert asked["setting"] == "ASH"
    assert [reason["rule"] for reason in asked["reasons"]] == ["N5", "N1"]
    near = data["one_reason_away"]
    assert isinstance(near, list)
    assert [each["setting"] for each in near] == ["BEECH", "OAK"]


@pytest.mark.parametrize(
    ("patient", "asked", "path"),
    [("P9", None, "PATIENT"), ("P1", "YEW", "SETTING"), ("P9", "YEW", "PATIENT")],
)
def test_who_or_what_the_case_does_not_list_is_a_fault(patient: str, asked: str | None, path: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        explain(hub(), patient, asked)
    assert caught.value.faults[0].path == path


def test_the_fewest_reasons_of_a_settings_beds_are_told() -> None:
    both = setting("S1", unit(beds("B1", sex="male", category="ld_nursing"), beds("B2", sex="male")))
    answer = explain(case(settings=[both]), "P1", "S1")
    assert answer.asked is not None
    assert answer.asked.codes == ("sex",)


def test_explaining_twice_tells_the_same() -> None:
    assert explain(hub(), "P2").as_text() == explain(hub(), "P2").as_text()


def test_who_is_outbid_is_told_for_whom_else_the_place_would_do() -> None:
    # one bed, two people alike: the more urgent one has it
    people = [person("P1", priority=1), person("P2", priority=2)]
    told = explain(case(people, [setting("S1")]), "P2")
    assert told.unplaced is not None
    assert [reason.code for reason in told.unplaced.reasons] == ["outbid"]
    assert told.rivals == (("S1", ("P1",)),)
    assert "S1 would do; so it would for P1." in told.as_text()
    assert told.as_json()["rivals"] == [{"setting": "S1", "patients": ["P1"]}]
    assert explain(case(people, [setting("S1")]), "P1").rivals == ()


# --- against the next best, and every reason ----------------------------------------------------------


def far_and_near() -> Case:
    """P1 goes to NEAR; FAR is farther, in another area and dearer, but there at once and better rated."""
    near = {"latitude": 51.0, "longitude": 0.0, "local_authority": "Kent", "rating": "requires_improvement"}
    far = {"latitude": 51.1, "longitude": 0.0, "local_authority": "Medway", "weekly_fee": 1250.0}
    homes = [setting("NEAR", unit(beds(free=[free(on(1))])), **near), setting("FAR", **far)]
    return case([person(latitude=51.0, longitude=0.0, local_authority="Kent")], homes)


def test_the_runner_up_is_told_objective_by_objective() -> None:
    answer = explain(far_and_near(), "P1")
    assert answer.second is not None
    assert {v.key: v.more for v in answer.second.versus} == {
        "out_of_area": 25,
        "distance": 11,
        "delay": -10,
        "rating": -10,
        "fee": 5,
    }
    assert lines(answer)[-3:] == [
        "Runner-up: FAR, 21 points more.",
        "Against it: 25 points more for another area; 11 km farther; about £250 a week dearer.",
        "For it: 1 day sooner; 10 points fewer for the rating.",
    ]
    data = answer.as_json()["runner_up"]
    assert isinstance(data, dict)
    assert sum(each["more"] for each in data["versus"]) == 21


def test_a_setting_that_would_do_is_held_against_where_the_person_goes() -> None:
    told = lines(explain(far_and_near(), "P1", "FAR"))
    assert "There it would be 21 points more for P1." in told
    assert told[-1] == "FAR: nothing stands against it."


def test_each_bed_group_of_the_setting_asked_about_is_told_the_nearest_first() -> None:
    home = setting(
        "S1", unit(beds("B1", sex="male", room="shared"), beds("B2", sex="male")), admissions="closed"
    )
    answer = explain(case(settings=[home]), "P1", "S1")
    assert [(b.beds, b.codes) for b in answer.beds] == [("B1", ("closed", "sex")), ("B2", ("closed", "sex"))]
    mixed = setting("S1", unit(beds("B1", sex="male", free=[free(count=0)]), beds("B2", sex="male")))
    answer = explain(case(settings=[mixed]), "P1", "S1")
    assert [(b.beds, b.codes) for b in answer.beds] == [("B2", ("sex",)), ("B1", ("sex", "no_free_bed"))]
    assert lines(answer)[-3:-1] == [
        "  unit U1, beds B2: only this stands in the way: the beds are for the other sex (sex, N6).",
        "  unit U1, beds B1: the beds are for the other sex (sex, N6); "
        "no bed or isolation place is free on every night of the stay (no_free_bed, N10).",
    ]


def test_a_bed_group_of_which_some_are_kept_is_told_once_as_each_person_finds_it() -> None:
    people = [person("P1"), person("P2"), person("P3", sex="male")]
    mixed = beds(sex="female", free=[free(count=0), {**free(), "kept_for": "P1"}])
    of = case(people, [setting("S1", unit(mixed, beds("B2", free=[{**free(), "kept_for": "P2"}])))])

    def told(name: str) -> list[tuple[str, tuple[str, ...]]]:
        return [(b.beds, b.codes) for b in explain(of, name, "S1").beds]

    assert told("P1") == [("B1", ()), ("B2", ("no_free_bed",))]
    assert told("P2") == [("B2", ()), ("B1", ("no_free_bed",))]
    assert told("P3") == [("B2", ("no_free_bed",)), ("B1", ("sex", "no_free_bed"))]


def test_only_one_reason_in_the_way_is_said_to_be_the_only_one() -> None:
    told = lines(explain(hub(), "P2", "OAK"))[-1]
    assert told == (
        "Oak Lodge (OAK): only this stands in the way: a need of this person isn't met (need_unmet, N1)."
    )


def test_a_setting_of_another_kind_is_no_near_miss_before_one_of_the_right_kind() -> None:
    homes = [setting("A1", type="intermediate_care"), setting("B1", admissions="closed")]
    assert [s.setting for s in explain(case(settings=homes), "P1").nearest] == ["B1", "A1"]


def test_who_goes_to_the_setting_asked_about_is_told() -> None:
    people = [person("P1", priority=1), person("P2"), person("P3")]
    homes = [setting("S1", unit(beds(free=[free(count=2)])))]
    answer = explain(
        case(people, homes), "P3" if "P3" not in placed(plan(case(people, homes))) else "P2", "S1"
    )
    assert len(answer.holders) == 2
    assert any(line.startswith("In the plan P1 and ") for line in lines(answer))
