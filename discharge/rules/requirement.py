"""What a patient asks of a bed on each night, and by which rule (rules 2-5).

`infection_state(patient, rules, as_at=...)` reads a patient's observations once. Its
`from_start(start)` then says, for an itinerary whose first stay starts on that date: whether the
patient may start at all, which demands each organism makes on which nights, and which conditions the
plan carries. All demands begin on or before the planning date, as nobody records the future.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal, get_args

from discharge.model.infection import Attestation, Clearance, Exposure, Symptoms, Test
from discharge.model.patient import Patient
from discharge.model.time import london_date
from discharge.rules.rule_set import (
    Acute,
    Carriage,
    OrganismRules,
    RuleSet,
    Symptomatic,
    Tested,
    Untested,
)

Ask = Literal["open", "own_room", "isolation", "designated"]
ASKS: tuple[Ask, ...] = ("open", "own_room", "isolation", "designated")
"""Requirements by strictness, mildest first (rules 3); `blocked` is a `Block`."""

ALL_ATTESTATIONS: frozenset[str] = frozenset(get_args(Attestation))

FAR = date.max
"""The end of an open-ended span."""

_STRICTNESS = {"negative": 0, "inconclusive": 1, "positive": 2, "pending": 3}


@dataclass(frozen=True, slots=True)
class Demand:
    """What one organism asks on the nights `start` (included) to `end` (excluded; FAR is open-ended).

    `confirmed` as opposed to suspected or exposed; `cohort` where it may be met in a cohort;
    `setting_types` the only ones that will do, where the rule names some; `carried` for what counts as
    a second organism beside an isolation (an exposure's own room doesn't).
    """

    organism: str
    ask: Ask
    start: date
    end: date
    confirmed: bool
    cohort: bool
    rule: str
    text: str
    setting_types: tuple[str, ...] = ()
    carried: bool = True

    @property
    def isolates(self) -> bool:
        """Whether the person isolates (as opposed to having an own room)."""
        return self.ask in ("isolation", "designated")

    def covers(self, night: date) -> bool:
        """Whether the demand is made on `night`."""
        return self.start <= night < self.end


@dataclass(frozen=True, slots=True)
class Block:
    """Why a patient can't start: reason code, rule id, sentence."""

    code: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Night:
    """What one night asks, over all organisms (rules 3)."""

    ask: Ask
    organisms: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    cohort: str | None = None
    own_room: bool = False
    designated: bool = False
    setting_types: frozenset[str] | None = None
    rule: str = "C4"
    text: str = ""

    @property
    def isolates(self) -> bool:
        """Whether the person isolates on this night."""
        return bool(self.organisms)


@dataclass(frozen=True)
class FromStart:
    """What holds for an itinerary that starts on one of the dates of a regime.

    `own_room_nights` counts from the first start (C9). `release_from` is the end of the SARS-CoV-2
    isolation that lasts at the planning instant: a night on or after it carries `clinical_release` (C4).
    """

    demands: tuple[Demand, ...]
    block: Block | None = None
    own_room_nights: int = 0
    negative_at: datetime | None = None
    valid_hours: int = 0
    release_from: date | None = None
    tested: str = ""

    @cached_property
    def isolation_end(self) -> date | None:
        """The first night on which nobody asks for isolation; FAR if open-ended; None if none does."""
        return max((d.end for d in self.demands if d.isolates), default=None)

    def changes(self, start: date) -> tuple[date, ...]:
        """The dates after `start` on which what is asked may change, in order."""
        ends = {d.end for d in self.demands if d.end > start}
        if self.own_room_nights:
            ends.add(start + timedelta(self.own_room_nights))
        return tuple(sorted(ends - {FAR}))

    def night(self, night: date, start: date) -> Night:
        """What `night` asks in an itinerary that starts on `start`."""
        early = night < start + timedelta(self.own_room_nights)
        key = (tuple(at for at, d in enumerate(self.demands) if d.covers(night)), early)
        if key not in self._nights:
            self._nights[key] = self._night(key[0], early=early, start=start)
        return self._nights[key]

    @cached_property
    def _nights(self) -> dict[tuple[tuple[int, ...], bool], Night]:
        return {}

    def _night(self, covering: Sequence[int], *, early: bool, start: date) -> Night:
        asked = [self.demands[at] for at in covering]
        if early:
            asked.append(
                Demand(
                    self.tested,
                    "own_room",
                    start,
                    start + timedelta(self.own_room_nights),
                    confirmed=False,
                    cohort=False,
                    rule="C9",
                    text=f"Own room for the first {self.own_room_nights} nights after a negative test.",
                    carried=False,
                )
            )
        return _night(asked)


