"""What was done while a desk was cut off and doesn't fit the record any more: a fact is taken all the same.

Whoever is gone is gone, whatever was decided elsewhere meanwhile: a departure or an arrival is recorded as
one against the rules, a death as a death, a return as far as it fits; anything else is set down as it was
said. Each goes to a person who finds out (A5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.context import Action, Answered, Context
from discharge.actions.intents import Intent, as_action, in_full
from discharge.actions.placements import happened
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.happening import Happening
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Given
from discharge.model.setting_record import CapacityReturn
from discharge.store.journal import Entry, Line

REASON = "It had happened while this desk was cut off from the server."


Tried = Sequence[tuple[str, Mapping[str, Any]]]
"""What entries were when it was tried at the desk: see `as_tried`."""


def fact_that_doesnt_fit(
    intents: Sequence[Intent], error: UserError, tried: Tried = ()
) -> Iterator[list[Action]]:
    """How to take it, best first; each way may be refused in its turn."""
    apart = [one for each in intents for one in _one_by_one(each)]
    if len(intents) == 1:
        yield from _taken_all_the_same(intents[0], error, tried)
    if len(apart) > 1:
        yield [_or_set_down(each) for each in apart]
    yield [set_down(each, error, tried if len(intents) == 1 else ()) for each in intents]


def _one_by_one(intent: Intent) -> list[Intent]:
    """What is said of several people at once, said of each."""
    if intent.name != "many_people.leave_together":
        return [intent]
    said = {key: value for key, value in intent.arguments.items() if key != "patients"}
    people = intent.arguments["patients"]
    return [Intent("patients.leave", {"patient": each, **said}, intent.answers) for each in people]


def _or_set_down(intent: Intent) -> Action:
    """One of several: done where it fits, set down where it doesn't."""
    action = as_action(intent)
    plain = action.action if isinstance(action, Answered) else action

    def done(context: Context) -> Sequence[Entry]:
        try:
            return plain(context)
        except Asked:
            raise
        except UserError as error:
            return set_down(intent, error)(context)

    return Answered(done, intent.answers)


def set_down(intent: Intent, error: UserError, tried: Tried = ()) -> Action:
    """What was recorded is set down as it was said, for a person who finds out."""
    return partial(
        happened.doesnt_fit,
        about=_whom(intent, tried),
        words=in_full(intent),
        why=error.sentence,
        rule=error.rule if isinstance(error, NotAllowed) else "",
        at=_time(intent),
    )


def _taken_all_the_same(intent: Intent, error: UserError, tried: Tried) -> Iterator[list[Action]]:
    """A step that was taken whatever spoke against it, a death, a return: how these are taken."""
    name, said, at = intent.name.rpartition(".")[2], intent.arguments, _time(intent)
    patient, setting = _of_tried(tried, "patient"), _of_tried(tried, "setting")
    if (taken := _ALL_THE_SAME.get(name)) is not None:
        placement = str(said["placement"])
        yield [partial(taken, placement=placement, reason=REASON, at=at)]
        if name in ("depart", "arrive"):
            yield [partial(gone_without_placement, placement=placement, at=at)]
            if patient and setting:  # the placement came back itself
                yield [
                    partial(happened.left_without_us, patient=patient, reason=REASON, setting=setting, at=at)
                ]
    if "setting" in said:
        yield [_of_the_whole(intent)]
    if LeaveReason.DIED.value in (said.get("reason"), said.get("outcome")) and patient:
        yield [partial(happened.died, patient=patient, reason=REASON, at=at)]
    if name == "record_capacity_return":
        yield [_return(said), set_down(intent, error)]
    if name == "record_phoned":
        call = as_action(Intent(intent.name, {**said, "beds_said": False}))
        if said["report"] is not None:
            yield [call, _return(said), set_down(intent, error)]
        yield [call, set_down(intent, error)]


