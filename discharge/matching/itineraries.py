"""Every lawful way for a patient to go: one stay, or an isolation and then the final one (spec: case).

A `Stays` is a family: one patient, one start and end, over all the bed groups that will do, with their
points. A `Way` is one family, or two that follow each other; picking a group from each gives an
itinerary. No object is made for a single itinerary until one is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np

from discharge.matching.capacity import Capacity
from discharge.model.patient import Pathway, Patient
from discharge.rules.eligibility import BIT, Bits, Eligibility, Purpose, Segment
from discharge.rules.places import ISOLATIONS, OPEN, Bools, Ints, Places
from discharge.rules.points import PatientView, Role, points_per_group
from discharge.rules.requirement import ASKS, FAR, Ask, Block, FromStart, InfectionState, Night

DEFAULT_STAY_DAYS = 42


@dataclass(frozen=True, eq=False)
class Stays:
    """A family of stays: nights `start` to `end`, isolating up to `isolated_to`, over `groups`.

    `points[i]` are the points in group `groups[i]`. `cohorts` are the isolating nights with the organism
    (an index) that a cohort unit would have, as (start, end, organism).
    """

    start: int
    end: int
    isolated_to: int
    groups: Ints
    points: Ints
    role: Role
    segments: tuple[Segment, ...]
    cohorts: tuple[tuple[int, int, int], ...]

    @property
    def ask(self) -> Ask:
        """The strictest requirement over the stay's nights."""
        return max((s.night.ask for s in self.segments), key=ASKS.index)

    @property
    def first_night(self) -> Night:
        """What the first night asks."""
        return self.segments[0].night

    def within(self, kept: Bools) -> Stays:
        """The same stays over those of its groups that are kept."""
        return replace(self, groups=self.groups[kept], points=self.points[kept])


@dataclass(frozen=True, eq=False)
class Way:
    """One stay, or two that follow each other without a night between."""

    first: Stays
    second: Stays | None = None

    @property
    def last(self) -> Stays:
        """The stay after which the person stays."""
        return self.second or self.first

    @cached_property
    def cheapest(self) -> int:
        """The fewest points of any itinerary of this way."""
        return int(self.first.points.min()) + (int(self.second.points.min()) if self.second else 0)


@dataclass(frozen=True, eq=False)
class Itinerary:
    """One choice: a way and a bed group for each of its stays; `group2` is -1 for one stay."""

    patient: int
    way: Way
    group1: int
    group2: int
    points: int

    @property
    def last_group(self) -> int:
        """The bed group of the last stay."""
        return self.group1 if self.group2 < 0 else self.group2


@dataclass(frozen=True)
class Shape:
    """An itinerary without its beds: spans of nights, what each stay is for, and its role."""

    spans: tuple[tuple[int, int, Purpose, Role], ...]


@dataclass(eq=False)
class Seeker:
    """A patient who is to be placed: their infections, eligibility and ways to go."""

    index: int
    patient: Patient
    state: InfectionState
    places: Places
    capacity: Capacity
    ways: list[Way] = field(default_factory=list)

    @cached_property
    def eligibility(self) -> Eligibility:
        """The patient against all bed groups."""
        return Eligibility(self.patient, self.places)

    @cached_property
    def view(self) -> PatientView:
        """The patient as the points see them."""
        return PatientView(self.patient, self.places, self.eligibility.kilometres)

    def find_ways(self) -> None:
        """Fill `ways` with every way that somebody alone in the hub could go."""
        self.ways = [way for shape in self.shapes() if (way := self._way(shape)) is not None]

    def shapes(self) -> Iterator[Shape]:
        """The shapes of itineraries that the rules of `spec: case` allow, by start."""
        yield from shapes(self.patient, self.state, self.places)

    def segments(self, start: int, end: int, first: int) -> tuple[Segment, ...]:
        """What the nights `start` to `end` ask, in an itinerary that first starts on day `first`."""
        return segments_of(self.state, self.places, start, end, first)

    def standing(self, span: tuple[int, int, Purpose, Role], first: int) -> Bits:
        """Reason bits per group against a stay, rules alone."""
        start, end, purpose, _ = span
        return self.eligibility.stand_against(self.segments(start, end, first), purpose)

    def crowding(self, span: tuple[int, int, Purpose, Role], first: int) -> Bits:
        """Reason bits per group against a stay, for want of a free bed, place or admission."""
        start, end, _, _ = span
        segments = self.segments(start, end, first)
        isolated_to = max((s.end for s in segments if s.night.isolates), default=start)
        taken = ~self.capacity.free_on(start, end)
        if isolated_to > start:
            taken = taken | ~self.capacity.places_on(start, isolated_to)
            in_cohort = self.places.isolation == ISOLATIONS.index("cohort")
            for s, e, organism in self._cohorts(segments):
                taken = taken | (in_cohort & ~self.capacity.cohort_on(s, e, organism))
        bits = np.where(taken, np.uint32(BIT["no_free_bed"]), np.uint32(0))
        bits[~self.capacity.slot_on(start)] |= np.uint32(BIT["no_slot"])
        return bits

    def _cohorts(self, segments: Sequence[Segment]) -> tuple[tuple[int, int, int], ...]:
        index = self.places.organisms.index
        return tuple((s.start, s.end, index(s.night.cohort)) for s in segments if s.night.cohort is not None)

    def _way(self, shape: Shape) -> Way | None:
        first = shape.spans[0][0]
        families: list[Stays] = []
        for span in shape.spans:
            family = self._stays(span, first)
            if family is None:
                return None
            families.append(family)
        return Way(families[0], families[1] if len(families) > 1 else None)

    def _stays(self, span: tuple[int, int, Purpose, Role], first: int) -> Stays | None:
        start, end, _, role = span
        fits: Bools = self.standing(span, first) == 0
        if not fits.any():
            return None
        fits = fits & (self.crowding(span, first) == 0)
        groups = np.flatnonzero(fits)
        if not len(groups):
            return None
        segments = self.segments(start, end, first)
        return Stays(
            start,
            end,
            max((s.end for s in segments if s.night.isolates), default=start),
            groups,
            self._points(role)[groups],
            role,
            segments,
            self._cohorts(segments),
        )

    def _points(self, role: Role) -> Ints:
        if role not in self._points_by_role:
            self._points_by_role[role] = points_per_group(self.view, role)
        return self._points_by_role[role]

    @cached_property
    def _points_by_role(self) -> dict[Role, Ints]:
        return {}


