"""Opening a store: the one place, with its pragmas, its guards and `writing()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from discharge.keys import places
from discharge.keys.places import is_sealed
from discharge.model.errors import UserError
from discharge.model.mark import Mark
from discharge.store import checking, driver, journal
from discharge.store.checking import Held
from discharge.store.driver import Connection, Database, Heard, name_of
from discharge.store.file import (
    backup,
    following,
    held,
    migrations,
    private,
    ring,
    schema,
    soundness,
    witness,
)
from discharge.store.file.backup import Backup
from discharge.store.file.connection import can_be_read, connect, open_with, write_ahead
from discharge.store.file.faults import (
    BrokenRecord,
    DamagedStore,
    MissingStore,
    OlderStore,
    ReplacedStore,
    SealedHub,
    StoreLocked,
    files_said_plainly,
    is_damage,
    said_plainly,
)
from discharge.store.file.following import Difference, Following
from discharge.store.file.held import Hold
from discharge.store.file.migrations import APPLICATION_ID
from discharge.store.file.soundness import Found, Progress
from discharge.store.file.views import one_view, undo, view_aside
from discharge.store.journal import Head
from discharge.store.write import tables
from discharge.words.days import day_and_time

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

TAIL = 64
"""So many of the last entries' seals are worked out again where a store isn't as the last desk left it."""

Identity = tuple[int, int]


class Store:
    """An open store: its connection and its file. Made by `open_store` alone.

    `remarks`: what was found and mended on opening, in sentences for whoever opened it.
    """

    def __init__(self, path: Path, connection: Heard, hold: Hold, *, is_sealed: bool = False) -> None:
        self.path = path
        self.is_sealed = is_sealed
        self.connection = connection
        self.db = Database(connection)
        self.remarks: tuple[str, ...] = ()
        self._hold = hold
        self._file = _identity(path)
        self._log: Identity | None = None
        self._following: Following | None = None
        self._version_seen = self._version_looked_at = -1
        self._head_looked_at: Head | None = None

    def follow(self) -> None:
        """From now on what is written here is followed, and the tables' sums kept."""
        self._following = Following(self.connection)
        self._version_seen = self._version_looked_at = self._data_version()
        self._head_looked_at = journal.head(self.connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction for everything inside: all of it is on disk afterwards, or nothing.

        It holds the only right to write from its first moment (BEGIN IMMEDIATE), so what is read inside
        is what is written upon. Raises `UserError` for a locked, full, read-only or damaged store, and
        `ReplacedStore` for one whose file was moved or replaced under this window.
        """
        with said_plainly(self.path), self._following or nullcontext():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._refuse_another_file("Nothing was written.")
                before = journal.head(self.connection)
                sums = following.kept(self.connection) if self._following is not None else None
                yield self.connection
                after = journal.head(self.connection)
                if self._following is not None:
                    if sums is None:
                        following.forget(self.connection)
                    elif self._following.has_changed or after != before:
                        following.keep(self.connection, self._following.changed(sums))
                self.connection.execute("COMMIT")
            except BaseException:
                undo(self.connection)
                raise
            # before it is acknowledged: what went into a file that was moved away isn't on record
            self._refuse_another_file("What was just written went with the file that was there before.")
            if after != before:
                self.bear_witness(after)

    def reading(self) -> AbstractContextManager[Connection]:
        """One unchanging view for everything read inside, whatever other windows write meanwhile.

        Inside another view or a transaction it is that one.
        """
        return one_view(self.connection, of=self.path)

    def _refuse_another_file(self, so: str) -> None:
        log = _identity(self.path.with_name(f"{self.path.name}-wal"))
        self._log = self._log or log
        if self._file is None or (_identity(self.path) == self._file and log == self._log):
            return
        raise ReplacedStore(
            f"{self.path.name} was moved, replaced or restored while this window had it open. {so}",
            "Close this window and open the hub again, then look what is on record.",
        )

    def bear_witness(self, head: Head) -> None:
        """Says beside the store, and beside its backups, how far the record goes."""
        seen = witness.of(self.connection, head)
        witness.note(witness.beside(self.path), seen)
        folder = backup.folder_of(self.path)
        if folder.is_dir():
            witness.note(witness.in_backups(folder), seen)

    def bear_witness_in(self, folder: Path) -> bool:
        """Says in a folder elsewhere how far the record goes; whether that could be written there."""
        with self.reading() as connection:
            return witness.note(witness.in_folder(folder, self.path.name), witness.of(connection))

    def _data_version(self) -> int:
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def tables_come_to_their_sums(self) -> bool:
        """The cheap comparison of tables and journal."""
        with self.reading() as connection:
            return following.kept(connection) == following.sums(connection)

    def mend_if_others_wrote(self) -> bool:
        """Whether something was written since the last call that is no entry, and was made right.

        What other desks write comes with entries and is left to them.
        """
        version, head = self._data_version(), journal.head(self.connection)
        came, self._version_looked_at = version != self._version_looked_at, version
        moved, self._head_looked_at = head != self._head_looked_at, head
        if not came or moved or self.tables_come_to_their_sums():
            return False
        return bool(self.mend_tables())

    def refuse_changed_entries(self) -> None:
        """`BrokenRecord` where an entry isn't as it was written."""
        _refuse_changed_entries(self, all_of_them=True)

    def examined(self, *, progress: Progress | None = None) -> Found:
        """A whole look at the store, by a connection of its own: see `soundness.examined`."""
        with said_plainly(self.path), closing(connect(self.path, read_only=True)) as connection:
            return soundness.examined(connection, progress=progress, signed=is_sealed(self.path))

    def reading_aside(self) -> AbstractContextManager[Connection]:
        """One unchanging view by a connection of its own: whoever works with the store isn't held up."""
        return view_aside(self.path, of=self.path)

    def copy_to(self, target: Path, *, but: Callable[[Connection], None]) -> None:
        """A copy of the store at `target`, sealed by the keys that the ring has for that; `but` is done to
        it before it is whole. `OSError` and `UserError` as where a store is written."""
        with said_plainly(target), files_said_plainly(target):
            private.make_folder(target.parent)
            private.make_file(target)
            with closing(connect(target)) as copy, self.reading_aside() as source:
                source.backup(copy)
                copy.execute("BEGIN IMMEDIATE")
                but(copy)
                copy.execute("COMMIT")
                copy.execute("PRAGMA journal_mode = DELETE")

    def backed_up(self, *, now: datetime) -> Backup:
        """A backup, by a connection of its own: see `backup.back_up`."""
        with said_plainly(self.path), closing(connect(self.path, read_only=True)) as connection:
            return backup.back_up(connection, self.path, now=now)

    def mend_tables(self) -> tuple[str, ...]:
        """Makes the tables anew where they don't follow from the journal; what is to be said of it.

        `BrokenRecord` where the journal itself isn't as it was written.
        """
        _refuse_changed_entries(self, all_of_them=True)
        self._following = None
        try:
            done = (*_structure_mended(self), *_tables_mended(self, _Left.UNKNOWN))
        finally:
            self.follow()
        self.remarks = (*self.remarks, *done)
        return done

    def close(self) -> None:
        """Closes the file; the write-ahead log is folded into it where no other window needs it.

        The last to close it leaves a mark of the file beside it, if nobody else wrote into it.
        """
        left_well = False
        with suppress(driver.Error, UserError):
            if self._following is not None:
                left_well = self._data_version() == self._version_seen or (
                    self.tables_come_to_their_sums() and not journal.unreadable(self.connection)
                )
        self.db.close()
        self._hold.let_go()
        try:
            if left_well:
                _leave(self.path)
        finally:
            if self.is_sealed:
                ring.give_back(self.path)


@dataclass(frozen=True, slots=True)
class Look:
    """What a whole look at a hub's file found, without opening the hub: nothing was changed.

    `older` says that later entries are known than it has; empty where not.
    """

    found: Found
    older: str
    noted: Held | None = None
    """What the mark says that it was held against; None where it was held against none."""

    @property
    def is_sound(self) -> bool:
        """The file is as it was written, and nothing later is known."""
        return self.found.is_sound and not self.older and (self.noted is None or self.noted.is_there)

    @property
    def can_be_opened(self) -> bool:
        """What is wrong is made anew from the record when the hub is opened."""
        noted = self.noted is None or self.noted.is_there
        return self.found.broken_at is None and bool(self.found.journal) and not self.older and noted


def look_at(path: Path, *, now: datetime, unlocked: Unlocked | None = None, mark: Mark | None = None) -> Look:
    """A whole look at the hub in the file at `path`; whatever is in it, no value of it is said. Its record is
    held against a `mark` that was noted elsewhere.

    Raises as `open_store` for what is missing, is no hub, is newer, or is held by another window.
    """
    path = _plain(path)
    with opened_by(path, unlocked):
        return _look_at(path, now, mark)


def _look_at(path: Path, now: datetime, mark: Mark | None) -> Look:
    with files_said_plainly(path):
        if _holds_nothing(path):
            _refuse_what_was_there(path, now)
            if path.exists():
                raise UserError(f"{path} is empty: it holds no hub.", "Choose the hub's own file.")
            raise UserError(f"There is no hub at {path}.", "Check the path.")
        _refuse_what_is_no_store(path)
    hold = held.share(path)
    try:
        with said_plainly(path), closing(connect(path, read_only=True)) as connection:
            return _looked(connection, path, mark)
    except DamagedStore:
        return Look(Found(damage=("The file is damaged.",)), "")
    finally:
        hold.let_go()


def _looked(connection: Connection, path: Path, mark: Mark | None) -> Look:
    migrations.refuse_newer(connection, path)
    current = migrations.version_of(connection) == migrations.CURRENT
    found = soundness.examined(connection, tables_too=current, signed=is_sealed(path))
    older = _what_is_older(connection, path) if found.journal else None
    can_be_held = mark is not None and bool(found.journal)
    return Look(found, older or "", checking.held_against(connection, mark) if can_be_held and mark else None)


def _leave(path: Path) -> None:
    with suppress(UserError, OSError), held.alone(path, milliseconds=0):
        seen = witness.read(witness.beside(path))
        if seen is not None and not _has_log(path):
            witness.write(witness.beside(path), replace(seen, left=witness.mark_of(path, seen.head)))


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def open_store(
    path: Path, *, now: datetime, accept_older: bool = False, unlocked: Unlocked | None = None
) -> Store:
    """The store at `path`, made where there is none; THE one place where a store is opened.

    `unlocked`: the opened slot of a sealed hub, whose data key opens the store and whatever is kept of it.

    What stands in its tables is never believed: where they don't follow from the journal they are made anew
    from it, and `Store.remarks` says so.

    Raises `UserError`: a folder that can't be written, a file that is no store, a store of a newer version
    (both versions named), a locked one; `MissingStore` where there is none but there was one; `OlderStore`
    where later entries are known to have been written (`accept_older` goes on with it all the same);
    `DamagedStore` where the file is damaged: one that can't be read is moved aside, never deleted, unless
    another window has it open, and the sentence says where and what next. `SealedHub` for a hub that has
    keys, without any.
    """
    path = _plain(path)
    _refuse_sealed(path, unlocked)
    if unlocked is None:
        return _open_store(path, now=now, accept_older=accept_older, is_sealed=False)
    ring.lend(path, unlocked.data_keys, in_use=unlocked.generation)
    try:
        _finish_sealing(path, unlocked, now)
        return _open_store(path, now=now, accept_older=accept_older, is_sealed=True)
    except BaseException:
        ring.give_back(path)
        raise


@contextmanager
def opened_by(path: Path, unlocked: Unlocked | None) -> Iterator[None]:
    """What is done inside to a hub that isn't open opens its files by this slot; `SealedHub` without one."""
    _refuse_sealed(path, unlocked)
    with ring.lent(path, unlocked):
        yield


def _refuse_sealed(path: Path, unlocked: Unlocked | None) -> None:
    with files_said_plainly(path):
        sealed = unlocked is None and is_sealed(path)
    if sealed:
        raise SealedHub(f"{path.name} is sealed.", "Sign in with your passphrase.")


def _open_store(path: Path, *, now: datetime, accept_older: bool, is_sealed: bool) -> Store:
    with files_said_plainly(path):
        is_new = _holds_nothing(path)
        if is_new:
            _refuse_what_was_there(path, now)
            private.make_folder(path.parent)
            private.make_file(path)
        else:
            _refuse_what_is_no_store(path)
            private.close_to_others(backup.files_of(path))
    left = _Left.UNKNOWN if is_new else _how_left(path)
    hold = held.share(path)
    try:
        with said_plainly(path):
            connection = connect(path)
        try:
            store = Store(path, connection, hold, is_sealed=is_sealed)
            _prepare(store, now=now, left=left, accept_older=accept_older)
            return store
        except BaseException:
            connection.close()
            raise
    except BrokenRecord:
        hold.let_go()
        raise
    except DamagedStore as damage:
        hold.let_go()
        raise _moved_aside(path, now, damage.sentence) from damage
    except BaseException:
        hold.let_go()
        raise


def _plain(path: Path) -> Path:
    """The path in full; `UserError` for one that no file can have."""
    if "\0" in str(path):
        raise UserError("A file's name can't hold the character NUL.", "Choose another name.")
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        raise UserError(f"{path} names nobody's folder.", "Check the path.") from None


def _holds_nothing(path: Path) -> bool:
    """Whether there is no file, or an empty one. On Windows every folder has the size 0."""
    return not path.exists() or (path.stat().st_size == 0 and not path.is_dir())


def _refuse_what_was_there(path: Path, now: datetime) -> None:
    """No new hub is made where there was one."""
    known = backup.backups_of(path)
    asides = backup.asides_of(path)
    seen = backup.last_seen(path)
    was_there = bool(known or asides) or (seen is not None and seen.head.seq > 0)
    half = path.with_name(f"{path.name}.restoring").exists() or _has_log(path)
    if path.exists():
        if path.stat().st_size == 0 and was_there:
            raise _moved_aside(path, now, f"{path.name} is empty, though it held a hub.")
        return
    if was_there or half:
        kept = [f"{len(known)} of its backups" if len(known) > 1 else "its backup"] if known else []
        kept += [f"{asides[0].name}, which was moved aside"] if asides else []
        beside = f" Beside it there is {' and '.join(kept)}." if kept else ""
        raise MissingStore(
            f"{path.name} is missing: there was a hub here before.{beside}",
            _ways(path, known, asides),
            command=_ways(path, known, asides, by_command=True),
        )


def _doctor(path: Path, flag: str, *, by_command: bool) -> str:
    """How it is done at the command line; nothing of it in the window, which has a button for it."""
    return f' (discharge doctor "{path}" {flag})' if by_command else ""


def _ways(
    path: Path, known: tuple[backup.Backup, ...], asides: tuple[Path, ...], *, by_command: bool = False
) -> str:
    ways = []
    if known:
        how = _doctor(path, "--restore", by_command=by_command)
        ways.append(f"Restore the backup of {known[0].shown_time}{how}: it holds everything up to then")
    if asides or known:
        how = _doctor(path, "--repair", by_command=by_command)
        ways.append(f"let it be put together from what there is{how}")
    ways.append("put the hub's file back in its place, or choose another name for a new hub")
    first, *others = ways
    return "; or ".join([first[:1].upper() + first[1:], *others]) + "."


class _Left(Enum):
    """What is known of a file before it is opened."""

    AS_IT_WAS = auto()
    """Byte for byte what the last desk left, which had found it sound."""
    IN_USE = auto()
    """Another desk has it open, and looked at it when it opened it."""
    CUT_SHORT = auto()
    """The last desk didn't close it: it, or the machine, was stopped."""
    UNKNOWN = auto()
    """Nobody can vouch for it: it was written to since, or brought from elsewhere."""


def _how_left(path: Path) -> _Left:
    seen = witness.read(witness.beside(path))
    try:
        with held.alone(path, milliseconds=0):
            if seen is None:
                return _Left.UNKNOWN
            if not seen.left:
                return _Left.CUT_SHORT
            as_it_was = not _has_log(path) and witness.is_mark(seen.left, path, seen.head)
            return _Left.AS_IT_WAS if as_it_was else _Left.UNKNOWN
    except StoreLocked:
        return _Left.IN_USE


def _prepare(store: Store, *, now: datetime, left: _Left, accept_older: bool) -> None:
    path, connection = store.path, store.connection
    known = left is _Left.AS_IT_WAS
    remarks: list[str] = []
    with said_plainly(path):
        connection.execute("PRAGMA synchronous = FULL")
        if not known:
            _refuse_damage(connection, path)
        migrations.refuse_newer(connection, path)
        is_new = migrations.version_of(connection) == 0
        migrated = migrations.migrate(
            store.db,
            back_up=lambda why: backup.back_up(connection, path, now=now, why=why, wholly=False),
        )
        write_ahead(connection)
        if not known and not migrated:
            remarks += _structure_mended(store)
        _refuse_older(store, accept=accept_older)
        if not known and not is_new:
            _refuse_changed_entries(store, all_of_them=left is not _Left.IN_USE)
            remarks += _tables_mended(store, left)
        elif tables.applied(connection) != journal.head(connection).seq:
            remarks += _tables_mended(store, _Left.UNKNOWN)
    store.follow()
    head = journal.head(connection)
    _open_witness(store, head)
    store.remarks = tuple(remarks)


def _open_witness(store: Store, head: Head) -> None:
    """The file is open: nobody can say any more how it was left."""
    path = witness.beside(store.path)
    known = witness.read(path)
    if known is None or known.left or known.head != head:
        now = witness.of(store.connection, head)
        witness.write(path, replace(now, left_behind=() if known is None else known.left_behind))
    store.bear_witness(head)


def _structure_mended(store: Store) -> list[str]:
    """Indexes, triggers and tables made as they should be, and what that is to be said of."""
    differs = schema.compared(store.connection)
    if differs.is_right:
        return []
    _refuse_changed_entries(store, all_of_them=True)
    with _readable_by_this_version(store.path), store.writing() as connection:
        if not schema.mend(connection, differs):
            raise BrokenRecord(
                differs.sentence, _mend_of(store.path), command=_mend_of(store.path, by_command=True)
            )
        following.make_anew(connection)
    return [f"{differs.sentence} That was mended, and the tables made anew from the record."]


@contextmanager
def _readable_by_this_version(path: Path) -> Iterator[None]:
    """Entries that are as they were written and can't be read were written by another program."""
    try:
        yield
    except (ValueError, KeyError, TypeError):
        raise BrokenRecord(
            f"The record of {path.name} holds entries that this version of the program doesn't know.",
            "Open it with the newer program. Nothing was changed.",
        ) from None


def _refuse_changed_entries(store: Store, *, all_of_them: bool) -> None:
    with store.reading() as connection:
        last = journal.head(connection).seq
        since = 0 if all_of_them else max(0, last - TAIL)
        checked = checking.verify_chain(connection, since=since, signed=is_sealed(store.path))
        lacking = journal.unreadable(connection) if all_of_them and checked.is_intact else 0
    if not checked.is_intact or lacking:
        raise BrokenRecord(
            soundness.keys_missing(lacking) if lacking else checked.sentence,
            _mend_of(store.path),
            command=_mend_of(store.path, by_command=True),
        )


def _tables_mended(store: Store, left: _Left) -> list[str]:
    """The tables made anew where they don't follow from the journal, and what is to be said of that.

    Entries have been looked at. Where nobody can vouch for the file the tables are made anew and compared;
    else their sums are.
    """
    connection = store.connection
    with _readable_by_this_version(store.path), store.reading():
        behind = tables.applied(connection) - journal.head(connection).seq
        kept = following.kept(connection)
        wholly = left is _Left.UNKNOWN or kept is None
        found: tuple[Difference, ...] = ()
        if not behind and (wholly or kept != following.sums(connection)):
            found = following.differences(connection)
        broken = left is not _Left.IN_USE and (
            connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]
        )
    if behind > 0:
        raise DamagedStore(f"{store.path.name} is damaged: its journal has lost its last entries.")
    if not behind and not found and not broken and kept is not None:
        return []
    if left is _Left.IN_USE:
        _refuse_changed_entries(store, all_of_them=True)
    with _readable_by_this_version(store.path), store.writing():
        if behind or found or broken:
            following.make_anew(connection)
            if broken:
                connection.execute("REINDEX")
                # an index that was right led to rows that weren't: what is found now is looked at
                _refuse_changed_entries(store, all_of_them=True)
        else:
            following.keep(connection, following.sums(connection))
    if found:
        return [
            "Something changed this hub's tables outside the program: "
            f"{following.differences_words(found)}. They were made anew from the record, as it was written: "
            "nothing of that change is left."
        ]
    if broken:
        return [
            "A part of the file with which rows are found was damaged. It was made anew; nothing is lost."
        ]
    return []


