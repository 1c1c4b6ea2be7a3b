"""networkx's network_simplex on the bare problem."""

from __future__ import annotations

import sys
from pathlib import Path

import networkx as nx

from benchmarks.peers.problem import Bare, read
from benchmarks.timing import median, peak_mb, repeated, tell, timed

BUDGET = 20.0


def built(bare: Bare) -> nx.DiGraph:
    """The flow as a graph; whoever finds no bed goes to the sink at a high price."""
    graph = nx.DiGraph()
    sink = bare.people + bare.groups
    graph.add_node(sink, demand=bare.people)
    for person in range(bare.people):
        graph.add_node(person, demand=-1)
        graph.add_edge(person, sink, capacity=1, weight=bare.too_much)
    pairs = zip(bare.person.tolist(), bare.group.tolist(), bare.points.tolist(), strict=True)
    for person, group, points in pairs:
        graph.add_edge(person, bare.people + group, capacity=1, weight=points)
    for group, beds in enumerate(bare.beds.tolist()):
        graph.add_edge(bare.people + group, sink, capacity=beds, weight=0)
    return graph


def main(file: Path, runs: int) -> None:
    """Build and solve, first as the process begins, then again while there is time."""
    bare = read(file)
    build, graph = timed(lambda: built(bare))
    solve, (cost, flow) = timed(lambda: nx.network_simplex(graph))
    sink = bare.people + bare.groups
    lost = sum(flow[person][sink] for person in range(bare.people))
    builds = repeated(lambda: built(bare), runs=runs, budget=BUDGET)
    solves = repeated(lambda: nx.network_simplex(graph), runs=runs, budget=BUDGET)
    tell(
        {
            "build": median(builds),
            "solve": median(solves),
            "warm": median(builds) + median(solves),
            "cold": build + solve,
            "peak_mb": peak_mb(),
            "placed": bare.people - lost,
            "points": cost - lost * bare.too_much,
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