def _night(asked: Sequence[Demand]) -> Night:
    by_organism: dict[str, Demand] = {}
    for demand in asked:
        strictest = by_organism.get(demand.organism)
        if strictest is None or _sterner(demand, strictest):
            by_organism[demand.organism] = demand
    if not by_organism:
        return Night(ask="open", rule="N10", text="Any bed: no organism asks for more.")
    chief = max(by_organism.values(), key=lambda d: (ASKS.index(d.ask), d.organism))
    isolating = [d for d in by_organism.values() if d.isolates]
    organisms = frozenset(d.organism for d in isolating)
    limits = [frozenset(d.setting_types) for d in isolating if d.setting_types]
    only = isolating[0] if len(isolating) == 1 else None
    second = any(d.confirmed and d.carried and d.organism not in organisms for d in asked)
    return Night(
        ask=chief.ask,
        organisms=organisms,
        confirmed=frozenset(d.organism for d in isolating if d.confirmed),
        cohort=only.organism if only and only.confirmed and only.cohort and not second else None,
        own_room=any(d.ask == "own_room" for d in by_organism.values()),
        designated=any(d.ask == "designated" for d in isolating),
        setting_types=frozenset.intersection(*limits) if limits else None,
        rule=chief.rule,
        text=chief.text,
    )


def _sterner(one: Demand, other: Demand) -> bool:
    """Of two demands of one organism the stricter; of two alike the confirmed one speaks."""
    return (ASKS.index(one.ask), one.confirmed, one.end) > (
        ASKS.index(other.ask),
        other.confirmed,
        other.end,
    )


@dataclass(frozen=True)
class InfectionState:
    """A patient's infections at the planning instant. `from_start` has the answers."""

    as_at: datetime
    near: FromStart
    late: FromStart
    late_after: date = field(default=FAR)

    @cached_property
    def day0(self) -> date:
        """The planning date in London."""
        return london_date(self.as_at)

    def from_start(self, start: date) -> FromStart:
        """What holds for an itinerary that first starts on `start`."""
        return self.late if start > self.late_after else self.near

    def block(self, start: date) -> Block | None:
        """Why the patient can't start on `start`; None where they can (C1, C3)."""
        regime = self.from_start(start)
        if regime.block is not None or regime.negative_at is None or not regime.valid_hours:
            return regime.block
        if start <= self.day0 and self.as_at - regime.negative_at > timedelta(hours=regime.valid_hours):
            return Block(
                "test_expired",
                "C1",
                f"The negative test is older than {regime.valid_hours} hours.",
            )
        return None

    def retest(self, start: date) -> bool:
        """Whether a start on `start` is on the word of a test to be repeated (C1)."""
        regime = self.from_start(start)
        return regime.negative_at is not None and regime.valid_hours > 0 and start > self.day0

    def release(self, last_night_end: date | None, start: date) -> bool:
        """Whether an itinerary up to `last_night_end` (None: open-ended) carries `clinical_release` (C4)."""
        end = self.from_start(start).release_from
        return end is not None and end != FAR and (last_night_end is None or last_night_end > end)

    def night(self, night: date, start: date | None = None) -> Night | Block:
        """What `night` asks of a bed, or why the patient is blocked; `start` is the first start."""
        first = night if start is None else start
        return self.block(first) or self.from_start(first).night(night, first)


@dataclass(frozen=True, slots=True)
class _Episode:
    """A confirmed isolation (S4): its first positive specimen's date, its nights."""

    specimen: date
    start: date
    end: date


@dataclass(frozen=True)
class _Seen:
    """The observations of one organism, as they count at the planning instant (S1, S2)."""

    as_at: datetime
    tests: tuple[Test, ...]
    onsets: tuple[Symptoms, ...]
    exposures: tuple[Exposure, ...]
    clearances: tuple[date, ...]
    immunosuppressed: bool

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

    def episodes(self, window: int, days: object) -> tuple[_Episode, ...]:
        """The confirmed isolations, oldest first (S4-S6); `days(start)` is the length, None: open-ended."""
        found: list[_Episode] = []
        for specimen in self.positives:
            if found and specimen < found[-1].end:
                continue
            earliest = specimen - timedelta(window)
            onsets = [
                s.onset_on
                for s in self.onsets
                if earliest <= s.onset_on <= specimen and not _inside(s.onset_on, found)
            ]
            start = min(onsets, default=specimen)
            found.append(_Episode(specimen, start, self._end(specimen, start, days)))
        return tuple(found)

    def _end(self, specimen: date, start: date, days: object) -> date:
        cleared = self.cleared(specimen)
        if cleared is not None:
            return cleared
        length = days(start) if callable(days) else None
        if self.immunosuppressed or length is None:
            return FAR
        end: date = start + timedelta(length)
        return end


