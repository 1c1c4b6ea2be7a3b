"""How many groups of companions a setting can take at all: five beds take two couples, never two and a half.

Groups end in one setting as a whole or not at all (N7). The linear program would split them, in each of many
like settings anew, and its bound would promise people whom no plan can place. These rows say what whole
groups can have: so many seats hold at most `seats // size` groups of `size` or more, each counted as often
as it holds `size` people. Others who end there only take of the same seats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from discharge.matching.choices import Choices
from discharge.rules.places import OPEN, Ints


@dataclass(frozen=True, slots=True)
class Group:
    """Companions who end in one of `settings` together, or not at all (N7)."""

    members: tuple[int, ...]
    settings: tuple[int, ...]


class Room(NamedTuple):
    """At most `most` in one setting, of `groups` that count as often as said: (number, how often)."""

    setting: int
    size: int
    groups: tuple[tuple[int, int], ...]
    most: int


def rooms_together(choices: Choices, groups: Sequence[Group]) -> Iterator[Room]:
    """Every row that whole groups need and the parts of groups would not."""
    ending: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for setting in group.settings:
            ending[setting].append(number)
    for setting, numbers in sorted(ending.items()):
        seats = _seats(choices, setting, [m for number in numbers for m in groups[number].members])
        sizes = {number: len(groups[number].members) for number in numbers}
        for size in range(2, max(sizes.values()) + 1):
            counted = tuple((n, sizes[n] // size) for n in numbers if sizes[n] >= size)
            if seats % size and sum(often for _, often in counted) > seats // size:
                yield Room(setting, size, counted, seats // size)


def _seats(choices: Choices, setting: int, people: Iterable[int]) -> int:
    """How many of these people can end in a setting at the most: by the admissions of all days on which a
    last stay may begin there, and by the beds, where all those stays have a night in common."""
    legs, capacity = choices.legs, choices.legs.capacity
    last = choices.is_last & (choices.setting == setting) & np.isin(legs.person[choices.leg], list(people))
    stays = [legs.all[leg] for leg in np.unique(choices.leg[last]).tolist()]
    if not stays:
        return 0
    days: Ints = np.unique(np.concatenate([stay.starts for stay in stays]))
    slots = capacity.slots[setting]
    seats = int(slots[days].sum(dtype=np.int64)) if days[-1] < len(slots) else OPEN
    if min(int(stay.ends.min()) for stay in stays) > int(days[-1]):
        rows = np.union1d(choices.group[last], capacity.places.beds_of[choices.group[last]])
        for_good = all(bool((stay.ends == OPEN).all()) for stay in stays)
        free = capacity.free[rows, -1] if for_good else capacity.free[rows].max(axis=1)
        seats = min(seats, int(free.sum(dtype=np.int64)))
    return seats
