"""The homes sheet into a hub, a unit copied to like homes, several homes amended at once."""

from __future__ import annotations

import argparse
import csv
import io
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge import cli
from discharge.actions import designating, settings
from discharge.actions.desk import Desk
from discharge.actions.exchange import ImportRefused, import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.files_out import homes_sheet
from discharge.actions.import_command import add_import_arguments, run_import
from discharge.actions.imports_back import take_back_import
from discharge.actions.many_homes import amend_settings, copy_unit, record_beds
from discharge.actions.taking_back import withdraw_return
from discharge.model.errors import UserError
from discharge.model.people import Role
from discharge.model.setting import Span, Unit
from discharge.model.setting_record import Contract, GroupSaid, SettingDetails
from discharge.paths import resources
from discharge.store.ask.own_entries import LISTS_DAYS, OwnEntry
from tests.actions.a_hub import COVID, DIRECTOR, TODAY, AHub, beds, stay, unit
from tests.conftest import DemoCopy

BLOCK = Contract(kind="block", start=date(2020, 4, 1), end=date(2021, 3, 31))


def cells(hub: AHub) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(hub.desk.ask(homes_sheet).decode("utf-8-sig"))))


def sheet(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def taken(hub: AHub, *rows: dict[str, str], good: bool = False) -> list[str]:
    """Takes the sheet; the kinds of the entries it made."""
    before = hub.desk.ask(lambda q: q.head())
    import_file(hub.desk, kind=FileKind.SHEET, source=sheet(*rows), by=hub.coordinator, take_good_rows=good)
    lines = [line for line in hub.desk.ask(lambda q: q.journal(limit=10_000)) if line.seq > before]
    return [line.kind for line in sorted(lines, key=lambda line: line.seq)]


def registered(count: int) -> dict[str, Any]:
    """Registered for so many beds, without a capacity return."""
    return {"registered_beds": count, "vacancies": None}


def free(hub: AHub, setting: str) -> dict[str, int]:
    there = hub.desk.ask(lambda q: q.setting_facts(setting))
    return {group.id: sum(each.count for each in group.free) for one in there.units for group in one.beds}


def test_a_sheet_fills_an_empty_home_with_few_entries(hub: AHub) -> None:
    home = hub.setting("Oak", vacancies=None)
    one = {"home": home, "unit": "Rowan", "isolation": "rooms", "isolation_places": "2", "beds": "R1"}
    one |= {"category": "general_nursing", "room": "ensuite", "free": "2", "weekly_fee": "950"}
    one |= {"commissioned": "block", "contract_from": "2020-04-01", "contract_to": "2021-03-31"}
    two = one | {"beds": "R2", "room": "single", "free": "1", "commissioned": ""}
    two |= {"contract_from": "", "contract_to": ""}
    assert taken(hub, one, two) == ["setting_amended", "unit_added"]
    hub.confirms()
    page = hub.desk.ask(lambda q: q.setting(home))
    (rowan,) = [each for each in page.units if each.id == "Rowan"]
    assert (rowan.isolation, rowan.isolation_places, page.details.weekly_fee) == ("rooms", 2, 950.0)
    assert [(each.id, each.free_tonight, each.contract) for each in rowan.beds] == [
        ("R1", 2, BLOCK),
        ("R2", 1, Contract()),
    ]
    assert page.row.capacity_reported_at is None
    assert taken(hub, one, two) == []


def test_the_demo_hubs_sheet_changes_nothing_when_it_comes_back(demo_copy: DemoCopy, tmp_path: Path) -> None:
    with Desk.open(demo_copy(tmp_path / "demo.hub")) as desk:
        report = preview(desk, kind=FileKind.SHEET, source=desk.ask(homes_sheet))
    assert report.read > 50
    assert report.same == report.read


def test_the_example_that_ships_is_a_sheet(hub: AHub) -> None:
    for cqc in ("1-900000001", "1-900000002"):
        hub.does(partial(settings.register_setting, details=hub_details(cqc)))
    example = (resources() / "templates" / "homes_example.csv").read_bytes()
    assert preview(hub.desk, kind=FileKind.SHEET, source=example).rejected == 0
    header = (resources() / "templates" / "homes.csv").read_text().strip().split(",")
    assert header == list(cells(hub)[0])


def hub_details(cqc: str) -> SettingDetails:
    name = {"1-900000001": "Sample Lodge", "1-900000002": "Sample Court"}[cqc]
    return SettingDetails(name=name, type="care_home", cqc_id=cqc)


def test_nothing_is_half_imported_unless_somebody_says_so(hub: AHub) -> None:
    home = hub.home("Oak")
    good, bad = cells(hub)[0] | {"free": "1"}, {**cells(hub)[0], "home": "1-999999999"}
    with pytest.raises(ImportRefused):
        taken(hub, good, bad)
    assert free(hub, home) == {"B1": 2}
    assert taken(hub, good, bad, good=True) == ["beds_set"]
    assert free(hub, home) == {"B1": 1}


def test_beds_that_move_between_groups_are_lowered_by_no_order_of_rows(hub: AHub) -> None:
    home = hub.setting(
        "Oak", unit("Main", beds("A", count=3), beds("B", count=0)), registered_beds=3, vacancies=None
    )
    first, second = cells(hub)
    rows = (second | {"free": "3"}, first | {"free": "0"})
    assert taken(hub, *rows) == ["beds_set", "beds_set"]
    assert free(hub, home) == {"A": 0, "B": 3}


def test_more_than_the_registered_beds_are_read_with_care_over_all_groups(hub: AHub) -> None:
    home = hub.setting(
        "Oak", unit("Main", beds("A", count=2), beds("B", count=2)), registered_beds=5, vacancies=None
    )
    first, second = cells(hub)
    taken(hub, first | {"free": "4"}, second)
    assert free(hub, home) == {"A": 3, "B": 1}
    assert hub.desk.ask(lambda q: q.setting(home)).bed_doubts
    assert hub.desk.ask(lambda q: q.lowered_last(home))[0]["said"][0]["count"] == 4
    hub.does(partial(settings.amend_setting, setting=home, changes={"registered_beds": 6}))
    assert free(hub, home) == {"A": 4, "B": 2}


def test_a_changed_room_is_no_word_on_what_is_free(hub: AHub) -> None:
    home = hub.home("Oak")

    def of_the_group() -> object:
        return hub.desk.ask(lambda q: q.setting(home)).units[0].beds[0].as_of

    said = of_the_group()
    hub.clock.plus(hours=5)
    taken(hub, cells(hub)[0] | {"room": "shared"})
    assert of_the_group() == said
    taken(hub, cells(hub)[0] | {"free": "1"})
    assert of_the_group() == hub.clock.now


def test_a_sheet_older_than_what_the_home_said_since_changes_no_free_beds(hub: AHub) -> None:
    home = hub.home("Oak")
    old = cells(hub)[0]
    hub.clock.plus(hours=5)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(count=1)))
    assert taken(hub, old | {"weekly_fee": "950"}) == ["setting_amended"]
    assert free(hub, home) == {"B1": 1}
    report = preview(hub.desk, kind=FileKind.SHEET, source=sheet(old))
    assert report.rows[0].remarks[0].field == "as_of"
    assert taken(hub, old | {"as_of": "", "weekly_fee": ""}) == ["beds_set"]
    assert free(hub, home) == {"B1": 2}


