"""What if: two plans person by person - who gets a place, who loses one, who goes elsewhere or later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from discharge.matching.answers.reading import (
    Course,
    Json,
    courses_of,
    courses_of_plan,
    labels_of,
)
from discharge.matching.answers.ties import without_chance
from discharge.matching.planned import Planned
from discharge.model.case import Case
from discharge.model.plan import Objective, Plan
from discharge.words.counts import count_words, listing, more_points, people, points, sentence_case
from discharge.words.days import day_words


class Kind(StrEnum):
    """What becomes of somebody from one plan to the other."""

    PLACED = "placed"
    """Had no place and gets one."""
    LOST = "lost"
    """Had a place and gets none."""
    ELSEWHERE = "elsewhere"
    """Another setting."""
    DATES = "dates"
    """The same settings on other dates."""
    BEDS = "beds"
    """The same settings and dates, other beds."""
    SAME = "same"
    UNPLACED = "unplaced"
    """Without a place in both."""
    LISTED = "listed"
    """Listed in the second case only."""
    GONE = "gone"
    """Listed in the first case only."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What becomes of one person."""

    patient: str
    kind: Kind
    before: Course | None
    after: Course | None
    text: str

    @property
    def is_change(self) -> bool:
        """Whether anything is different."""
        return self.kind not in (Kind.SAME, Kind.UNPLACED)

    @property
    def days_later(self) -> int:
        """Days that they start later, for somebody placed in both."""
        if self.before is None or self.after is None:
            return 0
        return (self.after.start - self.before.start).days

    def as_json(self) -> Json:
        """The change as plain data."""
        return {
            "patient": self.patient,
            "kind": str(self.kind),
            "before": self.before and self.before.as_json(),
            "after": self.after and self.after.as_json(),
            "text": self.text,
        }


@dataclass(frozen=True)
class Difference:
    """Two plans, person by person; `better` where the second is the better plan."""

    before: Objective
    after: Objective
    people: tuple[PersonChange, ...]
    proven: bool = True

    @property
    def changed(self) -> tuple[PersonChange, ...]:
        """Those for whom something is different."""
        return tuple(p for p in self.people if p.is_change)

    @property
    def placed(self) -> tuple[str, ...]:
        """Who gets a place that they didn't have."""
        return tuple(p.patient for p in self.people if p.before is None and p.after is not None)

    @property
    def lost(self) -> tuple[str, ...]:
        """Who loses their place, though still listed."""
        return tuple(p.patient for p in self.people if p.kind is Kind.LOST)

    @property
    def places(self) -> int:
        """How many more have a place, those held counted too."""
        had = sum(p.before is not None for p in self.people)
        return sum(p.after is not None for p in self.people) - had

    def as_json(self) -> Json:
        """The difference as plain data; everybody for whom something is different."""
        same = sum(p.kind is Kind.SAME for p in self.people)
        return {
            "before": objective_json(self.before),
            "after": objective_json(self.after),
            "places": self.places,
            "points": self.after.points - self.before.points,
            "proven": self.proven,
            "changed": [p.as_json() for p in self.changed],
            "same": same,
        }

    def as_text(self) -> str:
        """The difference as sentences, a line each."""
        lines = [f"Before: {objective_said(self.before)}", f"After: {objective_said(self.after)}"]
        if not self.changed:
            return "\n".join([*lines, "Nobody's place changes."])
        lines += [p.text for p in self.changed]
        same = sum(p.kind is Kind.SAME for p in self.people)
        if same:
            lines.append(f"{sentence_case(people(same))} {'goes' if same == 1 else 'go'} where they went.")
        if not self.proven:
            lines.append("Not proven: time ran out for one of the plans.")
        return "\n".join(lines)


def objective_json(objective: Objective) -> Json:
    """An objective as a plan has it."""
    return objective.model_dump(mode="json")


def objective_said(objective: Objective) -> str:
    """An objective in words."""
    levels = [f"{n} of priority {at}" for at, n in enumerate(objective.placed, 1) if n]
    inside = f" ({listing(levels)})" if levels else ""
    return f"{people(sum(objective.placed))} placed{inside}, {points(objective.points)}."


