"""What can be imported, and how the dialog speaks of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What can be imported: its name in `FileKind`, and how the dialog speaks of it."""

    value: str
    title: str
    hint: str
    one: str
    many: str
    people: bool = False
    """Whether its rows are people."""
    table: bool = True
    """Whether it is a table, whose rows can be saved to be mended."""


KINDS = {
    "any": ImportKind(
        "",
        "Import a file",
        "A list as it was sent: CSV, XLSX or ODS; or FHIR as JSON. What it is, is known by its columns and "
        "said; choose otherwise where that is wrong.",
        "row",
        "rows",
    ),
    "homes": ImportKind(
        "cqc",
        "Import homes",
        "The CQC's register in any of its forms. Homes are added or brought up to date; what differs of a "
        "home of the hub waits for a tick. It says nothing of what is free.",
        "home",
        "homes",
    ),
    "sheet": ImportKind(
        "sheet",
        "Import the homes sheet",
        "One row a group of beds, with its unit and its home: save the sheet as the hub has it, fill it in, "
        "bring it back. What changes is said field by field; an empty cell changes nothing.",
        "home",
        "homes",
    ),
    "returns": ImportKind(
        "capacity",
        "Import capacity returns",
        "A CSV with the Capacity Tracker's columns: cqcid, isacceptingadmissions, maxcapacity, usedbeds, "
        "declaredvacancies, admissionstatus, lastupdatedutc.",
        "return",
        "returns",
    ),
    "types": ImportKind(
        "bed_types",
        "Import vacancies by bed type",
        "The Capacity Tracker's figures by type of bed, a row or a column for each type. The one group of "
        "beds of a type has its vacancies; where there are several, the morning round asks which.",
        "return",
        "returns",
    ),
    "patients": ImportKind(
        "patients",
        "Import patients",
        "Tonight's list, with the template's columns. Who is new is added, what changed is changed, who "
        "isn't on it any more is asked about; what was written here by hand stays.",
        "person",
        "people",
        people=True,
    ),
    "fhir": ImportKind(
        "fhir",
        "Import people and tests as FHIR",
        "FHIR R4 (UK Core), a Bundle or NDJSON: people, their stay, the referral that names a pathway, "
        "tests. What isn't read is listed; nobody is gone for not being in it.",
        "person",
        "people",
        people=True,
        table=False,
    ),
}
