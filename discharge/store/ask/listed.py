"""People as counts, placements and Today need them: little of each, read for all at once.

A whole `Person` (`discharge.store.ask.facts`) costs a hundred times as much, and nothing here needs one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from pydantic_core import from_json

from discharge.model.infection import Clearance, Symptoms, Test
from discharge.model.london import LONDON, london_date
from discharge.model.patient import Pathway, Patient
from discharge.rules.company import companions_of
from discharge.rules.ready_date import ready_date
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import RuleSet, Tested
from discharge.store.ask import infection
from discharge.store.ask.attested import counting
from discharge.store.ask.criteria import met_again
from discharge.store.ask.memo import Memo
from discharge.store.ask.view import View, day, in_chunks, marks, once
from discharge.store.journal import canonical

KEPT = 10_000
"""How many people's infections are remembered from one question to the next."""


class _Details(NamedTuple):
    """What is taken of a person's record."""

    name: str
    priority: int
    pathway: Pathway
    hospital: str | None
    ward: str
    ready_on: date
    no_longer_meets_on: date | None
    together_with: str | None
    local_authority: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What the rules make of a person's observations, and until when they make the same of them."""

    made_at: datetime
    until: datetime
    state: InfectionState
    awaited_since: datetime | None
    releases: tuple[date, ...]
    clinicians_dates: tuple[date, ...]
    isolated: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody, with what the rules ask of a bed for them."""

    id: str
    details: _Details
    told_seq: int
    left: bool
    state: InfectionState
    awaited_since: datetime | None
    """When the test was taken whose result is awaited."""
    releases: tuple[date, ...]
    """The days on which a clinician released them from the isolation that asks for it (C4)."""
    clinicians_dates: tuple[date, ...]
    """The same, with the dates until which a clinician isolates them."""
    isolated: bool
    """Whether anything on record isolates them with an organism that is tested for, or did."""
    met_again: date | None = None
    """The last day on which they met the criteria to reside again."""

    @property
    def name(self) -> str:
        """Their name."""
        return self.details.name

    @property
    def waiting_since(self) -> date:
        """The discharge ready date, else the day they were ready."""
        return ready_date(self.details.no_longer_meets_on, self.met_again) or self.details.ready_on


_DETAILS: Memo[str, _Details] = Memo(KEPT)


class _States:
    """What one rule set makes of observations."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.read: Memo[str, _Read] = Memo(KEPT)


_states: list[_States] = []


def _states_by(rules: RuleSet) -> _States:
    """What is remembered by this rule set; of several hubs with different ones the last is remembered."""
    for known in _states:
        if known.rules is rules or known.rules == rules:
            return known
    _states[:] = [_States(rules)]
    return _states[0]


@once
def everybody(view: View) -> dict[str, Listed]:
    """Everybody on the list."""
    found = view.rows(f"{_PEOPLE} WHERE left_reason IS NULL ORDER BY number")
    within = "patient IN (SELECT id FROM patients WHERE left_reason IS NULL)"
    seen = _grouped(view.rows(f"{_SEEN} AND {within} ORDER BY number"))
    attested = counting(view.rows(f"{_ATTESTED} WHERE {within} ORDER BY 1, 2"), seen, view.rules)
    return _listed(view, found, seen, attested)


def people(view: View, ids: Sequence[str]) -> dict[str, Listed]:
    """These people, whoever has left the list too."""
    people_of: dict[str, Listed] = {}
    for chunk in in_chunks(ids):
        them = f"IN ({marks(chunk)})"
        found = view.rows(f"{_PEOPLE} WHERE id {them} ORDER BY number", chunk)
        seen = _grouped(view.rows(f"{_SEEN} AND patient {them} ORDER BY number", chunk))
        said = view.rows(f"{_ATTESTED} WHERE patient {them} ORDER BY 1, 2", chunk)
        attested = counting(said, seen, view.rules)
        people_of |= _listed(view, found, seen, attested)
    return people_of


_PEOPLE = "SELECT id, details, facts, left_reason, told_seq FROM patients"
_SEEN = "SELECT patient, body FROM observations WHERE withdrawn = 0"
_ATTESTED = "SELECT patient, attestation, recorded_at FROM attestations"


