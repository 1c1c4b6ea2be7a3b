"""The tables: what follows from the journal. How each kind of entry changes them, and all of them made anew.

An entry's body says what came to be; nothing here decides anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from discharge.store import journal
from discharge.store.journal import Kind, Line, canonical

SHAPES: dict[str, tuple[dict[str, type], tuple[str, ...]]] = {
    # table: (its columns, its primary key)
    "hub": ({"id": int, "settings": str}, ("id",)),
    "users": ({"number": int, "id": str, "name": str, "roles": str, "active": int}, ("number",)),
    "patients": (
        {
            "number": int, "id": str, "name": str, "nhs_number": str, "left_reason": str, "left_note": str,
            "details": str, "facts": str, "registered_at": str, "told_seq": int,
        },
        ("number",),
    ),
    "observations": (
        {
            "number": int, "id": str, "patient": str, "body": str, "recorded_at": str, "recorded_seq": int,
            "by": str, "given": str, "withdrawn": int, "reason": str,
        },
        ("number",),
    ),
    "attestations": (
        {"patient": str, "attestation": str, "recorded_at": str, "by": str, "given": str},
        ("patient", "attestation"),
    ),
    "exclusions": (
        {"patient": str, "setting": str, "reason": str, "since": str, "by": str},
        ("patient", "setting"),
    ),
    "declines": (
        {
            "number": int, "placement": str, "patient": str, "setting": str, "code": str, "note": str,
            "at": str, "stands": int, "by": str,
        },
        ("number",),
    ),
    "settings": (
        {
            "number": int, "id": str, "name": str, "type": str, "cqc_id": str, "local_authority": str,
            "postcode": str, "phone": str, "rating": str, "weekly_fee": float, "registered_beds": int,
            "accepts": str, "details": str, "closed_reason": str, "accepting": int, "outbreak": str,
            "outbreak_assessed": int, "reported_at": str, "vacancies": int, "figures": str,
        },
        ("number",),
    ),
    "units": (
        {
            "setting": str, "id": str, "position": int, "isolation": str, "isolation_places": int,
            "cohort_organism": str, "needs_met": str, "designated_from": str, "designated_to": str,
            "designated_given": str, "assured_on": str,
        },
        ("setting", "id"),
    ),
    "beds": (
        {
            "setting": str, "unit": str, "id": str, "position": int, "category": str, "room": str, "sex": str,
            "as_of": str,
        },
        ("setting", "unit", "id"),
    ),
    "free": (
        {"setting": str, "unit": str, "beds": str, "position": int, "start": str, "end": str, "count": int},
        ("setting", "unit", "beds", "position"),
    ),
    "returns": (
        {
            "seq": int, "id": str, "setting": str, "report": str, "no_change": int, "recorded_at": str,
            "by": str, "given": str,
        },
        ("seq",),
    ),
    "calls": (
        {
            "seq": int, "id": str, "setting": str, "at": str, "by": str, "incoming": int, "given": str,
            "said": str, "withdrawn": int, "reason": str,
        },
        ("seq",),
    ),
    "plans": (
        {
            "number": int, "id": str, "made_at": str, "by": str, "rule_set": str, "rules_sha256": str,
            "rule_set_sha256": str, "case_sha256": str, "plan_sha256": str, "status": str, "gap": float,
            "listed": int, "placed": str, "unplaced": int, "points": int, "seconds": float, "as_of_seq": int,
            "seq": int,
        },
        ("number",),
    ),
    "kept": ({"patient": str, "plan": str, "placement": str, "since": str, "by": str}, ("patient",)),
    "placements": (
        {
            "number": int, "id": str, "patient": str, "state": str, "stay": int, "plan": str,
            "by_hand_reason": str, "points": str, "because": str, "conditions": str, "proposed_by": str,
            "proposed_by_name": str, "proposed_at": str, "approved_by": str, "approved_by_name": str,
            "since": str, "released_at": str, "alone": int, "onward": int, "follows": str, "outcome": str,
            "principle": str, "last_seq": int,
        },
        ("number",),
    ),
    "stays": (
        {
            "placement": str, "position": int, "setting": str, "unit": str, "beds": str, "start": str,
            "end": str, "requirement": str, "organisms": str, "told_at": str, "told_seq": int,
            "told_result": str, "accepted_at": str, "accepted_given": str, "transport": str,
            "departed_at": str, "arrived_at": str, "holds": int,
        },
        ("placement", "position"),
    ),
}  # fmt: skip
"""Every table that follows from the journal.

