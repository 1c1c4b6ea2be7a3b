"""Every rule that a plan can break is caught, and only that one; lawful plans pass.

`broken` judges stays by themselves: the case is made by hand, and what a placement has to say of itself
(requirement, organisms, conditions, points) is filled in rightly, so that only the rule in question shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from discharge.matching.verify import verify
from discharge.matching.verify.hub import Hub
from discharge.matching.verify.points import ITEMS
from discharge.model.case import Case
from discharge.model.files import case_sha256, read_case, read_plan, write_plan
from discharge.model.plan import Placement, Plan
from discharge.rules.rule_set import rules_of
from tests.examples import few
from tests.matching.brute_force import best_of, placements_for, plan_of
from tests.matching.hubs import cases
from tests.matching.records import (
    COVID,
    DAY0,
    FIVE,
    Json,
    case_of,
    cohort,
    group,
    home,
    hours_ago,
    negative,
    on,
    onset,
    person,
    positive,
    result,
    rooms,
    unit,
    until,
)
from tests.over import over

CASES = Path(__file__).resolve().parents[1] / "cases"
OCT_20, APR_20, APR_22, APR_24 = (
    "england-2020-10-13",
    "england-2020-04-15",
    "england-2022-04-04",
    "england-2024-04-01",
)

Where = tuple[str, str, str]
Span = tuple[str, int, int | None]
"""Beds as setting/unit/beds, and the days from and to, counted from day 0."""


def placed(case: Case, patient: str, *spans: Span) -> list[Placement]:
    """The stays as a placement, once for each way in which they can be read."""
    hub = Hub(case, rules=rules_of(case))
    stays: list[tuple[Where, date, date | None]] = []
    for beds, start, end in spans:
        setting, unit_id, group_id = beds.split("/")
        last = None if end is None else DAY0 + timedelta(days=end)
        stays.append(((setting, unit_id, group_id), DAY0 + timedelta(days=start), last))
    return list(placements_for(hub, hub.patients[patient], stays))


def broken(case: Case, *people: tuple[str, list[Span]]) -> set[str]:
    """The rules that a plan with these stays breaks, each placement in its cheapest lawful reading."""
    chosen = [
        min(placed(case, who, *spans), key=lambda p: len(verify(case, plan_of(case, [p]))))
        for who, spans in people
    ]
    return {breach.rule for breach in verify(case, plan_of(case, chosen))}


def one(
    span: Span | list[Span],
    *homes: Json,
    rule_set: str | Json = OCT_20,
    case: Json | None = None,
    **changes: Any,
) -> set[str]:
    """The rules broken by one person's stays."""
    spans = span if isinstance(span, list) else [span]
    return broken(case_of([person(**changes)], list(homes), rule_set=rule_set, **(case or {})), ("P1", spans))


B1 = "S1/U1/B1"
STAY: Span = (B1, 0, None)
HOT: Json = {"type": "hot_home"}
DESIGNATED: Json = {"designated": {"from": on(-20), "to": None}}


# The plans that are known to be lawful


@over("name", ["ten-people", "eighteen-people", "twenty-five-people"])
def test_the_best_plans_of_the_kept_cases_keep_every_rule(name: str) -> None:
    content = (CASES / f"{name}.json").read_bytes()
    plan = read_plan((CASES / f"{name}.best-plan.json").read_bytes())
    assert verify(read_case(content), plan, case_sha256=case_sha256(content)) == ()


def test_a_plain_stay_keeps_every_rule() -> None:
    assert one(STAY, home()) == set()


# docs/rules.md, 3: which bed serves

CONFIRMED: Json = {"observations": [positive(-8)]}
SUSPECTED: Json = {"observations": [result("inconclusive", -4)]}
FLU: Json = {"observations": [positive(-1, "influenza")]}
ALONE: Span = (B1, 0, 6)

SERVED: list[tuple[str, Span, list[Json], dict[str, Any], set[str]]] = [
    ("an own room for a negative", STAY, [home("S1", unit("U1", group(room="shared")))], {}, {"C9"}),
    ("R1 a cohort unit takes isolating people only", STAY, [home("S1", cohort())], {}, {"R1"}),
    ("R1 a designated unit too", STAY, [home("S1", rooms(**DESIGNATED))], {}, {"R1"}),
    ("R1 also where the designation starts later", STAY,
     [home("S1", rooms(designated={"from": on(9), "to": None}))], {}, {"R1"}),
    ("R1 outside its dates it is an ordinary unit", STAY,
     [home("S1", rooms(designated={"from": on(-9), "to": on(0)}))], {}, set()),
    ("R1 rooms take others too", STAY, [home("S1", rooms())], {}, set()),
    ("R5 a positive needs a designated unit", ALONE, [home("S1", rooms())], CONFIRMED, {"R5"}),
    ("R5 designated, of any type", ALONE,
     [home("S1", rooms(**DESIGNATED), type="alternative")], CONFIRMED, set()),
    ("R5 designation ends mid-isolation", ALONE,
     [home("S1", rooms(designated={"from": on(-9), "to": on(5)}))], CONFIRMED, {"R5"}),
    ("R5 designation to the isolation's end", ALONE,
     [home("S1", rooms(designated={"from": on(-9), "to": on(6)}))], CONFIRMED, set()),
    ("R1 a unit that can't isolate", ALONE, [home()], CONFIRMED | {"rule_set": APR_20}, {"R1"}),
    ("rooms isolate in own rooms", ALONE,
     [home("S1", rooms("U1", group(room="shared"), **DESIGNATED))], CONFIRMED, {"R1"}),
    ("cohorts share rooms", ALONE,
     [home("S1", cohort("U1", group(room="shared"), **DESIGNATED))], CONFIRMED, set()),
    ("R2 no isolation places", ALONE,
     [home("S1", rooms(**DESIGNATED) | {"isolation_places": None})], CONFIRMED, {"R2"}),
    ("R3 the setting has to accept the organism", ALONE,
     [home("S1", rooms(**DESIGNATED), accepts_organisms=["influenza"])], CONFIRMED, {"R3"}),
    ("R3 a suspected case needs no such word", (B1, 0, 10),
     [home("S1", rooms(), accepts_organisms=[], **HOT)], SUSPECTED, set()),
    ("R4 a suspected case is never cohorted", (B1, 0, 10), [home("S1", cohort(), **HOT)], SUSPECTED, {"R4"}),
    ("an inconclusive result isolates in three types only", (B1, 0, 10),
     [home("S1", rooms())], SUSPECTED, {"C2"}),
    ("a pending one in any type", (B1, 0, 10), [home("S1", rooms())],
     {"observations": [result("pending", -4)], "rule_set": APR_20}, set()),
    ("a cohort of another organism", (B1, 0, 4), [home("S1", cohort(cohort_organism=COVID))],
     FLU | {"rule_set": APR_24}, {"R1"}),
    ("a cohort of theirs", (B1, 0, 4), [home("S1", cohort(cohort_organism="influenza"))],
     FLU | {"rule_set": APR_24}, set()),
    ("no cohort with a second organism", (B1, 0, 4), [home("S1", cohort())],
     {"observations": [positive(-1, "influenza"), positive(-9, "cpe")], "rule_set": APR_24}, {"R1"}),
    ("nor isolating with two", (B1, 0, 4), [home("S1", cohort())],
     {"observations": [positive(-1, "influenza"), positive(-1)], "rule_set": APR_24}, {"R1"}),
    ("the own room of a negative counts in a cohort unit", (B1, 0, 4),
     [home("S1", cohort("U1", group(room="shared")))],
     {"observations": [positive(-1, "influenza"), negative(0)], "rule_set": APR_20}, {"C9"}),
    ("and is no second organism", (B1, 0, 4), [home("S1", cohort())],
     {"observations": [positive(-1, "influenza"), negative(0)], "rule_set": APR_20}, set()),
    ("C. difficile is never cohorted", (B1, 0, 3), [home("S1", cohort())],
     {"observations": [positive(-1, "c_difficile"), onset(-1, "c_difficile", resolved=1)],
      "rule_set": APR_24}, {"I2"}),
    ("norovirus is", (B1, 0, 3), [home("S1", cohort())],
     {"observations": [positive(-1, "norovirus"), onset(-1, "norovirus", resolved=1)], "rule_set": APR_24},
     set()),
    ("I1 CPE needs an own room", STAY, [home("S1", unit("U1", group(room="shared")))],
     {"observations": [positive(-9, "cpe")], "rule_set": APR_24}, {"I1"}),
    ("I1 and nothing else", STAY, [home(accepts_organisms=[])],
     {"observations": [positive(-9, "cpe")], "rule_set": APR_24}, set()),
]  # fmt: skip


