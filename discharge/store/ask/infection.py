"""What the rules say of a person's infections at the instant of a view, as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from discharge.model.infection import Exposure, Observation, Symptoms, Test
from discharge.model.london import LONDON, london_date
from discharge.model.patient import Patient
from discharge.model.shown.patients import InfectionTonight, NightAsk
from discharge.rules.infection import infection_state
from discharge.rules.requirement import FAR, Block, InfectionState, Night
from discharge.rules.rule_set import RuleSet, Tested
from discharge.store.ask.view import View, once

__all__ = [
    "FAR",
    "awaited_since",
    "isolation_end",
    "isolation_least",
    "nights",
    "remember",
    "shown",
    "state_of",
]


def state_of(view: View, patient: Patient) -> InfectionState:
    """The person's infections by the hub's rule set, at the instant of the view."""
    states = _states(view)
    found = states.get(id(patient))
    if found is None:
        found = states[id(patient)] = (patient, state_by(patient, view.rules, as_at=view.now))
    return found[1]


def remember(view: View, patient: Patient, state: InfectionState) -> None:
    """Takes it that these facts of a person were read as this state; for whoever has read it already."""
    _states(view)[id(patient)] = (patient, state)


@once
def _states(_view: View) -> dict[int, tuple[Patient, InfectionState]]:
    """Infections read already in this view, by the identity of the facts they were read from."""
    return {}


def state_by(patient: Patient, rules: RuleSet, *, as_at: datetime) -> InfectionState:
    """The person's infections as `discharge.rules.infection` reads them, at a third of its cost.

    An organism that isn't tested for before leaving asks for nothing where nothing is observed of it, so
    only those observed are read.
    """
    seen = frozenset(each.organism for each in patient.observations)
    return infection_state(patient, _narrowed(_Same(rules), seen), as_at=as_at)


class _Same:
    """A rule set as a key: equal to itself alone."""

    __slots__ = ("rules",)

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules is other.rules

    def __hash__(self) -> int:
        return id(self.rules)


@lru_cache(maxsize=256)
def _narrowed(same: _Same, seen: frozenset[str]) -> RuleSet:
    """The rule set with those of its organisms that are observed, or tested for before leaving."""
    rules = same.rules
    kept = {name: each for name, each in rules.organisms.items() if name in seen or isinstance(each, Tested)}
    return rules.model_copy(update={"organisms": kept})


def isolation_end(state: InfectionState) -> date | None:
    """The first night without isolation as known today: None where they don't isolate, FAR if open-ended."""
    end = state.near.isolation_end
    return end if end is not None and end > state.day0 else None


def isolation_least(state: InfectionState) -> date | None:
    """The day until which they isolate at least, and not before they are well (S8); else None."""
    return None if isolation_end(state) is None else state.near.isolation_least


def shown(view: View, patient: Patient, *, left_on: date | None = None) -> InfectionTonight:
    """What is asked of a bed tonight, by which rule, in a sentence.

    `left_on` is the day on which they left hospital: whoever has left needs no test to leave.
    """
    state = state_of(view, patient)
    asked = (
        state.night(view.today) if left_on is None else state.from_start(left_on).night(view.today, left_on)
    )
    end = isolation_end(state)
    organisms = sorted({d.organism for d in state.near.demands if d.isolates and d.covers(view.today)})
    if isinstance(asked, Block):
        requirement = "blocked"
    else:
        requirement = asked.ask
    return InfectionTonight(
        requirement=requirement,
        rule="" if requirement == "open" else asked.rule,
        sentence=asked.text,
        organisms=tuple(organisms),
        isolation_end=None if end is None or end == FAR else end,
        open_ended=end == FAR,
        result_awaited_since=awaited_since(patient.observations, view.now),
        isolation_least=isolation_least(state),
        tested=_is_tested(view, patient),
    )


def _is_tested(view: View, patient: Patient) -> bool:
    """Whether a result is reported, positive or negative, of an organism that the rule set has tests for."""
    organisms = view.rules.organisms
    return any(
        isinstance(seen, Test)
        and seen.result in ("positive", "negative")
        and seen.reported_at is not None
        and seen.reported_at <= view.now
        and isinstance(organisms.get(seen.organism), Tested)
        for seen in patient.observations
    )


def nights(
    view: View, patient: Patient, *, first: date, count: int, left_on: date | None = None
) -> tuple[NightAsk, ...]:
    """What is asked of a bed on each of `count` nights from `first` on.

    Of a night in hospital it is what the infections asked for by what had been seen by then. From tonight on
    it is by what is known today: of a stay that begins tonight, or that began on `left_on`; whoever can't
    leave tonight, of one that begins on that night.
    """
    state = state_of(view, patient)
    waits = left_on is None and state.block(view.today) is not None
    found = []
    for at in range(count):
        night = first + timedelta(days=at)
        asked: Night | Block
        if night < (left_on or view.today):
            asked = _known_by(view, patient, night).near.night(night, date.min)
        elif left_on is not None:
            asked = state.from_start(left_on).night(night, left_on)
        else:
            asked = state.night(night, night if waits else view.today)
        if isinstance(asked, Block):
            found.append(NightAsk(night, "blocked", asked.rule, asked.text, ()))
        else:
            rule = "" if asked.ask == "open" else asked.rule
            found.append(NightAsk(night, asked.ask, rule, asked.text, tuple(sorted(asked.organisms))))
    return tuple(found)


def _known_by(view: View, patient: Patient, night: date) -> InfectionState:
    """The person's infections as they stood at the end of a night gone by."""
    seen = tuple(each for each in patient.observations if observed_on(each) <= night)
    then = datetime.combine(night + timedelta(days=1), time(), LONDON).astimezone(UTC)
    earlier = patient.model_copy(update={"observations": seen})
    return state_by(earlier, view.rules, as_at=min(view.now, then))


def observed_on(seen: Observation) -> date:
    """The day in London of what was observed: of a specimen, an onset, a contact, a clinician's date."""
    if isinstance(seen, Test):
        return london_date(seen.specimen_at)
    if isinstance(seen, Symptoms):
        return seen.onset_on
    if isinstance(seen, Exposure):
        return seen.exposed_on
    return seen.released_on or seen.isolate_until or date.min


def awaited_since(observations: Iterable[object], now: datetime) -> datetime | None:
    """The specimen time of the earliest test without a result, where no later result has spoken since."""
    tests = [seen for seen in observations if isinstance(seen, Test)]

    def is_open(test: Test) -> bool:
        return test.result == "pending" or test.reported_at is None or test.reported_at > now

    answered = {
        organism: max(t.specimen_at for t in tests if t.organism == organism and not is_open(t))
        for organism in {t.organism for t in tests if not is_open(t)}
    }
    waiting = [
        t.specimen_at
        for t in tests
        if is_open(t) and (t.organism not in answered or t.specimen_at > answered[t.organism])
    ]
    return min(waiting, default=None)
