"""The bare problem as the peers read it: who could have which beds, at how many points."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bare:
    """Pairs of a person and a bed group with points, people and groups counted from 0, beds by group."""

    person: Whole
    group: Whole
    points: Whole
    beds: Whole
    people: int

    @property
    def groups(self) -> int:
        """How many bed groups somebody could have."""
        return len(self.beds)

    @property
    def too_much(self) -> int:
        """Points that one person without a bed costs: more than all the others could save by it."""
        return int(self.points.max(initial=0)) * self.people + 1


def read(file: Path) -> Bare:
    """The pairs of an .npz; people and groups in no pair are left out."""
    with np.load(file) as found:
        people, person = np.unique(found["person"], return_inverse=True)
        groups, group = np.unique(found["group"], return_inverse=True)
        return Bare(person, group, found["points"], found["free"][groups], len(people))
