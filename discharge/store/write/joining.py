"""What entries do to the tables by which two settings are made one, and parted again.

Their body says of every row where it comes to stand; entries of old move nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line
from discharge.store.write.applying import Body, Register, insert, into, update
from discharge.store.write.settings import setting_columns

APPLY: Register = {}
_on = into(APPLY)


@_on(Kind.SETTINGS_JOINED)
def _settings_joined(connection: Connection, line: Line, body: Body) -> None:
    """The other is a part of this one now: it gives up its registration and takes nobody."""
    other = {"joined_into": line.subject, "cqc_id": None, "closed_reason": body["closed"]}
    update(connection, "settings", {"id": body["setting"]}, other)
    connection.execute("DELETE FROM waiting WHERE subject = ?", (body["setting"],))
    update(connection, "settings", {"id": line.subject}, setting_columns(body["details"]))
    _move(connection, body["setting"], line.subject, body.get("moves", {}))


@_on(Kind.SETTINGS_PARTED)
def _settings_parted(connection: Connection, line: Line, body: Body) -> None:
    update(connection, "settings", {"id": line.subject}, setting_columns(body["details"]))
    other = {"joined_into": None, "cqc_id": body["cqc_id"], "closed_reason": body["closed_before"]}
    update(connection, "settings", {"id": body["setting"]}, other)
    _move(connection, line.subject, body["setting"], body.get("moves", {}))


def _move(connection: Connection, source: str, target: str, moves: Body) -> None:
    """Moves what is on record of one setting to the other."""
    for unit in moves.get("units", ()):
        connection.execute("DELETE FROM units WHERE setting = ? AND id = ?", (source, unit["id"]))
        insert(connection, "units", {"setting": target, **unit}, replace=True)
    for group in moves.get("groups", ()):
        beds = group["beds"]
        key = (source, beds["unit"], beds["id"])
        connection.execute("DELETE FROM beds WHERE setting = ? AND unit = ? AND id = ?", key)
        connection.execute("DELETE FROM free WHERE setting = ? AND unit = ? AND beds = ?", key)
        _set_group(connection, target, group)
    for group in moves.get("set", ()):
        _set_group(connection, group["setting"], group)
    for table, rows in moves.get("rows", {}).items():
        for row in rows:
            key_now = {"setting": source, **dict(zip(KEYS[table], row, strict=True))}
            update(connection, table, key_now, {"setting": target})
    for outbreak in moves.get("outbreaks", ()):
        where = {"setting": outbreak["setting"], "organism": outbreak["organism"]}
        if outbreak["assessed"] is None:
            connection.execute(
                "DELETE FROM outbreaks WHERE setting = ? AND organism = ?", tuple(where.values())
            )
        else:
            update(connection, "outbreaks", where, {"assessed": outbreak["assessed"]})
    for patient in moves.get("news", ()):
        where = {"patient": patient, "whom": f"setting:{source}"}
        update(connection, "news", where, {"whom": f"setting:{target}"})
    for patient, placement in moves.get("kept", {}).items():
        update(connection, "kept", {"patient": patient}, {"placement": placement})
    for setting, columns in moves.get("columns", {}).items():
        if columns:
            update(connection, "settings", {"id": setting}, columns)


def _set_group(connection: Connection, setting: str, group: Any) -> None:
    """A group of beds as it comes to stand there, with what is free of it."""
    beds = group["beds"]
    insert(connection, "beds", {"setting": setting, **beds}, replace=True)
    connection.execute(
        "DELETE FROM free WHERE setting = ? AND unit = ? AND beds = ?", (setting, beds["unit"], beds["id"])
    )
    for span in group["free"]:
        insert(connection, "free", {"setting": setting, **span})


__all__ = ["APPLY"]

KEYS: Mapping[str, tuple[str, ...]] = {
    "outbreaks": ("organism",),
    "kept_beds": ("patient",),
    "returns": ("seq",),
    "calls": ("seq",),
    "actions": ("number",),
    "outbreak_reviews": ("seq",),
    "declines": ("number",),
    "stays": ("placement", "position"),
    "happenings": ("number",),
    "tasks": ("number",),
}
"""What names a setting and goes with it, by the table: by which columns a row of it is known there."""
