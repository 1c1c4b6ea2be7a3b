"""A case with its best plan, kept so that a changed case is planned again from what is known already."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from discharge.matching.itineraries import Itinerary, Seeker
from discharge.matching.prepared import PreparedCase, prepare
from discharge.matching.previous import kept_from
from discharge.matching.prices import Prices, prices_of
from discharge.matching.propose import deadline_of, plan_of, solve
from discharge.matching.replanning import prepare_again, solved_again
from discharge.matching.solve import Progress, Solution, Start
from discharge.model.case import Case
from discharge.model.plan import Objective, Plan
from discharge.rules.rule_set import RuleSet, rules_of


@dataclass(frozen=True)
class Planned:
    """A case, solved: what each person takes, and what it takes to plan a change of it quickly."""

    prepared: PreparedCase
    solutions: tuple[Solution, ...]
    previous: Plan | None = None
    """The plan whose proposals were kept unless a change gains enough."""

    @property
    def case(self) -> Case:
        """The case that was planned."""
        return self.prepared.case

    @property
    def proven(self) -> bool:
        """Whether the plan is proven to be the best."""
        return all(solution.gap == 0 for solution in self.solutions)

    @cached_property
    def seekers(self) -> Mapping[str, Seeker]:
        """Everybody to be placed, by id."""
        return {seeker.patient.id: seeker for seeker in self.prepared.seekers}

    @cached_property
    def chosen(self) -> Mapping[str, Itinerary]:
        """The itinerary of each person placed anew, by id."""
        names = {seeker.index: name for name, seeker in self.seekers.items()}
        return {names[c.patient]: c for solution in self.solutions for c in solution.chosen}

    @cached_property
    def objective(self) -> Objective:
        """How many are placed anew, by priority, and the points of the whole."""
        placed = [self.seekers[name].patient.priority for name in self.chosen]
        return Objective(
            placed=(placed.count(1), placed.count(2), placed.count(3), placed.count(4)),
            points=sum(itinerary.points for itinerary in self.chosen.values()),
        )

    @cached_property
    def prices(self) -> Prices:
        """What one more of each scarce thing would be worth."""
        return prices_of(self.prepared, self.solutions)

    def plan(self, sha256: str | None = None) -> Plan:
        """The plan, written out and explained."""
        return plan_of(self.prepared, self.solutions, sha256)


def plan_case(
    case: Case,
    *,
    rules: RuleSet | None = None,
    previous: Plan | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Planned:
    """Plans a case and keeps what is needed to plan a change of it. Raises as `propose` does.

    With a `previous` plan each person keeps the place that it proposed unless another gains more than
    `weights.churn` points a changed person; it changes neither how many are placed nor what points are.
    """
    begun = time.monotonic()
    prepared = prepare(case, rules or rules_of(case), progress=progress)
    start = Start(kept=kept_from(prepared, previous), churn=case.weights.churn)
    solutions = solve(prepared, start=start, deadline=deadline_of(begun, time_limit), progress=progress)
    return Planned(prepared, solutions, previous)


def replan(
    before: Planned,
    case: Case,
    *,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Planned:
    """Plans a changed case, as well as anew; what the change doesn't touch is taken over from `before`.

    A previous plan given to `before` is kept to here as well.
    """
    begun = time.monotonic()
    prepared = prepare_again(before.prepared, case)
    liked = [itinerary for solution in before.solutions for itinerary in solution.liked]
    same_days = prepared.capacity.starts == before.prepared.capacity.starts
    scarce = [one for solution in before.solutions for one in solution.scarce] if same_days else []
    start = Start(
        liked,
        scarce,
        kept_from(prepared, before.previous),
        case.weights.churn,
        solved_again(before.prepared, prepared, before.solutions),
    )
    solutions = solve(prepared, start=start, deadline=deadline_of(begun, time_limit), progress=progress)
    return Planned(prepared, solutions, before.previous)
