"""Opening a store: what is made, what is refused, and that nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from discharge import __version__
from discharge.actions import patients, placements
from discharge.actions.desk import Cancelled, Desk, restore
from discharge.model.errors import UserError
from discharge.store import driver
from discharge.store.ask.queries import Queries
from discharge.store.driver import Connection, Cursor, Database
from discharge.store.file import backup, database, held, migrations
from discharge.store.file.database import open_store
from discharge.store.file.faults import DamagedStore, StoreLocked, as_user_error
from discharge.store.write import tables
from tests.actions.a_hub import MONDAY, AHub, Clock, stay
from tests.examples import WHOLE

ROOT = Path(__file__).parents[2]


def test_a_store_is_made_where_there_is_none_with_its_folders(tmp_path: Path) -> None:
    store = open_store(tmp_path / "hubs" / "abbey" / "hub.desk", now=MONDAY)
    for pragma, value in {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "application_id": database.APPLICATION_ID,
        "user_version": migrations.CURRENT,
    }.items():
        assert store.connection.execute(f"PRAGMA {pragma}").fetchone() == (value,), pragma
    store.close()


def test_every_table_is_strict(tmp_path: Path) -> None:
    store = open_store(tmp_path / "hub.desk", now=MONDAY)
    listed = store.connection.execute("PRAGMA table_list").fetchall()
    loose = [row[1] for row in listed if not row[1].startswith("sqlite_") and not row[5]]
    assert loose == []
    assert {row[1] for row in listed} >= {"journal", "files", *tables.SHAPES}
    store.close()


def test_a_hub_is_found_again_as_it_was_left(hub: AHub) -> None:
    hub.negative()
    hub.desk.close()
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    assert [row.name for row in hub.desk.ask(lambda q: q.patients())] == ["Ben Ode"]


# --- another version -----------------------------------------------------------------------------


def test_a_newer_store_is_refused_by_the_names_of_both_versions_and_left_alone(hub: AHub) -> None:
    hub.desk.close()
    with driver.connect(hub.path) as raw:
        raw.execute(f"PRAGMA user_version = {migrations.CURRENT + 3}")
        raw.execute("UPDATE store SET value = '9.4.2' WHERE key = 'written_by'")
    raw.close()
    before = hub.path.read_bytes()
    with pytest.raises(UserError) as refusal:
        open_store(hub.path, now=MONDAY)
    said = str(refusal.value)
    assert "9.4.2" in said
    assert f"store version {migrations.CURRENT + 3}" in said
    assert __version__ in said
    assert hub.path.read_bytes() == before
    with driver.connect(hub.path) as raw:
        raw.execute(f"PRAGMA user_version = {migrations.CURRENT}")
    raw.close()
    hub.desk = Desk.open(hub.path, clock=hub.clock)


def test_an_older_store_is_backed_up_migrated_and_its_tables_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = AHub(tmp_path / "hub.desk")
    hub.negative()
    hub.desk.close()
    next_version = migrations.CURRENT + 1

    def adds_a_note(db: Database) -> None:
        db.conn.execute("ALTER TABLE store ADD note TEXT")

    newer = migrations.Migration(next_version, "a note", adds_a_note)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, newer))
    monkeypatch.setattr(migrations, "CURRENT", next_version)
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    kept = hub.desk.backups()
    assert [one.why for one in kept] == [f"before-version-{next_version}"]
    assert [row.name for row in hub.desk.ask(lambda q: q.patients())] == ["Ben Ode"]
    with driver.connect(kept[0].path) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (next_version - 1,)
    copy.close()
    assert hub.desk.verify().is_intact
    hub.desk.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.negative()
    hub.desk.close()

    def fails(db: Database) -> None:
        db.conn.execute("DELETE FROM patients")
        raise ZeroDivisionError

    version = migrations.CURRENT
    with monkeypatch.context() as patch:
        patch.setattr(
            migrations, "MIGRATIONS", (*migrations.MIGRATIONS, migrations.Migration(version + 1, "", fails))
        )
        patch.setattr(migrations, "CURRENT", version + 1)
        with pytest.raises(ZeroDivisionError):
            open_store(hub.path, now=MONDAY)
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    assert [row.name for row in hub.desk.ask(lambda q: q.patients())] == ["Ben Ode"]


# --- not a store, damaged, not writable ----------------------------------------------------------


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\x00" + bytes(200), b"PK\x03\x04" * 2000])
def test_a_file_that_is_no_hub_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(content)
    with pytest.raises(UserError, match="not a Discharge Desk hub"):
        open_store(path, now=MONDAY)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_programs_sqlite_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with driver.connect(path) as raw:
        raw.execute("CREATE TABLE t (a)")
    raw.close()
    with pytest.raises(UserError, match="not a Discharge Desk hub"):
        open_store(path, now=MONDAY)


def test_a_folder_is_no_hub(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        open_store(tmp_path, now=MONDAY)


@pytest.mark.parametrize("backed_up", [False, True])
@pytest.mark.whole
def test_a_damaged_store_is_moved_aside_never_deleted_and_says_what_next(
    tmp_path: Path, backed_up: bool
) -> None:
    hub = AHub(tmp_path / "hub.desk")
    for number in range(30):
        hub.negative(f"Person {number}")
    if backed_up:
        hub.desk.back_up()
    hub.desk.close()
    content = bytearray(hub.path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 600] = b"\xee" * 600
    hub.path.write_bytes(content)
    with pytest.raises(DamagedStore) as refusal:
        open_store(hub.path, now=MONDAY)
    assert refusal.value.aside is not None
    assert refusal.value.aside.read_bytes() == bytes(content)
    assert str(refusal.value.aside) in str(refusal.value)
    assert not hub.path.exists()
    assert ("Restore the backup of Mon 16 Nov 2020" in str(refusal.value)) == backed_up
    if backed_up:
        restore(hub.path, backup.backups_of(hub.path)[0].path, clock=hub.clock)
        with Desk.open(hub.path, clock=hub.clock) as desk:
            assert len(desk.ask(lambda q: q.patients())) == 30


def test_a_store_emptied_by_a_crash_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    hub.desk.back_up()
    hub.desk.close()
    hub.path.write_bytes(b"")
    with pytest.raises(DamagedStore, match="Restore the backup"):
        open_store(hub.path, now=MONDAY)


def test_a_folder_that_can_not_be_written_is_said_in_a_sentence() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs a file system in which nobody can write")
    with pytest.raises(UserError) as refusal:
        open_store(Path("/proc/hub.desk"), now=MONDAY)
    assert refusal.value.mend


READ_ONLY = """
import os, sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from discharge.actions.desk import Desk
from discharge.actions.people import add_user
from discharge.model.errors import UserError
from discharge.model.people import Role
if os.geteuid() == 0:  # root may write anywhere: be somebody else
    os.setgid(65534)
    os.setuid(65534)
