"""The Situation: the demo day counted by hand, and that every file says what the page says."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.demo_clock import MONDAY_MORNING
from discharge.actions.desk import Desk
from discharge.actions.merging import merge_patients
from discharge.actions.patients import leave
from discharge.actions.settings import register_setting
from discharge.actions.situation import (
    return_csv,
    situation,
    situation_csv,
    situation_on,
    situation_xlsx,
    write_situation,
)
from discharge.cli import main
from discharge.exchange.workbook_writing import SheetOut, workbook
from discharge.exchange.workbooks import Workbook
from discharge.model.errors import UserError
from discharge.model.patient_record import LeaveReason
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.situation import NOT_SAID, FigureTable, Of, Situation
from discharge.reports.situation import situation_of
from discharge.reports.situation_return import COLUMNS
from discharge.reports.situation_sheets import header_of, long_rows, notes_of, return_notes, rows_of
from discharge.words.marks import read_mark
from tests.actions.a_hub import TODAY, AHub
from tests.conftest import DemoCopy

SUNDAY = date(2020, 11, 15)


@pytest.fixture(scope="module")
def desk(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(
        demo_copy(tmp_path_factory.mktemp("demo") / "Demo.hub"), clock=lambda: MONDAY_MORNING
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def monday(desk: Desk) -> Situation:
    """The demo day, at eight in the morning."""
    return desk.ask(situation)


def shown(table: FigureTable) -> dict[str, list[str]]:
    """What each row shows."""
    return {row.label: [figure.shown for figure in row.figures] for row in table.rows}


def names(found: Situation, table: str, label: str, column: int = -1) -> set[str]:
    """The first names of those whom a figure counts."""
    row = next(row for row in found.table(table).rows if row.label == label)
    figure = row.figures[column]
    return {found.counted[figure.of][name].name.split()[0] for name in figure.who}


def test_the_demo_days_people_are_those_counted_by_hand_in_its_list_and_its_story(monday: Situation) -> None:
    """47 people came; Hilda settled; Edith, Vera, Norman, Percy and Lily are in their homes; Jack left this
    morning. Of the 40 in hospital three are P0, four P1, six P2 and 27 P3.
    """
    found = shown(monday.table("pathway"))
    assert found["In hospital"] == ["3", "4", "6", "27", "40"]
    assert found["Waiting for a place"] == ["3", "4", "5", "21", "33"]
    assert found["Placed"] == ["0", "0", "1", "6", "7"]
    assert names(monday, "pathway", "Placed") == {
        "Nora",
        "Cecil",
        "Dora",
        "Reginald",
        "Marjorie",
        "Victor",
        "Joan",
    }
    assert found["Left hospital on the day"] == ["1", "0", "0", "0", "1"]
    assert names(monday, "pathway", "Left hospital on the day") == {"Jack"}
    # everybody's date has come; Hyacinth's is this very day, so she isn't late yet
    assert found["Ready"] == ["3", "4", "6", "27", "40"]
    assert found["Delayed"] == ["3", "4", "6", "26", "39"]
    delayed, ready = names(monday, "pathway", "Delayed"), names(monday, "pathway", "Ready")
    assert ready - delayed == {"Hyacinth"}
    # Arthur 3, Clive 2 and Rita 1 day; Desmond 1, Lucille 2, Ines 2, Gwen 1
    assert found["Days lost so far"][:2] == ["6", "6"]
    assert names(monday, "pathway", "Delayed", 1) == {"Desmond", "Lucille", "Ines", "Gwen"}


def test_each_delayed_person_counts_once_by_their_main_reason_and_no_free_text_is_dropped(
    monday: Situation,
) -> None:
    """Seventeen have a reason, sixteen of them a published one; Olive has two, of which the first counts."""
    found = shown(monday.table("reason"))
    homes = (
        "Pathway 3: awaiting availability of a bed in a residential or nursing home that is likely to be a"
    )
    homes += " permanent placement"
    assert names(monday, "reason", homes, -2) == {
        "George", "Peggy", "Doreen", "Edna", "Ernest", "Frank", "Hugo",
    }  # fmt: skip
    assert names(monday, "reason", homes) == {"Olive"}
    apart = "Individual/family not in agreement with discharge plans"
    assert names(monday, "reason", apart, -2) == {"Olive"}
    assert found["Awaiting transport"] == ["1", "0", "0", "0", "1", "0"]
    assert found["No home with tracheostomy care"][-2:] == ["1", "0"]
    assert names(monday, "reason", "No home with tracheostomy care", -2) == {"Nadia"}
    assert found["No reason recorded"][-2:] == ["22", "0"]
    assert found["Delayed"][-2:] == ["39", "1"]
    reasons = [row for row in monday.table("reason").rows if not row.strong]
    assert {row.group for row in reasons} == {"Reasons", "Not coded", "Not said"}
    whom = [name for row in reasons for name in row.figures[-2].who]
    assert len(whom) == len(set(whom)) == 39


def test_lengths_of_stay_are_counted_by_hand_and_not_said_where_an_admission_is_not_known(
    monday: Situation,
) -> None:
    """At ZZ902 21 days or over: Nora 3, Cecil 3, Joan 6, Nadia 19, Winifred 3, Ines 2 since they were ready;
    14 or over also Victor 3, Tariq 3, Samuel 3, Lucille 2, Kwame 1, Agnes 7; 7 or over also Cyril 3, Olive 4,
    Desmond 1, Yusuf 2, Dora 4. At ZZ901 nobody has recorded when Clive was admitted.
    """
    lengths = [row for row in monday.daily_return if "additional bed days" in row.metric]
    assert [(row.org_code, row.cells[-1]) for row in lengths] == [
        ("ZZ901", "-"), ("ZZ901", "-"), ("ZZ901", "-"), ("ZZ902", "69"), ("ZZ902", "55"), ("ZZ902", "36"),
    ]  # fmt: skip
    reasons = {
        (row.org_code, row.metric): row.value
        for row in monday.daily_return
        if row.metric_group == "Delay reason LOS 7+"
    }
    assert reasons["ZZ902", "Awaiting therapy decision to discharge"] == 1
    assert reasons["ZZ901", "Awaiting transport"] == 1
    assert reasons["ZZ902", "Awaiting transport"] == 0


def test_a_figure_is_the_number_of_those_it_names_and_each_of_them_can_be_shown(monday: Situation) -> None:
    sums = {"Days lost so far"}
    counted = 0
    for table in monday.tables:
        for row in table.rows:
            for column, figure in zip(table.columns, row.figures, strict=True):
                assert set(figure.who) <= set(monday.counted[figure.of])
                beds = column in ("Free", "To offer") or table.key == "isolation"
                if isinstance(figure.value, int) and row.label not in sums and not beds:
                    assert figure.value == len(figure.who), (table.key, row.label, column)
                    counted += 1
    assert counted > 250


def test_today_and_the_situation_count_alike(desk: Desk, monday: Situation) -> None:
    glance = desk.ask(lambda queries: queries.today_page()).glance
    waiting = shown(monday.table("pathway"))["Waiting for a place"]
    assert [str(count) for _, count in glance.waiting] == waiting[:-1]
    places = shown(monday.table("isolation"))["All homes"]
    assert places == [str(glance.isolation_places), str(glance.isolation_free)]
    late = names(monday, "pathway", "Delayed") & names(monday, "pathway", "Waiting for a place")
    assert len(late) == glance.over_a_day


def test_the_parts_of_a_table_come_to_its_sum(monday: Situation) -> None:
    for key in ("reason", "band", "hospital", "returns", "isolation"):
        *parts, total = monday.table(key).rows
        for at, figure in enumerate(total.figures):
            if isinstance(figure.value, int):
                assert figure.value == sum(part.figures[at].value for part in parts), (key, at)  # type: ignore[misc]


def test_what_the_hub_does_not_know_is_not_said_and_never_a_zero(monday: Situation) -> None:
    homes = shown(monday.table("homes"))
    staff, ppe, testing = 6, 7, 8
    assert homes["Linnet Rise"][staff : ppe + 1] == [NOT_SAID, NOT_SAID]
    # it has never sent a return, so nobody knows what is free there
    assert homes["Teasel Court"][2:4] == [NOT_SAID, NOT_SAID]
    # its return has expired: what it said stands, and none of it can be offered
    assert homes["Larch Field"][2:4] == ["1", NOT_SAID]
    # whom the hub asked on Sunday says so; of nobody else it is known
    tested = {name: row[testing] for name, row in homes.items() if row[testing] != NOT_SAID}
    assert tested == {"Bittern Lodge": "Thu 12 Nov", "Hazel Dene": "Sat 14 Nov", "Cedar Lawn": "Fri 13 Nov"}


def test_homes_are_counted_by_board_and_those_of_a_borough_without_one_apart(desk: Desk) -> None:
    facts = desk.ask(lambda queries: queries.situation())
    boards = {"Easterbrook": "East ICB", "Heronsley": "East ICB", "Northmarsh": ""}
    homes = tuple(replace(home, board=boards[home.local_authority]) for home in facts.homes)
    found = situation_of(replace(facts, homes=homes))
    free = {row.label: row.figures[2].value for row in found.table("boards").rows}
    by_borough = {row.label: row.figures[2].value for row in found.table("boroughs").rows}
    assert free == {
        "East ICB": 23 + 19, "ICB not said": by_borough["Northmarsh"], "All homes": by_borough["All homes"],
    }  # fmt: skip


@pytest.mark.whole
def test_a_day_gone_by_is_told_by_when_things_happened(desk: Desk, monday: Situation) -> None:
    """On Sunday night Jack was still there with his place, and all that happened on Monday hadn't."""
    sunday = situation_on(desk, SUNDAY)
    assert sunday.is_past
    placed = names(sunday, "pathway", "Placed")
    assert placed == {"Jack", "Nora", "Cecil", "Dora", "Reginald", "Marjorie", "Victor", "Joan"}
    assert shown(sunday.table("pathway"))["Left hospital on the day"][-1] == "0"
    thursday = situation_on(desk, date(2020, 11, 12))
    assert names(thursday, "pathway", "Left hospital on the day") == {"Hilda"}
    assert monday.day == date(2020, 11, 16)


