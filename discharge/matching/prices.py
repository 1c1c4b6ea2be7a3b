"""The price of scarcity: what one more bed, isolation place or admission would be worth, in points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from discharge.matching.duals import Charged
from discharge.matching.prepared import PreparedCase
from discharge.matching.solve import Solution
from discharge.rules.places import Floats


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more of each thing would be worth in each cell, from the linear program's duals.

    `beds` by bed group and cell, `isolation` by unit and cell, `admissions` by setting and day; never
    below 0. In points, where placing somebody counts as many as `solve.WARM_UP` says for their priority.
    `starts` is the first day of each cell.
    """

    beds: Floats
    isolation: Floats
    admissions: Mapping[tuple[int, int], float]
    starts: Sequence[int]


def prices_of(prepared: PreparedCase, solutions: Sequence[Solution]) -> Prices:
    """The prices at a plan; nothing costs anything in a component that ran out of time."""
    capacity = prepared.capacity
    beds = np.zeros(capacity.free.shape)
    isolation = np.zeros(capacity.isolation_places.shape)
    admissions: dict[tuple[int, int], float] = {}
    for solution in solutions:
        if solution.duals is not None:
            _add(beds, solution.duals.beds)
            _add(isolation, solution.duals.places)
            admissions |= solution.duals.slots
    beds[list(capacity.kept)] = 0  # one more bed would be everybody's
    return Prices(np.maximum(beds, 0), np.maximum(isolation, 0), admissions, tuple(capacity.starts))


def _add(prices: Floats, charged: Charged) -> None:
    costing = np.flatnonzero(charged.row)
    prices[costing] += np.diff(charged.table, axis=1)[charged.row[costing]]
