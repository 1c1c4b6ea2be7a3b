"""What the verifier finds, as a ward sister would say it: in names, never ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from discharge.model.infection import organism_name
from discharge.words.days import day_words

if TYPE_CHECKING:
    from discharge.matching.verify.breach import Breach, Kind, Objection
    from discharge.matching.verify.watching import Finding


class Words:
    """Says what is found about one person; `names` has the names of people and settings by their ids."""

    def __init__(self, who: str, names: Mapping[str, str], *, today: date) -> None:
        self.id = who
        self.who = names.get(who, who)
        self._names = names
        self.today = today

    def said(self, finding: Finding, *, there: bool) -> str:
        """The finding as a sentence; `there`: about somebody who is in the bed already."""
        where, unit = self._places(finding.at)
        if finding.kind == "gone":
            return f"{unit} has no such beds any more."
        if finding.kind == "isolation":
            return f"{self.who} doesn't need to isolate any more: {unit.rstrip(',')} is kept for isolation."
        about = finding.about
        if about is None:
            state = "is" if there else "will be"
            return f"{unit} {state} wrong for {self.who}: {in_names(finding.what, self._names)}."
        return _WORDS[about.kind](Said(self, about, where, unit, finding.others))

    def of_breach(self, breach: Breach) -> str:
        """A breach of a plan as a sentence; one of the plan's form in the verifier's words."""
        if breach.about is None:
            return in_names(breach.text, self._names)
        where, unit = self._places(breach.at)
        others = breach.others
        if breach.about.kind == "companion":
            others = tuple(name for name in breach.about.names if name != self.id)
        return _WORDS[breach.about.kind](Said(self, breach.about, where, unit, others))

    def _places(self, at: tuple[str, ...]) -> tuple[str, str]:
        where = self._names.get(at[0], at[0]) if at else ""
        return where, f"{where}, unit {at[1]}," if len(at) > 1 else where

    def person(self, name: str) -> str:
        """Somebody by their id, or by that of their other placement, which has theirs before it."""
        return self._names.get(name.partition("/")[0], "somebody")


class Said:
    """One thing to be said: its parts, in the words that the sentences are made of."""

    def __init__(
        self, words: Words, about: Objection, where: str, unit: str, others: tuple[str, ...]
    ) -> None:
        self.who = words.who
        self.where, self.unit = where, unit
        self.about = about
        self.organism = organism_name(about.organism)
        self.word, self.day, self.right = about.word, _day(about.day), _day(about.right)
        self.number, self.limit = f"{about.number or 0:g}", f"{about.limit or 0:g}"
        elsewhere = about.night is not None and about.night != words.today
        self.on = f" on {_day(about.night)}" if elsewhere else ""
        self.on_night = "" if about.night is None else f" on {_day(about.night)}"
        self.others = sorted({words.person(other) for other in others})
        self.kept_for = " and ".join(sorted({words.person(name) for name in about.names}))

    @property
    def held_by(self) -> str:
        """Who holds what is short, where that is known."""
        if not self.others:
            return ""
        return f": {', '.join(self.others)} {'hold' if len(self.others) > 1 else 'holds'} it"

    @property
    def with_others(self) -> str:
        """Whom they would meet, where that is known."""
        return f" with {', '.join(self.others)}" if self.others else ""


def in_names(text: str, names: Mapping[str, str]) -> str:
    """A sentence about the plan's form with names in the place of the ids that `names` knows."""
    ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    if not ids:
        return text
    # somebody's other placement is written with their id before it
    return re.sub(rf"(?<![\w-])({ids})(?:/L-\d+)?(?![\w-])", lambda found: names[found[1]], text)


def _day(when: date | None) -> str:
    return "without an end" if when is None else day_words(when)


def _blocked(of: Said) -> str:
    whys: Mapping[str, str] = {
        "clinical_release_missing": "an attestation of the direct route is missing",
        "test_expired": f"the negative specimen is older than {of.limit} hours",
        "no_test": "there is no test",
        "awaiting_result": "the result is awaited",
        "inconclusive": "the result is inconclusive",
    }
    why = whys[of.word]
    if of.about.rule == "C3" and of.word == "no_test":
        why = "a fresh test, of a later date than the last positive one, is missing"
    if of.about.rule == "C2":
        why = f"the suspected isolation is over and {why}"
    return f"{of.who} can't leave hospital on {of.day}: {why}."


def _admissions(of: Said) -> str:
    if of.about.limit == 0:
        return f"{of.where} takes nobody: its most admissions a day are set to 0."
    come = "come" if len(of.others) > 1 else "comes"
    who = ", ".join(of.others) or "somebody else"
    return f"{of.where} takes {of.limit} a day; {who} also {come}{of.on_night}."


def _apart(of: Said) -> str:
    mates = " and ".join(of.others) or "Whoever stays with them"
    verb = "are" if len(of.others) > 1 else "is"
    return f"{mates} {verb} to stay together with {of.who} and {verb}n't placed in the same setting."


def _final_end(of: Said) -> str:
    given = "has no end" if of.about.day is None else f"ends {of.day}"
    return f"The final stay {given}; by the rules it would now end {of.right}."


def _category(of: Said) -> str:
    has, needs = (_CATEGORIES.get(each, _plainly(each)) for each in (of.word, of.about.other))
    return f"{of.unit} has the bed for {has} care; {of.who} needs {needs} care."


def _needs(of: Said) -> str:
    return f"{of.unit} can't meet what {of.who} needs: {', '.join(map(_plainly, of.about.names))}."


def _plainly(word: str) -> str:
    return word.replace("_", " ")


