"""How plans and placements are said: conditions, requirements, points, stays. Used by three pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from discharge.model.flags import Flag, Severity
from discharge.model.infection import organism_name
from discharge.model.plan import Condition, Requirement
from discharge.model.shown.placements import StayView
from discharge.model.shown.plans import Change
from discharge.words import terms as words
from discharge.words.days import day_words
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, unknown, waiting

REQUIREMENT_WORDS: dict[Requirement, str] = {
    "open": "no isolation",
    "own_room": "own room",
    "isolation": "isolates",
    "designated": "isolates, designated bed",
}
POINT_WORDS: dict[str, tuple[str, str]] = {
    "delay": ("Waiting", "Days in hospital from being ready to the start"),
    "distance": ("Distance", "Kilometres from home"),
    "moves": ("Moves", "Each move after the first stay"),
    "choice": ("Own choices", "How far down the person's own list of choices it stands"),
    "usual": ("Away from home", "Not going back to where the person lives"),
    "out_of_area": ("Out of area", "Outside the person's local authority"),
    "nursing_for_residential": ("Nursing bed", "A nursing bed for a residential need"),
    "scarce": ("Isolation unit", "A unit that can isolate, for a stay that doesn't need it"),
    "rating": ("Rating", "The setting's rating"),
    "stale": ("Old return", "A capacity return that must be confirmed by phone"),
    "fee": ("Fee", "Weekly fee above £1,000"),
    "no_onward": ("No onward place", "An isolation stay without a place to go on to"),
    "churn": ("Keeping the last plan", "What a change of somebody's place must gain over the last plan"),
}
"""Each objective of the points table: a word or two, and what it is for."""


def isolates(stay: StayView) -> bool:
    """Whether the person isolates in this stay, on its first nights at least."""
    return stay.requirement in ("isolation", "designated")


def condition_status(condition: Condition) -> Status:
    """A condition of a plan as a chip or a line."""
    word, sentence = words.CONDITIONS[condition]
    return Status(word[0].upper() + word[1:], waiting("").tone, sentence, "flag")


def flag_status(flag: Flag) -> Status:
    """Something that speaks against a placement, as a line; what needs a person looks otherwise."""
    said = f"{flag.sentence} ({flag.rule})" if flag.rule else flag.sentence
    if flag.severity is Severity.LOOKING:
        return unknown(said, flag.sentence)
    return danger(said, flag.sentence) if flag.blocks else Status(said, Tone.WAITING, flag.sentence, "flag")


def organisms_words(organisms: Sequence[str]) -> str:
    """The organisms as people say them: "COVID-19 and norovirus"."""
    return " and ".join(organism_name(organism) for organism in organisms)


def stay_words(stay: StayView, *, today: date) -> str:
    """ "From Mon 16 Nov to Thu 26 Nov at The Limes, unit hot, isolates with COVID-19"."""
    until = f" to {day_words(stay.end, today=today)}" if stay.end else ", open-ended"
    how = REQUIREMENT_WORDS[stay.requirement]
    with_what = f" with {organisms_words(stay.organisms)}" if stay.organisms and isolates(stay) else ""
    said = "" if stay.requirement == "open" else f"; {how}{with_what}"
    return f"From {day_words(stay.start, today=today)}{until}: {stay.setting_name}, unit {stay.unit}{said}."


def route_words(stays: Sequence[StayView], *, today: date) -> str:
    """ "The Limes, then Abbey Court, from Mon 16 Nov": where it is cut short, the homes stay readable."""
    names = ", then ".join(stay.setting_name for stay in stays)
    return f"{names}, from {day_words(stays[0].start, today=today)}"


def change_words(change: Change, before: str, *, here: str = "") -> str:
    """What became of somebody since the plan before; empty where there is nothing to say.

    `before` and `here` say where they began in that plan and begin in this one.
    """
    if change is Change.NEW:
        return "New since the last plan"
    if change is Change.MOVED and here and here == before:
        return "Begins as in the last plan and goes on elsewhere"
    if change is Change.MOVED:
        return f"Moved from {before}"
    return ""


def rules_words(name: str) -> str:
    """ "Oct 2020" for "england-2020-10-13"; another hub's own name as it is."""
    base, _, own = name.partition(" with ")
    try:
        start = date.fromisoformat(base.removeprefix("england-"))
    except ValueError:
        return name
    words = f"{day_words(start).rsplit(' ', 1)[1]} {start.year}"
    return f"{words} with {own}" if own else words


_ID = re.compile(r"[\w-]+(?:/[\w-]+)?")
_LANGUAGE = re.compile(r"\bneed (language:\w+)")
_ID_AFTER_NAME = re.compile(r" \(([\w-]+)\)")


def by_name(text: str, names: Mapping[str, str]) -> str:
    """A sentence of the engine with people and settings called by name instead of by id; for the screen."""
    shorter = _ID_AFTER_NAME.sub(lambda found: "" if found[1] in names else found[0], text)
    named = _ID.sub(lambda found: names.get(found[0], found[0]), shorter)
    return _LANGUAGE.sub(lambda found: f"need “{words.need(found[1])}”", named)
