"""Papers: what leaves the hub in writing, line by line, each made from the record alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from discharge.model.base import Frozen


class PaperKind(StrEnum):
    """What papers there are."""

    OFFER = "offer"
    """What a setting may see of somebody before it says yes: needs and infection, no name."""
    HANDOVER = "handover"
    """All that goes with the person once the setting has accepted them."""
    APPROVAL = "approval"
    """What an LA lead decides on."""
    TRANSPORT = "transport"
    """The journeys of a day."""

    @property
    def words(self) -> str:
        """The paper as it is named inside a sentence."""
        return _WORDS[self]

    @property
    def with_article(self) -> str:
        """`an offer`, `a hand-over pack`."""
        return f"{'an' if self in (PaperKind.OFFER, PaperKind.APPROVAL) else 'a'} {self.words}"


_WORDS = {
    PaperKind.OFFER: "offer",
    PaperKind.HANDOVER: "hand-over pack",
    PaperKind.APPROVAL: "approval sheet",
    PaperKind.TRANSPORT: "transport sheet",
}


TRANSPORT_LINE = "Transport"
"""The label of the line about the journey."""
NOT_ON_IT = "NOT on this sheet"
"""How the heading of a part begins that stands in a box: what a reader would take to be there and isn't."""
HUB_LINES = ("The hub", "Asked by", "At the local authority")
"""The labels of the lines that say whom to ring at the hub: they change in every paper at once."""


class WantedPaper(Frozen):
    """Which paper somebody wants."""

    kind: PaperKind
    about: str
    stay: int | None = None
    """None: of the stay that comes next."""


class PaperLine(Frozen):
    """A line: what it is about, and what is said. `needed`: without it the paper isn't issued."""

    label: str
    text: str = ""
    needed: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether it has to be there and isn't."""
        return self.needed and not self.text


class PaperTable(Frozen):
    """Rows under titles."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class PaperPart(Frozen):
    """A part under its heading: lines, then a table, then a remark in smaller type."""

    heading: str
    lines: tuple[PaperLine, ...] = ()
    table: PaperTable | None = None
    remark: str = ""


class Paper(Frozen):
    """A paper whole. What it says follows from the record: two that say the same have one seal."""

    format: Literal["discharge-paper/1"] = "discharge-paper/1"
    kind: PaperKind
    about: Annotated[str, Field(min_length=1)]
    """The placement's id; of a transport sheet the day."""
    title: str
    subtitle: str = ""
    to: str = ""
    """For whom it is, by name."""
    to_setting: str | None = None
    patient: str | None = None
    stay: int = 0
    """Which stay of the placement it is about, counted from 0."""
    parts: tuple[PaperPart, ...]
    stops: tuple[str, ...] = ()
    """Sentences: what else keeps it from being issued than what is missing."""
    warns: tuple[str, ...] = ()
    """Sentences: what whoever issues it has to know of it."""
    identifies: bool = True
    """Whether it names a person."""

    def lines(self) -> Iterator[PaperLine]:
        """Every line, from the top."""
        for part in self.parts:
            yield from part.lines

    @property
    def missing(self) -> tuple[str, ...]:
        """What is mandatory and isn't on record, by name."""
        return tuple(dict.fromkeys(line.label for line in self.lines() if line.is_missing))

    @property
    def can_be_issued(self) -> bool:
        """Whether nothing is missing and nothing stops it."""
        return not self.missing and not self.stops

    @property
    def why_not(self) -> str:
        """Why it can't be issued, in a sentence; empty where it can."""
        if self.stops:
            return f"It can't be issued: {' '.join(self.stops)}"
        if not self.missing:
            return ""
        return f"It can't be issued: {', '.join(_small(name) for name in self.missing)} missing."

    def differs_from(self, other: Paper) -> tuple[str, ...]:
        """What is said otherwise in the two, by label, in this paper's order; of a table its heading."""
        mine, theirs = self._said(), other._said()
        found = [name for name in (*mine, *theirs) if mine.get(name) != theirs.get(name)]
        if not found and self.seal() != other.seal():
            found = [("", "For whom it is")]
        return tuple(dict.fromkeys(label for _, label in found))

    def _said(self) -> dict[tuple[str, str], tuple[object, ...]]:
        """What is said under each label of each part."""
        found: dict[tuple[str, str], tuple[object, ...]] = {}
        for part in self.parts:
            for each in part.lines:
                key = (part.heading, each.label or part.heading)
                found[key] = (*found.get(key, ()), each.text)
            if part.table is not None:
                found[part.heading, part.heading] = part.table.rows
        return found

    def content(self) -> bytes:
        """The paper as JSON in one spelling."""
        found = self.model_dump(mode="json", exclude={"stops", "warns"})
        return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def seal(self) -> str:
        """SHA-256 of all that it says."""
        return hashlib.sha256(self.content()).hexdigest()


def _small(label: str) -> str:
    """A label inside a sentence: abbreviations stay as they are."""
    first = label.split(" ", 1)[0]
    return label if any(letter.isupper() for letter in first[1:]) else label[:1].lower() + label[1:]
