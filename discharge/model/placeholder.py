"""What is typed only because something had to be: asked about, never taken for a fact.

The sentences name nobody: they stand in the record and in reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from discharge.model.birth import age_on
from discharge.model.same_person import folded

_FILLS = frozenset(
    {
        "test", "tests", "testing", "tester", "dummy", "abc", "asdf", "asdfg", "qwerty", "tbc", "tba", "na",
        "delete", "dnu", "ignore", "x", "z",
    }
)  # fmt: skip
"""Words that only fill a field."""
_BESIDE = frozenset(
    {"patient", "pt", "person", "name", "sample", "example", "demo", "do", "not", "use", "me", "please"}
)
"""Words that say nothing more beside them."""
_MADE_UP = frozenset(
    {
        ("john", "doe"), ("jane", "doe"), ("joe", "bloggs"), ("fred", "bloggs"), ("mickey", "mouse"),
        ("donald", "duck"), ("a", "n", "other"), ("a", "nother"), ("an", "other"),
    }
)  # fmt: skip
_STRUCK_OUT = ("#", "-", "*", "/", "~")
_UNIDENTIFIED = frozenset({"unknown", "unidentified", "unnamed", "noname", "anonymous"})
_KIND = frozenset(
    {
        "male", "female", "man", "woman", "person", "patient", "adult", "lady", "gentleman", "elderly",
        "m", "f", "name", "unknown", "no", "a", "b", "c", "d", "one", "two", "three", "1", "2", "3", "4", "5",
    }
)  # fmt: skip
_BEYOND = frozenset(
    {
        "deceased", "died", "rip", "discharged", "transferred", "cancelled", "canceled", "duplicate", "moved",
        "readmitted", "awol",
    }
)  # fmt: skip
"""Words in a name that say what became of somebody, or of their row."""
_A_PLACE = frozenset({"bed", "empty", "vacant", "closed", "free", "side", "room", "bay", "ward", "total"})
_DAYS = frozenset({(1111, 11, 11), (9999, 12, 31), (1900, 1, 1), (1901, 1, 1), (1899, 12, 31), (1900, 1, 2)})
_OLD = 105
"""An age in years above which a first of January is hardly a birthday."""
_RUNS = ("0123456789", "1234567890", "9876543210", "0987654321")


def is_unidentified(name: str) -> bool:
    """Whether a name says that nobody knows it: `Unknown Male`."""
    words = folded(name)
    said = [word for word in words if word in _UNIDENTIFIED]
    return bool(said) and all(word in _UNIDENTIFIED or word in _KIND for word in words)


def name_doubt(name: str) -> str:
    """Why a name is hardly somebody's; empty where it may be."""
    words = folded(name)
    if not words or not any(each.isalpha() for word in words for each in word):
        return "The name has no letters in it."
    plain = [word for word in words if not word.isdigit()]
    fills = [word for word in plain if word in _FILLS or re.fullmatch(r"(.)\1+", word)]
    if tuple(plain) in _MADE_UP or (fills and all(word in _BESIDE or word in fills for word in plain)):
        return "The name looks like one that was made up to fill the field."
    if plain and _A_PLACE.issuperset(plain):
        return "The name is a place's, not a person's."
    if beyond := [word for word in plain if word in _BEYOND]:
        return f"The name says more than who it is: {beyond[0]}."
    if name.lstrip()[:1] in _STRUCK_OUT:
        return "The name begins with a sign, as of a line that is struck out."
    return ""


def birth_doubt(born: date, *, today: date) -> str:
    """Why a date of birth is hardly one; empty where it may be."""
    if (born.year, born.month, born.day) in _DAYS:
        return "The date of birth looks like one that was made up to fill the field."
    if (born.month, born.day) == (1, 1) and age_on(born, today) > _OLD:
        return f"The date of birth is a first of January, and they would be over {_OLD} years old."
    return ""


def number_doubt(number: str) -> str:
    """Why ten digits are hardly somebody's NHS number; empty where they may be."""
    if len(set(number)) == 1 or number in _RUNS:
        return "The NHS number looks like one that was made up to fill the field."
    return ""


def doubts(name: str, born: date | None, number: str | None, *, today: date) -> Iterator[tuple[str, str]]:
    """Each field that is likely a placeholder, with why.

    A name that says that nobody knows it is honest beside no number and no date of birth: then nothing is
    asked.
    """
    if doubt := name_doubt(name):
        yield "name", doubt
    elif is_unidentified(name) and (born is not None or number is not None):
        yield "name", "The name says that it isn't known, beside a date of birth or a number that is."
    if born is not None and (doubt := birth_doubt(born, today=today)):
        yield "born", doubt
    if number is not None and (doubt := number_doubt(number)):
        yield "nhs_number", doubt