def _refuse_older(store: Store, *, accept: bool) -> None:
    """A store that lacks entries which are known to have been written, or has others in their place."""
    path, connection = store.path, store.connection
    with store.reading():
        older = _what_is_older(connection, path)
        if older is None:
            return
        lacking = backup.not_in(connection, path, every_backup=True)
        seen = witness.of(connection)
    if not accept:
        raise OlderStore(
            older, _mend_of(path, older=True), command=_mend_of(path, older=True, by_command=True)
        )
    backup.leave_behind(path, [one.head for one in lacking], seen=seen)


def _what_is_older(connection: Connection, path: Path) -> str | None:
    """What speaks for later entries than the store has, in a sentence; None where nothing does."""
    lacking = backup.not_in(connection, path)
    if not lacking:
        return None
    head = journal.head(connection)
    last = max(lacking, key=lambda one: one.head.seq)
    if last.head.seq <= head.seq:
        return f"{path.name} isn't the record that was here: entry {last.head.seq:,} was another one."
    ends = journal.recorded_at(connection, head.seq)
    until = f"entry {head.seq:,}{_said_at(ends)}" if head.seq else "nothing"
    return (
        f"{path.name} is an older copy: its record ends with {until}, but entry {last.head.seq:,} was written"
        f"{_said_at(last.at) or ' after that'}."
    )