@pytest.mark.parametrize("day", [date(2020, 11, 8), date(2020, 11, 17)])
def test_a_day_before_the_record_or_still_to_come_is_refused(desk: Desk, day: date) -> None:
    with pytest.raises(UserError):
        situation_on(desk, day)


@pytest.mark.whole
def test_a_day_told_from_the_record_is_as_the_tables_had_it_at_its_end(
    demo_copy: DemoCopy, tmp_path: Path
) -> None:
    path = demo_copy(tmp_path / "Demo.hub")
    midnight = datetime(2020, 11, 16, 23, 59, 59, tzinfo=UTC)
    with Desk.open(path, clock=lambda: midnight) as opened:
        had = opened.ask(situation)
    with Desk.open(path, clock=lambda: midnight + timedelta(days=2)) as opened:
        told = situation_on(opened, date(2020, 11, 16))
    past = ("A day gone by is told from the record",)
    notes = tuple(note for note in told.notes if not note.startswith(past))
    assert replace(told, is_past=False, notes=notes) == had


def test_the_csv_has_every_figure_of_the_page(monday: Situation) -> None:
    rows = list(csv.DictReader(io.StringIO(situation_csv(monday).decode("utf-8-sig"))))
    told = [(r["Table"], r["Group"], r["Row"], r["Column"], r["Value"]) for r in rows]
    page = [
        (table.title, row.group, row.label, column, NOT_SAID if figure.value is None else str(figure.value))
        for table in monday.tables
        for row in table.rows
        for column, figure in zip(table.columns, row.figures, strict=True)
    ]
    *figures, number, seal = told
    assert figures == page
    assert number[:4] == ("Record", "", "Up to entry", "Number")
    noted = read_mark(f"{number[-1]} {seal[-1]}")
    assert monday.mark is not None
    assert (noted.seq, noted.seal) == (monday.mark.seq, monday.mark.seal)


