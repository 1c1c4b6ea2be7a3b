"""What entries do to the changes that wait for a second person's word (A4)."""

from __future__ import annotations

from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line, canonical
from discharge.store.write.applying import Body, Register, insert, into, update
from discharge.store.write.settings import setting_columns

APPLY: Register = {}
_on = into(APPLY)


def wait(connection: Connection, line: Line, change: Body) -> None:
    """What the entry changes waits, in place of what waited of the same before."""
    imported = line.body.get("imported") or {}
    row = {
        "id": line.id,
        "seq": line.seq,
        "what": change["what"],
        "subject": line.subject,
        "was": canonical(change["was"]),
        "wanted": canonical(change["wanted"]),
        "by": line.user,
        "by_name": line.user_name,
        "at": line.recorded_at.isoformat(),
        "together": imported.get("group") or line.body.get("together") or line.id,
        "reason": line.body.get("reason") or "",
    }
    insert(connection, "waiting", row, replace=True)


def waits_no_more(connection: Connection, subject: str) -> None:
    """Nothing waits of this setting, or the hub, any more."""
    connection.execute("DELETE FROM waiting WHERE subject = ?", (subject,))


@_on(Kind.CHANGE_CONFIRMED)
def _confirmed(connection: Connection, line: Line, body: Body) -> None:
    if "settings" in body:
        insert(connection, "hub", {"id": 1, "settings": canonical(body["settings"])}, replace=True)
    else:
        update(connection, "settings", {"id": line.subject}, setting_columns(body["details"]))
    waits_no_more(connection, line.subject)


@_on(Kind.CHANGE_REFUSED, Kind.CHANGE_TAKEN_BACK)
def _given_up(connection: Connection, line: Line, _body: Body) -> None:
    waits_no_more(connection, line.subject)


__all__ = ["APPLY", "wait", "waits_no_more"]
