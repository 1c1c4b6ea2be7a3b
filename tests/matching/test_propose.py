"""Plans for small hubs worked out by hand, and for the shared cases: at their optimum, and verified."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.matching.verify.reasons import CODES, RULE_IDS
from discharge.model.case import Case
from discharge.model.files import case_sha256, read_case, read_plan, write_case, write_plan
from tests.beside import FOLDER
from tests.builders import (
    AS_AT,
    COVID,
    DESIGNATED,
    Json,
    beds,
    case,
    case_json,
    codes,
    free,
    hot,
    inconclusive,
    isolating,
    locked,
    negative,
    on,
    pending,
    person,
    placed,
    placement,
    plan,
    positive,
    read,
    setting,
    specimen,
    stay,
    symptoms,
    unit,
    until,
)
from tests.examples import few
from tests.matching.hubs import cases
from tests.over import over

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
RUN = "import sys; from discharge.cli import main; sys.exit(main())"
"""The command line as a program of its own."""

FLU = [positive(-1, "influenza")]
"""Isolates to day 4."""

HURRY = {"delay": 50}
"""Weights by which nobody waits in hospital to be spared a move."""


def full(name: str, **fields: Any) -> Json:
    """A care home without a free bed."""
    return setting(name, unit(beds(free=[])), **fields)


# --- cases with a known optimum -----------------------------------------------------------------------


def _real(name: str) -> Any:
    """A case made from public data, with its best plan, where they lie beside the project."""
    file = f"cases/{name}"
    return pytest.param(
        FOLDER / file, marks=pytest.mark.beside(f"{file}.json", f"{file}.best-plan.json"), id=name
    )


@pytest.mark.parametrize(
    "file",
    [
        *(CASES / name for name in ("ten-people", "eighteen-people", "twenty-five-people")),
        *map(_real, ("bd10", "bhr25", "nth18")),
    ],
    ids=lambda file: file.name,
)
@pytest.mark.whole
def test_a_case_with_a_known_optimum_is_planned_at_it(file: Path) -> None:
    content = file.with_name(f"{file.name}.json").read_bytes()
    of = read_case(content)
    best = read_plan(file.with_name(f"{file.name}.best-plan.json").read_bytes())
    assert verify(of, best, case_sha256=case_sha256(content)) == ()
    found = plan(of)
    assert found.objective == best.objective


@pytest.mark.whole
@pytest.mark.beside("tools/real_case.py")
def test_a_real_case_of_kent_is_planned_and_proven() -> None:
    tool = str(FOLDER / "tools" / "real_case.py")
    made = subprocess.run([sys.executable, tool, "Kent+Medway", "30", "3"], capture_output=True, check=True)
    of = read_case(made.stdout)
    found = propose(of, sha256=case_sha256(made.stdout))
    assert verify(of, found, case_sha256=case_sha256(made.stdout)) == ()
    assert (found.status, found.gap) == ("optimal", 0)
    assert len(found.placements) + len(found.unplaced) == 30
    assert len(found.placements) >= 15, "most people go somewhere in Kent"


# --- what is optimal ----------------------------------------------------------------------------------


def test_one_person_of_priority_1_goes_before_two_of_priority_2() -> None:
    long = person("P1", priority=1, pathway="P2", stay_days=28)
    short = [person(f"P{n}", priority=2, pathway="P2", stay_days=14) for n in (2, 3)]
    where = setting(type="community_bed")
    found = plan(case([long, *short], [where], horizon_days=14))
    assert placed(found) == {"P1": "S1 16 Nov-14 Dec"}
    assert found.objective.placed == (1, 0, 0, 0)


def test_more_people_of_a_priority_go_before_fewer_points() -> None:
    picky = person("P1", preferred=["A"])
    tied = person("P2", excluded=["B"])
    found = plan(case([picky, tied], [setting("A"), setting("B", rating="inadequate")]))
    assert placed(found) == {"P1": "B 16 Nov-", "P2": "A 16 Nov-"}


def test_points_are_saved_over_all_people_and_not_person_by_person() -> None:
    people = [
        person("P1", preferred=["A", "B"]),
        person("P2", preferred=["A", "B", "C"]),
    ]
    # each alone would choose A; together P1 in B (15) and P2 in A (0) or the other way: 15 points
    found = plan(case(people, [setting("A"), setting("B"), full("C")]))
    assert found.objective.points == 15


def test_a_swap_that_costs_one_and_saves_the_other_more_is_made() -> None:
    people = [
        person("P1", latitude=51.5, longitude=0.0),
        person("P2", latitude=51.5, longitude=0.0, usual_setting="A"),
    ]
    homes = [
        setting("A", latitude=51.5, longitude=0.0),
        setting("B", latitude=51.9, longitude=0.0),
    ]
    found = plan(case(people, homes))
    assert placed(found) == {"P1": "B 16 Nov-", "P2": "A 16 Nov-"}
    assert found.objective.points == 44


def test_an_empty_case_has_an_empty_plan() -> None:
    found = plan(case([], []))
    assert (found.placements, found.unplaced) == ((), ())
    assert found.objective.placed == (0, 0, 0, 0)


def test_people_without_any_setting_are_told_why() -> None:
    assert codes(plan(case([person()], []))) == ["no_free_bed"]
    assert codes(plan(case([person()], [setting("S1", unit(beds=[]))]))) == ["no_free_bed"]


# --- itineraries --------------------------------------------------------------------------------------


def test_a_stay_may_begin_isolated_and_go_on_after_in_one_bed() -> None:
    found = plan(case([person(observations=FLU)], [isolating(), setting(rating="inadequate")]))
    assert placed(found) == {"P1": "R1 16 Nov-"}
    (only,) = placement(found).stays
    assert (only.requirement, only.organisms) == ("isolation", ("influenza",))


def test_two_stays_follow_each_other_without_a_night_between() -> None:
    found = plan(case([person(observations=[positive(-3)])], [hot(), setting()], rule_set=DESIGNATED))
    first, second = placement(found).stays
    assert first.end == second.start


def test_the_first_of_two_stays_lasts_to_the_last_isolations_end() -> None:
    both = person(observations=[*FLU, positive(0, "rsv"), until(6, "rsv")])
    both["observations"][1]["specimen_at"] = "2020-11-16T06:00:00+00:00"
    both["observations"][1]["reported_at"] = "2020-11-16T07:00:00+00:00"
    found = plan(case([both], [isolating(type="hot_home"), setting()], weights=HURRY))
    assert placed(found) == {"P1": "R1 16 Nov-22 Nov, S1 22 Nov-"}
    assert placement(found).stays[0].organisms == ("influenza", "rsv")


@pytest.mark.parametrize(("horizon", "where"), [(4, "R1 16 Nov-20 Nov"), (5, "R1 16 Nov-20 Nov, S1 20 Nov-")])
def test_a_second_stay_starts_within_the_horizon_or_not_at_all(horizon: int, where: str) -> None:
    of = case(
        [person(observations=FLU)],
        [isolating(type="hot_home"), setting()],
        weights=HURRY,
        horizon_days=horizon,
    )
    assert placed(plan(of)) == {"P1": where}


def test_waiting_in_hospital_for_the_end_is_cheaper_than_a_move_for_a_few_days() -> None:
    of = case([person(observations=FLU)], [isolating(type="hot_home"), setting()], weights={"delay": 9})
    assert placed(plan(of)) == {"P1": "S1 20 Nov-"}


@pytest.mark.parametrize(
    ("left", "shortest", "moves"), [(3, 3, True), (2, 3, False), (2, 2, True), (1, 1, True), (1, 0, True)]
)
def test_nobody_is_moved_for_an_isolation_shorter_than_the_rule_sets_nights(
    left: int, shortest: int, *, moves: bool
) -> None:
    of = case(
        [person(observations=[positive(left - 5, "influenza")])],
        [isolating(type="hot_home"), setting()],
        rule_set={"base": "england-2024-04-01", "min_isolation_nights": shortest},
        weights=HURRY,
    )
    if moves:
        assert len(placement(plan(of)).stays) == 2
    else:
        assert placed(plan(of)) == {"P1": f"S1 {16 + left} Nov-"}


def test_one_stay_may_begin_with_a_single_isolated_night() -> None:
    of = case([person(observations=[positive(-4, "influenza")])], [isolating()], horizon_days=1)
    assert placed(plan(of)) == {"P1": "R1 16 Nov-"}


def test_an_isolation_alone_ends_with_the_isolation() -> None:
    found = plan(case([person(observations=FLU)], [isolating(type="hot_home")]))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov"}


def test_an_open_ended_isolation_has_one_stay_without_an_end() -> None:
    sick = person(immunosuppressed=True, observations=FLU)
    found = plan(case([sick], [isolating(type="hot_home"), setting()]))
    assert placed(found) == {"P1": "R1 16 Nov-"}


def test_a_p2_stay_lasts_its_days_and_reaches_the_isolations_end() -> None:
    warm = isolating(type="intermediate_care")
    short = person(pathway="P2", stay_days=2, observations=FLU)
    assert placed(plan(case([short], [warm]))) == {"P1": "R1 16 Nov-20 Nov"}
    assert placement(plan(case([short], [warm]))).points.get("no_onward", 0) == 0, "a final stay"
    long = person(pathway="P2", stay_days=10, observations=FLU)
    assert placed(plan(case([long], [warm]))) == {"P1": "R1 16 Nov-26 Nov"}


def test_a_p2_second_stay_lasts_its_days_from_its_own_start() -> None:
    warm = isolating(type="hot_home")
    long = person(pathway="P2", stay_days=10, observations=FLU)
    found = plan(case([long], [warm, setting(type="community_bed")], weights=HURRY))
    assert placed(found) == {"P1": "R1 16 Nov-20 Nov, S1 20 Nov-30 Nov"}


def test_nobody_starts_before_they_are_ready() -> None:
    assert placed(plan(case([person(ready_on=on(3))]))) == {"P1": "S1 19 Nov-"}


def test_starts_are_planned_for_28_days_where_the_case_says_nothing_else() -> None:
    assert placed(plan(case([person(ready_on=on(27))]))) == {"P1": "S1 13 Dec-"}
    assert codes(plan(case([person(ready_on=on(28))]))) == ["not_ready"]


def test_nobody_starts_after_the_horizon() -> None:
    late = setting("S1", unit(beds(free=[free(on(5))])))
    assert placed(plan(case([person()], [late], horizon_days=6))) == {"P1": "S1 21 Nov-"}
    assert plan(case([person()], [late], horizon_days=5)).placements == ()


# --- what people share --------------------------------------------------------------------------------


def test_two_organisms_compete_for_one_cohort_unit_and_the_better_plan_wins() -> None:
    people = [person(f"F{n}", observations=FLU) for n in (1, 2)]
    people += [person(f"R{n}", observations=[positive(-1, "rsv")]) for n in (1, 2, 3)]
    cohort = setting(
        "COH",
        unit(beds(free=[free(count=5)]), isolation="cohort", isolation_places=5),
        type="hot_home",
        accepts_organisms=["influenza", "rsv"],
    )
    found = plan(case(people, [cohort], horizon_days=1))
    assert sorted(placed(found)) == ["R1", "R2", "R3"]
    people[0]["priority"] = 1
    found = plan(case(people, [cohort], horizon_days=1))
    assert sorted(placed(found)) == ["F1", "F2"]


def test_two_cohort_units_take_an_organism_each() -> None:
    people = [person("F1", observations=FLU), person("R1", observations=[positive(-1, "rsv")])]
    units = [unit(beds(), id=name, isolation="cohort", isolation_places=2) for name in ("U1", "U2")]
    both = setting("COH", *units, type="hot_home", accepts_organisms=["influenza", "rsv"])
    found = plan(case(people, [both], horizon_days=1))
    assert len({p.stays[0].unit for p in found.placements}) == 2


def test_isolation_places_are_shared_over_the_bed_groups_of_a_unit() -> None:
    people = [person(f"P{n}", observations=FLU) for n in range(3)]
    groups = [beds("B1"), beds("B2", room="ensuite"), beds("B3")]
    found = plan(case(people, [isolating("R1", *groups, type="hot_home")], horizon_days=1))
    assert len(found.placements) == 2


def test_admissions_are_shared_over_the_units_of_a_setting() -> None:
    people = [person(f"P{n}") for n in range(3)]
    units = [unit(beds(), id=f"U{n}") for n in range(3)]
    where = setting("S1", *units, max_admissions_per_day=2)
    found = plan(case(people, [where], horizon_days=2))
    starts = Counter(p.stays[0].start.isoformat() for p in found.placements)
    assert starts == {on(0): 2, on(1): 1}


def test_a_bed_is_given_again_on_the_day_that_a_stay_ends() -> None:
    people = [person(f"P{n}", pathway="P2", stay_days=7) for n in range(3)]
    found = plan(case(people, [setting(type="community_bed")], horizon_days=15))
    assert sorted(p.stays[0].start.isoformat() for p in found.placements) == [on(0), on(7), on(14)]


# --- locked placements --------------------------------------------------------------------------------


def test_a_locked_placement_comes_back_unchanged_and_counts_for_nothing() -> None:
    held = locked(
        "P1",
        stay("S1/U1/B1", on(3), requirement="own_room"),
        conditions=["retest"],
        points={"delay": 30, "total": 30},
        because=["Approved on Friday."],
    )
    found = plan(
        case([person(), person("P2")], [setting("S1", unit(beds(free=[free(count=2)])))], locked=[held])
    )
    back = placement(found, "P1")
    assert back.locked
    assert json.loads(back.model_dump_json(by_alias=True)) == held
    assert found.objective.placed == (0, 1, 0, 0)
    assert found.objective.points == placement(found, "P2").points["total"]


def test_a_locked_placement_given_by_its_stays_alone_comes_back_whole() -> None:
    held = {"patient": "GONE", "stays": [stay("S1/U1/B1", on(0))]}
    back = placement(plan(case([], locked=[held])), "GONE")
    assert (back.locked, back.conditions, back.points) == (True, (), {"total": 0})
    assert back.because


def test_a_locked_placement_is_not_judged_anew() -> None:
    against_every_rule = locked("P1", stay("S1/U1/B1", on(-9)))
    closed = setting(admissions="closed", rating="inadequate")
    found = plan(case([person()], [closed], rule_set=DESIGNATED, locked=[against_every_rule]))
    assert placed(found) == {"P1": "S1 7 Nov-"}


def test_a_locked_placement_holds_its_bed_on_its_nights() -> None:
    held = locked("GONE", stay("S1/U1/B1", on(-5), on(2)))
    assert placed(plan(case([person()], locked=[held]))) == {"GONE": "S1 11 Nov-18 Nov", "P1": "S1 18 Nov-"}


def test_where_more_is_locked_than_free_nothing_is_left_and_that_is_no_fault() -> None:
    held = [locked(f"L{n}", stay("S1/U1/B1", on(0), on(5 + n))) for n in range(3)]
    found = plan(case([person()], locked=held))
    assert placed(found)["P1"] == "S1 23 Nov-"


def test_a_locked_placement_takes_its_admission_of_a_day_to_come() -> None:
    held = locked("GONE", stay("S1/U1/B1", on(0)))
    where = setting("S1", unit(beds(free=[free(count=3)])), max_admissions_per_day=1)
    assert placed(plan(case([person()], [where], locked=[held])))["P1"] == "S1 17 Nov-"


def isolated(patient: str, to: str | None, **fields: Any) -> Json:
    """Somebody locked in R1, isolating with influenza."""
    where = stay("R1/U1/B1", on(-1), to, requirement="isolation", organisms=["influenza"])
    return locked(patient, where, **fields)


def one_place(**of_unit: Any) -> Json:
    """A hot home with two beds and one isolation place."""
    return isolating(
        "R1", beds(free=[free(count=2)]), type="hot_home", unit={"isolation_places": 1, **of_unit}
    )


def test_a_locked_isolation_holds_its_place_to_the_end_of_the_isolation_computed_anew() -> None:
    listed = person("L1", observations=FLU)
    waits = person("P1", observations=[*FLU, until(20, "influenza")])
    found = plan(case([listed, waits], [one_place()], locked=[isolated("L1", on(30))]))
    assert placed(found)["P1"] == "R1 20 Nov-6 Dec"


def test_a_locked_isolation_of_somebody_who_is_not_listed_holds_to_its_end() -> None:
    waits = person("P1", observations=[*FLU, until(20, "influenza")])
    found = plan(case([waits], [one_place()], locked=[isolated("L1", on(9))]))
    assert placed(found)["P1"] == "R1 25 Nov-6 Dec"


def test_a_locked_isolation_of_somebody_released_holds_no_place() -> None:
    released = {"organism": "influenza", "kind": "clearance", "released_on": on(0)}
    listed = person("L1", observations=[*FLU, released])
    found = plan(
        case([listed, person("P1", observations=FLU)], [one_place()], locked=[isolated("L1", on(30))])
    )
    assert placed(found)["P1"] == "R1 16 Nov-20 Nov"


def test_a_locked_isolation_of_somebody_whose_result_is_awaited_holds_to_its_end() -> None:
    listed = person("L1", observations=[pending(-3)])
    in_designated = stay("R1/U1/B1", on(-1), on(9), requirement="designated", organisms=[COVID])
    waits = person("P1", observations=[positive(0), until(20)])
    waits["observations"][0].update(
        specimen_at="2020-11-16T07:00:00+00:00", reported_at="2020-11-16T07:30:00+00:00"
    )
    home = one_place(designated={"from": on(-30), "to": None})
    of = case([listed, waits], [home], rule_set=DESIGNATED, locked=[locked("L1", in_designated)])
    assert placed(plan(of))["P1"] == "R1 25 Nov-6 Dec"


def test_a_locked_second_isolation_that_hangs_on_the_unknown_holds_to_its_end() -> None:
    """C7: split across two stays; the second begins on the clinician's date, without a fresh test."""
    listed = person("L1", observations=[positive(-10), until(1)], immunosuppressed=True)
    spans = ((on(-5), on(1)), (on(1), on(9)))
    split = [stay("R1/U1/B1", *span, requirement="designated", organisms=[COVID]) for span in spans]
    waits = person("P1", observations=[positive(-1), until(20)])
    home = one_place(designated={"from": on(-30), "to": None})
    found = plan(case([listed, waits], [home], rule_set=DESIGNATED, locked=[locked("L1", *split)]))
    assert placed(found)["P1"] == "R1 25 Nov-6 Dec"


