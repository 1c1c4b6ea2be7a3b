"""People who wait to leave hospital, as CSV: the columns of `resources/templates/patients.csv`.

Tonight's list is read against the hub's: who is new is registered, what changed of somebody known is
changed, who isn't on it any more is asked about. People are known by their NHS number; else by name and
date of birth, which is asked, not guessed. What a person at the hub wrote last stays, and is said. No remark
quotes a person's name, number or date of birth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from discharge.exchange.against_the_hub import (
    KnownPeople,
    distrust_slashed_dates,
    hold_against,
    kept_notes,
    who_is_gone,
)
from discharge.exchange.csv_reading import Progress
from discharge.exchange.headers import unmatched
from discharge.exchange.known_people import KnownHub, Leaver, Person
from discharge.exchange.patient_rows import ROUTINE, Draft
from discharge.exchange.report import NO_ANSWERS, Answers, Imported, imported
from discharge.exchange.table_file import Columns, TableFile
from discharge.model.errors import BrokenFile
from discharge.words.counts import count_words

NOUN = "list of patients"

BESIDE_MATCHING = (
    "hospital_number", "home_address", "gp_practice", "admitted_on", "expected_on", "named_lead",
    "mental_capacity", "best_interests_by", "dols_asked", "family_asked", "carer_asked", "delay_reasons",
)  # fmt: skip
"""What a hub needs of a person, and no plan asks for."""
WARDS_TITLES = {
    "hospital no": "hospital_number", "hosp no": "hospital_number", "hospital num": "hospital_number",
    "MRN": "hospital_number", "local patient identifier": "hospital_number", "PAS number": "hospital_number",
    "unit number": "hospital_number", "K number": "hospital_number",
    "address": "home_address", "patient address": "home_address",
    "GP": "gp_practice", "GP surgery": "gp_practice", "registered GP": "gp_practice",
    "GP practice name": "gp_practice", "registered practice": "gp_practice",
    "Date_Of_Admission": "admitted_on", "admission date": "admitted_on", "date admitted": "admitted_on",
    "admit date": "admitted_on", "DOA": "admitted_on",
    "case lead": "named_lead", "discharge lead": "named_lead", "lead coordinator": "named_lead",
    "capacity to decide": "mental_capacity",
    "best interests decision by": "best_interests_by", "best interest decision by": "best_interests_by",
    "DoLS": "dols_asked", "DoLS applied": "dols_asked", "DoLS requested": "dols_asked",
    "family informed": "family_asked", "NOK asked": "family_asked", "family consulted": "family_asked",
    "unpaid carer asked": "carer_asked", "carer consulted": "carer_asked",
    "delay reason": "delay_reasons", "reason for delay": "delay_reasons",
    "reasons for delay": "delay_reasons", "discharge delay reason": "delay_reasons",
}  # fmt: skip
"""Titles in wards' spellings that mean one thing alone; what could mean two is asked (`headers.MEANT`)."""

COLUMNS = Columns(
    noun=NOUN,
    required=("name", "nhs_number", "born", "sex", "pathway", "ready_on"),
    optional=(
        "priority",
        "no_nhs_number_because",
        "hospital",
        "ward",
        "referrer",
        "no_longer_meets_on",
        "care_level",
        "specialism",
        "needs",
        "local_authority",
        "postcode",
        "latitude",
        "longitude",
        "max_km",
        "usual_setting",
        "preferred",
        "max_weekly_fee",
        "stay_days",
        "immunosuppressed",
        "organism",
        "test_result",
        "specimen_at",
        "reported_at",
        "symptoms_since",
        "symptoms_until",
        "exposed_on",
        "next_of_kin",
        "notes",
        *BESIDE_MATCHING,
    ),
    also={
        "date of birth": "born",
        "dob": "born",
        "nhs no": "nhs_number",
        "patient name": "name",
        "ready on": "ready_on",
        "specimen taken at": "specimen_at",
        "result reported at": "reported_at",
        **WARDS_TITLES,
    },
)
"""The template's columns, in its order."""

BY_NUMBER = replace(
    COLUMNS,
    noun="list of people by their NHS number",
    required=("nhs_number",),
    optional=tuple(name for name in (*COLUMNS.required, *COLUMNS.optional) if name != "nhs_number"),
    also={
        **COLUMNS.also,
        "Person_Stated_Gender_Code": "sex",
        "Organisation_Site_Code": "hospital",
        "Current_Ward": "ward",
        "Date_NCTR": "no_longer_meets_on",
        "Discharge_Pathway": "pathway",
        "Planned_Date_Of_Discharge": "expected_on",
    },
)
"""A list without names, as hospitals' systems send it: it changes whom the hub has, and adds nobody."""


def read_patients(
    source: Path | bytes,
    known: KnownHub,
    *,
    now: datetime,
    answers: Answers = NO_ANSWERS,
    columns: Columns = COLUMNS,
    progress: Progress | None = None,
) -> Imported[Person | Leaver]:
    """Every row of a list of patients, and who of the hub isn't on it.

    Whoever may be somebody of the list, or of an earlier row, is held up until the `answers` say who they
    are. Where one row of the file has a date that only makes sense as month/day/year, no slashed date of
    the file that could be read in two ways is taken. Raises `BrokenFile` where the file as a whole is
    no such list.
    """
    file = _opened(source, columns, progress)
    named = "name" in file.columns_there
    by_number = None if named else {one.details.nhs_number: one.now() for one in known.people if not one.left}
    drafts = [Draft(row, known, now, by_number=by_number) for row in file.rows()]
    distrust_slashed_dates(drafts)
    people = KnownPeople(known.people)
    readings = hold_against(drafts, people, answers)
    gone = who_is_gone(drafts, people, known.people, answers)
    notes = [*file.notes, *_notes(drafts), *kept_notes(readings)]
    if named and "priority" not in file.columns_there:
        notes.append(f"The list has no priority: whoever is new is taken as {ROUTINE}, to be amended.")
    read = imported(NOUN, file.name, readings, notes)
    leavers = tuple(Leaver(one.id, one.left) for one in gone if one.left)
    return Imported(replace(read.report, gone=gone), (*read.found, *leavers))


def _opened(source: Path | bytes, columns: Columns, progress: Progress | None) -> TableFile:
    """The file as a list of people; as one by NHS number alone where no title of it could mean a name."""
    try:
        return TableFile(source, columns, progress=progress)
    except BrokenFile as broken:
        refused = broken
    try:
        also = {**columns.also, **BY_NUMBER.also}
        file = TableFile(source, replace(BY_NUMBER, also=also), progress=progress)
    except BrokenFile:
        raise refused from None
    if "name" in file.columns_there or "name" in unmatched(source, columns).guesses:
        raise refused
    file.notes.append(
        "The list has no names: it changes people whom the hub has by their NHS number, and adds nobody."
    )
    return file


def _notes(drafts: Sequence[Draft]) -> Iterator[str]:
    uk = sum(bool(draft.cells.ambiguous_days) for draft in drafts)
    if uk:
        yield f"In {count_words(uk, 'row')} a date such as 03/04/2020 was read as day/month/year: 3 April."
    clock = sum(bool(draft.cells.without_offset) for draft in drafts)
    if clock:
        yield f"In {count_words(clock, 'row')} a time without an offset was read as London time."
