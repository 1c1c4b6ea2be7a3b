"""What speaks against each placement under way, kept from one question to the next.

The rules are read by `discharge.matching.verify`, which the store doesn't know: the desk asks it after
every transaction for whoever is concerned, and keeps the answers here. They follow from the tables, the rule
set and the clock, never from anything else; a row that was made by another rule set or for another hour
counts as none. Nothing is decided by what is kept: each step forward asks anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC

from discharge import __version__
from discharge.model.flags import BEING_LOOKED_AT, Flag, Mend, Severity
from discharge.model.placement import ACTIVE
from discharge.store.ask import facts
from discharge.store.ask.placed import Looked
from discharge.store.ask.placements import read
from discharge.store.ask.view import View, in_chunks, marks, once
from discharge.store.driver import Connection
from discharge.store.journal import canonical

AT_ONCE = 40
"""So many placements that nobody has looked at are looked at by whoever asks; more wait for the desk."""

_ACTIVE = ", ".join(f"'{state}'" for state in sorted(ACTIVE))


@once
def made_by(view: View) -> str:
    """What all answers hang on beside the tables and the clock: the rules, the horizon, this program."""
    rules = view.rules.model_dump(mode="json")
    named = canonical([__version__, view.rule_set_name, rules, view.hub.horizon_days])
    return hashlib.sha256(named.encode()).hexdigest()


def keep(view: View, looked: Mapping[str, Looked]) -> None:
    """Keeps these answers in the place of earlier ones."""
    now, by = view.now.isoformat(), made_by(view)
    rows = []
    for name, one in looked.items():
        until = one.until.astimezone(UTC).isoformat()  # compared as text
        rows.append((name, now, until, by, canonical([_plain(flag) for flag in one.flags])))
    view.connection.executemany(
        'INSERT OR REPLACE INTO watched (placement, at, until, "by", flags) VALUES (?, ?, ?, ?, ?)', rows
    )


def forget(connection: Connection, names: Collection[str]) -> None:
    """Drops what is kept of these: they count as not looked at."""
    connection.executemany("DELETE FROM watched WHERE placement = ?", [(name,) for name in names])


def not_looked_at(view: View, *, limit: int) -> list[str]:
    """The placements under way of which nothing is known now, oldest first."""
    now = view.now.isoformat()
    found = view.rows(
        "SELECT p.id FROM placements p LEFT JOIN watched w"
        ' ON w.placement = p.id AND w."by" = ? AND w.at <= ? AND w.until > ?'
        f" WHERE p.state IN ({_ACTIVE}) AND w.placement IS NULL ORDER BY p.number LIMIT ?",
        (made_by(view), now, now, limit),
    )
    return [row[0] for row in found]


def flags_of(view: View, names: Sequence[str]) -> dict[str, tuple[Flag, ...]]:
    """What speaks against each of these placements, all of them under way.

    One that nobody has looked at is looked at now, unless they are many: then it says so of itself.
    """
    found = _kept(view, names)
    lacking = [name for name in names if name not in found]
    if lacking and view.judge is not None and len(lacking) <= AT_ONCE:
        for placed in read(view, f"id IN ({marks(lacking)})", lacking):
            looked = view.judge(placed)
            if looked is not None:
                found[placed.id] = looked.flags
    return {name: found.get(name, (BEING_LOOKED_AT,)) for name in names}


def _kept(view: View, names: Sequence[str]) -> dict[str, tuple[Flag, ...]]:
    now = view.now.isoformat()
    sql = 'SELECT placement, flags FROM watched WHERE "by" = ? AND at <= ? AND until > ?'
    values = (made_by(view), now, now)
    if len(names) > 500:
        rows = view.rows(sql, values)
    else:
        rows = [
            row
            for chunk in in_chunks(names)
            for row in view.rows(f"{sql} AND placement IN ({marks(chunk)})", (*values, *chunk))
        ]
    return {name: () if text == "[]" else tuple(map(_flag, json.loads(text))) for name, text in rows}


def _plain(flag: Flag) -> list[str | int]:
    return [flag.rule, flag.sentence, flag.severity.value, flag.mend.value, flag.stay]


def _flag(row: Sequence[str | int]) -> Flag:
    rule, sentence, severity, mend, stay = row
    return Flag(str(rule), str(sentence), Severity(str(severity)), Mend(str(mend)), int(stay))


def concerned(view: View, named: Collection[str], *, besides: Collection[str]) -> list[str]:
    """The placements under way for which it matters that something has changed of what is named: the ids of
    people, settings, placements, told apart by the tables that have them.

    Those of the people themselves and of whoever stays together with them (or is flagged because they don't),
    and all that stay where one of these does: they share beds, isolation places, cohorts, admissions.
    Placements of `besides` that are under way come too, for themselves alone.
    """
    alone = _column(view, _STILL, sorted(besides))
    if not named:
        return sorted(alone)
    names = sorted(named)
    people = {*names, *_column(view, "SELECT patient FROM placements WHERE id IN ({})", names)}
    together = facts.companions(view)
    around = people | {mate for name in people for mate in together.get(name, ())}
    apart = [row[0] for row in view.rows(_APART)]
    mine = {*names, *_column(view, _OF_PEOPLE, sorted(around)), *apart}
    near = {*names, *_column(view, "SELECT setting FROM stays WHERE placement IN ({})", sorted(mine))}
    return sorted({*alone, *_column(view, _IN_SETTINGS, sorted(near)), *_column(view, _STILL, sorted(mine))})


_OF_PEOPLE = f"SELECT id FROM placements WHERE state IN ({_ACTIVE}) AND patient IN ({{}})"
_STILL = f"SELECT id FROM placements WHERE state IN ({_ACTIVE}) AND id IN ({{}})"
_IN_SETTINGS = (
    "SELECT DISTINCT p.id FROM stays s JOIN placements p ON p.id = s.placement"
    f" WHERE p.state IN ({_ACTIVE}) AND s.holds = 1 AND s.setting IN ({{}})"
)
_APART = """SELECT placement FROM watched WHERE flags LIKE '%["N7",%'"""


def _column(view: View, sql: str, values: Sequence[str]) -> list[str]:
    """The one column that the statement gives, for values however many."""
    return [row[0] for chunk in in_chunks(values) for row in view.rows(sql.format(marks(chunk)), chunk)]


__all__ = [
    "AT_ONCE", "concerned", "flags_of", "forget", "keep", "made_by",
    "not_looked_at",
]  # fmt: skip
