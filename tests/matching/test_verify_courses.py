"""What a person's infections ask for, night by night, as the verifier reads docs/rules.md, 2 to 5.

A night is `.` open, `o` an own room, `s` isolating as a suspected case, `i` isolating with a confirmed
organism, `d` isolating, designated. Days count from day 0, Mon 16 Nov 2020, 08:00.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from discharge.matching.verify.course import Course, known_of
from discharge.rules.rule_set import rules_of
from tests.examples import seeds
from tests.matching.records import (
    AS_AT,
    DAY0,
    FIVE,
    Json,
    case_of,
    exposed,
    negative,
    on,
    onset,
    person,
    positive,
    released,
    result,
    until,
)
from tests.matching.two_readings import disagreements, one_person
from tests.over import over

APR_20 = "england-2020-04-15"
OCT_20 = "england-2020-10-13"
APR_22 = "england-2022-04-04"
APR_24 = "england-2024-04-01"

ASKED_24: Json = {"base": APR_24, "organisms": {"sars-cov-2": {"test_needed": True}}}
NO_TEST: Json = {"base": OCT_20, "organisms": {"sars-cov-2": {"test_needed": False}}}


def course(
    rule_set: str | Json, seen: list[Json], *, start: int = 0, as_at: str = AS_AT, **changes: Any
) -> Course:
    """The course of one person with these observations who leaves hospital on day `start`."""
    case = case_of([person(observations=seen, **changes)], [], rule_set=rule_set, as_at=as_at)
    return known_of(case.patients[0], case, rules=rules_of(case)).course(case.day0 + timedelta(days=start))


def night(course: Course, number: int) -> str:
    """One night of a course as a letter."""
    asks = course.on(DAY0 + timedelta(days=number))
    isolating = [ask for ask in asks if ask.isolates]
    if any(ask.level == "designated" for ask in isolating):
        return "d"
    if isolating:
        return "i" if all(ask.confirmed for ask in isolating) else "s"
    return "o" if asks else "."


def nights(course: Course, count: int = 16) -> str:
    """The nights of a course from its start, up to a day."""
    first = (course.start - DAY0).days
    return "".join(night(course, number) for number in range(first, count))


NIGHTS: list[tuple[str, str | Json, list[Json], dict[str, Any], str]] = [
    # T3, S4: an isolation of N days from the specimen, or from the onset up to ten days before it.
    ("T3 14 days from a specimen of day -13: one night is left", OCT_20, [positive(-13)], {}, "d..."),
    ("T3 the isolation of day -12 has two nights", OCT_20, [positive(-12)], {}, "dd.."),
    ("S4 the onset starts the isolation", OCT_20, [positive(-5), onset(-8)], {}, "d" * 6 + ".."),
    ("S4 an onset ten days before counts", OCT_20, [positive(-2), onset(-12)], {}, "dd.."),
    ("S4 an onset eleven days before doesn't", OCT_20, [positive(-2), onset(-13)], {}, "d" * 12 + "."),
    ("S4 an onset after the specimen doesn't", OCT_20, [positive(-5), onset(-4)], {}, "d" * 9 + "."),
    ("S4 the earliest onset counts", OCT_20, [positive(-1), onset(-3), onset(-9)], {}, "d" * 5 + "."),
    ("S4 the first specimen counts", OCT_20, [positive(-9), positive(-2)], {}, "d" * 5 + "."),
    ("S4 a positive on the end begins a new one", OCT_20, [positive(-16), positive(-2)], {}, "d" * 12 + "."),
    ("S4 a positive before the end doesn't", OCT_20, [positive(-15), positive(-2)],
     {"attestations": FIVE}, "..."),
    # S3, of one moment: whichever it prefers speaks when the positive's isolation is over, and ends nothing.
    ("S3 a negative of the positive's moment, reported later, asks for its own room", APR_20,
     [positive(-12), result("negative", -12, reported=f"{on(-11)}T06:00:00+00:00")], {},
     "ii" + "o" * 12 + "."),
    ("S3 a positive reported later asks for nothing more", APR_20,
     [negative(-12), result("positive", -12, reported=f"{on(-11)}T06:00:00+00:00")], {}, "ii..."),
    # S1, S2, S3: which result counts.
    ("S1 a result reported after the planning instant is pending", APR_20,
     [result("positive", -4, reported="2020-11-16T09:00:00+00:00")], {}, "s" * 10 + "."),
    ("S2 a void test was never taken", APR_24, [result("void", -1)], {}, "..."),
    ("S3 a later negative ends no isolation", OCT_20, [positive(-10), negative(-1)], {}, "dddd."),
    ("S3 a later negative of April 2020 asks for an own room afterwards", APR_20,
     [positive(-10), negative(-1)], {}, "iiii" + "o" * 10 + "."),
    ("S3 reported before pending", APR_20, [result("pending", -1), negative(-1)], {}, "o" * 14 + "."),
    ("S3 a pending test alters no isolation, and speaks after it", APR_20,
     [positive(-10), result("pending", -1)], {}, "iiii" + "s" * 9 + "."),
    ("S3 of one specimen the later report speaks", OCT_20,
     [result("inconclusive", -1), result("negative", -1, reported="2020-11-15T09:00:00+00:00")], {},
     "o" * 14 + "."),
    ("S3 be it the inconclusive one", OCT_20,
     [result("negative", -1), result("inconclusive", -1, reported="2020-11-15T09:00:00+00:00")], {},
     "s" * 13 + "."),
    ("S3 of one report the stricter speaks", OCT_20, [result("inconclusive", -1), negative(-1)], {},
     "s" * 13 + "."),
    # S5: a clinician's date.
    ("S5 a clinician shortens", OCT_20, [positive(-5), until(2)], {}, "dd."),
    ("S5 a clinician lengthens", OCT_20, [positive(-12), until(5)], {}, "ddddd."),
    ("S5 the latest date counts", OCT_20, [positive(-5), until(4), until(2)], {}, "dddd."),
    ("S5 a date on the specimen's day doesn't lie after it", OCT_20, [positive(-12), until(-12)], {}, "dd."),
    ("S5 a release in the future is none", OCT_20, [positive(-12), released(1)], {}, "dd."),
    ("S5 a release on day 0 frees the night", APR_20, [positive(-5), released(0)], {}, "..."),
    ("S5 immunosuppressed: no computed end", OCT_20, [positive(-30)], {"immunosuppressed": True}, "d" * 16),
    ("S5 immunosuppressed: the clinician's date", OCT_20,
     [positive(-30), until(3)], {"immunosuppressed": True}, "ddd."),
    ("S5 immunosuppressed, a suspected case: computed", APR_20,
     [result("pending", -12)], {"immunosuppressed": True}, "ss."),
    ("S5 a suspected case is released", APR_20, [result("pending", -5), until(1)], {}, "s.."),
    ("S5 immunosuppressed with influenza", APR_24,
     [positive(-9, "influenza")], {"immunosuppressed": True}, "i" * 16),
    ("S5 immunosuppressed with two positives", OCT_20,
     [positive(-30), positive(-2)], {"immunosuppressed": True}, "d" * 16),
    ("S5 symptomatic until a clinician's date", APR_24, [onset(-3), until(1)], {}, "s.."),
    ("S5 influenza, suspected, until a clinician's date", APR_24,
     [onset(-3, "influenza"), until(4, "influenza")], {}, "ssss."),
    ("S5 norovirus, a clinician's date before two days are over", APR_24,
     [onset(-3, "norovirus", resolved=2), until(1, "norovirus")], {}, "s.."),
    ("S5 immunosuppressed with norovirus, confirmed", APR_24,
     [onset(-3, "norovirus", resolved=0), positive(-2, "norovirus")], {"immunosuppressed": True}, "i" * 16),
    ("S5 immunosuppressed with norovirus, suspected", APR_24,
     [onset(-3, "norovirus", resolved=0)], {"immunosuppressed": True}, "ss."),
    # S6: confirmed isolations cover onsets.
    ("S6 nor a later start of a second one", OCT_20,
     [positive(-17), onset(-5), positive(-2)], {}, "d" * 12 + "."),
    ("S6 influenza, an onset inside", APR_24,
     [positive(-4, "influenza"), onset(-1, "influenza", resolved=0)], {}, "i.."),
    ("S6 influenza, an onset on the end", APR_24,
     [positive(-7, "influenza"), onset(-2, "influenza", resolved=0)], {}, "sss."),
    ("S6 an onset long before isn't inside", APR_24,
     [onset(-20), positive(-8), result("pending", -1)], {}, "s" * 16),
    ("2024 a negative of the onset's day silences it", APR_24,
     [positive(-8), onset(-3), negative(-3)], {}, "..."),
    ("2024 one of the day before doesn't", APR_24, [positive(-8), onset(-3), negative(-4)], {}, "s" * 16),
    ("S6 an onset inside opens no second isolation", APR_24,
     [positive(-4), onset(-1, resolved=0)], {}, "i.."),
    ("S6 a spell before it goes on from its end, where a later result speaks", APR_24,
     [onset(-20, resolved=4), positive(-4), result("pending", -1)], {}, "isss."),
    ("S6 it asks for nothing where none speaks", APR_24, [onset(-20), positive(-8)], {}, "..."),
    ("S6 a later onset speaks for an earlier spell that goes on", APR_24,
     [onset(-20), positive(-8), onset(-2, resolved=1)], {}, "s" * 16),
    ("S6 a later negative silences the spell before it", APR_24,
     [onset(-20), positive(-8), negative(-1)], {}, "..."),
    ("S6 influenza, a spell before it goes on after it", APR_24,
     [onset(-20, "influenza", resolved=3), positive(-4, "influenza")], {}, "iss."),
    # S8: not before they are well.
    ("S8 symptoms that go on: no end", APR_24, [positive(-5), onset(-5)], {}, "i" * 16),
    ("S8 to the day that they are well", APR_24, [positive(-5), onset(-5, resolved=3)], {}, "iii."),
    ("S8 five days at the least", APR_24, [positive(-3), onset(-3, resolved=-1)], {}, "ii."),
    ("S8 a spell ten days before the specimen", APR_24, [positive(-2), onset(-12, resolved=2)], {}, "ii."),
    ("S8 one eleven days before doesn't belong", APR_24, [positive(-2), onset(-13, resolved=8)], {}, "iii."),
    ("S8 a spell of the last night", APR_24, [positive(-6), onset(-2, resolved=2)], {}, "ii."),
    ("S8 the end as such spells move it", APR_24,
     [positive(-6), onset(-3, resolved=1), onset(0, resolved=4)], {}, "iiii."),
    ("S8 a spell that a moved end takes in has no end", APR_24,
     [positive(-6), onset(-3, resolved=1), onset(0)], {}, "i" * 16),
    ("S8 up to the specimen's day where the days are over before it", APR_24,
     [positive(-1), onset(-10, resolved=-9), onset(-1, resolved=3)], {}, "iii."),
    ("S8 all spells that belong to it", APR_24,
     [positive(-6), onset(-6, resolved=3), onset(-4, resolved=1)], {}, "iii."),
    ("S8 a clinician's date replaces it, earlier", APR_24, [positive(-5), onset(-5), until(1)], {}, "i.."),
    ("S8 a clinician's date replaces it, later", APR_24,
     [positive(-5), onset(-5, resolved=0), until(3)], {}, "iii."),
    ("S8 a positive inside the moved isolation begins no new one", APR_24,
     [positive(-8), onset(-8, resolved=2), positive(-1)], {}, "ii."),
    ("S8 influenza, confirmed, symptoms that go on", APR_20,
     [negative(0), positive(-5, "influenza"), onset(-6, "influenza")], {}, "i" * 16),
    ("S8 RSV, confirmed, well on day 2", APR_24,
     [positive(-5, "rsv"), onset(-6, "rsv", resolved=2)], {}, "ii."),
    ("S8 RSV, suspected, symptoms that go on", APR_24, [onset(-9, "rsv")], {}, "s" * 16),
    ("S8 RSV, suspected, well on day 2", APR_24, [onset(-9, "rsv", resolved=2)], {}, "ss."),
    ("S8 a suspected isolation is its own spell's", APR_24,
     [onset(-9, "rsv", resolved=-8), onset(-2, "rsv", resolved=-1)], {}, "sss."),
    ("S8 the other sets count days alone", APR_22, [positive(-8), onset(-8)], {}, "ii."),
    ("S8 where the hub says so", {"base": APR_24, "organisms": {"sars-cov-2": {"until_well": False}}},
     [positive(-3), onset(-3)], {}, "ii."),
    ("S8 where the hub says so, suspected by a specimen: the safer reading",
     {"base": APR_20, "organisms": {"sars-cov-2": {"until_well": True}}},
     [result("pending", -13), onset(-13, resolved=3)], {}, "sss."),
    # The negative row of 2024.
    ("2024 negative, an onset of a later date", APR_24, [negative(-4), onset(-3)], {}, "s" * 16),
    ("2024 negative, well again", APR_24, [negative(-4), onset(-3, resolved=1)], {}, "s.."),
    ("2024 negative, an onset of that date", APR_24, [negative(-3), onset(-3)], {}, "..."),
    ("2022 negative knows no later onset", APR_22, [negative(-1), onset(0)], {}, "..."),
    ("April 2020 negative knows none either", APR_20, [negative(-3), onset(-1)], {}, "o" * 14 + "."),
    ("2024 an onset after the isolation speaks", APR_24, [positive(-8), onset(-3)], {}, "s" * 16),
    ("2024 an onset on the end speaks", APR_24, [positive(-8), onset(-3, resolved=1)], {}, "s.."),
    ("2024 a later negative silences it", APR_24, [positive(-8), onset(-3), negative(-2)], {}, "..."),
    ("2024 an onset inside an isolation without an end", APR_24,
     [positive(-8), onset(-1)], {"immunosuppressed": True}, "i" * 16),
    ("April 2020 knows no later onset", APR_20, [positive(-20), onset(-3)], {}, "..."),
    # The table of docs/rules.md, 4.
    ("2024 never tested, well", APR_24, [], {}, "..."),
    ("2024 never tested, symptomatic without an end", APR_24, [onset(-3)], {}, "s" * 16),
    ("2024 pending, symptomatic until the day of resolution", APR_24,
     [result("pending", -1), onset(-3, resolved=2)], {}, "ss."),
    ("2024 positive: five days", APR_24, [positive(-3)], {}, "ii."),
    ("2024 negative", APR_24, [negative(-30)], {}, "..."),
    ("2022 positive: ten days", APR_22, [positive(-8)], {}, "ii."),
    ("2022 negative", APR_22, [negative(0)], {}, "..."),
    ("October 2020 negative: 14 nights in an own room", OCT_20, [negative(0)], {}, "o" * 14 + ".."),
    ("C9 the 14 nights count from the first start", OCT_20, [negative(0)], {"start": 1}, "o" * 14 + "."),
    ("April 2020 pending: suspected from the specimen", APR_20, [result("pending", -3)], {}, "s" * 11 + "."),
    ("October 2020 inconclusive: suspected", OCT_20, [result("inconclusive", -3)], {}, "s" * 11 + "."),
    ("October 2020 inconclusive, suspected isolation ahead of a later start", OCT_20,
     [result("inconclusive", -12)], {"start": 2}, "..."),
    ("April 2020 after the isolation", APR_20, [positive(-14)], {}, "..."),
    ("C3 the direct route", OCT_20, [positive(-14)], {"attestations": FIVE}, "..."),
    ("C3 later results within the 90 days ask for nothing", OCT_20,
     [positive(-20), result("pending", -1)], {"attestations": FIVE}, "..."),
    ("C3 on day 90 the direct route is open", OCT_20, [positive(-90)], {"attestations": FIVE}, "..."),
    ("C3 on day 91 a fresh negative has the first 14 nights", OCT_20,
     [positive(-91), negative(0)], {}, "o" * 14 + "."),
    # C6: exposure.
    ("C6 an own room for 14 days from the exposure", APR_24, [exposed(-2)], {}, "ooo."),
    ("C6 by the rule set's isolation days", OCT_20, [exposed(-2), positive(-20)],
     {"attestations": FIVE}, "o" * 12 + "."),
    ("C6 a positive on that day makes it void", OCT_20,
     [exposed(-10), positive(-10), onset(-20)], {"attestations": FIVE}, "..."),
    ("C6 one of the day before doesn't", OCT_20,
     [exposed(-7), positive(-21)], {"attestations": FIVE}, "o" * 7 + "."),
    ("C6 one inside a confirmed isolation asks for nothing more", OCT_20,
     [exposed(-10), positive(-11), onset(-20)], {"attestations": FIVE}, "..."),
    ("C6 its last night is inside", OCT_20, [exposed(-8), positive(-21)], {"attestations": FIVE}, "..."),
    ("C6 one inside an isolation of another organism does", APR_24,
     [exposed(-2), positive(-3, "influenza")], {}, "iio."),
    ("C6 influenza knows no exposure", APR_24, [exposed(-2, "influenza")], {}, "..."),
    # docs/rules.md, 5.
    ("I2 influenza, positive: five days from the onset", APR_24,
     [positive(-1, "influenza"), onset(-3, "influenza", resolved=-1)], {}, "ii."),
    ("I2 influenza, symptomatic", APR_24, [onset(-3, "influenza", resolved=-1)], {}, "ss."),
    ("I2 influenza, a negative of the onset's day", APR_24,
     [onset(-3, "influenza"), negative(-3, "influenza")], {}, "..."),
    ("I2 influenza, a negative before the onset", APR_24,
     [onset(-3, "influenza", resolved=-1), negative(-4, "influenza")], {}, "ss."),
    ("I2 influenza, pending after the negative", APR_24,
     [onset(-3, "influenza", resolved=-1), negative(-2, "influenza"), result("pending", -1, "influenza")],
     {}, "ss."),
    ("I2 norovirus, suspected, to resolved + 2", APR_24, [onset(-3, "norovirus", resolved=0)], {}, "ss."),
    ("I2 norovirus, unresolved", APR_24, [onset(-3, "norovirus")], {}, "s" * 16),
    ("I2 norovirus, confirmed ten days before the onset", APR_24,
     [onset(-3, "norovirus", resolved=0), positive(-13, "norovirus")], {}, "ii."),
    ("I2 norovirus, a positive eleven days before", APR_24,
     [onset(-3, "norovirus", resolved=0), positive(-14, "norovirus")], {}, "ss."),
    ("I2 norovirus without symptoms", APR_24, [positive(-1, "norovirus")], {}, "..."),
    ("I2 norovirus, a relapse", APR_24,
     [onset(-4, "norovirus", resolved=-2), onset(-1, "norovirus", resolved=1)], {}, "sss."),
    ("I2 C. difficile, a clinician's date after the onset", APR_24,
     [onset(-3, "c_difficile"), until(1, "c_difficile")], {}, "s.."),
    ("I1 CPE: an own room until a release", APR_24, [positive(-40, "cpe")], {}, "o" * 16),
    ("I1 CPE, released", APR_24, [positive(-40, "cpe"), released(0, "cpe")], {}, "..."),
    ("I1 MRSA, a negative ends nothing", APR_24, [positive(-9, "mrsa"), negative(-1, "mrsa")], {}, "o" * 16),
]  # fmt: skip


@over("rule_set, seen, changes, expected", [row[1:] for row in NIGHTS], ids=[row[0] for row in NIGHTS])
def test_the_nights_ask_for(
    rule_set: str | Json, seen: list[Json], changes: dict[str, Any], expected: str
) -> None:
    plain: dict[str, Any] = {"attestations": []}
    found = course(rule_set, seen, **(plain | changes))
    assert found.blocked is None
    first = (found.start - DAY0).days
    assert nights(found, first + len(expected)) == expected


BLOCKED: list[tuple[str, str | Json, list[Json], dict[str, Any], str | None]] = [
    ("C1 48 hours to the minute", OCT_20, [result("negative", -2, at="08:00")], {}, None),
    ("C1 48 hours and a minute", OCT_20, [result("negative", -2, at="07:59")], {}, "C1"),
    ("C1 an old negative is retested for a later start", OCT_20, [negative(-20)], {"start": 1}, None),
    ("C1 April 2020 asks for no 48 hours", APR_20, [negative(-20)], {}, None),
    ("C1 never tested, October 2020", OCT_20, [], {}, "C1"),
    ("C1 never tested, on a later day too", APR_22, [], {"start": 3}, "C1"),
    ("C1 never tested, April 2020, symptomatic", APR_20, [onset(-2)], {}, "C1"),
    ("C1 a void test alone", OCT_20, [result("void", 0)], {}, "C1"),
    ("S1 a result reported at the planning instant counts", OCT_20,
     [result("negative", -1, reported=AS_AT)], {}, None),
    ("C1 pending, October 2020", OCT_20, [result("pending", 0)], {}, "C1"),
    ("C1 a pending one after a negative", OCT_20, [negative(-1), result("pending", 0)], {}, "C1"),
    ("C1 inconclusive, April 2022", APR_22, [result("inconclusive", 0)], {}, "C1"),
    ("C1 inconclusive, then negative", APR_22, [result("inconclusive", -1), negative(0)], {}, None),
    ("C1 a positive reported tomorrow", OCT_20,
     [result("positive", -1, reported="2020-11-17T08:00:00+00:00")], {}, "C1"),
    ("C2 a suspected isolation that is over", APR_20, [result("pending", -14)], {}, "C2"),
    ("C2 one with a night to go", APR_20, [result("pending", -13)], {}, None),
    ("C2 October 2020, inconclusive, over", OCT_20, [result("inconclusive", -14)], {}, "C2"),
    ("C3 day 14: an attestation is missing", OCT_20, [positive(-14)], {"attestations": FIVE[:4]}, "C3"),
    ("C3 a negative doesn't stand in", OCT_20, [positive(-20), negative(0)], {"attestations": []}, "C3"),
    ("C3 day 13: still isolating", OCT_20, [positive(-13)], {"attestations": []}, None),
    ("C4 onward from the end", OCT_20, [positive(-13)], {"attestations": [], "start": 1}, None),
    ("C3 day 91 without a fresh test", OCT_20, [positive(-91)], {"attestations": FIVE}, "C3"),
    ("C3 day 91 by the start", OCT_20, [positive(-90)], {"attestations": FIVE, "start": 1}, "C3"),
    ("C3 day 91, the negative is of the positive's day", OCT_20,
     [positive(-91), result("negative", -91, at="07:00")], {"attestations": FIVE}, "C3"),
    ("C3 immunosuppressed, released, five attestations", OCT_20,
     [positive(-30), released(-2)], {"attestations": FIVE, "immunosuppressed": True}, "C3"),
    ("C3 immunosuppressed with a fresh negative", OCT_20,
     [positive(-30), released(-2), negative(0)], {"immunosuppressed": True}, None),
    ("C4 a first start past day 90 needs a fresh test", OCT_20,
     [positive(-89), until(3)], {"attestations": FIVE, "start": 3}, "C3"),
    ("C4 a first start within day 90 doesn't", OCT_20,
     [positive(-87), until(3)], {"attestations": [], "start": 3}, None),
    ("April 2020 needs nothing more", APR_20, [positive(-91)], {"attestations": []}, None),
    ("2024 blocks nobody", APR_24, [result("pending", 0)], {"attestations": []}, None),
    ("2024 with a test asked for: never tested", ASKED_24, [], {}, "C1"),
    ("2024 with a test asked for: never tested, symptomatic", ASKED_24, [onset(-1)], {}, "C1"),
    ("2024 with a test asked for: awaited, and well", ASKED_24, [result("pending", 0)], {}, "C1"),
    ("2024 with a test asked for: awaited, symptomatic", ASKED_24,
     [result("pending", 0), onset(-1)], {}, "C1"),
    ("2024 with a test asked for: inconclusive, well again", ASKED_24,
     [result("inconclusive", -3), onset(-3, resolved=0)], {}, "C1"),
    ("2024 with a test asked for: negative", ASKED_24, [negative(-9)], {}, None),
    ("C4 immunosuppressed, a first start on the clinician's date", OCT_20,
     [positive(-10), until(3)], {"immunosuppressed": True, "start": 3}, "C3"),
    ("C4 immunosuppressed, a first start before it", OCT_20,
     [positive(-10), until(3)], {"immunosuppressed": True, "start": 2}, None),
    ("C4 immunosuppressed, on that date with a fresh negative", OCT_20,
     [positive(-10), until(3), negative(-1)], {"immunosuppressed": True, "start": 3}, None),
    ("C4 immunosuppressed, April 2020 asks for no fresh test", APR_20,
     [positive(-10), until(3)], {"immunosuppressed": True, "start": 3}, None),
    ("a hub that asks for no test has no 48 hours", NO_TEST, [negative(-20)], {}, None),
    ("nor a suspected isolation that leaves one needing a result", NO_TEST,
     [result("inconclusive", -14)], {}, None),
    ("another organism doesn't open the door", OCT_20, [positive(-1, "influenza")], {}, "C1"),
]  # fmt: skip


@over("rule_set, seen, changes, rule", [row[1:] for row in BLOCKED], ids=[row[0] for row in BLOCKED])
def test_a_start_is_blocked(
    rule_set: str | Json, seen: list[Json], changes: dict[str, Any], rule: str | None
) -> None:
    found = course(rule_set, seen, **changes)
    assert (found.blocked and found.blocked.rule) == rule


def test_48_hours_are_hours_across_a_clock_change() -> None:
    """Clocks went back on 25 Oct 2020: the same wall-clock time two days before is 49 hours ago."""
    exact = {"kind": "test", "organism": "sars-cov-2", "result": "negative"} | {
        "specimen_at": "2020-10-24T09:00:00+01:00",
        "reported_at": "2020-10-25T09:00:00+00:00",
    }
    late = exact | {"specimen_at": "2020-10-24T08:59:00+01:00"}
    instant = "2020-10-26T08:00:00+00:00"
    assert course(OCT_20, [exact], as_at=instant).blocked is None
    assert course(OCT_20, [late], as_at=instant).blocked is not None


def test_dates_are_londons() -> None:
    """T1: a specimen of 23:30 UTC in summer is of the next day in London."""
    late = {
        "kind": "test",
        "organism": "sars-cov-2",
        "result": "positive",
        "specimen_at": "2020-07-01T23:30:00+00:00",
        "reported_at": "2020-07-02T08:00:00+00:00",
    }
    found = course(APR_20, [late], as_at="2020-07-03T08:00:00+00:00")
    assert found.isolation_end() == (True, DAY0.replace(month=7, day=16))


@over("specimen, days", [("2022-02-06", 14), ("2022-02-07", 10)])
def test_isolations_from_7_february_2022_on_last_ten_days(specimen: str, days: int) -> None:
    """C8, under the rules of 13 October 2020."""
    seen = {
        "kind": "test",
        "organism": "sars-cov-2",
        "result": "positive",
        "specimen_at": f"{specimen}T06:00:00+00:00",
        "reported_at": f"{specimen}T07:00:00+00:00",
    }
    found = course(OCT_20, [seen], as_at="2022-02-08T08:00:00+00:00")
    (ask,) = [ask for ask in found.asks if ask.isolates]
    assert ask.end is not None
    assert (ask.end - ask.start).days == days


@over(
    "rule_set, seen, start, retest, release",
    [
        (OCT_20, [negative(0)], 0, False, None),
        (OCT_20, [negative(0)], 1, True, None),
        (APR_20, [negative(0)], 1, False, None),
        (OCT_20, [positive(-10)], 1, False, 4),
        (OCT_20, [positive(-14)], 0, False, None),
        (OCT_20, [result("inconclusive", -4)], 0, False, 10),
        (APR_24, [positive(-1)], 0, False, 4),
        (APR_24, [positive(-1, "influenza")], 0, False, None),
        (APR_24, [onset(-1)], 0, False, None),
        (APR_24, [onset(-1, resolved=2)], 0, False, 2),
        (OCT_20, [positive(-89), until(3), negative(0)], 3, True, 3),
        (APR_24, [positive(-5), onset(-5, resolved=3)], 0, False, 3),
        (APR_24, [positive(-5), onset(-5)], 0, False, None),
        (APR_24, [negative(-3), onset(-2, resolved=2)], 0, False, 2),
        (APR_24, [onset(-20, resolved=4), positive(-4), result("pending", -1)], 0, False, 4),
        (APR_24, [onset(-20), positive(-4), result("pending", -1)], 0, False, None),
        (APR_24, [positive(-8)], 0, False, None),
    ],
)
def test_what_a_course_makes_a_condition(
    rule_set: str, seen: list[Json], start: int, retest: bool, release: int | None
) -> None:
    """C1 `retest` for a negative and a later start; C4 `clinical_release` from the isolation's end."""
    found = course(rule_set, seen, start=start, attestations=FIVE)
    expected = None if release is None else DAY0 + timedelta(days=release)
    assert (found.retest, found.release_from) == (retest, expected)


@seeds(3)
def test_the_engine_asks_of_every_night_what_the_verifier_asks(seed: int) -> None:
    """Random people under all rule sets; many more by hand: python -m tests.matching.two_readings."""
    for each in range(100 * seed, 100 * seed + 100):
        assert list(disagreements(one_person(each))) == [], each