def difference(before: Planned, after: Planned) -> Difference:
    """What becomes of everybody from one planned case to the other; nobody is told to move by mere chance."""
    was, now = courses_of(before), courses_of(after)
    now = without_chance(before, after, was, now)
    return Difference(
        before.objective,
        after.objective,
        tuple(
            _changes(
                _sorted(before.case, after.case),
                was,
                now,
                _listed(before.case),
                _listed(after.case),
                labels_of(before.case, after.case),
            )
        ),
        before.proven and after.proven,
    )


def difference_of_plans(before: Plan, after: Plan, case: Case) -> Difference:
    """What becomes of everybody from one plan to the other, both of about the same `case`."""
    labels = {s.setting: s.setting for p in before.placements for s in p.stays} | labels_of(case)
    first, second = _in_plan(before), _in_plan(after)
    order = [*dict.fromkeys((*second, *first))]
    return Difference(
        before.objective,
        after.objective,
        tuple(_changes(order, courses_of_plan(before), courses_of_plan(after), first, second, labels)),
        before.status == after.status == "optimal",
    )


def _in_plan(plan: Plan) -> dict[str, None]:
    return dict.fromkeys([*(p.patient for p in plan.placements), *(u.patient for u in plan.unplaced)])


def _listed(case: Case) -> dict[str, None]:
    return dict.fromkeys([*(p.patient for p in case.locked), *(p.id for p in case.patients)])


def _sorted(before: Case, after: Case) -> list[str]:
    """Everybody of either case: as the second lists them, then those who are gone."""
    names = [p.id for p in after.patients] + [p.id for p in before.patients]
    return [*dict.fromkeys([*names, *_listed(after), *_listed(before)])]


def _changes(
    names: Iterable[str],
    before: Mapping[str, Course],
    after: Mapping[str, Course],
    first: Mapping[str, None],
    second: Mapping[str, None],
    labels: Mapping[str, str],
) -> Iterable[PersonChange]:
    for name in names:
        was, now = before.get(name), after.get(name)
        kind = _kind(was, now)
        if name not in first:
            kind = Kind.LISTED
        if name not in second:
            kind, now = Kind.GONE, None
        yield PersonChange(name, kind, was, now, _said(name, kind, was, now, labels))


def _kind(was: Course | None, now: Course | None) -> Kind:
    if was is None or now is None:
        return Kind.UNPLACED if was is now else Kind.PLACED if was is None else Kind.LOST
    if was.settings != now.settings:
        return Kind.ELSEWHERE
    if [(s.start, s.end) for s in was.stays] != [(s.start, s.end) for s in now.stays]:
        return Kind.DATES
    return Kind.SAME if was.stays == now.stays else Kind.BEDS


def _said(name: str, kind: Kind, was: Course | None, now: Course | None, labels: Mapping[str, str]) -> str:
    """What becomes of somebody, as a sentence."""
    if kind is Kind.GONE:
        return f"{name} isn't listed any more."
    if kind is Kind.LISTED:
        return f"{name} is new: {now.said(labels) if now else 'no place'}."
    if was is None or now is None:
        if now is not None:
            return f"{name} gets a place: {now.said(labels)}."
        return f"{name} loses their place: {was.said(labels)}." if was else f"{name} has no place in either."
    more = "" if was.locked or now.locked else f" ({more_points(now.points - was.points)})"
    if kind is Kind.ELSEWHERE:
        return f"{name} goes elsewhere: {now.said(labels)}, not {was.said(labels)}{more}."
    if kind is Kind.DATES:
        return f"{name} {_later(was.start, now.start)}: {now.said(labels)}{more}."
    if kind is Kind.BEDS:
        return f"{name} has other beds in the same place{more}."
    return f"{name} goes where they went."


def _later(was: date, now: date) -> str:
    days = (now - was).days
    if days == 0:
        return f"starts as before, on {day_words(now)}, and goes on on another day"
    return (
        f"waits {count_words(days, 'day')} longer"
        if days > 0
        else f"starts {count_words(-days, 'day')} sooner"
    )
