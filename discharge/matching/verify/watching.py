"""A placement that was approved, read again: the same reading of the rules, against the hub as it is now.

`verify` judges a plan before anybody goes anywhere. What is read here may be under way already: then its
first stay is read from today on, and what only matters before somebody comes is left aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from discharge.matching.verify.beds import Role, nights_served, objections
from discharge.matching.verify.breach import Breach, Kind, Objection
from discharge.matching.verify.course import Course
from discharge.matching.verify.hub import Hub, Where
from discharge.matching.verify.itinerary import block_of, breaches_of_course, conditions_of, readings_of
from discharge.matching.verify.sharing import (
    breaches_of_capacity,
    breaches_of_companions,
    companions,
)
from discharge.model.case import Case
from discharge.model.patient import Patient
from discharge.model.plan import Condition, Placement, Stay
from discharge.rules.rule_set import RuleSet

Standing = Literal["waits", "on_the_way", "there", "onward"]
"""Nobody has left yet; they have left for the first stay; they are in it; the stay after it is to come."""

_DOOR: tuple[Kind, ...] = ("closed", "capacity_unknown")
"""What keeps people out at the door alone: not whoever has passed it, or is about to."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A placement as it stands: the stays that are judged, from today on, and how far it has come.

    `left` is the day on which they leave or left hospital, from which own rooms after a negative count (C9).
    `isolated`: it was approved as an isolation.
    """

    patient: str
    left: date
    stays: tuple[Stay, ...]
    standing: Standing
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a watched placement breaks: of which stay (None: of the whole), in the verifier's words,
    and in parts (`about`).

    `kind`: `itinerary` for its shape; `isolation` where none is asked for any more; `start` for what keeps
    the person from leaving; `bed` for a setting, unit or bed that doesn't take them; `shared` for what
    others hold; `companion`; `gone` where the beds aren't there any more.
    """

    rule: str
    kind: Literal["itinerary", "isolation", "start", "bed", "shared", "companion", "gone"]
    what: str
    stay: int | None = None
    at: tuple[str, ...] = ()
    night: date | None = None
    others: tuple[str, ...] = ()
    about: Objection | None = None

    def is_of(self, *kinds: Kind) -> bool:
        """Whether what is wrong is of one of these kinds."""
        return self.about is not None and self.about.kind in kinds


def speaks_against(case: Case, watched: Watched, *, rules: RuleSet) -> tuple[Finding, ...]:
    """Every rule that the placement breaks in `case`, where it isn't among the locked ones; in a fixed order.

    Raises KeyError where the patient isn't in the case.
    """
    hub = Hub(case, rules=rules)
    patient = hub.patients[watched.patient]
    course = hub.course(patient, watched.left)
    wheres = [hub.where(stay) for stay in watched.stays]
    gone = [at for at, where in enumerate(wheres) if where is None]
    if gone:
        return tuple(
            Finding("N10", "gone", "there are no such beds any more", at, _named(watched.stays[at]))
            for at in gone
        )
    there = [where for where in wheres if where is not None]
    found = min(
        (tuple(reading) for reading in _readings(hub, patient, watched, there, course)),
        key=len,
    )
    return (*found, *_together(hub, watched))


def conditions_now(case: Case, watched: Watched, *, rules: RuleSet) -> frozenset[Condition]:
    """The conditions that the placement would carry if it were proposed now."""
    hub = Hub(case, rules=rules)
    wheres = [where for where in map(hub.where, watched.stays) if where is not None]
    if len(wheres) < len(watched.stays) or not wheres:
        return frozenset()
    course = hub.course(hub.patients[watched.patient], watched.left)
    return frozenset(conditions_of(hub, watched.stays, wheres, course))


def _named(stay: Stay) -> tuple[str, ...]:
    return (stay.setting, stay.unit, stay.beds)


