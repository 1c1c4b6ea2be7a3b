"""What a patient's infections ask of their nights: an independent reading of rules 2 to 5.

Everything is derived from the observations alone, for one first start. The result is a `Course`: the
spans of nights that ask for isolation or an own room, what blocks the start, and the conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from discharge.matching.verify.breach import day
from discharge.model.case import Case
from discharge.model.infection import Clearance, Exposure, Result, Symptoms, Test
from discharge.model.patient import Patient
from discharge.model.plan import Requirement
from discharge.model.time import london_date
from discharge.rules.rule_set import Acute, Carriage, RuleSet, Symptomatic, Tested, Untested

Isolating = Literal["isolation", "designated"]

STRICTNESS: dict[Requirement, int] = {"open": 0, "own_room": 1, "isolation": 2, "designated": 3}
FIVE_ATTESTATIONS = frozenset(
    {
        "normal_immune_response",
        "isolation_completed",
        "clinical_improvement",
        "no_new_symptoms",
        "clinician_clearance",
    }
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What one organism asks for on the nights `start` (included) to `end` (excluded; None: no end).

    `rule` is the id of the rule that says so; `confirmed` is a positive result, carriage included;
    `inconclusive` marks an isolation that an inconclusive result asks for: it binds the setting's type.
    """

    organism: str
    start: date
    end: date | None
    level: Literal["own_room", "isolation", "designated"]
    rule: str
    confirmed: bool
    inconclusive: bool = False

    @property
    def isolates(self) -> bool:
        """Whether the person is isolating, rather than in need of an own room alone."""
        return self.level != "own_room"

    def covers(self, night: date) -> bool:
        """Whether the night is one of these."""
        return self.start <= night and (self.end is None or night < self.end)


@dataclass(frozen=True, slots=True)
class Course:
    """What a patient's infections ask for, if they leave hospital on `start`.

    `blocked` holds the rule's id and a sentence where nobody in this state may leave that day.
    `release_from` is the first night free of a SARS-CoV-2 isolation that runs at the planning instant.
    """

    start: date
    asks: tuple[Ask, ...]
    blocked: tuple[str, str] | None
    retest: bool
    release_from: date | None

    def on(self, night: date) -> tuple[Ask, ...]:
        """The asks of a night: of each organism the strictest, a confirmed one before a suspected one."""
        found: dict[str, Ask] = {}
        for ask in self.asks:
            if ask.covers(night):
                known = found.get(ask.organism)
                if known is None or _weight(ask) > _weight(known):
                    found[ask.organism] = ask
        return tuple(found[organism] for organism in sorted(found))

    def requirement(self, night: date) -> Requirement:
        """The strictest requirement of a night over all organisms (rules 3)."""
        levels: list[Requirement] = [ask.level for ask in self.on(night)]
        return max(levels, key=STRICTNESS.__getitem__, default="open")

    def isolating_with(self, night: date) -> frozenset[str]:
        """The organisms that the person isolates with on a night."""
        return frozenset(ask.organism for ask in self.on(night) if ask.isolates)

    def isolates_on(self, night: date) -> bool:
        """Whether any organism asks for isolation on the night."""
        return bool(self.isolating_with(night))

    def isolation_end(self) -> tuple[bool, date | None]:
        """Whether there is an isolation at all, and its last organism's end (None: open-ended)."""
        ends = [ask.end for ask in self.asks if ask.isolates]
        if not ends:
            return False, None
        return True, None if None in ends else max(end for end in ends if end is not None)

    def changes(self) -> frozenset[date]:
        """The dates on which what is asked may change."""
        return frozenset(ask.start for ask in self.asks) | frozenset(
            ask.end for ask in self.asks if ask.end is not None
        )


def _weight(ask: Ask) -> tuple[bool, bool, int]:
    return (ask.isolates, ask.confirmed, STRICTNESS[ask.level])


