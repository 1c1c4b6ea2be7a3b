"""What SQLite and the file system refuse, as sentences with a way on."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from discharge.model.errors import UserError
from discharge.store import driver
from discharge.store.driver import name_of


class StoreLocked(UserError):
    """Another window or program holds the store; nothing was written and the same can be tried again."""


class StoreTrouble(UserError):
    """The store can't be opened as it is, and there are ways on: it can be mended, a backup restored."""

    def __init__(self, sentence: str, mend: str = "", *, command: str = "") -> None:
        super().__init__(sentence, mend)
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.sentence, self.mend), {"command": self.command})


class DamagedStore(StoreTrouble):
    """The store's file is damaged; `aside` is where it was moved, if it was."""

    def __init__(
        self, sentence: str, mend: str = "", aside: Path | None = None, *, command: str = ""
    ) -> None:
        super().__init__(sentence, mend, command=command)
        self.aside = aside

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.sentence, self.mend, self.aside), {"command": self.command})


class BrokenRecord(DamagedStore):
    """The file can be read, and its journal or structure isn't as it was written. It stays where it is."""


class MissingStore(StoreTrouble):
    """There is no store, but there was one: its backups, or what was moved aside, are still beside it."""


class OlderStore(StoreTrouble):
    """The store isn't the one that was last written: an older copy, or one with another record."""


class SealedHub(UserError):
    """The hub is opened by a passphrase, and none was given."""


class ReplacedStore(UserError):
    """The file under an open store is no longer the one that was opened."""


MAY_BE_DAMAGE = (
    ValueError, TypeError, LookupError, AttributeError, AssertionError, driver.Error, zlib.error,
    DamagedStore,
)  # fmt: skip
"""What a value in a table that nobody of us wrote may lead to; each may be a bug of ours as well."""


LEAST_ROOM = 32 * 1024
"""Bytes that must be free to open a store at all: the index of its write-ahead log."""

OF_THE_FILE = (driver.Error, DamagedStore)
"""What can't be a bug in reading the rules."""


def is_damage(error: driver.Error) -> bool:
    """Whether the error says that the file itself is broken, or a text in it."""
    return name_of(error).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or (
        str(error).startswith("Could not decode to UTF-8")
    )


def as_user_error(error: driver.Error, path: Path) -> UserError | None:
    """The error as a sentence and a way on; None where it isn't of the user's world."""
    name, file, folder = name_of(error), path.name, path.parent
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreLocked(
            f"{file} is being written by another window or program, and stayed so for some seconds.",
            "Nothing was changed. Try again in a moment; close other windows on this hub if it goes on.",
        )
    if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and _is_full(folder)):
        return UserError(
            f"There is no room left on the disk that holds {folder}.",
            "Nothing was changed. Free some space, then do it again.",
        )
    if name.startswith("SQLITE_READONLY"):
        return UserError(
            f"{file} can't be written to: it, or its folder {folder}, is read-only.",
            "Nothing was changed. Ask for the right to write there, or copy the hub to a folder of your own.",
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return UserError(
            f"{path} can't be opened or made.",
            "See that the folder exists, that you may write in it, and that the drive is connected.",
        )
    if name.startswith("SQLITE_IOERR"):
        return UserError(
            f"The disk that holds {folder} doesn't answer as it should.",
            "Nothing was changed. See that the drive is connected; else restore the last backup elsewhere.",
        )
    if is_damage(error):
        return DamagedStore(
            f"{file} is damaged.",
            "Close the program and open the hub again: what can be mended from its record is mended, and a "
            "file that can't be is moved aside, never deleted.",
        )
    return None


def _is_full(folder: Path) -> bool:
    """Whether hardly anything more can be written there: SQLite can't make its index then, and calls that an
    error of the disk."""
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM
    except OSError:
        return False


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turns an SQLite error of the user's world into a `UserError`; lets any other pass."""
    try:
        yield
    except driver.Error as error:
        plain = as_user_error(error, path)
        if plain is None:
            raise
        # what SQLite says of damage holds the text that it couldn't read
        raise plain from None if is_damage(error) else error


@contextmanager
def files_said_plainly(path: Path) -> Iterator[None]:
    """Turns what the file system refuses into a `UserError`."""
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{error.filename or path} can't be used: {error.strerror or error}.",
            "See that the folder exists and that you may write in it; close other windows on this hub.",
        ) from error