def test_a_locked_isolation_of_somebody_who_is_not_well_holds_to_its_end() -> None:
    unwell = {"organism": "influenza", "kind": "symptoms", "onset_on": on(-1)}
    listed = person("L1", observations=[*FLU, unwell])
    waits = person("P1", observations=[*FLU, until(20, "influenza")])
    found = plan(case([listed, waits], [one_place()], locked=[isolated("L1", on(9))]))
    assert placed(found)["P1"] == "R1 25 Nov-6 Dec"


def test_a_locked_isolation_holds_to_its_end_where_another_organism_is_not_known() -> None:
    """Their influenza is over on the 20th, but nobody has tested them for COVID-19."""
    untested = person("L1", observations=FLU)
    waits = person("P1", observations=[negative(), *FLU, until(20, "influenza")])
    of = case([untested, waits], [one_place()], rule_set=DESIGNATED, locked=[isolated("L1", on(9))])
    assert placed(plan(of))["P1"] == "R1 25 Nov-6 Dec"


@pytest.mark.parametrize(
    ("kinds", "goes"),
    [(["care_home", "hot_home"], True), (["care_home"], True), (["hot_home"], False), ([], False)],
)
def test_an_inconclusive_result_isolates_in_the_kinds_of_setting_alone_that_the_rule_set_names(
    kinds: list[str], goes: bool
) -> None:
    """C2. A rule set that names none lets nobody there: what isn't said is no leave."""
    local = {"base": "england-2020-04-15", "organisms": {COVID: {"inconclusive_settings": kinds}}}
    who = person(observations=[inconclusive()])
    found = plan(case([who], [isolating("R1")], rule_set=local, horizon_days=3))
    assert bool(found.placements) == goes
    assert ("setting_type" in codes(found)) != goes


