"""Alternatives: the next best choices for one person, each with the whole plan made around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from discharge.matching.answers.difference import (
    Difference,
    Kind,
    PersonChange,
    difference,
    objective_json,
    objective_said,
)
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
    rank,
    with_one_more,
)
from discharge.matching.itineraries import Itinerary, Seeker
from discharge.matching.planned import Planned, replan
from discharge.matching.solve import Progress
from discharge.model.case import Case
from discharge.model.plan import Objective
from discharge.words.counts import count_words, more_points, points, who

BUDGET = 24
"""How many itineraries of a person are planned around in a large case at the most."""
SMALL = 1200
"""In a smaller one so many times more that itineraries times people come to this."""
SETTINGS_A_BUDGET = 6
"""Of a setting where others would lose by it, one in so many of the tries are its cheapest itineraries'."""


@dataclass(frozen=True)
class Alternative:
    """Another choice for the person, and what it costs."""

    course: Course
    own: int
    """The person's points there, less their points now; all of them where they have no place now."""
    places: int
    """How many more have a place then (below 0: fewer)."""
    points: int
    """The points of the whole plan then, less those now."""
    objective: Objective
    """The whole plan's then, the person counted in."""
    others: tuple[PersonChange, ...]
    """The others for whom something is different."""
    text: str

    def as_json(self) -> Json:
        """The alternative as plain data."""
        return {
            "course": self.course.as_json(),
            "own": self.own,
            "places": self.places,
            "points": self.points,
            "objective": objective_json(self.objective),
            "others": [p.as_json() for p in self.others],
            "text": self.text,
        }


@dataclass(frozen=True)
class Alternatives:
    """The best other choices for a person, those that cost the whole plan least first."""

    patient: str
    now: Course | None
    choices: tuple[Alternative, ...]
    tried: int
    complete: bool
    """Whether nothing was left untried that might have been among the best."""
    said: str
    """Where they go now, as a sentence."""

    def as_json(self) -> Json:
        """The answer as plain data."""
        return {
            "patient": self.patient,
            "now": self.now and self.now.as_json(),
            "alternatives": [c.as_json() for c in self.choices],
            "tried": self.tried,
            "complete": self.complete,
        }

    def as_text(self) -> str:
        """The answer as sentences, a line each."""
        lines = [self.said, *(c.text for c in self.choices)]
        if not self.choices:
            lines.append("There is no other choice." if self.now else "No bed that has room will do.")
        if not self.complete:
            lines.append(
                f"{count_words(self.tried, 'choice was', 'choices were')} tried; there may be better ones."
            )
        return "\n".join(lines)


