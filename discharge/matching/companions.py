"""People recorded as staying together end in one setting, or none of them is placed (N7).

networkx takes as long to import as all the rest of the engine: a case without companions does without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from discharge.matching.capacity import Ints32
from discharge.matching.choices import Choices
from discharge.matching.rooms_together import Group
from discharge.model.case import Case
from discharge.rules.places import OPEN, Bools, Ints, Places


@dataclass(frozen=True)
class Companions:
    """Groups to be placed together or not at all, and who is kept out, with the sentence that says why."""

    groups: tuple[Group, ...]
    kept_out: Mapping[str, str]


def companions(case: Case, places: Places, choices: Choices) -> tuple[Companions, Choices]:
    """Who stays together, and the choices with which they can.

    Beside a locked one each of the others ends in its setting or nowhere, by themself; where two are
    locked in different settings, nowhere (N7).
    """
    bonds = [(p.id, p.together_with) for p in case.patients if p.together_with is not None]
    if not bonds:
        return Companions((), {}), choices
    import networkx as nx

    people = {s.patient.id: at for at, s in enumerate(choices.legs.people)}
    ends = {p.patient: p.stays[-1].setting for p in case.locked}
    groups: list[Group] = []
    kept_out: dict[str, str] = {}
    kept = np.ones(len(choices), dtype=np.bool_)
    for bonded in sorted(sorted(c) for c in nx.connected_components(nx.Graph(bonds))):
        free = [people[name] for name in bonded if name in people]
        homes = {ends[name] for name in bonded if name in ends}
        if len(bonded) < 2:
            continue
        allowed = np.zeros(len(places.settings), dtype=np.bool_)
        if not homes:
            allowed = np.all([_ends(choices, at) for at in free], axis=0)
            allowed &= _roomy(choices, free, allowed)
            if allowed.any():
                members = tuple(choices.legs.people[at].index for at in free)
                groups.append(Group(members, tuple(np.flatnonzero(allowed).tolist())))
            text = "No setting has places for everybody they stay with."
        elif len(homes) == 1:
            allowed[places.setting_at[next(iter(homes))]] = True
            text = "Somebody they stay with already has a place, and there is none for them there."
        else:
            text = "The people they stay with already have places in two settings."
        for at in free:
            mine = choices.of_person(at)
            before = kept[mine].any()
            kept[mine] &= ~choices.is_last[mine] | allowed[choices.setting[mine]]
            if before and not (kept[mine] & choices.is_last[mine]).any():
                kept_out[choices.legs.people[at].patient.id] = text
    narrowed = choices if kept.all() else choices.keep(kept)
    return Companions(tuple(groups), kept_out), narrowed


def _ends(choices: Choices, at: int) -> Bools:
    """Whether some journey of a person ends in each setting."""
    mine = choices.of_person(at)
    found = np.zeros(len(choices.legs.capacity.places.settings), dtype=np.bool_)
    found[choices.setting[mine][choices.is_last[mine]]] = True
    return found


def _roomy(choices: Choices, people: Sequence[int], shared: Bools) -> Bools:
    """The settings with a bed for each of them at once, as far as the dates of their last stays can tell.

    Stays that all overlap have a night in common, on which each person has a bed of their own: the last
    one of all, where none of the stays ends. A setting that never has as many beds that suit them needs
    no further thought.
    """
    legs, capacity = choices.legs, choices.legs.capacity
    last = [j.last for at in people for j in legs.people[at].journeys]
    if not shared.any() or min(int(g.ends.min()) for g in last) <= max(int(g.starts.max()) for g in last):
        return shared
    for_good = all(bool((leg.ends == OPEN).all()) for leg in last)
    free = capacity.free[:, -1] if for_good else capacity.free.max(axis=1)
    wanted = [_beds_by_setting(choices, at) for at in people]
    roomy = np.zeros_like(shared)
    for setting in np.flatnonzero(shared).tolist():
        roomy[setting] = _all_seated([each.get(setting, []) for each in wanted], free)
    return roomy


def _all_seated(wanted: Sequence[Sequence[int]], free: Ints32) -> bool:
    """Whether each of a few people can have a bed of a group they want, where so many of each are free."""
    seated: dict[int, list[int]] = {}

    def seat(person: int, tried: set[int]) -> bool:
        for group in wanted[person]:
            if group in tried:
                continue
            tried.add(group)
            there = seated.setdefault(group, [])
            if len(there) < free[group]:
                there.append(person)
                return True
            for at, other in enumerate(there):
                if seat(other, tried):
                    there[at] = person
                    return True
        return False

    return all(seat(person, set()) for person in range(len(wanted)))


def _beds_by_setting(choices: Choices, at: int) -> dict[int, list[int]]:
    """The bed groups in which a person could end, by setting."""
    mine = choices.of_person(at)
    groups: Ints = np.unique(choices.group[mine][choices.is_last[mine]])
    settings = choices.legs.capacity.places.setting[groups]
    found: dict[int, list[int]] = {}
    for group, setting in zip(groups.tolist(), settings.tolist(), strict=True):
        found.setdefault(setting, []).append(group)
    return found
