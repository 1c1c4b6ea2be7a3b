"""Birth dates that aren't known to the day: what is typed, what is kept, how it is said."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.model.birth import birth_words, year_said
from discharge.words.terms import born

TODAY = date(2020, 11, 16)


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("1934", "1934", "1934, day not known"),
        ("1934.0", "1934", "1934, day not known"),
        ("c. 1934", "c. 1934", "c. 1934, day not known"),
        ("about 1934", "about 1934", "about 1934, day not known"),
        ("1934?", "1934?", "1934?, day not known"),
        ("Feb 1934", "Feb 1934", "Feb 1934, day not known"),
        ("02/1934", "02/1934", "02/1934, day not known"),
        ("1934-02", "1934-02", "1934-02, day not known"),
        ("about 80", "about 80", "not known (about 80)"),
        ("80s", "80s", "not known (80s)"),
        ("approx. 80 years old", "approx. 80 years old", "not known (approx. 80 years old)"),
        ("not known", "", "not known"),
        ("Unknown", "", "not known"),
        ("N/K", "", "not known"),
        ("?", "", "not known"),
    ],
)
def test_what_is_known_is_kept_in_words_and_never_as_a_made_up_date(typed: str, kept: str, said: str) -> None:
    assert birth_words(typed, today=TODAY) == kept
    assert born(None, kept) == said


@pytest.mark.parametrize(
    "typed",
    [
        "17/02/1934",
        "1934-02-17",
        "17 Feb 1934",
        "34",
        "2050",
        "1700",
        "13/1934",
        "Foo 1934",
        "about 8",
        "Ann",
        "0",
    ],
)
def test_a_whole_date_or_nothing_that_could_be_meant_is_no_such_text(typed: str) -> None:
    assert birth_words(typed, today=TODAY) is None


def test_the_year_is_found_in_what_is_kept() -> None:
    assert [year_said(words) for words in ("1934", "Feb 1934", "about 80", "")] == [1934, 1934, None, None]
    assert born(date(1934, 2, 17), "") == "17 Feb 1934"
