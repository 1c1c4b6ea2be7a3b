"""Approving several at once: each that may be is; the others are told with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions.context import Answered
from discharge.actions.placements import approve_together
from discharge.model.approving import Principle
from discharge.model.errors import Asked, UserError
from discharge.model.people import User
from discharge.model.shown.placements import ApprovalRow

if TYPE_CHECKING:
    from discharge.actions.desk import Desk


@dataclass(frozen=True, slots=True)
class Refused:
    """Placements that weren't approved, and why."""

    placements: tuple[str, ...]
    sentence: str
    mend: str
    asked: Asked | None = None
    """They can be, once this is answered."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of approving several."""

    approved: tuple[str, ...]
    entries: tuple[str, ...]
    """The entries that approved them."""
    refused: tuple[Refused, ...]
    nouns: frozenset[str]


def alike(rows: Sequence[ApprovalRow]) -> list[tuple[str, ...]]:
    """The placements in the groups that are decided on together: companions, and everybody else alone."""
    chosen = {row.id for row in rows}
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for row in rows:
        if row.id not in seen:
            group = (row.id, *(each for each in row.together if each in chosen and each not in seen))
            seen.update(group)
            found.append(group)
    return found


def approve_each(
    desk: Desk,
    progress: Callable[..., None],
    *,
    groups: Sequence[tuple[str, ...]],
    by: User,
    note: str,
    principle: Principle | None,
    answers: Mapping[str, str] | None = None,
) -> Outcome:
    """Approves each group, an action of its own; one that is refused doesn't hold up the others.
    `answers` are the reasons to what was asked before, by the question's key.

    In the store's thread. Stopped, what is approved stays approved.
    """
    approved: list[str] = []
    entries: list[str] = []
    refused: list[Refused] = []
    nouns: frozenset[str] = frozenset()
    for done, group in enumerate(groups):
        progress(done, len(groups), "Approving")
        action = partial(approve_together, placements=group, note=note, principle=principle)
        try:
            changed = desk.perform(Answered(action, answers or {}), by=by)
        except UserError as error:
            asked = error if isinstance(error, Asked) else None
            refused.append(Refused(group, error.sentence, error.mend, asked))
            continue
        approved += group
        entries += changed.entries
        nouns |= changed.nouns
    return Outcome(tuple(approved), tuple(entries), tuple(refused), nouns)
