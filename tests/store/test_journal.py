"""The journal is append-only, sealed entry to entry, and the tables follow from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, planning
from discharge.actions.desk import Desk
from discharge.matching.propose import propose
from discharge.model.files import write_plan
from discharge.model.people import Role, User
from discharge.store import checking, driver, journal
from discharge.store.file.connection import connect
from discharge.store.file.database import open_store
from discharge.store.file.faults import BrokenRecord, OlderStore
from discharge.store.journal import Entry, Head, HeadMoved, Kind
from discharge.store.write import tables
from tests.actions.a_hub import MONDAY, AHub, stay

TRIGGERS = (
    "journal_is_never_changed",
    "journal_is_never_deleted",
    "journal_goes_on_from_its_end",
    "files_are_never_changed",
    "files_are_never_deleted",
    "files_are_never_replaced",
)


def a_day(hub: AHub) -> None:
    """A bit of everything, with a stored plan."""
    home, who = hub.home(), hub.negative()
    frozen = hub.desk.ask(planning.freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    hub.does(partial(planning.store_plan, case=frozen.content, plan=write_plan(plan)))
    hub.walk(hub.proposed(who, stay(home)), "accepted")


def tampered(hub: AHub, statement: str, *values: object) -> checking.Checked:
    """Changes the file behind the program's back, triggers taken out, and checks the journal."""
    hub.desk.close()
    with driver.connect(hub.path) as raw:
        kept = raw.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('journal', 'files')"
        ).fetchall()
        for name in TRIGGERS:
            raw.execute(f"DROP TRIGGER {name}")
        assert raw.execute(statement, values).rowcount
        for (sql,) in kept:
            raw.execute(sql)
    raw.close()
    with closing(connect(hub.path, read_only=True)) as connection:
        found = checking.verify_chain(connection)
    with pytest.raises(BrokenRecord, match=r"[Ee]ntry \d") as refusal:
        open_store(hub.path, now=MONDAY)
    assert "--repair" in refusal.value.on_the_command_line
    assert "--" not in refusal.value.mend
    assert hub.path.exists()
    return found


@pytest.fixture
def written(tmp_path: Path) -> Iterator[AHub]:
    """A hub with a bit of everything in its journal."""
    made = AHub(tmp_path / "hub.desk", make=a_day)
    yield made
    made.desk.close()


def test_an_untouched_journal_is_intact(written: AHub) -> None:
    checked = written.desk.verify()
    assert checked.is_intact
    assert checked.entries == written.desk.ask(lambda q: q.head())
    written.desk.close()


@pytest.mark.parametrize(
    "column",
    [
        "id",
        "kind",
        "subject",
        "happened_at",
        "recorded_at",
        "user",
        "user_name",
        "role",
        "body",
        "prev_hash",
        "hash",
    ],
)
def test_a_changed_entry_is_found_whatever_was_changed(written: AHub, column: str) -> None:
    value = {"kind": "patient_left", "prev_hash": "0" * 64, "hash": "f" * 64, "body": "{}"}.get(
        column, "changed"
    )
    found = tampered(written, f'UPDATE journal SET "{column}" = ? WHERE seq = 7', value)
    assert found.broken_at == 7
    assert "Entry 7" in found.sentence


def test_a_changed_word_of_somebody_is_found(written: AHub) -> None:
    seq = written.desk.ask(lambda q: q.head())
    found = tampered(written, "UPDATE journal SET given = NULL WHERE seq = ?", seq)
    assert found.broken_at == seq


def test_a_removed_entry_is_found(written: AHub) -> None:
    assert tampered(written, "DELETE FROM journal WHERE seq = 5").broken_at == 5


def test_two_entries_that_changed_places_are_found(written: AHub) -> None:
    found = tampered(
        written, "UPDATE journal SET seq = CASE seq WHEN 4 THEN -5 WHEN 5 THEN -4 END WHERE seq IN (4, 5)"
    )
    assert found.broken_at is not None


def test_a_changed_plan_file_is_found_by_the_entry_that_names_it(written: AHub) -> None:
    stored = next(
        line.seq for line in written.desk.ask(lambda q: q.journal(limit=999)) if line.kind == "plan_stored"
    )
    found = tampered(written, "UPDATE files SET content = x'789c030000000001'")
    assert found.broken_at == stored


