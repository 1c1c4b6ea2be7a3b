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
from discharge.model.shown.situation import LeavingFacts, PersonFacts, SituationFacts, Standing
from discharge.rules.rule_set import RuleSet
from discharge.store import journal, personal
from discharge.store.ask import merging
from discharge.store.ask.situation import midnight, situation
from discharge.store.ask.taking_back import TAKEN_BACK, as_made_by, counting
from discharge.store.ask.view import View
from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line

Someone = TypeVar("Someone", PersonFacts, LeavingFacts)
PIECE = 5_000
"""So many entries are read at once."""
_OF_RECORDS = (Kind.PATIENTS_MERGED, Kind.PATIENTS_PARTED)
_LEAVING = (Kind.PATIENT_LEFT, Kind.HAPPENED)
_LATER_TOO = frozenset({*TAKEN_BACK, Kind.CALL_WITHDRAWN})
"""Kinds of entries that say what never happened."""
_FURTHER = (Standing.WAITING, Standing.PLACED, Standing.AWAY)


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
        lines = self._lines()
        with as_made_by(lines) as then:
            self._beside(then, lines)
            # the last moment of the day: what is asked for "tonight" is that night
            past = View(then, now=self._end - timedelta(seconds=1), own_rule_sets=self._rule_sets)
            facts = situation(past, on=self.on, recorded_later=_late(lines, self._end))
        happened = tuple(one for one in facts.happened if self._no_longer.get(one.patient, "") is not None)
        return replace(
            facts,
            people=self._as_known_now(self._where_they_are(facts.people)),
            leavings=self._as_known_now(facts.leavings),
            happened=happened,
        )

    def _lines(self) -> list[Line]:
        """The entries of which the day was made."""
        # what happened later counts for nothing, but for a taking back
        concerned = (row for row in self._rows if row[4] < self._ends or row[2] in _LATER_TOO)
        told = counting([*map(journal.line, concerned)])
        taken_out = {line.body["call"] for line in told if line.kind is Kind.CALL_WITHDRAWN}
        counted = [line for line in told if line.id not in taken_out and self._is_of_then(line)]
        # whoever left before anybody entered them on the list was there to leave
        left = {_whose(line) for line in counted if line.kind in _LEAVING}
        late = (row for row in self._rows if row[2] == Kind.PATIENT_REGISTERED and row[4] >= self._ends)
        counted += [journal.line(row) for row in late if row[3] in left]
        return _newest_of_then(sorted(counted, key=lambda line: line.seq))

    def _is_of_then(self, line: Line) -> bool:
        """Whether what it says had happened by the end of the day. Two records are one from when somebody
        said so: before that the later one may not have been there."""
        at = line.recorded_at if line.kind in _OF_RECORDS else line.happened_at
        return at < self._end

    def _where_they_are(self, people: Sequence[PersonFacts]) -> tuple[PersonFacts, ...]:
        """Of two records that are one person now the further says where they were."""
        where: dict[str | None, Standing] = {}
        for one in people:
            whose = self._no_longer.get(one.id, one.id)
            where[whose] = max(where.get(whose, one.standing), one.standing, key=_FURTHER.index)
        return tuple(replace(one, standing=where[self._no_longer.get(one.id, one.id)]) for one in people)

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
        personal.attach(then)
        names = ", ".join(journal.NAMES_READ)
        counted = {line.seq for line in lines}
        then.execute(f"CREATE TABLE journal ({names.replace('seq,', 'seq INTEGER PRIMARY KEY,', 1)})")
        marks = ", ".join("?" * len(names.split(",")))
        kept = (row for row in self._rows if row[0] in counted)
        then.executemany(f"INSERT INTO journal VALUES ({marks})", kept)


def _whose(line: Line) -> str:
    """The person of whom a leaving is."""
    return str(line.body.get("patient") or line.subject)


def _newest_of_then(lines: Sequence[Line]) -> list[Line]:
    """The entries, each capacity return by whether it was the newest of those that count here: one that came
    in late was, on its day, though a newer one had been recorded by then."""
    newest: dict[str, str] = {}
    found = []
    for line in lines:
        if line.kind in (Kind.CAPACITY_RETURNED, Kind.CAPACITY_CONFIRMED):
            reported = line.body["report"]["reported_at"]
            latest = datetime.fromisoformat(reported) >= datetime.fromisoformat(
                newest.get(line.subject, reported)
            )
            if latest:
                newest[line.subject] = reported
            line = replace(line, body={**line.body, "latest": latest})
        found.append(line)
    return found


def _no_longer(view: View) -> dict[str, str | None]:
    """The records that are no person's own any more: whose they are a part of, or None for a mistake."""
    whole = merging.wholes(view)
    mistakes = {
        name for (name,) in view.rows("SELECT id FROM patients WHERE left_reason = 'entered_by_mistake'")
    }
    found: dict[str, str | None] = dict.fromkeys(mistakes)
    return found | {part: None if into in mistakes else into for part, into in whole.items()}


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
