"""What would help: single changes of the case, each planned again, never guessed.

Which changes are worth trying is read from the near misses: the beds that one reason keeps from anybody,
without a place or with one that others could have then, and what is scarce. How many are tried is a number,
so that the same case gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from discharge.matching.answers.changes import Change, Kind
from discharge.matching.answers.difference import difference, objective_json
from discharge.matching.answers.near_misses import hopes_of, in_order
from discharge.matching.answers.reading import Json, listed, rank
from discharge.matching.planned import Planned, replan
from discharge.matching.solve import Progress
from discharge.model.plan import Help, Objective, Plan
from discharge.words.counts import count_words, listing, more_points, sentence_case

BUDGET = 24
"""How many changes are tried of a large case: each is planned again."""
SMALL = 1200
"""Of a smaller one so many times more that changes times people come to this."""
SHOWN = 2
"""As many sentences as are worth reading about changes that place the same people."""


@dataclass(frozen=True)
class Effect:
    """What one change does to the whole plan."""

    change: Change
    change_text: str
    """The change in words, without a full stop."""
    placed: tuple[str, ...]
    """Who gets a place."""
    lost: tuple[str, ...]
    """Who loses theirs."""
    places: int
    """How many more have a place."""
    objective: Objective
    points: int
    """The points of the whole plan with the change, less those without it."""

    @property
    def text(self) -> str:
        """The change and what it does, as a sentence."""
        told = [f"places {listing(self.placed)}"] if self.placed else []
        told += [f"but {listing(self.lost)} would lose theirs"] if self.lost else []
        told.append(f"{more_points(self.points)} in all")
        return f"{sentence_case(self.change_text)}: {', '.join(told)}."

    def as_json(self) -> Json:
        """The effect as plain data."""
        return {
            "change": self.change_text,
            "what": self.change.as_json(),
            "setting": self.change.setting or None,
            "places": self.places,
            "placed": list(self.placed),
            "lost": list(self.lost),
            "points": self.points,
            "objective": objective_json(self.objective),
            "text": self.text,
        }


@dataclass(frozen=True)
class WouldHelp:
    """The changes that help, those that place most first; for `patient`, or for the whole plan (None)."""

    patient: str | None
    before: Objective
    effects: tuple[Effect, ...]
    tried: int
    untried: int
    """Changes that were worth a try and weren't tried, as the budget was spent."""
    has_place: bool = False
    """The patient has a place already, so that nothing was tried."""

    def as_json(self) -> Json:
        """The answer as plain data."""
        return {
            "patient": self.patient,
            "before": objective_json(self.before),
            "would_help": [e.as_json() for e in self.effects],
            "tried": self.tried,
            "untried": self.untried,
        }

    def as_text(self) -> str:
        """The answer as sentences, a line each."""
        if self.has_place:
            return f"{self.patient} has a place already."
        whom = f" place {self.patient}" if self.patient else " help"
        lines = list(self._told()) or [f"No single change that was tried would{whom}."]
        left = f"; {self.untried} more might be" if self.untried else ""
        tried = count_words(self.tried, "change was", "changes were")
        return "\n".join([*lines, f"{sentence_case(tried)} tried, each planned again{left}."])

    def _told(self) -> Iterator[str]:
        """The best changes; of those that place the same people two, and how many there are besides."""
        alike: dict[tuple[str, ...], list[Effect]] = {}
        for effect in self.effects:
            alike.setdefault(effect.placed, []).append(effect)
        for placed, effects in alike.items():
            yield from (effect.text for effect in effects[:SHOWN])
            if len(effects) > SHOWN:
                more = count_words(len(effects) - SHOWN, "more change", "more changes")
                yield f"{more} would {f'place {listing(placed)}' if placed else 'save points'}."


def would_help(
    planned: Planned,
    patient: str | None = None,
    *,
    budget: int | None = None,
    progress: Progress | None = None,
) -> WouldHelp:
    """The single changes that help somebody without a place, or the whole plan, best first.

    Each of at most `budget` changes (None: by the size of the case) is planned again: the numbers are those
    of a plan, not estimates. All that could help at all are tried if there are no more than that.
    Raises `BrokenFile` where the case lists no such patient.
    """
    if patient is not None:
        listed(patient, "PATIENT", (p.id for p in planned.case.patients))
        if patient in planned.chosen or patient in {p.patient for p in planned.case.locked}:
            return WouldHelp(patient, planned.objective, (), 0, 0, has_place=True)
    planned = at_its_best(planned)
    if budget is None:
        budget = max(BUDGET, SMALL // max(1, len(planned.seekers)))
    hopes = hopes_of(planned)
    order = list(islice(in_order(planned, hopes, patient), budget))
    untried = set(hopes).difference(order)
    if planned.proven:  # what the prices leave nothing to gain by isn't worth a try
        untried = {change for change in untried if hopes[change].is_likely}
    effects: list[Effect] = []
    for at, change in enumerate(order):
        if progress is not None:
            progress("Trying what would help", at / len(order))
        effects.append(effect_of(planned, change))
    helping = [e for e in effects if rank(e.objective) < rank(planned.objective)]
    if patient is not None:
        helping = [e for e in helping if patient in e.placed]
    kinds = list(Kind)
    helping.sort(key=lambda e: (rank(e.objective), kinds.index(e.change.kind), e.change))
    return WouldHelp(patient, planned.objective, tuple(helping), len(order), len(untried))


def at_its_best(planned: Planned) -> Planned:
    """The case planned for its own sake, where it was planned to keep to a previous plan."""
    again = replan(planned, planned.case)
    return planned if again.objective == planned.objective else again


def effect_of(planned: Planned, change: Change) -> Effect:
    """What a change does, by planning again."""
    after = replan(planned, change.of(planned.case))
    told = difference(planned, after)
    return Effect(
        change,
        change.said(planned.case),
        told.placed,
        told.lost,
        told.places,
        after.objective,
        after.objective.points - planned.objective.points,
    )


def plan_with_help(
    planned: Planned,
    plan: Plan,
    *,
    budget: int | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The plan with `would_help` of everybody without a place: the changes that were tried and place them."""
    found = would_help(planned, budget=budget, progress=progress).effects
    unplaced = tuple(
        u.model_copy(
            update={
                "would_help": tuple(
                    Help(change=e.change_text, setting=e.change.setting or None, places=e.places)
                    for e in found
                    if u.patient in e.placed and e.places > 0
                )
            }
        )
        for u in plan.unplaced
    )
    return plan.model_copy(update={"unplaced": unplaced})