@dataclass
class _Found:
    """What one organism adds to a course."""

    asks: list[Ask] = field(default_factory=list)
    blocked: tuple[str, str] | None = None
    retest: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """One organism's observations of a patient, as they stand at the planning instant."""

    organism: str
    as_at: datetime
    immunosuppressed: bool
    tests: tuple[Test, ...]
    symptoms: tuple[Symptoms, ...]
    exposures: tuple[Exposure, ...]
    clearances: tuple[Clearance, ...]

    @property
    def day0(self) -> date:
        return london_date(self.as_at)

    def result(self, test: Test) -> Result:
        """S1: only reported results count, the others are pending."""
        if test.reported_at is None or test.reported_at > self.as_at:
            return "pending"
        return test.result

    @property
    def speaking(self) -> Test | None:
        """S2, S3: the test that speaks; void ones were never taken."""
        strict: dict[Result, int] = {"positive": 3, "inconclusive": 2, "negative": 1, "pending": 0, "void": 0}
        counted = [test for test in self.tests if self.result(test) != "void"]

        def order(test: Test) -> tuple[datetime, bool, datetime, int]:
            result = self.result(test)
            reported = result != "pending"
            when = test.reported_at if reported and test.reported_at is not None else test.specimen_at
            return (test.specimen_at, reported, when, strict[result])

        return max(counted, key=order, default=None)

    @property
    def positives(self) -> list[Test]:
        """The positive tests by the time of their specimen."""
        found = [test for test in self.tests if self.result(test) == "positive"]
        return sorted(found, key=lambda test: test.specimen_at)

    def clinicians_date(self, after: date) -> date | None:
        """S5: the latest date that a clinician gave and that lies after `after`."""
        dates = [word.isolate_until for word in self.clearances if word.isolate_until is not None]
        dates += [
            word.released_on
            for word in self.clearances
            if word.released_on is not None and word.released_on <= self.day0
        ]
        return max((when for when in dates if when > after), default=None)


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """An isolation (or carriage) that a positive specimen began; `first` is that specimen's date."""

    first: date
    start: date
    end: date | None

    def covers(self, when: date) -> bool:
        return self.start <= when and (self.end is None or when < self.end)


def course_of(patient: Patient, start: date, case: Case, *, rules: RuleSet) -> Course:
    """The course of `patient`, leaving hospital on `start`, under `rules` (rules 2 to 5)."""
    asks: list[Ask] = []
    blocked: tuple[str, str] | None = None
    retest = False
    release_from: date | None = None
    for organism, values in rules.organisms.items():
        seen = _seen(patient, organism, case.as_at)
        if isinstance(values, Tested):
            found = _tested(seen, values, patient, start)
            release_from = _release_from(found.asks, seen.day0) or release_from
        elif isinstance(values, Acute):
            found = _acute(seen, values)
        elif isinstance(values, Symptomatic):
            found = _symptomatic(seen, values)
        else:
            found = _carriage(seen, values)
        asks += [ask for ask in found.asks if ask.end is None or ask.end > ask.start]
        blocked = blocked or found.blocked
        retest = retest or found.retest
    return Course(start, tuple(asks), blocked, retest, release_from)


def _seen(patient: Patient, organism: str, as_at: datetime) -> _Seen:
    about = [seen for seen in patient.observations if seen.organism == organism]
    return _Seen(
        organism=organism,
        as_at=as_at,
        immunosuppressed=patient.immunosuppressed,
        tests=tuple(seen for seen in about if isinstance(seen, Test)),
        symptoms=tuple(seen for seen in about if isinstance(seen, Symptoms)),
        exposures=tuple(seen for seen in about if isinstance(seen, Exposure)),
        clearances=tuple(seen for seen in about if isinstance(seen, Clearance)),
    )


# Confirmed isolations (S4, S5, S6)


def _isolations(seen: _Seen, values: Tested | Acute | Carriage) -> list[_Confirmed]:
    """Every isolation that a positive specimen began, in order; carriage ends by a clinician's word alone."""
    found: list[_Confirmed] = []
    window = 0 if isinstance(values, Carriage) else values.onset_window_days
    for test in seen.positives:
        first = london_date(test.specimen_at)
        if found and (found[-1].end is None or first < found[-1].end):
            continue
        onsets = [
            symptoms.onset_on
            for symptoms in seen.symptoms
            if first - timedelta(days=window) <= symptoms.onset_on <= first
            and not any(earlier.covers(symptoms.onset_on) for earlier in found)
        ]
        start = min(onsets, default=first)
        end = seen.clinicians_date(after=first)
        if end is None and not isinstance(values, Carriage) and not seen.immunosuppressed:
            end = start + timedelta(days=_days_from(values, start))
        found.append(_Confirmed(first, start, end))
    return found


