"""Everything out again: nothing is left behind, nothing is half written, and others can read it."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import all_out
from discharge.actions.desk import Desk
from discharge.cli import main
from discharge.exchange.all_out import columns_out
from discharge.exchange.csv_writing import from_text_cell, write_csv
from discharge.model.errors import UserError
from discharge.store import driver, journal, personal
from discharge.store.ask.everything import HOLDS_JSON, JOURNAL, columns
from discharge.store.driver import Database
from discharge.store.file import migrations
from discharge.store.journal import canonical, seal
from discharge.store.write import tables
from tests.actions.a_hub import AHub
from tests.conftest import DemoCopy

KEPT_TWICE = {"patients": {"facts"}, "settings": {"accepts", "figures"}}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory, demo_copy: DemoCopy) -> Path:
    """The demo hub, taken out."""
    folder = tmp_path_factory.mktemp("out")
    with Desk.open(demo_copy(folder / "Demo.hub")) as desk:
        all_out.take_all_out(desk, folder / "all")
    return folder / "all"


@pytest.fixture(scope="module")
def whole(taken: Path) -> dict[str, Any]:
    """Its one JSON file."""
    found: dict[str, Any] = json.loads((taken / "hub.json").read_text("utf-8"))
    return found


WRITTEN = JOURNAL[:-1]
"""The columns of an entry that are written: the last is worked out."""


def as_written(entry: Mapping[str, Any]) -> list[Any]:
    """The columns of an entry as the journal keeps them."""
    as_text = {
        name: None if entry[name] is None else canonical(entry[name]) for name in HOLDS_JSON["journal"]
    }
    return [as_text.get(name, entry[name]) for name in WRITTEN]


@pytest.mark.whole
def test_every_entry_has_the_seal_that_can_be_worked_out_from_the_file_alone(whole: dict[str, Any]) -> None:
    before = journal.START
    for number, entry in enumerate(whole["journal"], 1):
        *written, last, _signature = as_written(entry)
        assert (entry["seq"], entry["prev_hash"], seal(written)) == (number, before, last)
        before = last


@pytest.mark.whole
def test_whoever_reads_the_journal_of_the_file_can_make_all_tables_again(whole: dict[str, Any]) -> None:
    connection = driver.connect(":memory:")
    personal.attach(connection)
    db = Database(connection)
    for step in migrations.MIGRATIONS:
        step.apply(db)
    tables.create(db)
    marks = ", ".join("?" * len(WRITTEN))
    names = ", ".join(WRITTEN)
    for entry in whole["journal"]:
        connection.execute(f"INSERT INTO journal ({names}) VALUES ({marks})", as_written(entry))
    tables.rebuild(connection)
    made = tables.content(connection)
    assert set(whole["tables"]) == set(made)
    for table, rows in made.items():
        plain = HOLDS_JSON.get(table, frozenset())
        there = [
            tuple(canonical(row[name]) if name in plain and row[name] is not None else row[name] for name in
                  columns()[table])
            for row in whole["tables"][table]
        ]  # fmt: skip
        assert there == rows, table
    connection.close()


def test_every_file_that_an_entry_names_is_there_byte_for_byte(whole: dict[str, Any]) -> None:
    kept = {one["sha256"]: one["text"] for one in whole["files"]}
    assert {row["plan_sha256"] for row in whole["tables"]["plans"]} <= set(kept)
    assert all(hashlib.sha256(text.encode()).hexdigest() == name for name, text in kept.items())


def leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Where in a row something is said."""
    if value is None:
        return
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    else:
        yield path


@pytest.mark.parametrize("table", columns())
@pytest.mark.whole
def test_a_csv_file_has_each_row_and_a_column_for_whatever_stands_in_one(
    table: str, taken: Path, whole: dict[str, Any]
) -> None:
    rows = whole["journal"] if table == "journal" else whole["tables"][table]
    out = columns_out(table, columns()[table])
    content = (taken / f"{table}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True)))
    assert len(read) == len(rows)
    held = {one.path for one in out}
    for row in rows:
        for path in leaves(row, ()):
            beside = path[:1] == ("details",) and (path[1],) in held
            whole_cell = any(path[: len(each)] == each for each in held)
            assert whole_cell or beside or path[0] in KEPT_TWICE.get(table, ()), path
    for row, line in zip(rows, read, strict=True):
        assert [from_text_cell(line[one.name]) for one in out] == [
            "" if one.of(row) is None else str(one.of(row)) for one in out
        ]


def test_nothing_that_is_kept_as_json_is_left_as_text(whole: dict[str, Any]) -> None:
    for table, rows in whole["tables"].items():
        for row in rows:
            for name, value in row.items():
                assert not (isinstance(value, str) and value.startswith(('{"', '["'))), (table, name)


def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_text(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "a.hub")
    hub.patient("=HYPERLINK(1)")
    done = all_out.take_all_out(hub.desk, tmp_path / "all")
    hub.desk.close()
    assert done.rows["patients"] == 1
    assert "'=HYPERLINK(1)" in (tmp_path / "all" / "patients.csv").read_text("utf-8-sig")
    assert done.sentence.startswith("Everything is in all: 1 person, 0 settings, 0 placements,")


def test_a_full_disk_is_a_sentence_and_leaves_no_half_folder(
    tmp_path: Path, demo_copy: DemoCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(into: Any, header: Any, rows: Any) -> int:
        if header[0] == "setting":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_csv(into, header, rows)

    monkeypatch.setattr("discharge.actions.all_out.write_csv", full)
    with Desk.open(demo_copy(tmp_path / "Demo.hub")) as desk:
        with pytest.raises(UserError, match="all can't be written: no space left on device"):
            all_out.take_all_out(desk, tmp_path / "all")
        assert not list(tmp_path.glob("all*"))
        (tmp_path / "all").mkdir()
        with pytest.raises(UserError, match="all is there already"):
            all_out.take_all_out(desk, tmp_path / "all")


@pytest.mark.whole
def test_the_command_says_how_many_of_what_it_wrote(
    tmp_path: Path, demo_copy: DemoCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = demo_copy(tmp_path / "Demo.hub")
    assert main(["out", str(hub), str(tmp_path / "all")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Everything is in all: 47 people, 44 settings, 17 placements, ")
    assert "       1  kept_beds.csv\n" in said
    assert (tmp_path / "all" / "hub.json").exists()
    assert main(["out", str(tmp_path / "No.hub"), str(tmp_path / "more")]) == 2
