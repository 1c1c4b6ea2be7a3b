"""Every lawful way for a patient to go: one stay, or an isolation and then the final one (spec: case).

A `Stays` is a family: one patient, one start and end, over all the bed groups that will do, cheapest
first. A `Way` is one family, or two that follow each other; picking a group from each gives an itinerary.
Nothing is made for a single itinerary until the solver asks for the cheapest ones.
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
from discharge.model.plan import Requirement
from discharge.rules.eligibility import BIT, Bits, Eligibility, Purpose, Segment
from discharge.rules.places import ISOLATIONS, OPEN, Bools, Ints, Places
from discharge.rules.points import DELAY, PatientView, Role, points_per_group
from discharge.rules.requirement import ASKS, FAR, FromStart, InfectionState, Night

DEFAULT_STAY_DAYS = 42


@dataclass(frozen=True, eq=False)
class Fit:
    """The bed groups that no rule stands against, cheapest first, with their points but for the wait."""

    groups: Ints
    points: Ints

    def within(self, kept: Bools) -> Fit:
        """The groups that are kept (a mask over `groups`)."""
        return Fit(self.groups[kept], self.points[kept])


@dataclass(frozen=True, eq=False)
class Stays:
    """A family of stays: nights `start` to `end`, isolating up to `isolated_to`, in the groups of `fit`
    that are free.

    `wait` are the points of the wait before it. `cohorts` are the isolating nights with the organism (an
    index) that a cohort unit would have, as (start, end, organism).
    """

    start: int
    end: int
    isolated_to: int
    fit: Fit
    wait: int
    role: Role
    segments: tuple[Segment, ...]
    cohorts: tuple[tuple[int, int, int], ...]
    capacity: Capacity

    @property
    def ask(self) -> Requirement:
        """The strictest requirement over the stay's nights."""
        return max((s.night.ask for s in self.segments), key=ASKS.index)

    @property
    def first_night(self) -> Night:
        """What the first night asks."""
        return self.segments[0].night

    def is_free(self, groups: Ints) -> Bools:
        """Whether each group has a bed, a place and an admission left for the stay."""
        return ~self._taken(groups) & self.capacity.slot_on(self.start)[groups]

    def _taken(self, groups: Ints) -> Bools:
        capacity = self.capacity
        taken: Bools = ~capacity.free_on(self.start, self.end)[groups]
        if self.isolated_to > self.start:
            full = ~capacity.places_on(self.start, self.isolated_to)[groups]
            taken |= full & capacity.places.has_places[groups]
            in_cohort = capacity.places.isolation[groups] == ISOLATIONS.index("cohort")
            for start, end, organism in self.cohorts:
                taken |= in_cohort & ~capacity.cohort_on(start, end, organism)[groups]
        return taken

    def crowding(self) -> Bits:
        """Reason bits per bed group of the case, for want of a free bed, place or admission."""
        groups = np.arange(len(self.capacity.places))
        bits = np.where(self._taken(groups), np.uint32(BIT["no_free_bed"]), np.uint32(0))
        bits[~self.capacity.slot_on(self.start)] |= np.uint32(BIT["no_slot"])
        return bits

    def up_to(self, limit: float) -> tuple[Ints, Ints]:
        """The free groups of at most `limit` points, cheapest first, and their points."""
        number = int(np.searchsorted(self.fit.points, limit - self.wait, side="right"))
        groups = self.fit.groups[:number]
        free = self.is_free(groups)
        return groups[free], self.fit.points[:number][free] + self.wait

    @cached_property
    def least(self) -> int | None:
        """The fewest points of the family; None where no group is free."""
        at, size = 0, 32
        while at < len(self.fit.groups):
            free = np.flatnonzero(self.is_free(self.fit.groups[at : at + size]))
            if len(free):
                return int(self.fit.points[at + int(free[0])]) + self.wait
            at, size = at + size, size * 4
        return None

    @property
    def groups(self) -> Ints:
        """All free groups, cheapest first."""
        return self.up_to(np.inf)[0]

    def points_in(self, group: int) -> int:
        """The points of the stay in one of its groups."""
        return int(self.fit.points[np.flatnonzero(self.fit.groups == group)[0]]) + self.wait


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
    def least(self) -> int | None:
        """The fewest points of any itinerary of this way; None where there is none."""
        first = self.first.least
        second = 0 if self.second is None else self.second.least
        return None if first is None or second is None else first + second


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

    @property
    def stays(self) -> tuple[tuple[int, Stays], ...]:
        """The bed group and family of each stay, in order."""
        first = (self.group1, self.way.first)
        return (first,) if self.way.second is None else (first, (self.group2, self.way.second))


@dataclass(frozen=True, slots=True)
class Span:
    """A stay without its beds: nights `start` to `end`, what it is for, its role."""

    start: int
    end: int
    purpose: Purpose
    role: Role


