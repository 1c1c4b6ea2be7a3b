"""A case made ready: everybody to be placed with all their ways to go, and what there is to give."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from discharge.matching.capacity import Capacity, isolation_ends
from discharge.matching.choices import Choices, choices_of
from discharge.matching.companions import companions
from discharge.matching.itineraries import Seeker
from discharge.matching.rooms_together import Group
from discharge.matching.solve import Progress
from discharge.model.case import Case
from discharge.model.memory import uncollected
from discharge.model.setting import Setting, Unit
from discharge.rules.eligibility import Screening
from discharge.rules.infection import infection_state
from discharge.rules.places import OPEN, Places
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import RuleSet


@dataclass(frozen=True)
class PreparedCase:
    """A case made ready to be solved: the patients to place, with all their choices, and what is free."""

    case: Case
    rules: RuleSet
    places: Places
    capacity: Capacity
    states: Mapping[str, InfectionState]
    seekers: tuple[Seeker, ...]
    screening: Screening
    free_choices: Choices
    """Of all seekers, each at their own index, as if everybody were alone in the hub."""
    choices: Choices
    """Those with which companions can stay together."""
    together: tuple[Group, ...] = ()
    kept_out: Mapping[str, str] = field(default_factory=dict)
    """Who is kept out for their companions' sake, and the sentence that says why."""

    def seeker(self, name: str) -> Seeker:
        """A person to be placed, by id. Raises KeyError for anybody else."""
        return self._by_name[name]

    def find_seeker(self, name: str) -> Seeker | None:
        """A person to be placed, by id; None for anybody else."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Seeker]:
        return {seeker.patient.id: seeker for seeker in self.seekers}

    def can_go(self, seeker: Seeker) -> bool:
        """Whether the seeker has any choice."""
        mine = self.choices.of_person(seeker.index)
        return bool(mine.start < mine.stop)


@uncollected()
def prepare(case: Case, rules: RuleSet, *, progress: Progress | None = None) -> PreparedCase:
    """Finds every way that each patient could go, and who must stay together."""
    places = Places(in_order(case), rules)
    patients = sorted(case.patients, key=lambda p: p.id)
    states = {p.id: infection_state(p, rules, as_at=case.as_at) for p in patients}
    locked = {placement.patient for placement in case.locked}
    waiting = [p for p in patients if p.id not in locked]
    seekers = tuple(Seeker(at, p, states[p.id], places) for at, p in enumerate(waiting))
    screening = Screening(places)
    for at, seeker in enumerate(seekers):
        if progress is not None and at % 16 == 0:
            progress("Finding where each person could go", at / (2 * len(seekers)))
        seeker.find_journeys(screening)
    capacity = capacity_of(places, states, seekers)
    free = choices_of(seekers, capacity)
    bonded, choices = companions(case, places, free)
    return PreparedCase(
        case=case,
        rules=rules,
        places=places,
        capacity=capacity,
        states=states,
        seekers=seekers,
        screening=screening,
        free_choices=free,
        choices=choices,
        together=bonded.groups,
        kept_out=bonded.kept_out,
    )


def capacity_of(places: Places, states: Mapping[str, InfectionState], seekers: Sequence[Seeker]) -> Capacity:
    """What is left to give, by the days on which these seekers' stays may end."""
    return Capacity(places, states, days_that_matter(places, states, seekers))


def days_that_matter(
    places: Places, states: Mapping[str, InfectionState], seekers: Sequence[Seeker]
) -> set[int]:
    """The days on which some stay or isolation may end."""
    ends = {end for s in seekers for j in s.journeys for leg in j.legs for end in leg.days_of_end}
    ends |= set(isolation_ends(states.values(), places.day0))
    return {end for end in ends if 0 < end < OPEN}


def in_order(case: Case) -> Case:
    """The case with its settings, units and beds by id, so that their order in the file decides nothing."""
    settings = tuple(_setting_in_order(s) for s in sorted(case.settings, key=lambda s: s.id))
    if len(settings) == len(case.settings) and all(map(operator.is_, settings, case.settings)):
        return case
    return case.model_copy(update={"settings": settings})


def _setting_in_order(setting: Setting) -> Setting:
    units = tuple(_unit_in_order(u) for u in sorted(setting.units, key=lambda u: u.id))
    if all(map(operator.is_, units, setting.units)):
        return setting
    return setting.model_copy(update={"units": units})


def _unit_in_order(unit: Unit) -> Unit:
    beds = tuple(sorted(unit.beds, key=lambda b: b.id))
    return unit if all(map(operator.is_, beds, unit.beds)) else unit.model_copy(update={"beds": beds})
