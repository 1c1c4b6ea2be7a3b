"""The record for its page: which entries are looked for, rows of them, and one entry whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from discharge.model.errors import UserError
from discharge.model.london import LONDON
from discharge.model.paper import PaperKind
from discharge.model.patient_record import as_recorded
from discharge.model.people import RECOVERY, Given, Role
from discharge.model.shown.record import (
    Difference,
    RecordEntry,
    RecordFilter,
    RecordLine,
    group_of,
)
from discharge.store import journal
from discharge.store.ask.sentences import sentence, shown_day
from discharge.store.ask.view import View, in_chunks, load, marks
from discharge.store.journal import LINE_COLUMNS, Kind, Line

# --- which --------------------------------------------------------------------------------------------


def numbers(view: View, wanted: RecordFilter) -> tuple[int, ...]:
    """The numbers of the entries looked for, newest first. Cheap: no entry is read whole for it."""
    where: list[str] = []
    values: list[object] = []
    for clause, given in _clauses(wanted):
        where.append(clause)
        values += given
    narrowed = f" WHERE {' AND '.join(where)}" if where else ""
    return tuple(row[0] for row in view.rows(f"SELECT seq FROM journal{narrowed} ORDER BY seq DESC", values))


def _clauses(wanted: RecordFilter) -> Iterator[tuple[str, list[object]]]:
    if wanted.person is not None:
        placements = "SELECT id FROM placements WHERE patient = ?"
        yield f"subject IN (SELECT ? UNION {placements})", [wanted.person, wanted.person]
    if wanted.setting is not None:
        yield _of_setting(wanted.setting)
    if wanted.user is not None:
        yield "user = ?", [wanted.user]
    if wanted.group is not None:
        kinds = [kind.value for kind in Kind if group_of(kind.value) == wanted.group]
        yield f"kind IN ({marks(kinds)})", [*kinds]
    if wanted.first is not None:
        yield "datetime(happened_at) >= datetime(?)", [_midnight(wanted.first)]
    if wanted.last is not None:
        yield "datetime(happened_at) < datetime(?)", [_midnight(wanted.last + timedelta(days=1))]
    for word in wanted.text.split():
        yield _with_word(word)


def _of_setting(setting: str) -> tuple[str, list[object]]:
    stays = "SELECT placement FROM stays WHERE setting = ?"
    kinds = f"'{Kind.SETTING_EXCLUDED}', '{Kind.SETTING_INCLUDED}'"
    ruled_out = (
        f"seq IN (SELECT seq FROM journal WHERE kind IN ({kinds}) AND json_extract(body, '$.setting') = ?)"
    )
    return f"(subject IN (SELECT ? UNION {stays}) OR {ruled_out})", [setting, setting, setting]


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), LONDON).isoformat()


def _with_word(word: str) -> tuple[str, list[object]]:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = f"%{escaped}%"
    named = (
        "SELECT id FROM patients WHERE name LIKE ? ESCAPE '\\' OR nhs_number = ?"
        " UNION SELECT id FROM settings WHERE name LIKE ? ESCAPE '\\'"
        " UNION SELECT p.id FROM placements p JOIN patients q ON q.id = p.patient"
        " WHERE q.name LIKE ? ESCAPE '\\'"
    )
    clause = (
        f"(subject IN ({named}) OR user_name LIKE ? ESCAPE '\\' OR subject LIKE ? ESCAPE '\\'"
        " OR seq = CAST(? AS INTEGER))"
    )
    number = word.replace(",", "")
    return clause, [like, word, like, like, like, like, number if number.isdigit() else "0"]


# --- rows ---------------------------------------------------------------------------------------------


def lines(view: View, seqs: Sequence[int]) -> tuple[RecordLine, ...]:
    """The entries of these numbers as rows, newest first."""
    found = []
    for chunk in in_chunks([str(seq) for seq in seqs]):
        rows = view.rows(f"SELECT {LINE_COLUMNS} FROM journal WHERE seq IN ({marks(chunk)})", chunk)
        found += [journal.line(row) for row in rows]
    found.sort(key=lambda line: -line.seq)
    return tuple(_row(view, line) for line in found)


def _row(view: View, line: Line) -> RecordLine:
    about, page, key = _about(view, line)
    return RecordLine(
        seq=line.seq,
        kind=line.kind.value,
        subject=line.subject,
        happened_at=line.happened_at,
        recorded_at=line.recorded_at,
        user=line.user,
        user_name=line.user_name,
        role=Role(line.role).words,
        sentence=sentence(line.kind, line.body, settings=view.setting_name),
        about=about,
        page=page,
        key=key,
    )


OF_PEOPLE = frozenset({
    Kind.USER_ADDED, Kind.USER_AMENDED, Kind.KEY_SET, Kind.KEY_CLOSED, Kind.SIGN_IN_FAILED,
})  # fmt: skip


def _about(view: View, line: Line) -> tuple[str, str, str]:
    """Whom or what an entry is about, and where that is shown."""
    group, subject = group_of(line.kind.value), line.subject
    if line.kind.value.startswith("paper_") and line.body["kind"] == PaperKind.TRANSPORT:
        return f"Journeys of {shown_day(subject)}", "moves", ""
    if line.kind.value.startswith(("placement_", "onward_", "review", "paper_")):
        patient = line.body.get("patient") or view.value(
            "SELECT patient FROM placements WHERE id = ?", (subject,)
        )
        name = view.patient_name[patient] if patient else subject
        return f"{name} · {subject}", "moves", subject
    of_a_person = (
        Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED, Kind.ASSESSED, Kind.ASSESSMENT_WITHDRAWN,
    )  # fmt: skip
    if group in ("infection", "list") or line.kind in of_a_person:
        return view.patient_name[subject], "patients", subject
    if group == "plan":
        return f"Plan {subject}", "match", subject
    if line.kind in (Kind.KEY_SET, Kind.SIGN_IN_FAILED) and subject == RECOVERY:
        return "The recovery sheet", "", ""
    if line.kind in OF_PEOPLE:
        return view.value("SELECT name FROM users WHERE id = ?", (subject,)) or subject, "", ""
    if subject == "hub":
        return "The hub", "", ""
    return view.setting_name[subject], "settings", subject


# --- an entry whole -----------------------------------------------------------------------------------


def entry(view: View, seq: int) -> RecordEntry:
    """The entry of that number, whole; `UserError` where there is none."""
    row = view.row(f"SELECT {LINE_COLUMNS}, hash, prev_hash FROM journal WHERE seq = ?", (seq,))
    if row is None:
        raise UserError(f"There is no entry {seq} in the record.", "Choose one of the list.")
    line = journal.line(row)
    return RecordEntry(
        line=_row(view, line),
        given=None if line.given is None else load(Given, line.given),
        body=line.body,
        differences=_differences(view, line),
        hash=row[-2],
        prev_hash=row[-1],
    )


Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Family:
    """Entries that each say a thing anew: what of their body it is, and which thing they speak of."""

    kinds: frozenset[Kind]
    whole: Callable[[Body], Any]
    which: Callable[[Body], object] = lambda _body: None


def _person_of(body: Body) -> Any:
    return {"active": True, **{key: value for key, value in body.items() if key != "number"}}


_NOT_OF_A_UNIT = ("changed", "idle_designation", "keeps_designation", "confirmed")

_FAMILIES = (
    _Family(
        frozenset({Kind.PATIENT_REGISTERED, Kind.PATIENT_AMENDED}), lambda body: as_recorded(body["details"])
    ),
    _Family(
        frozenset({Kind.SETTING_REGISTERED, Kind.SETTING_AMENDED, Kind.CHANGE_CONFIRMED}),
        lambda body: body.get("details", {}),
    ),
    _Family(frozenset({Kind.USER_ADDED, Kind.USER_AMENDED}), _person_of),
    _Family(
        frozenset({Kind.UNIT_AMENDED}),
        lambda body: {key: value for key, value in body.items() if key not in _NOT_OF_A_UNIT},
        lambda body: body["unit"],
    ),
    _Family(
        frozenset({Kind.BEDS_SET}), lambda body: body["beds"], lambda body: (body["unit"], body["beds"]["id"])
    ),
    _Family(
        frozenset({Kind.CAPACITY_RETURNED, Kind.CAPACITY_CONFIRMED}), lambda body: body["report"]
    ),
    _Family(
        frozenset(kind for kind in Kind if group_of(kind.value) == "hub")
        - OF_PEOPLE
        | {Kind.CHANGE_CONFIRMED},
        lambda body: body.get("settings", {}),
    ),
)  # fmt: skip


def _differences(view: View, line: Line) -> tuple[Difference, ...] | None:
    family = next((each for each in _FAMILIES if line.kind in each.kinds and _speaks(each, line)), None)
    if family is None:
        return None
    kinds = sorted(kind.value for kind in family.kinds)
    which = family.which(line.body)
    earlier = f"subject = ? AND seq < ? AND kind IN ({marks(kinds)})"
    for (text,) in view.connection.execute(
        f"SELECT plain(body) FROM journal WHERE {earlier} ORDER BY seq DESC", (line.subject, line.seq, *kinds)
    ):
        before = json.loads(text)
        if family.which(before) == which:
            return tuple(_compared(dict(_flat(family.whole(before))), dict(_flat(family.whole(line.body)))))
    return None


def _speaks(family: _Family, line: Line) -> bool:
    """Whether an entry speaks of such a thing: a confirmation of a home's fee, or of the hub's rules."""
    return line.kind is not Kind.CHANGE_CONFIRMED or bool(family.whole(line.body))


def _compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for field in dict.fromkeys([*after, *before]):
        if before.get(field) != after.get(field):
            yield Difference(field, before.get(field), after.get(field))


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of an object, those of objects in it by their path; lists stay whole."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value
