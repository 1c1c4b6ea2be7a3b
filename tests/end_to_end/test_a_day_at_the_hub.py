"""A day at the hub, from a new file to a program killed in the midst of its work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions.context import Action
from discharge.actions.designating import designate
from discharge.actions.desk import Desk
from discharge.actions.exchange import import_file
from discharge.actions.file_kinds import FileKind
from discharge.actions.patients import register_patient
from discharge.actions.people import add_user
from discharge.actions.placements import (
    accept,
    approve,
    arrive,
    book,
    decline,
    depart,
    propose_from_plan,
    tell,
)
from discharge.actions.planning import freeze_case, store_plan
from discharge.actions.settings import add_unit, amend_setting, set_beds
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.errors import NotAllowed
from discharge.model.files import case_sha256, read_case, read_plan, write_plan
from discharge.model.hub import Changed
from discharge.model.infection import Result
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given, How, Role, User
from discharge.model.placement import DeclineReason, NextStep, PlacementState, Transport
from discharge.model.plan import Plan
from discharge.model.setting import Beds, Category, Isolation, Span, Unit
from discharge.model.shown.plans import Change
from discharge.model.travel import CrewPpe, TransportMode
from discharge.rules.rule_set import RuleSet
from discharge.store.ask.queries import Queries
from discharge.store.file.database import open_store
from discharge.store.write import tables
from tests.actions.a_hub import Clock
from tests.actions.observing import record_test

ROOT = Path(__file__).resolve().parents[2]
EIGHT = datetime(2020, 11, 16, 8, tzinfo=UTC)
TODAY = date(2020, 11, 16)
COVID = "sars-cov-2"

ELM, OAK, ASH, HOT = "1-9990000101", "1-9990000102", "1-9990000103", "1-9990000104"

HOMES = f"""\
Location ID,Location Name,Care home?,Care homes beds,Location Local Authority,Location Latitude,\
Location Longitude,Location Latest Overall Rating,\
Service type - Care home service with nursing,Service type - Care home service without nursing,\
Service user band - Children 0-18 years,Service user band - Dementia,\
Service user band - Learning disabilities or autistic spectrum disorder,\
Service user band - Mental Health,Service user band - Older People,\
Service user band - Physical Disability,Service user band - Sensory Impairment,\
Service user band - Younger Adults
{ELM},Elm House,Y,30,Northmarsh,51.650,-0.080,Good,,Y,,,,,Y,,,
{OAK},Oak Lodge,Y,28,Northmarsh,51.655,-0.075,Good,,Y,,,,,Y,,,
{ASH},Ash Court,Y,44,Northmarsh,51.640,-0.090,Requires improvement,,Y,,,,,Y,,,
{HOT},Alder House,Y,36,Northmarsh,51.645,-0.070,Good,Y,Y,,,,,Y,,,
1-9990000105,Little Nest,Y,6,Northmarsh,51.650,-0.080,Good,,Y,Y,,,,,,,
,No Number,Y,12,Northmarsh,51.650,-0.080,Good,,Y,,,,,Y,,,
"""
RETURNS = f"""\
cqcid,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,admissionstatus,lastupdatedutc
{ELM},true,30,29,1,Open,2020-11-16T06:40:00Z
{OAK},true,28,27,1,Open,2020-11-16T06:50:00Z
{ASH},true,44,43,1,Open,2020-11-16T07:00:00Z
{HOT},true,36,34,2,Open,2020-11-16T07:10:00Z
"""
PHONE = Given(how=How.PHONE, name="Nell Carew", role="registered manager", number="020 7946 0101")


class Day:
    """A desk, a clock, and the ids of whoever and whatever the day is about."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk = desk
        self.clock = clock
        self.founder = desk.found(hub="Northmarsh hub", name="Jo Marsh")
        self.coordinator = self._user("Aisha Prosser", Role.COORDINATOR)
        self.both = self._user("Kim Sayer", Role.COORDINATOR, Role.LA_LEAD)
        self.lead = self._user("Grace Adeyemi", Role.LA_LEAD)
        self.people: dict[str, str] = {}

    def _user(self, name: str, *roles: Role) -> User:
        added = self.desk.perform(partial(add_user, name=name, roles=roles), by=self.founder)
        return self.desk.sign_in(added.first)

    def do(self, action: Action, *, by: User | None = None) -> Changed:
        """Something done, five minutes after what was done before."""
        self.clock.now += timedelta(minutes=5)
        return self.desk.perform(action, by=by or self.coordinator)

    def enter(self, key: str, **fields: Any) -> None:
        values = {
            "name": f"{key.title()} Whinchat",
            "no_number": "not_known",
            "born": date(1936, 5, 4),
            "sex": "female",
            "priority": 2,
            "pathway": "P3",
            "ready_on": TODAY,
            "care": {"level": "residential", "specialism": "general"},
            "local_authority": "Northmarsh",
            "latitude": 51.649,
            "longitude": -0.081,
            **fields,
        }
        details = PatientDetails.model_validate(values)
        self.people[key] = self.do(partial(register_patient, details=details)).first

    def tested(self, key: str, result: Result, taken: datetime, reported: datetime | None) -> None:
        self.do(
            partial(
                record_test,
                patient=self.people[key],
                organism=COVID,
                result=result,
                specimen_at=taken,
                reported_at=reported,
            )
        )

    def plan(self) -> tuple[str, Plan]:
        """Freezes the hub, plans it, has the plan verified and stores it."""
        self.clock.now += timedelta(minutes=5)
        frozen = self.desk.ask(freeze_case)
        plan = propose(frozen.case, sha256=frozen.sha256)
        assert verify(frozen.case, plan, case_sha256=frozen.sha256) == ()
        store = partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
        return self.do(store, by=self.both).first, plan

    def send(self, plan: str, *keys: str, by: User | None = None) -> dict[str, str]:
        """Sends people's proposals to approval; their placements' ids."""
        chosen = [self.people[key] for key in keys]
        sent = self.do(partial(propose_from_plan, plan=plan, patients=chosen), by=by)
        return dict(zip(keys, sent.subjects, strict=True))

    def goes_to(self, plan: Plan) -> Mapping[str, tuple[str, ...]]:
        """Where the plan has everybody it places, stay by stay."""
        keys = {name: key for key, name in self.people.items()}
        return {
            keys[one.patient]: tuple(stay.setting for stay in one.stays)
            for one in plan.placements
            if one.patient in keys
        }

    def state(self, placement: str) -> PlacementState:
        return self.desk.ask(lambda queries: queries.placement(placement)).row.state