def test_a_locked_isolation_that_is_over_holds_no_place_though_attestations_are_missing() -> None:
    """What is missing is no knowledge: the isolation of a positive result has its end."""
    in_designated = stay("R1/U1/B1", on(-1), on(9), requirement="designated", organisms=[COVID])
    over = person("L1", observations=[positive(-20)])
    waits = person("P1", observations=[positive(-3)])
    home = one_place(designated={"from": on(-30), "to": None})
    of = case([over, waits], [home], rule_set=DESIGNATED, locked=[locked("L1", in_designated)])
    assert placed(plan(of))["P1"] == "R1 16 Nov-27 Nov"


def test_a_locked_stay_that_does_not_isolate_holds_no_place() -> None:
    guest = locked("L1", stay("R1/U1/B1", on(-1), on(30), requirement="own_room"))
    found = plan(case([person("P1", observations=FLU)], [one_place()], locked=[guest]))
    assert placed(found)["P1"] == "R1 16 Nov-20 Nov"


def cohort(*, places: int = 3) -> Json:
    """A cohort unit with three beds."""
    return setting(
        "R1",
        unit(beds(free=[free(count=3)]), isolation="cohort", isolation_places=places),
        type="hot_home",
        accepts_organisms=["influenza", "rsv"],
    )


def test_a_locked_person_settles_which_organism_the_cohort_has() -> None:
    rsv = person("P1", observations=[positive(-1, "rsv"), until(20, "rsv")])
    flu = person("P2", observations=FLU)
    found = plan(case([rsv, flu], [cohort()], locked=[isolated("L1", on(6))]))
    assert placed(found)["P2"] == "R1 16 Nov-20 Nov"
    assert placed(found)["P1"] == "R1 22 Nov-6 Dec"


