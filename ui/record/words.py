"""How the record is said: fields and values of an entry, its seal, how late it was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from discharge.model.london import london_date
from discharge.model.shown.record import RECORD_GROUPS, Difference, RecordLine, group_of
from discharge.words.counts import sentence_case
from discharge.words.days import age_words, day_words, instant_words
from ui.theme.status import Status

LATE = timedelta(minutes=5)
"""What is recorded so much later than it happened is said to be."""
LONGEST = 300
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
_SHA256 = re.compile(r"[0-9a-f]{64}")

ICONS = {
    "infection": "virus", "list": "patients", "approval": "approvals", "offer": "phone", "move": "moves",
    "capacity": "bed", "outbreak": "warning", "setting": "settings", "review": "check-circle",
    "paper": "print", "aid": "send", "plan": "plan", "hub": "user",
}  # fmt: skip


def group_status(line: RecordLine) -> Status:
    """What an entry is about, as an icon with its word."""
    group = group_of(line.kind)
    return Status(RECORD_GROUPS[group][0], sentence="", icon_name=ICONS[group])


def late_words(line: RecordLine) -> str:
    """ "2 h later", where it was recorded well after it happened; else empty."""
    late = line.recorded_at - line.happened_at
    return f"{' '.join(age_words(late).split()[:2])} later" if late >= LATE else ""


def seal_words(sha256: str) -> str:
    """A seal in short: "de13 648c 2228"."""
    return " ".join(sha256[at : at + 4] for at in (0, 4, 8))


def field_words(path: str) -> str:
    """A field's path as words: "weekly fee", "handover: allergies"."""
    said = ": ".join(part.replace("_", " ") for part in path.split("."))
    return sentence_case(said.replace("sha256", "seal").replace("as of seq", "as of entry"))


def value_words(value: Any, *, now: datetime, names: Mapping[str, str] | None = None) -> str:
    """A value as words; `names` are of people and settings by their ids."""
    known = names or {}
    if value is None or value == "" or value == [] or value == {}:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        said = "; ".join(value_words(each, now=now, names=known) for each in value)
        return said if len(said) <= LONGEST else f"{said[:LONGEST]} …"
    if isinstance(value, dict):
        return ", ".join(
            f"{key.replace('_', ' ')} {value_words(each, now=now, names=known)}"
            for key, each in value.items()
            if each not in (None, "", [])
        )
    if isinstance(value, str):
        return _text(value, now=now, names=known)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _text(value: str, *, now: datetime, names: Mapping[str, str]) -> str:
    if value in names:
        return f"{names[value]} ({value})"
    if _SHA256.fullmatch(value):
        return seal_words(value)
    if _DAY.fullmatch(value):
        return day_words(date.fromisoformat(value), today=london_date(now))
    if _INSTANT.fullmatch(value):
        return instant_words(datetime.fromisoformat(value), now=now)
    return value.replace("_", " ") if value.islower() and " " not in value else value


def fields(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an entry says, field by field, what says nothing left out."""
    for key, value in body.items():
        if isinstance(value, dict):
            for inner, each in fields(value):
                yield f"{key}.{inner}", each
        elif value not in (None, "", []):
            yield key, value


def difference_words(each: Difference, *, now: datetime, names: Mapping[str, str]) -> str:
    """ "1200 → 1350"; of a list what is no longer in it, and what is new."""

    def said(value: Any) -> str:
        return value_words(value, now=now, names=names)

    before, after = each.before, each.after
    if isinstance(before, list) and isinstance(after, list) and before and after:
        gone = [item for item in before if item not in after]
        new = [item for item in after if item not in before]
        parts = [f"no longer {said(gone)}" if gone else "", f"now {said(new)}" if new else ""]
        return ". ".join(sentence_case(part) for part in parts if part) or "In another order"
    return f"{said(before)} → {said(after)}"