def _of_the_whole(intent: Intent) -> Action:
    """Recorded of the home that the one it was about is a part of by now."""

    def done(context: Context) -> Sequence[Entry]:
        setting = str(intent.arguments["setting"])
        if (whole := context.queries.whole(setting)) == setting:
            raise UserError(f"{setting} is a home by itself.")
        action = as_action(Intent(intent.name, {**intent.arguments, "setting": whole}))
        return action(context)

    return Answered(done, intent.answers)


def _return(said: Mapping[str, Any]) -> Action:
    """The capacity return that was said, without the beds that there are no more."""
    named = {key: said.get(key) for key in ("setting", "report", "given")}
    return as_action(Intent("doesnt_fit.return_as_far_as_it_fits", named))


_ALL_THE_SAME = {"depart": happened.left, "arrive": happened.arrived, "move_on": happened.moved_on}
"""How a step is recorded that was taken whatever spoke against it."""


def gone_without_placement(context: Context, *, placement: str, at: datetime | None = None) -> list[Entry]:
    """They left by a placement that was given up elsewhere meanwhile: they are where it would have been."""
    placed = context.queries.placed(placement)
    return happened.left_without_us(
        context, patient=placed.patient, reason=REASON, setting=placed.stays[0].view.setting, at=at
    )


def return_as_far_as_it_fits(
    context: Context, *, setting: str, report: CapacityReturn, given: Given | None = None
) -> list[Entry]:
    """Records a capacity return without the beds that were removed elsewhere meanwhile: that a home takes
    nobody, or has fewer free, counts all the same."""
    units = context.queries.setting_facts(setting).units
    there = {(unit.id, beds.id) for unit in units for beds in unit.beds}
    fits = tuple(said for said in report.free if (said.unit, said.beds) in there)
    return record_capacity_return(
        context, setting=setting, report=report.model_copy(update={"free": fits}), given=given
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


def _whom(intent: Intent, tried: Tried = ()) -> str:
    """The placement, person or home that it is about, or what else of the record; empty where that isn't on
    record. Where it is about something that came back itself: the person or home that that was about."""
    named = (intent.arguments.get(name) for name in ("placement", "patient", "setting"))
    said = [each for each in named if isinstance(each, str)] or [
        each for each in _texts(intent.arguments) if _is_id(each)
    ]
    of = [*said[:1], _of_tried(tried, "patient"), _of_tried(tried, "setting")]
    return next((each for each in of if _AN_ID.fullmatch(each)), "")


def _of_tried(tried: Tried, name: str) -> str:
    """Whom its first entry was about, where that is on record; else empty."""
    if not tried:
        return ""
    body = tried[0][1]
    said = [body.get(name), body.get("~")]
    begins = {"patient": "P", "setting": "S"}[name]
    return next((each for each in said if isinstance(each, str) and re.fullmatch(rf"{begins}-\d+", each)), "")


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


def of_something_else(tried: Tried, lines: Sequence[Line]) -> UserError | None:
    """Why it isn't done as it is where it would be of another person, stay or organism than was seen at the
    desk: what was left out when it was done meant the only or the last one."""
    there = {line.kind.value: line.body for line in reversed(lines)}
    for kind, before in tried:
        for name, words in (
            ("patient", "person"),
            ("stay", "stay"),
            ("stays", "stay"),
            ("organism", "organism"),
        ):
            was, now = _first(before.get(name)), _first(there.get(kind, {}).get(name))
            if was is not None and now is not None and was != now:
                return UserError(
                    f"It would be recorded of another {words} than was meant, by what came meanwhile.",
                    "See what is on record, and record it of the right one.",
                )
    return None


def _first(value: Any) -> str | int | None:
    """What is compared of a value: of several the first."""
    found = value[0] if isinstance(value, list | tuple) and value else value
    return found if isinstance(found, str | int) else None


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
    "of_something_else", "otherwise", "rests_on_gone", "return_as_far_as_it_fits", "says_it_doesnt_fit",
    "set_down", "somebody_in",
]  # fmt: skip