def unit(name: str, category: Category, *, isolation: Isolation = "none", places: int | None = None) -> Unit:
    """A unit with one group of ensuite rooms; nobody has said yet what is free."""
    group = Beds(id="B1", category=category, room="ensuite", sex="any", free=())
    return Unit(id=name, isolation=isolation, isolation_places=places, beds=(group,))


def homes_and_returns_come_in(day: Day) -> None:
    homes = import_file(
        day.desk, kind=FileKind.CQC, source=HOMES.encode(), by=day.coordinator, take_good_rows=True
    )
    assert (homes.report.read, homes.report.taken + homes.report.changed) == (6, 5)
    assert [row.row for row in homes.report.rows if row.is_fault] == [7]
    for home in (ELM, OAK, ASH):
        day.do(partial(add_unit, setting=home, unit=unit("Main", "general_residential")))
    day.do(partial(amend_setting, setting=HOT, changes={"type": "hot_home", "accepts_organisms": (COVID,)}))
    day.do(
        partial(add_unit, setting=HOT, unit=unit("Red", "general_residential", isolation="rooms", places=2))
    )
    director = Given(how=How.LETTER, name="Ingrid Vance", role="director of adult social services")
    assure = partial(
        designate,
        setting=HOT,
        unit="Red",
        span=Span(start=date(2020, 11, 2)),
        given=director,
        assured_on=date(2020, 10, 30),
    )
    with pytest.raises(NotAllowed, match="LA lead"):
        day.do(assure)
    day.do(assure, by=day.lead)
    returns = import_file(day.desk, kind=FileKind.CAPACITY, source=RETURNS.encode(), by=day.coordinator)
    assert returns.report.taken + returns.report.changed == 4
    # Ash Court says on the phone that its room is free from tomorrow on
    later = Beds.model_validate(
        {
            "id": "B1",
            "category": "general_residential",
            "room": "ensuite",
            "sex": "any",
            "free": [{"from": "2020-11-17", "count": 1}],
        }
    )
    day.do(partial(set_beds, setting=ASH, unit="Main", beds=later, given=PHONE))
    free = {row.id: row.beds_left for row in day.desk.ask(Queries.settings)}
    assert free == {ELM: 1, OAK: 1, ASH: 0, HOT: 2, "1-9990000105": 0}