@over("span, homes, changes, rules", [row[1:] for row in SERVED], ids=[row[0] for row in SERVED])
def test_the_bed_serves_each_night(
    span: Span, homes: list[Json], changes: dict[str, Any], rules: set[str]
) -> None:
    assert one(span, *homes, **changes) == rules


# docs/rules.md, 6: needs, capacity, admission

LEVELS = ("residential", "nursing")
CARES = [(level, kind) for level in LEVELS for kind in ("general", "dementia", "ypd")]
CATEGORIES = (
    "general_residential",
    "general_nursing",
    "dementia_residential",
    "dementia_nursing",
    "transitional",
    "ypd",
)
FINAL_FITS = {
    ("residential", "general"): {"general_residential", "general_nursing"},
    ("nursing", "general"): {"general_nursing"},
    ("residential", "dementia"): {"dementia_residential", "dementia_nursing"},
    ("nursing", "dementia"): {"dementia_nursing"},
    ("residential", "ypd"): {"ypd"},
    ("nursing", "ypd"): {"ypd"},
}
ANY_NURSING = {"general_nursing", "dementia_nursing"}
ANY_RESIDENTIAL = {"general_residential", "dementia_residential", "transitional"} | ANY_NURSING


@over("category", CATEGORIES)
@over("level, specialism", CARES)
def test_n2_a_final_bed_is_of_the_care_needed(level: str, specialism: str, category: str) -> None:
    found = one(
        STAY,
        home("S1", unit("U1", group(category=category))),
        care={"level": level, "specialism": specialism},
    )
    assert found == (set() if category in FINAL_FITS[level, specialism] else {"N2"})


@over("category", CATEGORIES)
@over("level, specialism", CARES)
@over("purpose", ["P2", "isolation"])
def test_n2_isolation_and_p2_ask_for_the_level_only(
    purpose: str, level: str, specialism: str, category: str
) -> None:
    care = {"level": level, "specialism": specialism}
    beds = group(category=category)
    if purpose == "P2":
        place = home("S1", unit("U1", beds), type="community_bed")
        found = one((B1, 0, 42), place, care=care, pathway="P2")
    else:
        found = one(ALONE, home("S1", rooms("U1", beds, **DESIGNATED)), care=care, **CONFIRMED)
    fits = ANY_RESIDENTIAL if level == "residential" else ANY_NURSING
    fits = fits | {"ypd"} if specialism == "ypd" else fits
    assert found == (set() if category in fits else {"N2"})


def usual(name: str) -> Json:
    return {"pathway": "P0", "usual_setting": name}


OTHER = home("S2")
GATE: list[tuple[str, Span, list[Json], dict[str, Any], set[str]]] = [
    ("N1 a need that isn't met", STAY, [home(needs_met=["oxygen"])], {"needs": ["hoist", "oxygen"]}, {"N1"}),
    ("N1 setting and unit together", STAY,
     [home("S1", unit(needs_met=["hoist"]), needs_met=["oxygen"])], {"needs": ["hoist", "oxygen"]}, set()),
    ("N11 no care", STAY, [home()], {"care": None}, {"N11"}),
    ("N3 P3 in a care home", STAY, [home()], {}, set()),
    ("N3 P3 in an ordinary unit of a hot home", STAY, [home(**HOT)], {}, set()),
    ("N3 P3 in a hot unit", STAY, [home("S1", rooms(), **HOT)], {}, {"N3"}),
    ("N3 P3 in a community bed", STAY, [home(type="community_bed")], {}, {"N3"}),
    ("N3 P2 in a community bed", (B1, 0, 42), [home(type="community_bed")], {"pathway": "P2"}, set()),
    ("N3 P2 in intermediate care", (B1, 0, 42), [home(type="intermediate_care")], {"pathway": "P2"}, set()),
    ("N3 P2 in a care home", (B1, 0, 42), [home()], {"pathway": "P2"}, {"N3"}),
    ("N3 P2 in an alternative", (B1, 0, 42), [home(type="alternative")], {"pathway": "P2"}, {"N3"}),
    ("N3 P2 in an alternative where the hub says so", (B1, 0, 42), [home(type="alternative")],
     {"pathway": "P2", "rule_set": {"base": OCT_20, "alternative_for_p2": True}}, set()),
    ("N4 P0 returns", STAY, [home()], usual("S1"), set()),
    ("N4 P0 goes nowhere else", STAY, [home(), OTHER], usual("S2"), {"N4"}),
    ("N3 P0 without a usual setting", STAY, [home()], {"pathway": "P0"}, {"N3"}),
    ("N4 P0 isolates elsewhere", ALONE,
     [home("S1", rooms(**DESIGNATED)), OTHER], usual("S2") | CONFIRMED, set()),
    ("N3 P0 isolates nowhere without a usual setting", ALONE, [home("S1", rooms(**DESIGNATED))],
     {"pathway": "P0"} | CONFIRMED, {"N3"}),
    ("N3 P1 goes home", STAY, [home()], {"pathway": "P1"}, {"N3"}),
    ("N3 P1 isolates alone", ALONE, [home("S1", rooms(**DESIGNATED))], {"pathway": "P1"} | CONFIRMED, set()),
    ("N5 closed", STAY, [home(admissions="closed")], {}, {"N5"}),
    ("N5 an outbreak", STAY, [home(outbreak={"organism": COVID, "risk_assessed": False})], {}, {"N5"}),
    ("N5 a risk assessment", STAY, [home(outbreak={"organism": COVID, "risk_assessed": True})], {}, set()),
    ("N5 a resident returns isolating with it", STAY,
     [home("S1", rooms(), outbreak={"organism": COVID})],
     usual("S1") | CONFIRMED | {"rule_set": APR_20}, set()),
    ("N5 a resident with another organism", STAY,
     [home("S1", rooms(), outbreak={"organism": "rsv"})],
     usual("S1") | CONFIRMED | {"rule_set": APR_20}, {"N5"}),
    ("N5 a suspected resident", STAY, [home("S1", rooms(), outbreak={"organism": COVID})],
     usual("S1") | {"observations": [result("pending", -4)], "rule_set": APR_20}, {"N5"}),
    ("N5 a resident who carries it isn't isolating", STAY, [home(outbreak={"organism": "cpe"})],
     usual("S1") | {"observations": [positive(-8, "cpe")], "rule_set": APR_24}, {"N5"}),
    ("N5 two outbreaks, one assessed", STAY,
     [home(outbreak=[{"organism": COVID, "risk_assessed": True}, {"organism": "rsv"}])], {}, {"N5"}),
    ("N5 two outbreaks, both assessed", STAY,
     [home(outbreak=[{"organism": name, "risk_assessed": True} for name in (COVID, "rsv")])], {}, set()),
    ("N5 a resident isolating with one of two", STAY,
     [home("S1", rooms(), outbreak=[{"organism": COVID}, {"organism": "rsv"}])],
     usual("S1") | CONFIRMED | {"rule_set": APR_20}, {"N5"}),
    ("N5 a resident isolating with one, the other assessed", STAY,
     [home("S1", rooms(), outbreak=[{"organism": COVID}, {"organism": "rsv", "risk_assessed": True}])],
     usual("S1") | CONFIRMED | {"rule_set": APR_20}, set()),
    ("N5 a resident whose isolation is over on the first night", (B1, 6, None),
     [home(outbreak={"organism": COVID})], usual("S1") | CONFIRMED | {"rule_set": APR_20}, {"N5"}),
    ("N5 a stranger isolating with it", ALONE, [home("S1", rooms(), outbreak={"organism": COVID})],
     CONFIRMED | {"rule_set": APR_20}, {"N5"}),
    ("N6 sex", STAY, [home("S1", unit("U1", group(sex="male")))], {}, {"N6"}),
    ("N6 their sex", STAY, [home("S1", unit("U1", group(sex="female")))], {}, set()),
    ("N6 other goes to beds of any", STAY, [home("S1", unit("U1", group(sex="female")))],
     {"sex": "other"}, {"N6"}),
    ("N6 unknown goes to beds of any", STAY, [home("S1", unit("U1", group(sex="male")))],
     {"sex": "unknown"}, {"N6"}),
    ("N6 unknown in a bed of any", STAY, [home()], {"sex": "unknown"}, set()),
    ("N6 no birth date, no limit", STAY, [home()], {"born": None}, set()),
    ("N6 no birth date keeps out of a limit from below", STAY, [home(age_min=18)], {"born": None}, {"N6"}),
    ("N6 and from above", STAY, [home(age_max=100)], {"born": None}, {"N6"}),
    ("N6 born on 29 February: on the 28th not yet", (B1, 104, None), [home(age_min=21)],
     {"born": "2000-02-29", "case": {"horizon_days": 200}}, {"N6"}),
    ("N6 born on 29 February: on 1 March", (B1, 105, None), [home(age_min=21)],
     {"born": "2000-02-29", "case": {"horizon_days": 200}}, set()),
    ("N6 the birthday", STAY, [home(age_min=65)], {"born": "1955-11-16"}, set()),
    ("N6 the day before it", STAY, [home(age_min=65)], {"born": "1955-11-17"}, {"N6"}),
    ("N6 the last year taken", STAY, [home(age_max=64)], {"born": "1955-11-17"}, set()),
    ("N6 a year too old", STAY, [home(age_max=64)], {"born": "1955-11-16"}, {"N6"}),
    ("N6 age on the stay's first day", (B1, 1, None), [home(age_min=65)], {"born": "1955-11-17"}, set()),
    ("N6 the fee", STAY, [home(weekly_fee=1000.5)], {"max_weekly_fee": 1000.0}, {"N6"}),
    ("N6 the fee, limit included", STAY, [home(weekly_fee=1000.0)], {"max_weekly_fee": 1000.0}, set()),
    ("N6 a fee unknown", STAY, [home(weekly_fee=None)], {"max_weekly_fee": 1000.0}, {"N6"}),
    ("N6 the fee of an isolation stay", ALONE, [home("S1", rooms(**DESIGNATED), weekly_fee=1100.0)],
     CONFIRMED | {"max_weekly_fee": 1000.0}, {"N6"}),
    ("N6 excluded", STAY, [home()], {"excluded": ["S1"]}, {"N6"}),
    ("N6 no coordinates", STAY, [home()], {"max_km": 10.0}, {"N6"}),
    ("N6 no coordinates, no limit", STAY, [home()], {}, set()),
    ("N6 km don't bind isolation alone", ALONE, [home("S1", rooms(**DESIGNATED))],
     CONFIRMED | {"max_km": 10.0}, set()),
    ("N8 72 hours", STAY, [home(capacity_reported_at=hours_ago(72))], {}, set()),
    ("N8 38 days", STAY, [home(capacity_reported_at=hours_ago(38 * 24))], {}, set()),
    ("N8 38 days and a bit", STAY, [home(capacity_reported_at=hours_ago(38 * 24 + 0.1))], {}, {"N8"}),
    ("N8 no return", STAY, [home(capacity_reported_at=None)], {}, {"N8"}),
]  # fmt: skip


