"""What is known of a patient's infections, read by a rule set (docs/rules.md, 2-5): `infection_state`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args

from discharge.model.infection import Attestation, Symptoms, Test, organism_name
from discharge.model.london import london_date
from discharge.model.patient import Patient
from discharge.rules.observed import Episode, Seen, inside, seen_of
from discharge.rules.requirement import FAR, Block, Demand, FromStart, InfectionState
from discharge.rules.rule_set import Acute, Carriage, OrganismRules, RuleSet, Symptomatic, Tested, Untested
from discharge.words.days import day_words

ALL_ATTESTATIONS: frozenset[str] = frozenset(get_args(Attestation))


def infection_state(patient: Patient, rules: RuleSet, *, as_at: datetime) -> InfectionState:
    """What is known of `patient`'s infections at `as_at`, read by `rules` (docs/rules.md, 2-5)."""
    near: list[Demand] = []
    late: list[Demand] = []
    between: list[Demand] = []
    state = InfectionState(as_at, FromStart(()), FromStart(()))
    for organism, organism_rules in rules.organisms.items():
        seen = seen_of(patient, organism, as_at)
        if isinstance(organism_rules, Tested):
            state = _tested(organism, organism_rules, seen, patient)
            near += state.near.demands
            late += state.late.demands
            between += state.between.demands
        else:
            demands = tuple(_untested(organism, organism_rules, seen))
            near += demands
            late += demands
            between += demands
    return InfectionState(
        as_at,
        _with_demands(state.near, near),
        _with_demands(state.late, late),
        state.late_after,
        _with_demands(state.between, between),
        state.between_after,
    )


def _with_demands(regime: FromStart, demands: Iterable[Demand]) -> FromStart:
    return replace(regime, demands=tuple(demands))


def until(end: date) -> str:
    """The end of a span in words; FAR is open-ended."""
    return "without an end in sight" if end == FAR else f"until {day_words(end)}"


def until_well(end: date, least: date | None, *, today: date) -> str:
    """The end of an isolation in words; `least` is its computed end where that is a minimum (S8)."""
    if least is None:
        return until(end)
    known = least if end == FAR else end
    return (
        f"until {day_words(known)}, and not before they are well" if known > today else "until they are well"
    )


# --- organisms for which a test is asked before leaving: docs/rules.md, 4 --------------------------


_Regime = Callable[["_Reading"], FromStart]
"""Makes of what a result asks all that holds from a start: with what is asked whatever the result says."""


def _tested(organism: str, rules: Tested, seen: Seen, patient: Patient) -> InfectionState:
    episodes = seen.episodes(rules.onset_window_days, rules.days_from, until_well=rules.until_well)
    last = episodes[-1] if episodes else None
    kept = [*_confirmed(organism, rules, seen, last), *_exposed(organism, rules, seen, episodes)]

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

    if last is None:
        only = regime(_read(organism, rules, seen, seen.speaks, episodes))
        return InfectionState(seen.as_at, only, only)
    if rules.direct_route:
        return _by_direct_route(organism, rules, seen, patient, episodes, regime)
    return _by_later_result(organism, rules, seen, episodes, regime)


def _confirmed(organism: str, rules: Tested, seen: Seen, last: Episode | None) -> Iterator[Demand]:
    if last is not None and last.end > seen.today:
        where = ", in a designated unit." if rules.positive == "designated" else "."
        yield Demand(
            organism,
            rules.positive,
            last.start,
            last.end,
            confirmed=True,
            cohort=rules.cohort,
            rule="R5" if rules.positive == "designated" else "S4",
            text=f"Isolates with confirmed {organism_name(organism)} "
            f"{until_well(last.end, last.least, today=seen.today)}{where}",
            least=last.least,
        )


def _by_later_result(
    organism: str, rules: Tested, seen: Seen, episodes: Sequence[Episode], regime: _Regime
) -> InfectionState:
    """After a positive result, where the rule set has no direct route: what is later than it speaks."""
    last = episodes[-1]
    later = seen.speaks if seen.speaks and seen.result(seen.speaks) != "positive" else None
    if later is None:
        only = regime(_by_later_onset(organism, rules, seen, episodes))
        return InfectionState(seen.as_at, only, only)
    reading = _by_result_and_onset(organism, rules, seen, later, episodes)
    if last.end <= seen.today:
        return InfectionState(seen.as_at, regime(reading), regime(reading))
    last_isolated = FAR if last.end == FAR else last.end - timedelta(1)
    return InfectionState(seen.as_at, regime(_while_isolating(reading)), regime(reading), last_isolated)


def _while_isolating(reading: _Reading) -> _Reading:
    """What a result asks of somebody who starts inside an isolation: no test stands in their way."""
    return replace(reading, block=None, negative_at=None)