def _days_from(values: Tested | Acute, start: date) -> int:
    """How many days an isolation that starts on `start` lasts (T3, C8)."""
    if isinstance(values, Acute):
        return values.days
    days = values.isolation_days
    for change in sorted(values.isolation_days_changes, key=lambda change: change.start):
        if change.start <= start:
            days = change.days
    return days


def _confirmed_asks(
    seen: _Seen, isolations: Iterable[_Confirmed], level: Literal["own_room", "isolation", "designated"]
) -> list[Ask]:
    rule = "I1" if level == "own_room" else "S4"
    return [Ask(seen.organism, one.start, one.end, level, rule, confirmed=True) for one in isolations]


# SARS-CoV-2 (rules 4)


def _tested(seen: _Seen, values: Tested, patient: Patient, start: date) -> _Found:
    isolations = _isolations(seen, values)
    found = _Found(asks=_confirmed_asks(seen, isolations, values.positive))
    found.asks += _exposed(seen, values)
    speaking = seen.speaking
    if not isolations:
        _add(found, _by_result(seen, values, speaking, start, isolations), may_block=True)
        return found

    last = isolations[-1]
    ended = last.end is not None and last.end <= start
    still_isolating = last.end is None or last.end > seen.day0
    last_positive = seen.positives[-1]
    if values.direct_route:
        within = (start - last.first).days <= values.direct_route_days
        if within and not patient.immunosuppressed:
            complete = frozenset(patient.attestations) >= FIVE_ATTESTATIONS
            if not still_isolating and not complete:
                found.blocked = (
                    "C3",
                    "an attestation of the direct route is missing (clinical_release_missing)",
                )
            return found
        fresh = speaking is not None and london_date(speaking.specimen_at) > london_date(
            last_positive.specimen_at
        )
        if fresh:
            _add(found, _by_result(seen, values, speaking, start, isolations), may_block=ended)
        elif ended:
            found.blocked = ("C3", "a fresh test, of a later date than the last positive one, is missing")
        return found

    later = speaking is not None and speaking.specimen_at > last_positive.specimen_at
    if later:
        _add(found, _by_result(seen, values, speaking, start, isolations), may_block=ended)
    if values.later_onset_speaks and last.end is not None:
        negative_on = (
            london_date(speaking.specimen_at)
            if later and speaking is not None and seen.result(speaking) == "negative"
            else None
        )
        for symptoms in seen.symptoms:
            after_isolation = symptoms.onset_on >= last.end
            if after_isolation and (negative_on is None or symptoms.onset_on > negative_on):
                found.asks.append(_while_symptomatic(seen, symptoms))
    return found


def _add(found: _Found, more: _Found, *, may_block: bool) -> None:
    """What a result asks for; it blocks nobody who starts inside a positive's isolation (S3)."""
    found.asks += more.asks
    if may_block:
        found.blocked = found.blocked or more.blocked
        found.retest = found.retest or more.retest


def _exposed(seen: _Seen, values: Tested) -> Iterator[Ask]:
    """C6: an exposure, with no positive specimen on or after it."""
    for exposure in seen.exposures:
        if not any(london_date(test.specimen_at) >= exposure.exposed_on for test in seen.positives):
            end = exposure.exposed_on + timedelta(days=_days_from(values, exposure.exposed_on))
            yield Ask(seen.organism, exposure.exposed_on, end, "own_room", "C6", confirmed=False)


