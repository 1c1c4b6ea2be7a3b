"""The observations of one organism as they count at the planning instant, and the isolations that its
positive results began (docs/rules.md, 2: S1-S6, S8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from discharge.model.infection import Clearance, Exposure, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.patient import Patient
from discharge.rules.requirement import FAR

_STRICTNESS = {"negative": 0, "inconclusive": 1, "positive": 2, "pending": 3}


@dataclass(frozen=True, slots=True)
class Episode:
    """A confirmed isolation (S4): its first positive specimen's date, its nights.

    `least` where its end waits for the symptoms' (S8): the end that is computed from days alone.
    """

    specimen: date
    start: date
    end: date
    least: date | None = None


@dataclass(frozen=True)
class Seen:
    """The observations of one organism, as they count at the planning instant (S1, S2)."""

    as_at: datetime
    tests: tuple[Test, ...]
    onsets: tuple[Symptoms, ...]
    exposures: tuple[Exposure, ...]
    clearances: tuple[date, ...]
    immunosuppressed: bool

    @cached_property
    def today(self) -> date:
        """The planning date in London."""
        return london_date(self.as_at)

    def result(self, test: Test) -> str:
        """The result as it counts: one reported after the planning instant is pending (S1)."""
        reported = test.reported_at is not None and test.reported_at <= self.as_at
        return test.result if reported else "pending"

    @cached_property
    def speaks(self) -> Test | None:
        """The result that speaks (S3); None for a person never tested."""
        return max(self.tests, key=self._standing, default=None)

    def _standing(self, test: Test) -> tuple[datetime, bool, datetime, int]:
        result = self.result(test)
        return (
            test.specimen_at,
            result != "pending",
            test.reported_at or test.specimen_at,
            _STRICTNESS[result],
        )

    @cached_property
    def positives(self) -> tuple[date, ...]:
        """The dates of the positive specimens, oldest first."""
        return tuple(sorted(london_date(t.specimen_at) for t in self.tests if self.result(t) == "positive"))

    def cleared(self, after: date) -> date | None:
        """The latest clinician's date after `after` (S5)."""
        return max((day for day in self.clearances if day > after), default=None)

    def episodes(
        self, window: int, days: Callable[[date], int | None], *, until_well: bool = False
    ) -> tuple[Episode, ...]:
        """The confirmed isolations, oldest first (S4-S6); `days(start)` is the length, None: open-ended.

        `until_well`: a length in days is a minimum (S8).
        """
        found: list[Episode] = []
        for specimen in self.positives:
            if found and specimen < found[-1].end:
                continue
            earliest = specimen - timedelta(window)
            onsets = [
                s.onset_on
                for s in self.onsets
                if earliest <= s.onset_on <= specimen and not inside(s.onset_on, found)
            ]
            start = min(onsets, default=specimen)
            found.append(self._episode(specimen, start, earliest, days(start), until_well=until_well))
        return tuple(found)

    def _episode(
        self, specimen: date, start: date, earliest: date, length: int | None, *, until_well: bool
    ) -> Episode:
        cleared = self.cleared(specimen)
        if cleared is not None:
            return Episode(specimen, start, cleared)
        if self.immunosuppressed or length is None:
            return Episode(specimen, start, FAR)
        least = start + timedelta(length)
        if not until_well:
            return Episode(specimen, start, least)
        return Episode(specimen, start, self.well(earliest, specimen, least), least)

    def well(self, earliest: date, specimen: date, least: date) -> date:
        """`least`, or the day on which every spell of symptoms that belongs to the isolation is over (S8).

        A spell that moves the end may bring another one in.
        """
        end = least
        while True:
            ends = [
                s.resolved_on or FAR
                for s in self.onsets
                if earliest <= s.onset_on and (s.onset_on < end or s.onset_on <= specimen)
            ]
            moved = max([end, *ends])
            if moved == end:
                return end
            end = moved


def inside(day: date, episodes: Iterable[Episode]) -> bool:
    """Whether the day lies in one of the isolations (S6)."""
    return any(e.start <= day < e.end for e in episodes)


def seen_of(patient: Patient, organism: str, as_at: datetime) -> Seen:
    """What of the patient's observations counts for `organism` at `as_at` (S1, S2, S5)."""
    mine = [o for o in patient.observations if o.organism == organism]
    reported = [
        o
        for o in mine
        if isinstance(o, Test)
        and not (o.result == "void" and o.reported_at is not None and o.reported_at <= as_at)
    ]
    today = london_date(as_at)
    clearances = [
        day
        for o in mine
        if isinstance(o, Clearance)
        for day in (
            o.isolate_until,
            o.released_on if o.released_on and o.released_on <= today else None,
        )
        if day is not None
    ]
    return Seen(
        as_at=as_at,
        tests=tuple(reported),
        onsets=tuple(sorted((o for o in mine if isinstance(o, Symptoms)), key=lambda o: o.onset_on)),
        exposures=tuple(o for o in mine if isinstance(o, Exposure)),
        clearances=tuple(clearances),
        immunosuppressed=patient.immunosuppressed,
    )
