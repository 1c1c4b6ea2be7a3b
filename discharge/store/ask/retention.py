"""How long people stay on record: who is past the time that the hub keeps them, and what names them."""

from __future__ import annotations

import json
from datetime import date

from discharge.model.london import london_date
from discharge.model.shown.retention import PastRetention
from discharge.store import journal
from discharge.store.ask import merging
from discharge.store.ask.view import View, in_chunks, instant, marks
from discharge.store.journal import Kind


def past_retention(view: View, *, before: date) -> tuple[PastRetention, ...]:
    """Those who left the list, and of whom nothing happened on that day or since; the longest ago first.

    Whoever was erased isn't among them, nor records that are a part of another: they go with it.
    """
    gone = journal.erased(view.connection)
    found = []
    for patient, name in view.rows(
        "SELECT id, name FROM patients WHERE left_reason IS NOT NULL AND left_reason != 'merged'"
    ):
        last = None if patient in gone else last_contact(view, patient)
        if last is not None and last < before:
            found.append(PastRetention(patient, name, last))
    return tuple(sorted(found, key=lambda one: (one.last, one.id)))


def last_contact(view: View, patient: str) -> date | None:
    """The day of the last entry about somebody, their placements and the records merged into theirs."""
    about = _subjects(view, (patient, *merging.all_parts_of(view, patient)))
    newest = "SELECT MAX(happened_at) FROM journal WHERE subject"
    found = (view.value(f"{newest} IN ({marks(chunk)})", chunk) for chunk in in_chunks(about))
    days = [when for at in found if (when := instant(at)) is not None]
    return london_date(max(days)) if days else None


def written_in_clear(view: View, patient: str) -> bool:
    """Whether an entry about somebody was written before this hub was sealed: no key makes it unreadable."""
    since = view.value("SELECT MIN(seq) FROM journal WHERE kind = ?", (Kind.KEY_SET.value,))
    if since is None:
        return True
    about = _subjects(view, (patient, *merging.all_parts_of(view, patient)))
    earlier = "SELECT 1 FROM journal WHERE seq < ? AND subject"
    return any(
        view.value(f"{earlier} IN ({marks(chunk)}) LIMIT 1", (since, *chunk)) for chunk in in_chunks(about)
    )


def keys_of(view: View, patient: str) -> tuple[str, ...]:
    """Whose keys are destroyed with somebody: theirs, those of records merged into theirs, and those of the
    transport sheets and plans that speak of them."""
    people = (patient, *merging.all_parts_of(view, patient))
    names = {view.patient_name[each] for each in people}
    sheets = [
        paper
        for paper, sha256 in view.rows("SELECT id, sha256 FROM papers WHERE patient IS NULL ORDER BY number")
        if any(name in text for text in _strings(_file(view, sha256)) for name in names)
    ]
    plans = [
        plan
        for plan, sha256 in view.rows("SELECT id, case_sha256 FROM plans ORDER BY number")
        if any(f'"{each}"'.encode() in _file(view, sha256) for each in people)
    ]
    return (*people, *sheets, *plans)


def _subjects(view: View, people: tuple[str, ...]) -> tuple[str, ...]:
    sql = f"SELECT id FROM placements WHERE patient IN ({marks(people)})"
    return (*people, *(row[0] for row in view.rows(sql, people)))


def _file(view: View, sha256: str) -> bytes:
    try:
        return journal.read_file(view.connection, sha256)
    except (KeyError, journal.Erased):
        return b""


def _strings(content: bytes) -> list[str]:
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    look(json.loads(content) if content else None)
    return found


def seals_people(view: View) -> bool:
    """Whether entries of this hub are sealed by person: it is a sealed hub."""
    return journal.is_signed(view.connection)


__all__ = ["keys_of", "last_contact", "past_retention", "seals_people", "written_in_clear"]
