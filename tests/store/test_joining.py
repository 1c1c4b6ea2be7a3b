"""Two settings that are one home: nothing is lost when they are joined, and all goes back when parted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import joining, kept_beds, patients, placements, settings, taking_back
from discharge.actions.placements import happened
from discharge.model.setting import Free
from discharge.model.setting_record import GroupFree
from discharge.store.write import tables
from discharge.store.write.joining import KEYS
from tests.actions.a_hub import CONSULTANT, COVID, TODAY, AHub, beds, stay, unit
from tests.asked import facts_of, flags_of
from tests.examples import seeds
from tests.store.test_rebuilding import KINDS, ADay

MOVED = ("units", "beds", "free", *KEYS)
PARTED = (*MOVED, "settings", "news", "kept", "exclusions")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    found = AHub(tmp_path / "hub.discharge")
    yield found
    found.desk.close()


def content(hub: AHub) -> dict[str, list[Any]]:
    """Every table that follows from the journal."""
    return hub.desk.ask(lambda q: tables.content(q._view.connection))


def rows_of(hub: AHub, table: str, *settings_: str) -> int:
    """How many rows of a table name one of these settings."""
    column = list(tables.SHAPES[table][0]).index("setting")
    return sum(row[column] in settings_ for row in content(hub)[table])


def join(hub: AHub, setting: str, other: str) -> None:
    hub.does(partial(joining.join_settings, setting=setting, other=other, reason="taken over by New Co"))


def part(hub: AHub, setting: str, other: str) -> None:
    hub.does(partial(joining.part_settings, setting=setting, other=other, reason="they are two after all"))


def two_homes(hub: AHub) -> tuple[str, str]:
    """A home, and the same under a new number: a unit of the same name, and one of its own."""
    old = hub.setting("Elm", unit("Main", beds(count=3)), vacancies=3, registered_beds=40)
    new = hub.setting(
        "Elm Lodge",
        unit("Main", beds(count=2)),
        unit("Blue", beds("X", count=2)),
        vacancies=4,
        registered_beds=38,
    )
    return old, new


# --- what is joined -----------------------------------------------------------------------------------------


@pytest.mark.whole
def test_of_two_homes_with_beds_and_people_the_one_that_came_first_stays_and_everything_moves(
    hub: AHub,
) -> None:
    old, new = two_homes(hub)
    one = hub.walk(hub.proposed(hub.negative("Ada Shah"), stay(old)), "arrived")
    two = hub.walk(
        hub.proposed(hub.negative("Ben Ode", born=date(1931, 1, 1)), stay(new, in_unit="Blue", of="X")),
        "booked",
    )
    join(hub, new, old)
    page = hub.desk.ask(lambda q: q.setting(old))
    assert [(each.id, [group.id for group in each.beds]) for each in page.units] == [
        ("Main", ["B1"]),
        ("Blue", ["X"]),
    ]
    assert {each.id for each in page.placements} == {one, two}
    assert page.details.registered_beds == 38, "the newer registration counts"
    assert len(page.returns) == 2
    subjects = {line.subject for line in page.timeline}
    assert subjects >= {old, new}, "what was recorded of either is read in one place"
    assert [row.id for row in hub.desk.ask(lambda q: q.settings())] == [old]
    assert [each.id for each in hub.desk.ask(lambda q: q.freeze()).case.settings] == [old]
    for placement in (one, two):
        assert hub.desk.ask(lambda q, name=placement: flags_of(q, name)) == ()  # type: ignore[misc]
        assert hub.desk.ask(lambda q, name=placement: q.placed(name)).current.view.setting == old  # type: ignore[misc]
    hub.does(partial(placements.depart, placement=two))
    hub.does(partial(placements.arrive, placement=two))
    assert hub.desk.verify().is_intact


def test_of_one_group_the_newer_figures_count_and_no_more_is_free_than_the_newer_return_says(
    hub: AHub,
) -> None:
    old, new = two_homes(hub)
    hub.clock.plus(hours=2)
    hub.does(partial(settings.set_beds, setting=new, unit="Main", beds=beds("B1", count=1)))
    hub.reports(new, hours_ago=0, vacancies=2)
    join(hub, old, new)
    page = hub.desk.ask(lambda q: q.setting(old))
    free = {(one.id, group.id): group.free_tonight for one in page.units for group in one.beds}
    assert sum(free.values()) <= 2
    assert page.returns[0].report.vacancies == 2
    part(hub, old, new)
    back = hub.desk.ask(lambda q: q.setting(old)).units[0].beds[0]
    assert back.free_tonight == 3


def test_a_home_is_closed_where_either_was_and_every_outbreak_of_the_two_stands(hub: AHub) -> None:
    old, new = two_homes(hub)
    for home in (old, new):
        hub.does(partial(settings.declare_outbreak, setting=home, organism="influenza"))
    hub.does(partial(settings.record_risk_assessment, setting=old, given=CONSULTANT))
    hub.does(partial(settings.declare_outbreak, setting=new, organism=COVID))
    hub.does(partial(settings.close_admissions, setting=new, reason="no staff"))
    join(hub, old, new)
    found = hub.desk.ask(lambda q: q.setting_facts(old))
    assert {(one.organism, one.risk_assessed) for one in found.outbreaks} == {
        ("influenza", False),
        (COVID, False),
    }
    assert (found.admissions, hub.desk.ask(lambda q: q.setting(old)).admissions_reason) == (
        "closed",
        "no staff",
    )
    hub.does(partial(settings.end_outbreak, setting=old, organism="influenza"))
    part(hub, old, new)
    assert hub.desk.ask(lambda q: q.setting_facts(old)).admissions == "open"
    both = [hub.desk.ask(lambda q, name=each: q.setting_facts(name)).outbreaks for each in (old, new)]  # type: ignore[misc]
    assert [[one.organism for one in each] for each in both] == [[], [COVID]]


def test_whoever_named_the_other_names_the_home_and_the_other_again_once_they_are_parted(hub: AHub) -> None:
    old, new = two_homes(hub)
    resident = hub.negative("Ada Shah", pathway="P0", usual_setting=new)
    wishes = hub.negative("Ben Ode", born=date(1931, 1, 1), preferred=(new, old))
    hub.does(partial(kept_beds.keep_bed, setting=new, unit="Blue", beds="X", patient=resident))
    hub.does(partial(patients.exclude_setting, patient=wishes, setting=new, reason="a bad memory"))
    join(hub, old, new)
    details = hub.desk.ask(lambda q: q.patient_details(resident))
    assert details.usual_setting == old
    assert hub.desk.ask(lambda q: q.patient_details(wishes)).preferred == (old,)
    assert [one.setting for one in hub.desk.ask(lambda q: q.kept_beds(patient=resident))] == [old]
    assert old in hub.desk.ask(lambda q: q.excluded(wishes))
    part(hub, old, new)
    assert hub.desk.ask(lambda q: q.patient_details(resident)).usual_setting == new
    assert hub.desk.ask(lambda q: q.patient_details(wishes)).preferred == (new, old)
    assert [one.setting for one in hub.desk.ask(lambda q: q.kept_beds(patient=resident))] == [new]
    assert set(hub.desk.ask(lambda q: q.excluded(wishes))) == {new}


@pytest.mark.whole
def test_whoever_came_into_a_unit_since_goes_with_it_when_the_two_are_parted(hub: AHub) -> None:
    old, new = two_homes(hub)
    join(hub, old, new)
    there = hub.walk(hub.proposed(hub.negative(), stay(old, in_unit="Blue", of="X")), "arrived")
    part(hub, old, new)
    assert hub.desk.ask(lambda q: q.placed(there)).current.view.setting == new
    assert hub.desk.verify().is_intact


@pytest.mark.whole
def test_whoever_is_in_a_group_that_was_taken_out_does_not_go_with_one_of_that_name(hub: AHub) -> None:
    old, new = two_homes(hub)
    there = hub.walk(hub.proposed(hub.negative(), stay(old)), "arrived")
    hub.does(partial(settings.remove_beds, setting=old, unit="Main", beds="B1", reason="building work"))
    join(hub, old, new)
    part(hub, old, new)
    assert hub.desk.ask(lambda q: q.placed(there)).current.view.setting == old


def test_a_part_is_parted_only_once_the_whole_stands_alone(hub: AHub) -> None:
    old, new = two_homes(hub)
    third = hub.home("Elm Court")
    join(hub, new, third)
    join(hub, old, new)
    with hub.refuses(says="itself a part"):
        part(hub, new, third)
    part(hub, old, new)
    part(hub, new, third)
    assert len(hub.desk.ask(lambda q: q.settings())) == 3
    assert hub.desk.verify().is_intact


def test_what_would_be_recorded_of_a_part_is_recorded_of_the_whole(hub: AHub) -> None:
    old, new = two_homes(hub)
    join(hub, old, new)
    for action in (
        partial(settings.declare_outbreak, setting=new, organism=COVID),
        partial(settings.close_admissions, setting=new, reason="no staff"),
        partial(settings.set_beds, setting=new, unit="Main", beds=beds()),
    ):
        with hub.refuses(says="one with Elm"):
            hub.does(action)


def test_whoever_is_said_to_live_in_a_part_from_now_on_lives_in_the_whole(hub: AHub) -> None:
    old, new = two_homes(hub)
    join(hub, old, new)
    resident = hub.negative("Ada Shah", pathway="P0", usual_setting=new)
    wishes = hub.negative("Ben Ode", born=date(1931, 1, 1), preferred=(new, old))
    hub.does(partial(patients.exclude_setting, patient=wishes, setting=new, reason="a bad memory"))
    hub.does(partial(happened.left_without_us, patient=hub.patient(), setting=new, reason="fetched"))
    assert hub.desk.ask(lambda q: q.patient_details(resident)).usual_setting == old
    assert hub.desk.ask(lambda q: q.patient_details(wishes)).preferred == (old,)
    assert hub.desk.ask(lambda q: q.excluded(wishes)) == {old}
    assert hub.desk.ask(facts_of)[0].setting_name == "Elm"
    hub.does(partial(patients.amend_patient, patient=wishes, changes={"usual_setting": new}))
    assert hub.desk.ask(lambda q: q.patient_details(wishes)).usual_setting == old
    hub.does(partial(kept_beds.keep_bed, setting=old, unit="Blue", beds="X", patient=resident))


def test_no_return_of_before_is_taken_back_once_two_homes_are_one(hub: AHub) -> None:
    old, new = two_homes(hub)
    hub.clock.plus(hours=2)
    hub.reports(new, vacancies=1)
    join(hub, old, new)
    before = content(hub)
    for name in (old, new):
        with hub.refuses(says="made one"):
            hub.does(partial(taking_back.withdraw_return, setting=name, reason="a slip"))
    hub.clock.plus(hours=2)
    hub.reports(old, vacancies=0)
    hub.does(partial(taking_back.withdraw_return, setting=old, reason="a slip"))
    after = content(hub)
    assert {name: after[name] for name in PARTED} == {name: before[name] for name in PARTED}


def test_a_return_upon_beds_that_came_with_the_parting_is_taken_back(hub: AHub) -> None:
    old, new = two_homes(hub)
    join(hub, old, new)
    hub.does(partial(settings.set_beds, setting=old, unit="Blue", beds=beds("Y", count=2)))
    part(hub, old, new)
    before = content(hub)
    hub.clock.plus(hours=2)
    said = (GroupFree(unit="Blue", beds="Y", free=(Free(start=TODAY, count=1),)),)
    hub.reports(new, free=said)
    assert content(hub)["free"] != before["free"]
    hub.does(partial(taking_back.withdraw_return, setting=new, reason="a slip"))
    after = content(hub)
    assert {name: after[name] for name in PARTED} == {name: before[name] for name in PARTED}


# --- at random ----------------------------------------------------------------------------------------------


class Joined(ADay):
    """A day on which two of the homes are made one, and parted, again and again."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        super().__init__(folder)
        self.chance = chance
        self.hub.setting(
            "Elm Lodge too",
            unit("Main", beds(count=2)),
            unit("Blue", beds("X", count=2)),
            vacancies=3,
            registered_beds=chance.choice([3, 40]),
        )
        self.joins = 0

    def choose(self, options: list[Any]) -> Any:
        return self.chance.choice(options)

    def join(self) -> None:
        """Two of them are joined; what was on record of both is on record of the one."""
        homes = [row.id for row in self.hub.desk.ask(lambda q: q.settings())]
        if len(homes) < 2:
            return
        one, two = self.chance.sample(homes, 2)
        before = content(self.hub)
        counts = {table: rows_of(self.hub, table, one, two) for table in KEYS if table != "outbreaks"}
        join(self.hub, one, two)
        stays = one if self.hub.desk.ask(lambda q: q.joining(one)).into is None else two
        goes = two if stays == one else one
        self.joins += 1
        assert {table: rows_of(self.hub, table, stays) for table in counts} == counts
        assert self.hub.desk.verify().is_intact
        if self.chance.random() < 0.5:
            part(self.hub, stays, goes)
            after = content(self.hub)
            assert {name: after[name] for name in PARTED} == {name: before[name] for name in PARTED}
            join(self.hub, one, two)

    def part(self) -> None:
        """One that is joined is parted; nobody is lost."""
        homes = [row.id for row in self.hub.desk.ask(lambda q: q.settings())]
        parts = [
            (home, each)
            for home in homes
            for each in self.hub.desk.ask(lambda q, name=home: q.joining(name)).parts  # type: ignore[misc]
        ]
        if not parts:
            return
        home, other = self.chance.choice(parts)
        moved = ("stays", "returns", "calls")
        counts = {table: rows_of(self.hub, table, home, other) for table in moved}
        part(self.hub, home, other)
        assert {table: rows_of(self.hub, table, home, other) for table in moved} == counts
        groups = {row[:3] for row in content(self.hub)["beds"]}
        held = self.hub.desk.ask(lambda q: [one for name in (home, other) for one in q.holds_in(name)])
        assert all((one.setting, one.unit, one.beds) in groups for one in held)


@pytest.mark.whole
@seeds(2)
def test_whatever_is_done_between_joining_and_parting_the_tables_follow_from_the_journal(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    day = Joined(tmp_path, chance)
    # whoever is in beds that were taken out has none after the parting either
    kinds = [kind for kind in KINDS if kind not in ("choose_rules", "remove_beds")]
    for _ in range(4):
        for kind in chance.sample(kinds, 12):
            day.step(kind, day.choose)
        day.join()
        for kind in chance.sample(kinds, 6):
            day.step(kind, day.choose)
        if chance.random() < 0.7:
            day.part()
    assert day.joins >= 2
    day.check()
    day.hub.desk.close()
