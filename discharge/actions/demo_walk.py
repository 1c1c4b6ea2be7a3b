"""Walking a desk through the days: what came in is recorded in its order, by whom it would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from discharge.actions.capacity_returns import record_capacity_return, record_no_change
from discharge.actions.context import Action, Context
from discharge.actions.demo_files import DemoPerson, DemoSetting
from discharge.actions.designating import designate
from discharge.actions.desk import Desk
from discharge.actions.infections import earlier_key, record_attestations, record_observation
from discharge.actions.kept_beds import keep_bed
from discharge.actions.patients import register_patient
from discharge.actions.second_word import confirm_changes
from discharge.actions.settings import (
    close_admissions,
    declare_outbreak,
    record_risk_assessment,
    register_setting,
)
from discharge.model.hub import Changed
from discharge.model.infection import Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.people import Given, How, User
from discharge.model.setting import Beds, Free, Setting, Span
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.store.ask.facts import Held
from discharge.store.journal import Entry

AT_A_TIME = timedelta(hours=1)
"""What comes in within this time is recorded together."""

TYPED_IN = timedelta(minutes=5)
"""How long after it came in something is recorded."""

DIRECTORS = {"Northmarsh": "Ingrid Vance", "Easterbrook": "Paul Oduya", "Heronsley": "Sheila Brandt"}
"""Who designates units: each borough's director of adult social services."""


class SteppingClock:
    """A clock that stands still until it is set on."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        """The instant it was set to."""
        return self.instant


@dataclass(frozen=True, slots=True)
class Came:
    """Something to be recorded: when, by whom, and what."""

    when: datetime
    by: User
    action: Action


class Walk:
    """A desk, its clock, its people, and what is still to come in."""

    def __init__(
        self,
        desk: Desk,
        clock: SteppingClock,
        *,
        coordinators: Sequence[User],
        leads: Sequence[User],
        clinician: User,
    ) -> None:
        self.desk = desk
        self.coordinator, self.at_weekends = coordinators
        self.leads = tuple(leads)
        self.clinician = clinician
        self.settings: dict[str, str] = {}
        """Ids of the settings by their names."""
        self.people: dict[str, str] = {}
        """Ids of the people on the list by their keys."""
        self._clock = clock
        self._to_come: list[Came] = []

    def expect(self, coming: Iterable[Came]) -> None:
        """Takes note of what will come in."""
        self._to_come = sorted([*self._to_come, *coming], key=lambda came: came.when)

    def to(self, when: datetime) -> None:
        """Goes on to this instant; what came in until then is recorded in its order, an hour's at a time.

        Time goes on only: an instant before the last one is a bug of the story.
        """
        if when < self._clock.instant:
            raise ValueError(f"back in time, to {when.isoformat()}")
        while self._to_come and self._to_come[0].when <= when:
            together = self._together(until=when)
            self._to_come = self._to_come[len(together) :]
            self._clock.instant = together[-1].when
            self.desk.perform_all([came.action for came in together], by=together[0].by)
        self._clock.instant = when

    def _together(self, *, until: datetime) -> list[Came]:
        """What comes in next and is recorded at once, by one person."""
        first, found = self._to_come[0], []
        for came in self._to_come:
            if came.by != first.by or came.when > min(until, first.when + AT_A_TIME):
                break
            found.append(came)
        return found

    def do(self, action: Action, *, by: User) -> Changed:
        """Does something now."""
        return self.desk.perform(action, by=by)


# --- settings ----------------------------------------------------------------------------------------


def register(walk: Walk, settings: Sequence[DemoSetting], *, by: User) -> None:
    """Registers the settings and their designations; their returns, outbreaks and closures will come in."""
    changed = walk.desk.perform_all(
        [partial(register_setting, details=one.details, units=one.units) for one in settings], by=by
    )
    walk.settings = {one.details.name: name for one, name in zip(settings, changed.subjects, strict=True)}
    confirm_all(walk.desk, by=walk.leads[0])
    walk.desk.perform_all(
        [action for one in settings for action in _designation(walk, one)], by=walk.leads[0]
    )
    walk.expect(came for one in settings for came in _of_setting(walk, one))


def confirm_all(desk: Desk, *, by: User) -> None:
    """Whatever waits for a second person's word has theirs."""
    waiting = desk.ask(lambda queries: [change.id for change in queries.waiting_changes()])
    desk.perform(partial(confirm_changes, changes=waiting), by=by)


def _designation(walk: Walk, one: DemoSetting) -> Iterator[Action]:
    if one.designated is not None:
        director = DIRECTORS[one.details.local_authority or ""]
        yield partial(
            designate,
            setting=walk.settings[one.details.name],
            unit=one.designated.unit,
            span=Span(start=one.designated.start),
            given=Given(how=How.LETTER, name=director, role="director of adult social services"),
            assured_on=one.designated.assured_on,
        )