def _by_result_and_onset(
    organism: str, rules: Tested, seen: Seen, speaks: Test, episodes: Sequence[Episode]
) -> _Reading:
    """What a result after a positive one asks, and an onset after the isolation beside it.

    A negative of a later specimen silences the onsets up to its day; one of the positive's own moment, which
    S3 may prefer, doesn't.
    """
    reading = _read(organism, rules, seen, speaks, episodes)
    contested = any(t.specimen_at == speaks.specimen_at and seen.result(t) == "positive" for t in seen.tests)
    if seen.result(speaks) == "negative" and not contested:
        return reading
    onsets = _by_later_onset(organism, rules, seen, episodes)
    return replace(reading, demands=tuple(dict.fromkeys((*reading.demands, *onsets.demands))))


def _by_later_onset(organism: str, rules: Tested, seen: Seen, episodes: Sequence[Episode]) -> _Reading:
    """What an onset after the last isolation asks, where the rule set heeds it: it brings in every spell of
    symptoms that the isolations don't cover (S6)."""
    speaks = rules.later_onset_speaks and any(s.onset_on >= episodes[-1].end for s in seen.onsets)
    return _symptomatic(organism, seen, episodes) if speaks else _NOTHING


def _by_direct_route(
    organism: str,
    rules: Tested,
    seen: Seen,
    patient: Patient,
    episodes: Sequence[Episode],
    regime: _Regime,
) -> InfectionState:
    """After a positive result: for so many days five attestations open the way, then a fresh test (C3)."""
    last = episodes[-1]
    fresh = _fresh(seen)
    reading = (
        _by_result_and_onset(organism, rules, seen, fresh, episodes)
        if fresh
        else _Reading(block=Block("no_test", "C3", _no_fresh_test(patient, rules)))
    )
    after = regime(reading)
    late_after = last.specimen + timedelta(rules.direct_route_days)
    if last.end > seen.today:
        # whoever can't have the direct route at its end is read by the fresh test, its own room too
        route_to = date.min if patient.immunosuppressed else late_after
        fresh_speaks = regime(_while_isolating(reading))
        near = fresh_speaks if route_to < seen.today else regime(_NOTHING)
        late_after = max(route_to, last.end - timedelta(1))
        return InfectionState(seen.as_at, near, after, late_after, fresh_speaks, route_to)
    if patient.immunosuppressed:
        near = after
    elif set(patient.attestations) >= ALL_ATTESTATIONS:
        near = regime(_by_later_onset(organism, rules, seen, episodes))
    else:
        missing = sorted(a.replace("_", " ") for a in ALL_ATTESTATIONS - set(patient.attestations))
        text = (
            f"Isolation with {organism_name(organism)} ended {day_words(last.end)}; "
            f"still to be attested: {', '.join(missing)}."
        )
        near = regime(_Reading(block=Block("clinical_release_missing", "C3", text)))
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


def _fresh(seen: Seen) -> Test | None:
    """The result that speaks, if its specimen is of a later date than the last positive one (C3)."""
    speaks = seen.speaks
    if speaks is None or not seen.positives or london_date(speaks.specimen_at) <= seen.positives[-1]:
        return None
    return speaks


def _read(
    organism: str,
    rules: Tested,
    seen: Seen,
    speaks: Test | None,
    episodes: Sequence[Episode],
) -> _Reading:
    name = organism_name(organism)
    if speaks is None:
        if _way(rules, rules.never_tested) == "blocked":
            return _Reading(block=Block("no_test", "C1", f"No {name} test: one is needed before leaving."))
        return _symptomatic(organism, seen, episodes)
    result = seen.result(speaks)
    if result == "negative":
        taken = london_date(speaks.specimen_at)
        later = _symptomatic(organism, seen, episodes, after=taken) if rules.later_onset_speaks else _NOTHING
        return _Reading(later.demands, None, rules.negative_own_room_nights, speaks.specimen_at)
    way = _way(rules, rules.pending if result == "pending" else rules.inconclusive)
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


def _way(rules: Tested, way: Untested) -> Untested:
    """What somebody without a clear result is. Where the hub asks for a test before leaving, having no
    symptoms stands in for none: unknown never passes."""
    return "blocked" if rules.test_needed and way == "symptomatic" else way


