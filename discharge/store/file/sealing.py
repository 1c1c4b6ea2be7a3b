"""A store sealed, or sealed by another key: a copy is made, looked at wholly, and put in its place.

Until then the store stands as it was. Whatever cuts it short, one of the two stands whole, and the next who
opens the hub finishes it: `finish`. Plain files are overwritten before they are removed; a disk that keeps
old versions of what is written may have them still.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from discharge import in_place
from discharge.keys import key_file, places
from discharge.store import driver, journal
from discharge.store.driver import Connection
from discharge.store.file import backup, beside, drafts, held, private, ring, second_folder, soundness
from discharge.store.file.connection import can_be_read, open_with, spelt
from discharge.store.file.faults import DamagedStore, files_said_plainly, said_plainly
from discharge.store.file.soundness import Progress

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

_BESIDE = ("", "-wal", "-shm", "-journal", ".lock", ".witness")


def part_of(store: Path) -> Path:
    """The sealed copy while it is made."""
    return store.with_name(f"{store.name}.sealing")


def _to_remove(store: Path) -> Path:
    """The list of plain files that are removed once the sealed store is in its place; names alone."""
    return store.with_name(f"{store.name}.unsealed")


@contextmanager
def copying(store: Path) -> Iterator[Path]:
    """The store held alone while a copy of it is made inside; one that comes to nothing is removed."""
    part = part_of(store)
    with files_said_plainly(store), said_plainly(store), held.alone(store):
        drop(store)
        try:
            yield part
        except BaseException:
            if not _is_begun(store):
                drop(store)
            raise


def _is_begun(store: Path) -> bool:
    """Whether the hub has its key file, and the copy alone is sealed by it."""
    return places.is_sealed(store) and (not store.exists() or _is_plain(store))


def copy(store: Path, *, now: bytes | None, key: bytes) -> None:
    """Makes the copy, sealed by `key`, of the store as it is: sealed by `now`, or plain. Inside `copying`."""
    part = part_of(store)
    private.make_file(part)
    with closing(open_with(now, store)) as source:
        source.execute("ATTACH DATABASE ? AS sealed KEY ?", (str(part), spelt(key)))
        source.execute("BEGIN")
        source.execute("SELECT sqlcipher_export('sealed')").fetchone()
        for fact in ("application_id", "user_version"):
            value = source.execute(f"PRAGMA main.{fact}").fetchone()[0]
            source.execute(f"PRAGMA sealed.{fact} = {value}")
        source.execute("COMMIT")
        source.execute("DETACH DATABASE sealed")


def refuse_unlike(store: Path, *, now: bytes | None, key: bytes, progress: Progress | None = None) -> None:
    """`DamagedStore` where the copy isn't sound, or hasn't got all that the store has."""
    part = part_of(store)
    with closing(open_with(key, part, read_only=True)) as made:
        entries = journal.head(made).seq
        if progress is not None:
            progress(0, entries)
        found = soundness.examined(made, progress=progress)
        if progress is not None:
            progress(entries, entries)
        with closing(open_with(now, store, read_only=True)) as source:
            whole = found.is_sound and _has_all(made, source)
    if not whole:
        raise DamagedStore(
            f"The sealed copy of {store.name} isn't as it should be: {found.sentences[0]}",
            "Nothing was changed. See that the disk is well, then try again.",
        )
    for suffix in _BESIDE[1:]:
        part.with_name(part.name + suffix).unlink(missing_ok=True)
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _has_all(made: Connection, source: Connection) -> bool:
    head = journal.head(source)
    if head.seq == 0:
        return True
    row = made.execute("SELECT hash FROM journal WHERE seq = ?", (head.seq,)).fetchone()
    # seals go on from each other: who has the last has them all
    return row is not None and row[0] == head.hash


def drop(store: Path) -> None:
    """Removes a copy that came to nothing."""
    part = part_of(store)
    for suffix in _BESIDE:
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def put_in_place(store: Path, *, now: datetime) -> None:
    """Puts the copy in the store's place. A plain store goes, and what was kept of it; inside `copying`."""
    plain = [path for path in _kept_of(store) if path.exists() and _is_plain(path)]
    if store.exists() and _is_plain(store):
        plain.append(backup.move_aside(store, now=now))
    if plain:
        names = [str(path.relative_to(store.parent)) for path in plain]
        private.write_whole(_to_remove(store), json.dumps(names).encode())
    else:
        _fold(store)
    in_place.put(part_of(store), store)
    _remove_plain(store)


