"""What would help: each change named, planned again, and worth what it is said to be worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given

from discharge.matching.answers import plan_with_help, would_help
from discharge.matching.answers.changes import ATTESTATIONS, Kind
from discharge.matching.planned import plan_case
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.errors import BrokenFile
from discharge.model.files import read_case, read_plan, write_plan
from tests.beside import FOLDER
from tests.builders import (
    COVID,
    DESIGNATED,
    beds,
    case,
    free,
    home,
    hot,
    isolating,
    negative,
    on,
    pending,
    person,
    positive,
    setting,
    unit,
)
from tests.examples import few, seeds
from tests.matching.answers.single_changes import missed
from tests.matching.brute_force import best_of
from tests.matching.hubs import cases
from tests.matching.little_hubs import little_hub


@dataclass(frozen=True)
class Row:
    """A hub in which P1 has no place, and the change that would give one."""

    kind: Kind
    of: Case
    says: str


def long_positive() -> dict[str, Any]:
    """Somebody who isolates without an end in sight: only a designated bed will do."""
    return person(observations=[positive(-3)], immunosuppressed=True)


OUTBREAK = {"organism": "influenza", "risk_assessed": False}
FULL = [free(count=0)]
ROWS = [
    Row(
        Kind.BED,
        case([person(), person("P0", priority=1)], [setting("S1", name="Beech House")]),
        "One more bed at Beech House (S1), unit U1: places P1, as many points in all",
    ),
    Row(
        Kind.BED,
        case([long_positive()], [hot("HOT", beds(free=FULL))], rule_set=DESIGNATED),
        "One more designated bed at HOT, unit U1: places P1",
    ),
    Row(Kind.OPEN, case(settings=[home(admissions="closed")]), "Opening S1 to admissions: places P1"),
    Row(
        Kind.RISK_ASSESSMENT,
        case(settings=[home(outbreak=OUTBREAK)]),
        "A risk assessment for the outbreak at S1: places P1",
    ),
    Row(
        Kind.CAPACITY_RETURN,
        case(settings=[home(capacity_reported_at="2020-10-01T08:00:00+00:00")]),
        "A fresh capacity return from S1 that says what its last one said: places P1",
    ),
    Row(
        Kind.ACCEPT,
        case([long_positive()], [hot(accepts_organisms=[])], rule_set=DESIGNATED),
        "The word of HOT that it accepts people with COVID-19: places P1",
    ),
    Row(
        Kind.DESIGNATE,
        case([long_positive()], [isolating()], rule_set=DESIGNATED),
        "Designation of unit U1 at R1: places P1",
    ),
    Row(
        Kind.ADMISSION,
        case(settings=[home(max_admissions_per_day=0)]),
        "One more admission a day at S1: places P1",
    ),
    Row(
        Kind.SOONER,
        case(settings=[setting("S1", unit(beds(free=[free(on(4))])))], horizon_days=3),
        "A bed free 2 days sooner at S1, unit U1: places P1, 20 points more",
    ),
    Row(
        Kind.FARTHER,
        case([person(latitude=51.0, longitude=0.0, max_km=10)], [home(latitude=51.1, longitude=0.0)]),
        "A home up to 3 km farther for P1 (beyond 10 km): places P1, 11 points more",
    ),
    Row(
        Kind.FEE,
        case([person(max_weekly_fee=1000.0)], [home(weekly_fee=1100.0)]),
        "A fee of £1,100 a week for P1 (the limit is £1,000): places P1, 2 points more",
    ),
    Row(
        Kind.MEET,
        case([person(needs=["hoist", "end_of_life"])], [home(needs_met=["hoist"])]),
        "S1 meeting the need end of life: places P1",
    ),
    Row(
        Kind.RISK_ASSESSMENT,
        case(settings=[home(outbreak=[OUTBREAK, {"organism": "rsv", "risk_assessed": True}])]),
        "A risk assessment for the outbreak of influenza at S1: places P1",
    ),
    Row(
        Kind.BIRTH_DATE,
        case([person(born=None)], [home(age_min=65)]),
        "The birth date of P1 on record, if it is within the age limits of S1: places P1",
    ),
    Row(
        Kind.PLACE,
        case([long_positive()], [hot("HOT", unit={"isolation_places": 0})], rule_set=DESIGNATED),
        "One more place to isolate in at HOT, unit U1: places P1",
    ),
    Row(
        Kind.RETEST,
        case([person(observations=[pending()])], rule_set=DESIGNATED),
        "A fresh COVID-19 test of P1, if negative: places P1",
    ),
    Row(
        Kind.ATTEST,
        case(
            [person(observations=[positive(-30)], attestations=list(ATTESTATIONS[:4]))], rule_set=DESIGNATED
        ),
        "The attestations that P1 still lacks (clinician clearance): places P1",
    ),
    Row(
        Kind.NEW_BED,
        case([person(care={"level": "nursing", "specialism": "dementia"})]),
        "One more bed for dementia nursing care at S1, unit U1: places P1",
    ),
    Row(
        Kind.NEW_BED,
        case(settings=[setting("S1", {**unit(), "beds": []})]),
        "One more bed for general residential care at S1, unit U1: places P1",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind}: {row.says}")
@pytest.mark.whole
def test_the_change_that_gives_a_place_is_named_and_says_so(row: Row) -> None:
    planned = plan_case(row.of)
    assert "P1" not in planned.chosen
    for asked in (None, "P1"):
        answer = would_help(planned, asked)
        effects = {e.change.kind: e for e in answer.effects}
        assert row.kind in effects, answer.as_text()
        assert effects[row.kind].placed == ("P1",)
        assert effects[row.kind].places == 1
        assert effects[row.kind].text.startswith(row.says)
        assert effects[row.kind].text in answer.as_text()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind}: {row.says}")
def test_the_plan_carries_what_would_help_and_is_still_a_plan(row: Row) -> None:
    planned = plan_case(row.of)
    plan = plan_with_help(planned, planned.plan())
    assert [str(b) for b in verify(row.of, plan)] == []
    assert read_plan(write_plan(plan)) == plan
    mine = next(u for u in plan.unplaced if u.patient == "P1")
    assert any(row.says.lower().startswith(h.change.lower()) for h in mine.would_help)
    assert {h.places for h in mine.would_help} == {1}


def test_what_places_more_people_comes_first_then_what_saves_more_points() -> None:
    """S2 is closed with two beds; one bed more at S1 places one; S3 is only nearer."""
    people = [person(f"P{n}", latitude=51.0, longitude=0.0) for n in range(3)]
    homes = [
        home("S1", latitude=51.0, longitude=0.0),
        home("S2", 2, admissions="closed", latitude=51.2, longitude=0.0),
    ]
    answer = would_help(plan_case(case(people, homes)))
    assert [(e.change.kind, e.places) for e in answer.effects] == [(Kind.OPEN, 2), (Kind.BED, 1)]


def test_where_all_have_a_place_a_bed_that_saves_points_helps() -> None:
    people = [person("P1", preferred=["S1"]), person("P2", preferred=["S1"])]
    answer = would_help(plan_case(case(people, [home("S1"), home("S2")])))
    assert [(e.change.kind, e.change.setting, e.places, e.points) for e in answer.effects] == [
        (Kind.BED, "S1", 0, -15)
    ]
    assert answer.as_text().startswith("One more bed at S1, unit U1: 15 points fewer in all.")


def test_of_changes_that_place_the_same_people_two_are_told_and_the_others_counted() -> None:
    homes = [home(f"S{n}", admissions="closed") for n in range(4)]
    answer = would_help(plan_case(case(settings=homes)))
    assert len(answer.effects) == 4
    assert answer.as_text().splitlines() == [
        "Opening S0 to admissions: places P1, as many points in all.",
        "Opening S1 to admissions: places P1, as many points in all.",
        "2 more changes would place P1.",
        "4 changes were tried, each planned again.",
    ]


def test_a_change_that_places_one_for_another_says_who_would_lose() -> None:
    people = [person("P1", priority=1, observations=[pending()]), person("P2", observations=[negative()])]
    answer = would_help(plan_case(case(people, [home()], rule_set=DESIGNATED)), "P1")
    assert [(e.placed, e.lost, e.places) for e in answer.effects] == [(("P1",), ("P2",), 0)]
    planned = plan_case(case(people, [home()], rule_set=DESIGNATED))
    assert plan_with_help(planned, planned.plan()).unplaced[0].would_help == ()


def test_what_a_plan_lacks_for_keeping_to_a_previous_one_is_no_effect_of_a_change() -> None:
    """P1 keeps S1 though S2 would be 15 points better: opening S3 does nothing for that."""
    before = plan_case(case([person("P1", preferred=["S1", "S2"])], [home("S1"), home("S2")])).plan()
    of = case(
        [person("P1", preferred=["S2", "S1"]), person("P2", excluded=["S1", "S2"])],
        [home("S1"), home("S2"), home("S3", admissions="closed")],
    )
    planned = plan_case(of, previous=before)
    assert planned.objective.points == 15
    assert [(e.change.setting, e.placed, e.points) for e in would_help(planned).effects] == [
        ("S3", ("P2",), 0)
    ]


def test_the_number_of_tries_is_kept_and_what_was_left_is_said() -> None:
    people = [person(f"P{n}") for n in range(4)]
    homes = [home(f"S{n}", 0, admissions="closed" if n % 2 else "open") for n in range(4)]
    answer = would_help(plan_case(case(people, homes)), budget=1)
    assert (answer.tried, answer.untried) == (1, 1)
    assert answer.as_text().splitlines()[-1] == "1 change was tried, each planned again; 1 more might be."


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (case([person(max_weekly_fee=1000.0)], [home(weekly_fee=1101.0)]), "the fee is too far off"),
        (
            case([person(latitude=51.0, longitude=0.0, max_km=10)], [home(latitude=51.12, longitude=0.0)]),
            "13.3 km",
        ),
        (case([person(needs=["hoist", "oxygen"])], [home()]), "two needs are unmet"),
        (case(settings=[home(admissions="closed", outbreak=OUTBREAK)]), "two reasons stand against it"),
        (case([person(born="1940-01-01")], [home(age_max=64)]), "the birth date is known"),
        (case([person(pathway="P0")]), "goes home"),
        (case([person(ready_on=on(60))]), "is ready after the last day"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_no_single_change_will_do_none_is_tried(of: Case, why: str) -> None:
    answer = would_help(plan_case(of), "P1")
    assert (answer.tried, answer.effects) == (0, ()), why
    assert answer.as_text().startswith("No single change that was tried would place P1.")


def test_whoever_has_a_place_is_told_so_and_whoever_is_not_listed_is_a_fault() -> None:
    planned = plan_case(case())
    assert would_help(planned, "P1").as_text() == "P1 has a place already."
    with pytest.raises(BrokenFile):
        would_help(planned, "P9")


def test_progress_is_told_and_what_it_raises_goes_through() -> None:
    class Stop(Exception):
        pass

    def stop(_words: str, _share: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        would_help(plan_case(case(settings=[home(admissions="closed")])), progress=stop)


def test_a_bed_helps_by_letting_somebody_placed_move() -> None:
    """P1 alone can go to S2, which is full; P2 has the bed that P3 needs, and could go there."""
    near: dict[str, Any] = {"latitude": 51.0, "longitude": 0.0}
    people = [person("P2", **near), person("P3", excluded=["S2"], **near)]
    homes = [home("S1", **near), home("S2", 0, latitude=51.5, longitude=0.0)]
    answer = would_help(plan_case(case(people, homes)))
    told = {(e.change.kind, e.change.setting): (e.placed, e.places) for e in answer.effects}
    assert told[Kind.BED, "S2"][1] == 1
    assert told[Kind.BED, "S1"][1] == 1
    assert "places" in answer.as_text()


def test_two_outbreaks_without_an_assessment_are_two_changes_so_neither_helps_alone() -> None:
    both = [OUTBREAK, {"organism": "rsv", "risk_assessed": False}]
    answer = would_help(plan_case(case(settings=[home(outbreak=both)])))
    assert answer.effects == ()


@pytest.mark.beside("cases/engine/would-help-misses-bed.json")
def test_one_more_bed_that_helps_through_others_is_told_for_the_case_in_which_it_was_missed() -> None:
    file = FOLDER / "cases" / "engine" / "would-help-misses-bed.json"
    planned = plan_case(read_case(file.read_bytes()))
    answer = would_help(planned)
    told = [
        e for e in answer.effects if (e.change.setting, e.change.unit, e.change.beds) == ("S3", "U2", "B1")
    ]
    assert [e.places for e in told if e.change.kind is Kind.BED] == [1]
    (name,) = told[0].placed
    assert any(e.change == told[0].change for e in would_help(planned, name).effects)


@seeds(6, first=1)
def test_no_single_change_that_helps_is_missed_and_each_told_is_true(seed: int) -> None:
    """Every change of every kind is made and planned anew, of hubs that have something of everything."""
    assert missed(little_hub(seed, people=3)) == []


@pytest.mark.whole
def test_how_many_are_tried_grows_as_the_case_shrinks() -> None:
    people = [person(f"P{n}", priority=2) for n in range(3)]
    homes = [home(f"S{n}", 0) for n in range(40)]
    answer = would_help(plan_case(case(people, homes)))
    assert (answer.tried, answer.untried) == (40, 0)


@few(3, *HealthCheck)
@given(cases(patients=3, settings=3, days=4))
def test_every_effect_is_that_of_the_best_plan_by_brute_force(of: Case) -> None:
    planned = plan_case(of)
    for effect in would_help(planned, budget=4).effects:
        best = best_of(effect.change.of(of))
        assert (effect.objective.placed, effect.objective.points) == (best.placed, best.points)
        assert (best.placed, -best.points) > (planned.objective.placed, -planned.objective.points)
        assert effect.change_text
        assert COVID not in effect.change_text
