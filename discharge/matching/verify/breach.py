"""A rule that a plan breaks, and how its dates are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from discharge.words.days import day_words


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule broken: its id, the patient concerned (None: the plan as a whole), a plain sentence.

    `rule` is an id of the placement rules (`R2`, `C4`), or names the part of the file format:
    `plan`, `locked`, `itinerary`, `points`, `objective`.
    """

    rule: str
    patient: str | None
    text: str
    at: tuple[str, ...] = field(default=(), compare=False)
    """The setting, unit and beds that are short, as far as it is about one of them."""
    night: date | None = field(default=None, compare=False)
    others: tuple[str, ...] = field(default=(), compare=False)
    """Who else is there: locked placements' patients, as the case names them."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


def day(when: date | None) -> str:
    """A date as the desk writes it, `Mon 16 Nov`; no date is "without an end"."""
    return "without an end" if when is None else day_words(when)