@over("span, homes, changes, rules", [row[1:] for row in GATE], ids=[row[0] for row in GATE])
def test_who_may_come_in(span: Span, homes: list[Json], changes: dict[str, Any], rules: set[str]) -> None:
    assert one(span, *homes, **changes) == rules


@over("limit, rules", [(11.2, set()), (11.1, {"N6"})])
def test_n6_kilometres_are_great_circle(limit: float, rules: set[str]) -> None:
    """A tenth of a degree of latitude is 11.119 km on a sphere of 6371 km."""
    place = home(latitude=51.4, longitude=0.5)
    assert one(STAY, place, latitude=51.3, longitude=0.5, max_km=limit) == rules


# Itineraries


ITINERARIES: list[tuple[str, list[Span], dict[str, Any], set[str]]] = [
    ("before the patient is ready", [(B1, 1, None)], {"ready_on": on(2)}, {"itinerary"}),
    ("the day that they are ready", [(B1, 2, None)], {"ready_on": on(2)}, set()),
    ("the last day of the horizon", [(B1, 27, None)], {}, set()),
    ("the day after it", [(B1, 28, None)], {}, {"itinerary"}),
    ("a final stay on P3 has no end", [(B1, 0, 30)], {}, {"itinerary"}),
    ("isolation alone to its end", [("S1/HOT/B1", 0, 6)], CONFIRMED, set()),
    ("isolation alone, too short", [("S1/HOT/B1", 0, 5)], CONFIRMED, {"itinerary"}),
    ("isolation alone, too long", [("S1/HOT/B1", 0, 7)], CONFIRMED, {"itinerary", "R1"}),
    ("isolation of three nights", [("S1/HOT/B1", 3, 6)], CONFIRMED, set()),
    ("isolation of two nights", [("S1/HOT/B1", 4, 6)], CONFIRMED, {"itinerary"}),
    ("two stays", [("S1/HOT/B1", 0, 6), (B1, 6, None)], CONFIRMED, set()),
    ("two stays, two nights of isolation", [("S1/HOT/B1", 4, 6), (B1, 6, None)], CONFIRMED, {"itinerary"}),
    ("two stays, a night between", [("S1/HOT/B1", 0, 6), (B1, 7, None)], CONFIRMED, {"itinerary"}),
    ("two stays, moved before the end", [("S1/HOT/B1", 0, 5), (B1, 5, None)],
     CONFIRMED, {"itinerary", "R1", "R5"}),
    ("two stays without isolation", [("S1/HOT/B1", 0, 6), (B1, 6, None)], {}, {"itinerary", "R1"}),
    ("waiting in hospital for the end", [(B1, 6, None)], CONFIRMED, set()),
    ("three stays", [("S1/HOT/B1", 0, 6), (B1, 6, 9), (B1, 9, None)], CONFIRMED, {"itinerary"}),
    ("open-ended isolation", [("S1/HOT/B1", 0, None)], CONFIRMED | {"immunosuppressed": True}, set()),
    ("a second stay after open-ended isolation", [("S1/HOT/B1", 0, 6), (B1, 6, None)],
     CONFIRMED | {"immunosuppressed": True}, {"itinerary", "R1", "R5"}),
    ("several organisms: the last one's end", [("S1/HOT/B1", 0, 10)],
     {"observations": [positive(-8), onset(-1, "norovirus", resolved=8)]}, set()),
    ("not the first one's", [("S1/HOT/B1", 0, 6)],
     {"observations": [positive(-8), onset(-1, "norovirus", resolved=8)]}, {"itinerary"}),
    ("P1 has no second stay", [("S1/HOT/B1", 0, 6), (B1, 6, None)],
     CONFIRMED | {"pathway": "P1"}, {"itinerary", "N3"}),
    ("blocked", [STAY], {"observations": []}, {"C1"}),
]  # fmt: skip


@over("spans, changes, rules", [row[1:] for row in ITINERARIES], ids=[row[0] for row in ITINERARIES])
def test_which_stays_make_an_itinerary(spans: list[Span], changes: dict[str, Any], rules: set[str]) -> None:
    place = home("S1", unit("U1"), rooms("HOT", group(), **DESIGNATED))
    if len(spans) == 3:
        assert broken_by_three(spans, place, changes) == rules
    else:
        assert one(spans, place, **changes) == rules


