"""What entries about the hub, its users and its patients do to the tables."""

from __future__ import annotations

from discharge.store import personal
from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


@_on(
    Kind.HUB_FOUNDED,
    Kind.HUB_AMENDED,
    Kind.APPROVAL_RULES_SET,
    Kind.RULE_SET_CHOSEN,
    Kind.LOCAL_VALUE_SET,
    Kind.LOCAL_VALUE_WITHDRAWN,
    Kind.WEIGHTS_SET,
)
def _hub(connection: Connection, _line: Line, body: Body) -> None:
    insert(connection, "hub", {"id": 1, "settings": canonical(body["settings"])}, replace=True)


@_on(Kind.USER_ADDED)
def _user_added(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": line.subject,
        "name": body["name"],
        "roles": canonical(sorted(body["roles"])),
        "active": 1,
        "email": body.get("email", ""),
        "authorities": canonical(sorted(body.get("authorities", ()))),
    }
    insert(connection, "users", row)


@_on(Kind.USER_AMENDED)
def _user_amended(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "name": body["name"],
        "roles": canonical(sorted(body["roles"])),
        "active": int(body["active"]),
        "email": body.get("email", ""),
        "authorities": canonical(sorted(body.get("authorities", ()))),
    }
    update(connection, "users", {"id": line.subject}, row)


@_on(
    Kind.KEY_SET, Kind.KEY_CLOSED, Kind.SIGN_IN_FAILED, Kind.DATA_KEY_CHANGED, Kind.DESK_ADDED,
    Kind.DESK_CLOSED, Kind.COPY_TAKEN_HOME, Kind.HOME_KEY_SET, Kind.HOME_KEY_CLOSED,
)  # fmt: skip
def _of_keys(_connection: Connection, _line: Line, _body: Body) -> None:
    """Keys, desks, and who tried in vain to come in, are asked of the journal itself."""


MATCHING = (
    "priority", "pathway", "ready_on", "born", "sex", "care", "needs", "local_authority", "latitude",
    "longitude", "max_km", "usual_setting", "preferred", "max_weekly_fee", "stay_days", "together_with",
    "immunosuppressed",
)  # fmt: skip
"""The details that enter a case; nothing else of a person's record does (N9)."""


def _matching(details: Body) -> str:
    return canonical({name: details[name] for name in MATCHING})


@_on(Kind.PATIENT_REGISTERED)
def _patient_registered(connection: Connection, line: Line, body: Body) -> None:
    details = body["details"]
    row = {
        "number": body["number"],
        "id": line.subject,
        "name": details["name"],
        "nhs_number": details["nhs_number"],
        "left_reason": None,
        "left_note": "",
        "details": canonical(details),
        "facts": _matching(details),
        "registered_at": line.recorded_at.isoformat(),
        "told_seq": 0,
    }
    insert(connection, "patients", row)


@_on(Kind.PATIENT_AMENDED)
def _patient_amended(connection: Connection, line: Line, body: Body) -> None:
    details = body["details"]
    row = {
        "name": details["name"],
        "nhs_number": details["nhs_number"],
        "details": canonical(details),
        "facts": _matching(details),
    }
    update(connection, "patients", {"id": line.subject}, row)


@_on(Kind.PATIENT_LEFT)
def _patient_left(connection: Connection, line: Line, body: Body) -> None:
    row = {"left_reason": body["reason"], "left_note": body["note"], "left_seq": line.seq}
    update(connection, "patients", {"id": line.subject}, row)
    connection.execute("DELETE FROM kept WHERE patient = ?", (line.subject,))


@_on(Kind.PATIENT_TAKEN_BACK)
def _patient_taken_back(connection: Connection, line: Line, _body: Body) -> None:
    update(
        connection, "patients", {"id": line.subject}, {"left_reason": None, "left_note": "", "left_seq": None}
    )


@_on(Kind.KNOWN_AS)
def _known_as(_connection: Connection, _line: Line, _body: Body) -> None:
    """Whom a list calls so is asked of the journal itself, when the next list comes in."""


@_on(Kind.PERSON_ERASED)
def _person_erased(connection: Connection, _line: Line, body: Body) -> None:
    for owner in body["keys"]:
        personal.destroy(connection, owner)


@_on(Kind.COPY_GIVEN)
def _copy_given(_connection: Connection, _line: Line, _body: Body) -> None:
    """That a copy was given stands in the record alone."""


