"""Slips and what stood before them: the last step of a placement, the last capacity return of a setting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from discharge.model.errors import UserError
from discharge.store import driver, journal
from discharge.store.ask import joining
from discharge.store.ask.sentences import sentence
from discharge.store.ask.view import View
from discharge.store.driver import Connection, Database
from discharge.store.journal import BESIDE_STEPS, Kind, Line
from discharge.store.write import tables

TAKEN_BACK = (Kind.PLACEMENT_STEP_TAKEN_BACK, Kind.CAPACITY_TAKEN_BACK)

_OF_PLACEMENT = ("state", "stay", "since", "released_at", "onward", "outcome")
_OF_STAY = (
    "start", "end", "told_at", "told_seq", "told_result", "accepted_at", "accepted_given", "transport",
    "departed_at", "departed_seq", "arrived_at", "holds",
)  # fmt: skip
_OF_SETTING = ("reported_at", "accepting", "vacancies", "figures", "doubts", "bed_doubts")


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last entry of a placement that still counts, and the tables' columns as they were before it."""

    line: Line
    said: str
    """The entry as a sentence."""
    placement: dict[str, Any]
    stays: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LastReturn:
    """The capacity return recorded last that still counts, and what stood before it."""

    line: Line
    since: tuple[Line, ...]
    """What was recorded of the setting after it."""
    standing: dict[str, Any]
    """Columns of the setting."""
    groups: list[dict[str, Any]]
    """The groups of beds that it changed, as they were."""
    declines: dict[int, str]
    """Numbers of the declines that stood before it (A3), and whose they are."""


@dataclass(frozen=True, slots=True)
class BedsBefore:
    """A setting's units and beds before an entry, and what was recorded of the setting since."""

    rows: dict[str, list[dict[str, Any]]]
    """By table, without the setting: `units`, `beds`, `free`."""
    bed_doubts: str | None
    since: tuple[Line, ...]


def beds_before(view: View, setting: str, seq: int) -> BedsBefore:
    """The setting's units and beds as they were before the entry of that number."""
    lines = _lines_of_setting(view, setting)
    with as_made_by(one for one in lines if one.seq < seq) as then:
        rows = {
            table: _rows(then, table, columns, order, setting=setting) for table, columns, order in _OF_BEDS
        }
        doubts = _rows(then, "settings", ("bed_doubts",), "number", id=setting)
    return BedsBefore(
        rows,
        doubts[0]["bed_doubts"] if doubts else None,
        tuple(one for one in lines if one.seq >= seq),
    )


_OF_BEDS = (
    ("units", joining.UNIT, "position"),
    ("beds", joining.BEDS, "position"),
    ("free", joining.FREE, "position"),
)


_OUTBREAK = ("outbreak", "outbreaks", "organism", ("assessed", "declared_at", "seq"))
_KEPT_BED = (
    "kept_bed", "kept_beds", "patient",
    ("unit", "beds", "start", "until", "paid_by", "among_free", "note", "given", "since", "by"),
)  # fmt: skip
_IN_THE_REGISTER = (
    "admissions", "settings", "", ("closed_reason", "closed_before", "left_register", "register_decided"),
)  # fmt: skip
_STANDING: Mapping[Kind, tuple[str, str, str, tuple[str, ...]]] = {
    Kind.ADMISSIONS_CLOSED: ("admissions", "settings", "", ("closed_reason",)),
    Kind.SETTING_LEFT_REGISTER: _IN_THE_REGISTER,
    Kind.REGISTER_DECIDED: _IN_THE_REGISTER,
    Kind.ADMISSIONS_OPENED: ("admissions", "settings", "", ("closed_reason", "accepting")),
    Kind.OUTBREAK_DECLARED: _OUTBREAK,
    Kind.OUTBREAK_ENDED: _OUTBREAK,
    Kind.RISK_ASSESSED: _OUTBREAK,
    Kind.BED_KEPT: _KEPT_BED,
    Kind.BED_RELEASED: _KEPT_BED,
}
"""What an entry says of a setting's standing: of what, in which table, by which key, and the columns."""


@dataclass(frozen=True, slots=True)
class StandingBefore:
    """What stood at a setting before an entry that changed it; whether it is still as that left it."""

    of: str
    """`admissions`, `outbreak` or `kept_bed`."""
    key: str
    """The organism, or the person; empty of admissions."""
    was: dict[str, Any] | None
    is_untouched: bool
    since: tuple[Line, ...]
    """What was recorded of the same after it."""


