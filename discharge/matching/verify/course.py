"""What a patient's infections ask of their nights: an independent reading of docs/rules.md, 2 to 5.

Everything is derived from the observations alone, for one first start. The result is a `Course`: the
spans of nights that ask for isolation or an own room, what blocks the start, and the conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from discharge.model.case import Case
from discharge.model.infection import Clearance, Exposure, Result, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.patient import Patient
from discharge.model.plan import Requirement
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
class Block:
    """Why nobody in this state may leave that day: the rule's id, the reason's code, a sentence."""

    rule: str
    code: Literal["no_test", "awaiting_result", "inconclusive", "test_expired", "clinical_release_missing"]
    why: str
    hours: int | None = None
    """How old a negative specimen may be, where it is older."""

    @property
    def for_want_of_knowledge(self) -> bool:
        """Whether there is no test, or none that speaks (docs/case.md, "Locked")."""
        return self.code in ("no_test", "awaiting_result", "inconclusive")


@dataclass(frozen=True, slots=True)
class Course:
    """What a patient's infections ask for, if they leave hospital on `start`.

    `blocked` says why nobody in this state may leave that day; None where they may.
    `release_from` is the first night free of a SARS-CoV-2 isolation that runs at the planning instant.
    """

    start: date
    asks: tuple[Ask, ...]
    blocked: Block | None
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
        """The strictest requirement of a night over all organisms (docs/rules.md, 3)."""
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
    blocked: Block | None = None
    retest: bool = False


@dataclass(frozen=True)
class _Seen:
    """One organism's observations of a patient, as they stand at the planning instant."""

    organism: str
    as_at: datetime
    immunosuppressed: bool
    tests: tuple[Test, ...]
    symptoms: tuple[Symptoms, ...]
    exposures: tuple[Exposure, ...]
    clearances: tuple[Clearance, ...]

    @cached_property
    def day0(self) -> date:
        return london_date(self.as_at)

    def result(self, test: Test) -> Result:
        """S1: only reported results count, the others are pending."""
        if test.reported_at is None or test.reported_at > self.as_at:
            return "pending"
        return test.result

    @cached_property
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

    @cached_property
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


@dataclass(frozen=True)
class Known:
    """What is known of a patient's infections, whenever they leave hospital: of the organisms that a test is
    asked for their observations, of the others all that they ask."""

    patient: Patient
    tested: tuple[tuple[_Seen, Tested, tuple[_Confirmed, ...]], ...]
    asks: tuple[Ask, ...]

    def course(self, start: date) -> Course:
        """The patient's course, leaving hospital on `start`."""
        asks: list[Ask] = []
        blocked: Block | None = None
        retest = False
        release_from: date | None = None
        for seen, values, isolations in self.tested:
            found = _tested(seen, values, isolations, self.patient, start)
            release_from = _release_from(found.asks, seen.day0) or release_from
            asks += found.asks
            blocked = blocked or found.blocked
            retest = retest or found.retest
        some = tuple(ask for ask in asks if ask.end is None or ask.end > ask.start)
        return Course(start, (*some, *self.asks), blocked, retest, release_from)


def known_of(patient: Patient, case: Case, *, rules: RuleSet) -> Known:
    """What is known of `patient` at the planning instant, under `rules` (docs/rules.md, 2 to 5)."""
    tested: list[tuple[_Seen, Tested, tuple[_Confirmed, ...]]] = []
    asks: list[Ask] = []
    observed = {observation.organism for observation in patient.observations}
    for organism, values in rules.organisms.items():
        if organism not in observed and not isinstance(values, Tested):
            continue  # nothing is asked where nothing is known
        seen = _seen(patient, organism, case.as_at)
        if isinstance(values, Tested):
            tested.append((seen, values, tuple(_isolations(seen, values))))
        elif isinstance(values, Acute):
            asks += _acute(seen, values).asks
        elif isinstance(values, Symptomatic):
            asks += _symptomatic(seen, values).asks
        else:
            asks += _carriage(seen, values).asks
    lasting = tuple(ask for ask in asks if ask.end is None or ask.end > ask.start)
    return Known(patient, tuple(tested), lasting)


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


# Confirmed isolations (S4, S5, S6, S8)


def _isolations(seen: _Seen, values: Tested | Acute | Carriage) -> list[_Confirmed]:
    """Every isolation that a positive specimen began, in order; carriage ends by a clinician's word alone."""
    found: list[_Confirmed] = []
    for test in seen.positives:
        first = london_date(test.specimen_at)
        if found and (found[-1].end is None or first < found[-1].end):
            continue
        if isinstance(values, Carriage):
            found.append(_Confirmed(first, first, seen.clinicians_date(after=first)))
            continue
        earliest = first - timedelta(days=values.onset_window_days)
        onsets = [
            symptoms.onset_on
            for symptoms in seen.symptoms
            if earliest <= symptoms.onset_on <= first
            and not any(earlier.covers(symptoms.onset_on) for earlier in found)
        ]
        start = min(onsets, default=first)
        end = seen.clinicians_date(after=first)
        if end is None and not seen.immunosuppressed:
            end = start + timedelta(days=_days_from(values, start))
            if values.until_well:
                end = _well_by(seen, earliest, first, end)
        found.append(_Confirmed(first, start, end))
    return found


