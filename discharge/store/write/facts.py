"""What entries about facts of the world, tasks left behind and results passed on do to the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


@_on(Kind.HAPPENED)
def _happened(connection: Connection, line: Line, body: Body) -> None:
    """What became of placement, stays and person stands in the body."""
    if body["placement"] is not None:
        row: dict[str, Any] = {"last_seq": line.seq, **body["becomes"]}
        if "state" in row:
            row["since"] = line.happened_at.isoformat()
        update(connection, "placements", {"id": body["placement"]}, row)
    for stay in body["stays"]:
        key = {"placement": body["placement"], "position": stay["position"]}
        changed = {name: value for name, value in stay.items() if name != "position"}
        if changed.get("departed_at"):
            changed["departed_seq"] = line.seq
        update(connection, "stays", key, changed)
    if body["left"] is not None:
        left = {"left_reason": body["left"], "left_note": "", "left_seq": line.seq}
        update(connection, "patients", {"id": body["patient"]}, left)
        connection.execute("DELETE FROM kept WHERE patient = ?", (body["patient"],))
    if body["code"] is not None:
        _declined(connection, line, body)
    fact = {
        "number": body["number"],
        "id": body["id"],
        "facts": canonical(body["facts"]),
        "patient": body["patient"],
        "placement": body["placement"],
        "setting": body["setting"],
        "elsewhere": body["elsewhere"],
        "hospital": body["hospital"],
        "at": line.happened_at.isoformat(),
        "against": canonical(body["against"]),
        "reason": body["reason"],
        "by": line.user_name,
        "assigned": body["assigned"],
        "due_at": body["due_at"],
        "dealt_by": "",
        "dealt_words": "",
        "seq": line.seq,
    }
    insert(connection, "happenings", fact)


def _declined(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": line.seq,
        "placement": body["placement"],
        "patient": body["patient"],
        "setting": body["setting"],
        "code": body["code"],
        "note": body["reason"],
        "at": line.happened_at.isoformat(),
        "stands": 1,
        "by": line.user_name,
    }
    insert(connection, "declines", row)


@_on(Kind.HAPPENING_DEALT_WITH)
def _dealt_with(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "dealt_at": line.happened_at.isoformat(), "dealt_by": line.user_name, "dealt_words": body["words"],
    }  # fmt: skip
    update(connection, "happenings", {"id": line.subject}, row)


@_on(Kind.HAPPENING_HANDED_OVER)
def _handed_over(connection: Connection, line: Line, body: Body) -> None:
    update(connection, "happenings", {"id": line.subject}, {"assigned": body["to"], "due_at": body["due_at"]})


@_on(Kind.TASK_DONE)
def _task_done(connection: Connection, line: Line, _body: Body) -> None:
    row = {"done_at": line.happened_at.isoformat(), "done_by": line.user_name, "given": line.given}
    update(connection, "tasks", {"id": line.subject}, row)


@_on(Kind.NEWS_PASSED_ON)
def _news_passed_on(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "whom": body["whom"],
        "seq": line.seq,
        "at": line.happened_at.isoformat(),
        "by": line.user_name,
        "given": line.given,
    }
    insert(connection, "news", row, replace=True)


def leave_tasks(connection: Connection, line: Line, tasks: list[Mapping[str, Any]]) -> None:
    """Enters the tasks that an entry of any kind leaves behind."""
    for task in tasks:
        row = {
            "number": task["number"],
            "id": task["id"],
            "kind": task["kind"],
            "patient": task["patient"],
            "placement": task["placement"],
            "setting": task["setting"],
            "transport": None if task["transport"] is None else canonical(task["transport"]),
            "since": line.happened_at.isoformat(),
            "done_by": "",
            "seq": line.seq,
        }
        insert(connection, "tasks", row)


__all__ = ["APPLY", "leave_tasks"]
