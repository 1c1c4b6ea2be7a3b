"""The copy of what is on record about somebody, as they may ask for it: a text to read, a file of data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discharge.model.london import LONDON, london_date
from discharge.model.shown.about_person import AboutPerson, EntryAbout
from discharge.words.counts import count_words
from discharge.words.days import day_words
from discharge.words.values import field_words, fields, value_words

FORMAT = "discharge-person/1"
_TITLES = {
    "patients": "What is kept of you",
    "observations": "Tests, symptoms, contacts and releases",
    "attestations": "What was attested",
    "exclusions": "Settings left out for you",
    "declines": "Settings that said no",
    "kept_beds": "Beds kept for you",
    "kept": "Proposals kept",
    "placements": "Placements",
    "stays": "Stays",
    "happenings": "What happened besides",
    "reviews": "How you were afterwards",
    "assessments": "Assessments",
    "papers": "Papers about you",
    "tasks": "What was to be done",
    "news": "Who was told of a result",
}
"""The tables that have something of a person, in the order in which they are read."""
_OURS = frozenset({
    "number", "facts", "told_seq", "left_seq", "recorded_seq", "last_seq", "departed_seq", "seq", "sha256",
    "seal", "position", "patient", "by", "name",
})  # fmt: skip
"""Columns by which the store finds its way: they are in the data, and not among what is read."""


_FLAGS = frozenset({"withdrawn", "alone", "onward", "holds", "among_free", "recalled", "stands"})
"""Columns that hold a yes or a no, as a number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the copy: its heading, and groups of lines, each a name and what is said."""

    title: str
    groups: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class PersonCopy:
    """The copy to be read. `made`: when, and from which hub."""

    title: str
    made: str
    parts: tuple[Part, ...]


def copy_of(found: AboutPerson, *, hub: str, now: datetime, names: Mapping[str, str]) -> PersonCopy:
    """The copy in words; `names` are of settings and of the hub's own people, by id."""
    local = now.astimezone(LONDON)
    made = (
        f"Made on {day_words(london_date(local), year=True)} at {local:%H:%M} from the record of {hub}: "
        f"{count_words(len(found.entries), 'entry', 'entries')}."
    )
    parts = [
        Part(title, tuple(_group(table, row, now=now, names=names) for row in found.tables[table]))
        for table, title in _TITLES.items()
        if table in found.tables
    ]
    steps = tuple((_when(each), f"{each.sentence} ({_who(each)})") for each in found.entries)
    parts.append(Part("Everything in order, and who did it", (steps,) if steps else ()))
    return PersonCopy(f"What is on record about {found.name}", made, tuple(parts))


def _group(
    table: str, row: Mapping[str, Any], *, now: datetime, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    said: dict[str, str] = {}
    for column, value in fields(row):
        outer, _, inner = column.rpartition(".")
        if (outer or column) in _OURS or (table != "patients" and column in ("id",)):
            continue
        # what is kept within a record is named by itself: `details.ward` is the ward
        key = column.partition(".")[2] if outer.split(".")[0] in ("details", "body", "facts") else column
        said.setdefault(field_words(key or inner), _said(column, value, now=now, names=names))
    return tuple(said.items())


def _said(column: str, value: object, *, now: datetime, names: Mapping[str, str]) -> str:
    told = bool(value) if column in _FLAGS else value
    return value_words(told, now=now, names=names, longest=100_000, year=True)


def _when(each: EntryAbout) -> str:
    at = each.happened_at.astimezone(LONDON)
    return f"{day_words(london_date(at), year=True)} {at:%H:%M}"


def _who(each: EntryAbout) -> str:
    return f"{each.by}, {each.role.replace('_', ' ')}; entry {each.seq:,}"


def data_of(found: AboutPerson, *, hub: str, now: datetime) -> str:
    """The same as data: every row and every entry, in JSON of one line each."""
    return "".join(_pieces(found, hub=hub, now=now))


def _pieces(found: AboutPerson, *, hub: str, now: datetime) -> Iterator[str]:
    about = {
        "format": FORMAT, "hub": hub, "as_at": now.isoformat(), "person": found.id,
        "merged_into_it": list(found.parts),
    }  # fmt: skip
    yield "{" + ",\n".join(f"{json.dumps(key)}: {_json(value)}" for key, value in about.items())
    for table, rows in found.tables.items():
        yield f",\n{json.dumps(table)}: [\n" + ",\n".join(_json(row) for row in rows) + "]"
    yield ',\n"entries": [\n' + ",\n".join(_json(_entry(each)) for each in found.entries) + "]"
    yield f',\n"papers_issued": {_json(found.papers)}}}\n'


def _entry(each: EntryAbout) -> dict[str, object]:
    return {
        "entry": each.seq, "kind": each.kind, "about": each.subject,
        "happened_at": each.happened_at.isoformat(), "recorded_at": each.recorded_at.isoformat(),
        "by": each.by, "role": each.role, "given": None if each.given is None else json.loads(each.given),
        "said": each.sentence, "body": each.body,
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


__all__ = ["FORMAT", "Part", "PersonCopy", "copy_of", "data_of"]
