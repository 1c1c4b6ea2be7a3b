"""By when figures are due on the Capacity Tracker: monthly, by the 14th or the next working day."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.words.tracker import due_on, due_words, window_closes


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2026, 12, date(2026, 12, 14)),
        (2026, 11, date(2026, 11, 16)),  # a Saturday
        (2017, 4, date(2017, 4, 18)),  # Good Friday, and Easter Monday after it
        (2025, 4, date(2025, 4, 14)),
    ],
)
def test_a_window_closes_on_the_14th_or_the_next_working_day(year: int, month: int, day: date) -> None:
    assert window_closes(year, month) == day


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        (date(2026, 11, 7), date(2026, 11, 16)),
        (date(2026, 11, 8), date(2026, 12, 14)),
        (date(2026, 12, 20), date(2027, 1, 14)),
    ],
)
def test_what_is_saved_within_a_window_is_due_in_the_next(reported: date, due: date) -> None:
    assert due_on(reported) == due


def test_it_is_said_in_the_words_of_the_ward() -> None:
    assert due_words(date(2026, 11, 10), today=date(2026, 11, 16)) == "due by Mon 14 Dec"
    assert due_words(date(2026, 10, 10), today=date(2026, 11, 30)) == "was due by Mon 16 Nov"