def _kept_of(store: Path) -> Iterable[Path]:
    yield from backup.asides_of(store)
    yield from (one.path for one in backup.backups_of(store))
    yield store.with_name(f"{store.name}.restoring")


def _is_plain(path: Path) -> bool:
    with closing(open_with(None, path, read_only=True)) as connection:
        return can_be_read(connection)


def _fold(store: Path) -> None:
    """The log of a store whose file is replaced would be read into the new one."""
    for suffix in ("-wal", "-shm", "-journal"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)


def _remove_plain(store: Path) -> None:
    """Removes the plain files on the list, and seals drafts; then the list."""
    listed = _to_remove(store)
    if not listed.exists():
        return
    names: list[str] = []
    with suppress(ValueError):
        names = [str(name) for name in json.loads(listed.read_bytes())]
    for name in names:
        path = store.parent / name
        if path == store or store.parent not in path.parents:
            continue
        for suffix in ("", "-wal", "-shm", "-journal"):
            _overwrite(path.with_name(path.name + suffix))
    _seal_drafts(store)
    listed.unlink()


def _overwrite(path: Path) -> None:
    """Removes the file, overwritten first."""
    try:
        with path.open("rb+") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, 1 << 20)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()


def remove_plain_copies(store: Path) -> str:
    """Removes the plain copies in the second folder, if there is one; what is to be said of it, empty where
    nothing is left there."""
    known = second_folder.state(store)
    if known is None:
        return ""
    folder = second_folder.within(store, Path(known.folder))
    try:
        plain = [path for path in folder.glob("*.backup") if _is_plain(path)]
        for path in plain:
            _overwrite(path)
        reached = Path(known.folder).is_dir()
    except (OSError, driver.Error):
        reached = False
    if reached:
        return ""
    return f"{known.folder} wasn't reached: plain copies of the hub may lie there still. Remove them."


def _seal_drafts(store: Path) -> None:
    folder = drafts.folder_of(store)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            beside.read(store, path)
        except ValueError:
            content = path.read_bytes()
            _overwrite(path)
            if path.suffix == ".draft" and content.startswith(b"{"):
                beside.write(store, path, content)


def is_unfinished(store: Path) -> bool:
    """Whether sealing the store, or changing its key, was cut short."""
    return part_of(store).exists() or _to_remove(store).exists()


def finish(store: Path, unlocked: Unlocked, *, now: datetime) -> None:
    """Finishes what was cut short: a copy that is whole is put in its place, another one removed.

    With the store's keys on the ring. `StoreLocked` where another window does it just now.
    """
    with files_said_plainly(store), said_plainly(store), held.alone(store):
        part = part_of(store)
        if part.exists():
            if _is_whole(store, unlocked):
                put_in_place(store, now=now)
            elif not _is_begun(store):
                drop(store)
        if store.exists() and not _is_plain(store):
            _remove_plain(store)
            settle(store)


def _is_whole(store: Path, unlocked: Unlocked) -> bool:
    """Whether the copy has all that the store has; the store may have been moved away already."""
    key = unlocked.data_keys[max(unlocked.data_keys)]
    source = store if store.exists() else next(iter(backup.asides_of(store)), None)
    if source is None:
        return False
    try:
        with closing(open_with(key, part_of(store), read_only=True)) as made:
            if not can_be_read(made) or not soundness.examined(made).is_sound:
                return False
            for one in (None, *(key for _, key in ring.keys_of(store))):
                with closing(open_with(one, source, read_only=True)) as connection:
                    if can_be_read(connection):
                        return _has_all(made, connection)
    except driver.Error:
        return False
    return False


def settle(store: Path) -> None:
    """What is made of the store is sealed as it is, and its key file says so: a change of its key may have
    been cut short."""
    found = next((one for one, key in ring.keys_of(store) if _opens(key, store)), None)
    if found is None:
        return
    ring.use(store, found)
    with suppress(OSError, ValueError):
        known = key_file.slots_in(places.beside(store).read_bytes())
        if known.generation != found:
            copies = (places.beside(store), places.with_backups(store))
            key_file.write(replace(known, generation=found), copies)


def _opens(key: bytes, store: Path) -> bool:
    with closing(open_with(key, store, read_only=True)) as connection:
        return can_be_read(connection)


__all__ = [
    "copy", "copying", "drop", "finish", "is_unfinished", "part_of", "put_in_place", "refuse_unlike",
    "remove_plain_copies",     "settle",
]  # fmt: skip