def test_what_is_printed_or_saved_says_how_far_the_record_went(monday: Situation, desk: Desk) -> None:
    *notes, last = notes_of(monday)
    assert tuple(notes) == monday.notes
    assert desk.held_against(read_mark(last)).is_there
    assert last in [str(cell) for row in Workbook(situation_xlsx(monday)).rows("Notes") for cell in row.cells]


def test_the_workbook_has_every_figure_of_the_page(monday: Situation) -> None:
    book = Workbook(situation_xlsx(monday))
    for table in monday.tables:
        rows = [tuple(row.cells) for row in book.rows(table.title)]
        header = rows.index(header_of(table))
        written = [tuple(str(cell) for cell in row) for row in rows_of(table)]
        assert [(*row, *[""] * (len(written[0]) - len(row))) for row in rows[header + 1 :]] == written
    returned = [tuple(row.cells) for row in book.rows("Daily discharge return")]
    assert returned == [COLUMNS, *(row.cells for row in monday.daily_return)]


def test_the_workbook_holds_numbers_as_numbers_and_no_formula_whatever_a_text_begins_with() -> None:
    made = workbook(
        [SheetOut("S", ("Reason", "All"), [("=1+1", 3), ("@a", 2.5)])], made_at=MONDAY_MORNING, title="T"
    )
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>3</v>" in sheet
    assert [row.cells for row in Workbook(made).rows("S")] == [
        ["Reason", "All"],
        ["=1+1", "3"],
        ["@a", "2.5"],
    ]


