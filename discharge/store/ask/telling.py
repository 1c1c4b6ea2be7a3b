"""What a setting has to be told of a person: what the record says, what is positive before the rest, newest
first, in words (C5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from discharge.model.infection import Clearance, Exposure, Symptoms, Test, organism_name
from discharge.model.shown.patients import RecordedObservation
from discharge.rules.requirement import FAR
from discharge.rules.rule_set import Tested
from discharge.store.ask import infection, patients
from discharge.store.ask.sentences import observation_sentence, shown_day
from discharge.store.ask.view import View, instant


@dataclass(frozen=True, slots=True)
class ToTell:
    """What the record says of a person's infections, to be told as it stands."""

    says: str
    """In sentences, without a name."""
    observations: tuple[str, ...]
    """The ids of the observations that it rests on."""
    since: datetime | None
    """When the last of it happened: nobody was told before; None where nothing has."""


def to_tell(view: View, patient: str) -> ToTell:
    """What the record says now: of each organism the result that speaks, symptoms, a contact, a date."""
    person = patients.person(view, patient)
    recorded = [each for each in patients.observations(view, patient) if not each.withdrawn]
    end = infection.isolation_end(infection.state_of(view, person.facts))
    speaking = sorted(_speaking(recorded, isolates=end is not None), key=lambda each: not _is_positive(each))
    said = [_said(each) for each in speaking]
    for name, rules in view.rules.organisms.items():
        tested = any(
            isinstance(each.observation, Test) and each.observation.organism == name for each in recorded
        )
        if isinstance(rules, Tested) and not tested:
            said.insert(sum(map(_is_positive, speaking)), f"{organism_name(name)}: never tested.")
    if end == FAR:
        said.append("Isolates without an end in sight.")
    elif end is not None:
        said.append(f"Isolates until {shown_day(end)}.")
    since = view.value("SELECT happened_at FROM journal WHERE seq = ?", (person.told_seq,))
    return ToTell(" ".join(said), tuple(each.id for each in speaking), instant(since))


def _silenced(results: Sequence[RecordedObservation]) -> Sequence[RecordedObservation]:
    """Of the results of one organism, the newest last, the newest positive where another came after it."""
    if not results or _is_positive(results[-1]):
        return ()
    return [each for each in results if _is_positive(each)][-1:]


def _said(one: RecordedObservation) -> str:
    return observation_sentence(json.loads(patients.OBSERVATION.dump_json(one.observation)))


def _speaking(recorded: Sequence[RecordedObservation], *, isolates: bool) -> Iterator[RecordedObservation]:
    """Of each organism and kind the newest; of the tests the newest result, and one awaited since. Of
    somebody who isolates the newest positive too: no later result ends what it began (S3)."""
    for name in dict.fromkeys(each.observation.organism for each in recorded):
        of = [each for each in recorded if each.observation.organism == name]
        tests = sorted((each for each in of if isinstance(each.observation, Test)), key=_taken)
        done = [each for each in tests if _is_result(each)]
        yield from done[-1:]
        yield from _silenced(done) if isolates else ()
        awaited = tests[-1:] if tests and not _is_result(tests[-1]) else []
        yield from (each for each in awaited if _taken(each)[0] > (_taken(done[-1])[0] if done else ""))
        for kind in (Symptoms, Exposure, Clearance):
            same = [each for each in of if isinstance(each.observation, kind)]
            yield from sorted(same, key=lambda each: (infection.observed_on(each.observation), each.id))[-1:]


def _is_result(one: RecordedObservation) -> bool:
    seen = one.observation
    return isinstance(seen, Test) and seen.result in ("positive", "negative", "inconclusive")


def _is_positive(one: RecordedObservation) -> bool:
    return isinstance(one.observation, Test) and one.observation.result == "positive"


def _taken(one: RecordedObservation) -> tuple[str, str, str]:
    seen = one.observation
    assert isinstance(seen, Test)  # asked for by the caller
    reported = "" if seen.reported_at is None else seen.reported_at.astimezone(UTC).isoformat()
    return seen.specimen_at.astimezone(UTC).isoformat(), reported, one.id


__all__ = ["ToTell", "to_tell"]
