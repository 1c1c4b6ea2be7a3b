"""People who are alike in all that a plan can tell: same priority, same ways to go, same points everywhere.

The solver sees one person of each kind, with their number; what it finds is dealt out to them. Between
people who are alike the one who has been ready for longest goes first. Where some of them keep a place of a
previous plan, each place is dealt to whoever would keep it, before the others come in turn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from discharge.matching.itineraries import Itinerary, Leg, Seeker


@dataclass(frozen=True)
class Kinds:
    """People by kind: `first` stands for each; `all` are those for whom, the first among them."""

    first: tuple[int, ...]
    all: Mapping[int, tuple[int, ...]]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many people each of `first` stands for."""
        return tuple(len(self.all[one]) for one in self.first)


def kinds_of(seekers: Sequence[Seeker], people: Sequence[int], apart: Collection[int]) -> Kinds:
    """The people (indices into `seekers`) by kind; those `apart` are of a kind of their own."""
    rough: dict[object, list[int]] = {}
    for at in people:
        key = at if at in apart else _at_a_glance(seekers[at])
        rough.setdefault(key, []).append(at)
    found: dict[object, list[int]] = {}
    for some in rough.values():
        for at in some:
            found.setdefault(at if len(some) == 1 else _all_of(seekers[at]), []).append(at)
    kinds = {some[0]: tuple(some) for some in found.values()}
    return Kinds(tuple(sorted(kinds)), kinds)


def kept_by_kind(
    seekers: Sequence[Seeker], kinds: Kinds, kept: Mapping[int, Itinerary]
) -> list[tuple[Itinerary, int]]:
    """What people would keep (by their index), as itineraries of those who stand for them, and how many
    would keep each."""
    found: list[tuple[Itinerary, int]] = []
    for first in kinds.first:
        mine = {at: kept[at] for at in kinds.all[first] if at in kept}
        numbers = Counter(_in_kind(seekers[at], one) for at, one in mine.items())
        for at, one in mine.items():
            number = numbers.pop(key := _in_kind(seekers[at], one), 0)
            if number:
                found.append((replace(one, patient=first, journey=seekers[first].journeys[key[0]]), number))
    return found


def _in_kind(seeker: Seeker, one: Itinerary) -> tuple[int, int, int, int]:
    """An itinerary as all who are alike have it: the journey by its number."""
    journey = next(at for at, journey in enumerate(seeker.journeys) if journey is one.journey)
    return journey, one.start, one.group1, one.group2


def dealt_out(
    seekers: Sequence[Seeker],
    kinds: Kinds,
    chosen: Sequence[Itinerary],
    kept: Mapping[int, Itinerary] | None = None,
) -> tuple[Itinerary, ...]:
    """The itineraries of those who stand for others, dealt out to all of their kind: to those who would keep
    it (`kept`, by index), then the earliest to whoever has been ready for longest."""
    of: dict[int, list[Itinerary]] = {}
    for one in chosen:
        of.setdefault(one.patient, []).append(one)
    dealt: list[Itinerary] = []
    for first, some in of.items():
        everybody = kinds.all[first]
        if len(everybody) == 1:
            dealt += some
            continue
        journeys = {id(journey): at for at, journey in enumerate(seekers[first].journeys)}
        some.sort(key=lambda one: (one.start, one.points, one.group1, one.group2))
        queue = sorted(everybody, key=lambda at: (seekers[at].patient.ready_on, seekers[at].patient.id))
        keepers: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
        for at in queue:
            if kept and at in kept:
                keepers[_in_kind(seekers[at], kept[at])].append(at)
        whose = [_next(keepers[_in_kind(seekers[first], one)]) for one in some]
        others = iter([at for at in queue if at not in whose])
        for keeper, one in zip(whose, some, strict=True):
            at = next(others) if keeper is None else keeper
            journey = seekers[at].journeys[journeys[id(one.journey)]]
            dealt.append(replace(one, patient=at, journey=journey))
    return tuple(sorted(dealt, key=lambda one: one.patient))


def _next(queue: list[int]) -> int | None:
    return queue.pop(0) if queue else None


def _at_a_glance(seeker: Seeker) -> tuple[object, ...]:
    """What is cheap to compare: people in whom it differs aren't alike."""
    legs = [leg for journey in seeker.journeys for leg in journey.legs]
    return (
        seeker.patient.priority,
        *((len(leg.starts), int(leg.starts[0]), int(leg.waits[0]), leg.isolated_to) for leg in legs),
        *((len(leg.fit.groups), int(leg.fit.groups[0]), int(leg.fit.points.sum())) for leg in legs),
    )


def _all_of(seeker: Seeker) -> tuple[object, ...]:
    """All that the solver knows of a person."""
    return (
        seeker.patient.priority,
        tuple(tuple(map(_leg, journey.legs)) for journey in seeker.journeys),
    )


def _leg(leg: Leg) -> tuple[object, ...]:
    columns = (leg.starts, leg.ends, leg.waits, leg.fit.groups, leg.fit.points)
    return (leg.isolated_to, leg.cohorts, *(column.tobytes() for column in columns))
