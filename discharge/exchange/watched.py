"""A folder into which another system puts its files: which of them wait to be looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from discharge.model.errors import UserError

LISTS = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".ods", ".json", ".jsonl", ".ndjson"})
"""Files that may hold a list."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits; `mark` is another for one that was written anew under the same name, and gives the
    name to nobody."""

    path: Path
    mark: str


def waiting_in(folder: Path, seen: Collection[str]) -> tuple[Waiting, ...]:
    """The lists in the folder whose marks aren't among those seen, the oldest first.

    What a spreadsheet program keeps beside an open file, hidden files and empty ones are passed over.
    Raises `UserError` where the folder can't be read.
    """
    try:
        found = [(path, path.stat()) for path in folder.iterdir() if _is_list(path)]
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise UserError(
            f"The watched folder {folder} can't be read: {why}.", "Choose it again in Preferences."
        ) from None
    found.sort(key=lambda each: (each[1].st_mtime_ns, each[0].name))
    waiting = (
        Waiting(path, _mark(f"{path.name}\n{stat.st_size}\n{stat.st_mtime_ns}"))
        for path, stat in found
        if stat.st_size
    )
    return tuple(each for each in waiting if each.mark not in seen)


def _is_list(path: Path) -> bool:
    return path.suffix.lower() in LISTS and not path.name.startswith((".", "~")) and path.is_file()


def _mark(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]