def test_a_contract_stays_whatever_else_becomes_of_the_beds_and_is_in_no_case(hub: AHub) -> None:
    home = hub.home("Oak")
    before = hub.desk.ask(lambda q: q.freeze()).content
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(), contract=BLOCK))
    assert hub.desk.ask(lambda q: q.freeze()).content == before
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(count=1)))
    assert hub.desk.ask(lambda q: q.setting(home)).units[0].beds[0].contract == BLOCK
    taken(hub, cells(hub)[0] | {"commissioned": "none", "contract_from": "", "contract_to": ""})
    assert hub.desk.ask(lambda q: q.setting(home)).units[0].beds[0].contract == Contract()
    assert hub.desk.verify().is_intact


def test_what_cannot_be_beds_is_refused_whole(hub: AHub) -> None:
    home = hub.home("Oak")
    group = GroupSaid(unit="Main", beds=beds("B2"))
    for units, groups in (
        ((unit("Main").model_copy(update={"beds": ()}),), ()),
        ((), (group.model_copy(update={"unit": "East"}),)),
        ((), (group, group)),
    ):
        with pytest.raises(UserError):
            hub.does(partial(record_beds, setting=home, units=units, groups=groups))


# --- several homes at once -------------------------------------------------------------------------


def test_a_unit_is_copied_to_like_homes_with_nothing_free_and_no_designation(hub: AHub) -> None:
    red = unit("Red", beds("R1", count=3, room="ensuite"), isolation="rooms", places=2)
    source, one, two = hub.setting("Oak", red), hub.setting("Elm"), hub.setting("Ash")
    span, day = Span(start=TODAY), TODAY
    designate = partial(designating.designate, setting=source, unit="Red", given=DIRECTOR)
    hub.does(partial(designate, span=span, assured_on=day), hub.lead)
    changed = hub.does(partial(copy_unit, setting=source, unit="Red", to=[one, two]))
    assert set(changed.subjects) == {one, two}
    for home in (one, two):
        got = [each for each in units_of(hub, home) if each.id == "Red"]
        assert got == [red.model_copy(update={"beds": (beds("R1", count=0, room="ensuite"),)})]


