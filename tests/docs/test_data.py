"""docs/data.md is the dictionary of what is taken out: every file, column and word, and nothing else."""

from __future__ import annotations

import re

from discharge.exchange.all_out import columns_out
from discharge.model.approving import Principle
from discharge.model.call import AidAnswer, AidKind, AidWay
from discharge.model.happening import Happening, Left
from discharge.model.infection import Attestation
from discharge.model.kept_bed import PaidBy
from discharge.model.paper import PaperKind
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import DeclineReason, EndOutcome, PlacementState
from discharge.model.plan import Condition, Requirement
from discharge.model.role import Role
from discharge.model.setting import BedSex, Category, Isolation, Rating, Room, SettingType
from discharge.store.ask.everything import columns
from tests.docs.pages import page, rows, words
from tests.docs.test_case import words_of
from tests.over import over

PAGE = page("data.md")
FILES = {table: [one.name for one in columns_out(table, own)] for table, own in columns().items()}

OF_PLAIN_COLUMNS: dict[tuple[str, str], object] = {
    ("users", "roles"): Role,
    ("journal", "role"): Role,
    ("patients", "left_reason"): LeaveReason,
    ("attestations", "attestation"): Attestation,
    ("declines", "code"): DeclineReason,
    ("settings", "type"): SettingType,
    ("settings", "rating"): Rating,
    ("kept_beds", "paid_by"): PaidBy,
    ("units", "isolation"): Isolation,
    ("beds", "category"): Category,
    ("beds", "room"): Room,
    ("beds", "sex"): BedSex,
    ("placements", "state"): PlacementState,
    ("placements", "outcome"): EndOutcome,
    ("placements", "principle"): Principle,
    ("placements", "conditions"): Condition,
    ("stays", "requirement"): Requirement,
    ("happenings", "facts"): Happening,
    ("papers", "kind"): PaperKind,
    ("aid", "way"): AidWay,
    ("aid", "kind"): AidKind,
    ("aid", "answer"): AidAnswer,
    ("tasks", "kind"): Left,
}
"""The words that a column of a table holds, where the table itself doesn't say."""


def told(table: str) -> dict[str, str]:
    """The columns of a file that the page tells, each with what is said."""
    return {name: row[1] for row in rows(PAGE, f"{table}.csv") for name in words(row[0])}


def test_every_file_has_its_part_of_the_page_and_no_other_has() -> None:
    assert set(re.findall(r"^## (\w+)\.csv$", PAGE, flags=re.MULTILINE)) == set(FILES)


@over("table", FILES)
def test_every_column_of_the_file_stands_there_once_and_no_other(table: str) -> None:
    named = [name for row in rows(PAGE, f"{table}.csv") for name in words(row[0])]
    assert sorted(named) == sorted(FILES[table])


ELSEWHERE = ("tasks.transport_", "assessments.care_", "settings.from_postcode_")


def is_told_elsewhere(table: str, column: str) -> bool:
    """Whether the page says the words of this column once, at its head or in another file."""
    return column.endswith("given_how") or f"{table}.{column}".startswith(ELSEWHERE)


@over("table", FILES)
def test_every_word_that_a_column_may_hold_stands_beside_it(table: str) -> None:
    said = told(table)
    allowed = {one.name: words_of(one.annotation) for one in columns_out(table, columns()[table])}
    allowed |= {name: words_of(kind) for (of, name), kind in OF_PLAIN_COLUMNS.items() if of == table}
    missing = {
        name: some - set(words(said[name]))
        for name, some in allowed.items()
        if not is_told_elsewhere(table, name)
    }
    assert {name: some for name, some in missing.items() if some} == {}
