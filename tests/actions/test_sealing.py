"""Sealing a plain hub and changing a data key: nothing is lost, and nothing plain is left."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import people
from discharge.actions.desk import Desk, restore
from discharge.actions.sealing import SealedNow, change_data_key, seal_hub
from discharge.actions.signing_in import choose_passphrase, let_in, people_of, sign_in, unlocked
from discharge.keys import key_file, places
from discharge.keys.slots import RECOVERY, Unlocked
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role
from discharge.model.shown.record import RecordEntry
from discharge.store.ask.queries import Queries
from discharge.store.file import backup, drafts, held, private, ring, sealing, second_folder
from discharge.store.file.faults import SealedHub, StoreLocked
from discharge.store.journal import Kind
from tests.actions.a_hub import MONDAY, AHub
from tests.actions.a_sealed_hub import ADA, CHEAP, JO
from tests.examples import TIMES

NAME = "Wilhelmina Marked"
LOST = "A laptop was lost"


class APlainHub:
    """A plain hub with somebody of a marked name, a backup, something moved aside and a draft; closed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / "Old.hub"
        hub = AHub(self.path)
        hub.negative(name=NAME)
        hub.desk.back_up()
        hub.desk.keep_draft("a-form", form="person", by=hub.admin, typed={"name": NAME})
        hub.desk.take_in_hand("S-0001", by=hub.admin)
        self.entries = hub.desk.ask(lambda queries: queries.head())
        hub.desk.close()
        self.path.with_name(f"{self.path.name}.aside-20201101-080000").write_bytes(self.path.read_bytes())

    def seal(self, **more: Any) -> SealedNow:
        return seal_hub(self.path, user="U-0001", passphrase=ADA, clock=lambda: MONDAY, cost=CHEAP, **more)

    def opened(self, secret: str = ADA, holder: str = "U-0001") -> Desk:
        return Desk.open(self.path, clock=lambda: MONDAY, unlocked=self.unlocked(secret, holder))

    def unlocked(self, secret: str = ADA, holder: str = "U-0001") -> Unlocked:
        return unlocked(self.path, holder, secret, now=MONDAY)

    @property
    def files(self) -> list[Path]:
        return [path for path in self.path.parent.rglob("*") if path.is_file()]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[APlainHub]:
    made = APlainHub(tmp_path / "folder")
    yield made
    assert ring.keys_of(made.path) == ()


def names_of(desk: Desk) -> set[str]:
    return {row.name for row in desk.ask(lambda queries: queries.patients())}


def changes_of_the_key(desk: Desk) -> list[RecordEntry]:
    def ask(queries: Queries) -> list[RecordEntry]:
        entries = (queries.record_entry(seq) for seq in range(1, queries.head() + 1))
        return [one for one in entries if one.line.kind == Kind.DATA_KEY_CHANGED]

    return desk.ask(ask)


