"""A sealed store: it works as a plain one does, and nobody reads it without the key."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from benchmarks.flips import Outcome, content_of, counted
from discharge.actions.desk import Desk, repaired, restore
from discharge.actions.people import add_user
from discharge.keys import places
from discharge.keys.slots import Unlocked
from discharge.model.errors import UserError
from discharge.model.people import Role
from discharge.store.file import backup, ring, witness
from discharge.store.file.connection import connect
from discharge.store.file.database import look_at
from discharge.store.file.faults import BrokenRecord, DamagedStore, SealedHub
from discharge.store.file.migrations import CURRENT
from discharge.store.journal import Head
from tests.actions.a_hub import MONDAY, AHub
from tests.keys.keys import keys_beside, unlocked_again

NAME = "Wilhelmina Marked"


class Sealed:
    """A sealed hub with somebody of a marked name, closed; and its key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unlocked = keys_beside(path)
        hub = AHub(path, unlocked=self.unlocked)
        hub.negative(name=NAME)
        hub.desk.close()

    def open(self) -> Desk:
        desk = Desk.open(self.path, clock=lambda: MONDAY, unlocked=self.unlocked)
        desk.sign_with(self.unlocked)
        return desk

    @property
    def files(self) -> list[Path]:
        return [path for path in self.path.parent.rglob("*") if path.is_file()]

    def content(self) -> dict[Path, bytes]:
        passing = (".lock", "-wal", "-shm")
        return {path: path.read_bytes() for path in self.files if not path.name.endswith(passing)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Sealed(tmp_path_factory.mktemp("sealed") / "hub.desk")


@pytest.fixture
def sealed(made: Sealed, tmp_path: Path) -> Iterator[Sealed]:
    """A copy for each test; afterwards no key is left with this process."""
    folder = tmp_path / "here"
    shutil.copytree(made.path.parent, folder)
    copy = Sealed.__new__(Sealed)
    copy.path, copy.unlocked = folder / made.path.name, made.unlocked
    yield copy
    assert ring.keys_of(copy.path) == ()


def names_of(desk: Desk) -> set[str]:
    return {row.name for row in desk.ask(lambda queries: queries.patients())}


def test_a_sealed_hub_works_as_a_plain_one_does(sealed: Sealed) -> None:
    with sealed.open() as desk, sealed.open() as other:
        user = desk.sign_in("U-0001")
        assert NAME in names_of(desk)
        assert desk.verify().is_intact
        desk.perform(partial(add_user, name="Olga Other", roles=[Role.READER]), by=user)
        assert other.changes() is not None
        assert {one.name for one in other.people()} >= {"Olga Other"}
    with sealed.open() as desk:
        assert desk.remarks == ()
    look = look_at(sealed.path, now=MONDAY, unlocked=unlocked_again(sealed.path))
    assert look.is_sound, look.found.sentences


def test_without_its_key_nothing_of_a_sealed_hub_is_opened_and_nothing_is_changed(sealed: Sealed) -> None:
    with sealed.open() as desk:
        copy = desk.back_up()
        # also while a desk of this program has it open
        with pytest.raises(SealedHub, match="is sealed"):
            Desk.open(sealed.path)
    before = sealed.content()
    for does in (
        lambda: Desk.open(sealed.path),
        lambda: look_at(sealed.path, now=MONDAY),
        lambda: restore(sealed.path, copy.path),
        lambda: repaired(sealed.path),
    ):
        with pytest.raises(SealedHub) as refused:
            does()
        assert refused.value.mend == "Sign in with your passphrase."
    places.beside(sealed.path).unlink()
    with pytest.raises(SealedHub):  # its copy is there still
        Desk.open(sealed.path)
    places.beside(sealed.path).write_bytes(before[places.beside(sealed.path)])
    assert sealed.content() == before


def test_store_log_backup_and_what_was_moved_aside_hold_no_readable_name(sealed: Sealed) -> None:
    with sealed.open() as desk:
        desk.back_up()
        user = desk.sign_in("U-0001")
        desk.keep_draft("a-form", form="person", by=user, typed={"name": NAME})
        assert [draft.typed["name"] for draft in desk.drafts(by=user)] == [NAME]
        kinds = {path.name.removeprefix(sealed.path.name) for path in sealed.files}
        assert {"", "-wal", ".keys"} <= kinds
        _hold_no(sealed, NAME)
    restore(sealed.path, backup.backups_of(sealed.path)[0].path, unlocked=sealed.unlocked)
    assert backup.asides_of(sealed.path)
    _hold_no(sealed, NAME)


def _hold_no(sealed: Sealed, name: str) -> None:
    for path in sealed.files:
        content = path.read_bytes()
        for part in name.split():
            assert part.encode() not in content, path
            assert part.encode("utf-16-le") not in content, path
        assert not content.startswith(b"SQLite format 3") or path.name.endswith(".lock"), path


def test_a_backup_has_its_key_file_and_is_restored_and_what_stood_there_is_kept(sealed: Sealed) -> None:
    right = content_of(sealed.path, sealed.unlocked)
    with sealed.open() as desk:
        made = desk.back_up()
        user = desk.sign_in("U-0001")
        desk.ask(lambda queries: queries.status())
        assert user.name
    assert places.with_backup(made.path).read_bytes() == places.beside(sealed.path).read_bytes()
    aside = restore(sealed.path, made.path, clock=lambda: MONDAY, unlocked=sealed.unlocked)
    assert aside is not None
    assert content_of(sealed.path, sealed.unlocked) == right
    with ring.lent(sealed.path, sealed.unlocked), closing(connect(aside)) as old:
        assert old.execute("SELECT count(*) FROM journal").fetchone()[0] == len(right["journal"])


def test_a_sealed_hub_is_put_together_from_what_there_is(sealed: Sealed) -> None:
    right = content_of(sealed.path, sealed.unlocked)
    with sealed.open() as desk:
        desk.back_up()
    sealed.path.write_bytes(sealed.path.read_bytes()[: 40 * 4096])
    with pytest.raises(DamagedStore, match="moved to"):
        sealed.open()
    said = repaired(sealed.path, clock=lambda: MONDAY, unlocked=sealed.unlocked)
    assert said.lost == 0
    assert content_of(sealed.path, sealed.unlocked) == right


@pytest.mark.whole
def test_each_turned_bit_of_a_sealed_hub_is_found(sealed: Sealed) -> None:
    found, wrong = counted(sealed.path, number=8, seed=3, unlocked=sealed.unlocked)
    assert wrong == []
    assert found[Outcome.HARMLESS] == 0
    assert found[Outcome.REPAIRED] == 8


def _another(path: Path) -> Unlocked:
    return keys_beside(path / "other" / "hub.desk")


def test_the_keys_of_another_hub_are_said_and_nothing_is_changed(sealed: Sealed) -> None:
    with sealed.open() as desk:
        copy = desk.back_up()
    other = _another(sealed.path.parent)
    before = sealed.content()
    with pytest.raises(UserError, match="key file beside it is another hub's") as refused:
        Desk.open(sealed.path, unlocked=other)
    assert "Restore the backup of" in refused.value.mend
    with pytest.raises(UserError, match="another hub's"):
        look_at(sealed.path, now=MONDAY, unlocked=other)
    assert sealed.content() == before
    with pytest.raises(UserError, match=r"don't open .*another hub's.*") as refused:
        restore(sealed.path, copy.path, unlocked=other)
    assert "Nothing was changed" in refused.value.mend
    assert {path: content for path, content in sealed.content().items() if path in before} == before


def test_a_plain_file_in_the_place_of_a_sealed_hub_is_refused(sealed: Sealed) -> None:
    plain = sealed.path.parent / "plain" / "hub.desk"
    plain.parent.mkdir()
    AHub(plain).desk.close()
    witness.beside(sealed.path).unlink()
    shutil.copyfile(plain, sealed.path)
    before = sealed.content()
    with pytest.raises(UserError, match="isn't sealed, and its key file says"):
        sealed.open()
    assert sealed.content() == before


def test_a_sealed_store_of_a_newer_version_names_both(sealed: Sealed) -> None:
    with ring.lent(sealed.path, sealed.unlocked), closing(connect(sealed.path)) as raw:
        raw.execute(f"PRAGMA user_version = {CURRENT + 1}")
    with pytest.raises(UserError, match=rf"store version {CURRENT + 1}.*knows store version {CURRENT}"):
        sealed.open()


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_hub_cut_short_while_it_has_no_log_yet_is_rolled_back_and_opened(
    sealed: Sealed, tmp_path: Path, is_sealed: bool
) -> None:
    """As after restoring a backup: until it is opened it has no write-ahead log."""
    unlocked, path = (sealed.unlocked, sealed.path) if is_sealed else (None, tmp_path / "plain.desk")
    if unlocked is None:
        AHub(path).desk.close()
    right = content_of(path, unlocked)
    with ring.lent(path, unlocked), closing(connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("PRAGMA cache_size = 1")
        raw.execute("BEGIN")
        raw.execute("UPDATE patients SET name = name || 'changed'")
        raw.execute("CREATE TABLE much AS SELECT hex(randomblob(3000)) FROM journal, journal AS more")
        kept = {one: one.read_bytes() for one in (path, path.with_name(f"{path.name}-journal"))}
        raw.execute("ROLLBACK")
    for one, content in kept.items():
        one.write_bytes(content)
    with Desk.open(path, clock=lambda: MONDAY, unlocked=unlocked) as desk:
        assert desk.verify().is_intact
    assert content_of(path, unlocked) == right


def test_an_older_page_that_is_put_back_without_the_key_is_found_whatever_mark_is_left_beside(
    sealed: Sealed,
) -> None:
    """Each page is sealed by itself: an older one of the same place is opened by the key too."""
    before = sealed.path.read_bytes()
    with sealed.open() as desk:
        desk.perform(partial(add_user, name="Olga Other", roles=[Role.READER]), by=desk.sign_in("U-0001"))
    after, mark = sealed.path.read_bytes(), witness.beside(sealed.path)
    left, said = json.loads(mark.read_bytes()), mark.read_bytes()
    changed = [at for at in range(PAGE, len(before), PAGE) if before[at : at + PAGE] != after[at : at + PAGE]]
    found = 0
    for at in changed:
        sealed.path.write_bytes(after[:at] + before[at : at + PAGE] + after[at + PAGE :])
        for forged in (hashlib.sha256(sealed.path.read_bytes()).hexdigest(), left["left"]):
            mark.write_text(json.dumps({**left, "left": forged}))
            try:
                with sealed.open() as desk:
                    found += bool(desk.remarks)
                    assert desk.verify().is_intact, at
            except (BrokenRecord, DamagedStore):
                found += 1
            sealed.path.write_bytes(after[:at] + before[at : at + PAGE] + after[at + PAGE :])
            for aside in backup.asides_of(sealed.path):
                aside.unlink()
    assert changed
    assert found
    sealed.path.write_bytes(after)
    mark.write_bytes(said)
    with ring.lent(sealed.path, sealed.unlocked):
        assert witness.is_mark(left["left"], sealed.path, Head(left["seq"], left["hash"]))
        assert not witness.is_mark(left["left"], sealed.path, Head(left["seq"] - 1, left["hash"]))


PAGE = 4_096
