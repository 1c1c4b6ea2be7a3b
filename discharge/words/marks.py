"""How a mark of the record is said on paper, and read again as it is typed."""

from __future__ import annotations

import re

from discharge.model.errors import UserError
from discharge.model.mark import LETTERS, Mark
from discharge.words.days import day_and_time

_SEAL = re.compile(r"(?<![0-9a-f])([0-9a-f]{64}|(?:[0-9a-f]{4}[\s\-]*){3}[0-9a-f]{4})[\s.]*$", re.IGNORECASE)
_ENTRY = re.compile(r"entry\s+([\d,]+)|^\D*([\d,]+)\D*$", re.IGNORECASE)


def mark_words(mark: Mark) -> str:
    """`Record up to entry 1,234 (Mon 16 Nov 2020 08:00), seal 3F2A 9C01 77BE 10D4.`"""
    if not mark.seq:
        return "The record has no entry yet."
    at = "" if mark.at is None else f" ({day_and_time(mark.at, year=True)})"
    return f"Record up to entry {mark.seq:,}{at}, seal {seal_words(mark.seal)}."


def seal_words(seal: str) -> str:
    """The beginning of a seal in groups: `3F2A 9C01 77BE 10D4`."""
    letters = seal[:LETTERS].upper()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def read_mark(text: str) -> Mark:
    """The mark that was typed or scanned: a whole sentence of `mark_words`, or number and seal, or a seal.

    `UserError` where it is none.
    """
    found = _SEAL.search(text.strip())
    if found is None:
        raise UserError(
            "This isn't the mark of a record.",
            "Type what the paper says: the entry's number, and the seal, which is four groups of four.",
        )
    before = _ENTRY.search(text.strip()[: found.start()])
    number = (before[1] or before[2]).replace(",", "") if before else ""
    return Mark(int(number or "0"), re.sub(r"[\s\-]", "", found[1]).lower())


__all__ = ["mark_words", "read_mark", "seal_words"]
