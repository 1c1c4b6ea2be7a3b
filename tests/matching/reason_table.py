"""A table of reasons: small hubs, each with the one reason why P1 has no place there.

A row is a hub in which P1 has no place for one reason, and the same hub with that one thing put right, in
which P1 is placed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.builders import (
    AS_AT,
    COVID,
    DESIGNATED,
    FIVE,
    NO_TEST_ASKED,
    Json,
    beds,
    case_json,
    free,
    hot,
    inconclusive,
    isolating,
    locked,
    negative,
    on,
    pending,
    person,
    positive,
    setting,
    specimen,
    stay,
    unit,
)

RULES_OF_APRIL_2020 = "england-2020-04-15"
RULES_OF_APRIL_2022 = "england-2022-04-04"


@dataclass(frozen=True)
class Row:
    """A hub in which P1 is told `code`, by `rule`, and the same hub with the one thing put right."""

    code: str
    rule: str
    hub: Json
    right: Json


def hub(who: Json | None = None, *homes: Json, **fields: Any) -> Json:
    """P1, alone or with others (`beside`), and the homes; one home with one bed where none is given."""
    people = [who or person(), *fields.pop("beside", ())]
    return case_json(people, list(homes) or [setting()], **fields)


def about_the_person() -> dict[str, Row]:
    """What is about the person alone."""
    void = specimen(COVID, "void", f"{on(-1)}T10:00:00+00:00")
    weak: Json = {"immunosuppressed": True}
    cleared = {"organism": COVID, "kind": "clearance", "released_on": on(-5)}

    def tested(*seen: Json, rule_set: str = DESIGNATED, **fields: Any) -> Json:
        return hub(person(observations=list(seen), **fields), rule_set=rule_set)

    return {
        "ready after the last day": Row(
            "not_ready", "T1", hub(person(ready_on=on(28))), hub(person(ready_on=on(27)))
        ),
        "a result is awaited": Row("awaiting_result", "C1", tested(pending()), tested(negative())),
        "still awaited when the suspected isolation is over": Row(
            "awaiting_result",
            "C2",
            tested(pending(-14), rule_set=RULES_OF_APRIL_2020),
            tested(pending(-14), negative(), rule_set=RULES_OF_APRIL_2020),
        ),
        "never tested": Row("no_test", "C1", tested(), tested(negative())),
        "a void test is no test": Row("no_test", "C1", tested(void), tested(void, negative())),
        "after day 90 a fresh test is needed": Row(
            "no_test", "C3", tested(positive(-91)), tested(positive(-91), negative())
        ),
        "immunosuppressed, cleared and not tested since": Row(
            "no_test",
            "C3",
            tested(positive(-30), cleared, **weak),
            tested(positive(-30), cleared, negative(), **weak),
        ),
        "a negative of three days ago, for today alone": Row(
            "test_expired",
            "C1",
            {**tested(negative(-3)), "horizon_days": 1},
            {**tested(negative(-1)), "horizon_days": 1},
        ),
        "an inconclusive test is to be repeated": Row(
            "inconclusive",
            "C1",
            tested(inconclusive(), rule_set=RULES_OF_APRIL_2022),
            tested(inconclusive(), negative(), rule_set=RULES_OF_APRIL_2022),
        ),
        "inconclusive, and the suspected isolation is over": Row(
            "inconclusive", "C2", tested(inconclusive(-14)), tested(inconclusive(-14), negative())
        ),
        "the five attestations are missing": Row(
            "clinical_release_missing",
            "C3",
            tested(positive(-30), attestations=FIVE[1:]),
            tested(positive(-30), attestations=FIVE),
        ),
        "pathway 0 and no home of their own": Row(
            "home", "N3", hub(person(pathway="P0")), hub(person(pathway="P0", usual_setting="S1"))
        ),
        "pathway 1 and no need to isolate": Row(
            "home_with_support",
            "N3",
            hub(person(pathway="P1"), isolating("S1")),
            hub(person(pathway="P1", observations=[positive(-1, "rsv")]), isolating("S1")),
        ),
        "pathway 1 and two nights of isolation left": Row(
            "home_with_support",
            "N3",
            hub(person(pathway="P1", observations=[positive(-3, "rsv")]), isolating("S1")),
            hub(person(pathway="P1", observations=[positive(-2, "rsv")]), isolating("S1")),
        ),
    }


def against_the_setting() -> dict[str, Row]:
    """What stands against a setting whoever is in it, and whatever it may isolate."""

    def needs(fields: Json, home: Json, other: Json) -> tuple[Json, Json]:
        return hub(person(**fields), setting(**home)), hub(person(**fields), setting(**other))

    def in_beds(fields: Json, one: Json, other: Json) -> tuple[Json, Json]:
        rooms = [hub(person(**fields), setting("S1", unit(beds(**each)))) for each in (one, other)]
        return rooms[0], rooms[1]

    outbreak = {"organism": "rsv", "risk_assessed": False}
    just_expired = "2020-10-09T07:00:00+00:00"
    here, near, far = ({"latitude": lat, "longitude": 0.0} for lat in (51.0, 51.04, 51.1))
    taken = locked("X1", stay("S1/U1/B1", on(0)))
    two = setting("S1", unit(beds(free=[free(count=2)])), max_admissions_per_day=1)
    return {
        "closed to admissions": Row("closed", "N5", *needs({}, {"admissions": "closed"}, {})),
        "an outbreak nobody has assessed": Row(
            "outbreak",
            "N5",
            *needs({}, {"outbreak": outbreak}, {"outbreak": {**outbreak, "risk_assessed": True}}),
        ),
        "never said what is free": Row(
            "capacity_unknown", "N8", *needs({}, {"capacity_reported_at": None}, {})
        ),
        "said so 38 days and an hour ago": Row(
            "capacity_unknown",
            "N8",
            *needs({}, {"capacity_reported_at": just_expired}, {"capacity_reported_at": AS_AT}),
        ),
        "every bed is taken": Row(
            "no_free_bed",
            "N10",
            hub(locked=[taken]),
            hub(locked=[locked("X1", stay("S1/U1/B1", on(-3), on(0)))]),
        ),
        "no bed is free for good": Row(
            "no_free_bed", "N10", *in_beds({}, {"free": [free(end=on(30))]}, {"free": [free()]})
        ),
        "a setting without beds": Row("no_free_bed", "N10", hub(None, setting(units=[])), hub()),
        "the isolation place is taken": Row(
            "no_free_bed",
            "N10",
            *(
                hub(
                    person(pathway="P1", observations=[positive(-1, "rsv")]),
                    isolating("S1", beds(free=[free(count=2)]), unit={"isolation_places": places}),
                    locked=[
                        locked("X1", stay("S1/U1/B1", on(0), requirement="isolation", organisms=["rsv"]))
                    ],
                )
                for places in (1, 2)
            ),
        ),
        "another category of care": Row(
            "wrong_category", "N2", *in_beds({}, {"category": "ld_nursing"}, {"category": "general_nursing"})
        ),
        "no care recorded": Row("wrong_category", "N2", hub(person(care=None)), hub()),
        "a need that isn't met": Row(
            "need_unmet", "N1", *needs({"needs": ["hoist"]}, {}, {"needs_met": ["hoist"]})
        ),
        "beds for men": Row("sex", "N6", *in_beds({}, {"sex": "male"}, {"sex": "female"})),
        "beds for women, to a person of another sex": Row(
            "sex", "N6", *in_beds({"sex": "other"}, {"sex": "female"}, {"sex": "any"})
        ),
        "too old": Row("age", "N6", *needs({}, {"age_max": 79}, {"age_max": 80})),
        "too young": Row("age", "N6", *needs({}, {"age_min": 81}, {"age_min": 80})),
        "too far": Row("too_far", "N6", *needs({"max_km": 5, **here}, far, near)),
        "a distance that isn't known": Row("too_far", "N6", *needs({"max_km": 5, **here}, {}, near)),
        "too dear": Row(
            "fee", "N6", *needs({"max_weekly_fee": 900.0}, {"weekly_fee": 901.0}, {"weekly_fee": 900.0})
        ),
        "a fee that isn't known": Row(
            "fee", "N6", *needs({"max_weekly_fee": 900.0}, {}, {"weekly_fee": 900.0})
        ),
        "ruled out for them": Row("excluded", "N3", hub(person(excluded=["S1"])), hub()),
        "pathway 3 and no care home": Row("setting_type", "N3", *needs({}, {"type": "community_bed"}, {})),
        "pathway 2 and a care home": Row(
            "setting_type", "N3", *needs({"pathway": "P2"}, {}, {"type": "intermediate_care"})
        ),
        "nobody is admitted": Row("no_slot", "N6", *needs({}, {"max_admissions_per_day": 0}, {})),
        "the day's admission is taken": Row(
            "no_slot",
            "N6",
            hub(None, two, locked=[taken], horizon_days=1),
            hub(None, two, locked=[taken], horizon_days=2),
        ),
    }


def against_isolating_there() -> dict[str, Row]:
    """What stands against a setting for somebody who isolates; of today, so that nobody waits for the end."""
    flu = person(pathway="P1", observations=[positive(-1, "influenza")])
    suspected = person(pathway="P1", observations=[inconclusive()])
    covid = person(pathway="P1", observations=[positive(-3)])
    carrier = person(observations=[positive(-9, "cpe")])
    ends_sooner = {"unit": {"designated": {"from": "2020-11-01", "to": on(10)}}}

    def today(who: Json, *homes: Json, rule_set: str = NO_TEST_ASKED) -> Json:
        return hub(who, *homes, rule_set=rule_set, horizon_days=1)

    def cohort(**fields: Any) -> Json:
        return hot("S1", accepts_organisms=["influenza"], unit={"designated": None, **fields})

    return {
        "the organism isn't accepted": Row(
            "organism_not_accepted",
            "R3",
            today(flu, isolating("S1", accepts_organisms=["rsv"])),
            today(flu, isolating("S1")),
        ),
        "nobody can isolate there": Row(
            "cannot_isolate",
            "R1",
            today(flu, setting(accepts_organisms=["influenza"])),
            today(flu, isolating("S1")),
        ),
        "no isolation place was ever named": Row(
            "cannot_isolate",
            "R1",
            today(flu, isolating("S1", unit={"isolation_places": None})),
            today(flu, isolating("S1")),
        ),
        "a cohort of another organism": Row(
            "cannot_isolate",
            "R1",
            today(flu, cohort(cohort_organism="rsv")),
            today(flu, cohort(cohort_organism="influenza")),
        ),
        "a suspected case is never cohorted": Row(
            "cannot_isolate",
            "R1",
            today(suspected, hot("S1", unit={"designated": None}), rule_set=RULES_OF_APRIL_2020),
            today(suspected, isolating("S1", type="hot_home"), rule_set=RULES_OF_APRIL_2020),
        ),
        "a cohort unit keeps its beds for who isolates": Row(
            "cannot_isolate",
            "R1",
            today(person(), setting("S1", unit(isolation="cohort", isolation_places=2))),
            today(person(), setting("S1", unit(isolation="rooms", isolation_places=2))),
        ),
        "not designated": Row(
            "not_designated",
            "R5",
            today(covid, isolating("S1"), rule_set=DESIGNATED),
            today(covid, hot("S1"), rule_set=DESIGNATED),
        ),
        "not designated to the end": Row(
            "not_designated",
            "R5",
            today(covid, hot("S1", **ends_sooner), rule_set=DESIGNATED),
            today(covid, hot("S1"), rule_set=DESIGNATED),
        ),
        "no room of their own for a carrier of CPE": Row(
            "shared_room",
            "R1",
            today(carrier, setting("S1", unit(beds(room="shared")))),
            today(carrier, setting("S1", unit(beds(room="ensuite")))),
        ),
        "no room of their own to isolate in": Row(
            "shared_room", "R1", today(flu, isolating("S1", beds(room="shared"))), today(flu, isolating("S1"))
        ),
        "inconclusive, and not in a care home": Row(
            "setting_type",
            "N3",
            today(suspected, isolating("S1"), rule_set=RULES_OF_APRIL_2020),
            today(suspected, isolating("S1", type="intermediate_care"), rule_set=RULES_OF_APRIL_2020),
        ),
    }


def of_the_whole_plan() -> dict[str, Row]:
    """What only the whole plan tells: all the beds of a kind, or who else was placed."""
    flu = person(pathway="P1", observations=[positive(-1, "influenza")])
    covid = person(pathway="P1", observations=[positive(-3)])
    mate = person("P2", needs=["hoist"])
    beside = person(together_with="P2")
    two_homes = (setting("S1"), setting("S2"))
    wide = setting("S1", unit(beds(free=[free(count=2)])))
    return {
        "no designated bed": Row(
            "no_designated_bed",
            "R5",
            hub(covid, setting(), rule_set=DESIGNATED),
            hub(covid, hot("S1"), rule_set=DESIGNATED),
        ),
        "no isolation bed": Row("no_isolation_bed", "R2", hub(flu, setting()), hub(flu, isolating("S1"))),
        "the bed went to somebody more urgent": Row(
            "outbid",
            "N10",
            hub(person(priority=3), beside=[person("P2")]),
            hub(person(priority=3), wide, beside=[person("P2")]),
        ),
        "a companion who can't be placed": Row(
            "companion",
            "N7",
            hub(beside, wide, beside=[mate]),
            hub(beside, {**wide, "needs_met": ["hoist"]}, beside=[mate]),
        ),
        "two companions and a bed in each of two homes": Row(
            "companion",
            "N7",
            hub(beside, *two_homes, beside=[person("P2")]),
            hub(beside, wide, beside=[person("P2")]),
        ),
        "a companion locked in a home that is full": Row(
            "companion",
            "N7",
            hub(beside, *two_homes, beside=[mate], locked=[locked("P2", stay("S1/U1/B1", on(0)))]),
            hub(beside, wide, beside=[mate], locked=[locked("P2", stay("S1/U1/B1", on(0)))]),
        ),
        "companions outbid together": Row(
            "companion",
            "N7",
            hub(beside, wide, beside=[person("P2"), person("P3", priority=1)]),
            hub(beside, wide, beside=[person("P2"), person("P3", priority=3)]),
        ),
    }


TABLE = {**about_the_person(), **against_the_setting(), **against_isolating_there(), **of_the_whole_plan()}
