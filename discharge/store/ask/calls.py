"""What homes answered on the telephone, what is agreed with them, what was learned, and mutual aid."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from discharge.model.call import SINCE_LAST_CALL, AidAnswer, AidKind, AidWay, Answers
from discharge.model.london import london_instant
from discharge.model.shown.calls import (
    ActionLine,
    AidLine,
    CrossBorder,
    Heard,
    ReviewLine,
    Rung,
)
from discharge.rules import authorities
from discharge.store.ask.patients import ACTIVE_STATES
from discharge.store.ask.view import AMONG, View, among, day, instant, once

HEARD_DAYS = 7
"""Answers older than so many days are no answers any more; what is counted up is, over so many days."""


def _midnight(of: date) -> str:
    """When that day begins in London, as times on record are written."""
    begins = london_instant(of, time())
    assert begins is not None  # clocks are changed at one and at two
    return begins.isoformat()


def _since(view: View) -> str:
    """When the first of the days began of which answers still count."""
    return _midnight(view.today - timedelta(HEARD_DAYS - 1))


@once
def heard(view: View) -> Mapping[str, Heard]:
    """By setting what it said on the telephone in the last days; who said nothing isn't there."""
    midnight = _midnight(view.today)
    rows = view.rows(
        'SELECT setting, at, "by", given, answers FROM calls WHERE withdrawn = 0 AND at >= ? AND at <= ?'
        " ORDER BY at, seq",
        (_since(view), view.now.isoformat()),
    )
    newest: dict[str, dict[str, Any]] = defaultdict(dict)
    said_at: dict[str, dict[str, datetime]] = defaultdict(dict)
    summed: dict[str, Counter[str]] = defaultdict(Counter)
    rung: dict[str, Rung] = {}
    asked: set[str] = set()
    for setting, at, by, given, text in rows:
        when, answered = datetime.fromisoformat(at), given is not None
        if at >= midnight and (answered or not (setting in rung and rung[setting].answered)):
            rung[setting] = Rung(when, by, answered)
        if text is None:
            continue
        for key, value in json.loads(text).items():
            newest[setting][key], said_at[setting][key] = value, when
            if key in SINCE_LAST_CALL:
                summed[setting][key] += value
        if at >= midnight:
            asked.add(setting)
    return {
        setting: Heard(
            newest=Answers.model_validate(newest[setting]),
            said_at=said_at[setting],
            summed=Answers.model_validate(summed[setting]),
            rung_today=rung.get(setting),
            asked_today=setting in asked,
        )
        for setting in {*newest, *rung}
    }


def ppe_and_staffing(
    view: View, some: Iterable[str] | None = None
) -> dict[str, tuple[float | None, str | None]]:
    """By setting, of `some` or all, for how many days its PPE lasts and how its staffing is: as it said last
    on the telephone, or, where its record was amended since or there is nothing, as its record has them. A
    record that was emptied since says nothing, and what was said stands."""
    which, values = ("1", ()) if some is None else (f"id {AMONG}", (among(some),))
    found = {}
    for setting, ppe, staffing in view.rows(
        "SELECT id, json_extract(details, '$.ppe_days'), json_extract(details, '$.staffing')"
        f" FROM settings WHERE {which}",
        values,
    ):
        found[setting] = (ppe, staffing)
    said, amended = heard(view), _amended(view)
    for setting in said.keys() & found.keys():
        ppe, staffing = found[setting]
        newest, changed = said[setting], amended.get(setting, {})
        if newest.newest.ppe_days is not None and (ppe is None or _counts(newest, "ppe_days", changed)):
            ppe = newest.newest.ppe_days
        if newest.newest.staffing is not None and (staffing is None or _counts(newest, "staffing", changed)):
            staffing = newest.newest.staffing
        found[setting] = (ppe, staffing)
    return found


def _counts(said: Heard, key: str, amended: Mapping[str, datetime]) -> bool:
    """Whether an answer is newer than what the record was amended to."""
    at = said.said_at.get(key)
    return at is not None and (key not in amended or at >= amended[key])


