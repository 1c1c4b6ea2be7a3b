"""What an action is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import Role, User
from discharge.model.time import FIRST_YEAR, LAST_YEAR
from discharge.model.typed import seen
from discharge.rules.may import MAY, roles_there
from discharge.store.ask.queries import Queries
from discharge.store.ask.view import dump, load
from discharge.store.file.postcodes import Postcodes
from discharge.store.journal import Entry
from discharge.words.days import day_and_time

M = TypeVar("M", bound=BaseModel)

AHEAD = timedelta(minutes=5)
"""So far ahead of this computer's clock another one may be: such a time is taken as now."""
BACK = timedelta(days=1)
"""What is recorded later than this is asked for its reason."""


def not_before(recorded: tuple[datetime, datetime] | None, now: datetime) -> datetime:
    """The instant that an action goes by: this computer's, or that of the last entry where the clock of
    whoever wrote it is some minutes ahead. So nothing is before what it follows."""
    return recorded[1] if recorded is not None and now < recorded[1] <= now + AHEAD else now


@dataclass(frozen=True, slots=True)
class Context:
    """What an action may know: the hub as it is, who is at the desk, and the instant."""

    queries: Queries
    by: User
    now: datetime
    postcodes: Postcodes
    """The file of postcodes beside the hub, there or not."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Reasons given to what was asked, by the question's key."""
    heard: dict[str, str] = field(default_factory=dict)
    """The questions that these answered, with the reason: what is marked in the record."""

    def role(self, action: str) -> Role:
        """The role in which the user does this, by the table `MAY`; `NotAllowed` where they may not."""
        right = MAY[action]
        there = roles_there(self.queries.people()) if right.stand_in is not None else frozenset()
        role = right.of(self.by.roles, there)
        if role is not None:
            return role
        first, *others = right.those(there)
        wanted = " or ".join((first.with_article, *(other.words for other in others)))
        raise NotAllowed(f"Only {wanted} can do this.", "Ask one of them, or sign in as one.", right.rule)

    def ask(self, key: str, sentence: str, mend: str = "Mend it; or say why it is so.") -> None:
        """Goes on where the question of this key was answered with a reason; else raises `Asked`."""
        why = self.answers.get(key, "").strip()
        if not why:
            raise Asked(key, sentence, mend)
        self.heard[sentence] = why

    def happened(self, at: datetime | None) -> datetime:
        """The event time in UTC, as times on record are compared: `at`, or now where it isn't given (T2).

        `UserError` for a time still to come, but for the few minutes that clocks differ: they are now.
        What is more than a day ago is asked for its reason.
        """
        if at is None:
            return self.now
        if at.tzinfo is None:
            raise ValueError("an event time without an offset")
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise UserError(f"{at.year} is not between {FIRST_YEAR} and {LAST_YEAR}.", "See the year.")
        if at > self.now + AHEAD:
            raise UserError(
                f"{day_and_time(at)} is still to come.",
                "Give the time when it happened, or leave it out for now.",
            )
        if at < self.now - BACK:
            self.ask(
                f"backdated:{at.isoformat()}",
                f"{day_and_time(at)} is more than a day ago.",
                "Mend the time; or say why it is recorded only now.",
            )
        return min(at, self.now).astimezone(UTC)

    def marked(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries, the first with what was asked about them and the reasons given."""
        if not self.heard or not entries:
            return list(entries)
        first, *others = entries
        asked = [{"asked": asked, "why": why} for asked, why in self.heard.items()]
        return [replace(first, body={**first.body, "confirmed": asked}), *others]


Action = Callable[[Context], Sequence[Entry]]
"""Something a user does; with its own arguments bound, such as `partial(approve, placement="L-0001")`."""


@dataclass(frozen=True, slots=True)
class InOneGo:
    """Several actions done one after the other in one transaction: each sees what those before it did, and
    where one is refused none is done. Only a desk does it (`Desk.perform`)."""

    actions: tuple[Action, ...]

    def __call__(self, _context: Context) -> Sequence[Entry]:
        raise TypeError("done by a desk, one after the other")


def one_by_one(action: Action) -> list[Action]:
    """The actions that this one stands for, each with the reasons that come with it."""
    if isinstance(action, Answered) and isinstance(action.action, InOneGo):
        return [Answered(each, action.answers) for each in action.action.actions]
    return list(action.actions) if isinstance(action, InOneGo) else [action]


@dataclass(frozen=True, slots=True)
class Answered:
    """An action done again with the reasons to what it asked, by the questions' keys (`Asked.key`)."""

    action: Action
    answers: Mapping[str, str]

    def __call__(self, context: Context) -> Sequence[Entry]:
        return self.action(context)


def answers_to(action: Action) -> Mapping[str, str]:
    """The reasons that come with an action; none with most."""
    return action.answers if isinstance(action, Answered) else {}


def wanted(text: str, *, what: str) -> str:
    """The text without blanks around it; `UserError` where nothing is left."""
    found = text.strip()
    if not found:
        raise UserError(f"{what} is missing.", "Write it down: it stays in the record.")
    return found


def amended(record: M, changes: Mapping[str, object]) -> tuple[M, list[str]]:
    """The record with the changes, and the names of the fields that really change.

    `UserError` with a sentence for a field that there isn't or a value that doesn't fit.
    """
    before = dump(record)
    unknown = sorted(set(changes) - set(type(record).model_fields))
    if unknown:
        raise UserError(f"There is no field {unknown[0]!r} in this record.", "See the name of the field.")
    plain = {name: _plain(value) for name, value in changes.items()}
    after = checked(type(record), {**before, **plain})
    return after, differing(record, after)


def differing(before: BaseModel, after: BaseModel) -> list[str]:
    """The names of the fields in which two records differ, in the order of their letters."""
    was, now = dump(before), dump(after)
    return sorted(name for name in now if now[name] != was[name])


def as_seen(record: M, *, lines: Collection[str] = ()) -> M:
    """The record with each of its texts as one sees it; those of the fields in `lines` keep their lines.

    `UserError` for a text with a character that turns the order of writing round or can't be shown, and for
    one of which nothing is left where something has to stand.
    """
    changes = {
        name: found
        for name in type(record).model_fields
        if (found := _seen_in(value := getattr(record, name), name, lines=name in lines)) != value
    }
    if not changes:
        return record
    return checked(type(record), {**dump(record), **{name: _plain(each) for name, each in changes.items()}})


def _seen_in(value: object, field: str, *, lines: bool) -> object:
    """A value of a field with its texts as one sees them."""
    if isinstance(value, BaseModel):
        return as_seen(value, lines=tuple(type(value).model_fields))
    if isinstance(value, tuple):
        return tuple(_seen_in(each, field, lines=lines) for each in value)
    if not isinstance(value, str) or isinstance(value, Enum):
        return value
    typed = seen(value, lines=lines)
    if typed.refused:
        raise UserError(
            f"{field.replace('_', ' ').capitalize()} {typed.refused}.",
            "Type it again instead of pasting it.",
        )
    return typed.text


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return dump(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def checked(kind: type[M], values: Mapping[str, Any]) -> M:
    """The record made of these values; `UserError` naming the first field that doesn't fit, and why."""
    try:
        return kind.model_validate(dict(values), by_alias=True, by_name=True)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in detail["loc"]).replace("_", " ") or "The record"
        message = detail["msg"].removeprefix("Input ").rstrip(".")
        raise UserError(
            f"{field[:1].upper()}{field[1:]}: {message[:1].lower()}{message[1:]}.", "Mend it."
        ) from None


__all__ = [
    "Action", "Answered", "Context", "InOneGo", "amended", "answers_to", "as_seen", "checked", "differing",
    "dump", "load", "one_by_one", "wanted",
]  # fmt: skip