def _said_at(at: str | None) -> str:
    return f" on {day_and_time(datetime.fromisoformat(at))}" if at else ""


def _mend_of(path: Path, *, older: bool = False, by_command: bool = False) -> str:
    known = backup.backups_of(path)
    repair, restore, accept = (
        _doctor(path, flag, by_command=by_command) for flag in ("--repair", "--restore", "--accept-older")
    )
    ways = [f"Let it be put together from the file and its backups{repair}"]
    ways += [f"restore the backup of {known[0].shown_time}{restore}"] if known else []
    ways += [f"go on with this copy{accept}"] if older else []
    return ", or ".join(ways) + "."


def _refuse_what_is_no_store(path: Path) -> None:
    """Another kind of file is left alone: it isn't ours to move."""
    if path.is_dir():
        raise UserError(f"{path} is a folder, not a hub.", "Choose the hub's file in it.")
    if _is_ours(path):
        return
    known = backup.backups_of(path)
    if ring.keys_of(path):
        raise _not_opened(path, known)
    seen = backup.last_seen(path)
    if seen is not None and seen.signature and not is_sealed(path):
        raise UserError(
            f"{path.name} can't be read: it is sealed, and its key file {places.beside(path).name} is "
            "missing, here and in the folder of its backups.",
            "Put back a copy: one lies beside each backup, in a second folder too. Nothing was changed.",
        )
    mend = (
        f"If it is the hub and its beginning is damaged, restore the backup of {known[0].shown_time}."
        if known
        else "Choose the hub's own file, or another name for a new hub."
    )
    raise UserError(f"{path.name} is not a Discharge Desk hub.", mend)


