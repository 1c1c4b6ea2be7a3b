"""A rule that a plan breaks: its sentence, the parts of which it speaks, and how its dates are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from discharge.words.days import day_words

Kind = Literal[
    # of a setting, a unit or its beds
    "closed",
    "outbreak",
    "capacity_unknown",
    "excluded",
    "needs",
    "sex",
    "birth_unknown",
    "too_young",
    "too_old",
    "fee_unknown",
    "fee",
    "distance_unknown",
    "distance",
    "care_unknown",
    "category",
    "goes_home",
    "returns",
    "supported_at_home",
    "pathway",
    "own_room",
    "shared_isolation",
    "isolating_only",
    "cannot_isolate",
    "not_designated",
    "not_accepted",
    "inconclusive_elsewhere",
    "suspected_in_cohort",
    "never_cohorted",
    "another_cohort",
    "second_organism",
    # of the stays as an itinerary
    "blocked",
    "not_ready",
    "outside_horizon",
    "no_night",
    "goes_home_isolating_or_not",
    "needs_no_isolation",
    "nothing_to_isolate",
    "isolation_end",
    "too_few_nights",
    "no_onward_on_p1",
    "no_onward_when_open_ended",
    "not_joined",
    "final_end",
    # of what others hold
    "beds",
    "kept_beds",
    "places",
    "cohort",
    "admissions",
    "companion",
]
"""What is wrong, as a word of its own: one for each sentence that the verifier has for it."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands against a stay or an itinerary: the rule's id, its kind, a clause, and its parts."""

    rule: str
    kind: Kind
    what: str
    organism: str = ""
    names: tuple[str, ...] = ()
    """Needs, organisms or people, by the kind."""
    word: str = ""
    """A sex, a category, a pathway, a way to isolate, or the code of a block, by the kind."""
    other: str = ""
    """Beside `word`: the care that is needed."""
    number: float | None = None
    limit: float | None = None
    night: date | None = None
    """The first night that it is about."""
    day: date | None = None
    """The date as the plan has it; none for "without an end"."""
    right: date | None = None
    """The date that the rules ask for; none for "without an end"."""


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
    about: Objection | None = field(default=None, compare=False)
    """The same in parts; none where it is about the plan's form."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


def day(when: date | None) -> str:
    """A date as the desk writes it, `Mon 16 Nov`; no date is "without an end"."""
    return "without an end" if when is None else day_words(when)
