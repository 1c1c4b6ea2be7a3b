"""A small hub of synthetic people and settings, and a clock that tests set."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import (
    capacity_returns,
    designating,
    patients,
    people,
    placements,
    second_word,
    settings,
)
from discharge.actions import hub as the_hub
from discharge.actions.context import Action, Answered
from discharge.actions.desk import Desk
from discharge.keys.slots import Unlocked
from discharge.model.errors import Asked, BrokenFile, NotAllowed, UserError
from discharge.model.hub import Changed
from discharge.model.identifiers import NoNumber
from discharge.model.patient_record import PatientDetails
from discharge.model.people import ApprovalRule, Given, How, Role, User
from discharge.model.placement import PlacementState, StayChoice, Transport
from discharge.model.setting import Beds, Free, Span, Unit
from discharge.model.setting_record import CapacityReturn, SettingDetails
from discharge.model.travel import CrewPpe, TransportMode
from discharge.store.driver import Connection
from tests.actions import observing
from tests.actions.remembered import REMEMBERED, Kept, Past, Remembered, kept, remembered
from tests.actions.signing import begins_signing

COVID = "sars-cov-2"
MONDAY = datetime(2020, 11, 16, 8, tzinfo=UTC)
TODAY = date(2020, 11, 16)
MANAGER = Given(how=How.PHONE, name="Jo Marsh", role="registered manager", number="020 7946 0001")
DIRECTOR = Given(how=How.LETTER, name="D. Reed", role="director of adult social services")
CONSULTANT = Given(how=How.IN_PERSON, name="Dr K. Bell", role="consultant")


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def plus(self, **span: float) -> datetime:
        """Goes on by so much."""
        self.now += timedelta(**span)
        return self.now


def beds(name: str = "B1", *, count: int = 2, **fields: Any) -> Beds:
    """A group of beds, free from today on."""
    free = (Free(start=TODAY, count=count),) if count else ()
    given = {"category": "general_residential", "room": "ensuite", "sex": "any", "free": free, **fields}
    return Beds(id=name, **given)


def unit(name: str = "Main", *groups: Beds, isolation: Any = "none", places: int | None = None) -> Unit:
    """A unit with its beds."""
    return Unit(id=name, isolation=isolation, isolation_places=places, beds=groups or (beds(),))


_PEOPLE = ("U-0001", "U-0002", "U-0003", "U-0004")


Made = Callable[["AHub"], object]
_PEOPLE_OF: dict[Past, tuple[User, ...]] = {}


def _founded(at: datetime, make: Made | None = None) -> tuple[Past, Remembered, tuple[User, ...]]:
    """The past of a hub founded then and made as told, what is kept of it, and its people."""
    past: Past = (at, make)
    if past not in REMEMBERED:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "hub"
            hub = AHub(path, Clock(at), anew=make is None)
            made = None if make is None else make(hub)
            _PEOPLE_OF[past] = hub.admin, hub.coordinator, hub.lead, hub.clinician
            hub.desk.close()
            REMEMBERED[past] = Remembered(kept(Path(folder), path.name), hub.clock.now, made)
    return past, REMEMBERED[past], _PEOPLE_OF[past]


@functools.cache
def _founded_by_one(at: datetime) -> Kept:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub"
        with Desk.open(path, clock=Clock(at)) as desk:
            desk.found(hub="Test hub", name="Jo Marsh")
        return kept(Path(folder), path.name)


def founded_by_one(path: Path, clock: Clock) -> Desk:
    """A hub that Jo Marsh has founded and nobody else is at; founded once, this is a copy."""
    _founded_by_one(clock.now).put(path)
    return Desk.open(path, clock=clock)


class AHub:
    """A hub with one person for each role, and a second lead; settings and people are added by a test.

    Until somebody looks at it, what is done in it may have been done already: see `remembered`.
    """

    past: Past | None = None
    """All that was done in it; None once somebody had it in hand."""
    is_within = False
    _desk: Desk | None = None
    _path: Path

    def __init__(
        self,
        path: Path,
        clock: Clock | None = None,
        *,
        anew: bool = False,
        make: Made | None = None,
        unlocked: Unlocked | None = None,
    ) -> None:
        """Where it needn't be founded `anew`, it is a copy of one that was, at that time, by this process;
        with what `make` did in it, once for all hubs that it makes; `made` is what that gave back, ids.

        `unlocked`: what it is sealed by; then it is founded anew."""
        anew = anew or unlocked is not None
        self.made: Any = None
        self.clock = clock or Clock()
        self._path = path
        if not anew:
            self.past, made, people_of = _founded(self.clock.now, make)
            self.clock.now, self.made = made.until, made.gave
            self.admin, self.coordinator, self.lead, self.clinician = people_of
            return
        self.desk = Desk.open(path, clock=self.clock, unlocked=unlocked)
        self._found()
        self.admin, self.coordinator, self.lead, self.clinician = map(self.desk.sign_in, _PEOPLE)
        if unlocked is not None:
            begins_signing(self, unlocked)

    @property
    def is_open(self) -> bool:
        """Whether its files are there, and its desk."""
        return self._desk is not None

    @property
    def desk(self) -> Desk:
        """Its desk: whoever has it in hand may do what isn't remembered."""
        if self._desk is None:
            assert self.past is not None
            REMEMBERED[self.past].files.put(self._path)
            self._desk = Desk.open(self._path, clock=self.clock)
        if not self.is_within:
            self.past = None
        return self._desk

    @desk.setter
    def desk(self, desk: Desk) -> None:
        self._desk, self.past = desk, None

    @property
    def path(self) -> Path:
        """Its file, which is there."""
        if self._desk is None and self.past is not None:
            assert self.desk
        return self._path

    @path.setter
    def path(self, path: Path) -> None:
        self._path = path

    @property
    def connection(self) -> Connection:
        """The desk's connection to its file."""
        return self.desk._store.connection

    def opens(self) -> None:
        """From now on everything is done in it anew."""
        assert self.desk

    @contextmanager
    def within(self) -> Iterator[None]:
        """What is done inside is one step that is remembered as a whole."""
        self.is_within = True
        try:
            yield
        except BaseException:
            self.past = None
            raise
        finally:
            self.is_within = False

    def _found(self) -> None:
        self.admin = self.desk.found(
            hub="Three Boroughs", name="Ana Admin", roles=frozenset({Role.ADMINISTRATOR})
        )
        self.person("Cleo Coordinator", Role.COORDINATOR)
        self.person("Lee Lead", Role.LA_LEAD)
        self.person("Kit Clinician", Role.CLINICIAN)

    def person(self, name: str, *roles: Role) -> User:
        """Adds somebody to the hub's people."""
        return self.desk.sign_in(
            self.desk.perform(partial(people.add_user, name=name, roles=roles), by=self.admin).first
        )

    def does(self, action: Action, by: User | None = None) -> Changed:
        """Performs it, as the coordinator where nobody else is named."""
        return self.desk.perform(action, by=by or self.coordinator)

    def does_saying_why(
        self, action: Action, by: User | None = None, *, why: str = "Seen on the ward"
    ) -> Changed:
        """The same, with that reason to whatever is asked."""
        answers: dict[str, str] = {}
        while True:
            try:
                return self.does(Answered(action, answers) if answers else action, by)
            except Asked as asked:
                if asked.key in answers:
                    raise
                answers[asked.key] = why

    @contextmanager
    def refuses(self, *, rule: str | None = None, says: str = "") -> Iterator[None]:
        """Something that must be refused, by that rule and in those words, and must change nothing."""
        before = self.desk.ask(lambda q: q.head())
        with pytest.raises(UserError) as refusal:
            yield
        assert self.desk.ask(lambda q: q.head()) == before
        assert refusal.value.sentence
        assert refusal.value.mend or isinstance(refusal.value, BrokenFile)
        assert says in str(refusal.value)
        if rule is not None:
            assert isinstance(refusal.value, NotAllowed)
            assert refusal.value.rule == rule

    # settings

    @remembered
    def setting(
        self, name: str, *units: Unit, kind: Any = "care_home", vacancies: int | None = 2, **fields: Any
    ) -> str:
        """Registers a setting; `vacancies` None: without a capacity return."""
        given = {
            "local_authority": "Abbey",
            "latitude": 51.5,
            "longitude": 0.1,
            "weekly_fee": 900.0,
            **fields,
        }
        details = SettingDetails(name=name, type=kind, **given)
        made = self.does(partial(settings.register_setting, details=details, units=units or (unit(),))).first
        self.confirms()
        if vacancies is not None:
            self.reports(made, vacancies=vacancies)
        return made

    @remembered
    def confirms(self, by: User | None = None) -> None:
        """Whatever waits for a second person's word has it: that of the lead, where nobody else is named."""
        waiting = self.desk.ask(lambda q: [change.id for change in q.waiting_changes()])
        if waiting:
            self.does(partial(second_word.confirm_changes, changes=waiting), by or self.lead)

    @remembered
    def reports(self, setting: str, *, hours_ago: float = 1, **fields: Any) -> Changed:
        """Records a capacity return."""
        report = CapacityReturn(reported_at=self.clock.now - timedelta(hours=hours_ago), **fields)
        return self.does(partial(capacity_returns.record_capacity_return, setting=setting, report=report))

    @remembered
    def charges(self, setting: str, fee: float | None) -> None:
        """The setting's weekly fee is another from now on."""
        change = partial(settings.amend_setting, setting=setting, changes={"weekly_fee": fee})
        self.does(change)
        self.confirms()

    @remembered
    def amends(self, changes: Mapping[str, object]) -> None:
        """The hub's settings are these from now on."""
        self.does(partial(the_hub.amend_hub, changes=changes), self.admin)

    @remembered
    def approves_by(self, rules: Sequence[ApprovalRule], reason: str = "agreed") -> None:
        """The hub's approval rules are these from now on."""
        self.does(partial(the_hub.set_approval_rules, rules=rules, reason=reason), self.lead)
        self.confirms(self.admin)

    @remembered
    def home(self, name: str = "Elm Lodge", **fields: Any) -> str:
        """An ordinary care home."""
        return self.setting(name, **fields)

    @remembered
    def hot_home(self, name: str = "The Limes", *, places: int = 2, **fields: Any) -> str:
        """A hot home with a designated unit."""
        made = self.setting(
            name,
            unit("Red", isolation="rooms", places=places),
            kind="hot_home",
            accepts_organisms=(COVID,),
            **fields,
        )
        self.does(
            partial(
                designating.designate,
                setting=made,
                unit="Red",
                span=Span(start=TODAY - timedelta(6)),
                given=DIRECTOR,
                assured_on=TODAY - timedelta(7),
            ),
            by=self.lead,
        )
        return made

    # people

    def details(self, name: str = "Ada Shah", **fields: Any) -> PatientDetails:
        """A record."""
        given: dict[str, Any] = {
            "name": name,
            "no_number": NoNumber.NOT_KNOWN,
            "born": date(1940, 1, 1),
            "sex": "female",
            "priority": 2,
            "pathway": "P3",
            "ready_on": TODAY,
            "care": {"level": "residential", "specialism": "general"},
            "local_authority": "Abbey",
            "latitude": 51.5,
            "longitude": 0.1,
            **fields,
        }
        if given.get("nhs_number"):
            given["no_number"] = None
        return PatientDetails.model_validate(given)

    @remembered
    def patient(self, name: str = "Ada Shah", **fields: Any) -> str:
        """Enters somebody on the list, without any test; whoever is like another is told apart from them."""
        details = self.details(name, **fields)
        return self.does(partial(patients.register_patient, details=details, told_apart=True)).first

    @remembered
    def tested(
        self, patient: str, result: Any = "negative", *, hours_ago: float = 20, organism: str = COVID
    ) -> Changed:
        """Records a test whose specimen was taken so many hours ago and reported an hour later."""
        specimen = self.clock.now - timedelta(hours=hours_ago)
        reported = None if result == "pending" else specimen + timedelta(hours=1)
        return self.does(
            partial(
                observing.record_test,
                patient=patient,
                organism=organism,
                result=result,
                specimen_at=specimen,
                reported_at=reported,
            )
        )

    @remembered
    def negative(self, name: str = "Ben Ode", **fields: Any) -> str:
        """Somebody with a fresh negative test."""
        who = self.patient(name, **fields)
        self.tested(who)
        return who

    @remembered
    def positive(self, name: str = "Ada Shah", *, days_ago: float = 3, **fields: Any) -> str:
        """Somebody isolating with a confirmed infection."""
        who = self.patient(name, **fields)
        self.tested(who, "positive", hours_ago=24 * days_ago)
        return who

    # placements

    @remembered
    def proposed(self, patient: str, *stays: StayChoice, by: User | None = None) -> str:
        """Sends a placement chosen by hand to approval."""
        action = partial(
            placements.propose_by_hand, choices={patient: stays}, reason="their family lives near"
        )
        return self.does(action, by).first

    @remembered
    def walk(self, placement: str, to: PlacementState | str) -> str:
        """Brings a proposed placement to a state further on, hour by hour."""
        steps: Sequence[tuple[str, Action, User]] = (
            ("approved", partial(placements.approve, placement=placement), self.lead),
            (
                "told",
                partial(placements.tell, placement=placement, given=MANAGER),
                self.coordinator,
            ),
            ("accepted", partial(placements.accept, placement=placement, given=MANAGER), self.coordinator),
            ("booked", partial(self._book, placement), self.coordinator),
            ("departed", partial(placements.depart, placement=placement), self.coordinator),
            ("arrived", partial(placements.arrive, placement=placement), self.coordinator),
        )
        states = ["proposed", *(name for name, _, _ in steps)]
        done = states.index(self.state(placement))
        for name, action, user in steps[done : states.index(str(to))]:
            self.desk.perform(action, by=user)
            assert self.state(placement) == name
            self.clock.plus(minutes=20)
        return placement

    def _book(self, placement: str, context: Any) -> Any:
        return placements.book(context, placement=placement, transport=self.transport())

    def transport(self, *, in_hours: float = 1) -> Transport:
        """A journey."""
        at = self.clock.now + timedelta(hours=in_hours)
        return Transport(mode=TransportMode.AMBULANCE_SEATED, ppe=CrewPpe.DROPLET, at=at)

    def state(self, placement: str) -> str:
        """Where a placement stands."""
        return str(self.desk.ask(lambda q: q.placed(placement)).state)


def stay(
    setting: str, *, start: date = TODAY, end: date | None = None, in_unit: str = "Main", of: str = "B1"
) -> StayChoice:
    """A stay chosen by hand."""
    return StayChoice(setting=setting, unit=in_unit, beds=of, start=start, end=end)
