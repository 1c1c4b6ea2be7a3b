"""The eligible pairs of a case, for the peers that solve the bare assignment: person, bed group, points."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import tell
from discharge.matching.prepared import PreparedCase, prepare
from discharge.model.files import read_case
from discharge.rules.rule_set import rules_of

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Each person with each bed group that some start of theirs may take, and the fewest points of it.

    The three arrays have one entry a pair, by person, then group; `free` has the beds of each group on the
    night on which most are free.
    """

    person: Whole
    group: Whole
    points: Whole
    free: Whole

    def write(self, file: Path) -> None:
        """Write them to an .npz that the peers read."""
        np.savez(file, person=self.person, group=self.group, points=self.points, free=self.free)


def pairs_of(prepared: PreparedCase) -> Pairs:
    """The pairs that the engine found eligible. Looks at its choices and at `capacity.free` alone."""
    free = prepared.capacity.free.max(axis=1, initial=0).astype(np.int64)
    choices = prepared.choices
    # a second stay is no matter of one night
    first = ~choices.legs.is_second[choices.leg]
    pair = choices.person[first] * len(free) + choices.group[first]
    order = np.lexsort((choices.least[first], pair))
    pairs, least = np.unique(pair[order], return_index=True)
    return Pairs(pairs // len(free), pairs % len(free), choices.least[first][order][least], free)


def main(case_file: Path, out: Path) -> None:
    """Write the pairs of a case file."""
    case = read_case(case_file.read_bytes())
    pairs = pairs_of(prepare(case, rules_of(case)))
    pairs.write(out)
    tell(
        {
            "people": len(np.unique(pairs.person)),
            "groups": len(np.unique(pairs.group)),
            "beds": int(pairs.free.sum()),
            "pairs": len(pairs.person),
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
