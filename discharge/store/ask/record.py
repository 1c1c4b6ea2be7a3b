"""The record as it is read: the hub's people, and the journal in sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from discharge.model.people import Given, Role, User
from discharge.model.shown.record import JournalLine
from discharge.store import journal
from discharge.store.ask.sentences import sentence
from discharge.store.ask.view import View, load
from discharge.store.journal import LINE_COLUMNS, Kind


def users(view: View) -> tuple[User, ...]:
    """The hub's people: those active first, then by name."""
    rows = view.rows("SELECT id, name, roles, active FROM users ORDER BY active DESC, name, number")
    return tuple(_user(row) for row in rows)


def user(view: View, name: str) -> User | None:
    """The person of that id; None where there is none."""
    row = view.row("SELECT id, name, roles, active FROM users WHERE id = ?", (name,))
    return None if row is None else _user(row)


def _user(row: Sequence[Any]) -> User:
    roles = frozenset(Role(role) for role in json.loads(row[2]))
    return User(id=row[0], name=row[1], roles=roles, active=bool(row[3]))


def entries(
    view: View, *, subject: str | None = None, limit: int = 200, before: int | None = None
) -> tuple[JournalLine, ...]:
    """The journal, newest first: of one subject, or of all; `before` an entry's number for the page after."""
    where = ["seq < ?"]
    values: list[object] = [before if before is not None else 1 << 62]
    if subject is not None:
        # a bed kept for somebody stands in their own record too
        where.append("(subject = ? OR kind IN (?, ?) AND json_extract(body, '$.patient') = ?)")
        values += [subject, Kind.BED_KEPT.value, Kind.BED_RELEASED.value, subject]
    sql = f"SELECT {LINE_COLUMNS} FROM journal WHERE {' AND '.join(where)} ORDER BY seq DESC LIMIT ?"
    return tuple(_shown(view, journal.line(row)) for row in view.rows(sql, (*values, limit)))


def _shown(view: View, line: journal.Line) -> JournalLine:
    return JournalLine(
        seq=line.seq,
        id=line.id,
        kind=line.kind.value,
        subject=line.subject,
        sentence=sentence(line.kind, line.body, settings=view.setting_name),
        happened_at=line.happened_at,
        recorded_at=line.recorded_at,
        user=line.user,
        user_name=line.user_name,
        role=Role(line.role).words,
        given=None if line.given is None else load(Given, line.given),
    )