def units_of(hub: AHub, home: str) -> tuple[Unit, ...]:
    return hub.desk.ask(lambda q: q.setting_facts(home)).units


def test_a_unit_goes_to_all_of_the_chosen_homes_or_to_none(hub: AHub) -> None:
    source, one, two = (hub.setting(f"{name} home", unit(name)) for name in ("Red", "East", "Red"))
    copy = partial(copy_unit, setting=source, unit="Red")
    for wrong in (
        partial(copy, to=[one, two]),
        partial(copy, to=[]),
        partial(copy, unit="Blue", to=[one]),
    ):
        with pytest.raises(UserError):
            hub.does(wrong)
    assert [each.id for each in units_of(hub, one)] == ["East"]


def test_several_homes_are_amended_at_once_and_only_where_something_changes(hub: AHub) -> None:
    one = hub.home("Oak", needs_met=("hoist",), weekly_fee=900.0)
    two = hub.home("Elm", needs_met=("oxygen",), accepts_organisms=(COVID,), weekly_fee=1000.0)
    amend = partial(amend_settings, settings=[one, two], changes={"weekly_fee": 1000.0})
    hub.does(partial(amend, add={"accepts_organisms": [COVID]}, remove={"needs_met": ["hoist"]}))
    hub.confirms()
    every = hub.desk.ask(lambda q: q.all_setting_details())
    facts = [every[one], every[two]]
    assert [each.weekly_fee for each in facts] == [1000.0, 1000.0]
    assert [each.accepts_organisms for each in facts] == [(COVID,), (COVID,)]
    assert [each.needs_met for each in facts] == [(), ("oxygen",)]
    assert hub.does(partial(amend, add={"accepts_organisms": [COVID]})).entries == ()
    with pytest.raises(UserError):
        hub.does(partial(amend_settings, settings=[one], add={"notes": ["x"]}))


# --- the command line ------------------------------------------------------------------------------


def test_the_commands_write_a_sheet_and_take_it_back_without_a_change(hub: AHub, tmp_path: Path) -> None:
    hub.home("Oak", phone="+44 20 7946 0001")
    out = tmp_path / "homes.csv"
    assert cli.main(["export", "homes", str(out), "--hub", str(hub.path)]) == 0
    parser = argparse.ArgumentParser()
    add_import_arguments(parser)
    said = io.StringIO()
    given = parser.parse_args(["sheet", str(out), "--hub", str(hub.path), "--by", "Cleo Coordinator"])
    assert run_import(given, out=said) == 0
    assert said.getvalue().startswith("1 row read: 0 new, 0 changed, 1 the same as before, 0 can't be taken.")
    assert cli.main(["export", "homes", str(tmp_path / "no" / "o.csv"), "--hub", str(hub.path)]) == 2
    assert cli.main(["export", "homes", str(out), "--hub", str(tmp_path / "none")]) == 2


# --- taken back whole ------------------------------------------------------------------------------


def brought(hub: AHub, *rows: dict[str, str]) -> str:
    """Takes the sheet; the group that it stands under on record."""
    done = import_file(hub.desk, kind=FileKind.SHEET, source=sheet(*rows), by=hub.coordinator)
    assert done.report.group
    return done.report.group


def everything_of(hub: AHub, home: str) -> object:
    page = hub.desk.ask(lambda q: q.setting(home))
    return page.details, page.units, page.bed_doubts


def a_long_sheet(hub: AHub) -> list[dict[str, str]]:
    first = cells(hub)[0]
    amended = first | {"free": "7", "room": "shared", "isolation": "rooms", "weekly_fee": "950"}
    amended |= {"commissioned": "spot"}
    second = first | {"beds": "B9", "isolation": "", "weekly_fee": "", "free": "1", "free_later": ""}
    new = second | {"unit": "Rowan", "isolation": "cohort", "isolation_places": "2"}
    return [amended, second, new]


