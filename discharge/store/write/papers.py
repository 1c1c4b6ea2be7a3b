"""What entries about papers do to the tables."""

from __future__ import annotations

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


@_on(Kind.PAPER_ISSUED)
def _paper_issued(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": body["paper"],
        "kind": body["kind"],
        "about": line.subject,
        "version": body["version"],
        "stay": body.get("stay", 0),
        "seal": body["seal"],
        "patient": body["patient"],
        "setting": body["setting"],
        "to": body["to"],
        "sha256": body["paper_sha256"],
        "at": line.recorded_at.isoformat(),
        "by": line.user_name,
        "recalled": 0,
        "reason": "",
    }
    insert(connection, "papers", row)


@_on(Kind.PAPER_RECALLED)
def _paper_recalled(connection: Connection, _line: Line, body: Body) -> None:
    update(connection, "papers", {"id": body["paper"]}, {"recalled": 1, "reason": body["reason"]})