for hub in sys.argv[1:]:
    try:
        desk = Desk.open(Path(hub))
        desk.perform(partial(add_user, name="New One", roles=[Role.COORDINATOR]), by=desk.people()[0])
    except UserError as error:
        print("refused:", error)
    else:
        print("written")
"""


@pytest.mark.whole
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs file permissions")
def test_a_read_only_hub_is_refused_with_a_way_on(tmp_path: Path) -> None:
    """Be it the file that can't be written, or the folder too."""
    for parent in (tmp_path.parents[1], tmp_path.parents[0], tmp_path):
        parent.chmod(0o755)
    hubs = []
    for what, mode in (("file", 0o777), ("folder", 0o555)):
        hub = AHub(tmp_path / what / "hub.desk", anew=True)
        hub.desk.close()
        hub.path.chmod(0o444)
        hub.path.parent.chmod(mode)
        hubs.append(hub.path)
    ran = subprocess.run(
        [sys.executable, "-c", READ_ONLY, *map(str, hubs)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for path in hubs:
        path.parent.chmod(0o755)
    said = ran.stdout.split("refused:")
    assert [said[0], len(said)] == ["", 3], ran.stdout + ran.stderr
    assert all("read-only" in each or "may write" in each for each in said[1:])


def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_half_written(hub: AHub) -> None:
    connection = hub.desk._store.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    names = [f"Person {number}" for number in range(400)]
    with hub.refuses(says="no room left on the disk"):
        hub.desk.perform_all(
            [partial(patients.register_patient, details=hub.details(name)) for name in names],
            by=hub.coordinator,
        )
    connection.execute("PRAGMA max_page_count = 1000000")
    assert hub.desk.ask(lambda q: q.patients()) == ()
    hub.negative()


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("SQLITE_BUSY", "another window"),
        ("SQLITE_FULL", "no room left"),
        ("SQLITE_READONLY_DIRECTORY", "read-only"),
        ("SQLITE_CANTOPEN", "can't be opened"),
        ("SQLITE_IOERR_WRITE", "disk"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_NOTADB", "damaged"),
    ],
)
def test_each_refusal_of_the_users_world_has_a_sentence_and_a_mend(code: str, word: str) -> None:
    error = driver.OperationalError("x")
    error.sqlite_errorname = code
    plain = as_user_error(error, Path("/hubs/hub.desk"))
    assert plain is not None
    assert word in plain.sentence
    assert plain.mend


def test_a_disk_that_is_full_is_not_called_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = driver.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    plain = as_user_error(error, tmp_path / "hub.desk")
    assert plain is not None
    assert "no room left" in plain.sentence


def test_a_hub_is_closed_quietly_on_a_disk_that_takes_nothing_more(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: Path, _milliseconds: int) -> Connection:
        return driver.connect(":memory:", factory=_FullDisk)

    monkeypatch.setattr(held, "_connected", refuse)
    hub.desk.close()
    with pytest.raises(UserError, match="disk"), held.alone(hub.path):
        pass
    with pytest.raises(UserError, match="disk"):
        held.share(hub.path)


class _FullDisk(Connection):
    """A connection that can't begin anything, as on a disk without room."""

    def execute(self, *_: object) -> Cursor:
        error = driver.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_WRITE"
        raise error


def test_any_other_error_stays_a_bug() -> None:
    error = driver.OperationalError("no such table")
    error.sqlite_errorname = "SQLITE_ERROR"
    assert as_user_error(error, Path("/hubs/hub.desk")) is None


# --- two windows ---------------------------------------------------------------------------------


def test_a_store_held_by_another_program_is_said_to_be_locked_and_nothing_is_written(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.desk._store.connection.execute("PRAGMA busy_timeout = 50")
    other = driver.connect(hub.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked):
        hub.negative()
    other.execute("ROLLBACK")
    other.close()
    hub.negative()


def test_two_windows_writing_at_once_lose_nothing_and_give_every_number_once(hub: AHub) -> None:
    other = Desk.open(hub.path, clock=hub.clock)
    faults: list[BaseException] = []

    def write(desk: Desk, name: str) -> None:
        try:
            for number in range(25):
                details = hub.details(f"{name} {number}")
                desk.perform(partial(patients.register_patient, details=details), by=hub.coordinator)
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=write, args=pair) for pair in ((hub.desk, "Ada"), (other, "Ben"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    rows = hub.desk.ask(lambda q: q.patients())
    assert sorted(row.id for row in rows) == [f"P-{number:04d}" for number in range(1, 51)]
    assert len({row.name for row in rows}) == 50
    assert other.verify().is_intact
    other.close()


def test_of_two_leads_at_two_windows_one_decides_first(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    placement = hub.proposed(who, stay(home))
    other = Desk.open(hub.path, clock=hub.clock)
    other.perform(partial(placements.return_, placement=placement, reason="too far"), by=hub.lead)
    with hub.refuses(says="returned"):
        hub.does(partial(placements.approve, placement=placement), by=hub.lead)
    other.close()


def test_one_question_sees_one_instant_whatever_another_window_writes(hub: AHub) -> None:
    hub.negative()
    other = Desk.open(hub.path, clock=hub.clock)

    def twice(queries: Queries) -> tuple[int, int]:
        first = len(queries.patients())
        other.perform(partial(patients.register_patient, details=hub.details("Cyn")), by=hub.coordinator)
        return first, len(queries.patients())

    assert hub.desk.ask(twice) == (1, 1)
    assert len(hub.desk.ask(lambda q: q.patients())) == 2
    other.close()


# --- many at once --------------------------------------------------------------------------------


def test_of_many_actions_one_refusal_undoes_all(hub: AHub) -> None:
    number = "9994765949"
    actions = [
        partial(patients.register_patient, details=hub.details("Ada Shah", nhs_number=number)),
        partial(patients.register_patient, details=hub.details("Ben Ode", nhs_number=number)),
    ]
    with hub.refuses(says="P-0001"):
        hub.desk.perform_all(actions, by=hub.coordinator)
    assert hub.desk.ask(lambda q: q.patients()) == ()


def test_a_cancelled_import_writes_nothing(hub: AHub) -> None:
    done: list[int] = []
    actions = [partial(patients.register_patient, details=hub.details(f"Person {n}")) for n in range(20)]
    with pytest.raises(Cancelled):
        hub.desk.perform_all(
            actions, by=hub.coordinator, progress=done.append, cancelled=lambda: len(done) >= 7
        )
    assert done == [1, 2, 3, 4, 5, 6, 7]
    assert hub.desk.ask(lambda q: q.patients()) == ()
    changed = hub.desk.perform_all(actions, by=hub.coordinator)
    assert len(changed.subjects) == 20


# --- kill -9 -------------------------------------------------------------------------------------

WRITER = """
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from discharge.actions.desk import Desk
from discharge.actions.people import add_user
from discharge.model.people import Role
desk = Desk.open(Path(sys.argv[1]))
admin = desk.people()[0] if desk.people() else desk.found(hub="Kill", name="Ana Admin")
number = len(desk.people())
while True:
    number += 1
    made = desk.perform(partial(add_user, name=f"Person {number}", roles=[Role.COORDINATOR]), by=admin)
    print(made.head, made.first, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_program_killed_in_mid_work_has_lost_nothing_that_it_said_was_done(tmp_path: Path) -> None:
    path = tmp_path / "hub.desk"
    for _ in range(2 if WHOLE else 1):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert writer.stdout is not None
        said = ""
        for line in writer.stdout:
            said = line
            if int(line.split()[0]) % 40 == 0:
                os.kill(writer.pid, signal.SIGKILL)
                break
        rest = writer.stdout.read().splitlines()
        writer.stdout.close()
        writer.wait()
        last = [line for line in [said, *rest] if len(line.split()) == 2][-1]
        head, user = last.split()
        with Desk.open(path, clock=Clock()) as desk:
            assert desk.verify().is_intact
            assert desk.ask(lambda q: q.head()) >= int(head)
            assert user in {one.id for one in desk.people()}


# --- backups -------------------------------------------------------------------------------------


def test_a_backup_is_a_whole_hub_and_is_restored_with_the_old_one_moved_aside(hub: AHub) -> None:
    hub.negative()
    made = hub.desk.back_up()
    assert made.shown_time == "Mon 16 Nov 2020 08:00"
    hub.negative("Cyn Trent")
    hub.desk.close()
    aside = restore(hub.path, made.path, clock=hub.clock)
    assert aside is not None
    with Desk.open(aside, clock=hub.clock) as old:
        assert len(old.ask(lambda q: q.patients())) == 2
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    assert [row.name for row in hub.desk.ask(lambda q: q.patients())] == ["Ben Ode"]


def test_a_backup_that_is_not_sound_is_not_restored(hub: AHub) -> None:
    made = hub.desk.back_up()
    with driver.connect(made.path) as raw:
        raw.execute("DROP TRIGGER journal_is_never_changed")
        raw.execute("UPDATE journal SET user = 'U-0009' WHERE seq = 2")
    raw.close()
    hub.desk.close()
    with pytest.raises(DamagedStore, match="Entry 2"):
        restore(hub.path, made.path, clock=hub.clock)
    assert hub.path.exists()
    hub.desk = Desk.open(hub.path, clock=hub.clock)


def test_a_store_whose_journal_was_changed_is_not_backed_up(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    with driver.connect(hub.path) as raw:
        raw.execute("DROP TRIGGER journal_is_never_changed")
        raw.execute("UPDATE journal SET user = 'U-0009' WHERE seq = 2")
    raw.close()
    with pytest.raises(DamagedStore, match="Entry 2"):
        hub.desk.back_up()
    assert hub.desk.backups() == ()
    hub.desk.close()


@pytest.mark.whole
def test_backups_are_thinned_with_age_and_those_before_a_migration_stay(hub: AHub) -> None:
    first = hub.desk.back_up()
    folder = first.path.parent
    hub.clock.plus(days=100)
    now = hub.clock.now
    wanted = []
    for hours in [*range(0, 24, 6), *range(24, 24 * 100, 8)]:
        at = now - timedelta(hours=hours)
        path = folder / f"{at:%Y%m%d-%H%M%S}.backup"
        if not path.exists():
            shutil.copy(first.path, path)
        if hours <= 24:
            wanted.append(path.name)
    before = folder / "20200101-000000-before-version-2.backup"
    shutil.copy(first.path, before)
    backup.thin(hub.path, now=now)
    left = [one.path.name for one in backup.backups_of(hub.path)]
    assert set(wanted) <= set(left)
    assert before.name in left
    assert 25 <= len(left) <= 40
    assert backup.thin(hub.path, now=now) == ()


def test_nothing_of_the_store_names_a_person_in_a_log(hub: AHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    hub.negative("Ada Shah", nhs_number="9994765949")
    hub.desk.back_up()
    assert "Ada Shah" not in caplog.text
    assert "9994765949" not in caplog.text


def test_several_windows_opening_a_new_hub_at_once_all_get_it(tmp_path: Path) -> None:
    path, opened, faults = tmp_path / "hub.desk", [], []
    gate = threading.Barrier(6)

    def open_it() -> None:
        gate.wait()
        try:
            opened.append(Desk.open(path, clock=Clock()))
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(opened) == 6
    assert not any(desk.people() for desk in opened)
    for desk in opened:
        desk.close()


def test_a_question_inside_a_question_sees_the_same_instant(hub: AHub) -> None:
    hub.negative()
    assert hub.desk.ask(lambda _: len(hub.desk.ask(lambda q: q.patients()))) == 1
