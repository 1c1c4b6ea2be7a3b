"""What entries about settings, their beds and capacity returns do to the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from discharge.model.setting_record import NO_HOME
from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update

APPLY: Register = {}
_on = into(APPLY)


def setting_columns(details: Body) -> dict[str, Any]:
    """What the table of settings has of a record."""
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
def _setting_registered(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "number": body["number"],
        "id": line.subject,
        **setting_columns(body["details"]),
        "closed_reason": "",
    }
    insert(connection, "settings", row)
    for position, unit in enumerate(body["units"]):
        _add_unit(connection, line.subject, unit, position, body["as_of"])
    _fit_registered(connection, line.subject, body)


@_on(Kind.SETTING_AMENDED)
def _setting_amended(connection: Connection, line: Line, body: Body) -> None:
    update(connection, "settings", {"id": line.subject}, setting_columns(body["details"]))
    _fit_registered(connection, line.subject, body)


@_on(Kind.SETTING_TAKEN_BACK)
def _setting_taken_back(connection: Connection, line: Line, _body: Body) -> None:
    row = {"joined_into": NO_HOME, "cqc_id": None, "closed_reason": "Entered by mistake."}
    update(connection, "settings", {"id": line.subject}, row)
    connection.execute("DELETE FROM waiting WHERE subject = ?", (line.subject,))


def _fit_registered(connection: Connection, setting: str, body: Body) -> None:
    """What doesn't fit into the beds that the setting is registered for; entries of old don't say."""
    for group in body.get("groups", ()):
        _set_free(connection, setting, group["unit"], group["beds"], group["free"])
    if "bed_doubts" in body:
        _doubt_beds(connection, setting, body["bed_doubts"])


def _doubt_beds(connection: Connection, setting: str, doubts: list[str]) -> None:
    value = canonical(doubts) if doubts else None
    update(connection, "settings", {"id": setting}, {"bed_doubts": value})


def _add_unit(connection: Connection, setting: str, unit: Body, position: int, as_of: str | None) -> None:
    row = {
        "setting": setting,
        "id": unit["id"],
        "position": position,
        "isolation": unit["isolation"],
        "isolation_places": unit["isolation_places"],
        "cohort_organism": unit["cohort_organism"],
        "needs_met": canonical(unit["needs_met"]),
    }
    insert(connection, "units", row)
    for at, beds in enumerate(unit["beds"]):
        _set_beds(connection, setting, unit["id"], beds, at, as_of)


def _set_contract(connection: Connection, setting: str, unit: str, beds: str, contract: Body) -> None:
    key = {"setting": setting, "unit": unit, "id": beds}
    value = canonical(contract) if contract["kind"] is not None else None
    update(connection, "beds", key, {"contract": value})


def _set_beds(
    connection: Connection, setting: str, unit: str, beds: Body, position: int, as_of: str | None
) -> None:
    key = (setting, unit, beds["id"])
    before = connection.execute(
        "SELECT contract FROM beds WHERE setting = ? AND unit = ? AND id = ?", key
    ).fetchone()
    row = {
        "setting": setting,
        "unit": unit,
        "id": beds["id"],
        "position": position,
        "category": beds["category"],
        "room": beds["room"],
        "sex": beds["sex"],
        "as_of": as_of,
        "contract": None if before is None else before[0],
    }
    insert(connection, "beds", row, replace=True)
    _set_free(connection, setting, unit, beds["id"], beds["free"])


def _set_free(connection: Connection, setting: str, unit: str, beds: str, free: Iterable[Body]) -> None:
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
        insert(connection, "free", row)


@_on(Kind.UNIT_ADDED)
def _unit_added(connection: Connection, line: Line, body: Body) -> None:
    _add_unit(connection, line.subject, body["unit"], body["position"], body["as_of"])
    for beds, contract in body.get("contracts", {}).items():
        _set_contract(connection, line.subject, body["unit"]["id"], beds, contract)
    _fit_registered(connection, line.subject, body)


@_on(Kind.UNIT_AMENDED)
def _unit_amended(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "isolation": body["isolation"],
        "isolation_places": body["isolation_places"],
        "cohort_organism": body["cohort_organism"],
        "needs_met": canonical(body["needs_met"]),
    }
    if body["isolation"] == "none" and not body.get("keeps_designation"):
        # as of old: a unit that couldn't isolate had none on record
        row |= dict.fromkeys(("designated_from", "designated_to", "designated_given", "assured_on"))
    update(connection, "units", {"setting": line.subject, "id": body["unit"]}, row)


@_on(Kind.BEDS_SET)
def _beds_set(connection: Connection, line: Line, body: Body) -> None:
    _set_beds(connection, line.subject, body["unit"], body["beds"], body["position"], body["as_of"])
    if "contract" in body:
        _set_contract(connection, line.subject, body["unit"], body["beds"]["id"], body["contract"])
    _fit_registered(connection, line.subject, body)


@_on(Kind.BEDS_REMOVED)
def _beds_removed(connection: Connection, line: Line, body: Body) -> None:
    key = (line.subject, body["unit"], body["beds"])
    connection.execute("DELETE FROM beds WHERE setting = ? AND unit = ? AND id = ?", key)
    connection.execute("DELETE FROM free WHERE setting = ? AND unit = ? AND beds = ?", key)


@_on(Kind.BEDS_TAKEN_BACK)
def _beds_taken_back(connection: Connection, line: Line, body: Body) -> None:
    """Units and beds are as the body has them, row by row: as they were before an import."""
    setting = line.subject
    for table in ("units", "beds", "free"):
        connection.execute(f"DELETE FROM {table} WHERE setting = ?", (setting,))
        for row in body[table]:
            insert(connection, table, {"setting": setting, **row})
    update(connection, "settings", {"id": setting}, {"bed_doubts": body["bed_doubts"]})


@_on(Kind.BED_KEPT)
def _bed_kept(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "patient": body["patient"],
        "setting": line.subject,
        "unit": body["unit"],
        "beds": body["beds"],
        "start": body["from"],
        "until": body["until"],
        "paid_by": body["paid_by"],
        "among_free": int(body["among_free"]),
        "note": body["note"],
        "given": line.given,
        "since": body["since"],
        "by": line.user_name,
    }
    insert(connection, "kept_beds", row, replace=True)


@_on(Kind.BED_RELEASED)
def _bed_released(connection: Connection, line: Line, body: Body) -> None:
    """A bed recorded as kept is kept no more; or an old stay keeps its room no more."""
    if body["placement"] is None:
        key = (body["patient"], line.subject)
        connection.execute("DELETE FROM kept_beds WHERE patient = ? AND setting = ?", key)
    else:
        stay = {"placement": body["placement"], "position": body["position"]}
        update(connection, "stays", stay, {"holds": 0})


@_on(Kind.UNIT_DESIGNATED)
def _unit_designated(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "designated_from": body["from"],
        "designated_to": body["to"],
        "designated_given": line.given,
        "assured_on": body["assured_on"],
    }
    update(connection, "units", {"setting": line.subject, "id": body["unit"]}, row)


@_on(Kind.DESIGNATION_STEP, Kind.DESIGNATION_STEP_TAKEN_BACK)
def _designation_step(_connection: Connection, _line: Line, _body: Body) -> None:
    """No table has it: it is asked of the record (`ask/designating.py`)."""


@_on(Kind.DESIGNATION_ENDED)
def _designation_ended(connection: Connection, line: Line, body: Body) -> None:
    update(connection, "units", {"setting": line.subject, "id": body["unit"]}, {"designated_to": body["on"]})


@_on(Kind.CAPACITY_RETURNED, Kind.CAPACITY_CONFIRMED)
def _capacity_returned(connection: Connection, line: Line, body: Body) -> None:
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
    insert(connection, "returns", row)
    if not body["latest"]:
        return
    current = {"reported_at": report["reported_at"]}
    if line.kind is Kind.CAPACITY_RETURNED:
        accepting = body.get("accepting", report["accepting"])
        current |= {
            "accepting": None if accepting is None else int(accepting),
            "vacancies": body.get("vacancies", report["vacancies"]),
            "figures": canonical(body["figures"]),
            "doubts": canonical(body["doubts"]) if body.get("doubts") else None,
        }
    if body["groups"]:
        current["bed_doubts"] = None  # what is free now is what this return says
    update(connection, "settings", {"id": setting}, current)
    for group in body["groups"]:
        if group["as_of"] is not None:
            key = {"setting": setting, "unit": group["unit"], "id": group["beds"]}
            update(connection, "beds", key, {"as_of": group["as_of"]})
        _set_free(connection, setting, group["unit"], group["beds"], group["free"])
    if body["changed"]:
        connection.execute("UPDATE declines SET stands = 0 WHERE setting = ? AND stands = 1", (setting,))


@_on(Kind.CAPACITY_TAKEN_BACK)
def _capacity_taken_back(connection: Connection, line: Line, body: Body) -> None:
    """The return counts no more; what stood before it stands again, as the body has it."""
    connection.execute("DELETE FROM returns WHERE seq = ?", (body["seq"],))
    if body["standing"] is not None:
        update(connection, "settings", {"id": line.subject}, body["standing"])
    for group in body["groups"]:
        key = {"setting": line.subject, "unit": group["unit"], "id": group["beds"]}
        update(connection, "beds", key, {"as_of": group["as_of"]})
        _set_free(connection, line.subject, group["unit"], group["beds"], group["free"])
    for number in body["declines"]:
        update(connection, "declines", {"number": number}, {"stands": 1})


@_on(Kind.OUTBREAK_DECLARED)
def _outbreak_declared(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "setting": line.subject,
        "organism": body["organism"],
        "assessed": 0,
        "declared_at": line.happened_at.isoformat(),
        "seq": line.seq,
    }
    insert(connection, "outbreaks", row, replace=True)


def _declared_last(connection: Connection, setting: str) -> str | None:
    row = connection.execute(
        "SELECT organism FROM outbreaks WHERE setting = ? ORDER BY seq DESC LIMIT 1", (setting,)
    ).fetchone()
    return None if row is None else str(row[0])


@_on(Kind.RISK_ASSESSED)
def _risk_assessed(connection: Connection, line: Line, body: Body) -> None:
    """The body names the organism; where it doesn't, as of old, the outbreak declared last is meant."""
    organism = body.get("organism") or _declared_last(connection, line.subject)
    update(connection, "outbreaks", {"setting": line.subject, "organism": organism}, {"assessed": 1})


