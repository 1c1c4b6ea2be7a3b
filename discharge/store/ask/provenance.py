"""Who wrote what is on record of people, field by field: a person at the hub, or a list that came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from discharge.model.infection import Observation
from discharge.model.patient_record import as_recorded
from discharge.model.same_person import Called, called
from discharge.store import journal
from discharge.store.ask.patients import OBSERVATION
from discharge.store.ask.view import View
from discharge.store.journal import Kind, Line

_KINDS = (
    Kind.PATIENT_REGISTERED, Kind.PATIENT_AMENDED, Kind.PATIENTS_MERGED, Kind.PATIENTS_PARTED,
    Kind.OBSERVATION_RECORDED, Kind.OBSERVATION_WITHDRAWN, Kind.KNOWN_AS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ByHand:
    """Who at the hub wrote a field last, and when."""

    name: str
    at: datetime


@dataclass(slots=True)
class Provenance:
    """What is known of how a record came to be what it is."""

    by_hand: dict[str, ByHand] = field(default_factory=dict)
    """Fields of `PatientDetails` that a person at the hub wrote last."""
    seen_by_hand: dict[Observation, ByHand] = field(default_factory=dict)
    """Observations that a person at the hub recorded."""
    withdrawn: set[Observation] = field(default_factory=set)
    """Observations that somebody took back as wrong."""
    imported: bool = False
    """Whether a list ever named them."""
    known_as: dict[Called, frozenset[str]] = field(default_factory=dict)
    """What a list calls them, as somebody said; with those whom it might have meant, and doesn't."""


def of_people(view: View) -> dict[str, Provenance]:
    """The provenance of everybody's record, by their reference."""
    found: dict[str, Provenance] = {}
    details: dict[str, dict[str, Any]] = {}
    seen: dict[str, Observation] = {}
    were: dict[tuple[str, str], dict[str, ByHand]] = {}
    marks = ", ".join("?" for _ in _KINDS)
    rows = view.rows(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE kind IN ({marks}) ORDER BY seq",
        tuple(kind.value for kind in _KINDS),
    )
    for line in map(journal.line, rows):
        one = found.setdefault(line.subject, Provenance())
        by_import = "imported" in line.body
        one.imported |= by_import and line.body["imported"]["kind"] != "places"
        if by_import:
            were.setdefault((line.subject, line.body["imported"]["group"]), dict(one.by_hand))
        elif isinstance(line.body.get("details"), dict):
            were[line.subject, line.id] = dict(one.by_hand)
        undone = line.body.get("import_taken_back") or line.body.get("takes_back")
        if line.kind is Kind.KNOWN_AS:
            _called(one, line.body)
        elif line.kind is Kind.OBSERVATION_RECORDED:
            seen[line.body["id"]] = OBSERVATION.validate_python(line.body["observation"])
            _recorded(one, line, seen[line.body["id"]], by_import=by_import)
        elif line.kind is Kind.OBSERVATION_WITHDRAWN:
            if line.body["id"] in seen and undone is None:
                one.withdrawn.add(seen[line.body["id"]])
        elif isinstance(details_now := line.body.get("details"), dict):
            after = as_recorded(details_now)
            if undone is None:
                _wrote(one, line, details.get(line.subject, {}), after, by_import=by_import)
            else:
                one.by_hand = dict(were.get((line.subject, undone), one.by_hand))
            details[line.subject] = after
    return found


def _called(one: Provenance, said: Mapping[str, Any]) -> None:
    born = None if said["born"] is None else date.fromisoformat(said["born"])
    name = called(said["name"], born, said["born_words"], said["hospital"])
    one.known_as.pop(name, None)
    if not said["forgotten"]:
        one.known_as[name] = frozenset(said["apart"])


def _recorded(one: Provenance, line: Line, seen: Observation, *, by_import: bool) -> None:
    one.withdrawn.discard(seen)
    if not by_import and not {"import_taken_back", "takes_back"} & line.body.keys():
        one.seen_by_hand[seen] = ByHand(line.user_name, line.recorded_at)


def _wrote(
    one: Provenance, line: Line, before: dict[str, Any], after: dict[str, Any], *, by_import: bool
) -> None:
    before = as_recorded(before)
    for name in after:
        if before.get(name) == after[name]:
            continue
        if by_import or name in _from_postcode(after):
            one.by_hand.pop(name, None)
        else:
            one.by_hand[name] = ByHand(line.user_name, line.recorded_at)


def _from_postcode(details: dict[str, Any]) -> set[str]:
    """The fields that the postcode filled: nobody's word, whoever typed the postcode."""
    mark = details.get("from_postcode") or {}
    place = {"latitude", "longitude"} if mark.get("level") else set()
    return {"from_postcode", *place, *(["local_authority"] if mark.get("authority") else [])}


@dataclass(frozen=True, slots=True)
class ImportGroup:
    """An import as it stands on record: its entries, and what each amended record was before it."""

    lines: tuple[Line, ...]
    before: dict[str, dict[str, Any]]
    """By subject, its details before the import's first entry about it; of those that were there."""
    after: dict[str, dict[str, Any]]


def group(view: View, name: str) -> ImportGroup:
    """The entries of one import, by the name of its group; without entries where there is none."""
    rows = view.rows(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE json_extract(body, '$.imported.group') = ?"
        " ORDER BY seq",
        (name,),
    )
    lines = tuple(map(journal.line, rows))
    before: dict[str, dict[str, Any]] = {}
    after: dict[str, dict[str, Any]] = {}
    for line in lines:
        if isinstance(line.body.get("details"), dict):
            is_person = line.kind in _KINDS
            details = line.body["details"]
            after[line.subject] = as_recorded(details) if is_person else details
            if line.subject not in before and (earlier := _details_before(view, line)) is not None:
                before[line.subject] = as_recorded(earlier) if is_person else earlier
    return ImportGroup(lines, before, after)


def _details_before(view: View, line: Line) -> dict[str, Any] | None:
    row = view.row(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE subject = ? AND seq < ?"
        " AND json_extract(body, '$.details') IS NOT NULL ORDER BY seq DESC LIMIT 1",
        (line.subject, line.seq),
    )
    found = None if row is None else journal.line(row).body["details"]
    return found if isinstance(found, dict) else None


def last_groups(view: View, *, limit: int, kind: str) -> list[tuple[str, str, datetime, str]]:
    """The last imports, of one kind of file or all: group, file, when and by whom, newest first."""
    rows = view.rows(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE seq IN (SELECT min(seq) FROM journal"
        " WHERE json_extract(body, '$.imported.group') IS NOT NULL"
        " AND ? IN ('', json_extract(body, '$.imported.kind'))"
        " GROUP BY json_extract(body, '$.imported.group')) ORDER BY seq DESC LIMIT ?",
        (kind, limit),
    )
    return [
        (line.body["imported"]["group"], line.body["imported"]["file"], line.recorded_at, line.user_name)
        for line in map(journal.line, rows)
    ]
