"""Whether two records may be of one person: names compared as people spell them. The one place for this.

The form, the import and the merging of records ask here, so that they hold up the same people.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache

from discharge.model.birth import year_said

_TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "master", "dr", "prof", "professor", "rev", "reverend", "revd",
    "sir", "dame", "lord", "lady", "fr", "father", "sister", "br", "brother", "capt", "captain", "col",
    "major", "maj", "hon",
})  # fmt: skip
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
        "ħ": "h", "ŋ": "n", "ŧ": "t",
    }
)  # fmt: skip
_APOSTROPHES = re.compile("['`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\u0301\u05f3\uff07]")
_WORDS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=20_000)
def folded(name: str) -> tuple[str, ...]:
    """The words of a name without what spellings differ in: case, accents, apostrophes, hyphens, titles.

    A family name that stands before a comma comes last, as it does without one.
    """
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and first.strip() else name
    plain = unicodedata.normalize("NFKD", turned.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    plain = "".join(each for each in plain if unicodedata.category(each) != "Cf")
    found = tuple(_WORDS.findall(_APOSTROPHES.sub("", plain.translate(_LETTERS))))
    named = tuple(word for word in found if word not in _TITLES)
    return named or found


def same_name(one: str, other: str) -> bool:
    """Whether two names are one in two spellings, in whichever order their words stand."""
    words = sorted(folded(one))
    return bool(words) and words == sorted(folded(other))


@lru_cache(maxsize=20_000)
def family_name(name: str) -> str:
    """The family name, folded: what stands before a comma, or in capitals alone; else the last word."""
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return "".join(folded(last))
    loud = [word for word in name.split() if word.isupper() and len(word) > 2]
    words = folded(name)
    if loud and len(loud) < len(name.split()) and (found := folded(" ".join(loud))):
        return "".join(found)
    return words[-1] if words else ""


@dataclass(frozen=True, slots=True)
class Who:
    """What tells people apart: name, birth date or what is known of it, NHS number."""

    name: str
    born: date | None = None
    born_words: str = ""
    nhs_number: str | None = None


Called = tuple[tuple[str, ...], date | None, str, str | None]
"""What a list calls somebody: the name, folded, the birth date or what is known of it, the hospital."""


def called(name: str, born: date | None, born_words: str, hospital: str | None) -> Called:
    """What a list calls somebody, so that the next list calls them the same in any spelling."""
    return folded(name), born, born_words, hospital


class Likeness(IntEnum):
    """How much speaks for one person, the strongest last."""

    PART = 1
    """Born on the same day, with a name in common."""
    SPELLING = 2
    """Born on the same day, with names spelt nearly alike."""
    BIRTH = 3
    """The same name, with birth dates that differ by a slip: day and month changed round, one figure."""
    NAMESAKE = 4
    """The same name, and a birth date that isn't known."""
    NAME = 5
    """The same name and birth date."""
    NUMBER = 6
    """The same NHS number."""

    @property
    def words(self) -> str:
        """What is alike, in words that name nobody."""
        return _WORDS_OF[self]


_WORDS_OF = {
    Likeness.PART: "born on the same day, with a name in common",
    Likeness.SPELLING: "born on the same day, the names spelt nearly alike",
    Likeness.BIRTH: "the same name, the dates of birth differ by a slip",
    Likeness.NAMESAKE: "the same name, and a date of birth that isn't known",
    Likeness.NAME: "the same name and date of birth",
    Likeness.NUMBER: "the same NHS number",
}
HOLDS = Likeness.SPELLING
"""From here on somebody is asked before a second record is made."""


def likeness(one: Who, other: Who) -> Likeness | None:
    """What speaks for these two being one person; None where nothing does.

    Two different NHS numbers speak against it: then name and birth date have to be the same.
    """
    if one.nhs_number is not None and one.nhs_number == other.nhs_number:
        return Likeness.NUMBER
    found = _by_name(one, other)
    apart = one.nhs_number is not None and other.nhs_number is not None
    return found if found is Likeness.NAME or not apart else None


def _by_name(one: Who, other: Who) -> Likeness | None:
    mine, others = folded(one.name), folded(other.name)
    if not mine or not others:
        return None
    same = _letters(mine) == _letters(others)
    if one.born is None or other.born is None:
        return Likeness.NAMESAKE if same and _may_be_born_alike(one, other) else None
    if one.born != other.born:
        return Likeness.BIRTH if same and _slip(one.born, other.born) else None
    if same:
        return Likeness.NAME
    if _spelt_alike(mine, others):
        return Likeness.SPELLING
    in_common = {word for word in mine if len(word) > 1} & set(others)
    return Likeness.PART if in_common else None


