"""Either way: the place of somebody who awaits a result, if it is negative and if it is positive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from discharge.matching.answers.alternatives import without
from discharge.matching.answers.changes import with_patient
from discharge.matching.answers.difference import difference, objective_json
from discharge.matching.answers.reading import (
    Course,
    Json,
    course_of,
    courses_of,
    held_as,
    ids_of,
    labels_of,
    offers_of,
    patient_of,
    with_one_more,
)
from discharge.matching.itineraries import Itinerary
from discharge.matching.planned import Planned, replan
from discharge.matching.solve import Progress
from discharge.model.case import Case
from discharge.model.errors import UserError
from discharge.model.infection import Observation, Test, organism_name
from discharge.model.patient import Patient
from discharge.model.plan import LockedPlacement, Objective, Stay
from discharge.words.counts import listing, more_points, people, who

Outcome = Literal["negative", "positive"]
MOST_SETTINGS = 40
TRIES = 2
"""How often it is tried to end in the same beds on either result."""
_OUTCOMES: tuple[Outcome, ...] = ("negative", "positive")


@dataclass(frozen=True)
class IfSo:
    """The person's place if the result is so, and what the whole plan comes to."""

    result: Outcome
    course: Course | None
    objective: Objective
    text: str

    def as_json(self) -> Json:
        """The outcome as plain data."""
        return {
            "result": self.result,
            "course": self.course and self.course.as_json(),
            "objective": objective_json(self.objective),
            "text": self.text,
        }


@dataclass(frozen=True)
class EitherWay:
    """Both places of somebody who awaits a result, and what holding both until it is there costs others."""

    patient: str
    organisms: tuple[str, ...]
    now: Course | None
    """Where they go now, as long as nobody knows; None where they can't go anywhere."""
    now_text: str
    negative: IfSo
    positive: IfSo
    others: Objective
    """What the others come to if nothing is held for the person."""
    held: Objective
    """What the others come to if both places are held."""
    lost: tuple[str, ...]
    """Who would have no place then."""
    text: str

    @property
    def places(self) -> int:
        """How many fewer of the others have a place if both are held."""
        return sum(self.others.placed) - sum(self.held.placed)

    @property
    def points(self) -> int:
        """How many more points the others have if both are held."""
        return self.held.points - self.others.points

    def as_json(self) -> Json:
        """The answer as plain data."""
        return {
            "patient": self.patient,
            "organisms": list(self.organisms),
            "now": self.now and self.now.as_json(),
            "negative": self.negative.as_json(),
            "positive": self.positive.as_json(),
            "others": objective_json(self.others),
            "held": objective_json(self.held),
            "holding_both": {"places": -self.places, "points": self.points, "lost": list(self.lost)},
            "text": self.text,
        }

    def as_text(self) -> str:
        """The answer as sentences, a line each."""
        now = [self.now_text] if self.now else []
        return "\n".join([*now, self.negative.text, self.positive.text, self.text])


def either_way(planned: Planned, patient: str, *, progress: Progress | None = None) -> EitherWay:
    """Where somebody who awaits a result would go on either, and what holding both costs the others.

    Of several results awaited all are taken to be alike. Somebody held is planned anew. Raises `BrokenFile`
    where the case lists no such patient, `UserError` where they await no result.
    """
    case = planned.case
    person = patient_of(case, patient)
    organisms = awaited(person, case)
    if not organisms:
        raise UserError(f"{patient} awaits no result.", "Name somebody whose test is pending.")

    def step(share: float) -> None:
        if progress is not None:
            progress("Planning for either result", share)

    labels = labels_of(case)
    found: list[IfSo] = []
    keep: list[_Kept] = []
    for at, result in enumerate(_OUTCOMES):
        step(at / 4)
        found.append(_if_so(planned, person, result, keep))
    step(0.5)
    free = without(case, patient)
    others = replan(planned, free)
    step(0.75)
    both = replan(planned, _holding(free, keep[::-1]))
    lost = difference(others, both).lost
    text = _cost(organisms, others.objective, both.objective, lost, len(keep))
    now = courses_of(planned).get(patient)
    return EitherWay(
        patient=patient,
        organisms=organisms,
        now=now,
        now_text=f"Without a result: {now.said(labels)}." if now else "",
        negative=found[0],
        positive=found[1],
        others=others.objective,
        held=both.objective,
        lost=lost,
        text=text,
    )


_Kept = tuple[Patient, LockedPlacement]
"""A stand-in for the person, as they are on one result, and the placement that holds their place."""