@_on(Kind.OUTBREAK_ENDED)
def _outbreak_ended(connection: Connection, line: Line, body: Body) -> None:
    key = (line.subject, body["organism"])
    connection.execute("DELETE FROM outbreaks WHERE setting = ? AND organism = ?", key)
    row = {
        "seq": line.seq,
        "ended": line.id,
        "setting": line.subject,
        "organism": body["organism"],
        "ended_at": line.happened_at.isoformat(),
        "reviewed_at": None,
        "by": "",
        "learned": "",
        "shared": "",
    }
    insert(connection, "outbreak_reviews", row)


@_on(Kind.SETTING_LEFT_REGISTER)
def _left_register(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "left_register": body["since"],
        "closed_before": body["closed_before"],
        "closed_reason": body["closed"],
    }
    update(connection, "settings", {"id": line.subject}, row)


@_on(Kind.REGISTER_DECIDED)
def _register_decided(connection: Connection, line: Line, body: Body) -> None:
    row = {
        "left_register": None,
        "closed_before": None,
        "register_decided": body["since"],
        "closed_reason": body["closed"],
    }
    update(connection, "settings", {"id": line.subject}, row)


@_on(Kind.ADMISSIONS_CLOSED)
def _admissions_closed(connection: Connection, line: Line, body: Body) -> None:
    row = {"closed_reason": body["reason"]}
    if body.get("beside_register"):
        row["closed_before"] = body["reason"]  # what counts once somebody has decided on the register
    update(connection, "settings", {"id": line.subject}, row)


@_on(Kind.ADMISSIONS_OPENED)
def _admissions_opened(connection: Connection, line: Line, _body: Body) -> None:
    update(connection, "settings", {"id": line.subject}, {"closed_reason": "", "accepting": None})


@_on(Kind.STANDING_TAKEN_BACK)
def _standing_taken_back(connection: Connection, line: Line, body: Body) -> None:
    """Admissions, an outbreak or a kept bed stand as the body has them: as they were before an entry."""
    was, setting = body["was"], line.subject
    if body["of"] == "admissions":
        update(connection, "settings", {"id": setting}, was)
        return
    table, column = {"outbreak": ("outbreaks", "organism"), "kept_bed": ("kept_beds", "patient")}[body["of"]]
    connection.execute(f"DELETE FROM {table} WHERE setting = ? AND {column} = ?", (setting, body["key"]))
    connection.execute("DELETE FROM outbreak_reviews WHERE ended = ?", (body["entry"],))
    if was is not None:
        insert(connection, table, {"setting": setting, column: body["key"], **was})
