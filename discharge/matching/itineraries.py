"""Every lawful way for a patient to go: one stay, or an isolation and then the final one (docs/case.md).

A `Leg` is a family of stays: one patient, a run of possible starts, all the bed groups that will do. A
`Journey` is one leg, or two that follow each other; picking a start and a bed group for each leg gives an
itinerary. Nothing is made for a single itinerary until the solver asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np

from discharge.model.birth import age_on
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Requirement
from discharge.rules.eligibility import Eligibility, Purpose, Screening, Segment
from discharge.rules.places import OPEN, Ints, Places
from discharge.rules.points import PatientView, Role, points_per_group
from discharge.rules.requirement import ASKS, FAR, FromStart, InfectionState, Night

FINAL_ALONE = Role(first=True, last=True, isolated=False)
ISOLATED_ALONE = Role(first=True, last=True, isolated=True)
NO_ONWARD = Role(first=True, last=True, isolated=True, no_onward=True)
ISOLATED_FIRST = Role(first=True, last=False, isolated=True)
FINAL_AFTER = Role(first=False, last=True, isolated=False)

CohortNights = tuple[int, int, int]
"""Nights `start` to `end` with the organism (an index) that a cohort unit would have."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stay without its beds: nights `start` to `end`, what it is for, its role (the wait aside, where it
    stands for stays of several starts)."""

    start: int
    end: int
    purpose: Purpose
    role: Role


Shape = tuple[Span, ...]
"""An itinerary without its beds: one span, or two that follow each other."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The bed groups that no rule stands against, with their points but for the wait."""

    groups: Ints
    points: Ints


@dataclass(frozen=True, eq=False)
class Leg:
    """The stays that begin on one of `starts` in one of the groups of `fit`, and end on the day in `ends`
    at the same place.

    `waits` are the points of the wait before each start. Nights before `isolated_to` isolate; `cohorts`
    are those of them that a cohort unit would meet.
    """

    starts: Ints
    ends: Ints
    waits: Ints
    fit: Fit
    purpose: Purpose
    role: Role
    isolated_to: int
    cohorts: tuple[CohortNights, ...]

    def goes_on_as(self, other: Leg) -> bool:
        """Whether the other leg differs in its starts alone."""
        return (self.fit, self.purpose, self.role, self.isolated_to, self.cohorts) == (
            (other.fit, other.purpose, other.role, other.isolated_to, other.cohorts)
        )

    @property
    def days_of_end(self) -> list[int]:
        """The days on which the stays end."""
        ends: list[int] = self.ends.tolist()
        return ends[:1] if ends[0] == ends[-1] else ends

    def span(self, start: int, waited: int) -> Span:
        """The stay that begins on `start`, after so many days of waiting."""
        at = int(np.searchsorted(self.starts, start))
        return Span(start, int(self.ends[at]), self.purpose, replace(self.role, waited=waited))


@dataclass(frozen=True, eq=False)
class Journey:
    """One leg, or two that follow each other without a night between."""

    first: Leg
    second: Leg | None = None

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The legs, in order."""
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def last(self) -> Leg:
        """The leg after which the person stays."""
        return self.second or self.first


@dataclass(frozen=True, eq=False)
class Itinerary:
    """One choice: a journey, its first start, a bed group for each leg; `group2` is -1 for one leg."""

    patient: int
    journey: Journey
    start: int
    group1: int
    group2: int
    points: int

    @property
    def last_group(self) -> int:
        """The bed group of the last stay."""
        return self.group1 if self.group2 < 0 else self.group2


@dataclass(frozen=True, slots=True)
class BedStay:
    """A stay in a bed group, with what its nights ask."""

    group: int
    span: Span
    segments: tuple[Segment, ...]

    @property
    def ask(self) -> Requirement:
        """The strictest requirement over the stay's nights."""
        return max((s.night.ask for s in self.segments), key=ASKS.index)

    @property
    def first_night(self) -> Night:
        """What the first night asks."""
        return self.segments[0].night


