"""The record as it is read: the hub's people, and the journal in sentences."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from discharge.model.people import Given, Role, User
from discharge.model.shown.record import DeskLine, JournalLine
from discharge.store import journal
from discharge.store.ask.sentences import sentence
from discharge.store.ask.view import View, load, marks, once
from discharge.store.journal import LINE_COLUMNS, Kind
from discharge.words.days import day_and_time


@once
def users(view: View) -> tuple[User, ...]:
    """The hub's people: those active first, then by name."""
    rows = view.rows(f"{_USERS} ORDER BY active DESC, name, number")
    return tuple(_user(row) for row in rows)


def user(view: View, name: str) -> User | None:
    """The person of that id; None where there is none."""
    row = view.row(f"{_USERS} WHERE id = ?", (name,))
    return None if row is None else _user(row)


def _user(row: Sequence[Any]) -> User:
    roles = frozenset(Role(role) for role in json.loads(row[2]))
    return User(
        id=row[0],
        name=row[1],
        roles=roles,
        active=bool(row[3]),
        email=row[4],
        authorities=frozenset(json.loads(row[5])),
    )


_USERS = "SELECT id, name, roles, active, email, authorities FROM users"


def accounts_of(view: View, *, user: str, name: str) -> frozenset[str]:
    """Every account of the person who is this user, and did something under this name."""
    people = users(view)
    theirs = [one for one in people if one.id == user]
    theirs += [one.model_copy(update={"name": name}) for one in theirs]
    return frozenset({user, *(one.id for one in people if any(one.is_also(each) for each in theirs))})


LET_IN = timedelta(days=1)
"""For so long after somebody was let in, what they approve of whoever let them in is marked (A1)."""


def let_in(view: View, *, user: str, others: Collection[str]) -> str:
    """That this user let one of the others into the hub, or one of them this user, within the last day: a
    sentence; empty where nobody did. Roles given count as letting in, and so does a one-time word: whoever
    has it comes in as its holder."""
    kinds = [kind.value for kind in (Kind.USER_ADDED, Kind.USER_AMENDED, Kind.KEY_SET)]
    both = [user, *sorted(set(others) - {user})]
    for row in view.rows(
        f"SELECT {LINE_COLUMNS} FROM journal WHERE kind IN ({marks(kinds)}) AND recorded_at >= ?"
        f" AND subject IN ({marks(both)}) AND user IN ({marks(both)}) AND user != subject ORDER BY seq DESC",
        (*kinds, (view.now - LET_IN).isoformat(), *both, *both),
    ):
        line = journal.line(row)
        when = day_and_time(line.recorded_at)
        if line.kind is Kind.KEY_SET and user in (line.user, line.subject):
            whom = view.value("SELECT name FROM users WHERE id = ?", (line.subject,))
            return f"{line.user_name} had given {whom} a one-time word, {when}."
        gave = line.kind is Kind.USER_ADDED or {"roles", "active"} & set(line.body.get("changed", ("roles",)))
        if gave and user in (line.user, line.subject):
            return f"{line.user_name} had let {line.body['name']} into the hub, or gave them a role, {when}."
    return ""


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


def desks(view: View) -> tuple[DeskLine, ...]:
    """The desks of a hub on a server, in the order of joining."""
    rows = view.rows(
        f"SELECT {LINE_COLUMNS} FROM journal WHERE kind IN (?, ?) ORDER BY seq",
        (Kind.DESK_ADDED.value, Kind.DESK_CLOSED.value),
    )
    found: dict[str, DeskLine] = {}
    for line in map(journal.line, rows):
        if line.kind is Kind.DESK_ADDED:
            found[line.subject] = DeskLine(
                line.subject, str(line.body["name"]), line.happened_at, line.user_name, None
            )
        else:
            found[line.subject] = replace(found[line.subject], closed_at=line.happened_at)
    return tuple(found.values())


def meanwhile(view: View, lines: Sequence[journal.Line]) -> str:
    """The last of these entries about placements or what they rest on, in a sentence that says who it was;
    empty where none is."""
    for line in reversed(lines):
        if line.kind.value.startswith(
            ("placement_", "bed", "happened", "admissions", "outbreak", "patient_")
        ):
            said = sentence(line.kind, line.body, settings=view.setting_name).rstrip(".")
            return f"Meanwhile {line.user_name} recorded, {day_and_time(line.recorded_at)}: {said}."
    return ""


def _shown(view: View, line: journal.Line) -> JournalLine:
    return JournalLine(
        seq=line.seq,
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
