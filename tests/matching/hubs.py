"""Random small hubs that are rich in rules: Hypothesis strategies for whole cases.

Most beds suit most people, so that there is something to choose; each hub still meets a few of the rules
that forbid. Days are given relative to day 0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from discharge.matching.verify.course import FIVE_ATTESTATIONS
from discharge.model.case import Case
from discharge.model.files import read_case
from discharge.model.london import LONDON

Json = dict[str, Any]

COVID = "sars-cov-2"
RULE_SETS = ("england-2020-10-13", "england-2020-04-15", "england-2022-04-04", "england-2024-04-01")
ACUTE = ("influenza", "rsv")
OTHERS = (*ACUTE, "norovirus", "c_difficile", "cpe", "mrsa")
ORGANISMS = (COVID, *OTHERS)
INSTANTS = ("2020-11-16T08:00:00+00:00", "2022-02-12T09:30:00+00:00", "2021-03-28T00:30:00+00:00")
CATEGORIES = (
    "general_residential",
    "general_nursing",
    "dementia_residential",
    "dementia_nursing",
    "mh_nursing",
    "transitional",
    "ypd",
)


SPICES = (
    "several tests",
    "symptoms",
    "exposure",
    "clearance",
    "late report",
    "other organism",
    "second organism",
    "anything",
    "immunosuppressed",
    "attestations",
    "care",
    "needs",
    "limits",
    "sex",
    "age",
    "excluded",
    "usual",
    "ready",
    "free spans",
    "beds",
    "designation",
    "cohort organism",
    "places",
    "closed",
    "outbreak",
    "outbreaks",
    "kept",
    "accepts",
    "admissions",
    "returns",
    "unknown place",
    "companions",
    "locked",
    "weights",
    "overrides",
)
"""What a hub may meet beside the plain run of things; each hub meets only some of it, so that people fit."""


def mostly(usual: Any, *others: Any, of: int = 4) -> SearchStrategy[Any]:
    """The usual value in about `of` cases for each one of the others."""
    return st.sampled_from([usual] * (of * len(others)) + list(others))


class _Spice:
    """Which of the spices a hub has, and values that are plain without them."""

    def __init__(self, draw: DrawFn, chosen: frozenset[str]) -> None:
        self._draw = draw
        self._chosen = chosen

    def __call__(self, name: str) -> bool:
        """Whether a spice of the hub shows here: about every second time."""
        assert name in SPICES
        return name in self._chosen and bool(self._draw(st.booleans()))

    def pick(self, name: str, plain: Any, *others: Any) -> Any:
        """One of the others where the spice shows, else the plain value."""
        return self._draw(st.sampled_from(others)) if self(name) else plain


class _Times:
    """Days and instants of a case, as JSON wants them."""

    def __init__(self, as_at: str) -> None:
        self.as_at = datetime.fromisoformat(as_at)
        self.day0: date = self.as_at.astimezone(LONDON).date()

    def day(self, number: int) -> str:
        return (self.day0 + timedelta(days=number)).isoformat()

    def hours_ago(self, hours: float) -> str:
        return (self.as_at - timedelta(hours=hours)).isoformat()

    def on(self, number: int) -> str:
        """Some time of a day, not after the planning instant."""
        return min(self.as_at, self.as_at + timedelta(days=number, hours=-3)).isoformat()


def _test(times: _Times, spice: _Spice, organism: str, result: str, days_ago: int) -> Json:
    specimen = times.on(-days_ago)
    reported: str | None = None
    if result != "pending":
        on_time = max(times.hours_ago(1), specimen)
        reported = spice.pick("late report", on_time, times.hours_ago(-5))
    return {
        "kind": "test",
        "organism": organism,
        "result": result,
        "specimen_at": specimen,
        "reported_at": reported,
    }


@st.composite
def _symptoms(draw: DrawFn, times: _Times, organism: str, days_ago: int) -> Json:
    lasted = draw(st.sampled_from([None, 0, 1, 2, 3, 5, days_ago + 1, days_ago + 3]))
    resolved = None if lasted is None else times.day(lasted - days_ago)
    onset = times.day(-days_ago)
    return {"kind": "symptoms", "organism": organism, "onset_on": onset, "resolved_on": resolved}


@st.composite
def _clearance(draw: DrawFn, times: _Times, organism: str) -> Json:
    field = draw(st.sampled_from(["isolate_until", "isolate_until", "released_on"]))
    number = draw(st.integers(-4, 8))
    return {"kind": "clearance", "organism": organism, field: times.day(number)}


RESULTS = ("negative", "positive", "inconclusive", "pending", "void")
DAYS_AGO = st.one_of(st.integers(0, 16), st.sampled_from([13, 14, 10, 9, 5, 4, 60, 88, 89, 90, 91, 92]))


@st.composite
def _covid(draw: DrawFn, times: _Times, spice: _Spice, days: int) -> list[Json]:
    """What is known of a person and SARS-CoV-2, where an isolation lasts so many days."""
    tested = days > 5

    def test(result: str, days_ago: int) -> Json:
        return _test(times, spice, COVID, result, days_ago)

    stories = ["negative"] * 5 + ["positive"] * 6 + ["past"] * 2 + ["unclear"] * (2 if tested else 4)
    story = spice.pick("anything", draw(st.sampled_from(stories)), "anything", "none")
    seen: list[Json] = []
    if story == "negative":
        seen.append(test("negative", draw(st.sampled_from([0, 0, 1, 1, 2, 3, 20]))))
    elif story == "positive":
        left = draw(st.sampled_from([1, 2, 3, 4, 4, 5, 5, 6, 7, 14]))
        seen.append(test("positive", max(0, days - left)))
    elif story == "past":
        seen.append(test("positive", draw(st.sampled_from([14, 15, 20, 60, 86, 88, 89, 90, 91]))))
    elif story == "unclear":
        kind = draw(st.sampled_from(["inconclusive", "pending", "inconclusive", "void"]))
        seen.append(test(kind, draw(st.sampled_from([0, 1, 4, 8, 11, 13, 14]))))
    elif story == "anything":
        for _ in range(draw(st.integers(1, 3))):
            if draw(mostly("test", "symptoms", of=2)) == "test":
                seen.append(test(draw(st.sampled_from(RESULTS)), draw(DAYS_AGO)))
            else:
                seen.append(draw(_symptoms(times, COVID, draw(DAYS_AGO))))
    if spice("several tests"):
        seen.append(test(draw(st.sampled_from(RESULTS)), draw(st.integers(0, 13))))
    if spice("symptoms") or (not tested and story == "unclear"):
        seen.append(draw(_symptoms(times, COVID, draw(st.integers(0, 22)))))
    if spice("exposure"):
        seen.append({"kind": "exposure", "organism": COVID, "exposed_on": times.day(-draw(DAYS_AGO))})
    if spice("clearance"):
        seen.append(draw(_clearance(times, COVID)))
    return seen


@st.composite
def _other(draw: DrawFn, times: _Times, spice: _Spice) -> list[Json]:
    """What is known of a person and one of the other organisms."""
    organism = draw(st.sampled_from(OTHERS))
    seen: list[Json] = []
    for _ in range(draw(st.integers(1, 2))):
        kind = draw(st.sampled_from(["test", "test", "symptoms", "symptoms", "symptoms", "exposure"]))
        days_ago = draw(st.integers(0, 7))
        if kind == "test":
            result = draw(mostly("positive", *RESULTS[1:], of=1))
            seen.append(_test(times, spice, organism, result, days_ago))
        elif kind == "symptoms":
            seen.append(draw(_symptoms(times, organism, days_ago)))
        else:
            seen.append({"kind": "exposure", "organism": organism, "exposed_on": times.day(-days_ago)})
    if spice("clearance"):
        seen.append(draw(_clearance(times, organism)))
    return seen


@st.composite
def _patient(
    draw: DrawFn, times: _Times, spice: _Spice, number: int, settings: Sequence[str], days: int
) -> Json:
    seen = draw(_covid(times, spice, days)) if days > 5 or draw(mostly(True, False, of=2)) else []
    if spice("other organism"):
        seen += draw(_other(times, spice))
    if spice("second organism"):
        seen += draw(_other(times, spice))
    pathway = draw(st.sampled_from(["P3"] * 6 + ["P2"] * 4 + ["P0"] * 2 + ["P1"]))
    usual = draw(st.sampled_from(settings)) if pathway == "P0" or spice("usual") else None
    if pathway == "P0" and spice("usual"):
        usual = None
    located = spice.pick("unknown place", True, False)
    age_days = spice.pick("age", 80 * 365, 64 * 365 + 16, 65 * 365 + 14, None)
    plain_care = {"level": "residential", "specialism": "general"}
    levels, kinds = ("residential", "nursing"), ("general", "dementia", "ypd", "mh")
    other_care = [{"level": level, "specialism": kind} for level in levels for kind in kinds]
    return {
        "id": f"P{number}",
        "priority": draw(st.integers(1, 4)),
        "pathway": pathway,
        "ready_on": times.day(spice.pick("ready", -1, -3, 1, 2, 4)),
        "born": None if age_days is None else times.day(-age_days),
        "sex": spice.pick("sex", "female", "male", "other", "unknown"),
        "care": spice.pick("care", plain_care, *other_care, None),
        "needs": spice.pick("needs", [], ["hoist"], ["hoist", "oxygen"]),
        "local_authority": draw(mostly("Kent", "Medway", None)),
        "latitude": draw(st.sampled_from([51.3, 51.36, 51.4])) if located else None,
        "longitude": 0.5 if located else None,
        "max_km": spice.pick("limits", None, 12.0, 5.0),
        "usual_setting": usual,
        "preferred": draw(st.lists(st.sampled_from(settings), max_size=2, unique=True)),
        "excluded": spice.pick("excluded", [], [draw(st.sampled_from(settings))]),
        "max_weekly_fee": spice.pick("limits", None, 1200.0, 1150.0),
        "stay_days": draw(st.sampled_from([None, 1, 2, 3, 5, 9])),
        "immunosuppressed": spice.pick("immunosuppressed", False, True),
        "observations": seen,
        "attestations": spice.pick("attestations", sorted(FIVE_ATTESTATIONS), [], ["no_new_symptoms"]),
    }


@st.composite
def _beds(draw: DrawFn, times: _Times, spice: _Spice, number: int) -> Json:
    spans = []
    for _ in range(spice.pick("free spans", 1, 2, 2)):
        start = spice.pick("free spans", -2, 0, 1, 2, 3)
        length = spice.pick("free spans", None, 0, 2, 5, 12)
        end = None if length is None else times.day(start + length)
        spans.append({"from": times.day(start), "to": end, "count": draw(st.sampled_from([1, 1, 1, 2, 0]))})
    return {
        "id": f"B{number}",
        "category": spice.pick("beds", "general_residential", *CATEGORIES),
        "room": draw(st.sampled_from(["single", "single", "ensuite", "shared"])),
        "sex": spice.pick("sex", "any", "female", "male"),
        "free": spans,
    }


@st.composite
def _unit(draw: DrawFn, times: _Times, spice: _Spice, number: int, common: str, kind: str) -> Json:
    ways = {"care_home": ["rooms", "rooms", "none"], "hot_home": ["cohort", "cohort", "none"]}
    isolation = draw(st.sampled_from(ways.get(kind, ["rooms", "cohort", "none"])))
    designated = None
    if isolation != "none" and draw(mostly(False, True, of=1 if kind != "care_home" else 4)):
        start = spice.pick("designation", -30, 1, 3)
        end = spice.pick("designation", None, 2, 4, 12)
        designated = {"from": times.day(start), "to": None if end is None else times.day(max(start, end))}
    organism = spice.pick("cohort organism", None, common, *ORGANISMS[:3]) if isolation == "cohort" else None
    return {
        "id": f"U{number}",
        "isolation": isolation,
        "isolation_places": spice.pick("places", 2, 1, 3, 0, None) if isolation != "none" else None,
        "designated": designated,
        "cohort_organism": organism,
        "needs_met": spice.pick("needs", [], ["oxygen"]),
        "beds": [draw(_beds(times, spice, b + 1)) for b in range(draw(st.sampled_from([1, 1, 2])))],
    }


@st.composite
def _setting(draw: DrawFn, times: _Times, spice: _Spice, number: int, common: str) -> Json:
    types = (
        ["care_home"] * 5 + ["hot_home"] * 2 + ["intermediate_care"] * 3 + ["community_bed", "alternative"]
    )
    kind = draw(st.sampled_from(types))
    located = spice.pick("unknown place", True, False)
    hours_old = spice.pick("returns", 10, 72, 72.02, 38 * 24, 38 * 24 + 0.02, None)
    declared = [draw(mostly(common, COVID))]
    if spice("outbreaks"):
        declared = sorted({*declared, draw(st.sampled_from(ORGANISMS[:4]))})
    outbreak: list[Json] | Json = [
        {"organism": organism, "risk_assessed": draw(st.booleans())} for organism in declared
    ]
    if isinstance(outbreak, list) and len(outbreak) == 1 and draw(st.booleans()):
        outbreak = outbreak[0]
    units = draw(st.sampled_from([1, 1, 2]))
    return {
        "id": f"S{number}",
        "name": f"Setting {number}",
        "type": kind,
        "local_authority": draw(mostly("Kent", "Medway", None)),
        "latitude": draw(st.sampled_from([51.3, 51.35, 51.42])) if located else None,
        "longitude": 0.5 if located else None,
        "rating": draw(st.sampled_from(["good", "outstanding", "requires_improvement", "inadequate", None])),
        "weekly_fee": draw(st.sampled_from([900.0, 1149.5, 1150.0, 1250.0, spice.pick("limits", 950, None)])),
        "admissions": spice.pick("closed", "open", "closed"),
        "outbreak": spice.pick("outbreak", None, outbreak),
        "accepts_organisms": spice.pick("accepts", list(ORGANISMS), [common], [COVID], []),
        "needs_met": spice.pick("needs", ["hoist", "oxygen"], ["hoist"], []),
        "age_min": spice.pick("age", None, 65),
        "age_max": spice.pick("age", None, 64, 80),
        "max_admissions_per_day": spice.pick("admissions", None, 0, 1, 1, 2),
        "capacity_reported_at": None if hours_old is None else times.hours_ago(hours_old),
        "units": [draw(_unit(times, spice, u + 1, common, kind)) for u in range(units)],
    }


@st.composite
def _locked(draw: DrawFn, times: _Times, who: str, beds: Sequence[tuple[str, str, str]], common: str) -> Json:
    start = draw(st.integers(-3, 3))
    stays = []
    for stay in range(draw(mostly(1, 2, of=4))):
        setting, unit, group = draw(st.sampled_from(beds))
        end = None if draw(st.booleans()) else start + draw(st.integers(1, 9))
        requirement = draw(st.sampled_from(["isolation", "designated", "isolation", "open", "own_room"]))
        isolating = requirement in ("isolation", "designated")
        stays.append(
            {
                "setting": setting,
                "unit": unit,
                "beds": group,
                "from": times.day(start),
                "to": None if end is None else times.day(end),
                "requirement": requirement,
                "organisms": draw(mostly([common], [COVID], ["influenza", "rsv"], of=2)) if isolating else [],
            }
        )
        start = (end if end is not None else start + stay + 1) + draw(mostly(0, 1))
    return {
        "patient": who,
        "locked": draw(st.booleans()),
        "stays": stays,
        "conditions": draw(mostly([], ["clinical_release"])),
        "points": draw(mostly({}, {"delay": 3, "total": 3})),
        "because": ["Approved."],
    }


@st.composite
def _kept(draw: DrawFn, times: _Times, who: Sequence[str]) -> Json:
    """A bed that is kept for somebody: for good, from a day on, or to one."""
    start = draw(st.sampled_from([-3, -3, -3, 0, 1, 2]))
    length = draw(st.sampled_from([None, None, 4, 7, 15]))
    return {
        "from": times.day(start),
        "to": None if length is None else times.day(start + length),
        "count": draw(st.sampled_from([1, 1, 1, 2, 0])),
        "kept_for": draw(st.sampled_from(who)),
    }


def _keep_beds(draw: DrawFn, times: _Times, spice: _Spice, homes: Sequence[Json], who: Sequence[str]) -> None:
    """Keep beds for people, some of them instead of everybody's."""
    for home in homes:
        for unit in home["units"]:
            for beds in unit["beds"]:
                if spice("kept"):
                    fewer = beds["free"][draw(st.integers(0, 1)) :]
                    beds["free"] = [*fewer, draw(_kept(times, who))]