def _grouped(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, text in rows:
        found[name].append(text)
    return found


def _listed(
    view: View, rows: Iterable[tuple[Any, ...]], seen: dict[str, list[str]], attested: dict[str, list[str]]
) -> dict[str, Listed]:
    states, now, again = _states_by(view.rules), view.now, met_again(view)
    found = {}
    for name, details, facts, left, told_seq in rows:
        text = _patient_text(facts, seen.get(name, ()), attested.get(name, ()))
        known = states.read.known(text)
        if known is None or not known.made_at <= now < known.until:
            known = _read(text, states.rules, now=now)
            states.read.put(text, known)
        state = known.state
        if known.made_at != now:
            state = replace(state, as_at=now)
        found[name] = Listed(
            name,
            _DETAILS.known(details) or _take(details),
            told_seq,
            left is not None,
            state,
            known.awaited_since,
            known.releases,
            known.clinicians_dates,
            known.isolated,
            again.get(name),
        )
    return found


def _take(text: str) -> _Details:
    record = from_json(text)
    found = _Details(
        name=record["name"],
        priority=record["priority"],
        pathway=Pathway(record["pathway"]),
        hospital=record["hospital"],
        ward=record["ward"],
        ready_on=date.fromisoformat(record["ready_on"]),
        no_longer_meets_on=day(record["no_longer_meets_on"]),
        together_with=record["together_with"],
        local_authority=record["local_authority"],
    )
    _DETAILS.put(text, found)
    return found


def _patient_text(facts: str, seen: Sequence[str], attested: Sequence[str]) -> str:
    """The person as a case knows them but for the id and the settings left out, which no rule of infection
    reads."""
    said = canonical(attested) if attested else "[]"
    return f'{{"id":"P","observations":[{",".join(seen)}],"attestations":{said},{facts[1:]}'


def _read(text: str, rules: RuleSet, *, now: datetime) -> _Read:
    patient = Patient.model_validate_json(text)
    seen = patient.observations
    today = london_date(now)
    tomorrow = datetime.combine(today + timedelta(1), time(), LONDON)
    last = _isolated(seen, rules, now=now)
    words = list(_clinicians_words(seen, last, today))
    released = tuple(each.released_on for each in words if each.released_on is not None)
    until = tuple(each.isolate_until for each in words if each.isolate_until is not None)
    return _Read(
        made_at=now,
        until=min([tomorrow, *(at for at in _instants(seen) if at > now)]),
        state=infection.state_by(patient, rules, as_at=now),
        awaited_since=infection.awaited_since(seen, now),
        releases=released,
        clinicians_dates=(*released, *until),
        isolated=bool(last),
    )


def _clinicians_words(seen: Sequence[object], last: Mapping[str, date], today: date) -> Iterable[Clearance]:
    """A clinician's dates that speak of the last isolation (C4), and no release still to come (S5)."""
    for each in seen:
        if isinstance(each, Clearance) and each.organism in last:
            on = each.released_on or each.isolate_until
            ahead = each.released_on is not None and each.released_on > today
            if on is not None and not ahead and on > last[each.organism]:
                yield each


def _isolated(seen: Sequence[object], rules: RuleSet, *, now: datetime) -> dict[str, date]:
    """Of each organism that is tested for, the day after which a clinician's word speaks of their last
    isolation (S5): that of its newest positive specimen; else of what they are suspected for."""
    confirmed: dict[str, date] = {}
    suspected: dict[str, date] = {}
    for each in seen:
        if isinstance(each, Test):
            on, reported = london_date(each.specimen_at), each.reported_at is not None
            is_known = reported and (each.reported_at or now) <= now
            if is_known and each.result in ("negative", "void"):
                continue
            found = confirmed if is_known and each.result == "positive" else suspected
        elif isinstance(each, Symptoms):
            on, found = each.onset_on, suspected
        else:
            continue
        if isinstance(rules.organisms.get(each.organism), Tested):
            found[each.organism] = max(on, found.get(each.organism, on))
    return {**suspected, **confirmed}


def _instants(seen: Iterable[object]) -> Iterable[datetime]:
    """The instants at which one of them may come to count."""
    for each in seen:
        if isinstance(each, Test):
            yield each.specimen_at
            if each.reported_at is not None:
                yield each.reported_at


def companions(people: Mapping[str, Listed]) -> dict[str, frozenset[str]]:
    """Whom each of these stays together with, as `facts.companions` says it of everybody listed."""
    return companions_of(
        (one.id, other)
        for one in people.values()
        if (other := one.details.together_with) is not None
        and not one.left
        and other in people
        and not people[other].left
    )


__all__ = ["Listed", "companions", "everybody", "people"]
