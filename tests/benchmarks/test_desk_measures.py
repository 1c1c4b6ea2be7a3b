"""What the benchmarks of the desk rest on: the large hub, the tables' rivals, and goals told as they are."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from benchmarks.cases import SHARED
from benchmarks.desk import large_hub, run, tables
from benchmarks.desk.stalls import renamed
from discharge.actions.desk import Desk

SETTINGS = 60
PLACEMENTS = 200


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The head of the directory of England's homes."""
    if not large_hub.DIRECTORY.is_file():
        pytest.skip(f"the public data isn't in {SHARED.name}/data")
    lines = large_hub.DIRECTORY.read_text("utf-8-sig").splitlines(keepends=True)
    head = tmp_path_factory.mktemp("directory") / "homes.csv"
    head.write_text("".join(lines[: SETTINGS + 1]), "utf-8")
    return head


@pytest.mark.whole
def test_the_large_hub_is_one_that_the_actions_could_have_made(directory: Path, tmp_path: Path) -> None:
    large_hub.make(tmp_path / "large.hub", directory, placements_wanted=PLACEMENTS)
    with Desk.open(tmp_path / "large.hub") as desk:
        assert len(desk.ask(lambda queries: queries.setting_names())) == SETTINGS
        placed = desk.ask(lambda queries: [*queries.moves(), *queries.moves(over=True)])
        patients = {row.patient for row in placed}
        checked = desk.verify()
        waiting = desk.ask(lambda queries: queries.status()).waiting
    states = Counter(row.state.value for row in {row.id: row for row in placed}.values())
    assert sum(states.values()) == len(patients) == PLACEMENTS
    assert set(states) == {
        "proposed", "approved", "told", "accepted", "booked", "departed", "arrived", "ended",
    }  # fmt: skip
    assert waiting == large_hub.WAITING
    assert checked.broken_at is None


def test_the_renamed_directory_changes_each_home_and_nothing_else(directory: Path, tmp_path: Path) -> None:
    with directory.open(newline="", encoding="utf-8-sig") as file:
        before = list(csv.DictReader(file))
    with renamed(directory, tmp_path / "renamed.csv").open(newline="", encoding="utf-8") as file:
        after = list(csv.DictReader(file))
    assert [row["Location Name"] for row in after] == [f"{row['Location Name']} II" for row in before]
    assert [{**row, "Location Name": ""} for row in after] == [{**row, "Location Name": ""} for row in before]


@pytest.mark.parametrize("rival", [tables.over_items, tables.over_ours])
@pytest.mark.whole
def test_the_rival_tables_show_the_same_rows_in_the_same_order(qapp: QApplication, rival: Any) -> None:
    found = tables.rows()[:300]
    shown = []
    kept = [tables.ours(found), rival(found)]
    for model, look_for, sort in kept:
        counts = []
        for text in tables.TYPED:
            look_for(text)
            counts.append(model.rowCount())
        sort(2, Qt.SortOrder.AscendingOrder)
        beds = [model.index(row, 2).data() for row in range(model.rowCount())]
        shown.append((counts, beds))
    assert shown[0] == shown[1]
    assert 0 < shown[0][0][2] < 300


ROUND = {
    "homes": 164, "by_desk": [82, 82], "twice": 0, "not_rung": 0, "keys": 20.0, "thoughts": 9.3,
    "handled_ms": 200.0,
    "saved_ms": 300.0, "saved_longest_ms": 900.0, "hand_s": 18.0, "entry_minutes": 25.0,
    "left_to_talk_s": 25.0,
}  # fmt: skip