@st.composite
def _weights(draw: DrawFn) -> Json:
    names = "delay distance moves choice usual out_of_area nursing_for_residential scarce stale fee no_onward"
    chosen = draw(st.sets(st.sampled_from(names.split()), max_size=3))
    weights: Json = {name: draw(st.sampled_from([0, 1, 7, 50, 300])) for name in sorted(chosen)}
    if draw(mostly(False, True)):
        weights["rating"] = {"good": 3, "none": 0}
    return weights


@st.composite
def _rule_set(draw: DrawFn) -> str | Json:
    name = draw(st.sampled_from(RULE_SETS))
    overrides: Json = {}
    if draw(mostly(False, True, of=2)):
        overrides["min_isolation_nights"] = draw(st.sampled_from([0, 1, 2, 5]))
    if draw(mostly(False, True)):
        overrides["alternative_for_p2"] = True
    if draw(mostly(False, True)):
        overrides["stale_hours"] = draw(st.sampled_from([5, 24, 100]))
    local: Json = {}
    if draw(mostly(False, True, of=2)):
        local[COVID] = {"until_well": draw(st.booleans())}
    if name == "england-2024-04-01" and draw(mostly(False, True, of=2)):
        local[COVID] = {**local.get(COVID, {}), "test_needed": True}
    if draw(mostly(False, True, of=3)):
        local["influenza"] = {"until_well": False, "days": draw(st.sampled_from([3, 5, 7]))}
    if local:
        overrides["organisms"] = local
    if draw(mostly(False, True, of=8)):
        overrides["expired_days"] = draw(st.sampled_from([3, 60]))
    return {"base": name, **overrides} if overrides else name