def broken_by_three(spans: list[Span], place: Json, changes: dict[str, Any]) -> set[str]:
    """Three stays have no reading: the first two are filled in, the third is put behind them."""
    case = case_of([person(**changes)], [place])
    (two,) = placed(case, "P1", *spans[:2])
    third = two.stays[1].model_copy(update={"start": DAY0 + timedelta(days=spans[2][1])})
    return {
        b.rule for b in verify(case, plan_of(case, [two.model_copy(update={"stays": (*two.stays, third)})]))
    }


@over(
    "seen, days, start, end, rules",
    [
        ([negative(0)], None, 0, 42, set()),
        ([negative(0)], 7, 0, 7, set()),
        ([negative(0)], 7, 0, 8, {"itinerary"}),
        ([negative(0)], 7, 0, None, {"itinerary"}),
        ([positive(-8)], 7, 0, 7, set()),
        ([positive(-8)], 4, 0, 6, set()),
        ([positive(-8)], 4, 0, 4, {"itinerary"}),
        ([positive(-8)], 4, 5, 9, set()),
        ([positive(-8)], 1, 5, 6, set()),
        ([positive(-8)], 7, 0, 6, set()),  # an isolation stay alone
        ([positive(-8)], 7, 0, 8, {"itinerary"}),
        ([positive(-8)], 7, 6, 13, set()),
        ([positive(-8)], 7, 6, 12, {"itinerary"}),
    ],
)
def test_a_p2_stay_lasts_stay_days_and_reaches_the_isolations_end(
    seen: list[Json], days: int | None, start: int, end: int | None, rules: set[str]
) -> None:
    place = home("S1", rooms(), type="intermediate_care")
    found = one((B1, start, end), place, rule_set=APR_20, pathway="P2", stay_days=days, observations=seen)
    assert found == rules


@over("kind", ["intermediate_care", "care_home", "hot_home"])
def test_an_open_ended_isolation_is_no_p2_stay_but_an_isolation_alone(kind: str) -> None:
    """Itinerary 5: so it may be anywhere that isolates, without an end and without `no_onward`."""
    seen: Json = {"observations": [positive(-8), onset(-8)], "pathway": "P2", "stay_days": 7}
    place = home("S1", rooms(), type=kind)
    for end, rules in ((None, set()), (7, {"itinerary"}), (6, {"itinerary"})):
        assert one((B1, 0, end), place, rule_set=APR_24, **seen) == rules
    case = case_of([person(**seen)], [place], rule_set=APR_24)
    (alone,) = placed(case, "P1", STAY)
    assert alone.points["no_onward"] == 0


def test_nobody_is_moved_on_before_they_are_well() -> None:
    """S8: five days are a minimum, so a stay in an open bed on day 5 is a breach."""
    place = home("S1", unit("U1"), rooms("HOT", group()))
    ill: Json = {"observations": [positive(-5), onset(-5)], "rule_set": APR_24}
    assert one(STAY, place, **ill) == {"R1"}
    assert one([("S1/HOT/B1", 0, 3), (B1, 3, None)], place, **ill) != set()
    assert one(("S1/HOT/B1", 0, None), place, **ill) == set()
    well: Json = {"observations": [positive(-5), onset(-5, resolved=3)], "rule_set": APR_24}
    assert one([("S1/HOT/B1", 0, 3), (B1, 3, None)], place, **well) == set()
    assert one([("S1/HOT/B1", 0, 4), (B1, 4, None)], place, **well) != set()


def test_a_person_still_isolating_may_stay_on_where_the_bed_serves_both() -> None:
    assert one(STAY, home("S1", rooms()), rule_set=APR_20, **CONFIRMED) == set()
    assert one(STAY, home("S1", rooms(**DESIGNATED)), **CONFIRMED) == {"R1"}
    ends = rooms(designated={"from": on(-9), "to": on(6)})
    assert one(STAY, home("S1", ends), **CONFIRMED) == set()


# Points and conditions, item by item


def points(*spans: Span, homes: list[Json], rule_set: str = OCT_20, **changes: Any) -> dict[str, int]:
    """The points other than zero of one person's stays, in the first reading."""
    case = case_of([person(**changes)], homes, rule_set=rule_set)
    found = placed(case, "P1", *spans)[0].points
    return {item: count for item, count in found.items() if count}


POINTS: list[tuple[str, list[Span], list[Json], dict[str, Any], dict[str, int]]] = [
    ("nothing", [STAY], [home()], {}, {}),
    ("delay from being ready", [(B1, 5, None)], [home()], {"ready_on": on(2)}, {"delay": 30}),
    ("delay from day 0", [(B1, 5, None)], [home()], {"ready_on": on(-2)}, {"delay": 50}),
    ("distance rounded down", [STAY], [home(latitude=51.4, longitude=0.5)],
     {"latitude": 51.3, "longitude": 0.5}, {"distance": 11}),
    ("no distance where the home has none", [STAY], [home()], {"latitude": 51.3, "longitude": 0.5}, {}),
    ("first choice", [STAY], [home()], {"preferred": ["S1"]}, {}),
    ("second choice", [STAY], [home(), OTHER], {"preferred": ["S2", "S1"]}, {"choice": 15}),
    ("no choice of theirs", [STAY], [home(), OTHER], {"preferred": ["S2"]}, {"choice": 15}),
    ("away from the usual setting", [STAY], [home(), OTHER], {"usual_setting": "S2"}, {"usual": 200}),
    ("in it", [STAY], [home()], {"usual_setting": "S1"}, {}),
    ("P2 away from it", [(B1, 0, 42)], [home(type="community_bed"), OTHER],
     {"usual_setting": "S2", "pathway": "P2"}, {}),
    ("out of area", [STAY], [home(local_authority="Kent")],
     {"local_authority": "Medway"}, {"out_of_area": 25}),
    ("in the area", [STAY], [home(local_authority="Kent")], {"local_authority": "Kent"}, {}),
    ("N11 the area unknown", [STAY], [home(local_authority="Kent")], {}, {}),
    ("nursing for residential", [STAY], [home("S1", unit("U1", group(category="general_nursing")))], {},
     {"nursing_for_residential": 30}),
    ("scarce", [STAY], [home("S1", rooms())], {}, {"scarce": 60}),
    ("not scarce while isolating", [ALONE], [home("S1", rooms(**DESIGNATED))],
     CONFIRMED | {"pathway": "P1"}, {"no_onward": 120}),
    ("two stays", [("S1/HOT/B1", 0, 6), (B1, 6, None)],
     [home("S1", unit("U1"), rooms("HOT", group(), **DESIGNATED))], CONFIRMED, {"moves": 40}),
    ("two stays, twice nursing", [("S1/HOT/B1", 0, 6), ("S1/U1/B1", 6, None)],
     [home("S1", rooms("U1", group(category="general_nursing")),
           rooms("HOT", group(category="dementia_nursing"), **DESIGNATED))],
     CONFIRMED, {"moves": 40, "nursing_for_residential": 60, "scarce": 60}),
    ("rating", [STAY], [home(rating="inadequate")], {}, {"rating": 40}),
    ("no rating", [STAY], [home(rating=None)], {}, {"rating": 5}),
    ("stale", [STAY], [home(capacity_reported_at=hours_ago(72.1))], {}, {"stale": 20}),
    ("72 hours are not stale", [STAY], [home(capacity_reported_at=hours_ago(72))], {}, {}),
    ("fee, 49 above", [STAY], [home(weekly_fee=1049.0)], {}, {}),
    ("fee, 50 above", [STAY], [home(weekly_fee=1050.0)], {}, {"fee": 1}),
    ("fee, 500 above", [STAY], [home(weekly_fee=1500.0)], {}, {"fee": 10}),
    ("open-ended isolation alone", [("S1/U1/B1", 0, None)], [home("S1", rooms(**DESIGNATED))],
     CONFIRMED | {"immunosuppressed": True, "pathway": "P1"}, {}),
]  # fmt: skip


