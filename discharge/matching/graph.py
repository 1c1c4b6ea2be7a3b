"""Who competes for what: people and the settings that will do for them, as a graph (networkx)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import networkx as nx
import numpy as np

from discharge.matching.itineraries import Seeker


def competition_graph(seekers: Sequence[Seeker], together: Iterable[Sequence[int]]) -> nx.Graph:
    """A graph of `("person", index)` and `("setting", index)`, joined where one could stay in the other.

    Companions are joined to each other. Two people in different components can never be in each
    other's way, so components are solved apart.
    """
    graph = nx.Graph()
    for seeker in seekers:
        person = ("person", seeker.index)
        graph.add_node(person)
        groups = [
            stays.groups for way in seeker.ways for stays in (way.first, way.second) if stays is not None
        ]
        settings = np.unique(seeker.places.setting[np.concatenate(groups)]) if groups else ()
        graph.add_edges_from((person, ("setting", int(setting))) for setting in settings)
    for members in together:
        graph.add_edges_from((("person", a), ("person", b)) for a, b in pairwise(members))
    return graph


def components(graph: nx.Graph) -> list[list[int]]:
    """The people of each component, by index, smallest index first."""
    found = [
        sorted(index for kind, index in component if kind == "person")
        for component in nx.connected_components(graph)
    ]
    return sorted(people for people in found if people)


def rivals(graph: nx.Graph, person: int) -> Mapping[int, tuple[int, ...]]:
    """The settings that would do for a person, each with the others for whom it would do."""
    return {
        setting: tuple(
            sorted(i for kind, i in graph[("setting", setting)] if kind == "person" and i != person)
        )
        for kind, setting in graph[("person", person)]
        if kind == "setting"
    }