def test_a_missing_plan_file_is_found(written: AHub) -> None:
    assert tampered(written, "DELETE FROM files").broken_at is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = '{}' WHERE seq = 3",
        "UPDATE journal SET hash = hash",
        "DELETE FROM journal WHERE seq = 3",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 3",
        "REPLACE INTO journal SELECT * FROM journal WHERE seq = 3",
        "INSERT INTO journal SELECT seq + 1000, 'new', kind, subject, happened_at, recorded_at, user,"
        " user_name, role, given, body, prev_hash, 'new', NULL FROM journal WHERE seq = 3",
        "INSERT INTO journal SELECT 0, 'new', kind, subject, happened_at, recorded_at, user, user_name,"
        " role, given, body, prev_hash, 'new', NULL FROM journal WHERE seq = 3",
        "INSERT INTO journal SELECT (SELECT MAX(seq) + 1 FROM journal), 'new', kind, subject, happened_at,"
        " recorded_at, user, user_name, role, given, body, prev_hash, 'new', NULL FROM journal WHERE seq = 3",
        "INSERT OR REPLACE INTO journal SELECT (SELECT MAX(seq) + 1 FROM journal), id, kind, subject,"
        " happened_at, recorded_at, user, user_name, role, given, body,"
        " (SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), 'new', NULL FROM journal WHERE seq = 3",
        "UPDATE files SET size = 0",
        "DELETE FROM files",
        "INSERT OR REPLACE INTO files SELECT sha256, 0, x'' FROM files LIMIT 1",
    ],
)
@pytest.mark.whole
def test_the_store_itself_refuses_to_change_what_was_written(written: AHub, statement: str) -> None:
    written.desk.close()
    store = open_store(written.path, now=MONDAY)
    with pytest.raises(driver.IntegrityError, match=r"append-only|never change"):
        store.connection.execute(statement)
    assert checking.verify_chain(store.connection).is_intact
    store.close()


def test_entries_can_only_go_on_from_the_head_that_was_seen(written: AHub) -> None:
    written.desk.close()
    store = open_store(written.path, now=MONDAY)
    user = User(id="U-0001", name="Ana Admin", roles=frozenset(Role))
    entry = Entry(Kind.HUB_AMENDED, "hub", {}, Role.ADMINISTRATOR)
    with pytest.raises(HeadMoved), store.writing() as connection:
        journal.append(connection, [entry], by=user, now=MONDAY, expected=Head(1, "0" * 64))
    store.close()


def test_every_entry_says_who_when_in_which_role_and_on_whose_word(written: AHub) -> None:
    line = written.desk.ask(lambda q: q.journal(limit=1))[0]
    assert (line.kind, line.user_name, line.role) == ("placement_accepted", "Cleo Coordinator", "coordinator")
    assert line.given is not None
    assert line.given.name == "Jo Marsh"
    assert line.recorded_at >= line.happened_at


def test_a_monday_result_typed_in_on_tuesday_is_a_monday_result(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    who = hub.patient()
    hub.clock.plus(days=1)
    hub.tested(who, hours_ago=24)
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert (line.happened_at.day, line.recorded_at.day) == (16, 17)
    hub.desk.close()


def test_the_journal_says_what_happened_without_a_persons_name(written: AHub) -> None:
    said = " ".join(line.sentence for line in written.desk.ask(lambda q: q.journal(limit=999)))
    assert "Ben Ode" not in said
    assert "Elm Lodge" in said


def test_tables_lost_or_behind_are_made_anew_from_the_journal(written: AHub) -> None:
    written.desk.close()
    with driver.connect(written.path) as raw:
        before = tables.content(raw)
        for name in tables.SHAPES:
            raw.execute(f'DELETE FROM "{name}"')
        raw.execute("UPDATE store SET value = '3' WHERE key = 'applied'")
    raw.close()
    store = open_store(written.path, now=MONDAY)
    assert tables.content(store.connection) == before
    assert any(before.values())
    store.close()


def test_a_journal_that_lost_its_last_entries_is_not_trusted(written: AHub) -> None:
    written.desk.close()
    with driver.connect(written.path) as raw:
        raw.execute("DROP TRIGGER journal_is_never_deleted")
        raw.execute("DELETE FROM journal WHERE seq > 10")
    raw.close()
    with pytest.raises(OlderStore, match="ends with entry 10"):
        open_store(written.path, now=MONDAY)


def test_checking_says_where_the_tables_do_not_follow_and_changes_nothing(written: AHub) -> None:
    with driver.connect(written.path) as raw:
        raw.execute("UPDATE settings SET name = 'Another Name'")
    raw.close()
    checked = written.desk.verify()
    assert not checked.is_intact
    assert "tables" in checked.sentence
    assert written.desk.ask(lambda q: q.setting_names()) == {"S-0001": "Another Name"}


def test_canonical_json_is_one_spelling() -> None:
    assert journal.canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'
    assert json.loads(journal.canonical({"x": 1.5})) == {"x": 1.5}


def test_what_others_wrote_is_seen_by_a_second_window(written: AHub) -> None:
    other = Desk.open(written.path, clock=written.clock)
    assert other.changes() is None
    written.does(partial(patients.register_patient, details=written.details("Cyn Trent")))
    changed = other.changes()
    assert changed is not None
    assert changed.nouns == {"patients", "placements"}
    assert changed.subjects == ("P-0002",)
    assert other.changes() is None
    assert written.desk.changes() is None
    assert len(other.ask(lambda q: q.patients())) == 2
    other.close()
    written.desk.close()
