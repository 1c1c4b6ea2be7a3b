"""Every single change of a small case that `would_help` could offer, each planned anew, nothing guessed.

By hand, over many random hubs: python -m tests.matching.answers.single_changes --many 200 [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta

from discharge.matching.answers import would_help
from discharge.matching.answers.changes import (
    ATTESTATIONS,
    DEARER_POUNDS,
    Change,
    Kind,
)
from discharge.matching.answers.reading import rank
from discharge.matching.planned import plan_case
from discharge.model.case import Case
from discharge.model.plan import Objective
from discharge.rules.rule_set import rules_of
from tests.matching.little_hubs import little_hub

COVID = "sars-cov-2"
CONFIRMABLE = ("influenza", "rsv", "norovirus", "c_difficile", COVID)


def single_changes(case: Case) -> Iterator[Change]:
    """Every change of each kind, whether or not anything speaks for it."""
    held = {lock.patient for lock in case.locked}
    people = [patient for patient in case.patients if patient.id not in held]
    wanted = {need for patient in people for need in patient.needs}
    categories = sorted(
        {
            "ypd" if p.care.specialism == "ypd" else f"{p.care.specialism}_{p.care.level}"
            for p in people
            if p.care is not None
        }
    )
    expired = timedelta(days=rules_of(case).expired_days)
    for home in case.settings:
        if home.admissions == "closed":
            yield Change(Kind.OPEN, home.id)
        for outbreak in home.outbreaks:
            if not outbreak.risk_assessed:
                yield Change(Kind.RISK_ASSESSMENT, home.id, organism=outbreak.organism)
        if home.capacity_reported_at is None or case.as_at - home.capacity_reported_at > expired:
            yield Change(Kind.CAPACITY_RETURN, home.id)
        for organism in CONFIRMABLE:
            if organism not in home.accepts_organisms:
                yield Change(Kind.ACCEPT, home.id, organism=organism)
        if home.max_admissions_per_day is not None:
            yield Change(Kind.ADMISSION, home.id)
        for need in sorted(wanted - set(home.needs_met)):
            yield Change(Kind.MEET, home.id, need=need)
        for patient in people:
            limit, fee = patient.max_weekly_fee, home.weekly_fee
            if limit is not None and fee is not None and limit < fee <= limit + DEARER_POUNDS:
                yield Change(Kind.FEE, home.id, patient=patient.id)
            if patient.born is None and (home.age_min, home.age_max) != (None, None):
                yield Change(Kind.BIRTH_DATE, home.id, patient=patient.id)
        for unit in home.units:
            if unit.isolation != "none":
                yield Change(Kind.PLACE, home.id, unit.id)
                if unit.designated is None or unit.designated.start > case.day0 or unit.designated.end:
                    yield Change(Kind.DESIGNATE, home.id, unit.id)
            of_the_unit = {beds.category for beds in unit.beds}
            for category in categories:
                if category not in of_the_unit:  # else it is one more of these
                    yield Change(Kind.NEW_BED, home.id, unit.id, category)
            for beds in unit.beds:
                yield Change(Kind.BED, home.id, unit.id, beds.id)
                if any(f.count and f.start > case.day0 and f.kept_for is None for f in beds.free):
                    yield Change(Kind.SOONER, home.id, unit.id, beds.id)
    for patient in people:
        if patient.max_km is not None:
            yield Change(Kind.FARTHER, patient=patient.id)
        if set(patient.attestations) < set(ATTESTATIONS):
            yield Change(Kind.ATTEST, patient=patient.id, organism=COVID)


def missed(case: Case) -> list[str]:
    """Changes that help by planning them anew and that `would_help` doesn't tell, or tells wrongly."""
    planned = plan_case(case)
    answer = would_help(planned, budget=10_000)
    told = {effect.change: effect.objective for effect in answer.effects}
    found: list[str] = []
    for change in single_changes(case):
        best = plan_case(change.of(case)).objective
        helps = rank(best) < rank(planned.objective)
        if helps and change not in told and not _as_good(change, best, told):
            found.append(f"missed {change.said(case)}: {_gain(planned.objective, best)}")
    for change, objective in told.items():
        best = plan_case(change.of(case)).objective
        if best != objective:
            found.append(f"wrong {change.said(case)}: {objective}, anew {best}")
    return found


_IN_ITS_STEAD = {
    Kind.BED: (Kind.BED, Kind.PLACE),
    Kind.NEW_BED: (Kind.BED, Kind.NEW_BED),
    Kind.BIRTH_DATE: (Kind.BIRTH_DATE,),
    Kind.FEE: (Kind.FEE,),
}


def _as_good(change: Change, best: Objective, told: dict[Change, Objective]) -> bool:
    """Whether another that comes to as much is told in its stead: of the same unit a place to isolate in, or
    one more of the beds that it has; of the same person another home's fee or age limits."""
    return any(
        other.kind in _IN_ITS_STEAD.get(change.kind, ())
        and (not other.unit or (other.setting, other.unit) == (change.setting, change.unit))
        and other.patient == change.patient
        and rank(objective) <= rank(best)
        for other, objective in told.items()
    )


def _gain(before: Objective, after: Objective) -> str:
    return f"{before.placed} {before.points} becomes {after.placed} {after.points}"


def main(arguments: Sequence[str]) -> int:
    """Look for changes that are missed in many random hubs; 1 where there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.matching.answers.single_changes")
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    wrong = 0
    for seed in range(given.seed, given.seed + given.many):
        for line in missed(little_hub(seed)):
            wrong += 1
            sys.stdout.write(f"{seed}: {line}\n")
    sys.stdout.write(f"{given.many} hubs, {wrong} changes missed or wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
