"""When somebody was born, where that isn't known to the day: what was said is kept, never a made-up date."""

from __future__ import annotations

import re
from datetime import date

from discharge.model.time import FIRST_YEAR, MONTHS

_NOT_KNOWN = frozenset(
    {
        "not known", "unknown", "unk", "nk", "n k", "n/k", "u", "x", "?", "??", "not given", "not stated",
        "not specified", "not recorded", "none", "nil", "no", "n/a", "na", "-", "--", "tbc", "unidentified",
    }
)  # fmt: skip
_YEAR = re.compile(r"(?:(?:about|approx(?:imately)?|around|circa|c|ca|~)[. ]*)?(\d{4})\??", re.IGNORECASE)
_MONTH = re.compile(r"([a-z]{3,9})[ ,./-]*(\d{4})|(\d{1,2})[/.-](\d{4})|(\d{4})[/-](\d{1,2})", re.IGNORECASE)
_AGE = re.compile(
    r"(?:(?:about|approx(?:imately)?|around|circa|c|ca|aged?|over|under|~)[. ]*)*"
    r"(\d{1,3})(?:['’]?s| ?\+| ?- ?\d{1,3})? ?(?:years?(?: old| of age)?|y/?o|yrs?)?\??",
    re.IGNORECASE,
)


def birth_words(text: str, *, today: date) -> str | None:
    """What is known of a birth date that isn't known to the day, as it is kept: `1934`, `about 80`.

    Empty where the text says that nothing is known; None where it says something else: a whole date, or
    nothing that could be meant.
    """
    said = " ".join(text.split()).removesuffix(".0")
    if said.casefold().strip(" .") in _NOT_KNOWN or said.casefold() in _NOT_KNOWN:
        return ""
    if found := _YEAR.fullmatch(said):
        return said if FIRST_YEAR <= int(found[1]) <= today.year else None
    if found := _MONTH.fullmatch(said):
        year = int(found[2] or found[4] or found[5])
        month = found[1] or found[3] or found[6]
        if found[1]:
            named = any(name.casefold().startswith(month.casefold()) for name in MONTHS)
        else:
            named = 1 <= int(month) <= 12
        return said if named and FIRST_YEAR <= year <= today.year else None
    if (found := _AGE.fullmatch(said)) and 16 <= int(found[1]) <= 120 and not said.isdigit():
        return said
    return None


def year_said(words: str) -> int | None:
    """The year of birth in what is kept; None where there is none."""
    found = re.search(r"\b(1[89]\d\d|20\d\d)\b", words)
    return int(found[1]) if found else None


def age_on(born: date, today: date) -> int:
    """Age in full years (N6)."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
