"""Other weights tried out in the engine's process: what would become of each person. Nothing is kept of it.

Its libraries are imported inside these functions, in that process alone; what comes back is plain.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

from ui.work.planning import PROGRESS_STEPS, TIME_LIMIT, Progress

if TYPE_CHECKING:
    from discharge.matching.answers.difference import PersonChange
    from discharge.matching.answers.reading import Course
    from discharge.matching.planned import Planned
    from discharge.model.case import Case
    from discharge.rules.rule_set import RuleSet

Kind = Literal["placed", "lost", "elsewhere", "dates", "beds"]
"""Gets a place, loses it, goes to another setting, on other days, or has other beds there."""

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class Going:
    """Where somebody goes: each stay's setting, by its id, and its first day."""

    stays: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody for whom other weights make a difference."""

    patient: str
    kind: Kind
    before: Going | None
    after: Going | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What other weights would do: who goes elsewhere, and how many are placed before and after."""

    listed: int
    placed_before: int
    placed_after: int
    moved: tuple[Moved, ...]
    proven: bool


def weigh(case: bytes, rules: bytes, weights: bytes, *, progress: Progress) -> Weighed:
    """Plans `case` with its own weights and with `weights` (as JSON), and compares person by person.

    Raises `BrokenFile` where one of them can't be read.
    """
    from discharge.matching.answers import difference
    from discharge.matching.planned import replan
    from discharge.model.case import Weights
    from discharge.model.files import read_case
    from discharge.rules.rule_set import RuleSet

    read = read_case(case)
    rule_set = RuleSet.model_validate_json(rules, by_alias=True, by_name=False)
    before = _last().get((case, rules))
    if before is None:
        before = _plan(read, rule_set, _told(progress, "Planning as it is now"))
        _last().clear()
        _last()[case, rules] = before
    other = read.model_copy(update={"weights": Weights.model_validate_json(weights)})
    told = _told(progress, "Planning with the new weights")
    after = replan(before, other, time_limit=TIME_LIMIT, progress=told)
    # people whom only another plan as good would move are left where they are
    found = difference(before, after)
    return Weighed(
        listed=len(read.patients),
        placed_before=sum(before.objective.placed),
        placed_after=sum(after.objective.placed),
        moved=tuple(_moved(one) for one in found.changed),
        proven=found.proven,
    )


def describe_weights() -> dict[str, str]:
    """What one of each objective's points is for, in the words of the points table."""
    from discharge.rules.points import OBJECTIVES

    return {objective.key: objective.describe() for objective in OBJECTIVES}


def _moved(one: PersonChange) -> Moved:
    return Moved(one.patient, _KINDS[one.kind.value], _going(one.before), _going(one.after))


def _going(course: Course | None) -> Going | None:
    return None if course is None else Going(tuple((stay.setting, stay.start) for stay in course.stays))


def _plan(case: Case, rules: RuleSet, told: Callable[[str, float], None]) -> Planned:
    from discharge.matching.planned import plan_case

    return plan_case(case, rules=rules, time_limit=TIME_LIMIT, progress=told)


def _told(progress: Progress, words: str) -> Callable[[str, float], None]:
    """The engine's progress, told in our words."""

    def tell(_words: str, share: float) -> None:
        progress(round(share * PROGRESS_STEPS), PROGRESS_STEPS, words)

    return tell


@functools.cache
def _last() -> dict[tuple[bytes, bytes], Planned]:
    """The one plan that is kept, in the engine's process."""
    return {}
