"""Backups: thinned with age, brought to a second folder, looked into and gone back to."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import people
from discharge.actions.backup_command import lost_words, reached_words
from discharge.actions.desk import Desk, restore
from discharge.actions.hub import amend_hub
from discharge.cli import main
from discharge.keys.places import with_backup
from discharge.model.errors import UserError
from discharge.model.people import Role
from discharge.store.file import backup, private, second_folder
from discharge.store.file.connection import connect
from discharge.store.file.preview import held_in, preview
from tests.actions.a_hub import MONDAY, AHub, Clock, stay
from tests.actions.a_sealed_hub import ADA, JO, ASealedHub
from tests.keys.keys import keys_beside

NOW = datetime(2021, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    (tmp_path / "here").mkdir()
    return AHub(tmp_path / "here" / "hub", Clock())


# --- thinned ---------------------------------------------------------------------------------------------


def kept(folder: Path, ages: list[timedelta], why: str = "") -> list[timedelta]:
    """The ages of the copies that are left of these."""
    folder.mkdir(parents=True)
    for age in ages:
        name = f"{NOW - age:%Y%m%d-%H%M%S}{why}.backup"
        (folder / name).write_bytes(b"")
        with_backup(folder / name).write_bytes(b"")
    backup.thin_folder(folder, now=NOW)
    left = backup.backups_in(folder)
    assert {with_backup(one.path) for one in left} == {p for p in folder.iterdir() if p.suffix == ".keys"}
    return [NOW - one.made_at for one in left]


def test_of_a_day_one_an_hour_is_kept_of_a_month_one_a_day_of_a_year_one_a_month_then_one_a_year(
    tmp_path: Path,
) -> None:
    quarter, day = timedelta(minutes=15), timedelta(days=1)
    hours = kept(tmp_path / "hours", [quarter * at for at in range(96)])
    assert len(hours) == 25
    assert hours[0] == timedelta(0), "the newest stays"
    days = kept(tmp_path / "days", [timedelta(days=2) + timedelta(hours=6) * at for at in range(80)])
    assert len(days) == 21
    months = kept(tmp_path / "months", [timedelta(days=40) + day * at for at in range(300)])
    assert len(months) == 11
    years = kept(tmp_path / "years", [timedelta(days=400) + day * 20 * at for at in range(40)])
    assert len(years) == 3


def test_a_copy_made_before_an_upgrade_stays_however_old(tmp_path: Path) -> None:
    ages = [timedelta(days=900) + timedelta(hours=at) for at in range(5)]
    assert len(kept(tmp_path / "kept", ages, why="-before-version-9")) == 5


# --- made where something changed ------------------------------------------------------------------------


def test_a_copy_is_made_after_a_while_and_only_where_something_was_recorded(hub: AHub) -> None:
    quarter = timedelta(minutes=15)
    due = partial(hub.desk.back_up_if_changed, after=quarter)
    assert due() is not None
    hub.negative()
    assert due() is None, "the last one is too fresh"
    hub.clock.plus(minutes=16)
    assert due() is not None
    hub.clock.plus(minutes=16)
    assert due() is None, "nothing was recorded since"
    hub.negative("Cy Lane")
    assert hub.desk.back_up_if_changed() is not None, "as when a window closes"
    hub.desk.close()
    with Desk.open(hub.path, clock=hub.clock) as again:
        assert again.back_up_if_changed() is None
    hub.clock.plus(minutes=-90)
    with Desk.open(hub.path, clock=hub.clock) as behind:
        assert behind.back_up_if_changed(after=quarter) is None


# --- the second folder -------------------------------------------------------------------------------------


def second(hub: AHub, folder: Path) -> second_folder.Reached:
    if not hub.desk.ask(lambda q: q.hub()).backup_folder:
        hub.does(partial(amend_hub, changes={"backup_folder": str(folder)}), hub.admin)
    found = hub.desk.send_to_second_folder()
    assert found is not None
    assert hub.desk.second_folder() == found
    return found


def test_a_share_that_is_away_is_said_and_tried_again_and_nobody_is_kept_from_working(
    hub: AHub, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    assert hub.desk.second_folder() is None
    made = hub.desk.back_up()
    found = second(hub, share)
    assert (found.at, found.why) == (None, "it isn't there")
    assert reached_words(found).endswith("it isn't there. Reached never; it is tried again.")
    hub.negative()
    share.mkdir()
    hub.clock.plus(minutes=15)
    found = second(hub, share)
    assert (found.at, found.why) == (hub.clock.now, "")
    there = second_folder.within(hub.path, share)
    assert (there / made.path.name).read_bytes() == made.path.read_bytes()
    assert (there / "last.witness").exists()
    shutil.rmtree(share)
    hub.clock.plus(minutes=15)
    gone = second(hub, share)
    assert (gone.at, gone.why) == (found.at, "it isn't there")
    hub.desk.close()
    with Desk.open(hub.path, clock=hub.clock) as again:
        assert again.second_folder() == gone


def test_a_second_folder_that_is_chosen_anew_gets_every_copy_that_is_kept(hub: AHub, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    for _ in range(3):
        hub.desk.back_up()
        hub.clock.plus(hours=2)
    beside = [one.path.name for one in hub.desk.backups()]
    assert len(beside) == 3
    assert second(hub, share).why == ""
    assert [one.path.name for one in hub.desk.backups_there()] == beside
    # what would be thinned there at once isn't brought
    newest = hub.desk.backups()[0].path
    old = newest.with_name("20201010-080000.backup")
    shutil.copyfile(newest, old)
    shutil.copyfile(newest, second_folder.within(hub.path, share) / "20201010-090000.backup")
    assert second(hub, share).why == ""
    names = [one.path.name for one in hub.desk.backups_there()]
    assert names == [*beside, "20201010-090000.backup"]
    shutil.rmtree(share)
    assert hub.desk.backups_there() == ()


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _no_rights(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def _torn(read: object, written: object, *_: object) -> None:
    written.write(b"half of it")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("where", "name", "fails", "why"),
    [
        (shutil, "copyfileobj", _full, "the disk there is full"),
        (private, "make_folder", _no_rights, "it can't be written to"),
        (shutil, "copyfileobj", _torn, "a copy could not be written there"),
    ],
    ids=["full", "no rights", "torn"],
)
def test_what_the_second_folder_refuses_leaves_no_half_copy_and_the_backup_as_it_is(
    hub: AHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    where: object, name: str, fails: Callable[..., None], why: str,
) -> None:  # fmt: skip
    share = tmp_path / "share"
    share.mkdir()
    made = hub.desk.back_up()
    whole = made.path.read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(where, name, fails)
        assert second(hub, share).why == why
    assert not list(share.rglob("*.backup*"))
    assert made.path.read_bytes() == whole
    assert second(hub, share).why == ""
    assert len(list(share.rglob("*.backup"))) == 1


def test_the_backups_of_two_hubs_of_one_name_are_never_mixed(hub: AHub, tmp_path: Path) -> None:
    share, other = tmp_path / "share", tmp_path / "elsewhere"
    share.mkdir()
    other.mkdir()
    hub.desk.back_up()
    second(hub, share)
    twin = AHub(other / "hub", Clock(MONDAY + timedelta(days=1)), anew=True)
    twin.desk.back_up()
    assert second(twin, share).why == second_folder.ANOTHERS
    own = twin.desk.ask(lambda q: q.hub().backup_folder)
    assert own == str(share)
    twin.desk.close()
    copy = next(share.rglob("*.backup"))
    with pytest.raises(UserError, match="is a backup of another hub"):
        restore(twin.path, copy)


def test_the_second_folder_tells_where_the_record_was_replaced_or_cut_and_keeps_what_it_has(
    hub: AHub, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    second(hub, share)
    early = hub.desk.back_up().path
    hub.home()
    hub.clock.plus(hours=2)
    hub.desk.back_up()
    assert second(hub, share).why == ""
    there = second_folder.within(hub.path, share) / "last.witness"
    seen, last = there.read_bytes(), hub.desk.ask(lambda queries: queries.head())
    hub.desk.close()
    # somebody puts an earlier copy in the hub's place, and takes away all beside it that knows better
    content = early.read_bytes()
    for path in [*hub.path.parent.glob("hub.*"), *backup.folder_of(hub.path).iterdir()]:
        path.unlink()
    hub.path.write_bytes(content)
    with Desk.open(hub.path, clock=hub.clock) as taken:
        taken.back_up()
        found = taken.send_to_second_folder()
        assert found is not None
        assert found.why == (
            f"it knows of entry {last}, which this record lacks or has otherwise: check the record"
        )
        assert there.read_bytes() == seen


def test_going_back_to_a_backup_knowingly_is_nothing_that_the_second_folder_tells(
    hub: AHub, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    second(hub, share)
    early = hub.desk.back_up().path
    hub.home()
    hub.clock.plus(hours=2)
    hub.desk.back_up()
    assert second(hub, share).why == ""
    hub.desk.close()
    restore(hub.path, early, clock=hub.clock)
    with Desk.open(hub.path, clock=hub.clock) as back:
        hub.clock.plus(hours=2)
        back.back_up()
        found = back.send_to_second_folder()
        assert found is not None
        assert found.why == ""


def test_the_second_folder_is_another_than_the_hubs_own_and_a_whole_path(hub: AHub) -> None:
    hub.desk.back_up()
    assert second(hub, hub.path.parent).why == second_folder.OWN
    with hub.refuses(says="no whole path"):
        hub.does(partial(amend_hub, changes={"backup_folder": "share/backups"}), hub.admin)
    with hub.refuses(rule="A4"):
        hub.does(partial(amend_hub, changes={"backup_folder": ""}))


# --- looked into and gone back to ----------------------------------------------------------------------


def test_a_preview_says_what_a_backup_holds_and_what_would_be_gone_by_kind_and_by_whom(hub: AHub) -> None:
    who = hub.negative()
    home = hub.home()
    placement = hub.proposed(who, stay(home))
    hub.negative("Cy Lane")
    made = hub.desk.back_up()
    before = hub.desk.ask(lambda q: q.head())
    hub.walk(placement, "approved")
    hub.patient("Late Comer")
    found = hub.desk.preview_backup(made.path)
    assert (found.held.entries, found.held.waiting, found.held.placements) == (before, 1, 1)
    assert found.held.last_at is not None
    assert found.entries_lost == hub.desk.ask(lambda q: q.head()) - before
    assert lost_words(found) == [
        "2 entries recorded since would no longer be in the hub:",
        "Proposals and approvals, by Lee Lead: 1.",
        "The list, by Cleo Coordinator: 1.",
    ]
    hub.desk.close()
    aside = restore(hub.path, made.path)
    assert aside is not None
    assert aside.exists()
    with Desk.open(hub.path, clock=hub.clock) as again:
        assert again.ask(lambda q: q.head()) == before
        assert again.preview_backup(made.path).lost == ()
        again.perform(partial(amend_hub, changes={"offer_hours": 9}), by=hub.admin)
        # it went on otherwise than the file that was moved aside
        with again._store.reading() as connection:
            assert preview(connection, aside, of=hub.path).entries_lost == 1


@pytest.mark.parametrize("how", ["missing", "no backup", "newer"])
def test_what_is_no_backup_is_said_and_nothing_is_changed(hub: AHub, tmp_path: Path, how: str) -> None:
    made = hub.desk.back_up().path
    other = tmp_path / "other.backup"
    if how == "no backup":
        other.write_bytes(b"not a store" * 400)
    elif how == "newer":
        shutil.copyfile(made, other)
        with closing(connect(other)) as connection:
            connection.execute("PRAGMA user_version = 99")
    before = hub.desk.ask(lambda q: q.head())
    with pytest.raises(UserError) as said:
        hub.desk.preview_backup(other)
    assert said.value.mend
    assert hub.desk.ask(lambda q: q.head()) == before


def test_a_sealed_hubs_backup_is_looked_into_with_its_keys_and_not_without(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    share = tmp_path / "share"
    share.mkdir()
    path = tmp_path / "here" / "hub"
    sealed = AHub(path, unlocked=keys_beside(path))
    made = sealed.desk.back_up()
    assert sealed.desk.preview_backup(made.path).lost == ()
    assert second(sealed, share).why == ""
    there = second_folder.within(path, share) / made.path.name
    assert with_backup(there).read_bytes() == with_backup(made.path).read_bytes()
    assert sealed.desk.preview_backup(there).held.entries > 0
    sealed.desk.close()
    with pytest.raises(UserError, match="can't be read"):
        held_in(there)


# --- at the command line -----------------------------------------------------------------------------------


def test_an_administrator_backs_up_verifies_and_goes_back_at_the_command_line(
    hub: AHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    share = tmp_path / "share"
    hub.does(partial(amend_hub, changes={"backup_folder": str(share)}), hub.admin)
    hub.desk.close()
    assert main(["backup", str(hub.path)]) == 1, "the share isn't there"
    assert "was not reached: it isn't there" in capsys.readouterr().out
    share.mkdir()
    assert main(["backup", str(hub.path)]) == 0
    copy = backup.backups_of(hub.path)[0].path
    assert main(["verify-backup", str(copy)]) == 0
    assert "It is sound: the hub can go back to it." in capsys.readouterr().out
    with Desk.open(hub.path, clock=hub.clock) as desk:
        desk.perform(partial(amend_hub, changes={"offer_hours": 9}), by=hub.admin)
    assert main(["restore", str(hub.path), copy.name, "--look"]) == 0
    said = capsys.readouterr().out
    assert "Hub, people, rules, by Ana Admin: 1." in said
    assert "is kept as" not in said
    assert main(["restore", str(hub.path), str(next(share.rglob("*.backup")))]) == 0
    assert "is kept as hub.aside-" in capsys.readouterr().out
    with Desk.open(hub.path, clock=hub.clock) as desk:
        assert desk.ask(lambda q: q.hub()).offer_hours == 4
    assert main(["restore", str(hub.path), "20010101-000000.backup"]) == 2
    torn = tmp_path / "torn.backup"
    content = bytearray(copy.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    torn.write_bytes(content)
    assert main(["verify-backup", str(torn)]) == 1
    assert main(["restore", str(hub.path), str(torn)]) == 2
    assert main(["verify-backup", str(tmp_path / "none.backup")]) == 2


# --- the ways back, drilled ------------------------------------------------------------------------------


def as_of_before(path: Path) -> None:
    """The file as the version before changes by two and signatures wrote it."""
    with closing(connect(path)) as raw:
        for later in ("waiting", "person_keys"):
            raw.execute(f"DROP TABLE {later}")
        raw.execute("ALTER TABLE journal DROP COLUMN signature")
        raw.execute("PRAGMA user_version = 16")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("PRAGMA journal_mode = DELETE")


def test_a_folder_of_an_older_version_is_looked_into_and_gone_back_to(hub: AHub) -> None:
    hub.negative()
    made = hub.desk.back_up().path
    before = hub.desk.ask(lambda q: q.head())
    hub.desk.close()
    as_of_before(made)
    with Desk.open(hub.path, clock=hub.clock) as desk:
        desk.perform(partial(amend_hub, changes={"offer_hours": 9}), by=hub.admin)
        found = desk.preview_backup(made)
        assert (found.held.version, found.held.entries, found.entries_lost) == (16, before, 1)
        assert (found.held.waiting, found.held.placements) == (1, 0)
    assert main(["verify-backup", str(made)]) == 0
    assert main(["restore", str(hub.path), made.name]) == 0
    with Desk.open(hub.path, clock=hub.clock) as desk:
        assert desk.verify().is_intact
        assert desk.ask(lambda q: (q.head(), q.hub().offer_hours)) == (before, 4)
        assert any(one.why.startswith("before-version-") for one in desk.backups())
        desk.perform(partial(amend_hub, changes={"offer_hours": 9}), by=hub.admin)


def at_the_door(secret: str, *arguments: object) -> int:
    """A command of somebody who comes in by this passphrase; its exit code."""
    ours, theirs = os.pipe()
    try:
        os.write(theirs, f"{secret}\n".encode())
        os.close(theirs)
        return main([*map(str, arguments), "--passphrase-fd", str(ours)])
    finally:
        os.close(ours)


def test_a_sealed_hub_is_backed_up_looked_at_and_gone_back_to_by_an_administrator_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = ASealedHub(tmp_path / "Hub.discharge")
    sealed.joined("Jo Reed", JO, Role.COORDINATOR)
    path = sealed.path
    sealed.desk.close()
    assert at_the_door(ADA, "backup", path, "--as", "U-0001") == 0
    copy = backup.backups_of(path)[0].path
    assert main(["verify-backup", str(copy)]) == 2, "nothing is read without a key"
    assert at_the_door(ADA, "verify-backup", copy, "--of", path, "--as", "U-0001") == 0
    capsys.readouterr()
    for refused in (
        ("backup", path),
        ("doctor", path, "--back-up"),
        ("verify-backup", copy, "--of", path),
        ("restore", path, copy.name, "--look"),
        ("restore", path, copy.name),
    ):
        assert at_the_door(JO, *refused, "--as", "Jo Reed") == 2, refused
        assert "Only an administrator can do this." in capsys.readouterr().err, refused
    assert [one.path for one in backup.backups_of(path)] == [copy]
    assert backup.asides_of(path) == ()
    assert at_the_door(JO, "doctor", path, "--restore", "--as", "Jo Reed") == 2
    assert at_the_door(ADA, "restore", path, copy.name, "--as", "U-0001") == 0
    assert len(backup.asides_of(path)) == 1
    assert at_the_door(ADA, "doctor", path, "--as", "U-0001") == 0


def test_a_sealed_hub_is_mended_by_an_administrator_or_by_the_sheet_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = ASealedHub(tmp_path / "Hub.discharge")
    jo = sealed.joined("Jo Reed", JO, Role.COORDINATOR, Role.ADMINISTRATOR)
    sealed.desk.back_up()
    fewer = partial(people.amend_user, user=jo.id, roles=[Role.COORDINATOR])
    sealed.desk.perform(fewer, by=sealed.ada)
    path = sealed.path
    sealed.desk.close()
    old = backup.backups_of(path)[0].path
    for way in (["--repair"], ["--accept-older"], ["--restore", old.name]):
        assert at_the_door(JO, "doctor", path, *way, "--as", "Jo Reed") == 2, "was one when it was made"
        assert "Only an administrator can do this." in capsys.readouterr().err
    path.write_bytes(b"damaged" * 4_000)
    assert at_the_door(JO, "doctor", path, "--restore", "--as", "Jo Reed") == 0, "the copy says it now"
    for each in (*backup.asides_of(path), old):
        each.write_bytes(b"damaged" * 4_000)
    path.unlink()
    capsys.readouterr()
    assert at_the_door(ADA, "doctor", path, "--repair", "--as", "U-0001") == 2
    assert "the recovery sheet, which may always do this: --as recovery" in capsys.readouterr().err
    assert at_the_door(sealed.code, "doctor", path, "--repair", "--as", "recovery") == 2
    assert "Not one entry" in capsys.readouterr().err, "it may, though nothing is left to put together"
    assert at_the_door(sealed.code, "backup", path, "--as", "recovery") == 2


def test_half_a_copy_that_a_kill_left_is_removed_with_the_next_thinning(hub: AHub) -> None:
    made = hub.desk.back_up().path
    half = made.with_name("20201101-080000.backup.part")
    half.write_bytes(b"half")
    os.utime(half, (0, 0))
    young = made.with_name("20201116-075900.backup.part")
    young.write_bytes(b"being written")
    os.utime(young, (hub.clock.now.timestamp(), hub.clock.now.timestamp()))
    backup.thin(hub.path, now=hub.clock.now)
    assert (half.exists(), young.exists(), made.exists()) == (False, True, True)