def segments_of(
    state: InfectionState, places: Places, start: int, end: int, first: int
) -> tuple[Segment, ...]:
    """What the nights `start` to `end` ask, in an itinerary that first starts on day `first`."""
    first_date = _date(places, first)
    regime = state.from_start(first_date)
    cuts = [places.day(day) for day in regime.changes(_date(places, start))]
    cuts += [first + regime.own_room_nights]
    edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
    return tuple(Segment(a, b, regime.night(_date(places, a), first_date)) for a, b in pairwise(edges))


def _date(places: Places, day: int) -> date:
    return places.day0 + timedelta(day)


def is_planned_for(patient: Patient, state: InfectionState, start: int, places: Places) -> bool:
    """Whether a bed is to be planned at all for a start on that day (spec: case, itineraries 4)."""
    if patient.pathway is Pathway.P0:
        return patient.usual_setting is not None
    if patient.pathway is Pathway.P1:
        regime = state.from_start(_date(places, start))
        return isolation_end(regime, places) > start
    return True


def isolation_end(regime: FromStart, places: Places) -> int:
    """The day on which the isolation ends: OPEN without an end, 0 where there is none."""
    end = regime.isolation_end
    return 0 if end is None else OPEN if end == FAR else places.day(end)


def shapes(patient: Patient, state: InfectionState, places: Places) -> Iterator[Shape]:
    """The shapes of a patient's itineraries, by start, as `spec: case` says which stays make one."""
    horizon = places.case.horizon_days
    shortest = max(1, places.rules.min_isolation_nights)
    ready = max(places.day(patient.ready_on), 0)
    final_days = (patient.stay_days or DEFAULT_STAY_DAYS) if patient.pathway is Pathway.P2 else OPEN
    for start in range(ready, horizon):
        if isinstance(state.block(_date(places, start)), Block):
            continue
        if not is_planned_for(patient, state, start, places):
            continue
        waited = start - ready
        regime = state.from_start(_date(places, start))
        end = isolation_end(regime, places)
        final_end = min(start + final_days, OPEN)
        if end <= start:
            role = Role(first=True, last=True, isolated=False, waited=waited)
            yield Shape(((start, final_end, Purpose.FINAL, role),))
            continue
        closed = end < OPEN
        if not closed or end - start >= shortest:
            alone = Role(first=True, last=True, isolated=True, waited=waited, no_onward=closed)
            yield Shape(((start, end, Purpose.ISOLATION, alone),))
        if not closed or patient.pathway is Pathway.P1:
            continue
        one = Role(first=True, last=True, isolated=True, waited=waited)
        yield Shape(((start, max(final_end, end), Purpose.FINAL, one),))
        if end - start >= shortest and end < horizon:
            before = Role(first=True, last=False, isolated=True, waited=waited)
            after = Role(first=False, last=True, isolated=False)
            onward = min(end + final_days, OPEN)
            yield Shape(((start, end, Purpose.ISOLATION, before), (end, onward, Purpose.FINAL, after)))


def stay_ends(
    patients: Mapping[str, Patient], states: Mapping[str, InfectionState], places: Places
) -> set[int]:
    """Every day on which a stay of somebody may end."""
    return {
        end
        for name, patient in patients.items()
        for shape in shapes(patient, states[name], places)
        for _, end, _, _ in shape.spans
        if end < OPEN
    }