@dataclass(eq=False)
class Seeker:
    """A patient who is to be placed: their infections, and every way they could go."""

    index: int
    patient: Patient
    state: InfectionState
    places: Places
    journeys: list[Journey] = field(default_factory=list)
    kind: int = -1
    """What the screening calls people who ask for the same."""
    asked: list[tuple[tuple[Segment, ...], Purpose]] = field(default_factory=list)
    """What each of the screening's looks was for."""

    @cached_property
    def ready(self) -> int:
        """The first day on which they could leave, as far as they themselves are concerned."""
        return max(self.places.day(self.patient.ready_on), 0)

    def shapes(self) -> Iterator[Shape]:
        """The shapes of itineraries that the rules of docs/case.md allow, by start: those of the first and
        the last start of each run."""
        for start, end in self.runs():
            for day in {start: None, end - 1: None}:
                yield from shapes_on(day, self.patient, self.state, self.places)

    def segments(self, span: Span, first: int) -> tuple[Segment, ...]:
        """What the nights of a stay ask, in an itinerary that first starts on `first`."""
        return segments_of(self.state, self.places, span.start, span.end, first)

    def stays(self, itinerary: Itinerary) -> tuple[BedStay, ...]:
        """The stays of one of the person's itineraries."""
        journey, first = itinerary.journey, itinerary.start
        spans = [(itinerary.group1, journey.first.span(first, first - self.ready))]
        if journey.second is not None:
            spans.append((itinerary.group2, journey.second.span(int(journey.second.starts[0]), 0)))
        return tuple(BedStay(group, span, self.segments(span, first)) for group, span in spans)

    def find_journeys(self, screening: Screening) -> None:
        """Fills `journeys` with every way to go that the rules leave, free or not."""
        fits: dict[tuple[object, ...], Fit] = {}
        found: list[Journey] = []
        self.kind = screening.kind(self.patient)
        for start, end in self.runs():
            legs = [
                tuple(self._leg(span, shape[0].start, end - start, screening, fits) for span in shape)
                for shape in shapes_on(start, self.patient, self.state, self.places)
            ]
            found += [Journey(*one) for one in legs if all(len(leg.fit.groups) for leg in one)]
        self.journeys = _joined(found)

    def _leg(
        self,
        span: Span,
        first: int,
        number: int,
        screening: Screening,
        fits: dict[tuple[object, ...], Fit],
    ) -> Leg:
        """The leg of `number` starts that begin as `span` does; a second stay always starts the same day."""
        segments = self.segments(span, first)
        if span.role.first:
            starts = np.arange(span.start, span.start + number)
            moves_on = span.end < OPEN and span.end == span.start + self._stay_days
            ends = starts + self._stay_days if moves_on else np.full(number, span.end)
        else:
            starts, ends = np.array([span.start]), np.array([span.end])
        weight = self.places.case.weights.delay
        return Leg(
            starts=starts,
            ends=ends,
            waits=weight * (starts - self.ready) if span.role.first else np.zeros(1, dtype=np.int64),
            fit=self._fit(span, segments, screening, fits),
            purpose=span.purpose,
            role=span.role,
            isolated_to=max((s.end for s in segments if s.night.isolates), default=0),
            cohorts=tuple(self._cohorts(segments)),
        )

    def _cohorts(self, segments: Sequence[Segment]) -> Iterator[CohortNights]:
        """The nights a cohort unit would meet, by organism; those from the stay's start begin on day 0."""
        for organism, nights in groupby(segments, key=lambda s: s.night.cohort):
            some = list(nights)
            if organism is not None:
                start = 0 if some[0] is segments[0] else some[0].start
                yield start, some[-1].end, self.places.organisms.index(organism)

    @property
    def _stay_days(self) -> int:
        return OPEN if self.patient.final_days is None else self.patient.final_days

    def _fit(
        self,
        span: Span,
        segments: tuple[Segment, ...],
        screening: Screening,
        fits: dict[tuple[object, ...], Fit],
    ) -> Fit:
        """The groups that will do; stays that are served alike share one."""
        places = screening.left_for(self.patient, self.kind, segments, span.purpose)
        asker = Eligibility(self.patient, places)
        day = _date(self.places, span.start)
        key = (places, span.purpose, span.role, self._age_on(day), segments[0].night.confirmed)
        if key not in fits:
            self.asked.append((segments, span.purpose))
            will_do = np.flatnonzero(asker.personal(segments[0], span.purpose) == 0)
            view = PatientView(self.patient, places, asker.kilometres)
            points = points_per_group(view, span.role)
            fits[key] = Fit(places.rows[will_do], points[will_do])
        return fits[key]

    def _age_on(self, day: date) -> int | None:
        return None if self.patient.born is None else age_on(self.patient.born, day)

    def runs(self) -> list[tuple[int, int]]:
        """The starts from ready to the horizon, in runs (first, day after the last) of starts that are
        alike: what is asked, and of whom, may change between them alone."""
        places, state, horizon = self.places, self.state, self.places.case.horizon_days
        days = {self.ready, horizon}
        if state.block(_date(places, 0)) != state.block(_date(places, 1)):
            days.add(1)
        if self.patient.born is not None:
            for year in range(places.day0.year, _date(places, horizon).year + 1):
                days.add(places.day(_birthday(self.patient.born, year)))
        for last in (state.late_after, state.between_after):
            if date.min < last < FAR:
                days.add(places.day(last) + 1)
        edges = set(places.whole.designation_days)
        shifts = {0, self._stay_days}
        for regime in state.regimes:
            edges |= {places.day(d.end) for d in regime.demands if d.end != FAR}
            shifts |= {regime.own_room_nights, max(1, places.rules.min_isolation_nights)}
        days |= {edge - shift + more for edge in edges for shift in shifts for more in (0, 1)}
        ready = self.ready
        return list(pairwise(sorted(day for day in days if ready <= day <= horizon)))


