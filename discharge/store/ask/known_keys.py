"""The keys that stand in the journal: whose is in force, and of which hub they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from discharge.store.ask.view import View
from discharge.store.journal import Kind


class HowSet(StrEnum):
    """How a key came to stand in the journal."""

    FOUNDED = "founded"
    """With the hub: its first person's."""
    SEALED = "sealed"
    """When a hub that had no keys was sealed: of whoever did it."""
    ONE_TIME_WORD = "one_time_word"
    """Vouched for by an administrator; it signs its holder's own key and nothing else."""
    OWN = "own"
    """Its holder's, that nobody else has had."""
    RECOVERY = "recovery"
    """An administrator's, vouched for by the recovery sheet."""
    SHEET = "sheet"
    """Of the recovery sheet; it signs an administrator's key and nothing else."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """The public half of a key in force, and how it came to be."""

    public: str
    how: HowSet


_OF_KEYS = (Kind.KEY_SET, Kind.KEY_CLOSED, Kind.USER_AMENDED)


def key_of(view: View, holder: str) -> KnownKey | None:
    """The key of this user, or of the recovery sheet, that is in force; None where there is none.

    Whoever leaves the hub has none any more, even if they come back.
    """
    rows = view.connection.execute(
        "SELECT kind, body FROM journal WHERE subject = ? AND kind IN (?, ?, ?) ORDER BY seq DESC",
        (holder, *(kind.value for kind in _OF_KEYS)),
    )
    for kind, text in rows:
        body = json.loads(text)
        if kind == Kind.KEY_SET:
            return KnownKey(str(body["key"]), HowSet(body["how"]))
        if kind == Kind.KEY_CLOSED or not body["active"]:
            return None
    return None


@dataclass(frozen=True, slots=True)
class HomeKey:
    """The key with which somebody answers for a home by signed files, and who that is."""

    setting: str
    public: str
    name: str
    letters: str
    since: datetime


_OF_HOMES = (Kind.HOME_KEY_SET, Kind.HOME_KEY_CLOSED)


def home_keys(view: View) -> dict[str, HomeKey]:
    """The keys of homes that are in force, by setting."""
    found: dict[str, HomeKey] = {}
    for setting, kind, text, at in view.connection.execute(
        "SELECT subject, kind, body, recorded_at FROM journal WHERE kind IN (?, ?) ORDER BY seq",
        tuple(kind.value for kind in _OF_HOMES),
    ):
        body = json.loads(text)
        if kind == Kind.HOME_KEY_SET:
            since = datetime.fromisoformat(at)
            found[setting] = HomeKey(setting, body["key"], body["name"], body["letters"], since)
        else:
            found.pop(setting, None)
    return found


def hub_of_keys(view: View) -> str | None:
    """What tells this hub's keys from another hub's; None in a hub without keys."""
    text = view.value("SELECT body FROM journal WHERE kind = ? ORDER BY seq LIMIT 1", (Kind.KEY_SET.value,))
    return None if text is None else str(json.loads(text).get("hub", ""))


def data_key_on_record(view: View) -> int:
    """The so-manieth data key the hub has, as it is on record: the first unless it was changed."""
    query = "SELECT body FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT 1"
    text = view.value(query, (Kind.DATA_KEY_CHANGED.value,))
    return 1 if text is None else int(json.loads(text)["generation"])


__all__ = ["HomeKey", "HowSet", "KnownKey", "data_key_on_record", "home_keys", "hub_of_keys", "key_of"]