def _finish_sealing(path: Path, unlocked: Unlocked, now: datetime) -> None:
    """Goes on with what was cut short: sealing the hub, or changing its data key."""
    # loaded where a hub is sealed alone: what reads key files takes a moment
    from discharge.store.file import sealing

    with files_said_plainly(path):
        if sealing.is_unfinished(path):
            sealing.finish(path, unlocked, now=now)
        elif len(unlocked.data_keys) > 1 and path.exists():
            sealing.settle(path)


def _not_opened(path: Path, known: tuple[backup.Backup, ...]) -> UserError:
    """What a sealed hub's key doesn't open."""
    with closing(open_with(None, path, read_only=True)) as connection:
        is_plain = can_be_read(connection)
    what = "isn't sealed, and its key file says that the hub is" if is_plain else "isn't opened by its keys"
    why = (
        "something else was put in its place"
        if is_plain
        else ("its beginning is damaged, or the key file beside it is another hub's")
    )
    if not is_plain and _has_anothers_keys(path):
        copy = places.with_backups(path)
        return UserError(
            f"{path.name} {what}: the key file beside it isn't the one that its backups have.",
            f"Put {copy.name} from the folder “{copy.parent.name}” in its place. Nothing was changed.",
        )
    ways = [f"Restore the backup of {known[0].shown_time}"] if known else []
    ways.append("put back the hub's own file and key file from where backups are kept")
    return UserError(
        f"{path.name} {what}: {why}.", "; or ".join([ways[0][:1].upper() + ways[0][1:], *ways[1:]]) + "."
    )