def _inside(day: date, episodes: Iterable[_Episode]) -> bool:
    return any(e.start <= day < e.end for e in episodes)


def infection_state(patient: Patient, rules: RuleSet, *, as_at: datetime) -> InfectionState:
    """What is known of `patient`'s infections at `as_at`, read by `rules` (rules 2-5)."""
    near: list[Demand] = []
    late: list[Demand] = []
    state = InfectionState(as_at, FromStart(()), FromStart(()))
    for organism, organism_rules in rules.organisms.items():
        seen = _seen(patient, organism, as_at)
        if isinstance(organism_rules, Tested):
            state = _tested(organism, organism_rules, seen, patient)
            near += state.near.demands
            late += state.late.demands
        else:
            demands = tuple(_untested(organism, organism_rules, seen))
            near += demands
            late += demands
    return InfectionState(
        as_at,
        _with_demands(state.near, near),
        _with_demands(state.late, late),
        state.late_after,
    )


def _with_demands(regime: FromStart, demands: Iterable[Demand]) -> FromStart:
    return replace(regime, demands=tuple(demands))


def _seen(patient: Patient, organism: str, as_at: datetime) -> _Seen:
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
    return _Seen(
        as_at=as_at,
        tests=tuple(reported),
        onsets=tuple(sorted((o for o in mine if isinstance(o, Symptoms)), key=lambda o: o.onset_on)),
        exposures=tuple(o for o in mine if isinstance(o, Exposure)),
        clearances=tuple(clearances),
        immunosuppressed=patient.immunosuppressed,
    )


def _until(end: date) -> str:
    return "without an end in sight" if end == FAR else f"until {_said(end)}"


def _said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


_NAMES = {
    "sars-cov-2": "COVID-19",
    "influenza": "influenza",
    "rsv": "RSV",
    "norovirus": "norovirus",
    "c_difficile": "C. difficile",
    "cpe": "CPE",
    "mrsa": "MRSA",
}


def organism_name(organism: str) -> str:
    """The organism as people say it."""
    return _NAMES.get(organism, organism)


# --- organisms for which a test is asked before leaving: rules 4 -----------------------------------


def _tested(organism: str, rules: Tested, seen: _Seen, patient: Patient) -> InfectionState:
    day0 = london_date(seen.as_at)
    episodes = seen.episodes(rules.onset_window_days, rules.days_from)
    last = episodes[-1] if episodes else None
    kept: list[Demand] = []
    if last is not None and last.end > day0:
        kept.append(
            Demand(
                organism,
                rules.positive,
                last.start,
                last.end,
                confirmed=True,
                cohort=rules.cohort,
                rule="R5" if rules.positive == "designated" else "S4",
                text=f"Isolates with confirmed {organism_name(organism)} {_until(last.end)}"
                + (", in a designated unit." if rules.positive == "designated" else "."),
            )
        )
    kept += _exposed(organism, rules, seen)

    def regime(result: _Reading) -> FromStart:
        demands = (*kept, *result.demands)
        ends = [d.end for d in demands if d.isolates]
        return FromStart(
            demands,
            result.block,
            result.own_room_nights,
            result.negative_at,
            rules.test_valid_hours if rules.test_needed else 0,
            max(ends) if ends else None,
            organism,
        )

    isolating = bool(last and last.end > day0)
    fresh = _fresh(seen)
    if last is None:
        only = regime(_read(organism, rules, seen, seen.speaks, episodes))
        return InfectionState(seen.as_at, only, only)
    if not rules.direct_route:
        inside = last.end - timedelta(1) if isolating and last.end != FAR else FAR
        later = seen.speaks if seen.speaks and seen.result(seen.speaks) != "positive" else None
        if later is None:
            onsets = [s for s in seen.onsets if s.onset_on >= last.end] if rules.later_onset_speaks else []
            only = regime(_Reading(tuple(_while_symptomatic(organism, onsets, seen))))
            return InfectionState(seen.as_at, only, only)
        reading = _read(organism, rules, seen, later, episodes)
        if rules.later_onset_speaks and seen.result(later) == "negative":
            since = max(last.end, london_date(later.specimen_at) + timedelta(1))
            onsets = [s for s in seen.onsets if s.onset_on >= since]
            reading = replace(reading, demands=tuple(_while_symptomatic(organism, onsets, seen)))
        if not isolating:
            return InfectionState(seen.as_at, regime(reading), regime(reading))
        return InfectionState(seen.as_at, regime(replace(reading, block=None)), regime(reading), inside)
    after = regime(
        _read(organism, rules, seen, fresh, episodes)
        if fresh
        else _Reading(block=Block("no_test", "C3", _no_fresh_test(patient, rules)))
    )
    late_after = last.specimen + timedelta(rules.direct_route_days)
    if isolating:
        near = regime(_NOTHING)
        if patient.immunosuppressed:
            late_after = date.min
        late_after = max(late_after, last.end - timedelta(1))
    elif patient.immunosuppressed:
        near = after
    elif set(patient.attestations) >= ALL_ATTESTATIONS:
        near = regime(_NOTHING)
    else:
        missing = sorted(a.replace("_", " ") for a in ALL_ATTESTATIONS - set(patient.attestations))
        near = regime(
            _Reading(
                block=Block(
                    "clinical_release_missing",
                    "C3",
                    f"Isolation with {organism_name(organism)} ended {_said(last.end)}; "
                    f"still to be attested: {', '.join(missing)}.",
                )
            )
        )
    return InfectionState(seen.as_at, near, after, late_after)


