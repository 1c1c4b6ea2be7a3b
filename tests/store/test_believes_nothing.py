"""The store believes nothing: tables changed behind its back, older copies, missing files, other windows."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients
from discharge.actions.desk import Desk, repaired, restore
from discharge.cli import main
from discharge.model.people import Role
from discharge.store import driver
from discharge.store.driver import Connection
from discharge.store.file import backup, following, held, witness
from discharge.store.file.connection import connect
from discharge.store.file.database import look_at, open_store
from discharge.store.file.faults import (
    BrokenRecord,
    DamagedStore,
    MissingStore,
    OlderStore,
    ReplacedStore,
    StoreLocked,
)
from discharge.store.journal import Entry, Kind
from tests.actions.a_hub import MONDAY, AHub, Clock, stay
from tests.over import over

ROOT = Path(__file__).parents[2]
CHANGES = (
    ("observations", "UPDATE observations SET body = replace(body, 'negative', 'positive')"),
    ("observations", "DELETE FROM observations"),
    ("users", 'UPDATE users SET roles = \'["administrator","coordinator","la_lead"]\' WHERE number = 2'),
    ("users", "UPDATE users SET active = 0 WHERE number = 2"),
    ("patients", "UPDATE patients SET name = 'Somebody Else'"),
    ("settings", "UPDATE settings SET accepts = '[\"sars-cov-2\"]'"),
    ("units", "UPDATE units SET isolation = 'designated'"),
    ("free", "UPDATE free SET count = count + 1"),
    ("placements", "UPDATE placements SET state = 'approved'"),
    ("stays", "UPDATE stays SET told_result = 'Negative'"),
    ("outbreaks", "INSERT INTO outbreaks VALUES ('S-0001', 'sars-cov-2', 0, '2020-11-16', 1)"),
    ("watched", "UPDATE watched SET flags = '[ ]'"),
    ("hub", "UPDATE hub SET settings = settings || ' '"),
)


def with_somebody_placed(hub: AHub) -> None:
    hub.walk(hub.proposed(hub.negative(), stay(hub.home())), "accepted")


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[AHub]:
    """A hub with somebody placed in it, closed."""
    made = AHub(tmp_path / "hub.desk", make=with_somebody_placed)
    made.desk.close()
    yield made
    assert made.path.is_relative_to(tmp_path)


def behind_its_back(path: Path, statement: str) -> None:
    """Writes into the file with another program."""
    with closing(driver.connect(path)) as raw, raw:
        assert raw.execute(statement).rowcount > 0


def told(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """What the doctor says, and its exit code."""
    code = main(["doctor", str(path), *more])
    said = capsys.readouterr()
    return code, said.out + said.err


# --- tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "change"), CHANGES)
def test_a_table_changed_behind_our_back_is_made_anew_and_it_is_said(
    closed: AHub, table: str, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(driver.connect(closed.path)) as raw:
        before = raw.execute(f"SELECT * FROM {table}").fetchall()
    behind_its_back(closed.path, change)
    code, said = told(closed.path, capsys)
    assert code == 1
    assert "tables don't follow from the journal" in said
    assert "Ben Ode" not in said
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert len(desk.remarks) == 1
        assert "changed this hub's tables outside the program" in desk.remarks[0]
        assert "made anew" in desk.remarks[0]
        assert desk.verify().is_intact
    with closing(driver.connect(closed.path)) as raw:
        # what is kept beside the tables is worked out again when it is asked for
        wanted = [] if table == "watched" else before
        assert raw.execute(f"SELECT * FROM {table}").fetchall() == wanted
    assert told(closed.path, capsys)[0] == 0
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert desk.remarks == ()


def test_an_import_from_the_command_line_says_what_was_mended_too(
    closed: AHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    behind_its_back(closed.path, CHANGES[0][1])
    file = tmp_path / "people.csv"
    file.write_text("x\n", "utf-8")
    main(["import", "patients", str(file), "--hub", str(closed.path), "--by", "U-0001"])
    assert "made anew" in capsys.readouterr().out


@pytest.mark.parametrize("gone", ["nothing", "witness", "sums", "both"])
def test_it_is_noticed_with_the_cheap_comparisons_taken_away_too(closed: AHub, gone: str) -> None:
    behind_its_back(closed.path, CHANGES[0][1])
    if gone in ("sums", "both"):
        behind_its_back(closed.path, "DELETE FROM store WHERE key = 'tables_follow'")
    if gone in ("witness", "both"):
        witness.beside(closed.path).unlink()
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert "test results" in desk.remarks[0]
        assert desk.verify().is_intact


def test_a_table_changed_while_a_window_has_it_open_is_noticed_by_the_check_and_the_next_opening(
    closed: AHub,
) -> None:
    desk = Desk.open(closed.path, clock=closed.clock)
    behind_its_back(closed.path, CHANGES[0][1])
    assert desk.verify().tables
    desk.close()
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert desk.remarks


def test_tables_changed_under_an_open_window_are_made_anew_before_they_are_backed_up(closed: AHub) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        behind_its_back(closed.path, CHANGES[0][1])
        made = desk.back_up()
        assert desk.remarks
        assert desk.verify().is_intact
    with closing(connect(made.path)) as copy:
        assert not any("positive" in row[0] for row in copy.execute("SELECT body FROM observations"))
        assert following.differences(copy) == ()


def test_what_is_written_after_tables_were_made_anew_is_followed_again(closed: AHub) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        behind_its_back(closed.path, CHANGES[0][1])
        assert desk.mend_tables()
        desk.perform(partial(patients.register_patient, details=closed.details("Cyn")), by=closed.coordinator)
        assert desk._store.tables_come_to_their_sums()
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert desk.remarks == ()


def test_the_sums_follow_whatever_is_written_and_undone(closed: AHub) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        store = desk._store
        closed.desk = desk
        closed.negative("Cyn Trent")
        assert store.tables_come_to_their_sums()
        with pytest.raises(ZeroDivisionError), store.writing() as connection:
            _fails_after(connection, "DELETE FROM observations")
        assert store.tables_come_to_their_sums()
        closed.walk(closed.proposed(closed.negative("Dee Park"), stay(closed.home())), "booked")
        assert store.tables_come_to_their_sums()


@over(
    "statement",
    (
        "UPDATE patients SET name = 'Al' WHERE number = 1",
        'UPDATE "main"."patients" SET name = \'Bo\' WHERE number = 1',
        "UPDATE OR IGNORE patients SET name = 'Cy' WHERE number = 1",
        "\n    update patients set name = 'Di' where number = 1",
        "REPLACE INTO watched VALUES ('L-0009', '', '', '', '[]')",
        "DELETE FROM main.watched",
        "WITH one AS (SELECT 1 AS number) UPDATE patients SET name = 'Ed' FROM one WHERE one.number = 1",
    ),
)
def test_however_a_statement_is_written_the_sums_follow(closed: AHub, statement: str) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        with desk._store.writing() as connection:
            assert connection.execute(statement).rowcount > 0
        assert desk._store.tables_come_to_their_sums()


def _fails_after(connection: Connection, statement: str) -> None:
    connection.execute(statement)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER journal_is_never_changed",
        "CREATE TRIGGER sly AFTER INSERT ON observations BEGIN"
        " UPDATE observations SET withdrawn = 1 WHERE id = NEW.id; END",
        "DROP INDEX idx_patients_id",
        "DROP TABLE calls",
    ],
)
def test_a_changed_structure_is_said_and_mended(
    closed: AHub, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(driver.connect(closed.path)) as raw, raw:
        raw.execute(change)
    assert told(closed.path, capsys)[0] == 1
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert "structure" in desk.remarks[0]
    assert told(closed.path, capsys)[0] == 0


# --- another window ----------------------------------------------------------------------------------


@pytest.mark.whole
def test_nothing_is_restored_or_mended_under_an_open_window(closed: AHub) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        made = desk.back_up()
        with pytest.raises(StoreLocked, match="open in another window"):
            restore(closed.path, made.path, clock=closed.clock)
        with pytest.raises(StoreLocked, match="open in another window"):
            repaired(closed.path, clock=closed.clock)
        closed.desk = desk
        closed.negative("Cyn Trent")
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert len(desk.ask(lambda q: q.patients())) == 2
    restore(closed.path, made.path, clock=closed.clock)


def test_a_hub_is_not_opened_while_it_is_restored(closed: AHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "BUSY_MILLISECONDS", 50)
    with held.alone(closed.path), pytest.raises(StoreLocked, match="being restored"):
        open_store(closed.path, now=MONDAY)
    open_store(closed.path, now=MONDAY).close()


def test_a_damaged_file_is_not_moved_aside_under_an_open_window(
    closed: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "ALONE_MILLISECONDS", 50)
    hold = held.share(closed.path)
    content = bytearray(closed.path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 600] = b"\xee" * 600
    closed.path.write_bytes(content)
    with pytest.raises(DamagedStore, match="open in another window") as refusal:
        open_store(closed.path, now=MONDAY)
    assert refusal.value.aside is None
    assert closed.path.exists()
    hold.let_go()


@pytest.mark.skipif(os.name == "nt", reason="there what is open can't be moved, replaced or removed")
@pytest.mark.parametrize("how", ["moved", "replaced", "removed", "log removed"])
def test_nothing_is_acknowledged_that_goes_into_a_file_that_is_no_longer_the_hub(
    closed: AHub, how: str
) -> None:
    desk = Desk.open(closed.path, clock=closed.clock)
    closed.desk = desk
    closed.negative("Cyn Trent")
    if how == "log removed":
        closed.path.with_name(f"{closed.path.name}-wal").unlink()
    elif how == "removed":
        closed.path.unlink()
    else:
        closed.path.rename(closed.path.with_name("elsewhere"))
    if how == "replaced":
        shutil.copyfile(closed.path.with_name("elsewhere"), closed.path)
    with pytest.raises(ReplacedStore, match="Nothing was written"):
        closed.negative("Dee Park")
    desk.close()


# --- missing and older -------------------------------------------------------------------------------


@pytest.mark.parametrize("left", ["backup", "aside", "restoring", "witness", "log"])
def test_a_hub_that_is_missing_does_not_become_a_new_one(
    closed: AHub, left: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = closed.path.name
    with Desk.open(closed.path, clock=closed.clock) as desk:
        desk.back_up()
    if left == "aside":
        shutil.copyfile(closed.path, closed.path.with_name(f"{name}.aside-20201116-080000"))
    if left == "restoring":
        shutil.copyfile(closed.path, closed.path.with_name(f"{name}.restoring"))
    if left == "log":
        closed.path.with_name(f"{name}-wal").write_bytes(b"x" * 100)
    closed.path.unlink()
    if left != "backup":
        shutil.rmtree(backup.folder_of(closed.path))
    if left != "witness":
        witness.beside(closed.path).unlink()
    with pytest.raises(MissingStore, match="is missing") as refusal:
        Desk.open(closed.path, clock=closed.clock)
    assert refusal.value.mend
    assert not closed.path.exists()
    assert told(closed.path, capsys)[0] == 2
    if left in ("backup", "aside"):
        assert "--repair" in refusal.value.on_the_command_line
        assert "--" not in refusal.value.mend
        assert told(closed.path, capsys, "--repair")[0] == 0
        with Desk.open(closed.path, clock=closed.clock) as desk:
            assert len(desk.ask(lambda q: q.patients())) == 1


def test_an_older_copy_is_not_taken_for_the_hub(closed: AHub, capsys: pytest.CaptureFixture[str]) -> None:
    older = closed.path.read_bytes()
    with Desk.open(closed.path, clock=closed.clock) as desk:
        closed.desk = desk
        closed.negative("Cyn Trent")
    closed.path.write_bytes(older)
    with pytest.raises(OlderStore, match="is an older copy: its record ends with entry") as refusal:
        Desk.open(closed.path, clock=closed.clock)
    assert "--accept-older" in refusal.value.on_the_command_line
    assert "--" not in refusal.value.mend
    code, said = told(closed.path, capsys)
    assert (code, "older copy" in said) == (1, True)
    Desk.open(closed.path, clock=closed.clock, accept_older=True).close()
    Desk.open(closed.path, clock=closed.clock).close()
    assert told(closed.path, capsys)[0] == 0


def test_an_older_copy_is_known_by_a_backup_alone(closed: AHub) -> None:
    older = closed.path.read_bytes()
    with Desk.open(closed.path, clock=closed.clock) as desk:
        closed.desk = desk
        closed.negative("Cyn Trent")
        desk.back_up()
    closed.path.write_bytes(older)
    witness.beside(closed.path).unlink()
    witness.in_backups(backup.folder_of(closed.path)).unlink()
    with pytest.raises(OlderStore):
        Desk.open(closed.path, clock=closed.clock)
    said = repaired(closed.path, clock=closed.clock)
    assert said.lost == 0
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert len(desk.ask(lambda q: q.patients())) == 2


KILLED = """
import os, sys
from functools import partial
from pathlib import Path
from discharge.actions.desk import Desk
from discharge.actions.people import add_user
from discharge.model.people import Role
desk = Desk.open(Path(sys.argv[1]))
made = desk.perform(partial(add_user, name="New One", roles=[Role.COORDINATOR]), by=desk.people()[0])
print(made.head, flush=True)
os._exit(9)
"""


@pytest.mark.whole
def test_a_log_that_was_deleted_after_a_crash_is_missed(closed: AHub) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(closed.path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 9, ran.stderr
    log = closed.path.with_name(f"{closed.path.name}-wal")
    kept = log.read_bytes()
    log.unlink()
    with pytest.raises(OlderStore, match=f"entry {int(ran.stdout)} was written"):
        Desk.open(closed.path, clock=closed.clock)
    log.write_bytes(kept)
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert desk.ask(lambda q: q.head()) == int(ran.stdout)


def test_restoring_an_earlier_backup_is_no_older_copy_and_its_later_entries_do_not_come_back(
    closed: AHub,
) -> None:
    clock: Clock = closed.clock
    with Desk.open(closed.path, clock=clock) as desk:
        closed.desk = desk
        first = desk.back_up()
        for number in range(5):
            clock.plus(hours=1)
            closed.negative(f"Later {number}")
            desk.back_up()
    restore(closed.path, first.path, clock=clock)
    with Desk.open(closed.path, clock=clock) as desk:
        assert desk.remarks == ()
        closed.desk = desk
        closed.negative("After All")
    for later in backup.backups_of(closed.path)[:3]:
        later.path.unlink()
    Desk.open(closed.path, clock=clock).close()
    assert repaired(closed.path, clock=clock).lost == 0
    with Desk.open(closed.path, clock=clock) as desk:
        assert {row.name for row in desk.ask(lambda q: q.patients())} == {"Ben Ode", "After All"}


def test_a_hub_that_was_copied_elsewhere_opens_there(closed: AHub, tmp_path: Path) -> None:
    other = tmp_path / "stick" / "hub.desk"
    other.parent.mkdir()
    shutil.copyfile(closed.path, other)
    with Desk.open(other, clock=closed.clock) as desk:
        assert desk.remarks == ()


# --- damage ------------------------------------------------------------------------------------------


def test_one_bad_byte_in_a_name_is_damage_and_no_name_is_said(
    closed: AHub, capsys: pytest.CaptureFixture[str]
) -> None:
    content = closed.path.read_bytes()
    closed.path.write_bytes(content.replace(b"Ben Ode", b"Ben \xffde"))
    code, said = told(closed.path, capsys)
    assert code == 1
    assert "Ben" not in said
    assert "Traceback" not in said
    with pytest.raises(BrokenRecord, match=r"Entry \d+ is not as it was written"):
        Desk.open(closed.path, clock=closed.clock)


def test_a_bad_byte_in_a_table_alone_is_mended_from_the_record(closed: AHub) -> None:
    behind_its_back(closed.path, "UPDATE patients SET name = CAST(x'42656eff' AS TEXT)")
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert desk.remarks
        assert [row.name for row in desk.ask(lambda q: q.patients())] == ["Ben Ode"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE patients SET name = CAST(x'42656eff' AS TEXT)",
        "UPDATE patients SET details = '{' ",
        'UPDATE patients SET details = \'{"name": "Ben Ode"}\'',
        "UPDATE placements SET state = 'nowhere'",
        "UPDATE placements SET proposed_at = 'Ben Ode'",
    ],
)
def test_damage_under_an_open_window_is_mended_when_a_question_comes_upon_it(
    closed: AHub, change: str
) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        behind_its_back(closed.path, change)
        assert [row.name for row in desk.ask(lambda q: q.patients())] == ["Ben Ode"]
        desk.ask(lambda q: q.approvals())
        assert len(desk.ask(lambda q: q.moves())) == ("nowhere" not in change)
        desk.changes()
        assert len(desk.ask(lambda q: q.moves())) == 1
        assert "tables" in desk.remarks[0]
        assert desk.verify().is_intact


def test_an_action_that_comes_upon_damage_writes_nothing_and_can_be_done_again(closed: AHub) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        closed.desk = desk
        head = desk.ask(lambda q: q.head())
        behind_its_back(closed.path, "UPDATE patients SET details = '{'")
        amend = partial(patients.amend_patient, patient="P-0001", changes={"priority": 1})
        with pytest.raises(DamagedStore, match="made anew"):
            closed.does(amend)
        assert desk.ask(lambda q: q.head()) == head
        closed.does(amend)


def test_entries_are_put_together_from_the_file_and_its_backups(
    closed: AHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        closed.desk = desk
        desk.back_up()
        closed.negative("Cyn Trent")
    with closing(driver.connect(closed.path)) as raw, raw:
        raw.execute("DROP TRIGGER journal_is_never_changed")
        raw.execute("UPDATE journal SET body = '{}' WHERE seq = 3")
    with pytest.raises(BrokenRecord, match="Entry 3"):
        Desk.open(closed.path, clock=closed.clock)
    code, said = told(closed.path, capsys, "--repair")
    assert code == 0, said
    assert "The file as it was is kept as" in said
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert [row.name for row in desk.ask(lambda q: q.patients())] == ["Ben Ode", "Cyn Trent"]


def test_what_no_file_has_whole_is_said_to_be_lost(closed: AHub, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(driver.connect(closed.path)) as raw, raw:
        raw.execute("DROP TRIGGER journal_is_never_changed")
        last = raw.execute("SELECT MAX(seq) FROM journal").fetchone()[0]
        raw.execute("UPDATE journal SET body = '{}' WHERE seq = ?", (last,))
    code, said = told(closed.path, capsys, "--repair")
    assert code == 0, said
    assert "The last 1 entry was found nowhere whole" in said
    Desk.open(closed.path, clock=closed.clock).close()


def test_the_doctor_restores_the_newest_backup_when_asked(
    closed: AHub, capsys: pytest.CaptureFixture[str]
) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        made = desk.back_up()
    closed.path.unlink()
    code, said = told(closed.path, capsys, "--restore")
    assert code == 0, said
    assert made.path.name in said
    code, said = told(closed.path, capsys, "--restore", "no-such.backup")
    assert (code, made.path.name in said) == (2, True)


# --- whose eyes --------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="needs file permissions")
def test_everything_of_a_hub_is_for_its_owners_eyes_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        hub = AHub(tmp_path / "hubs" / "hub.desk", anew=True)
        hub.desk.keep_draft("a", form="patient", by=hub.coordinator, typed={"name": "Ben Ode"})
        hub.negative()
        hub.desk.back_up()
        open_to_all = [
            path
            for path in [tmp_path / "hubs", *(tmp_path / "hubs").rglob("*")]
            if stat.S_IMODE(path.stat().st_mode) & 0o077
        ]
        assert open_to_all == []
        hub.desk.close()
        for path in (tmp_path / "hubs").rglob("*"):
            path.chmod(0o777)
        (tmp_path / "hubs" / "hub.desk.aside-20201116-080000").write_bytes(b"x")
        Desk.open(hub.path, clock=hub.clock).close()
        open_to_all = [
            path
            for path in (tmp_path / "hubs").rglob("*")
            if stat.S_IMODE(path.stat().st_mode) & 0o077 and path != held.lock_of(hub.path)
        ]
        assert open_to_all == []
    finally:
        os.umask(old)


def test_what_was_moved_aside_is_listed_and_removed_by_an_administrator_alone(closed: AHub) -> None:
    with Desk.open(closed.path, clock=closed.clock) as desk:
        made = desk.back_up()
    closed.clock.plus(minutes=1)
    aside = restore(closed.path, made.path, clock=closed.clock)
    with Desk.open(closed.path, clock=closed.clock) as desk:
        assert desk.asides() == (aside,)
        closed.desk = desk
        with closed.refuses(says="administrator"):
            desk.remove_aside(desk.asides()[0], by=closed.coordinator)
        desk.remove_aside(desk.asides()[0], by=closed.admin)
        assert desk.asides() == ()


def test_looking_changes_nothing(closed: AHub) -> None:
    before = closed.path.read_bytes()
    assert look_at(closed.path, now=MONDAY + timedelta(days=1)).is_sound
    assert closed.path.read_bytes() == before


def test_a_name_recorded_before_such_characters_were_refused_is_shown_with_a_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = AHub(tmp_path / "hub.desk")
    with monkeypatch.context() as patch:
        patch.setattr("discharge.actions.desk._refuse_what_deceives", lambda _entries: None)
        hub.desk.perform(
            lambda _context: [
                Entry(
                    Kind.HUB_AMENDED,
                    "hub",
                    {"settings": {"name": "Abbey\u202eyebbA\x07"}, "changed": []},
                    Role.ADMINISTRATOR,
                )
            ],
            by=hub.admin,
        )
    shown = "Abbey\ufffdyebbA\ufffd"
    assert hub.desk.ask(lambda q: q.hub()).name == shown
    assert hub.desk.verify().is_intact
    hub.desk.close()
    with Desk.open(hub.path, clock=hub.clock) as desk:
        assert desk.ask(lambda q: q.hub()).name == shown
        assert desk.remarks == ()
