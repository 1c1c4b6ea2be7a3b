"""Which column of whose files means what: matched by hand once, beside the store, and no part of the record.

A source is known by the titles of its columns. Nothing in it is about a person.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from discharge import in_place
from discharge.store.file.faults import files_said_plainly


def beside(store: Path) -> Path:
    """The file beside the store that keeps it."""
    return store.with_name(f"{store.name} columns.json")


def matched(store: Path) -> dict[str, dict[str, str]]:
    """What was matched, title to column, by source; nothing where the file isn't there or can't be read."""
    try:
        found = json.loads(in_place.content_of(beside(store)))
        return {
            str(source): {str(title): str(column) for title, column in titles.items()}
            for source, titles in found.items()
        }
    except (OSError, ValueError, AttributeError):
        return {}


def keep(store: Path, source: str, titles: Mapping[str, str]) -> None:
    """Keeps what was matched of a source, in place of what was before and behind all others; whole, or not at
    all."""
    others = {other: kept for other, kept in matched(store).items() if other != source}
    content = json.dumps({**others, source: dict(titles)}, ensure_ascii=False, indent=1).encode()
    path = beside(store)
    with files_said_plainly(path.parent):
        fresh = path.with_name(f"{path.name}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        in_place.put(fresh, path)
