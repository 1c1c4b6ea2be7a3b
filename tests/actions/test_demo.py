"""The demo hub: the same each time, full of everything, and planned without a breach."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.capacity_returns import record_no_change
from discharge.actions.demo import AREAS, make_demo
from discharge.actions.demo_clock import FOUNDED, MONDAY_MORNING, DemoClock
from discharge.actions.demo_files import read_people, read_settings
from discharge.actions.desk import Desk
from discharge.actions.placements import (
    accept,
    approve,
    arrive,
    book,
    decline,
    depart,
    move_on,
    plan_onward,
    release,
    tell,
)  # fmt: skip
from discharge.actions.planning import freeze_case, store_plan
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.errors import UserError
from discharge.model.files import FrozenCase, write_plan
from discharge.model.london import london_date
from discharge.model.patient_record import PatientState
from discharge.model.people import Given, How, Role, User
from discharge.model.placement import DeclineReason, NextStep, PlacementState, Transport
from discharge.model.plan import Plan
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.plans import Change
from discharge.model.travel import CrewPpe, TransportMode
from discharge.rules.may import those_who_may
from discharge.store import driver
from discharge.store.ask.queries import Queries
from discharge.store.file.faults import StoreTrouble
from discharge.store.journal import Entry
from tests.conftest import DemoCopy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo hub that no test touches."""
    return demo_copy(tmp_path_factory.mktemp("demo") / "demo.hub")


@pytest.fixture(scope="module")
def looked_at(made: Path) -> Iterator[Desk]:
    """The demo hub, open for reading, at eight on its Monday."""
    with Desk.open(made, clock=lambda: MONDAY_MORNING) as desk:
        yield desk


@pytest.fixture(scope="module")
def morning(looked_at: Desk) -> tuple[FrozenCase, Plan]:
    """The hub as a case on Monday morning, and its plan."""
    return planned(looked_at)


@pytest.fixture
def own(demo_copy: DemoCopy, tmp_path: Path) -> Path:
    """A demo hub of one's own."""
    return demo_copy(tmp_path / "own.hub")


def one_with(desk: Desk, role: Role) -> User:
    return next(user for user in desk.people() if role in user.roles)


def planned(desk: Desk) -> tuple[FrozenCase, Plan]:
    frozen = desk.ask(freeze_case)
    return frozen, propose(frozen.case, sha256=frozen.sha256)


# --- how it is made ------------------------------------------------------------------------------------


def dumped(path: Path) -> list[object]:
    """Everything that is in the file, in the order of its making."""
    with closing(driver.connect(path)) as connection:
        made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid").fetchall()
        tables = [name for kind, name, _ in made if kind == "table"]
        return [made, *(connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables)]


@pytest.mark.whole
def test_the_demo_hub_is_the_same_to_the_byte_in_any_process(made: Path, tmp_path: Path) -> None:
    again = tmp_path / "new folder" / "demo.hub"
    code = f"from discharge.actions.demo import make_demo; make_demo({str(again)!r})"
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "20201116"},
    )
    assert dumped(again) == dumped(made)
    assert [path.name for path in again.parent.iterdir()] == ["demo.hub"]


@pytest.mark.whole
def test_its_journal_is_intact_and_its_tables_follow_from_it(looked_at: Desk) -> None:
    checked = looked_at.verify()
    assert checked.is_intact, checked.sentence
    assert checked.entries > 300


def test_everything_in_it_was_recorded_in_that_week_by_somebody_who_may(looked_at: Desk) -> None:
    lines = looked_at.ask(lambda queries: queries.journal(limit=10_000))
    times = [line.recorded_at for line in reversed(lines)]
    assert times == sorted(times)
    assert times[0] == FOUNDED
    assert times[-1] < MONDAY_MORNING
    assert all(line.happened_at <= line.recorded_at for line in lines)
    assert {london_date(at).day for at in times} == {9, 10, 11, 12, 13, 14, 15, 16}


def test_nobody_approved_what_they_had_proposed(looked_at: Desk) -> None:
    rows = looked_at.ask(lambda queries: queries.moves(over=True))
    approved = [row for row in rows if row.approved_by is not None]
    assert len(approved) > 10
    assert all(row.approved_by != row.proposed_by for row in approved)