def _suspected(organism: str, rules: Tested, seen: Seen, speaks: Test, code: str) -> _Reading:
    taken = london_date(speaks.specimen_at)
    end = seen.cleared(taken)
    least = None
    if end is None:
        computed = taken + timedelta(rules.days_from(taken))
        least = computed if rules.until_well else None
        # no rule says which symptoms belong to it: those that would, were the specimen positive
        window = taken - timedelta(rules.onset_window_days)
        end = seen.well(window, taken, computed) if rules.until_well else computed
    if end <= seen.today:
        if rules.test_needed:
            text = f"Isolation as a suspected case ended {day_words(end)}: a result is needed."
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
                text=f"Isolates as a suspected {organism_name(organism)} case ({awaited}) "
                f"{until_well(end, least, today=seen.today)}.",
                least=least,
                setting_types=rules.inconclusive_settings if code == "inconclusive" else None,
            ),
        )
    )


def _symptomatic(
    organism: str, seen: Seen, episodes: Sequence[Episode], *, after: date = date.min
) -> _Reading:
    """Isolation while symptomatic, for the spells that no isolation covers (S6) and that began `after`."""
    onsets = [s for s in seen.onsets if s.onset_on > after and not inside(s.onset_on, episodes)]
    return _Reading(tuple(_while_symptomatic(organism, onsets, seen)))


def _while_symptomatic(organism: str, onsets: Iterable[Symptoms], seen: Seen) -> Iterator[Demand]:
    for symptoms in onsets:
        end = seen.cleared(symptoms.onset_on) or symptoms.resolved_on or FAR
        if end > seen.today:
            yield Demand(
                organism,
                "isolation",
                symptoms.onset_on,
                end,
                confirmed=False,
                cohort=False,
                rule="C2",
                text=f"Isolates while symptomatic ({organism_name(organism)} suspected) {until(end)}.",
            )


def _exposed(organism: str, rules: Tested, seen: Seen, episodes: Sequence[Episode]) -> Iterator[Demand]:
    for contact in seen.exposures:
        end = contact.exposed_on + timedelta(rules.days_from(contact.exposed_on))
        if inside(contact.exposed_on, episodes):
            continue
        if end > seen.today and not any(day >= contact.exposed_on for day in seen.positives):
            yield Demand(
                organism,
                "own_room",
                contact.exposed_on,
                end,
                confirmed=False,
                cohort=False,
                rule="C6",
                text=f"Own room {until(end)} after an exposure to {organism_name(organism)}.",
                carried=False,
            )


# --- other organisms: docs/rules.md, 5 -------------------------------------------------------------


def _untested(organism: str, rules: OrganismRules, seen: Seen) -> Iterator[Demand]:
    if isinstance(rules, Acute):
        found = _acute(organism, rules, seen)
    elif isinstance(rules, Symptomatic):
        found = _with_symptoms(organism, rules, seen)
    elif isinstance(rules, Carriage):
        found = _carried(organism, rules, seen)
    else:
        found = iter(())
    yield from (demand for demand in found if demand.end > seen.today)


def _acute(organism: str, rules: Acute, seen: Seen) -> Iterator[Demand]:
    name = organism_name(organism)
    episodes = seen.episodes(rules.onset_window_days, lambda _start: rules.days, until_well=rules.until_well)
    for e in episodes:
        yield Demand(
            organism,
            rules.requirement,
            e.start,
            e.end,
            confirmed=True,
            cohort=rules.cohort,
            rule="S4",
            text=f"Isolates with confirmed {name} {until_well(e.end, e.least, today=seen.today)}.",
            least=e.least,
        )
    speaks = seen.speaks
    negative_on = london_date(speaks.specimen_at) if speaks and seen.result(speaks) == "negative" else None
    for symptoms in seen.onsets:
        onset = symptoms.onset_on
        if inside(onset, episodes) or (negative_on is not None and negative_on >= onset):
            continue
        computed = onset + timedelta(rules.days)
        least = computed if rules.until_well and seen.cleared(onset) is None else None
        end = seen.cleared(onset) or computed
        if least is not None:
            end = max(least, symptoms.resolved_on or FAR)
        yield Demand(
            organism,
            rules.requirement,
            onset,
            end,
            confirmed=False,
            cohort=False,
            rule="R4",
            text=f"Isolates as a suspected {name} case {until_well(end, least, today=seen.today)}.",
            least=least,
        )


def _with_symptoms(organism: str, rules: Symptomatic, seen: Seen) -> Iterator[Demand]:
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
            text=f"Isolates with {'confirmed' if confirmed else 'suspected'} {name} {until(end)}.",
        )


def _carried(organism: str, rules: Carriage, seen: Seen) -> Iterator[Demand]:
    for e in seen.episodes(0, lambda _start: None):
        yield Demand(
            organism,
            rules.requirement,
            e.start,
            e.end,
            confirmed=True,
            cohort=False,
            rule="I1",
            text=f"Own room for {organism_name(organism)} {until(e.end)}: only the room differs.",
        )
