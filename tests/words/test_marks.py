"""The mark of a record, as it is printed and typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from discharge.model.errors import UserError
from discharge.model.mark import Mark
from discharge.words.marks import mark_words, read_mark

SEAL = "3f2a9c0177be10d4" + "5" * 48
PRINTED = "Record up to entry 1,234 (Mon 16 Nov 2020 08:00), seal 3F2A 9C01 77BE 10D4."


def test_a_mark_is_said_with_number_time_and_the_beginning_of_the_seal() -> None:
    assert mark_words(Mark(1234, SEAL, datetime(2020, 11, 16, 8, tzinfo=UTC))) == PRINTED
    assert mark_words(Mark(0, "0" * 64)) == "The record has no entry yet."


@pytest.mark.parametrize(
    ("typed", "number", "seal"),
    [
        (PRINTED, 1234, SEAL[:16]),
        ("1234 3F2A 9C01 77BE 10D4", 1234, SEAL[:16]),
        ("1,234 3f2a-9c01-77be-10d4", 1234, SEAL[:16]),
        ("3F2A9C0177BE10D4", 0, SEAL[:16]),
        (f"entry 1234 {SEAL}", 1234, SEAL),
        ("1234 1234 5678 9012 3456", 1234, "1234567890123456"),
    ],
)
def test_a_mark_is_read_however_it_is_typed(typed: str, number: int, seal: str) -> None:
    assert read_mark(typed) == Mark(number, seal)


@pytest.mark.parametrize("typed", ["", "1234", "1234 3F2A", "the record", "3F2A 9C01 77BE 10DX"])
def test_what_is_no_mark_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="isn't the mark"):
        read_mark(typed)
