"""Running a stored plan again from its case and its rules, in the engine's process, and comparing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ui.work.planning import make_plan

if TYPE_CHECKING:
    from discharge.model.plan import Placement, Plan

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A stay: its setting, the beds in it, and its days."""

    setting: str
    beds: str
    start: date
    end: date | None


Places = tuple[Place, ...]
"""Where somebody goes, stay by stay."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Somebody who goes otherwise in the plan made again."""

    patient: str
    before: Places
    after: Places


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of running a plan again."""

    same_bytes: bool
    same_placements: bool
    """Everybody goes where they went; only words or points differ."""
    before: tuple[tuple[int, ...], int]
    """People placed by priority, and points, as stored."""
    after: tuple[tuple[int, ...], int]
    gap: float
    """Of the stored plan: above 0 where the clock stopped it before it was proven."""
    otherwise: tuple[Otherwise, ...]
    breaches: tuple[str, ...]
    """What the verifier finds against the plan made again."""
    seconds: float

    @property
    def as_good(self) -> bool:
        """As many people of each priority are placed, for as many points."""
        return self.before == self.after


def replay_plan(
    case: bytes, rules: bytes, plan: bytes, previous: bytes | None = None, *, progress: Progress
) -> Replayed:
    """Makes the plan of this case again, under these rules, and holds it against the stored one.

    `previous` is the plan file that it kept to, if any.
    """
    from discharge.model.files import read_plan

    made = make_plan(case, rules, previous, progress=progress)
    before, after = read_plan(plan), read_plan(made.plan)
    otherwise = tuple(_otherwise(before, after))
    return Replayed(
        same_bytes=made.plan == plan,
        same_placements=not otherwise,
        before=(before.objective.placed, before.objective.points),
        after=(after.objective.placed, after.objective.points),
        gap=before.gap,
        otherwise=otherwise,
        breaches=made.breaches,
        seconds=made.seconds,
    )


def _otherwise(before: Plan, after: Plan) -> list[Otherwise]:
    was = {placement.patient: placement for placement in before.placements}
    now = {placement.patient: placement for placement in after.placements}
    found = []
    for patient in sorted(was.keys() | now.keys()):
        one, other = was.get(patient), now.get(patient)
        if _places(one) != _places(other):
            found.append(Otherwise(patient, _places(one), _places(other)))
    return found


def _places(placement: Placement | None) -> Places:
    if placement is None:
        return ()
    return tuple(
        Place(stay.setting, f"unit {stay.unit}, {stay.beds}", stay.start, stay.end)
        for stay in placement.stays
    )
