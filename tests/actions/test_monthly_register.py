"""Last month's register and this month's, one after the other: the right small difference to the hub."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import capacity_returns, settings
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.exchange.report import NO_ANSWERS, Answers, ImportReport, Outcome, RowOutcome
from discharge.model.errors import UserError
from discharge.model.setting_record import CapacityReturn, SettingDetails
from tests.actions.a_hub import AHub, stay, unit
from tests.exchange.register.register_files import DEACTIVATED, FILTERS, home, table

LOOKED_AT = Answers(all_changes=True)
STREETS = (
    "Ash", "Birch", "Cedar", "Damson", "Elder", "Fir", "Gean", "Holly", "Ivy", "Juniper", "Larch", "Maple",
)  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    found = AHub(tmp_path / "hub.discharge")
    yield found
    found.desk.close()


def number(name: str) -> str:
    return f"1-90000000{STREETS.index(name) + 10}"


def row(name: str, **more: str) -> dict[str, str]:
    at = STREETS.index(name)
    street = {"Location_Street_Address": f"{at + 1} {name} Road", "Location_Postal_Code": f"ZZ{at + 1} 1AA"}
    return home(number(name), f"{name} House", 1, **{**street, "Location_UPRN_ID": f"2000000{at:02}", **more})


def register(*rows: dict[str, str]) -> bytes:
    return table((*FILTERS, "Location HSCA End Date"), *rows)


FIRST = register(*map(row, STREETS))


def take(hub: AHub, content: bytes, answers: Answers = NO_ANSWERS, *, good: bool = False) -> ImportReport:
    done = import_file(
        hub.desk,
        kind=FileKind.CQC,
        source=content,
        by=hub.coordinator,
        answers=answers,
        take_good_rows=good,
    )
    return done.report


def look(hub: AHub, content: bytes, answers: Answers = NO_ANSWERS) -> ImportReport:
    return preview(hub.desk, kind=FileKind.CQC, source=content, answers=answers)


def used(hub: AHub, name: str) -> str:
    """A home that the hub uses, and somebody on the way there."""
    hub.does(partial(settings.add_unit, setting=number(name), unit=unit()))
    report = CapacityReturn(reported_at=hub.clock.now - timedelta(hours=1), vacancies=2)
    hub.does(partial(capacity_returns.record_capacity_return, setting=number(name), report=report))
    patient = hub.negative()
    hub.walk(hub.proposed(patient, stay(number(name))), "booked")
    return patient


def admissions(hub: AHub, name: str) -> str:
    return next(one for one in hub.desk.ask(lambda q: q.settings()) if one.id == number(name)).admissions


def said(row: RowOutcome) -> str:
    return "; ".join(each.reason for each in row.remarks)


SECOND = register(
    row("Ash"),
    # Birch is gone
    row("Cedar", Location_HSCA_End_Date="15/01/2021"),
    row("Damson", Provider_Name="New Hands Ltd"),
    {**row("Elder", Provider_Name="New Hands Ltd"), "Location ID": "1-9000000099"},
    row("Fir", Care_homes_beds="32"),
    row("Gean", Location_Latest_Overall_Rating="Inadequate"),
    row("Holly", Location_Name="Holly Court"),
    {**row("Ivy"), "Service type - Care home service with nursing": "Y"},
    row("Juniper", Registered_manager="Sample, Jo"),
    row("Larch", Location_Street_Address="77 Larch Lane"),
    row("Maple", Location_HSCA_End_Date="31/10/2020"),
    home("1-9000000098", "Nutmeg House", 8),
)


def test_the_second_month_says_what_became_of_each_home_and_of_no_other(hub: AHub) -> None:
    assert take(hub, FIRST).new == 12
    report = look(hub, SECOND)
    by_home = {each.about: each for each in report.rows}
    assert by_home[number("Ash")].outcome is Outcome.SAME
    changes = {
        name: [(one.field, one.old, one.new) for one in by_home[number(name)].changes]
        for name in ("Damson", "Fir", "Gean", "Holly", "Ivy", "Juniper", "Larch")
    }
    assert changes == {
        "Damson": [("provider", "Invented Care Limited", "New Hands Ltd")],
        "Fir": [("registered beds", "40", "32")],
        "Gean": [("rating", "good", "inadequate")],
        "Holly": [("name", "Holly House", "Holly Court")],
        "Ivy": [
            (
                "services",
                "care home without nursing; for older people",
                "care home with and without nursing; for older people",
            )
        ],
        "Juniper": [("registered manager", "", "Sample, Jo")],
        "Larch": [("address", "11 Larch Road, Inventown", "77 Larch Lane, Inventown")],
    }
    asked = {about for about, each in by_home.items() if each.outcome is Outcome.HELD}
    assert asked == {
        *map(number, ("Damson", "Fir", "Gean", "Holly", "Ivy", "Larch")),
        "1-9000000099",
    }
    assert "has changed hands: Invented Care Limited before, New Hands Ltd now" in said(
        by_home[number("Damson")]
    )
    assert "registered anew, likely the same home" in said(by_home["1-9000000099"])
    assert "leaves the register on Fri 15 Jan 2021" in said(by_home[number("Cedar")])
    assert "has left the register on Sat 31 Oct 2020" in said(by_home[number("Maple")])
    assert by_home["1-9000000098"].new
    assert [one.id for one in report.gone] == [number("Birch"), number("Elder")]
    elder = next(one for one in report.gone if one.id == number("Elder"))
    assert "registered anew as 1-9000000099 (row 5): join?" in elder.said


def test_once_each_is_answered_the_same_register_says_nothing_new(hub: AHub) -> None:
    take(hub, FIRST)
    answers = Answers(same={5: number("Elder")}, all_changes=True, gone={number("Birch"): "closed"})
    report = take(hub, SECOND, answers)
    assert (report.new, report.held, report.faults) == (1, 0, 0)
    assert {name: admissions(hub, name) for name in ("Ash", "Birch", "Cedar", "Elder", "Maple")} == {
        "Ash": "open",
        "Birch": "closed",
        "Cedar": "closed",
        "Elder": "open",
        "Maple": "closed",
    }
    assert hub.desk.ask(lambda q: q.setting_of_cqc_id("1-9000000099")) == number("Elder")
    again = look(hub, SECOND)
    assert {each.outcome for each in again.rows} == {Outcome.SAME}
    assert again.gone == ()
    back = look(hub, FIRST)
    assert back.held == 7, "the month before differs by the same, and by the former number"


@pytest.mark.whole
def test_a_home_that_left_takes_nobody_meanwhile_and_who_is_on_the_way_is_named(hub: AHub) -> None:
    take(hub, FIRST)
    patient = used(hub, "Maple")
    (line,) = [each for each in look(hub, SECOND).rows if each.left == number("Maple")]
    assert f"1 free bed and 1 person there or on the way ({patient})" in said(line)
    with hub.refuses(says="can't be taken"):
        take(hub, SECOND)
    report = take(hub, SECOND, good=True)
    assert report.held == 7
    assert admissions(hub, "Maple") == "closed"
    name = hub.desk.ask(lambda q: q.setting_details(number("Holly"))).name
    assert name == "Holly House", "nobody has looked at that yet"


def test_a_home_that_will_close_is_used_until_then_on_somebodys_word_and_asked_about_again(
    hub: AHub,
) -> None:
    take(hub, FIRST)
    ends = register(*(row(name) for name in STREETS[1:]), row("Ash", Location_HSCA_End_Date="25/11/2020"))
    take(hub, ends, Answers(gone={number("Ash"): "used_on"}))
    assert admissions(hub, "Ash") == "open"
    assert look(hub, ends).same == 12
    hub.clock.plus(days=10)
    (again,) = [each for each in look(hub, ends).rows if each.outcome is not Outcome.SAME]
    assert "has left the register on Wed 25 Nov 2020" in said(again)
    take(hub, ends)
    assert admissions(hub, "Ash") == "closed"


def test_a_register_older_than_one_that_came_in_says_so(hub: AHub, tmp_path: Path) -> None:
    newer, older = (
        tmp_path / f"01_{month}_2020_HSCA_Active_Locations.csv" for month in ("November", "October")
    )
    newer.write_bytes(register(row("Ash", Location_Name="Ash Court")))
    older.write_bytes(register(row("Ash", Location_Name="Ash House")))
    import_file(hub.desk, kind=FileKind.CQC, source=newer, by=hub.coordinator)
    notes = preview(hub.desk, kind=FileKind.CQC, source=older).notes
    assert notes[0].startswith("This register is of Thu 1 Oct 2020: one of Sun 1 Nov 2020 came in already.")
    assert not [
        note for note in preview(hub.desk, kind=FileKind.CQC, source=newer).notes if "came in already" in note
    ]


@pytest.mark.parametrize(
    ("said", "why"), [("demolished", "is nothing that becomes"), ("joined", "no home of")]
)
def test_what_cannot_become_of_a_home_is_refused(hub: AHub, said: str, why: str) -> None:
    take(hub, FIRST)
    with pytest.raises(UserError, match=why) as refused:
        look(hub, SECOND, Answers(gone={number("Maple"): said}))
    assert refused.value.mend


def test_a_home_that_was_registered_by_hand_gets_its_number_on_somebodys_word(hub: AHub) -> None:
    details = SettingDetails(
        name="Ash", type="care_home", address="1 Ash Road", postcode="ZZ1 1AA", local_authority="Havering"
    )
    name = hub.does(partial(settings.register_setting, details=details)).first
    content = register(row("Ash"))
    (line,) = look(hub, content).rows
    assert (line.outcome, line.maybe) == (Outcome.HELD, name)
    assert "stands at the address of a home without a number, Ash" in said(line)
    take(hub, content, Answers(same={2: name}))
    assert hub.desk.ask(lambda q: q.setting_ids_by_cqc()) == {number("Ash"): name}
    assert look(hub, content).same == 1


@pytest.mark.whole
def test_a_deactivated_home_that_the_hub_has_under_another_number_is_joined_on_somebodys_word(
    hub: AHub,
) -> None:
    take(hub, FIRST)
    anew = {**row("Ash"), "Location ID": "1-9000000097", "Location Name": "Ash Care Home"}
    take(hub, register(*map(row, STREETS), anew))
    patient = used(hub, "Ash")
    ended = {
        "Location ID": number("Ash"),
        "Location Status": "Inactive-Dereg",
        "Location HSCA End Date": "2020-11-01",
        "Care home?": "Y",
    }
    content = table(DEACTIVATED, ended)
    (line,) = look(hub, content).rows
    assert line.joins == "1-9000000097"
    take(hub, content, Answers(gone={number("Ash"): "joined"}))
    ids = hub.desk.ask(lambda q: q.setting_ids_by_cqc())
    assert (ids["1-9000000097"], ids.get(number("Ash"))) == (number("Ash"), None)
    assert admissions(hub, "Ash") == "open"
    assert hub.desk.ask(lambda q: q.who_is_in()) == {number("Ash"): (patient,)}
    assert look(hub, content).read == 0, "its former number is no home of the hub any more"
    gone = look(hub, register(*map(row, STREETS[1:]), anew)).gone
    assert gone == ()
