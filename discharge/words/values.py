"""What stands in an entry or a row, field by field, in words: for the record's page and a person's copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from discharge.model.london import london_date
from discharge.words.counts import sentence_case
from discharge.words.days import day_and_time, day_words, instant_words

LONGEST = 300
TALLIES = frozenset({"points"})
"""Fields whose parts are numbers that make up a whole: said in one line."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LETTERS = {
    "nhs": "NHS", "gp": "GP", "cqc": "CQC", "chc": "CHC", "ppe": "PPE", "dols": "DoLS", "dnacpr": "DNACPR",
}  # fmt: skip
_SHORT = re.compile(rf"\b({'|'.join(_LETTERS)})\b")


def seal_words(sha256: str) -> str:
    """A seal in short: "de13 648c 2228"."""
    return " ".join(sha256[at : at + 4] for at in (0, 4, 8))


def field_words(path: str) -> str:
    """A field's path as words: "Weekly fee", "Handover: allergies", "NHS number"."""
    said = ": ".join(part.replace("_", " ") for part in path.split("."))
    said = said.replace("sha256", "seal").replace("as of seq", "as of entry")
    return sentence_case(_SHORT.sub(lambda found: _LETTERS[found[0]], said))


def value_words(
    value: Any,
    *,
    now: datetime,
    names: Mapping[str, str] | None = None,
    longest: int = LONGEST,
    year: bool = False,
) -> str:
    """A value as words; `names` are of people and settings by their ids.

    A list longer than `longest` characters is cut, and shows that it is. With `year` each date has its year
    and none is said by today: for what is kept.
    """
    known = names or {}
    if value is None or value == "" or value == [] or value == {}:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        said = "; ".join(
            value_words(each, now=now, names=known, longest=longest, year=year) for each in value
        )
        return said if len(said) <= longest else f"{said[:longest]} …"
    if isinstance(value, dict):
        return ", ".join(
            f"{key.replace('_', ' ')} {value_words(each, now=now, names=known, longest=longest, year=year)}"
            for key, each in tallied(value)
            if each not in (None, "", [])
        )
    if isinstance(value, str):
        return _text(value, now=now, names=known, year=year)
    return f"{value:g}" if isinstance(value, float) else str(value)


def tallied(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Its fields; numbers that make up a whole as words, what is 0 left out: "10: distance 1, fee 9"."""
    for key, value in body.items():
        numbers = isinstance(value, dict) and all(isinstance(each, int) for each in value.values())
        if key in TALLIES and numbers:
            parts = ", ".join(f"{name.replace('_', ' ')} {each:,}" for name, each in value.items() if each)
            yield key, f"{sum(value.values()):,}: {parts}" if parts else "0"
        else:
            yield key, value


def _text(value: str, *, now: datetime, names: Mapping[str, str], year: bool) -> str:
    if value in names:
        return f"{names[value]} ({value})"
    if _SHA256.fullmatch(value):
        return seal_words(value)
    if _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return day_words(day, year=True) if year else day_words(day, today=london_date(now))
    if _INSTANT.fullmatch(value):
        if year:
            return day_and_time(datetime.fromisoformat(value), year=True)
        return instant_words(datetime.fromisoformat(value), now=now)
    return value.replace("_", " ") if value.islower() and " " not in value else value


def fields(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an entry says, field by field, what says nothing left out."""
    for key, value in tallied(body):
        if isinstance(value, dict):
            for inner, each in fields(value):
                yield f"{key}.{inner}", each
        elif value not in (None, "", []):
            yield key, value


__all__ = ["field_words", "fields", "seal_words", "value_words"]
