"""What belongs to a person's record, and which records were made one."""

from __future__ import annotations

import json
from typing import Any

from discharge.model.merging import Follows
from discharge.store.ask.view import View, in_chunks, marks, once
from discharge.store.journal import Kind

MERGED = "merged"
"""`patients.left_reason` of a record that is a part of another; `left_note` says of which."""


def survivor(view: View, name: str) -> str:
    """The record that this one is a part of now; itself, where it wasn't merged."""
    for _ in range(100):
        row = view.row("SELECT left_note FROM patients WHERE id = ? AND left_reason = ?", (name, MERGED))
        if row is None:
            break
        name = row[0]
    return name


@once
def parts(view: View) -> dict[str, list[str]]:
    """The records that were merged into others, by the record that they are a part of."""
    found: dict[str, list[str]] = {}
    for part, whole in view.rows(
        "SELECT id, left_note FROM patients WHERE left_reason = 'merged' ORDER BY number"
    ):
        found.setdefault(whole, []).append(part)
    return found


@once
def wholes(view: View) -> dict[str, str]:
    """The record that each merged one is a part of now."""
    into = {part: whole for whole, some in parts(view).items() for part in some}
    found = {}
    for part, whole in into.items():
        seen = {part}
        while whole in into and whole not in seen:
            seen.add(whole)
            whole = into[whole]
        found[part] = whole
    return found


def all_parts_of(view: View, name: str) -> tuple[str, ...]:
    """The records that were merged into this one and are a part of it still, and the parts of those."""
    found: list[str] = []
    for part in parts(view).get(name, ()):
        found += [part, *all_parts_of(view, part)]
    return tuple(found)


def follows(view: View, name: str, *, into: str) -> Follows:
    """What of this record follows into the other: all of it, but what stands there already."""

    def column(sql: str, *values: str) -> tuple[str, ...]:
        return tuple(row[0] for row in view.rows(sql, values))

    return Follows(
        observations=column("SELECT id FROM observations WHERE patient = ? ORDER BY number", name),
        attestations=column(
            "SELECT attestation FROM attestations WHERE patient = ? AND attestation NOT IN"
            " (SELECT attestation FROM attestations WHERE patient = ?) ORDER BY 1",
            name,
            into,
        ),
        exclusions=column(
            "SELECT setting FROM exclusions WHERE patient = ? AND setting NOT IN"
            " (SELECT setting FROM exclusions WHERE patient = ?) ORDER BY 1",
            name,
            into,
        ),
        placements=column("SELECT id FROM placements WHERE patient = ? ORDER BY number", name),
        companions=column(
            "SELECT id FROM patients WHERE json_extract(details, '$.together_with') = ? AND id <> ?"
            " ORDER BY number",
            name,
            into,
        ),
        happenings=column("SELECT id FROM happenings WHERE patient = ? ORDER BY number", name),
        tasks=column("SELECT id FROM tasks WHERE patient = ? ORDER BY number", name),
        news=column(
            "SELECT whom FROM news WHERE patient = ? AND whom NOT IN"
            " (SELECT whom FROM news WHERE patient = ?) ORDER BY 1",
            name,
            into,
        ),
        reviews=column("SELECT id FROM reviews WHERE patient = ? ORDER BY number", name),
        assessments=column("SELECT id FROM assessments WHERE patient = ? ORDER BY number", name),
        kept_bed=kept_bed(view, name),
        kept_bed_there=kept_bed(view, into),
    )


def kept_bed(view: View, name: str) -> str:
    """The setting that keeps a bed for this person; empty where none does."""
    return str(view.value("SELECT setting FROM kept_beds WHERE patient = ?", (name,)) or "")


def merge_of(view: View, part: str, *, into: str) -> dict[str, Any] | None:
    """What the last entry that merged this record into the other says; None where there is none."""
    text = view.value(
        "SELECT plain(body) FROM journal"
        " WHERE kind = ? AND subject = ? AND json_extract(body, '$.patient') = ? ORDER BY seq DESC LIMIT 1",
        (Kind.PATIENTS_MERGED.value, into, part),
    )
    return None if text is None else dict(json.loads(text))


def with_corrections(view: View, observations: list[str]) -> list[str]:
    """These observations, and those by which they were corrected since."""
    found, new = list(observations), list(observations)
    while new:
        later: list[str] = []
        for chunk in in_chunks(new):
            later += [
                row[0]
                for row in view.rows(
                    "SELECT json_extract(body, '$.id') FROM journal WHERE kind = ?"
                    f" AND json_extract(body, '$.replaces') IN ({marks(chunk)}) ORDER BY seq",
                    (Kind.OBSERVATION_RECORDED.value, *chunk),
                )
            ]
        new = [each for each in later if each not in found]
        found += new
    return found