def _well_by(seen: _Seen, earliest: date, first: date, end: date) -> date | None:
    """S8: the end of an isolation of a specimen of `first`, moved by every spell that belongs to it.

    A spell that moves the end may bring another one inside; None where one of them has no `resolved_on`.
    """
    while True:
        last_day = max(end - timedelta(days=1), first)
        theirs = [symptoms for symptoms in seen.symptoms if earliest <= symptoms.onset_on <= last_day]
        moved = end
        for symptoms in theirs:
            if symptoms.resolved_on is None:
                return None
            moved = max(moved, symptoms.resolved_on)
        if moved == end:
            return end
        end = moved


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


# SARS-CoV-2: docs/rules.md, 4


def _tested(
    seen: _Seen, values: Tested, isolations: Sequence[_Confirmed], patient: Patient, start: date
) -> _Found:
    found = _Found(asks=_confirmed_asks(seen, isolations, values.positive))
    found.asks += _exposed(seen, values, isolations)
    if not isolations:
        _add(found, _by_result(seen, values, start, isolations), may_block=True)
        return found

    last = isolations[-1]
    ended = last.end is not None and last.end <= start
    still_isolating = last.end is None or last.end > seen.day0
    last_positive = seen.positives[-1].specimen_at
    speaking = seen.speaking
    within = (start - last.first).days <= values.direct_route_days
    by_attestations = values.direct_route and within and not patient.immunosuppressed
    if by_attestations:
        complete = frozenset(patient.attestations) >= FIVE_ATTESTATIONS
        if not still_isolating and not complete:
            why = "an attestation of the direct route is missing"
            found.blocked = Block("C3", "clinical_release_missing", why)
    elif values.direct_route:
        if speaking is not None and london_date(speaking.specimen_at) > london_date(last_positive):
            _add(found, _by_result(seen, values, start, isolations), may_block=ended)
        elif ended:
            why = "a fresh test, of a later date than the last positive one, is missing"
            found.blocked = Block("C3", "no_test", why)
    elif speaking is not None and seen.result(speaking) != "positive":
        # of one moment with the positive one too, where S3 prefers it: unknown never passes
        _add(found, _by_result(seen, values, start, isolations), may_block=ended)
    if values.later_onset_speaks:
        found.asks += _by_later_onset(seen, isolations, negative_speaks=not by_attestations)
    return found


def _add(found: _Found, more: _Found, *, may_block: bool) -> None:
    """What a result asks for; it blocks nobody who starts inside a positive's isolation (S3)."""
    found.asks += more.asks
    if may_block:
        found.blocked = found.blocked or more.blocked
        found.retest = found.retest or more.retest


def _exposed(seen: _Seen, values: Tested, isolations: Sequence[_Confirmed]) -> Iterator[Ask]:
    """C6: an exposure outside every confirmed isolation, with no positive specimen on or after it."""
    for exposure in seen.exposures:
        on = exposure.exposed_on
        positive_since = any(london_date(test.specimen_at) >= on for test in seen.positives)
        if not positive_since and not any(one.covers(on) for one in isolations):
            end = on + timedelta(days=_days_from(values, on))
            yield Ask(seen.organism, on, end, "own_room", "C6", confirmed=False)


def _by_result(seen: _Seen, values: Tested, start: date, isolations: Sequence[_Confirmed]) -> _Found:
    """The row of the table of docs/rules.md, 4 for what speaks, other than a positive one."""
    test = seen.speaking
    if test is None:
        if values.test_needed or values.never_tested == "blocked":
            return _Found(blocked=Block("C1", "no_test", "there is no test"))
        return _Found(asks=_while_symptomatic(seen, isolations))
    result = seen.result(test)
    if result in ("pending", "inconclusive"):
        word = values.pending if result == "pending" else values.inconclusive
        return _without_clear_result(seen, word, values, test, isolations)
    found = _Found()
    nights = timedelta(days=values.negative_own_room_nights)
    if nights:
        found.asks.append(Ask(seen.organism, start, start + nights, "own_room", "C9", confirmed=False))
    if values.later_onset_speaks:
        found.asks += _while_symptomatic(seen, isolations, after=london_date(test.specimen_at))
    if values.test_needed and values.test_valid_hours:
        if start > seen.day0:
            found.retest = True
        elif seen.as_at - test.specimen_at > timedelta(hours=values.test_valid_hours):
            why = f"the negative specimen is older than {values.test_valid_hours} hours"
            found.blocked = Block("C1", "test_expired", why, values.test_valid_hours)
    return found