def _joined(journeys: Sequence[Journey]) -> list[Journey]:
    """The journeys, those that differ in their starts alone made one."""
    joined: list[Journey] = []
    for journey in journeys:
        same = next(
            (
                at
                for at, other in enumerate(joined)
                if len(other.legs) == len(journey.legs)
                and all(a.goes_on_as(b) for a, b in zip(other.legs, journey.legs, strict=True))
            ),
            None,
        )
        if same is None:
            joined.append(journey)
            continue
        before, leg = joined[same].first, journey.first
        first = replace(
            before,
            starts=np.concatenate([before.starts, leg.starts]),
            ends=np.concatenate([before.ends, leg.ends]),
            waits=np.concatenate([before.waits, leg.waits]),
        )
        joined[same] = Journey(first, joined[same].second)
    return joined


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


def _birthday(born: date, year: int) -> date:
    """The day in a year on which somebody is a year older; for the 29 February the 1 March in most years."""
    leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    return date(year, born.month, born.day) if leap or (born.month, born.day) != (2, 29) else date(year, 3, 1)


def is_planned_for(patient: Patient, state: InfectionState, start: int, places: Places) -> bool:
    """Whether a bed is to be planned at all for a start on that day (docs/case.md, itineraries 4)."""
    if patient.pathway is Pathway.P0:
        return patient.usual_setting is not None
    if patient.pathway is Pathway.P1:
        return isolation_end(state.from_start(_date(places, start)), places) > start
    return True


def isolation_end(regime: FromStart, places: Places) -> int:
    """The day on which the isolation ends: OPEN without an end, 0 where there is none."""
    end = regime.isolation_end
    return 0 if end is None else OPEN if end == FAR else places.day(end)


def shapes_on(start: int, patient: Patient, state: InfectionState, places: Places) -> Iterator[Shape]:
    """The shapes of a patient's itineraries that first start on a day from ready to the horizon, as
    docs/case.md says which stays make one."""
    if state.block(_date(places, start)) is not None or not is_planned_for(patient, state, start, places):
        return
    shortest = max(1, places.rules.min_isolation_nights)
    final_days = OPEN if patient.final_days is None else patient.final_days
    end = isolation_end(state.from_start(_date(places, start)), places)
    final_end = min(start + final_days, OPEN)
    if end <= start:
        yield (Span(start, final_end, Purpose.FINAL, FINAL_ALONE),)
        return
    closed = end < OPEN
    if not closed or end - start >= shortest:
        yield (Span(start, end, Purpose.ISOLATION, NO_ONWARD if closed else ISOLATED_ALONE),)
    if not closed or patient.pathway is Pathway.P1:
        return
    yield (Span(start, max(final_end, end), Purpose.FINAL, ISOLATED_ALONE),)
    if end - start >= shortest and end < places.case.horizon_days:
        onward = min(end + final_days, OPEN)
        yield (
            Span(start, end, Purpose.ISOLATION, ISOLATED_FIRST),
            Span(end, onward, Purpose.FINAL, FINAL_AFTER),
        )