@over("spans, homes, changes, expected", [row[1:] for row in POINTS], ids=[row[0] for row in POINTS])
def test_the_points_of(
    spans: list[Span], homes: list[Json], changes: dict[str, Any], expected: dict[str, int]
) -> None:
    found = points(*spans, homes=homes, **changes)
    assert found == (expected | {"total": sum(expected.values())} if expected else {})


@over(
    "spans, homes, changes, expected",
    [
        ([STAY], [home()], {}, set()),
        ([(B1, 1, None)], [home()], {}, {"retest"}),
        ([(B1, 6, None)], [home()], CONFIRMED, {"clinical_release"}),
        ([ALONE], [home("S1", rooms(**DESIGNATED))], CONFIRMED, set()),
        ([STAY], [home(capacity_reported_at=hours_ago(73))], {}, {"phone_to_confirm"}),
        ([(B1, 14, None)], [home()], {"observations": [result("inconclusive", 0)]}, {"clinical_release"}),
    ],
)
def test_the_conditions_of(
    spans: list[Span], homes: list[Json], changes: dict[str, Any], expected: set[str]
) -> None:
    case = case_of([person(**changes)], homes)
    assert set(placed(case, "P1", *spans)[0].conditions) == expected
    assert one(spans, *homes, **changes) == set()


# Rules that bind people together

TWO = [person(1), person(2)]


@over("count, rules", [(0, {"N10"}), (1, {"N10"}), (2, set())], ids=["none free", "one free", "two free"])
def test_n10_a_bed_for_each(count: int, rules: set[str]) -> None:
    free = [{"from": on(0), "to": None, "count": count}]
    case = case_of(TWO, [home("S1", unit("U1", group(free=free)))])
    assert broken(case, ("P1", [STAY]), ("P2", [STAY])) == rules


@over(
    "free, rules",
    [
        ([(0, None, 1), (0, None, 1)], set()),
        ([(0, 5, 2), (5, None, 1)], {"N10"}),
        ([(0, 5, 2), (5, None, 2)], set()),
        ([(1, None, 2)], {"N10"}),
        ([(0, 4000, 2)], {"N10"}),
    ],
)
def test_n10_on_every_night_without_end(free: list[tuple[int, int | None, int]], rules: set[str]) -> None:
    spans = [{"from": on(a), "to": None if b is None else on(b), "count": n} for a, b, n in free]
    case = case_of(TWO, [home("S1", unit("U1", group(free=spans)))])
    assert broken(case, ("P1", [STAY]), ("P2", [STAY])) == rules


def kept(whose: str | None, start: int = 0, end: int | None = None, count: int = 1) -> Json:
    to = None if end is None else on(end)
    return {"from": on(start), "to": to, "count": count, "kept_for": whose}


@over(
    "free, who, rules",
    [
        ([kept("P1")], ["P1"], set()),
        ([kept("P1")], ["P2"], {"N12"}),
        ([kept("P1")], ["P1", "P2"], {"N10"}),
        ([kept("P1", count=2)], ["P1", "P2"], {"N12"}),
        ([kept("P1"), kept(None)], ["P1", "P2"], set()),
        ([kept("P1"), kept("P2")], ["P1", "P2"], set()),
        ([kept("P1"), kept("P3")], ["P1", "P2"], {"N12"}),
        ([kept(None)], ["P1"], set()),
        ([kept("P1", 0, 9)], ["P1"], {"N10"}),
        ([kept("P1", 0, 9), kept(None, 9)], ["P1"], set()),
        ([kept("P1", 0, 9), kept(None, 9), kept(None, 0, 9)], ["P1", "P2"], {"N10"}),
        ([kept("P1", 2), kept(None, 0, 2)], ["P1"], set()),
        ([kept("P1", 1)], ["P1"], {"N10"}),
        ([kept("P1", count=0)], ["P1"], {"N10"}),
    ],
)
def test_n12_a_kept_bed_is_its_persons_alone(free: list[Json], who: list[str], rules: set[str]) -> None:
    case = case_of([person(1), person(2), person(3)], [home("S1", unit("U1", group(free=free)))])
    assert broken(case, *((name, [STAY]) for name in who)) == rules


def test_n12_all_other_rules_hold_for_a_kept_bed() -> None:
    mine = group(free=[kept("P1")], room="shared")
    assert one(STAY, home("S1", unit("U1", mine), admissions="closed")) == {"N5", "C9"}
    assert one(STAY, home("S1", unit("U1", mine), max_admissions_per_day=0)) == {"N6", "C9"}


@over(
    "free, locks, rules",
    [
        ([kept("P1")], ["X"], set()),
        ([kept("P1")], ["P2"], set()),
        ([kept("P2")], ["P2"], {"N10"}),
        ([kept("P2"), kept(None)], ["P2"], set()),
        ([kept("P2"), kept(None)], ["X"], {"N12"}),
        ([kept("P1"), kept(None)], ["X", "P2"], set()),
    ],
)
def test_n12_beside_locked_placements(free: list[Json], locks: list[str], rules: set[str]) -> None:
    """A locked person uses the bed kept for them; one who stands in another's doesn't take it away."""
    held = [locked(name, (B1, 0, None)) for name in locks]
    case = case_of([person(1), person(2)], [home("S1", unit("U1", group(free=free)))], locked=held)
    assert broken(case, ("P1", [STAY])) == rules


def isolating(number: int, *seen: Json) -> Json:
    return person(number, pathway="P1", observations=list(seen) or [positive(-8)])


@over("places, rules", [(1, {"R2"}), (2, set())])
def test_r2_isolation_places(places: int, rules: set[str]) -> None:
    hot = rooms(**DESIGNATED) | {"isolation_places": places}
    case = case_of([isolating(1), isolating(2)], [home("S1", hot)])
    assert broken(case, ("P1", [ALONE]), ("P2", [ALONE])) == rules


def test_r2_a_place_is_free_when_the_isolation_is_over() -> None:
    stays_on = person(1, observations=[positive(-10)])
    case = case_of([stays_on, isolating(2)], [home("S1", rooms() | {"isolation_places": 1})], rule_set=APR_20)
    assert broken(case, ("P1", [STAY]), ("P2", [(B1, 3, 6)])) == {"R2"}
    assert broken(case, ("P1", [(B1, 1, None)]), ("P2", [(B1, 0, 6)])) == {"R2"}
    later = case_of(
        [person(1, observations=[positive(-11)]), isolating(2)],
        [home("S1", rooms() | {"isolation_places": 1})],
        rule_set=APR_20,
    )
    assert broken(later, ("P1", [STAY]), ("P2", [(B1, 3, 6)])) == set()


def test_a_cohort_has_one_organism_a_night() -> None:
    people = [
        isolating(1, positive(-2, "influenza")),
        isolating(2, positive(-2, "rsv")),
        isolating(3, onset(-2, "norovirus", resolved=4), positive(-2, "norovirus")),
    ]
    case = case_of(people, [home("S1", cohort("U1", group(free=[{"from": on(0), "to": None, "count": 3}])))],
                   rule_set=APR_24)  # fmt: skip
    assert broken(case, ("P1", [(B1, 0, 3)])) == set()
    assert broken(case, ("P1", [(B1, 0, 3)]), ("P2", [(B1, 0, 3)])) == {"R1"}
    assert broken(case, ("P1", [(B1, 0, 3)]), ("P3", [(B1, 3, 6)])) == set()


@over("limit, days, rules", [(1, (0, 0), {"N6"}), (2, (0, 0), set()), (1, (0, 1), set())])
def test_n6_admissions_a_day(limit: int, days: tuple[int, int], rules: set[str]) -> None:
    case = case_of(TWO, [home(max_admissions_per_day=limit)])
    assert broken(case, ("P1", [(B1, days[0], None)]), ("P2", [(B1, days[1], None)])) == rules


