"""The discharge ready date, and when one that was said counts no more."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.rules.ready_date import ready_date

FIFTH, SIXTH, NINTH = date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 9)


@pytest.mark.parametrize(
    ("said", "met_again", "counts"),
    [
        (None, None, None),
        (SIXTH, None, SIXTH),
        (SIXTH, FIFTH, SIXTH),
        (SIXTH, NINTH, None),
        (None, NINTH, None),
    ],
)
def test_a_date_from_before_the_criteria_were_met_again_counts_no_more(
    said: date | None, met_again: date | None, counts: date | None
) -> None:
    assert ready_date(said, met_again) == counts


def test_a_date_of_the_very_day_on_which_the_criteria_were_met_again_is_not_said_rather_than_too_early() -> (
    None
):
    assert ready_date(NINTH, NINTH) is None
