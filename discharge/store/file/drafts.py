"""Drafts of forms that weren't finished, beside the store: for a crash, and gone once the form is.

They hold what was typed of a person, so they lie where the store lies, for the eyes of its owner alone, and
are sealed where it is. They
are no part of the record: no backup has them and nothing follows from them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from discharge.store.file import beside
from discharge.store.file.faults import files_said_plainly

KEPT = timedelta(days=14)
_NAME = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was left: what was typed, by whom, when."""

    name: str
    form: str
    by: str
    saved_at: datetime
    typed: Mapping[str, Any]


def folder_of(store: Path) -> Path:
    """The folder beside the store that holds its drafts."""
    return store.with_name(f"{store.name} drafts")


def keep(store: Path, draft: Draft) -> None:
    """Writes the draft in place of an earlier one of its name: whole, or not at all."""
    if not _NAME.fullmatch(draft.name):
        raise ValueError(draft.name)
    folder = folder_of(store)
    body = {
        "form": draft.form,
        "by": draft.by,
        "saved_at": draft.saved_at.isoformat(),
        "typed": dict(draft.typed),
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    with files_said_plainly(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        beside.write(store, folder / f"{draft.name}.draft", content)


def drop(store: Path, name: str) -> None:
    """Deletes the draft of that name, where there is one; the folder with the last of them."""
    folder = folder_of(store)
    with files_said_plainly(folder):
        (folder / f"{name}.draft").unlink(missing_ok=True)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def drafts_of(store: Path, *, now: datetime) -> tuple[Draft, ...]:
    """The store's drafts, newest first. Whatever can't be read or is too old is deleted."""
    found = []
    folder = folder_of(store)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == ".new":
            path.unlink(missing_ok=True)  # cut short while it was written
            continue
        draft = _read(store, path) if path.suffix == ".draft" else None
        if draft is None or draft.saved_at < now - KEPT:
            drop(store, path.stem)
        else:
            found.append(draft)
    return tuple(sorted(found, key=lambda one: one.saved_at, reverse=True))


def _read(store: Path, path: Path) -> Draft | None:
    try:
        body = json.loads(beside.read(store, path))
        saved_at = datetime.fromisoformat(body["saved_at"])
        return Draft(path.stem, str(body["form"]), str(body["by"]), saved_at, dict(body["typed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
