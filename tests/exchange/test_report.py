"""The report of an import: counts that add up, and a file that is safe to open."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.exchange.csv_writing import FORMULA, as_text_cell
from discharge.exchange.report import ImportReport, Outcome, Remark, RowOutcome

ROWS = (
    RowOutcome(2, 2, Outcome.TAKEN, about="1-100000001", new=True),
    RowOutcome(3, 3, Outcome.CHANGED, (Remark("beds", "left empty", "ask"),)),
    RowOutcome(4, 5, Outcome.REJECTED, (Remark("name", "is empty", "fill it in"), Remark("", "cut", "mend"))),
    RowOutcome(5, 6, Outcome.REJECTED, (Remark("name", "older news", ""),), harmless=True),
    RowOutcome(6, 7, Outcome.SAME),
)
REPORT = ImportReport("list", "list.csv", ROWS)


def test_the_counts_tell_faults_from_rows_with_nothing_to_mend() -> None:
    assert (REPORT.read, REPORT.taken, REPORT.changed, REPORT.same, REPORT.rejected) == (5, 1, 1, 1, 2)
    assert (REPORT.faults, REPORT.new) == (1, 1)
    assert (REPORT.left_out, REPORT.refused) == (1, 1)
    counts = "1 new, 1 changed, 1 the same as before, 1 left out, 1 can't be taken"
    assert REPORT.summary() == f"5 rows read: {counts}."


@given(
    st.lists(st.tuples(st.sampled_from(Outcome), st.booleans(), st.booleans()), max_size=12),
)
@pytest.mark.whole
def test_the_counts_add_up_whatever_becomes_of_the_rows(rows: list[tuple[Outcome, bool, bool]]) -> None:
    outcomes = (
        RowOutcome(at, at, outcome, new=new, harmless=harmless)
        for at, (outcome, new, harmless) in enumerate(rows, 2)
    )
    report = ImportReport("list", "list.csv", tuple(outcomes))
    parts = (report.new, report.amended, report.same, report.held, report.left_out, report.refused)
    assert sum(parts) == report.read == len(rows)
    assert min(parts) >= 0


def test_the_report_as_csv_has_every_row_and_every_remark() -> None:
    lines = list(csv.DictReader(io.StringIO(REPORT.as_csv())))
    assert [(line["row"], line["line"], line["outcome"], line["field"]) for line in lines] == [
        ("2", "2", "taken", ""),
        ("3", "3", "changed", "beds"),
        ("4", "5", "rejected", "name"),
        ("4", "5", "rejected", ""),
        ("5", "6", "rejected", "name"),
        ("6", "7", "same", ""),
    ]


@given(text=st.text(max_size=8))
@pytest.mark.whole
def test_no_cell_of_a_report_is_a_formula(text: str) -> None:
    shown = as_text_cell(text)
    assert not shown.startswith(FORMULA)
    assert shown.removeprefix("'") == text or shown == text


def test_a_remark_reads_as_a_sentence() -> None:
    assert str(Remark("born", "is empty", "fill it in")) == "born: is empty; fill it in"
    assert str(Remark("", "is cut short", "")) == "is cut short"