def test_two_locked_organisms_in_a_cohort_let_nobody_join() -> None:
    other = stay("R1/U1/B1", on(-1), on(6), requirement="isolation", organisms=["rsv"])
    flu = person("P2", observations=[*FLU, until(20, "influenza")])
    found = plan(case([flu], [cohort()], locked=[isolated("L1", on(6)), locked("L2", other)]))
    assert placed(found)["P2"] == "R1 22 Nov-6 Dec"


# --- reason codes -------------------------------------------------------------------------------------


def _reasons() -> dict[str, tuple[Json, list[Json], Json]]:
    """For each code: a person P1, settings and case fields for which it is told."""
    sick = person(observations=FLU)
    covid = person(observations=[positive(-3)])
    designated: Json = {"rule_set": DESIGNATED}
    return {
        "not_ready": (person(ready_on=on(28)), [setting()], {}),
        "no_slot": (person(), [setting(max_admissions_per_day=0)], {}),
        "awaiting_result": (person(observations=[pending()]), [setting()], designated),
        "no_test": (person(), [setting()], designated),
        "test_expired": (person(observations=[negative(-3)]), [setting()], {**designated, "horizon_days": 1}),
        "inconclusive": (
            person(observations=[inconclusive()]),
            [setting()],
            {"rule_set": "england-2022-04-04"},
        ),
        "clinical_release_missing": (person(observations=[positive(-30)]), [setting()], designated),
        "home": (person(pathway="P0"), [setting()], {}),
        "home_with_support": (person(pathway="P1"), [setting()], {}),
        "closed": (person(), [setting(admissions="closed")], {}),
        "outbreak": (person(), [setting(outbreak={"organism": "rsv", "risk_assessed": False})], {}),
        "capacity_unknown": (person(), [setting(capacity_reported_at=None)], {}),
        "no_free_bed": (person(), [full("S1")], {}),
        "wrong_category": (person(), [setting("S1", unit(beds(category="ld_nursing")))], {}),
        "need_unmet": (person(needs=["hoist"]), [setting()], {}),
        "organism_not_accepted": (sick, [isolating(accepts_organisms=[])], {"horizon_days": 1}),
        "cannot_isolate": (sick, [setting()], {"horizon_days": 1}),
        "not_designated": (covid, [isolating()], {**designated, "horizon_days": 1}),
        "shared_room": (
            person(observations=[positive(-9, "cpe")]),
            [setting("S1", unit(beds(room="shared")))],
            {},
        ),
        "sex": (person(), [setting("S1", unit(beds(sex="male")))], {}),
        "age": (person(), [setting(age_max=64)], {}),
        "too_far": (person(max_km=5), [setting()], {}),
        "fee": (person(max_weekly_fee=900), [setting(weekly_fee=1000)], {}),
        "excluded": (person(excluded=["S1"]), [setting()], {}),
        "setting_type": (person(), [setting(type="community_bed")], {}),
        "no_designated_bed": (covid, [setting()], {**designated, "horizon_days": 1}),
        "no_isolation_bed": (sick, [setting()], {"horizon_days": 1}),
        "outbid": (person(priority=4), [setting()], {}),
        "companion": (person(together_with="P2"), [setting()], {}),
    }


