"""Who competes for what: people and the settings that will do for them, as a graph (networkx)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from discharge.matching.choices import Choices
from discharge.rules.places import Ints

if TYPE_CHECKING:
    import networkx as nx


def settings_of(choices: Choices, at: int) -> Ints:
    """The settings that will do for some stay of a person (an index into the legs' people), in order."""
    return np.unique(choices.setting[choices.of_person(at)])


def components(choices: Choices, together: Iterable[Sequence[int]]) -> list[list[int]]:
    """The people who compete with each other, directly or through others, as indices into the legs' people.

    Two people in different components can never be in each other's way, so they are solved apart. People
    without any choice are in none. `together`: people to be kept in one component all the same.
    """
    number = len(choices.legs.people)
    label = np.arange(number)
    begins = np.flatnonzero(np.diff(choices.person, prepend=-1))
    people = choices.person[begins]
    bonds = [pair for members in together for pair in pairwise(members)]
    while len(people):
        before = label.copy()
        of_setting = np.full(len(choices.legs.capacity.places.settings), number)
        np.minimum.at(of_setting, choices.setting, label[choices.person])
        label[people] = np.minimum.reduceat(of_setting[choices.setting], begins)
        for one, other in bonds:
            label[[one, other]] = label[[one, other]].min()
        # a label is a person: who they are now joined to is nearer to the end
        label = label[label]
        if np.array_equal(before, label):
            break
    found: dict[int, list[int]] = {}
    for person in people.tolist():
        found.setdefault(int(label[person]), []).append(person)
    return sorted(found.values())


def competition_graph(choices: Choices, among: Ints | None = None) -> nx.Graph:
    """A graph of `("person", index)` and `("setting", index)`, joined where one could stay in the other.

    Persons as indices into the legs' people. `among`: these settings alone, where only their rivals are
    asked for.
    """
    import networkx as nx

    graph = nx.Graph()
    for at in range(len(choices.legs.people)):
        settings = settings_of(choices, at)
        if not len(settings):
            continue
        graph.add_node(("person", at))
        wanted = settings if among is None else np.intersect1d(settings, among)
        graph.add_edges_from((("person", at), ("setting", int(setting))) for setting in wanted)
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
