"""What entries about plans and placements do to the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


@_on(Kind.PLAN_STORED)
def _plan_stored(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": line.subject,
        "made_at": line.recorded_at.isoformat(),
        "by": line.user_name,
        "rule_set": body["rule_set"],
        "rules_sha256": body["rules_sha256"],
        "rule_set_sha256": body["rule_set_sha256"],
        "case_sha256": body["case_sha256"],
        "plan_sha256": body["plan_sha256"],
        "status": body["status"],
        "gap": body["gap"],
        "listed": body["listed"],
        "placed": canonical(body["placed"]),
        "unplaced": body["unplaced"],
        "points": body["points"],
        "seconds": body["seconds"],
        "as_of_seq": body["as_of_seq"],
        "seq": line.seq,
    }
    insert(connection, "plans", row)


@_on(Kind.PROPOSAL_KEPT)
def _proposal_kept(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "plan": body["plan"],
        "placement": canonical(body["placement"]),
        "since": line.recorded_at.isoformat(),
        "by": line.user_name,
    }
    insert(connection, "kept", row, replace=True)


@_on(Kind.KEEPING_STOPPED)
def _keeping_stopped(connection: Connection, line: Line, _body: Body) -> None:
    connection.execute("DELETE FROM kept WHERE patient = ?", (line.subject,))


@_on(Kind.PLACEMENT_PROPOSED)
def _placement_proposed(connection: Connection, line: Line, body: Body) -> None:
    placement = body["placement"]
    row = {
        "number": body["number"],
        "id": line.subject,
        "patient": body["patient"],
        "state": "proposed",
        "stay": 0,
        "plan": body["plan"],
        "by_hand_reason": body["reason"],
        "points": canonical(placement["points"]),
        "because": canonical(placement["because"]),
        "conditions": canonical(placement["conditions"]),
        "proposed_by": line.user,
        "proposed_by_name": line.user_name,
        "proposed_at": line.recorded_at.isoformat(),
        "since": line.happened_at.isoformat(),
        "alone": int(body["alone"]),
        "onward": 0,
        "follows": body["follows"],
        "principle": body.get("principle"),
        "last_seq": line.seq,
    }
    insert(connection, "placements", row)
    for position, stay in enumerate(placement["stays"]):
        stay_row = {
            "placement": line.subject,
            "position": position,
            "setting": stay["setting"],
            "unit": stay["unit"],
            "beds": stay["beds"],
            "start": stay["from"],
            "end": stay["to"],
            "requirement": stay["requirement"],
            "organisms": canonical(stay["organisms"]),
            "told_result": "",
            "holds": 1,
            "fee": body.get("fees", {}).get(stay["setting"]),
        }
        insert(connection, "stays", stay_row)
    connection.execute("DELETE FROM kept WHERE patient = ?", (body["patient"],))


def _state(connection: Connection, line: Line, state: str | None, **more: Any) -> None:
    row: dict[str, Any] = {"last_seq": line.seq, **more}
    if state is not None:
        row |= {"state": state, "since": line.happened_at.isoformat()}
    update(connection, "placements", {"id": line.subject}, row)


def _stay(connection: Connection, line: Line, position: int, row: Mapping[str, Any]) -> None:
    update(connection, "stays", {"placement": line.subject, "position": position}, row)


@_on(Kind.PLACEMENT_SENT)
def _placement_sent(_connection: Connection, _line: Line, _body: Body) -> None:
    """To whom it went as a file is asked of the journal itself, when an answer comes."""


@_on(Kind.PLACEMENT_APPROVED)
def _placement_approved(connection: Connection, line: Line, body: Body) -> None:
    who = {"approved_by": line.user, "approved_by_name": line.user_name}
    _state(connection, line, "approved", **who, conditions=canonical(body["conditions"]))


@_on(Kind.PLACEMENT_RETURNED)
def _placement_returned(connection: Connection, line: Line, _body: Body) -> None:
    _state(connection, line, "returned")


@_on(Kind.PLACEMENT_TOLD)
def _placement_told(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, body["state"])
    for position in body["stays"]:
        row = {"told_at": line.happened_at.isoformat(), "told_seq": line.seq, "told_result": body["result"]}
        if body.get("asks_again"):
            row |= {"accepted_at": None, "accepted_given": None}
        _stay(connection, line, position, row)


@_on(Kind.PLACEMENT_ACCEPTED)
def _placement_accepted(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, body["state"])
    for position in body["stays"]:
        row = {"accepted_at": line.happened_at.isoformat(), "accepted_given": line.given}
        _stay(connection, line, position, row)


@_on(Kind.PLACEMENT_DECLINED, Kind.PLACEMENT_UNANSWERED, Kind.PLACEMENT_WITHDRAWN)
def _placement_given_up(connection: Connection, line: Line, body: Body) -> None:
    """Of the whole placement; or, once at the first stay, of the second alone."""
    _state(connection, line, body["state"], **({"onward": 1} if body["stay"] else {}))
    if body["stay"]:
        _stay(connection, line, body["stay"], {"holds": 0})
    if line.kind is Kind.PLACEMENT_DECLINED:
        row = {
            "number": line.seq,
            "placement": line.subject,
            "patient": body["patient"],
            "setting": body["setting"],
            "code": body["code"],
            "note": body["note"],
            "at": line.happened_at.isoformat(),
            "stands": 1,
            "by": line.user_name,
        }
        insert(connection, "declines", row)


@_on(Kind.PLACEMENT_BOOKED)
def _placement_booked(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, body["state"])
    _stay(connection, line, body["stay"], {"transport": canonical(body["transport"])})


@_on(Kind.PLACEMENT_DEPARTED)
def _placement_departed(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, "departed")
    _stay(connection, line, 0, {
        "departed_at": line.happened_at.isoformat(), "departed_seq": line.seq, "start": body["start"],
    })  # fmt: skip


@_on(Kind.PLACEMENT_ARRIVED)
def _placement_arrived(connection: Connection, line: Line, _body: Body) -> None:
    _state(connection, line, "arrived")
    _stay(connection, line, 0, {"arrived_at": line.happened_at.isoformat()})


@_on(Kind.PLACEMENT_RELEASED)
def _placement_released(connection: Connection, line: Line, _body: Body) -> None:
    _state(connection, line, None, released_at=line.happened_at.isoformat())


@_on(Kind.PLACEMENT_NOT_RELEASED)
def _placement_not_released(_connection: Connection, _line: Line, _body: Body) -> None:
    """They isolate on as before; that a clinician looked, and why not, stands in the journal."""


@_on(Kind.PLACEMENT_MOVED_ON)
def _placement_moved_on(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, "arrived", stay=1)
    happened = line.happened_at.isoformat()
    _stay(connection, line, 0, {"end": body["start"], "holds": 0})
    there = {"departed_at": happened, "departed_seq": line.seq, "arrived_at": happened}
    _stay(connection, line, 1, {**there, "start": body["start"]})


@_on(Kind.ONWARD_WANTED)
def _onward_wanted(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, None, onward=1)
    _stay(connection, line, body["stay"], {"end": body["until"]})


@_on(Kind.PLACEMENT_ENDED)
def _placement_ended(connection: Connection, line: Line, body: Body) -> None:
    _state(connection, line, "ended", outcome=body["outcome"], onward=0)
    _stay(connection, line, body["stay"], {"end": body["on"]})
    if body["left"]:
        row = {"left_reason": body["left"], "left_note": "", "left_seq": line.seq}
        update(connection, "patients", {"id": body["patient"]}, row)


@_on(Kind.PLACEMENT_STEP_TAKEN_BACK)
def _placement_step_taken_back(connection: Connection, line: Line, body: Body) -> None:
    """Placement and stays are as they were before the step, as the body has them."""
    update(connection, "placements", {"id": line.subject}, {**body["placement"], "last_seq": line.seq})
    for position, stay in enumerate(body["stays"]):
        _stay(connection, line, position, stay)
    connection.execute("DELETE FROM declines WHERE number = ?", (body["seq"],))
    connection.execute("DELETE FROM tasks WHERE seq = ?", (body["seq"],))
