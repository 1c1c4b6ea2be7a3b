"""Many points on a map as few: those that would be drawn over each other become one, with their number."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """A point in kilometres east and south; only points of one `group` become one."""

    x: float
    y: float
    group: Hashable = ""
    alone: bool = False
    """Never becomes one with others."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Points drawn as one, by their places in the sequence given, and their middle."""

    x: float
    y: float
    members: tuple[int, ...]


def clusters(points: Sequence[Point], *, apart: float) -> list[Cluster]:
    """The points with those nearer than about `apart` kilometres gathered; every point is in one cluster."""
    cells: dict[tuple[Hashable, int, int], list[int]] = {}
    for at, point in enumerate(points):
        key = (at, 0, 0) if point.alone else (point.group, int(point.x // apart), int(point.y // apart))
        cells.setdefault(key, []).append(at)
    found: list[tuple[Hashable, bool, Cluster]] = []
    for members in cells.values():
        first = points[members[0]]
        x = sum(points[at].x for at in members) / len(members)
        y = sum(points[at].y for at in members) / len(members)
        found.append((first.group, first.alone, Cluster(x, y, tuple(members))))
    return _joined(found, apart=apart)


def _joined(found: list[tuple[Hashable, bool, Cluster]], *, apart: float) -> list[Cluster]:
    """Clusters that came to lie near each other over a cell's edge become one; the largest draw others in."""
    kept: dict[tuple[Hashable, int, int], list[Cluster]] = {}
    lone: list[Cluster] = []
    near = apart * apart * 0.5
    for group, alone, cluster in sorted(found, key=lambda each: -len(each[2].members)):
        if alone:
            lone.append(cluster)
            continue
        across, down = int(cluster.x // apart), int(cluster.y // apart)
        taken = False
        for cell in ((group, across + dx, down + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            for at, other in enumerate(kept.get(cell, ())):
                if (other.x - cluster.x) ** 2 + (other.y - cluster.y) ** 2 < near:
                    kept[cell][at] = Cluster(other.x, other.y, other.members + cluster.members)
                    taken = True
                    break
            if taken:
                break
        if not taken:
            kept.setdefault((group, across, down), []).append(cluster)
    return [*(cluster for cell in kept.values() for cluster in cell), *lone]