def _no_fresh_test(patient: Patient, rules: Tested) -> str:
    if patient.immunosuppressed:
        return "Immunosuppressed: a test taken on a later date than the last positive one is needed."
    return (
        f"More than {rules.direct_route_days} days after the first positive test: "
        "a test taken on a later date than the last positive one is needed."
    )


@dataclass(frozen=True)
class _Reading:
    """What the result that speaks asks for."""

    demands: tuple[Demand, ...] = ()
    block: Block | None = None
    own_room_nights: int = 0
    negative_at: datetime | None = None


_NOTHING = _Reading()


def _fresh(seen: _Seen) -> Test | None:
    """The result that speaks, if its specimen is of a later date than the last positive one (C3)."""
    speaks = seen.speaks
    if speaks is None or not seen.positives or london_date(speaks.specimen_at) <= seen.positives[-1]:
        return None
    return speaks


def _read(
    organism: str,
    rules: Tested,
    seen: _Seen,
    speaks: Test | None,
    episodes: Sequence[_Episode],
) -> _Reading:
    name = organism_name(organism)
    if speaks is None:
        if rules.never_tested == "blocked":
            return _Reading(block=Block("no_test", "C1", f"No {name} test: one is needed before leaving."))
        return _symptomatic(organism, seen, episodes)
    result = seen.result(speaks)
    if result == "negative":
        return _Reading((), None, rules.negative_own_room_nights, speaks.specimen_at)
    way: Untested = rules.pending if result == "pending" else rules.inconclusive
    code = "awaiting_result" if result == "pending" else "inconclusive"
    if way == "blocked":
        text = (
            f"The {name} result is awaited."
            if result == "pending"
            else f"The {name} test was inconclusive: repeat it."
        )
        return _Reading(block=Block(code, "C1", text))
    if way == "symptomatic":
        return _symptomatic(organism, seen, episodes)
    return _suspected(organism, rules, seen, speaks, code)


def _suspected(organism: str, rules: Tested, seen: _Seen, speaks: Test, code: str) -> _Reading:
    taken = london_date(speaks.specimen_at)
    end = seen.cleared(taken) or taken + timedelta(rules.days_from(taken))
    if end <= london_date(seen.as_at):
        if rules.test_needed:
            text = f"Isolation as a suspected case ended {_said(end)}: a result is needed."
            return _Reading(block=Block(code, "C2", text))
        return _NOTHING
    awaited = "result awaited" if code == "awaiting_result" else "inconclusive test"
    return _Reading(
        (
            Demand(
                organism,
                "isolation",
                taken,
                end,
                confirmed=False,
                cohort=False,
                rule="C2",
                text=f"Isolates as a suspected {organism_name(organism)} case ({awaited}) {_until(end)}.",
                setting_types=rules.inconclusive_settings if code == "inconclusive" else (),
            ),
        )
    )


