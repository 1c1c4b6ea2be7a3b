"""Planning again after one change, against planning the changed case anew, in a process of its own.

Five changes of each kind at the most, spread over the plan. The first of each kind is also held against a
fresh plan of the same case, outside the timing: the objectives must be equal.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.timing import peak_mb, repeated, tell, timed
from discharge.matching.planned import Planned, plan_case, replan
from discharge.matching.verify import verify
from discharge.model.case import Case
from discharge.model.files import read_case
from discharge.model.patient import Patient
from discharge.model.plan import Plan, Stay
from discharge.model.setting import Beds, Setting, Unit

BUDGET = 60.0
"""Seconds for the changes of one kind, and for planning anew: none is begun after them."""

NO_HASH = "0" * 64
"""These cases are in no file."""

Change = Callable[[Case, Plan, int], Case]


def declined(case: Case, plan: Plan, at: int) -> Case:
    """The setting of one placed person said no to them."""
    placement = plan.placements[at]

    def without(patient: Patient) -> Patient:
        if patient.id != placement.patient:
            return patient
        excluded = (*patient.excluded, *(stay.setting for stay in placement.stays))
        return patient.model_copy(update={"excluded": excluded})

    return case.model_copy(update={"patients": tuple(map(without, case.patients))})


def bed_lost(case: Case, plan: Plan, at: int) -> Case:
    """A bed group that somebody was to have has one free bed less."""
    stay = plan.placements[at].stays[0]
    return case.model_copy(update={"settings": tuple(_less(each, stay) for each in case.settings)})


def person_added(case: Case, _plan: Plan, at: int) -> Case:
    """Somebody comes who is like one who was there."""
    copy = case.patients[at].model_copy(update={"id": f"{case.patients[at].id}-again"})
    return case.model_copy(update={"patients": (*case.patients, copy)})


CHANGES: dict[str, Change] = {
    "a decline": declined,
    "a bed lost": bed_lost,
    "a person added": person_added,
}


def _less(setting: Setting, stay: Stay) -> Setting:
    if setting.id != stay.setting:
        return setting

    def unit(each: Unit) -> Unit:
        if each.id != stay.unit:
            return each
        beds = tuple(_one_less(b, stay.start) if b.id == stay.beds else b for b in each.beds)
        return each.model_copy(update={"beds": beds})

    return setting.model_copy(update={"units": tuple(map(unit, setting.units))})


def _one_less(beds: Beds, day: date) -> Beds:
    at = next(i for i, each in enumerate(beds.free) if each.covers(day) and each.count > 0)
    fewer = beds.free[at].model_copy(update={"count": beds.free[at].count - 1})
    return beds.model_copy(update={"free": (*beds.free[:at], fewer, *beds.free[at + 1 :])})


def spread(number: int, runs: int) -> Sequence[int]:
    """Up to `runs` places, evenly over `number`."""
    return [at * number // runs for at in range(min(runs, number))]


def measured(before: Planned, cases: Iterator[Case], *, runs: int) -> dict[str, object]:
    """Seconds of planning again, and of the first changed case anew; whether both came to the same."""
    first = next(cases)
    seconds, after = timed(lambda: replan(before, first))
    spent = [seconds]
    finish, breaches = timed(lambda: _breaches(after))
    plan_anew = partial(plan_case, first, rules=before.prepared.rules)
    seconds, fresh = timed(plan_anew)
    anew = statistics.median([seconds, *repeated(plan_anew, runs=runs - 1, budget=BUDGET - seconds)])
    same = after.objective == fresh.objective and after.proven and not breaches
    for case in cases:
        if sum(spent) > BUDGET:
            break
        spent.append(timed(partial(replan, before, case))[0])
    again = statistics.median(spent)
    return {
        "replan": again,
        "runs": len(spent),
        "full": anew,
        "ratio": again / anew,
        "finish": finish,
        "same": same,
    }


def _breaches(planned: Planned) -> int:
    """The plan written out, explained and verified, as somebody would see it."""
    plan = planned.plan(NO_HASH)
    return len(verify(planned.case, plan, rules=planned.prepared.rules, case_sha256=NO_HASH))


def measure(case: Case, runs: int) -> dict[str, object]:
    """Each kind of change, from one plan of the case."""
    cold, before = timed(lambda: plan_case(case))
    plan = before.plan(NO_HASH)
    found: dict[str, object] = {}
    for name, change in CHANGES.items():
        number = len(case.patients) if change is person_added else len(plan.placements)
        # made ahead, one by one, outside the timing
        found[name] = measured(before, (change(case, plan, at) for at in spread(number, runs)), runs=runs)
    return {"cold": cold, "peak_mb": peak_mb(), "changes": found}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.replanning", description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("runs", type=int)
    asked = parser.parse_args()

    tell(measure(read_case(asked.case.read_bytes()), asked.runs))
