"""`how_it_is_written.md`, which a clinician can read: every line is tried as a cell of a list of people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discharge.exchange.known_people import KnownHub
from discharge.exchange.patient_rows import read_one
from discharge.exchange.table_file import Row
from discharge.model.infection import Test
from tests.over import over

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
HERE = Path(__file__).parent
NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
HUB = KnownHub((), {}, frozenset({"sars-cov-2"}))
PLAIN = {
    "name": "Edith Sample", "nhs_number": "9990001006", "born": "1934-02-17", "sex": "F", "pathway": "P3",
    "priority": "2", "ready_on": "2020-11-15", "care_level": "nursing", "specialism": "general",
}  # fmt: skip
COLUMN_OF = {
    "Days": "ready_on",
    "Times": "specimen_at",
    "Yes or no": "immunosuppressed",
    "Sex": "sex",
    "Pathway": "pathway",
    "NHS number": "nhs_number",
    "Needs": "needs",
    "Local authority": "local_authority",
}
UNSEEN = {
    "9990001006 (zero-width space after it)": "9990001006\u200b",
    "999 000 1006 (no-break spaces)": "999\u00a0000\u00a01006",
}


def lines() -> Iterator[tuple[str, str, str]]:
    """Heading, what is written and what becomes of it, for each line of the tables."""
    heading = ""
    for line in (HERE / "how_it_is_written.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = re.split(r" \(|,", line[3:])[0]
        elif found := re.fullmatch(r"\| `(.+)` \| (.+) \|", line):
            yield heading, found[1], found[2]


def test_every_kind_of_cell_has_its_table() -> None:
    assert {heading for heading, _, _ in lines()} == set(COLUMN_OF)
    assert len(list(lines())) > 110


@over("heading, written, becomes", lines())
def test_a_cell_is_read_as_the_table_says(heading: str, written: str, becomes: str) -> None:
    column = COLUMN_OF[heading]
    cells = PLAIN | {column: UNSEEN.get(written, written)}
    if column == "specimen_at":
        cells |= {"test_result": "pending", "organism": "sars-cov-2"}
    read = read_one(Row(2, 2, cells), HUB, now=NOW)
    said = [remark.reason for remark in read.remarks if remark.field == column]
    if becomes.startswith("not taken: "):
        assert any(becomes.removeprefix("not taken: ") in reason for reason in said), said
        assert column not in read.values
        assert not read.observations
        assert all(remark.mend for remark in read.remarks if remark.field == column)
        return
    meaning, _, remark = becomes.partition(", said: ")
    assert [reason for reason in said if remark in reason] == said if remark else said == []
    assert bool(said) == bool(remark)
    assert meaning == shown(read.values.get(column), read.observations)


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("17/02/34", date(1934, 2, 17)),
        ("17-Feb-34", date(1934, 2, 17)),
        ("3.9.31", date(1931, 9, 3)),
        ("03/09/19", "has a year of two digits"),
        ("3 Sep 04", date(2004, 9, 3)),
        ("3 Sep 05", "has a year of two digits"),
        ("12-02-17", "has a year of two digits"),
        ("02/17/34", "has the month before the day"),
    ],
)
def test_of_a_birth_with_a_year_of_two_digits_the_one_that_was_is_read_and_two_are_asked(
    written: str, becomes: object
) -> None:
    read = read_one(Row(2, 2, PLAIN | {"born": written}), HUB, now=NOW)
    said = [remark.reason for remark in read.remarks if remark.field == "born"]
    if isinstance(becomes, date):
        assert (read.values.get("born"), said) == (becomes, [])
    else:
        assert len(said) == 1
        assert str(becomes) in said[0]


def shown(value: object, observations: tuple[object, ...]) -> str:
    for seen in observations:
        assert isinstance(seen, Test)
        return f"{in_full(seen.specimen_at)} {seen.specimen_at:%H:%M}"
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return in_full(value) if isinstance(value, date) else str(value)


def in_full(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