Shape = tuple[Span, ...]
"""An itinerary without its beds: one span, or two that follow each other."""


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
        ways = (Way(*self.stays(shape)) for shape in self.shapes())
        self.ways = [way for way in ways if way.least is not None]
        # tables over all beds of a country, for thousands of people: made again if somebody asks why
        for table in ("eligibility", "view", "_fits", "_points_by_role"):
            self.__dict__.pop(table, None)

    def shapes(self) -> Iterator[Shape]:
        """The shapes of itineraries that the rules of `spec: case` allow, by start."""
        yield from shapes(self.patient, self.state, self.places)

    def standing(self, span: Span, first: int) -> Bits:
        """Reason bits per group against a stay of an itinerary that first starts on `first`, rules alone."""
        return self.eligibility.stand_against(self._segments(span, first), span.purpose)

    def stays(self, shape: Shape) -> tuple[Stays, ...]:
        """The families of stays of a shape."""
        return tuple(self._family(span, shape[0].start) for span in shape)

    def _family(self, span: Span, first: int) -> Stays:
        segments = self._segments(span, first)
        index = self.places.organisms.index
        return Stays(
            start=span.start,
            end=span.end,
            isolated_to=max((s.end for s in segments if s.night.isolates), default=span.start),
            fit=self._fit(span, segments),
            wait=DELAY.points(self.view, span.role),
            role=span.role,
            segments=segments,
            cohorts=tuple(
                (s.start, s.end, index(s.night.cohort)) for s in segments if s.night.cohort is not None
            ),
            capacity=self.capacity,
        )

    def plainly(self) -> tuple[Bits, Bits]:
        """Reason bits per group for going there today for good, as if no organism asked for anything.

        For people who start on no day: what stands against a setting all the same. Rules, then crowding.
        """
        role = Role(first=True, last=True, isolated=False)
        segments = (Segment(0, OPEN, Night(ask="open")),)
        bits = self.eligibility.stand_against(segments, Purpose.FINAL)
        fit = Fit(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        return bits, Stays(0, OPEN, 0, fit, 0, role, segments, (), self.capacity).crowding()

    def _segments(self, span: Span, first: int) -> tuple[Segment, ...]:
        return segments_of(self.state, self.places, span.start, span.end, first)

    def _fit(self, span: Span, segments: Sequence[Segment]) -> Fit:
        """The groups that will do; starts that are served alike share one."""
        role = replace(span.role, waited=0)
        bits = self.eligibility.stand_against(segments, span.purpose)
        key = (id(bits), role)
        if key not in self._fits:
            groups = np.flatnonzero(bits == 0)
            points = self._points(role)[groups]
            order = np.argsort(points, kind="stable")
            self._fits[key] = Fit(groups[order].astype(np.int32), points[order].astype(np.int32))
        return self._fits[key]

    @cached_property
    def _fits(self) -> dict[tuple[int, Role], Fit]:
        return {}

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
    cuts.append(first + regime.own_room_nights)
    edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
    return tuple(Segment(a, b, regime.night(_date(places, a), first_date)) for a, b in pairwise(edges))


def _date(places: Places, day: int) -> date:
    return places.day0 + timedelta(day)


def is_planned_for(patient: Patient, state: InfectionState, start: int, places: Places) -> bool:
    """Whether a bed is to be planned at all for a start on that day (spec: case, itineraries 4)."""
    if patient.pathway is Pathway.P0:
        return patient.usual_setting is not None
    if patient.pathway is Pathway.P1:
        return isolation_end(state.from_start(_date(places, start)), places) > start
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
        if state.block(_date(places, start)) is not None:
            continue
        if not is_planned_for(patient, state, start, places):
            continue
        waited = start - ready
        end = isolation_end(state.from_start(_date(places, start)), places)
        final_end = min(start + final_days, OPEN)
        if end <= start:
            role = Role(first=True, last=True, isolated=False, waited=waited)
            yield (Span(start, final_end, Purpose.FINAL, role),)
            continue
        closed = end < OPEN
        if not closed or end - start >= shortest:
            alone = Role(first=True, last=True, isolated=True, waited=waited, no_onward=closed)
            yield (Span(start, end, Purpose.ISOLATION, alone),)
        if not closed or patient.pathway is Pathway.P1:
            continue
        one = Role(first=True, last=True, isolated=True, waited=waited)
        yield (Span(start, max(final_end, end), Purpose.FINAL, one),)
        if end - start >= shortest and end < horizon:
            before = Role(first=True, last=False, isolated=True, waited=waited)
            after = Role(first=False, last=True, isolated=False)
            onward = min(end + final_days, OPEN)
            yield (
                Span(start, end, Purpose.ISOLATION, before),
                Span(end, onward, Purpose.FINAL, after),
            )


def stay_ends(
    patients: Mapping[str, Patient],
    states: Mapping[str, InfectionState],
    places: Places,
) -> set[int]:
    """Every day on which a stay of somebody may end."""
    return {
        span.end
        for name, patient in patients.items()
        for shape in shapes(patient, states[name], places)
        for span in shape
        if span.end < OPEN
    }