def _by_result(
    seen: _Seen, values: Tested, test: Test | None, start: date, isolations: list[_Confirmed]
) -> _Found:
    """The row of the table of rules 4 for a result other than a positive one."""
    if test is None:
        return _untested(seen, values.never_tested, values, None, isolations)
    result = seen.result(test)
    if result == "pending":
        return _untested(seen, values.pending, values, test, isolations)
    if result == "inconclusive":
        return _untested(seen, values.inconclusive, values, test, isolations)
    found = _Found()
    nights = values.negative_own_room_nights
    if nights:
        found.asks.append(
            Ask(seen.organism, start, start + timedelta(days=nights), "own_room", "C9", confirmed=False)
        )
    if values.test_needed and values.test_valid_hours:
        if start > seen.day0:
            found.retest = True
        elif seen.as_at - test.specimen_at > timedelta(hours=values.test_valid_hours):
            found.blocked = (
                "C1",
                f"the negative specimen is older than {values.test_valid_hours} hours (test_expired)",
            )
    return found


def _untested(
    seen: _Seen, word: Untested, values: Tested, test: Test | None, isolations: list[_Confirmed]
) -> _Found:
    """C1, C2: a person without a clear result, by the word of the rule set."""
    what = "no test" if test is None else f"a result that is {seen.result(test)}"
    if word == "blocked":
        return _Found(blocked=("C1", f"there is {what}"))
    if word == "symptomatic" or test is None:
        uncovered = [
            symptoms
            for symptoms in seen.symptoms
            if not any(one.covers(symptoms.onset_on) for one in isolations)
        ]
        return _Found(asks=[_while_symptomatic(seen, symptoms) for symptoms in uncovered])
    taken = london_date(test.specimen_at)
    end = seen.clinicians_date(after=taken) or taken + timedelta(days=_days_from(values, taken))
    if end <= seen.day0 and values.test_needed:
        return _Found(blocked=("C2", f"the suspected isolation ended on {day(end)} and there is {what}"))
    inconclusive = seen.result(test) == "inconclusive"
    ask = Ask(seen.organism, taken, end, "isolation", "C2", confirmed=False, inconclusive=inconclusive)
    return _Found(asks=[ask])


def _while_symptomatic(seen: _Seen, symptoms: Symptoms) -> Ask:
    """C2: from onset to the first day without symptoms, or a clinician's date (S5)."""
    end = seen.clinicians_date(after=symptoms.onset_on) or symptoms.resolved_on
    return Ask(seen.organism, symptoms.onset_on, end, "isolation", "C2", confirmed=False)


def _release_from(asks: Iterable[Ask], day0: date) -> date | None:
    """C4: where an isolation runs at the planning instant and ends, the first night free of it."""
    running = [ask.end for ask in asks if ask.isolates and ask.covers(day0)]
    if not running or None in running:
        return None
    return max(end for end in running if end is not None)


# Other organisms (rules 5)


def _acute(seen: _Seen, values: Acute) -> _Found:
    isolations = _isolations(seen, values)
    found = _Found(asks=_confirmed_asks(seen, isolations, values.requirement))
    speaking = seen.speaking
    negative_on = (
        london_date(speaking.specimen_at)
        if speaking is not None and seen.result(speaking) == "negative"
        else None
    )
    for symptoms in seen.symptoms:
        onset = symptoms.onset_on
        if any(one.covers(onset) for one in isolations):
            continue
        if negative_on is not None and negative_on >= onset:
            continue
        end = seen.clinicians_date(after=onset) or onset + timedelta(days=values.days)
        found.asks.append(Ask(seen.organism, onset, end, values.requirement, "I2", confirmed=False))
    return found


def _symptomatic(seen: _Seen, values: Symptomatic) -> _Found:
    found = _Found()
    for symptoms in seen.symptoms:
        onset = symptoms.onset_on
        earliest = onset - timedelta(days=values.onset_window_days)
        confirmed = any(london_date(test.specimen_at) >= earliest for test in seen.positives)
        end = seen.clinicians_date(after=onset)
        if end is None and symptoms.resolved_on is not None and not (confirmed and seen.immunosuppressed):
            end = symptoms.resolved_on + timedelta(days=values.clear_days)
        found.asks.append(Ask(seen.organism, onset, end, values.requirement, "I2", confirmed=confirmed))
    return found


def _carriage(seen: _Seen, values: Carriage) -> _Found:
    return _Found(asks=_confirmed_asks(seen, _isolations(seen, values), values.requirement))
