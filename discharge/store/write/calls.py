"""What entries about calls, what is agreed in them, reviews of outbreaks and mutual aid do to the tables."""

from __future__ import annotations

from typing import Any

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


@_on(Kind.CALL_LOGGED)
def _call_logged(connection: Connection, line: Line, body: Body) -> None:
    """Entries of old have no answers."""
    row = {
        "seq": line.seq,
        "id": line.id,
        "setting": line.subject,
        "at": line.happened_at.isoformat(),
        "by": line.user_name,
        "incoming": int(body["incoming"]),
        "given": line.given,
        "said": body["said"],
        "withdrawn": 0,
        "reason": "",
        "answers": canonical(body["answers"]) if body.get("answers") else None,
    }
    insert(connection, "calls", row)


@_on(Kind.CALL_WITHDRAWN)
def _call_withdrawn(connection: Connection, _line: Line, body: Body) -> None:
    update(connection, "calls", {"id": body["call"]}, {"withdrawn": 1, "reason": body["reason"]})


@_on(Kind.ACTION_AGREED)
def _action_agreed(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": body["action"],
        "setting": line.subject,
        "what": body["what"],
        "who": body["who"],
        "due": body["due"],
        "at": line.happened_at.isoformat(),
        "by": line.user_name,
        "done_at": None,
        "done_by": "",
        "done_words": "",
        "dropped": 0,
    }
    insert(connection, "actions", row)


@_on(Kind.ACTION_DONE)
def _action_done(connection: Connection, line: Line, body: Body) -> None:
    done = {
        "done_at": line.happened_at.isoformat(),
        "done_by": line.user_name,
        "done_words": body["words"],
    }
    update(connection, "actions", {"id": body["action"]}, done)


@_on(Kind.ACTION_REOPENED)
def _action_reopened(connection: Connection, _line: Line, body: Body) -> None:
    undone = {"done_at": None, "done_by": "", "done_words": ""}
    update(connection, "actions", {"id": body["action"]}, undone)


@_on(Kind.ACTION_DROPPED)
def _action_dropped(connection: Connection, _line: Line, body: Body) -> None:
    update(connection, "actions", {"id": body["action"]}, {"dropped": 1})


@_on(Kind.OUTBREAK_REVIEWED)
def _outbreak_reviewed(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "reviewed_at": line.happened_at.isoformat(),
        "by": line.user_name,
        "learned": body["learned"],
        "shared": body["shared"],
    }
    update(connection, "outbreak_reviews", {"ended": body["ended"]}, row)


@_on(Kind.OUTBREAK_REVIEW_TAKEN_BACK)
def _outbreak_review_taken_back(connection: Connection, _line: Line, body: Body) -> None:
    row = {"reviewed_at": None, "by": "", "learned": "", "shared": ""}
    update(connection, "outbreak_reviews", {"ended": body["ended"]}, row)


_UNANSWERED: dict[str, Any] = {
    "answer": None, "answer_words": "", "answered_at": None, "owed": 0, "back_by": None,
}  # fmt: skip
_NOT_BACK: dict[str, Any] = {"back_at": None, "back_words": ""}


@_on(Kind.AID_ASKED)
def _aid_asked(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": line.subject,
        "way": body["way"],
        "borough": body["borough"],
        "kind": body["kind"],
        "wanted": body["wanted"],
        "needed_by": body["needed_by"],
        "at": line.happened_at.isoformat(),
        "by": line.user_name,
        **_UNANSWERED,
        **_NOT_BACK,
        "withdrawn": 0,
    }
    insert(connection, "aid", row)


@_on(Kind.AID_ANSWERED)
def _aid_answered(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "answer": body["answer"],
        "answer_words": body["words"],
        "answered_at": line.happened_at.isoformat(),
        "owed": int(body["owed"]),
        "back_by": body["back_by"],
    }
    update(connection, "aid", {"id": line.subject}, row)


@_on(Kind.AID_GIVEN_BACK)
def _aid_given_back(connection: Connection, line: Line, body: Body) -> None:
    row = {"back_at": line.happened_at.isoformat(), "back_words": body["words"]}
    update(connection, "aid", {"id": line.subject}, row)


@_on(Kind.AID_STEP_TAKEN_BACK)
def _aid_step_taken_back(connection: Connection, line: Line, body: Body) -> None:
    row: dict[str, Any] = {
        Kind.AID_ASKED: {"withdrawn": 1},
        Kind.AID_ANSWERED: _UNANSWERED,
        Kind.AID_GIVEN_BACK: _NOT_BACK,
    }[Kind(body["kind"])]
    update(connection, "aid", {"id": line.subject}, row)