def _if_so(planned: Planned, person: Patient, result: Outcome, keep: list[_Kept]) -> IfSo:
    """The person's place on a result; what would hold it is added to `keep`."""
    changed = _reported(planned.case, person, result)
    after = replan(planned, changed)
    chosen = after.chosen.get(person.id)
    if chosen is None:
        return IfSo(result, None, after.objective, f"If {result}: no place.")
    seeker = after.seekers[person.id]
    chosen = _where_before(after, person.id, [held for _, held in keep]) or chosen
    name = f"{person.id} ({result})"
    stand_in = seeker.patient.model_copy(update={"id": name, "together_with": None})
    keep.append((stand_in, held_as(name, seeker, chosen)))
    course = course_of(seeker, chosen)
    return IfSo(result, course, after.objective, f"If {result}: {course.said(labels_of(planned.case))}.")


def _where_before(planned: Planned, patient: str, held: Sequence[LockedPlacement]) -> Itinerary | None:
    """Of equally good plans one in which the person ends in the very beds that are held already; None where
    there are none."""
    ends = {(h.stays[-1].setting, h.stays[-1].unit, h.stays[-1].beds) for h in held}
    seeker, chosen = planned.seekers[patient], planned.chosen[patient]
    if not ends or ids_of(seeker.places, chosen.last_group) in ends:
        return None
    offers = offers_of(planned.prepared, seeker, MOST_SETTINGS)
    same = [o for o in offers if ids_of(seeker.places, o.last_group) in ends]
    for offer in same[:TRIES]:
        case = planned.case
        fixed = case.model_copy(update={"locked": (*case.locked, held_as(patient, seeker, offer))})
        whole = with_one_more(replan(planned, fixed).objective, seeker.patient.priority, offer.points)
        if whole == planned.objective and not seeker.patient.together_with:
            return offer
    return None


def awaited(person: Patient, case: Case) -> tuple[str, ...]:
    """The organisms for which a test has no result at the planning instant (S1)."""
    return tuple(sorted({o.organism for o in person.observations if _is_pending(o, case)}))


def _is_pending(observation: Observation, case: Case) -> bool:
    return isinstance(observation, Test) and (
        observation.result == "pending"
        or (observation.reported_at is not None and observation.reported_at > case.as_at)
    )


def _reported(case: Case, person: Patient, result: Outcome) -> Case:
    """The case in which what the person awaits was reported just now; they are held nowhere."""
    observations = tuple(
        o.model_copy(update={"result": result, "reported_at": case.as_at}) if _is_pending(o, case) else o
        for o in person.observations
    )
    free = case.model_copy(update={"locked": tuple(p for p in case.locked if p.patient != person.id)})
    return with_patient(free, person.id, observations=observations)


def _holding(case: Case, keep: Iterable[_Kept]) -> Case:
    """The case with places held for stand-ins of the person, the first in full; one bed is never held twice
    for a night."""
    patients, locked = list(case.patients), list(case.locked)
    taken: list[Stay] = []
    for stand_in, held in keep:
        stays = tuple(part for stay in held.stays for part in _beyond(stay, taken))
        taken += held.stays
        if stays:
            patients.append(stand_in)
            locked.append(held.model_copy(update={"stays": stays}))
    return case.model_copy(update={"patients": tuple(patients), "locked": tuple(locked)})


def _beyond(stay: Stay, taken: Iterable[Stay]) -> Iterator[Stay]:
    """The nights of a stay on which its bed isn't held already."""
    parts = [stay]
    for other in taken:
        if (other.setting, other.unit, other.beds) == (stay.setting, stay.unit, stay.beds):
            parts = [part for whole in parts for part in _minus(whole, other)]
    yield from parts


def _minus(stay: Stay, other: Stay) -> Iterator[Stay]:
    if (other.end is not None and other.end <= stay.start) or (
        stay.end is not None and stay.end <= other.start
    ):
        yield stay
        return
    if stay.start < other.start:
        yield stay.model_copy(update={"end": other.start})
    if other.end is not None and (stay.end is None or other.end < stay.end):
        yield stay.model_copy(update={"start": other.end})


def _cost(
    organisms: tuple[str, ...], others: Objective, held: Objective, lost: tuple[str, ...], kept: int
) -> str:
    names = listing([organism_name(o) for o in organisms])
    if not kept:
        return f"Neither {names} result gives a place, so there is nothing to hold."
    what = "both places" if kept == 2 else "the one place"
    fewer = sum(others.placed) - sum(held.placed)
    if held == others:
        return f"Holding {what} until the {names} result costs the others nothing."
    told = [f"{people(fewer)} fewer placed"] if fewer else []
    told += who(lost, "without a place", "without a place")
    told.append(more_points(held.points - others.points))
    return f"Holding {what} until the {names} result costs the others: {', '.join(told)}."
