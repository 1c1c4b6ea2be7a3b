"""People recorded as staying together end in one setting, or none of them is placed (N7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from discharge.matching.itineraries import Seeker, Way
from discharge.matching.linear_program import Group
from discharge.model.case import Case
from discharge.rules.places import OPEN, Bools, Places


@dataclass(frozen=True)
class Companions:
    """Groups to be placed together or not at all, and who is kept out, with the sentence that says why."""

    groups: tuple[Group, ...]
    kept_out: Mapping[str, str]


def companions(case: Case, places: Places, seekers: Sequence[Seeker]) -> Companions:
    """Who stays together; narrows the ways of each to settings in which they can.

    Beside a locked one each of the others ends in its setting or nowhere, by themself; where two are
    locked in different settings, nowhere (N7).
    """
    bonds = nx.Graph()
    bonds.add_edges_from((p.id, p.together_with) for p in case.patients if p.together_with is not None)
    by_name = {s.patient.id: s for s in seekers}
    ends = {p.patient: p.stays[-1].setting for p in case.locked}
    groups: list[Group] = []
    kept_out: dict[str, str] = {}
    for bonded in sorted(sorted(c) for c in nx.connected_components(bonds)):
        free = [by_name[name] for name in bonded if name in by_name]
        homes = {ends[name] for name in bonded if name in ends}
        if len(bonded) < 2:
            continue
        if not homes:
            shared = np.all([_ends(seeker) for seeker in free], axis=0)
            shared = shared & _roomy(free, shared)
            if shared.any():
                groups.append(
                    Group(
                        tuple(s.index for s in free),
                        tuple(np.flatnonzero(shared).tolist()),
                    )
                )
            text = "No setting has places for everybody they stay with."
        elif len(homes) == 1:
            shared = np.zeros(len(places.settings), dtype=np.bool_)
            shared[places.setting_at[next(iter(homes))]] = True
            text = "Somebody they stay with already has a place, and there is none for them there."
        else:
            shared = np.zeros(len(places.settings), dtype=np.bool_)
            text = "The people they stay with already have places in two settings."
        for name in _lost(free, shared):
            kept_out[name] = text
    return Companions(tuple(groups), kept_out)


def _lost(seekers: Iterable[Seeker], allowed: Bools) -> list[str]:
    """Keep the ways that end in an allowed setting; the names of those who had ways and have none left."""
    lost: list[str] = []
    for seeker in seekers:
        had = bool(seeker.ways)
        kept = (_ending_in(way, allowed) for way in seeker.ways)
        seeker.ways = [way for way in kept if way.least is not None]
        if had and not seeker.ways:
            lost.append(seeker.patient.id)
    return lost


def _ending_in(way: Way, allowed: Bools) -> Way:
    fit = way.last.fit
    last = replace(way.last, fit=fit.within(allowed[way.last.capacity.places.setting[fit.groups]]))
    return Way(last) if way.second is None else Way(way.first, last)


def _roomy(seekers: Sequence[Seeker], shared: Bools) -> Bools:
    """The settings with a bed for each of them at once, as far as the dates of their last stays can tell.

    Stays that all overlap have a night in common, on which each person has a bed of their own: the last
    one of all, where none of the stays ends. A setting that never has as many beds that suit them needs
    no further thought.
    """
    places, capacity = seekers[0].places, seekers[0].capacity
    stays = [way.last for seeker in seekers for way in seeker.ways]
    if not shared.any() or min(s.end for s in stays) <= max(s.start for s in stays):
        return shared
    for_good = all(s.end == OPEN for s in stays)
    last = capacity.free[:, -1] if for_good else capacity.free.max(axis=1)
    wanted: list[dict[int, list[int]]] = []
    for seeker in seekers:
        groups = np.unique(np.concatenate([way.last.groups for way in seeker.ways]))
        by_setting: dict[int, list[int]] = {}
        for group, setting in zip(groups.tolist(), places.setting[groups].tolist(), strict=True):
            by_setting.setdefault(setting, []).append(group)
        wanted.append(by_setting)
    roomy = np.zeros_like(shared)
    for setting in np.flatnonzero(shared).tolist():
        beds = nx.DiGraph()
        for at, by_setting in enumerate(wanted):
            beds.add_edge("all", ("person", at), capacity=1)
            for group in by_setting.get(setting, ()):
                beds.add_edge(("person", at), ("beds", group), capacity=1)
                beds.add_edge(("beds", group), "placed", capacity=int(last[group]))
        roomy[setting] = "placed" in beds and nx.maximum_flow_value(beds, "all", "placed") == len(seekers)
    return roomy


def _ends(seeker: Seeker) -> Bools:
    """Whether some way of the seeker ends in each setting."""
    found = np.zeros(len(seeker.places.settings), dtype=np.bool_)
    for way in seeker.ways:
        found[seeker.places.setting[way.last.groups]] = True
    return found