def _symptomatic(organism: str, seen: _Seen, episodes: Sequence[_Episode]) -> _Reading:
    onsets = [s for s in seen.onsets if not _inside(s.onset_on, episodes)]
    return _Reading(tuple(_while_symptomatic(organism, onsets, seen)))


def _while_symptomatic(organism: str, onsets: Iterable[Symptoms], seen: _Seen) -> Iterator[Demand]:
    for symptoms in onsets:
        end = seen.cleared(symptoms.onset_on) or symptoms.resolved_on or FAR
        if end > london_date(seen.as_at):
            yield Demand(
                organism,
                "isolation",
                symptoms.onset_on,
                end,
                confirmed=False,
                cohort=False,
                rule="C2",
                text=f"Isolates while symptomatic ({organism_name(organism)} suspected) {_until(end)}.",
            )


def _exposed(organism: str, rules: Tested, seen: _Seen) -> Iterator[Demand]:
    today = london_date(seen.as_at)
    for contact in seen.exposures:
        end = contact.exposed_on + timedelta(rules.days_from(contact.exposed_on))
        if end > today and not any(day >= contact.exposed_on for day in seen.positives):
            yield Demand(
                organism,
                "own_room",
                contact.exposed_on,
                end,
                confirmed=False,
                cohort=False,
                rule="C6",
                text=f"Own room {_until(end)} after an exposure to {organism_name(organism)}.",
                carried=False,
            )


# --- other organisms: rules 5 ----------------------------------------------------------------------


def _untested(organism: str, rules: OrganismRules, seen: _Seen) -> Iterator[Demand]:
    today = london_date(seen.as_at)
    if isinstance(rules, Acute):
        found = _acute(organism, rules, seen)
    elif isinstance(rules, Symptomatic):
        found = _with_symptoms(organism, rules, seen)
    elif isinstance(rules, Carriage):
        found = _carried(organism, rules, seen)
    else:
        found = iter(())
    yield from (demand for demand in found if demand.end > today)


def _acute(organism: str, rules: Acute, seen: _Seen) -> Iterator[Demand]:
    name = organism_name(organism)
    episodes = seen.episodes(rules.onset_window_days, lambda _start: rules.days)
    for e in episodes:
        yield Demand(
            organism,
            rules.requirement,
            e.start,
            e.end,
            confirmed=True,
            cohort=rules.cohort,
            rule="S4",
            text=f"Isolates with confirmed {name} {_until(e.end)}.",
        )
    speaks = seen.speaks
    negative_on = london_date(speaks.specimen_at) if speaks and seen.result(speaks) == "negative" else None
    for symptoms in seen.onsets:
        onset = symptoms.onset_on
        if _inside(onset, episodes) or (negative_on is not None and negative_on >= onset):
            continue
        end = seen.cleared(onset) or onset + timedelta(rules.days)
        yield Demand(
            organism,
            rules.requirement,
            onset,
            end,
            confirmed=False,
            cohort=False,
            rule="R4",
            text=f"Isolates as a suspected {name} case {_until(end)}.",
        )


def _with_symptoms(organism: str, rules: Symptomatic, seen: _Seen) -> Iterator[Demand]:
    name = organism_name(organism)
    for symptoms in seen.onsets:
        onset = symptoms.onset_on
        confirmed = any(day >= onset - timedelta(rules.onset_window_days) for day in seen.positives)
        cleared = seen.cleared(onset)
        if cleared is not None:
            end = cleared
        elif symptoms.resolved_on is None or (confirmed and seen.immunosuppressed):
            end = FAR
        else:
            end = symptoms.resolved_on + timedelta(rules.clear_days)
        yield Demand(
            organism,
            rules.requirement,
            onset,
            end,
            confirmed=confirmed,
            cohort=confirmed and rules.cohort,
            rule="S4" if confirmed else "R4",
            text=f"Isolates with {'confirmed' if confirmed else 'suspected'} {name} {_until(end)}.",
        )


def _carried(organism: str, rules: Carriage, seen: _Seen) -> Iterator[Demand]:
    for e in seen.episodes(0, lambda _start: None):
        yield Demand(
            organism,
            rules.requirement,
            e.start,
            e.end,
            confirmed=True,
            cohort=False,
            rule="I1",
            text=f"Own room for {organism_name(organism)} {_until(e.end)}: only the room differs.",
        )