def test_a_file_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine.hub"
    mine.write_text("not yours")
    with pytest.raises(UserError, match=r"mine\.hub is there already"):
        make_demo(mine)
    assert mine.read_text() == "not yours"


@pytest.mark.whole
def test_a_demo_hub_that_could_not_be_made_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discharge.actions.demo.read_people", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_demo(tmp_path / "half.hub")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.whole
def test_a_demo_hub_in_the_place_of_one_that_was_deleted_says_what_to_do(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Path(shutil.copyfile(made, tmp_path / "demo.hub"))
    with Desk.open(hub) as desk:
        backed_up = desk.back_up().path
    hub.unlink()
    with pytest.raises(StoreTrouble, match=r"A hub demo\.hub was here before") as refusal:
        make_demo(hub)
    assert not hub.exists()
    assert "--fresh" in refusal.value.on_the_command_line
    assert "--" not in str(refusal.value), "the window has no flags"
    monkeypatch.setattr("discharge.actions.demo.tell_the_story", lambda walk: None)  # a short one will do
    make_demo(hub, fresh=True)
    with Desk.open(hub) as desk:
        assert desk.remarks == ()
    (aside,) = tmp_path.glob("demo.hub.left-*")
    assert {path.name for path in aside.rglob("*")} >= {backed_up.name, "demo.hub.witness"}


# --- its time ------------------------------------------------------------------------------------------


class Pace:
    def __init__(self) -> None:
        self.seconds = 5_000.0

    def __call__(self) -> float:
        return self.seconds


def test_its_clock_begins_on_monday_morning_and_goes_on_at_the_pace_of_real_time() -> None:
    pace = Pace()
    clock = DemoClock(pace=pace)
    assert clock() == MONDAY_MORNING == datetime(2020, 11, 16, 8, tzinfo=UTC)
    pace.seconds += 90
    assert clock() == MONDAY_MORNING + timedelta(seconds=90)


def test_its_clock_never_shows_less_than_what_is_on_record() -> None:
    last = MONDAY_MORNING + timedelta(days=2)
    assert DemoClock(last=last, pace=Pace())() == last


def test_a_demo_hub_is_opened_in_its_own_time_wherever_it_is_opened(own: Path) -> None:
    with Desk.open(own) as desk:
        assert london_date(desk.now()) == london_date(MONDAY_MORNING)


def test_a_demo_hub_that_was_worked_in_goes_on_from_there(own: Path) -> None:
    later = MONDAY_MORNING + timedelta(days=3)
    with Desk.open(own, clock=lambda: later) as desk:
        stale = next(row for row in desk.ask(Queries.settings) if row.capacity_age is CapacityAge.STALE)
        desk.perform(partial(record_no_change, setting=stale.id), by=one_with(desk, Role.COORDINATOR))
    with Desk.open(own) as desk:
        assert later <= desk.now() < later + timedelta(hours=1)


def test_any_other_hub_goes_by_the_time_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime(2021, 3, 1, 9, 30, tzinfo=UTC)
    monkeypatch.setattr("discharge.actions.desk.system_clock", lambda: today)
    with Desk.open(tmp_path / "north.hub", clock=lambda: FOUNDED + timedelta(seconds=1)) as desk:
        desk.found(hub="North", name="Jo Marsh")
    with Desk.open(tmp_path / "north.hub") as desk:
        assert desk.now() == today


# --- what is in it -------------------------------------------------------------------------------------


def test_all_people_are_made_up_and_have_numbers_of_the_999_range_or_a_reason() -> None:
    people = [person.fields for person in read_people()]
    assert 40 <= len(people) <= 50
    assert len({fields["name"] for fields in people}) == len(people)
    with_number = [fields["nhs_number"] for fields in people if "nhs_number" in fields]
    assert len(set(with_number)) == len(with_number)
    assert all(number.startswith("999") for number in with_number)
    assert [fields["no_number"] for fields in people if "no_number" in fields]


def test_no_telephone_number_or_address_could_be_anybodys() -> None:
    for setting in read_settings():
        assert re.fullmatch(r"020 7946 0\d{3}", setting.details.phone)
        assert setting.details.email.endswith(".example")
        assert setting.details.postcode[:2] in ("NM", "EK", "HL")
        assert setting.details.local_authority in AREAS


def test_its_settings_are_of_every_kind_and_in_every_state(looked_at: Desk) -> None:
    rows = looked_at.ask(Queries.settings)
    assert 40 <= len(rows) <= 50
    kinds = Counter(row.type for row in rows)
    assert kinds["hot_home"] == 2
    assert kinds["alternative"] == 1
    assert kinds["intermediate_care"] >= 3
    assert kinds["community_bed"] >= 3
    assert {row.local_authority for row in rows} == set(AREAS)
    assert {row.capacity_age.value for row in rows} == {"fresh", "stale", "expired", "none"}
    assert sum(row.admissions == "closed" for row in rows) == 2
    outbreaks = [one for row in rows for one in row.outbreaks]
    assert {(one.organism, one.risk_assessed) for one in outbreaks} >= {
        ("sars-cov-2", False),
        ("norovirus", True),
    }
    assert any(len(row.outbreaks) > 1 for row in rows)
    assert {row.rating for row in rows} == {
        "outstanding", "good", "requires_improvement", "inadequate", None,
    }  # fmt: skip
    assert any(row.weekly_fee is None for row in rows)
    designated = {row.name: row.type for row in rows if row.designated_units}
    assert sorted(designated.values()) == ["hot_home", "hot_home", "intermediate_care"]
    units = looked_at.ask(Queries.all_units)
    assert {unit.isolation for mine in units.values() for unit in mine} == {"none", "rooms", "cohort"}
    categories = {beds.category for mine in units.values() for unit in mine for beds in unit.beds}
    assert len(categories) >= 9


def test_its_people_are_on_every_pathway_and_in_every_infection_state(looked_at: Desk) -> None:
    rows = looked_at.ask(partial(Queries.patients, left=True))
    assert {row.pathway.value for row in rows} == {"P0", "P1", "P2", "P3"}
    assert {row.priority for row in rows} == {1, 2, 3, 4}
    assert {row.state for row in rows} == set(PatientState)
    assert {row.infection.requirement for row in rows} == {
        "open", "own_room", "isolation", "designated", "blocked",
    }  # fmt: skip
    assert {organism for row in rows for organism in row.infection.organisms} == {
        "sars-cov-2", "influenza", "norovirus",
    }  # fmt: skip
    assert any(row.infection.open_ended for row in rows)
    assert any(row.infection.result_awaited_since for row in rows)
    assert any(row.together_with for row in rows)
    assert any("postcode or coordinates" in row.missing for row in rows)
    known = looked_at.ask(Queries.all_people).values()
    assert any(seen.organism == "cpe" for person in known for seen in person.facts.observations)
    assert sum(person.facts.immunosuppressed for person in known) >= 2
    assert any(person.facts.max_weekly_fee for person in known)
    assert any(person.facts.preferred for person in known)


def test_every_role_is_at_the_desk(looked_at: Desk) -> None:
    roles = Counter(role for user in looked_at.people() for role in user.roles)
    assert roles == {Role.ADMINISTRATOR: 1, Role.CLINICIAN: 1, Role.COORDINATOR: 2, Role.LA_LEAD: 2}


# --- what the pages show -------------------------------------------------------------------------------


def test_moves_shows_placements_at_every_step(looked_at: Desk) -> None:
    rows = looked_at.ask(partial(Queries.moves, over=True))
    assert {row.state for row in rows} >= {
        PlacementState.PROPOSED,
        PlacementState.APPROVED,
        PlacementState.TOLD,
        PlacementState.ACCEPTED,
        PlacementState.BOOKED,
        PlacementState.DEPARTED,
        PlacementState.ARRIVED,
        PlacementState.DECLINED,
        PlacementState.RETURNED,
        PlacementState.UNANSWERED,
        PlacementState.ENDED,
    }
    assert {row.next_step for row in rows} >= {
        NextStep.APPROVE,
        NextStep.TELL,
        NextStep.ANSWER,
        NextStep.BOOK,
        NextStep.DEPART,
        NextStep.ARRIVE,
        NextStep.RELEASE,
        NextStep.MOVE_ON,
        NextStep.PLAN_ONWARD,
        NextStep.END,
    }
    assert any(row.overdue for row in rows)
    assert not [row.id for row in rows if row.flags]


def test_isolations_end_today_or_tomorrow(looked_at: Desk) -> None:
    ends = looked_at.ask(Queries.isolation_ends)
    tomorrow = london_date(MONDAY_MORNING) + timedelta(1)
    assert sum(each.ends == tomorrow for each in ends) == 2
    assert {bool(each.goes_to) for each in ends if each.ends == tomorrow} == {True, False}
    moving = [
        row
        for row in looked_at.ask(Queries.moves)
        if len(row.stays) == 2 and row.stays[0].end == london_date(MONDAY_MORNING)
    ]
    assert [row.next_step for row in moving] == [NextStep.MOVE_ON]


def test_approvals_wait_one_of_them_above_the_normal_fee(looked_at: Desk) -> None:
    rows = looked_at.ask(Queries.approvals)
    assert len(rows) == 3
    assert {row.by_hand for row in rows} == {True, False}
    pages = [looked_at.ask(partial(Queries.approval, name=row.id)) for row in rows]
    assert sorted(len(those_who_may("approve", page.deciders)) for page in pages) == [1, 2, 2]


def test_match_has_a_plan_of_this_morning_and_what_changed_since_the_one_before(looked_at: Desk) -> None:
    plans = looked_at.ask(Queries.plans)
    page = looked_at.ask(partial(Queries.plan, name=plans[0].id))
    assert plans[0].made_at > MONDAY_MORNING - timedelta(minutes=30)
    assert plans[0].status == "optimal"
    assert not page.outdated
    assert {row.change for row in page.proposals} >= {Change.NEW, Change.SAME, Change.MOVED}
    assert [row.patient_name for row in page.proposals if row.kept] == ["Hugo Saxifrage"]


@pytest.mark.whole
def test_every_next_step_of_the_morning_can_be_taken(own: Path) -> None:
    now = [MONDAY_MORNING]
    with Desk.open(own, clock=lambda: now[0]) as desk:
        by = {role: one_with(desk, role) for role in (Role.COORDINATOR, Role.CLINICIAN)}
        rows = {row.patient_name: row for row in desk.ask(Queries.moves)}

        def take(name: str, action: Callable[..., Sequence[Entry]], *, by: User, **more: object) -> None:
            now[0] += timedelta(minutes=1)
            desk.perform(partial(action, placement=rows[name].id, **more), by=by)

        for waiting in desk.ask(Queries.approvals):
            page = desk.ask(partial(Queries.approval, name=waiting.id))
            lead = those_who_may("approve", page.deciders)[-1]
            take(waiting.patient_name, approve, by=lead)
        manager = Given(how=How.PHONE, name="Gita Hobday", role="registered manager", number="020 7946 0135")
        aisha, leila = by[Role.COORDINATOR], by[Role.CLINICIAN]
        journey = Transport(
            mode=TransportMode.OWN_CAR, ppe=CrewPpe.MASK, at=MONDAY_MORNING + timedelta(hours=6)
        )
        take("Reginald Sedgeman", tell, by=aisha, given=manager)
        take("Dora Wagtailor", accept, by=aisha, given=manager)
        take("Cecil Sorrelman", book, by=aisha, transport=journey)
        take("Jack Moorhen", arrive, by=aisha)
        take("Norman Corncrake", plan_onward, by=aisha)
        take("Edith Stonechat", release, by=leila, organism="sars-cov-2", on=date(2020, 11, 17))
        now[0] = MONDAY_MORNING + timedelta(hours=3)
        take("Nora Meadowlark", depart, by=aisha)
        take("Vera Chiffchaff", move_on, by=aisha)
        assert desk.verify().is_intact


# --- planning it ---------------------------------------------------------------------------------------


def test_its_plan_is_optimal_sound_and_has_something_of_everything(
    morning: tuple[FrozenCase, Plan],
) -> None:
    frozen, plan = morning
    assert verify(frozen.case, plan, case_sha256=frozen.sha256) == ()
    assert plan.status == "optimal"
    new = [placement for placement in plan.placements if not placement.locked]
    assert len(new) >= 18
    stays = Counter(len(placement.stays) for placement in new)
    assert stays[1] >= 10
    assert stays[2] >= 3
    conditions = {condition for placement in new for condition in placement.conditions}
    assert conditions == {"clinical_release", "retest", "phone_to_confirm"}
    codes = {reason.code for person in plan.unplaced for reason in person.reasons}
    assert codes >= {
        "awaiting_result", "no_test", "clinical_release_missing", "no_designated_bed", "need_unmet", "fee",
        "too_far", "outbreak", "outbid", "home", "home_with_support",
    }  # fmt: skip


def test_whoever_can_go_to_no_bed_today_is_told_why_as_the_file_says(
    morning: tuple[FrozenCase, Plan],
) -> None:
    frozen, plan = morning
    why = {frozen.names[one.patient]: {reason.code for reason in one.reasons} for one in plan.unplaced}
    assert "no_test" in why["Hyacinth Dunlin"]
    assert "awaiting_result" in why["Stanley Teal"]
    assert "clinical_release_missing" in why["Olive Sorrel"]
    assert "outbreak" in why["Clive Gannet"]
    assert "fee" in why["Albert Chickweed"]
    assert "too_far" in why["Florence Sandwort"]
    assert "no_designated_bed" in why["Ines Rosebay"]
    assert "outbid" in why["Bernard Pochard"]


def test_the_resident_whose_home_cannot_isolate_goes_to_a_hot_home_and_then_home(
    morning: tuple[FrozenCase, Plan],
) -> None:
    frozen, plan = morning
    [arthur] = [each for each in plan.placements if frozen.names[each.patient] == "Arthur Mallard"]
    names = [frozen.names[stay.setting] for stay in arthur.stays]
    assert names[1] == "Rookery Cottage"
    assert arthur.stays[0].requirement == "designated"
    assert arthur.stays[0].end == arthur.stays[1].start


def test_companions_end_in_the_same_home(
    morning: tuple[FrozenCase, Plan],
) -> None:
    frozen, plan = morning
    ends = {frozen.names[each.patient]: each.stays[-1].setting for each in plan.placements}
    assert ends["Ernest Wheatear"] == ends["Edna Wheatear"]


@pytest.mark.whole
def test_a_plan_after_a_decline_offers_the_person_another_home(own: Path) -> None:
    with Desk.open(own, clock=lambda: MONDAY_MORNING) as desk:
        _declined_and_planned_again(desk)


def _declined_and_planned_again(desk: Desk) -> None:
    [told] = [row for row in desk.ask(Queries.moves) if row.next_step is NextStep.ANSWER]
    _, before = planned(desk)
    given = Given(how=How.PHONE, name="The manager", role="registered manager", number="020 7946 0135")
    refuse = partial(decline, placement=told.id, code=DeclineReason.STAFFING, given=given)
    coordinator = one_with(desk, Role.COORDINATOR)
    desk.perform(refuse, by=coordinator)
    frozen, after = planned(desk)
    assert verify(frozen.case, after, case_sha256=frozen.sha256) == ()
    declined = told.stays[0].setting
    settings = {
        plan: {
            stay.setting for each in found.placements if each.patient == told.patient for stay in each.stays
        }
        for plan, found in (("before", before), ("after", after))
    }
    assert settings["before"] == {declined}
    assert settings["after"]
    assert declined not in settings["after"]
    store = partial(store_plan, case=frozen.content, plan=write_plan(after), head=frozen.head)
    page = desk.ask(partial(Queries.plan, name=desk.perform(store, by=coordinator).first))
    assert [row.change for row in page.proposals if row.patient == told.patient] == [Change.MOVED]
