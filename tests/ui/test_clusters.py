"""Points of the map gathered where they would be drawn over each other."""

from __future__ import annotations

import random
from itertools import combinations

from ui.map.clusters import Point, clusters


def test_every_point_is_in_exactly_one_cluster() -> None:
    random.seed(7)
    points = [Point(random.uniform(0, 50), random.uniform(0, 50), random.choice("ab")) for _ in range(800)]
    found = clusters(points, apart=2.0)
    assert sorted(at for each in found for at in each.members) == list(range(800))
    assert len(found) < 800


def test_points_of_two_groups_never_become_one() -> None:
    found = clusters([Point(1, 1, "good"), Point(1, 1, "bad"), Point(1.1, 1, "good")], apart=5.0)
    assert sorted(each.members for each in found) == [(0, 2), (1,)]


def test_a_point_that_stands_alone_stays_alone() -> None:
    found = clusters([Point(1, 1), Point(1, 1, alone=True), Point(1, 1)], apart=5.0)
    assert sorted(each.members for each in found) == [(0, 2), (1,)]


def test_points_far_apart_stay_apart_and_nearer_ones_part_as_one_comes_nearer() -> None:
    points = [Point(0, 0), Point(3, 0), Point(30, 0)]
    assert len(clusters(points, apart=10)) == 2
    assert len(clusters(points, apart=1)) == 3


def test_points_over_the_edge_of_a_cell_become_one() -> None:
    # 9.9 and 10.1 lie in two cells of ten kilometres, and would be drawn over each other
    found = clusters([Point(9.9, 5), Point(10.1, 5)], apart=10)
    assert [each.members for each in found] == [(0, 1)]


def test_clusters_are_seldom_drawn_over_each_other() -> None:
    random.seed(3)
    points = [Point(random.gauss(20, 6), random.gauss(20, 6)) for _ in range(2_000)]
    found = clusters(points, apart=3.0)
    near = [
        (one, other)
        for one, other in combinations(found, 2)
        if (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < (3.0 * 0.7) ** 2
    ]
    assert not near
