"""What went as a file to somebody who decides on it away from the hub, and whether their answer came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from discharge.model.approving import APPROVE
from discharge.store import journal
from discharge.store.ask.view import View
from discharge.store.journal import Kind, Line
from discharge.store.signed import ANSWERS


@dataclass(frozen=True, slots=True)
class SentForDecision:
    """A placement that went in a bundle to a user (`whom`), or to whoever answers for a setting, who can
    answer until it expires. `asks`: for what it went."""

    asks: str
    placement: str
    bundle: str
    whom: str
    whom_name: str
    at: datetime
    expires: datetime


def sent(view: View, item: str) -> SentForDecision | None:
    """What was sent under this id; None where nothing was."""
    line = _holding(view, (Kind.PLACEMENT_SENT,), "$.item", item)
    return None if line is None else _as_sent(line)


def last_sent(view: View, placement: str, asks: str) -> SentForDecision | None:
    """What went last of a placement for this; None where it never went to anybody."""
    sql = f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE subject = ? AND kind = ? ORDER BY seq DESC"
    rows = view.rows(sql, (placement, Kind.PLACEMENT_SENT.value))
    return next((one for row in rows if (one := _as_sent(journal.line(row))).asks == asks), None)


def _as_sent(line: Line) -> SentForDecision:
    body = line.body
    return SentForDecision(
        asks=body.get("asks", APPROVE),
        placement=line.subject,
        bundle=body["bundle"],
        whom=body["whom"],
        whom_name=body["whom_name"],
        at=line.recorded_at,
        expires=datetime.fromisoformat(body["expires"]),
    )


def taken(view: View, item: str) -> Line | None:
    """The entry that an answer to this came to; None where none was taken yet."""
    return _holding(view, tuple(ANSWERS), "$.answer.item", item)


def _holding(view: View, kinds: tuple[Kind, ...], path: str, value: str) -> Line | None:
    marks = ", ".join("?" * len(kinds))
    where = f"kind IN ({marks}) AND json_extract(body, ?) = ?"
    sql = f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE {where} LIMIT 1"
    row = view.row(sql, (*kinds, path, value))
    return None if row is None else journal.line(row)


__all__ = ["SentForDecision", "last_sent", "sent", "taken"]