`patients.told_seq` is the last entry that changed what a home must be told (C5); `stays.told_seq` the
entry that told it. `placements.alone`: its last stay is an isolation without a place to go on to;
`onward`: the second stay was lost, or an onward place is asked for. `stays.holds` is 0 once a stay is over
or given up while its placement goes on.
"""

_INDEXES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("users", ("id",), True),
    ("patients", ("id",), True),
    ("patients", ("nhs_number",), False),
    ("patients", ("left_reason",), False),
    ("observations", ("id",), True),
    ("observations", ("patient",), False),
    ("declines", ("patient",), False),
    ("declines", ("setting",), False),
    ("settings", ("id",), True),
    ("settings", ("cqc_id",), False),
    ("returns", ("setting",), False),
    ("calls", ("setting",), False),
    ("calls", ("id",), True),
    ("plans", ("id",), True),
    ("placements", ("id",), True),
    ("placements", ("patient",), False),
    ("placements", ("state",), False),
    ("placements", ("plan",), False),
    ("stays", ("setting",), False),
)

_MAY_BE_NULL = {
    "patients": {"nhs_number", "left_reason"},
    "observations": {"given"},
    "attestations": {"given"},
    "settings": {
        "cqc_id", "local_authority", "rating", "weekly_fee", "registered_beds", "accepting", "outbreak",
        "reported_at", "vacancies", "figures",
    },
    "units": {
        "isolation_places", "cohort_organism", "designated_from", "designated_to", "designated_given",
        "assured_on",
    },
    "beds": {"as_of"},
    "free": {"end"},
    "returns": {"given"},
    "calls": {"given"},
    "placements": {
        "plan", "approved_by", "approved_by_name", "released_at", "follows", "outcome", "principle",
    },
    "stays": {
        "end", "told_at", "told_seq", "accepted_at", "accepted_given", "transport", "departed_at",
        "arrived_at",
    },
}  # fmt: skip


def create(db: Database) -> None:
    """Makes every table anew, empty."""
    for name, (columns, key) in SHAPES.items():
        db.conn.execute(f'DROP TABLE IF EXISTS "{name}"')
        nullable = _MAY_BE_NULL.get(name, set())
        db.table(name).create(
            columns,
            pk=key[0] if len(key) == 1 else list(key),
            not_null=[column for column in columns if column not in nullable and column not in key],
            strict=True,
        )
    for name, columns_of_index, unique in _INDEXES:
        db.table(name).create_index(list(columns_of_index), unique=unique)
    db.conn.execute("INSERT OR REPLACE INTO store (key, value) VALUES ('applied', '0')")


def applied(connection: sqlite3.Connection) -> int:
    """The number of the last entry that the tables know."""
    row = connection.execute("SELECT value FROM store WHERE key = 'applied'").fetchone()
    return int(row[0]) if row else 0


def apply(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Brings the tables up to date with the entries, in their order."""
    last = None
    for line in lines:
        _APPLY[line.kind](connection, line, line.body)
        last = line.seq
    if last is not None:
        connection.execute("UPDATE store SET value = ? WHERE key = 'applied'", (str(last),))


def rebuild(connection: sqlite3.Connection) -> None:
    """Empties the tables and fills them from the journal; inside one transaction."""
    for name in SHAPES:
        connection.execute(f'DELETE FROM "{name}"')
    connection.execute("UPDATE store SET value = '0' WHERE key = 'applied'")
    apply(connection, journal.read(connection))