def standing_before(view: View, line: Line, own: Collection[str] = ()) -> StandingBefore:
    """What stood before this entry: a closing or an opening, of an outbreak or of a kept bed. Entries of the
    same `own` count as this one."""
    of, table, column, columns = _STANDING[line.kind]
    key = line.body.get(column) or ""
    lines = _lines_of_setting(view, line.subject)

    def row(connection: Connection) -> dict[str, Any] | None:
        where = "id = ?" if not column else f"setting = ? AND {column} = ?"
        names = ", ".join(f'"{name}"' for name in columns)
        values = (line.subject, key) if column else (line.subject,)
        found = connection.execute(f"SELECT {names} FROM {table} WHERE {where}", values).fetchone()
        return None if found is None else dict(zip(columns, found, strict=True))

    with as_made_by(one for one in lines if one.seq < line.seq) as then:
        was = row(then)
        tables.apply(then, [line, *(one for one in lines if one.seq > line.seq and one.id in own)])
        left = row(then)
    since = [
        one
        for one in lines
        if one.seq > line.seq
        and one.id not in own
        and ((one.kind in _STANDING and _STANDING[one.kind][0] == of) or one.body.get("of") == of)
        and (not column or key in (one.body.get(column), one.body.get("key")))
    ]
    return StandingBefore(of, key, was, row(view.connection) == left, tuple(since))


def last_step(view: View, placement: str) -> LastStep:
    """The last step that still counts of a placement; `UserError` where there is no such placement."""
    lines = lines_of(view, placement)
    if not lines:
        raise UserError(f"There is no placement {placement} in this hub.", "Choose one of the list.")
    last = [one for one in counting(lines) if one.kind not in BESIDE_STEPS][-1]
    said = sentence(last.kind, last.body, settings=view.setting_name)
    with as_made_by(one for one in lines if one.seq < last.seq) as then:
        rows = _rows(then, "placements", _OF_PLACEMENT, "number")
        return LastStep(last, said, rows[0] if rows else {}, _rows(then, "stays", _OF_STAY, "position"))


def last_return(view: View, setting: str) -> LastReturn | None:
    """The capacity return of a setting that was recorded last and still counts; None where there is none."""
    lines = _lines_of_setting(view, setting)
    returns = [
        one for one in counting(lines) if one.kind in (Kind.CAPACITY_RETURNED, Kind.CAPACITY_CONFIRMED)
    ]
    if not returns:
        return None
    last = returns[-1]
    with as_made_by(one for one in lines if one.seq < last.seq) as then:
        standing = _rows(then, "settings", _OF_SETTING, "number", id=setting)[0]
        groups = [_group(then, setting, group["unit"], group["beds"]) for group in last.body["groups"]]
    declines: dict[int, str] = {}
    if last.body["latest"] and last.body["changed"]:
        earlier = [one.seq for one in returns[:-1] if one.body["latest"] and one.body["changed"]]
        sql = "SELECT number, patient FROM declines WHERE setting = ? AND number > ? AND number < ?"
        declines = dict(view.rows(sql, (setting, max(earlier, default=0), last.seq)))
    return LastReturn(last, tuple(one for one in lines if one.seq > last.seq), standing, groups, declines)


def lines_of(view: View, subject: str) -> tuple[Line, ...]:
    """The entries about one person, setting, placement or the hub, oldest first."""
    sql = f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE subject = ? ORDER BY seq"
    return tuple(journal.line(row) for row in view.rows(sql, (subject,)))


def _lines_of_setting(view: View, setting: str) -> list[Line]:
    """What was recorded of a setting, also as the other one of two that were made one or parted."""
    sql = (
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE subject = ?"
        " OR (kind IN (?, ?) AND json_extract(body, '$.setting') = ?) ORDER BY seq"
    )
    kinds = (Kind.SETTINGS_JOINED.value, Kind.SETTINGS_PARTED.value)
    return [journal.line(row) for row in view.rows(sql, (setting, *kinds, setting))]


def counting(lines: Sequence[Line]) -> list[Line]:
    """The entries that weren't taken back, without the takings back."""
    gone = {one.body["entry"] for one in lines if one.kind in TAKEN_BACK}
    return [one for one in lines if one.kind not in TAKEN_BACK and one.id not in gone]


@contextmanager
def as_made_by(lines: Iterable[Line]) -> Iterator[Connection]:
    """Tables in memory, made of these entries alone."""
    memory = driver.connect(":memory:")
    try:
        memory.execute("CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT)")
        tables.create(Database(memory))
        tables.apply(memory, lines)
        yield memory
    finally:
        memory.close()


def _rows(
    connection: Connection, table: str, columns: Sequence[str], order: str, **of: str
) -> list[dict[str, Any]]:
    names = ", ".join(f'"{column}"' for column in columns)
    where = " AND ".join(f'"{column}" = ?' for column in of) or "1"
    found = connection.execute(
        f'SELECT {names} FROM "{table}" WHERE {where} ORDER BY "{order}"', tuple(of.values())
    )
    return [dict(zip(columns, row, strict=True)) for row in found]


def _group(connection: Connection, setting: str, unit: str, beds: str) -> dict[str, Any]:
    key = (setting, unit, beds)
    as_of = connection.execute(
        "SELECT as_of FROM beds WHERE setting = ? AND unit = ? AND id = ?", key
    ).fetchone()
    free = connection.execute(
        'SELECT start, "end", "count" FROM free WHERE setting = ? AND unit = ? AND beds = ?'
        " ORDER BY position",
        key,
    ).fetchall()
    spans = [{"from": start, "to": end, "count": count} for start, end, count in free]
    return {"unit": unit, "beds": beds, "as_of": as_of[0], "free": spans}
