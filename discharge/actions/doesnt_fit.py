"""What was done while a desk was cut off and doesn't fit the record any more: a fact is taken all the same.

Whoever is gone is gone, whatever was decided elsewhere meanwhile: a departure or an arrival is recorded as
one against the rules; anything else is set down as it was said, and goes to a person who finds out (A5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from discharge.actions import intents as of_intents
from discharge.actions.context import Action, Context
from discharge.actions.intents import Intent
from discharge.actions.placements import happened
from discharge.model.errors import NotAllowed, UserError
from discharge.model.happening import Happening
from discharge.store.journal import Entry, Line

REASON = "It had happened while this desk was cut off from the server."


def fact_that_doesnt_fit(intents: Sequence[Intent], error: UserError) -> Iterator[list[Action]]:
    """How to take it, best first; each way may be refused in its turn."""
    if len(intents) == 1:
        (intent,) = intents
        name = intent.name.rpartition(":")[2].rpartition(".")[2]
        if (taken := _ALL_THE_SAME.get(name)) is not None:
            placement, at = str(intent.arguments["placement"]), _time(intent)
            yield [partial(taken, placement=placement, reason=REASON, at=at)]
            if name in ("depart", "arrive"):
                yield [partial(gone_without_placement, placement=placement, at=at)]
    yield [
        partial(
            happened.doesnt_fit,
            about=about_of(each),
            words=of_intents.sentence(each),
            why=error.sentence,
            rule=error.rule if isinstance(error, NotAllowed) else "",
            at=_time(each),
        )
        for each in intents
    ]


_ALL_THE_SAME = {"depart": happened.left, "arrive": happened.arrived, "move_on": happened.moved_on}
"""How a step is recorded that was taken whatever spoke against it."""


def gone_without_placement(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """They left by a placement that was given up elsewhere meanwhile: they are where it would have been."""
    placed = context.queries.placed(placement)
    return happened.left_without_us(
        context, patient=placed.patient, reason=REASON, setting=placed.stays[0].view.setting, at=at
    )


def _time(intent: Intent) -> datetime | None:
    at = intent.arguments.get("at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def about_of(intent: Intent) -> str:
    """The placement, person or home that it is about, by an id on record; empty where it is about none."""
    for name in ("placement", "patient", "setting"):
        if isinstance(found := intent.arguments.get(name), str):
            return "" if gone(found) else found
    return next((each for each in _texts(intent.arguments) if _OF_SOMEBODY.fullmatch(each)), "")


def ids_in(intent: Intent) -> tuple[str, ...]:
    """Every id that stands by itself in what it is done with, each once; of homes those said to be so."""
    found = [each for each in _texts(intent.arguments) if _is_id(each)]
    homes = (intent.arguments.get(name) for name in ("setting", "other"))
    return tuple(dict.fromkeys((*found, *(each for each in homes if isinstance(each, str)))))


def somebody_in(sentence: str) -> str:
    """The first placement, person or home that a sentence names by its id; empty where it names none."""
    found = _OF_SOMEBODY.search(sentence)
    return found[0] if found is not None else ""


def gone(name: str) -> str:
    """How something was called at this desk whose entering came back; empty for any other id."""
    return name.partition("~")[0] if _GONE.fullmatch(name) else ""


_AN_ID = re.compile(r"[A-Z]{1,2}-\d+")
_OF_SOMEBODY = re.compile(r"\b[LPS]-\d+\b")
_GONE = re.compile(r"[A-Z]{1,2}-\d+~\d+")


def otherwise(
    number: int, tried: Sequence[tuple[str, Mapping[str, Any]]], lines: Sequence[Line]
) -> dict[str, str]:
    """Ids that turned out otherwise than when the thing of this number was tried here: the number that
    somebody else took first.

    What it made here and isn't on record has an id then that nobody has: what was done to it afterwards isn't
    done to whoever has that id on record.
    """
    found: dict[str, str] = {}
    there: dict[str, list[Line]] = {}
    for line in lines:
        there.setdefault(line.kind.value, []).append(line)
    for kind, before in tried:
        if left := there.get(kind):
            pairs = _pairs(before, as_tried(left.pop(0))[1])
            found |= {old: new for old, new in pairs if old != new and _is_id(old) and _AN_ID.fullmatch(new)}
        elif isinstance(before.get("number"), int):
            made = str(before.get("id") or before["~"])
            if _AN_ID.fullmatch(made):
                found[made] = f"{made}~{number}"
    return found


def _is_id(text: str) -> bool:
    return bool(_AN_ID.fullmatch(text) or _GONE.fullmatch(text))


def rests_on_gone(intents: Sequence[Intent]) -> UserError | None:
    """Why these can't be done where they are about something that came back itself."""
    for each in intents:
        for text in _texts(each.arguments):
            if before := gone(text):
                return UserError(
                    f"{before}, as it was called at this desk, isn't on record: what entered it came back.",
                    "See to that first; then do this again.",
                )
    return None


def says_it_doesnt_fit(lines: Sequence[Line]) -> bool:
    """Whether these took what was done here as a fact that doesn't fit."""
    return any(Happening.DOESNT_FIT in line.body.get("facts", ()) for line in lines)


def as_tried(line: Line) -> tuple[str, dict[str, Any]]:
    """What is kept of an entry that was tried here: its kind, its body, and what it is about."""
    return line.kind.value, {**line.body, "~": line.subject}


def _pairs(before: object, after: object) -> Iterator[tuple[str, str]]:
    """The texts that stand in the same place of both."""
    if isinstance(before, str) and isinstance(after, str):
        yield before, after
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before.keys() & after.keys():
            yield from _pairs(before[key], after[key])
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _pairs(one, other)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield str(key)
            yield from _texts(value[key])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


__all__ = [
    "REASON", "about_of", "as_tried", "fact_that_doesnt_fit", "gone", "gone_without_placement", "ids_in",
    "otherwise", "rests_on_gone", "says_it_doesnt_fit", "somebody_in",
]  # fmt: skip
