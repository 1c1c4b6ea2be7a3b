"""All that is on record about one person, for who asks for a copy of it: rows and entries, nobody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from discharge.model.errors import UserError
from discharge.model.shown.about_person import AboutPerson, EntryAbout
from discharge.store import journal
from discharge.store.ask import merging
from discharge.store.ask.everything import HOLDS_JSON, Record, columns
from discharge.store.ask.sentences import sentence
from discharge.store.ask.view import View, in_chunks, marks
from discharge.store.journal import LINE_COLUMNS
from discharge.store.write.tables import SHAPES

ANOTHER = "another person"
"""What stands for anybody else in what is given to this one."""


def about_person(view: View, patient: str) -> AboutPerson:
    """All that is on record about somebody.

    `UserError` for one who isn't on record, or whose record is a part of another.
    """
    name = view.value("SELECT name FROM patients WHERE id = ?", (patient,))
    if name is None:
        raise UserError(f"There is nobody with the id {patient}.", "Choose one of the list.")
    whole = merging.survivor(view, patient)
    if whole != patient:
        raise UserError(f"This record is a part of {whole} now.", "Open that one.")
    people = (patient, *merging.all_parts_of(view, patient))
    hidden = _Others(view, people)
    stays = _column(view, "SELECT id FROM placements WHERE patient", people)
    tables = {
        table: tuple(hidden.without(row) for row in _rows(view, table, people, stays))
        for table in columns()
        if table != "journal"
    }
    return AboutPerson(
        patient,
        str(name),
        people[1:],
        {table: rows for table, rows in tables.items() if rows},
        tuple(_entries(view, [*people, *stays], hidden)),
        dict(_papers(view, people, hidden)),
    )


def _column(view: View, sql: str, values: Sequence[str]) -> list[str]:
    return [row[0] for chunk in in_chunks(values) for row in view.rows(f"{sql} IN ({marks(chunk)})", chunk)]


def _rows(view: View, table: str, people: Sequence[str], stays: Sequence[str]) -> Iterator[Record]:
    """The rows of a table that say whose they are: by the person, or by the placement."""
    names = columns()[table]
    if table == "patients":
        by, wanted = "id", people
    elif "patient" in names:
        by, wanted = "patient", people
    elif "placement" in names:
        by, wanted = "placement", stays
    else:
        return
    asked, order = (", ".join(f'"{name}"' for name in each) for each in (names, SHAPES[table][1]))
    plain = HOLDS_JSON.get(table, frozenset())
    for chunk in in_chunks(wanted):
        sql = f'SELECT {asked} FROM "{table}" WHERE "{by}" IN ({marks(chunk)}) ORDER BY {order}'
        for row in view.rows(sql, chunk):
            yield {
                name: json.loads(value) if name in plain and value else value
                for name, value in zip(names, row, strict=True)
            }


def _entries(view: View, subjects: Sequence[str], hidden: _Others) -> Iterator[EntryAbout]:
    found = []
    for chunk in in_chunks(subjects):
        sql = f"SELECT {LINE_COLUMNS} FROM journal WHERE subject IN ({marks(chunk)})"
        found += [journal.line(row) for row in view.rows(sql, chunk)]
    for line in sorted(found, key=lambda one: one.seq):
        yield EntryAbout(
            seq=line.seq,
            kind=line.kind.value,
            subject=line.subject,
            happened_at=line.happened_at,
            recorded_at=line.recorded_at,
            by=line.user_name,
            role=line.role,
            given=line.given,
            sentence=hidden.text(sentence(line.kind, line.body, settings=view.setting_name)),
            body=hidden.without(line.body),
        )


def _papers(view: View, people: Sequence[str], hidden: _Others) -> Iterator[tuple[str, Any]]:
    for chunk in in_chunks(people):
        for paper, sha256 in view.rows(
            f"SELECT id, sha256 FROM papers WHERE patient IN ({marks(chunk)}) ORDER BY number", chunk
        ):
            yield paper, hidden.without(json.loads(journal.read_file(view.connection, sha256)))


class _Others:
    """Everybody else of the hub, taken out of what is given to one."""

    def __init__(self, view: View, people: Sequence[str]) -> None:
        own = {view.patient_name[each] for each in people}
        everybody = view.rows("SELECT id, name FROM patients")
        self._ids = frozenset(each for each, _name in everybody if each not in people)
        self._names = sorted({name for _id, name in everybody if name not in own}, key=len, reverse=True)

    def without(self, value: Any) -> Any:
        """The value without anybody else in it, however deep."""
        if isinstance(value, str):
            return ANOTHER if value in self._ids else self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.without(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.without(each) for each in value]
        return value

    def text(self, words: str) -> str:
        """The text with nobody else's name in it."""
        for name in self._names:
            if name in words:
                words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", ANOTHER, words)
        return words


__all__ = ["ANOTHER", "about_person"]
