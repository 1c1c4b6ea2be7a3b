"""What the engine's process is asked to do. Its libraries are imported inside these functions, there alone.

Everything that comes back is plain: bytes, numbers and sentences, so that the window needs none of them.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discharge.matching import planned
    from discharge.matching.itineraries import Seeker
    from discharge.matching.prepared import PreparedCase
    from discharge.model.plan import Plan

Progress = Callable[[int, int, str], None]
PROGRESS_STEPS = 1_000
TIME_LIMIT = 300.0
"""Seconds after which the best plan found so far is taken, with its gap."""
KEPT = 2
"""So many cases are kept solved in the engine's process: the plan's, and the hub's as it is now."""
LARGE = 600
"""People from which on a case takes so much room that it is kept alone."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as file bytes, how long the engine took, and what the verifier found against it."""

    plan: bytes
    seconds: float
    breaches: tuple[str, ...]
    """A sentence for each rule that the plan breaks: such a plan is never stored nor shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reason: its code, the rule that decides it, and its sentence."""

    code: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class WhyNot:
    """How a setting stands to a person, and what stands against it; nothing if it will do."""

    setting: str
    name: str
    reasons: tuple[Said, ...]
    beds: tuple[str, str] | None = None
    """Unit and beds of it that would do; None where none would, or nobody looked."""


@dataclass(frozen=True, slots=True)
class Versus:
    """One objective of the runner-up: its points less those of the place they have, and in words."""

    key: str
    more: int
    text: str


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The next best setting for a person by points, others aside; `more` points than the one they have."""

    setting: str
    name: str
    points: int
    more: int
    versus: tuple[Versus, ...] = ()
    """Objective by objective, what differs most first."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person goes nowhere else: the runner-up, and each setting of the case, in its order."""

    patient: str
    runner_up: RunnerUp | None
    settings: tuple[WhyNot, ...]


def make_plan(case: bytes, rules: bytes, previous: bytes | None = None, *, progress: Progress) -> Planned:
    """The best plan for a case file under `rules` (a rule set as JSON), and the verifier's findings.

    With the file of a `previous` plan nobody's place changes unless that gains more than `weights.churn`.
    Raises `BrokenFile` where one of them can't be read.
    """
    from discharge.matching.verify import verify
    from discharge.model.files import case_sha256, write_plan

    started = time.monotonic()
    progress(0, 0, "Reading the case")
    solved = solved_case(case, rules, previous, progress=progress)
    progress(PROGRESS_STEPS, PROGRESS_STEPS, "Checking the plan")
    plan = solved.plan(case_sha256(case))
    seconds = time.monotonic() - started
    found = verify(solved.case, plan, rules=solved.prepared.rules, case_sha256=case_sha256(case))
    return Planned(write_plan(plan), seconds, tuple(f"{breach.rule}: {breach.text}" for breach in found))


def solved_case(
    case: bytes, rules: bytes, previous: bytes | None, *, progress: Progress | None = None
) -> planned.Planned:
    """A case file planned, with what it takes to plan a change of it quickly; kept for the next question."""
    from discharge.matching.planned import plan_case
    from discharge.model.files import read_case, read_plan
    from discharge.rules.rule_set import RuleSet

    def tell(words: str, share: float) -> None:
        if progress is not None:
            progress(round(share * PROGRESS_STEPS), PROGRESS_STEPS, words)

    found = _solved().pop((case, rules, previous), None)
    if found is None:
        found = plan_case(
            read_case(case),
            rules=RuleSet.model_validate_json(rules, by_alias=True, by_name=False),
            previous=None if previous is None else read_plan(previous),
            time_limit=TIME_LIMIT,
            progress=tell,
        )
    most = 1 if len(found.case.patients) >= LARGE else KEPT
    while len(_solved()) >= most:
        _solved().pop(next(iter(_solved())))
    _solved()[case, rules, previous] = found
    return found


def explain_person(case: bytes, rules: bytes, plan: bytes, patient: str) -> Why:
    """Why this person goes nowhere else than `plan` says; nobody is planned anew for it.

    For somebody who isn't to be placed by this case (locked, or not listed) there is nothing to say.
    """
    from discharge.matching.answers import why
    from discharge.model.files import read_plan
    from discharge.rules.eligibility import REASONS

    prepared = _prepared(case, rules)
    seeker = prepared.find_seeker(patient)
    if seeker is None:
        return Why(patient, None, ())
    made = read_plan(plan)
    told = why(_as_stored(prepared, made), patient, plan=made)
    beds = _beds_that_do(prepared, seeker)
    found = tuple(
        WhyNot(
            standing.setting,
            standing.name,
            tuple(Said(code, REASONS[code].rule, REASONS[code].text) for code in standing.codes),
            beds.get(standing.setting),
        )
        for standing in told.settings
    )
    next_best: RunnerUp | None = None
    if told.second is not None and told.placement is not None:
        names = {setting.id: setting.name or setting.id for setting in prepared.case.settings}
        total = told.placement.points.get("total", 0)
        second = told.second
        versus = tuple(Versus(each.key, each.more, each.text) for each in second.versus)
        next_best = RunnerUp(
            second.setting, names[second.setting], second.points, second.points - total, versus
        )
    return Why(patient, next_best, found)


def _as_stored(prepared: PreparedCase, plan: Plan) -> planned.Planned:
    """The case as this plan has it, without solving it: enough to say why."""
    from discharge.matching.planned import Planned as Solved
    from discharge.matching.previous import kept_from
    from discharge.matching.solve import Solution

    return Solved(prepared, (Solution(tuple(kept_from(prepared, plan).values()), 0),))


def _beds_that_do(prepared: PreparedCase, seeker: Seeker) -> dict[str, tuple[str, str]]:
    """Of each setting with beds that would do the first of them: unit and beds."""
    import numpy as np

    from discharge.matching.answers.reading import fewest_bits, ids_of

    found: dict[str, tuple[str, str]] = {}
    for group in np.flatnonzero(fewest_bits(prepared, seeker) == 0).tolist():
        setting, unit, beds = ids_of(prepared.places, group)
        found.setdefault(setting, (unit, beds))
    return found


def _prepared(case: bytes, rules: bytes) -> PreparedCase:
    """The case made ready; the last one is kept, as one plan is asked about many times."""
    for (known_case, known_rules, _), solved in _solved().items():
        if (known_case, known_rules) == (case, rules):
            return solved.prepared
    found = _ready().get((case, rules))
    if found is None:
        from discharge.matching.prepared import prepare
        from discharge.model.files import read_case
        from discharge.rules.rule_set import RuleSet

        rule_set = RuleSet.model_validate_json(rules, by_alias=True, by_name=False)
        found = prepare(read_case(case), rule_set)
        _ready().clear()
        _ready()[case, rules] = found
    return found


@functools.cache
def _ready() -> dict[tuple[bytes, bytes], PreparedCase]:
    """The one prepared case that is kept ready, in the engine's process."""
    return {}


@functools.cache
def _solved() -> dict[tuple[bytes, bytes, bytes | None], planned.Planned]:
    """The few cases that are kept solved, in the engine's process; the one asked for last is the last."""
    return {}
