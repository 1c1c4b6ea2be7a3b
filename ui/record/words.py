"""How the record is said: what an entry is about, what it changed, how late it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from discharge.model.shown.record import RECORD_GROUPS, Difference, RecordLine, group_of
from discharge.words.counts import sentence_case
from discharge.words.days import age_words
from discharge.words.values import value_words
from ui.theme.status import Status

LATE = timedelta(minutes=5)
"""What is recorded so much later than it happened is said to be."""

ICONS = {
    "infection": "virus", "list": "patients", "approval": "approvals", "offer": "phone", "move": "moves",
    "capacity": "bed", "outbreak": "warning", "setting": "settings", "review": "check-circle",
    "paper": "print", "aid": "send", "plan": "plan", "change": "edit", "hub": "user",
}  # fmt: skip


def group_status(line: RecordLine) -> Status:
    """What an entry is about, as an icon with its word."""
    group = group_of(line.kind)
    return Status(RECORD_GROUPS[group][0], sentence="", icon_name=ICONS[group])


def late_words(line: RecordLine) -> str:
    """ "2 h later", where it was recorded well after it happened; else empty."""
    late = line.recorded_at - line.happened_at
    return f"{' '.join(age_words(late).split()[:2])} later" if late >= LATE else ""


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