_SEXES = {"male": "men", "female": "women"}

_CATEGORIES = {
    f"{key}_{level}": f"{words} {level}"
    for key, words in (
        ("general", "general"),
        ("dementia", "dementia"),
        ("ld", "learning disability"),
        ("mh", "mental health"),
        ("ypd", "younger people's"),
    )
    for level in ("residential", "nursing")
} | {"ypd": "younger people's", "transitional": "transitional"}

_WORDS: Mapping[Kind, Callable[[Said], str]] = {
    "closed": lambda of: f"{of.where} is closed to admissions.",
    "outbreak": lambda of: f"{of.where} has an outbreak of {of.organism} that no risk assessment covers.",
    "capacity_unknown": lambda of: f"{of.where} hasn't said what is free for so long that nobody goes there.",
    "excluded": lambda of: f"{of.where} was ruled out for {of.who}.",
    "needs": _needs,
    "sex": lambda of: f"{of.unit} has the bed for {_SEXES[of.word]} only: it isn't for {of.who}.",
    "birth_unknown": lambda of: f"{of.where} has an age limit, and {of.who}'s birth date isn't known.",
    "too_young": lambda of: f"{of.where} takes people from {of.limit} years; {of.who} is {of.number}.",
    "too_old": lambda of: f"{of.where} takes people up to {of.limit} years; {of.who} is {of.number}.",
    "fee_unknown": lambda of: f"{of.where}'s weekly fee isn't known, and {of.who} has a limit.",
    "fee": lambda of: f"{of.where}'s weekly fee is above {of.who}'s limit of £{of.limit}.",
    "distance_unknown": lambda of: f"How far {of.where} is isn't known, and {of.who} has a limit.",
    "distance": lambda of: (
        f"{of.where} is {of.about.number or 0:.1f} km away; {of.who}'s limit is {of.limit} km."
    ),
    "care_unknown": lambda of: f"What care {of.who} needs isn't on record.",
    "category": _category,
    "goes_home": lambda of: f"{of.who} goes home: no setting is on record.",
    "returns": lambda of: f"{of.who} goes back to where they live, not to {of.where}.",
    "supported_at_home": lambda of: f"{of.who} goes home with support, not to {of.where}.",
    "pathway": lambda of: f"{of.who} is on pathway {of.word}, for which {of.where} isn't meant.",
    "own_room": lambda of: (
        f"{of.unit} has a shared room; {of.who} needs an own room because of {of.organism}{of.on}."
    ),
    "shared_isolation": lambda of: (
        f"{of.unit} has a shared room; {of.who} isolates{of.on} and needs their own."
    ),
    "isolating_only": lambda of: f"{of.unit} takes isolating people only; {of.who} doesn't isolate{of.on}.",
    "cannot_isolate": lambda of: f"{of.unit} can't isolate anybody; {of.who} isolates{of.on}.",
    "not_designated": lambda of: f"{of.unit} isn't designated{of.on}; {of.who} needs a designated unit.",
    "not_accepted": lambda of: f"{of.where} can't take someone with {of.organism}.",
    "inconclusive_elsewhere": lambda of: (
        f"{of.where} isn't a place to isolate in with an inconclusive result, as {of.who} has."
    ),
    "suspected_in_cohort": lambda of: (
        f"{of.unit} cohorts people; {of.who} is only suspected of {of.organism}."
    ),
    "never_cohorted": lambda of: f"{of.unit} cohorts people; nobody is cohorted with {of.organism}.",
    "another_cohort": lambda of: f"{of.unit} cohorts {of.organism}; {of.who} has something else.",
    "second_organism": lambda of: f"{of.unit} cohorts people; {of.who} has a second organism.",
    "blocked": _blocked,
    "not_ready": lambda of: f"{of.who} isn't ready to leave on {of.day}.",
    "outside_horizon": lambda of: f"A stay's start on {of.day} is outside the horizon.",
    "no_night": lambda of: f"The stay from {of.day} has no night.",
    "goes_home_isolating_or_not": lambda _of: (
        "A person on P0 without a usual setting goes home, isolating or not."
    ),
    "needs_no_isolation": lambda of: (
        f"{of.who} is on pathway P1, and a person on P1 who needs no isolation goes home."
    ),
    "nothing_to_isolate": lambda of: f"Nothing asks for isolation on {of.day}.",
    "isolation_end": lambda of: (
        f"The isolation stay is planned to end {of.day}; {of.who}'s isolation now ends {of.right}."
    ),
    "too_few_nights": lambda of: f"An isolation stay lasts at least {of.limit} nights.",
    "no_onward_on_p1": lambda of: (
        f"{of.who} is on pathway P1, and a person on P1 has an isolation stay alone."
    ),
    "no_onward_when_open_ended": lambda of: f"{of.who} now isolates without an end in sight.",
    "not_joined": lambda of: f"The second stay doesn't start on {of.right}, when the first one ends.",
    "final_end": _final_end,
    "beds": lambda of: f"{of.unit} has no bed left{of.on_night}{of.held_by}.",
    "kept_beds": lambda of: (
        f"{of.unit} has no bed left{of.on_night}: what is free there is kept for {of.kept_for}."
    ),
    "places": lambda of: f"{of.unit} has no isolation place left{of.on_night}{of.held_by}.",
    "cohort": lambda of: (
        f"{of.unit} cohorts one organism at a time: two would meet{of.with_others}{of.on_night}."
    ),
    "admissions": _admissions,
    "companion": _apart,
}
"""A sentence for each kind of what the verifier finds."""


__all__ = ["Words", "in_names"]
