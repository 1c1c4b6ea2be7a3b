"""Columns with titles that aren't known: what each could mean, for somebody to say; never taken silently."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from discharge.exchange.csv_reading import OpenedFile
from discharge.exchange.table_file import SAID, Columns, name_key

NEAR = 0.72
"""From here on a title is near enough to another to be guessed."""

MEANT: Mapping[str, tuple[str, ...]] = {
    "name": ("patient", "pt", "pt name", "client name", "service user", "full name",
             "patient full name", "surname forename"),
    "nhs_number": ("nhs", "nhs no", "nhs num", "nhs id"),
    "born": ("birth date", "d o b", "date birth", "patient dob"),
    "sex": ("gender", "m f", "m or f", "person stated gender code", "stated gender"),
    "hospital": ("site", "site code", "organisation site code", "ods code", "hospital site"),
    "ward": ("current ward", "location", "ward name", "ward bay bed"),
    "referrer": ("referred by", "consultant", "case manager"),
    "pathway": ("discharge pathway", "d2a pathway", "current delay code", "pathway code"),
    "priority": ("urgency", "rank"),
    "ready_on": ("edd", "expected date of discharge", "estimated date of discharge",
                 "planned date of discharge", "discharge ready date", "drd"),
    "no_longer_meets_on": ("date nctr", "nctr date", "mffd since", "mffd",
                           "mffd date", "mofd", "medically optimised",
                           "medically fit date", "no criteria to reside since"),
    "expected_on": ("edd", "expected date of discharge", "estimated date of discharge",
                    "planned date of discharge", "anticipated discharge", "cerner edd", "pdd"),
    "admitted_on": ("admission", "adm date", "admitted", "date of admission"),
    "hospital_number": ("hospital id", "patient id", "crn", "district number"),
    "gp_practice": ("gp name", "practice", "surgery"),
    "named_lead": ("lead", "who leads", "allocated to", "case holder", "case manager", "social worker"),
    "mental_capacity": ("capacity", "has capacity", "capacity assessed"),
    "care_level": ("level of care", "care type", "bed type"),
    "specialism": ("speciality", "care category"),
    "local_authority": ("council", "borough", "la"),
    "test_result": ("covid result", "covid swab", "latest covid swab",
                    "swab result", "current covid status", "pcr result"),
    "specimen_at": ("swab date", "swab taken", "swabbed", "date of swab", "specimen date", "test date"),
    "reported_at": ("result date", "swab reported", "reported date"),
    "notes": ("comments", "comment", "free text"),
    "cqcid": ("cqc id", "location id", "cqc location id"),
    "isacceptingadmissions": ("accepting admissions", "open to admissions"),
    "maxcapacity": ("maximum capacity", "beds", "total beds", "capacity"),
    "usedbeds": ("used beds", "occupied", "occupied beds", "occupancy"),
    "declaredvacancies": ("vacancies", "vacant beds", "declared vacancies"),
    "admissionstatus": ("admission status", "status"),
    "lastupdatedutc": ("last updated", "updated", "saved at"),
}  # fmt: skip
"""Other titles that were seen for a column in files of wards and of the Tracker: guesses, all of them."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What a file's titles leave open: `source` knows the file's like again."""

    source: str
    titles: tuple[str, ...]
    """Titles that mean nothing yet, in the file's order."""
    missing: tuple[str, ...]
    """Columns that a file of this kind must have, and this one hasn't."""
    absent: tuple[str, ...]
    """Columns that it may have, and hasn't."""
    guesses: Mapping[str, str]
    """By column, the title that likely means it."""
    said: Mapping[str, str] = field(default_factory=dict)
    """By column, the title that somebody said means it: for this source's files, or else for others'."""


def unmatched(source: Path | bytes, columns: Columns) -> Unmatched:
    """What is to be matched by hand before the file can be read as a file of this kind, or wholly."""
    header = _header(source, columns)
    known = columns.known()
    named = {known[key] for title in header if (key := name_key(title)) in known}
    ignored = {name_key(name) for name in (*columns.ignored, *SAID)}
    titles = tuple(
        dict.fromkeys(
            title
            for title in header
            if title and name_key(title) not in known and name_key(title) not in ignored
        )
    )
    missing = tuple(name for name in columns.required if name not in named)
    absent = tuple(name for name in columns.optional if name not in named)
    return Unmatched(_signature(header), titles, missing, absent, _guessed(titles, (*missing, *absent)))


def said_again(there: Unmatched, said: Mapping[str, str], elsewhere: Mapping[str, str]) -> Unmatched:
    """What is to be matched, with what somebody said before, title to column: of files of this source, or
    where nothing was of others. What was said goes before any guess, and each column has one title.
    """
    before: dict[str, str] = {}
    for title, column in (said or elsewhere).items():
        is_free = column not in before and title not in before.values()
        if is_free and title in there.titles and column in (*there.missing, *there.absent):
            before[column] = title
    guesses = {
        column: title
        for column, title in there.guesses.items()
        if column not in before and title not in before.values() and not said
    }
    return replace(there, guesses=guesses, said=before)


def source_of(source: Path | bytes, columns: Columns) -> str:
    """What the like of this file is known by: the titles of its columns."""
    return _signature(_header(source, columns))


def with_titles(columns: Columns, titles: Mapping[str, str]) -> Columns:
    """The columns, which these titles name too; those that aren't columns of the kind are left out."""
    expected = {*columns.required, *columns.optional}
    return replace(
        columns, also={**columns.also, **{title: name for title, name in titles.items() if name in expected}}
    )


def _header(source: Path | bytes, columns: Columns) -> list[str]:
    """The record that names the most columns; else the first that has the most cells."""
    known = columns.known()
    best: tuple[int, int] = (0, 0)
    header: list[str] = []
    for _, records in OpenedFile(source, noun=columns.noun).tops():
        for record in records:
            cells = [cell.strip() for cell in record.cells]
            named = len({known[key] for cell in cells if (key := name_key(cell)) in known})
            filled = sum(bool(cell) for cell in cells)
            if (named, filled) > best:
                best, header = (named, filled), cells
    return header


def _signature(header: list[str]) -> str:
    titles = "\n".join(sorted({name_key(title) for title in header} - {""}))
    return hashlib.sha256(titles.encode()).hexdigest()[:16]


def _guessed(titles: tuple[str, ...], columns: tuple[str, ...]) -> dict[str, str]:
    """The likeliest pairs first, each title and column once."""
    pairs = []
    for column in columns:
        meant = [name_key(each) for each in (column, *MEANT.get(column, ()))]
        for title in titles:
            near = max(difflib.SequenceMatcher(None, name_key(title), each).ratio() for each in meant)
            if near >= NEAR:
                pairs.append((near, column, title))
    guesses: dict[str, str] = {}
    for _, column, title in sorted(pairs, key=lambda pair: -pair[0]):
        if column not in guesses and title not in guesses.values():
            guesses[column] = title
    return guesses
