"""Reasons for delay from a list: spelled anyhow, night after night."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from discharge.exchange.cells import Cells
from discharge.exchange.delays_said import brought_up_to_date, delays_said
from discharge.exchange.table_file import Row
from discharge.model.patient_record import Delay

TODAY = date(2026, 11, 29)
BEFORE = TODAY - timedelta(4)
THERAPY = "Hospital process – Awaiting therapy review of need for supported discharge"
HOMES = "Capacity – Residential/nursing home care not yet available (Pathway 3)"


def said(cell: str) -> tuple[list[str], list[str]]:
    """The reasons read from a cell, and the remarks."""
    cells = Cells(Row(2, 2, {"delay_reasons": cell}))
    found = delays_said(cells, "delay_reasons", today=TODAY)
    assert [each.primary for each in found] == [at == 0 for at in range(len(found))]
    assert {each.since for each in found} <= {TODAY}
    return [each.reason for each in found], [remark.reason for remark in cells.remarks]


def held(*reasons: str, since: date = BEFORE, until: date | None = None) -> list[Delay]:
    return [
        Delay(reason=reason, primary=at == 0, since=since, until=until) for at, reason in enumerate(reasons)
    ]


@pytest.mark.parametrize(
    "cell",
    [
        f"{THERAPY}; {HOMES}",
        "HOSPITAL PROCESS - Awaiting therapy review of need for supported discharge;"
        "capacity\u00a0–\u00a0Residential / nursing home care not yet available?(Pathway 3)",
        "awaiting therapy  review of need for supported discharge;"
        " Residential/nursing home care not yet available;",
    ],
)
def test_whatever_the_spelling_a_reason_is_kept_in_its_published_words(cell: str) -> None:
    assert said(cell) == ([THERAPY, HOMES], [])


def test_a_reason_in_other_words_is_kept_as_written_and_said_to_be_not_coded() -> None:
    reasons, remarks = said(f"Waiting for the plumber; {HOMES}")
    assert reasons == ["Waiting for the plumber", HOMES]
    assert len(remarks) == 1
    assert "not coded" in remarks[0]


def test_no_cell_costs_a_row() -> None:
    reasons, remarks = said("x" * 201)
    assert (reasons, len(remarks)) == ([], 1)
    assert said("") == ([], [])


def test_the_next_list_keeps_the_day_of_a_reason_that_goes_on_ends_one_it_does_not_say_and_adds_the_new() -> (
    None
):
    known = held("awaiting therapy review of need for supported discharge", "Waiting for the plumber")
    said_now = held(THERAPY, HOMES, since=TODAY)
    found = brought_up_to_date(said_now, known)
    assert [(each.reason, each.since, each.until) for each in found] == [
        (THERAPY, BEFORE, None),
        (HOMES, TODAY, None),
        ("Waiting for the plumber", BEFORE, TODAY),
    ]
    assert brought_up_to_date(held(THERAPY, HOMES, since=TODAY), found) == found


def test_a_list_that_says_nothing_of_delays_ends_none_of_them() -> None:
    known = held(THERAPY)
    assert brought_up_to_date((), known) == tuple(known)


def test_a_reason_that_ended_and_comes_again_begins_anew_and_the_first_time_stays() -> None:
    known = held(THERAPY, until=BEFORE + timedelta(1))
    found = brought_up_to_date(held(THERAPY, since=TODAY), known)
    assert [(each.since, each.until) for each in found] == [(TODAY, None), (BEFORE, BEFORE + timedelta(1))]