def people_come_on_the_list(day: Day) -> None:
    yesterday = EIGHT - timedelta(days=1)
    day.enter("ada", preferred=(ELM, OAK))
    day.tested("ada", "negative", yesterday, yesterday + timedelta(hours=12))
    day.enter("ben", sex="male", preferred=(ASH,))
    day.tested("ben", "positive", EIGHT - timedelta(days=9), EIGHT - timedelta(days=8))
    day.enter("cora", priority=1)
    day.tested("cora", "pending", EIGHT - timedelta(hours=2), None)


def the_first_offer_is_declined(day: Day) -> None:
    name, plan = day.plan()
    assert day.goes_to(plan) == {"ada": (ELM,), "ben": (HOT, ASH)}
    assert [one.reasons[0].code for one in plan.unplaced] == ["awaiting_result"]
    [ada] = day.send(name, "ada", by=day.both).values()
    with pytest.raises(NotAllowed, match="You proposed it: another LA lead has to decide") as oneself:
        day.do(partial(approve, placement=ada), by=day.both)
    assert oneself.value.rule == "A1"
    day.do(partial(approve, placement=ada), by=day.lead)
    day.do(partial(tell, placement=ada, given=PHONE))
    day.do(partial(decline, placement=ada, code=DeclineReason.RESIDENT_MIX, given=PHONE))
    assert day.state(ada) is PlacementState.DECLINED
    page = day.desk.ask(lambda queries: queries.setting(ELM))
    assert [(line.code, line.stands) for line in page.declines] == [("resident_mix", True)]


def the_second_plan_offers_another_home(day: Day) -> tuple[str, str]:
    name, plan = day.plan()
    assert day.goes_to(plan) == {"ada": (OAK,), "ben": (HOT, ASH)}
    page = day.desk.ask(lambda queries: queries.plan(name))
    changes = {row.patient: row.change for row in page.proposals}
    assert changes == {day.people["ada"]: Change.MOVED, day.people["ben"]: Change.SAME}
    sent = day.send(name, "ada", "ben")
    for placement in sent.values():
        day.do(partial(approve, placement=placement), by=day.lead)
    return sent["ada"], sent["ben"]


