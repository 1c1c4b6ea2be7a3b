"""What was done at this desk and isn't shared yet, and what came back, as lines of a dialog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from discharge.words.days import day_and_time

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.not_through import NotThrough
    from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class One:
    """A line of the dialog; `about`: the person or home that it is about, to be opened."""

    number: int
    words: str
    about: str
    by: str
    at: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What isn't shared yet, and what came back."""

    waiting: tuple[One, ...]
    returned: tuple[One, ...]


def why_and_found(desk: Desk) -> tuple[str, Found]:
    """Why nothing is shared, and what isn't; in the store's thread."""
    return "" if desk.sharing is None else desk.sharing.standing().why, found_here(desk)


def found_here(desk: Desk) -> Found:
    """What was done at this desk and isn't shared yet, and what came back; in the store's thread."""
    from discharge.actions.not_through import told

    sharing = desk.sharing
    if sharing is None:
        return Found((), ())

    def read(queries: Queries) -> Found:
        return Found(*(tuple(map(_line, told(queries, found))) for found in both))

    both = (sharing.not_shared(), sharing.returned())
    return desk.ask(read)


def _line(each: NotThrough) -> One:
    one = each.done
    return One(one.number, each.words, each.about_person or each.about, one.by_name,
               day_and_time(one.happened_at), one.why)  # fmt: skip


__all__ = ["Found", "One", "found_here", "why_and_found"]