def test_the_daily_return_reconciles_with_the_page(monday: Situation) -> None:
    rows = list(csv.DictReader(io.StringIO(return_csv(monday).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    by_metric: dict[str, int] = {}
    for row in rows:
        if row["Value"] != "-":
            by_metric[row["Metric"]] = by_metric.get(row["Metric"], 0) + int(row["Value"])
    page = shown(monday.table("pathway"))
    remaining = "Number of patients remaining in hospital who no longer meet the criteria to reside"
    assert by_metric[remaining] == int(page["Ready"][-1])
    assert by_metric["Number of patients discharged"] == int(page["Left hospital on the day"][-1])
    assert by_metric["Number of patients who no longer meet the criteria to reside"] == 41
    assert {row["Period"] for row in rows} == {"16/11/2020"}
    named = {tuple(row[key] for key in ("Org Code", "Org Name", "ICB", "Region")) for row in rows}
    board = "Three Boroughs Integrated Care Board"
    assert named == {
        ("ZZ901", "Northmarsh General", board, "London"), ("ZZ902", "Heronsley Infirmary", board, "London"),
    }  # fmt: skip
    assert monday.undescribed == ()


def test_what_the_return_lacks_of_a_hospital_stays_empty_and_the_files_say_so(desk: Desk) -> None:
    facts = desk.ask(lambda queries: queries.situation())
    known = (facts.hospitals[0].model_copy(update={"region": ""}),)
    found = situation_of(replace(facts, hospitals=known))
    rows = list(csv.DictReader(io.StringIO(return_csv(found).decode("utf-8-sig"))))
    assert {(row["Org Code"], row["Region"], row["ICB"] != "") for row in rows} == {
        ("ZZ901", "", True), ("ZZ902", "", False),
    }  # fmt: skip
    said = (
        "Daily discharge return: the region of hospital ZZ901 is not entered, so that column is empty. "
        "Enter it on Preferences, Hospitals.",
        "Daily discharge return: the name, ICB and region of hospital ZZ902 are not entered, so those "
        "columns are empty. Enter it on Preferences, Hospitals.",
    )
    assert return_notes(found) == said
    assert set(said) <= set(notes_of(found))
    sheet = Workbook(situation_xlsx(found)).rows("Daily discharge return")
    assert set(said) <= {cell for row in sheet for cell in row.cells}
    assert [row[-1] for row in long_rows(found) if row[0] == "Notes"] == [*said]
    labels = [row.label for row in found.table("hospital").rows]
    assert labels == ["Northmarsh General (ZZ901)", "ZZ902", "All"]


def test_no_file_of_it_names_anybody(monday: Situation) -> None:
    for content in (situation_csv(monday), return_csv(monday)):
        text = content.decode("utf-8-sig")
        assert not [one.name for one in monday.counted[Of.PEOPLE].values() if one.name in text]


def test_a_file_that_cannot_be_written_is_a_sentence_and_leaves_what_was_there(
    monday: Situation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "situation.csv"
    path.write_text("yesterday's")
    monkeypatch.setattr(Path, "replace", _disk_full)
    with pytest.raises(UserError, match="no space left"):
        write_situation(monday, path)
    assert [each.name for each in tmp_path.iterdir()] == ["situation.csv"]
    assert path.read_text() == "yesterday's"


def _disk_full(_path: Path, _to: Path) -> Path:
    raise OSError(28, os.strerror(28))


def test_another_ending_is_refused_with_the_endings_there_are(monday: Situation, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="doesn't end in"):
        write_situation(monday, tmp_path / "situation.doc")
    with pytest.raises(UserError, match=r"doesn't end in \.csv"):
        write_situation(monday, tmp_path / "situation.xlsx", only_return=True)


@pytest.mark.whole
def test_the_command_line_writes_the_file_that_its_name_asks_for(
    demo_copy: DemoCopy, tmp_path: Path, capsys: pytest.CaptureFixture[str], monday: Situation
) -> None:
    hub = str(demo_copy(tmp_path / "Demo.hub"))
    assert main(["situation", hub, "--out", str(tmp_path / "s.csv"), "--return", "--day", "2020-11-12"]) == 0
    assert "Situation of Thu 12 Nov 2020, at its end" in capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text("utf-8-sig").splitlines()))
    discharged = [row["Value"] for row in rows if row["Metric"] == "Number of patients discharged"]
    assert sum(map(int, discharged)) == 1
    assert main(["situation", hub, "--out", str(tmp_path / "s.xlsx")]) == 0
    assert (tmp_path / "s.xlsx").read_bytes() == situation_xlsx(monday)
    assert main(["situation", str(tmp_path / "none.hub"), "--out", str(tmp_path / "s.csv")]) == 2
    assert main(["situation", hub, "--out", str(tmp_path / "nowhere" / "s.csv")]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_on_a_day_gone_by_one_person_of_two_records_is_one_and_a_mistake_is_nobody(hub: AHub) -> None:
    part, whole, mistake = hub.patient("Ada Shah"), hub.patient("Ada Shaw"), hub.patient("Nobody Atall")
    hub.clock.plus(days=1)
    hub.does(
        partial(merge_patients, patient=whole, other=part, take={"name": "hub"}, reason="The ward says so")
    )
    hub.does(partial(leave, patient=mistake, reason=LeaveReason.ENTERED_BY_MISTAKE))
    found = situation_on(hub.desk, TODAY)
    people = found.table("pathway").rows[0].figures[-1]
    assert people.who == (whole,)


def test_homes_of_the_hubs_areas_count_and_elsewhere_those_of_which_it_knows_beds(hub: AHub) -> None:
    def without_beds(name: str, authority: str) -> None:
        details = SettingDetails(name=name, type="care_home", local_authority=authority)
        hub.does(partial(register_setting, details=details, units=()))

    without_beds("Ours", "Havering")
    without_beds("Somewhere", "Leeds")
    hub.home("With beds", local_authority="Leeds", vacancies=None)
    assert {row.label for row in hub.desk.ask(situation).table("homes").rows} == {"With beds"}
    hub.amends({"areas": ["London Borough of Havering"]})
    homes = hub.desk.ask(situation)
    assert {row.label for row in homes.table("homes").rows} == {"Ours", "With beds"}
    assert {one.name for one in homes.counted[Of.HOMES].values()} == {"Ours", "With beds"}


def test_a_reason_in_words_of_its_own_is_text_in_every_file(hub: AHub) -> None:
    text = "=HYPERLINK(1)"
    hub.patient(no_longer_meets_on=SUNDAY, delays=[{"reason": text, "since": SUNDAY.isoformat()}])
    found = hub.desk.ask(situation)
    rows = list(csv.reader(io.StringIO(situation_csv(found).decode("utf-8-sig"))))
    assert [row[2] for row in rows if row[1] == "Not coded"] == [f"'{text}"] * 6
    sheet = Workbook(situation_xlsx(found)).rows("Delayed, by main reason")
    assert [row.cells[1] for row in sheet if row.cells[:1] == ["Not coded"]] == [text]
