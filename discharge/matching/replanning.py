"""A changed case made ready from what is known of the case before: what the change doesn't touch stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from discharge.matching.capacity import Capacity
from discharge.matching.choices import choices_again, touched_groups
from discharge.matching.companions import companions
from discharge.matching.itineraries import Seeker
from discharge.matching.prepared import PreparedCase, capacity_of, days_that_matter, in_order, prepare
from discharge.matching.solve import Solution
from discharge.model.case import Case
from discharge.model.memory import uncollected
from discharge.model.setting import Beds, Setting
from discharge.rules.eligibility import Screening
from discharge.rules.infection import infection_state
from discharge.rules.places import Bools, Places
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import rules_of


@uncollected()
def prepare_again(before: PreparedCase, case: Case) -> PreparedCase:
    """`prepare` for a changed case, equal to it in all that it finds.

    Patients who are the same keep their journeys, unless a setting that changed would do for them now, or
    would do before. Another day, other rules or weights, and another list of settings, units, beds or
    days of designation, are prepared from nothing.
    """
    old = before.case
    if (old.as_at, old.rule_set, old.horizon_days, old.weights) != (
        case.as_at,
        case.rule_set,
        case.horizon_days,
        case.weights,
    ):
        return prepare(case, before.rules if case.rule_set == old.rule_set else rules_of(case))
    there = _there_again(before, case)
    if there is None:
        return prepare(case, before.rules)
    places, screening = there.places, there.screening
    same = {p.id: p for p in old.patients}
    known = {s.patient.id: s for s in before.seekers}
    locked = {placement.patient for placement in case.locked}
    states = {}
    seekers: list[Seeker] = []
    for patient in sorted(case.patients, key=lambda p: p.id):
        unchanged = same.get(patient.id) is patient or same.get(patient.id) == patient
        name = patient.id
        states[name] = (
            before.states[name] if unchanged else infection_state(patient, before.rules, as_at=case.as_at)
        )
        if name in locked:
            continue
        if unchanged and name in known and not there.concerns(known[name]):
            seekers.append(replace(known[name], index=len(seekers), places=places))
            continue
        seekers.append(Seeker(len(seekers), patient, states[name], places))
        seekers[-1].find_journeys(screening)
    capacity = before.capacity
    if not _gives_the_same(before, case, states, seekers):
        capacity = capacity_of(places, states, seekers)
    changed = _changed(before.capacity, capacity)
    choices = choices_again(before.free_choices, seekers, capacity, changed)
    bonded, narrowed = companions(case, places, choices)
    return PreparedCase(
        case=case,
        rules=before.rules,
        places=places,
        capacity=capacity,
        states=states,
        seekers=tuple(seekers),
        screening=screening,
        free_choices=choices,
        choices=narrowed,
        together=bonded.groups,
        kept_out=bonded.kept_out,
    )


@dataclass(frozen=True)
class _There:
    """The settings of a changed case; `changed` are the bed groups of those that differ in more than the
    beds free, and `near` looks at them alone."""

    places: Places
    screening: Screening
    changed: Bools | None = None
    near: Screening | None = None

    def concerns(self, seeker: Seeker) -> bool:
        """Whether one of the changed settings would do for the person, or would do before."""
        if self.changed is None or self.near is None:
            return False
        home = seeker.patient.usual_setting
        if home is not None and self.changed[self.places.groups_of(home)].any():
            return True
        if any(self.changed[leg.fit.groups].any() for j in seeker.journeys for leg in j.legs):
            return True
        kind = self.near.kind(seeker.patient)
        return any(
            (self.near.against(seeker.patient, kind, segments, purpose) == 0).any()
            for segments, purpose in seeker.asked
        )


def _there_again(before: PreparedCase, case: Case) -> _There | None:
    """The settings of the changed case; None where too much of them differs."""
    places = before.places
    old = places.case.settings
    if case.settings is before.case.settings:
        return _There(places.with_case(case.model_copy(update={"settings": old})), before.screening)
    ordered = in_order(case)
    if [s.id for s in old] != [s.id for s in ordered.settings]:
        return None
    differing = [
        (one, other)
        for one, other in zip(old, ordered.settings, strict=True)
        if one is not other and one != other
    ]
    other_kind = [other.id for one, other in differing if _bare(one) != _bare(other)]
    if not other_kind:
        return _There(places.with_case(ordered), before.screening)
    now = Places(ordered, before.rules)
    if not _same_rows(now, places) or now.designation_days != places.designation_days:
        return None
    changed = now.is_setting(other_kind)
    return _There(now, Screening(now), changed, Screening(now.of(np.flatnonzero(changed))))


def _same_rows(one: Places, other: Places) -> bool:
    return (one.group_at, one.kept_for) == (other.group_at, other.kept_for)


def _bare(setting: Setting) -> Setting:
    """A setting as if no bed were free to everybody."""
    units = tuple(u.model_copy(update={"beds": tuple(map(_kept_alone, u.beds))}) for u in setting.units)
    return setting.model_copy(update={"units": units})


def _kept_alone(beds: Beds) -> Beds:
    return beds.model_copy(update={"free": tuple(f for f in beds.free if f.kept_for is not None)})


def _gives_the_same(
    before: PreparedCase, case: Case, states: Mapping[str, InfectionState], seekers: Sequence[Seeker]
) -> bool:
    """Whether nothing is taken or given by anybody but those who are to be placed, and no new day matters."""
    if case.settings is not before.case.settings or case.locked != before.case.locked:
        return False
    if any(states.get(p.patient) is not before.states.get(p.patient) for p in case.locked):
        return False
    return days_that_matter(before.places, states, seekers) <= set(before.capacity.starts)


def _changed(before: Capacity, now: Capacity) -> tuple[Bools, Bools, Bools] | None:
    """Which groups, units and settings have more or less to give than before; None where days differ."""
    if (before.starts, before.horizon) != (now.starts, now.horizon):
        return None
    if not _same_rows(before.places, now.places):
        return None
    kept = np.zeros(len(now.places), dtype=np.bool_)
    for row, cells in now.kept.items():
        kept[row] = not np.array_equal(cells, before.kept[row])
    return (
        (before.free != now.free).any(axis=1) | kept,
        (before.isolation_places != now.isolation_places).any(axis=1)
        | (before.cohort != now.cohort).any(axis=1),
        (before.slots != now.slots).any(axis=1),
    )


def solved_again(
    before: PreparedCase, now: PreparedCase, solutions: Sequence[Solution]
) -> dict[tuple[str, ...], Solution]:
    """The solutions of people whom the change doesn't touch, by their ids."""
    same = _untouched(before, now)
    found: dict[tuple[str, ...], Solution] = {}
    for solution in solutions:
        if same.issuperset(solution.people) and solution.gap == 0:
            number = {before.seeker(name).index: now.seeker(name).index for name in solution.people}
            found[solution.people] = replace(
                solution,
                chosen=tuple(replace(i, patient=number[i.patient]) for i in solution.chosen),
                liked=tuple(replace(i, patient=number[i.patient]) for i in solution.liked),
            )
    return found


def _untouched(before: PreparedCase, now: PreparedCase) -> set[str]:
    """Whoever has just the choices that they had before, as far as they alone decide it."""
    changed = _changed(before.capacity, now.capacity)
    if changed is None:
        return set()
    touched = touched_groups(now.places, changed)
    bonded = {name for p in now.case.patients if p.together_with for name in (p.id, p.together_with)}
    if now.case.patients == before.case.patients and now.case.locked == before.case.locked:
        bonded = set()
    known = {s.patient.id: s.journeys for s in before.seekers}
    return {
        s.patient.id
        for s in now.seekers
        if known.get(s.patient.id) is s.journeys
        and s.patient.id not in bonded
        and not (touched.any() and any(touched[leg.fit.groups].any() for j in s.journeys for leg in j.legs))
    }