REASONS = _reasons()
ABOUT_THE_PERSON = (
    "not_ready",
    "awaiting_result",
    "no_test",
    "test_expired",
    "inconclusive",
    "clinical_release_missing",
    "home",
    "home_with_support",
    "companion",
    "no_designated_bed",
    "no_isolation_bed",
)


def test_every_reason_code_has_its_case_here() -> None:
    assert set(REASONS) == CODES


@pytest.mark.parametrize("code", sorted(REASONS))
@pytest.mark.whole
def test_a_reason_is_told_with_its_rule_its_sentence_and_its_settings(code: str) -> None:
    who, where, fields = REASONS[code]
    rival = person("P2", priority=1 if code == "outbid" else 4)
    people = [who, rival] if code in ("outbid", "companion") else [who]
    found = plan(case(people, where, **fields))
    told = {r.code: r for u in found.unplaced if u.patient == "P1" for r in u.reasons}
    assert code in told
    reason = told[code]
    assert reason.rule in RULE_IDS
    assert reason.text[0].isupper() or reason.text[0].isdigit()
    assert reason.text.endswith(".")
    assert reason.settings == (0 if code in ABOUT_THE_PERSON else 1)
    if code in ABOUT_THE_PERSON[:8]:
        assert list(told) == [code], "what is about the person alone is the whole answer"