@pytest.mark.whole
def test_a_sheet_is_taken_back_whole_and_everything_is_as_it_was(hub: AHub) -> None:
    home = hub.home("Oak", registered_beds=5)
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(), contract=BLOCK))
    before = everything_of(hub, home)
    hub.clock.plus(hours=3)
    group = brought(hub, *a_long_sheet(hub))
    assert everything_of(hub, home) != before
    mine = hub.desk.ask(lambda queries: queries.own_today(hub.coordinator.id))[0]
    assert (mine.id, mine.is_import) == (group, True)
    back = partial(take_back_import, group=group, reason="The wrong sheet")
    hub.does(back)
    assert everything_of(hub, home) == before
    assert hub.desk.verify().is_intact
    with pytest.raises(UserError, match="taken back already"):
        hub.does(back)


def test_a_list_can_be_taken_back_after_its_day_and_by_a_colleague(hub: AHub) -> None:
    home = hub.home("Oak", registered_beds=5)
    before = everything_of(hub, home)
    group = brought(hub, *a_long_sheet(hub))
    colleague = hub.person("Sam Lee", Role.COORDINATOR)

    def lists(of: str) -> list[OwnEntry]:
        own = hub.desk.ask(lambda queries: queries.own_today(of))
        return [each for each in own if each.is_import]

    hub.clock.plus(days=LISTS_DAYS)
    [mine], [theirs] = lists(hub.coordinator.id), lists(colleague.id)
    assert (mine.id, theirs.id) == (group, group)
    assert theirs.sentence == f"{mine.sentence}, brought by Cleo Coordinator"
    hub.does(partial(take_back_import, group=group, reason="The wrong sheet"), colleague)
    assert everything_of(hub, home) == before
    assert lists(colleague.id) == lists(hub.coordinator.id) == []
    again = brought(hub, *a_long_sheet(hub))
    hub.clock.plus(days=LISTS_DAYS + 1)
    assert again
    assert lists(hub.coordinator.id) == []


def test_a_sheet_is_taken_back_after_the_returns_that_came_in_on_it(hub: AHub) -> None:
    home = hub.home("Oak", registered_beds=20)
    before = everything_of(hub, home)
    group = brought(hub, *a_long_sheet(hub))
    filled = everything_of(hub, home)
    hub.clock.plus(hours=3)
    hub.reports(home, vacancies=1)
    assert everything_of(hub, home) != filled
    back = partial(take_back_import, group=group, reason="The wrong sheet")
    with pytest.raises(UserError, match="recorded again since"):
        hub.does(back)
    hub.does(partial(withdraw_return, setting=home, reason="The wrong file"))
    assert everything_of(hub, home) == filled
    hub.does(back)
    assert everything_of(hub, home) == before


def test_a_sheet_over_which_something_was_recorded_is_not_taken_back(hub: AHub) -> None:
    home = hub.home("Oak")
    group = brought(hub, *a_long_sheet(hub))
    now = everything_of(hub, home)
    hub.does(partial(settings.set_beds, setting=home, unit="Rowan", beds=beds("B9", count=2)))
    with pytest.raises(UserError, match="recorded again since"):
        hub.does(partial(take_back_import, group=group, reason="The wrong sheet"))
    assert everything_of(hub, home) != now


@pytest.mark.whole
def test_a_sheet_from_before_another_number_of_registered_beds_is_not_taken_back(hub: AHub) -> None:
    home = hub.home("Oak", registered_beds=40)
    group = brought(hub, *a_long_sheet(hub))
    hub.does(partial(settings.amend_setting, setting=home, changes={"registered_beds": 39}))
    with pytest.raises(UserError, match="recorded again since"):
        hub.does(partial(take_back_import, group=group, reason="The wrong sheet"))


def test_a_bed_that_somebody_holds_is_not_taken_back_with_its_sheet(hub: AHub) -> None:
    home = hub.home("Oak")
    group = brought(hub, *a_long_sheet(hub)[1:])
    hub.proposed(hub.negative("Ida Cole"), stay(home, of="B9"))
    with pytest.raises(UserError, match="holds a bed of Oak that came in with it"):
        hub.does(partial(take_back_import, group=group, reason="The wrong sheet"))
