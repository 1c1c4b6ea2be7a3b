"""The Situation of a day gone by: the tables as they follow from what had happened by its end.

An entry counts by when what it says happened, not by when somebody recorded it; a step that was taken back
since never happened. What an entry amends later (a person's pathway, a home's fee) stands as it was then.

The record is read a piece at a time, so that nobody at the desk waits; what follows from it is worked out
aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.model.shown.situation import LeavingFacts, PersonFacts, SituationFacts
from discharge.rules.rule_set import RuleSet
from discharge.store import journal
from discharge.store.ask import merging
from discharge.store.ask.situation import midnight, situation
from discharge.store.ask.taking_back import TAKEN_BACK, as_made_by, counting
from discharge.store.ask.view import View
from discharge.store.driver import Connection
from discharge.store.journal import Line

Someone = TypeVar("Someone", PersonFacts, LeavingFacts)
PIECE = 5_000
"""So many entries are read at once."""


class ReadBack:
    """The record on its way to what it was at the end of a day."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._end = midnight(on + timedelta(1))
        self._ends = self._end.isoformat()
        self._rows: list[tuple[Any, ...]] = []
        self._rule_sets: Mapping[str, RuleSet] = {}
        self._no_longer: Mapping[str, str | None] = {}

    def read(self, view: View) -> bool:
        """Reads a piece; whether there is more.

        `UserError` for a day that isn't over, or before the record.
        """
        if not self._rows:
            _refuse(view, self.on)
            self._rule_sets = view.rule_sets
            self._no_longer = _no_longer(view)
        since = self._rows[-1][0] if self._rows else 0
        sql = f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
        piece = view.rows(sql, (since, PIECE))
        self._rows += piece
        return len(piece) == PIECE

    @property
    def entries(self) -> int:
        """So many entries are read."""
        return len(self._rows)

    def facts(self) -> SituationFacts:
        """What the figures of that day are made from, once all is read."""
        # what happened later counts for nothing, but for a taking back
        concerned = (row for row in self._rows if row[4] < self._ends or row[2] in TAKEN_BACK)
        lines = [line for line in counting([*map(journal.line, concerned)]) if line.happened_at < self._end]
        with as_made_by(lines) as then:
            self._beside(then, lines)
            # the last moment of the day: what is asked for "tonight" is that night
            past = View(then, now=self._end - timedelta(seconds=1), own_rule_sets=self._rule_sets)
            facts = situation(past, on=self.on, recorded_later=_late(lines, self._end))
        people, leavings = self._as_known_now(facts.people), self._as_known_now(facts.leavings)
        return replace(facts, people=people, leavings=leavings)

    def _as_known_now(self, people: Sequence[Someone]) -> tuple[Someone, ...]:
        """Each person once, by the record that is theirs now; nobody who was entered by mistake."""
        found: dict[str, Someone] = {one.id: one for one in people if one.id not in self._no_longer}
        for one in people:
            now = self._no_longer.get(one.id)
            if now is not None and now not in found and now not in self._no_longer:
                found[now] = replace(one, id=now)
        return tuple(found.values())

    def _beside(self, then: Connection, lines: Sequence[Line]) -> None:
        """Puts these entries beside the tables that they made, for what is asked of the journal itself."""
        names = journal.LINE_COLUMNS
        counted = {line.seq for line in lines}
        then.execute(f"CREATE TABLE journal ({names.replace('seq,', 'seq INTEGER PRIMARY KEY,', 1)})")
        marks = ", ".join("?" * len(names.split(",")))
        kept = (row for row in self._rows if row[0] in counted)
        then.executemany(f"INSERT INTO journal VALUES ({marks})", kept)


def _no_longer(view: View) -> dict[str, str | None]:
    """The records that are no person's own any more: whose they are a part of, or None for a mistake."""
    rows = view.rows(
        "SELECT id, left_reason FROM patients WHERE left_reason IN ('merged', 'entered_by_mistake')"
    )
    return {name: merging.survivor(view, name) if reason == "merged" else None for name, reason in rows}


def _refuse(view: View, on: date) -> None:
    began = journal.recorded(view.connection)
    if on >= view.today:
        raise UserError("That day isn't over.", "Choose one that is, or today.")
    if began is None or on < london_date(began[0]):
        raise UserError("The record doesn't go back to that day.", "Choose a later one.")


def _late(lines: Sequence[Line], end: datetime) -> int:
    """How many of these were recorded after the day."""
    return sum(line.recorded_at >= end for line in lines)


__all__ = ["ReadBack"]