def test_n6_a_move_inside_the_setting_counts_as_a_start() -> None:
    hot = rooms("HOT", group(), **DESIGNATED)
    people = [person(1, **CONFIRMED), person(2)]
    case = case_of(people, [home("S1", unit(), hot, max_admissions_per_day=1)])
    move: list[Span] = [("S1/HOT/B1", 0, 6), (B1, 6, None)]
    assert broken(case, ("P1", move), ("P2", [(B1, 6, None)])) == {"N6"}
    assert broken(case, ("P1", move), ("P2", [(B1, 5, None)])) == set()


COMPANIONS = [person(1), person(2, together_with="P1"), person(3, together_with="P2")]


@over(
    "ends, rules",
    [
        (("S1", "S1", "S1"), set()),
        ((None, None, None), set()),
        (("S1", None, "S1"), {"N7"}),
        (("S1", "S1", "S2"), {"N7"}),
    ],
)
def test_n7_companions_end_together_or_nowhere(ends: tuple[str | None, ...], rules: set[str]) -> None:
    free = [{"from": on(0), "to": None, "count": 3}]
    homes = [home("S1", unit("U1", group(free=free))), home("S2", unit("U1", group(free=free)))]
    case = case_of(COMPANIONS, homes)
    people: list[tuple[str, list[Span]]] = [
        (f"P{number}", [(f"{end}/U1/B1", 0, None)]) for number, end in enumerate(ends, 1) if end is not None
    ]
    assert broken(case, *people) == rules


def locked(patient: str, *spans: Span, requirement: str = "open", organisms: list[str] | None = None) -> Json:
    stays = []
    for beds, start, end in spans:
        setting, unit_id, group_id = beds.split("/")
        stays.append(
            {
                "setting": setting,
                "unit": unit_id,
                "beds": group_id,
                "from": on(start),
                "to": None if end is None else on(end),
                "requirement": requirement,
                "organisms": organisms or [],
            }
        )
    return {
        "patient": patient,
        "locked": True,
        "stays": stays,
        "conditions": [],
        "points": {},
        "because": ["x"],
    }


@over(
    "held, end, rules",
    [
        (["S1/U1/B1"], "S1", set()),
        (["S1/U1/B1"], "S2", {"N7"}),
        (["S1/U1/B1"], None, set()),
        (["S1/U1/B1", "S2/U1/B1"], "S1", {"N7"}),
        (["S1/U1/B1", "S2/U1/B1"], None, set()),
    ],
)
def test_n7_beside_a_locked_companion(held: list[str], end: str | None, rules: set[str]) -> None:
    free = [{"from": on(-9), "to": None, "count": 3}]
    homes = [home("S1", unit("U1", group(free=free))), home("S2", unit("U1", group(free=free)))]
    locks = [locked(f"P{number}", (beds, -1, None)) for number, beds in enumerate(held, 1)]
    case = case_of(COMPANIONS, homes, locked=locks)
    people: list[tuple[str, list[Span]]] = [("P3", [(f"{end}/U1/B1", 0, None)])] if end else []
    assert broken(case, *people) == rules


def test_locked_placements_hold_beds_and_admission_slots() -> None:
    place = home(max_admissions_per_day=1)
    case = case_of([person(1)], [place], locked=[locked("X", (B1, 0, None))])
    assert broken(case, ("P1", [STAY])) == {"N6"}
    assert broken(case, ("P1", [(B1, 1, None)])) == set()
    full = [locked("X", (B1, -3, None)), locked("Y", (B1, -3, 2))]
    case = case_of([person(1)], [place], locked=full)
    assert broken(case, ("P1", [(B1, 1, None)])) == {"N10"}
    assert broken(case, ("P1", [(B1, 2, None)])) == set()


def test_more_locked_than_free_is_no_breach_until_the_plan_adds_to_it() -> None:
    locks = [locked(name, (B1, 0, 9)) for name in "XYZ"]
    case = case_of([person(1)], [home(max_admissions_per_day=1)], locked=locks)
    assert broken(case) == set()
    assert broken(case, ("P1", [(B1, 1, None)])) == {"N10"}
    assert broken(case, ("P1", [(B1, 9, None)])) == set()


def test_locked_placements_hold_their_isolation_place_to_the_isolations_end() -> None:
    hot = rooms(**DESIGNATED) | {"isolation_places": 1}
    lock = locked("P2", (B1, -2, None), requirement="designated", organisms=[COVID])
    people = [isolating(1), person(2, observations=[positive(-11)])]
    case = case_of(people, [home("S1", hot)], locked=[lock])
    assert broken(case, ("P1", [(B1, 2, 6)])) == {"R2"}
    assert broken(case, ("P1", [(B1, 3, 6)])) == set()
    unlisted = case_of([isolating(1)], [home("S1", hot)], locked=[lock])
    assert broken(unlisted, ("P1", [(B1, 3, 6)])) == {"R2"}


@over(
    "seen, rules",
    [
        ([positive(-20)], set()),
        ([], {"R2"}),
        ([result("void", -3)], {"R2"}),
        ([result("pending", 0)], {"R2"}),
        ([result("inconclusive", -20)], {"R2"}),
        ([positive(-200)], {"R2"}),
        ([negative(0)], set()),
        ([negative(-20)], set()),
        ([onset(-3, "norovirus", resolved=-1), positive(-3, "norovirus")], {"R2"}),
    ],
    ids=[
        "over",
        "never tested",
        "void",
        "awaited",
        "a suspected isolation that is over",
        "no fresh test",
        "negative",
        "an old negative",
        "never tested, isolating with another organism",
    ],
)
def test_a_locked_isolation_that_hangs_on_the_unknown_holds_to_its_end(
    seen: list[Json], rules: set[str]
) -> None:
    hot = rooms(**DESIGNATED) | {"isolation_places": 1}
    lock = locked("P2", (B1, -2, None), requirement="designated", organisms=[COVID])
    people = [isolating(1), person(2, observations=seen, attestations=FIVE)]
    case = case_of(people, [home("S1", hot)], locked=[lock])
    assert broken(case, ("P1", [ALONE])) == rules


def test_a_locked_stay_shown_as_open_holds_no_isolation_place() -> None:
    hot = rooms(**DESIGNATED) | {"isolation_places": 1}
    people = [isolating(1), person(2, **CONFIRMED)]
    case = case_of(people, [home("S1", hot)], locked=[locked("P2", (B1, -2, None))])
    assert broken(case, ("P1", [ALONE])) == set()


def test_more_isolating_than_there_are_places_is_no_breach_on_other_nights() -> None:
    beds = group(free=[{"from": on(-9), "to": None, "count": 9}])
    hot = rooms("U1", beds, **DESIGNATED) | {"isolation_places": 1}
    locks = [locked(name, (B1, -2, 2), requirement="designated", organisms=[COVID]) for name in "XY"]
    case = case_of([isolating(1)], [home("S1", hot)], locked=locks)
    assert broken(case, ("P1", [(B1, 1, 6)])) == {"R2"}
    assert broken(case, ("P1", [(B1, 2, 6)])) == set()


def test_locked_organisms_that_meet_are_no_breach_on_other_nights() -> None:
    beds = group(free=[{"from": on(-9), "to": None, "count": 9}])
    locks = [
        locked(name, (B1, -2, 2), requirement="isolation", organisms=[organism])
        for name, organism in (("X", "rsv"), ("Y", "influenza"))
    ]
    people = [isolating(1, positive(0, "rsv"))]
    case = case_of(people, [home("S1", cohort("U1", beds))], locked=locks, rule_set=APR_24)
    assert broken(case, ("P1", [(B1, 1, 5)])) == {"R1"}
    assert broken(case, ("P1", [(B1, 2, 5)])) == set()


def test_locked_placements_hold_their_cohort() -> None:
    lock = locked("X", (B1, -2, 3), requirement="isolation", organisms=["rsv"])
    place = home("S1", cohort("U1", group(free=[{"from": on(-9), "to": None, "count": 9}])))
    seen = [onset(-2, "norovirus", resolved=4), positive(-2, "norovirus")]
    case = case_of([isolating(1, *seen)], [place], locked=[lock], rule_set=APR_24)
    assert broken(case, ("P1", [(B1, 0, 6)])) == {"R1"}
    assert broken(case, ("P1", [(B1, 3, 6)])) == set()