def _without_clear_result(
    seen: _Seen, word: Untested, values: Tested, test: Test, isolations: Sequence[_Confirmed]
) -> _Found:
    """C1, C2: somebody whose result is pending or inconclusive, by the word of the rule set.

    Where a test is needed, whoever no longer isolates as suspected needs the result; so does everybody where
    the word is "symptomatic" all the same, which the rules don't foresee: unknown never passes.
    """
    inconclusive = seen.result(test) == "inconclusive"
    code: Literal["inconclusive", "awaiting_result"] = "inconclusive" if inconclusive else "awaiting_result"
    what = "the result is inconclusive" if inconclusive else "the result is awaited"
    if word == "blocked" or (word == "symptomatic" and values.test_needed):
        return _Found(blocked=Block("C1", code, what))
    if word == "symptomatic":
        return _Found(asks=_while_symptomatic(seen, isolations))
    ask = _suspected(seen, values, test, inconclusive=inconclusive)
    if values.test_needed and ask.end is not None and ask.end <= seen.day0:
        return _Found(blocked=Block("C2", code, f"the suspected isolation is over and {what}"))
    return _Found(asks=[ask])


def _suspected(seen: _Seen, values: Tested, test: Test, *, inconclusive: bool) -> Ask:
    """C2: isolating as suspected from the specimen's date; S5: or until a clinician's; S8: until well.

    S8 doesn't say which spells a suspected isolation of a specimen has; the safer reading counts those that
    a confirmed one would have.
    """
    taken = london_date(test.specimen_at)
    end = seen.clinicians_date(after=taken)
    if end is None:
        end = taken + timedelta(days=_days_from(values, taken))
        if values.until_well:
            end = _well_by(seen, taken - timedelta(days=values.onset_window_days), taken, end)
    return Ask(seen.organism, taken, end, "isolation", "C2", confirmed=False, inconclusive=inconclusive)


def _while_symptomatic(
    seen: _Seen, isolations: Sequence[_Confirmed], *, after: date | None = None
) -> list[Ask]:
    """C2, S6: each spell that no confirmed isolation covers, from its onset or the last of these on.

    To the first day without symptoms, or a clinician's date (S5); `after` a negative specimen's date the
    later onsets alone.
    """
    ends = [one.end for one in isolations]
    if None in ends:
        return []
    free_from = max((end for end in ends if end is not None), default=date.min)
    return [
        Ask(
            seen.organism,
            max(symptoms.onset_on, free_from),
            seen.clinicians_date(after=symptoms.onset_on) or symptoms.resolved_on,
            "isolation",
            "C2",
            confirmed=False,
        )
        for symptoms in seen.symptoms
        if (after is None or symptoms.onset_on > after)
        and not any(one.covers(symptoms.onset_on) for one in isolations)
    ]


def _by_later_onset(seen: _Seen, isolations: Sequence[_Confirmed], *, negative_speaks: bool) -> list[Ask]:
    """The table's last row where an onset after the isolation speaks; S6: earlier spells go on with it.

    A negative of a later specimen than the last positive one silences the onsets up to its date, where it
    speaks: beside the five attestations it doesn't (C3).
    """
    end = isolations[-1].end
    speaking = seen.speaking
    negative_on: date | None = None
    if (
        negative_speaks
        and speaking is not None
        and seen.result(speaking) == "negative"
        and speaking.specimen_at > seen.positives[-1].specimen_at
    ):
        negative_on = london_date(speaking.specimen_at)
    speaks = [
        symptoms
        for symptoms in seen.symptoms
        if end is not None
        and symptoms.onset_on >= end
        and (negative_on is None or symptoms.onset_on > negative_on)
    ]
    return _while_symptomatic(seen, isolations, after=negative_on) if speaks else []


def _release_from(asks: Iterable[Ask], day0: date) -> date | None:
    """C4: where an isolation runs at the planning instant and ends, the first night free of it.

    What begins on the night on which another one ends (S6) is the same isolation going on.
    """
    isolating = sorted((ask for ask in asks if ask.isolates), key=lambda ask: ask.start)
    end = day0
    for ask in isolating:
        if ask.start <= end:
            if ask.end is None:
                return None
            end = max(end, ask.end)
    return end if end > day0 else None


# Other organisms (docs/rules.md, 5)


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
        end = seen.clinicians_date(after=onset)
        if end is None and not (values.until_well and symptoms.resolved_on is None):
            end = onset + timedelta(days=values.days)
            if values.until_well and symptoms.resolved_on is not None:
                end = max(end, symptoms.resolved_on)
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