def _amended(view: View) -> dict[str, dict[str, datetime]]:
    """When these fields of a setting's record were changed in the last days."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for setting, at, changed in view.rows(
        "SELECT subject, happened_at, json_extract(body, '$.changed') FROM journal"
        " WHERE kind = 'setting_amended' AND happened_at >= ? ORDER BY seq",
        (_since(view),),
    ):
        for key in {"ppe_days", "staffing"} & set(json.loads(changed or "[]")):
            found[setting][key] = datetime.fromisoformat(at)
    return found


# what is agreed, what is to be learned

_ACTION = (
    'SELECT id, setting, what, who, due, at, "by", done_at FROM actions'
    " WHERE dropped = 0 AND {} ORDER BY due, number"
)


def actions(view: View, setting: str | None = None) -> tuple[ActionLine, ...]:
    """What is agreed and to be done, of one setting or of all, by its day."""
    where, values = ("1", []) if setting is None else ("setting = ?", [setting])
    return _action_lines(view, view.rows(_ACTION.format(f"done_at IS NULL AND {where}"), values))


def action(view: View, name: str) -> ActionLine | None:
    """One of them, done or not; None where there is none of that id that is agreed."""
    found = _action_lines(view, view.rows(_ACTION.format("id = ?"), (name,)))
    return found[0] if found else None


def _action_lines(view: View, rows: Iterable[tuple[Any, ...]]) -> tuple[ActionLine, ...]:
    return tuple(
        ActionLine(
            id=row[0],
            setting=row[1],
            setting_name=view.setting_name[row[1]],
            what=row[2],
            who=row[3],
            due=date.fromisoformat(row[4]),
            at=datetime.fromisoformat(row[5]),
            by=row[6],
            done_at=instant(row[7]),
        )
        for row in rows
    )


def reviews(
    view: View, where: str = "reviewed_at IS NULL", values: tuple[str, ...] = ()
) -> tuple[ReviewLine, ...]:
    """Outbreaks that ended, the one that ended first first; without more those not looked back on."""
    return tuple(
        ReviewLine(
            ended=row[0],
            setting=row[1],
            setting_name=view.setting_name[row[1]],
            organism=row[2],
            ended_at=datetime.fromisoformat(row[3]),
            reviewed_at=instant(row[4]),
            by=row[5],
            learned=row[6],
            shared=row[7],
        )
        for row in view.rows(
            'SELECT ended, setting, organism, ended_at, reviewed_at, "by", learned, shared'
            f" FROM outbreak_reviews WHERE {where} ORDER BY ended_at, seq",
            values,
        )
    )


# mutual aid

_AID = (
    'SELECT id, way, borough, kind, wanted, needed_by, at, "by", answer, answer_words, owed,'
    " back_by, back_at FROM aid WHERE withdrawn = 0 AND {} ORDER BY number DESC"
)


def aid(view: View, where: str = "1", values: tuple[str, ...] = ()) -> tuple[AidLine, ...]:
    """The requests for mutual aid, newest first."""
    return tuple(
        AidLine(
            id=row[0],
            way=AidWay(row[1]),
            borough=row[2],
            kind=AidKind(row[3]),
            wanted=row[4],
            needed_by=day(row[5]),
            at=datetime.fromisoformat(row[6]),
            by=row[7],
            answer=None if row[8] is None else AidAnswer(row[8]),
            answer_words=row[9],
            owed=bool(row[10]),
            back_by=day(row[11]),
            back_at=instant(row[12]),
        )
        for row in view.rows(_AID.format(where), values)
    )


def cross_borders(view: View) -> tuple[CrossBorder, ...]:
    """Who is in, or on the way to, a setting of another authority than their own, by placements under way;
    and whoever may be, as an authority isn't recorded."""
    return tuple(
        CrossBorder(patient, home or "", there or "")
        for patient, home, there in view.rows(
            "SELECT p.patient, json_extract(q.details, '$.local_authority'), s.local_authority"
            " FROM placements p JOIN patients q ON q.id = p.patient"
            " JOIN stays t ON t.placement = p.id AND t.position = p.stay"
            f" JOIN settings s ON s.id = t.setting WHERE p.state IN ({ACTIVE_STATES})"
            " AND p.state != 'proposed' ORDER BY p.number"
        )
        if not (home and there) or authorities.key(home) != authorities.key(there)
    )


def next_number(view: View, table: str) -> int:
    """The number of the next row of a table that has numbers."""
    return int(view.value(f"SELECT COALESCE(MAX(number), 0) + 1 FROM {table}"))


__all__ = [
    "HEARD_DAYS", "action", "actions", "aid", "cross_borders", "heard", "next_number", "ppe_and_staffing",
    "reviews",
]  # fmt: skip