def _readings(
    hub: Hub, patient: Patient, watched: Watched, wheres: Sequence[Where], course: Course
) -> Iterator[list[Finding]]:
    """What is found by each way of reading the stays; the one that breaks least counts."""
    if watched.standing == "there":
        # whoever is there has been let in: what counts is what their infections ask of the bed
        yield list(_bed_now(hub, watched.stays[0], wheres[0], course))
        return
    if watched.standing == "onward":
        # it was settled with the first start whether they may leave hospital (C4: it needs no test)
        yield list(_bed("final", hub, patient, watched, wheres, course, 0))
        return
    if watched.standing == "waits" and watched.isolated and not course.isolates_on(watched.left):
        yield [
            Finding("R1", "isolation", "nothing asks for isolation any more", 0, _named(watched.stays[0])),
            *_start(hub, patient, watched, course),
        ]
        return
    for roles in readings_of(patient, len(watched.stays), course):
        found: list[Finding] = []
        if watched.standing == "waits":
            found += _itinerary(roles, hub, patient, watched, course)
        for at, role in enumerate(roles):
            found += _bed(role, hub, patient, watched, wheres, course, at)
        yield found


def _itinerary(
    roles: tuple[Role, ...], hub: Hub, patient: Patient, watched: Watched, course: Course
) -> Iterator[Finding]:
    block = block_of(course)
    for wrong in breaches_of_course(roles, hub, patient, watched.stays, course):
        yield Finding(wrong.rule, "start" if wrong == block else "itinerary", wrong.what, about=wrong)


def _start(hub: Hub, patient: Patient, watched: Watched, course: Course) -> Iterator[Finding]:
    """What keeps the person from leaving hospital."""
    for finding in _itinerary(("final",), hub, patient, watched, course):
        if finding.kind == "start":
            yield finding


def _bed(
    role: Role,
    hub: Hub,
    patient: Patient,
    watched: Watched,
    wheres: Sequence[Where],
    course: Course,
    at: int,
) -> Iterator[Finding]:
    stay = watched.stays[at]
    passed = watched.standing == "on_the_way" and at == 0
    for wrong in objections(role, hub, patient, stay, wheres[at], course):
        if not (passed and wrong.kind in _DOOR):
            yield Finding(wrong.rule, "bed", wrong.what, at, _named(stay), wrong.night, about=wrong)


def _bed_now(hub: Hub, stay: Stay, where: Where, course: Course) -> Iterator[Finding]:
    """Of the bed that somebody is in: whether it serves what their infections ask of its nights."""
    for wrong in nights_served(hub, stay, where, course):
        yield Finding(wrong.rule, "bed", wrong.what, 0, _named(stay), wrong.night, about=wrong)


def _together(hub: Hub, watched: Watched) -> Iterator[Finding]:
    """What others hold, and whoever they stay together with."""
    placement = Placement(
        patient=watched.patient,
        locked=False,
        stays=watched.stays,
        conditions=(),
        points={},
        because=(),
    )
    begun = watched.standing in ("on_the_way", "there")
    for breach in breaches_of_capacity(hub, [placement]):
        at = _which(breach, watched)
        # a start that has been isn't made undone by the number of others on that day
        if not (begun and at == 0 and len(breach.at) == 1):
            yield Finding(
                breach.rule, "shared", breach.text, at, breach.at, breach.night, breach.others, breach.about
            )
    if not begun:
        apart = _apart(hub, watched)
        for breach in breaches_of_companions(hub, [placement]):
            last = len(watched.stays) - 1
            yield Finding(breach.rule, "companion", breach.text, last, others=apart, about=breach.about)


def _apart(hub: Hub, watched: Watched) -> tuple[str, ...]:
    """Whoever stays together with the person and ends elsewhere, or has no place."""
    here = watched.stays[-1].setting
    group = next((each for each in companions(hub) if watched.patient in each), frozenset())
    ends = {who: lock.stays[-1].setting for who, lock in hub.locked.items()}
    return tuple(sorted(who for who in group - {watched.patient} if ends.get(who) != here))


def _which(breach: Breach, watched: Watched) -> int:
    """The stay that a shortage is about."""
    for at, stay in enumerate(watched.stays):
        here = _named(stay)[: len(breach.at)] == breach.at
        ends = stay.end
        if here and (
            breach.night is None or (stay.start <= breach.night and (ends is None or breach.night < ends))
        ):
            return at
    return 0


__all__ = ["Finding", "Standing", "Watched", "conditions_now", "speaks_against"]
