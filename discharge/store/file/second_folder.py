"""A second folder for backups, chosen by the hub: a share, for instance, that isn't always there.

Whether it was reached is kept beside the store, so that it can be told; what isn't there yet is sent at the
next try. Whatever fails here keeps nobody from working, and touches neither store nor backups.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from discharge import in_place
from discharge.keys import places
from discharge.model.errors import UserError
from discharge.store import driver
from discharge.store.file import backup, private, witness
from discharge.store.file.backup import Backup
from discharge.store.file.connection import connect
from discharge.store.file.witness import Witness

MARK = "which-hub"
"""Names the file in the folder that says whose backups it holds."""
ANOTHERS = "it holds the backups of another hub"
NOT_YET = "it wasn't tried yet"
KNOWS_OTHERWISE = "it knows of entry {number:,}, which this record lacks or has otherwise: check the record"
OWN = "it is the folder of the hub itself"


@dataclass(frozen=True, slots=True)
class Reached:
    """How the second folder stands: where it is, when it was reached last, and why not since."""

    folder: str
    at: datetime | None
    """When it was reached last; None: never."""
    tried: datetime
    why: str = ""
    """Why it wasn't reached at the last try; empty: it was."""


def beside(store: Path) -> Path:
    """The file beside the store that says when the second folder was reached."""
    return store.with_name(f"{store.name}.second")


def within(store: Path, folder: Path) -> Path:
    """The folder in the second folder that holds this store's backups."""
    return folder / backup.folder_of(store).name


def state(store: Path) -> Reached | None:
    """How the second folder stood at the last try; None where it was never tried."""
    try:
        found = json.loads(beside(store).read_bytes())
        at = None if found["at"] is None else datetime.fromisoformat(found["at"])
        return Reached(str(found["folder"]), at, datetime.fromisoformat(found["tried"]), str(found["why"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def known_there(store: Path, folder: Path) -> Witness | None:
    """How far the record goes as the second folder knows it; None where it knows nothing, or isn't there.

    What was given up knowingly, by going back to a backup for instance, isn't held against the store.
    """
    seen = witness.read(witness.in_backups(within(store, folder)))
    if seen is None or any(head.seq >= seen.head.seq for head in backup.given_up(store)):
        return None
    return seen


def send(store: Path, folder: Path, *, now: datetime, against: str = "") -> Reached:
    """Brings there each backup that it lacks and would keep, the newest first, compared byte for byte, with
    its key file and the witness, and thins what is there; says how it went, and keeps that. It never raises
    what the folder does.

    Where something is known `against` the store, nothing is brought: what is there stays as it is."""
    before = state(store)
    last = before.at if before is not None and before.folder == str(folder) else None
    try:
        _bring(store, folder, now=now, against=against)
        found = Reached(str(folder), now, now)
    except _KnownOtherwiseError:
        found = Reached(str(folder), last, now, against)
    except _AnothersError:
        found = Reached(str(folder), last, now, ANOTHERS)
    except _OwnFolderError:
        found = Reached(str(folder), last, now, OWN)
    except OSError as error:
        found = Reached(str(folder), last, now, _words(error, folder))
    _keep(store, found)
    return found


class _AnothersError(Exception):
    """The folder holds the backups of another hub."""


class _KnownOtherwiseError(Exception):
    """The folder knows what speaks against the store."""


class _OwnFolderError(Exception):
    """The folder is the one in which the hub itself lies."""


def _bring(store: Path, folder: Path, *, now: datetime, against: str) -> None:
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder")
    target = within(store, folder)
    if target == backup.folder_of(store):
        raise _OwnFolderError
    newest = next(iter(backup.backups_of(store)), None)
    if newest is None:
        return
    private.make_folder(target)
    _refuse_anothers(store, newest.path, target)
    if against:
        raise _KnownOtherwiseError
    for one in _lacking(store, target, now=now):
        for source in (places.with_backup(one), one):
            if source.is_file() and not (target / source.name).exists():
                _copied(source, target / source.name)
    seen = witness.in_backups(backup.folder_of(store))
    if seen.is_file():
        private.write_whole(target / seen.name, seen.read_bytes())
    with suppress(UserError):  # what can't be removed there now can be next time
        backup.thin_folder(target, now=now)


def _lacking(store: Path, target: Path, *, now: datetime) -> list[Path]:
    """The store's backups that aren't there and would stay there, newest first."""
    there = {one.path.name: one for one in backup.backups_in(target)}
    new = {one.path.name: one for one in backup.backups_of(store) if one.path.name not in there}
    together = sorted(
        (*there.values(), *new.values()), key=lambda one: (one.made_at, one.path.name), reverse=True
    )
    goes = {path.name for path in backup.too_many(together, now=now)}
    return [one.path for name, one in new.items() if name not in goes]


def copies_in(store: Path, folder: Path) -> tuple[Backup, ...]:
    """The copies of this store that the second folder holds, newest first; `OSError` where it isn't there."""
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder")
    return backup.backups_in(within(store, folder))


def _refuse_anothers(store: Path, copy: Path, target: Path) -> None:
    with suppress(driver.Error), closing(connect(copy, read_only=True, of=store)) as connection:
        own = backup.first_seal(connection) or ""
        mark = target / MARK
        if not mark.exists():
            private.write_whole(mark, own.encode())
        elif own and mark.read_text(encoding="utf-8") != own:
            raise _AnothersError


def _copied(source: Path, target: Path) -> None:
    """The file there, whole, or not at all."""
    part = target.with_name(f"{target.name}.part")
    try:
        with source.open("rb") as read, part.open("wb") as written:
            shutil.copyfileobj(read, written, 1 << 20)
            written.flush()
            os.fsync(written.fileno())
        if _digest(part) != _digest(source):
            raise OSError(errno.EIO, "it wasn't written as it is")
        in_place.put(part, target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _words(error: OSError, folder: Path) -> str:
    """Why it failed, in words that name no path."""
    if error.errno == errno.ENOSPC:
        return "the disk there is full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "it can't be written to"
    with suppress(OSError):
        if folder.is_dir():
            return "a copy could not be written there"
    return "it isn't there"


def _keep(store: Path, found: Reached) -> None:
    content = {
        "folder": found.folder,
        "at": None if found.at is None else found.at.isoformat(),
        "tried": found.tried.isoformat(),
        "why": found.why,
    }
    # told at the next try, where there is no room for it now
    with suppress(OSError):
        private.write_whole(beside(store), json.dumps(content).encode())


__all__ = [
    "ANOTHERS", "KNOWS_OTHERWISE", "NOT_YET", "OWN", "Reached", "beside", "copies_in", "known_there",
    "send", "state", "within",
]  # fmt: skip