def desk_facts(**more: Any) -> dict[str, Any]:
    """What was measured of the desk; every goal is met unless said otherwise."""
    rows = {"key_ms": 2.0, "key_longest_ms": 20.0, "sort_ms": 10.0, "sort_longest_ms": 30.0, "counts": [1, 2]}
    plain = {
        "first_paint": {"empty": 0.1, "source": 0.12},
        "on_a_screen": {"empty": 0.1, "source": 0.12, "frozen": 0.13},
        "usable": {"demo hub, first page": {"seconds": 1.5}, "England's hub, settings": {"seconds": 2.9}},
        "tables": {run.OURS: rows, run.QT: {**rows, "key_ms": 50.0}},
        "entering": {
            "placements": 5_000,
            "looking_at_all_s": 30.0,
            "a test result": {"ms": 99.0, "longest_ms": 150.0},
        },
        "situation": {
            "people": 5_000,
            "homes": 5_000,
            "first_s": 1.4,
            "again_s": 0.9,
            "back_s": 9.0,
            "workbook_s": 0.5,
            "workbook_kb": 200,
        },
        "papers": {"kinds": {"offer": {"made_ms": 9.0, "pdf_ms": 80.0, "pages": 1}}},
        "round": ROUND,
        "reports": {"asked_s": 0.9, "pdf_s": 1.9, "pages": 8, "pdf_kb": 60, "charts": 13},
        "stalls": {
            "stalls": {run.QUIET: 60.0, "scrolling": 50.0},
            "turns": {run.QUIET: 4.0, "scrolling": 31.0},
            "shown": {"a keystroke": 45.0, "a sort": 20.0},
            "seconds": {"scrolling": 2.0},
        },
    }
    return {**plain, **more}


def missed(found: dict[str, Any]) -> list[str]:
    return [goal.name for goal in run.desk_goals(found) if goal.missed]


def test_all_goals_of_a_quick_desk_are_met_whatever_the_machine_does_by_itself() -> None:
    assert missed(desk_facts()) == []


@pytest.mark.parametrize(
    ("part", "change", "named"),
    [
        ("first_paint", {"empty": 0.1, "source": 0.14}, "first paint by an empty window's, from source"),
        (
            "on_a_screen",
            {"empty": 0.1, "frozen": 0.14},
            "first paint by an empty window's, frozen, on a screen",
        ),
        ("usable", {"demo hub, match": {"seconds": 1.6}}, "usable: demo hub, match"),
        ("usable", {"England's hub, moves": {"seconds": 3.1}}, "usable: England's hub, moves"),
        (
            "entering",
            {"placements": 5_000, "looking_at_all_s": 30.0, "a need": {"ms": 101.0, "longest_ms": 150.0}},
            "entering a fact with 5,000 placements: a need",
        ),
        ("round", {**ROUND, "not_rung": 1}, "164 homes by two desks: homes not rung"),
        (
            "round",
            {**ROUND, "entry_minutes": 30.5},
            "164 homes by two desks: entering, as modelled",
        ),
        ("situation", {"again_s": 1.1}, "the Situation of a hub with 5,000 placements"),
        (
            "reports",
            {"asked_s": 0.9, "pdf_s": 2.1, "pages": 8, "pdf_kb": 60, "charts": 13},
            "the reports of a hub with 5,000 placements, as a PDF",
        ),
        (
            "stalls",
            {"stalls": {"sorting": 51.0}, "turns": {"sorting": 40.0}, "shown": {}, "seconds": {}},
            "longest stall, sorting",
        ),
        (
            "stalls",
            {"stalls": {}, "turns": {"choosing on moves": 51.0}, "shown": {}, "seconds": {}},
            "longest turn, computing, choosing on moves",
        ),
    ],
)
def test_a_slow_desk_is_told_so(part: str, change: dict[str, Any], named: str) -> None:
    assert missed(desk_facts(**{part: change})) == [named]


def test_without_a_screen_or_a_hub_nothing_is_claimed_of_them() -> None:
    gone = {"left_out": "there is no Xvfb"}
    found = desk_facts(on_a_screen=gone, stalls=gone)
    assert missed(found) == []
    assert "on a screen: left out, there is no Xvfb" in run.desk_report(found)
    assert sum(goal.value is None for goal in run.desk_goals(found)) == 4


def test_the_report_shows_ours_by_qts_own() -> None:
    said = run.desk_report(desk_facts())
    assert "QSortFilterProxyModel" in said


def test_the_longest_turns_are_told_longest_first_by_what_was_done() -> None:
    said = run.desk_report(desk_facts())
    assert "computing, ms" in said
    assert said.index("scrolling") < said.index(run.QUIET)
    assert "0.04x" in said


def test_what_is_done_in_turn_leaves_out_the_round_that_warms_up() -> None:
    values = iter([9.0, 9.0, 1.0, 5.0, 3.0, 7.0])
    assert run.in_turn({"a": lambda: next(values), "b": lambda: next(values)}, 2) == {"a": 2.0, "b": 6.0}