def nobody_leaves_before_the_home_was_told(day: Day, ben: str) -> None:
    """Ben, isolating, goes to the hot-home; told, and told again, before he leaves (C5)."""
    for too_soon in (partial(depart, placement=ben), partial(accept, placement=ben, given=PHONE)):
        with pytest.raises(NotAllowed):
            day.do(too_soon)
    day.do(partial(tell, placement=ben, given=PHONE))
    day.do(partial(accept, placement=ben, given=PHONE))
    leaves = day.clock.now + timedelta(minutes=30)
    transport = Transport(mode=TransportMode.AMBULANCE_SEATED, ppe=CrewPpe.DROPLET, at=leaves)
    day.do(partial(book, placement=ben, transport=transport))
    day.tested("ben", "positive", EIGHT - timedelta(days=2), EIGHT)
    with pytest.raises(NotAllowed, match="A result came after Alder House was told") as newer:
        day.do(partial(depart, placement=ben))
    assert newer.value.rule == "C5"
    day.do(partial(tell, placement=ben, given=PHONE))
    with pytest.raises(NotAllowed):
        day.do(partial(depart, placement=ben))
    day.do(partial(accept, placement=ben, given=PHONE))
    day.do(partial(depart, placement=ben))
    day.do(partial(arrive, placement=ben))
    [row] = [row for row in day.desk.ask(Queries.moves) if row.id == ben]
    assert (row.state, row.next_step) == (PlacementState.ARRIVED, NextStep.TELL_NEXT)
    assert row.isolation_end == date(2020, 11, 21)
    assert row.stays[0].end == row.stays[1].start == row.isolation_end


def killed_at_work(hub: Path, placement: str) -> list[str]:
    """Lets a program of its own go on with the day and kills it in the midst of a long entry."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("cut_short.py")), str(hub), placement],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as program:
        assert program.stdout is not None
        said: list[str] = []
        for line in program.stdout:
            said.append(line.strip())
            if line.startswith("entering 100"):
                program.kill()
                break
        program.wait()
    return said


def the_tables_are_made_anew(hub: Path, now: datetime) -> None:
    store = open_store(hub, now=now)
    try:
        with store.writing() as connection:
            before = tables.content(connection)
            tables.rebuild(connection)
            assert tables.content(connection) == before
    finally:
        store.close()


def every_plan_is_replayed_to_the_byte(desk: Desk) -> None:
    plans = desk.ask(Queries.plans)
    assert len(plans) == 2
    for row in plans:
        files = desk.ask(partial(Queries.plan_files, name=row.id))
        rules = RuleSet.model_validate_json(files.rules, by_alias=True, by_name=False)
        case = read_case(files.case)
        again = propose(case, rules=rules, sha256=case_sha256(files.case))
        assert write_plan(again) == files.plan
        assert verify(case, read_plan(files.plan), rules=rules, case_sha256=row.case_sha256) == ()


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a socket, of any kind, fails the test."""

    def refuse(*of: object, **kind: object) -> None:
        pytest.fail("a socket was made")

    monkeypatch.setattr(socket.socket, "__init__", refuse)


@pytest.mark.usefixtures("no_socket")
def test_a_day_at_the_hub(tmp_path: Path) -> None:
    hub, clock = tmp_path / "northmarsh.hub", Clock(EIGHT)
    with Desk.open(hub, clock=clock) as desk:
        assert not desk.people()
        day = Day(desk, clock)
        homes_and_returns_come_in(day)
        people_come_on_the_list(day)
        the_first_offer_is_declined(day)
        ada, ben = the_second_plan_offers_another_home(day)
        nobody_leaves_before_the_home_was_told(day, ben)
        day.do(partial(tell, placement=ada, given=PHONE))
        entries = desk.ask(Queries.head)

    said = killed_at_work(hub, ada)
    assert said[:4] == ["accepted", "booked", "departed", "arrived"]
    assert said[-1] == "entering 100", "killed in the midst of it"

    clock.now = EIGHT + timedelta(hours=6)
    with Desk.open(hub, clock=clock) as desk:
        checked = desk.verify()
        assert checked.is_intact, checked.sentence
        assert checked.entries == entries + 4, "what was begun and not finished left no trace"
        assert len(desk.ask(Queries.patients)) == 3
        [row] = [row for row in desk.ask(Queries.moves) if row.id == ada]
        assert row.state is PlacementState.ARRIVED
        assert [stay.setting for stay in row.stays] == [OAK]
        every_plan_is_replayed_to_the_byte(desk)
    the_tables_are_made_anew(hub, clock.now)
    with Desk.open(hub, clock=clock) as desk:
        assert desk.verify().is_intact