def test_each_code_counts_the_settings_that_it_stands_against() -> None:
    closed = [setting(f"C{n}", admissions="closed") for n in range(3)]
    found = plan(case([person()], [*closed, full("F1"), full("F2")]))
    assert [(r.code, r.settings) for r in found.unplaced[0].reasons] == [("closed", 3), ("no_free_bed", 2)]


@pytest.mark.parametrize(
    ("observations", "fields", "code"),
    [
        ([positive(-91)], {}, "no_test"),
        ([positive(-30)], {"immunosuppressed": True, "observations+": "released"}, "no_test"),
        ([specimen(COVID, "void", "2020-11-15T10:00:00+00:00")], {}, "no_test"),
        ([inconclusive(-14)], {}, "inconclusive"),
    ],
)
def test_which_code_a_person_without_a_useful_test_has(
    observations: list[Json], fields: Json, code: str
) -> None:
    if fields.pop("observations+", None):
        observations = [*observations, {"organism": COVID, "kind": "clearance", "released_on": on(-5)}]
    found = plan(case([person(observations=observations, **fields)], rule_set=DESIGNATED))
    assert codes(found) == [code]


def test_a_suspected_isolation_that_is_over_and_still_pending_awaits_its_result() -> None:
    found = plan(case([person(observations=[pending(-14)])], rule_set="england-2020-04-15"))
    assert codes(found) == ["awaiting_result"]