# What a plan says of itself


def edited(plan: Plan, edit: Callable[[Json], object]) -> Plan:
    """The plan after a change of its file."""
    data = json.loads(write_plan(plan))
    edit(data)
    return read_plan(json.dumps(data).encode())


LOCK = locked("L1", (B1, -3, 9))
HUB = case_of(
    [person(1), person(2, **CONFIRMED), person(3, observations=[]), person(4)],
    [
        home("S1", unit("U1"), rooms("HOT", group(), **DESIGNATED)),
        home("S2", capacity_reported_at=hours_ago(80)),
    ],
    locked=[LOCK],
)
GOOD = plan_of(
    HUB,
    [
        placed(HUB, "P1", STAY)[0],
        placed(HUB, "P2", ("S1/HOT/B1", 0, 6), ("S2/U1/B1", 6, None))[0],
        placed(HUB, "P4", ("S2/U1/B1", 1, None))[0],
    ],
)
AT = {"L1": 0, "P1": 1, "P2": 2, "P4": 3}


def test_the_plan_that_is_spoilt_below_keeps_every_rule() -> None:
    assert verify(HUB, GOOD, case_sha256=GOOD.case_sha256) == ()


def put(*path: str | int, value: object) -> Callable[[Json], object]:
    def edit(data: Any) -> None:
        for part in path[:-1]:
            data = data[part]
        data[path[-1]] = value

    return edit


def take(*path: str | int) -> Callable[[Json], object]:
    def edit(data: Any) -> None:
        for part in path[:-1]:
            data = data[part]
        del data[path[-1]]

    return edit


def of(who: str, *path: str | int, value: object) -> Callable[[Json], object]:
    return put("placements", AT[who], *path, value=value)


def twice(data: Json) -> None:
    data["placements"].append(data["placements"][AT["P1"]])


def placed_and_unplaced(data: Json) -> None:
    data["unplaced"].append(data["unplaced"][0] | {"patient": "P1"})


def stranger(data: Json) -> None:
    data["unplaced"].append(data["unplaced"][0] | {"patient": "P9"})


def swap(data: Json) -> None:
    first, second = (data["placements"][AT[who]] for who in ("P1", "P2"))
    first["stays"], second["stays"] = second["stays"], first["stays"]


SPOILT: list[tuple[str, Callable[[Json], object], set[str]]] = [
    ("the hash is forged", put("case_sha256", value="0" * 64), {"plan"}),
    ("another rule set", put("rule_set", value=APR_22), {"plan"}),
    ("the rule set is rewritten", put("rule_set", value={"base": OCT_20}), {"plan"}),
    ("optimal with a gap", put("gap", value=0.1), {"plan"}),
    ("somebody twice", twice, {"plan", "objective", "N10"}),
    ("placed and unplaced", placed_and_unplaced, {"plan", "itinerary"}),
    ("somebody lost", take("unplaced", 0), {"plan"}),
    ("a stranger", stranger, {"plan"}),
    ("one more is said to be placed", put("objective", "placed", value=[0, 4, 0, 0]), {"objective"}),
    ("placed at another priority", put("objective", "placed", value=[3, 0, 0, 0]), {"objective"}),
    ("fewer points are said", put("objective", "points", value=1), {"objective"}),
    ("the locked one is gone", take("placements", 0), {"locked"}),
    ("the locked one is moved", of("L1", "stays", 0, "setting", value="S2"), {"locked"}),
    ("the locked one gets points", of("L1", "points", value={"total": 1}), {"locked"}),
    ("the locked one is unlocked", of("L1", "locked", value=False), {"locked"}),
    ("somebody is locked", of("P1", "locked", value=True), {"locked"}),
    ("a condition is dropped: release", of("P2", "conditions", value=["phone_to_confirm"]), {"C4"}),
    ("a condition is dropped: phone", of("P2", "conditions", value=["clinical_release"]), {"N8"}),
    ("a condition is dropped: retest", of("P4", "conditions", value=["phone_to_confirm"]), {"C1"}),
    ("a condition too many", of("P1", "conditions", value=["retest"]), {"C1"}),
    ("a condition twice", of("P4", "conditions", value=["retest", "retest", "phone_to_confirm"]), {"plan"}),
    ("points changed", of("P4", "points", "delay", value=0), {"points"}),
    ("an unknown item", of("P1", "points", "luck", value=0), {"points"}),
    ("no total", take("placements", AT["P4"], "points", "total"), {"points", "objective"}),
    ("no because", of("P1", "because", value=[]), {"plan"}),
    ("a because without a word", of("P1", "because", value=[" "]), {"plan"}),
    ("a reason without a word", put("unplaced", 0, "reasons", 0, "text", value=" "), {"plan"}),
    ("a reason about the person against settings", put("unplaced", 0, "reasons", 0, "settings", value=1),
     {"plan"}),
    ("a reason that isn't true of them", put("unplaced", 0, "reasons", 0, "code", value="test_expired"),
     {"itinerary"}),
    ("the reason that is true is left out", put("unplaced", 0, "reasons", 0, "code", value="outbid"),
     {"itinerary"}),
    ("help at no setting of the case",
     put("unplaced", 0, "would_help", value=[{"change": "x", "setting": "S9", "places": 1}]), {"plan"}),
    ("help for nobody",
     put("unplaced", 0, "would_help", value=[{"change": "x", "setting": "S1", "places": 0}]), {"plan"}),
    ("a milder requirement", of("P2", "stays", 0, "requirement", value="isolation"), {"plan"}),
    ("a stricter requirement", of("P1", "stays", 0, "requirement", value="designated"), {"plan"}),
    ("no organisms", of("P2", "stays", 0, "organisms", value=[]), {"plan"}),
    ("an organism twice", of("P2", "stays", 0, "organisms", value=[COVID, COVID]), {"plan"}),
    ("an organism too many", of("P1", "stays", 0, "organisms", value=[COVID]), {"plan"}),
    ("unknown beds", of("P1", "stays", 0, "beds", value="B9"), {"plan"}),
    ("an end before the end", of("P1", "stays", 0, "to", value=on(40)), {"itinerary"}),
    ("a stay without a night", of("P1", "stays", 0, "to", value=on(0)), {"itinerary", "plan", "points"}),
    ("an earlier start", of("P1", "stays", 0, "from", value=on(-1)), {"itinerary", "points", "plan"}),
    ("a later start", of("P1", "stays", 0, "from", value=on(1)), {"points", "C1"}),
    ("the stays change hands", swap, {"itinerary", "R1", "R5", "plan", "points", "C1", "C4", "N8"}),
    ("an unknown code", put("unplaced", 0, "reasons", 0, "code", value="bad_luck"), {"plan", "itinerary"}),
    ("an unknown rule", put("unplaced", 0, "reasons", 0, "rule", value="N13"), {"plan"}),
    ("more settings than there are", put("unplaced", 0, "reasons", 0, "settings", value=3), {"plan"}),
]  # fmt: skip


