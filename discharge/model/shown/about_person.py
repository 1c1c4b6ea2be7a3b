"""All that is on record about one person, as it is given to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class EntryAbout:
    """An entry about the person. `given`: whose word it rests on, as JSON; None where nobody else's."""

    seq: int
    kind: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    role: str
    given: str | None
    sentence: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """Everything about one person: their record, and those that were merged into it (`parts`).

    `tables`: rows by table, as they are kept. `papers`: the content of those that were issued about them, by
    their id. Wherever somebody else was named or meant there stands `another person`.
    """

    id: str
    name: str
    parts: tuple[str, ...]
    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    entries: tuple[EntryAbout, ...]
    papers: Mapping[str, Any]
