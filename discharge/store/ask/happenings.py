"""Facts of the world as they stand, who they went to, how often they happened; and tasks left behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from discharge.model.happening import Against, Happening, Left
from discharge.model.hospital import hospital_name
from discharge.model.people import Role
from discharge.model.placement import Transport
from discharge.model.shown.facts import FactCount, HappenedLine, TaskLine
from discharge.store.ask import record
from discharge.store.ask.sentences import shown_time
from discharge.store.ask.view import View, load

_COLUMNS = (
    "h.id, h.facts, h.patient, h.placement, h.setting, h.elsewhere, h.hospital, h.at, h.against, h.reason,"
    ' h."by", h.assigned, h.due_at, h.dealt_at, s.phone'
)
_FROM = "FROM happenings h LEFT JOIN settings s ON s.id = h.setting"


def lines(view: View, where: str = "1", values: Sequence[object] = ()) -> tuple[HappenedLine, ...]:
    """The facts that the condition names, newest first."""
    rows = view.rows(f"SELECT {_COLUMNS} {_FROM} WHERE {where} ORDER BY h.number DESC", values)
    users = {user.id: user.name for user in record.users(view)} if rows else {}
    return tuple(
        HappenedLine(
            id=row[0],
            facts=tuple(Happening(fact) for fact in json.loads(row[1])),
            patient=row[2] or "",
            patient_name="" if row[2] is None else view.patient_name[row[2]],
            setting=row[4] or "",
            setting_name="" if row[4] is None else view.setting_name[row[4]],
            elsewhere=row[5],
            hospital=row[6],
            at=datetime.fromisoformat(row[7]),
            against=tuple(Against(each["rule"], each["sentence"]) for each in json.loads(row[8])),
            reason=row[9],
            recorded_by=row[10],
            assigned=row[11],
            assigned_name=users.get(row[11], row[11]),
            due_at=datetime.fromisoformat(row[12]),
            dealt_at=None if row[13] is None else datetime.fromisoformat(row[13]),
            phone=row[14] or "",
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class About:
    """Whom and what something on record is about: what isn't known of it is None."""

    placement: str | None
    patient: str | None
    setting: str | None


_ABOUT = {
    "L": "SELECT id, patient, NULL FROM placements WHERE id = ?",
    "P": "SELECT NULL, id, NULL FROM patients WHERE id = ?",
    "S": "SELECT NULL, NULL, id FROM settings WHERE id = ?",
    "O": "SELECT NULL, patient, NULL FROM observations WHERE id = ?",
    "K": "SELECT placement, patient, setting FROM tasks WHERE id = ?",
    "F": "SELECT placement, patient, setting FROM happenings WHERE id = ?",
    "A": "SELECT NULL, NULL, setting FROM actions WHERE id = ?",
    "M": "SELECT NULL, NULL, NULL FROM aid WHERE id = ?",
}


def about(view: View, name: str) -> About | None:
    """Whom and what the placement, person, home, observation, task, fact, action or request for help of that
    id is about; None where there is none of that id."""
    query = _ABOUT.get(name.partition("-")[0])
    row = None if query is None else view.row(query, (name,))
    return None if row is None else About(*row)


def open_lines(view: View) -> tuple[HappenedLine, ...]:
    """Those that nobody has dealt with yet."""
    return lines(view, "h.dealt_at IS NULL")


def counts(view: View) -> tuple[FactCount, ...]:
    """How often each fact happened, by hospital and home; a fact that is two at once counts as both."""
    found: Counter[tuple[str, str, Happening]] = Counter()
    undealt: Counter[tuple[str, str, Happening]] = Counter()
    for line in lines(view):
        for fact in line.facts:
            key = (line.hospital, line.setting_name or line.elsewhere, fact)
            found[key] += 1
            undealt[key] += line.dealt_at is None
    return tuple(
        FactCount(
            *key,
            count=number,
            open=undealt[key],
            hospital_name=hospital_name(view.hub.hospitals, key[0]),
        )
        for key, number in sorted(found.items())
    )


def tasks(
    view: View, where: str = "t.done_at IS NULL", values: Sequence[object] = ()
) -> tuple[TaskLine, ...]:
    """The tasks that the condition names, oldest first: those still open where nothing else is asked for."""
    rows = view.rows(
        "SELECT t.id, t.kind, t.patient, t.placement, t.setting, t.transport, t.since, s.phone FROM tasks t"
        f" LEFT JOIN settings s ON s.id = t.setting WHERE {where} ORDER BY t.number",
        values,
    )
    found = []
    for row in rows:
        kind, name, setting = Left(row[1]), view.patient_name[row[2]], view.setting_name[row[4]]
        if kind is Left.CANCEL_TRANSPORT:
            sentence = f"Cancel {name}'s transport to {setting}: {_journey(row[5])}"
        else:
            sentence = f"Tell {setting} that {name} isn't coming"
        phone = row[7] or "" if kind is Left.TELL_OFF else ""
        since = datetime.fromisoformat(row[6])
        found.append(TaskLine(row[0], kind, row[2], name, row[3], phone, sentence, since))
    return tuple(found)


def _journey(text: str) -> str:
    transport = load(Transport, text)
    who = f" with {transport.provider}" if transport.provider else ""
    return f"the {transport.mode.words} of {shown_time(transport.at)}{who}"


def escalated_to(view: View, placement: str | None, *, to: Collection[Role]) -> str | None:
    """Whom a fact goes to: whoever the hub has named, else the LA lead who approved, else an administrator.

    Nobody without one of the roles `to`. None where nobody of them is still at the hub.
    """
    users = {user.id: user for user in record.users(view) if user.active and user.roles & frozenset(to)}
    approver = (
        None
        if placement is None
        else view.value("SELECT approved_by FROM placements WHERE id = ?", (placement,))
    )
    for wanted in (view.hub.escalate_to, approver):
        if wanted in users:
            return str(wanted)
    for role in (Role.ADMINISTRATOR, Role.LA_LEAD):
        for user in users.values():
            if role in user.roles:
                return user.id
    return None


__all__ = ["About", "about", "counts", "escalated_to", "lines", "open_lines", "tasks"]
