"""The homes sheet: out of the hub and in again without a difference; what is changed, field by field."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from typing import Any, get_args

import pytest

from discharge.exchange.homes_sheet.columns import COLUMNS, ORDER
from discharge.exchange.homes_sheet.homes import HomeSaid, KnownSheet, SheetHome
from discharge.exchange.homes_sheet.reading import read_homes_sheet
from discharge.exchange.homes_sheet.writing import write_sheet
from discharge.exchange.report import Imported, Outcome, RowOutcome
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.setting import Beds, BedSex, Category, Free, Isolation, Room, Unit
from discharge.model.setting_record import Commissioning, Contract, SettingDetails
from tests.examples import seeds
from tests.exchange.csv_files import csv_file
from tests.exchange.workbook_files import Cell, ods, xlsx
from tests.over import over

TODAY = date(2020, 11, 16)
COVID, FLU = "sars-cov-2", "influenza"
OAK = "1-100000001"


def home(*units: Unit, name: str = "Oak House", cqc: str | None = OAK, **fields: Any) -> SheetHome:
    details = SettingDetails(name=name, type="care_home", cqc_id=cqc, local_authority="Havering", **fields)
    return SheetHome(cqc or "S-0007", details, units)


def beds(name: str = "B1", *free: Free, **fields: Any) -> Beds:
    kind: dict[str, Any] = {"category": "general_residential", "room": "single", "sex": "any", **fields}
    return Beds(id=name, free=free, **kind)


def main(*groups: Beds, **fields: Any) -> Unit:
    return Unit(**{"id": "Main", "isolation": "none", "beds": groups, **fields})


def known(*homes: SheetHome, today: date = TODAY) -> KnownSheet:
    return KnownSheet(homes, frozenset({COVID, FLU}), today)


def sheet(*rows: dict[str, str]) -> bytes:
    return csv_file(COLUMNS, *rows)


def read(hub: KnownSheet, *rows: dict[str, str]) -> Imported[HomeSaid]:
    return read_homes_sheet(sheet(*rows), hub)


def only(found: Imported[HomeSaid]) -> RowOutcome:
    (row,) = found.report.rows
    return row


def said(row: RowOutcome) -> dict[str, str]:
    return {remark.field: remark.reason for remark in row.remarks}


def cells_of(hub: KnownSheet) -> list[dict[str, str]]:
    text = write_sheet(hub.homes, today=hub.today).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- out and in again ------------------------------------------------------------------------------

_ODD = ("Rowan", "=1+1", "+44 20 7946 0001", "-", "@home", "'quoted", "'=x", "''", "a; b", "Ünit, 1", '"Q"')


def a_random_hub(seed: int) -> KnownSheet:
    """Homes with units, groups of beds, contracts and awkward texts, as a hub may have them."""
    some = random.Random(seed)

    def span() -> Free:
        start = TODAY + timedelta(some.randint(-20, 20))
        end = start + timedelta(some.randint(1, 30)) if some.random() < 0.4 else None
        return Free(start=start, end=end, count=some.randint(0, 4))

    def a_contract() -> Contract:
        start = some.choice((None, TODAY - timedelta(some.randint(0, 99))))
        return Contract(
            kind=some.choice(get_args(Commissioning)), start=start, end=some.choice((None, TODAY))
        )

    def group(name: str) -> Beds:
        return Beds(
            id=name,
            category=some.choice(get_args(Category)),
            room=some.choice(get_args(Room)),
            sex=some.choice(get_args(BedSex)),
            free=tuple(span() for _ in range(some.randint(0, 3))),
        )

    def a_unit(name: str) -> Unit:
        isolation = some.choice(get_args(Isolation))
        names = some.sample(_ODD, some.randint(0, 3))
        return Unit(
            id=name,
            isolation=isolation,
            isolation_places=some.choice((None, 2)) if isolation != "none" else None,
            cohort_organism=COVID if isolation == "cohort" else None,
            needs_met=tuple(some.sample((*SHIPPED_NEEDS, "language:PL", "-odd"), some.randint(0, 3))),
            beds=tuple(group(each) for each in names),
        )

    homes = []
    for at in range(some.randint(1, 6)):
        units = tuple(a_unit(name) for name in some.sample(_ODD, some.randint(0, 3)))
        contracts = {
            (unit.id, each.id): a_contract() for unit in units for each in unit.beds if some.random() < 0.5
        }
        details = SettingDetails(
            name=f"{some.choice(_ODD)} {at}",
            type="care_home",
            cqc_id=f"1-10000000{at}" if some.random() < 0.7 else None,
            weekly_fee=some.choice((None, 0.0, 1200.0, 987.65, 0.1 + 0.2)),
            accepts_organisms=tuple(some.sample((COVID, FLU), some.randint(0, 2))),
            needs_met=tuple(some.sample(SHIPPED_NEEDS, some.randint(0, 4))),
            phone=some.choice(("", "020 7946 0001", "2079460001", "+44 20 7946 0001")),
            email=some.choice(("", "-odd@example.org")),
            contact=some.choice(_ODD),
        )
        homes.append(SheetHome(details.cqc_id or f"S-{at:04d}", details, units, contracts))
    return known(*homes)


@seeds(40)
def test_a_sheet_as_it_was_exported_says_nothing_new(seed: int) -> None:
    hub = a_random_hub(seed)
    found = read_homes_sheet(write_sheet(hub.homes, today=hub.today), hub)
    assert [row.outcome for row in found.report.rows if row.outcome is not Outcome.SAME] == []
    assert found.report.read == sum(
        max(1, sum(max(1, len(unit.beds)) for unit in each.units)) for each in hub.homes
    )
    assert found.found == ()


@seeds(10)
def test_a_sheet_that_lay_for_a_fortnight_says_nothing_new_either(seed: int) -> None:
    hub = a_random_hub(seed)
    later = KnownSheet(hub.homes, hub.organisms, TODAY + timedelta(14))
    ended = any(
        span.end is not None and TODAY < span.end <= later.today
        for each in hub.homes
        for unit in each.units
        for group in unit.beds
        for span in group.free
    )
    found = read_homes_sheet(write_sheet(hub.homes, today=TODAY), later)
    assert ended or not found.found


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    for seed in range(30):
        for row in cells_of(a_random_hub(seed)):
            cells = [text for text in row.values() if text != "-"]
            assert not [text for text in cells if text.startswith(("=", "+", "-", "@"))]


def test_a_home_without_units_has_a_row_to_fill_in() -> None:
    (row,) = cells_of(known(home(phone="020 7946 0001")))
    assert (row["home"], row["name"], row["phone"]) == (OAK, "Oak House", "020 7946 0001")
    assert row["unit"] == row["isolation"] == row["free"] == ""
    assert tuple(row) == ORDER


# --- in ---------------------------------------------------------------------------------------------

FULL = {
    "home": OAK,
    "unit": "Rowan",
    "isolation": "Rooms",
    "isolation_places": "2",
    "beds": "R1",
    "category": "General nursing",
    "room": "En-suite",
    "sex": "women",
    "free": "2",
    "free_later": "1 from 01/12/2020; 1 from 2020-12-03 until 2020-12-10",
    "unit_needs": "Hoist; PEG feeding",
    "commissioned": "Block",
    "contract_from": "01/04/2020",
    "contract_to": "2021-03-31",
    "weekly_fee": "£1,200",
    "accepts": "COVID-19; influenza",
    "home_needs": "step free",
    "phone": "2079460001",
    "email": "oak@example.org",
    "contact": "Jo Marsh",
}


def test_a_full_row_makes_a_unit_with_its_beds_and_amends_the_home() -> None:
    row = FULL | {"accepts": "sars-cov-2; influenza"}
    found = read(known(home()), row)
    outcome = only(found)
    assert (outcome.outcome, outcome.new, outcome.about) == (Outcome.TAKEN, True, OAK)
    (it,) = found.found
    assert it.changes == {
        "weekly_fee": 1200.0,
        "accepts_organisms": (COVID, FLU),
        "needs_met": ("step_free",),
        "phone": "02079460001",
        "email": "oak@example.org",
        "contact": "Jo Marsh",
    }
    (unit,) = it.new_units
    assert (unit.isolation, unit.isolation_places, unit.needs_met) == ("rooms", 2, ("hoist", "peg_feeding"))
    (group,) = it.groups
    assert group.contract == Contract(kind="block", start=date(2020, 4, 1), end=date(2021, 3, 31))
    assert (group.beds.category, group.beds.room, group.beds.sex) == ("general_nursing", "ensuite", "female")
    assert group.beds.free == (
        Free(start=TODAY, count=2),
        Free(start=date(2020, 12, 1), count=1),
        Free(start=date(2020, 12, 3), end=date(2020, 12, 10), count=1),
    )


@over(
    "cell, becomes, said",
    [
        ("hoist; PEG feeding", ("hoist", "peg_feeding"), ""),
        ("Hoist, step free", ("hoist", "step_free"), ""),
        ("oxygen / language:pl", ("oxygen", "language:pl"), ""),
        ("Quiet Room", ("quiet room",), ""),
        ("hoist?", ("hoist?",), "not on the usual list"),
        ("no hoist", ("no hoist",), "not on the usual list"),
        ("all", ("all",), "not on the usual list"),
        ("none", (), ""),
        ("n/a", None, "says nothing"),
        ("not known", None, "says nothing"),
        ("-", None, "says nothing"),
        ("?", None, "says nothing"),
    ],
)
def test_needs_that_a_home_meets_are_read_as_meant_and_what_isnt_known_changes_nothing(
    cell: str, becomes: tuple[str, ...] | None, said: str
) -> None:
    found = read(known(home(needs_met=("quiet room", "wandering"))), {"home": OAK, "home_needs": cell})
    changes = found.found[0].changes if found.found else {}
    assert changes == ({} if becomes is None else {"needs_met": becomes})
    remarks = [str(remark) for remark in only(found).remarks]
    assert [said in remark for remark in remarks] == ([True] if said else []), remarks


def test_a_sheet_of_a_day_to_come_is_refused() -> None:
    hub = known(home(main(beds("B1", Free(start=TODAY, count=2)))))
    row = {"home": OAK, "unit": "main", "beds": "b1", "free": "3"}
    tomorrow = only(read(hub, row | {"as_of": "2020-11-17T08:00Z"}))
    assert tomorrow.outcome is Outcome.REJECTED
    assert "lies in the future" in str(tomorrow.remarks[0])
    assert only(read(hub, row | {"as_of": "2020-11-16T08:00Z"})).outcome is Outcome.TAKEN


def test_what_a_row_changes_is_said_field_by_field_old_and_new() -> None:
    hub = known(home(main(beds("B1", Free(start=TODAY, count=2))), weekly_fee=900.0))
    row = {"home": OAK, "unit": "main", "beds": "b1", "free": "1", "room": "shared", "weekly_fee": "950"}
    found = read(hub, row)
    assert [(each.field, each.old, each.new) for each in only(found).changes] == [
        ("weekly_fee", "900", "950"),
        ("room", "single", "shared"),
        ("free", "2", "1"),
    ]
    assert (only(found).outcome, found.report.amended) == (Outcome.TAKEN, 1)


def test_an_empty_cell_says_nothing_and_none_empties_a_field() -> None:
    group = beds("B1", Free(start=TODAY, count=2), Free(start=date(2020, 12, 1), count=1))
    hub = known(home(main(group), phone="020 7946 0001", accepts_organisms=(COVID,), weekly_fee=900.0))
    row = {"home": OAK, "unit": "Main", "beds": "B1"}
    assert only(read(hub, row)).outcome is Outcome.SAME
    emptied = {"phone": "none", "accepts": "None", "free_later": "none", "weekly_fee": "none"}
    (it,) = read(hub, row | emptied).found
    assert it.changes == {"phone": "", "accepts_organisms": (), "weekly_fee": None}
    assert it.groups[0].beds.free == (Free(start=TODAY, count=2),)


def test_another_kind_of_bed_leaves_what_is_free_as_it_was_said() -> None:
    hub = known(home(main(beds("B1", Free(start=TODAY - timedelta(3), count=2)))))
    (it,) = read(hub, {"home": OAK, "unit": "Main", "beds": "B1", "free": "2", "room": "ensuite"}).found
    assert it.groups[0].anew is False
    assert it.groups[0].beds.free == (Free(start=TODAY - timedelta(3), count=2),)


def test_a_group_without_a_name_is_the_only_one_of_its_kind_or_a_new_one() -> None:
    hub = known(home(main(beds("B1"), beds("B2", room="shared"))))
    row = {"home": OAK, "unit": "Main", "category": "general residential", "free": "1"}
    (it,) = read(hub, row | {"room": "shared"}).found
    assert [each.beds.id for each in it.groups] == ["B2"]
    (it,) = read(hub, row | {"room": "en-suite"}).found
    assert [each.beds.id for each in it.groups] == ["General residential, en-suite"]
    twins = known(home(main(beds("B1"), beds("B2"))))
    assert "several groups" in said(only(read(twins, row | {"room": "single"})))["beds"]


def test_a_group_that_is_called_nothing_is_the_only_one_of_its_kind() -> None:
    hub = known(home(main(beds("B1"))))
    for name in ("", "-", "n/a", "?"):
        row = {"home": OAK, "unit": "Main", "beds": name, "category": "general residential"}
        (it,) = read(hub, row | {"room": "single", "free": "1"}).found
        assert [each.beds.id for each in it.groups] == ["B1"]
    (it,) = read(known(home(main(beds("-")))), {"home": OAK, "unit": "Main", "beds": "-", "free": "1"}).found
    assert [each.beds.id for each in it.groups] == ["-"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ({"home": ""}, "home", "is empty"),
        ({"home": "1-999999999"}, "home", "'1-999999999' is no setting of this hub"),
        ({"unit": ""}, "unit", "is empty"),
        ({"unit": "-"}, "unit", "is empty"),
        ({"unit": "N/A"}, "unit", "is empty"),
        ({"unit": "?"}, "unit", "is empty"),
        ({"isolation": ""}, "isolation", "nobody says how this new unit isolates"),
        ({"isolation": "perhaps"}, "isolation", "'perhaps' is not known"),
        ({"isolation": "none"}, "isolation_places", "the unit isolates nobody"),
        ({"cohort_organism": COVID}, "cohort_organism", "the unit isolates no cohort"),
        ({"category": ""}, "category", "is empty"),
        ({"category": "residential"}, "category", "'residential' is not known"),
        ({"room": ""}, "room", "is empty"),
        ({"sex": "ladies"}, "sex", "'ladies' is not known"),
        ({"free": "two"}, "free", "'two' is not a whole number"),
        ({"free": "-1"}, "free", "'-1' is not between 0 and 2,000"),
        ({"free_later": "1"}, "free_later", "'1' isn't understood"),
        ({"free_later": "1 from Monday"}, "free_later", "'Monday' is not a date"),
        ({"free_later": "1 from 13/31/2020"}, "free_later", "'13/31/2020' is not a day of the calendar"),
        (
            {"free_later": "1 from 2020-12-02 until 2020-12-01"},
            "free_later",
            "'1 from 2020-12-02 until 2020-12-01' would go before it comes",
        ),
        ({"commissioned": ""}, "commissioned", "is empty, but there are dates"),
        ({"commissioned": "rented"}, "commissioned", "'rented' is not known"),
        ({"contract_to": "2020-01-01"}, "contract_to", "the contract ends before it starts"),
        ({"weekly_fee": "about 900"}, "weekly_fee", "'about 900' is not a number"),
        ({"accepts": "lurgy"}, "accepts", "'lurgy' is no organism of the rule set"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_why_and_what_to_do(
    row: dict[str, str], column: str, reason: str
) -> None:
    found = read(known(home()), FULL | {"accepts": COVID} | row)
    outcome = only(found)
    assert (outcome.outcome, outcome.is_fault) == (Outcome.REJECTED, True)
    assert said(outcome)[column] == reason
    assert all(remark.mend for remark in outcome.remarks)
    assert found.found == ()


def test_rows_that_contradict_each_other_about_their_home_or_unit_are_not_taken() -> None:
    one = {"home": OAK, "unit": "Main", "beds": "B1", "isolation": "rooms", "weekly_fee": "900"}
    hub = known(home(main(beds("B1"), beds("B2"))))
    found = read(hub, one, one | {"beds": "B2", "weekly_fee": "950"})
    assert [row.outcome for row in found.report.rows] == [Outcome.REJECTED] * 2
    two = found.report.rows[0].remarks[0]
    assert two.reason == "row 3 says 950 of the same home: the hub keeps one for a home"
    assert two.mend.startswith("write the highest in every row, so that nobody's limit is passed")
    found = read(hub, one, one | {"beds": "B2", "isolation": "cohort"})
    assert said(found.report.rows[1]) == {"isolation": "row 2 says rooms of the same unit"}
    found = read(hub, one, one | {"beds": "B2", "isolation": "", "weekly_fee": ""})
    assert [row.outcome for row in found.report.rows] == [Outcome.TAKEN, Outcome.SAME]


def test_the_same_beds_twice_are_taken_once_and_the_second_row_is_a_fault() -> None:
    row = {"home": OAK, "unit": "Main", "beds": "B1", "free": "1"}
    found = read(known(home(main(beds("B1")))), row, row)
    assert [each.outcome for each in found.report.rows] == [Outcome.TAKEN, Outcome.REJECTED]


def test_a_home_is_known_by_its_name_where_only_one_is_called_so() -> None:
    row = {"home": "oak  house", "phone": "020 7946 0009"}
    assert only(read(known(home()), row)).outcome is Outcome.TAKEN
    twins = known(home(), home(cqc=None))
    assert said(only(read(twins, row)))["home"] == "the hub has 2 homes called oak house"


def test_an_id_with_another_homes_name_is_held_up_until_somebody_says_so() -> None:
    row = {"home": OAK, "name": "Elm House", "phone": "020 7946 0009"}
    found = read(known(home()), row)
    assert (only(found).outcome, found.found) == (Outcome.HELD, ())
    taken = read_homes_sheet(sheet(row), known(home()), answered={2})
    assert (only(taken).outcome, len(taken.found)) == (Outcome.TAKEN, 1)


def test_a_bad_row_holds_up_the_good_ones_of_its_unit_until_somebody_has_looked() -> None:
    hub = known(home(main(beds("B1"), beds("B2"))))
    good = {"home": OAK, "unit": "Main", "beds": "B1", "free": "3"}
    rows = (good, good | {"beds": "B2", "free": "lots"}, {"home": OAK, "phone": "020 7946 0009"})
    found = read(hub, *rows)
    held, bad, of_the_home = found.report.rows
    assert (held.outcome, bad.outcome) == (Outcome.HELD, Outcome.REJECTED)
    assert said(held)["unit"] == "row 3 is of the same unit and can't be taken"
    assert all(remark.mend for remark in held.remarks)
    # what is said of the home alone has nothing to do with it
    assert of_the_home.outcome is Outcome.TAKEN
    [change] = found.found
    assert (change.changes, change.groups) == ({"phone": "020 7946 0009"}, ())
    [looked_at] = read_homes_sheet(sheet(*rows), hub, answered={2}).found
    assert [group.beds.id for group in looked_at.groups] == ["B1"]


def test_more_beds_than_a_home_is_registered_for_are_said_and_then_known() -> None:
    row = {"home": OAK, "unit": "Main", "beds": "B1", "free": "5"}
    hub = known(home(main(beds("B1")), registered_beds=3))
    (it,) = read(hub, row).found
    assert it.groups[0].beds.free[0].count == 5
    assert "registered for 3: taken as 3 at most" in only(read(hub, row)).remarks[-1].reason
    lowered = known(home(main(beds("B1", Free(start=TODAY, count=3))), registered_beds=3))
    assert read(lowered, row).found == ()


def test_beds_on_record_that_the_sheet_leaves_out_are_counted_and_stay() -> None:
    found = read(known(home(main(beds("B1"), beds("B2")))), {"home": OAK, "unit": "Main", "beds": "B1"})
    assert found.found == ()
    assert found.report.notes[-1].startswith("1 group of beds of these homes")


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@seeds(4)
def test_a_sheet_that_was_saved_as_a_workbook_says_nothing_new(kind: str, seed: int) -> None:
    hub = a_random_hub(seed)
    rows = [list(row.values()) for row in cells_of(hub)]
    book: list[list[Cell]] = [list(ORDER)]
    for row in rows:
        book.append([_typed(text, name) for text, name in zip(row, ORDER, strict=True)])
    found = read_homes_sheet(xlsx(*book) if kind == "xlsx" else ods(*book), hub)
    assert found.report.same == found.report.read == len(rows)


def _typed(text: str, column: str) -> Cell:
    """The cell as a spreadsheet keeps it: numbers and dates as such."""
    if text and column in ("free", "isolation_places", "weekly_fee"):
        return float(text)
    if text and column in ("contract_from", "contract_to"):
        return date.fromisoformat(text)
    return text or None


@pytest.mark.parametrize(
    ("cell", "fee"), [("£1,100 pw", 1100), ("900 per week", 900), ("£950.50/week", 950.5), ("900 p/w", 900)]
)
def test_a_fee_is_read_with_what_stands_around_it(cell: str, fee: float) -> None:
    (one,) = read(known(home()), {"home": OAK, "weekly_fee": cell}).found
    assert one.changes == {"weekly_fee": fee}


@pytest.mark.parametrize("cell", ["900/1100", "from 900 to 1,100", "900 (nursing 1100)"])
def test_two_fees_in_a_cell_are_refused_with_the_reason_and_the_mend(cell: str) -> None:
    (remark,) = only(read(known(home()), {"home": OAK, "weekly_fee": cell})).remarks
    assert remark.reason.endswith("gives several fees: the hub keeps one for a home")
    assert remark.mend.startswith("write the highest")


def test_two_rows_that_say_otherwise_of_the_same_beds_are_neither_taken() -> None:
    row = {"home": OAK, "unit": "Main", "isolation": "none", "beds": "B1", "free": "3"}
    row |= {"category": "general_residential", "room": "single"}
    found = read(known(home()), row, {**row, "free": "1"})
    assert not found.found
    assert [each.outcome for each in found.report.rows] == [Outcome.REJECTED] * 2