@st.composite
def cases(
    draw: DrawFn, *, patients: int = 4, settings: int = 4, days: int = 7, spices: frozenset[str] = frozenset()
) -> Case:
    """A hub of at most so many patients, settings and horizon days, with `spices` at least, as a case."""
    spice = _Spice(draw, spices | draw(st.frozensets(st.sampled_from(SPICES), max_size=8)))
    times = _Times(draw(st.sampled_from(INSTANTS)))
    rule_set = draw(_rule_set()) if spice("overrides") else draw(st.sampled_from(RULE_SETS))
    name = rule_set if isinstance(rule_set, str) else rule_set["base"]
    common = draw(st.sampled_from([COVID, COVID, *ACUTE, "norovirus"]))
    number_of_homes = settings + 1 - draw(st.integers(1, settings))
    homes = [draw(_setting(times, spice, n + 1, common)) for n in range(number_of_homes)]
    ids = [home["id"] for home in homes]
    isolation_days = {"england-2022-04-04": 10, "england-2024-04-01": 5}.get(name, 14)
    number_of_people = draw(st.integers(1, patients))
    people = [draw(_patient(times, spice, n + 1, ids, isolation_days)) for n in range(number_of_people)]
    for number, person in enumerate(people[1:], 1):
        if spice("companions"):
            person["together_with"] = draw(st.sampled_from(people[:number]))["id"]
    _keep_beds(draw, times, spice, homes, [person["id"] for person in people])
    beds = [(h["id"], u["id"], b["id"]) for h in homes for u in h["units"] for b in u["beds"]]
    names = [person["id"] for person in people] + ["X1", "X2"]
    held = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if spice("locked") else []
    return read_case(
        json.dumps(
            {
                "format": "discharge-case/1",
                "as_at": times.as_at.isoformat(),
                "rule_set": rule_set,
                "horizon_days": days + 1 - draw(st.integers(1, days)),
                "weights": draw(_weights())
                if spice("weights")
                else {"delay": draw(st.sampled_from([10, 60]))},
                "patients": people,
                "settings": homes,
                "locked": [draw(_locked(times, who, beds, common)) for who in held],
            }
        ).encode()
    )
