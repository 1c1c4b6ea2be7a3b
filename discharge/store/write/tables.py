"""The tables: what follows from the journal. How each kind of entry changes them, and all of them made anew.

An entry's body says what came to be; nothing here decides anything.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from discharge.store import journal
from discharge.store.driver import Connection, Database
from discharge.store.journal import Line
from discharge.store.write import calls as call_entries
from discharge.store.write import facts as fact_entries
from discharge.store.write import joining as joining_entries
from discharge.store.write import papers as paper_entries
from discharge.store.write import people as people_entries
from discharge.store.write import placements as placement_entries
from discharge.store.write import reviews as review_entries
from discharge.store.write import settings as setting_entries
from discharge.store.write import waiting as waiting_entries

_APPLY = (
    people_entries.APPLY
    | setting_entries.APPLY
    | joining_entries.APPLY
    | placement_entries.APPLY
    | fact_entries.APPLY
    | paper_entries.APPLY
    | review_entries.APPLY
    | call_entries.APPLY
    | waiting_entries.APPLY
)
"""What each kind of entry does to the tables."""

SHAPES: dict[str, tuple[dict[str, type], tuple[str, ...]]] = {
    # table: (its columns, its primary key)
    "hub": ({"id": int, "settings": str}, ("id",)),
    "users": (
        {"number": int, "id": str, "name": str, "roles": str, "active": int, "email": str,
         "authorities": str},
        ("number",),
    ),
    "waiting": (
        {
            "id": str, "seq": int, "what": str, "subject": str, "was": str, "wanted": str, "by": str,
            "by_name": str, "at": str, "together": str, "reason": str,
        },
        ("subject",),
    ),
    "patients": (
        {
            "number": int, "id": str, "name": str, "nhs_number": str, "left_reason": str, "left_note": str,
            "details": str, "facts": str, "registered_at": str, "told_seq": int,
            "left_seq": int,
        },
        ("number",),
    ),
    "observations": (
        {
            "number": int, "id": str, "patient": str, "body": str, "recorded_at": str, "recorded_seq": int,
            "by": str, "given": str, "withdrawn": int, "reason": str,
        },
        ("number",),
    ),
    "attestations": (
        {"patient": str, "attestation": str, "recorded_at": str, "by": str, "given": str},
        ("patient", "attestation"),
    ),
    "exclusions": (
        {"patient": str, "setting": str, "reason": str, "since": str, "by": str},
        ("patient", "setting"),
    ),
    "declines": (
        {
            "number": int, "placement": str, "patient": str, "setting": str, "code": str, "note": str,
            "at": str, "stands": int, "by": str,
        },
        ("number",),
    ),
    "settings": (
        {
            "number": int, "id": str, "name": str, "type": str, "cqc_id": str, "local_authority": str,
            "postcode": str, "phone": str, "rating": str, "weekly_fee": float, "registered_beds": int,
            "accepts": str, "details": str, "closed_reason": str, "accepting": int, "reported_at": str,
            "vacancies": int, "figures": str, "doubts": str, "left_register": str, "closed_before": str,
            "register_decided": str, "joined_into": str, "bed_doubts": str,
        },
        ("number",),
    ),
    "outbreaks": (
        {"setting": str, "organism": str, "assessed": int, "declared_at": str, "seq": int},
        ("setting", "organism"),
    ),
    "kept_beds": (
        {
            "patient": str, "setting": str, "unit": str, "beds": str, "start": str, "until": str,
            "paid_by": str, "among_free": int, "note": str, "given": str, "since": str, "by": str,
        },
        ("patient",),
    ),
    "units": (
        {
            "setting": str, "id": str, "position": int, "isolation": str, "isolation_places": int,
            "cohort_organism": str, "needs_met": str, "designated_from": str, "designated_to": str,
            "designated_given": str, "assured_on": str,
        },
        ("setting", "id"),
    ),
    "beds": (
        {
            "setting": str, "unit": str, "id": str, "position": int, "category": str, "room": str, "sex": str,
            "as_of": str, "contract": str,
        },
        ("setting", "unit", "id"),
    ),
    "free": (
        {"setting": str, "unit": str, "beds": str, "position": int, "start": str, "end": str, "count": int},
        ("setting", "unit", "beds", "position"),
    ),
    "returns": (
        {
            "seq": int, "id": str, "setting": str, "report": str, "no_change": int, "recorded_at": str,
            "by": str, "given": str,
        },
        ("seq",),
    ),
    "calls": (
        {
            "seq": int, "id": str, "setting": str, "at": str, "by": str, "incoming": int, "given": str,
            "said": str, "withdrawn": int, "reason": str, "answers": str,
        },
        ("seq",),
    ),
    "actions": (
        {
            "number": int, "id": str, "setting": str, "what": str, "who": str, "due": str, "at": str,
            "by": str, "done_at": str, "done_by": str, "done_words": str, "dropped": int,
        },
        ("number",),
    ),
    "outbreak_reviews": (
        {
            "seq": int, "ended": str, "setting": str, "organism": str, "ended_at": str, "reviewed_at": str,
            "by": str, "learned": str, "shared": str,
        },
        ("seq",),
    ),
    "aid": (
        {
            "number": int, "id": str, "way": str, "borough": str, "kind": str, "wanted": str,
            "needed_by": str, "at": str, "by": str, "answer": str, "answer_words": str, "answered_at": str,
            "owed": int, "back_by": str, "back_at": str, "back_words": str, "withdrawn": int,
        },
        ("number",),
    ),
    "plans": (
        {
            "number": int, "id": str, "made_at": str, "by": str, "rule_set": str, "rules_sha256": str,
            "rule_set_sha256": str, "case_sha256": str, "plan_sha256": str, "status": str, "gap": float,
            "listed": int, "placed": str, "unplaced": int, "points": int, "seconds": float, "as_of_seq": int,
            "seq": int,
        },
        ("number",),
    ),
    "kept": ({"patient": str, "plan": str, "placement": str, "since": str, "by": str}, ("patient",)),
    "placements": (
        {
            "number": int, "id": str, "patient": str, "state": str, "stay": int, "plan": str,
            "by_hand_reason": str, "points": str, "because": str, "conditions": str, "proposed_by": str,
            "proposed_by_name": str, "proposed_at": str, "approved_by": str, "approved_by_name": str,
            "since": str, "released_at": str, "alone": int, "onward": int, "follows": str, "outcome": str,
            "principle": str, "last_seq": int,
        },
        ("number",),
    ),
    "stays": (
        {
            "placement": str, "position": int, "setting": str, "unit": str, "beds": str, "start": str,
            "end": str, "requirement": str, "organisms": str, "told_at": str, "told_seq": int,
            "told_result": str, "accepted_at": str, "accepted_given": str, "transport": str,
            "departed_at": str, "departed_seq": int, "arrived_at": str, "holds": int, "fee": float,
        },
        ("placement", "position"),
    ),
    "happenings": (
        {
            "number": int, "id": str, "facts": str, "patient": str, "placement": str, "setting": str,
            "elsewhere": str, "hospital": str, "at": str, "against": str, "reason": str, "by": str,
            "assigned": str, "due_at": str, "dealt_at": str, "dealt_by": str, "dealt_words": str, "seq": int,
        },
        ("number",),
    ),
    "reviews": (
        {
            "number": int, "id": str, "placement": str, "patient": str, "body": str, "at": str, "by": str,
            "given": str, "withdrawn": int,
        },
        ("number",),
    ),
    "assessments": (
        {
            "number": int, "id": str, "patient": str, "body": str, "at": str, "by": str, "withdrawn": int,
            "reason": str,
        },
        ("number",),
    ),
    "papers": (
        {
            "number": int, "id": str, "kind": str, "about": str, "version": int, "stay": int, "seal": str,
            "patient": str, "setting": str, "to": str, "sha256": str, "at": str, "by": str,
            "recalled": int, "reason": str,
        },
        ("number",),
    ),
    "tasks": (
        {
            "number": int, "id": str, "kind": str, "patient": str, "placement": str, "setting": str,
            "transport": str, "since": str, "done_at": str, "done_by": str, "given": str, "seq": int,
        },
        ("number",),
    ),
    "news": (
        {"patient": str, "whom": str, "seq": int, "at": str, "by": str, "given": str},
        ("patient", "whom"),
    ),
}  # fmt: skip
"""Every table that follows from the journal.

