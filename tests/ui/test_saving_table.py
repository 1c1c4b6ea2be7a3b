"""A table saved for a spreadsheet: what is seen is in it, numbers and days sort, and nothing is a formula."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.exchange.workbooks import Workbook
from tests.ui.conftest import MakeServices
from tests.ui.fake_desk import JO, FakeDesk, Guest
from tests.ui.test_printing import PAGES
from ui.frame.saving_table import IDENTIFIES, cell_of, save_table
from ui.frame.window import HubFacts, Window
from ui.hub_commands import bind_hub_commands
from ui.models.table import Column

GUESTS = [
    Guest("P-0001", "=HYPERLINK(1)", date(2020, 11, 18), "Elm", 1),
    Guest("P-0002", "Ada Sprat", date(2020, 11, 17), "Elm", 2),
    Guest("P-0003", "Ben Otter", date(2020, 11, 16), "Oak", 3),
]


@pytest.fixture
def window(make_services: MakeServices, qtbot: Any) -> Iterator[Window]:
    services = make_services(partial(FakeDesk, GUESTS))
    made = Window.of(
        services, facts=lambda queries: HubFacts(people=queries.people(), hub="North Bank"), pages=PAGES
    )
    qtbot.addWidget(made)
    bind_hub_commands(made)
    made.show()
    made.begin(user_id=JO.id)
    qtbot.waitUntil(lambda: made.page is not None and not services.jobs.busy)
    yield made
    made.close()


def saved(window: Window, path: Path, qtbot: Any) -> Path:
    save_table(window, path)
    qtbot.waitUntil(lambda: window.undo_bar.words().startswith(f"Saved: {path.name}."))
    return path


def test_what_is_shown_is_in_the_file_and_no_formula(window: Window, tmp_path: Path, qtbot: Any) -> None:
    page: Any = window.page
    page.chips.set_on(["ward/elm"])
    page.table.sort_by("name", descending=True)
    titles = [page.table.rows.columns[at].title for at in page.table.kept_columns()]
    with saved(window, tmp_path / "elm.csv", qtbot).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == titles
    assert [row[titles.index("Name")] for row in rows[1:]] == ["Ada Sprat", "'=HYPERLINK(1)"]
    assert [row[titles.index("Ready")] for row in rows[1:]] == ["2020-11-17", "2020-11-18"]

    path = saved(window, tmp_path / "elm.xlsx", qtbot)
    (found,) = Workbook(path).tops(20)
    lines = {row.row: row.cells for row in found}
    assert lines[1] == ["Patients"]
    assert lines[2][0].startswith("North Bank · saved by Jo Marsh")
    assert lines[3][0].startswith("2 of 3 rows · filter: Elm")
    assert lines[4] == [IDENTIFIES]
    assert lines[6] == titles
    assert lines[8][titles.index("Name")] == "=HYPERLINK(1)"
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.whole
def test_where_there_is_no_table_the_command_says_so(window: Window, tmp_path: Path, qtbot: Any) -> None:
    (tmp_path / "taken.csv").mkdir()
    save_table(window, tmp_path / "taken.csv")
    qtbot.waitUntil(lambda: window.banner.words().startswith("taken.csv can't be written"))
    window.go("moves")
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    window.services.commands.review()
    assert window.services.commands.why_not("table.save") == "There is no table on this page to save."


def test_numbers_and_days_sort_and_what_says_more_stays_as_it_is_said() -> None:
    def cell(words: str, value: Any) -> Any:
        return cell_of(Column(key="x", title="X", text=lambda _: words, sort=lambda _: value), None)

    assert cell("1,204", 1204) == 1204
    assert cell("Mon 16 Nov", date(2020, 11, 16)) == "2020-11-16"
    assert cell("16 Aug 1933", date(1933, 8, 16)) == "1933-08-16"
    assert cell("2 days", date(2020, 11, 14)) == "2 days"
    assert cell("999 020 4446", "9990204446") == "999 020 4446"
