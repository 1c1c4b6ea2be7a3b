"""Why somebody is still in hospital, as England's discharge figures count it: lists of reasons with dates.

The lists are data (`resources/code_lists/delay_reasons.toml`). No short codes of theirs are known: a reason
goes by its list and its published name, however a file spells that.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from discharge.paths import resources

NO_MAIN_REASON = "No reason recorded"
"""What is said of somebody who is delayed and of whom nobody has said why."""


@dataclass(frozen=True, slots=True)
class DelayReason:
    """A reason of a list."""

    list: str
    """The id of its list: `2024`."""
    family: str
    """`hospital process`; empty in a list without families."""
    name: str
    pathways: tuple[int, ...]
    """The pathways that it is of; empty: of any."""
    published: str
    """As the published files spell it, with their flaws."""

    @property
    def text(self) -> str:
        """How it is shown and kept: `Capacity – Housing provision not yet available (Pathway 0 or 1)`."""
        return _text(self.family, self.name, self.pathways)


@dataclass(frozen=True, slots=True)
class ReasonList:
    """A list of reasons, and the days on which it holds."""

    id: str
    name: str
    start: date
    last: date | None
    """The last day on which it holds; None: it still does."""
    reasons: tuple[DelayReason, ...]
    sure: str
    """How sure it is that these are the published names and days."""

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.start <= day and (self.last is None or day <= self.last)


def _text(family: str, name: str, pathways: tuple[int, ...]) -> str:
    if not family:
        return name
    of = "" if not pathways else f" (Pathway {_pathway_words(pathways)})"
    return f"{family.capitalize()} – {name}{of}"


def _pathway_words(pathways: tuple[int, ...]) -> str:
    if len(pathways) > 2:
        return f"{pathways[0]}-{pathways[-1]}"
    return " or ".join(str(each) for each in pathways)


@lru_cache(maxsize=1)
def reason_lists() -> tuple[ReasonList, ...]:
    """Every list, the oldest first."""
    read = tomllib.loads((resources() / "code_lists" / "delay_reasons.toml").read_text(encoding="utf-8"))
    by_list: dict[str, list[DelayReason]] = {one["id"]: [] for one in read["list"]}
    for row in read["reason"]:
        family, name, pathways = row.get("family", ""), row["name"], tuple(row.get("pathways", ()))
        said = _text(family, name, pathways)
        reason = DelayReason(row["list"], family, name, pathways, row.get("published", said))
        by_list[reason.list].append(reason)
    found = [
        ReasonList(one["id"], one["name"], one["from"], one.get("to"), tuple(by_list[one["id"]]), one["sure"])
        for one in read["list"]
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def list_on(day: date) -> ReasonList:
    """The list in force on a day. Before the first that is known, that one: of an earlier one nothing could
    be read, and `ReasonList.holds_on` says so.
    """
    lists = reason_lists()
    return next((one for one in reversed(lists) if one.start <= day), lists[0])


_DASHES = re.compile(r"\s*[-‐‑‒–—―−]\s*")
_SLASHES = re.compile(r"\s*/\s*")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A reason as it is compared: lower case, "?" and no-break spaces as spaces, dashes alike, squeezed."""
    plain = text.casefold().replace("\u00a0", " ").replace("?", " ")
    plain = _SLASHES.sub("/", _DASHES.sub("-", plain))
    # a space that was lost before a bracket, or added before one, tells no two reasons apart
    return re.sub(r"\s+", " ", plain.replace("(", " (")).strip(" .")


@lru_cache(maxsize=8)
def _spellings(list_id: str) -> Mapping[str, DelayReason]:
    """Every spelling by which a reason of this list goes: as published, as shown, and by its name alone."""
    found: dict[str, DelayReason] = {}
    for reason in next(one for one in reason_lists() if one.id == list_id).reasons:
        bare = _text("", reason.name, ())
        for spelling in (reason.published, reason.text, bare):
            found.setdefault(folded(spelling), reason)
    return found


def coded(text: str, day: date) -> DelayReason | None:
    """The reason that a text means: of the list in force on that day, else of another; None: of no list.

    A free text stays as it is and counts as not coded: nothing is guessed from likeness.
    """
    here = list_on(day)
    others = [one for one in reversed(reason_lists()) if one is not here]
    for each in (here, *others):
        found = _spellings(each.id).get(folded(text))
        if found is not None:
            return found
    return None


def as_published(text: str, day: date) -> str:
    """The reason that a text means in the words in which it is kept; a free text as it is."""
    found = coded(text, day)
    return text if found is None else found.text


def reason_fault(text: str, day: date) -> str:
    """Why a reason can't be taken anew, in a sentence; empty for one of the lists."""
    if coded(text, day) is not None:
        return ""
    many = len(list_on(day).reasons)
    return f"This is none of the {many} published reasons. Type a part of one, and choose it."