@_on(Kind.PATIENTS_MERGED)
def _patients_merged(connection: Connection, line: Line, body: Body) -> None:
    _follow(connection, line, body, old=body["patient"], new=line.subject)
    row = {"left_reason": "merged", "left_note": line.subject}
    update(connection, "patients", {"id": body["patient"]}, row)
    for table in ("kept", "kept_beds"):
        connection.execute(f"DELETE FROM {table} WHERE patient = ?", (body["patient"],))


@_on(Kind.PATIENTS_PARTED)
def _patients_parted(connection: Connection, line: Line, body: Body) -> None:
    _follow(connection, line, body, old=line.subject, new=body["patient"])
    was = body["was"]
    row = {"left_reason": was["reason"], "left_note": was["note"]}
    update(connection, "patients", {"id": body["patient"]}, row)
    if body["to_be_told"]:
        update(connection, "patients", {"id": body["patient"]}, {"told_seq": line.seq})


def _follow(connection: Connection, line: Line, body: Body, *, old: str, new: str) -> None:
    """What the entry names goes from one record to the other; the subject's fields are those it says."""
    for table, column in (("observations", "id"), ("placements", "id"), ("declines", "placement")):
        for name in body["observations" if table == "observations" else "placements"]:
            update(connection, table, {"patient": old, column: name}, {"patient": new})
    others = (
        ("attestations", "attestation", "attestations"),
        ("exclusions", "setting", "exclusions"),
        ("happenings", "id", "happenings"),
        ("tasks", "id", "follow_tasks"),  # those under "tasks" an entry leaves behind itself
        ("news", "whom", "news"),
        ("reviews", "id", "reviews"),
        ("assessments", "id", "assessments"),
    )
    for table, column, key in others:
        for name in body.get(key, ()):
            update(connection, table, {"patient": old, column: name}, {"patient": new})
    if body.get("kept_bed"):
        connection.execute("DELETE FROM kept_beds WHERE patient = ?", (new,))
        update(connection, "kept_beds", {"patient": old, "setting": body["kept_bed"]}, {"patient": new})
    details = body["details"]
    row = {
        "name": details["name"],
        "nhs_number": details["nhs_number"],
        "details": canonical(details),
        "facts": _matching(details),
    }
    if body["to_be_told"]:
        row["told_seq"] = line.seq
    update(connection, "patients", {"id": line.subject}, row)


@_on(Kind.OBSERVATION_RECORDED)
def _observation_recorded(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": body["id"],
        "patient": line.subject,
        "body": canonical(body["observation"]),
        "recorded_at": line.recorded_at.isoformat(),
        "recorded_seq": line.seq,
        "by": line.user_name,
        "given": line.given,
        "withdrawn": 0,
        "reason": "",
    }
    insert(connection, "observations", row)
    if body["to_be_told"]:
        update(connection, "patients", {"id": line.subject}, {"told_seq": line.seq})


@_on(Kind.OBSERVATION_WITHDRAWN)
def _observation_withdrawn(connection: Connection, line: Line, body: Body) -> None:
    update(connection, "observations", {"id": body["id"]}, {"withdrawn": 1, "reason": body["reason"]})
    if body["to_be_told"]:
        update(connection, "patients", {"id": line.subject}, {"told_seq": line.seq})


@_on(Kind.ATTESTATION_RECORDED)
def _attestation_recorded(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "attestation": body["attestation"],
        "recorded_at": line.recorded_at.isoformat(),
        "by": line.user_name,
        "given": line.given,
    }
    insert(connection, "attestations", row, replace=True)


@_on(Kind.ATTESTATION_WITHDRAWN)
def _attestation_withdrawn(connection: Connection, line: Line, body: Body) -> None:
    connection.execute(
        "DELETE FROM attestations WHERE patient = ? AND attestation = ?", (line.subject, body["attestation"])
    )


@_on(Kind.SETTING_EXCLUDED)
def _setting_excluded(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "setting": body["setting"],
        "reason": body["reason"],
        "since": line.recorded_at.isoformat(),
        "by": line.user_name,
    }
    insert(connection, "exclusions", row, replace=True)


@_on(Kind.SETTING_INCLUDED)
def _setting_included(connection: Connection, line: Line, body: Body) -> None:
    connection.execute(
        "DELETE FROM exclusions WHERE patient = ? AND setting = ?", (line.subject, body["setting"])
    )