def nothing_plain(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.endswith((".lock", ".keys")):
            content = path.read_bytes()
            assert not content.startswith(b"SQLite format 3"), path
            assert b"Marked" not in content, path
            assert b"M\0a\0r\0k\0e\0d" not in content, path


def test_a_plain_hub_is_sealed_with_all_that_is_on_record_and_nothing_plain_is_left(hub: APlainHub) -> None:
    now = hub.seal()
    nothing_plain(hub.path.parent)
    with pytest.raises(SealedHub):
        Desk.open(hub.path)
    with hub.opened() as desk:
        assert desk.remarks == ()
        who = sign_in(desk, hub.unlocked())
        assert NAME in names_of(desk)
        assert desk.ask(lambda queries: queries.head()) == hub.entries + 2  # its first keys
        assert desk.verify().is_intact
        assert [draft.typed["name"] for draft in desk.drafts(by=who)] == [NAME]
        desk.perform(partial(people.add_user, name="Olga Other", roles=[Role.READER]), by=who)
        assert len(desk.backups()) == 1
    assert backup.asides_of(hub.path) == ()
    assert not sealing.is_unfinished(hub.path)
    assert hub.unlocked(now.code, RECOVERY).holder == RECOVERY
    assert [one.name for one in people_of(hub.path).people] == [who.name]


def test_plain_copies_in_a_second_folder_go_too_and_what_isnt_reached_is_said(
    hub: APlainHub, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    second_folder.send(hub.path, second, now=MONDAY)
    (copy,) = second.rglob("*.backup")
    away = second.rename(tmp_path / "away")
    assert "wasn't reached" in hub.seal().remark
    away.rename(second)
    assert copy.exists()
    with hub.opened():
        assert sealing.remove_plain_copies(hub.path) == ""
    nothing_plain(second)
    assert not copy.exists()


def _not_an_administrator(hub: APlainHub) -> object:
    return seal_hub(hub.path, user="U-0002", passphrase=ADA, cost=CHEAP)


def _nobody(hub: APlainHub) -> object:
    return seal_hub(hub.path, user="U-0009", passphrase=ADA, cost=CHEAP)


def _an_easy_passphrase(hub: APlainHub) -> object:
    return seal_hub(hub.path, user="U-0001", passphrase="password1", cost=CHEAP)


def _nowhere(hub: APlainHub) -> object:
    return seal_hub(hub.path.with_name("nowhere"), user="U-0001", passphrase=ADA, cost=CHEAP)


def _in_use(hub: APlainHub) -> object:
    with Desk.open(hub.path, clock=lambda: MONDAY):
        return hub.seal()


def _stopped(hub: APlainHub) -> object:
    def stop(_done: int, _of: int) -> None:
        raise UserError("Stopped.", "Nothing was changed.")

    return hub.seal(progress=stop)


@pytest.mark.parametrize(
    ("does", "kind", "says"),
    [
        (_not_an_administrator, NotAllowed, "Only an administrator"),
        (_nobody, NotAllowed, "nobody of this hub"),
        (_an_easy_passphrase, UserError, "easy to guess"),
        (_nowhere, UserError, "no hub at"),
        (_in_use, StoreLocked, "open in another window"),
        (_stopped, UserError, "Stopped"),
    ],
)
@pytest.mark.whole
def test_what_cant_be_sealed_stays_as_it_was(
    hub: APlainHub, does: Callable[[APlainHub], object], kind: type[UserError], says: str
) -> None:
    with pytest.raises(kind, match=says):
        does(hub)
    assert not places.is_sealed(hub.path)
    assert not sealing.is_unfinished(hub.path)
    with Desk.open(hub.path, clock=lambda: MONDAY) as desk:
        assert NAME in names_of(desk)
        assert desk.verify().is_intact
    assert backup.asides_of(hub.path)


@pytest.mark.whole
def test_what_is_sealed_isnt_sealed_again(hub: APlainHub) -> None:
    hub.seal()
    with pytest.raises(UserError, match="sealed already"):
        hub.seal()


class _Cut(BaseException):
    """The program stops here."""


def _cutting(at: int, patch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Stops at the so-manieth time that a file is written, moved, removed or opened; gives how many were."""
    count = itertools.count()
    seen = 0

    def counted(does: Callable[..., Any]) -> Callable[..., Any]:
        def doing(*args: Any, **named: Any) -> Any:
            nonlocal seen
            seen = next(count)
            if seen == at:
                raise _Cut
            return does(*args, **named)

        return doing

    patch.setattr(sealing, "drop", lambda _store: None)  # who is killed removes nothing
    for module, name in (
        (sealing, "copy"), (sealing, "_overwrite"), (sealing, "_seal_drafts"), (sealing, "refuse_unlike"),
        (key_file, "write"), (backup, "move_aside"), (private, "write_whole"), (Path, "replace"),
        (sealing, "_remove_plain"), (sealing, "put_in_place"),
    ):  # fmt: skip
        patch.setattr(module, name, counted(getattr(module, name)))
    return lambda: seen


def _cut_short(at: int, does: Callable[[], object]) -> bool:
    """Does it, cut short there; whether it got that far."""
    with pytest.MonkeyPatch.context() as patch:
        _cutting(at, patch)
        try:
            does()
        except _Cut:
            return True
    return False


STEP = max(1, 5 // TIMES)
"""In the suite every fifth of the instants; in the bench each of them."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> APlainHub:
    return APlainHub(tmp_path_factory.mktemp("plain") / "Plain")


@pytest.fixture(scope="module")
def sealed(plain: APlainHub, tmp_path_factory: pytest.TempPathFactory) -> APlainHub:
    made = copied(plain, tmp_path_factory.mktemp("sealed") / "Sealed")
    made.seal()
    return made


def copied(hub: APlainHub, folder: Path) -> APlainHub:
    shutil.copytree(hub.path.parent, folder)
    copy = APlainHub.__new__(APlainHub)
    copy.path, copy.entries = folder / hub.path.name, hub.entries
    return copy


@pytest.mark.law
def test_sealing_cut_short_at_any_instant_loses_nothing_and_is_finished(
    plain: APlainHub, tmp_path: Path
) -> None:
    for at in range(0, 100, STEP):
        hub = copied(plain, tmp_path / str(at))
        was_cut = _cut_short(at, hub.seal)
        if not places.is_sealed(hub.path):
            with Desk.open(hub.path, clock=lambda: MONDAY) as desk:
                assert NAME in names_of(desk), at
                assert desk.ask(lambda queries: queries.head()) == hub.entries
            hub.seal()
        with hub.opened() as desk:
            assert NAME in names_of(desk), at
            assert desk.ask(lambda queries: queries.head()) == hub.entries + 2, at
            assert desk.verify().is_intact
            sign_in(desk, hub.unlocked())
        nothing_plain(hub.path.parent)
        assert not sealing.is_unfinished(hub.path), at
        if not was_cut:
            break
    assert at > 15


def test_a_data_key_is_changed_and_opens_what_was_sealed_before_too(hub: APlainHub) -> None:
    first = hub.seal().unlocked
    with hub.opened() as desk:
        sign_in(desk, first)
        old = desk.back_up()
    before = hub.path.read_bytes()
    seen: list[tuple[int, int]] = []
    own = change_data_key(
        hub.path, hub.unlocked(), reason=LOST, clock=lambda: MONDAY, progress=lambda *at: seen.append(at)
    )
    assert seen[0][0] == 0
    assert seen[-1] == (hub.entries + 3,) * 2
    assert own.generation == 2
    assert own.data_key != first.data_key
    assert hub.path.read_bytes() != before
    with pytest.raises(UserError, match="isn't opened by its keys"):
        Desk.open(hub.path, unlocked=first)  # who has kept the key before
    with hub.opened() as desk:
        who = sign_in(desk, hub.unlocked())
        assert NAME in names_of(desk)
        assert [draft.typed["name"] for draft in desk.drafts(by=who)] == [NAME]
        assert desk.verify().is_intact
        (entry,) = changes_of_the_key(desk)
        assert (entry.line.user, entry.body) == (who.id, {"generation": 2, "reason": LOST})
        assert entry.line.seq == desk.ask(lambda queries: queries.head())
    restore(hub.path, old.path, clock=lambda: MONDAY, unlocked=hub.unlocked())
    with hub.opened() as desk:
        assert NAME in names_of(desk)


@pytest.mark.law
def test_a_change_of_the_data_key_cut_short_at_any_instant_loses_nothing(
    sealed: APlainHub, tmp_path: Path
) -> None:
    went_on = 0
    for at in range(0, 100, STEP):
        hub = copied(sealed, tmp_path / str(at))
        before = hub.unlocked()
        was_cut = _cut_short(
            at,
            lambda: change_data_key(hub.path, hub.unlocked(), reason=LOST, clock=lambda: MONDAY),  # noqa: B023
        )
        begun = hub.unlocked()
        with hub.opened() as desk:
            done = hub.unlocked().generation - before.generation
            assert len(changes_of_the_key(desk)) == done, "a hub has another key just where that is on record"
            went_on += was_cut and done
            assert NAME in names_of(desk), at
            assert desk.verify().is_intact
            sign_in(desk, hub.unlocked())
            desk.back_up()
        assert not sealing.is_unfinished(hub.path), at
        if was_cut and begun.generation == 1 and (done or TIMES > 1):
            # whoever does it again after it was cut short: what opening finished isn't done twice
            change_data_key(hub.path, begun, reason=LOST, clock=lambda: MONDAY)
            with hub.opened() as desk:
                assert NAME in names_of(desk), at
                assert len(changes_of_the_key(desk)) == 1, at
        if not was_cut:
            break
    assert at > 8
    assert went_on, "some of them were finished by opening the hub"


@pytest.mark.whole
def test_the_key_is_changed_for_a_reason(hub: APlainHub) -> None:
    hub.seal()
    before = hub.path.read_bytes()
    with pytest.raises(UserError, match="reason is missing"):
        change_data_key(hub.path, hub.unlocked(), reason=" ", clock=lambda: MONDAY)
    assert hub.path.read_bytes() == before


@pytest.mark.whole
def test_only_an_administrator_changes_the_data_key(hub: APlainHub) -> None:
    hub.seal()
    with hub.opened() as desk:
        ada = sign_in(desk, hub.unlocked())
        word = let_in(desk, ada, "U-0002", cost=CHEAP)
        opened = hub.unlocked(word, "U-0002")
        sign_in(desk, opened)
        choose_passphrase(desk, opened, JO, cost=CHEAP)
    before = hub.path.read_bytes()
    with pytest.raises(NotAllowed, match="Only an administrator"):
        change_data_key(hub.path, hub.unlocked(JO, "U-0002"), reason=LOST, clock=lambda: MONDAY)
    assert hub.path.read_bytes() == before
    assert held.lock_of(hub.path).exists()
    assert drafts.folder_of(hub.path).is_dir()