def content(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in order of its key: for comparing the tables with their rebuilding."""
    return {
        name: connection.execute(
            f'SELECT * FROM "{name}" ORDER BY {", ".join(f"{column!r}" for column in key)}'.replace("'", '"')
        ).fetchall()
        for name, (_, key) in SHAPES.items()
    }


# --- each kind of entry -----------------------------------------------------------------------------

Body = Mapping[str, Any]
Apply = Callable[[sqlite3.Connection, Line, Body], None]
_APPLY: dict[Kind, Apply] = {}


def _on(*kinds: Kind) -> Callable[[Apply], Apply]:
    def register(function: Apply) -> Apply:
        for kind in kinds:
            _APPLY[kind] = function
        return function

    return register


def _insert(
    connection: sqlite3.Connection, table: str, row: Mapping[str, Any], *, replace: bool = False
) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    verb = "INSERT OR REPLACE" if replace else "INSERT"
    connection.execute(f'{verb} INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values()))


def _update(
    connection: sqlite3.Connection, table: str, key: Mapping[str, Any], row: Mapping[str, Any]
) -> None:
    sets = ", ".join(f'"{name}" = ?' for name in row)
    where = " AND ".join(f'"{name}" = ?' for name in key)
    connection.execute(f'UPDATE "{table}" SET {sets} WHERE {where}', (*row.values(), *key.values()))


@_on(
    Kind.HUB_FOUNDED,
    Kind.HUB_AMENDED,
    Kind.APPROVAL_RULES_SET,
    Kind.RULE_SET_CHOSEN,
    Kind.LOCAL_VALUE_SET,
    Kind.LOCAL_VALUE_WITHDRAWN,
    Kind.WEIGHTS_SET,
)
def _hub(connection: sqlite3.Connection, _line: Line, body: Body) -> None:
    _insert(connection, "hub", {"id": 1, "settings": canonical(body["settings"])}, replace=True)


@_on(Kind.USER_ADDED)
def _user_added(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": line.subject,
        "name": body["name"],
        "roles": canonical(sorted(body["roles"])),
        "active": 1,
    }
    _insert(connection, "users", row)


@_on(Kind.USER_AMENDED)
def _user_amended(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {"name": body["name"], "roles": canonical(sorted(body["roles"])), "active": int(body["active"])}
    _update(connection, "users", {"id": line.subject}, row)


# patients

MATCHING = (
    "priority", "pathway", "ready_on", "born", "sex", "care", "needs", "local_authority", "latitude",
    "longitude", "max_km", "usual_setting", "preferred", "max_weekly_fee", "stay_days", "together_with",
    "immunosuppressed",
)  # fmt: skip
"""The details that enter a case; nothing else of a person's record does (N9)."""


def _matching(details: Body) -> str:
    return canonical({name: details[name] for name in MATCHING})


@_on(Kind.PATIENT_REGISTERED)
def _patient_registered(connection: sqlite3.Connection, line: Line, body: Body) -> None:
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
    _insert(connection, "patients", row)


@_on(Kind.PATIENT_AMENDED)
def _patient_amended(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    details = body["details"]
    row = {
        "name": details["name"],
        "nhs_number": details["nhs_number"],
        "details": canonical(details),
        "facts": _matching(details),
    }
    _update(connection, "patients", {"id": line.subject}, row)


@_on(Kind.PATIENT_LEFT)
def _patient_left(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {"left_reason": body["reason"], "left_note": body["note"]}
    _update(connection, "patients", {"id": line.subject}, row)
    connection.execute("DELETE FROM kept WHERE patient = ?", (line.subject,))


@_on(Kind.PATIENT_TAKEN_BACK)
def _patient_taken_back(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _update(connection, "patients", {"id": line.subject}, {"left_reason": None, "left_note": ""})


@_on(Kind.OBSERVATION_RECORDED)
def _observation_recorded(connection: sqlite3.Connection, line: Line, body: Body) -> None:
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
    _insert(connection, "observations", row)
    if body["to_be_told"]:
        _update(connection, "patients", {"id": line.subject}, {"told_seq": line.seq})


@_on(Kind.OBSERVATION_WITHDRAWN)
def _observation_withdrawn(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _update(connection, "observations", {"id": body["id"]}, {"withdrawn": 1, "reason": body["reason"]})
    if body["to_be_told"]:
        _update(connection, "patients", {"id": line.subject}, {"told_seq": line.seq})


@_on(Kind.ATTESTATION_RECORDED)
def _attestation_recorded(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "attestation": body["attestation"],
        "recorded_at": line.recorded_at.isoformat(),
        "by": line.user_name,
        "given": line.given,
    }
    _insert(connection, "attestations", row, replace=True)


@_on(Kind.ATTESTATION_WITHDRAWN)
def _attestation_withdrawn(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    connection.execute(
        "DELETE FROM attestations WHERE patient = ? AND attestation = ?", (line.subject, body["attestation"])
    )


@_on(Kind.SETTING_EXCLUDED)
def _setting_excluded(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "setting": body["setting"],
        "reason": body["reason"],
        "since": line.recorded_at.isoformat(),
        "by": line.user_name,
    }
    _insert(connection, "exclusions", row, replace=True)


@_on(Kind.SETTING_INCLUDED)
def _setting_included(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    connection.execute(
        "DELETE FROM exclusions WHERE patient = ? AND setting = ?", (line.subject, body["setting"])
    )


# settings


def _setting_columns(details: Body) -> dict[str, Any]:
    return {
        "name": details["name"],
        "type": details["type"],
        "cqc_id": details["cqc_id"],
        "local_authority": details["local_authority"],
        "postcode": details["postcode"],
        "phone": details["phone"],
        "rating": details["rating"],
        "weekly_fee": details["weekly_fee"],
        "registered_beds": details["registered_beds"],
        "accepts": canonical(details["accepts_organisms"]),
        "details": canonical(details),
    }


@_on(Kind.SETTING_REGISTERED)
def _setting_registered(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": line.subject,
        **_setting_columns(body["details"]),
        "closed_reason": "",
        "outbreak_assessed": 0,
    }
    _insert(connection, "settings", row)
    for position, unit in enumerate(body["units"]):
        _add_unit(connection, line.subject, unit, position, body["as_of"])


@_on(Kind.SETTING_AMENDED)
def _setting_amended(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _update(connection, "settings", {"id": line.subject}, _setting_columns(body["details"]))


def _add_unit(
    connection: sqlite3.Connection, setting: str, unit: Body, position: int, as_of: str | None
) -> None:
    row = {
        "setting": setting,
        "id": unit["id"],
        "position": position,
        "isolation": unit["isolation"],
        "isolation_places": unit["isolation_places"],
        "cohort_organism": unit["cohort_organism"],
        "needs_met": canonical(unit["needs_met"]),
    }
    _insert(connection, "units", row)
    for at, beds in enumerate(unit["beds"]):
        _set_beds(connection, setting, unit["id"], beds, at, as_of)


def _set_beds(
    connection: sqlite3.Connection, setting: str, unit: str, beds: Body, position: int, as_of: str | None
) -> None:
    row = {
        "setting": setting,
        "unit": unit,
        "id": beds["id"],
        "position": position,
        "category": beds["category"],
        "room": beds["room"],
        "sex": beds["sex"],
        "as_of": as_of,
    }
    _insert(connection, "beds", row, replace=True)
    _set_free(connection, setting, unit, beds["id"], beds["free"])


def _set_free(
    connection: sqlite3.Connection, setting: str, unit: str, beds: str, free: Iterable[Body]
) -> None:
    connection.execute("DELETE FROM free WHERE setting = ? AND unit = ? AND beds = ?", (setting, unit, beds))
    for position, span in enumerate(free):
        row = {
            "setting": setting,
            "unit": unit,
            "beds": beds,
            "position": position,
            "start": span["from"],
            "end": span["to"],
            "count": span["count"],
        }
        _insert(connection, "free", row)


@_on(Kind.UNIT_ADDED)
def _unit_added(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _add_unit(connection, line.subject, body["unit"], body["position"], body["as_of"])


@_on(Kind.UNIT_AMENDED)
def _unit_amended(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "isolation": body["isolation"],
        "isolation_places": body["isolation_places"],
        "cohort_organism": body["cohort_organism"],
        "needs_met": canonical(body["needs_met"]),
    }
    if body["isolation"] == "none":
        row |= dict.fromkeys(("designated_from", "designated_to", "designated_given", "assured_on"))
    _update(connection, "units", {"setting": line.subject, "id": body["unit"]}, row)


@_on(Kind.BEDS_SET)
def _beds_set(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _set_beds(connection, line.subject, body["unit"], body["beds"], body["position"], body["as_of"])


@_on(Kind.BEDS_REMOVED)
def _beds_removed(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    key = (line.subject, body["unit"], body["beds"])
    connection.execute("DELETE FROM beds WHERE setting = ? AND unit = ? AND id = ?", key)
    connection.execute("DELETE FROM free WHERE setting = ? AND unit = ? AND beds = ?", key)


@_on(Kind.UNIT_DESIGNATED)
def _unit_designated(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "designated_from": body["from"],
        "designated_to": body["to"],
        "designated_given": line.given,
        "assured_on": body["assured_on"],
    }
    _update(connection, "units", {"setting": line.subject, "id": body["unit"]}, row)


@_on(Kind.DESIGNATION_ENDED)
def _designation_ended(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _update(connection, "units", {"setting": line.subject, "id": body["unit"]}, {"designated_to": body["on"]})


@_on(Kind.CAPACITY_RETURNED, Kind.CAPACITY_CONFIRMED)
def _capacity_returned(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    setting, report = line.subject, body["report"]
    row = {
        "seq": line.seq,
        "id": line.id,
        "setting": setting,
        "report": canonical(report),
        "no_change": int(line.kind is Kind.CAPACITY_CONFIRMED),
        "recorded_at": line.recorded_at.isoformat(),
        "by": line.user_name,
        "given": line.given,
    }
    _insert(connection, "returns", row)
    if not body["latest"]:
        return
    current = {"reported_at": report["reported_at"]}
    if line.kind is Kind.CAPACITY_RETURNED:
        accepting = report["accepting"]
        current |= {
            "accepting": None if accepting is None else int(accepting),
            "vacancies": report["vacancies"],
            "figures": canonical(body["figures"]),
        }
    _update(connection, "settings", {"id": setting}, current)
    for group in body["groups"]:
        if group["as_of"] is not None:
            key = {"setting": setting, "unit": group["unit"], "id": group["beds"]}
            _update(connection, "beds", key, {"as_of": group["as_of"]})
        _set_free(connection, setting, group["unit"], group["beds"], group["free"])
    if body["changed"]:
        connection.execute("UPDATE declines SET stands = 0 WHERE setting = ? AND stands = 1", (setting,))


@_on(Kind.CAPACITY_TAKEN_BACK)
def _capacity_taken_back(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    """The return counts no more; what stood before it stands again, as the body has it."""
    connection.execute("DELETE FROM returns WHERE seq = ?", (body["seq"],))
    if body["standing"] is not None:
        _update(connection, "settings", {"id": line.subject}, body["standing"])
    for group in body["groups"]:
        key = {"setting": line.subject, "unit": group["unit"], "id": group["beds"]}
        _update(connection, "beds", key, {"as_of": group["as_of"]})
        _set_free(connection, line.subject, group["unit"], group["beds"], group["free"])
    for number in body["declines"]:
        _update(connection, "declines", {"number": number}, {"stands": 1})


@_on(Kind.OUTBREAK_DECLARED)
def _outbreak_declared(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {"outbreak": body["organism"], "outbreak_assessed": 0}
    _update(connection, "settings", {"id": line.subject}, row)


@_on(Kind.RISK_ASSESSED)
def _risk_assessed(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _update(connection, "settings", {"id": line.subject}, {"outbreak_assessed": 1})


@_on(Kind.OUTBREAK_ENDED)
def _outbreak_ended(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _update(connection, "settings", {"id": line.subject}, {"outbreak": None, "outbreak_assessed": 0})


@_on(Kind.ADMISSIONS_CLOSED)
def _admissions_closed(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _update(connection, "settings", {"id": line.subject}, {"closed_reason": body["reason"]})


@_on(Kind.ADMISSIONS_OPENED)
def _admissions_opened(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _update(connection, "settings", {"id": line.subject}, {"closed_reason": "", "accepting": None})


@_on(Kind.CALL_LOGGED)
def _call_logged(connection: sqlite3.Connection, line: Line, body: Body) -> None:
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
    }
    _insert(connection, "calls", row)


@_on(Kind.CALL_WITHDRAWN)
def _call_withdrawn(connection: sqlite3.Connection, _line: Line, body: Body) -> None:
    _update(connection, "calls", {"id": body["call"]}, {"withdrawn": 1, "reason": body["reason"]})


# plans


@_on(Kind.PLAN_STORED)
def _plan_stored(connection: sqlite3.Connection, line: Line, body: Body) -> None:
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
    _insert(connection, "plans", row)


@_on(Kind.PROPOSAL_KEPT)
def _proposal_kept(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    row = {
        "patient": line.subject,
        "plan": body["plan"],
        "placement": canonical(body["placement"]),
        "since": line.recorded_at.isoformat(),
        "by": line.user_name,
    }
    _insert(connection, "kept", row, replace=True)


@_on(Kind.KEEPING_STOPPED)
def _keeping_stopped(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    connection.execute("DELETE FROM kept WHERE patient = ?", (line.subject,))


# placements


@_on(Kind.PLACEMENT_PROPOSED)
def _placement_proposed(connection: sqlite3.Connection, line: Line, body: Body) -> None:
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
    _insert(connection, "placements", row)
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
        }
        _insert(connection, "stays", stay_row)
    connection.execute("DELETE FROM kept WHERE patient = ?", (body["patient"],))


def _state(connection: sqlite3.Connection, line: Line, state: str | None, **more: Any) -> None:
    row: dict[str, Any] = {"last_seq": line.seq, **more}
    if state is not None:
        row |= {"state": state, "since": line.happened_at.isoformat()}
    _update(connection, "placements", {"id": line.subject}, row)


def _stay(connection: sqlite3.Connection, line: Line, position: int, row: Mapping[str, Any]) -> None:
    _update(connection, "stays", {"placement": line.subject, "position": position}, row)


@_on(Kind.PLACEMENT_APPROVED)
def _placement_approved(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    who = {"approved_by": line.user, "approved_by_name": line.user_name}
    _state(connection, line, "approved", **who, conditions=canonical(body["conditions"]))


@_on(Kind.PLACEMENT_RETURNED)
def _placement_returned(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _state(connection, line, "returned")


@_on(Kind.PLACEMENT_TOLD)
def _placement_told(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, body["state"])
    for position in body["stays"]:
        row = {"told_at": line.happened_at.isoformat(), "told_seq": line.seq, "told_result": body["result"]}
        _stay(connection, line, position, row)


@_on(Kind.PLACEMENT_ACCEPTED)
def _placement_accepted(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, body["state"])
    for position in body["stays"]:
        row = {"accepted_at": line.happened_at.isoformat(), "accepted_given": line.given}
        _stay(connection, line, position, row)


@_on(Kind.PLACEMENT_DECLINED, Kind.PLACEMENT_UNANSWERED, Kind.PLACEMENT_WITHDRAWN)
def _placement_given_up(connection: sqlite3.Connection, line: Line, body: Body) -> None:
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
        _insert(connection, "declines", row)


@_on(Kind.PLACEMENT_BOOKED)
def _placement_booked(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, body["state"])
    _stay(connection, line, body["stay"], {"transport": canonical(body["transport"])})


@_on(Kind.PLACEMENT_DEPARTED)
def _placement_departed(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, "departed")
    _stay(connection, line, 0, {"departed_at": line.happened_at.isoformat(), "start": body["start"]})


@_on(Kind.PLACEMENT_ARRIVED)
def _placement_arrived(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _state(connection, line, "arrived")
    _stay(connection, line, 0, {"arrived_at": line.happened_at.isoformat()})


@_on(Kind.PLACEMENT_RELEASED)
def _placement_released(connection: sqlite3.Connection, line: Line, _body: Body) -> None:
    _state(connection, line, None, released_at=line.happened_at.isoformat())


@_on(Kind.PLACEMENT_MOVED_ON)
def _placement_moved_on(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, "arrived", stay=1)
    happened = line.happened_at.isoformat()
    _stay(connection, line, 0, {"end": body["start"], "holds": 0})
    _stay(connection, line, 1, {"departed_at": happened, "arrived_at": happened, "start": body["start"]})


@_on(Kind.ONWARD_WANTED)
def _onward_wanted(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, None, onward=1)
    _stay(connection, line, body["stay"], {"end": body["until"]})


@_on(Kind.PLACEMENT_ENDED)
def _placement_ended(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    _state(connection, line, "ended", outcome=body["outcome"], onward=0)
    _stay(connection, line, body["stay"], {"end": body["on"]})
    if body["left"]:
        row = {"left_reason": body["left"], "left_note": ""}
        _update(connection, "patients", {"id": body["patient"]}, row)


@_on(Kind.PLACEMENT_STEP_TAKEN_BACK)
def _placement_step_taken_back(connection: sqlite3.Connection, line: Line, body: Body) -> None:
    """Placement and stays are as they were before the step, as the body has them."""
    _update(connection, "placements", {"id": line.subject}, {**body["placement"], "last_seq": line.seq})
    for position, stay in enumerate(body["stays"]):
        _stay(connection, line, position, stay)
    connection.execute("DELETE FROM declines WHERE number = ?", (body["seq"],))
