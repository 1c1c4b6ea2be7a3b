"""Who competes for what: people and the settings that will do for them, as a graph (networkx)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import networkx as nx
import numpy as np

from discharge.matching.itineraries import Seeker
from discharge.rules.places import Ints


def settings_of(seeker: Seeker) -> Ints:
    """The settings that will do for some stay of a seeker, by index, in order."""
    fits = {id(s.fit): s.fit for way in seeker.ways for s in (way.first, way.second) if s is not None}
    groups = [fit.groups for fit in fits.values()]
    if not groups:
        return np.zeros(0, dtype=np.int64)
    there = np.zeros(len(seeker.places.settings), dtype=np.bool_)
    there[seeker.places.setting[np.concatenate(groups)]] = True
    return np.flatnonzero(there)


def components(seekers: Sequence[Seeker], together: Iterable[Sequence[int]]) -> list[list[int]]:
    """The people who compete with each other, directly or through others, by index.

    Two people in different components can never be in each other's way, so they are solved apart. The
    graph joins each person to the first one for whom a setting would do, which keeps it small.
    """
    graph = nx.Graph()
    first: Ints | None = None
    for seeker in seekers:
        graph.add_node(seeker.index)
        settings = settings_of(seeker)
        if first is None:
            first = np.full(len(seeker.places.settings), -1, dtype=np.int64)
        before = np.unique(first[settings])
        graph.add_edges_from((seeker.index, int(other)) for other in before if other >= 0)
        new = settings[first[settings] < 0]
        first[new] = seeker.index
    for members in together:
        graph.add_edges_from(pairwise(members))
    return sorted(sorted(component) for component in nx.connected_components(graph))


def competition_graph(seekers: Sequence[Seeker], among: Ints | None = None) -> nx.Graph:
    """A graph of `("person", index)` and `("setting", index)`, joined where one could stay in the other.

    `among`: these settings alone, where only their rivals are asked for.
    """
    graph = nx.Graph()
    for seeker in seekers:
        graph.add_node(("person", seeker.index))
        settings = settings_of(seeker)
        wanted = settings if among is None else np.intersect1d(settings, among)
        graph.add_edges_from((("person", seeker.index), ("setting", int(setting))) for setting in wanted)
    return graph


def rivals(graph: nx.Graph, person: int) -> Mapping[int, tuple[int, ...]]:
    """The settings that would do for a person, each with the others for whom it would do."""
    return {
        setting: tuple(
            sorted(i for kind, i in graph[("setting", setting)] if kind == "person" and i != person)
        )
        for kind, setting in graph[("person", person)]
        if kind == "setting"
    }