def _has_anothers_keys(path: Path) -> bool:
    """Whether the key file beside the hub is of another hub than its second copy."""
    from discharge.keys import key_file

    both = (places.beside(path), places.with_backups(path))
    try:
        hubs = {key_file.slots_in(one.read_bytes()).hub for one in both}
    except (OSError, ValueError, UserError):
        return False
    return len(hubs) > 1


def _is_ours(path: Path) -> bool:
    """Asked of SQLite, as closing a file that was read would take this process's locks on it."""
    with said_plainly(path), closing(connect(path, read_only=True)) as connection:
        try:
            found = int(connection.execute("PRAGMA application_id").fetchone()[0])
        except driver.DatabaseError as error:
            if is_damage(error):
                # that its first page was read tells that it is this hub's
                return bool(ring.keys_of(path)) and name_of(error) != "SQLITE_NOTADB"
            raise
    return found == APPLICATION_ID


def _refuse_damage(connection: Connection, path: Path) -> None:
    try:
        rows = connection.execute("PRAGMA quick_check(1)").fetchall()
    except driver.DatabaseError as error:
        if is_damage(error):
            raise DamagedStore(f"{path.name} is damaged.") from None
        raise
    if rows != [("ok",)]:
        raise DamagedStore(f"{path.name} is damaged.")


def _moved_aside(path: Path, now: datetime, what: str) -> DamagedStore:
    try:
        with held.alone(path):
            aside = backup.move_aside(path, now=now)
    except StoreLocked:
        return DamagedStore(
            what, "It is open in another window: close it there, then open it again to have it mended."
        )
    known, moved = backup.backups_of(path), f"It was moved to {aside}."
    return DamagedStore(
        what,
        f"{moved} {_ways(path, known, (aside,))}",
        aside,
        command=f"{moved} {_ways(path, known, (aside,), by_command=True)}",
    )


__all__ = ["APPLICATION_ID", "Look", "Store", "look_at", "open_store", "opened_by"]
