"""What entries about reviews and assessments do to the tables."""

from __future__ import annotations

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


@_on(Kind.REVIEWED)
def _reviewed(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": body["id"],
        "placement": line.subject,
        "patient": body["patient"],
        "body": canonical(body["review"]),
        "at": line.happened_at.isoformat(),
        "by": line.user_name,
        "given": line.given,
        "withdrawn": 0,
    }
    insert(connection, "reviews", row)


@_on(Kind.REVIEW_WITHDRAWN)
def _review_withdrawn(connection: Connection, _line: Line, body: Body) -> None:
    update(connection, "reviews", {"id": body["id"]}, {"withdrawn": 1})


@_on(Kind.ASSESSED)
def _assessed(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": body["id"],
        "patient": line.subject,
        "body": canonical(body["assessment"]),
        "at": line.happened_at.isoformat(),
        "by": line.user_name,
        "withdrawn": 0,
        "reason": "",
    }
    insert(connection, "assessments", row)


@_on(Kind.ASSESSMENT_WITHDRAWN)
def _assessment_withdrawn(connection: Connection, _line: Line, body: Body) -> None:
    update(connection, "assessments", {"id": body["id"]}, {"withdrawn": 1, "reason": body["reason"]})