def _of_setting(walk: Walk, one: DemoSetting) -> Iterator[Came]:
    name, who = walk.settings[one.details.name], walk.coordinator
    for reported in one.returned:
        action = partial(_return, setting=name, reported=reported, accepting=one.accepting)
        yield Came(max(reported, walk.desk.now()) + TYPED_IN, who, action)
    for confirmed in one.confirmed:
        yield Came(confirmed, who, partial(record_no_change, setting=name, given=manager(one)))
    for outbreak in one.outbreaks:
        organism, when = outbreak.organism, outbreak.declared_at
        yield Came(when, who, partial(declare_outbreak, setting=name, organism=organism, given=manager(one)))
        if outbreak.risk_assessed:
            given = Given(how=How.EMAIL, name="Rosa Lindqvist", role="infection prevention and control nurse")
            note = "Single floor affected; admissions to the other floor may go on."
            yield Came(
                when + timedelta(hours=5),
                walk.clinician,
                partial(record_risk_assessment, setting=name, organism=organism, given=given, note=note),
            )
    if one.closed is not None:
        reason = one.closed.reason
        yield Came(
            one.closed.at, who, partial(close_admissions, setting=name, reason=reason, given=manager(one))
        )


def manager(one: DemoSetting) -> Given:
    """The word of a setting's registered manager, by phone."""
    details = one.details
    return Given(
        how=How.PHONE, name=details.registered_manager, role="registered manager", number=details.phone
    )


def _return(context: Context, *, setting: str, reported: datetime, accepting: bool) -> list[Entry]:
    """A capacity return that says of each group of beds what is free, people who have arrived left out."""
    facts = context.queries.setting_facts(setting)
    beds = context.queries.setting_details(setting).registered_beds or 0
    arrived = [
        held
        for held in context.queries.holds_in(setting)
        if held.arrived_at is not None and held.arrived_at < reported and not held.counted
    ]
    free = _free(facts, arrived, london_date(reported))
    vacancies = sum(_on(span, london_date(reported)) for group in free for span in group.free)
    report = CapacityReturn(
        reported_at=reported,
        accepting=accepting,
        max_capacity=beds,
        used_beds=max(0, beds - vacancies),
        vacancies=vacancies,
        admission_status="Open to new admissions" if accepting else "Closed to new admissions",
        free=free,
    )
    return record_capacity_return(context, setting=setting, report=report)


def _free(setting: Setting, arrived: Sequence[Held], today: date) -> tuple[GroupFree, ...]:
    found = []
    for unit in setting.units:
        for beds in unit.beds:
            there = sum((held.unit, held.beds) == (unit.id, beds.id) for held in arrived)
            found.append(GroupFree(unit=unit.id, beds=beds.id, free=_without(beds, there, today)))
    return tuple(found)


def _without(beds: Beds, there: int, today: date) -> tuple[Free, ...]:
    """What is free from today on, `there` beds fewer."""
    found = []
    for span in beds.free:
        fewer = min(there, _on(span, today))
        there -= fewer
        if span.count > fewer:
            start = max(span.start, today)
            found.append(Free(start=start, end=span.end, count=span.count - fewer))
    return tuple(found)


def _on(span: Free, night: date) -> int:
    return span.count if span.start <= night and (span.end is None or night < span.end) else 0


# --- people ------------------------------------------------------------------------------------------


def expect_people(walk: Walk, people: Sequence[DemoPerson]) -> None:
    """Takes note of who will come on the list, and of what will be seen of them."""
    walk.expect(came for person in people for came in _of_person(walk, person))


def _of_person(walk: Walk, person: DemoPerson) -> Iterator[Came]:
    def register_them(context: Context) -> list[Entry]:
        details = person.details(settings=walk.settings, people=walk.people)
        entries = register_patient(context, details=details)
        walk.people[person.key] = entries[0].subject
        return entries

    yield Came(person.entered, walk.coordinator, register_them)
    for seen in person.seen:
        by = walk.clinician if isinstance(seen, Clearance) else walk.coordinator
        yield Came(max(_known(seen), person.entered) + TYPED_IN, by, _seen(walk, person.key, seen))
    if (kept := person.kept) is not None:

        def keep(context: Context) -> list[Entry]:
            return keep_bed(
                context,
                setting=walk.settings[str(person.fields["usual_setting"])],
                patient=walk.people[person.key],
                unit=kept.unit,
                beds=kept.beds,
                paid_by=kept.paid_by,
                until=kept.until,
                among_free=False,
            )

        yield Came(person.entered + 2 * TYPED_IN, walk.coordinator, keep)
    if person.attested:

        def attest(context: Context) -> list[Entry]:
            return record_attestations(context, patient=walk.people[person.key], attestations=person.attested)

        yield Came(person.entered + 6 * TYPED_IN, walk.clinician, attest)


def _seen(walk: Walk, key: str, seen: Observation) -> Action:
    def record(context: Context) -> list[Entry]:
        patient = walk.people[key]
        if isinstance(seen, Clearance):
            reason = {earlier_key(patient, seen): "Reviewed with the infection prevention team."}
            context = replace(context, answers={**reason, **context.answers})
        return record_observation(context, patient=patient, observation=seen)

    return record


def _known(seen: Observation) -> datetime:
    """When the hub could first hear of it."""
    if isinstance(seen, Test):
        return seen.reported_at or seen.specimen_at
    if isinstance(seen, Symptoms):
        return _noon(seen.resolved_on or seen.onset_on)
    if isinstance(seen, Exposure):
        return _noon(seen.exposed_on)
    return _noon(seen.released_on or seen.isolate_until or date.min)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