`patients.told_seq` is the last entry that changed what a home must be told (C5); `stays.told_seq` the
entry that told it. `placements.alone`: its last stay is an isolation without a place to go on to;
`onward`: the second stay was lost, or an onward place is asked for. `stays.holds` is 0 once a stay is over
or given up while its placement goes on.
"""

BESIDE: dict[str, tuple[dict[str, type], tuple[str, ...]]] = {
    "watched": ({"placement": str, "at": str, "until": str, "by": str, "flags": str}, ("placement",)),
}
"""Tables that follow from the others, the rule set and the clock: what was worked out once
(`discharge.store.ask.watched`). The desk makes them anew; a rebuilding leaves them empty."""

_INDEXES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("users", ("id",), True),
    ("patients", ("id",), True),
    ("patients", ("nhs_number",), False),
    ("patients", ("left_reason",), False),
    ("observations", ("id",), True),
    ("observations", ("patient",), False),
    ("declines", ("patient",), False),
    ("declines", ("setting",), False),
    ("settings", ("id",), True),
    ("settings", ("cqc_id",), False),
    ("returns", ("setting",), False),
    ("calls", ("setting",), False),
    ("calls", ("id",), True),
    ("calls", ("at",), False),
    ("actions", ("id",), True),
    ("plans", ("id",), True),
    ("placements", ("id",), True),
    ("placements", ("patient",), False),
    ("placements", ("state",), False),
    ("placements", ("plan",), False),
    ("stays", ("setting",), False),
    ("happenings", ("id",), True),
    ("happenings", ("dealt_at",), False),
    ("reviews", ("placement",), False),
    ("assessments", ("patient",), False),
    ("papers", ("id",), True),
    ("papers", ("about",), False),
    ("tasks", ("id",), True),
    ("tasks", ("done_at",), False),
)

_MAY_BE_NULL = {
    "happenings": {"patient", "placement", "setting", "dealt_at"},
    "tasks": {"transport", "done_at", "given"},
    "news": {"given"},
    "papers": {"patient", "setting"},
    "reviews": {"given"},
    "patients": {"left_seq", "nhs_number", "left_reason"},
    "observations": {"given"},
    "attestations": {"given"},
    "settings": {
        "cqc_id", "local_authority", "rating", "weekly_fee", "registered_beds", "accepting",
        "reported_at", "vacancies", "figures", "doubts", "left_register", "closed_before",
        "register_decided", "joined_into", "bed_doubts",
    },
    "units": {
        "isolation_places", "cohort_organism", "designated_from", "designated_to", "designated_given",
        "assured_on",
    },
    "beds": {"as_of", "contract"},
    "free": {"end"},
    "kept_beds": {"until", "given"},
    "returns": {"given"},
    "calls": {"given", "answers"},
    "actions": {"done_at"},
    "outbreak_reviews": {"reviewed_at"},
    "aid": {"needed_by", "answer", "answered_at", "back_by", "back_at"},
    "placements": {
        "plan", "approved_by", "approved_by_name", "released_at", "follows", "outcome", "principle",
    },
    "stays": {
        "end", "told_at", "told_seq", "accepted_at", "accepted_given", "transport", "departed_at",
        "departed_seq", "arrived_at", "fee",
    },
}  # fmt: skip


def create(db: Database) -> None:
    """Makes every table anew, empty."""
    for name in SHAPES | BESIDE:
        db.conn.execute(f'DROP TABLE IF EXISTS "{name}"')
    for statement in _statements():
        db.conn.execute(statement)
    db.conn.execute("INSERT OR REPLACE INTO store (key, value) VALUES ('applied', '0')")


@functools.cache
def _statements() -> tuple[str, ...]:
    """What makes the tables and their indexes, as sqlite-utils writes it; worked out once a process."""
    db = Database(memory=True)
    for name, (columns, key) in (SHAPES | BESIDE).items():
        nullable = _MAY_BE_NULL.get(name, set())
        db.table(name).create(
            columns,
            pk=key[0] if len(key) == 1 else list(key),
            not_null=[column for column in columns if column not in nullable and column not in key],
            strict=True,
        )
    for name, columns_of_index, unique in _INDEXES:
        db.table(name).create_index(list(columns_of_index), unique=unique)
    db.conn.execute(_TOGETHER)
    made = db.conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    db.conn.close()
    return tuple(sql for (sql,) in made)


_TOGETHER = """CREATE INDEX patients_together ON patients (id)
    WHERE instr(details, '"together_with":"') > 0"""
"""Finds the few people who stay together with somebody."""


def applied(connection: Connection) -> int:
    """The number of the last entry that the tables know."""
    row = connection.execute("SELECT value FROM store WHERE key = 'applied'").fetchone()
    return int(row[0]) if row else 0


def apply(connection: Connection, lines: Iterable[Line]) -> None:
    """Brings the tables up to date with the entries, in their order."""
    last = None
    for line in lines:
        _APPLY[line.kind](connection, line, line.body)
        if left := line.body.get("tasks"):
            fact_entries.leave_tasks(connection, line, left)
        if change := line.body.get("waits"):
            waiting_entries.wait(connection, line, change)
        last = line.seq
    if last is not None:
        connection.execute("UPDATE store SET value = ? WHERE key = 'applied'", (str(last),))


def rebuild(connection: Connection) -> None:
    """Empties the tables and fills them from the journal; inside one transaction."""
    for name in SHAPES | BESIDE:
        connection.execute(f'DELETE FROM "{name}"')
    connection.execute("UPDATE store SET value = '0' WHERE key = 'applied'")
    apply(connection, journal.read(connection))


def content(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in order of its key: for comparing the tables with their rebuilding."""
    return {
        name: connection.execute(
            f'SELECT * FROM "{name}" ORDER BY {", ".join(f"{column!r}" for column in key)}'.replace("'", '"')
        ).fetchall()
        for name, (_, key) in SHAPES.items()
    }