def _letters(words: tuple[str, ...]) -> str:
    """The letters in one order, whatever stood between them and in which order the words stood; words with
    figures as they are."""
    spelt = [word for word in words if word.isalpha()]
    return " ".join(["".join(sorted("".join(spelt))), *sorted(set(words) - set(spelt))])


def _may_be_born_alike(one: Who, other: Who) -> bool:
    years = [who.born.year if who.born is not None else year_said(who.born_words) for who in (one, other)]
    return None in years or years[0] == years[1]


def _slip(one: date, other: date) -> bool:
    """Day and month changed round, or one figure that differs."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    pairs = zip(one.isoformat(), other.isoformat(), strict=True)
    return sum(mine != its for mine, its in pairs) == 1


def births_like(born: date) -> frozenset[date]:
    """The date, and those that are a slip away from it."""
    text = born.isoformat()
    spelt = {text, f"{born.year:04d}-{born.day:02d}-{born.month:02d}"}
    for at, old in enumerate(text):
        if old != "-":
            spelt |= {f"{text[:at]}{new}{text[at + 1 :]}" for new in "0123456789"}
    found = set()
    for each in spelt:
        with suppress(ValueError):
            found.add(date.fromisoformat(each))
    return frozenset(found)


def _spelt_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Each word of the shorter name has its like in the longer one: nearly spelt so, or as its initial.

    One word at least is whole; a name of one word alone must be nearly the other's whole.
    """
    if _near("".join(sorted(one)), "".join(sorted(other))):
        return True
    short, long = sorted((one, other), key=len)
    left, whole = list(long), 0
    for word in short:
        like = next((each for each in left if _near(word, each)), None)
        if like is None:
            like = next((each for each in left if _initial(word, each)), None)
        elif len(word) > 1:
            whole += 1
        if like is None:
            return False
        left.remove(like)
    return whole >= (1 if len(short) > 1 else len(long))


def _initial(one: str, other: str) -> bool:
    """Whether one of the two is the other's initial."""
    return 1 in (len(one), len(other)) and one[0] == other[0] and one[0].isalpha()


def _near(one: str, other: str) -> bool:
    """Equal, or apart by one slip of the pen (two in a word of eight letters): one letter more, less,
    another, or two changed round. Of three letters one may only be missing; figures are never a slip."""
    if one == other:
        return True
    short, long = sorted((len(one), len(other)))
    if short < 3 or (short == 3 and long != 4) or any(each.isdigit() for each in one + other):
        return False
    allowed = 1 if long < 8 else 2
    return long - short <= allowed and _slips(one, other) <= allowed


def _slips(one: str, other: str) -> int:
    """The optimal string alignment distance."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, mine in enumerate(one, 1):
        further, before, row = before, row, [at]
        for there, its in enumerate(other, 1):
            cost = min(before[there] + 1, row[there - 1] + 1, before[there - 1] + (mine != its))
            if at > 1 and there > 1 and mine == other[there - 2] and one[at - 2] == its:
                cost = min(cost, further[there - 2] + 1)
            row.append(cost)
    return row[-1]


class People:
    """Many people, to be asked who of them may be somebody."""

    def __init__(self, people: Iterable[tuple[str, Who]] = ()) -> None:
        self._who: dict[str, Who] = {}
        self._place: dict[str, int] = {}
        self._by_number: dict[str, list[str]] = defaultdict(list)
        self._by_birth: dict[date, list[str]] = defaultdict(list)
        self._by_letters: dict[str, list[str]] = defaultdict(list)
        for key, who in people:
            self.add(key, who)

    def add(self, key: str, who: Who) -> None:
        """One more, by a key of their own."""
        self._who[key] = who
        self._place[key] = len(self._place)
        if who.nhs_number is not None:
            self._by_number[who.nhs_number].append(key)
        if who.born is not None:
            self._by_birth[who.born].append(key)
        self._by_letters[_letters(folded(who.name))].append(key)

    def _near(self, who: Who) -> dict[str, None]:
        return dict.fromkeys(
            [
                *self._by_number.get(who.nhs_number or "", ()),
                *(self._by_birth.get(who.born, ()) if who.born is not None else ()),
                *self._by_letters.get(_letters(folded(who.name)), ()),
            ]
        )

    def to_compare(self, who: Who) -> int:
        """How many `like` would hold against this person."""
        return len(self._near(who))

    def like(self, who: Who) -> list[tuple[str, Likeness]]:
        """Those who may be this person, the likest first, among equals in the order they were added."""
        found = [(key, how) for key in self._near(who) if (how := likeness(who, self._who[key])) is not None]
        return sorted(found, key=lambda each: (-each[1], self._place[each[0]]))
