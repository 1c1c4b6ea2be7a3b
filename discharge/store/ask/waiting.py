"""What was changed and waits for a second person's word (A4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from discharge.model.people import Role, User
from discharge.model.shown.waiting import WaitingChange
from discharge.store.ask import record
from discharge.store.ask.view import View, once
from discharge.store.journal import Kind

_COLUMNS = 'id, what, subject, was, wanted, "by", by_name, at, together, reason'


@once
def changes(view: View) -> tuple[WaitingChange, ...]:
    """Every change that waits, the one that has waited longest first."""
    return tuple(_change(view, row) for row in view.rows(f"SELECT {_COLUMNS} FROM waiting ORDER BY seq"))


def of(view: View, subject: str) -> WaitingChange | None:
    """What waits of this setting, or of the hub."""
    row = view.row(f"SELECT {_COLUMNS} FROM waiting WHERE subject = ?", (subject,))
    return None if row is None else _change(view, row)


def _change(view: View, row: Sequence[Any]) -> WaitingChange:
    subject = row[2]
    return WaitingChange(
        id=row[0],
        what=row[1],
        subject=subject,
        about="the hub" if subject == "hub" else view.setting_name[subject],
        was=json.loads(row[3]),
        wanted=json.loads(row[4]),
        by=row[5],
        by_name=row[6],
        authors=record.accounts_of(view, user=row[5], name=row[6]),
        at=datetime.fromisoformat(row[7]),
        group=row[8],
        reason=row[9],
    )


@once
def fees(view: View) -> dict[str, float | None]:
    """The weekly fees that wait, by setting; None: it is no longer to be known."""
    rows = view.rows("SELECT subject, wanted FROM waiting WHERE what = 'fee'")
    return {subject: json.loads(wanted) for subject, wanted in rows}


def ever_others(view: View, user: User) -> frozenset[Role]:
    """The roles that anybody else than this person has, or ever had: who has left could have confirmed."""
    own = record.accounts_of(view, user=user.id, name=user.name)
    rows = view.rows(
        "SELECT subject, body FROM journal WHERE kind IN (?, ?)",
        (Kind.USER_ADDED.value, Kind.USER_AMENDED.value),
    )
    return frozenset(
        Role(role) for subject, body in rows if subject not in own for role in json.loads(body)["roles"]
    )


__all__ = ["changes", "ever_others", "fees", "of"]