def test_a_person_on_p0_without_a_usual_setting_goes_home_even_if_blocked() -> None:
    assert codes(plan(case([person(pathway="P0")], rule_set=DESIGNATED))) == ["home"]
    isolating_too = person(pathway="P0", observations=[positive(-3)])
    assert codes(plan(case([isolating_too], [hot()], rule_set=DESIGNATED))) == ["home"]


def test_a_person_on_p1_who_is_blocked_is_told_the_block() -> None:
    assert codes(plan(case([person(pathway="P1")], rule_set=DESIGNATED))) == ["no_test"]


def test_why_here_is_told_in_sentences() -> None:
    found = plan(
        case(
            [person(observations=[positive(-3)])],
            [hot(), setting("S1", name="Beech House")],
            rule_set=DESIGNATED,
        )
    )
    first, second, spent = placement(found).because
    assert first == (
        "From Mon 16 Nov to Fri 27 Nov: HOT, unit U1. "
        "Isolates with confirmed COVID-19 until Fri 27 Nov, in a designated unit. (R5)"
    )
    assert second.startswith("From Fri 27 Nov, open-ended: Beech House, unit U1.")
    assert spent == "40 points: 40 for each move after the first stay."


# --- the same case, the same bytes --------------------------------------------------------------------


def crowded() -> Json:
    """A case with ties, cohorts, companions and locked placements."""
    people = [person(f"P{n}", priority=1 + n % 4) for n in range(8)]
    people += [person(f"F{n}", observations=FLU) for n in range(3)]
    people += [person(f"R{n}", observations=[positive(-1, "rsv")]) for n in range(2)]
    people += [person("A", together_with="B"), person("B", pathway="P3")]
    homes = [setting(f"S{n}", unit(beds(free=[free(count=1 + n % 2)]))) for n in range(5)]
    held = locked("P0", stay("S0/U1/B1", on(0)))
    return case_json(people, [*homes, isolating("W1"), cohort()], locked=[held], horizon_days=7)


def shuffled(data: Json, seed: int) -> Case:
    """The case with its people, settings, units, beds and free spans in another order."""
    rng = random.Random(seed)
    data = json.loads(json.dumps(data))
    rng.shuffle(data["patients"])
    rng.shuffle(data["settings"])
    for each in data["settings"]:
        rng.shuffle(each["units"])
        for one in each["units"]:
            rng.shuffle(one["beds"])
            for group in one["beds"]:
                rng.shuffle(group["free"])
    for each in data["patients"]:
        rng.shuffle(each.get("observations", []))
    return read(data)


