"""Local authorities: the list of those with the duty of adult social care, and names compared folded.

Whether a place is out of somebody's area hangs on one authority having one name: "St. Helens" is St Helens.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from discharge.paths import resources


@dataclass(frozen=True, slots=True)
class Authority:
    """A local authority of England with the duty of adult social care."""

    code: str
    """As the Office for National Statistics names it: `E08000013`."""
    name: str
    also: tuple[str, ...] = ()
    """Other usual spellings."""
    former: tuple[str, ...] = ()
    """Codes that it had before, where its area stayed the same: many files still have them."""
    districts: tuple[str, ...] = ()
    """The districts of a county: whoever lives in one, the county has the duty."""
    until: date | None = None
    """The day on which it went into others."""


@lru_cache(maxsize=1)
def authorities() -> tuple[Authority, ...]:
    """Every authority, by name; former ones too."""
    rows = tomllib.loads((resources() / "local_authorities.toml").read_text(encoding="utf-8"))["authority"]
    found = [
        Authority(
            code=one["code"],
            name=one["name"],
            also=tuple(one.get("also", ())),
            former=tuple(one.get("former", ())),
            districts=tuple(one.get("districts", ())),
            until=one.get("until"),
        )
        for one in rows
    ]
    return tuple(sorted(found, key=lambda one: one.name))


_STYLE = re.compile(
    r"\b(?:(?:london |royal |metropolitan |county |city |district )*(?:borough|council)(?: of)?"
    r"|(?:city|county) of(?! london)|mbc|lb|rb|cc|local authority|unitary authority|the)\b"
)
"""What stands before or after a name and doesn't tell one authority from another."""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """The name as it is compared: without case, accents, punctuation, "Borough of", "Council" and the like.

    "&" is "and", "Saint" is "St"; "Kingston upon Hull, City of" and "Hull City Council" differ by more than
    that: the list knows that they are one.
    """
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)
    )
    plain = re.sub(r"['’`.]", "", plain.replace("&", " and "))
    words = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    words = re.sub(r"\bsaint\b", "st", words)
    short = re.sub(r"\s+", " ", _STYLE.sub(" ", words)).strip()
    short = re.sub(r" (?:city|of)$", "", short)
    return short or words


@lru_cache(maxsize=1)
def _by_folded() -> Mapping[str, Authority]:
    found: dict[str, Authority] = {}
    for one in authorities():
        for spelling in (one.name, one.code, *one.former, *one.also, *one.districts):
            found.setdefault(folded(spelling), one)
    return found


def authority(name: str) -> Authority | None:
    """The authority that goes by this name, however it is spelt, or by this code, or has that district; None:
    not on the list."""
    return _by_folded().get(folded(name))


def key(name: str | None) -> str:
    """By what authorities are compared: the code of one on the list, else the name folded; empty: unknown."""
    found = authority(name) if name else None
    return found.code if found is not None else folded(name or "")


def one_name(name: str | None) -> str | None:
    """The name by which the list knows the authority; one that it doesn't know stays as it is."""
    if name is None:
        return None
    found = authority(name)
    return name if found is None else found.name


def nearest(name: str) -> str | None:
    """The authority on the list whose name is spelt most alike; None where none is."""
    found = get_close_matches(folded(name), list(_by_folded()), n=1, cutoff=0.75)
    return _by_folded()[found[0]].name if found else None


def not_on_the_list(name: str) -> str:
    """What to say of a name that the list doesn't know, without a full stop; empty for one that it does."""
    if authority(name) is not None:
        return ""
    like = nearest(name)
    return "is no local authority of the list" + (f"; the nearest is {like}" if like else "")


def names() -> tuple[str, ...]:
    """The names to choose from, by name; those that are no more left out."""
    return tuple(one.name for one in authorities() if one.until is None)


def one_spelling(spellings: Iterable[str]) -> dict[str, str]:
    """For each spelling the one by which all that are the same authority go.

    The list's where it knows the authority, else the first of those in the order of their letters.
    """
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    for name in sorted(set(spellings)):
        known = authority(name)
        found[name] = known.name if known is not None else first.setdefault(folded(name), name)
    return found


__all__ = [
    "Authority",
    "authorities",
    "authority",
    "folded",
    "key",
    "names",
    "nearest",
    "not_on_the_list",
    "one_name",
    "one_spelling",
]