@over("edit, rules", [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_a_spoilt_plan_is_caught(edit: Callable[[Json], object], rules: set[str]) -> None:
    found = verify(HUB, edited(GOOD, edit), case_sha256=GOOD.case_sha256)
    assert found
    assert {breach.rule for breach in found} <= rules
    assert all(breach.text.endswith(".") for breach in found)


@over(
    "changes, code",
    [
        ({"pathway": "P0"}, "home"),
        ({"pathway": "P0", "observations": []}, "home"),
        ({"pathway": "P1"}, "home_with_support"),
        ({"pathway": "P1", "observations": []}, "no_test"),
        ({"pathway": "P1", **CONFIRMED}, None),
        ({"observations": []}, "no_test"),
        ({"observations": [result("void", 0)]}, "no_test"),
        ({"observations": [result("pending", 0)]}, "awaiting_result"),
        ({"observations": [result("inconclusive", -20)]}, "inconclusive"),
        ({"observations": [positive(-20)]}, "clinical_release_missing"),
        ({"observations": [positive(-120)]}, "no_test"),
        ({"observations": [positive(-20), until(-3)], "immunosuppressed": True}, "no_test"),
        ({"observations": [negative(-9)], "case": {"horizon_days": 1}}, "test_expired"),
        ({"observations": [negative(-9)]}, None),
        ({"ready_on": on(28)}, "not_ready"),
        ({"ready_on": on(27)}, None),
        ({}, None),
    ],
)
def test_who_can_start_on_no_day_is_told_why(changes: dict[str, Any], code: str | None) -> None:
    """A code about the person has to be true, and said where nothing else could be; else any code is."""
    more = changes.get("case", {})
    case = case_of(
        [person(**{name: value for name, value in changes.items() if name != "case"})], [home()], **more
    )
    other = edited(plan_of(case, []), put("unplaced", 0, "reasons", 0, "code", value="no_free_bed"))
    assert {breach.rule for breach in verify(case, other)} == (set() if code is None else {"itinerary"})
    if code is not None:
        assert verify(case, edited(other, put("unplaced", 0, "reasons", 0, "code", value=code))) == ()
    wrong = "home" if code != "home" else "clinical_release_missing"
    spoilt = edited(other, put("unplaced", 0, "reasons", 0, "code", value=wrong))
    assert {breach.rule for breach in verify(case, spoilt)} == {"itinerary"}


@over(
    "points, because, rules",
    [
        ({"total": 0}, ["x"], set()),
        ({"total": 1}, ["x"], {"locked"}),
        ({"total": 0, "delay": 0}, ["x"], set()),
        ({"total": 0, "delay": 1}, ["x"], {"locked"}),
        ({}, ["y"], {"locked"}),
    ],
)
def test_a_locked_placement_gets_only_what_it_lacks(
    points: Json, because: list[str], rules: set[str]
) -> None:
    """A case may give it without a total, which a plan has to have."""
    plan = edited(edited(GOOD, of("L1", "points", value=points)), of("L1", "because", value=because))
    assert {breach.rule for breach in verify(HUB, plan)} == rules


def test_a_locked_placement_is_unchanged_in_whatever_order_it_says_what_has_none() -> None:
    stays = locked("L1", (B1, 0, 9), requirement="isolation", organisms=[COVID, "influenza"])
    said = {"conditions": ["clinical_release", "phone_to_confirm"], "points": {"total": 5, "delay": 5}}
    case = case_of([], [home()], locked=[{**stays, **said}])
    plan = edited(plan_of(case, []), of("L1", "stays", 0, "organisms", value=["influenza", COVID]))
    turned = edited(plan, of("L1", "conditions", value=["phone_to_confirm", "clinical_release"]))
    assert not verify(case, turned)
    for change in (
        of("L1", "stays", 0, "organisms", value=[COVID]),
        of("L1", "conditions", value=["clinical_release"]),
        of("L1", "points", value={"delay": 5}),
    ):
        assert {breach.rule for breach in verify(case, edited(turned, change))} == {"locked"}


def test_the_breaches_of_a_plan_come_in_one_order() -> None:
    spoilt = edited(edited(GOOD, swap), put("gap", value=1))
    assert verify(HUB, spoilt) == verify(HUB, spoilt)
    assert verify(HUB, spoilt)[0].rule == "plan"


# Random hubs


def _mutations(plan: Plan, case: Case) -> dict[str, Callable[[Json], object]]:
    """Changes of a plan with a new placement that break a rule whatever the case."""
    at = next(number for number, placement in enumerate(plan.placements) if not placement.locked)
    placement = plan.placements[at]
    stay = placement.stays[-1]
    total = placement.points["total"]
    other = "own_room" if stay.requirement == "open" else "open"
    organisms = [*stay.organisms, "mrsa"]
    early = (case.day0 - timedelta(days=1)).isoformat()
    later = (
        case.day0 + timedelta(days=20000) if stay.end is None else stay.end + timedelta(days=1)
    ).isoformat()
    flipped: list[str] = [c for c in placement.conditions if c != "retest"]
    if "retest" not in placement.conditions:
        flipped.append("retest")

    def lose(data: Json) -> None:
        del data["placements"][at]

    def double(data: Json) -> None:
        data["placements"].append(data["placements"][at])

    def add_a_point(data: Json) -> None:
        data["placements"][at]["points"]["moves"] += 1
        data["placements"][at]["points"]["total"] += 1
        data["objective"]["points"] += 1

    last = ("placements", at, "stays", len(placement.stays) - 1)
    return {
        "lose": lose,
        "double": double,
        "a point more": add_a_point,
        "total": put("placements", at, "points", "total", value=total + 1),
        "requirement": put(*last, "requirement", value=other),
        "organisms": put(*last, "organisms", value=organisms),
        "conditions": put("placements", at, "conditions", value=flipped),
        "the day before day 0": put("placements", at, "stays", 0, "from", value=early),
        "a later end": put(*last, "to", value=later),
        "hash": put("case_sha256", value="f" * 64),
        "beds": put(*last, "beds", value="nowhere"),
        "objective": put("objective", "points", value=plan.objective.points + 1),
    }


def test_because_is_free_text_and_written_zero_points_are_as_good_as_none() -> None:
    """Decided: a sentence says what is already checked, so its words are free, but one has to be there."""
    reworded = edited(GOOD, of("P1", "because", value=["The person at the desk knows why."]))
    assert verify(HUB, reworded) == ()
    zeros = dict.fromkeys(ITEMS, 0)
    written = edited(GOOD, of("P1", "points", value=zeros | {"total": 0}))
    assert verify(HUB, written) == ()


@given(case=cases(), data=st.data())
@few(5, HealthCheck.filter_too_much)
def test_random_plans_are_lawful_until_they_are_spoilt(case: Case, data: st.DataObject) -> None:
    best = best_of(case)
    plan = plan_of(case, best.placements)
    assert verify(case, plan, case_sha256=plan.case_sha256) == ()
    assume(best.placements)
    mutations = _mutations(plan, case)
    # to find a best plan costs far more than to spoil it
    for name in data.draw(st.lists(st.sampled_from(sorted(mutations)), min_size=1, max_size=6, unique=True)):
        spoilt = edited(plan, mutations[name])
        assert verify(case, spoilt, case_sha256=plan.case_sha256) != (), name


def test_every_item_of_the_points_is_checked() -> None:
    for item in ITEMS:
        spoilt = edited(GOOD, of("P4", "points", item, value=9999))
        assert {breach.rule for breach in verify(HUB, spoilt)} == {"points"}


def test_a_plan_may_leave_out_points_of_zero() -> None:
    def bare(data: Json) -> None:
        for placement in data["placements"][1:]:
            placement["points"] = {k: v for k, v in placement["points"].items() if v or k == "total"}

    assert verify(HUB, edited(GOOD, bare)) == ()


def test_isolation_alone_and_a_p2_stay_of_the_same_nights_are_told_apart_by_their_points() -> None:
    """Itinerary 2: a P2 stay that ends with the isolation is a final one only where the type allows it."""
    seen: Json = {"observations": [positive(-8)], "pathway": "P2", "stay_days": 3}
    for kind, free_of_charge in (("intermediate_care", True), ("care_home", False)):
        case = case_of([person(**seen)], [home("S1", rooms(), type=kind)], rule_set=APR_20)
        final, alone = placed(case, "P1", ALONE)
        assert (final.points["no_onward"], alone.points["no_onward"]) == (0, 120)
        assert verify(case, plan_of(case, [alone])) == ()
        assert (verify(case, plan_of(case, [final])) == ()) is free_of_charge


def test_the_isolation_may_outlast_a_clinicians_earlier_word() -> None:
    """S5: the latest date counts, so the stay ends with it."""
    seen: Json = {"observations": [positive(-8), until(2), until(4)]}
    place = home("S1", rooms(**DESIGNATED))
    assert one((B1, 0, 4), place, **seen) == set()
    assert one((B1, 0, 6), place, **seen) != set()