def alternatives(
    planned: Planned,
    patient: str,
    k: int = 3,
    *,
    budget: int | None = None,
    progress: Progress | None = None,
) -> Alternatives:
    """The `k` best other choices for a person: other settings to end in, or another start in the same one.

    The rest of the plan is made anew around each. Another start is told only where it changes something for
    somebody else. A choice is the best of its setting; where others would lose by it and there are too many
    ways to go there for the `budget` (None: by the size of the case), the best of its cheapest, which the
    answer then says (`complete`). Whoever is held has none, nor has whoever no bed will do for.
    Raises `BrokenFile` where the case lists no such patient.
    """
    patient_of(planned.case, patient)
    now = courses_of(planned).get(patient)
    said = f"{patient} has no place."
    if now is not None:
        held = ", held" if now.locked else f": {points(now.points)}"
        said = f"Now {now.said(labels_of(planned.case))}{held}."
    seeker = planned.seekers.get(patient)
    if seeker is None or not planned.prepared.can_go(seeker):
        return Alternatives(patient, now, (), 0, True, said)
    if budget is None:
        budget = max(BUDGET, SMALL // max(1, len(planned.seekers)))
    search = _Search(planned, seeker, now, budget, progress)
    choices = search.best(k)
    return Alternatives(patient, now, choices, search.tried, search.complete, said)


_OTHER_DAYS = ("later in the same setting", "sooner in the same setting")
"""Choices that are worth telling only where somebody else gains by them."""


def _touches_somebody(choice: Alternative) -> bool:
    return any(other.kind is not Kind.BEDS for other in choice.others)


class _Search:
    """Tries the itineraries of one person, the cheapest first, until no other can be among the best.

    What an itinerary would come to is never less than its points beside the best plan without the person.
    """

    def __init__(
        self,
        planned: Planned,
        seeker: Seeker,
        now: Course | None,
        budget: int,
        progress: Progress | None,
    ) -> None:
        self.planned = planned
        self.seeker = seeker
        self.now = now
        self.budget = budget
        self.progress = progress
        self.tried = 0
        self.complete = True

    def best(self, k: int) -> tuple[Alternative, ...]:
        """The best choices, one a setting."""
        name, priority = self.seeker.patient.id, self.seeker.patient.priority
        rest = replan(self.planned, without(self.planned.case, name)).objective
        found: dict[str, Alternative] = {}
        tries: Counter[str] = Counter()
        for itinerary, choice in self._choices(k):
            bound = rank(with_one_more(rest, priority, itinerary.points))
            ranks = sorted(rank(a.objective) for a in found.values())
            if len(ranks) >= k and ranks[k - 1] <= bound:
                break
            known = found.get(choice)
            if known is not None and rank(known.objective) <= bound:
                continue
            if tries[choice] >= max(1, self.budget // SETTINGS_A_BUDGET):
                self.complete = False
                continue
            if self.tried == self.budget:
                self.complete = False
                break
            tries[choice] += 1
            tried = self._try(itinerary)
            if tried is None or (choice in _OTHER_DAYS and not _touches_somebody(tried)):
                continue
            if known is None or rank(tried.objective) < rank(known.objective):
                found[choice] = tried
        ordered = sorted(found.values(), key=lambda a: (rank(a.objective), a.course.settings))
        return tuple(ordered[:k])

    def _choices(self, k: int) -> Iterator[tuple[Itinerary, str]]:
        """The itineraries that aren't the choice of now, the cheapest first, each with its choice."""
        for itinerary in offers_of(self.planned.prepared, self.seeker, 4 * k + 8):
            course = course_of(self.seeker, itinerary)
            last = ids_of(self.seeker.places, itinerary.last_group)[0]
            if self.now is None or self.now.settings[-1] != last:
                yield itinerary, last
            elif course.start != self.now.start:
                yield itinerary, _OTHER_DAYS[course.start < self.now.start]

    def _try(self, itinerary: Itinerary) -> Alternative | None:
        """The whole plan around an itinerary; None where those who must be there too can't be."""
        if self.progress is not None:
            self.progress("Trying other choices", self.tried / self.budget)
        self.tried += 1
        planned, patient = self.planned, self.seeker.patient
        held = held_as(patient.id, self.seeker, itinerary)
        after = replan(planned, planned.case.model_copy(update={"locked": (*planned.case.locked, held)}))
        if any(name not in after.chosen for name in self._companions()):
            return None
        objective = with_one_more(after.objective, patient.priority, itinerary.points)
        told = difference(planned, after)
        others = tuple(p for p in told.changed if p.patient != patient.id)
        course = course_of(self.seeker, itinerary)
        own = itinerary.points - (self.now.points if self.now else 0)
        more = objective.points - planned.objective.points
        text = self._said(course, own, others, told, objective)
        return Alternative(course, own, told.places, more, objective, others, text)

    def _companions(self) -> list[str]:
        """Those who must end where the person does, still to be placed."""
        mine = next((g for g in self.planned.prepared.together if self.seeker.index in g.members), None)
        if mine is None:
            return []
        return [
            n for n, s in self.planned.seekers.items() if s is not self.seeker and s.index in mine.members
        ]

    def _said(
        self,
        course: Course,
        own: int,
        others: tuple[PersonChange, ...],
        told: Difference,
        objective: Objective,
    ) -> str:
        before = self.planned.objective
        first = more_points(own) if self.now else points(own)
        instead = " instead" if self.now else ""
        parts = [f"{course.said(labels_of(self.planned.case))}{instead}: {first}"]
        for change in (c for c in others if c.days_later):
            days = count_words(abs(change.days_later), "day")
            longer = f"waits {days} longer" if change.days_later > 0 else f"starts {days} sooner"
            where = ", elsewhere" if change.kind is Kind.ELSEWHERE else ""
            parts.append(f"{change.patient} {longer}{where}")
        elsewhere = [c.patient for c in others if c.kind is Kind.ELSEWHERE and not c.days_later]
        placed = [name for name in told.placed if name != self.seeker.patient.id]
        parts += who(elsewhere, "goes elsewhere", "go elsewhere")
        parts += who(told.lost, "is not placed", "are not placed")
        parts += who(placed, "is placed", "are placed")
        more = objective.points - before.points
        if objective.placed == before.placed and more != own:
            parts.append(f"{more_points(more)} in all")
        elif objective.placed != before.placed:
            parts.append(f"in all {objective_said(objective).removesuffix('.')}")
        return f"{'; '.join(parts)}."


def without(case: Case, name: str) -> Case:
    """The case without one patient, held or not; nobody stays together with them."""
    patients = tuple(
        p.model_copy(update={"together_with": None}) if p.together_with == name else p
        for p in case.patients
        if p.id != name
    )
    locked = tuple(p for p in case.locked if p.patient != name)
    return case.model_copy(update={"patients": patients, "locked": locked})
