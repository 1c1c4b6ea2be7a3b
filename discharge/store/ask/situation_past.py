"""The Situation of a day gone by: the tables as they follow from what had happened by its end.

An entry counts by when what it says happened, not by when somebody recorded it; a step that was taken back
since never happened. What an entry amends later (a person's pathway, a home's fee) stands as it was then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.model.shown.situation import SituationFacts
from discharge.store import journal
from discharge.store.ask.situation import midnight, situation
from discharge.store.ask.taking_back import as_made_by, counting
from discharge.store.ask.view import View
from discharge.store.journal import Line


def situation_on(view: View, on: date) -> SituationFacts:
    """The facts at the end of a day gone by; `UserError` for one before the record begins, or not over."""
    end = midnight(on + timedelta(1))
    began = journal.recorded(view.connection)
    if on >= view.today:
        raise UserError("That day isn't over.", "Choose one that is, or today.")
    if began is None or on < london_date(began[0]):
        raise UserError("The record doesn't go back to that day.", "Choose a later one.")
    lines = [line for line in counting(list(journal.read(view.connection))) if line.happened_at < end]
    with as_made_by(lines) as then:
        _with_journal(then, view, lines)
        # the last moment of the day: what is asked for "tonight" is that night
        at = end - timedelta(seconds=1)
        past = View(then, now=at, own_rule_sets=view.rule_sets)
        return situation(past, on=on, recorded_later=_late(lines, end))


def _with_journal(then: sqlite3.Connection, view: View, lines: Sequence[Line]) -> None:
    """Puts these entries beside the tables that they made, for what is asked of the journal itself."""
    names = journal.LINE_COLUMNS
    counted = {line.seq for line in lines}
    rows = view.rows(f"SELECT {names} FROM journal WHERE seq <= ? ORDER BY seq", (lines[-1].seq,))
    then.execute(f"CREATE TABLE journal ({names.replace('seq,', 'seq INTEGER PRIMARY KEY,', 1)})")
    marks = ", ".join("?" * len(names.split(",")))
    then.executemany(f"INSERT INTO journal VALUES ({marks})", (row for row in rows if row[0] in counted))


def _late(lines: Sequence[Line], end: datetime) -> int:
    """How many of these were recorded after the day."""
    return sum(line.recorded_at >= end for line in lines)


__all__ = ["situation_on"]