@pytest.mark.whole
def test_the_order_of_the_file_decides_nothing() -> None:
    data = crowded()
    found = plan(read(data))
    for seed in range(4):
        other = plan(shuffled(data, seed))
        assert other.objective == found.objective
        assert placed(other) == placed(found)


@given(cases(), st.integers(0, 1000))
@few(6)
def test_the_order_of_any_file_changes_no_objective(of: Case, seed: int) -> None:
    found = propose(of)
    other = propose(shuffled(json.loads(write_case(of)), seed))
    assert other.objective == found.objective
    assert verify(of, found) == ()
    assert found.status == "optimal"


def test_a_plan_names_its_case_by_the_files_bytes_and_repeats_its_rule_set() -> None:
    content = json.dumps(case_json(rule_set={"base": DESIGNATED, "stale_hours": 48})).encode()
    found = propose(read_case(content), sha256=case_sha256(content))
    assert found.case_sha256 == case_sha256(content)
    assert found.rule_set == {"base": DESIGNATED, "stale_hours": 48}


# --- limits, progress, cancel -------------------------------------------------------------------------


@pytest.mark.whole
def test_at_the_time_limit_the_plan_is_lawful_and_says_what_it_is() -> None:
    of = read(crowded())
    found = propose(of, time_limit=1e-6)
    assert verify(of, found) == ()
    assert found.status == ("optimal" if found.gap == 0 else "feasible")
    assert found.objective.placed <= plan(of).objective.placed


def test_progress_is_told_from_nothing_to_nearly_done() -> None:
    told: list[tuple[str, float]] = []
    propose(read(crowded()), progress=lambda what, share: told.append((what, share)))
    assert told
    assert all(what and 0 <= share <= 1 for what, share in told)
    shares = [share for _, share in told]
    assert shares == sorted(shares)


def test_what_progress_raises_ends_the_planning() -> None:
    class Stop(Exception):
        pass

    def stop(_what: str, _share: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        propose(read(crowded()), progress=stop)


ALL_FOR_HASTE = {"delay": 100, "moves": 0, "usual": 0, "scarce": 0, "stale": 0, "no_onward": 0, "choice": 100}
"""Weights by which an open bed, the first choice, at once, beats any other by far."""


@pytest.mark.parametrize("ill", [positive(), inconclusive(), pending(), specimen(COVID, "void", AS_AT)])
def test_no_number_of_points_buys_an_open_bed_for_somebody_who_may_be_infectious(ill: Json) -> None:
    """Waiting costs 100 points a day and the open home is the first choice: nobody is there tonight."""
    who = person(priority=1, observations=[ill], preferred=["OPEN"], ready_on=on(-30))
    said: dict[str, Any] = {"weights": ALL_FOR_HASTE, "horizon_days": 3, "rule_set": DESIGNATED}
    assert placed(plan(case([who], [setting("OPEN")], **said))) == {}
    well = {**who, "observations": [negative()]}
    assert placed(plan(case([well], [setting("OPEN")], **said))) == {"P1": "OPEN 16 Nov-"}


@over(
    "as_at, fields",
    [
        (AS_AT, {"stay_days": 36_600}),
        ("2199-12-31T09:00:00+00:00", {"stay_days": 36_600}),
        ("2199-12-31T09:00:00+00:00", {"observations": [symptoms(-1, "norovirus", resolved=65_423)]}),
        ("1850-01-01T00:00:00+00:00", {"ready_on": "1850-01-01"}),
    ],
)
def test_a_plan_at_the_ends_of_the_calendar_is_read_back_and_keeps_every_rule(
    as_at: str, fields: dict[str, Any]
) -> None:
    """A stay may end after the last date that people can record."""
    patient = person(**{"pathway": "P2", "born": None, **fields})
    since = [free(start="1850-01-01")]
    there = isolating(
        "S1", beds(free=since, room="single"), type="intermediate_care", capacity_reported_at=as_at
    )
    it = read(case_json([patient], [there], as_at=as_at, horizon_days=2))
    found = propose(it)
    assert read_plan(write_plan(found)) == found
    assert not verify(it, found)
    assert found.placements
