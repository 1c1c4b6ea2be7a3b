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
    from discharge.matching.propose import Problem

Progress = Callable[[int, int, str], None]
PROGRESS_STEPS = 1_000
TIME_LIMIT = 300.0
"""Seconds after which the best plan found so far is taken, with its gap."""


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


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The next best setting for a person by points, others aside; `more` points than the one they have."""

    setting: str
    name: str
    points: int
    more: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a person goes nowhere else: the runner-up, and each setting of the case, in its order."""

    patient: str
    runner_up: RunnerUp | None
    settings: tuple[WhyNot, ...]


def make_plan(case: bytes, rules: bytes, *, progress: Progress) -> Planned:
    """The best plan for a case file under `rules` (a rule set as JSON), and the verifier's findings.

    Raises `BrokenFile` where the case or its rules can't be read.
    """
    from discharge.matching.propose import plan_of, solve
    from discharge.matching.verify import verify
    from discharge.model.files import case_sha256, write_plan

    started = time.monotonic()

    def tell(words: str, share: float) -> None:
        progress(round(share * PROGRESS_STEPS), PROGRESS_STEPS, words)

    progress(0, 0, "Reading the case")
    problem = _problem(case, rules, tell)
    solutions = solve(problem, deadline=started + TIME_LIMIT, progress=tell)
    progress(PROGRESS_STEPS, PROGRESS_STEPS, "Checking the plan")
    plan = plan_of(problem, solutions, case_sha256(case))
    seconds = time.monotonic() - started
    found = verify(problem.case, plan, rules=problem.rules, case_sha256=case_sha256(case))
    return Planned(write_plan(plan), seconds, tuple(f"{breach.rule}: {breach.text}" for breach in found))


def explain_person(case: bytes, rules: bytes, plan: bytes, patient: str) -> Why:
    """Why this person goes nowhere else than `plan` says; nobody is planned anew for it.

    For somebody who isn't to be placed by this case (locked, or not listed) there is nothing to say.
    """
    from discharge.matching.explain import runner_up, standings
    from discharge.matching.itineraries import Itinerary
    from discharge.model.files import read_plan
    from discharge.rules.eligibility import REASONS

    problem = _problem(case, rules, None)
    seeker = next((each for each in problem.seekers if each.patient.id == patient), None)
    if seeker is None:
        return Why(patient, None, ())
    found = tuple(
        WhyNot(
            standing.setting,
            standing.name,
            tuple(Said(code, REASONS[code].rule, REASONS[code].text) for code in standing.codes),
        )
        for standing in standings(problem, seeker)
    )
    names = {setting.id: setting.name or setting.id for setting in problem.case.settings}
    placed = next((each for each in read_plan(plan).placements if each.patient == patient), None)
    next_best: RunnerUp | None = None
    if placed is not None and seeker.journeys:
        last = placed.stays[-1]
        group = problem.places.group_at[last.setting, last.unit, last.beds]
        # the runner-up asks an itinerary for nothing but the setting it ends in
        offer = runner_up(problem, seeker, Itinerary(seeker.index, seeker.journeys[0], 0, group, -1, 0))
        if offer is not None:
            points, setting = offer
            total = placed.points.get("total", 0)
            next_best = RunnerUp(setting, names[setting], points, points - total)
    return Why(patient, next_best, found)


def _problem(case: bytes, rules: bytes, tell: Callable[[str, float], None] | None) -> Problem:
    """The case made ready; the last one is kept, as one plan is asked about many times."""
    found = _kept(case, rules)
    if found is None:
        from discharge.matching.propose import prepare
        from discharge.model.files import read_case
        from discharge.rules.rule_set import RuleSet

        read = read_case(case)
        rule_set = RuleSet.model_validate_json(rules, by_alias=True, by_name=False)
        found = prepare(read, rule_set, progress=tell)
        _last().clear()
        _last()[case, rules] = found
    return found


def _kept(case: bytes, rules: bytes) -> Problem | None:
    return _last().get((case, rules))


@functools.cache
def _last() -> dict[tuple[bytes, bytes], Problem]:
    """The one problem that is kept, in the engine's process."""
    return {}
