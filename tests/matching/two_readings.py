"""The infection rules read twice: what the engine asks of each night against what the verifier asks.

Random observations of random people under every rule set, a hub's own settings among them. By hand:

python -m tests.matching.two_readings --many 20000 [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from discharge.matching.verify.course import FIVE_ATTESTATIONS, Course, known_of
from discharge.model.case import Case
from discharge.model.files import read_case
from discharge.rules.infection import infection_state
from discharge.rules.requirement import Block, InfectionState, Night
from discharge.rules.rule_set import rules_of

Json = dict[str, Any]

COVID = "sars-cov-2"
ORGANISMS = (COVID, COVID, COVID, "influenza", "rsv", "norovirus", "c_difficile", "cpe", "mrsa")
NAMES = ("england-2020-04-15", "england-2020-10-13", "england-2022-04-04", "england-2024-04-01")
LOCAL: tuple[Json, ...] = (
    {"until_well": True},
    {"until_well": False},
    {"test_needed": True},
    {"isolation_days": 7},
    {"later_onset_speaks": True},
)
INSTANTS = (
    "2020-11-16T08:00:00+00:00",
    "2022-02-12T09:30:00+00:00",
    "2021-03-28T00:30:00+00:00",
    "2021-10-31T00:30:00+01:00",
    "2024-07-01T23:30:00+01:00",
)
RESULTS = ("positive", "positive", "positive", "negative", "negative", "inconclusive", "pending", "void")
DAYS_AGO = (
    0,
    0,
    1,
    1,
    2,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    19,
    20,
    25,
    30,
    60,
    88,
    89,
    90,
    91,
    95,
)
LOOKED_AT = 24
"""Nights from a start that are compared: no computed isolation of these cases lasts longer."""


def one_person(seed: int) -> Case:
    """A case of one person with up to six observations; the same seed gives the same case."""
    random = Random(seed)
    as_at = datetime.fromisoformat(random.choice(INSTANTS))
    organisms = [random.choice(ORGANISMS) for _ in range(random.choice((1, 1, 2)))]
    seen = [_seen(random, as_at, random.choice(organisms)) for _ in range(random.randint(0, 6))]
    name = random.choice(NAMES)
    rule_set: str | Json = name
    if random.random() < 0.3:
        organism = random.choice((COVID, COVID, "influenza"))
        local = dict(random.choice(LOCAL[:2] if organism != COVID else LOCAL))
        rule_set = {"base": name, "organisms": {organism: local}}
    person = {
        "id": "P1",
        "priority": 1,
        "pathway": "P3",
        "ready_on": as_at.date().isoformat(),
        "born": None,
        "sex": "unknown",
        "immunosuppressed": random.random() < 0.2,
        "attestations": sorted(FIVE_ATTESTATIONS) if random.random() < 0.6 else ["no_new_symptoms"],
        "observations": seen,
    }
    data = {
        "format": "discharge-case/1",
        "as_at": as_at.isoformat(),
        "rule_set": rule_set,
        "patients": [person],
        "settings": [],
    }
    return read_case(json.dumps(data).encode())


def _seen(random: Random, as_at: datetime, organism: str) -> Json:
    day0 = as_at.date()
    days_ago = random.choice(DAYS_AGO)
    day = day0 - timedelta(days=days_ago)
    kind = random.choice(("test", "test", "test", "symptoms", "symptoms", "exposure", "clearance"))
    seen: Json = {"organism": organism, "kind": kind}
    if kind == "symptoms":
        lasted = random.choice((None, 0, 1, 2, 4, 6, days_ago, days_ago + 1, days_ago + 3))
        resolved = None if lasted is None else (day + timedelta(days=lasted)).isoformat()
        return seen | {"onset_on": day.isoformat(), "resolved_on": resolved}
    if kind == "exposure":
        return seen | {"exposed_on": day.isoformat()}
    if kind == "clearance":
        when = (day0 + timedelta(days=random.choice((-30, -9, -3, -1, 0, 1, 2, 4, 9)))).isoformat()
        return seen | {random.choice(("isolate_until", "released_on")): when}
    result = random.choice(RESULTS)
    specimen = as_at - timedelta(days=days_ago, minutes=random.choice((0, 0, 1, 180, 600, 1200)))
    reported = specimen + timedelta(hours=random.choice((0, 0, 1, 5, 40)))
    return seen | {
        "result": result,
        "specimen_at": specimen.isoformat(),
        "reported_at": None if result == "pending" else reported.isoformat(),
    }


def disagreements(case: Case) -> Iterator[str]:
    """Where the two readings of the case's one person differ, in sentences."""
    rules = rules_of(case)
    patient = case.patients[0]
    state = infection_state(patient, rules, as_at=case.as_at)
    for day in (0, 1, 2, 3, 5, 9, 12):
        start = case.day0 + timedelta(days=day)
        course = known_of(patient, case, rules=rules).course(start)
        block = state.block(start)
        engine, verifier = block and block.code, course.blocked and course.blocked.code
        if engine != verifier:
            yield f"start {start}: engine says {engine}, verifier {verifier}"
        elif course.blocked is None:
            yield from _of_a_start(state, course, start)


def _of_a_start(state: InfectionState, course: Course, start: date) -> Iterator[str]:
    if state.retest(start) != course.retest:
        yield f"start {start}: retest, engine {state.retest(start)}, verifier {course.retest}"
    for number in range(1, LOOKED_AT):
        end = start + timedelta(days=number)
        released = course.release_from is not None and end > course.release_from
        if state.release(end, start) != released:
            yield f"start {start}, to {end}: release, engine {not released}, verifier {released}"
            break
    for number in range(LOOKED_AT):
        night = start + timedelta(days=number)
        engine, verifier = _engine(state.night(night, start)), _verifier(course, night)
        if engine != verifier:
            yield f"start {start}, night {night}: engine {engine}, verifier {verifier}"
            break


def _engine(night: Night | Block) -> tuple[str, list[str], list[str]]:
    if isinstance(night, Block):
        return f"blocked: {night.code}", [], []
    return night.ask, sorted(night.organisms), sorted(night.confirmed & night.organisms)


def _verifier(course: Course, night: date) -> tuple[str, list[str], list[str]]:
    isolating = [ask for ask in course.on(night) if ask.isolates]
    confirmed = [ask.organism for ask in isolating if ask.confirmed]
    return course.requirement(night), [ask.organism for ask in isolating], confirmed


def main(arguments: Sequence[str]) -> int:
    """Compare the readings of many people; 1 where they differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching.two_readings")
    parser.add_argument("--many", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    differ = 0
    for seed in range(given.seed, given.seed + given.many):
        found = list(disagreements(one_person(seed)))
        differ += bool(found)
        if found:
            sys.stdout.write(f"{seed}: {found[0]}\n")
    sys.stdout.write(f"{given.many} people, the readings of {differ} differ\n")
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
